"""What programs read: nothing dropped, nothing that acts."""

from __future__ import annotations

import csv
import io
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render import factories
from tracelog.model.finding import Finding, Scan, Step
from tracelog.render.plain import FINDING_COLUMNS, cell, findings_csv, to_csv, to_json


def test_no_key_is_dropped():
    """Unknown is null, all the way down, and the contract's names are used."""
    told = json.loads(to_json(factories.nothing()))

    assert list(told) == [
        "tracelog", "store", "period", "coverage", "ledger", "steps", "incidents", "findings", "verdict", "wanted",
        "figures",
    ]  # fmt: skip
    assert told["period"] is None
    finding = json.loads(to_json(Finding("F-1", "late", None, "suspected", "low", "e", "r", "d")))
    assert set(finding) == {field.encode_name for field in msgspec.structs.fields(Finding)}
    assert finding["step"] is None
    assert set(json.loads(to_json(factories.SHIP_TO_NETSUITE))) == {"from", "to"}
    assert msgspec.json.decode(to_json(factories.scan()), type=Scan) == factories.scan()
    assert msgspec.json.decode(to_json(factories.SHIP_TO_NETSUITE), type=Step) == factories.SHIP_TO_NETSUITE


def test_the_same_result_is_the_same_bytes():
    assert to_json(factories.scan()) == to_json(factories.scan())
    assert to_json({"a": 1}, pretty=False) == b'{"a":1}\n'


@given(st.text())
def test_a_string_comes_back_as_it_was_and_steers_nothing(text: str):
    """Controls and bidi marks are written as escapes: a terminal shows them, a program reads them."""
    data = to_json([text])

    assert json.loads(data) == [text]
    assert not any(char in data.decode() for char in "\x1b\x7f\x9b\u202e\u2066\u200b\u2028")


def test_a_file_name_that_is_no_utf8_does_not_stop_the_output():
    assert json.loads(to_json({"export": "caf\udce9.log"})) == {"export": "caf\\udce9.log"}


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "-", "+49 30 1"]
)
def test_no_cell_is_a_formula(text: str):
    assert cell(text) == "'" + text


@pytest.mark.parametrize("text", ["-84.00", "+5", "84.00", "#5012", "SO20481", "a=b", "x-y"])
def test_numbers_and_names_are_left_alone(text: str):
    assert cell(text) == text


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00")), min_size=2, max_size=2)
    )
)
def test_csv_reads_back(rows: list[list[str]]):
    """Quotes, commas and line ends inside a cell; only the apostrophe is added."""
    told = list(csv.reader(io.StringIO(to_csv(["a", "b"], rows), newline="")))

    assert told == [["a", "b"], *([cell(value) for value in row] for row in rows)]


def test_controls_of_a_log_reach_no_terminal_through_the_rows():
    """They are written out; what is left of a record steers nothing."""
    finding = msgspec.structs.replace(factories.rewrite(), value_out="\x1b[2J\u202epending")
    [row] = csv.DictReader(io.StringIO(findings_csv([finding])))

    assert row["value_out"] == r"\x1b[2J\u202epending"


def test_findings_as_rows():
    """One finding a row, every column filled or empty, the place of its first record."""
    rows = list(csv.DictReader(io.StringIO(findings_csv([factories.drop(), factories.rewrite()]))))

    assert list(rows[0]) == list(FINDING_COLUMNS)
    assert rows[0]["to"] == "celigo forwarded netsuite"
    assert (rows[0]["export"], rows[0]["line"]) == ("shopify-webhooks.jsonl", "2")
    assert (rows[1]["value_in"], rows[1]["value_out"], rows[1]["limit_seconds"]) == ("fulfilled", "pending", "")
