"""The answer keys of the shops', marketplaces' and carriers' samples, all ingested together.

Each row of `expected-anomalies.csv` has its test: what is planted comes out, and what only looks like it does not.
Whether a copy or another order of arrival did harm is told where it was passed on; these exports hold no hop beyond
the receiver, so there it is a fact of the records and no finding.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from formats.export_reading import SAMPLES, names, sample, states
from tracelog.config import Config
from tracelog.ingest import ingest
from tracelog.investigate import expectations, scan, trace
from tracelog.judge.abstract import abstract
from tracelog.judge.judge import judge
from tracelog.model.event import DAY, Event
from tracelog.model.finding import Finding, Scan
from tracelog.store.read import Store

CHANNELS = ("adobe", "aftership", "amazon", "bigcommerce", "easypost", "ebay", "shippo.", "shipstation.orders",
            "shipstation.webhooks", "shopify.", "walmart", "woocommerce")  # fmt: skip
SECOND = 10**9
HOUR = 3600 * SECOND
ROWS: dict[tuple[str, str], str] = {}
"""Rows of the key that have a test, and which."""


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLES / "keys" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def key(file: str, *records: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Marks the test of these rows."""

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        ROWS.update({(file, record): test.__name__ for record in records})
        return test

    return mark


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("keys")
    exports = [path for path in sorted((SAMPLES / "formats").iterdir()) if path.name.startswith(CHANNELS)]
    report = ingest(exports, db=folder / "t.db")
    assert [failed.error for failed in report.failed] == []
    assert sum(row.unread for row in report.ledger) == 0
    with Store.open(folder / "t.db") as opened:
        yield opened


@pytest.fixture(scope="module")
def whole(store: Store) -> Scan:
    return scan(store)


@cache
def record(file: str, number: int) -> Event:
    """The first statement of a record, counted from 1."""
    return sample(file, None).record(number)[0]


def answer(file: str, number: int) -> str | None:
    """How a record's request was answered."""
    return next((event.result for event in sample(file, None).record(number) if event.kind.level == "transport"), None)


def of(whole: Scan, order: str, kind: str) -> list[Finding]:
    return [found for found in whole.findings if found.kind == kind and order in (found.order, *found.aliases)]


def nameless(whole: Scan, system: str) -> list[Finding]:
    """Refusals of which no order is known: suspected at most, for what became of the order nobody can look up."""
    found = [one for one in whole.findings if one.scope == "stream" and one.step.from_.system == system]
    assert {(one.kind, one.state, one.order, one.still_wrong) for one in found} <= {
        ("rejected", "suspected", None, None)
    }
    return found


def is_no_duplicate(whole: Scan, order: str) -> None:
    assert of(whole, order, "duplicate") == []
    assert of(whole, order, "rejected") == []


def is_a_retry(file: str, first: int, again: int) -> None:
    """One delivery: the same id, refused the first time."""
    assert record(file, first).envelope == record(file, again).envelope != ()
    assert record(file, first).happened_at == record(file, again).happened_at
    refused, accepted = answer(file, first), answer(file, again)
    assert refused is not None
    assert refused[0] == "5"
    assert accepted == "200"


# ---- Shopify


@key("shopify.webhooks.jsonl", "4")
def test_a_change_that_came_before_its_creation(whole: Scan):
    """Received first, happened second; nobody passed it on, so it did no harm that these exports could show."""
    updated, created = record("shopify.webhooks.jsonl", 4), record("shopify.webhooks.jsonl", 5)

    assert (updated.kind.topic, created.kind.topic) == ("updated", "created")
    assert updated.at < created.at
    assert updated.happened_at > created.happened_at
    assert of(whole, "#5013", "out-of-sequence") == []


@key("shopify.webhooks.jsonl", "8")
def test_a_retry_of_a_webhook_that_timed_out(whole: Scan):
    is_a_retry("shopify.webhooks.jsonl", 7, 8)
    is_no_duplicate(whole, "#5012")


