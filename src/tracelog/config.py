"""`tracelog.toml`: what only the user can know about the own house. Every table may be left out.

```toml
[systems]                       # a host as requests spell it (a glob) → the system that answers there
"shop.fernhill.example" = "shopify"
record = "netsuite"             # the system of record: where an order counts as taken in
[instances]                     # exports that do not say whose they are: glob of export or system → instance
"north-*.csv" = "shopify/north-shop"
[zones]                         # exports whose clock names no zone: glob of export or system → zone
netsuite = "America/New_York"
[limits]                        # how long a leg may take; a number is seconds
"celigo>netsuite"         = "20m"
"celigo>netsuite:shipped" = "2h"
[thresholds]                    # when facts suffice; the defaults are those of `tracelog.expect.model.Settings`
enough_orders = 20
[routes]                        # legs that must be taken, or never are
"celigo>netsuite:refunded" = false
"celigo>netsuite@pos"      = false
"shopify>celigo"           = { carries = "state" }
[links]
add    = [["shopify:name #1001", "netsuite:tranid SO20481"]]
forbid = [["shopify:name #1002", "netsuite:tranid SO20482"]]
[map.netsuite."salesOrder.status"]
"Pending Approval" = "pending"
"Closed Short"     = { axis = "fulfilment", canonical = "cancelled", mark = "LOSSY", final = true }
[statuses]                      # a whole status map of one's own, as `tracelog statuses init` writes it
table = "statuses.csv"
```
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import msgspec

from tracelog.errors import UsageError, did_you_mean
from tracelog.model.event import AXES, PAYMENT_STATES, STATE_MARKS, STATES, TOPICS
from tracelog.model.words import seconds_of, system_key

FILE = "tracelog.toml"
THRESHOLDS = (
    "default_limit", "smallest_limit", "clock_spread", "enough_delays", "enough_orders", "few_takers",
    "strays", "silent_after", "answers_usual", "rare_stream", "bulk",
)  # fmt: skip
"""Names of `tracelog.expect.model.Settings` that can be set; a test holds the two together."""
LONGEST = 100 * 365 * 86_400.0
"""Seconds; what is longer is no length of time that an order takes, and no number that clocks can count with."""
_LEG = re.compile(r"(?P<start>[^>:@\s]+)\s*>\s*(?P<end>[^>:@\s]+)(?::(?P<topic>[a-z]+))?(?:@(?P<channel>\S+))?")


class Route(msgspec.Struct, frozen=True):
    """A declared leg. `expected` False: never taken, so nothing is missing there. `carries`: `event`, `state`, None."""

    start: str
    end: str
    topic: str | None = None
    channel: str | None = None
    expected: bool = True
    carries: str | None = None


class StatusRule(msgspec.Struct, frozen=True):
    """One row more, or another one, for the status map. `axis` None: the axis of the row that it replaces."""

    system: str
    field: str
    value: str
    canonical: str | None
    axis: str | None = None
    mark: str | None = None
    """None: exact where there is a state."""
    final: bool | None = None
    """None: as the row that it replaces, where that means the same."""


class Config(msgspec.Struct, frozen=True):
    """The settings in force. `path` None: no file was found, all is default. Limits and durations are seconds."""

    path: Path | None = None
    systems: dict[str, str] = {}
    record: str | None = None
    """The system of record: `record` in `[systems]`."""
    instances: dict[str, str] = {}
    zones: dict[str, str] = {}
    limits: dict[str, float] = {}
    thresholds: dict[str, float] = {}
    routes: tuple[Route, ...] = ()
    links_added: tuple[tuple[str, str], ...] = ()
    links_forbidden: tuple[tuple[str, str], ...] = ()
    statuses: tuple[StatusRule, ...] = ()
    status_table: Path | None = None
    """A table of status maps; what `[map.…]` says goes before it."""

    def where(self, key: str) -> str | None:
        """File and line in which this key or word stands."""
        return _where(self.path, self.path.read_text(encoding="utf-8-sig"), key) if self.path is not None else None

    def zone(self, export: str, system: str | None, instance: str | None = None) -> str | None:
        """The zone declared for an export without one: by its name first, then its instance, then its system."""
        return _pick(self.zones, export, system, instance)

    def instance(self, export: str, system: str | None) -> str | None:
        """The instance declared for an export that does not say; without the system's name before it."""
        found = _pick(self.instances, export, system, None)
        return found.rpartition("/")[2] if found else None

    def check_zones(self, find: Callable[[str], object]) -> None:
        """Try every zone with `find`; its UsageError is raised with the file and the line."""
        for key, zone in self.zones.items():
            try:
                find(zone)
            except UsageError as error:
                error.where = self.where(key) or error.where
                raise


