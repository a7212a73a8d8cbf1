"""The words by which free text is read, as look-ups: which keys hold an order's name, which words say what was done.

The lists stand in `parsers/words.toml` and in users' files of that name; nothing here knows a word by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from tracelog.errors import DefinitionError
from tracelog.match.worlds import Worlds, folded, phrases_of

Tables = Mapping[str, Mapping[str, Sequence[str]]]
"""Group → entry → words: `says` → `skipped` → `["skipped", "skipping"]`."""
Find = Callable[[str], re.Pattern[str]]
"""A terminal's reference → its pattern."""
GROUPS = ("names", "mentions", "keys", "inside", "looks", "changes", "says", "objects", "topics", "small", "elsewhere",
          "leaning", "programs", "marks", "commerce")  # fmt: skip
SMALL = (
    "no",
    "tails",
    "not",
    "perhaps",
    "already",
    "later",
    "pretend",
    "undone",
    "learning",
    "because",
    "passing",
    "prepositions",
    "and",
    "but",
)
_TERMINAL = re.compile(r"[\w.-]+\.lark:[A-Z][A-Z0-9_]*")
MEMORY = 8192
OWN = 7
"""Characters from which the number of a purchase order is hardly another buyer's, too."""


_UNLIKELY = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?\b.*|\d+[.,]\d+|\d+(?:ms|s|m|h|d|us|ns|kb|mb|gb|x|px|%|st|nd|rd|th)|v\d+|\d{1,2}:\d\d.*",
    re.IGNORECASE,
)
_DIGIT, _SPACE = re.compile(r"\d"), re.compile(r"\s")


def plausible(value: str, *, bare: bool = False) -> bool:
    """Whether a value may be the name of an order. `bare`: its key is a mere `order`, which sorts lists too."""
    if len(value) > 64 or _DIGIT.search(value) is None or _SPACE.search(value) is not None:
        return False
    if value.isdecimal():
        return len(value) > (2 if bare else 0)
    return not ("://" in value or _UNLIKELY.fullmatch(value))


class Key(NamedTuple):
    """What a key holds: a `role` (`name`, `mention`, `message`, `status`, …), and for names their kind."""

    role: str
    kind: str
    rank: int
    """Its place in its list: of several envelopes the outer goes first."""
    bare: bool = False
    """It is one word, which may be no key of a name at all: `order` sorts lists, `orders` counts."""
    many: bool = False
    alone: bool = False
    """Of a mention: where nothing else names the order, this does, when it is long enough to be no other's."""
    shown: str = ""
    """Of a sign of another world: how it is spelled."""

    def of(self, value: str) -> bool:
        """Whether this value is surely an order's name, under this key."""
        return self.role == "name" or (self.alone and len(value) >= OWN)

    def names(self, values: Sequence[str], *, listed: bool = False) -> list[str]:
        """Those of these values that may be names of orders. `listed`: they stand in a list, though it be of one."""
        alone = len(values) == 1 and not listed
        return [value for value in values if plausible(value, bare=self.bare) and not (alone and self.counts(value))]

    def counts(self, value: str) -> bool:
        """Whether a lone value under this key is a number of orders, and no name."""
        return self.bare and self.many and value.isdecimal()


