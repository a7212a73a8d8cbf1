"""Systems and channels that people name in options: a name misspelled must not look like good news."""

from __future__ import annotations

from tracelog.errors import NothingFoundError, did_you_mean
from tracelog.model.finding import Scan
from tracelog.model.words import system_key


def known(scan: Scan, name: str) -> None:
    """Raises NothingFoundError, with the nearest, when no record is from or about a system of that name."""
    names = {row.system for row in scan.coverage}
    for step in scan.steps:
        for station in (step.from_, step.to):
            names |= {station.system, station.peer or station.system}
    system = system_key(name).partition("/")[0]
    if system in {each.casefold().partition("/")[0] for each in names}:
        return
    raise NothingFoundError(
        f"no record in the store is from or about a system {name}",
        help=did_you_mean(system, sorted(names), f"known here: {', '.join(sorted(names)) or 'none'}"),
    )


def channel_note(scan: Scan, name: str) -> str:
    """A word beside the result when no finding at all is about that channel: it may be misspelled, or be fine."""
    channels = {finding.channel for finding in scan.findings if finding.channel}
    if system_key(name) in {each.casefold() for each in channels} | {
        each.casefold().partition("/")[0] for each in channels
    }:
        return ""
    near = did_you_mean(name, sorted(channels), "")
    known = f"known from findings: {', '.join(sorted(channels)) or 'none'}"
    meant = "a channel is the system, or the shop, that orders come from"
    return f"no finding is about the channel {name}; {near}{' ' if near else ''}{known} ({meant})"
