"""The six signals: they judge the integration, where incidents judge a failure.

A signal whose records no export holds, or that is not judged yet, is null with the reason, never false.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from tracelog.conclude import rates
from tracelog.conclude.signs import Signs
from tracelog.judge.bind import Bound
from tracelog.model.event import DAY, SECOND
from tracelog.model.finding import Signal
from tracelog.model.words import clock, counted, duration, system_name

NO_TWO = "no order stands in the records of two systems that hold orders; that one passed it on is no such record"
CLUSTER = 3
"""Orders in a week with the same kind, hop and topic."""
SHARE, ORDERS = 0.01, 3
"""Of the orders that could show it: what makes it more than a chance."""
EXPECTED = 10
"""So many orders of a channel would have come before its first one, had it been there."""
POSTED_SLACK, POSTED_LEAST = 3, DAY
"""Cost may be posted so many times later than it usually is, and within a day in any case."""


class Over(NamedTuple):
    """What the signals ask besides the sums: an order's display name by its number, the `end` of the data (UTC ns),
    the clocks' `spread` (ns), and whether streams cover a time.
    """

    names: Callable[[int], str | None]
    end: int | None = None
    spread: int = 0
    covers: Callable[[Iterable[str], int, int], bool] = lambda _streams, _since, _until: True


class Sign(NamedTuple):
    """A signal with the instants (UTC ns) that tell whether it is there consistently; `hits` are order numbers."""

    signal: Signal
    times: tuple[int, ...] = ()


def signals(bounds: Sequence[Bound], sums: Signs, over: Over) -> list[Sign]:
    """All six, in the contract's order."""
    roots = [b for b in bounds if b.finding.caused_by is None and b.finding.state == "confirmed"]
    return [
        _customer_first(sums, over),
        _partial_history(sums, over),
        _no_single_owner(roots, sums),
        _cluster(roots, {b.finding.caused_by for b in bounds}),
        _revenue_without_cost(sums, over),
        _grows_with_channels(sums, roots, over),
    ]


def _unknown(name: str, why: str) -> Sign:
    return Sign(Signal(name, present=None, count=None, orders=[], basis=why, look_at=None))


def _named(orders: Iterable[int], names: Callable[[int], str | None]) -> list[str]:
    return [name for number in list(orders)[:5] if (name := names(number))]


def _found(name: str, hits: Mapping[int, int], said: tuple[int, str, str], over: Over) -> Sign:
    """A signal that is there for one in a hundred orders, or for three. `hits`: order number → when (UTC ns);
    `said`: of how many, in words, and where to look.
    """
    of, words, look = said
    there = len(hits) >= ORDERS or len(hits) >= SHARE * of > 0
    basis = f"{len(hits):,} of {words}; threshold: 1 % of them, or {ORDERS}"
    first = sorted(hits, key=lambda order: (hits[order], order))
    signal = Signal(name, there, len(hits), _named(first, over.names), basis, look if there else None)
    return Sign(signal, tuple(sorted(hits.values())) if there else ())


def _customer_first(sums: Signs, over: Over) -> Sign:
    if not sums.told and not sums.scanned:
        return _unknown("customer-first", "no export holds a notice to a customer, or a carrier's scan, with a record "
                                          "of the same order to hold it against")  # fmt: skip
    hits = {order: at for order, (at, ahead) in sums.first.items() if ahead > over.spread}
    many = sums.told + sums.scanned
    said = f"{counted(many, 'notice or scan', 'notices and scans')} stand before the order, or the shipment, on record"
    look = "the order in which the notice and the hand-off to the system of record are set off"
    return _found("customer-first", hits, (many, said, look), over)


def _partial_history(sums: Signs, over: Over) -> Sign:
    if not sums.histories:
        return _unknown("partial-history", NO_TWO)
    hits = sums.incomplete(over.end)
    said = f"{counted(sums.histories, 'order')} that two systems tell of have a history that neither has whole"
    look = "which system is to hold the whole history of an order"
    return _found("partial-history", hits, (sums.histories, said, look), over)


def _no_single_owner(roots: Sequence[Bound], sums: Signs) -> Sign:
    """Each system applied what it provably received, and yet they differ."""
    if not sums.histories and not roots:
        return _unknown("no-single-owner", NO_TWO)
    hits = [b for b in roots if b.finding.kind == "state-divergence" and b.row == "22"]
    orders = sorted({b.finding.order for b in hits if b.finding.order})
    basis = f"{counted(len(orders), 'order')} on which two systems differ with nothing on record that explains it"
    look = "which system owns each state" if hits else None
    signal = Signal("no-single-owner", bool(hits), len(orders), orders[:5], basis, look)
    return Sign(signal, tuple(b.at for b in hits if b.at is not None))


