"""A definition against its own samples: every expected event holds, and every kind of record is exercised.

What is wrong is said so that it can be mended: the sample, what was expected, what came out, where, what to do.
"""

from __future__ import annotations

import copy
import difflib
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tracelog.errors import TracelogError
from tracelog.interpret import asked, recognise, resolve, times
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.dates import StampError
from tracelog.interpret.definition import Definition, Sample
from tracelog.interpret.plans import calendar
from tracelog.interpret.resolve import Interpreter, Settings
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND, Event, Outcome
from tracelog.read.encoding import decoded
from tracelog.read.head import Head
from tracelog.read.reader import batches

PRECISIONS = {"day": DAY, "hour": HOUR, "minute": MINUTE, "second": SECOND}


class Problem(NamedTuple):
    """One thing wrong with a definition, in the five answers of an error."""

    what: str
    why: str | None
    where: str
    notes: tuple[str, ...] = ()
    help: str | None = None

    def lines(self) -> list[str]:
        """As people read it."""
        found = [f"error: {self.what}"]
        if self.why:
            found.append(f" reason: {self.why}")
        found.append(f" --> {self.where}")
        found += [f" = note: {self.notes[0]}", *(f"         {note}" for note in self.notes[1:])] if self.notes else []
        if self.help:
            found.append(f" = help: {self.help}")
        return found


class Report(NamedTuple):
    """What `tracelog formats check` has to say of a definition."""

    name: str
    samples: int
    shapes: tuple[tuple[str, bool, str | None], ...]
    """(reference, compiled, why not)."""
    problems: tuple[Problem, ...]


def check(definition: Definition, catalog: Catalog) -> list[Problem]:
    """Everything wrong with a definition that loaded."""
    return list(report(definition, catalog).problems)


def report(definition: Definition, catalog: Catalog) -> Report:
    """A definition tried out on its samples."""
    samples = definition.document.sample
    try:
        found = tuple(shapes(definition, catalog))
        problems = tuple(_problems(definition, catalog))
    except TracelogError as error:
        where = error.where or str(definition.path)
        notes = tuple(error.got_to.splitlines()) if error.got_to else ()
        return Report(definition.name, len(samples), (), (Problem(error.what, error.why, where, notes, error.help),))
    return Report(definition.name, len(samples), found, problems)


def shapes(definition: Definition, catalog: Catalog) -> Iterator[tuple[str, bool, str | None]]:
    """The shapes of text that a definition reads: (reference, whether it is compiled, why not)."""
    document = definition.document
    written = [document.grammar or ""]
    for formats in document.decode.values():
        written += [formats] if isinstance(formats, str) else formats
    for reference in dict.fromkeys(each.removesuffix("?") for each in written if ".lark:" in each):
        shape = catalog.text_shape(reference)
        yield reference, shape.compiled, shape.why


def _problems(definition: Definition, catalog: Catalog) -> Iterator[Problem]:
    resolve.interpreter(definition, catalog)
    for each in asked.unknown(definition, catalog):
        tip = f"did you mean {each.near}?" if each.near else f"its fields: {', '.join(each.known)}"
        why = "no terminal of its grammar and no name of [let] is called so" if definition.document.grammar else None
        yield Problem(f"unknown field: {each.name}", why, _place(definition, *each.where), help=tip)
    exercised: set[int] = set()
    for number, sample in enumerate(definition.document.sample):
        yield from _sample(definition, catalog, number, sample, exercised)
    for number, rule in enumerate(definition.document.record):
        taken = definition.document.like and definition.line("record", number) is None  # tried by the other's samples
        if number not in exercised and not taken:
            yield Problem(
                f"no sample exercises record {number + 1} ({resolve.rule_label(rule)})",
                "what no sample shows has never been seen to work",
                _place(definition, "record", number),
                help="add a record of this kind to a [[sample]], or remove the [[record]]",
            )


