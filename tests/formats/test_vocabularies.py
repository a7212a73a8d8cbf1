"""The vendors' vocabularies, as they were collected, against the map that ships: every value, axis, state and mark."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from formats.export_reading import shipped
from tracelog.interpret.status import Meaning
from tracelog.model.event import PAYMENT_STATES

FOLDER = Path(__file__).parent.parent / "samples" / "statuses"
ROWS = [
    row
    for name in ("channel-status.csv", "backoffice-status.csv")
    for row in csv.DictReader((FOLDER / name).read_text("utf-8").splitlines())
]

SYSTEMS = {
    "adobe commerce": "adobecommerce",
    "amazon mcf": "amazon",
    "quickbooks_online": "quickbooks",
    "cin7_core": "cin7core",
    "cin7_omni": "cin7omni",
    "business_central": "businesscentral",
}
"""What the vocabularies call otherwise."""
FIELDS = {
    "salesOrder.status.code": "salesOrder.status",
    "salesOrder.orderStatus.id": "salesOrder.status",
    "salesOrder.status.text": "salesOrder.status",
    "salesOrder.status.fullname": "salesOrder.status",
    "salesOrder.orderStatus.enum": "salesOrder.status",
    "itemFulfillment.status.code": "itemFulfillment.status",
    "itemFulfillment.status.text": "itemFulfillment.status",
    "itemFulfillment.shipStatus.enum": "itemFulfillment.status",
    "returnAuthorization.status.code": "returnAuthorization.status",
    "returnAuthorization.status.text": "returnAuthorization.status",
    "transaction.status.code": "transaction.status",
    "order.orderStatus": "orderStatus",
    "webhook.resource_type": "resource_type",
}
"""Spellings of one status (code, letter, text, full name, enum) are values of one field."""
APART = {
    ("shopify", "fulfillment_status", "null"): "not begun: a state of the fulfilment, none of the order",
    ("ebay", "orderFulfillmentStatus", "NOT_STARTED"): "not begun: the order is confirmed if it is paid, else pending",
    ("quickbooks", "refundReceipt.derived", "exists"): "money went back: a state of the payment",
    ("shipstation", "orderStatus", "pending_fulfillment"): "the vocabularies say picked, and confirmed",
    ("shipstation", "orderStatus", "on_hold"): "the vocabularies say confirmed on hold, and nothing",
    ("shipstation", "resource_type", "ORDER_NOTIFY"): "the vocabularies say confirmed, and pending",
    ("shipstation", "resource_type", "ITEM_ORDER_NOTIFY"): "the vocabularies say confirmed, and pending",
    ("shipstation", "resource_type", "FULFILLMENT_REJECTED"): "the vocabularies say confirmed, and nothing",
}
"""Values whose state is not literally the vocabulary's, and why; never one that claims more."""


def key(row: dict[str, str]) -> tuple[str, str, str]:
    field = row["field"]
    if row["system"] in {"netsuite", "shipstation"}:
        field = FIELDS.get(field, field)
    return SYSTEMS.get(row["system"], row["system"]), field, row["value"]


def meanings(row: dict[str, str]) -> list[Meaning]:
    system, field, value = key(row)
    return list(shipped().status(system).meanings(field, value))


def named(row: dict[str, str]) -> str:
    return "/".join(key(row))


def of(*marks: str) -> list[dict[str, str]]:
    """The rows whose note has one of these marks."""
    return [row for row in ROWS if any(mark in row["note"] for mark in marks)]


PAYMENT = of("PAYMENT", "domain=payment")
MONEY = [*PAYMENT, *of("domain=financial")]


def test_the_vocabularies_are_whole() -> None:
    assert len(ROWS) == 822


@pytest.mark.parametrize("system", sorted({key(row)[0] for row in ROWS}))
def test_every_value_is_known(system: str) -> None:
    of_system = [row for row in ROWS if key(row)[0] == system]

    assert [named(row) for row in of_system if not meanings(row)] == []


def test_every_clean_state_is_the_vocabularys() -> None:
    wrong = [
        (named(row), row["canonical"])
        for row in ROWS
        if row["canonical"] and row not in PAYMENT and key(row) not in APART
        if row["canonical"] not in {m.canonical for m in meanings(row) if m.axis != "payment"}
    ]

    assert wrong == []


def test_what_has_no_clean_state_gets_none() -> None:
    claimed = [
        (named(row), meanings(row))
        for row in ROWS
        if not row["canonical"] and row not in MONEY and key(row) not in APART
        if any(m.canonical for m in meanings(row))
    ]

    assert claimed == []


def test_a_payment_says_the_payments_state() -> None:
    """Money is no shipment and no return: `refunded` never says that the goods came back."""
    for row in PAYMENT:
        found = {m.axis: m.canonical for m in meanings(row)}
        assert "payment" in found, named(row)
        assert found["payment"] in (None, *PAYMENT_STATES), named(row)
        assert found.get("order") in {None, row["canonical"]} - {"returned"}, named(row)


def test_a_return_is_no_state_of_the_order() -> None:
    assert [named(row) for row in of("domain=return") if {m.axis for m in meanings(row)} != {"return"}] == []


def test_transport_actors_and_documents_stand_on_no_axis() -> None:
    """75 codes of an IDoc, acknowledgements, who edited, whether it was printed: nothing of where the order stands."""
    rows = of("domain=transport", "domain=document", "hop=", "actor=")

    assert len(rows) > 100
    assert [named(row) for row in rows if {m.axis for m in meanings(row)} != {""}] == []


def test_who_is_behind_a_context_of_netsuite_is_said_alike() -> None:
    """The vocabulary tells by hand from automated; the definitions read it from `[map.contexts]`."""
    contexts = shipped().owners["netsuite"][0].document.map["contexts"]
    kinds = {"manual": {"person"}, "manual-bulk": {"person"}, "automated": {"integration", "system"}}
    kinds |= {"derived": {"derived"}, "ambiguous": {None}}
    rows = of("actor=")

    assert rows
    for row in rows:
        said = row["note"].partition("actor=")[2].partition(";")[0]
        assert contexts.get(row["value"]) in kinds[said], row["value"]


@pytest.mark.parametrize("mark", ["PARTIAL", "LOSSY", "HOLD"])
def test_how_exact_a_state_is_is_kept(mark: str) -> None:
    rows = [row for row in ROWS if row["note"].startswith(mark) or f"; {mark}" in row["note"]]
    lost = [named(row) for row in rows if mark not in {m.mark for m in meanings(row)} and key(row) not in APART]

    assert len(rows) > 5
    assert lost == []


def test_no_clean_mapping_is_kept() -> None:
    rows = [row for row in of("NO CLEAN MAPPING") if row not in MONEY and key(row) not in APART]

    assert {m.mark for row in rows for m in meanings(row)} == {"NONE"}


def test_what_is_final_is_kept() -> None:
    lost = [
        named(row)
        for row in ROWS
        if row["final"] == "yes" and key(row) not in APART
        if not any(m.final for m in meanings(row)) and any(m.canonical for m in meanings(row))
    ]

    assert lost == []
