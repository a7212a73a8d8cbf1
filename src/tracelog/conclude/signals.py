"""The six signals: they judge the integration, where incidents judge a failure.

A signal whose records no export holds, or that is not judged yet, is null with the reason, never false.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from tracelog.conclude import rates
from tracelog.conclude.tally import Tally
from tracelog.judge.bind import Bound
from tracelog.model.event import DAY
from tracelog.model.finding import Signal
from tracelog.model.words import counted, system_name

CLUSTER = 3
"""Orders in a week with the same kind, hop and topic."""
TOLD_SHARE = 0.01
TOLD_ORDERS = 3


class Sign(NamedTuple):
    """A signal with the instants (UTC ns) that tell whether it is there consistently; `hits` are order numbers."""

    signal: Signal
    times: tuple[int, ...] = ()


def signals(bounds: Sequence[Bound], tally: Tally, names: Callable[[int], str | None]) -> list[Sign]:
    """All six, in the contract's order. `names` gives an order's display name by its number."""
    roots = [b for b in bounds if b.finding.caused_by is None and b.finding.state == "confirmed"]
    return [
        _customer_first(tally, names),
        _unknown("partial-history", "not judged by this version"),
        _no_single_owner(roots),
        _cluster(roots),
        _revenue_without_cost(tally, names),
        _unknown("grows-with-channels", "not judged by this version"),
    ]


def _unknown(name: str, why: str) -> Sign:
    return Sign(Signal(name, present=None, count=None, orders=[], basis=why, look_at=None))


def _named(orders: Sequence[int], names: Callable[[int], str | None]) -> list[str]:
    return [name for number in orders[:5] if (name := names(number))]


def _customer_first(tally: Tally, names: Callable[[int], str | None]) -> Sign:
    if not tally.told["notified"]:
        return _unknown("customer-first", "no export holds a record of a notice to a customer")
    hits = sorted(tally.told_first)
    told = tally.told["notified"]
    there = len(hits) >= TOLD_ORDERS or len(hits) >= TOLD_SHARE * told > 0
    basis = f"{len(hits):,} of {counted(told, 'order')} with a notice; threshold 1 % or {TOLD_ORDERS} orders"
    look = "the order in which the notice and the hand-off to the system of record are set off" if there else None
    return Sign(Signal("customer-first", there, len(hits), _named(hits, names), basis, look))


def _no_single_owner(roots: Sequence[Bound]) -> Sign:
    """Each system applied what it provably received, and yet they differ."""
    hits = [b for b in roots if b.finding.kind == "state-divergence" and b.row == "22"]
    orders = sorted({b.finding.order for b in hits if b.finding.order})
    basis = f"{counted(len(orders), 'order')} on which two systems differ with nothing on record that explains it"
    look = "which system owns each state" if hits else None
    signal = Signal("no-single-owner", bool(hits), len(orders), orders[:5], basis, look)
    return Sign(signal, tuple(b.at for b in hits if b.at is not None))


def _cluster(roots: Sequence[Bound]) -> Sign:
    groups: dict[Hashable, list[Bound]] = defaultdict(list)
    for bound in roots:
        f = bound.finding
        if f.severity != "info" and f.scope != "route":
            groups[f.kind, f.step, f.topic].append(bound)
    best: list[Bound] = []
    most, times = 0, tuple[int, ...]()
    for group in groups.values():
        mine = tuple(sorted(at for b in group for at in (b.times or ((b.at,) if b.at is not None else ()))))
        number = rates.most_in_a_week(mine)
        if number > most:
            best, most, times = group, number, mine
    orders = sorted({b.finding.order for b in best if b.finding.order})
    there = most >= CLUSTER
    basis = f"{counted(most, 'order')} in 7 days with the same kind, step and topic, threshold {CLUSTER}"
    step = best[0].finding.step if best else None
    look = None
    if there and step:
        ends = [f"{system_name(s.system)} {s.phase}" for s in (step.from_, step.to)]
        look = f"the step {ends[0]} → {ends[1]}"
    signal = Signal("cluster", there, most, orders[:5] if there else [], basis, look)
    return Sign(signal, times if there else ())


def _revenue_without_cost(tally: Tally, names: Callable[[int], str | None]) -> Sign:
    if not tally.told["invoiced"] or not tally.told["posted"]:
        lacking = "a goods issue (cost)" if tally.told["invoiced"] else "an invoice (revenue)"
        return _unknown("revenue-without-cost", f"no export holds a record of {lacking}")
    hits = sorted(tally.unposted)
    basis = f"{len(hits):,} of {counted(tally.told['invoiced'], 'order')} invoiced without a goods issue on record"
    look = "what sets off the goods issue" if hits else None
    return Sign(Signal("revenue-without-cost", bool(hits), len(hits), _named(hits, names), basis, look))


def consistent(sign: Sign, length: int | None) -> bool:
    """In two separate calendar weeks; where the exports span less than two weeks (`length`, ns), on three days."""
    if not sign.signal.present or not sign.times:
        return False
    short = length is not None and length < 14 * DAY
    return rates.days(sign.times) >= 3 if short else rates.weeks(sign.times) >= 2


def structural(signs: Sequence[Sign], length: int | None, *, recurrence: bool) -> str | None:
    """Whether the signals alone make it structural, and in which state. `recurrence`: an incident passes that test.

    The sources of this rule say three signals in one place and four in another: three are `suspected`, four, or
    two of which one is a recurring `cluster`, are `confirmed`.
    """
    there = [sign for sign in signs if consistent(sign, length)]
    clustered = recurrence and any(sign.signal.id == "cluster" for sign in there)
    if len(there) >= 4 or (len(there) >= 2 and clustered):
        return "confirmed"
    return "suspected" if len(there) >= 3 else None
