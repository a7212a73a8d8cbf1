"""Nine weeks of a shop, an integration and an ERP: the exports that a user would bring, the same for the same seed.

    python -m benchmarks.scan.generate FOLDER --orders 60000 --seed 7

The shop's orders export and the ERP's saved search hold every order; the integration's debug log, which vendors keep
for days and not for months, holds the last weeks. Most orders are fine. One in a hundred is not: never sent on,
refused, sent on too late, sent twice, with another total or another status; some were edited in the ERP by hand.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 63
LOGGED = 0.36
"""The part of that time which the debug log covers: its last."""
POLL = timedelta(minutes=5)
SHOP = "https://juniper-supply.myshopify.example/admin/api/2026-01/orders.json"
ERP = "https://7340021.suitetalk.api.example/services/rest/record/v1/salesOrder"
EXPORT, IMPORT = "66a1a0c2b7d94e0012ab5501", "66a1a0f9b7d94e0012ab5577"
ASKING = {"authorization": "********", "content-type": "application/json", "accept": "application/json"}
ANSWERING = {"content-type": "application/json; charset=utf-8"}
FAULTS = ("unsent", "refused", "late", "twice", "total", "status", "unseen", "edited")
FAULTY = 0.01
SHOP_HEADER = (
    "Name", "Financial Status", "Fulfillment Status", "Fulfilled at", "Currency", "Total", "Created at",
    "Lineitem quantity", "Payment Method", "Id", "Source", "Shipping Country",
)  # fmt: skip
ERP_HEADER = (
    "Internal ID", "External ID", "Document Number", "Date Created", "Last Modified", "eTail Order Id", "Status",
    "Amount",
)  # fmt: skip


@dataclass
class Order:
    number: int
    created: datetime
    shipped: datetime | None
    total: str
    units: int
    channel: str
    country: str
    payment: str
    fault: str | None

    @property
    def name(self) -> str:
        return f"#{self.number}"

    @property
    def id(self) -> int:
        return 6_300_000_000_000 + self.number * 1_013

    @property
    def arrives(self) -> bool:
        return self.fault not in {"unsent", "refused", "unseen"}


def play(count: int, rng: random.Random) -> list[Order]:
    """Orders in order of creation. The last day has no faults, so that each had the time it is due."""
    end = START + timedelta(days=DAYS)
    made = []
    for number, second in enumerate(sorted(rng.randrange(DAYS * 86_400) for _ in range(count)), 10_001):
        created = START + timedelta(seconds=second)
        ships = created + timedelta(hours=rng.uniform(3, 40))
        faulty = rng.random() < FAULTY and created < end - timedelta(days=1)
        fault = rng.choice(FAULTS) if faulty else None
        gone = fault in {"unsent", "refused", "unseen", "edited"}
        shipped = ships if rng.random() < 0.3 and ships < end - timedelta(hours=2) and not gone else None
        made.append(Order(
            number, created, shipped, f"{rng.randrange(900, 90_000) / 100:.2f}", rng.randrange(1, 5),
            rng.choices(["web", "amazon", "pos"], [70, 22, 8])[0], rng.choice(["US", "US", "US", "CA", "MX"]),
            rng.choice(["Shopify Payments", "PayPal", "Invoice"]), fault,
        ))  # fmt: skip
    return made


def shop_rows(orders: Iterable[Order]) -> Iterable[Sequence[object]]:
    for order in orders:
        yield (
            order.name, "pending", "fulfilled" if order.shipped else "unfulfilled", offset(order.shipped), "USD",
            order.total, offset(order.created), order.units, order.payment, order.id, order.channel, order.country,
        )  # fmt: skip


def erp_rows(orders: Iterable[Order]) -> Iterable[Sequence[object]]:
    internal = 880_000
    for order in orders:
        if not order.arrives:
            continue
        made = sent_at(order)
        last = (polled(order.shipped) if order.shipped else made) + timedelta(seconds=4)
        total = shifted(order.total) if order.fault == "total" else order.total
        shipped = order.shipped and order.fault != "status"
        status = "Closed" if order.fault == "edited" else "Pending Billing" if shipped else "Pending Fulfillment"
        for copy in range(2 if order.fault == "twice" else 1):
            internal += 1
            yield (
                internal, "" if copy else order.number, f"SO{internal - 850_000}", erp_stamp(made), erp_stamp(last),
                order.id, status, total,
            )  # fmt: skip


def log(orders: Sequence[Order], since: datetime, rng: random.Random) -> list[str]:
    """The debug log, a heading and a JSON document a record, by time."""
    records: list[tuple[datetime, str]] = []

    def add(at: datetime, request: str, kind: str, document: dict[str, object]) -> None:
        stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
        resource = EXPORT if kind == "export" else IMPORT
        records.append((at, f"{stamp} {request} {kind} {resource}\n{compact(document)}\n"))

    def call(at: datetime, method: str, body: dict[str, object], *, refused: bool = False) -> None:
        request = f"{rng.getrandbits(128):032x}"
        add(at, request, "import", {"url": ERP, "method": method, "headers": ASKING, "body": compact(body)})
        answer: dict[str, object] = {"statusCode": 204, "headers": ANSWERING, "body": ""}
        if refused:
            said = {
                "title": "Bad Request",
                "status": 400,
                "o:errorDetails": [
                    {"detail": "Invalid Field Value for the following field: item", "o:errorCode": "INVALID_CONTENT"}
                ],
            }
            answer = {"statusCode": 400, "headers": ANSWERING, "body": compact(said)}
        add(at + timedelta(seconds=rng.uniform(0.6, 2.4)), request, "import", answer)

    due: dict[datetime, list[tuple[Order, bool]]] = {}
    for order in orders:
        if order.fault != "unseen":
            due.setdefault(polled(order.created), []).append((order, False))
        if order.shipped:
            due.setdefault(polled(order.shipped), []).append((order, True))
    at = polled(since)
    while at <= START + timedelta(days=DAYS):
        request = f"{rng.getrandbits(128):032x}"
        before = (at - POLL).strftime("%Y-%m-%dT%H:%M:%SZ")
        add(at, request, "export", {
            "url": f"{SHOP}?updated_at_min={before}&status=any", "method": "GET", "headers": ASKING})  # fmt: skip
        page = due.get(at, [])
        add(at + timedelta(milliseconds=480), request, "export", {
            "statusCode": 200, "headers": ANSWERING,
            "body": compact({"orders": [source(order, shipped=shipped) for order, shipped in page]}),
        })  # fmt: skip
        for position, (order, shipped) in enumerate(page):
            sent = at + timedelta(seconds=1.5 + position * 0.7)
            if shipped:
                wrong = order.fault == "status"
                call(sent, "PATCH", {"externalId": str(order.number), "orderStatus": "A" if wrong else "F"})
            elif order.fault != "unsent":
                sent = sent_at(order) + timedelta(seconds=position * 0.7)
                body = target(order)
                call(sent, "POST", body, refused=order.fault == "refused")
                if order.fault == "twice":
                    call(sent + timedelta(seconds=70), "POST", body)
        at += POLL
    records.sort(key=lambda record: record[0])
    return [text for _, text in records]


def source(order: Order, *, shipped: bool) -> dict[str, object]:
    """The order as the shop's API gives it."""
    return {
        "id": order.id, "name": order.name, "created_at": iso(order.created),
        "updated_at": iso(order.shipped if shipped and order.shipped else order.created),
        "financial_status": "pending", "fulfillment_status": "fulfilled" if shipped else None, "currency": "USD",
        "total_price": order.total, "line_items": [{"sku": "JS-1", "quantity": order.units}],
        "source_name": order.channel,
    }  # fmt: skip


