"""What a user would download of that week: the shop's orders, the integration's logs, the ERP's records.

Shapes follow the vendors' documents: Shopify's orders export has stamps with the shop's offset, the Celigo
connection debug log is UTC, Celigo's errors CSV and everything out of the NetSuite UI are in the zone of the
user who exported, which the file does not name.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zoneinfo
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tracelog.demo.week import Call, Order, Week

SHOP_URL = "https://harbour-lane.myshopify.example/admin/api/2026-01/orders.json"
ERP_URL = "https://5550199.suitetalk.api.example/services/rest/record/v1/salesOrder"
EXPORT_ID = "65f1b0c2b7d94e0012ab7701"
IMPORT_ID = "65f1b0f9b7d94e0012ab7777"
ZONE = zoneinfo.ZoneInfo("America/New_York")

Add = Callable[[dt.datetime, str, str, "dict[str, object]"], None]


def write_exports(week: Week, folder: Path) -> list[Path]:
    """Writes every export of the week into `folder`; returns the files, sorted by name."""
    texts = {
        "shopify-orders.csv": shopify_orders(week),
        "celigo-connection-debug.log": debug_log(week),
        "celigo-errors.csv": celigo_errors(week),
        "netsuite-sales-orders.csv": netsuite_search(week),
        "netsuite-system-notes.csv": netsuite_notes(week),
    }
    paths = []
    for name, text in sorted(texts.items()):
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="")
        paths.append(path)
    return paths


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _shop_stamp(at: dt.datetime | None) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S %z") if at else ""


def _erp_stamp(at: dt.datetime) -> str:
    local = at.astimezone(ZONE)
    half = "am" if local.hour < 12 else "pm"
    return f"{local.month}/{local.day}/{local.year} {local.hour % 12 or 12}:{local.minute:02d} {half}"


def shopify_orders(week: Week) -> str:
    header = ["Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Currency",
              "Subtotal", "Shipping", "Taxes", "Total", "Created at", "Lineitem quantity", "Lineitem name",
              "Lineitem price", "Lineitem sku", "Billing Name", "Shipping Name", "Shipping Zip", "Cancelled at",
              "Payment Method", "Refunded Amount", "Id", "Source"]  # fmt: skip

    def row(order: Order) -> list[object]:
        return [
            order.name, order.email, "voided" if order.cancelled else "paid",
            "" if order.cancelled else _shop_stamp(order.created), "fulfilled" if order.shipped else "unfulfilled",
            _shop_stamp(order.shipped), "USD", order.total, "0.00", "0.00", order.total, _shop_stamp(order.created),
            order.units, "Harbour mug", f"{float(order.total) / order.units:.2f}", "HL-MUG-1",
            f"Buyer {order.name[1:]}", f"Buyer {order.name[1:]}", "'04101", _shop_stamp(order.cancelled),
            "Shopify Payments", "0.00", order.id, order.channel,
        ]  # fmt: skip

    return _csv(header, map(row, reversed(week.orders)))


def debug_log(week: Week) -> str:
    """Request and response of every call, in time order, one JSON document on the line after each head line."""
    records: list[tuple[dt.datetime, int, str]] = []

    def add(at: dt.datetime, request: str, kind: str, document: dict[str, object]) -> None:
        stamp = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
        resource = EXPORT_ID if kind == "export" else IMPORT_ID
        text = f"{stamp} {request} {kind} {resource}\n{json.dumps(document, separators=(',', ':'))}\n"
        records.append((at, len(records), text))

    ask = {"authorization": "********", "content-type": "application/json", "accept": "application/json"}
    answered = {"content-type": "application/json; charset=utf-8"}
    for number, (at, due) in enumerate(week.polls):
        request = f"{0xABC00000000000000000000000000000 + number * 7919:032x}"
        since = (at - dt.timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
        add(at, request, "export", {"url": f"{SHOP_URL}?updated_at_min={since}&status=any", "method": "GET",
                                    "headers": ask})  # fmt: skip
        body = json.dumps({"orders": [order.as_of(at) for order in due]}, separators=(",", ":"))
        add(at + dt.timedelta(milliseconds=480), request, "export",
            {"statusCode": 200, "headers": answered, "body": body})  # fmt: skip
    for call in week.calls:
        _call_records(call, ask, answered, add)
    return "".join(text for _, _, text in sorted(records))


def _call_records(call: Call, ask: dict[str, str], answered: dict[str, str], add: Add) -> None:
    url = ERP_URL if call.record is None or call.method == "POST" else f"{ERP_URL}/{call.record}"
    body = json.dumps(call.body, separators=(",", ":"))
    add(call.at, call.request, "import", {"url": url, "method": call.method, "headers": ask, "body": body})
    if call.answered is None:
        return
    headers = dict(answered)
    if call.location is not None:
        headers["location"] = f"{ERP_URL}/{call.location}"
    answer = json.dumps(call.answer, separators=(",", ":")) if call.answer else ""
    add(call.answered, call.request, "import", {"statusCode": call.status, "headers": headers, "body": answer})


def celigo_errors(week: Week) -> str:
    names = "occurredAt,source,code,message,traceKey,exportDataURI,importDataURI,oIndex,retryDataKey,errorId,legacyId"
    header = [*names.split(","), "_flowJobId", "classification", "classifiedBy", "retryAt"]
    rows = []
    for number, refusal in enumerate(sorted(week.refusals, key=lambda one: one.at)):
        local = refusal.at.astimezone(ZONE)
        stamp = local.strftime("%m/%d/%Y %I:%M:%S ") + ("am" if local.hour < 12 else "pm")
        kind = "intermittent" if refusal.code == "503" else "value"
        rows.append([stamp, "application", refusal.code, refusal.message, refusal.shop_id,
                     f"{refusal.shop_id} {refusal.name}", "", 0, "", 2095000000 + number, "",
                     f"69b2c7d1e5f0a60013c{number:05x}", kind, "autopilot"])  # fmt: skip
    return _csv(header, rows)


def netsuite_search(week: Week) -> str:
    header = ["Internal ID", "External ID", "Document Number", "Date", "Date Created", "Last Modified",
              "PO/Check Number", "eTail Order Id", "Status", "Amount"]  # fmt: skip
    seen: set[str] = set()
    rows = []
    for record in week.erp:
        external = "" if record.external in seen else record.external  # an external id is unique in the ERP
        seen.add(record.external)
        day = record.created.astimezone(ZONE)
        rows.append([record.internal, external, record.tranid, f"{day.month}/{day.day}/{day.year}",
                     _erp_stamp(record.created), _erp_stamp(record.modified), record.external, record.etail,
                     record.status, record.total])  # fmt: skip
    return _csv(header, rows)


def netsuite_notes(week: Week) -> str:
    header = ["Record", "Date", "Set by", "Context", "Type", "Field", "Old Value", "New Value"]
    return _csv(header, ([f"Sales Order #{note.tranid}", _erp_stamp(note.at), note.by, note.context, note.kind,
                          note.field, note.old, note.new] for note in week.notes))  # fmt: skip
