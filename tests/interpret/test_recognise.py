"""An export is told by its content; a foreign one is left alone, and says what it lacked."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpret.making import Folder
from tracelog.interpret import catalog, recognise
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.recognise import Choice, head_of
from tracelog.read.reader import batches

CSV = """title = "Shipments"
system = "warehouse"
reader = "csv"
[columns]
Order = ["Order", "Order No"]
[recognise]
header = ["Order", "Shipped At"]
[[record]]
when = {{ Order = true }}
phase = "applied"
order = {{ ref = "Order" }}
[[sample]]
text = "{sample}"
"""
JSON = """title = "{title}"
system = "acme"
reader = "jsonl"
[recognise]
keys = {keys}
{more}
[[record]]
when = {{ id = true }}
phase = "received"
[[sample]]
text = '{sample}'
"""
LINES = """title = "Acme log"
system = "acme"
reader = "lines"
grammar = "acme.lark:entry"
[[record]]
when = { ORDER = true }
phase = "received"
order = { ref = "ORDER" }
[[sample]]
text = "12:00 order A-1"
"""
GRAMMAR = 'entry: TIME " order " ORDER\nTIME: /[0-9]{2}:[0-9]{2}/\nORDER: /[A-Z]-[0-9]+/\n'


def choose(known: Catalog, text: str | bytes) -> Choice:
    return recognise.choose(head_of(text if isinstance(text, bytes) else text.encode(), "export"), known)


def name(choice: Choice) -> str | None:
    return choice.definition.name if choice.definition else None


@pytest.fixture
def known(folder: Folder) -> Catalog:
    folder.write("warehouse.csv.toml", CSV.format(sample="Order,Shipped At"))
    folder.write("acme.log.toml", LINES)
    folder.write("acme.lark", GRAMMAR)
    general = JSON.format(title="Events", keys='["id", "body"]', more="", sample='{"id": 1, "body": {}}')
    folder.write("acme.events.toml", general)
    return folder.catalog()


@pytest.mark.parametrize(
    "header",
    ["Order,Shipped At", "order no;shipped at;Extra", '\ufeff"Order"\t"Shipped  At"', "Shipped At,ORDER\r\n#1,x"],
)
def test_a_table_is_known_by_its_columns_however_they_are_spelled_and_separated(known: Catalog, header: str) -> None:
    assert name(choose(known, header + "\n")) == "warehouse-csv"


@pytest.mark.parametrize("header", ["ORDER,SHIPPED AT,SOLD BY", "order,shipped at,sold by", "Order,Shipped At,Sold by"])
def test_a_column_that_is_only_read_may_be_spelled_in_other_case_too(folder: Folder, header: str) -> None:
    """What the rules ask for is found like what the definition lists with its spellings."""
    sample = "Order,Shipped At,Sold by"
    rule = CSV.replace('order = {{ ref = "Order" }}', 'order = {{ ref = "Order" }}\nfields = {{ channel = "Sold by" }}')
    folder.write("warehouse.csv.toml", rule.format(sample=sample))
    known = folder.catalog()
    data = f"{header}\n#1,2026-03-02,shop\n".encode()
    plan = recognise.plan_for(known.definitions["warehouse-csv"], known, head_of(data, "export"))

    (batch,) = batches(io.BytesIO(data), plan)
    assert batch.values == [{"Order": "#1", "Shipped At": "2026-03-02", "Sold by": "shop"}]


def test_a_title_above_the_header_hides_nothing(known: Catalog) -> None:
    """Report writers put their name and a date above the header; the rows are read under the header all the same."""
    data = b"Acme Ltd\n1 Mar 2026 - 8 Mar 2026,,\n\nOrder No,Shipped At\n#1,2026-03-02\n"
    head = head_of(data, "export")
    choice = recognise.choose(head, known)

    assert choice.definition is not None
    cut = batches(io.BytesIO(data), recognise.plan_for(choice.definition, known, head))
    assert [value for batch in cut for value in batch.values or ()] == [{"Order": "#1", "Shipped At": "2026-03-02"}]


@pytest.mark.parametrize(
    "around",
    ['{"data": %s}', '{"page": 1, "links": [{"href": "x"}], "rows": %s}', '{"status": "ok", "result": {"found": %s}}'],
)
def test_an_answer_of_an_interface_may_be_wrapped_in_whatever_it_was_saved_with(known: Catalog, around: str) -> None:
    data = (around % '[{"id": 1, "body": {}}, {"id": 2, "body": {}}]').encode()
    head = head_of(data, "export")
    choice = recognise.choose(head, known)

    assert choice.definition is not None
    cut = batches(io.BytesIO(data), recognise.plan_for(choice.definition, known, head))
    assert [value["id"] for batch in cut for value in batch.values or ()] == [1, 2]


def test_a_foreign_table_says_what_it_lacked(known: Catalog) -> None:
    choice = choose(known, "Order,Weight\n#1,2\n")

    assert choice.definition is None
    assert (
        choice.why
        == "no format fits; nearest is warehouse-csv, but its header lacks Shipped At (1 of 2 columns are there)"
    )


def test_text_is_known_by_the_grammar_reading_it(known: Catalog) -> None:
    choice = choose(known, "12:00 order A-1\n12:01 order A-2\n12:02 shipment 7\n")

    assert name(choice) == "acme-log"
    assert choice.why == "2 of its first 3 records are spelled as acme.lark:entry"


def test_text_of_which_little_can_be_read_is_left_alone(known: Catalog) -> None:
    choice = choose(known, "12:00 order A-1\n" + "12:01 shipment 5\n" * 9)

    assert choice.definition is None
    assert "only 1 of its first 10 records are spelled so" in choice.why


@pytest.mark.parametrize(
    "text",
    [
        '{"id": 1, "body": {}}\n{"id": 2, "body": {}}\n',
        '[{"id": 1, "body": null}, {"id": 2, "body": 3}]',
        '{\n "id": 1,\n "body": {}\n}\n{\n "id": 2,\n "body": {}\n}',
    ],
)
def test_json_is_known_by_the_keys_of_its_records_in_lines_or_in_one_document(known: Catalog, text: str) -> None:
    assert name(choose(known, text)) == "acme-events"


def test_most_records_must_have_the_keys(known: Catalog) -> None:
    rare = "".join(json.dumps({"id": n} | ({"body": 1} if n == 0 else {})) + "\n" for n in range(5))

    assert choose(known, rare).definition is None


def test_of_two_that_fit_the_one_with_more_evidence_wins_and_the_other_is_named(folder: Folder, known: Catalog) -> None:
    special = JSON.format(
        title="Hooks", keys='["id", "body", "topic"]', more="", sample='{"id": 1, "body": 2, "topic": 3}'
    )
    folder.write("acme.hooks.toml", special)
    choice = choose(folder.catalog(), '{"id": 1, "body": {}, "topic": "x"}\n')

    assert name(choice) == "acme-hooks"
    assert choice.rivals == ("acme-events",)


def test_the_one_that_reads_the_others_samples_too_is_the_more_general_and_goes_last(folder: Folder) -> None:
    """Many keys that all webhooks have prove less than one value that only one sender writes."""
    sample = '{"id": 1, "body": 2, "method": 3, "source": "wms"}'
    folder.write(
        "a.any.toml",
        JSON.format(title="Any", keys='["id", "body", "method"]', more="", sample='{"id": 1, "body": 2, "method": 3}'),
    )
    folder.write("a.wms.toml", JSON.format(title="WMS", keys='["id"]', more='when = { source = "wms" }', sample=sample))

    assert name(choose(folder.catalog(), sample)) == "a-wms"
    assert name(choose(folder.catalog(), '{"id": 1, "body": 2, "method": 3, "source": "oms"}')) == "a-any"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"\n \n", "it is empty"),
        (bytes(range(256)) * 40, "it is no text"),
        (b"%PDF-1.7\n", "a PDF document"),
    ],
)
def test_what_is_no_export_says_what_it_is(known: Catalog, data: bytes, why: str) -> None:
    choice = choose(known, data)

    assert choice.definition is None
    assert why in choice.why


def test_a_long_export_cut_inside_its_head_is_still_known(known: Catalog) -> None:
    records = [{"id": n, "body": "x" * 1000} for n in range(500)]

    assert name(choose(known, json.dumps(records))) == "acme-events"
    assert name(choose(known, "\n".join(map(json.dumps, records)))) == "acme-events"


def test_a_broken_definition_does_not_stop_recognition(folder: Folder, known: Catalog) -> None:
    folder.write("zz.log.toml", LINES.replace("acme.lark", "missing.lark"))
    again = folder.catalog()

    assert name(choose(again, "12:00 order A-1\n")) == "acme-log"
    assert "there is no grammar 'missing.lark'" in [problem.what for problem in again.problems]


@settings(deadline=None)  # the first call makes all definitions ready
@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_no_content_makes_recognition_fail_or_claims_noise(data: bytes) -> None:
    assert choose(SHIPPED, data).definition is None


SHIPPED = catalog.load([])


MARKUP = """title = "Boomi-like log"
system = "acme"
reader = "xml"
records = "Log.Event ?? Event"
[recognise]
keys = ["@level", "Message"]
[[record]]
when = { "@level" = true }
phase = "received"
[[sample]]
text = '<Log><Event level="I"><Message>x</Message></Event></Log>'
"""


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ('<?xml version="1.0"?>\n<!DOCTYPE Log>\n<Log>\n<Event level="I"><Message>x</Message></Event></Log>', True),
        ('<Event level="I"><Message>x</Message></Event>\n<Event level="I"><Message>y</Message></Event>', True),
        ("<Log>" + '<Event level="I"><Message>x</Message></Event>' * 9000, True),
        ("<Log><Event><Message>x</Message></Event></Log>", False),
        ('<Other><Event level="I"><Message>x</Message></Event></Other>', False),
        ("<html><body>Event level</body></html>", False),
        ('{"@level": "I", "Message": "x"}', False),
        ("<34>Oct 11 22:14:15 mymachine su: level Message", False),
    ],
)  # fmt: skip
def test_xml_is_known_by_where_its_records_lie_and_their_keys(folder: Folder, text: str, claimed: bool) -> None:
    folder.write("acme.log.toml", MARKUP)

    assert (name(choose(folder.catalog(), text)) == "acme-log") is claimed


def test_a_list_of_pages_is_known_by_the_records_in_them(folder: Folder):
    """Saved answers of an interface, one after another in a list: the reader goes through them, and so does this."""
    text = JSON.format(title="Runs", keys='["id", "run"]', more="", sample='{"id": 1, "run": 2}')
    folder.write("acme.runs.toml", text.replace('"jsonl"', '"json"\nrecords = "data ?? ."'))
    pages = [{"meta": {"page": n}, "data": [{"id": n, "run": "a"}]} for n in range(3)]

    assert choose(folder.catalog(), json.dumps(pages)).definition is not None
    assert choose(folder.catalog(), json.dumps([{"meta": {"page": 1}}])).definition is None


def test_a_document_that_shows_some_lines_of_a_log_is_none(folder: Folder):
    """A page about the log, a source file with a sample in it; a log that begins inside a stack trace is one."""
    folder.write("acme.lark", GRAMMAR)
    folder.write("acme.log.toml", LINES)
    shown = "12:00 order A-1\n12:01 order A-2\n"
    trace = "".join(f"  at Frame {n}\n" for n in range(20))

    assert choose(folder.catalog(), trace + shown).definition is None
    assert choose(folder.catalog(), trace + shown * 10).definition is not None
    assert choose(folder.catalog(), "  at Frame 1\n" + shown).definition is not None
