"""Sent on, with nothing on record that it follows from: the log of one connection only, or one that begins later."""

from __future__ import annotations

from tracelog.expect.model import Leg, Limit
from tracelog.expect.passages import Passage, stop_of
from tracelog.expect.routes import Way
from tracelog.expect.tally import EndTally, Tally
from tracelog.expect.tellings import source_of
from tracelog.judge.abstract.tried import Tried
from tracelog.judge.abstract.view import Arrival, View
from tracelog.link.meaning import GENERIC
from tracelog.model.event import SECOND, Event


def judge_strays(view: View) -> None:
    """Each change that was sent without a receipt, with the tries that repeat it."""
    groups: list[list[int]] = []
    for index in view.by_phase["forwarded"]:
        if view.whole.cause[index] >= 0:
            continue
        for group in groups:
            if _again(view, group[0], index):
                group.append(index)
                break
        else:
            groups.append([index])
    for tries in groups:
        _Stray(view, tries).judge()


def _again(view: View, first: int, index: int) -> bool:
    """The same change sent again: the same topic, or the same content where no topic is told."""
    one, other = view.events[first], view.events[index]
    if (one.kind.system, one.kind.peer) != (other.kind.system, other.kind.peer):
        return False
    if view.topics[first] in GENERIC or view.topics[index] in GENERIC:
        return (one.states, one.fields) == (other.states, other.fields)
    return view.topics[first] == view.topics[index]


class _Stray(Tried):
    """Judged as what was sent on after a receipt is, but for the receipt: how late it was nobody can say."""

    def __init__(self, view: View, tries: list[int]) -> None:
        first = view.events[tries[0]]
        passage = Passage("pass", stop_of(first), view.topics[tries[0]], tries[0], view.at[tries[0]])
        super().__init__(view, passage, Way(_leg(view, first, passage), Tally(), EndTally()))
        self.tries = tries

    def arrival(self) -> Arrival:
        found = super().arrival()
        return found if found.shown else self._beyond()

    def _beyond(self) -> Arrival:
        """What the order's source sent to one of whose own records none is here: in force at a system behind that."""
        view, first = self.view, self.tries[0]
        sender = view.events[first].kind.system
        if sender != source_of(view.whole) or view.expected.sums.keeps(self.target):
            return Arrival("unknown")
        for index in view.by_phase["applied"]:
            event = view.events[index]
            since = view.at[first] - view.expected.spread - view.precision(event)
            if event.kind.system != sender and view.topics[index] == self.passage.topic and view.at[index] >= since:
                return Arrival("shown", index, view.at[index])
        return Arrival("unknown")

    def after_sending(self, index: int) -> dict[str, object]:
        found = super().after_sending(index)
        del found["took"]
        return found


def _leg(view: View, event: Event, passage: Passage) -> Leg:
    """The leg that others of its kind took, for its limit; else the default."""
    for leg in view.expected.passes(event.kind.system):
        if leg.end.peer == event.kind.peer and leg.topic == passage.topic:
            return leg
    limit = Limit(int(view.expected.settings.default_limit * SECOND), "default", "default")
    return Leg("pass", passage.start, stop_of(event), passage.topic, 0, 0, "learned", limit, (event.kind.stream,))
