"""States that a person changed, with no event of the order behind the change."""

from __future__ import annotations

from tracelog.expect.passages import stop_of
from tracelog.expect.values import relation, state_relation, tolerance
from tracelog.judge.abstract.view import View, station
from tracelog.judge.facts import EditFacts
from tracelog.model.event import HOUR, Event, State
from tracelog.model.finding import CoverageProof
from tracelog.model.words import rfc3339

_AHEAD = {"pending": 0, "confirmed": 1, "picked": 2, "shipped": 3, "delivered": 4, "returned": 5, "cancelled": 6}
LOGS = 3
"""Logs that a finding cites for what would have stood before it."""
_BY_HAND = frozenset(("cancelled", "returned", "refunded"))
"""Changes that staff make at the source: on record, and for information."""


def judge_edits(view: View) -> None:
    for index in view.by_phase["applied"]:
        event = view.events[index]
        if event.actor is not None and event.actor.kind == "person":
            state = _order_state(event)
            if state is not None and _is_edit(view, index, state):
                _edited(view, index, state)
            elif "total" in event.fields and "total" in event.before:
                _retotalled(view, index)
    for index in view.by_phase["emitted"]:
        event = view.events[index]
        if event.actor is not None and event.actor.kind == "person" and view.topics[index] in _BY_HAND:
            view.add(EditFacts(), **_binding(view, index), value_out=view.topics[index])


def _order_state(event: Event) -> State | None:
    return next((state for state in event.states if state.axis == "order"), None)


def _is_edit(view: View, index: int, state: State) -> bool:
    """An end, a step back, or a jump past what the order has reached: approving an order one step is daily work."""
    if any(
        view.topics[other] == view.topics[index] and view.topics[index] is not None
        and view.events[other].kind.phase in {"emitted", "received", "forwarded"}
        and view.at[other] <= view.at[index] + view.expected.spread
        for other in range(len(view.events))
    ):  # fmt: skip
        return False
    before = _state_before(view, index)
    if state.canonical is None:
        done = before is not None and _AHEAD.get(before.canonical or "", 0) >= _AHEAD["shipped"]
        return state.final and not done  # to bill or close what was shipped is its ordinary end
    if state.canonical == "cancelled":
        return True
    if before is None or before.canonical is None:
        return False
    step = _AHEAD.get(state.canonical, 0) - _AHEAD.get(before.canonical, 0)
    return step < 0 or step > 1


def _state_before(view: View, index: int) -> State | None:
    system = view.events[index].kind.system
    for other in reversed([own for own in view.own.get(system, ()) if own < index]):
        event = view.events[other]
        state = _order_state(event)
        if event.kind.phase == "applied" and state is not None:
            return state
    return None


def _source_state(view: View, index: int) -> State | None:
    """What the source last said before the edit."""
    system = view.events[index].kind.system
    for other in range(index - 1, -1, -1):
        event = view.events[other]
        if event.kind.phase in {"emitted", "received"} and event.kind.system != system:
            state = _order_state(event)
            if state is not None:
                return state
    return None


def _followed(view: View, index: int, state: State) -> bool:
    """The source came to the same later: staff were first, and the two do not disagree from then on."""
    system = view.events[index].kind.system
    later = (one for one in view.events[index + 1 :] if one.kind.phase in {"emitted", "received"})
    ends: set[str | None] = {"cancelled"} if state.canonical is None and state.final else {state.canonical}
    return any(one.kind.system != system and (one.kind.topic in ends or _says(one, ends)) for one in later)


def _says(event: Event, ends: set[str | None]) -> bool:
    state = _order_state(event)
    return state is not None and state.canonical in ends


def _edited(view: View, index: int, state: State) -> None:
    event, source, before = view.events[index], _source_state(view, index), _state_before(view, index)
    contradicts = source is not None and not _followed(view, index, state) and (
        state_relation(source, state, birth=False) == "contradiction"
        or (state.canonical is None and state.final and not source.final)
    )  # fmt: skip
    correct = source is not None and before is not None and source.canonical == before.canonical
    view.add(
        _facts(view, index, after_correct_write=correct, contradicts=contradicts),
        **_binding(view, index),
        value_in=event.before.get(state.field) or (before.raw if before else None),
        value_out=state.raw,
    )


def _retotalled(view: View, index: int) -> None:
    event = view.events[index]
    old, new = event.before["total"], event.fields["total"]
    if relation("total", old, new, tolerance(event.fields.get("currency"), None)) == "differs":
        binding = _binding(view, index) | {"field": "total"}
        view.add(_facts(view, index, after_correct_write=True), **binding, value_in=old, value_out=new)


def _facts(view: View, index: int, *, after_correct_write: bool = False, contradicts: bool = False) -> EditFacts:
    event, expected = view.events[index], view.expected
    told = bool(_before(view, index)) or expected.told_since(event.kind.system, view.at[index] - HOUR)
    return EditFacts(
        covered_before=told,
        after_correct_write=after_correct_write,
        contradicts=contradicts,
        bulk=expected.bulk(event.kind.system, (event.actor.name if event.actor else None) or "", view.at[index]),
    )


def _before(view: View, index: int) -> list[CoverageProof]:
    """The logs of sources that would show an event behind the edit: they were on an hour before it already."""
    expected, since = view.expected, view.at[index] - HOUR
    streams = sorted(stream for stream, phases in expected.sums.phases.items() if phases & {"emitted", "received"})
    logs = [log for stream in streams if expected.reaches_back([stream], since) and (log := expected.covered[stream])]
    return [CoverageProof(log.stream, rfc3339(log.first), rfc3339(log.last))
            for log in logs if log.first is not None and log.last is not None]  # fmt: skip


def _binding(view: View, index: int) -> dict[str, object]:
    event = view.events[index]
    own = station(stop_of(event))
    cover = _before(view, index)[:LOGS]
    return {"anchor": event, "field": "status", "from_": own, "to": own, "topic": view.topics[index], "cover": cover}
