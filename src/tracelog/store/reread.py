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

NOTHING = Outcome("ignored")
"""Of a slot that was emptied when its export was taken away."""


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
    last: int | None


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
    " x.preamble, x.last FROM export x JOIN definition d ON d.digest = x.definition WHERE x.state <> 'loading'"
)


def stored(connection: sqlite3.Connection, format_: str) -> list[Stored]:
    """All exports of a format that are in the store."""
    return [Stored(*row) for row in connection.execute(f"{_STORED} AND x.format = ? ORDER BY x.id", (format_,))]


def unnamed(connection: sqlite3.Connection) -> list[Stored]:
    """Exports that name no zone: theirs is assumed, or was inferred."""
    rows = connection.execute(
        f"{_STORED} AND (x.zone_basis LIKE 'assumed%' OR x.zone_basis LIKE 'inferred%') ORDER BY x.id"
    )
    return [Stored(*row) for row in rows]


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
        if b"" in texts:
            outcomes = [one if text else NOTHING for one, text in zip(outcomes, texts, strict=True)]
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
        found = sql(
            "SELECT p.id, p.first_event, p.events, (SELECT min(t.export) FROM extent t WHERE t.page = p.id)"
            " FROM page p WHERE p.export = ?", (export,)
        ).fetchall()  # fmt: skip
        for page, first_event, events, heir in found:
            if heir is None:
                _forget(connection, page, first_event, events)
                sql("DELETE FROM page WHERE id = ?", (page,))
            else:
                sql("UPDATE page SET export = ? WHERE id = ?", (heir, page))
                _blank(connection, page, first_event, events)


def holds(connection: sqlite3.Connection, export: int, former: int) -> bool:
    """Whether an export has every record that another one has."""
    missing = connection.execute(
        "SELECT 1 FROM extent f WHERE f.export = ?1 AND f.count > (SELECT coalesce(sum("
        "min(g.slot + g.count, f.slot + f.count) - max(g.slot, f.slot)), 0) FROM extent g INDEXED BY extent_page"
        " WHERE g.page = f.page AND g.export = ?2 AND g.slot < f.slot + f.count AND g.slot + g.count > f.slot) LIMIT 1",
        (former, export),
    ).fetchone()
    return missing is None


def begins_as(connection: sqlite3.Connection, export: int, former: int) -> bool:
    """Whether two exports have the same first record."""
    first = [
        connection.execute("SELECT page, slot FROM extent WHERE export = ? AND record = 1", (one,)).fetchone()
        for one in (export, former)
    ]
    return bool(first[0] == first[1])


def hand_over(connection: sqlite3.Connection, former: int, export: int) -> None:
    """Take an export away, all of which another one holds."""
    sql = connection.execute
    sql(
        "UPDATE export AS x SET first = coalesce(min(x.first, f.first), x.first, f.first),"
        " last = coalesce(max(x.last, f.last), x.last, f.last) FROM export f WHERE f.id = ? AND x.id = ?",
        (former, export),
    )
    sql("DELETE FROM extent WHERE export = ?", (former,))
    sql("DELETE FROM export WHERE id = ?", (former,))
    sql("UPDATE page SET export = ? WHERE export = ?", (export, former))


def _blank(connection: sqlite3.Connection, page: int, first_event: int, events: int) -> None:
    """Empty the slots of a page that no export holds any more: nobody may find a record there again."""
    sql = connection.execute
    held = {
        slot + n for slot, count in sql("SELECT slot, count FROM extent WHERE page = ?", (page,)) for n in range(count)
    }
    text, lengths, digests = sql("SELECT text, lengths, digests FROM page WHERE id = ?", (page,)).fetchone()
    texts = pages.unpack(pages.Packed(text, lengths))
    gone = [slot for slot in range(len(texts)) if slot not in held]
    kept = [digests[n * pages.DIGEST : (n + 1) * pages.DIGEST] for n in range(len(texts))]
    for slot in gone:
        texts[slot], kept[slot] = b"", pages.digest(b"")
    packed = pages.pack(texts)
    sql(
        "UPDATE page SET text = ?, lengths = ?, digests = ? WHERE id = ?",
        (packed.text, packed.lengths, b"".join(kept), page),
    )
    records = [(page * pages.SLOTS + slot,) for slot in gone]
    connection.executemany(
        f"DELETE FROM event WHERE id BETWEEN {first_event} AND {first_event + events - 1}"
        f" AND place & {pages.RECORD} = ?",
        records,
    )
    connection.executemany("DELETE FROM context WHERE record = ?", records)
    connection.executemany("DELETE FROM unread_record WHERE record = ?", records)


def sweep(connection: sqlite3.Connection) -> None:
    """Take away names that no statement gives any more."""
    sql = connection.execute
    sql("DELETE FROM naming WHERE id NOT IN (SELECT naming FROM event WHERE naming IS NOT NULL)")
    sql("DELETE FROM alias WHERE naming NOT IN (SELECT id FROM naming)")
    sql("DELETE FROM given WHERE naming NOT IN (SELECT id FROM naming)")
    sql("DELETE FROM outer_envelope WHERE event NOT IN (SELECT id FROM event)")
