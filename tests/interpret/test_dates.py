"""Dates as user settings print them, and which of two numbers is the day."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracelog.interpret import dates, times, zones
from tracelog.interpret.dates import StampError, day_order
from tracelog.model.event import DAY, MINUTE, SECOND

iso = times.parser(["iso"], None)
WORDS = "month or day first, 12 or 24 hours"


@pytest.mark.parametrize(
    ("stamp", "same", "precision"),
    [
        ("3/9/2026 8:01 am", "2026-03-09T08:01:00Z", MINUTE),
        ("3/9/2026 12:01 am", "2026-03-09T00:01:00Z", MINUTE),
        ("3/9/2026 12:01 pm", "2026-03-09T12:01:00Z", MINUTE),
        ("03/12/2026 10:16:00 am", "2026-03-12T10:16:00Z", SECOND),
        ("2022-02-10 3:30:02 PM", "2022-02-10T15:30:02Z", SECOND),
        ("3/9/2026 14:05", "2026-03-09T14:05:00Z", MINUTE),
        ("3/9/2026", "2026-03-09T00:00:00Z", DAY),
        ("3/9/26", "2026-03-09T00:00:00Z", DAY),
        ("9-Mar-2026 8:01 p.m.", "2026-03-09T20:01:00Z", MINUTE),
        ("9 March 2026", "2026-03-09T00:00:00Z", DAY),
        ("Mar 9, 2026 8:01 am", "2026-03-09T08:01:00Z", MINUTE),
        ("2026/03/09 08:01:30", "2026-03-09T08:01:30Z", SECOND),
        ("03/09/2026 08:01:30 +02:00", "2026-03-09T06:01:30Z", SECOND),
        ("Mar 9, 2026, 5:05 am Pacific Daylight Time", "2026-03-09T12:05:00Z", MINUTE),
        ("Jan 9, 2026, 5:05 pm Eastern Standard Time", "2026-01-09T22:05:00Z", MINUTE),
        ("3/9/2026 8:01 am PST", "2026-03-09T16:01:00Z", MINUTE),
        ("9 March 2026 08:01 CET", "2026-03-09T07:01:00Z", MINUTE),
    ],
)
def test_month_first_and_the_other_spellings(stamp: str, same: str, precision: int) -> None:
    assert times.parser([WORDS], None, day_first=False)(stamp) == (iso(same)[0], precision)


def test_day_first_when_the_export_has_it_so() -> None:
    parse = times.parser([WORDS], None, day_first=True)

    assert parse("09.03.2026 14:05") == (iso("2026-03-09T14:05:00Z")[0], MINUTE)
    assert parse("9/3/2026") == (iso("2026-03-09")[0], DAY)


@pytest.mark.parametrize(
    ("stamp", "reason"),
    [
        ("13/09/2026", "no month 13 in '13/09/2026', and the month stands first in this export"),
        ("2/30/2026", "no such time"),
        ("3/9/2026 13:00 pm", "no such hour before or after noon"),
        ("3/9/2026 0:30 am", "no such hour before or after noon"),
        ("9-Mrz-2026", "no month of that name"),
        ("4 hours ago", "not a date and time"),
        ("1/1/0001", "year 1 is a placeholder"),
        ("", "not a date and time"),
    ],
)
def test_what_is_no_date_is_refused_with_a_reason(stamp: str, reason: str) -> None:
    with pytest.raises(StampError, match=reason):
        times.parser([WORDS], None, day_first=False)(stamp)


@given(st.text(alphabet="0123456789/-.: apmAPMarFeb", max_size=25))
def test_no_text_makes_the_parser_fail_otherwise(text: str) -> None:
    with contextlib.suppress(StampError):
        times.parser([WORDS], None)(text)


def test_a_number_above_twelve_proves_the_order() -> None:
    assert day_order(["3/9/2026", "3/13/2026 8:00 am"])[:2] == (False, "month first: 3/13/2026 allows nothing else")
    assert day_order(["3/9/2026", "13/3/2026"])[:2] == (True, "day first: 13/3/2026 allows nothing else")


def test_an_export_that_would_span_months_is_read_as_days_and_said_to_be_assumed() -> None:
    """Three days running are likelier than the ninth of three months; but it is an assumption, and said so."""
    found = day_order(["3/9/2026 8:00 am", "3/10/2026 9:00 am", "3/11/2026"])

    assert found.day_first is False
    assert found.ambiguous
    assert found.basis == "assumed month first: the export then spans 3 days instead of 62"
    assert day_order(["9/3/2026", "10/3/2026", "11/3/2026"]).day_first is True


def test_a_single_ambiguous_day_is_said_to_be_ambiguous() -> None:
    found = day_order(["3/9/2026 8:00 am"])

    assert found == dates.DayOrder(False, "assumed month first: no date has a number above 12", ambiguous=True)


def test_dates_with_dots_have_the_day_first() -> None:
    assert day_order(["09.03.2026"])[:2] == (True, "day first, as dates with dots are written")


def test_a_contradiction_decides_nothing() -> None:
    found = day_order(["13/3/2026", "3/13/2026"])

    assert found.day_first is None
    assert found.ambiguous
    assert "13/3/2026" in found.basis


def test_without_doubtful_stamps_nothing_is_to_be_decided() -> None:
    assert day_order(["2026-03-09", "", None, "9-Mar-2026"]).day_first is None
    assert not day_order([]).ambiguous


class TestSummerTime:
    """Clocks go forward on 8 March and back on 1 November 2026 in New York."""

    new_york = staticmethod(times.parser(["iso", WORDS], zones.find("America/New_York"), day_first=False))

    def test_winter_and_summer_have_their_own_offset(self) -> None:
        assert self.new_york("3/7/2026 8:00 am")[0] == iso("2026-03-07T13:00:00Z")[0]
        assert self.new_york("3/9/2026 8:00 am")[0] == iso("2026-03-09T12:00:00Z")[0]

    def test_a_time_that_occurs_twice_is_known_to_an_hour_only(self) -> None:
        """1:30 on 1 November is 05:30 or 06:30 UTC: the earlier is taken, and no order is claimed inside the hour."""
        at, precision = self.new_york("2026-11-01T01:30:00")

        assert at == iso("2026-11-01T05:30:00Z")[0]
        assert precision == 3600 * SECOND + SECOND

    def test_a_time_that_never_occurs_is_known_to_an_hour_only(self) -> None:
        at, precision = self.new_york("3/8/2026 2:30 am")

        assert at == iso("2026-03-08T07:30:00Z")[0]
        assert precision == 60 * MINUTE + MINUTE

    @given(st.datetimes(times.datetime(2000, 1, 1), times.datetime(2037, 12, 31)))
    def test_an_unambiguous_local_time_is_what_the_standard_library_says(self, at: times.datetime) -> None:
        local = at.replace(microsecond=0, tzinfo=zones.find("America/New_York"))
        found, precision = self.new_york(f"{local:%Y-%m-%dT%H:%M:%S}")

        if precision == SECOND:
            assert found == int(local.timestamp()) * SECOND


def test_a_year_or_a_month_of_zero_settles_no_order_and_breaks_nothing() -> None:
    assert day_order(["3/9/0000", "0/4/2026", "4/9/0000"]).day_first is False
