"""Fields that hold another format: JSON in a JSON string, pairs in a message, a shape of a grammar in a column.

Each `[decode]` line becomes a closure that replaces the text by what it holds, or says why it cannot.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from tracelog.errors import DefinitionError

Record = dict[str, Any]
Decoded = tuple[bool, Any]
"""(it could be read, the value or the reason)."""
Decoder = Callable[[str], Decoded]
Step = Callable[[Record], str | None]
"""Decodes one field of a record in place; the reason when it had to and could not."""
FieldsOf = Callable[[str], dict[str, str] | None]
Shapes = Callable[[str], FieldsOf]
"""A reference such as `boomi.lark:executing` → the fields of a text, or None."""

_fast = msgspec.json.Decoder(float_hook=str).decode  # a number with a point stays as written: 118.40
_NESTED = 3
"""JSON strings inside JSON strings that are unpacked."""


def decode_json(text: str) -> Decoded:
    """A JSON document; a document that is itself a string with JSON inside is unpacked too."""
    for _ in range(_NESTED):
        try:
            value = _fast(text)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            try:
                # what vendors write although it is not allowed: raw line breaks, lone surrogates, NaN
                value = json.loads(text, strict=False, parse_float=str)
            except (ValueError, RecursionError) as error:
                return False, f"no JSON: {error}"
        if type(value) is not str or value[:1] not in {"{", "[", '"'}:
            return True, value
        text = value
    return True, value


def _looks_like_json(text: str) -> bool:
    return text.lstrip()[:1] in {"{", "[", '"'}


_PAIR = re.compile(
    r"""([A-Za-z_][\w.\-]{0,63})\s?[=:]\s?("(?:[^"\\]|\\.)*+"|'[^']*+'|\[[^\]]*+\]|\{[^}]*+\}|[^\s,;]++)"""
)


def decode_pairs(text: str) -> Decoded:
    """`status=paid order="#1001"`: at least one pair."""
    pairs = {key: _unquoted(value) for key, value in _PAIR.findall(text)}
    return (True, pairs) if pairs else (False, "no key=value pairs")


def _unquoted(value: str) -> str:
    return value[1:-1].replace('\\"', '"') if value[:1] in {'"', "'"} and value[-1:] == value[:1] else value


def decode_csv(text: str) -> Decoded:
    """One line of comma-separated cells, as a list."""
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error as error:
        return False, f"no CSV: {error}"
    return (True, rows[0]) if rows else (False, "no CSV: it is empty")


_KNOWN: dict[str, Decoder] = {"json": decode_json, "pairs": decode_pairs, "csv": decode_csv}


def step(path: Sequence[str], formats: str | Sequence[str], shapes: Shapes, where: str) -> Step:
    """One line of `[decode]` as a closure; raises DefinitionError for an unknown format."""
    names = [formats] if isinstance(formats, str) else list(formats)
    optional = any(name.endswith("?") for name in names)
    decoders = [_decoder(name.removesuffix("?"), shapes, where, guess=optional) for name in names]
    label = ".".join(path)
    *holders, last = path

    def decode(record: Record) -> str | None:
        for holder in holders:
            inner = record.get(holder)
            if type(inner) is not dict:
                return None
            record = inner
        text = record.get(last)
        if type(text) is not str or not text:
            return None
        reasons = []
        for each in decoders:
            good, value = each(text)
            if good:
                record[last] = value
                return None
            reasons.append(value)
        return None if optional else f"{label} is {reasons[0]}"

    return decode


def _decoder(name: str, shapes: Shapes, where: str, *, guess: bool) -> Decoder:
    """`guess`: only what looks like the format is tried, so that the text `12` does not become a number."""
    if ".lark:" in name:
        return _shape(shapes(name), name.rpartition(":")[2])
    if name == "xml":
        return lambda _: (False, "XML, which this version does not read")
    if name not in _KNOWN:
        raise DefinitionError(
            f"unknown format: {name}", where=where, help=f"use one of: {', '.join(_KNOWN)}, or a shape: file.lark:rule"
        )
    if name == "json" and guess:
        return lambda text: decode_json(text) if _looks_like_json(text) else (False, "no JSON")
    return _KNOWN[name]


def _shape(fields_of: FieldsOf, rule: str) -> Decoder:
    def decode(text: str) -> Decoded:
        fields = fields_of(text)
        if fields is None:
            return False, f"not spelled as {rule}"
        return True, {**fields, "rule": rule}

    return decode
