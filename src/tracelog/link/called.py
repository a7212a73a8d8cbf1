"""What orders are called, and whether those that share a name are known to be different ones.

A parcel's number ties whoever carries it to the order in it, but the goods of several orders may lie in one parcel; a
customer's order may have become several purchase orders. Two orders need not have two ids: a purchase order has a
number, an order in a program's log only what the shop calls it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from tracelog.link.names import AliasKind, Row

PARCEL = frozenset({"tracking", "package", "parcel", "carton", "sscc"})
"""What a parcel is called by."""
_PARTS = re.compile(
    r"ship|fulfil|invoice|payment|refund|return|credit|label|item|line|task|doc|" + "|".join(sorted(PARCEL))
)
"""Documents and goods of which one order may have several."""
_DIGIT = re.compile(r"\d")
Called = Mapping[int, Mapping[str, set[str]]]


def names(rows: Iterable[Row], kinds: Mapping[int, AliasKind], asked: Callable[[int], int | None]) -> Called:
    """What orders are called, by kind of name; `asked` gives a naming's order, None for those of no interest.

    What another system calls an order may be its number or its id, and each system has its choice: such names are told
    apart by how they look, and by whose names stand beside them.
    """
    out: dict[int, dict[str, set[str]]] = {}
    for value, kind, naming in rows:
        if kind > 0 and (order := asked(naming)) is not None:
            name = kinds[kind]
            key = f"{name.kind} {name.instance or ''} {_DIGIT.sub('0', value) if name.what == 'ref' else ''}"
            if not _PARTS.match(name.what):
                out.setdefault(order, {}).setdefault(key, set()).add(value)
    return out


def different(orders: Sequence[int], known: Called, *, ref: str | None = None) -> int:
    """How many of these are known to be different orders: by one kind of name of which each has others.

    `ref`: the name of another system that they share, of what is in no export. Then only such names tell them apart:
    two documents of one order have ids of their own, but two purchase orders of one customer order each their number.
    """
    most = 0
    for key in {key for order in orders for key in known.get(order, ()) if ref is None or key.startswith("ref ")}:
        groups: list[set[str]] = []
        for order in orders:
            values = set(known.get(order, {}).get(key, ())) - {ref}
            apart = []
            for group in groups:
                if values.isdisjoint(group):
                    apart.append(group)
                else:
                    values |= group
            groups = [*apart, values] if values else groups
        most = max(most, len(groups))
    return most
