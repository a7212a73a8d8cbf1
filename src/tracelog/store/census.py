"""Which status values the store holds, as they were read: by system and value, with counts and times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from tracelog.model.event import State
from tracelog.store.pages import RECORD, SLOTS
from tracelog.store.read import Store

_states = msgspec.json.Decoder(tuple[State, ...]).decode


class StatesRow(NamedTuple):
    """States that events of one system, to or from one peer, carry together; times in UTC ns."""

    system: str
    peer: str | None
    states: tuple[State, ...]
    events: int
    first: int | None
    last: int | None
    event: int
    """The number of the first such event."""
    format: str | None
    """The format of the export that this one stands in."""


def states(store: Store) -> Iterator[StatesRow]:
    """All that are in the store. A value that decided nothing (another field went before it) is not among them."""
    found = store.connection.execute(
        "SELECT f.system, f.peer, f.states, count(*), min(e.at), max(e.at), min(e.id), e.place FROM event e"
        " JOIN form f ON f.id = abs(e.form) WHERE f.states <> '[]'"
        " AND e.id <= (SELECT value FROM mark WHERE name = 'event')"
        " GROUP BY f.system, f.peer, f.states ORDER BY 7"
    )
    for system, peer, said, events, first, last, event, place in found:
        yield StatesRow(system, peer, _states(said), events, first, last, event, _format(store, place))


def _format(store: Store, place: int) -> str | None:
    """Of the export that brought the page in which this place is."""
    row = store.connection.execute(
        "SELECT x.format FROM page p JOIN export x ON x.id = p.export WHERE p.id = ?", ((place & RECORD) // SLOTS,)
    ).fetchone()
    return None if row is None else str(row[0])
