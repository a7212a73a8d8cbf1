"""What became of each change of one order: which record follows from which, and what a bare "updated" meant.

Cause goes before clock. A record follows from another when they share an envelope; else when both say the same
topic, the nearest in time; else a change that names no topic of its own follows from the latest one before it
that nothing followed from yet. So `shipped` that left as `pending` is still the shipment's own forward.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from tracelog.link.meaning import GENERIC, creation, moment, topics
from tracelog.model.event import DAY, MINUTE, SECOND, Event

SLACK = 5 * SECOND
"""A record may be stamped this much before what caused it, when two clocks wrote them."""
SAME_REFUSAL = 10 * MINUTE
"""An error list repeats within minutes what the request log says of the same try."""
LOOK_BACK = 64
"""Causes looked at for one effect: an order that is polled every minute for a year has half a million."""


class Journey(msgspec.Struct):
    """One order's events by time, with the cause of each.

    `at` are the moments (UTC ns) by which events are ordered, -1 where a record gives none. `topics` are what
    the events mean, `cause` the index of the event that each follows from (-1: none known), `by` how that was
    settled: `envelope`, `topic`, `order` (only by what came before), or empty.
    """

    events: list[Event]
    at: list[int]
    topics: list[str | None]
    cause: list[int]
    by: list[str]

    def followers(self) -> list[list[int]]:
        """For each event the ones that follow from it, by time."""
        out: list[list[int]] = [[] for _ in self.events]
        for index, cause in enumerate(self.cause):
            if cause >= 0:
                out[cause].append(index)
        return out


class Chain(msgspec.Struct):
    """One change of the order and everything that followed from it. `hops` are (system, instance, events)."""

    topic: str | None
    events: list[Event]
    hops: list[tuple[str, str | None, list[Event]]]


def journey(events: Sequence[Event]) -> Journey:
    """The events of one order, in any order, as a journey."""
    stamped = sorted(((moment(event), event.id, index) for index, event in enumerate(events)))
    ordered = [events[index] for _, _, index in stamped]
    at = [when for when, _, _ in stamped]
    meant = topics(ordered, at)
    out = Journey(ordered, at, meant, [-1] * len(ordered), [""] * len(ordered))
    _Causes(out).find()
    return out


def chains(events: Sequence[Event]) -> list[Chain]:
    """The order's changes in order of time, each with all records that follow from it, for a timeline."""
    whole = journey(events)
    root = list(range(len(whole.events)))
    for index in range(len(root)):
        at, seen = index, 0
        while whole.cause[at] >= 0 and seen < len(root):
            at, seen = whole.cause[at], seen + 1
        root[index] = at
    groups: dict[int, list[int]] = defaultdict(list)
    for index, top in enumerate(root):
        groups[top].append(index)
    out = []
    for top in sorted(groups):
        members = [whole.events[index] for index in groups[top]]
        hops: dict[tuple[str, str | None], list[Event]] = {}
        for event in members:
            hops.setdefault((event.kind.system, event.kind.instance), []).append(event)
        out.append(Chain(whole.topics[top], members, [(*who, told) for who, told in hops.items()]))
    return out


