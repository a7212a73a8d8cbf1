"""What an incident says in sentences: the summary, the question to ask, and whom to involve. No person's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tracelog.conclude.opening import doubt, early, opening, these, told
from tracelog.judge.about import about
from tracelog.judge.bind import Bound
from tracelog.judge.deadlines import called_off
from tracelog.judge.facts import LegFacts, PromiseFacts, ValueFacts
from tracelog.judge.once import ASKED
from tracelog.judge.scene import towards
from tracelog.model.finding import Incident, Money
from tracelog.model.words import clock, counted, from_rfc3339, listed, system_name

MISSING_RULE = {
    "silent-drop": "a rule that every event taken in is passed on, or noted as left out",
    "rejected": "a retry and an owned error list for refused events",
    "swallowed-error": "a check of the answer's body before an event counts as delivered",
    "unacknowledged": "a check at the target before an unanswered request counts as done",
    "rewrite": "a mapping entry for this value, and a failure instead of a default where there is none",
    "unmapped-status": "a mapping entry for this value",
    "out-of-sequence": "an ordering rule, by which nothing is applied that is older than what is in place",
    "duplicate": "an idempotency key, by the source's own order id",
    "late": "a declared limit with an alarm",
    "manual-edit": "a regular path for what people now do by hand",
    "orphan": "an order before, or together with, what refers to it",
    "confirmation-gap": "a gate: no notice to the customer before the system of record has the order",
}
"""Which rule the failure suggests is missing at that step."""
ONCE_SHOWS = frozenset(("rewrite", "unmapped-status", "swallowed-error", "out-of-sequence", "duplicate"))
"""Kinds of which one order shows that: with the rule in place there would be none."""
_ALONE = frozenset(("unmapped-status", "manual-edit", "clock-offset"))
"""Kinds of which it says nothing that the orders have nothing in common."""
SEVERAL = 3
"""Of the other kinds so many must fail: one order alone is no sign of a rule that is missing."""


def involve(roots: Sequence[Bound], class_: str) -> str:
    """One of the contract's words."""
    root = roots[0]
    kind, step = root.finding.kind, root.finding.step
    if kind in {"clock-offset", "confirmation-gap"}:
        return "own-operations"
    if class_ == "sync-delay" or (root.finding.state == "pending" and not any(b.retries for b in roots)):
        return "nobody"
    if any(isinstance(b.facts, LegFacts) and b.facts.rule_sign for b in roots) or root.row in ASKED:
        return "own-operations"
    if kind in {"rewrite", "unmapped-status", "swallowed-error", "orphan"}:
        return "connector-or-platform-support"
    if kind == "manual-edit" and step and step.from_.phase == "emitted":
        return "own-operations"
    if kind == "rejected" and root.finding.scope == "stream":
        return "middleware-or-queue-specialist"  # whoever runs the receiver of those deliveries
    if kind in {"rejected", "manual-edit"}:
        return "erp-administrator"
    if kind in {"out-of-sequence", "duplicate", "unacknowledged"}:
        return "middleware-or-queue-specialist"
    if kind == "state-divergence" or step is None:
        return "own-operations"
    if step.from_.phase == "emitted":
        return "sender-platform-support"
    accepted = isinstance(root.facts, LegFacts) and root.facts.answer == "accept"
    return "erp-administrator" if accepted else "middleware-or-queue-specialist"


def period(one: Incident) -> str:
    """Since when, where it goes on. What was late has the time from which it was counted."""
    if one.first is None or one.last is None:
        return ""
    first, last = clock(from_rfc3339(one.first)), clock(from_rfc3339(one.last))
    if first == last:
        return f"at {first}"
    goes_on = one.ongoing and one.kind != "late"
    return f"since {first}, the last of them at {last}" if goes_on else f"between {first} and {last}"


def amounts(values: Sequence[Money]) -> str:
    return listed([f"{value.amount} {value.currency or '(currency not on record)'}" for value in values])


