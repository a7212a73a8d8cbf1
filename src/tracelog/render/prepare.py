"""What a report shows: everything or one vendor's part of it, redacted."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from tracelog.model.finding import Finding, Incident, Scan, Step, StepRow, Trace, Verdict
from tracelog.model.words import system_key
from tracelog.render import wording
from tracelog.render.redact import redacted


class ReportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a report is made.

    `for_system` (`netsuite`, `netsuite/7731009`) keeps what concerns that vendor. `columns` names the columns of
    CSV exports by the export's SHA-256, so that a row can be redacted by column. `generated_at` is printed,
    nothing is computed from it.
    """

    redact: bool = True
    for_system: str | None = None
    show_tz: str | None = None
    generated_at: datetime | None = None
    columns: Mapping[str, Sequence[str]] = {}


def columns_of(preamble: bytes) -> list[str]:
    """The columns of a CSV export, from the bytes that stand above its first record: the last line there."""
    encoding = "utf-16" if preamble[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    lines = [line for line in preamble.decode(encoding, "replace").splitlines() if line.strip()]
    if not lines:
        return []
    delimiter = max((",", ";", "\t", "|"), key=lines[-1].count)
    return [cell.strip() for cell in next(csv.reader([lines[-1]], delimiter=delimiter), [])]


class Prepared(NamedTuple):
    """Fit to be shown. `left_out` counts the findings that concern other vendors only."""

    scan: Scan
    traces: list[Trace]
    redactions: str | None
    left_out: int


def prepare(scan: Scan, traces: Sequence[Trace], options: ReportOptions) -> Prepared:
    total = len(scan.findings)
    if options.for_system:
        scan, traces = concerning(scan, traces, options.for_system)
    clean, clean_traces, redactor = redacted(scan, traces, personal=options.redact, columns=options.columns)
    return Prepared(clean, clean_traces, redactor.describe(), total - len(scan.findings))


def concerning(scan: Scan, traces: Sequence[Trace], vendor: str) -> tuple[Scan, list[Trace]]:
    """What that system takes part in: its steps, the findings at them, the streams that prove those.

    The ledger stays whole: which exports were known is part of every finding. The figures and the signals are
    about the whole integration; they are left unknown here.
    """
    system, _, instance = system_key(vendor).partition("/")

    def is_it(*named: tuple[str | None, str | None]) -> bool:
        """Whether one of these is meant; `netsuite` without an instance is any, unless its instance is named beside."""
        places = [(wording.place(name, its)).casefold().partition("/") for name, its in named if name]
        known = {its for base, _, its in places if base == system and its}
        return any(base == system for base, _, _ in places) and (not instance or not known or instance in known)

    def at_step(step: Step | StepRow | None) -> bool:
        if step is None:
            return False
        ends = (step.from_, step.to)
        return is_it(*((end.system, end.instance) for end in ends), *((end.peer, None) for end in ends))

    def concerns(one: Finding) -> bool:
        return at_step(one.step) or is_it((one.behind, None), (one.ahead, None))

    findings = [one for one in scan.findings if concerns(one)]
    held = {one.incident for one in findings}
    incidents = [one for one in scan.incidents if one.id in held or at_step(one.step)]
    streams = {proof.stream for one in findings for proof in one.coverage}
    shown = {one.order for one in findings}
    told = msgspec.structs.replace(
        scan,
        findings=findings,
        incidents=incidents,
        steps=[row for row in scan.steps if at_step(row)],
        coverage=[row for row in scan.coverage if is_it((row.system, row.instance)) or row.stream in streams],
        wanted=[one for one in scan.wanted if system in one.export.casefold()],
        figures=dict.fromkeys(scan.figures),
        verdict=_verdict(scan.verdict, incidents),
    )
    kept = [trace for trace in traces if trace.order in shown]
    return told, [msgspec.structs.replace(t, findings=[f for f in t.findings or [] if concerns(f)]) for t in kept]


def _verdict(whole: Verdict, incidents: Iterable[Incident]) -> Verdict:
    """The overall one if it is about an incident that is shown; else that of the first one shown."""
    rest = list(incidents)
    if any(one.id == whole.incident for one in rest):
        return msgspec.structs.replace(whole, others=len(rest) - 1, signals=[])
    if not rest:
        summary = "No incident in these exports concerns this system."
        return Verdict("insufficient-evidence", "incidents", None, "suspected", None, 0, "nobody", summary, [])
    one = rest[0]
    return Verdict(
        class_=one.class_, basis="incidents", problem=one.problem, state=one.state, incident=one.id,
        others=len(rest) - 1, involve=one.involve, summary=one.summary, signals=[],
    )  # fmt: skip
