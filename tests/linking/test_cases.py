"""Records become journeys: every way in which a record and an order are not one to one, each by its name.

Each case is a small world of exports in the shapes that the vendors document; what is true in it was written down
first.
"""

from __future__ import annotations

import json
from pathlib import Path

from linking.exports import (
    Json,
    at,
    depot_order,
    epoch,
    events,
    fetched,
    job,
    notice,
    shipment,
    store,
    told,
    tracker,
    woo,
    woo_hook,
)
from tracelog.config import Config
from tracelog.expect.passages import passages
from tracelog.ingest import ingest
from tracelog.investigate import scan
from tracelog.link.journey import journey
from tracelog.store.read import Store


def redelivered(kept: Store, name: str) -> int:
    """How often the order was told of again without anything new."""
    (order,) = kept.find(name)
    return sum(passage.repeat for passage in passages(journey(kept.order(order))) if passage.leg == "pass")


class TestOneResponseWithManyOrders:
    """n8n polls WooCommerce: one execution brings three orders and hands them to Odoo in one step."""

    def world(self, folder: Path) -> Store:
        given = [{"json": woo(number)} for number in (7101, 7102, 7103)]
        execution = {
            "id": "900", "finished": True, "mode": "trigger", "status": "success", "retryOf": None,
            "startedAt": at(0), "stoppedAt": at(5), "workflowId": "wf1",
            "data": {"resultData": {"runData": {
                "WooCommerce": [{"startTime": epoch(0), "executionStatus": "success", "source": [],
                                 "data": {"main": [given]}}],
                "Create Odoo order": [{"startTime": epoch(1), "executionStatus": "success",
                                       "source": [{"previousNode": "WooCommerce"}]}],
            }}},
        }  # fmt: skip
        return store(folder, executions=json.dumps([execution]))

    def test_each_is_an_order_of_its_own(self, tmp_path: Path) -> None:
        with self.world(tmp_path) as kept:
            assert len({order for name in ("7101", "7102", "7103") for order in kept.find(name)}) == 3

    def test_what_was_sent_for_all_of_them_is_known_of_each_only_weakly(self, tmp_path: Path) -> None:
        """The step says nothing of which orders it sent; its answer is one to the whole."""
        with self.world(tmp_path) as kept:
            assert told(kept, "7102") == [
                ("n8n", "received", None), ("n8n", "forwarded", "weak"), ("n8n", "acknowledged", "answer"),
            ]  # fmt: skip


class TestOneOrderInManyMessages:
    """The shop's webhook, the depot's page and two parcels' trackers: six messages, three vendors, one order."""

    def test_all_are_the_order_s(self, tmp_path: Path) -> None:
        hooks = [woo_hook(woo(7101), 1, "a" * 32), tracker("1Z01", 90_000), tracker("1Z02", 180_000)]
        parts = [shipment(331, 881, 7101, "1Z01", 3600, items=2), shipment(332, 881, 7101, "1Z02", 86_400)]

        with store(tmp_path, hooks=hooks, shipments=parts) as kept:
            assert [(event.kind.peer or event.kind.system, event.kind.topic) for event in events(kept, "7101")
                    if event.kind.phase != "acknowledged"] == [
                ("woocommerce", "created"), ("shipstation", "shipped"), ("shipstation", "shipped"),
                ("easypost", "delivered"), ("easypost", "delivered"),
            ]  # fmt: skip
            assert kept.counts().orders == 1


class TestThinWebhooks:
    """ShipStation's notices name a page and no order; the page that was fetched for each does."""

    def world(self, folder: Path) -> Store:
        page, batch = "orders?storeID=1&importBatch=b-1", "shipments?batchId=77"
        hooks = [
            notice(0, "ORDER_NOTIFY", page),
            fetched(3, page, {"orders": [depot_order(881, 7101, -2), depot_order(882, 7102, -1)]}),
            notice(3600, "SHIP_NOTIFY", batch),
            fetched(3603, batch, {"shipments": [shipment(331, 881, 7101, "1Z01", 3540)]}),
            notice(5000, "SHIP_NOTIFY", "shipments?batchId=78"),
        ]
        return store(folder, hooks=hooks)

    def test_a_notice_of_one_order_is_that_order_s(self, tmp_path: Path) -> None:
        with self.world(tmp_path) as kept:
            shipped = [event.borrowed for event in events(kept, "7101") if event.kind.topic == "shipped"
                       and event.kind.phase == "received"]  # fmt: skip
        assert shipped == ["strong"]

    def test_one_of_several_is_each_s_only_weakly(self, tmp_path: Path) -> None:
        with self.world(tmp_path) as kept:
            made = [event.borrowed for name in ("7101", "7102") for event in events(kept, name)
                    if event.kind.phase == "received" and event.kind.topic == "created"]  # fmt: skip
        assert made == ["weak", "weak"]

    def test_one_that_no_read_ever_explains_is_counted_and_nobodys(self, tmp_path: Path) -> None:
        with self.world(tmp_path) as kept:
            assert sum(row.unattached for row in kept.ledger()) == 2  # the notice and its answer
            assert kept.counts().orders == 2


