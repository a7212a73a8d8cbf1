"""Tables as text: any delimiter, line breaks inside quotes, headers under other names, rows that are one record.

Records are found as spans of bytes (that is where offsets come from); the standard library's reader then takes all
spans of a block apart at once.
"""

from __future__ import annotations

import contextlib
import csv
import re
from typing import TYPE_CHECKING, Any

from tracelog.errors import ExportError
from tracelog.model.record import LIMIT, Batch, Plan, Unreadable
from tracelog.read.encoding import decoded
from tracelog.read.lines import pass_by
from tracelog.read.pages import Oversize, Pages
from tracelog.read.stream import CHUNK, Joined, Readable, up_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SURPLUS = "+"
"""The key of cells beyond the header's last."""
DELIMITERS = (",", ";", "\t", "|")
PREAMBLE = 20
"""Lines above the header (a title, a date) that some systems write."""
NEWLINE = re.compile(rb"\n")
UNCLOSED = "a quotation mark opens in this line and is never closed"
CUT = "the export ends in the middle of this row"
csv.field_size_limit(LIMIT)


def delimiter_of(line: str) -> str | None:
    """What separates the cells of a header line: the sign that cuts it into most cells outside quotes."""
    counts = {sign: len(_cut(line, sign) or ()) for sign in DELIMITERS}
    best = max(counts, key=lambda sign: counts[sign])
    return best if counts[best] > 1 else None


def header_cells(line: str, delimiter: str) -> tuple[str, ...]:
    """The names in a header line, blanks and a byte order mark off; a name that comes twice is numbered (`Name_2`)."""
    names: list[str] = []
    taken: set[str] = set()
    counts: dict[str, int] = {}
    for cell in _cut(line, delimiter) or ():
        name = cell.strip().strip("\ufeff").strip()
        unique = name
        while unique and unique in taken:
            counts[name] = counts.get(name, 1) + 1
            unique = f"{name}_{counts[name]}"
        taken.add(unique)
        names.append(unique)
    while names and not names[-1]:
        names.pop()  # a delimiter at the line's end
    return tuple(names)


def _cut(line: str, delimiter: str) -> list[str] | None:
    """The cells of one line; a carriage return inside a cell without quotes is a blank. None if it is no row."""
    for text in (line, line.replace("\r", " ")):
        with contextlib.suppress(csv.Error):
            return next(csv.reader([text], delimiter=delimiter), [])
    return None


