"""Where an export begins that has something else before it: said, so that the user decides; nothing is claimed."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator

from tracelog.errors import ExportError
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.recognise import choose
from tracelog.read.head import Head, look
from tracelog.read.signs import STANDARDS
from tracelog.read.sources import Source
from tracelog.read.stream import CHUNK, up_to

FAR = 16 * 1024 * 1024
"""Bytes in which a beginning is looked for."""
BEGINNINGS = (
    re.compile(rb"^[ \t]*(?:\{[ \t]*(?:\"|\r?$)|\[[ \t]*(?:\{|\r?$))", re.MULTILINE),
    re.compile(rb"^[ \t]*<(?:\?xml|[A-Za-z])", re.MULTILINE),
    *(re.compile(rb"^(?:" + each.begins.pattern + rb")", each.begins.flags | re.MULTILINE)
      for each in STANDARDS.values()),
    re.compile(rb"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d", re.MULTILINE),
)  # fmt: skip
"""How a line begins with which a document, an interchange or a log may begin."""


def elsewhere(source: Source, catalog: Catalog) -> str:
    """In words, where in this file an export begins that a format fits; empty when nowhere is one."""
    for offset, line, head in _beginnings(source):
        found = choose(head, catalog).definition
        if found is not None:
            return (
                f"; but from line {line:,} (byte {offset:,}) on it looks like {found.name}: take off what stands "
                f"before it, or say --format {found.name}"
            )
    return ""


def _beginnings(source: Source) -> Iterator[tuple[int, int, Head]]:
    """Of each kind the first place behind the beginning, with its line and the head as if the export began there."""
    try:
        stream = source.open()
        try:
            data = up_to(stream, FAR)
        finally:
            stream.close()
    except (ExportError, OSError):
        return
    firsts = {found.start() for begins in BEGINNINGS if (found := begins.search(data, 1))}
    for offset in sorted(firsts):
        text = data[offset : offset + CHUNK]
        here = source._replace(open=functools.partial(io.BytesIO, text))
        yield offset, data.count(b"\n", 0, offset) + 1, look(here)
