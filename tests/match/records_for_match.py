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


def log(rule: str, text: str, **fields: str) -> tuple[str, str, dict[str, str]]:
    """A line of a program's log; the fields that it does not hold are empty."""
    names = {
        "line": ["ISO_TIME", "DATE_TIME", "NAMED_TIME", "COMPACT_TIME", "KLOG_TIME", "EPOCH", "BASIC", "TEXT"],
        "python": ["ASCTIME", "BASIC", "TEXT"],
        "structlog": ["ISO_TIME", "PADDED", "TEXT"],
        "spring": ["ISO_TIME", "GRADE", "PROCESS", "TEXT"],
        "syslog": ["SYSLOG_TIME", "RSYSLOG_TIME", "HOST", "APP", "SAID"],
        "syslog_5424": ["TIME", "HOSTNAME", "APP_NAME", "PROC", "MSGID", "SD", "SAID"],
        "logfmt": ["PAIRS"],
    }[rule]
    return f"log.lark:{rule}", text, dict.fromkeys(names, "") | fields


MESSAGE = "INFO order #1001 sent\n  at a.b.C(D.java:1)"
RECORDS += [
    log("line", f"2026-03-12 14:02:12,104 {MESSAGE}", ISO_TIME="2026-03-12 14:02:12,104", TEXT=MESSAGE),
    log("line", f"[2026-03-12T14:02:12Z] {MESSAGE}", ISO_TIME="2026-03-12T14:02:12Z", TEXT=MESSAGE),
    log("line", f"<134>\t2026-03-12 14:02 {MESSAGE}".replace("\t", ""), ISO_TIME="2026-03-12 14:02", TEXT=MESSAGE),
    log("line", f"2026-03-12 14:02:12.1-08:00 | {MESSAGE}", ISO_TIME="2026-03-12 14:02:12.1-08:00", TEXT=MESSAGE),
    log("line", "2026-03-12 14:02:12", ISO_TIME="2026-03-12 14:02:12"),
    log("line", f"\x1b[2m2026-03-12 14:02:12 {MESSAGE}", ISO_TIME="2026-03-12 14:02:12", TEXT=MESSAGE),
    log("line", f"12/03/2026, 2:02:11 PM {MESSAGE}", DATE_TIME="12/03/2026, 2:02:11 PM", TEXT=MESSAGE),
    log("line", f"12.03.2026 14:02:11 {MESSAGE}", DATE_TIME="12.03.2026 14:02:11", TEXT=MESSAGE),
    log("line", f"2026/03/12 14:02:11.5 {MESSAGE}", DATE_TIME="2026/03/12 14:02:11.5", TEXT=MESSAGE),
    log("line", f"[12/Mar/2026:14:02:11 +0000] {MESSAGE}", NAMED_TIME="12/Mar/2026:14:02:11 +0000", TEXT=MESSAGE),
    log("line", f"Thu Mar 12 14:02:11 2026 {MESSAGE}", NAMED_TIME="Thu Mar 12 14:02:11 2026", TEXT=MESSAGE),
    log("line", f"Mar 12, 2026 2:02:11 PM EST {MESSAGE}", NAMED_TIME="Mar 12, 2026 2:02:11 PM EST", TEXT=MESSAGE),
    log("line", f"Mar  2 14:02:11 {MESSAGE}", NAMED_TIME="Mar  2 14:02:11", TEXT=MESSAGE),
    log("line", f"Thu, 12 Mar 2026 14:02:11 GMT {MESSAGE}", NAMED_TIME="Thu, 12 Mar 2026 14:02:11 GMT", TEXT=MESSAGE),
    log("line", f"20260312T140211Z {MESSAGE}", COMPACT_TIME="20260312T140211Z", TEXT=MESSAGE),
    log("line", f"I0312 14:02:11.938123 {MESSAGE}", KLOG_TIME="I0312 14:02:11.938123", TEXT=MESSAGE),
    log("line", f"1773324131.938 {MESSAGE}", EPOCH="1773324131.938", TEXT=MESSAGE),
    log("line", "ERROR:orders.sync:order #1001 dropped", BASIC="ERROR:", TEXT="orders.sync:order #1001 dropped"),
    log("python", f"2026-03-12 14:02:12,104 - {MESSAGE}", ASCTIME="2026-03-12 14:02:12,104", TEXT=f"- {MESSAGE}"),
    log("python", "ERROR:orders:dropped", BASIC="ERROR:", TEXT="orders:dropped"),
    log("structlog", "2026-03-12 14:02:12 [info     ] sent  order=1", ISO_TIME="2026-03-12 14:02:12",
        PADDED="[info     ]", TEXT="sent  order=1"),
    log("spring", "2026-03-12T10:02:11.938-0400  INFO 93 --- [a] c.D : sent", ISO_TIME="2026-03-12T10:02:11.938-0400",
        GRADE="INFO", PROCESS="93", TEXT="[a] c.D : sent"),
    log("syslog", "<134>Mar 12 14:02:11 rx01 order-rx[657]: sent", SYSLOG_TIME="Mar 12 14:02:11", HOST="rx01",
        APP="order-rx", SAID="sent"),
    log("syslog", "Mar  2 01:30:00 cron: done", SYSLOG_TIME="Mar  2 01:30:00", APP="cron", SAID="done"),
    log("syslog", "Mar 12 14:20:00 rx01 last message repeated 3 times", SYSLOG_TIME="Mar 12 14:20:00", HOST="rx01",
        SAID="last message repeated 3 times"),
    log("syslog", "83 <134>2026-03-12T14:21:43.2-04:00 rx01 order-rx: sent", RSYSLOG_TIME="2026-03-12T14:21:43.2-04:00",
        HOST="rx01", APP="order-rx", SAID="sent"),
    log("syslog_5424", '<134>1 2026-03-12T14:02:11.938Z rx01 order-rx 657 RX [a@1 b="c\\]"][d@1] sent',
        TIME="2026-03-12T14:02:11.938Z", HOSTNAME="rx01", APP_NAME="order-rx", PROC="657", MSGID="RX",
        SD='[a@1 b="c\\]"][d@1]', SAID="sent"),
    log("syslog_5424", "<134>1 - - order-rx - - -", TIME="-", HOSTNAME="-", APP_NAME="order-rx", PROC="-", MSGID="-",
        SD="-"),
    log("logfmt", 'ts=1 level=info msg="a b" retry', PAIRS='ts=1 level=info msg="a b" retry'),
]  # fmt: skip
SHAPES = sorted({reference for reference, _, _ in RECORDS})
