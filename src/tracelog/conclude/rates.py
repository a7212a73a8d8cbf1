"""Small counts and large: chance, bursts, days. Nothing here knows an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from math import comb
from statistics import median

from tracelog.model.event import DAY, HOUR

ENOUGH = 30
"""Below so many cases a rate is only a count."""
BURST_GAP = 6 * HOUR
"""Failures further apart than this are not one burst."""


def by_chance(hits: int, drawn: int, marked: int, cases: int) -> float:
    """How likely at least `hits` of `drawn` are marked, when `marked` of all `cases` are (Fisher's exact test, one
    side). Above some thousand cases the share decides, and the test is not needed.
    """
    if cases > 5000 or drawn > 500:
        return 0.0
    ways = comb(cases, drawn)
    top = min(drawn, marked)
    return sum(comb(marked, k) * comb(cases - marked, drawn - k) for k in range(hits, top + 1)) / ways


def bursts(times: Sequence[int]) -> int:
    """Groups of instants (UTC ns, ascending) with no gap over six hours inside."""
    return 1 + sum(after - before > BURST_GAP for before, after in pairwise(times)) if times else 0


def days(times: Sequence[int]) -> int:
    """Separate UTC days."""
    return len({at // DAY for at in times})


def weeks(times: Sequence[int]) -> int:
    """Separate calendar weeks (Monday to Sunday, UTC)."""
    return len({_week(at) for at in times})


def _week(at: int) -> tuple[int, int]:
    year, week, _ = dt.datetime.fromtimestamp(at // 1_000_000_000, dt.UTC).isocalendar()
    return year, week


def most_in_a_week(times: Sequence[int]) -> int:
    """The most instants (ascending) that fall into any seven days."""
    best = start = 0
    for end, at in enumerate(times):
        while at - times[start] > 7 * DAY:
            start += 1
        best = max(best, end - start + 1)
    return best


def middle(values: Sequence[float]) -> float | None:
    return median(values) if values else None
