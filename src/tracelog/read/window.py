"""A moving window over a JSON text: what lies before the current place is let go, what lies after comes as needed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tracelog.model.record import LIMIT
from tracelog.read.pages import Oversize
from tracelog.read.stream import CHUNK

if TYPE_CHECKING:
    from tracelog.read.stream import Readable

SPACE = re.compile(rb"[ \t\r\n]*+")
MARKS = re.compile(rb'["{}\[\]]')
OUTSIDE = re.compile(rb'["{}\[\],\n]')
STRING = re.compile(rb'(?>[^"\\]++|\\.)*+', re.DOTALL)
NEXT_DOCUMENT = re.compile(rb"\n(?=[{\[])")
"""Pretty-printing indents what is inside: a bracket at a line's start begins a document."""
_scan = json.JSONDecoder(strict=False).raw_decode


class EndsEarly(Exception):  # noqa: N818 - no error yet: it says where the text stopped
    """The text is over, and something is still open."""


class Window:
    """`start` is the offset of the stream's first byte; lines count from 1."""

    def __init__(self, stream: Readable, start: int = 0) -> None:
        self._stream = stream
        self._buffer = b""
        self._text = ""
        self._at = 0
        self._base = start
        self._line = 1
        self._counted = 0
        self._end = 0
        self._over = False
        self.why = ""
        """Why `value` found none."""
        self.cut = False
        """Whether the text ended inside what was passed by."""

    def place(self) -> tuple[int, int]:
        """(offset, line) of the current place."""
        self._count()
        return self._base + self._at, self._line

    def _count(self) -> None:
        self._line += self._buffer.count(b"\n", self._counted, self._at)
        self._counted = self._at

    def _more(self) -> bool:
        """Let go of what lies before, read on; False at the end of the stream."""
        if self._over:
            return False
        self._count()
        rest = self._buffer[self._at :]
        data = self._stream.read(max(CHUNK, len(rest)))
        self._over = not data
        self._base += self._at
        self._buffer = rest + data
        self._text = self._buffer.decode("latin-1")
        self._at = self._counted = 0
        return bool(data)

    def peek(self) -> bytes:
        """The next byte that is no white space; b"" at the end."""
        while True:
            found = SPACE.match(self._buffer, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more():
                return b""

    def skip(self, size: int) -> None:
        self._at += size

    def next_element(self) -> bool:
        """Step to the array's next element; False at its end, which is stepped over."""
        while True:
            match self.peek():
                case b"":
                    raise EndsEarly
                case b",":
                    self._at += 1
                case b"]" | b"}":
                    self._at += 1
                    return False
                case _:
                    return True

    def next_key(self) -> str | None:
        """The object's next key, the place then on its value; None at its end, which is stepped over."""
        while True:
            match self.peek():
                case b"":
                    raise EndsEarly
                case b"}" | b"]":
                    self._at += 1
                    return None
                case b'"':
                    key = self.value(LIMIT)
                    if key is None:
                        raise EndsEarly
                    self.take()
                    if self.peek() == b":":
                        self._at += 1
                        if self.peek() == b"":
                            raise EndsEarly
                        return str(key).encode("latin-1", "replace").decode("utf-8", "replace")
                case _:  # a comma, or something that has no business here
                    self._at += 1

    def value(self, limit: int) -> Any:
        """The JSON value at the current place (its texts read as Latin-1), `take` then gives its bytes.

        None, and the reason in `why`, if none can be read there or it is longer than `limit`; a `null` is given
        as an empty text, so that it differs.
        """
        while True:
            try:
                found, end = _scan(self._text, self._at)
            except RecursionError:
                self.why = "not readable as JSON: nested too deep"
                return None
            except ValueError as error:
                at = getattr(error, "pos", self._at)
                self.why = f"not readable as JSON: {getattr(error, 'msg', error)}"
                cut = at >= len(self._text) - 12 or "Unterminated" in self.why
                if not cut:
                    return None
                if len(self._text) - self._at > limit:
                    self.why = f"longer than {limit:,} bytes"
                    return None
                if not self._more():
                    self.why = "the document ends in the middle of this record"
                    return None
                continue
            # a number at the window's edge may go on beyond it
            if end == len(self._text) and self._text[end - 1] not in '}]"' and self._more():
                continue
            if end - self._at > limit:
                self.why = f"longer than {limit:,} bytes"
                return None
            self._end = end
            return "" if found is None else found

    def take(self) -> bytes:
        """The bytes of the value found last; the place moves behind it."""
        raw = self._buffer[self._at : self._end]
        self._at = self._end
        return raw

    def rest(self) -> bytes:
        """What is left when the stream is over; the place moves to its end."""
        left = self._buffer[self._at :]
        self._at = len(self._buffer)
        return left.rstrip(b"\r\n")

    def pass_by(self, *, top: bool) -> tuple[Oversize, bytes | None]:
        """Move to where what opens here closes, or the text ends: the stretch's digest, and its bytes if not too long.

        Between documents (`top`) the next line that begins a document ends it as well.
        """
        record, kept = Oversize(), bytearray()
        state = _Brackets()
        while True:
            buffer, start = self._buffer, self._at
            stop = state.close(buffer, start)
            if top and (found := NEXT_DOCUMENT.search(buffer, start + (record.consumed == 0), stop)):
                stop, state.closed = found.start(), True
            if not state.closed and not self._over and buffer.endswith(b"\n", start, stop):
                stop -= 1  # the next document may begin behind it
            record.feed(buffer[start:stop])
            if len(kept) <= LIMIT:
                kept += buffer[start:stop]
            self._at = stop
            if state.closed:
                break
            if not self._more():
                self.cut = True
                record.feed(self._buffer[self._at :])
                kept += self._buffer[self._at :]
                self._at = len(self._buffer)
                break
        return record, None if record.length > LIMIT else bytes(kept).rstrip(b"\r\n")


class _Brackets:
    """Finds where what opens at a place closes, over as many buffers as it takes; brackets in texts do not count."""

    def __init__(self) -> None:
        self.closed = False
        self._depth = 0
        self._within = False
        self._begun = False

    def close(self, buffer: bytes, at: int) -> int:
        """How far it goes in this buffer; `closed` then says whether that is its end."""
        while at < len(buffer):
            if self._within:
                rest = STRING.match(buffer, at)
                at = rest.end() if rest else at
                if at == len(buffer) or buffer[at : at + 1] == b"\\":
                    return at  # the text goes on, perhaps in the middle of an escape
                at += 1
                self._within = False
            else:
                mark = (MARKS if self._depth else OUTSIDE).search(buffer, at)
                if mark is None:
                    self._begun = True
                    return len(buffer)
                match mark[0]:
                    case b'"':
                        self._within = True
                    case b"{" | b"[":
                        self._depth += 1
                    case b"}" | b"]" if self._depth:
                        self._depth -= 1
                    case _:  # what encloses it goes on
                        self.closed = True
                        return mark.start() if self._begun or mark.start() > at else mark.end()
                at = mark.end()
            self._begun = True
            if not self._depth and not self._within:
                self.closed = True
                return at
        return at
