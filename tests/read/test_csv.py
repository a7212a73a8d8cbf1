"""Rows of a table as dicts under the header's names, each with its place in the export."""

from __future__ import annotations

import pytest

from read.reading import assert_in_place, places, raws, read, values
from tracelog.errors import ExportError
from tracelog.model.record import LIMIT, Plan, Unreadable

PLAIN = Plan("csv")
QUOTED = b'id,note\n1,"two\nlines, and ""quotes"""\n2,plain\n'


def test_a_row_is_a_dict_under_the_header() -> None:
    assert values(b"id,name\n1,a\n2,b\n", PLAIN) == [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]


def test_line_breaks_commas_and_quotes_live_inside_quotes() -> None:
    assert values(QUOTED, PLAIN) == [{"id": "1", "note": 'two\nlines, and "quotes"'}, {"id": "2", "note": "plain"}]
    assert places(QUOTED, PLAIN) == [(8, 2, 29), (38, 4, 7)]


@pytest.mark.parametrize("step", [1, 5, 50])
def test_blocks_do_not_show_in_the_rows(step: int) -> None:
    table = QUOTED + b'3,"a\r\nb"\r\n\r\n4,\n' * 20

    assert values(table, PLAIN, step) == values(table, PLAIN)
    assert_in_place(table, PLAIN, step)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_from_the_header(sign: str) -> None:
    table = f"a{sign}b{sign}c\n1{sign}2{sign}3\n".encode()

    assert values(table, PLAIN) == [{"a": "1", "b": "2", "c": "3"}]


def test_the_line_that_tells_excel_the_delimiter_is_no_header() -> None:
    assert values(b"sep=;\na;b,c\n1;2\n", PLAIN) == [{"a": "1", "b,c": "2"}]


def test_missing_cells_are_empty_and_surplus_ones_are_kept() -> None:
    assert values(b"a,b,c\n1\n1,2,3,4,5\n1,2,3,,\n", PLAIN) == [
        {"a": "1", "b": "", "c": ""},
        {"a": "1", "b": "2", "c": "3", "+": ["4", "5"]},
        {"a": "1", "b": "2", "c": "3"},
    ]


def test_a_mark_carriage_returns_and_blanks_around_names_do_not_count() -> None:
    table = b"\xef\xbb\xbfid , name\r\n1,a\r\n"

    assert values(table, PLAIN) == [{"id": "1", "name": "a"}]
    assert places(table, PLAIN) == [(14, 2, 3)]


def test_columns_come_under_the_names_of_the_definition() -> None:
    """Case does not count; of two spellings present the first listed is meant, the other keeps its name."""
    plan = Plan("csv", columns={"Record": ("Record", "Name"), "Date": ("Date", "Date Created")})

    assert values(b"NAME,Date Created\nSO1,3/2\n", plan) == [{"Record": "SO1", "Date": "3/2"}]
    assert values(b"Name,Record,Date\nx,SO1,3/2\n", plan) == [{"Name": "x", "Record": "SO1", "Date": "3/2"}]


def test_a_name_that_comes_twice_is_numbered() -> None:
    assert values(b"Name,Name\n1,2\n", PLAIN) == [{"Name": "1", "Name_2": "2"}]


def test_a_title_above_the_header_is_passed_over() -> None:
    plan = Plan("csv", columns={"Record": ("Record",), "Date": ("Date",)})

    assert values(b"System Notes\n\nRecord,Date\nSO1,3/2\n", plan) == [{"Record": "SO1", "Date": "3/2"}]


def test_the_header_is_the_line_with_most_columns_however_many_spellings_they_have() -> None:
    """A saved search's columns have dozens of spellings, and its file a few of the columns."""
    spellings = {f"Column {number}": tuple(f"c{number} {each}" for each in range(20)) for number in range(9)}
    plan = Plan("csv", columns={"Record": ("Record", "Name"), "Date": ("Date",), **spellings})

    assert values(b"Sales\nNov 2026, page 1\nName,Date\nSO1,3/2\n", plan) == [{"Record": "SO1", "Date": "3/2"}]


def test_the_header_again_is_no_row_and_may_change_the_order() -> None:
    """Exports that somebody put together into one file."""
    assert values(b"id,name\n1,a\nid,name\n2,b\nname,id\nc,3\n", PLAIN) == [
        {"id": "1", "name": "a"}, {"id": "2", "name": "b"}, {"id": "3", "name": "c"},
    ]  # fmt: skip


