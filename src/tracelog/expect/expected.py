"""`Expected`: what the sums say, in the words that judging asks in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from tracelog.expect.ages import Ages
from tracelog.expect.coverage import StreamCoverage, measure
from tracelog.expect.declared import in_force
from tracelog.expect.messages import Usual
from tracelog.expect.model import Candidate, Declared, Leg, Limit, Record, Stop
from tracelog.expect.offsets import Offset
from tracelog.expect.presence import HINTED, Numbers, Presence, Scope, Snapshot
from tracelog.expect.routes import Sign, Way, classes, downstream, far_end, pauses, rule_sign, ways
from tracelog.expect.sums import Entry, Expectations, refusal_word
from tracelog.expect.tally import quantile, upper
from tracelog.expect.traits import Trait
from tracelog.expect.values import Relations
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND, Event
from tracelog.model.finding import CoverageProof
from tracelog.model.words import rfc3339

_RANK = {"none": 0, "hole": 1, "ends": 2, "spans": 3}
ENOUGH_STANDINGS, NEARLY_EVERY = 20, 0.9
"""So many orders with one status, and so large a part of them, must stand alike elsewhere to make it the rule."""
RUN_SLACK = MINUTE
"""A run may begin this much after it took the record in that it then ignored."""


class Expected:
    """Read off once, then only asked. Times are UTC ns."""

    def __init__(self, sums: Expectations) -> None:
        self.sums = sums
        self.settings = sums.settings
        self.spread = int(sums.settings.clock_spread * SECOND)
        self.offsets: list[Offset] = []
        """Clocks that are apart, read off the sums as they came, before any was set right."""
        self.covered = measure(sums.infos.values(), sums.activity, sums.phases, sums.settings.rare_stream)
        sums.unbroken.tell(self.covered)
        self.end = max([sums.end, *(cover.last or -1 for cover in self.covered.values())])
        strangers = sums.mutual.strangers(sums.settings.few_takers)
        self.ways: dict[Entry, list[Way]] = ways(sums.tallies, self.covered, sums.settings, strangers)
        for stream, found in pauses(sums.activity, self.covered, [way for each in self.ways.values() for way in each]):
            self.covered[stream].doubt(found)
        self.messages = Usual(sums.messages, sums.settings, self.covered)
        self.later = downstream(way.leg for found in self.ways.values() for way in found)
        self._classes: dict[tuple[int, int], frozenset[str]] = {}
        self._presence: dict[tuple[str, str], Presence] = {}
        self._ages = Ages(sums.firsts)
        self._numbers: dict[str, list[Numbers]] = {}
        self._listings = self._find_listings()
        self._candidates: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for row in sums.candidates:
            for stream in self._may_be_of(row):
                self._candidates[stream].append((row.first, row.last, row.phase or ""))
        self._widest = {}
        for stream, rows in self._candidates.items():
            rows.sort()
            self._widest[stream] = max(last - first for first, last, _ in rows)
        self._ignoring = self._find_ignoring()
        self._onward, self._holding = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        self._between = self._find_between()

    @property
    def coverage(self) -> list[StreamCoverage]:
        return [self.covered[stream] for stream in sorted(self.covered)]

    @cached_property
    def inferred(self) -> frozenset[str]:
        """Streams whose statements were read off words."""
        return frozenset(stream for stream, info in self.sums.infos.items() if info.inferred)

    @cached_property
    def legs(self) -> list[Leg]:
        return [leg for leg, _ in self.legs_and_ways]

    @cached_property
    def legs_and_ways(self) -> list[tuple[Leg, Way]]:
        return [(way.leg, way) for entry in sorted(self.ways, key=repr) for way in self.ways[entry]]

    def from_(self, leg: str, start: Stop, topic: str | None) -> list[Way]:
        return self.ways.get((leg, start, topic), [])

    def sign(self, way: Way, traits: Iterable[Trait]) -> Sign | None:
        key = (id(way.tally), id(way.end))
        if key not in self._classes:
            self._classes[key] = classes(way, self.settings)
        return rule_sign(way, traits, self._classes[key], self.settings)

    def through(self, source: str, target: str) -> bool:
        """Whether records of a system between them show orders pass from one to the other."""
        return (source, target) in self._between

    def declared(self, leg: Leg, topic: str | None, channels: frozenset[str]) -> Declared | None:
        """What the configuration says of this leg for such an order."""
        return in_force(self.settings.routes, leg.start.system, far_end(leg.leg, leg.end), topic, channels)

    @cached_property
    def record(self) -> Record | None:
        """The system of record: as declared, or where most new orders end that come from elsewhere."""
        if self.settings.record is not None:
            return Record(self.settings.record, "declared")
        ends = _ends(self.legs, self._onward)
        if not ends:
            return None
        system, (taken, seen) = max(ends.items(), key=lambda end: (end[1], end[0]))
        return Record(system, f"learned: {taken:,} of {seen:,} new orders end there")

    def way_to_record(self, source: str) -> Limit:
        """The time that a new order of that system may take to the system of record: declared, or of the legs there."""
        record = self.record
        system = record.system if record else ""
        limits = self.settings.limits
        declared = limits.get(f"{source}>{system}:created", limits.get(f"{source}>{system}"))
        if declared is not None:
            return Limit(int(declared * SECOND), "declared", "declared")
        made = [leg for leg in self.legs if leg.topic == "created" and leg.taken]
        whole = [leg.limit for leg in made if (leg.leg, leg.start.system, leg.end.system) == ("span", source, system)]
        hand = [leg.limit for leg in made if leg.leg == "hand" and leg.start.system == source]
        onward = [leg.limit for leg in made if leg.leg == "pass" and leg.end.peer == system]
        learned = [one for one in whole if one.kind == "learned"] or [
            Limit(a.ns + b.ns, "learned: the limits of its steps together", "learned") for a in hand for b in onward
        ]
        default = int(self.settings.default_limit * SECOND)
        return max(learned, key=lambda one: one.ns, default=Limit(default, "default", "default"))

    def passes(self, system: str) -> list[Leg]:
        """The legs inside a system."""
        return [leg for leg in self.legs if leg.leg == "pass" and leg.end.system == system]

    def targets(self, system: str, source: str) -> frozenset[str]:
        """To whom a system is known to send orders on; if it only records them, whoever holds those of the source."""
        return frozenset(self._onward[system] if system in self._onward else self._holding.get(source, ()))

    def _find_between(self) -> set[tuple[str, str]]:
        into: dict[str, set[str]] = defaultdict(set)
        for leg in self.legs:
            if leg.taken and (leg.leg, leg.topic) == ("span", "created"):
                self._holding[leg.start.system].add(leg.end.system)
            if leg.taken and leg.leg == "hand":
                into[leg.start.system].add(leg.end.system)
            if leg.taken and leg.leg == "pass" and leg.end.peer:
                self._onward[leg.end.system].add(leg.end.peer)
        return {(a, c) for a, through in into.items() for b in through for c in self._onward.get(b, ())}

    # ---- coverage ----

    def cover(
        self,
        streams: Sequence[str],
        start: int,
        until: int,
        moment: tuple[int, int] | None = None,
        anchor: Event | None = None,
    ) -> tuple[str, list[CoverageProof]]:
        """What the streams that would have shown something prove of the time from `start` to `until`.

        `moment` is the time in which they would nearly always have shown it: a log that may have been off then proves
        nothing. None where its absence has another proof, and only a discernible hole counts. Where the record of
        the start, `anchor`, is of the same log, and that is written as a whole, the log was on.

        Streams of one kind of export complete each other, so all of them must reach; of two kinds that each show
        it alone, the better one counts.
        """
        kinds: dict[str, list[StreamCoverage]] = defaultdict(list)
        for stream in streams:
            if stream in self.covered:
                kinds[self.covered[stream].info.definition].append(self.covered[stream])
        best, proofs = "none", list[CoverageProof]()
        for members in kinds.values():
            words = [
                (_RANK[member.over(start, until, None if self._on_record(anchor, member) else moment)], member)
                for member in members
            ]
            low, high = min(rank for rank, _ in words), max(rank for rank, _ in words)
            word = next(name for name, rank in _RANK.items() if rank == low)
            if word == "none" and high > 0:
                word = "hole"
            if _RANK[word] > _RANK[best] or (not proofs and word == best):
                best = word
                proofs = [proof for _, member in words if (proof := member.proof(start))]
        return best, proofs

    def turn(self, leg: Leg, taken_in: Event, at: int) -> tuple[int, int]:
        """The time in which a change that was taken in at `at` has nearly always been sent on."""
        turns = self.sums.turns.get((leg.start, leg.end))
        return (turns and turns.around(at, taken_in.id)) or (at, leg.limit.usually(at))

    def _on_record(self, anchor: Event | None, log: StreamCoverage) -> bool:
        whole = log.info.absence == "strong"
        return whole and anchor is not None and anchor.export in self.sums.stream_exports.get(log.stream, ())

    def numbered(self, streams: Iterable[str], start: int, end: int) -> bool:
        """Whether one of the streams shows by its numbers that it lacks no record of that time."""
        return any(self.covered[stream].numbered(start, end) for stream in streams if stream in self.covered)

    def reaches_back(self, streams: Iterable[str], since: int) -> bool:
        """Whether any of the streams was on from `since` on."""
        return any(
            cover.first is not None and cover.first <= since and cover.info.absence != "none"
            for stream in streams
            if (cover := self.covered.get(stream))
        )

    def told_since(self, but: str, since: int) -> bool:
        """Whether another system's listing holds orders that are older."""
        return any(
            system != but and births and self.presence(system, "").times[0] <= since
            for system, births in self.sums.births.items()
        )

    def _may_be_of(self, row: Candidate) -> list[str]:
        """Nobody knows of which stream an unread record is; if its time is known well, it may be of any in its log."""
        if row.phase is not None or row.last - row.first > HOUR or row.stream not in self.covered:
            return [row.stream]
        log = self.covered[row.stream].info.definition
        return [stream for stream, cover in self.covered.items() if cover.info.definition == log]

    def candidates_in(self, streams: Iterable[str], start: int, until: int, phase: str | None = None) -> bool:
        """Whether a record that was not read, or is tied to no order, lies in that time of those streams. One that
        was read counts only if it is of the `phase` looked for, where that is known.
        """
        for stream in streams:
            rows = self._candidates.get(stream)
            if rows:
                at = bisect_left(rows, (start - self._widest[stream], 0, ""))
                while at < len(rows) and rows[at][0] <= until:
                    if rows[at][1] >= start and (phase is None or rows[at][2] in {"", phase}):
                        return True
                    at += 1
        return False

    # ---- what the systems say of themselves ----

    def _find_ignoring(self) -> dict[str, list[tuple[int, int, str | None]]]:
        out: dict[str, list[tuple[int, int, str | None]]] = defaultdict(list)
        streams = " ".join(self.covered)
        for context in self.sums.contexts:
            if context.counts.get("ignored", 0) > 0 and context.at is not None:
                until = context.until if context.until is not None else context.at
                known = context.resource if context.resource and context.resource in streams else None
                out[context.system].append((context.at - RUN_SLACK, until + SECOND, known))
        for rows in out.values():
            rows.sort(key=lambda row: row[:2])
        return out

    def seniority(self, system: str, names: Iterable[str], at: int) -> str:
        """Whether an order first seen then is `new` by its running numbers, `old`, or `unknown`."""
        return self._ages.of(system, names, at)

    def ignored_in(self, system: str, streams: Sequence[str], at: int) -> bool:
        """Whether a run of that system that holds the moment reports records that it ignored."""
        rows = self._ignoring.get(system, [])
        position = bisect_right(rows, at, key=lambda row: row[0]) - 1
        for begin, until, resource in reversed(rows[max(0, position - 20) : position + 1]):
            if begin <= at <= until and (resource is None or any(resource in stream for stream in streams)):
                return True
        return False

    def with_answers(self, stream: str) -> list[str]:
        """The stream, and those of its kind in which the answers to its attempts stand: the other way of EDI."""
        known = self.covered.get(stream)
        others = self.sums.answered_in.get(stream, set()) & self.covered.keys() if known else ()
        alike = [one for one in others if known and self.covered[one].info.definition == known.info.definition]
        return [stream, *sorted(set(alike) - {stream})]

    def answers_usual(self, stream: str) -> bool:
        """Whether this stream records the answers to its attempts. The one in question is left out of the count."""
        others = self.sums.attempts[stream] - 1
        answered = self.sums.answers[stream]
        if others < self.settings.few_takers:
            return False
        return answered >= self.settings.answers_usual * others or (others < 40 and answered >= others - 1)

    def retry_window(self, system: str, peer: str | None, limit: Limit) -> int:
        """How long the sender keeps trying by itself: learned from its own later tries, at least the limit."""
        all_ = Counter[int]()
        for key, delays in self.sums.retries.items():
            if key[:2] == (system, peer):
                all_.update(delays)
        usual = quantile(all_, 0.75)
        return max(limit.ns, 2 * usual) if usual <= HOUR else limit.ns

    def tried_again(self, system: str, peer: str | None, refusal: Event) -> int | None:
        """Until when (UTC ns) such a refusal has usually been tried again by the sender itself; None: it never is."""
        delays = self.sums.retries.get((system, peer, refusal_word(refusal)), _EMPTY)
        usual = quantile(Counter({step: n for step, n in delays.items() if upper(step) <= HOUR}), 0.999)
        return refusal.true_at + usual if usual and refusal.true_at is not None else None

    def bulk(self, system: str, actor: str, at: int) -> bool:
        return self.sums.edits[system, actor, at // MINUTE] >= self.settings.bulk

    def several_authors(self, stream: str) -> bool:
        return len(self.sums.authors.get(stream, ())) > 1

    def usual_standing(self, source: str, axis: str, value: str, target: str, stands: str) -> bool:
        """Whether nearly every order with this latest status at `source` stands so at `target`."""
        seen = self.sums.standings.get((source, axis, value, target), Counter[str]())
        return seen[stands] >= ENOUGH_STANDINGS and seen[stands] >= NEARLY_EVERY * seen.total()

    def relations(self, hop: str, field: str) -> Relations | None:
        return self.sums.relations.get((hop, field))

    # ---- snapshots ----

    def _find_listings(self) -> dict[str, list[Snapshot]]:
        """Per system its own listings; a look-up that another system logged lists nothing."""
        held: dict[str, int] = defaultdict(int)
        for births in self.sums.births.values():
            for birth in births:
                for stream in birth.holders:
                    held[stream] += 1
        out: dict[str, list[Snapshot]] = defaultdict(list)
        for stream, phases in self.sums.phases.items():
            info = self.sums.infos.get(stream)
            for system in self.sums.systems[stream]:
                if "observed" not in phases or (info and info.system and info.system != system):
                    continue
                known = [self.sums.as_of[e] for e in self.sums.stream_exports[stream] if e in self.sums.as_of]
                as_of = max([*known, self.sums.stamps.get(stream, -1)])
                states = self.sums.open_states[stream], self.sums.final_states[stream]
                hinted = self.sums.hinted.issuperset(self.sums.stream_exports[stream])
                out[system].append(Snapshot(Stop(system, None, "applied"), as_of, *states, (stream,), hinted))
        for found in out.values():
            found.sort(key=lambda one: (-held[one.streams[0]], one.streams))
        return out

    def listing(self, system: str) -> Snapshot | None:
        """The listing of a system that holds most orders."""
        found = self._listings.get(system)
        return found[0] if found else None

    def listing_in(self, system: str, stream: str) -> Snapshot | None:
        """The listing of a system that this stream is: each shows its own time."""
        return next((one for one in self._listings.get(system, ()) if stream in one.streams), None)

    def holders(self) -> list[str]:
        return sorted(self._listings)

    def presence(self, source: str, stream: str) -> Presence:
        key = (source, stream)
        if key not in self._presence:
            births = sorted(self.sums.births.get(source, ()))
            self._presence[key] = Presence(births, stream, self.sums.systems[stream])
        return self._presence[key]

    def scope(self, source: str, target: str, born: int, due: int) -> Scope:
        """Whether a listing of the target proves that it does not have an order born then at the source.

        Each is tried by itself, with its own orders and its own time; none lends another its neighbours. A list of
        what follows from some orders (shipments, say) lacks others rightly.
        """
        found = self._listings.get(target, [])
        rest = [one for one in found[1:] if self.sums.makers.issuperset(one.streams)]
        tried = [self._scope(source, target, one, born, due) for one in [*found[:1], *rest]]
        none = Scope(holds=False, why="no listing of it is there", as_of=None)
        return next((scope for scope in tried if scope.holds), tried[0] if tried else none)

    def _scope(self, source: str, target: str, found: Snapshot, born: int, due: int) -> Scope:
        if found.as_of < due:
            return Scope(holds=False, why="its listing ends too early", as_of=found.as_of)
        held = self.presence(source, found.streams[0])
        amiss = HINTED if found.hinted else held.neighbours(born)
        if amiss is None and not (found.open_states and found.final_states):
            which = "open" if found.final_states else "final"
            amiss = f"it shows no order in a {which} state"
        if amiss is None and self._removed(target, born, due):
            amiss = "a number is missing there, so a record may have been removed"
        if amiss is not None:
            return Scope(holds=False, why=amiss, as_of=found.as_of)
        proof = CoverageProof(found.streams[0], rfc3339(held.first), rfc3339(found.as_of))
        return Scope(holds=True, why=None, as_of=found.as_of, proof=proof)

    def _removed(self, system: str, born: int, due: int) -> bool:
        if system not in self._numbers:
            kinds = self.sums.numbers.get(system, {})
            self._numbers[system] = [Numbers(kinds[kind]) for kind in sorted(kinds)]
        return any(numbers.gap(born, min(due, born + DAY)) for numbers in self._numbers[system])


def _ends(legs: Iterable[Leg], onward: Mapping[str, Iterable[str]]) -> dict[str, tuple[int, int]]:
    """Per system that takes new orders and sends them nowhere else, how many get there, of how many."""
    found: dict[str, tuple[int, int]] = {}
    sources = {leg.start.system for leg in legs if leg.leg in {"hand", "span"} and leg.topic == "created"}
    for leg in legs:
        end = far_end(leg.leg, leg.end)
        made = leg.topic == "created" and leg.taken and leg.leg in {"pass", "span"}
        if made and end not in sources and not onward.get(end):
            found[end] = max(found.get(end, (0, 0)), (leg.taken, leg.seen))
    return found


_EMPTY: Counter[int] = Counter()
