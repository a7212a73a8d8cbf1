"""The same properties, held against small worlds of every stack that the bench simulates.

The bench shares no code with the engine: it plays a business, plants faults and hazards, and writes what each system
would have exported. Here it only writes; whether the engine is right about it, the bench itself asks.
"""

from __future__ import annotations

import copy
import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[2]))

from benchmarks.incidents.exports import Export, Record
from benchmarks.incidents.faults import KINDS, Fault
from benchmarks.incidents.hazards import HAZARDS, write
from benchmarks.incidents.run import STACKS, Case, applies, play
from benchmarks.incidents.world import START, Order, World

from properties import worlds
from tracelog.config import Config
from tracelog.ingest import ingest
from tracelog.investigate import scan
from tracelog.model.finding import Finding, Scan
from tracelog.model.ingest import IngestOptions
from tracelog.store.read import Store

DAYS = 4
"""So long that the holes and cuts of the hazards lie within."""
ZONED = frozenset(name for name, module in STACKS.items() if "zones" in getattr(module, "TRAITS", ()))
"""Stacks whose logs name their zone."""
Exports = list[Export]
ABSENCES = worlds.ABSENCES | {"state-divergence"}
CLOCKS = frozenset(name for name in HAZARDS if name.startswith(("middle-", "target-", "spring", "fall", "minutes")))


def hold(property_: Callable[[str, random.Random], None]) -> Callable[..., Any]:
    """Holds a property against worlds of every stack. `TRACELOG_PROPERTIES=large`: a hundred of each.

    All chance comes from one seed, so that also the simplest example is a world with faults in it.
    """
    few = worlds.profile.max_examples < 10

    @pytest.mark.parametrize("stack", sorted(STACKS))
    @settings(worlds.profile, max_examples=1 if few else worlds.profile.max_examples)
    @given(seed=st.integers(0, 2**32 - 1))
    def held(stack: str, seed: int) -> None:
        property_(stack, random.Random(f"{property_.__name__} {stack} {seed}"))

    return held


def case(stack: str, rng: random.Random, but: frozenset[str] = frozenset()) -> Case:
    """A world with up to three faults, and maybe a hazard, `but` none of these."""
    module = STACKS[stack]
    kinds = rng.sample([kind for kind in module.FAULTS if kind in KINDS], rng.randint(0, 3))
    faults = []
    for kind in kinds:
        topics = [topic for topic in KINDS[kind].topics if topic in module.ROUTE.topics]
        faults.append(Fault(kind, rng.choice(topics), rng.choice((0.03, 0.1, 0.2))))
    left = but | {"errors-only"}  # of which some stacks have nothing
    fit = [name for name, hazard in HAZARDS.items() if applies(hazard, module) and name not in left]
    return Case(stack, tuple(faults), rng.choice(fit), rng.randrange(1000))


def played(one: Case, rng: random.Random) -> tuple[World, Exports]:
    """Four days of 40 to 80 orders."""
    return play(one, rng.randint(40, 80), DAYS)


def written(one: Case, world: World) -> Exports:
    """The exports of a world that was played, and changed since."""
    world._rngs.clear()
    exports: Exports = STACKS[one.stack].write(world)
    change = HAZARDS[one.hazard].exports
    return change(world, exports) if change else exports


def without(world: World, order: Order) -> World:
    """The same days, had this order never been: its number at the target went to the next, for a gap in these says
    that a record was removed. Nobody is called otherwise at the source.
    """
    rest = copy.copy(world)
    rest.orders = [each for each in world.orders if each is not order]
    left = [document for document in world.documents if document.order is not order]
    numbers = sorted(document.number for document in world.documents)
    rest.documents = [replace(each, number=number) for each, number in zip(left, numbers, strict=False)]
    return rest


def stored(db: Path, batches: list[Exports]) -> None:
    """One call of ingest a batch, or two where a file's instance must be told."""
    for number, batch in enumerate(batches):
        folder = db.parent / str(number)
        folder.mkdir()
        write(batch, folder)
        named: dict[tuple[str | None, str | None], list[str]] = {}
        for export in batch:
            told = (export.system, export.instance) if export.instance else (None, None)
            named.setdefault(told, []).append(str(folder / export.name))
        for (system, instance), paths in named.items():
            options = IngestOptions(system=system, instance=instance)
            ingest(paths, db=db, parsers=[], config=Config(), options=options, progress=None)


def scanned(*batches: Exports) -> Scan:
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "tracelog.db"
        stored(db, list(batches))
        with Store.open(db) as store:
            return scan(store)


def innocent(result: Scan, world: World) -> list[Finding]:
    """What is confirmed not to have happened, of orders that nothing was planted in."""
    guilty = {truth.order for truth in world.truths}
    return [one for one in result.findings
            if one.state == "confirmed" and one.kind in ABSENCES and not guilty & called(one)]  # fmt: skip


def called(one: Finding) -> set[str]:
    """What the order of a finding is called, by anybody."""
    return {str(one.order), *(alias.rpartition(" ")[2] for alias in one.aliases)}


def torn(export: Export, start: int, end: int) -> Export:
    """Some of its bytes."""
    text = export.text().encode(export.encoding)[start:end].decode("latin-1")
    return replace(export, records=[Record(START, text)], header="", footer="", between="", encoding="latin-1")


def part(export: Export, start: int, end: int | None, name: str = "") -> Export:
    """The export with some of its records only, under another name if one is given: it stays a whole file."""
    return replace(export, name=f"{name}{export.name}", records=export.records[start:end])
