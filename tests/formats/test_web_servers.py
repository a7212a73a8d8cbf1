"""What web servers and proxies write: a delivery came to an address and was answered; the rest is activity."""

from __future__ import annotations

import json

import pytest

from formats.export_reading import NEW_YORK, names, read, sample, shipped, states

AGENT = "Shopify-Captain-Hook"
STAMP = "12/Mar/2026:14:02:11 +0000"


def line(request: str = "POST /webhooks/orders HTTP/1.1", status: int = 200, agent: str = "-", user: str = "-") -> str:
    return f'198.51.100.7 - {user} [{STAMP}] "{request}" {status} 2 "-" "{agent}"\n'


def said(text: str) -> list[tuple[str, str, str | None]]:
    """(system, phase, result) of each event."""
    return [(event.kind.system, event.kind.phase, event.result) for event in read(text).events]


def test_who_sent_is_told_by_the_client_s_name():
    """The answer belongs to the sender's hop: 200, 204, and two that the server could not answer well."""
    reading = sample("nginx_access_combined.log")

    assert [(event.kind.system, event.kind.phase, event.result) for event in reading.events[:8]] == [
        ("web-server", "received", "200"), ("shopify", "acknowledged", "200"),
        ("web-server", "received", "204"), ("shopify", "acknowledged", "204"),
        ("web-server", "received", "499"), ("shopify", "rejected", "499"),
        ("web-server", "received", "502"), ("shopify", "rejected", "502"),
    ]  # fmt: skip
    assert {event.kind.peer for event in reading.events[:8:2]} == {"shopify"}
    assert all(not event.names for event in reading.events[:8])


def test_an_order_in_the_address_is_named():
    """ORD-20939: a person changed it by hand, signed in and at a browser."""
    for export, number in (("nginx_access_combined.log", 6), ("apache_access_vhost.log", 4)):
        (event,) = sample(export).record(number)

        assert (event.kind.phase, names(event)) == ("received", {"ref ORD-20939"})
        assert event.actor == ("opsadmin", "person")


def test_what_is_no_request_is_activity_all_the_same():
    """Bytes of a scanner, an empty request, one that never came: answered, and no statement."""
    for export, number in (("nginx_access_combined.log", 5), ("nginx_access_combined.log", 7),
                           ("apache_access_vhost.log", 5), ("aws_alb_access.log", 5)):  # fmt: skip
        outcome = sample(export).outcomes[number - 1]

        assert (outcome.verdict, outcome.at is not None) == ("ignored", True)
        assert "no readable request" in (outcome.reason or "")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_question_is_no_delivery(method):
    assert read(line(f"{method} /orders/ORD-20939 HTTP/1.1", 404)).counts() == {"ignored": 1}


@pytest.mark.parametrize("address", ["/login", "/api/cart?returnUrl=/orders", "/graphql", "/wp-admin/admin-ajax.php"])
def test_a_shop_s_other_traffic_states_nothing(address):
    assert read(line(f"POST {address} HTTP/1.1")).counts() == {"ignored": 1}


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/admin/orders/ORD-20939/status", {"ref ORD-20939"}),
        ("/admin/api/2026-01/orders/6120481930251.json", {"ref 6120481930251"}),
        ("/api/v2/order/SO-10481?notify=1", {"ref SO-10481"}),
        ("/orders/%231001/cancel", {"ref 1001"}),
        ("/hook?order_id=ORD-20939", {"ref ORD-20939"}),
        ("/hook?orderId=112-1234567-1234567&x=1", {"ref 112-1234567-1234567"}),
        ("/orders/create", set()),
        ("/orders/2026/03/report", set()),
        ("/orders/2026-03-12", set()),
        ("/orders/v2/import", set()),
        ("/orders?order=asc", set()),
    ],
)
def test_what_of_an_address_is_an_order(address, named):
    """A date, a version and a way to sort are none."""
    assert names(read(line(f"PUT {address} HTTP/1.1")).events[0]) == named


