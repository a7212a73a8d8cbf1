"""The main job as a user does it: exports in, what is wrong out, and how each command ends."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.calling import call, environment


@pytest.fixture(scope="module")
def incident(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's exports and the store made from them; not to be changed."""
    folder = tmp_path_factory.mktemp("incident")
    assert call("demo", "exports", at=folder).code == 0
    assert call("ingest", "exports", at=folder).code == 0
    return folder


@pytest.fixture
def own(incident: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    shutil.copytree(incident, tmp_path / "own")
    return tmp_path / "own"


class TestIngest:
    def test_the_ledger_balances(self, incident: Path, tmp_path: Path) -> None:
        said = call("ingest", str(incident / "exports"), "--json", at=tmp_path)
        ledger = json.loads(said.out)["ledger"]

        assert ledger
        for row in ledger:
            assert row["records"] == row["understood"] + row["ignored"] + row["context"] + row["unread"]
            assert sum(reason["count"] for reason in row["reasons"]) >= row["ignored"] + row["unread"]

    def test_a_format_said_that_does_not_fit_is_remarked_on(self, incident: Path, tmp_path: Path) -> None:
        export = str(incident / "exports" / "shopify-orders.csv")
        said = call("ingest", export, "--format", "netsuite-system-notes", "--dry-run", at=tmp_path)

        assert "shopify-orders.csv is read as netsuite-system-notes" in said.err
        assert "header lacks" in said.err
        assert not call("ingest", export, "--format", "shopify-orders-export", "--dry-run", "-q", at=tmp_path).err

    def test_again_nothing_is_new(self, own: Path) -> None:
        said = call("ingest", "exports", "--json", at=own)

        assert said.code == 0
        assert [row["new"] for row in json.loads(said.out)["ledger"]] == [0] * 5

    def test_a_named_file_that_is_no_export_fails(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("order 17 was fine\n")
        said = call("ingest", "notes.txt", at=tmp_path)

        assert said.code == 4
        assert "notes.txt" in said.err

    def test_a_file_met_in_a_folder_that_is_no_export_is_listed(self, own: Path) -> None:
        (own / "exports" / "notes.txt").write_text("order 17 was fine\n")
        said = call("ingest", "exports", "--json", at=own)

        assert said.code == 0
        assert json.loads(said.out)["not_exports"] == ["notes.txt"]
        assert call("ingest", "exports", "--strict", at=own).code == 4
        assert "notes.txt" in call("ingest", "exports", at=own).err

    def test_a_folder_without_any_export_fails(self, tmp_path: Path) -> None:
        (tmp_path / "notes").mkdir()
        (tmp_path / "notes" / "notes.txt").write_text("order 17 was fine\n")
        said = call("ingest", "notes", at=tmp_path)

        assert said.code == 4
        assert "formats list" in said.err

    def test_a_path_that_does_not_exist_fails_and_the_rest_is_read(self, own: Path) -> None:
        said = call("ingest", "exprots", "exports", "--json", at=own)
        found = json.loads(said.out)

        assert said.code == 4
        assert len(found["ledger"]) == 5
        assert "exports" in found["failed"][0]["help"]

    def test_of_a_damaged_export_the_good_part_is_kept(self, incident: Path, tmp_path: Path) -> None:
        log = next((incident / "exports").glob("*debug*"))
        packed = gzip.compress(log.read_bytes())
        (tmp_path / "debug.log.gz").write_bytes(packed[: len(packed) // 2])
        said = call("ingest", "debug.log.gz", "--json", at=tmp_path)
        found = json.loads(said.out)

        assert said.code == 4
        assert found["ledger"][0]["understood"] > 100
        assert "damaged" in found["failed"][0]["error"]

    def test_standard_input_is_an_export(self, incident: Path, tmp_path: Path) -> None:
        log = next((incident / "exports").glob("*debug*"))
        said = call("ingest", "-", "--json", at=tmp_path, stdin=log.read_text())

        assert said.code == 0
        assert json.loads(said.out)["ledger"][0]["format"] == "celigo-connection-debug"

    def test_a_dry_run_stores_nothing(self, incident: Path, tmp_path: Path) -> None:
        said = call("ingest", str(incident / "exports"), "--dry-run", "--json", at=tmp_path)

        assert len(json.loads(said.out)["ledger"]) == 5
        assert not (tmp_path / "tracelog.db").exists()


class TestTrace:
    def order(self, folder: Path) -> str:
        scan = json.loads(call("scan", "--json", at=folder).out)
        return str(next(finding["order"] for finding in scan["findings"] if finding["order"]))

    def test_an_order_is_found_with_and_without_its_sign(self, incident: Path) -> None:
        name = self.order(incident)
        plain, signed = (
            call("trace", form, "--json", at=incident) for form in (name.lstrip("#"), "#" + name.lstrip("#"))
        )

        assert plain.code == 0
        assert json.loads(plain.out) == json.loads(signed.out)
        assert json.loads(plain.out)["order"] == name

    def test_by_every_one_of_its_names(self, incident: Path) -> None:
        found = json.loads(call("trace", self.order(incident), "--json", at=incident).out)
        names = [alias["name"].partition(" ")[2] for alias in found["aliases"] if alias["strength"] == "strong"]

        for name in names:
            assert json.loads(call("trace", name, "--json", at=incident).out)["order"] == found["order"]

    def test_the_id_of_a_finding_is_known_for_one(self, incident: Path) -> None:
        said = call("trace", "F-0123456789ab", at=incident)

        assert said.code == 3
        assert "scan --list" in said.err

    def test_an_unknown_order_offers_the_nearest(self, incident: Path) -> None:
        name = self.order(incident)
        said = call("trace", name + "0", at=incident)

        assert said.code == 3
        assert "did you mean" in said.err

    def test_a_complaint_list_may_hold_unknown_orders(self, incident: Path, tmp_path: Path) -> None:
        (tmp_path / "list.csv").write_text(f"Order,Complaint\n{self.order(incident)},where is it?\n#99999999,?\n")
        said = call("trace", "--orders", str(tmp_path / "list.csv"), at=incident)

        assert said.code == 3
        assert self.order(incident) in said.out
        assert "#99999999" in said.err

    def test_it_can_be_an_html_file(self, incident: Path, tmp_path: Path) -> None:
        page = tmp_path / "order.html"

        said = call("trace", self.order(incident), "--html", str(page), at=incident)

        assert (said.code, said.out) == (0, f"{page}\n")
        assert self.order(incident).lstrip("#") in page.read_text()

    def test_the_raw_record_is_shown_on_demand(self, incident: Path) -> None:
        found = json.loads(call("trace", self.order(incident), "--json", at=incident).out)
        stamp = found["events"][0]["at_raw"]

        assert stamp in call("trace", self.order(incident), "--raw", at=incident).out


class TestScan:
    def test_it_fails_only_when_asked_to(self, incident: Path) -> None:
        assert call("scan", at=incident).code == 0
        assert call("scan", "--fail-on", "low", at=incident).code == 1
        assert call("scan", "--fail-on", "critical", "--kind", "late", at=incident).code == 0

    def test_the_json_has_every_key(self, incident: Path) -> None:
        scan = json.loads(call("scan", "--json", at=incident).out)

        assert list(scan) == [
            "tracelog", "store", "period", "coverage", "ledger", "steps", "incidents", "findings", "verdict", "wanted",
            "figures",
        ]  # fmt: skip

    def test_filters_hide_and_do_not_judge(self, incident: Path) -> None:
        whole = json.loads(call("scan", "--json", at=incident).out)
        late = json.loads(call("scan", "--kind", "late", "--json", at=incident).out)

        assert {finding["kind"] for finding in late["findings"]} <= {"late"}
        assert late["verdict"] == whole["verdict"]
        assert late["steps"] == whole["steps"]

    def test_a_channel_without_findings_is_remarked_on(self, incident: Path) -> None:
        assert "known from findings: shopify" in call("scan", "--channel", "shopfy", at=incident).err
        assert not call("scan", "--channel", "shopify", at=incident).err

    def test_what_is_new_since_the_last_export_came(self, incident: Path, tmp_path: Path) -> None:
        part = tmp_path / "part"
        part.mkdir()
        for export in (incident / "exports").glob("[cs]*"):  # without the ERP's own
            shutil.copy(export, part)
        call("ingest", "part", at=tmp_path)
        first = {f["id"] for f in json.loads(call("scan", "--json", at=tmp_path).out)["findings"]}
        call("ingest", str(incident / "exports"), at=tmp_path)
        new = {f["id"] for f in json.loads(call("scan", "--new", "--json", at=tmp_path).out)["findings"]}

        assert new
        assert not new & first

    def test_a_system_misspelled_is_no_good_news(self, incident: Path) -> None:
        for words in (["scan", "--system", "netsiute"], ["report", "--for", "netsiute", "-o", "-"]):
            said = call(*words, at=incident)
            assert said.code == 3
            assert "did you mean netsuite?" in said.err

    def test_csv_has_a_row_for_each_finding(self, incident: Path) -> None:
        import csv
        import io

        rows = list(csv.DictReader(io.StringIO(call("scan", "--csv", at=incident).out)))

        assert [row["id"] for row in rows] == [
            f["id"] for f in json.loads(call("scan", "--json", at=incident).out)["findings"]
        ]

    def test_the_list_shows_the_worst_first(self, incident: Path) -> None:
        said = call("scan", "--list", at=incident)
        order = [
            word for line in said.out.splitlines() for word in ("critical", "high", "medium", "low") if word in line
        ]

        assert said.code == 0
        assert order

    def test_piped_output_is_plain(self, incident: Path) -> None:
        assert "\x1b" not in call("scan", at=incident).out

    def test_the_same_store_says_the_same_twice(self, incident: Path) -> None:
        assert call("scan", "--json", at=incident).out == call("scan", "--json", at=incident).out


class TestReport:
    def test_its_evidence_stands_in_the_exports(self, own: Path) -> None:
        assert call("report", "-o", "r.html", at=own).code == 0
        said = call("verify", "r.html", "--json", at=own)
        checked = json.loads(said.out)

        assert {each["result"] for each in checked["evidence"]} == {"ok"}
        assert checked["changes"] == []
        assert said.code == 0

    def test_a_changed_export_is_found(self, own: Path) -> None:
        call("report", "-o", "r.html", at=own)
        for log in (own / "exports").glob("*debug*"):
            log.write_bytes(log.read_bytes().replace(b"statusCode", b"statusC0de"))
        said = call("verify", "r.html", at=own)

        assert said.code == 1
        assert "changed" in said.out

    def test_words_that_were_edited_around_untouched_evidence_are_noticed(self, own: Path) -> None:
        call("report", "-o", "r.html", at=own)
        report = own / "r.html"
        whole = report.read_text("utf-8")

        assert json.loads(call("verify", "r.html", "--json", at=own).out)["report"] == "ok"

        report.write_text(whole.replace("still wrong", "all right by now"), "utf-8")
        said = call("verify", "r.html", at=own)

        assert said.code == 1
        assert "The report itself was changed after it was written" in said.out
        assert "pieces of evidence stand unchanged" in said.out

    def test_a_missing_export_is_said(self, own: Path) -> None:
        call("report", "-o", "r.html", at=own)
        shutil.rmtree(own / "exports")
        said = call("verify", "r.html", at=own)

        assert said.code == 1
        assert "--exports" in said.out
        assert len(said.out.splitlines()) < 10, "a line for each export, not for each record"

    def test_a_folder_that_cannot_be_written_leaves_nothing_behind(self, own: Path) -> None:
        said = call("report", "-o", "nowhere/r.html", at=own)

        assert said.code == 2
        assert "nowhere/r.html" in said.err

    def test_for_a_ticket_that_takes_no_attachment(self, incident: Path) -> None:
        said = call("report", "--text", at=incident)

        assert said.code == 0
        assert "\x1b" not in said.out

    def test_names_and_addresses_in_a_table_are_redacted_by_their_columns(self, tmp_path: Path) -> None:
        """Nothing about a street tells that it is one, but the column's name."""
        (tmp_path / "orders.csv").write_text(
            "Name,Email,Financial Status,Fulfillment Status,Currency,Total,Created at,Lineitem name,Billing Name,"
            "Billing Street,Id\n"
            "#1001,a@b.example,paid,unfulfilled,USD,84.00,2026-03-02 14:05:11 -0500,Tee,Wanda Quist,7 Elm Row,612001\n"
            "#1002,c@d.example,paid,unfulfilled,USD,12.00,2026-03-02 15:05:11 -0500,Tee,Rob Hale,9 Oak Row,612002\n"
        )
        assert call("ingest", "orders.csv", at=tmp_path).code == 0
        call("report", "#1001", "-o", "r.html", at=tmp_path)
        call("report", "#1001", "-o", "whole.html", "--no-redact", at=tmp_path)
        words = ("Wanda", "Quist", "Elm Row", "a@b.example")

        assert [word for word in words if word in (tmp_path / "r.html").read_text()] == []
        assert [word for word in words if word not in (tmp_path / "whole.html").read_text()] == []

    def test_about_one_order_only(self, incident: Path, tmp_path: Path) -> None:
        name = TestTrace().order(incident)
        page = tmp_path / "r.html"
        told = json.loads(call("report", name, "-o", str(page), "--json", at=incident).out)
        whole = json.loads(call("scan", "--json", at=incident).out)

        assert told["orders"] == [name]
        assert 0 < told["findings"] < len(whole["findings"])


class TestStore:
    def test_status_says_what_is_in_it(self, incident: Path) -> None:
        found = json.loads(call("status", "--json", at=incident).out)

        assert {"store", "ledger", "coverage", "wanted"} <= found.keys()
        assert call("status", at=incident).code == 0

    def test_nothing_of_the_demo_is_unread(self, incident: Path) -> None:
        assert json.loads(call("unread", "--json", at=incident).out) == []

    def test_what_is_unread_is_grouped_with_a_reason(self, own: Path) -> None:
        log = next((own / "exports").glob("*debug*"))
        log.write_bytes(
            log.read_bytes() + b"".join(b"2026-02-02T10:00:0%d.000Z something else\n" % n for n in range(3))
        )
        call("ingest", "exports", at=own)
        [group] = json.loads(call("unread", "--json", at=own).out)

        assert group["count"] == 3
        assert group["reason"]
        assert "something else" in group["example"]["text"]

    def test_routes_are_known(self, incident: Path) -> None:
        rows = json.loads(call("routes", "--json", at=incident).out)

        assert {"celigo", "netsuite", "shopify"} >= {row["from"]["system"] for row in rows} > set()
        assert call("routes", at=incident).code == 0


class TestFormats:
    def test_every_format_is_listed(self, tmp_path: Path) -> None:
        rows = json.loads(call("formats", "list", "--json", at=tmp_path).out)

        assert "celigo-connection-debug" in {row["name"] for row in rows}
        assert {"name", "title", "system", "reader", "shapes", "samples", "origin"} <= rows[0].keys()
        assert call("formats", at=tmp_path).out == call("formats", "list", at=tmp_path).out

    @pytest.mark.parametrize("group", ["formats", "statuses"])
    def test_a_group_without_a_command_is_its_list(self, group: str, tmp_path: Path) -> None:
        alone, listed = call(group, "--json", "-q", at=tmp_path), call(group, "list", "--json", at=tmp_path)

        assert json.loads(alone.out) == json.loads(listed.out) != []
        assert "behind list" in call(group, "--json", "list", at=tmp_path).err

    def test_one_format_says_where_to_get_it(self, tmp_path: Path) -> None:
        said = call("formats", "show", "celigo-connection-debug", at=tmp_path)

        assert "24 hours" in said.out
        assert call("formats", "show", "celigo.connection", at=tmp_path).code == 3

    def test_a_definition_of_ones_own_is_checked_by_its_file(self, tmp_path: Path) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "warehouse.parcels.toml").write_text(OWN)
        file = "mine/warehouse.parcels.toml"
        assert call("formats", "check", file, at=tmp_path).code == 0

        (tmp_path / "mine" / "warehouse.parcels.toml").write_text(OWN.replace("#1001", "#1002", 1))
        said = call("formats", "check", file, at=tmp_path)
        assert said.code == 1
        assert "#1002" in said.out

    def test_one_that_does_not_load_is_wrong_and_the_others_are_checked_too(self, tmp_path: Path) -> None:
        (tmp_path / "warehouse.parcels.toml").write_text(OWN.replace('"applied"', '"aplied"', 1))
        said = call("formats", "check", "warehouse.parcels.toml", "celigo-audit", at=tmp_path)

        assert said.code == 1
        assert "celigo-audit: ok, 1 sample" in said.out
        assert "did you mean applied?" in said.out

    def test_statuses_can_be_listed_by_what_they_mean(self, tmp_path: Path) -> None:
        rows = json.loads(
            call("statuses", "list", "--system", "netsuite", "--canonical", "shipped", "--json", at=tmp_path).out
        )

        assert {row["canonical"] for row in rows} == {"shipped"}
        assert call("statuses", "list", "--system", "netsuit", at=tmp_path).code == 3


OWN = '''
title   = "Warehouse parcels"
system  = "warehouse"
reader  = "csv"
[recognise]
header  = ["Parcel", "Order", "Packed at"]
[time]
at      = "Packed at"
[[record]]
when    = { Order = true }
phase   = "applied"
topic   = "shipped"
order   = { ref = "Order" }
[[sample]]
text    = """
Parcel,Order,Packed at
P-1,#1001,2026-03-02T14:05:11Z
"""
events  = [{ phase = "applied", topic = "shipped", names = ["ref #1001"] }]
'''


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("words", "drawn"), [([], True), (["-q"], False)])
def test_progress_is_drawn_for_a_person_only(incident: Path, tmp_path: Path, words: list[str], drawn: bool) -> None:
    """On stderr, when that is a terminal and nobody asked for quiet; what is piped never holds it."""
    import pty

    watched, terminal = pty.openpty()
    command = [sys.executable, "-m", "tracelog", "ingest", str(incident / "exports"), *words]
    env = environment(tmp_path) | {"TERM": "xterm-256color"}
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=terminal) as process:
        os.close(terminal)
        assert process.stdout is not None
        out = process.stdout.read()
    shown = b""
    try:
        while data := os.read(watched, 65_536):
            shown += data
    except OSError:  # how a terminal says that nobody writes to it any more
        pass
    finally:
        os.close(watched)

    assert process.returncode == 0
    assert (b"celigo" in shown) is drawn
    assert b"\x1b" not in out