class _Causes:
    """Fills in `cause` and `by` of a journey, phase by phase: what goes out needs to know how earlier tries ended."""

    def __init__(self, whole: Journey) -> None:
        self.whole = whole
        self.sent: dict[str, list[int]] = defaultdict(list)
        self.took: dict[str, list[int]] = defaultdict(list)
        self.said: dict[str, list[int]] = defaultdict(list)
        self.tries: dict[tuple[int, str | None], list[int]] = defaultdict(list)
        self.ended: dict[int, str] = {}

    def find(self) -> None:
        phases: dict[str, list[int]] = defaultdict(list)
        for index, event in enumerate(self.whole.events):
            phases[event.kind.phase].append(index)
        for index in phases["emitted"]:
            self.said[self._system(index)].append(index)
        for index in phases["forwarded"]:
            self.sent[self._system(index)].append(index)
        for index in phases["received"]:
            self.took[self._system(index)].append(index)
        self._answers(phases["acknowledged"] + phases["rejected"])
        self._receipts(phases["received"])
        self._forwards(phases["forwarded"])
        self._refusals_inside(phases["rejected"])
        self._inside(phases["parked"] + phases["transformed"] + phases["skipped"])
        self._effects(phases["applied"])

    def _system(self, index: int) -> str:
        return self.whole.events[index].kind.system

    def _peer(self, index: int) -> str | None:
        return self.whole.events[index].kind.peer

    def _set(self, index: int, cause: int, by: str) -> None:
        self.whole.cause[index] = cause
        self.whole.by[index] = by

    def _before(self, causes: Sequence[int], index: int, slack: int = SLACK) -> list[int]:
        """Those of `causes` (by time) that stand before the event, the latest first."""
        limit = self.whole.at[index] + slack
        at = self.whole.at
        return [cause for cause in reversed(causes[-LOOK_BACK:] if len(causes) > LOOK_BACK else causes)
                if at[cause] <= limit and cause != index]  # fmt: skip

    def _sharing(self, causes: Sequence[int], index: int) -> int:
        """The nearest of `causes` with an envelope of the event, or -1."""
        envelope = self.whole.events[index].envelope
        if not envelope:
            return -1
        topic = self.whole.topics[index]
        found = [c for c in causes if not _apart(self.whole.events[c].envelope, envelope)]
        if len(found) > 1:
            alike = [c for c in found if self.whole.topics[c] == topic]
            before = self._before(alike or found, index)
            return before[0] if before else found[0]
        return found[0] if found else -1

    def _answers(self, answers: list[int]) -> None:
        """An answer belongs to the request with its envelope; one without, to the latest request still open."""
        for index in sorted(answers):
            event = self.whole.events[index]
            requests = [c for c in self.sent[event.kind.system] if _peers(self.whole.events[c], event)]
            cause, by = self._sharing(requests, index), "envelope"
            if cause < 0:
                cause, by = self._sharing(self.said[event.kind.system], index), "envelope"
            if cause < 0:
                taken = [c for system, ones in self.took.items() if system != event.kind.system for c in ones]
                cause, by = self._sharing(sorted(taken), index), "envelope"
            if cause < 0 and not event.envelope and event.kind.phase == "acknowledged":
                open_ = [c for c in self._before(requests, index) if c not in self.ended]
                cause, by = (open_[0] if open_ else -1), "order"
            if cause >= 0:
                self._set(index, cause, by)
                good = event.kind.phase == "acknowledged"
                self.ended[cause] = "ok" if good else self.ended.get(cause, "failed")

    def _refusals_inside(self, refusals: list[int]) -> None:
        """A refusal without a request of its own: what an error list repeats, or what the system itself refused."""
        for index in refusals:
            if self.whole.cause[index] >= 0:
                continue
            event = self.whole.events[index]
            near = [c for c in self._before(self.sent[event.kind.system], index, MINUTE)
                    if self.ended.get(c) != "ok" and self.whole.at[index] - self.whole.at[c] <= SAME_REFUSAL
                    and _peers(self.whole.events[c], event)]  # fmt: skip
            if near:
                self._set(index, near[0], "order")
                continue
            took = self._before(self.took[event.kind.system], index)
            if took:
                self._set(index, took[0], "order")

    def _receipts(self, receipts: list[int]) -> None:
        """What was taken in follows from what its peer emitted, or sent on to here."""
        used: set[int] = set()
        events, meant = self.whole.events, self.whole.topics
        sources = sorted(self.said)
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
                    loose = [c for c in before if c not in used]
                    cause, by = (loose or before or [-1])[0], "order"
                elif [meant[c] for c in causes].count(meant[index]) == 1:
                    cause, by = next(c for c in causes if meant[c] == meant[index]), "topic"  # a wrong clock
            if cause >= 0:
                used.add(cause)
                self._set(index, cause, by)

    def _senders(self, system: str, peer: str | None, sources: Sequence[str]) -> list[int]:
        """What may have sent to `system`; without a named peer, whoever names it as theirs, or the only source."""
        named = sorted(sources) if peer is None else [peer]
        sent = [c for name, ones in self.sent.items() if name != system and (peer is None or name == peer)
                for c in ones if self._peer(c) == system or (peer is not None and self._peer(c) is None)]  # fmt: skip
        if peer is None and (sent or len(named) != 1 or named[0] == system):
            return sorted(sent)
        return sorted([*self.said[named[0]], *sent])

    def _same_version(self, cause: int, index: int) -> bool:
        said, told = self.whole.events[cause].happened_at, self.whole.events[index].happened_at
        return said is not None and told is not None and abs(said - told) <= SECOND

    def _forwards(self, forwards: list[int]) -> None:
        """What was sent on follows from what was taken in; a try again belongs to the same receipt."""
        meant = self.whole.topics
        for index in forwards:
            kind = self.whole.events[index].kind
            took = [c for c in self.took[kind.system] if kind.peer is None or kind.peer != self._peer(c)]
            causes = took or self.said[kind.system]
            cause, by = self._sharing(causes, index), "envelope"
            if cause < 0:
                cause, by = self._by_topic(causes, index, kind.peer)
            if cause >= 0:
                self.tries[cause, kind.peer].append(index)
                self._set(index, cause, by)
                meant[index] = meant[cause] if meant[cause] is not None else meant[index]

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
        events, meant = self.whole.events, self.whole.topics
        incoming: dict[str, list[int]] = defaultdict(list)
        for sent in self.sent.values():
            for index in sent:
                incoming[events[index].kind.peer or ""].append(index)
        for index in applied:
            system = events[index].kind.system
            causes = sorted(incoming[system] + self.took[system])
            if not causes:
                continue
            before = self._before(causes, index, max(SLACK, events[index].precision))
            same = [c for c in before if meant[c] == meant[index]]
            near = [c for c in before if self.whole.at[index] - self.whole.at[c] <= DAY]
            if same or near:
                self._set(index, (same or near)[0], "topic" if same else "order")


def _apart(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not any(value in other for value in one)


def _peers(request: Event, answer: Event) -> bool:
    return answer.kind.peer is None or request.kind.peer is None or answer.kind.peer == request.kind.peer


__all__ = ["Chain", "Journey", "chains", "creation", "journey", "moment", "topics"]
