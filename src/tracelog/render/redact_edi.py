"""Persons and addresses in EDI, by segment and element; everything else of a message is evidence and stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from tracelog.read import signs
from tracelog.read.signs import Standard
from tracelog.render.personal import ADDRESS, EMAIL, NAME, NOTE, PHONE, POSTAL

NUMBER = "number"
"""Of a contact: a phone number or an e-mail address."""
PERSONAL: dict[str, dict[int, str]] = {
    "N1": {2: NAME},
    "N2": {1: NAME, 2: NAME},
    "N3": {1: ADDRESS, 2: ADDRESS},
    "N4": {1: ADDRESS, 3: POSTAL},
    "NM1": {3: NAME, 4: NAME, 5: NAME},
    "PER": {2: NAME, 4: NUMBER, 6: NUMBER, 8: NUMBER, 9: NAME},
    "MSG": {1: NOTE},
    "NTE": {2: NOTE},
    "NAD": {3: ADDRESS, 4: NAME, 5: ADDRESS, 6: ADDRESS, 8: POSTAL},
    "CTA": {2: NAME},
    "COM": {1: NUMBER},
    "FTX": {4: NOTE},
}
"""Segment → the elements that describe a person."""
FIRST_PART = frozenset({"COM"})
"""Segments of which only an element's first part does; the next says of what kind it is."""


def standard_of(text: str) -> Standard | None:
    """The standard of a record that is EDI."""
    return signs.standard_of(text[: signs.HEAD].encode("latin-1", "replace"))


def redacted(text: str, standard: Standard, replace: Callable[[str, str], str]) -> str:
    """The message with what is personal replaced; `replace` takes kind and value."""
    syntax = signs.syntax_of(standard, text[: signs.HEAD].encode("latin-1", "replace"))
    if syntax is None:
        return text
    element, component, terminator = (
        sign.decode("latin-1") for sign in (syntax.element, syntax.component, syntax.terminator)
    )
    out, name, number, part = [text[: syntax.first]], "", 0, 0
    for found in _tokens(syntax).finditer(text, syntax.first):
        value, sign = found.groups()
        if sign == terminator:
            name, number, part = "", 0, 0
        elif sign == element:
            number, part = number + 1, 0
        elif sign == component:
            part += 1
        elif value and not number:
            name = value.strip()
        kind = PERSONAL.get(name, {}).get(number) if value and value.strip() else None
        if part and name in FIRST_PART:
            kind = None
        if kind == NUMBER:
            kind = EMAIL if "@" in value else PHONE
        out.append(replace(kind, value) if kind else found[0])
    return "".join(out)


@lru_cache(maxsize=64)
def _tokens(syntax: signs.Syntax) -> re.Pattern[str]:
    """A value, or a sign. What a release sign sets free is part of the value."""
    marks = re.escape((syntax.element + syntax.component + syntax.terminator).decode("latin-1"))
    release = re.escape(syntax.release.decode("latin-1"))
    freed = f"|{release}.?" if release else ""
    return re.compile(f"((?>[^{marks}{release}]++{freed})++)|([{marks}])", re.DOTALL)
