"""Exports that are still written to: where their last whole record ends."""

from __future__ import annotations

from tracelog.model.record import Plan
from tracelog.read.sources import Source
from tracelog.read.stream import Readable, Wrapper

TAIL = 4 * 1024 * 1024
"""Bytes at the end in which a record must begin; a longer one is taken as it stands."""
NOT_LINE_BY_LINE = frozenset({"json", "xml", "x12", "edifact"})


def complete(source: Source, plan: Plan) -> Source | None:
    """The export up to the last record that must be whole: one behind which another begins. None: there is none yet.

    Of text that is read line by line, the lines that are ended. Documents and archives are left as they are.
    """
    if "!" in source.name or not source.path.is_file() or plan.reader in NOT_LINE_BY_LINE:
        return source
    size = source.path.stat().st_size
    with source.path.open("rb") as file:
        file.seek(max(0, size - TAIL))
        tail = file.read(TAIL)
    end = tail.rfind(b"\n") + 1
    if plan.reader == "lines" and plan.begins is not None:
        at = len(tail)
        while at > 0:
            at = tail.rfind(b"\n", 0, at - 1) + 1
            if plan.begins.match(tail, at):
                break
        end = at if at or size == len(tail) else end
    whole = size - len(tail) + end
    if not whole or whole == size:
        return source if whole else None
    return source._replace(open=lambda: _Limited(source.open(), whole))


class _Limited(Wrapper):
    """The first bytes of a stream."""

    def __init__(self, inner: Readable, size: int) -> None:
        super().__init__(inner)
        self._left = size

    def read(self, size: int = -1, /) -> bytes:
        data = self.inner.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data
