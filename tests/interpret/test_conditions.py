"""Tests of `when` and `unless`: text, list, glob, range, present, absent."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tracelog.errors import DefinitionError
from tracelog.interpret.conditions import checker, chooser, nearness
from tracelog.interpret.expressions import Scope


def terminal(name: str) -> re.Pattern[str]:
    raise AssertionError(name)


scope = Scope(terminal)


def holds(test: Any, value: Any) -> bool:
    check = checker({"x": test}, {}, scope)
    assert check is not None
    first, again = check({"x": value}), check({"x": value})  # the second time from memory
    assert first == again
    return first


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        ("paid", "paid", True),
        ("paid", "PAID", True),
        ("paid", " paid ", True),
        ("paid", "unpaid", False),
        ("true", True, True),
        ("true", "true", True),
        ("true", 1, False),
        ("1", True, False),
        ("1", 1, True),
        ("false", False, True),
        ("0", False, False),
        ("204", 204, True),
        ("118.4", 118.4, True),
        (204, "204", True),
        (["POST", "PUT"], "put", True),
        (["POST", "PUT"], "GET", False),
        (["PENDING*", "5.."], "7", True),
        ("checkout-*", "checkout-7f", True),
        ("checkout-*", "my-checkout-7f", False),
        ("*/token*", "https://x/oauth/token?a", True),
        ("a?c", "abc", True),
        ("200..299", 204, True),
        ("200..299", "200", True),
        ("200..299", 300, False),
        ("1..", "12", True),
        ("..-1", -5, True),
        ("200..299", "ok", False),
        (True, "x", True),
        (True, 0, True),
        (True, False, True),
        (True, "", False),
        (True, None, False),
        (False, None, True),
        (False, "", True),
        (False, [], False),
        ("{}", {}, False),
        ("x", {"x": 1}, False),
        ("x", ["x"], False),
    ],
)
def test_a_test_holds_for_what_a_person_would_read(test: Any, value: Any, expected: bool) -> None:
    assert holds(test, value) is expected


def test_equal_numbers_and_truth_values_are_not_confused_in_memory() -> None:
    check = checker({"x": "1"}, {}, scope)
    assert check is not None

    assert [check({"x": value}) for value in (1, True, 1.0, "1")] == [True, False, False, True]


def test_all_of_when_and_none_of_unless() -> None:
    check = checker({"a": "1", "b": True}, {"c": "2", "d": True}, scope)
    assert check is not None

    assert check({"a": 1, "b": "x"})
    assert not check({"a": 1})
    assert not check({"a": 1, "b": "x", "c": "2"})
    assert not check({"a": 1, "b": "x", "d": "y"})


def test_a_path_that_leads_into_text_is_absent() -> None:
    check = checker({"body.success": False}, {}, scope)
    assert check is not None

    assert check({"body": "plain text"})


def test_the_first_table_that_holds_is_chosen() -> None:
    choose = chooser([({"a": "1"}, {}), ({"a": True}, {}), ({}, {})], scope)

    assert [choose(record) for record in ({"a": "1"}, {"a": "2"}, {})] == [0, 1, 2]
    assert chooser([({"a": "1"}, {})], scope)({}) == -1


def test_an_empty_test_is_an_error() -> None:
    with pytest.raises(DefinitionError, match="an empty test holds for nothing"):
        checker({"a": ""}, {}, scope)


@pytest.mark.parametrize(
    ("record", "held", "words"),
    [
        ({}, 0, "kind is absent, should be export"),
        ({"kind": "import"}, 0, "kind is 'import', not export"),
        ({"kind": "export"}, 1, "url is absent"),
        ({"kind": "export", "url": "u", "test": True}, 2, "test is present"),
        ({"kind": "export", "url": "u", "code": 500}, 3, "code is 500 or 503"),
        ({"kind": "export", "url": "u"}, 4, ""),
    ],
)
def test_how_near_a_record_came_is_told_in_words(record: dict[str, Any], held: int, words: str) -> None:
    near = nearness({"kind": "export", "url": True}, {"test": True, "code": [500, 503]}, scope)

    assert near(record) == (held, words)
