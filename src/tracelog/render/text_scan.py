"""`tracelog scan` in a terminal: where orders go missing, why, and whom to ask."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from tracelog.model.finding import Finding, Incident, Scan, StepRow, Verdict, Wanted
from tracelog.model.words import duration
from tracelog.render import wording
from tracelog.render.view import Column, Page, Piece, View
from tracelog.render.visible import clip
from tracelog.render.wording import count

_SEVERITY_STYLE = {"critical": "bad", "high": "bad", "medium": "warn"}
_STEP_COLUMNS = [
    Column(""), Column("in", right=True), Column("out", right=True), Column("skipped", right=True),
    Column("refused", right=True), Column("lost", right=True), Column("not knowable", right=True),
]  # fmt: skip


def scan(result: Scan, view: View) -> str:
    page = Page(view)
    _head(page, result)
    steps(page, result.steps)
    incidents(page, result.incidents, {finding.id: finding for finding in result.findings})
    verdict(page, result.verdict, result.figures, reported=False)
    wanted(page, result.wanted)
    return page.finish()


def chosen(result: Scan, found: Sequence[Finding], view: View) -> str:
    """Some incidents with their findings; steps and verdict, which are those of the whole, stay out."""
    page = Page(view)
    incidents(page, result.incidents, {finding.id: finding for finding in result.findings}, every=True)
    page.heading("Findings")
    for number, one in enumerate(found):
        if number:
            page.blank()
        finding(page, one, indent=2)
    return page.finish()


def _head(page: Page, result: Scan) -> None:
    store = result.store
    parts = [
        count(store[key], noun)
        for key, noun in (("orders", "order"), ("events", "event"), ("records", "record"), ("exports", "export"))
        if isinstance(store.get(key), int)
    ]
    page.line(", ".join(parts) or "nothing is in the store yet")
    if result.period:
        page.line(page.view.clock.span(result.period.from_, result.period.to))


def steps(page: Page, rows: Sequence[StepRow]) -> None:
    """The step table: a heading a step, a line a topic."""
    page.heading("Steps")
    if not rows:
        page.prose("No step can be followed yet: at least two systems, or two phases of one, are needed.", indent=2)
        return
    cells: list[list[Piece]] = []
    for name, group in groupby(rows, key=wording.step):
        cells.append([(name, "strong"), "", "", "", "", "", ""])
        for row in group:
            cells.append(_step_cells(row))
            if row.self_reported:
                said = ", ".join(f"{key} {number:,}" for key, number in row.self_reported.items())
                cells.append([(f"{row.to.system} itself reported: {said}", "faint"), "", "", "", "", "", ""])
    _step_table(page, cells)


def _step_cells(row: StepRow) -> list[Piece]:
    def number(value: int, style: str = "") -> Piece:
        return (f"{value:,}", style if value else "faint")

    return [
        f"  {row.topic or 'other changes'}", number(row.in_), number(row.out), number(row.skipped),
        number(row.refused, "warn"), number(row.lost, "bad"), number(row.not_knowable, "warn"),
    ]  # fmt: skip


def _step_table(page: Page, cells: list[list[Piece]]) -> None:
    """Step names may run over the number columns; they stand on lines of their own."""
    numbered = [row for row in cells if row[1]]
    layout = Page(page.view)
    layout.table(_STEP_COLUMNS, numbered)
    lines = layout.lines()
    page.append(lines[0])
    rest = iter(lines[1:])
    for row in cells:
        if row[1]:
            page.append(next(rest))
        else:
            text, style = row[0] if isinstance(row[0], tuple) else (row[0], "")
            page.prose(text, indent=6 if style == "faint" else 2, style=style)


def incidents(page: Page, rows: Sequence[Incident], findings: dict[str, Finding], *, every: bool = False) -> None:
    """Of very many, the worst ones whole and a line for each of the others, unless `every` one is to be told whole."""
    page.heading("Incidents")
    if not rows:
        page.prose("None found in what these exports can show.", indent=2)
    whole = len(rows) if every or page.view.every or len(rows) <= WHOLE + FEW else WHOLE
    for number, incident in enumerate(rows[:whole], 1):
        if number > 1:
            page.blank()
        _incident(page, number, incident, findings, advised=every)
    if rows[whole:]:
        page.blank()
        page.prose(f"and {count(len(rows) - whole, 'lesser one')}; tracelog scan ID shows one whole, -v all:", indent=2)
    for number, incident in enumerate(rows[whole:], whole + 1):
        text = f"{wording.title(incident)}; {wording.orders_of(incident)}; {incident.state}; {incident.id}"
        page.prose(text, indent=2, label=f"{number}. {incident.severity}", whole=[incident.id])


WHOLE, FEW = 15, 5
"""Incidents told whole where there are many, and how many more are no reason to shorten anything."""


def _incident(page: Page, number: int, one: Incident, findings: dict[str, Finding], *, advised: bool) -> None:
    """`advised`: with what is to be known of the kind of failure, besides the question."""
    style = _SEVERITY_STYLE.get(one.severity, "strong")
    page.prose(wording.title(one), indent=2, label=(f"{number}. {one.severity}", style), style="strong")
    page.prose(page.view.clock.told(one.summary), indent=5)
    page.prose(", ".join(wording.labels_of(one)), indent=5, label=("class:", "faint"))
    page.prose(wording.orders_of(one), indent=5, label=("orders:", "faint"))
    if one.first or one.last:
        page.prose(page.view.clock.span(one.first, one.last), indent=5, label=("when:", "faint"))
    if one.examples:
        page.prose(", ".join(one.examples), indent=5, label=("examples:", "faint"))
    for share in one.shares:
        text = f"{share.attribute} = {share.value} ({share.of_failing} of these, {share.of_others} of the others)"
        page.prose(text, indent=5, label=("in common:", "faint"))
    for note in one.context:
        place = wording.where(note.evidence) if note.evidence else ""
        text = f"{page.view.clock.minute(note.at)} {note.what}" + (f" ({place})" if place else "")
        page.prose(text, indent=5, label=("around then:", "faint"), whole=[place])
    if one.ask:
        page.prose(one.ask, indent=5, label=("ask:", "strong"))
    page.prose(wording.INVOLVE.get(one.involve, one.involve), indent=5, label=("involve:", "faint"))
    mine = [findings[each] for each in one.findings if each in findings]
    for heading, text in wording.advice(one, mine) if advised else ():
        page.prose(page.view.clock.told(text), indent=5, label=(f"{heading[:1].lower()}{heading[1:]}:", "faint"))
    if one.act_by:
        page.prose(page.view.clock.minute(one.act_by), indent=5, label=("act by:", "warn"))
    page.prose(f"{one.id}, {count(len(one.findings), 'finding')}", indent=5, label=("id:", "faint"))


def verdict(
    page: Page, one: Verdict, figures: dict[str, Any], *, ask: str | None = None, reported: bool = True
) -> None:
    """`reported`: whether this stands in the report itself; else the command that writes it is named."""
    page.heading("Verdict")
    meaning = wording.CLASSES.get(one.class_, one.class_)
    page.prose(f"{one.state} ({meaning})", indent=2, label=(f"{one.class_},", "strong"))
    if one.summary:
        page.prose(page.view.clock.told(one.summary), indent=2)
    if ask:
        page.prose(ask, indent=2, label=("ask:", "strong"))
    if one.involve != "nobody":
        page.prose(wording.INVOLVE.get(one.involve, one.involve), indent=2, label=("involve:", "faint"))
    if one.incident:
        others = f", and {count(one.others, 'other')}" if one.others else ""
        page.prose(f"{one.incident}{others}", indent=2, label=("incident:", "faint"))
        if not reported and one.involve != "nobody":
            page.prose(f"tracelog report {one.incident} writes it", indent=2, label=("what to send them:", "faint"))
    for text in figure_lines(figures):
        page.prose(text, indent=2)
    if one.signals:
        page.blank()
        words_for: dict[bool | None, Piece] = {True: ("yes", "warn"), False: "no", None: ("not knowable", "faint")}
        rows: list[list[Piece]] = []
        for signal in one.signals:
            look = f"; look at {signal.look_at}" if signal.look_at else ""
            rows.append([signal.id, words_for[signal.present], f"{signal.basis}{look}"])
        page.table([Column("signal"), Column("present"), Column("basis", wrap=True)], rows)


HARMLESS = {
    "redelivered": "the same message again, with one effect",
    "reordered, harmless": "taken in in another order than it happened, and nothing came of it",
    "retried": "refused first, and accepted in time by a later try",
    "already there": "refused because it was there already",
    "superseded": "a later record carried it over",
    "cancelled before hand-off": "created and cancelled before it was to be handed over",
}


def harmless(counts: dict[str, int], *, explained: bool = False) -> str:
    """What looks like a fault and is none, in one sentence."""
    parts = [
        f"{number:,} {name.replace(', harmless', '')}{f' ({HARMLESS.get(name, name)})' if explained else ''}"
        for name, number in counts.items()
    ]
    return f"Counted, and no fault: {', '.join(parts)}."


def figure_lines(figures: dict[str, Any]) -> list[str]:
    """Sentences for the figures that are known; what is unknown is left out, not invented."""
    lines = []
    accounted = figures.get("accounted")
    if accounted:
        parts = [f"{accounted[key]:,} {key.replace('_', ' ')}" for key in accounted if accounted[key] is not None]
        lines.append(f"Status changes at the source: {', '.join(parts)}.")
    if figures.get("orders_with_findings") is not None and figures.get("orders"):
        affected, total = figures["orders_with_findings"], figures["orders"]
        drift = figures.get("drift")
        tail = f" Open orders with an unexplained difference: {drift:.1%}." if drift is not None else ""
        lines.append(f"{affected:,} of {count(total, 'order')} with findings.{tail}")
    if figures.get("counted"):
        lines.append(harmless(figures["counted"]))
    for key, text in (
        ("mttd_hours", "Noticed {} after the fault (median)."),
        ("detectable_hours", "These exports would have shown it {} after the fault."),
        ("oldest_open_hours", "The oldest one still wrong is {} old when the data ends."),
    ):
        if figures.get(key) is not None:
            lines.append(text.format(duration(figures[key] * 3600)))
    return lines


def wanted(page: Page, rows: Sequence[Wanted], *, every: bool = False) -> None:
    if not rows:
        return
    page.heading("Wanted next")
    whole = len(rows) if every or page.view.every or len(rows) <= WHOLE else WHOLE - FEW
    for one in rows[:whole]:
        page.prose(one.export, indent=2, style="strong")
        if one.period:
            page.prose(page.view.clock.span(one.period.from_, one.period.to), indent=5, label=("period:", "faint"))
        if one.how:
            page.prose(one.how, indent=5, label=("how:", "faint"))
        if one.settles is not None:
            page.prose(count(one.settles, "open question"), indent=5, label=("settles:", "faint"))
        if one.gone_after:
            page.prose(page.view.clock.minute(one.gone_after), indent=5, label=("gone after:", "warn"))
    if rows[whole:]:
        page.prose(f"and {len(rows) - whole:,} more, each of which settles less: -v shows them", indent=2)


def findings(found: Sequence[Finding], view: View) -> str:
    page = Page(view)
    if not found:
        page.line("No findings.")
    for one in found:
        page.blank()
        finding(page, one)
    return page.finish()


def finding(page: Page, one: Finding, *, indent: int = 0, records: bool = True) -> None:
    """One finding as a block; its first line holds what a `grep` looks for."""
    style = _SEVERITY_STYLE.get(one.severity, "strong")
    several = one.orders if one.scope != "pair" else None  # of two clocks it counts the pairs
    subject = one.order or (count(several.count, "order") if several else one.scope)
    page.line(
        " " * indent, (one.id, "faint"), "  ", (f"{one.severity} {one.kind}", style), f"  {one.state}  ",
        (subject, "name"),
    )  # fmt: skip
    deeper = indent + 3
    if one.step:
        topic = f"{one.topic}: " if one.topic else ""
        page.prose(f"{topic}{wording.step(one.step)}", indent=deeper)
    told = page.view.clock.told
    page.prose(told(wording.story(one)), indent=deeper)
    if one.value_in is not None or one.value_out is not None:
        expected = f" (expected “{one.expected}”)" if one.expected is not None else ""
        text = f"{wording.quoted(one.value_in)} → {wording.quoted(one.value_out)}{expected}"
        page.prose(text, indent=deeper, label=f"{one.field or 'value'}:", style="changed")
    page.prose(told(one.reason), indent=deeper, label=("why this state:", "faint"))
    if one.limit:
        page.prose(f"{duration(one.limit.seconds)} ({one.limit.basis})", indent=deeper, label=("limit:", "faint"))
    if one.next_step:
        page.prose(told(one.next_step), indent=deeper, label=("next:", "strong"))
    if one.act_by:
        page.prose(page.view.clock.minute(one.act_by), indent=deeper, label=("act by:", "warn"))
    for proof in one.evidence if records else ():
        at = page.view.clock.stamp(proof.at)
        place = wording.where(proof)
        page.prose(f"{place}  {at}", indent=deeper, label=("proof:", "faint"), whole=[place])
        if page.view.raw:
            page.quote(clip(proof.text, 2000), indent=deeper + 3)
    if one.review:
        ticket = f" ({one.review.ticket})" if one.review.ticket else ""
        text = f"{one.review.state}{ticket}: {one.review.reason or 'no reason given'}"
        page.prose(text, indent=deeper, label="review:")
