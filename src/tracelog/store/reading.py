"""Records to outcomes, for intake and for rereading: the one place where storing meets matching and interpreting."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

import msgspec

from tracelog.interpret.catalog import Catalog
from tracelog.interpret.definition import Computed, Definition
from tracelog.interpret.resolve import Interpreter
from tracelog.match.explain import Explanation
from tracelog.match.mask import mask
from tracelog.match.reader import Reader
from tracelog.model.event import Outcome
from tracelog.model.record import LIMIT, Batch, Plan, Unreadable, shortened
from tracelog.model.vendor import VendorLimit
from tracelog.read.encoding import decoded, encoding_of, to_utf8
from tracelog.read.reader import batches, value
from tracelog.store.results import DefinitionInfo
from tracelog.store.statements import Unread

TOO_LONG = Unreadable(f"longer than {LIMIT // 1024 // 1024} MiB")


class Reading:
    """The records of one export through its definition; unread ones are explained once for each shape of text."""

    def __init__(self, interpreter: Interpreter, definition: Definition, catalog: Catalog) -> None:
        self._interpret = interpreter
        self._format = definition.name
        grammar = definition.document.grammar
        self._reader = Reader(catalog.text_shape(grammar)) if grammar else None

    def outcomes(self, batch: Batch, indexes: Sequence[int]) -> list[Outcome]:
        """One outcome for each of these records of the batch."""
        values, raws = batch.values, batch.raws
        if values is None:
            chosen = raws if len(indexes) == len(raws) else [raws[n] for n in indexes]
            made = self._interpret.batch([decoded(raw) for raw in chosen])
        else:
            made = self._interpret.batch([
                values[n] if values[n] is not None else decoded(raws[n]) for n in indexes
            ])  # fmt: skip
        return made

    def unread(self, batch: Batch, index: int, outcome: Outcome) -> Unread:
        """Why this record of the batch stayed unread."""
        return self.why(batch.raws[index], outcome)

    def why(self, raw: bytes, outcome: Outcome) -> Unread:
        """Why this record stayed unread."""
        text = decoded(raw[:LIMIT])
        nearest: dict[str, Any] = {"format": self._format, "shape": None, "got_to": None, "expected": None}
        reason = shortened(outcome.reason or "no reason given")
        if self._reader is not None and self._reader.shape.fields(text) is None:
            read = self._reader.read(text)
            if isinstance(read, Explanation):
                nearest |= {
                    "shape": self._reader.shape.reference,
                    "got_to": read.got_to,
                    "expected": " or ".join(read.expected) or None,
                }
                return Unread(read.shape, shortened(f"{reason}: {read.message}"), nearest)
        return Unread(outcome.shape or mask(text), reason, nearest)


class Rereading:
    """The same for records that lie in the store: their values are made anew from their text."""

    def __init__(self, reading: Reading, plan: Plan, preamble: bytes | None) -> None:
        self._reading = reading
        self._plan = plan
        self._preamble = _as_utf8(preamble or b"")

    def outcomes(self, texts: Sequence[bytes], cut: Sequence[bool]) -> list[Outcome]:
        """One outcome for each stored record; of a record that is `cut` only the beginning was kept."""
        values = _values(texts, self._plan, self._preamble)
        if values is not None or any(cut):
            values = [TOO_LONG if short else one for one, short in zip(values or repeat(None), cut, strict=False)]
        return self._reading.outcomes(Batch(list(texts), values, [], [], []), range(len(texts)))

    def unread(self, text: bytes, outcome: Outcome) -> Unread:
        """Why this record stayed unread."""
        return self._reading.why(text, outcome)


def stored_values(found: Iterable[Sequence[bytes]], plan: Plan, preamble: bytes | None) -> Iterator[Any]:
    """Stored records, page by page, as the interpreter takes them."""
    for texts in found:
        values = _values(texts, plan, _as_utf8(preamble or b""))
        yield from (decoded(text) for text in texts) if values is None else values


def _values(texts: Sequence[bytes], plan: Plan, preamble: bytes) -> list[Any] | None:
    """What the typed reader makes of stored records; None when they are plain text."""
    if plan.reader == "lines":
        return None
    return _rows(texts, plan, preamble) if plan.reader == "csv" else [value(text, plan) for text in texts]


def _rows(texts: Sequence[bytes], plan: Plan, preamble: bytes) -> list[Any]:
    """Rows under the header of their export: all at once, or one by one where records would run together."""
    together = _cells(b"\n".join(texts), plan, preamble)
    if len(together) == len(texts):
        return together
    return [next(iter(_cells(text, plan, preamble)), Unreadable("not readable as a row")) for text in texts]


def _cells(text: bytes, plan: Plan, preamble: bytes) -> list[Any]:
    return [one for batch in batches(io.BytesIO(preamble + text + b"\n"), plan) for one in batch.values or ()]


def _as_utf8(preamble: bytes) -> bytes:
    encoding, mark = encoding_of(preamble)
    return to_utf8(preamble[mark:], encoding)


def plan_key(plan: Plan) -> str:
    """How records are cut, as text. Names of columns are not part of it: they do not move a record's ends."""
    begins = plan.begins.pattern.decode("utf-8", "replace") if plan.begins else None
    return json.dumps([plan.reader, begins, plan.continues, list(plan.records), plan.delimiter])


def planned(key: str, plan: Plan) -> Plan | None:
    """The plan by which an export was cut, now with these columns; None when records are cut otherwise today."""
    plan = msgspec.structs.replace(plan, reader=json.loads(key)[0])
    return plan if plan_key(plan) == key else None


def described(definition: Definition, limits: tuple[VendorLimit, ...] = ()) -> DefinitionInfo:
    """What the store keeps of a definition, so that scanning needs no parsers. `limits`: of its systems' vendors."""
    document = definition.document
    absence, note = "strong", None
    if document.absence is not None:
        absence = "none" if document.absence.none is not None else "weak"
        note = document.absence.none or document.absence.weak
    words = [document.phase, *(rule.phase for rule in document.record)]
    words += [event.phase for rule in document.record for event in rule.event]
    phases: dict[str, None] = {}
    for word in words:
        if isinstance(word, Computed):
            phases.update(dict.fromkeys(document.map.get(word.map or "", {}).values()))
        elif word:
            phases[word] = None
    return DefinitionInfo(
        name=definition.name, title=definition.title, system=definition.system, absence=absence, note=note,
        retention=document.retention, where=document.where,
        carries=document.carries if isinstance(document.carries, str) else None,
        zone=document.time.zone if document.time else "in text", phases=tuple(phases), inferred=document.inferred,
        limits=limits,
    )  # fmt: skip
