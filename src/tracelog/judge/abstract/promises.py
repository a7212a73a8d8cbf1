"""Steps inside one system that took longer than its vendor declares that they may."""

from __future__ import annotations

from collections.abc import Iterator

from tracelog.expect.passages import stop_of
from tracelog.expect.standing import AT_LEAST
from tracelog.judge.abstract.view import View, station
from tracelog.judge.facts import PromiseFacts
from tracelog.model import finding
from tracelog.model.event import SECOND, Event
from tracelog.model.vendor import VendorLimit
from tracelog.model.words import system_name


def judge_promises(view: View) -> None:
    """Each limit of each vendor, where the records show both ends. What was kept is not worth a case."""
    for limit in view.expected.settings.vendors:
        if not any(view.events[index].fields.get(field, "").casefold() == value.casefold()
                   for field, value in limit.unless.items() for index, _ in _of(view, limit)):  # fmt: skip
            _held(view, limit)


def _of(view: View, limit: VendorLimit) -> Iterator[tuple[int, bool]]:
    """What the system tells of the order: in its own records, or in messages that others took in from it.

    True where the record is the system's own.
    """
    for index, event in enumerate(view.events):
        kind = event.kind
        own = kind.system == limit.system and kind.phase in {"emitted", "applied", "observed"}
        if own or (kind.phase == "received" and kind.peer == limit.system):
            yield index, own


def _held(view: View, limit: VendorLimit) -> None:
    told = [(view.at[index], index, own) for index, own in _of(view, limit) if view.at[index] >= 0]
    begun = min(((at, index) for at, index, own in told if own and view.topics[index] == limit.since), default=None)
    if begun is None:
        return
    shown = [(at, index) for at, index, _ in told if shows(view.events[index], view.topics[index], limit.until)]
    if not shown:
        return
    at, index = min(shown)
    over = at - begun[0] - int(limit.seconds * SECOND)
    if over <= 0 or not _is(view, index, limit.until):
        return  # in time, or first seen in a later state: when it got there nobody can tell
    first, event = view.events[begun[1]], view.events[index]
    view.add(
        PromiseFacts(limit.until, blurred=over <= view.precision(first) + view.precision(event)),
        anchor=first,
        effect=event,
        from_=station(stop_of(first)),
        to=station(stop_of(event)),
        topic=limit.until,
        since=limit.since,
        due=begun[0] + int(limit.seconds * SECOND),
        limit=finding.Limit(limit.seconds, f"declared by {system_name(limit.system)}: {limit.says}"),
        recovered_at=at,
    )


def shows(event: Event, means: str | None, topic: str) -> bool:
    """Whether the record, which means that topic, shows this one, or a state that comes after it."""
    states = {state.canonical for state in event.states if state.axis == "order"}
    return means == topic or bool(states.intersection(AT_LEAST.get(topic, ())))


def _is(view: View, index: int, topic: str) -> bool:
    """Whether the record shows that very topic, and no later one."""
    states = {(state.canonical, state.mark) for state in view.events[index].states if state.axis == "order"}
    return view.topics[index] == topic or (topic, "EXACT") in states
