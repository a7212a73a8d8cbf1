"""What people read in a terminal, kept whole, and what must hold for it whatever the logs contain."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from render import factories
from tracelog.conclude import tally
from tracelog.model.finding import Limit, TraceAlias
from tracelog.render import text, text_scan
from tracelog.render.prepare import ReportOptions
from tracelog.render.times import Clock
from tracelog.render.view import View

VIEW = View(clock=Clock("Europe/Berlin"))
UNREAD = [
    {
        "shape": "0-0-0T0:0:0Z noise <hex>", "count": 30, "export": "celigo-debug.log",
        "example": factories.celigo_line(1), "reason": "no shape of celigo-connection-debug fits",
        "nearest": {"format": "celigo-connection-debug", "shape": "message", "got_to": "column 24",
                    "expected": ["export", "import"]},
    },
]  # fmt: skip
FORMATS = [
    {"name": "celigo-connection-debug", "title": "Celigo connection debug log", "system": "celigo", "reader": "lines",
     "shapes": [{"name": "message", "compiled": True}, {"name": "nested", "compiled": False}], "samples": 4},
    {"name": "shopify-webhooks", "title": "Shopify webhooks as received", "system": "shopify", "reader": "jsonl",
     "shapes": [], "samples": 9},
]  # fmt: skip
STATUSES = [
    {"system": "netsuite", "field": "status", "value": "Billed", "axis": "order", "canonical": "shipped",
     "mark": "LOSSY", "final": True, "note": "billed says nothing about goods"},
    {"system": "netsuite", "field": "status", "value": "Pending Approval", "axis": "order", "canonical": "pending",
     "mark": "EXACT", "final": False, "note": ""},
    {"system": "shopify", "field": "financial_status", "value": "partially_paid", "axis": "payment",
     "canonical": None, "mark": "NONE", "final": False, "note": ""},
]  # fmt: skip
CHECK = {
    "unmapped": [
        {"system": "netsuite", "field": "salesOrder.status", "value": "Pending Fullfilment", "axis": "order",
         "events": 3, "first": "2026-03-12T09:15:00Z", "last": "2026-03-13T10:00:00Z",
         "near": ["Pending Fulfillment"],
         "example": {"export": "orders.csv", "line": 4, "text": "884122,SO20483,Pending Fullfilment"}},
    ],
    "conflicts": [
        {"system": "netsuite", "field": "salesOrder.status", "value": "Closed Short", "axis": "return",
         "canonical": "returned", "origin": "statuses.csv",
         "why": "it stands on the axis return; the other values of salesOrder.status stand on order"},
    ],
    "unused": [
        {"system": "netsuite", "field": "salesOrder.statsu", "value": "Closed", "axis": "order", "canonical": None,
         "origin": "tracelog.toml", "why": "no record has this field; did you mean salesOrder.status?"},
    ],
    "changes": {
        "values": [
            {"system": "netsuite", "field": "salesOrder.status", "value": "Billed", "axis": "order", "before": None,
             "before_mark": "NONE", "after": "shipped", "after_mark": "LOSSY", "events": 1204},
        ],
        "new": [{"id": "F-0123456789ab", "kind": "rewrite", "order": "#1001", "explanation": "Shipped became pending.",
                 "before": None, "after": "rewrite, confirmed, high"}],
        "gone": [],
        "changed": [{"id": "F-ba9876543210", "kind": "late", "order": "#1002", "explanation": "It came late.",
                     "before": "late, suspected, low", "after": "late, confirmed, medium"}],
        "verdict": ["clean", "structural"],
    },
    "overrides": [
        {"system": "netsuite", "field": "salesOrder.status", "value": "Billed", "axis": "order",
         "canonical": "shipped", "mark": "LOSSY", "shipped": None, "reviewed": "2026-03-01", "origin": "statuses.csv"},
    ],
    "unseen": [{"system": "netsuite", "field": "salesOrder.status", "value": "Closed"}],
    "stale": [{"system": "netsuite", "field": "salesOrder.status", "value": "Billed"}],
    "review": {"rows": 3, "reviewed": 2, "oldest": "2026-02-01", "newest": "2026-03-01"},
}  # fmt: skip
GATE = {
    "record": "netsuite", "record_basis": "declared", "class": "ungated", "counted_from": "notice", "orders": 812,
    "counts": {"after_record": 12, "after_answer": 0, "before": 800, "no_notice": 2}, "missing": 2,
    "found_after_minutes": {"1": 10, "5": 700, "15": 805, "60": 810},
    "split_seconds": {"trigger": 168.0, "delivery": None, "queue": 1.6, "processing": 0.9},
    "growth": {"with_volume": True, "busy_median_seconds": 240.0, "quiet_median_seconds": 60.0},
    "days": [{"day": "2026-03-02", "missing_at_end": 3, "value": [{"amount": "250.00", "currency": "USD"}]}],
}  # fmt: skip
ROUTES = [
    {"from": {"system": "celigo", "phase": "received"}, "to": factories.SHIP_TO_NETSUITE.to, "topic": "shipped",
     "channel": "shopify/north-shop", "basis": "learned", "taken": 812, "of": 814, "usual_seconds": 1.4,
     "limit": Limit(900, "default"), "carries": "event", "gates": [GATE]},
    {"from": None, "to": {"system": "netsuite", "instance": "7731009", "phase": "applied"}},
]  # fmt: skip


OUTPUTS: dict[str, Callable[[], str]] = {
    "scan.txt": lambda: text.scan(factories.scan(), VIEW),
    "scan-nothing.txt": lambda: text.scan(factories.nothing(), VIEW),
    "scan-list.txt": lambda: text.findings(factories.scan().findings, VIEW),
    "trace-cancelled.txt": lambda: text.trace(factories.cancelled_trace(), VIEW),
    "trace-rewritten-raw.txt": lambda: text.trace(factories.rewritten_trace(), View(clock=Clock("UTC"), raw=True)),
    "ledger.txt": lambda: text.ledger(factories.ledger(), VIEW),
    "status.txt": lambda: text.status(
        factories.scan().store, factories.ledger(), factories.coverage(), factories.scan().wanted, VIEW
    ),
    "unread.txt": lambda: text.unread(UNREAD, VIEW),
    "formats.txt": lambda: text.formats(FORMATS, VIEW),
    "statuses.txt": lambda: text.statuses(STATUSES, VIEW),
    "statuses-by-state.txt": lambda: text.statuses(STATUSES, VIEW, by_state=True),
    "statuses-check.txt": lambda: text.statuses_check(CHECK, VIEW),
    "routes.txt": lambda: text.routes(ROUTES, VIEW),
    "report.txt": lambda: text.report(
        factories.scan(),
        [factories.rewritten_trace(), factories.cancelled_trace()],
        ReportOptions(show_tz="UTC", for_system="celigo", columns=factories.COLUMNS),
    ),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_as_stored(name: str, golden: Callable[[str, str], None]):
    """The whole text, as a reader sees it."""
    golden(OUTPUTS[name](), name)


@pytest.mark.parametrize("name", OUTPUTS)
def test_eighty_columns_are_enough(name: str):
    """Only what must not be broken is longer: a record in a pipe, a digest with a file's name."""
    long = [line for line in OUTPUTS[name]().split("\n") if len(line) > 80 and "| " not in line]

    assert all(len(word) == 64 for line in long for word in line.split()[:1]), long


