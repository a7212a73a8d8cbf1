"""An XML element as plain values, from its own bytes. Nothing outside them is ever read, and nothing expanded.

A document type is passed over unread, so entities that it declares are unknown here and stay the text that they are:
no bomb can go off, and nothing is fetched. Namespaces are not resolved, since an element cut out of its document
has lost their declarations: prefixes are only taken off.
"""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from tracelog.model.record import Unreadable
from tracelog.read.encoding import decoded
from tracelog.read.markup import DOCTYPE

TEXT = "#text"
"""The key of an element's text where it has attributes or elements beside."""
DEEPEST = 200
"""Elements inside each other; deeper ones are an attack, and would overflow whoever walks through the value."""
PROLOGUE = re.compile(
    rb"(?>[\s\xef\xbb\xbf]++|<\?.*?\?>|<!--.*?-->|" + DOCTYPE.pattern + rb")*+", re.DOTALL | re.IGNORECASE
)
"""What may stand before a document's first element."""
LOOSE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)")
"""An ampersand that begins none of the references that every parser knows."""
FORBIDDEN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:0*(?:[0-8]|1[1-24-9]|2[0-9]|3[01])|x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]));"
)
"""Characters that XML has not, as they stand or as references."""


class _RefusedError(Exception):
    """Why this is not taken apart further."""


def element(raw: bytes) -> Any:
    """The element in these bytes as `{name: value}`; an `Unreadable` if they are none.

    A value is the text (blanks around it taken off), or a dict with attributes as `@name`, elements by name (a
    list where a name comes again), and text beside them as `#text`. Of two attributes that differ only in their
    prefix the one without counts. `xsi:nil` makes a value None.
    """
    return _parsed(raw, final=True)


def beginning(raw: bytes) -> dict[str, Any] | None:
    """As much of a document as these bytes hold, with every open element closed behind it. None if it is no XML."""
    found = _parsed(raw, final=False)
    return found if isinstance(found, dict) else None


def _parsed(raw: bytes, *, final: bool) -> Any:
    head = PROLOGUE.match(raw)
    raw = raw[head.end() :] if head else raw
    raw = decoded(raw).encode()
    try:
        return _read(raw, final=final)
    except expat.ExpatError as error:
        mended = LOOSE.sub(b"&amp;", FORBIDDEN.sub("\ufffd".encode(), raw))
        first = error
    if mended != raw:
        try:
            return _read(mended, final=final)
        except expat.ExpatError as error:
            first = error
    return Unreadable(f"not readable as XML: {expat.ErrorString(first.code)}, line {first.lineno}")


def _read(raw: bytes, *, final: bool) -> Any:
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(raw, final)
    except _RefusedError as refused:
        return Unreadable(f"not readable as XML: {refused}")
    except expat.ExpatError:
        if final or not builder.begun:
            raise
    return builder.whole()


class _Builder:
    """Makes the value while the parser goes through the element. Iterative: depth costs no stack."""

    def __init__(self) -> None:
        self._top: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, Any], list[str]]] = [("", self._top, [])]
        self.begun = False

    def start(self, name: str, attributes: list[str]) -> None:
        if len(self._open) > DEEPEST:
            raise _RefusedError(f"more than {DEEPEST} elements inside each other")
        self.begun = True
        value: dict[str, Any] = {}
        for at in range(0, len(attributes), 2):
            prefix, colon, local = attributes[at].rpartition(":")
            if prefix != "xmlns" and (colon or local != "xmlns"):
                key = f"@{local}"
                if not colon or key not in value:
                    value[key] = attributes[at + 1]
        self._open.append((name.rpartition(":")[2], value, []))

    def text(self, data: str) -> None:
        self._open[-1][2].append(data)

    def doctype(self, *_: object) -> None:
        raise _RefusedError("a document type stands inside it")

    def end(self, _name: str) -> None:
        name, value, texts = self._open.pop()
        text = "".join(texts).strip() if texts else ""
        made: Any = value
        if not value:
            made = text
        elif value.get("@nil") in ("true", "1") and not text:
            made = None
        elif text:
            value[TEXT] = text
        holder = self._open[-1][1]
        if name not in holder:
            holder[name] = made
        elif type(held := holder[name]) is list:
            held.append(made)
        else:
            holder[name] = [held, made]

    def whole(self) -> dict[str, Any]:
        while len(self._open) > 1:
            self.end("")
        return self._top
