"""A definition becomes one call: record in, outcome out. All that can be decided before the first record is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from tracelog.errors import DefinitionError
from tracelog.interpret import conditions, infer, rules, times, zones
from tracelog.interpret.catalog import Catalog, placed
from tracelog.interpret.dates import StampError
from tracelog.interpret.decode import write_decode
from tracelog.interpret.definition import Definition, Recognise, Rule, Run, Statement
from tracelog.interpret.expressions import Record, Scope, Writer, variable
from tracelog.interpret.stamps import Latest, latest_of
from tracelog.interpret.statement import Around
from tracelog.interpret.values import text_of
from tracelog.interpret.words import UnreadError
from tracelog.match import expression
from tracelog.match.expression import parse
from tracelog.match.mask import mask
from tracelog.match.reader import Reader
from tracelog.model.event import Outcome
from tracelog.model.record import Unreadable

Stamped = tuple[int | None, str, int, str | None]
"""(at, stamp as it stands in the record, precision, or why it cannot be read)."""
_UNTIMED: Stamped = (None, "", 0, None)
IN_TEXT = "in text"
"""Whose word the zone is: the stamps' own."""
TOGETHER = 100
"""Records worked off together; measured: 10 to 600 differ little, 1 costs a quarter more."""


class Settings(msgspec.Struct, frozen=True):
    """What the user, the configuration or the data decide for one export."""

    zone: str | None = None
    """For stamps that state none."""
    zone_basis: str | None = None
    """Where that came from: `--tz`, `tracelog.toml`, `inferred from …`."""
    system: str | None = None
    instance: str | None = None
    day_first: bool | None = None
    latest: int | None = None
    """UTC nanoseconds: stamps that state no year are not later."""
    as_of: int | None = None
    """UTC nanoseconds: the time of a snapshot that states none itself."""


class Refused(NamedTuple):
    """In place of a record's fields: it could not be taken apart. `shape` groups refused texts."""

    reason: str
    shape: str | None = None


