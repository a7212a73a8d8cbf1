"""What X12 and EDIFACT records hold: segments by name, from the record's own bytes, and what is wrong with them.

A record is one transaction set (message) with the segments of its envelope before it: `ISA GS ST … SE`. So a stored
record can be read again: its separators stand in its first segment. What is wrong with a trailer is a record of its
own, made of the headers that it counts: `ISA GS ST ST GE`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tracelog.model.record import ALL, SEGMENTS, Unreadable
from tracelog.read.encoding import decoded
from tracelog.read.signs import HEAD, Level, Standard, Syntax, name_of, pieces, syntax_of, unwrapped, widths

Segment = dict[str, Any]
"""Elements by their two digits, `02`; parts of one that has several (in EDIFACT of all) as `02-01`."""
_KEYS = [f"{number:02}" for number in range(100)]
MANY = 1_000_000
"""Elements and parts of a record that are taken apart; each one costs some hundred bytes of memory."""


@functools.lru_cache(maxsize=64)
def _spelled(syntax: Syntax) -> tuple[str, str, str, bool]:
    """The signs as text, and whether line ends inside a segment mean nothing."""
    element, component, release = (
        sign.decode("latin-1") for sign in (syntax.element, syntax.component, syntax.release)
    )
    return element, component, release, syntax.terminator not in b"\r\n"


def parsed(segment: bytes, syntax: Syntax, *, all_parts: bool) -> Segment:
    """The elements that are not empty, blanks around them taken off."""
    element, component, release, wrapped = _spelled(syntax)
    if (b"\n" in segment or b"\r" in segment) and (wrapped or segment.startswith(b"ISA")):
        segment = unwrapped(segment)
    text = decoded(segment)
    found: Segment = {}
    if release and release in text:
        split = _splitter(element, release)
        elements = [_parts(each, component, release) for each in split(text)]
    else:
        elements = [
            each.split(component) if component and component in each else [each] for each in text.split(element)
        ]
    for number, parts in enumerate(elements):
        whole = ":".join(parts).strip() if len(parts) > 1 else parts[0].strip()
        if number and whole:
            key = _KEYS[number] if number < len(_KEYS) else str(number)
            found[key] = whole
            if all_parts or len(parts) > 1:
                found.update((f"{key}-{part:02}", each.strip()) for part, each in enumerate(parts, 1) if each.strip())
    return found


def _parts(text: str, component: str, release: str) -> list[str]:
    """The parts of an element, what the release sign sets free as it is meant."""
    parts = _splitter(component, release)(text) if component else [text]
    return [re.sub(re.escape(release) + "(.)", r"\1", part, flags=re.DOTALL) for part in parts]


@functools.lru_cache(maxsize=64)
def _splitter(sign: str, release: str) -> Callable[[str], list[str]]:
    """Splits a text at the signs, those after a release sign passed over."""
    end, free = re.escape(sign), re.escape(release)
    part = re.compile(f"(?>[^{end}{free}]++|{free}.?)*+", re.DOTALL)

    def split(text: str) -> list[str]:
        found, at = [], 0
        while at <= len(text):
            match = part.match(text, at)
            stop = match.end() if match else len(text)
            found.append(text[at:stop])
            at = stop + 1
        return found

    return split


def named(segments: Sequence[tuple[str, Segment]]) -> dict[str, Any]:
    """Segments by name, the first of each, which knows all of its name; and all in their order, for loops."""
    found: dict[str, Any] = {SEGMENTS: list(segments)}
    for name, segment in segments:
        first = found.get(name)
        if first is None:
            found[name] = segment
        elif ALL in first:
            first[ALL].append(segment)
        else:
            found[name] = {**first, ALL: [first, segment]}
    return found


# ---- what a record holds


def value(raw: bytes, standard: Standard, *, strict: bool = True) -> Any:
    """A record's segments by name, or why it cannot be trusted. Not `strict`: as far as it can be read."""
    if not standard.begins.match(raw):
        return Unreadable(f"this stands outside of any {standard.levels[2].name}")
    syntax = syntax_of(standard, raw[:HEAD])
    if syntax is None:
        first = standard.levels[0].opens
        return Unreadable("the first segment of the interchange is not whole") if strict else {first: {}}
    if (count := raw.count(syntax.element) + (raw.count(syntax.component) if syntax.component else 0)) > MANY:
        return Unreadable(f"it holds some {count:,} elements; records of more than {MANY:,} are not taken apart")
    all_parts = standard.all_parts
    record = named([(name_of(text, syntax), _held(text, syntax, all_parts)) for text in pieces(raw, syntax)])
    if strict and (wrong := _wrong(raw, standard, syntax, record)):
        return Unreadable(wrong)
    return record


ENVELOPE = (b"ISA", b"GS", b"UNB", b"UNG")
"""What comes again in every record of an interchange."""


def _held(text: bytes, syntax: Syntax, all_parts: bool) -> Segment:
    if text.startswith(ENVELOPE):
        return dict(_again(text, syntax, all_parts))
    return parsed(text, syntax, all_parts=all_parts)


