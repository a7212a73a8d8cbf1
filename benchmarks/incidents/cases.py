"""The worlds there are: which stack, which faults at which rate, which hazard, which seed; and playing one of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from benchmarks.incidents import stacks
from benchmarks.incidents.exports import Export
from benchmarks.incidents.faults import KINDS, Fault, parse
from benchmarks.incidents.hazards import HAZARDS, Hazard
from benchmarks.incidents.play import Play
from benchmarks.incidents.world import Plan, World, populate

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
                yield Case(name, tuple(_mixed(stack, _beside(hazard, kinds))), hazard.name, seed=62)


def _beside(hazard: Hazard, kinds: list[str]) -> tuple[str, ...]:
    """The faults to find beside a hazard: losses, and refusals where the hazard is about a list of errors."""
    refusals = tuple(kind for kind in ("refused", "refused-rerun") if kind in kinds)
    return refusals if hazard.name in {"closed-errors", "no-error-list"} else tuple(kinds[:3])


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
    for number, (kind, rate) in enumerate(zip(kinds, (0.03, 0.1, 0.01), strict=False)):
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
