"""A market's orders, sent on by a hub, into an ERP that numbers and logs what it takes in, sender by sender."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from judge.scenes import START, World
from tracelog.model.event import MINUTE, SECOND, Name

LIST, HUB, TAKEN, DONE = "market-orders list", "hub-log app", "erp-messages in", "erp-status in"


class Chain(World):
    """Forty orders, half an hour apart; the hub polls every ten minutes, whatever happens. Every fourth is cancelled an
    hour later, and the ERP is sent a change of it, which does not say what changed.

    `stop` says where an order's creation ends, and `stop_change` where its cancellation does.
    """

    def __init__(self, stop: dict[int, str] | None = None, stop_change: dict[int, str] | None = None) -> None:
        super().__init__()
        self.made = 0
        for name, system in ((LIST, "market"), (HUB, "hub"), (TAKEN, "erp"), (DONE, "erp")):
            self.stream(name, absence="weak", system=system)
        messages = []
        for order in range(40):
            at = START + order * 30 * MINUTE
            messages.append((at, order, "created", (stop or {}).get(order, "")))
            if order % 4 == 0:
                messages.append((at + 65 * MINUTE, order, "cancelled", (stop_change or {}).get(order, "")))
        self.beat(HUB, START - 30 * MINUTE, START + 41 * 30 * MINUTE, 10 * MINUTE, export=7)
        for at, order, topic, end in sorted(messages):
            self.told(order, topic, at)
            self.pass_on(order, topic, at, end)

    def names(self, order: int) -> list[Name]:
        return [Name("market:id", f"M-{7001 + order}")]

    def told(self, order: int, topic: str, at: int) -> None:
        self.add(order, "market", "emitted", at, stream=LIST, topic=topic, names=self.names(order), happened_at=at)

    def pass_on(self, order: int, topic: str, at: int, end: str) -> None:
        key, names = (f"hub-{order}-{topic}",), [Name("ref", f"M-{7001 + order}")]
        if end == "before the hub":
            return
        self.add(order, "hub", "received", at + SECOND, stream=HUB, export=7, peer="market", topic=topic,
                 names=self.names(order), envelope=key, happened_at=at)  # fmt: skip
        if end == "in the hub":
            return
        self.add(order, "hub", "forwarded", at + 2 * SECOND, stream=HUB, export=7, peer="erp", names=names,
                 envelope=key)  # fmt: skip
        if end == "not there":
            self.add(order, "hub", "rejected", at + 4 * SECOND, stream=HUB, export=7, peer="erp", names=names,
                     envelope=key, level="transport", result="400 the order to be changed does not exist")  # fmt: skip
            return
        if end != "unanswered":
            self.add(order, "hub", "acknowledged", at + 4 * SECOND, stream=HUB, export=7, peer="erp", names=names,
                     envelope=key, level="transport", result="201")  # fmt: skip
        if end in {"never made", "unanswered"}:
            return
        self.made += 1
        number, message = Name("erp:message", str(4_810_000 + self.made)), (f"erp {self.made}",)
        self.add(order, "erp", "received", at + 3 * SECOND, stream=TAKEN, peer="market",
                 topic="created" if topic == "created" else "updated", names=[number, *names], envelope=message,
                 fields=self.fields(order, sent=True))  # fmt: skip
        self.add(order, "erp", "parked", at + 3 * SECOND, stream=DONE, envelope=message)
        if end == "waits":
            return
        if end.startswith("refused"):
            self.add(order, "erp", "rejected", at + 6 * SECOND, stream=DONE, envelope=message, level="business",
                     result="51 not maintained")  # fmt: skip
        if end == "refused":
            return
        done = at + (6 * SECOND if end != "refused, posted later" else 300 * MINUTE)
        self.add(order, "erp", "applied", done, stream=DONE, names=[number], envelope=message, result="53")

    def fields(self, order: int, *, sent: bool = False) -> dict[str, str]:
        return {}


def test_all_arrives():
    world = Chain()
    assert world.all_found() == {}
    receipts = world.expected.from_("hand", _forward(world), "created")
    assert [(way.leg.end.system, way.leg.taken) for way in receipts] == [("erp", 40)]


def _forward(world: Chain):
    return next(start for leg, start, topic in world.expected.ways if leg == "hand" and start.phase == "forwarded")


@pytest.mark.parametrize("where", ["before the hub", "in the hub", "never made", "unanswered", "waits"])
def test_a_creation_that_ends_is_found_where_it_ended(where: str):
    """Though each log is silent for far longer than a log may be off: the hub beats, the ERP's numbers have no gap."""
    world = Chain(stop={21: where})
    beside = [("unacknowledged", "confirmed")] if where == "unanswered" else []
    assert world.all_found() == {21: [("silent-drop", "confirmed"), *beside]}
    (case,) = (case for case in world.cases(21) if getattr(case.facts, "effect", "") in {"unknown", "absent"}
               and case.facts.cover == "spans" and case.facts.answer == "none" and not case.facts.attempt)  # fmt: skip
    ends = case.binding["from_"].system, case.binding["to"].system
    assert ends == {
        "before the hub": ("market", "hub"), "in the hub": ("hub", "hub"), "never made": ("hub", "erp"),
        "unanswered": ("hub", "erp"), "waits": ("erp", "erp"),
    }[where]  # fmt: skip


