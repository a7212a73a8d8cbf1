"""The overall judgement, the signals beside it, the figures, and what is wanted next."""

from __future__ import annotations

from typing import Any

import pytest

from conclude.build import END, GOOD, LOST, START, Week
from judge.make import APPLIED, DAYS, EMITTED, FORWARDED, RECEIVED, T0, case, event, judge
from tracelog.conclude import figures, rates
from tracelog.conclude.signals import Over, Sign, consistent, signals, structural
from tracelog.conclude.tally import Tally
from tracelog.conclude.verdict import Seen, verdict
from tracelog.conclude.wanted import retention, wanted
from tracelog.judge.facts import EditFacts, Facts, LegFacts, StandFacts, ValueFacts
from tracelog.model.event import DAY, HOUR, MINUTE
from tracelog.model.finding import Review, Signal, Station, Verdict
from tracelog.model.words import rfc3339

TWO = Seen(("hub", "shop"), 7 * DAYS)
UNKNOWN = LegFacts(topic="cancelled", cover="none")
LATE = LegFacts(topic="cancelled", attempt=True, effect="shown", timing="late", cover="spans")


def judged(week: Week, seen: Seen = TWO) -> Verdict:
    found = week.incidents()
    return verdict(found, signals(week.bounds, week.tally.signs, Over(str)), week.tally, seen)


def test_all_accounted_for_across_two_systems_is_clean() -> None:
    week = Week()
    week.orders(GOOD, range(40))

    said = judged(week)

    assert (said.class_, said.state, said.incident, said.involve) == ("clean", "confirmed", None, "nobody")
    assert said.summary.startswith("100.0% of 40 status changes are accounted for across Hub and Shop")


@pytest.mark.parametrize("seen", [Seen(("hub",), 7 * DAYS), Seen((), None)])
def test_one_system_alone_is_never_clean(seen: Seen) -> None:
    """It never says that all is well when it only saw nothing."""
    week = Week()
    week.orders(GOOD, range(40))

    assert judged(week, seen).class_ == "insufficient-evidence"


def test_more_than_one_in_twenty_not_knowable_is_not_clean() -> None:
    week = Week()
    week.orders(GOOD, range(90))
    week.orders(UNKNOWN, range(10))

    said = judged(week)

    assert said.class_ == "insufficient-evidence"
    assert "Only 90.0% of 100 status changes can be followed" in said.summary


def test_nothing_at_all_is_not_clean() -> None:
    assert judged(Week()).class_ == "insufficient-evidence"


def test_the_worst_incident_decides_and_the_others_are_counted() -> None:
    week = Week()
    week.orders(GOOD, range(160))
    week.orders(LOST, (1, 30, 55, 80))
    week.orders(LATE, (2, 40))

    said = judged(week)

    assert (said.class_, said.basis, said.problem, said.others) == ("structural", "incidents", "delivery", 1)
    assert said.summary.endswith("There is 1 other incident.")


def test_what_is_proved_goes_before_what_is_only_suspected() -> None:
    week = Week()
    week.orders(GOOD, range(160))
    week.orders(LegFacts(topic="shipped", cover="hole"), (1, 30, 55, 80), from_=EMITTED, to=RECEIVED)
    week.orders(LOST, (30,))

    said = judged(week)

    assert (said.class_, said.state) == ("connector-bug", "confirmed")


def test_a_suspicion_counts_for_more_than_a_delay() -> None:
    week = Week()
    week.orders(GOOD, range(160))
    week.orders(LATE, (2, 40, 90))
    week.orders(LegFacts(topic="cancelled", cover="hole"), (30,))

    said = judged(week)

    assert (said.class_, said.state) == ("connector-bug", "suspected")


def test_suspicions_alone_are_no_verdict_where_little_can_be_followed() -> None:
    week = Week()
    week.orders(GOOD, range(20))
    week.orders(LegFacts(topic="cancelled", cover="hole"), (30, 40))

    said = judged(week)

    assert (said.class_, said.state, said.others) == ("insufficient-evidence", "suspected", 0)
    assert said.incident is not None


def test_an_edit_alone_is_asked_about_and_no_step_is_said_to_be_missing() -> None:
    week = Week()
    week.orders(GOOD, range(60))
    week.order(EditFacts(contradicts=True), from_=APPLIED, to=APPLIED, field="status")

    told = judged(week)

    assert told.class_ == "insufficient-evidence"
    assert told.summary.startswith(
        "Why people changed what they did is on no record. The status of 1 order was changed"
    )


