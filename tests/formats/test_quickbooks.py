"""What QuickBooks Online's exports say of an order: notices in both forms, documents, the audit log."""

from __future__ import annotations

import json

import pytest

from formats.export_reading import SAMPLES, Reading, names, read, sample, states
from tracelog.model.event import MINUTE, Event
from tracelog.model.words import from_rfc3339


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def at(text: str) -> int | None:
    return from_rfc3339(text)


def of(reading: Reading, name: str) -> list[Event]:
    return [event for event in reading.events if name in names(event)]


def document(kind: str, **fields: object) -> str:
    body = {"Id": "1038", "SyncToken": "0", "DocNumber": "SHP-10481", "TotalAmt": 84.0, "Balance": 84.0, **fields}
    return lines({kind: body, "time": "2026-03-09T05:05:32.101-07:00"})


def test_both_forms_of_the_notices_tell_the_same_story():
    """The company, the document and what was done to it; the newer form folds them into `type`."""
    old = [
        (e.kind.topic, e.kind.phase) for e in of(sample("quickbooks_webhooks_legacy.jsonl"), "quickbooks:invoice 1038")
    ]
    new = [
        (e.kind.topic, e.kind.phase)
        for e in of(sample("quickbooks_webhooks_cloudevents.jsonl"), "quickbooks:invoice 1138")
    ]

    assert old == [("invoiced", "applied"), ("updated", "applied"), ("notified", "applied")]
    assert new == [("invoiced", "applied"), ("updated", "applied"), ("updated", "applied")]


def test_documents_of_two_companies_are_kept_apart():
    """Document ids are small numbers that every company counts from one."""
    events = sample("quickbooks_webhooks_legacy.jsonl").record(3)

    assert [(event.kind.instance, names(event)) for event in events] == [
        ("9130350000000001", {"quickbooks:salesreceipt 1039"}),
        ("9130350000000002", {"quickbooks:invoice 77"}),
    ]


def test_the_older_form_has_no_id_and_is_known_again_by_all_that_it_says():
    """(company, kind, id, operation, time): the same five are a redelivery, another operation is not."""
    envelopes = [event.envelope for event in sample("quickbooks_webhooks_legacy.jsonl").events]

    assert len(set(envelopes)) == len(envelopes) == 9
    text = (SAMPLES / "formats" / "quickbooks_webhooks_legacy.jsonl").read_text("utf-8").splitlines(keepends=True)[0]
    twice = read(text * 2).events
    assert twice[0].envelope == twice[1].envelope


def test_the_newer_form_is_known_again_by_the_events_id():
    """Lines 4 and 5 of the sample are one event, delivered twice."""
    voided = [e for e in sample("quickbooks_webhooks_cloudevents.jsonl").events if e.kind.topic == "cancelled"]

    assert [event.envelope for event in voided] == [("00000000-0000-0000-7777-777777777777",)] * 2


def test_nine_digits_of_a_second_are_kept():
    first = sample("quickbooks_webhooks_cloudevents.jsonl").events[0]

    assert first.at is not None
    assert first.at % 1_000_000_000 == 179_851_517


@pytest.mark.parametrize("name", ["Customer", "Item", "Account", "Vendor", "PurchaseOrder", "Bill"])
def test_a_notice_about_what_is_no_sale_names_no_order(name):
    entity = {"name": name, "id": "58", "operation": "Update", "lastUpdated": "2026-03-10T09:00:00.000Z"}
    old = read(lines({"eventNotifications": [{"realmId": "1", "dataChangeEvent": {"entities": [entity]}}]}))
    event = {"specversion": "1.0", "id": "e1", "type": f"qbo.{name.lower()}.updated.v1", "time": entity["lastUpdated"],
             "intuitentityid": "58", "intuitaccountid": "1", "data": {}}  # fmt: skip

    assert old.counts() == {"ignored": 1}
    assert read(json.dumps([event])).counts() == {"ignored": 1}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"order": "confirmed", "payment": "unpaid"}),
        ({"Balance": 20.5}, {"order": "confirmed", "payment": "unpaid"}),
        ({"Balance": 0}, {"payment": "paid"}),
        ({"Balance": 0.0}, {"payment": "paid"}),
        ({"Balance": 0, "TotalAmt": 0, "PrivateNote": "Voided"}, {"order": "cancelled", "payment": "voided"}),
        ({"Balance": 0, "TotalAmt": 0, "PrivateNote": "replacement, free of charge"}, {}),
    ],
)
def test_an_invoice_has_no_status_and_its_amounts_tell(fields, expected):
    assert states(read(document("Invoice", **fields)).events[0]) == expected


