"""Storefronts and marketplaces together: two shops with equal numbers, and numbers that look alike."""

from __future__ import annotations

import json
from pathlib import Path

from tracelog.ingest import ingest
from tracelog.store.read import Store

WOO = {"X-WC-Webhook-Topic": "order.created"}


def woo(shop: str, number: int, at: str) -> dict[str, object]:
    headers = {**WOO, "X-WC-Webhook-Source": f"https://{shop}/", "X-WC-Webhook-Delivery-ID": f"{shop}-{number}"}
    body = {"id": number, "status": "processing", "order_key": f"wc_order_{shop}{number}", "total": "24.00"}
    return {"received_at": at, "headers": headers, "body": body, "response": {"status": 200}}


def store(folder: Path, **files: list[dict[str, object]]) -> Store:
    paths = []
    for name, records in files.items():
        path = folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
        paths.append(path)
    report = ingest(paths, db=folder / "t.db")
    assert report.failed == []
    return Store.open(folder / "t.db")


def test_orders_of_two_shops_with_one_number_stay_two(tmp_path: Path):
    """One receiver takes webhooks of both; their order ids are small numbers, unique in their own shop only."""
    captured = [woo("north.example", 7101, "2026-11-09T15:40:04Z"), woo("south.example", 7101, "2026-11-09T16:40:04Z")]

    with store(tmp_path, captured=captured) as kept:
        assert len(kept.find("woocommerce:id 7101")) == 2


def test_one_shops_order_is_one_wherever_it_is_told(tmp_path: Path):
    """The capture says which shop; an export of that shop's own need not."""
    own = {"id": 30417, "status_id": 2, "date_created": "Mon, 09 Nov 2026 15:00:00 +0000",
           "date_modified": "Tue, 10 Nov 2026 15:00:00 +0000"}  # fmt: skip
    notice = {"scope": "store/order/created", "data": {"type": "order", "id": 30417}, "hash": "87bd",
              "created_at": 1794236400, "producer": "stores/nfbc7"}  # fmt: skip
    captured = [{"received_at": "2026-11-09T15:00:01Z", "headers": {}, "body": notice, "response": {"status": 200}}]

    with store(tmp_path, captured=captured, orders=[own]) as kept:
        assert len(kept.find("30417")) == 1


def test_thirteen_digits_never_meet_by_accident(tmp_path: Path):
    """A Shopify id, an old Walmart purchase order and milliseconds since 1970 may be the same thirteen digits."""
    digits = 1794254370000
    shopify = {"received_at": "2026-11-09T20:00:00Z", "headers": {"X-Shopify-Topic": "orders/create"},
               "body": {"id": digits, "name": "#1", "financial_status": "paid"}}  # fmt: skip
    event = {"source": {"eventType": "PO_CREATED", "eventTime": "2026-11-09T20:00:05.000Z", "eventId": "e-1"},
             "payload": {"purchaseOrderId": str(digits), "orderLines": []}}  # fmt: skip
    walmart = {"received_at": "2026-11-09T20:00:06Z", "headers": {}, "body": event}
    order = {"purchaseOrderId": "1794254370001", "orderDate": digits,
             "orderLines": {"orderLine": [{"statusDate": digits}]}}  # fmt: skip

    with store(tmp_path, captured=[shopify, walmart], orders=[order]) as kept:
        found = {kind: kept.find(f"{kind} {digits}") for kind in ("shopify:id", "walmart:id")}
        assert [len(orders) for orders in found.values()] == [1, 1]
        assert found["shopify:id"] != found["walmart:id"]
        assert len(kept.find("1794254370001")) == 1
