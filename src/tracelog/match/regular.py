r"""Whether a regular expression can ever try the same text twice, and with which characters it may begin.

An expression whose next step is always decided by the next character (its *Glushkov automaton* is deterministic)
cannot backtrack: `[^#]+#` can't, `.*#` and `(\w+\s?)*;` can. Such a terminal takes time that grows with the length
of the text and no faster, whatever the text.

Characters are sets over a small alphabet that stands for all: Latin-1 one by one, every other blank that Unicode
knows, and one digit, one letter and one sign for the rest. That keeps `\s` and `\S` apart; a class that names
characters beyond Latin-1 is taken to hold all of these, so an error is always on the safe side.
"""

from __future__ import annotations

import functools
import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as sre_parse  # type: ignore[import-not-found]
import sys
from typing import Any, NamedTuple

BEYOND = "\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000٣中€"
ALPHABET = "".join(map(chr, range(256))) + BEYOND
ALL = (1 << len(ALPHABET)) - 1
ALL_BEYOND = ALL & ~((1 << 256) - 1)

UNROLLED = 64
"""Repetitions written out one by one; a longer fixed count is looked at as if it were any count."""
FURTHEST = 10_000
"""Characters that `reach` looks at: it goes one by one."""
CHOICES = 4
"""Undecided choices outside repetitions that are let pass (`GET|POST|PUT`): each at most doubles the work, once."""


class Part(NamedTuple):
    """A piece of an expression: can it be empty, which positions can it begin and end with."""

    empty: bool
    first: frozenset[int]
    last: frozenset[int]


NOTHING = Part(empty=True, first=frozenset(), last=frozenset())


class Automaton:
    """The positions of an expression, the characters each takes, and which can follow which."""

    def __init__(self, pattern: str = "", choices: int = CHOICES) -> None:
        self.takes: list[int] = []
        self.follow: list[set[int]] = []
        self.loops: list[bool] = []
        self.choices = choices
        parsed = sre_parse.parse(pattern)
        self.groups: int = parsed.state.groups - 1
        self.whole = self._sequence(parsed, parsed.state.flags, looping=False)

    def undecided(self) -> str | None:
        """Why it could backtrack, in words; None when it cannot."""
        choices = 0
        for origin, targets in [(None, self.whole.first), *enumerate(map(frozenset, self.follow))]:
            seen = 0
            clash = False
            for target in sorted(targets):
                clash = clash or bool(seen & self.takes[target])
                seen |= self.takes[target]
            if not clash:
                continue
            choices += 1
            if any(self.loops[place] for place in (*targets, *(() if origin is None else (origin,)))):
                return "after a repetition the next character does not decide how it goes on"
        return "too many alternatives begin alike" if choices > self.choices else None

    def begins(self) -> int:
        """The characters that it can begin with, as a set over ALPHABET."""
        return functools.reduce(lambda union, place: union | self.takes[place], self.whole.first, 0)

    def reach(self, text: str, start: int) -> int:
        """How far `text` reads like the beginning of a match that starts at `start`: the place that breaks it."""
        alive = self.whole.first
        end = min(len(text), start + FURTHEST)
        for place in range(start, end):
            bit = 1 << _letter(text[place])
            taken = [position for position in alive if self.takes[position] & bit]
            if not taken:
                return place
            alive = frozenset().union(*(self.follow[position] for position in taken))
        return end

    def _position(self, takes: int, *, looping: bool) -> Part:
        self.takes.append(takes)
        self.follow.append(set())
        self.loops.append(looping)
        place = frozenset((len(self.takes) - 1,))
        return Part(empty=False, first=place, last=place)

    def _join(self, left: Part, right: Part) -> Part:
        for place in left.last:
            self.follow[place] |= right.first
        return Part(
            empty=left.empty and right.empty,
            first=left.first | right.first if left.empty else left.first,
            last=left.last | right.last if right.empty else right.last,
        )

    def _sequence(self, items: Any, flags: int, *, looping: bool) -> Part:
        whole = NOTHING
        for operator, argument in items:
            whole = self._join(whole, self._item(operator, argument, flags, looping=looping))
        return whole

    def _item(self, operator: Any, argument: Any, flags: int, *, looping: bool) -> Part:
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            least, most, item = argument
            return self._repeat(least, most, item, flags, looping=looping)
        if operator in (sre.ATOMIC_GROUP, sre.POSSESSIVE_REPEAT):
            return self._closed(operator, argument, flags, looping=looping)
        if operator is sre.SUBPATTERN:
            _, added, removed, inner = argument
            return self._sequence(inner, (flags | added) & ~removed, looping=looping)
        if operator is sre.BRANCH:
            branches = [self._sequence(branch, flags, looping=looping) for branch in argument[1]]
            return Part(
                empty=any(branch.empty for branch in branches),
                first=frozenset().union(*(branch.first for branch in branches)),
                last=frozenset().union(*(branch.last for branch in branches)),
            )
        if operator in (sre.ASSERT, sre.ASSERT_NOT):
            if looping and argument[1].getwidth()[1] > UNROLLED:
                raise ValueError("looks ahead without limit inside a repetition")
            self._closed(sre.ATOMIC_GROUP, argument[1], flags, looping=looping)
            return NOTHING  # it takes nothing, and only ever forbids
        if operator is sre.AT:
            return NOTHING
        if operator in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            return self._position(_characters(operator, argument, flags), looping=looping)
        raise ValueError(f"uses {str(operator).lower()}, which is not regular")

    def _closed(self, operator: Any, argument: Any, flags: int, *, looping: bool) -> Part:
        """A part that is never entered again once it is left: decided by itself, one position to the outside."""
        inner = Automaton(choices=self.choices)
        if operator is sre.ATOMIC_GROUP:
            inner.whole = inner._sequence(argument, flags, looping=looping)
        else:
            least, most, item = argument
            inner.whole = inner._repeat(least, most, item, flags, looping=looping)
        if reason := inner.undecided():
            raise ValueError(reason)
        return self._position(inner.begins(), looping=looping)._replace(empty=inner.whole.empty)

    def _repeat(self, least: int, most: Any, item: Any, flags: int, *, looping: bool) -> Part:
        written_out = min(least, UNROLLED)
        whole = NOTHING
        for _ in range(written_out):
            whole = self._join(whole, self._sequence(item, flags, looping=looping))
        if most == written_out:
            return whole
        single = self._sequence(item, flags, looping=looping or most != 1)
        if most != 1:
            for place in single.last:
                self.follow[place] |= single.first
        return self._join(whole, single._replace(empty=True))


