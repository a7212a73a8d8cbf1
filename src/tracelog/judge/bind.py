"""A template and a case become a finding: every key of the contract, with the values and raw records filled in.

Only findings are bound, so this may take its time; everything before it is memoised.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tracelog.judge.about import about
from tracelog.judge.facts import Case, Facts, LegFacts, OrphanFacts, SequenceFacts, StandFacts, Template, ValueFacts
from tracelog.judge.scene import Scene, scene, stamp, stations, told_step, topic_of, towards
from tracelog.judge.sentences import answered, happened
from tracelog.judge.texts import REASONS, Why
from tracelog.model.event import Event
from tracelog.model.finding import CoverageProof, Evidence, Finding, Limit, Link, Money, Step
from tracelog.model.words import clock, from_rfc3339, system_name

Show = Callable[[Event], Evidence]
"""The raw record that an event was read from, with its place in the export."""

SHOWN = ("anchor", "next", "answer", "effect", "other")
"""The events of a binding, in the order in which a reader wants their records."""


class OrderCard(NamedTuple):
    """What a finding says of its order, whatever the case: made once an order, and only when it has a finding."""

    number: int
    name: str | None
    aliases: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    channel: str | None = None
    value: Money | None = None
    customer_told: bool | None = None


class Bound(NamedTuple):
    """A finding with what grouping and settling still need to know of it, and the contract's JSON does not say.

    `at` and `due` are UTC nanoseconds by clocks that are right; `touched` are the ids of the events that the case
    rests on. A finding that is said once for many orders has their instants in `times` and their numbers in `orders`.
    """

    finding: Finding
    order: int
    row: str
    facts: Facts
    at: int | None
    due: int | None
    touched: frozenset[int]
    consequence: bool = False
    times: tuple[int, ...] = ()
    orders: frozenset[int] = frozenset()
    error: str | None = None
    """What the other end answered, shortened; for naming the usual one."""
    by_hand: bool = False
    """Made good by a person: a sign that somebody noticed."""
    retries: bool = False
    """The sender may still try again by itself when the data ends."""
    job: str | None = None
    """The outer envelope of the anchor record: the job, page or batch that it came with."""


def bind_all(templates: Sequence[Template], case: Case, card: OrderCard, show: Show) -> list[Bound]:
    """The findings of one case: the root, and what follows from it at the same step."""
    bounds = [bind(template, case, card, show) for template in templates]
    for bound in bounds[1:]:
        if bound.consequence and not bounds[0].consequence and bound.finding.id != bounds[0].finding.id:
            bound.finding.caused_by = bounds[0].finding.id
    return bounds


def bind(template: Template, case: Case, card: OrderCard, show: Show, *, scope: str = "order") -> Bound:
    """One finding. Its id comes from the anchor record, the step and the problem, so that it survives when better
    evidence changes the kind or the order's name.
    """
    binding, facts = case.binding, case.facts
    anchor: Event = binding["anchor"]
    events = _events(binding)
    evidence = [show(event) for event in events if event.place is not None]
    from_, to = told_step(template, case)
    told = scene(template, case, card.name)
    why = _why(told)
    limit, field = binding.get("limit"), binding.get("field")
    behind, ahead = binding.get("behind") or towards(from_, to), binding.get("ahead") or _ahead(case)
    if isinstance(facts, OrphanFacts):
        behind, ahead = from_.system, anchor.kind.system
    finding = Finding(
        id=_id(evidence, anchor, Step(from_=from_, to=to), [_named(events, card), template.problem, field, scope]),
        scope=scope,
        kind=template.kind,
        problem=template.problem,
        state=template.state,
        severity=template.severity,
        explanation=_explanation(told),
        reason=why.reason,
        disproof=why.disproof,
        order=card.name,
        aliases=list(card.aliases),
        channel=card.channel,
        topic=topic_of(case),
        pattern=template.pattern,
        behind=behind if template.pattern else None,
        ahead=ahead if template.pattern else None,
        step=Step(from_=from_, to=to),
        level=facts.level if isinstance(facts, LegFacts) else None,
        at=stamp(anchor.at),
        recovered_at=stamp(binding.get("recovered_at")) if template.state == "recovered" else None,
        limit=limit if isinstance(limit, Limit) else None,
        field=field,
        value_in=binding.get("value_in"),
        value_out=binding.get("value_out"),
        expected=binding.get("expected"),
        coverage=[*(binding.get("cover") or ()), *(binding.get("proofs") or ())],
        links=list(card.links),
        still_wrong=_still_wrong(template, facts),
        customer_told=card.customer_told,
        next_step=_next_step(told, why.disproof),
        act_by=stamp(binding.get("due")) if template.reason == "retry-open" else None,
        value=card.value,
        evidence=_distinct(evidence),
    )
    return Bound(
        finding=finding,
        order=card.number,
        row=template.row,
        facts=facts,
        at=anchor.true_at,
        due=binding.get("due"),
        touched=frozenset(event.id for event in events),
        consequence=template.consequence,
        error=(answered(told) or None) if template.kind in {"rejected", "swallowed-error"} else None,
        by_hand=binding.get("recovered_by") == "a person",
        retries=isinstance(facts, LegFacts) and facts.retry_open,
        job=anchor.envelope[0] if anchor.envelope else None,
    )


def _events(binding: dict[str, object]) -> list[Event]:
    seen: dict[int, Event] = {}
    for name in SHOWN:
        event = binding.get(name)
        if isinstance(event, Event):
            seen.setdefault(id(event), event)
    return list(seen.values())


def _distinct(evidence: Iterable[Evidence]) -> list[Evidence]:
    """One record may hold several of the events."""
    return list({(item.sha256, item.offset): item for item in evidence}.values())


def _id(evidence: list[Evidence], anchor: Event, step: Step, more: list[str | None]) -> str:
    """`F-` and 48 bits: the anchor record, the step, and what else tells findings of one record apart."""
    parts = [
        evidence[0].digest if evidence else anchor.at_raw,
        anchor.kind.topic,
        *(f"{s.system}/{s.instance or ''}/{s.phase}/{s.peer or ''}" for s in (step.from_, step.to)),
        *more,
    ]
    text = "\n".join(part or "" for part in parts)
    return "F-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _named(events: Sequence[Event], card: OrderCard) -> str:
    """A record may speak of fifty orders, so the order's name *in that record* is part of the id; the name under
    which people know the order is not, unless no record of the case names it at all.
    """
    for event in events:
        if event.names:
            return event.names[0].value
    return card.aliases[0] if card.aliases else str(card.number)


def _ahead(case: Case) -> str:
    """The system that knows more: where the event came from, if the step's first end says so."""
    from_, to = stations(case)
    source = case.binding.get("source")
    if isinstance(source, Event):
        return source.kind.system
    return from_.peer if from_.peer and from_.peer != towards(from_, to) else from_.system