@key("shopify.webhooks.jsonl", "11")
def test_a_second_subscription_to_one_topic(whole: Scan):
    first, second = record("shopify.webhooks.jsonl", 10), record("shopify.webhooks.jsonl", 11)

    assert first.ids["event"] == second.ids["event"]
    assert first.ids["subscription"] != second.ids["subscription"]
    assert first.envelope != second.envelope
    is_no_duplicate(whole, "#5014")


@key("shopify.webhooks.jsonl", "13")
def test_a_webhook_that_came_hours_late(whole: Scan):
    (late,) = of(whole, "#5015", "late")

    assert late.topic == "created"
    assert (late.step.from_.system, late.step.to.system) == ("shopify", "receiver")


@key("shopify.webhooks.jsonl", "-")
def test_an_order_of_which_no_webhook_ever_came(whole: Scan):
    """Suspected and no more: a log of so few records a day may have a hole anywhere."""
    (lost,) = of(whole, "#5017", "silent-drop")

    assert (lost.topic, lost.state) == ("created", "suspected")
    assert (lost.step.from_.system, lost.step.to.system) == ("shopify", "receiver")


@key("shopify.orders_export.csv", "4")
def test_a_second_line_item_is_no_second_order():
    found = [event for event in sample("shopify.orders_export.csv").events if event.kind.phase == "observed"]

    assert [name for event in found for name in names(event)].count("shopify:name #5015") == 1


@key("shopify.delivery_log.csv", "8")
def test_a_delivery_that_was_given_up(whole: Scan):
    """The shop's own log names no order: that it is #5017's, only the time says. What a retry made good is not told."""
    refused = record("shopify.delivery_log.csv", 8)

    assert (refused.kind.phase, refused.result, refused.ids["retries"]) == ("rejected", "503", "8")
    assert refused.names == ()
    (found,) = nameless(whole, "shopify")
    assert (found.topic, found.at, len(found.evidence)) == ("created", "2026-11-12T01:16:02Z", 1)
    assert "1 delivery (new order)" in found.explanation
    assert "after 8 retries: 503" in found.explanation


@key("shopify.order_events.jsonl", "5")
def test_a_cancellation_by_hand(whole: Scan):
    assert [found.topic for found in of(whole, "#5014", "manual-edit")] == ["cancelled"]


# ---- BigCommerce


@key("bigcommerce.webhooks.jsonl", "8")
def test_the_first_slot_of_the_retries(whole: Scan):
    """61 s after a 503."""
    is_a_retry("bigcommerce.webhooks.jsonl", 7, 8)
    is_no_duplicate(whole, "30418")


@key("bigcommerce.webhooks.jsonl", "9")
def test_records_are_ordered_by_their_time_and_not_by_their_place(store: Store):
    assert record("bigcommerce.webhooks.jsonl", 9).at < record("bigcommerce.webhooks.jsonl", 8).at
    (found,) = trace(store, "30418")
    taken = [event.at for event in found.events if event.phase == "received"]
    assert taken == sorted(taken)


@key("bigcommerce.webhooks.jsonl", "11")
def test_two_changes_with_one_hash_are_two(whole: Scan):
    first, second = record("bigcommerce.webhooks.jsonl", 10), record("bigcommerce.webhooks.jsonl", 11)

    assert first.ids["hash"] == second.ids["hash"]
    assert first.envelope != second.envelope
    assert first.happened_at != second.happened_at
    is_no_duplicate(whole, "30418")


@key("bigcommerce.webhooks.jsonl", "18")
def test_a_status_that_the_webhook_leaves_out_is_not_made_up():
    assert record("bigcommerce.webhooks.jsonl", 18).states == ()


