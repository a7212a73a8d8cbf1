"""`tracelog report --text`: the report for a ticket that takes no attachment."""

from __future__ import annotations

from collections.abc import Sequence

from tracelog.model.finding import Evidence, Finding, LedgerRow, Scan, Trace
from tracelog.render import text_scan, text_store, wording
from tracelog.render.prepare import Prepared, ReportOptions, prepare
from tracelog.render.text_trace import STANDING, standing
from tracelog.render.times import Clock
from tracelog.render.view import Column, Page, Piece, View
from tracelog.render.visible import clip
from tracelog.render.wording import count

EXAMPLES = 5
"""Orders in the table at the top."""
RECORD = 2000
"""Characters of a record that are printed."""


def report(scan: Scan, traces: Sequence[Trace], options: ReportOptions, view: View) -> str:
    prepared = prepare(scan, traces, options)
    page = Page(_in_its_zone(view, options))
    _head(page, prepared, options)
    lead = next((one for one in prepared.scan.incidents if one.id == prepared.scan.verdict.incident), None)
    text_scan.verdict(page, prepared.scan.verdict, prepared.scan.figures, ask=lead.ask if lead else None)
    _standing(page, prepared.traces[:EXAMPLES])
    text_scan.incidents(page, prepared.scan.incidents, {one.id: one for one in prepared.scan.findings}, every=True)
    page.heading("Findings")
    if not prepared.scan.findings:
        page.prose("None.", indent=2)
    for _, found in wording.by_incident(prepared.scan.incidents, prepared.scan.findings):
        for one in found:
            page.blank()
            _finding(page, one)
    text_scan.steps(page, prepared.scan.steps)
    text_scan.wanted(page, prepared.scan.wanted, every=True)
    text_store.coverage_section(page, prepared.scan.coverage)
    _exports(page, prepared.scan.ledger)
    page.heading("How to check this")
    page.prose(
        "With the exports at hand: tracelog verify looks for each record at its place and compares its SHA-256. By "
        "hand: line and record count from 1, offsets from 0 in bytes of the decompressed export. Digests are those "
        "of the records as they stand in the exports, whatever was redacted here.",
        indent=2,
    )
    return page.finish()


def _in_its_zone(view: View, options: ReportOptions) -> View:
    """The view with the report's zone, which goes before the terminal's."""
    if options.show_tz is None:
        return view
    return View(Clock(options.show_tz), view.width, colour=view.colour, unicode=view.unicode, terminal=view.terminal)


def _head(page: Page, prepared: Prepared, options: ReportOptions) -> None:
    title = "tracelog report" + (f" for {options.for_system}" if options.for_system else "")
    page.line((title, "heading"))
    scan, clock = prepared.scan, page.view.clock
    if scan.period:
        page.line(clock.span(scan.period.from_, scan.period.to))
    made = f"{clock.stamp(options.generated_at.isoformat())} " if options.generated_at else ""
    page.prose(f"Made {made}by tracelog {scan.tracelog} from {count(len(scan.ledger), 'export')}.")
    if options.redact:
        what = f" ({prepared.redactions})" if prepared.redactions else ""
        page.prose(f"E-mails, names of persons, addresses and phones are redacted{what}.")
    else:
        page.prose("Personal data is not redacted in this copy; secrets are.")
    if prepared.left_out:
        page.prose(f"Left out, because they concern other systems only: {count(prepared.left_out, 'finding')}.")


def _standing(page: Page, traces: Sequence[Trace]) -> None:
    """Status and time per system of the example orders."""
    rows: list[list[Piece]] = []
    for trace in traces:
        lines = standing(trace.states, page.view)
        rows += [[(trace.order if number == 0 else "", "name"), *line] for number, line in enumerate(lines)]
    if rows:
        page.heading("Where the example orders stand")
        page.table([Column("order"), *STANDING], rows)


def _finding(page: Page, one: Finding) -> None:
    text_scan.finding(page, one, indent=2, records=False)
    if one.disproof:
        page.prose(one.disproof, indent=5, label=("what would disprove it:", "faint"))
    for proof in one.coverage:
        page.prose(
            f"{proof.stream}, {page.view.clock.span(proof.from_, proof.to)}", indent=5, label=("covered:", "faint")
        )
    for record in one.evidence:
        _record(page, record)


def _record(page: Page, one: Evidence) -> None:
    at = page.view.clock.stamp(one.at)
    written = f", written as “{one.at_raw}”" if one.at_raw and one.at_raw != one.at else ""
    place = wording.where(one)
    page.prose(f"{place}  {at}{written}", indent=5, label=("proof:", "faint"), whole=[place])
    page.prose(f"record {one.record}, offset {one.offset}, {one.length} bytes", indent=7, style="faint")
    page.line("       ", ("record ", "faint"), one.digest)
    page.line("       ", ("export ", "faint"), one.sha256)
    page.quote(clip(one.text, RECORD), indent=7)


def _exports(page: Page, rows: Sequence[LedgerRow]) -> None:
    page.heading("Exports that this report knew")
    text_store.ledger_section(page, rows, every=True)
    for row in rows:
        page.line("  ", (row.sha256, "faint"), f"  {row.export}")
