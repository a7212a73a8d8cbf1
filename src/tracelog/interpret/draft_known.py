"""The draft for the records that a known format leaves unread: that format, and a kind of record for each of them."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tracelog.errors import TracelogError
from tracelog.interpret import recognise, toml
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.definition import Definition, Recognise
from tracelog.interpret.leaves import fields
from tracelog.interpret.resolve import Settings
from tracelog.interpret.samples import settled
from tracelog.interpret.sight import Sight, sight, written
from tracelog.model.record import Unreadable
from tracelog.read.encoding import decoded
from tracelog.read.head import Head
from tracelog.read.reader import batches

TODO = "TODO"
MOST = 200
KINDS = 5
"""Kinds of unread record that are drafted at once, the most frequent first."""
FEW = 12
SHOWN = 2


class Left(NamedTuple):
    """A known format, and the records of this export that it leaves unread, by the reason."""

    definition: Definition
    kinds: dict[str, list[int]]
    values: list[Any]
    raws: list[str]
    head: Head
    catalog: Catalog


def left(head: Head, catalog: Catalog) -> Left | None:
    """What the format of this export leaves unread; None where none is known, or it reads all of it.

    Lines that the grammar refuses have no fields to tell them by: they are drafted as a text of their own.
    """
    known = recognise.choose(head, catalog).definition
    if known is None or known.document.inferred:
        return None
    values: list[Any] = []
    raws: list[str] = []
    try:
        for batch in batches(io.BytesIO(head.data), recognise.plan_for(known, catalog, head)):
            values += batch.values if batch.values is not None else map(decoded, batch.raws)
            raws += map(decoded, batch.raws)
            if len(values) >= MOST:
                break
        asked = settled(known, catalog, Settings(zone="UTC"), copy.deepcopy(values))
    except TracelogError:
        return None
    if head.cut and len(values) > 1:
        values.pop()
    shape = catalog.text_shape(known.document.grammar) if known.document.grammar else None
    kinds: dict[str, list[int]] = {}
    told: list[Any] = []
    for number, value in enumerate(values):
        outcome = asked(copy.deepcopy(value))
        held = shape.fields(value) if shape is not None else value
        told.append(held)
        if outcome.verdict == "unread" and isinstance(held, dict) and not isinstance(value, Unreadable):
            kinds.setdefault(outcome.reason or "", []).append(number)
    most = sorted(kinds.items(), key=lambda kind: -len(kind[1]))[:KINDS]
    return Left(known, dict(most), told, raws, head, catalog) if most else None


def lines(found: Left, title: str) -> Iterator[str]:
    """The draft up to what its sample yields."""
    known = found.definition
    yield f"title = {toml.text(title)}"
    yield f"like  = {toml.text(known.name)}"
    yield "adds  = true   # the records below go before its own"
    yield from _recognised(known)
    for reason, numbers in found.kinds.items():
        yield ""
        yield f"# {len(numbers)} unread: {' '.join(reason.split())[:200]}"
        yield "[[record]]"
        yield f"when  = {_test(found.values, numbers)}"
        yield f'phase = "{TODO}"   # what has happened; or, in its place, ignore = "why it says nothing of an order"'
    chosen = sorted(number for numbers in found.kinds.values() for number in numbers[:SHOWN])
    yield ""
    yield "[[sample]]"
    yield f"text = {toml.block(_text(found, chosen))}"
    if known.document.time is not None and known.document.time.zone == "ask":
        yield 'zone = "UTC"'


def _recognised(known: Definition) -> Iterator[str]:
    said = known.document.recognise or Recognise()
    header = said.header or list(known.document.columns)
    yield ""
    yield "[recognise]"
    if known.reader == "csv" and header:
        yield f"header = {toml.listed(header, always=True)}"
    if said.keys:
        yield f"keys = {toml.listed(said.keys, always=True)}"
    if said.first:
        yield f"first = {toml.text(said.first)}"
    if said.when:
        tests = [f"{toml.key(path)} = {_shown(test)}" for path, test in said.when.items()]
        yield f"when = {{ {', '.join(tests)} }}"


def _shown(test: Any) -> str:
    if isinstance(test, list):
        return f"[{', '.join(map(_shown, test))}]"
    return (
        str(test).lower() if isinstance(test, bool) else str(test) if isinstance(test, int | float) else toml.text(test)
    )


def _test(values: Sequence[Any], numbers: Sequence[int]) -> str:
    """What these records have and no others: a word out of a short list, else a key."""
    mine = set(numbers)
    ours = fields([values[n] for n in numbers])
    theirs = {each.path: set(each.values) for each in
              fields([each for n, each in enumerate(values) if n not in mine and isinstance(each, dict)])}  # fmt: skip
    whole = [each for each in ours if len(each.values) == each.of and "[" not in each.path]
    for each in sorted(whole, key=lambda one: (len({*one.values, *theirs.get(one.path, ())}), len(one.path))):
        words = sorted(set(each.values))
        if len(words) <= FEW and theirs.get(each.path, set()).isdisjoint(words) and theirs.get(each.path):
            return f"{{ {toml.key(each.path)} = {toml.listed(words)} }}"
    own = next((each for each in whole if each.path not in theirs), None)
    return f"{{ {toml.key(own.path)} = true }}" if own is not None else f'{{ {TODO} = "{TODO}" }}'


def _text(found: Left, chosen: Sequence[int]) -> str:
    """These records as an export that holds no others."""
    reader, head = found.definition.reader, found.head
    if reader == "xml":
        paths = recognise.plan_for(found.definition, found.catalog, head).records
        return written(Sight("xml", [], found.raws, paths[0] if paths else None), chosen)
    return "\n".join(found.raws[n] for n in chosen) + "\n" if reader == "lines" else written(sight(head), chosen)
