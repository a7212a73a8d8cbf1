"""Plays a week with known faults, takes it through the whole of tracelog, and holds the findings against the truth."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tracelog.config import Config
from tracelog.demo.exports import write_exports
from tracelog.demo.week import Fault, Plan, Week, play
from tracelog.ingest import ingest
from tracelog.investigate import Filters, scan
from tracelog.model.finding import Finding, Scan
from tracelog.model.ingest import IngestOptions
from tracelog.store.read import Store


class Expected(NamedTuple):
    """What a planted fault must be called, and in which state."""

    kind: str
    state: str
    topic: str | None = None
    to_phase: str | None = None


TRUTH = {
    Fault.DROP_CREATE: Expected("silent-drop", "confirmed", "created", "forwarded"),
    Fault.DROP_CANCEL: Expected("silent-drop", "confirmed", "cancelled", "forwarded"),
    Fault.STATUS_REWRITE: Expected("rewrite", "confirmed"),
    Fault.TOTAL_REWRITE: Expected("rewrite", "confirmed"),
    Fault.QUANTITY_REWRITE: Expected("rewrite", "confirmed"),
    Fault.REFUSED: Expected("rejected", "confirmed", "created"),
    Fault.REFUSED_THEN_RERUN: Expected("rejected", "recovered", "created"),
    Fault.SWALLOWED: Expected("swallowed-error", "confirmed", "created"),
    Fault.UNANSWERED: Expected("silent-drop", "confirmed", "created", "applied"),
    Fault.TWICE: Expected("duplicate", "confirmed"),
    Fault.NEVER_POLLED: Expected("silent-drop", "confirmed", "created", "received"),
    Fault.LATE: Expected("late", "confirmed", "created"),
    Fault.EDITED_BY_HAND: Expected("manual-edit", "confirmed"),
}
"""`BUSY_THEN_RETRIED` is missing on purpose: a refusal followed by a success minutes later is no fault."""


def examine(week: Week, folder: Path, change: Callable[[Path], None] | None = None) -> Scan:
    """Writes the week's exports, lets `change` tamper with the folder, then ingests and scans."""
    exports = folder / "exports"
    exports.mkdir()
    write_exports(week, exports)
    if change:
        change(exports)
    db = folder / "tracelog.db"
    report = ingest([str(exports)], db=db, parsers=[], config=Config(), options=IngestOptions(), progress=None)

    assert report.exit_code == 0, report.failed

    with Store.open(db) as store:
        return scan(store, filters=Filters(), config=Config())


def week(seed: int = 7, orders: int = 240, faults: dict[Fault, int] | None = None) -> Week:
    return play(Plan(seed=seed, orders=orders, faults=faults or {}), random.Random(seed))


def fits(finding: Finding, expected: Expected, order: str) -> bool:
    return (
        finding.order == order
        and finding.kind == expected.kind
        and finding.state == expected.state
        and expected.topic in (None, finding.topic)
        and (expected.to_phase is None or (finding.step is not None and finding.step.to.phase == expected.to_phase))
    )
