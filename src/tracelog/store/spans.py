"""Stretches of the orders, for who goes through them in parts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tracelog.store.read import Store


class Span(NamedTuple):
    """The numbers of the first order in it, and of the first that is no more in it."""

    first: int
    until: int


EVERY = Span(1, 1 << 62)


def spans(store: Store, parts: int) -> list[Span]:
    """All orders in so many stretches, or fewer, of about as many sets of names each."""
    found = store.connection.execute('SELECT "order" FROM naming WHERE "order" > 0 ORDER BY "order"').fetchall()
    parts = min(parts, len(found))
    cuts = {found[len(found) * part // parts][0] for part in range(1, parts)} - {EVERY.first}
    return [Span(*ends) for ends in pairwise([EVERY.first, *sorted(cuts), EVERY.until])]
