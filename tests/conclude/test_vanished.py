"""A field that is there until Tuesday and never since is noted like a change that somebody made."""

from __future__ import annotations

import random

from judge.make import HOURS, T0, event
from tracelog.conclude.vanished import Fields
from tracelog.model.event import Event

NUMBERS = range(60)


def record(number: int, *names: str) -> Event:
    made = event("hub", "received", "shipped", T0 + number * HOURS, fields=dict.fromkeys(names, "1"))
    made.kind = made.kind._replace(stream="hub log")
    return made


def noted(records: list[Event]) -> list[tuple[str, str, int | None]]:
    sums = Fields()
    for one in records:
        sums.add([one])
    return [(context.system, context.what, context.at) for context in sums.contexts()]


def test_a_field_that_vanishes_on_one_day_is_noted_with_the_first_record_without_it() -> None:
    records = [record(n, "total", "tracking") if n < 30 else record(n, "total") for n in NUMBERS]

    assert noted(records) == [("hub", "the field 'tracking' is no longer in its shipped records", T0 + 30 * HOURS)]


def test_a_field_that_comes_and_goes_did_not_vanish() -> None:
    assert noted([record(n, "total", "tracking") if n % 2 else record(n, "total") for n in NUMBERS]) == []


def test_one_that_only_some_records_ever_had_did_not_either() -> None:
    records = [record(n, "total", "gift") if n < 30 and n % 3 == 0 else record(n, "total") for n in NUMBERS]

    assert noted(records) == []


def test_nor_do_a_few_records_at_the_end_show_it() -> None:
    assert noted([record(n, "total", "tracking") if n < 45 else record(n, "total") for n in NUMBERS]) == []


def test_it_does_not_depend_on_the_order_in_which_records_come() -> None:
    records = [record(n, "total", "tracking") if n < 30 else record(n, "total") for n in NUMBERS]
    mixed = records[:]
    random.Random(2).shuffle(mixed)
    one, other = Fields(), Fields()
    one.add(mixed[:25])
    other.add(mixed[25:])
    other.merge(one)

    assert [context.at for context in other.contexts()] == [T0 + 30 * HOURS]
    assert noted(mixed) == noted(records)


def typed(number: int, value: str) -> Event:
    return event("hub", "received", "shipped", T0 + number * HOURS, fields={"total": value})


def test_a_field_that_changes_its_type_on_one_day_is_noted_with_both_types() -> None:
    records = [typed(n, f"{n}.50" if n < 30 else f"{n},50 EUR") for n in NUMBERS]

    what = "the field 'total' in its shipped records changed from a number to text"
    assert noted(records) == [("hub", what, T0 + 30 * HOURS)]


def test_types_side_by_side_did_not_change() -> None:
    assert noted([typed(n, "12.50" if n % 2 else "SKU-12") for n in NUMBERS]) == []


def test_an_empty_value_is_of_no_type() -> None:
    assert noted([typed(n, "12.50" if n < 30 else "") for n in NUMBERS]) == []


def test_a_few_values_of_another_type_at_the_end_show_no_change() -> None:
    assert noted([typed(n, "12.50" if n < 45 else "a dozen") for n in NUMBERS]) == []
