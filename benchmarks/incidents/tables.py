"""The tables that a run prints: each world in a line, then sums by fault, rate, kind, state and hazard."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from benchmarks.incidents.cases import RATES, STACKS, Case
from benchmarks.incidents.faults import KINDS
from benchmarks.incidents.hazards import HAZARDS
from benchmarks.incidents.score import Tally


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


class Shown(NamedTuple):
    """When a fault first showed, in exports that were really cut: hours after it, and in which states."""

    world: str
    kind: str
    hours: float | None
    states: tuple[str, ...] = ()


def summary(results: list[tuple[Case, Tally | str]], shown: Sequence[Shown] = ()) -> str:
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
    return "\n".join([*out, LEGEND, *kinds_table([tally for _, tally in done], shown)])


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


WORDS = ("truth", "confirmed", "suspected", "recovered", "pending", "missed", "wrong state", "beyond",
         "false confirmed", "false suspected")  # fmt: skip


def kinds_table(tallies: Sequence[Tally], shown: Sequence[Shown]) -> Iterator[str]:
    """Per kind of finding and the state that is right, and how soon a fault of the kind shows."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for tally in tallies:
        for key, own in tally.by_kind.items():
            counts.setdefault(key, Counter()).update(own)
    soon: dict[str, list[float]] = {}
    for one in shown:
        if one.hours is not None:
            soon.setdefault(one.kind, []).append(one.hours)
    yield "\n" + f"{'kind':18}{'right':16}" + "".join(f"{word:>16}" for word in WORDS) + f"{'detected':>10}"
    for kind, state in sorted(counts):
        own = counts[kind, state]
        hours = f"{statistics.median(soon[kind]):.2g} h" if kind in soon and state == "confirmed" else ""
        yield f"{kind:18}{state:16}" + "".join(f"{own[word] or '':>16}" for word in WORDS) + f"{hours:>10}"
    yield (
        "\nright: what the exports allow a careful reader to say. detected: from a fault until exports made, and cut,"
        "\nat that time first show it: the sample below."
    )
    for one in shown:
        hours = "not within a day" if one.hours is None else f"{one.hours:g} h ({'/'.join(one.states)})"
        yield f"  {one.kind:18}{hours:28}{one.world}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
