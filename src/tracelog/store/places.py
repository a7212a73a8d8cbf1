"""Where a record stands in its export, and its text: what evidence is made of."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import OrderedDict
from typing import NamedTuple

from tracelog.errors import NothingFoundError
from tracelog.model.event import Place
from tracelog.model.finding import Evidence
from tracelog.model.words import rfc3339
from tracelog.read.encoding import decoded
from tracelog.store import pages

REMEMBERED = 32
"""Pages held open, about 250 kB each."""


class _Open(NamedTuple):
    texts: list[bytes]
    lengths: list[int]


class Texts:
    """The records' texts, page by page."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection.execute
        self._open: OrderedDict[int, _Open] = OrderedDict()

    def text(self, place: Place) -> bytes:
        """The record's text with line ends as line feeds; of a record over the limit only the beginning."""
        return self._page(place.page).texts[place.slot]

    def _page(self, page: int) -> _Open:
        found = self._open.get(page)
        if found is None:
            row = self._sql("SELECT text, lengths FROM page WHERE id = ?", (page,)).fetchone()
            if row is None:
                raise NothingFoundError(f"there is no page {page} in this store")
            texts = pages.unpack(pages.Packed(*row))
            found = self._open[page] = _Open(texts, list(map(len, texts)))
            if len(self._open) > REMEMBERED:
                self._open.popitem(last=False)
        return found

    def evidence(self, place: Place, export: int | None, at: int | None, at_raw: str | None) -> Evidence:
        """The record with its place in this export, else in the first that has it (of snapshots: the latest)."""
        page = self._page(place.page)
        row = self._sql(
            "SELECT x.name, x.sha256, t.record, t.line, t.offset, t.slot, t.count, t.places FROM extent t"
            " JOIN export x ON x.id = t.export WHERE t.page = ?1 AND t.slot <= ?2 AND t.slot + t.count > ?2"
            " AND x.state = 'done' AND (?3 IS NULL OR x.id = ?3)"
            " ORDER BY x.as_of IS NULL, x.as_of DESC, x.id LIMIT 1",
            (place.page, place.slot, export),
        ).fetchone()
        if row is None:
            raise NothingFoundError("this record stands in no export of the store")
        name, sha256, record, line, offset, slot, count, packed = row
        nth = place.slot - slot
        where = pages.place(packed, (line, offset), page.lengths[slot : slot + count], nth)
        text = page.texts[place.slot]
        return Evidence(
            name, sha256, record + nth, where.line, where.offset, where.length, hashlib.sha256(text).hexdigest(),
            rfc3339(at) if at is not None else None, at_raw, decoded(text),
        )  # fmt: skip
