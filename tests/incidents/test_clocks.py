"""Weeks in which a clock is wrong, or the customer is told too early: each is said once, and accuses nobody else."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from incidents.week_helpers import examine, week
from tracelog.config import Config
from tracelog.demo.week import Fault, Week
from tracelog.investigate import routes
from tracelog.model.finding import Finding, Scan
from tracelog.store.read import Store

LOG = "celigo-connection-debug.log"
STAMP = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{3}Z)", re.MULTILINE)
FAULTS = {Fault.DROP_CREATE: 3, Fault.REFUSED: 2, Fault.STATUS_REWRITE: 3, Fault.DROP_CANCEL: 2}


def wrong_by(folder: Path, seconds: float, since: dt.datetime | None = None) -> None:
    """The integration's clock is that far ahead, from a moment on."""

    def move(found: re.Match[str]) -> str:
        at = dt.datetime.fromisoformat(found[1])
        off = dt.timedelta(seconds=seconds) if since is None or at >= since.replace(tzinfo=None) else dt.timedelta()
        return (at + off).strftime("%Y-%m-%dT%H:%M:%S") + found[2]

    log = folder / LOG
    log.write_text(STAMP.sub(move, log.read_text()))


def told(result: Scan) -> set[tuple[str, str, str | None]]:
    return {(f.kind, f.state, f.order) for f in result.findings if f.kind != "clock-offset"}


def offsets(result: Scan) -> list[Finding]:
    return [f for f in result.findings if f.kind == "clock-offset"]


@pytest.mark.parametrize("hours", [3, -3, 5.5, 1, -1])
def test_a_wrong_zone_changes_the_clock_s_finding_and_nothing_else(hours: float, tmp_path: Path) -> None:
    for name in ("right", "wrong"):
        (tmp_path / name).mkdir()
    right = examine(week(seed=31, faults=FAULTS), tmp_path / "right")
    wrong = examine(week(seed=31, faults=FAULTS), tmp_path / "wrong", lambda folder: wrong_by(folder, hours * 3600))

    (found,) = offsets(wrong)

    assert offsets(right) == []
    assert (found.state, found.scope, found.problem, found.order) == ("confirmed", "pair", "timing", None)
    assert len(found.evidence) >= 2
    assert told(wrong) == told(right)
    assert (wrong.verdict.class_, wrong.verdict.problem) == (right.verdict.class_, right.verdict.problem)


@pytest.mark.parametrize("seconds", [34, -34])
def test_a_clock_off_by_half_a_minute_accuses_nobody(seconds: int, tmp_path: Path) -> None:
    result = examine(week(seed=32), tmp_path, lambda folder: wrong_by(folder, seconds))

    assert told(result) == set()
    assert result.verdict.class_ == "clean"


def test_a_clock_that_does_not_follow_the_change_of_the_hour_is_a_step(tmp_path: Path) -> None:
    played = week(seed=33)
    change = played.plan.start + dt.timedelta(days=3, hours=2)

    result = examine(played, tmp_path, lambda folder: wrong_by(folder, -3600, change))

    found = {f.step.to.system: f for f in offsets(result) if f.step}
    assert found["celigo"].state == "confirmed"
    assert " since " in found["celigo"].explanation
    assert set(found) <= {"celigo", "netsuite"}, "the ERP's zone was read off the wrong clock, and is told too"
    assert told(result) == set()


def timeline(played: Week, folder: Path, after: float) -> None:
    """The shop's own timeline: each order with the confirmation that it mailed so many seconds after."""
    rows = []
    for number, order in enumerate(played.orders):
        for verb, second in (("confirmed", 0.0), ("mail_sent", after)):
            at = (order.created + dt.timedelta(seconds=second)).isoformat()
            rows.append({
                "id": 164748010000 + 10 * number + len(verb), "subject_id": int(order.id), "created_at": at,
                "subject_type": "Order", "verb": verb, "arguments": [order.name] if verb == "confirmed" else [],
                "message": "Sent an order confirmation email.", "author": "Shopify",
            })  # fmt: skip
    (folder / "events.json").write_text(json.dumps({"events": rows}))


def test_customers_who_are_told_at_once_are_one_finding_of_the_route(tmp_path: Path) -> None:
    played = week(seed=34, orders=160)

    result = examine(played, tmp_path, lambda folder: timeline(played, folder, 5))

    gaps = [f for f in result.findings if f.kind == "confirmation-gap"]
    assert [(f.scope, f.state, f.severity, f.order) for f in gaps] == [("route", "confirmed", "info", None)]
    assert "Customers are told without waiting for NetSuite" in gaps[0].explanation
    assert "within 15 min" in gaps[0].explanation
    assert result.verdict.class_ == "clean"
    assert next(s for s in result.verdict.signals if s.id == "customer-first").present is True


def test_a_promised_order_that_was_lost_follows_from_its_loss(tmp_path: Path) -> None:
    played = week(seed=35, faults={Fault.DROP_CREATE: 3})
    lost = {order for _, order in played.truth}

    result = examine(played, tmp_path, lambda folder: timeline(played, folder, 5))

    roots = {f.order: f.id for f in result.findings if f.kind == "silent-drop"}
    gaps = {f.order: f for f in result.findings if f.kind == "confirmation-gap" and f.scope == "order"}
    assert set(gaps) == lost
    assert {order: f.caused_by for order, f in gaps.items()} == {order: roots[order] for order in lost}
    assert all(f.state == "confirmed" and f.customer_told for f in gaps.values())


def test_a_notice_long_after_is_a_gate_and_no_finding(tmp_path: Path) -> None:
    played = week(seed=36, orders=120)

    result = examine(played, tmp_path, lambda folder: timeline(played, folder, 3600))
    with Store.open(tmp_path / "tracelog.db") as store:
        gates = [gate for row in routes(store, config=Config()) for gate in row["gates"]]

    assert [f.kind for f in result.findings if f.kind == "confirmation-gap"] == []
    assert {(gate["record"], gate["class"], gate["counted_from"]) for gate in gates} == {
        ("netsuite", "erp-gated", "notice")
    }
