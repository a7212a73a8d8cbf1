"""Where in a TOML file a key stands: for messages that a person can act on."""

from __future__ import annotations

import re
from collections.abc import Iterable


def line_of(text: str, path: Iterable[str | int]) -> int | None:
    """The line, from 1, on which this key or table stands: found by walking the headers; None if not found."""
    wanted = [str(each) for each in path]
    counts: dict[str, int] = {}
    current: list[str] = []
    best: tuple[int, int] | None = None
    closing = ""
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if closing:
            closing = "" if closing in stripped else closing
            continue
        if header := re.match(r"\[(\[?)\s*([^\]]+?)\s*\]", stripped):
            current = []
            parts = [part.strip().strip('"') for part in header[2].split(".")]
            for depth, part in enumerate(parts, start=1):
                current.append(part)
                key = ".".join(current)
                if header[1] and depth == len(parts):
                    counts[key] = counts.get(key, -1) + 1
                if key in counts:
                    current.append(str(counts[key]))
            here = current
        elif key_match := re.match(r"""("[^"]+"|'[^']+'|[\w-]+)\s*=""", stripped):
            here = [*current, key_match[1].strip("\"'")]
        else:
            continue
        if closing_quote := next((q for q in ("'''", '"""') if stripped.count(q) == 1), ""):
            closing = closing_quote
        shared = len(here) if wanted[: len(here)] == here else 0
        if shared and (best is None or shared > best[0]):
            best = shared, number
    return best[1] if best else None
