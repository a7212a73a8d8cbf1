"""For which time a stream provably shows what happened: its spans, and the holes in them.

Measured on all records of a stream, ignored ones included, or an outage of one kind of record would look like
a hole in the log. A quiet night is no hole: silence is held against the same hours of other days. A stream of
few records a day can hide any hole, and so never proves an absence for certain; and no stream proves by its own
silence that it was on at one moment of it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from tracelog.expect.model import Activity, StreamInfo
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND
from tracelog.model.finding import CoverageProof
from tracelog.model.words import rfc3339

LONG_GAPS = 4
"""A gap is looked at when it is so many times the usual long gap (the 95th of 100)."""
EXPECTED_IN_HOLE = 8.0
"""And is a hole when so many records would have been expected in it."""
SHORTEST_PAUSE = 8 * MINUTE
"""A log is not off for less, for somebody has to notice: a shorter silence hides no pause."""
RHYTHM = 1.25
"""Silences that nearly all are of one length, give or take this factor, are a beat; a longer one lacks a beat."""
SAME_LENGTH = 1.02
"""Or many of them have the longest length, give or take this one: then a beat goes on under the other records."""
ON_THE_BEAT = 1 / 3
"""So many of them. Of silences that come by chance about one in sixteen is so long,"""
BEATS_AGAIN = 0.95
"""and after so many of those something is written when the same time has gone by once more."""
_WEEKS = 14 * DAY


class Stretch(NamedTuple):
    first: int
    last: int
    records: int


class StreamCoverage(msgspec.Struct):
    """Coverage of one stream. Times UTC ns. `phases` are the phases its events name."""

    stream: str
    info: StreamInfo
    phases: tuple[str, ...]
    records: int
    spans: list[tuple[int, int]]
    holes: list[tuple[int, int]]
    sparse: bool = False
    """Under about 20 records a day: a hole cannot be told from an idle hour."""
    silences: list[tuple[int, int]] = []
    """Those too long to prove that it was on, or that all of it was exported."""
    unbroken: list[tuple[int, int]] = []
    """For which its records are numbered without a gap: none was left out, however few there are."""
    missing: list[tuple[int, int]] = []
    """In which one of its numbers is missing: a record was made then, and is not in the export."""
    counted: bool = False
    """Its records have running numbers, so that a missing one shows that a record may have been left out."""
    proofs: dict[int, CoverageProof] = {}
    """Made when asked for, by the span's position."""

    @property
    def first(self) -> int | None:
        return self.spans[0][0] if self.spans else None

    @property
    def last(self) -> int | None:
        return self.spans[-1][1] if self.spans else None

    def over(self, start: int, end: int, moment: tuple[int, int] | None = None) -> str:
        """What this stream proves of the time from `start` to `end`: `spans`, `hole`, `ends` or `none`.

        A stream that is read off words may hold what it seems to lack: its silence is no better than a hole.

        `none`: it says nothing of the start (no export reaches there, or it is an error list). `ends`: the export
        that shows the start is over before the end. `moment`: the time in which it would nearly always have shown
        what is looked for; None: whether the log was on at that very time is not asked.
        """
        if not self.spans or self.info.absence == "none":
            return "none"
        at = bisect_right(self.spans, (start, 2**63)) - 1
        if at < 0 or start > self.spans[at][1]:
            return "none"
        if end > self.spans[at][1]:
            return "ends"
        silent = self.sparse or self.hole_in(start, end) or (moment is not None and self.maybe_off(*moment))
        until = max(end, moment[1] if moment else end)
        if self.info.inferred or ((silent or self.counted) and not self.numbered(start, until)):
            return "hole"
        if any(since < until and start < last for since, last in self.missing):
            return "hole"
        return "spans"

    def idle(self, at: int) -> bool:
        """Whether it may only have been silent since its last record, as it was for so long before: numbers show that
        it writes down all there is.
        """
        last = self.last
        longest = max((end - start for start, end in self.silences), default=0)
        return last is not None and self.counted and last < at <= last + longest

    def numbered(self, start: int, end: int) -> bool:
        """Whether its records of all that time are numbered without a gap."""
        return any(first <= start and end <= last for first, last in self.unbroken)

    def maybe_off(self, first: int, last: int) -> bool:
        """Whether a silence between `first` and `last` is long enough for the log to have been off at that time.

        A stream of few records is silent for long at any time of day, and what was not written leaves no other trace:
        neither its own history nor the time of day tells a pause from an idle hour, only a record close by does.
        """
        at = bisect_left(self.silences, (last, 0))
        return at > 0 and self.silences[at - 1][1] > first

    def hole_in(self, start: int, end: int) -> bool:
        at = bisect_left(self.holes, (end, 0))
        return at > 0 and self.holes[at - 1][1] > start

    def doubt(self, hole: tuple[int, int]) -> None:
        """A silence in which logging may have been off after all."""
        if hole not in self.holes:
            self.holes = sorted([*self.holes, hole])

    def proof(self, start: int) -> CoverageProof | None:
        """The span around `start`, to cite."""
        at = bisect_right(self.spans, (start, 2**63)) - 1
        if at < 0 or start > self.spans[at][1]:
            return None
        found = self.proofs.get(at)
        if found is None:
            first, last = self.spans[at]
            found = self.proofs[at] = CoverageProof(self.stream, rfc3339(first), rfc3339(last))
        return found


