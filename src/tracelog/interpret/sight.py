"""The first records of an export that no format fits, whatever it is: a table, JSON, XML or text."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tracelog.errors import ExportError
from tracelog.interpret import sight_text, sight_xml
from tracelog.interpret.sight_text import Lines
from tracelog.model.record import Plan, Unreadable
from tracelog.read.csv import header_cells
from tracelog.read.encoding import decoded
from tracelog.read.head import Head
from tracelog.read.reader import batches

SAMPLED = 200
"""Records that a guess rests on."""
LONGEST_NAME = 200
"""Characters of a column's name; a longer one is none."""
LISTS = ("data", "items", "records", "results", "rows", "orders", "events", "value")
_MOMENT = re.compile(r"\d{4}[-/.]\d\d[-/.]\d\d|\d\d:\d\d")
_DATUM = re.compile(r"\d{3,}|\d[:.]\d|=|\[|://")
"""What stands in cells and seldom in their header."""
FEW_DATA = 0.25
"""The share of a header's cells that may look like data."""


class Sight(NamedTuple):
    reader: str
    records: list[dict[str, Any]]
    raws: list[str]
    """The records as they stand, and the header line of a table first."""
    path: str | None = None
    """Where they lie in a JSON or XML document."""
    lines: Lines | None = None
    """How text is spelled."""


def sight(head: Head, file: str = "", folders: Sequence[Path] = ()) -> Sight:
    """What an export holds; text by a grammar that is to lie in this file, without one tables and JSON alone.

    Raises ExportError where nothing in it comes again.
    """
    found = _objects(head)
    if file and found is None and head.kind == "xml" and (elements := sight_xml.elements(head)) is not None:
        found = Sight("xml", elements.records, elements.raws, elements.path)
    if file and found is None and not _header_tells(head) and head.kind in {"text", "csv", "json", "xml"}:
        lines = sight_text.taken_apart(head, file, folders)
        found = Sight("lines", lines.records[:SAMPLED], lines.raws, None, lines) if lines is not None else None
    if found is None and (not file or _header_tells(head)):
        found = _table(head)
    if found is not None:
        return found
    raise ExportError(
        f"{head.name}: no draft can be made of it",
        why=head.note or "nothing in it comes again: neither columns nor keys, nor lines that are spelled alike",
        help="tracelog formats show NAME --source shows a definition to begin with",
    )


def _objects(head: Head) -> Sight | None:
    if head.kind not in {"json", "jsonl"} or not head.documents:
        return None
    path, listed = _listed(head.documents)
    records = [each for each in listed if isinstance(each, dict)][:SAMPLED]
    reader = "json" if head.kind == "json" else "jsonl"
    return Sight(reader, records, [json.dumps(r) for r in records], path) if records else None


def _header_tells(head: Head) -> bool:
    """Whether the line with most cells names columns, and the lines below have about as many."""
    names, sign = max(head.headers, key=lambda header: len(header[0]), default=((), ","))
    data = sum(bool(_DATUM.search(name)) for name in names)
    if any(map(_MOMENT.search, names)):
        return False
    if len(names) < 2 or data > FEW_DATA * len(names):
        return False
    if head.kind == "csv":
        return True
    rows = [line for line in head.lines if line.strip()]
    counts = [row.count(sign) + 1 for row in rows]
    return sum(abs(count - len(names)) <= len(names) // 4 for count in counts) * 2 > len(counts)


def _table(head: Head) -> Sight | None:
    names, sign = max(head.headers, key=lambda header: len(header[0]), default=((), ","))
    if len(names) < 2 or max(map(len, names)) > LONGEST_NAME:
        return None
    # of lines with a title above them the one with most cells is the header
    plan = Plan("csv", delimiter=sign, columns={name: (name,) for name in names if name})
    records, raws = [], [next(line for line in head.lines if header_cells(line.strip("\ufeff"), sign) == names)]
    try:
        for batch in batches(io.BytesIO(head.data), plan):
            for raw, value in zip(batch.raws, batch.values or (), strict=True):
                if not isinstance(value, Unreadable):
                    records.append({name: cell for name, cell in value.items() if name})  # unnamed ones name nothing
                    raws.append(decoded(raw))
    except ExportError:
        pass  # what was read so far has to do
    return Sight("csv", records[:SAMPLED], raws, None) if records else None


def written(read: Sight, chosen: Sequence[int]) -> str:
    """Some records as an export that holds no others."""
    return "\n".join(_chosen(read, chosen)) + "\n"


def _chosen(read: Sight, chosen: Sequence[int]) -> list[str]:
    if read.reader == "csv":
        return [read.raws[n] for n in (0, *(n + 1 for n in chosen))]
    if read.reader == "xml" and read.path:
        before, behind = sight_xml.around(read.path)
        return [line for line in (before, *(read.raws[n] for n in chosen), behind) if line]
    if read.reader == "json" and read.path:
        return [json.dumps({read.path: [read.records[n] for n in chosen]})]
    if read.reader == "json" and len(chosen) > 1:
        return [json.dumps([read.records[n] for n in chosen])]
    return [read.raws[n] for n in chosen]


def _listed(documents: Sequence[Any]) -> tuple[str | None, list[Any]]:
    """(path of the records, the records) of the first JSON documents."""
    first = documents[0]
    if isinstance(first, list):
        return None, first
    if len(documents) == 1 and isinstance(first, dict):
        lists = {key: each for key, each in first.items() if isinstance(each, list) and each}
        key = next((key for key in LISTS if key in lists), next(iter(lists), None) if len(first) <= 4 else None)
        if key is not None and isinstance(lists[key][0], dict):
            return key, lists[key]
    return None, list(documents)
