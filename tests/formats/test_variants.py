"""Every sample export as another user would have it: laid out otherwise, cut, of other orders, with keys missing.

A variant is read by the same definition, says the same, and leaves no record unread that was read before.
"""

from __future__ import annotations

import copy
import gzip
import io
import json
import random
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from formats import variants
from formats.export_reading import NEW_YORK, SAMPLES, shipped
from formats.test_shipped import EXPORTS
from formats.variants import Variant
from tracelog.config import Config
from tracelog.ingest import ingest
from tracelog.interpret import plans, recognise, resolve
from tracelog.interpret.definition import Definition
from tracelog.model.event import Event, Outcome
from tracelog.model.ingest import IngestOptions
from tracelog.read.reader import batches

AS_GOOD = {
    "n8n-executions": {"n8n-execution"},
    "n8n-execution": {"n8n-executions"},
    "stripe-events": {"stripe-events-list"},
    "stripe-events-list": {"stripe-events"},
    "shipstation-fetched": {"shipstation-webhooks", "receiver-webhooks"},
}
"""One form with and without the list around it; a mixed export of which a part has one kind only."""

ESSENTIAL = {
    "amazon-sp-api-notifications": {"Body", "Body.NotificationType"},
    "cin7core-webhooks": {"body"},
    "shipstation-fetched": {"body", "body.orderKey"},
    "quickbooks-transactions": {"time"},
    "sap-idoc-xml": {"EDI_DC40", "EDI_DC40.DIRECT", "EDI_DC40.CREDAT", "EDI_DC40.CRETIM"},
}
"""What nobody can do without, beside the keys by which a format is known and its time: who speaks, the body."""


ONLY_TOGETHER = {"syslog_rfc3164.log"}
"""Of a syslog in several spellings one line alone may be any log's."""


class Read(NamedTuple):
    """An export as it was read: by which definition, its records as bytes and as values, and what came of each."""

    definition: Definition
    raws: list[bytes]
    values: list[Any]
    outcomes: list[Outcome]

    def said(self) -> list[tuple[Any, ...]]:
        return [_statement(event) for outcome in self.outcomes for event in outcome.events]

    def unread(self) -> list[str]:
        return [outcome.reason or "" for outcome in self.outcomes if outcome.verdict == "unread"]

    def counts(self, times: int = 1) -> dict[str, int]:
        verdicts = [outcome.verdict for outcome in self.outcomes]
        return {verdict: verdicts.count(verdict) * times for verdict in sorted(set(verdicts))}


def _statement(event: Event) -> tuple[Any, ...]:
    kind = event.kind
    states = sorted((state.axis, state.canonical or "") for state in event.states)
    names = sorted(f"{name.kind} {name.value}" for name in event.names)
    return (kind.system, kind.phase, kind.peer, kind.topic, kind.carries, states, names)


