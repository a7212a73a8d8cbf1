"""Sent on: how the target answered, whether a later try succeeded, and whether its own records show the effect."""

from __future__ import annotations

from tracelog.expect.standing import verdict_of
from tracelog.judge.abstract.hop import OWN_REFUSAL, Hop, is_closed, kind_of_refusal
from tracelog.judge.abstract.view import Absence, Arrival, shown_limit
from tracelog.judge.facts import LegFacts
from tracelog.link.meaning import GENERIC


class Tried(Hop):
    """A receipt with at least one attempt towards the target."""

    def judge(self) -> None:
        view = self.view
        answers = [(index, answer) for index in self.tries for answer in self._answers_to(index)]
        good = [pair for pair in answers if view.events[pair[1]].kind.phase == "acknowledged"]
        bad = [pair for pair in answers if view.events[pair[1]].kind.phase == "rejected"]
        if good and not bad:  # an earlier try may only be told twice: about to send, and sent
            self._accepted(*good[0], self.arrival())
        elif bad:
            self._refused(bad, [index for index, _ in good], self.arrival())
        else:
            self._unanswered(self.arrival())

    def _answers_to(self, index: int) -> list[int]:
        """Answers on record at the sender, and the target's own word of a refusal, where it names no request."""
        view = self.view
        found = view.answers(index)
        for other in view.by_phase["rejected"]:
            if view.events[other].kind.system == self.target and view.whole.cause[other] < 0:
                after = view.at[other] - view.at[index] + view.expected.spread
                if 0 <= after <= OWN_REFUSAL:
                    found = [*found, other]
        return sorted(found, key=lambda answer: view.at[answer])

    def _accepted(self, index: int, answer: int, arrival: Arrival) -> None:
        view, event = self.view, self.view.events[answer]
        if not arrival.shown and self._sent_otherwise(index):
            arrival = self._done_as_told(index)
        facts = LegFacts(
            topic=self.passage.topic,
            route=self.route(),
            attempt=True,
            answer="accept",
            level=event.kind.level,
            effect=arrival.word,
            cover="spans",
            limit_basis=self.leg.limit.kind,
            weak=self.weak,
            both_sides=True,
        )
        late = self._late(view.at[index])
        if late:
            self._arrived_late(facts, index, late, arrival)
            return
        due = view.at[answer] + self.leg.limit.ns
        absence = Absence() if arrival.shown else self._absence(due)
        if absence.proved and not self._named_by_target(answer) and not self._sent_otherwise(index):
            self.fail()
            view.add(
                facts._replace(effect="absent"),
                **self.after_sending(index),
                next=view.events[index],
                answer=event,
                due=due,
                limit=shown_limit(self.leg.limit),
                as_of=absence.as_of,
                proofs=absence.proofs,
                source=self.anchor,
            )
            return
        slow, took = self.leg.limit.slow, view.at[index] - self.passage.at
        if slow is not None and took >= slow:
            sent = {"next": view.events[index], "due": self.due, "limit": shown_limit(self.leg.limit), "slow": took}
            ends = self.before_sending() | self._went_on(index, arrival)
            view.add(facts._replace(effect="shown"), **ends, **sent, effect=view.events[index])
            return
        view.add(facts, **self.after_sending(index), answer=event, effect=view.event(arrival.pos))

    def _absence(self, due: int) -> Absence:
        return self.view.absent(self.target, self.passage.topic, self.passage.at, due)

    def _named_by_target(self, answer: int) -> bool:
        """The answer gives the target's own id: the record was made, and must have been removed since."""
        return self.passage.topic == "created" and any(
            name.strength == "strong" and name.kind.startswith(f"{self.target}:")
            for name in self.view.events[answer].names
        )

    def _sent_otherwise(self, index: int) -> bool:
        """What was sent said something else than the change: then the target did as it was told."""
        return verdict_of(self.view.events[index].states, self.passage.topic) == "denies"

    def _done_as_told(self, index: int) -> Arrival:
        """The target's own record of what it was sent, though that was not the change."""
        view = self.view
        for child in view.followers[index]:
            if view.events[child].kind.phase == "applied" and view.events[child].kind.system == self.target:
                return Arrival("shown", child, view.at[child])
        return Arrival("unknown")

    def _refused(self, bad: list[tuple[int, int]], good: list[int], arrival: Arrival) -> None:
        view, expected = self.view, self.view.expected
        index, answer = self._telling(bad)
        view.told.update(other for _, other in bad)
        event = view.events[answer]
        until = view.at[answer] + expected.retry_window(self.end.system, self.end.peer, self.leg.limit)
        word = kind_of_refusal(event)
        later = self.made_good(view.at[answer], until, good, arrival)
        if word == "exists" and not arrival.shown and self._accepted_before(index):
            later.word = "chain"
        absence = self._absence(until) if not arrival.shown and later.word == "none" else Absence()
        again = None if absence.proved else expected.tried_again(self.end.system, self.end.peer, event)
        moment = (view.at[answer], again) if again is not None else None
        cover, proofs = expected.cover([view.events[index].kind.stream], view.at[answer], until, moment)
        late = later.word in {"chain-late", "other"}
        if later.word == "none" and not arrival.shown:
            self.fail()
        view.add(
            LegFacts(
                topic=self.passage.topic,
                route=self.route(),
                attempt=True,
                answer=word,
                level=event.kind.level,
                failure_recorded=self._listed(answer),
                closed=self._closed(answer),
                later=later.word,
                effect="absent" if absence.proved else arrival.word,
                timing="late" if late else "in-time",
                cover=cover,
                weak=self.weak,
                retry_open=cover in {"ends", "none"} and expected.end < until,
                limit_basis=self.leg.limit.kind,
                both_sides=True,
            ),
            **self.after_sending(index),
            next=view.events[index],
            answer=event,
            effect=view.event(arrival.pos if later.pos is None else later.pos),
            due=until,
            cover=proofs,
            limit=shown_limit(self.leg.limit),
            recovered_at=later.at,
            recovered_by=later.by,
            as_of=absence.as_of,
            proofs=absence.proofs,
            source=self.anchor,
        )

    def _telling(self, bad: list[tuple[int, int]]) -> tuple[int, int]:
        """The refusal to cite: the last try's, told by the log that holds the request rather than by an error list."""
        last = max(index for index, _ in bad)
        own = [pair for pair in bad if pair[0] == last]
        return min(own, key=lambda pair: self._is_list(pair[1]))

    def _is_list(self, answer: int) -> bool:
        info = self.view.expected.sums.infos.get(self.view.events[answer].kind.stream)
        return info is not None and info.absence == "none"

    def _near(self, answer: int) -> list[int]:
        """Refusals on record at the time of this one, itself included."""
        view = self.view
        return [other for other in view.by_phase["rejected"] if abs(view.at[other] - view.at[answer]) <= OWN_REFUSAL]

    def _listed(self, answer: int) -> bool:
        """Whether the sender's own error list holds the failure too."""
        events, mine = self.view.events, self.view.events[answer].kind.stream
        return self._is_list(answer) or any(
            events[other].kind.system == self.end.system and events[other].kind.stream != mine
            for other in self._near(answer)
        )

    def _closed(self, answer: int) -> bool:
        return any(is_closed(self.view.events[other]) for other in self._near(answer))

    def _accepted_before(self, index: int) -> bool:
        view = self.view
        return any(
            other < index and view.events[other].kind.peer == self.end.peer and view.accepted(other)
            for other in view.by_phase["forwarded"]
        )

    def _unanswered(self, arrival: Arrival) -> None:
        view, expected = self.view, self.view.expected
        index = self.tries[-1]
        event, stream = view.events[index], expected.with_answers(view.events[index].kind.stream)
        until = view.at[index] + self.leg.limit.ns
        cover, proofs = expected.cover(stream, view.at[index], until)
        if not arrival.shown:
            arrival = self._taken_in(index, until)
        later = self.made_good(view.at[index], until, [], arrival)
        absence = self._absence(until) if not arrival.shown and later.word == "none" else Absence()
        timing = "late" if later.word in {"chain-late", "other"} else "in-time"
        if arrival.shown:
            timing = self._late(view.at[index]) or timing
        if absence.proved:
            self.fail()
        view.add(
            LegFacts(
                topic=self.passage.topic,
                route=self.route(),
                attempt=True,
                later=later.word,
                effect="absent" if absence.proved else arrival.word,
                timing=timing,
                cover=cover,
                candidates=expected.candidates_in(stream, view.at[index], until),
                weak=self.weak,
                answers_usual=expected.answers_usual(stream[0]),
                answers_others=expected.sums.answered.but_for(stream[0], view.topics[index], expected.settings),
                limit_basis=self.leg.limit.kind,
                both_sides=absence.proved,
            ),
            **self.after_sending(index),
            next=event,
            effect=view.event(arrival.pos),
            due=until,
            cover=proofs,
            limit=shown_limit(self.leg.limit),
            recovered_at=later.at,
            recovered_by=later.by,
            as_of=absence.as_of,
            proofs=absence.proofs,
            source=self.anchor,
        )

    def _taken_in(self, index: int, until: int) -> Arrival:
        """The target's own record of a message of this order that it took in when this was sent. What it then made of
        it is asked there.
        """
        view, spread = self.view, self.view.expected.spread
        for other in view.by_phase["received"]:
            about = view.topics[other] in GENERIC | {self.passage.topic}
            near = view.at[index] - spread <= view.at[other] <= until + spread
            if about and near and view.events[other].kind.system == self.target:
                return Arrival("shown", other, view.at[other])
        return Arrival("unknown")

    def _went_on(self, index: int, arrival: Arrival) -> dict[str, object]:
        """What became of it behind the forward, of what is told at the step to it: the next step counts it too."""
        ends = self.after_sending(index)
        return {"onward": (ends["from_"], ends["to"], "arrived" if arrival.shown else "unknown")}

    def _arrived_late(self, facts: LegFacts, index: int, late: str, arrival: Arrival) -> None:
        """Sent on and accepted, but after the limit: the step that took too long is the one to the forward."""
        sent = self.view.events[index]
        self.view.add(
            facts._replace(effect="shown", timing=late, later="chain-late" if late == "late" else "none"),
            **self.before_sending(),
            **self._went_on(index, arrival),
            next=sent,
            effect=sent,
            due=self.due,
            limit=shown_limit(self.leg.limit),
            recovered_at=self.view.at[index],
        )

    def _late(self, at: int) -> str | None:
        """Whether the attempt came after the limit. Both stamps are of one system, so only precision blurs them."""
        over = at - self.due
        if over <= 0:
            return None
        return "late-blurred" if over <= self.view.precision(self.anchor) else "late"
