"""The same, a grown, a rotated and an overlapping export add only what is new."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from store.fakes import put, store_of
from tracelog.model.finding import LedgerRow
from tracelog.store.read import Store
from tracelog.store.write import Writer

WEEK = [f"{second} received shopify:id={second % 40}" for second in range(3000)]


def ledger(path: Path) -> list[LedgerRow]:
    with Store.open(path) as store:
        return store.ledger()


def stored(path: Path) -> Counter[str]:
    """Every record text in the store, as often as it is kept."""
    with Store.open(path) as store:
        return Counter(store.evidence_of(event).text for _, events in store.orders() for event in events)


def new_and_known(path: Path) -> list[tuple[int, int]]:
    return [(row.new, row.known) for row in ledger(path)]


def test_a_grown_log_adds_its_tail(tmp_path: Path) -> None:
    path = store_of(tmp_path / "s.db", WEEK[:1000], WEEK)

    assert new_and_known(path) == [(1000, 0), (2000, 1000)]
    assert stored(path) == Counter(WEEK)


def test_a_rotated_log_adds_what_its_last_file_brings(tmp_path: Path) -> None:
    """a.log was read yesterday; today it is a.log.1, and the log goes on in a new file."""
    path = store_of(tmp_path / "s.db", WEEK[:1500], WEEK[700:1500], WEEK[1500:])

    assert new_and_known(path) == [(1500, 0), (0, 800), (1500, 0)]


def test_overlapping_exports_are_one_log(tmp_path: Path) -> None:
    path = store_of(tmp_path / "s.db", WEEK[500:2000], WEEK[:1200], WEEK[1900:])

    assert new_and_known(path) == [(1500, 0), (500, 700), (1000, 100)]
    assert stored(path) == Counter(WEEK)


def test_equal_records_that_occurred_twice_survive(tmp_path: Path) -> None:
    twice = ["1 received shopify:id=1", "1 received shopify:id=1", "2 received shopify:id=1"]
    path = store_of(tmp_path / "s.db", twice)

    assert stored(path) == Counter(twice)


def test_of_equal_records_the_larger_count_wins(tmp_path: Path) -> None:
    one, three = ["1 received shopify:id=1"], ["1 received shopify:id=1"] * 3
    path = store_of(tmp_path / "s.db", one, three, one)

    assert new_and_known(path) == [(1, 0), (2, 1), (0, 1)]
    assert stored(path) == Counter(three)


def test_windows_line_ends_are_the_same_records(tmp_path: Path) -> None:
    path = store_of(tmp_path / "s.db", ["1 received shopify:id=1\n{a}"], ["1 received shopify:id=1\r\n{a}"])

    assert new_and_known(path) == [(1, 0), (0, 1)]


def test_the_same_text_in_another_instance_is_another_record(tmp_path: Path) -> None:
    """Sandbox and production may well write the same line."""
    path = tmp_path / "s.db"
    with Writer.open(path) as writer:
        put(writer, WEEK[:10], "a.log", instance="production")
        put(writer, WEEK[:10], "b.log", instance="sandbox")
        writer.settle()

    assert new_and_known(path) == [(10, 0), (10, 0)]


def test_known_stretches_are_not_interpreted_again(tmp_path: Path) -> None:
    path = store_of(tmp_path / "s.db", WEEK[:2400])
    with Writer.open(path) as writer:
        reading = put(writer, WEEK, "b.log")

    assert reading.asked == 600


def test_records_out_of_order_are_found_again(tmp_path: Path) -> None:
    shuffled = sorted(WEEK, key=lambda line: hash(line) % 1009)
    path = store_of(tmp_path / "s.db", shuffled, WEEK[::-1])

    assert new_and_known(path) == [(3000, 0), (0, 3000)]


def test_records_without_a_time_are_known_too(tmp_path: Path) -> None:
    rows = [f"- observed shopify:id={n}" for n in range(900)]
    path = store_of(tmp_path / "s.db", rows, [*rows, "- observed shopify:id=900"])

    assert new_and_known(path) == [(900, 0), (1, 900)]


def test_every_ledger_row_balances_whoever_brought_the_records(tmp_path: Path) -> None:
    lines = ["1 received shopify:id=1", "2 !ignored a question", "3 !context flow disabled", "4 !unread garbage"] * 3
    path = store_of(tmp_path / "s.db", lines, [*lines, "5 !ignored another"])

    for row in ledger(path):
        assert row.records == row.understood + row.ignored + row.context + row.unread
        assert row.records == row.new + row.known
    assert [(r.understood, r.ignored, r.context, r.unread, r.events) for r in ledger(path)] == [
        (3, 3, 3, 3, 3),
        (3, 4, 3, 3, 3),
    ]
    assert ledger(path)[1].reasons[-1].reason == "another"


@given(
    st.lists(st.lists(st.integers(0, 6), max_size=12), min_size=1, max_size=4),
    st.integers(1, 5),
)
@settings(max_examples=60, deadline=None)
def test_whatever_came_how_often_the_largest_count_is_kept(
    tmp_path_factory: object, exports: list[list[int]], size: int
) -> None:
    """Any exports, cut into batches of any size: of each record as many copies as the richest export has."""
    path = tmp_path_factory.mktemp("s") / "s.db"  # type: ignore[attr-defined]
    texts = [[f"{second} received shopify:id=1" for second in export] for export in exports]
    expected: Counter[str] = Counter()
    for export in texts:
        expected |= Counter(export)

    store_of(path, *texts, size=size)

    assert stored(path) == expected
