"""Which zone the clock of an export shows that names none: told by the orders it shares with exports that do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tracelog.interpret.catalog import Catalog
from tracelog.link import zones
from tracelog.link.zones import Guess
from tracelog.store.read import Store
from tracelog.store.reread import Stored
from tracelog.store.write import Writer

SHARED = 500
"""Orders that are looked at."""
ASSUMED, INFERRED = "assumed", "inferred"
"""How the basis of a zone begins that nobody named."""


def guesses(writer: Writer, db: Path, catalog: Catalog) -> Iterator[tuple[Stored, Guess]]:
    """Every export whose zone is only assumed, with what its orders say.

    Those that share none are taken as the same system's other exports are, once these have their zone.
    """
    left: list[tuple[Stored, Guess]] = []
    told: dict[str, set[str]] = {}
    for stored in writer.undated():
        if stored.format not in catalog.definitions or stored.zone != "UTC":
            continue
        with Store.open(db) as store:
            exports = store.exports()
            zoned = {x.id for x in exports if x.zone and not (x.zone_basis or "").startswith(ASSUMED)}
            orders = [store.order(order) for order in store.orders_of(stored.export, SHARED)]
        for x in exports:
            if x.zone and x.zone != "UTC" and (x.zone_basis or "").startswith((ASSUMED, INFERRED)):
                told.setdefault(_system(catalog, x.system, x.format), set()).add(x.zone)
        guess = zones.infer(zones.pairs(orders, stored.export, zoned))
        if guess.zone == "UTC":
            left.append((stored, guess))
        else:
            told.setdefault(_system(catalog, stored.system, stored.format), set()).add(guess.zone)
            yield stored, guess
    for stored, guess in left:
        system = _system(catalog, stored.system, stored.format)
        yield stored, zones.beside(guess, system, told.get(system, set()))


def noted(stored: Stored, guess: Guess) -> str:
    """The basis of a zone that stays assumed, with what else was settled of the export's stamps (days, years)."""
    others = [part for part in (stored.zone_basis or "").split("; ")[1:] if not part.startswith(zones.TAKEN)]
    return "; ".join([guess.basis, *others])


def _system(catalog: Catalog, told: str | None, format_: str) -> str:
    """The system that an export is of: as the user said, else as its definition does."""
    definition = catalog.definitions.get(format_)
    return told or (definition.system if definition else None) or format_
