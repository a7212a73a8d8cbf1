"""Whether an order that a system sees for the first time is new, or an old one that came along for another reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracelog.expect.numbers import shape_of
from tracelog.expect.presence import Seniority

Shape = tuple[str, str]
"""A system, and the shape of its names."""


class Ages:
    """Told by running numbers. `firsts`: when orders were first seen (UTC ns), with the number in their name."""

    def __init__(self, firsts: Mapping[Shape, Iterable[tuple[int, int]]]) -> None:
        self._firsts = firsts
        self._known: dict[Shape, Seniority] = {}
        self._begins: dict[Shape, float] = {}

    def of(self, system: str, names: Iterable[str], at: int) -> str:
        """`new` by its running numbers, `old`, or `unknown`, for an order first seen then."""
        words = set()
        for name in names:
            shape, number = shape_of(name)
            words.add(self._among(system, shape, number, at))
            if shape.isdigit() and self._begin(system, shape + "9") < 2 * 10 ** len(shape):
                words.add(self._among(system, shape + "9", number, at))  # 999 comes before 1000
        return "old" if "old" in words else "new" if "new" in words else "unknown"

    def _among(self, system: str, shape: str, number: int, at: int) -> str:
        key = (system, shape)
        if key not in self._known:
            self._known[key] = Seniority(self._firsts.get(key, ()))
        return self._known[key].of(number, at)

    def _begin(self, system: str, shape: str) -> float:
        """The lowest number of that shape; infinite where there is none."""
        key = (system, shape)
        if key not in self._begins:
            self._begins[key] = min((number for _, number in self._firsts.get(key, ())), default=float("inf"))
        return self._begins[key]
