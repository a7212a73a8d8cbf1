"""The last scan's result, kept beside what it was read from: for `trace`, for `status`, and for people with SQL.

Keeping is a convenience: where the store can't be written to, or is being written to, a scan is as good without.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
import zstandard

from tracelog.errors import StoreError
from tracelog.model.finding import Finding, Review, Scan
from tracelog.store import db

if TYPE_CHECKING:
    from tracelog.store.read import Store

MOMENT = 2000
"""Milliseconds to wait for somebody else's transaction before the result is simply not kept."""
_scan = msgspec.msgpack.Decoder(Scan)
_finding = msgspec.json.Decoder(Finding)
_ids = msgspec.json.Decoder(list[str])
_noticed = msgspec.json.Decoder(dict[str, str])
_counts = msgspec.msgpack.Decoder(dict[int, dict[str, int]])


def scan(store: Store, key: str) -> Scan | None:
    """The kept scan, if it is of the store's present content and was made with the same settings (`key`)."""
    row = store.connection.execute(
        "SELECT value FROM scan WHERE name = ? AND generation = ?", (f"scan {key}", store.generation)
    ).fetchone()
    try:
        return None if row is None else _scan.decode(zstandard.decompress(row[0]))
    except (zstandard.ZstdError, msgspec.DecodeError, UnicodeDecodeError):
        return None  # damaged: it is made again from what the store holds


def findings_of(store: Store, name: str) -> list[Finding] | None:
    """The kept findings about orders of that name; None where no scan of the present content is kept."""
    sql = store.connection.execute
    if not sql("SELECT 1 FROM scan WHERE generation = ?", (store.generation,)).fetchone():
        return None
    rows = sql('SELECT detail FROM finding WHERE "order" = ? ORDER BY at, id', (name,))
    try:
        return [_finding.decode(detail) for (detail,) in rows]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def counted(store: Store, order: int) -> dict[str, int] | None:
    """What looked like a fault in that order and was none; None where no scan of the present content is kept."""
    row = store.connection.execute(
        "SELECT value FROM scan WHERE name = 'counted' AND generation = ?", (store.generation,)
    ).fetchone()
    try:
        return None if row is None else _counts.decode(zstandard.decompress(row[0])).get(order, {})
    except (zstandard.ZstdError, msgspec.DecodeError):
        return None


def last(store: Store) -> list[Finding]:
    """The findings of the last scan that was kept, whatever the store held then."""
    return [_finding.decode(detail) for (detail,) in store.connection.execute("SELECT detail FROM finding ORDER BY id")]


def before(store: Store) -> frozenset[str]:
    """Ids of the findings of the last kept scan of an earlier content: what is not among them is new."""
    row = store.connection.execute(
        "SELECT value FROM scan WHERE name = 'before' AND generation = ?", (store.generation,)
    ).fetchone()
    if row is not None:
        return frozenset(_ids.decode(row[0]))
    return frozenset(i for (i,) in store.connection.execute("SELECT id FROM finding"))


def noticed(store: Store) -> dict[str, str]:
    """Findings that scans of earlier contents knew, by id: where the data ended at the first of these (RFC 3339)."""
    sql = store.connection.execute
    row = sql("SELECT generation, value FROM scan WHERE name = 'noticed'").fetchone()
    try:
        known = _noticed.decode(row[1]) if row is not None else {}
    except (msgspec.DecodeError, UnicodeDecodeError):
        known = {}
    last = sql("SELECT generation, at FROM scan LIMIT 1").fetchone()
    if last is None or last[0] == store.generation or not last[1]:
        return known
    return {finding: last[1] for (finding,) in sql("SELECT id FROM finding")} | known


def reviews(store: Store) -> dict[str, Review]:
    """What people said about findings, by the finding's id."""
    rows = store.connection.execute("SELECT finding, state, reason, ticket, at FROM review")
    return {finding: Review(*said) for finding, *said in rows}


def keep(store: Store, key: str, result: Scan, harmless: Mapping[int, Mapping[str, int]]) -> bool:
    """Keeps the result in place of the one before, with what is `counted` of each order. False where that is not
    possible now.
    """
    value = zstandard.compress(msgspec.msgpack.encode(result), 3)
    counts = zstandard.compress(msgspec.msgpack.encode(harmless), 3)
    rows = {
        f"scan {key}": value,
        "before": msgspec.json.encode(sorted(before(store))),
        "counted": counts,
        "noticed": msgspec.json.encode(noticed(store)),
    }
    store.release()
    try:
        connection = db.connect(store.path, write=True)
    except StoreError:
        return False
    try:
        connection.execute(f"PRAGMA busy_timeout = {MOMENT}")
        return _written(connection, store.generation, rows, result)
    except sqlite3.OperationalError:
        return False  # read-only, locked, or full: the result stands without it
    finally:
        connection.close()


def _written(connection: sqlite3.Connection, generation: int, rows: Mapping[str, bytes], result: Scan) -> bool:
    sql = connection.execute
    sql("BEGIN IMMEDIATE")
    try:
        current = sql("SELECT value FROM mark WHERE name = 'generation'").fetchone()[0]
        if current == generation:
            at = result.period.to if result.period else ""
            sql("DELETE FROM scan")
            for name, kept in rows.items():
                sql("INSERT INTO scan (generation, at, name, value) VALUES (?, ?, ?, ?)", (generation, at, name, kept))
            sql("DELETE FROM finding")
            connection.executemany("INSERT INTO finding VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", _rows(result.findings))
        sql("COMMIT")
    except BaseException:
        sql("ROLLBACK")
        raise
    return bool(current == generation)


def _rows(findings: Sequence[Finding]) -> Iterable[tuple[str | None, ...]]:
    for f in {f.id: f for f in findings}.values():
        yield (
            f.id, f.kind, f.problem, f.state, f.severity, f.scope, f.order, f.topic, f.at, f.incident, f.explanation,
            msgspec.json.encode(f).decode(),
        )  # fmt: skip
