"""Numbers that follow each other without a gap leave no room for a record that was left out."""

from types import SimpleNamespace

from tracelog.expect.unbroken import Unbroken
from tracelog.model.event import HOUR, SECOND, Event, Kind, Name


def spans(*made: tuple[int, int], phase: str = "received") -> list[tuple[int, int]]:
    return told(*made, phase=phase).unbroken


def counted(*made: tuple[int, int]) -> bool:
    return told(*made).counted


def told(*made: tuple[int, int], phase: str = "received") -> SimpleNamespace:
    unbroken = Unbroken()
    for number, at in made:
        kind = Kind("erp", None, phase, "market", "created", None, "log", None)
        unbroken.add(Event(kind, at, "", 1, names=(Name("erp:message", str(number)), Name("ref", "77"))), at)
    cover = SimpleNamespace(unbroken=[], counted=False, missing=[])
    unbroken.tell({"log": cover})
    return cover


def test_a_series_without_a_gap_is_whole_from_its_first_to_its_last():
    assert spans(*((100 + n, n * HOUR) for n in range(8))) == [(0, 7 * HOUR)]


def test_a_missing_number_ends_it():
    assert spans(*((100 + n, n * HOUR) for n in range(12) if n != 5)) == [(0, 4 * HOUR), (6 * HOUR, 11 * HOUR)]


def test_numbers_that_were_not_given_in_order_of_time_tell_nothing():
    """Two servers give out numbers from blocks of their own."""
    assert spans(*((100 + n, (n % 2 * 50 + n) * HOUR) for n in range(12))) == []


def test_two_made_at_once_may_be_stamped_the_other_way_round():
    made = [(100 + n, n * HOUR) for n in range(8)]
    made[4] = (104, 3 * HOUR - SECOND)
    assert spans(*made) == [(0, 7 * HOUR)]


def test_few_are_no_series_and_other_records_carry_older_numbers():
    assert spans(*((100 + n, n * HOUR) for n in range(4))) == []
    assert spans(*((100 + n, n * HOUR) for n in range(8)), phase="applied") == []


def sent(*made: tuple[str, int], gaps: bool = False) -> list[tuple[int, int]]:
    """Messages by their control number, or when one is missing. Merged from parts, as scans in two processes are."""
    parts = Unbroken(), Unbroken()
    for place, (number, at) in enumerate(made):
        kind = Kind("seller", None, "forwarded" if place % 2 else "acknowledged", "retailer", None, None, "log", None)
        parts[place % 2].add(Event(kind, at, "", 1, ids={"interchange": number}), at)
    parts[0].merge(parts[1])
    cover = SimpleNamespace(unbroken=[], counted=False, missing=[])
    parts[0].tell({"log": cover})
    return cover.missing if gaps else cover.unbroken


def test_control_numbers_of_messages_are_a_series_too():
    assert sent(*((f"{9000 + n:09}", n * HOUR) for n in range(8))) == [(0, 7 * HOUR)]
    assert sent(*((f"{9000 + n:09}", n * HOUR) for n in range(12) if n != 5)) == [(0, 4 * HOUR), (6 * HOUR, 11 * HOUR)]


def test_several_messages_of_one_number_are_one_and_numbers_that_come_again_tell_nothing():
    """Sets in a group are counted from 1 anew in every group."""
    assert sent(*((f"{9000 + n // 2:09}", n // 2 * HOUR) for n in range(12))) == [(0, 5 * HOUR)]
    assert sent(*((f"{n % 6 + 1:04}", n * HOUR) for n in range(48))) == []


def test_a_number_missing_in_a_running_series_leaves_room_for_a_record():
    assert counted(*((100 + n, n * HOUR) for n in range(12) if n != 5))
    assert not counted(*((100 + n * 5 % 12, n * HOUR) for n in range(12)))


def test_a_number_missing_in_one_of_two_series_is_a_message_that_was_left_out():
    """Order answers count from 9001, shipment notices from 9700: the third notice is not in the export."""
    answers = [(str(9001 + n), n * HOUR) for n in range(10)]
    notices = [(str(9700 + n), n * HOUR + SECOND) for n in range(10)]
    assert sent(*answers, *notices, gaps=True) == []
    assert sent(*answers, *(one for one in notices if one[0] != "9702"), gaps=True) == [
        (HOUR + SECOND, 3 * HOUR + SECOND)
    ]


def test_numbers_that_are_shared_with_other_logs_have_gaps_that_tell_nothing():
    assert sent(*((str(9001 + 7 * n), n * HOUR) for n in range(12)), gaps=True) == []
