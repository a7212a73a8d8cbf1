"""What loggers put between a line's time and its message: level, thread, logger, ids in brackets.

Every program arranges them in its own way (`[main] INFO a.b.C - text`, `INFO a.b: text`, `- name - INFO - text`), so
pieces are taken off the front as long as each is one that only loggers write. What is left is the message.
"""

from __future__ import annotations

import re

MOST = 10
"""Pieces in front of a message."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LEVELS = (
    "TRACE|DEBUG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|FATAL|ALERT|EMERG|PANIC|FINE|FINER"
    "|FINEST|CONFIG|VERBOSE|SUCCESS"
)
_LEVEL = re.compile(
    rf"(?:[\[(<]\s*+(?P<bracketed>(?i:{_LEVELS})|[TDIWEF])\s*+[\])>]"
    rf"|(?P<bare>{_LEVELS})(?::(?P<by>[\w.]+):)?|(?P<marked>(?i:{_LEVELS}))(?=:)):?(?=[\s\[]|\Z|(?<=:))"
)
_BRACKETED = re.compile(r"(?:\[(?P<inner>[^\[\]\n]{0,160})\]|\((?P<file>(?:[\w$.:-]|\(\w*\)){1,80})\)):?(?=[\s\[]|\Z)")
_LOGGER = re.compile(
    r"(?P<name>[A-Za-z_$][\w$-]*+(?:\.[\w$-]++)+(?!\s+(?:[\w.-]+=|#?\d|[A-Z]{2,10}-?\d|\Z))"  # not `order.sent ORD-1`
    r"|[A-Z][a-z]+(?:[A-Z]+[a-z]\w*)+(?=\s*:|\s+[-–—|]\s|[:#]\d)|[\w.]+(?=:[\w<>]+:\d+\s+-))(?:(?::[\w<>]+)?[:#]\d+)?(?:\s*+:|\s+[-–—|](?=\s)|(?=\s))"
)
_NAMED = re.compile(r"(?P<name>[A-Za-z_][\w-]*)\s+[-–—|](?=\s)")
_PROGRAM = re.compile(r"(?:[\w.-]+ )?(?P<name>[\w./-]+)\[(?:\d+\]:?|[\w.]+\]:)(?=\s)")
_PIECE = re.compile(
    r"(?:---|[-–—|:>*]+|@[\w-]+|#\d+\])(?=\s)|(?:stdout|stderr) [FP](?=\s)|(?:\d+ +)?[\w./-]+\.\w+:\d+\](?=\s)"
    rf"|\d{{1,7}}(?=\s+(?:---|\[|\||-\s|(?:{_LEVELS})\b))"
)
_ORDERISH = re.compile(r"#\d{3,}|\b[Oo]rder\W{0,2}\d|\b[A-Z]{2,10}-\d+\b|\b[A-Z]{2,4}\d{4,}|\b\d{3}-\d{7}")
_TRACE = re.compile(r"([0-9a-f]{32})[-,:/ ]([0-9a-f]{16})")
_DASHES = frozenset("-–—|")
_OPENING = frozenset("[(<")
_KEYED = re.compile(r"([\w.@-]+)[=:]\s?([^\s,\]]+)")


def heading(text: str) -> dict[str, str]:
    """`LEVEL`, `BY` (the logger), `TEXT` (the message), and ids that stand in brackets before it, by their keys.

    >>> heading("[main] INFO  a.b.Sender - forwarded ORD-1")
    {'LEVEL': 'INFO', 'BY': 'a.b.Sender', 'TEXT': 'forwarded ORD-1'}
    """
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    found: dict[str, str] = {"LEVEL": "", "BY": "", "TEXT": ""}
    place = _past_blanks(text, 0)
    for _ in range(MOST):
        end = _piece(text, place, found)
        if end is None:
            break
        place = _past_blanks(text, end)
    found["TEXT"] = text[place:]
    return found


def _past_blanks(text: str, place: int) -> int:
    while text[place : place + 1] in (" ", "\t"):
        place += 1
    return place


def _piece(text: str, place: int, found: dict[str, str]) -> int | None:
    """Where the piece that stands here ends, once it is noted; None when this is the message."""
    first = text[place : place + 1]
    if first in _OPENING:
        return _graded(text, place, found) or _bracketed(text, place, found)
    if first.isalpha() or first in "_$":
        return _graded(text, place, found) or _named(text, place, found)
    piece = _PIECE.match(text, place)
    if piece is None and (program := _PROGRAM.match(text, place)):
        found["BY"] = found["BY"] or program["name"]
        return program.end()
    return piece.end() if piece else None


def _graded(text: str, place: int, found: dict[str, str]) -> int | None:
    level = None if found["LEVEL"] else _LEVEL.match(text, place)
    if level is None:
        return None
    found["LEVEL"] = (level["bracketed"] or level["bare"] or level["marked"]).upper()
    found["BY"] = found["BY"] or level["by"] or ""
    return level.end()


def _bracketed(text: str, place: int, found: dict[str, str]) -> int | None:
    bracket = _BRACKETED.match(text, place)
    if bracket is None:
        return None
    inner = bracket["inner"] or bracket["file"] or ""
    if _ORDERISH.search(inner) and "=" not in inner:
        return None
    if trace := _TRACE.search(inner):
        found["trace_id"] = trace[1]
    elif "=" in inner:
        found.update(_KEYED.findall(inner))
    return bracket.end()


def _named(text: str, place: int, found: dict[str, str]) -> int | None:
    """The program or the logger."""
    logger = _PROGRAM.match(text, place)
    if logger is None and not found["BY"]:
        logger = _LOGGER.match(text, place) or _after_a_dash(text, place, found)
    if logger is None:
        piece = _PIECE.match(text, place)  # `controller.go:120]`
        return piece.end() if piece else None
    found["BY"] = found["BY"] or logger["name"]
    return logger.end()


def _after_a_dash(text: str, place: int, found: dict[str, str]) -> re.Match[str] | None:
    """`- name - LEVEL -`: a plain word is a logger only between dashes, and before the level."""
    if found["LEVEL"] or text[:place].rstrip()[-1:] not in _DASHES:
        return None
    return _NAMED.match(text, place)
