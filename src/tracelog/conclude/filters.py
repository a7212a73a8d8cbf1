"""Which findings are asked for. Steps, verdict and figures stay those of the whole: a filter only hides."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tracelog.model.finding import SEVERITIES, Finding, Incident, Scan
from tracelog.model.words import from_rfc3339, system_key


class Filters(msgspec.Struct, frozen=True):
    """All that are given must hold. `since` and `until` are UTC nanoseconds, `until` excluded; `severity` is the
    least; `open_only` keeps what is still wrong or not known to be right; `new` what the scan before did not have.
    """

    since: int | None = None
    until: int | None = None
    system: str | None = None
    channel: str | None = None
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    severity: str | None = None
    open_only: bool = False
    new: bool = False
    ids: tuple[str, ...] = ()
    """Of findings, or of incidents whose findings are meant."""


def filtered(result: Scan, filters: Filters, before: frozenset[str]) -> Scan:
    """The same scan with the findings that are asked for, and the incidents these belong to. `before` are the ids of
    the scan before.
    """
    if filters == Filters():
        return result
    kept = [finding for finding in result.findings if keeps(filters, finding, before)]
    return msgspec.structs.replace(result, findings=kept, incidents=_trimmed(result.incidents, kept))


def keeps(filters: Filters, f: Finding, before: frozenset[str]) -> bool:
    """Whether that finding is asked for."""
    at = from_rfc3339(f.at) if f.at else None
    if filters.since is not None and (at is None or at < filters.since):
        return False
    if filters.until is not None and (at is None or at >= filters.until):
        return False
    return (
        (not filters.ids or not {f.id, f.incident, *f.formerly}.isdisjoint(filters.ids))
        and (filters.system is None or _is_one(filters.system, systems(f)))
        and (filters.channel is None or _is_one(filters.channel, {f.channel, (f.channel or "").partition("/")[0]}))
        and (not filters.kinds or f.kind in filters.kinds)
        and (not filters.states or f.state in filters.states)
        and (filters.severity is None or SEVERITIES.index(f.severity) <= SEVERITIES.index(filters.severity))
        and (not filters.open_only or f.still_wrong is not False)
        and (not filters.new or not {f.id, *f.formerly} & before)
    )


def _is_one(asked: str, names: set[str | None]) -> bool:
    """However people spell it: what is shown as `NetSuite` is meant by it."""
    return system_key(asked) in {name.casefold() for name in names if name}


def systems(finding: Finding) -> set[str | None]:
    """Every system that the finding concerns, with and without its instance."""
    found: set[str | None] = {finding.behind, finding.ahead}
    if finding.step:
        for station in (finding.step.from_, finding.step.to):
            found |= {station.system, station.peer, f"{station.system}/{station.instance}"}
    return found


def _trimmed(incidents: Sequence[Incident], kept: Sequence[Finding]) -> list[Incident]:
    """The incidents of the findings that are shown, each with those of its findings; its counts stay whole."""
    ids = {f.id for f in kept}
    shown = [one for one in incidents if ids.intersection(one.findings)]
    return [msgspec.structs.replace(one, findings=[f for f in one.findings if f in ids]) for one in shown]
