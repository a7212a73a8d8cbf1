"""What is no fault, and looks like one: changes to a world before it is played, or to its exports before they are
written. Generic, so that every stack gets them; a stack adds only what needs its own writers (`TRAITS`).
"""

from __future__ import annotations

import datetime as dt
import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.incidents.exports import Export, Record
from benchmarks.incidents.play import Route
from benchmarks.incidents.world import UTC, Change, Plan, Truth, World

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
    route: Callable[[Route], Route] | None = None
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
        part = export.part(export.name, lambda record: name in record.orders, [])
        part.seen = [(record.at, record.at) for record in part.records]  # what it lacks proves nothing
        part.only = frozenset({name})
        out.append(part)
    return out


def _rotated(world: World, export: Export) -> list[Export]:
    """Four pieces as a log rotation leaves them, the oldest compressed."""
    quarter = (world.end - world.plan.start) / 4
    parts = []
    for number, ending in enumerate((".3.gz", ".2.gz", ".1", "")):
        since = world.plan.start + number * quarter
        part = export.part(
            export.name + ending,
            lambda record, a=since, last=number == 3, first=number == 0: (
                (first or record.at >= a) and (last or record.at < a + quarter)
            ),
            export.seen if number == 3 else [],
        )
        parts.append(part)
    return parts


def _exported_twice(world: World, exports: Exports) -> Exports:
    """The same files again under another name, and the tables of the day before beside those of today."""
    again = [replace(export, name="again-" + export.name) for export in exports if not export.table]
    before = dict(world.as_of)
    for system in {export.system for export in exports}:
        world.as_of[system] = world.end - 22 * HOUR
    older = [
        replace(export, name="yesterday-" + export.name)
        for export in world.traits["stack"].write(world)
        if export.table
    ]
    world.as_of = before
    return [*older, *exports, *again]


def _only_middle(since: dt.datetime, until: dt.datetime) -> Callable[[World, Exports], Exports]:
    def apply(world: World, exports: Exports) -> Exports:
        route: Route = world.traits["route"]
        return [cut(one, since, until) if one.system == route.middle and not one.table else one for one in exports]

    return apply


def _labelled(keep: Callable[[str, bool], bool]) -> Callable[[World, Exports], Exports]:
    """Only some of the exports, by label and by whether they are tables."""
    return lambda world, exports: [export for export in exports if keep(export.label, export.table)]


def _spreadsheet(world: World, exports: Exports) -> Exports:
    """Tables that somebody opened and saved in a spreadsheet: long numbers lost their digits."""
    out = []
    for export in exports:
        if export.table and export.between == "":
            lines = [
                replace(one, text=re.sub(r"(?<![\d#.])(\d)(\d{5})\d{7}(?!\d)", r"\1.\2E+12", one.text))
                for one in export.records
            ]
            out.append(replace(export, records=lines))
        else:
            out.append(export)
    return out


def _error_list_or_source(world: World, export: Export) -> bool:
    return export.label.endswith(" errors") or (export.table and export.system == world.traits["route"].source)


def _filtered(world: World) -> None:
    """A saved search: pending fulfilment, the last three days."""
    route: Route = world.traits["route"]
    recent = world.end - 72 * HOUR
    world.filters[route.target] = lambda one: one.status == "confirmed" and one.created > recent


def _unproving(world: World, exports: Exports) -> Exports:
    """A filtered listing shows what it shows; that something is not in it proves nothing."""
    route: Route = world.traits["route"]
    return [replace(one, seen=[]) if one.table and one.system == route.target else one for one in exports]


def _clock(which: str, ahead: dt.timedelta) -> Callable[[World], None]:
    """One system's clock is wrong. Three hours and more must be noticed, half a minute may be."""

    def apply(world: World) -> None:
        route: Route = world.traits["route"]
        world.clock[getattr(route, which)] = ahead
        world.facts.add(("clock-offset", "pair"))
        told = "zones" in getattr(world.traits["stack"], "TRAITS", ())  # where no zone is written, it is taken for one
        if which == "middle" and told and abs(ahead) >= HOUR:
            step = (route.source, route.middle)
            fault = f"clock {ahead.total_seconds() / 3600:+.1f} h"
            world.truths.append(Truth("", "clock-offset", None, step, world.plan.start, fault, group=-1))

    return apply


def _coarse(world: World) -> None:
    route: Route = world.traits["route"]
    for system in (route.source, route.middle, route.target):
        world.grain[system] = 60


