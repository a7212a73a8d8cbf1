"""What came more than once, and what came in another order than it happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from tracelog.expect.model import Stop
from tracelog.expect.passages import stop_of
from tracelog.expect.values import number, relation, tolerance
from tracelog.judge.abstract.view import View, station
from tracelog.judge.facts import CopyFacts, SequenceFacts
from tracelog.model.event import Event, Name, State


def judge_copies(view: View) -> None:
    """Deliveries that came again, and documents that were made twice."""
    for passage in view.passages:
        if passage.leg == "pass" and passage.repeat and passage.topic not in {None, "updated"}:
            view.add(CopyFacts("redelivered"), anchor=view.events[passage.pos], topic=passage.topic)
    done: set[str] = set()
    for target, made in sorted(_documents(view).items()):
        if len(made) > 1 and target not in done:
            done.add(target)
            _twice(view, target, made)


def _documents(view: View) -> dict[str, list[tuple[Name, int]]]:
    """Per target the documents made of this order's creation, by the target's own ids, each with its first record.

    Two rows of one listing, the answers to two creations, or what the target made of two messages. Two ids of one
    document (internal id and number) stand in one record; so documents are told apart within one kind of name.
    """
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, event in enumerate(view.events):
        kind = event.kind
        if kind.phase == "acknowledged":
            cause = view.whole.cause[index]
            if cause >= 0 and view.topics[cause] == "created":
                places[view.events[cause].kind.peer or "", "answers"].append(index)
        elif kind.phase == "observed" or (kind.phase == "applied" and _makes(view, index)):
            places[kind.system, kind.stream].append(index)
    out: dict[str, list[tuple[Name, int]]] = {}
    by_words = view.expected.inferred  # what a format vouches for comes first
    known = sorted(places, key=lambda one: (any(view.events[at].kind.stream in by_words for at in places[one]), one))
    for target, indices in ((place[0], places[place]) for place in known):
        for _, made in sorted(_made(view, target, indices).items()) if len(indices) > 1 else ():
            if len(made) > 1 and len(made) > len(out.get(target, ())):
                rows = sorted(made.values(), key=lambda one: one[1])
                told = [index for _, index in rows]
                if len(set(told)) == len(rows) and _alike(view, told) and not _parts(view, target, told):
                    out[target] = rows
    return out


def _makes(view: View, index: int) -> bool:
    """Whether the target's own record is of what it made of one message of the order's creation."""
    cause = view.whole.cause[index]
    return cause >= 0 and view.whole.by[index] == "envelope" and view.topics[cause] == "created"


def _made(view: View, target: str, indices: Sequence[int]) -> dict[str, dict[str, tuple[Name, int]]]:
    """The target's own ids in these records, by kind and by value, each with its first record."""
    found: dict[str, dict[str, tuple[Name, int]]] = defaultdict(dict)
    for index in indices:
        for name in view.events[index].names:
            if target and name.strength == "strong" and name.kind.startswith(f"{target}:"):
                found[name.kind].setdefault(name.value.strip().casefold(), (name, index))
    return found


def _alike(view: View, indices: Sequence[int]) -> bool:
    """Whether they are copies: a split order has other totals, an invoice beside an order another kind of status."""
    events = [view.events[index] for index in indices]
    totals = [event.fields["total"] for event in events if "total" in event.fields]
    slack = tolerance(None, None)
    if any(relation("total", totals[0], total, slack) == "differs" for total in totals[1:]):
        return False
    return len({tuple(sorted({state.field for state in event.states})) for event in events}) == 1


def _parts(view: View, target: str, indices: Sequence[int]) -> bool:
    """Whether they make up the order together: what another system says of the whole is their sum, and none's own."""
    for field in ("total", "quantity"):
        own = [number(view.events[index].fields.get(field, "")) for index in indices]
        parts = [part for part in own if part is not None]
        if len(parts) < len(indices):
            continue
        for event in view.events:
            whole = number(event.fields.get(field, "")) if event.kind.system != target else None
            if whole is not None and whole == sum(parts) and whole not in parts:
                return True
    return False


