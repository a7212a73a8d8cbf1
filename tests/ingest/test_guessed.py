"""A plain list of webhooks sent, under any header: guessed, shown, and kept as a definition that can be corrected."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tracelog.ingest import ingest
from tracelog.model.ingest import IngestOptions, IngestReport
from tracelog.store.read import Store

SENT = """When;Hook URL;Event;Order Reference;Response Code
2026-03-12T14:02:11Z;https://hooks.acme.example/o;order.created;SO-10020;200
2026-03-12T14:11:08Z;https://hooks.acme.example/o;order.shipped;SO-10022;503
"""
FOREIGN = "When;Sensor;Reading\n2026-03-12T14:02:11Z;t1;20.5\n2026-03-12T14:03:11Z;t1;20.6\n"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "outgoing.csv"
    path.write_text(SENT)
    return path


def read(export: Path, *, system: str | None = None, dry_run: bool = False) -> IngestReport:
    folder = export.parent / "formats"
    parsers = [folder] if folder.is_dir() else []
    options = IngestOptions(guesses=str(folder), system=system, dry_run=dry_run)
    return ingest([export], db=export.parent / "tracelog.db", parsers=parsers, options=options)


def test_it_is_read_and_what_it_rests_on_is_said(export: Path):
    report = read(export)

    assert [(row.format, row.understood, row.events) for row in report.ledger] == [("webhooks-outgoing", 2, 4)]
    assert (report.failed, report.not_exports, report.exit_code) == ([], [], 0)
    [guessed] = report.guessed
    assert {role: why.partition(":")[0] for role, why in guessed.found} == {
        "time": "When", "order": "Order Reference", "topic": "Event", "answer": "Response Code", "sent to": "Hook URL",
    }  # fmt: skip
    assert Path(guessed.definition).is_file()


def test_the_next_export_of_that_kind_is_known(export: Path):
    read(export)
    export.write_text(SENT + "2026-03-12T15:00:00Z;https://hooks.acme.example/o;order.created;SO-10023;200\n")
    again = read(export)

    assert again.guessed == []
    assert [(row.new, row.known) for row in again.ledger] == [(1, 2)]


def test_what_is_corrected_in_the_definition_holds(export: Path):
    """The same export again: its records are read anew."""
    kept = Path(read(export).guessed[0].definition)
    kept.write_text(kept.read_text().replace('phase  = "emitted"', 'phase  = "forwarded"').replace(
        '{ phase = "emitted"', '{ phase = "forwarded"'
    ))  # fmt: skip
    again = read(export)

    assert (again.failed, [row.unread for row in again.ledger]) == ([], [0])


def test_columns_tell_more_than_the_words_of_a_line(export: Path):
    """Rows that begin with a time look like lines of a program's log, too."""
    export.write_text(
        "Time\tHook\tCode\tBody\n"
        '2026-03-12 14:02:12\thttps://wms.example/in\t200\t{"order_id":"A-1001","event":"received order"}\n'
        '2026-03-12 14:03:12\thttps://wms.example/in\t502\t{"order_id":"A-1002","event":"received order"}\n'
    )
    report = read(export)

    assert [(row.format, row.understood, row.unread) for row in report.ledger] == [("webhooks-outgoing", 2, 0)]


def test_the_user_says_who_sent_them(export: Path):
    assert [row.format for row in read(export, system="acme").ledger] == ["acme-outgoing"]


def test_a_dry_run_keeps_nothing(export: Path):
    report = read(export, dry_run=True)

    assert len(report.guessed) == 1
    assert not (export.parent / "formats").exists()


def test_any_other_table_is_left_alone(export: Path):
    export.write_text(FOREIGN)
    report = read(export)

    assert (report.ledger, report.guessed, report.exit_code) == ([], [], 4)


