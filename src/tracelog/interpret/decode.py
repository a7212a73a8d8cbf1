"""Fields that hold another format: JSON in a JSON string, pairs in a message, a shape of a grammar in a column."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from tracelog.errors import DefinitionError
from tracelog.interpret.expressions import Writer
from tracelog.match.expression import parse
from tracelog.match.heading import heading
from tracelog.model.record import Unreadable
from tracelog.read import json, printed
from tracelog.read.elements import element

FieldsOf = Callable[[str], dict[str, str] | None]
Shapes = Callable[[str], FieldsOf]
"""A reference such as `boomi.lark:executing` → the fields of a text, or None."""


class Undecodable(NamedTuple):
    """In place of a value: this text is not in the format."""

    reason: str


Decoder = Callable[[str], Any]
"""A text → what it holds, or Undecodable."""

_fast = msgspec.json.Decoder(float_hook=str).decode  # a number with a point stays as written: 118.40
_NESTED = 3
"""JSON strings inside JSON strings that are unpacked."""


def decode_json(text: str, nested: int = _NESTED) -> Any:
    """A JSON document; a document that is itself a string with JSON inside is unpacked too."""
    try:
        value = _fast(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        value = _leniently(text)
    if type(value) is str and nested and value[:1] in _OPENS:
        inner = decode_json(value, nested - 1)
        return value if type(inner) is Undecodable else inner  # `{{record.name}}` is text after all
    return value


def _leniently(text: str) -> Any:
    """What vendors write although it is not allowed: raw line breaks, lone surrogates, NaN, endless digits."""
    found = json.value(text.encode("utf-8", "replace"))
    return Undecodable(found.reason) if type(found) is Unreadable else found


def _guessed_json(text: str) -> Any:
    """Only what looks like JSON is tried, so that the text `12` does not become a number."""
    return decode_json(text) if text[0] in _OPENS or text.lstrip()[:1] in _OPENS else _NO_JSON


_OPENS = frozenset('{["')
_NO_JSON = Undecodable("not readable as JSON")


_PAIR = re.compile(
    r"""([A-Za-z_][\w.\-]{0,63})\s?[=:]\s?("(?:[^"\\]|\\.)*+"|'[^']*+'|\[[^\]]*+\]|\{[^}]*+\}|[^\s,;]++)"""
)


def decode_pairs(text: str) -> Any:
    """`status=paid order="#1001"`: at least one pair."""
    pairs = {key: _unquoted(value) for key, value in _PAIR.findall(text)}
    return pairs or Undecodable("no key=value pairs")


def _unquoted(value: str) -> str:
    return value[1:-1].replace('\\"', '"') if value[:1] in {'"', "'"} and value[-1:] == value[:1] else value


_LOGFMT = re.compile(r'([^\s="]++)(?:=("(?:[^"\\]|\\.)*+"?|\S*+))?')


def decode_logfmt(text: str) -> Any:
    """`level=info msg="order mapped" retry duplicate=`: a bare key is true, one with nothing behind it is empty.

    https://pkg.go.dev/github.com/kr/logfmt
    """
    found: dict[str, Any] = {}
    for key, value in _LOGFMT.findall(text):
        found[key] = _unescaped(value[1:].removesuffix('"')) if value[:1] == '"' else value
    bare = {key: "true" for key in found if not found[key] and f"{key}=" not in text}
    return {**found, **bare} if len(bare) < len(found) else Undecodable("no key=value pairs")


_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: {"n": "\n", "t": "\t", "r": "\r"}.get(found[1], found[1]), text)


_TEXTS = ("msg", "message", "event", "text", "@m", "@message", "MESSAGE")
_GRADES = ("level", "severity", "lvl", "levelname", "@l")
_PAIRED = re.compile(r'[A-Za-z_@][\w.@/-]*=(?:"|[^\s=]+\s+[A-Za-z_@][\w.@/-]*=)')


def decode_heading(text: str) -> Any:
    """What `match.heading` takes off a line; a message that is itself JSON or logfmt is unpacked, as containers and
    collectors wrap what programs write: its keys stand beside `TEXT`, which is then its own message.
    """
    found: dict[str, Any] = {**heading(text)}
    said = found["TEXT"].strip()
    inner = decode_json(said) if said[:1] == "{" and said[-1:] == "}" else None
    if inner is None and _PAIRED.match(said):
        inner = decode_logfmt(said)
    if type(inner) is dict:
        told = next((inner[key] for key in _TEXTS if type(inner.get(key)) is str and inner[key]), None)
        if told is not None:
            grade = next((str(inner[key]) for key in _GRADES if inner.get(key)), "")
            found = {**inner, **found, "TEXT": told, "LEVEL": found["LEVEL"] or grade.upper()}
    return found


