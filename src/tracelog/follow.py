"""Exports that are still written to: read again whenever they have changed.

A round reads what has grown up to its last record that must be whole; the rest is taken once nobody has written for
a while. What was known is only recognised again, so a round costs little, and every round leaves a settled store.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tracelog.errors import ExportError
from tracelog.model.ingest import Failed, IngestReport
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
    rotated: list[str] = []
    """Files that were followed under another name, until nobody writes to them any more."""
    first = True
    while True:
        begun = time.monotonic()
        growing: list[Source | ExportError] = []
        whole: list[Source | ExportError] = []
        warnings: list[Failed] = []
        looked = [*find([*paths, *rotated])]
        for found in (*looked, *_moved(looked, files, exports, rotated, warnings)):
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
                    rotated[:] = [path for path in rotated if path != str(found.path)]
        for sources, grows in ((growing, True), (whole, False)):
            if sources:
                report = read(sources, grows, exports)
                exports |= report.exports
                for name in (name for name, _ in report.not_exports):  # let alone until it changes
                    files[name] = files[name]._replace(whole=True)
                report.not_exports = [one for one in report.not_exports if one[0] not in said]
                said.update(name for name, _ in report.not_exports)
                report.warnings += warnings
                warnings = []
                yield report
        first = False
        rest(max(EVERY, SHARE * (time.monotonic() - begun) if growing or whole else 0))


def _moved(
    looked: Sequence[Source | ExportError], files: dict[str, _File], exports: dict[str, int], rotated: list[str],
    warnings: list[Failed],
) -> Iterator[Source]:  # fmt: skip
    """Files that were followed and lie under another name now: what was written last may stand there and only there.

    Where such a file is gone, or was emptied, nobody can tell whether something was written to it before; it is said.
    """
    sources = [found for found in looked if isinstance(found, Source)]
    followed = {state[0] for found in sources if (state := _state(found))}
    for found in sources:
        now, was = _state(found), files[found.name].state if found.name in files else None
        if now is None or was is None or (now[0] == was[0] and now[1] >= was[1]) or "!" in found.name:
            continue
        if now[0] != was[0] and was[0] in followed:
            continue
        there = _numbered(found.path.parent, was[0]) if now[0] != was[0] else None
        if there is None:
            what = "is another file now, and the one it was is gone" if now[0] != was[0] else "was emptied"
            warnings.append(Failed(
                found.name, f"{found.name} {what}: what was written to it after its byte {was[1]:,} was not seen",
                "give the rotated file too, or follow the folder that it lies in",
            ))  # fmt: skip
            continue
        rotated.append(str(there))
        for source in find([there]):
            if isinstance(source, Source):
                if found.name in exports:
                    exports[source.name] = exports.pop(found.name)
                yield source


def _numbered(folder: Path, number: int) -> Path | None:
    """The file of that number (inode) in the folder."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.inode() == number and entry.is_file(follow_symlinks=False):
                return Path(entry.path)
    return None


def _state(source: Source) -> State:
    """What changes when somebody writes to the file: its number, size in bytes, and time (ns). None: it is gone."""
    try:
        found = source.path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
