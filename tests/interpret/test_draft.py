"""A draft for an export that nothing reads: what can be told is told, what cannot is asked for."""

from __future__ import annotations

import json

import pytest

from interpret.making import Folder
from tracelog.errors import ExportError
from tracelog.interpret import catalog, draft, recognise, samples

SENT = """Sent At,Endpoint,Event Type,Order No,HTTP Status,Attempt,Delivery ID,Error
2026-03-12 14:02:11,https://hooks.acme.example/orders,order.created,SO-10020,200,1,del_8f3a01,
2026-03-12 14:05:40,https://hooks.acme.example/orders,order.created,SO-10021,204,1,del_8f3a02,
2026-03-12 14:11:08,https://hooks.acme.example/orders,order.shipped,SO-10022,503,1,del_8f3a03,Service Unavailable
2026-03-12 14:16:00,https://hooks.acme.example/orders,order.cancelled,SO-10023,,1,del_8f3a05,timeout
"""
IN_WORDS = """time;event;order_id;destination;status
1773324131000;OrderCreated;#1001;warehouse;success
1773324132000;OrderCreated;#1002;warehouse;failed
1773324133000;OrderShipped;#1001;warehouse;pending
"""
BETWEEN = """order_ref,event,source,target,occurred_at,status
1001,order.created,Shopify,NetSuite,2026-03-02 14:05:11,sent
1002,order.created,Shopify,NetSuite,2026-03-02 14:06:11,failed
"""
TABLE = """Ship Ref,Sales Order,State,Total,Currency,Created At,Expected Date
S-1,SO-10020,open,20.00,USD,2026-03-12T14:02:11Z,2026-03-20
S-2,SO-10021,done,118.40,USD,2026-03-12T14:05:40Z,2026-03-21
"""
OBJECTS = json.dumps({
    "found": 2,
    "rows": [
        {"id": "a1", "logged": "2026-03-12T14:02:11Z", "data": json.dumps({"order": {"number": "SO-10020"}})},
        {"id": "a2", "logged": "2026-03-12T14:05:40Z", "data": json.dumps({"order": {"number": "SO-10021"}})},
    ],
})  # fmt: skip


def made(text: str, system: str | None = None) -> draft.Draft:
    head = recognise.head_of(text.encode(), "an export")
    return draft.draft(head, catalog.load(), "An export", system)


def told(found: draft.Draft) -> dict[str, str]:
    """Role → the field that has it."""
    return {role: why.partition(":")[0] for role, why in found.found}


def checked(folder: Folder, text: str) -> list[str]:
    """What `formats check` has against a draft, and against loading it."""
    folder.write("acme.export.toml", text)
    known = folder.catalog()
    problems = [problem.what for problem in known.problems]
    found = known.definitions.get("acme-export")
    return problems + ([problem.what for problem in samples.check(found, known)] if found else [])


def test_a_list_of_webhooks_sent_is_told_by_names_and_values():
    assert told(made(SENT)) == {
        "time": "Sent At",
        "order": "Order No",
        "topic": "Event Type",
        "answer": "HTTP Status",
        "sent to": "Endpoint",
        "attempt": "Attempt",
        "error": "Error",
        "message": "Delivery ID",
    }
    assert told(made(IN_WORDS)) == {"time": "time", "order": "order_id", "topic": "event", "answer": "status"}


IN_GERMAN = """Zeitpunkt;Ziel;Ereignis;Statuscode;Bestellnummer
2026-03-12T14:02:12Z;https://erp.example/hook;order.created;200;4711001
2026-03-12T14:05:12Z;https://erp.example/hook;order.updated;500;4711002
"""
NAMELESS = """a,b,c,d,e
2026-03-12T14:02:12Z,https://erp.example/hook,orders/create,200,#1001
2026-03-12T14:05:12Z,https://erp.example/hook,orders/updated,500,#1002
"""
WITH_BODY = """When;To;Topic;HTTP;Sent
12.03.2026 14:02:12;https://erp.example/hook;orders/create;200;"{""id"":6120481930251,""name"":""#5012"",""financial_status"":""paid""}"
13.03.2026 14:05:12;https://erp.example/hook;orders/updated;0;"{""id"":6120481930252,""name"":""#5013"",""financial_status"":""paid""}"
"""
PAGES = """time,url,type,code,size
2026-03-12T14:02:12Z,https://erp.example/page,click,200,17
2026-03-12T14:05:12Z,https://erp.example/page,view,404,18
"""


@pytest.mark.parametrize(("text", "columns"), [(IN_GERMAN, "Zeitpunkt Bestellnummer Ereignis Statuscode Ziel"),
                                               (NAMELESS, "a e c d b")])  # fmt: skip
def test_the_values_tell_where_the_header_does_not(text: str, columns: str):
    found = made(text, "acme")

    assert told(found) == dict(zip(("time", "order", "topic", "answer", "sent to"), columns.split(), strict=True))
    assert found.sure


