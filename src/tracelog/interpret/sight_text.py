"""Text that no format fits, taken apart: how its records begin, what parts their fields, and the grammar that says so.

What is looked for is a layout that nearly all of the first records share: cells between signs, or pieces between
blanks (stamps, brackets, quotes, `key=value`) with free text behind. The grammar is kept only if it reads them.
"""

from __future__ import annotations

import io
import os.path
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tracelog.errors import DefinitionError, ExportError
from tracelog.interpret.decode import Undecodable, decode_pairs, decode_xml
from tracelog.interpret.leaves import SURE
from tracelog.interpret.spelling import Layout, cells, pieces
from tracelog.match import shape
from tracelog.match.shape import Shape
from tracelog.model.record import Plan
from tracelog.read.encoding import decoded
from tracelog.read.head import Head
from tracelog.read.reader import batches

MOST_LINES = 2000
RULE = "record"
LEAST_RECORDS = 2
"""One line tells nothing about what comes again."""

_SIGN = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Za-z]+")
_INSIDE = re.compile(r"\s|[\]})]|$|at |Caused by|Traceback|\.\.\. ")
"""What a line inside a record begins with."""


class Lines(NamedTuple):
    """A text as records of a drafted grammar."""

    records: list[dict[str, Any]]
    raws: list[str]
    grammar: str
    shape: Shape
    decode: dict[str, str]
    closed: dict[str, list[str]]
    """Fields with few different values, or with values that begin alike, by which the export can be known."""
    doubtful: bool


def taken_apart(head: Head, file: str, folders: Sequence[Path]) -> Lines | None:
    """The text by a grammar that is to lie in this file; None where nearly all records share no layout."""
    text = head.data.decode("utf-8", "replace")
    lines = text.splitlines()[:MOST_LINES]
    if head.cut and len(lines) > 1:
        lines = lines[:-1]
    lines = [line for line in lines if line.strip()]
    for starts in _starts(lines):
        whole = len(starts) == len(lines)
        layouts = [layout for make in (cells, pieces) if (layout := make(starts, whole=whole)) is not None]
        read = [found for layout in layouts if (found := _read(layout, head, file, folders)) is not None]
        if read:
            return max(read, key=_told)
    return None


def _told(found: Lines) -> int:
    """How much a layout tells: the fields that most records have, pairs counted one by one."""
    counted = Counter(name for each in found.records for name, value in each.items() for name in
                      (value if isinstance(value, dict) else (name,)))  # fmt: skip
    told = sum(count * 2 > len(found.records) for count in counted.values())
    return told // 2 if found.doubtful else told


def _starts(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines that may begin a record: all, those that do not look like further lines, or those that begin alike."""
    outer = [line for line in lines if not _INSIDE.match(line)]
    tried = [outer] if len(outer) >= LEAST_RECORDS else []
    signs = Counter(map(_begins, outer))
    for sign in dict.fromkeys([_begins(lines[0]) if lines else "", *(sign for sign, _ in signs.most_common(3))]):
        alike = [line for line in lines if _begins(line) == sign]
        if LEAST_RECORDS <= len(alike) < len(lines):
            tried.append(alike)
    yield from tried


def _begins(line: str) -> str:
    """What a line begins with, digits and letters by kind: `[0-0-0` of a stamp, `A` of a level, `=== 0` of a rule."""
    first = re.match(r"\W*\w+\W?", line)
    return _SIGN.sub(lambda found: "0" if found[0].isdigit() else "A" if found[0].isupper() else found[0],
                     first[0] if first else line[:8])  # fmt: skip


def _read(layout: Layout, head: Head, file: str, folders: Sequence[Path]) -> Lines | None:
    """The records by this layout, if it reads nearly all of them without looking back."""
    grammar = layout.grammar(RULE)
    try:
        made = shape_of(grammar, f"{file}:{RULE}", folders)
        raws = list(_raws(head, made))
    except (DefinitionError, ExportError):
        return None
    if not made.compiled or len(raws) < LEAST_RECORDS:
        return None
    read = [made.fields(raw) for raw in raws]
    good = [(raw, one) for raw, one in zip(raws, read, strict=True) if one is not None]
    if len(good) < SURE * len(raws):
        return None
    records: list[dict[str, Any]] = [{name: value for name, value in one.items() if value} for _, one in good]
    decode = {**layout.decode, **_documents(records)}
    for each in records:
        _decoded(each, decode)
    return Lines(
        records, [raw for raw, _ in good], grammar, made, decode, _closed(records, made.names), layout.doubtful
    )


def _documents(records: Sequence[dict[str, Any]]) -> dict[str, str]:
    """The fields that hold XML; JSON is found wherever it lies."""
    held: dict[str, list[str]] = {}
    for each in records:
        for name, value in each.items():
            held.setdefault(name, []).append(value)
    return {
        name: "xml?"
        for name, values in held.items()
        if all(re.match(r"\s*<[^>]+>.*>\s*$", value, re.DOTALL) for value in values)
    }


def _decoded(record: dict[str, Any], decode: dict[str, str]) -> None:
    for name, how in decode.items():
        if name in record:
            found = (decode_pairs if how == "pairs?" else decode_xml)(record[name])
            record[name] = record[name] if isinstance(found, Undecodable) else found


def shape_of(grammar: str, reference: str, folders: Sequence[Path]) -> Shape:
    """A grammar that lies in no folder yet, made ready. Raises DefinitionError."""
    with TemporaryDirectory() as folder:
        (Path(folder) / reference.partition(":")[0]).write_text(grammar, "utf-8")
        return shape.load(reference, [Path(folder), *folders])


def _raws(head: Head, made: Shape) -> Iterator[str]:
    found = [raw for batch in batches(io.BytesIO(head.data), Plan("lines", begins=made.begins)) for raw in batch.raws]
    for raw in found[: -1 if head.cut and len(found) > 1 else None]:
        yield decoded(raw)


FEW = 12
"""Different values of a field by which an export is known, at most."""
KNOWN_BY = 2
LEAST_PREFIX = 4
_WORD = re.compile(r"(?!.*\d{3})[A-Za-z][\w./: -]{0,39}")
GRADES = frozenset(("TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL", "SEVERE"))
"""Every log has these: they tell none from another."""


def _closed(records: Sequence[dict[str, Any]], names: Sequence[str]) -> dict[str, list[str]]:
    """The fields that tell this export from others: values that begin alike, words out of a short list."""
    alike: dict[str, list[str]] = {}
    listed: dict[str, list[str]] = {}
    for name in names:
        values = ["" if isinstance(each.get(name), dict) else str(each.get(name, "")) for each in records]
        there = sorted(set(values))
        if "" in there or any(re.search(r"[*?]|\.\.", value) for value in there):
            continue
        begins = re.match(r"(?:[A-Za-z_][\w-]*[./:])+", os.path.commonprefix(there))  # noqa: RUF071 - they are words
        if begins and len(begins[0]) >= LEAST_PREFIX and len(there) > 1:
            alike[name] = [f"{begins[0]}*"]
        elif (
            len(there) <= FEW
            and all(map(_WORD.fullmatch, there))
            and (len(there) == 1 or 2 * len(there) <= len(values))
        ):
            listed[name] = there
    told = [each for each in listed.items() if not set(map(str.upper, each[1])) <= GRADES]
    return dict([*alike.items(), *sorted(told, key=lambda each: len(each[1]) == 1)][:KNOWN_BY])
