"""Numbers with their times, kept small: a store has as many of them as orders, and every process has them all."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator


class Timed:
    """(when, number) of many sights, in sixteen bytes each. Times are UTC ns; a number has at most eighteen digits."""

    __slots__ = ("_rows",)

    def __init__(self, pairs: Iterable[tuple[int, int]] = ()) -> None:
        self._rows = array("q")
        for at, number in pairs:
            self.add(at, number)

    def add(self, at: int, number: int) -> None:
        self._rows.append(at)
        self._rows.append(number)

    def merge(self, other: Timed) -> None:
        self._rows.extend(other._rows)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._rows[::2], self._rows[1::2], strict=True)