@pytest.mark.parametrize("where", ["in the hub", "never made", "waits"])
def test_so_is_a_change_that_the_erp_does_not_name(where: str):
    found = Chain(stop_change={20: where}).all_found()
    assert {order: set(what) for order, what in found.items()} == {20: {("silent-drop", "confirmed")}}


def test_a_cancellation_that_nobody_knew_the_order_for_brings_no_order():
    """The hub heard of the order for the first time when it was cancelled, and the ERP refused that."""
    found = Chain(stop={20: "before the hub"}, stop_change={20: "not there"}).found(20)
    assert ("silent-drop", "confirmed") in found
    assert not any(state == "recovered" for _, state in found)


def test_a_missing_number_may_be_the_missing_message():
    """Somebody left one of the ERP's messages out of the export: the neighbour's silence proves nothing any more."""
    world = Chain(stop={21: "never made"})
    world.orders[22] = [event for event in world.orders[22] if event.kind.system != "erp"]
    assert world.found(21) == [("silent-drop", "suspected")]


def test_close_neighbours_prove_nothing_where_numbers_are_missing():
    """Only some of the ERP's messages were exported: every third order's are left out, though each arrived."""
    world = Chain()
    world.beat(TAKEN, START, START + 41 * 30 * MINUTE, 5 * MINUTE)
    for order in range(0, 40, 3):
        world.orders[order] = [event for event in world.orders[order] if event.kind.stream not in {TAKEN, DONE}]
    assert {state for found in world.all_found().values() for _, state in found} == {"suspected"}


def test_accepted_outside_and_refused_inside_is_an_error_swallowed():
    world = Chain(stop={21: "refused"}, stop_change={20: "refused"})
    assert world.all_found() == {20: [("swallowed-error", "confirmed")], 21: [("swallowed-error", "confirmed")]}


def test_what_was_posted_after_all_is_recovered():
    assert Chain(stop={21: "refused, posted later"}).found(21) == [("swallowed-error", "recovered")]


def test_where_later_changes_are_sent_on_the_orders_were_meant_to_be():
    """Nine in ten creations end in the hub; the cancellations of the same orders are sent, and the ERP knows no such
    order: no filter on the orders.
    """
    lost = set(range(40)) - {3, 13, 23, 33}
    world = Chain(stop=dict.fromkeys(lost, "in the hub"), stop_change=dict.fromkeys(range(40), "not there"))
    found = world.all_found()
    assert {order for order, what in found.items() if ("silent-drop", "confirmed") in what} == lost


def test_without_later_changes_that_say_so_few_takers_may_be_all_that_are_meant():
    kept = {3, 13, 23, 33}
    world = Chain(
        stop=dict.fromkeys(set(range(40)) - kept, "in the hub"),
        stop_change=dict.fromkeys(range(0, 40, 4), "before the hub"),
    )
    states = {state for order in range(40) for kind, state in world.found(order) if kind == "silent-drop"
              and order % 4}  # fmt: skip
    assert states == {"suspected"}


class Valued(Chain):
    """The market lists the quantity, the ERP's message has it, and nothing between shows it."""

    wrong: Iterable[int] = (9,)
    more: Callable[[int], int] = staticmethod(lambda quantity: quantity + 1)

    def told(self, order: int, topic: str, at: int) -> None:
        super().told(order, topic, at)
        if topic == "created":
            self.add(order, "market", "observed", at + MINUTE, stream=LIST, carries="state", names=self.names(order),
                     fields=self.fields(order))  # fmt: skip

    def fields(self, order: int, *, sent: bool = False) -> dict[str, str]:
        quantity = order % 3 + 1
        return {"quantity": str(self.more(quantity) if sent and order in self.wrong else quantity)}


def test_a_value_that_nobody_between_shows_is_held_against_the_source():
    world = Valued()
    assert world.all_found() == {9: [("rewrite", "confirmed")]}


def test_an_order_that_was_edited_since_may_have_been_sent_as_it_was():
    world = Valued()
    world.add(9, "market", "emitted", START + 300 * MINUTE, stream=LIST, topic="updated", names=world.names(9))
    assert ("rewrite", "suspected") in world.found(9)
    assert ("rewrite", "confirmed") not in world.found(9)


def test_other_units_everywhere_are_the_mapping_in_force():
    class Dozens(Valued):
        wrong = range(40)
        more = staticmethod(lambda quantity: quantity * 12)

    assert not any(kind == "rewrite" for found in Dozens().all_found().values() for kind, _ in found)


@pytest.mark.parametrize("where", ["never made", "waits"])
def test_what_is_on_record_as_sent_or_as_waiting_is_no_matter_of_a_filter(where: str):
    """Six in seven end there. They were sent, or taken in, so no rule kept them off."""
    lost = set(range(40)) - {3, 10, 17, 24, 31, 38}
    world = Chain(stop=dict.fromkeys(lost, where), stop_change=dict.fromkeys(range(40), "before the hub"))
    found = world.all_found()
    sure = {order for order, what in found.items() if ("silent-drop", "confirmed") in what}
    assert sure == (lost - {39} if where == "waits" else {order for order in lost if 3 < order < 38})


def test_a_change_that_the_numbered_messages_lack_was_not_taken_in():
    """Nearly all cancellations stay in the hub. The ERP's messages are all there: of these orders only the creation."""
    kept = {0, 20}
    world = Chain(stop_change={order: "in the hub" for order in range(0, 40, 4) if order not in kept})
    lost = {order for order, what in world.all_found().items() if ("silent-drop", "confirmed") in what}
    assert lost == set(range(0, 40, 4)) - kept
