"""Values as text, the way a person would read them off the record; what counts as a name, and what is damaged."""

from __future__ import annotations

import re
from typing import Any

import msgspec

_encode = msgspec.json.encode
_DAMAGED = re.compile(r"[+-]?\d(?:[.,]\d+)?[Ee]\+\d{1,3}")
_POINT_ZERO = re.compile(r"\d{5,}\.0+")
NO_NAMES = frozenset(
    {"", "null", "none", "nil", "undefined", "nan", "n/a", "na", "-", "--", "- none -", "false", "true"}
)
"""Words, folded, that stand where a name should and are none."""
LONGEST_NO_NAME = max(map(len, NO_NAMES)) + 1


def text_of(value: Any) -> str | None:
    """A value as text: numbers as written, `true`, objects as compact JSON; None for nothing."""
    if value is None or type(value) is str:
        return value
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is int:
        return str(value)
    if isinstance(value, float):
        return repr(value)
    return _encode(value).decode("utf-8", "replace")


def is_damaged(name: str) -> bool:
    """Whether a spreadsheet turned this id into `6.12005E+12`: its last digits are gone."""
    return ("E+" in name or "e+" in name) and _DAMAGED.fullmatch(name) is not None


def name_of(value: Any) -> str | None:
    """A value as a name: trimmed; None for what is no name. A damaged id comes back as it is (see `is_damaged`)."""
    if type(value) is str:
        text = value.strip()
        if len(text) < LONGEST_NO_NAME and text.casefold() in NO_NAMES:
            return None
        if text[-2:] == ".0" and _POINT_ZERO.fullmatch(text):
            return text[: text.index(".")]
        return text
    if type(value) is int:
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return None
