"""Judging is remembered by shape, and what is usual is summed up in parts: neither may show."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any, get_args, get_type_hints

from hypothesis import given
from hypothesis import strategies as st

from properties.summed import agree
from properties.worlds import exports_of, plans, played, profile, stored
from tracelog.demo.week import Plan
from tracelog.judge.facts import Facts
from tracelog.judge.judge import judge
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


@profile
@given(plans(), st.integers(2, 5), st.randoms(use_true_random=False))
def test_parts_in_any_order_sum_up_to_the_whole(plan: Plan, parts: int, rng: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "tracelog.db"
        stored(db, [exports_of(played(plan))])
        with Store.open(db) as store:
            agree(store, parts, rng)
