"""The two passes over the orders: one sums up what is usual, one judges each order by it.

Both go through a stretch of the orders, and what they leave of several stretches merges, in the order of the
stretches, to what one pass over all would have left: the same words in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from tracelog.conclude import cards
from tracelog.conclude.attributes import of_order
from tracelog.conclude.signs import Signs
from tracelog.conclude.tally import Tally, Trait
from tracelog.conclude.vanished import Fields
from tracelog.expect.expected import Expected
from tracelog.expect.gaps import Gaps
from tracelog.expect.model import Activity, Candidate, Settings, StreamInfo
from tracelog.expect.offsets import Skews
from tracelog.expect.sums import Expectations
from tracelog.judge.abstract import View, measured
from tracelog.judge.bind import Bound, OrderCard, bind_all
from tracelog.judge.deadlines import Deadlines
from tracelog.judge.facts import Case
from tracelog.judge.judge import Judgement, judge
from tracelog.judge.once import SaidOnce
from tracelog.judge.settle import settle
from tracelog.link.journey import Linked
from tracelog.model.event import Event, Place
from tracelog.model.finding import Evidence
from tracelog.store.read import Store
from tracelog.store.snapshots import HINT
from tracelog.store.spans import EVERY, Span


class Judged(msgspec.Struct):
    """What the second pass leaves: findings, sums, and the attributes of the orders that failed. Nothing in it is
    settled yet that takes more than one order.
    """

    bounds: list[Bound]
    tally: Tally
    traits: dict[int, Sequence[Trait]]
    gaps: Gaps
    fields: Fields
    once: SaidOnce
    deadlines: Deadlines

    def merge(self, other: Judged) -> None:
        """What a later stretch of the orders left, on top of this."""
        self.bounds += other.bounds
        self.tally.merge(other.tally)
        self.traits.update(other.traits)
        self.gaps.merge(other.gaps)
        self.fields.merge(other.fields)
        self.once.merge(other.once)
        self.deadlines.merge(other.deadlines)


class Passes:
    """Both passes over one stretch of a store's orders; the second knows how the first linked them."""

    def __init__(self, store: Store, settings: Settings, span: Span = EVERY) -> None:
        self.store = store
        self.settings = settings
        self.span = span
        self.links = Linked()

    def sums(self, known: Skews | None = None) -> Expectations:
        """The first pass. `known`: the clocks that are known to be off. What is no order's is told to whoever has the
        first stretch.
        """
        store, sums = self.store, Expectations(self.settings, known)
        sums.add_streams(StreamInfo(*row) for row in store.stream_rows())
        if self.span.first == EVERY.first:
            sums.add_activity(Activity(*row) for row in store.activity())
            sums.add_contexts(store.contexts())
            sums.add_candidates(Candidate(*row) for row in store.candidates())
            for export in store.exports():
                if export.as_of is not None:
                    sums.add_as_of(export.id, export.as_of, hint=export.as_of_basis == HINT)
        for order, events in store.orders(self.span):
            self.links.keep(order, sums.add(order, known.align(events) if known else events))
        return sums

    def judged(self, expected: Expected, since: int | None) -> Judged:
        """The second pass: every order against what is usual. `since` is where the exports begin (UTC ns)."""
        record = expected.record.system if expected.record else None
        tally = Tally(since=since, signs=Signs(record))
        result = Judged([], tally, {}, Gaps(record), Fields(), SaidOnce(), Deadlines(expected))
        known = expected.sums.skews
        for order, stamped in self.store.orders(self.span):
            events = known.align(stamped) if known else stamped
            view = View(order, events, expected, self.links.of(order))
            ruled = [(case, judge(case.facts, inferred=case.inferred)) for case in measured(view)]
            own = (*view.own_traits, *of_order(events))
            result.tally.add(order, events, ruled, own)
            result.gaps.add(order, events)
            result.fields.add(events)
            found = list(_bound(self.store, order, events, ruled, result.once))
            if order in result.once.asked:
                result.traits[order] = own
            if found:
                found = settle(found, events)
                result.bounds += found
                result.traits[order] = own
            result.deadlines.add(events, found)
        return result


def _bound(
    store: Store, order: int, events: Sequence[Event], ruled: Sequence[tuple[Case, Judgement]], once: SaidOnce
) -> Iterator[Bound]:
    own: OrderCard | None = None
    for case, judgement in ruled:
        if judgement.counted is not None:
            once.ask(judgement.counted, case)
        singly = [template for template in judgement.templates if not once.take(template, case)]
        if singly:
            own = own or card(store, order, events)
            yield from bind_all(singly, case, own, store.evidence_of)


def card(store: Store, order: int, events: Sequence[Event] | None = None) -> OrderCard:
    """What findings say of an order."""
    names = ((one.name._replace(strength=one.strength), record(store, one.place)) for one in store.names(order))
    return cards.card(order, store.title(order), store.order(order) if events is None else events, names)


def record(store: Store, place: Place | None) -> Evidence | None:
    """The record that stands there."""
    return store.evidence(place) if place is not None else None