@key("bigcommerce.orders_export.csv", "all")
def test_a_clock_without_a_zone_is_found_out(whole: Scan):
    """Day first and in New York, as the interface's own times of the same orders show."""
    row = next(row for row in whole.ledger if row.format == "bigcommerce-orders-export")

    assert row.zone == "America/New_York"
    assert row.zone_basis.startswith("inferred: 6 of 6")
    assert "day first" in row.zone_basis


# ---- WooCommerce


@key("woocommerce.webhooks.jsonl", "7")
def test_two_orders_that_share_a_delivery_id_are_two(store: Store, whole: Scan):
    assert record("woocommerce.webhooks.jsonl", 6).envelope == record("woocommerce.webhooks.jsonl", 7).envelope
    assert store.find("7103") != store.find("7104")
    is_no_duplicate(whole, "7104")


@key("woocommerce.webhooks-delivery.log", "3")
def test_deliveries_that_were_refused_and_never_tried_again(whole: Scan):
    """Records 3, 4 and 5: no order is named, and nothing of them stands in the receiver's log."""
    taken = {event.envelope for event in sample("woocommerce.webhooks.jsonl", None).events}
    for number, result in ((3, "500 "), (4, "500 "), (5, "http_request_failed ")):
        sent, refused = sample("woocommerce.webhooks-delivery.log", None).record(number)
        assert (sent.kind.phase, refused.kind.phase) == ("emitted", "rejected")
        assert refused.result.startswith(result)
        assert refused.names == ()
        assert refused.envelope not in taken
    assert [(found.topic, [one.record for one in found.evidence]) for found in nameless(whole, "woocommerce")] == [
        ("created", [3]),
        ("updated", [4, 5]),
    ]


# ---- Amazon


@key("amazon.sp_api_notifications.jsonl", "4", "5")
def test_a_message_again_and_a_notification_again(whole: Scan):
    """The queue gave the message twice; the publisher sent the notification twice."""
    message, again, other = (record("amazon.sp_api_notifications.jsonl", number).envelope for number in (3, 4, 5))

    assert message == again
    assert message[0] != other[0]
    assert message[1] == other[1]
    is_no_duplicate(whole, "114-5550101-4170001")


@key("amazon.sp_api_notifications.jsonl", "7")
def test_an_older_state_that_came_after_the_newer(whole: Scan):
    """Its own two stamps show that it came a day late, and too few others are known to prove it by."""
    shipped, unshipped = (record("amazon.sp_api_notifications.jsonl", number) for number in (6, 7))

    assert (states(shipped)["order"], states(unshipped)["order"]) == ("shipped", "confirmed")
    assert unshipped.at > shipped.at
    assert unshipped.happened_at < shipped.happened_at
    assert unshipped.at - unshipped.happened_at > 26 * HOUR
    (late,) = [found for found in whole.findings if found.kind == "late" and found.step.from_.system == "amazon"
               and found.step.to.system == "receiver"]  # fmt: skip
    assert (late.order, late.topic, late.state, late.severity) == (
        "114-5550101-4170002", "confirmed", "suspected", "info",
    )  # fmt: skip
    assert "26 h 43 min later" in late.explanation


@key("amazon.sp_api_notifications.jsonl", "14")
def test_a_fulfilment_that_the_shop_never_heard_of(store: Store, whole: Scan):
    """Amazon shipped the shop's #5013; the shop's own listing, a day younger, shows it unfulfilled. Nobody is blamed:
    what should have told the shop is in no export.
    """
    (found,) = trace(store, "#5013")
    said = [(event.system, event.phase, event.topic) for event in found.events]

    assert ("amazon", "emitted", "shipped") in said
    assert ("shopify", "emitted", "shipped") not in said
    assert found.states["shopify"]["fulfilment"]["canonical"] == "pending"
    (apart,) = of(whole, "#5013", "state-divergence")
    assert (apart.state, apart.severity, apart.pattern) == ("confirmed", "high", "shipment-not-applied")
    assert (apart.ahead, apart.behind, apart.value_out) == ("amazon", "shopify", "unfulfilled")
    assert apart.problem is None


