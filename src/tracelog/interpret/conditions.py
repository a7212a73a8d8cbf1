"""`when` and `unless`: tests on values of a record, written out with the values they share fetched once.

A value seen before costs one look-up: the words that decide (kind, method, status) are few.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from fnmatch import translate
from typing import Any

from tracelog.errors import DefinitionError
from tracelog.interpret.definition import Tests
from tracelog.interpret.expressions import Getter, Record, Scope, Writer
from tracelog.interpret.values import text_of
from tracelog.match.expression import parse

Check = Callable[[Record], bool]
ValueTest = Callable[[Any], bool]
MEMORY = 1024
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)?\.\.(-?\d+(?:\.\d+)?)?")


def value_test(test: Any) -> ValueTest:
    """A test other than present and absent, as a function of the value. Objects and lists fit no text."""
    words = [text_of(each) or "" for each in (test if isinstance(test, list) else [test])]
    exact = frozenset(word.casefold() for word in words)
    ranges = [_range(found) for word in words if word != ".." and (found := _RANGE.fullmatch(word))]
    globs = [_glob(word.casefold()) for word in words if "*" in word or "?" in word]

    def holds(value: Any) -> bool:
        if value is None or value == "" or isinstance(value, dict | list):
            return False
        text = (value if type(value) is str else text_of(value) or "").strip().casefold()
        return text in exact or any(glob(text) for glob in globs) or any(range_(text) for range_ in ranges)

    return holds


def _range(found: re.Match[str]) -> Callable[[str], bool]:
    lowest = Decimal(found[1]) if found[1] else Decimal("-Infinity")
    highest = Decimal(found[2]) if found[2] else Decimal("Infinity")

    def within(text: str) -> bool:
        try:
            return lowest <= Decimal(text) <= highest
        except InvalidOperation:
            return False

    return within


def _glob(pattern: str) -> Callable[[str], Any]:
    """A glob as a function; the usual ones (`a*`, `*a`, `*a*`) need no regular expression."""
    inner = pattern.strip("*")
    if inner and not set("*?[").intersection(inner):
        if pattern == f"*{inner}*":
            return lambda text: inner in text
        if pattern == f"{inner}*":
            return lambda text: text.startswith(inner)
        if pattern == f"*{inner}":
            return lambda text: text.endswith(inner)
    return re.compile(translate(pattern)).match


class Answers(dict[Any, bool]):
    """The answers of a test by value, found out when first asked for; bounded."""

    def __init__(self, holds: ValueTest) -> None:
        super().__init__()
        self.holds = holds

    def __missing__(self, value: Any) -> bool:
        answer = self.holds(value)
        if len(self) < MEMORY:
            self[value] = answer
        return answer


def write_test(writer: Writer, path: str, test: Any) -> str:
    """One test as a condition in the writer's source."""
    name = writer.of(path)
    if test is True:
        return writer.present(name)
    if test is False:
        return f"not {writer.present(name)}"
    if test in ("", []):
        raise DefinitionError(f"an empty test holds for nothing: {path}", help="use false for: absent")
    answers = Answers(value_test(test))
    # only texts and whole numbers are looked up: True and 1.0 would be taken for 1
    known = f"{writer.give(answers)}[{name}]"
    asked = f"{writer.give(answers.holds)}({name})"
    return f"({name} is not None and ({known} if type({name}) is str or type({name}) is int else {asked}))"


def write_tests(writer: Writer, when: Tests, unless: Tests) -> str | None:
    """All tests of a table as one condition; None when there are none."""
    parts = [write_test(writer, path, test) for path, test in when.items()]
    parts += [f"not {write_test(writer, path, test)}" for path, test in unless.items()]
    return " and ".join(parts) or None


def checker(when: Tests, unless: Tests, scope: Scope) -> Check | None:
    """The tests as a function of the record; None when there are none."""
    writer = Writer(scope)
    condition = write_tests(writer, when, unless)
    return writer.function(("r",), f"bool({condition})") if condition else None


def chooser(tables: Sequence[tuple[Tests, Tests]], scope: Scope) -> Callable[[Record], int]:
    """The number, from 0, of the first pair of tables that holds; -1 when none does."""
    writer = Writer(scope)
    for number, (when, unless) in enumerate(tables):
        condition = write_tests(writer, when, unless)
        if condition is None:
            return writer.function(("r",), str(number))
        writer.line(f"if {condition}: return {number}")
    return writer.function(("r",), "-1")


Nearness = Callable[[Record], tuple[int, str]]
"""A record → how many tests of a rule held before one failed, and that one in words."""


def nearness(when: Tests, unless: Tests, scope: Scope) -> Nearness:
    """For telling how near an unread record came to a rule."""
    tests: list[tuple[str, Any, bool, Check, Getter]] = []
    for table, forbidden in ((when, False), (unless, True)):
        for path, test in table.items():
            writer = Writer(scope)
            asked = writer.function(("r",), write_test(writer, path, test))
            tests.append((path, test, forbidden, asked, scope.getter(parse(path))))

    def near(record: Record) -> tuple[int, str]:
        for held, (path, test, forbidden, asked, get) in enumerate(tests):
            if bool(asked(record)) == forbidden:
                return held, describe(path, test, text_of(get(record)), unless=forbidden)
        return len(tests), ""

    return near


def describe(path: str, test: Any, value: str | None, *, unless: bool) -> str:
    """A failed test in words, for the reason of an unread record."""
    if isinstance(test, bool):
        return f"{path} is {'absent' if test != unless else 'present'}"
    words = " or ".join(map(str, test)) if isinstance(test, list) else str(test)
    if unless:
        return f"{path} is {words}"
    return f"{path} is {value[:40]!r}, not {words}" if value else f"{path} is absent, should be {words}"
