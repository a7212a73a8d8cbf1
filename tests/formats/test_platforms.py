"""What integration platforms say of an order: Logic Apps, Zapier, n8n, Make, and Boomi's counts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formats.export_reading import names, read, sample


def phases(number: int, export: str) -> list[tuple[str, str | None, str | None]]:
    """Phase, peer and result of one record of a sample."""
    return [(event.kind.phase, event.kind.peer, event.result) for event in sample(export).record(number)]


# ---- Azure Logic Apps ----


def action(name: str, status: str = "Succeeded", code: str = "OK", **more: Any) -> str:
    return json.dumps({
        "time": "2026-05-01T09:00:03.5235064Z", "category": "WorkflowRuntime",
        "operationName": "Microsoft.Logic/workflows/workflowActionCompleted",
        "properties": {
            "startTime": "2026-05-01T09:00:01.048482Z", "endTime": "2026-05-01T09:00:03.4109204Z", "status": status,
            "code": code, "resource": {"workflowName": "w", "runId": "0858", "actionName": name},
            "correlation": {"actionTrackingId": "a-1", "clientTrackingId": "#5012"}, **more,
        },
    })  # fmt: skip


def told(text: str) -> list[tuple[str, str | None]]:
    return [(event.kind.phase, event.kind.peer) for event in read(text).events]


def test_a_logic_app_sends_an_order_on():
    """The action's own times: sent when it began, accepted when it ended."""
    sent, answered = sample("azure_logicapps_diagnostics.json").record(3)

    assert (sent.kind.phase, sent.kind.peer, sent.at_raw) == ("forwarded", "netsuite", "2026-03-12T14:02:13.2336305Z")
    assert (answered.kind.phase, answered.at_raw) == ("acknowledged", "2026-03-12T14:02:14.9430281Z")
    assert names(sent) == {"ref ORD-20931"}


def test_an_id_that_azure_made_up_is_no_name():
    """`clientTrackingId` is generated unless the caller gives it: twenty digits name no order."""
    for event in sample("azure_logicapps_diagnostics.json").record(4):
        assert names(event) == set()


def test_each_try_of_an_action_that_was_retried_is_told():
    assert phases(1, "azure_logicapps_run_actions.json") == [
        ("forwarded", "netsuite", None), ("rejected", "netsuite", "ServiceUnavailable"),
        ("rejected", "netsuite", "ServiceUnavailable"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("HTTP", ["forwarded", "acknowledged"]),
        ("Create_sales_order", ["forwarded", "acknowledged"]),
        ("NetSuite_upsert", ["forwarded", "acknowledged"]),
        ("Compose", ["transformed"]),
        ("Parse_JSON", ["transformed"]),
        ("HTTP_get_order", []),
        ("Get_customer", []),
        ("Send_an_email_(V2)", []),
        ("Condition", []),
        ("For_each", []),
        ("Initialize_variable", []),
    ],
)
def test_what_an_action_does_is_told_by_its_name(name, expected):
    assert [phase for phase, _ in told(action(name))] == expected


@pytest.mark.parametrize("status", ["Failed", "TimedOut", "Faulted", "Aborted", "Cancelled"])
def test_every_bad_end_is_a_refusal(status):
    assert told(action("HTTP", status, "BadGateway")) == [("forwarded", None), ("rejected", None)]


def test_a_branch_that_was_not_taken_is_a_decision_and_a_step_after_a_failure_is_none():
    """`ActionSkipped` follows from what went before; that says itself what happened."""
    decided = action("Create_sales_order", "Skipped", "ActionBranchingConditionNotSatisfied")

    assert [phase for phase, _ in told(decided)] == ["skipped"]
    assert told(action("Create_sales_order", "Skipped", "ActionSkipped")) == []


@pytest.mark.parametrize("status", ["Running", "Waiting", "Paused", "Suspended", "NotSpecified", "Ignored", "Whatever"])
def test_what_has_not_ended_says_nothing_and_is_understood(status):
    reading = read(action("HTTP", status))

    assert reading.counts() == {"ignored": 1}


