"""What takes a word for what was done back again: denied, counted as none, of another time, undone, only tried out.

A word in a log counts as done only when none of this holds; see `sentence`.
"""

from __future__ import annotations

import re

from tracelog.match.words import Words

HARD = frozenset(";:!()[]{}|–—.?→-") | {"->", "=>", "--", "---"}
HTTP = re.compile(r"[1-5]\d\d")


class Tokens:
    """A sentence as words and signs, and the questions whether a word in it is taken back."""

    def __init__(self, words: Words, tokens: list[str]) -> None:
        self.words = words
        self.tokens = tokens

    def shown(self, at: int, after: int) -> str:
        return " ".join(self.tokens[at:after])

    def past(self, place: int) -> int:
        while place < len(self.tokens) and self.tokens[place] in self.words.passing:
            place += 1
        return place

    def at_another_time(self, at: int, start: int) -> bool:
        """`already sent`, `on failure`, `to skip`."""
        place = at - 1
        while place >= start and self.tokens[place] in self.words.passing:
            place -= 1
        if place < start:
            return False
        hedge = self.words.hedges.at(self.tokens, place)
        return hedge is not None and hedge[1] == "already"

    def denied(self, after: int) -> bool:
        """`forwarded: false`, `sent? no`, `failed: 2`."""
        tokens = self.tokens
        if after >= len(tokens) or tokens[after] not in (":", "?", "=>", "->", "→", "-"):
            return False
        if tokens[after] == "?":
            return True
        following, behind = [*tokens[after + 1 : after + 3], "", ""][:2]
        number = following.isdecimal() and not HTTP.fullmatch(following)
        ends = behind in {"", ","} or behind in HARD
        return ends and (number or following in self.words.no)

    def none_of(self, start: int, end: int) -> bool:
        """`0 of 3 lines sent`, `sent 0 lines`."""
        words = self.words
        for at in range(start, end):
            if self.tokens[at : at + 1] in (["0"], ["zero"]):
                following = "".join(self.tokens[at + 1 : at + 2])
                if following in ("of", "times", "orders") or following in words.others:
                    return True
        return False

    def unlearned(self, after: int) -> bool:
        """`could not confirm`, `unable to determine`: nothing was refused, as far as this tells."""
        tokens = self.tokens
        last = tokens[after - 1]
        if not (last in ("to", "not", "cannot") or last.endswith("n't")):
            return False
        place = self.past(after)
        if place < len(tokens) and tokens[place] == "be":
            place = self.past(place + 1)
        return place < len(tokens) and self.words.learning.at(tokens, place) is not None

    def not_yet(self, after: int) -> bool:
        for word in self.tokens[after:]:
            if word in HARD or word in ",&" or word in self.words.but or word in self.words.and_:
                return False
            if word in self.words.later:
                return True
        return False

    def taken_back(self, last: int) -> str | None:
        """`created, then rolled back`, `reverted: order created`: by which words; None where nothing was."""
        tokens, undone = self.tokens, self.words.undone
        for at, word in enumerate(tokens):
            found = undone.at(tokens, at) if word in undone.by_first else None
            if found is None or (at and self.words.hedges.at(tokens, at - 1)):
                continue
            after = at + found[0]
            if at >= last or tokens[after : after + 1] == [":"]:
                return self.shown(at, after)
        return None

    def marked_as_test(self) -> bool:
        """`[test] order sent`, `order sent (test)`; behind a skip it is the reason."""
        tokens = ["[", *self.tokens, "]"]
        return any(word == "test" and {tokens[at], tokens[at + 2]} <= HARD for at, word in enumerate(self.tokens))
