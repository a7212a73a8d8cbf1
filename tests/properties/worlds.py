"""Small weeks to hold a property against: played by the demo's own story, ingested and scanned as a user would.

    TRACELOG_PROPERTIES=large python -m pytest tests/properties

holds each against a hundred new weeks instead of a few.
"""

from __future__ import annotations

import dataclasses
import os
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tracelog.config import Config
from tracelog.demo.exports import write_exports
from tracelog.demo.week import Fault, Order, Plan, Week, play
from tracelog.ingest import ingest
from tracelog.investigate import scan
from tracelog.model.finding import Finding, Scan
from tracelog.model.ingest import IngestOptions
from tracelog.store.read import Store

LOG, SHOP, ERP, NOTES = (
    "celigo-connection-debug.log", "shopify-orders.csv", "netsuite-sales-orders.csv", "netsuite-system-notes.csv",
)  # fmt: skip
ABSENCES = frozenset(("silent-drop", "unacknowledged", "orphan"))
"""Kinds that say that something did not happen."""
Exports = dict[str, bytes]
"""By the file's name."""

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
_PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
"""No shrinking: a smaller week takes minutes to find, and reads no better."""
_COMMON = settings(deadline=None, suppress_health_check=_SLOW, phases=_PHASES, print_blob=True)
settings.register_profile("ci", _COMMON, max_examples=4, derandomize=True, database=None)
settings.register_profile("large", _COMMON, max_examples=100)
profile = settings.get_profile(os.environ.get("TRACELOG_PROPERTIES", "ci"))
"""How many worlds each property is held against: a few, or with `TRACELOG_PROPERTIES=large` a hundred new ones."""


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Two days of 40 to 80 orders, with some faults among them."""
    faults = draw(st.lists(st.sampled_from(list(Fault)), max_size=4, unique=True))
    orders, seed = draw(st.integers(40, 80)), draw(st.integers(1, 10_000))
    return Plan(seed=seed, orders=orders, days=2, faults=dict.fromkeys(faults, 2))


def played(plan: Plan) -> Week:
    return play(plan, random.Random(plan.seed))


def exports_of(week: Week) -> Exports:
    with tempfile.TemporaryDirectory() as folder:
        return {path.name: path.read_bytes() for path in write_exports(week, Path(folder))}


def scanned(*batches: Exports, whole: bool = True) -> Scan:
    """What a scan says when these exports are ingested one batch after the other. `whole`: all can be read."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "tracelog.db"
        stored(db, batches, whole=whole)
        with Store.open(db) as store:
            return scan(store)


def stored(db: Path, batches: Sequence[Exports], *, whole: bool = True) -> None:
    for number, batch in enumerate(batches):
        exports = db.parent / str(number)
        exports.mkdir()
        for name, content in batch.items():
            (exports / name).write_bytes(content)
        report = ingest([str(exports)], db=db, parsers=[], config=Config(), options=IngestOptions(), progress=None)
        assert report.exit_code == 0 or not whole, report.failed


def said(result: Scan) -> dict[str, tuple[object, ...]]:
    """By id what is said of each finding, but not in which file its records stand."""
    return {one.id: judgement(one) for one in result.findings}


def told(result: Scan) -> list[tuple[str, ...]]:
    """Every finding but those of clocks, by what it says."""

    def words(one: Finding) -> tuple[str, ...]:
        return tuple(str(part) for part in (one.order, one.kind, one.state, one.topic, one.field, one.step))

    return sorted(words(one) for one in result.findings if one.kind != "clock-offset")


def judgement(one: Finding) -> tuple[object, ...]:
    return (
        one.kind, one.state, one.severity, one.scope, one.order, one.topic, one.step, one.level, one.field, one.at,
        one.value_in, one.value_out, one.expected, one.recovered_at, one.still_wrong, one.reason,
    )  # fmt: skip


def accused(result: Scan) -> set[str | None]:
    """Orders of which it is confirmed that something did not happen."""
    return {one.order for one in result.findings if one.state == "confirmed" and one.kind in ABSENCES}


def guilty(week: Week) -> set[str]:
    return {name for _, name in week.truth}


def records(name: str, content: bytes) -> tuple[bytes, list[bytes]]:
    """The head of an export, and its records; those of the debug log take two lines each."""
    lines = content.splitlines(keepends=True)
    if name == LOG:
        return b"", [b"".join(lines[at : at + 2]) for at in range(0, len(lines), 2)]
    return lines[0], lines[1:]


def without(week: Week, order: Order) -> Week:
    """The same days, had this order never been; the ERP's numbers go on without a gap."""
    gone = {one.tranid: one.internal for one in week.erp if one.etail == str(order.id)}

    def internal(number: int | None) -> int | None:
        return None if number is None else number - sum(other < number for other in gone.values())

    def tranid(text: str) -> str:
        return f"SO{int(text[2:]) - sum(other < text for other in gone)}"

    name = order.name.lstrip("#")
    return dataclasses.replace(
        week,
        orders=[one for one in week.orders if one.id != order.id],
        polls=[(at, [one for one in due if one.id != order.id]) for at, due in week.polls],
        calls=[dataclasses.replace(call, record=internal(call.record), location=internal(call.location))
               for call in week.calls if call.body["externalId"] != name],
        notes=[dataclasses.replace(note, tranid=tranid(note.tranid)) for note in week.notes if note.tranid not in gone],
        erp=[dataclasses.replace(one, internal=internal(one.internal), tranid=tranid(one.tranid))
             for one in week.erp if one.tranid not in gone],
        refusals=[one for one in week.refusals if one.shop_id != order.id],
    )  # fmt: skip
