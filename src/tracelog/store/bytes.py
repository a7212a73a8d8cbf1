"""An export as bytes: what tells it from another one, and what of it is kept beside its records."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from tracelog.errors import ExportError
from tracelog.model.record import Plan
from tracelog.read.encoding import decoded
from tracelog.read.reader import batches
from tracelog.read.sources import Source
from tracelog.read.stream import Hashed, Readable, Wrapper, up_to

MIB = 1024 * 1024
PREAMBLE = 64 * 1024
"""Bytes above the first record that are kept: a table's header lines."""


class Beginning(Wrapper):
    """Keeps the first bytes that pass: a table's header stands above its first record."""

    def __init__(self, inner: Readable) -> None:
        super().__init__(inner)
        self.kept = b""
        self.full = False

    def read(self, size: int = -1, /) -> bytes:
        data = self.inner.read(size)
        if not self.full and len(self.kept) < PREAMBLE:
            self.kept += data[: PREAMBLE - len(self.kept)]
        return data


class Nothing:
    """An export that is not there any more."""

    def read(self, _size: int = -1, /) -> bytes:
        return b""

    def close(self) -> None: ...


def sha256(source: Source, size: int | None = None) -> str:
    """Of the decompressed bytes, or the first `size` of them; of a damaged export of those that are good."""
    with Hashed(source.open()) as stream, contextlib.suppress(ExportError, OSError):
        if size is not None:
            up_to(stream, size)
        else:
            while stream.read(MIB):
                pass
    return stream.sha256


def values(source: Source, plan: Plan) -> Iterator[Any]:
    """All records as the interpreter takes them; damage is left to whoever reads the export in earnest."""
    with Hashed(source.open()) as stream, contextlib.suppress(ExportError):
        for batch in batches(stream, plan):
            for n, raw in enumerate(batch.raws):
                one = batch.values[n] if batch.values else None
                yield one if one is not None else decoded(raw)


def size_of(source: Source) -> int | None:
    """Bytes of an export that is a plain file; None where it is unpacked or comes through a pipe."""
    if not source.path.is_file() or "!" in source.name:
        return None
    with source.path.open("rb") as plain, Hashed(source.open()) as stream:
        return source.path.stat().st_size if plain.read(512) == up_to(stream, 512) else None


def changed(source: Source) -> int | None:
    """When the file was last written, UTC ns: a weak hint at what a snapshot shows."""
    return source.path.stat().st_mtime_ns if source.path.is_file() else None
