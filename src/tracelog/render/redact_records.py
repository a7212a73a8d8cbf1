"""Taking a record apart far enough to redact it by field, without writing it anew.

Only the values that are redacted change: blanks, number spellings, broken ends and the rest of the bytes stay as
they are, because the record is evidence. Works on whole JSON and on JSON that was cut off, on JSON inside JSON
strings and CSV cells, on CSV rows, XML, EDI, `key=value` and header lines, and on a mixture of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from tracelog.render import redact_edi
from tracelog.render.personal import ADDRESS, NAME, NOTE, POSTAL, kind_of, looks_like_person, plain

Replace = Callable[[str, str], str]
"""Kind and value in, token out."""
Free = Callable[[str], str]
"""Free text in, free text with what looks personal replaced out."""
_DEEPEST = 12
"""Levels of JSON inside JSON strings; what lies deeper is looked at as free text only."""

_JSON_DECODER = json.JSONDecoder(strict=False)
_BEGINS = re.compile(r'\{\s*(?:"|\})|\[\s*(?:["{\[\]]|-?\d)|(?<=:)\s*"')
_JSON = re.compile(r'[{\[]\s*"(?!")')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[{}\[\],:]|[^\s"{}\[\],:]+|\s+', re.DOTALL)
_PAIR = re.compile(r'(?<!\\)(\\*)"([^"\\]{1,60})\1"(\s*:\s*)\1"(.*?)(?<!\\)\1"', re.DOTALL)
_REPR = re.compile(r"'([\w .-]{1,60})'(\s*:\s*)'((?:[^'\\]|\\.)*)'")
_EQUALS = re.compile(r"(?<![\w.%-])([A-Za-z][\w.%-]{0,60})=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s&;,\"'<>]+)")
_HEADER = re.compile(r"(?m)(?<![\w\"'-])([A-Za-z][\w-]{1,40}):[ \t]+([^\s\"'{\[][^\r\n\"]*)")
_TAG = re.compile(r"<(/?)([\w:.-]++)([^<>]*+)>([^<>]*+)")
_NAMED = frozenset(("name", "key", "field", "fieldpath", "header"))
_VALUES = frozenset(("value", "newvalue", "oldvalue", "val"))


class Records:
    """Redacts records; what to put in place of a value is up to the caller."""

    def __init__(self, replace: Replace, free: Free) -> None:
        self._replace = replace
        self._free = free

    def record(self, text: str, columns: Sequence[str] | None = None) -> str:
        """The whole record; `columns` are those of a CSV export."""
        first = text.lstrip()[:1]
        if standard := redact_edi.standard_of(text):
            return redact_edi.redacted(text, standard, self._replace)
        if columns and first not in {"{", "["}:
            return self._rows(text, columns)
        if first not in {"{", "[", "<"} and _is_row(text):
            return self._rows(text, ())
        return self.text(text)

    def value(self, field: str, text: str, parents: Sequence[str] = ()) -> str:
        """The value of a field by itself."""
        kind = kind_of(field, parents, text)
        return self._replace(kind, text) if kind and text.strip() else self.text(text, parents)

    def text(self, text: str, parents: Sequence[str] = (), depth: int = 0) -> str:
        """Free text with JSON or XML somewhere in it, or not."""
        if depth > _DEEPEST:
            return self._free(text)
        if "</" in text or "/>" in text:
            text = self._xml(text)
        out, at = [], 0
        while begins := _BEGINS.search(text, at):
            out.append(self._loose(text[at : begins.start()]))
            part, at = self._json(text, begins.start(), parents, depth)
            out.append(part)
        out.append(self._loose(text[at:]))
        return self._free("".join(out))

    def _json(self, text: str, start: int, parents: Sequence[str], depth: int) -> tuple[str, int]:
        """From an opening bracket to its closing one, or to the end of the text."""
        out: list[str] = []
        around: list[list[str]] = []  # per open bracket: the bracket, the key in force, the name that a `value` goes by
        expects_key = False
        at = start
        while token := _TOKEN.match(text, at):
            at, piece = token.end(), token[0]
            if piece in "{[":
                inherited = around[-1][1] if around else ""
                around.append([piece, "" if piece == "{" else inherited, ""])
                expects_key = piece == "{"
            elif piece in "}]":
                if around:
                    around.pop()
                expects_key = False
            elif piece == ",":
                expects_key = bool(around) and around[-1][0] == "{"
            elif piece[0] == '"' and expects_key:
                around[-1][1] = _decoded(piece)
                expects_key = False
            elif piece != ":" and not piece.isspace():
                piece = self._leaf(piece, around, parents, depth)
            out.append(piece)
            if not around:
                break
        return "".join(out), max(at, start + 1)

    def _leaf(self, piece: str, around: list[list[str]], parents: Sequence[str], depth: int) -> str:
        """A string, number or word at its place."""
        key = around[-1][1] if around else ""
        names = [*parents, "", *(plain(frame[1]) for frame in around[:-1] if frame[0] == "{" and frame[1])]
        quoted = piece[0] == '"'
        value = _decoded(piece) if quoted else piece
        if around and plain(key) in _NAMED:
            around[-1][2] = value
        if around and plain(key) in _VALUES and around[-1][2]:
            key = around[-1][2]
        kind = kind_of(key, names, value) if key else None
        if kind:
            if not value.strip() or (not quoted and value in {"null", "true", "false"}):
                return piece
            new = self._replace(kind, value)
        elif quoted:
            new = self.text(value, names, depth + 1)
        else:
            return piece
        return piece if new == value else _encoded(new, piece)

    def _loose(self, text: str) -> str:
        """Text between: pairs in any of the spellings that logs use."""
        if not text:
            return text
        if '"' in text:
            text = _PAIR.sub(self._pair, text)
        if "'" in text:
            text = _REPR.sub(lambda m: f"'{m[1]}'{m[2]}'{self._by_name(m[1], m[3])}'", text)
        if "=" in text:
            text = _EQUALS.sub(self._equals, text)
        if ":" in text:
            text = _HEADER.sub(self._header, text)
        return text

    def _by_name(self, field: str, value: str) -> str:
        kind = kind_of(field, ("",), value)
        return self._replace(kind, value) if kind and value.strip() else value

    def _pair(self, match: re.Match[str]) -> str:
        escape, key, between, value = match.groups()
        return f'{escape}"{key}{escape}"{between}{escape}"{self._by_name(key, value)}{escape}"'

    def _header(self, match: re.Match[str]) -> str:
        kind = kind_of(match[1], ("",), match[2])
        if kind in {None, ADDRESS, NOTE} or (kind == NAME and len(match[2].split()) > 4):  # `MISSING_ADDRESS: order …`
            return match[0]
        return match[0][: match.start(2) - match.start()] + self._by_name(match[1], match[2])

    def _equals(self, match: re.Match[str]) -> str:
        value = match[2]
        quote = value[0] if value[0] in "\"'" else ""
        inner = value[1:-1] if quote else value
        return f"{match[1]}={quote}{self._by_name(match[1], inner)}{quote}"

    def _xml(self, text: str) -> str:
        names: list[str] = []

        def tag(match: re.Match[str]) -> str:
            closing, name, rest, content = match.groups()
            if closing:
                if names:
                    names.pop()
                return match[0]
            head = match[0][: len(match[0]) - len(content)]
            if rest.endswith("/"):
                return match[0]
            kind = kind_of(name, names or ("",), content)
            names.append(plain(name))
            return head + (self._replace(kind, content) if kind and content.strip() else content)

        return _TAG.sub(tag, text)

    def _rows(self, text: str, columns: Sequence[str]) -> str:
        """CSV: one row or several; without known columns each cell is judged by its look."""
        delimiter = _delimiter(text, len(columns))
        cell = re.compile(rf'("(?:[^"]|"")*+"?|[^{re.escape(delimiter)}\r\n]*+)({re.escape(delimiter)}|\r?\n|\Z)')
        out, column, at = [], 0, 0
        while at <= len(text):
            match = cell.match(text, at)
            if match is None:  # text behind a closing quote
                out.append(self.text(text[at:]))
                break
            out.append(self._cell(match[1], columns[column] if column < len(columns) else None))
            out.append(match[2])
            column = 0 if match[2].endswith("\n") else column + 1
            at = match.end()
            if not match[2]:
                break
        return "".join(out)

    def _cell(self, cell: str, column: str | None) -> str:
        quoted = cell.startswith('"')
        value = cell[1:].removesuffix('"').replace('""', '"') if quoted else cell
        if not value.strip():
            return cell
        if column is not None:
            new = self.value(column, value)
        elif re.fullmatch(r"'\d{4,9}(?:-\d{4})?", value):  # how a shop keeps a spreadsheet from cutting a postal code
            new = self._replace(POSTAL, value)
        else:
            new = self._replace(NAME, value) if looks_like_person(value) else self.text(value)
        if new == value:
            return cell
        return '"' + new.replace('"', '""') + '"' if quoted else new


def _decoded(token: str) -> str:
    """The value of a JSON string; of one that was cut off, what is left of it."""
    if "\\" not in token and len(token) > 1 and token[-1] == '"':
        return token[1:-1]
    body = token[1:-1] if len(token) > 1 and token.endswith('"') and not _open(token) else token[1:]
    body = re.sub(r"(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?\Z", r"\1", body)
    try:
        value: str = _JSON_DECODER.decode(f'"{body}"')
    except ValueError:  # an escape that JSON does not know
        return body
    return value


def _open(token: str) -> bool:
    """Whether the string's last quote is an escaped one, so that the string was cut off."""
    return (len(token) - 1 - len(token[:-1].rstrip("\\"))) % 2 == 1


def _encoded(value: str, token: str) -> str:
    """In place of the token: quoted, and left open where it was."""
    text = json.dumps(value, ensure_ascii=token.isascii())
    cut = token[0] == '"' and (len(token) == 1 or not token.endswith('"') or _open(token))
    return text[:-1] if cut else text


def _delimiter(text: str, expected: int) -> str:
    """The known number of columns settles it; without one, a tab is no sign: log lines have them too."""
    line = re.sub(r'"(?:[^"]|"")*"', "", text).lstrip("\r\n").partition("\n")[0]
    counts = {mark: line.count(mark) for mark in (",", ";", "\t", "|")}
    if expected > 1:
        return min(counts, key=lambda mark: (abs(counts[mark] + 1 - expected), -counts[mark]))
    return max((",", ";"), key=lambda mark: counts[mark])


def _is_row(text: str) -> bool:
    """Whether it is more likely a row of a table than a log line: five cells or more, few of them sentences."""
    cells = text.split(_delimiter(text, 0))
    return len(cells) >= 5 and sum(len(part.split()) > 6 for part in cells) * 4 <= len(cells) and not _JSON.search(text)