def unfit(terminal: str) -> str | None:
    """Why this pattern cannot stand in an expression that never backtracks; None when it can."""
    try:
        automaton = Automaton(terminal)
    except ValueError as problem:
        return str(problem)
    if automaton.groups:
        return "holds a group: (?:…) does not"
    return automaton.undecided()


def backtracks(expression: str) -> str | None:
    """Why a whole expression, all of atomic and possessive parts, could still read a text over and over.

    Only repetitions matter here: outside them each part is tried once at most.
    """
    try:
        return Automaton(expression, choices=sys.maxsize).undecided()
    except ValueError as problem:
        return str(problem)


@functools.lru_cache(maxsize=1000)
def begins(pattern: str) -> int:
    """The set of characters that a match can begin with; all of them when that is not known."""
    try:
        return Automaton(pattern).begins()
    except ValueError:
        return ALL


def _letter(character: str) -> int:
    """The place in ALPHABET of what stands for this character."""
    if ord(character) < 256 or character in BEYOND:
        return ALPHABET.index(character)
    return ALPHABET.index("٣" if character.isdigit() else "中" if character.isalnum() else "€")


@functools.cache
def _category(name: str) -> int:
    sign = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[name.removeprefix("CATEGORY_").removeprefix("NOT_")]
    found = _set(character for character in ALPHABET if re.match(sign, character))
    return ALL & ~found if "NOT_" in name else found


def _set(characters: Any) -> int:
    return functools.reduce(lambda union, character: union | 1 << ALPHABET.index(character), characters, 0)


def _characters(operator: Any, argument: Any, flags: int) -> int:
    """The set of one position: everything that it may take, or a little more."""
    if operator is sre.ANY:
        return ALL if flags & sre.SRE_FLAG_DOTALL else ALL & ~_set("\n")
    if operator is sre.LITERAL:
        return _range(argument, argument, flags)
    if operator is sre.NOT_LITERAL:
        return ALL & ~(_range(argument, argument, 0) if argument < 256 else 0)
    found = certain = 0  # what it may take, and what it takes for sure: that is what a negation takes away
    negated = False
    for kind, item in argument:
        if kind is sre.NEGATE:
            negated = True
            continue
        if kind is sre.CATEGORY:
            part = _category(str(item))
            certain |= part
        else:
            low, high = item if kind is sre.RANGE else (item, item)
            part = _range(low, high, flags)
            certain |= part & ~ALL_BEYOND
        found |= part
    return ALL & ~certain if negated else found


def _range(low: int, high: int, flags: int) -> int:
    characters = {chr(code) for code in range(low, min(high, 255) + 1)}
    if flags & sre.SRE_FLAG_IGNORECASE:
        characters |= {swapped for character in characters for swapped in (character.lower(), character.upper())}
    latin = _set(character for character in characters if len(character) == 1 and ord(character) < 256)
    above = high > 255 or any(len(character) > 1 or ord(character) > 255 for character in characters)
    return latin | (ALL_BEYOND if above else 0)
