"""Exports that are still written to: read again whenever they have changed.

A round reads what has grown up to its last record that must be whole; the rest is taken once nobody has written for
a while. What was known is only recognised again, so a round costs little, and every round leaves a settled store.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tracelog.errors import ExportError
from tracelog.model.ingest import IngestReport
from tracelog.read.sources import Source, find

EVERY = 1.0
"""Seconds between two looks at the files."""
SHARE = 10
"""A round that took a second is followed by ten of rest: watching must not eat the machine."""
QUIET = 3
"""Looks without a change after which the last record counts as whole."""

State = tuple[int, int, int] | None
Ingesting = Callable[[Sequence[Source | ExportError], bool, dict[str, int]], IngestReport]
"""(exports, whether they still grow, by name the export whose place each takes) → what came of it."""


class _File(NamedTuple):
    state: State
    looks: int
    """Since it changed last."""
    whole: bool
    """Whether its end has been read too."""


def rounds(
    paths: Sequence[str | Path], read: Ingesting, *, rest: Callable[[float], None] = time.sleep
) -> Iterator[IngestReport]:
    """The reports of all rounds, without end; the caller stops by closing this or with Ctrl-C.

    What cannot be opened, and what is no export, is said in the first round only.
    """
    files: dict[str, _File] = {}
    exports: dict[str, int] = {}
    said: set[str] = set()
    first = True
    while True:
        begun = time.monotonic()
        growing: list[Source | ExportError] = []
        whole: list[Source | ExportError] = []
        for found in find(paths):
            if isinstance(found, ExportError):
                growing += [found] if first else []
                continue
            now, was = _state(found), files.get(found.name)
            if was is None or was.state != now:
                files[found.name] = _File(now, 0, whole=False)
                growing.append(found)
            elif not was.whole:
                quiet = was.looks + 1 >= QUIET
                files[found.name] = was._replace(looks=was.looks + 1, whole=quiet)
                if quiet:
                    whole.append(found)
        for sources, grows in ((growing, True), (whole, False)):
            if sources:
                report = read(sources, grows, exports)
                exports |= report.exports
                for name in (name for name, _ in report.not_exports):  # let alone until it changes
                    files[name] = files[name]._replace(whole=True)
                report.not_exports = [one for one in report.not_exports if one[0] not in said]
                said.update(name for name, _ in report.not_exports)
                yield report
        first = False
        rest(max(EVERY, SHARE * (time.monotonic() - begun) if growing or whole else 0))


def _state(source: Source) -> State:
    """What changes when somebody writes to the file: its number, size in bytes, and time (ns). None: it is gone."""
    try:
        found = source.path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
