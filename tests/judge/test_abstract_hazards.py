"""Worlds in which nothing is proved to be wrong, and which look as if it were. None may yield a confirmed finding."""

from __future__ import annotations

from judge.scenes import ERP, POLL, PUSH, SHOP, START, Route, World, state
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND, Name


def confirmed(world: World) -> dict[int, list[tuple[str, str]]]:
    """Findings that accuse: a late arrival by a learned limit does not."""
    return {order: found for order, one in world.all_found().items()
            if (found := [each for each in one if each[1] == "confirmed"])}  # fmt: skip


def test_left_cut_log_old_orders_that_are_polled_for_another_reason():
    """The log begins today; last week's orders are touched (a tag, a note) and come with the next poll."""
    world = Route(40, shop=False, erp=False)
    for order in range(200, 215):
        at = START + (order - 200) * 30 * MINUTE + 7 * MINUTE
        names = (Name("shopify:id", str(5_900_000 + order)), Name("shopify:name", f"#{700 + order}"))
        world.add(order, "celigo", "received", at, stream=POLL, peer="shopify", carries="state", export=7, names=names,
                  states=[state("confirmed")], fields={"total": "9.00"})  # fmt: skip
    assert confirmed(world) == {}


def test_left_cut_log_that_itself_shows_when_they_were_created():
    world = Route(40, shop=False, erp=False)
    for order in range(200, 215):
        at = START + (order - 200) * 30 * MINUTE + 7 * MINUTE
        world.add(order, "celigo", "received", at, stream=POLL, peer="shopify", carries="state", export=7,
                  states=[state("confirmed")], fields={"created_at": "2026-01-20T10:00:00Z"},
                  names=(Name("shopify:name", f"#{1000 + order}"),))  # fmt: skip
    assert confirmed(world) == {}


def test_left_cut_log_orders_of_last_night_that_are_touched_this_morning():
    world = Route(40, erp=False)
    for order in range(200, 215):
        born = START - 11 * HOUR + order * MINUTE
        world.add(order, "shopify", "emitted", born, stream=SHOP, topic="created", happened_at=born)
        world.add(order, "celigo", "received", START + (order - 200) * 30 * MINUTE, stream=POLL, peer="shopify",
                  carries="state", export=7, states=[state("confirmed")], fields={"total": "9.00"})  # fmt: skip
    assert confirmed(world) == {}


def test_left_cut_log_shipped_orders_that_are_touched():
    world = Route(40, shop=False, erp=False)
    for order in range(200, 215):
        world.add(order, "celigo", "received", START + (order - 200) * 30 * MINUTE, stream=POLL, peer="shopify",
                  carries="state", export=7, states=[state("shipped")], names=(Name("ref", f"#{order}"),))  # fmt: skip
    assert confirmed(world) == {}


def test_left_cut_log_what_was_taken_in_before_it_begins():
    """Orders of 08:59, sent on at 09:00: they seem to come from nowhere."""
    world = Route(40)
    for order in (0, 1, 2):
        world.orders[order] = [event for event in world.orders[order] if event.kind.phase != "received"]
    assert confirmed(world) == {}


def test_another_way_in_for_a_part_of_the_orders():
    """A second integration, or a 3PL that writes to the ERP itself, brings what the first one does not send."""
    world = Route(
        40, instead={order: lambda route, nr, at: route.listed(nr, "confirmed", at) for order in range(5, 15)}
    )
    assert confirmed(world) == {}


def test_a_shipment_that_the_warehouse_wrote_to_the_erp_directly():
    world = Route(40)
    for order in (9, 10, 13):
        at = world.born(order) + HOUR
        world.told(order, "shipped", at)
        world.took(order, "shipped", at + 2 * MINUTE)
        world.add(order, "netsuite", "applied", at - MINUTE, stream=ERP, states=[state("shipped", "netsuite")])
        world.stands(order, "shipped")
    assert confirmed(world) == {}


def test_orders_deleted_in_the_erp_since():
    """Accepted under a number, and absent from the listing: the number is missing there."""
    world = Route(40)
    for order in (5, 6, 7):
        gone = world.numbered(order)
        world.orders[order] = [event for event in world.orders[order] if event.kind.system != "netsuite"]
        answer = next(event for event in world.orders[order] if event.kind.phase == "acknowledged")
        answer.names = gone[:1]
    assert confirmed(world) == {}


def test_digital_orders_fewer_than_twenty_that_are_never_sent_on():
    world = Route(60, missing=range(0, 60, 5))
    for order in range(0, 60, 5):
        for event in world.orders[order]:
            if event.kind.phase in {"observed", "received"}:
                event.fields["sku"] = "GIFTCARD-50"
    for order in set(range(60)) - set(range(0, 60, 5)):
        for event in world.orders[order]:
            if event.kind.phase in {"observed", "received"} and event.kind.system != "netsuite":
                event.fields["sku"] = "MUG"
    assert confirmed(world) == {}


def test_a_tag_that_only_the_orders_left_out_have():
    """All others have no tag at all, so that no order with any tag took the step."""
    world = Route(60, missing=range(0, 60, 12))
    for order in range(0, 60, 12):
        for event in world.orders[order]:
            if event.kind.phase in {"observed", "received"}:
                event.fields["tags"] = "no-sync"
    assert {state for found in world.all_found().values() for _, state in found} == {"suspected"}


def test_listings_taken_at_different_times():
    """The shop's export of 09:00 beside the ERP's of 08:00: the orders of that hour are not missing."""
    world = Route(40, log=False, missing=[37, 38, 39])
    early = world.born(37) - 10 * MINUTE
    for events in world.orders.values():
        for event in events:
            if event.kind.stream == ERP and event.kind.phase == "observed":
                event.at = min(event.at or early, early)
    assert confirmed(world) == {}


