"""JSON documents are read element by element, whatever their size and however they are put together."""

from __future__ import annotations

import json

import pytest

from read.reading import assert_in_place, places, raws, read, values
from tracelog.model.record import LIMIT, Plan, Unreadable

TOP = Plan("json")
LINES = Plan("jsonl")


def test_a_top_level_array_gives_its_elements() -> None:
    assert values(b'[{"a": 1},\n {"a": "x]}"}]', TOP) == [{"a": 1}, {"a": "x]}"}]
    assert places(b'[{"a": 1},\n {"a": "x]}"}]', TOP) == [(1, 1, 8), (12, 2, 12)]


def test_an_object_is_one_record() -> None:
    assert values(b'{"a": {"b": [1, 2]}}\n', TOP) == [{"a": {"b": [1, 2]}}]


@pytest.mark.parametrize("between", [b"", b"\n", b",\n", b"\x1e"])
def test_several_documents_in_a_row_are_several_records(between: bytes) -> None:
    assert values(between.join([b'{"a":1}', b'{\n  "a": 2\n}', b'{"a":3}']), TOP) == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_paths_lead_to_the_array_of_records() -> None:
    document = b'{"meta": {"orders": [9]}, "data": {"orders": [{"id": 1}, {"id": 2}]}, "next": null}'

    assert values(document, Plan("json", records=("items", "data.orders"))) == [{"id": 1}, {"id": 2}]


def test_a_single_object_where_an_array_could_be_is_one_record() -> None:
    assert values(b'{"order": {"id": 1}}', Plan("json", records=("order",))) == [{"id": 1}]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (b'{"payload": {"next": "x", "orders": [{"id": 1}, {"id": 2}]}}', [{"id": 1}, {"id": 2}]),
        (b'{"payload": {"id": 3}}', [{"id": 3}]),
        (b'{"payload": [{"id": 4}]}', [{"id": 4}]),
        (b'{"id": 5}', [{"id": 5}]),
    ],
)
def test_a_longer_path_before_a_shorter_one_counts_where_it_is_there(document: bytes, found: list[object]) -> None:
    """One interface answers with a list inside its envelope, with one order in it, or without the envelope."""
    assert values(document, Plan("json", records=("payload.orders", "payload", "."))) == found


def test_pages_of_an_interface_are_gone_through() -> None:
    pages = b'[{"data": [{"id": 1}]}, {"data": [{"id": 2}, {"id": 3}]}]'

    assert values(pages, Plan("json", records=("data",))) == [{"id": 1}, {"id": 2}, {"id": 3}]


def test_the_document_itself_counts_when_no_array_is_there() -> None:
    plan = Plan("json", records=("items", "."))

    assert values(b'{"items": [{"id": 1}]} {"id": 2} [{"id": 3}]', plan) == [{"id": 1}, {"id": 2}, {"id": 3}]


def test_a_document_without_the_array_is_one_unreadable_record() -> None:
    found = read(b'{"error": "no access"}', Plan("json", records=("items",)))

    assert found[0].values == [Unreadable("the document holds no items")]
    assert found[0].raws == [b'{"error": "no access"}']


@pytest.mark.parametrize("step", [1, 3, 17])
@pytest.mark.parametrize("plan", [TOP, Plan("json", records=("errors",)), Plan("json", records=("errors", "."))])
def test_blocks_do_not_show_in_the_elements(plan: Plan, step: int) -> None:
    document = (
        json.dumps({"a": 12345, "errors": [{"id": n, "t": 'é "{' * n} for n in range(9)]}, indent=1).encode()
        + b"\n[1, 2]"
    )

    assert values(document, plan, step) == values(document, plan)
    assert places(document, plan, step) == places(document, plan)
    assert_in_place(document, plan, step)


@pytest.mark.parametrize("end", range(1, 36))
def test_half_a_document_keeps_its_good_elements_and_ends_with_one_unreadable(end: int) -> None:
    whole = b'{"errors": [{"id": 1}, {"id": "2"}]}'
    found = values(whole[:end], Plan("json", records=("errors",)))
    good = [one for one in found if one != "unreadable"]

    assert good == [{"id": 1}, {"id": "2"}][: len(good)]
    assert found[len(good) :] == ["unreadable"]


def test_a_broken_element_does_not_cost_its_neighbours() -> None:
    assert values(b'[{"a": 1}, {"a": oops, "b": ["]"]}, {"a": 3}]', TOP) == [{"a": 1}, "unreadable", {"a": 3}]
    assert raws(b'[{"a": 1}, {"a": oops, "b": ["]"]}, {"a": 3}]', TOP)[1] == b'{"a": oops, "b": ["]"]}'


def test_a_broken_document_does_not_cost_the_next() -> None:
    text = b'{"a": 1}\n{"a": "never closed\n{"a": 3}\n'

    assert values(text, TOP) == [{"a": 1}, "unreadable", {"a": 3}]


def test_text_that_is_no_json_is_unreadable_and_ends() -> None:
    assert set(values(b"}}} not json at all [ \n ]", TOP)) == {"unreadable"}


def test_an_element_over_the_limit_is_unreadable_and_the_next_is_read() -> None:
    found = read(b'[{"a": "' + b"x" * (LIMIT + 10) + b'"}, {"a": 2}]', TOP)

    assert [batch.lengths for batch in found] == [[LIMIT + 19], [8]]
    assert list(found[0].oversize) == [0]


def test_nesting_without_end_is_unreadable() -> None:
    assert values(b"[" * 100_000 + b"]" * 100_000, Plan("json", records=("a", "."))) == ["unreadable"]
    assert values(b'[{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b'}, {"b": 1}]', TOP) == ["unreadable", {"b": 1}]


def test_what_a_strict_reader_refuses_is_read_all_the_same() -> None:
    """Bytes that are no UTF-8, line breaks inside texts, halves of surrogate pairs, NaN."""
    found = values(b'[{"a": "caf\xe9"}, {"a": "x\ty"}, {"a": "\\ud83d"}, {"a": "\\ud83d\\ude00"}]', TOP)

    assert found == [{"a": "café"}, {"a": "x\ty"}, {"a": "?"}, {"a": "\U0001f600"}]


def test_long_numbers_keep_every_digit() -> None:
    assert values(b"[123456789012345678901234567890]", TOP) == [123456789012345678901234567890]


def test_a_line_is_a_value_and_a_broken_one_costs_itself_only() -> None:
    text = b'{"a": 1}\n\n{"a":\r\n{"a": 3}'

    assert values(text, LINES) == [{"a": 1}, "unreadable", {"a": 3}]
    assert places(text, LINES) == [(0, 1, 8), (10, 3, 5), (17, 4, 8)]


def test_json_lines_that_turn_out_to_be_a_document_are_read_as_one() -> None:
    assert values(b'[{"a": 1},\n{"a": 2}]', LINES) == [{"a": 1}, {"a": 2}]
    assert values(b'{\n "a": 1\n}\n{\n "a": 2\n}', LINES) == [{"a": 1}, {"a": 2}]


def test_a_byte_order_mark_between_exports_put_together_is_no_part_of_a_record() -> None:
    assert values(b'{"a":1}\n\xef\xbb\xbf{"a":2}\n', Plan("jsonl")) == [{"a": 1}, {"a": 2}]
