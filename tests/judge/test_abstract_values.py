"""Values on their way, copies, order of arrival, edits, and latest states side by side."""

from __future__ import annotations

import pytest

from judge.scenes import ERP, NOTES, POLL, SHOP, START, Route, World, state
from tracelog.judge.facts import CopyFacts, EditFacts, OrphanFacts, SequenceFacts, StandFacts, ValueFacts
from tracelog.model.event import HOUR, MINUTE, SECOND, Actor, Name, Place, State


def facts(world: World, order: int, kind: type) -> list:
    return [case.facts for case in world.cases(order) if isinstance(case.facts, kind)]


def sends(**values: object):
    """What leaves for an order in place of the right thing."""

    def make(route: Route, order: int, at: int) -> None:
        route.sent(order, str(values.get("shown", "confirmed")), at, topic="created", total=values.get("total"))
        route.listed(order, "confirmed", at)

    return make


# ---- values across a hop ----


@pytest.mark.parametrize("total", ["60.0", "60.000", "60,00", "$60.00", " 60"])
def test_the_same_number_written_otherwise_is_no_rewrite(total):
    world = Route(instead={10: sends(total=total)})
    assert world.found(10) == []


def test_a_total_that_lost_a_decimal_place_is_a_rewrite_in_force():
    world = Route(instead={10: sends(total="6.00")}, erp=False)
    assert world.found(10) == [("rewrite", "confirmed")]
    case = next(c for c in world.cases(10) if isinstance(c.facts, ValueFacts) and c.facts.relation == "differs")
    assert (case.facts.what, case.facts.in_force) == ("money", True)
    assert [case.binding[key] for key in ("field", "value_in", "value_out")] == ["total", "60.00", "6.00"]
    assert case.binding["anchor"].kind.phase == "received"
    assert case.binding["next"].kind.phase == "forwarded"


def test_rounding_by_a_minor_unit_is_none():
    assert Route(instead={10: sends(total="60.01")}, erp=False).found(10) == []


def test_a_later_state_whose_receipt_is_not_on_record_is_not_held_against_an_earlier_one():
    """The poll that took the shipment in is missing: the receipt of the morning had gone through long before."""
    world = Route(erp=False)
    world.sent(10, "shipped", world.born(10) + 5 * HOUR)
    assert world.found(10) == []


def test_where_nearly_all_differ_by_one_ratio_it_is_the_mapping_in_force():
    """Rule 18: tax-exclusive totals."""
    net = {order: sends(total=f"{(50 + order) / 1.19:.4f}") for order in range(40)}
    assert Route(instead=net, erp=False).all_found() == {}


def test_an_order_that_differs_otherwise_than_all_others_is_a_rewrite_all_the_same():
    net = {order: sends(total=f"{(50 + order) / 1.2:.4f}") for order in range(40)}
    world = Route(instead={**net, 10: sends(total="5.00")}, erp=False)
    assert world.all_found() == {10: [("rewrite", "confirmed")]}


def test_shipped_that_leaves_as_pending_is_a_rewrite_with_what_others_send():
    def wrong(route: Route, order: int, at: int) -> None:
        route.sent(order, "confirmed", at, topic="created")
        route.listed(order, "confirmed", at)
        route.told(order, "shipped", at + HOUR)
        route.took(order, "shipped", at + HOUR + 2 * MINUTE)
        route.sent(order, "pending", at + HOUR + 2 * MINUTE + 3 * SECOND)
        route.stands(order, "pending")

    world = Route(instead={10: wrong})
    assert world.found(10) == [("rewrite", "confirmed")]
    case = next(c for c in world.cases(10) if isinstance(c.facts, ValueFacts) and c.facts.relation == "contradiction")
    assert [case.binding[key] for key in ("value_in", "value_out", "expected")] == ["fulfilled", "A", "F"]


def test_a_correct_value_sent_later_makes_it_recovered():
    def corrected(route: Route, order: int, at: int) -> None:
        route.sent(order, "confirmed", at, topic="created")
        route.listed(order, "confirmed", at)
        route.told(order, "shipped", at + HOUR)
        route.took(order, "shipped", at + HOUR + 2 * MINUTE)
        route.sent(order, "pending", at + HOUR + 3 * MINUTE)
        route.sent(order, "shipped", at + 2 * HOUR)
        route.stands(order, "shipped")

    assert ("rewrite", "recovered") in Route(instead={10: corrected}).found(10)


