"""Findings that are said once, not once an order: about a stream, a mapping, a route.

Each order's case goes in as it comes; in the end every group yields one finding, made of its earliest case, with
the number of orders and some examples. What is said of the single orders hangs on it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

import msgspec

from tracelog.expect.values import Usual
from tracelog.judge.bind import Bound, OrderCard, Show, bind
from tracelog.judge.facts import Case, Counted, Template
from tracelog.judge.scene import stations, topic_of
from tracelog.model.event import SECOND
from tracelog.model.finding import Count
from tracelog.model.words import counted, duration, system_name

EXAMPLES = 5
ASKED = frozenset(("2", "28", "6a"))
"""Rows that end in a question about all orders, and accuse none."""


class Group(msgspec.Struct):
    """One finding in the making. `orders` are store numbers; the earliest case speaks for all."""

    scope: str
    template: Template
    case: Case
    orders: set[int]
    times: list[int]

    def take(self, case: Case) -> None:
        self.orders.add(case.order)
        if case.binding["anchor"].at is not None:
            self.times.append(case.binding["anchor"].at)
        self._speak(case)

    def _speak(self, case: Case) -> None:
        mine, its = self.case.binding["anchor"].at, case.binding["anchor"].at
        if its is not None and (mine is None or its < mine):
            self.case = case

    def merge(self, other: Group) -> None:
        self.orders |= other.orders
        self.times += other.times
        self._speak(other.case)


class SaidOnce:
    """Collects the cases of mapping, stream and route scope."""

    def __init__(self) -> None:
        self._groups: dict[Hashable, Group] = {}
        self.asked: set[int] = set()
        """Orders of which only a question is told: what they share is part of it."""

    def take(self, template: Template, case: Case) -> bool:
        """True where the case is told by its group alone; a silent stream's orders are told too, as consequences."""
        if template.row == "24":
            self._add("mapping", _value_key(case), template, case)
            return True
        if template.reason in {"everywhere", "stands-so-everywhere"}:
            values = (case.binding.get("value_in"), case.binding.get("value_out"))
            self._add("mapping", (template.kind, _step_key(case), case.binding.get("field"), values), template, case)
            return True
        if template.row == "2a":
            self._add("stream", ("silent", _step_key(case)), template._replace(consequence=False), case)
        return False

    def ask(self, ruling: Counted, case: Case) -> None:
        """Row 2: a class of orders that never takes this step is one question, and no finding per order. Row 28: so is
        a relation between amounts that most orders share; of a status it would be a fault all the same. Row 6a: and so
        is a delay of hours that most have, and some have not.
        """
        if ruling.row == "2":
            template = Template("silent-drop", "suspected", "info", "delivery", "2", _NEVER)
            self._add("route", ("never", _step_key(case)), template, case)
            self.asked.add(case.order)
        if isinstance(case.binding.get("slow"), int):
            template = Template("late", "suspected", "low", "timing", "6a", _TWO_WAYS)
            self._add("route", ("slow", _step_key(case)), template, case)
        usual = case.binding.get("usual")
        if ruling.row == "28" and isinstance(usual, Usual) and not (usual.where and usual.ratio == "?"):
            severity = "info" if usual.plain else "medium"
            template = Template("rewrite", "suspected", severity, "mapping", "28", _in_force(usual))
            self._add("mapping", ("in force", *_step_key(case), case.binding.get("field"), usual.where), template, case)

    def _add(self, scope: str, key: Hashable, template: Template, case: Case) -> None:
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(scope, template, case, set(), [])
        group.take(case)

    def merge(self, other: SaidOnce) -> None:
        """What was collected of later orders, on top."""
        self.asked |= other.asked
        for key, group in other._groups.items():
            mine = self._groups.setdefault(key, group)
            if mine is not group:
                mine.merge(group)

    def findings(self, card: Callable[[int], OrderCard], show: Show) -> list[Bound]:
        """One finding a group. `card` makes the card of an order by its number; only a few are asked for."""
        return [_told(group, card, show) for group in self._groups.values()]


_NEVER = (
    "Suspected only: no order of this class, or hardly any, has taken this step, so it may not be routed at all. That "
    "is a question, not a loss."
)


