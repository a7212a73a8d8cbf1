"""Of which orders a record of a log is: keys tell before words, words before looks; what could be two is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from tracelog.interpret.gather import Seen
from tracelog.match.hints import TEXT, Found


class Order(NamedTuple):
    """One order that a record is about: strong names and mentions by kind, and its document."""

    names: dict[str, list[str]]
    mentions: dict[str, list[str]]
    body: Any = None


NOBODY = Order({}, {})


def orders_of(seen: Seen) -> list[Order] | str:
    """The orders that a record is about; or why that cannot be told.

    A key tells whose name it holds. A name that only looks like one counts where no key does; where a key does, it
    is a mention.
    """
    if len(seen.names) == 1 and not seen.bodies and not seen.names[0].weak:
        return [Order({seen.names[0].kind: [seen.names[0].value]}, {})]
    if not seen.names and not seen.bodies:
        return []
    strong = [each for each in seen.names if each.label and not each.weak]
    if any(each.label[0] != TEXT for each in strong):
        strong = [each for each in strong if each.label[0] != TEXT]
    known = {_folded(each) for each in strong}
    others = [each for each in seen.names if _folded(each) not in known]
    if not strong and not seen.bodies:
        looks = list(dict.fromkeys((each.kind, each.value) for each in seen.names if not each.label))
        if len(looks) > 1 and not (seen.hint is not None and seen.hint.listed):
            return f"names several orders: {', '.join(value for _, value in looks[:3])}"
        strong = [Found(kind, value, "looks") for kind, value in looks]
        others = [each for each in others if each.label]
        if not strong:  # a purchase order that comes alone is the order's name
            strong = [each for each in others if each.sure]
            others = [each for each in others if not each.sure]
    mentions = _by_kind(others)
    if len(seen.bodies) > 1:
        return [Order({}, mentions, body) for body in seen.bodies]
    if seen.bodies:
        return [Order(_by_kind(strong), mentions, seen.bodies[0])]
    labels: dict[str, dict[str, Found]] = {}
    for each in strong:
        labels.setdefault(each.label, {})[_folded(each)] = each
    several = next((values for values in labels.values() if len(values) > 1), None)
    if several:
        return [Order(_by_kind([each]), mentions) for each in several.values()]
    return [Order(_by_kind(strong), mentions)] if strong else []


def _by_kind(names: Iterable[Found]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in names:
        if each.value not in found.setdefault(each.kind, []):
            found[each.kind].append(each.value)
    return found


def _folded(name: Found) -> str:
    return name.value.lstrip("#").casefold()
