"""From one order's events to facts about its legs, and what the decision table makes of them.

Each rule against a false accusation that this concerns has its case here, named by what it must not do.
"""

from __future__ import annotations

import pytest

from judge.scenes import ERP, NOTES, POLL, PUSH, START, Route, World, state
from tracelog.expect import Candidate
from tracelog.expect.sums import Expectations
from tracelog.judge.facts import LegFacts
from tracelog.model.event import HOUR, MILLI, MINUTE, SECOND, Actor, Context, Event, Name
from tracelog.model.finding import Station

AT = 2 * MINUTE + 3 * SECOND


def leg(world: World, order: int, kind: str, topic: str = "created") -> LegFacts:
    (found,) = world.legs(order, topic, kind)
    return found


def refuse(route: Route, order: int, at: int, result: str = "400 Invalid item", **more: object) -> None:
    route.sent(order, "confirmed", at, topic="created", answer=result, phase="rejected", **more)


# ---- the plain cases ----


def test_a_route_on_which_all_is_well_yields_nothing():
    assert Route().all_found() == {}


def test_a_new_order_taken_in_and_never_sent_on_is_confirmed_with_all_that_proves_it():
    world = Route(missing=[10])
    assert world.all_found() == {10: [("silent-drop", "confirmed")]}
    case = next(case for case in world.cases(10) if isinstance(case.facts, LegFacts) and case.facts.leg == "pass")
    taken = world.born(10) + 2 * MINUTE
    assert case.binding["anchor"].at == taken
    assert case.binding["from_"] == Station("celigo", "received", None, "shopify")
    assert case.binding["to"] == Station("celigo", "forwarded", None, "netsuite")
    assert case.binding["due"] == taken + 15 * MINUTE
    assert case.binding["limit"].basis == "learned: all 39 within 3 s"
    assert [proof.stream for proof in case.binding["cover"]] == [PUSH]
    assert case.facts.both_sides


def test_it_is_confirmed_without_the_target_s_own_records_too():
    assert Route(missing=[10], erp=False, shop=False).all_found() == {10: [("silent-drop", "confirmed")]}


def test_an_order_that_the_integration_never_took_in_is_lost_between_the_two():
    world = Route(instead={10: lambda *_: None})
    world.forget(10)
    facts = leg(world, 10, "hand")
    assert (facts.attempt, facts.cover, facts.both_sides) == (False, "spans", False)
    assert world.all_found() == {10: [("silent-drop", "confirmed")]}


def test_what_follows_from_a_lost_order_is_not_told_again():
    world = Route(missing=[10])
    world.told(10, "shipped", world.born(10) + HOUR)
    world.took(10, "shipped", world.born(10) + HOUR + 2 * MINUTE)
    assert world.found(10) == [("silent-drop", "confirmed")]


def test_a_cancellation_that_is_not_sent_on_is_a_drop_of_its_own():
    world = Route()
    for order in (1, 2, 5, 6, 7):
        world.change(order, "cancelled", world.born(order) + HOUR)
    world.told(10, "cancelled", world.born(10) + HOUR)
    world.took(10, "cancelled", world.born(10) + HOUR + 2 * MINUTE)
    assert leg(world, 10, "pass", "cancelled").effect == "absent"
    assert world.all_found() == {10: [("silent-drop", "confirmed")]}


# ---- coverage: what the exports cannot show ----


def test_where_the_log_ends_before_the_limit_it_is_pending_and_beyond_the_end_nothing_is_said():
    end = START + 30 * 20 * MINUTE + 10 * MINUTE
    world = Route(missing=[30], log_until=end, erp=False)
    assert world.found(30) == [("silent-drop", "pending")]
    assert all(state != "confirmed" for found in world.all_found().values() for _, state in found)


def test_a_hole_in_the_log_makes_it_suspected():
    world = Route(40, missing=[20], erp=False, every=10 * MINUTE)
    first, last = world.born(20) + 3 * MINUTE, world.born(20) + 80 * MINUTE
    world.beats = [beat for beat in world.beats if not first <= beat.first <= last]
    for events in world.orders.values():
        events[:] = [one for one in events if one.kind.system != "celigo" or not first <= (one.at or 0) <= last]
    assert leg(world, 20, "pass").cover == "hole"
    assert world.found(20) == [("silent-drop", "suspected")]


