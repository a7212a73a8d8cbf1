"""Words that a record tells: a system, a peer, a topic, looked up in a map or taken as they are.

What a map does not hold is never guessed: without `otherwise` the record is unread, with the value in the reason.
"""

from __future__ import annotations

from typing import Any

from tracelog.interpret.definition import Computed, Word
from tracelog.interpret.expressions import Writer
from tracelog.interpret.lookup import Lookup, Maps, NotInMapError, lookup
from tracelog.match.expression import parse

MEMORY = 4096
MISSING = object()
"""No value, or one that the map does not hold: `otherwise` speaks. A map may also say: none."""


class UnreadError(ValueError):
    """This record cannot be interpreted; the text is the reason for the ledger."""


def slug(text: str) -> str:
    """`Sales Order` → `sales-order`: a value as a word."""
    return "-".join(text.split()).casefold()


def write_text(writer: Writer, text: str) -> str:
    """A text for people (`what`, `ignore`, `otherwise`): a template; without braces it stands as it is."""
    return writer.of(text) if "{" in text else repr(text or None)


def write_word(writer: Writer, of: Word | None, maps: Maps, key: str, *, as_written: bool = False) -> str:
    """A word in the writer's source: a literal when it is plain, else the local that holds it.

    A computed one that its map does not hold raises UnreadError when it is asked for. `as_written`: a plain
    text is an expression, and its value is kept as it stands (instances).
    """
    if of is None:
        return "None"
    if isinstance(of, str):
        if as_written:
            return writer.text(writer.of(of))
        return repr(of or None)
    value = writer.of(of.from_)
    missing = writer.give(MISSING)
    name = writer.local(missing)
    with writer.block(f"if {writer.present(value)}:"):
        writer.line(f"{name} = {writer.give(_Found(of, maps, key))}[{writer.text(value)}]")
    with writer.block(f"if {name} is {missing}:"):
        writer.line(f"{name} = {write_text(writer, of.otherwise or '')}")
    return name


class _Found(dict[str, Any]):
    """The words of a map by value, looked up when first asked for; bounded."""

    def __init__(self, of: Computed, maps: Maps, key: str) -> None:
        super().__init__()
        self._of, self._key = of, key
        self._find: Lookup = lookup(maps(of.map)) if of.map else slug

    def __missing__(self, value: str) -> Any:
        found: Any
        try:
            found = self._find(value)
        except NotInMapError:
            if self._of.otherwise is None:
                where = self._of.from_ if parse(self._of.from_)[0] == "path" else "value"
                reason = f"{self._key}: the map {self._of.map} does not hold {value[:60]!r} ({where})"
                raise UnreadError(reason) from None
            found = MISSING
        if len(self) < MEMORY:
            self[value] = found
        return found
