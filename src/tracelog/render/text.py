"""What people read in a terminal, one function a result; each returns text that ends with a line end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tracelog.model.finding import CoverageRow, Finding, LedgerRow, Scan, Trace, Wanted
from tracelog.render.view import View


def scan(result: Scan, view: View | None = None) -> str:
    """`tracelog scan`: the steps, the incidents worst first, the verdict, what is wanted next."""
    raise NotImplementedError


def findings(found: Sequence[Finding], view: View | None = None) -> str:
    """`tracelog scan --list`: a finding a block, as sorted by the caller."""
    raise NotImplementedError


def trace(result: Trace, view: View | None = None) -> str:
    """`tracelog trace`: the order's journeys as a timeline across systems. `view.raw`: raw stamps and records."""
    raise NotImplementedError


def ledger(rows: Sequence[LedgerRow], view: View | None = None) -> str:
    """After `tracelog ingest`: every record of every export accounted for."""
    raise NotImplementedError


def status(
    store: Mapping[str, Any],
    rows: Sequence[LedgerRow],
    coverage: Sequence[CoverageRow],
    wanted: Sequence[Wanted],
    view: View | None = None,
) -> str:
    """`tracelog status`: `store` is the mapping of `status --json`."""
    raise NotImplementedError


def unread(groups: Sequence[Mapping[str, Any]], view: View | None = None) -> str:
    """`tracelog unread`: groups as in `unread --json` (`example` an Evidence or its mapping)."""
    raise NotImplementedError


def formats(rows: Sequence[Mapping[str, Any]], view: View | None = None) -> str:
    """`tracelog formats list`: rows as in `formats list --json`."""
    raise NotImplementedError


def statuses(rows: Sequence[Mapping[str, Any]], view: View | None = None) -> str:
    """`tracelog statuses list`: rows with `system field value axis canonical mark final note`."""
    raise NotImplementedError


def routes(rows: Sequence[Mapping[str, Any]], view: View | None = None) -> str:
    """`tracelog routes`: rows with `from`, `to` (stations), `topic`, `channel`, `basis`, `taken`, `of`, `usual_seconds`,
    `limit` (seconds, basis), `carries`, `gates`; any of them may be absent."""
    raise NotImplementedError