def test_a_connection_whose_log_is_not_there_is_not_blamed():
    """Rule 6: the log of the shop's connection says nothing of what went to the ERP."""
    world = Route(log=True, erp=False)
    for events in world.orders.values():
        events[:] = [event for event in events if event.kind.stream != PUSH]
    world.beats = [beat for beat in world.beats if beat.stream != PUSH]
    assert world.all_found() == {}


@pytest.mark.parametrize("phase", [None, "forwarded"])
def test_an_unread_or_unlinked_record_in_the_window_may_be_it(phase):
    world = Route(missing=[10])
    world.candidates.append(Candidate(PUSH, world.born(10) + 3 * MINUTE, world.born(10) + 3 * MINUTE, phase))
    assert leg(world, 10, "pass").candidates
    assert world.found(10) == [("silent-drop", "suspected")]


def test_an_unread_record_may_be_of_any_stream_of_its_log_where_its_time_is_known():
    world = Route(missing=[10])
    at = world.born(10) + 3 * MINUTE
    world.candidates.append(Candidate(POLL, at, at + MINUTE))
    assert world.found(10) == [("silent-drop", "suspected")]
    world = Route(missing=[10])
    world.candidates.append(Candidate(POLL, START, START + 9 * HOUR))
    assert world.found(10) == [("silent-drop", "confirmed")]


def test_an_unlinked_record_of_another_kind_is_no_candidate():
    world = Route(missing=[10])
    world.candidates.append(Candidate(PUSH, world.born(10) + 3 * MINUTE, world.born(10) + 3 * MINUTE, "acknowledged"))
    assert world.found(10) == [("silent-drop", "confirmed")]


def test_a_candidate_outside_the_window_changes_nothing():
    world = Route(missing=[10])
    world.candidates.append(Candidate(PUSH, world.born(10) + HOUR, world.born(10) + HOUR))
    assert world.found(10) == [("silent-drop", "confirmed")]


def test_a_receipt_tied_by_a_weak_link_only_is_suspected():
    world = Route(missing=[10])
    for event in world.orders[10]:
        if event.kind.phase == "received":
            event.borrowed = "weak"
    assert world.found(10) == [("silent-drop", "suspected")]


# ---- another way, another state, no need ----


def test_the_effect_is_looked_at_before_the_path():
    """Rule 16: a file import brought the order, in time."""
    world = Route(instead={10: lambda route, order, at: route.listed(order, "confirmed", at)})
    assert world.found(10) == []


def test_an_order_that_a_person_entered_the_next_day_is_recovered():
    def by_hand(route: Route, order: int, at: int) -> None:
        made = at + 5 * HOUR
        route.add(order, "netsuite", "applied", made, stream=NOTES, topic="created", names=route.numbered(order),
                  actor=Actor("Dana", "person"))  # fmt: skip
        route.stands(order, "confirmed")

    world = Route(instead={10: by_hand})
    assert ("silent-drop", "recovered") in world.found(10)
    case = next(c for c in world.cases(10) if isinstance(c.facts, LegFacts) and c.facts.leg == "pass")
    assert case.facts.later == "other"
    assert case.binding["recovered_by"] == "a person"


def test_a_poll_carries_the_latest_state_so_the_ones_before_are_superseded():
    """Rule 2: created and paid between two forwards never appear one by one."""

    def two_states(route: Route, order: int, at: int) -> None:
        route.told(order, "cancelled", at + 30 * SECOND)
        route.took(order, "cancelled", at + MINUTE)
        route.sent(order, "cancelled", at + MINUTE + 3 * SECOND)
        route.listed(order, "cancelled", at + 2 * MINUTE)

    world = Route(instead={10: two_states})
    assert leg(world, 10, "pass", "created").superseded
    assert world.found(10) == []


def test_created_and_cancelled_before_the_first_hand_off_is_no_loss():
    world = Route(missing=[10])
    for order in (1, 2, 5):
        world.change(order, "cancelled", world.born(order) + HOUR)
    world.told(10, "cancelled", world.born(10) + 5 * MINUTE)
    world.took(10, "cancelled", world.born(10) + 7 * MINUTE)
    assert all(facts.cancelled_before for facts in world.legs(10, leg="pass"))
    assert world.found(10) == []


