"""X12 and EDIFACT cut into transaction sets, whatever the separators, with their envelopes; trailers are checked.

A set's text begins with the segments of its envelope. So that the text can be found in the export, its place runs
from the interchange's first byte to the set's last: `last_in` finds it there again.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from tracelog.model.record import LIMIT, Unreadable
from tracelog.read import edi, signs
from tracelog.read.pages import Oversize, Pages
from tracelog.read.stream import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracelog.model.record import Batch
    from tracelog.read.signs import Standard, Syntax
    from tracelog.read.stream import Readable

HEADERS = 1024 * 1024
"""Bytes of the headers of an envelope that are kept for its trailer's record; of more only their number is."""
CODA = re.compile(rb"[ \t\r\n\0\x1a]*+")


class Segment(NamedTuple):
    """One segment with all up to the next one."""

    name: str
    raw: bytes
    offset: int
    line: int
    begins: bool = False
    """Whether it is the first of an interchange."""


def records(stream: Readable, standard: Standard, start: int = 0) -> Iterator[Batch]:
    """One record for each transaction set, one for each trailer that is wrong and each interchange that ends early."""
    return _Interchanges(_Segments(stream, standard, start), standard).batches()


def last_in(data: bytes) -> list[bytes]:
    """The texts of records that may end where these bytes end; none when they begin no interchange."""
    standard = signs.standard_of(data)
    if standard is None:
        return []
    found = [raw for batch in records(io.BytesIO(data), standard) for raw in batch.raws]
    return found[-2:]


def beginning(text: bytes, standard: Standard, most: int) -> list[dict[str, Any]]:
    """What the first records hold, at most so many, also those that cannot be trusted."""
    found: list[dict[str, Any]] = []
    for batch in records(io.BytesIO(text), standard):
        for raw, one in zip(batch.raws, batch.values or (), strict=True):
            known = edi.value(raw, standard, strict=False) if isinstance(one, Unreadable) else one
            found += [known] if isinstance(known, dict) else []
        if len(found) >= most:
            break
    return found[:most]


class _Segments:
    """The segments of a stream, one after the other; every interchange says which signs part its own."""

    def __init__(self, stream: Readable, standard: Standard, start: int) -> None:
        self._stream = stream
        self._standard = standard
        self._buffer = b""
        self._at = 0
        self._offset = start
        self._line = 1
        self._over = False
        self._syntax: Syntax | None = None
        self._again = re.compile(rb"[\r\n](?:" + standard.begins.pattern + rb")", standard.begins.flags)
        """The beginning of another interchange, inside what would be a segment of one that was cut."""

    def _more(self) -> None:
        """Let go of what was taken, read on."""
        rest = self._buffer[self._at :]
        data = self._stream.read(max(CHUNK, len(rest)))
        self._over = not data
        self._buffer, self._at = rest + data, 0

    def _take(self, size: int, name: str = "", *, begins: bool = False) -> Segment:
        """So many bytes as one segment, with the blanks behind it."""
        while True:
            coda = CODA.match(self._buffer, self._at + size)
            size = coda.end() - self._at if coda else size
            if self._at + size < len(self._buffer) or self._over:
                break
            self._more()
        raw = self._buffer[self._at : self._at + size]
        found = Segment(name, raw, self._offset, self._line, begins)
        self._at += size
        self._offset += size
        self._line += raw.count(b"\n")
        return found

    def next(self) -> Segment | None:
        """The next segment; one without a name when it is none. None at the end."""
        while len(self._buffer) - self._at < signs.HEAD and not self._over:
            self._more()
        if self._buffer.startswith(b"\xef\xbb\xbf", self._at):
            self._at += 3
            self._offset += 3
        if self._at == len(self._buffer):
            return None
        if self._buffer[self._at] in signs.BLANK:
            self._take(0)
            return self.next()
        if self._standard.begins.match(self._buffer, self._at):
            self._syntax = signs.syntax_of(self._standard, self._buffer[self._at : self._at + signs.HEAD])
            if self._syntax is None:
                return self._take(min(signs.HEAD, len(self._buffer) - self._at), begins=True)
            return self._segment(self._syntax, begins=True)
        return self._stray() if self._syntax is None else self._segment(self._syntax)

    def _segment(self, syntax: Syntax, *, begins: bool = False) -> Segment:
        """Up to its terminator, or to where another interchange begins on a line of its own."""
        first = syntax.first if begins else 0
        pattern = signs.segment_pattern(syntax)
        while True:
            found = pattern.match(self._buffer, self._at + first)
            if found is not None or self._over or len(self._buffer) - self._at > LIMIT:
                break
            self._more()
        end = found.end() if found else len(self._buffer)
        coda = CODA.match(self._buffer, self._at + first)  # behind UNA a line may end
        cut = self._again.search(self._buffer, coda.end() if coda else self._at + first, end)
        end = cut.start() + 1 if cut else end
        return self._take(end - self._at, signs.name_of(self._buffer[self._at : end], syntax), begins=begins)

    def _stray(self) -> Segment:
        """What stands before an interchange."""
        while True:
            found = self._standard.begins.search(self._buffer, self._at)
            size = (found.start() if found else len(self._buffer)) - self._at
            if found or self._over:
                return self._take(size)
            if size > LIMIT:
                return self._take(size - signs.HEAD)
            self._more()

    def badly_closed(self, names: Sequence[str], texts: Sequence[bytes]) -> str | None:
        """What is wrong with a set of these segments, which is not closed."""
        return edi.badly_closed(self._standard.levels[2], names, texts, self._syntax) if self._syntax else None

    def forget(self) -> None:
        """The interchange is closed, and with it go its signs."""
        self._syntax = None


