"""What is settled when exports are in: orders, borrowed events, and that readers may see it all.

All of it is one transaction: before it readers see the store as it was, after it the exports are there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from tracelog.link.aliases import link
from tracelog.link.names import AliasKind, Given, Row, Tie, Wish, Wishes
from tracelog.model.event import DAY
from tracelog.store import counting, names, schema, uses
from tracelog.store.names import folded
from tracelog.store.statements import ANSWERS

WINDOW = 14 * DAY
"""Envelope ids come again (control numbers wrap): records with one id further apart than this are not one message."""
SHORT = 12
"""Characters. A shorter envelope id (`1042`) may be anybody's: it holds records of one system together only."""
HIGHEST = 4
"""Envelopes around envelopes that are looked through."""
STEP = 20_000
"""Namings looked at together: what is read is then written to, so not all at once."""
MARKED = ("page", "event", "context", "naming")


def settle(
    connection: sqlite3.Connection, added: Sequence[tuple[str, str]] = (), forbidden: Sequence[tuple[str, str]] = ()
) -> None:
    """Link everything that has been loaded and let readers see it. The caller holds the transaction."""
    sql = connection.execute
    for statement in schema.BEFORE_LINKING.values():
        sql(statement)
    _list_aliases(connection)
    _meet(connection)
    _link(connection, Wishes(_wishes(added), _wishes(forbidden)))
    _lend(connection)
    for statement in schema.AFTER_LINKING.values():
        sql(statement)
    counting.unattached(connection)
    sql("DROP TABLE temp.met")
    for name in MARKED:
        sql("UPDATE mark SET value = (SELECT value FROM mark WHERE name = ?) WHERE name = ?", (f"loaded {name}", name))
    sql("UPDATE mark SET value = value + 1 WHERE name = 'generation'")
    sql("UPDATE export SET state = 'done' WHERE state = 'loaded'")


def _list_aliases(connection: sqlite3.Connection) -> None:
    """List the names that came since the last time: sorted first, which is quicker and packs better."""
    sql = connection.execute
    sql("INSERT OR IGNORE INTO alias SELECT folded, kind, naming FROM given ORDER BY folded, kind, naming")
    sql("DELETE FROM given")


def _meet(connection: sqlite3.Connection) -> None:
    """Answers, and statements that name no order, with the statements that name one in the same envelope."""
    sql = connection.execute
    sql("DROP TABLE IF EXISTS temp.met")
    columns = "envelope, event INT, naming INT, form INT, named INT, named_form INT, at INT, named_at INT, use INT"
    sql(f"CREATE TEMP TABLE met ({columns})")
    near = _near("a")
    columns = "a.envelope, a.id, a.naming, abs(a.form), n.naming, abs(n.form), a.at, n.at, NULL"
    sql(
        f"INSERT INTO temp.met SELECT {columns} FROM event n CROSS JOIN event a INDEXED BY event_answer"
        " ON a.envelope = n.envelope AND a.form < 0 WHERE n.naming IS NOT NULL AND a.id <> n.id"
        f" AND (a.naming IS NULL OR a.naming <> n.naming) AND {near}"
    )
    answers = _forms(connection, f"phase IN ({', '.join(map(repr, sorted(ANSWERS)))})")
    if sql("SELECT 1 FROM outer_envelope LIMIT 1").fetchone():
        _meet_around(connection, columns, near, answers)
    uses.part(connection, answers)


def _meet_around(connection: sqlite3.Connection, columns: str, near: str, answers: str) -> None:
    """What stands in an envelope around that of the statements with names."""
    sql = connection.execute
    # an answer to an outer envelope holds for every inner one that has no answer of its own
    sql(
        f"INSERT INTO temp.met SELECT {columns} FROM outer_envelope o JOIN event n ON n.id = o.event"
        " CROSS JOIN event a INDEXED BY event_answer ON a.envelope = o.envelope AND a.form < 0"
        " WHERE n.naming IS NOT NULL AND a.naming IS NULL AND NOT EXISTS (SELECT 1 FROM event own INDEXED BY"
        f" event_answer WHERE own.form < 0 AND own.envelope = n.envelope AND -own.form IN ({answers})) AND {near}"
    )
    _climb(connection)


def _climb(connection: sqlite3.Connection) -> None:
    """A statement whose own envelope names no order speaks about those of the nearest one around it that does.

    A delivery stands in its attempt, that in its event, that in the request it was made from; each record knows only
    the one around it, and perhaps only the request names the order.
    """
    sql = connection.execute
    sql("CREATE INDEX temp.met_event ON met(event)")
    sql(
        "CREATE TEMP TABLE above AS SELECT DISTINCT e.envelope AS inside, o.envelope AS outside"
        " FROM outer_envelope o JOIN event e ON e.id = o.event"
    )
    sql("CREATE INDEX temp.above_inside ON above(inside)")
    nameless = "a.naming IS NULL AND a.id NOT IN (SELECT event FROM temp.met)"
    sql(
        "CREATE TEMP TABLE reach AS WITH RECURSIVE climb(event, envelope, height) AS ("
        f"SELECT a.id, o.envelope, 1 FROM outer_envelope o JOIN event a ON a.id = o.event WHERE {nameless}"
        " UNION SELECT a.id, v.outside, 1 FROM temp.above v CROSS JOIN event a INDEXED BY event_answer"
        f" ON a.envelope = v.inside AND a.form < 0 WHERE {nameless}"
        " UNION SELECT c.event, v.outside, c.height + 1 FROM climb c JOIN temp.above v ON v.inside = c.envelope"
        f" WHERE c.height < {HIGHEST})"
        " SELECT event, envelope, min(height) AS height FROM climb GROUP BY event, envelope"
    )
    sql("CREATE INDEX temp.reach_envelope ON reach(envelope)")
    sql(
        "CREATE TEMP TABLE holder AS SELECT n.envelope AS envelope, n.id AS event FROM event n"
        " WHERE n.naming IS NOT NULL AND n.envelope IN (SELECT envelope FROM temp.reach)"
        " UNION SELECT o.envelope, n.id FROM outer_envelope o JOIN event n ON n.id = o.event"
        " WHERE n.naming IS NOT NULL AND o.envelope IN (SELECT envelope FROM temp.reach)"
    )
    sql("CREATE INDEX temp.holder_envelope ON holder(envelope)")
    sql(
        "INSERT INTO temp.met SELECT r.envelope, a.id, NULL, abs(a.form), n.naming, abs(n.form), a.at, n.at, NULL"
        " FROM temp.reach r JOIN event a ON a.id = r.event JOIN temp.holder h ON h.envelope = r.envelope"
        f" JOIN event n ON n.id = h.event WHERE {_near('r')} AND r.height = (SELECT min(s.height) FROM temp.reach s"
        " WHERE s.event = r.event AND s.envelope IN (SELECT envelope FROM temp.holder))"
    )
    for name in ("above", "reach", "holder"):
        sql(f"DROP TABLE temp.{name}")


