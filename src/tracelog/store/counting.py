"""The ledger's figures, counted from the pages: an export is the sum of its runs of records, new and known alike."""

from __future__ import annotations

import sqlite3
from collections import Counter

import msgspec

from tracelog.store import pages

VERDICTS = ("understood", "ignored", "context", "unread")
_json = msgspec.json.Encoder().encode


def recount(connection: sqlite3.Connection, export: int) -> None:
    """Write the counts of one export anew: records by verdict, reasons, events."""
    sql = connection.execute
    codes: Counter[int] = Counter()
    events = 0
    for slot, count, records, packed, first_event, in_page, page in sql(
        "SELECT t.slot, t.count, p.records, p.outcomes, p.first_event, p.events, p.id FROM extent t"
        " JOIN page p ON p.id = t.page WHERE t.export = ?", (export,)
    ).fetchall():  # fmt: skip
        codes.update(pages.unnumbers(packed)[slot : slot + count])
        if count == records:
            events += in_page
        elif in_page:
            first = page * pages.SLOTS + slot
            events += sql(
                f"SELECT count(*) FROM event WHERE id BETWEEN ? AND ? AND place & {pages.RECORD} BETWEEN ? AND ?",
                (first_event, first_event + in_page - 1, first, first + count - 1),
            ).fetchone()[0]
    outcomes = {number: (verdict, reason) for number, verdict, reason in sql("SELECT * FROM outcome")}
    verdicts = Counter[str]()
    reasons: Counter[str] = Counter()
    for code, count in codes.items():
        verdict, reason = outcomes[code]
        verdicts[verdict] += count
        if reason is not None or verdict != "understood":
            reasons[reason or "no reason given"] += count
    listed = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    sql(
        "UPDATE export SET records = ?, understood = ?, ignored = ?, context = ?, unread = ?, events = ?, reasons = ?"
        " WHERE id = ?",
        (codes.total(), *(verdicts[verdict] for verdict in VERDICTS), events, _json(listed).decode(), export),
    )


def unattached(connection: sqlite3.Connection) -> None:
    """Count for every export the statements that no order could be found for."""
    sql = connection.execute
    sql("UPDATE export SET unattached = 0")
    sql("DROP TABLE IF EXISTS temp.loose")
    sql(
        f"CREATE TEMP TABLE loose AS SELECT e.place & {pages.RECORD} AS record FROM event e JOIN"
        " (SELECT id FROM event INDEXED BY event_answer WHERE form < 0 AND naming IS NULL"
        " EXCEPT SELECT event FROM lending"
        ' UNION ALL SELECT o.id FROM naming n JOIN event o ON o.naming = n.id WHERE n."order" = 0) l ON l.id = e.id'
    )
    counted = sql(
        "SELECT count(*), t.export FROM temp.loose l JOIN extent t ON t.page = l.record / 1024"
        " AND t.slot <= l.record % 1024 AND t.slot + t.count > l.record % 1024 GROUP BY t.export"
    ).fetchall()
    connection.executemany("UPDATE export SET unattached = ? WHERE id = ?", counted)
    sql("DROP TABLE temp.loose")
