"""BigCommerce: webhook bodies and the V2 orders API.

Shapes after formats/channels.md, section 2: bodies name the order and what changed and nothing else; the API writes RFC
2822 times, and an empty string for what is not set.
"""

import random
from datetime import datetime
from email.utils import format_datetime

STATUSES = {
    0: "Incomplete", 1: "Pending", 2: "Shipped", 3: "Partially Shipped", 4: "Refunded", 5: "Cancelled", 6: "Declined",
    7: "Awaiting Payment", 8: "Awaiting Pickup", 9: "Awaiting Shipment", 10: "Completed", 11: "Awaiting Fulfillment",
    12: "Manual Verification Required", 13: "Disputed", 14: "Partially Refunded",
}  # fmt: skip


def notice(scope: str, at: datetime, data: dict[str, object], shop: str, rng: random.Random) -> dict[str, object]:
    """A webhook's body."""
    body: dict[str, object] = {"scope": scope, "store_id": "1002155501", "data": data}
    body["hash"] = f"{rng.getrandbits(160):040x}"
    body["created_at"] = int(at.timestamp())
    body["producer"] = f"stores/{shop}"
    return body


def order(
    number: int,
    created: datetime,
    modified: datetime,
    shipped: datetime | None,
    status: int,
    total: str,
    items: int,
    rename: bool,
    email: str,
    payment: str,
    currency: str = "USD",
) -> dict[str, object]:
    """One order of GET /v2/orders. `rename`: the shop calls its states by names of its own."""
    label = STATUSES[status]
    return {
        "id": number,
        "customer_id": 0,
        "date_created": format_datetime(created.replace(microsecond=0)),
        "date_modified": format_datetime(modified.replace(microsecond=0)),
        "date_shipped": format_datetime(shipped.replace(microsecond=0)) if shipped else "",
        "status_id": status,
        "status": label,
        "custom_status": f"{label} (NF)" if rename else label,
        "payment_method": payment,
        "payment_status": "captured" if status not in (0, 1, 7) else "",
        "items_total": items,
        "items_shipped": items if shipped else 0,
        "total_inc_tax": f"{float(total):.4f}",
        "currency_code": currency,
        "order_source": "www",
        "channel_id": 1,
        "external_source": None,
        "external_id": None,
        "external_merchant_id": None,
        "external_order_id": None,
        "is_deleted": False,
        "billing_address": {"email": email},
    }