def test_a_record_that_says_it_was_skipped_is_counted_and_not_accused():
    def skip(route: Route, order: int, at: int) -> None:
        route.add(order, "celigo", "skipped", at, stream=PUSH, export=7, result="filtered")

    world = Route(instead={10: skip}, erp=False)
    assert leg(world, 10, "pass").skip
    assert world.found(10) == []


def test_the_same_delivery_again_is_not_expected_to_be_sent_again():
    world = Route()
    world.took(10, "confirmed", world.born(10) + 10 * MINUTE, happened_at=world.born(10) + MINUTE)
    assert world.found(10) == []


# ---- classes of orders ----


def test_a_segment_of_twenty_that_never_goes_there_is_asked_about_once_and_nobody_is_accused():
    """Rule 4: point of sale, digital, drafts."""
    pos = range(0, 80, 3)
    world = Route(80, missing=pos)
    for order in pos:
        for event in world.orders[order]:
            if event.kind.phase == "observed":
                event.fields["channel"] = "pos"
            event.names = event.names
    assert {leg(world, order, "pass").route for order in pos} == {"never"}
    assert world.all_found() == {}


def test_where_nearly_all_are_missing_those_of_a_kind_are_no_segment_of_their_own():
    """Nine in ten are not sent on, so all of twenty-two Canadian ones are missing by mere chance: 0.9^22 is a tenth."""
    taken = range(0, 220, 10)
    world = Route(220, missing=[order for order in range(220) if order not in taken], erp=False)
    canadian = [order for order in range(220) if order % 10 == 3]
    for order in canadian:
        for event in world.orders[order]:
            if event.kind.phase == "observed":
                event.fields["channel"] = "canada"
    assert {leg(world, order, "pass").route for order in canadian} == {"few"}
    assert world.found(3) == [("silent-drop", "suspected")]


def test_an_attribute_that_all_the_missing_and_no_forwarded_one_has_is_a_lead_and_no_proof():
    world = Route(missing=[10, 11])
    for order in (10, 11):
        for event in world.orders[order]:
            if event.kind.phase == "observed":
                event.fields["channel"] = "pos"
    facts = leg(world, 10, "pass")
    assert facts.rule_sign == "attribute"
    assert world.all_found() == {10: [("silent-drop", "suspected")], 11: [("silent-drop", "suspected")]}
    case = next(c for c in world.cases(10) if isinstance(c.facts, LegFacts) and c.facts.leg == "pass")
    assert case.binding["attribute"] == ("channel", "pos")


def test_a_value_that_every_order_has_for_itself_is_no_class():
    world = Route(missing=[10])
    for order, events in world.orders.items():
        for event in events:
            if event.kind.phase in {"received", "observed"}:
                event.fields["basket"] = f"b-{order}"
    assert world.found(10) == [("silent-drop", "confirmed")]


def test_ignored_records_in_the_run_that_holds_the_moment_are_a_sign_of_a_rule():
    world = Route(missing=[10])
    at = world.born(10) + 2 * MINUTE
    counts = {"success": 3, "ignored": 1}
    world.contexts.append(Context("celigo", None, "flow job", at - SECOND, "", until=at + 5 * SECOND, counts=counts))
    assert leg(world, 10, "pass").rule_sign == "count"
    assert world.found(10) == [("silent-drop", "suspected")]


def test_ignored_records_of_another_run_are_none():
    world = Route(missing=[10])
    at = world.born(12)
    world.contexts.append(Context("celigo", None, "flow job", at, "", until=at + SECOND, counts={"ignored": 1}))
    assert world.found(10) == [("silent-drop", "confirmed")]


def test_where_few_take_a_step_it_is_only_suspected():
    world = Route(4, missing=[1, 2], erp=False, shop=False)
    assert leg(world, 1, "pass").route == "few"
    assert {found for order in (1, 2) for found in world.found(order)} == {("silent-drop", "suspected")}


def test_where_nobody_takes_a_step_nothing_is_claimed():
    world = Route(12, erp=False)
    for order in (1, 2, 5):
        world.told(order, "returned", world.born(order) + 30 * MINUTE)
        world.took(order, "returned", world.born(order) + 32 * MINUTE)
    assert world.all_found() == {}