def test_a_failure_inside_is_told_once():
    """A scope repeats what an action inside it said, as ActionFailed."""
    assert told(action("Parse_JSON", "Failed", "InvalidTemplate")) == [("rejected", None)]
    assert told(action("Scope", "Failed", "ActionFailed")) == []


def test_records_of_storage_stand_one_a_line():
    text = action("HTTP") + "\n" + action("Compose") + "\n"

    assert [phase for phase, _ in told(text)] == ["forwarded", "acknowledged", "transformed"]


# ---- Zapier ----


def run(status: str, **more: Any) -> str:
    return json.dumps([{
        "id": "r-1", "zap_id": 7, "start_time": "2026-05-01T09:00:01.100000Z", "end_time": None, "status": status,
        "zap_title": "Shopify to NetSuite", "steps": [{"status": "success", "start_time": "2026-05-01T09:00:01.1Z"}],
        "data_in": '{"name":"#5012"}', "data_out": "", **more,
    }])  # fmt: skip


def test_a_filter_of_a_zap_is_not_an_error():
    """ORD-20932 was taken in and filtered: a decision on record."""
    assert [phase for phase, _, _ in phases(2, "zapier_zap_runs.json")] == ["received", "skipped"]


def test_a_zap_names_its_target_in_its_title():
    assert phases(1, "zapier_zap_runs.json") == [
        ("received", None, None), ("forwarded", "quickbooks", None), ("acknowledged", "quickbooks", "success"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        ("success", "acknowledged"), ("filtered", "skipped"), ("held", "parked"), ("Holding", "parked"),
        ("waiting", "parked"), ("scheduled", "parked"), ("errored", "rejected"), ("halted", "rejected"),
        ("Stopped (Halted)", "rejected"), ("Stopped (Errored)", "rejected"),
        ("playing", "received"), ("anything else", "received"),
    ],
)  # fmt: skip
def test_every_status_of_a_zap_run_says_how_it_ended(status, ends):
    """A word that nobody knows leaves what is certain: it came in."""
    reading = read(run(status))

    assert reading.counts() == {"understood": 1}
    assert reading.events[-1].kind.phase == ends


def test_a_zap_of_one_step_sent_nothing():
    assert [event.kind.phase for event in read(run("success")).events] == ["received", "acknowledged"]


# ---- n8n ----


def node(name: str, before: str | None, **more: Any) -> dict[str, Any]:
    source = [{"previousNode": before}] if before else []
    return {name: [{"startTime": 1777626001000, "executionStatus": "success", "source": source, **more}]}


def execution(*nodes: dict[str, Any], **more: Any) -> str:
    ran = {name: runs for each in nodes for name, runs in each.items()}
    last = list(ran)[-1] if ran else None
    return json.dumps({
        "id": "77", "finished": True, "mode": "webhook", "status": "success", "retryOf": None, "workflowId": "w",
        "startedAt": "2026-05-01T09:00:01.000Z", "stoppedAt": "2026-05-01T09:00:03.000Z",
        "data": {"resultData": {"lastNodeExecuted": last, "runData": ran}}, **more,
    })  # fmt: skip


WEBHOOK = node("Webhook", None, data={"main": [[{"json": {"body": {"order_number": "#5012"}}}]]})


def test_an_execution_and_its_retry_share_an_envelope():
    """ORD-20934: 503, then the retry went through."""
    failed, again = (sample("n8n_executions.json").record(number)[-1] for number in (2, 3))

    assert (failed.kind.phase, failed.kind.peer, failed.result) == ("rejected", "netsuite", "503 - Service Unavailable")
    assert (again.kind.phase, again.kind.peer) == ("acknowledged", "netsuite")
    assert {"execution 41934"} <= set(failed.envelope) & set(again.envelope)


