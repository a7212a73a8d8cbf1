"""Which reader cuts which export, and what holds for all of them: encoding, damage, offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracelog.errors import DefinitionError
from tracelog.model.record import Batch, Plan, Unreadable
from tracelog.read import csv, edi, interchange, json, jsonl, lines, signs, xml
from tracelog.read.encoding import Utf16, encoding_of
from tracelog.read.stream import CHUNK, Joined, Lined, Patient, Readable, up_to

if TYPE_CHECKING:
    from collections.abc import Iterator

CUT = "the export is damaged in the middle of this record"


def batches(stream: Readable, plan: Plan) -> Iterator[Batch]:
    """The records of an export in bounded memory, as `plan` says.

    Damage in a container or on the disk ends the export early: every good record comes first, a record cut in
    two is `Unreadable`, then the `ExportError` is raised with how far reading got.
    """
    patient = Patient(stream)
    head = up_to(patient, CHUNK)
    encoding, mark = encoding_of(head)
    text: Readable = Joined(head[mark:], patient)
    wide = None
    if encoding != "utf-8":
        text = wide = Utf16(text, encoding, mark)
        wide.forgetful = plan.reader not in signs.STANDARDS  # there places run from the interchange's beginning
        mark = 0
    elif b"\r" in head and b"\n" not in head and plan.reader in {"lines", "csv"}:
        text = Lined(text)
    count = 0
    held: Batch | None = None
    for batch in _reader(text, plan, mark):
        if wide is not None:
            _lead_back(batch, wide)
        if held is not None:
            yield held
        held = batch
        count += len(batch)
    if held is not None:
        if patient.error is not None and not patient.complete_line:
            held.values = held.values or [None] * len(held)
            held.values[-1] = Unreadable(CUT)
        yield held
    if patient.error is not None:
        got = patient.error.got_to
        patient.error.got_to = f"{count:,} records" + (f", {got}" if got else "")
        raise patient.error


def _reader(stream: Readable, plan: Plan, start: int) -> Iterator[Batch]:
    match plan.reader:
        case "lines":
            return lines.records(stream, plan.begins, start)
        case "csv":
            return csv.records(stream, plan, start)
        case "json":
            return json.records(stream, plan.records, start)
        case "jsonl":
            return jsonl.records(stream, plan.records, start)
        case "xml":
            return xml.records(stream, plan.records, start)
        case "x12" | "edifact":
            return interchange.records(stream, signs.STANDARDS[plan.reader], start)
        case other:
            raise DefinitionError(
                f"there is no reader {other}", help="lines, csv, json, jsonl, xml, x12 and edifact are known"
            )


def value(raw: bytes, plan: Plan) -> Any:
    """What a typed reader makes of one record's bytes alone (rows need their header: not for `csv`)."""
    if plan.reader in signs.STANDARDS:
        return edi.value(raw, signs.STANDARDS[plan.reader])
    return xml.value(raw, plan.records) if plan.reader == "xml" else json.value(raw)


def _lead_back(batch: Batch, wide: Utf16) -> None:
    """Offsets and lengths in bytes of the UTF-16 export; the raws stay UTF-8."""
    for n, offset in enumerate(batch.offsets):
        end = offset + batch.lengths[n]
        batch.offsets[n] = wide.place(offset)
        if n not in batch.oversize and batch.lengths[n] == len(batch.raws[n]):
            batch.lengths[n] = len(batch.raws[n].decode("utf-8", "replace").encode("utf-16-le", "surrogatepass"))
        else:
            batch.lengths[n] = wide.place(end) - batch.offsets[n]
