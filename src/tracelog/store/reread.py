"""Reading stored records again, when a definition got better or a clock became known; and taking an export away.

Both happen inside the transaction that settles, so that readers see the store before or after, never between.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from tracelog.model.event import Outcome
from tracelog.store import counting, pages, snapshots
from tracelog.store.intern import Interner
from tracelog.store.statements import Scope, Statements, Unread


class Stored(NamedTuple):
    """One export as it was read before: what rereading needs to know of it."""

    export: int
    name: str
    format: str
    digest: str
    plan: str
    settings: str
    zone: str | None
    zone_basis: str | None
    system: str | None
    instance: str | None
    preamble: bytes | None


class Again(Protocol):
    """What rereading asks of the stages before it."""

    def outcomes(self, texts: Sequence[bytes], cut: Sequence[bool]) -> list[Outcome]:
        """One outcome for each stored record; of a record that is `cut` only the beginning was kept."""
        ...

    def unread(self, text: bytes, outcome: Outcome) -> Unread:
        """Why this record stayed unread."""
        ...


_STORED = (
    "SELECT x.id, x.name, x.format, x.definition, d.plan, x.settings, x.zone, x.zone_basis, x.system, x.instance,"
    " x.preamble FROM export x JOIN definition d ON d.digest = x.definition WHERE x.state <> 'loading'"
)


def stored(connection: sqlite3.Connection, format_: str) -> list[Stored]:
    """All exports of a format that are in the store."""
    return [Stored(*row) for row in connection.execute(f"{_STORED} AND x.format = ? ORDER BY x.id", (format_,))]


def undated(connection: sqlite3.Connection) -> list[Stored]:
    """Exports whose zone is only assumed."""
    return [Stored(*row) for row in connection.execute(f"{_STORED} AND x.zone_basis LIKE 'assumed%' ORDER BY x.id")]


def reread(connection: sqlite3.Connection, interner: Interner, scope: Scope, again: Again) -> None:
    """Replace all that was read from the pages which this export brought. The caller holds the transaction."""
    sql = connection.execute
    statements = Statements(connection, interner, scope)
    found = sql(
        "SELECT id, first_event, events, text, lengths, digests FROM page WHERE export = ? ORDER BY id", (scope.export,)
    ).fetchall()
    for page, first_event, events, text, lengths, digests in found:
        texts = pages.unpack(pages.Packed(text, lengths))
        kept = [digests[n * pages.DIGEST : (n + 1) * pages.DIGEST] for n in range(len(texts))]
        cut = [pages.digest(one) != digest for one, digest in zip(texts, kept, strict=True)]
        outcomes = again.outcomes(texts, cut)
        _forget(connection, page, first_event, events)
        said = statements.add(page, outcomes, _why(again, texts))
        sql(
            "UPDATE page SET definition = ?, first_event = ?, events = ?, first = ?, last = ?, outcomes = ?"
            " WHERE id = ?",
            (scope.digest, said.first_event, said.events, said.first, said.last, said.codes, page),
        )
    sql(
        "UPDATE export SET definition = ?, first = ?, last = ? WHERE id = ?",
        (scope.digest, statements.first, statements.last, scope.export),
    )
    touched = sql(
        "SELECT DISTINCT t.export, x.as_of, x.as_of_basis FROM extent t JOIN export x ON x.id = t.export"
        " WHERE t.page IN (SELECT id FROM page WHERE export = ?)", (scope.export,)
    ).fetchall()  # fmt: skip
    for export, as_of, basis in touched:
        counting.recount(connection, export)
        given = as_of if basis == snapshots.GIVEN else None
        hint = as_of if basis == snapshots.HINT else None
        snapshots.date_snapshot(connection, export, given, hint)


def _why(again: Again, texts: Sequence[bytes]) -> Callable[[int, Outcome], Unread]:
    return lambda slot, outcome: again.unread(texts[slot], outcome)


def _forget(connection: sqlite3.Connection, page: int, first_event: int, events: int) -> None:
    """Take away all that the records of a page said."""
    sql = connection.execute
    last = first_event + events - 1
    first_record = page * pages.SLOTS
    sql("DELETE FROM event WHERE id BETWEEN ? AND ?", (first_event, last))
    sql("DELETE FROM outer_envelope WHERE event BETWEEN ? AND ?", (first_event, last))
    sql("DELETE FROM context WHERE record BETWEEN ? AND ?", (first_record, first_record + pages.SLOTS - 1))
    sql("DELETE FROM unread_record WHERE record BETWEEN ? AND ?", (first_record, first_record + pages.SLOTS - 1))
    sql("DELETE FROM activity WHERE page = ?", (page,))


def remove(connection: sqlite3.Connection, exports: Iterable[int]) -> None:
    """Take exports away: what other exports hold too stays, under the first of them."""
    sql = connection.execute
    for export in exports:
        sql("DELETE FROM extent WHERE export = ?", (export,))
        sql("DELETE FROM export WHERE id = ?", (export,))
        orphans = sql(
            "SELECT p.id, p.first_event, p.events, (SELECT min(t.export) FROM extent t WHERE t.page = p.id)"
            " FROM page p WHERE p.export = ?", (export,)
        ).fetchall()  # fmt: skip
        for page, first_event, events, heir in orphans:
            if heir is None:
                _forget(connection, page, first_event, events)
                sql("DELETE FROM page WHERE id = ?", (page,))
            else:
                sql("UPDATE page SET export = ? WHERE id = ?", (heir, page))
