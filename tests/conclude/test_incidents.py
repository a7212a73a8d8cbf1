"""Findings that are one failure, and what kind of failure: outage, recurring fault, one attribute, mere delay."""

from __future__ import annotations

import pytest

from conclude.build import GOOD, LOST, Week
from judge.make import APPLIED, DAYS, EMITTED, FORWARDED, HOURS, RECEIVED, T0, event
from tracelog.conclude.attributes import of_order
from tracelog.conclude.incidents import money
from tracelog.judge.facts import EditFacts, LegFacts, StandFacts, ValueFacts
from tracelog.model.event import Context, Event
from tracelog.model.finding import Money

LATE = LegFacts(topic="cancelled", attempt=True, effect="shown", timing="late", cover="spans")
PENDING = LegFacts(topic="cancelled", cover="ends")
EVERY_HOUR = range(7 * 24)


def test_drops_on_many_days_are_one_structural_incident() -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR)
    week.orders(LOST, (1, 30, 55, 80, 120))

    (one,) = week.incidents()

    assert (one.class_, one.shape, one.orders, one.open_orders) == ("structural", "recurring", 5, 5)
    assert one.involve == "middleware-or-queue-specialist"
    assert one.summary.startswith(
        "The cancellations of 5 orders were taken in by Hub and not sent on to Erp, since 15:05:11 UTC on 2 March "
        "2026, the last of them at 14:05:11 UTC on 7 March 2026. 5 orders are still wrong"
    )
    assert "420.00 USD at stake" in one.summary
    assert "is missing there" in one.summary
    assert all(b.finding.incident == one.id for b in week.bounds)


def test_what_is_pending_is_not_at_stake_and_amounts_without_a_currency_stand_apart() -> None:
    week = Week()
    week.orders(LOST, (1, 30, 55, 80))
    values = [("19.99", "usd"), ("42.00", "USD"), ("48.0000", "USD"), ("7.5", None)]
    for bound, value in zip(week.bounds, values, strict=True):
        bound.finding.value = Money(*value)
    week.bounds[1].finding.state = "pending"

    assert money(week.bounds) == [Money("7.50", None), Money("67.99", "USD")]


def test_one_outage_is_never_structural() -> None:
    """Twenty minutes in which all was lost, with days of passing before and after."""
    week = Week()
    week.orders(GOOD, EVERY_HOUR)
    week.orders(LOST, [50 + n / 60 for n in range(20)])

    (one,) = week.incidents()

    assert (one.class_, one.shape, one.ongoing) == ("connector-bug", "single outage", False)


def test_failures_that_share_a_rare_value_are_a_connector_bug_also_when_they_recur() -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR, traits=[("payment", "card")])
    week.orders(LOST, (1, 30, 55, 80), traits=[("payment", "giftcard")])

    (one,) = week.incidents()

    assert (one.class_, one.shape) == ("connector-bug", "one attribute")
    assert [(s.attribute, s.value, s.of_failing, s.of_others) for s in one.shares] == [
        ("payment", "giftcard", "4/4", "0/168")
    ]


def test_that_they_began_on_one_day_is_said() -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR)
    week.orders(LOST, [5 * 24 + n * 7 for n in range(7)])

    (one,) = week.incidents()

    assert [(s.attribute, s.value, s.of_failing) for s in one.shares] == [("day", "from 2026-03-07 on", "7/7")]
    assert one.class_ == "structural", "a date is no narrow attribute"


def test_that_they_fail_at_one_hour_is_said() -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR)
    week.orders(LOST, [day * 24 + 14.5 for day in range(6)])

    (one,) = week.incidents()

    (shared,) = one.shares
    assert (shared.attribute, shared.of_failing, shared.of_others) == ("hour of day (UTC)", "6/6", "7/168")
    assert one.class_ == "structural"


def test_that_they_came_with_one_job_is_a_connector_s_fault() -> None:
    """One page of a list, in the middle of jobs that passed."""
    week = Week()
    for hour in EVERY_HOUR:
        at = T0 + hour * HOURS
        week.order(GOOD, at=at, anchor=event(at=at, topic="cancelled", envelope=(f"job-{hour}",)))
    for second in range(5):
        at = T0 + 50 * HOURS + second
        week.order(LOST, at=at, anchor=event(at=at, topic="cancelled", envelope=("job-50",)))

    (one,) = week.incidents()

    assert ("job or page", "job-50", "5/5", "1/168") in [
        (s.attribute, s.value, s.of_failing, s.of_others) for s in one.shares
    ]
    assert (one.class_, one.shape) == ("connector-bug", "one attribute")