def _explanation(told: Scene) -> str:
    """What happened, and what it costs downstream, where it still does."""
    if told.template.state == "recovered" or _noted_only(told):
        return happened(told)
    missing = told.template.kind == "state-divergence" and told.binding.get("value_in") is None
    costs = about("silent-drop" if missing else told.template.kind).costs  # what is missing costs what a loss does
    given = _IF.get(told.template.state)
    if costs and given:
        costs = f"{given}: {costs[:1].lower()}{costs[1:]}"
    return f"{happened(told)} {costs}" if costs else happened(told)


_IF = {"suspected": "If it is so", "pending": "If it stays so"}
"""Before what something costs that is not proved, or not wrong yet."""


def _why(told: Scene) -> Why:
    """The text of that key; a detector may also give a sentence of its own instead of a key."""
    known = REASONS.get(told.template.reason)
    if known is None:
        return Why(told.template.reason, "A record that says otherwise.")
    words = _words(told)
    return Why(known.reason.format_map(words), known.disproof.format_map(words))


def _words(told: Scene) -> dict[str, str]:
    """What the texts of `texts.py` may ask for."""
    cover = [proof for proof in told.binding.get("cover") or () if isinstance(proof, CoverageProof)]
    spans = " and ".join(f"{proof.stream} covers {_span(proof)}," for proof in cover)
    due, attribute, anchor = told.instant("due"), told.binding.get("attribute"), told.event("anchor")
    if due and anchor is not None and anchor.skew:
        due += " by clocks set right"
    if isinstance(attribute, tuple):
        attribute = " = ".join(map(str, attribute))
    return {
        "cover": spans or "The log covers",
        "cover_low": spans or "the log covers",
        "source": told.source,
        "target": told.target,
        "lacking": system_name(told.binding.get("absent_at") or "") or told.target,
        "due": due or "its limit",
        "attribute": str(attribute or "one attribute"),
        "scope": str(told.binding.get("scope") or "its neighbours, its type, its final states or its time are missing"),
    }