_ELEMENT = re.compile(r'\[([^\s="\]@]+)(?:@[^\s\]]*)?((?:\s+[^\s="\]]+="(?:[^"\\]|\\.)*")*)\s*\]')
_PARAMETER = re.compile(r'([^\s="\]]+)="((?:[^"\\]|\\.)*)"')
_IN_SD = re.compile(r'\\(["\\\]])')


def decode_sd(text: str) -> Any:
    """Structured data of RFC 5424, `[order@32473 id="A-1"]`: parameters by the name of their element."""
    found: dict[str, Any] = {}
    for name, parameters in _ELEMENT.findall(text):
        found.setdefault(name, {}).update(
            (key, _IN_SD.sub(r"\1", value)) for key, value in _PARAMETER.findall(parameters)
        )
    return found or Undecodable("no structured data")


def decode_csv(text: str) -> Any:
    """One line of comma-separated cells, as a list."""
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error as error:
        return Undecodable(f"no CSV: {error}")
    return rows[0] if rows else Undecodable("no CSV: it is empty")


def decode_xml(text: str) -> Any:
    """An XML document as `{root: value}`, by the rules of `read.elements`."""
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return _NO_XML
    found = element(text.encode("utf-8", "replace"))
    return Undecodable(found.reason) if type(found) is Unreadable else found


_NO_XML = Undecodable("not readable as XML: it begins with no tag")
_KNOWN: dict[str, Decoder] = {
    "heading": decode_heading, "logfmt": decode_logfmt, "sd": decode_sd, "json": decode_json, "pairs": decode_pairs,
    "csv": decode_csv, "xml": decode_xml,
}  # fmt: skip


def decode_printed(text: str) -> Any:
    """An array as PHP's `print_r` shows it."""
    return printed.tree(text) or Undecodable("not readable as an array of PHP's print_r")


_KNOWN["print_r"] = decode_printed


def write_decode(writer: Writer, path: str, formats: str | Sequence[str], shapes: Shapes, where: str) -> None:
    """One line of `[decode]`: replaces the text at this path; returns the reason when it had to and could not."""
    ast = parse(path)
    if ast[0] != "path" or len(ast) < 2 or not all(isinstance(step, str) for step in ast[1:]):
        raise DefinitionError(f"[decode] takes plain paths, not {path}", where=where)
    names = [formats] if isinstance(formats, str) else list(formats)
    optional = any(name.endswith("?") for name in names)
    decoders = [_decoder(name.removesuffix("?"), shapes, where, guess=optional) for name in names]
    call = writer.give(decoders[0] if len(decoders) == 1 else _in_turn(decoders))
    holder, key, text = writer.slot(ast)
    with writer.block(f"if type({text}) is str and {text}:"):
        found = writer.local(f"{call}({text})")
        with writer.block(f"if type({found}) is not {writer.give(Undecodable)}:"):
            writer.line(f"{holder}[{key}] = {text} = {found}")
        if not optional:
            with writer.block("else:"):
                writer.line(f"return {path + ' is '!r} + {found}.reason")


def _in_turn(decoders: Sequence[Decoder]) -> Decoder:
    def decode(text: str) -> Any:
        first: Undecodable | None = None
        for each in decoders:
            value = each(text)
            if type(value) is not Undecodable:
                return value
            first = first or value
        return first

    return decode


def _decoder(name: str, shapes: Shapes, where: str, *, guess: bool) -> Decoder:
    if ".lark:" in name:
        return _shape(shapes(name), name.rpartition(":")[2])
    if name not in _KNOWN:
        raise DefinitionError(
            f"unknown format: {name}", where=where, help=f"use one of: {', '.join(_KNOWN)}, or a shape: file.lark:rule"
        )
    return _guessed_json if name == "json" and guess else _KNOWN[name]


def _shape(fields_of: FieldsOf, rule: str) -> Decoder:
    wrong = Undecodable(f"not spelled as {rule}")

    def decode(text: str) -> Any:
        fields = fields_of(text)
        if fields is None:
            return wrong
        fields["rule"] = rule
        return fields

    return decode
