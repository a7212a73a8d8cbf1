"""Exports as a user downloads them: records in their order, which of them a hazard may cut, and what is left to see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.incidents.world import Span, World

Seen = list[tuple[dt.datetime, dt.datetime]]


@dataclass(frozen=True)
class Record:
    """One entry, as written, with the time it was written (true, not as stamped) and the orders it is about."""

    at: dt.datetime
    text: str
    orders: frozenset[str] = frozenset()


@dataclass
class Export:
    """One file. `label` is the stage of the route that it shows; a table is one moment, a log is a time."""

    name: str
    label: str
    system: str
    records: list[Record]
    header: str = ""
    footer: str = ""
    between: str = ""
    table: bool = False
    encoding: str = "utf-8"
    seen: Seen = field(default_factory=list)  # what of the time played can be seen in it
    only: frozenset[str] | None = None  # just these orders
    instance: str | None = None  # which of several; told on the command line, where the file does not name it

    def text(self) -> str:
        return self.header + self.between.join(record.text for record in self.records) + self.footer

    def write(self, folder: Path) -> None:
        (folder / self.name).write_text(self.text(), encoding=self.encoding, newline="")

    def part(self, name: str, keep: Callable[[Record], bool], seen: Seen) -> Export:
        """The same export with fewer records."""
        return replace(self, name=name, records=[record for record in self.records if keep(record)], seen=seen)


def log(world: World, name: str, label: str, system: str, records: Iterable[Record], **more: Any) -> Export:
    """A log: records in the order of their time. It can be seen from its first record to its last."""
    ordered = sorted((record for record in records if record.at <= world.end), key=lambda record: record.at)
    seen = [(ordered[0].at, ordered[-1].at)] if ordered else []
    return Export(name, label, system, ordered, seen=seen, **more)


def table(world: World, name: str, label: str, system: str, records: Iterable[Record], **more: Any) -> Export:
    """A table, as of when that system was exported: nothing later is in it. What came before its first record is not
    in its scope.
    """
    rows = [record for record in records if record.at <= world.exported(system)]
    first = min((row.at for row in rows), default=world.exported(system))
    seen = [(first, world.exported(system))]
    return Export(name, label, system, rows, table=True, seen=seen, **more)


def visible(exports: list[Export], span: Span, order: str) -> bool:
    """Whether some export with that label shows that span, of that order. A table must hold something newer, too."""
    return any(
        since <= span.since and span.until <= until
        for export in exports
        if export.label == span.label and (export.only is None or order in export.only)
        if not export.table or any(record.at > span.since for record in export.records)
        for since, until in export.seen
    )
