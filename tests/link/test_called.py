"""Orders that share a parcel, or what they are parts of, stay several however they are called."""

from __future__ import annotations

import pytest

from link.test_aliases import linked, orders


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("retailer:po 4500119001", "retailer:po 4500119002"),
        ("ref ORD-8101", "ref ORD-8102"),
        ("shop:name #1001, depot:shipment 7", "shop:name #1002, depot:shipment 8"),
    ],
)
def test_two_orders_in_one_parcel_need_no_ids_to_be_two(one: str, other: str) -> None:
    packed = (f"{one}, carrier:tracking 1Z9", f"{other}, carrier:tracking 1Z9", "carrier:tracking 1Z9")

    assert orders(*packed) == [{1}, {2}, {3}]
    assert [(hub.kind, hub.orders) for hub in linked(*packed).hubs] == [("carrier:tracking", 2)]


def test_two_shipments_of_one_order_in_one_parcel_are_one_order() -> None:
    parts = ("depot:shipment 7, ref #1001, carrier:tracking 1Z9", "depot:shipment 8, ref #1001, carrier:tracking 1Z9")

    assert orders(*parts, "carrier:tracking 1Z9") == [{1, 2, 3}]


def test_a_delivery_that_names_only_a_package_is_found_through_the_item_in_it() -> None:
    chain = ("ref PO-211-00312, hub:item 312-1, hub:item 312-2", "hub:item 312-2, hub:package PK-9001")

    assert orders(*chain, "hub:package PK-9001", "ref PO-211-00313, hub:item 313-1") == [{1, 2, 3}, {4}]


def test_a_package_with_items_of_two_orders_ties_neither() -> None:
    ordered = ("ref PO-211-00312, hub:item 312-1", "ref PO-211-00313, hub:item 313-1")
    packed = ("hub:item 312-1, hub:package PK-9001", "hub:item 313-1, hub:package PK-9001")

    assert orders(*ordered, *packed, "hub:package PK-9001") == [{1, 3}, {2, 4}, {5}]


def test_two_purchase_orders_of_one_customer_order_stay_two() -> None:
    """The customer's order is in no export; each purchase order has a number of its own beside it."""
    both = ("ref 109005550100417, ref 200001555010417", "ref 109005550100418, ref 200001555010417")

    assert orders("market:id 109005550100417", "market:id 109005550100418", *both) == [{1, 3}, {2, 4}]
    assert [(hub.kind, hub.value, hub.orders) for hub in linked(*both).hubs] == [("ref", "200001555010417", 2)]


def test_two_documents_under_one_number_are_of_one_order() -> None:
    assert orders("erp:id 9, ref 7001001", "erp:id 10, ref 7001001") == [{1, 2}]


def test_two_systems_may_know_one_order_by_further_names_that_look_alike() -> None:
    assert orders("erp:id 9, ref 7001001, ref 9003001", "depot:id 5, ref 7001001, ref 5550123") == [{1, 2}]
