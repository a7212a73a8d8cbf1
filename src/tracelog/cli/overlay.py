"""What `tracelog.toml` says of words, as a folder of definitions: the same door as everybody's own formats.

`[systems]` names hosts (the map `hosts` of the common tables), `[map.SYSTEM."FIELD"]` changes rows of the status map,
`[statuses]` names a table of such rows. A changed word changes the digest of every definition, so the next ingest
reads again what it concerns.
"""

from __future__ import annotations

import contextlib
import csv
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tracelog.cli.options import Session
from tracelog.config import Config, StatusRule
from tracelog.errors import UsageError, did_you_mean
from tracelog.interpret import catalog as catalogs
from tracelog.interpret import status as statuses
from tracelog.interpret.catalog import Catalog
from tracelog.model.event import PAYMENT_STATES, STATES

PREFIX = "tracelog-settings-"
"""Of the folder's name."""
Rows = list[tuple[dict[str, str], str]]
"""Rows of a table as they are written, with file and line."""


@contextlib.contextmanager
def parsers(session: Session, config: Config) -> Iterator[tuple[Path, ...]]:
    """The folders of definitions in force, the settings' own first, as long as the context lasts."""
    if not config.systems and not config.statuses and not config.status_table:
        yield session.definitions
        return
    known = catalogs.load(session.definitions)
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        folder = Path(name)
        if config.systems:
            _hosts(folder, config, known)
        table = config.status_table
        maps, rows = (statuses.load_all(table), _rows(table)) if table else ({}, {})
        for system in dict.fromkeys((*rows, *(rule.system for rule in config.statuses))):
            where = rows[system][0][1] if system in rows else config.where(system)
            _known(system, known, where)
            status = known.status(system).overlaid(maps.get(system) or statuses.StatusMap(system, {}))
            _statuses(folder, system, rows.get(system, []), status, config)
        yield (folder, *session.definitions)


def _rows(table: Path) -> dict[str, Rows]:
    """The rows of the user's own table, by system."""
    found: dict[str, Rows] = {}
    for row, where in statuses.written(table):
        found.setdefault(row[statuses.SYSTEM], []).append((row, where))
    return found


def _known(system: str, known: Catalog, where: str | None) -> None:
    """A map of a system that nobody reads is a map not in force."""
    systems = known.systems()
    if system not in systems:
        tip = did_you_mean(system, systems, "tracelog statuses list shows the systems that are known")
        raise UsageError(f"no definition is of a system {system}", where=where, help=tip)


def _hosts(folder: Path, config: Config, known: Catalog) -> None:
    """The user's hosts before the known ones: a map of this name stands for the whole of the other."""
    maps = (owner.document.map.get("hosts") for owner in known.owners.get("common", []))
    others = next((hosts for hosts in maps if hosts), {})
    hosts = {**config.systems, **{host: system for host, system in others.items() if host not in config.systems}}
    rows = [f"{json.dumps(host)} = {json.dumps(system)}\n" for host, system in hosts.items()]
    (folder / "common.toml").write_text('title = "Hosts from tracelog.toml"\n[map.hosts]\n' + "".join(rows), "utf-8")


def _statuses(folder: Path, system: str, rows: Rows, status: statuses.StatusMap, config: Config) -> None:
    """The user's table and rules as rows of a status map; a rule goes before the table, and alters `status`."""
    rules = [rule for rule in config.statuses if rule.system == system]
    ruled = {(rule.field.casefold(), statuses.fold(rule.value)) for rule in rules}
    (folder / "status").mkdir(exist_ok=True)
    path = folder / "status" / f"{system}.csv"
    columns = (*statuses.COLUMNS, statuses.REVIEWED)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        out.writeheader()
        out.writerows(row for row, _ in rows if statuses.key_of(row) not in ruled)
        for rule in rules:
            out.writerows(_row(rule, meaning) for meaning in _meanings(rule, status, config))


def _row(rule: StatusRule, meaning: statuses.Meaning) -> dict[str, str]:
    return {
        "field": rule.field, "value": rule.value, "axis": meaning.axis, "canonical": meaning.canonical or "",
        "mark": meaning.mark, "final": "yes" if meaning.final else "", "note": "from tracelog.toml",
    }  # fmt: skip


def _meanings(rule: StatusRule, status: statuses.StatusMap, config: Config) -> Iterator[statuses.Meaning]:
    """What the value means now: the rule on its axis, on other axes what it meant before."""
    before = status.meanings(rule.field, rule.value)
    axes = [rule.axis] if rule.axis else [*(one.axis for one in before if one.axis), status.axis(rule.field) or "order"]
    axis = next((each for each in axes if rule.canonical in _states(each)), None)
    if axis is None:
        raise UsageError(
            f"{rule.field} {rule.value!r} cannot be {rule.canonical}: it stands on the axis {axes[0]}",
            where=config.where(rule.value),
            help='say the axis too: { axis = "payment", canonical = "paid" }',
        )
    final = any(one.final for one in before if (one.axis, one.canonical) == (axis, rule.canonical))
    mark = rule.mark or ("EXACT" if rule.canonical else "NONE")
    yield statuses.Meaning(axis, rule.canonical, mark, final if rule.final is None else rule.final)
    yield from (one for one in before if one.axis not in {axis, ""})


def _states(axis: str) -> tuple[str | None, ...]:
    return (None, *(PAYMENT_STATES if axis == "payment" else STATES))
