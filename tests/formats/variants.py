"""The same export as another user would have it: other layout, other order of keys, other ids and days.

All is made from the sample exports by code, with a seed, and says its name: what the variant was. Nothing here knows
any format; what a variant may change is said by the tests.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

Path = tuple[str | int, ...]


class Variant(NamedTuple):
    """An export, and what was done to it. `times` is how often each record stands in it."""

    what: str
    data: bytes
    times: int = 1


# ---- JSON


def documents(text: str) -> list[Any]:
    """The JSON values of a text, one after another, however they are laid out."""
    decoder = json.JSONDecoder()
    found, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with every object and every bare value changed, innermost first."""
    if isinstance(value, dict):
        return change({key: mapped(each, change) for key, each in value.items()})
    if isinstance(value, list):
        return [mapped(each, change) for each in value]
    return change(value)


def reordered(value: Any, seed: int = 1) -> Any:
    """Every object with its keys in another order."""
    dice = random.Random(seed)

    def shuffled(each: Any) -> Any:
        return dict(dice.sample(list(each.items()), len(each))) if isinstance(each, dict) else each

    return mapped(value, shuffled)


def with_unknown(value: Any) -> Any:
    """Every object with keys that nobody knows, as the next release of an interface brings them."""

    def more(each: Any) -> Any:
        return {"xNewFlag": True, **each, "zz_new_note": "n/a"} if isinstance(each, dict) and each else each

    return mapped(value, more)


def with_ids_as_text(value: Any) -> Any:
    """Numbers that may be ids, as text: `6120045512001` → `"6120045512001"`."""

    def text(each: Any) -> Any:
        return str(each) if isinstance(each, int) and not isinstance(each, bool) and each > 9999 else each

    return mapped(value, text)


def with_ids_as_numbers(value: Any) -> Any:
    """Text that may be an id, as a number, where it is spelled as one would be."""

    def number(each: Any) -> Any:
        return int(each) if isinstance(each, str) and re.fullmatch(r"[1-9]\d{4,14}", each) else each

    return mapped(value, number)


def with_body_as_text(value: Any) -> Any:
    """A `body` that is an object, as JSON in a text."""

    def text(each: Any) -> Any:
        body = each.get("body") if isinstance(each, dict) else None
        return {**each, "body": json.dumps(body)} if isinstance(body, dict | list) and "headers" in each else each

    return mapped(value, text)


def with_headers(value: Any, change: Callable[[str], str]) -> Any:
    """The names of `headers` spelled otherwise."""

    def respelled(each: Any) -> Any:
        held = each.get("headers") if isinstance(each, dict) else None
        return {**each, "headers": {change(name): held[name] for name in held}} if isinstance(held, dict) else each

    return mapped(value, respelled)