def test_the_step_table_comes_first_then_incidents_then_the_verdict():
    told = text.scan(factories.scan(), VIEW)
    order = [told.index(word) for word in ("\nSteps\n", "\nIncidents\n", "\nVerdict\n", "\nWanted next\n")]

    assert order == sorted(order)
    assert told.index("1. high rewrite") < told.index("2. critical silent-drop")


def test_a_missing_step_is_a_hole_at_its_place():
    """After the record that was the last one proven, with the limit it had and why that matters."""
    lines = text.trace(factories.cancelled_trace(), VIEW).split("\n")
    hole = next(number for number, line in enumerate(lines) if "MISSING" in line)

    assert "forwarded to netsuite" in lines[hole]
    assert "limit: 15 min (learned: 99.9 % of 812 within 41 s)" in lines[hole + 1]
    assert any("received from shopify" in line for line in lines[hole - 4 : hole])
    assert sum("MISSING" in line for line in lines) == 1


def test_a_changed_value_stands_where_it_changed():
    told = text.trace(factories.rewritten_trace(), VIEW)

    assert "CHANGED custbody_ship_status: “shipped” → “pending”" in told
    assert told.count("CHANGED") == 1


def test_a_number_spelled_otherwise_is_no_change():
    """118.40 and 118.4 are one amount; 11.84 is another."""
    for amount, changes in (("118.4", 0), ("11.84", 1)):
        events = [
            factories.event(
                factories.celigo_line(1), "celigo", "received", "created", None, fields={"total": "118.40"}
            ),
            factories.event(factories.celigo_line(2), "celigo", "forwarded", "created", None, fields={"total": amount}),
        ]
        trace = msgspec.structs.replace(
            factories.rewritten_trace(), journeys=factories.journeys(("created", events)), events=events, findings=[]
        )

        assert text.trace(trace, VIEW).count("CHANGED") == changes


