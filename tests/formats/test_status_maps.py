"""The canonical map of each shipped system: every word of the vendor's vocabulary, on the axis it belongs to."""

from __future__ import annotations

import csv

import pytest

from formats.export_reading import shipped
from tracelog import resources
from tracelog.interpret.status import fold
from tracelog.model.event import AXES, PAYMENT_STATES, STATES

FILES = sorted((resources.folder("parsers") / "status").glob("*.csv"))


@pytest.mark.parametrize(
    ("spellings", "state"),
    [
        (("SalesOrd:A", "A", "Pending Approval", "Sales Order : Pending Approval", "_pendingApproval"), "pending"),
        (
            ("SalesOrd:B", "B", "Pending Fulfillment", "Sales Order : Pending Fulfillment", "_pendingFulfillment"),
            "confirmed",
        ),
        (("SalesOrd:C", "C", "Cancelled", "Sales Order : Cancelled", "_cancelled", "canceled"), "cancelled"),
        (("SalesOrd:F", "F", "Pending Billing", "Sales Order : Pending Billing", "_pendingBilling"), "shipped"),
        (("SalesOrd:G", "G", "Billed", "Sales Order : Billed", "_fullyBilled"), None),
    ],
)
def test_netsuite_writes_one_status_in_five_spellings(spellings, state):
    """Code, letter, text, full name and enum: one state. A and B both begin with Pending and are not the same."""
    netsuite = shipped().status("netsuite")
    found = {one.canonical for value in spellings for one in netsuite.meanings("salesOrder.status", value)}

    assert found == {state}


def test_the_same_letter_means_another_thing_on_another_document():
    """C is a cancelled order and a shipped fulfilment: a value is never compared without its field."""
    netsuite = shipped().status("netsuite")

    assert [m.canonical for m in netsuite.meanings("salesOrder.status", "C")] == ["cancelled"]
    assert [m.canonical for m in netsuite.meanings("itemFulfillment.status", "C")] == ["shipped"]


def test_a_payment_says_two_things():
    """`paid` is a payment's state, and of an unshipped order that it is released."""
    meanings = {m.axis: m.canonical for m in shipped().status("shopify").meanings("financial_status", "PAID")}

    assert meanings == {"payment": "paid", "order": "confirmed"}


def test_unfulfilled_has_three_names():
    """It is null in REST, `unfulfilled` in the orders export, UNFULFILLED in GraphQL."""
    shopify = shipped().status("shopify")
    rest, export = (shopify.meanings("fulfillment_status", value) for value in ("null", "unfulfilled"))
    graphql = shopify.meanings("displayFulfillmentStatus", "UNFULFILLED")

    of_shipping = {(m.axis, m.canonical) for m in [*rest, *export, *graphql] if m.axis == "fulfilment"}
    assert of_shipping == {("fulfilment", "pending")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_map_holds_together(path):
    """Known axes and states; one meaning for each value and axis; no clean state means mark NONE and the reverse.

    A hold may hide the state behind it; what does not say where the order stands has no axis.
    """
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    seen = [(row["field"].casefold(), fold(row["value"]), row["axis"]) for row in rows]

    assert rows
    assert len(seen) == len(set(seen))
    for row in rows:
        words = PAYMENT_STATES if row["axis"] == "payment" else STATES
        assert row["axis"] in (AXES if row["canonical"] else ("", *AXES))
        assert row["canonical"] in ("", *words)
        assert row["mark"] == "HOLD" or (row["mark"] == "NONE") == (row["canonical"] == ""), row
        assert row["final"] in ("yes", "no")