def test_the_document_that_was_sent_names_the_order():
    """A column with JSON of a known shape: what lies inside is told by that shape, not guessed again."""
    found = made(WITH_BODY, "acme")

    assert told(found) == {"time": "When", "payload": "Sent", "topic": "Topic", "answer": "HTTP", "sent to": "To"}
    assert found.sure
    assert any("6120481930251" in event and "#5012" in event for event in found.events)


def test_a_list_of_something_else_is_no_list_of_webhooks():
    assert not made(PAGES, "acme").sure


@pytest.mark.parametrize("text", [SENT, IN_WORDS, TABLE, OBJECTS, IN_GERMAN, NAMELESS, WITH_BODY])
def test_a_draft_passes_the_check_once_what_it_asks_for_is_answered(folder: Folder, text: str):
    written = made(text).text

    assert checked(folder, written) != []
    answered = written.replace('system  = "TODO"', 'system = "acme"').replace('"TODO"', '"applied"')
    assert checked(folder, answered) == []


def test_an_attempt_is_sent_and_answered(folder: Folder):
    """2xx accepted it, another status refused it, an error without a status means that no answer came."""
    folder.write("acme.export.toml", made(SENT, "acme").text)
    known = folder.catalog()
    definition = known.definitions["acme-export"]
    found = samples.outcomes(definition, known, definition.document.sample[0])

    assert [[(each.kind.phase, each.kind.topic, each.result) for each in one.events] for one in found] == [
        [("emitted", "created", None), ("acknowledged", "created", "200")],
        [("emitted", "shipped", None), ("rejected", "shipped", "503 Service Unavailable")],
        [("emitted", "cancelled", None), ("rejected", "cancelled", "timeout")],
    ]


def test_the_records_own_time_is_the_one_that_is_past():
    """`Expected Date` says nothing about when the row was written."""
    assert told(made(TABLE))["time"] == "Created At"


def test_json_inside_a_text_and_a_list_inside_a_document_are_looked_into():
    found = made(OBJECTS)

    assert told(found) == {"time": "logged", "order": "data.order.number"}
    assert 'records = "rows"' in found.text
    assert 'data = "json?"' in found.text


def test_only_a_list_of_webhooks_with_orders_and_a_sender_is_sure():
    assert made(SENT, "acme").sure
    assert not made(SENT).sure
    assert not made(TABLE, "acme").sure


def test_a_date_and_a_time_in_two_columns_are_one_stamp():
    """The day alone would put everything at midnight."""
    found = made("date;time;url;order_ref;http_status\n2026-02-03;10:00:02;https://erp.example/in;#7031;200\n", "acme")

    assert told(found)["time"] == "{date} {time}"
    assert 'at = "2026-02-03T10:00:02Z"' in found.text


def test_columns_of_other_languages_are_told_by_what_they_hold(folder: Folder):
    text = "Fecha;Destino;Pedido;Código\n2026-02-03 10:00:02;https://wms.example/hook;#8001;200\n"
    found = made(text, "acme")

    assert found.sure
    assert checked(folder, found.text) == []


def test_a_title_above_the_header_is_passed_over(folder: Folder):
    text = made("Webhooks of February\n\n" + SENT, "acme").text

    assert checked(folder, text) == []


PROSE = "The first fox jumped.\nIt was brown and quick,\nthe lazy dog slept on.\nAnd then it rained.\n" * 20
CODE = (
    "import re\n\n\ndef one(text):\n    return re.sub('a', 'b', text)\n\n\ndef two(text):\n    return one(one(text))\n"
)


@pytest.mark.parametrize("text", ["just words\nand more words\n", "", PROSE, CODE])
def test_what_is_neither_a_table_nor_json_gets_no_draft(text: str):
    with pytest.raises(ExportError, match="no draft can be made"):
        made(text)


def test_values_that_look_like_toml_stay_values(folder: Folder):
    """Quotes, backslashes and brackets of the export cannot leave the sample."""
    odd = TABLE.replace("S-1", "\"S'''1\\\"").replace("open", '"[[record]]"')
    answered = made(odd, "acme").text.replace('"TODO"', '"applied"')

    assert checked(folder, answered) == []


def test_columns_that_name_systems_say_who_sent_and_to_whom(folder: Folder):
    found = made(BETWEEN, "webhooks")

    assert (told(found)["sent by"], told(found)["sent to"]) == ("source", "target")
    assert checked(folder, found.text) == []
    known = folder.catalog()
    sample = known.definitions["acme-export"].document.sample[0]
    events = [
        event for each in samples.outcomes(known.definitions["acme-export"], known, sample) for event in each.events
    ]
    assert [(e.kind.phase, e.kind.system, e.kind.peer) for e in events] == [
        ("emitted", "shopify", "netsuite"), ("acknowledged", "shopify", "netsuite"),
        ("emitted", "shopify", "netsuite"), ("rejected", "shopify", "netsuite"),
    ]  # fmt: skip


def test_words_that_are_no_systems_name_no_party():
    assert (
        not {"sent by", "sent to"} & told(made(BETWEEN.replace("Shopify", "web").replace("NetSuite", "north"))).keys()
    )
