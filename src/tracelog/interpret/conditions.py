"""`when` and `unless`: tests on values of a record, made into one closure that names the test that failed.

A value seen before costs one look-up: the words that decide (kind, method, status) are few.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal, InvalidOperation
from fnmatch import translate
from typing import Any

from tracelog.errors import DefinitionError
from tracelog.interpret.values import text_of

Record = dict[str, Any]
Getter = Callable[[Record], Any]
Check = Callable[[Record], bool]
MEMORY = 1024
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)?\.\.(-?\d+(?:\.\d+)?)?")


def value_test(test: Any) -> Callable[[Any], bool]:
    """A test as a function of the value; the value is never None, "" or missing unless the test is a boolean."""
    if isinstance(test, list):
        tests = [value_test(each) for each in test]
        return lambda value: any(each(value) for each in tests)
    word = text_of(test) or ""
    low = word.casefold()
    if (range_ := _RANGE.fullmatch(word)) and word != "..":
        lowest = Decimal(range_[1]) if range_[1] else Decimal("-Infinity")
        highest = Decimal(range_[2]) if range_[2] else Decimal("Infinity")
        return lambda value: _within(lowest, value, highest)
    if "*" in word or "?" in word:
        fits = re.compile(translate(low.replace("[", "[[]"))).match
        return lambda value: fits((text_of(value) or "").casefold()) is not None
    return lambda value: (text_of(value) or "").casefold() == low


def _within(lowest: Decimal, value: Any, highest: Decimal) -> bool:
    try:
        return lowest <= Decimal(text_of(value) or "") <= highest
    except InvalidOperation:
        return False


def check(get: Getter, test: Any) -> Check:
    """One test on one value. True: present; False: absent (missing, null or empty text)."""
    if test is True:
        return lambda record: get(record) not in _NOTHING
    if test is False:
        return lambda record: get(record) in _NOTHING
    holds = value_test(test)
    memory: dict[Hashable, bool] = {None: False, "": False}

    def remembered(record: Record) -> bool:
        value = get(record)
        try:
            return memory[value]
        except KeyError:
            answer = holds(value)
            if len(memory) < MEMORY and (type(value) is str or (type(value) is int and value > 1)):
                memory[value] = answer  # not 0, 1, 0.0, 1.0: they equal False and True
            return answer
        except TypeError:  # a list or an object
            return holds(value)

    return remembered


_NOTHING = (None, "")


def all_of(checks: Sequence[Check]) -> Check | None:
    """One closure for all of them; None when there are none."""
    if not checks:
        return None
    if len(checks) == 1:
        return checks[0]
    if len(checks) == 2:
        a, b = checks
        return lambda record: a(record) and b(record)
    if len(checks) == 3:
        a, b, c = checks
        return lambda record: a(record) and b(record) and c(record)
    return lambda record: all(each(record) for each in checks)


def negated(check_: Check) -> Check:
    return lambda record: not check_(record)


def describe(path: str, test: Any, *, unless: bool = False) -> str:
    """A test in words, for the reason of an unread record."""
    if isinstance(test, bool):
        wanted = "present" if test != unless else "absent"
        return f"{path} is not {wanted}" if not unless else f"{path} is {'present' if test else 'absent'}"
    words = ", ".join(map(str, test)) if isinstance(test, list) else str(test)
    return f"{path} is {words}" if unless else f"{path} is not {words}"


def checked(test: Any, where: str) -> Any:
    """The test itself, or DefinitionError when it can never hold."""
    if test in ("", []):
        raise DefinitionError("an empty test holds for nothing", where=where, help="use false for: absent")
    return test
