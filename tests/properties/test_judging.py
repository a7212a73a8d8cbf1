"""Judging is remembered by shape, and what is usual is summed up in parts: neither may show."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any, get_args, get_type_hints

from hypothesis import given
from hypothesis import strategies as st

from properties.worlds import exports_of, plans, played, profile, stored
from tracelog.conclude.tally import Tally
from tracelog.config import Config
from tracelog.demo.week import Plan
from tracelog.expect.model import Activity, Candidate, StreamInfo
from tracelog.expect.sums import Expectations
from tracelog.investigate import settings_of
from tracelog.judge.abstract import abstract
from tracelog.judge.facts import Facts
from tracelog.judge.judge import Judgement, judge
from tracelog.store.read import Store

WORDS = (
    "pass", "hand", "span", "flow", "declared", "learned", "few", "never", "silent", "none", "event", "state",
    "created", "shipped", "cancelled", "updated", "accept", "refuse", "exists", "inside", "transport", "body",
    "business", "chain", "chain-late", "other", "shown", "absent", "unknown", "in-time", "late", "late-blurred",
    "spans", "hole", "ends", "vendor", "default", "count", "attribute", "same", "mapped", "contradiction", "unmapped",
    "differs", "systematic", "regression", "status", "money", "documents", "amount", "redelivered", "refused",
    "regressed", "stale", "cause", "clock", "blurred", "person", "missing", "early", "both", "narrow", "before",
    "total",
)  # fmt: skip
"""What the facts are told in. Not every combination can come up; judging has to bear them all."""


@st.composite
def some_facts(draw: st.DrawFn) -> Any:
    """Any tuple of any kind of facts."""
    kind = draw(st.sampled_from(get_args(Facts)))
    hints = get_type_hints(kind)
    return kind(*(draw(_values(hints[name])) for name in kind._fields))


def _values(hint: object) -> st.SearchStrategy[Any]:
    if hint is bool:
        return st.booleans()
    words = st.sampled_from(WORDS)
    return words if hint is str else words | st.none()


@given(st.lists(some_facts(), max_size=30), st.booleans())
def test_what_is_remembered_is_what_would_be_judged(shapes: list[Any], inferred: bool) -> None:
    for facts in [*shapes, *reversed(shapes)]:
        assert judge(facts, inferred=inferred) == judge.__wrapped__(facts, inferred=inferred)


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
            tally.add(order, events, ruled, ())
            found[order] = [judgement for _, judgement in ruled]
    return tally, found


@profile
@given(plans(), st.integers(2, 5), st.randoms(use_true_random=False))
def test_parts_in_any_order_sum_up_to_the_whole(plan: Plan, parts: int, rng: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "tracelog.db"
        stored(db, [exports_of(played(plan))])
        with Store.open(db) as store:
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
