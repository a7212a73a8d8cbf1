"""A moving window over an XML text: the next tag, and where the element that begins here ends."""

from __future__ import annotations

import functools
import re
from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from tracelog.model.record import LIMIT
from tracelog.read.pages import Oversize
from tracelog.read.stream import CHUNK

if TYPE_CHECKING:
    from tracelog.read.stream import Readable

NAME = rb"[A-Za-z_:\x80-\xff][^\s/<>=\"']*+"
INSIDE = rb"(?>[^\"'<>]++|\"[^\"]*+\"|'[^']*+')*+"
"""What follows a tag's name: a `>` inside quotes does not end it."""
TAG = re.compile(rb"<(?:(?P<open>" + NAME + rb")" + INSIDE + rb"|/(?P<close>" + NAME + rb")\s*+)>")
HALF = re.compile(rb"</?(?:\Z|" + NAME + INSIDE + rb"(?:\"[^\"]*+|'[^']*+)?\Z)|<![^>]{0,8}\Z")
"""A tag that the text's end cuts."""
OPENS = re.compile(rb"<(?=[A-Za-z_:\x80-\xff!?/]|\Z)")
ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
"""What is no tag, and where it ends."""
ASIDE = re.compile(rb"<!--|<!\[CDATA\[|<\?|<!DOCTYPE(?=[\s>])", re.IGNORECASE)
DECLARATION = re.compile(rb"<\?xml\s")
DOCTYPE = re.compile(
    rb"<!DOCTYPE(?>[^\[\]\"'<>]++|\"[^\"]*+\"|'[^']*+')*+"
    rb"(?:\[(?>[^\]\"'<]++|\"[^\"]*+\"|'[^']*+'|<!--.*?-->|<(?!!--))*+\]\s*+)?>",
    re.DOTALL | re.IGNORECASE,
)
AGAIN = 20
"""Names, and document types, that an export is looked through for to its end though they may not be closed."""
SAID = 1000
"""Elements of an export that are not closed and are said one by one; of those after them each run is."""
CUT = "the document ends in the middle of this record"
NEW = "a new document begins in the middle of this record"
UNCLOSED = "this element is not closed before the next of its name"
REST = re.compile(INSIDE)


class Stretch(NamedTuple):
    """An element from its start tag to its end tag; one over the limit as its digest. `why` it is broken, or empty."""

    raw: bytes
    over: Oversize | None
    why: str


class _Unclosed(NamedTuple):
    """How far an element was looked for that did not end: the start tags of its name that were open there."""

    opens: array[int]
    first: int
    """Which of them is looked at; those before it are known not to end."""
    pos: int
    wanted: bytes
    """What ends the comment, or the like, that it stood in."""


