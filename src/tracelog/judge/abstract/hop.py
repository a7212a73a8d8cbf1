"""One receipt against one target: what both ways of judging it share, whether it was sent on or not."""

from __future__ import annotations

import re

from tracelog.expect.model import Stop
from tracelog.expect.passages import Passage
from tracelog.expect.routes import Way
from tracelog.judge.abstract.inside import brought
from tracelog.judge.abstract.view import Arrival, View, station
from tracelog.link.meaning import GENERIC
from tracelog.model.event import MINUTE, Event

_THERE_ALREADY = re.compile(
    r"already.{0,30}exist|dup_rcrd|duplicate (?:record|key|entry|order)|idempoten", re.IGNORECASE
)
_SUCCESS = re.compile(r"\s*(?:2\d\d|succeeded|success|completed?)\b", re.IGNORECASE)
"""How a result begins that reads as success: the code of an answer, or the word of a job."""
OWN_REFUSAL = 10 * MINUTE
"""The target's own log of a refusal, or an error list's, stands this close to the attempt."""


class MadeGood:
    """A later success: the word of `LegFacts.later`, when (UTC ns), by what, and which try of the order's it was."""

    __slots__ = ("at", "by", "pos", "word")

    def __init__(
        self, word: str = "none", at: int | None = None, by: str | None = None, pos: int | None = None
    ) -> None:
        self.word = word
        self.at = at
        self.by = by
        self.pos = pos


class Hop:
    """`target` is the system that it is meant for, `due` when its limit is over (UTC ns)."""

    def __init__(self, view: View, passage: Passage, way: Way) -> None:
        self.view = view
        self.passage = passage
        self.way = way
        self.leg = way.leg
        self.end = way.leg.end
        self.target = self.end.peer or self.end.system
        self.anchor = view.events[passage.pos]
        self.due = passage.at + self.leg.limit.ns + self.leg.shift
        self.weak = self.anchor.borrowed == "weak"
        self.tries = [
            child
            for child in view.followers[passage.pos]
            if view.events[child].kind.phase == "forwarded" and view.events[child].kind.peer == self.end.peer
        ]

    def arrival(self) -> Arrival:
        view = self.view
        found = view.effect(self.target, self.passage.topic, self.passage.at)
        if found.shown:
            return found
        done = [index for attempt in self.tries for index in brought(view, attempt, "applied")]
        if self.passage.topic in GENERIC:  # what kind of change it was no record says: what followed from it tells
            done += [index for attempt in self.tries for index in view.followers[attempt]
                     if view.events[index].kind.phase == "applied"
                     and view.events[index].kind.system == self.target]  # fmt: skip
        first = min(done, key=lambda index: view.at[index], default=None)
        return Arrival("unknown") if first is None else Arrival("shown", first, view.at[first])

    def route(self) -> str:
        if self.leg.route == "silent" and self.leg.silent_since is not None:
            return "silent" if self.passage.at > self.leg.silent_since else "learned"
        return self.leg.route

    def fail(self) -> None:
        """Remembered, so that what only follows from it is not told again."""
        self.view.unsettled.add(self.target)
        if self.passage.topic == "created":
            self.view.failed.add(self.target)

    def source(self) -> Event | None:
        """The event at the system from which it was taken in."""
        return self.view.event(cause if (cause := self.view.whole.cause[self.passage.pos]) >= 0 else None)

    def before_sending(self) -> dict[str, object]:
        """Ends of the step from the receipt to the forward."""
        return {"anchor": self.anchor, "from_": station(self.passage.start), "to": station(self.end)}

    def after_sending(self, index: int) -> dict[str, object]:
        """Ends of the step from the forward to the target's own record."""
        start = self.end._replace(instance=self.view.events[index].kind.instance)
        return {
            "anchor": self.view.events[index],
            "took": station(self.passage.start),
            "from_": station(start),
            "to": station(Stop(self.target, None, "applied")),
        }

    def other_way(self, since: int) -> int | None:
        """An accepted attempt for the same change that does not follow from this receipt."""
        view = self.view
        for index in view.by_phase["forwarded"]:
            event = view.events[index]
            if event.kind.peer != self.end.peer or index in self.tries or view.at[index] < since:
                continue
            if view.topics[index] == self.passage.topic and view.accepted(index):
                return index
        return None

    def made_good(self, since: int, until: int, good: list[int], arrival: Arrival) -> MadeGood:
        """A success after `since`: by a later try (of `good`), another message, or as the target's records show."""
        view = self.view
        for index in good:
            if view.at[index] >= since:
                if view.at[index] <= until:
                    return MadeGood("chain", view.at[index])
                return MadeGood("chain-late", view.at[index], "a later try of the same record", index)
        other = self.other_way(since)
        if other is not None:
            return MadeGood("chain" if view.at[other] <= until else "other", view.at[other], "another message")
        if arrival.shown and arrival.at > until:
            return MadeGood("other", arrival.at, by_whom(view.event(arrival.pos)))
        return MadeGood()


def by_whom(event: Event | None) -> str:
    return "a person" if event is not None and event.actor and event.actor.kind == "person" else "another way"


def kind_of_refusal(event: Event) -> str:
    """The word of `LegFacts.answer`."""
    result = event.result or ""
    if _THERE_ALREADY.search(result):
        return "exists"
    return "inside" if event.kind.level == "body" and _SUCCESS.match(result) else "refuse"


def is_closed(event: Event) -> bool:
    """An error that somebody, or the product by itself, put away as resolved."""
    return bool(event.ids.get("resolved") or event.ids.get("resolved_by"))
