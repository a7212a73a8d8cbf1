"""The report: one file, evidence for every sentence, and nothing in it that acts."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from render import factories
from tracelog.model.finding import Scan, Trace
from tracelog.render import embed, html
from tracelog.render.html import ReportOptions, report

OPTIONS = ReportOptions(
    show_tz="Europe/Berlin", generated_at=datetime(2026, 3, 9, 8, 0, tzinfo=UTC), columns=factories.COLUMNS
)
VOID = {"meta", "br"}


class Outline(HTMLParser):
    """Collects what a checker needs: tags in balance, ids, links, text outside of the data."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "script" not in self.open and "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def page(scan: Scan | None = None, traces: list[Trace] | None = None, options: ReportOptions = OPTIONS) -> str:
    examples = [factories.rewritten_trace(), factories.cancelled_trace()] if traces is None else traces
    return report(scan or factories.scan(), examples, options)


def test_as_stored(golden: Callable[[str, str], None]):
    """The whole file, as it is sent."""
    golden(page(), "report.html")


def test_nothing_is_loaded_from_anywhere():
    """No address but places in the same file, no script that runs, and a policy that forbids both."""
    told = page()
    outline = Outline(told)

    assert {tag for tag, _ in outline.tags}.isdisjoint(
        {"link", "img", "iframe", "object", "embed", "form", "base", "svg"}
    )
    assert [attrs.get("type") for attrs in outline.all("script")] == ["application/json"]
    assert all(str(attrs["href"]).startswith("#") for attrs in outline.all("a"))
    assert not re.search(
        r"url\(|@import|\bsrc\s*=|\bon\w+\s*=\s*[\"']", told.partition('<script type="application/json"')[0]
    )
    assert "default-src 'none'" in told


def test_the_page_is_sound():
    """Tags balance, ids are unique, every link has its place, every table a caption, headings skip no level."""
    outline = Outline(page())
    ids = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]

    assert outline.open == []
    assert len(ids) == len(set(ids))
    assert {str(attrs["href"])[1:] for attrs in outline.all("a")} <= set(ids)
    assert len(outline.all("table")) == len(outline.all("caption"))
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert outline.all("html")[0]["lang"] == "en"


def test_the_verdict_is_first_with_the_table_for_the_ticket():
    """Paragraph, ask, then where each example order stands in each system, and since when."""
    told = Outline(page()).text
    order = [
        told.index(word)
        for word in (
            "Since 3 March 2026",
            "What we ask",
            "Where these orders stand",
            "#5044",
            "#5012",
            "rewrite: status",
        )
    ]

    assert order == sorted(order)
    table = told[order[2] : order[5]]
    assert "Pending Fulfillment" in table
    assert "2026-03-08 21:00:00 +01:00" in table


def test_at_most_five_orders_stand_at_the_top():
    traces = [msgspec.structs.replace(factories.rewritten_trace(), order=f"#{number}") for number in range(7)]
    told = page(traces=traces)

    assert 'id="order-5"' in told
    assert 'id="order-6"' not in told


@pytest.mark.parametrize("finding", factories.scan().findings, ids=lambda one: one.id)
def test_each_finding_has_its_evidence(finding: object):
    """Records with export, line, number, offset, digest and SHA-256; why, what would disprove it, what next."""
    told = page()
    start = told.index(f'<article class="finding" id="{finding.id}"')
    block = Outline(told[start : told.index("</article>", start) + 10]).text

    for proof in finding.evidence:
        place = f"line {proof.line}\n(record {proof.record}, offset {proof.offset}, {proof.length} bytes)"
        for part in (proof.export, place, proof.digest, proof.sha256):
            assert part in block
    assert finding.reason in block
    assert finding.disproof in block
    assert (finding.next_step or "") in block
    for proof in finding.coverage:
        assert proof.stream in block
    if finding.limit:
        assert finding.limit.basis in block


def test_a_loss_is_drawn_as_a_hole_and_a_rewrite_as_a_change():
    told = page()

    assert re.search(r'<li class="hole">.*?<strong>Missing:</strong> forwarded to netsuite', told, re.DOTALL)
    assert re.search(r'<li class="changed">.*?changed from <q class="raw">shipped</q> to', told, re.DOTALL)


