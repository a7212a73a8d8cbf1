"""One export on its way in: what of it is new goes into pages, what is known is only pointed at."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Protocol

from tracelog.model.event import Outcome
from tracelog.model.record import Batch
from tracelog.store import pages
from tracelog.store.intern import Interner
from tracelog.store.known import Known, Spot
from tracelog.store.statements import Scope, Statements, Unread


class Reading(Protocol):
    """What intake asks of the stages before it, for those records only that may be new."""

    def outcomes(self, batch: Batch, indexes: Sequence[int]) -> list[Outcome]:
        """One outcome for each of these records of the batch."""
        ...

    def unread(self, batch: Batch, index: int, outcome: Outcome) -> Unread:
        """Why this record of the batch stayed unread."""
        ...


class Intake:
    """Takes the batches of one export, in order. The caller keeps the transactions."""

    def __init__(self, connection: sqlite3.Connection, interner: Interner, scope: Scope) -> None:
        self._many = connection.executemany
        self._sql = connection.execute
        self.scope = scope
        self.statements = Statements(connection, interner, scope)
        self._known = Known(connection, scope.space)
        self._page = int(self._sql("SELECT coalesce(max(id), 0) FROM page").fetchone()[0])
        self.records = 0
        self.new = 0

    def take(self, batch: Batch, reading: Reading) -> None:
        """Store what is new of this batch, and where all of it stands in the export."""
        texts, digests = _texts(batch)
        known = self._known
        if known.empty:
            fresh: Sequence[int] = range(len(batch))
            outcomes = reading.outcomes(batch, fresh)
            page = self._store(batch, texts, digests, fresh, outcomes, reading)
            runs = [(0, page, 0, len(batch))]
        else:
            spots = known.continued(digests)
            asked = [n for n, spot in enumerate(spots) if spot is None]
            answers = reading.outcomes(batch, asked) if asked else []
            near = known.near([outcome.at for outcome in answers if outcome.at is not None])
            for n in asked:
                spots[n] = known.claim(digests[n], near)
            fresh = [n for n in asked if spots[n] is None]
            if fresh:
                outcomes = [answer for n, answer in zip(asked, answers, strict=True) if spots[n] is None]
                page = self._store(batch, texts, digests, fresh, outcomes, reading)
                for slot, n in enumerate(fresh):
                    spots[n] = Spot(page, slot)
            runs = _runs(spots)
        self._extents(batch, texts, runs)
        self.records += len(batch)
        self.new += len(fresh)

    def _store(  # noqa: PLR0917 - what belongs to one page
        self, batch: Batch, texts: list[bytes], digests: list[bytes], fresh: Sequence[int], outcomes: list[Outcome],
        reading: Reading,
    ) -> int:  # fmt: skip
        """A new page of these records with all that they state; returns its number."""
        if len(fresh) < len(batch):
            texts = [texts[n] for n in fresh]
            digests = [digests[n] for n in fresh]
        self._page = page = self._page + 1
        said = self.statements.add(page, outcomes, lambda slot, outcome: reading.unread(batch, fresh[slot], outcome))
        packed = pages.pack(texts)
        self._sql(
            "INSERT INTO page VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (page, self.scope.export, self.scope.digest, self.scope.space, len(fresh), said.first_event, said.events,
             said.first, said.last, packed.text, packed.lengths, b"".join(digests), said.codes),
        )  # fmt: skip
        return page

    def _extents(self, batch: Batch, texts: list[bytes], runs: list[tuple[int, int, int, int]]) -> None:
        made = []
        kept = list(map(len, texts))
        lines, offsets, lengths = batch.lines, batch.offsets, batch.lengths
        for n, page, slot, count in runs:
            end = n + count
            where = pages.places(lines[n:end], offsets[n:end], lengths[n:end], kept[n:end])
            made.append((self.scope.export, self.records + n + 1, page, slot, count, lines[n], offsets[n], where))
        self._many("INSERT INTO extent VALUES (?,?,?,?,?,?,?,?)", made)


def _texts(batch: Batch) -> tuple[list[bytes], list[bytes]]:
    """The records' texts as they are kept, and their digests. Of one over the limit the digest is of the whole."""
    texts = batch.raws
    if b"\r" in b"".join(texts):
        texts = [pages.normal(raw) for raw in texts]
    digests = [pages.digest(text) for text in texts]
    for index, sha256 in batch.oversize.items():
        digests[index] = bytes.fromhex(sha256)[: pages.DIGEST]
    return texts, digests


def _runs(spots: Sequence[Spot | None]) -> list[tuple[int, int, int, int]]:
    """(index in the batch, page, slot, count): records that follow each other here and in the page."""
    runs: list[tuple[int, int, int, int]] = []
    for n, spot in enumerate(spots):
        if spot is None:
            raise AssertionError("a record was neither claimed nor stored")
        if runs:
            index, page, slot, count = runs[-1]
            if page == spot.page and slot + count == spot.slot:
                runs[-1] = index, page, slot, count + 1
                continue
        runs.append((n, spot.page, spot.slot, 1))
    return runs
