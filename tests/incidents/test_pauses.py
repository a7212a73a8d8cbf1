"""Days on which nothing was lost, and a log that was off for a while: nothing of that while is confirmed."""

from __future__ import annotations

import datetime as dt
import random
import re
from pathlib import Path

import pytest

from incidents.week_helpers import examine
from tracelog.demo.week import Fault, Order, Plan, Week, play
from tracelog.model.finding import Finding

LOG = "celigo-connection-debug.log"
RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\dT)", re.MULTILINE)
PAUSES = 4


def days(orders: int, faults: dict[Fault, int] | None = None, seed: int = 5) -> Week:
    """Three days; the first and the last half day are left as they are."""
    return play(Plan(seed=seed, orders=orders, days=3, faults=faults or {}), random.Random(seed))


def within(week: Week, minutes: int) -> list[tuple[dt.datetime, dt.datetime]]:
    """Pauses in each of which at least one order is placed."""
    chance = random.Random(f"{week.plan.orders} {minutes}")
    half = dt.timedelta(hours=12)
    inner = [order for order in week.orders if week.plan.start + half < order.created < week.end - half]
    chosen: list[Order] = chance.sample(inner, PAUSES)
    starts = [order.created - dt.timedelta(minutes=chance.uniform(0, 0.7 * minutes)) for order in chosen]
    return [(start, start + dt.timedelta(minutes=minutes)) for start in starts]


def switch_off(folder: Path, which: str, pauses: list[tuple[dt.datetime, dt.datetime]]) -> None:
    """Takes the records of one connection, or of both, out of the log, and with them the ERP's own exports."""
    for path in folder.glob("netsuite-*"):
        path.unlink()
    log = folder / LOG

    def stays(record: str) -> bool:
        stamp, _, kind = record.split(None, 3)[:3]
        at = dt.datetime.fromisoformat(stamp)
        return kind not in which or not any(first <= at < last for first, last in pauses)

    log.write_text("".join(record for record in RECORD.split(log.read_text()) if record and stays(record)))


def confirmed(found: list[Finding]) -> list[tuple[str, str | None, str | None]]:
    return [(one.kind, one.order, one.at) for one in found if one.state == "confirmed"]


@pytest.mark.parametrize("minutes", [10, 25, 40, 90])
@pytest.mark.parametrize("orders", [60, 170, 500])
def test_of_what_was_sent_while_the_erp_s_log_was_off_nothing_is_confirmed(
    orders: int, minutes: int, tmp_path: Path
) -> None:
    week = days(orders)

    result = examine(week, tmp_path, lambda folder: switch_off(folder, "import", within(week, minutes)))

    assert confirmed(result.findings) == []


@pytest.mark.parametrize("minutes", [10, 25, 40, 90])
@pytest.mark.parametrize("which", ["export", "import export"])
def test_nor_where_the_shop_s_log_was_off_or_both(which: str, minutes: int, tmp_path: Path) -> None:
    week = days(170)

    result = examine(week, tmp_path, lambda folder: switch_off(folder, which, within(week, minutes)))

    assert confirmed(result.findings) == []


def test_it_is_suspected_and_the_missing_stretch_is_wanted(tmp_path: Path) -> None:
    week = days(170)

    result = examine(week, tmp_path, lambda folder: switch_off(folder, "import", within(week, 40)))

    assert {(f.kind, f.state) for f in result.findings} == {("silent-drop", "suspected")}
    assert result.verdict.class_ == "insufficient-evidence"
    exports = [one.export for one in result.wanted]
    assert "Celigo connection debug log; the one given is silent there" in exports
    assert any("NetSuite" in export for export in exports)


def test_what_a_talking_log_shows_as_dropped_is_confirmed_without_the_erp_s_exports(tmp_path: Path) -> None:
    """Many orders an hour: hardly a silence is long enough for a pause."""
    week = days(2400, {Fault.DROP_CREATE: 6})

    result = examine(week, tmp_path, lambda folder: switch_off(folder, "", []))

    dropped = {order for _, order in week.truth}
    states = {f.order: f.state for f in result.findings if f.kind == "silent-drop"}
    assert set(states) == dropped
    assert sum(state == "confirmed" for state in states.values()) >= 5
