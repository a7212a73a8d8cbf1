"""Shopify: the orders export (CSV), the order as its API gives it, the order's timeline."""

from __future__ import annotations

import datetime as dt
from typing import Any

from benchmarks.incidents.exports import Record
from benchmarks.incidents.shapes.common import NEW_YORK, compact, row
from benchmarks.incidents.world import Order, World

HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,"
    "Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,"
    "Lineitem fulfillment status,Billing Name,Shipping Name,Shipping Zip,Notes,Cancelled at,Payment Method,"
    "Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Id,Tags,Risk Level,Source\r\n"
)
GATEWAYS = {"card": "Shopify Payments", "paypal": "PayPal Express Checkout", "instalments": "Shop Pay Installments"}


def source_name(order: Order) -> str:
    return (
        {"web": "web", "app": "580111", "wholesale": "shopify_draft_order"}[order.channel]
        if order.kind != "pos"
        else "pos"
    )


def _stamp(at: dt.datetime | None) -> str:
    return at.astimezone(NEW_YORK).strftime("%Y-%m-%d %H:%M:%S %z") if at else ""


def _body(at: dt.datetime | None) -> str | None:
    return at.astimezone(NEW_YORK).isoformat(timespec="seconds") if at else None


def money(order: Order, at: dt.datetime) -> str:
    """The payment's state at that time."""
    if order.has("cancelled", at):
        return "refunded"
    return "partially_refunded" if order.has("refunded", at) else "paid"


def known(order: Order, topic: str, at: dt.datetime) -> dt.datetime | None:
    return order.when(topic) if order.has(topic, at) else None


def export_rows(world: World, system: str = "shopify") -> list[Record]:
    """The orders export, newest first, as of when the shop was exported."""
    as_of = world.exported(system)
    out = []
    for order in reversed(world.orders):
        if order.created > as_of or (order.deleted and order.deleted <= as_of):
            continue
        shipped, cancelled = known(order, "shipped", as_of), known(order, "cancelled", as_of)
        digital = order.kind == "digital"
        buyer = f"Buyer {order.number}"
        refunded = order.total if cancelled else "5.00" if order.has("refunded", as_of) else "0.00"
        values = [
            order.name, order.email, money(order, as_of), _stamp(world.stamp(system, order.created)),
            "fulfilled" if shipped or digital else "unfulfilled", _stamp(shipped and world.stamp(system, shipped)),
            "no",
            order.currency, order.total, "0.00", "0.00", order.total, "", "0.00", "Standard",
            _stamp(world.stamp(system, order.created)), order.units, f"Kettle Lane {order.sku}",
            f"{float(order.total) / order.units:.2f}", order.sku, "false" if digital else "true", "true",
            "fulfilled" if shipped or digital else "pending", buyer, buyer, "'04101", "",
            _stamp(cancelled and world.stamp(system, cancelled)), GATEWAYS[order.payment], f"kl{order.number}pay",
            refunded,
            "Kettle Lane", "0.00", order.id, "", "Low", source_name(order),
        ]  # fmt: skip
        out.append(Record(order.created, row(values), frozenset({order.name})))
    return out


def as_of(world: World, order: Order, at: dt.datetime, system: str = "shopify") -> dict[str, Any]:
    """The order as the shop's API gives it at that moment."""
    shipped, cancelled = known(order, "shipped", at), known(order, "cancelled", at)
    updated = world.stamp(system, order.last(at))
    return {
        "id": order.id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order.id}",
        "name": order.name,
        "order_number": order.number,
        "created_at": _body(world.stamp(system, order.created)),
        "updated_at": _body(updated),
        "cancelled_at": _body(cancelled and world.stamp(system, cancelled)),
        "cancel_reason": "customer" if cancelled else None,
        "currency": order.currency,
        "current_total_price": order.total,
        "total_price": order.total,
        "email": order.email,
        "financial_status": money(order, at),
        "fulfillment_status": "fulfilled" if shipped else None,
        "payment_gateway_names": [GATEWAYS[order.payment]],
        "source_name": source_name(order),
        "tags": "",
        "test": False,
        "line_items": [
            {"id": order.id + 7, "sku": order.sku, "quantity": order.units,
             "price": f"{float(order.total) / order.units:.2f}", "requires_shipping": order.kind != "digital"},
        ],
    }  # fmt: skip


VERBS = {"created": ("confirmed", "Received new order {0}."), "shipped": ("fulfillment_success", "Fulfilled 1 item."),
         "cancelled": ("cancelled", "Cancelled order {0}."), "refunded": ("refund_success",
         "Refunded $5.00 USD.")}  # fmt: skip


def timeline(world: World, *, mails: bool = False, system: str = "shopify") -> list[Record]:
    """The events of every order, one JSON document a line. `mails`: the customer's messages too."""
    out = []
    number = 164_748_010_000
    limit = world.exported(system)
    for order in world.orders:
        if order.deleted and order.deleted <= limit:
            continue
        told = [(change.at, *VERBS[change.topic]) for change in order.changes if change.topic in VERBS]
        if mails:
            told += [(change.at + dt.timedelta(seconds=2), "mail_sent", "Order {0} confirmation email was sent.")
                     for change in order.changes if change.topic == "created"]  # fmt: skip
        for at, verb, message in sorted(told):
            number += 7
            if at > limit:
                continue
            text = message.format(order.name)
            event = {
                "id": number, "subject_id": order.id, "created_at": _body(world.stamp(system, at)),
                "subject_type": "Order",
                "verb": verb, "arguments": [order.name], "body": None, "message": text, "author": "Shopify",
                "description": text, "path": f"/admin/orders/{order.id}",
            }  # fmt: skip
            out.append(Record(at, compact(event) + "\n", frozenset({order.name})))
    return out
