"""Clocks without a zone: what is in the store decides which it is, and not in which order it came."""

from __future__ import annotations

import random
from pathlib import Path

from properties.stacks import Case, Exports, played, stored
from tracelog.store.read import Store


def zones(db: Path, batches: list[Exports]) -> dict[str, str | None]:
    db.parent.mkdir()
    stored(db, batches)
    with Store.open(db) as store:
        return {row.name: row.zone for row in store.exports() if row.name.startswith("netsuite")}


def test_two_lists_of_one_system_have_one_zone_in_whatever_order_they_come(tmp_path: Path) -> None:
    """NetSuite's tables are written in New York's time; the shop's export and Celigo's logs name theirs.

    The one that has got its zone in the same call is no measure for the other before it is read in it.
    """
    _, exports = played(Case("shopify-celigo-netsuite"), random.Random(1))  # noqa: S311 - a story
    first = [one for one in exports if one.name == "netsuite-system-notes.csv"]
    rest = [one for one in exports if one not in first]

    found = [zones(tmp_path / name / "t.db", batches) for name, batches in (
        ("at once", [exports]), ("notes first", [first, rest]), ("notes last", [rest, first]),
    )]  # fmt: skip

    names = ("netsuite-sales-orders.csv", "netsuite-system-notes.csv")
    assert found == [dict.fromkeys(names, "America/New_York")] * 3


def test_a_zone_that_was_inferred_from_little_is_inferred_anew_when_more_is_there(tmp_path: Path) -> None:
    """Celigo's clock is three hours behind: held against its log alone, the list seems to be on another clock."""
    _, exports = played(Case("shopify-celigo-netsuite", hazard="middle-3h"), random.Random(1))  # noqa: S311
    by_name = {one.name: one for one in exports}
    part = [by_name["netsuite-system-notes.csv"], by_name["celigo-netsuite-debug.log"]]
    rest = [one for one in exports if one not in part]

    assert zones(tmp_path / "a" / "t.db", [part, rest]) == zones(tmp_path / "b" / "t.db", [exports])
