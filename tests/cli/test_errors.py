"""Errors people meet: each says what, why, where and what to do, and nothing that was good is lost."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.calling import Said, call, environment

LOG = "".join(
    f"2026-03-12T14:02:{n % 60:02d}.{n:03d}Z a41f0c6d2b7e4c1f9a30d5e8b6{n:06d} import 65f1a0f9b7d94e0012ab3477 "
    f'{{"statusCode":204,"headers":{{"location":"https://1.suitetalk.api.example/services/rest/record/v1/salesOrder/{n}"}},'
    f'"body":""}}\n'
    for n in range(100, 500)
)


def ingest(content: bytes | str, folder: Path, name: str = "export.log", *more: str) -> tuple[Said, dict[str, Any]]:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    said = call("ingest", name, "--json", *more, at=folder)
    return said, json.loads(said.out) if said.out else {}


def explained(said: dict[str, Any], *words: str) -> None:
    """One failure, which says what to do and holds these words."""
    [failed] = said["failed"]
    assert failed["help"]
    for word in words:
        assert word in f"{failed['export']} {failed['error']} {failed['help']}"


def test_a_binary_file(tmp_path: Path) -> None:
    said, found = ingest(bytes(range(256)) * 20, tmp_path, "photo.raw")

    assert said.code == 4
    explained(found, "photo.raw")


def test_an_excel_workbook(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "orders.xlsx", "w") as book:
        book.writestr("[Content_Types].xml", "")
    said = call("ingest", "orders.xlsx", at=tmp_path)

    assert said.code == 4
    assert "CSV" in said.err


def test_an_empty_file(tmp_path: Path) -> None:
    said, found = ingest("", tmp_path)

    assert said.code == 4
    explained(found, "empty")


def test_a_csv_with_a_foreign_header(tmp_path: Path) -> None:
    said, found = ingest("city,inhabitants\nUlm,126000\n", tmp_path, "cities.csv")
    assert said.code == 4
    explained(found, "cities.csv")

    said, found = ingest("city,inhabitants\nUlm,126000\n", tmp_path, "cities.csv", "--format", "netsuite-system-notes")
    assert said.code == 4
    explained(found, "city, inhabitants")


def test_a_format_that_does_not_exist(tmp_path: Path) -> None:
    said, _ = ingest(LOG, tmp_path, "x.log", "--format", "celigo-conection-debug")

    assert said.code == 2
    assert "celigo-connection-debug" in said.err


def test_half_a_json_document(tmp_path: Path) -> None:
    """Its good elements are read; the one that is cut is unread, with the reason."""
    errors = {"errors": [
        {"occurredAt": f"2026-03-12T14:16:{n:02d}Z", "source": "application", "code": "503", "message": "busy",
         "traceKey": f"61204819302{n:02d}", "errorId": str(n)}
        for n in range(20)
    ]}  # fmt: skip
    whole = json.dumps(errors, indent=1)
    _, found = ingest(whole[: len(whole) // 2], tmp_path, "errors.json")
    [row] = found["ledger"]

    assert row["understood"] + row["ignored"] >= 9
    assert row["unread"] == 1


def test_mixed_line_ends_and_a_mark_in_front(tmp_path: Path) -> None:
    lines = LOG.splitlines()
    mixed = "\ufeff" + "".join(line + ("\r\n" if n % 2 else "\n") for n, line in enumerate(lines))
    said, found = ingest(mixed, tmp_path)

    assert said.code == 0
    assert (found["ledger"][0]["records"], found["ledger"][0]["unread"]) == (400, 0)


def test_bytes_that_are_no_utf8_and_a_nul_byte(tmp_path: Path) -> None:
    """One odd byte costs nothing; every record is accounted for."""
    odd = LOG.encode().replace(b'"body":""', b'"body":"caf\xe9 \x00"', 2)
    _, found = ingest(odd, tmp_path)
    [row] = found["ledger"]

    assert row["records"] == 400
    assert row["unread"] <= 2


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory of a child as Linux gives it")
def test_a_line_of_200_megabytes(tmp_path: Path) -> None:
    """It is unread, the others are read, and memory stays small."""
    import resource

    with (tmp_path / "huge.log").open("w") as file:
        file.write(LOG)
        file.write("2026-03-12T15:00:00.000Z ")
        for _ in range(200):
            file.write("x" * 1_000_000)
        file.write("\n" + LOG.replace("T14:", "T16:"))
    said = call("ingest", "huge.log", "--json", at=tmp_path)
    [row] = json.loads(said.out)["ledger"]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024

    assert (row["records"], row["unread"]) == (801, 1)
    assert any("MiB" in reason["reason"] for reason in row["reasons"])
    assert peak < 400_000_000


def test_an_unknown_zone(tmp_path: Path) -> None:
    said, _ = ingest(LOG, tmp_path, "x.log", "--tz", "America/New_Yrok")

    assert said.code == 2
    assert "America/New_York" in said.err


def test_a_zone_for_people_that_nobody_knows(tmp_path: Path) -> None:
    ingest(LOG, tmp_path)

    assert call("scan", "--show-tz", "Nowhere/At_All", at=tmp_path).code == 2


def test_a_store_of_a_newer_version(tmp_path: Path) -> None:
    ingest(LOG, tmp_path)
    with sqlite3.connect(tmp_path / "tracelog.db") as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()

    for words in (["scan"], ["ingest", "export.log"], ["trace", "1"]):
        said = call(*words, at=tmp_path)
        assert said.code == 2
        assert "newer" in said.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "export.log").write_text(LOG)
    tmp_path.chmod(0o555)
    try:
        said = call("ingest", "export.log", at=tmp_path)
    finally:
        tmp_path.chmod(0o755)

    assert said.code == 2
    assert "--db" in said.err


def test_a_folder_that_does_not_exist_for_the_store(tmp_path: Path) -> None:
    (tmp_path / "export.log").write_text(LOG)
    said = call("ingest", "export.log", "--db", "nowhere/t.db", at=tmp_path)

    assert said.code == 2
    assert "nowhere" in said.err


def test_two_ingests_at_once(tmp_path: Path) -> None:
    """Both end well, and the store holds what both read, once."""
    for name, minute in (("a.log", "T10:"), ("b.log", "T11:")):
        (tmp_path / name).write_text(LOG.replace("T14:", minute))
    words = [sys.executable, "-m", "tracelog", "ingest"]
    both = [
        subprocess.Popen(
            [*words, name], cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for name in ("a.log", "b.log", "a.log")
    ]
    ends = [(process.communicate(timeout=120), process.returncode) for process in both]
    ledger = json.loads(call("status", "--json", at=tmp_path).out)["ledger"]

    assert [code for _, code in ends] == [0, 0, 0], ends
    assert sorted((row["export"], row["records"]) for row in ledger) == [("a.log", 400), ("b.log", 400)]


def test_an_id_that_a_spreadsheet_destroyed_names_no_order(tmp_path: Path) -> None:
    table = (
        "Internal ID,Document Number,Date Created,Status,PO/Check Number\n"
        "884120,SO20481,03/12/2026 9:00 am,Pending Fulfillment,6.12005E+12\n"
        "884121,SO20482,03/12/2026 9:05 am,Pending Fulfillment,6.12005E+12\n"
    )
    said, _ = ingest(table, tmp_path, "orders.csv")
    one, two = (json.loads(call("trace", name, "--json", at=tmp_path).out) for name in ("SO20481", "SO20482"))

    assert said.code == 0
    assert one["order"] != two["order"]
    assert not any("E+" in alias["name"] for alias in one["aliases"])


def test_what_a_log_says_never_steers_the_terminal(tmp_path: Path) -> None:
    evil = LOG.replace('"body":""', '"body":"\\u001b[2J\\u202eevil"') + "2026-03-12T14:59:59.000Z \x1b]0;owned\x07\n"
    ingest(evil, tmp_path, "evil\x1b[31m.log")

    for words in (["scan"], ["status"], ["unread"], ["trace", "120", "--raw"], ["unread", "--json"]):
        said = call(*words, at=tmp_path)
        assert "\x1b" not in said.out + said.err
        assert "\u202e" not in said.out + said.err


def test_a_store_that_is_damaged_inside(tmp_path: Path) -> None:
    """Its beginning is whole, so that the damage shows only while it is read."""
    ingest(LOG * 5, tmp_path)
    store = tmp_path / "tracelog.db"
    data = bytearray(store.read_bytes())
    data[8192 : len(data) - 4096] = b"\xa5" * (len(data) - 12_288)
    store.write_bytes(data)

    for words in (["scan"], ["status"], ["trace", "120"]):
        said = call(*words, at=tmp_path)
        assert said.code == 2
        assert "ingest" in said.err


def test_a_store_without_any_export_finds_nothing_instead_of_nothing_wrong(tmp_path: Path) -> None:
    """`ingest` of a mistyped path leaves an empty store behind; a scan of it must not look like a clean week."""
    call("ingest", "nope", at=tmp_path)

    for command in (["scan"], ["scan", "--json"], ["report"]):
        said = call(*command, at=tmp_path)
        assert (said.code, said.out) == (3, "")
        assert "nothing in the store" in said.err


def test_a_report_is_text_or_json(tmp_path: Path) -> None:
    said = call("report", "--text", "--json", at=tmp_path)

    assert (said.code, said.out) == (2, "")
    assert "--text does not go with --json" in said.err


@pytest.mark.parametrize(
    ("sample", "format_"),
    [("shopify.webhooks.jsonl", "shopify-webhooks"), ("celigo_connection_debug.log", "celigo-connection-debug")],
)
def test_an_export_behind_something_else_is_named_with_its_place_and_read_when_told(
    tmp_path: Path, sample: str, format_: str
) -> None:
    """Nothing is claimed that has something else before it: the user decides."""
    good = (Path(__file__).parent.parent / "samples" / "formats" / sample).read_text()
    said, found = ingest("what a program said before it\n" * 20_000 + good, tmp_path)

    assert said.code == 4
    explained(found, f"from line 20,001 (byte 600,000) on it looks like {format_}", "--format")
    _, alone = ingest(good, tmp_path, "good.log")
    _, told = ingest("what a program said before it\n" * 20_000 + good, tmp_path, "more.log", "--format", format_)
    assert told["ledger"][0]["known"] == alone["ledger"][0]["records"]