def test_texts_too_long_for_a_field_are_told_by_their_length() -> None:
    short, long = of_order([_with_note("x" * 12)]), of_order([_with_note("x" * 36)])
    week = Week()
    week.orders(GOOD, EVERY_HOUR, traits=short)
    week.orders(LOST, (1, 30, 55, 80), traits=long)

    (one,) = week.incidents()

    assert ("length of note", "over 20") in [(s.attribute, s.value) for s in one.shares]
    assert ("length of note", "over 35") in long
    assert ("length of note", "over 40") not in long
    assert short == (("channel", "shop"),)


def _with_note(text: str) -> Event:
    return event("shop", "emitted", "created", fields={"note": text})


def test_shares_that_tell_as_much_stand_in_one_order_whatever_the_hash() -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR, traits=[("payment", "card"), ("sku", "A"), ("tag", "x")])
    week.orders(LOST, (1, 30, 55, 80), traits=[("tag", "y"), ("sku", "B"), ("payment", "giftcard")])

    (one,) = week.incidents()

    assert [(s.attribute, s.value) for s in one.shares] == [("payment", "giftcard"), ("sku", "B"), ("tag", "y")]


def test_a_channel_that_most_orders_have_is_no_common_attribute() -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR, traits=[("channel", "web")])
    week.orders(LOST, (1, 30, 55, 80), traits=[("channel", "web")])

    (one,) = week.incidents()

    assert one.shares == []
    assert "No common attribute was found." in one.summary


def test_an_attribute_of_half_of_the_hop_is_told_but_is_not_narrow() -> None:
    """All failing are of one channel that a third of the others have too: worth saying, and still structural."""
    week = Week()
    week.orders(GOOD, EVERY_HOUR[::3], traits=[("channel", "amazon")])
    week.orders(GOOD, [h for h in EVERY_HOUR if h % 3], traits=[("channel", "web")])
    week.orders(LOST, (1, 20, 30, 55, 80, 100), traits=[("channel", "amazon")])

    (one,) = week.incidents()

    assert one.class_ == "structural"
    assert [(s.value, s.of_failing, s.of_others) for s in one.shares] == [("amazon", "6/6", "56/168")]


def test_what_arrived_after_all_is_a_delay_and_nobody_is_to_be_involved() -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR)
    week.orders(LATE, (1, 30, 55, 80))

    (one,) = week.incidents()

    assert (one.class_, one.involve, one.open_orders) == ("sync-delay", "nobody", 0)


def test_a_single_failure_is_isolated() -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR)
    week.orders(LOST, (30,))

    (one,) = week.incidents()

    assert (one.class_, one.shape) == ("connector-bug", "isolated")


def test_a_step_of_which_hardly_anything_can_be_told_is_no_ground_for_a_class() -> None:
    """A filtered search read as the whole: hundreds suspected, a few confirmed."""
    week = Week()
    week.orders(LegFacts(topic="cancelled", cover="hole"), EVERY_HOUR)
    week.orders(LOST, (1, 30, 55))

    assert {one.class_ for one in week.incidents()} == {"insufficient-evidence"}


def test_answers_that_are_missing_where_nearly_all_others_are_on_record_have_a_class_of_their_own() -> None:
    """Whether what was accepted took effect no export shows; whether it was answered all of them do."""
    week = Week()
    sent = LegFacts(topic="cancelled", attempt=True, cover="spans", both_sides=True)
    week.orders(sent._replace(answer="accept"), EVERY_HOUR)
    week.orders(sent, (1, 30, 55, 80, 120))

    (one,) = week.incidents()

    assert (one.kind, one.state, one.class_) == ("unacknowledged", "confirmed", "structural")


def test_pending_ones_alone_prove_nothing_yet() -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR)
    week.orders(PENDING, (167, 167.5))

    (one,) = week.incidents()

    assert (one.class_, one.state, one.severity) == ("insufficient-evidence", "pending", "info")


def test_a_divergence_without_the_log_between_asks_for_evidence() -> None:
    week = Week()
    week.orders(LegFacts(leg="span", topic="created", effect="absent"), range(0, 160, 20), from_=EMITTED, to=APPLIED)

    (one,) = week.incidents()

    assert one.class_ == "insufficient-evidence"
    assert one.summary.startswith("8 orders were found at Shop and not at Erp")
    assert one.ask.startswith("Please confirm whether these 8 orders reached Erp")


@pytest.mark.parametrize("hours", [(30,), (30, 31), (10, 60, 110)])
def test_systems_that_differ_and_nobody_knows_why_are_no_connector_s_fault(hours: tuple[int, ...]) -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR)
    week.orders(StandFacts("differs", field="total"), hours, field="total", from_=EMITTED, to=APPLIED)

    (one,) = week.incidents()

    assert (one.kind, one.class_, one.shape) == ("state-divergence", "insufficient-evidence", None)


