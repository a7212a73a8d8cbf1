"""Times as people read them: their zone, the offset always there, nothing guessed."""

from __future__ import annotations

import pytest

from tracelog.errors import UsageError
from tracelog.model.words import duration
from tracelog.render.times import Clock, between


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 ms"), (0.41, "410 ms"), (1.1, "1.1 s"), (9, "9 s"), (41, "41 s"), (119, "119 s"), (120, "2 min"),
        (150, "2 min 30 s"), (900, "15 min"), (7199, "119 min"), (8040, "2 h 14 min"), (86_400, "24 h"),
        (200_000, "2 days 8 h"), (30 * 86_400, "30 days"), (-3, "-3 s"),
    ],
)  # fmt: skip
def test_durations_in_words(seconds: float, expected: str):
    assert duration(seconds) == expected


def test_a_stamp_has_its_offset_and_its_fraction():
    """Summer and winter differ, as they do on the wall."""
    berlin = Clock("Europe/Berlin")

    assert berlin.stamp("2026-03-02T14:05:11.201Z") == "2026-03-02 15:05:11.201 +01:00"
    assert berlin.stamp("2026-07-02T14:05:11Z") == "2026-07-02 16:05:11 +02:00"
    assert Clock("America/New_York").stamp("2026-03-02T14:05:11.201416514Z") == "2026-03-02 09:05:11.201 -05:00"
    assert Clock("Asia/Kolkata").minute("2026-03-02T14:05:11Z") == "2026-03-02 19:35 +05:30"


def test_a_span_says_nothing_twice_and_keeps_a_change_of_offset():
    berlin = Clock("Europe/Berlin")

    assert berlin.span("2026-03-02T14:05:11Z", "2026-03-02T15:05:11Z") == "2026-03-02 15:05 to 16:05 +01:00"
    assert berlin.span("2026-03-02T14:05:11Z", "2026-03-02T14:05:40Z") == "2026-03-02 15:05 +01:00"
    assert (
        berlin.span("2026-03-28T14:00:00Z", "2026-03-29T14:00:00Z")
        == "2026-03-28 15:00 +01:00 to 2026-03-29 16:00 +02:00"
    )
    assert berlin.span(None, "2026-03-29T14:00:00Z") == "? to 2026-03-29 16:00 +02:00"


def test_what_cannot_be_read_is_shown_as_it_stands():
    clock = Clock("UTC")

    assert clock.stamp("yesterday") == "yesterday"
    assert clock.stamp(None) == "no time"
    assert clock.day(None) is None
    assert between("yesterday", "2026-03-02T14:05:11Z") is None


@pytest.mark.parametrize("stamp", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_ends_of_the_calendar_do_no_harm(stamp: str):
    for name in ("Pacific/Kiritimati", "America/Los_Angeles", None):
        assert Clock(name).stamp(stamp)


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "\x00", "/etc/localtime", "CET+1"])
def test_an_unknown_zone_says_what_to_write(name: str):
    with pytest.raises(UsageError) as raised:
        Clock(name)

    assert "Europe/Berlin" in str(raised.value.help)


def test_the_reader_s_own_zone_is_the_default():
    assert Clock().name == "local time"
    assert Clock("local").zone is None
