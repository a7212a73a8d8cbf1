"""A first look at an export: what kind of text it seems to be, and enough of it to recognise its format."""

from __future__ import annotations

import json as standard
import re
from typing import TYPE_CHECKING, Any

import msgspec

from tracelog.errors import ExportError
from tracelog.model.record import Unreadable
from tracelog.read import interchange, json, signs, xml
from tracelog.read.csv import PREAMBLE, delimiter_of, header_cells
from tracelog.read.encoding import decoded, encoding_of, to_utf8
from tracelog.read.stream import CHUNK, up_to

if TYPE_CHECKING:
    from tracelog.read.sources import Source

LINES = 50
PADDING = re.compile(rb"\0{64,}+(?=[^\0])")
"""What a file system leaves of blocks that were never written, before what was written afterwards."""
SIGNATURES = (
    (b"SQLite format 3\0", "a SQLite database; tracelog's own stores are given by --db"),
    (b"%PDF-", "a PDF document; get the export as text, CSV or JSON"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word document; save it as CSV and ingest that"),
    (b"PAR1", "a Parquet file, which no reader knows yet; convert it to CSV or JSON lines"),
    (b"Obj\x01", "an Avro file, which no reader knows yet; convert it to JSON lines"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
)


class Head(msgspec.Struct):
    """The beginning of an export, decompressed and as UTF-8.

    `kind` is a guess from content alone: `text`, `csv`, `json` (a document), `jsonl` (a JSON value on each of
    several lines), `xml`, `x12`, `edifact`, `binary`, `empty`. `data` is at most 256 KiB, `cut` whether the export goes
    on after it.
    `lines` are its first complete lines (the last one too if the export ends there), without line ends.
    `header` and `delimiter` are those of the first line with cells, whenever that line has several; `headers` are
    those of all lines that may be the header, for some systems write a title above it.
    `documents` are the first decoded JSON values as they stand (an array stays one), of XML `{root: value}`, of EDI
    the segments; one that is longer than `data` is given as far as it goes. `note` says what a binary file is,
    `error` what stopped the look early.
    """

    name: str
    named: bool
    kind: str
    data: bytes
    cut: bool
    lines: list[str]
    header: tuple[str, ...] | None = None
    delimiter: str | None = None
    headers: list[tuple[tuple[str, ...], str]] = []
    documents: list[Any] = []
    encoding: str = "utf-8"
    note: str | None = None
    error: ExportError | None = None


def look(source: Source) -> Head:
    """The head of a source. Content never makes it fail; what could not be opened or unpacked is in `error`."""
    try:
        stream = source.open()
        try:
            return _head(source, up_to(stream, CHUNK), None)
        finally:
            stream.close()
    except ExportError as failure:
        return _head(source, b"", failure)
    except OSError as failure:
        why = failure.strerror or str(failure)
        return _head(source, b"", ExportError(f"{source.name} could not be read", why=why, where=str(source.path)))


def _head(source: Source, data: bytes, error: ExportError | None) -> Head:
    cut = len(data) == CHUNK
    encoding, mark = encoding_of(data)
    note = source.note or next((what for magic, what in SIGNATURES if data.startswith(magic)), None)
    text = to_utf8(data[mark:], encoding)
    head = Head(source.name, source.named, "text", text, cut, [], encoding=encoding, note=note, error=error)
    standard = signs.standard_of(text)
    if standard is not None:  # before anything else: its separators may be control characters
        head.kind, head.documents = standard.name, interchange.beginning(text, standard, LINES)
        return head
    if note is not None or _binary(text):
        head.kind = "binary"
        return head
    if not text.strip():
        head.kind = "empty"
        return head
    rows = text.replace(b"\r\n", b"\n").split(b"\n" if b"\n" in text else b"\r")
    if cut or not rows[-1]:
        rows.pop()
    head.lines = [decoded(row) for row in rows[:LINES]]
    if text.lstrip()[:1] in {b"{", b"["}:
        head.documents, per_line = _documents(text, head.lines)
        if head.documents:
            head.kind = "jsonl" if per_line else "json"
            return head
    if text.lstrip()[:1] == b"<":
        head.documents = xml.beginning(text, LINES)
        if head.documents:
            head.kind = "xml"
            return head
    _table(head)
    return head


def _binary(text: bytes) -> bool:
    """Whether too much of it is no text: NUL bytes, other control characters, bytes that are no UTF-8.

    A few NUL bytes or a long run of them (a writer that crashed, a disk that was full), fields parted by control
    characters, and Latin-1 leave a text a text.
    """
    sample = PADDING.sub(b"", text[:65_536])
    controls = len(sample) - len(sample.translate(None, bytes(n for n in range(32) if n not in b"\x01\t\n\v\f\r\x1b")))
    wrong = sample.decode("utf-8", "replace").count("\ufffd")
    return sample.count(b"\0") > max(3, len(sample) // 50) or (controls + wrong) * 7 > len(sample)


def _table(head: Head) -> None:
    """Header and delimiter of the first line with cells; `csv` if the lines after it have about as many."""
    rows = [line.strip("\ufeff") for line in head.lines if line.strip()]
    if rows and len(rows[0]) == 5 and rows[0][:4].casefold() == "sep=":
        del rows[0]
    cut = [(row, sign) for row in rows[:PREAMBLE] if (sign := delimiter_of(row))]
    head.headers = [(header_cells(row, sign), sign) for row, sign in cut]
    if not cut or cut[0][0] is not rows[0]:
        return
    names, delimiter = head.headers[0]
    head.header, head.delimiter = names, delimiter
    plain = all(name and len(name) < 100 and not name[:1].isdigit() for name in names)
    fitting = [
        row for row in rows[1:11] if abs(row.count(delimiter) + 1 - len(names)) <= max(1, len(names) // 4) or '"' in row
    ]
    if plain and len(names) > 1 and len(fitting) * 2 >= len(rows[1:11]):
        head.kind = "csv"


def _documents(text: bytes, lines: list[str]) -> tuple[list[Any], bool]:
    """(the first JSON values, whether they stand one a line)."""
    values = [json.value(line.encode("utf-8", "replace")) for line in lines if line.strip()]
    good = [one for one in values if isinstance(one, dict | list)]
    if len(values) > 1 and len(good) * 2 > len(values):
        return good, True
    decoder = standard.JSONDecoder(strict=False)
    latin = text.decode("latin-1")
    at = 0
    found: list[Any] = []
    while len(found) < LINES:
        at += len(latin[at : at + 65_536]) - len(latin[at : at + 65_536].lstrip(" \t\r\n,"))
        if at >= len(latin):
            break
        try:
            _, end = decoder.raw_decode(latin, at)
        except (ValueError, RecursionError):
            partial = json.value(_closed(text[at:]))
            if isinstance(partial, dict | list):
                found.append(partial)
            break
        one = json.value(text[at:end])
        if not isinstance(one, Unreadable):
            found.append(one)
        at = end
    return found, False


def _closed(text: bytes) -> bytes:
    """A document that was cut, with its last complete element and every open bracket closed behind it."""
    stack: list[bytes] = []
    best = at = 0
    while found := json.TOKEN.search(text, at):
        sign, at = found[0], found.end()
        if sign in b"{[":
            stack.append(b"}" if sign == b"{" else b"]")
        elif sign in b"}]":
            if not stack:
                break
            stack.pop()
        elif sign != b",":
            continue
        best = found.start() if sign == b"," else found.end()
    return text[:best] + b"".join(reversed(stack))