def test_an_accounting_document_never_denies_a_shipment():
    """It says nothing of shipping: its state on the order's axis may stand for any later one."""
    for text in (document("Invoice"), document("SalesReceipt", Balance=0)):
        (state,) = [state for state in read(text).events[0].states if state.axis == "order"]
        assert (state.canonical, state.mark) == ("confirmed", "PARTIAL")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"DocNumber": "#1001"}, {"ref #1001", "quickbooks:docnumber #1001"}),
        ({"DocNumber": "112-5550101-4170001"}, {"ref 112-5550101-4170001", "quickbooks:docnumber 112-5550101-4170001"}),
        ({"DocNumber": "1001"}, {"quickbooks:docnumber 1001"}),
        (
            {"DocNumber": "1001", "PrivateNote": "Shopify order #5012"},
            {"quickbooks:docnumber 1001", "ref #5012"},
        ),
        (
            {"DocNumber": "1001", "PrivateNote": "customer asked about order #5012 by phone"},
            {"quickbooks:docnumber 1001"},
        ),
        (
            {"DocNumber": "1001", "PaymentRefNum": "pi_3TraceLogExample485"},
            {"quickbooks:docnumber 1001", "ref pi_3TraceLogExample485"},
        ),
        ({"DocNumber": "1001", "PaymentRefNum": "4711"}, {"quickbooks:docnumber 1001"}),
    ],
)
def test_a_number_that_quickbooks_counted_up_is_no_name_of_a_shops_order(fields, named):
    """Invoice 1001 and the shop's order 1001 have nothing to do with each other."""
    event = read(document("Invoice", **fields)).events[0]

    assert names(event) == {"quickbooks:invoice 1038", *named}


def test_one_payment_of_two_invoices_makes_them_not_one_order():
    line = {"Amount": 20.0, "LinkedTxn": [{"TxnId": "1061", "TxnType": "Invoice"}]}
    other = {"Amount": 30.0, "LinkedTxn": [{"TxnId": "1062", "TxnType": "Invoice"}]}
    body = {"Id": "1045", "SyncToken": "0", "TotalAmt": 50.0, "Line": [line, other]}
    events = read(lines({"Payment": body, "time": "2026-03-09T11:41:00-07:00"})).events

    assert [names(event) for event in events] == [{"quickbooks:invoice 1061"}, {"quickbooks:invoice 1062"}]


def test_a_taken_number_is_a_refusal_that_names_its_owner():
    """SHP-10484 exists: a retry that was refused is no loss."""
    (event,) = sample("quickbooks_transactions.jsonl").record(6)

    assert (event.kind.phase, event.result) == ("rejected", "6140 Duplicate Document Number Error")
    assert names(event) >= {"ref SHP-10484", "quickbooks:invoice 1036"}


def test_the_audit_log_writes_its_zone_into_each_stamp():
    """Whatever zone the user gives: 5:05 am Pacific Daylight Time is 12:05 UTC."""
    for zone in (None, "Europe/Berlin"):
        first = sample("quickbooks_auditlog.csv", zone).events[0]
        assert (first.at, first.precision) == (at("2026-03-09T12:05:00Z"), MINUTE)


def test_the_audit_log_tells_people_from_the_integration():
    kinds = {event.actor.name: event.actor.kind for event in sample("quickbooks_auditlog.csv").events if event.actor}

    assert kinds == {"Order Hub (app)": "integration", "Bookkeeper 1": "person", "System Administration": "system"}


def test_an_invoice_voided_by_hand_is_a_state_and_a_deleted_one_is_not():
    """Deleting may be a bookkeeper's clean-up."""
    log = sample("quickbooks_auditlog.csv")

    assert [states(e) for e in of(log, "ref SHP-10482")] == [{}, {"order": "cancelled"}]
    assert [states(e) for e in of(log, "ref SHP-10483")] == [{}]


def test_columns_of_the_audit_log_may_stand_in_another_order():
    text = (
        "Amount,Event,History,User,Date changed,Name,Date\n"
        '84.00,Added Invoice No. #1001,View,Hub (app),"Jan 9, 2026, 5:05 am Pacific Standard Time",Buyer,01/09/2026\n'
    )
    (event,) = read(text).events

    assert (event.at, names(event)) == (at("2026-01-09T13:05:00Z"), {"quickbooks:docnumber #1001", "ref #1001"})
