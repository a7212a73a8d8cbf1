"""Opening the file: what can be wrong with it, and how both sides talk to it.

Imports nothing but the standard library: `trace` and `scan` come through here.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from tracelog.errors import StoreError

VERSION = 3
"""Of the schema, in `PRAGMA user_version`. A store with a higher one comes from a newer tracelog."""
APPLICATION = 0x54524C47
"""`TRLG` in `PRAGMA application_id`: this SQLite file is a store and not somebody's own database."""
PATIENCE = 60.0
"""Seconds to wait for another process's transaction; one of them takes well under a second."""
NOT_A_STORE = "give another file with --db, or move this one away"


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """SQLite's errors in words of what happened to the store."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _error(path, error) from error


def _error(path: Path, error: sqlite3.DatabaseError) -> StoreError:
    text = str(error)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return StoreError(f"{path} is not a tracelog store", why="it is no SQLite file", help=NOT_A_STORE)
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FORMAT}:
        return damaged(path, text)
    if code == sqlite3.SQLITE_FULL:
        return StoreError(
            "the disk is full",
            why=f"{path} could not grow",
            got_to="everything before this export is kept",
            help="make room, or put the store elsewhere with --db, and ingest again",
        )
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return not_writable(path, text)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreError(f"the store {path} is in use", why=text, help="wait until the other program has finished")
    if code == sqlite3.SQLITE_IOERR:
        return StoreError(f"the store {path} could not be read or written", why=text, help="check the disk it lies on")
    return StoreError(f"the store {path} cannot be used", why=text, help=NOT_A_STORE)


def damaged(path: Path, why: str) -> StoreError:
    return StoreError(f"the store {path} is damaged", why=why,
                      help="move it away and ingest the exports again: they are all that is needed")  # fmt: skip


def not_writable(path: Path, why: str) -> StoreError:
    folder = path.resolve().parent
    if not folder.is_dir():
        return StoreError(f"there is no folder {folder}", where=str(path), help="create it, or give another --db")
    return StoreError(f"the store {path} cannot be written", why=why, where=str(folder),
                      help="choose a folder that you may write to with --db, or correct its permissions")  # fmt: skip


def connect(path: Path, *, write: bool = False, patience: float = PATIENCE) -> sqlite3.Connection:
    """A connection to an existing store. Reading works in a folder that may not be written to."""
    if not path.is_file():
        raise StoreError(f"there is no store {path}", help="tracelog ingest PATH… makes one from exports")
    with explained(path):
        connection = _open(path, "rw" if write else "ro", patience)
        try:
            _look(connection, path)
        except sqlite3.OperationalError:
            # a write-ahead log needs a file beside the store, even for reading; where none can be made nobody writes
            connection.close()
            if write or os.access(path.resolve().parent, os.W_OK):
                raise
            connection = _open(path, "ro&immutable=1")
        check(connection, path)
    return connection


def create(path: Path) -> sqlite3.Connection:
    """A connection that may write; an empty store is made where there is none. The schema is not looked at yet."""
    folder = path.resolve().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise not_writable(path, "the folder does not allow it")
    with explained(path):
        connection = _open(path, "rwc")
        _look(connection, path)
    return connection


def _look(connection: sqlite3.Connection, path: Path) -> None:
    """Read the schema, which fails if it cannot be read; SQLite cites what is damaged, and that need be no text."""
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except UnicodeDecodeError as error:
        connection.close()
        raise damaged(path, "its schema is no text") from error


def _open(path: Path, mode: str, patience: float = PATIENCE) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=patience, isolation_level=None
    )
    if mode.startswith("ro"):
        # the kernel's cache instead of a second one in this process
        connection.execute("PRAGMA mmap_size = 1073741824")
    return connection


def version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse what is no store, and a store that is newer than this program; bring an older one forward."""
    ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION
    found = version(connection)
    if not ours:
        empty = not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        why = "the file is empty" if empty else "it is an SQLite file of something else"
        raise StoreError(f"{path} is not a tracelog store", why=why, help=NOT_A_STORE)
    if found > VERSION:
        raise newer(path, found)
    if found < VERSION:
        raise StoreError(
            f"the store {path} was written by an older tracelog",
            why=f"its schema is version {found}, this tracelog reads {VERSION}",
            help="any tracelog ingest into it brings it forward",
        )


def newer(path: Path, found: int) -> StoreError:
    return StoreError(
        f"the store {path} was written by a newer tracelog",
        why=f"its schema is version {found}, this tracelog knows up to {VERSION}",
        help="update tracelog, or give another file with --db",
    )
