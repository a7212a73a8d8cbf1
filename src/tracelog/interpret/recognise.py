"""Which format an export has: told by its content, with the evidence in words. A foreign file is never claimed.

A definition claims an export by its header, its keys, or by its grammar reading the first records. When several do,
the samples decide which is the more general (it reads the other's samples too), and then the amount of evidence.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tracelog.errors import DefinitionError, ExportError
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.conditions import Check, checker
from tracelog.interpret.definition import Definition, Recognise, Test
from tracelog.interpret.documents import at, inside
from tracelog.interpret.expressions import Getter, Record, Scope
from tracelog.interpret.guessed import unchanged
from tracelog.interpret.plans import plan
from tracelog.interpret.resolve import decoder, fitting
from tracelog.interpret.stating import silence
from tracelog.match import expression
from tracelog.model.record import Plan
from tracelog.read.encoding import decoded
from tracelog.read.head import Head, look
from tracelog.read.reader import batches
from tracelog.read.sources import Source

FIRST = 40
"""Records that are looked at."""
FEW = 10
"""Fewer records than this must not be the smaller part of what is looked at."""


KINDS = {
    "json": ("json", "jsonl"), "jsonl": ("json", "jsonl"), "xml": ("xml",), "x12": ("x12",), "edifact": ("edifact",),
}  # fmt: skip
"""What an export must look like for a reader whose records are objects."""


class Choice(NamedTuple):
    """The definition that an export is read by, or None, and why."""

    definition: Definition | None
    why: str
    rivals: tuple[str, ...] = ()
    """Other definitions that would have read it, best first."""


class Claim(NamedTuple):
    """What speaks for a definition. `score` counts proofs: columns, keys, fields of a grammar."""

    score: int
    why: str


class Miss(NamedTuple):
    """Why a definition does not fit, and how near it came (0 to 1)."""

    nearness: float
    why: str


def choose(head: Head, catalog: Catalog) -> Choice:
    """The best definition for an export that begins like this.

    Where none fits a JSON document, its lists are tried: people save an API's answer with whatever stood around it.
    """
    if head.kind in ("binary", "empty"):
        return Choice(None, head.note or ("it is empty" if head.kind == "empty" else "it is no text"))
    found = _choose(head, catalog)
    if found.definition is None:
        for path, inner in _lists(head):
            within = _choose(inner, catalog)
            if within.definition is not None:
                return within._replace(why=f"{within.why}; they lie in {path}")
    return found


def _choose(head: Head, catalog: Catalog) -> Choice:
    claims: dict[str, Claim] = {}
    misses: dict[str, Miss] = {}
    inferring = sorted(catalog.definitions, key=lambda name: catalog.definitions[name].document.inferred)
    for name in inferring:
        definition = catalog.definitions[name]
        if definition.document.inferred and any(_meant(catalog.definitions[each]) for each in claims):
            break  # what goes by words is asked only where no other format fits
        try:
            found = claim(head, definition, catalog)
        except DefinitionError as problem:  # a broken definition of the user's must not stop the others
            catalog.note(problem)
            continue
        if isinstance(found, Claim):
            claims[name] = found
        else:
            misses[name] = found
    expression.keep()
    if not claims:
        return Choice(None, _nearest(misses))
    kept = {name for name in claims if unchanged(catalog.definitions[name].text)}
    refused = Choice(None, _nearest(misses))
    for names in filter(None, (claims.keys() - kept, kept)):
        own = {name: claims[name] for name in names}
        best = sorted(_specific(own, catalog), key=lambda name: (-own[name].score, *_rank(name, catalog)))
        chosen = catalog.definitions[best[0]]
        if chosen.document.inferred and (why := silence(head, chosen, catalog, plan_for(chosen, catalog, head))):
            refused = Choice(None, why)
            continue
        others = sorted(set(claims) - {best[0]}, key=lambda name: (-claims[name].score, name))
        return Choice(chosen, claims[best[0]].why, tuple(others))
    return refused


def _rank(name: str, catalog: Catalog) -> tuple[bool, bool, str]:
    """Of definitions with equal evidence: the user's first, and what adds to another before that other."""
    return catalog.is_shipped(name), not catalog.definitions[name].document.adds, name


