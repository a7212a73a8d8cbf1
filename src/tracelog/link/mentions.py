"""Records that only mention names: they link nothing, and belong to the one order that has such a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from tracelog.link.names import Given


def owners(given: Given, strong: Sequence[int], find: Callable[[int], int]) -> Iterator[tuple[int, int]]:
    """(naming, order) of those without a strong name, where exactly one order has a name that they mention."""
    found: dict[int, set[int]] = {}
    for _, group in groupby(given.rows(), itemgetter(0)):
        members = list(group)
        for _, kind, naming in members:
            if kind < 0 and not strong[naming]:
                wanted = given.kinds[-kind]
                found.setdefault(naming, set()).update(
                    find(owner)
                    for _, other, owner in members
                    if other > 0 and (wanted.what == "ref" or wanted.kind == given.kinds[other].kind)
                )
    return ((naming, orders.pop()) for naming, orders in found.items() if len(orders) == 1)