def test_a_stray_or_two_make_no_route():
    """Forty payments stand at the shop; one reached the ERP by some rerun. That is a question, and not 39 losses."""
    world = Route(40, erp=False)
    for order in range(40):
        world.told(order, "paid", world.born(order) + 10 * MINUTE)
        world.took(order, "paid", world.born(order) + 12 * MINUTE)
    world.sent(7, "paid", world.born(7) + 12 * MINUTE + SECOND, topic="paid")

    assert world.all_found() == {}
    assert {case.facts.route for case in world.cases(8) if getattr(case.facts, "topic", "") == "paid"} >= {"never"}


def test_two_orders_are_enough_to_suspect_one_but_not_to_confirm():
    world = Route(2, missing=[1], erp=False, shop=False)
    assert world.found(1) == [("silent-drop", "suspected")]


def test_a_kind_of_event_that_stops_while_the_log_goes_on_is_one_silence_not_twenty_losses():
    world = Route(40, missing=range(26, 40), erp=False, shop=False)
    assert {leg(world, order, "pass").route for order in range(26, 40)} == {"silent"}
    assert {template.row for order in range(26, 40) for template in world.templates(order)} == {"2a"}


def test_a_declared_leg_that_is_never_taken_is_not_expected():
    from tracelog.config import Route as Declared

    world = Route(missing=[10], routes=(Declared("celigo", "netsuite", expected=False),), erp=False)
    assert leg(world, 10, "pass").route == "none"
    assert world.found(10) == []


# ---- refused, answered, not answered ----


def test_refused_and_never_accepted_is_confirmed_where_the_log_goes_on():
    world = Route(instead={10: refuse})
    assert world.found(10) == [("rejected", "confirmed")]
    facts = leg(world, 10, "pass")
    assert (facts.answer, facts.level, facts.effect) == ("refuse", "transport", "absent")


def test_busy_and_accepted_minutes_later_is_no_finding():
    """Rule 12: a transient refusal followed by success in the same chain."""

    def busy(route: Route, order: int, at: int) -> None:
        refuse(route, order, at, "503 Service Unavailable")
        route.sent(order, "confirmed", at + 5 * MINUTE, topic="created")
        route.listed(order, "confirmed", at + 6 * MINUTE)

    world = Route(instead={10: busy})
    assert leg(world, 10, "pass").later == "chain"
    assert world.found(10) == []


def test_refused_and_rerun_hours_later_is_recovered():
    def rerun(route: Route, order: int, at: int) -> None:
        refuse(route, order, at)
        route.sent(order, "confirmed", at + 6 * HOUR, topic="created")
        route.listed(order, "confirmed", at + 6 * HOUR + MINUTE)

    world = Route(instead={10: rerun})
    assert ("rejected", "recovered") in world.found(10)
    case = next(c for c in world.cases(10) if isinstance(c.facts, LegFacts) and c.facts.leg == "pass")
    assert case.binding["recovered_at"] == world.born(10) + AT + 6 * HOUR


def test_refused_shortly_before_the_data_ends_is_pending():
    world = Route(39, instead={38: refuse}, log_until=START + 38 * 20 * MINUTE + 8 * MINUTE, erp=False)
    assert world.found(38) == [("rejected", "pending")]


def test_already_there_is_no_refusal_where_the_target_holds_it():
    """Rule 13: 409, already exists."""

    def exists(route: Route, order: int, at: int) -> None:
        refuse(route, order, at, "409 DUP_RCRD This record already exists")
        route.listed(order, "confirmed", at)

    world = Route(instead={10: exists})
    assert leg(world, 10, "pass").answer == "exists"
    assert world.found(10) == []


@pytest.mark.parametrize("result", ["200 INVALID_KEY", "succeeded, though a step failed: INVALID_KEY"])
def test_success_outside_and_failure_inside_is_a_swallowed_error(result: str):
    """The code of an answer, or the word of a job whose recipe caught the error."""
    world = Route(instead={10: lambda r, o, at: refuse(r, o, at, result, level="body")})
    assert leg(world, 10, "pass").answer == "inside"
    assert world.found(10) == [("swallowed-error", "confirmed")]


