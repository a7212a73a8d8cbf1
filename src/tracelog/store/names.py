"""Finding orders by any of their names, and the name that people call them by."""

from __future__ import annotations

import difflib
import itertools
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from tracelog.model.event import Name

_flat = msgspec.json.Decoder(list[int | str]).decode
LONGEST = 300
"""Characters of a name for which others like it are looked for: comparing takes the square of them."""
LOOKED_AT = 3000
"""Names compared when somebody mistyped one."""
_TRIMMED = "# \t\r\n\f\v\xa0"
"""What may stand at an end of a name that needs trimming; looked at first, for most need none."""
Kinds = Mapping[int, tuple[str, str]]
"""Number of an alias kind in a naming's row (negative: a weak mention) → the kind, and how strong it is."""
_new = tuple.__new__  # half the time of Name(…)
_LAST = re.compile(r"[:./]")
"""What stands between the parts of an alias kind: `shopify:name`, `retailer.po`, `netsuite/7731009:tranid`."""
_RANKS = ("name", "number", "po", "id", "tranid", "internalid", "gid", "externalid", "ref")
_MACHINE = re.compile(r"\d{11,}|[0-9a-f-]{24,}|gid://.*", re.IGNORECASE)
_KIND = re.compile(r"[a-z][\w.-]*:[\w-]+\s+(?=\S)|ref\s+(?=\S)", re.IGNORECASE)


def folded(value: str) -> str:
    """How names are compared: blanks around and one leading `#` off, case does not count."""
    if value[:1] in _TRIMMED or value[-1:] in _TRIMMED:
        value = value.strip()
        value = value[1:] if value[:1] == "#" else value
    return value.casefold()


def pairs(flat: str) -> Iterator[tuple[int, str]]:
    """(alias kind, value) of a naming, from its row; the number of a weak mention is negative."""
    found = _flat(flat)
    return zip(found[::2], found[1::2], strict=True)  # type: ignore[arg-type]


def kinds_of(rows: Iterable[tuple[int, str]]) -> Kinds:
    """The alias kinds by the numbers that stand in the rows of namings, from (number, kind)."""
    given = list(rows)
    return {number: (kind, "strong") for number, kind in given} | {-number: (kind, "weak") for number, kind in given}


def decoded(flat: str, kinds: Kinds) -> tuple[Name, ...]:
    """The names of a naming, from its row."""
    found = []
    for number, value in pairs(flat):
        kind, strength = kinds[number]
        found.append(_new(Name, (kind, value, strength)))
    return tuple(found)


def rank(name: Name) -> int:
    """Names that people use before those of machines, storefront before the systems behind it, documents made from
    the order (a payment, a parcel) last.
    """
    what = _LAST.split(name.kind)[-1]
    return _RANKS.index(what) if what in _RANKS else len(_RANKS)


def title(given: Iterable[Name], origin: str | None = None) -> str:
    """What people call an order with these names: as it is called where it came from, unless only machines call it so.
    `origin` is the system from which it came.
    """

    def key(name: Name) -> tuple[bool, bool, int, str, str]:
        own = origin is not None and _LAST.split(name.kind)[0] == origin.casefold() and rank(name) < len(_RANKS)
        there = own and not _MACHINE.fullmatch(name.value)
        return (name.strength != "strong", not there, rank(name), name.kind, name.value)

    best = min(given, key=key, default=None)
    return best.value if best is not None else "(no name)"


def origin(connection: sqlite3.Connection, order: int, events: int) -> str | None:
    """The system from which an order came: the first that tells that it was made, or from which it was taken in."""
    row = connection.execute(
        "SELECT CASE f.phase WHEN 'received' THEN f.peer ELSE f.system END FROM naming n"
        " JOIN event e ON e.naming = n.id JOIN form f ON f.id = abs(e.form)"
        " WHERE n.\"order\" = ? AND e.id <= ? AND f.topic = 'created'"
        " AND f.phase IN ('emitted', 'received', 'forwarded')"
        " ORDER BY e.at IS NULL, e.at, f.phase, f.system LIMIT 1",
        (order, events),
    ).fetchone()
    return row[0] if row else None


def find(connection: sqlite3.Connection, text: str, events: int) -> list[int]:
    """Orders with this name that have at least one event; a kind may stand before it (`netsuite:tranid SO20481`)."""
    text = _spelled(text)
    kind = _KIND.match(text.strip())
    wanted = text.strip()[kind.end() :] if kind else text
    spellings = [folded(wanted)]
    if wanted.strip().casefold().startswith("gid://"):
        spellings.append(folded(wanted.rpartition("/")[2].partition("?")[0]))
    for spelling in spellings:
        found = connection.execute(
            'SELECT DISTINCT n."order" FROM alias a JOIN naming n ON n.id = a.naming'
            " JOIN alias_kind k ON k.id = abs(a.kind)"
            ' WHERE a.folded = ? AND n."order" > 0 AND (? IS NULL OR k.kind = ?)'
            " AND EXISTS (SELECT 1 FROM event e WHERE e.naming = n.id AND e.id <= ?) ORDER BY 1",
            (spelling, *[kind[0].strip().casefold() if kind else None] * 2, events),
        ).fetchall()
        if found:
            return [order for (order,) in found]
    return []


def _spelled(text: str) -> str:
    """A name as a store may hold one: bytes of a command line that are no UTF-8 become the sign for that."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def nearest(connection: sqlite3.Connection, text: str, most: int) -> list[str]:
    """Names that look like this one: the same beginning first, then the same end, then anything near."""
    wanted = folded(_spelled(text))
    if len(wanted) > LONGEST:
        return []
    seen: dict[str, None] = {}
    for size in range(len(wanted), 0, -1):
        head = wanted[:size]
        rows = connection.execute(
            "SELECT DISTINCT folded FROM alias WHERE folded >= ? AND folded < ? LIMIT ?",
            (head, head + "\U0010ffff", LOOKED_AT),
        )
        seen.update(dict.fromkeys(row[0] for row in rows))
        if len(seen) >= LOOKED_AT:
            break
    if len(seen) < LOOKED_AT:
        rows = connection.execute("SELECT DISTINCT folded FROM alias LIMIT ?", (LOOKED_AT,))
        seen.update(dict.fromkeys(row[0] for row in rows))
    compare = difflib.SequenceMatcher(b=wanted)

    def likeness(name: str) -> tuple[float, int, str]:
        compare.set_seq1(name)
        alike = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(name, wanted, strict=False)))
        return -compare.ratio(), -alike, name

    close = difflib.get_close_matches(wanted, list(seen), n=10 * most, cutoff=0.6)
    return [_as_written(connection, name) for name in sorted(close, key=likeness)[:most]]


def _as_written(connection: sqlite3.Connection, name: str) -> str:
    kinds = kinds_of(connection.execute("SELECT id, kind FROM alias_kind"))
    (flat,) = connection.execute(
        "SELECT n.names FROM alias a JOIN naming n ON n.id = a.naming WHERE a.folded = ? LIMIT 1", (name,)
    ).fetchone()
    return next((one.value for one in decoded(flat, kinds) if folded(one.value) == name), name)