def _staggered(hours: int, which: str) -> Callable[[World], None]:
    def apply(world: World) -> None:
        world.as_of[getattr(world.traits["route"], which)] = world.end - hours * HOUR

    return apply


def _starting(year: int, month: int, day: int) -> Callable[[Plan], None]:
    def apply(plan: Plan) -> None:
        plan.start = dt.datetime(year, month, day, 5, 0, tzinfo=UTC)

    return apply


def _trait(name: str, value: object) -> Callable[[World], None]:
    def apply(world: World) -> None:
        world.traits[name] = value

    return apply


def _tuesday(world: World) -> None:
    _net_since(world, 34 * HOUR)


def _from_the_start(world: World) -> None:
    _net_since(world, dt.timedelta())


def _net_since(world: World, begun: dt.timedelta) -> None:
    """The mapping in force may be shown once (rule 18); no order is at fault."""
    world.traits["net-totals-since"] = world.plan.start + begun
    world.facts.add(("rewrite", "mapping"))


def _upgrade(world: World) -> None:
    world.traits["renamed-since"] = world.plan.start + 84 * HOUR
    world.facts.add(("unmapped-status", "mapping"))


def _unrouted(world: World) -> None:
    """One in eight orders is of another kind (digital, sold over the counter): the integration leaves them out by rule.

    The writers of a stack show the kind (trait `unrouted`): of what no export tells, nobody can see a rule.
    """
    rng = world.rng("kinds")
    for order in world.orders:
        order.kind = rng.choices(["goods", "digital", "pos"], [88, 6, 6])[0]
        if order.kind != "goods":
            order.changes = order.changes[:1]