def test_the_same_failure_on_the_sender_s_error_list_is_a_rejection():
    def listed(route: Route, order: int, at: int) -> None:
        refuse(route, order, at, "200 INVALID_KEY", level="body")
        route.stream("celigo-errors", "none", "celigo")
        route.add(order, "celigo", "rejected", at + 3 * SECOND, stream="celigo-errors", level="business", result="KEY")

    world = Route(instead={10: listed})
    assert world.found(10) == [("rejected", "confirmed")]


def test_a_job_that_failed_and_names_no_target_is_proved_by_the_only_one_that_holds_the_others():
    """A list of jobs says that one ended in an error, and not where. The ERP's list has all orders but this."""
    world = Route(log=False, missing=[10])
    for order in range(world.total):
        at = world.born(order) + 2 * MINUTE
        world.add(order, "jobs", "received", at, stream="job-list", topic="created", envelope=(f"j{order}",))
        failed = order == 10
        world.add(order, "jobs", "rejected" if failed else "acknowledged", at + 3 * SECOND, stream="job-list",
                  envelope=(f"j{order}",), result="400 Invalid item" if failed else "succeeded")  # fmt: skip
    world.stream("job-list", absence="weak", system="jobs")

    assert ("rejected", "confirmed") in world.found(10)


def test_an_error_list_alone_proves_no_loss():
    """Rule 5: whether a later try was accepted is not in the list."""
    world = World()
    world.stream("celigo-errors", "none", "celigo")
    for order in range(6):
        world.add(order, "celigo", "rejected", START + order * HOUR, stream="celigo-errors", level="business",
                  result="400 Invalid item", names=[Name("ref", f"#{order}")])  # fmt: skip
    assert {found for order in range(6) for found in world.found(order)} == {("rejected", "suspected")}


def test_closed_by_hand_without_a_successful_try_is_not_delivered():
    """Rule 14: resolved is not delivered."""

    def closed(route: Route, order: int, at: int) -> None:
        route.stream("celigo-errors", "none", "celigo")
        refuse(route, order, at)
        ids = {"resolved": "2026-02-02T20:00:00Z", "resolved_by": "ops"}
        route.add(order, "celigo", "rejected", at + 2 * SECOND, stream="celigo-errors", result="400 Invalid", ids=ids)

    world = Route(instead={10: closed})
    assert leg(world, 10, "pass").closed
    assert world.found(10) == [("rejected", "confirmed")]


def test_refused_before_anything_was_sent_is_told_of_the_system_itself():
    def inside(route: Route, order: int, at: int) -> None:
        route.stream("celigo-errors", "none", "celigo")
        route.add(order, "celigo", "rejected", at, stream="celigo-errors", level="business", result="MISSING_ADDRESS")

    world = Route(instead={10: inside})
    facts = leg(world, 10, "pass")
    assert (facts.answer, facts.attempt) == ("refuse", False)
    assert world.found(10) == [("rejected", "confirmed")]


def unanswered(route: Route, order: int, at: int) -> None:
    route.sent(order, "confirmed", at, topic="created", answer=None)


def test_no_answer_where_answers_are_usual_is_confirmed_as_to_the_answer_only():
    world = Route(instead={10: unanswered}, erp=False)
    assert world.found(10) == [("unacknowledged", "confirmed")]


def test_no_answer_and_provably_not_there_is_a_drop():
    assert Route(instead={10: unanswered}).found(10) == [("silent-drop", "confirmed")]


def test_no_answer_on_a_log_that_rarely_records_answers_says_nothing():
    """Rule 15."""
    world = Route(instead=dict.fromkeys(range(0, 40, 2), unanswered), erp=False)
    assert world.all_found() == {}


def test_no_answer_shortly_before_the_log_ends_is_pending():
    until = START + 38 * 20 * MINUTE + 8 * MINUTE
    world = Route(39, instead={38: unanswered}, erp=False, log_until=until)
    assert world.found(38) == [("unacknowledged", "pending")]


def accepted_only(route: Route, order: int, at: int) -> None:
    route.sent(order, "confirmed", at, topic="created", answer="202")