def summary(one: Incident, roots: Sequence[Bound], followers: int, cause: str | None = None) -> str:
    """How many, what, where, when; how many are still wrong; what they share; which rule is missing. `cause`: the
    sentence on what was changed before.
    """
    if not one.orders:  # no order is known: the finding itself says how many there are of what
        return " ".join(f"{b.finding.explanation} {b.finding.reason}" for b in roots)
    when = period(one) if one.kind != "clock-offset" else ""
    parts = [f"{opening(one, roots)}{f'{_counted_from(one, roots)} {when}' if when else ''}."]
    if uncertain := doubt(one, roots):
        parts.append(uncertain)
    states = Counter(b.finding.state for b in roots)
    if len(states) > 1:
        several = [f"{number} {'is' if number == 1 else 'are'} {state}" for state, number in states.most_common()]
        parts.append(f"Of the findings, {listed(several)}.")
    if one.state == "recovered":
        parts.append("It was made good later." if one.orders == 1 else "All were made good later.")
    elif one.open_orders:
        stake = f", {amounts(one.value)} at stake" if one.value else ""
        are = "may still be" if one.state == "suspected" else "are still" if one.open_orders != 1 else "is still"
        parts.append(f"{counted(one.open_orders, 'order')} {are} wrong{stake}.")
    error = _usual_error(roots)
    if error:
        parts.append(error)
    if one.shares:
        shared = listed([f"{s.attribute} {s.value} ({s.of_failing}, others {s.of_others})" for s in one.shares])
        parts.append(f"They share {shared}.")
    elif one.orders >= 3 and one.kind not in _ALONE and not _by_a_rule(roots):
        parts.append("No common attribute was found.")
    if cause:
        parts.append(cause)
    if one.pattern == "cancellation-not-applied":
        still = sum(
            b.finding.state == "confirmed"
            and b.finding.still_wrong is True
            and b.finding.severity != "critical"
            and called_off(b)
            for b in roots
        )
        if still:
            some = "It" if one.orders == 1 else f"{'All' if still == one.orders else ''} {still:,} of them".strip()
            theirs = "it" if one.orders == 1 else "theirs"
            parts.append(f"{some} may still be kept from shipping: no shipment of {theirs} is on record.")
    if followers:
        parts.append(f"{counted(followers, 'other finding')} follow{'s' if followers == 1 else ''} from this.")
    amount = one.kind == "rewrite" and any(isinstance(b.facts, ValueFacts) and b.facts.what != "status" for b in roots)
    rule = "a check that amounts and quantities leave as they came in" if amount else MISSING_RULE.get(one.kind)
    if one.kind == "out-of-sequence" and early(roots):
        rule = "an ordering rule, by which an event waits until what it builds on is there"
    if one.kind == "silent-drop" and one.step and one.step.from_.system != one.step.to.system:
        rule = "a regular count of what was sent against what came in"
    shown = one.orders >= SEVERAL or one.kind in ONCE_SHOWS
    if rule and shown and one.class_ in {"structural", "connector-bug"} and one.state in {"confirmed", "suspected"}:
        parts.append(
            f"{'If it is so, that' if one.state == 'suspected' else 'That'} suggests what is missing there: {rule}."
        )
    return " ".join(parts)


def _counted_from(one: Incident, roots: Sequence[Bound]) -> str:
    """Between what happened and when: of what was late the finding has the time from which it was counted, unless it
    has that of the message that came so late.
    """
    facts = roots[0].facts
    if one.kind != "late" or (isinstance(facts, PromiseFacts) and facts.limit_basis != "vendor"):
        return ","
    return f"; the time for {'it' if one.orders == 1 else 'them'} began"


def spare(one: Incident, roots: Sequence[Bound], *, fed: bool = True) -> str | None:
    """Whom a ticket would only cost time: the end that provably has nothing to do with it. `fed`: the step's first
    system takes in from another one; where it does not, what was refused is its own.
    """
    step = one.step
    if step is None or one.state != "confirmed" or not told(roots):
        return None
    a, b = system_name(step.from_.system), system_name(towards(step.from_, step.to))
    if a == b:
        return None
    inside = step.from_.system == step.to.system
    if one.kind == "silent-drop" and inside:
        return f"Not {b}'s support: nothing of it reached {b}."
    if one.kind == "silent-drop" and step.from_.phase == "emitted":
        return f"Not the target's administrator: it stopped before {b} took it in."
    if one.kind in {"rejected", "swallowed-error"}:
        if step.from_.phase == "forwarded" and not fed:
            return None
        behind = f"Not the support of whoever sends to {a}" if step.from_.phase == "forwarded" else f"Not {a}'s support"
        return f"{behind}: the request arrived at {b}, and {b} answered it."
    if one.kind == "rewrite" and inside:
        return f"Not {b}'s support: {b} took what it was sent."
    return None


def _by_a_rule(roots: Sequence[Bound]) -> bool:
    """Whether the findings themselves say what the orders share."""
    return any(isinstance(b.facts, LegFacts) and b.facts.rule_sign == "attribute" for b in roots)


