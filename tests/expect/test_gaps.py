"""Who is told before the system of record has the order, and how orders get there: sums of a route."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from judge.scenes import START, World
from tracelog.expect.gaps import Gaps, Passed, distribution, gate, gating, passed
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND

SPREAD = 2 * SECOND


def one(number: int, told: int, had: int, *, answered: int = -1, **more: object) -> Passed:
    """An order placed at its own number of minutes, with its notice and its arrival counted from then (ns)."""
    born = START + number * MINUTE
    at = [born + span if span >= 0 else -1 for span in (told, had, answered)]
    values = {"taken": -1, "sent": -1, "there": had >= 0, "polled": False, "slack": SECOND} | more
    return Passed(number, told=at[0], born=born, had=at[1], answered=at[2], **values)  # type: ignore[arg-type]


def test_a_notice_that_follows_the_system_of_record_waited_for_it() -> None:
    assert gate(one(1, told=10 * SECOND, had=5 * SECOND), SPREAD) == "erp"
    assert gate(one(1, told=10 * SECOND, had=60 * SECOND, answered=8 * SECOND), SPREAD) == "ack"
    assert gate(one(1, told=SECOND, had=60 * SECOND, answered=8 * SECOND), SPREAD) == "none"
    assert gate(one(1, told=SECOND, had=-1), SPREAD) == "none"


def test_never_order_below_precision() -> None:
    assert gate(one(1, told=10 * SECOND, had=11 * SECOND), SPREAD) is None
    assert gate(one(1, told=10 * SECOND, had=50 * SECOND, slack=MINUTE), SPREAD) is None
    assert gate(one(1, told=10 * SECOND, had=-1, there=True), SPREAD) is None


@pytest.mark.parametrize(
    ("erp", "ack", "none", "word"),
    [(97, 3, 0, "erp-gated"), (40, 58, 2, "ack-gated"), (90, 0, 10, "ungated"), (2, 1, 1, "unknown")],
)
def test_a_route_waits_if_nearly_every_notice_does(erp: int, ack: int, none: int, word: str) -> None:
    ones = [one(n, told=HOUR, had=MINUTE) for n in range(erp)]
    ones += [one(n, told=HOUR, had=2 * HOUR, answered=MINUTE) for n in range(ack)]
    ones += [one(n, told=MINUTE, had=2 * HOUR, answered=HOUR) for n in range(none)]

    found, counts = gating(ones, SPREAD)

    assert found == word
    assert (counts["erp"], counts["ack"], counts["none"]) == (erp, ack, none)


def test_found_after_so_many_minutes_counts_from_the_notice() -> None:
    spans = [30 * SECOND, 4 * MINUTE, 14 * MINUTE, 50 * MINUTE, 3 * HOUR]
    ones = [one(n, told=10 * SECOND, had=10 * SECOND + span) for n, span in enumerate(spans)]
    ones.append(one(9, told=10 * SECOND, had=-1))

    told = distribution(ones, SPREAD, START + DAY)

    assert told["found_after_minutes"] == {"1": 1, "5": 2, "15": 3, "60": 4}
    assert (told["orders"], told["missing"], told["counted_from"], told["class"]) == (6, 1, "notice", "ungated")


def test_without_a_notice_it_counts_from_creation_and_the_gate_is_unknown() -> None:
    told = distribution([one(n, told=-1, had=4 * MINUTE) for n in range(50)], SPREAD, START + DAY)

    assert (told["counted_from"], told["class"], told["counts"]["no_notice"]) == ("creation", "unknown", 50)
    assert told["found_after_minutes"]["5"] == 50


def test_a_system_of_record_that_names_no_creation_had_the_order_when_it_first_tells_of_it() -> None:
    """Accounts that only hold receipts. Where some creations are told of, the others' times are not known."""
    ones = [one(n, told=-1, had=-1, there=True, seen=START + n * MINUTE + span)
            for n, span in enumerate((10 * SECOND, 2 * HOUR))]  # fmt: skip

    told = distribution(ones, SPREAD, START + DAY)
    mixed = distribution([*ones, one(7, told=-1, had=MINUTE)], SPREAD, START + DAY)

    assert (told["found_after_minutes"]["1"], told["found_later"], told["found_unknown_when"]) == (1, 1, 0)
    assert (mixed["found_after_minutes"]["1"], mixed["found_later"], mixed["found_unknown_when"]) == (1, 0, 2)


