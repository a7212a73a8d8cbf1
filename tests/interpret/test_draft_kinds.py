"""A draft for every kind of export: each XML, EDI and text sample as if no shipped definition knew it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from formats.export_reading import NEW_YORK, SAMPLES, read
from interpret.making import Folder
from tracelog.interpret import catalog, draft, recognise, samples
from tracelog.interpret.catalog import Catalog
from tracelog.read.head import Head

TWINS = {frozenset(("x12_po_cycle.edi", "x12_po_cycle_nonewlines.edi"))}
"""The same interchanges, once on one line."""
ORDERS: dict[str, set[str]] = {
    "aws_lambda_cloudwatch.log": {"ORD-20931", "ORD-20934"},
    "boomi_container.log": {"ORD-20934"},
    "boomi_process_log.log": {"ORD-20931", "ORD-20934"},
    "boomi_process_log.xml": {"ORD-20931", "ORD-20934"},
    "celigo_connection_debug.log": {"ORD-20931"},
    "celigo_connection_debug_oneline.log": {"ORD-20931"},
    "ebay.notifications_usage.xml": {"9465410001"},
    "ebay.platform_notifications.log": {"12-55501-00417"},
    "edifact_orders_contrl.edi": {"4500119001", "4500119002"},
    "log4j_java.log": {"ORD-20931", "ORD-20934"},
    "logfmt.log": {"ORD-20931", "ORD-20934"},
    "mulesoft_app.log": {"ORD-20931"},
    "netsuite_soap_fault.xml": {"SHP-10482"},
    "odoo_server.log": {"SHP-10481", "SHP-10482"},
    "python_logging.log": {"ORD-20931", "ORD-20932", "ORD-20934"},
    "sap_orders05.xml": {"SHP-10481"},
    "snaplogic.log": {"ORD-20931", "ORD-20934"},
    "spring_boot.log": {"ORD-20931", "ORD-20934"},
    "structlog_console.log": {"ORD-20931", "ORD-20933", "ORD-20934", "ORD-20935"},
    "syslog_rfc3164.log": {"ORD-20931", "ORD-20934"},
    "syslog_rfc5424.log": {"ORD-20931", "ORD-20933", "ORD-20934", "ORD-20936"},
    "walmart.order.xml": {"200001555010417"},
    "x12_pipe_newline_terminator.edi": {"4500119001", "4500119002"},
    "x12_po_cycle.edi": {"4500119001", "4500119002"},
    "x12_po_cycle_nonewlines.edi": {"4500119001", "4500119002"},
    "x12_warehouse_940_945.edi": {"SHP-10481", "SHP-10483"},
    # access logs name an order at most in an address; the print-out of PHP and the flat IDoc are not taken apart
    "apache_access_vhost.log": set(),
    "aws_alb_access.log": set(),
    "aws_apigw_clf.log": set(),
    "nginx_access_combined.log": set(),
    "nginx_error.log": set(),
    "nginx_ingress_upstreaminfo.log": set(),
    "sap_orders05_flat.txt": set(),
    "woocommerce.webhooks-delivery.log": set(),
}  # fmt: skip
"""Names of orders that somebody who reads the sample finds in it, and the draft too."""
TIMELESS = {
    "aws_lambda_cloudwatch.log",  # START lines have none
    "logfmt.log",  # one line of six has none
    "netsuite_soap_fault.xml",
    "sap_orders05_flat.txt",  # its places are told by no sign
    "syslog_rfc3164.log",  # with a number before it, or without
    "syslog_rfc5424.log",  # `-` instead of one
}
TOLD_BY = {
    "log4j_java.log": "*example.fernhill*", "mulesoft_app.log": "*org.mule*", "nginx_error.log": "*hooks.fernhill*",
    "odoo_server.log": "*odoo*", "snaplogic.log": "*PM -*", "structlog_console.log": "*order=ORD-*",
    "syslog_rfc5424.log": "*order@32473*",
}  # fmt: skip
"""What a user answers who is asked what tells this log from others."""


def _head(path: Path) -> Head:
    return recognise.head_of(path.read_bytes(), path.name)


@cache
def heads() -> dict[str, Head]:
    return {path.name: _head(path) for path in sorted((SAMPLES / "formats").iterdir()) if path.is_file()}


def unknown(known: Catalog, head: Head) -> list[str]:
    """The catalog as if it knew nothing of this export: what was taken out."""
    gone: list[str] = []
    while (found := recognise.choose(head, known).definition) is not None and not found.document.inferred:
        like = [name for name, each in known.definitions.items() if each.base == found.name]
        for name in (found.name, *like):
            del known.definitions[name]
            gone.append(name)
    return gone


def answered(text: str, name: str) -> str:
    """The draft as a user fills it in."""
    told = f'TEXT = "{TOLD_BY.get(name, "TODO")}"'
    return (
        text.replace('system  = "TODO"', 'system = "acme"')
        .replace('TEXT = "TODO"', told)
        .replace('"TODO"', '"applied"')
    )


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_a_draft_reads_its_own_export_and_no_other(folder: Folder, name: str):
    head = heads()[name]
    bare = catalog.load()
    gone = unknown(bare, head)
    made = draft.draft(head, bare, "An export", grammar="acme-export.lark")
    folder.write("acme.export.toml", answered(made.text, name))
    if made.grammar is not None:
        folder.write("acme-export.lark", made.grammar)

    known = folder.catalog()
    assert [problem.what for problem in known.problems] == []
    mine = known.definitions["acme-export"]
    others = ((other, one) for other, one in heads().items() if other != name)
    claimed = {other for other, one in others if isinstance(recognise.claim(one, mine, known), recognise.Claim)}
    taken = {other for other in claimed if recognise.choose(heads()[other], known).definition is mine}
    assert {frozenset((name, other)) for other in taken} <= TWINS

    for each in gone:
        known.definitions.pop(each, None)
    assert [problem.what for problem in samples.check(mine, known)] == []
    found = read((SAMPLES / "formats" / name).read_bytes(), NEW_YORK, known=known)
    assert found.format == "acme-export"
    assert found.counts().get("unread", 0) * 10 <= len(found.outcomes)
    assert {one.value for event in found.events for one in event.names} >= ORDERS[name]
    timed = [event.at is not None for event in found.events]
    assert timed
    assert all(timed) if name not in TIMELESS else not any(timed)


def test_every_sample_that_is_neither_table_nor_json_is_tried():
    assert {name for name, head in heads().items() if head.kind in {"text", "xml", "x12", "edifact"}} == ORDERS.keys()


# ---- what no sample shows: layouts of text, sets, and what a known format leaves unread

BUS = """EVT|id=1|2026-03-02 14:05:11|order=SO-10020|sent|warehouse
EVT|id=2|2026-03-02 14:06:11|order=SO-10021|failed|
EVT|id=3|2026-03-02 14:07:11||sent|shop
"""
COLUMNS = """SO-10020   2026-03-02T14:05:11Z   SENT    shop
SO-10021   2026-03-02T14:06:11Z   FAILED  shop
SO-10022   2026-03-02T14:07:11Z   SENT    web
"""
SEMICOLONS = """created;SO-10020;02.03.2026 14:05:11;118,40
created;SO-10021;02.03.2026 14:06:11;20,00
shipped;SO-10020;13.03.2026 14:07:11;118,40
"""
PAIRS = """order=SO-10020 state=sent at=2026-03-02T14:05:11Z note="left; by van"
at=2026-03-02T14:06:11Z order=SO-10021 state=failed
order=SO-10022 at=2026-03-02T14:07:11Z
"""
BRACKETS = """[SO-10020][2026-03-02 14:05:11] sent to the warehouse
[SO-10021][2026-03-02 14:06:11] lost on the way
[SO-10022][2026-03-02 14:07:11] taken
"""
BLOCKS = """*** DELIVERY 2026-03-02 14:05:11 ***
Order: SO-10020
sent

