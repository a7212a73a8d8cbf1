"""Hand-made results with the content of a real week: a shop, an integration and an ERP.

The exports exist as bytes, so that every place, digest and SHA-256 in the evidence is true.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

from tracelog.model.finding import (
    ContextNote,
    Count,
    CoverageProof,
    CoverageRow,
    Evidence,
    Finding,
    Incident,
    LedgerRow,
    Limit,
    Link,
    Money,
    Reason,
    Scan,
    Share,
    Signal,
    Span,
    Station,
    Step,
    StepRow,
    Trace,
    TraceAlias,
    TraceEvent,
    TraceHop,
    TraceJourney,
    Verdict,
    Wanted,
)  # fmt: skip

MAPPING = "import 65f1a0f9b7d94e0012ab3477"
BUYER = {"first_name": "Maren", "last_name": "Oberholt", "phone": "+1 (503) 555-0142"}
ADDRESS = {
    "name": "Maren Oberholt", "address1": "1420 Alder Creek Road", "city": "Corvallis", "zip": "97330",
    "province": "Oregon", "country_code": "US", "phone": "503-555-0142",
}  # fmt: skip


def webhook(at: str, topic: str, order: dict[str, Any]) -> str:
    headers = {"X-Shopify-Topic": topic, "X-Shopify-Hmac-Sha256": "lWmZQm8htqeYTqpsL1dIxEdUMbBc+qMGF5kXKKD2gxQ="}
    return json.dumps({"received_at": at, "headers": headers, "body": order, "response": {"status": 200}})


def order(name: str, ident: int, **more: Any) -> dict[str, Any]:
    return {
        "id": ident, "name": name, "email": "maren.oberholt@buyer.example", "total_price": "84.00",
        "currency": "USD", "customer": BUYER, "shipping_address": ADDRESS,
        "line_items": [{"sku": "NF-MUG-01", "name": "Enamel Mug", "quantity": 2}], **more,
    }  # fmt: skip


def celigo(at: str, request: str, direction: str, message: dict[str, Any]) -> str:
    return f"{at} {request} {direction} {json.dumps(message)}"


def call(method: str, url: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"authorization": "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI3NzMxMDA5In0.c2lnbmF0dXJl"}
    return {"url": url, "method": method, "headers": headers, "body": json.dumps(body)}


NS = "https://7731009.suitetalk.api.netsuite.example/services/rest/record/v1"
EXPORTS: dict[str, list[str]] = {
    "shopify-webhooks.jsonl": [
        webhook("2026-03-02T14:00:02.118Z", "orders/create", order("#5012", 6120045512001, financial_status="paid")),
        webhook(
            "2026-03-02T14:05:09.640Z", "orders/cancelled",
            order("#5012", 6120045512001, cancelled_at="2026-03-02T09:05:08-05:00", cancel_reason="customer"),
        ),
        webhook("2026-03-03T10:20:40.003Z", "orders/fulfilled",
                order("#5044", 6120045544001, fulfillment_status="fulfilled")),
    ],
    "celigo-debug.log": [
        celigo("2026-03-02T14:00:03.201Z", "9f1c2e7ab04d4f1b8c3355012aa01f00", "export 65f1a0c2b7d94e0012ab3401",
               {"statusCode": 200, "body": json.dumps({"orders": [order("#5012", 6120045512001)]})}),
        celigo("2026-03-02T14:00:04.877Z", "0b9d7f3340554b0f8a5f1c7725012abc", MAPPING,
               call("POST", f"{NS}/salesOrder", {"externalId": "#5012", "orderStatus": "B", "total": 84.0})),
        celigo("2026-03-02T14:00:06.120Z", "0b9d7f3340554b0f8a5f1c7725012abc", MAPPING,
               {"statusCode": 204, "headers": {"location": f"{NS}/salesOrder/884101"}, "body": ""}),
        celigo("2026-03-02T14:05:11.201Z", "7ce1d2a98f3b41d6b0a420935012aa77", "export 65f1a0c2b7d94e0012ab3401",
               {"statusCode": 200, "body": json.dumps(
                   {"id": 6120045512001, "name": "#5012", "email": "maren.oberholt@buyer.example",
                    "cancelled_at": "2026-03-02T09:05:08-05:00"})}),
        celigo("2026-03-03T10:20:41.512Z", "5d2209344f7c4b6ab1c08e9d20935044", "export 65f1a0c2b7d94e0012ab3401",
               {"statusCode": 200, "body": json.dumps({"name": "#5044", "fulfillment_status": "fulfilled"})}),
        celigo("2026-03-03T10:20:43.090Z", "b27f07d3405c4b0f8a5f1c7735044abc", MAPPING,
               call("PATCH", f"{NS}/salesOrder/884133",
                    {"externalId": "#5044", "orderStatus": "A", "custbody_ship_status": "pending"})),
        celigo("2026-03-03T10:20:44.310Z", "b27f07d3405c4b0f8a5f1c7735044abc", MAPPING,
               {"statusCode": 204, "body": ""}),
        celigo("2026-03-04T08:15:30.500Z", "a41f0c6d2b7e4c1f9a30d5e8b6125061", MAPPING,
               call("POST", f"{NS}/salesOrder", {"externalId": "#5061", "total": 249.0})),
        celigo("2026-03-04T08:15:31.020Z", "a41f0c6d2b7e4c1f9a30d5e8b6125061", MAPPING,
               {"statusCode": 400, "body": json.dumps({"o:errorDetails": [
                   {"detail": "Invalid Field Value 9999 for the following field: item"}]})}),
    ],
    "netsuite-sales-orders.csv": [
        "Internal ID,External ID,Document Number,Date Created,Name,Status,Status Code,Amount",
        "884101,#5012,SO20481,3/2/2026 6:00 am,Maren Oberholt,Pending Fulfillment,SalesOrd:B,84.00",
        "884133,#5044,SO20513,3/2/2026 9:12 am,Jürgen Öztürk,Pending Approval,SalesOrd:A,129.50",
    ],
    "celigo-audit.json": [
        json.dumps({"time": "2026-03-03T09:58:12.000Z", "byUser": {"name": "Paula Winterfeld",
                    "email": "paula.winterfeld@northshop.example"}, "resourceType": "import",
                    "fieldChange": {"fieldPath": "mapping.fields[4].hardCodedValue", "newValue": "pending"}}),
    ],
}  # fmt: skip


def columns_of_exports() -> dict[str, list[str]]:
    return {sha("netsuite-sales-orders.csv"): EXPORTS["netsuite-sales-orders.csv"][0].split(",")}


def export_bytes(name: str) -> bytes:
    return "".join(line + "\n" for line in EXPORTS[name]).encode()


def sha(name: str) -> str:
    return hashlib.sha256(export_bytes(name)).hexdigest()


COLUMNS = columns_of_exports()


def evidence(name: str, line: int, at: str | None = None, at_raw: str | None = None, *, header: int = 0) -> Evidence:
    """The record at that line (from 1) of one of the exports above."""
    raw = EXPORTS[name][line - 1].encode()
    before = "".join(text + "\n" for text in EXPORTS[name][: line - 1]).encode()
    return Evidence(
        export=name, sha256=sha(name), record=line - header, line=line, offset=len(before), length=len(raw),
        digest=hashlib.sha256(raw).hexdigest(), at=at, at_raw=at_raw or at, text=raw.decode(),
    )  # fmt: skip


def celigo_line(line: int) -> Evidence:
    stamp = EXPORTS["celigo-debug.log"][line - 1].split(" ")[0]
    return evidence("celigo-debug.log", line, stamp)


def netsuite_row(line: int) -> Evidence:
    raw = EXPORTS["netsuite-sales-orders.csv"][line - 1].split(",")[3]
    return evidence("netsuite-sales-orders.csv", line, "2026-03-02T14:00:00Z", raw, header=1)


SHIP_TO_NETSUITE = Step(Station("celigo", "received", peer="shopify"), Station("celigo", "forwarded", peer="netsuite"))
AUDIT = ContextNote(
    "2026-03-03T09:58:12.000Z", "mapping.fields[4].hardCodedValue edited: nothing became “pending”",
    evidence("celigo-audit.json", 1, "2026-03-03T09:58:12.000Z"),
)  # fmt: skip


def drop() -> Finding:
    return Finding(
        id="F-4f2a91c07be3", kind="silent-drop", problem="delivery", state="confirmed", severity="critical",
        incident="I-21c0aa94d1f0", order="#5012",
        aliases=["shopify:id 6120045512001", "netsuite:tranid SO20481", "netsuite:internalid 884101"],
        orders=Count(1, ["#5012"]), channel="shopify/north-shop", topic="cancelled",
        pattern="cancellation-not-applied", behind="netsuite", ahead="shopify", step=SHIP_TO_NETSUITE,
        at="2026-03-02T14:05:11.201Z", limit=Limit(900, "learned: 99.9 % of 812 within 41 s"),
        explanation=(
            "Celigo took the cancellation in at 14:05:11 UTC and never sent it on to NetSuite. No record says that "
            "it was skipped or refused. NetSuite still has the order open.\n"
            "Who can fix it: Whoever owns the step that the event did not pass.\n"
            "What to change: Make the step answerable for what it takes in.\n"
            "What will not help: Syncing more often.\n"
            "Repairing the orders: Send the event once more."
        ),
        reason="Confirmed: the log of the NetSuite connection has no hole over the 15 minutes that the event had.",
        disproof="A request of the NetSuite connection that carries #5012 between 14:05:11 and 14:20:11 UTC.",
        coverage=[
            CoverageProof("celigo debug 65f1a0f9b7d94e0012ab3477", "2026-03-02T00:00:00Z", "2026-03-08T23:59:41Z"),
        ],
        links=[
            Link("shopify:id 6120045512001", "strong", evidence("shopify-webhooks.jsonl", 1)),
            Link("netsuite:tranid SO20481", "strong", netsuite_row(2)),
        ],
        still_wrong=True, customer_told=None,
        next_step="Cancel SO20481 in NetSuite before it is picked, then re-run the flow for 6120045512001.",
        act_by="2026-03-05T16:00:00Z", value=Money("84.00", "USD"),
        evidence=[
            evidence("shopify-webhooks.jsonl", 2, "2026-03-02T14:05:09.640Z"), celigo_line(4), netsuite_row(2),
        ],
    )  # fmt: skip


def rewrite(number: int = 0) -> Finding:
    name = f"#{5044 + number}"
    return Finding(
        id=f"F-{0xb81d40e2f6a7 + number:012x}", kind="rewrite", problem="mapping", state="confirmed",
        severity="high", incident="I-7be3904f2a1c", order=name, aliases=["netsuite:internalid 884133"],
        orders=Count(1, [name]), channel="shopify/north-shop", topic="shipped",
        behind="netsuite", ahead="shopify", step=SHIP_TO_NETSUITE, at="2026-03-03T10:20:43.090Z",
        field="status", value_in="fulfilled", value_out="pending", expected="shipped",
        explanation="Celigo received “fulfilled” and sent “pending” to NetSuite, which is another state.",
        reason="Confirmed: both bodies are in the log, and both values are in the status map.",
        disproof="A mapping in force that turns “fulfilled” into “pending” on purpose.",
        coverage=[
            CoverageProof("celigo debug 65f1a0f9b7d94e0012ab3477", "2026-03-02T00:00:00Z", "2026-03-08T23:59:41Z"),
        ],
        still_wrong=True, next_step="Correct mapping field 4, then send the fulfilment again.",
        value=Money("129.50", "USD"), evidence=[celigo_line(5), celigo_line(6), netsuite_row(3)],
    )  # fmt: skip


def refused() -> Finding:
    return Finding(
        id="F-90aa3cf1d255", kind="rejected", problem="delivery", state="pending", severity="info",
        incident="I-55d190aa3cf1", order="#5061", orders=Count(1, ["#5061"]), topic="created",
        step=Step(Station("celigo", "forwarded", peer="netsuite"), Station("netsuite", "applied", "7731009")),
        level="transport", at="2026-03-04T08:15:31.020Z", limit=Limit(14400, "vendor: 8 retries in 4 h"),
        explanation="NetSuite refused the order: Invalid Field Value 9999 for the following field: item.",
        reason="Pending: the retry window is still open when the log ends.",
        disproof="A later request with #5061 that is answered with success.",
        still_wrong=True, evidence=[celigo_line(8), celigo_line(9)],
    )  # fmt: skip


def incidents() -> list[Incident]:
    return [
        Incident(
            id="I-7be3904f2a1c", class_="structural", problem="mapping", kind="rewrite", step=SHIP_TO_NETSUITE,
            topic="shipped", field="status", value_in="fulfilled", value_out="pending", pattern=None,
            first="2026-03-03T10:20:43.090Z", last="2026-03-07T18:02:10.000Z", ongoing=True, orders=12,
            open_orders=9, value=[Money("1840.00", "USD"), Money("212.40", "CAD")],
            shares=[Share("channel", "shopify/north-shop", "12/12", "388/400")], context=[AUDIT],
            involve="connector-or-platform-support",
            ask="Please explain why import 65f1a0f9b7d94e0012ab3477 sends “pending” where it received “fulfilled”, "
            "since 2026-03-03 09:58 UTC, and correct mapping field 4.",
            summary="Since 3 March Celigo has been sending “pending” to NetSuite for every fulfilment it received "
            "as “fulfilled”: 12 orders on 5 days, 9 of them still wrong.",
            examples=["#5044", "#5045", "#5046"], findings=[rewrite(n).id for n in range(3)],
            state="confirmed", severity="high",
        ),
        Incident(
            id="I-21c0aa94d1f0", class_="connector-bug", problem="delivery", kind="silent-drop",
            step=SHIP_TO_NETSUITE, topic="cancelled", field=None, value_in=None, value_out=None,
            pattern="cancellation-not-applied", first="2026-03-02T14:05:11.201Z", last="2026-03-02T14:05:11.201Z",
            ongoing=False, orders=1, open_orders=1, value=[Money("84.00", "USD")], shares=[], context=[],
            involve="connector-or-platform-support",
            ask="Please say what became of request 7ce1d2a98f3b41d6b0a420935012aa77 after it was received.",
            summary="Celigo received one cancellation and never sent it on; the order is still open in NetSuite.",
            examples=["#5012"], findings=["F-4f2a91c07be3"], state="confirmed", severity="critical",
            shape="single outage",
            act_by="2026-03-05T16:00:00Z",
        ),
        Incident(
            id="I-55d190aa3cf1", class_="insufficient-evidence", problem="delivery", kind="rejected", step=None,
            topic="created", field=None, value_in=None, value_out=None, pattern=None,
            first="2026-03-04T08:15:31.020Z", last="2026-03-04T08:15:31.020Z", ongoing=None, orders=1,
            open_orders=None, value=[], shares=[], context=[], involve="erp-administrator",
            ask="Please check item 9999.", summary="One order was refused; it may still be retried.",
            examples=["#5061"], findings=["F-90aa3cf1d255"], state="pending", severity="info",
        ),
    ]  # fmt: skip


def verdict() -> Verdict:
    return Verdict(
        class_="structural", basis="incidents", problem="mapping", state="confirmed", incident="I-7be3904f2a1c",
        others=2, involve="connector-or-platform-support",
        summary="Since 3 March 2026 Celigo has been rewriting the fulfilment status “fulfilled” to “pending” on its "
        "way to NetSuite: 12 orders on 5 days, 9 still wrong, worth 1,840.00 USD and 212.40 CAD. The mapping of "
        "import 65f1a0f9b7d94e0012ab3477 was edited 22 minutes before the first of them. It recurs and no "
        "attribute narrows it, so it is structural. Two other incidents are listed below.",
        signals=[
            Signal("customer-first", None, None, [], "no export holds customer notifications", None),
            Signal("cluster", True, 12, ["#5044", "#5045"], "12 orders in 5 days, threshold 3",
                   "the mapping of the fulfilment flow"),
            Signal("no-single-owner", False, 0, [], "0 of 1,200 orders", None),
        ],
    )  # fmt: skip


def ledger() -> list[LedgerRow]:
    def row(name: str, kind: str, zone: tuple[str, str], counts: list[int], reasons: list[Reason]) -> LedgerRow:
        return LedgerRow(name, sha(name), kind, *zone, *counts, reasons)

    return [
        row("celigo-debug.log", "celigo-connection-debug", ("UTC", "in text"),
            [5020, 4700, 290, 0, 30, 5051, 12, 5020, 0],
            [Reason("token refresh", 210), Reason("a look-up that carries no change", 80),
             Reason("unread: no shape fits", 30)]),
        row("shopify-webhooks.jsonl", "shopify-webhooks", ("UTC", "in text"),
            [2400, 2400, 0, 0, 0, 2400, 0, 2000, 400], []),
        row("netsuite-sales-orders.csv", "netsuite-sales-orders-search",
            ("America/Los_Angeles", "inferred from 391 shared orders"), [1178, 1178, 0, 0, 0, 2356, 0, 1178, 0], []),
        row("celigo-audit.json", "celigo-audit", ("UTC", "in text"), [14, 0, 0, 14, 0, 0, 0, 14, 0], []),
    ]  # fmt: skip


def steps() -> list[StepRow]:
    shopify, taken = Station("shopify", "emitted"), Station("celigo", "received")
    sent, applied = Station("celigo", "forwarded", peer="netsuite"), Station("netsuite", "applied")
    return [
        StepRow(shopify, taken, "created", 1204, 1200, 4, 0, 0, 0, None),
        StepRow(shopify, taken, "cancelled", 31, 31, 0, 0, 0, 0, None),
        StepRow(taken, sent, "created", 1200, 1199, 0, 1, 0, 0, {"success": 1199, "error": 1}),
        StepRow(taken, sent, "cancelled", 31, 30, 0, 0, 1, 0, {"success": 31, "error": 0}),
        StepRow(sent, applied, None, 1630, 1178, 0, 0, 0, 452, None),
    ]


def coverage() -> list[CoverageRow]:
    return [
        CoverageRow("celigo debug 65f1a0f9b7d94e0012ab3477", "celigo", None, ["forwarded", "acknowledged"],
                    "2026-03-02T00:00:00Z", "2026-03-08T23:59:41Z",
                    [Span("2026-03-06T02:10:00Z", "2026-03-06T03:55:00Z")], "strong", None),
        CoverageRow("netsuite sales order search", "netsuite", "7731009", ["observed"], None,
                    "2026-03-08T20:00:00Z", [], "none", "a filtered search proves no absence by itself"),
    ]  # fmt: skip


def scan(**changes: Any) -> Scan:
    """The week as `tracelog scan` would find it."""
    result = Scan(
        tracelog="0.1.0",
        store={"path": "/home/maren/cases/tracelog.db", "exports": 4, "records": 8612, "events": 9807, "orders": 1204},
        period=Span("2026-03-02T00:00:00Z", "2026-03-08T23:59:41Z"),
        coverage=coverage(), ledger=ledger(), steps=steps(), incidents=incidents(),
        findings=[drop(), rewrite(0), rewrite(1), rewrite(2), refused()], verdict=verdict(),
        wanted=[
            Wanted("NetSuite system notes of the sales orders", Span("2026-03-02T00:00:00Z", "2026-03-08T23:59:41Z"),
                   "Transactions > Search > Saved search with System Notes fields > Export CSV", 14, None),
            Wanted("Celigo connection debug log of the Shopify connection", None, None, None, "2026-03-09T23:59:41Z"),
        ],
        figures={
            "orders": 1204, "orders_with_findings": 14, "drift": 0.026,
            "accounted": {"in_time": 8420, "late": 31, "lost": 12, "not_knowable": 477},
            "mttd_hours": None, "detectable_hours": 0.4, "oldest_open_hours": 140.2,
        },
    )  # fmt: skip
    return msgspec.structs.replace(result, **changes)


def nothing() -> Scan:
    """A store without a single export, and every part that may be unknown unknown."""
    verdict = Verdict("insufficient-evidence", "incidents", None, "suspected", None, 0, "nobody", "", [])
    return Scan("0.1.0", {"path": None}, None, [], [], [], [], [], verdict, [], {})


def event(
    proof: Evidence,
    system: str,
    phase: str,
    topic: str | None,
    at: str | None,
    *,
    state: tuple[str, ...] = (),
    **more: Any,
) -> TraceEvent:
    states = [dict(zip(("axis", "field", "raw", "canonical", "mark"), state, strict=True))] if state else []
    fields: dict[str, Any] = {
        "instance": None, "peer": None, "fields": {}, "happened_at": None, "at_raw": proof.at_raw or "", "zone": "UTC",
        "zone_basis": "in text", "precision": "1 ms", "ids": {}, "envelope": [], "actor": None, "result": None,
        "level": None,
    } | more  # fmt: skip
    return TraceEvent(system=system, phase=phase, topic=topic, at=at, states=states, evidence=proof, **fields)


def journeys(*parts: tuple[str, list[TraceEvent]]) -> list[TraceJourney]:
    made = []
    for topic, events in parts:
        hops: list[TraceHop] = []
        for one in events:
            if not hops or hops[-1].system != one.system:
                hops.append(TraceHop(one.system, one.instance, []))
            hops[-1].events.append(one)
        made.append(TraceJourney(topic, hops))
    return made


def cancelled_trace() -> Trace:
    shop = [evidence("shopify-webhooks.jsonl", n) for n in (1, 2)]
    paid, money = ("payment", "financial_status", "paid", "paid", "EXACT"), {"total": "84.00", "currency": "USD"}
    created = [
        event(shop[0], "shopify", "emitted", "created", "2026-03-02T14:00:02.118Z", peer="celigo", state=paid,
              fields=money, instance="north-shop", happened_at="2026-03-02T13:59:58Z"),
        event(celigo_line(1), "celigo", "received", "created", "2026-03-02T14:00:03.201Z", peer="shopify", state=paid),
        event(celigo_line(2), "celigo", "forwarded", "created", "2026-03-02T14:00:04.877Z", peer="netsuite",
              state=("order", "orderStatus", "B", "confirmed", "EXACT"), fields=money),
        event(celigo_line(3), "celigo", "acknowledged", "created", "2026-03-02T14:00:06.120Z", peer="netsuite",
              result="204", level="transport"),
        event(netsuite_row(2), "netsuite", "observed", "created", "2026-03-08T20:00:00Z", instance="7731009",
              state=("order", "Status", "Pending Fulfillment", "confirmed", "EXACT"), fields={"total": "84.00"},
              zone="America/Los_Angeles", zone_basis="inferred from 391 shared orders", precision="1 min"),
    ]  # fmt: skip
    gone = ("order", "cancelled_at", "2026-03-02T09:05:08-05:00", "cancelled", "EXACT")
    cancelled = [
        event(shop[1], "shopify", "emitted", "cancelled", "2026-03-02T14:05:09.640Z", peer="celigo", state=gone,
              instance="north-shop", actor={"name": "Maren Oberholt", "kind": "person"}),
        event(celigo_line(4), "celigo", "received", "cancelled", "2026-03-02T14:05:11.201Z", peer="shopify",
              state=gone),
    ]  # fmt: skip
    return Trace(
        order="#5012",
        aliases=[
            TraceAlias("shopify:name #5012", "strong", None),
            TraceAlias("shopify:id 6120045512001", "strong", shop[0]),
            TraceAlias("netsuite:tranid SO20481", "strong", netsuite_row(2)),
            TraceAlias("netsuite:internalid 884101", "strong", celigo_line(3)),
            TraceAlias("tracking 1Z999AA10123456784", "weak", shop[1]),
        ],
        journeys=journeys(("created", created), ("cancelled", cancelled)),
        events=sorted([*created, *cancelled], key=lambda e: e.at or ""),
        states={
            "shopify/north-shop": {
                "order": {"raw": "cancelled", "canonical": "cancelled", "at": "2026-03-02T14:05:09.640Z"},
                "payment": {"raw": "paid", "canonical": "paid", "at": "2026-03-02T14:00:02.118Z"},
            },
            "celigo": {"order": {"raw": "cancelled", "canonical": "cancelled", "at": "2026-03-02T14:05:11.201Z"}},
            "netsuite/7731009": {
                "order": {"raw": "Pending Fulfillment", "canonical": "confirmed", "at": "2026-03-08T20:00:00Z"},
            },
        },
        findings=[drop()],
    )  # fmt: skip


def rewritten_trace() -> Trace:
    shop = evidence("shopify-webhooks.jsonl", 3)
    full = ("fulfilment", "fulfillment_status", "fulfilled", "shipped", "EXACT")
    shipped = [
        event(shop, "shopify", "emitted", "shipped", "2026-03-03T10:20:40.003Z", peer="celigo", state=full,
              instance="north-shop", fields={"total": "129.50"}),
        event(celigo_line(5), "celigo", "received", "shipped", "2026-03-03T10:20:41.512Z", peer="shopify", state=full),
        event(celigo_line(6), "celigo", "forwarded", "shipped", "2026-03-03T10:20:43.090Z", peer="netsuite",
              state=("fulfilment", "custbody_ship_status", "pending", "pending", "EXACT")),
        event(celigo_line(7), "celigo", "acknowledged", "shipped", "2026-03-03T10:20:44.310Z", peer="netsuite",
              result="204", level="transport"),
        event(netsuite_row(3), "netsuite", "observed", None, "2026-03-08T20:00:00Z", instance="7731009",
              state=("order", "Status", "Pending Approval", "pending", "EXACT"), precision="1 min"),
    ]  # fmt: skip
    return Trace(
        order="#5044",
        aliases=[TraceAlias("netsuite:internalid 884133", "strong", netsuite_row(3))],
        journeys=journeys(("shipped", shipped)), events=shipped,
        states={
            "shopify/north-shop": {
                "fulfilment": {"raw": "fulfilled", "canonical": "shipped", "at": "2026-03-03T10:20:40.003Z"},
            },
            "netsuite/7731009": {
                "order": {"raw": "Pending Approval", "canonical": "pending", "at": "2026-03-08T20:00:00Z"},
            },
        },
        findings=[rewrite()],
    )  # fmt: skip


def hostile(text: str) -> tuple[Scan, Trace]:
    """The same results with that text wherever a log's, a file's or a definition's text can stand."""
    proof = msgspec.structs.replace(celigo_line(1), text=text, export=text, at_raw=text)
    finding = msgspec.structs.replace(
        drop(), order=text, aliases=[text], channel=text, topic=text, field=text, value_in=text, value_out=text,
        expected=text, explanation=text, reason=text, disproof=text, next_step=text, evidence=[proof, proof],
        coverage=[CoverageProof(text, text, text)], links=[Link(text, "strong", proof)], orders=Count(1, [text]),
        step=Step(Station(text, "received", text, text), Station(text, "forwarded", text, text)),
    )  # fmt: skip
    incident = msgspec.structs.replace(
        incidents()[1], topic=text, summary=text, ask=text, examples=[text], value_in=text, value_out=text, field=text,
        shares=[Share(text, text, text, text)], context=[ContextNote(text, text, proof)], value=[Money(text, text)],
    )  # fmt: skip
    result = scan(
        findings=[finding], incidents=[incident], store={"path": text},
        ledger=[msgspec.structs.replace(ledger()[0], export=text, zone=text, reasons=[Reason(text, 1)])],
        coverage=[msgspec.structs.replace(coverage()[0], stream=text, note=text)],
        wanted=[Wanted(text, None, text, 1, text)],
        verdict=msgspec.structs.replace(verdict(), summary=text, signals=[Signal(text, True, 1, [text], text, text)]),
    )  # fmt: skip
    happened = event(proof, text, "received", text, None, state=(text,) * 5, fields={text: text}, ids={text: text},
                     peer=text, actor={"name": text, "kind": "person"}, result=text, envelope=[text])  # fmt: skip
    trace = Trace(text, [TraceAlias(text, "weak", proof)], journeys((text, [happened])), [happened],
                  {text: {text: {"raw": text, "canonical": text, "at": text}}}, [finding])  # fmt: skip
    return result, trace
