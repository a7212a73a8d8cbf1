"""`Expectations`: one pass over all orders, sums that merge, and nothing kept of any single order but its birth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from tracelog.expect.answers import Answers
from tracelog.expect.births import births
from tracelog.expect.clocks import Pairs
from tracelog.expect.declared import channels, left_out
from tracelog.expect.messages import Messages
from tracelog.expect.model import Activity, Candidate, Settings, Stop, StreamInfo
from tracelog.expect.mutual import Mutual
from tracelog.expect.numbers import kinds_by_value, own_numbers, shape_of
from tracelog.expect.offsets import Skews
from tracelog.expect.onward import onward
from tracelog.expect.passages import Passage, mapped, passages
from tracelog.expect.presence import Birth, hand_overs
from tracelog.expect.standing import MOVED, moved, nothing_moved
from tracelog.expect.tally import Tally, follow, step_of
from tracelog.expect.tellings import counted_by, tellings
from tracelog.expect.timed import Timed
from tracelog.expect.traits import Trait, traits
from tracelog.expect.turns import Turns
from tracelog.expect.unbroken import Unbroken
from tracelog.expect.valued import far_ends
from tracelog.expect.values import Relations, comparable, tolerance
from tracelog.link.journey import Journey, journey
from tracelog.model.event import MINUTE, SECOND, Context, Event

if TYPE_CHECKING:
    from tracelog.expect.expected import Expected

Entry = tuple[str, Stop, str | None]
"""Leg, first stop, topic: what a tally counts."""
Row = TypeVar("Row", Activity, Candidate)
_OWN = frozenset(("emitted", "applied", "observed"))
MOST_AUTHORS = 3
SHAPES = 200


class Own(NamedTuple):
    """The attributes of one order, and the hops and fields of which they were counted already."""

    traits: tuple[Trait, ...]
    seen: set[tuple[str, str]]


class Expectations:
    """The sums. `add` takes one order's events in any order; parts `merge` to what one pass would have given."""

    def __init__(self, settings: Settings | None = None, skews: Skews | None = None) -> None:
        """`skews`: the clocks that are known to be off, whose events are given aligned."""
        self.settings = settings or Settings()
        self.skews = skews
        self.pairs = Pairs()
        self.mutual = Mutual()
        self.messages = Messages()
        self.infos: dict[str, StreamInfo] = {}
        self.activity: list[Activity] = []
        self.contexts: list[Context] = []
        self.candidates: list[Candidate] = []
        self.as_of: dict[int, int] = {}
        self.hinted: set[int] = set()
        self.orders = 0
        self.end = -1
        self.tallies: dict[Entry, Tally] = {}
        self.turns: dict[tuple[Stop, Stop], Turns] = defaultdict(Turns)
        self.phases: dict[str, set[str]] = defaultdict(set)
        self.systems: dict[str, set[str]] = defaultdict(set)
        self.stream_exports: dict[str, set[int]] = defaultdict(set)
        self.attempts: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.answered = Answers()
        self.answered_in: dict[str, set[str]] = defaultdict(set)
        self.retries: dict[tuple[str, str | None, str], Counter[int]] = defaultdict(Counter)
        """(system, peer, first word of the refusal) → how long after it the next try came, as a histogram."""
        self.authors: dict[str, set[str]] = defaultdict(set)
        self.edits: Counter[tuple[str, str, int]] = Counter()
        self.births: dict[str, list[Birth]] = defaultdict(list)
        self.numbers: dict[str, dict[str, Timed]] = defaultdict(partial(defaultdict, Timed))
        """(system, kind of name) → the running numbers of its own records, by when they were made."""
        self._groups: dict[frozenset[str], frozenset[str]] = {}
        self.makers: set[str] = set()
        """Streams that say when the orders in them were created there: no lists of what follows from some orders."""
        self.stamps, self.unbroken = dict[str, int](), Unbroken()
        self.minutes: Counter[tuple[str, bool]] = Counter()  # (stream, a whole minute or not) → its stamps
        self.open_states: Counter[str] = Counter()
        self.final_states: Counter[str] = Counter()
        self.names: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        """Per system the shapes of its orders' names, with the range of numbers in each."""
        self.firsts: dict[tuple[str, str], Timed] = defaultdict(Timed)
        """(system, shape of a name) → when it first took an order in (UTC ns), and the number in its name."""
        self.relations: dict[tuple[str, str], Relations] = defaultdict(Relations)
        self.standings: dict[tuple[str, str, str, str], Counter[str]] = defaultdict(Counter)
        """System, axis, its latest status, another system → that one's latest status, by number of orders."""
        self.worded: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
        """(hop, axis, canonical state) → the words it went out in, where they meant the same."""
        self.went_out: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
        """(system, field, value in) that the status map does not know → what it went out as."""

    def add_streams(self, infos: Iterable[StreamInfo]) -> None:
        self.infos.update((info.stream, info) for info in infos)

    def add_activity(self, rows: Iterable[Activity]) -> None:
        self.activity.extend(map(self._aligned, rows) if self.skews else rows)

    def add_contexts(self, contexts: Iterable[Context]) -> None:
        self.contexts.extend(contexts)

    def add_candidates(self, rows: Iterable[Candidate]) -> None:
        self.candidates.extend(map(self._aligned, rows) if self.skews else rows)

    def _aligned(self, row: Row) -> Row:
        """The row by the time of clocks that are right."""
        info = self.infos.get(row.stream)
        if self.skews is None or info is None:
            return row
        ahead = self.skews.of_stream(row.stream, info.system, row.first)
        return row._replace(first=row.first - ahead, last=row.last - ahead) if ahead else row

    def log_of(self, stream: str) -> str:
        """The kind of log that a stream is."""
        info = self.infos.get(stream)
        return info.definition if info else stream

    def add_as_of(self, export: int, as_of: int, *, hint: bool = False) -> None:
        """The time (UTC ns) that a snapshot shows, where the user or the export says it."""
        self.as_of[export] = max(as_of, self.as_of.get(export, as_of))
        self.hinted.update([export] if hint else [])

    def keeps(self, system: str) -> bool:
        """Whether any export holds records of the system's own."""
        return any(system in self.systems[stream] and phases & _OWN for stream, phases in self.phases.items())

    def add(self, order: int, events: Sequence[Event]) -> Journey:
        """One order, with the events that it borrowed; gives what it found to be its journey."""
        whole = journey(events)
        self.orders += 1
        own = traits(whole)
        where = channels(whole) if any(one.channel for one in self.settings.routes) else frozenset[str]()
        told = [one for one in (*passages(whole), *onward(whole), *tellings(whole)) if not one.repeat and one.at >= 0]
        for passage in told:
            self._passage(whole, passage, own, where)
        follow(self.tallies, told)
        self._records(whole)
        self._answers(whole)
        self._values(whole, Own(own, set()))
        self._birth(order, whole)
        self._first_sights(whole)
        self.pairs.add(order, whole, self.log_of)
        self.mutual.add(whole, int(self.settings.clock_spread * SECOND))
        self.messages.add(whole, self.settings)
        return whole

    def _passage(
        self, whole: Journey, passage: Passage, own: tuple[tuple[str, str], ...], where: frozenset[str]
    ) -> None:
        entry = (passage.leg, passage.start, passage.topic)
        tally = self.tallies.get(entry)
        if tally is None:
            tally = self.tallies[entry] = Tally()
        all_traits = counted_by(whole, passage, own)
        out = frozenset[str]()
        if where:
            out = left_out(self.settings.routes, passage.start.system, passage.topic, where)
            out -= {far for reach in passage.reached for far in (reach.end.system, reach.end.peer) if far}
        streams = [whole.events[reach.pos].kind.stream for reach in passage.reached]
        tally.add(passage, all_traits, streams, out)
        if passage.leg == "pass":
            for reach in passage.reached:
                self.turns[passage.start, reach.end].add(passage.at, whole.events[passage.pos].id, reach.at)

    def _records(self, whole: Journey) -> None:
        edits: set[tuple[str, str, int]] = set()
        for event, at in zip(whole.events, whole.at, strict=True):
            kind, stream = event.kind, event.kind.stream
            self.phases[stream].add(kind.phase)
            self.systems[stream].add(kind.system)
            self.stream_exports[stream].add(event.export)
            self.end = max(self.end, at)
            self.unbroken.add(event, at)
            self.minutes[stream, (at + event.skew) % MINUTE == 0] += at >= 0
            written = max(at, event.at - event.skew if event.at is not None else -1)
            if written > self.stamps.get(stream, -1):
                self.stamps[stream] = written
            if kind.phase == "observed":
                final = [state.final for state in event.states if state.axis in {"order", "fulfilment"}]
                self.final_states[stream] += any(final)
                self.open_states[stream] += bool(final) and not any(final)
            actor = event.actor
            if actor is not None:
                names = self.authors[stream]
                if len(names) < MOST_AUTHORS and actor.name:
                    names.add(actor.name)
                if actor.kind == "person" and event.states and at >= 0:
                    edits.add((kind.system, actor.name or "", at // MINUTE))
        self.edits.update(edits)

    def _answers(self, whole: Journey) -> None:
        ended: dict[int, bool] = {}
        refused: dict[int, str] = {}
        for index, cause in enumerate(whole.cause):
            if cause >= 0 and whole.events[index].kind.phase in {"acknowledged", "rejected"}:
                self.answered_in[whole.events[cause].kind.stream].add(whole.events[index].kind.stream)
                good = whole.events[index].kind.phase == "acknowledged"
                ended[cause] = ended.get(cause, False) or good
                if not good:
                    refused[cause] = refusal_word(whole.events[index])
        failed: dict[tuple[str, str | None, int], tuple[int, str]] = {}
        for index, event in enumerate(whole.events):
            if event.kind.phase != "forwarded":
                continue
            self.attempts[event.kind.stream] += 1
            self.answers[event.kind.stream] += index in ended
            self.answered.add(event.kind.stream, whole.topics[index], answered=index in ended)
            key = (event.kind.system, event.kind.peer, whole.cause[index])
            if key in failed and whole.at[index] >= failed[key][0]:
                since, word = failed.pop(key)
                self.retries[*key[:2], word][step_of(whole.at[index] - since)] += 1
            if ended.get(index) is False:
                failed[key] = whole.at[index], refused[index]

    def _values(self, whole: Journey, own: Own) -> None:
        """Pairs across one hop (taken in and sent on), and between the listings of two systems."""
        for index, event in enumerate(whole.events):
            cause = whole.cause[index]
            if event.kind.phase == "forwarded" and cause >= 0:
                source = whole.events[cause]
                self._pair(f"{source.kind.system}>{event.kind.peer or ''}", source, event, whole.topics[cause], own)
                self._states(f"{source.kind.system}>{event.kind.peer or ''}", source, event)
        for made, cause in mapped(whole):
            source = whole.events[cause]
            self._pair(f"{source.kind.system}>", source, whole.events[made], whole.topics[cause], own)
        for far in far_ends(whole):
            self._pair(far.hop(whole), whole.events[far.listed], whole.events[far.taken], "created", own)
        latest = {event.kind.system: event for event in whole.events if event.kind.phase == "observed" and event.states}
        for one, other in permutations(latest.values(), 2):
            theirs = {state.axis: state.raw for state in reversed(other.states)}
            for state in one.states:
                if state.axis in theirs:
                    key = (one.kind.system, state.axis, state.raw, other.kind.system)
                    self.standings[key][theirs[state.axis]] += 1
        if any(topic in MOVED for topic in whole.topics):
            for teller in moved(whole):
                for other in latest.values():
                    if other.kind.system != teller:
                        still = nothing_moved(other.states)
                        self.standings[teller, "moved", "", other.kind.system][still.raw if still else ""] += 1
        listed = [event for event in whole.events if event.kind.phase == "observed" and event.fields]
        for position, one in enumerate(listed[:8]):
            for other in listed[position + 1 : 8]:
                if one.kind.system != other.kind.system:
                    first, second = sorted((one, other), key=lambda event: event.kind.system)
                    self._pair(f"{first.kind.system}|{second.kind.system}", first, second, None, own)

    def _pair(self, hop: str, source: Event, target: Event, topic: str | None, own: Own) -> None:
        for field in source.fields.keys() & target.fields.keys() & comparable(topic):
            slack = tolerance(source.fields.get("currency"), source.fields.get("lines"))
            traits = None if (hop, field) in own.seen else own.traits  # an order counts once, however often it is sent
            own.seen.add((hop, field))
            self.relations[hop, field].add(field, source.fields[field], target.fields[field], slack, traits)

    def _states(self, hop: str, source: Event, target: Event) -> None:
        for state in source.states:
            for out in target.states:
                if out.axis != state.axis:
                    continue
                if state.mark == "UNMAPPED":
                    self.went_out[source.kind.system, state.field, state.raw][out.raw] += 1
                elif state.canonical is not None and state.canonical == out.canonical:
                    self.worded[hop, state.axis, state.canonical][out.raw] += 1

    def _birth(self, order: int, whole: Journey) -> None:
        """When the order was created at each system that says so, and which listings hold it."""
        holders: set[str] = set()
        made: dict[str, int] = {}
        for event, at in zip(whole.events, whole.at, strict=True):
            kind = event.kind
            if kind.phase == "observed":
                holders.add(kind.stream)
            if kind.phase == "applied" and kind.topic == "created" and at >= 0:
                made[kind.system] = min(at, made.get(kind.system, at))
                self.makers.add(kind.stream)
        born = births(whole)
        for system, at in born.items():
            groups = (self._same(group) for group in (frozenset(holders), *hand_overs(whole)))
            self.births[system].append(Birth(at, order, *groups))
        given = kinds_by_value(name for event in whole.events if event.kind.system in born for name in event.names)
        first = min(
            born.values(), default=-1
        )  # who does not say when its records were made numbers them as orders come
        seen: set[tuple[str, str, int]] = set()
        for event in whole.events:
            kind = event.kind
            told = (kind.system, kind.phase, id(event.names))  # events with the same names share them
            if kind.phase in _OWN and event.names and told not in seen:
                seen.add(told)
                if kind.phase != "emitted" and kind.system not in born.keys() - made.keys() and first >= 0:
                    for running, digits in own_numbers(kind.system, event.names, given):
                        self.numbers[kind.system][running].add(made.get(kind.system, first), digits)
                if kind.phase != "applied":
                    self._named(kind.system, event)

    def _same(self, group: frozenset[str]) -> frozenset[str]:
        """One object for all orders that share a group of systems: there are few groups, and many orders."""
        return self._groups.setdefault(group, group)

    def _first_sights(self, whole: Journey) -> None:
        seen: set[str] = set()
        for event, at in zip(whole.events, whole.at, strict=True):
            kind = event.kind
            if kind.phase == "received" and kind.system not in seen and at >= 0:
                seen.add(kind.system)
                for name in event.names:
                    if name.strength == "strong":
                        shape, number = shape_of(name.value)
                        self.firsts[kind.system, shape].add(at, number)

    def _named(self, system: str, event: Event) -> None:
        shapes, own = self.names[system], f"{system}:"
        for name in event.names:
            if name.kind.startswith(own):
                shape, number = shape_of(name.value)
                known = shapes.get(shape)
                if known is None:
                    if len(shapes) < SHAPES:
                        shapes[shape] = (number, number)
                elif not known[0] <= number <= known[1]:
                    shapes[shape] = (min(known[0], number), max(known[1], number))

    def merge(self, other: Expectations) -> None:
        """The other's sums on top of these; the order of merging makes no difference."""
        self.infos.update(other.infos)
        self.activity += other.activity
        self.contexts += other.contexts
        self.candidates += other.candidates
        for export, at in other.as_of.items():
            self.add_as_of(export, at, hint=export in other.hinted)
        self.orders += other.orders
        self.makers |= other.makers
        for part in ("pairs", "mutual", "unbroken", "messages", "answered"):
            getattr(self, part).merge(getattr(other, part))
        self.end = max(self.end, other.end)
        for entry, tally in other.tallies.items():
            self.tallies.setdefault(entry, Tally()).merge(tally)
        for ends, turns in other.turns.items():
            self.turns[ends].merge(turns)
        for mine, theirs in (
            (self.phases, other.phases), (self.systems, other.systems), (self.authors, other.authors),
            (self.answered_in, other.answered_in),
        ):  # fmt: skip
            for key, words in theirs.items():
                mine[key] |= words
        for stream, exports in other.stream_exports.items():
            self.stream_exports[stream] |= exports
        for stream, at in other.stamps.items():
            self.stamps[stream] = max(at, self.stamps.get(stream, at))
        for name in ("attempts", "answers", "minutes", "edits", "open_states", "final_states"):
            getattr(self, name).update(getattr(other, name))
        for system, born in other.births.items():
            self.births[system] += born
        for place, sights in other.firsts.items():
            self.firsts[place].merge(sights)
        for system, kinds in other.numbers.items():
            for kind, records in kinds.items():
                self.numbers[system][kind].merge(records)
        for hop, relation in other.relations.items():
            self.relations[hop].merge(relation)
        for group in ("retries", "went_out", "worded", "standings"):
            for key, counts in getattr(other, group).items():
                getattr(self, group)[key].update(counts)
        for system, shapes in other.names.items():
            for shape, (low, high) in shapes.items():
                known = self.names[system].get(shape, (low, high))
                self.names[system][shape] = (min(low, known[0]), max(high, known[1]))

    def settled(self) -> Expected:
        """What the sums say, to be judged by."""
        from tracelog.expect.expected import Expected

        return Expected(self)


def refusal_word(event: Event) -> str:
    """What kind of refusal it is: the status code, or the first word of the error."""
    return (event.result or "").strip().partition(" ")[0].casefold()