class Words:
    """All lists together, ready to be asked. Raises DefinitionError for what is no list of ours."""

    def __init__(self, tables: Tables, find: Find) -> None:
        for group in tables:
            if group not in GROUPS:
                raise DefinitionError(f"unknown list of words: {group}", help=f"use one of: {', '.join(GROUPS)}")
        get = {group: tables.get(group, {}) for group in GROUPS}
        self._keys: dict[str, Key | None] = {}
        alone = frozenset(get["commerce"].get("alone", ()))
        for group, role in (("mentions", "mention"), ("names", "name")):
            for kind, keys in get[group].items():
                self._keys |= {
                    folded(key): Key(role, kind, rank, " " not in key, key.endswith("s"), key in alone)
                    for rank, key in enumerate(keys)
                }
        for role, keys in get["keys"].items():
            self._keys |= {folded(key): Key(role, "", rank) for rank, key in enumerate(keys)}
        self.is_peer: re.Pattern[str] | None = None
        """Words that mean a system, once it is known which do."""
        self._going: dict[str, bool] = {}
        self.worlds = Worlds({group: get[group] for group in ("elsewhere", "leaning", "programs", "marks", "commerce")})
        for key, sign in self.worlds.keys.items():
            self._keys.setdefault(key, Key("sign", sign.world, sign.weight, shown=sign.shown))
        self._inside = frozenset(folded(key) for keys in get["inside"].values() for key in keys)
        self._asked: dict[str, Key | None] = {}
        self.looks = [
            (kind, _pattern(look, find)) for kind, looks in get["looks"].items() for look in looks
        ]  # fmt: skip
        self.labelled = _labelled(
            key for group in ("names", "mentions") for keys in get[group].values() for key in keys
        )
        self.changes = [_change(each) for templates in get["changes"].values() for each in templates]
        says = dict(get["says"])
        self.failing_nouns = frozenset(says.pop("nouns", ()))
        self.answers = frozenset(says.pop("answer", ()))
        self.methods = frozenset(says.pop("method", ()))
        self.says = phrases_of({phase: words for phase, words in says.items() if words})
        objects = dict(get["objects"])
        self.steps, self.sending = frozenset(objects.pop("step", ())), frozenset(objects.pop("sending", ()))
        self.others = frozenset(objects.pop("other", ()))
        self.itself, self.incoming = frozenset(objects.pop("itself", ())), frozenset(objects.pop("incoming", ()))
        no_topic = ("order", "any")
        self.objects = {
            word: None if topic in no_topic else topic for topic, words in objects.items() for word in words
        }
        self.order_words = frozenset(word for topic, words in objects.items() if topic != "any" for word in words)
        """Words that make a line speak of orders though it names none."""
        small = {name: get["small"].get(name, ()) for name in SMALL}
        self.hedges = phrases_of({name: small[name] for name in ("not", "perhaps", "already")})
        self.later, self.because = frozenset(small["later"]), frozenset(small["because"])
        self.pretend = phrases_of({"pretend": small["pretend"]})
        self.undone = phrases_of({"undone": small["undone"]})
        self.learning = phrases_of({"learning": small["learning"]})
        self.passing, self.prepositions = frozenset(small["passing"]), frozenset(small["prepositions"])
        inbound = "|".join(map(re.escape, get["small"].get("inbound", ())))
        self.inbound = re.compile(inbound or r"(?!)", re.IGNORECASE)
        """Parts of names of components that take in."""
        self.no, self.tails = frozenset(small["no"]), frozenset(small["tails"])
        self.and_, self.but = frozenset(small["and"]), frozenset(small["but"])
        self.topics = {_topic(_parts(word)): topic for topic, words in get["topics"].items() for word in words}
        self.holders = frozenset(get["small"].get("holders", ()))
        self._plain = self.sending | frozenset(
            word for words in (*says.values(), *small.values()) for word in words if " " not in word
        )
        self.known = frozenset(
            word
            for words in (*says.values(), *objects.values(), *small.values(), self.steps, self.sending, self.others)
            for phrase in words
            for word in phrase.split()
        )

    def key(self, path: str) -> Key | None:
        """What a key holds, by its path in the record: `labels.order`, `orderId`; None for any other."""
        known = self._asked.get(path)
        if known is None and path not in self._asked:
            known = self._keys.get(folded(path))
            if known is None and "." in path:
                outer, _, rest = path.partition(".")
                if folded(outer) in self._inside:
                    known = self.key(rest)
                elif (sign := self.worlds.keys.get(folded(path.rpartition(".")[2]))) is not None:
                    known = Key("sign", sign.world, sign.weight, shown=sign.shown)
            if len(self._asked) < MEMORY:
                self._asked[path] = known
        return known

    def holds(self, path: str) -> bool:
        """Whether an object under this key is no more than a holder of keys: `labels`, `order`."""
        return folded(path.rpartition(".")[2]) in self._inside

    def may_name(self, text: str) -> bool:
        """Whether an order's name may stand somewhere in a text of many lines without documents in it."""
        return self.labelled.search(text) is not None or any(look.search(text) for _, look in self.looks)

    def goes_before(self, word: str) -> bool:
        """Whether `order 1001` is an order still behind this word: `Boot order 1001` is none of a customer's."""
        known = self._going.get(word)
        if known is None:
            known = word in self._plain or word in self.worlds.before or word.endswith(("ing", "ed")) or not word
            known = known or (self.is_peer is not None and self.is_peer.fullmatch(word) is not None)
            if len(self._going) < MEMORY:
                self._going[word] = known
        return known

    def is_of_another(self, word: str, name: str) -> bool:
        """Whether what looks like an order's name is another thing's by the word before: `issue ABC-1`, `loan LN-1`."""
        if word in self.worlds.things:
            return True
        short = name.partition("-")[0].casefold()
        if not short.isalpha() or short[0] != word[:1] or self.goes_before(word) or word in self.order_words:
            return False
        letters = iter(word)
        return all(letter in letters for letter in short)

    def topic(self, text: str) -> str | None:
        """`orders/create`, `ORDER_CREATED`, `store/order/created` → `created`; None for what is no topic."""
        if len(text) >= 60:
            return None
        parts = _parts(text)
        while parts:
            known = self.topics.get(_topic(parts))
            if known is not None or len(parts) < 3 or not (parts[0] in self.holders or parts[0].isdigit()):
                return known
            del parts[0]
        return None


