"""Fields that a kind of record gave until some moment and never since, or gave in another type since: noted like a
change that somebody made, since they are offered as what may have caused a failure that begins then. Adding and
merging in any order gives the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tracelog.link.meaning import moment
from tracelog.model.event import Context, Event, Kind
from tracelog.model.words import rfc3339

ENOUGH = 20
"""Records of the kind before the moment, and after it."""
USUAL = 0.9
"""And in so many of those before it stood, or was of that type."""
_PHASES = frozenset(("emitted", "received", "forwarded"))
_YES_NO = frozenset(("true", "false", "True", "False", "yes", "no"))


class Sight:
    """How often a kind of record had these fields, and between which moments (UTC ns)."""

    __slots__ = ("count", "first", "last")

    def __init__(self, at: int) -> None:
        self.count, self.first, self.last = 0, at, at

    def add(self, count: int, first: int, last: int) -> None:
        self.count += count
        self.first, self.last = min(self.first, first), max(self.last, last)


Typed = tuple[tuple[str, ...], tuple[str, ...]]
"""The fields of a record, and the type of each one's value."""


class Fields:
    """The sums: by kind of record, set of fields and types of their values."""

    def __init__(self) -> None:
        self.seen: dict[tuple[Kind, Typed], Sight] = {}

    def add(self, events: Sequence[Event]) -> None:
        """One order's events."""
        for event in events:
            fields = event.fields
            if fields and event.kind.phase in _PHASES:
                at = moment(event)
                if at >= 0:
                    typed = tuple(fields), tuple([type_of(value) for value in fields.values()])
                    self._sight(event.kind, typed, at).add(1, at, at)

    def _sight(self, kind: Kind, typed: Typed, at: int) -> Sight:
        found = self.seen.get((kind, typed))
        if found is None:
            found = self.seen[kind, typed] = Sight(at)
        return found

    def merge(self, other: Fields) -> None:
        for (kind, typed), sight in other.seen.items():
            self._sight(kind, typed, sight.first).add(sight.count, sight.first, sight.last)

    def contexts(self) -> Iterator[Context]:
        """Each field that vanished or changed its type, as a context record without a place in an export."""
        kinds: dict[Kind, list[tuple[Mapping[str, str], Sight]]] = defaultdict(list)
        for (kind, (names, types)), sight in self.seen.items():
            kinds[kind].append((dict(zip(names, types, strict=True)), sight))
        for kind, sights in sorted(kinds.items(), key=repr):
            where = f"in its {kind.topic or kind.phase} records"
            for field in sorted({name for fields, _ in sights for name in fields}):
                at = _gone([sight for fields, sight in sights if field in fields],
                           [sight for fields, sight in sights if field not in fields])  # fmt: skip
                if at is not None:
                    what = f"the field {field!r} is no longer {where}"
                    yield Context(kind.system, kind.instance, what, at, rfc3339(at))
                elif changed := _retyped([(fields[field], sight) for fields, sight in sights if field in fields]):
                    at, old, new = changed
                    what = f"the field {field!r} {where} changed from {old} to {new}"
                    yield Context(kind.system, kind.instance, what, at, rfc3339(at))


def type_of(value: str) -> str:
    """What kind of value that is, by its spelling. Coarse: each is asked for every field of every record."""
    if value.replace(".", "", 1).lstrip("+-").isdigit():
        return "a number"
    if not value:
        return "nothing"
    if value[0] in "[{":
        return "a list"
    if value in _YES_NO:
        return "yes or no"
    return "a date" if value[:4].isdigit() and value[4:5] == "-" else "text"


def _gone(having: Sequence[Sight], lacking: Sequence[Sight]) -> int | None:
    """When the first record without it came, after the last one with it; None where both kinds come side by side."""
    last = max(sight.last for sight in having)
    after = [sight for sight in lacking if sight.first > last]
    before = sum(sight.count for sight in having)
    around = sum(sight.count for sight in lacking if sight.first <= last)
    if before < ENOUGH or before < USUAL * (before + around) or sum(sight.count for sight in after) < ENOUGH:
        return None
    return min(sight.first for sight in after)


def _retyped(sights: Sequence[tuple[str, Sight]]) -> tuple[int, str, str] | None:
    """Since when, from which type to which. Empty values are of no type, and do not speak against one."""
    told = [(word, sight) for word, sight in sights if word != "nothing"]
    for old in sorted({word for word, _ in told}):
        others = [(word, sight) for word, sight in told if word != old]
        at = _gone([sight for word, sight in told if word == old], [sight for _, sight in others]) if others else None
        if at is not None:
            return at, old, min(others, key=lambda one: (one[1].first < at, -one[1].count, one[0]))[0]
    return None
