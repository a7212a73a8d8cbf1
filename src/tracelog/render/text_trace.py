"""`tracelog trace` in a terminal: what happened to one order, system by system, and where it stopped."""

from __future__ import annotations

from collections.abc import Sequence

from tracelog.model.finding import Finding, Trace, TraceAlias
from tracelog.model.words import duration
from tracelog.render import wording
from tracelog.render.text_scan import finding as finding_block
from tracelog.render.text_scan import harmless
from tracelog.render.timeline import LONG, Hole, Moment, Strand, strands, unplaced
from tracelog.render.times import between
from tracelog.render.view import Column, Page, Piece, View

_EVENT_INDENT = 29
"""Where the system's name stands: behind the time of day and the gap."""


def trace(result: Trace, view: View) -> str:
    page = Page(view)
    page.line("Order ", (result.order, "name"))
    _aliases(page, result.aliases)
    for strand in strands(result):
        _strand(page, strand)
    _states(page, result.states)
    _zones(page, result)
    left = unplaced(result)
    if left:
        page.heading("Findings beside the timeline")
        for one in left:
            finding_block(page, one, indent=2)
    if not result.findings and result.findings is not None:
        page.blank()
        page.prose("No finding about this order in what these exports can show.")
    if result.counted:
        page.blank()
        page.prose(harmless(result.counted, explained=True))
    return page.finish()


def _aliases(page: Page, aliases: Sequence[TraceAlias]) -> None:
    if not aliases:
        return
    page.heading("Names")
    rows: list[list[Piece]] = []
    for alias in aliases:
        weak = alias.strength != "strong"
        proof = wording.where(alias.proved_by) if alias.proved_by else "named by its own records"
        rows.append([
            (alias.name, "" if weak else "name"), (_weakness(alias), "warn"), (proof, "faint"),
        ])  # fmt: skip
    page.table([Column(""), Column(""), Column("")], rows)


def _weakness(alias: TraceAlias) -> str:
    if alias.not_followed:
        return f"weak: {alias.not_followed}"
    return "weak: mentioned only" if alias.strength != "strong" else ""


def _strand(page: Page, strand: Strand) -> None:
    heading = strand.topic or "also recorded"
    took = f", {duration(strand.took)} from the first record to the last" if strand.took else ""
    page.blank()
    page.line((heading, "heading"), (took, "faint"))
    day: str | None = None
    width = max([len(_system(entry)) for entry in strand.entries], default=0)
    for entry in strand.entries:
        if isinstance(entry, Moment):
            if entry.gap is not None and entry.gap >= LONG:
                page.line(" " * 16, (f"⋮ {duration(entry.gap)} without a record of it", "warn"))
            today = page.view.clock.day(entry.event.at)
            if today and today != day:
                page.line("  ", (today, "faint"))
            day = today or day
            _moment(page, entry, width)
        else:
            _hole(page, entry, width)


def _system(entry: Moment | Hole) -> str:
    where = entry.event if isinstance(entry, Moment) else entry.station
    return wording.place(where.system, where.instance)


def _moment(page: Page, moment: Moment, width: int) -> None:
    event = moment.event
    gap = "" if moment.gap is None else f"{'+' if moment.gap >= 0 else ''}{duration(moment.gap)}"
    if moment.gap is not None and moment.gap >= LONG:
        gap = ""  # it has a line of its own
    time = page.view.clock.time(event.at) if event.at else "no time"
    style = "warn" if moment.gap is not None and moment.gap < 0 else "faint"
    system = _system(moment)
    page.line(
        "  ", f"{time:<13}", (f"{gap:>12}", style), "  ", (f"{system:<{width}}", "system"), "  ",
        (wording.event_phase(event), "bad" if event.phase == "rejected" else "strong"),
    )  # fmt: skip
    for value in moment.values:
        if value.before is not None:
            text = f"{value.name}: “{value.before}” → {value.text}"
            page.prose(text, indent=_EVENT_INDENT, label=("CHANGED", "changed"), style="changed")
    calm = [f"{value.name} {value.text}" for value in moment.values if value.before is None]
    place = wording.where(event.evidence)
    page.prose("; ".join([*calm, *_details(page, moment), place]), indent=_EVENT_INDENT, style="faint", whole=[place])
    for one in moment.findings:
        _finding(page, one)
    if page.view.raw:
        _raw(page, moment)