def test_without_a_known_sender_a_refusal_is_the_server_s_own():
    assert said(line(status=503)) == [("web-server", "received", "503"), ("web-server", "rejected", "503")]
    assert said(line(status=200)) == [("web-server", "received", "200")]
    assert said(line(status=302)) == [("web-server", "received", "302")]


def test_a_redirect_is_no_acceptance_for_who_sends_webhooks():
    assert said(line(status=302, agent=AGENT))[1] == ("shopify", "rejected", "302")


@pytest.mark.parametrize(
    "text",
    [
        f'198.51.100.7 - - [{STAMP}] "POST /hook HTTP/1.1" 200 -\n',
        f'2001:db8::7 - - [{STAMP}] "POST /hook HTTP/1.1" 200 2 "-" "a \\"quoted\\" name"\n',
        f'198.51.100.7 - - [{STAMP}] "POST /hook HTTP/1.1" 200 2 "-" "curl" "198.51.100.1, 10.0.0.4"\n',
        f'198.51.100.7 - - [{STAMP}] "POST /hook HTTP/1.1" 200 2 "-" "curl" rt=0.05 uct="0.000"\n',
        f'hooks.example 198.51.100.7 - ann [{STAMP}] "POST /hook HTTP/1.1" 200 2 "-" "curl"\n',
        f'hooks.example:443 2001:db8::7 - - [{STAMP}] "POST /hook HTTP/2.0" 200 2\n',
    ],
    ids=["common", "escaped quotes", "main", "own fields", "vhost", "vhost common"],
)
def test_the_layouts_of_one_log(text):
    reading = read(text)

    assert (reading.format, reading.counts()) == ("web-access", {"understood": 1})


def test_a_request_id_ties_a_line_to_other_logs():
    """Named $request_id by nginx and req_id by the ingress; X-Ray's trace at the load balancer."""
    rid = "752178adb17130b291aefd8c38620931"
    assert sample("nginx_access_json.jsonl").record(1)[0].envelope == (rid,)
    assert sample("nginx_ingress_upstreaminfo.log").record(1)[0].envelope == (rid,)
    assert sample("aws_alb_access.log").record(1)[0].envelope == ("1-69b2c7c3-36d228ad5d99923122b20931",)


def test_a_body_in_the_log_names_the_order():
    """ORD-20931 with its states; of ORD-20934 only the names were kept; ORD-20936 was refused before it was read."""
    reading = sample("nginx_access_json.jsonl")

    assert names(reading.record(1)[0]) == {"shopify:id 6120481930251", "shopify:name ORD-20931"}
    assert states(reading.record(1)[0])["payment"] == "paid"
    assert names(reading.record(3)[1]) == {"shopify:id 6120481930277", "shopify:name ORD-20934"}
    assert reading.record(3)[1].result == "504"
    assert [names(event) for event in reading.record(4)] == [set(), set()]


@pytest.mark.parametrize(
    "record",
    [
        {"@timestamp": "2026-03-12T14:02:11+00:00", "remote_addr": "198.51.100.7", "request_method": "POST",
         "request_uri": "/hook", "status": 200, "body_bytes_sent": 2, "http_user_agent": "curl"},
        {"time": "2026-03-12T10:02:11-04:00", "client": "198.51.100.7", "method": "POST", "uri": "/hook",
         "status": "200", "request_time": "0.05", "ua": "curl"},
        {"time_local": "12/Mar/2026:14:02:11 +0000", "remote_addr": "-", "request": "POST /hook HTTP/1.1",
         "status": "200", "bytes_sent": "2", "http_user_agent": "-"},
        {"msec": "1773324131.000", "remote_addr": "198.51.100.7", "request": "POST /hook HTTP/1.1", "status": "200",
         "request_time": "0.05"},
    ],
)  # fmt: skip
def test_json_logs_are_composed_by_their_users(record):
    reading = read(json.dumps(record) + "\n")

    assert reading.format == "nginx-access-json"
    assert [(event.kind.phase, event.at) for event in reading.events] == [("received", 1773324131 * 10**9)]


