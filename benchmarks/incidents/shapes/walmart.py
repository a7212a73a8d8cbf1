"""Walmart Marketplace: webhook bodies and the orders API.

Shapes after formats/channels.md, section 6: times of the API in Unix milliseconds, of webhooks in ISO 8601 UTC. The
status stands on the lines; shipped and delivered are only seen by asking.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

Line = tuple[str, int, str, str]
"""sku, quantity, unit price, line status"""


def milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def event(
    kind: str,
    event_id: str,
    at: datetime,
    po: str,
    customer: str,
    ordered: datetime,
    lines: Sequence[Line],
    node: str = "SellerFulfilled",
    *,
    merged: bool,
) -> dict[str, object]:
    """A webhook's body. `merged`: in the form that is sent since February 2026, one event ORDER_UPDATES for all."""
    rows = []
    for number, (sku, quantity, _, status) in enumerate(lines, 1):
        row: dict[str, object] = {
            "lineNumber": str(number),
            "sku": sku,
            "productName": f"Sample {sku.lower()}",
            "quantity": {"unitOfMeasure": "EACH", "measurementValue": str(quantity)},
            "status": status.upper(),
            "statusDate": iso(at),
            "shippingProgramType": "TWO_DAY",
            "shippingMethod": "Value",
        }
        if status == "Cancelled":
            row["cancellationReason"] = "Cancelled by customer"
        rows.append(row)
    order = {
        "partnerId": "10001155501",
        "purchaseOrderId": po,
        "customerOrderId": customer,
        "orderDate": iso(ordered),
        "estimatedDeliveryDate": iso(ordered + timedelta(days=5)),
        "estimatedShipDate": iso(ordered + timedelta(days=2)),
        "orderLines": rows,
        "shipNode": {"type": node},
    }
    if merged:
        source = {"eventType": "ORDER_UPDATES", "eventTime": iso(at), "eventId": event_id}
        return {"source": source, "payload": {"subEventType": kind, "order": order}}
    return {"source": {"eventType": kind, "eventTime": iso(at), "eventId": event_id}, "payload": order}


def order(
    po: str,
    customer: str,
    ordered: datetime,
    changed: datetime,
    lines: Sequence[Line],
    tracking: str | None,
    node: str = "SellerFulfilled",
) -> dict[str, object]:
    """One order as the API gives it."""
    rows = []
    for number, (sku, quantity, price, status) in enumerate(lines, 1):
        state: dict[str, object] = {
            "status": status,
            "statusQuantity": {"unitOfMeasurement": "EACH", "amount": str(quantity)},
        }
        if tracking and status in ("Shipped", "Delivered"):
            state["trackingInfo"] = {
                "shipDateTime": milliseconds(changed),
                "carrierName": {"otherCarrier": None, "carrier": "UPS"},
                "methodCode": "Standard",
                "trackingNumber": tracking,
            }
        charge = {
            "chargeType": "PRODUCT",
            "chargeName": "ItemPrice",
            "chargeAmount": {"currency": "USD", "amount": float(price) * quantity},
        }
        rows.append(
            {
                "lineNumber": str(number),
                "item": {"productName": f"Sample {sku.lower()}", "sku": sku},
                "charges": {"charge": [charge]},
                "orderLineQuantity": {"unitOfMeasurement": "EACH", "amount": str(quantity)},
                "statusDate": milliseconds(changed),
                "orderLineStatuses": {"orderLineStatus": [state]},
            }
        )
    return {
        "purchaseOrderId": po,
        "customerOrderId": customer,
        "customerEmailId": "NF0000000000@relay.walmart.com",
        "orderDate": milliseconds(ordered),
        "shippingInfo": {
            "estimatedDeliveryDate": milliseconds(ordered + timedelta(days=5)),
            "estimatedShipDate": milliseconds(ordered + timedelta(days=2)),
            "methodCode": "Value",
        },
        "orderLines": {"orderLine": rows},
        "shipNode": {"type": node},
    }