def test_what_was_made_good_says_when_and_claims_no_proof():
    """With and without a trace of the order."""
    finding = factories.drop()
    finding.state, finding.recovered_at = "recovered", "2026-03-03T08:00:00Z"
    trace = factories.cancelled_trace()
    trace.findings = [finding]
    for traces in ([], [trace]):
        told = Outline(page(factories.scan(findings=[finding]), traces)).text

        assert "made good 2026-03-03 09:00:00 +01:00" in told
        assert "Coverage that proves it" not in told


def test_what_the_report_knew_and_how_to_check_it():
    told = Outline(page()).text

    for row in factories.ledger():
        assert row.export in told
        assert row.sha256 in told
    assert "tracelog verify report.html" in told


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="the commands are those of a Unix with sha256sum")
def test_the_commands_for_checking_by_hand_are_true(tmp_path: Path):
    """They are run here, on the export that they name."""
    told = Outline(page()).text
    commands = re.findall(r"(?m)^(sha256sum .+|tail -c .+)\n([0-9a-f]{64})$", told)
    for name in factories.EXPORTS:
        (tmp_path / name).write_bytes(factories.export_bytes(name))

    assert len(commands) == 2
    for command, digest in commands:
        out = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        assert out.split()[0] == digest


def test_the_data_inside_is_the_scan():
    """Key for key, redacted like the text, with what the report is; and it can be read back."""
    data = embed.read(page())

    assert data is not None
    assert set(json.loads(msgspec.json.encode(factories.scan()))) | {"traces", "report"} == set(data)
    assert (
        msgspec.convert({k: v for k, v in data.items() if k not in {"traces", "report"}}, Scan).verdict
        == factories.verdict()
    )
    assert [trace["order"] for trace in data["traces"]] == ["#5044", "#5012"]
    assert data["report"]["redacted"] is True
    assert [one["digest"] for one in data["findings"][0]["evidence"]] == [
        one.digest for one in factories.drop().evidence
    ]
    assert embed.read("<p>no report</p>") is None
    assert embed.read('<script type="application/json" id="tracelog-data">{</script>') is None


def test_nobody_is_named():
    """Neither in the text nor in the data."""
    assert not re.search("maren|oberholt|winterfeld|alder creek|corvallis|97330|0142|Öztürk", page(), re.IGNORECASE)
    assert "lWmZQm8htqeYTqpsL1dIxEdUMbBc" not in page()
    assert "eyJhbGciOiJSUzI1NiJ9" not in page()


def test_no_redact_names_people_and_says_so_but_no_secret():
    told = page(options=ReportOptions(redact=False))

    assert "Maren" in told
    assert "<strong>not</strong> redacted" in told
    assert "lWmZQm8htqeYTqpsL1dIxEdUMbBc" not in told


HOSTILE = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<!--<script>", "-->", "]]>", "{{7*7}}",
    "{% raw %}", "{{ config }}", "javascript:alert(1)", '" onmouseover="alert(1)', "' onload='x", "`${1}`",
    "<img src=x onerror=alert(1)>", "</pre></details></article></main>", "&lt;b&gt;&amp;", "\x1b[31mred",
    "\u202egnp.exe", "\u2028\u2029", "x" * 20_000, "\x00", "\ufffe", "\udce9", "", " ",
]  # fmt: skip


@pytest.mark.parametrize("bad", HOSTILE)
def test_no_text_of_a_log_acts(bad: str):
    """The page has the same elements whatever the logs contain, and nothing steers or hides."""
    plain = ReportOptions(show_tz="UTC", redact=False)
    for options in (plain, OPTIONS):
        told = report(*_hostile(bad), options)
        outline = Outline(told)

        assert all(str(attrs["href"]).startswith("#") for attrs in outline.all("a"))
        assert not any(char in told for char in "\x00\x1b\u202e\u2028\u2029\udce9")
        assert embed.read(told) is not None
    outline, calm = Outline(report(*_hostile(bad), plain)), Outline(report(*_hostile("calm"), plain))
    attributes = {(tag, name) for tag, attrs in outline.tags for name in attrs}
    assert attributes <= {(tag, name) for tag, attrs in calm.tags for name in attrs}
    if bad:  # an empty time is no time
        assert [tag for tag, _ in outline.tags if tag != "mark"] == [tag for tag, _ in calm.tags if tag != "mark"]
    if bad.strip() and bad.isprintable() and len(bad) < 100:
        assert bad in outline.text


def _hostile(bad: str) -> tuple[Scan, list[Trace]]:
    scan, trace = factories.hostile(bad)
    return scan, [trace]


