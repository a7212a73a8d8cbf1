"""Definitions as they were read before: TOML takes a millisecond a file, its kept form a thirtieth of that.

Only the shipped folder is kept, whole, in one entry that is named by all its texts and by the modules that read
them: an entry is never out of date, and a user's own file is always read strictly, with line numbers.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from tracelog.interpret import dates, definition, loading, times, zones
from tracelog.interpret.definition import Document
from tracelog.match import cache
from tracelog.model import event

KIND = "definitions"


def load(texts: Mapping[str, str]) -> dict[str, Document]:
    """File name → its document, for these files with these texts; empty when they were never kept."""
    return cache.load(KIND, _name(texts), dict[str, Document]) or {}


def save(texts: Mapping[str, str], documents: Mapping[str, Document]) -> None:
    """Keep what these texts were read as."""
    cache.save(KIND, _name(texts), documents)


def _name(texts: Mapping[str, str]) -> str:
    return cache.key(KIND, _readers(), *(part for pair in texts.items() for part in pair))


@functools.cache
def _readers() -> str:
    modules = (dates, definition, loading, times, zones, event)
    return "\0".join(Path(module.__file__).read_text("utf-8") for module in modules if module.__file__)
