"""Compression and archives, found by their first bytes, never by a file's name, and always read as a stream.

Nothing is unpacked to disk and no more than a chunk lies in memory, so that an archive made to explode costs time
only. A damaged container yields every good byte first, then one `ExportError` saying how far it got.
"""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Protocol, cast

from tracelog.errors import ExportError
from tracelog.read.stream import Readable, Wrapper, up_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIECE = 256
"""Compressed bytes fed at once. A piece of a hostile zstd stream can grow 32,000-fold, so pieces are small; damage
costs at most the piece it stands in."""
BLOCK = 64 * 1024
"""Compressed bytes read at once."""
HELP = "download or copy the export again; what was good of it is kept"


def container(head: bytes) -> str | None:
    """Which container these first bytes (at least 512) begin, if any."""
    for kind, magic in (
        ("gzip", b"\x1f\x8b"), ("bzip2", b"BZh"), ("xz", b"\xfd7zXZ\x00"), ("zstd", b"\x28\xb5\x2f\xfd"),
        ("zip", b"PK\x03\x04"), ("zip", b"PK\x05\x06"),
    ):  # fmt: skip
        if head.startswith(magic):
            return kind
    return "tar" if head[257:262] == b"ustar" else None


class Decompressor(Protocol):
    """What `bz2` and `lzma` agree on."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    """zlib's object under the interface of the others."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._full = False

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail and not self._full

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = 0) -> bytes:
        out = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self._full = len(out) == max_length and not self._inner.eof
        return out


class _Zstd:
    """zstandard's object; it knows no `max_length`, which is why it is fed in small pieces."""

    needs_input = True

    def __init__(self) -> None:
        import zstandard

        self._error = zstandard.ZstdError
        self._inner = zstandard.ZstdDecompressor().decompressobj()

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:  # noqa: ARG002 - the interface of the others
        try:
            return self._inner.decompress(data)
        except self._error as error:
            raise OSError(str(error)) from error


DECOMPRESSORS: dict[str, Callable[[], Decompressor]] = {
    "gzip": _Gzip,
    "bzip2": bz2.BZ2Decompressor,
    "xz": lzma.LZMADecompressor,
    "zstd": _Zstd,
}


class Expanded(Wrapper):
    """The decompressed bytes of a stream; several compressed streams in a row count as one, as `zcat` has it."""

    def __init__(self, inner: Readable, kind: str, name: str) -> None:
        super().__init__(inner)
        self._kind = kind
        self._name = name
        self._make = DECOMPRESSORS[kind]
        self._machine = self._make()
        self._input = b""
        self._ready = b""
        self._given = 0
        self._error: ExportError | None = None
        self._finished = False

    def read(self, size: int = -1, /) -> bytes:
        parts = [self._ready]
        have = len(self._ready)
        self._ready = b""
        while (size < 0 or have < size) and not self._finished and self._error is None:
            try:
                piece = self._step(65_536 if size < 0 else size - have)
            except ExportError as error:
                self._error = error
                break
            except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
                self._error = self._damaged(str(error))
                break
            parts.append(piece)
            have += len(piece)
        data = b"".join(parts)
        if size >= 0:
            data, self._ready = data[:size], data[size:]
        self._given += len(data)
        if not data and self._error is not None:
            self._error.got_to = f"{self._given:,} bytes of the decompressed export"
            raise self._error
        return data

    def _step(self, room: int) -> bytes:
        machine = self._machine
        if machine.eof:
            self._next_stream(machine.unused_data + self._input)
            return b""
        data = b""
        if machine.needs_input:
            data, self._input = (self._input or self.inner.read(BLOCK)), b""
            data, self._input = data[:PIECE], data[PIECE:]
            if not data:
                raise self._damaged("the file ends in the middle of its compressed data")
        return machine.decompress(data, room)

    def _next_stream(self, rest: bytes) -> None:
        """After the end of one compressed stream: another one, padding, or the end."""
        rest = (rest or self.inner.read(BLOCK)).lstrip(b"\0")
        if not rest:
            self._input = self.inner.read(BLOCK)
            if not self._input:
                self._finished = True
                return
            rest, self._input = self._input, b""
        rest += up_to(self.inner, 6 - len(rest))
        if container(rest) != self._kind:
            raise self._damaged(f"something that is not {self._kind} follows the compressed data")
        self._machine = self._make()
        self._input = rest

    def _damaged(self, why: str) -> ExportError:
        return ExportError(f"{self._name} is damaged: not all of it could be unpacked",
                           why=f"{self._kind}: {why}", where=self._name, help=HELP)  # fmt: skip


class Member(Wrapper):
    """One file inside a zip, whose damage reads as an `ExportError`."""

    def __init__(self, inner: Readable, name: str) -> None:
        super().__init__(inner)
        self._name = name
        self._given = 0

    def read(self, size: int = -1, /) -> bytes:
        try:
            # small steps: a wrong checksum is only found at the end, and takes the last step with it
            data = self.inner.read(min(size, 8192) if size >= 0 else size)
        except (zipfile.BadZipFile, EOFError, OSError, zlib.error, lzma.LZMAError) as error:
            raise ExportError(
                f"{self._name} is damaged: not all of it could be unpacked",
                why=f"zip: {error or 'the file ends in the middle of its compressed data'}",
                where=self._name,
                got_to=f"{self._given:,} bytes of the decompressed export",
                help=HELP,
            ) from error
        self._given += len(data)
        return data


class Stretch(Wrapper):
    """The next `size` bytes of a stream: one member of an archive; that they are missing is damage."""

    def __init__(self, inner: Readable, size: int, name: str) -> None:
        super().__init__(inner)
        self._left = size
        self._name = name

    def read(self, size: int = -1, /) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = self.inner.read(wanted) if wanted else b""
        if wanted and not data:
            raise ExportError(
                f"{self._name} is damaged: the archive ends before it does",
                why=f"tar: {self._left:,} bytes are missing",
                where=self._name,
                help=HELP,
            )
        self._left -= len(data)
        return data


def tar_members(stream: Readable) -> Iterator[tuple[str, int, int]]:
    """(name, offset of its bytes, size) of every regular file in a tar, in one pass.

    Raises `tarfile.TarError` or `ExportError` where the archive is damaged; the members before it were given.
    """
    with tarfile.open(fileobj=cast("IO[bytes]", _Full(stream)), mode="r|") as archive:
        for member in archive:
            if member.isreg():
                yield member.name, member.offset_data, member.size


class _Full(io.RawIOBase):
    """`tarfile` takes a short read for the end; this one reads on until it has what was asked for."""

    def __init__(self, inner: Readable) -> None:
        self._inner = inner

    def read(self, size: int = -1, /) -> bytes:
        return self._inner.read(-1) if size < 0 else up_to(self._inner, size)
