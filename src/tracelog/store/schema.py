"""Tables, views and their versions. Off the hot path, so sqlite-utils does the work; reading never comes here.

A change of the schema is a new migration at the end of the list and `db.VERSION` one up; a store keeps the list
of those it has had. What a table is for stands in `store/tables.sql`.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

from tracelog.store import db

HERE = Path(__file__).parent
migrations = Migrations("tracelog")


@migrations()
def first_tables(database: Database) -> None:
    """Everything of the first release."""
    for statement in statements((HERE / "tables.sql").read_text("utf-8")):
        database.execute(statement)


@migrations()
def known_formats(database: Database) -> None:
    """Every format that could be read, with where to get such an export: what is wanted may be none that was given."""
    database.execute("CREATE TABLE known_format (name TEXT PRIMARY KEY, info TEXT NOT NULL) WITHOUT ROWID")


@migrations()
def refused_files(database: Database) -> None:
    """Files that could not be read: see `store.refused`."""
    database.execute(
        "CREATE TABLE refused (name TEXT PRIMARY KEY, path TEXT NOT NULL, reason TEXT NOT NULL, help TEXT,"
        " expected INTEGER NOT NULL) WITHOUT ROWID"
    )


BEFORE_LINKING = {
    "event_answer": "CREATE INDEX IF NOT EXISTS event_answer ON event(envelope, naming) WHERE form < 0",
}
AFTER_LINKING = {
    "event_naming": "CREATE INDEX IF NOT EXISTS event_naming ON event(naming) WHERE naming IS NOT NULL",
    "naming_order": 'CREATE INDEX IF NOT EXISTS naming_order ON naming("order")',
}
"""Built once around linking after a first ingest, which is quicker than keeping them up row by row."""


def bring_up(connection: sqlite3.Connection, path: Path) -> None:
    """Make an empty file a store, or an older store a current one; refuse a newer one and what is none.

    Safe when two do it at once: the whole of it is one transaction.
    """
    found = db.version(connection)
    if found > db.VERSION:
        raise db.newer(path, found)
    if found == db.VERSION:
        db.check(connection, path)
        return
    if found == 0 and connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        db.check(connection, path)  # somebody else's database
    if found == 0:
        connection.execute("PRAGMA page_size = 8192")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if db.version(connection) < db.VERSION:
            migrations.apply(Database(connection, recursive_triggers=False, use_counts_table=False))
            _views(connection)
            connection.execute(f"PRAGMA application_id = {db.APPLICATION}")
            connection.execute(f"PRAGMA user_version = {db.VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _views(connection: sqlite3.Connection) -> None:
    """Views hold no data: they are simply made anew with every version."""
    for statement in statements((HERE / "views.sql").read_text("utf-8")):
        name = statement.split("CREATE VIEW ", 1)[1].split()[0]
        connection.execute(f"DROP VIEW IF EXISTS {name}")
        connection.execute(statement)


def statements(script: str) -> list[str]:
    """The statements of a script one by one: `executescript` would commit what is open."""
    found: list[str] = []
    parts: list[str] = []
    for line in script.splitlines(keepends=True):
        if not parts and (not line.strip() or line.startswith("--")):
            continue
        parts.append(line)
        if sqlite3.complete_statement("".join(parts)):
            found.append("".join(parts).strip())
            parts.clear()
    return found