def test_pending_ones_leave_it_clean() -> None:
    week = Week()
    week.orders(GOOD, range(160))
    week.orders(LegFacts(topic="cancelled", cover="ends"), (167,))

    assert judged(week).class_ == "clean"


def test_a_value_that_only_the_map_does_not_know_is_no_fault() -> None:
    """It is noted; what follows from it, where anything does, is judged."""
    week = Week()
    week.orders(GOOD, range(40))
    week.order(ValueFacts("status", "unmapped"), field="status", value_in="on_the_moon")

    assert judged(week).class_ == "clean"


def test_only_delays_are_a_delay() -> None:
    week = Week()
    week.orders(GOOD, range(160))
    week.orders(LATE, (2, 40, 90))

    said = judged(week)

    assert (said.class_, said.involve) == ("sync-delay", "nobody")


def test_a_delay_beside_orders_that_are_proved_to_be_wrong_is_not_called_one() -> None:
    """Not everything arrived, whatever cannot be said of the cause."""
    week = Week()
    week.orders(GOOD, range(160))
    week.orders(LATE, (2, 40, 90))
    week.orders(LegFacts(leg="span", topic="created", effect="absent"), (3, 50), from_=EMITTED, to=APPLIED)

    said = judged(week)

    assert said.class_ == "insufficient-evidence"
    assert "2 orders were found at Shop and not at Erp" in said.summary


def test_a_value_that_only_the_map_does_not_know_is_no_cluster() -> None:
    week = Week()
    week.orders(ValueFacts("status", "unmapped"), (1, 30, 55), field="status", value_in="on_the_moon")

    cluster = next(s for s in judged(week).signals if s.id == "cluster")

    assert (cluster.present, cluster.count) == (False, 0)


def test_a_signal_that_no_export_could_show_is_null_and_never_false() -> None:
    week = Week()
    week.orders(GOOD, range(40))

    said = {signal.id: signal for signal in judged(week).signals}

    assert list(said) == [
        "customer-first", "partial-history", "no-single-owner", "cluster", "revenue-without-cost",
        "grows-with-channels",
    ]  # fmt: skip
    assert said["customer-first"].present is None
    assert said["revenue-without-cost"].present is None
    assert said["cluster"].present is False
    assert all(signal.basis for signal in said.values())


def test_three_orders_in_a_week_with_one_failure_are_a_cluster() -> None:
    week = Week()
    week.orders(LOST, (1, 30, 100))

    cluster = next(s for s in judged(week).signals if s.id == "cluster")

    assert (cluster.present, cluster.count) == (True, 3)
    assert cluster.orders == ["#1001", "#1002", "#1003"]


def test_systems_that_differ_without_an_explanation_have_no_single_owner() -> None:
    week = Week()
    week.order(StandFacts("contradiction"), value_in="cancelled", value_out="open", from_=EMITTED, to=APPLIED)

    owner = next(s for s in judged(week).signals if s.id == "no-single-owner")

    assert (owner.present, owner.count) == (True, 1)


def sign(name: str, *times: int) -> Sign:
    return Sign(Signal(name, True, len(times), [], "", None), times)


def test_consistently_means_two_weeks_or_three_days_of_a_short_period() -> None:
    days = sign("cluster", T0, T0 + DAY, T0 + 2 * DAY)

    assert consistent(days, 7 * DAY)
    assert not consistent(days, 20 * DAY), "three days of one week are not two weeks"
    assert consistent(sign("cluster", T0, T0 + 8 * DAY), 20 * DAY)
    assert not consistent(sign("cluster", T0, T0 + HOUR), 7 * DAY)


def test_signals_alone_make_it_structural() -> None:
    """Three: suspected. Four, or two of which one is a recurring cluster: confirmed."""
    times = (T0, T0 + DAY, T0 + 2 * DAY)
    names = ("customer-first", "no-single-owner", "revenue-without-cost", "cluster")

    def said(number: int, *, recurrence: bool = False) -> str | None:
        return structural([sign(name, *times) for name in names[-number:]], 7 * DAY, recurrence=recurrence)

    assert [said(n) for n in (1, 2, 3, 4)] == [None, None, "suspected", "confirmed"]
    assert said(2, recurrence=True) == "confirmed"


