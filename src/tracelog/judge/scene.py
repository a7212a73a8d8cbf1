"""One case, ready to be told: who, to whom, what, when. Sentences are made of these and of nothing else."""

from __future__ import annotations

from typing import Any, NamedTuple

from tracelog.judge.facts import Case, LegFacts, Template
from tracelog.model.event import DAY, SECOND, Event
from tracelog.model.finding import Limit, Station
from tracelog.model.words import clock, rfc3339, system_name, topic_noun


class Scene(NamedTuple):
    """What the sentences of a finding may use.

    `told` is False where records of one side only are there: then no vendor is the subject of a sentence.
    Person names are not in here, so that no sentence can carry one to a vendor.
    """

    template: Template
    topic: str | None
    source: str
    """The system on whose record the case stands, as people call it."""
    target: str
    inside: bool
    """The step lies inside one system, towards `target`."""
    thing: str
    """`the cancellation of #1001`."""
    at: str
    told: bool
    level: str | None
    binding: dict[str, Any]

    def event(self, name: str) -> Event | None:
        found = self.binding.get(name)
        return found if isinstance(found, Event) else None

    def moment(self, name: str) -> str | None:
        """When the event of that name was recorded."""
        event = self.event(name)
        return when(event) if event and event.at is not None else None

    def limit(self) -> Limit | None:
        limit = self.binding.get("limit")
        return limit if isinstance(limit, Limit) else None

    def instant(self, name: str) -> str | None:
        """A bare UTC instant of the binding, for a sentence."""
        at = self.binding.get(name)
        return clock(at, SECOND) if isinstance(at, int) else None


def when(event: Event) -> str:
    """To be read after "at", no finer than the stamp is."""
    if event.at is None:
        return "a time that is not on record"
    return f"{'some time on ' if event.precision >= DAY else ''}{clock(event.at, event.precision)}"


def thing_of(topic: str | None, order: str | None) -> str:
    """`the cancellation of #1001`; a new order is the order itself."""
    name = order or "an order whose name is not known"
    return f"order {name}" if topic == "created" and order else f"the {topic_noun(topic)} of {name}"


def towards(from_: Station, to: Station) -> str:
    """The system that the step leads to, also where both ends stand in one system."""
    return to.peer if to.peer and to.system == from_.system else to.system


def scene(template: Template, case: Case, order: str | None) -> Scene:
    facts, binding = case.facts, case.binding
    from_, to = told_step(template, case)
    anchor = binding["anchor"]
    topic = topic_of(case)
    told = facts.both_sides if isinstance(facts, LegFacts) else _both_records(binding, from_)
    return Scene(
        template=template,
        topic=topic,
        source=system_name(from_.system),
        target=system_name(towards(from_, to)),
        inside=from_.system == to.system,
        thing=thing_of(topic, order),
        at=when(anchor),
        told=told,
        level=facts.level if isinstance(facts, LegFacts) else anchor.kind.level,
        binding=binding,
    )


def stations(case: Case) -> tuple[Station, Station]:
    """The step's two ends; for a record that stands alone, its own place twice."""
    from_, to = case.binding.get("from_"), case.binding.get("to")
    if from_ is not None and to is not None:
        return from_, to
    anchor = case.binding["anchor"].kind
    own = Station(system=anchor.system, phase=anchor.phase, instance=anchor.instance, peer=anchor.peer)
    return from_ or own, to or own


def told_step(template: Template, case: Case) -> tuple[Station, Station]:
    """The step that a finding names. Where no export shows what lies between (row 18), that is the span to the
    system that provably lacks it: the step at which it stopped is not known.
    """
    from_, to = stations(case)
    if template.row == "18":
        to = Station(system=case.binding.get("absent_at") or towards(from_, to), phase="applied")
    return from_, to


def topic_of(case: Case) -> str | None:
    """The topic that `abstract` settled, else the anchor record's own word."""
    said = getattr(case.facts, "topic", None) or case.binding.get("topic")
    return said if isinstance(said, str) else case.binding["anchor"].kind.topic


def _both_records(binding: dict[str, Any], from_: Station) -> bool:
    """Values: the record in and the record out are both of the system that the sentence is about."""
    other = binding.get("next") or binding.get("effect") or binding.get("other")
    return (
        isinstance(other, Event) and other.kind.system == from_.system and binding["anchor"].kind.system == from_.system
    )


def stamp(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)
