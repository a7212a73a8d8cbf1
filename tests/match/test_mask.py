"""Records that differ in ids, times and quoted text only have one mask."""

from __future__ import annotations

import pytest

from tracelog.match.mask import mask


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("order ORD-20931 lost", "order ORD-7 lost"),
        ("2026-03-12T14:02:31.408Z up", "2025-11-02T04:59:01.001Z up"),
        ("id c0f6a1d8-4b1e-4a37-9f59-0e1a2d20931a", "id deadbeef-beef-feed-face-0123456789ab"),
        ("id a41f0c6d2b7e4c1f", "id 7"),
        ('name "Jane \\"J\\" Doe" gone', 'name "" gone'),
        ("name 'Jane' gone", "name 'John Doe' gone"),
        ('cut "in the middle', 'cut "in'),
    ],
)
def test_what_varies_is_masked(one: str, other: str) -> None:
    assert mask(one) == mask(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("order lost", "order found"),
        ("it doesn't end, he can't", "it doesn't start, he can't"),  # no quotes, but apostrophes
        ("order 12 lost", "order lost"),
    ],
)
def test_what_tells_records_apart_stays(one: str, other: str) -> None:
    assert mask(one) != mask(other)


def test_a_mask_is_short() -> None:
    """It is stored for every unread record, however long that is."""
    assert len(mask("word " * 10_000)) <= 200
