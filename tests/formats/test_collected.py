"""The same five lines of a program, as the places that collect logs hand them out: each wrapping is taken off."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime

import pytest

from formats.export_reading import names, read
from tracelog.model.event import SECOND

LINES = [
    ("2026-03-02T14:05:11.201Z", "INFO", "Received order #1001 (created) from Shopify"),
    ("2026-03-02T14:05:13.101Z", "INFO", "Order #1001 accepted by NetSuite"),
    ("2026-03-02T14:06:11.201Z", "INFO", "Received order #1002 (created) from Shopify"),
    ("2026-03-02T14:07:11.201Z", "ERROR", "Failed to forward order #1002 to NetSuite: 500 Internal Server Error"),
    ("2026-03-14T14:08:11.201Z", "INFO", "Cache warmed"),
]
TOLD = [
    ("received", "shopify", {"ref #1001"}), ("acknowledged", "netsuite", {"ref #1001"}),
    ("received", "shopify", {"ref #1002"}), ("rejected", "netsuite", {"ref #1002"}),
]  # fmt: skip
"""What they say, whatever is around them: (phase, peer, names)."""


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _table(header: list[str], row: Callable[[str, str, str], list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(row(*line) for line in LINES)
    return out.getvalue()


def _lines(line: Callable[[str, str, str], str]) -> str:
    return "".join(line(*each) + "\n" for each in LINES)


def _json(of: Callable[[str, str, str], dict[str, object]]) -> str:
    return _lines(lambda at, level, text: json.dumps(of(at, level, text)))


WRAPPED = {
    "splunk": _table(
        ["_serial", "_time", "source", "sourcetype", "host", "_raw"],
        lambda at, level, text: ["1", at, "/var/log/app.log", "app", "h1", f"{at} {level} [order-sync] {text}"],
    ),
    "kibana": _table(
        ["@timestamp", "log.level", "service.name", "message"],
        lambda at, level, text: [f"{_moment(at):%b %d, %Y @ %H:%M:%S}.{at[20:23]}", level, "order-sync", text],
    ),
    "datadog": _table(["Date", "Host", "Service", "Content"], lambda at, level, text: [at, "i-1", "sync", text]),
    "insights": _table(
        ["@timestamp", "@message", "@logStream"],
        lambda at, level, text: [f"{_moment(at):%Y-%m-%d %H:%M:%S}.201", f"{level} {text}", "order-sync/1"],
    ),
    "application-insights": _table(
        ["timestamp [UTC]", "message", "severityLevel", "operation_Id"],
        lambda at, level, text: [f"{_moment(at):%-m/%-d/%Y, %-I:%M:%S}.201 PM", text, "1", "op1"],
    ),
    "tsv": _table(["time", "level", "msg"], lambda at, level, text: [at, level, text], "\t"),
    "google": _json(lambda at, level, text: {"insertId": at, "timestamp": at, "severity": level, "textPayload": text}),
    "loki": _json(lambda at, level, text: {"line": f'level={level} msg="{text}"', "timestamp": at, "fields": {}}),
    "docker": _json(lambda at, level, text: {"log": f"{level} {text}\n", "stream": "stdout", "time": at}),
    "docker-of-json": _json(
        lambda at, level, text: {"log": json.dumps({"level": level, "msg": text}), "stream": "stdout", "time": at}
    ),
    "journald": _json(
        lambda at, level, text: {
            "__REALTIME_TIMESTAMP": str(int(_moment(at).timestamp() * 1e6)), "PRIORITY": "6", "MESSAGE": text,
        }
    ),
    "kubernetes": _lines(lambda at, level, text: f"{at[:-1]}000000Z stdout F {level} {text}"),
    "heroku": _lines(lambda at, level, text: f"{at[:-1]}000+00:00 app[worker.1]: {text}"),
    "heroku-of-json": _lines(
        lambda at, level, text: f"{at[:-1]}000+00:00 app[web.1]: {json.dumps({'level': level, 'msg': text})}"
    ),
    "ruby": _lines(lambda at, level, text: f"{level[0]}, [{at[:-1]} #4242]  {level} -- : {text}"),
    "laravel": _lines(
        lambda at, level, text: (
            f"[{_moment(at):%Y-%m-%d %H:%M:%S}] production.{level}: {text} "
            + ("\n[stacktrace]\n#0 /var/www/app/Sync.php(12): send()\n#1 {main}" if level == "ERROR" else "")
        )
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRAPPED)
def test_a_collected_log_says_what_the_program_wrote(name: str) -> None:
    found = read(WRAPPED[name], zone="UTC")

    assert [(event.kind.phase, event.kind.peer, names(event)) for event in found.events] == TOLD
    assert found.counts() == {"understood": 4, "ignored": 1}
    assert [event.at // SECOND for event in found.events[:2]] == [1772460311, 1772460313]  # 14:05:11 and :13 UTC


def test_notes_with_a_date_are_no_log() -> None:
    notes = "Date,Content\n" + "".join(
        f"2026-03-{day:02},I received order #10{day:02} damaged and sent it back\n" for day in range(1, 29)
    )
    assert read(notes).format is None
