"""The result as data inside the report, and the report's own checksum: what `tracelog verify` reads, and other programs
may.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tracelog.model.finding import Scan, Trace
from tracelog.render.plain import to_json
from tracelog.render.visible import clip

ID = "tracelog-data"
LONGEST = 64 * 1024
"""Characters of a record's text; the rest is in the export, at the offset given."""
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
_SCRIPT = re.compile(rf'<script type="application/json" id="{ID}">(.*?)</script>', re.DOTALL)


def data(scan: Scan, traces: Sequence[Trace], about: Mapping[str, Any]) -> str:
    """The scan's keys, and beside them `traces` and `report`; no character that could end a script or a comment."""
    whole = {**msgspec.to_builtins(scan), "traces": msgspec.to_builtins(traces), "report": dict(about)}
    text = to_json(_clipped(whole), pretty=False).decode().strip()
    return re.sub("[<>&]", lambda match: _ESCAPES[match[0]], text)


def read(html: str) -> dict[str, Any] | None:
    """The data of a report; None if there is none in it or it cannot be read."""
    match = _SCRIPT.search(html)
    try:
        value = msgspec.json.decode(match[1]) if match else None
    except msgspec.DecodeError:
        return None
    return value if isinstance(value, dict) else None


_SEAL = re.compile(r'(<meta name="tracelog-sha256" content=")([0-9a-f]*)(">)')


def sealed(html: str) -> str:
    """The page with its SHA-256 in the place that it keeps for it."""
    return _SEAL.sub(lambda match: f"{match[1]}{_checksum(html)}{match[3]}", html, count=1)


def integrity(html: str) -> str | None:
    """`ok`: words and data are as they were written, `changed`: they are not, `unstated`: a report without a checksum,
    None: no report in HTML. It shows a slip or an edit, and is no signature: whoever means to deceive computes it anew.
    """
    match = _SEAL.search(html)
    if match is None or not match[2]:
        return "unstated" if _SCRIPT.search(html) else None
    return "ok" if match[2] == _checksum(html) else "changed"


def _checksum(html: str) -> str:
    """Of the page without its own checksum, in UTF-8 and with plain line ends, so that a mailed copy still fits."""
    text = _SEAL.sub(r"\1\3", html.removeprefix("\ufeff").replace("\r\n", "\n"), count=1)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _clipped(node: Any) -> Any:
    if isinstance(node, list):
        return [_clipped(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "digest" in node and "text" in node:
        return {**node, "text": clip(node["text"], LONGEST)}
    return {key: _clipped(value) for key, value in node.items()}
