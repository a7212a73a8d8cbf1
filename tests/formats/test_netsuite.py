"""What NetSuite's exports say of an order: system notes, searches, the execution log, REST messages."""

from __future__ import annotations

import json

import pytest

from formats.export_reading import NEW_YORK, names, read, sample, states

HEADER = "Record,Date,Set by,Context,Type,Field,Old Value,New Value\n"
REST = "https://td000000.suitetalk.api.netsuite.com/services/rest/record/v1"

THROWN = '{"name":"DUP_RCRD","message":"This record already exists"}'


def note(record: str, field: str, old: str, new: str, *, context: str = "UI", kind: str = "Change") -> str:
    return HEADER + f"{record},3/13/2026 8:01 am,Ops Desk 1,{context},{kind},{field},{old},{new}\n"


def rest(method: str, path: str, status: int, body: object = None, sent: object = None) -> str:
    request = {"method": method, "url": f"{REST}/{path}", "time": "2026-03-09T12:01:40Z", "body": sent}
    return json.dumps({"request": request, "status": status, "body": body}) + "\n"


def test_a_note_says_who_and_by_which_door():
    """SO20482 was closed by a person in the interface, SO20486 by a file import, SO20481 moved on by a workflow."""
    reading = sample("netsuite_systemnotes.csv")

    assert reading.record(11)[0].actor == ("Ops Desk 2", "person")
    assert reading.record(16)[0].actor == ("Ops Desk 1", "person")
    assert reading.record(4)[0].actor == ("-System-", "derived")
    assert reading.record(1)[0].actor == ("Integration User", "integration")


def test_a_status_note_has_the_old_and_the_new_state():
    """SO20485 went from Pending Billing back to Pending Fulfillment: a regression."""
    (event,) = sample("netsuite_systemnotes.csv").record(15)

    assert states(event) == {"order": "confirmed"}
    assert event.before == {"salesOrder.status": "Pending Billing"}
    assert event.kind.topic is None


def test_the_purchase_order_number_ties_the_document_to_the_channel():
    (event,) = sample("netsuite_systemnotes.csv").record(3)

    assert names(event) == {"netsuite:tranid SO20481", "ref SHP-10481"}


@pytest.mark.parametrize(
    ("record", "axis", "value", "state"),
    [
        ("Sales Order #SO1", "order", "Pending Approval", "pending"),
        ("Item Fulfillment #IF1", "fulfilment", "Packed", "picked"),
        ("Return Authorization #RA1", "return", "Pending Refund", "returned"),
    ],
)
def test_each_kind_of_document_has_its_own_words(record, axis, value, state):
    """`Pending Approval` of a return is not that of an order."""
    (event,) = read(note(record, "Document Status", "", value)).events

    assert states(event) == {axis: state}


def test_an_unknown_context_accuses_nobody():
    (event,) = read(note("Sales Order #SO1", "Memo", "", "x", context="Script (Portlet)")).events

    assert event.actor == ("Ops Desk 1", None)


def test_notes_on_other_records_are_put_aside_with_a_reason():
    reading = read(note("Customer #77", "Phone", "1", "2"))

    assert [(outcome.verdict, outcome.reason) for outcome in reading.outcomes] == [
        ("ignored", "note on a record that is no order")
    ]


def test_headers_are_what_the_author_of_the_search_called_them():
    """Other names, another order of columns."""
    text = (
        "Date Created,Record,User,Field,From,To,Type,Context\n"
        "3/13/2026 8:01 am,Sales Order #SO1,Ann,Status,,Cancelled,Change,UI\n"
    )
    (event,) = read(text, NEW_YORK).events

    assert states(event) == {"order": "cancelled"}
    assert event.actor == ("Ann", "person")


def test_times_are_to_the_minute_in_the_zone_of_who_exported():
    """3/9/2026 8:01 am in New York is 12:01 UTC: the clocks had moved the day before."""
    (event,) = sample("netsuite_systemnotes.csv").record(1)

    assert (event.at, event.at_raw, event.precision) == (1773057660000000000, "3/9/2026 8:01 am", 60 * 10**9)


def test_the_night_the_clocks_moved():
    """1:58 am and 3:01 am that night are three minutes apart."""
    first, second = (sample("netsuite_systemnotes.csv").record(number)[0] for number in (19, 20))

    assert first.at is not None
    assert second.at is not None
    assert second.at - first.at == 3 * 60 * 10**9


