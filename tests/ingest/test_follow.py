"""`ingest --follow`: a log that is still written to is read as it grows, and never by halves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracelog.follow import rounds
from tracelog.ingest import ingest, ingest_sources
from tracelog.model.ingest import IngestOptions, IngestReport

SAMPLES = Path(__file__).parent.parent / "samples" / "formats"
LOG = (SAMPLES / "celigo_connection_debug.log").read_bytes()
LINES = LOG.splitlines(keepends=True)
RECORDS = 8


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "tracelog.db"


def follow(db: Path, *paths: Path) -> Iterator[IngestReport]:
    """The rounds, without any rest between two looks."""

    def read(sources, growing, former):
        return ingest_sources(sources, db=db, options=IngestOptions(growing=growing), former=former)

    return rounds(paths, read, rest=lambda _: None)


def counts(report: IngestReport) -> list[tuple[int, int, int]]:
    return [(row.records, row.new, row.unread) for row in report.ledger]


def rows(db: Path, view: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(db) as connection:
        return connection.execute(f"SELECT * FROM {view} ORDER BY 1, 2, 3, 4").fetchall()


def events(db: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(db) as connection:
        return connection.execute(
            "SELECT system, phase, at_ns, said, states FROM events ORDER BY at_ns, system, phase, said"
        ).fetchall()


def test_a_record_is_taken_when_the_next_one_begins_or_nobody_writes_any_more(db: Path, tmp_path: Path) -> None:
    """The stamp of a record may be there before its content: half of it is never read."""
    log = tmp_path / "celigo.log"
    log.write_bytes(b"".join(LINES[:3]))  # the second record's first line
    seen = follow(db, log)

    assert counts(next(seen)) == [(1, 1, 0)]
    with log.open("ab") as file:
        file.write(LINES[3][:40])
    assert counts(next(seen)) == [(1, 0, 0)]
    with log.open("ab") as file:
        file.write(LINES[3][40:] + b"".join(LINES[4:]))
    assert counts(next(seen)) == [(RECORDS - 1, RECORDS - 2, 0)]
    assert counts(next(seen)) == [(RECORDS, 1, 0)]  # nothing was written for three looks


def test_what_was_followed_is_what_reading_it_whole_gives(db: Path, tmp_path: Path) -> None:
    """One export in the ledger, the same events, the same period."""
    log, whole = tmp_path / "celigo.log", tmp_path / "whole.db"
    log.write_bytes(LOG[:100])
    seen = follow(db, log)
    next(seen)
    for end in range(700, len(LOG) + 700, 700):
        log.write_bytes(LOG[:end])
        next(seen)
    next(seen)
    ingest([log], db=whole)

    assert events(db) == events(whole)
    assert [row[:11] for row in rows(db, "ledger")] == [row[:11] for row in rows(whole, "ledger")]
    assert [row[-2:] for row in rows(db, "ledger")] == [row[-2:] for row in rows(whole, "ledger")]


def test_a_rotated_log_leaves_what_was_read(db: Path, tmp_path: Path) -> None:
    """The file begins anew; the records of the old one stay."""
    log = tmp_path / "celigo.log"
    log.write_bytes(b"".join(LINES[:8]))
    seen = follow(db, log)
    next(seen)
    next(seen)
    log.write_bytes(b"".join(LINES[8:]))
    next(seen)
    next(seen)

    whole = tmp_path / "whole.db"
    (tmp_path / "copy.log").write_bytes(LOG)
    ingest([tmp_path / "copy.log"], db=whole)
    assert events(db) == events(whole)


def test_what_was_written_before_a_rotation_and_after_the_last_look_is_read(db: Path, tmp_path: Path) -> None:
    """The old file lies beside it under another name, and is followed until nobody writes to it any more."""
    log = tmp_path / "celigo.log"
    log.write_bytes(b"".join(LINES[:6]))
    seen = follow(db, log)
    next(seen)
    with log.open("ab") as file:
        file.write(b"".join(LINES[6:8]))
    log.rename(tmp_path / "celigo.log.1")
    log.write_bytes(b"".join(LINES[8:]))
    told = [one for _ in range(2) for one in next(seen).warnings]

    whole = tmp_path / "whole.db"
    (tmp_path / "copy.log").write_bytes(LOG)
    ingest([tmp_path / "copy.log"], db=whole)
    assert events(db) == events(whole)
    assert told == []


@pytest.mark.parametrize("how", ["gone", "emptied"])
def test_what_may_have_been_written_and_was_not_seen_is_said(db: Path, tmp_path: Path, how: str) -> None:
    log = tmp_path / "celigo.log"
    log.write_bytes(b"".join(LINES[:6]))
    size = log.stat().st_size
    seen = follow(db, log)
    next(seen)
    if how == "gone":
        (tmp_path / "new").write_bytes(b"".join(LINES[6:]))
        (tmp_path / "new").rename(log)
    else:
        log.write_bytes(LINES[6])
    said = [one.error for _ in range(2) for one in next(seen).warnings]

    what = "is another file now, and the one it was is gone" if how == "gone" else "was emptied"
    assert said == [f"celigo.log {what}: what was written to it after its byte {size:,} was not seen"]


def test_what_is_no_export_is_said_once(db: Path, tmp_path: Path) -> None:
    (tmp_path / "celigo.log").write_bytes(LOG)
    (tmp_path / "notes.txt").write_text("nothing to see\n")
    seen = follow(db, tmp_path)
    first = next(seen)
    (tmp_path / "notes.txt").write_text("nothing to see here\n")
    second = next(seen)

    assert [name for name, _ in first.not_exports] == ["notes.txt"]
    assert second.not_exports == []
