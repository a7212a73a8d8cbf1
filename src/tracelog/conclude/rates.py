"""Small counts and large: chance, bursts, days. Nothing here knows an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from math import comb, sqrt
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


def difference(before: tuple[int, int], after: tuple[int, int]) -> tuple[float, float]:
    """Between which values the rate after exceeds the rate before, 95 in 100; each is (hits, cases). After Agresti and
    Caffo: one hit and one miss more on both sides, so that none of few is no certainty.
    """
    (a, n), (b, m) = ((hits + 1, cases + 2) for hits, cases in (before, after))
    p, q = a / n, b / m
    wide = 1.96 * sqrt(p * (1 - p) / n + q * (1 - q) / m)
    return q - p - wide, q - p + wide


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
