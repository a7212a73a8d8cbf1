"""Stamps as logs write them: whatever the logger, with the year behind or without one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from interpret.making import Folder
from tracelog.interpret import plans, resolve, times
from tracelog.interpret.dates import StampError
from tracelog.interpret.stamps import AHEAD, SLACK, latest_of, yearless, zoned
from tracelog.interpret.zones import find
from tracelog.model.event import SECOND

NOON = "2026-03-12T14:02:11+00:00"
END = int(datetime(2026, 3, 20, tzinfo=UTC).timestamp()) * SECOND


def read(text: str, zone: str = "UTC", latest: int | None = END) -> str:
    at, _ = times.parser([times.LOG], find(zone), None, latest)(text)
    return datetime.fromtimestamp(at / SECOND, UTC).isoformat()


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-12 14:02:11",
        "2026-03-12T14:02:11Z",
        "20260312T140211Z",
        "20260312 140211",
        "2026/03/12 14:02:11",
        "12/Mar/2026:14:02:11 +0000",
        "[12/Mar/2026:14:02:11 +0000]",
        "12-Mar-2026 14:02:11",
        "12 Mar 2026 14:02:11",
        "Mar 12, 2026 2:02:11 PM",
        "Mar 12, 2026 2:02:11 PM UTC",
        "Thu Mar 12 14:02:11 2026",
        "Thu Mar 12 14:02:11 UTC 2026",
        "Thu, 12 Mar 2026 14:02:11 +0000",
        "Thu, 12 Mar 2026 14:02:11 GMT",
        "Mar 12 14:02:11",
        "I0312 14:02:11",
        "1773324131",
        "1773324131000",
        "1773324131.000",
        "12.03.2026 14:02:11",
    ],
)
def test_every_loggers_stamp_is_read(text):
    """One instant, spelled as loggers spell it."""
    if text.startswith("12.03."):
        at, _ = times.parser([times.LOG], UTC, True)(text)
        assert datetime.fromtimestamp(at / SECOND, UTC).isoformat() == NOON
    else:
        assert read(text) == NOON


@pytest.mark.parametrize("text", ["2026-03-12 10:02:11", "Mar 12 10:02:11", "Thu Mar 12 10:02:11 2026"])
def test_a_stamp_without_a_zone_is_in_the_one_that_was_asked_for(text):
    assert read(text, "America/New_York") == NOON


def test_a_clocks_name_counts_and_one_of_several_zones_is_none():
    assert read("Mar 12, 2026 10:02:11 AM EDT") == NOON
    assert read("Mar 12, 2026 9:02:11 AM CST", "America/Chicago") == NOON


@pytest.mark.parametrize(
    ("text", "year"), [("Mar 19 23:00:00", 2026), ("Mar 21 00:00:00", 2025), ("Dec 31 23:59:59", 2025)]
)
def test_without_a_year_it_is_the_latest_that_is_not_after_the_logs_end(text, year):
    assert read(text).startswith(str(year))


def test_without_anything_that_tells_the_year_it_is_not_read():
    with pytest.raises(StampError, match="states no year"):
        read("Mar 12 14:02:11", latest=None)


@pytest.mark.parametrize("text", ["Foo 12 14:02:11", "Mar 32 14:02:11", "soon", "Mar 12", "12:00"])
def test_what_is_no_time_is_not_read(text):
    with pytest.raises(StampError):
        read(text)


@pytest.mark.parametrize(
    ("text", "states_one"),
    [
        ("2026-03-12T14:02:11Z", True),
        ("2026-03-12T14:02:11.123-0800", True),
        ("2026-03-12 14:02:11 +01:00", True),
        ("12/Mar/2026:14:02:11 +0000", True),
        ("Thu Mar 12 14:02:11 UTC 2026", True),
        ("Mar 12, 2026 2:02:11 PM EDT", True),
        ("Mar 9, 2026, 5:05 am Pacific Daylight Time", True),
        ("Mar 9, 2026, 5:05 am Lunar Standard Time", False),
        ("1773324131938", True),
        ("1773324131.5", True),
        ("2026-03-12 14:02:11", False),
        ("2026-03-12", False),
        ("20260312 140211", False),
        ("Mar 12 14:02:11", False),
        ("Mar 12, 2026 2:02:11 PM", False),
        ("Mar 12, 2026 2:02:11 PM CST", False),
        ("Thu Mar 12 14:02:11 2026", False),
    ],
)
def test_whether_a_stamp_states_its_zone(text, states_one):
    """Where all do, nobody is asked, and the ledger says that the zone is in the text."""
    assert zoned(text) is states_one


def test_when_a_log_ends_is_told_by_the_user_then_by_its_own_stamps_then_by_the_file():
    parse = times.parser([times.LOG], UTC)
    bare, dated = ["Mar 12 14:02:11"], ["Mar 12 14:02:11", "2026-03-12T14:21:43Z"]
    stated = parse("2026-03-12T14:21:43Z")[0]

    assert latest_of(dated, parse, as_of=END, ends=1).at == END + SLACK
    assert latest_of(dated, parse, as_of=None, ends=1).at == stated + AHEAD
    assert latest_of(bare, parse, as_of=None, ends=END) == (
        END + SLACK,
        "the year from the file's own time, 2026-03-20",
    )
    assert latest_of(bare, parse, as_of=None, ends=None) is None
    assert latest_of(["2026-03-12T14:21:43Z"], parse, as_of=END, ends=END) is None
    assert not yearless("Thu Mar 12 14:02:11 2026")


def test_year_and_order_of_day_and_month_are_settled_from_the_records(folder: Folder) -> None:
    time = '[time]\nat = "at"\nformat = "as logs write it"\nzone = "ask"\n'
    body = time + '[[record]]\nwhen = { id = true }\nphase = "applied"\n'
    definition = folder.interpreter(body).definition
    made = plans.calendar(
        definition, folder.catalog(), resolve.Settings(), [{"at": "Mar 12 14:02:11"}, {"at": "2026-03-12 15:00:00"}]
    )
    days = plans.calendar(definition, folder.catalog(), resolve.Settings(), [{"at": "13/3/2026 14:02:11"}])

    assert made[0].latest is not None
    assert made[1] == ["the year from other stamps of this log"]
    assert days[0].day_first is True


def test_where_all_stamps_state_their_zone_nobody_is_asked_whatever_the_user_says(folder: Folder) -> None:
    body = '[time]\nat = "at"\nzone = "ask"\n[[record]]\nwhen = { id = true }\nphase = "applied"\n'
    definition = folder.interpreter(body).definition
    asked = resolve.Settings(zone="Asia/Tokyo", zone_basis="--tz")

    def settled(*stamps: str) -> str | None:
        return plans.calendar(definition, folder.catalog(), asked, [{"at": stamp} for stamp in stamps])[0].zone_basis

    assert settled("2026-03-12T14:02:11Z", "2026-03-12T14:02:11-05:00") == "in text"
    assert settled("2026-03-12T14:02:11Z", "2026-03-12T14:02:11") == "--tz"
