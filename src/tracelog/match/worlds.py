"""Signs by which a line that names an order is of another world than commerce: a trade, a kernel, a test run, a chat.

The lists stand in `parsers/words.toml` (`elsewhere`, `leaning`, `programs`, `marks`, `commerce`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import translate
from typing import NamedTuple

from tracelog.errors import DefinitionError

SURE = 2
"""The weight from which signs settle of which world a line is: one of `elsewhere`, or two of `leaning`."""
TALK = "people talking"
MEMORY = 4096
_NO_KEY = re.compile(r"[^a-z0-9]+")
_SPEAKER = re.compile(
    r"(?:[-–] )?(?:<[@+%]?(?P<nick>[A-Za-z_|]{2,30}\d{0,2})> |(?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+)?): )"
)
_BEGINNINGS = frozenset("<-–")
_WHAT_ACTS = re.compile(r"(?:er|or|ing|ice|job|api|app|erp|log)\b", re.IGNORECASE)
"""How words end that programs are called by: `Importer: order 1001 imported`."""


class Sign(NamedTuple):
    """A word, a phrase or a key of another world."""

    world: str
    weight: int
    shown: str = ""


def folded(key: str) -> str:
    """How keys are compared."""
    return _NO_KEY.sub("", key.casefold())


class Phrases(NamedTuple):
    """Phrases by their first word, the longest first: (the words, the entry they stand in)."""

    by_first: dict[str, list[tuple[tuple[str, ...], str]]]

    def at(self, words: Sequence[str], place: int) -> tuple[int, str] | None:
        """(how many words, entry) of the longest phrase that stands there."""
        for phrase, entry in self.by_first.get(words[place], ()):
            if len(phrase) == 1 or tuple(words[place : place + len(phrase)]) == phrase:
                return len(phrase), entry
        return None


def phrases_of(entries: Mapping[str, Iterable[str]]) -> Phrases:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for entry, phrases in entries.items():
        for phrase in phrases:
            words = tuple(phrase.casefold().split())
            if words:
                found.setdefault(words[0], []).append((words, entry))
    for each in found.values():
        each.sort(key=lambda one: -len(one[0]))
    return Phrases(found)


class Worlds:
    """All signs, ready to be looked up."""

    def __init__(self, tables: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self.keys: dict[str, Sign] = {}
        spoken: dict[str, list[str]] = {}
        self._weights: dict[str, Sign] = {}
        for group, weight in (("leaning", 1), ("elsewhere", SURE)):
            for world, signs in tables[group].items():
                entry = f"{weight} {world}"
                self._weights[entry] = Sign(world, weight)
                spoken[entry] = [sign for sign in signs if "=" not in sign]
                self.keys |= {
                    folded(sign.partition("=")[0]): Sign(world, weight, sign.removesuffix("="))
                    for sign in signs
                    if "=" in sign
                }
        self._spoken = phrases_of(spoken)
        self._programs = [
            (world, re.compile("|".join(map(translate, names)), re.IGNORECASE))
            for world, names in tables["programs"].items()
            if names
        ]
        self._marks = [(world, _mark(mark)) for world, marks in tables["marks"].items() for mark in marks]
        commerce = tables["commerce"]
        self.commerce, self.before = frozenset(commerce.get("words", ())), frozenset(commerce.get("before", ()))
        self.things = frozenset(commerce.get("things", ()))
        self._of_programs: dict[str, Sign | None] = {}

    def signs(self, tokens: Sequence[str]) -> tuple[Sign, ...]:
        """All signs in a sentence, each once."""
        found: dict[Sign, None] = {}
        for at in range(len(tokens)):
            if tokens[at] in self._spoken.by_first and (one := self._spoken.at(tokens, at)) is not None:
                found[self._weights[one[1]]._replace(shown=" ".join(tokens[at : at + one[0]]))] = None
        return tuple(found)

    def program(self, name: str) -> Sign | None:
        """What the name of a program or of its logger says."""
        if name not in self._of_programs:
            if len(self._of_programs) >= MEMORY:
                self._of_programs.clear()
            worlds = (world for world, names in self._programs if names.match(name))
            world = next(worlds, None)
            self._of_programs[name] = Sign(world, SURE, name) if world is not None else None
        return self._of_programs[name]

    def mark(self, text: str) -> Sign | None:
        """What shows, anywhere in the beginning of an export, that it is of no system at work."""
        for world, mark in self._marks:
            if found := mark.search(text):
                return Sign(world, SURE, " ".join(found[0].split())[-60:])
        return None

    def speaker(self, text: str) -> Sign | None:
        """`<ann> …` and `Ann Lee: …`: what a person says. `Importer: …` is a program."""
        if not (text[:1] in _BEGINNINGS or text[:1].isupper()) or (found := _SPEAKER.match(text)) is None:
            return None
        if found["nick"]:
            return Sign(TALK, SURE, found[0].strip())
        words = found["name"].casefold().split()
        if any(_WHAT_ACTS.search(word) or word in self.commerce or word in self.before for word in words):
            return None
        return Sign(TALK, 1, "Name:")


def settled(signs: Iterable[Sign]) -> tuple[str, list[str]] | None:
    """(the world that these signs settle on, the signs of it); None where they settle nothing."""
    shown: dict[str, list[str]] = {}
    weights: dict[str, int] = {}
    for sign in dict.fromkeys(signs):
        shown.setdefault(sign.world, []).append(sign.shown)
        weights[sign.world] = weights.get(sign.world, 0) + sign.weight
    world = max(weights, key=lambda each: weights[each], default=None)
    return (world, shown[world]) if world is not None and weights[world] >= SURE else None


def holds(shown: str, value: str) -> bool:
    """Whether a key with this value is the sign that is spelled so: `patient id`, `role=user|assistant`."""
    _, _, values = shown.partition("=")
    return not values or value.casefold() in values.split("|")


def _mark(mark: str) -> re.Pattern[str]:
    try:
        return re.compile(mark)
    except re.error as error:
        raise DefinitionError(f"no regular expression: {mark}", why=str(error)) from error