def target(order: Order) -> dict[str, object]:
    """The order as the integration sends it to the ERP."""
    total = shifted(order.total) if order.fault == "total" else order.total
    return {
        "externalId": str(order.number), "custbody_celigo_etail_order_id": str(order.id), "orderStatus": "B",
        "total": float(total), "currency": "USD", "item": {"items": [{"quantity": order.units}]},
    }  # fmt: skip


def shifted(total: str) -> str:
    return f"{float(total) / 10:.2f}"


def polled(at: datetime) -> datetime:
    """The next poll after that moment."""
    return START + ((at - START) // POLL + 1) * POLL


def sent_at(order: Order) -> datetime:
    return polled(order.created) + timedelta(hours=6 if order.fault == "late" else 0, seconds=1.5)


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def offset(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S +0000") if at else ""


def erp_stamp(at: datetime) -> str:
    """As the ERP's lists show it: by the minute, in a zone that the file does not name (here UTC)."""
    return f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{at.minute:02d} {'am' if at.hour < 12 else 'pm'}"


def write(folder: Path, count: int, seed: int, logged: float = LOGGED) -> None:
    """The three exports of `count` orders. `logged` is the part of the time that the debug log covers."""
    rng = random.Random(seed)
    orders = play(count, rng)
    for name, header, rows in (
        ("shopify-orders.csv", SHOP_HEADER, shop_rows(orders)),
        ("netsuite-sales-orders.csv", ERP_HEADER, erp_rows(orders)),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(header)
            table.writerows(rows)
    since = START + timedelta(days=DAYS * (1 - logged))
    with (folder / "celigo-connection-debug.log").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(log(orders, since, rng))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--orders", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--logged", type=float, default=LOGGED)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    write(given.folder, given.orders, given.seed, given.logged)


if __name__ == "__main__":
    main()
