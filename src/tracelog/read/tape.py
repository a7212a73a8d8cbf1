"""Archives opened once for all their members: a zip's table of contents, and a compressed tar as a tape.

Every member is opened two or three times (to see whether it is a container, to recognise it, to read it). A zip of
ten thousand members must not have its table read anew each time, nor a compressed tar be unpacked from its start.
A process that was forked opens its own, since it would share the file's position with its parent.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from tracelog.read.stream import CHUNK, Readable

WINDOW = 2 * CHUNK
"""Bytes behind the tape's position that can be read again: the look at a member, then reading it."""


class Zip:
    """A zip archive, opened when it is first needed."""

    def __init__(self, solid: Path | Callable[[], IO[bytes]]) -> None:
        self._solid = solid
        self._archive: zipfile.ZipFile | None = None
        self._process = 0

    def archive(self) -> zipfile.ZipFile:
        """Raises what `zipfile` raises where it is none, or damaged."""
        if self._archive is None or self._process != os.getpid():
            solid = self._solid
            self._archive = zipfile.ZipFile(solid() if callable(solid) else solid)
            self._process = os.getpid()
        return self._archive


class Tape:
    """A stream that can be read at any offset: at no cost forwards and a little backwards, else from its beginning."""

    def __init__(self, opener: Callable[[], Readable]) -> None:
        self._opener = opener
        self._stream: Readable | None = None
        self._process = 0
        self._kept = bytearray()
        self._at = 0
        """Offset behind the bytes kept."""

    def at(self, offset: int) -> Readable:
        """The stream from that offset on."""
        return _Reel(self, offset)

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from there; b"" at the end."""
        if self._stream is None or self._process != os.getpid() or offset < self._at - len(self._kept):
            self._rewind()
        while self._at < offset:
            if not self._forward(min(CHUNK, offset - self._at)):
                return b""
        if offset == self._at and not self._forward(size):
            return b""
        start = offset - (self._at - len(self._kept))
        return bytes(self._kept[start : start + size])

    def _forward(self, size: int) -> int:
        data = self._stream.read(min(size, CHUNK)) if self._stream is not None else b""
        self._kept += data
        self._at += len(data)
        if len(self._kept) > WINDOW:
            del self._kept[:-WINDOW]
        return len(data)

    def _rewind(self) -> None:
        self.close()
        self._stream = self._opener()
        self._process = os.getpid()
        self._kept.clear()
        self._at = 0

    def close(self) -> None:
        if self._stream is not None and self._process == os.getpid():
            self._stream.close()
        self._stream = None

    def __del__(self) -> None:
        self.close()


class _Reel:
    def __init__(self, tape: Tape, offset: int) -> None:
        self._tape = tape
        self._offset = offset

    def read(self, size: int = -1, /) -> bytes:
        data = self._tape.read(self._offset, size if size >= 0 else CHUNK)
        self._offset += len(data)
        return data

    def close(self) -> None:
        """The tape stays where it is, for the next member."""
