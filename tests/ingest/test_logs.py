"""Programs' logs on their way in: which year it is, what was read off words, what is left alone."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracelog.ingest import ingest
from tracelog.investigate import trace
from tracelog.model.ingest import IngestOptions
from tracelog.store.read import Store

LINES = """<134>Dec 30 23:59:00 rx01 order-rx[657]: received order #1001 from shopify
<134>Jan  2 00:10:00 rx01 order-rx[657]: forwarded order #1001 to netsuite status=201
"""
WRITTEN = int(datetime(2026, 1, 2, 6, tzinfo=UTC).timestamp())


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "messages"
    path.write_text(LINES, "utf-8")
    os.utime(path, (WRITTEN, WRITTEN))
    return path


def times(db: Path) -> list[str | None]:
    with Store.open(db) as store:
        (told,) = trace(store, "#1001")
    return [event.at for event in told.events]


def test_a_log_without_years_is_of_the_year_in_which_its_file_was_last_written(log: Path, tmp_path: Path) -> None:
    """December is of the year before: no stamp is later than the file."""
    db = tmp_path / "t.db"
    (row,) = ingest([log], db=db).ledger

    assert (row.format, row.unread, row.inferred) == ("log-syslog", 0, True)
    assert "the year from the file's own time, 2026-01-02" in (row.zone_basis or "")
    assert times(db) == ["2025-12-30T23:59:00Z", "2026-01-02T00:10:00Z", "2026-01-02T00:10:00Z"]


def test_the_users_word_on_when_it_ends_counts_before_the_files(log: Path, tmp_path: Path) -> None:
    db = tmp_path / "t.db"
    ended = int(datetime(2024, 1, 3, tzinfo=UTC).timestamp()) * 10**9
    (row,) = ingest([log], db=db, options=IngestOptions(as_of=ended)).ledger

    assert "the year from --as-of" in (row.zone_basis or "")
    assert times(db)[0] == "2023-12-30T23:59:00Z"


def test_given_again_later_it_stays_in_its_year(log: Path, tmp_path: Path) -> None:
    """A copy has a later file time; what is known is not read anew for that."""
    db = tmp_path / "t.db"
    ingest([log], db=db)
    os.utime(log, (WRITTEN + 700 * 86_400, WRITTEN + 700 * 86_400))
    (row,) = ingest([log], db=db).ledger

    assert (row.new, row.known) == (0, 2)
    assert times(db)[0] == "2025-12-30T23:59:00Z"


def test_in_another_zone_it_is_read_again_in_the_same_year(log: Path, tmp_path: Path) -> None:
    db = tmp_path / "t.db"
    ingest([log], db=db)
    ingest([log], db=db, options=IngestOptions(tz="America/New_York"))

    assert times(db)[0] == "2025-12-31T04:59:00Z"


def test_an_event_that_was_read_off_words_says_so(log: Path, tmp_path: Path) -> None:
    db = tmp_path / "t.db"
    ingest([log], db=db)
    with Store.open(db) as store:
        (told,) = trace(store, "#1001")

    assert [(event.system, event.phase, event.inferred) for event in told.events] == [
        ("order-rx", "received", True), ("order-rx", "forwarded", True), ("order-rx", "acknowledged", True),
    ]  # fmt: skip


def test_a_log_that_names_no_order_is_no_export_and_that_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "dpkg.log").write_text("2026-03-12 14:02:11 status installed libc6:amd64 2.36\n" * 3, "utf-8")
    report = ingest([folder], db=tmp_path / "t.db")

    assert report.ledger == []
    assert report.not_exports == [("dpkg.log", "its lines start with a time, but none names an order")]