def test_a_new_order_may_begin_one_step_behind_at_the_target():
    """Pending and confirmed at creation are compatible."""
    assert Route(instead={10: sends(shown="pending")}).found(10) == []


def test_an_order_that_was_shipped_when_first_seen_begins_open_at_the_target():
    """What is sold over the counter is shipped at once; no ERP lets a new order be created as billed."""

    def counter(route: Route, order: int, at: int) -> None:
        route.told(order, "shipped", at)
        route.lose(order, system="celigo", phase="received")
        route.took(order, "shipped", at - SECOND)
        route.sent(order, "confirmed", at, topic="created")
        route.listed(order, "shipped", at)

    world = Route(instead={10: counter})
    assert not [kind for kind, _ in world.found(10) if kind == "rewrite"]


@pytest.mark.parametrize("mark", ["LOSSY", "PARTIAL", "HOLD"])
def test_values_known_to_lose_detail_may_stand_for_their_neighbour(mark):
    world = Route()
    for event in world.orders[8]:
        if event.kind.phase == "forwarded" and event.kind.topic is None:
            event.states = (State("order", "s", "packed", "picked" if mark != "HOLD" else "shipped", mark),)
    world._expected = None
    assert all(one.relation != "contradiction" or mark == "LOSSY" for one in facts(world, 8, ValueFacts))


def test_a_value_that_the_map_does_not_know_is_told_as_such():
    world = Route()
    for event in world.orders[10]:
        if event.kind.phase == "received":
            event.states = (State("order", "financial_status", "on_the_moon", None, "UNMAPPED"),)
    assert ("unmapped-status", "confirmed") in world.found(10)


def test_values_of_another_axis_are_not_compared():
    world = Route()
    for event in world.orders[10]:
        if event.kind.phase == "received":
            event.states = (State("payment", "financial_status", "paid", "paid"),)
    assert all(one.what != "status" for one in facts(world, 10, ValueFacts))


def test_the_quantity_of_a_parcel_is_not_that_of_the_order():
    """Rule 17: partial shipments."""
    world = Route()
    for order in (4, 8, 12):
        for event in world.orders[order]:
            if event.kind.phase == "received":
                event.fields["quantity"] = "3"
            elif event.kind.phase == "forwarded" and event.kind.topic is None:
                event.fields["quantity"] = "1"
    assert world.all_found() == {}


def test_a_quantity_changed_on_the_way_of_a_new_order_is_a_rewrite():
    world = Route(erp=False)
    for order, events in world.orders.items():
        for event in events:
            if event.kind.phase == "received" or event.kind.topic == "created":
                sent = event.kind.phase == "forwarded" and order == 10
                event.fields = {**event.fields, "quantity": "1" if sent else "2"}
    assert world.all_found() == {10: [("rewrite", "confirmed")]}


# ---- copies ----


def twice(route: Route, order: int, at: int, gap: int = 70 * SECOND, total: str | None = None) -> None:
    for number, when in enumerate((at, at + gap)):
        route.sent(order, "confirmed", when, topic="created")
        route.orders[order][-1].names = (Name("netsuite:internalid", f"99{number}"),)
    names = [(Name("netsuite:internalid", f"99{n}"), Name("netsuite:tranid", f"SO9{n}")) for n in (0, 1)]
    for number, one in enumerate(names):
        route.add(order, "netsuite", "observed", route.end, stream=ERP, names=one, carries="state",
                  states=[state("confirmed", "netsuite")],
                  fields={"total": total if number and total else f"{50 + order}.00"})  # fmt: skip


def test_two_documents_for_one_order_are_a_duplicate_with_both_their_names():
    world = Route(instead={10: twice})
    assert world.found(10) == [("duplicate", "confirmed")]
    case = next(c for c in world.cases(10) if isinstance(c.facts, CopyFacts))
    assert case.facts == CopyFacts("documents")
    assert case.binding["documents"] == ["990", "991"]


def test_two_documents_in_a_listing_alone_are_one_too():
    world = Route(instead={10: twice}, log=False)
    assert ("duplicate", "confirmed") in world.found(10)


