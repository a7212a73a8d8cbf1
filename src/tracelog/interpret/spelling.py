"""How the lines of an unknown text are laid out: cells between signs, or pieces between blanks; written as a grammar.

Every terminal is spelled so that its end is decided by the next character: what is drafted here is always compiled.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tracelog.interpret.leaves import SURE

SIGNS = ("|", "\t", ";", "¦", "~", "^", ",")
"""What parts cells; the first of equals."""
PADDED = 40
"""Blanks before a sign that are taken for padding."""
MOST_PARTS = 60
FEWEST_TOLD = 8
"""Lines from which a short list of words is known to be one."""

STAMPS = (
    r"\d{4}[-/.]\d\d[-/.]\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?",
    r"\d{1,2}/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d(?: [+-]\d{4})?",
    r"[A-Z][a-z]{2} {1,2}\d{1,2},? \d{4},? \d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?: [A-Z]{2,4}(?: [A-Z]{3,4})?)?",
    r"[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:[.,]\d{1,9})?",
    r"\d{1,2}[./]\d{1,2}[./]\d{4},? \d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: [AaPp][Mm])?",
)
_STAMP = [re.compile(stamp) for stamp in STAMPS]
_PIECE = re.compile(
    rf"""(?P<before>[,;|]?[ \t]+|^)(?:
    (?P<stamp>(?-x:{"|".join(STAMPS)}))(?!\w)
    |(?P<key>[A-Za-z_@][\w.@/-]*)=(?:"(?P<told>(?:[^"\\]|\\.)*)"|(?P<plain>\S*?))(?=[,;|]?(?:[ \t]|$))
    |\[(?P<square>[^\[\]]*)\](?=\s|$)
    |"(?P<quoted>(?:[^"\\]|\\.)*)"(?=\s|$)
    |(?P<word>\S+?)(?=[,;|]?(?:[ \t]|$))
    )""",
    re.VERBOSE,
)
_LABEL = re.compile(r"([A-Za-z_@][\w.@/ -]{0,40}?)\s*(=|: ?)\s*")
_PAIRS = re.compile(r"""(?:^|[,;|]?\s+)[A-Za-z_@][\w.@/-]*=""")
_RUN = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Za-z]+")


class Piece(NamedTuple):
    kind: str
    """`stamp` `key` `told` (a key with its value in quotes) `square` `quoted` `word`."""
    key: str
    value: str
    before: str
    start: int


class Layout:
    """The parts of a record in their order, on their way into a grammar."""

    def __init__(self) -> None:
        self._rule: list[str] = []
        self._terminals: dict[str, tuple[str, str]] = {}
        self.decode: dict[str, str] = {}
        self.doubtful = False
        """Parted by commas, which sentences have too."""

    def fixed(self, name: str, pattern: str, words: str = "") -> str:
        """A terminal that is no field; one of the same name and pattern is the same."""
        name = f"_{name}"
        while name in self._terminals and self._terminals[name][0] != pattern:
            name += "_"
        self._terminals[name] = (pattern, words)
        return name

    def field(self, name: str, pattern: str, words: str) -> str:
        base = re.sub(r"\W+|_+", "_", name).strip("_").upper()
        base = base if re.match(r"[A-Z]", base) and base.isascii() else f"FIELD_{base}" if base.isascii() else "FIELD"
        found, number = base, 1
        while found in self._terminals:
            number += 1
            found = f"{base}_{number}"
        self._terminals[found] = (pattern, words)
        return found

    def add(self, *parts: str) -> None:
        self._rule += parts

    def over_lines(self) -> None:
        """What stands on the further lines of a record."""
        line_end = self.fixed("BREAK", r"\r?\n", "a line end")
        rest = self.field("REST", r"(?:.|\n)+", "further lines")
        self.add(f"[{line_end} [{rest}]]")

    def grammar(self, rule: str) -> str:
        """The text of the grammar."""
        lines = [f"{rule}: {' '.join(self._rule)}", ""]
        width = max((len(name) + len(_slashed(pattern)) for name, (pattern, _) in self._terminals.items()), default=0)
        for name, (pattern, words) in self._terminals.items():
            spelled = f"{name}: /{_slashed(pattern)}/"
            lines.append(f"{spelled:{min(width, 90) + 4}}  // {words}" if words else spelled)
        return "\n".join(lines) + "\n"


def _slashed(pattern: str) -> str:
    return re.sub(r"(?<!\\)/", r"\/", pattern)


# ---- cells between signs


def cells(starts: Sequence[str], *, whole: bool) -> Layout | None:
    """Lines of cells between the sign that parts them most; None where no sign stands equally often."""
    counted = {sign: _count(starts, sign) for sign in SIGNS}
    sign = max(SIGNS, key=lambda each: counted[each])
    if not counted[sign] or counted[sign] >= MOST_PARTS:
        return None
    rows = [[cell.strip() for cell in line.split(sign, counted[sign])] for line in starts]
    rows = [row for row in rows if len(row) == counted[sign] + 1]
    layout = Layout()
    layout.doubtful = sign == ","
    end, blank = re.escape(sign), "[ ]" if sign == "\t" else r"[ \t]"
    inside = rf"(?:[^\s{end}]|{blank}(?!{blank}{{0,{PADDED}}}(?:{end}|\r|\n|$)))*"
    parting = layout.fixed("SIGN", rf"{blank}*{end}{blank}*", f"the sign {'tab' if sign == chr(9) else sign}")
    for number, column in enumerate(zip(*rows, strict=True)):
        if number:
            layout.add(parting)
        key, label, values = _label(column)
        labelled = layout.fixed(f"LABEL_{number + 1}", label, f"{key} =") if label else ""
        last = number == counted[sign] and len({line.count(sign) for line in starts}) > 1
        pattern = r"\S[^\r\n]*" if last else rf"[^\s{end}]{inside}"
        if not number and not label and not whole:
            pattern = _leading(values) or pattern
        stamp = _stamp_of(values)
        name = layout.field(key or ("TIME" if stamp else f"FIELD_{number + 1}"), stamp or pattern,
                            key or f"field {number + 1}")  # fmt: skip
        if labelled:
            layout.add(f"[{labelled} [{name}]]" if number and not all(column) else f"{labelled} [{name}]")
        else:
            layout.add(f"[{name}]" if number else name)
    layout.add(f"[{layout.fixed('END', blank + '+')}]")
    if not whole:
        layout.over_lines()
    return layout


def _count(starts: Sequence[str], sign: str) -> int:
    """How often it stands in nearly every line; more often only where the last cell is free text."""
    counts = sorted(line.count(sign) for line in starts)
    if sign == "," and sum(line.count(", ") for line in starts) > (1 - SURE) * sum(counts):
        return 0  # a sentence
    usual, lines = Counter(counts).most_common(1)[0]
    if lines >= SURE * len(counts):
        return usual
    least = counts[int((1 - SURE) * len(counts))]
    return least if least > 1 else 0


def _label(column: Sequence[str]) -> tuple[str, str, list[str]]:
    """(key, what stands before the value as an expression, the values) where every cell begins with the same key."""
    filled = [cell for cell in column if cell]
    found = [_LABEL.match(cell) for cell in filled]
    keys = {each[1] for each in found if each is not None}
    if len(keys) != 1 or None in found or any(each and each[2] != "=" and len(filled) < 2 for each in found):
        return "", "", filled
    key = keys.pop()
    sign = {each[2].strip() for each in found if each is not None}
    if len(sign) != 1:
        return "", "", filled
    values = [cell[each.end() :] for cell, each in zip(filled, found, strict=True) if each is not None]
    return key, rf"{re.escape(key).replace(chr(92) + ' ', ' ')}[ \t]*{sign.pop()}[ \t]*", [v for v in values if v]


def _stamp_of(values: Sequence[str]) -> str | None:
    """The expression of the stamps that all of these are."""
    return next((text for text, one in zip(STAMPS, _STAMP, strict=True) if values and all(map(one.fullmatch, values))),
                None)  # fmt: skip


def _leading(values: Sequence[str]) -> str | None:
    """What the first words of records have in common, so that further lines are none: one word, or one build."""
    if len(set(values)) == 1 and not re.search(r"\d", values[0]):
        return re.escape(values[0])
    builds = {_RUN.sub(_kind, value) for value in values}
    if len(builds) != 1:
        return None
    parts = re.split(r"([09A])", builds.pop())
    built = "".join(_BUILDS.get(part, re.escape(part)) for part in parts if part)
    return built + (r"(?!\w)" if parts[-1] in _BUILDS or parts[-2:][0] in _BUILDS else "")


_BUILDS = {"0": r"\d+", "A": "[A-Z]+", "9": "[A-Za-z]+"}


def _kind(found: re.Match[str]) -> str:
    return "0" if found[0].isdigit() else "A" if found[0].isupper() else "9"


# ---- pieces between blanks


def pieces(starts: Sequence[str], *, whole: bool) -> Layout | None:
    """Lines of stamps, brackets, quotes, pairs and words between blanks, as far as they are alike; then free text."""
    rows = [list(_pieces(line)) for line in starts]
    layout = Layout()
    table = Counter(map(len, rows)).most_common(1)[0][1] >= SURE * len(rows)
    number = 0
    while number < MOST_PARTS:
        column = [row[number] for row in rows if len(row) > number]
        if len(column) < SURE * len(rows) or not _alike(column, rows, table=table):
            break
        rows = [row for row in rows if len(row) > number and row[number].kind == column_kind(column)]
        _column(layout, [row[number] for row in rows], number, whole=whole)
        number += 1
    tails = [(line, row[number:]) for line, row in zip(starts, map(list, map(_pieces, starts)), strict=True)
             if len(row) > number]  # fmt: skip
    if number == 0 and not (tails and all(_PAIRS.match(line) for line, _ in tails)):
        return None
    if tails:
        _tail(layout, [line[row[0].start :].strip(" \t,;|") for line, row in tails], number)
    layout.add(f"[{layout.fixed('END', '[ ' + chr(92) + 't]+')}]")
    if not whole:
        layout.over_lines()
    return layout


def _pieces(line: str) -> Iterator[Piece]:
    at = 0
    while at < len(line):
        found = _PIECE.match(line, at)
        if found is None or found.end() == at:
            return
        at = found.end()
        start = found.start() + len(found["before"])
        if found["key"] is not None:
            kind, value = ("told", found["told"]) if found["told"] is not None else ("key", found["plain"])
            yield Piece(kind, found["key"], value, found["before"], start)
        else:
            kind = next(name for name in ("stamp", "square", "quoted", "word") if found[name] is not None)
            yield Piece(kind, "", found[kind], found["before"], start)


def column_kind(column: Sequence[Piece]) -> str:
    return Counter(piece.kind for piece in column).most_common(1)[0][0]


def _alike(column: Sequence[Piece], rows: Sequence[list[Piece]], *, table: bool) -> bool:
    kind = column_kind(column)
    same = [piece for piece in column if piece.kind == kind]
    if len(same) < SURE * len(rows):
        return False
    if kind in ("key", "told"):
        return len({piece.key for piece in same}) == 1
    if kind == "stamp":
        return _stamp_of([piece.value for piece in same]) is not None
    if kind != "word" or table:
        return True
    values = [piece.value for piece in same]
    few = len(set(values)) <= 3 and len(values) >= FEWEST_TOLD
    graded = all(re.fullmatch(r"[A-Z]{2,10}:?|\d+|-", value) for value in values)
    built = len({_RUN.sub(_kind, value) for value in values}) == 1 and all(re.search(r"\d", value) for value in values)
    dotted = all(re.fullmatch(r"[A-Za-z_][\w$-]*(?:[.:/@][\w$-]+)+[:,]?", value) for value in values)
    coded = len(set(map(len, values))) == 1 and all(re.fullmatch(r"[0-9a-fA-F-]{8,}", value) for value in values)
    return len(set(values)) == 1 or any((few, graded, built, dotted, coded))


def _column(layout: Layout, column: Sequence[Piece], number: int, *, whole: bool) -> None:
    piece, values = column[0], [each.value for each in column]
    before = "" if not number else r"[,;|]?[ \t]+" if any(each.before.strip() for each in column) else r"[ \t]+"
    key = re.escape(piece.key)
    stamp = _stamp_of([value for value in values if value])
    name = piece.key or ("TIME" if stamp else f"FIELD_{number + 1}")
    words = piece.key or f"field {number + 1}"
    inner = {"told": r'(?:[^"\\\r\n]|\\.)+', "quoted": r'(?:[^"\\\r\n]|\\.)+', "square": r"[^\[\]\r\n]+"}
    opens = {"told": f'{key}="', "quoted": '"', "square": r"\[", "key": f"{key}="}.get(piece.kind, "")
    if piece.kind == "word" and len(set(values)) == 1 and not re.search(r"\w", piece.value):
        layout.add(layout.fixed(f"MARK_{number + 1}", before + re.escape(piece.value), piece.value))
        return
    if before or opens:
        shared = "BLANK" if before and not opens and before == r"[ \t]+" else f"OPEN_{number + 1}"
        layout.add(layout.fixed(shared, before + opens, piece.key or "a blank"))
    loose = any(each.before.strip() for each in column)
    pattern = inner.get(piece.kind, r"[^\s,;|]+" if loose else r"\S+")
    if piece.kind == "word" and not number and not whole:
        pattern = _leading(values) or pattern
    found = layout.field(name, stamp or pattern, words)
    layout.add(f"[{found}]" if opens else found)
    if piece.kind in inner:
        layout.add(layout.fixed(f"CLOSE_{number + 1}", "]" if piece.kind == "square" else '"'))


def _tail(layout: Layout, tails: Sequence[str], number: int) -> None:
    """What is left of the lines: pairs in any order, or free text."""
    paired = sum(bool(_PAIRS.match(tail)) and len(_PAIRS.findall(tail)) * 2 > tail.count(" ") for tail in tails)
    blank = layout.fixed("BLANK", r"[ \t]+", "a blank") if number else ""
    if paired >= SURE * len(tails):
        name = layout.field("DATA", r"[A-Za-z_@][^\r\n]*", "pairs")
        layout.decode[name] = "pairs?"
    else:
        name = layout.field("TEXT", r"\S[^\r\n]*", "the message")
    layout.add(f"[{blank} {name}]" if number else name)
