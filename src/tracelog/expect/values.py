"""Values side by side: what two records of one order say under the same name, by value and not by spelling."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from tracelog.expect.segments import Segments
from tracelog.expect.traits import Trait
from tracelog.model.event import State

MONEY = frozenset(("total", "subtotal", "tax", "shipping", "discount", "refunded", "amount", "paid", "price"))
QUANTITY = frozenset(("quantity", "units", "lines"))
CURRENCY = frozenset(("currency",))
COMPARED = MONEY | QUANTITY | CURRENCY
"""Fields that are held against each other across a hop. Other fields describe, and may be worded as one likes."""
_WHOLE = frozenset(("created", "updated", None))
"""Topics whose records speak of the whole order. A shipment's quantity is that of its parcel."""
_NUMBER = re.compile(r"([^\d.,]*+)([.,]?+\d[\d.,]*+(?:[eE][-+]?\d++)?+)(\D*+)")
_SPACED = re.compile(r"(?<=\d)[\s'’](?=\d)")
_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "UGX": 0, "XAF": 0, "XOF": 0, "PYG": 0,
           "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3, "JOD": 3, "IQD": 3}  # fmt: skip
"""Minor units by ISO 4217, where they are not two digits."""
_ENOUGH = 5
_NEARLY_ALL = 0.8
_MANY = 0.5
_ALL = 0.98
_TAX = Decimal("0.7"), Decimal("1.4")
"""What a tax, an allowance or a fee makes of an amount; some orders are exempt. A tenth of it is something else."""
_STEP = Decimal("0.001")
_PLACES = 20
"""Digits before the point of a ratio; a longer one says no more than that nothing is alike."""
_PACK = Decimal("1.9")


def comparable(topic: str | None) -> frozenset[str]:
    """The fields whose values are of the same basis on both sides of a hop that carries this topic."""
    return COMPARED if topic in _WHOLE else COMPARED - QUANTITY


def kind_of(field: str) -> str:
    """The word of `ValueFacts.what`."""
    if field in MONEY:
        return "money"
    return "quantity" if field in QUANTITY else "currency" if field in CURRENCY else "text"


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """`118.40`, `1,184.00`, `1.184,00`, `1 184,00`, `$24.00`, `EUR 24`, `(5.00)`; None when it is no number."""
    found = _NUMBER.fullmatch(_SPACED.sub("", text.strip()))
    if found is None:
        return None
    before, kept, after = found.groups()
    negative = "-" in before or ("(" in before and ")" in after)
    comma, dot = kept.rfind(","), kept.rfind(".")
    if comma > dot and (dot >= 0 or (kept.count(",") == 1 and len(kept) - comma - 1 in {1, 2})):
        kept = kept.replace(".", "").replace(",", ".")
    else:
        kept = kept.replace(",", "")
    try:
        value = Decimal(kept)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 30:
        return None
    return -value if negative else value


@lru_cache(maxsize=256)
def tolerance(currency: str | None, lines: str | None) -> Decimal:
    """Rounding: one minor unit for each line of the order."""
    count = number(lines) if lines else None
    each = Decimal(1).scaleb(-_DIGITS.get((currency or "").upper(), 2))
    return each * max(1, min(int(count), 200) if count is not None else 1)


def relation(field: str, one: str, other: str, slack: Decimal) -> str:
    """`same` (as written), `formatting` (equal by value), `differs`, or `unknown` (not comparable)."""
    if one == other:
        return "same"
    what = kind_of(field)
    if what in {"money", "quantity"}:
        left, right = number(one), number(other)
        if left is None or right is None:
            return "unknown"
        if left == right:
            return "formatting"
        return "formatting" if what == "money" and abs(left - right) <= slack else "differs"
    if what == "currency":
        left_code, right_code = one.strip().upper(), other.strip().upper()
        if left_code == right_code:
            return "formatting"
        return "differs" if _is_code(left_code) and _is_code(right_code) else "unknown"
    return "unknown"


def _is_code(text: str) -> bool:
    return len(text) == 3 and text.isalpha()


def ratio(one: str, other: str) -> str:
    """How the second number stands to the first, coarsely: what nearly all orders share is the mapping in force."""
    left, right = number(one), number(other)
    if left is None or right is None or left == 0:
        return "?"
    share = right / left
    return f"{share.quantize(_STEP)}" if share.adjusted() < _PLACES else "?"


class Usual(NamedTuple):
    """The relation that is taken for the mapping in force: the ratio that most have, how many differ, of how many.

    `where`: the kind of order that has it, where others have not.
    """

    ratio: str
    differing: int
    compared: int
    where: str = ""

    @property
    def plain(self) -> bool:
        """Whether nothing speaks against its being meant: nearly all have it, or it is what a tax may come to."""
        share = Decimal(self.ratio) if self.ratio != "?" else Decimal(0)
        return (not self.where and self.differing >= _ALL * self.compared) or _TAX[0] <= share <= _TAX[1]


