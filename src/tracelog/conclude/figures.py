"""The figures of a scan. Ages count from the end of the data; what the exports can't tell is None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tracelog.conclude import rates
from tracelog.conclude.tally import HARMLESS, Tally
from tracelog.judge.bind import Bound
from tracelog.model.event import HOUR
from tracelog.model.finding import Review
from tracelog.model.words import from_rfc3339

_ACCOUNTS = ("in_time", "late", "lost", "not_knowable")


def figures(
    bounds: Sequence[Bound],
    tally: Tally,
    end: int | None,
    reviews: Mapping[str, Review] | None = None,
    scanned: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """`drift` = open orders with an unexplained difference ÷ open orders that two systems cover. `scanned`: where the
    data ended when a finding was first scanned (RFC 3339), by its id.
    """
    live = [b for b in bounds if b.finding.state in {"confirmed", "suspected"} and b.finding.scope == "order"]
    confirmed = [b for b in live if b.finding.state == "confirmed" and b.finding.severity != "info"]
    wrong = {b.order for b in confirmed if b.finding.still_wrong}
    ages = [end - b.at for b in confirmed if b.finding.still_wrong and b.at is not None] if end is not None else []
    return {
        "orders": tally.orders,
        "orders_with_findings": len({b.order for b in live}),
        "drift": _rounded(len(wrong & tally.open_orders) / len(tally.open_orders)) if tally.open_orders else None,
        "accounted": {name: tally.accounted[name] for name in _ACCOUNTS} if tally.accounted else None,
        "counted": {name: tally.counted[name] for name in HARMLESS if tally.counted[name]} or None,
        "mttd_hours": _hours(_noticed(bounds, reviews or {}, scanned or {})),
        "detectable_hours": _hours([b.due - b.at for b in confirmed if b.due is not None and b.at is not None]),
        "oldest_open_hours": _rounded(max(ages) / HOUR, 1) if ages else None,
    }


def _noticed(bounds: Sequence[Bound], reviews: Mapping[str, Review], scanned: Mapping[str, str]) -> list[int]:
    """From the fault to the first sign that a person or a tool noticed, in ns: a repair by hand, a review of the
    finding, an earlier scan that had it. A scan counts from where its data ended, as all ages do, not from when it ran.
    """
    out = []
    for bound in bounds:
        review = reviews.get(bound.finding.id)
        repaired = bound.finding.recovered_at if bound.by_hand else None
        signs = [repaired, review.at if review else None, scanned.get(bound.finding.id)]
        known = [from_rfc3339(at) for at in signs if at]
        if known and bound.at is not None:
            out.append(max(min(known) - bound.at, 0))
    return out


def _hours(spans: Sequence[int]) -> float | None:
    middle = rates.middle([span / HOUR for span in spans])
    return None if middle is None else _rounded(middle, 2)


def _rounded(value: float, digits: int = 4) -> float:
    return round(value, digits)