class TestIdsReusedForOtherMessages:
    """WooCommerce makes a delivery's id of the webhook and the second: two orders of one second share it."""

    def world(self, folder: Path) -> Store:
        same, next_ = "a" * 32, "b" * 32
        return store(folder, hooks=[woo_hook(woo(7201), 1, same), woo_hook(woo(7202), 1.2, same),
                                    woo_hook(woo(7203, 60), 61, next_)])  # fmt: skip

    def test_they_stay_two_orders_each_with_its_own_answer(self, tmp_path: Path) -> None:
        with self.world(tmp_path) as kept:
            for name in ("7201", "7202", "7203"):
                assert told(kept, name) == [("receiver", "received", None), ("woocommerce", "acknowledged", None)]

    def test_neither_is_the_other_s_duplicate(self, tmp_path: Path) -> None:
        with self.world(tmp_path) as kept:
            assert [redelivered(kept, name) for name in ("7201", "7202")] == [0, 0]
            assert [finding.kind for finding in scan(kept, config=Config()).findings] == []


class TestRedeliveryUnderANewId:
    """BigCommerce sends again what was answered 500, and a second subscription brings it under another id."""

    def test_it_is_one_change_told_three_times(self, tmp_path: Path) -> None:
        body = {"producer": "stores/abc", "created_at": epoch(0) // 1000, "scope": "store/order/created",
                "data": {"type": "order", "id": 30417}}  # fmt: skip
        hooks = [
            {"received_at": at(second), "headers": {"webhook-id": delivery}, "body": body | {"hash": delivery},
             "response": {"status": status}}
            for second, delivery, status in ((1, "msg_1", 500), (61, "msg_1", 200), (62, "msg_2", 200))
        ]  # fmt: skip

        with store(tmp_path, hooks=hooks) as kept:
            assert redelivered(kept, "30417") == 2
            assert scan(kept, config=Config()).findings == []


class TestRerunsWithNewIdsForOneBusinessKey:
    """Workato runs a failed job again under a new id; its master's id, or else the order in its title, ties them."""

    def test_a_rerun_that_went_well_makes_the_failure_good(self, tmp_path: Path) -> None:
        jobs = {"items": [job("j-1", "70101", 0, "503"), job("j-2", "70101", 300, master="j-1"),
                          job("j-3", "70102", 10, "503"), job("j-4", "70103", 20)]}  # fmt: skip

        with store(tmp_path, jobs=jobs) as kept:
            assert len(kept.find("70101")) == 1
            wrong = [finding.order for finding in scan(kept, config=Config()).findings]
        assert wrong == ["70102"]

    def test_one_that_names_no_first_job_is_tied_by_its_order(self, tmp_path: Path) -> None:
        jobs = {"items": [job("j-1", "70101", 0, "503"), job("j-9", "70101", 300)]}

        with store(tmp_path, jobs=jobs) as kept:
            assert [phase for _, phase, _ in told(kept, "70101")] == [
                "received", "rejected", "received", "acknowledged",
            ]  # fmt: skip
            assert scan(kept, config=Config()).findings == []

    def test_n8n_s_retry_says_what_it_is_a_retry_of(self, tmp_path: Path) -> None:
        """Its last node has a name that says nothing of sending; that the whole went well is on record."""

        def execution(number: int, seconds: float, order: str, status: str, retry_of: str | None = None) -> Json:
            nodes = {
                "Webhook": [{"startTime": epoch(seconds), "executionStatus": "success", "source": [],
                             "data": {"main": [[{"json": {"body": {"order_number": order}}}]]}}],
                "Depot": [{"startTime": epoch(seconds + 1), "executionStatus": status,
                           "source": [{"previousNode": "Webhook"}]}],
            }  # fmt: skip
            result = {"runData": nodes, "lastNodeExecuted": "Depot"}
            return {
                "id": str(number), "finished": status == "success", "mode": "retry" if retry_of else "webhook",
                "status": status, "retryOf": retry_of, "startedAt": at(seconds), "stoppedAt": at(seconds + 5),
                "workflowId": "wf1", "data": {"resultData": result},
            }  # fmt: skip

        runs = [execution(1, 0, "ORD-1", "error"), execution(2, 10, "ORD-2", "error"),
                execution(3, 600, "ORD-1", "success", retry_of="1")]  # fmt: skip
        with store(tmp_path, runs=json.dumps(runs)) as kept:
            assert [finding.order for finding in scan(kept, config=Config()).findings] == ["ORD-2"]


