"""Records put together to batches, and the record that is too long for one."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from tracelog.model.record import BATCH, LIMIT, Batch, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

BYTES = 256 * 1024
"""A batch ends when it holds this much, or `BATCH` records."""
KEPT = 4096
"""Bytes kept of a record over the limit."""


class Pages:
    """Collects records and hands them on as batches of even size. `typed`: records carry a value."""

    def __init__(self, *, typed: bool) -> None:
        self._typed = typed
        self._raws: list[bytes] = []
        self._values: list[Any] = []
        self._offsets: list[int] = []
        self._lines: list[int] = []
        self._lengths: list[int] = []

        self._size = 0

    @property
    def due(self) -> bool:
        """Whether a batch is complete."""
        return self._size >= BYTES or len(self._raws) >= BATCH

    def add(self, raw: bytes, value: Any, offset: int, line: int, length: int | None = None) -> None:
        """One record; `length` where its place is not as long as its text."""
        self._raws.append(raw)
        self._values.append(value)
        self._offsets.append(offset)
        self._lines.append(line)
        self._lengths.append(len(raw) if length is None else length)
        self._size += len(raw)

    def extend(self, raws: list[bytes], offsets: list[int], lines: list[int], lengths: list[int]) -> None:
        """Many records at once, for text, which has no values."""
        self._raws += raws
        self._offsets += offsets
        self._lines += lines
        self._lengths += lengths
        self._size += sum(lengths)

    def full(self) -> Iterator[Batch]:
        """The batches that are complete; the rest waits for more."""
        while self.due:
            # one search over the running sizes instead of a decision a record
            size = bisect_left(list(accumulate(map(len, self._raws[:BATCH]))), BYTES) + 1
            yield self._cut(min(size, BATCH))

    def rest(self) -> Iterator[Batch]:
        """Everything that still waits."""
        yield from self.full()
        if self._raws:
            yield self._cut(BATCH)

    def oversize(self, record: Oversize, offset: int, line: int) -> Iterator[Batch]:
        """What waits, then a batch of its own for a record over the limit."""
        yield from self.rest()
        reason = f"longer than {LIMIT // 2**20} MiB ({record.length:,} bytes): kept as its digest only"
        yield Batch([record.head], [Unreadable(reason)], [offset], [line], [record.length], {0: record.sha256})

    def _cut(self, size: int) -> Batch:
        batch = Batch(
            self._raws[:size], self._values[:size] if self._typed else None,
            self._offsets[:size], self._lines[:size], self._lengths[:size],
        )  # fmt: skip
        self._size -= sum(map(len, batch.raws))
        for column in (self._raws, self._values, self._offsets, self._lines, self._lengths):
            del column[:size]
        return batch


class Oversize:
    """A record over the limit as it streams by: its first bytes, length and digest, without the final line ends."""

    def __init__(self) -> None:
        self.head = b""
        self.length = 0
        self.newlines = 0
        """Line ends inside and after it."""
        self.consumed = 0
        """Bytes fed, the final line ends included."""
        self._digest = hashlib.sha256()
        self._held = b""

    def feed(self, data: bytes) -> None:
        self.newlines += data.count(b"\n")
        self.consumed += len(data)
        data = self._held + data
        good = data.rstrip(b"\r\n")
        self._held = data[len(good) :]
        self._digest.update(good)
        self.length += len(good)
        if len(self.head) < KEPT:
            self.head += good[: KEPT - len(self.head)]

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()
