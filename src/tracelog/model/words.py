"""How systems, topics and times are called in a sentence. Everything that people read says them this way."""

from __future__ import annotations

import datetime as dt
import functools
import re
from decimal import Decimal, InvalidOperation

from tracelog import resources
from tracelog.model.event import DAY, MINUTE, SECOND

_NOUNS = {
    "created": "new order",
    "paid": "payment",
    "confirmed": "confirmation",
    "allocated": "stock reservation",
    "picked": "pick",
    "shipped": "shipment",
    "delivered": "delivery",
    "cancelled": "cancellation",
    "returned": "return",
    "refunded": "refund",
    "invoiced": "invoice",
    "posted": "goods issue",
    "notified": "notice to the customer",
    "updated": "change",
}

_ZEROS = 20
"""Digits before the point, or noughts behind it, with which a number is no amount of money any more."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@functools.cache
def systems() -> frozenset[str]:
    """The systems that the shipped definitions are about, by the first word of their files."""
    return frozenset(path.name.partition(".")[0] for path in resources.folder("parsers").glob("*.*.toml"))


@functools.cache
def system_name(system: str) -> str:
    """`netsuite` → NetSuite, as the system's own file among the shipped definitions spells it.

    One without such a file gets a capital letter; a partner's id stays as it is.
    """
    if _PLAIN.fullmatch(system):
        try:
            text = (resources.folder("parsers") / f"{system}.toml").read_text("utf-8")
        except OSError:
            text = ""
        if found := _NAME.search(text):
            return found[1]
    return system[:1].upper() + system[1:] if system.islower() else system


_PLAIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME = re.compile(r'^name\s*=\s*"([^"\n]+)"', re.MULTILINE)


@functools.cache
def system_key(name: str) -> str:
    """The system that people mean, as records name it, in small letters: `Cin7 Core` and `CIN7CORE` are `cin7core`.
    Behind a `/` its instance stands.
    """
    system, slash, instance = name.casefold().partition("/")
    if system not in systems():
        system = next((one for one in sorted(systems()) if system_name(one).casefold() == system), system)
    return f"{system}{slash}{instance}"


def topic_noun(topic: str | None) -> str:
    """`cancelled` → cancellation. None is an event whose meaning no record gives."""
    return _NOUNS.get(topic, topic) if topic else "event"


def rfc3339(at: int) -> str:
    """UTC nanoseconds as RFC 3339, with as many decimals as the instant has (0, 3, 6 or 9)."""
    seconds, rest = divmod(at, SECOND)
    text = f"{_EPOCH + dt.timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}"
    if rest == 0:
        return text + "Z"
    digits = f"{rest:09d}"
    while digits.endswith("000"):
        digits = digits[:-3]
    return f"{text}.{digits}Z"


def from_rfc3339(text: str) -> int:
    """The reverse of `rfc3339`, in UTC nanoseconds; microseconds are the finest that it needs to read."""
    return (dt.datetime.fromisoformat(text) - _EPOCH) // dt.timedelta(microseconds=1) * 1000


def clock(at: int, precision: int = SECOND) -> str:
    """An instant for a sentence, in UTC, no finer than its source knows it: `14:05:11 UTC on 2 March 2026`."""
    when = _EPOCH + dt.timedelta(seconds=at // SECOND)
    day = f"{when.day} {when:%B %Y}"
    if precision >= DAY:
        return day
    return f"{when:%H:%M} UTC on {day}" if precision >= MINUTE else f"{when:%H:%M:%S} UTC on {day}"


_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")


def seconds_of(text: str) -> float | None:
    """A length of time as people write it in a setting: `90s`, `20m`, `4h`, `2d`."""
    found = _DURATION.fullmatch(text.strip())
    return float(found[1]) * _UNITS[found[2]] if found else None


def duration(seconds: float) -> str:
    """A duration as people say it: `410 ms`, `41 s`, `2 h 14 min`, `3 days 4 h`."""
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    if seconds < 0.9995:
        return f"{sign}{round(seconds * 1000)} ms"
    if seconds < 10:
        return f"{sign}{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    if whole < 120:
        return f"{sign}{whole} s"
    if whole < 7200:
        minutes, rest = divmod(whole, 60)
        return f"{sign}{minutes} min" + (f" {rest} s" if rest and minutes < 10 else "")
    if whole < 48 * 3600:
        hours, rest = divmod(round(whole / 60), 60)
        return f"{sign}{hours} h" + (f" {rest} min" if rest else "")
    days, rest = divmod(round(whole / 3600), 24)
    return f"{sign}{days} days" + (f" {rest} h" if rest and days < 14 else "")


def sentence(text: str) -> str:
    """With a capital at its beginning, unless that is a name which is not written so: eBay, n8n."""
    word = text.partition(" ")[0].rstrip(".,;:'s")
    named = word[:1].islower() and any(letter.isupper() or letter.isdigit() for letter in word[1:])
    return text if named else text[:1].upper() + text[1:]


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`1 order`, `12 orders`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def amount_of(text: str) -> Decimal | None:
    """`1,184.00` as a number; None when it is none that anybody pays: `1e999999` has a million noughts."""
    try:
        amount = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return None
    return +amount if amount.is_finite() and abs(amount.adjusted()) <= _ZEROS else None


def plain(amount: Decimal) -> str:
    """An amount without noughts that say nothing, and with the usual ones: `48.0000` and `48.0` are 48.00, `0.125` and
    `48` stay.
    """
    places = -int(amount.as_tuple().exponent)
    if places == 1:
        return f"{amount:.2f}"
    while places > 2 and amount == round(amount, places - 1):
        places -= 1
    return f"{amount:.{places}f}" if places > 0 else f"{amount:f}"


def listed(words: list[str], most: int = 5) -> str:
    """`a, b and c`; beyond `most` the rest is a number."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most:,} more"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