def test_what_is_newer_than_the_target_s_export_is_not_a_route_that_fell_silent():
    """The ERP was exported half a day before the shop: what came since cannot be in it."""
    world = Route(60, log=False)
    until = world.born(30)
    for order, events in world.orders.items():
        if order > 30:
            world.without_erp(order)
        for event in events:
            if event.kind.system == "netsuite" and event.kind.phase == "observed":
                event.at = until
    found = world.all_found()
    assert {kind for templates in found.values() for kind, _ in templates} == {"state-divergence"}
    assert {state for templates in found.values() for _, state in templates} == {"pending"}
    assert min(found) > 29


def test_two_shops_of_equal_names_only_one_of_which_is_connected():
    world = Route(40)
    for order in range(100, 112):
        at = START + (order - 100) * HOUR
        world.add(order, "shopify", "emitted", at, stream="shop-south", topic="created", instance="south",
                  happened_at=at, names=(Name("shopify:name", f"#{1001 + order - 100}"),))  # fmt: skip
    assert confirmed(world) == {}


def test_the_error_list_alone():
    world = World()
    world.stream("celigo-errors", "none", "celigo")
    for order in range(12):
        world.add(order, "celigo", "rejected", START + order * HOUR, stream="celigo-errors", level="business",
                  result="TIMEOUT", names=[Name("ref", f"#{order}")])  # fmt: skip
    assert confirmed(world) == {}


def test_an_error_list_that_does_not_say_of_what_is_about_the_last_that_had_happened():
    """Paid as it was placed; shipped a day later; refused after that: nobody knows that the order is missing."""
    world = World()
    world.stream("celigo-errors", "none", "celigo")
    refused = {3: START + 10 * MINUTE, 4: START + DAY + 10 * MINUTE}
    for order, at in refused.items():
        for topic, when in (("created", START), ("paid", START), ("shipped", START + DAY)):
            world.add(order, "shopify", "emitted", when, stream=SHOP, topic=topic)
        world.add(order, "celigo", "rejected", at, stream="celigo-errors", level="business", result="TIMEOUT")
    told = {order: case.facts.topic for order in refused for case in world.cases(order) if case.facts.attempt}
    assert told == {3: "created", 4: "shipped"}


def test_polling_twice_between_two_changes_and_once_over_three():
    world = Route(30)
    for order in (9, 10, 13, 14):
        at = world.born(order) + HOUR
        for step, shown in enumerate(("confirmed", "confirmed", "shipped")):
            world.took(order, shown, at + step * 5 * MINUTE)
        world.told(order, "shipped", at + 6 * MINUTE)
        world.sent(order, "shipped", at + 10 * MINUTE + 3 * SECOND)
        world.stands(order, "shipped")
    assert confirmed(world) == {}


def test_a_log_that_was_on_for_fifteen_minutes():
    """Most of the day is not in it: what the listings prove is a divergence, and names nobody."""
    world = Route(40, missing=[5])
    first, last = world.born(20), world.born(20) + 45 * MINUTE
    for events in world.orders.values():
        events[:] = [one for one in events if one.kind.system != "celigo" or first <= (one.at or 0) <= last]
    world.beats = [beat for beat in world.beats if first <= beat.first <= last]
    assert {kind for found in confirmed(world).values() for kind, _ in found} <= {"state-divergence"}
    assert set(confirmed(world)) <= {5}


def test_only_what_is_exported_is_expected():
    for parts in ({"shop": False}, {"log": False}, {"erp": False}, {"shop": False, "erp": False}):
        assert Route(40, **parts).all_found() == {}, parts


def test_an_export_that_excel_damaged_names_nothing():
    """Ids in scientific notation are no names: such orders stand apart, and prove nothing."""
    world = Route(40, log=False)
    for order in range(200, 206):
        world.add(order, "netsuite", "observed", world.end, stream=ERP, states=[state("confirmed", "netsuite")],
                  names=(Name("netsuite:tranid", f"SO{30_000 + order}"),))  # fmt: skip
    assert confirmed(world) == {}


def test_a_clock_hours_behind_is_neither_late_nor_a_loss():
    """Rule 20: effects before causes, all by the same, are a clock and nothing else."""
    world = Route(40)
    for events in world.orders.values():
        for event in events:
            if event.kind.system == "celigo":
                event.at = (event.at or 0) - 5 * HOUR
    world.beats = [beat._replace(first=beat.first - 5 * HOUR, last=beat.last - 5 * HOUR) for beat in world.beats]
    assert confirmed(world) == {}
    assert {leg.shift // HOUR for leg in world.expected.legs if leg.leg == "hand" and leg.topic == "created"} == {-5}


def _switched_off(world: Route) -> Route:
    """Nothing of that connection is written from before order 20 until order 24; the other connection's log goes on."""
    first, last = world.born(20) - 10 * MINUTE, world.born(24)
    world.stream(PUSH, absence="weak")
    world.beats = [beat for beat in world.beats if beat.stream != PUSH or not first < beat.last < last]
    return world


def test_a_log_of_one_connection_that_was_switched_off_for_an_hour():
    world = _switched_off(Route(60, missing=[20, 21, 22, 23], erp=False))
    assert {state for found in world.all_found().values() for _, state in found} == {"suspected"}


def test_an_hour_in_which_all_was_lost_is_proved_by_the_target():
    """The same silence; but the ERP's own listing does not have the orders."""
    assert set(confirmed(_switched_off(Route(60, missing=[20, 21, 22, 23])))) == {20, 21, 22, 23}
