"""Values of a record: paths, second choices, functions, templates. What is not there is absent, never an error."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracelog.errors import DefinitionError
from tracelog.interpret.expressions import Scope
from tracelog.match.expression import parse

TERMINALS = {"RECORD_ID": re.compile(r"(?<=/)\d+$")}


def terminal(name: str) -> re.Pattern[str]:
    return TERMINALS[name]


scope = Scope(terminal)


def value(text: str, record: dict[str, Any], *, whole: bool = False) -> Any:
    return scope.getter(parse(text), whole=whole)(record)


RECORD = {
    "Set by": "Integration User",
    "a": {"b": [{"x-topic": "orders/create"}, {"x-topic": "orders/paid"}]},
    "empty": "",
    "nothing": None,
    "zero": 0,
    "url": "https://6104418.suitetalk.api.example:443/record/v1/salesOrder/884120",
    "query": "https://shop.example/o.json?status=any&since=2026-03-01%2000:00#top",
    "headers": {"X-Shopify-Topic": "orders/paid"},
    "note_attributes": [{"name": "gift", "value": "yes"}, {"name": "ref", "value": "A-7"}],
    "GS": {"06": "000123"},
    "charges": [
        {"amount": 11840, "fee": "5", "currency": "usd"},
        {"amount": 500, "currency": "JPY"},
        {"amount": -1500, "currency": "kwd"},
        {"amount": 11840},
    ],
    "stamps": ["2026-11-09T08:00:00Z", "2026-11-10T08:00:00Z", None],
    "counts": [9, 10],
    "parcels": [
        {"statuses": [{"word": "Shipped", "count": 3}, {"word": "Cancelled", "count": 1}]},
        {"statuses": {"word": "Shipped", "count": 2}},
    ],
    "lines": [
        {"quantity": 1, "sku": "A"},
        {"quantity": "2.50", "huge": "1e999999"},
        {"quantity": None, "No. of items": 3},
    ],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Set by", "Integration User"),
        ('a.b[0]."x-topic"', "orders/create"),
        ('a.b[-1]."x-topic"', "orders/paid"),
        ("a.b[7].c", None),
        ("a.b.c", None),
        ("url.host", None),
        ("missing.deeper[0]", None),
        ("zero", 0),
        ("empty ?? nothing ?? missing ?? Set by", "Integration User"),
        ("missing ?? 'none'", "none"),
        ("headers.x-shopify-topic", "orders/paid"),
        ("headers.X-Shopify-Topic", "orders/paid"),
        ("headers.x-other", None),
        ("note_attributes['ref'].value", "A-7"),
        ("note_attributes['other'].value", None),
    ],
)
def test_paths_and_second_choices(text: str, expected: Any) -> None:
    assert value(text, RECORD) == expected


def test_a_point_alone_is_the_whole_record() -> None:
    assert value(".", RECORD) is RECORD


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("url | find(RECORD_ID)", "884120"),
        ("query | find(RECORD_ID)", None),
        ("url | host", "6104418.suitetalk.api.example"),
        ("query | query('since')", "2026-03-01 00:00"),
        ("query | query('page')", None),
        ("query | path", "/o.json"),
        ("url | after('/v1/') | before('/')", "salesOrder"),
        ("url | after('#')", None),
        ("url | last('/')", "884120"),
        ("a.b | last", {"x-topic": "orders/paid"}),
        ("GS.06 | int", "123"),
        ("lines | sum('quantity')", "3.5"),
        ("lines | sum('sku')", None),
        ("lines | sum('huge')", None),
        ("lines | sum('missing')", None),
        ("lines | all('sku')", ["A"]),
        ("lines | all('quantity')", [1, "2.50"]),
        ("lines | all('missing')", None),
        ("lines | all('No. of items')", [3]),
        ("parcels | all('statuses.word')", ["Shipped", "Cancelled", "Shipped"]),
        ("parcels[0] | all('statuses.word')", ["Shipped", "Cancelled"]),
        ("parcels | sum('statuses.count')", "6"),
        ("parcels | all('statuses.word') | same", None),
        ("parcels[1] | all('statuses.word') | same", "Shipped"),
        ("lines | all('sku') | same", "A"),
        ("Set by | same", "Integration User"),
        ("parcels | all('statuses.count') | max", "3"),
        ("stamps | max", "2026-11-10T08:00:00Z"),
        ("counts | max", "10"),
        ("zero | max", 0),
        ("lines | all('missing') | max", None),
        ("Set by | sum('quantity')", None),
        ("charges[0] | minor('amount')", "118.40"),
        ("charges[0] | minor('fee')", "0.05"),
        ("charges[1] | minor('amount')", "500"),
        ("charges[2] | minor('amount')", "-1.500"),
        ("charges[3] | minor('amount')", None),
        ("charges[0] | minor('missing')", None),
        ("Set by | minor('amount')", None),
        ("Set by | int", None),
        ("Set by | lower", "integration user"),
        ("a.b[0] | text", '{"x-topic":"orders/create"}'),
        ("a | lower", None),
        ("missing | lower", None),
        ("zero | text", "0"),
    ],
)
def test_functions(text: str, expected: Any) -> None:
    assert value(text, RECORD) == expected


@given(st.text())
def test_functions_of_addresses_never_fail(text: str) -> None:
    record = {"u": text}
    for function in ("host", "path", "query('a')", "int", "after('/')"):
        value(f"u | {function}", record)


def test_a_template_for_people_leaves_out_what_is_absent() -> None:
    assert value("{GS.06|int} {missing} {Set by}", RECORD) == "123 Integration User"
    assert value("{missing} {empty}", RECORD) is None
    assert value("{zero}/{nothing}", RECORD) == "0/"


def test_a_template_for_a_name_is_whole_or_absent() -> None:
    """Half a control number would join what does not belong together."""
    assert value("{Set by}/{GS.06|int}", RECORD, whole=True) == "Integration User/123"
    assert value("{Set by}/{missing}", RECORD, whole=True) is None


def test_null_may_be_told_from_missing() -> None:
    assert scope.finder("nothing")(RECORD) == "null"
    assert scope.finder("missing")(RECORD) is None
    assert scope.finder("missing ?? nothing")(RECORD) == "null"
    assert scope.finder("nothing ?? Set by")(RECORD) == "Integration User"


def test_texts_of_a_definition_never_become_code() -> None:
    """Whatever stands in quotes is a name or a text, also when it looks like Python."""
    name = """x'] or __import__("os").system("true") or r['"""
    quoted = '"' + name.replace('"', '""') + '"'

    assert value(quoted, {name: "found"}) == "found"
    assert value("missing ?? '{0}'".replace("{0}", "' + str(1)"[2:]), RECORD) == "+ str(1)"


@pytest.mark.parametrize(
    ("text", "message", "tip"),
    [
        ("a | upper", "unknown function: upper", "after, all, before, find"),
        ("a | after", "the function after takes one argument, not 0", None),
        ("a | lower('x')", "the function lower takes no argument, not 1", None),
        ("a | last('x', 'y')", "the function last takes at most one argument, not 2", None),
    ],
)
def test_functions_that_do_not_exist(text: str, message: str, tip: str | None) -> None:
    with pytest.raises(DefinitionError, match=re.escape(message)) as caught:
        value(text, RECORD)

    assert (tip or "") in (caught.value.help or "")


def test_as_many_choices_as_are_taken_can_be_written_out():
    """Each is written inside the one before it, and in a block of its caller's."""
    text = " ?? ".join(f"a{number} | lower" for number in range(58)) + " ?? ((last | lower) | lower)"

    assert value(text, {"last": "X", "a7": ""}) == "x"