def _sample(
    definition: Definition, catalog: Catalog, number: int, sample: Sample, exercised: set[int]
) -> Iterator[Problem]:
    where = _place(definition, "sample", number)
    head = recognise.head_of(sample.text.encode(), definition.name)
    choice = recognise.choose(head, catalog)
    if choice.definition is None or choice.definition.name != definition.name:
        why, tip = _unclaimed(definition, catalog, head, choice)
        yield Problem(f"sample {number + 1} is not recognised as {definition.name}", why, where, help=tip)
    values = _values(definition, catalog, sample)
    interpreter = settled(definition, catalog, Settings(zone=sample.zone), values)
    found: list[Outcome] = []
    for value in values:
        rule = interpreter.rule_of(copy.deepcopy(value))
        if rule is not None:
            exercised.add(rule)
        found.append(interpreter(value))
    yield from _verdicts(sample, found, values, number, where)
    yield from _events(sample, [event for outcome in found for event in outcome.events], number, where)


def outcomes(definition: Definition, catalog: Catalog, sample: Sample) -> list[Outcome]:
    """What the records of a sample come to, read as an export of its own."""
    values = _values(definition, catalog, sample)
    return settled(definition, catalog, Settings(zone=sample.zone), values).batch(values)


def _values(definition: Definition, catalog: Catalog, sample: Sample) -> list[Any]:
    data = sample.text.encode()
    plan = recognise.plan_for(definition, catalog, recognise.head_of(data, definition.name))
    values: list[Any] = []
    for batch in batches(io.BytesIO(data), plan):
        values += batch.values if batch.values is not None else [decoded(raw) for raw in batch.raws]
    return values


def settled(definition: Definition, catalog: Catalog, settings: Settings, values: list[Any]) -> Interpreter:
    """An interpreter for an export of which all records are at hand: what its stamps leave open is settled too."""
    settings, _ = calendar(definition, catalog, settings, copy.deepcopy(values))
    return resolve.interpreter(definition, catalog, settings)


def _unclaimed(definition: Definition, catalog: Catalog, head: Head, choice: recognise.Choice) -> tuple[str, str]:
    """(why, what to do)."""
    own = recognise.claim(head, definition, catalog)
    if choice.definition is not None and isinstance(own, recognise.Claim):
        why = f"{choice.definition.name} claims it too: {choice.why}"
        return why, "name something in [recognise] that only this format has"
    return own.why, "mend [recognise], or the sample"


def _verdicts(sample: Sample, outcomes: list[Outcome], values: list[Any], number: int, where: str) -> Iterator[Problem]:
    for verdict in ("unread", "ignored", "context"):
        wanted: list[str] = getattr(sample, verdict)
        found = [
            (outcome.reason or "", value)
            for outcome, value in zip(outcomes, values, strict=True)
            if outcome.verdict == verdict
        ]
        if len(wanted) == len(found) and all(part in reason for part, (reason, _) in zip(wanted, found, strict=True)):
            continue
        notes = [f"expected {verdict}: {wanted or 'none'}"]
        for reason, value in found[:5]:
            notes += [f"came out {verdict}: {reason}", f"   {_shown(value)}"]
        if not found:
            notes.append(f"no record came out {verdict}")
        yield Problem(
            f"sample {number + 1}: {len(found)} records are {verdict}, {len(wanted)} should be",
            found[0][0] if found and verdict == "unread" else None,
            where,
            tuple(notes),
            f"write {verdict} = [{', '.join(repr(reason) for reason, _ in found)}] if that is right",
        )


def _shown(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) < 120 else f"{text[:117]}..."