def _details(page: Page, moment: Moment) -> list[str]:
    event = moment.event
    parts = []
    apart = between(event.happened_at, event.at)
    if event.happened_at and (apart is None or abs(apart) >= 1):
        parts.append(f"says it happened {page.view.clock.stamp(event.happened_at)}")
    if unreadable := event.ids.get("unreadable time"):
        parts.append(f"says it happened “{unreadable}”, which is no time")
    if event.result:
        parts.append(f"answer {event.result}" + (f" ({event.level})" if event.level else ""))
    if event.actor and event.actor.get("name"):
        parts.append(f"by {event.actor['name']}" + (f" ({event.actor['kind']})" if event.actor.get("kind") else ""))
    if event.inferred:
        parts.append("inferred from its words")
    return parts


def _raw(page: Page, moment: Moment) -> None:
    event = moment.event
    stamp = f"stamp “{event.at_raw}”" if event.at_raw else "no stamp of its own"
    zone = f"zone {event.zone or 'unknown'} ({event.zone_basis or 'no basis'})"
    exact = "finer than a second" if event.precision == "finer" else f"to the {event.precision}"
    page.prose(f"{stamp}, {zone}, exact {exact}; UTC {event.at or 'unknown'}", indent=_EVENT_INDENT, style="faint")
    page.quote(event.evidence.text, indent=4)


def _hole(page: Page, hole: Hole, width: int) -> None:
    one = hole.finding
    made_good = one.state == "recovered"
    page.line(
        " " * (_EVENT_INDENT - 10), ("✗ " if made_good else "MISSING ", "hole"), "  "[: 8 if made_good else 2],
        (f"{_system(hole):<{width}}", "system"), "  ",
        (wording.phase(hole.station.phase, hole.station.peer), "hole"),
    )  # fmt: skip
    if one.limit:
        text = f"{duration(one.limit.seconds)} ({one.limit.basis})"
        page.prose(text, indent=_EVENT_INDENT, label=("limit:", "faint"), style="faint")
    _finding(page, one)


def _finding(page: Page, one: Finding) -> None:
    style = "bad" if one.severity in {"critical", "high"} else "warn"
    label = (f"{one.severity} {one.kind}, {one.state}:", style)
    told = page.view.clock.told
    page.prose(told(wording.story(one)), indent=_EVENT_INDENT, label=label)
    if one.recovered_at:
        page.prose(page.view.clock.stamp(one.recovered_at), indent=_EVENT_INDENT, label="made good:")
    page.prose(told(one.reason), indent=_EVENT_INDENT)
    if one.next_step:
        page.prose(told(one.next_step), indent=_EVENT_INDENT, label=("next:", "strong"))
    page.prose(one.id, indent=_EVENT_INDENT, style="faint")


STANDING = [Column("system"), Column("state", wrap=True), Column("as of")]


def standing(states: dict[str, dict[str, dict[str, str | None]]], view: View) -> list[list[Piece]]:
    """A line per system and axis: where the order stands, as the system wrote it, and as of which record."""
    rows: list[list[Piece]] = []
    for system, axes in states.items():
        for number, (axis, state) in enumerate(axes.items()):
            raw, canonical = state.get("raw"), state.get("canonical")
            written = f" “{raw}”" if raw is not None and raw != canonical else ""
            rows.append([
                (system if number == 0 else "", "system"), (f"{axis} {canonical or 'not mapped'}{written}", "strong"),
                (view.clock.minute(state.get("at")), "faint"),
            ])  # fmt: skip
    return rows


def _states(page: Page, states: dict[str, dict[str, dict[str, str | None]]]) -> None:
    rows = standing(states, page.view)
    if rows:
        page.heading("Where it stands")
        page.table(STANDING, rows)


def _zones(page: Page, result: Trace) -> None:
    """Once an export, not at each of its records: the zone its stamps were read in, where the text names none."""
    zones = {event.evidence.export: f"{event.zone or 'unknown'}, {event.zone_basis}" for event in result.events
             if event.zone_basis not in {None, "in text"}}  # fmt: skip
    if zones:
        page.heading("Zones of stamps that name none")
        for export, zone in sorted(zones.items()):
            page.prose(zone, indent=2, label=(f"{export}:", "faint"), style="faint")
