"""JSON documents of any size, element by element: arrays, arrays inside objects, several documents in a row.

The standard library's scanner finds where an element ends (a buffer read as Latin-1 has one character a byte, so
its positions are offsets); msgspec then decodes the element's own bytes. Memory holds one element and a block.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import msgspec

from tracelog.model.record import LIMIT, Batch, Unreadable
from tracelog.read.encoding import UTF8_MARK, decoded
from tracelog.read.pages import Pages
from tracelog.read.window import EndsEarly, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracelog.read.stream import Readable

Path = tuple[str, ...]
WHOLE: Path = ()
"""The path of the document itself, written `.`."""
PEEK = 1024 * 1024
"""Bytes of a document that are looked through to say that it holds none of the arrays."""
TOKEN = re.compile(rb'"(?>[^"\\]++|\\.)*+(?:"|\\?\Z)|[{}\[\],]', re.DOTALL)
"""What gives a document its form: texts (to pass over) and brackets."""
_decode = msgspec.json.Decoder().decode


def value(raw: bytes) -> Any:
    """The value in these bytes; where msgspec is strict (odd bytes, control characters, NaN) it is read leniently.

    `Unreadable` if it is no JSON.
    """
    try:
        return _decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    raw = raw.removeprefix(UTF8_MARK)  # of exports put together
    try:
        found = json.loads(decoded(raw), strict=False)
        return _clean(found) if b"\\u" in raw else found
    except RecursionError:
        return Unreadable("not readable as JSON: nested too deep")
    except ValueError as error:
        return Unreadable(f"not readable as JSON: {error}")


def _clean(found: Any) -> Any:
    """Half a surrogate pair is no character and cannot be written anywhere: it becomes the replacement character."""
    if isinstance(found, str):
        return found.encode("utf-8", "replace").decode() if not found.isascii() else found
    if isinstance(found, list):
        return [_clean(one) for one in found]
    if isinstance(found, dict):
        return {_clean(key): _clean(one) for key, one in found.items()}
    return found


def records(stream: Readable, paths: tuple[str, ...] = (), start: int = 0) -> Iterator[Batch]:
    """Every record of the documents in the stream.

    `paths` (`errors`, `data.orders`) lead to the array of records, `.` is the document itself; arrays on the way
    are gone through. Without paths a top-level array gives its elements and anything else is one record. A broken
    element is one `Unreadable` and the next is read; a document that stops in the middle ends with one.
    """
    wanted = [WHOLE if path == "." else tuple(path.split(".")) for path in paths]
    return _Documents(Window(stream, start), wanted).batches()


class _Documents:
    def __init__(self, window: Window, paths: list[Path]) -> None:
        self._window = window
        self._paths = paths or [WHOLE]
        self._pages = Pages(typed=True)

    def batches(self) -> Iterator[Batch]:
        window = self._window
        while (first := window.peek()) != b"":
            try:
                if first in b",\x1e\x00":  # between documents in some exports
                    window.skip(1)
                elif first not in b'{["-0123456789tfn':
                    yield from self._broken("not readable as JSON: no value begins here", top=True)
                else:
                    yield from self._document(first)
            except EndsEarly:
                if not window.cut:  # else its last element has said so
                    offset, line = window.place()
                    reason = Unreadable("the document ends before its closing bracket")
                    self._pages.add(window.rest(), reason, offset, line)
        yield from self._pages.rest()

    def _document(self, first: bytes) -> Iterator[Batch]:
        paths = [path for path in self._paths if path != WHOLE]
        fallback = len(paths) < len(self._paths)
        if not paths:
            yield from self._elements() if first == b"[" else self._element(top=True)
        elif first == b"[":  # pages of an interface, one after another
            window = self._window
            window.skip(1)
            while window.next_element():
                yield from self._document(b"{") if window.peek() == b"{" else self._element()
        elif first == b"{" and (whole := self._window.value(LIMIT if fallback else PEEK)) is not None:
            if any(_present(whole, path) for path in paths):
                yield from self._walk(paths)
            elif fallback:
                yield from self._element(top=True)
            else:
                yield from self._broken(f"the document holds no {' or '.join('.'.join(p) for p in paths)}", top=True)
        elif first == b"{":
            yield from self._walk(paths)
        else:
            yield from self._element(top=True)

    def _walk(self, paths: list[Path]) -> Iterator[Batch]:
        """Down to the arrays; what lies beside them is passed over."""
        window = self._window
        first = window.peek()
        if WHOLE in paths:
            deeper = paths[: paths.index(WHOLE)]  # written before it: `payload.orders ?? payload`
            if first == b"[":
                yield from self._elements()
            elif deeper and first == b"{" and self._holds(deeper):
                yield from self._walk(deeper)
            else:
                yield from self._element()
        elif first == b"[":
            window.skip(1)
            while window.next_element():
                yield from self._walk(paths) if window.peek() == b"{" else self._pass()
        elif first == b"{":
            window.skip(1)
            while (key := window.next_key()) is not None:
                below = [path[1:] for path in paths if path[0] == key]
                if below:
                    yield from self._walk(below)
                else:
                    yield from self._pass()
        else:
            yield from self._pass()

    def _holds(self, paths: list[Path]) -> bool:
        """Whether the object that comes next has one of these; one too large to look at is taken to have it."""
        whole = self._window.value(LIMIT)
        return whole is None or any(_present(whole, path) for path in paths)

    def _pass(self) -> Iterator[Batch]:
        """A value beside the way to the records: nothing is said of it unless it cannot be read."""
        if self._window.value(LIMIT) is None:
            yield from self._broken(self._window.why)
        else:
            self._window.take()

    def _elements(self) -> Iterator[Batch]:
        self._window.skip(1)
        while self._window.next_element():
            yield from self._element()

    def _element(self, *, top: bool = False) -> Iterator[Batch]:
        window = self._window
        if window.value(LIMIT) is None:
            yield from self._broken(window.why, top=top)
            return
        offset, line = window.place()
        raw = window.take()
        self._pages.add(raw, value(raw), offset, line)
        if self._pages.due:
            yield from self._pages.full()

    def _broken(self, reason: str, *, top: bool = False) -> Iterator[Batch]:
        """What cannot be read as one value, up to where its brackets close (or, between documents, the next line
        that begins one), as one unreadable record.
        """
        offset, line = self._window.place()
        record, raw = self._window.pass_by(top=top)
        if raw is None:
            yield from self._pages.oversize(record, offset, line)
        else:
            self._pages.add(raw, Unreadable(reason), offset, line)


def _present(document: Any, path: Path) -> bool:
    for n, key in enumerate(path):
        if isinstance(document, list):
            return any(_present(one, path[n:]) for one in document)
        if not isinstance(document, dict) or key not in document:
            return False
        document = document[key]
    return True