def _events(sample: Sample, events: list[Event], number: int, where: str) -> Iterator[Problem]:
    wanted = sample.events
    for nth, (expected, event) in enumerate(zip(wanted, events, strict=False), start=1):
        unknown = [key for key in expected if key not in READ]
        if unknown:
            near = difflib.get_close_matches(unknown[0], READ, n=1)
            tip = f"did you mean {near[0]}?" if near else f"use: {', '.join(READ)}"
            yield Problem(f"sample {number + 1}, event {nth}: unknown key {unknown[0]}", None, where, help=tip)
            continue
        for key, value in expected.items():
            found = READ[key](event)
            if not _agrees(key, value, found):
                notes = (f"expected {value!r}", f"came out {found!r}", f"of {describe(event)}")
                what = f"sample {number + 1}, event {nth}: {key} is not as expected"
                yield Problem(what, None, where, notes, _no_map(event) if key in {"states", "marks"} else None)
    if len(wanted) != len(events):
        came = tuple(f"came out {describe(event)}" for event in events[:12]) or ("no event came out",)
        what = f"sample {number + 1} yields {len(events)} events, {len(wanted)} are expected"
        yield Problem(what, None, where, came, "events lists every event that a sample yields, in order")


def _no_map(event: Event) -> str | None:
    """What to do where a state came out without a meaning because no status map has the value."""
    values = [f"{state.field} “{state.raw}”" for state in event.states if state.mark == "UNMAPPED"]
    file = f"status/{event.kind.system}.csv beside the definition"
    return f"no status map knows {', '.join(values)}: give it a row in {file}" if values else None


def describe(event: Event) -> str:
    """An event in the words of a sample, for messages and for drafting samples."""
    parts = []
    for key in ("system", "phase", "peer", "topic", "level", "at", "names", "weak", "message", "states", "fields"):
        value = READ[key](event)
        if value not in (None, [], {}):
            parts.append(f"{key} = {_toml(value)}")
    return "{ " + ", ".join(parts) + " }"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(key) if '.' in key else key} = {_toml(v)}" for key, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return f'"{value}"'


def _agrees(key: str, expected: Any, found: Any) -> bool:
    if key in ("at", "happened_at"):
        return _instant(expected) == _instant(found)
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(found.get(each) == value for each, value in expected.items())
    return bool((expected or None) == (found or None))


_iso = times.parser(["iso"], None)


def _instant(text: Any) -> int | None:
    try:
        return _iso(text)[0] if text else None
    except StampError:
        return -1


def _shown_time(at: int | None) -> str | None:
    """RFC 3339, with as many digits as are needed."""
    if at is None:
        return None
    seconds, rest = divmod(at, SECOND)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}{fraction}Z"


def _place(definition: Definition, *where: str | int) -> str:
    return str(definition.path.parent / definition.place(*where))


def _precision(event: Event) -> str:
    return next((word for word, size in PRECISIONS.items() if event.precision == size), f"{event.precision} ns")


READ: dict[str, Callable[[Event], Any]] = {
    **{
        key: lambda event, key=key: getattr(event.kind, key)  # type: ignore[misc]
        for key in ("system", "instance", "phase", "peer", "topic", "level", "stream", "carries")
    },
    "at": lambda event: _shown_time(event.at),
    "happened_at": lambda event: _shown_time(event.happened_at),
    "precision": _precision,
    "names": lambda event: [f"{name.kind} {name.value}" for name in event.names if name.strength == "strong"],
    "weak": lambda event: [f"{name.kind} {name.value}" for name in event.names if name.strength == "weak"],
    "message": lambda event: list(event.envelope),
    "states": lambda event: {state.axis: state.canonical or "" for state in reversed(event.states)},
    "raw": lambda event: {state.field: state.raw for state in event.states},
    "marks": lambda event: {state.field: state.mark for state in reversed(event.states)},
    "fields": lambda event: event.fields,
    "before": lambda event: event.before,
    "ids": lambda event: event.ids,
    "actor": lambda event: event.actor and {"name": event.actor.name, "kind": event.actor.kind},
    "result": lambda event: event.result,
}
"""What a sample may say of an event, and how it is read off."""
