"""What somebody meets who has never used it: long lists, short zone names, places to copy, hints that lead on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.calling import call
from tracelog.errors import UsageError
from tracelog.interpret.zones import SHORT, find
from tracelog.render.times import Clock
from tracelog.render.view import Page, View

LINE = (
    "2026-03-12T14:02:{n:02d}.000Z a41f0c6d2b7e4c1f9a30d5e8b6{n:06d} import 65f1a0f9b7d94e0012ab3477 "
    '{{"statusCode":204,"headers":{{"location":"https://1.suitetalk.api.example/services/rest/record/v1/salesOrder/{n}"}},'
    '"body":""}}\n'
)


def logs(folder: Path, number: int) -> None:
    """So many debug logs of two records each, all different."""
    folder.mkdir()
    for n in range(number):
        (folder / f"day-{n:02d}.log").write_text(LINE.format(n=n) + LINE.format(n=n + 30))


class TestTheLedger:
    def test_of_many_exports_is_a_line_a_system_with_totals(self, tmp_path: Path) -> None:
        logs(tmp_path / "logs", 20)
        said = call("ingest", "logs", at=tmp_path)

        assert len(said.out.splitlines()) < 8
        assert "Celigo" in said.out
        assert [line.split() for line in said.out.splitlines() if line.startswith("all")] == [
            ["all", "20", "40", "40", "0", "0", "0"]
        ]
        assert said.err.strip() == "Now: tracelog scan"

    def test_of_many_exports_has_each_with_v_and_in_json(self, tmp_path: Path) -> None:
        logs(tmp_path / "logs", 20)
        said = call("ingest", "logs", "-v", at=tmp_path)

        assert all(f"day-{n:02d}.log" in said.out for n in range(20))
        assert len(json.loads(call("ingest", "logs", "--json", at=tmp_path).out)["ledger"]) == 20
        assert "day-07.log" not in call("status", at=tmp_path).out.partition("Coverage")[0]
        assert "day-07.log" in call("status", "-v", at=tmp_path).out

    def test_of_many_exports_shows_in_full_what_was_not_understood(self, tmp_path: Path) -> None:
        logs(tmp_path / "logs", 20)
        with (tmp_path / "logs" / "day-07.log").open("a") as file:
            file.write("2026-03-12T15:00:00.000Z something that no shape has\n")
        said = call("ingest", "logs", at=tmp_path)

        assert "day-07.log" in said.out
        assert "day-08.log" not in said.out
        assert "tracelog unread" in said.err

    def test_the_next_command_names_the_store_in_use(self, tmp_path: Path) -> None:
        logs(tmp_path / "logs", 1)

        assert "Now: tracelog --db 'my store.db' scan" in call("ingest", "logs", "--db", "my store.db", at=tmp_path).err
        assert "Nothing was stored" in call("ingest", "logs", "--dry-run", at=tmp_path).err


class TestZones:
    @pytest.mark.parametrize(
        ("short", "place"),
        [
            ("EST", "America/New_York"),
            ("pst", "America/Los_Angeles"),
            ("IST", "Asia/Kolkata"),
            ("CST", "America/Chicago"),
        ],
    )
    def test_a_short_name_is_refused_and_the_places_are_offered(self, tmp_path: Path, short: str, place: str) -> None:
        logs(tmp_path / "logs", 1)
        said = call("ingest", "logs", "--tz", short, at=tmp_path)

        assert said.code == 2
        assert place in said.err
        assert not (tmp_path / "tracelog.db").exists()

    def test_est_is_said_to_be_fixed(self, tmp_path: Path) -> None:
        """In the time zone database `EST` is -05:00 in July too, when clocks in New York show -04:00."""
        with pytest.raises(UsageError) as error:
            find("EST")

        assert "fixed -05:00" in str(error.value.why)

    def test_places_of_short_names_exist(self) -> None:
        for places in SHORT.values():
            assert all(find(place) for place in places)

    def test_zones_with_summer_time_and_offsets_are_taken(self) -> None:
        assert all(find(name) for name in ("CET", "EET", "EST5EDT", "HST", "GMT", "-05:00", "UTC+2"))

    def test_times_are_shown_in_an_offset_or_a_zone_spelled_otherwise(self) -> None:
        stamp = "2026-03-02T14:05:11Z"

        assert Clock("-05:00").stamp(stamp) == "2026-03-02 09:05:11 -05:00"
        assert Clock("europe/berlin").stamp(stamp) == "2026-03-02 15:05:11 +01:00"

    def test_moments_in_sentences_are_in_the_zone_shown(self) -> None:
        """Across midnight the day changes with the hour; what has no time of day stays."""
        clock = Clock("America/New_York")

        assert clock.told("lost at 02:50:00 UTC on 3 February 2026.") == "lost at 21:50:00 -05:00 on 2 February 2026."
        assert clock.told("seen 14:05 UTC on 2 July 2026") == "seen 10:05 -04:00 on 2 July 2026"
        assert clock.told("on 3 February 2026") == "on 3 February 2026"
        assert Clock("UTC").told("at 02:50:00 UTC on 3 February 2026") == "at 02:50:00 UTC on 3 February 2026"


class TestPlaces:
    PLACE = "downloads from the vendor/2026-03/celigo connection debug (north-shop production).log:120934"

    def test_a_place_in_a_file_stays_in_one_piece(self) -> None:
        page = Page(View(width=60))
        page.prose(f"total “84.00”; channel “web”; {self.PLACE}", indent=29, whole=[self.PLACE])
        page.prose(f"it happened ({self.PLACE})", indent=5, label="then:", whole=[self.PLACE])
        lines = page.finish().splitlines()

        assert sum(self.PLACE in line for line in lines) == 2
        assert "\x00" not in "".join(lines)

    def test_trace_and_scan_print_places_that_can_be_copied(self, tmp_path: Path) -> None:
        folder = tmp_path / "downloads of the north shop, second week of March, by Ann"
        call("demo", str(folder), at=tmp_path)
        call("ingest", folder.name, at=tmp_path)
        name = "celigo-connection-debug.log:707"

        traced = call("trace", "#7026", at=tmp_path, COLUMNS="60").out
        assert name in traced
        assert all(line.rstrip().endswith(("707", "707;")) for line in traced.splitlines() if name in line)
        listed = call("scan", "--list", at=tmp_path, COLUMNS="60").out
        assert all(".log:" in line or ".csv:" in line for line in listed.splitlines() if "proof:" in line)


def test_verify_says_once_where_to_look_for_exports(tmp_path: Path) -> None:
    call("demo", "exports", at=tmp_path)
    call("ingest", "exports", at=tmp_path)
    call("report", at=tmp_path)
    for path in (tmp_path / "exports").iterdir():
        path.unlink()
    said = call("verify", "tracelog-report.html", at=tmp_path)

    assert said.code == 1
    assert said.out.count("--exports") == 1


class TestFilesThatWereRefused:
    def test_unread_tells_of_them_with_the_reason_and_what_to_do(self, tmp_path: Path) -> None:
        (tmp_path / "photo.raw").write_bytes(bytes(range(256)) * 20)
        (tmp_path / "cities.csv").write_text("city,inhabitants\nUlm,126000\n")
        call("ingest", "photo.raw", "cities.csv", at=tmp_path)
        said = call("unread", at=tmp_path)
        rows = {row["export"]: row for row in json.loads(call("unread", "--json", at=tmp_path).out)}

        assert set(rows) == {"photo.raw", "cities.csv"}
        assert all(row["reason"] and row["count"] is None for row in rows.values())
        assert "tracelog formats new cities.csv" in said.out
        assert "Every record was understood" not in said.out

    def test_a_damaged_one_is_told_until_a_whole_one_comes(self, tmp_path: Path) -> None:
        import gzip

        whole = gzip.compress("".join(LINE.format(n=n % 60) + LINE.format(n=n % 59) for n in range(4000)).encode())
        (tmp_path / "day.log.gz").write_bytes(whole[: len(whole) // 2])
        call("ingest", "day.log.gz", at=tmp_path)
        told = call("unread", at=tmp_path).out
        assert "day.log.gz" in told
        assert "could not be read, or not to their end" in told

        call("ingest", "day.log.gz", at=tmp_path)
        assert "could not be read, or not to their end" in call("unread", at=tmp_path).out
        (tmp_path / "day.log.gz").write_bytes(whole)
        call("ingest", "day.log.gz", at=tmp_path)
        assert "could not be read" not in call("unread", at=tmp_path).out

    def test_what_lay_in_a_folder_and_no_format_fits_is_named(self, tmp_path: Path) -> None:
        logs(tmp_path / "logs", 1)
        (tmp_path / "logs" / "stock.csv").write_text("city,inhabitants\nUlm,126000\n")
        call("ingest", "logs", at=tmp_path)
        said = call("unread", at=tmp_path)

        assert "logs/stock.csv" in said.out
        assert "formats new" in said.out
        assert json.loads(call("unread", "--json", at=tmp_path).out) == []


class TestADraftOfText:
    def test_a_log_that_is_read_without_a_definition_needs_none(self, tmp_path: Path) -> None:
        lines = "".join(f"2026-03-12T14:0{n}:11Z INFO order #100{n} received from the shop\n" for n in range(6))
        (tmp_path / "own.log").write_text(lines)
        said = call("formats", "new", "own.log", at=tmp_path)

        assert said.code == 4
        assert "tracelog ingest own.log" in said.err
        assert call("ingest", "own.log", at=tmp_path).code == 0

    @pytest.mark.parametrize(("name", "text"), [("a.txt", "hello there\nall is well\n"), ("a.xml", "<a><b>1</b></a>")])
    def test_other_text_names_a_format_to_begin_with(self, tmp_path: Path, name: str, text: str) -> None:
        """Whoever has the wheel has no docs folder: what the hint names must be there."""
        import re

        (tmp_path / name).write_text(text)
        said = call("formats", "new", name, at=tmp_path)
        model = re.search(r"formats show (\S+) --source", said.err)

        assert "docs/" not in said.err
        assert model is not None
        assert "reader" in call("formats", "show", model[1], "--source", at=tmp_path).out
        if "--grammar" in said.err:
            assert ":" in call("formats", "show", model[1], "--grammar", at=tmp_path).out


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("scan", "exports"), "tracelog ingest exports"),
        (("scan", "#7026"), "tracelog trace '#7026'"),
        (("trace", "exports/shopify-orders.csv"), "--orders exports/shopify-orders.csv"),
        (("report", "out.html"), "tracelog report -o out.html"),
        (("formats", "check", "exports/shopify-orders.csv"), "tracelog formats new exports/shopify-orders.csv"),
        (("help",), "tracelog --help"),
    ],
)
def test_a_word_in_the_wrong_place_is_told_where_it_goes(demo: Path, words: tuple[str, ...], hint: str) -> None:
    said = call(*words, at=demo)

    assert said.code == 2
    assert hint in said.err


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    call("demo", "exports", at=folder)
    call("ingest", "exports", at=folder)
    return folder


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_a_terminal_that_knows_few_signs_gets_the_text_all_the_same(demo: Path, encoding: str) -> None:
    for words in (
        ("formats", "new", "exports/shopify-orders.csv"),
        ("formats", "show", "log-lines", "--source"),
        ("scan",),
    ):
        said = call(*words, at=demo, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        assert said.code == 0, said.err
        assert said.out


def test_a_channel_that_no_finding_is_about_says_what_a_channel_is(demo: Path) -> None:
    """Shops write `web` or `pos` into a field of that name: findings go by the shop that the order comes from."""
    said = call("scan", "--channel", "web", at=demo)

    assert "known from findings: shopify" in said.err
    assert "that orders come from" in said.err


def test_a_log_of_no_known_system_is_called_by_the_name_its_records_get(tmp_path: Path) -> None:
    lines = [f"2026-03-12 14:{n:02d}:00 I~ order WEB-48{n:04d} rejected by WMS: article unknown\n" for n in range(30)]
    (tmp_path / "bridge.log").write_text("".join(lines))
    call("ingest", "bridge.log", at=tmp_path)
    said = call("scan", at=tmp_path).out

    assert "Records of 1 system (App) can't show" in " ".join(said.split())
    assert "()" not in said
    assert "from ," not in said
    assert "the systems that its records name: rejected" in " ".join(call("status", at=tmp_path).out.split())


def test_what_is_written_to_the_second_lasts_no_negative_time(tmp_path: Path) -> None:
    lines = ["2026-03-12 14:02:05 received order WEB-480130\n", "2026-03-12 14:02:05.152 forwarded order WEB-480130\n"]
    (tmp_path / "bridge.log").write_text("".join(lines))
    call("ingest", "bridge.log", at=tmp_path)
    said = call("trace", "WEB-480130", at=tmp_path).out

    assert "152 ms from the first record to the last" in said
    assert "-152 ms" not in said


def test_what_stops_inside_one_system_stops_there_and_the_report_is_named(tmp_path: Path) -> None:
    lines = []
    for n in range(60):
        at = f"2026-03-12 {8 + n // 6:02d}:{n % 6}0"
        lines.append(f"{at}:00 received order WEB-48{n:04d}\n")
        lines += [] if n in {20, 21, 35} else [f"{at}:02 forwarded order WEB-48{n:04d}\n"]
    (tmp_path / "bridge.log").write_text("".join(lines))
    call("ingest", "bridge.log", at=tmp_path)
    text = " ".join(call("scan", at=tmp_path).out.split())
    worst = json.loads(call("scan", "--json", at=tmp_path).out)["incidents"][0]["id"]

    assert "3 orders stopped at App" in text
    assert "Please confirm whether these 3 orders left App" in text
    assert "between App and App" not in text
    assert f"what to send them: tracelog report {worst} writes it" in text
    assert "stands in the records of two systems that hold orders" in text


def test_an_export_of_ones_own_that_nothing_fits_is_not_denied_and_leads_to_a_draft(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "own.csv").write_text("SEQ;BELEG;STAT\n1;WEB-480100;DONE\n2;WEB-480101;DONE\n")
    (tmp_path / "exports" / "bridge.log").write_text("2026-03-12 14:02:05 received order WEB-480130\n")
    said = call("ingest", "exports", at=tmp_path)

    assert "Not an export" not in said.err
    assert "own.csv: no format fits" in said.err
    assert "tracelog formats new FILE --into tracelog-formats drafts a definition" in said.err
    assert "--into tracelog-formats drafts a definition" in " ".join(call("unread", at=tmp_path).out.split())
