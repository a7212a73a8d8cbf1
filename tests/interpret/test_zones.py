"""Time zones by the names people write."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from tracelog.errors import UsageError
from tracelog.interpret import zones


def test_names_are_found_whatever_their_case() -> None:
    assert zones.find("america/new_york") is zones.find("america/new_york")
    assert str(zones.find("america/new york")) == "America/New_York"
    assert zones.find("utc") is UTC


@pytest.mark.parametrize(("text", "hours"), [("+02:00", 2), ("-0530", -5.5), ("UTC+1", 1), ("GMT-8", -8)])
def test_fixed_offsets(text: str, hours: float) -> None:
    assert zones.find(text).utcoffset(None) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("Europe/Berln", "Europe/Berlin"), ("New York", "America/New_York"), ("Berlin", "Europe/Berlin")],
)
def test_an_unknown_zone_says_which_was_meant(wrong: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"unknown time zone: {wrong}") as caught:
        zones.find(wrong)

    assert meant in (caught.value.help or "")
