"""What is in the store, and what tracelog knows: ledger, coverage, unread records, formats, routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tracelog.judge.fleet_sentences import gap_sentences
from tracelog.model.finding import CoverageRow, LedgerRow, Wanted
from tracelog.model.words import duration, system_name
from tracelog.render import wording
from tracelog.render.text_scan import wanted as wanted_section
from tracelog.render.view import Column, Page, Piece, View
from tracelog.render.visible import clip
from tracelog.render.wording import count
from tracelog.store.refused import Refused

_COUNTS = ("records", "understood", "ignored", "context", "unread")


def ledger(rows: Sequence[LedgerRow], view: View) -> str:
    page = Page(view)
    ledger_section(page, rows)
    return page.finish()


def ledger_section(page: Page, rows: Sequence[LedgerRow], *, every: bool = False) -> None:
    """Per export a line of counts, and below it format, zone with its basis, and the reasons for what was not used.

    Of many exports: per system a line, and in full only what needs a look.
    """
    if not rows:
        page.line("No exports.")
    elif len(rows) > FEW and not (every or page.view.every):
        _summed(page, rows)
    else:
        _one_by_one(page, rows)


def _summed(page: Page, rows: Sequence[LedgerRow]) -> None:
    owners: dict[str, list[LedgerRow]] = {}
    for row in rows:
        owners.setdefault(system_name(row.format.partition("-")[0]), []).append(row)
    cells: list[list[Piece]] = [[(name, "name"), *_sums(owners[name])] for name in sorted(owners, key=str.casefold)]
    cells.append([("all", "strong"), *_sums(rows)])
    titles = ("exports", *_COUNTS)
    page.table([Column("exports of"), *(Column(name, right=True) for name in titles)], cells, indent=0)
    new, known, events = (sum(getattr(row, name) for row in rows) for name in ("new", "known", "events"))
    page.prose(f"{new:,} new, {known:,} known; {count(events, 'event')}", indent=2, style="faint")
    zones: dict[str, list[str]] = {}
    for row in rows:
        if row.zone and row.zone_basis not in {None, "in text", "definition"}:
            basis = str(row.zone_basis).partition(":")[0]
            zones.setdefault(f"{row.zone} ({basis})", []).append(row.export)
    if zones:
        page.heading("Zones of exports whose clock names none")
        for zone, names in sorted(zones.items()):
            page.prose(", ".join(names), indent=2, label=(f"{zone}:", "faint"), whole=names)
    words = [row.export for row in rows if row.inferred]
    if words:
        page.heading("Read by their words: what they state is inferred, and confirms nothing")
        page.prose(", ".join(words), indent=2, whole=words)
    odd = [row for row in rows if row.unread]
    if odd:
        page.heading("Not all understood")
        _one_by_one(page, odd)
    page.blank()
    page.prose("Each export by itself, with its format, its zone and what was ignored: -v", style="faint")


FEW = 12
"""Exports up to which each gets lines of its own."""


def _sums(rows: Sequence[LedgerRow]) -> list[Piece]:
    def number(name: str) -> Piece:
        value: int = sum(getattr(row, name) for row in rows)
        return (f"{value:,}", "warn" if name == "unread" and value else "faint" if not value else "")

    return [f"{len(rows):,}", *map(number, _COUNTS)]


def _one_by_one(page: Page, rows: Sequence[LedgerRow]) -> None:
    columns = [Column("export"), *(Column(name, right=True) for name in _COUNTS)]
    cells: list[list[Piece]] = [[(_short(row.export), "name"), *_sums([row])[1:]] for row in rows]
    if len(rows) > 1:
        cells.append([("all", "strong"), *_sums(rows)[1:]])
    layout = Page(page.view)
    layout.table(columns, cells, indent=0)
    lines = layout.lines()
    page.append(lines[0])
    for row, line in zip(rows, lines[1:], strict=False):
        if len(row.export) > _NAME:
            page.prose(row.export, style="name", whole=[row.export])
        page.append(line)
        _beneath(page, row)
    for line in lines[1 + len(rows) :]:
        page.append(line)


_NAME = 30
"""Columns for an export's name in the table; a longer one gets a line of its own."""


def _short(name: str) -> str:
    return name if len(name) <= _NAME else ""


def _beneath(page: Page, row: LedgerRow) -> None:
    zone = f"zone {row.zone} ({row.zone_basis})" if row.zone else "no times in it"
    loose = f", {row.unattached:,} that name no order yet" if row.unattached else ""
    fresh = f"{row.new:,} new, {row.known:,} known"
    format_ = f"{row.format}, inferred from its words" if row.inferred else row.format
    page.prose(f"{fresh}; {format_}; {zone}; {count(row.events, 'event')}{loose}", indent=2, style="faint")
    for reason in row.reasons:
        page.prose(f"{reason.count:,} × {reason.reason}", indent=4, style="faint")


