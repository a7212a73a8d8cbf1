"""Whether all orders of one kind, and no others, have a value changed alike: a kit, a currency, a tax of their own.

What all orders that share an attribute show, and none without it, is a rule of theirs as likely as a fault of each
(false accusation 18): it is asked about once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tracelog.expect.traits import Trait

MOST_VALUES = 500
"""An attribute with more values tells single orders apart, and no kind of order."""
_FEWEST = 3
_NEARLY_ALL = 0.9
_PRUNE = 20_000
_SHOWN = 3


class Segment(NamedTuple):
    """Orders that have an attribute: its name, the values it has with them, and how many orders they are."""

    name: str
    values: tuple[str, ...]
    orders: int

    @property
    def words(self) -> str:
        more = ", …" if len(self.values) > _SHOWN else ""
        return f"{self.name.replace('_', ' ')} {', '.join(self.values[:_SHOWN])}{more}"


class Segments:
    """Of one field across one hop: the attributes of orders that left it as it was, and of those that changed it."""

    def __init__(self) -> None:
        self._same: set[Trait] = set()
        self._changed: Counter[tuple[Trait, str]] = Counter()
        self._all: Counter[str] = Counter()
        self._many: set[str] = set()
        self._table: dict[str, dict[str, Counter[str]]] | None = None

    def kept(self, traits: Iterable[Trait]) -> None:
        self._same.update(traits)
        if len(self._same) > _PRUNE:
            self._same = self._pruned(self._same)

    def changed(self, traits: Iterable[Trait], ratio: str) -> None:
        self._table = None
        self._all[ratio] += 1
        self._changed.update((trait, ratio) for trait in traits)
        if len(self._changed) > _PRUNE:
            left = self._pruned({trait for trait, _ in self._changed})
            self._changed = Counter({key: count for key, count in self._changed.items() if key[0] in left})

    def _pruned(self, traits: set[Trait]) -> set[Trait]:
        self._many |= _many(traits)
        return {trait for trait in traits if trait[0] not in self._many}

    def merge(self, other: Segments) -> None:
        self._table = None
        self._same |= other._same
        self._changed.update(other._changed)
        self._all.update(other._all)
        self._many |= other._many

    def of(self, traits: Sequence[Trait], ratios: Sequence[str]) -> Segment | None:
        """The kind of order that changes by one of these ratios, where the order with these attributes is of it."""
        if sum(self._all[ratio] for ratio in ratios) < _FEWEST:
            return None
        if self._table is None:
            self._table = self._tabled()
        found = []
        for name, value in traits:
            values = self._table.get(name, {})
            pure = {each: counts for each, counts in values.items() if self._is_pure(name, each, counts, ratios)}
            orders = sum(counts[ratio] for counts in pure.values() for ratio in ratios)
            if value in pure and orders >= _NEARLY_ALL * sum(self._all[ratio] for ratio in ratios):
                found.append(Segment(name, tuple(sorted(pure)), orders))
        return min(found, key=lambda one: (len(one.values), one.name), default=None)

    def _is_pure(self, name: str, value: str, counts: Counter[str], ratios: Sequence[str]) -> bool:
        alike = sum(counts[ratio] for ratio in ratios)
        return alike >= max(_FEWEST, _NEARLY_ALL * counts.total()) and (name, value) not in self._same

    def _tabled(self) -> dict[str, dict[str, Counter[str]]]:
        left_out = self._many | _many(self._same) | _many({trait for trait, _ in self._changed})
        table: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for ((name, value), ratio), count in self._changed.items():
            if name not in left_out and not _is_date(value):
                table[name][value][ratio] += count
        return {name: dict(values) for name, values in table.items()}


def _many(traits: set[Trait]) -> set[str]:
    return {name for name, count in Counter(name for name, _ in traits).items() if count > MOST_VALUES}


def _is_date(value: str) -> bool:
    """What all orders of one day share is when it happened, and no kind of order."""
    return value[:4].isdigit() and value[4:5] == "-"
