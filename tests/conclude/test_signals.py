"""The signals of JUDGEMENT section 6, each by handmade orders: there, not there, and not to be known."""

from __future__ import annotations

import random

from judge.make import DAYS, HOURS, MINUTES, T0, bound, event
from tracelog.conclude.signals import Over, Sign, consistent, signals
from tracelog.conclude.signs import Signs
from tracelog.judge.bind import Bound
from tracelog.judge.facts import LegFacts
from tracelog.model.event import DAY, SECOND, Event, Name, State

ORDER = (
    "customer-first",
    "partial-history",
    "no-single-owner",
    "cluster",
    "revenue-without-cost",
    "grows-with-channels",
)
LOST = LegFacts(topic="created", cover="spans", both_sides=True)
TRACKING = (Name("carrier:tracking", "1Z5"),)


def names(number: int) -> str:
    return f"#{number}"


def said(sums: Signs, which: str, bounds: list[Bound] | None = None, **over: object) -> Sign:
    found = signals(bounds or [], sums, Over(names, **{"end": T0 + 30 * DAYS, "spread": 2 * SECOND} | over))  # type: ignore[arg-type]
    return found[ORDER.index(which)]


def summed(*orders: list[Event], record: str | None = "erp") -> Signs:
    sums = Signs(record)
    for number, events in enumerate(orders):
        sums.add(number, events)
    return sums


def told(at: int, *, notice: int, had: int) -> list[Event]:
    return [
        event("shop", "emitted", "created", at),
        event("shop", "emitted", "notified", at + notice),
        event("erp", "applied", "created", at + had),
    ]


# ---- customer-first ----


def test_three_notices_before_the_system_of_record_has_the_order_are_customer_first() -> None:
    early = [told(T0 + day * DAYS, notice=MINUTES, had=HOURS) for day in range(3)]
    late = [told(T0 + n * HOURS, notice=HOURS, had=MINUTES) for n in range(400)]

    found = said(summed(*early, *late), "customer-first")

    assert (found.signal.present, found.signal.count, found.signal.orders) == (True, 3, ["#0", "#1", "#2"])
    assert consistent(found, 7 * DAYS), "on three days"
    assert not consistent(found, 20 * DAYS), "in one week of several"


def test_two_of_a_thousand_are_not() -> None:
    early = [told(T0, notice=MINUTES, had=HOURS) for _ in range(2)]
    late = [told(T0, notice=HOURS, had=MINUTES) for _ in range(1000)]

    assert said(summed(*early, *late), "customer-first").signal.present is False


def test_a_notice_within_the_spread_of_the_clocks_is_not_first() -> None:
    orders = [told(T0, notice=MINUTES, had=MINUTES + 3 * SECOND) for _ in range(9)]

    assert said(summed(*orders), "customer-first").signal.present is False  # two seconds of spread, one of precision
    assert said(summed(*orders), "customer-first", spread=0).signal.present is True


def test_a_carrier_s_scan_before_any_shipment_on_record_is_customer_first() -> None:
    def parcel(scan: int) -> list[Event]:
        return [
            event("erp", "applied", "shipped", T0 + HOURS),
            _scan(T0 + scan),
        ]

    assert said(summed(*[parcel(MINUTES)] * 3), "customer-first").signal.count == 3
    assert said(summed(*[parcel(2 * HOURS)] * 3), "customer-first").signal.present is False


def _scan(happened: int) -> Event:
    """Told of hours later: what counts is when the parcel was scanned."""
    made = event("receiver", "received", "shipped", happened + 5 * HOURS, peer="aftership", happened_at=happened)
    made.names = TRACKING
    return made


def test_without_notices_and_scans_nobody_knows() -> None:
    """False accusation 26: a status that reads as if the customer had been told is no notice."""
    shipped = [event("shop", "emitted", "created"), event("erp", "applied", "shipped")]

    assert said(summed(shipped), "customer-first").signal.present is None


# ---- partial-history ----


def own(system: str, topic: str, at: int = T0, **states: str) -> Event:
    """`states`: axis → canonical."""
    made = event(system, "applied" if system != "shop" else "emitted", topic, at)
    made.states = tuple(State(axis, f"{system}.{axis}", state, state) for axis, state in states.items())
    return made


def test_a_history_that_no_system_has_whole_is_partial() -> None:
    """The shop never heard of the shipment, the ERP never of the cancellation."""
    torn = [own("shop", "created"), own("shop", "cancelled"), own("erp", "created"), own("erp", "shipped")]
    whole = [*torn, own("erp", "cancelled")]

    assert said(summed(*[torn] * 3), "partial-history").signal.count == 3
    assert said(summed(*[whole] * 3), "partial-history").signal.present is False


def test_a_state_tells_of_what_it_implies() -> None:
    """Delivered was shipped; who has the order at all has it as created; a refund was paid."""
    order = [own("shop", "paid"), own("shop", "shipped"), own("erp", "shipped"),
             own("shop", "updated", fulfilment="delivered", payment="refunded"), own("erp", "refunded")]  # fmt: skip

    assert said(summed(*[order] * 3), "partial-history").signal.present is False


def test_one_system_s_own_business_makes_no_history_partial() -> None:
    order = [own("shop", "created"), own("shop", "notified"), own("erp", "invoiced"), own("erp", "posted"),
             own("erp", "picked")]  # fmt: skip

    assert said(summed(*[order] * 3), "partial-history").signal.present is False


