"""Between the findings of one order: what is a root, what follows, and what is dropped because it is explained."""

from __future__ import annotations

import pytest

from judge.make import APPLIED, EMITTED, FORWARDED, HOURS, MINUTES, PERSON, RECEIVED, T0, Any, bound, event
from tracelog.judge.bind import Bound
from tracelog.judge.facts import EditFacts, Facts, LegFacts, SequenceFacts, StandFacts
from tracelog.judge.settle import settle
from tracelog.model.event import Event
from tracelog.model.finding import Station


def made(facts: Facts, **binding: Any) -> Bound:
    return bound(facts, **binding)


def kinds(found: list[Bound]) -> list[tuple[str, str | None]]:
    return [(b.finding.kind, b.finding.caused_by) for b in found]


def settled(*found: Bound, events: tuple[Event, ...] = ()) -> list[Bound]:
    return settle(found, events)


LOST = LegFacts(topic="created", cover="spans")


def test_a_difference_that_a_drop_explains_is_no_finding_of_its_own() -> None:
    drop = made(LOST)
    stand = made(StandFacts("missing"), from_=EMITTED, to=APPLIED)

    assert settled(drop, stand) == [drop]


def test_what_was_refused_of_a_later_change_does_not_explain_that_the_order_is_missing() -> None:
    """Its cancellation was refused an hour after the order was due: it follows from that."""
    stand = made(StandFacts("missing", topic="created", scope=False), from_=EMITTED, to=APPLIED)
    refused = made(LegFacts(topic="cancelled", attempt=True, answer="refuse", cover="hole"),
                   anchor=event(at=T0 + HOURS))  # fmt: skip

    found = settled(refused, stand)
    assert {(b.finding.kind, b.finding.caused_by) for b in found} == {
        ("state-divergence", None), ("rejected", stand.finding.id),
    }  # fmt: skip


def test_a_difference_is_not_explained_by_a_lateness() -> None:
    late = made(LegFacts(topic="paid", effect="shown", timing="late", cover="spans"))
    stand = made(StandFacts("contradiction"), from_=EMITTED, to=APPLIED)

    assert len(settled(late, stand)) == 2


def test_a_difference_is_not_explained_by_what_was_made_good() -> None:
    recovered = made(LegFacts(topic="created", cover="spans", effect="shown", timing="late", later="other"))
    stand = made(StandFacts("contradiction"), from_=EMITTED, to=APPLIED)

    assert len(settled(recovered, stand)) == 2


def test_of_two_divergences_the_one_with_a_step_is_told() -> None:
    span = made(LegFacts(leg="span", topic="created", effect="absent"), from_=EMITTED, to=APPLIED)
    stand = made(StandFacts("missing"), from_=EMITTED, to=APPLIED)

    assert settled(stand, span) == [span]


def test_what_the_target_refuses_of_an_order_it_never_got_follows_from_that() -> None:
    lost = made(LOST)
    refused = made(LegFacts(topic="shipped", attempt=True, answer="refuse", cover="spans"), anchor=event(at=T0 + HOURS))

    found = settled(refused, lost)

    assert kinds(found) == [("silent-drop", None), ("rejected", lost.finding.id)]


def test_a_missing_order_is_not_explained_by_what_was_refused_when_it_was_overdue() -> None:
    """An hour after it should have been there its shipment is refused: that follows, whatever the shipment's name."""
    span = made(LegFacts(leg="span", topic="created", effect="absent"), from_=EMITTED, to=APPLIED)
    refused = LegFacts(topic=None, attempt=True, answer="refuse", cover="spans")
    shipment = made(refused, anchor=event(topic=None, at=T0 + HOURS))
    itself = made(refused, anchor=event(topic=None, at=T0 + MINUTES))

    assert kinds(settled(span, shipment)) == [("state-divergence", None), ("rejected", span.finding.id)]
    assert kinds(settled(span, itself)) == [("rejected", None)]


def test_a_missing_order_is_explained_by_the_refusal_of_its_creation_however_late() -> None:
    span = made(LegFacts(leg="span", topic="created", effect="absent"), from_=EMITTED, to=APPLIED)
    sent = event(phase="forwarded", topic="created", at=T0 + HOURS)
    refused = made(LegFacts(topic="created", attempt=True, answer="refuse", cover="spans"), anchor=sent)

    assert kinds(settled(span, refused, events=(sent,))) == [("rejected", None)]


def test_a_confirmed_finding_never_hides_behind_a_suspected_one() -> None:
    lost = made(LegFacts(topic="created", cover="hole"))
    refused = made(LegFacts(topic="shipped", attempt=True, answer="refuse", cover="spans"), anchor=event(at=T0 + HOURS))

    assert kinds(settled(lost, refused)) == [("silent-drop", None), ("rejected", None)]


