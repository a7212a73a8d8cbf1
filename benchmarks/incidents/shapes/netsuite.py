"""NetSuite: saved search of sales orders, system notes, the record service's requests and answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from benchmarks.incidents.exports import Record
from benchmarks.incidents.shapes.common import NEW_YORK, row
from benchmarks.incidents.world import Document, Passage, Try, World

SEARCH = (
    "Internal ID,External ID,Document Number,Date,Date Created,Last Modified,PO/Check Number,eTail Order Id,"
    "Status,Amount,Currency\r\n"
)
NOTES = "Record,Date,Set by,Context,Type,Field,Old Value,New Value\r\n"
URL = "https://5550199.suitetalk.api.example/services/rest/record/v1/salesOrder"
TEXT = {"pending": "Pending Approval", "confirmed": "Pending Fulfillment", "shipped": "Pending Billing",
        "cancelled": "Cancelled", "closed": "Closed"}  # fmt: skip
LETTER = {"pending": "A", "confirmed": "B", "shipped": "F", "cancelled": "C", "closed": "H"}
FIELDS = {"status": "Document Status", "reference": "PO #", "total": "Total"}


def stamp(world: World, at: dt.datetime) -> str:
    """Minutes, in the zone of the user who exported; the file does not name it."""
    local = world.stamp("netsuite", at).astimezone(NEW_YORK)
    half = "am" if local.hour < 12 else "pm"
    return f"{local.month}/{local.day}/{local.year} {local.hour % 12 or 12}:{local.minute:02d} {half}"


def text(world: World, status: str, at: dt.datetime) -> str:
    """What the status is called; an upgrade may have renamed one."""
    since = world.traits.get("renamed-since")
    return "Awaiting Fulfillment" if since and at >= since and status == "confirmed" else TEXT.get(status, status)


def tranid(document: Document) -> str:
    return f"SO{document.number}"


def internal(document: Document) -> int:
    return 880_000 + document.number * 3 + document.number % 2


def search_rows(world: World, documents: list[Document] | None = None) -> list[Record]:
    out = []
    taken: set[int] = set()
    for document in world.listed("netsuite") if documents is None else documents:
        order = document.order
        external = "" if order.number in taken or document.outside else str(order.number)  # unique in the target
        taken.add(order.number)
        local = world.stamp("netsuite", document.created).astimezone(NEW_YORK)
        values = [
            internal(document), external, tranid(document), f"{local.month}/{local.day}/{local.year}",
            stamp(world, document.created), stamp(world, document.modified), order.number,
            "- None -" if document.outside else order.id, text(world, document.status, world.exported("netsuite")),
            document.total, order.currency,
        ]  # fmt: skip
        out.append(Record(document.created, row(values), frozenset({order.name})))
    return out


def note_rows(world: World) -> list[Record]:
    notes = [(note.at, document, note) for document in world.listed("netsuite") for note in document.notes]
    out = []
    for at, document, note in sorted(notes, key=lambda each: each[0]):
        if note.field == "units" or (note.field == "total" and not note.old):
            continue
        by, context = note.by, "UI"
        if by == "integration":
            by, context = "Integration User", "REST Web Services"
        elif by == "workflow":
            by, context = "-System-", "Workflow"
        elif by == "warehouse":
            by, context = "Harbor 3PL Connector", "Web Services"
        values = [f"Sales Order #{tranid(document)}", stamp(world, at), by, context]
        if note.field == "record":
            values += ["Create", "Record", "", ""]
        elif note.field == "refunded":
            values += ["Set", "Refund Total", "", "5.00"]
        else:
            old, new = note.old, note.new
            if note.field == "status":
                old, new = text(world, old, at), text(world, new, at)
            values += ["Change" if note.old else "Set", FIELDS[note.field], old, new]
        out.append(Record(at, row(values), frozenset({document.order.name})))
    return out


def request(passage: Passage, one: Try, document: Document | None) -> tuple[str, str, dict[str, Any]]:
    """Method, address and body of a call to the record service."""
    order = passage.order
    if passage.topic == "created":
        units, total = one.values["units"], float(one.values["total"])
        return "POST", URL, {
            "externalId": str(order.number),
            "otherRefNum": str(order.number),
            "custbody_celigo_etail_order_id": str(order.id),
            "orderStatus": {"id": LETTER[one.values["status"]]},
            "currency": {"refName": order.currency},
            "total": total,
            "item": {"items": [{"item": {"externalId": order.sku}, "quantity": units, "rate": round(total / units,
            2)}]},
        }  # fmt: skip
    address = f"{URL}/{internal(document)}" if document else f"{URL}/eid:{order.number}"
    body: dict[str, Any] = {"externalId": str(order.number)}
    if "status" in one.values:
        body["orderStatus"] = {"id": LETTER[one.values["status"]]}
    if one.values.get("refunded"):
        body["custbody_refund_total"] = 5.0
    return "PATCH", address, body


def refusal(reason: str, code: str) -> dict[str, Any]:
    busy = "Concurrent" in reason
    return {
        "type": "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html",
        "title": "Service Unavailable" if busy else "Bad Request",
        "status": 503 if busy else 400,
        "o:errorDetails": [{"detail": reason, "o:errorCode": code}],
    }
