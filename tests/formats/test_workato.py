"""What Workato's jobs say of an order: with their steps, without them, run again, and with an error that was caught."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formats.export_reading import names, read, sample, states

JOB = {
    "id": "j-A", "master_job_id": "j-A", "recipe_id": 1, "title": "Shopify: new order #5012", "status": "succeeded",
    "is_test": False, "is_poll_error": False, "error": None,
    "started_at": "2026-05-01T09:00:00-07:00", "completed_at": "2026-05-01T09:00:03-07:00",
}  # fmt: skip
TRIGGER = {"recipe_line_number": 0, "adapter_name": "shopify", "adapter_operation": "new_order_webhook", "output": {}}


def job(*lines: dict[str, Any], **said: Any) -> list[tuple[str, str | None, str | None]]:
    """Phase, peer and result of what one streamed job states."""
    text = json.dumps({**JOB, "lines": list(lines), **said})
    return [(event.kind.phase, event.kind.peer, event.result) for event in read(text).events]


def step(operation: str, adapter: str = "netsuite", **more: Any) -> dict[str, Any]:
    return {"recipe_line_number": 1, "adapter_name": adapter, "adapter_operation": operation, "input": {}, **more}


def test_the_way_of_an_order_through_a_recipe():
    """ORD-20931: in from the shop, out to the ERP, accepted, and the ERP's id beside the shop's."""
    events = sample("workato_job_stream.jsonl").record(1)

    assert [(event.kind.phase, event.kind.peer) for event in events] == [
        ("received", "shopify"), ("forwarded", "netsuite"), ("acknowledged", "netsuite"),
    ]  # fmt: skip
    assert names(events[0]) == {"ref ORD-20931", "shopify:id 6120481930251", "shopify:name ORD-20931"}
    assert names(events[2]) == {"ref ORD-20931", "netsuite:internalid 884120"}


def test_a_rewritten_status_shows_on_both_sides_of_the_recipe():
    """ORD-20933 came in as shipped and left as pending."""
    taken, sent, _ = sample("workato_job_stream.jsonl").record(2)

    assert states(taken)["fulfilment"] == "shipped"
    assert states(sent)["fulfilment"] == "pending"


def test_a_rerun_is_another_job_of_the_same_master():
    """ORD-20934 failed with 503, and its rerun went through: they share the envelope of the first job."""
    stream = sample("workato_job_stream.jsonl")
    failed, again = stream.record(3)[-1], stream.record(4)[-1]

    assert (failed.kind.phase, failed.result) == (
        "rejected", "503 Service Unavailable: Concurrent request limit exceeded.",
    )  # fmt: skip
    assert again.kind.phase == "acknowledged"
    assert "j-BQm3Pcccc-Kd20934" in failed.envelope
    assert "j-BQm3Pcccc-Kd20934" in again.envelope


def test_a_list_of_jobs_tells_the_same_ends_without_the_steps():
    """The API gives no input and output: what is known is that a job began, and how it ended."""
    ends = {
        event.ids["job"]: event.kind.phase
        for outcome in sample("workato_jobs_api.json").outcomes
        for event in outcome.events[-1:]
    }

    assert ends == {
        "j-BQm3Tdddd-Kd20934": "acknowledged", "j-BQm3Pcccc-Kd20934": "rejected",
        "j-BQm3Hbbbb-Kd20933": "acknowledged", "j-BQm31aaaa-Kd20931": "acknowledged",
    }  # fmt: skip


def test_an_error_that_the_recipe_caught_is_not_hidden():
    """The job "succeeded"; its step did not, and that is what `swallowed-error` looks for."""
    told = job(TRIGGER, step("add_object", error="INVALID_KEY_OR_REF"))

    assert told[-1] == ("rejected", "netsuite", "succeeded, though a step failed: INVALID_KEY_OR_REF")


@pytest.mark.parametrize(
    "line",
    [
        step("search_object"),
        step("get_order_by_id", "shopify"),
        step("log_message", "logger"),
        step("set_variable", "workato_variable"),
        step("post_message", "slack_bot"),
        step("add_customer"),
        step("make_request", "rest", input={"request": {"method": "GET"}}),
    ],
)
def test_what_carries_no_order_is_no_attempt(line):
    """Questions, Workato's own helpers, people's inboxes and records of another kind."""
    assert [phase for phase, _, _ in job(TRIGGER, line)] == ["received"]


@pytest.mark.parametrize("title", ["New order 5012", "Order #5012 paid", "SHP-10481 sent", "order_id=6120045512001"])
def test_titles_name_orders_in_many_ways(title):
    (event, *_) = read(json.dumps({**JOB, "title": title})).events

    assert len(names(event)) == 1


def test_a_title_without_an_order_names_none():
    """`Timer event at 09:00` is about no order."""
    (event, *_) = read(json.dumps({**JOB, "title": "Timer event at 09:00"})).events

    assert names(event) == set()


def test_a_job_that_still_runs_has_no_end():
    assert [phase for phase, _, _ in job(TRIGGER, step("add_object"), status="pending", completed_at=None)] == [
        "received", "forwarded",
    ]  # fmt: skip


def test_the_shape_of_2018_is_read():
    """Numbers as ids, `completed` for a good end, `flow_id` for the recipe."""
    text = json.dumps({
        "id": 100, "flow_id": 234, "parent_id": None, "calling_job_id": None, "status": "completed",
        "started_at": "2018-05-21T00:00:00Z", "completed_at": "2018-05-21T00:00:10Z", "error_type": None,
        "error": None, "title": "Order ORD-20931", "is_poll_error": False, "report": {}, "lines": [],
    })  # fmt: skip
    reading = read(text)

    assert reading.format == "workato-jobs"
    assert [event.kind.phase for event in reading.events] == ["received", "acknowledged"]
