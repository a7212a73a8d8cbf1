"""The first records of an export that no format fits, taken as a table or as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from tracelog.errors import ExportError
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


class Sight(NamedTuple):
    reader: str
    records: list[dict[str, Any]]
    raws: list[str]
    """The records as they stand, and the header line of a table first."""
    path: str | None
    """Where they lie in a JSON document."""


def sight(head: Head) -> Sight:
    """Raises ExportError where it is neither."""
    if head.kind in {"json", "jsonl"} and head.documents:
        path, listed = _listed(head.documents)
        records = [each for each in listed if isinstance(each, dict)][:SAMPLED]
        if records:
            return Sight("json" if head.kind == "json" else "jsonl", records, [json.dumps(r) for r in records], path)
    names, sign = max(head.headers, key=lambda header: len(header[0]), default=((), ","))
    if (
        len(names) > 1 and max(map(len, names)) <= LONGEST_NAME
    ):  # of lines with a title above them the one with most cells is the header
        plan = Plan("csv", delimiter=sign, columns={name: (name,) for name in names if name})
        records, raws = [], [next(line for line in head.lines if header_cells(line.strip("\ufeff"), sign) == names)]
        try:
            for batch in batches(io.BytesIO(head.data), plan):
                for raw, value in zip(batch.raws, batch.values or (), strict=True):
                    if not isinstance(value, Unreadable):
                        records.append(
                            {name: cell for name, cell in value.items() if name}
                        )  # unnamed ones name nothing
                        raws.append(decoded(raw))
        except ExportError:
            pass  # what was read so far has to do
        if records:
            return Sight("csv", records[:SAMPLED], raws, None)
    raise ExportError(
        f"{head.name}: no draft can be made of it",
        why=head.note or "it is neither a table with a header nor JSON",
        help="tracelog formats show NAME --source shows a definition to begin with",
    )


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