def _meant(definition: Definition) -> bool:
    """Whether somebody wrote it for such exports: it goes neither by words nor was it guessed."""
    return not definition.document.inferred and not unchanged(definition.text)


def claim(head: Head, definition: Definition, catalog: Catalog) -> Claim | Miss:
    """What speaks for this definition, or why it does not fit."""
    asked = catalog.claimers.get(definition.name)
    if asked is None or asked.definition is not definition:
        asked = catalog.claimers[definition.name] = _Claimer(definition, catalog)
    return asked(head)


def plan_for(definition: Definition, catalog: Catalog, head: Head) -> Plan:
    """The plan for this very export: JSON lines and JSON documents stand for each other, and a line may be a page."""
    found = plan(definition, catalog)
    if found.reader in ("json", "jsonl") and head.kind in ("json", "jsonl"):
        paged = any(isinstance(at(one, path), list) for one in head.documents for path in found.records if path != ".")
        found = msgspec.structs.replace(found, reader="json" if paged else head.kind)
        if isinstance(claim(head, definition, catalog), Miss):
            for path, inner in _lists(head):
                if isinstance(claim(inner, definition, catalog), Claim):
                    return msgspec.structs.replace(found, records=(path,))
    return found


def _lists(head: Head) -> Iterator[tuple[str, Head]]:
    """The lists of objects in a JSON document, one or two levels down, the longest first: (path, as if alone)."""
    if head.kind != "json" or len(head.documents) != 1 or not isinstance(head.documents[0], dict):
        return
    nested: dict[str, Any] = {}
    for key, value in head.documents[0].items():
        nested[key] = value
        if isinstance(value, dict):
            nested |= {f"{key}.{inner}": each for inner, each in value.items()}
    lists = {
        path: each for path, each in nested.items() if isinstance(each, list) and each and isinstance(each[0], dict)
    }
    for path in sorted(lists, key=lambda path: -len(lists[path])):
        if all(step and not set(step) & set(" ?\"'[]|{}") for step in path.split(".")):
            alone = msgspec.json.encode(lists[path])
            yield path, msgspec.structs.replace(head, documents=[lists[path]], data=alone, lines=[])


def _nearest(misses: dict[str, Miss]) -> str:
    name = max(misses, key=lambda each: misses[each].nearness, default=None)
    if name is None or misses[name].nearness < 0.5:
        return "no format fits"
    return f"no format fits; nearest is {name}, but {misses[name].why}"


