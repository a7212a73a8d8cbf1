"""All records of one export through one shape, with the unread ones explained once for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracelog.match.mask import mask

if TYPE_CHECKING:
    from tracelog.match.explain import Explanation
    from tracelog.match.shape import Shape

MOST = 300
"""Explanations an export: at some ten thousand records a second of Lark, no export is slow for its noise."""


class Reader:
    """Reads the records of one export; one for each export, so that none spends another's explanations.

    What the expression refuses but Lark can read is read by Lark, it and all of its mask; `by_lark` counts them.
    For a shape that is compiled that is a defect of ours, to be reported.
    """

    def __init__(self, shape: Shape, most: int = MOST) -> None:
        self.shape = shape
        self.by_lark = 0
        self._most = most
        self._known: dict[str, Explanation] = {}
        self._last: Explanation | None = None

    def read(self, text: str) -> dict[str, str] | Explanation:
        """The record's fields, or why it has none: the explanation of the first record of its mask."""
        fields = self.shape.fields(text)
        return self._refused(text) if fields is None else fields

    def _refused(self, text: str) -> dict[str, str] | Explanation:
        kind = mask(text)
        known = self._known.get(kind)
        if known is None and self._last is not None and len(self._known) >= self._most:
            return self._last._replace(
                shape=kind, message=f"not looked into: one of more than {self._most} kinds of unread records"
            )
        if known is None:
            self._last = self._known[kind] = known = self.shape.explain(text)
        if known.fields is None:
            return known
        fields = self.shape.parsed(text)
        if fields is None:  # of the same mask, and yet Lark cannot read this one
            return self.shape.explain(text)
        self.by_lark += 1
        return fields