class Cursor:
    """`at` is the current place, in bytes of the export; `start` that of the stream's first byte."""

    def __init__(self, stream: Readable, start: int = 0) -> None:
        self._stream = stream
        self._buffer = b""
        self._base = start
        self._line = 1
        self._counted = 0
        self._over = False
        self._held: tuple[int, int] | None = None
        self._again = AGAIN
        self._unclosed: dict[bytes, _Unclosed] = {}
        """By name, where elements are open of which the first is known not to end."""
        self._told = 0
        self._endless: dict[bytes, int] = {}
        """What begins so does not end before that offset."""
        self.at = start

    def place(self) -> tuple[int, int]:
        """(offset, line) of the current place; lines count from 1."""
        here = self.at - self._base
        self._line += self._buffer.count(b"\n", self._counted, here)
        self._counted = here
        return self.at, self._line

    def hold(self, most: int) -> None:
        """Keep what stands from here on, up to so many bytes; none: let go of it."""
        self._held = (self.at, most) if most else None

    def held(self) -> bytes | None:
        """What stands between the place held and the current one; None when that was too long."""
        return self._buffer[self._held[0] - self._base : self.at - self._base] if self._held else None

    def _more(self) -> bool:
        """Let go of what lies before, read on; False at the end of the stream."""
        if self._over:
            return False
        self.place()
        if self._held is not None and self.at - self._held[0] > self._held[1]:
            self._held = None
        kept = (self._held[0] if self._held else self.at) - self._base
        data = self._stream.read(max(CHUNK, len(self._buffer) - kept))
        self._over = not data
        self._buffer = self._buffer[kept:] + data
        self._base += kept
        self._counted -= kept
        return bool(data)

    def text(self) -> bytes | None:
        """The text before the next tag, stepped over; b"" where a tag stands, None at the end."""
        while True:
            here = self.at - self._base
            found = OPENS.search(self._buffer, here)
            if found is None and len(self._buffer) - here < LIMIT and not self._over:
                self._more()
                continue
            end = found.start() if found else len(self._buffer)
            text = self._buffer[here:end]
            self.at += len(text)
            return None if found is None and not text else text

    def tag(self) -> re.Match[bytes] | None:
        """The tag that stands here; None when it is none."""
        while True:
            here = self.at - self._base
            found = TAG.match(self._buffer, here)
            if found is not None:
                return found
            if len(self._buffer) - here > LIMIT or not HALF.match(self._buffer, here) or not self._more():
                return None

    def aside(self) -> bytes | None:
        """Step over the comment, the instruction or the document type that begins here: how it begins, or None."""
        found = ASIDE.match(self._buffer, self.at - self._base)
        if found is None:
            return None
        sign = found[0].upper()
        while True:
            here = self.at - self._base
            if end := self._aside_end(sign, here):
                sign = b"<?xml" if DECLARATION.match(self._buffer, here) else sign
                self.at = self._base + end
                return sign
            if len(self._buffer) - here > LIMIT or not self._more():
                return None

    def _aside_end(self, sign: bytes, here: int) -> int:
        """Where it ends in the buffer, or 0; nowhere is looked for it twice."""
        if sign in ENDS:
            first = max(here + len(sign), self._endless.get(sign, 0) - self._base - 2)
            end = self._buffer.find(ENDS[sign], first)
            if end >= 0:
                return end + len(ENDS[sign])
            self._endless[sign] = self._base + len(self._buffer)
        elif self._again:
            whole = DOCTYPE.match(self._buffer, here)
            if whole:
                return whole.end()
            self._again -= self._over
        return 0

    def step(self) -> bytes:
        """One byte, which begins nothing, stepped over."""
        self.at += 1
        return self._buffer[self.at - self._base - 1 : self.at - self._base]

    def stretch(self, name: bytes, most: int = LIMIT) -> Stretch:
        """The element whose start tag, of this name, stands here, up to `most` bytes; the place is then behind it.

        Only tags of its own name are looked at, for those that it holds cannot end it.
        """
        marks = _marks(name)
        opens, first, pos, wanted = self._so_far(name)
        over: Oversize | None = None
        again, why = 0, ""
        while True:
            buffer, base = self._buffer, self._base
            if wanted:
                end = buffer.find(wanted, pos - base)
                if end >= 0:
                    pos, wanted = base + end + len(wanted), b""
                    continue
                pos = max(pos, base + len(buffer) - len(wanted) + 1)
            elif (found := marks.search(buffer, pos - base)) is None:
                tail = buffer.rfind(b"<", max(pos - base, len(buffer) - len(name) - 9))
                pos = base + (tail if tail >= 0 else len(buffer))
            elif found[0] == b"<?" and len(buffer) - found.start() < len(b"<?xml ") and not self._over:
                pos = base + found.start()
            elif found[0] in ENDS:
                if DECLARATION.match(buffer, found.start()):
                    pos, why = base + found.start(), NEW
                    break
                pos, wanted = base + found.end(), ENDS[found[0]]
                continue
            else:
                stop = _end(buffer, found.end())
                if buffer[stop : stop + 1] == b">":
                    pos = base + stop + 1
                    if found[0][1:2] == b"/":
                        opens.pop()
                    elif buffer[stop - 1 : stop] != b"/":
                        opens.append(base + found.start())
                    if len(opens) <= first:
                        break
                    continue
                if buffer[stop : stop + 1] == b"<" or len(buffer) - found.start() > LIMIT:  # a tag it is not
                    pos = base + found.end()
                    continue
                pos = base + found.start()
            if over is not None or pos - self.at > most:
                if over is None and most == LIMIT and (again := self._begins_again(name, pos, opens, first)):
                    break
                over = over or Oversize()
                over.feed(buffer[self.at - base : pos - base])
                self.at = pos
            if not self._more():
                pos, why = self._base + len(self._buffer), CUT
                break
        if over is None and why and not again:
            again = self._begins_again(name, pos, opens, first)
        if again:
            self._unclosed[name] = _Unclosed(opens, first, pos, wanted)
            run = bisect_left(opens, again) - first
            pos, why = again, UNCLOSED if run == 1 else f"{run:,} elements that are not closed, one inside the other"
        raw = self._buffer[self.at - self._base : pos - self._base]
        if over is None and len(raw) > most:
            over = Oversize()
        if over is not None:
            over.feed(raw)
        self.place()
        self.at = pos
        return Stretch(raw, over, why)

    def _so_far(self, name: bytes) -> _Unclosed:
        """Where to go on looking for the end of the element that begins here: nothing is looked through twice."""
        known = self._unclosed.get(name)
        if known is not None and self.at < known.pos:
            first = bisect_left(known.opens, self.at)
            if known.opens[first : first + 1] == array("q", [self.at]):
                return known._replace(first=first)
        return _Unclosed(array("q"), 0, self.at, b"")

    def _begins_again(self, name: bytes, pos: int, opens: array[int], first: int) -> int:
        """Where, up to `pos`, an element begins that has the name of the one that begins here; 0: nowhere.

        That is the next; once there were many that are not closed, the next that is, or the last.
        """
        if name not in self._unclosed:
            if not self._again:
                return 0
            self._again -= 1
        here = self.at - self._base
        tag = TAG.match(self._buffer, here)
        inside = _inside(name).finditer(self._buffer, tag.end() if tag else here + 1, pos - self._base)
        starts = (self._base + one.start(1) for one in inside if one[1])
        self._told += 1
        if self._told <= SAID:
            return next(starts, 0)
        start = 0
        for number, start in enumerate(starts, first + 1):
            if number >= len(opens) or opens[number] != start:
                break
        return start


def _end(buffer: bytes, at: int) -> int:
    found = REST.match(buffer, at)
    return found.end() if found else at


@functools.lru_cache(maxsize=1024)
def _marks(name: bytes) -> re.Pattern[bytes]:
    """What decides where an element of this name ends."""
    return re.compile(rb"<!--|<!\[CDATA\[|<\?|</?" + re.escape(name) + rb"(?=[\s/>])")


@functools.lru_cache(maxsize=1024)
def _inside(name: bytes) -> re.Pattern[bytes]:
    """Where an element of this name begins (group 1), what is no tag passed over."""
    aside = b"|".join(re.escape(sign) + b".*?(?:" + re.escape(end) + rb"|\Z)" for sign, end in ENDS.items())
    return re.compile(aside + rb"|(<" + re.escape(name) + rb"(?=[\s/>]))", re.DOTALL)
