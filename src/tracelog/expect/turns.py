"""In what company a change was taken in: of one page of a poll, those that were sent on before and after it.

Where both are on record, the log was on when this one's turn came, however silent it is before and after the page.
"""

from __future__ import annotations

from array import array
from collections import defaultdict


class Turns:
    """What one place took in and sent on: when it was taken in, its number, when it was sent (UTC ns)."""

    def __init__(self) -> None:
        self.rows = array("q")
        self._pages: dict[int, list[tuple[int, int]]] | None = None

    def add(self, at: int, number: int, sent: int) -> None:
        """`number` counts the events in the order of their records."""
        self.rows.extend((at, number, sent))

    def merge(self, other: Turns) -> None:
        self.rows.extend(other.rows)

    def around(self, at: int, number: int) -> tuple[int, int] | None:
        """When those before and after it on the same page were sent on; None where it stands at an edge, or alone."""
        if self._pages is None:
            self._pages = self._paged()
        page = self._pages.get(at, ())
        before = [sent for other, sent in page if other < number]
        after = [sent for other, sent in page if other > number]
        if not before or not after:
            return None
        return min(before[-1], after[0]), max(before[-1], after[0])

    def _paged(self) -> dict[int, list[tuple[int, int]]]:
        pages: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for at, number, sent in zip(self.rows[::3], self.rows[1::3], self.rows[2::3], strict=True):
            pages[at].append((number, sent))
        return {at: sorted(page) for at, page in pages.items() if len(page) > 1}
