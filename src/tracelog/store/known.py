"""Which records of an export the store already holds.

A record is known when the store has a copy with the same digest, inside the same space, that no other record of
this export was found equal to: the n-th of equal records of this export is the n-th copy in the store. So the
larger count over exports wins, and records that really occurred twice survive.

Equal records have equal times (the stamp is part of the text), so only pages whose span touches the record's time
are opened, and those that were opened last are remembered.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from tracelog.store.pages import DIGEST

REMEMBERED = 512
"""Pages whose digests are held at once, about 80 kB each."""


class Spot(NamedTuple):
    page: int
    slot: int


class _Page(NamedTuple):
    slots: dict[bytes, list[int]]
    digests: bytes


class Known:
    """The pages that were in this space before the export came; its own new ones need no looking at."""

    def __init__(self, connection: sqlite3.Connection, space: str) -> None:
        self._sql = connection.execute
        found = self._sql(
            "SELECT id, first, last, records FROM page WHERE space = ? ORDER BY first, id", (space,)
        ).fetchall()
        self._timed = [(first, last, page) for page, first, last, _ in found if first is not None]
        self._timeless = [page for page, first, _, _ in found if first is None]
        self._records = {page: records for page, _, _, records in found}
        self._opened: OrderedDict[int, _Page] = OrderedDict()
        self._claimed: dict[int, int] = {}  # page → bits of the slots that records of this export were found in
        self._next: Spot | None = Spot(found[0][0], 0) if found else None
        self._clock: tuple[int, int] | None = None
        self.empty = not found

    def continued(self, digests: Sequence[bytes]) -> list[Spot | None]:
        """Records that simply go on where the last known one stood; None for the others.

        Found without knowing their times, so a known stretch of an export is not even interpreted.
        """
        spots: list[Spot | None] = []
        for digest in digests:
            spot = self._next
            if spot is None or not self._is(spot, digest):
                spots.append(None)
                continue
            self._take(spot)
            spots.append(spot)
        return spots

    def _is(self, spot: Spot, digest: bytes) -> bool:
        start = spot.slot * DIGEST
        if self._claimed.get(spot.page, 0) >> spot.slot & 1:
            return False
        return self._open(spot.page).digests[start : start + DIGEST] == digest

    def claim(self, digest: bytes, near: Sequence[int]) -> Spot | None:
        """The copy that this record is, in one of the pages `near` it, or None when it is new."""
        for page in near:
            for slot in self._open(page).slots.get(digest, ()):
                if not self._claimed.get(page, 0) >> slot & 1:
                    spot = Spot(page, slot)
                    self._take(spot)
                    return spot
        return None

    def near(self, times: Sequence[int]) -> list[int]:
        """The pages that may hold records of these times; without any, of those seen last."""
        if times:
            self._clock = min(times), max(times)
        if self._clock is None:
            return [*self._timeless, *(page for _, _, page in self._timed)]
        first, last = self._clock
        return [*(page for a, b, page in self._timed if a <= last and b >= first), *self._timeless]

    def _take(self, spot: Spot) -> None:
        page, slot = spot
        self._claimed[page] = self._claimed.get(page, 0) | 1 << slot
        if slot + 1 < self._records[page]:
            self._next = Spot(page, slot + 1)
        else:
            after = page + 1
            self._next = Spot(after, 0) if after in self._records else None

    def _open(self, page: int) -> _Page:
        opened = self._opened.get(page)
        if opened is not None:
            self._opened.move_to_end(page)
            return opened
        digests: bytes = self._sql("SELECT digests FROM page WHERE id = ?", (page,)).fetchone()[0]
        slots: dict[bytes, list[int]] = {}
        for slot in range(len(digests) // DIGEST):
            slots.setdefault(digests[slot * DIGEST : (slot + 1) * DIGEST], []).append(slot)
        self._opened[page] = opened = _Page(slots, digests)
        if len(self._opened) > REMEMBERED:
            self._opened.popitem(last=False)
        return opened