def status(
    store: Mapping[str, Any],
    rows: Sequence[LedgerRow],
    coverage: Sequence[CoverageRow],
    wanted: Sequence[Wanted],
    view: View,
    *,
    not_followed: Sequence[Mapping[str, Any]] = (),
) -> str:
    page = Page(view)
    known = {key: value for key, value in store.items() if value is not None}
    page.line("Store ", (str(known.pop("path", "(no file yet)")), "name"))
    for key, value in known.items():
        text = f"{value:,}" if isinstance(value, int) and key != "schema" and "version" not in key else str(value)
        page.line("  ", (f"{key.replace('_', ' ')}: ", "faint"), text)
    page.heading("Exports")
    ledger_section(page, rows)
    coverage_section(page, coverage)
    _not_followed(page, not_followed)
    wanted_section(page, wanted)
    return page.finish()


def _not_followed(page: Page, rows: Sequence[Mapping[str, Any]]) -> None:
    """Names that several orders have: they tie none of them, and a record that says nothing else is nobody's."""
    if not rows:
        return
    page.heading("Names that several orders have, and that were not followed")
    shown = rows if page.view.every else rows[:FEW]
    for row in shown:
        page.prose(str(row["why"]), indent=2, label=f"{row['name']}:", whole=[str(row["name"])])
    if len(rows) > len(shown):
        page.prose(f"{len(rows) - len(shown):,} more: -v", indent=2, style="faint")
    page.prose("Two that are one order all the same, or are none: [links] in tracelog.toml.", indent=2, style="faint")


def coverage_section(page: Page, rows: Sequence[CoverageRow]) -> None:
    """Per stream: the span it covers, its holes, and what its silence proves."""
    if not rows:
        return
    page.heading("Coverage")
    proves = {"strong": "silence proves absence", "weak": "silence proves absence only while others talk"}
    for row in rows:
        page.prose(row.stream, indent=2, style="name")
        page.prose(page.view.clock.span(row.from_, row.to), indent=4)
        absence = proves.get(row.absence, "silence proves nothing")
        shown = ", ".join(row.phases) or "no phase"
        whose = wording.place(row.system, row.instance) or "the systems that its records name"
        page.prose(f"{whose}: {shown}; {absence}", indent=4, style="faint")
        for hole in row.holes:
            page.prose(page.view.clock.span(hole.from_, hole.to), indent=4, label=("hole:", "warn"))
        if row.note:
            page.prose(row.note, indent=4, style="faint")


def unread(groups: Sequence[Mapping[str, Any]], view: View, refused: Sequence[Refused] = ()) -> str:
    page = Page(view)
    if not groups and any(each.expected for each in refused):
        page.line("Of what could be read, every record was understood, or ignored with a reason.")
    elif not groups:
        page.line("Every record was understood, or ignored with a reason.")
    for group in groups:
        page.blank()
        page.prose(f"{group.get('shape')}", label=(f"{group.get('count', 0):,} ×", "warn"), style="strong")
        example = msgspec.to_builtins(group.get("example")) or {}
        place = f"{group.get('export') or example.get('export')}"
        if example.get("line"):
            place += f":{example['line']}"
        page.prose(place, indent=3, label=("where:", "faint"), whole=[place])
        page.prose(str(group.get("reason") or "no reason is known"), indent=3, label=("reason:", "faint"))
        nearest = group.get("nearest") or {}
        if nearest.get("format"):
            name = f"{nearest['format']} {nearest.get('shape') or ''}".strip()
            page.prose(name, indent=3, label=("nearest:", "faint"))
            if nearest.get("got_to") is not None:
                page.prose(f"{nearest['got_to']}", indent=3, label=("got to:", "faint"))
            if nearest.get("expected"):
                expected = nearest["expected"]
                text = ", ".join(map(str, expected)) if isinstance(expected, list | tuple) else str(expected)
                page.prose(text, indent=3, label=("expected:", "faint"))
        if example.get("text") is not None:
            page.line("   ", ("example:", "faint"))
            page.quote(clip(example["text"], 500), indent=5)
        if group.get("draft"):
            page.prose(group["draft"], indent=3, label=("draft:", "faint"), whole=[group["draft"]])
    _refused(page, refused)
    return page.finish()


