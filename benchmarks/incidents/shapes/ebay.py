"""eBay: the Sell Fulfillment API's orders and the Notification API's bodies.

Shapes after formats/channels.md, section 7. An order confirmation is sent for each line and is no duplicate.
"""

from collections.abc import Sequence
from datetime import datetime


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def confirmation(
    notice_id: str, order_id: str, line_id: str, listing: str, quantity: int, at: datetime, attempt: int = 1
) -> dict[str, object]:
    """ORDER_CONFIRMATION for one line."""
    line = {"orderLineItemId": line_id, "listingId": listing, "quantity": quantity}
    return {
        "metadata": {"topic": "ORDER_CONFIRMATION", "schemaVersion": "1.0", "deprecated": False},
        "notification": {
            "notificationId": notice_id,
            "eventDate": iso(at),
            "publishDate": iso(at),
            "publishAttemptCount": attempt,
            "data": {
                "user": {"userId": "nfSELLER01", "username": "northfold_test"},
                "order": {"orderId": order_id, "orderLineItems": [line]},
            },
        },
    }


def order(
    order_id: str,
    number: int,
    created: datetime,
    changed: datetime,
    fulfilment: str,
    payment: str,
    cancel: str,
    lines: Sequence[tuple[str, int, str]],
    currency: str = "USD",
) -> dict[str, object]:
    """One order of getOrders. Lines are (sku, quantity, price)."""
    rows = []
    total = 0.0
    for index, (sku, quantity, price) in enumerate(lines, 1):
        rows.append(
            {
                "lineItemId": f"1008000{number:05d}{index:02d}",
                "legacyItemId": f"33555{abs(hash_of(sku)) % 10**7:07d}",
                "sku": sku,
                "quantity": quantity,
                "lineItemFulfillmentStatus": fulfilment,
            }
        )
        total += float(price) * quantity
    return {
        "orderId": order_id,
        "legacyOrderId": order_id,
        "creationDate": iso(created),
        "lastModifiedDate": iso(changed),
        "orderFulfillmentStatus": fulfilment,
        "orderPaymentStatus": payment,
        "sellerId": "northfold_test",
        "salesRecordReference": str(number),
        "pricingSummary": {"total": {"value": f"{total:.2f}", "currency": currency}},
        "cancelStatus": {"cancelState": cancel, "cancelRequests": []},
        "lineItems": rows,
        "fulfillmentHrefs": [],
    }


def hash_of(text: str) -> int:
    """A number that depends on nothing but the text."""
    value = 0
    for letter in text:
        value = (value * 31 + ord(letter)) % 10**9
    return value
