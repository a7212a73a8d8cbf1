"""The numbers in names: running ones have neighbours, and names of one shape are of one kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from tracelog.model.event import Name

_DIGITS = re.compile("[0-9]+")
_NINES = str.maketrans("012345678", "9" * 9)


def running(value: str) -> int | None:
    """The number that a running number ends in: `SO20481` → 20481. Long ids are no running numbers."""
    digits = value[len(value.rstrip("0123456789")) :]
    return int(digits) if 0 < len(digits) <= 12 else None


Kinds = Mapping[str, AbstractSet[str]]


def kinds_by_value(names: Iterable[Name]) -> Kinds:
    """What is called so: an order of many records is asked for each of them."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in names:
        found[name.value].add(name.kind)
    return found


def own_numbers(system: str, names: Sequence[Name], told: Kinds) -> Iterator[tuple[str, int]]:
    """The running numbers by which a system calls a record, each with its kind. A number that it was given, as the
    record or one of the order's source (`told`) says, is not its own: it has the giver's gaps.
    """
    own = f"{system}:"
    given = {name.value for name in names if not name.kind.startswith(own)}
    for name in names:
        if name.kind.startswith(own) and name.strength == "strong" and name.value not in given:
            if any(not kind.startswith(own) for kind in told.get(name.value, ())):
                continue
            digits = running(name.value)
            if digits is not None:
                yield name.kind, digits


@lru_cache(maxsize=4096)
def shape_of(value: str) -> tuple[str, int]:
    """A name's shape (its letters, and how many digits) and the number in it: names of one shape are of one kind."""
    text = value.strip().lstrip("#").casefold()
    if text.isdigit() and text.isascii():
        return "9" * len(text), int(text[:18])
    digits = "".join(_DIGITS.findall(text))
    return text.translate(_NINES), int(digits[:18]) if digits else 0
