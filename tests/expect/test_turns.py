"""Whose turn it was on a page: between those before and after it that were sent on."""

from __future__ import annotations

from tracelog.expect.turns import Turns


def page(*sent: tuple[int, int], at: int = 100) -> Turns:
    turns = Turns()
    for number, when in sent:
        turns.add(at, number, when)
    return turns


def test_amid_its_page_its_turn_lies_between_its_neighbours():
    assert page((1, 110), (2, 120), (4, 140), (5, 150)).around(100, 3) == (120, 140)


def test_at_an_edge_or_alone_nobody_tells_its_turn():
    turns = page((1, 110), (2, 120))
    assert turns.around(100, 0) is None
    assert turns.around(100, 3) is None
    assert turns.around(200, 3) is None
    assert page((1, 110)).around(100, 0) is None


def test_parts_merged_tell_the_same():
    one, other = page((1, 110)), page((4, 140), at=100)
    one.merge(other)
    assert one.around(100, 2) == (110, 140)


def test_neighbours_sent_in_another_order_enclose_the_same_time():
    assert page((1, 140), (3, 110)).around(100, 2) == (110, 140)
