"""Refusals that no attempt on record explains: an error list, or the target's own log, is all there is."""

from __future__ import annotations

from tracelog.expect.model import Limit, Stop
from tracelog.judge.abstract.hop import is_closed, kind_of_refusal
from tracelog.judge.abstract.inside import would_show
from tracelog.judge.abstract.view import Absence, Arrival, View, shown_limit, station
from tracelog.judge.facts import LegFacts
from tracelog.link.meaning import GENERIC
from tracelog.model.event import SECOND


def judge_refusals_alone(view: View) -> None:
    """One a system and change: of what was refused ten times the first refusal that nothing explains."""
    told = {(view.events[index].kind.system, _about(view, index)) for index in view.told}
    for index in view.by_phase["rejected"]:
        event, cause = view.events[index], view.whole.cause[index]
        if index in view.told or (event.kind.system, _about(view, index)) in told:
            continue
        if cause >= 0 and view.events[cause].kind.system != event.kind.system:
            continue  # the answer to a delivery that is on record as taken in
        told.add((event.kind.system, _about(view, index)))
        _alone(view, index)


def _alone(view: View, index: int) -> None:
    event, expected, at = view.events[index], view.expected, view.at[index]
    passed = expected.passes(event.kind.system)
    target = event.kind.peer or _only_target(view, event.kind.system)
    holder = target or event.kind.system
    topic = _about(view, index)
    arrival = view.effect(holder, topic, at)
    if target is None and not arrival.shown:
        arrival = _anywhere(view, topic, at)
    limit = Limit(int(expected.settings.default_limit * SECOND), "default", "default")
    until = at + limit.ns
    streams = sorted({stream for leg in passed for stream in leg.streams if target in {None, leg.end.peer}})
    cover, proofs = expected.cover(streams or would_show(view, index), at, until)
    late = arrival.shown and arrival.at > until
    absence = view.absent(target, topic, at, until) if not arrival.shown and target else Absence()
    accepted = _accepted_since(view, index) and not absence.proved  # else it was another change of the order
    later = "other" if late else "chain" if accepted else "none"
    lost = not arrival.shown and later == "none"
    if lost:
        view.unsettled.add(holder)
        view.failed.update([holder] if topic == "created" else [])
    own = Stop(event.kind.system, event.kind.instance, "rejected", event.kind.peer)
    end = Stop(target, None, "applied") if target else own._replace(phase="applied", peer=None)
    view.add(
        LegFacts(
            topic=topic,
            attempt=True,
            answer=kind_of_refusal(event),
            level=event.kind.level,
            failure_recorded=True,
            closed=is_closed(event),
            later=later,
            effect="shown" if arrival.shown else "absent" if absence.proved else "unknown",
            timing="late" if late else "in-time",
            cover="hole" if cover == "none" else cover,
            weak=event.borrowed == "weak",
            limit_basis=limit.kind,
            both_sides=True,
        ),
        anchor=event,
        answer=event,
        topic=topic,
        from_=station(own),
        to=station(end),
        due=until,
        limit=shown_limit(limit),
        cover=proofs,
        effect=view.event(arrival.pos),
        recovered_at=arrival.at if late else None,
        as_of=absence.as_of,
        proofs=absence.proofs,
    )


def _about(view: View, index: int) -> str:
    """What was refused: as the refusal says, or what it follows from, or what it came after."""
    cause = view.whole.cause[index]
    taken_in = view.topics[cause] if cause >= 0 else None
    return view.topics[index] or (taken_in if taken_in not in GENERIC else None) or _latest_change(view, index)


def _latest_change(view: View, index: int) -> str:
    """What the refusal was of, where its record does not say: the last that had happened to the order elsewhere.

    Of what happened at one moment the first counts: an order is paid when it is placed.
    """
    until = view.at[index] + view.expected.spread
    told = [
        (view.at[other], -other, topic)
        for phase in ("emitted", "received")
        for other in view.by_phase[phase]
        if (topic := view.topics[other]) not in GENERIC
        and view.events[other].kind.system != view.events[index].kind.system
        and 0 <= view.at[other] <= until
    ]  # fmt: skip
    return max(told)[2] or "created" if told else "created"


def _anywhere(view: View, topic: str, at: int) -> Arrival:
    """To whom it was meant is not known: whether any system but the source has it in its own records."""
    for system in sorted(view.own.keys() - view.births.keys()):
        arrival = view.effect(system, topic, at)
        if arrival.shown:
            return arrival
    return Arrival("unknown")


def _only_target(view: View, system: str) -> str | None:
    """To whom the system sends on, if that is one; or else the one who holds what comes from the order's source."""
    sources = sorted(view.births) or [""]
    targets = frozenset[str]().union(*(view.expected.targets(system, source) for source in sources)) - {system}
    return next(iter(targets)) if len(targets) == 1 else None


def _accepted_since(view: View, index: int) -> bool:
    system = view.events[index].kind.system
    return any(
        view.events[other].kind.system == system and view.at[other] >= view.at[index]
        for other in view.by_phase["acknowledged"]
    )