class Interpreter:
    """Calls: a record (text, or what a typed reader made of it) → its outcome. Made once for each export."""

    def __init__(self, definition: Definition, catalog: Catalog, settings: Settings) -> None:
        document = definition.document
        self.definition = definition
        self.zone, self.zone_basis = _zone(definition, settings)
        zone = zones.find(self.zone) if self.zone else None
        formats = document.time.formats if document.time else ["iso"]
        calendar = (zone, settings.day_first, settings.latest)
        self._stamp = times.parser(formats, *calendar)
        claimed = times.parser(list(dict.fromkeys(["iso", *formats, "epoch", times.MAIL])), *calendar)
        maps = catalog.map_finder(definition)
        scope = Scope(catalog.terminals(definition), frozenset(["run", "begun"] if document.run else []), maps)
        owner = definition.system or definition.name.partition("-")[0]
        around = Around(
            definition=definition.name,
            system=settings.system or owner,
            head_system=settings.system or document.system,
            stream=document.stream,
            scope=scope,
            maps=maps,
            status=lambda system: catalog.status(owner if system == settings.system else system),
            payloads=catalog.payloads,
            stamp=self._stamp,
            claimed=claimed,
            instance=settings.instance,
            timed=document.time.at if document.time else None,
            as_of=settings.as_of,
        )
        self._scope = scope
        self._all_stamps: Callable[[Record], list[Any]] | None = None
        self._nearness: list[conditions.Nearness] | None = None
        self._at = scope.getter(parse(document.time.at)) if document.time and document.time.at else None
        shape = catalog.text_shape(document.grammar) if document.grammar else None
        self._fields = shape.fields if shape else None
        self._reader = Reader(shape) if shape else None
        self._nothing = frozenset(document.nothing)
        self._decode = decoder(definition, catalog, scope) if document.decode else None
        self._name = _namer(document.let, scope) if document.let else None
        self._infer = infer.compiled(document.infer, infer.known(catalog), scope) if document.infer else None
        self._choose = conditions.chooser([(rule.when, rule.unless) for rule in document.record], scope)
        self._runs = _runs(definition, around)
        self._stream = rules.stream_finder(around)
        self._joined = _Joined(document.run, scope) if document.run else None

    def __call__(self, value: Any) -> Outcome:
        """What this record comes to. Never raises on data."""
        return self.batch([value])[0]

    def batch(self, values: Sequence[Any]) -> list[Outcome]:
        """What these records come to, in their order.

        Worked off stage by stage, some at a time: what a stage needs stays in the processor's cache, which is a
        quarter faster than record by record.
        """
        outcomes: list[Outcome] = []
        for start in range(0, len(values), TOGETHER):
            records = [self.open(value) for value in values[start : start + TOGETHER]]
            stamped = [self._stamped(record) for record in records]
            outcomes += map(self._outcome, records, stamped)
        return outcomes

    def open(self, value: Any) -> Record | Refused:
        """The record with its fields taken apart, or why that cannot be done."""
        if self._fields is not None and type(value) is str:
            record = self._fields(value)
            if record is None:
                found = self._reader.read(value) if self._reader else None
                if not isinstance(found, dict):
                    wrong = f"not spelled as {self.definition.document.grammar}"
                    return Refused(wrong, found.shape if found else None)
                record = found
        elif type(value) is dict:
            record = value
        elif type(value) is Unreadable:
            return Refused(value.reason)
        else:
            return Refused(f"a record should be an object, not {_kind_of(value)}")
        if self._nothing:
            for key, cell in record.items():
                if type(cell) is str and cell in self._nothing:
                    record[key] = ""
        if self._decode is not None:
            reason = self._decode(record)
            if reason is not None:
                return Refused(reason, mask(value) if type(value) is str else None)
        if self._name is not None:
            self._name(record)
        if self._joined is not None:
            self._joined.mark(record, text_of(self._at(record)) or "" if self._at else "")
        if self._infer is not None:
            self._infer(record)
        return record

    def _stamped(self, record: Record | Refused) -> Stamped:
        """The record's time, its stamp as it stands there, its precision; or why it cannot be read."""
        if self._at is None or isinstance(record, Refused):
            return _UNTIMED
        stamp = self._at(record)
        if stamp is None or stamp == "":
            return _UNTIMED
        raw = stamp if type(stamp) is str else text_of(stamp) or ""
        try:
            at, precision = self._stamp(stamp)
        except StampError as error:
            return None, raw, 0, f"time: {error}"
        return at, raw, precision, None

    def _outcome(self, record: Record | Refused, stamped: Stamped) -> Outcome:
        at, raw, precision, wrong = stamped
        if isinstance(record, Refused):
            return Outcome("unread", record.reason, shape=record.shape)
        if wrong is not None:
            return Outcome("unread", wrong, stream=self._stream(record))
        try:
            number = self._choose(record)
            if number >= 0:
                return self._runs[number](record, at, raw, precision)
        except UnreadError as error:
            return Outcome("unread", str(error), at=at, stream=self._stream(record))
        return Outcome("unread", self._nearest(record), at=at, stream=self._stream(record))

    def rule_of(self, value: Any) -> int | None:
        """The number, from 0, of the kind of record that this is; None when none fits."""
        record = self.open(value)
        if type(record) is not dict:
            return None
        number = self._choose(record)
        return number if number >= 0 else None

    def end(self, stamps: Iterable[str], *, as_of: int | None, ends: int | None) -> Latest | None:
        """When the log ends, for stamps that state no year; None when all state one, or nothing tells."""
        return latest_of(stamps, self._stamp, as_of=as_of, ends=ends)

    def stamps(self, value: Any) -> list[str]:
        """All stamps of a record as they stand there; for settling the order of day and month."""
        record = self.open(value)
        if isinstance(record, Refused):
            return []
        if self._all_stamps is None:
            self._all_stamps = _all_stamps(self.definition, self._scope)
        return [text for stamp in self._all_stamps(record) if (text := text_of(stamp))]

    def _nearest(self, record: Record) -> str:
        """Which kind of record this almost was, and which test failed."""
        listed = self.definition.document.record
        if self._nearness is None:
            self._nearness = [conditions.nearness(rule.when, rule.unless, self._scope) for rule in listed]
        tried = [near(record) for near in self._nearness]
        best = max(range(len(tried)), key=lambda number: tried[number][0])
        named = rule_label(listed[best])
        return f"no kind of record fits; nearest is number {best + 1} ({named}): {tried[best][1]}"


class Mixed(Interpreter):
    """For an export in which several formats stand side by side: each record is read by the one that it fits.

    Who takes webhooks in takes them from several vendors, into one file. All formats are `like` one base, so that
    all take a record apart in the same way; what fits none is the base's.
    """

    def __init__(self, definition: Definition, catalog: Catalog, settings: Settings) -> None:
        super().__init__(definition, catalog, settings)
        kin = [definition, *(each for each in catalog.kin(definition) if each is not definition)]
        self._others = [Interpreter(each, catalog, settings) for each in kin[1:]]
        self._fits = [fitting(each, catalog) for each in kin]

    def batch(self, values: Sequence[Any]) -> list[Outcome]:
        outcomes = []
        for value in values:
            record = self.open(value)
            reader = self._of(record)
            if reader is not self:
                record = reader.open(record)
            outcomes.append(reader._outcome(record, reader._stamped(record)))  # noqa: SLF001 - of its own kind
        return outcomes

    def rule_of(self, value: Any) -> int | None:
        return super().rule_of(value) if self._of(self.open(value)) is self else None

    def _of(self, record: Record | Refused) -> Interpreter:
        if isinstance(record, Refused):
            return self
        readers = (self, *self._others)
        base = self if self.definition.document.mixed else readers[-1]
        return next((reader for fits, reader in zip(self._fits, readers, strict=True) if fits(record)), base)