def test_figures_count_from_the_end_of_the_data_and_invent_nothing() -> None:
    week = Week()
    week.orders(GOOD, range(40))
    week.orders(LOST, (1, 100))

    said = figures.figures(week.bounds, week.tally, END)

    assert said["orders"] == 42
    assert said["orders_with_findings"] == 2
    assert said["accounted"] == {"in_time": 40, "late": 0, "lost": 2, "not_knowable": 0}
    assert said["oldest_open_hours"] == 7 * 24 - 1
    assert said["detectable_hours"] == 0.25
    assert said["mttd_hours"] is None, "nobody noticed anything"
    assert said["drift"] is None, "no order is covered by two systems' own records"


def test_the_time_to_notice_is_from_the_fault_to_the_first_review_or_repair_by_hand() -> None:
    week = Week()
    week.orders(LOST, (1, 10, 20))
    reviews = {
        week.bounds[0].finding.id: Review("acknowledged", at=rfc3339(T0 + 5 * HOUR)),
        week.bounds[1].finding.id: Review("resolved", at=rfc3339(T0 + 40 * HOUR)),
        "F-of-another-scan": Review("ignored", at=rfc3339(T0 + 900 * HOUR)),
    }

    said = figures.figures(week.bounds, week.tally, END, reviews)

    assert said["mttd_hours"] == 17, "the middle of 4 and 30 hours"


def test_an_earlier_scan_is_a_sign_that_it_was_noticed() -> None:
    """The scan's data ended six hours after the fault; the review came later."""
    week = Week()
    week.orders(LOST, (1,))
    (found,) = week.bounds
    reviews = {found.finding.id: Review("acknowledged", at=rfc3339(T0 + 30 * HOUR))}

    said = figures.figures(week.bounds, week.tally, END, reviews, {found.finding.id: rfc3339(T0 + 7 * HOUR)})

    assert said["mttd_hours"] == 6


def test_drift_is_the_share_of_open_orders_that_differ() -> None:
    week = Week()
    for _ in range(9):
        week.order(GOOD)
    lost = week.order(LOST)
    week.tally.open_orders |= set(range(1, 9)) | {lost}

    assert figures.figures(week.bounds, week.tally, END)["drift"] == pytest.approx(1 / 9, abs=1e-4)


@pytest.mark.parametrize(
    ("others", "named"),
    [
        ([{"title": "Hub archive", "absence": "strong", "given": False}], "Hub debug log"),
        ([{"title": "Hub errors", "absence": "none", "given": True}], "Hub debug log"),
        ([{"title": "Hub archive", "absence": "strong", "given": True}], "Hub archive"),
    ],
)
def test_of_several_exports_the_one_that_can_settle_it_and_was_got_before_is_wanted(
    others: list[dict[str, Any]], named: str
) -> None:
    """An error list settles nothing; between two that can, whoever gave one knows how to get it."""
    tally = Tally()
    tally.add(1, [], [(case(UNKNOWN, anchor=event(at=T0)), judge(UNKNOWN))], ())
    kind = {"system": "hub", "phases": ["received", "forwarded"]}
    log = {**kind, "title": "Hub debug log", "absence": "weak", "given": True}

    (one,) = wanted(tally, [log, *({**kind, **other} for other in others)])

    assert one.export == named


def test_of_the_logs_of_a_receiver_the_one_of_that_senders_messages_is_wanted() -> None:
    """One receiver writes down many senders' messages, each kind in a log of its own; one that ended goes on there."""
    tally = Tally()
    facts = UNKNOWN._replace(leg="hand", log_ended=True)
    to = Station("receiver", "received", peer="queue")
    tally.add(1, [], [(case(facts, anchor=event("queue", "emitted", at=T0), to=to), judge(facts))], ())
    kind = {"system": "receiver", "phases": ["received"], "given": True}
    sources = [
        {**kind, "name": "aisle-webhooks", "title": "A shop's webhooks"},
        {**kind, "name": "queue-messages", "title": "The queue's messages"},
        {"system": "aisle", "name": "aisle-orders", "phases": ["observed"], "title": "A shop's orders"},
    ]

    assert [one.export for one in wanted(tally, sources)] == ["The queue's messages; the one given ends too early"]
    assert [one.export for one in wanted(tally, sources[::2])] == [
        "Receiver: an export that shows what it took in (Queue)"
    ]


