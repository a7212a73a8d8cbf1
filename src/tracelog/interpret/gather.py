"""What a record of a log holds under keys of any name, and in its message: names, envelopes, states, documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from tracelog.interpret.decode import decode_json
from tracelog.interpret.payload import Pick
from tracelog.interpret.values import text_of
from tracelog.match import hints
from tracelog.match.hints import Found, Hints
from tracelog.match.words import Key, Words
from tracelog.match.worlds import Sign, holds

DEPTH = 5
"""Objects inside objects that are looked into."""
WHOLE = 4
"""Keys from which an object under `order`, `data` … is an order's document, and no mere holder of an id."""
MANY = 100_000
"""Elements of a list."""
PeerOf = Callable[[str], str | None]
_STATUS = re.compile(r"[1-5]\d\d")
_ARROW = re.compile(r"\s?(?:->|=>|→)\s?")
_WORD = re.compile(r"[A-Za-z][\w -]{1,40}")


class Seen:
    """What one record holds. `peer` and `source` are systems: to whom, from whom."""

    __slots__ = ("after", "before", "bodies", "envelope", "error", "hint", "http", "names", "peer", "pretend", "signs",
                 "source", "status", "text", "topic", "verbs", "who", "why")  # fmt: skip

    def __init__(self) -> None:
        self.names: list[Found] = []
        self.bodies: list[Any] = []
        self.verbs: list[str] = []
        self.envelope: list[tuple[int, str]] = []
        self.topic: str | None = None
        self.status: str | None = None
        self.before: str | None = None
        self.after: str | None = None
        self.http: str | None = None
        self.peer: str | None = None
        self.source: str | None = None
        self.error: str | None = None
        self.why: str | None = None
        self.hint: Hints | None = None
        self.signs: list[Sign] = []
        """Keys of another world than commerce."""
        self.pretend = False
        self.who: tuple[Any, Any] = (None, None)
        """(the component that wrote the record, its system), as the record spells them."""
        self.text = ""

    def ids(self) -> list[str]:
        """The envelopes, the outer first."""
        return [text for _, text in sorted(dict.fromkeys(self.envelope), key=lambda each: each[0])]


