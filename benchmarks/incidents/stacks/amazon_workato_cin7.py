"""Amazon (fulfilled by Amazon) → Workato → Cin7 Core.

Amazon notifies of every change; a recipe turns it into a sale, a shipment or a void. On hand are Amazon's
all-orders report and an archive of its notifications, Workato's streamed jobs with their steps, and from Cin7
the sale list and the notices that it sent.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from benchmarks.incidents.exports import Export, Record, log, table
from benchmarks.incidents.play import Play, Route
from benchmarks.incidents.shapes import amazon, cin7core, workato
from benchmarks.incidents.world import Document, Passage, Try, World

NAME = "amazon-workato-cin7"
ROUTE = Route(
    "amazon", "workato", "cin7core", push=(8.0, 40.0), process=(0.2, 1.0), answer=(1.0, 5.0), authors=False,
    labels={"source": "amazon notifications", "in": "workato {topic} jobs", "out": "workato {topic} jobs",
    "target": "cin7 sales"},
)  # fmt: skip
FAULTS = (
    "never-received", "never-forwarded", "never-applied", "refused", "refused-rerun", "swallowed", "twice", "late",
    "overtaken", "edited",
)  # fmt: skip
TRAITS = ("zones", "unrouted", "renamed-status", "lookups", "no-bodies", "no-correlation")
RECIPES = {"created": (4026581, "Amazon order to Cin7 sale"), "shipped": (4026582, "Amazon shipment to Cin7"),
           "cancelled": (4026583, "Amazon cancellation to Cin7")}  # fmt: skip
TITLES = {
    "created": "Amazon: new order {0}",
    "shipped": "Amazon: order shipped {0}",
    "cancelled": "Amazon: order cancelled {0}",
}
TRIGGERS = {"created": "new_order", "shipped": "order_shipped", "cancelled": "order_cancelled"}


class PLAY(Play):
    """Orders are called by Amazon's number."""

    def run(self) -> list[Passage]:
        for order in self.world.orders:
            order.label = amazon.number(order)
        return super().run()


def write(world: World) -> list[Export]:
    labels = ROUTE.labels
    made = jobs(world)
    return [
        table(world, "amazon-all-orders.tsv", labels["source"], "amazon", amazon.report(world), header=amazon.HEADER),
        log(world, "amazon-notifications.jsonl", labels["source"], "amazon", amazon.notifications(world)),
        log(world, "cin7-webhooks.jsonl", "cin7 notices", "receiver", cin7core.notices(world)),
        *(log(world, f"workato-jobs-{recipe}.jsonl", labels["in"].format(topic=topic), "workato", made[topic])
          for topic, (recipe, _) in RECIPES.items()),
        table(world, "cin7-sale-list.json", labels["target"], "cin7core", cin7core.sales(world),
              header=f'{{"Total": {len(world.listed("cin7core"))}, "Page": 1, "SaleList": [', between=",", footer="]}"),
    ]  # fmt: skip


def jobs(world: World) -> dict[str, list[Record]]:
    """The jobs of each recipe: streaming gives each a folder of its own."""
    out: dict[str, list[Record]] = {topic: [] for topic in RECIPES}
    number = 0
    for order in world.orders:
        made = iter(world.documents_of(order))
        for passage in order.passages:
            for taken in passage.received[: 1 if not passage.tries else 0]:  # a condition inside the recipe ended it
                number += 1
                own = workato.handle(number, 1)
                out[passage.topic].append(
                    _job(world, passage, (own, own), taken, taken + dt.timedelta(seconds=1), [_trigger(passage)])
                )
            first = ""
            for one in passage.tries:
                number += 1
                own = workato.handle(number, 1)
                first = first or own
                document = next(made, None) if one.document == "new" else None
                out[passage.topic].append(_tried(world, passage, one, (own, first), document))
    return out


def _trigger(passage: Passage) -> dict[str, Any]:
    order = passage.order
    said = {"AmazonOrderId": order.name, "OrderStatus": amazon.WORDS[passage.topic], "FulfillmentChannel": "AFN"}
    return {"recipe_line_number": 0, "adapter_name": "amazon_sp_api", "adapter_operation": TRIGGERS[passage.topic],
            "input": {}, "output": said, "mask_data": False}  # fmt: skip


def _job(world: World, passage: Passage, ids: tuple[str, str], began: dt.datetime, ended: dt.datetime,
         lines: list[dict[str, Any]], error: str | None = None) -> Record:  # fmt: skip
    name = passage.order.name
    title = TITLES[passage.topic].format(name)
    return workato.job(world, RECIPES[passage.topic], ids, title, began, ended, lines, name, error)


def _tried(world: World, passage: Passage, one: Try, ids: tuple[str, str], document: Document | None) -> Record:
    order = passage.order
    held = world.documents_of(order)
    sent: dict[str, Any] = {"CustomerReference": order.name}
    if passage.topic == "created":
        operation = "create_sale"
        sent |= {"Customer": "Amazon", "OrderTotal": float(one.values["total"]), "CustomerCurrency": order.currency,
                 "Lines": [{"SKU": order.sku, "Quantity": one.values["units"]}]}  # fmt: skip
    else:
        operation = "void_sale" if one.values.get("status") == "cancelled" else "update_sale"
        sent |= {"SaleID": cin7core.guid(held[0])} if held else {}
        sent |= {"Status": cin7core.STATUS[one.values["status"]]}
    line: dict[str, Any] = {"recipe_line_number": 2, "adapter_name": "cin7_core", "adapter_operation": operation,
                            "input": sent, "output": {}, "mask_data": False}  # fmt: skip
    error = None
    if one.answer == "accepted":
        known = document or (held[0] if held and one.document else None)
        line["output"] = {"Accepted": True}
        if known:
            line["output"] = {"SaleID": cin7core.guid(known), "SaleOrderNumber": cin7core.number(known)}
    else:
        code = {"busy": 429, "exists": 409, "refused": 400}.get(one.answer or "", 400)
        reason = "404 Not Found: Sale not found" if "does not exist" in one.reason else f"{code} {one.reason}"
        line["error"] = reason
        line["output"] = None
        error = None if one.answer == "failed-inside" else reason
    lines = [_trigger(passage), line]
    if world.has("lookups") and passage.topic == "created":
        asked = {"recipe_line_number": 1, "adapter_name": "cin7_core", "adapter_operation": "search_sales",
                 "input": {"Search": order.name}, "output": {"Total": 0, "SaleList": []},
                 "mask_data": False}  # fmt: skip
        lines.insert(1, asked)
    return _job(world, passage, ids, one.at, one.answered or one.at, lines, error)