class _Headers:
    """What a trailer will count, with its texts unless they are too many to be kept."""

    def __init__(self) -> None:
        self.raws: list[bytes] = []
        self.counts: dict[str, int] = {}
        self._size = 0

    def add(self, segment: Segment) -> None:
        self.counts[segment.name] = self.counts.get(segment.name, 0) + 1
        self._size += len(segment.raw)
        if self.kept:
            self.raws.append(segment.raw)
        else:
            self.raws.clear()

    @property
    def kept(self) -> bool:
        return self._size <= HEADERS


class _Interchanges:
    """What is open: an interchange, perhaps a group and a set, with the headers that their trailers will count."""

    def __init__(self, segments: _Segments, standard: Standard) -> None:
        self._segments = segments
        self._standard = standard
        self._pages = Pages(typed=True)
        self._first: Segment | None = None
        self._group: Segment | None = None
        self._set: list[Segment] = []
        self._size = 0
        self._overlong: Oversize | None = None
        self._inside = _Headers()
        """Headers of the interchange's groups, or of its sets where there are none, and what stands alone."""
        self._grouped = _Headers()
        """Headers of the group's sets."""

    def batches(self) -> Iterator[Batch]:
        while (segment := self._segments.next()) is not None:
            yield from self._take(segment)
            yield from self._pages.full()
        yield from self._ends_early()
        yield from self._pages.rest()

    def _take(self, segment: Segment) -> Iterator[Batch]:
        outer, group, inner = self._standard.levels
        first = self._first
        if segment.begins:
            yield from self._ends_early()
            yield from self._begin(segment)
        elif first is None:
            yield from self._record(b"", [segment])
        elif segment.name == inner.opens:
            yield from self._close_set()
            (self._grouped if self._group else self._inside).add(segment)
            self._add(segment)
        elif segment.name in (group.opens, group.closes, outer.closes):
            yield from self._close_set()
            if segment.name == group.opens:
                self._group, self._grouped = segment, _Headers()
                self._inside.add(segment)
            elif segment.name == group.closes:
                yield from self._trailer(self._envelope(), self._grouped, segment)
                self._group = None
            else:
                yield from self._trailer(first.raw, self._inside, segment)
                self._first = self._group = None
                self._segments.forget()
        elif self._set:
            self._add(segment)
            if segment.name == inner.closes:
                yield from self._close_set()
        elif segment.name == self._standard.alone:
            self._inside.add(segment)
            yield from self._record(first.raw, [segment], first)
        else:
            yield from self._record(b"", [segment])

    def _envelope(self) -> bytes:
        return (self._first.raw if self._first else b"") + (self._group.raw if self._group else b"")

    def _begin(self, segment: Segment) -> Iterator[Batch]:
        """The first segment alone is no record, unless something is wrong with it."""
        found = edi.value(segment.raw, self._standard)
        if not segment.name or (isinstance(found, Unreadable) and "ends without" not in found.reason):
            yield from self._record(b"", [segment])
        if segment.name:
            self._first, self._group, self._inside = segment, None, _Headers()

    def _ends_early(self) -> Iterator[Batch]:
        """The text is over, or another interchange begins, before the trailer of this one."""
        if self._set:
            yield from self._close_set()
        elif self._first is not None:
            headers = [self._first, *([self._group] if self._group else [])]
            yield from self._record(b"", headers, self._first)
        self._first = self._group = None

    def _trailer(self, envelope: bytes, headers: _Headers, closes: Segment) -> Iterator[Batch]:
        """What closes an envelope is a record where it does not fit what it closes."""
        before = envelope + b"".join(headers.raws)
        if headers.kept:
            found = edi.value(before + closes.raw, self._standard)
            wrong = found.reason if isinstance(found, Unreadable) else None
        else:
            wrong = edi.miscounted(envelope, closes.raw, self._standard, headers.counts)
        if wrong is not None:
            yield from self._record(before, [closes], self._first, wrong)

    # ---- records

    def _add(self, segment: Segment) -> None:
        """One more segment of the open set; too many are only counted into its digest."""
        self._set.append(segment)
        self._size += len(segment.raw)
        if self._size > LIMIT:
            if self._overlong is None:
                self._overlong = Oversize()
                self._overlong.feed(self._envelope())
            for each in self._set:
                self._overlong.feed(each.raw)
            self._set = [segment._replace(raw=b"")]

    def _close_set(self) -> Iterator[Batch]:
        """The open set is complete, or at its end before it is."""
        if not self._set:
            return
        segments, self._set, self._size = self._set, [], 0
        over, self._overlong = self._overlong, None
        if over is not None:
            yield from self._pages.oversize(over, segments[0].offset, segments[0].line)
            return
        wrong = None
        if segments[-1].name != self._standard.levels[2].closes:  # said without taking it apart
            texts = [each.raw for each in segments]
            wrong = self._segments.badly_closed([each.name for each in segments], texts)
        yield from self._record(self._envelope(), segments, self._first, wrong)

    def _record(
        self, before: bytes, segments: Sequence[Segment], first: Segment | None = None, wrong: str | None = None
    ) -> Iterator[Batch]:
        """Segments with what stands before them in their text; their place begins at `first`."""
        own = segments[-1]
        raw = before + b"".join(each.raw for each in segments).rstrip(signs.BLANK)
        start = first.offset if first else segments[0].offset
        line = segments[0].line
        length = own.offset + len(own.raw.rstrip(signs.BLANK)) - start
        if len(raw) > LIMIT:
            over = Oversize()
            over.feed(raw)
            yield from self._pages.oversize(over, start, line)
        else:
            value = Unreadable(wrong) if wrong else edi.value(raw, self._standard)
            self._pages.add(raw, value, start, line, length)
