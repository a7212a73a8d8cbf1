"""From a store to a scan: the contract's keys, a result that is kept, filters that hide, traces that show."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from incidents.week_helpers import week
from tracelog.config import Config
from tracelog.demo.exports import write_exports
from tracelog.demo.week import Fault
from tracelog.errors import NothingFoundError, StoreError
from tracelog.ingest import ingest
from tracelog.investigate import Filters, routes, scan, status, trace
from tracelog.model.finding import CLASSES, Review, Scan
from tracelog.model.ingest import IngestOptions, IngestReport
from tracelog.store import kept
from tracelog.store.read import Store

FAULTS = {
    Fault.DROP_CANCEL: 3,
    Fault.REFUSED: 2,
    Fault.REFUSED_THEN_RERUN: 1,
    Fault.LATE: 1,
    Fault.STATUS_REWRITE: 2,
    Fault.BUSY_THEN_RETRIED: 2,
}
SCAN_KEYS = {
    "tracelog", "store", "period", "coverage", "ledger", "steps", "incidents", "findings", "verdict", "wanted",
    "figures",
}  # fmt: skip
INCIDENT_KEYS = {
    "id", "class", "problem", "kind", "step", "topic", "field", "value_in", "value_out", "pattern", "first", "last",
    "ongoing", "orders", "open_orders", "value", "shares", "context", "involve", "ask", "summary", "examples",
    "findings",
}  # fmt: skip
BEYOND = {"state", "severity", "shape", "act_by"}
"""What an incident has beyond the contract, for headings and sorting."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a small week with known faults, never scanned."""
    folder = tmp_path_factory.mktemp("week")
    (folder / "exports").mkdir()
    write_exports(week(seed=5, orders=80, faults=FAULTS), folder / "exports")
    assert taken_in(folder).exit_code == 0
    return folder / "t.db"


def taken_in(folder: Path) -> IngestReport:
    paths, db = [str(folder / "exports")], folder / "t.db"
    return ingest(paths, db=db, parsers=[], config=Config(), options=IngestOptions(), progress=None)


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    """A copy of one's own."""
    return Path(shutil.copy(made, tmp_path / "t.db"))


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as opened:
        yield opened


def test_a_scan_has_the_keys_of_the_contract(store: Store) -> None:
    found = msgspec.to_builtins(scan(store))

    assert set(found) == SCAN_KEYS
    assert all(set(one) == INCIDENT_KEYS | BEYOND for one in found["incidents"])
    assert set(found["store"]) == {"path", "exports", "records", "events", "orders"}
    assert set(found["figures"]) == {
        "orders", "orders_with_findings", "drift", "accounted", "mttd_hours", "detectable_hours", "oldest_open_hours",
        "counted",  # beyond the contract
    }  # fmt: skip
    assert found["verdict"]["class"] in CLASSES


def test_every_finding_belongs_to_an_incident_that_lists_it(store: Store) -> None:
    result = scan(store)
    listed = {i: one.id for one in result.incidents for i in one.findings}

    assert {f.id: f.incident for f in result.findings} == listed
    assert len({f.id for f in result.findings}) == len(result.findings)


def test_every_explanation_says_who_can_fix_it_how_and_what_will_not_help(store: Store) -> None:
    for finding in scan(store).findings:
        headings = [line.partition(":")[0] for line in finding.explanation.split("\n")[1:]]
        repair = ["Repairing the orders"] if finding.state != "recovered" else []
        assert headings == ["Who can fix it", "What to change", "What will not help", *repair]


def test_every_evidence_stands_in_an_export_of_the_ledger(store: Store) -> None:
    result = scan(store)
    exports = {row.sha256 for row in result.ledger}

    assert result.findings
    for finding in result.findings:
        assert finding.evidence
        assert {item.sha256 for item in finding.evidence} <= exports


def test_no_person_is_named_in_any_sentence(store: Store) -> None:
    people = {e.actor.name for _, events in store.orders() for e in events if e.actor and e.actor.kind == "person"}
    result = scan(store)
    told = " ".join(
        f"{f.explanation} {f.reason} {f.disproof} {f.next_step}" for f in result.findings
    ) + " ".join(f"{one.summary} {one.ask}" for one in result.incidents)  # fmt: skip

    assert not [name for name in people if name and name in told]


def test_the_step_table_adds_up(store: Store) -> None:
    for row in scan(store).steps:
        assert row.in_ == row.out + row.skipped + row.refused + row.lost + row.not_knowable


