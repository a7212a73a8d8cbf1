"""Amazon SP-API: the all-orders report (tab separated), and notifications as an archive keeps them."""

from __future__ import annotations

import datetime as dt
import uuid

from benchmarks.incidents.exports import Record
from benchmarks.incidents.shapes.common import compact, millis
from benchmarks.incidents.world import Order, World

HEADER = (
    "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\t"
    "sales-channel\torder-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\t"
    "item-price\titem-tax\tshipping-price\tshipping-tax\tgift-wrap-price\tgift-wrap-tax\titem-promotion-discount\t"
    "ship-promotion-discount\tship-city\tship-state\tship-postal-code\tship-country\tpromotion-ids\t"
    "is-business-order\tpurchase-order-number\tprice-designation\r\n"
)
CHANNELS = {"web": "Amazon.com", "app": "Amazon.ca", "wholesale": "Amazon.com.mx"}
WORDS = {"created": "Unshipped", "shipped": "Shipped", "cancelled": "Canceled"}  # the report writes Cancelled


def number(order: Order) -> str:
    """Three, seven and seven digits."""
    return f"114-{5_000_000 + order.number * 37:07d}-{4_100_000 + order.number * 211:07d}"


def _iso(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def report(world: World) -> list[Record]:
    """One row an order (of one item), by last update, as of when the report was made."""
    as_of = world.exported("amazon")
    out = []
    for order in sorted(world.orders, key=lambda one: one.last(as_of)):
        if order.created > as_of or (order.deleted and order.deleted <= as_of):
            continue
        status = (
            "Cancelled" if order.has("cancelled", as_of) else "Shipped" if order.has("shipped", as_of) else "Unshipped"
        )
        updated = world.stamp("amazon", order.last(as_of))
        values = [
            number(order), "", _iso(world.stamp("amazon", order.created)), _iso(updated), status,
            "Merchant" if order.kind == "digital" else "Amazon",
            "Non-Amazon US" if order.kind == "pos" else CHANNELS[order.channel], "", "Standard",
            f"Kettle Lane {order.sku}", order.sku,
            f"B0{order.sku[3:6]}00001", status,
            "0" if status == "Cancelled" else str(order.units), order.currency, order.total, "0.0", "", "", "", "",
            "", "",
            "PORTLAND", "ME", "04101", "US", "", "true" if order.payment == "instalments" else "false", "", "",
        ]  # fmt: skip
        out.append(Record(order.last(as_of), "\t".join(values) + "\r\n", frozenset({number(order)})))
    return out


def notifications(world: World) -> list[Record]:
    """ORDER_CHANGE for every change, published some seconds after it."""
    rng = world.rng("amazon notifications")
    out = []
    for order in world.orders:
        for change in order.changes:
            if change.topic not in WORDS:
                continue
            at = change.at + dt.timedelta(seconds=rng.uniform(2, 15))
            happened = millis(world.stamp("amazon", change.at))
            shipped = order.units if change.topic == "shipped" else 0
            summary = {
                "MarketplaceId": "ATVPDKIKX0DER", "OrderStatus": WORDS[change.topic],
                "PurchaseDate": millis(world.stamp("amazon", order.created)), "DestinationPostalCode": "04101",
                "FulfillmentType": "AFN", "OrderType": "StandardOrder", "NumberOfItemsShipped": shipped,
                "NumberOfItemsUnshipped": order.units - shipped, "OrderPrograms": [], "ShippingPrograms": [],
                "OrderItems": [
                    {"OrderItemId": str(40_000_000_000 + order.number), "SellerSKU": order.sku, "SupplySourceId": None,
                     "Quantity": order.units, "QuantityShipped": shipped, "IsBuyerRequestedCancel": False},
                ],
            }  # fmt: skip
            document = {
                "NotificationVersion": "1.0", "NotificationType": "ORDER_CHANGE", "PayloadVersion": "1.0",
                "EventTime": happened,
                "Payload": {
                    "OrderChangeNotification": {
                        "NotificationLevel": "OrderLevel", "SellerId": "A3KETTLELANE1", "AmazonOrderId": number(order),
                        "OrderChangeType": "OrderStatusChange",
                        "OrderChangeTrigger": {"TimeOfOrderChange": happened, "ChangeReason": "Order Status Change"},
                        "Summary": summary,
                    }
                },
                "NotificationMetadata": {
                    "ApplicationId": "amzn1.sellerapps.app.kl-0001",
                    "SubscriptionId": "7b28cc50-0000-4641-add7-00000000kl01",
                    "PublishTime": millis(world.stamp("amazon", at)),
                    "NotificationId": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
                },
            }  # fmt: skip
            out.append(Record(at, compact(document) + "\n", frozenset({number(order)})))
    return out
