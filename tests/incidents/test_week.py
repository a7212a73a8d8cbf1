"""Whole weeks with known faults: each is found under its name, and nobody else is accused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from incidents.week_helpers import TRUTH, examine, fits, week
from tracelog.demo.week import Fault


def test_every_third_order_that_is_lost_is_proved_by_the_erps_own_listing(tmp_path: Path) -> None:
    """So many are lost that the log is silent for hours: but all that was sent is in the listing, and these are not."""
    played = week(seed=23, orders=300, faults={Fault.DROP_CREATE: 80})
    found = examine(played, tmp_path).findings
    lost = {order for _, order in played.truth}

    assert {f.order for f in found if f.kind == "silent-drop" and f.state == "confirmed"} == lost
    assert {f.order for f in found if f.state == "confirmed"} == lost


@pytest.mark.parametrize("fault", list(TRUTH), ids=lambda fault: fault.name.lower())
def test_a_planted_fault_is_found_under_its_name(fault: Fault, tmp_path: Path) -> None:
    played = week(seed=11 + list(TRUTH).index(fault), faults={fault: 3})

    result = examine(played, tmp_path)

    for _, order in played.truth:
        found = [f for f in result.findings if f.order == order]
        assert any(fits(f, TRUTH[fault], order) for f in found), (order, [(f.kind, f.state, f.topic) for f in found])


@pytest.mark.parametrize("seed", [1, 2])
def test_many_faults_at_once_accuse_nobody_else(seed: int, tmp_path: Path) -> None:
    played = week(seed=seed, orders=400, faults=dict.fromkeys(Fault, 4))
    guilty = {order for _, order in played.truth}

    result = examine(played, tmp_path)

    innocent = [(f.order, f.kind, f.explanation) for f in result.findings
                if f.state == "confirmed" and f.scope == "order" and f.order not in guilty]  # fmt: skip
    assert innocent == []


@pytest.mark.parametrize("seed", [3, 4])
def test_a_clean_week_has_no_confirmed_finding(seed: int, tmp_path: Path) -> None:
    result = examine(week(seed=seed), tmp_path)

    assert [(f.kind, f.order, f.state) for f in result.findings if f.state in ("confirmed", "suspected")] == []
    assert result.verdict.class_ == "clean"


def test_a_retry_that_succeeds_within_minutes_is_no_fault(tmp_path: Path) -> None:
    result = examine(week(seed=5, faults={Fault.BUSY_THEN_RETRIED: 5}), tmp_path)

    assert [(f.kind, f.order) for f in result.findings if f.state in ("confirmed", "suspected")] == []


def test_nothing_is_confirmed_beyond_the_end_of_a_log_cut_short(tmp_path: Path) -> None:
    """The shop's and the ERP's exports go on; the integration's log stops on Thursday."""
    played = week(seed=6, faults={Fault.DROP_CREATE: 5})
    cut = (played.plan.start + dt.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")

    def shorten(exports: Path) -> None:
        log = exports / "celigo-connection-debug.log"
        text = log.read_text()
        log.write_text(text[: text.index(f"\n{cut[:13]}") + 1])

    result = examine(played, tmp_path, shorten)

    late = [(f.kind, f.order, f.at) for f in result.findings if f.state == "confirmed" and f.at and f.at > cut]
    assert late == []


def test_two_plain_spreadsheets_tell_which_orders_are_in_both_or_only_one(tmp_path: Path) -> None:
    """Only the shop's orders export and the ERP's search: what is missing is a divergence, and no vendor is named."""
    played = week(seed=8, faults={Fault.DROP_CREATE: 4})

    def only_tables(exports: Path) -> None:
        for path in exports.iterdir():
            if path.name not in ("shopify-orders.csv", "netsuite-sales-orders.csv"):
                path.unlink()

    result = examine(played, tmp_path, only_tables)

    confirmed = {f.order for f in result.findings if f.state == "confirmed" and f.kind == "state-divergence"}
    assert confirmed == {order for _, order in played.truth}
    assert all(f.pattern == "order-unknown-downstream" for f in result.findings if f.state == "confirmed")


def test_findings_do_not_depend_on_names_or_order_of_the_files(tmp_path: Path) -> None:
    played = week(seed=9, faults={Fault.DROP_CANCEL: 3, Fault.REFUSED: 2})

    def rename(exports: Path) -> None:
        for number, path in enumerate(sorted(exports.iterdir(), reverse=True)):
            path.rename(exports / f"{number}{path.suffix}")

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain = examine(played, tmp_path / "a")
    renamed = examine(played, tmp_path / "b", rename)

    assert {(f.id, f.state) for f in plain.findings} == {(f.id, f.state) for f in renamed.findings}


def test_an_erp_that_opens_every_paid_order_as_pending_approval_is_one_question(tmp_path: Path) -> None:
    """No order is at fault where all stand so: that is a mapping, or a way of working."""

    def wait_for_approval(exports: Path) -> None:
        for path in exports.glob("netsuite-*"):
            path.write_bytes(path.read_bytes().replace(b"Pending Fulfillment", b"Pending Approval"))

    result = examine(week(seed=12), tmp_path, wait_for_approval)

    assert [(f.kind, f.order) for f in result.findings if f.state == "confirmed"] == []
    assert [f.scope for f in result.findings if f.state == "suspected"] == ["mapping"]


def test_an_integration_that_takes_in_and_sends_nothing_any_more_is_said_once(tmp_path: Path) -> None:
    """From Thursday on no request leaves; the polls go on. It stopped, or only that part of the log did: suspected."""
    played = week(seed=13)
    stop = played.plan.start + dt.timedelta(days=3)
    played.calls = [call for call in played.calls if call.at < stop]
    played.erp = [record for record in played.erp if record.created < stop]
    played.notes = [note for note in played.notes if note.at < stop]

    def only_the_log(exports: Path) -> None:
        for path in exports.glob("netsuite-*"):
            path.unlink()

    result = examine(played, tmp_path, only_the_log)

    stream = [f for f in result.findings if f.scope == "stream"]
    assert [(f.kind, f.state) for f in stream if f.topic == "created"] == [("silent-drop", "suspected")]
    assert [f.order for f in result.findings if f.state == "confirmed"] == []
    assert {f.caused_by for f in result.findings if f.order} <= {f.id for f in stream}


def test_an_erp_exported_a_day_before_the_shop_lacks_the_orders_since_and_nobody_fails(tmp_path: Path) -> None:
    played = week(seed=14)
    early = played.end - dt.timedelta(hours=20)
    played.erp = [record for record in played.erp if record.created < early]
    played.notes = [note for note in played.notes if note.at < early]
    for record in played.erp:
        if record.modified >= early:
            record.status, record.modified = "Pending Fulfillment", record.created

    def without_the_log(exports: Path) -> None:
        for path in exports.glob("celigo-*"):
            path.unlink()

    result = examine(played, tmp_path, without_the_log)

    assert {f.state for f in result.findings} <= {"pending"}
    assert {incident.class_ for incident in result.incidents} <= {"insufficient-evidence"}