*** DELIVERY 2026-03-02 14:06:11 ***
Order: SO-10021
failed
"""


@pytest.mark.parametrize(
    ("text", "orders"),
    [(BUS, ["SO-10020", "SO-10021"]), (COLUMNS, ["SO-10020", "SO-10021", "SO-10022"]),
     (SEMICOLONS, ["SO-10020", "SO-10021", "SO-10020"]), (PAIRS, ["SO-10020", "SO-10021", "SO-10022"]),
     (BLOCKS, ["SO-10020", "SO-10021"])],
    ids=["signs", "blanks", "semicolons", "pairs", "blocks"],
)  # fmt: skip
def test_lines_of_any_layout(folder: Folder, text: str, orders: list[str]):
    made = draft.draft(recognise.head_of(text.encode(), "bus.txt"), catalog.load(), "Bus", "acme", grammar="acme.lark")
    folder.write("acme.export.toml", made.text.replace('"TODO"', '"applied"'))
    folder.write("acme.lark", made.grammar or "")
    known = folder.catalog()
    found = read(text, "UTC", known=known)

    assert samples.check(known.definitions["acme-export"], known) == []
    assert found.format == "acme-export"
    assert [name.value for event in found.events for name in event.names] == orders
    assert all(event.at is not None for event in found.events)


def test_a_set_that_the_shipped_definition_ignores_is_added_to_it(folder: Folder):
    """An inventory report among orders: the shipped definition goes on reading the rest."""
    text = (SAMPLES / "formats" / "x12_po_cycle.edi").read_text().replace("ST*850*0002", "ST*846*0002")
    text = text.replace("BEG*00*SA*4500119002", "BIA*00*SI*STOCK-7788", 1)
    made = draft.draft(recognise.head_of(text.encode(), "in.edi"), catalog.load(), "Stock")
    folder.write("acme.stock.toml", made.text.replace('"TODO"', '"observed"'))
    known = folder.catalog()
    found = read(text, "UTC", known=known)

    assert 'like    = "x12-transactions"' in made.text
    assert 'document = "BIA.03"' in made.text  # its own number is not the order's: REF*CO says which that is
    assert samples.check(known.definitions["acme-stock"], known) == []
    assert found.format == "acme-stock"
    assert ("observed", "ref SHP-10482") in {
        (event.kind.phase, f"{name.kind} {name.value}") for event in found.events for name in event.names
    }
    assert ("forwarded", "retailco:po 4500119001") in {
        (event.kind.phase, f"{name.kind} {name.value}") for event in found.events for name in event.names
    }


HALF_READ = """
title = "Acme hooks"
system = "acme"
reader = "jsonl"
order = { ref = "order" }
[recognise]
keys = ["hook", "order", "kind"]
[time]
at = "hook"
[[record]]
when = { kind = "made" }
phase = "emitted"
[[sample]]
text = '{"hook": "2026-03-02T14:05:11Z", "order": "A-1001", "kind": "made"}'
events = [{ phase = "emitted" }]
"""
HOOKS = "".join(
    f'{{"hook": "2026-03-02T14:0{n}:11Z", "order": "A-100{n}", "kind": "{kind}"}}\n'
    for n, kind in enumerate(["made", "made", "made", "lost", "sent"])
)


def test_what_a_known_format_leaves_unread_is_added_to_it(folder: Folder):
    folder.write("acme.hooks.toml", HALF_READ)
    assert read(HOOKS, known=folder.catalog()).counts() == {"understood": 3, "unread": 2}
    made = draft.draft(recognise.head_of(HOOKS.encode(), "hooks.jsonl"), folder.catalog(), "More")
    assert 'like  = "acme-hooks"' in made.text
    assert 'when  = { kind = "lost" }' in made.text

    folder.write("mine.hooks.toml", made.text.replace('"TODO"', '"rejected"'))
    known = folder.catalog()
    found = read(HOOKS, known=known)
    assert samples.check(known.definitions["mine-hooks"], known) == []
    assert (found.format, found.counts()) == ("mine-hooks", {"understood": 5})
