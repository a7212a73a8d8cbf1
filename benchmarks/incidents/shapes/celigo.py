"""Celigo integrator.io: the debug log of a connection, and the errors CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from benchmarks.incidents.exports import Record
from benchmarks.incidents.shapes.common import NEW_YORK, compact, millis, row
from benchmarks.incidents.world import Passage, Try, World

HEADER = (
    "occurredAt,source,code,message,traceKey,exportDataURI,importDataURI,oIndex,retryDataKey,errorId,legacyId,"
    "_flowJobId,classification,classifiedBy,retryAt\r\n"
)
ASK = {"authorization": "********", "content-type": "application/json", "accept": "application/json"}
SAID = {"content-type": "application/json; charset=utf-8"}


def message(
    world: World,
    at: dt.datetime,
    request: str,
    kind: str,
    resource: str,
    document: dict[str, Any],
    orders: Iterable[str],
) -> Record:
    """One half of a call: head line, then the JSON on the line after."""
    stamp = millis(world.stamp("celigo", at))
    text = f"{stamp} {request} {kind} {resource}\n{compact(document)}\n"
    return Record(at, text, frozenset(orders))


def question(url: str, method: str, body: object | None = None) -> dict[str, Any]:
    asked: dict[str, Any] = {"url": url, "method": method, "headers": ASK}
    if body is not None:
        asked["body"] = compact(body)
    return asked


def answer(status: int, body: object | None = None, **headers: str) -> dict[str, Any]:
    return {"statusCode": status, "headers": SAID | headers, "body": "" if body is None else compact(body)}


def _failed(passages: Iterable[Passage]) -> list[tuple[int, dt.datetime, Try, Passage]]:
    """Refusals that the flow recognised as such, numbered in their order."""
    found = [
        (one.answered, one, passage)
        for passage in passages for one in passage.tries
        if one.answer in ("refused", "busy") and one.answered
    ]  # fmt: skip
    return [(number, *each) for number, each in enumerate(sorted(found, key=lambda each: each[0]))]


def resolved(world: World, passages: Iterable[Passage]) -> list[Record]:
    """Errors that somebody closed, as the API lists them: closed says nothing of a retry."""
    out = []
    for number, at, one, passage in _failed(passages):
        order = passage.order
        closed = at + dt.timedelta(minutes=37 + number % 50)
        if closed > world.end:
            continue
        out.append(Record(at, compact({
            "occurredAt": millis(world.stamp("celigo", at)), "source": "application",
            "code": "503" if one.answer == "busy" else "400", "message": one.reason, "traceKey": str(order.id),
            "exportDataURI": f"{order.id} {order.name}", "oIndex": "0", "retryDataKey": f"{one.id[:24]}",
            "errorId": str(2_095_000_000 + number), "_flowJobId": f"69b2c7d1e5f0a60013c{number:05x}",
            "classification": "value", "classifiedBy": "autopilot",
            "resolvedAt": millis(world.stamp("celigo", closed)), "resolvedBy": "ops@kettle-lane.example",
        }), frozenset({order.name})))  # fmt: skip
    return out


def errors(world: World, passages: Iterable[Passage]) -> list[Record]:
    """The errors list: refusals that the flow recognised as such. Times in the zone of the user, unnamed."""
    out = []
    for number, at, one, passage in _failed(passages):
        local = world.stamp("celigo", at).astimezone(NEW_YORK)
        stamp = local.strftime("%m/%d/%Y %I:%M:%S ") + ("am" if local.hour < 12 else "pm")
        order = passage.order
        busy = one.answer == "busy"
        values = [
            stamp, "application", "503" if busy else "400", one.reason, order.id, f"{order.id} {order.name}", "", 0, "",
            2_095_000_000 + number, "", f"69b2c7d1e5f0a60013c{number:05x}", "intermittent" if busy else "value",
            "autopilot",
        ]  # fmt: skip
        out.append(Record(at, row(values), frozenset({order.name})))
    return out