def _usual_error(roots: Sequence[Bound]) -> str | None:
    """The answer that the refused ones got, where most got the same."""
    texts = Counter(b.error for b in roots if b.error)
    if not texts:
        return None
    text, number = texts.most_common(1)[0]
    return f"The error is '{text}' ({number} of {len(roots)})." if number > 1 or len(roots) == 1 else None


def ask(one: Incident, roots: Sequence[Bound]) -> str:
    """The question for whoever is to be involved. A question where records of one side only are there."""
    kind = about(one.kind)
    if not one.orders and roots[0].finding.next_step:
        return roots[0].finding.next_step
    if one.kind == "clock-offset" and one.step is not None:
        systems = [system_name(one.step.from_.system), system_name(one.step.to.system)]
        return f"Which zone do the exports of {listed(systems)} show, and is the clock of either wrong? {kind.change}"
    if one.state == "pending":
        latest = max(roots, key=lambda b: (b.due or 0, b.finding.id)).finding
        retried = any(b.retries for b in roots)
        return (latest.next_step or "") if retried else f"Nothing to ask yet. {latest.next_step}"
    if one.class_ == "sync-delay" and one.kind == "late":
        return "Nothing to ask: everything arrived. See whether the limit and the schedule fit each other."
    if one.class_ == "sync-delay":
        them = "it" if one.orders == 1 else "all of them"
        return f"Nothing to ask for {these(one)}: {them} arrived. The cause may come back. {kind.change}"
    if one.step is None:
        return kind.change
    a, b = system_name(one.step.from_.system), system_name(towards(one.step.from_, one.step.to))
    what = these(one)
    if roots[0].row == "2":
        return f"Is this meant to be routed from {a} to {b} at all?"
    if roots[0].row == "28":
        return f"Is the {one.field} meant to change like that between {a} and {b}, for a tax, a unit or a currency?"
    if one.kind == "state-divergence":
        between = f"get the export of what lies between {a} and {b}: it names the step"
        if one.value_in is None and one.field is None:
            return f"Please confirm whether {what} reached {b}; then {between}."
        return f"Which of the two is right, {a} or {b}? Then {between}."
    if one.kind == "silent-drop":
        rule = (
            f"Is there a filter or an ordering rule at this step that leaves {'it' if one.orders == 1 else 'them'} out?"
        )
        confirm = f"Please confirm whether {what} reached {b}, by the ids in the evidence."
        if a == b and one.step.from_.phase == "received":
            confirm = f"Please confirm whether {what} left {a}, by the ids in the evidence."
        if one.step.from_.phase == "forwarded":
            accepted = any(isinstance(b.facts, LegFacts) and b.facts.answer == "accept" for b in roots)
            asked = f"What became of {what} at {b}?" if accepted else confirm
            return f"{asked} The {'answer' if accepted else 'request'} is in the evidence."
        was = "was" if one.orders == 1 else "were"
        why = f"Why {was} {what} not passed on {f'from {a} to {b}' if a != b else f'by {a}'}? {rule}"
        return f"{why} {kind.change}" if told(roots) else f"{confirm} {rule}"
    question = {
        "rejected": f"What does {b} need to accept {what}? The error and the request are in the evidence.",
        "swallowed-error": f"Why does an answer with a failure inside count as success between {a} and {b}?",
        "unacknowledged": f"Please confirm whether {what} reached {b}, by the ids in the evidence.",
        "rewrite": f"Which mapping turns {one.value_in!r} into {one.value_out!r} for the {one.field or 'value'}?"
        if one.value_in is not None and one.value_out is not None
        else f"Which mapping changes the {one.field or 'value'} between {a} and {b}?",
        "unmapped-status": f"What does {one.value_in!r} mean at {a}, and what does the integration make of it?",
        "out-of-sequence": f"What keeps {what} back until {b} has what must come before?"
        if early(roots)
        else f"What keeps {b} from applying an older state over a newer one?",
        "duplicate": f"By which key does {b} recognise an order that it already has?",
        "manual-edit": f"Why {'was this' if one.orders == 1 else 'were these'} changed by hand in {a}, and should the "
        "other systems follow?",
        "confirmation-gap": f"May the customer be told before {b} has the order?",
        "orphan": f"Where is the order that the record of {system_name(one.step.to.system)} refers to?",
    }.get(one.kind)
    return f"{question} {kind.change}" if question else kind.change
