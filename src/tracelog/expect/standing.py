"""Where an order stands: which states show that a topic took effect, which ones deny it, and what both leave open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tracelog.link.journey import Journey
from tracelog.model.event import State

AT_LEAST = {
    "confirmed": ("confirmed", "picked", "shipped", "delivered", "returned"),
    "picked": ("picked", "shipped", "delivered", "returned"),
    "shipped": ("shipped", "delivered", "returned"),
    "delivered": ("delivered", "returned"),
    "cancelled": ("cancelled",),
    "returned": ("returned",),
}
"""Canonical states (axes `order`, `fulfilment`, `return`) that show the topic."""
DENIED_BY = {
    "confirmed": ("pending",),
    "picked": ("pending",),
    "shipped": ("pending", "confirmed", "picked"),
    "delivered": ("pending", "confirmed", "picked"),
    "cancelled": ("pending", "confirmed", "picked", "shipped", "delivered"),
}
"""Exact states that deny it. A return or a delivery shows on no other record for certain, so nothing denies one."""
PAID_BY = {"paid": ("paid", "refunded"), "refunded": ("refunded", "voided")}
UNPAID_BY = {"paid": ("unpaid", "authorized"), "refunded": ("paid",)}
ORDER_AXES = frozenset(("order", "fulfilment", "return"))
MOVED = frozenset(("shipped", "delivered"))
_TELLING = frozenset(("emitted", "applied"))
_WITHDRAWN = frozenset(("cancelled", "pending"))
"""What stands there of a parcel whose label was voided, or whose shipment was called off."""


class Shown(NamedTuple):
    """The event (index in the journey) that shows an effect, and when (UTC ns; -1: no time on record)."""

    pos: int
    at: int


def verdict_of(states: Iterable[State], topic: str | None) -> str:
    """What states say of a topic: `shows`, `denies`, or `open`. A shown effect goes before a denied one."""
    said = "open"
    for state in states:
        if state.canonical is None or topic is None:
            continue
        if state.axis in ORDER_AXES:
            if state.canonical in AT_LEAST.get(topic, ()):
                return "shows"
            if state.mark == "EXACT" and state.axis == "order" and state.canonical in DENIED_BY.get(topic, ()):
                said = "denies"
        elif state.axis == "payment":
            if state.canonical in PAID_BY.get(topic, ()):
                return "shows"
            if state.mark == "EXACT" and state.canonical in UNPAID_BY.get(topic, ()):
                said = "denies"
    return said


def effect_at(whole: Journey, own: Sequence[int], topic: str | None, since: int) -> tuple[str, Shown | None]:
    """Whether the records `own` of a system (by time) show the topic's effect: `shown`, `denied` or `unknown`.

    `since` is when the change happened. What was so before it counts as shown too: another way brought it. An
    order that the system has at all was created there, whatever else is open.
    """
    if not own:
        return "unknown", None
    if topic == "created":
        at = whole.at[own[0]]  # of one moment the record of the change itself: a listing's stamp may mean another
        first = next((i for i in own if whole.at[i] == at and whole.events[i].kind.phase == "applied"), own[0])
        return "shown", Shown(first, at)
    latest = "unknown"
    for index in own:
        event = whole.events[index]
        said = verdict_of(event.states, topic)
        if said == "shows" or (
            event.kind.phase == "applied" and event.kind.topic == topic and whole.at[index] >= since
        ):
            return "shown", Shown(_of_that_moment(whole, own, index, topic), whole.at[index])
        if said == "denies":
            latest = "denied"
        elif event.states and latest == "denied" and any(state.axis in ORDER_AXES for state in event.states):
            latest = "unknown"
    return latest, None


def in_vain(whole: Journey, receipt: int, followers: Sequence[Sequence[int]]) -> bool:
    """Whether a receipt is of a later change of the order, and all that was sent on for it was refused: who took it in
    need not have the order, and whoever it was meant for has not.
    """
    if whole.topics[receipt] in (None, "updated", "created"):
        return False
    sent = [child for child in followers[receipt] if whole.events[child].kind.phase == "forwarded"]
    said = [{whole.events[answer].kind.phase for answer in followers[one]} for one in sent]
    return bool(sent) and all("rejected" in word and "acknowledged" not in word for word in said)


def _of_that_moment(whole: Journey, own: Sequence[int], index: int, topic: str | None) -> int:
    """Of one moment the record of the change itself, if there is one: a listing's stamp is no time of the change."""
    if whole.events[index].kind.phase == "applied":
        return index
    alike = (one for one in own if whole.at[one] == whole.at[index] and whole.events[one].kind.phase == "applied")
    return next((one for one in alike if verdict_of(whole.events[one].states, topic) == "shows"), index)


def moved(whole: Journey) -> dict[str, int]:
    """Who tells that goods have left, by a record of its own or by its message to another, and in which event.

    A label that was only made, and a part of the order, are no such word; nor is what a weak link ties here. Who
    calls the shipment off afterwards takes the word back.
    """
    out: dict[str, int] = {}
    for index, event in enumerate(whole.events):
        kind = event.kind
        teller = kind.peer if kind.phase == "received" else kind.system if kind.phase in _TELLING else None
        if teller is None:
            continue
        if teller in out and any(
            state.axis == "fulfilment" and state.canonical in _WITHDRAWN for state in event.states
        ):
            del out[teller]
        if teller in out or whole.topics[index] not in MOVED or event.borrowed == "weak":
            continue
        said = [state for state in event.states if state.axis in ORDER_AXES]
        if not said or any(state.mark == "EXACT" and state.canonical in AT_LEAST["shipped"] for state in said):
            out[teller] = index
    return out


def nothing_moved(states: Iterable[State]) -> State | None:
    """The state by which a record says in so many words that nothing of the order has left."""
    said = [state for state in states if state.axis == "fulfilment"]
    exact = all(state.mark == "EXACT" and state.canonical in DENIED_BY["shipped"] for state in said)
    return said[0] if said and exact else None


def carries(states: Sequence[State], topic: str | None) -> bool:
    """Whether a record with these states also tells of the topic."""
    return topic == "created" or ((topic in AT_LEAST or topic in PAID_BY) and verdict_of(states, topic) == "shows")
