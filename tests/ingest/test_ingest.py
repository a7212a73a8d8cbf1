"""The conductor: exports of several systems in, a ledger out, and the same again adds nothing."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from tracelog.config import Config
from tracelog.errors import UsageError
from tracelog.ingest import ingest
from tracelog.model.event import SECOND
from tracelog.model.ingest import IngestOptions, IngestReport
from tracelog.model.words import from_rfc3339
from tracelog.store.read import Store

SAMPLES = Path(__file__).parent.parent / "samples" / "formats"
DEBUG = SAMPLES / "celigo_connection_debug.log"
NOTES = SAMPLES / "netsuite_systemnotes.csv"
SEARCH = SAMPLES / "netsuite_salesorders_search.csv"
ORDERS = SAMPLES / "shopify.orders_export.csv"
HOOKS = SAMPLES / "shopify.webhooks.jsonl"
ALL = sorted(SAMPLES.iterdir())

SHIPMENTS = """
title   = "Warehouse shipments"
system  = "warehouse"
reader  = "csv"
columns = { Shipment = ["Shipment"], Order = ["Order"], Shipped = ["Shipped At", "Shipped"] }
[recognise]
header  = ["Shipment", "Order"]
[time]
at      = "Shipped"
zone    = "ask"
[[record]]
when    = { Status = "VOID" }
ignore  = "voided shipment"
[[record]]
when    = { Status = "DONE" }
phase   = "applied"
topic   = "shipped"
order   = { ref = "Order" }
[[sample]]
text    = '''
Shipment,Order,Shipped At,Status
S-1,#1001,2026-03-02 14:05:11,DONE
S-2,#1002,2026-03-02 14:09:40,VOID
'''
events  = [{ phase = "applied", topic = "shipped", names = ["ref #1001"] }]
ignored = ["voided shipment"]
"""
TABLE = (
    "\ufeffShipment,Order,Shipped At,Status\r\n"
    'S-1,#1001,2026-03-02 14:05:11,DONE\r\nS-2,"#1002",2026-03-02 14:09:40,VOID\r\n'
    "S-3,#1003,2026-03-02 15:00:00,LOST\r\n"
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "tracelog.db"


@pytest.fixture
def warehouse(tmp_path: Path) -> tuple[Path, Path]:
    """An export of a system nobody knows, and a folder with its definition."""
    folder = tmp_path / "parsers"
    folder.mkdir()
    (folder / "warehouse.shipments.toml").write_text(SHIPMENTS, encoding="utf-8")
    table = tmp_path / "shipments.csv"
    table.write_bytes(TABLE.encode())
    return table, folder


def said(db: Path) -> list[tuple[object, ...]]:
    """Everything the store says of its orders, whatever the numbers are that it gives them."""
    with Store.open(db) as store:
        found = [
            (store.title(order), event.kind, event.at, event.happened_at, event.at_raw, event.states, event.names,
             event.envelope, tuple(event.fields.items()), event.borrowed)
            for order, events in store.orders() for event in events
        ]  # fmt: skip
    return sorted(found, key=repr)


def observed(db: Path) -> set[int | None]:
    """The times of what snapshots show."""
    with Store.open(db) as store:
        return {e.at for _, events in store.orders() for e in events if e.kind.phase == "observed"}


def balanced(report: IngestReport) -> bool:
    return all(
        row.records == row.understood + row.ignored + row.context + row.unread == row.new + row.known
        for row in report.ledger
    )


class TestAgain:
    def test_every_sample_is_recognised_read_and_accounted_for(self, db: Path) -> None:
        report = ingest([SAMPLES], db=db)

        assert len(report.ledger) == len(ALL)
        assert (report.not_exports, report.failed, report.exit_code) == ([], [], 0)
        assert balanced(report)
        assert sum(row.unread for row in report.ledger) == 0

    def test_the_same_again_adds_nothing(self, db: Path) -> None:
        ingest([SAMPLES], db=db)
        before = said(db)
        again = ingest([SAMPLES], db=db)

        assert all((row.new, row.known) == (0, row.records) for row in again.ledger)
        assert said(db) == before

    def test_a_copy_under_another_name_or_compressed_is_the_same(self, db: Path, tmp_path: Path) -> None:
        packed = tmp_path / "copy.gz"
        packed.write_bytes(gzip.compress(DEBUG.read_bytes()))
        ingest([DEBUG], db=db)

        assert [row.new for row in ingest([packed], db=db).ledger] == [0]

    def test_one_export_after_another_is_as_good_as_all_at_once(self, db: Path, tmp_path: Path) -> None:
        """Not in their order either."""
        for path in reversed(ALL):
            ingest([path], db=db)
        ingest([SAMPLES], db=tmp_path / "at-once.db")

        assert said(db) == said(tmp_path / "at-once.db")

    def test_a_grown_log_adds_its_tail(self, db: Path, tmp_path: Path) -> None:
        log = tmp_path / "celigo.log"
        whole = DEBUG.read_bytes()
        log.write_bytes(b"".join(whole.splitlines(keepends=True)[:6]))
        ingest([log], db=db)
        log.write_bytes(whole)
        (row,) = ingest([log], db=db).ledger

        assert (row.new, row.known) == (row.records - 3, 3)
        ingest([DEBUG], db=tmp_path / "other.db")
        assert said(db) == said(tmp_path / "other.db")

    def test_a_dry_run_writes_nothing(self, db: Path) -> None:
        report = ingest([DEBUG], db=db, options=IngestOptions(dry_run=True))
        assert report.ledger[0].new == report.ledger[0].records
        assert not db.exists()

        ingest([DEBUG], db=db)
        content = db.read_bytes()
        assert ingest([SAMPLES], db=db, options=IngestOptions(dry_run=True)).ledger
        assert db.read_bytes() == content


class TestDefinitions:
    def test_a_better_definition_rereads_the_stored_text(self, db: Path, warehouse: tuple[Path, Path]) -> None:
        table, parsers = warehouse
        (row,) = ingest([table], db=db, parsers=[parsers]).ledger
        assert (row.understood, row.ignored, row.unread) == (1, 1, 1)

        definition = parsers / "warehouse.shipments.toml"
        definition.write_text(SHIPMENTS.replace('"DONE"', '["DONE", "LOST"]'), encoding="utf-8")
        (row,) = ingest([table], db=db, parsers=[parsers]).ledger

        assert (row.understood, row.ignored, row.unread, row.new, row.known) == (2, 1, 0, 0, 3)
        with Store.open(db) as store:
            assert store.find("#1003")
            assert store.unread() == []

    def test_it_rereads_exports_that_are_gone(self, db: Path, warehouse: tuple[Path, Path]) -> None:
        """The text is in the store: any export of the format brings the better reading to all of them."""
        table, parsers = warehouse
        ingest([table], db=db, parsers=[parsers])
        table.write_bytes(TABLE.replace("S-1,#1001", "S-9,#1009").encode())
        definition = parsers / "warehouse.shipments.toml"
        definition.write_text(SHIPMENTS.replace('"DONE"', '["DONE", "LOST"]'), encoding="utf-8")
        ingest([table], db=db, parsers=[parsers])

        with Store.open(db) as store:
            assert [row.unread for row in store.ledger()] == [0, 0]
            assert store.find("#1001")
            assert store.find("#1009")

    def test_too_much_unread_is_a_failure(self, db: Path, warehouse: tuple[Path, Path]) -> None:
        table, parsers = warehouse

        assert ingest([table], db=db, parsers=[parsers]).exit_code == 4

    def test_unread_records_say_why_and_what_comes_nearest(self, db: Path, tmp_path: Path) -> None:
        log = tmp_path / "celigo.log"
        log.write_bytes(
            DEBUG.read_bytes() + b"2026-03-12T15:00:00.000Z a41f0c6d2b7e4c1f9a30d5e8b6120931 export broken\n"
        )
        ingest([log], db=db)

        with Store.open(db) as store:
            (group,) = store.unread()
        assert group.nearest is not None
        assert group.nearest["format"] == "celigo-connection-debug"
        assert group.example.text.endswith("export broken")


class TestTime:
    def test_a_snapshot_shows_the_latest_time_in_it(self, db: Path) -> None:
        ingest([ORDERS], db=db)

        with Store.open(db) as store:
            (export,) = store.exports()
            latest = max(e.happened_at for _, events in store.orders() for e in events if e.happened_at is not None)
        assert observed(db) == {export.as_of} == {latest}
        assert export.as_of_basis == "the latest time in the export: it was made then or later"

    def test_the_user_knows_better(self, db: Path) -> None:
        """Also when it is said afterwards."""
        told = from_rfc3339("2027-01-01T00:00:00Z")
        ingest([ORDERS], db=db)
        ingest([ORDERS], db=db, options=IngestOptions(as_of=told))

        with Store.open(db) as store:
            assert [export.as_of for export in store.exports()] == [told]
        assert observed(db) == {told}

    def test_a_later_snapshot_confirms_an_unchanged_row(self, db: Path, tmp_path: Path) -> None:
        rows = ORDERS.read_text(encoding="utf-8").splitlines()
        later = tmp_path / "later.csv"
        later.write_text("\n".join(rows), encoding="utf-8")
        ingest([ORDERS], db=db)
        ingest([later], db=db, options=IngestOptions(as_of=from_rfc3339("2027-01-01T00:00:00Z")))

        assert observed(db) == {from_rfc3339("2027-01-01T00:00:00Z")}

    def test_a_zone_is_assumed_aloud_and_taken_from_the_user(self, db: Path) -> None:
        (assumed,) = ingest([NOTES], db=db).ledger
        before = {event[2] for event in said(db)}
        (told,) = ingest([NOTES], db=db, options=IngestOptions(tz="+05:00")).ledger

        assert (assumed.zone, (assumed.zone_basis or "")[:7]) == ("UTC", "assumed")
        assert (told.zone, (told.zone_basis or "")[:4], told.new) == ("+05:00", "--tz", 0)
        assert {event[2] for event in said(db)} == {at - 5 * 3600 * SECOND for at in before if isinstance(at, int)}

    def test_the_configuration_may_say_the_zone(self, db: Path) -> None:
        (row,) = ingest([NOTES], db=db, config=Config(zones={"netsuite": "America/New_York"})).ledger

        assert (row.zone, (row.zone_basis or "").split(";")[0]) == ("America/New_York", "tracelog.toml")

    def test_an_unknown_zone_is_wrong_usage(self, db: Path) -> None:
        with pytest.raises(UsageError, match="unknown time zone"):
            ingest([NOTES], db=db, options=IngestOptions(tz="Mars/Olympus"))
        assert not db.exists()


class TestInstances:
    def test_two_shops_given_by_name_stay_two(self, db: Path, tmp_path: Path) -> None:
        south = tmp_path / "south.csv"
        shutil.copy(ORDERS, south)
        ingest([ORDERS], db=db, options=IngestOptions(system="shopify", instance="north"))
        ingest([south], db=db, options=IngestOptions(system="shopify", instance="south"))

        with Store.open(db) as store:
            assert {kind.instance for _, kind, *_ in said(db)} == {"south"}  # type: ignore[attr-defined]
            assert len(store.ledger()) == 1


class TestNoExports:
    def test_what_was_named_and_is_no_export_is_a_failure(self, db: Path, tmp_path: Path) -> None:
        note = tmp_path / "notes.txt"
        note.write_text("call the warehouse\n", encoding="utf-8")
        report = ingest([note, DEBUG], db=db)

        assert report.exit_code == 4
        assert [failed.export for failed in report.failed] == ["notes.txt"]
        assert [row.export for row in report.ledger] == [DEBUG.name]

    def test_what_lies_in_a_folder_beside_exports_is_only_listed(self, db: Path, tmp_path: Path) -> None:
        folder = tmp_path / "exports"
        folder.mkdir()
        shutil.copy(DEBUG, folder)
        (folder / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
        report = ingest([folder], db=db)

        assert [path for path, _ in report.not_exports] == ["photo.png"]
        assert report.exit_code == 0
        assert ingest([folder], db=db, options=IngestOptions(strict=True)).exit_code == 4

    def test_a_cut_archive_gives_what_was_good(self, db: Path, tmp_path: Path) -> None:
        packed = tmp_path / "celigo.log.gz"
        packed.write_bytes(gzip.compress(DEBUG.read_bytes())[:-200])
        report = ingest([packed], db=db)
        again = ingest([packed], db=db)

        assert report.exit_code == again.exit_code == 4
        assert report.ledger[0].understood > 0
        assert balanced(report)
        assert (again.ledger[0].new, again.failed[0].export) == (0, "celigo.log.gz")

    def test_progress_is_told(self, db: Path) -> None:
        told: list[tuple[str, int, int | None]] = []
        ingest([DEBUG], db=db, progress=lambda *now: told.append(now))

        assert told == [(DEBUG.name, DEBUG.stat().st_size, DEBUG.stat().st_size)]
