"""What is expected of an order is read off the others of its class: with a fault in a third of them, or in nearly all.

WooCommerce's orders go through Workato to Cin7 Core; three in ten are cancelled later, six in ten shipped. Some of the
cancellations end in Workato. That stays an incident where a second witness speaks, and is a question where none does.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import NamedTuple

import pytest

from linking.exports import Json, at, store, woo
from tracelog.config import Config
from tracelog.investigate import routes, scan
from tracelog.model.finding import Finding, Scan
from tracelog.store.read import Store

ORDERS, DAYS, DAY = 240, 10, 86_400
SALE = {
    "ORDERED": {"CombinedShippingStatus": "NOT SHIPPED", "FulFilmentStatus": "NOT FULFILLED"},
    "COMPLETED": {"CombinedShippingStatus": "SHIPPED", "FulFilmentStatus": "FULFILLED"},
    "VOIDED": {"CombinedShippingStatus": "VOIDED", "FulFilmentStatus": "VOIDED"},
}
ENDS = {"cancelled": ("cancelled", "VOIDED", "void_sale"), "shipped": ("completed", "COMPLETED", "update_sale")}


class World(NamedTuple):
    """The exports, and the orders of which the cancellation was lost."""

    shop: list[Json]
    jobs: list[Json]
    sales: list[Json]
    lost: set[str]
    tills: set[str]

    def take_in(self, folder: Path, *, target: bool = True) -> Store:
        sales = {"sales": {"Total": len(self.sales), "Page": 1, "SaleList": self.sales}} if target else {}
        return store(folder, shop=json.dumps(self.shop), jobs=self.jobs, **sales)


def world(drop: float = 0.0, since: float = 0.0, tills: float = 0.0) -> World:
    """`drop` of the cancellations are lost from that part of the time on; `tills` of the orders are never sent on."""
    chance, made = random.Random(4), World([], [], [], set(), set())
    for nth in range(ORDERS):
        began, number = (nth + chance.random()) * DAYS * DAY / ORDERS, 70_000 + nth
        sale, way = f"7f1c1c9a-0d52-4b0e-9a55-{nth:012d}", "pos" if chance.random() < tills else "checkout"
        order = woo(number, began, total=f"{20 + nth % 50}.00", created_via=way)
        first = {"CustomerReference": str(number), "Status": "ORDERED", "OrderTotal": float(order["total"])}
        sent = way != "pos"
        made.tills.update([] if sent else [str(number)])
        made.jobs.append(
            _job(order, began + 20 + 20 * chance.random(), "new_order", ("create_sale", first) if sent else None, sale)
        )
        draw, stands, changed = chance.random(), "ORDERED", began + 30
        topic = "cancelled" if draw < 0.3 else "shipped" if draw < 0.9 else None
        last = order
        if topic:
            word, state, operation = ENDS[topic]
            ended = began + 3600 + 40_000 * chance.random()
            last = woo(number, ended, word, total=order["total"], created_via=way)
            last["date_created_gmt"] = order["date_created_gmt"]
            lost = topic == "cancelled" and sent and ended >= since * DAYS * DAY and chance.random() < drop
            made.lost.update([str(number)] if lost else [])
            step = (operation, {"SaleID": sale, "CustomerReference": str(number), "Status": state})
            made.jobs.append(_job(last, ended + 30, "updated_order", step if sent and not lost else None, sale))
            if not lost:
                stands, changed = state, ended + 40
        made.shop.append(last)
        if sent:
            made.sales.append({
                "SaleID": sale, "OrderNumber": f"SO-{nth:05d}", "Status": stands, "CustomerReference": str(number),
                "InvoiceAmount": float(order["total"]), "CustomerCurrency": "EUR", "Updated": at(changed),
                "CombinedPickingStatus": "NOT PICKED", **SALE[stands],
            })  # fmt: skip
    made.jobs.sort(key=lambda job: job["started_at"])
    return made


def _job(order: Json, began: float, trigger: str, step: tuple[str, Json] | None, sale: str) -> Json:
    name = f"j-{order['number']}-{trigger}"
    lines = [{"recipe_line_number": 0, "adapter_name": "woocommerce", "adapter_operation": trigger, "input": {},
              "output": order}]  # fmt: skip
    if step is not None:
        lines.append({"recipe_line_number": 1, "adapter_name": "cin7_core", "adapter_operation": step[0],
                      "input": step[1], "output": {"SaleID": sale}})  # fmt: skip
    title = f"WooCommerce: {trigger.replace('_', ' ')} {order['number']}"
    return {"id": name, "master_job_id": name, "recipe_id": 3001 if trigger == "new_order" else 3002,
            "title": title, "status": "succeeded", "is_test": False,
            "started_at": at(began), "completed_at": at(began + 2), "is_poll_error": False, "error": None,
            "lines": lines}  # fmt: skip


def scanned(made: World, folder: Path, *, target: bool = True) -> Scan:
    with made.take_in(folder, target=target) as kept:
        return scan(kept, config=Config())


def called(finding: Finding) -> str:
    """The shop's number of an order, however it is called."""
    return next(alias.split()[1] for alias in finding.aliases if alias.startswith("woocommerce:number"))


def told(found: Scan, *states: str) -> set[str]:
    return {called(f) for f in found.findings if f.kind == "silent-drop" and f.order and f.state in states}


