"""The integration at work: every change on its way through, with the faults that were planted.

One model for all stacks: a source where things happen, a middle that takes them in (by polling or by being
called) and sends them on, a target that answers and keeps documents. A stack says how fast, and writes it down.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field, replace

from benchmarks.incidents.faults import KINDS, NO_ORDER, Fault, choose
from benchmarks.incidents.world import Document, Note, Order, Passage, Span, Truth, Try, World

HALF = 0.5  # of a step; where more fails, a fault and a rule look alike
Range = tuple[float, float]
MUST = dt.timedelta(minutes=10)  # what a log must cover after a change before its absence says anything


@dataclass(frozen=True)
class Route:
    """How changes travel. Times in seconds. `labels` name the exports that show each stage (source, in, out, target),
    with `{topic}` where each topic has its own.
    """

    source: str
    middle: str
    target: str
    topics: tuple[str, ...] = ("created", "shipped", "cancelled")
    poll: float | None = None  # the period of polling; None: the source calls
    push: Range = (0.6, 4.0)
    process: Range = (1.0, 6.0)
    answer: Range = (0.4, 2.4)
    labels: dict[str, str] = field(default_factory=dict)
    busy: float = 0.01  # share of tries that are told to come back, and do
    authors: bool = True  # the target's records name who changed something
    batch: float | None = None  # sent on at whole multiples of so many seconds


def seconds(rng: random.Random, between: Range) -> dt.timedelta:
    return dt.timedelta(seconds=rng.uniform(*between))


class Play:
    """Plays a world along one route; leaves passages, documents and truths in the world."""

    def __init__(self, world: World, route: Route, faults: list[Fault]) -> None:
        self.world = world
        self.route = route
        self.faults = faults
        self.rng = world.rng("integration")
        self.passages: list[Passage] = []
        self.number = 30_400
        self.must = MUST + dt.timedelta(seconds=max(route.poll or 0.0, route.batch or 0.0))

    def run(self) -> list[Passage]:
        world = self.world
        for order in world.orders:
            order.passages = [
                Passage(order, change, routed=self._routed(order))
                for change in order.changes if change.topic in self.route.topics
            ]  # fmt: skip
            self._supersede(order)
            self.passages += order.passages
        choose(world, self.passages, self.faults)
        for order in world.orders:
            for passage in order.passages:
                if not passage.routed:
                    self._left_out(passage)
                elif not passage.superseded:
                    self._pass(passage)
        world.documents.sort(key=lambda document: document.created)
        for document in world.documents:  # numbers rise with time, as a target gives them
            self.number += 1
            document.number = self.number
        return self.passages

    def _routed(self, order: Order) -> bool:
        return order.kind == "goods"

    def tick(self, at: dt.datetime) -> dt.datetime:
        """The poll that takes in what happened at that time."""
        assert self.route.poll is not None
        past = (at - self.world.plan.start).total_seconds()
        return self.world.plan.start + dt.timedelta(seconds=(past // self.route.poll + 1) * self.route.poll)

    def _supersede(self, order: Order) -> None:
        if self.route.poll is None:
            return
        for before, after in zip(order.passages, order.passages[1:], strict=False):
            together = self.tick(before.change.at) == self.tick(after.change.at)
            if together and before.topic == "created" and after.topic == "cancelled":
                before.superseded = after.superseded = True  # came and went between two polls: nothing to pass on
            elif together and before.topic != "created":
                before.superseded = True  # what is taken in holds both
                after.change = replace(after.change, values=before.change.values | after.change.values)

    # ---- one change ----

    def _pass(self, passage: Passage) -> None:
        kind = passage.fault[1].kind if passage.fault else ""
        at, rng = passage.change.at, self.rng
        if not kind and passage.topic == "shipped" and rng.random() < self.world.traits.get("written-directly", 0.0):
            return self._directly(passage)
        taken = self.tick(at) + seconds(rng, (0.4, 1.4)) if self.route.poll else at + seconds(rng, self.route.push)
        if kind == "never-received":
            if passage is not passage.order.passages[-1]:  # a later poll shows the order as it stands, this included
                self._may("late", passage, at)
            return self._lost(passage, self.route.source, self.route.middle, at, "in")
        passage.received.append(taken)
        send = self._due(taken) + seconds(rng, self.route.process)
        if kind == "never-forwarded":
            return self._lost(passage, self.route.middle, self.route.middle, taken, "out")
        if kind == "late":
            send += dt.timedelta(hours=rng.uniform(5.0, 11.0))
            self._truth(passage, self.route.middle, self.route.target, taken)
        if kind == "overtaken":
            self._hold_creation(passage, send)
        self._send(passage, send, kind)
        return None

    def _left_out(self, passage: Passage) -> None:
        """A kind of order that this way is not for: never asked for, or taken in and quietly ignored."""
        if passage.order.kind == "digital":
            at = passage.change.at
            taken = self.tick(at) if self.route.poll else at + seconds(self.rng, self.route.push)
            passage.received.append(taken + dt.timedelta(seconds=1))
        self._may("silent-drop", passage, passage.change.at, "suspected")  # of few orders: a rule, or a fault (row 16a)

    def _directly(self, passage: Passage) -> None:
        """The warehouse writes to the target itself; the middle sees the change too, and has nothing to do."""
        at = passage.change.at + dt.timedelta(seconds=self.rng.uniform(2, 90))
        passage.received.append(self.tick(passage.change.at) + dt.timedelta(seconds=1) if self.route.poll else at)
        for document in self.world.documents_of(passage.order)[:1]:
            document.set(at, "status", "shipped", by="warehouse")
            passage.applied.append(at)

    def _due(self, at: dt.datetime) -> dt.datetime:
        """When a batch takes it along."""
        if self.route.batch is None:
            return at
        past = (at - self.world.plan.start).total_seconds()
        return self.world.plan.start + dt.timedelta(seconds=(past // self.route.batch + 1) * self.route.batch)

    def _send(self, passage: Passage, at: dt.datetime, kind: str) -> None:
        rng, values = self.rng, dict(passage.change.values)
        if passage.topic == "created":
            values["total"] = self._mapped_total(str(values["total"]), at)
        at = self._after(passage, at)
        self._rewrite(passage, kind, values, at)
        if rng.random() < self.route.busy and not kind:
            busy = self._try(passage, at, values)
            self._answer(busy, "busy", "Concurrent request limit exceeded.")
            self._may("rejected", passage, at, "suspected")  # all that an error list alone can say
            at += dt.timedelta(minutes=rng.uniform(2.0, 8.0))
        one = self._try(passage, at, values)
        after = at + seconds(rng, self.route.answer)
        if passage.topic != "created" and not self._there(passage.order, after) and kind not in NO_ORDER:
            self._answer(one, "refused", "the order to be changed does not exist", after)
            if kind != "overtaken":
                self._may("rejected", passage, at)
            return
        if kind == "unanswered":
            self._lost(passage, self.route.middle, self.route.target, at, "target")
        elif not kind and rng.random() < self.world.traits.get("answers-lost", 0.0):
            self._apply(passage, one, after)  # it arrived; only its answer is not on record
        elif kind in ("refused", "refused-rerun"):
            self._answer(one, "refused", "Invalid Field Value for the following field: item", after)
            self._truth(passage, self.route.middle, self.route.target, after)
            if kind == "refused-rerun":
                again = self._try(passage, at + dt.timedelta(hours=rng.uniform(5.0, 10.0)), values)
                self._accept(passage, again)
        elif kind == "swallowed":
            self._answer(one, "failed-inside", "INVALID_KEY_OR_REF: Invalid item reference key", after)
            self._truth(passage, self.route.middle, self.route.target, after)
        elif kind == "never-applied":
            self._answer(one, "accepted", answered=after)
            self._lost(passage, self.route.target, self.route.target, after, "target")
        else:
            self._accept(passage, one)
            self._aftermath(passage, one, kind)
            if not kind and passage.topic == "created":
                self._again(passage, one)

    def _after(self, passage: Passage, at: dt.datetime) -> dt.datetime:
        """Changes of one order leave one after the other, unless a queue is what fails."""
        done = [one.answered or one.at for each in passage.order.passages for one in each.tries if each is not passage]
        if passage.fault or not done or max(done) < at or max(done) - at > dt.timedelta(minutes=30):
            return at
        return max(done) + seconds(self.rng, (0.2, 0.9))

    def _mapped_total(self, total: str, at: dt.datetime) -> str:
        """The total as this integration's mapping sends it: gross, or net of a tax that is the same for all."""
        since = self.world.traits.get("net-totals-since")
        return total if since is None or at < since else f"{float(total) / 1.08:.2f}"

    def _again(self, passage: Passage, one: Try) -> None:
        """The same order once more, by a second try or another integration; the target knows it already."""
        share, until = self.world.traits.get("sent-twice", (0.0, self.world.end))
        if one.at < until and self.rng.random() < share and one.answered:
            again = self._try(passage, one.answered + dt.timedelta(seconds=self.rng.uniform(4, 60)), one.values)
            self._answer(again, "exists", "This record already exists")

    def _rewrite(self, passage: Passage, kind: str, values: dict[str, object], at: dt.datetime) -> None:
        if kind == "rewritten-status":
            values["status"] = "pending"
        elif kind == "rewritten-total":
            values["total"] = f"{float(str(values['total'])) / 10:.2f}"
        elif kind == "rewritten-units":
            values["units"] = int(str(values["units"])) + 1
        if kind.startswith("rewritten"):
            self._truth(passage, self.route.middle, self.route.middle, at)

    def _aftermath(self, passage: Passage, one: Try, kind: str) -> None:
        """What goes wrong, or is done, after the change was accepted once."""
        rng, order = self.rng, passage.order
        if kind == "twice":
            again = self._try(passage, one.at + dt.timedelta(seconds=rng.uniform(45, 240)), one.values)
            self._accept(passage, again, anew=True)
            self._truth(passage, self.route.middle, self.route.target, again.at)
        elif kind == "stale":
            again = self._try(passage, one.at + dt.timedelta(hours=rng.uniform(1.0, 6.0)), {"status": "confirmed"})
            self._accept(passage, again)
            self._truth(passage, self.route.middle, self.route.target, again.at)
        elif kind == "edited":
            document = self.world.documents_of(order)[0]
            at = one.at + dt.timedelta(hours=rng.uniform(4.0, 12.0))
            document.set(at, "status", "closed", by="Dana Whitfield")
            self._truth(passage, self.route.target, self.route.target, at)

    def _hold_creation(self, passage: Passage, until: dt.datetime) -> None:
        """The order itself waits in a queue until its cancellation has gone past it."""
        created = passage.order.passages[0]
        if created.fault or not created.tries:
            return
        for document in self.world.documents_of(passage.order):
            self.world.documents.remove(document)
        created.tries.clear()
        created.applied.clear()
        one = self._try(created, until + dt.timedelta(minutes=self.rng.uniform(2.0, 9.0)), dict(created.change.values))
        self._accept(created, one)
        self._may("late", created, one.at)
        self._truth(passage, self.route.middle, self.route.target, until)

    # ---- what target and middle do ----

    def _there(self, order: Order, at: dt.datetime) -> bool:
        return any(document.created <= at for document in self.world.documents_of(order))

    def _try(self, passage: Passage, at: dt.datetime, values: dict[str, object]) -> Try:
        one = Try(f"{self.rng.getrandbits(128):032x}", at, values)
        passage.tries.append(one)
        return one

    def _answer(self, one: Try, answer: str, reason: str = "", answered: dt.datetime | None = None) -> None:
        one.answer, one.reason = answer, reason
        one.answered = answered or one.at + seconds(self.rng, self.route.answer)

    def _accept(self, passage: Passage, one: Try, *, anew: bool = False) -> None:
        self._answer(one, "accepted")
        assert one.answered is not None
        self._apply(passage, one, one.answered, anew=anew)

    def _apply(self, passage: Passage, one: Try, at: dt.datetime, *, anew: bool = False) -> None:
        order, values = passage.order, one.values
        passage.applied.append(at)
        held = self.world.documents_of(order)
        if passage.topic == "created" and (anew or not held):
            total, units = str(values["total"]), int(str(values["units"]))
            opened = "pending" if self.world.has("opens-pending") else "confirmed"
            document = Document(order, 0, at, at, opened, total, units)
            document.notes = [
                Note(at, "integration", "record", "", ""), Note(at, "integration", "status", "", opened),
                Note(at, "integration", "reference", "", str(order.number)),
                Note(at, "integration", "total", "", total), Note(at, "integration", "units", "", str(units)),
            ]  # fmt: skip
            if opened == "pending":  # an approval workflow lets it through some minutes later
                document.set(
                    at + dt.timedelta(minutes=self.rng.uniform(1.0, 6.0)), "status", "confirmed", by="workflow"
                )
            self.world.documents.append(document)
            one.document = "new"
        elif held:
            if "status" in values:
                held[0].set(at, "status", str(values["status"]))
            if values.get("refunded"):
                held[0].set(at, "refunded", "True")
            one.document = "changed"

    # ---- what is true ----

    def _labels(self, passage: Passage) -> dict[str, str]:
        """The exports by stage; a stage may have one for each topic."""
        return {stage: label.format(topic=passage.topic) for stage, label in self.route.labels.items()}

    def _lost(self, passage: Passage, sender: str, receiver: str, at: dt.datetime, stage: str) -> None:
        """A change that ends here: what would have shown it is `stage`, and the target's own tables further on."""
        labels = self._labels(passage)
        absence = [Span(labels[one], at, at + self.must) for one in dict.fromkeys((stage, "target")) if one in labels]
        self._truth(passage, sender, receiver, at, tuple(absence))

    def _truth(
        self, passage: Passage, sender: str, receiver: str, at: dt.datetime, absence: tuple[Span, ...] = (),
        *, required: bool = True,
    ) -> None:  # fmt: skip
        number, fault = passage.fault
        kind = KINDS[fault.kind]
        unnamed = {"state-divergence"} if fault.kind == "edited" and not self.route.authors else set()
        labels = self._labels(passage)
        stages = ("source", "in") if fault.kind in ("never-received", "never-forwarded") else ("in", "out", "target")
        anchors = tuple(Span(labels[one], at, at) for one in stages if one in labels)
        self.world.truths.append(
            Truth(
                passage.order.name, kind.finding, None if fault.kind == "edited" else passage.topic, (sender, receiver),
                at, fault.name,
                frozenset(kind.states) | ({"suspected"} if fault.rate > HALF else set()),
                frozenset(kind.also) | unnamed, required, anchors, absence, number,
            )
        )  # fmt: skip

    def _may(self, kind: str, passage: Passage, at: dt.datetime, *states: str) -> None:
        """What is true, and nobody need tell: what follows from another change's fault, a refusal with its retry."""
        step = (self.route.middle, self.route.target)
        right = frozenset(states or ("confirmed", "suspected", "pending", "recovered"))
        self.world.truths.append(
            Truth(passage.order.name, kind, passage.topic, step, at, "consequence", right, required=False)
        )