def test_what_happened_within_a_day_of_the_end_may_still_be_on_its_way() -> None:
    torn = [own("shop", "created"), own("shop", "cancelled"), own("erp", "created"), own("erp", "shipped")]

    assert said(summed(*[torn] * 3), "partial-history", end=T0 + HOURS).signal.present is False


def test_a_state_that_the_map_does_not_know_may_stand_for_anything() -> None:
    closed = own("erp", "created")
    closed.states = (State("order", "erp.status", "H", None, "NONE", final=True),)
    torn = [own("shop", "created"), own("shop", "cancelled"), own("erp", "shipped"), closed]

    assert said(summed(*[torn] * 3), "partial-history").signal.present is False


def test_of_one_system_alone_no_history_is_known() -> None:
    sums = summed([own("shop", "created")])

    assert said(sums, "partial-history").signal.present is None
    assert said(sums, "no-single-owner").signal.present is None


# ---- revenue-without-cost ----


def booked(after: int | None, at: int = T0) -> list[Event]:
    orders = [event("erp", "applied", "invoiced", at)]
    return orders if after is None else [*orders, event("erp", "applied", "posted", at + after)]


def test_revenue_without_cost_needs_both_kinds_of_records() -> None:
    assert said(summed(booked(None)), "revenue-without-cost").signal.present is None
    assert "goods issue" in said(summed(booked(None)), "revenue-without-cost").signal.basis
    assert "invoice" in said(summed([]), "revenue-without-cost").signal.basis


def test_no_goods_issue_within_the_limit_is_revenue_without_cost() -> None:
    orders = [*([booked(HOURS)] * 40), *([booked(None)] * 3), booked(20 * DAYS)]

    found = said(summed(*orders), "revenue-without-cost")

    assert (found.signal.present, found.signal.count) == (True, 4), "three never, one long after"


def test_an_invoice_of_yesterday_may_still_get_its_goods_issue() -> None:
    orders = [*([booked(HOURS)] * 40), *([booked(None, T0 + 29 * DAYS + 12 * HOURS)] * 5)]

    assert said(summed(*orders), "revenue-without-cost").signal.present is False


def test_without_cover_of_the_postings_nothing_is_said() -> None:
    orders = [*([booked(HOURS)] * 40), *([booked(None)] * 5)]

    assert said(summed(*orders), "revenue-without-cost", covers=lambda *_: False).signal.present is None


# ---- grows-with-channels ----


def channels(rate: int, rate_after: int, *, late: bool = True) -> tuple[Signs, list[Bound]]:
    """Ten days of a shop, an order every half hour; a second channel from the fifth day on. One in `rate` fails."""
    sums, bounds = Signs(), []
    number = 0
    for half_hour in range(480):
        at = T0 + half_hour * 30 * MINUTES
        two = half_hour >= 240 or not late
        for channel in ("shop", "market") if two else ("shop",):
            number += 1
            sums.add(number, [event(channel, "emitted", "created", at)])
            if number % (rate_after if half_hour >= 240 else rate) == 0:
                bounds.append(bound(LOST, number, anchor=event(at=at, name=str(number))))
    return sums, bounds


def test_more_findings_an_order_since_a_channel_began_on_the_older_ones_too() -> None:
    found = said(*_args(channels(60, 7)), end=T0 + 10 * DAYS)

    assert found.signal.present is True
    assert "market" in found.signal.basis
    assert "%" in found.signal.basis
    assert consistent(found, 10 * DAYS)


def _args(made: tuple[Signs, list[Bound]]) -> tuple[Signs, str, list[Bound]]:
    return made[0], "grows-with-channels", made[1]


def test_twice_the_orders_with_the_same_rate_do_not_grow() -> None:
    """The rate, not the count."""
    assert said(*_args(channels(20, 20))).signal.present is False


def test_a_channel_that_was_always_there_did_not_begin() -> None:
    assert said(*_args(channels(60, 7, late=False))).signal.present is None


def test_a_new_channel_that_alone_fails_is_not_growth() -> None:
    sums, _ = channels(9999, 9999)
    market = [number for _, channel, number in sums.births if channel == "market"]
    bounds = [bound(LOST, number, anchor=event(name=str(number))) for number in market[::3]]

    assert said(sums, "grows-with-channels", bounds).signal.present is False


def test_a_dozen_orders_make_no_rate() -> None:
    sums = Signs()
    for number in range(40):
        channel = "shop" if number < 20 else "market"
        sums.add(number, [event(channel, "emitted", "created", T0 + number * 2 * HOURS)])

    assert said(sums, "grows-with-channels").signal.present is None


# ---- sums ----


def test_random_parts_merged_give_the_same() -> None:
    orders = [
        told(T0 + n * HOURS, notice=MINUTES, had=n * MINUTES) + booked(HOURS if n % 3 else None) for n in range(60)
    ]
    numbered = list(enumerate(orders))
    whole, parts = Signs("erp"), [Signs("erp") for _ in range(3)]
    for number, events in numbered:
        whole.add(number, events)
    random.Random(5).shuffle(numbered)
    for place, (number, events) in enumerate(numbered):
        parts[place % 3].add(number, events)
    parts[2].merge(parts[0])
    parts[2].merge(parts[1])
    over = Over(names, T0 + 30 * DAY, 2 * SECOND)

    assert signals([], parts[2], over) == signals([], whole, over)