def _refused(page: Page, rows: Sequence[Refused]) -> None:
    """Whole files: those that were meant as exports with the reason, those that only lay there by name."""
    meant, others = [each for each in rows if each.expected], [each for each in rows if not each.expected]
    if meant:
        page.heading("Files that could not be read, or not to their end")
    for each in meant:
        page.prose(each.path, indent=2, style="name", whole=[each.path])
        page.prose(each.reason, indent=5, label=("reason:", "faint"))
        if each.help:
            page.prose(each.help, indent=5, label=("help:", "faint"), whole=[each.path])
    if others:
        page.heading("Files in the folders given that no format fits")
        for each in others:
            page.prose(each.reason, indent=2, label=f"{each.path}:", whole=[each.path])
        page.prose(wording.DRAFTED, indent=2)


def formats(rows: Sequence[Mapping[str, Any]], view: View) -> str:
    page = Page(view)
    cells: list[list[Piece]] = []
    for row in rows:
        shapes = row.get("shapes") or []
        slow = [shape["name"] for shape in shapes if not shape.get("compiled")]
        title = str(row.get("title") or "") + (f" (not compiled: {', '.join(slow)})" if slow else "")
        system, reader = str(row.get("system") or ""), str(row.get("reader") or "")
        cells.append([(str(row.get("name")), "name"), system, reader, title])
    page.table([Column("format"), Column("system"), Column("reader"), Column("what it is", wrap=True)], cells, indent=0)
    return page.finish()


def systems(rows: Sequence[Mapping[str, Any]], view: View) -> str:
    """A line a system: what of it can be read."""
    page = Page(view)
    kinds: dict[str, list[str]] = {}
    for row in rows:
        owner, _, kind = str(row["name"]).partition("-")
        kinds.setdefault(owner, []).append(kind.replace("-", " ") or "log")
    cells: list[list[Piece]] = [[(system_name(owner), "name"), ", ".join(kinds[owner])] for owner in sorted(kinds)]
    page.table([Column("system"), Column("what can be read", wrap=True)], cells, indent=0)
    return page.finish()


def routes(rows: Sequence[Mapping[str, Any]], view: View) -> str:
    page = Page(view)
    if not rows:
        page.line("No route is known yet: none declared, and too little seen to learn one.")
    before = ""
    for row in rows:
        leg = f"{_station(row.get('from'))} → {_station(row.get('to'))}"
        if leg != before:
            page.blank()
            page.line((leg, "strong"))
        before = leg
        topic, channel = row.get("topic") or "any topic", row.get("channel")
        page.prose(f"{topic}" + (f" of {channel}" if channel else ""), indent=2)
        taken, total = row.get("taken"), row.get("of")
        seen = f", taken by {taken:,}" + (f" of {total:,}" if total is not None else "") if taken is not None else ""
        carries = f"; carries {row['carries']}" if row.get("carries") else ""
        page.prose(f"{row.get('basis') or 'learned'}{seen}{carries}", indent=3, label=("basis:", "faint"))
        if row.get("usual_seconds") is not None:
            tail = row.get("tail_seconds")
            most = f", nearly all within {duration(float(tail))}" if tail is not None else ""
            page.prose(f"{duration(float(row['usual_seconds']))}{most}", indent=3, label=("usual delay:", "faint"))
        limit = msgspec.to_builtins(row.get("limit")) or {}
        if limit.get("seconds") is not None:
            text = duration(float(limit["seconds"])) + (f" ({limit['basis']})" if limit.get("basis") else "")
            page.prose(text, indent=3, label=("limit:", "faint"))
        for name, told in _classes(row.get("classes") or ()).items():
            page.prose(", ".join(told), indent=3, label=(f"by {name}:", "faint"))
        for gate in row.get("gates") or ():
            page.prose(str(gate["class"]), indent=3, label=("gate:", "faint"))
            for sentence in gap_sentences(gate, system_name(gate["record"]), str(gate["record_basis"])):
                page.prose(sentence[:1].upper() + sentence[1:], indent=5)
    return page.finish()


def _classes(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Per attribute how many of the orders with each value took the leg; one that none takes is a filter, or a gap."""
    out: dict[str, list[str]] = {}
    for row in rows:
        never = "" if row["taken"] else " (never: a rule?)"
        out.setdefault(str(row["attribute"]), []).append(f"{row['value']} {row['taken']:,} of {row['of']:,}{never}")
    return out


def _station(value: Any) -> str:
    one = msgspec.to_builtins(value)
    if not isinstance(one, Mapping):
        return str(one or "?")
    phase = wording.phase(str(one.get("phase")), one.get("peer"))
    return f"{wording.place(str(one.get('system')), one.get('instance'))} {phase}"