class Relations:
    """How a field's values related across one hop, over all orders."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.ratios: Counter[str] = Counter()
        self.steps: Counter[Decimal] = Counter()
        """Of quantities, by how many units they differ."""
        self.segments = Segments()
        self._known: tuple[int, str, int] | None = None

    def add(self, field: str, one: str, other: str, slack: Decimal, traits: Iterable[Trait] | None = None) -> None:
        kind = relation(field, one, other, slack)
        self.kinds[kind] += 1
        if traits is not None and kind in {"same", "formatting"}:
            self.segments.kept(traits)
        if kind == "differs":
            self.ratios[ratio(one, other)] += 1
            if traits is not None:
                self.segments.changed(traits, ratio(one, other))
            left, right = number(one), number(other)
            if kind_of(field) == "quantity" and left is not None and right is not None:
                self.steps[right - left] += 1

    def merge(self, other: Relations) -> None:
        self.kinds.update(other.kinds)
        self.ratios.update(other.ratios)
        self.steps.update(other.steps)
        self.segments.merge(other.segments)

    def in_force(self, one: str, other: str) -> bool:
        """Whether this difference is the mapping in force (tax, unit, currency) and not this order's fault.

        Most orders differ: then these are not the same amounts. Where nearly all differ by one ratio, an order that
        differs by another one is a fault all the same. Quantities that nearly all differ by so many units, and by no
        one ratio, are no other unit: a conversion multiplies.
        """
        compared = sum(self.kinds[kind] for kind in ("same", "formatting", "differs"))
        differing = self.kinds["differs"]
        if compared < _ENOUGH or differing < _MANY * compared:
            return False
        usual, count = self._usual(differing)
        if count < _NEARLY_ALL * differing <= max(self.steps.values(), default=0):
            return False
        return ratio(one, other) in _neighbours(usual) if count >= _NEARLY_ALL * differing else True

    def usual(self) -> Usual:
        """What the mapping in force does to most of these values."""
        compared = sum(self.kinds[kind] for kind in ("same", "formatting", "differs"))
        return Usual(self._usual(self.kinds["differs"])[0], self.kinds["differs"], compared)

    def of_a_kind(self, field: str, one: str, other: str, traits: Sequence[Trait], *, converted: bool) -> Usual | None:
        """What makes this difference one of the mapping in force for one kind of order, or None.

        `converted`: amounts and their currency differ together. An amount that stays in its currency may be net of a
        tax or an allowance, and no tenth of itself; a quantity may be counted in other units, as a kit's is.
        """
        share, what = ratio(one, other), kind_of(field)
        if not converted and (share == "?" or not _may_be_meant(what, Decimal(share))):
            return None
        found = self.segments.of(traits, _neighbours(share))
        return found and Usual(share, found.orders, found.orders, found.words)

    def _usual(self, differing: int) -> tuple[str, int]:
        """The ratio that most have, and how many: amounts are rounded, so small ones fall into the step beside."""
        if self._known is None or self._known[0] != differing:
            around = {step: sum(self.ratios[near] for near in _neighbours(step)) for step in self.ratios}
            usual = max(around, key=lambda step: (around[step], self.ratios[step], step))
            self._known = differing, usual, around[usual]
        return self._known[1:]


def _may_be_meant(what: str, share: Decimal) -> bool:
    """Whether a tax or an allowance comes to it; of quantities, whether it is so many for one, or one for so many."""
    if share <= 0 or what not in {"money", "quantity"}:
        return False
    if what == "money":
        return min(share, 1 / share) >= _TAX[0] - _STEP
    return any(each >= _PACK and abs(each - round(each)) <= _STEP * each for each in (share, 1 / share))


def _neighbours(step: str) -> tuple[str, ...]:
    if step == "?":
        return ("?",)
    return tuple(str(Decimal(step) + Decimal(each) * _STEP) for each in (-1, 0, 1))


_RANK = {"pending": 0, "confirmed": 1, "picked": 2, "shipped": 3, "delivered": 4, "returned": 5}
_REFINES = {("shipped", "delivered"), ("delivered", "shipped"), ("confirmed", "picked"), ("picked", "confirmed")}
"""Pairs of neighbours that only tell more or less of the same: one side's vocabulary has no such state."""
_AT_BIRTH = {("pending", "confirmed"), ("confirmed", "pending")}
_LOOSE = frozenset(("PARTIAL", "LOSSY", "HOLD"))


def worded(state: State) -> str:
    """What a record says, as written; of a field that holds the time of a state (`cancelled_at`), the state."""
    dated = state.raw[:4].isdigit() and state.raw[4:5] == "-"
    return (state.canonical if dated else None) or state.raw


def state_relation(source: State, target: State, *, birth: bool) -> str:
    """How a state that left a hop stands to the one that came in, on one axis: the word of `ValueFacts.relation`.

    `birth`: the record creates the order at the target, where many systems begin one step behind.
    """
    if source.mark == "UNMAPPED" or target.mark == "UNMAPPED":
        return "unmapped"
    if source.canonical is None or target.canonical is None:
        return "unknown"
    if source.canonical == target.canonical:
        return "same" if source.raw == target.raw else "mapped"
    pair = (source.canonical, target.canonical)
    if pair in _REFINES:
        return "refinement"
    if birth and pair in _AT_BIRTH:
        return "refinement"
    if birth and pair in {("authorized", "paid"), ("paid", "authorized")}:
        return "refinement"
    if source.mark in _LOOSE or target.mark in _LOOSE:
        return "allowed" if _may_stand_for(source, target) else "contradiction"
    return "contradiction"


def _may_stand_for(source: State, target: State) -> bool:
    """Whether a value that is known to lose detail may stand for the other: a neighbour may, the far end may not."""
    left, right = _RANK.get(source.canonical or ""), _RANK.get(target.canonical or "")
    if left is None or right is None:
        return True
    if "PARTIAL" in {source.mark, target.mark}:
        return True
    return abs(left - right) <= 1
