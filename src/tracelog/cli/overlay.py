"""What `tracelog.toml` says of words, as a folder of definitions: the same door as everybody's own formats.

`[systems]` names hosts (the map `hosts` of the common tables), `[map.SYSTEM."FIELD"]` changes rows of the status map.
A changed word changes the digest of every definition, so the next ingest reads again what it concerns.
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
from tracelog.interpret import catalog as catalogs
from tracelog.interpret import status as statuses
from tracelog.interpret.catalog import Catalog


@contextlib.contextmanager
def parsers(session: Session, config: Config) -> Iterator[tuple[Path, ...]]:
    """The folders of definitions in force, the settings' own first, as long as the context lasts."""
    if not config.systems and not config.statuses:
        yield session.parsers
        return
    known = catalogs.load(session.parsers)
    with tempfile.TemporaryDirectory(prefix="tracelog-settings-") as name:
        folder = Path(name)
        if config.systems:
            _hosts(folder, config, known)
        for system in dict.fromkeys(rule.system for rule in config.statuses):
            _statuses(folder, system, [rule for rule in config.statuses if rule.system == system], known)
        yield (folder, *session.parsers)


def _hosts(folder: Path, config: Config, known: Catalog) -> None:
    """The user's hosts before the known ones: a map of this name stands for the whole of the other."""
    maps = (owner.document.map.get("hosts") for owner in known.owners.get("common", []))
    others = next((hosts for hosts in maps if hosts), {})
    hosts = {**config.systems, **{host: system for host, system in others.items() if host not in config.systems}}
    rows = [f"{json.dumps(host)} = {json.dumps(system)}\n" for host, system in hosts.items()]
    (folder / "common.toml").write_text('title = "Hosts from tracelog.toml"\n[map.hosts]\n' + "".join(rows), "utf-8")


def _statuses(folder: Path, system: str, rules: list[StatusRule], known: Catalog) -> None:
    """The rules as rows of a status map."""
    status = known.status(system)
    (folder / "status").mkdir(exist_ok=True)
    with (folder / "status" / f"{system}.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(statuses.COLUMNS)
        for rule in rules:
            for axis, canonical, mark, final in _meanings(rule, status):
                last = "yes" if final else ""
                rows.writerow([rule.field, rule.value, axis, canonical, mark, last, "from tracelog.toml", ""])


def _meanings(rule: StatusRule, status: statuses.StatusMap) -> Iterator[tuple[str, str, str, bool]]:
    """What the value means now: the rule on its axis, on other axes what it meant before."""
    before = status.meanings(rule.field, rule.value)
    axis = rule.axis or (before[0].axis if before else status.axis(rule.field))
    final = any(one.final for one in before if (one.axis, one.canonical) == (axis, rule.canonical))
    yield axis, rule.canonical or "", "EXACT" if rule.canonical else "NONE", final
    for one in before:
        if one.axis != axis:
            yield one.axis, one.canonical or "", one.mark, one.final