def canonical(names: Sequence[str], columns: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The header under the definition's names: of several spellings present, the one listed first."""
    folded = [name.casefold() for name in names]
    found = list(names)
    for column, spellings in columns.items():
        for spelling in (*spellings, column):
            if spelling.strip().casefold() in folded:
                place = folded.index(spelling.strip().casefold())
                found[place] = column
                folded[place] = ""  # taken
                break
    return tuple(found)


def records(stream: Readable, plan: Plan, start: int = 0) -> Iterator[Batch]:
    """Every row as a dict under the header's names: missing cells are "", surplus ones a list under `+`.

    With `plan.continues`, rows in a row with the same value there are one record. Raises `ExportError` when the
    header holds none of the columns that the plan names.
    """
    head = up_to(stream, CHUNK)
    if not head:
        return
    skipped, header_line, delimiter = _header(head, plan)
    names = header_cells(decoded(header_line), delimiter)
    known = {spelling.casefold() for column, spellings in plan.columns.items() for spelling in (column, *spellings)}
    if known and not known & {name.casefold() for name in names}:
        raise ExportError(
            "the header has none of the columns of this format",
            why=f"it reads: {', '.join(names)[:200]}",
            help=f"columns looked for: {', '.join(plan.columns)}; see tracelog formats list for other formats",
        )
    table = _Table(names, delimiter, plan)
    offset, line = start + skipped, 1 + head[:skipped].count(b"\n")
    yield from table.read(Joined(head[skipped:], stream), offset, line)


def _header(head: bytes, plan: Plan) -> tuple[int, bytes, str]:
    """(bytes before the first row, the header line, the delimiter).

    The header is the first line with cells; lines of a title above it are passed over when a later line holds more
    columns of the plan than they do.
    """
    known = {spelling.casefold() for column, spellings in plan.columns.items() for spelling in (column, *spellings)}
    offset, most = 0, -1
    best = (0, b"", plan.delimiter or ",")
    for line in head.split(b"\n")[:PREAMBLE]:
        end = min(offset + len(line) + 1, len(head))
        text = decoded(line).strip("\r\ufeff")
        if text[:4].casefold() == "sep=" and len(text) == 5:  # Excel's own first line
            plan = Plan(plan.reader, columns=plan.columns, continues=plan.continues, delimiter=text[4])
        elif text.strip():
            delimiter = plan.delimiter or delimiter_of(text) or ","
            held = len(known & {name.casefold() for name in header_cells(text, delimiter)})
            if held > most:
                most, best = held, (end, line, delimiter)
        offset = end
    return best


class _Table:
    def __init__(self, names: tuple[str, ...], delimiter: str, plan: Plan) -> None:
        self._delimiter = delimiter
        self._plan = plan
        self._pages = Pages(typed=True)
        self._span = _span(delimiter)
        self._held = 0
        self._fewest = 1 << 62
        """Cells of the shortest row so far."""
        self._open: tuple[list[bytes], list[dict[str, Any]], int, int] | None = None
        """With `continues`: raw rows, their dicts, offset and line of the record that may go on."""
        self._rename(names)

    def _rename(self, names: tuple[str, ...]) -> None:
        self._as_written = frozenset(name.casefold() for name in names)
        self._names = canonical(names, self._plan.columns)
        self._width = len(self._names)
        self._empty = dict.fromkeys(self._names, "")

    def read(self, stream: Readable, offset: int, line: int) -> Iterator[Batch]:
        buffer = b""
        while True:
            data = stream.read(max(CHUNK, len(buffer)))
            buffer += data
            spans, at = self._spans(buffer, last=not data)
            if spans:
                yield from self._take(spans, offset, line)
                offset += at
                line += buffer.count(b"\n", 0, at)
                buffer = buffer[at:]
            if not data:
                break
            if len(buffer) > LIMIT:
                if (end := buffer.find(b"\n")) >= 0:  # the quotation mark that holds it open is none
                    self._unreadable(buffer[:end], UNCLOSED, offset, line)
                    offset, line, buffer = offset + end + 1, line + 1, buffer[end + 1 :]
                else:
                    record = Oversize()
                    buffer = pass_by(stream, buffer, NEWLINE, record)
                    yield from self._pages.oversize(record, offset, line)
                    offset, line = offset + record.consumed, line + record.newlines
        self._finish()
        yield from self._pages.rest()

    def _spans(self, buffer: bytes, *, last: bool) -> tuple[list[tuple[bytes, bool]], int]:
        """The complete rows at the buffer's start (and whether each is broken), and how many bytes they take."""
        spans: list[tuple[bytes, bool]] = []
        at = 0
        for found in self._span.finditer(buffer):
            broken = found.lastindex is not None
            if not last and (broken or not buffer.endswith(b"\n", at, found.end())):
                break  # it may go on in what has not been read yet
            if found.end() == at:
                break
            at = found.end()
            spans.append((found[0], broken))
        return spans, at

    def _take(self, spans: list[tuple[bytes, bool]], offset: int, line: int) -> Iterator[Batch]:
        raws = [span.rstrip(b"\r\n") for span, _ in spans]
        for (span, broken), raw, row in zip(spans, raws, self._cells(raws), strict=True):
            if len(raw) > LIMIT:
                self._finish()
                record = Oversize()
                record.feed(raw)
                yield from self._pages.oversize(record, offset, line)
            elif broken:
                self._unreadable(raw, UNCLOSED, offset, line)
            elif row is None:
                self._unreadable(raw, "not readable as a row of cells", offset, line)
            elif not any(row):
                self._finish()  # an empty line, or Excel's row of delimiters
            elif row[0].strip().casefold() in self._as_written and self._again(raw):
                self._finish()
            elif not span.endswith(b"\n") and len(row) < min(self._width, self._fewest):
                self._unreadable(raw, f"{CUT}: it has {len(row)} of {self._width} cells and no line end", offset, line)
            else:
                self._fewest = min(self._fewest, len(row))
                self._row(span, raw, self._value(row), offset, line)
            offset += len(span)
            line += span.count(b"\n")
        yield from self._pages.full()

    def _cells(self, raws: list[bytes]) -> list[list[str] | None]:
        """The cells of each row, all rows at once; one by one if the reader sees other rows than we do."""
        texts = [decoded(raw) for raw in raws]
        try:
            rows = list(csv.reader(texts, delimiter=self._delimiter))
        except csv.Error:
            rows = []
        return [*rows] if len(rows) == len(texts) else [_cut(text, self._delimiter) for text in texts]

    def _value(self, row: list[str]) -> dict[str, Any]:
        if len(row) == self._width:
            return dict(zip(self._names, row, strict=True))
        value: dict[str, Any] = {**self._empty, **dict(zip(self._names, row, strict=False))}
        if any(row[self._width :]):
            value[SURPLUS] = row[self._width :]
        return value

    def _again(self, raw: bytes) -> bool:
        """Whether this row is the header once more, perhaps with its columns in another order: exports put together."""
        names = header_cells(decoded(raw), self._delimiter)
        if frozenset(name.casefold() for name in names) != self._as_written:
            return False
        self._rename(names)
        return True

    def _row(self, span: bytes, raw: bytes, value: dict[str, Any], offset: int, line: int) -> None:
        column = self._plan.continues
        if column is None:
            self._pages.add(raw, value, offset, line)
            return
        held = self._open
        if held is not None and held[1][0].get(column) == value.get(column) and self._held < LIMIT // 4:
            held[0].append(span)
            held[1].append(value)
            self._held += len(span)
        else:
            self._finish()
            self._open = ([span], [value], offset, line)
            self._held = len(span)

    def _unreadable(self, raw: bytes, reason: str, offset: int, line: int) -> None:
        self._finish()
        self._pages.add(raw, Unreadable(reason), offset, line)

    def _finish(self) -> None:
        """The record that could have gone on is complete."""
        if self._open is not None:
            spans, rows, offset, line = self._open
            self._open = None
            self._pages.add(b"".join(spans).rstrip(b"\r\n"), {**rows[0], "rows": rows}, offset, line)


def _span(delimiter: str) -> re.Pattern[bytes]:
    """One row with its line end, or (group 1) a line in which a quotation mark opens and never closes.

    Every piece is possessive: nothing is tried twice, whatever the text. A quotation mark inside a cell that does
    not begin with one is an ordinary character.
    """
    other = rb"[^\n" + re.escape(delimiter.encode()) + rb"]*+"
    cell = rb'(?>"(?>[^"]++|"")*+"' + other + rb'|(?!")' + other + rb")"
    row = rb"(?>" + cell + re.escape(delimiter.encode()) + rb")*+" + cell + rb"(?:\n|\Z)"
    return re.compile(rb"(?>" + row + rb")|([^\n]*+(?:\n|\Z))")
