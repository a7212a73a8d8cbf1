"""Reading a definition strictly: what is wrong is said with file, line, and the nearest known word.

A key that nobody knows is an error, because a misspelt `unless` that is silently ignored would turn refusals into
deliveries.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from tracelog.errors import DefinitionError, UsageError, did_you_mean
from tracelog.interpret import times, zones
from tracelog.interpret.definition import (
    About,
    Absence,
    Answer,
    Computed,
    Definition,
    Document,
    PayloadShape,
    Promised,
    Recognise,
    Rule,
    Run,
    Sample,
    Shaped,
    Statement,
    Table,
    Time,
    Who,
)
from tracelog.interpret.places import line_of
from tracelog.model.event import LEVELS, PHASES, TOPICS
from tracelog.model.words import seconds_of

READERS = ("lines", "csv", "json", "jsonl", "xml", "x12", "edifact")
CARRIES = ("state", "event")


def name_of(path: Path) -> str:
    """`celigo.errors-csv.toml` → `celigo-errors-csv`."""
    return path.stem.replace(".", "-")


def load(path: Path) -> Definition:
    """Read and validate one file; raises DefinitionError with file, line and what to do."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(f"cannot read the definition {path.name}", why=str(error), where=str(path)) from error
    return parse(text, path)


def parse(text: str, path: Path, base: Document | None = None) -> Definition:
    """Validate the text of a definition; `base` is the document that it is `like`."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # beside what is no TOML: numbers and nesting without end
        line = re.search(r"at line (\d+)", str(error))
        raise DefinitionError(
            f"{path.name} is not valid TOML",
            why=str(error),
            where=f"{path}:{line[1]}" if line else str(path),
            help="a text value stands in quotes; a table starts with [name], one of several with [[name]]",
        ) from error
    if base is not None:
        table = _joined(msgspec.to_builtins(base), table)
    try:
        document = msgspec.convert(table, Document)
    except msgspec.ValidationError as error:
        raise _explained(error, text, path) from error
    definition = Definition(name_of(path), path, text, document)
    for complaint, hint, where in _complaints(document):
        raise DefinitionError(complaint, where=f"{path.parent / definition.place(*where)}", help=hint)
    return definition


_OWN = frozenset({"sample", "title", "docs", "recognise", "like", "mixed", "adds"})


def _joined(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """What `like` takes over: whole tables and keys that the definition does not give itself."""
    taken = {key: value for key, value in base.items() if key not in _OWN}
    if own.get("adds") is True and isinstance(own.get("record"), list):
        own = {**own, "record": [*own["record"], *taken.get("record", [])]}
    return {**taken, **own}


def _complaints(document: Document) -> Iterable[tuple[str, str | None, tuple[str | int, ...]]]:
    """What the types cannot say: (what is wrong, what to do, where). The first one is raised."""
    for number, limit in enumerate(document.limit):
        for key, topic in (("from", limit.from_), ("until", limit.until)):
            if topic not in TOPICS:
                yield f"unknown topic: {topic}", _near(topic, TOPICS), ("limit", number, key)
        if seconds_of(limit.within) is None:
            yield f"{limit.within} is no length of time", 'write "90s", "20m", "4h", "2d"', ("limit", number, "within")
    if document.reader is None:
        if document.record or document.sample:
            yield "a definition with records needs a reader", f"use one of: {', '.join(READERS)}", ()
        return
    if not document.title:
        yield "a definition needs a title", "say what people call this export", ()
    if document.reader not in READERS:
        yield f"unknown reader: {document.reader}", _near(document.reader, READERS), ("reader",)
    if document.reader == "lines" and document.grammar is None:
        yield "the reader `lines` needs a grammar", 'say grammar = "file.lark:rule"', ("reader",)
    recognise = document.recognise or Recognise()
    if document.reader == "csv" and not document.columns and not recognise.header:
        yield "nothing says how this CSV is recognised", "add [recognise] with header = [the columns it always has]", ()
    if document.reader not in ("lines", "csv") and not recognise.keys and not recognise.when:
        what = {"jsonl": "JSON", "edifact": "EDIFACT"}.get(document.reader, document.reader.upper())
        yield f"nothing says how this {what} is recognised", "add [recognise] with keys = [paths its records have]", ()
    if not document.record:
        yield "a definition needs at least one [[record]]", None, ()
    if not document.sample:
        hint = "add [[sample]] with text as it stands in an export, and the events it must yield"
        yield "a definition without a sample does not load", hint, ()
    yield from _clock(document.time or Time())
    yield from _words(document, ())
    for number, rule in enumerate(document.record):
        where = ("record", number)
        yield from _words(rule, where)
        for nth, event in enumerate(rule.event):
            yield from _words(event, (*where, "event", nth))
        if rule.ignore is not None and not rule.when and not rule.unless:
            if number < len(document.record) - 1:
                yield "an ignore without tests would hide the records below it", "move it to the end", where
            if document.reader == "lines":
                hint = "give it a test: a text line that almost fits must come out as unread"
                yield "text may not end in a rule that ignores everything", hint, where
        if rule.ignore is not None and (rule.event or rule.context):
            yield "a record says something, or is ignored", None, where
        if rule.ignore is None and rule.context is None:
            statements = rule.event or [rule]
            if any((each.phase or rule.phase or document.phase) is None for each in statements):
                yield "this record names no phase", f"use one of: {', '.join(PHASES)}, or ignore it", where


def _clock(time: Time) -> Iterable[tuple[str, str | None, tuple[str | int, ...]]]:
    try:
        for each in time.formats:
            times.check(each)
    except DefinitionError as error:
        yield error.what, error.help, ("time", "format")
    try:
        zones.find("UTC" if time.zone in {"in text", "ask"} else time.zone)
    except UsageError as error:
        yield error.what, error.help, ("time", "zone")


def _words(statement: Statement, where: tuple[str | int, ...]) -> Iterable[tuple[str, str, tuple[str | int, ...]]]:
    for key, known in (("phase", PHASES), ("topic", TOPICS), ("level", LEVELS), ("carries", CARRIES)):
        word = getattr(statement, key)
        if isinstance(word, str) and word not in known:
            yield f"unknown {key}: {word}", _near(word, known), (*where, key)
    for key in ("system", "peer"):
        word = getattr(statement, key)
        if isinstance(word, str) and not _PLAIN.fullmatch(word):
            hint = f'if the record tells it: {key} = {{ from = "{word}" }}'
            yield f"{key} is a plain word in lower case, and {word} is none", hint, (*where, key)


_PLAIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""The name of a system, as a computed one comes out too."""