class TestRunsThatOnlyHaveCounts:
    """Celigo's jobs and NetSuite's SOAP log say how many failed or were ignored, and never which."""

    def test_they_are_context_and_no_finding(self, tmp_path: Path) -> None:
        jobs = json.dumps([{
            "_id": "a1", "type": "flow", "_flowId": "f1", "startedAt": at(0), "endedAt": at(9), "status": "completed",
            "numError": 2, "numSuccess": 12, "numIgnore": 3,
        }])  # fmt: skip
        soap = (
            "Job ID,Time,Operation,Operation Status,User Email,Integration,API Version,Service Type,Duration,"
            "Records In Request,Records in Response,Finished Records,Failed Records\n"
            "WS_884_001,5/4/2026 8:30:02 am,add,Finished with Errors,hub@acme.example,Order Hub,"
            "2025_2,SYNC,1.84,5,5,4,1\n"
        )

        with store(tmp_path, jobs=jobs, soap=soap) as kept:
            assert [(context.counts["error"], context.counts.get("ignored")) for context in kept.contexts()] == [
                (2, 3), (1, None),
            ]  # fmt: skip
            found = scan(kept, config=Config())
        assert (found.findings, found.verdict.class_) == ([], "insufficient-evidence")


class TestPartialAndSplitShipments:
    """Two labels for one order on two days: neither is a copy of the other."""

    def test_both_are_shipments_of_the_order_and_no_duplicate(self, tmp_path: Path) -> None:
        parts = [shipment(331, 881, 7101, "1Z01", 3600, items=2), shipment(332, 881, 7101, "1Z02", 86_400)]

        with store(tmp_path, hooks=[woo_hook(woo(7101), 1, "a" * 32)], shipments=parts) as kept:
            labels = {name.value for event in events(kept, "7101") for name in event.names
                      if name.kind == "shipstation:shipment"}  # fmt: skip
            assert labels == {"331", "332"}
            assert [finding.kind for finding in scan(kept, config=Config()).findings] == []


class TestSeveralPurchaseOrdersUnderOneCustomerOrder:
    """Walmart's customer order 200…417 became two purchase orders; Extensiv names both, and Walmart's beside each."""

    def world(self, folder: Path) -> Store:
        pairs = (("109005550100417", "200001555010417"), ("109005550100418", "200001555010417"),
                 ("109005550100500", "200001555010500"))  # fmt: skip
        line = {"lineNumber": "1", "item": {"sku": "A-1"}, "statusDate": epoch(0),
                "orderLineQuantity": {"unitOfMeasurement": "EACH", "amount": "1"},
                "orderLineStatuses": {"orderLineStatus": [{"status": "Created"}]}}  # fmt: skip
        bought = [{"purchaseOrderId": po, "customerOrderId": customer, "orderDate": epoch(0),
                   "shippingInfo": {"methodCode": "Value"}, "orderLines": {"orderLine": [line]}}
                  for po, customer in pairs]  # fmt: skip
        stored = [{"eventType": "Order", "event": "OrderCreate", "eventDateTime": at(300 + nth), "tplGuid": "g",
                   "resource": {"ReadOnly": {"OrderId": 60481 + nth, "IsClosed": False, "Status": 0},
                                "ReferenceNum": po, "PoNum": customer}}
                  for nth, (po, customer) in enumerate(pairs)]  # fmt: skip
        return store(folder, bought=bought, stored=stored)

    def test_each_purchase_order_is_an_order_with_its_own_in_the_depot(self, tmp_path: Path) -> None:
        with self.world(tmp_path) as kept:
            assert kept.counts().orders == 3
            for po, depot in (("109005550100417", "60481"), ("109005550100418", "60482")):
                assert kept.find(po) == kept.find(f"extensiv:id {depot}")

    def test_the_customer_s_order_is_a_weak_name_of_both(self, tmp_path: Path) -> None:
        with self.world(tmp_path) as kept:
            assert len(kept.find("200001555010417")) == 2
            assert scan(kept, config=Config()).findings == []


