"""Evidence as a report cites it, and whether it stands in the exports: what `verify` does, without its words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec

from tracelog.errors import ExportError, UsageError
from tracelog.read import Hashed, Source, find
from tracelog.read.encoding import to_utf8
from tracelog.read.interchange import last_in
from tracelog.read.stream import CHUNK
from tracelog.render import embed
from tracelog.render.visible import visible

Place = Annotated[int, msgspec.Meta(ge=0)]
KEYS = {"export", "sha256", "offset", "length", "digest", "line", "record"}


class Piece(NamedTuple):
    """One record as cited: `digest` is the SHA-256 of its bytes, `sha256` the export's, `offset` counts from 0."""

    export: str
    sha256: str
    record: int
    line: int
    offset: Place
    length: Place
    digest: str


class Checked(NamedTuple):
    """`result`: `ok`, `changed` (another record stands there), `missing` (no such export was found)."""

    export: str
    record: int
    line: int
    digest: str
    result: str
    why: str

    def as_json(self) -> dict[str, Any]:
        return {**self._asdict(), "why": self.why or None}


def cited(report: Path) -> list[Piece]:
    """The evidence in a report: an HTML file with its data inside, or JSON."""
    documents = _documents(report)
    try:
        found = pieces(documents)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:  # the message cites what has no UTF-8
        raise _no_report(report, f"evidence in it is damaged: {error}") from error
    if not found and not any("findings" in one for one in _dicts(documents)):
        raise _no_report(report, "nothing in it is a finding or evidence of one")
    return found


def findings(report: Path) -> dict[str, str]:
    """Id and state of each finding in a report."""
    found: dict[str, str] = {}
    for one in _dicts(_documents(report)):
        if {"id", "kind", "state", "severity", "evidence"} <= one.keys():
            found[str(one["id"])] = str(one["state"])
    return found


def integrity(report: Path) -> str | None:
    """Whether an HTML report, words and data, is as it was written: `ok`, `changed`, `unstated`; None for JSON."""
    return embed.integrity(report.read_bytes().decode("utf-8", "replace"))


def pieces(document: Any) -> list[Piece]:
    """Every piece of evidence anywhere in a JSON document, each once."""
    found = ([one[key] for key in Piece._fields] for one in _dicts(document) if one.keys() >= KEYS)
    return list(dict.fromkeys(msgspec.convert(values, Piece) for values in found))


def _documents(report: Path) -> list[Any]:
    text = report.read_text(encoding="utf-8", errors="replace")
    try:
        data = embed.read(text)
        return [data if data is not None else json.loads(text)]
    except (ValueError, RecursionError) as error:
        raise _no_report(report, f"no data is embedded in it, and it is no JSON: {error}") from error


def _no_report(report: Path, why: str) -> UsageError:
    return UsageError(
        f"{report} is no report of tracelog",
        why=why,
        help="give a file that tracelog report wrote, or the output of scan --json or trace --json",
    )


def _dicts(document: Any) -> Iterator[dict[str, Any]]:
    """Every object in a document, outer ones first, however deep somebody nested them."""
    waiting = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            one = list(one.values())
        if isinstance(one, list):
            waiting += reversed(one)


def _base(export: str) -> str:
    """The name of an export's file as people see it; bytes and signs that cannot be written are spelled out."""
    return visible(export.rpartition("/")[2])


def lying_below(folders: Iterable[Path], evidence: Sequence[Piece]) -> list[str]:
    """Files with the names of cited exports, in these folders and below."""
    names = {_base(piece.export.partition("!")[0]) for piece in evidence}
    found = (path for folder in dict.fromkeys(folders) for path in sorted(folder.rglob("*")))
    return list(dict.fromkeys(str(path) for path in found if visible(path.name) in names and path.is_file()))


def check(evidence: Sequence[Piece], paths: Sequence[str]) -> list[Checked]:
    """Each piece against the exports found at these paths: by content first, by name where none has the content."""
    results: dict[Piece, Checked] = {}
    for source in find(paths) if paths else ():
        if isinstance(source, ExportError):
            continue
        sha256, same = _read(source, [piece for piece in evidence if _base(piece.export) == _base(source.name)])
        renamed = [piece for piece in evidence if piece.sha256 == sha256 and piece not in same]
        if renamed:
            same.update(_read(source, renamed)[1])
        for piece, unchanged in same.items():
            result = _judge(piece, unchanged, sha256)
            if piece not in results or results[piece].result != "ok" or (results[piece].why and not result.why):
                results[piece] = result
    return [results.get(piece) or _missing(piece) for piece in evidence]


def _judge(piece: Piece, same: bool, sha256: str) -> Checked:
    why = "" if sha256 == piece.sha256 else "the export has changed since it was read"
    if not same:
        why = why or "the export is the one that was read, and yet another record stands there"
    return Checked(piece.export, piece.record, piece.line, piece.digest, "ok" if same else "changed", why)


def _missing(piece: Piece) -> Checked:
    why = f"no export with SHA-256 {piece.sha256[:12]}… was found"
    return Checked(piece.export, piece.record, piece.line, piece.digest, "missing", why)


def _forms(data: bytes) -> Iterator[bytes]:
    """The bytes as they stand, and as reading took them: UTF-16 as UTF-8, every line end as a line feed.

    Of EDI the last message with its envelope: the place of one runs from its interchange's beginning.
    """
    yield data
    texts = [data, *last_in(data)]
    if b"\0" in data:
        texts += [to_utf8(data, "utf-16-le"), to_utf8(data, "utf-16-be")]
    for text in texts:
        yield text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _read(source: Source, wanted: Sequence[Piece]) -> tuple[str, dict[Piece, bool]]:
    """The SHA-256 of an export, and whether its bytes at each place are those cited; a damaged one counts as far as it
    goes. The bytes themselves are not kept: a report may cite a whole export a thousand times.
    """
    found: dict[Piece, bool] = {}
    buffer, base = bytearray(), 0
    stream = Hashed(source.open())
    try:
        for piece in sorted(wanted, key=lambda one: (one.offset, one.length)):
            while base + len(buffer) < piece.offset + piece.length and (data := stream.read(CHUNK)):
                buffer += data
                passed = min(max(0, piece.offset - base), len(buffer))
                del buffer[:passed]
                base += passed
            start = piece.offset - base
            there = bytes(buffer[start : start + piece.length])
            found[piece] = any(hashlib.sha256(form).hexdigest() == piece.digest for form in _forms(there))
        while stream.read(CHUNK):
            pass
    except (ExportError, OSError):
        pass
    finally:
        stream.close()
    return stream.sha256, {piece: found.get(piece, False) for piece in wanted}
