"""What must hold of any exports, held against worlds of every stack: see `stacks.py`."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from pathlib import Path

from properties.stacks import (
    CLOCKS,
    ZONED,
    case,
    hold,
    innocent,
    part,
    played,
    scanned,
    stored,
    torn,
    without,
    written,
)  # fmt: skip
from properties.summed import agree
from properties.worlds import said, told
from tracelog.model.finding import Scan
from tracelog.store.read import Store


@hold
def test_the_order_in_which_exports_come_changes_no_finding(stack: str, rng: random.Random) -> None:
    _, exports = played(case(stack, rng), rng)

    one_by_one = scanned(*([export] for export in rng.sample(exports, len(exports))))

    assert said(one_by_one) == said(scanned(exports))


@hold
def test_splitting_or_repeating_an_export_changes_no_finding(stack: str, rng: random.Random) -> None:
    _, exports = played(case(stack, rng), rng)
    export = max(rng.sample(exports, 2), key=lambda one: len(one.records))
    first, second = sorted(rng.choices(range(len(export.records) + 1), k=2))
    pieces = [part(export, 0, second, "1-"), part(export, first, None, "2-")]
    rest = [one for one in exports if one is not export]

    in_pieces = scanned(rest, pieces[:1], pieces[1:], rng.sample(exports, 1))

    assert said(in_pieces) == said(scanned(exports))


@hold
def test_an_export_cut_at_any_byte_accuses_nobody_who_is_innocent(stack: str, rng: random.Random) -> None:
    """Not where orders are left out by a rule that nobody declared, the sign of which may be what was cut off; nor
    where answers really are not on record.
    """
    world, exports = played(case(stack, rng, but=frozenset({"unrouted", "answers-lost"})), rng)
    export = rng.choice(exports)
    size = len(export.text().encode(export.encoding))
    start, end = sorted(rng.choices(range(size + 1), k=2))
    start, end = rng.choice([(0, end), (start, size), (start, end)])

    result = scanned([torn(one, start, end) if one is export else one for one in exports])

    assert innocent(result, world) == []


@hold
def test_what_is_pending_is_not_confirmed_by_the_loss_of_later_records(stack: str, rng: random.Random) -> None:
    _, exports = played(case(stack, rng), rng)
    logs = [one for one in exports if not one.table] or exports
    export = rng.choice(logs)
    later = rng.randint(len(export.records) // 2, len(export.records))
    sooner = rng.randint(len(export.records) // 3, later)

    longer = scanned([part(one, 0, later) if one is export else one for one in exports])
    shorter = scanned([part(one, 0, sooner) if one is export else one for one in exports])

    pending = {one.id for one in longer.findings if one.state == "pending"}
    assert pending.isdisjoint(one.id for one in shorter.findings if one.state == "confirmed")


@hold
def test_an_unrelated_order_changes_nothing_for_the_others(stack: str, rng: random.Random) -> None:
    one = case(stack, rng)
    world, _ = played(one, rng)
    bad = {truth.order for truth in world.truths}
    order = rng.choice([each for each in world.orders[5:-5] if each.name not in bad])

    both, alone = scanned(written(one, world)), scanned(written(one, without(world, order)))

    assert [each for each in told(both) if each[0] != order.name] == told(alone)


@hold
def test_a_clock_in_another_zone_changes_its_own_finding_and_nothing_else(stack: str, rng: random.Random) -> None:
    """Most traffic goes one way here, so that any other constant might as well be a delay. Where no zone is written it
    is found out, and there must be one so far away. What is pending hangs on when a log ends, by its own clock.
    """
    one = case(stack, rng, but=CLOCKS)
    world, _ = played(one, rng)
    middle = world.traits["route"].middle
    half_hours = rng.randint(-20, 20) if stack in ZONED else 2 * rng.randint(-3, 3)

    def said_of(result: Scan) -> list[tuple[str, ...]]:
        return [each for each in told(result) if "pending" not in each]

    right = scanned(written(one, world))
    world.clock[middle] = half_hours * dt.timedelta(minutes=30)

    assert said_of(scanned(written(one, world))) == said_of(right)


@hold
def test_parts_in_any_order_sum_up_to_the_whole(stack: str, rng: random.Random) -> None:
    _, exports = played(case(stack, rng), rng)
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "tracelog.db"
        stored(db, [exports])
        with Store.open(db) as store:
            agree(store, rng.randint(2, 5), rng)