class _Claimer:
    """One definition's claim, with all that it asks of a file made ready once: there are many files and formats."""

    def __init__(self, definition: Definition, catalog: Catalog) -> None:
        self.definition = definition
        self._document = document = definition.document
        self._recognise = document.recognise or Recognise()
        self._catalog = catalog
        self._scope = Scope(catalog.terminals(definition))
        by_keys = self._by_kin if document.mixed else self._by_keys
        self._ask = {"csv": self._by_header, **dict.fromkeys(KINDS, by_keys)}.get(definition.reader, self._by_grammar)

    def __call__(self, head: Head) -> Claim | Miss:
        return self._ask(head)

    # made when first asked for: a table need not wait for the grammars of logs

    @cached_property
    def _plan(self) -> Plan:
        return plan(self.definition, self._catalog)

    @cached_property
    def _keys(self) -> dict[str, Getter]:
        return {path: self._scope.finder(path) for path in self._recognise.keys}

    @cached_property
    def _tests(self) -> list[tuple[str, Test, Check | None]]:
        when = self._recognise.when
        return [(path, test, checker({path: test}, {}, self._scope)) for path, test in when.items()]

    @cached_property
    def _header(self) -> dict[str, frozenset[str]]:
        columns = self._document.columns
        names = self._recognise.header or columns
        return {name: frozenset(map(_folded, [name, *columns.get(name, [])])) for name in names}

    @cached_property
    def _held(self) -> list[Getter]:
        asked = self._recognise.keys or self._recognise.when
        return [self._scope.finder(path) for path in self._document.decode] if asked else []

    @cached_property
    def _decode(self) -> Callable[[Record], str | None] | None:
        return decoder(self.definition, self._catalog, self._scope) if self._held else None

    @cached_property
    def _fits(self) -> list[Callable[[Record], bool]]:
        kin = self._catalog.kin(self.definition) if self._document.mixed else []
        return [fitting(each, self._catalog) for each in kin if each is not self.definition]

    def _by_grammar(self, head: Head) -> Claim | Miss:
        """Text: the grammar itself must read it."""
        reference = self._document.grammar or ""
        lines = [line for line in head.lines if line.strip()]
        if head.kind not in ("text", "csv", "json", "xml") or not lines:
            return Miss(0, "it is no text")
        if self._recognise.first and not fnmatchcase(lines[0], self._recognise.first):
            return Miss(0, "its first line is another")
        shape = self._catalog.text_shape(reference)
        if self._document.inferred and head.kind == "csv" and not shape.begins.match(lines[0].encode()):
            return Miss(0, "it is a table: its first line names columns")
        begins = sum(shape.begins.match(line.encode("utf-8", "replace")) is not None for line in lines)
        if not begins:
            return Miss(0, f"no line begins like {reference.rpartition(':')[2]}")
        texts = [decoded(raw) for raw, _ in _records(head, self._plan)]
        read = [each for each in map(shape.fields, texts) if each is not None]
        if not read or len(read) * 2 < len(texts):
            why = f"only {len(read)} of its first {len(texts)} records are spelled so"
            return Miss(0.5 if read else 0.1, why)
        if len(read) < FEW and self._mostly_before(texts, shape.fields):
            return Miss(0.3, f"of its first lines most stand before {reference.rpartition(':')[2]}")
        if self._untrue(read) and (wrong := self._untrue(self._apart(read))):
            return Miss(0.5, wrong)
        why = f"{len(read)} of its first {len(texts)} records are spelled as {reference}"
        return Claim(len(read[0]) + len(self._tests), why)

    @staticmethod
    def _mostly_before(texts: Sequence[str], fields: Callable[[str], Any]) -> bool:
        """Whether most lines stand before the first record: a document that shows some lines of a log is none."""
        return (
            bool(texts)
            and fields(texts[0]) is None
            and (texts[0].count("\n") + 1) * 2 > sum(text.count("\n") + 1 for text in texts)
        )

    def _by_header(self, head: Head) -> Claim | Miss:
        if not head.headers or head.kind not in ("csv", "text"):
            return Miss(0, "it has no header")
        wanted = self._header
        missing, other = list(wanted), True
        for names, delimiter in head.headers:
            if self._document.delimiter in (None, delimiter):
                other = False
                there = {_folded(name) for name in names}
                lacks = [name for name, spellings in wanted.items() if there.isdisjoint(spellings)]
                missing = min(missing, lacks, key=len)
        if other:
            return Miss(0, "its columns are separated otherwise")
        if missing or not wanted:
            named, have = ", ".join(missing), len(wanted) - len(missing)
            why = f"its header lacks {named} ({have} of {len(wanted)} columns are there)"
            return Miss(have / max(1, len(wanted)), why)
        if self._tests:
            records = [value for _, value in _records(head, self._plan) if isinstance(value, dict)]
            if records and self._untrue(records) and (wrong := self._untrue(self._apart(records))):
                return Miss(0.6, wrong)
        named = ", ".join(wanted)
        return Claim(len(wanted), f"its header has all {len(wanted)} columns by which the format is known: {named}")

    def _by_keys(self, head: Head) -> Claim | Miss:
        found: Claim | Miss = Miss(0, "no records lie where they should")
        for records in self._objects(head):  # as they stand, then with the text in them taken apart
            found = self._with_keys(records)
            if isinstance(found, Claim):
                break
        return found

    def _with_keys(self, records: Sequence[Any]) -> Claim | Miss:
        keys = self._keys
        missing = [
            path for path, get in keys.items() if sum(get(record) is not None for record in records) * 2 <= len(records)
        ]
        if missing or not (keys or self._tests):
            have = len(keys) - len(missing)
            # half of two keys is an `id`, which all the world has
            return Miss(0.9 * have / max(1, len(keys)), f"its records lack {', '.join(missing)}")
        if wrong := self._untrue(records):
            return Miss(0.6, wrong)
        named = ", ".join([*keys, *self._recognise.when])
        return Claim(len(keys) + len(self._tests), f"its records have the keys by which the format is known: {named}")

    def _by_kin(self, head: Head) -> Claim | Miss:
        """Several formats side by side, and none has most of the records."""
        *_, records = [], *self._objects(head)
        if not records:
            return Miss(0, "no records lie where they should")
        known = sum(any(fits(record) for fits in self._fits) for record in records)
        if known * 2 <= len(records):
            return Miss(0.9 * known / len(records), "most of its first records are of no known format")
        return Claim(1, f"{known} of its first {len(records)} records are of formats that may stand side by side")

    def _objects(self, head: Head) -> Iterator[list[Any]]:
        """The first records, as they stand; then, where text in them is to be taken apart, with that done."""
        if head.kind not in KINDS[self.definition.reader]:
            return
        records = [each for each in inside(head.documents, self._plan.records, FIRST) if isinstance(each, dict)]
        if records:
            yield records
        if any(isinstance(held(record), str) for held in self._held for record in records):
            yield self._apart(records)

    def _apart(self, records: Sequence[Any]) -> list[Any]:
        """The records with the text in them taken apart, where the format says so."""
        copies = copy.deepcopy(list(records))
        if self._decode:
            for record in copies:
                self._decode(record)
        return copies

    def _untrue(self, records: Sequence[Any]) -> str | None:
        """Which test of `[recognise] when` fails for most of these records."""
        for path, test, holds in self._tests:
            if holds is not None and sum(map(holds, records)) * 2 <= len(records):
                return f"{path} is not {test} in most of its first records"
        return None