@key("amazon.all_orders_by_last_update.tsv", "4")
def test_a_cancelled_item_of_a_shipped_order_is_no_contradiction(whole: Scan):
    assert states(record("amazon.all_orders_by_last_update.tsv", 3)) == {"order": "shipped"}
    assert of(whole, "114-5550101-4170003", "rewrite") == []
    assert of(whole, "114-5550101-4170003", "state-divergence") == []


@key("amazon.all_orders_by_last_update.tsv", "6")
def test_an_order_of_which_the_queue_never_told(store: Store, whole: Scan):
    """The log of the queue ends five hours before the purchase: that it came or not, nobody can know from it."""
    (found,) = trace(store, "114-5550101-4170005")
    step = next(step for step in whole.steps if (step.from_.system, step.topic) == ("amazon", "created"))

    assert {event.phase for event in found.events} == {"emitted", "observed"}
    assert (step.in_, step.out, step.lost, step.not_knowable) == (6, 4, 0, 2)
    assert of(whole, "114-5550101-4170005", "silent-drop") == []
    (wanted,) = [
        one for one in whole.wanted if one.export.startswith("Amazon SP-API") and "ends too early" in one.export
    ]
    assert wanted.period.to == "2026-11-12T02:15:00Z"  # the second of them was bought at two
    assert wanted.settles == 2


@key("amazon.fulfilled_shipments.tsv", "2")
def test_a_shops_order_that_amazon_shipped_has_the_sellers_name():
    assert {"amazon:id S01-5550101-5013001", "amazon:mcf NF-5013", "ref NF-5013"} <= names(
        record("amazon.fulfilled_shipments.tsv", 2)
    )


@key("amazon.fulfilled_shipments.tsv", "3")
def test_an_offset_counts_as_it_is_written():
    """2026-11-09T19:05:00+09:00."""
    assert record("amazon.fulfilled_shipments.tsv", 3).at == 1794218700 * SECOND


# ---- Walmart


@key("walmart.webhooks.jsonl", "3")
def test_an_event_again_after_an_error(whole: Scan):
    is_a_retry("walmart.webhooks.jsonl", 2, 3)
    is_no_duplicate(whole, "109005550100418")


@key("walmart.webhooks.jsonl", "2")
def test_one_order_of_a_customer_is_two_orders(store: Store):
    assert store.find("109005550100417") != store.find("109005550100418")
    assert len(store.find("200001555010417")) == 2


@key("walmart.webhooks.jsonl", "4")
def test_a_line_that_was_cancelled_is_not_the_order(store: Store):
    """Line 2, never shipped, was cancelled by Walmart; line 1 was delivered."""
    cancelled = record("walmart.webhooks.jsonl", 4)

    assert cancelled.kind.topic == "cancelled"
    assert [state.mark for state in cancelled.states if state.axis == "order"] == ["PARTIAL"]
    (found,) = trace(store, "109005550100417")
    assert found.states["walmart"]["order"]["canonical"] == "delivered"


@key("walmart.orders_api.jsonl", "2")
def test_an_order_that_was_acknowledged_too_late(whole: Scan):
    """Walmart asks for four hours; it took five and a half."""
    acknowledged, created = sample("walmart.orders_api.jsonl", None).record(2)

    assert (states(acknowledged)["order"], created.kind.topic) == ("confirmed", "created")
    assert acknowledged.at - created.at == 19_830 * SECOND
    (late,) = [found for found in whole.findings if found.kind == "late" and found.limit.basis.startswith("declared")]
    assert (late.order, late.state, late.severity) == ("109005550100417", "confirmed", "medium")
    assert (late.limit.seconds, late.limit.basis) == (4 * 3600, "declared by Walmart: acknowledge within four hours")
    assert "5 h 30 min later" in late.explanation


# ---- eBay


