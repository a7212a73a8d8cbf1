"""Small definitions for tests: written into a folder, loaded as a user's own, and resolved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tracelog.interpret import catalog, resolve
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.resolve import Interpreter, Settings
from tracelog.model.event import Event, Outcome

HEAD = """
title = "Acme orders"
system = "acme"
reader = "json"
[recognise]
keys = ["id"]
"""
SAMPLE = """
[[sample]]
text = '{"id": 1}'
"""


class Folder:
    """A folder of definitions, as one gives with --parsers."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def catalog(self) -> Catalog:
        return catalog.load([self.path])

    def interpreter(self, body: str, *, head: str = HEAD, **settings: Any) -> Interpreter:
        """The definition `acme-orders` with this body: what stands behind the head's tables."""
        self.write("acme.orders.toml", head + body + SAMPLE)
        known = self.catalog()
        assert [problem for problem in known.problems if self.path.name in (problem.where or "")] == []
        return resolve.interpreter(known.get("acme-orders"), known, Settings(**settings))

    def outcome(self, body: str, record: dict[str, Any], **settings: Any) -> Outcome:
        """What one record comes to by that definition."""
        return self.interpreter(body, **settings)(record)

    def events(self, body: str, record: dict[str, Any], **settings: Any) -> list[Event]:
        found = self.outcome(body, record, **settings)
        assert found.verdict == "understood", found.reason
        return list(found.events)

    def event(self, body: str, record: dict[str, Any], **settings: Any) -> Event:
        (only,) = self.events(body, record, **settings)
        return only
