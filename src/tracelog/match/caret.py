"""A text with a caret under the place that matters."""

from __future__ import annotations

CONTEXT = 60
"""Characters shown before the place; half as many are shown after it."""
INDENT = " " * len("  got to: ")
"""What stands before the text in a message (`TracelogError.lines`)."""


def pointed(text: str, place: int) -> str:
    """Two lines: the text around `place` (characters from 0) with line ends and tabs as signs, and a caret."""
    start = max(place - CONTEXT, 0)
    end = place + CONTEXT // 2
    shown = "".join(map(_visible, text[start:end]))
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return f"{before}{shown}{after}\n{INDENT}{' ' * (len(before) + place - start)}^"


def _visible(character: str) -> str:
    """One character that is as wide as it looks."""
    return {"\n": "⏎", "\r": "␍", "\t": "⇥"}.get(character, character if character.isprintable() else "·")