def test_an_empty_store_makes_a_report_that_claims_nothing():
    told = Outline(report(factories.nothing(), [])).text

    assert "None found in what these exports can show. That is no proof that all is well" in told
    assert "insufficient-evidence" in told


def test_a_long_record_is_shown_around_what_matters():
    """Thousands of orders in one response: the part that names this order, and how much was left out."""
    text = json.dumps({"orders": [{"name": f"#{number}", "total": "1.00"} for number in range(1000, 9000)]})
    finding = factories.drop()
    proof = msgspec.structs.replace(finding.evidence[0], text=text)
    finding.evidence = [proof]
    told = page(factories.scan(findings=[finding]), [])
    block = told[told.index("<pre") : told.index("</pre>")]

    assert "<mark>#5012</mark>" in block
    assert "characters before …" in block
    assert len(Outline(block).text) < html.EXCERPT + 200


def test_thousands_of_findings_stay_a_file_that_opens():
    """Each is there; the records of those beyond the worst two hundred are in the data only."""
    found = [factories.rewrite(number) for number in range(1000)]
    found[999].severity = "critical"
    told = page(factories.scan(findings=found), [])

    assert told.count('<article class="finding"') == html.DETAILED
    assert f'id="{found[999].id}"' in told
    assert told.count('<th scope="row">F-') == 1000 - html.DETAILED
    assert len(embed.read(told)["findings"]) == 1000


def test_for_a_system_only_what_concerns_it():
    """The other vendor's findings are left out and counted, the exports known stay listed."""
    told = page(options=ReportOptions(for_system="netsuite"))
    only_shop = factories.drop()
    only_shop.step, only_shop.behind, only_shop.id = None, None, "F-000000000000"
    told = page(factories.scan(findings=[only_shop, factories.refused()]), options=ReportOptions(for_system="netsuite"))
    data = embed.read(told)

    assert [one["id"] for one in data["findings"]] == [factories.refused().id]
    assert "F-000000000000" not in told
    assert "1 finding that concerns other systems only is left out." in Outline(told).text
    assert len(data["ledger"]) == 4
    assert all(value is None for value in data["figures"].values())
    assert data["verdict"]["signals"] == []


def test_for_a_system_that_is_not_concerned():
    data = embed.read(page(options=ReportOptions(for_system="amazon")))

    assert data["incidents"] == data["findings"] == data["steps"] == []
    assert data["verdict"]["class"] == "insufficient-evidence"


def test_another_instance_is_another_system():
    """Sandbox and production."""
    scan = factories.scan(findings=[factories.refused()])

    assert embed.read(page(scan, options=ReportOptions(for_system="netsuite/7731009")))["findings"]
    assert not embed.read(page(scan, options=ReportOptions(for_system="netsuite/7731009_SB1")))["findings"]


def test_the_same_result_is_the_same_file():
    """Two reports of one store can be compared."""
    assert hashlib.sha256(page().encode()).digest() == hashlib.sha256(page().encode()).digest()


def test_what_is_known_of_the_kind_stands_once_with_the_incident_and_not_with_each_finding() -> None:
    text = Outline(page()).text

    assert text.count("Whoever owns the step that the event did not pass.") == 1
    assert text.count("Syncing more often.") == 1
    assert "Send the event once more." not in text, "what to do stands with each finding already"


def test_a_report_tells_by_its_checksum_whether_it_was_changed() -> None:
    """Words around untouched digests are covered as well as the data; a mailed copy with other line ends still fits."""
    whole = page()

    assert embed.integrity(whole) == "ok"
    assert embed.integrity(whole.replace("\n", "\r\n")) == "ok"
    assert embed.integrity(whole.replace("never sent it on", "sent it on at once", 1)) == "changed"
    assert embed.integrity(whole.replace('"state":"confirmed"', '"state":"suspected"', 1)) == "changed"
    seal = re.search(r'name="tracelog-sha256" content="([0-9a-f]{64})"', whole)
    assert seal
    assert embed.integrity(whole.replace(seal[1], "0" * 64)) == "changed"
    assert embed.integrity(whole.replace(seal[1], "")) == "unstated"
    assert embed.integrity('{"findings": []}') is None


def test_a_record_that_writes_a_checksum_of_its_own_changes_nothing() -> None:
    forged = '<meta name="tracelog-sha256" content="">'
    first, *rest = factories.scan().findings
    one = msgspec.structs.replace(first, explanation=forged)

    assert embed.integrity(page(msgspec.structs.replace(factories.scan(), findings=[one, *rest]))) == "ok"