def test_a_log_at_hand_that_is_read_by_its_words_is_said_not_to_be_enough() -> None:
    """Whoever gave the integration's log and is asked for it would take the question for a mistake."""
    facts = LegFacts(topic="created", leg="span", cover="none")
    tally = Tally()
    ends = {"from_": Station("shop", "emitted"), "to": Station("erp", "applied")}
    tally.add(1, [], [(case(facts, anchor=event("shop", "emitted", at=T0), **ends), judge(facts))], ())

    (one,) = wanted(tally, [], (), ["hub.log"])
    (other,) = wanted(tally, [])

    assert one.how is not None
    assert one.how.startswith("hub.log is at hand, but read by words, which proves no loss")
    assert other.how is None


def test_what_is_wanted_names_a_known_export_with_its_way_and_its_deadline() -> None:
    tally = Tally()
    anchor = event(at=T0)
    tally.add(1, [], [(case(UNKNOWN, anchor=anchor), judge(UNKNOWN))], ())
    log = {
        "title": "Hub debug log", "system": "hub", "phases": ["received", "forwarded"], "where": "Connections > Debug",
        "retention": "kept 24 hours", "absence": "weak",
    }  # fmt: skip

    (one,) = wanted(tally, [log, {"title": "Other", "system": "crm", "phases": ["forwarded"]}])

    assert (one.export, one.how, one.settles) == ("Hub debug log", "Connections > Debug", 1)
    assert one.gone_after == "2026-03-03T14:05:11Z"
    assert one.period is not None
    assert (one.period.from_, one.period.to) == ("2026-03-02T14:05:11Z", "2026-03-02T14:20:11Z")


def test_what_no_known_export_shows_is_wanted_in_words() -> None:
    tally = Tally()
    accepted = LegFacts(topic="created", attempt=True, answer="accept", cover="spans")
    tally.add(1, [], [(case(accepted, from_=RECEIVED, to=APPLIED), judge(accepted))], ())

    (one,) = wanted(tally, [])

    assert one.export == "Erp: an export that shows its orders as they stand, or their audit trail"
    assert (one.how, one.gone_after) == (None, None)


@pytest.mark.parametrize(
    ("facts", "steps", "export"),
    [
        (LegFacts(leg="span", effect="absent"), (EMITTED, APPLIED), "The log of the integration between Shop and Erp"),
        (StandFacts("contradiction"), (EMITTED, APPLIED), "The log of the integration between Shop and Erp"),
        (StandFacts("missing", scope=False), (EMITTED, APPLIED), "Erp: an export that shows its orders as they stand"),
        (LegFacts(attempt=True, answer="refuse"), (FORWARDED, APPLIED), "Hub: an export that shows what it sent on"),
        (LegFacts(cover="ends"), (RECEIVED, FORWARDED), "Hub: an export that shows what it sent on (Erp)"),
        (
            LegFacts(leg="hand", effect="absent"),
            (EMITTED, RECEIVED),
            "Hub: an export that shows what it took in (Shop)",
        ),
    ],
)
def test_each_open_case_wants_what_would_settle_it(facts: Facts, steps: tuple[Station, Station], export: str) -> None:
    tally = Tally()
    tally.add(1, [], [(case(facts, from_=steps[0], to=steps[1]), judge(facts))], ())

    (one,) = wanted(tally, [])

    assert one.export.startswith(export)


def test_one_system_alone_wants_the_other_end() -> None:
    tally = Tally()
    tally.add(1, [], [], ())

    (one,) = wanted(tally, [], ["shop"])

    assert one.export.startswith("An export of the other end")


def test_a_question_about_a_route_wants_no_export() -> None:
    tally = Tally()
    facts = LegFacts(route="never", cover="spans")
    tally.add(1, [], [(case(facts), judge(facts))], ())

    assert wanted(tally, []) == []


@pytest.mark.parametrize(
    ("text", "span"), [("24 hours", 24 * HOUR), ("30 days", 30 * DAY), ("15 minutes", 15 * MINUTE), ("for ever", None)]
)
def test_retention_is_read_from_words(text: str, span: int | None) -> None:
    assert retention(text) == span


def test_small_numbers_are_no_rates() -> None:
    """Three of three prove something where three of a hundred are marked, and nothing where ninety are."""
    assert rates.by_chance(3, 3, 3, 100) < 0.001
    assert rates.by_chance(3, 3, 90, 100) > 0.5


def test_bursts_days_and_weeks_are_counted_by_the_clock() -> None:
    times = [START, START + HOUR, START + DAY, START + 8 * DAY]

    assert (rates.bursts(times), rates.days(times), rates.weeks(times)) == (3, 3, 2)
    assert rates.most_in_a_week(times) == 3