def test_where_nothing_is_lost_nothing_is_found(tmp_path: Path) -> None:
    found = scanned(world(), tmp_path)
    assert (found.findings, found.verdict.class_) == ([], "clean")


@pytest.mark.parametrize("drop", [0.3, 0.9])
def test_the_systems_later_states_are_a_witness(tmp_path: Path, drop: float) -> None:
    """Cin7's list shows the sales as ordered that the shop cancelled, all the time that the exports cover."""
    made = world(drop)
    found = scanned(made, tmp_path)
    assert told(found, "confirmed", "suspected", "pending") == made.lost
    assert len(told(found, "confirmed")) >= 0.95 * len(made.lost)
    assert (found.verdict.class_, found.verdict.state) == ("structural", "confirmed")


@pytest.mark.parametrize("wrong", [0.3, 0.9])
def test_the_status_map_is_a_witness(tmp_path: Path, wrong: float) -> None:
    """What the shop completed leaves Celigo as "pending fulfillment", for most of the orders and all of the time. That
    nearly all go out so makes it no mapping in force: the words mean something else.
    """
    chance, debug, changed = random.Random(5), "", set[str]()
    for nth in range(60):
        number = 70_000 + nth
        for change, word in enumerate(("processing", "completed")):
            seconds = nth * 7200 + change * 3600
            right = change and chance.random() >= wrong
            changed.update([str(number)] if change and not right else [])
            poll, push = (f"{2 * (2 * nth + change) + one:032x}" for one in (0, 1))
            order = woo(number, seconds - 30, word) | {"date_created_gmt": at(nth * 7200 - 30)[:19]}
            debug += _said(
                seconds, poll, "export", {"url": "https://alder.example/wp-json/wc/v3/orders", "method": "GET"}
            )
            debug += _said(seconds + 1, poll, "export", {"statusCode": 200, "body": json.dumps([order])})
            sent = {"externalId": str(number), "orderStatus": {"id": "F" if right else "B"}}
            address = "https://7731009.suitetalk.api.netsuite.com/services/rest/record/v1/salesOrder"
            request = {
                "url": f"{address}/{880_000 + nth}" if change else address,
                "method": "PATCH" if change else "POST",
            }
            debug += _said(seconds + 2, push, "import", request | {"body": json.dumps(sent)})
            there = {"location": f"{address}/{880_000 + nth}"}
            debug += _said(seconds + 3, push, "import", {"statusCode": 204, "headers": there, "body": ""})

    with store(tmp_path, debug=debug) as kept:
        found = scan(kept, config=Config())
    assert {called(f) for f in found.findings if f.kind == "rewrite" and f.state == "confirmed"} == changed
    (incident,) = found.incidents
    assert (incident.class_, incident.value_in, incident.value_out) == ("structural", "completed", "B")


def _said(seconds: float, request: str, kind: str, content: Json) -> str:
    """A message of Celigo's connection debug log."""
    step = "65f1a0c2b7d94e0012ab3401" if kind == "export" else "65f1a0f9b7d94e0012ab3477"
    return f"{at(seconds)} {request} {kind} {step} {json.dumps({'headers': {}} | content)}\n"


def test_another_period_is_a_witness(tmp_path: Path) -> None:
    """Cancellations went through until the fifth day, and hardly any after; nothing of Cin7 is exported."""
    made = world(0.9, since=0.5)
    found = scanned(made, tmp_path, target=False)
    assert told(found, "confirmed", "suspected", "pending") == made.lost
    (incident,) = (one for one in found.incidents if one.kind == "silent-drop")
    assert (incident.orders, incident.class_) == (len(made.lost), "structural")


def test_without_a_witness_it_is_a_question_with_what_is_wanted(tmp_path: Path) -> None:
    """Nine in ten cancellations end there, always have, and nothing of Cin7 is exported."""
    made = world(0.9)
    found = scanned(made, tmp_path, target=False)
    assert told(found, "confirmed") == set()
    assert found.verdict.class_ == "insufficient-evidence"
    assert {one.class_ for one in found.incidents} == {"insufficient-evidence"}
    assert [one.export for one in found.wanted][:1] == ["Cin7 Core sale list"]


def test_a_filter_is_found_as_a_filter(tmp_path: Path) -> None:
    """Orders of the tills are never sent on, nor what becomes of them: one question, and no order is accused."""
    made = world(tills=0.15)
    with made.take_in(tmp_path) as kept:
        found, legs = scan(kept, config=Config()), routes(kept)
    (asked,) = found.findings
    assert (asked.scope, asked.state, asked.orders.count if asked.orders else 0) == (
        "route",
        "suspected",
        len(made.tills),
    )
    (incident,) = found.incidents
    assert [(one.attribute, one.value, one.of_failing) for one in incident.shares] == [
        ("channel", "pos", f"{len(made.tills)}/{len(made.tills)}")
    ]
    (created,) = (row for row in legs if row["topic"] == "created" and row["to"].phase == "forwarded")
    rest = ORDERS - len(made.tills)
    assert [tuple(row.values()) for row in created["classes"]] == [
        ("channel", "pos", 0, len(made.tills)), ("channel", "checkout", rest, rest),
    ]  # fmt: skip


def test_a_fault_beside_a_filter_is_told_apart_from_it(tmp_path: Path) -> None:
    made = world(0.3, tills=0.15)
    found = scanned(made, tmp_path)
    assert told(found, "confirmed", "suspected", "pending") == made.lost
    assert len(told(found, "confirmed")) >= 0.95 * len(made.lost)
