"""Fields that a kind of record gave until some moment and never since: noted like a change that somebody made, since
they are offered as what may have caused a failure that begins then. Adding and merging in any order gives the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from tracelog.link.meaning import moment
from tracelog.model.event import Context, Event, Kind
from tracelog.model.words import rfc3339

ENOUGH = 20
"""Records of the kind before the moment, and after it."""
USUAL = 0.9
"""And in so many of those before it stood."""
_PHASES = frozenset(("emitted", "received", "forwarded"))


class Sight:
    """How often a kind of record had these fields, and between which moments (UTC ns)."""

    __slots__ = ("count", "first", "last")

    def __init__(self, at: int) -> None:
        self.count, self.first, self.last = 0, at, at

    def add(self, count: int, first: int, last: int) -> None:
        self.count += count
        self.first, self.last = min(self.first, first), max(self.last, last)


class Fields:
    """The sums: by kind of record and set of fields."""

    def __init__(self) -> None:
        self.seen: dict[tuple[Kind, tuple[str, ...]], Sight] = {}

    def add(self, events: Sequence[Event]) -> None:
        """One order's events."""
        for event in events:
            if event.fields and event.kind.phase in _PHASES:
                at = moment(event)
                if at >= 0:
                    self._sight(event.kind, tuple(event.fields), at).add(1, at, at)

    def _sight(self, kind: Kind, fields: tuple[str, ...], at: int) -> Sight:
        found = self.seen.get((kind, fields))
        if found is None:
            found = self.seen[kind, fields] = Sight(at)
        return found

    def merge(self, other: Fields) -> None:
        for (kind, fields), sight in other.seen.items():
            self._sight(kind, fields, sight.first).add(sight.count, sight.first, sight.last)

    def contexts(self) -> Iterator[Context]:
        """Each field that vanished, as a context record without a place in an export."""
        kinds: dict[Kind, list[tuple[frozenset[str], Sight]]] = defaultdict(list)
        for (kind, fields), sight in self.seen.items():
            kinds[kind].append((frozenset(fields), sight))
        for kind, sights in sorted(kinds.items(), key=repr):
            for field in sorted({name for fields, _ in sights for name in fields}):
                at = _gone(field, sights)
                if at is not None:
                    what = f"the field {field!r} is no longer in its {kind.topic or kind.phase} records"
                    yield Context(kind.system, kind.instance, what, at, rfc3339(at))


def _gone(field: str, sights: Sequence[tuple[frozenset[str], Sight]]) -> int | None:
    """When the first record without it came, after the last one with it; None where both kinds come side by side."""
    having = [sight for fields, sight in sights if field in fields]
    lacking = [sight for fields, sight in sights if field not in fields]
    last = max(sight.last for sight in having)
    after = [sight for sight in lacking if sight.first > last]
    before = sum(sight.count for sight in having)
    around = sum(sight.count for sight in lacking if sight.first <= last)
    if before < ENOUGH or before < USUAL * (before + around) or sum(sight.count for sight in after) < ENOUGH:
        return None
    return min(sight.first for sight in after)
