"""How fine a stamp is: as its log writes them all, and not as one is spelled."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from tracelog.expect.routes import _length
from tracelog.judge.abstract.view import View
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND, Event, Kind


@pytest.mark.parametrize(
    ("whole", "fine", "width"),
    [(20, 0, MINUTE), (19, 0, SECOND), (400, 1, SECOND)],
    ids=["all whole minutes", "too few to tell", "one with seconds"],
)
def test_stamps_that_are_all_whole_minutes_name_the_minute(whole: int, fine: int, width: int) -> None:
    sums = SimpleNamespace(minutes=Counter({("log", True): whole, ("log", False): fine}))
    view: Any = SimpleNamespace(expected=SimpleNamespace(sums=sums))
    event = Event(Kind("erp", None, "applied", None, "created", None, "log", None), 0, "14:05:00", SECOND)

    assert View.precision(view, event) == width


def test_a_listing_alone_says_nothing_of_how_long_is_long() -> None:
    """It is of one moment; a limit learned beside it must not shrink to a second."""
    listing, log = SimpleNamespace(spans=[(HOUR, HOUR)]), SimpleNamespace(spans=[(0, 2 * HOUR)])
    coverage: Any = {"listing": listing, "log": log}

    assert _length(["listing"], coverage) == DAY
    assert _length(["listing", "log"], coverage) == 2 * HOUR
