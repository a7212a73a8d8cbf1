"""The overall judgement: the worst incident, or the signals, or that nothing is wrong, or that nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tracelog.conclude.signals import Sign, structural
from tracelog.conclude.tally import Tally
from tracelog.model.finding import CLASSES, SEVERITIES, Incident, Signal, Verdict
from tracelog.model.words import counted, listed, system_name

ACCOUNTED = 0.95
"""Of the status changes at the source: what must be accounted for before anything may be called clean."""
_NEVER_ALONE = frozenset(("info",))
"""An incident of this severity alone does not make the whole a fault."""


class Seen(NamedTuple):
    """What the exports cover: the systems whose records tell of orders, and the length of the period (ns)."""

    systems: tuple[str, ...]
    length: int | None


def verdict(incidents: Sequence[Incident], signs: Sequence[Sign], tally: Tally, seen: Seen) -> Verdict:
    """One class, with its basis, and a paragraph for the ticket."""
    counts = [one for one in incidents if _counts(one)]
    worst = _worst(counts)
    told = [sign.signal for sign in signs]
    recurrence = any(one.class_ == "structural" and one.state == "confirmed" for one in incidents)
    by_signals = structural(signs, seen.length, recurrence=recurrence)
    proved = worst is not None and worst.class_ == "structural" and worst.state == "confirmed"
    if by_signals and not proved:
        return _of_signals(by_signals, worst, signs, incidents, told)
    share, changes = accounted(tally)
    unproved = worst is not None and worst.state == "suspected" and (share is None or share < ACCOUNTED)
    if worst is not None and worst.class_ != "insufficient-evidence" and not unproved:
        return Verdict(
            class_=worst.class_,
            basis="incidents",
            problem=worst.problem,
            state=worst.state,
            incident=worst.id,
            others=len(incidents) - 1,
            involve=worst.involve,
            summary=f"{_with_others(worst.summary, len(incidents) - 1)}{_not_known(tally, share)}",
            signals=told,
        )
    if worst is None and len(seen.systems) > 1 and share is not None and share >= ACCOUNTED:
        return Verdict(
            class_="clean",
            basis="incidents",
            problem=None,
            state="confirmed",
            incident=None,
            others=len(incidents),
            involve="nobody",
            summary=_clean(share, changes, seen, incidents),
            signals=told,
        )
    return Verdict(
        class_="insufficient-evidence",
        basis="incidents",
        problem=worst.problem if worst else None,
        state="suspected",
        incident=worst.id if worst else None,
        others=max(0, len(incidents) - (worst is not None)),
        involve=worst.involve if worst else "own-operations",
        summary=_insufficient(worst, share, changes, seen),
        signals=told,
    )


def _worst(counts: Sequence[Incident]) -> Incident | None:
    """The worst one that has a class; a delay only where nothing is proved to be still wrong beside it, for then not
    everything arrived.
    """
    faults = [one for one in counts if one.class_ != "insufficient-evidence"]
    wrong = [one for one in counts if one not in faults and one.state == "confirmed" and one.open_orders]
    if all(one.class_ == "sync-delay" for one in faults):
        return min(wrong or faults or counts, key=_rank, default=None)
    return min(faults, key=_rank)


def _counts(one: Incident) -> bool:
    """Pending and merely noted things judge nothing; what was late or made good is still a delay."""
    if one.kind == "clock-offset":
        return False  # it is taken into account wherever times are compared, and nothing is wrong with any order
    if one.state == "pending" or (one.kind == "unmapped-status" and len(one.findings) == 1):
        return False  # a value without an entry and without an effect is a gap of the map, and no fault of anybody's
    return one.severity not in _NEVER_ALONE or one.class_ == "sync-delay"


def _rank(one: Incident) -> tuple[object, ...]:
    """Worst first by class, then by orders still wrong. What is proved goes before what is only suspected, and a
    delay after both.
    """
    ranked = -CLASSES.index(one.class_) if one.class_ != "insufficient-evidence" else 0
    wrong, severe = one.open_orders or 0, SEVERITIES.index(one.severity)
    return (
        one.class_ == "sync-delay",
        one.state != "confirmed",
        ranked,
        -wrong,
        severe,
        -one.orders,
        one.first or "",
        one.id,
    )


def _not_known(tally: Tally, share: float | None) -> str:
    """What the judgement does not speak of, where that is more than a little."""
    if share is None or share >= ACCOUNTED:
        return ""
    changes = tally.accounted.total()
    return (
        f" Of {counted(changes, 'status change')}, {tally.accounted['not_knowable']:,} can't be followed to their end."
    )


def _with_others(summary: str, others: int) -> str:
    return (
        f"{summary} There {'is' if others == 1 else 'are'} {counted(others, 'other incident')}." if others else summary
    )


def _of_signals(
    state: str,
    worst: Incident | None,
    signs: Sequence[Sign],
    incidents: Sequence[Incident],
    told: list[Signal],
) -> Verdict:
    there = [sign.signal for sign in signs if sign.signal.present]
    found = listed([f"{signal.id} ({signal.basis})" for signal in there], most=6)
    return Verdict(
        class_="structural",
        basis="signals",
        problem=worst.problem if worst else None,
        state=state,
        incident=worst.id if worst else None,
        others=max(0, len(incidents) - (worst is not None)),
        involve=worst.involve if worst else "middleware-or-queue-specialist",
        summary=f"{worst.summary} Besides, the integration as a whole shows {found}."
        if worst
        else f"The integration itself shows {found}.",
        signals=told,
    )


def accounted(tally: Tally) -> tuple[float | None, int]:
    """Share of the source's status changes whose fate the exports tell, and how many changes there are."""
    changes = tally.accounted.total()
    known = changes - tally.accounted["not_knowable"]
    return (known / changes if changes else None), changes


def _clean(share: float, changes: int, seen: Seen, incidents: Sequence[Incident]) -> str:
    names = listed([system_name(system) for system in seen.systems])
    noted = f" {counted(len(incidents), 'matter')} for information." if incidents else ""
    return (
        f"{share:.1%} of {counted(changes, 'status change')} are accounted for across {names}, and none of them is "
        f"lost, wrong or late.{noted}"
    )


def _insufficient(worst: Incident | None, share: float | None, changes: int, seen: Seen) -> str:
    if len(seen.systems) < 2:
        only = f" ({system_name(seen.systems[0])})" if seen.systems else ""
        whose = f"Records of 1 system{only}" if seen.systems else "These records"
        why = f"{whose} can't show what happened between systems."
    elif share is None:
        why = "No status change can be followed from one system to another in these exports."
    else:
        why = f"Only {share:.1%} of {counted(changes, 'status change')} can be followed to their end."
        if worst is not None and share >= ACCOUNTED and worst.kind == "manual-edit":
            return f"Why people changed what they did is on no record. {worst.summary} {worst.ask}"
        if worst is not None and share >= ACCOUNTED:
            why = "What differs lies at a step that these exports do not show."
    return f"{why}{f' {worst.summary}' if worst else ''} See what is wanted."