def test_the_stack_of_an_error_stays_with_its_record():
    """It is evidence, and no part of the reason."""
    event = sample("n8n_executions.json").record(2)[-1]

    assert "Object.execute" not in (event.result or "")


@pytest.mark.parametrize(
    ("name", "sends"),
    [
        ("POST NetSuite", True), ("HTTP Request", True), ("Create Sales Order", True), ("NetSuite", True),
        ("Get order", False), ("Find customer", False), ("Edit Fields", False), ("IF", False), ("Slack", False),
        ("Respond to Webhook", False), ("Send email", False),
    ],
)  # fmt: skip
def test_what_a_node_does_is_told_by_its_name(name, sends):
    found = {event.kind.phase for event in read(execution(WEBHOOK, node(name, "Webhook"))).events}

    assert found == ({"received", "forwarded", "acknowledged"} if sends else {"received"})


def test_a_node_that_failed_while_the_execution_went_on_is_not_hidden():
    failing = node("POST NetSuite", "Webhook", executionStatus="error", error={"message": "INVALID_KEY"})
    events = read(execution(WEBHOOK, failing, node("Set", "POST NetSuite"))).events

    assert [event.kind.phase for event in events] == ["received", "forwarded", "rejected"]
    assert (events[-1].kind.level, events[-1].result) == ("body", "success, though POST NetSuite failed: INVALID_KEY")


def test_several_orders_of_one_execution_stay_several():
    """What a workflow notes about the whole execution must not make its items one order."""
    items = [[{"json": {"id": n, "name": f"#50{n}", "financial_status": "paid"}} for n in (11, 12, 13)]]
    text = execution(node("Shopify Trigger", None, data={"main": items}), customData={"orderName": "#5011"})
    received = [event for event in read(text).events if event.kind.phase == "received"]

    assert [names(event) for event in received] == [
        {"shopify:id 11", "shopify:name #5011"}, {"shopify:id 12", "shopify:name #5012"},
        {"shopify:id 13", "shopify:name #5013"},
    ]  # fmt: skip


def test_executions_without_their_data_still_tell_how_they_ended():
    named = execution(data=None, customData={"orderId": "6120481930277"}, status="error", finished=False)
    nameless = execution(data=None)

    assert [event.kind.phase for event in read(named).events] == ["received", "rejected"]
    assert read(nameless).counts() == {"context": 1}


# ---- Make ----


def test_runs_of_make_count_and_name_nothing():
    """A run is context; so are the edits that the history lists between the runs."""
    rows = [
        {"imtId": "a", "id": "1", "timestamp": "2026-05-01T09:00:00Z", "status": 2, "operations": 3, "type": "auto"},
        {"imtId": "b", "id": "2", "timestamp": 1777626001000, "type": "activate", "authorId": 5},
    ]
    first, edit = read(json.dumps({"scenarioLogs": rows})).contexts

    assert (first.what, first.counts) == ("run ended with warning", {"operations": 3})
    assert (edit.what, edit.actor) == ("scenario changed: activate", ("5", "person"))


# ---- Boomi ----


def test_an_execution_of_boomi_counts_documents():
    record = {
        "executionId": "execution-1-2026.05.01", "executionTime": "2026-05-01T09:00:00Z", "status": "COMPLETE",
        "processName": "Orders", "inboundDocumentCount": 4, "outboundDocumentCount": 3, "inboundErrorDocumentCount": 1,
    }  # fmt: skip
    (context,) = read(json.dumps({"numberOfResults": 1, "result": [record]})).contexts

    assert context.counts == {"in": 4, "out": 3, "error": 1}
    assert context.envelope == ("execution-1-2026.05.01",)


@pytest.mark.parametrize("status", ["COMPLETE_WARN", "STARTED", "INPROCESS", "DISCARDED", "WHATEVER"])
def test_a_run_in_any_state_is_understood(status):
    record = {"executionId": "execution-1-2026.05.01", "executionTime": "2026-05-01T09:00:00Z", "status": status}

    assert read(json.dumps([record])).counts() == {"context": 1}