def measure(
    infos: Iterable[StreamInfo], rows: Iterable[Activity], phases: dict[str, set[str]], rare: float
) -> dict[str, StreamCoverage]:
    """Coverage of every stream. `rare`: records a day under which a stream counts as sparse.

    A stream with strong absence is covered as long as its export goes on, whatever stream the records are of; one
    with weak absence only as long as its own records show that it was being logged.
    """
    by_export: dict[int, list[Activity]] = defaultdict(list)
    exports: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        by_export[row.export].append(row)
        exports[row.stream].add(row.export)
    known = {info.stream: info for info in infos}
    for stream in exports:
        known.setdefault(stream, StreamInfo(stream, stream.partition(" ")[0], stream, ""))
    whole: dict[frozenset[int], tuple[list[Stretch], list[tuple[int, int]]]] = {}
    out = {}
    for stream, info in known.items():
        members = frozenset(exports.get(stream, ()))
        if members not in whole:
            whole[members] = _joined([row for export in members for row in by_export[export]])
        own, _ = _joined([row for export in members for row in by_export[export] if row.stream == stream])
        stretches, edges = whole[members]
        weak = info.absence == "weak"
        spans, holes, sparse = _spans(own if weak else stretches, edges, rare)
        out[stream] = StreamCoverage(
            stream=stream, info=info, phases=tuple(sorted(phases.get(stream, ()))),
            records=sum(one.records for one in own), spans=spans, holes=holes, sparse=sparse,
            silences=_silences(own if weak else stretches),
        )  # fmt: skip
    return out


def _joined(rows: Sequence[Activity]) -> tuple[list[Stretch], list[tuple[int, int]]]:
    """Stretches in order of time, overlapping ones as one; and from where to where each export reaches."""
    edges: dict[int, tuple[int, int]] = {}
    for row in rows:
        first, last = edges.get(row.export, (row.first, row.last))
        edges[row.export] = (min(first, row.first), max(last, row.last))
    out: list[Stretch] = []
    for row in sorted(rows, key=lambda one: (one.first, one.last)):
        if out and row.first <= out[-1].last:
            before = out[-1]
            out[-1] = Stretch(before.first, max(before.last, row.last), before.records + row.records)
        else:
            out.append(Stretch(row.first, row.last, row.records))
    return out, sorted(edges.values())