def state(axis: str, field: str, raw: str, canonical: str) -> dict[str, str | None]:
    return {"axis": axis, "field": field, "raw": raw, "canonical": canonical, "mark": "EXACT"}


def test_one_field_that_speaks_of_two_axes_is_told_once():
    """A status may decide on several axes, and a payload may hold several that decide on one."""
    event = factories.event(
        factories.celigo_line(1), "celigo", "received", "paid", None, fields={"financial_status": "paid"}
    )
    event.states = [
        state("order", "financial_status", "paid", "confirmed"), state("payment", "financial_status", "paid", "paid"),
        state("order", "fulfillment_status", "null", "pending"),
        state("fulfilment", "fulfillment_status", "null", "pending"),
    ]  # fmt: skip
    later = msgspec.structs.replace(event, phase="forwarded", states=event.states[2:])
    trace = msgspec.structs.replace(
        factories.rewritten_trace(), journeys=factories.journeys(("paid", [event, later])), events=[], findings=[]
    )
    told = " ".join(text.trace(trace, VIEW).split())

    assert "financial_status “paid” = order confirmed, payment paid; fulfillment_status “null” = pending;" in told
    assert told.count("financial_status") == 2
    assert "CHANGED" not in told


def test_a_long_wait_is_shown_and_a_clock_that_runs_behind_as_well():
    """A gap of hours has its own line; a negative one is neither hidden nor sorted away."""
    stamps = ["2026-03-02T10:00:00Z", "2026-03-02T14:30:00Z", "2026-03-02T14:29:58Z"]
    events = [
        factories.event(factories.celigo_line(n + 1), "celigo", phase, "created", at)
        for n, (phase, at) in enumerate(zip(("received", "transformed", "forwarded"), stamps, strict=True))
    ]
    trace = msgspec.structs.replace(
        factories.rewritten_trace(), journeys=factories.journeys(("created", events)), events=events, findings=[]
    )
    told = text.trace(trace, VIEW)

    assert "⋮ 4 h 30 min without a record of it" in told
    assert "-2 s  celigo" in told


def test_records_of_no_journey_are_not_left_out():
    trace = factories.rewritten_trace()
    trace.journeys = []

    assert text.trace(trace, VIEW).count("celigo-debug.log:") == 3
    assert "also recorded" in text.trace(trace, VIEW)


def test_a_finding_that_no_record_shows_is_listed_below():
    trace = factories.rewritten_trace()
    trace.findings = [factories.refused()]

    assert "Findings beside the timeline\n  F-90aa3cf1d255" in text.trace(trace, VIEW)


def test_what_looks_like_a_fault_of_the_order_and_is_none_is_counted():
    trace = msgspec.structs.replace(factories.cancelled_trace(), counted={"redelivered": 2, "reordered, harmless": 1})
    told = " ".join(text.trace(trace, VIEW).split())

    assert (
        "Counted, and no fault: 2 redelivered (the same message again, with one effect), 1 reordered (taken in in "
        "another order than it happened, and nothing came of it)." in told
    )
    assert text_scan.HARMLESS.keys() == set(tally.HARMLESS), "every word that is counted is explained"


def test_what_was_not_judged_is_not_called_fine():
    """No findings found is one thing, not looked for another."""
    trace = factories.rewritten_trace()
    trace.findings = []
    assert "No finding about this order in what these exports can show." in text.trace(trace, VIEW)
    trace.findings = None
    assert "No finding" not in text.trace(trace, VIEW)


HOSTILE = [
    "\x1b[2J\x1b]0;owned\x07", "safe\rLOST", "\u202egnp.exe", "[bold red]x[/]", "{{7*7}}", "a\nb", "x" * 5000, "",
    " ", "\udce9", "=cmd|'/C calc'!A0", "注文" * 60,
]  # fmt: skip


