"""The ticket's sentences: what is on record is said flatly, what is not known is said not to be, in the right
number.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from conclude.build import GOOD, LOST, Week
from judge.make import APPLIED, EMITTED, FORWARDED, RECEIVED
from tracelog.judge.facts import EditFacts, Facts, LegFacts, SequenceFacts, ValueFacts
from tracelog.model.finding import Incident, Station

REFUSED = LegFacts(topic="created", attempt=True, answer="refuse", both_sides=True)
SENT = FORWARDED, APPLIED
EMITTED_ = EMITTED, RECEIVED


def told(facts: Facts, steps: tuple[Station, Station] | None = None, *, hours: Sequence[float] = (30,)) -> Incident:
    week = Week()
    week.orders(GOOD, range(7 * 24))
    named = {"from_": steps[0], "to": steps[1]} if steps else {}
    week.orders(facts, hours, **named)
    return next(one for one in week.incidents() if one.kind != "late")


PENDING = (
    (LegFacts(topic="cancelled", cover="ends", both_sides=True), None,
     "The cancellation of 1 order was taken in by Hub and not yet sent on to Erp, at "),
    (LegFacts(topic="shipped", cover="ends"), EMITTED_,
     "The shipment of 1 order was recorded at Shop and not yet received by Hub, at "),
)  # fmt: skip


@pytest.mark.parametrize(("facts", "steps", "opening"), PENDING)
def test_what_is_pending_is_not_lost_and_nothing_is_asked_yet(
    facts: LegFacts, steps: tuple[Station, Station] | None, opening: str
) -> None:
    one = told(facts, steps, hours=(167,))

    assert one.state == "pending"
    assert one.summary.startswith(opening)
    assert "The data ends before the time for it was over." in one.summary
    assert "lost" not in one.summary
    assert one.ask.startswith("Nothing to ask yet. Export again")
    assert one.involve == "nobody"


def test_a_refusal_is_on_record_also_where_later_tries_are_not() -> None:
    one = told(REFUSED._replace(cover="none"), SENT)

    assert one.state == "suspected"
    assert one.summary.startswith("1 order was refused on the way from Hub to Erp, at ")
    assert "Whether a later try was accepted is not in these exports." in one.summary


def test_a_refusal_that_is_only_tied_weakly_is_suspected_itself() -> None:
    one = told(REFUSED._replace(cover="spans", weak=True), SENT)

    assert one.summary.startswith("It is suspected, not proved, that 1 order was refused")


def test_a_refusal_that_may_still_be_retried_is_to_be_mended_before_that() -> None:
    one = told(REFUSED._replace(cover="ends", retry_open=True), SENT)

    assert one.state == "pending"
    assert "The sender may still try again by itself when the data ends." in one.summary
    assert one.ask.startswith("Correct what the error names")
    assert one.involve == "erp-administrator"


def test_one_order_that_was_made_good_is_told_in_the_singular() -> None:
    made_good = REFUSED._replace(cover="spans", later="other")

    assert "It was made good later." in told(made_good, SENT).summary
    assert "All were made good later." in told(made_good, SENT, hours=(30, 60)).summary


def test_what_came_before_its_order_and_was_refused_is_told_so_and_asked_so() -> None:
    early = SequenceFacts("refused", "cause", in_force=True)

    one = told(early, SENT, hours=(30, 60, 90))

    assert one.summary.startswith("The cancellations of 3 orders came to Erp before what they build on, and were ref")
    assert one.ask.startswith("What keeps the cancellations of these 3 orders back until Erp has what must come")


def test_failures_that_are_on_record_have_a_class_though_of_most_others_nothing_is_known() -> None:
    """That the fate of other events of the step is unknown takes nothing from refusals on five days."""
    week = Week()
    week.orders(LegFacts(topic="created", cover="hole", effect="unknown", attempt=True), range(100), from_=FORWARDED,
                to=APPLIED)  # fmt: skip
    week.orders(REFUSED._replace(cover="spans"), (5, 30, 55, 80, 120), from_=FORWARDED, to=APPLIED)

    (one,) = [each for each in week.incidents() if each.kind == "rejected"]

    assert (one.class_, one.shape) == ("structural", "recurring")


def test_an_edit_of_one_order_is_asked_about_in_the_singular() -> None:
    one = told(EditFacts(contradicts=True), (APPLIED, APPLIED))

    assert one.ask.startswith("Why was this changed by hand in Erp,")


def test_an_unmapped_value_is_named() -> None:
    week = Week()
    week.order(ValueFacts("status", "unmapped"), field="status", value_in="on_the_moon")

    (one,) = week.incidents()

    assert "has the value 'on_the_moon' at Hub that the status map does not know" in one.summary


def test_all_that_can_still_be_stopped_are_called_all() -> None:
    assert "All 3 of them may still be kept from shipping" in told(LOST, hours=(1, 30, 55)).summary
