"""A record refers to an order that no system which should hold it has.

What it costs: A payment without an order is money taken for nothing that will ever be shipped; a shipment or
return without one can't be booked.

Who can fix it: Whoever owns the hand-off from the storefront; for a payment, together with the payment provider.

What to change: Create the order before, or together with, what refers to it, and let a follow-up without an
order wait in a list instead of passing.

What will not help: Creating the missing order by hand without its lines: it balances the payment and ships nothing.

Repairing the orders: Find the order at its source by the payment or tracking reference, import it whole, or refund.

Not to be confused with: An order older than the exports, another shop or sandbox, a deleted or merged order, a
reference that Excel damaged, a system whose export leaves out that kind of order.
"""

from __future__ import annotations

from tracelog.judge.facts import Counted, Facts, OrphanFacts, Template
from tracelog.judge.rules import severity

KIND = "orphan"


def judge(facts: Facts) -> Template | Counted | None:
    """Row 21."""
    if not isinstance(facts, OrphanFacts):
        return None
    state, reason = "confirmed", "no-holder"
    for holds, why in (
        (not facts.covered, "no-cover"),
        (not facts.left_edge_clear, "left-edge"),
        (facts.linked_weakly, "weak"),
    ):
        if holds:
            state, reason = "suspected", why
            break
    return Template(
        KIND,
        state,
        severity("critical" if facts.payment else "high", state),
        "delivery",
        "21",
        reason,
        pattern="payment-without-order" if facts.payment else None,
    )
