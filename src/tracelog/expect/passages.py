"""What one order's journey says of the legs: each change of the order, where it stood, and where it got to.

Both passes read an order with these: the sums count them, judging holds each against the sums.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from tracelog.expect.model import Stop
from tracelog.expect.standing import carries, effect_at, in_vain, verdict_of
from tracelog.link.causes import SLACK, told_once
from tracelog.link.journey import Journey
from tracelog.link.meaning import GENERIC, bare, of_payment, only_listed
from tracelog.model.event import MINUTE, SECOND, Event

SAME_CHANGE = MINUTE
"""Two exports of one system that tell of the same topic within this are telling of one change."""
_STATIONS = frozenset(("received", "parked", "transformed", "applied", "forwarded", "acknowledged"))
MOST_STATIONS = 16
"""Places of one order between which an order of steps is learned."""

NEAREST = 32
"""Receipts of one order that one is held against: some orders are polled every minute for months."""


class Reach(NamedTuple):
    """The first event of a passage at its next stop, by its position in the journey and time."""

    end: Stop
    pos: int
    at: int


class Passage(NamedTuple):
    """One change of the order at one stop. `leg` is the word of `LegFacts.leg`.

    `reached` are the next stops it is known to have got to. `covered` are stops where a later record of the same
    or a newer state arrived, so that this one need not. `repeat`: the same change as an earlier passage, or no
    change at all.
    """

    leg: str
    start: Stop
    topic: str | None
    pos: int
    at: int
    reached: tuple[Reach, ...] = ()
    covered: tuple[Stop, ...] = ()
    repeat: bool = False


def stop_of(event: Event, phase: str | None = None) -> Stop:
    kind = event.kind
    return Stop(kind.system, kind.instance, phase or kind.phase, kind.peer)


def passages(whole: Journey) -> list[Passage]:
    """Every passage of the journey that a leg can be learned from, or judged by."""
    events = whole.events
    phases: dict[str, list[int]] = defaultdict(list)
    for index, event in enumerate(events):
        phases[event.kind.phase].append(index)
    out: list[Passage] = []
    followers = whole.followers()
    if phases["received"]:
        out.extend(_taken_in(whole, phases["received"], followers))
    out.extend(_told(whole, phases["emitted"], followers, phases))
    out.extend(_stations(whole))
    if phases["received"] and (phases["applied"] or phases["parked"]):
        out.extend(_put_in_force(whole, phases["received"], followers))
    return out


def _taken_in(whole: Journey, receipts: Sequence[int], followers: Sequence[Sequence[int]]) -> Iterator[Passage]:
    """`pass`: received → forwarded, inside one system."""
    groups: dict[Stop, list[int]] = defaultdict(list)
    for index in told_once(whole.events, receipts):
        groups[stop_of(whole.events[index])].append(index)
    for start, members in groups.items():
        sent = [_sent(whole, index, followers) for index in members]
        repeats = _repeats(whole, members)
        later: dict[Stop, list[int]] = defaultdict(list)
        for position in range(len(members) - 1, -1, -1):
            index = members[position]
            topic = whole.topics[index]
            reached = tuple(sent[position].values())
            covered = tuple(
                end for end, ones in later.items()
                if end not in sent[position] and any(_carries_on(whole, cause, index) for cause in ones[-NEAREST:])
            )  # fmt: skip
            yield Passage("pass", start, topic, index, whole.at[index], reached, covered, repeats[position])
            for end in sent[position]:
                if not _refused(whole, index, end, followers):
                    later[end].append(index)


def _sent(whole: Journey, index: int, followers: Sequence[Sequence[int]]) -> dict[Stop, Reach]:
    out: dict[Stop, Reach] = {}
    for child in followers[index]:
        event = whole.events[child]
        if event.kind.phase == "forwarded":
            end = stop_of(event)
            if end not in out:
                out[end] = Reach(end, child, whole.at[child])
    return out


def _refused(whole: Journey, index: int, end: Stop, followers: Sequence[Sequence[int]]) -> bool:
    """Whether all that was sent on for a receipt was refused: what nobody took carries nothing over."""
    tries = [child for child in followers[index] if whole.events[child].kind.phase == "forwarded"
             and stop_of(whole.events[child]) == end]  # fmt: skip
    answers = [{whole.events[answer].kind.phase for answer in followers[one]} for one in tries]
    return bool(answers) and all("rejected" in said and "acknowledged" not in said for said in answers)


def _carries_on(whole: Journey, later: int, earlier: int) -> bool:
    """Whether what was passed on for `later` also tells of `earlier`."""
    topic = whole.topics[earlier]
    if topic in GENERIC:
        return bool(whole.events[later].states or whole.events[later].fields)
    return whole.topics[later] in GENERIC | {topic} or carries(whole.events[later].states, topic)


def _repeats(whole: Journey, members: Sequence[int]) -> list[bool]:
    """Which of the receipts at one stop bring nothing new: redelivered, or polled again unchanged."""
    out = []
    seen: list[Event] = []
    for index in members:
        event, topic = whole.events[index], whole.topics[index]
        near = range(max(0, len(seen) - NEAREST), len(seen))
        again = any(same_change(event, topic, seen[at], whole.topics[members[at]]) for at in near)
        if not again and topic in GENERIC and seen:
            again = (event.states, event.fields) == (seen[-1].states, seen[-1].fields)
        out.append(again or (topic in GENERIC and not event.states and not event.fields))
        seen.append(event)
    return out


def same_change(one: Event, topic: str | None, other: Event, its: str | None) -> bool:
    """The same event or delivery, the same source version, or the same content under the same topic: whatever the id,
    for ids are used again for other messages, and redeliveries get new ones.
    """
    if topic != its or one.ids.get("line") != other.ids.get("line"):  # one message a line is not one message again
        return False
    if one.names != other.names and _of_another_part(one, other):
        return False
    if "event" in one.ids and one.ids["event"] == other.ids.get("event"):
        return (one.states, one.fields) == (other.states, other.fields)  # else siblings: an event told of in two ways
    if one.happened_at is not None and other.happened_at is not None:
        if one.happened_at != other.happened_at:
            return False
        return (one.states, one.fields) == (other.states, other.fields)
    if one.envelope and other.envelope and one.envelope == other.envelope:
        return not _says_otherwise(one, other)
    return topic not in GENERIC and (one.states, one.fields) == (other.states, other.fields)


def _of_another_part(one: Event, other: Event) -> bool:
    """Whether they name two documents of one kind: the second parcel of an order is not its first one again."""
    mine = _documents(one)
    return any(mine.get(kind, values).isdisjoint(values) for kind, values in _documents(other).items())


def _documents(event: Event) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for name in event.names:
        if name.strength == "strong" and name.kind != "ref":
            out.setdefault(name.kind, set()).add(name.value.strip().lstrip("#").casefold())
    return out


def _says_otherwise(one: Event, other: Event) -> bool:
    """Whether two records contradict each other; one that says less does not."""
    axes = {state.axis: state.raw for state in one.states}
    if any(axes.get(state.axis, state.raw) != state.raw for state in other.states):
        return True
    return any(one.fields[name] != other.fields[name] for name in one.fields.keys() & other.fields.keys())


def _told(
    whole: Journey,
    emitted: Sequence[int],
    followers: Sequence[Sequence[int]],
    phases: dict[str, list[int]],
) -> Iterator[Passage]:
    """`hand` and `span`: emitted here → received there, or in force there.

    What the customer is told changes nothing that another system would have to take in.
    """
    emitted = [index for index in emitted or origins(whole) if whole.topics[index] != "notified"]
    placed = _placed(whole, emitted)
    emitted = [index for index in emitted if not _paid_with_the_order(whole, index, placed)]
    if not emitted:
        return
    emitted += [index for index in phases["observed"] if only_listed(whole.events[index], whole.topics[index])]
    own: dict[Stop, list[int]] = defaultdict(list)
    for phase in ("applied", "observed"):
        for index in phases[phase]:
            kind = whole.events[index].kind
            own[Stop(kind.system, kind.instance, "applied")].append(index)
    holders = {end: sorted(indices) for end, indices in own.items()}
    kept: list[tuple[int, list[int]]] = []
    times: list[tuple[int, int]] = []
    """When those that are kept were, and their places: an order may have ten thousands of changes."""
    widest = max((SAME_CHANGE, *(whole.events[index].precision for index in emitted)))
    for index in sorted(emitted, key=lambda one: whole.topics[one] in GENERIC):
        event, topic = whole.events[index], whole.topics[index]
        near, at = max(SAME_CHANGE, event.precision), whole.at[index]
        close = times[bisect_left(times, (at - widest, 0)) : bisect_left(times, (at + widest + 1, 0))]
        for place in sorted(place for _, place in close):
            first, again = kept[place]
            other = whole.events[first]
            same = other.kind.system == event.kind.system and topic in GENERIC | {whole.topics[first]}
            if same and abs(whole.at[first] - at) <= max(near, other.precision):
                again.append(index)
                break
        else:
            insort(times, (at, len(kept)))
            kept.append((index, [index]))
    for index, copies in kept:
        yield _hand(whole, index, copies, followers, phases["received"])
        if whole.topics[index] not in GENERIC or not of_payment(whole.events[index].states):
            yield _span(whole, index, holders)  # a try to pay changes nothing that other systems would have to show


def _placed(whole: Journey, emitted: Sequence[int]) -> set[tuple[int, Sequence[int]]]:
    """When records say that the order was placed, and which records."""
    made = ((whole.at[index], whole.events[index].place) for index in emitted if whole.topics[index] == "created")
    return {(at, place[:2]) for at, place in made if place is not None}


def _paid_with_the_order(whole: Journey, index: int, placed: AbstractSet[tuple[int, Sequence[int]]]) -> bool:
    """Whether the record that says when the order was placed says that it was paid in that moment, and not only on
    that day: one change.
    """
    event = whole.events[index]
    place = event.place if event.precision <= SAME_CHANGE else None
    return whole.topics[index] == "paid" and place is not None and (whole.at[index], place[:2]) in placed


def origins(whole: Journey) -> list[int]:
    """Where only what was sent is on record, neither what its sender did before nor what anybody took in (EDI): each
    change that was sent without a cause, once, and not refused, stands for what happened at its sender.
    """
    phases = [event.kind.phase for event in whole.events]
    if "forwarded" not in phases or "emitted" in phases or "received" in phases:
        return []
    answered = {word: {whole.cause[index] for index, phase in enumerate(phases) if phase == word}
                for word in ("acknowledged", "rejected")}  # fmt: skip
    first: dict[tuple[str, str | None], int] = {}
    for index, event in enumerate(whole.events):
        topic = whole.topics[index]
        sent = phases[index] == "forwarded" and whole.cause[index] < 0 and whole.at[index] >= 0
        if sent and topic not in GENERIC and (index in answered["acknowledged"] or index not in answered["rejected"]):
            first.setdefault((event.kind.system, topic), index)
    return sorted(first.values())


def _hand(
    whole: Journey, index: int, copies: Sequence[int], followers: Sequence[Sequence[int]], receipts: Sequence[int]
) -> Passage:
    event, topic, at = whole.events[index], whole.topics[index], whole.at[index]
    reached: dict[Stop, Reach] = {}
    for child in sorted(child for copy in copies for child in followers[copy]):
        kind = whole.events[child].kind
        if topic == "created" and whole.topics[child] not in {topic, *GENERIC} and bare(whole.events[child]):
            continue  # a message of another change, hours later, brings nobody the order
        if kind.phase in {"received", "forwarded"}:
            end = stop_of(whole.events[child])
            reached.setdefault(end, Reach(end, child, whole.at[child]))
    covered: list[Stop] = []
    by_then = only_listed(event, topic)
    for other in receipts:
        end = stop_of(whole.events[other])
        if end.peer not in {event.kind.system, None} or end in reached or end in covered:
            continue
        tells = whole.at[other] >= at - SLACK and _tells_of(whole.events[other], topic, event)
        if topic == "created" and in_vain(whole, other, followers):
            continue
        if tells or (by_then and _may_tell(whole, other, topic)):
            covered.append(end)
    return Passage("hand", _source(event), topic, index, at, tuple(reached.values()), tuple(covered))


def _source(event: Event) -> Stop:
    """Where the change was made: what only a listing tells of it, the source did."""
    phase = "emitted" if event.kind.phase == "observed" else event.kind.phase
    return Stop(event.kind.system, event.kind.instance, phase)


def _may_tell(whole: Journey, receipt: int, topic: str | None) -> bool:
    """Whether a message may be the one of a change, of which only the time is known by which it was made."""
    event, meant = whole.events[receipt], whole.topics[receipt]
    return meant == topic or carries(event.states, topic) or (meant in GENERIC and not event.states)


def _tells_of(receipt: Event, topic: str | None, change: Event) -> bool:
    """Whether what was taken in tells of a change: by its states, or as the whole order as it stood from then on."""
    if carries(receipt.states, topic) and not (topic == "created" and bare(receipt) and receipt.kind.topic != topic):
        return True
    since = change.happened_at if change.happened_at is not None else change.at
    if receipt.kind.carries != "state" or not receipt.states or receipt.happened_at is None or since is None:
        return False
    return receipt.happened_at >= since and verdict_of(receipt.states, topic) != "denies"


def _span(whole: Journey, index: int, holders: dict[Stop, list[int]]) -> Passage:
    event, topic, at = whole.events[index], whole.topics[index], whole.at[index]
    reached = []
    for end, own in holders.items():
        if end.system == event.kind.system or (event.kind.phase == "forwarded" and end.system == event.kind.peer):
            continue  # whether a system has what was sent to it is asked where it was sent
        effect, shown = effect_at(whole, own, topic, at)
        if effect == "shown" and shown:
            timed = whole.events[shown.pos].kind.phase == "applied"  # a listing's stamp is no time of the change
            reached.append(Reach(end, shown.pos, shown.at if timed else -1))
    return Passage("span", _source(event), topic, index, at, tuple(reached))


def _stations(whole: Journey) -> Iterator[Passage]:
    """`flow`: places that name no peer, each with all later ones of the order; the sums learn which follow."""
    first: dict[tuple[Stop, str | None], int] = {}
    systems: dict[str, None] = {}
    for index, event in enumerate(whole.events):
        kind = event.kind
        if kind.phase in _STATIONS and kind.peer is None:
            place = (stop_of(event), kind.topic)
            if place not in first and len(first) < MOST_STATIONS:
                first[place] = index
                systems[kind.system] = None
        elif kind.peer is not None:
            return  # peers say where this order went: nothing needs to be guessed
    if not first or (len(systems) == 1 and any(event.kind.phase == "emitted" for event in whole.events)):
        return
    ordered = sorted(first.items(), key=lambda one: (whole.at[one[1]], one[1]))
    for position, ((start, topic), index) in enumerate(ordered):
        reached = tuple(
            Reach(end, later, whole.at[later])
            for (end, _), later in ordered[position + 1 :]
            if end.system != start.system
        )
        yield Passage("flow", start, topic, index, whole.at[index], reached)


def _put_in_force(whole: Journey, receipts: Sequence[int], followers: Sequence[Sequence[int]]) -> Iterator[Passage]:
    """`flow`: taken in → in force, inside a system whose records of both carry the message's id. What it only parked
    is taken in too.
    """
    refused = {(event.kind.system, value) for event in whole.events if event.kind.phase == "rejected"
               for value in event.envelope}  # fmt: skip
    for index in receipts:
        event, kind = whole.events[index], whole.events[index].kind
        if any((kind.system, value) in refused for value in event.envelope):
            continue  # it says so itself
        inside = [child for child in followers[index] if whole.events[child].kind.phase in {"applied", "parked"}
                  and whole.by[child] == "envelope" and whole.events[child].kind.system == kind.system]  # fmt: skip
        if not inside or not event.envelope:
            continue
        end = Stop(kind.system, kind.instance, "applied")
        done = next((child for child in inside if whole.events[child].kind.phase == "applied"), None)
        reached = () if done is None else (Reach(end, done, whole.at[done]),)
        start = Stop(kind.system, kind.instance, "received")
        topic, cause = whole.topics[index], whole.cause[index]
        meant = whole.topics[cause] if topic in GENERIC and cause >= 0 else topic
        yield Passage("flow", start, meant, index, whole.at[index], reached)


def mapped(whole: Journey) -> Iterator[tuple[int, int]]:
    """(what was made of it, what was taken in), where what was then sent on is on record without its content: what the
    sender says that it mapped it to, else what its peer took in.
    """
    if not any(event.kind.phase == "forwarded" and not event.fields for event in whole.events):
        return
    taken: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for index, event in enumerate(whole.events):
        if event.kind.phase == "received" and event.fields:
            taken[event.kind.system, whole.topics[index]].append(index)
    for cause, children in enumerate(whole.followers() if taken else ()):
        sent = [child for child in children if whole.events[child].kind.phase == "forwarded"]
        bare = sent and not any(whole.events[child].fields for child in sent)
        if not bare or whole.events[cause].kind.phase != "received" or not whole.events[cause].fields:
            continue
        made = [child for child in children if child < sent[0] and whole.events[child].fields
                and whole.events[child].kind.phase == "transformed"]  # fmt: skip
        there = taken.get((whole.events[sent[0]].kind.peer or "", whole.topics[cause]), [])
        arrived = bisect_left(there, whole.at[sent[0]] - SECOND, key=whole.at.__getitem__)
        if made or arrived < len(there):
            yield (made[-1] if made else there[arrived]), cause