def _spans(
    stretches: Sequence[Stretch], edges: Sequence[tuple[int, int]], rare: float
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], bool]:
    if not stretches:
        return [], [], False
    records = sum(one.records for one in stretches)
    first, last = stretches[0].first, stretches[-1].last
    length = max(last - first, 1)
    gaps = sorted(after.first - before.last for before, after in pairwise(stretches))
    mean = length // max(records - 1, 1)
    usual = max(gaps[int(len(gaps) * 0.95)] if len(gaps) >= 20 else 0, mean * 3)
    census = _Census(stretches, first, last)
    spans: list[tuple[int, int]] = []
    holes: list[tuple[int, int]] = []
    begin = first
    for before, after in pairwise(stretches):
        gap = after.first - before.last
        if not _inside_one(before.last, after.first, edges):
            if gap > max(usual, SECOND):
                spans.append((begin, before.last))
                begin = after.first
        elif gap > LONG_GAPS * usual and census.expected(before.last, after.first) >= EXPECTED_IN_HOLE:
            holes.append((before.last, after.first))
    spans.append((begin, last))
    days = max(sum(end - start for start, end in spans), 1) / DAY
    return spans, holes, records / days < rare


def _silences(stretches: Sequence[Stretch]) -> list[tuple[int, int]]:
    """Those longer than the shortest pause, or where the stream beats, than its beat."""
    found = [(before.last, after.first) for before, after in pairwise(stretches)
             if after.first - before.last > SHORTEST_PAUSE]  # fmt: skip
    beat = _beat(found, stretches) if len(found) >= 20 else None
    return found if beat is None else [(start, end) for start, end in found if end - start > RHYTHM * beat]


def _beat(silences: Sequence[tuple[int, int]], stretches: Sequence[Stretch]) -> int | None:
    """The period at which a stream writes something whatever happens; None where it has none.

    Records of other things in between shorten some of the silences, and lengthen none.
    """
    lengths = sorted(end - start for start, end in silences)
    shortest, usual, longest = (lengths[int(len(lengths) * share)] for share in (0.05, 0.5, 0.95))
    whole = stretches[-1].last - stretches[0].first
    if sum(lengths) >= 0.8 * whole and longest <= RHYTHM * usual <= RHYTHM * RHYTHM * shortest:
        return usual
    slack = int(longest * (SAME_LENGTH - 1))
    ends = [end for start, end in silences if abs(end - start - longest) <= slack]
    begins = [one.first for one in stretches]
    due = [end + longest for end in ends if end + longest + slack <= stretches[-1].last]
    again = sum(stretches[bisect_right(begins, at + slack) - 1].last >= at - slack for at in due)
    steady = len(ends) >= ON_THE_BEAT * len(lengths) and again >= BEATS_AGAIN * len(due)
    return longest if steady else None


def _inside_one(start: int, end: int, edges: Sequence[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in edges)


class _Census:
    """How many records an hour of the day (with two weeks of data: of the week) usually has."""

    def __init__(self, stretches: Sequence[Stretch], first: int, last: int) -> None:
        self.period = 7 * DAY if last - first >= _WEEKS else DAY
        self.first, self.last = first, last
        self.rate = sum(one.records for one in stretches) / max(last - first, 1)
        self.counts: defaultdict[int, float] = defaultdict(float)
        for one in stretches:
            slots = range(one.first // HOUR, one.last // HOUR + 1)
            for slot in slots:
                self.counts[slot] += one.records / len(slots)

    def expected(self, start: int, end: int) -> float:
        """Records that other days had at this time; with no other day, what the stream's mean rate gives."""
        total = 0.0
        step = self.period // HOUR
        low, high = self.first // HOUR, self.last // HOUR
        for slot in range(start // HOUR, end // HOUR + 1):
            share = (min(end, (slot + 1) * HOUR) - max(start, slot * HOUR)) / HOUR
            begin, stop = start // HOUR, end // HOUR
            same = [s for s in range(low + (slot - low) % step, high + 1, step) if not begin <= s <= stop]
            if same:
                total += share * sum(self.counts[s] for s in same) / len(same)
            else:
                total += share * self.rate * HOUR
        return total