def paths(value: Any, before: Path = ()) -> Iterator[Path]:
    """The way to every key of every object in it, through lists (their first element) and JSON that stands as text."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*before, key)
            yield from paths(each, (*before, key))
    elif isinstance(value, list) and value:
        yield from paths(value[0], (*before, 0))


def without(value: Any, path: Path) -> Any:
    """A copy that lacks this one key."""
    step, *rest = path
    if isinstance(value, str):
        return json.dumps(without(json.loads(value), path))
    if isinstance(value, list):
        return [without(value[0], tuple(rest)), *value[1:]]
    if rest:
        return {**value, step: without(value[step], tuple(rest))}
    return {key: each for key, each in value.items() if key != step}


def laid_out(values: list[Any]) -> Iterator[Variant]:
    """The same JSON values: one a line, concatenated, in a list, small and pretty."""
    small = [json.dumps(each, separators=(",", ":"), ensure_ascii=False) for each in values]
    pretty = [json.dumps(each, indent=2) for each in values]
    yield Variant("one a line", "".join(f"{each}\n" for each in small).encode())
    yield Variant("concatenated", "".join(small).encode())
    yield Variant("pretty, concatenated", "\n".join(pretty).encode())
    yield Variant("pretty, CRLF, with a mark", b"\xef\xbb\xbf" + "\n".join(pretty).replace("\n", "\r\n").encode())
    if all(isinstance(each, dict) for each in values):
        yield Variant("a list", f"[{','.join(small)}]".encode())
        yield Variant("a pretty list", json.dumps(values, indent=4).encode())
        yield Variant("wrapped in data", json.dumps({"data": values}).encode())
    yield Variant("twice", ("".join(f"{each}\n" for each in small) * 2).encode(), times=2)


def json_variants(values: list[Any]) -> Iterator[Variant]:
    """All that leaves the records as many as they are."""
    yield from laid_out(values)
    for what, change in (
        ("keys in another order", reordered),
        ("unknown keys", with_unknown),
        ("ids as text", with_ids_as_text),
        ("ids as numbers", with_ids_as_numbers),
    ):
        yield Variant(what, "".join(f"{json.dumps(change(each))}\n" for each in values).encode())


# ---- tables


def table(data: bytes) -> list[list[str]]:
    """The rows of a table, its header first."""
    text = data.decode("utf-8-sig")
    delimiter = "\t" if "\t" in text.splitlines()[0] else ","
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    return [[*row, *[""] * (len(rows[0]) - len(row))] for row in rows]


def written(
    rows: list[list[str]], delimiter: str = ",", quoting: Literal[0, 1] = csv.QUOTE_MINIMAL, end: str = "\n"
) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    return out.getvalue().encode()


def table_variants(rows: list[list[str]]) -> Iterator[Variant]:
    """All that leaves the records as many as they are."""
    header, *body = rows
    dice = random.Random(2)
    order = dice.sample(range(len(header)), len(header))
    yield Variant("columns in another order", written([[row[place] for place in order] for row in rows]))
    backwards = [[row[place] for place in reversed(range(len(header)))] for row in rows]
    yield Variant("columns backwards", written(backwards))
    first = [["Unknown", *header], *([str(number), *row] for number, row in enumerate(body))]
    yield Variant("an unknown column first", written(first))
    yield Variant("an unknown column last", written([[*header, "Unknown"], *([*row, "x"] for row in body)]))
    for delimiter in ",;\t|":
        yield Variant(f"cells parted by {delimiter!r}", written(rows, delimiter))
    yield Variant("with a mark", b"\xef\xbb\xbf" + written(rows))
    yield Variant("UTF-16", written(rows).decode().encode("utf-16"))
    yield Variant("CRLF", written(rows, end="\r\n"))
    yield Variant("every cell quoted", written(rows, quoting=csv.QUOTE_ALL))
    yield Variant("header in capitals", written([[name.upper() for name in header], *body]))
    yield Variant("header in small letters", written([[name.lower() for name in header], *body]))
    yield Variant("a title above", b"Northfold Supply\nReport of all orders\n\n" + written(rows))
    yield Variant("an empty line at the end", written(rows) + b"\n\n")
    yield Variant("rows of delimiters at the end", written([*rows, [""] * len(header)]))
    yield Variant("twice", written(rows) * 2, times=2)


# ---- text


def text_variants(data: bytes) -> Iterator[Variant]:
    """All that leaves the records as many as they are."""
    yield Variant("CRLF", data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    yield Variant("empty lines at the end", data.rstrip(b"\n") + b"\n\n\n")
    yield Variant("no line end", data.rstrip(b"\n"))
    yield Variant("with a mark", b"\xef\xbb\xbf" + data)
    yield Variant("twice", (data.rstrip(b"\n") + b"\n") * 2, times=2)


# ---- other orders, other days

DIGITS = str.maketrans("123456789", "742958316")
LONG = re.compile(rb"(?<![\d.:/+])\d{5,}(?![\d:])")
STAMP = re.compile(
    rb"\d*20[23]\d(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d*"  # a date, maybe with more of a record of fixed columns around it
    rb"|2\d(?:0\d|1[0-2])(?:[0-2]\d|3[01])"
    rb"|(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
    rb"|1[67]\d{8}|1[67]\d{11}|1[67]\d{14}|1[67]\d{17}|0+"
)


def renumbered(data: bytes) -> bytes:
    """Every long number another one, the same the same; what may be a stamp stays."""
    return LONG.sub(
        lambda found: found[0] if STAMP.fullmatch(found[0]) else found[0].decode().translate(DIGITS).encode(), data
    )


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NAMED = "(?P<m>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DATES = (
    (r"(?<!\d)(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)", "{0:%Y-%m-%d}"),
    (r"(?<!\d)(?P<y>20\d\d)/(?P<m>\d\d)/(?P<d>\d\d)(?!\d)", "{0:%Y/%m/%d}"),
    (r"(?<![\d.])(?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)", "{0:%Y%m%d}"),
    (r"(?<!\d)(?P<d>\d\d)/" + NAMED + r"/(?P<y>20\d\d)", "{0:%d}/{1}/{0:%Y}"),
    (NAMED + r"-(?P<d>\d\d)-(?P<y>\d\d)\b", "{1}-{0:%d}-{0:%y}"),
    (NAMED + r" (?P<d>\d\d?), (?P<y>20\d\d)", "{1} {0.day}, {0:%Y}"),
    (r"(?m)(?:(?<=>)|^)" + NAMED + r" (?P<d>[ \d]\d)(?= \d\d:)", "{1} {0.day:2d}"),
    (r"[A-Z][a-z]{2}, (?P<d>\d\d?) " + NAMED + r" (?P<y>20\d\d)", "{2}, {0:%d} {1} {0:%Y}"),
    (r"(?<![\d/])(?P<m>\d\d)/(?P<d>\d\d)/(?P<y>20\d\d)(?!\d)", "{0:%m/%d/%Y}"),
    (r"(?<![\d/])(?P<m>\d)/(?P<d>\d\d?)/(?P<y>20\d\d)(?!\d)", "{0.month}/{0.day}/{0:%Y}"),
)


def later(data: bytes, days: int) -> bytes:
    """Every date so many days later, spelled as it was; what is no date stays."""
    text = data.decode()
    for form, spelling in DATES:
        text = re.sub(form, lambda found, spelling=spelling: _moved(found, spelling, days), text)  # type: ignore[misc]
    return text.encode()


def _moved(found: re.Match[str], spelling: str, days: int) -> str:
    parts = found.groupdict()
    year, month = parts.get("y", "2026"), parts["m"]
    number = MONTHS.index(month) + 1 if month in MONTHS else int(month)
    try:
        at = dt.date(int("20" + year[-2:]), number, int(parts["d"])) + dt.timedelta(days)
    except ValueError:
        return found[0]
    return spelling.format(at, MONTHS[at.month - 1], DAYS[at.weekday()])
