"""Facts in, templates out: the detectors in their order, memoised, because most orders share a few shapes.

A detector is a module in `detectors/` with a docstring, a `KIND` and a `judge`; it is found by walking the
folder. No detector touches a clock, a store or a file.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tracelog.judge import detectors, innocent
from tracelog.judge.facts import Counted, Facts, LegFacts, Template
from tracelog.judge.rules import weakened

PRECEDENCE = (
    "clock-offset",
    "out-of-sequence",
    "rejected",
    "swallowed-error",
    "silent-drop",
    "unacknowledged",
    "late",
    "state-divergence",
)
"""At one step the earlier kind explains the later, which is kept only as its consequence. Other kinds stand beside."""


class Detector(NamedTuple):
    kind: str
    docstring: str
    judge: Callable[[Facts], Template | Counted | None]


class Judgement(NamedTuple):
    """`templates`: the root first, then what follows from it. `counted`: why there is no finding, if there is none.

    `outcome` is what became of the event on this leg, for the step table: `arrived`, `late`, `skipped`, `refused`,
    `lost`, `astray` (lost, but not known at which step), `unknown` (suspected and pending ones too), `moot` (nothing
    was due), or empty where it is no leg.
    """

    templates: tuple[Template, ...] = ()
    counted: Counted | None = None
    outcome: str = ""


def _rank(detector: Detector) -> tuple[int, str]:
    kind = detector.kind
    return (PRECEDENCE.index(kind) if kind in PRECEDENCE else len(PRECEDENCE), kind)


@functools.cache
def all_detectors() -> tuple[Detector, ...]:
    """Every module of the folder, by precedence."""
    found = []
    for info in pkgutil.iter_modules(detectors.__path__):
        module = importlib.import_module(f"{detectors.__name__}.{info.name}")
        found.append(Detector(module.KIND, module.__doc__ or "", module.judge))
    return tuple(sorted(found, key=_rank))


@functools.lru_cache(maxsize=1 << 16, typed=True)
def judge(facts: Facts, *, inferred: bool = False) -> Judgement:
    """The decision table for one shape. Equal tuples of different types are different shapes (`typed`).

    What rests on a record that was read off words is not confirmed, however clear it looks.
    """
    innocence = innocent.before(facts)
    if innocence is not None:
        return Judgement(counted=innocence, outcome=_outcome(facts, (), innocence))
    templates: list[Template] = []
    counted: Counted | None = None
    for detector in all_detectors():
        ruling = detector.judge(facts)
        if isinstance(ruling, Template):
            follows = isinstance(facts, LegFacts) and bool(templates)
            told = weakened(ruling) if inferred else ruling
            templates.append(told._replace(consequence=True) if follows else told)
        elif ruling is not None and counted is None:
            counted = ruling
    counted = None if templates else counted or innocent.after(facts)
    return Judgement(tuple(templates), counted, _outcome(facts, templates, counted))


_COUNTED_AS = {
    "arrived": "arrived",
    "answer not seen": "arrived",
    "retried": "arrived",
    "already there": "arrived",
    "skipped": "skipped",
    "superseded": "moot",
    "cancelled before hand-off": "moot",
}


def _outcome(facts: Facts, templates: Sequence[Template], counted: Counted | None) -> str:
    if not isinstance(facts, LegFacts):
        return ""
    if not templates:
        return _COUNTED_AS.get(counted.what, "unknown") if counted else "unknown"
    root = templates[0]
    if root.state == "recovered" or root.kind == "late":
        return "late"
    if root.state != "confirmed" or root.kind == "unacknowledged":
        return "unknown"
    if root.kind in {"rejected", "swallowed-error"}:
        return "refused"
    return "astray" if root.row == "18" and facts.leg != "span" else "lost"
