"""Snapshots have no time of their own: the time that one shows is settled when all of it is in."""

from __future__ import annotations

import sqlite3

from tracelog.store import pages

GIVEN = "given"
LATEST = "the latest time in the export: it was made then or later"
HINT = "the file's own time: a weak hint"


def date_snapshot(connection: sqlite3.Connection, export: int, as_of: int | None, hint: int | None) -> None:
    """Give the statements of this export that have no time the time that it shows.

    In this order: what the user said, the latest stamp in it, the file's time (`hint`). A record that an earlier
    snapshot held too shows its state at the later of both times. UTC nanoseconds.
    """
    sql = connection.execute
    timeless = ",".join(str(number) for (number,) in sql("SELECT id FROM form WHERE NOT timed")) or "NULL"
    ours = (
        "SELECT e.id FROM extent t JOIN page p ON p.id = t.page JOIN event e ON e.id BETWEEN p.first_event"
        f" AND p.first_event + p.events - 1 AND e.place & {pages.RECORD} BETWEEN t.page * 1024 + t.slot"
        " AND t.page * 1024 + t.slot + t.count - 1 WHERE t.export = ?1"
    )
    if timeless == "NULL" or not sql(f"{ours} AND abs(e.form) IN ({timeless}) LIMIT 1", (export,)).fetchone():
        return
    earliest, latest = sql(
        "SELECT min(coalesce(happened_at, at)), max(max(coalesce(happened_at, at),"
        f" coalesce(CASE WHEN abs(form) NOT IN ({timeless}) THEN at END, happened_at))) FROM event"
        f" WHERE id IN ({ours}) AND (happened_at IS NOT NULL OR abs(form) NOT IN ({timeless}))", (export,)
    ).fetchone()  # fmt: skip
    known = ((as_of, GIVEN), (latest, LATEST), (hint, HINT))
    shown, basis = next(((time, why) for time, why in known if time is not None), (None, None))
    if shown is None:
        return
    sql(
        f"UPDATE event SET at = ?2 WHERE id IN ({ours} AND abs(e.form) IN ({timeless})) AND coalesce(at, ?2) <= ?2",
        (export, shown),
    )
    sql(
        "UPDATE export SET as_of = ?2, as_of_basis = ?3, first = min(coalesce(first, ?4, ?2), ?2),"
        " last = max(coalesce(last, ?2), ?2) WHERE id = ?1",
        (export, shown, basis, earliest),
    )
    _be_seen(connection, export, shown, timeless)


def _be_seen(connection: sqlite3.Connection, export: int, shown: int, timeless: str) -> None:
    """The stream of a snapshot is active at the time that it shows."""
    sql = connection.execute
    sql(
        "INSERT INTO stream (name, definition, system, instance) SELECT DISTINCT f.stream, x.format, x.system,"
        f" x.instance FROM form f, export x WHERE x.id = ?1 AND f.id IN ({timeless})"
        " AND f.stream GLOB x.format || '*'"
        " AND NOT EXISTS (SELECT 1 FROM stream s WHERE s.name = f.stream AND s.instance IS x.instance)",
        (export,),
    )
    sql(
        "INSERT OR REPLACE INTO activity SELECT p.id, s.id, ?2, ?2, p.records FROM page p JOIN export x ON x.id = ?1"
        " JOIN stream s ON s.instance IS x.instance AND s.name IN (SELECT f.stream FROM event e JOIN form f"
        f" ON f.id = abs(e.form) WHERE f.id IN ({timeless}) AND e.id BETWEEN p.first_event"
        " AND p.first_event + p.events - 1)"
        " WHERE p.id IN (SELECT page FROM extent WHERE export = ?1)",
        (export, shown),
    )