@pytest.mark.parametrize(
    ("hours", "class_", "shape"),
    [((30,), "insufficient-evidence", None), ((30, 31, 32), "insufficient-evidence", None),
     ((10, 60, 110), "structural", "recurring")],
)  # fmt: skip
def test_what_people_do_by_hand_is_no_connector_s_fault_but_a_habit_of_it_is_a_sign(
    hours: tuple[int, ...], class_: str, shape: str | None
) -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR)
    week.orders(EditFacts(contradicts=True), hours, from_=APPLIED, to=APPLIED, field="status")

    (one,) = week.incidents()

    assert (one.kind, one.class_, one.shape) == ("manual-edit", class_, shape)


def test_two_topics_are_two_incidents_and_amounts_make_no_pair() -> None:
    week = Week()
    week.orders(LOST, (1, 2))
    week.orders(LegFacts(topic="shipped", cover="spans", both_sides=True), (1,))
    for hour, (value_in, value_out) in enumerate([("118.40", "11.84"), ("20.00", "2.00")]):
        week.order(
            ValueFacts("total", "differs", "money", in_force=True),
            at=T0 + hour * HOURS, field="total", value_in=value_in, value_out=value_out,
        )  # fmt: skip

    assert sorted((one.kind, one.topic, one.orders) for one in week.incidents()) == [
        ("rewrite", "cancelled", 2),
        ("silent-drop", "cancelled", 2),
        ("silent-drop", "shipped", 1),
    ]


def test_statuses_make_a_pair_each() -> None:
    week = Week()
    for value_out in ("pending", "closed"):
        facts = ValueFacts("status", "contradiction", in_force=True)
        week.order(facts, field="status", value_in="shipped", value_out=value_out)

    assert {(one.value_in, one.value_out) for one in week.incidents()} == {
        ("shipped", "pending"),
        ("shipped", "closed"),
    }


def test_the_worst_comes_first_and_the_settled_last() -> None:
    week = Week()
    week.orders(LATE, (1, 2, 3, 4))
    week.orders(LOST, (1,))
    week.order(ValueFacts("total", "differs", "money", in_force=True), field="total")

    assert [one.severity for one in week.incidents()] == ["critical", "high", "low"]


def test_amounts_are_never_added_across_currencies_nor_twice_for_one_order() -> None:
    week = Week()
    week.orders(LOST, (1, 2))
    for b in week.bounds[:1]:
        b.finding.value = type(b.finding.value)("10.50", "CAD") if b.finding.value else None

    (one,) = week.incidents()

    assert [(m.amount, m.currency) for m in one.value] == [("10.50", "CAD"), ("84.00", "USD")]


def test_an_edit_of_the_mapping_before_the_first_failure_is_told() -> None:
    week = Week()
    week.orders(LOST, (30, 60, 90))
    edits = {"near": T0 + 29 * HOURS, "long before": T0 - 9 * DAYS, "elsewhere": T0 + 29 * HOURS}
    for what, at in edits.items():
        system = "crm" if what == "elsewhere" else "hub"
        week.contexts.append(Context(system, None, what, at, ""))

    (one,) = week.incidents()

    assert [note.what for note in one.context] == ["near"]


@pytest.mark.parametrize(("hours", "ongoing"), [((100, 130, 160), True), ((1, 2, 3), False)])
def test_it_goes_on_when_it_reaches_the_end_of_the_data(hours: tuple[int, ...], ongoing: bool) -> None:
    week = Week()
    week.orders(LOST, hours)

    (one,) = week.incidents()

    assert one.ongoing is ongoing


def test_what_follows_goes_with_its_root_and_is_not_counted_twice() -> None:
    week = Week()
    week.orders(LOST, (1,))
    week.orders(LegFacts(topic="shipped", attempt=True, answer="refuse", cover="spans"), (5,))
    root, follower = week.bounds
    follower.finding.caused_by = root.finding.id

    (one,) = week.incidents()

    assert one.findings == [root.finding.id, follower.finding.id]
    assert one.orders == 1
    assert "1 other finding follows from this." in one.summary


def test_the_id_of_an_incident_stays_when_more_of_the_same_turn_up() -> None:
    anchors = [event(at=T0 + n * HOURS, name=str(n)) for n in range(3)]
    ids = set()
    for number in (1, 3):
        week = Week()
        for anchor in anchors[:number]:
            week.order(LOST, anchor=anchor)
        ids.add(week.incidents()[0].id)

    assert len(ids) == 1


def test_without_records_on_both_sides_the_question_names_no_culprit() -> None:
    week = Week()
    week.orders(LegFacts(leg="hand", topic="created", cover="spans"), (1, 2), from_=EMITTED, to=RECEIVED)

    (one,) = week.incidents()

    assert "got lost between Shop and Hub" in one.summary
    assert "every event taken in" not in one.summary
    assert one.ask.startswith("Please confirm whether these 2 orders reached Hub")
    assert one.involve == "sender-platform-support"


