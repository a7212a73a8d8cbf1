"""Clocks without a zone: what is in the store decides which it is, and not in which order it came."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from properties.stacks import Case, Exports, played, stored
from tracelog.ingest import ingest
from tracelog.link import zones as link_zones
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
    _, exports = played(Case("shopify-celigo-netsuite"), random.Random(1))
    first = [one for one in exports if one.name == "netsuite-system-notes.csv"]
    rest = [one for one in exports if one not in first]

    found = [zones(tmp_path / name / "t.db", batches) for name, batches in (
        ("at once", [exports]), ("notes first", [first, rest]), ("notes last", [rest, first]),
    )]  # fmt: skip

    names = ("netsuite-sales-orders.csv", "netsuite-system-notes.csv")
    assert found == [dict.fromkeys(names, "America/New_York")] * 3


def test_a_zone_that_was_inferred_from_little_is_inferred_anew_when_more_is_there(tmp_path: Path) -> None:
    """Celigo's clock is three hours behind: held against its log alone, the list seems to be on another clock."""
    _, exports = played(Case("shopify-celigo-netsuite", hazard="middle-3h"), random.Random(1))
    by_name = {one.name: one for one in exports}
    part = [by_name["netsuite-system-notes.csv"], by_name["celigo-netsuite-debug.log"]]
    rest = [one for one in exports if one not in part]

    assert zones(tmp_path / "a" / "t.db", [part, rest]) == zones(tmp_path / "b" / "t.db", [exports])


def test_lists_that_tell_each_other_s_zone_one_by_one_are_each_asked_a_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each day's list shares orders with the next one's, and only the first with the shop: so many rounds as days."""
    days, start = 12, datetime(2026, 2, 1, 5, 0, tzinfo=UTC)
    made = [start + timedelta(minutes=5 * number) for number in range(4 * days + 4)]
    columns = "Name,Financial Status,Fulfillment Status,Currency,Total,Created at,Lineitem quantity,Id,Source"
    shop = [
        f"#{number},paid,unfulfilled,USD,9.50,{at:%Y-%m-%d %H:%M:%S} +0000,1,{60000 + number},web"
        for number, at in enumerate(made[:4])
    ]
    (tmp_path / "shopify-orders.csv").write_text("\n".join([columns, *shop, ""]))
    header = "Internal ID,External ID,Document Number,Date Created,Last Modified,eTail Order Id,Status,Amount"
    for day in range(days):
        rows = []
        for number in range(4 * day, 4 * day + 8):
            local = f"{made[number] - timedelta(hours=5):%m/%d/%Y %I:%M %p}"
            rows.append(f"{900000 + number},{number},SO{number},{local},{local},{60000 + number},Billed,{day}.50")
        (tmp_path / f"list-{day:02}.csv").write_text("\n".join([header, *rows, ""]))
    asked: list[int] = []
    infer = link_zones.infer
    monkeypatch.setattr(link_zones, "infer", lambda *given, **how: (asked.append(1), infer(*given, **how))[1])
    ingest([str(tmp_path)], db=tmp_path / "t.db")

    with Store.open(tmp_path / "t.db") as store:
        found = [export.zone for export in store.exports() if export.name.startswith("list")]
    assert found == ["America/New_York"] * days
    assert len(asked) <= 3 * days