def test_two_documents_are_told_by_when_they_were_made_and_not_by_when_they_were_listed():
    """Each line of the listing also says when its document was made, 70 seconds apart."""

    def dated(route: Route, order: int, at: int) -> None:
        twice(route, order, at)
        for number, line in enumerate(route.orders[order][-2:]):
            line.place = Place(1, number, 0)
            route.add(order, "netsuite", "applied", at + number * 70 * SECOND, stream=ERP, topic="invoiced",
                      names=line.names, place=Place(1, number, 1))  # fmt: skip

    world = Route(instead={10: dated}, log=False)
    case = next(c for c in world.cases(10) if isinstance(c.facts, CopyFacts))
    assert case.binding["other"].at - case.binding["anchor"].at == 70 * SECOND


def test_one_of_the_two_cancelled_since_is_recovered():
    def voided(route: Route, order: int, at: int) -> None:
        twice(route, order, at)
        route.orders[order][-1].states = (state("cancelled", "netsuite"),)

    assert ("duplicate", "recovered") in Route(instead={10: voided}).found(10)


def test_a_split_order_is_no_duplicate():
    """Rule 17: two documents with other totals."""
    world = Route(instead={10: lambda route, order, at: twice(route, order, at, total="12.00")}, log=False)
    assert not facts(world, 10, CopyFacts)


@pytest.mark.parametrize(("half", "copies"), [("30.00", False), ("29.00", True)])
def test_two_halves_that_make_up_the_order_are_no_duplicate(half, copies):
    """Order 10 is over 60.00 in the shop: two documents over 30.00 are its parts, two over 29.00 are not."""

    def halved(route: Route, order: int, at: int) -> None:
        twice(route, order, at)
        for event in route.orders[order][-2:]:
            event.fields = {"total": half}

    world = Route(instead={10: halved}, log=False)
    assert bool(facts(world, 10, CopyFacts)) == copies


def test_the_same_delivery_again_with_one_effect_is_counted_and_no_more():
    def again(route: Route, order: int, at: int) -> None:
        route.orders[order] = [event for event in route.orders[order] if event.kind.phase != "received"]
        for when in (at - 3 * SECOND, at + MINUTE):
            route.took(order, "confirmed", when, topic="created", happened_at=at - MINUTE, envelope=("delivery-1",))
        sends()(route, order, at)

    world = Route(instead={10: again})
    assert CopyFacts("redelivered") in facts(world, 10, CopyFacts)
    assert world.found(10) == []


# ---- order of arrival ----


def test_a_change_refused_because_its_order_was_not_there_yet_is_out_of_sequence():
    def early(route: Route, order: int, at: int) -> None:
        route.orders[order] = [e for e in route.orders[order] if e.kind.phase != "received"]
        route.told(order, "cancelled", at + MINUTE)
        route.took(order, "cancelled", at + 2 * MINUTE, topic="cancelled")
        route.sent(order, "cancelled", at + 3 * MINUTE, answer="404 Invalid salesorder", phase="rejected")
        route.took(order, "confirmed", at + 5 * MINUTE, topic="created", happened_at=at - MINUTE)
        route.sent(order, "confirmed", at + 6 * MINUTE, topic="created")
        route.listed(order, "confirmed", at + 6 * MINUTE)

    world = Route(instead={10: early})
    assert ("out-of-sequence", "confirmed") in world.found(10)
    (found,) = [one for one in facts(world, 10, SequenceFacts) if one.harm == "refused"]
    assert (found.settled, found.in_force) == ("cause", True)


def stale(route: Route, order: int, at: int) -> None:
    """A retried delivery carries the older payload, and is passed on after the newer one."""
    route.sent(order, "confirmed", at, topic="created")
    route.listed(order, "confirmed", at)
    route.told(order, "shipped", at + HOUR)
    route.took(order, "shipped", at + HOUR + MINUTE, happened_at=at + HOUR, topic="shipped")
    route.sent(order, "shipped", at + HOUR + 2 * MINUTE)
    route.took(order, "confirmed", at + 2 * HOUR, happened_at=at + 30 * MINUTE, topic="updated")
    route.sent(order, "confirmed", at + 2 * HOUR + MINUTE)
    route.stands(order, "confirmed")


def test_an_older_state_written_over_a_newer_one_is_a_stale_overwrite():
    """Rule 2 of the documented causes: a late retry sets a shipped order back."""
    world = Route(instead={10: stale})
    assert ("out-of-sequence", "confirmed") in world.found(10)
    (found,) = [one for one in facts(world, 10, SequenceFacts) if one.harm == "stale"]
    assert found.in_force