def test_a_difference_of_latest_states_is_asked_about_not_blamed() -> None:
    week = Week()
    week.order(StandFacts("contradiction", topic="cancelled"), value_in="cancelled", value_out="open", from_=EMITTED,
               to=APPLIED)  # fmt: skip

    (one,) = week.incidents()

    assert one.problem is None
    assert one.involve == "own-operations"


def test_what_was_sent_and_is_not_there_is_asked_about_at_the_receiver() -> None:
    """Records of one side only: whether it got there is the question, not which filter left it out."""
    week = Week()
    sent = LegFacts(topic="created", attempt=True, effect="absent", cover="spans")
    week.order(sent, from_=FORWARDED, to=APPLIED)

    (one,) = week.incidents()

    assert one.ask.startswith("Please confirm whether this order reached Erp, by the ids in the evidence.")
    assert "filter" not in one.ask


def test_one_order_is_asked_about_in_the_singular() -> None:
    week = Week()
    week.order(LegFacts(topic="created", cover="spans", both_sides=True))

    (one,) = week.incidents()

    assert one.ask.startswith("Why was this order not passed on from Hub to Erp?")


def test_what_is_only_suspected_may_be_wrong_and_is_not_said_to_be() -> None:
    week = Week()
    week.orders(LegFacts(topic="created", cover="spans", both_sides=True, rule_sign="attribute"), (1, 30, 55))

    (one,) = week.incidents()

    assert one.summary.startswith("It is suspected, not proved, that 3 orders were taken in by Hub and not sent on")
    assert "3 orders may still be wrong" in one.summary
    assert "No common attribute" not in one.summary


def test_what_no_record_shows_to_be_sent_is_not_said_to_be_sent() -> None:
    week = Week()
    week.orders(LegFacts(leg="span", topic="created", cover="spans", route="silent"), (1, 30), from_=EMITTED,
                to=APPLIED)  # fmt: skip

    (one,) = week.incidents()

    assert "sent from" not in one.summary


def test_a_class_that_never_takes_a_step_is_asked_about_before_anything_is_said() -> None:
    week = Week()
    week.order(LegFacts(topic="created", cover="spans"), from_=EMITTED, to=RECEIVED)
    week.bounds[0] = week.bounds[0]._replace(row="2")

    (one,) = week.incidents()

    assert one.summary.startswith("Is this routed at all? 1 order stood at Shop, and no record shows the step to Hub")


def test_it_is_said_whom_not_to_write_to() -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR)
    week.orders(LOST, (1, 30, 55))
    week.orders(LegFacts(topic="shipped", attempt=True, answer="refuse", cover="spans", both_sides=True), (2, 31, 56),
                from_=FORWARDED, to=APPLIED)  # fmt: skip
    week.order(GOOD._replace(topic="shipped", leg="hand"), from_=EMITTED, to=RECEIVED)

    asks = {one.kind: one.ask for one in week.incidents()}

    assert asks["silent-drop"].endswith("Not Erp's support: nothing of it reached Erp.")
    sender = "Not the support of whoever sends to Hub: the request arrived at Erp, and Erp answered it."
    assert asks["rejected"].endswith(sender)


def test_where_nobody_sends_to_the_sender_what_was_refused_is_its_own() -> None:
    """Two partners: that the sender takes in other messages makes nobody stand behind those that were refused."""
    week = Week()
    week.orders(LegFacts(topic="created", attempt=True, answer="refuse", cover="spans", both_sides=True), (2, 31, 56),
                from_=FORWARDED, to=APPLIED)  # fmt: skip
    week.order(GOOD._replace(topic="shipped", leg="hand"), from_=EMITTED, to=RECEIVED)

    (one,) = week.incidents()

    assert "whoever sends" not in one.ask


def test_nobody_is_spared_where_records_of_one_side_only_are_there() -> None:
    week = Week()
    week.orders(GOOD, EVERY_HOUR)
    week.orders(LegFacts(topic="cancelled", cover="spans"), (1, 30, 55))

    (one,) = week.incidents()

    assert "support" not in one.ask


def test_what_can_still_be_stopped_is_counted() -> None:
    """A cancellation that did not arrive: of two of four no goods have left yet."""
    week = Week()
    week.orders(GOOD, EVERY_HOUR)
    week.orders(LOST, (1, 30, 55, 80))
    for bound in week.bounds[:2]:
        bound.finding.severity = "critical"

    (one,) = week.incidents()

    assert "2 of them may still be kept from shipping: no shipment of theirs is on record." in one.summary