@cache
def _folded(name: str) -> str:
    return " ".join(name.strip().strip("\ufeff").split()).casefold()


def _records(head: Head, how: Plan) -> list[tuple[bytes, Any]]:
    """The first records, as the reader cuts them: (bytes, value)."""
    found: list[tuple[bytes, Any]] = []
    try:
        for batch in batches(io.BytesIO(head.data), how):
            found += zip(batch.raws, batch.values or batch.raws, strict=True)
            if len(found) >= FIRST:
                break
    except ExportError:
        pass
    if head.cut and len(found) > 1:
        found.pop()  # the head ends in the middle of it
    return found[:FIRST]


# ---- several claims


def _specific(claims: Iterable[str], catalog: Catalog) -> list[str]:
    """The claimants without those that are more general than another: that read its samples, but not it theirs."""
    names = list(claims)
    if len(names) < 2:
        return names
    heads = {name: sample_heads(catalog.definitions[name]) for name in names}

    def reads(name: str, other: str) -> bool:
        definition = catalog.definitions[name]
        return bool(heads[other]) and all(isinstance(claim(head, definition, catalog), Claim) for head in heads[other])

    general = {a for a in names for b in names if a != b and reads(a, b) and not reads(b, a)}
    return [name for name in names if name not in general] or names


def sample_heads(definition: Definition) -> list[Head]:
    """The samples of a definition, looked at as exports."""
    return [head_of(sample.text.encode(), definition.name) for sample in definition.document.sample]


def head_of(data: bytes, name: str) -> Head:
    """A text, looked at as if it were an export of that name."""
    return look(Source(name, Path(name), named=True, open=lambda: io.BytesIO(data)))
