"""The bench with known truth: what tracelog says of simulated incidents, held against what happened.

    python -m benchmarks.incidents.run [--bounded] [--only STACK[/FAULT+FAULT[/HAZARD[/SEED]]]] [--notes]

Every world is named `stack/faults/hazard/seed`, several hazards joined by `+`, and played again from that name.
The engine shares no code with it.
"""

from __future__ import annotations

import argparse
import bisect
import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.incidents.cases import STACKS, Case, applies, matrix, play, select
from benchmarks.incidents.faults import DAY, KINDS
from benchmarks.incidents.hazards import HOUR, cut, write
from benchmarks.incidents.score import Tally, ToolError, scan, score, states_of
from benchmarks.incidents.tables import Shown, line, summary

__all__ = ["STACKS", "Case", "applies", "judge", "play", "select"]

NOTES = 12  # of one world
CUTS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 24.0)  # hours after a fault at which everything is exported


def judge(case: Case, folder: Path, orders: int | None = None) -> Tally:
    world, exports = play(case, orders)
    folder.mkdir(parents=True, exist_ok=True)
    write(exports, folder)
    db = folder.with_suffix(".db")
    for old in folder.parent.glob(db.name + "*"):
        old.unlink()
    return score(world, exports, list(case.faults), scan(folder, db, exports))


def first_shown(case: Case, folder: Path, orders: int | None = None) -> Shown | None:
    """How long after a fault an export of everything, made then, first shows it: really cut, at growing times."""
    world, _ = play(case, orders)
    truths = [truth for truth in world.truths if truth.required and world.plan.start + DAY < truth.at < world.end - DAY]
    if not truths:
        return None
    truth = truths[len(truths) // 2]
    route = world.traits["route"]

    def shown(hours: float) -> set[str]:
        until = truth.at + hours * HOUR
        world.as_of = dict.fromkeys((route.source, route.middle, route.target), until)
        exports = [one if one.table else cut(one, world.plan.start, until) for one in STACKS[case.stack].write(world)]
        place = folder / f"{hours:g}"
        if not place.exists():
            place.mkdir(parents=True)
            write(exports, place)
        return states_of(truth, scan(place, place.with_suffix(".db"), exports))

    first = bisect.bisect_left(CUTS, True, key=lambda hours: bool(shown(hours) & {"confirmed", "suspected"}))
    if first == len(CUTS):
        return Shown(case.name, truth.kind, None)
    return Shown(case.name, truth.kind, CUTS[first], tuple(sorted(shown(CUTS[first]))))


def sample(cases: Sequence[Case]) -> list[Case]:
    """For each kind of fault one world in which it is alone and not rare: those to cut for real. Stacks take turns."""
    out: list[Case] = []
    for kind in KINDS:
        fit = [case for case in cases if case.hazard == "none" and [one.kind for one in case.faults] == [kind]]
        fit = [case for case in fit if 0.005 < case.faults[0].rate < 0.5 and case.faults[0].shape == "spread"]
        if fit:
            names = sorted({case.stack for case in fit})
            out.append(next(case for case in fit if case.stack == names[len(out) % len(names)]))
    return out


def cut_all(cases: Sequence[Case], orders: int | None, jobs: int) -> list[Shown]:
    def one(case: Case) -> Shown | None:
        with tempfile.TemporaryDirectory() as scratch:
            try:
                return first_shown(case, Path(scratch), orders)
            except ToolError as error:
                print(f"FAILED {case.name}, cut: {error}", flush=True)
                return None

    with ThreadPoolExecutor(jobs) as pool:
        return [shown for shown in pool.map(one, cases) if shown is not None]


def run(
    cases: Iterable[Case], keep: Path | None, orders: int | None, jobs: int, *, notes: int = 0
) -> list[tuple[Case, Tally | str]]:
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(jobs) as pool:
        root = keep or Path(scratch)

        def one(numbered: tuple[int, Case]) -> tuple[Case, Tally | str]:
            number, case = numbered
            begun = time.perf_counter()
            try:
                tally: Tally | str = judge(case, root / f"{number:04d}", orders)
            except ToolError as error:
                tally = str(error)
            told = [] if isinstance(tally, str) else tally.notes[:notes]
            print(line(case, tally, time.perf_counter() - begun), *told, sep="\n    ", flush=True)
            return case, tally

        return list(pool.map(one, enumerate(cases)))


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
        for shown in cut_all(cases, given.orders, given.jobs):
            print(*shown, flush=True)
        return
    results = run(cases, given.keep, given.orders, given.jobs, notes=NOTES if given.notes else 0)
    print(summary(results, [] if given.only else cut_all(sample(cases), given.orders, given.jobs)))


if __name__ == "__main__":
    main()
