"""How an interchange of X12 or EDIFACT is spelled: which standard, which signs, where a segment ends."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

IDENTIFIER = re.compile(rb"[A-Z][A-Z0-9]{1,2}")
BLANK = b" \t\r\n\0\x1a"
ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
"""Characters of ISA01 to ISA16. https://www.stedi.com/app/guides/view/bonobos/855/01H5N5JA41Q6Y0ZPVKNYCZRQYG"""
HEAD = 512
"""Bytes in which an interchange's first segment ends."""
EDIFACT_SIGNS = b":+.? '"
"""Component, element, decimal, release, repetition, terminator, where no UNA says otherwise."""


class Syntax(NamedTuple):
    """The signs of one interchange; an empty one is not used."""

    element: bytes
    component: bytes
    terminator: bytes
    release: bytes = b""
    first: int = 0
    """Bytes at the beginning in which no terminator is looked for."""


class Level(NamedTuple):
    """An envelope: what opens and closes it, the element of the opener that the closer repeats, and its name."""

    opens: str
    closes: str
    control: str
    name: str


class Standard(NamedTuple):
    """What tells X12 and EDIFACT apart."""

    name: str
    levels: tuple[Level, Level, Level]
    """Interchange, group, transaction set."""
    alone: str
    """A segment between the envelopes that is a record of its own."""
    begins: re.Pattern[bytes]

    @property
    def all_parts(self) -> bool:
        """Whether an element of one part is given as `02-01` too."""
        return self.name == "edifact"


X12 = Standard(
    "x12",
    (
        Level("ISA", "IEA", "13", "interchange"),
        Level("GS", "GE", "06", "group"),
        Level("ST", "SE", "02", "transaction set"),
    ),
    "TA1",
    re.compile(rb"I[\r\n]*+S[\r\n]*+A(?=[\r\n]*+([^A-Za-z0-9\s])[\r\n]*+\d[\r\n]*+\d[\r\n]*+\1)"),
)
EDIFACT = Standard(
    "edifact",
    (
        Level("UNB", "UNZ", "05", "interchange"),
        Level("UNG", "UNE", "05", "group"),
        Level("UNH", "UNT", "01", "message"),
    ),
    "",
    re.compile(rb"UNA(?=[^A-Za-z0-9\s]{2}[.,].{2}[^A-Za-z0-9]\s*UNB)|UNB(?=[+\x1d][A-Z]{4}[:+\x1d\x1f])", re.DOTALL),
)
STANDARDS = {"x12": X12, "edifact": EDIFACT}


def standard_of(text: bytes) -> Standard | None:
    """In which standard an export that begins so is written."""
    text = text.removeprefix(b"\xef\xbb\xbf").lstrip(BLANK)
    return next((each for each in STANDARDS.values() if each.begins.match(text)), None)


# ---- separators


def syntax_of(standard: Standard, head: bytes) -> Syntax | None:
    """The signs of the interchange that begins here; None when it ends before it has named them."""
    return _x12_syntax(head) if standard is X12 else _edifact_syntax(head)


def _x12_syntax(head: bytes) -> Syntax | None:
    """From the places where ISA has them; where its elements are not padded, from what follows the sixteenth."""
    sign = unwrapped(head[:16])[3:4]
    for text in (head, unwrapped(head)):
        if len(text) > 104 and text[103:104] == sign and not widths(text[:105].split(sign)[1:]):
            return Syntax(sign, text[104:105], text[105:106] or b"\n", first=_at(head, 105, wrapped=text is not head))
    elements = head.split(sign, 16)
    if len(elements) < 17:
        return None
    first = len(head) - len(elements[16]) + 1
    component, terminator = elements[16][:1], elements[16][1:2]
    if not component or component.isalnum():
        return None
    if head.count(component + terminator) > 1 and terminator in b"\r\n":  # the component sign was left out
        return Syntax(sign, b"", component, first=first - 1)
    return Syntax(sign, component, terminator or b"\n", first=first)


def _at(text: bytes, size: int, *, wrapped: bool) -> int:
    """Where so many bytes end, line ends not counted."""
    if not wrapped:
        return size
    return next((n for n in range(len(text)) if len(unwrapped(text[:n])) == size), len(text))


def unwrapped(text: bytes) -> bytes:
    """Lines may be cut at 80 characters."""
    return text.replace(b"\r", b"").replace(b"\n", b"")


def widths(elements: Sequence[bytes]) -> list[str]:
    """Which elements of an ISA are not as wide as they must be, in words."""
    found = zip(range(1, 17), elements, ISA_WIDTHS, strict=False)
    wrong = [f"ISA{n:02} is {len(one)} wide, not {width}" for n, one, width in found if len(one) != width]
    return wrong if len(elements) >= len(ISA_WIDTHS) - 1 else ["too few elements"]


def _edifact_syntax(head: bytes) -> Syntax | None:
    signs = EDIFACT_SIGNS
    if head.startswith(b"UNA"):
        signs = head[3:9]
    elif head[3:4] == b"\x1d":  # syntax level B
        signs = b"\x1f\x1d.  \x1c"
    if len(signs) < len(EDIFACT_SIGNS):
        return None
    release = signs[3:4].strip()
    return Syntax(signs[1:2], signs[0:1], signs[5:6], release, 9 if head.startswith(b"UNA") else 0)


@functools.lru_cache(maxsize=64)
def segment_pattern(syntax: Syntax) -> re.Pattern[bytes]:
    """One segment with its terminator."""
    end, release = re.escape(syntax.terminator), re.escape(syntax.release)
    if not release:
        return re.compile(rb"[^" + end + rb"]*+" + end, re.DOTALL)
    return re.compile(rb"(?>[^" + end + release + rb"]++|" + release + rb".)*+" + end, re.DOTALL)


def name_of(segment: bytes, syntax: Syntax) -> str:
    """What a segment is called; empty when it has no name that could be one."""
    if segment.startswith(b"UNA"):
        segment = segment[9:]
    beginning = segment[:4]
    if not beginning.isspace() and beginning.split() == [beginning]:
        return _name(beginning, syntax)
    segment = segment[:40].lstrip(BLANK)
    return _name(unwrapped(segment)[:4] if syntax.terminator not in b"\r\n" else segment[:4], syntax)


@functools.lru_cache(maxsize=4096)
def _name(beginning: bytes, syntax: Syntax) -> str:
    found = IDENTIFIER.match(beginning)
    if found is None:
        return ""
    after = beginning[found.end() : found.end() + 1]
    return found[0].decode() if after in (b"", syntax.element, syntax.component, syntax.terminator) else ""


def pieces(raw: bytes, syntax: Syntax) -> Iterator[bytes]:
    """The segments of a record, without their terminators; the last may lack its own."""
    at, first = 0, syntax.first
    pattern = segment_pattern(syntax)
    while at < len(raw):
        found = pattern.match(raw, at + first)
        end = found.end() - len(syntax.terminator) if found else len(raw)
        text = raw[9 if not at and raw.startswith(b"UNA") else at : end].strip(BLANK)
        at, first = found.end() if found else len(raw), 0
        if text:
            yield text
