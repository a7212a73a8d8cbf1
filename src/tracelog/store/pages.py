"""How records lie in a page, and the places of a run of records in an extent: bytes in, bytes out.

A page is about 600 consecutive records in one zstandard frame: neighbours resemble each other, so their text
shrinks to about a tenth, and one record costs a decompression of a quarter of a millisecond.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate, pairwise
from typing import NamedTuple

import msgspec
import zstandard

from tracelog.errors import StoreError

SLOTS = 1024
"""A record's number in the store is page * SLOTS + slot; a page holds at most so many."""
NTH = 1 << 40
RECORD = NTH - 1
"""An event's place is its record's number, plus NTH for every event of the record that stands before it."""
DIGEST = 12
"""Bytes of a record's digest: none collides by chance; evidence carries a SHA-256 beside."""
_LEVEL = 1
"""On logs level 1 is smaller than 3 and a half quicker (benchmarks/ingest): the same headings come again and again."""
_compress = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress
_inflate = zstandard.ZstdDecompressor().decompress
_LITTLE = sys.byteorder == "little"


def _decompress(packed: bytes) -> bytes:
    try:
        return _inflate(packed)
    except zstandard.ZstdError as error:
        raise StoreError(
            "the store is damaged",
            why=f"a page of records can't be unpacked: {error}",
            help="move it away and ingest the exports again: they are all that is needed",
        ) from error


def normal(raw: bytes) -> bytes:
    """A record's text as it is kept and compared: line ends as line feeds, none at the end."""
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw


def digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=DIGEST).digest()


class Packed(NamedTuple):
    text: bytes
    lengths: bytes


def pack(texts: Sequence[bytes]) -> Packed:
    return Packed(_compress(b"".join(texts)), numbers(list(map(len, texts))))


def unpack(packed: Packed) -> list[bytes]:
    """All records of a page."""
    text = _decompress(packed.text)
    ends = list(accumulate(unnumbers(packed.lengths)))
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def numbers(values: Sequence[int]) -> bytes:
    """Whole numbers, compressed: as narrow as the largest allows; the first byte says how narrow."""
    for code, limit in (("B", 1 << 8), ("H", 1 << 16), ("I", 1 << 32), ("Q", 1 << 64)):
        if not values or max(values) < limit:
            packed = array(code, values)
            if not _LITTLE:
                packed.byteswap()
            return code.encode() + _compress(packed.tobytes())
    raise OverflowError(max(values))


def unnumbers(packed: bytes) -> array[int]:
    found: array[int] = array(chr(packed[0]))
    found.frombytes(_decompress(packed[1:]))
    if not _LITTLE:
        found.byteswap()
    return found


class Place(NamedTuple):
    """Where one record stands in its export: `line` from 1, offset and length in bytes of the export."""

    line: int
    offset: int
    length: int


def places(lines: Sequence[int], offsets: Sequence[int], lengths: Sequence[int], kept: Sequence[int]) -> bytes:
    """The places of a run of records, beside the first one's line and offset.

    Mostly there is nothing to say but two small numbers: every record is as long as its text in the page
    (`kept`), so many lines after the one before, with so many bytes (a line end) between.
    """
    steps = [b - a for a, b in pairwise(lines)]
    gaps = [b - a - n for a, n, b in zip(offsets, lengths, offsets[1:], strict=False)]
    return msgspec.msgpack.encode((
        _even(steps), _even(gaps), b"" if list(lengths) == list(kept) else numbers(lengths)
    ))  # fmt: skip


def _even(steps: Sequence[int]) -> int | bytes | list[int]:
    if not steps:
        return 0
    if min(steps) == max(steps):
        return steps[0]
    return numbers(steps) if min(steps) >= 0 else list(steps)


_steps = msgspec.msgpack.Decoder(tuple[int | bytes | list[int], int | bytes | list[int], bytes]).decode


def place(packed: bytes, first: tuple[int, int], kept: Sequence[int], nth: int) -> Place:
    """The place of the nth record of a run; `first` is line and offset of the run's first record."""
    steps, gaps, own = _steps(packed)
    lengths = unnumbers(own) if own else kept
    line = first[0] + _sum(steps, nth)
    offset = first[1] + _sum(gaps, nth) + sum(lengths[:nth])
    return Place(line, offset, lengths[nth])


def _sum(steps: int | bytes | list[int], nth: int) -> int:
    if isinstance(steps, int):
        return steps * nth
    return sum((unnumbers(steps) if isinstance(steps, bytes) else steps)[:nth])
