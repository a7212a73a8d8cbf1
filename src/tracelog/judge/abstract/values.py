"""Values across a hop: what a system took in against what it sent on for it."""

from __future__ import annotations

from tracelog.expect.passages import mapped, stop_of
from tracelog.expect.valued import Ends, far_ends
from tracelog.expect.values import (
    COMPARED,
    CURRENCY,
    MONEY,
    Relations,
    Usual,
    comparable,
    kind_of,
    relation,
    state_relation,
    tolerance,
    worded,
)
from tracelog.judge.abstract.view import View, station
from tracelog.judge.facts import ValueFacts
from tracelog.model.event import Event, State


def judge_values(view: View) -> None:
    """Every forward against the receipt that it follows from, or what was made of that where the forward's content is
    not on record; and status values that the map does not know.
    """
    compared: set[tuple[str, str]] = set()
    firsts: set[str | None] = set()
    for index in view.by_phase["forwarded"]:
        event, cause = view.events[index], view.whole.cause[index]
        birth = event.kind.peer not in firsts
        firsts.add(event.kind.peer)
        if cause < 0 or view.events[cause].kind.system != event.kind.system:
            continue
        if _superseded(view, index, cause) or _of_another(view, index, cause):
            continue
        _status(view, index, cause, birth=birth or view.topics[cause] == "created", compared=compared)
        _fields(view, index, cause, f"{view.events[cause].kind.system}>{event.kind.peer or ''}")
    for made, cause in mapped(view.whole):
        _fields(view, made, cause, f"{view.events[cause].kind.system}>")
    for far in far_ends(view.whole):
        _far_apart(view, far)
    _unmapped(view, compared)


def _far_apart(view: View, far: Ends) -> None:
    """What the source lists against what the target took in; nobody between the two shows the value."""
    source, target = view.events[far.listed], view.events[far.taken]
    slack = tolerance(source.fields.get("currency"), source.fields.get("lines"))
    for field in sorted(far.fields):
        one, other = source.fields[field], target.fields[field]
        word = relation(field, one, other, slack)
        known = view.expected.relations(far.hop(view.whole), field)
        usual = of_a_kind(view, known, source, target, field) if word == "differs" else None
        if word == "differs" and known is not None and (usual or known.in_force(one, other)):
            word = "systematic"
        view.add(
            ValueFacts(field, word, kind_of(field), in_force=_field_in_force(view, far.taken, field, other),
                       cut=far.edited or "weak" in {source.borrowed, target.borrowed}),
            **_ends(view, view.events[far.made], target), field=field, value_in=one, value_out=other, expected=one,
            other=source, usual=usual,
        )  # fmt: skip


def of_a_kind(view: View, known: Relations | None, source: Event, target: Event, field: str) -> Usual | None:
    """What all orders of one kind, and no others, show of this field: taken for the mapping in force, asked once."""
    if known is None:
        return None
    differing = {
        each for each in source.fields.keys() & target.fields.keys() & COMPARED
        if relation(each, source.fields[each], target.fields[each], tolerance(None, None)) == "differs"
    }  # fmt: skip
    converted = "currency" in differing and bool(differing & MONEY) and field in MONEY | CURRENCY
    return known.of_a_kind(field, source.fields[field], target.fields[field], view.own_traits, converted=converted)


def _superseded(view: View, index: int, cause: int) -> bool:
    """An equal try again, whose values were held against the receipt already."""
    event = view.events[index]
    return any(
        other < index and view.whole.cause[other] == cause
        and view.events[other].kind.peer == event.kind.peer
        and (view.events[other].states, view.events[other].fields) == (event.states, event.fields)
        for other in view.followers[cause]
        if view.events[other].kind.phase == "forwarded"
    )  # fmt: skip


def _of_another(view: View, index: int, cause: int) -> bool:
    """Whether it rather follows from a later receipt that is not on record: this one was passed on and accepted long
    before.
    """
    followers, peer = view.followers[cause], view.events[index].kind.peer
    before = [other for other in followers if other < index and view.events[other].kind.phase == "forwarded"]
    if not any(view.events[other].kind.peer == peer and view.accepted(other) for other in before):
        return False
    ways = view.expected.from_("pass", stop_of(view.events[cause]), view.topics[cause])
    limit = next((way.leg.limit.ns for way in ways if way.leg.end.peer == peer), 0)
    return view.at[index] - view.at[cause] > limit


def _status(view: View, index: int, cause: int, *, birth: bool, compared: set[tuple[str, str]]) -> None:
    source, target = view.events[cause], view.events[index]
    found = [
        ("refinement" if _begins(target, state, out) else state_relation(state, out, birth=birth), state, out)
        for state in source.states
        for out in target.states
        if out.axis == state.axis
    ]
    if not found:
        return
    wrong = [one for one in found if one[0] == "contradiction"]
    unmapped = [one for one in found if one[0] == "unmapped"]
    if not wrong and not unmapped:
        word = min((one[0] for one in found), key=_CLEAR.index)
        view.add(ValueFacts("status", word), anchor=source, next=target, field="status")
        return
    word, state, out = min(wrong or unmapped, key=_plainest)
    hop = f"{source.kind.system}>{target.kind.peer or ''}"
    outs = view.expected.sums.went_out.get((source.kind.system, state.field, state.raw))
    unknown_in = word == "unmapped" and state.mark == "UNMAPPED"
    if unknown_in:
        compared.add((state.field, state.raw))
    view.add(
        ValueFacts(
            "status",
            word,
            same_in_gave_other=unknown_in and outs is not None and len(outs) > 1,
            default_contradicts=unknown_in and _contradicted_later(view, cause, out),
            corrected=_put_right(view, index, state),
            in_force=_in_force(view, index, out),
            cut="weak" in {source.borrowed, target.borrowed},
        ),
        **_ends(view, source, target),
        field=state.field if word == "unmapped" else "status",
        value_in=worded(state),
        value_out=worded(out),
        expected=None if word == "unmapped" else _expected(view, hop, state),
        recovered_at=_put_right_at(view, index, state),
    )