def test_accepted_and_provably_not_there_is_lost_behind_the_answer():
    world = Route(instead={10: accepted_only})
    assert world.found(10) == [("silent-drop", "confirmed")]
    case = next(c for c in world.cases(10) if isinstance(c.facts, LegFacts) and c.facts.leg == "pass")
    assert case.binding["to"] == Station("netsuite", "applied")
    assert case.binding["as_of"] == world.end


def test_accepted_with_nothing_known_of_the_target_is_neither_lost_nor_fine():
    assert Route(instead={10: accepted_only}, erp=False).found(10) == []


def test_a_record_that_the_target_named_was_made_and_may_have_been_deleted_since():
    """Rule 24: absent from the listing since is not never arrived."""

    def named(route: Route, order: int, at: int) -> None:
        accepted_only(route, order, at)
        route.orders[order][-1].names = (Name("netsuite:internalid", "999999"),)

    assert Route(instead={10: named}).found(10) == []


def test_sent_on_hours_later_is_late_and_the_limit_learned_says_its_basis():
    def late(route: Route, order: int, at: int) -> None:
        route.sent(order, "confirmed", at + 5 * HOUR, topic="created")
        route.listed(order, "confirmed", at + 5 * HOUR + MINUTE)

    world = Route(instead={10: late})
    assert world.found(10) == [("late", "confirmed")]
    case = next(c for c in world.cases(10) if isinstance(c.facts, LegFacts) and c.facts.leg == "pass")
    assert case.binding["to"] == Station("celigo", "forwarded", None, "netsuite")
    assert case.binding["limit"].basis.startswith("learned: 39 of 40 within")
    ends = Station("celigo", "forwarded", None, "netsuite"), Station("netsuite", "applied")
    assert case.binding["onward"] == (*ends, "arrived")


def test_an_hourly_batch_is_not_late():
    """Rule 20: what always takes up to an hour takes up to an hour."""

    def batch(route: Route, order: int, at: int) -> None:
        at = at // HOUR * HOUR + HOUR
        route.sent(order, "confirmed", at, topic="created")
        route.listed(order, "confirmed", at + MINUTE)

    assert Route(instead=dict.fromkeys(range(40), batch)).all_found() == {}


def test_what_followed_from_a_change_that_no_record_names_shows_that_it_arrived():
    def touched(route: Route, order: int, at: int) -> None:
        route.sent(order, "confirmed", at, topic="created")
        route.listed(order, "confirmed", at + MINUTE)
        later, ids = at + HOUR, ("touch",)
        route.add(
            order, "celigo", "received", later, stream=POLL, peer="shopify", envelope=ids, states=[state("confirmed")]
        )
        route.add(order, "celigo", "forwarded", later + SECOND, stream=PUSH, peer="netsuite",
                  envelope=ids)  # fmt: skip
        route.add(order, "celigo", "acknowledged", later + 2 * SECOND, stream=PUSH, peer="netsuite", envelope=ids,
                  level="transport", result="204")  # fmt: skip
        route.add(order, "netsuite", "applied", later + 2 * SECOND, stream=ERP, topic="refunded", envelope=ids)

    world = Route(instead=dict.fromkeys(range(5, 15), touched))
    found = [case for case in world.cases(10) if isinstance(case.facts, LegFacts) and case.facts.topic is None]
    assert [case.facts.effect for case in found if case.facts.leg == "pass"] == ["shown"]


def test_declared_limits_go_before_learned_ones():
    world = Route(limits={"celigo>netsuite": 3600.0}, missing=[10])
    case = next(c for c in world.cases(10) if isinstance(c.facts, LegFacts) and c.facts.leg == "pass")
    assert case.binding["limit"].seconds == 3600
    assert case.facts.limit_basis == "declared"


def test_the_log_of_the_target_s_connection_alone_tells_what_was_refused_or_never_answered():
    def only_pushes(world: Route) -> Route:
        for events in world.orders.values():
            events[:] = [event for event in events if event.kind.stream == PUSH]
        world.beats = [beat for beat in world.beats if beat.stream == PUSH]
        return world

    assert only_pushes(Route()).all_found() == {}
    world = only_pushes(Route(instead={10: refuse, 12: unanswered}))
    assert world.all_found() == {10: [("rejected", "confirmed")], 12: [("unacknowledged", "confirmed")]}