def _span(proof: CoverageProof) -> str:
    return f"{clock(from_rfc3339(proof.from_))} to {clock(from_rfc3339(proof.to))}"


def _still_wrong(template: Template, facts: Facts) -> bool | None:
    """None where the exports do not show how the order stands now."""
    if template.state == "recovered" or template.kind == "late":
        return False
    if template.state == "pending" or template.kind in {"unacknowledged", "unmapped-status"}:
        return None
    if isinstance(facts, ValueFacts | SequenceFacts):
        return True if facts.in_force else None
    if isinstance(facts, StandFacts) and facts.over:
        return False
    if template.kind == "manual-edit":
        return bool(getattr(facts, "contradicts", False)) or None
    return True


def _noted_only(told: Scene) -> bool:
    return told.template.kind == "manual-edit" and told.template.severity == "info"


def reference(event: Event | None) -> str | None:
    """The id that a vendor's support asks for: a delivery, job or request id of the record."""
    if event is None:
        return None
    for name, value in event.ids.items():
        return f"{name.replace('_', ' ')} {value}"
    return f"request {event.envelope[0]}" if event.envelope else None


def _next_step(told: Scene, disproof: str) -> str:
    """What to do about this order now."""
    template = told.template
    if template.state == "recovered":
        return "Nothing to do for this order; see to the cause."
    if _noted_only(told):
        return "See whether the other systems should follow; nothing contradicts it so far."
    if template.state == "pending":
        due = told.instant("due")
        if template.reason == "retry-open":
            first = about(template.kind).repair.partition(".")[0]
            return (
                f"Correct what the error names before {due}: until then the sender may try again by itself. After it: "
                f"{first[:1].lower()}{first[1:]}."
            )
        return f"Export again{f' after {due}' if due else ''}, ingest it, and scan again."
    if template.state == "suspected":
        return f"First settle whether it is so. This would disprove it: {disproof[:1].lower()}{disproof[1:]}"
    quoted = reference(told.event("next") or told.event("anchor"))
    quote = f", quoting {quoted}" if quoted else ""
    repair = about(template.kind).repair
    if told.told or template.kind in {"manual-edit", "unmapped-status", "late"}:
        return f"{repair} Quote {quoted}." if quoted and template.problem == "delivery" else repair
    if told.source == told.target:
        return repair
    value_in, value_out = told.binding.get("value_in"), told.binding.get("value_out")
    question = f"please confirm whether {told.thing} reached {told.target}"
    if template.kind == "state-divergence" and value_in is not None and value_out is not None:
        question = f"which {told.binding.get('field') or 'status'} is right, {value_in!r} or {value_out!r}?"
    return f"Ask {told.source} and {told.target}{quote}: {question}{'' if question.endswith('?') else '.'} {repair}"
