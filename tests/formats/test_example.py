"""The worked example of docs/add-a-format.md: a format that is not shipped, on spans that nobody here wrote."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from formats.export_reading import SAMPLES, Reading, format_of, read
from tracelog.interpret import catalog, samples

DOCS = Path(__file__).parent.parent.parent / "docs"
EXAMPLE = DOCS / "examples" / "online-boutique.toml"
SPANS = SAMPLES / "online-boutique"
NEVER_SHIPPED = ["2a6dce04", "2f964a37", "783c34a9", "81ce740d", "b4423cdb"]


@cache
def reading(name: str) -> Reading:
    known = catalog.load([EXAMPLE.parent])
    return read(gzip.decompress((SPANS / name).read_bytes()), known=known)


def orders(name: str, system: str) -> set[str]:
    return {event.names[0].value for event in reading(name).events if event.kind.system == system}


def test_the_example_is_short():
    """At most forty lines besides its samples."""
    lines = EXAMPLE.read_text("utf-8").partition("[[sample]]")[0].splitlines()

    assert len(lines) <= 40


def test_the_page_shows_the_file_as_it_is():
    page = (DOCS / "add-a-format.md").read_text("utf-8")

    assert f"```toml\n{EXAMPLE.read_text('utf-8').rstrip()}\n```" in page


def test_the_example_yields_what_its_sample_says():
    known = catalog.load([EXAMPLE.parent])

    assert samples.check(known.definitions["online-boutique"], known) == []


def test_without_the_definition_the_spans_are_nobodys(tmp_path):
    path = tmp_path / "spans.csv"
    path.write_bytes(gzip.decompress((SPANS / "2022-08-22_05_10_excerpt.csv.gz").read_bytes()))

    assert format_of(path) is None


@pytest.mark.parametrize(
    ("name", "shipped"), [("2022-08-22_05_10_excerpt.csv.gz", 13), ("2022-08-23_17_00_excerpt.csv.gz", 18)]
)
def test_every_order_is_taken_in_and_charged(name, shipped):
    """Eighteen orders each; on the day of the fault thirteen were shipped."""
    counts = {system: len(orders(name, system)) for system in ("checkout", "payment", "shipping")}

    assert counts == {"checkout": 18, "payment": 18, "shipping": shipped}
    assert "unread" not in reading(name).counts()


def test_the_five_that_were_charged_and_never_shipped():
    name = "2022-08-22_05_10_excerpt.csv.gz"
    lost = orders(name, "payment") - orders(name, "shipping")

    assert sorted(trace[:8] for trace in lost) == NEVER_SHIPPED


def test_scan_names_these_five_and_nobody_else(tmp_path):
    """Both days together: five orders lost, confirmed; the other thirty-one are named by no finding."""

    def tracelog(*arguments: str) -> str:
        command = [sys.executable, "-m", "tracelog", "--db", str(tmp_path / "boutique.db"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout

    tracelog("--parsers", str(EXAMPLE.parent), "ingest", *map(str, sorted(SPANS.glob("*.gz"))))
    findings = json.loads(tracelog("scan", "--json"))["findings"]

    assert sorted(finding["order"][:8] for finding in findings) == NEVER_SHIPPED
    assert {(finding["kind"], finding["state"]) for finding in findings} == {("silent-drop", "confirmed")}