def test_what_one_log_says_was_skipped_is_skipped_in_the_other_log_too():
    """A trace of single records beside the debug log: two receipts of one record."""

    def traced(route: Route, order: int, at: int) -> None:
        route.add(order, "celigo", "received", at - 3 * SECOND, stream="celigo-trace", states=[state("confirmed")])
        route.add(order, "celigo", "skipped", at, stream="celigo-trace", result="filtered")

    assert Route(instead={10: traced}).found(10) == []


# ---- two listings and nothing between ----


def test_two_listings_alone_tell_what_only_one_has_and_name_nobody():
    world = Route(40, log=False, missing=[10])
    assert world.all_found() == {10: [("state-divergence", "confirmed")]}
    (facts,) = world.legs(10, leg="span")
    assert (facts.effect, facts.both_sides, facts.cover) == ("absent", False, "none")


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        (lambda order: order % 3 != 1, "neighbours"),
        (lambda order: order < 20, "the last thirty days"),
        (lambda order: order > 20, "the first of the month"),
        (lambda order: order % 7 != 1, "a subsidiary"),
    ],
)
def test_a_filtered_search_is_not_the_whole_erp(shown, why):
    """Rule 1, the greatest single risk: absence from a table proves nothing where its neighbours are absent too."""
    world = Route(40, log=False, missing=[order for order in range(40) if not shown(order)])
    states = {state for found in world.all_found().values() for _, state in found}
    assert "confirmed" not in states, why


def test_a_listing_of_open_orders_only_does_not_prove_an_absence():
    world = Route(40, log=False, missing=[10])
    for events in world.orders.values():
        for event in events:
            if event.kind.stream == ERP and event.kind.phase == "observed":
                event.states = (state("confirmed", "netsuite"),)
    assert ("state-divergence", "suspected") in world.found(10)


def test_an_order_younger_than_the_other_side_s_export_is_pending():
    """Rule 9: as-of times differ."""
    world = Route(40, log=False, missing=[39])
    for order, events in world.orders.items():
        for event in events:
            if event.kind.stream == ERP and event.kind.phase == "observed":
                event.at = world.born(39) - MINUTE
        assert order < 40
    assert world.found(39) == [("state-divergence", "pending")]


def test_a_listing_of_which_only_the_file_s_time_says_when_it_was_made_confirms_nothing():
    """A copy of a file is newer than what it shows: the change may have come after the listing was made."""

    class Copied(Route):
        def sums(self) -> Expectations:
            sums = super().sums()
            for export in sums.stream_exports[ERP]:
                sums.add_as_of(export, self.end, hint=True)
            return sums

    assert Copied(40, log=False, missing=[10]).found(10) == [("state-divergence", "suspected")]


def test_an_audit_trail_that_holds_nearly_all_orders_makes_the_missing_one_suspected_and_no_more():
    """Rule 5: notes of a single author are partial."""
    world = Route(40, log=False, missing=[10])
    for events in world.orders.values():
        events[:] = [one for one in events if one.kind.stream != ERP or one.kind.phase == "applied"]
    world.beat(ERP, START, world.end, HOUR)
    assert world.all_found() == {10: [("state-divergence", "suspected")]}


def test_a_number_missing_in_the_target_s_own_sequence_may_be_a_deleted_order():
    """Rule 24."""
    world = Route(40, log=False, missing=[10])
    for order in range(11, 40):
        world.numbers[order] += 1
        for event in world.orders[order]:
            if event.kind.system == "netsuite":
                event.names = world.numbered(order)
    assert world.found(10) == [("state-divergence", "suspected")]


def test_a_shipment_that_the_other_listing_does_not_show_is_a_divergence():
    world = Route(40, log=False)
    world.stands(8, "confirmed")
    assert world.all_found() == {8: [("state-divergence", "confirmed")]}


def test_two_shops_with_equal_names_are_each_held_against_their_own_kind():
    """Rule 10: instances are classes of their own; one that the listing never holds is not lost."""
    world = Route(40, log=False)
    for order in range(100, 125):
        at = START + order * MINUTE
        world.add(order, "shopify", "emitted", at, stream="shop-2", topic="created", instance="south", happened_at=at)
    assert world.all_found() == {}


