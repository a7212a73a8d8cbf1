"""One JSON value a line. A broken line is one unreadable record; its neighbours are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracelog.read import json, lines
from tracelog.read.stream import CHUNK, Joined, Readable, up_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracelog.model.record import Batch


def records(stream: Readable, paths: tuple[str, ...] = (), start: int = 0) -> Iterator[Batch]:
    """Every line's value; a document spread over lines (an array, pretty-printed objects) is read all the same."""
    head = up_to(stream, CHUNK)
    joined = Joined(head, stream)
    if _spread(head):
        yield from json.records(joined, paths, start)
        return
    for batch in lines.records(joined, None, start):
        batch.values = [
            batch.values[n] if n in batch.oversize and batch.values else json.value(raw)
            for n, raw in enumerate(batch.raws)
        ]
        yield batch


def _spread(head: bytes) -> bool:
    """Whether the first value goes on beyond its line, or is an array of all of them."""
    text = head.lstrip()
    if text.startswith(b"["):
        return True
    line, newline, _ = text.partition(b"\n")
    return bool(newline) and line.rstrip() in {b"{", b'{"'}
