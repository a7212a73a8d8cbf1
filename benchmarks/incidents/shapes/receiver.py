"""A shop's own webhook receiver: nginx in front, a Python application behind.

Shapes after formats/middleware.md, sections 10 and 11: nginx writes at the end of the response, in the host's zone with
its offset; Python's asctime is local, with a comma and without a zone. The wording is the application's own.
"""

import json
import random
from datetime import datetime, timedelta, timezone


def combined(
    at: datetime, offset: timedelta, path: str, status: int, size: int, agent: str, address: str, method: str = "POST"
) -> str:
    """One line of the format `combined`."""
    stamp = at.astimezone(timezone(offset)).strftime("%d/%b/%Y:%H:%M:%S %z")
    return f'{address} - - [{stamp}] "{method} {path} HTTP/1.1" {status} {size} "-" "{agent}"'


def structured(
    at: datetime,
    offset: timedelta,
    path: str,
    status: int,
    size: int,
    agent: str,
    address: str,
    body: str,
    took: float,
    rng: random.Random,
    method: str = "POST",
) -> str:
    """One line of a `log_format … escape=json`; numbers are quoted, as variables are text."""
    record = {
        "time_iso8601": at.astimezone(timezone(offset)).isoformat(timespec="seconds"),
        "remote_addr": address,
        "remote_user": "",
        "request": f"{method} {path} HTTP/1.1",
        "status": str(status),
        "body_bytes_sent": str(size),
        "request_time": f"{took:.3f}",
        "http_host": "hooks.northfold.example",
        "request_id": f"{rng.getrandbits(128):032x}",
        "request_body": body,
        "http_user_agent": agent,
        "upstream_response_time": f"{took:.3f}",
    }
    return json.dumps(record, separators=(",", ":"))


def said(at: datetime, offset: timedelta, level: str, logger: str, message: str) -> str:
    """One line of a Python log with asctime."""
    local = at.astimezone(timezone(offset))
    return f"{local.strftime('%Y-%m-%d %H:%M:%S')},{local.microsecond // 1000:03d} {level} {logger} {message}"
