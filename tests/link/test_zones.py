"""A clock without a zone: what shared orders say of it, and when they say too little."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tracelog.link.zones import Pair, beside, infer, pairs
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND, Event, Kind

START = int(datetime(2026, 2, 2, 12, tzinfo=UTC).timestamp()) * SECOND


def told(zone: str, delays: list[int], start: int = START, step: int = 3 * HOUR) -> list[Pair]:
    """The same creations: UTC in one export, then `delays` later on a clock of `zone` in the other."""
    out = []
    for index, delay in enumerate(delays):
        utc = start + index * step
        moment = datetime.fromtimestamp((utc + delay) // SECOND, tz=UTC)
        offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
        assert offset is not None
        shown = utc + delay + int(offset.total_seconds()) * SECOND
        out.append(Pair(shown // MINUTE * MINUTE, utc, "created", MINUTE))
    return out


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Europe/Berlin", "UTC"])
def test_several_shared_orders_tell_the_zone_and_the_basis_says_how_many(zone):
    guess = infer(told(zone, [20 * SECOND] * 41 + [9 * HOUR]))
    assert guess.zone == zone
    assert guess.certain
    assert guess.basis == f"inferred: 41 of 42 shared moments agree with {zone}"


def test_a_change_of_clocks_in_the_period_is_followed():
    start = int(datetime(2026, 3, 6, tzinfo=UTC).timestamp()) * SECOND
    guess = infer(told("America/New_York", [MINUTE] * 40, start))
    assert guess.zone == "America/New_York"
    assert guess.basis.startswith("inferred: 40 of 40")


def test_an_hourly_batch_does_not_shift_the_zone():
    rng = random.Random(4)
    delays = [rng.randrange(60) * MINUTE for _ in range(60)]
    guess = infer(told("America/Chicago", delays))
    assert (guess.zone, guess.certain) == ("America/Chicago", True)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_one_or_two_shared_orders_that_utc_explains_leave_utc_assumed(count):
    guess = infer(told("UTC", [MINUTE] * count))
    assert (guess.zone, guess.certain) == ("UTC", False)
    assert guess.basis.startswith("assumed")


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("zone", ["America/New_York", "Etc/GMT+12"])
def test_one_or_two_shared_moments_infer_no_zone_even_where_an_effect_seems_to_precede_its_cause(count, zone):
    guess = infer(told(zone, [MINUTE] * count))
    assert (guess.zone, guess.certain) == ("UTC", False)
    assert guess.basis.startswith("assumed")


@pytest.mark.parametrize(("count", "zone"), [(3, "UTC"), (5, "UTC"), (6, "-12:00")])
def test_an_offset_that_no_common_zone_has_takes_more_moments(count, zone):
    assert infer(told("Etc/GMT+12", [MINUTE] * count)).zone == zone


def test_scattered_delays_prove_no_zone():
    rng = random.Random(7)
    guess = infer(told("America/Denver", [rng.randrange(3 * 24 * 60) * MINUTE for _ in range(30)]))
    assert not guess.certain or guess.zone == "America/Denver"


def event(export: int, at: int, topic: str | None = "created", precision: int = SECOND) -> Event:
    kind = Kind("netsuite", None, "applied", None, topic, None, "notes", None)
    return Event(kind, at, "", precision, export=export)


def test_pairs_compare_like_with_like_and_no_dates():
    order = [
        event(1, START), event(2, START + MINUTE), event(2, START + HOUR, "shipped"),
        event(1, START, "cancelled", DAY), event(2, START, "cancelled"), event(3, START, "shipped"),
    ]  # fmt: skip
    assert list(pairs([order], export=2, zoned={1})) == [Pair(START + MINUTE, START, "created", SECOND)]


def test_an_error_list_without_a_zone_is_dated_by_the_request_log_of_the_same_refusals():
    def refused(export: int, at: int) -> Event:
        return Event(Kind("celigo", None, "rejected", None, None, None, "log", None), at, "", SECOND, export=export)

    assert list(pairs([[refused(1, START), refused(2, START + SECOND)]], export=2, zoned={1})) == [
        Pair(START + SECOND, START, "refused by celigo", SECOND)
    ]


def test_an_error_list_alone_beside_the_orders_is_dated_by_their_creation():
    refused = Event(Kind("celigo", None, "rejected", None, None, None, "log", None), START, "", SECOND, export=2)
    assert list(pairs([[event(1, START - MINUTE), refused]], export=2, zoned={1})) == [
        Pair(START, START - MINUTE, "created, then refused", SECOND)
    ]


def test_an_export_whose_orders_tell_nothing_is_taken_as_its_neighbours_and_says_so() -> None:
    nothing = infer([])

    taken = beside(nothing, "netsuite", {"America/Denver"})

    assert taken.zone == "America/Denver"
    assert not taken.certain
    assert "taken as in the other netsuite exports" in taken.basis
    assert beside(nothing, "netsuite", {"America/Denver", "Europe/Berlin"}) == nothing
    assert beside(nothing, "netsuite", set()) == nothing


def named(delays: list[int], phase: str = "received") -> list[list[Event]]:
    """Orders as a shop dates them, and a log in New York's clock that names them without saying what happened."""
    shop = Kind("shop", None, "emitted", None, "created", None, "shop", None)
    log = Kind("app", None, phase, None, None, None, "app", None)
    out = []
    for index, delay in enumerate(delays):
        utc = START + index * 3 * HOUR
        later = Event(log, utc + 2 * HOUR - 5 * HOUR, "", SECOND, export=2)
        out.append(
            [Event(shop, utc, "", SECOND, export=1), Event(log, utc + delay - 5 * HOUR, "", SECOND, export=2), later]
        )
    return out


def test_a_log_that_names_no_topic_is_dated_by_when_it_first_names_what_was_just_created():
    assert infer(pairs(named([2 * SECOND] * 12), 2, {1})).zone == "America/New_York"


def test_few_first_namings_prove_no_zone():
    assert not infer(pairs(named([2 * SECOND] * 5), 2, {1})).certain


def test_a_listing_names_an_order_at_any_time():
    assert list(pairs(named([2 * SECOND] * 12, "observed"), 2, {1})) == []


def test_no_clock_is_set_to_an_offset_that_no_place_has():
    """However slow the way is, +02:30 or -07:30 are no zones; +03:30 (Tehran) is one."""
    some = [infer(told("UTC", [late * MINUTE + index * MINUTE for index in range(20)])).zone
            for late in range(-720, 850, 10)]  # fmt: skip
    halves = {zone for zone in some if zone[0] in "+-" and not zone.endswith(":00")}
    assert "+03:30" in halves
    assert halves <= {"-09:30", "-03:30", "+03:30", "+04:30", "+05:30", "+05:45", "+06:30", "+08:45", "+09:30",
                      "+10:30", "+12:45"}  # fmt: skip
