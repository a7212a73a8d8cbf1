"""Text cut into records: a record begins where the format says so at a line's start, and ends before the next.

This is the path that every line of a log takes, so a block is cut by one split, and places are found by running
sums: well under a microsecond a record.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from tracelog.model.record import LIMIT, Batch
from tracelog.read.pages import Oversize, Pages
from tracelog.read.stream import CHUNK, Readable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

EDGE = 64 * 1024
"""No beginning of a record is longer: once so much of a line is there, it is decided whether it begins one."""


def records(stream: Readable, begins: re.Pattern[bytes] | None, start: int = 0) -> Iterator[Batch]:
    """The records of a text; `begins` None makes every line one. `start` is the offset of the first byte.

    What stands before the first beginning is a record of its own, and so is an unfinished one at the end.
    Lines without anything on them are no record and no part of one's end.
    """
    boundary = _boundary(begins)
    split = _splitter(boundary)
    pages = Pages(typed=False)
    offset, line = start, 1
    buffer = b""
    while data := stream.read(max(CHUNK, len(buffer))):  # a long record doubles it: never searched more than twice
        buffer += data
        parts = split(buffer)
        rest = parts.pop()
        if parts:
            newlines = yield from _take(pages, parts, buffer[: len(buffer) - len(rest)], offset, line)
            offset += len(buffer) - len(rest)
            line += newlines
        if len(rest) > LIMIT:
            record = Oversize()
            buffer = pass_by(stream, rest, boundary, record)
            yield from pages.oversize(record, offset, line)
            offset += record.consumed
            line += record.newlines
        else:
            buffer = rest
    if buffer:  # behind a record that streamed by, several may be left
        yield from _take(pages, split(buffer), buffer, offset, line)
    yield from pages.rest()


def pass_by(stream: Readable, buffer: bytes, boundary: re.Pattern[bytes], record: Oversize) -> bytes:
    """Let an overlong record stream by into `record`; returns what was read of the next one."""
    while True:
        end = boundary.search(buffer)
        if end is not None:
            record.feed(buffer[: end.end()])
            return buffer[end.end() :]
        # a line that has just begun may still turn out to begin the next record
        cut = buffer.rfind(b"\n")
        if cut < 0 or len(buffer) - cut > EDGE:
            cut = len(buffer)
        record.feed(buffer[:cut])
        data = stream.read(CHUNK)
        if not data:
            record.feed(buffer[cut:])
            return b""
        buffer = buffer[cut:] + data


def _boundary(begins: re.Pattern[bytes] | None) -> re.Pattern[bytes]:
    """The line end before a record. A pattern that starts with a fixed byte is found without trying every place."""
    if begins is None:
        return re.compile(rb"\n")
    return re.compile(rb"\n(?=" + begins.pattern + rb")", begins.flags | re.MULTILINE)


def _splitter(boundary: re.Pattern[bytes]) -> Callable[[bytes], list[bytes]]:
    if boundary.pattern == rb"\n":
        return lambda buffer: buffer.split(b"\n")
    if boundary.groups == 0:
        return boundary.split

    def split(buffer: bytes) -> list[bytes]:  # `re.split` would mix the groups into the parts
        cuts = [match.start() for match in boundary.finditer(buffer)]
        return [buffer[a:b] for a, b in zip([0, *(c + 1 for c in cuts)], [*cuts, len(buffer)], strict=True)]

    return split


def _take(pages: Pages, parts: list[bytes], block: bytes, offset: int, line: int) -> Generator[Batch, None, int]:
    """Hand the parts of a block on as records; returns how many lines the block ended."""
    lengths = list(map(len, parts))
    offsets = list(accumulate([length + 1 for length in lengths[:-1]], initial=offset))
    newlines = block.count(b"\n")
    if newlines - block.endswith(b"\n") == len(parts) - 1:
        lines = list(range(line, line + len(parts)))
    else:
        lines = list(accumulate([part.count(b"\n") + 1 for part in parts[:-1]], initial=line))
    raws = parts
    if b"\n\n" in block or b"\r" in block or parts[-1].endswith(b"\n"):
        raws = [part.rstrip(b"\r\n") for part in parts]
        lengths = list(map(len, raws))
    if not all(lengths):
        kept = [n for n, length in enumerate(lengths) if length]
        raws = [raws[n] for n in kept]
        offsets, lines, lengths = ([column[n] for n in kept] for column in (offsets, lines, lengths))
    if lengths and max(lengths) > LIMIT:
        yield from _with_oversize(pages, raws, offsets, lines)
    else:
        pages.extend(raws, offsets, lines, lengths)
        yield from pages.full()
    return newlines


def _with_oversize(pages: Pages, raws: list[bytes], offsets: list[int], lines: list[int]) -> Iterator[Batch]:
    for raw, offset, line in zip(raws, offsets, lines, strict=True):
        if len(raw) > LIMIT:
            record = Oversize()
            record.feed(raw)
            yield from pages.oversize(record, offset, line)
        else:
            pages.extend([raw], [offset], [line], [len(raw)])
            yield from pages.full()
