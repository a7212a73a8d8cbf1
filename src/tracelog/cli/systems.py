"""Systems and channels that people name in options: a name misspelled must not look like good news."""

from __future__ import annotations

from collections.abc import Iterable

from tracelog.config import Config
from tracelog.errors import NothingFoundError, did_you_mean
from tracelog.model.finding import Scan
from tracelog.model.words import system_key


def named(scan: Scan) -> set[str]:
    """The systems that records are from or about."""
    names = {row.system for row in scan.coverage}
    for step in scan.steps:
        for station in (step.from_, step.to):
            names |= {station.system, station.peer or station.system}
    return names


def known(scan: Scan, name: str) -> None:
    """Raises NothingFoundError, with the nearest, when no record is from or about a system of that name."""
    names = named(scan)
    system = system_key(name).partition("/")[0]
    if system in {each.casefold().partition("/")[0] for each in names}:
        return
    raise NothingFoundError(
        f"no record in the store is from or about a system {name}",
        help=did_you_mean(system, sorted(names), f"known here: {', '.join(sorted(names)) or 'none'}"),
    )


def unheard(config: Config, names: Iterable[str | None]) -> list[str]:
    """A line for each system that a setting names and no record is from or about: such a setting does nothing."""
    known = sorted({name.casefold().partition("/")[0] for name in names if name})
    legs = [(key, end) for key in config.limits for end in key.partition(":")[0].split(">")]
    legs += [(f"{one.start}>{one.end}", end) for one in config.routes for end in (one.start, one.end)]
    out = []
    for key, name in [*legs, *([("record", config.record)] if config.record else [])]:
        system = name.casefold().partition("/")[0]
        if known and system not in known:
            near = did_you_mean(system, known, f"known here: {', '.join(known)}")
            out.append(f"{key} in the settings does nothing: no record is from or about a system {name}; {near}")
    return list(dict.fromkeys(out))


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