def _pick(table: Mapping[str, str], export: str, system: str | None, instance: str | None) -> str | None:
    base = export.rpartition("/")[2].rpartition("!")[2]
    for key, value in table.items():
        if fnmatchcase(export, key) or fnmatchcase(base, key):
            return value
    keys = [f"{system}/{instance}"] if system and instance else []
    return next((table[key] for key in (*keys, system or "") if key in table), None)


def find(start: Path) -> Path | None:
    """The nearest `tracelog.toml`, from `start` upwards."""
    folder = start.resolve()
    return next((each / FILE for each in (folder, *folder.parents) if (each / FILE).is_file()), None)


def load(path: Path | None) -> Config:
    """The settings in that file, or the defaults. Raises UsageError with file and line for whatever is wrong in it."""
    if path is None:
        return Config()
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{path} could not be read", why=error.strerror) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8", why=str(error), help="save it as UTF-8") from error
    except (ValueError, RecursionError) as error:  # beside what is no TOML: numbers and nesting without end
        line = re.search(r"at line (\d+)", str(error))
        raise UsageError(f"{path.name} is not valid TOML", why=str(error),
                         where=f"{path}:{line[1]}" if line else str(path)) from error  # fmt: skip
    return _Reader(path, text).read(document)


class _Reader:
    """Turns the tables into a Config; strict, because a word misspelled in a setting is a setting not in force."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    def read(self, document: dict[str, Any]) -> Config:
        tables = ("systems", "instances", "zones", "limits", "thresholds", "routes", "links", "map", "statuses")
        for key, table in document.items():
            self._known(key, tables, "table")
            if not isinstance(table, dict):
                raise self._wrong(key, f"{key} must be a table", f"write [{key}] on a line of its own")
        links = document.get("links", {})
        for key in links:
            self._known(key, ("add", "forbid"), "key of [links]")
        for key in document.get("thresholds", {}):
            self._known(key, THRESHOLDS, "key of [thresholds]")
        limits = document.get("limits", {})
        for key in limits:
            if self._leg(key)["channel"]:
                raise self._wrong(
                    key, f"{key} is a limit for one channel", "leave the @ out: a limit is for all of them"
                )
        return Config(
            path=self._path,
            systems={key: name for key, name in self._texts(document, "systems").items() if key != "record"},
            record=self._system(document, self._texts(document, "systems").get("record")),
            instances=self._texts(document, "instances"),
            zones=self._texts(document, "zones"),
            limits={self._spelled(document, key): self._seconds(key, value) for key, value in limits.items()},
            thresholds={key: self._seconds(key, value) for key, value in document.get("thresholds", {}).items()},
            routes=tuple(self._route(document, key, value) for key, value in document.get("routes", {}).items()),
            links_added=self._pairs(links, "add"),
            links_forbidden=self._pairs(links, "forbid"),
            statuses=tuple(self._statuses(document.get("map", {}))),
            status_table=self._status_table(document.get("statuses", {})),
        )

    def _wrong(self, key: str, what: str, tip: str | None = None, why: str | None = None) -> UsageError:
        return UsageError(f"{self._path.name}: {what}", why=why, where=_where(self._path, self._text, key), help=tip)

    def _known(self, key: str, known: Iterable[str], what: str) -> None:
        words = list(known)
        if key in words:
            return
        raise self._wrong(key, f"unknown {what}: {key}", did_you_mean(key, words, f"known: {', '.join(words)}"))

    def _texts(self, document: dict[str, Any], table: str) -> dict[str, str]:
        for key, value in document.get(table, {}).items():
            if not isinstance(value, str):
                raise self._wrong(key, f"{key} in [{table}] must be a text", f'write {key} = "…"')
        return dict(document.get(table, {}))

    def _seconds(self, key: str, value: object) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST:
            return float(value)
        if isinstance(value, str) and (seconds := seconds_of(value)) is not None and seconds <= LONGEST:
            return seconds
        raise self._wrong(key, f"{key} is no length of time", 'write seconds as a number, or "90s", "20m", "2h", "1d"')

    def _leg(self, key: str) -> re.Match[str]:
        found = _LEG.fullmatch(key)
        if found is None:
            tip = (
                'write "from>to", the systems by name, or, for one topic, "from>to:shipped"; a route also "from>to@pos"'
            )
            raise self._wrong(key, f"{key} names no leg", tip)
        if found["topic"]:
            self._known(found["topic"], TOPICS, "topic")
        return found

    def _system(self, document: dict[str, Any], name: str | None) -> str | None:
        """As records name it, however it is spelled; a name that this file itself gives stays as it is."""
        return name if name is None or name in _given(document) else system_key(name)

    def _spelled(self, document: dict[str, Any], key: str) -> str:
        leg = self._leg(key)
        ends = (str(self._system(document, leg[end])) for end in ("start", "end"))
        return ">".join(ends) + (f":{leg['topic']}" if leg["topic"] else "")

    def _route(self, document: dict[str, Any], key: str, value: object) -> Route:
        leg = self._leg(key)
        options = value if isinstance(value, dict) else {"expected": value}
        for word in options:
            self._known(word, ("expected", "carries"), "key of a route")
        expected, carries = options.get("expected", True), options.get("carries")
        if not isinstance(expected, bool) or carries not in (None, "event", "state"):
            raise self._wrong(key, f"the route {key} says neither whether it is taken nor what it carries",
                        'write true, false, or { carries = "event" } or { carries = "state" }')  # fmt: skip
        start, end = (str(self._system(document, leg[one])) for one in ("start", "end"))
        return Route(start, end, leg["topic"], leg["channel"], expected, carries)

    def _pairs(self, links: dict[str, Any], key: str) -> tuple[tuple[str, str], ...]:
        pairs = links.get(key, [])
        for pair in pairs if isinstance(pairs, list) else [pairs]:
            if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(a, str) and " " in a for a in pair)):
                tip = 'write [["shop:name #1001", "erp:number SO20481"]]: kind, blank, value'
                raise self._wrong(key, f"{pair} in {key} is no pair of names", tip)
        return tuple((a, b) for a, b in pairs)

    def _statuses(self, systems: dict[str, Any]) -> Iterable[StatusRule]:
        for system, fields in systems.items():
            for field, values in self._table(system, fields).items():
                for value, rule in self._table(field, values).items():
                    options = rule if isinstance(rule, dict) else {"canonical": rule}
                    yield self._status(StatusRule(system, field, value, None), options)

    def _status(self, rule: StatusRule, options: dict[str, Any]) -> StatusRule:
        for word in options:
            self._known(word, ("canonical", "axis", "mark", "final"), "key of a status")
        canonical, axis, mark, final = (options.get(key) for key in ("canonical", "axis", "mark", "final"))
        if axis is not None:
            self._known(str(axis), AXES, "axis")
        if canonical:
            self._known(str(canonical), dict.fromkeys((*STATES, *PAYMENT_STATES)), "state")
            if axis and (canonical in PAYMENT_STATES) != (axis == "payment"):
                own = ", ".join(PAYMENT_STATES if axis == "payment" else STATES)
                raise self._wrong(rule.value, f"{canonical} is no state of the axis {axis}", f"its states: {own}")
        if mark is not None:
            self._known(str(mark), STATE_MARKS, "mark")
        if not isinstance(final, bool | None):
            raise self._wrong("final", f"{final} is neither true nor false", "write final = true, or leave it out")
        return msgspec.structs.replace(rule, canonical=canonical or None, axis=axis, mark=mark, final=final)

    def _status_table(self, options: dict[str, Any]) -> Path | None:
        for key in options:
            self._known(key, ("table",), "key of [statuses]")
        name = options.get("table")
        if name is None:
            return None
        path = self._path.parent / str(name)
        if not path.is_file():
            raise self._wrong("table", f"there is no {name} beside it", "tracelog statuses init writes one")
        return path

    def _table(self, key: str, value: object) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        raise self._wrong(
            key, f"{key} must be a table of values", '[map.SYSTEM."FIELD"] and below it "value" = "state"'
        )


def _given(document: dict[str, Any]) -> set[str]:
    """What the file itself calls systems."""
    return {name for key, name in document.get("systems", {}).items() if key != "record"}


def _where(path: Path, text: str, key: str) -> str:
    """The file with the line in which that key stands: the first that sets it or names it in a table's heading."""
    word = re.escape(key)
    spelled = rf"""(?:"{word}"|'{word}'|{word})"""
    heading = rf"^\s*\[.*(?<![\w-]){word}(?![\w-]).*\]"
    pattern = re.compile(rf"^\s*{spelled}\s*[=.]|{heading}|[{{,]\s*{spelled}\s*=")
    lines = list(enumerate(text.splitlines(), 1))
    found = next((number for number, line in lines if pattern.search(line)), None)
    found = found or next((number for number, line in lines if key in line), None)
    return f"{path}:{found}" if found else str(path)