def test_an_older_state_that_the_target_did_not_keep_is_not_in_force():
    def kept(route: Route, order: int, at: int) -> None:
        stale(route, order, at)
        route.stands(order, "shipped")

    (found,) = [one for one in facts(Route(instead={10: kept}), 10, SequenceFacts) if one.harm == "stale"]
    assert not found.in_force


def test_arrival_in_another_order_that_ends_right_is_harmless():
    world = Route()
    world.took(10, "confirmed", world.born(10) + 5 * MINUTE, happened_at=world.born(10) - HOUR)
    assert world.found(10) == []


# ---- edits ----


def edit(route: Route, order: int, at: int, to: str | None, *, context: str = "person") -> None:
    more = {"before": {"netsuite.status": "B"}, "actor": Actor("Dana", context), "precision": MINUTE}
    states = [state(to, "netsuite")]
    route.add(order, "netsuite", "applied", at, stream=NOTES, names=route.numbered(order), states=states, **more)


def with_notes(route: Route, order: int, at: int) -> None:
    route.sent(order, "confirmed", at, topic="created")
    route.listed(order, "confirmed", at)
    edit(route, order, at + MINUTE, "confirmed", context="integration")


def test_an_order_closed_by_a_person_with_nothing_behind_it_is_a_manual_edit():
    def closed(route: Route, order: int, at: int) -> None:
        with_notes(route, order, at)
        edit(route, order, at + 5 * HOUR, None)
        route.stands(order, "closed")

    world = Route(instead={10: closed})
    assert world.found(10) == [("manual-edit", "confirmed")]
    (case,) = [case for case in world.cases(10) if isinstance(case.facts, EditFacts)]
    assert case.facts == EditFacts("person", after_correct_write=True, contradicts=True)
    assert case.binding["cover"], "the logs that would show what stands behind it"


def test_an_approval_by_a_person_is_daily_work():
    def approved(route: Route, order: int, at: int) -> None:
        route.sent(order, "pending", at, topic="created")
        route.listed(order, "confirmed", at)
        edit(route, order, at + MINUTE, "pending", context="integration")
        edit(route, order, at + HOUR, "confirmed")

    assert Route(instead={10: approved}).found(10) == []


def test_a_cancellation_that_the_source_told_of_first_is_no_edit():
    def followed(route: Route, order: int, at: int) -> None:
        with_notes(route, order, at)
        route.told(order, "cancelled", at + HOUR)
        route.took(order, "cancelled", at + HOUR + 2 * MINUTE)
        edit(route, order, at + 3 * HOUR, "cancelled")
        route.stands(order, "cancelled")

    world = Route(instead={10: followed})
    assert not facts(world, 10, EditFacts)


@pytest.mark.parametrize("to", ["cancelled", None])
def test_staff_who_were_quicker_than_the_source_contradict_nothing(to):
    """The ERP's clerk cancels or closes the order, and half an hour later the shop cancels it too."""

    def foreseen(route: Route, order: int, at: int) -> None:
        with_notes(route, order, at)
        edit(route, order, at + HOUR, to)
        route.told(order, "cancelled", at + HOUR + 30 * MINUTE)
        route.took(order, "cancelled", at + HOUR + 32 * MINUTE)
        route.stands(order, to or "closed")

    (fact,) = facts(Route(instead={10: foreseen}), 10, EditFacts)
    assert not fact.contradicts


def test_an_edit_before_the_exports_begin_to_show_events_is_only_suspected():
    """Rule 7: the left edge."""

    def closed(route: Route, order: int, at: int) -> None:
        with_notes(route, order, at)
        edit(route, order, START - 2 * HOUR, None)

    world = Route(instead={0: closed})
    world.orders[0] = [e for e in world.orders[0] if e.kind.system == "netsuite"]
    assert all(not one.covered_before for one in facts(world, 0, EditFacts))
    assert all(found == "suspected" for kind, found in world.found(0) if kind == "manual-edit")


