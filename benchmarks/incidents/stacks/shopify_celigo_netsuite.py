"""Shopify → Celigo (polling) → NetSuite.

Celigo asks the shop every five minutes for what changed, and writes to NetSuite's record service. On hand are
the shop's orders export and its orders' timelines, the debug logs of both connections, Celigo's errors list,
and out of NetSuite a saved search of the sales orders with their system notes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from benchmarks.incidents.exports import Export, Record, log, table
from benchmarks.incidents.play import Route
from benchmarks.incidents.shapes import celigo, netsuite, shopify
from benchmarks.incidents.world import Document, Order, Passage, Try, World, populate

NAME = "shopify-celigo-netsuite"
ROUTE = Route(
    "shopify", "celigo", "netsuite", ("created", "shipped", "cancelled", "refunded"), poll=300.0,
    labels={"source": "shopify orders", "in": "celigo shopify", "out": "celigo netsuite", "target": "netsuite orders"},
)  # fmt: skip
FAULTS = (
    "never-received", "never-forwarded", "never-applied", "unanswered", "refused", "refused-rerun", "swallowed",
    "rewritten-status", "rewritten-total", "rewritten-units", "twice", "late", "overtaken", "stale", "edited",
)  # fmt: skip
TRAITS = ("zones", "unrouted", "renamed-status", "lookups", "no-bodies", "two-shops", "closed-errors")
EXPORT, IMPORT = "65f1b0c2b7d94e0012ab7701", "65f1b0f9b7d94e0012ab7777"
SHOP = "https://kettle-lane.myshopify.example/admin/api/2026-01/orders.json"


def write(world: World) -> list[Export]:
    labels = ROUTE.labels
    passages = [passage for order in world.orders for passage in order.passages]
    exports = [
        table(world, "shopify-orders.csv", labels["source"], "shopify", shopify.export_rows(world),
              header=shopify.HEADER),
        log(world, "shopify-order-events.jsonl", labels["source"], "shopify", shopify.timeline(world)),
        log(world, "celigo-shopify-debug.log", labels["in"], "celigo", polls(world)),
        log(world, "celigo-netsuite-debug.log", labels["out"], "celigo", calls(world)),
        errors(world, passages),
        table(world, "netsuite-sales-orders.csv", labels["target"], "netsuite", netsuite.search_rows(world),
              header=netsuite.SEARCH),
        table(world, "netsuite-system-notes.csv", "netsuite notes", "netsuite", netsuite.note_rows(world),
              header=netsuite.NOTES),
    ]  # fmt: skip
    if world.has("two-shops"):
        exports.append(second_shop(world))
    return exports


def errors(world: World, passages: list[Passage]) -> Export:
    """The errors that are open, or those that somebody closed."""
    if world.has("closed-errors"):
        rows = celigo.resolved(world, passages)
        around = {"header": '{"resolved": [', "between": ",\n", "footer": "]}\n"}
        return table(world, "celigo-resolved.json", "celigo errors", "celigo", rows, **around)
    rows = celigo.errors(world, passages)
    return table(world, "celigo-errors.csv", "celigo errors", "celigo", rows, header=celigo.HEADER)


def second_shop(world: World) -> Export:
    """Another shop whose order names are the same; nothing but its orders export is on hand."""
    other = World(
        replace(world.plan, seed=world.plan.seed + 1000, orders=90, first_number=world.plan.first_number + 40)
    )
    populate(other)
    for order in other.orders:
        order.shop = 2
    export = table(
        other, "south-orders.csv", "other shop", "shopify", shopify.export_rows(other), header=shopify.HEADER
    )
    export.instance = "south-shop"
    return export


def polls(world: World) -> list[Record]:
    """Every poll with its answer: the orders that changed since the poll before, as they stand."""
    period = dt.timedelta(seconds=world.traits["route"].poll)
    taken: dict[int, list[tuple[dt.datetime, Order]]] = {}
    for order in world.orders:
        for passage in order.passages:
            for at in passage.received:
                taken.setdefault(int((at - world.plan.start) // period), []).append((at, order))
    out = []
    rng = world.rng("polls")
    for number in range(1, int((world.end - world.plan.start) / period) + 1):
        at = world.plan.start + number * period
        request = f"{rng.getrandbits(128):032x}"
        since = (at - period).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = celigo.question(f"{SHOP}?updated_at_min={since}&status=any", "GET")
        out.append(celigo.message(world, at, request, "export", EXPORT, asked, ()))
        due = taken.get(number, [])
        answered = min((when for when, _ in due), default=at + dt.timedelta(milliseconds=rng.randrange(400, 1400)))
        orders = list({order.number: order for _, order in due}.values())
        bodies = None if world.has("no-bodies") else {"orders": [shopify.as_of(world, order, at) for order in orders]}
        said = celigo.answer(200, bodies)
        out.append(celigo.message(world, answered, request, "export", EXPORT, said, [order.name for order in orders]))
    return out


def calls(world: World) -> list[Record]:
    """Every call of NetSuite's record service, with its answer if there was one."""
    out: list[Record] = []

    def add(at: dt.datetime, request: str, document: dict[str, Any], name: str) -> None:
        if world.has("no-bodies"):
            document.pop("body", None)
        out.append(celigo.message(world, at, request, "import", IMPORT, document, [name]))

    for order in world.orders:
        held = world.documents_of(order)
        for passage in order.passages:
            made = iter(held if passage.topic == "created" else held[:1])
            for number, one in enumerate(passage.tries):
                known = next((document for document in held if document.created <= one.at), None)
                if world.has("lookups") and passage.topic == "created" and number == 0:
                    before = one.at - dt.timedelta(milliseconds=700)
                    ask = celigo.question(f"{netsuite.URL}/eid:{order.number}", "GET")
                    add(before, one.id[::-1], ask, order.name)
                    missing = netsuite.refusal("The record instance does not exist.", "NONEXISTENT_ID")
                    add(before + dt.timedelta(milliseconds=310), one.id[::-1], celigo.answer(404, missing), order.name)
                method, url, body = netsuite.request(passage, one, known)
                add(one.at, one.id, celigo.question(url, method, body), order.name)
                if one.answer is None or one.answered is None:
                    continue
                document = next(made, None) if one.document == "new" else None
                add(one.answered, one.id, _said(one, passage.topic, document), order.name)
    return out


def _said(one: Try, topic: str, document: Document | None) -> dict[str, Any]:
    match one.answer:
        case "busy":
            return celigo.answer(503, netsuite.refusal(one.reason, "CONCURRENCY_LIMIT_EXCEEDED"))
        case "exists":
            return celigo.answer(409, netsuite.refusal(one.reason, "DUP_RCRD"))
        case "failed-inside":
            return celigo.answer(200, {"success": False, "error": one.reason})
        case "refused" if "does not exist" in one.reason:
            return celigo.answer(404, netsuite.refusal(one.reason, "NONEXISTENT_ID"))
        case "refused":
            return celigo.answer(400, netsuite.refusal(one.reason, "INVALID_CONTENT"))
    if document is not None:
        return celigo.answer(204, location=f"{netsuite.URL}/{netsuite.internal(document)}")
    return celigo.answer(202 if topic == "created" else 204)
