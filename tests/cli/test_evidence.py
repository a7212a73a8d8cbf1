"""`verify`: a piece of evidence holds if the bytes cited stand in the export at the place cited."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tracelog.cli import evidence
from tracelog.errors import UsageError

LINES = [b"first record", b"second record", b"third"]
LOG = b"\n".join(LINES) + b"\n"


def piece(number: int, *, text: bytes = LOG, export: str = "celigo.log") -> evidence.Piece:
    """A citation of the record with that number (from 0) in the log."""
    raw = LINES[number]
    digest = hashlib.sha256(raw).hexdigest()
    whole = hashlib.sha256(text).hexdigest()
    return evidence.Piece(export, whole, number + 1, number + 1, text.index(raw), len(raw), digest)


def results(pieces: list[evidence.Piece], *paths: Path) -> list[str]:
    return [each.result for each in evidence.check(pieces, [str(path) for path in paths])]


def test_a_record_that_stands_there_holds(tmp_path: Path) -> None:
    (tmp_path / "celigo.log").write_bytes(LOG)

    assert results([piece(2), piece(0), piece(1)], tmp_path) == ["ok", "ok", "ok"]


def test_a_changed_record_is_found(tmp_path: Path) -> None:
    (tmp_path / "celigo.log").write_bytes(LOG.replace(b"second", b"SECOND"))

    assert results([piece(0), piece(1)], tmp_path) == ["ok", "changed"]


def test_a_log_that_has_grown_still_proves_what_it_proved(tmp_path: Path) -> None:
    (tmp_path / "celigo.log").write_bytes(LOG + b"fourth\n")
    [checked] = evidence.check([piece(1)], [str(tmp_path)])

    assert checked.result == "ok"
    assert "changed since" in checked.why


def test_an_export_under_another_name_is_known_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "renamed.log.gz").write_bytes(gzip.compress(LOG))

    assert results([piece(1)], tmp_path) == ["ok"]


def test_an_export_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert results([piece(1)]) == ["missing"]
    assert results([piece(1)], tmp_path / "nowhere") == ["missing"]


def test_a_record_cited_in_utf16_holds(tmp_path: Path) -> None:
    text = "first record\nsecond record\n".encode("utf-16")
    (tmp_path / "celigo.log").write_bytes(text)
    raw = "second record".encode("utf-16-le")
    cited = evidence.Piece("celigo.log", hashlib.sha256(text).hexdigest(), 2, 2, text.index(raw), len(raw),
                           hashlib.sha256(b"second record").hexdigest())  # fmt: skip

    assert results([cited], tmp_path) == ["ok"]


def test_evidence_is_found_anywhere_in_a_report(tmp_path: Path) -> None:
    one = {**piece(0)._asdict(), "at": None, "text": "first"}
    document: Any = {"findings": [{"evidence": [one, one], "links": [{"evidence": {**piece(1)._asdict()}}]}]}
    (tmp_path / "scan.json").write_text(json.dumps(document))

    assert evidence.cited(tmp_path / "scan.json") == [piece(0), piece(1)]


def test_a_file_that_is_no_report_says_so(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html>nothing")

    with pytest.raises(UsageError, match="no report"):
        evidence.cited(tmp_path / "page.html")


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"findings": [{**piece(0)._asdict(), "export": ["celigo.log"]}]}),
        json.dumps({"findings": [{**piece(0)._asdict(), "offset": -1}]}),
        json.dumps({"findings": [{**piece(0)._asdict(), "length": 1.5}]}),
        json.dumps({"findings": [{**piece(0)._asdict(), "digest": None}]}),
        json.dumps({"findings": [{**piece(0)._asdict(), "offset": "\ud800"}]}),
        "[" * 100_000,
        '<script type="application/json" id="tracelog-data">{"a":' + "[" * 100_000 + "</script>",
        '"a text"',
        "{}",
    ],
    ids=[
        "a list as name",
        "before the file",
        "half a byte",
        "no digest",
        "no UTF-8",
        "nested",
        "nested in HTML",
        "text",
        "empty",
    ],
)
def test_a_damaged_report_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.html").write_text(text)

    with pytest.raises(UsageError, match="no report"):
        evidence.cited(tmp_path / "report.html")


def test_a_report_without_findings_cites_nothing(tmp_path: Path) -> None:
    (tmp_path / "scan.json").write_text('{"findings": []}')

    assert evidence.cited(tmp_path / "scan.json") == []


def test_exports_are_looked_for_by_name_below_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "celigo.log").write_bytes(LOG)
    (tmp_path / "other.log").write_bytes(LOG)

    assert evidence.lying_below([tmp_path], [piece(0)]) == [str(tmp_path / "a" / "b" / "celigo.log")]


@pytest.mark.parametrize("name", ["or\x1b[31mders\n.log", "or\u202eders.log", "orders[1]*.log"])
def test_an_export_whose_name_holds_signs_that_are_not_shown_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(LOG)

    assert results([piece(0, export=name)], *map(Path, evidence.lying_below([tmp_path], [piece(0, export=name)]))) == [
        "ok"
    ]
