"""Taken in and, as far as the records go, not sent on: by what log is that known, and what may explain it."""

from __future__ import annotations

from tracelog.expect.model import Declared
from tracelog.expect.passages import SAME_CHANGE, stop_of
from tracelog.judge.abstract.hop import Hop, MadeGood, by_whom, is_closed, kind_of_refusal
from tracelog.judge.abstract.view import Absence, Arrival, shown_limit
from tracelog.judge.facts import LegFacts
from tracelog.link.meaning import GENERIC, creation


class Untried(Hop):
    """A receipt without an attempt towards the target."""

    def judge(self) -> None:
        view = self.view
        inside = [child for child in view.followers[self.passage.pos] if self._refuses_inside(child)]
        if inside:
            self._refused_inside(inside[0])
            return
        arrival, later = self._elsewhere()
        skipped = any(self._skips(index) for index in view.by_phase["skipped"])
        covered = self.end in self.passage.covered
        gone = self.target in view.failed or view.is_left_out(self.target, self.way)
        if gone and not arrival.shown and self.passage.topic != "created":
            return  # the order itself is not there: that is told once
        unseen = not arrival.shown and not skipped
        absence = view.absent(self.target, self.passage.topic, self.passage.at, self.due) if unseen else Absence()
        if covered and not absence.proved:
            absence = Absence()  # a later record carried it over, and nothing says that it did not arrive
        covered = covered and not absence.proved
        self._missing(arrival, later, absence, skipped=skipped, covered=covered)

    def _skips(self, index: int) -> bool:
        """Whether the system says that it left this change out: of this receipt, or of the same in another log."""
        view = self.view
        if view.whole.cause[index] == self.passage.pos:
            return True
        near = self.passage.at - SAME_CHANGE <= view.at[index] <= self.due
        same = view.events[index].kind.system == self.end.system and view.topics[index] == self.passage.topic
        return near and same

    def _elsewhere(self) -> tuple[Arrival, MadeGood]:
        """The effect comes before the path: whether another message, path or person brought the change."""
        view, arrival = self.view, self.arrival()
        other = self.other_way(self.passage.at - self.leg.limit.ns)
        if other is not None:
            arrival = Arrival("shown", other, view.at[other])
        if arrival.shown and arrival.at > self.due + view.expected.spread:
            by = "another message" if other is not None else by_whom(view.event(arrival.pos))
            return arrival, MadeGood("other", arrival.at, by)
        return arrival, MadeGood()

    def _missing(self, arrival: Arrival, later: MadeGood, absence: Absence, *, skipped: bool, covered: bool) -> None:
        view, expected, passage = self.view, self.view.expected, self.passage
        moment = None if absence.proved else expected.turn(self.leg, self.anchor, passage.at)
        cover, proofs = expected.cover(self.leg.streams, passage.at, self.due, moment, self.anchor)
        route = self.route()
        sign = None if arrival.shown or covered else expected.sign(self.way, view.traits(passage))
        declared = view.declared(self.leg, passage.topic)
        if declared is not None:
            route = "declared" if declared.expected else "none"
        elif sign is not None and sign.never:
            route = "never"
        elif route == "none":
            route, cover = "few", (cover if absence.proved else "none")
        if route == "few" and passage.topic == "created" and view.meant_for({self.target}, passage.at):
            route = "learned"
        seniority = self._seniority() if not absence.proved else "new"
        if seniority == "old":
            cover = "none"  # a change of an order from before the log, which need not be sent on
        elif seniority == "unknown" and route == "learned":
            route = "few"
        if not arrival.shown and not skipped and not covered and route not in {"none", "never"}:
            self.fail()
        if route == "never":
            view.leave_out(self.target, sign, passage.topic)
        counted = sign is None and expected.ignored_in(self.end.system, self.leg.streams, passage.at)
        view.add(
            LegFacts(
                topic=passage.topic,
                route=route,
                skip=skipped,
                superseded=covered,
                carries="state" if covered else self._carries(declared),
                cancelled_before=self._cancelled_before(),
                later=later.word,
                effect="absent" if absence.proved else arrival.word,
                timing="late" if later.word == "other" else "in-time",
                cover=cover,
                candidates=expected.candidates_in(self.leg.streams, passage.at, self.due, self.end.phase),
                weak=self.weak,
                rule_sign="attribute" if sign else "count" if counted else None,
                limit_basis=self.leg.limit.kind,
                both_sides=cover == "spans",
            ),
            **self.before_sending(),
            due=self.due,
            limit=shown_limit(self.leg.limit),
            cover=proofs,
            effect=view.event(arrival.pos),
            recovered_at=later.at,
            recovered_by=later.by,
            attribute=sign.trait if sign else None,
            as_of=absence.as_of,
            proofs=absence.proofs,
            source=self.source(),
        )

    def _carries(self, declared: Declared | None) -> str:
        said = declared.carries if declared is not None else None
        return said or self.anchor.kind.carries or "event"

    def _seniority(self) -> str:
        """Whether what the first sight of an order seems to tell is `new`, or may be from before the log.

        Polls show an order again for any reason, a tag or a note; only its state, and nothing else, then says that
        it was created, or shipped.
        """
        view, passage = self.view, self.passage
        first = next(index for index in view.by_phase["received"] if stop_of(view.events[index]) == passage.start)
        if self.anchor.kind.topic not in GENERIC or first != passage.pos:
            return "new"
        if passage.topic != "created":
            cause = view.whole.cause[passage.pos]
            return "new" if cause >= 0 and view.topics[cause] == passage.topic else "unknown"
        born = creation(view.events)
        if born is not None:
            log = view.expected.covered.get(self.anchor.kind.stream)
            before = log is not None and log.first is not None and born < log.first - self.leg.limit.ns
            return "old" if before else "new"
        names = [name.value for name in self.anchor.names if name.strength == "strong"]
        return view.expected.seniority(self.end.system, names, passage.at)

    def _refuses_inside(self, child: int) -> bool:
        event = self.view.events[child]
        return event.kind.phase == "rejected" and event.kind.peer in {None, self.end.peer}

    def _refused_inside(self, answer: int) -> None:
        """The system itself refused the record before it sent anything, and says so."""
        view, expected, event = self.view, self.view.expected, self.view.events[answer]
        view.told.add(answer)
        until = view.at[answer] + expected.retry_window(self.end.system, self.end.peer, self.leg.limit)
        arrival = self.arrival()
        later = self.made_good(view.at[answer], until, [], arrival)
        lost = not arrival.shown and later.word == "none"
        absence = view.absent(self.target, self.passage.topic, self.passage.at, until) if lost else Absence()
        cover, proofs = expected.cover(self.leg.streams, view.at[answer], until)
        if lost:
            self.fail()
        view.add(
            LegFacts(
                topic=self.passage.topic,
                route=self.route(),
                answer=kind_of_refusal(event),
                level=event.kind.level,
                failure_recorded=True,
                closed=is_closed(event),
                later=later.word,
                effect="absent" if absence.proved else arrival.word,
                timing="late" if later.word == "other" else "in-time",
                cover=cover,
                weak=self.weak,
                retry_open=cover in {"ends", "none"} and expected.end < until,
                limit_basis=self.leg.limit.kind,
                both_sides=True,
            ),
            **self.before_sending(),
            answer=event,
            due=until,
            limit=shown_limit(self.leg.limit),
            cover=proofs,
            effect=view.event(arrival.pos),
            recovered_at=later.at,
            recovered_by=later.by,
            as_of=absence.as_of,
            proofs=absence.proofs,
        )

    def _cancelled_before(self) -> bool:
        """Created and cancelled within the time of one hand-off, and nothing of either sent on."""
        view = self.view
        if self.passage.topic not in {"created", "cancelled"} or view.own.get(self.target):
            return False
        if any(view.events[index].kind.peer == self.end.peer for index in view.by_phase["forwarded"]):
            return False
        return view.short_lived(self.leg.limit.ns)
