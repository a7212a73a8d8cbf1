"""What is no fault, and looks like one: changes to a world before it is played, or to its exports before they are
written. Generic, so that every stack gets them; a stack adds only what needs its own writers (`TRAITS`)."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.incidents.exports import Export, Record
from benchmarks.incidents.world import Plan, World

HOUR = dt.timedelta(hours=1)
Exports = list[Export]


@dataclass(frozen=True)
class Hazard:
    """`plan` and `world` act before anything is played, `exports` on what was written down."""

    name: str
    what: str
    plan: Callable[[Plan], None] | None = None
    world: Callable[[World], None] | None = None
    exports: Callable[[World, Exports], Exports] | None = None
    trait: str = ""  # what a stack's writers must know how to show


def cut(export: Export, since: dt.datetime, until: dt.datetime) -> Export:
    """The log between two times."""
    seen = [(max(a, since), min(b, until)) for a, b in export.seen if max(a, since) < min(b, until)]
    return export.part(export.name, lambda record: since <= record.at <= until, seen)


def hole(export: Export, since: dt.datetime, until: dt.datetime) -> Export:
    """The log with nothing in it between two times."""
    seen = [part for a, b in export.seen for part in ((a, min(b, since)), (max(a, until), b)) if part[0] < part[1]]
    return export.part(export.name, lambda record: not since < record.at < until, seen)


def _logs(change: Callable[[World, Export], Export | list[Export]]) -> Callable[[World, Exports], Exports]:
    """Applies a change to every log, and leaves tables alone."""

    def apply(world: World, exports: Exports) -> Exports:
        out: Exports = []
        for export in exports:
            done = export if export.table else change(world, export)
            out += done if isinstance(done, list) else [done]
        return out

    return apply


def _first_log(change: Callable[[World, Export], Export | list[Export]]) -> Callable[[World, Exports], Exports]:
    """The same for the log of one stage only: the one that shows what was sent on, or the last there is."""

    def apply(world: World, exports: Exports) -> Exports:
        logs = [export for export in exports if not export.table]
        chosen = logs[-1]
        out: Exports = []
        for export in exports:
            done = change(world, export) if export is chosen else export
            out += done if isinstance(done, list) else [done]
        return out

    return apply


def _overlapping(world: World, export: Export) -> list[Export]:
    """Three downloads, each beginning five hours before the one before it ended."""
    third = (world.end - world.plan.start) / 3
    parts = []
    for number in range(3):
        since = world.plan.start + number * third - 5 * HOUR
        until = world.plan.start + (number + 1) * third
        parts.append(cut(export, since, until))
        parts[-1].name = _numbered(export.name, number + 1)
        if number:
            parts[-1].seen = [(since, until)]
    return parts


def _numbered(name: str, number: int) -> str:
    stem, dot, ending = name.partition(".")
    return f"{stem}-{number}{dot}{ending}"


def _damaged(world: World, export: Export) -> Export:
    """The download broke off: the last record is there in part."""
    if len(export.records) < 3:
        return export
    last = export.records[-1]
    kept = [*export.records[:-1], Record(last.at, last.text[: len(last.text) * 2 // 3], last.orders)]
    out = export.part(export.name, lambda record: True, [(a, min(b, last.at)) for a, b in export.seen])
    out.records = kept
    out.footer = ""
    return out


def _one_order(world: World, exports: Exports) -> Exports:
    """Somebody exported what a search for one order showed."""
    name = next((truth.order for truth in world.truths if truth.required), world.orders[len(world.orders) // 2].name)
    out = []
    for export in exports:
        part = export.part(export.name, lambda record: name in record.orders, export.seen)
        part.only = frozenset({name})
        out.append(part)
    return out


HAZARDS = {
    hazard.name: hazard
    for hazard in (
        Hazard("none", "a clean week"),
        Hazard("logs-cut-at-end", "logs end 31 h before the tables",
               exports=_logs(lambda w, e: cut(e, w.plan.start, w.end - 31 * HOUR))),
        Hazard("logs-cut-at-start", "logs begin two days late",
               exports=_logs(lambda w, e: cut(e, w.plan.start + 49 * HOUR, w.end))),
        Hazard("one-log-cut-at-end", "one log ends 31 h before the others",
               exports=_first_log(lambda w, e: cut(e, w.plan.start, w.end - 31 * HOUR))),
        Hazard("hole", "three hours of one log are missing",
               exports=_first_log(lambda w, e: hole(e, w.plan.start + 60 * HOUR, w.plan.start + 63 * HOUR))),
        Hazard("overlap", "three overlapping downloads of each log", exports=_logs(_overlapping)),
        Hazard("torn", "logs torn in the last record", exports=_logs(_damaged)),
        Hazard("one-order", "exports of one order", exports=_one_order),
    )
}  # fmt: skip


def write(exports: Exports, folder: Path) -> None:
    for export in exports:
        if export.name.endswith(".gz"):
            (folder / export.name).write_bytes(gzip.compress(export.text().encode(export.encoding), mtime=0))
        else:
            export.write(folder)