def test_rows_that_continue_are_one_record() -> None:
    table = b"Name,Item,Total\n#1,a,9\n#1,b,\n#2,c,5\n\n#1,d,1\n"
    plan = Plan("csv", continues="Name")
    found = values(table, plan)

    assert [[row["Item"] for row in record["rows"]] for record in found] == [["a", "b"], ["c"], ["d"]]
    assert found[0]["Total"] == "9"
    assert raws(table, plan) == [b"#1,a,9\n#1,b,", b"#2,c,5", b"#1,d,1"]
    assert_in_place(table, plan)


def test_rows_without_any_cell_are_none() -> None:
    assert values(b"a,b\n1,2\n,\n\n3,4\n", PLAIN) == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


def test_a_quotation_mark_that_never_closes_costs_its_line_only() -> None:
    assert values(b'a,b\n1,2\n"3,4\n5,6\n', PLAIN) == [{"a": "1", "b": "2"}, "unreadable", {"a": "5", "b": "6"}]


def test_a_quotation_mark_inside_a_cell_is_a_character() -> None:
    assert values(b'size,n\n5" pipe,1\n6" pipe,2\n', PLAIN) == [
        {"size": '5" pipe', "n": "1"},
        {"size": '6" pipe', "n": "2"},
    ]


def test_a_carriage_return_inside_a_cell_does_not_cost_the_row() -> None:
    assert values(b"a,b\n1,x\ry\n2,z\n", PLAIN) == [{"a": "1", "b": "x y"}, {"a": "2", "b": "z"}]


def test_a_table_in_latin_1_keeps_its_letters() -> None:
    assert values(b"a,b\n1,caf\xe9\n", PLAIN) == [{"a": "1", "b": "café"}]


def test_utf16_as_excel_writes_it_is_read_with_true_offsets() -> None:
    table = "id\tname\r\n1\tZoë\r\n2\tß\U0001f600\r\n".encode("utf-16")
    found = places(table, PLAIN)

    assert values(table, PLAIN) == [{"id": "1", "name": "Zoë"}, {"id": "2", "name": "ß\U0001f600"}]
    assert [table[offset : offset + length].decode("utf-16-le") for offset, _, length in found] == [
        "1\tZoë",
        "2\tß\U0001f600",
    ]


def test_a_foreign_header_is_refused_with_what_was_looked_for() -> None:
    plan = Plan("csv", columns={"Record": ("Record",), "Set by": ("Set by", "User")})

    with pytest.raises(ExportError) as caught:
        values(b"city,inhabitants\nUlm,126000\n", plan)

    assert "city, inhabitants" in str(caught.value.why)
    assert "Record, Set by" in str(caught.value.help)


def test_a_header_alone_and_nothing_at_all_have_no_rows() -> None:
    assert values(b"a,b\n", PLAIN) == []
    assert values(b"", PLAIN) == []


def test_a_row_over_the_limit_is_unreadable_and_the_next_is_read() -> None:
    found = read(b"a,b\n1," + b"x" * (LIMIT + 10) + b"\n2,y\n", PLAIN)

    assert [batch.lengths for batch in found] == [[LIMIT + 12], [3]]
    assert list(found[0].oversize) == [0]


def test_hostile_quoting_costs_no_time() -> None:
    """Nothing is tried twice: quotes that open and close at random are over as fast as any text."""
    import time

    started = time.perf_counter()
    values(b"a,b\n" + b'"x""' * 100_000 + b'\n"\n' * 100, PLAIN)

    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("rows", "broken"),
    [
        (b"1,2,3\n4,5", True),
        (b"1,2,3\n4,5\n", False),
        (b"1,2,3\n4,5,6", False),
        (b"1,2\n4,5", False),  # rows of this export leave empty cells at their end out
        (b"4,5", True),
    ],
)
def test_a_row_that_the_exports_end_cuts_is_no_row(rows: bytes, broken: bool) -> None:
    found = [one for batch in read(b"a,b,c\n" + rows, Plan("csv")) for one in batch.values or ()]

    assert [isinstance(one, Unreadable) for one in found[:-1]] == [False] * (len(found) - 1)
    assert isinstance(found[-1], Unreadable) is broken
    if broken:
        assert found[-1].reason == "the export ends in the middle of this row: it has 2 of 3 cells and no line end"
