"""The rows of the decision table that end a case without a finding: before any detector, and after all of them.

`before` holds what explains a missing step, and what arrived in time by whatever path. `after` holds what
nobody can know: it is counted, never called lost, and never called fine.
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, Facts, LegFacts
from tracelog.judge.rules import stands_open


def before(facts: Facts) -> Counted | None:
    """Rows 1 to 5, 8 and 9. The effect at the target comes before the path: what is there was not lost."""
    if not isinstance(facts, LegFacts):
        return None
    if facts.skip or facts.route == "none":
        return Counted("skipped", "1")
    if facts.effect == "shown" and facts.timing == "in-time":
        return _arrived(facts)
    if facts.answer == "exists" and facts.effect != "absent":
        return Counted("already there", "8")
    if facts.later == "chain" and facts.effect != "absent" and facts.answer in {"refuse", "inside", "none"}:
        return Counted("retried", "9")
    if facts.effect == "shown" or facts.later in {"chain-late", "other"}:
        return None  # it arrived late: never "not routed", whatever the others of its class do
    if facts.route == "never" and not facts.attempt and not stands_open(facts):
        return Counted("routed at all?", "2")
    if facts.carries == "state" and facts.superseded:
        return Counted("superseded", "3")
    if facts.cancelled_before:
        return Counted("cancelled before hand-off", "4")
    return None


def _arrived(facts: LegFacts) -> Counted:
    if facts.answer in {"refuse", "inside"}:
        return Counted("retried", "9")
    if facts.attempt and facts.answer == "none":
        return Counted("answer not seen", "5")
    return Counted("arrived", "5")


def after(facts: Facts) -> Counted | None:
    """Rows 13, 15b and 19: nothing can be said of it."""
    if not isinstance(facts, LegFacts):
        return None
    if facts.effect == "shown":
        return Counted("arrived", "7")
    if facts.answer == "accept":
        return Counted("accepted, not verified", "13")
    if facts.attempt and facts.answer == "none":
        return Counted("answers not recorded", "15b")
    return Counted("not knowable", "19")