def test_the_middle_exported_only_up_to_an_earlier_time_confirms_nothing_beyond_it():
    """Row 17 goes before row 18: the two ends differ, and the log's continuation has to say why; nobody is named."""
    until = START + 20 * 20 * MINUTE
    world = Route(40, missing=[30], log_until=until)
    world.forget(30)
    assert world.all_found() == {30: [("state-divergence", "pending")]}
    assert leg(world, 30, "hand").cover == "none"


# ---- stations without peers ----


def flow(total: int, lost: set[int], *, end: int | None = None) -> World:
    world = World()
    world.beat("spans", START, end or START + 60 * SECOND, 50 * MILLI, export=1)
    for order in range(total):
        at = START + SECOND + order * SECOND
        for after, system in ((0, "checkout"), (80, "payment"), (90, "shipping")):
            if not (system == "shipping" and order in lost) and at + after * MILLI <= (end or at + SECOND):
                world.add(order, system, "received", at + after * MILLI, stream="spans", topic="created", export=1,
                          precision=1)  # fmt: skip
    return world


def test_stations_in_a_minute_of_spans_are_learned_and_the_lost_orders_named():
    world = flow(18, {4, 9, 14})
    assert world.all_found() == {order: [("silent-drop", "confirmed")] for order in (4, 9, 14)}
    case = next(
        c
        for c in world.cases(4)
        if isinstance(c.facts, LegFacts) and c.facts.cover == "spans" and c.facts.effect == "unknown"
    )
    assert (case.binding["from_"].system, case.binding["to"].system) == ("payment", "shipping")


def test_a_trace_cut_at_the_edge_of_its_export_is_not_accused():
    end = START + 18 * SECOND + 85 * MILLI
    world = flow(18, set(), end=end)
    assert world.all_found().get(17) in (None, [("silent-drop", "pending")])
    assert "shipping" not in {event.kind.system for event in world.orders[17]}


def test_rows_out_of_order_make_no_difference():
    world = flow(18, {4})
    for events in world.orders.values():
        events.reverse()
    assert world.all_found() == {4: [("silent-drop", "confirmed")]}


def test_a_station_passed_by_is_no_loss_when_a_later_one_has_the_order():
    world = flow(18, set())
    world.orders[3] = [event for event in world.orders[3] if event.kind.system != "payment"]
    assert world.found(3) == []


def test_the_sums_of_parts_merged_in_any_order_judge_alike():
    world = Route(missing=[10], instead={12: refuse})
    whole = world.sums()
    parts = []
    for share in (0, 1, 2):
        part = Route(0)
        part.orders.clear()
        part.orders.update({order: events for order, events in world.orders.items() if order % 3 == share})
        sums = part.sums()
        sums.activity.clear()
        sums.infos.clear()
        parts.append(sums)
    merged = parts[2]
    merged.merge(parts[0])
    merged.merge(parts[1])
    merged.add_streams(whole.infos.values())
    merged.add_activity(whole.activity)
    one, other = whole.settled(), merged.settled()
    assert one.legs == other.legs
    from tracelog.judge.abstract import abstract

    for order, events in world.orders.items():
        left = [case.facts for case in abstract(order, events, one)]
        assert left == [case.facts for case in abstract(order, events, other)]


def test_events_in_any_order_give_the_same_cases():
    world = Route(missing=[10], instead={12: refuse})
    before = {order: [case.facts for case in world.cases(order)] for order in world.orders}
    shuffled: dict[int, list[Event]] = {order: list(reversed(events)) for order, events in world.orders.items()}
    world.orders.update(shuffled)
    world._expected = None
    assert {order: [case.facts for case in world.cases(order)] for order in world.orders} == before


def test_a_send_that_is_told_twice_is_accepted_as_one():
    """A log that says `sending` and then `sent` with the answer: the target took it, and lacks it."""

    def told_twice(route: Route, order: int, at: int) -> None:
        route.sent(order, "confirmed", at, topic="created", answer=None)
        route.sent(order, "confirmed", at + SECOND, topic="created")

    world = Route(instead={10: told_twice})

    assert world.found(10) == [("silent-drop", "confirmed")]
    (leg,) = [facts for facts in world.legs(10, "created") if facts.attempt]
    assert (leg.answer, leg.effect) == ("accept", "absent")