def _near(source: str) -> str:
    """Whether the statements `a` and `n` are of one message, by its id in `source`."""
    return (
        f"abs(coalesce(a.at, n.at, 0) - coalesce(n.at, a.at, 0)) <= {WINDOW} AND (length({source}.envelope) >= {SHORT}"
        " OR (SELECT system || '/' || coalesce(instance, '') FROM form WHERE id = abs(a.form)) ="
        " (SELECT system || '/' || coalesce(instance, '') FROM form WHERE id = abs(n.form)))"
    )


def _link(connection: sqlite3.Connection, wishes: Wishes) -> None:
    sql = connection.execute
    count = int(sql("SELECT coalesce(max(id), 0) FROM naming").fetchone()[0])
    kinds = {number: AliasKind(kind, instance) for number, kind, instance in sql("SELECT * FROM alias_kind")}

    def aliases() -> Iterable[Row]:
        return connection.execute("SELECT folded, kind, naming FROM alias ORDER BY folded, kind, naming")

    def named(naming: int) -> Iterable[int]:
        row = sql("SELECT names FROM naming WHERE id = ?", (naming,)).fetchone()
        return (kind for kind, _ in names.pairs(row[0]))

    def heard(naming: int) -> int | None:
        found: int | None = sql("SELECT min(at) FROM event WHERE naming = ?", (naming,)).fetchone()[0]
        return found

    requests = _forms(connection, "phase IN ('forwarded', 'emitted')")
    ties = connection.execute(
        "SELECT DISTINCT envelope, use, named, naming FROM temp.met"
        f" WHERE naming IS NOT NULL AND named_form IN ({requests}) ORDER BY envelope, use"
    )
    met = (Tie((envelope, use), request, answer) for envelope, use, request, answer in ties)
    linked = link(Given(count, kinds, aliases, met, named, heard), wishes)
    for first in range(1, count + 1, STEP):
        rows = sql('SELECT id, "order" FROM naming WHERE id >= ? AND id < ?', (first, first + STEP)).fetchall()
        changed = [(linked.order[number], number) for number, order in rows if linked.order[number] != order]
        connection.executemany('UPDATE naming SET "order" = ? WHERE id = ?', changed)
    sql("DELETE FROM hub")
    connection.executemany("INSERT INTO hub VALUES (?,?,?,?)", linked.hubs)


def _wishes(pairs: Sequence[tuple[str, str]]) -> list[tuple[Wish, Wish]]:
    """Pairs of names as the user writes them (`shopify:name #1001`), ready to be compared."""

    def wish(text: str) -> Wish:
        kind, _, value = text.strip().partition(" ")
        return Wish(kind, folded(value))

    return [(wish(a), wish(b)) for a, b in pairs]


def _forms(connection: sqlite3.Connection, condition: str) -> str:
    """The numbers of the forms that fit, for an SQL list."""
    return ",".join(str(row[0]) for row in connection.execute(f"SELECT id FROM form WHERE {condition}")) or "NULL"


def _lend(connection: sqlite3.Connection) -> None:
    """Give statements that name no order to the orders of their envelope, and say how sure that is.

    One order in the envelope: strong. Several: an answer is to all of them (`answer`), anything else may be about
    any of them (`weak`).
    """
    sql = connection.execute
    answers = _forms(connection, f"phase IN ({', '.join(map(repr, sorted(ANSWERS)))})")
    sql("DELETE FROM lending")
    sql(
        'CREATE TEMP TABLE lent AS SELECT m.event AS event, min(n."order") AS low, max(n."order") AS high'
        ' FROM temp.met m JOIN naming n ON n.id = m.named WHERE m.naming IS NULL AND n."order" > 0 GROUP BY m.event'
    )
    sql("INSERT INTO lending SELECT low, event, NULL FROM temp.lent WHERE low = high ORDER BY low, event")
    sql(
        f"INSERT OR IGNORE INTO lending SELECT n.\"order\", m.event, CASE WHEN m.form IN ({answers}) THEN 'answer'"
        " ELSE 'weak' END FROM temp.lent l JOIN temp.met m ON m.event = l.event JOIN naming n ON n.id = m.named"
        ' WHERE l.low < l.high AND m.naming IS NULL AND n."order" > 0'
    )
    sql("DROP TABLE temp.lent")
