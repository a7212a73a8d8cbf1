"""Which record follows from which, for one order. Cause goes before clock.

A record follows from another when they share an envelope; else when both say the same topic, the nearest in
time; else a change that names no topic of its own follows from the latest one before it that nothing followed
from yet. So `shipped` that left as `pending` is still the shipment's own forward.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from tracelog.link.meaning import GENERIC, only_listed, tells_a_change
from tracelog.model.event import DAY, MINUTE, SECOND

if TYPE_CHECKING:
    from tracelog.link.journey import Journey
    from tracelog.model.event import Event

SLACK = 5 * SECOND
"""A record may be stamped this much before what caused it, when two clocks wrote them."""
SAME_CHANGE = 15 * MINUTE
"""Two records of one topic this close together speak of one change."""
SAME_REFUSAL = 10 * MINUTE
"""An error list repeats within minutes what the request log says of the same try."""
LOOK_BACK = 64
"""Causes looked at for one effect: an order that is polled every minute for a year has half a million."""


def told_once(events: Sequence[Event], receipts: Sequence[int]) -> list[int]:
    """The receipts without those that a list tells again: of the same envelope, without the sender that the record of
    the receipt itself names.
    """
    bare = [index for index in receipts if events[index].kind.peer is None and events[index].envelope]
    if not bare:
        return [*receipts]
    told: set[tuple[str, str]] = set()
    for index in receipts:
        event = events[index]
        if event.kind.peer is not None:
            told.update((event.kind.system, value) for value in event.envelope)
    return [
        index for index in receipts
        if events[index].kind.peer is not None
        or not any((events[index].kind.system, value) in told for value in events[index].envelope)
    ]  # fmt: skip


class Causes:
    """Fills in `cause` and `by` of a journey, phase by phase: what goes out needs to know how earlier tries ended.

    Lists of causes are ascending positions, and so by time.
    """

    def __init__(self, whole: Journey) -> None:
        self.whole = whole
        self.sent: dict[str, list[int]] = defaultdict(list)
        self.took: dict[str, list[int]] = defaultdict(list)
        self.said: dict[str, list[int]] = defaultdict(list)
        self.enveloped: dict[str, list[int]] = defaultdict(list)
        self.tries: dict[tuple[int, str | None], list[int]] = defaultdict(list)
        self.ended: dict[int, str] = {}
        self.lists: dict[tuple[str, str, str | None], list[int]] = {}

    def find(self) -> None:
        phases: dict[str, list[int]] = defaultdict(list)
        causing = {"emitted": self.said, "forwarded": self.sent, "received": self.took}
        for index, event in enumerate(self.whole.events):
            phase = event.kind.phase
            phases[phase].append(index)
            if phase in causing and event.kind.topic != "notified":  # a notice to the customer causes nothing
                causing[phase][event.kind.system].append(index)
                for value in event.envelope:
                    self.enveloped[value].append(index)
            elif phase == "observed" and only_listed(event, self.whole.topics[index]):
                self.said[event.kind.system].append(index)
        for system, took in self.took.items():
            self.took[system] = told_once(self.whole.events, took)
            self._again(self.took[system])
        self._answers(phases["acknowledged"] + phases["rejected"])
        passed_on = [index for index in phases["received"] if self._passed_on(index)]
        self._receipts([index for index in phases["received"] if index not in passed_on])
        self._forwards(phases["forwarded"])
        self._receipts(passed_on)
        self._refusals_inside(phases["rejected"])
        self._inside(phases["parked"] + phases["transformed"] + phases["skipped"])
        self._effects(phases["applied"])

    def _passed_on(self, index: int) -> bool:
        """Whether somebody between the sender that a receipt names and its system may have brought it."""
        kind = self.whole.events[index].kind
        return kind.peer is not None and any(
            name not in {kind.system, kind.peer} and any(self._peer(c) == kind.system for c in sent)
            for name, sent in self.sent.items()
        )

    def _system(self, index: int) -> str:
        return self.whole.events[index].kind.system

    def _peer(self, index: int) -> str | None:
        return self.whole.events[index].kind.peer

    def _set(self, index: int, cause: int, by: str) -> None:
        self.whole.cause[index] = cause
        self.whole.by[index] = by

    def _list(self, use: str, system: str, peer: str | None, make: Callable[[], Iterable[int]]) -> list[int]:
        """A list of causes, made once however many events ask for it."""
        key = (use, system, peer)
        found = self.lists.get(key)
        if found is None:
            found = self.lists[key] = sorted(make())
        return found

    def _before(self, causes: Sequence[int], index: int, slack: int = SLACK) -> list[int]:
        """Those of `causes` that stand before the event, the latest first."""
        at, limit = self.whole.at, self.whole.at[index] + slack
        end = bisect_right(causes, index)
        while end < len(causes) and at[causes[end]] <= limit:
            end += 1
        return [cause for cause in reversed(causes[max(0, end - LOOK_BACK) : end]) if cause != index]

    def _sharing(self, causes: Sequence[int], index: int) -> int:
        """The nearest of `causes` with an envelope of the event, or -1. An inner envelope says more than an outer."""
        found: list[int] = []
        for value in reversed(self.whole.events[index].envelope):
            for cause in self.enveloped.get(value, ())[-LOOK_BACK:]:
                place = bisect_left(causes, cause)
                if place < len(causes) and causes[place] == cause and cause != index and cause not in found:
                    found.append(cause)
            if found:
                break
        if len(found) > 1:
            found = [cause for cause in found if self._one_record(cause, index)] or found
            found.sort()
            alike = [cause for cause in found if self.whole.topics[cause] == self.whole.topics[index]]
            before = self._before(alike or found, index)
            return before[0] if before else found[0]
        return found[0] if found else -1

    def _one_record(self, one: int, other: int) -> bool:
        """Whether two statements stand in one record: a job with its steps."""
        first, second = self.whole.events[one].place, self.whole.events[other].place
        return first is not None and second is not None and first[:2] == second[:2]

    def _again(self, took: Sequence[int]) -> None:
        """A job that is run again takes in what it took in before: it is about the same change."""
        first: dict[str, int] = {}
        for index in took:
            envelope = self.whole.events[index].envelope
            before = next((first[value] for value in envelope if value in first), None)
            if before is not None and self.whole.topics[index] in GENERIC:
                self.whole.topics[index] = self.whole.topics[before]
            for value in envelope:
                first.setdefault(value, index)

    def _answers(self, answers: list[int]) -> None:
        """An answer belongs to the request with its envelope; one without, to the latest request still open."""
        for index in sorted(answers):
            event = self.whole.events[index]
            system, peer = event.kind.system, event.kind.peer
            requests = self._requests(system, peer)
            cause, by = self._sharing(requests, index), "envelope"
            if cause < 0:
                cause, by = self._sharing(self.said[system], index), "envelope"
            if cause < 0:
                cause, by = self._sharing(self._elsewhere(system), index), "envelope"
            if cause < 0 and not event.envelope and event.kind.phase == "acknowledged":
                open_ = [c for c in self._before(requests, index) if c not in self.ended]
                cause, by = (open_[0] if open_ else -1), "order"
            if cause >= 0:
                self._set(index, cause, by)
                good = event.kind.phase == "acknowledged"
                self.ended[cause] = "ok" if good else self.ended.get(cause, "failed")

    def _requests(self, system: str, peer: str | None) -> list[int]:
        """What a system sent to a peer, or to whom its log does not say."""
        sent = self.sent[system]
        if peer is None:
            return sent
        return self._list("requests", system, peer, lambda: (c for c in sent if self._peer(c) in {None, peer}))

    def _elsewhere(self, system: str) -> list[int]:
        """What other systems took in: a delivery's answer belongs to the one who sent, its receipt to them."""
        took = self.took
        return self._list(
            "took", system, None, lambda: (c for who, ones in took.items() if who != system for c in ones)
        )

    def _refusals_inside(self, refusals: list[int]) -> None:
        """A refusal without a request of its own: what an error list repeats, or what the system itself refused."""
        for index in refusals:
            if self.whole.cause[index] >= 0:
                continue
            event = self.whole.events[index]
            requests = self._requests(event.kind.system, event.kind.peer)
            near = [c for c in self._before(requests, index, MINUTE)
                    if self.ended.get(c) != "ok"
                    and self.whole.at[index] - self.whole.at[c] <= SAME_REFUSAL]  # fmt: skip
            if near:
                self._set(index, near[0], "order")
                continue
            took = self.took[event.kind.system]
            own = self._sharing(took, index)
            before = self._before(took, index)
            if own >= 0 or before:
                self._set(index, *((own, "envelope") if own >= 0 else (before[0], "order")))

    def _receipts(self, receipts: list[int]) -> None:
        """What was taken in follows from what its peer emitted, or sent on to here."""
        used: set[int] = set()
        events, meant = self.whole.events, self.whole.topics
        sources = sorted(system for system, told in self.said.items() if told)
        for index in receipts:
            kind = events[index].kind
            causes = self._senders(kind.system, kind.peer, sources)
            if not causes:
                continue
            cause, by = self._sharing(causes, index), "envelope"
            if cause < 0:
                before = self._before(causes, index)
                same = [c for c in before if meant[c] == meant[index]]
                fresh = [c for c in same if c not in used]
                version = [c for c in same if self._same_version(c, index)]
                if version or fresh or same:
                    cause, by = (version or fresh or same)[0], "topic"
                elif meant[index] in GENERIC:
                    if tells_a_change(events[index]):
                        before = [c for c in before if meant[c] in GENERIC or self._at_once(c, index)]
                    loose = [c for c in before if c not in used]
                    cause, by = (loose or before or [-1])[0], "order"
                elif [meant[c] for c in causes].count(meant[index]) == 1:
                    cause, by = next(c for c in causes if meant[c] == meant[index]), "topic"  # a wrong clock
            if cause >= 0:
                used.add(cause)
                self._set(index, cause, by)
                if by == "order" and self._bare(index) and self._at_once(cause, index):
                    self._name(index, meant[cause])

    def _bare(self, index: int) -> bool:
        """A message that says that something changed, and not what."""
        event = self.whole.events[index]
        unnamed = self.whole.topics[index] in GENERIC and not event.states and not event.fields
        return unnamed and tells_a_change(event)

    def _name(self, index: int, topic: str | None) -> None:
        """Such a message tells of the change that it follows at once, unless another one there tells of that."""
        told = {self.whole.topics[other] for other in self.took[self._system(index)]}
        if topic not in told and topic != "created":
            self.whole.topics[index] = topic

    def _senders(self, system: str, peer: str | None, sources: Sequence[str]) -> list[int]:
        """What may have sent to `system`; without a named peer, whoever names it as theirs, or the only source. A named
        peer need not have sent it itself: who sent something on to `system` is nearer.
        """

        def made() -> list[int]:
            named = list(sources) if peer is None else [peer]
            senders = [name for name in self.sent if name != system]
            own = {system, None}
            sent = [c for name in senders for c in self.sent[name]
                    if self._peer(c) == system or (name == peer and self._peer(c) in own)]  # fmt: skip
            if peer is None and (sent or len(named) != 1 or named[0] == system):
                return sent
            return [*self.said[named[0]], *sent]

        return self._list("senders", system, peer, made)

    def _at_once(self, cause: int, index: int) -> bool:
        """Whether a message of an unnamed change may be the one of this cause: a later change is another."""
        told = self.whole.events[index].happened_at
        return abs((self.whole.at[index] if told is None else told) - self.whole.at[cause]) <= SAME_CHANGE

    def _same_version(self, cause: int, index: int) -> bool:
        said, told = self.whole.events[cause].happened_at, self.whole.events[index].happened_at
        return said is not None and told is not None and abs(said - told) <= SECOND

    def _forwards(self, forwards: list[int]) -> None:
        """What was sent on follows from what was taken in; a try again belongs to the same receipt."""
        meant = self.whole.topics
        for index in forwards:
            kind = self.whole.events[index].kind
            causes = self._taken_for(kind.system, kind.peer) or self.said[kind.system]
            cause, by = self._sharing(causes, index), "envelope"
            if cause < 0:
                cause, by = self._by_topic(causes, index, kind.peer)
            if cause >= 0:
                self.tries[cause, kind.peer].append(index)
                self._set(index, cause, by)
                meant[index] = meant[cause] if meant[cause] is not None else meant[index]

    def _taken_for(self, system: str, peer: str | None) -> list[int]:
        """What a system took in that it may send on to a peer: never what came from there."""
        took = self.took[system]
        if peer is None:
            return took
        return self._list("taken", system, peer, lambda: (c for c in took if self._peer(c) != peer))

    def _by_topic(self, causes: Sequence[int], index: int, peer: str | None) -> tuple[int, str]:
        meant = self.whole.topics
        before = [c for c in self._before(causes, index)
                  if meant[c] == meant[index] or self.whole.at[index] - self.whole.at[c] <= DAY]  # fmt: skip
        free = [c for c in before if not self.tries.get((c, peer))]
        own = meant[index]
        if own not in GENERIC:
            same = [c for c in before if meant[c] == own]
            alike = [c for c in same if c in free] or [c for c in same if not self._passed(c, peer)]
            if alike:
                return alike[0], "topic"
            if same and (not free or self._retries(index, same[0], peer)):
                return same[0], "topic"
        refused = [c for c in before if c not in free and not self._passed(c, peer)]
        if free and not (refused and self._retries(index, refused[0], peer)):
            return free[0], "order"
        return (refused or before or [-1])[0], "order"

    def _passed(self, cause: int, peer: str | None) -> bool:
        """Whether a try for this receipt is known to have been accepted."""
        return any(self.ended.get(index) == "ok" for index in self.tries.get((cause, peer), ()))

    def _retries(self, index: int, cause: int, peer: str | None) -> bool:
        """The same content as an earlier try of this receipt: a retry, even if something newer waits."""
        event = self.whole.events[index]
        tries = self.tries.get((cause, peer))
        if not tries:
            return False
        last = self.whole.events[tries[-1]]
        return bool(event.states or event.fields) and (event.states, event.fields) == (last.states, last.fields)

    def _inside(self, handled: list[int]) -> None:
        for index in handled:
            took = self.took[self._system(index)]
            cause, by = self._sharing(took, index), "envelope"
            if cause < 0:
                before = self._before(took, index)
                same = [c for c in before if self.whole.topics[c] == self.whole.topics[index]]
                cause, by = (same or before or [-1])[0], "topic" if same else "order"
            if cause >= 0:
                self._set(index, cause, by)
                if self.whole.topics[index] in GENERIC:
                    self.whole.topics[index] = self.whole.topics[cause]

    def _effects(self, applied: list[int]) -> None:
        """A record of the target follows from the latest change sent to it, of the same topic if there is one."""
        if not self.sent and not self.took:
            return
        events, meant = self.whole.events, self.whole.topics
        incoming: dict[str, list[int]] = defaultdict(list)
        for sent in self.sent.values():
            for index in sent:
                incoming[events[index].kind.peer or ""].append(index)
        for index in applied:
            system = events[index].kind.system
            causes = self._list("effects", system, None, partial(chain, incoming[system], self.took[system]))
            if not causes:
                continue
            cause = self._sharing(self.took[system], index) if events[index].envelope else -1
            if cause >= 0:
                self._set(index, cause, "envelope")
                continue
            before = self._before(causes, index, max(SLACK, events[index].precision))
            same = [c for c in before if meant[c] == meant[index]]
            near = [c for c in before if self.whole.at[index] - self.whole.at[c] <= DAY]
            if same or near:
                self._set(index, (same or near)[0], "topic" if same else "order")
