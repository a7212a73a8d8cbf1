"""An id that is used again for another message: which of its uses a statement belongs to.

Counters start anew every day, a correlation id is a thread's, a delivery's id is made of the second: what was sent
under one id at nine today and what was sent under it at nine yesterday are two messages. A statement that names no
order, or answers, speaks about the orders of its own use alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import pairwise

from tracelog.model.event import HOUR, SECOND

APART = HOUR
"""Statements of one id with so long a pause between them are of two uses, if they name different orders."""
SLACK = 5 * SECOND
"""An answer may be stamped this much before its request, by another clock."""


def part(connection: sqlite3.Connection, answers: str) -> None:
    """Keep of `temp.met` what is of one use. `answers` are the numbers of the forms that answer, as an SQL list."""
    sql = connection.execute
    found = sql(
        "SELECT event, envelope FROM temp.met GROUP BY event, envelope"
        f" HAVING max(named_at) - min(named_at) > {APART} AND count(DISTINCT named) > 1"
    ).fetchall()
    if not found:
        return
    sql("CREATE INDEX IF NOT EXISTS temp.met_event ON met(event)")
    for event, envelope in found:
        rows = sql(
            f"SELECT rowid, at, named_at, form IN ({answers}) FROM temp.met WHERE event = ? AND envelope IS ?"
            " ORDER BY named_at",
            (event, envelope),
        ).fetchall()
        at, answering = rows[0][1], rows[0][3]
        uses = _uses([(row, when) for row, _, when, _ in rows if when is not None])
        if at is None or len(uses) < 2:
            continue
        own = _own(uses, at, answering=bool(answering))
        kept = {row for row, _ in own}
        connection.executemany(
            "DELETE FROM temp.met WHERE rowid = ?", [(row[0],) for row in rows if row[0] not in kept]
        )
        connection.executemany("UPDATE temp.met SET use = ? WHERE rowid = ?", [(own[0][1], row) for row in kept])


Use = list[tuple[int, int]]


def _uses(rows: Sequence[tuple[int, int]]) -> list[Use]:
    """The named statements (row, time), by time, in stretches without a pause."""
    out: list[Use] = [[rows[0]]] if rows else []
    for (_, before), (row, at) in pairwise(rows):
        if at - before > APART:
            out.append([])
        out[-1].append((row, at))
    return out


def _own(uses: Sequence[Use], at: int, *, answering: bool) -> Use:
    """The use that a statement of that time is of: an answer follows its request, anything else is near its kind."""
    if answering:
        begun = [use for use in uses if use[0][1] <= at + SLACK]
        return begun[-1] if begun else uses[0]
    return min(uses, key=lambda use: min(abs(at - when) for _, when in use))