def test_a_scan_again_is_the_kept_one_until_the_content_changes(path: Path) -> None:
    with Store.open(path) as store:
        first = scan(store)
    with Store.open(path) as store:
        assert scan(store) == first
        assert kept.last(store)
    with Store.open(path, write=True) as store:
        store.connection.execute("UPDATE mark SET value = value + 1 WHERE name = 'generation'")
    with Store.open(path) as store:
        assert kept.findings_of(store, first.findings[0].order or "") is None
        assert scan(store).findings == first.findings


def test_a_filter_hides_findings_and_judges_nothing(store: Store) -> None:
    whole = scan(store)
    only = scan(store, filters=Filters(kinds=("rejected",), states=("confirmed",)))

    assert {(f.kind, f.state) for f in only.findings} == {("rejected", "confirmed")}
    assert len(only.incidents) == 1
    assert (only.verdict, only.steps, only.figures) == (whole.verdict, whole.steps, whole.figures)


@pytest.mark.parametrize(
    ("filters", "keeps"),
    [
        (Filters(severity="high"), lambda f: f.severity in {"critical", "high"}),
        (Filters(system="NetSuite"), lambda f: "netsuite" in f"{f.step} {f.behind} {f.ahead}"),
        (Filters(channel="Shopify"), lambda f: (f.channel or "").partition("/")[0] == "shopify"),
        (Filters(system="shopify"), lambda f: "shopify" in f"{f.step} {f.behind} {f.ahead}"),
        (Filters(open_only=True), lambda f: f.still_wrong is not False),
        (Filters(channel="nowhere"), lambda _: False),
        (Filters(since=1 << 62), lambda _: False),
        (Filters(until=1 << 62), lambda f: f.at is not None),
    ],
)
def test_filters_keep_what_they_say(store: Store, filters: Filters, keeps) -> None:
    whole, only = scan(store), scan(store, filters=filters)

    assert [f.id for f in only.findings] == [f.id for f in whole.findings if keeps(f)]


def test_new_is_what_the_scan_of_an_earlier_content_did_not_have(path: Path) -> None:
    with Store.open(path) as store:
        first = scan(store)
        assert len(scan(store, filters=Filters(new=True)).findings) == len(first.findings), "nothing was known before"
    with Store.open(path, write=True) as store:
        store.connection.execute("UPDATE mark SET value = value + 1 WHERE name = 'generation'")
        store.connection.execute("DELETE FROM finding WHERE id = ?", (first.findings[0].id,))
    for _ in range(2):  # asked twice it is as new as before
        with Store.open(path) as store:
            assert [f.id for f in scan(store, filters=Filters(new=True)).findings] == [first.findings[0].id]


def test_a_scan_of_an_earlier_content_is_when_its_findings_were_noticed(path: Path) -> None:
    with Store.open(path) as store:
        first = scan(store)
        assert first.figures["mttd_hours"] is None, "nothing noticed anything before"
        assert kept.noticed(store) == {}, "its own findings are those of the present content"
    for _ in range(2):  # and so it stays with every content after
        with Store.open(path, write=True) as store:
            store.connection.execute("UPDATE mark SET value = value + 1 WHERE name = 'generation'")
        with Store.open(path) as store:
            later = scan(store)
            assert first.period
            assert kept.noticed(store) == {f.id: first.period.to for f in first.findings}
            assert later.figures["mttd_hours"] is not None


def test_what_people_said_of_a_finding_stays_with_it(path: Path) -> None:
    with Store.open(path, write=True) as store:
        finding = scan(store).findings[0]
        store.connection.execute("INSERT INTO review VALUES (?, 'ignore', 'known', 'T-1', NULL)", (finding.id,))
        store.connection.execute("UPDATE mark SET value = value + 1 WHERE name = 'generation'")
    with Store.open(path) as store:
        reviewed = {f.id: f.review for f in scan(store).findings if f.review}

    assert reviewed == {finding.id: Review("ignore", "known", "T-1", None)}


def test_a_store_that_may_not_be_written_to_is_scanned_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *, write: bool = False) -> None:
        raise StoreError(f"the store {path} cannot be written")

    monkeypatch.setattr(kept.db, "connect", refuse)

    assert scan(store).findings
    assert kept.last(store) == []


def test_a_store_that_somebody_writes_to_is_scanned_all_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOMENT", 50)
    with Store.open(path, write=True) as other, Store.open(path) as store:
        other.connection.execute("BEGIN IMMEDIATE")
        result = scan(store)
        assert result.findings
        assert not kept.keep(store, "any", result, {})