def _begins(target: Event, state: State, out: State) -> bool:
    """The record makes the order at the target, where it begins open however far it is at the source: what has
    happened since travels by documents of its own, and is looked for at the target.
    """
    return (
        target.kind.topic == "created"
        and state.canonical in {"picked", "shipped", "delivered"}
        and out.canonical in {"pending", "confirmed"}
    )


_CLEAR = ("same", "mapped", "refinement", "allowed", "unknown")


def _plainest(one: tuple[str, State, State]) -> tuple[bool, bool, str]:
    """Of several contradictions of one record, the one whose values a person can read: a word, not a code."""
    _, state, out = one
    spoken = out.raw.strip().casefold() == (out.canonical or "") or len(out.raw) > 3
    return (not spoken, state.axis != "order", out.field)


def _expected(view: View, hop: str, state: State) -> str | None:
    """What the same state goes out as for other orders; else its canonical word."""
    words = view.expected.sums.worded.get((hop, state.axis, state.canonical or ""))
    return max(words, key=lambda word: (words[word], word)) if words else state.canonical


def _contradicted_later(view: View, cause: int, out: State) -> bool:
    """A later record of the source says more, and it is not what went out."""
    for event in view.events[cause + 1 :]:
        if event.kind.phase in {"received", "emitted"}:
            for state in event.states:
                if state.axis == out.axis and state_relation(state, out, birth=False) == "contradiction":
                    return True
    return False


def _later_forwards(view: View, index: int) -> list[Event]:
    peer = view.events[index].kind.peer
    return [view.events[other] for other in view.by_phase["forwarded"]
            if other > index and view.events[other].kind.peer == peer]  # fmt: skip


def _put_right_at(view: View, index: int, state: State) -> int | None:
    for event in _later_forwards(view, index):
        if any(out.axis == state.axis and out.canonical == state.canonical for out in event.states):
            return event.at
    return None


def _put_right(view: View, index: int, state: State) -> bool:
    return _put_right_at(view, index, state) is not None


def _in_force(view: View, index: int, out: State) -> bool:
    """The wrong state is the last that was sent, and the target's own records do not say otherwise."""
    if any(other.axis == out.axis for event in _later_forwards(view, index) for other in event.states):
        return False
    for own in reversed(view.own.get(view.events[index].kind.peer or "", [])):
        for state in view.events[own].states:
            if state.axis == out.axis and view.at[own] + view.events[own].precision >= view.at[index]:
                return state.canonical is None or state.canonical == out.canonical
    return True


def _fields(view: View, index: int, cause: int, hop: str) -> None:
    source, target = view.events[cause], view.events[index]
    slack = tolerance(source.fields.get("currency"), source.fields.get("lines"))
    for field in sorted(source.fields.keys() & target.fields.keys() & comparable(view.topics[cause])):
        one, other = source.fields[field], target.fields[field]
        word = relation(field, one, other, slack)
        if word != "differs":
            view.add(ValueFacts(field, word, kind_of(field)), anchor=source, next=target, field=field)
            continue
        known = view.expected.relations(hop, field)
        usual = of_a_kind(view, known, source, target, field)
        if known is not None and (usual or known.in_force(one, other)):
            word = "systematic"
        corrected = next((event for event in _later_forwards(view, index)
                          if field in event.fields and relation(field, one, event.fields[field], slack) != "differs"),
                         None)  # fmt: skip
        view.add(
            ValueFacts(
                field,
                word,
                kind_of(field),
                corrected=corrected is not None,
                in_force=corrected is None and _field_in_force(view, index, field, other),
                cut="weak" in {source.borrowed, target.borrowed},
            ),
            **_ends(view, source, target),
            field=field,
            value_in=one,
            value_out=other,
            expected=one,
            recovered_at=corrected.at if corrected else None,
            usual=usual or (known.usual() if known is not None and word == "systematic" else None),
        )


def _field_in_force(view: View, index: int, field: str, value: str) -> bool:
    """Unless the target's own records hold another value by now, the wrong one is in force."""
    for own in reversed(view.own.get(view.events[index].kind.peer or "", [])):
        fields = view.events[own].fields
        if field in fields and view.at[own] + view.events[own].precision >= view.at[index]:
            return relation(field, fields[field], value, tolerance(None, None)) != "differs"
    return True


def _ends(view: View, source: Event, target: Event) -> dict[str, object]:
    return {
        "anchor": source, "next": target, "from_": station(stop_of(source)), "to": station(stop_of(target)),
        "topic": view.topics[view.events.index(source)],
    }  # fmt: skip


def _unmapped(view: View, compared: set[tuple[str, str]]) -> None:
    """Status values without an entry in the map, wherever they stand; one a field and value."""
    for event in view.events:
        for state in event.states:
            key = (state.field, state.raw)
            if state.mark == "UNMAPPED" and key not in compared:
                compared.add(key)
                view.add(ValueFacts("status", "unmapped"), anchor=event, field=state.field, value_in=state.raw)
