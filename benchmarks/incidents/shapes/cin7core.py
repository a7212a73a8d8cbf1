"""Cin7 Core: the sale list as the API pages it, and the thin notices that it sends."""

from __future__ import annotations

import datetime as dt
import uuid

from benchmarks.incidents.exports import Record
from benchmarks.incidents.shapes.common import compact, millis, secs
from benchmarks.incidents.world import Document, World

STATUS = {
    "pending": "ORDERING",
    "confirmed": "ORDERED",
    "shipped": "COMPLETED",
    "cancelled": "VOIDED",
    "closed": "VOIDED",
}
SHIPPING = {"shipped": "SHIPPED", "cancelled": "VOIDED", "closed": "VOIDED"}
FULFILMENT = {"shipped": "FULFILLED", "cancelled": "VOIDED", "closed": "VOIDED"}
EVENTS = {"confirmed": "Sale/OrderAuthorised", "shipped": "Sale/ShipmentAuthorised", "cancelled": "Sale/Voided"}


def guid(document: Document) -> str:
    return str(uuid.UUID(int=(0x7F1C1C9A0D524B0E9A55 << 48) + document.number * 7919))


def number(document: Document) -> str:
    return f"SO-{document.number:05d}"


def _status(world: World, document: Document) -> str:
    since = world.traits.get("renamed-since")
    renamed = since and world.exported("cin7core") >= since and document.status == "confirmed"
    return "AWAITING FULFILMENT" if renamed else STATUS[document.status]


def sales(world: World) -> list[Record]:
    """Every sale as it stands when the list was fetched."""
    out = []
    for document in world.listed("cin7core"):
        order, shipped = document.order, document.status == "shipped"
        over = document.status in ("cancelled", "closed")
        sale = {
            "SaleID": guid(document), "OrderNumber": number(document), "Status": _status(world, document),
            "OrderDate": secs(document.created.replace(hour=0, minute=0, second=0)), "InvoiceDate": None,
            "Customer": f"Customer {order.number % 90}", "InvoiceNumber": None, "CustomerReference": order.name,
            "InvoiceAmount": float(document.total) if shipped else 0.0,
            "PaidAmount": float(document.total) if shipped else 0.0,
            "BaseCurrency": "USD", "CustomerCurrency": order.currency, "CreditNoteNumber": None,
            "Updated": millis(world.stamp("cin7core", document.modified)), "QuoteStatus": "NOT AVAILABLE",
            "OrderStatus": "VOIDED" if over else "DRAFT" if document.status == "pending" else "AUTHORISED",
            "CombinedPickingStatus": "PICKED" if shipped else "VOIDED" if over else "NOT PICKED",
            "CombinedPackingStatus": "PACKED" if shipped else "VOIDED" if over else "NOT PACKED",
            "CombinedShippingStatus": SHIPPING.get(document.status, "NOT SHIPPED"),
            "FulFilmentStatus": FULFILMENT.get(document.status, "NOT FULFILLED"),
            "CombinedInvoiceStatus": "INVOICED" if shipped else "NOT INVOICED",
            "CombinedPaymentStatus": "VOIDED" if over else "PAID" if shipped else "UNPAID",
            "CombinedTrackingNumbers": None, "Type": "Simple Sale", "SourceChannel": "Amazon", "ExternalID": None,
        }  # fmt: skip
        out.append(Record(document.created, compact(sale), frozenset({order.name})))
    return out


def notices(world: World) -> list[Record]:
    """Webhooks as their receiver wrote them down: no channel's number, only the sale's."""
    rng = world.rng("cin7 notices")
    out = []
    for document in world.documents:
        held = {"SaleID": guid(document), "SaleOrderNumber": number(document)}
        events: list[tuple[dt.datetime, dict[str, str]]] = [(document.created, held | {"EventType": "Sale/Created"})]
        for note in document.notes:
            if note.field != "status":
                continue
            if note.new == "closed":
                events.append((note.at - dt.timedelta(seconds=40), held | {"EventType": "Sale/Undo"}))
                events.append((note.at, held | {"EventType": "Sale/Voided"}))
            elif note.new == "shipped":
                task = str(uuid.UUID(int=(0xA1D0C2F411114E0E8C55 << 48) + document.number))
                events.append(
                    (note.at, {"SaleTaskID": task, "OrderNumber": number(document), "EventType": EVENTS["shipped"]})
                )
            elif note.new in EVENTS:
                events.append((note.at, held | {"EventType": EVENTS[note.new]}))
        for at, body in events:
            came = at + dt.timedelta(seconds=rng.uniform(1.0, 5.0))
            notice = {"received_at": secs(world.stamp("receiver", came)), "http_status": 200, "body": body}
            out.append(Record(came, compact(notice) + "\n", frozenset({document.order.name})))
    return out
