"""Latest states of two systems side by side, and records that presuppose an order which nobody has."""

from __future__ import annotations

from collections.abc import Container, Sequence

from tracelog.expect.model import Limit, Stop
from tracelog.expect.numbers import shape_of
from tracelog.expect.passages import stop_of
from tracelog.expect.presence import HINTED
from tracelog.expect.values import COMPARED, Usual, kind_of, number, relation, state_relation, tolerance, worded
from tracelog.judge.abstract.family import come_to, own_ids
from tracelog.judge.abstract.values import of_a_kind
from tracelog.judge.abstract.view import View, shown_limit, station
from tracelog.judge.facts import EditFacts, OrphanFacts, SequenceFacts, StandFacts, ValueFacts
from tracelog.link.meaning import of_payment
from tracelog.model.event import SECOND, Event, State
from tracelog.model.finding import CoverageProof
from tracelog.model.words import rfc3339

_LOOSE = frozenset(("PARTIAL", "LOSSY", "HOLD"))
_CHANGED = frozenset(("emitted", "received", "applied"))
_PAID = frozenset(("paid", "refunded"))
_AHEAD = {"pending": 0, "confirmed": 1, "picked": 2, "shipped": 3, "delivered": 4, "returned": 5, "cancelled": 6}
_TOPIC = {"cancelled": "cancelled", "shipped": "shipped", "delivered": "delivered", "returned": "returned"}


def judge_stands(view: View) -> None:
    """Each two systems that list the order, once."""
    latest: dict[str, int] = {}
    for system in view.own:
        index, _ = view.listed(system)
        if index is not None:
            latest[system] = index
    systems = sorted(latest)
    for position, one in enumerate(systems):
        for other in systems[position + 1 :]:
            _compare(view, latest[one], latest[other])


def _compare(view: View, one: int, other: int) -> None:
    source, target = _ordered(view, one, other)
    apart, fields = _contradiction(source, target), _differing(view, source, target)
    if apart is None and not fields:
        return
    limit = Limit(int(view.expected.settings.default_limit * SECOND), "default", "default")
    settled = _settled(view, (source.kind.system, target.kind.system), limit)
    several = has_several(view, {source.kind.system, target.kind.system})
    hinted = _hinted(view, (source.kind.system, target.kind.system))
    if apart is not None:
        state, match = apart
        ahead, behind = _ahead(source, state, target, match)
        view.add(
            StandFacts("contradiction", topic=_topic(state, match), settled=settled, scope=not hinted,
                       explained=is_explained(view, (source.kind.system, target.kind.system)),
                       lossy=bool({state.mark, match.mark} & _LOOSE), several=several,
                       everywhere=view.expected.usual_standing(
                           source.kind.system, state.axis, state.raw, target.kind.system, match.raw)),
            **_binding(source, target, limit), field="status", value_in=worded(state), value_out=worded(match),
            ahead=ahead, behind=behind, scope=HINTED if hinted else None,
        )  # fmt: skip
    if fields:
        _fields(view, source, target, fields, limit, settled=settled, several=several)


def _contradiction(source: Event, target: Event) -> tuple[State, State] | None:
    """The first states of one axis that contradict each other."""
    for state in source.states:
        if state.axis in {"order", "payment"}:
            match = next((out for out in target.states if out.axis == state.axis), None)
            if match is not None and state_relation(state, match, birth=False) == "contradiction":
                return state, match
    return None


def _differing(view: View, source: Event, target: Event) -> dict[str, Event]:
    """The fields that differ, though they are the same amounts, each with the target's record that says so: of what
    was voided since, the one of when it was made.
    """
    shared = source.fields.keys() & target.fields.keys() & COMPARED
    if not shared:
        return {}
    slack = tolerance(source.fields.get("currency"), source.fields.get("lines"))
    first, second = sorted((source, target), key=lambda event: event.kind.system)
    found = {}
    for field in sorted(shared):
        shown = _before_voided(view, target, field)
        one, other = source.fields[field], shown.fields[field]
        if relation(field, one, other, slack) == "differs":
            if come_to(view, target.kind.system, field, one) or come_to(view, source.kind.system, field, other):
                continue
            known = view.expected.relations(f"{first.kind.system}|{second.kind.system}", field)
            sides = {source.kind.system: one, target.kind.system: other}
            kind = of_a_kind(view, known, *((source, shown) if first is source else (shown, source)), field)
            if known is not None and (kind or known.in_force(sides[first.kind.system], sides[second.kind.system])):
                _in_force(view, source, target, shown, kind or known.usual(), field=field)
                continue  # not the same amounts: tax, shipping or units differ for nearly all orders
            if not (_nothing_left(source, one) or (shown is target and _nothing_left(target, other))):
                found[field] = shown
    return found


