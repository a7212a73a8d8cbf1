"""Every value that the records of an unknown export hold, by its path in the definition language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from tracelog.interpret.values import text_of

MOST_FIELDS = 300
"""Of one record; what lies beyond is left to the user."""
DEEPEST = 8
MOST_VALUES = 200
SURE = 0.9
"""The share of values that must look so."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PLAIN = re.compile(r"[A-Za-z_][\w -]*")


class Field(NamedTuple):
    """One column or key: its path in the definition language, and its values as text."""

    path: str
    words: tuple[str, ...]
    """Of the path, in lower case: `shippedAt` is shipped, at."""
    values: tuple[str, ...]
    """Those that are there; of how many records stands in `of`."""
    of: int

    @property
    def distinct(self) -> int:
        return len(set(self.values))

    def share(self, looks: Callable[[str], object]) -> float:
        return sum(bool(looks(value)) for value in self.values) / max(1, len(self.values))


def fields(records: Sequence[dict[str, Any]]) -> list[Field]:
    """Every value that the records hold, by path; JSON inside a text is looked into as well."""
    found: dict[tuple[str, ...], list[str]] = {}
    for record in records:
        for steps, value in _leaves(record, (), 0):
            values = found.setdefault(steps, [])
            if value != "" and len(values) < MOST_VALUES:
                values.append(value)
    return [
        Field(_path(steps), _words(steps), tuple(values), len(records))
        for steps, values in list(found.items())[:MOST_FIELDS]
    ]


def texts_with_json(records: Sequence[dict[str, Any]]) -> list[str]:
    """The paths of texts that hold a JSON object or list, the outer first: `[decode]` takes them apart."""
    found: dict[tuple[str, ...], list[bool]] = {}
    for record in records:
        for steps, held in _texts(record, (), 0):
            if "[0]" not in steps:
                found.setdefault(steps, []).append(held)
    return [_path(steps) for steps, hits in found.items() if sum(hits) > SURE * len(hits)]


def _texts(value: Any, steps: tuple[str, ...], depth: int) -> Iterable[tuple[tuple[str, ...], bool]]:
    """Every text, and whether it holds JSON; those inside it too."""
    if isinstance(value, str) and value.strip():
        value = _inside(value)
        yield steps, value is not None
    if isinstance(value, dict) and depth < DEEPEST:
        for key, inner in value.items():
            yield from _texts(inner, (*steps, str(key)), depth + 1)


def _leaves(value: Any, steps: tuple[str, ...], depth: int) -> Iterable[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        inside = _inside(value)
        value = value if inside is None else inside
    if isinstance(value, dict) and depth < DEEPEST:
        for key, inner in value.items():
            yield from _leaves(inner, (*steps, str(key)), depth + 1)
    elif isinstance(value, list) and depth < DEEPEST:
        if value and isinstance(value[0], dict):
            yield from _leaves(value[0], (*steps, "[0]"), depth + 1)
    elif not isinstance(value, dict | list):
        yield steps, (text_of(value) or "").strip()


def _inside(text: str) -> Any:
    """The object or list in a text, or None."""
    if text[:1] not in {"{", "["}:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _path(steps: Sequence[str]) -> str:
    text = ""
    for step in steps:
        if step == "[0]":
            text += step
            continue
        plain = _PLAIN.fullmatch(step) and step == step.strip()
        text += ("." if text else "") + (step if plain else json.dumps(step, ensure_ascii=False))
    return text


def _words(steps: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.lower() for step in steps[-2:] for word in _WORD.findall(step))
