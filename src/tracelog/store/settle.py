"""What is settled when exports are in: snapshots' times, orders, borrowed events, and that readers may see it all.

All of it is one transaction: before it readers see the store as it was, after it the exports are there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from tracelog.link.aliases import AliasKind, Hub, Row, Tie, link
from tracelog.model.event import DAY

WINDOW = 14 * DAY
"""Envelope ids come again (control numbers wrap): records with one id further apart than this are not one message."""
SHORT = 12
"""Characters. A shorter envelope id (`1042`) may be anybody's: it is one only inside one log."""


def settle(connection: sqlite3.Connection) -> list[Hub]:
    """Link everything that has been loaded and let readers see it; the caller holds the transaction."""
    sql = connection.execute
    hubs = _link(connection)
    _lend(connection)
    for table in ("page", "event", "context", "naming"):
        sql(f"UPDATE mark SET value = (SELECT coalesce(max(id), 0) FROM {table}) WHERE name = ?", (table,))
    sql("UPDATE mark SET value = value + 1 WHERE name = 'generation'")
    sql("UPDATE export SET state = 'done' WHERE state = 'loaded'")
    _unattached(connection)
    return hubs


def _link(connection: sqlite3.Connection) -> list[Hub]:
    sql = connection.execute
    count = int(sql("SELECT coalesce(max(id), 0) FROM naming").fetchone()[0])
    kinds = {number: AliasKind(kind, instance) for number, kind, instance in sql("SELECT * FROM alias_kind")}

    def rows(only: frozenset[int] | None) -> Iterable[Row]:
        if only is None:
            return connection.execute("SELECT folded, kind, naming FROM alias ORDER BY folded, kind, naming")
        wanted = ",".join(map(str, sorted(only))) or "NULL"
        return connection.execute(
            f"SELECT folded, kind, naming FROM alias a WHERE EXISTS (SELECT 1 FROM alias b WHERE b.folded = a.folded"
            f" AND b.kind IN ({wanted})) ORDER BY folded, kind, naming"
        )

    linked = link(count, rows, kinds, _ties(connection))
    before = sql('SELECT id, "order" FROM naming')
    changed = [(linked.order[number], number) for number, order in before if linked.order[number] != order]
    connection.executemany('UPDATE naming SET "order" = ? WHERE id = ?', changed)
    sql("DELETE FROM hub")
    connection.executemany("INSERT INTO hub VALUES (?,?,?,?)", linked.hubs)
    return linked.hubs


def _forms(connection: sqlite3.Connection, condition: str) -> str:
    return ",".join(str(row[0]) for row in connection.execute(f"SELECT id FROM form WHERE {condition}")) or "NULL"


def _ties(connection: sqlite3.Connection) -> Iterator[Tie]:
    """Named answers with the named requests of their envelope."""
    requests = _forms(connection, "phase IN ('forwarded', 'emitted')")
    found = connection.execute(
        "SELECT a.envelope, r.naming, a.naming FROM event a INDEXED BY event_answer"
        " JOIN event r ON r.envelope = a.envelope"
        f" WHERE a.answer AND a.naming IS NOT NULL AND r.naming IS NOT NULL AND r.form IN ({requests})"
        " ORDER BY a.envelope"
    )
    return map(Tie._make, found)


def _lend(connection: sqlite3.Connection) -> None: ...


def _unattached(connection: sqlite3.Connection) -> None: ...
