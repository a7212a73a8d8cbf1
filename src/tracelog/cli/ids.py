"""Ids of incidents and findings, which people copy from one command into the next: `I-1169639640de`, or its start."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Sequence

from tracelog.errors import NothingFoundError, UsageError, did_you_mean
from tracelog.model.finding import Finding, Scan

_ID = re.compile(r"[FI]-[0-9a-f]{4,12}", re.IGNORECASE)
"""As git takes the beginning of a commit's name: four signs or more, if only one begins so."""


def is_id(name: str) -> bool:
    """Whether it is spelled like the id of an incident or of a finding."""
    return _ID.fullmatch(name) is not None


def whole(scan: Scan, names: Iterable[str]) -> tuple[str, ...]:
    """The ids in full; NothingFoundError for one that the scan does not have, or has several of."""
    known = [*(one.id for one in scan.incidents), *(f.id for f in scan.findings)]
    former = {old: f.id for f in scan.findings for old in f.formerly}
    return tuple(dict.fromkeys(_whole(name, known, former) for name in names))


def _whole(name: str, known: Sequence[str], former: dict[str, str]) -> str:
    text = name[:1].upper() + name[1:].casefold()
    if text in former:
        return former[text]
    begun = [each for each in known if each.startswith(text)] if is_id(name) else []
    if len(begun) == 1:
        return begun[0]
    if os.path.lexists(name):
        raise UsageError(f"{name} is a file or a folder", why="what was read into the store is looked at, not files",
                         help=f"tracelog ingest {shlex.quote(name)} reads it")  # fmt: skip
    if name[:2].upper() not in {"F-", "I-"}:
        raise UsageError(f"{name} is no id of an incident or a finding",
                         help=f"an order is followed with tracelog trace {shlex.quote(name)}")  # fmt: skip
    if begun:
        raise NothingFoundError(f"{len(begun)} ids begin with {name}", help=f"write more of it: {', '.join(begun[:5])}")
    raise NothingFoundError(
        f"no incident and no finding has the id {name}",
        why="ids stay the same as long as the evidence does; what was explained otherwise has another one now",
        help=did_you_mean(name, known, "tracelog scan lists the incidents, tracelog scan --list the findings"),
    )


def concerned(scan: Scan, found: Iterable[str]) -> list[Finding]:
    """The findings with these ids, and those of the incidents with these ids."""
    ids = set(found)
    return [f for f in scan.findings if ids & {f.id, f.incident}]


def orders(findings: Iterable[Finding]) -> list[str]:
    """The orders that these findings name, each once; of what is said once for many, its examples."""
    named = (order for f in findings for order in ([f.order] if f.order else f.orders.examples if f.orders else []))
    return list(dict.fromkeys(named))