_TWO_WAYS = (
    "Suspected only: most of these changes take hours and the others come at once, with nothing in between. Whether "
    "the hours are a schedule that is meant, or a queue that stands still, the delays alone do not say."
)


def _in_force(usual: Usual) -> str:
    """Why it is a question, and no fault of each order."""
    if usual.where:
        return (
            f"Suspected only: all {counted(usual.differing, 'order')} with {usual.where} differ by one ratio "
            f"({usual.ratio}), and hardly any other order does, as a tax, a price list, a currency or a kit of theirs "
            "would make it; so it is taken for the mapping in force, and no order is accused. Whether it is meant no "
            "record says."
        )
    others = usual.compared - usual.differing
    rest = f" {counted(others, 'order')} left as {'it' if others == 1 else 'they'} came in." if others else ""
    return (
        f"Suspected only: of {counted(usual.compared, 'order')} that can be compared {usual.differing:,} differ, "
        f"nearly all by one ratio ({usual.ratio}), as a tax, a fee, a unit or a currency would make it; "
        f"so it is taken for the mapping in force, and no order is accused.{rest} Whether it is meant no record says."
    )


def _step_key(case: Case) -> tuple[Hashable, ...]:
    return (*stations(case), topic_of(case))


def _value_key(case: Case) -> Hashable:
    kind = case.binding["anchor"].kind
    return ("unmapped", kind.system, kind.instance, case.binding.get("field"), case.binding.get("value_in"))


def _told(group: Group, card: Callable[[int], OrderCard], show: Show) -> Bound:
    own = card(group.case.order)
    bound = bind(group.template, group.case, own, show, scope=group.scope)
    some = [group.case.order, *sorted(group.orders - {group.case.order})][:EXAMPLES]
    names = [name for name in (own.name, *(card(number).name for number in some[1:])) if name]
    finding = bound.finding
    finding.orders = Count(len(group.orders), names)
    finding.order, finding.aliases, finding.links = None, [], []
    finding.channel = finding.value = finding.customer_told = None
    many = counted(len(group.orders), "order")
    source = system_name(stations(group.case)[0].system)
    if bound.row == "6a":
        took = duration(group.case.binding["slow"] / SECOND)
        finding.explanation = (
            f"Is this meant to wait? {many} took hours here, {own.name or 'the first of them'} {took}, and the others "
            "came at once."
        )
        finding.next_step = "Say in the configuration how long this step may take, or ask what they waited for."
        finding.still_wrong = None
    elif group.scope == "route":
        finding.explanation = (
            f"Is this routed at all? {many} stood at {source} with this event, and none of them is known to have taken "
            "the next step."
        )
        finding.next_step = "Say in the configuration whether this event is meant to take this step."
        finding.still_wrong = None
    else:
        finding.explanation = f"{finding.explanation} It concerns {many}."
    if bound.row == "28":
        finding.expected = finding.still_wrong = None
        took = f"came in as {finding.value_in!r} and left {source} as {finding.value_out!r}"
        finding.explanation = f"The {finding.field} of {own.name or 'an order'} {took}. {many} differ like that."
        finding.next_step = (
            f"Say what is meant: a net amount, another unit or currency, or a mapping that is wrong for all. Compare "
            f"the {finding.field} of one order with what was paid for it."
        )
    return bound._replace(times=tuple(sorted(group.times)), orders=frozenset(group.orders))


def hang(bounds: Iterable[Bound], roots: Iterable[Bound]) -> None:
    """Ties what follows from a silent stream or an unmapped value to the finding that says so once."""
    by_step = {_finding_step(root): root.finding.id for root in roots if root.row == "2a"}
    by_value = {_finding_value(root): root.finding.id for root in roots if root.row == "24"}
    for bound in bounds:
        if not bound.consequence or bound.finding.caused_by:
            continue
        if bound.row == "2a":
            bound.finding.caused_by = by_step.get(_finding_step(bound))
        elif bound.row == "25":
            bound.finding.caused_by = by_value.get(_finding_value(bound))


def _finding_step(bound: Bound) -> Hashable:
    return (bound.finding.step, bound.finding.topic)


def _finding_value(bound: Bound) -> Hashable:
    step = bound.finding.step
    return (step and (step.from_.system, step.from_.instance), bound.finding.field, bound.finding.value_in)
