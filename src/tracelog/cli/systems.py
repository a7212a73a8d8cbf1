"""Systems that people name in options: a name misspelled must not look like good news."""

from __future__ import annotations

import difflib

from tracelog.errors import NothingFoundError
from tracelog.model.finding import Scan


def known(scan: Scan, name: str) -> None:
    """Raises NothingFoundError, with the nearest, when no record is from or about a system of that name."""
    names = {row.system for row in scan.coverage}
    for step in scan.steps:
        for station in (step.from_, step.to):
            names |= {station.system, station.peer or station.system}
    system = name.casefold().partition("/")[0]
    if system in {each.casefold().partition("/")[0] for each in names}:
        return
    near = difflib.get_close_matches(system, sorted(names), n=1)
    raise NothingFoundError(
        f"no record in the store is from or about a system {name}",
        help=f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(names)) or 'none'}",
    )