def _hostile_check(bad: str) -> dict[str, Any]:
    """The same check with that text wherever a log's text may stand."""

    def spoilt(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoilt(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [spoilt(each, key) for each in value]
        return bad if isinstance(value, str) and key not in {"first", "last"} else value

    return {**spoilt(CHECK), "review": CHECK["review"]}


@pytest.mark.parametrize("bad", HOSTILE)
@pytest.mark.parametrize("colour", [False, True])
def test_no_text_of_a_log_acts(bad: str, *, colour: bool):
    """Every output takes every text; what stays of an escape sequence is its picture."""
    scan, trace = factories.hostile(bad)
    trace.aliases.append(TraceAlias(bad, "strong", None))
    view = View(clock=Clock("UTC"), colour=colour, raw=True)
    told = (
        text.scan(scan, view) + text.trace(trace, view) + text.findings(scan.findings, view)
        + text.ledger(scan.ledger, view)
        + text.status(scan.store, scan.ledger, scan.coverage, scan.wanted, view)
        + text.unread([{"shape": bad, "count": 1, "example": scan.findings[0].evidence[0], "reason": bad}], view)
        + text.formats([{"name": bad, "title": bad}], view) + text.statuses([{"system": bad, "value": bad}], view)
        + text.statuses([{"system": bad, "value": bad}], view, by_state=True)
        + text.statuses_check(_hostile_check(bad), view)
        + text.routes([{"from": {"system": bad, "phase": bad}, "to": None, "topic": bad}], view)
    )  # fmt: skip

    for char in "\x07\r\u202e\udce9":
        assert char not in told
    assert ("\x1b" in told) == colour
    assert "\x1b[2J" not in told
    assert "\x1b]" not in told


def test_nothing_is_needed():
    """Empty lists and None everywhere."""
    empty = msgspec.structs.replace(
        factories.cancelled_trace(), aliases=[], journeys=[], events=[], states={}, findings=None
    )

    assert text.trace(empty, VIEW) == "Order #5012\n"
    assert text.findings([], VIEW) == "No findings.\n"
    assert text.ledger([], VIEW) == "No exports.\n"
    assert text.unread([], VIEW) == "Every record was understood, or ignored with a reason.\n"
    assert text.status({}, [], [], [], VIEW)
    assert text.statuses([], VIEW)
    assert text.routes([], VIEW)
    assert "None found in what these exports can show." in text.scan(factories.nothing(), VIEW)


def test_plain_text_needs_neither_rich_nor_jinja():
    """A pipe pays for no colour; a command that writes no HTML for no templates."""
    code = (
        "import sys, tracelog.render.text, tracelog.render.html, tracelog.render.plain\n"
        "heavy = {'rich', 'jinja2', 'lark', 'sqlite_utils', 'click'}\n"
        "print(tracelog.render.text.ledger([]), sorted(heavy & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout == "No exports.\n []\n"


def test_of_very_many_incidents_the_worst_are_whole_and_the_others_a_line_each() -> None:
    """None is left out, and each has its id to go on with; a report, which nobody can ask further, tells all whole."""
    one = factories.scan().incidents[0]
    many = [msgspec.structs.replace(one, id=f"I-{number:012x}") for number in range(40)]
    result = factories.scan(incidents=many)
    short, every = text.scan(result), text.scan(result, View(every=True))

    assert all(incident.id in short for incident in many)
    assert short.count("class:") == 15
    assert every.count("class:") == text.report(result, []).count("class:") == 40


def test_a_route_names_the_classes_that_never_take_it_and_a_gate_its_exceptions() -> None:
    gate = GATE | {"examples": {"after_answer": [], "before": ["#1001", "#1002"]}}
    classes = [{"attribute": "channel", "value": "pos", "taken": 0, "of": 59},
               {"attribute": "channel", "value": "web", "taken": 340, "of": 341}]  # fmt: skip

    shown = " ".join(text.routes([ROUTES[0] | {"gates": [gate], "classes": classes}], VIEW).split())

    assert "by channel: pos 0 of 59 (never: a rule?), web 340 of 341" in shown
    assert "800 before: #1001, #1002)" in shown


def test_status_lists_the_names_that_were_not_followed() -> None:
    rows = [{"name": f"carrier:tracking 1z{number}", "orders": 7, "why": "7 orders have it"} for number in range(14)]
    scan = factories.scan()

    shown = text.status(scan.store, [], [], [], VIEW, not_followed=rows)

    assert "carrier:tracking 1z0: 7 orders have it" in shown
    assert "2 more: -v" in shown
