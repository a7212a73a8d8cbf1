"""Words that a record tells: a system, a peer, a topic, looked up in a map or taken as they are.

What a map does not hold is never guessed: without `otherwise` the record is unread, with the value in the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import translate
from typing import Any

from tracelog.interpret.definition import Computed, Word
from tracelog.interpret.expressions import Compiler, Getter, constant
from tracelog.interpret.values import text_of
from tracelog.match.expression import parse

Record = dict[str, Any]
Lookup = Callable[[str], str | None]
Maps = Callable[[str], Mapping[str, str]]
"""A map's name → the map; raises DefinitionError for an unknown one."""
MEMORY = 4096


class UnreadError(ValueError):
    """This record cannot be interpreted; the text is the reason for the ledger."""


class NotInMapError(KeyError):
    """The map does not hold the value."""


def lookup(table: Mapping[str, str]) -> Lookup:
    """A map as a function: exact words first, then globs in the order written; case does not count.

    Raises NotInMapError. A value of "" in the map means: none.
    """
    exact = {key.casefold(): value or None for key, value in table.items()}
    globs = [(key.casefold(), value or None) for key, value in table.items() if "*" in key or "?" in key]
    if not globs:
        return lambda value: _found(exact, value)
    either = re.compile("|".join(f"({translate(glob)})" for glob, _ in globs)).match
    answers = [value for _, value in globs]
    # No glob has a digit or counts characters: then ids in the value do not matter, and addresses become few.
    numberless = not any(re.search(r"[0-9]|\?(?!\])|\[(?!\?\])", glob) for glob, _ in globs)
    digits = {ord(digit): "0" for digit in "123456789"}
    memory: dict[str, str | None] = {}

    def find(value: str) -> str | None:
        key = value.translate(digits) if numberless else value
        if key in memory:
            return memory[key]
        low = value.casefold()
        if low in exact:
            return exact[low]
        found = either(low)
        if found is None or found.lastindex is None:
            raise NotInMapError(value)
        answer = answers[found.lastindex - 1]
        if len(memory) < MEMORY:
            memory[key] = answer
        return answer

    return find


def _found(exact: Mapping[str, str | None], value: str) -> str | None:
    try:
        return exact[value]
    except KeyError:
        low = value.strip().casefold()
        if low in exact:
            return exact[low]
        raise NotInMapError(value) from None


def slug(text: str) -> str:
    """`Sales Order` → `sales-order`: a value as a word."""
    return "-".join(text.split()).casefold()


def text_template(text: str, compiler: Compiler) -> Getter:
    """A text for people (`what`, `ignore`, `otherwise`): always a template; without braces it stands as it is."""
    return compiler.value(parse(text)) if "{" in text else (lambda _: text or None)


def word(of: Word | None, compiler: Compiler, maps: Maps, key: str) -> str | Getter | None:
    """A plain word as it is; a computed one as a closure that gives a word or None, or raises UnreadError."""
    if of is None:
        return None
    if isinstance(of, str):
        return of or None
    return _computed(of, compiler, maps, key)


def _computed(of: Computed, compiler: Compiler, maps: Maps, key: str) -> Getter:
    ast = parse(of.from_)
    get = compiler.value(ast)
    find: Lookup = lookup(maps(of.map)) if of.map else slug
    otherwise = text_template(of.otherwise, compiler) if of.otherwise is not None else None
    label = constant(ast) or of.from_
    name = of.map

    def compute(record: Record) -> str | None:
        value = get(record)
        if value is not None and value != "":
            try:
                return find(value if type(value) is str else text_of(value) or "")
            except NotInMapError:
                if otherwise is None:
                    shown = (text_of(value) or "")[:60]
                    raise UnreadError(f"{key}: the map {name} does not hold {shown!r} ({label})") from None
        return otherwise(record) if otherwise is not None else None

    return compute
