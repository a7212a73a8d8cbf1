"""What many formats share: how people write an order's name in text, and orders that no system's shape describes."""

from __future__ import annotations

import pytest

from formats.export_reading import shipped
from tracelog import resources
from tracelog.interpret.payload import picker
from tracelog.match import shape


@pytest.mark.parametrize(
    ("text", "said", "looks"),
    [
        ("Shopify: new order ORD-20931", "ORD-20931", "ORD-20931"),
        ("Order #1001 was created", "#1001", "#1001"),
        ("new order 1001", "1001", None),
        ("order_id=6120481930251 stage=mapped", "6120481930251", None),
        ("netsuite responded 201 for ORD-20931", None, "ORD-20931"),
        ("using default pending (SHP-10481).", None, "SHP-10481"),
        ("Amazon 114-1234567-7654321 fetched", None, "114-1234567-7654321"),
        ("sap-sys-api responded 201 for order 12-55501-00417", "12-55501-00417", "12-55501-00417"),
        ("orders of the week: 12345", None, None),
        ("order 2026-03-12 is no date of ours", None, None),
        ("see RFC-3339 and SKU-10422, UTF-8, HTTP-503", None, None),
        ("event 2F2D2931-1E1C-11F1-A0B3-36548D51AEEE", None, None),
        ("at https://shop.example/ORD-20931", None, None),
    ],
)
def test_an_orders_name_in_text(text, said, looks):
    """Behind the word order anything with three digits; by itself only what nothing else is called."""
    folders = [resources.folder("grammars")]

    for terminal, expected in (("ORDER_SAID", said), ("ORDER_NAME", looks)):
        found = shape.terminal(terminal, folders).search(text)
        assert (found and found[0]) == expected


def test_a_systems_own_shape_goes_before_the_common_one():
    """`order_id` stands in a Shopify fulfilment too: what a system owns is told by its owner."""
    pick = picker(shipped().payloads([]))
    fulfilment = {"order_id": 6120481930251, "tracking_company": "UPS", "status": "success"}

    assert pick(fulfilment)[0].name == "shopify.fulfillment"
    assert pick({"externalId": "A-1", "orderId": "A-1"})[0].name == "netsuite.salesorder"
    assert pick({"orderId": "A-1", "customerId": "C-1"})[0].name == "common.order"
    assert pick({"customerId": "C-1"}) is None
