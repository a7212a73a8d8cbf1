"""The bench with known truth: what tracelog says of simulated incidents, held against what happened.

    python -m benchmarks.incidents.run [--bounded] [--only STACK[/FAULT+FAULT[/HAZARD[/SEED]]]] [--notes]

Every world is named `stack/faults/hazard/seed`, several hazards joined by `+`, and played again from that name.
The engine shares no code with it.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from benchmarks.incidents import stacks
from benchmarks.incidents.exports import Export
from benchmarks.incidents.faults import DAY, KINDS, Fault, parse
from benchmarks.incidents.hazards import HAZARDS, HOUR, Hazard, cut, write
from benchmarks.incidents.play import Play
from benchmarks.incidents.score import Tally, ToolError, scan, score, states_of
from benchmarks.incidents.world import Plan, World, populate

NOTES = 12  # of one world
RATES = (0.001, 0.01, 0.1, 0.3, 0.9)


@dataclass(frozen=True)
class Case:
    """One world to play."""

    stack: str
    faults: tuple[Fault, ...] = ()
    hazard: str = "none"
    seed: int = 1

    @property
    def name(self) -> str:
        return f"{self.stack}/{'+'.join(fault.name for fault in self.faults) or 'clean'}/{self.hazard}/{self.seed}"


def all_stacks() -> dict[str, ModuleType]:
    found = (
        importlib.import_module(f"{stacks.__name__}.{each.name}") for each in pkgutil.iter_modules(stacks.__path__)
    )
    return {module.NAME: module for module in found if hasattr(module, "NAME")}


STACKS = all_stacks()


def play(case: Case, orders: int | None = None, days: int | None = None) -> tuple[World, list[Export]]:
    """The world of a case, and its exports as a hazard left them."""
    stack, hazards = STACKS[case.stack], [HAZARDS[name] for name in case.hazard.split("+")]
    plan = Plan(seed=case.seed)
    if case.faults and min(fault.rate for fault in case.faults) < 0.005:
        plan.orders = 1200  # that a thousandth is an order
    if hasattr(stack, "PLAN"):
        stack.PLAN(plan)
    plan.orders, plan.days = orders or plan.orders, days or plan.days
    for hazard in hazards:
        if hazard.plan:
            hazard.plan(plan)
    world = World(plan)
    route = stack.route(world) if hasattr(stack, "route") else stack.ROUTE
    for hazard in hazards:
        if hazard.route:
            route = hazard.route(route)
    world.traits |= {"stack": stack, "route": route}
    world.traits |= {hazard.trait: True for hazard in hazards if hazard.trait}
    populate(world)
    for hazard in hazards:
        if hazard.world:
            hazard.world(world)
    getattr(stack, "PLAY", Play)(world, route, list(case.faults)).run()
    exports = stack.write(world)
    for hazard in hazards:
        if hazard.exports:
            exports = hazard.exports(world, exports)
    return world, exports


def judge(case: Case, folder: Path, orders: int | None = None) -> Tally:
    world, exports = play(case, orders)
    folder.mkdir(parents=True, exist_ok=True)
    write(exports, folder)
    db = folder.with_suffix(".db")
    for old in folder.parent.glob(db.name + "*"):
        old.unlink()
    return score(world, exports, list(case.faults), scan(folder, db, exports))


def first_shown(case: Case, folder: Path, orders: int | None = None) -> str:
    """How long after a fault an export of everything, made then, first shows it: really cut, at growing times."""
    world, _ = play(case, orders)
    truths = [truth for truth in world.truths if truth.required and world.plan.start + DAY < truth.at < world.end - DAY]
    if not truths:
        return "no fault in the middle of the time"
    truth = truths[len(truths) // 2]
    route = world.traits["route"]
    for hours in (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 24.0):
        until = truth.at + hours * HOUR
        world.as_of = dict.fromkeys((route.source, route.middle, route.target), until)
        exports = [one if one.table else cut(one, world.plan.start, until) for one in STACKS[case.stack].write(world)]
        place = folder / f"{hours:g}"
        place.mkdir(parents=True)
        write(exports, place)
        found = states_of(truth, scan(place, place.with_suffix(".db"), exports))
        if found & {"confirmed", "suspected"}:
            return f"{hours:g} h after the fault ({'/'.join(sorted(found))})"
    return "not within a day"


def applies(hazard: Hazard, stack: ModuleType) -> bool:
    return not hazard.trait or hazard.trait in getattr(stack, "TRAITS", ())


def matrix(*, bounded: bool) -> Iterator[Case]:
    """Faults at every rate, two or three at once, hazards with and without faults, clean weeks.

    Bounded: every kind of fault once at each stack, the rates taking turns, and every hazard at one or two stacks.
    """
    for place, (name, stack) in enumerate(STACKS.items()):
        kinds = [kind for kind in stack.FAULTS if kind in KINDS]
        yield from (Case(name, seed=seed) for seed in ((1,) if bounded else (1, 2, 3)))
        yield from _single(name, stack, kinds, place, bounded=bounded)
        for number, shape in enumerate(("burst", "attribute", "after")):
            for kind in kinds if not bounded else kinds[place % 3 : place % 3 + 1] if number == place % 3 else ():
                topics = [topic for topic in KINDS[kind].topics if topic in stack.ROUTE.topics]
                yield Case(name, (Fault(kind, topics[0], 0.06, shape),), seed=41)
        triples = list(zip(kinds, kinds[5:] + kinds[:5], kinds[9:] + kinds[:9], strict=True))
        for three in triples[place : place + 1] if bounded else triples:
            yield Case(name, tuple(_mixed(stack, three)), seed=51)
        fit = [hazard for hazard in HAZARDS.values() if hazard.name != "none" and applies(hazard, stack)]
        for number, hazard in enumerate(fit):
            if not bounded or (number + place) % len(STACKS) == 0 or hazard.trait:
                yield Case(name, hazard=hazard.name, seed=61)
            if not bounded or (number + place) % (3 * len(STACKS)) == 0:
                yield Case(name, tuple(_mixed(stack, tuple(kinds[:3]))), hazard.name, seed=62)


def _single(name: str, stack: ModuleType, kinds: list[str], place: int, *, bounded: bool) -> Iterator[Case]:
    for number, kind in enumerate(kinds):
        topics = [topic for topic in KINDS[kind].topics if topic in stack.ROUTE.topics]
        for topic in topics:
            for turn, rate in enumerate(RATES):
                if not bounded or (
                    topic == topics[(number + place) % len(topics)] and turn == (number + place) % len(RATES)
                ):
                    yield Case(name, (Fault(kind, topic, rate),), seed=11 + number)


def _mixed(stack: ModuleType, kinds: tuple[str, ...]) -> Iterator[Fault]:
    """Several faults at once, each at its own rate."""
    for number, (kind, rate) in enumerate(zip(kinds, (0.03, 0.1, 0.01), strict=True)):
        topics = [topic for topic in KINDS[kind].topics if topic in stack.ROUTE.topics]
        yield Fault(kind, topics[number % len(topics)], rate)


def select(only: str) -> Iterator[Case]:
    """The world, or the worlds, that a printed name or the beginning of one stands for."""
    stack, *rest = only.split("/")
    faults = tuple(parse(text) for text in rest[0].split("+")) if rest and rest[0] not in ("", "clean") else ()
    hazard = rest[1] if len(rest) > 1 and rest[1] else "none"
    seed = int(rest[2]) if len(rest) > 2 else 1
    if len(rest) == 0:
        yield from (case for case in matrix(bounded=False) if case.stack == stack)
    else:
        yield Case(stack, faults, hazard, seed)


def run(cases: Iterable[Case], keep: Path | None, orders: int | None, jobs: int) -> list[tuple[Case, Tally | str]]:
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(jobs) as pool:
        root = keep or Path(scratch)

        def one(numbered: tuple[int, Case]) -> tuple[Case, Tally | str]:
            number, case = numbered
            begun = time.perf_counter()
            try:
                tally: Tally | str = judge(case, root / f"{number:04d}", orders)
            except ToolError as error:
                tally = str(error)
            print(line(case, tally, time.perf_counter() - begun), flush=True)
            return case, tally

        return list(pool.map(one, enumerate(cases)))


def line(case: Case, tally: Tally | str, took: float) -> str:
    if isinstance(tally, str):
        return f"FAILED {case.name}: {tally}"
    wrong = tally.false_confirmed or tally.beyond or tally.missed or tally.incidents > tally.right_class
    return (
        f"{'!' if wrong else ' '} {case.name}  truth {tally.truth}  confirmed {tally.confirmed}"
        f"  suspected {tally.suspected}"
        f"  other {tally.other}  missed {tally.missed}  unknowable {tally.unknowable}  wrong state {tally.wrong_state}"
        f"  beyond {tally.beyond}  false {tally.false_confirmed}+{tally.false_suspected}"
        f"  class {tally.right_class}/{tally.incidents}  {took:.1f} s"
    )


COLUMNS = {
    "worlds": 7, "orders": 8, "truth": 7, "found": 7, "suspected": 10, "other": 6, "missed": 7, "recall": 8, "false": 6,
    "beyond": 7, "precision": 10, "state": 6, "noise": 7, "class": 8, "hours": 6,
}  # fmt: skip
LEGEND = """
truth: faults of which the exports hold a trace. found: by a confirmed finding; suspected; other: pending or recovered,
where that is right. false: confirmed findings that nothing true explains. beyond: confirmed absences that the exports
cannot prove. state: found in another state than the exports allow. noise: false suspicions, of all orders.
class: incidents with the right class. hours: median time from a fault until the exports would have shown it."""


def summary(results: list[tuple[Case, Tally | str]]) -> str:
    done = [(case, tally) for case, tally in results if isinstance(tally, Tally)]
    out = ["", " " * 36 + "".join(f"{name:>{width}}" for name, width in COLUMNS.items())]

    def add(title: str, chosen: Callable[[Case], bool]) -> None:
        total = Tally()
        for tally in (tally for case, tally in done if chosen(case)):
            total.add(tally)
        if total.worlds:
            out.append(f"{title:36}" + "".join(f"{_cell(total, name):>{width}}" for name, width in COLUMNS.items()))

    single = [case for case, _ in done if case.hazard == "none" and len(case.faults) == 1]
    add("clean weeks", lambda case: case.hazard == "none" and not case.faults)
    add("hazards without a fault", lambda case: case.hazard != "none" and not case.faults)
    add("faults, up to 30 % of a step", lambda case: case in single and case.faults[0].rate <= 0.3)
    add("faults, 90 % of a step", lambda case: case in single and case.faults[0].rate > 0.3)
    add("several at once", lambda case: case.hazard == "none" and len(case.faults) > 1)
    add("hazards with faults", lambda case: case.hazard != "none" and bool(case.faults))
    add("all", lambda _: True)
    out.append("")
    for stack in STACKS:
        add(stack, lambda case, stack=stack: case.stack == stack)
    out.append("")
    for rate in RATES:
        add(f"at {rate:.1%}", lambda case, rate=rate: case in single and case.faults[0].rate == rate)
    for kind in KINDS:
        add(kind, lambda case, kind=kind: case in single and case.faults[0].kind == kind)
    out.append("")
    for hazard in list(HAZARDS)[1:]:
        add(hazard, lambda case, hazard=hazard: case.hazard == hazard)
    return "\n".join([*out, LEGEND, *kinds_table([tally for _, tally in done])])


def _cell(total: Tally, name: str) -> str:
    known = total.truth - total.unknowable
    match name:
        case "truth":
            return str(known)
        case "found":
            return str(total.confirmed)
        case "false":
            return str(total.false_confirmed)
        case "recall":
            return _share(total.recall)
        case "precision":
            return _share(total.precision)
        case "state":
            return str(total.wrong_state)
        case "noise":
            return f"{total.false_suspected / max(1, total.orders):.2%}"
        case "class":
            return f"{total.right_class}/{total.incidents}"
        case "hours":
            return f"{statistics.median(total.detectable):.1f}" if total.detectable else "–"
    return str(getattr(total, name))


def kinds_table(tallies: list[Tally]) -> Iterator[str]:
    """Per kind of finding and state."""
    counts: dict[str, Counter[str]] = {}
    for tally in tallies:
        for kind, own in tally.by_kind.items():
            counts.setdefault(kind, Counter()).update(own)
    words = ("truth", "unknowable", "confirmed", "suspected", "recovered", "pending", "missed", "wrong state", "beyond",
             "false confirmed", "false suspected")  # fmt: skip
    yield "\n" + " " * 20 + "".join(f"{word:>17}" for word in words)
    for kind in sorted(counts):
        yield f"{kind:20}" + "".join(f"{counts[kind][word] or '':>17}" for word in words)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bounded", action="store_true", help="a part of the matrix, about three minutes on two cores")
    parser.add_argument("--only", action="append", default=[], metavar="WORLD")
    parser.add_argument(
        "--stack", action="append", default=[], choices=sorted(STACKS), help="worlds of these stacks only"
    )
    parser.add_argument("--orders", type=int)
    parser.add_argument("--cut", action="store_true", help="cut the exports for real: when does a fault first show")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave exports and stores here")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--notes", action="store_true", help="say what was wrong in each world")
    given = parser.parse_args()
    cases = [case for only in given.only for case in select(only)] or list(matrix(bounded=given.bounded))
    cases = [case for case in cases if not given.stack or case.stack in given.stack]
    if given.cut:
        for case in cases:
            with tempfile.TemporaryDirectory() as scratch:
                print(f"{case.name}: {first_shown(case, Path(scratch), given.orders)}", flush=True)
        return
    results = run(cases, given.keep, given.orders, given.jobs)
    if given.notes:
        for case, tally in results:
            if isinstance(tally, Tally) and tally.notes:
                print(f"\n{case.name}", *tally.notes[:NOTES], sep="\n    ")
    print(summary(results))


if __name__ == "__main__":
    main()
