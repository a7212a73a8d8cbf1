"""`formats check`: every sample holds and every kind of record is shown, or it is said what is wrong and where."""

from __future__ import annotations

from interpret.making import Folder
from tracelog.interpret import samples
from tracelog.interpret.samples import Report

EVENT = (
    'phase = "applied", topic = "shipped", at = "2026-03-02T14:05:11Z", precision = "second", '
    'names = ["ref #1001"], weak = [], fields = { total = "18.40" }'
)
GOOD = """title = "Shipments"
system = "warehouse"
reader = "csv"
[recognise]
header = ["Order", "Shipped At"]
[time]
at = "Shipped At"
[[record]]
when = { Status = "VOID" }
ignore = "voided shipment"
[[record]]
when = { Order = true }
phase = "applied"
topic = "shipped"
order = { ref = "Order" }
fields = { total = "Total" }
[[sample]]
text = '''
Order,Shipped At,Status,Total
#1001,2026-03-02T14:05:11Z,DONE,18.40
#1002,2026-03-02T14:09:40Z,VOID,
'''
events = [{ EVENT }]
ignored = ["voided"]
""".replace("EVENT", EVENT)


def checked(folder: Folder, text: str) -> Report:
    folder.write("warehouse.shipments.toml", text)
    known = folder.catalog()
    return samples.report(known.get("warehouse-shipments"), known)


def complaint(folder: Folder, old: str, new: str) -> list[str]:
    assert old in GOOD
    return checked(folder, GOOD.replace(old, new)).problems[0].lines()


def test_a_definition_whose_samples_hold_is_good(folder: Folder) -> None:
    assert checked(folder, GOOD) == Report("warehouse-shipments", 1, (), ())


def test_a_value_that_is_not_as_expected_is_shown_beside_what_was(folder: Folder) -> None:
    lines = complaint(folder, 'names = ["ref #1001"]', 'names = ["ref #1002"]')

    assert lines[0] == "error: sample 1, event 1: names is not as expected"
    assert lines[1] == f" --> {folder.path}/warehouse.shipments.toml:17"
    assert lines[2:4] == [" = note: expected ['ref #1002']", "         came out ['ref #1001']"]
    assert 'phase = "applied"' in lines[4]


def test_a_status_without_a_map_says_where_its_row_goes(folder: Folder) -> None:
    text = GOOD.replace('ref = "Order" }', 'ref = "Order" }\nstatus = { Status = "Status" }')
    text = text.replace('"warehouse"', '"depot"').replace("events = [{", 'events = [{ states = { order = "shipped" },')

    assert checked(folder, text).problems[0].help == (
        "no status map knows Status “DONE”: give it a row in status/depot.csv beside the definition"
    )


def test_times_are_shown_as_times(folder: Folder) -> None:
    lines = complaint(folder, 'at = "2026-03-02T14:05:11Z", p', 'at = "2026-03-02T09:05:11Z", p')

    assert lines[2:4] == [" = note: expected '2026-03-02T09:05:11Z'", "         came out '2026-03-02T14:05:11Z'"]


def test_a_missing_event_is_counted_and_those_that_came_are_shown(folder: Folder) -> None:
    lines = complaint(folder, "events = [{", "events = [{}, {")

    assert lines[0] == "error: sample 1 yields 1 events, 2 are expected"
    assert 'names = ["ref #1001"]' in lines[2]
    assert lines[-1] == " = help: events lists every event that a sample yields, in order"


def test_an_unread_record_is_shown_with_its_reason(folder: Folder) -> None:
    lines = complaint(folder, "#1001,2026", "#1001,soon 2026")

    assert lines[0] == "error: sample 1: 1 records are unread, 0 should be"
    assert lines[1] == " reason: time: not an ISO 8601 time: 'soon 2026-03-02T14:05:11Z'"
    assert any("#1001" in line for line in lines)


def test_a_kind_of_record_that_no_sample_shows_is_named(folder: Folder) -> None:
    lines = complaint(folder, "VOID,\n", "DONE,\n")
    found = [
        line for problem in checked(folder, GOOD.replace("VOID,\n", "DONE,\n")).problems for line in problem.lines()
    ]

    assert lines
    assert "error: no sample exercises record 1 (voided shipment)" in found
    assert f" --> {folder.path}/warehouse.shipments.toml:8" in found


def test_a_sample_that_is_not_recognised_says_why(folder: Folder) -> None:
    lines = complaint(folder, "Order,Shipped At,Status,Total", "Order,Shipped,Status,Total")

    assert lines[0] == "error: sample 1 is not recognised as warehouse-shipments"
    assert lines[1] == " reason: its header lacks Shipped At (1 of 2 columns are there)"


def test_a_sample_that_another_format_claims_says_which(folder: Folder) -> None:
    folder.write(
        "warehouse.other.toml",
        GOOD.replace('header = ["Order", "Shipped At"]', 'header = ["Order", "Shipped At", "Status"]'),
    )
    lines = checked(folder, GOOD).problems[0].lines()

    assert lines[0] == "error: sample 1 is not recognised as warehouse-shipments"
    assert "warehouse-other claims it too" in lines[1]


def test_a_misspelt_key_of_a_sample_offers_the_right_one(folder: Folder) -> None:
    lines = complaint(folder, 'topic = "shipped", at', 'tpic = "shipped", at')

    assert lines[0] == "error: sample 1, event 1: unknown key tpic"
    assert lines[-1] == " = help: did you mean topic?"


def test_what_cannot_be_resolved_is_one_problem_with_its_place(folder: Folder) -> None:
    lines = complaint(folder, 'ref = "Order" }', 'ref = "Order | upper" }')

    assert lines[0] == "error: unknown function: upper"
    assert lines[1] == f" --> {folder.path}/warehouse.shipments.toml:11"


def test_text_shapes_are_said_to_be_compiled_or_why_not(folder: Folder) -> None:
    folder.write("warehouse.lark", 'pair: NAME "=" VALUE\nNAME: /[a-z]+/\nVALUE: /[^=]+/\n')
    report = checked(folder, GOOD.replace("[time]", '[decode]\nStatus = "warehouse.lark:pair?"\n[time]'))

    assert report.shapes == (("warehouse.lark:pair", True, None),)
