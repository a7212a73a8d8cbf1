"""How long a week's orders take to the system of record, computed once more from the exports by plain means.

Nothing of the engine's reading is used: two CSV files, their two clocks, and counting.
"""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from incidents.week_helpers import week
from tracelog.config import Config
from tracelog.demo.exports import write_exports
from tracelog.demo.week import Fault
from tracelog.ingest import ingest
from tracelog.investigate import routes
from tracelog.model.ingest import IngestOptions
from tracelog.store.read import Store

NEW_YORK = ZoneInfo("America/New_York")
FAULTS = {Fault.DROP_CREATE: 6, Fault.LATE: 4, Fault.REFUSED_THEN_RERUN: 3, Fault.NEVER_POLLED: 2}


class Truth(NamedTuple):
    """Of each order, by its number: when it came into being, what it is worth, when the ERP had it."""

    born: dict[str, dt.datetime]
    worth: dict[str, Decimal]
    had: dict[str, dt.datetime]
    end: dt.datetime


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("gap")
    write_exports(week(seed=31, orders=300, faults=FAULTS), made)
    return made


@pytest.fixture(scope="module")
def truth(folder: Path) -> Truth:
    born, worth, had = {}, {}, {}
    for row in rows(folder / "shopify-orders.csv"):
        number = row["Name"].lstrip("#")
        born[number] = dt.datetime.strptime(row["Created at"], "%Y-%m-%d %H:%M:%S %z").astimezone(dt.UTC)
        worth[number] = Decimal(row["Total"])
    for row in rows(folder / "netsuite-sales-orders.csv"):
        local = dt.datetime.strptime(row["Date Created"], "%m/%d/%Y %I:%M %p").replace(tzinfo=NEW_YORK)
        had[row["PO/Check Number"]] = local.astimezone(dt.UTC)
    end = max(born.values()).replace(hour=5, minute=0, second=0)
    return Truth(born, worth, had, max(end, dt.datetime(2026, 2, 9, 5, tzinfo=dt.UTC)))


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Any]:
    """What `tracelog routes --json` says of it."""
    db = folder.parent / "gap.db"
    options = IngestOptions()
    assert ingest([str(folder)], db=db, parsers=[], config=Config(), options=options, progress=None).exit_code == 0
    with Store.open(db) as store:
        (gap,) = [gap for row in routes(store, config=Config()) for gap in row["gates"]]
    return dict(gap)


def test_found_in_the_system_of_record_after_1_5_15_and_60_minutes(told: dict[str, Any], truth: Truth) -> None:
    gaps = {order: max((truth.had[order] - at).total_seconds(), 0) for order, at in truth.born.items()
            if order in truth.had}  # fmt: skip

    assert told["orders"] == len(truth.born)
    assert told["found_after_minutes"] == {
        str(minutes): sum(gap <= minutes * 60 for gap in gaps.values()) for minutes in (1, 5, 15, 60)
    }
    assert told["missing"] == len(truth.born) - len(gaps)


def test_orders_and_value_missing_at_each_day_s_end(told: dict[str, Any], truth: Truth) -> None:
    for row in told["days"]:
        day = dt.date.fromisoformat(row["day"])
        until = min(dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC), truth.end)
        missing = [order for order, at in truth.born.items()
                   if at < until and (order not in truth.had or truth.had[order] > until)]  # fmt: skip

        assert row["orders"] == sum(at.date() == day for at in truth.born.values())
        assert row["missing_at_end"] == len(missing)
        assert [Decimal(each["amount"]) for each in row["value"]] == [sum(truth.worth[order] for order in missing)]
        assert row["most_missing"] >= len(missing)


def test_nobody_was_told_on_record_and_so_no_gate_is_said(told: dict[str, Any], truth: Truth) -> None:
    assert (told["class"], told["counted_from"]) == ("unknown", "creation")
    assert told["counts"]["no_notice"] == len(truth.born)


def test_what_takes_less_than_the_stamps_tell_apart_is_not_known(told: dict[str, Any]) -> None:
    """NetSuite's search names minutes, and takes seconds."""
    assert told["split_seconds"]["processing"] is None
    assert told["split_seconds"]["queue"] < 60
    assert 0 < told["split_seconds"]["trigger"] < 300, "a poll every five minutes"