def _twice(view: View, target: str, made: Sequence[tuple[Name, int]]) -> None:
    first, second = (_making(view, index) for _, index in made[:2])
    cause = view.whole.cause[made[0][1]]
    anchor = view.events[cause] if cause >= 0 and first.kind.phase == "acknowledged" else first
    values = [name.value for name, _ in made]
    weak = "weak" in {first.borrowed, second.borrowed}
    view.add(
        CopyFacts("documents", alive=_alive(view, target, values), weak=weak),
        anchor=anchor,
        answer=first if first is not anchor else None,
        other=second,
        topic="created",
        documents=values,
        from_=station(stop_of(anchor)),
        to=station(Stop(target, None, "applied")),
    )


def _making(view: View, index: int) -> Event:
    """A listing's line says where a document stands; where it also says when that was made, it is told by that."""
    event = view.events[index]
    for other in view.own.get(event.kind.system, ()) if event.kind.phase == "observed" else ():
        line = view.events[other]
        if line.kind.phase == "applied" and line.place and event.place and line.place[:2] == event.place[:2]:
            return line
    return event


def _alive(view: View, target: str, values: Sequence[str]) -> bool:
    """Whether at least two are in force: the latest state of each, as far as it is on record."""
    wanted, last = set(values), dict[str, State]()
    for index in view.own.get(target, ()):
        event = view.events[index]
        if state := next((state for state in event.states if state.axis == "order"), None):
            last.update((name.value, state) for name in event.names if name.value in wanted)
    return sum(value not in last or last[value].canonical != "cancelled" for value in values) > 1


def judge_sequence(view: View) -> None:
    """Refused because what it builds on was not there yet; or an older version written over a newer one."""
    _too_early(view)
    _stale(view)
    _set_back(view)
    _reordered(view)


def _too_early(view: View) -> None:
    """A change that was sent and refused before the creation of its order was sent."""
    sent = view.by_phase["forwarded"]
    made = {view.events[index].kind.peer: index for index in reversed(sent) if view.topics[index] == "created"}
    for index in sent:
        event = view.events[index]
        birth = made.get(event.kind.peer)
        if birth is None or view.topics[index] == "created" or view.at[index] >= view.at[birth]:
            continue
        answers = [view.events[answer] for answer in view.answers(index)]
        refusal = next((answer for answer in answers if answer.kind.phase == "rejected"), None)
        view.add(
            SequenceFacts(harm="refused" if refusal else "none", settled="cause", in_force=_never_again(view, index)),
            anchor=event,
            next=event,
            answer=refusal,
            other=view.events[birth],
            topic=view.topics[index],
            from_=station(stop_of(event)),
            to=station(Stop(event.kind.peer or event.kind.system, None, "applied")),
        )


def _never_again(view: View, index: int) -> bool:
    """No later accepted try of the same topic."""
    for other in view.by_phase["forwarded"]:
        same = view.topics[other] == view.topics[index] and view.events[other].kind.peer == view.events[index].kind.peer
        if (
            other > index
            and same
            and any(view.events[answer].kind.phase == "acknowledged" for answer in view.answers(other))
        ):
            return False
    return True


def _version(view: View, index: int) -> int | None:
    """The source's own time of what was sent."""
    cause = view.whole.cause[index]
    told = view.events[cause].happened_at if cause >= 0 else None
    return told if told is not None else view.events[index].happened_at


def _stale(view: View) -> None:
    newest: dict[str | None, int] = {}
    for index in view.by_phase["forwarded"]:
        event = view.events[index]
        version = _version(view, index)
        if version is None or _refused(view, index):
            continue  # what was refused is nowhere in force
        before = newest.get(event.kind.peer)
        if before is None:
            newest[event.kind.peer] = index
            continue
        known = _version(view, before) or 0
        if version >= known:
            newest[event.kind.peer] = index
        elif known - version > _precision(view, index) and _other_content(view.events[before], event):
            _one_stale(view, index, before)


def _precision(view: View, index: int) -> int:
    """Source times are read at the precision of the record that carries them, at least a second."""
    return max(view.events[index].precision, 1_000_000_000)


