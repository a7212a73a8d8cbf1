"""Text is cut into records at the lines where the format says that one begins."""

from __future__ import annotations

import hashlib
import re

import pytest

from read.reading import assert_in_place, places, raws, read
from tracelog.model.record import BATCH, LIMIT, Plan, Unreadable

STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\S+")
LOG = b"""2026-03-12T14:02:31Z first
  goes on
2026-03-12T14:02:32Z second
2026-03-12T14:02:33Z third
"""
BEGINS = Plan("lines", begins=STAMP)
EACH = Plan("lines")


def test_a_record_ends_before_the_next_beginning() -> None:
    assert raws(LOG, BEGINS) == [
        b"2026-03-12T14:02:31Z first\n  goes on", b"2026-03-12T14:02:32Z second", b"2026-03-12T14:02:33Z third",
    ]  # fmt: skip


def test_without_a_beginning_every_line_is_a_record_and_blank_ones_are_none() -> None:
    assert raws(b"a\n\n \nb\r\n\r\nc", EACH) == [b"a", b" ", b"b", b"c"]


@pytest.mark.parametrize("step", [1, 7, 64])
@pytest.mark.parametrize(
    "text", [LOG, LOG.replace(b"\n", b"\r\n"), b"no beginning\n" + LOG, LOG.rstrip(b"\n"), b"\n\n" + LOG]
)
def test_blocks_do_not_show_in_the_records(text: bytes, step: int) -> None:
    """The same records at the same places, however few bytes come at a time."""
    assert places(text, BEGINS, step) == places(text, BEGINS)
    assert_in_place(text, EACH, step)


def test_offsets_count_bytes_from_zero_and_lines_from_one() -> None:
    assert places(LOG, BEGINS) == [(0, 1, 36), (37, 3, 27), (65, 4, 26)]


def test_what_stands_before_the_first_beginning_is_a_record_of_its_own() -> None:
    assert raws(b"log opened\nby root\n" + LOG, BEGINS)[0] == b"log opened\nby root"


def test_a_last_record_without_a_line_end_is_there() -> None:
    """A log that is still being written ends in the middle: what is there is read."""
    assert raws(LOG + b"2026-03-12T14:02:34Z unfin", BEGINS)[-1] == b"2026-03-12T14:02:34Z unfin"


def test_mixed_line_ends_are_line_ends() -> None:
    mixed = b"2026-03-12T1 a\r\n2026-03-12T2 b\n  more\r\n2026-03-12T3 c\r\n"

    assert raws(mixed, BEGINS) == [b"2026-03-12T1 a", b"2026-03-12T2 b\n  more", b"2026-03-12T3 c"]


def test_carriage_returns_alone_end_lines_when_there_is_nothing_else() -> None:
    assert raws(b"2026-03-12T1 a\r2026-03-12T2 b\r", BEGINS) == [b"2026-03-12T1 a", b"2026-03-12T2 b"]


def test_a_beginning_inside_a_line_begins_nothing() -> None:
    assert len(raws(b"2026-03-12T1 seen 2026-03-12T2 too\n", BEGINS)) == 1


def test_bytes_that_are_no_utf8_and_nul_bytes_stay_as_they_are() -> None:
    odd = b"2026-03-12T1 caf\xe9 \x00 end"

    assert raws(odd + b"\n" + LOG, BEGINS)[0] == odd


def test_groups_in_the_beginning_change_nothing() -> None:
    grouped = Plan("lines", begins=re.compile(rb"(?P<STAMP>\d{4}-(\d\d)-\d\dT\S+)"))

    assert raws(LOG, grouped) == raws(LOG, BEGINS)


def test_batches_hold_a_page_of_records_at_most() -> None:
    sizes = [len(batch) for batch in read(b"2026-03-12T1 x\n" * 2000, BEGINS)]

    assert sizes == [BATCH, BATCH, BATCH, 2000 - 3 * BATCH]


def test_batches_hold_a_quarter_of_a_mebibyte_or_one_record_more() -> None:
    found = read((b"2026-03-12T1 " + b"x" * 40_000 + b"\n") * 50, BEGINS)

    assert max(sum(batch.lengths) for batch in found) < 256 * 1024 + 41_000
    assert sum(map(len, found)) == 50


def test_a_record_over_the_limit_leaves_its_digest_and_the_next_is_read() -> None:
    huge = b"2026-03-12T1 " + b"x" * (LIMIT + 5000)
    found = read(b"2026-03-12T0 before\n" + huge + b"\r\n2026-03-12T2 after\n", BEGINS)

    assert [batch.oversize for batch in found] == [{}, {0: hashlib.sha256(huge).hexdigest()}, {}]
    over = found[1]
    assert (over.offsets, over.lines, over.lengths, len(over.raws[0])) == ([20], [2], [len(huge)], 4096)
    assert over.values is not None
    assert isinstance(over.values[0], Unreadable)
    assert (found[2].raws, found[2].offsets, found[2].lines) == ([b"2026-03-12T2 after"], [22 + len(huge)], [3])


def test_a_line_of_200_megabytes_takes_little_memory() -> None:
    """It is never held: what is kept is its first 4 KiB, its length and its digest."""
    import tracemalloc

    class Endless:
        left = 200_000_000

        def read(self, size: int) -> bytes:
            size = min(size, self.left)
            self.left -= size
            return b"x" * size

        def close(self) -> None: ...

    from tracelog.read import batches

    tracemalloc.start()
    try:
        found = list(batches(Endless(), EACH))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert [batch.lengths for batch in found] == [[200_000_000]]
    assert peak < 100_000_000


@pytest.mark.parametrize("step", [None, 70_000])
def test_what_stands_behind_a_record_over_the_limit_is_cut_into_records(step: int | None) -> None:
    """Also where the export ends soon after it."""
    data = b"one\n" + b"x" * (LIMIT + 10) + b"\ntwo\nthree\nfour"

    assert [raw[:5] for raw in raws(data, Plan("lines"), step)] == [b"one", b"xxxxx", b"two", b"three", b"four"]
    assert [line for _, line, _ in places(data, Plan("lines"), step)] == [1, 2, 3, 4, 5]