def test_a_search_shows_the_state_and_when_the_order_was_made():
    """SO20486: cancelled now, created at 9:58 am of the exporting user's day."""
    observed, created = sample("netsuite_salesorders_search.csv").record(4)

    assert (observed.kind.phase, observed.kind.carries) == ("observed", "state")
    assert states(observed) == {"order": "cancelled"}
    assert (created.kind.phase, created.kind.topic, created.happened_at) == ("applied", "created", 1773064680000000000)
    assert names(observed) == {
        "netsuite:internalid 884106", "netsuite:tranid SO20486", "netsuite:externalid SHP-10486",
        "ref SHP-10486", "ref 5710481000486",
    }  # fmt: skip


def test_none_is_no_name():
    """`- None -` and an empty cell name nothing: SO20489 has no channel order."""
    observed, _ = sample("netsuite_salesorders_search.csv").record(7)

    assert names(observed) == {"netsuite:internalid 884109", "netsuite:tranid SO20489"}


def test_a_fulfilment_is_tied_to_the_order_it_was_made_from():
    observed, applied = sample("netsuite_itemfulfillments_search.csv").record(1)

    assert names(observed) == {"netsuite:tranid SO20481", "netsuite:if IF9911", "netsuite:fulfilmentid 990111"}
    assert states(observed) == {"fulfilment": "shipped"}
    assert applied.kind.topic == "shipped"


def test_several_tracking_numbers_in_one_cell_are_one_row():
    assert len(sample("netsuite_itemfulfillments_search.csv").outcomes) == 5


def test_a_script_s_log_names_both_sides():
    """`SHP-10481 -> salesorder internalid=884101 tranid=SO20481` links the channel's name to the ERP's."""
    (event,) = sample("netsuite_executionlog.csv").record(2)

    assert names(event) == {"ref SHP-10481", "netsuite:internalid 884101", "netsuite:tranid SO20481"}


def test_a_raised_log_level_is_kept_as_context():
    """From then on a missing Debug line proves nothing."""
    contexts = sample("netsuite_executionlog.csv").contexts

    assert [context.resource for context in contexts] == ["Ship Confirm SS", "Order Intake RL", "SO After Submit UE"]
    assert "Log level raised from DEBUG to AUDIT" in contexts[1].what


def test_an_accepted_request_took_effect():
    """204 with Location: the record exists, under the id at the end of the address."""
    (event,) = sample("netsuite_rest.jsonl").record(1)

    assert (event.kind.phase, event.kind.topic, event.kind.instance) == ("applied", "created", "td000000")
    assert names(event) == {"netsuite:internalid 884101"}


def test_a_read_is_a_snapshot_as_of_its_time():
    (event,) = sample("netsuite_rest.jsonl").record(2)

    assert (event.kind.phase, event.kind.carries, event.at_raw) == ("observed", "state", "2026-03-09T18:26:00Z")
    assert "ref 5710481000481" in names(event)


@pytest.mark.parametrize(
    ("line", "phase", "result"),
    [
        (rest("POST", "salesOrder", 200, {"success": False, "error": "no such item"}), "rejected", "200 no such item"),
        (rest("POST", "salesOrder", 400, {"error": {"code": "X", "message": THROWN}}),
         "rejected", "400 DUP_RCRD This record already exists"),
        (rest("PATCH", "salesOrder/884101", 204, None, {"orderStatus": "C"}), "applied", "204"),
        (rest("GET", "salesOrder/eid:SHP-1", 404, {"title": "Not Found"}), None, None),
    ],
)  # fmt: skip
def test_answers_of_the_record_service(line, phase, result):
    """Refused inside a 200, refused as a duplicate inside a RESTlet's text, accepted, and a mere question."""
    events = read(line).events

    assert [(event.kind.phase, event.result) for event in events] == ([(phase, result)] if phase else [])


def test_a_currency_is_compared_only_as_a_currency():
    """`currency` of the record service is an internal id with the account's own label: `US Dollar` is no USD."""
    labelled, coded = (
        read(rest("GET", "salesOrder/1", 200, {"id": "1", "tranId": "SO1", "currency": currency})).events[0]
        for currency in ({"id": "1", "refName": "US Dollar"}, {"id": "1", "refName": "USD"})
    )

    assert "currency" not in labelled.fields
    assert coded.fields["currency"] == "USD"


@pytest.mark.parametrize(
    ("row", "format_"),
    [
        ("990111,IF9911,3/13/2026,Sales Order #SO20481,Shipped", "netsuite-item-fulfillments-search"),
        ("884101,SO20481,3/13/2026,,Pending Billing", "netsuite-sales-orders-search"),
    ],
)
def test_documents_with_the_same_columns_are_told_apart_by_their_status(row, format_):
    """A search of orders may show Created From too: it is empty there, and the words of the status are others."""
    assert read(f"Internal ID,Document Number,Date,Created From,Status\n{row}\n").format == format_
