"""A message taken apart: its documents, its pairs, the names of orders in it, and the sentence that is left.

`forwarded order=ORD-20931 status=201` is a sentence, `forwarded`, with two pairs. What stands in quotes is not said
but cited; what a name, a topic or an address is stays in the sentence as a sign, for words are judged by what they
stand beside.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from tracelog.match.sentence import ADDRESS, BODY, NAME, QUOTE, TOPIC
from tracelog.match.words import Key, Words, plausible

LOOKED_AT = 2_000
"""Characters of a message that are read as words; names of orders and pairs are read in all of it."""
BODIES = 50
"""Documents that are taken out of one message."""

TRIES = 8
"""Places in a message where a document may begin; one that never ends costs its whole length each time."""
TEXT = "~"
"""How the label of a name begins that stands behind a word of the text, and not behind a key."""

_PAIR = re.compile(
    r"""(?<![\w.@-])(?P<key>[A-Za-z_@][\w.@-]*+)=(?P<value>"(?:[^"\\]|\\.)*+"|'[^']*+'|\[[^\]]*+\]|(?:(?!->|=>|→)[^\s,;"'])*+)"""
    r"""(?P<more>(?:\ ?->\ ?|\ ?=>\ ?|\ ?→\ ?)[A-Za-z][\w-]*+(?:\ [A-Z][\w-]*+(?!=))*+)?""",
    re.VERBOSE,
)
_COLON = re.compile(r"""(?<![\w.-])(?P<key>[A-Za-z][\w.-]*+(?: [a-z]+){0,2}):\s?"?(?P<value>[\w.-]++)"?""")
_COLON_ROLES = frozenset(("message", "http", "status"))
_LINE_END = re.compile(r"\n|#012")
"""rsyslog writes a line end inside a message so."""
_QUOTED = re.compile(r'"[^"\n]{0,400}"|(?<![\w])\'[^\'\n]{0,200}\'(?!\w)|`[^`\n]{0,200}`')
_URL = re.compile(r"https?://[^\s\"'<>]+")
_TOPIC = re.compile(
    r"\b(?:[A-Za-z]{2,16}(?:[/.]\w{1,16}){1,3}|[A-Za-z_]{4,24})[/.][A-Za-z_]{3,24}\b(?!\()|\b[A-Z]{4,16}_[A-Z]{3,24}\b"
)
_LISTED = re.compile(r"\s*(?:,|&|\band\b)\s*(#?(?=[\w-]{0,40}\d)[A-Za-z0-9][\w-]*+)")
_THREE = re.compile(r"(?<![\w.-])[1-5]\d\d(?![\w.-])")
_DIGIT = re.compile(r"\d")
_OBJECT = re.compile(r"\{(?=\s{0,39}[\"}])")
_BETWEEN = " :'\"(["
"""What may stand between a thing and its name: `issue: "ABC-1001"`."""
_OWN_LOOK = re.compile(r"(?:SO|ORD|ORDER)-?\d|\d{3}-\d{7}-|gid:", re.IGNORECASE)
"""Names that are nothing else's than an order's."""
_ANSWER = re.compile(
    r"(?:status|code|https?(?:/\d(?:\.\d)?)?|responded|response|returned|replied|answered|received|got|failed|error|->|→|=>)"
    r"(?:\s+(?:with|of|is|was|code|status|http))*[\s:=(]*\b([1-5]\d\d)\b"
    r"(?!\s*(?:ms|items?|lines?|rows?|records?|orders?|s)\b(?!=)|[-.\w])",
    re.IGNORECASE,
)
_decoder = json.JSONDecoder(strict=False, parse_float=str)


class Found(NamedTuple):
    """A name that stands in a record. `label` tells behind which key or word; empty: by its looks alone."""

    kind: str
    value: str
    label: str
    weak: bool = False
    sure: bool = True
    """It is called an order's, or nothing else is called so; what is not sure counts in the company of commerce."""


class Hints(NamedTuple):
    """A message taken apart."""

    sentence: str
    pairs: list[tuple[Key, str]]
    names: list[Found]
    bodies: list[Any]
    addresses: list[str]
    topic: str | None
    listed: bool
    """Several names in it stand in one list: each is an order of its own."""


def read(text: str, words: Words) -> Hints:
    """Take a message apart."""
    names: list[Found] = []
    pairs: list[tuple[Key, str]] = []
    bodies: list[Any] = []
    if "{" in text:
        text = _without_documents(text, bodies)
    text = text.lstrip()
    text = _LINE_END.split(text, 1)[0]
    if "=" in text:
        text = _PAIR.sub(lambda found: _pair(found, words, pairs, names), text)
    addresses: list[str] = []
    if "://" in text:
        addresses = _URL.findall(text)
        text = _URL.sub(ADDRESS, text)
    listed = False
    if _DIGIT.search(text):
        text, listed = _named(text, words, names)
        if ":" in text:
            text = _COLON.sub(lambda found: _told(found, words, pairs), text)
    topic = None
    text = text[:LOOKED_AT]
    if "/" in text or "." in text or "_" in text:
        text, topic = _topics(text, words)
    if '"' in text or "'" in text or "`" in text:
        text = _QUOTED.sub(lambda found: NAME if found[0][1:-1] == NAME else QUOTE, text)
    return Hints(text, pairs, names, bodies, addresses, topic, listed)


