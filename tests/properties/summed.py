"""What is usual, and what came of it, summed up in parts and held against the sum of all."""

from __future__ import annotations

import random

from tracelog.conclude.tally import Tally
from tracelog.config import Config
from tracelog.expect.model import Activity, Candidate, StreamInfo
from tracelog.expect.sums import Expectations
from tracelog.investigate import settings_of
from tracelog.judge.abstract import abstract
from tracelog.judge.judge import Judgement, judge
from tracelog.store.read import Store


def agree(store: Store, parts: int, rng: random.Random) -> None:
    """Sums over so many parts of the orders, merged in any order, judge as the sum over all does."""
    some = [sums_of(store, part, parts) for part in range(parts)]
    rng.shuffle(some)
    for other in some[1:]:
        some[0].merge(other)
    whole, found = ruled_by(store, sums_of(store, 0, 1))
    merged, again = ruled_by(store, some[0])
    tallies = [ruled_by(store, sums_of(store, 0, 1), {order for order in found if order % parts == part})[0]
               for part in range(parts)]  # fmt: skip
    rng.shuffle(tallies)
    for other in tallies[1:]:
        tallies[0].merge(other)

    assert again == found
    for tally in (merged, tallies[0]):
        assert (tally.steps, tally.accounted, tally.counted) == (whole.steps, whole.accounted, whole.counted)
        assert (tally.orders, tally.open_orders, tally.asks) == (whole.orders, whole.open_orders, whole.asks)


def sums_of(store: Store, part: int, parts: int) -> Expectations:
    """The sums over every so manyth order; what is said once is told to the first part."""
    sums = Expectations(settings_of(Config()))
    sums.add_streams(StreamInfo(*row) for row in store.stream_rows())
    if part == 0:
        sums.add_activity(Activity(*row) for row in store.activity())
        sums.add_contexts(store.contexts())
        sums.add_candidates(Candidate(*row) for row in store.candidates())
    for order, events in store.orders():
        if order % parts == part:
            sums.add(order, events)
    return sums


def ruled_by(
    store: Store, sums: Expectations, orders: set[int] | None = None
) -> tuple[Tally, dict[int, list[Judgement]]]:
    """Every order judged by these sums, and the tally of it."""
    expected, tally, found = sums.settled(), Tally(), {}
    for order, events in store.orders():
        if orders is None or order in orders:
            ruled = [(case, judge(case.facts, inferred=case.inferred)) for case in abstract(order, events, expected)]
            assert [each for _, each in ruled] == [
                judge.__wrapped__(case.facts, inferred=case.inferred) for case, _ in ruled
            ]
            tally.add(order, events, ruled, ())
            found[order] = [judgement for _, judgement in ruled]
    return tally, found
