"""Whether a listing's not holding an order proves anything."""

from __future__ import annotations

import time

import pytest

from tracelog.expect.numbers import kinds_by_value, own_numbers, shape_of
from tracelog.expect.presence import Birth, Numbers, Presence, Seniority
from tracelog.model.event import Name

LIST = "erp-search"


def listing(there: str) -> Presence:
    """`1`: the listing holds this order, `0`: it does not; in order of creation."""
    return Presence(
        [Birth(10 * at, at, frozenset((LIST,) if held == "1" else ())) for at, held in enumerate(there)], LIST
    )


def test_neighbours_before_and_after_prove_that_it_would_be_shown():
    assert listing("1" * 10 + "0" + "1" * 10).neighbours(100) is None


def test_an_outage_of_several_in_a_row_is_told_from_a_filter():
    assert listing("1" * 20 + "0" * 6 + "1" * 20).neighbours(220) is None


def answered(count: int, *, listed: int) -> Presence:
    """So many orders to which the target gave a number, of which so many are listed; every third order besides was
    sent too, and neither answered nor listed.
    """
    births = []
    for at in range(count + count // 2):
        named, place = at % 3 != 2, at - at // 3
        holders = frozenset((LIST,) if named and place < listed else ())
        births.append(Birth(10 * at, at, holders, frozenset(("erp",)), frozenset(("erp",) if named else ())))
    return Presence(births, LIST, ("erp",))


def test_a_listing_of_all_that_the_target_numbered_lacks_what_never_arrived():
    """A third of what was sent is missing: no filter, since nothing is missing that the target said it made."""
    assert answered(40, listed=40).neighbours(300) is None
    assert answered(40, listed=30).neighbours(300) is not None, "numbered, and not listed: a filter"
    assert answered(10, listed=10).neighbours(80) is not None, "too few to tell"


def test_a_listing_of_all_that_the_target_took_lacks_what_it_never_answered():
    """Nine of ten requests have no answer: what it did answer is all there, whatever number it was given."""

    def taken(listed: int) -> Presence:
        erp = frozenset(("erp",))
        return Presence([
            Birth(10 * at, at, frozenset((LIST,) if at % 10 == 0 and at < 10 * listed else ()), erp,
                  accepted=erp if at % 10 == 0 else frozenset())
            for at in range(250)
        ], LIST, ("erp",))  # fmt: skip

    assert taken(25).neighbours(1230) is None
    assert taken(20).neighbours(1230) is not None, "taken, and not listed: a filter"


@pytest.mark.parametrize(
    ("there", "at"),
    [
        ("0" * 5 + "1" * 20, 20),
        ("1" * 20 + "0" * 5, 220),
        ("1100" * 10, 20),
        ("1" * 40 + "0" * 40 + "1" * 5 + "0" * 40, 450),
    ],
)
def test_a_listing_that_leaves_out_more_than_a_fault_would_proves_nothing(there, at):
    assert listing(there).neighbours(at) is not None


@pytest.mark.parametrize(("kept", "proves"), [(1.0, True), (0.8, False)])
def test_a_listing_of_nearly_all_that_was_sent_leaves_nothing_out(kept: float, proves: bool):
    """Every third order was never sent, by the sender's own records; of those that were, the listing has all, or it
    lacks some: then it may be a filter.
    """
    births = []
    for at in range(90):
        sent = at % 3 != 0
        held = sent and (at % 10) / 10 < kept
        births.append(Birth(10 * at, at, frozenset((LIST,) if held else ()), frozenset(("erp",) if sent else ())))

    assert (Presence(births, LIST, ("erp",)).neighbours(450) is None) == proves
    assert Presence(births, LIST).neighbours(450) is not None  # nobody says what was sent


def test_before_the_first_and_after_the_last_nothing_is_proved():
    assert listing("0111").neighbours(0) is not None
    assert listing("1110").neighbours(30) is not None


def numbers(*given: int) -> Numbers:
    return Numbers([(10 * at, number) for at, number in enumerate(given)])


def test_a_number_missing_among_running_ones_is_a_gap():
    assert numbers(1, 2, 3, 4, 6, 7, 8, 9, 10, 11).gap(30, 45)
    assert not numbers(1, 2, 3, 4, 6, 7, 8, 9, 10, 11).gap(60, 80)


def test_a_number_that_the_source_gave_is_no_number_of_the_target_s_own():
    """The shop's numbers have gaps of their own: an order that never came is no record that was removed."""
    names = [Name("shipper:number", "7109"), Name("shipper:id", "701034410")]

    assert list(own_numbers("shipper", names, kinds_by_value([Name("shop:number", "7109")]))) == [
        ("shipper:id", 701_034_410)
    ]
    assert len(list(own_numbers("shipper", names, {}))) == 2


def test_numbers_that_do_not_run_show_no_gaps():
    assert not numbers(3, 17, 20, 44, 51, 60, 90).gap(0, 60)


def test_a_number_given_at_another_time_is_not_missing():
    assert not Numbers([(at * 10, number) for at, number in enumerate((1, 2, 3, 5, 6, 7, 8, 9, 10, 4))]).gap(20, 30)


def test_an_order_with_the_highest_number_so_far_is_new():
    seen = Seniority([(10, 101), (20, 102), (30, 90), (40, 103)])
    assert [seen.of(101, 10), seen.of(103, 40), seen.of(90, 30)] == ["unknown", "new", "old"]


def test_names_of_one_shape_are_of_one_kind():
    assert shape_of("#1001") == shape_of("1001") == ("9999", 1001)
    assert shape_of("SO20481") == ("so99999", 20481)
    assert shape_of("ORD-20931")[0] != shape_of("SO20931")[0]


@pytest.mark.parametrize(
    ("there", "begins"),
    [("0" * 20 + "1" * 20, True), ("0" * 3 + "1" * 3, False), ("0" * 12 + "0001" * 10, False), ("0" * 40, False)],
)
def test_a_listing_of_the_last_days_begins_where_its_first_order_is(there, begins):
    """Twenty in a row are no chance where none is missing later; where three in four are, fifteen may be."""
    assert listing(there).begins_after(10) == begins


def test_an_order_of_thousands_of_records_is_not_gone_through_for_each_of_them() -> None:
    names = [Name("shop:number", str(number)) for number in range(20_000)]
    told, begun = kinds_by_value(names), time.monotonic()
    for number in range(5_000):
        assert not list(own_numbers("shipper", [Name("shipper:id", str(number))], told))

    assert time.monotonic() - begun < 5
