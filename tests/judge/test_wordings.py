"""Sentences that a vendor's support would take apart: names, precision, what an answer says, what is missing."""

from __future__ import annotations

import pytest

from judge.make import APPLIED, EMITTED, FORWARDED, HOURS, T0, bound, card, case, event, judge, show
from tracelog.judge.bind import bind_all
from tracelog.judge.facts import LegFacts
from tracelog.model.event import DAY
from tracelog.model.finding import Station
from tracelog.model.words import sentence

LATE = LegFacts(topic="created", attempt=True, effect="shown", timing="late", cover="spans")


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("eBay shows order 7", "eBay shows order 7"),
        ("n8n took order 7 in", "n8n took order 7 in"),
        ("the total changed", "The total changed"),
        ("order #1001 took effect twice", "Order #1001 took effect twice"),
        ("", ""),
    ],
)
def test_a_name_is_written_as_its_owner_writes_it_also_at_the_beginning(text: str, begun: str) -> None:
    assert sentence(text) == begun


def test_a_date_is_no_midnight_so_the_delay_is_at_most_that() -> None:
    dated = event("shop", "emitted", "created", T0, precision=DAY)
    came = event("erp", "applied", "created", T0 + 20 * HOURS)

    said = bound(LATE, anchor=dated, effect=came, from_=EMITTED, to=APPLIED).finding.explanation

    assert ", at most 20 h later" in said


def test_what_was_refused_first_came_late_by_the_try_that_was_accepted() -> None:
    """The first try is on record at once; it is not what arrived."""
    tried = event("hub", "forwarded", "created", T0)
    facts = LATE._replace(answer="refuse", effect="unknown", later="chain-late")

    binding = {"anchor": tried, "next": tried, "recovered_at": T0 + 6 * HOURS, "from_": FORWARDED, "to": APPLIED}
    found = bind_all(judge(facts).templates, case(facts, **binding), card(), show)
    (late,) = [b.finding for b in found if b.finding.kind == "late"]

    assert ", 6 h later" in late.explanation


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ("202 Accepted", "202 Accepted (taken in to be worked off later)"),
        ("204", "204 (an answer without content, which says nothing of the effect)"),
        ("201 Created", "201 Created, yet"),
    ],
)
def test_an_answer_says_what_it_says_and_no_more(result: str, said: str) -> None:
    sent = event("hub", "forwarded", "cancelled", T0, peer="erp")
    answer = event("hub", "acknowledged", "cancelled", T0, peer="erp", result=result)
    facts = LegFacts(topic="cancelled", attempt=True, answer="accept", effect="absent", both_sides=True)

    found = bound(facts, anchor=sent, next=sent, answer=answer, from_=FORWARDED, to=APPLIED).finding

    assert found.kind == "silent-drop"
    assert said in found.explanation


def test_what_was_missed_costs_only_if_it_stays_so() -> None:
    pending = bound(LegFacts(topic="cancelled", cover="ends")).finding
    suspected = bound(LegFacts(topic="cancelled", cover="hole")).finding

    assert "If it stays so: the systems behind the gap go on" in pending.explanation
    assert "If it is so: the systems behind the gap go on" in suspected.explanation


def test_an_order_that_is_missing_costs_what_a_lost_one_does() -> None:
    facts = LegFacts(leg="span", topic="created", effect="absent")

    found = bound(facts, from_=EMITTED, to=APPLIED).finding

    assert found.kind == "state-divergence"
    assert "an unknown order is not shipped" in found.explanation


def test_the_export_that_lacks_it_is_named_and_not_the_step_s_end() -> None:
    """The middle's log proves nothing; the listing of the system behind it does."""
    facts = LegFacts(leg="hand", topic="created", effect="absent", cover="hole")

    found = bound(facts, absent_at="erp", from_=EMITTED, to=Station("hub", "received", peer="shop")).finding

    assert "an export of Erp that covers this order" in found.reason
    assert "The event at Erp" in found.disproof