class Gatherer:
    """Goes through records. `pick` tells which documents are an order's."""

    def __init__(self, words: Words, peer: PeerOf, pick: Pick) -> None:
        self._words = words
        self._peer = peer
        self._pick = pick

    def seen(self, values: Iterable[Any], text: Any) -> Seen:
        """What these objects and this message hold."""
        seen = Seen()
        for value in values:
            self._object(value, "", seen, DEPTH)
        if type(text) is str and text:
            seen.text = text
            seen.hint = hint = hints.read(text, self._words)
            seen.names += hint.names
            for key, value in hint.pairs:
                self._take(key, "", value, seen)
            for each in hint.bodies:
                self._inside(each, "", seen, DEPTH)
            seen.topic = seen.topic or hint.topic
        return seen

    def _object(self, value: Any, path: str, seen: Seen, depth: int) -> None:
        """Everything that a known key holds, wherever it stands."""
        if type(value) is list:
            value = attributes(value)
        if type(value) is not dict:
            return
        for name, each in value.items():
            if each is None or each == "" or name[:1] == "\0":
                continue
            full = f"{path}.{name}" if path else name
            kind = type(each)
            if kind is dict or kind is list:
                self._inside(each, full, seen, depth)
                continue
            if kind is str and each[0] in "{[" and len(each) > 12:
                decoded = decode_json(each)
                if type(decoded) is dict or type(decoded) is list:
                    self._inside(decoded, full, seen, depth)
                    continue
            key = self._words.key(full)
            if key is not None:
                self._take(key, full, text_of(each) or "", seen)

    def _inside(self, value: Any, path: str, seen: Seen, depth: int) -> None:
        if depth <= 0:
            return
        value = any_value(value)
        key = self._words.key(path) if path else None
        if type(value) is list and key is not None and key.role in ("name", "mention"):
            names = [str(each) for each in value[:MANY] if type(each) is str or type(each) is int]
            weak = key.role == "mention"
            seen.names += [Found(key.kind, each, path, weak, key.of(each)) for each in key.names(names, listed=True)]
        elif type(value) is dict and len(value) < WHOLE and (not path or self._words.holds(path)):
            before = len(seen.names)
            self._object(value, path, seen, depth - 1)
            if len(seen.names) == before and self._body(value):
                seen.bodies.append(value)
        elif self._body(value):
            seen.bodies.append(value)
        elif type(value) is list and value and all(map(self._body, value[:MANY])):
            seen.bodies += value[:MANY]
        else:
            self._object(value, path, seen, depth - 1)

    def _body(self, value: Any) -> bool:
        """Whether this is an order's document that names the order."""
        found = self._pick(value) if type(value) is dict else None
        if found is None:
            return False
        names: list[Any] = []
        found[0].read(found[1], names, [])
        return bool(names)

    def _take(self, key: Key, path: str, text: str, seen: Seen) -> None:
        """What a known key holds, put where it belongs."""
        match key.role:
            case "name" | "mention":
                weak = key.role == "mention"
                values = key.names(hints.listed(text))
                seen.names += [Found(key.kind, each, path, weak, key.of(each)) for each in values]
            case "message" if len(text) > 3:
                seen.envelope.append((key.rank, text.lower() if len(text) == 32 else text))
            case "topic" | "verb":
                self._topic_or_verb(text, seen)
                if key.role == "topic":  # `x-shopify-topic` tells whose webhook it is
                    seen.source = seen.source or self._peer(path.rpartition(".")[2])
            case "status" | "http" if _STATUS.fullmatch(text):
                seen.http = seen.http or text
            case "status":
                before, after = _parted(text)
                if after:
                    seen.before, seen.status = seen.before or before, after
                elif _WORD.fullmatch(text):
                    seen.status = seen.status or text
            case "before" | "after" | "peer" | "source":
                self._end(key.role, text, seen)
            case "error":
                seen.error = seen.error or text
            case "why":
                seen.why = seen.why or text
            case "sign" if holds(key.shown, text):
                seen.signs.append(Sign(key.kind, key.rank, key.shown))
            case "pretend":
                seen.pretend = seen.pretend or not (text == "0" or text.casefold() in self._words.no)

    def _topic_or_verb(self, text: str, seen: Seen) -> None:
        topic = self._words.topic(text)
        if topic is not None and ("/" in text or seen.topic is None):
            seen.topic = seen.topic or topic
        elif len(text) < 60:
            seen.verbs.append(text)

    def _end(self, role: str, text: str, seen: Seen) -> None:
        """`from` and `to` are systems, or the states before and after."""
        peer = self._peer(text)
        if peer is not None:
            if role in ("peer", "after"):
                seen.peer = seen.peer or peer
            else:
                seen.source = seen.source or peer
        elif role == "before" and _WORD.fullmatch(text):
            seen.before = seen.before or text
        elif role == "after" and _WORD.fullmatch(text):
            seen.after = seen.after or text


def _parted(text: str) -> tuple[str, str]:
    """`paid -> Pending Fulfillment`: before and after; after is empty where there is no arrow."""
    found = _ARROW.search(text)
    return (text[: found.start()].strip(), text[found.end() :].strip()) if found else (text, "")


ANY_VALUES = ("stringValue", "intValue", "boolValue", "doubleValue", "kvlistValue", "arrayValue")


def attributes(value: list[Any], depth: int = DEPTH) -> Any:
    """A list of keys with values, as OTLP and others write an object: the object. Any other list as it is."""
    found: dict[str, Any] = {}
    for each in value:
        if type(each) is not dict or type(each.get("key")) is not str:
            return value
        found[each["key"]] = any_value(each.get("value"), depth)
    return found


def any_value(value: Any, depth: int = DEPTH) -> Any:
    """`{"stringValue": "x"}` → `x`, and so on, for the values of OTLP; any other as it is."""
    if type(value) is not dict or not depth:
        return value
    kind = next((each for each in ANY_VALUES if each in value), None)
    if kind is None:
        return value
    inner = value[kind]
    if kind in ("kvlistValue", "arrayValue"):
        values = inner.get("values") if type(inner) is dict else None
        if type(values) is not list:
            return None
        return attributes(values, depth - 1) if kind == "kvlistValue" else [any_value(one, depth - 1) for one in values]
    return inner
