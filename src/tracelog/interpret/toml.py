"""Values as they are written in a definition."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

_BARE = re.compile(r"[A-Za-z0-9_-]+")
"""A key that TOML takes without quotes."""


def text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def block(value: str) -> str:
    """A text of several lines, as it stands where TOML lets it."""
    plain = "'''" not in value and value.replace("\n", "").replace("\t", "").isprintable()
    return f"'''\n{value}'''" if plain else text(value)


def key(path: str) -> str:
    return path if _BARE.fullmatch(path) else text(path)


def listed(paths: Sequence[str], *, always: bool = False) -> str:
    return text(paths[0]) if len(paths) == 1 and not always else f"[{', '.join(map(text, paths))}]"


def value(held: object) -> str:
    return listed(held, always=True) if isinstance(held, list) else text(str(held))
