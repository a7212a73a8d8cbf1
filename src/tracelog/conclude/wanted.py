"""Which export would settle what, how to get it, and until when it can still be had."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tracelog.conclude.tally import Ask, AskKey, Tally
from tracelog.judge.scene import stamp
from tracelog.model.event import DAY, HOUR, MINUTE
from tracelog.model.finding import Span, Wanted
from tracelog.model.words import listed, rfc3339, system_name

Source = Mapping[str, Any]
"""What is known of a format: `title`, `system`, `phases`, `where`, `retention`, `absence`, and whether an export of it
was `given` (the store keeps it)."""

_UNITS = {"minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}
_RETENTION = re.compile(rf"(\d+(?:\.\d+)?)\s*({'|'.join(_UNITS)})s?", re.IGNORECASE)
_SHOWS = {
    "received": "what it took in",
    "forwarded": "what it sent on",
    "acknowledged": "the answers it got",
    "applied": "its orders as they stand, or their audit trail",
    "emitted": "what it sent out",
}


def wanted(
    tally: Tally, sources: Sequence[Source], systems: Sequence[str] = (), by_words: Sequence[str] = ()
) -> list[Wanted]:
    """One row for each export and reason, what settles most first. `systems`: those whose exports were given;
    `by_words`: the exports that are read by their words.
    """
    rows: dict[tuple[str, str | None], tuple[Ask, AskKey, Source | None]] = {}
    for key, ask in tally.asks.items():
        source = best(key, sources)
        name = _name(key, source)
        held = rows.setdefault((name, key.peer if source is None else key.why), (Ask(), key, source))[0]
        cases = held.cases
        held.count(ask.first, ask.last)
        held.cases = cases + ask.cases
    found = [_described(_row(name, *row), row[1], by_words) for (name, _), row in rows.items()]
    if tally.orders and len(systems) == 1:
        only = system_name(systems[0])
        other = f"An export of the other end: of the system that orders go to from {only}, or come from, or of both"
        found.append(Wanted(other, period=None, how=None, settles=tally.orders, gone_after=None))
    return sorted(found, key=lambda one: (-(one.settles or 0), one.export))


def best(key: AskKey, sources: Sequence[Source]) -> Source | None:
    """The known kind of export that shows this phase of this system; one that proves absence goes first.

    Of equal ones the kind that was given already, for whoever gave it knows how to get it.
    """
    rank = {"strong": 0, "weak": 1, "none": 2}
    systems = {source.get("system") for source in sources}
    fitting = [
        source
        for source in sources
        if source.get("system") == key.system
        and not (systems - {key.system, key.peer}).intersection([_whose(source)])
        and (key.phase in _phases(source) or (key.phase == "applied" and "observed" in _phases(source)))
    ]

    def order(source: Source) -> tuple[Any, ...]:
        proof = rank.get(str(source.get("absence")), 1)
        direct = key.phase in _phases(source)
        other = key.peer is not None and _whose(source) != key.peer
        given = source.get("given", True)
        return (proof == rank["none"], not given, other, not direct, proof, str(source.get("title")))

    return min(fitting, key=order, default=None)


def _whose(source: Source) -> str:
    """Whose documents such an export holds, whoever wrote them down: the first word of its definition's name."""
    return str(source.get("name") or "").partition("-")[0]


def _phases(source: Source) -> Sequence[str]:
    phases = source.get("phases") or ()
    return [phase if isinstance(phase, str) else phase[-1] for phase in phases]


def _name(key: AskKey, source: Source | None) -> str:
    if source is not None:
        return str(source["title"])
    if key.phase == "between":
        ends = f"{system_name(key.system)} and {system_name(key.peer or '')}"
        return f"The log of the integration between {ends}: what it took in and what it sent on"
    shows = _SHOWS.get(key.phase, f"its {key.phase} records")
    towards = f" ({system_name(key.peer)})" if key.peer and key.phase in {"received", "forwarded"} else ""
    return f"{system_name(key.system)}: an export that shows {shows}{towards}"


def _row(name: str, ask: Ask, key: AskKey, source: Source | None) -> Wanted:
    period = None
    if ask.first is not None:
        period = Span(rfc3339(ask.first), rfc3339(max(ask.first, ask.last or ask.first)))
    kept = retention(str(source.get("retention") or "")) if source else None
    reason = (
        ""
        if source is None
        else {
            "ends": "; the one given ends too early",
            "hole": "; the one given is silent there",
            "scope": ", without filters: the one given may leave orders out",
        }.get(key.why, "")
    )
    return Wanted(
        export=name + reason,
        period=period,
        how=str(source["where"]) if source and source.get("where") else None,
        settles=ask.cases,
        gone_after=stamp(ask.first + kept) if kept is not None and ask.first is not None else None,
    )


def _described(one: Wanted, key: AskKey, by_words: Sequence[str]) -> Wanted:
    """What lies between may be at hand, in a log that proves nothing as long as nobody says how it is to be read."""
    if key.phase == "between" and by_words:
        are, one_each = ("is", "a definition of it") if len(by_words) == 1 else ("are", "definitions of them")
        given = f"{listed(list(by_words))} {are} at hand, but read by words, which proves no loss"
        one.how = f"{given}: tracelog formats new FILE drafts {one_each}, which can"
    return one


def retention(text: str) -> int | None:
    """`24 hours`, `30 days` in nanoseconds; None where it is not said or not in numbers."""
    match = _RETENTION.search(text)
    return round(float(match[1]) * _UNITS[match[2].lower()]) if match else None
