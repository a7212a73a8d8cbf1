"""A format definition as plain data: what `parsers/*.toml` may say, field for field.

`docs/definition-language.md` says what each word means. Expressions stay text here and are written out as Python by
`resolve`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from tracelog.interpret.places import line_of

Test = bool | int | float | str | list[str | int | float]
Tests = dict[str, Test]


class Table(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A table of a definition: unknown keys are errors."""


class Computed(Table, rename={"from_": "from"}):
    """A word that the record tells: looked up in a map, or taken as it is."""

    from_: str
    map: str | None = None
    otherwise: str | None = None


Word = str | Computed


class Shaped(Table, rename={"from_": "from", "as_": "as"}):
    """Where an order body lies, and which payload shapes it may have."""

    from_: str
    as_: str | list[str]


class Who(Table):
    name: str | None = None
    kind: Word | None = None


class Answer(Table):
    """How the record's own request was answered: a second event, of the peer that sent it."""

    status: str
    accepted: Test = "200..299"
    instance: Word | None = None


class Statement(Table):
    """What one event says; every key may also stand at its record or in the head."""

    when: Tests = {}
    unless: Tests = {}
    each: str | list[str] | None = None
    phase: Word | None = None
    topic: Word | None = None
    system: Word | None = None
    instance: Word | None = None
    peer: Word | None = None
    peer_instance: str | None = None
    level: Word | None = None
    carries: Word | None = None
    order: dict[str, str | list[str]] = {}
    mentions: dict[str, str | list[str]] = {}
    message: str | list[str] | None = None
    ids: dict[str, str] = {}
    payload: str | Shaped | None = None
    status: dict[str, str] | list[str] | None = None
    fields: dict[str, str] = {}
    before: dict[str, str] = {}
    at: str | None = None
    happened_at: str | None = None
    source_at: str | None = None
    actor: str | Who | None = None
    result: str | None = None
    answer: str | Answer | None = None


class About(Table):
    """A record about no order that may explain many."""

    what: str
    resource: str | None = None
    resource_kind: str | None = None
    value_in: str | None = None
    value_out: str | None = None
    counts: dict[str, str] = {}
    until: str | None = None


class Rule(Statement):
    """One kind of record: the first whose tests hold decides."""

    ignore: str | None = None
    context: About | None = None
    event: list[Statement] = []


class Absence(Table):
    weak: str | None = None
    none: str | None = None


class Recognise(Table):
    header: list[str] = []
    keys: list[str] = []
    when: Tests = {}
    first: str | None = None


class Time(Table):
    at: str | None = None
    format: str | list[str] = "iso"
    zone: str = "in text"

    @property
    def formats(self) -> list[str]:
        return [self.format] if isinstance(self.format, str) else self.format


class Infer(Table):
    """Where free text stands, and keys of any name that may hold order names: what `said` is made from."""

    text: str | None = None
    keys: str | list[str] = "."
    each: str | list[str] | None = None
    by: str | None = None
    failing: Tests = {}
    error: str | None = None
    system: str | None = None
    at: str | None = None


class Run(Table):
    begins: Tests


class Sample(Table):
    text: str
    zone: str | None = None
    events: list[dict[str, Any]] = []
    ignored: list[str] = []
    context: list[str] = []
    unread: list[str] = []


class Promised(Table, rename={"from_": "from"}):
    """A time that the vendor declares: from one topic of an order to another at the system, at most `within`."""

    from_: str
    until: str
    within: str
    says: str
    unless: dict[str, str] = {}
    docs: str | None = None


class PayloadShape(Table):
    """What an order body of this system looks like, wherever it travels."""

    has: list[str | list[str]]
    when: Tests = {}
    unless: Tests = {}
    topic: Word | None = None
    order: dict[str, str | list[str]] = {}
    mentions: dict[str, str | list[str]] = {}
    ids: dict[str, str] = {}
    status: dict[str, str] | list[str] | None = None
    fields: dict[str, str] = {}
    happened_at: str | None = None
    source_at: str | None = None


class Document(Statement, kw_only=True):
    """One file of `parsers/`: a definition, or only the shapes and maps of a system."""

    title: str = ""
    name: str | None = None
    """Of a system's own file: how people spell the system."""
    reader: str | None = None
    grammar: str | None = None
    columns: dict[str, list[str]] = {}
    delimiter: str | None = None
    continues: str | None = None
    records: str | None = None
    nothing: list[str] = []
    stream: str | None = None
    absence: Absence | None = None
    where: str | None = None
    retention: str | None = None
    docs: str | list[str] = []
    like: str | None = None
    mixed: bool = False
    adds: bool = False
    recognise: Recognise | None = None
    decode: dict[str, str | list[str]] = {}
    let: dict[str, str] = {}
    time: Time | None = None
    inferred: bool = False
    infer: Infer | None = None
    words: dict[str, dict[str, list[str]]] = {}
    run: Run | None = None
    map: dict[str, dict[str, str]] = {}
    shape: dict[str, PayloadShape] = {}
    limit: list[Promised] = []
    record: list[Rule] = []
    sample: list[Sample] = []


class Definition(msgspec.Struct):
    """A document with its name, its place and its text; `digest` also covers what it refers to."""

    name: str
    path: Path
    text: str
    document: Document
    digest: str = ""

    @property
    def title(self) -> str:
        return self.document.title

    @property
    def system(self) -> str | None:
        word = self.document.system
        return word if isinstance(word, str) else None

    @property
    def reader(self) -> str:
        return self.document.reader or ""

    @property
    def base(self) -> str | None:
        """The name of the definition that this one is `like`."""
        return self.document.like.replace(".", "-") if self.document.like else None

    @property
    def evidence(self) -> int:
        """How many keys and tests a JSON export is recognised by."""
        known = self.document.recognise or Recognise()
        return len(known.keys) + len(known.when)

    def line(self, *path: str | int) -> int | None:
        """The line, from 1, on which a key of this definition stands."""
        return line_of(self.text, path)

    def place(self, *path: str | int) -> str:
        """`file:line` of a key, for messages."""
        line = self.line(*path)
        return f"{self.path.name}:{line}" if line else self.path.name