def fitting(definition: Definition, catalog: Catalog) -> Callable[[Record], bool]:
    """Whether one record has what this format is recognised by. Of a base: nothing has, it takes what is left."""
    known, scope = definition.document.recognise or Recognise(), Scope(catalog.terminals(definition))
    keys = [scope.finder(path) for path in known.keys]
    holds = conditions.checker(known.when, {}, scope)
    if definition.document.mixed or not (keys or holds):
        return lambda _: False
    return lambda record: all(get(record) is not None for get in keys) and (holds is None or holds(record))


def rule_label(rule: Rule) -> str:
    """What a kind of record is called in messages."""
    named = rule.ignore or (rule.context.what if rule.context else None) or rule.phase
    return named if isinstance(named, str) else "several events"


def interpreter(definition: Definition, catalog: Catalog, settings: Settings | None = None) -> Interpreter:
    """The definition as one callable; raises DefinitionError with the place when it cannot be resolved."""
    try:
        kind = Mixed if catalog.kin(definition) else Interpreter
        made = kind(definition, catalog, settings or Settings())
    except DefinitionError as problem:
        raise placed(problem, definition) from problem
    expression.keep()
    return made


def _zone(definition: Definition, settings: Settings) -> tuple[str | None, str]:
    """The zone for stamps without one, and its basis. The user's word counts over the definition's."""
    time = definition.document.time
    wanted = time.zone if time is not None else "in text"
    if settings.zone:
        return settings.zone, settings.zone_basis or "given"
    if IN_TEXT in {wanted, settings.zone_basis}:
        return None, IN_TEXT
    if wanted == "ask":
        return "UTC", "assumed"
    return wanted, "definition"


def decoder(definition: Definition, catalog: Catalog, scope: Scope) -> Callable[[Record], str | None]:
    """All of `[decode]` as one function that changes the record; gives the reason when that cannot be done."""
    writer = Writer(scope)
    for path, formats in definition.document.decode.items():
        where = str(definition.path.parent / definition.place("decode", path))
        write_decode(writer, path, formats, lambda name: catalog.text_shape(name).fields, where)
    return writer.function(("r",), "None")


def _namer(let: Mapping[str, str], scope: Scope) -> Callable[[Record], None]:
    """All of `[let]` as one function that adds fields to the record; a later one may use an earlier one."""
    writer = Writer(scope)
    for name, value in let.items():
        writer.assign(name, writer.of(value))
    return writer.function(("r",), "None")


def _runs(definition: Definition, around: Around) -> list[rules.Run]:
    # its system stands in `around`: the user may say another, and what a record says itself comes before both
    given = {name: getattr(definition.document, name) for name in Statement.__struct_fields__}
    head = Statement(**{**given, "system": None})
    compiled = []
    for number, rule in enumerate(definition.document.record):
        try:
            compiled.append(rules.compile_rule(rule, head, around, definition.place("record", number)))
        except DefinitionError as problem:
            raise placed(problem, definition, "record", number) from problem
    return compiled


def _kind_of(value: Any) -> str:
    return {list: "a list", str: "text", int: "a number", float: "a number", bool: "true or false"}.get(
        type(value), "nothing"
    )


def _all_stamps(definition: Definition, scope: Scope) -> Callable[[Record], list[Any]]:
    """Every stamp that the definition names outside loops, as one function of the record."""
    document = definition.document
    written = [document.time.at if document.time else None]
    inner = [event for rule in document.record for event in rule.event]
    for each in (document, *document.record, *inner):
        written += [each.at, each.happened_at, each.source_at]
    written += [rule.context.until for rule in document.record if rule.context]
    writer = Writer(scope)
    names = [writer.of(each) for each in dict.fromkeys(written) if each]
    return writer.function(("r",), f"[{', '.join(names)}]")


class _Joined:
    """`[run]`: records from one that begins a run to the next share an envelope."""

    def __init__(self, run: Run, scope: Scope) -> None:
        self._begins = conditions.checker(run.begins, {}, scope)
        self._current: str | None = None
        self._begun: Record = {}

    def mark(self, record: Record, at_raw: str) -> None:
        """Gives the record the id of its run: made of the record that began it, so that it is the same next time."""
        if self._begins is None or self._begins(record):
            seed = f"{at_raw} {sorted((k, text_of(v)) for k, v in record.items())}"
            self._current = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:16]
            record[variable("run")], self._begun = self._current, record
        else:
            record[variable("run")], record[variable("begun")] = self._current, self._begun