def _in_force(view: View, source: Event, target: Event, shown: Event, usual: Usual, *, field: str) -> None:
    """What nearly all orders, or all of a kind, differ by is asked once, unless a nearer step is asked already."""
    if not any(isinstance(case.facts, ValueFacts) and case.facts.field == field for case in view.cases):
        view.add(
            ValueFacts(field, "systematic", kind_of(field)),
            anchor=source, next=shown, from_=station(stop_of(source)), to=station(stop_of(target)),
            field=field, value_in=source.fields[field], value_out=shown.fields[field], expected=source.fields[field],
            usual=usual,
        )  # fmt: skip


def _before_voided(view: View, target: Event, field: str) -> Event:
    """The target's own record of the amount that a voided document was made with; else its listing."""
    if _nothing_left(target, target.fields[field]):
        for index in view.own[target.kind.system]:
            event = view.events[index]
            if event.kind.phase == "applied" and number(event.fields.get(field, "0")) and event.borrowed != "weak":
                return event
    return target


def _ordered(view: View, one: int, other: int) -> tuple[Event, Event]:
    """The source first: the system whose own record of the creation is the earlier one."""
    first, second = view.events[one], view.events[other]
    births = {view.events[index].kind.system for index in view.by_phase["emitted"]}
    if second.kind.system in births and first.kind.system not in births:
        first, second = second, first
    return first, second


def _ahead(source: Event, state: State, target: Event, match: State) -> tuple[str, str]:
    if _AHEAD.get(state.canonical or "", 0) >= _AHEAD.get(match.canonical or "", 0):
        return source.kind.system, target.kind.system
    return target.kind.system, source.kind.system


def _topic(state: State, match: State) -> str | None:
    far = max((state.canonical or "", match.canonical or ""), key=lambda word: _AHEAD.get(word, -1))
    if state.axis == "payment":
        return "refunded" if "refunded" in {state.canonical, match.canonical} else "paid"
    return _TOPIC.get(far)


def _settled(view: View, systems: Sequence[str], limit: Limit) -> bool:
    """Both sides were listed after the order's last change and the time that it had.

    A line of a listing that has a time of its own says when the order last changed there.
    """
    changes = [at for event, at in zip(view.events, view.at, strict=True) if at >= 0 and (
               event.kind.phase in _CHANGED or (event.kind.phase == "observed" and event.at_raw))]  # fmt: skip
    last = max(changes, default=-1)
    listings = [view.listed(system)[1] for system in systems]
    return all(listing is not None and listing.as_of >= last + limit.ns for listing in listings)


def _hinted(view: View, systems: Sequence[str]) -> bool:
    """Whether a listing of either shows the order as of a time that nothing in it says."""
    return any(listing is not None and listing.hinted for system in systems for listing in [view.listed(system)[1]])


def is_explained(view: View, systems: Sequence[str]) -> bool:
    """Another case of this order tells why: something did not arrive, was changed on the way, or by hand."""
    if view.unsettled & set(systems):
        return True
    for case in view.cases:
        facts = case.facts
        if isinstance(facts, EditFacts) and case.binding["anchor"].kind.phase != "emitted":
            return True  # what staff did at the source, the others should have followed
        if isinstance(facts, SequenceFacts) and facts.harm != "none":
            return True
        if isinstance(facts, ValueFacts) and facts.what == "status" and facts.relation in {"contradiction", "unmapped"}:
            return True
    return False


def has_several(view: View, systems: Container[str]) -> bool:
    """Whether the records of one of them hold two documents of this order, each with an id of its own."""
    ids: dict[str, str] = {}
    for event in view.events:
        if event.kind.system in systems:
            own = own_ids(event.kind.system, tuple(event.names))
            if any(ids.get(kind, value) != value for kind, value in own.items()):
                return True
            ids.update(own)
    return False


