"""A record shape: a rule of a grammar, ready to read records. `load("celigo.lark:connection_message", folders)`.

A compiled shape runs as one regular expression and needs Lark only to explain what it could not read; one that
cannot be compiled is read by Lark throughout, thirty times slower, and says why.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracelog.errors import DefinitionError
from tracelog.match import cache, source
from tracelog.match.form import Form

if TYPE_CHECKING:
    from lark import Lark

    from tracelog.match.explain import Explanation

FORMS = "shapes"


class Shape:
    """One rule of a grammar as a reader of records.

    `pattern` is anchored at both ends; its group i + 1 fills the field `names[i]`. Both are there to be bound
    directly where every call counts; when `plain` is false a field may have several groups, and `fields` has to
    be asked.
    """

    def __init__(self, reference: str, origin: source.Source, form: Form) -> None:
        self.reference = reference
        self.source = origin
        self.why = form.why
        """Why Lark has to read this shape; None when it is compiled."""
        self.names = tuple(form.names)
        self.plain = len(set(self.names)) == len(self.names)
        self.pattern = re.compile(form.pattern) if form.why is None else None
        self.begins = _bytes(form.begins)
        """What a record of this shape begins with, at a line's start; any line where nothing can be said."""
        self._match = self.pattern.match if self.pattern else None
        self.repeated = frozenset(form.parts)
        """The fields that are stretches of a repeated rule or terminal."""
        self._parts = form.parts
        self._lark: Lark | None = None

    @property
    def compiled(self) -> bool:
        return self.why is None

    @property
    def rule(self) -> str:
        return self.reference.partition(":")[2]

    def fields(self, text: str) -> dict[str, str] | None:
        """The fields of a record, or None when it is not of this shape. A field that is absent is empty.

        A terminal that the record holds twice is NAME and NAME_2. A repeated rule is one field of its own name,
        the whole stretch as it stands; see `parts`.
        """
        if self._match is None:
            return self.parsed(text)
        found = self._match(text)
        if found is None:
            return None
        if self.plain:
            return dict(zip(self.names, found.groups(""), strict=True))
        return _numbered(self.names, found.groups())

    def parsed(self, text: str) -> dict[str, str] | None:
        """The same by Lark: for a shape that is not compiled, and for what an expression refused."""
        from tracelog.match import explain

        return explain.parsed(self, text)

    def explain(self, text: str) -> Explanation:
        """Why this record is not of this shape, and how far it is. By Lark: not for every record, see `Reader`."""
        from tracelog.match import explain

        return explain.explain(self, text)

    def parts(self, name: str, stretch: str) -> list[dict[str, str]]:
        """The fields of each element of a repeated rule, from the field of its name."""
        part = self._parts.get(name)
        if part is None:
            raise DefinitionError(f"{name} is not repeated in {self.reference}", why=self.why)
        element, between = re.compile(part.pattern), re.compile(part.between)
        place, found = 0, []
        while place < len(stretch) and (one := element.match(stretch, place)):
            found.append(_numbered(part.names, one.groups()))
            gap = between.match(stretch, one.end())
            if gap is None or gap.end() == place:
                break
            place = gap.end()
        return found

    def lark(self) -> Lark:
        """Lark's parser for this rule; built when first asked for."""
        if self._lark is None:
            from tracelog.match import grammar

            self._lark = grammar.load(self.source, self.rule).lark
        return self._lark


def load(reference: str, folders: Sequence[Path]) -> Shape:
    """The shape `file.lark:rule`, from the first folder that has the file. Raises DefinitionError.

    Compiled at the first call; later ones, in this process or another, find the form in the cache and import
    no Lark.
    """
    file, _, rule = reference.partition(":")
    origin = source.find(file, folders)
    name = cache.key("shape", rule, *origin.texts)
    form = cache.load(FORMS, name, Form)
    if form is not None:
        with contextlib.suppress(re.error, RecursionError, OverflowError):  # not what we wrote
            return Shape(reference, origin, form)
    from tracelog.match import grammar
    from tracelog.match.compile import compile_rule

    with grammar.nesting(origin):
        made = compile_rule(grammar.load(origin, rule))
        shape = Shape(reference, origin, made)
    cache.save(FORMS, name, made)
    return shape


def terminal(reference: str, folders: Sequence[Path]) -> re.Pattern[str]:
    """The pattern of one terminal, for `find(NAME)`: `file.lark:NAME`, or NAME alone from common.lark.

    Raises DefinitionError. Compiled and cached like a shape.
    """
    file, _, wanted = reference.rpartition(":")
    origin = source.find(file or "common.lark", folders)
    name = cache.key("terminal", wanted, *origin.texts)
    text = cache.load(FORMS, name, str)
    if text is not None:
        with contextlib.suppress(re.error, RecursionError, OverflowError):
            return re.compile(text)
    from tracelog.match import grammar

    with grammar.nesting(origin):
        text = grammar.terminal(origin, wanted)
        pattern = re.compile(text)
    cache.save(FORMS, name, text)
    return pattern


def _bytes(begins: str) -> re.Pattern[bytes]:
    try:
        return re.compile(begins.encode())
    except re.error:  # a terminal that speaks of characters by number
        return re.compile(b"")


def _numbered(names: Sequence[str], values: Sequence[Any]) -> dict[str, str]:
    """Fields by name; what the record holds twice as NAME and NAME_2, in the record's order."""
    found: dict[str, str] = dict.fromkeys(names, "")
    times: dict[str, int] = {}
    for name, value in zip(names, values, strict=True):
        if value is not None:
            times[name] = again = times.get(name, 0) + 1
            found[name if again == 1 else f"{name}_{again}"] = value
    return found
