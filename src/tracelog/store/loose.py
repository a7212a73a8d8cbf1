"""What logs of sending say of deliveries that no order is known of: tried, accepted, refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracelog.model.event import Event

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