def _near(word: str, known: Iterable[str]) -> str:
    known = list(known)
    return did_you_mean(word, known, f"use one of: {', '.join(known)}")


# ---- messages with a place


def _explained(error: msgspec.ValidationError, text: str, path: Path) -> DefinitionError:
    message, _, at = str(error).partition(" - at ")
    where: list[str | int] = []
    for name, index in re.findall(r"\.([\w-]+)|\[(\d+|\.\.\.)\]", at):
        where.append(name or (int(index) if index != "..." else "..."))
    unknown = re.search(r"unknown field `(.+)`", message)
    missing = re.search(r"missing required field `(.+)`", message)
    help_ = None
    if unknown:
        where.append(unknown[1])
        what = f"unknown key: {unknown[1]}"
        help_ = _near(unknown[1], _known_keys(where[:-1]))
    elif missing:
        what = f"the key {missing[1]} is missing"
    else:
        name = next((each for each in reversed(where) if isinstance(each, str) and each != "..."), path.name)
        what = f"{name}: {_plain(message)}"
    line = line_of(text, where) if "..." not in where else line_of(text, where[: where.index("...")])
    return DefinitionError(f"{path.name}: {what}", where=f"{path}:{line}" if line else str(path), help=help_)


_TYPES = {
    "str": "text", "int": "a number", "float": "a number", "bool": "true or false", "object": "a table",
    "array": "a list", "null": "nothing",
}  # fmt: skip


def _plain(message: str) -> str:
    """Msgspec's "Expected `str | object | null`, got `int`" in the words of this language."""
    found = re.fullmatch(r"Expected `(.+)`, got `(.+)`", message)
    if found is None:
        return f"{message[0].lower()}{message[1:]}"
    wanted = dict.fromkeys(_TYPES.get(each, each) for each in found[1].split(" | ") if each != "null")
    return f"expected {' or '.join(wanted)}, got {_TYPES.get(found[2], found[2])}"


_TABLES: dict[str, type[Table]] = {
    "record": Rule, "event": Statement, "context": About, "time": Time, "recognise": Recognise, "absence": Absence,
    "run": Run, "sample": Sample, "shape": PayloadShape, "actor": Who, "payload": Shaped, "answer": Answer,
    "limit": Promised,
}  # fmt: skip


def _known_keys(where: list[str | int]) -> list[str]:
    names = [each for each in where if isinstance(each, str) and each in _TABLES]
    if not names:
        table: type[Table] = Computed if where else Document
    else:
        last = next(each for each in reversed(where) if isinstance(each, str) and each != "...")
        table = _TABLES[names[-1]] if last == names[-1] or names[-1] == "shape" else Computed
    return [field.encode_name for field in msgspec.structs.fields(table)]