@functools.lru_cache(maxsize=64)
def _again(text: bytes, syntax: Syntax, all_parts: bool) -> Segment:
    return parsed(text, syntax, all_parts=all_parts)


def _wrong(raw: bytes, standard: Standard, syntax: Syntax, record: dict[str, Any]) -> str | None:
    """What is wrong with a record; None when nothing is."""
    outer, group, inner = standard.levels
    segments: list[tuple[str, Segment]] = record[SEGMENTS]
    if standard.alone in record and outer.closes not in record:
        return None
    for level, below in ((group, inner), (outer, group if group.opens in record else inner)):
        if level.closes in record:
            count = sum(name == below.opens for name, _ in segments)
            if standard.alone in record and record[level.closes].get("01") != str(count):
                count += sum(name == standard.alone for name, _ in segments)  # some count them like groups
            return _trailer(record, level, count, below.name)
    if inner.opens not in record:
        return _header(raw, syntax, record, group if group.opens in record else outer)
    start = next(n for n, (name, _) in enumerate(segments) if name == inner.opens)
    names = [name for name, _ in segments[start:]]
    said = _trailer(record, inner, len(names), "segment")
    if said or inner.closes not in record or not all(names):
        return badly_closed(inner, names, list(pieces(raw, syntax))[start:], syntax, said)
    return None


def badly_closed(
    level: Level, names: Sequence[str], texts: Sequence[bytes], syntax: Syntax, trailer: str | None = None
) -> str:
    """What is wrong with a set of these segments, which is not closed, or whose `trailer` is wrong."""
    said = (
        [] if level.closes in names else [f"the {level.name} ends without {level.closes}, after segment {len(names)}"]
    )
    said += [trailer] if trailer else []
    if not all(names):
        said.append(f"segment {list(names).index('') + 1} has no name")
    if other := _run_on(names, texts, syntax):
        said.append(other)
    return "; ".join(said)


def _header(raw: bytes, syntax: Syntax, record: dict[str, Any], level: Level) -> str:
    """An interchange of which only the first segments are there: what is wrong with them, else that it ends."""
    spellings = [text.split(syntax.element, 16)[1:16] for text in (raw, unwrapped(raw))]
    faults = min(map(widths, spellings), key=len) if "ISA" in record else []
    if len(faults) > 1:  # one that is not filled up is an id somebody shortened
        more = f" and {len(faults) - 3} more" if len(faults) > 3 else ""
        return f"elements of an ISA have fixed widths: {', '.join(faults[:3])}{more}"
    number = record.get(level.opens, {}).get(level.control, "")
    return f"the {level.name} {number} ends without {level.closes}".replace("  ", " ")


def _trailer(record: dict[str, Any], level: Level, count: int, what: str) -> str | None:
    """A closing segment that does not fit what it closes."""
    closes, opens = record.get(level.closes), record.get(level.opens, {})
    if closes is None:
        return None
    said = []
    number = closes.get("01", "")
    if _control(number) != str(count):
        there = f"1 {what} is" if count == 1 else f"{count} {what}s are"
        said.append(f"{level.closes}01 says {number or 'nothing'}, {there} there")
    mine, theirs = closes.get("02", ""), opens.get(level.control, "")
    if _control(mine) != _control(theirs):
        said.append(f"{level.closes}02 says {mine or 'nothing'}, {level.opens}{level.control} is {theirs or 'empty'}")
    return "; ".join(said) or None


def miscounted(envelope: bytes, closes: bytes, standard: Standard, counts: Mapping[str, int]) -> str | None:
    """What is wrong with a trailer of an envelope with so many headers, by their names, that they are not kept."""
    record = value(envelope + closes, standard, strict=False)
    outer, group, inner = standard.levels
    level, below = (group, inner) if group.closes in record else (outer, group if counts.get(group.opens) else inner)
    said = [
        _trailer(record, level, count, below.name)
        for count in (counts.get(below.opens, 0), counts.get(below.opens, 0) + counts.get(standard.alone, 0))
    ]
    return said[0] if all(said) else None


def _control(number: str) -> str:
    """Control numbers are equal with and without zeros before them."""
    return number.lstrip("0") or "0" if number.isdecimal() else number


def _run_on(names: Sequence[str], texts: Sequence[bytes], syntax: Syntax) -> str | None:
    """A segment that holds what looks like the next one, on a line of its own: it was ended by another sign."""
    begins = _begins_inside(syntax.element)
    for number, (name, text) in enumerate(zip(names, texts, strict=True), 1):
        if b"\n" not in text and b"\r" not in text:
            continue
        if found := begins.search(text):
            ends = f"ended by {decoded(found[1])!r} and not by {decoded(syntax.terminator)!r}"
            return f"segment {number}, {name}, runs on into {found[2].decode()}: it is {ends}"
    return None


@functools.lru_cache(maxsize=64)
def _begins_inside(element: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(\S)[\r\n]++\s*+([A-Z][A-Z0-9]{1,2})" + re.escape(element))
