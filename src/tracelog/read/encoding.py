"""What a text is written in: byte order marks are taken off, UTF-16 becomes UTF-8, everything else stays as it is.

Bytes that are no valid UTF-8 stay in the record; `decoded` says how they read. Offsets always count bytes of the export
as it was; for UTF-16 `Utf16.place` leads back to them.
"""

from __future__ import annotations

import codecs
from bisect import bisect_right

from tracelog.read.stream import Readable, Wrapper

UTF8_MARK = codecs.BOM_UTF8


def encoding_of(head: bytes) -> tuple[str, int]:
    """(`utf-8`, `utf-16-le` or `utf-16-be`; bytes of the mark before the text), from an export's first bytes."""
    if head.startswith(UTF8_MARK):
        return "utf-8", 3
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le", 2
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be", 2
    # without a mark: ASCII text in UTF-16 has every other byte zero, which no other text has
    sample = head[:64]
    if len(sample) >= 8 and len(sample) % 2 == 0:
        even, odd = sample[::2], sample[1::2]
        if not any(odd) and all(even):
            return "utf-16-le", 0
        if not any(even) and all(odd):
            return "utf-16-be", 0
    return "utf-8", 0


def decoded(raw: bytes) -> str:
    """The text of a record: UTF-8, or Windows-1252 (Latin-1 and a little more) where it can only be that.

    A record that holds UTF-8 beyond ASCII and damage beside it stays UTF-8 with replacement characters: bytes that
    were cut say nothing about the rest.
    """
    try:
        return str(raw, "utf-8")
    except UnicodeDecodeError:
        text = str(raw, "utf-8", "replace")
    if text.replace("\ufffd", "").isascii():
        return str(raw, "windows-1252", "replace")
    return text


def to_utf8(data: bytes, encoding: str) -> bytes:
    """The same text as UTF-8; what is no valid UTF-16 becomes the replacement character."""
    return data if encoding == "utf-8" else data.decode(encoding, "replace").encode("utf-8", "replace")


class Utf16(Wrapper):
    """UTF-16 read as UTF-8. Places must be asked for in ascending order; what lies before is forgotten."""

    def __init__(self, inner: Readable, encoding: str, start: int) -> None:
        super().__init__(inner)
        self.forgetful = True
        """False: places may be asked for in any order, and nothing is forgotten."""
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._encoding = encoding
        self._read = 0
        self._pieces: list[tuple[int, int, bytes]] = [(0, start, b"")]
        self._source = start

    def read(self, size: int = -1, /) -> bytes:
        while True:
            data = self.inner.read(size)
            text = self._decoder.decode(data, final=not data)
            piece = text.encode("utf-8", "replace")
            if piece:
                self._pieces.append((self._read, self._source, piece))
                self._read += len(piece)
                self._source += len(text.encode(self._encoding, "surrogatepass"))
            if piece or not data:
                return piece

    def place(self, offset: int) -> int:
        """The offset in the UTF-16 export of that offset in the UTF-8 text."""
        pieces = self._pieces
        at = bisect_right(pieces, offset, key=lambda each: each[0]) - 1
        if self.forgetful:
            del pieces[:at]
            at = 0
        start, source, piece = pieces[at]
        before = piece[: offset - start].decode("utf-8", "replace")
        return source + len(before.encode(self._encoding, "surrogatepass"))
