"""What every reader reads from: anything with `read` and `close`, and small wrappers around it."""

from __future__ import annotations

import hashlib
from typing import IO, Protocol, Self

from tracelog.errors import ExportError

CHUNK = 256 * 1024
"""Bytes read at once: large enough to be fast, small enough not to matter in memory."""


class Readable(Protocol):
    """The little of a binary file that reading needs; `read` gives b"" at the end and at most `size` bytes."""

    def read(self, size: int = -1, /) -> bytes: ...
    def close(self) -> None: ...


class Wrapper:
    """A stream around another one, closing it with itself."""

    def __init__(self, inner: Readable) -> None:
        self.inner = inner

    def read(self, size: int = -1, /) -> bytes:
        return self.inner.read(size)

    def close(self) -> None:
        self.inner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Hashed(Wrapper):
    """Passes bytes through and keeps their running SHA-256 and size: the identity of a decompressed export."""

    def __init__(self, inner: Readable) -> None:
        super().__init__(inner)
        self.size = 0
        self._sha256 = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self.inner.read(size)
        self._sha256.update(data)
        self.size += len(data)
        return data

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the bytes read so far."""
        return self._sha256.hexdigest()


class Patient(Wrapper):
    """Turns damage into an early end, and keeps the error: the reader first hands out what was good."""

    def __init__(self, inner: Readable) -> None:
        super().__init__(inner)
        self.error: ExportError | None = None
        self.complete_line = True
        """Whether the last byte that came ended a line."""

    def read(self, size: int = -1, /) -> bytes:
        if self.error is not None:
            return b""
        try:
            data = self.inner.read(size)
        except ExportError as error:
            self.error = error
            return b""
        except OSError as error:
            self.error = ExportError(
                "the export could not be read to its end",
                why=error.strerror or str(error),
                help="check the disk or the network drive it lies on, then ingest it again",
            )
            return b""
        if data:
            self.complete_line = data.endswith(b"\n")
        return data


class Lined(Wrapper):
    """Lone carriage returns, which end the lines of some spreadsheets' exports, as line feeds; places stay the same."""

    def read(self, size: int = -1, /) -> bytes:
        return self.inner.read(size).replace(b"\r", b"\n")


class Joined(Wrapper):
    """Bytes that were read ahead, then the rest of the stream."""

    def __init__(self, ahead: bytes, inner: Readable) -> None:
        super().__init__(inner)
        self._ahead = ahead

    def read(self, size: int = -1, /) -> bytes:
        if not self._ahead:
            return self.inner.read(size)
        if size < 0 or size >= len(self._ahead):
            data, self._ahead = self._ahead, b""
            return data if size >= 0 else data + self.inner.read(-1)
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data


class Slice:
    """A file from `start` on that others may read too: every read seeks to its own place first."""

    def __init__(self, file: IO[bytes], start: int, *, owns: bool = False) -> None:
        self._file = file
        self._at = start
        self._owns = owns

    def read(self, size: int = -1, /) -> bytes:
        self._file.seek(self._at)
        data = self._file.read(size)
        self._at += len(data)
        return data

    def close(self) -> None:
        if self._owns:
            self._file.close()


def up_to(stream: Readable, size: int) -> bytes:
    """The next `size` bytes, fewer only at the end; damage after at least one good byte counts as the end."""
    parts: list[bytes] = []
    while size > 0:
        try:
            data = stream.read(size)
        except ExportError:
            if not parts:
                raise
            break
        if not data:
            break
        parts.append(data)
        size -= len(data)
    return b"".join(parts)
