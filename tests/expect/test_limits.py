"""How long a leg may take: learned from the others, robustly, with the basis said."""

from __future__ import annotations

from collections import Counter

import pytest

from tracelog.expect import Settings
from tracelog.expect.tally import limit_of, quantile, shift_of, step_of, upper
from tracelog.model.event import DAY, HOUR, MILLI, MINUTE, SECOND


def delays(*values: int) -> Counter[int]:
    return Counter(step_of(value) for value in values)


@pytest.mark.parametrize("value", [0, 5_000, MILLI, 41 * SECOND, 3 * HOUR, 40 * DAY])
def test_a_delay_is_known_to_about_one_per_cent(value):
    assert value <= upper(step_of(value)) <= value * 1.02 + 2000


def test_a_business_route_has_a_quarter_of_an_hour_at_least_and_says_what_it_rests_on():
    limit = limit_of(delays(*[41 * SECOND] * 811, 20 * SECOND), 7 * DAY, None, Settings())
    assert (limit.ns, limit.kind) == (15 * MINUTE, "learned")
    assert limit.basis == "learned: 99.9 % of 812 within 41 s"


def test_a_minute_of_milliseconds_has_a_limit_of_seconds():
    limit = limit_of(delays(*[7 * MILLI] * 30, 69 * MILLI), 60 * SECOND, None, Settings())
    assert SECOND <= limit.ns <= 5 * SECOND


def test_an_hourly_batch_has_hours():
    values = [minutes * MINUTE for minutes in range(60)]
    assert HOUR < limit_of(delays(*values), 7 * DAY, None, Settings()).ns < 6 * HOUR


def test_outliers_do_not_teach_that_hours_are_normal():
    """Rule 21: limits learned from the incident itself."""
    limit = limit_of(delays(*[30 * SECOND] * 90, *[5 * HOUR] * 10), 7 * DAY, None, Settings())
    assert limit.ns == 15 * MINUTE
    assert limit.basis.startswith("learned: 90 % of 100 within")
    assert limit_of(delays(*[30 * SECOND] * 70, *[8 * HOUR] * 30), 7 * DAY, None, Settings()).ns == 15 * MINUTE


def test_what_takes_most_of_an_hour_anyway_does_not_teach_that_half_a_day_is_normal():
    """Ship notices go with the next hour's batch; a tenth of them went six to eleven hours later."""
    batch = [minutes * MINUTE for minutes in range(5, 66)] * 4
    late = [(6 * 60 + 12 * step) * MINUTE for step in range(26)]
    limit = limit_of(delays(*batch, *late), 7 * DAY, None, Settings())
    assert HOUR < limit.ns < 6 * HOUR
    assert limit_of(delays(*batch, *late * 4), 7 * DAY, None, Settings()).ns == limit.ns


def test_few_delays_teach_nothing():
    limit = limit_of(delays(SECOND, SECOND), 7 * DAY, None, Settings())
    assert (limit.ns, limit.kind) == (15 * MINUTE, "default")
    assert limit.basis == "default: 15 min, 2 of its kind to learn from"


def test_what_is_declared_counts():
    limit = limit_of(delays(*[SECOND] * 50), DAY, 7200.0, Settings())
    assert (limit.ns, limit.kind) == (2 * HOUR, "declared")


def test_quantiles_of_a_histogram():
    known = delays(*[second * SECOND for second in range(1, 101)])
    assert 49 * SECOND <= quantile(known, 0.5) <= 52 * SECOND
    assert quantile(Counter(), 0.5) == 0


def test_a_clock_is_believed_to_be_behind_only_on_twenty_like_differences():
    early = delays(*[5 * HOUR + second * SECOND for second in range(20)])
    assert (
        shift_of(early, Counter(), 2 * SECOND) // MINUTE == -302 or -303 < shift_of(early, Counter(), 0) / MINUTE < -299
    )
    assert shift_of(delays(*[5 * HOUR] * 19), Counter(), 2 * SECOND) == 0
    assert shift_of(delays(*[hours * HOUR for hours in range(1, 30)]), Counter(), 2 * SECOND) == 0
    assert shift_of(early, delays(*[SECOND] * 20), 2 * SECOND) == 0


def test_of_few_the_basis_gives_the_number():
    """`99.9 % of 6` would claim what six cannot show."""
    few = limit_of(Counter({step_of(2 * SECOND): 6}), DAY, None, Settings())
    most = limit_of(Counter({step_of(2 * SECOND): 6, step_of(3 * HOUR): 1}), DAY, None, Settings())

    assert few.basis == "learned: all 6 within 2 s"
    assert most.basis == "learned: 6 of 7 within 2 s"


@pytest.mark.parametrize(
    ("fast", "slow", "apart"),
    [
        (40, [5 * HOUR + n * MINUTE for n in range(360)], True),
        (300, [5 * HOUR + n * MINUTE for n in range(100)], False),
        (2, [5 * HOUR + n * MINUTE for n in range(20)], False),
        (40, [n * MINUTE for n in range(1, 360)], False),
    ],
)
def test_most_that_take_hours_where_others_come_at_once_go_another_way(fast, slow, apart):
    """Nine in ten take five hours and more, the others ten seconds. Not so: one in four, too few, no gap between."""
    limit = limit_of(delays(*[10 * SECOND] * fast, *slow), 7 * DAY, None, Settings())

    assert (limit.slow is not None and MINUTE < limit.slow <= min(slow)) == apart
