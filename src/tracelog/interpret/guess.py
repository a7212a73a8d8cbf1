"""What the columns or keys of an unknown export seem to hold: told by their names and by their values, with reasons.

A guess is shown to somebody who knows the export, never trusted: it becomes the draft of a definition.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from tracelog.interpret import times
from tracelog.interpret.dates import StampError
from tracelog.interpret.values import text_of

MOST_FIELDS = 300
"""Of one record; what lies beyond is left to the user."""
DEEPEST = 5
MOST_VALUES = 200
SURE = 0.9
"""The share of values that must look so."""
FEW = 25
"""Different values that a word out of a closed list has at most."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PLAIN = re.compile(r"[A-Za-z_][\w -]*")
_NUMBER = re.compile(r"[#A-Za-z]{0,8}[-_ /]?\d[\w./-]{2,}|gid://\S+|[0-9a-fA-F-]{32,36}")
_UNIQUE = re.compile(r"[\w:.+/=-]{6,}")
_MONEY = re.compile(r"-?[^\d\s]{0,3}\d[\d.,]*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_CALLED = re.compile(r"#\d{3,}|[A-Z]{2,8}-\d{3,}")
_HAPPENED = re.compile(
    r"(?:[\w-]+[./: ])?(?:order|fulfill?ment|shipment|refund|return|payment|invoice)s?[./:_ -]?[a-z_]+", re.IGNORECASE
)
_STATED = re.compile(r"(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*$")
FORMATS = (
    "iso",
    "epoch ms",
    "epoch s",
    "month or day first, 12 or 24 hours",
    times.MAIL,
    "%d/%b/%Y:%H:%M:%S %z",
    "as logs write it",
)
_EPOCHS = {"epoch s": 10, "epoch ms": 13}


class Field(NamedTuple):
    """One column or key: its path in the definition language, and its values as text."""

    path: str
    words: tuple[str, ...]
    """Of the path, in lower case: `shippedAt` is shipped, at."""
    values: tuple[str, ...]
    """Those that are there; of how many records stands in `of`."""
    of: int

    @property
    def distinct(self) -> int:
        return len(set(self.values))

    def share(self, looks: Callable[[str], object]) -> float:
        return sum(bool(looks(value)) for value in self.values) / max(1, len(self.values))


class Clock(NamedTuple):
    """The stamp of a record: its field, format, and whether it states its zone."""

    field: Field
    format: str
    stated: bool


class Guess(NamedTuple):
    """What the fields seem to be; None or empty where nothing speaks for any."""

    clock: Clock | None
    orders: list[Field]
    envelopes: list[Field]
    topic: Field | None
    code: Field | None
    """The HTTP status of an answer."""
    verdict: Field | None
    """The answer in a word: `success`, `failed`."""
    address: Field | None
    """Where it was sent."""
    states: list[Field]
    total: Field | None
    currency: Field | None
    attempt: Field | None
    error: Field | None
    payload: Field | None = None
    """The document that was sent, where a known shape fits it."""
    sender: Field | None = None
    receiver: Field | None = None
    """Who sent it and to whom, in names of systems."""

    @property
    def deliveries(self) -> bool:
        """Whether this is a list of webhooks sent: to somebody or about a topic, answered by a status, at a time."""
        answered = self.code or self.verdict
        return (
            self.clock is not None
            and answered is not None
            and (self.address or self.receiver or self.topic) is not None
        )


def fields(records: Sequence[dict[str, Any]]) -> list[Field]:
    """Every value that the records hold, by path; JSON inside a text is looked into as well."""
    found: dict[tuple[str, ...], list[str]] = {}
    for record in records:
        for steps, value in _leaves(record, (), 0):
            values = found.setdefault(steps, [])
            if value != "" and len(values) < MOST_VALUES:
                values.append(value)
    return [
        Field(_path(steps), _words(steps), tuple(values), len(records))
        for steps, values in list(found.items())[:MOST_FIELDS]
    ]


def texts_with_json(records: Sequence[dict[str, Any]]) -> list[str]:
    """The paths of texts that hold a JSON object or list: `[decode]` takes them apart."""
    found: dict[tuple[str, ...], list[bool]] = {}
    for record in records:
        for steps, value in _leaves(record, (), 0, unpack=False):
            if value and "[0]" not in steps:
                found.setdefault(steps, []).append(_inside(value) is not None)
    return [_path(steps) for steps, hits in found.items() if sum(hits) > SURE * len(hits)]


def _leaves(
    value: Any, steps: tuple[str, ...], depth: int, *, unpack: bool = True
) -> Iterable[tuple[tuple[str, ...], str]]:
    if isinstance(value, str) and unpack:
        inside = _inside(value)
        value = value if inside is None else inside
    if isinstance(value, dict) and depth < DEEPEST:
        for key, inner in value.items():
            yield from _leaves(inner, (*steps, str(key)), depth + 1, unpack=unpack)
    elif isinstance(value, list) and depth < DEEPEST:
        if value and isinstance(value[0], dict):
            yield from _leaves(value[0], (*steps, "[0]"), depth + 1, unpack=unpack)
    elif not isinstance(value, dict | list):
        yield steps, (text_of(value) or "").strip()


def _inside(text: str) -> Any:
    """The object or list in a text, or None."""
    if text[:1] not in {"{", "["}:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _path(steps: Sequence[str]) -> str:
    text = ""
    for step in steps:
        if step == "[0]":
            text += step
            continue
        plain = _PLAIN.fullmatch(step) and step == step.strip()
        text += ("." if text else "") + (step if plain else json.dumps(step, ensure_ascii=False))
    return text


def _words(steps: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.lower() for step in steps[-2:] for word in _WORD.findall(step))


def guess(found: Sequence[Field]) -> Guess:
    """What these fields seem to be."""
    clock = _clock(found)
    left = [each for each in found if each.values and (clock is None or each is not clock.field)]
    code = _best(left, _is_code)
    orders = _orders(left)
    topic = _best(left, _is_topic)
    verdict = _best([each for each in left if each is not topic], _is_verdict)
    states = [each for each in left if each not in (code, topic, verdict) and _is_state(each)]
    return Guess(
        clock=clock,
        orders=orders,
        envelopes=[each for each in left if each not in orders and _is_envelope(each)][:2],
        topic=topic,
        code=code,
        verdict=verdict,
        address=_best(left, _is_address),
        states=states,
        total=_best(left, _is_total),
        currency=_best(left, _is_currency),
        attempt=_best(left, _is_attempt),
        error=_best(left, _is_error),
    )


def _best(found: Sequence[Field], rate: Callable[[Field], int]) -> Field | None:
    """The field rated highest; the first of equals, None where all are rated 0."""
    best = max(found, key=rate, default=None)
    return best if best is not None and rate(best) else None


# ---- the clock

_OWN_TIME = ("timestamp", "time", "logged", "ts", "sent", "received", "delivered", "occurred", "attempted", "date")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_HOUR = re.compile(r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?")
_LATER = frozenset({"expected", "estimated", "due", "by", "until", "expires", "scheduled", "next", "promised", "birth"})


def _clock(found: Sequence[Field]) -> Clock | None:
    """The record's own time: of all stamps the one that is named most like it."""
    clocks = [clock for each in found if (clock := _as_clock(each)) is not None]
    best = max(clocks, key=_own, default=None)
    if best is None or not best.field.share(_DATE.fullmatch) >= SURE:
        return best
    hours = [each for each in found if len(each.values) == len(best.field.values) and each.share(_HOUR.fullmatch) == 1]
    if len(hours) != 1:
        return best
    both = zip(best.field.values, hours[0].values, strict=True)
    path, words = f"{{{best.field.path}}} {{{hours[0].path}}}", (*best.field.words, *hours[0].words)
    return _as_clock(Field(path, words, tuple(map(" ".join, both)), best.field.of)) or best


def _as_clock(field: Field) -> Clock | None:
    if len(field.values) < SURE * field.of or not field.values:
        return None
    for format_ in FORMATS:
        digits = _EPOCHS.get(format_)
        numbers = sum(value.isdecimal() and len(value) in {digits, None} for value in field.values)
        if digits is None and field.share(str.isdecimal) > 1 - SURE:
            continue
        if (digits is None or numbers >= SURE * len(field.values)) and _reads(field, format_):
            return Clock(field, format_, digits is not None or field.share(_STATED.search) >= SURE)
    return None


def _reads(field: Field, format_: str) -> bool:
    parse = times.parser([format_], None, day_first=None)
    good = 0
    for value in field.values:
        with contextlib.suppress(StampError):
            parse(value)
            good += 1
    return good >= SURE * len(field.values)


def _own(clock: Clock) -> tuple[int, int, int]:
    words = set(clock.field.words)
    rank = max((len(_OWN_TIME) - n for n, word in enumerate(_OWN_TIME) if word in words), default=0)
    rank = rank or (2 if "created" in words else 1 if "updated" in words else 0)
    with_time = clock.field.share(lambda value: len(value) > 10) >= SURE
    return (not words & _LATER, int(with_time), rank)


# ---- names and envelopes

_ORDERS = frozenset({
    "order", "orders", "po", "salesorder", "purchaseorder", "ordernumber", "orderno", "ordernr", "orderid",
    "bestellung", "bestellnummer", "bestellnr", "auftrag", "auftragsnummer", "commande", "pedido", "ordine",
    "bestelling", "bestelnummer",
})  # fmt: skip
_BESIDE = frozenset({
    "id", "number", "no", "num", "nr", "name", "ref", "reference", "key", "external", "customer", "sales", "purchase",
    "source", "shop", "store", "data", "payload", "body", "resource", "object", "marketplace", "channel", "original",
    "code", "document", "web", "legacy",
})  # fmt: skip
_THINGS = frozenset({"line", "item", "count", "total", "type", "status", "date", "url", "by"})


def _orders(found: Sequence[Field]) -> list[Field]:
    """The fields that name the order. Where no name says so, a reference may, or the one field that looks like it."""
    named = [each for each in found if names_order(each)]
    if named:
        return named[:4]
    other = [each for each in found if {"reference", "ref", "reference_id"} & set(each.words) and _numbers(each)]
    if other:
        return other[:1]
    called = [each for each in found if each.share(_CALLED.fullmatch) >= SURE and not set(each.words) & _CARRIERS]
    return called if len(called) == 1 else []


def names_order(field: Field) -> bool:
    """Whether the field's own name says that it names the order."""
    words = set(field.words)
    return bool(words & _ORDERS) and not words & _THINGS and words <= _ORDERS | _BESIDE and _numbers(field)


def _numbers(field: Field) -> bool:
    return field.share(_NUMBER.fullmatch) >= SURE


_CARRIERS = frozenset({
    "delivery", "request", "message", "webhook", "event", "correlation", "trace", "job", "transaction", "batch", "msg",
    "execution", "run", "notification",
})  # fmt: skip
_IDS = frozenset({"id", "uuid", "guid", "key"})


def _is_envelope(field: Field) -> int:
    words = set(field.words)
    unlike = field.distinct > 0.5 * len(field.values) or len(field.values) < FEW
    return int(bool(words & _CARRIERS and words & _IDS) and unlike and field.share(_UNIQUE.fullmatch) >= SURE)


# ---- words out of closed lists


_USUAL = frozenset(
    ("200", "201", "202", "204", "301", "302", "400", "401", "403", "404", "408", "409", "410", "413", "415", "422",
     "429", "499", "500", "501", "502", "503", "504", "520", "522", "524")
)  # fmt: skip
_UNANSWERED = frozenset(("0", "000", "-1", "-"))
_MEASURES = frozenset({"amount", "total", "price", "quantity", "qty", "ms", "duration", "latency", "size", "bytes"})


def _is_code(field: Field) -> int:
    """By its name and values; with any name, where all values are everyday statuses and one of them accepts."""
    codes = [value for value in field.values if value not in _UNANSWERED]
    if not codes or sum(len(each) == 3 and each.isdecimal() and each[0] in "12345" for each in codes) < SURE * len(
        codes
    ):
        return 0
    words = set(field.words)
    named = 4 * bool(words & {"http", "response", "code"}) + 2 * bool(words & {"status", "result", "answer"})
    usual = _USUAL.issuperset(codes) and any(each[0] == "2" for each in codes) and not words & _MEASURES
    return named or int(usual)


ACCEPTED = ("success", "succeeded", "successful", "ok", "delivered", "sent", "completed", "accepted", "2xx")
REFUSED = ("fail", "failed", "failure", "error", "errored", "timeout", "timed out", "rejected", "exhausted", "dropped")
_VERDICTS = frozenset({*ACCEPTED, *REFUSED, "pending", "queued", "retrying", "scheduled"})


def _is_verdict(field: Field) -> int:
    words = set(field.words)
    said = {value.casefold() for value in field.values}
    named = bool(words & {"status", "state", "result", "outcome", "response"})
    return int(named and said <= _VERDICTS and not said.isdisjoint((*ACCEPTED, *REFUSED)))


def _is_address(field: Field) -> int:
    whole = field.share(lambda value: value.startswith(("http://", "https://"))) >= SURE
    words = set(field.words)
    return 2 * whole + bool(words & {"url", "endpoint", "destination", "target", "uri"} and field.share(_host) >= SURE)


def _host(value: str) -> bool:
    return "/" in value or "." in value


def _is_topic(field: Field) -> int:
    words = set(field.words)
    if field.distinct > FEW or field.share(lambda value: any(map(str.isalpha, value))) < SURE or words & _IDS:
        return 0
    if field.share(lambda value: "://" in value) > 1 - SURE:
        return 0
    named = 3 * bool(words & {"topic"}) + 2 * bool(words & {"event", "trigger", "hook"})
    return named + bool(words & {"type", "action"}) + 2 * (field.share(_HAPPENED.fullmatch) >= SURE)


def _is_state(field: Field) -> int:
    words = set(field.words)
    lettered = field.share(lambda value: any(map(str.isalpha, value))) >= SURE
    return int(bool(words & {"status", "state"}) and lettered and field.distinct <= FEW)


# ---- amounts and the rest


def _is_total(field: Field) -> int:
    words = set(field.words)
    if field.share(_MONEY.fullmatch) < SURE or words & {"tax", "discount", "shipping", "line", "item", "count"}:
        return 0
    return 2 * bool(words & {"total"}) + bool(words & {"amount", "value"})


def _is_currency(field: Field) -> int:
    return int("currency" in field.words and field.share(_CURRENCY.fullmatch) >= SURE)


def _is_attempt(field: Field) -> int:
    words = set(field.words)
    return int(
        bool(words & {"attempt", "attempts", "retry", "retries", "tries"}) and field.share(str.isdecimal) >= SURE
    )


def _is_error(field: Field) -> int:
    words = set(field.words)
    return 2 * bool(words & {"error", "errors", "reason", "failure"}) + ("message" in words and not words & _IDS)