def _fields(
    view: View, source: Event, target: Event, fields: dict[str, Event], limit: Limit, *, settled: bool, several: bool
) -> None:
    told = {case.facts.field for case in view.cases
            if isinstance(case.facts, ValueFacts) and case.facts.relation in {"differs", "systematic"}}  # fmt: skip
    edited = {case.binding.get("field") for case in view.cases if isinstance(case.facts, EditFacts)}
    for field, shown in fields.items():
        one, other = source.fields[field], shown.fields[field]
        view.add(
            StandFacts("differs", field=field, settled=settled, explained=field in told or field in edited,
                       edited=_had(view, source.kind.system, field, other),
                       over=_cancelled(source) and _cancelled(target), several=several),
            **_binding(source, shown, limit), field=field, value_in=one, value_out=other,
        )  # fmt: skip


def _nothing_left(event: Event, value: str) -> bool:
    """What a cancellation leaves of an amount: voided documents stand at nothing, and contradict nobody by it."""
    return number(value) == 0 and _cancelled(event)


def _cancelled(event: Event) -> bool:
    return any((state.axis, state.canonical, state.mark) == ("order", "cancelled", "EXACT") for state in event.states)


def _had(view: View, system: str, field: str, value: str) -> bool:
    """Whether records of the system, or of who took the order in from it, show this value: then it changed there."""
    for event in view.events:
        kind = event.kind
        told = kind.system == system or (kind.phase == "received" and kind.peer == system)
        if told and field in event.fields:
            slack = tolerance(event.fields.get("currency"), event.fields.get("lines"))
            if relation(field, event.fields[field], value, slack) != "differs":
                return True
    return False


def _binding(source: Event, target: Event, limit: Limit) -> dict[str, object]:
    return {
        "anchor": source, "other": target, "from_": station(stop_of(source)), "to": station(stop_of(target)),
        "limit": shown_limit(limit),
    }  # fmt: skip


def judge_orphans(view: View) -> None:
    """A record that names an order as its source would, where the source's own exports do not have it, and nobody
    took it in from there.
    """
    expected = view.expected
    present = {event.kind.system for event in view.events}
    present |= {event.kind.peer for event in view.events if event.kind.phase == "received" and event.kind.peer}
    for source in expected.holders():
        if source in present or not expected.sums.births.get(source):
            continue
        found = _presupposes(view, source)
        if found is None:
            continue
        index, inside = found
        event = view.events[index]
        times = expected.presence(source, "").times
        payment = _is_payment(view)
        view.add(
            OrphanFacts(
                payment=payment,
                covered=inside
                and payment,  # a number that the source gave out was an order once, perhaps a deleted one
                left_edge_clear=view.at[index] >= times[0],
                linked_weakly=event.borrowed == "weak",
            ),
            anchor=event,
            from_=station(Stop(source, None, "emitted")),
            to=station(stop_of(event)),
            holders=[source],
            cover=_listings(view, source, times[0], times[-1]) if inside else [],
            topic=view.topics[index] or "created",
        )
        return


def _listings(view: View, source: str, first: int, last: int) -> list[CoverageProof]:
    """The exports in which the source tells of its orders, from the first of these to the last."""
    phases = view.expected.sums.phases
    return [CoverageProof(name, rfc3339(first), rfc3339(last))
            for name, log in sorted(view.expected.covered.items())
            if log.info.system == source and phases.get(name, set()) & {"emitted", "observed"}]  # fmt: skip


def _is_payment(view: View) -> bool:
    """Whether all that is known of it is that money moved; the tries before it speak of the payment too."""
    told = list(zip(view.topics, view.events, strict=True))
    others = [event.states for topic, event in told if topic not in _PAID]
    return len(others) < len(told) and all(map(of_payment, others))


def _presupposes(view: View, source: str) -> tuple[int, bool] | None:
    """The first record with a name as that source gives them, and whether the number lies among those it lists."""
    shapes = view.expected.sums.names.get(source, {})
    for index, event in enumerate(view.events):
        for name in event.names:
            if name.kind != "ref" and not name.kind.startswith(f"{source}:"):
                continue
            shape, number = shape_of(name.value)
            if shape in shapes and shapes[shape][0] < number < shapes[shape][1]:
                return index, True
    return None