@pytest.mark.parametrize(
    "text",
    [
        "delivered_at,event,status_code,repository,ref\n2026-02-03T10:00:01Z,push,200,acme/shop,PR-1001\n",
        "Booking Date,Type,Status,Amount,Currency,Order Number\n2026-02-01,standing order,success,1.20,EUR,SO-10001\n",
        "time,station,code,status,url,event\n2026-02-03T10:00:01Z,ST-1001,200,ok,https://w.example/,temp.reading\n",
        "timestamp,url,status code,result,check id\n2026-02-03T10:00:01Z,https://shop.example/,200,success,CHK-1001\n",
        "time,method,url,status,reference\n2026-02-03T10:00:01Z,GET,https://s.example/x,200,TCK-1001\n",
        "Created at,Ticket ID,Event,Status,Response code,Ref\n2026-02-03 10:00,T-1001,ticket.created,sent,200,T-1001\n",
    ],
)
def test_what_is_sent_about_anything_but_orders_is_no_list_of_webhooks(export: Path, text: str):
    """Pushes, payments of a bank, readings, checks, requests and tickets are sent and answered too."""
    export.write_text(text)

    assert read(export).guessed == []


def test_a_name_without_end_is_no_columns_name(export: Path):
    """It would be looked through again and again."""
    export.write_text(SENT.replace("Event", "y" * 200_000))

    assert read(export).guessed == []


# ---- the folder in which it is kept


@pytest.mark.parametrize("link", ["file", "folder"])
def test_nothing_is_written_through_a_link(export: Path, link: str):
    folder, outside = export.parent / "formats", export.parent / "outside"
    outside.mkdir()
    if link == "folder":
        folder.symlink_to(outside)
    else:
        folder.mkdir()
        (folder / "webhooks.outgoing.toml").symlink_to(outside / "webhooks.outgoing.toml")
    report = read(export)

    assert list(outside.iterdir()) == []
    assert [row.understood for row in report.ledger] == [2]
    assert report.guessed[0].kept is (link == "file")  # under another name


def test_where_it_cannot_be_kept_the_export_is_read_all_the_same(export: Path):
    (export.parent / "formats").write_text("a file of mine")
    report = read(export)

    assert ([row.understood for row in report.ledger], report.exit_code) == ([2], 0)
    assert report.guessed[0].unkept == f"{export.parent / 'formats'} is there and is no folder"
    assert (export.parent / "formats").read_text() == "a file of mine"


def test_one_that_is_broken_by_now_is_a_warning_and_stops_nothing(export: Path):
    read(export)
    kept = export.parent / "formats" / "webhooks.old.toml"
    kept.write_text("title = [")
    report = read(export)

    assert (report.failed, report.exit_code) == ([], 0)
    assert [str(kept) in (one.help or "") for one in report.warnings] == [True]

    given = ingest([export], db=export.parent / "tracelog.db", parsers=[kept.parent])
    assert (len(given.failed), given.exit_code) == (1, 4)


def test_a_guess_that_does_not_read_its_own_records_is_none(export: Path):
    """The path to a column whose name ends in a backslash cannot be written."""
    export.write_text(SENT.replace("Order Reference", "Order Reference\\").replace("When", "When\\"))
    report = read(export)

    assert report.guessed == [] or [row.unread for row in report.ledger] == [0]
    assert not (export.parent / "formats").exists() or report.guessed


def test_a_column_without_a_name_is_no_evidence(export: Path):
    export.write_text(SENT.replace("Hook URL", ""))
    report = read(export)

    assert "sent to" not in [role for each in report.guessed for role, _ in each.found]


def test_an_answer_of_a_megabyte_is_cut_with_a_mark_and_keeps_nobody_waiting(export: Path):
    long = "2026-03-12T14:12:08Z;https://hooks.acme.example/o;order.shipped;SO-10022;503;" + "x" * 200_000
    export.write_text(SENT.replace("Response Code", "Response Code;Error").replace(";200", ";200;") + long + "\n")
    begun = time.perf_counter()
    report = read(export)

    assert [(row.records, row.unread) for row in report.ledger] == [(3, 0)]
    assert len(Path(report.guessed[0].definition).read_text()) < 10_000
    with Store.open(export.parent / "tracelog.db") as store:
        results = [event.result or "" for _, events in store.orders() for event in events]
    assert max(map(len, results)) < 2100
    assert [one for one in results if one.endswith("more characters)")]
    assert time.perf_counter() - begun < 20
