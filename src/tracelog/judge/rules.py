"""What several detectors decide the same way: severity, pattern, and the state of a refusal."""

from __future__ import annotations

from tracelog.judge.facts import LegFacts, Template
from tracelog.model.finding import SEVERITIES

VISIBLE = frozenset(("created", "paid", "shipped", "cancelled", "returned", "refunded", "notified"))
"""Topics whose loss the customer notices, or pays for."""

PATTERNS = {
    "created": "order-unknown-downstream",
    "shipped": "shipment-not-applied",
    "returned": "return-not-applied",
    "cancelled": "cancellation-not-applied",
    "paid": "payment-not-applied",
    "refunded": "refund-not-applied",
}


def pattern(topic: str | None) -> str | None:
    return PATTERNS.get(topic) if topic else None


def severity(base: str, state: str) -> str:
    """Suspected is one step down; what is not wrong yet, or no longer, is for information."""
    if state in {"pending", "recovered"}:
        return "info"
    if state == "suspected":
        return SEVERITIES[min(SEVERITIES.index(base) + 1, len(SEVERITIES) - 1)]
    return base


def weakened(template: Template) -> Template:
    """A finding that rests on what was read off words: suspected at most. What is said once keeps its reason."""
    if template.state != "confirmed":
        return template
    reason = template.reason if template.reason in {"everywhere", "stands-so-everywhere"} else "inferred"
    return template._replace(state="suspected", severity=severity(template.severity, "suspected"), reason=reason)


def loss_severity(topic: str | None, state: str) -> str:
    """Of an event that did not arrive: high where the customer notices, else medium."""
    return severity("high" if topic in VISIBLE else "medium", state)


def made_good(facts: LegFacts) -> bool:
    """It arrived after its limit, by another try, another message, another path, or a person."""
    return facts.later in {"chain-late", "other"} or (facts.effect == "shown" and facts.timing != "in-time")


def refusal(facts: LegFacts) -> tuple[str, str, str] | None:
    """State, row and reason of a refusal (rows 7 and 10 to 10b); None where a later try succeeded in time.

    A retry window that is still open is asked before the coverage of the ordinary limit: as long as the sender
    may try again by itself, nothing is lost yet.
    """
    if facts.later == "chain":
        return None
    if made_good(facts):
        return "recovered", "7", "made-good"
    if facts.weak:
        return "suspected", "10b", "weak"
    if facts.closed:
        return "confirmed", "10", "closed"
    if facts.retry_open:
        return "pending", "10a", "retry-open"
    if facts.cover == "spans" or facts.effect == "absent":
        return "confirmed", "10", "refused"
    if facts.cover == "ends":
        return "pending", "10a", "data-ends"
    return "suspected", "10b", "later-unseen"


def stands_open(facts: LegFacts) -> bool:
    """Cancelled at the source, and the target's own listing, made after the limit, still holds the order open.

    However few cancellations take this way, or none: that the two contradict is shown by the records of both.
    """
    return facts.topic == "cancelled" and contradicted(facts)


def contradicted(facts: LegFacts) -> bool:
    """Cancelled or shipped at the source, and the target's own listing, made after the limit, holds the order open.

    Where few changes take a step, that is the second witness: the later state of the system that should have it.
    """
    return facts.topic in {"cancelled", "shipped"} and facts.effect == "absent" and not facts.weak
