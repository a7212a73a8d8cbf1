"""Shopify → Celigo (polling) → NetSuite.

Celigo asks the shop every five minutes for what changed, and writes to NetSuite's record service. On hand are
the shop's orders export and its orders' timelines, the debug logs of both connections, Celigo's errors list,
and out of NetSuite a saved search of the sales orders with their system notes.
"""

from __future__ import annotations

import datetime as dt

from benchmarks.incidents.exports import Export, Record, log, table
from benchmarks.incidents.play import Route
from benchmarks.incidents.shapes import celigo, netsuite, shopify
from benchmarks.incidents.world import Order, World

NAME = "shopify-celigo-netsuite"
ROUTE = Route(
    "shopify", "celigo", "netsuite", ("created", "shipped", "cancelled", "refunded"), poll=300.0,
    labels={"source": "shopify orders", "in": "celigo shopify", "out": "celigo netsuite", "target": "netsuite orders"},
)  # fmt: skip
FAULTS = (
    "never-received", "never-forwarded", "never-applied", "unanswered", "refused", "refused-rerun", "swallowed",
    "rewritten-status", "rewritten-total", "rewritten-units", "twice", "late", "overtaken", "stale", "edited",
)  # fmt: skip
EXPORT, IMPORT = "65f1b0c2b7d94e0012ab7701", "65f1b0f9b7d94e0012ab7777"
SHOP = "https://kettle-lane.myshopify.example/admin/api/2026-01/orders.json"


def write(world: World) -> list[Export]:
    labels = ROUTE.labels
    passages = [passage for order in world.orders for passage in order.passages]
    return [
        table(world, "shopify-orders.csv", labels["source"], "shopify", shopify.export_rows(world), header=shopify.HEADER),
        log(world, "shopify-order-events.jsonl", labels["source"], "shopify", shopify.timeline(world)),
        log(world, "celigo-shopify-debug.log", labels["in"], "celigo", polls(world)),
        log(world, "celigo-netsuite-debug.log", labels["out"], "celigo", calls(world)),
        table(world, "celigo-errors.csv", "celigo errors", "celigo", celigo.errors(world, passages), header=celigo.HEADER),
        table(world, "netsuite-sales-orders.csv", labels["target"], "netsuite", netsuite.search_rows(world),
              header=netsuite.SEARCH),
        table(world, "netsuite-system-notes.csv", "netsuite notes", "netsuite", netsuite.note_rows(world),
              header=netsuite.NOTES),
    ]  # fmt: skip


def polls(world: World) -> list[Record]:
    """Every poll with its answer: the orders that changed since the poll before, as they stand."""
    assert ROUTE.poll is not None
    taken: dict[int, list[tuple[dt.datetime, Order]]] = {}
    for order in world.orders:
        for passage in order.passages:
            for at in passage.received:
                taken.setdefault(_tick(world, at), []).append((at, order))
    out = []
    rng = world.rng("polls")
    period = dt.timedelta(seconds=ROUTE.poll)
    for number in range(1, int((world.end - world.plan.start) / period) + 1):
        at = world.plan.start + number * period
        request = f"{rng.getrandbits(128):032x}"
        since = (at - period).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = celigo.question(f"{SHOP}?updated_at_min={since}&status=any", "GET")
        out.append(celigo.message(world, at, request, "export", EXPORT, asked, ()))
        due = taken.get(number, [])
        answered = min((when for when, _ in due), default=at + dt.timedelta(milliseconds=rng.randrange(400, 1400)))
        orders = list({order.number: order for _, order in due}.values())
        said = celigo.answer(200, {"orders": [shopify.as_of(world, order, at) for order in orders]})
        out.append(celigo.message(world, answered, request, "export", EXPORT, said, [order.name for order in orders]))
    return out


def _tick(world: World, at: dt.datetime) -> int:
    return int((at - world.plan.start).total_seconds() // (ROUTE.poll or 1))


def calls(world: World) -> list[Record]:
    """Every call of NetSuite's record service, with its answer if there was one."""
    out = []
    for order in world.orders:
        held = world.documents_of(order)
        for passage in order.passages:
            made = iter(held if passage.topic == "created" else held[:1])
            for one in passage.tries:
                known = next((document for document in held if document.created <= one.at), None)
                method, url, body = netsuite.request(passage, one, known)
                out.append(celigo.message(world, one.at, one.id, "import", IMPORT, celigo.question(url, method, body), [order.name]))  # fmt: skip
                if one.answer is None or one.answered is None:
                    continue
                document = next(made, None) if one.document == "new" else None
                said = _said(one.answer, one.reason, passage.topic, document)
                out.append(celigo.message(world, one.answered, one.id, "import", IMPORT, said, [order.name]))
    return out


def _said(outcome: str, reason: str, topic: str, document: netsuite.Document | None) -> dict[str, object]:
    if outcome == "busy":
        return celigo.answer(503, netsuite.refusal(reason, "CONCURRENCY_LIMIT_EXCEEDED"))
    if outcome == "failed-inside":
        return celigo.answer(200, {"success": False, "error": reason})
    if outcome == "refused":
        missing = "does not exist" in reason
        return celigo.answer(404 if missing else 400, netsuite.refusal(reason, "NONEXISTENT_ID" if missing else "INVALID_CONTENT"))  # fmt: skip
    if document is not None:
        return celigo.answer(204, location=f"{netsuite.URL}/{netsuite.internal(document)}")
    return celigo.answer(202 if topic == "created" else 204)