def test_one_change_lost_before_two_receivers_is_lost_once() -> None:
    """The proved one speaks for both; a loss between two other phases has nothing to do with it."""
    told = event("shop", "emitted", "cancelled")
    hub, store = Station("hub", "received", peer="shop"), Station("store", "received", peer="shop")
    lost = LegFacts(leg="hand", topic="cancelled", cover="hole")
    suspected = made(lost, anchor=told, from_=EMITTED, to=hub)
    proved = made(lost._replace(cover="spans"), anchor=told, from_=EMITTED, to=store)
    other = made(LegFacts(topic="cancelled", cover="spans"))

    found = {b.finding.id: b.finding.caused_by for b in settled(suspected, proved, other)}

    assert found == {proved.finding.id: None, suspected.finding.id: proved.finding.id, other.finding.id: None}


def test_a_refusal_of_what_came_too_early_follows_from_the_order_of_arrival() -> None:
    early, answer = event(topic="shipped"), event(phase="rejected", topic="shipped")
    refused = made(LegFacts(topic="shipped", attempt=True, answer="refuse", cover="spans"), anchor=early, answer=answer)
    sequence = made(SequenceFacts("refused", "cause"), anchor=early, answer=answer, from_=FORWARDED, to=APPLIED)

    found = settled(refused, sequence)

    assert ("rejected", sequence.finding.id) in kinds(found)
    assert ("out-of-sequence", None) in kinds(found)


def test_an_edit_that_made_a_fault_good_is_its_repair() -> None:
    repair = event("erp", "applied", "created", T0 + 90 * MINUTES, actor=PERSON)
    fault = made(
        LegFacts(topic="created", cover="spans", effect="shown", timing="late", later="other"),
        effect=repair,
        recovered_at=repair.at,
    )
    edit = made(EditFacts(contradicts=True), anchor=repair, from_=APPLIED, to=APPLIED)

    assert kinds(settled(fault, edit)) == [("silent-drop", None), ("manual-edit", fault.finding.id)]


def test_the_same_record_step_and_problem_is_one_finding() -> None:
    anchor = event(record=77)

    assert len(settled(made(LOST, anchor=anchor), made(LOST, anchor=anchor))) == 1


def test_cancelled_and_shipping_on_is_critical() -> None:
    """Goods that leave after a cancellation are worse than a wrong status."""
    drop = made(LegFacts(topic="cancelled", cover="spans"))
    shipped = event("erp", "applied", "shipped", T0 + 5 * HOURS)

    (found,) = settled(drop, events=(shipped,))

    assert found.finding.severity == "critical"


def test_cancelled_after_it_was_shipped_is_not_shipping_on() -> None:
    drop = made(LegFacts(topic="cancelled", cover="spans"))
    shipped = event("erp", "applied", "shipped", T0 - 5 * HOURS)

    (found,) = settled(drop, events=(shipped,))

    assert found.finding.severity == "high"


def test_what_was_refused_on_its_last_leg_is_missing_there_because_of_that() -> None:
    """Seen from the source the order never came; the middle says that it was refused."""
    refused = made(LegFacts(topic="created", attempt=True, answer="refuse", cover="spans"), from_=FORWARDED, to=APPLIED)
    missing = made(LegFacts(leg="hand", topic="created", cover="spans", candidates=True), from_=EMITTED, to=APPLIED)
    other = made(LegFacts(leg="hand", topic="shipped", cover="spans", candidates=True), from_=EMITTED, to=APPLIED)

    found = settled(refused, missing, other)

    assert missing.finding.caused_by == refused.finding.id
    assert other in found


@pytest.mark.parametrize(("target", "follows"), [("erp", True), ("crm", False)])
def test_what_never_left_the_middle_towards_a_target_is_missing_there_because_of_that(
    target: str, *, follows: bool
) -> None:
    kept = made(LegFacts(topic="shipped", cover="spans", both_sides=True), from_=RECEIVED, to=FORWARDED)
    missing = made(LegFacts(leg="hand", topic="shipped", cover="spans", candidates=True), from_=EMITTED,
                   to=Station(target, "received"))  # fmt: skip

    settled(kept, missing)

    assert missing.finding.caused_by == (kept.finding.id if follows else None)


def test_an_order_that_the_middle_sent_on_late_came_late_to_the_target_because_of_that() -> None:
    late = LegFacts(topic="created", attempt=True, effect="shown", timing="late", cover="spans")
    middle = made(late, from_=RECEIVED, to=FORWARDED)
    whole = made(late._replace(leg="hand"), from_=EMITTED, to=APPLIED)

    settled(middle, whole)

    assert whole.finding.caused_by == middle.finding.id
    assert middle.finding.caused_by is None
