"""The status map for people: what words mean, what the data has beside it, what a new table would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from tracelog.render.view import Column, Page, Piece, View
from tracelog.render.visible import clip
from tracelog.render.wording import count

Rows = Sequence[Mapping[str, Any]]
_SHOWN = 20
"""Findings that come, go or change, of which each is told; the others are counted."""


def statuses(rows: Rows, view: View, *, by_state: bool = False) -> str:
    """Rows as in `statuses list --json`, in the order given: under system and field, or under the state they mean."""
    page = Page(view)
    if by_state:
        for state, group in groupby(rows, key=lambda row: str(row.get("canonical") or "no clean state")):
            page.heading(state)
            page.table(
                [*map(Column, ("system", "field", "value", "axis", "mark", ""))],
                [[(str(row.get("system")), "system"), str(row.get("field")), *_cells(row, _OF_STATE)] for row in group],
            )
    else:
        for name, group in groupby(rows, key=lambda row: (str(row.get("system") or ""), str(row.get("field") or ""))):
            page.blank()
            page.line((name[0], "system"), " ", (name[1], "strong"))
            page.table(
                [*map(Column, ("value", "means", "axis", "mark", "")), Column("note", wrap=True)],
                [_cells(row, _OF_FIELD) for row in group],
            )
    if not rows:
        page.line("No statuses.")
    return page.finish()


_OF_FIELD = ("value", "canonical", "axis", "mark", "final", "note")
_OF_STATE = ("value", "axis", "mark", "final")


def _cells(row: Mapping[str, Any], names: Iterable[str]) -> list[Piece]:
    mark = str(row.get("mark") or "")
    shown: dict[str, Piece] = {
        "value": str(row.get("value")),
        "canonical": (str(row.get("canonical") or "–"), "strong"),
        "axis": str(row.get("axis") or "–"),
        "mark": (mark, "" if mark == "EXACT" else "warn"),
        "final": "final" if row.get("final") else "",
        "note": (str(row.get("note") or ""), "faint"),
    }
    return [shown[name] for name in names]


def check(report: Mapping[str, Any], view: View) -> str:
    """A report as in `statuses check --json`: first what needs a decision, last what is only worth knowing."""
    page = Page(view)
    _unmapped(page, report["unmapped"])
    _doubts(page, "Rows on an axis of their own", report["conflicts"])
    _doubts(page, "Rows that nothing reads", report["unused"])
    if report.get("changes"):
        _changes(page, report["changes"])
    _overrides(page, report["overrides"])
    if not (report["unmapped"] or report["conflicts"] or report["unused"]):
        page.blank()
        page.line(("The map knows every status value in the store.", "good"))
    _beside(page, report)
    return page.finish()


def _unmapped(page: Page, rows: Rows) -> None:
    if not rows:
        return
    page.heading("Values that the map does not know")
    for row in rows:
        _value(page, row, style="warn")
        span = " to ".join(dict.fromkeys(page.view.clock.stamp(at) for at in (row["first"], row["last"]) if at))
        page.prose(count(row["events"], "event") + (f", {span}" if span else ""), indent=4, style="faint")
        example = row["example"]
        place = f"{example['export']}:{example['line']}"
        page.prose(place, indent=4, label=("where:", "faint"), whole=[place])
        page.quote(clip(str(example["text"]), 200), indent=6)
        if row["near"]:
            page.prose(", ".join(row["near"]), indent=4, label=("spelled alike:", "faint"))
    page.prose('Say what they mean in tracelog.toml, [map.SYSTEM."FIELD"], or in your own table.', indent=2)


def _doubts(page: Page, title: str, rows: Rows) -> None:
    if not rows:
        return
    page.heading(title)
    for row in rows:
        _value(page, row, style="warn")
        page.prose(f"{row['why']} ({row['origin']})", indent=4)


def _changes(page: Page, changes: Mapping[str, Any]) -> None:
    page.heading("What this table would change")
    for row in changes["values"]:
        _value(page, row, f" in {count(row['events'], 'event')}")
        now, then = (_meaning(row[side], row[f"{side}_mark"]) for side in ("before", "after"))
        page.prose(f"{now} → {then}", indent=4, label=(f"{row['axis']}:", "faint"))
    if not changes["values"]:
        page.prose("No value in the store would mean anything else.", indent=2)
    for title, key in (("come", "new"), ("go", "gone"), ("be judged otherwise", "changed")):
        found = changes[key]
        if found:
            page.prose(f"{count(len(found), 'finding')} would {title}:", indent=2)
        for row in found[:_SHOWN]:
            judged = " → ".join(dict.fromkeys(filter(None, (row["before"], row["after"]))))
            page.line(f"    {row['id']} ", (str(row["order"] or ""), "name"), f" {judged}")
            page.prose(str(row["explanation"]), indent=6, style="faint")
        if len(found) > _SHOWN:
            page.prose(f"and {len(found) - _SHOWN:,} more: see --json", indent=4, style="faint")
    if not any(changes[key] for key in ("new", "gone", "changed")):
        page.prose("No finding would come, go, or be judged otherwise.", indent=2)
    before, after = changes["verdict"]
    page.prose(f"{before} → {after}" if before != after else str(after), indent=2, label=("verdict:", "faint"))


def _meaning(canonical: str | None, mark: str | None) -> str:
    if mark in {None, "UNMAPPED"}:
        return "unmapped" if mark else "nothing"
    return (canonical or "no clean state") + (f" ({mark})" if mark not in {"EXACT", "NONE"} else "")


def _overrides(page: Page, rows: Rows) -> None:
    if not rows:
        return
    page.heading("Rows of yours that say something else than tracelog's")
    for row in rows:
        _value(page, row, f", reviewed {row['reviewed']}" if row["reviewed"] else "")
        own, shipped = _meaning(row["canonical"], row["mark"]), row["shipped"] or "no clean state"
        page.prose(f"{own}; tracelog's: {shipped}", indent=4, label=(f"{row['axis'] or 'no axis'}:", "faint"))
    page.blank()


def _value(page: Page, row: Mapping[str, Any], rest: str = "", style: str = "strong") -> None:
    page.line("  ", (str(row["system"]), "system"), f" {row['field']} ", (str(row["value"]), style), (rest, "faint"))


def _beside(page: Page, report: Mapping[str, Any]) -> None:
    if report["stale"]:
        names = ", ".join(f"{row['system']} {row['field']} {row['value']}" for row in report["stale"][:3])
        page.prose(
            f"The store holds {count(len(report['stale']), 'value')} as an earlier map read "
            f"{'it' if len(report['stale']) == 1 else 'them'} ({names}). Give the exports to tracelog ingest again.",
            style="warn",
        )
    if report["unseen"]:
        page.prose(
            f"{count(len(report['unseen']), 'value')} of the same fields never occurred in the data: see --json.",
            style="faint",
        )
    review = report["review"]
    if review["rows"]:
        days = " to ".join(dict.fromkeys(day for day in (review["oldest"], review["newest"]) if day))
        open_ = review["rows"] - review["reviewed"]
        page.prose(
            f"{count(review['rows'], 'row')} of your own"
            + (f", reviewed {days}" if days else "")
            + (f", {open_:,} never reviewed" if open_ else ""),
            style="faint",
        )
