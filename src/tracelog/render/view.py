"""A page of text: lines of styled pieces, prose that wraps, tables that line up.

The layout is made once, in plain text. Colour is laid over it at the end, by rich, and only for a terminal;
so what is piped or compared has the same lines. Every piece passes `visible`: no text of a log steers a terminal.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO

from tracelog.render.times import Clock
from tracelog.render.visible import columns_of, visible

Piece = str | tuple[str, str]
"""Text, or text with the name of a style."""

STYLES = {
    "heading": "bold", "strong": "bold", "faint": "dim", "bad": "bold red", "warn": "yellow", "good": "green",
    "changed": "bold magenta", "hole": "bold red", "system": "cyan", "name": "bold cyan",
}  # fmt: skip
_HANG = 14
"""Columns. A label up to this wide has its text beside it; under a longer one the text goes on at two blanks."""
_PROSE = 100
"""Columns. Longer lines of prose are hard to read, however wide the terminal."""
_ASCII = str.maketrans({
    "→": "->", "←": "<-", "·": "-", "…": "...", "–": "-", "—": "-", "×": "x", "≥": ">=", "≤": "<=",
    "“": '"', "”": '"', "’": "'", "✗": "x", "●": "*", "○": "o", "⋮": ":",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """For whom: zone, width in columns, colour, and whether raw stamps and records are shown beside."""

    clock: Clock = field(default_factory=Clock)
    width: int = 80
    colour: bool = False
    unicode: bool = True
    raw: bool = False
    every: bool = False
    """Whether long lists of like things are shown one by one instead of summed up."""
    terminal: bool = False
    """Whether long records are wrapped; in a pipe they stay on one line, for `grep` and for copying."""

    @classmethod
    def of(
        cls, stream: TextIO, *, show_tz: str | None = None, colour: bool = True, raw: bool = False, every: bool = False
    ) -> View:
        """What suits the stream: colour only on a terminal that wants it, its width there, 80 columns in a pipe."""
        terminal = stream.isatty()
        wanted = colour and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "")
        width = shutil.get_terminal_size((80, 24)).columns if terminal or "COLUMNS" in os.environ else 80
        return cls(
            clock=Clock(show_tz),
            width=max(40, min(width, 160)),
            colour=terminal and wanted,
            unicode=encoding.startswith(("utf", "u8", "gb18030")),
            raw=raw,
            every=every,
            terminal=terminal,
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and how its cells stand; the one that may `wrap` gives way when the table is too wide."""

    title: str
    right: bool = False
    wrap: bool = False