def test_each_day_s_end_says_what_was_promised_and_is_not_there() -> None:
    """Placed late on the first day; one arrives the next morning, one never, one at once."""
    late = (START // DAY + 1) * DAY - START - 10 * MINUTE
    ones = [
        one(0, told=late, had=late + 9 * HOUR, amount="20.50", currency="eur"),
        one(1, told=late, had=-1, amount="10", currency="EUR"),
        one(2, told=late, had=late + MINUTE, amount="99", currency="USD"),
    ]

    first, second = distribution(ones, SPREAD, START + 2 * DAY - HOUR - (START % DAY))["days"]

    assert (first["orders"], first["missing_at_end"], first["most_missing"]) == (3, 2, 3)
    assert first["value"] == [{"amount": "30.50", "currency": "EUR"}]
    assert (second["orders"], second["missing_at_end"]) == (0, 1)
    assert second["value"] == [{"amount": "10", "currency": "EUR"}]


def test_a_date_of_decades_ago_makes_days_without_change_and_no_wait() -> None:
    """An empty date reads as 1971 in some systems: all orders of such an export are waited for ever since."""
    since = 366 * DAY
    ones = [one(number, 0, -1)._replace(born=since, told=since) for number in range(2, 3002)]
    ones += [one(0, 0, 2 * DAY), one(1, 0, HOUR)]
    begun = time.monotonic()
    days = distribution(ones, SPREAD, START + 3 * DAY)["days"]

    assert time.monotonic() - begun < 5
    assert len(days) == (START + 3 * DAY) // DAY - since // DAY + 1
    last = [(day["orders"], day["missing_at_end"], day["most_missing"]) for day in days[-5:]]
    assert last == [(0, 3000, 3000), (2, 3001, 3002), (0, 3001, 3001), (0, 3000, 3001), (0, 3000, 3000)]


def test_it_grows_with_volume_where_busy_hours_take_longer() -> None:
    def day(busy: int, quiet: int) -> list[Passed]:
        return [
            one(hour * 60 + n, told=0, had=busy if hour in {4, 5} else quiet)
            for hour in range(12)
            for n in range(30 if hour in {4, 5} else 8)
        ]

    grows = distribution(day(20 * MINUTE, MINUTE), SPREAD, START + DAY)["growth"]
    steady = distribution(day(MINUTE, MINUTE), SPREAD, START + DAY)["growth"]
    few = distribution(day(20 * MINUTE, MINUTE)[:15], SPREAD, START + DAY)["growth"]

    assert (grows["with_volume"], grows["busy_median_seconds"], grows["quiet_median_seconds"]) == (True, 1200, 60)
    assert steady["with_volume"] is False
    assert few["with_volume"] is None


class Way(World):
    """A shop with notices, a hub that takes its orders in, and a record that it sends them to."""

    def __init__(self, notice: Callable[[int], int | None], *, polled: bool = False) -> None:
        super().__init__()
        for order in range(30):
            born = START + order * 20 * MINUTE
            self.add(
                order,
                "shop",
                "emitted",
                born,
                stream="shop",
                topic="created",
                fields={"total": "10", "currency": "EUR"},
            )
            self.add(order, "hub", "received", born + 90 * SECOND, stream="hub", topic="created", peer="shop",
                     carries="state" if polled else "event")  # fmt: skip
            self.add(order, "hub", "forwarded", born + 95 * SECOND, stream="hub", topic="created", peer="erp",
                     envelope=(f"r{order}",))  # fmt: skip
            self.add(
                order, "hub", "acknowledged", born + 99 * SECOND, stream="hub", peer="erp", envelope=(f"r{order}",)
            )
            self.add(
                order,
                "erp",
                "applied",
                born + 98 * SECOND,
                stream="erp",
                topic="created",
                happened_at=born + 98 * SECOND,
            )
            if (after := notice(order)) is not None:
                self.add(order, "shop", "emitted", born + after, stream="shop", topic="notified")


def test_the_way_is_split_into_delivery_queue_and_processing() -> None:
    for polled in (False, True):
        sums = Gaps("erp")
        for order, events in Way(lambda _: 2 * SECOND, polled=polled).orders.items():
            sums.add(order, events)
        (ones,) = sums.routes.values()
        split = distribution(ones, SPREAD, START + DAY)["split_seconds"]

        assert split == {"trigger": 90.0 if polled else None, "delivery": None if polled else 90.0,
                         "queue": 5.0, "processing": 3.0}  # fmt: skip


def test_the_system_of_record_is_where_new_orders_end_unless_it_is_declared() -> None:
    world = Way(lambda _: 2 * SECOND)
    declared = Way(lambda _: 2 * SECOND)
    declared.settings = type(declared.settings)(record="hub")

    assert world.expected.record is not None
    assert (world.expected.record.system, world.expected.record.basis) == (
        "erp",
        "learned: 30 of 30 new orders end there",
    )
    assert declared.expected.record is not None
    assert (declared.expected.record.system, declared.expected.record.basis) == ("hub", "declared")


def test_an_order_of_the_system_of_record_itself_is_on_no_way() -> None:
    world = Way(lambda _: None)

    assert passed(0, world.orders[0], "shop") is None


def test_a_log_that_begins_after_the_creation_does_not_tell_when_it_was_there() -> None:
    """False accusation 7: the ERP's log begins at nine; that it first tells of the shipment makes nothing late."""
    world = Way(lambda _: 2 * SECOND)
    for event in world.orders[7]:
        if event.kind.system == "erp" or event.kind.phase in {"forwarded", "acknowledged"}:
            event.kind = event.kind._replace(topic="shipped")
            event.at = (event.at or 0) + 9 * HOUR
            event.happened_at = event.happened_at and event.happened_at + 9 * HOUR

    found = passed(7, world.orders[7], "erp")

    assert found is not None
    assert (found[1].had, found[1].there) == (-1, True)
    assert ("confirmation-gap", "confirmed") not in world.found(7)


def test_parts_merged_in_any_order_give_the_same() -> None:
    world = Way(lambda order: order * SECOND)
    parts = [Gaps("erp") for _ in range(3)]
    whole = Gaps("erp")
    rows = list(world.orders.items())
    random.Random(1).shuffle(rows)
    for number, (order, events) in enumerate(rows):
        parts[number % 3].add(order, events)
        whole.add(order, events)
    parts[1].merge(parts[2])
    parts[1].merge(parts[0])
    source = ("shop", None)

    assert distribution(parts[1].routes[source], SPREAD, START + DAY) == distribution(
        whole.routes[source], SPREAD, START + DAY
    )


def kinds(world: World) -> set[tuple[str, str]]:
    return {found for each in world.all_found().values() for found in each}


def test_only_a_record_of_a_notice_says_that_a_customer_was_told() -> None:
    """False accusation 26: a status that reads as if somebody had been told is no notice."""
    assert kinds(Way(lambda _: None)) == set()


def test_a_notice_inside_the_limit_is_no_finding_of_its_order() -> None:
    assert kinds(Way(lambda _: 2 * SECOND)) == set()


def test_an_order_far_beyond_the_limit_is_told_first() -> None:
    world = Way(lambda _: 2 * SECOND)
    for event in world.orders[7]:
        if event.kind.system in {"hub", "erp"}:
            event.at = (event.at or 0) + 9 * HOUR
            event.happened_at = event.happened_at and event.happened_at + 9 * HOUR

    assert ("confirmation-gap", "confirmed") in world.found(7)
    assert {order for order in world.orders if ("confirmation-gap", "confirmed") in world.found(order)} == {7}


def test_a_declared_limit_of_the_way_counts_and_accuses_more() -> None:
    world = Way(lambda _: 2 * SECOND)
    world.settings = type(world.settings)(limits={"shop>erp": 60.0})

    found = {(one.kind, one.severity) for order in world.orders for one in world.templates(order)}

    assert ("confirmation-gap", "medium") in found


def test_stamps_by_the_minute_tell_no_first() -> None:
    world = Way(lambda _: 60 * SECOND)
    for events in world.orders.values():
        for event in events:
            if event.kind.topic == "notified":
                event.precision = MINUTE
    sums = Gaps("erp")
    for order, events in world.orders.items():
        sums.add(order, events)

    assert gating(sums.routes["shop", None], SPREAD)[0] == "unknown"


def test_some_orders_that_were_told_too_early_are_named_where_their_names_are_at_hand() -> None:
    ones = [one(n, told=2 * MINUTE, had=MINUTE) for n in range(40)] + [one(40, told=MINUTE, had=HOUR)]

    told = distribution(ones, SPREAD, START + DAY, lambda order: f"#{order}")

    assert (told["class"], told["examples"]) == ("erp-gated", {"after_answer": [], "before": ["#40"]})
    assert distribution(ones, SPREAD, START + DAY)["examples"]["before"] == []
