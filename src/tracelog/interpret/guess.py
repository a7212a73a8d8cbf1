"""What the columns or keys of an unknown export seem to hold: told by their names and by their values, with reasons.

A guess is shown to somebody who knows the export, never trusted: it becomes the draft of a definition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tracelog.interpret.guess_time import Clock, clock_of
from tracelog.interpret.leaves import SURE, Field

FEW = 25
"""Different values that a word out of a closed list has at most."""

_NUMBER = re.compile(r"[#A-Za-z]{0,8}[-_ /]?\d[\w./-]{2,}|gid://\S+|[0-9a-fA-F-]{32,36}")
_UNIQUE = re.compile(r"[\w:.+/=-]{6,}")
_MONEY = re.compile(r"-?[^\d\s]{0,3}\d[\d.,]*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_CALLED = re.compile(r"#\d{3,}|[A-Z]{2,8}-\d{3,}")
_HAPPENED = re.compile(
    r"(?:[\w-]+[./: ])?(?:order|fulfill?ment|shipment|refund|return|payment|invoice)s?[./:_ -]?[a-z_]+", re.IGNORECASE
)


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


def guess(found: Sequence[Field]) -> Guess:
    """What these fields seem to be."""
    clock = clock_of(found)
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
        return [max(other, key=lambda each: each.share(_CALLED.fullmatch))]
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
    if "content" in words:  # its type is one of files
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