def _deleted(world: World) -> None:
    """Some orders were deleted at the source, long after they went their way."""
    rng = world.rng("deleted")
    for order in rng.sample(world.orders, max(3, len(world.orders) // 30)):
        order.deleted = max(change.at for change in order.changes) + dt.timedelta(hours=rng.uniform(4, 30))


def _quick_changes(world: World) -> None:
    """Many orders change again within a minute or two: a poll sees the last state only."""
    rng = world.rng("quick")
    for order in rng.sample(world.orders, len(world.orders) // 5):
        kind = rng.choice(("cancelled", "shipped", "both"))
        if kind == "cancelled":
            order.changes = [
                order.changes[0],
                Change(
                    "cancelled", order.created + dt.timedelta(seconds=rng.uniform(20, 160)), {"status": "cancelled"}
                ),
            ]
        else:
            at = order.created + dt.timedelta(seconds=rng.uniform(20, 160))
            order.changes = [order.changes[0], Change("shipped", at, {"status": "shipped"})]
            if kind == "both" and "refunded" in world.traits["route"].topics:
                order.changes.append(Change("refunded", at + dt.timedelta(seconds=40), {"refunded": True}))


HAZARDS = {
    hazard.name: hazard
    for hazard in (
        Hazard("none", "a clean week"),
        # ---- what was exported, and how ----
        Hazard("logs-cut-at-end", "logs end 31 h before the tables",
               exports=_logs(lambda w, e: cut(e, w.plan.start, w.end - 31 * HOUR))),
        Hazard("logs-cut-at-start", "logs begin two days late",
               exports=_logs(lambda w, e: cut(e, w.plan.start + 49 * HOUR, w.end))),
        Hazard("one-log-cut-at-end", "one log ends 31 h before the others",
               exports=_first_log(lambda w, e: cut(e, w.plan.start, w.end - 31 * HOUR))),
        Hazard("one-log-cut-at-start", "one log begins two days late",
               exports=_first_log(lambda w, e: cut(e, w.plan.start + 49 * HOUR, w.end))),
        Hazard("hole", "three hours of one log are missing",
               exports=_first_log(lambda w, e: hole(e, w.plan.start + 60 * HOUR, w.plan.start + 63 * HOUR))),
        Hazard("short-hole", "eighteen minutes of every log are missing",
               exports=_logs(lambda w, e: hole(e, w.plan.start + 82 * HOUR, w.plan.start + 82.3 * HOUR))),
        Hazard("overlap", "three overlapping downloads of each log", exports=_logs(_overlapping)),
        Hazard("rotated", "every log in four pieces, two of them compressed", exports=_logs(_rotated)),
        Hazard("torn", "logs torn in the last record", exports=_logs(_damaged)),
        Hazard("exported-twice", "every file twice, tables of yesterday beside those of today",
               exports=_exported_twice),
        Hazard("debug-15-min", "the middle's logs were on for fifteen minutes",
               exports=lambda w, x: _only_middle(w.plan.start + 58 * HOUR, w.plan.start + 58.25 * HOUR)(w, x)),
        Hazard("one-order", "exports of one order", exports=_one_order),
        Hazard("no-logs", "tables only", exports=lambda w, x: [one for one in x if one.table]),
        Hazard("no-middle", "nothing of the middle system",
               exports=lambda w, x: [one for one in x if one.system != w.traits["route"].middle]),
        Hazard("no-target", "nothing of the target",
               exports=lambda w, x: [one for one in x if one.system != w.traits["route"].target]),
        Hazard("errors-only", "the source's orders and an error list",
               exports=lambda w,
               x: [one for one in x if _error_list_or_source(w, one)]),
        Hazard("no-error-list", "the list of open errors is empty",
               exports=lambda w, x: [one for one in x if not one.label.endswith(" errors")]),
        Hazard("filtered-search", "the target's listing is of open orders of three days", world=_filtered,
               exports=_unproving),
        Hazard("spreadsheet", "long numbers lost their digits in a spreadsheet", exports=_spreadsheet),
        Hazard("target-exported-before", "the target was exported nine hours before the source", world=_staggered(9,
               "target")),
        Hazard("source-exported-before", "the source was exported nine hours before the target", world=_staggered(9,
               "source")),
        # ---- clocks ----
        Hazard("middle-34s", "the middle's clock is 34 s ahead", world=_clock("middle", dt.timedelta(seconds=34))),
        Hazard("middle-3h", "the middle's clock is 3 h behind", world=_clock("middle", -3 * HOUR)),
        Hazard("middle-5h30", "the middle's clock is 5 h 30 ahead", world=_clock("middle", 5.5 * HOUR)),
        Hazard("target-34s", "the target's clock is 34 s behind", world=_clock("target", dt.timedelta(seconds=-34))),
        Hazard("target-3h", "the target's clock is 3 h ahead", world=_clock("target", 3 * HOUR)),
        Hazard("spring-forward", "an hour is left out in the middle", plan=_starting(2026, 3, 5)),
        Hazard("fall-back", "an hour comes twice in the middle", plan=_starting(2026, 10, 29)),
        Hazard("minutes", "stamps name the minute only", world=_coarse),
        # ---- how the business works ----
        Hazard("hourly", "sent on once an hour", route=lambda r: replace(r, batch=3600.0)),
        Hazard("hourly-poll", "asked for once an hour", route=lambda r: replace(r,
               poll=3600.0) if r.poll else replace(r, batch=3600.0)),
        Hazard("quick-changes", "orders change again before anybody looks", world=_quick_changes),
        Hazard("unrouted", "orders of two kinds, left out by a rule that nobody declared", world=_unrouted,
               trait="unrouted"),
        Hazard("deleted", "orders deleted at the source since", world=_deleted),
        Hazard("sent-twice", "already exists, says the target of second tries", world=_trait("sent-twice", (0.06,
               dt.datetime.max.replace(tzinfo=UTC)))),
        Hazard("parallel-run", "an old integration sends everything too, for three days",
               world=lambda w: w.traits.update({"sent-twice": (1.0, w.plan.start + 72 * HOUR)})),
        Hazard("written-directly", "the warehouse writes a third of the shipments to the target itself",
               world=_trait("written-directly", 0.33)),
        Hazard("answers-lost", "one answer in thirty is not on record", world=_trait("answers-lost", 0.033)),
        Hazard("net-totals", "totals leave out the tax, all of them", world=_from_the_start),
        Hazard("net-totals-from-tuesday", "from Tuesday on, totals leave out the tax", world=_tuesday),
        Hazard("opens-pending", "the target opens paid orders as pending approval", world=_trait("opens-pending",
               True)),
        Hazard("status-renamed", "an upgrade of the target renames a status", world=_upgrade, trait="renamed-status"),
        # ---- what a stack's own writers must know ----
        Hazard("lookups", "the middle asks for the order before it creates it", trait="lookups"),
        Hazard("closed-errors", "errors were closed by hand, without a retry", trait="closed-errors"),
        Hazard("no-bodies", "logs without bodies", trait="no-bodies"),
        Hazard("no-correlation", "logs without the id that joins request and answer", trait="no-correlation"),
        Hazard("two-shops", "a second shop with equal order names", trait="two-shops"),
    )
}  # fmt: skip


def write(exports: Exports, folder: Path) -> None:
    for export in exports:
        if export.name.endswith(".gz"):
            (folder / export.name).write_bytes(gzip.compress(export.text().encode(export.encoding), mtime=0))
        else:
            export.write(folder)
