"""Which zone the clock of an export shows that names none: told by the orders it shares with exports that do.

Where no export names one, they are held against each other: that one clock is five hours behind another's can be
told without knowing what either shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

from tracelog.interpret.catalog import Catalog
from tracelog.link import zones
from tracelog.link.zones import Guess
from tracelog.model.event import Event
from tracelog.store.read import Store
from tracelog.store.reread import Stored
from tracelog.store.write import Writer

SHARED = 500
"""Orders that are looked at."""
AGAINST = "held against"
"""Stands in the basis of a zone that was read off exports which name none either."""
ASSUMED, INFERRED = "assumed", "inferred"
"""How the basis of a zone begins that nobody named."""


def rounds(writer: Writer, db: Path, catalog: Catalog) -> Iterator[list[tuple[Stored, Guess]]]:
    """Round by round the exports that name no zone, with what their orders say. The caller reads them in it, and
    settles, before the next round.

    First those that share orders with exports which name theirs, then those that share some with these. The others are
    held against each other; and what tells nothing at all is taken as the same system's other exports are. A zone that
    was inferred before is inferred anew: what is in the store decides, and not in which order it came. After the first
    round only those are asked again that share orders with what was found in the round before, and once more all when
    that leads no further: a year of daily lists may be told one by the other, day by day.
    """
    with Store.open(db) as store:
        zoned = {x.id for x in store.exports() if x.zone and not _open(x.zone_basis)}
    told: dict[str, set[str]] = defaultdict(set)
    left = [stored for stored in writer.unnamed() if stored.format in catalog.definitions]
    near: dict[int, set[int]] = {}
    new: set[int] | None = None
    while left:
        asked = []
        for stored in left if new is None else [one for one in left if near[one.export] & new]:
            orders = _orders(db, stored)
            near[stored.export] = {event.export for events in orders for event in events}
            asked.append((stored, zones.infer(_pairs(orders, stored, zoned))))
        found = [(stored, guess) for stored, guess in asked if guess.certain]
        if not found:
            if new is None:
                yield _beside(db, catalog, asked, told)
                return
            new = None
            continue
        for stored, guess in found:
            zoned.add(stored.export)
            if guess.zone != "UTC":
                told[_system(catalog, stored.system, stored.format)].add(guess.zone)
        new = {stored.export for stored, _ in found}
        left = [stored for stored in left if stored.export not in new]
        yield found


def _beside(
    db: Path, catalog: Catalog, asked: Sequence[tuple[Stored, Guess]], told: dict[str, set[str]]
) -> list[tuple[Stored, Guess]]:
    """The zones of those whose orders no export of a known zone shares. `told` are the zones of each system."""
    mutual = _mutual(db, [stored for stored, _ in asked])
    for stored, _ in asked:
        if stored.export in mutual:
            told[_system(catalog, stored.system, stored.format)].add(mutual[stored.export].zone)
    out = []
    for stored, guess in asked:
        system = _system(catalog, stored.system, stored.format)
        out.append((stored, mutual.get(stored.export) or zones.beside(guess, system, told[system])))
    return out


def _open(basis: str | None) -> bool:
    """Whether a zone rests on nothing that names one."""
    return (basis or "").startswith((ASSUMED, INFERRED))


def _orders(db: Path, stored: Stored) -> list[list[Event]]:
    with Store.open(db) as store:
        return [store.order(order) for order in store.orders_of(stored.export, SHARED)]


def _pairs(orders: Sequence[Sequence[Event]], stored: Stored, zoned: AbstractSet[int]) -> Iterator[zones.Pair]:
    return zones.pairs(orders, stored.export, zoned, stored.zone or "UTC")


class _Clock(NamedTuple):
    """A kind of export of which none names a zone."""

    messages: int
    orders: int
    format: str


def _mutual(db: Path, left: Sequence[Stored]) -> dict[int, Guess]:
    """What exports without a known zone say of each other. One kind of them is read as UTC: the one that holds most
    messages, for what machines write for machines is mostly in UTC, and what people export shows their own clock.
    """
    clocks: dict[str, _Clock] = {}
    for stored in left:
        orders = _orders(db, stored)
        known = clocks.get(stored.format, _Clock(0, 0, stored.format))
        told = zones.messages(orders, stored.export)
        clocks[stored.format] = known._replace(messages=known.messages + told, orders=known.orders + len(orders))
    if len(clocks) < 2:
        return {}
    standard = max(clocks.values())
    against = {stored.export for stored in left if stored.format == standard.format}
    out = {}
    for stored in left:
        if stored.format != standard.format:
            guess = zones.infer(_pairs(_orders(db, stored), stored, against), slow=False)
            if guess.certain and guess.zone != "UTC":
                other = f"{AGAINST} the {standard.format} exports, which name none either and are read as UTC"
                out[stored.export] = guess._replace(basis=f"{guess.basis}, {other}")
    return out


def noted(stored: Stored, guess: Guess) -> str:
    """The basis of a zone that stays assumed, with what else was settled of the export's stamps (days, years)."""
    others = [part for part in (stored.zone_basis or "").split("; ")[1:] if not part.startswith(zones.TAKEN)]
    return "; ".join([guess.basis, *others])


def _system(catalog: Catalog, told: str | None, format_: str) -> str:
    """The system that an export is of: as the user said, else as its definition does."""
    definition = catalog.definitions.get(format_)
    return told or (definition.system if definition else None) or format_