def _other_content(newer: Event, older: Event) -> bool:
    """Whether the older one says something else of what the newer one says: else nothing was overwritten."""
    axes = {state.axis: state.canonical for state in newer.states}
    if any(state.axis in axes and state.canonical != axes[state.axis] for state in older.states):
        return True
    return any(older.fields[name] != newer.fields[name] for name in older.fields.keys() & newer.fields.keys())


def _one_stale(view: View, index: int, before: int, harm: str = "stale") -> None:
    event, newer = view.events[index], view.events[before]
    last = max(other for other in view.by_phase["forwarded"] if view.events[other].kind.peer == event.kind.peer)
    pair = next(
        ((new.raw, old.raw) for new in newer.states for old in event.states
         if new.axis == old.axis and new.canonical != old.canonical), (None, None),
    )  # fmt: skip
    target = event.kind.peer or event.kind.system
    view.add(
        SequenceFacts(harm=harm, settled="clock", in_force=last == index and not _kept(view, target, newer, index)),
        anchor=event,
        next=event,
        other=newer,
        topic=view.topics[index],
        field="status" if pair[0] else None,
        value_in=pair[1],
        value_out=pair[0],
        from_=station(stop_of(event)),
        to=station(Stop(target, None, "applied")),
    )


def _refused(view: View, index: int) -> bool:
    answers = [view.events[answer].kind.phase for answer in view.answers(index)]
    return "rejected" in answers and "acknowledged" not in answers


_STEPS = {"pending": 0, "confirmed": 1, "picked": 2, "shipped": 3, "delivered": 4}


def _step(event: Event) -> int | None:
    """How far along the order is by what was sent; None where that is not one certain step."""
    steps = {_STEPS.get(state.canonical or "") for state in event.states if state.axis == "order"}
    sure = all(state.mark == "EXACT" for state in event.states if state.axis == "order")
    return steps.pop() if len(steps) == 1 and sure else None


def _set_back(view: View) -> None:
    """Sent on and taken, and later an earlier state sent after it, with nothing behind it: the log of what comes in
    goes on, and shows no change of the order between the two.
    """
    furthest: dict[str, int] = {}
    for index in view.by_phase["forwarded"]:
        event = view.events[index]
        step, target = _step(event), event.kind.peer
        if step is None or target is None:
            continue
        before = furthest.get(target)
        reached = None if before is None else _step(view.events[before])
        if before is None or reached is None or step >= reached:
            if view.accepted(index) or before is None:
                furthest[target] = index
        elif view.accepted(before) and view.accepted(index) and not _versions(view, index, before):
            if _nothing_between(view, before, index):
                _one_stale(view, index, before, harm="regressed")
            return


def _versions(view: View, index: int, before: int) -> bool:
    """Whether the source's own times tell which of the two is older."""
    one, other = _version(view, index), _version(view, before)
    return one is not None and other is not None and one != other


def _nothing_between(view: View, before: int, index: int) -> bool:
    """Whether what the sender took in is covered from the one sending to the other, and has nothing of the order."""
    cause = view.whole.cause[before]
    since, until = view.at[before], view.at[index]
    if cause < 0 or any(since < view.at[other] <= until for other in view.by_phase["received"]):
        return False
    return view.expected.cover([view.events[cause].kind.stream], since, until)[0] == "spans"


def _kept(view: View, target: str, newer: Event, index: int) -> bool:
    """The target's own records show the newer state after the older one was written."""
    states = {(state.axis, state.canonical) for state in newer.states}
    for own in reversed(view.own.get(target, [])):
        event = view.events[own]
        if event.states and view.at[own] >= view.at[index]:
            return any((state.axis, state.canonical) in states for state in event.states)
    return False


def _reordered(view: View) -> None:
    """Taken in in another order than it happened, and nothing came of it: counted.

    Nothing happens to an order before its creation, so there the source's own stamps need no precision to spare.
    """
    newest = changed = -1
    for index in view.by_phase["received"]:
        event = view.events[index]
        if event.happened_at is None:
            continue
        born = event.kind.topic == "created"
        if newest - event.happened_at > _precision(view, index) or (born and changed > event.happened_at):
            view.add(SequenceFacts(harm="none"), anchor=event, topic=view.topics[index])
            return
        newest = max(newest, event.happened_at)
        changed = changed if born else max(changed, event.happened_at)
