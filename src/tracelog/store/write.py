"""The writing side: exports go in one after the other, and become visible together when they are settled.

A killed ingest leaves at most rows above the marks: no reader sees them, and the next writer takes them away.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

from tracelog.store import counting, db, pages, reread, schema, settle, snapshots
from tracelog.store.intake import Intake
from tracelog.store.intern import Interner
from tracelog.store.lock import Lock
from tracelog.store.refused import Refused, note
from tracelog.store.results import DefinitionInfo
from tracelog.store.statements import Scope

Pair = tuple[str, str]
CHUNK = 40_000
"""Records between two commits: bounds the write-ahead log, whatever the export's size."""
FEW = 20_000
"""Events under which the big indexes are taken away for the next export, and built anew when all are in."""
_encode = msgspec.json.Encoder(order="sorted").encode


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an export before its first record.

    `settings` is what the user said about it; with other settings, or another definition, the same content is
    read anew. `plan` says how records are cut: if that changes, the stored text cannot be used.
    """

    name: str
    definition: DefinitionInfo
    digest: str
    text: str
    plan: str
    zone: str | None = None
    zone_basis: str | None = None
    system: str | None = None
    instance: str | None = None
    settings: dict[str, Any] = {}
    start: str | None = None

    @property
    def space(self) -> str:
        """Records are compared with those of the same format, cut the same way, of the same place only."""
        cut = hashlib.sha256(self.plan.encode()).hexdigest()[:8]
        return f"{self.definition.name} {cut} {self.system or ''}/{self.instance or ''}"


class Seen(msgspec.Struct, frozen=True):
    """An export of the same content that is in the store already."""

    id: int
    space: str
    settings: str
    damage: str | None


class Writer:
    """The one who writes to a store. `settle` makes visible what came in since the last time."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: Lock) -> None:
        self.path = path
        self.connection = connection
        self._lock = lock
        self._sql = connection.execute
        self._uncommitted = 0
        self._interner: Interner | None = None
        self._gone: list[int] = []
        self._grown: list[tuple[int, int]] = []
        self._dirty = False

    @classmethod
    def open(cls, path: Path, waiting: Callable[[str], None] | None = None) -> Self:
        """Make or open a store for writing, alone: `waiting` is told when another ingest has to finish first."""
        connection = db.create(path)
        lock = Lock(path.resolve())
        try:
            lock.take(waiting)
            with db.explained(path):
                schema.bring_up(connection, path)
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA wal_autocheckpoint = 8000")
                connection.execute("PRAGMA cache_size = -32768")
                writer = cls(path, connection, lock)
                writer._recover()
        except BaseException:
            connection.close()
            lock.release()
            raise
        return writer

    def close(self) -> None:
        """Leave one file behind: the write-ahead log is folded in when nobody else reads."""
        try:
            if self.connection.in_transaction:
                self._sql("ROLLBACK")
            self._sql("PRAGMA busy_timeout = 0")
            self._sql("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError:  # a reader is there: the log stays, and is as good
            pass
        finally:
            self.connection.close()
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- what is there already

    def seen(self, sha256: str) -> Seen | None:
        """The export with this content."""
        row = self._sql(
            "SELECT id, space, settings, damage FROM export WHERE sha256 = ? AND state <> 'loading' ORDER BY id DESC",
            (sha256,),
        ).fetchone()
        return Seen(*row) if row else None

    def may_be_seen(self, start: str) -> bool:
        """Whether any export begins with these bytes (SHA-256 of the first MiB)."""
        return self._sql("SELECT 1 FROM export WHERE start = ? AND state <> 'loading'", (start,)).fetchone() is not None

    # ---- one export

    def begin(self, export: Start) -> Intake:
        """The start of an export; nothing of it is seen before `settle`."""
        self._begin()
        few = self._sql("SELECT coalesce(max(id), 0) < ? FROM event", (FEW,)).fetchone()[0]
        if few:
            for index in (*schema.BEFORE_LINKING, *schema.AFTER_LINKING):
                self._sql(f"DROP INDEX IF EXISTS {index}")
        self.remember(export)
        number = self._sql(
            "INSERT INTO export (name, start, format, definition, space, settings, system, instance, zone, zone_basis,"
            " state) VALUES (?,?,?,?,?,?,?,?,?,?,'loading')",
            (export.name, export.start, export.definition.name, export.digest, export.space,
             settings_key(export.settings), export.system or export.definition.system, export.instance, export.zone,
             export.zone_basis),
        ).lastrowid  # fmt: skip
        if self._interner is None:
            self._interner = Interner(self.connection)
        system = export.system or export.definition.system
        scope = Scope(number or 0, export.definition.name, export.digest, export.space, system, export.instance)
        return Intake(self.connection, self._interner, scope)

    def remember(self, export: Start) -> None:
        """Keep the definition's text with the store."""
        self._begin()
        self._sql(
            "INSERT OR IGNORE INTO definition VALUES (?,?,?,?,?)",
            (export.digest, export.definition.name, export.text, _encode(export.definition).decode(), export.plan),
        )

    def know(self, formats: Iterable[DefinitionInfo]) -> None:
        """Keep what could be read, and where to get it: what is wanted may be an export that was never given."""
        rows = {info.name: _encode(info).decode() for info in formats}
        if rows != dict(self._sql("SELECT name, info FROM known_format").fetchall()):
            self._begin()
            self._sql("DELETE FROM known_format")
            self.connection.executemany("INSERT INTO known_format VALUES (?,?)", rows.items())
            self._commit()

    def refuse(self, refused: Iterable[Refused], read: Iterable[str]) -> None:
        """Keep which files could not be read, and forget what was said of those that were."""
        self._begin()
        note(self.connection, refused, read)
        self._commit()

    def breathe(self, intake: Intake) -> None:
        """Commit now and then: after each batch this may be asked."""
        if intake.records - self._uncommitted >= CHUNK or intake.records < self._uncommitted:
            self._uncommitted = intake.records
            self._commit()
            self._begin()

    def finish(
        self, intake: Intake, *, sha256: str, size: int, as_of: int | None = None, hint: int | None = None,
        preamble: bytes | None = None, damage: str | None = None,
    ) -> None:  # fmt: skip
        """The export is in. `as_of`: what the user said a snapshot shows; `hint`: the file's own time (UTC ns)."""
        export = intake.scope.export
        self._sql(
            "UPDATE export SET sha256 = ?, size = ?, first = ?, last = ?, new = ?, known = ?, preamble = ?, damage = ?,"
            " state = 'loaded' WHERE id = ?",
            (sha256, size, intake.statements.first, intake.statements.last, intake.new, intake.records - intake.new,
             preamble, damage, export),
        )  # fmt: skip
        counting.recount(self.connection, export)
        snapshots.date_snapshot(self.connection, export, as_of, hint)
        self._mark_loaded()
        self._commit()

    def abandon(self) -> None:
        """Take away what came of an export that cannot be finished."""
        if self.connection.in_transaction:
            self._sql("ROLLBACK")
        self._interner = None
        self._recover()

    # ---- what was read before

    def supersede(self, export: int) -> None:
        """Another reading of the same content takes this one's place, when that is settled."""
        self._gone.append(export)

    def replace(self, former: int, export: int) -> None:
        """An export that has grown takes its former self's place, when that is settled.

        One that begins otherwise is another one of that name (a log that was rotated): both stay.
        """
        if reread.holds(self.connection, export, former):
            self._grown.append((former, export))
        elif reread.begins_as(self.connection, export, former):
            self.supersede(former)

    def stored(self, format_: str) -> list[reread.Stored]:
        """All exports of a format that are in the store."""
        return reread.stored(self.connection, format_)

    def unnamed(self) -> list[reread.Stored]:
        """Exports that name no zone."""
        return reread.unnamed(self.connection)

    def texts(self, export: int) -> Iterator[list[bytes]]:
        """The texts of the pages that this export brought."""
        found = self._sql("SELECT text, lengths FROM page WHERE export = ? ORDER BY id", (export,)).fetchall()
        return (pages.unpack(pages.Packed(*row)) for row in found)

    def reread(self, known: reread.Stored, now: Start, again: reread.Again) -> None:
        """Read a stored export anew from its text; seen only when settled, so no export may begin in between."""
        self._begin()
        self.remember(now)
        scope = Scope(known.export, known.format, now.digest, now.space, known.system, known.instance)
        self._sql(
            "UPDATE export SET zone = ?1, zone_basis = ?2, settings = ?3, as_of = coalesce(?4, as_of),"
            " as_of_basis = CASE WHEN ?4 IS NOT NULL THEN ?5 WHEN as_of_basis = ?5 THEN NULL ELSE as_of_basis END"
            " WHERE id = ?6",
            (now.zone, now.zone_basis, settings_key(now.settings), now.settings.get("as_of"), snapshots.GIVEN,
             known.export),
        )  # fmt: skip
        self._interner = self._interner or Interner(self.connection)
        reread.reread(self.connection, self._interner, scope, again)
        self._mark_loaded()
        self._dirty = True

    def note_zone(self, export: int, basis: str) -> None:
        """Say on what basis an export's zone is assumed."""
        self._begin()
        self._sql("UPDATE export SET zone_basis = ? WHERE id = ?", (basis, export))

    # ---- all of it

    def settle(self, added: Sequence[Pair] = (), forbidden: Sequence[Pair] = ()) -> None:
        """Link all that has been loaded, and let readers see it.

        `added` and `forbidden` are pairs of names (`kind value`) that the user says are, or are not, one order.
        """
        self._begin()
        for former, export in self._grown:
            reread.hand_over(self.connection, former, export)
        if self._gone or self._dirty or self._sql("SELECT 1 FROM export WHERE state = 'loaded' LIMIT 1").fetchone():
            if self._gone or self._dirty:
                reread.remove(self.connection, self._gone)
                reread.sweep(self.connection)
                self._interner = None  # it may remember names that are gone
            self._mark_loaded()
            settle.settle(self.connection, added, forbidden)
        self._commit()
        self._gone.clear()
        self._grown.clear()
        self._dirty = False

    # ---- transactions

    def _begin(self) -> None:
        if not self.connection.in_transaction:
            self._sql("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        if self.connection.in_transaction:
            self._sql("COMMIT")

    def _mark_loaded(self) -> None:
        for name in settle.MARKED:
            self._sql(
                f"INSERT INTO mark SELECT ?, coalesce(max(id), 0) FROM {name} WHERE true"
                " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                (f"loaded {name}",),
            )

    def _recover(self) -> None:
        """Take away what a killed ingest left: all that lies above the marks of the exports that were complete."""
        self._begin()
        left = self._sql("SELECT id FROM export WHERE state = 'loading'").fetchall()
        if left:
            marks: dict[str, int] = dict(self._sql("SELECT name, value FROM mark").fetchall())
            page, event, context, naming = (marks.get(f"loaded {name}", 0) for name in settle.MARKED)
            record = (page + 1) * 1024
            for statement, above in (
                ("DELETE FROM event WHERE id > ?", event),
                ("DELETE FROM outer_envelope WHERE event > ?", event),
                ("DELETE FROM context WHERE id > ?", context),
                ("DELETE FROM unread_record WHERE record >= ?", record),
                ("DELETE FROM activity WHERE page > ?", page),
                ("DELETE FROM page WHERE id > ?", page),
                ("DELETE FROM naming WHERE id > ?", naming),
                ("DELETE FROM given WHERE naming > ?", naming),
            ):
                self._sql(statement, (above,))
            self.connection.executemany("DELETE FROM extent WHERE export = ?", left)
            self._sql("DELETE FROM export WHERE state = 'loading'")
        self._commit()


def settings_key(settings: dict[str, Any]) -> str:
    """What the user said about an export, as it is compared and kept."""
    return _encode({key: value for key, value in settings.items() if value is not None}).decode()