@key("ebay.notification_api.jsonl", "2")
def test_a_confirmation_for_each_line_is_no_copy(whole: Scan):
    first, second = record("ebay.notification_api.jsonl", 1), record("ebay.notification_api.jsonl", 2)

    assert names(first) == names(second)
    assert first.ids["line"] != second.ids["line"]
    assert first.envelope != second.envelope
    is_no_duplicate(whole, "12-55501-00417")


@key("ebay.notification_api.jsonl", "4")
def test_a_notification_again_after_an_error():
    is_a_retry("ebay.notification_api.jsonl", 3, 4)
    assert record("ebay.notification_api.jsonl", 4).ids["attempt"] == "2"


@key("ebay.notification_api.jsonl", "5")
def test_a_confirmation_after_a_failed_payment_is_no_copy(whole: Scan):
    first, again = record("ebay.notification_api.jsonl", 4), record("ebay.notification_api.jsonl", 5)

    assert first.ids["line"] == again.ids["line"]
    assert first.envelope != again.envelope
    is_no_duplicate(whole, "12-55501-00418")


@key("ebay.platform_notifications.log", "3")
def test_a_checkout_that_was_completed_again_is_no_copy(whole: Scan):
    first, again = record("ebay.platform_notifications.log", 2), record("ebay.platform_notifications.log", 3)

    assert names(first) == names(again)
    assert first.envelope != again.envelope
    is_no_duplicate(whole, "12-55501-00417")


@key("ebay.platform_notifications.log", "1")
def test_a_notification_of_one_line_names_the_order():
    assert names(record("ebay.platform_notifications.log", 1)) == {
        "ebay:id 12-55501-00417",
        "ebay:legacyid 335550100417-2855501004017",
    }


@key("ebay.notifications_usage.xml", "4")
def test_a_notification_that_ebay_gave_up(whole: Scan):
    """And the next one, cancelled while the address was marked down. Record 3 is tried again, and an order's."""
    given_up = record("ebay.notifications_usage.xml", 4)

    assert (given_up.kind.phase, given_up.ids["retries"]) == ("rejected", "8")
    assert given_up.result == "Undeliverable Connection timed out"
    assert given_up.names == ()
    found = {one.topic: one for one in nameless(whole, "ebay")}
    assert [one.record for one in found["paid"].evidence] == [4]
    assert "after 8 retries: Undeliverable Connection timed out" in found["paid"].explanation
    assert [one.record for one in found["shipped"].evidence] == [5]
    assert set(found) == {"paid", "shipped"}


@key("ebay.orders_report.csv", "all")
def test_dates_alone_prove_no_lateness_below_a_day(whole: Scan):
    assert {event.precision for event in sample("ebay.orders_report.csv").events if event.at is not None} == {DAY}
    assert [found for found in whole.findings if found.kind == "late" and found.step.from_.system == "ebay"] == []


# ---- carriers


@key("easypost.webhooks.jsonl", "5")
def test_a_trackers_event_again_after_an_error(whole: Scan):
    is_a_retry("easypost.webhooks.jsonl", 4, 5)
    is_no_duplicate(whole, "#5012")


@key("aftership.webhooks.jsonl", "5")
def test_a_tracking_again_after_an_error():
    is_a_retry("aftership.webhooks.jsonl", 4, 5)


@key("aftership.webhooks.jsonl", "all")
def test_a_carriers_local_times_order_nothing():
    """`checkpoint_time` is the carrier's own clock: the events are ordered by `ts`, and by when they came."""
    for event in sample("aftership.webhooks.jsonl", None).events:
        if event.happened_at is not None:
            assert 0 <= event.at - event.happened_at < HOUR


@key("shipstation.orders_api.jsonl", "all")
def test_a_clock_that_says_no_zone_is_the_vendors(whole: Scan):
    row = next(row for row in whole.ledger if row.export.endswith("shipstation.orders_api.jsonl"))

    assert row.zone == "America/Los_Angeles"


