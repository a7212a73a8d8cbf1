"""Stamps become instants with the precision they have; what cannot be read is refused with a reason."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracelog.errors import DefinitionError
from tracelog.interpret import times, zones
from tracelog.interpret.dates import PlaceholderError, StampError
from tracelog.model.event import DAY, MILLI, MINUTE, SECOND

iso = times.parser(["iso"], None)


def nanoseconds(text: str) -> int:
    """A time in UTC, by the standard library."""
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("stamp", "instant", "precision"),
    [
        ("2026-03-12T14:02:31.408Z", nanoseconds("2026-03-12T14:02:31+00:00") + 408 * MILLI, MILLI),
        ("2026-11-09T09:02:11-05:00", nanoseconds("2026-11-09T14:02:11+00:00"), SECOND),
        ("2026-11-09 09:02:11 -0500", nanoseconds("2026-11-09T14:02:11+00:00"), SECOND),
        ("2026-03-12T14:02:31+0530", nanoseconds("2026-03-12T08:32:31+00:00"), SECOND),
        ("2026-03-12T14:02:31+01", nanoseconds("2026-03-12T13:02:31+00:00"), SECOND),
        ("2026-11-09T14:02:12.416514Z", nanoseconds("2026-11-09T14:02:12+00:00") + 416_514_000, 1000),
        ("2026-11-09T14:02:12.416514252Z", nanoseconds("2026-11-09T14:02:12+00:00") + 416_514_252, 1),
        ("2021-03-30 16:46:11,269", nanoseconds("2021-03-30T16:46:11+00:00") + 269 * MILLI, MILLI),
        ("2026-03-12T14:02:31.5Z", nanoseconds("2026-03-12T14:02:31+00:00") + 500 * MILLI, 100 * MILLI),
        ("2026-03-12T14:02Z", nanoseconds("2026-03-12T14:02:00+00:00"), MINUTE),
        ("2026-03-12", nanoseconds("2026-03-12T00:00:00+00:00"), DAY),
        ("20260312T140231Z", nanoseconds("2026-03-12T14:02:31+00:00"), SECOND),
        ("2026-03-12T24:00:00Z", nanoseconds("2026-03-13T00:00:00+00:00"), SECOND),
        ("2013-01-07 07:35:42 PST", nanoseconds("2013-01-07T15:35:42+00:00"), SECOND),
        ("2013-07-07 07:35:42 MESZ", nanoseconds("2013-07-07T05:35:42+00:00"), SECOND),
        (" 2026-03-12T14:02:31Z ", nanoseconds("2026-03-12T14:02:31+00:00"), SECOND),
    ],
)
def test_iso_stamps_are_read_with_their_precision(stamp: str, instant: int, precision: int) -> None:
    """The second reading comes from what the parser remembers; it must not differ."""
    assert iso(stamp) == (instant, precision)
    assert iso(stamp) == (instant, precision)


@pytest.mark.parametrize(
    ("stamp", "utc"),
    [
        ("Wed, 10 Jan 2018 21:05:30 +0000", "2018-01-10T21:05:30+00:00"),
        ("Mon, 09 Nov 2026 10:00:00 -0500", "2026-11-09T15:00:00+00:00"),
        ("9 Nov 2026 15:00:00 GMT", "2026-11-09T15:00:00+00:00"),
    ],
)
def test_dates_as_in_mail_are_read(stamp: str, utc: str) -> None:
    assert times.parser(["rfc 2822"], None)(stamp) == (nanoseconds(utc), SECOND)


@pytest.mark.parametrize(
    "stamp", ["", "Wed, 31 Feb 2018 21:05:30 +0000", "11/09/2026 15:00:00", "2026-11-09", "Mon, 9"]
)
def test_nothing_else_is_taken_for_a_date_as_in_mail(stamp: str) -> None:
    with pytest.raises(StampError):
        times.parser(["rfc 2822"], None)(stamp)


@given(
    at=st.datetimes(datetime(1972, 1, 1), datetime(2260, 12, 31)),  # noqa: DTZ001 - the zone comes next
    minutes=st.integers(-18 * 60 + 1, 18 * 60 - 1),
    digits=st.integers(0, 9),
    separator=st.sampled_from("T "),
    colon=st.sampled_from(["", ":"]),
    blank=st.sampled_from(["", " "]),
)
def test_whatever_is_written_as_iso_is_read_back(  # noqa: PLR0917 - what hypothesis varies
    at: datetime, minutes: int, digits: int, separator: str, colon: str, blank: str
) -> None:
    """Round trip: any instant, any offset, any number of fraction digits, and the spellings people meet."""
    zoned = at.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    fraction = at.microsecond * 1000 // 10 ** (9 - digits)
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    text = f"{zoned:%Y-%m-%d}{separator}{zoned:%H:%M:%S}"
    text += f".{fraction:0{digits}d}" if digits else ""
    text += f"{blank}{sign}{hours:02d}{colon}{rest:02d}"

    seconds = (zoned - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    assert iso(text) == (seconds * SECOND + fraction * 10 ** (9 - digits), 10 ** (9 - digits))


@pytest.mark.parametrize(
    ("stamp", "reason"),
    [
        ("yesterday", "not an ISO 8601 time"),
        ("2026-02-30T10:00:00Z", "no such time"),
        ("2026-03-12T25:00:00Z", "no such time"),
        ("2026-03-12T24:00:01Z", "no such time"),
        ("2026-03-12T10:00:61Z", "no such second"),
        ("2026-03-12T10:00:00+19:00", "no such offset"),
        ("9999-12-31T00:00:00Z", "year 9999 is a placeholder"),
        ("0001-01-01T00:00:00Z", "year 1 is a placeholder"),
        (1773324151, "not an ISO 8601 time"),
        (None, "not an ISO 8601 time"),
        ({"a": 1}, "not an ISO 8601 time"),
    ],
)
def test_what_is_no_time_is_refused_with_a_reason(stamp: object, reason: str) -> None:
    iso("2026-03-12T14:02:31.408Z")  # a parser that remembers must not be fooled by parts it has seen
    with pytest.raises(StampError, match=reason):
        iso(stamp)


DAMAGED = [
    "T11: 18: 40.404Z",
    "T11:18:40.404Z",
    "2024-01-11T11: 18: 40.404Z",
    "2024-01-11T10:20:74.708ZZ",
    "2024-01-11T10:20:14.708ZZ",
    "2024-01-11T10:20:74.708Z",
    "22024-01-11T10:20:14.708Z",
    "22024-01-11T10:20:14.708",
    "2024-01-11T10:20:14.708Z2024-01-11T10:20:14.708Z",
    "2024-13-11T10:20:14Z",
    "2024-01-32 10:20:14",
    "2024-01-11T10:2",
    "10:20:14",
]
"""Times as broken programs write them: nothing of them is taken for granted."""


@pytest.mark.parametrize("stamp", DAMAGED)
@pytest.mark.parametrize("format_", ["iso", *times.UNITS, times.MAIL, times.LOG, *times.DAY_ORDERS, times.TICKS])
def test_a_damaged_time_is_no_time_in_any_format(format_: str, stamp: str) -> None:
    """Twice: what a parser remembers of good stamps must not mend a bad one."""
    parse = times.parser([format_], None, None, nanoseconds("2026-01-01T00:00:00+00:00"))
    with contextlib.suppress(StampError):
        parse("2024-01-11T10:20:14.708Z")
    for _ in range(2):
        with pytest.raises(StampError):
            parse(stamp)


@pytest.mark.parametrize("stamp", ["0001-01-01", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 0, "0", "0.0"])
def test_what_only_means_none_is_told_from_what_is_damaged(stamp: object) -> None:
    with pytest.raises(PlaceholderError):
        times.parser(["iso", "epoch"], None)(stamp)


@given(st.text(max_size=30))
def test_no_text_makes_the_parser_fail_otherwise(text: str) -> None:
    with contextlib.suppress(StampError):
        iso(text)


def test_a_parser_reads_on_when_its_memory_is_full() -> None:
    """A year of minutes, and more microseconds than any memory holds."""
    parse = times.parser(["iso"], None)
    stamps = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n, microseconds=n) for n in range(times.MEMORY * 2)]

    for at in (*stamps[::7], *stamps[-50:], *stamps[:50]):
        text = f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"
        since = at - datetime(1970, 1, 1, tzinfo=UTC)
        expected = (since.days * 86_400 + since.seconds) * SECOND + since.microseconds * 1000
        assert parse(text) == (expected, 1000)


def test_an_offset_in_the_text_wins_over_the_zone() -> None:
    berlin = times.parser(["iso"], zones.find("Europe/Berlin"))

    assert berlin("2026-03-12T14:00:00Z") == iso("2026-03-12T14:00:00Z")
    assert berlin("2026-03-12T14:00:00") == iso("2026-03-12T13:00:00Z")
    assert berlin("2026-03-12T14:00:00") == iso("2026-03-12T14:00:00+01:00")


@pytest.mark.parametrize(
    ("format_", "stamp", "instant", "precision"),
    [
        ("epoch s", 1773324151, 1773324151 * SECOND, SECOND),
        ("epoch s", "1773324151.25", 1773324151 * SECOND + 250 * MILLI, SECOND // 100),
        ("epoch ms", "1773324151640", 1773324151640 * MILLI, MILLI),
        ("epoch us", 1773324151640001, 1773324151640001 * 1000, 1000),
        ("epoch ns", "1661144959256635852", 1661144959256635852, 1),
        ("epoch", 1773324151, 1773324151 * SECOND, SECOND),
        ("epoch", 1773324151640, 1773324151640 * MILLI, MILLI),
        ("epoch", "1661144959256635852", 1661144959256635852, 1),
        ("%d/%b/%Y:%H:%M:%S %z", "01/Apr/2021:12:02:31 +0200", nanoseconds("2021-04-01T10:02:31+00:00"), SECOND),
        ("%b %d, %Y %I:%M:%S %p", "Jan 7, 2020 12:09:05 PM", nanoseconds("2020-01-07T12:09:05+00:00"), SECOND),
        ("%Y%m%d%H%M", "202603091201", nanoseconds("2026-03-09T12:01:00+00:00"), MINUTE),
    ],
)
def test_other_formats(format_: str, stamp: object, instant: int, precision: int) -> None:
    assert times.parser([format_], None)(stamp) == (instant, precision)


@pytest.mark.parametrize("stamp", ["", "12a", "NaN", "-5", "1e400", "Infinity", True, None])
def test_what_is_no_count_of_seconds_is_refused(stamp: object) -> None:
    with pytest.raises(StampError):
        times.parser(["epoch s"], None)(stamp)


def test_a_stamp_without_a_year_is_refused_rather_than_put_into_1900() -> None:
    with pytest.raises(StampError, match="states no year"):
        times.parser(["%b %d %H:%M:%S"], None)("Apr 28 04:02:03")


def test_several_formats_are_tried_in_order() -> None:
    parse = times.parser(["iso", "epoch ms"], None)

    assert parse("2026-03-12T14:02:31Z")[1] == SECOND
    assert parse(1773324151640)[1] == MILLI
    with pytest.raises(StampError, match="not an ISO 8601 time"):
        parse("soon")


def test_an_unknown_format_is_an_error_of_the_definition() -> None:
    with pytest.raises(DefinitionError, match="unknown time format: ISO8601") as caught:
        times.parser(["ISO8601"], None)

    assert "use one of: iso" in (caught.value.help or "")


@pytest.mark.parametrize("name", ["CST", "IST", "BST", "Zulu Daylight Time", "ZZ"])
def test_a_clock_s_name_that_is_none_or_several_is_refused(name: str) -> None:
    """`CST` is Central and China Standard Time: fourteen hours apart, so nobody guesses."""
    with pytest.raises(StampError, match=f"no one time zone is called '{name}'"):
        iso(f"2026-03-12 14:02:31 {name}")


def test_ticks_count_tenths_of_microseconds_from_the_year_one() -> None:
    """What .NET calls ticks: 621355968000000000 of them had passed when 1970 began."""
    parse = times.parser(["ticks"], None)

    assert parse(639086545320000000) == (nanoseconds("2026-03-09T12:02:12+00:00"), 100)
    assert parse("639086545320000001") == (nanoseconds("2026-03-09T12:02:12+00:00") + 100, 100)
    for wrong in (621_355_968_000_000_000, 1_773_057_732, "soon", "6.39e17", None):
        with pytest.raises(StampError):
            parse(wrong)


@pytest.mark.parametrize(
    "stamp", ["1e999999", "1e-999999", "9" * 5000, "1e999999999999999999", "Infinity", "sNaN", "0e9999999"]
)
@pytest.mark.parametrize("form", ["epoch", "epoch s", "epoch ns", "ticks"])
def test_a_number_without_end_is_no_time_and_takes_none(form: str, stamp: str):
    begun = time.monotonic()
    with pytest.raises(StampError):
        times.parser([form], None)(stamp)
    assert time.monotonic() - begun < 1
