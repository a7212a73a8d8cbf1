"""What people read in a terminal, one function a result; each returns text that ends with a line end.

Without a view the text is plain, 80 columns wide, with times in the local zone. `View.of(sys.stdout, …)` gives
what suits the stream.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tracelog.model.finding import CoverageRow, Finding, LedgerRow, Scan, Trace, Wanted
from tracelog.render import text_report, text_scan, text_statuses, text_store, text_trace
from tracelog.render.prepare import ReportOptions
from tracelog.render.view import View
from tracelog.store.refused import Refused


def scan(result: Scan, view: View | None = None) -> str:
    """`tracelog scan`: the steps, the incidents worst first, the verdict, what is wanted next."""
    return text_scan.scan(result, view or View())


def findings(found: Sequence[Finding], view: View | None = None) -> str:
    """`tracelog scan --list`: a finding a block, as sorted by the caller. `view.raw`: the records as well."""
    return text_scan.findings(found, view or View())


def chosen(result: Scan, found: Sequence[Finding], view: View | None = None) -> str:
    """`tracelog scan I-…`: the incidents asked for, and these findings of theirs."""
    return text_scan.chosen(result, found, view or View())


def trace(result: Trace, view: View | None = None) -> str:
    """`tracelog trace`: the order's journeys as a timeline across systems. `view.raw`: raw stamps and records."""
    return text_trace.trace(result, view or View())


def report(
    result: Scan, traces: Sequence[Trace], options: ReportOptions | None = None, view: View | None = None
) -> str:
    """`tracelog report --text`: what the HTML report says, for a ticket that takes no attachment."""
    return text_report.report(result, traces, options or ReportOptions(), view or View())


def ledger(rows: Sequence[LedgerRow], view: View | None = None) -> str:
    """After `tracelog ingest`: every record of every export accounted for."""
    return text_store.ledger(rows, view or View())


def status(
    store: Mapping[str, Any],
    rows: Sequence[LedgerRow],
    coverage: Sequence[CoverageRow],
    wanted: Sequence[Wanted],
    view: View | None = None,
    *,
    not_followed: Sequence[Mapping[str, Any]] = (),
) -> str:
    """`tracelog status`: `store` and `not_followed` are those of `status --json`."""
    return text_store.status(store, rows, coverage, wanted, view or View(), not_followed=not_followed)


def unread(groups: Sequence[Mapping[str, Any]], view: View | None = None, *, refused: Sequence[Refused] = ()) -> str:
    """`tracelog unread`: groups as in `unread --json` (`example` an Evidence or its mapping), and files not read."""
    return text_store.unread(groups, view or View(), refused)


def formats(rows: Sequence[Mapping[str, Any]], view: View | None = None) -> str:
    """`tracelog formats list`: rows as in `formats list --json`."""
    return text_store.formats(rows, view or View())


def systems(rows: Sequence[Mapping[str, Any]], view: View | None = None) -> str:
    """What can be read, a line a system."""
    return text_store.systems(rows, view or View())


def statuses(rows: Sequence[Mapping[str, Any]], view: View | None = None, *, by_state: bool = False) -> str:
    """`tracelog statuses list`: rows as in its JSON, sorted by the caller."""
    return text_statuses.statuses(rows, view or View(), by_state=by_state)


def statuses_check(report: Mapping[str, Any], view: View | None = None) -> str:
    """`tracelog statuses check`: the mapping of its JSON."""
    return text_statuses.check(report, view or View())


def routes(rows: Sequence[Mapping[str, Any]], view: View | None = None) -> str:
    """`tracelog routes`.

    Rows with `from`, `to` (stations), `topic`, `channel`, `basis`, `taken`, `of`, `usual_seconds`,
    `limit` (seconds, basis), `carries`, `gates`; any of them may be absent.
    """
    return text_store.routes(rows, view or View())
