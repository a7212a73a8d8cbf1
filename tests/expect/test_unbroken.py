"""Numbers that follow each other without a gap leave no room for a record that was left out."""

from types import SimpleNamespace

from tracelog.expect.unbroken import Unbroken
from tracelog.model.event import HOUR, SECOND, Event, Kind, Name


def spans(*made: tuple[int, int], phase: str = "received") -> list[tuple[int, int]]:
    unbroken = Unbroken()
    for number, at in made:
        kind = Kind("erp", None, phase, "market", "created", None, "log", None)
        unbroken.add(Event(kind, at, "", 1, names=(Name("erp:message", str(number)), Name("ref", "77"))), at)
    cover = SimpleNamespace(unbroken=[])
    unbroken.tell({"log": cover})
    return cover.unbroken


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