@key("shipstation.orders_api.jsonl", "6")
def test_a_cancellation_that_never_arrived(whole: Scan):
    """Cancelled in the shop, awaiting shipment in the warehouse."""
    (found,) = of(whole, "#5014", "state-divergence")

    assert (found.state, found.pattern) == ("confirmed", "cancellation-not-applied")
    assert (found.ahead, found.behind) == ("shopify", "shipstation")


# ---- what is counted, and no finding


COPIES = {
    ("shopify.webhooks.jsonl", 8), ("shopify.webhooks.jsonl", 11), ("bigcommerce.webhooks.jsonl", 8),
    ("amazon.sp_api_notifications.jsonl", 4), ("amazon.sp_api_notifications.jsonl", 5), ("walmart.webhooks.jsonl", 3),
    ("ebay.notification_api.jsonl", 4), ("easypost.webhooks.jsonl", 5), ("aftership.webhooks.jsonl", 5),
}  # fmt: skip
"""The rows of the key that are duplicates; those that only look like one are not among them."""


def test_what_the_key_calls_a_copy_is_counted_as_redelivered_and_nothing_else(store: Store, whole: Scan):
    assert set(counted(store, "redelivered")) == COPIES
    assert whole.figures["counted"]["redelivered"] == len(COPIES)


def test_what_the_key_calls_out_of_sequence_is_counted_as_reordered(store: Store):
    """The creation behind its change, the retried creation likewise, the older notification behind the newer one."""
    assert set(counted(store, "reordered, harmless")) >= {
        ("shopify.webhooks.jsonl", 5), ("bigcommerce.webhooks.jsonl", 8), ("amazon.sp_api_notifications.jsonl", 7),
    }  # fmt: skip


def counted(store: Store, what: str) -> Iterator[tuple[str, int]]:
    expected = expectations(store, Config())
    for order, events in store.orders():
        for case in abstract(order, events, expected):
            ruling = judge(case.facts).counted
            if ruling is not None and ruling.what == what:
                record = store.evidence_of(case.binding["anchor"])
                yield record.export, record.record


# ---- the keys themselves


def test_every_row_of_the_key_has_its_test():
    assert [(row["file"], row["record"]) for row in rows("expected-anomalies.csv")
            if (row["file"], row["record"]) not in ROWS] == []  # fmt: skip


def test_nobody_is_accused_for_what_only_looks_so(whole: Scan):
    """Confirmed and serious is what the key calls so, and nothing else."""
    serious = {(found.kind, found.order) for found in whole.findings
               if found.state == "confirmed" and found.severity in {"critical", "high", "medium"}}  # fmt: skip

    assert serious == {
        ("state-divergence", "#5013"), ("state-divergence", "#5014"), ("late", "109005550100417"),
    }  # fmt: skip


@pytest.mark.parametrize("row", rows("identity-links.csv"), ids=lambda row: f"{row['canonical_ref']} {row['id_kind']}")
def test_all_names_of_an_order_link(row: dict[str, str], store: Store):
    """By any of them the order is found, and it has all the others; what two orders share links neither."""
    group = [one for one in rows("identity-links.csv") if one["canonical_ref"] == row["canonical_ref"]]
    shared = "shared" in row["where"]
    wanted = {_name(one["id_value"]) for one in group}

    found = store.find(_name(row["id_value"]))

    assert len(found) == (2 if shared else 1)
    known = [{name.value for event in store.order(order) for name in event.names} for order in found]
    assert any(wanted <= names_ for names_ in known)
    strengths = {name.strength for order in found for event in store.order(order) for name in event.names
                 if name.value == _name(row["id_value"])}  # fmt: skip
    assert strengths == {"weak" if shared else "strong"}


def _name(text: str) -> str:
    """Free text that holds a name (`PO 109…`, `Order 12-…`) gives the name."""
    return text.rpartition(" ")[2]