_SEPARATED = re.compile(r"[\s/._:-]+")


def _parts(text: str) -> list[str]:
    return [part for part in _SEPARATED.split(text.strip().casefold()) if part]


def _topic(parts: Sequence[str]) -> str:
    first = parts[0].removesuffix("s").replace("fulfilment", "fulfillment")
    return f"{first}/{''.join(parts[1:])}" if len(parts) > 1 else first


def _pattern(look: str, find: Find) -> re.Pattern[str]:
    if _TERMINAL.fullmatch(look):
        return find(look)
    try:
        return re.compile(look)
    except re.error as error:
        raise DefinitionError(f"no regular expression: {look}", why=str(error)) from error


def _change(template: str) -> re.Pattern[str]:
    """`status {before} mapped to {after}` as an expression; of several words only those in capitals go on."""
    word = r"""["'“]?(?P<{}>[A-Za-z][\w-]*+{})["'”]?"""
    parts = [word.format(part[1:-1], r"(?:\ (?-i:[A-Z])[\w-]*+)*+" if part == "{after}" else "") if part[0] == "{"
             else re.escape(part) for part in template.replace(",", " ").split()]  # fmt: skip
    return re.compile(r"(?<!\w)" + r",?\s++".join(parts), re.IGNORECASE)


def _labelled(keys: Iterable[str]) -> re.Pattern[str]:
    """A key of an order's name in running text, with the name behind it: `order #1001`, `order_id: 6120…`."""
    by_first: dict[str, list[str]] = {}
    for key in keys:
        first, _, rest = key.partition(" ")
        by_first.setdefault(first, []).append(rest)
    spelled = [
        re.escape(first) + _optional(sorted({rest for rest in rests if rest}, key=len, reverse=True), "" in rests)
        for first, rests in sorted(by_first.items(), key=lambda each: -len(each[0]))
    ]
    value = r"""["'\[(]?(?P<value>#?(?=[\w-]{0,40}\d)[A-Za-z0-9][\w-]*+(?:\.[A-Za-z]\w*+)?)"""
    return re.compile(
        rf"""(?<![\w.-])(?P<key>{"|".join(spelled)})(?:["']?\s?(?P<mark>[:=])\s?|\.?\s|(?=#))\s?{value}""",
        re.IGNORECASE,
    )


def _optional(rests: Sequence[str], alone: bool) -> str:
    if not rests:
        return ""
    spelled = "|".join(r"[ _.-]?".join(map(re.escape, rest.split())) for rest in rests)
    return f"(?:[ _.-]?(?:{spelled}))" + ("?" if alone else "")


def merged(tables: Sequence[Tables]) -> dict[str, dict[str, list[str]]]:
    """Several files as one, the first counts most: a word that stands there in another entry leaves the later ones."""
    found: dict[str, dict[str, list[str]]] = {}
    for table in tables:
        for group, entries in table.items():
            mine = found.setdefault(group, {})
            taken = {word.casefold() for words in mine.values() for word in words} if group != "small" else set()
            for entry, words in entries.items():
                mine.setdefault(entry, []).extend(word for word in words if word.casefold() not in taken)
    return found
