"""XML documents of any size, element by element: records inside a document, several documents in a row.

Where an element ends is found by its name alone, in the bytes (comments and CDATA passed over), and only the
record's own bytes are taken apart. Memory holds one record and a block, whatever the document.
"""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING, Any

from tracelog.model.record import LIMIT, Unreadable
from tracelog.read import elements
from tracelog.read.markup import CUT, NEW, Cursor
from tracelog.read.pages import Pages
from tracelog.read.stream import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tracelog.model.record import Batch
    from tracelog.read.stream import Readable

Path = tuple[str, ...]
BLANK = b" \t\r\n\0\x1e\xef\xbb\xbf"
"""What may stand between documents."""
WHOLE = "."
"""Among the paths: the document itself."""
PEEK = 1024 * 1024
"""Bytes that are kept to be shown: of a document without records, of what stands beside them and is broken."""


def value(raw: bytes, paths: Sequence[str] = ()) -> Any:
    """A record's value: what its element holds if a path ends in its name, else `{name: what it holds}`."""
    found = elements.element(raw)
    if isinstance(found, Unreadable):
        return found
    name, held = next(iter(found.items()))
    if all(path.rpartition(".")[2] != name for path in paths):
        return found
    return held if isinstance(held, dict) else {elements.TEXT: held} if held else {}


def beginning(text: bytes, most: int) -> list[Any]:
    """The first documents in a text as `{root: value}`, at most so many; one that the text cuts as far as it goes."""
    found: list[Any] = []
    for batch in records(io.BytesIO(text)):
        for raw, one in zip(batch.raws, batch.values or (), strict=True):
            known = one if isinstance(one, dict) else elements.beginning(raw)
            if known is None:
                return found
            found.append(known)
        if len(found) >= most:
            break
    return found[:most]


def records(stream: Readable, paths: tuple[str, ...] = (), start: int = 0) -> Iterator[Batch]:
    """Every record of the documents in the stream.

    `paths` (`ORDERS05.IDOC`) lead from a document's first element to the records, `.` is the document itself, which
    counts where the others lead nowhere; without paths every document is one record. What is broken is one
    `Unreadable`, and reading goes on behind it.
    """
    return _Documents(Cursor(stream, start), paths).batches()


class _Documents:
    def __init__(self, cursor: Cursor, paths: tuple[str, ...]) -> None:
        self._cursor = cursor
        self._written = paths
        self._paths: list[Path] = [tuple(path.split(".")) for path in paths if path != WHOLE]
        self._whole = WHOLE in paths or not self._paths
        self._pages = Pages(typed=True)
        self._open: list[str] = []
        """Names of the elements on the way to the records."""
        self._root = (b"", 0, 0)
        """Start tag, offset and line of the document's first element."""
        self._fallback = False
        """Whether this document is a record itself when it holds none."""
        self._found = False
        self._reached = False
        """Whether the element in which the records lie was there."""
        self._others = False
        """Whether it holds something else."""
        self._stray: tuple[bytearray, int, int] | None = None
        """Text outside of any document, its offset and line."""

    def batches(self) -> Iterator[Batch]:
        cursor = self._cursor
        while (text := cursor.text()) is not None:
            found = None if text else cursor.tag()
            if found is not None and found["close"] and not self._open:
                text = found[0]
                cursor.at += len(text)
            if text or (found is None and not (sign := cursor.aside())):
                self._outside(text or cursor.step())
                continue
            self._no_more_stray()
            if found is None:
                if sign == b"<?xml" and self._open:
                    self._left(f"a new document begins before </{self._open[-1]}>")
            elif found["close"]:
                yield from self._close(found["close"], found[0])
            else:
                yield from self._element(found["open"], found[0])
            yield from self._pages.full()
        self._no_more_stray()
        if self._open:
            self._left(f"the document ends before </{self._open[-1]}>")
        yield from self._pages.rest()

    def _outside(self, text: bytes) -> None:
        """What stands between two tags; inside a document it is of no account."""
        if self._open:
            return
        if self._stray is None:
            said = text.lstrip(BLANK)
            if not said:
                return
            offset, line = self._cursor.place()
            self._stray = bytearray(said), offset - len(said), line - said.count(b"\n")
        else:
            self._stray[0].extend(text)
        if len(self._stray[0]) > CHUNK:
            self._no_more_stray()

    def _no_more_stray(self) -> None:
        if self._stray is not None:
            text, offset, line = self._stray
            self._stray = None
            self._pages.add(bytes(text.rstrip(BLANK)), Unreadable("text outside of any element"), offset, line)

    def _left(self, reason: str) -> None:
        """A document that is not closed is said with its start tag."""
        tag, offset, line = self._root
        self._pages.add(tag, Unreadable(reason), offset, line)
        self._open.clear()
        self._cursor.hold(0)

    def _element(self, name: bytes, tag: bytes) -> Iterator[Batch]:
        cursor = self._cursor
        here = (*self._open, _local(name))
        on = [path for path in self._paths if path[: len(here)] == here]
        if not self._open:
            self._root = (tag, *cursor.place())
            self._fallback = self._whole or here in on
            self._found = self._reached = self._others = False
        if on and len(on[0]) > len(here):
            if not self._open:
                cursor.hold(LIMIT if self._fallback else PEEK)
            self._reached = self._reached or any(len(path) == len(here) + 1 for path in on)
            self._open.append(here[-1])
            if tag.endswith(b"/>"):
                yield from self._close(name, tag)
            else:
                cursor.at += len(tag)
        elif here in on or (self._fallback and not self._open):
            self._found = True
            cursor.hold(0)
            yield from self._record(name)
        elif not self._open:
            yield from self._record(name, broken=self._nothing())
        else:
            self._others = self._others or any(path[:-1] == here[:-1] for path in self._paths)
            yield from self._record(name, beside=True)

    def _record(self, name: bytes, *, broken: str = "", beside: bool = False) -> Iterator[Batch]:
        """The element that begins here; one `beside` the records is only passed by."""
        offset, line = self._cursor.place()
        raw, over, why = self._cursor.stretch(name, PEEK if beside else LIMIT)
        if why in (CUT, NEW):
            self._open.clear()  # that the document is not closed either goes without saying
            self._cursor.hold(0)
        if over is not None and not beside:
            yield from self._pages.oversize(over, offset, line)
        elif why or broken:
            raw = over.head if over is not None else raw.rstrip()
            self._pages.add(raw, Unreadable(why or broken), offset, line)
        elif not beside:
            self._pages.add(raw, value(raw, self._written), offset, line)

    def _close(self, name: bytes, tag: bytes) -> Iterator[Batch]:
        cursor = self._cursor
        cursor.at += len(tag)
        closed = _local(name)
        if closed not in self._open:
            return
        while self._open.pop() != closed:
            pass
        if self._open or self._found:
            return
        whole = cursor.held()
        cursor.hold(0)
        start, offset, line = self._root
        if self._fallback and whole is not None:
            self._pages.add(whole, value(whole, self._written), offset, line)
        elif self._fallback or self._others or not self._reached:
            self._pages.add(start if whole is None else whole, Unreadable(self._nothing()), offset, line)
        yield from self._pages.full()

    def _nothing(self) -> str:
        return f"the document holds no {' or '.join(path for path in self._written if path != WHOLE)}"


@functools.lru_cache(maxsize=1024)
def _local(name: bytes) -> str:
    return name.rpartition(b":")[2].decode("utf-8", "replace")
