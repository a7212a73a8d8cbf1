"""How long a stream provably shows what happens: on all records, with holes, and with quiet nights that are none."""

from __future__ import annotations

from tracelog.expect import Activity, StreamCoverage, StreamInfo
from tracelog.expect.coverage import measure
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND

MONDAY = 20_486 * DAY  # 2026-02-02, midnight UTC


def stream(*rows: Activity, absence: str = "strong", name: str = "log") -> StreamCoverage:
    return measure([StreamInfo(name, "log", "A log", "celigo", None, absence)], rows, {}, 20)[name]


def beats(start: int, end: int, every: int = 5 * MINUTE, name: str = "log", export: int = 1) -> list[Activity]:
    return [Activity(name, export, at, at, 1) for at in range(start, end + 1, every)]


def day(number: int, first: int, last: int) -> list[Activity]:
    return beats(MONDAY + number * DAY + first * HOUR, MONDAY + number * DAY + last * HOUR)


def test_within_the_records_an_absence_is_proved():
    cover = stream(*day(0, 8, 18))
    assert cover.over(MONDAY + 9 * HOUR, MONDAY + 10 * HOUR) == "spans"


def test_a_limit_beyond_the_last_record_is_not_over_yet():
    cover = stream(*day(0, 8, 18))
    assert cover.over(MONDAY + 18 * HOUR - MINUTE, MONDAY + 18 * HOUR + MINUTE) == "ends"


def test_before_the_first_and_after_the_last_record_nothing_is_known():
    cover = stream(*day(0, 8, 18))
    assert cover.over(MONDAY + 7 * HOUR, MONDAY + 9 * HOUR) == "none"
    assert cover.over(MONDAY + 19 * HOUR, MONDAY + 20 * HOUR) == "none"


def test_silence_where_other_days_talk_is_a_hole():
    rows = [*day(0, 0, 23), *day(1, 0, 9), *day(1, 14, 23), *day(2, 0, 23)]
    cover = stream(*rows)
    assert cover.holes == [(MONDAY + DAY + 9 * HOUR, MONDAY + DAY + 14 * HOUR)]
    assert cover.over(MONDAY + DAY + 10 * HOUR, MONDAY + DAY + 11 * HOUR) == "hole"
    assert cover.over(MONDAY + DAY + 15 * HOUR, MONDAY + DAY + 16 * HOUR) == "spans"


def test_a_night_that_is_quiet_every_day_is_no_hole():
    cover = stream(*day(0, 8, 20), *day(1, 8, 20), *day(2, 8, 20), *day(3, 8, 20))
    assert cover.holes == []
    assert cover.over(MONDAY + 19 * HOUR + 50 * MINUTE, MONDAY + 20 * HOUR + 30 * MINUTE) == "spans"


def test_a_quiet_weekend_is_no_hole_once_two_weeks_are_known():
    rows = [row for number in range(21) if number % 7 < 5 for row in day(number, 0, 23)]
    assert stream(*rows).holes == []


def test_a_stream_of_few_records_a_day_excludes_no_hole():
    cover = stream(*beats(MONDAY, MONDAY + 5 * DAY, 2 * HOUR))
    assert cover.sparse
    assert cover.over(MONDAY + DAY, MONDAY + DAY + HOUR) == "hole"


def test_a_short_busy_export_is_not_sparse():
    cover = stream(*beats(MONDAY, MONDAY + MINUTE, 2 * SECOND))
    assert cover.over(MONDAY + 10 * SECOND, MONDAY + 20 * SECOND) == "spans"


def test_strong_absence_holds_while_the_export_goes_on_whatever_its_records_are_of():
    rows = [*beats(MONDAY, MONDAY + DAY, name="log other"), Activity("log", 1, MONDAY + HOUR, MONDAY + HOUR, 1)]
    cover = stream(*rows)
    assert cover.over(MONDAY + 12 * HOUR, MONDAY + 13 * HOUR) == "spans"


def test_weak_absence_holds_only_while_its_own_records_show_that_logging_was_on():
    rows = [*beats(MONDAY, MONDAY + DAY, name="log other"), *beats(MONDAY + HOUR, MONDAY + 3 * HOUR)]
    cover = stream(*rows, absence="weak")
    assert cover.over(MONDAY + 2 * HOUR, MONDAY + 2 * HOUR + 30 * MINUTE) == "spans"
    assert cover.over(MONDAY + 12 * HOUR, MONDAY + 13 * HOUR) == "none"


