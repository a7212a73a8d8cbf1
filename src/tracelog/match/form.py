"""What compiling a rule yields: plain data, so that it can be kept and used without what made it."""

from __future__ import annotations

import msgspec


class Part(msgspec.Struct, frozen=True):
    """How to take a stretch apart: one element, its fields, and what stands between two of them."""

    pattern: str
    names: list[str]
    between: str


class Form(msgspec.Struct, frozen=True):
    """A rule as one expression; `pattern` is empty when there is a `why`."""

    why: str | None
    """Why Lark has to read this shape."""
    pattern: str
    names: list[str]
    """The field that each group of the pattern fills, in order. A field may have several groups."""
    begins: str
    """The terminals that a record can begin with."""
    parts: dict[str, Part]
    """The fields that are stretches."""
