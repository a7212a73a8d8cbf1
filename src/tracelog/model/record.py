"""What reading yields: records as bytes with their place in the export."""

from __future__ import annotations

import re
from typing import Any

import msgspec

LIMIT = 16 * 1024 * 1024
"""Bytes. A longer record becomes one unread record with its digest: a 200 MB line does not fit bounded memory."""
BATCH = 600
"""Records handed on together; one page of the store."""

SAID = 2000
"""Characters of a reason or an answer that are kept; the record itself stays whole."""


def shortened(text: str, most: int = SAID) -> str:
    """At most so many characters, and if cut, how many are missing."""
    return text if len(text) <= most else f"{text[:most]} … ({len(text) - most:,} more characters)"


SEGMENTS = "\0\0segments"
"""EDI: the key of all segments of a record or a loop in their order, as (name, elements)."""
ALL = "\0\0all"
"""EDI: the key, in the first segment of a name, of all segments of that name."""


class Unreadable(msgspec.Struct, frozen=True):
    """In place of a parsed value: this record could not be taken apart, and why."""

    reason: str


class Plan(msgspec.Struct, frozen=True):
    """How an export is to be cut into records: the part of a definition that the read stage needs."""

    reader: str
    """`lines` `csv` `json` `jsonl` `xml` `x12` `edifact`."""
    begins: re.Pattern[bytes] | None = None
    """`lines`: a record begins where this matches at a line's start. None: every line is one."""
    columns: dict[str, tuple[str, ...]] = {}
    """`csv`: canonical column name → header spellings (compared case-insensitively, blanks and BOM stripped)."""
    continues: str | None = None
    """`csv`: consecutive rows with the same value in this column are one record."""
    records: tuple[str, ...] = ()
    """`json`: paths of the array of records, the first present counts; empty: the top (array, object or several).
    `xml`: paths of the records' elements, the document's first element included; empty: each document is one."""
    delimiter: str | None = None
    """`csv`: None = found from the header line."""


class Batch(msgspec.Struct, gc=False):
    """Some hundreds of consecutive records of one export, as parallel lists.

    `raws[i]` is the record's bytes as they stand in the decompressed export, without its final line end.
    `values[i]` is what a typed reader made of it (a dict of cells, a JSON value, `Unreadable`); `values` is
    None for text, which only the match stage understands. `offsets[i]` counts bytes of the decompressed
    export from 0, `lines[i]` lines from 1, `lengths[i]` bytes. A record over `LIMIT` has its first 4 KiB in
    `raws[i]`, its true length in `lengths[i]`, its SHA-256 (hex) in `oversize[i]`, and `Unreadable` as value
    (for text: `values` is then a list with None for the others).
    Of EDI a raw is the message with the segments of its envelope before it; its place runs from the beginning of
    the interchange to the message's end, so `lengths[i]` may be more, and `lines[i]` is the line of the message.
    With `continues`, a value is the first row's dict plus `"rows": [dict, …]` (all rows, the first included).
    """

    raws: list[bytes]
    values: list[Any] | None
    offsets: list[int]
    lines: list[int]
    lengths: list[int]
    oversize: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self.raws)
