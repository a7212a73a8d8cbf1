"""The closed list of functions that a value may pass through: pure, and safe on whatever a record holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from tracelog.errors import DefinitionError
from tracelog.interpret.lookup import Maps, NotInMapError, lookup
from tracelog.interpret.values import text_of
from tracelog.model.record import ALL

Function = Callable[[Any], Any]
"""Takes a value that is not None; gives None when there is nothing."""
Terminals = Callable[[str], re.Pattern[str]]
"""A terminal's name → its pattern; raises DefinitionError for an unknown one."""
MEMORY = 4096
DIGITS = 18
"""A quantity or an amount of more digits is none."""


def function(name: str, arguments: tuple[Any, ...], terminals: Terminals, maps: Maps) -> Function:
    """The function of that name with these arguments; raises DefinitionError."""
    known = FUNCTIONS.get(name)
    if known is None:
        raise DefinitionError(f"unknown function: {name}", help=f"use one of: {', '.join(sorted(FUNCTIONS))}")
    make, least, most = known
    if not least <= len(arguments) <= most:
        wanted = "no argument" if not most else "one argument" if least else "at most one argument"
        raise DefinitionError(f"the function {name} takes {wanted}, not {len(arguments)}")
    if name == "find":
        return _find(terminals(str(arguments[0])))
    if name == "map":
        return _map(maps(str(arguments[0])))
    return make(*map(str, arguments))


def _text(of: Callable[[str], Any]) -> Function:
    """For functions of text: a number is taken as written, an object or a list gives nothing."""

    def call(value: Any) -> Any:
        if type(value) is str:
            return of(value) if value else None
        if type(value) is dict or type(value) is list:
            return None
        return of(text_of(value) or "")

    return call


def _find(pattern: re.Pattern[str]) -> Function:
    search = pattern.search

    def find(text: str) -> str | None:
        found = search(text)
        return found[0] if found else None

    return _text(find)


def _map(table: Mapping[str, str]) -> Function:
    """What the map says to a text, or nothing: no word of it is taken for what the map does not hold."""
    find = lookup(table)

    def told(text: str) -> str | None:
        try:
            return find(text)
        except NotInMapError:
            return None

    return _text(told)


def _after(mark: str) -> Function:
    return _text(lambda text: text.partition(mark)[2].strip() or None)


def _before(mark: str) -> Function:
    return _text(lambda text: text.partition(mark)[0].strip() or None)


def _last(mark: str | None = None) -> Function:
    if mark is None:
        return lambda value: (value[-1] if value else None) if type(value) is list else value
    return _text(lambda text: text.rpartition(mark)[2].strip() or None)


def _all(key: str) -> Function:
    """What the elements of a list, or a single object, hold under `key`, as a list; `a.b` goes through lists too."""
    steps = key.split(".")

    def collect(value: Any) -> list[Any] | None:
        found = _flat([value])
        plain = any(type(one) is dict and key in one for one in found)  # a column may be called `No. of items`
        for step in [key] if plain else steps:
            found = _flat([one.get(step) for one in found if type(one) is dict])
        return [one for one in found if one is not None and one != ""] or None

    return collect


def _flat(values: list[Any]) -> list[Any]:
    found: list[Any] = []
    for one in values:
        found += one if type(one) is list else [one] if type(one) is not dict or ALL not in one else one[ALL]
    return found


def _same(value: Any) -> Any:
    """What all elements of a list are; nothing when they differ."""
    if type(value) is not list:
        return value
    return value[0] if len({text_of(one) for one in value}) == 1 else None


def _max(value: Any) -> Any:
    """The greatest of a list: of numbers by size, of other texts, such as stamps, by what they begin with."""
    if type(value) is not list:
        return value
    texts = [text for one in value if (text := text_of(one))]
    if all(text.isdecimal() for text in texts):
        return max(texts, key=lambda text: (len(text), text), default=None)
    return max(texts, default=None)


def _sum(key: str) -> Function:
    """What the elements of a list hold under `key`, added up exactly; nothing unless all that hold it are numbers."""
    collect = _all(key)

    def total(value: Any) -> str | None:
        cells = collect(value) or []
        try:
            numbers = [Decimal(text_of(cell) or "") for cell in cells]
        except ArithmeticError:
            return None
        if not numbers or not all(number.is_finite() and abs(number.adjusted()) < DIGITS for number in numbers):
            return None
        return f"{sum(numbers, Decimal(0)).normalize():f}"

    return total


_NO_PARTS = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"]
)
_THOUSANDTHS = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
"""Currencies without hundredths, as payment providers count: https://docs.stripe.com/currencies#zero-decimal."""


def _minor(key: str) -> Function:
    """An amount in its currency's smallest unit, `{amount: 11840, currency: "usd"}`, as people write it: 118.40."""

    def amount(value: Any) -> str | None:
        if type(value) is not dict:
            return None
        digits, currency = text_of(value.get(key)) or "", (text_of(value.get("currency")) or "").casefold()
        if not digits.lstrip("-").isdecimal() or len(digits) > DIGITS or len(currency) != len("usd"):
            return None
        places = 0 if currency in _NO_PARTS else 3 if currency in _THOUSANDTHS else 2
        return f"{Decimal(digits).scaleb(-places):f}"

    return amount


def _whole_number(text: str) -> str | None:
    digits = text.strip().lstrip("+")
    sign = digits[:1] == "-"
    return ("-" if sign else "") + (digits[sign:].lstrip("0") or "0") if digits[sign:].isdecimal() else None


def _host(text: str) -> str | None:
    try:
        return urlsplit(text if "//" in text else f"//{text}").hostname
    except ValueError:
        return None


def _url_path(text: str) -> str | None:
    try:
        return urlsplit(text).path or None
    except ValueError:
        return None


def _query(name: str) -> Function:
    def query(text: str) -> str | None:
        for pair in text.partition("?")[2].partition("#")[0].split("&"):
            key, _, value = pair.partition("=")
            if key == name:
                return unquote_plus(value) or None
        return None

    return _text(query)


def _remembered(of: Callable[[str], Any]) -> Function:
    """For what repeats (addresses): computed once for each value."""
    memory: dict[str, Any] = {}

    def call(text: str) -> Any:
        if text in memory:
            return memory[text]
        value = of(text)
        if len(memory) < MEMORY:
            memory[text] = value
        return value

    return _text(call)


FUNCTIONS: dict[str, tuple[Callable[..., Function], int, int]] = {
    "all": (_all, 1, 1),
    "after": (_after, 1, 1),
    "before": (_before, 1, 1),
    "find": (_find, 1, 1),
    "host": (lambda: _remembered(_host), 0, 0),
    "int": (lambda: _text(_whole_number), 0, 0),
    "last": (_last, 0, 1),
    "lower": (lambda: _text(str.lower), 0, 0),
    "map": (_map, 1, 1),
    "minor": (_minor, 1, 1),
    "path": (lambda: _text(_url_path), 0, 0),
    "max": (lambda: _max, 0, 0),
    "query": (_query, 1, 1),
    "same": (lambda: _same, 0, 0),
    "sum": (_sum, 1, 1),
    "text": (lambda: text_of, 0, 0),
}
"""Name → (makes the function from its arguments, least, most arguments)."""
