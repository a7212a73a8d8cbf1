"""The shape of a text: what is left when everything that differs from record to record is masked."""

from __future__ import annotations

import re

LOOKED_AT = 2_000
"""Characters of a record that its mask is made from: what tells kinds of records apart stands in front."""
LONGEST = 200
"""Characters of a mask."""

_VARYING = re.compile(
    r'"(?>[^"\\]++|\\.)*+(?:"|\Z)'  # quoted, to its end or the text's
    r"|(?<!\w)'[^'\n]{0,200}+'(?!\w)"  # also in single quotes, but not an apostrophe
    r"|(?<!\w)[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?!\w)"  # a UUID
    r"|(?<!\w)(?=[A-Fa-f]{0,63}+[0-9])[0-9A-Fa-f]{4,}+(?!\w)"  # hex, if a digit is in it
    r"|[0-9]++",
    re.DOTALL,
)


def mask(text: str) -> str:
    """The text with digits, hex and quoted text masked, cut to a bounded length: one for each shape of record.

    >>> mask('2026-03-12 order ORD-20931 "Jane" a41f0c6d2b7e4c1f')
    '#-#-# order ORD-# "…" #'
    """
    masked = _VARYING.sub(_sign, text[:LOOKED_AT])
    return masked if len(masked) <= LONGEST else masked[: LONGEST - 1] + "…"


def _sign(found: re.Match[str]) -> str:
    first = found[0][0]
    return f"{first}…{first}" if first in "\"'" else "#"