def _without_documents(text: str, bodies: list[Any]) -> str:
    """The text with its JSON documents put aside."""
    at = tried = 0
    while len(bodies) < BODIES and tried < TRIES and (found := _OBJECT.search(text, at)):
        at = found.start()
        begin = at - 1 if at and text[at - 1] == "[" else at
        try:
            value, end = _decoder.raw_decode(text, begin)
        except (ValueError, RecursionError):
            try:
                value, end = _decoder.raw_decode(text, at)
            except (ValueError, RecursionError):
                at += 1
                tried += 1
                continue
            begin = at
        bodies.append(value)
        text = f"{text[:begin]} {BODY} {text[end:]}"
        at = begin
    return text


def _pair(found: re.Match[str], words: Words, pairs: list[tuple[Key, str]], names: list[Found]) -> str:
    key = words.key(found["key"])
    if key is None:
        return " "
    value = found["value"]
    if value[:1] in "\"'" and value:
        value = value[1:-1].replace('\\"', '"')
    if key.role in ("name", "mention"):
        weak = key.role == "mention"
        values = key.names(listed(value), listed=value[:1] == "[")
        names += [Found(key.kind, each, found["key"], weak, key.of(each)) for each in values]
    elif value or found["more"]:
        pairs.append((key, value + (found["more"] or "")))
    return " "


def _told(found: re.Match[str], words: Words, pairs: list[tuple[Key, str]]) -> str:
    key = words.key(found["key"])
    if key is None or key.role not in _COLON_ROLES or (key.role == "message" and len(found["value"]) < 4):
        return found[0]
    pairs.append((key, found["value"]))
    return " "


def listed(value: str) -> list[str]:
    """A name, or each of a list: `[ORD-1, ORD-2]`, `ORD-1,ORD-2`."""
    inner = value.strip("[](){}<>")
    return [part for each in inner.split(",") if (part := each.strip(" \t\"'`.:;()[]{}<>"))]


def _named(text: str, words: Words, names: list[Found]) -> tuple[str, bool]:
    """The text with the names of orders in it as signs; and whether several stand in a list."""
    listed = False
    pieces: list[str] = []
    place = 0
    for found in words.labelled.finditer(text):
        if found.start() < place:
            continue
        key, value = words.key(found["key"]), found["value"]
        if key is None:
            continue
        sure = bool(found["mark"] or not key.bare) or value[0] == "#" or not value.isdecimal() or len(value) > 3
        if not sure or not plausible(value, bare=key.bare) or _counted(text, found.end(), words, value):
            continue
        if key.counts(value) and not _LISTED.match(text, found.end()):
            continue
        weak = key.role == "mention"
        label = TEXT + found["key"].casefold()
        sure = key.of(value) and (not key.bare or words.goes_before(_word_before(text, found.start("key"))))
        names.append(Found(key.kind, value, label, weak, sure))
        pieces += [text[place : found.start("key")], "order " if not weak else "", NAME]
        place = found.end()
        while (further := _LISTED.match(text, place)) and plausible(further[1], bare=key.bare):
            if not found["key"].casefold().endswith("s") and value.isdecimal() != further[1].isdecimal():
                break
            names.append(Found(key.kind, further[1], label, weak, sure))
            listed, place = True, further.end()
    text = "".join([*pieces, text[place:]])
    for kind, look in words.looks:
        if look.search(text) is None:
            continue
        pieces, place, theirs = [], 0, False
        for spot in look.finditer(text):
            between = text[place : spot.start()]
            among = bool(place) and between.strip(" \t,&[]\"'") in ("", "and")
            if not (among and not theirs):
                theirs = theirs if among else words.is_of_another(_word_before(text, spot.start(), _BETWEEN), spot[0])
                pieces += [between, spot[0] if theirs else NAME]
            place = spot.end()
            if not theirs:
                names.append(Found(kind, spot[0], "", sure=_OWN_LOOK.match(spot[0]) is not None))
                listed = listed or among
        text = "".join([*pieces, text[place:]])
    return text, listed


def _word_before(text: str, at: int, between: str = " ") -> str:
    """The word directly before a place, but for these characters between; empty where none stands there."""
    piece = text[max(0, at - 40) : at]
    word = piece.rstrip(between).rpartition(" ")[2].lstrip("'\"([")
    return word.casefold() if word.isalpha() else ""


def _counted(text: str, end: int, words: Words, value: str) -> bool:
    """`order 1500 units`: a number of something."""
    if not value.isdecimal():
        return False
    following = re.match(r"\s+([a-z]+)", text[end : end + 24])
    return following is not None and (following[1] in words.others or following[1] in ("units", "pieces", "pcs"))


def _topics(text: str, words: Words) -> tuple[str, str | None]:
    topics: list[str] = []

    def sign(found: re.Match[str]) -> str:
        topic = words.topic(found[0])
        if topic is None:
            return found[0]
        topics.append(topic)
        return TOPIC

    replaced = _TOPIC.sub(sign, text)
    return replaced, topics[0] if len(set(topics)) == 1 else None


def http_status(text: str) -> str | None:
    """The HTTP status that a message tells of in words: `responded 503`, `HTTP 201`; None when it tells of none."""
    found = _ANSWER.search(text) if _THREE.search(text) else None
    return found[1] if found else None
