"""An id that is used again for another message is no batch, and no duplicate."""

from __future__ import annotations

from pathlib import Path

from store.fakes import store_of
from tracelog.store.read import Store

DAY = 86_400


def borrowed(path: Path, *logs: str) -> dict[str, list[tuple[str, str | None]]]:
    """For each order by its title, the statements that name no order and how they came to it."""
    with Store.open(store_of(path / "s.db", *logs)) as store:
        return {
            store.title(order): [(event.kind.phase, event.borrowed) for event in events if not event.names]
            for order, events in store.orders()
        }


def test_a_number_that_starts_anew_every_day_answers_the_order_of_its_day(tmp_path: Path) -> None:
    log = f"""1 forwarded ref=A env=daily-number-017
3 rejected env=daily-number-017
{DAY} forwarded ref=B env=daily-number-017
{DAY + 2} acknowledged env=daily-number-017"""

    assert borrowed(tmp_path, log) == {"A": [("rejected", "strong")], "B": [("acknowledged", "strong")]}


def test_an_answer_that_takes_its_time_still_belongs_to_what_was_sent_before_it(tmp_path: Path) -> None:
    """A functional acknowledgement of the evening, and the next day's interchange an hour and a half after it."""
    log = f"""1 forwarded ref=A env=control-number-1
1 forwarded ref=B env=control-number-1
{15 * 3600} acknowledged env=control-number-1
{15 * 3600 + 5400} forwarded ref=C env=control-number-1"""

    assert borrowed(tmp_path, log) == {"A": [("acknowledged", "answer")], "B": [("acknowledged", "answer")], "C": []}


def test_a_notice_belongs_to_the_page_that_was_fetched_for_it(tmp_path: Path) -> None:
    """It comes before the record that names the order; yesterday's page of the same number is another one."""
    log = f"""1 received env=batch-of-the-day-1
4 observed ref=A env=batch-of-the-day-1
{DAY} received env=batch-of-the-day-1
{DAY + 3} observed ref=B env=batch-of-the-day-1"""

    assert borrowed(tmp_path, log) == {"A": [("received", "strong")], "B": [("received", "strong")]}


def test_what_answers_name_is_linked_to_the_request_of_its_use(tmp_path: Path) -> None:
    log = f"""1 forwarded ref=ORDER-A env=daily-number-017
2 acknowledged erp:id=880001 env=daily-number-017
{DAY} forwarded ref=ORDER-B env=daily-number-017
{DAY + 2} acknowledged erp:id=880002 env=daily-number-017"""

    with Store.open(store_of(tmp_path / "s.db", log)) as store:
        assert store.find("880001") == store.find("ORDER-A") != store.find("ORDER-B") == store.find("880002")


def test_a_batch_that_is_worked_on_for_hours_stays_one(tmp_path: Path) -> None:
    log = """1 received ref=A env=job-number-17
1800 received ref=B env=job-number-17
4000 received ref=C env=job-number-17
4001 transformed env=job-number-17"""

    assert borrowed(tmp_path, log) == {name: [("transformed", "weak")] for name in "ABC"}
