"""One record of every spelling that the shipped grammars promise to read, with its fields. Composed for the project."""

from __future__ import annotations

REQUEST = "a41f0c6d2b7e4c1f9a30d5e8b6120931"
RESOURCE = "65f1a0c2b7d94e0012ab3401"
HEAD = f"2026-03-12T14:02:31.408Z {REQUEST} export {RESOURCE}"
JSON = '{"url":"https://shop.example/orders.json","method":"GET"}'
PRETTY = '{\n  "statusCode": 200,\n  "body": "<orders>\n2026-03-12T14:02:31.408Z\n</orders>"\n}'
STARTED = {"STAMP": "2026-03-12T14:02:31.408Z", "REQUEST": REQUEST, "KIND": "export"}

DEBUG = "celigo.lark:connection_message"
ADDRESS = "netsuite.lark:record_url"
HOST = "https://td000000.suitetalk.api.netsuite.com"
AT_HOST = {"HOST": HOST, "RECORD": "", "ID": "", "EXTERNAL": "", "INTO": ""}

RECORDS: list[tuple[str, str, dict[str, str]]] = [
    # both layouts, a message of many lines, no message, and the documented response without a resource
    (DEBUG, f"{HEAD} {JSON}", {**STARTED, "RESOURCE": RESOURCE, "PAYLOAD": JSON}),
    (DEBUG, f"{HEAD}\n{JSON}", {**STARTED, "RESOURCE": RESOURCE, "PAYLOAD": JSON}),
    (DEBUG, f"{HEAD}\r\n{PRETTY}\n", {**STARTED, "RESOURCE": RESOURCE, "PAYLOAD": f"{PRETTY}\n"}),
    (DEBUG, f"{HEAD} \n<order id='1'/>", {**STARTED, "RESOURCE": RESOURCE, "PAYLOAD": "<order id='1'/>"}),
    (DEBUG, HEAD, {**STARTED, "RESOURCE": RESOURCE, "PAYLOAD": ""}),
    (DEBUG, f"{HEAD}\n", {**STARTED, "RESOURCE": RESOURCE, "PAYLOAD": ""}),
    (DEBUG, HEAD.removesuffix(f" {RESOURCE}"), {**STARTED, "RESOURCE": "", "PAYLOAD": ""}),
    (DEBUG, f"{HEAD.removesuffix(f' {RESOURCE}')}\n{JSON}", {**STARTED, "RESOURCE": "", "PAYLOAD": JSON}),
    (DEBUG, f"{HEAD.removesuffix(f' {RESOURCE}')} {JSON}", {**STARTED, "RESOURCE": "", "PAYLOAD": JSON}),
    (
        DEBUG,
        f"2026-03-12T10:02:31-04:00 {REQUEST} async_helper {RESOURCE}",
        {"STAMP": "2026-03-12T10:02:31-04:00", "REQUEST": REQUEST, "KIND": "async_helper"}
        | {"RESOURCE": RESOURCE, "PAYLOAD": ""},
    ),
    (
        "celigo.lark:request_key",
        f"5484793439269-{REQUEST}-503-POST",
        {"COUNTDOWN": "5484793439269", "REQUEST": REQUEST, "HTTP_STATUS": "503", "HTTP_METHOD": "POST"},
    ),
    ("celigo.lark:data_uri", "6120481930277 ORD-20934", {"ID": "6120481930277", "NAME": "ORD-20934"}),
    ("netsuite.lark:record_name", "Sales Order #SO20481", {"TYPE": "Sales Order", "NUMBER": "SO20481"}),
    (ADDRESS, f"{HOST}/services/rest/record/v1/salesOrder", {**AT_HOST, "RECORD": "salesOrder"}),
    (ADDRESS, f"{HOST}/services/rest/record/v1/salesOrder?limit=5", {**AT_HOST, "RECORD": "salesOrder"}),
    (
        ADDRESS,
        f"{HOST}/services/rest/record/v1/salesOrder/884120",
        {**AT_HOST, "RECORD": "salesOrder", "ID": "884120"},
    ),
    (
        ADDRESS,
        "/services/rest/record/v1/salesorder/884120/item/1?expand=true",
        {**AT_HOST, "HOST": "", "RECORD": "salesorder", "ID": "884120"},
    ),
    (
        ADDRESS,
        f"{HOST}/services/rest/record/v1/salesOrder/eid:SHP-10483",
        {**AT_HOST, "RECORD": "salesOrder", "EXTERNAL": "SHP-10483"},
    ),
    (
        ADDRESS,
        f"{HOST}/services/rest/record/v1/salesOrder/884120/!transform/itemFulfillment",
        {**AT_HOST, "RECORD": "salesOrder", "ID": "884120", "INTO": "itemFulfillment"},
    ),
    (
        "netsuite.lark:order_created",
        "SHP-10481 -> salesorder internalid=884101 tranid=SO20481",
        {"ORDER": "SHP-10481", "RECORD": "salesorder", "ID": "884101", "TRANID": "SO20481"},
    ),
    ("netsuite.lark:order_failed", "order failed SHP-10483", {"ORDER": "SHP-10483"}),
    (
        "netsuite.lark:status_set",
        "SO20485 (SHP-10485): B -> F",
        {"TRANID": "SO20485", "ORDER": "SHP-10485", "BEFORE": "B", "AFTER": "F"},
    ),
    (
        "netsuite.lark:status_set",
        "SO20485 (SHP-10485): Pending Fulfillment -> Pending Billing/Partially Fulfilled",
        {"TRANID": "SO20485", "ORDER": "SHP-10485"}
        | {"BEFORE": "Pending Fulfillment", "AFTER": "Pending Billing/Partially Fulfilled"},
    ),
]
SHAPES = sorted({reference for reference, _, _ in RECORDS})