def test_many_orders_edited_by_one_person_in_one_minute_are_a_mass_update():
    """Rule 23."""
    noon = START + 20 * HOUR

    def closed(route: Route, order: int, at: int) -> None:
        with_notes(route, order, at)
        edit(route, order, noon, None)
        route.stands(order, "closed")

    world = Route(instead=dict.fromkeys(range(1, 36, 3), closed))
    assert all(one.bulk for order in range(1, 36, 3) for one in facts(world, order, EditFacts))
    assert {found for each in world.all_found().values() for found in each} == {("manual-edit", "suspected")}


def test_to_bill_or_close_what_was_shipped_is_its_ordinary_end():
    """Every order of a shop is billed by somebody."""

    def billed(route: Route, order: int, at: int) -> None:
        with_notes(route, order, at)
        route.told(order, "shipped", at + HOUR)
        route.took(order, "shipped", at + HOUR + 2 * MINUTE)
        route.sent(order, "shipped", at + HOUR + 3 * MINUTE, topic="shipped")
        edit(route, order, at + HOUR + 4 * MINUTE, "shipped", context="integration")
        edit(route, order, at + 5 * HOUR, None)
        route.stands(order, "closed")

    world = Route(instead={10: billed})
    assert not facts(world, 10, EditFacts)


# ---- two listings side by side ----


def test_totals_that_differ_between_two_listings_are_a_divergence_of_that_field():
    world = Route(log=False)
    world.stands(10, "confirmed", total="6.00")
    assert world.all_found() == {10: [("state-divergence", "confirmed")]}
    (found,) = facts(world, 10, StandFacts)
    assert (found.relation, found.field) == ("differs", "total")


def test_an_order_that_was_edited_at_the_source_since_is_no_proof_against_anybody():
    """The integration took it in, and sent it on, as it was; the shop's export shows it as it is."""
    world = Route()
    for event in world.orders[10]:
        if event.kind.system == "shopify" and event.fields:
            event.fields["total"] = "55.00"
    assert world.all_found() == {10: [("state-divergence", "suspected")]}
    (found,) = world.templates(10)
    assert (found.reason, found.severity) == ("edited-since", "high")


def test_listings_of_other_amounts_are_not_held_against_each_other():
    world = Route(log=False)
    for order in range(40):
        shown = "closed" if order % 3 == 0 else "confirmed"
        world.stands(order, "shipped" if order % 4 == 0 else shown, total=f"{(50 + order) * 0.84:.2f}")
    assert world.all_found() == {}


def test_what_another_finding_explains_is_not_told_as_a_divergence_too():
    def wrong(route: Route, order: int, at: int) -> None:
        sends(total="6.00")(route, order, at)
        route.stands(order, "confirmed", total="6.00")

    assert Route(instead={10: wrong}).found(10) == [("rewrite", "confirmed")]


def test_staff_who_cancel_at_the_source_do_not_explain_why_the_others_did_not_follow():
    world = Route(log=False)
    at = world.born(10) + HOUR
    world.told(10, "cancelled", at)
    world.orders[10][-2].actor = Actor("Dana", "person")
    world._expected = None
    assert ("state-divergence", "confirmed") in world.found(10)
    assert [one for one in facts(world, 10, StandFacts) if one.explained] == []


# ---- orphans ----


def test_an_order_that_only_the_target_has_is_never_confirmed_as_an_orphan():
    """Rule 24: its number was given out, so it was an order once, perhaps a deleted one."""
    world = Route(log=False)
    gone = [event for event in world.orders[10] if event.kind.stream != SHOP]
    for event in gone:
        event.names = (*event.names, Name("ref", "1011"))
    world.orders[10] = gone
    assert [one.covered for one in facts(world, 10, OrphanFacts)] == [False]
    assert world.found(10) == [("orphan", "suspected")]


def test_an_order_that_was_taken_in_from_its_source_was_there_whatever_the_source_lists_now():
    world = Route()
    world.orders[10] = [event for event in world.orders[10] if event.kind.stream != SHOP]
    assert world.found(10) == []


