"""What the target's own log says of a message that was sent to it: put in force, or accepted and then refused."""

from __future__ import annotations

from collections.abc import Iterator

from tracelog.expect.model import Leg, Limit, Stop
from tracelog.expect.passages import stop_of
from tracelog.judge.abstract.view import View, shown_limit, station
from tracelog.judge.facts import LegFacts
from tracelog.link.meaning import GENERIC
from tracelog.model.event import SECOND


def brought(view: View, attempt: int, phase: str) -> Iterator[int]:
    """The target's own events of that phase that follow from what it took in of an attempt."""
    target = view.events[attempt].kind.peer
    for receipt in view.followers[attempt]:
        kind = view.events[receipt].kind
        if kind.phase == "received" and kind.system == target:
            yield from (at for at in view.followers[receipt]
                        if view.events[at].kind.phase == phase and view.events[at].kind.system == target)  # fmt: skip


def judge_inside(view: View) -> None:
    """Each attempt that its target answered with a success and refused by its own records; its last word counts."""
    last: dict[int, int] = {}
    for index in view.by_phase["rejected"]:
        receipt = view.whole.cause[index]
        attempt = view.whole.cause[receipt] if receipt >= 0 else -1
        if attempt >= 0 and index in brought(view, attempt, "rejected") and view.accepted(attempt):
            last[attempt] = index
            view.told.add(index)
    for attempt, index in last.items():
        _inside(view, attempt, index)


def _inside(view: View, attempt: int, index: int) -> None:
    expected, sent, refusal, at = view.expected, view.events[attempt], view.events[index], view.at[index]
    target, topic = refusal.kind.system, view.topics[attempt] or "created"
    limit = _limit(view, attempt, topic)
    until = at + limit.ns
    cover, proofs = expected.cover(would_show(view, index), at, until)
    good = next((done for done in view.by_phase["applied"] if view.events[done].kind.system == target
                 and view.at[done] >= at and _change(view, done) == topic), None)  # fmt: skip
    later = "none" if good is None else "chain" if view.at[good] <= until else "other"
    if good is None:
        view.unsettled.add(target)
        view.failed.update([target] if topic == "created" else [])
    receipt = view.whole.cause[attempt]
    view.add(
        LegFacts(
            topic=topic,
            attempt=True,
            answer="inside",
            level=refusal.kind.level,
            failure_recorded=any(
                view.events[other].kind.system == sent.kind.system
                and view.at[other] >= at
                and _change(view, other) == topic
                for other in view.by_phase["rejected"]
            ),
            later=later,
            effect="unknown" if good is None else "shown",
            timing="late" if later == "other" else "in-time",
            cover=cover,
            weak=refusal.borrowed == "weak",
            retry_open=cover in {"ends", "none"} and expected.end < until,
            limit_basis=limit.kind,
            both_sides=True,
        ),
        anchor=sent,
        took=station(stop_of(view.events[receipt])) if receipt >= 0 else None,
        from_=station(stop_of(sent)),
        to=station(Stop(target, None, "applied")),
        next=sent,
        answer=refusal,
        topic=topic,
        effect=view.event(good),
        due=until,
        cover=proofs,
        limit=shown_limit(limit),
        recovered_at=view.at[good] if good is not None and later == "other" else None,
        recovered_by="another try" if later == "other" else None,
        source=view.event(receipt if receipt >= 0 else None),
    )


def _change(view: View, index: int) -> str | None:
    """What an event of the target is about: as it says, or as what it follows from does."""
    for _ in range(3):
        if view.topics[index] not in GENERIC or view.whole.cause[index] < 0:
            break
        index = view.whole.cause[index]
    return view.topics[index]


def _limit(view: View, attempt: int, topic: str) -> Limit:
    sent = view.events[attempt].kind
    for leg in view.expected.passes(sent.system):
        if leg.end.peer == sent.peer and leg.topic == topic:
            return leg.limit
    return Limit(int(view.expected.settings.default_limit * SECOND), "default", "default")


def would_show(view: View, index: int) -> list[str]:
    """The logs that would show that it was put in force after all."""
    kind = view.events[index].kind
    legs: list[Leg] = [leg for leg in view.expected.legs if leg.leg == "flow" and leg.end.system == kind.system]
    found = {stream for leg in legs for stream in leg.streams if leg.end.phase == "applied"}
    own = [kind.stream] if "applied" in view.expected.sums.phases.get(kind.stream, ()) else []
    return sorted(found) or own