def _without_values(said: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The statements with the kinds of names only: of another order the same is said."""
    return [(*each[:-1], [name.split(" ")[0] for name in each[-1]]) for each in said]


@cache
def _interpreter(name: str, settings: str, number: int) -> resolve.Interpreter:
    """Compiled once for all exports for which the same is settled: that takes longer than reading them."""
    return resolve.interpreter(shipped().definitions[name], shipped(), _SETTINGS[settings])


_SETTINGS: dict[str, resolve.Settings] = {}
_count = iter(range(1_000_000))


def _interpreting(definition: Definition, values: list[Any]) -> resolve.Interpreter:
    asked = resolve.Settings(zone=NEW_YORK, system=None)
    settings, _ = plans.calendar(definition, shipped(), asked, copy.deepcopy(values))
    _SETTINGS[repr(settings)] = settings
    remembers = definition.document.run is not None
    return _interpreter(definition.name, repr(settings), next(_count) if remembers else -1)


def read(data: bytes) -> Read | str:
    """What a user gets; or, when no definition fits, why."""
    head = recognise.head_of(data, "export")
    choice = recognise.choose(head, shipped())
    if choice.definition is None:
        return choice.why
    raws: list[bytes] = []
    values: list[Any] = []
    for batch in batches(io.BytesIO(data), recognise.plan_for(choice.definition, shipped(), head)):
        raws += batch.raws
        values += batch.values if batch.values is not None else [raw.decode("utf-8", "replace") for raw in batch.raws]
    interpreter = _interpreting(choice.definition, values)
    return Read(choice.definition, raws, values, [interpreter(copy.deepcopy(value)) for value in values])


@cache
def sample(file: str) -> tuple[bytes, Read]:
    data = (SAMPLES / "formats" / file).read_bytes()
    found = read(data)
    assert isinstance(found, Read), found
    return data, found


def wrong(variant: Variant, was: Read, *, same_names: bool = True) -> str | None:
    """In what the variant is read otherwise than the sample."""
    found = read(variant.data)
    if isinstance(found, str):
        return f"{variant.what}: no format, {found}"
    name = was.definition.name
    if found.definition.name not in {name} | AS_GOOD.get(name, set()):
        return f"{variant.what}: read as {found.definition.name}"
    if found.unread() and not was.unread():
        return f"{variant.what}: unread, {found.unread()[0]}"
    before, after = was.said() * variant.times, found.said()
    if not same_names:
        before, after = _without_values(before), _without_values(after)
    if before != after:
        differ = next(((one, other) for one, other in zip(before, after, strict=False) if one != other), None)
        return f"{variant.what}: {len(after)} statements instead of {len(before)}, {differ}"
    if was.counts(variant.times) != found.counts():
        return f"{variant.what}: {found.counts()}"
    return None


def faults(file: str, some: list[Variant], *, same_names: bool = True) -> list[str]:
    was = sample(file)[1]
    return [why for variant in some if (why := wrong(variant, was, same_names=same_names))]


def of_reader(*readers: str) -> list[str]:
    found = {file: shipped().definitions[expected["format"]].reader for file, expected in EXPORTS.items()}
    return [file for file, reader in found.items() if reader in readers]


JSON = of_reader("json", "jsonl")
TABLES = of_reader("csv")
TEXTS = of_reader("lines", "xml", "x12", "edifact")


@pytest.mark.parametrize("file", JSON)
def test_json_may_be_laid_out_in_any_way(file: str) -> None:
    """One a line, pretty, concatenated, a list, inside `data`; keys in any order, unknown ones, ids as text."""
    data, was = sample(file)
    documents = variants.documents(data.decode())
    some = list(variants.json_variants(documents))
    if was.values != documents:  # lists with something around them; the records are known without it
        some = [each for each in some if each.what != "wrapped in data"]
        some += variants.laid_out(was.values)

    assert faults(file, some) == []


@pytest.mark.parametrize("file", [file for file in JSON if b'"headers"' in sample(file)[0] and "debug" not in file])
def test_a_capture_may_hold_its_body_as_text_and_its_headers_in_any_case(file: str) -> None:
    """As the receiver's framework gives them: the raw body, and names of headers in small or capital letters."""
    data, _ = sample(file)
    documents = variants.documents(data.decode())
    some = []
    for what, change in (
        ("body as text", variants.with_body_as_text),
        ("headers in small letters", lambda each: variants.with_headers(each, str.lower)),
        ("headers in capitals", lambda each: variants.with_headers(each, str.upper)),
    ):
        some.append(Variant(what, "".join(f"{json.dumps(change(each))}\n" for each in documents).encode()))

    assert faults(file, some) == []


@pytest.mark.parametrize("file", TABLES)
def test_a_table_may_be_laid_out_in_any_way(file: str) -> None:
    """Columns in any order, unknown ones, any delimiter and quoting, a mark, a title above, empty lines below."""
    assert faults(file, list(variants.table_variants(variants.table(sample(file)[0])))) == []


@pytest.mark.parametrize("file", TEXTS)
def test_a_text_may_have_other_line_ends_and_come_twice(file: str) -> None:
    assert faults(file, list(variants.text_variants(sample(file)[0]))) == []


@pytest.mark.parametrize("file", EXPORTS)
def test_of_other_orders_and_days_the_same_is_said(file: str) -> None:
    """Nothing hangs on the ids and the dates that the samples have."""
    data, _ = sample(file)
    some = [Variant("other ids", variants.renumbered(data)), Variant("17 days later", variants.later(data, 17))]

    assert faults(file, some, same_names=False) == []


@pytest.mark.parametrize("file", [*JSON, *TABLES, *of_reader("lines")])
def test_a_part_of_an_export_is_read_like_the_whole(file: str) -> None:
    """Its first half, and single records of it."""
    data, was = sample(file)
    above = data.split(b"\n", 1)[0] + b"\n" if was.definition.reader == "csv" else b""
    inferred = was.definition.document.inferred
    numbers = range(len(was.raws))
    dice = random.Random(file)
    ones = {0, len(was.raws) - 1, *dice.sample(numbers, min(2, len(was.raws)))}
    found = []
    for part in [numbers[: (len(numbers) + 1) // 2], *([number] for number in sorted(ones))]:
        outcomes = [was.outcomes[number] for number in part]
        if len(part) == 1 and file in ONLY_TOGETHER:
            continue
        if inferred and not any(outcome.verdict == "understood" for outcome in outcomes):
            continue  # free text that states nothing of an order is no export
        text = above + b"\n".join(was.raws[number] for number in part) + b"\n"
        why = wrong(Variant(f"records {list(part)}", text), was._replace(outcomes=outcomes))
        if why and "--as-of" not in why:  # stamps without a year: a line with one may have told it
            found.append(why)

    assert found == []


@pytest.mark.parametrize("file", [*JSON, *TABLES, *of_reader("xml")])
def test_a_record_that_lacks_a_key_is_read_all_the_same(file: str) -> None:
    """Any key, but those by which the format is known, the record's time, and the few of ESSENTIAL."""
    _, was = sample(file)
    interpreter = _interpreting(was.definition, was.values)
    needed = ESSENTIAL.get(was.definition.name, set())
    found = {}
    for value, outcome in zip(was.values, was.outcomes, strict=True):
        if outcome.verdict == "unread" or not isinstance(value, dict):
            continue
        for path in variants.paths(value):
            dotted = ".".join(step for step in path if isinstance(step, str))
            if dotted not in needed and not _is_asked(dotted, was.definition):
                after = interpreter(copy.deepcopy(variants.without(value, path)))
                if after.verdict == "unread":
                    found[dotted] = after.reason

    assert found == {}


def _is_asked(path: str, definition: Definition) -> bool:
    """Whether the format is known by this key, or by one below it, or the record's time is."""
    document = definition.document
    known = document.recognise
    asked = [*known.keys, *known.when, *known.header] if known else []
    asked += [document.time.at or ""] if document.time else []
    asked += [value for name, value in document.let.items() if any(name in each for each in asked)]
    parts = [part.strip() for each in asked for part in re.split(r"\?\?|[|(){}]", re.sub(r"\[\w*\]|\"", "", each))]
    return any(part == path or part.startswith(f"{path}.") for part in parts)


@pytest.mark.parametrize("file", TABLES)
def test_a_table_may_lack_any_column_by_which_it_is_not_known(file: str) -> None:
    data, was = sample(file)
    document = was.definition.document
    known = document.recognise.header if document.recognise and document.recognise.header else [*document.columns]
    spelled = {each.casefold() for name in known for each in (name, *document.columns.get(name, []))}
    header, *rows = variants.table(data)
    found = {}
    for place, name in enumerate(header):
        if name.casefold() in spelled:
            continue
        after = read(variants.written([[*row[:place], *row[place + 1 :]] for row in (header, *rows)]))
        if isinstance(after, str) or after.definition is not was.definition or after.unread():
            found[name] = after if isinstance(after, str) else (after.definition.name, after.unread()[:1])

    assert found == {}


def test_all_in_one_folder_compressed_each_is_known(tmp_path: Path) -> None:
    """A folder as it comes from somebody who asks for help: whatever there is, zipped one by one."""
    exports = tmp_path / "exports"
    exports.mkdir()
    for file in EXPORTS:
        (exports / f"{file}.gz").write_bytes(gzip.compress(sample(file)[0], mtime=0))
    report = ingest([exports], db=tmp_path / "t.db", config=Config(), options=IngestOptions(tz=NEW_YORK))

    assert report.failed == []
    assert report.not_exports == []
    assert {Path(row.export).name.removesuffix(".gz"): row.format for row in report.ledger} == {
        file: expected["format"] for file, expected in EXPORTS.items()
    }
    assert {row.export: row.unread for row in report.ledger if row.unread} == {}


def test_the_variants_are_variants() -> None:
    """Dates move in every spelling, ids change alike wherever they stand, and times of day stay."""
    text = b'{"at": "2026-03-12T14:02:11Z", "on": "3/9/2026", "id": 6120481930251, "s": "12/Mar/2026 id 6120481930251"}'

    assert variants.later(text, 3).count(b"15") == 2
    assert b'"3/12/2026"' in variants.later(text, 3)
    (one,) = set(re.findall(rb"\d{13}", variants.renumbered(text)))
    assert one != b"6120481930251"
    assert variants.without({"a": '{"b": 1}'}, ("a", "b")) == {"a": json.dumps({})}
