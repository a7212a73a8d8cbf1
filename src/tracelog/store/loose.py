"""Statements that no order is known of: they may be what is missing, or tell of deliveries tried, accepted, refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tracelog.model.event import Event
from tracelog.store.pages import NTH
from tracelog.store.results import CandidateRow

if TYPE_CHECKING:
    from tracelog.store.read import Store

_LOOSE = """FROM event e JOIN form f ON f.id = abs(e.form) LEFT JOIN naming n ON n.id = e.naming
 WHERE coalesce(n."order", 0) = 0 AND e.id NOT IN (SELECT event FROM lending)"""


def sent(store: Store) -> list[Event]:
    """Statements about no order, of the streams in which something was refused and nothing taken in.

    Who takes in refuses health checks and scanners too, and gives a retry another id than the first try.
    """
    rows = store.connection.execute(f"SELECT f.stream, f.phase {_LOOSE} GROUP BY f.stream, f.phase").fetchall()
    refused = {stream for stream, phase in rows if phase == "rejected"}
    streams = sorted(refused - {stream for stream, phase in rows if phase == "received"})
    if not streams:
        return []
    marks = ",".join("?" * len(streams))
    found = store.connection.execute(
        f"SELECT e.id {_LOOSE} AND f.stream IN ({marks}) ORDER BY e.id", streams
    ).fetchall()
    return [store.event(number) for (number,) in found if number <= store.newest]


_CANDIDATES = f"""SELECT coalesce((SELECT s.name FROM activity a JOIN stream s ON s.id = a.stream WHERE a.page = p.id
  ORDER BY a.records DESC LIMIT 1), d.name), p.first, p.last, NULL
 FROM unread_record u JOIN page p ON p.id = u.record / 1024 JOIN definition d ON d.digest = p.definition
 WHERE p.id <= ?1 AND p.first IS NOT NULL
 UNION ALL SELECT f.stream, e.at, e.at, f.phase {_LOOSE} AND e.at IS NOT NULL AND e.id <= ?2
 AND NOT EXISTS (SELECT 1 FROM event s LEFT JOIN naming m ON m.id = s.naming
  WHERE s.id BETWEEN e.id - 1 AND e.id + 1 AND s.id <> e.id AND s.place % {NTH} = e.place % {NTH}
  AND (coalesce(m."order", 0) > 0 OR s.id IN (SELECT event FROM lending)))"""


def candidates(connection: sqlite3.Connection, pages: int, events: int) -> Iterator[CandidateRow]:
    """Records that may be what is missing, up to these: unread ones, and loose statements. What a record says of a
    whole group is not loose where it says it of the orders in it, too.
    """
    return map(CandidateRow._make, connection.execute(_CANDIDATES, (pages, events)))
