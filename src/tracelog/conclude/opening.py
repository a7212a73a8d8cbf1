"""The first sentence of an incident: how many orders, what befell them, at which hop. What is certain is said so, and
what is not is said not to be: a refusal that is on record stays one, though nobody knows of the later tries.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracelog.judge.about import about
from tracelog.judge.bind import Bound
from tracelog.judge.facts import LegFacts, SequenceFacts
from tracelog.judge.scene import towards
from tracelog.model.finding import Incident, Step
from tracelog.model.words import counted, sentence, system_name, topic_noun

_REFUSED = frozenset(("rejected", "swallowed-error"))


def opening(one: Incident, roots: Sequence[Bound]) -> str:
    """Without its full stop, so that the time can follow."""
    if one.kind == "clock-offset":  # it is about two systems, and names them with the difference
        return " ".join(b.finding.explanation.split(". ", 1)[0] for b in roots[:1])
    said = f"{what(one)} {_happened(one, roots)}".strip()
    if roots[0].row == "2":
        said = f"is this routed at all? {sentence(said)}"
    elif one.state == "suspected" and not on_record(one, roots):
        said = f"it is suspected, not proved, that {said}"
    return sentence(said)


def on_record(one: Incident, roots: Sequence[Bound]) -> bool:
    """Suspected only because what came later is not known: what the sentence says is in the records."""
    tied = not any(isinstance(b.facts, LegFacts) and b.facts.weak for b in roots)
    return one.kind == "orphan" or (one.kind in _REFUSED and tied)


def doubt(one: Incident, roots: Sequence[Bound]) -> str | None:
    """What is not known yet, or not proved, of what the first sentence tells."""
    if one.state == "pending":
        if one.kind in _REFUSED and any(b.retries for b in roots):
            return "The sender may still try again by itself when the data ends."
        return "The data ends before the time for it was over."
    if one.state == "suspected" and on_record(one, roots):
        if one.kind == "orphan":
            return f"That {'it' if one.orders == 1 else 'they'} never reached one is suspected, not proved."
        return "Whether a later try was accepted is not in these exports."
    return None


def what(one: Incident) -> str:
    """`12 cancellations`, `status of 12 orders`."""
    if of_a_field(one):
        return f"the {one.field or 'value'} of {counted(one.orders, 'order')}"
    if one.topic in {None, "created"}:
        return counted(one.orders, "order") if one.topic else f"events of {counted(one.orders, 'order')}"
    noun = topic_noun(one.topic)
    plural = "" if one.orders == 1 or noun.endswith("s") else "s"
    if one.topic == "notified":
        noun, plural = ("notice" if one.orders == 1 else "notices"), " to the customer"
    return f"the {noun}{plural} of {counted(one.orders, 'order')}"


def these(one: Incident) -> str:
    """The same, where the orders have been told of before: `these 12 orders`, `the cancellation of this order`."""
    few = "this order" if one.orders == 1 else f"these {counted(one.orders, 'order')}"
    return what(one).replace(counted(one.orders, "order"), few)


def of_a_field(one: Incident) -> bool:
    return one.field is not None or one.kind in {"rewrite", "manual-edit", "unmapped-status"}


def told(roots: Sequence[Bound]) -> bool:
    """Whether records of both sides are there."""
    return all(not isinstance(b.facts, LegFacts) or b.facts.both_sides for b in roots)


def early(roots: Sequence[Bound]) -> bool:
    """Refused since what they build on was not there yet, and not an older state over a newer one."""
    return all(isinstance(b.facts, SequenceFacts) and b.facts.harm == "refused" for b in roots)


def _happened(one: Incident, roots: Sequence[Bound]) -> str:
    """The predicate of the sentence."""
    step = one.step
    if step is None:
        return about(one.kind).what.rstrip(".").lower()
    a, b = system_name(step.from_.system), system_name(towards(step.from_, step.to))
    single = one.orders == 1 or of_a_field(one)
    was, them = ("was", "it") if single else ("were", "them")
    if one.kind == "silent-drop":
        return _dropped(one, step, roots, a, b)
    if one.kind == "rewrite":
        pair = f" from {one.value_in!r} to {one.value_out!r}" if one.value_in and one.value_out else ""
        return f"changed{pair} on the way from {a} to {b}" if a != b else f"changed{pair} at {a}"
    if one.kind == "state-divergence":
        if one.pattern == "order-unknown-downstream":
            return f"{was} found at {a} and not at {b}"
        if one.topic and one.value_in is None:
            return f"{was} on record at {a} and not in force at {b}"
        return f"{'stands' if single else 'stand'} otherwise at {a} than at {b}"
    if one.kind == "out-of-sequence" and early(roots):
        return f"came to {b} before what {'it builds' if single else 'they build'} on, and {was} refused"
    value = f"the value {one.value_in!r}" if one.value_in is not None else "a value"
    return {
        "rejected": f"{was} refused on the way from {a} to {b}" if a != b else f"{was} refused at {a}",
        "swallowed-error": f"{was} sent from {a} to {b} and answered with success on the outside and failure inside",
        "unacknowledged": f"{was} sent from {a} to {b} without a recorded answer",
        "late": f"reached {b} from {a} after the limit" if a != b else f"came after the limit at {a}",
        "out-of-sequence": f"came to {b} in another order than {'it' if single else 'they'} happened",
        "duplicate": f"took effect more than once at {b}",
        "manual-edit": f"{was} changed in {a} outside the integration",
        "orphan": f"{was} referred to by records of {b}, and no export of {a} at hand has {them}",
        "unmapped-status": f"has {value} at {a} that the status map does not know",
        "confirmation-gap": f"{was} confirmed to the customer before {b} had {them}",
    }.get(one.kind, about(one.kind).what.rstrip(".").lower())


def _dropped(one: Incident, step: Step, roots: Sequence[Bound], a: str, b: str) -> str:
    was, is_ = ("was", "is") if one.orders == 1 else ("were", "are")
    inside, both = step.from_.system == step.to.system, told(roots)
    yet = "yet " if one.state == "pending" else ""
    if step.to.phase == "applied":
        if step.from_.phase == "forwarded":
            return f"{was} sent from {a} to {b} and {is_} not there{' yet' if yet else ''}"
        return f"{was} on record at {a} and {is_} not {yet}found at {b}"
    if roots[0].row == "2":
        return f"stood at {a}, and no record shows the step to {b}"
    if inside and (both or yet):
        return f"{was} taken in by {a} and not {yet}sent on" + (f" to {b}" if a != b else "")
    if inside:
        return f"stopped between {a} and {b}" if a != b else f"stopped at {a}"
    if both or yet:
        passed = "sent on" if step.to.phase == "forwarded" else "received"
        return f"{was} recorded at {a} and not {yet}{passed} by {b}"
    return f"got lost between {a} and {b}"
