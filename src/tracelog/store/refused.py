"""Files that ingest was given and could not read, or not to their end: kept, so that `unread` tells of them later."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Refused(NamedTuple):
    """`path` is where it lay, as people type it; `expected` False: it was met while walking a folder, and may well be
    no export at all.
    """

    name: str
    path: str
    reason: str
    help: str | None
    expected: bool


def drafted(path: Path, kind: str) -> str | None:
    """The command to go on with, for a file of which a definition can be drafted. `kind` is that of `read.head`."""
    return (
        f"tracelog formats new {shlex.quote(str(path))}" if kind not in {"binary", "empty"} and path.is_file() else None
    )


def note(connection: sqlite3.Connection, refused: Iterable[Refused], read: Iterable[str]) -> None:
    """What became of the files of one ingest: the last word on a name counts, and what was read is forgotten here."""
    connection.executemany("DELETE FROM refused WHERE name = ?", ((name,) for name in read))
    connection.executemany("INSERT OR REPLACE INTO refused VALUES (?,?,?,?,?)", refused)


def noted(connection: sqlite3.Connection) -> list[Refused]:
    """All that are known, those that were meant as exports first."""
    found = connection.execute("SELECT name, path, reason, help, expected FROM refused ORDER BY expected DESC, name")
    return [Refused(name, path, reason, help_, bool(expected)) for name, path, reason, help_, expected in found]
