"""Small exports as WooCommerce, ShipStation, Workato and their like write them, for worlds of a few orders."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tracelog.config import Config
from tracelog.ingest import ingest
from tracelog.link.journey import journey
from tracelog.model.event import Event
from tracelog.store.read import Store

START = dt.datetime(2026, 5, 4, 8, 0, tzinfo=dt.UTC)
Json = dict[str, Any]


def at(seconds: float) -> str:
    """So long after the world's beginning, UTC."""
    return (START + dt.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def gmt(seconds: float) -> str:
    """UTC as WooCommerce writes it: without saying so."""
    return at(seconds)[:19]


def pacific(seconds: float) -> str:
    """ShipStation's clock, in summer, with its seven digits."""
    return (START + dt.timedelta(seconds=seconds, hours=-7)).strftime("%Y-%m-%dT%H:%M:%S.0000000")


def epoch(seconds: float) -> int:
    return int((START + dt.timedelta(seconds=seconds)).timestamp() * 1000)


def store(folder: Path, config: Config | None = None, **files: Iterable[Json] | Json | str) -> Store:
    """Takes files in, `hooks=[…]` as `hooks.jsonl`, and gives the store."""
    paths = []
    for name, content in files.items():
        text = content if isinstance(content, str) else ""
        if isinstance(content, Mapping):
            text = json.dumps(content)
        elif not text:
            text = "".join(json.dumps(record) + "\n" for record in content)
        path = folder / f"{name}.{'json' if isinstance(content, Mapping) else 'log' if text is content else 'jsonl'}"
        path.write_text(text, "utf-8")
        paths.append(path)
    report = ingest(paths, db=folder / "t.db", config=config or Config())
    assert report.failed == []
    return Store.open(folder / "t.db")


def events(kept: Store, name: str) -> list[Event]:
    """The events of the one order of that name, by time."""
    (order,) = kept.find(name)
    return journey(kept.order(order)).events


def told(kept: Store, name: str) -> list[tuple[str, str, str | None]]:
    """System, phase, and how an event came to the order that does not name it."""
    return [(event.kind.system, event.kind.phase, event.borrowed) for event in events(kept, name)]


# ---- WooCommerce ----


def woo(number: int, seconds: float = 0, status: str = "processing", **more: Any) -> Json:
    """An order as its REST API and its webhooks have it."""
    return {
        "id": number, "number": str(number), "order_key": f"wc_order_k{number}", "status": status, "currency": "EUR",
        "total": "24.00", "date_created_gmt": gmt(seconds), "date_modified_gmt": gmt(seconds), "date_paid_gmt": None,
        "line_items": [{"sku": "A-1", "quantity": 1}], **more,
    }  # fmt: skip


def woo_hook(order: Json, seconds: float, delivery: str, topic: str = "order.created") -> Json:
    headers = {"X-WC-Webhook-Source": "https://alder.example/", "X-WC-Webhook-Topic": topic,
               "X-WC-Webhook-ID": "5", "X-WC-Webhook-Delivery-ID": delivery}  # fmt: skip
    return {"received_at": at(seconds), "headers": headers, "body": order, "response": {"status": 200}}


# ---- ShipStation ----


def notice(seconds: float, kind: str, address: str) -> Json:
    body = {"resource_url": f"https://ssapi6.shipstation.com/{address}", "resource_type": kind}
    return {"received_at": at(seconds), "headers": {}, "body": body, "response": {"status": 200}}


def fetched(seconds: float, address: str, body: Json) -> Json:
    return {"fetched_at": at(seconds), "url": f"https://ssapi6.shipstation.com/{address}", "body": body}


def depot_order(order: int, number: int, seconds: float) -> Json:
    return {"orderId": order, "orderNumber": str(number), "orderKey": f"wc_order_k{number}", "orderTotal": 24.0,
            "modifyDate": pacific(seconds), "orderStatus": "awaiting_shipment"}  # fmt: skip


def shipment(number: int, order: int, shop: int, tracking: str, seconds: float, *, items: int = 1) -> Json:
    return {"shipmentId": number, "orderId": order, "orderKey": f"wc_order_k{shop}", "orderNumber": str(shop),
            "createDate": pacific(seconds), "trackingNumber": tracking, "carrierCode": "ups", "voided": False,
            "shipmentItems": [{"sku": "A-1", "quantity": items}]}  # fmt: skip


# ---- EasyPost ----


def tracker(tracking: str, seconds: float, status: str = "delivered") -> Json:
    result = {"id": f"trk_{tracking}", "object": "Tracker", "tracking_code": tracking, "status": status,
              "updated_at": at(seconds - 2), "carrier": "UPS"}  # fmt: skip
    body = {"description": "tracker.updated", "mode": "production", "previous_attributes": {"status": "in_transit"},
            "id": f"evt_{tracking}", "object": "Event", "result": result}  # fmt: skip
    headers = {"X-Hmac-Signature": "hmac-sha256-hex=c1d4"}
    return {"received_at": at(seconds), "headers": headers, "body": body, "response": {"status": 200}}


# ---- Workato ----


def job(name: str, order: str, seconds: float, error: str | None = None, master: str | None = None) -> Json:
    """A job of a list of jobs: it names its order in its title, and says how it ended."""
    return {"id": name, "master_job_id": master or name, "recipe_id": 9, "title": f"WooCommerce: new order {order}",
            "started_at": at(seconds), "completed_at": at(seconds + 5), "is_poll_error": False, "error": error,
            "is_error": error is not None}  # fmt: skip