def test_a_payment_with_its_tries_is_a_payment_without_an_order():
    """The payment provider's records: a try, a failure, then money. Nothing else knows the order."""
    world = Route(log=False)
    told = [("updated", "unpaid"), ("updated", "unpaid"), ("paid", "paid")]
    start = world.born(10)
    world.orders[10] = []
    for number, (topic, shown) in enumerate(told):
        world.add(10, "stripe", "emitted", start + number * SECOND, topic=topic, stream="stripe-events",
                  names=[Name("ref", "1011")], states=[state(shown, "stripe", axis="payment")])  # fmt: skip
    (orphan,) = [case for case in world.cases(10) if isinstance(case.facts, OrphanFacts)]
    assert orphan.facts.payment
    assert [proof.stream for proof in orphan.binding["cover"]] == [SHOP], "the export that does not have the order"

    shipped = [state("shipped", "stripe", axis="fulfilment")]
    world.add(10, "stripe", "emitted", start, topic="updated", stream="stripe-events", states=shipped)
    world._expected = None
    assert [one.payment for one in facts(world, 10, OrphanFacts)] == [False]


def test_an_order_of_another_channel_is_no_orphan():
    world = Route(log=False)
    gone = [event for event in world.orders[10] if event.kind.stream != SHOP]
    for event in gone:
        event.names = (*event.names, Name("ref", "PO-2026-77"))
    world.orders[10] = gone
    assert world.found(10) == []


def test_an_order_older_than_the_source_s_export_is_no_orphan():
    world = Route(log=False)
    gone = [event for event in world.orders[10] if event.kind.stream != SHOP]
    for event in gone:
        event.names = (*event.names, Name("ref", "0411"))
    world.orders[10] = gone
    assert world.found(10) == []


def again(route: Route, order: int, at: int, shown: str = "confirmed") -> None:
    """Shipped, and hours later the state of before is sent once more, with no change of the order behind it."""
    route.sent(order, "confirmed", at, topic="created")
    route.listed(order, "confirmed", at + 2 * SECOND)
    route.change(order, "shipped", at + HOUR)
    route.sent(order, shown, at + 4 * HOUR)
    route.stands(order, shown)


def test_an_earlier_state_sent_again_with_nothing_behind_it_sets_the_order_back():
    world = Route(instead={10: again, 11: lambda route, order, at: again(route, order, at, "shipped")})
    (found,) = [one for one in facts(world, 10, SequenceFacts) if one.harm == "regressed"]
    assert found.in_force
    assert ("out-of-sequence", "confirmed") in world.found(10)
    assert world.found(11) == []


def test_an_earlier_state_behind_which_the_source_stands_is_no_set_back():
    """The parcel came back before it left: the source itself says that the order is open again."""

    def reopened(route: Route, order: int, at: int) -> None:
        again(route, order, at)
        route.took(order, "confirmed", at + 4 * HOUR - MINUTE)

    world = Route(instead={10: reopened})
    assert [one for one in facts(world, 10, SequenceFacts) if one.harm == "regressed"] == []


def test_what_was_refused_was_never_overwritten():
    """A cancellation comes before the order, and is refused; the order itself, sent later, sets nothing back."""

    def overtaken(route: Route, order: int, at: int) -> None:
        route.told(order, "cancelled", at + HOUR)
        route.took(order, "cancelled", at + HOUR + MINUTE)
        route.sent(order, "cancelled", at + HOUR + 2 * MINUTE, answer="404 not found", phase="rejected")
        route.sent(order, "confirmed", at + 2 * HOUR, topic="created")
        route.listed(order, "confirmed", at + 2 * HOUR + 2 * SECOND)

    world = Route(instead={10: overtaken})
    assert [one.harm for one in facts(world, 10, SequenceFacts) if one.harm != "none"] == ["refused"]


def test_states_that_are_told_by_their_time_are_one_value_however_many_times_there_are():
    """`cancelled_at` differs with every order; what each says is that it is cancelled, and each left as open."""
    world = Route(30)
    for order in (9, 10, 13):
        at = world.born(order) + HOUR
        cancelled = State("order", "cancelled_at", f"2026-02-02T{order:02d}:40:00Z", "cancelled", "EXACT", final=True)
        world.told(order, "cancelled", at)
        world.add(order, "celigo", "received", at + 2 * MINUTE, stream=POLL, peer="shopify", carries="state", export=7,
                  states=[cancelled], names=world.names(order))  # fmt: skip
        world.sent(order, "pending", at + 2 * MINUTE + 3 * SECOND)
    pairs = {
        (case.binding["value_in"], case.binding["value_out"])
        for order in (9, 10, 13)
        for case in world.cases(order)
        if isinstance(case.facts, ValueFacts) and case.facts.relation == "contradiction"
    }
    assert pairs == {("cancelled", "A")}