class TestDeliveriesThatNameOnlyAPackage:
    """EasyPost knows a parcel; ShipStation's label names it beside the order; a hub packs items."""

    def test_a_label_ties_the_parcel_to_its_order(self, tmp_path: Path) -> None:
        with store(tmp_path, shipments=[shipment(331, 881, 7101, "1Z01", 3600)], hooks=[tracker("1Z01", 9000)]) as kept:
            assert ("receiver", "received", None) in told(kept, "7101")

    def test_a_parcel_with_goods_of_two_orders_ties_neither_and_is_reported(self, tmp_path: Path) -> None:
        packed = [shipment(331, 881, 7101, "1Z09", 3600), shipment(332, 882, 7102, "1Z09", 3600)]

        with store(tmp_path, shipments=packed, hooks=[tracker("1Z09", 9000)]) as kept:
            assert kept.find("7101") != kept.find("7102")
            assert [(hub.kind, hub.value, hub.why) for hub in kept.hubs.rows] == [
                ("carrier:tracking", "1z09", "2 orders have it")
            ]

    def test_a_program_s_own_log_names_item_and_parcel(self, tmp_path: Path) -> None:
        lines = [
            {"timestamp": at(0), "level": "info", "message": "received order", "order_id": "PO-211-312",
             "order_item_id": "312-1"},
            {"timestamp": at(60), "level": "info", "message": "sent order to shipstation", "order_item_id": "312-1",
             "tracking_number": "1Z01"},
        ]  # fmt: skip

        with store(tmp_path, app=lines, hooks=[tracker("1Z01", 9000)]) as kept:
            assert [event.kind.phase for event in events(kept, "PO-211-312")] == [
                "received", "forwarded", "received", "acknowledged",
            ]  # fmt: skip

    def test_order_item_package(self, tmp_path: Path) -> None:
        """A format of one's own: an order with its items, a package with each item in it, a delivery of the package."""
        (tmp_path / "hub.toml").write_text(HUB, "utf-8")
        rows = [
            {"event": "order.created", "at": at(0), "order": "PO-211-312", "items": [{"id": "312-1"}, {"id": "312-2"}]},
            {"event": "order.created", "at": at(9), "order": "PO-211-313", "items": [{"id": "313-1"}]},
            {"event": "package.sent", "at": at(3600), "package": "PK-1", "items": [{"id": "312-1"}, {"id": "312-2"}]},
            {"event": "package.delivered", "at": at(90_000), "package": "PK-1"},
        ]
        (tmp_path / "hub.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        ingest([tmp_path / "hub.jsonl"], db=tmp_path / "t.db", parsers=[tmp_path])

        with Store.open(tmp_path / "t.db") as kept:
            assert [event.kind.topic for event in events(kept, "PO-211-312")] == [
                "created", "shipped", "shipped", "delivered",
            ]  # fmt: skip
            assert [event.kind.topic for event in events(kept, "PO-211-313")] == ["created"]


class TestFanOutToSeveralTargets:
    """A program sends every order to the ERP, to the depot and to the books; one never gets to the depot."""

    def test_the_missing_one_is_missed_at_its_target_only(self, tmp_path: Path) -> None:
        lines = []
        for nth in range(60):
            said = {"level": "info", "order_id": f"ORD-{9000 + nth}", "correlation_id": f"c-{nth:08d}"}
            lines.append({"timestamp": at(300 * nth), "message": "received order from shopify", **said})
            for later, target in enumerate(("netsuite", "shipstation", "odoo"), start=1):
                if (nth, target) != (30, "shipstation"):
                    lines.append({"timestamp": at(300 * nth + later), "message": f"sent order to {target}", **said})

        with store(tmp_path, app=lines) as kept:
            found = scan(kept, config=Config())
        assert [(f.order, f.kind, f.step.to.peer) for f in found.findings if f.step] == [
            ("ORD-9030", "silent-drop", "shipstation")
        ]
        sent = {row.to.peer: (row.in_, row.out) for row in found.steps if row.to.phase == "forwarded"}
        assert sent == {"netsuite": (60, 60), "shipstation": (60, 59), "odoo": (60, 60)}


HUB = '''
title  = "A marketplace's messages"
system = "hub"
reader = "jsonl"
[recognise]
keys = ["event", "at", "order ?? package"]
[time]
at   = "at"
zone = "in text"
[[record]]
when  = { event = "order.created" }
phase = "emitted"
topic = "created"
order = { ref = "order", item = "items | all('id')" }
[[record]]
when  = { event = "package.sent" }
each  = "i in items"
phase = "emitted"
topic = "shipped"
order = { item = "i.id", package = "package" }
[[record]]
when  = { event = "package.delivered" }
phase = "emitted"
topic = "delivered"
order = { package = "package" }
[[sample]]
text = """
{"event": "order.created", "at": "2026-05-04T08:00:00Z", "order": "PO-1", "items": [{"id": "1-1"}]}
{"event": "package.sent", "at": "2026-05-04T09:00:00Z", "package": "PK-1", "items": [{"id": "1-1"}]}
{"event": "package.delivered", "at": "2026-05-05T09:00:00Z", "package": "PK-1"}
"""
events = [
    { topic = "created", names = ["ref PO-1", "hub:item 1-1"] },
    { topic = "shipped", names = ["hub:item 1-1", "hub:package PK-1"] },
    { topic = "delivered", names = ["hub:package PK-1"] },
]
'''