def test_a_trace_shows_the_order_with_the_findings_of_the_kept_scan(store: Store) -> None:
    finding = next(f for f in scan(store).findings if f.kind == "silent-drop")
    (found,) = trace(store, finding.order or "")

    assert found.findings is not None
    assert finding.id in {f.id for f in found.findings}
    assert {j.topic for j in found.journeys} >= {"created", "cancelled"}
    assert set(found.states) >= {"shopify", "netsuite"}
    assert all(set(state) == {"raw", "canonical", "at"} for axes in found.states.values() for state in axes.values())
    assert len(found.events) == sum(len(hop.events) for journey in found.journeys for hop in journey.hops)


def test_a_small_store_is_scanned_for_a_trace(store: Store) -> None:
    """Nobody has scanned it yet, and it is a matter of a second."""
    order = next(iter(store.orders()))[0]

    (found,) = trace(store, store.title(order))

    assert found.findings is not None


def test_a_large_store_is_not_scanned_for_a_trace(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer in the blink of an eye goes before the findings, which are null then."""
    monkeypatch.setattr("tracelog.investigate.SMALL", 0)
    order = next(iter(store.orders()))[0]

    assert trace(store, store.title(order))[0].findings is None


def test_an_unknown_order_offers_the_nearest_names(store: Store) -> None:
    known = store.title(next(iter(store.orders()))[0])

    with pytest.raises(NothingFoundError) as failure:
        trace(store, known + "9")

    assert failure.value.exit_code == 3
    assert known.strip("#") in (failure.value.help or "")


def test_status_and_routes_tell_what_a_scan_rests_on(store: Store) -> None:
    told = status(store)
    legs = routes(store)

    assert set(told) == {"store", "ledger", "coverage", "not_followed", "wanted"}
    assert {row.system for row in told["coverage"]} >= {"celigo"}
    assert any(row["from"].system == row["to"].system == "celigo" and row["taken"] for row in legs)
    assert all(set(row["limit"]) == {"seconds", "basis"} for row in legs)


def test_an_empty_store_is_no_clean_bill(tmp_path: Path) -> None:
    """It never says that all is well when it only saw nothing."""
    (tmp_path / "exports").mkdir()
    taken_in(tmp_path)
    with Store.open(tmp_path / "t.db") as store:
        result = scan(store)

    assert isinstance(result, Scan)
    assert (result.verdict.class_, result.findings, result.period) == ("insufficient-evidence", [], None)


def test_a_trace_counts_what_looks_like_a_fault_in_the_order_and_is_none(store: Store) -> None:
    """The orders' counts are the scan's, and an order without any has none; without a scan they are not known."""
    result = scan(store)
    orders = [store.title(number) for number, _ in store.orders()]
    traced = [one.counted for name in orders if name for one in trace(store, name)]

    assert None not in traced
    sums = sum((Counter(one) for one in traced), Counter())
    assert sums == result.figures["counted"]
    assert sums["retried"] >= 1, "busy first, and accepted minutes later"
    assert {} in traced


def test_a_trace_of_a_store_whose_scan_is_damaged_does_not_count(store: Store, path: Path) -> None:
    scan(store)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE scan SET value = x'00' WHERE name = 'counted'")

    assert trace(store, store.title(1) or "")[0].counted is None


NAMES_MANY = """title = "A shop's list"
reader = "json"
system = "mine"

[recognise]
keys = ["id", "parcels", "made"]

[time]
at = "made"
format = "iso"

[[record]]
phase = "emitted"
topic = "created"
order = { "mine.id" = "id", "mine.parcel" = "parcels" }

[[sample]]
text = '''
{"id": "A1", "parcels": ["P1", "P2"], "made": "2026-03-02T10:00:00Z"}
'''
events = [{ phase = "emitted", at = "2026-03-02T10:00:00Z" }]
"""


def test_a_record_that_names_very_many_is_shown_with_some_of_them(tmp_path: Path) -> None:
    """What shows an order of thousands of parcels grows with their number, and not with its square."""
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "mine.toml").write_text(NAMES_MANY, encoding="utf-8")
    parcels = [f"P{number}" for number in range(100)]
    record = msgspec.json.encode({"id": "A1", "parcels": parcels, "made": "2026-03-02T10:00:00Z"})
    (tmp_path / "orders.jsonl").write_bytes(record)
    ingest([str(tmp_path / "orders.jsonl")], db=tmp_path / "t.db", parsers=[tmp_path / "formats"])
    with Store.open(tmp_path / "t.db") as store:
        (found,) = trace(store, "P77")

    assert {alias.name.split(" ")[1] for alias in found.aliases} == {"A1", *parcels}
    assert sum(alias.proved_by is not None for alias in found.aliases) == 20
