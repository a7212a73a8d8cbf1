"""A Celigo connection debug log as a busy week writes it: JSON bodies inside JSON strings, the same for the same seed.

    python -m benchmarks.ingest.generate celigo-debug.log --records 450000 --seed 7

A poll every few seconds asks the shop for changed orders and gets a few; each change is sent to the ERP and answered.
An order comes by four times on average (created, paid, shipped, …) under one name and id in the shop and one in the
ERP. Most answers name no order: only its request does. One change in 500 is refused.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 3, 2, tzinfo=UTC)
SHOP = "https://fernhill-outdoors.myshopify.example/admin/api/2026-01/orders.json"
ERP = "https://6104418.suitetalk.api.example/services/rest/record/v1/salesOrder"
EXPORT, IMPORT = "65f1a0c2b7d94e0012ab3401", "65f1a0f9b7d94e0012ab3477"
ASKING = {"authorization": "********", "content-type": "application/json", "accept": "application/json"}
ANSWERING = {"content-type": "application/json; charset=utf-8"}
STATES = (("pending", None, "A"), ("paid", None, "B"), ("paid", "partial", "D"), ("paid", "fulfilled", "F"))
"""What the shop says of payment and fulfilment, and the code that the ERP is sent; one step at each sighting."""


class Order:
    """One order with its names in both systems, and how far it is."""

    def __init__(self, number: int, rng: random.Random) -> None:
        self.id = 6_120_480_000_000 + number * 17
        self.name = f"ORD-{20_000 + number}"
        self.internal = 884_000 + number
        self.total = f"{rng.randrange(900, 90_000) / 100:.2f}"
        self.step = 0


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def log(records: int, seed: int) -> Iterator[str]:
    """The records, one after the other; each is two lines: a heading and a JSON document."""
    rng = random.Random(seed)
    at = START
    known: list[Order] = []
    numbers = 0
    written = 0

    def record(kind: str, request: str, resource: str, payload: object) -> str:
        stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
        return f"{stamp} {request} {kind} {resource}\n{compact(payload)}\n"

    while True:
        at += timedelta(milliseconds=rng.randrange(2_000, 14_000))
        request = f"{rng.getrandbits(128):032x}"
        since = (at - timedelta(minutes=15)).strftime("%Y-%m-%dT%H:%M:%SZ")
        batch: list[Order] = []
        for _ in range(rng.randrange(1, 6)):
            if not known or rng.random() < 0.25:
                numbers += 1
                order = Order(numbers, rng)
                known.append(order)
            else:
                order = known[rng.randrange(max(0, len(known) - 4000), len(known))]
            if order not in batch:
                batch.append(order)
        lines = [record("export", request, EXPORT, {
            "url": f"{SHOP}?updated_at_min={since}&status=any", "method": "GET", "headers": ASKING,
        })]  # fmt: skip
        at += timedelta(milliseconds=rng.randrange(80, 900))
        body = [{
            "id": order.id, "name": order.name, "financial_status": STATES[order.step][0],
            "fulfillment_status": STATES[order.step][1], "total_price": order.total, "currency": "USD",
            "updated_at": (at - timedelta(seconds=rng.randrange(2, 600))).strftime("%Y-%m-%dT%H:%M:%SZ"),
        } for order in batch]  # fmt: skip
        lines.append(record("export", request, EXPORT, {
            "statusCode": 200, "headers": ANSWERING, "body": compact({"orders": body}),
        }))  # fmt: skip
        for order in batch:
            at += timedelta(milliseconds=rng.randrange(20, 400))
            request = f"{rng.getrandbits(128):032x}"
            fresh = order.step == 0
            lines.append(record("import", request, IMPORT, {
                "url": ERP if fresh else f"{ERP}/{order.internal}", "method": "POST" if fresh else "PATCH",
                "headers": ASKING,
                "body": compact({
                    "externalId": order.name, "custbody_celigo_etail_order_id": str(order.id),
                    "orderStatus": STATES[order.step][2], "total": float(order.total),
                }),
            }))  # fmt: skip
            at += timedelta(milliseconds=rng.randrange(200, 2_400))
            if rng.random() < 0.002:
                answer: dict[str, object] = {
                    "statusCode": 400, "headers": ANSWERING,
                    "body": compact({"title": "Bad Request", "o:errorDetails": [{
                        "detail": "Invalid Field Value", "o:errorCode": "INVALID_CONTENT"}]}),
                }  # fmt: skip
            else:
                headers = ANSWERING | ({"location": f"{ERP}/{order.internal}"} if fresh else {})
                answer = {"statusCode": 204, "headers": headers, "body": ""}
            lines.append(record("import", request, IMPORT, answer))
            order.step = min(order.step + 1, len(STATES) - 1)
        for line in lines:
            if written == records:
                return
            yield line
            written += 1


def write(path: Path, records: int, seed: int) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(log(records, seed))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--records", type=int, default=450_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    write(given.path, given.records, given.seed)


if __name__ == "__main__":
    main()
