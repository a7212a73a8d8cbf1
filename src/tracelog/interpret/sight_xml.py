"""The records of an unknown XML document: the element that comes again, or the document itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from tracelog.errors import ExportError
from tracelog.interpret.guess import guess
from tracelog.interpret.leaves import fields
from tracelog.model.record import Plan
from tracelog.read.encoding import decoded
from tracelog.read.head import Head
from tracelog.read.reader import batches

SAMPLED = 200
DEEPEST = 6


class Elements(NamedTuple):
    path: str
    """From the document's first element to the records."""
    records: list[dict[str, Any]]
    raws: list[str]


def elements(head: Head) -> Elements | None:
    """The records of these documents: of all elements that may be one, those that tell most of orders and times."""
    paths: dict[str, int] = {}
    for document in head.documents:
        if isinstance(document, dict):
            for path, count in _candidates(document, (), 0):
                paths[path] = paths.get(path, 0) + count
    best: tuple[tuple[int, int, int], Elements] | None = None
    for path, count in paths.items():
        found = _read(head, path)
        if found is None:
            continue
        rated = (_told(found.records), min(count, 2), -path.count("."))
        if best is None or rated > best[0]:
            best = rated, found
    return best[1] if best is not None else None


def _candidates(value: Any, way: tuple[str, ...], depth: int) -> Iterator[tuple[str, int]]:
    """(path, how many): every element that holds others, down to the first that comes again."""
    if not isinstance(value, dict) or depth > DEEPEST:
        return
    for name, inner in value.items():
        if name.startswith(("@", "#")) or set(name) & set(" ?.|"):
            continue
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            yield ".".join((*way, name)), len(inner)
            for one in inner[:1]:
                yield from _candidates(one, (*way, name), depth + 1)
        elif isinstance(inner, dict):
            yield ".".join((*way, name)), 1
            yield from _candidates(inner, (*way, name), depth + 1)


def _told(records: list[dict[str, Any]]) -> int:
    """Whether they have a time and an order of their own: what lies in a list inside them is another record's."""
    found = guess([each for each in fields(records) if "[" not in each.path])
    return 2 * bool(found.orders) + 2 * (found.clock is not None) + bool(found.envelopes or found.states)


def _read(head: Head, path: str) -> Elements | None:
    records: list[dict[str, Any]] = []
    raws: list[str] = []
    try:
        for batch in batches(io.BytesIO(head.data), Plan("xml", records=(path,))):
            for raw, value in zip(batch.raws, batch.values or (), strict=True):
                if isinstance(value, dict) and value:
                    records.append(value)
                    raws.append(decoded(raw))
            if len(records) >= SAMPLED:
                break
    except ExportError:
        pass  # what was read so far has to do
    return Elements(path, records[:SAMPLED], raws[:SAMPLED]) if records else None


def around(path: str) -> tuple[str, str]:
    """What stands before and behind the records of a document that holds nothing else."""
    way = path.split(".")[:-1]
    return "".join(f"<{name}>" for name in way), "".join(f"</{name}>" for name in reversed(way))
