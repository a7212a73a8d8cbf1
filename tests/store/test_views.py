"""The views are there for sqlite3, Datasette and notebooks: each answers a plain question."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from store.fakes import put, store_of
from tracelog.store.write import Writer

LOG = """
1 received shopify:id=6120045512001 shopify:name=#5012 env=poll-number-1 total=9.50
2 forwarded ref=#5012 env=request-number-1
3 acknowledged env=request-number-1
4 !ignored a poll
5 !unread no idea
6 !context flow disabled
"""
VIEWS = ("orders", "aliases", "events", "hops", "findings", "evidence", "ledger", "coverage", "unread")


@pytest.fixture
def database(tmp_path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(store_of(tmp_path / "s.db", LOG))
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def rows(database: sqlite3.Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in database.execute(query)]


@pytest.mark.parametrize("view", VIEWS)
def test_every_documented_view_can_be_read(database: sqlite3.Connection, view: str) -> None:
    database.execute(f"SELECT * FROM {view}").fetchall()


def test_an_order_has_a_name_people_know(database: sqlite3.Connection) -> None:
    assert rows(database, "SELECT name, events, first, systems FROM orders") == [
        ("#5012", 2, "2026-02-02T02:40:01Z", "celigo")
    ]


def test_its_names_are_listed_as_they_were_written(database: sqlite3.Connection) -> None:
    assert rows(database, "SELECT kind, name, strength FROM aliases ORDER BY kind") == [
        ("ref", "#5012", "strong"),
        ("shopify:id", "6120045512001", "strong"),
        ("shopify:name", "#5012", "strong"),
    ]


def test_events_tell_what_happened_and_borrowed_ones_how_they_came(database: sqlite3.Connection) -> None:
    assert rows(database, "SELECT phase, at, borrowed, said FROM events ORDER BY at_ns") == [
        ("received", "2026-02-02T02:40:01Z", None, "9.50\x1f1"),
        ("forwarded", "2026-02-02T02:40:02Z", None, "2"),
        ("acknowledged", "2026-02-02T02:40:03Z", "strong", "3"),
    ]


def test_hops_are_events_by_phase(database: sqlite3.Connection) -> None:
    assert rows(database, "SELECT system, phase, events FROM hops ORDER BY first") == [
        ("celigo", "received", 1), ("celigo", "forwarded", 1), ("celigo", "acknowledged", 1),
    ]  # fmt: skip


def test_the_ledger_balances(database: sqlite3.Connection) -> None:
    assert rows(database, "SELECT records, understood, ignored, context, unread, new, known FROM ledger") == [
        (6, 3, 1, 1, 1, 6, 0)
    ]


def test_evidence_says_where_records_stand(database: sqlite3.Connection) -> None:
    assert rows(database, "SELECT export, record, count, line, offset FROM evidence") == [("a.log", 1, 6, 1, 0)]


def test_coverage_and_unread(database: sqlite3.Connection) -> None:
    assert rows(database, "SELECT stream, export, first, last, records FROM coverage") == [
        ("made-up", "a.log", "2026-02-02T02:40:01Z", "2026-02-02T02:40:06Z", 6)
    ]
    assert rows(database, "SELECT shape, reason, count FROM unread") == [("shape", "no idea", 1)]


def test_an_export_on_its_way_in_is_not_seen(tmp_path: Path) -> None:
    path = store_of(tmp_path / "s.db", LOG)
    with Writer.open(path) as writer:
        put(writer, "7 received shopify:id=2\n8 !unread other", "b.log")
        connection = sqlite3.connect(path)
        try:
            for view in ("orders", "ledger", "unread", "coverage", "evidence"):
                assert len(rows(connection, f"SELECT * FROM {view}")) == 1, view
            assert len(rows(connection, "SELECT * FROM events")) == 3
            assert len(rows(connection, "SELECT * FROM aliases")) == 3
        finally:
            connection.close()
