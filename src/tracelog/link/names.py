"""What linking takes and gives, as plain data: names by kind, records of an envelope, wishes, orders."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple


class AliasKind(NamedTuple):
    """`shopify:name` in an instance (None: not known which).

    `ref` is the order's name as another system gave it; its `instance` lists the systems, with commas, whose own
    names stand beside it in the record: those are not the other one.
    """

    kind: str
    instance: str | None = None

    @property
    def system(self) -> str:
        return self.kind.rpartition(":")[0]

    @property
    def what(self) -> str:
        return self.kind.rpartition(":")[2]


Row = tuple[str, int, int]
"""(folded name, number of its alias kind, naming); a negative number is a weak mention. Sorted by name and kind."""


class Tie(NamedTuple):
    """Two namings in one envelope: of the request, and of its answer."""

    envelope: Hashable
    request: int
    answer: int


class Wish(NamedTuple):
    """A name that the user speaks of: kind, folded value."""

    kind: str
    value: str


class Wishes(NamedTuple):
    """Pairs of names of which the user says that they are one order, or are not."""

    added: Sequence[tuple[Wish, Wish]] = ()
    forbidden: Sequence[tuple[Wish, Wish]] = ()


class Hub(NamedTuple):
    """A name that was not followed: it would have made `orders` orders one."""

    kind: str
    value: str
    orders: int
    why: str


class Linked(NamedTuple):
    """`order[naming]` is the smallest naming of its order; 0: it only mentions, and no one order has that name."""

    order: Sequence[int]
    hubs: list[Hub]


class Given(NamedTuple):
    """What there is to link: namings 1…`namings`."""

    namings: int
    kinds: Mapping[int, AliasKind]
    rows: Callable[[], Iterable[Row]]
    """Gives all rows anew at each call."""
    ties: Iterable[Tie] = ()
    """Those of one envelope come together."""
    named: Callable[[int], Iterable[int]] = lambda _naming: ()
    """The alias kinds in a naming; seldom asked."""
    first: Callable[[int], int | None] = lambda _naming: None
    """The earliest time (UTC ns) of a naming's statements; seldom asked."""