def test_weak_absence_does_not_reach_past_its_own_first_and_last_record():
    """Debugging of this connection was switched on and off while that of another went on: the log goes on, not it."""
    rows = [*beats(MONDAY, MONDAY + DAY, name="log other"), *beats(MONDAY + 8 * HOUR, MONDAY + 12 * HOUR, 20 * MINUTE)]
    cover = stream(*rows, absence="weak")
    assert (cover.first, cover.last) == (MONDAY + 8 * HOUR, MONDAY + 12 * HOUR)
    assert cover.over(MONDAY + 12 * HOUR + 5 * MINUTE, MONDAY + 12 * HOUR + 20 * MINUTE) == "none"
    assert cover.over(MONDAY + 8 * HOUR - 10 * MINUTE, MONDAY + 8 * HOUR) == "none"
    assert cover.over(MONDAY + 12 * HOUR - MINUTE, MONDAY + 12 * HOUR + 14 * MINUTE) == "ends"


def test_an_error_list_proves_no_absence_at_all():
    cover = stream(*day(0, 0, 23), absence="none")
    assert cover.over(MONDAY + 9 * HOUR, MONDAY + 10 * HOUR) == "none"


def test_files_of_a_rotated_log_are_one_span():
    first = beats(MONDAY, MONDAY + 12 * HOUR, export=1)
    second = beats(MONDAY + 12 * HOUR + 5 * MINUTE, MONDAY + DAY, export=2)
    assert stream(*first, *second).over(MONDAY + 11 * HOUR, MONDAY + 13 * HOUR) == "spans"


def test_between_two_exports_nothing_is_known():
    cover = stream(*beats(MONDAY, MONDAY + HOUR, export=1), *beats(MONDAY + 8 * HOUR, MONDAY + 9 * HOUR, export=2))
    assert len(cover.spans) == 2
    assert cover.over(MONDAY + 4 * HOUR, MONDAY + 5 * HOUR) == "none"
    assert cover.over(MONDAY + HOUR - MINUTE, MONDAY + 2 * HOUR) == "ends"


def test_the_order_of_rows_makes_no_difference():
    rows = [*day(0, 0, 23), *day(1, 0, 9), *day(1, 14, 23)]
    assert stream(*rows).spans == stream(*reversed(rows)).spans
    assert stream(*rows).holes == stream(*reversed(rows)).holes


def test_a_silence_too_short_for_a_pause_proves_that_the_log_was_on_and_a_longer_one_does_not():
    rows = [
        *beats(MONDAY, MONDAY + 3 * HOUR, 7 * MINUTE),
        *beats(MONDAY + 3 * HOUR + 5 * MINUTE, MONDAY + DAY, 90 * SECOND),
    ]
    pause = MONDAY + 12 * HOUR, MONDAY + 12 * HOUR + 10 * MINUTE
    cover = stream(*(row for row in rows if not pause[0] < row.first < pause[1]), absence="weak")
    moment = pause[0] + 4 * MINUTE
    assert cover.over(moment, moment + 15 * MINUTE) == "spans"
    assert cover.over(moment, moment + 15 * MINUTE, (moment, moment + MINUTE)) == "hole"
    later = pause[1] + 2 * MINUTE
    assert cover.over(later, later + 15 * MINUTE, (later, later + MINUTE)) == "spans"
    assert cover.over(MONDAY + HOUR, MONDAY + 2 * HOUR, (MONDAY + HOUR, MONDAY + HOUR + 10 * MINUTE)) == "spans"


def test_silences_of_one_length_are_a_beat_and_no_pause():
    polls = beats(MONDAY, MONDAY + 2 * DAY, HOUR)
    cover = stream(*polls[:30], *polls[31:], absence="weak")
    at = MONDAY + 10 * HOUR + 20 * MINUTE
    assert cover.over(at, at + 50 * MINUTE, (at, at + 40 * MINUTE)) == "spans"
    assert cover.silences == [(polls[29].first, polls[31].first)]


def test_silences_of_many_lengths_are_no_beat_though_most_are_alike():
    rows = [Activity("log", 1, MONDAY + minute * MINUTE, MONDAY + minute * MINUTE, 1) for minute in range(0, 2000, 20)]
    uneven = [row for number, row in enumerate(rows) if number % 7] + beats(MONDAY + 5 * MINUTE, MONDAY + DAY, 3 * HOUR)
    assert len(stream(*uneven, absence="weak").silences) > 80


def test_a_beat_goes_on_under_other_records():
    """Every ten minutes a poll, and orders at any time between: no silence is longer, and many are just so long."""
    polls = beats(MONDAY, MONDAY + 3 * DAY, 10 * MINUTE)
    others = beats(MONDAY + 3 * MINUTE + SECOND, MONDAY + 3 * DAY, 23 * MINUTE)
    kept = [row for row in polls if not MONDAY + 30 * HOUR < row.first < MONDAY + 31 * HOUR]
    cover = stream(*kept, *others, absence="weak")
    at = MONDAY + 10 * HOUR + MINUTE
    assert cover.over(at, at + 15 * MINUTE, (at, at + MINUTE)) == "spans"
    missed = MONDAY + 30 * HOUR + 20 * MINUTE
    assert cover.over(missed, missed + 15 * MINUTE, (missed, missed + MINUTE)) == "hole"
