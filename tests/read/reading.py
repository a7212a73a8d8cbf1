"""Small helpers that the tests of reading share."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tracelog.errors import ExportError
from tracelog.model.record import Batch, Plan, Unreadable
from tracelog.read import Source, batches, find


class Trickle(io.RawIOBase):
    """A stream that gives a few bytes at a time: whatever a reader assumes about blocks shows."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data, self._step = io.BytesIO(data), step

    def read(self, size: int = -1, /) -> bytes:
        return self._data.read(self._step if size < 0 else min(size, self._step))


def read(data: bytes, plan: Plan, step: int | None = None) -> list[Batch]:
    return list(batches(Trickle(data, step) if step else io.BytesIO(data), plan))


def raws(data: bytes, plan: Plan, step: int | None = None) -> list[bytes]:
    return [raw for batch in read(data, plan, step) for raw in batch.raws]


def values(data: bytes, plan: Plan, step: int | None = None) -> list[Any]:
    """The typed values; in place of an unreadable one, the word "unreadable"."""
    found = [value for batch in read(data, plan, step) for value in batch.values or ()]
    return ["unreadable" if isinstance(value, Unreadable) else value for value in found]


def places(data: bytes, plan: Plan, step: int | None = None) -> list[tuple[int, int, int]]:
    """(offset, line, length) of each record."""
    return [
        place
        for batch in read(data, plan, step)
        for place in zip(batch.offsets, batch.lines, batch.lengths, strict=True)
    ]


def assert_in_place(data: bytes, plan: Plan, step: int | None = None) -> None:
    """Every record's bytes stand in the export where its offset and line say."""
    for batch in read(data, plan, step):
        for raw, offset, line, length in zip(batch.raws, batch.offsets, batch.lines, batch.lengths, strict=True):
            assert data[offset : offset + length] == raw
            assert data[:offset].count(b"\n") + 1 == line


def sources(*paths: Path | str) -> list[Source]:
    found = list(find([str(path) for path in paths]))
    assert not [each for each in found if isinstance(each, ExportError)]
    return [each for each in found if isinstance(each, Source)]


def content(source: Source) -> bytes:
    stream = source.open()
    parts = list(pieces(stream))
    stream.close()
    return b"".join(parts)


def pieces(stream: Any) -> Iterator[bytes]:
    while data := stream.read(65_536):
        yield data
