"""A map of a definition as a function: exact words first, then globs in the order written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import translate

Lookup = Callable[[str], str | None]
Maps = Callable[[str], Mapping[str, str]]
"""A map's name → the map; raises DefinitionError for an unknown one."""
MEMORY = 4096


class NotInMapError(KeyError):
    """The map does not hold the value."""


def lookup(table: Mapping[str, str]) -> Lookup:
    """A map as a function: exact words first, then globs in the order written; case does not count.

    Raises NotInMapError. A value of "" in the map means: none.
    """
    exact = {key.strip().casefold(): value or None for key, value in table.items()}
    globs = [(key.casefold(), value or None) for key, value in table.items() if "*" in key or "?" in key]
    either = re.compile("|".join(f"({translate(glob)})" for glob, _ in globs)).match if globs else None
    # No glob has a digit or counts characters: then ids in the value do not matter, and addresses become few.
    numberless = not any(re.search(r"[0-9]|\?(?!\])|\[(?!\?\])", glob) for glob, _ in globs)
    digits = {ord(digit): "0" for digit in "123456789"}
    memory: dict[str, str | None] = {}

    def find(value: str) -> str | None:
        low = value.strip().casefold()
        if low in exact:
            return exact[low]
        if either is None:
            raise NotInMapError(value)
        key = low.translate(digits) if numberless else low
        if key in memory:
            return memory[key]
        found = either(low)
        if found is None or found.lastindex is None:
            raise NotInMapError(value)
        answer = globs[found.lastindex - 1][1]
        if len(memory) < MEMORY:
            memory[key] = answer
        return answer

    return find