class Page:
    """Collects lines; `finish` makes them text."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._lines: list[list[tuple[str, str]]] = []

    def line(self, *pieces: Piece) -> None:
        """One line as it is, not wrapped."""
        self._lines.append([(self._text(piece), _style(piece)) for piece in pieces])

    def blank(self) -> None:
        """An empty line, but never two."""
        if self._lines and self._lines[-1]:
            self._lines.append([])

    def heading(self, text: str) -> None:
        self.blank()
        self.line((text, "heading"))

    def prose(
        self, text: str, *, indent: int = 0, label: Piece | None = None, style: str = "", whole: Sequence[str] = ()
    ) -> None:
        """Wrapped to the width. With a label, the text hangs behind it. What is `whole`, as a place in a file that
        somebody will copy, is never broken, however long it is.
        """
        head = self._text(label) if label is not None else ""
        behind = columns_of(head) + 1 if head else 0
        hang = indent + (behind if behind <= _HANG else 2)
        first = [(" " * indent, ""), (head + " ", _style(label))] if label is not None else [(" " * indent, "")]
        width = min(self.view.width, _PROSE)
        kept = [shown for one in whole if (shown := self._text(one))]
        for number, part in enumerate(wrap(self._text(text), width - hang, first=width - indent - behind, whole=kept)):
            lead = first if number == 0 else [(" " * hang, "")]
            self._lines.append([*lead, (part, style)])

    def quote(self, text: str, *, indent: int) -> None:
        """A record as it stands, each of its lines behind a bar."""
        for line in text.replace("\r\n", "\n").split("\n"):
            whole = self._text(line)
            for part in wrap(whole, self.view.width - indent - 2) if self.view.terminal else [whole]:
                self._lines.append([(" " * indent + "| ", "faint"), (part, "")])

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Piece]], *, indent: int = 2) -> None:
        """Aligned by columns, two blanks between; only the wrapping column is ever narrowed."""
        cells = [[(self._text(cell), _style(cell)) for cell in row] for row in rows]
        widths = [
            max([columns_of(column.title), *(columns_of(row[i][0]) for row in cells)], default=0)
            for i, column in enumerate(columns)
        ]
        room = self.view.width - indent - 2 * (len(columns) - 1)
        flexible = next((i for i, column in enumerate(columns) if column.wrap), None)
        if flexible is not None and sum(widths) > room:
            widths[flexible] = max(16, room - sum(widths) + widths[flexible])
        if any(column.title for column in columns):
            self._row([(column.title, "faint") for column in columns], columns, widths, indent)
        for row in cells:
            parts = [wrap(text, widths[i]) if i == flexible else [text] for i, (text, _) in enumerate(row)]
            for number in range(max(map(len, parts), default=1)):
                line = [(p[number] if number < len(p) else "", row[i][1]) for i, p in enumerate(parts)]
                self._row(line, columns, widths, indent)

    def _row(
        self, row: Sequence[tuple[str, str]], columns: Sequence[Column], widths: Sequence[int], indent: int
    ) -> None:
        line: list[tuple[str, str]] = [(" " * indent, "")]
        for number, ((text, style), column, width) in enumerate(zip(row, columns, widths, strict=True)):
            gap = " " * max(0, width - columns_of(text))
            line += [(gap, ""), (text, style)] if column.right else [(text, style), (gap, "")]
            if number < len(columns) - 1:
                line.append(("  ", ""))
        while line and not line[-1][0].strip():
            line.pop()
        self._lines.append(line)

    def _text(self, piece: Piece) -> str:
        text = visible(piece if isinstance(piece, str) else piece[0])
        return text if self.view.unicode else text.translate(_ASCII).encode("ascii", "backslashreplace").decode()

    def lines(self) -> list[list[tuple[str, str]]]:
        """What is on the page so far, to be placed on another one."""
        return self._lines

    def append(self, line: list[tuple[str, str]]) -> None:
        """A line of another page."""
        self._lines.append(line)

    def finish(self) -> str:
        """The text, with a line end; coloured for a terminal that wants it."""
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        if self.view.colour:
            return self._coloured()
        return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in self._lines)

    def _coloured(self) -> str:
        import io

        from rich.console import Console
        from rich.text import Text

        out = io.StringIO()
        console = Console(file=out, force_terminal=True, width=10_000, highlight=False, markup=False, emoji=False)
        for line in self._lines:
            text = Text()
            for part, style in line:
                text.append(part, STYLES.get(style, ""))
            text.rstrip()
            console.print(text, soft_wrap=True)
        return out.getvalue()


def _style(piece: Piece | None) -> str:
    return piece[1] if isinstance(piece, tuple) else ""


def wrap(text: str, width: int, *, first: int | None = None, whole: Sequence[str] = ()) -> list[str]:
    """Lines of at most `width` columns, broken at blanks; a word longer than that is broken where it must be, unless it
    holds what is to stay `whole`, in which no blank counts either.

    The first line may have another width (what a label leaves of it).
    """
    width = max(width, 8)
    room = max(first, 8) if first is not None else width
    lines: list[str] = []
    line, used = "", 0
    for word, kept in _words(text, whole):
        size = columns_of(word)
        if line and used + 1 + size > room:
            lines.append(line)
            line, used, room = "", 0, width
        while size > room and not line and not kept:
            cut = _cut(word, room)
            lines.append(word[:cut])
            word, room = word[cut:], width  # noqa: PLW2901 - what is left of it
            size = columns_of(word)
        line, used = (f"{line} {word}", used + 1 + size) if line else (word, size)
    return [*lines, line] if line or not lines else lines


def _words(text: str, whole: Sequence[str]) -> list[tuple[str, bool]]:
    """The text between its blanks, and of each piece whether it holds what must not be broken."""
    if not whole:
        return [(word, False) for word in text.split(" ")]
    held = re.compile("|".join(map(re.escape, sorted(whole, key=len, reverse=True))))
    spans = [found.span() for found in held.finditer(text)]
    blanks = [at for at, sign in enumerate(text) if sign == " " and not any(a < at < b for a, b in spans)]
    ends = zip([0, *(at + 1 for at in blanks)], [*blanks, len(text)], strict=True)
    return [(text[start:end], any(start <= a < end for a, _ in spans)) for start, end in ends]


def _cut(word: str, width: int) -> int:
    """How many characters of the word fit into that many columns; at least one."""
    used = 0
    for number, char in enumerate(word):
        used += columns_of(char)
        if used > width:
            return max(number, 1)
    return len(word)