def test_what_a_proxy_passed_on_has_an_answer_of_its_own():
    """504 after 30 s: it was sent on. 503 without an upstream: it was not."""
    timeout, refused = (
        sample("nginx_ingress_upstreaminfo.log").record(2),
        sample("nginx_ingress_upstreaminfo.log").record(3),
    )

    assert [(event.kind.system, event.kind.phase) for event in timeout] == [
        ("nginx", "received"), ("shopify", "rejected"), ("nginx", "forwarded"), ("nginx", "rejected"),
    ]  # fmt: skip
    assert [(event.kind.system, event.kind.phase) for event in refused] == [
        ("nginx", "received"), ("shopify", "rejected"),
    ]  # fmt: skip


def test_the_last_of_several_upstreams_answered_in_the_end():
    """502 by the first, 200 by the second: accepted."""
    phases = [(event.kind.system, event.kind.phase) for event in sample("nginx_ingress_upstreaminfo.log").record(4)]

    assert phases[-1] == ("nginx", "acknowledged")


def test_a_load_balancer_knows_when_a_request_came():
    """Written at the answer, 14:02:11.986641; the request came 48 ms before."""
    received, *_ = sample("aws_alb_access.log").record(1)

    assert received.at is not None
    assert received.happened_at is not None
    assert received.at - received.happened_at == 48_641_000
    assert received.kind.instance == "webhook-alb"


def test_a_load_balancer_says_why_it_failed():
    assert sample("aws_alb_access.log").record(6)[-1].result == "502 LambdaInvalidResponse"


def test_new_fields_at_the_end_of_a_load_balancer_s_line_change_nothing():
    text = (shipped().get("aws-alb").document.sample[0].text.strip().splitlines()[0]) + ' "one" "more" TID_x\n'

    assert read(text).counts() == {"understood": 1}


def test_both_layouts_of_a_gateway_say_the_same():
    """200, 202, 504, 403, 429: the edge refused the last three."""
    by_line, by_key = sample("aws_apigw_clf.log").events, sample("aws_apigw_json.jsonl").events

    for events in (by_line, by_key):
        refused = [event for event in events if event.kind.phase == "rejected"]
        assert [(event.result or "")[:3] for event in refused] == ["504", "403", "429"]
        assert len([event for event in events if event.kind.phase == "received"]) == 5
        assert {event.kind.system for event in events} == {"api-gateway"}
    assert by_key[3].result == "504 Endpoint request timed out"


def test_an_error_log_has_the_host_s_own_clock():
    """14:15 in New York is 18:15 UTC: nothing in the line says so."""
    event = sample("nginx_error.log", NEW_YORK).events[0]

    assert event.at == 1773339357 * 10**9
    assert event.result == (
        "upstream timed out (110: Connection timed out) while reading response header from upstream"
    )


def test_an_error_log_proves_no_absence():
    for name in ("nginx-error", "apache-error"):
        absence = shipped().definitions[name].document.absence
        assert absence is not None
        assert absence.none


def test_apache_s_errors_may_explain_many_orders():
    reading = read(
        "[Thu Mar 12 10:15:57.104233 2026] [proxy:error] [pid 31] (111)Connection refused: AH00957: HTTP: attempt to"
        " connect to 10.0.3.15:8080 (backend.example) failed\n"
        "[Thu Mar 12 10:15:58 2026] [:notice] [pid 31] caught SIGTERM, shutting down\n",
        NEW_YORK,
    )

    assert (reading.format, reading.counts()) == ("apache-error", {"context": 1, "ignored": 1})
    assert reading.contexts[0].what.startswith("proxy:error: (111)Connection refused")


@pytest.mark.parametrize(
    "text",
    [
        'The order was received - and then [something] happened "here" 200 times\n' * 3,
        '{"status": 200, "path": "/hook", "method": "POST", "level": "info", "msg": "request"}\n' * 3,
        "def access(first, second):\n    return first - second\n",
    ],
    ids=["prose", "an application's log", "source"],
)
def test_other_texts_are_no_access_logs(text):
    assert read(text).format not in {"web-access", "nginx-access-json", "nginx-ingress", "aws-api-gateway"}
