"""What is settled of an export before its first record is read: how it is cut, and what its stamps leave open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import Any

import msgspec

from tracelog.errors import DefinitionError
from tracelog.interpret import dates, times
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.definition import Computed, Definition, Document
from tracelog.interpret.resolve import IN_TEXT, Settings, interpreter
from tracelog.interpret.stamps import begins_damaged, zoned
from tracelog.match.expression import Ast, parse
from tracelog.model.record import Plan

BEGINNING = 2000
"""Stamps of a log that tell in which form all of its stamps are."""


def plan(definition: Definition, catalog: Catalog) -> Plan:
    """How exports of this format are cut into records."""
    document = definition.document
    begins = catalog.text_shape(document.grammar).begins if document.grammar else None
    if begins is not None and begins.pattern and document.time is not None:
        begins = begins_damaged(begins)
    paths = tuple(path.strip() for path in document.records.split("??")) if document.records else ()
    columns = {name: tuple(dict.fromkeys([name, *spellings])) for name, spellings in document.columns.items()}
    if document.recognise is not None:  # they tell the header from a title above it
        columns |= {name: (name,) for name in document.recognise.header if name not in columns}
    if document.reader == "csv":  # those that are only read: they may be spelled in other case all the same
        taken = {spelling.casefold() for column, spellings in columns.items() for spelling in (column, *spellings)}
        columns |= {name: (name,) for name in _read_only(document) if name.casefold() not in taken}
    return Plan(
        reader=definition.reader,
        begins=begins,
        columns=columns,
        continues=document.continues,
        records=() if paths == (".",) else paths,
        delimiter=document.delimiter,
    )


NO_PATHS = {
    "title", "name", "reader", "grammar", "where", "retention", "docs", "absence", "sample", "map", "words", "columns",
    "delimiter", "nothing", "like", "format", "zone", "inferred", "phase", "topic", "system", "peer", "level",
    "carries", "records",
}  # fmt: skip
"""Words of a definition that ask for no column (unless computed)."""


def _read_only(document: Document) -> Iterator[str]:
    """The columns that the expressions of a definition read beside those that it names with their spellings.

    Of two that differ in case only neither: the header then decides.
    """
    asked: dict[str, set[str]] = {}
    for name in _asked(document):
        asked.setdefault(name.casefold(), set()).add(name)
    yield from (name for names in asked.values() if len(names) == 1 for name in names - {"rows", *document.let})


def _asked(thing: Any) -> Iterator[str]:
    """The names that its expressions begin with."""
    if isinstance(thing, str):
        with suppress(DefinitionError):
            yield from first_steps(parse(thing))
    elif isinstance(thing, msgspec.Struct):
        for word in thing.__struct_fields__:
            within = getattr(thing, word)
            if word in ("when", "unless", "header"):
                yield from _asked(list(within))
            elif word not in NO_PATHS or isinstance(within, Computed):
                yield from _asked(within)
    elif isinstance(thing, dict | list):
        for each in thing.values() if isinstance(thing, dict) else thing:
            yield from _asked(each)


def first_steps(ast: Ast) -> Iterator[str]:
    """Of every path its first name; and the texts given to functions: `rows | all('Tracking Number')` reads columns."""
    if ast[:1] == ("path",):
        yield from (step for step in ast[1:2] if isinstance(step, str))
    elif ast[:1] == ("call",):
        yield from (each for each in ast[3:] if isinstance(each, str))
        yield from first_steps(ast[2])
    else:
        for part in ast[1:]:
            if isinstance(part, tuple) and part:
                yield from first_steps(part)


def calendar(
    definition: Definition, catalog: Catalog, settings: Settings, records: Iterable[Any],
    *, as_of: int | None = None, ends: int | None = None,
) -> tuple[Settings, list[str]]:  # fmt: skip
    """What the stamps of an export leave open, settled from all its records, and on what basis.

    That is the order of day and month, and for logs the year, and whether a zone is asked for at all. `as_of` is the
    user's word on when the log ends, `ends` the file's own time, both UTC ns.
    """
    time = definition.document.time
    formats = time.formats if time is not None else []
    orders = settings.day_first is None and any(times.DAY_ORDERS.get(each, False) is None for each in formats)
    asks = time is not None and time.zone == "ask"
    if not orders and not asks and times.LOG not in formats:
        return settings, []
    asked = interpreter(definition, catalog, settings)
    every = (stamp for value in records for stamp in asked.stamps(value))
    first: list[str] = []
    bases: list[str] = []
    if asks or times.LOG in formats:
        first = list(islice(every, BEGINNING))
        if (asks or settings.zone is None) and first and all(map(zoned, first)):
            settings = msgspec.structs.replace(settings, zone=None, zone_basis=IN_TEXT)  # whatever the user says
    if times.LOG in formats:
        found = asked.end(first, as_of=as_of, ends=ends)
        if found is not None:
            settings = msgspec.structs.replace(settings, latest=found.at)
            bases.append(found.basis)
        orders = orders or (settings.day_first is None and any(map(dates.in_numbers, first)))
    if orders:
        order = dates.day_order(chain(first, every))
        settings = msgspec.structs.replace(settings, day_first=order.day_first)
        if order.day_first is not None or order.ambiguous:
            bases.append(order.basis)
    return settings, bases
