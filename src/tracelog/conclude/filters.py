"""Which findings are asked for. Steps, verdict and figures stay those of the whole: a filter only hides."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tracelog.judge.bind import Bound
from tracelog.model.finding import SEVERITIES, Finding, Incident


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


def keeps(filters: Filters, bound: Bound, before: frozenset[str]) -> bool:
    """Whether that finding is asked for. `before` are the ids of the last scan."""
    f = bound.finding
    if filters.since is not None and (bound.at is None or bound.at < filters.since):
        return False
    if filters.until is not None and (bound.at is None or bound.at >= filters.until):
        return False
    return (
        (filters.system is None or filters.system in systems(f))
        and (filters.channel is None or f.channel == filters.channel)
        and (not filters.kinds or f.kind in filters.kinds)
        and (not filters.states or f.state in filters.states)
        and (filters.severity is None or SEVERITIES.index(f.severity) <= SEVERITIES.index(filters.severity))
        and (not filters.open_only or f.still_wrong is not False)
        and (not filters.new or not {f.id, *f.formerly} & before)
    )


def systems(finding: Finding) -> set[str | None]:
    """Every system that the finding concerns, with and without its instance."""
    found: set[str | None] = {finding.behind, finding.ahead}
    if finding.step:
        for station in (finding.step.from_, finding.step.to):
            found |= {station.system, station.peer, f"{station.system}/{station.instance}"}
    return found


def trimmed(incidents: Sequence[Incident], kept: Sequence[Finding]) -> list[Incident]:
    """The incidents of the findings that are shown, each with those of its findings; its counts stay whole."""
    ids = {f.id for f in kept}
    shown = [one for one in incidents if ids.intersection(one.findings)]
    return [msgspec.structs.replace(one, findings=[f for f in one.findings if f in ids]) for one in shown]