def _cluster(roots: Sequence[Bound], causes: set[str | None]) -> Sign:
    """`causes`: ids of findings that others follow from. A value that only the status map lacks made no order wrong."""
    groups: dict[Hashable, list[Bound]] = defaultdict(list)
    for bound in roots:
        f = bound.finding
        harmless = f.kind == "unmapped-status" and f.id not in causes
        if f.severity != "info" and f.scope not in {"route", "pair"} and not harmless:
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
    alike = "confirmed findings of one kind, step and topic"
    basis = f"at most {counted(most, 'order')} in any 7 days with {alike}; threshold: {CLUSTER}"
    step = best[0].finding.step if best else None
    look = None
    if there and step:
        ends = [f"{system_name(s.system)} {s.phase}" for s in (step.from_, step.to)]
        look = f"the step {ends[0]} → {ends[1]}" if ends[0] != ends[1] else ends[0]
    signal = Signal("cluster", there, most, orders[:5] if there else [], basis, look)
    return Sign(signal, times if there else ())


def _revenue_without_cost(sums: Signs, over: Over) -> Sign:
    """Invoiced, and no goods issue within the limit, where what would show it covers that time."""
    if not sums.booked or not sums.posting:
        lacking = "a goods issue (cost)" if sums.booked else "an invoice or of a marketplace's settlement (revenue)"
        return _unknown("revenue-without-cost", f"no export holds a record of {lacking}")
    delays = sorted(max(one.posted - one.invoiced, 0) for one in sums.booked if one.posted >= 0)
    limit = max(POSTED_LEAST, POSTED_SLACK * delays[int(0.95 * len(delays))] if delays else 0)
    known = [one for one in sums.booked
             if (one.posted >= 0 or over.end is None or one.invoiced + limit <= over.end)
             and over.covers(sorted(sums.posting), one.invoiced, one.invoiced + limit)]  # fmt: skip
    if not known:
        return _unknown("revenue-without-cost", "no export of goods issues covers the time after an invoice")
    hits = {one.order: one.invoiced for one in known if one.posted < 0 or one.posted - one.invoiced > limit}
    said = f"{counted(len(known), 'order')} invoiced have no goods issue within {duration(limit / SECOND)}"
    return _found("revenue-without-cost", hits, (len(known), said, "what sets off the goods issue"), over)


def _grows_with_channels(sums: Signs, roots: Sequence[Bound], over: Over) -> Sign:
    """The rate of findings after a channel's first order against the rate before, on the older channels too."""
    failed = {number for b in roots if b.finding.severity != "info" and b.finding.scope != "pair"
              for number in (b.orders or (b.order,))}  # fmt: skip
    began = _began(sums)
    told = [(at, channel, found) for channel, at in began if (found := _compared(sums, failed, at)) is not None]
    if not told:
        why = "too few orders before or after a channel's first one" if began else "no channel began within the exports"
        return _unknown("grows-with-channels", why)
    more = [one for one in told if one[2].low > 0 and one[2].low_older > 0]
    at, channel, found = max(more or told, key=lambda one: (one[2].low_older, one[0]))
    basis = (
        f"after the first order of {channel} ({clock(at)}) {found.after:.1%} of orders have a finding, "
        f"{found.before:.1%} before; of the older channels' alone {found.older:.1%}, which is {found.low_older:+.1%} "
        f"to {found.high_older:+.1%} against before"
    )
    hits = sorted((born, number) for born, _, number in sums.births if born >= at and number in failed) if more else []
    look = "what all channels share: queues, limits of requests, a mapping that several use" if more else None
    signal = Signal("grows-with-channels", bool(more), len(hits), _named((n for _, n in hits), over.names), basis, look)
    return Sign(signal, tuple(born for born, _ in hits))


class Compared(NamedTuple):
    """Shares of orders with a finding, and between which values the increase lies, 95 in 100."""

    before: float
    after: float
    older: float
    low: float
    low_older: float
    high_older: float


def _began(sums: Signs) -> list[tuple[str, int]]:
    """Channels whose first order lies so far inside the exports that they were not there before, with its time."""
    times: dict[str, list[int]] = defaultdict(list)
    for born, channel, _ in sums.births:
        times[channel].append(born)
    begin = min((min(of) for of in times.values()), default=0)
    out = []
    for channel, of in sorted(times.items()):
        first, usual = min(of), (max(of) - min(of)) / max(len(of) - 1, 1)
        if first - begin >= DAY and first - begin >= EXPECTED * usual and len(of) > 1:
            out.append((channel, first))
    return out


def _compared(sums: Signs, failed: set[int], at: int) -> Compared | None:
    """None where either side has too few orders for a rate."""
    older = {channel for born, channel, _ in sums.births if born < at}
    before = [number in failed for born, _, number in sums.births if born < at]
    after = [number in failed for born, _, number in sums.births if born >= at]
    same = [number in failed for born, channel, number in sums.births if born >= at and channel in older]
    if min(len(before), len(same)) < rates.ENOUGH:
        return None
    low, _ = rates.difference((sum(before), len(before)), (sum(after), len(after)))
    low_older, high_older = rates.difference((sum(before), len(before)), (sum(same), len(same)))
    rate, rate_after, rate_same = (sum(side) / len(side) for side in (before, after, same))
    return Compared(rate, rate_after, rate_same, low, low_older, high_older)


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
