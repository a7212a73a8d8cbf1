"""A name that is likely to be another system's: `NF-5013`, which a seller made of his shop's `#5013`.

A number alone proves nothing: another counter may have come to it too. It takes a second fact, the time: both orders
were first heard of within days, the one that was named after the other not before it. And it must be the only order
that people call so, and the only one that was named after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter

from tracelog.link.names import AliasKind, Given
from tracelog.model.event import DAY, MINUTE

LIKELY = "likely"
"""What such a name is called by a definition, among the mentions: `mentions = { likely = "…" }`."""
SOON = 3 * DAY
EARLY = 5 * MINUTE
"""So much of the one's first record may lie before the other's: two clocks wrote them."""

Find = Callable[[int], int]


def is_told(kinds: Mapping[int, AliasKind]) -> bool:
    """Whether any record says what its order is likely to be called; seldom."""
    return any(kind.what == LIKELY for kind in kinds.values())


def found(given: Given, shown: frozenset[int], find: Find) -> Iterator[tuple[int, int]]:
    """Pairs of orders, as namings of theirs, that are likely one."""
    likely = frozenset(number for number, kind in given.kinds.items() if kind.what == LIKELY)
    for _, group in groupby(given.rows(), itemgetter(0)):
        members = list(group)
        named_after = {naming for _, kind, naming in members if -kind in likely}
        owners = {naming for _, kind, naming in members if kind in shown}
        if not named_after or len({find(one) for one in owners}) != 1 or len({find(one) for one in named_after}) != 1:
            continue
        first, second = _first(given, owners), _first(given, named_after)
        if first is not None and second is not None and -EARLY <= second - first <= SOON:
            yield min(owners), min(named_after)


def _first(given: Given, namings: set[int]) -> int | None:
    """When an order was first heard of by these names (UTC ns)."""
    return min((at for one in namings if (at := given.first(one)) is not None), default=None)
