"""The fields that a definition asks for, against those that its records can have: a misspelled one is always absent."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec

from tracelog.errors import DefinitionError
from tracelog.interpret import recognise
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.definition import Computed, Definition, Recognise
from tracelog.interpret.plans import NO_PATHS
from tracelog.match.expression import Ast, parse, parse_each

GIVEN = frozenset({"said", "run", "begun", "rows", "o"})
"""What tracelog itself puts beside a record's fields."""
NEAR = 0.8
"""How alike a column must be: a sample may lack columns that others have, so only a slip is told."""
WORDS = frozenset({"as_", "accepted", "kind", "map"})
"""What holds words, no expressions; a computed one does."""
HEAD = frozenset({"sample", "record", "recognise", "shape", "limit", "infer", "run", "samples"})
"""Of the head what holds no field, or is looked at by itself."""

_NUMBER = re.compile(r"\d+")
Where = tuple[str | int, ...]


class Unknown(NamedTuple):
    """A field that no record has."""

    name: str
    near: str | None
    known: list[str]
    where: Where


def unknown(definition: Definition, catalog: Catalog) -> Iterator[Unknown]:
    """Of text the fields that its grammar does not have, of tables those that look like a slip of a column's name."""
    document = definition.document
    loops: set[str] = set()
    asked = list(_asked(definition, loops))
    if document.grammar and definition.reader == "lines":
        fields = list(catalog.text_shape(document.grammar).names)
    elif definition.reader == "csv":
        heads = (recognise.head_of(sample.text.encode(), definition.name) for sample in document.sample)
        written = (name for head in heads for names, _ in head.headers for name in names if name)
        fields = list(dict.fromkeys([*document.columns, *(document.recognise or Recognise()).header, *written]))
    else:
        return
    shared = any(each.base == definition.name for each in catalog.definitions.values())  # they spell them otherwise
    known = {*fields, *document.let, *loops, *GIVEN}
    folded = {each.casefold() for each in known}
    for where, names in asked:
        if any(each in known or each.casefold() in folded or _first(each) in known for each in names):
            continue  # of several that may be, one is
        name = names[0]
        near = next(iter(difflib.get_close_matches(name, fields, n=1, cutoff=NEAR)), None)
        if near is not None and _NUMBER.sub("", near) == _NUMBER.sub("", name) and definition.reader == "csv":
            continue  # of columns that are counted a sample need not have all
        if near is not None or (definition.reader == "lines" and not shared):
            yield Unknown(name, near, fields, where)


def _first(name: str) -> str:
    """NAME of NAME_2, which a record holds twice."""
    base, _, number = name.rpartition("_")
    return base if number.isdecimal() else name


def _asked(definition: Definition, loops: set[str]) -> Iterator[tuple[Where, list[str]]]:
    """(where, the first names of an expression), of what this definition says itself; its loops' names are added."""
    document = definition.document
    for key in document.__struct_fields__:
        if (key not in HEAD and key not in NO_PATHS and definition.line(key) is not None) or isinstance(
            getattr(document, key), Computed
        ):
            yield from _names(getattr(document, key), (key,), loops)
    for number, rule in enumerate(document.record):
        if definition.line("record", number) is not None:
            yield from _names(rule, ("record", number), loops)


def _names(thing: Any, where: Where, loops: set[str]) -> Iterator[tuple[Where, list[str]]]:
    key = where[-1]
    if isinstance(thing, str) and key == "each":
        with suppress(DefinitionError):
            _, name, value, _ = parse_each(thing)
            loops.add(name)
            yield from _told(where, value)
    elif isinstance(thing, str):
        if key not in ("ignore", "what", "otherwise") or "{" in thing:
            with suppress(DefinitionError):
                yield from _told(where, parse(thing))
    elif isinstance(thing, msgspec.Struct):
        for word in thing.__struct_fields__:
            within = getattr(thing, word)
            if isinstance(within, Computed) or (word not in NO_PATHS and word not in WORDS and within):
                yield from _names(within, (*where, word), loops)
    elif isinstance(thing, dict):
        tests = key in ("when", "unless", "decode")
        for path, value in thing.items():
            yield from _names(path if tests else value, (*where, path), loops)
    elif isinstance(thing, list):
        for number, each in enumerate(thing):
            yield from _names(each, (*where, number) if isinstance(each, msgspec.Struct) else where, loops)


def _told(where: Where, ast: Ast) -> Iterator[tuple[Where, list[str]]]:
    if ast[:1] == ("template",):
        for part in ast[1:]:
            if isinstance(part, tuple):
                yield from _told(where, part)
    elif names := list(_paths(ast)):
        yield where, names


def _paths(ast: Ast) -> Iterator[str]:
    """Of every path of an expression its first name."""
    if ast[:1] == ("path",):
        yield from (step for step in ast[1:2] if isinstance(step, str))
        return
    for part in ast[1:3] if ast[:1] == ("call",) else ast[1:]:
        if isinstance(part, tuple) and part:
            yield from _paths(part)
