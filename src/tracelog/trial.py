"""A status table tried on a copy of the store: what its words would change, before anything is in force."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from tracelog import investigate, vocabulary
from tracelog.config import Config
from tracelog.ingest import ingest
from tracelog.interpret import catalog as catalogs
from tracelog.interpret.status import fold
from tracelog.model.event import State
from tracelog.model.finding import Finding, Scan
from tracelog.model.ingest import IngestOptions
from tracelog.store.read import Store
from tracelog.vocabulary import Report


class Changed(msgspec.Struct, frozen=True):
    """A value of the data that would mean something else on one axis; None: nothing on that axis."""

    system: str
    field: str
    value: str
    axis: str
    before: str | None
    before_mark: str | None
    after: str | None
    after_mark: str | None
    events: int


class Told(msgspec.Struct, frozen=True):
    """A finding that would come, go, or be judged otherwise; `before` and `after`: its state and severity."""

    id: str
    kind: str
    order: str | None
    explanation: str
    before: str | None
    after: str | None


class Changes(msgspec.Struct, frozen=True):
    """What a table would change. `verdict`: the class of the verdict before and after."""

    values: list[Changed]
    new: list[Told]
    gone: list[Told]
    changed: list[Told]
    verdict: tuple[str, str]


class _Side(NamedTuple):
    scan: Scan
    values: dict[tuple[str, str, str], vocabulary.Seen]
    report: Report


def tried(db: Path, now: Sequence[Path], then: Sequence[Path], config: Config) -> tuple[Report, Changes]:
    """The check with the definitions `then`, and what they would change against those in force `now`."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tracelog.db"
        with Store.open(db) as store:
            store.copy_to(copy)
        before, after = (_side(copy, parsers, config) for parsers in (now, then))
    return after.report, Changes(
        values=list(_values(before, after)),
        new=[_told(each, None, each) for each in _apart(after, before)],
        gone=[_told(each, each, None) for each in _apart(before, after)],
        changed=list(_judged_otherwise(before, after)),
        verdict=(before.scan.verdict.class_, after.scan.verdict.class_),
    )


def _side(db: Path, parsers: Sequence[Path], config: Config) -> _Side:
    ingest([], db=db, parsers=parsers, config=config, options=IngestOptions(again=True))
    catalog = catalogs.load(parsers)
    with Store.open(db) as store:
        values = {(one.system, one.field.casefold(), fold(one.value)): one for one in vocabulary.seen(store, catalog)}
        return _Side(investigate.scan(store, config=config), values, vocabulary.check(store, catalog))


def _values(before: _Side, after: _Side) -> Iterator[Changed]:
    for key, one in after.values.items():
        was = _by_axis(before.values[key].states) if key in before.values else {}
        now = _by_axis(one.states)
        for axis in dict.fromkeys((*was, *now)):
            old, new = was.get(axis), now.get(axis)
            if (old and (old.canonical, old.mark)) != (new and (new.canonical, new.mark)):
                yield Changed(
                    one.system, one.field, one.value, axis,
                    old.canonical if old else None, old.mark if old else None,
                    new.canonical if new else None, new.mark if new else None, one.events,
                )  # fmt: skip


def _by_axis(states: set[State]) -> dict[str, State]:
    return {state.axis: state for state in states}


def _apart(these: _Side, others: _Side) -> list[Finding]:
    known = {finding.id for finding in others.scan.findings}
    return [finding for finding in these.scan.findings if finding.id not in known]


def _judged_otherwise(before: _Side, after: _Side) -> Iterator[Told]:
    was = {finding.id: finding for finding in before.scan.findings}
    for finding in after.scan.findings:
        old = was.get(finding.id)
        if old is not None and _judged(old) != _judged(finding):
            yield _told(finding, old, finding)


def _judged(finding: Finding) -> str:
    return f"{finding.kind}, {finding.state}, {finding.severity}"


def _told(finding: Finding, before: Finding | None, after: Finding | None) -> Told:
    return Told(
        finding.id, finding.kind, finding.order, finding.explanation.partition("\n")[0],
        _judged(before) if before else None, _judged(after) if after else None,
    )  # fmt: skip
