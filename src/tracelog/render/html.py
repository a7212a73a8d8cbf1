"""The escalation report: one HTML file with everything in it and nothing loaded from anywhere.

The templates escape everything; besides, whatever they print passes `visible`, so that no control or bidi
character of a log reaches the reader. Nothing here is a link but to a place in the same file.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tracelog.model.finding import Evidence, Finding, Scan, Trace
from tracelog.model.words import duration
from tracelog.render import embed, wording
from tracelog.render.prepare import Prepared, ReportOptions, prepare
from tracelog.render.timeline import ABSENCES, REFUSALS, Hole, Moment, Strand, strands
from tracelog.render.times import Clock
from tracelog.render.visible import visible_block

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["ReportOptions", "report"]

EXAMPLES = 5
"""Orders in the table at the top and with a whole timeline."""
DETAILED = 200
"""Findings shown with their records; those beyond stand in a table, and whole in the data."""
EXCERPT = 6000
"""Characters of a record that are printed; a longer one is shown around what matters in it."""


def report(scan: Scan, traces: Sequence[Trace], options: ReportOptions | None = None) -> str:
    """`tracelog report`: the whole file. `traces` are the example orders (or those asked for), worst first."""
    options = options or ReportOptions()
    prepared = prepare(scan, traces, options)
    clock = Clock(options.show_tz)
    page = _environment(clock).get_template("report.html.j2")
    return embed.sealed(page.render(_context(prepared, options, clock)))


class Check(NamedTuple):
    """How to check one record by hand."""

    export: str
    sha256: str
    whole: str
    record: str
    digest: str


def _context(prepared: Prepared, options: ReportOptions, clock: Clock) -> dict[str, Any]:
    from markupsafe import Markup

    scan = prepared.scan
    made = options.generated_at.isoformat(timespec="seconds") if options.generated_at else None
    about = {
        "generated_at": made,
        "for": options.for_system,
        "redacted": options.redact,
        "redactions": prepared.redactions,
    }
    shown = {finding.id for finding in _worst_first(scan.findings)[:DETAILED]}
    by_order = {trace.order: trace for trace in reversed(prepared.traces)}
    examples = prepared.traces[:EXAMPLES]
    return {
        "scan": scan,
        "options": options,
        "generated_at": made,
        "redactions": prepared.redactions,
        "left_out": prepared.left_out,
        "clock_name": clock.name,
        "systems": _systems(scan),
        "groups": wording.by_incident(scan.incidents, scan.findings),
        "detailed": shown,
        "lead": next((one for one in scan.incidents if one.id == scan.verdict.incident), None),
        "examples": examples,
        "example_systems": _columns(examples, _systems(scan)),
        "strand_of": lambda finding: _strand(finding, by_order.get(finding.order or "")),
        "strands": strands,
        "check": _check(scan.findings),
        # safe: nothing in it can end the script element, see `embed`
        "data": Markup(embed.data(scan, prepared.traces, about)),  # noqa: S704
    }


def _environment(clock: Clock) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from tracelog.resources import folder

    env = Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    env.filters.update(
        stamp=clock.stamp, minute=clock.minute, time=clock.time, duration=duration, place=wording.place,
        phase=wording.phase, station=wording.station, step=wording.step, money=wording.money,
        listed=wording.listed, count=wording.count, title_of=wording.title, labels=wording.labels_of,
        orders_of=wording.orders_of, marked=_marked, end_class=_end_class,
    )  # fmt: skip
    env.globals.update(
        span=clock.span, classes=wording.CLASSES, involve=wording.INVOLVE, states=wording.STATES,
        terms=_terms, is_hole=lambda entry: isinstance(entry, Hole), absences=ABSENCES, refusals=REFUSALS,
        figures=_figures, hop_class=hop_class, story=wording.story, advice=wording.advice,
    )  # fmt: skip
    return env


def _harmless(value: Any) -> Any:
    """Nothing for None; text without characters that steer or hide."""
    if value is None:
        return ""
    return visible_block(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _marked(text: str, terms: Iterable[str]) -> Markup:
    """A record's text with what matters in it marked; a long one cut to the part around the first of them."""
    from markupsafe import Markup, escape

    text = visible_block(text)
    wanted = sorted({visible_block(term) for term in terms if len(term) > 1}, key=len, reverse=True)
    finder = re.compile("|".join(rf"(?<!\w){re.escape(term)}(?!\w)" for term in wanted)) if wanted else None
    before = after = ""
    if len(text) > EXCERPT:
        first = finder.search(text) if finder else None
        start = max(0, min((first.start() if first else 0) - EXCERPT // 3, len(text) - EXCERPT))
        end = start + EXCERPT
        before = f"… {start:,} characters before … " if start else ""
        after = f" … {len(text) - end:,} more characters …" if end < len(text) else ""
        text = text[start:end]
    parts, at = [escape(before)], 0
    for match in finder.finditer(text) if finder else ():
        parts += [escape(text[at : match.start()]), Markup("<mark>{}</mark>").format(match[0])]
        at = match.end()
    return Markup().join([*parts, escape(text[at:]), escape(after)])


def _terms(finding: Finding) -> list[str]:
    """What to look for in its records: the order's names and the values in question."""
    names = [finding.order, *(alias.partition(" ")[2] or alias for alias in finding.aliases)]
    return [term for term in (*names, finding.value_in, finding.value_out) if term]


def _strand(finding: Finding, trace: Trace | None) -> Strand | None:
    """The journey of its order on which the finding stands."""
    if trace is None:
        return None
    for strand in strands(trace):
        for entry in strand.entries:
            here = [entry.finding] if isinstance(entry, Hole) else entry.findings
            if any(one.id == finding.id for one in here):
                return strand
    return None


def _worst_first(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: wording.severity_rank(finding.severity))


def _systems(scan: Scan) -> list[str]:
    """In the order of the route, as far as the steps tell it."""
    names = [name for row in scan.steps for name in (row.from_.system, row.to.system, row.to.peer)]
    names += [row.system for row in scan.coverage]
    return list(dict.fromkeys(name for name in names if name))


def _columns(examples: Sequence[Trace], route: Sequence[str]) -> list[str]:
    """The systems that hold a state of an example order, in the order of the route."""
    names = dict.fromkeys(system for trace in examples for system in trace.states)
    known = {name: number for number, name in enumerate(route)}
    return sorted(names, key=lambda name: known.get(name.partition("/")[0], len(known)))


def _check(findings: Sequence[Finding]) -> Check | None:
    """An example from this report: the first record of the worst finding."""
    proof: Evidence | None = next((one for f in _worst_first(findings) for one in f.evidence), None)
    if proof is None:
        return None
    name = shlex.quote(visible_block(proof.export.rpartition("!")[2]))
    cut = f"tail -c +{proof.offset + 1} {name} | head -c {proof.length} | sha256sum"
    return Check(proof.export, proof.sha256, f"sha256sum {name}", cut, proof.digest)


def _figures(figures: dict[str, Any]) -> list[tuple[str, str]]:
    """What is known of them, as value and caption."""
    made: list[tuple[str, str]] = []
    if figures.get("orders") is not None:
        made.append((f"{figures['orders']:,}", "orders seen"))
    if figures.get("orders_with_findings") is not None:
        made.append((f"{figures['orders_with_findings']:,}", "orders with findings"))
    if figures.get("drift") is not None:
        made.append((f"{figures['drift']:.1%}", "of open orders differ unexplained"))
    for key in ("in_time", "late", "lost", "not_knowable"):
        number = (figures.get("accounted") or {}).get(key)
        if number is not None:
            made.append((f"{number:,}", f"status changes {key.replace('_', ' ')}"))
    if figures.get("oldest_open_hours") is not None:
        made.append((duration(figures["oldest_open_hours"] * 3600), "oldest one still wrong"))
    return made


def _end_class(finding: Finding) -> str:
    """The same for the end of a finding's step, where no trace shows its hops."""
    if finding.kind in ABSENCES:
        return "hole"
    if finding.kind in REFUSALS:
        return "refused"
    return "plain" if finding.value_out is None else "changed"


def hop_class(entry: Moment | Hole) -> str:
    """How a hop is drawn: `hole`, `refused`, `changed` or `plain`."""
    if isinstance(entry, Hole):
        return "hole"
    if entry.event.phase == "rejected":
        return "refused"
    return "changed" if any(value.before is not None for value in entry.values) else "plain"
