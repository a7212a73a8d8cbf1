"""The 28 false accusations that a tool like this makes, by number, each with the rule that prevents it.

Where it can, a test also holds the same world without the excuse: there the accusation is right, and is made. So a
rule that was taken out fails here, and so does one that excuses everything.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from cli.calling import call
from conclude.build import GOOD, LOST, Week
from expect.test_gaps import Way
from expect.test_offsets import Two, exactly, poll, push
from formats.export_reading import read
from formats.test_celigo import ERP as SERVICE
from formats.test_celigo import answer, request
from judge.make import EMITTED, PERSON, RECEIVED, bound, event
from judge.scenes import ERP, NOTES, POLL, PUSH, START, Route, World, state
from link.test_aliases import linked, orders
from tracelog.expect import Settings
from tracelog.expect.tally import limit_of, step_of
from tracelog.interpret import names
from tracelog.judge.facts import EditFacts, LegFacts, SequenceFacts
from tracelog.judge.judge import judge
from tracelog.link.aliases import HUB
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND, Actor, Name, State

Found = dict[int, list[tuple[str, str]]]


def confirmed(world: World) -> Found:
    return {order: found for order, each in world.all_found().items()
            if (found := [one for one in each if one[1] == "confirmed"])}  # fmt: skip


def refused(route: Route, order: int, at: int, result: str = "400 Invalid item", **more: object) -> None:
    route.sent(order, "confirmed", at, topic="created", answer=result, phase="rejected", **more)


def unanswered(route: Route, order: int, at: int) -> None:
    route.sent(order, "confirmed", at, topic="created", answer=None)


def accepted(route: Route, order: int, at: int) -> None:
    route.sent(order, "confirmed", at, topic="created", answer="202")


def shipped(route: Route, order: int, at: int, to: str = "shipped") -> None:
    """In order at first; then shipped in the shop, and sent on as `to`."""
    accepted(route, order, at)
    route.listed(order, "confirmed", at)
    route.told(order, "shipped", at + HOUR)
    route.took(order, "shipped", at + HOUR + 2 * MINUTE)
    route.sent(order, to, at + HOUR + 2 * MINUTE + 3 * SECOND)
    route.stands(order, to)


@pytest.mark.parametrize("shown", [lambda n: n % 3 != 1, lambda n: n < 20, lambda n: n > 20, lambda n: n % 7 != 1])
def test_rule_01_a_filtered_search_is_not_the_whole_erp(shown) -> None:
    """A part of the states, the last thirty days, this month, one subsidiary: what it leaves out is not lost."""
    assert confirmed(Route(40, log=False, missing=[n for n in range(40) if not shown(n)])) == {}
    assert set(confirmed(Route(40, log=False, missing=[10]))) == {10}


def test_rule_02_what_a_poll_finds_changed_again_was_superseded() -> None:
    """Created and cancelled between two runs: the latest state goes on, and it tells of both."""

    def twice(route: Route, order: int, at: int) -> None:
        route.told(order, "cancelled", at + 30 * SECOND)
        route.took(order, "cancelled", at + MINUTE)
        route.sent(order, "cancelled", at + MINUTE + 3 * SECOND)
        route.listed(order, "cancelled", at + 2 * MINUTE)

    assert confirmed(Route(instead={10: twice})) == {}
    assert set(confirmed(Route(missing=[10]))) == {10}
    assert judge(LegFacts(topic="created", carries="state", superseded=True, cover="spans")).templates == ()
    assert judge(LegFacts(topic="created", carries="event", superseded=True, cover="spans")).templates != ()


def test_rule_03_changes_that_a_debounce_made_one_are_not_missed_one_by_one() -> None:
    """Three changes within half a minute, and one message of what they amount to; of others each has its own."""

    def changed(together: bool):
        def make(route: Route, order: int, at: int) -> None:
            accepted(route, order, at)
            route.listed(order, "confirmed", at)
            for number in range(3):
                when = at + HOUR + number * 9 * SECOND
                route.took(order, "confirmed", when, topic="updated")
                route.orders[order][-1].fields["note"] = str(number)
                if not together:
                    route.sent(order, "confirmed", when + SECOND, topic="updated")
            if together:
                route.sent(order, "confirmed", at + HOUR + 50 * SECOND, topic="updated")

        return make

    world = Route(instead=dict.fromkeys(range(0, 40, 2), changed(together=False)) | {11: changed(together=True)})
    legs = world.legs(11, "updated", "pass")
    assert [(one.attempt, one.superseded) for one in legs] == [(True, False), (False, True), (False, True)]
    assert confirmed(world) == {}


def test_rule_04_orders_that_an_undeclared_rule_leaves_out_are_asked_about() -> None:
    """Two that share what no order that was passed on has; and a class of twenty and more that never goes there."""
    few, class_ = Route(missing=[10, 11]), Route(80, missing=range(0, 80, 3))
    for world in (few, class_):
        for order in world.missing:
            for one in world.orders[order]:
                if one.kind.phase == "observed":
                    one.fields["channel"] = "pos"
    assert few.all_found() == {10: [("silent-drop", "suspected")], 11: [("silent-drop", "suspected")]}
    assert class_.all_found() == {}
    assert set(confirmed(Route(missing=[10, 11]))) == {10, 11}


def test_rule_05_an_export_proves_no_absence_that_it_could_not_show() -> None:
    """A list of errors shows no success, and a log that was on for a while nothing of the rest of the day."""
    errors = World()
    errors.stream("celigo-errors", "none", "celigo")
    for order in range(6):
        errors.add(order, "celigo", "rejected", START + order * HOUR, stream="celigo-errors", level="business",
                   result="400 Invalid item", names=[Name("ref", f"#{order}")])  # fmt: skip
    assert confirmed(errors) == {}

    def debugged(since: int, until: int) -> Route:
        world = Route(40, missing=[5, 21], erp=False)
        for events in world.orders.values():
            events[:] = [one for one in events if one.kind.system == "shopify" or since <= (one.at or 0) <= until]
        world.beats = [beat for beat in world.beats if since <= beat.first <= until]
        return world

    assert set(confirmed(debugged(START, START + 15 * HOUR))) == {5, 21}
    assert set(confirmed(debugged(START + 4 * HOUR, START + 9 * HOUR))) == {21}
    assert confirmed(debugged(START + 3 * HOUR, START + 3 * HOUR + 15 * MINUTE)) == {}


def test_rule_06_a_connection_whose_log_is_not_there_is_not_blamed() -> None:
    """The log of the shop's connection says nothing of what went to the ERP while the other one was not kept."""

    def kept_from(order: int) -> Route:
        world = Route(40, missing=[10, 30], shop=False, erp=False)
        since = world.born(order)
        for events in world.orders.values():
            events[:] = [one for one in events if one.kind.stream != PUSH or (one.at or 0) >= since]
        world.beats = [beat for beat in world.beats if beat.stream != PUSH or beat.first >= since]
        world.stream(PUSH, "weak")
        world.beat(PUSH, since, world.end, export=7)
        return world

    assert set(confirmed(kept_from(0))) == {10, 30}
    assert set(confirmed(kept_from(20))) == {30}


@pytest.mark.parametrize("created", [None, "2026-01-20T10:00:00Z"])
def test_rule_07_what_was_before_the_exports_begin_came_from_somewhere(created: str | None) -> None:
    """Old orders that a poll brings again, for a tag or a note: they need not go on."""
    world = Route(40, shop=False, erp=False)
    for order in range(200, 215):
        fields = {"created_at": created} if created else {"total": "9.00"}
        number = 700 + order if created is None else 1000 + order
        world.add(order, "celigo", "received", START + (order - 200) * 30 * MINUTE, stream=POLL, peer="shopify",
                  carries="state", export=7, states=[state("confirmed")], fields=fields,
                  names=(Name("shopify:name", f"#{number}"),))  # fmt: skip
    assert confirmed(world) == {}
    assert set(confirmed(Route(40, missing=[10], shop=False, erp=False))) == {10}


def test_rule_08_silence_is_a_hole_unless_the_hour_is_always_quiet() -> None:
    """And of a log with a dozen records a day nobody can tell."""

    def silent(hours: range, every: int = 10 * MINUTE) -> Route:
        world = Route(200, missing=[80], every=every, erp=False, shop=False)
        start = world.born(80) + 3 * MINUTE
        gone = [(start + hour * HOUR, start + (hour + 1) * HOUR) for hour in hours]
        world.beats = [one for one in world.beats if not any(a <= one.first <= b for a, b in gone)]
        for events in world.orders.values():
            events[:] = [one for one in events if not any(a <= (one.at or 0) <= b for a, b in gone)]
        return world

    assert silent(range(0)).found(80) == [("silent-drop", "confirmed")]
    assert silent(range(2)).found(80) == [("silent-drop", "suspected")]
    sparse = silent(range(0), every=6 * HOUR)
    sparse.beats = []
    sparse._expected = None
    assert sparse.found(80) == [("silent-drop", "suspected")]


def test_rule_09_exports_of_different_times_are_held_against_each_other_at_the_earlier() -> None:
    """The shop's export of 09:00 beside the ERP's of 08:00: the orders of that hour are not missing."""
    world = Route(40, log=False, missing=[10, 39])
    for events in world.orders.values():
        for one in events:
            if one.kind.stream == ERP and one.kind.phase == "observed":
                one.at = world.born(39) - MINUTE
    assert world.all_found() == {10: [("state-divergence", "confirmed")], 39: [("state-divergence", "pending")]}


def test_rule_10_one_name_in_two_shops_is_two_orders() -> None:
    """A name links inside one instance only; a second shop that is not connected is not held against the ERP."""
    assert orders("shopify@north:id 1, shopify@north:name #1001", "shopify@south:id 2, shopify@south:name #1001") == [
        {1}, {2},
    ]  # fmt: skip
    assert len(set(linked("a@x:name #1", "a@y:name #1", "a:name #1").order[1:])) == 3
    world = Route(40, log=False)
    for order in range(100, 125):
        at = START + order * MINUTE
        world.add(order, "shopify", "emitted", at, stream="shop-2", topic="created", instance="south", happened_at=at)
    assert confirmed(world) == {}


def test_rule_11_what_names_many_or_was_damaged_names_nothing() -> None:
    """A number in scientific notation is no name; one that ties more than a handful of orders is a hub."""
    found: list[Name] = []
    spoilt: list[str] = []
    names.add("shopify:id", "6.12005E+12", "strong", found, spoilt)
    assert (found, spoilt) == ([], ["shopify:id 6.12005E+12"])
    names.add("shopify:id", "6120045512001", "strong", found, spoilt)
    assert len(found) == 1
    shared = [f"shopify:id {n}, netsuite:if IF1" for n in range(HUB + 2)]
    assert len(orders(*shared)) == HUB + 2
    assert [hub.value for hub in linked(*shared).hubs] == ["if1"]
    assert len(orders(*shared[:2])) == 1


def test_rule_12_a_lookup_is_no_attempt_and_busy_is_no_refusal() -> None:
    """A 404 on "does this order exist?" carries no change; a 503 with a success after it is one delivery."""
    asked = read(request("GET", f"{SERVICE}/salesOrder/eid:1011") + answer(404, {"title": "Not Found"}))
    told = read(request("POST", f"{SERVICE}/salesOrder", {"externalId": "1011"}) + answer(404, {"title": "Not Found"}))
    assert [one.kind.phase for one in asked.events if one.names] == []
    assert [one.kind.phase for one in told.events if one.names] == ["forwarded"]

    def busy(route: Route, order: int, at: int) -> None:
        refused(route, order, at, "503 Service Unavailable")
        route.sent(order, "confirmed", at + 5 * MINUTE, topic="created")
        route.listed(order, "confirmed", at + 6 * MINUTE)

    assert confirmed(Route(instead={10: busy})) == {}
    assert set(confirmed(Route(instead={10: refused}))) == {10}


def test_rule_13_already_there_is_no_refusal_where_it_is_there() -> None:
    def exists(route: Route, order: int, at: int) -> None:
        refused(route, order, at, "409 DUP_RCRD This record already exists")
        route.listed(order, "confirmed", at)

    assert confirmed(Route(instead={10: exists})) == {}
    no_listing = Route(instead={10: exists}, erp=False, shop=False)
    assert confirmed(no_listing) == {}
    assert set(confirmed(Route(instead={10: refused}, erp=False, shop=False))) == {10}


def test_rule_14_closed_is_not_delivered() -> None:
    """Resolved by hand is no success; closed, and the same record accepted in time, is one."""

    def closed(route: Route, order: int, at: int, *, again: bool = False) -> None:
        route.stream("celigo-errors", "none", "celigo")
        refused(route, order, at)
        ids = {"resolved": "2026-02-02T20:00:00Z", "resolved_by": "ops"}
        route.add(order, "celigo", "rejected", at + 2 * SECOND, stream="celigo-errors", result="400 Invalid", ids=ids)
        if again:
            accepted(route, order, at + 5 * MINUTE)
            route.listed(order, "confirmed", at + 5 * MINUTE)

    assert confirmed(Route(instead={10: closed})) == {10: [("rejected", "confirmed")]}
    assert confirmed(Route(instead={10: lambda r, o, at: closed(r, o, at, again=True)})) == {}


def test_rule_15_an_answer_that_is_never_logged_is_not_missed() -> None:
    assert confirmed(Route(instead=dict.fromkeys(range(0, 40, 2), unanswered), erp=False)) == {}
    assert confirmed(Route(instead={10: unanswered}, erp=False)) == {10: [("unacknowledged", "confirmed")]}


def test_rule_16_the_effect_is_looked_at_before_the_path() -> None:
    """A 3PL, an import, a second integration brings what this one did not send."""
    other = dict.fromkeys(range(5, 9), lambda route, order, at: route.listed(order, "confirmed", at))
    assert confirmed(Route(instead=other)) == {}
    assert set(confirmed(Route(missing=range(5, 9)))) == {5, 6, 7, 8}


@pytest.mark.parametrize(("half", "copies"), [("30.00", False), ("29.00", True)])
def test_rule_17_what_was_split_is_summed_up(half: str, copies: bool) -> None:
    """Order 10 is over 60.00 in the shop: two documents over 30.00 are its parts, two over 29.00 are two too many."""

    def halved(route: Route, order: int, at: int) -> None:
        for number in (0, 1):
            route.sent(order, "confirmed", at + number * 70 * SECOND, topic="created")
            route.add(order, "netsuite", "observed", route.end, stream=ERP, carries="state", fields={"total": half},
                      names=(Name("netsuite:internalid", f"99{number}"), Name("netsuite:tranid", f"SO9{number}")),
                      states=[state("confirmed", "netsuite")])  # fmt: skip

    found = confirmed(Route(instead={10: halved}, log=False))
    assert (("duplicate", "confirmed") in found.get(10, [])) == copies


@pytest.mark.parametrize("tax", [1.0, 1.19])
def test_rule_18_a_relation_that_holds_for_nearly_all_is_the_mapping_in_force(tax: float) -> None:
    """Net totals are no rewrites, and neither is a cent of rounding; the one that differs otherwise is."""

    def net(wrong: int | None = None) -> Route:
        def sends(route: Route, order: int, at: int) -> None:
            total = 5.0 if order == wrong else (50 + order) / tax + 0.01
            route.sent(order, "confirmed", at, topic="created", total=f"{total:.4f}")

        return Route(instead=dict.fromkeys(range(40), sends), erp=False)

    assert net().all_found() == {}
    assert net(wrong=10).all_found() == {10: [("rewrite", "confirmed")]}


@pytest.mark.parametrize(("mark", "says"), [("LOSSY", []), ("PARTIAL", []), ("EXACT", [("rewrite", "confirmed")])])
def test_rule_19_a_status_that_loses_detail_may_stand_for_its_neighbour(mark: str, says: list[tuple[str, str]]) -> None:
    """`packed` at the ERP stands for picked or shipped, where the map says that it tells no more."""
    world = Route(instead={10: shipped}, erp=False)
    for one in world.orders[10]:
        if one.kind.phase == "forwarded" and one.kind.topic is None:
            one.states = (State("order", "netsuite.status", "packed", "picked", mark),)
    assert confirmed(world).get(10, []) == says


def test_rule_20_a_schedule_is_no_clock_and_a_delay_no_offset() -> None:
    """An hourly batch looks like one hour, what always takes seven minutes like seven; a wrong zone is found."""
    assert Two(poll(60)).apart() == []
    assert Two(exactly(7 * MINUTE), push).apart() == []
    assert Two(push, push, off=lambda _: HOUR).apart() == [(True, [3600])]
    assert Two(poll(15), push, off=lambda _: -3 * HOUR).apart() == [(True, [-3 * 3600])]


def test_rule_21_a_limit_that_was_learned_accuses_nobody_beyond_low() -> None:
    """And the incident teaches none: where one in ten took five hours, a quarter of an hour is usual."""
    delays = Counter({step_of(30 * SECOND): 90, step_of(5 * HOUR): 10})
    assert limit_of(delays, 7 * DAY, None, Settings()).ns == 15 * MINUTE
    late = LegFacts(topic="created", effect="shown", timing="late", cover="spans")
    told = {basis: judge(late._replace(limit_basis=basis)).templates[0] for basis in ("learned", "declared", "default")}
    assert {basis: (one.state, one.severity) for basis, one in told.items()} == {
        "learned": ("confirmed", "low"), "declared": ("confirmed", "medium"), "default": ("suspected", "info"),
    }  # fmt: skip


def test_rule_22_nothing_is_ordered_or_late_below_the_precision_of_its_stamps() -> None:
    """Taken in forty minutes before it was sent on, to the second; of a receipt that names the hour nobody knows."""

    def late(precision: int) -> Route:
        def make(route: Route, order: int, at: int) -> None:
            route.orders[order][-1].precision = precision
            route.sent(order, "confirmed", at + 40 * MINUTE, topic="created")
            route.listed(order, "confirmed", at + 40 * MINUTE)

        return Route(instead={10: make})

    assert late(SECOND).found(10) == [("late", "confirmed")]
    assert confirmed(late(HOUR)) == confirmed(late(DAY)) == {}
    arrived = SequenceFacts("refused", "clock")
    assert [one.state for one in judge(arrived).templates] == ["confirmed"]
    assert judge(arrived._replace(settled="blurred")).templates == ()


def test_rule_23_an_edit_is_a_person_s_only_where_the_record_says_so() -> None:
    """The integration's own user, and one person at a dozen orders in one minute; and nobody is named in a sentence."""

    def closes(by: str, at_once: int | None = None):
        def make(route: Route, order: int, at: int) -> None:
            accepted(route, order, at)
            route.listed(order, "closed", at)
            for when, to in ((at + MINUTE, "confirmed"), (at_once or at + 5 * HOUR, None)):
                actor = Actor("Dana", by) if to is None else Actor("Sync", "integration")
                route.add(order, "netsuite", "applied", when, stream=NOTES, names=route.numbered(order), actor=actor,
                          states=[state(to, "netsuite")], before={"netsuite.status": "B"},
                          precision=MINUTE)  # fmt: skip

        return make

    assert confirmed(Route(instead={10: closes("integration")})) == {}
    assert confirmed(Route(instead={10: closes("person")})) == {10: [("manual-edit", "confirmed")]}
    bulk = dict.fromkeys(range(1, 36, 3), closes("person", START + 20 * HOUR))
    assert confirmed(Route(instead=bulk)) == {}
    edit = bound(EditFacts(contradicts=True), anchor=event("erp", "applied", "updated", actor=PERSON)).finding
    assert not {"Jane", "Doe"} & set(" ".join((edit.explanation, edit.reason, edit.next_step or "")).split())


def test_rule_24_what_was_deleted_since_did_arrive() -> None:
    """A number is missing in the ERP's own sequence; or its answer named the record that it made."""

    def deleted(gap: int) -> Route:
        world = Route(40, log=False, missing=[10])
        for order in range(11, 40):
            world.numbers[order] += gap
            for one in world.orders[order]:
                if one.kind.system == "netsuite":
                    one.names = world.numbered(order)
        return world

    def named(route: Route, order: int, at: int) -> None:
        accepted(route, order, at)
        route.orders[order][-1].names = (Name("netsuite:internalid", "999999"),)

    assert deleted(gap=0).found(10) == [("state-divergence", "confirmed")]
    assert deleted(gap=1).found(10) == [("state-divergence", "suspected")]
    assert confirmed(Route(instead={10: named})) == {}
    assert confirmed(Route(instead={10: accepted})) == {10: [("silent-drop", "confirmed")]}


def test_rule_25_no_vendor_is_the_subject_without_records_on_both_sides() -> None:
    one_sided = bound(LegFacts(leg="hand", topic="created", cover="spans"), from_=EMITTED, to=RECEIVED).finding
    both = bound(LegFacts(topic="cancelled", cover="spans", both_sides=True)).finding
    assert one_sided.explanation.startswith("Between Shop and Hub, order #1001 was lost")
    assert "please confirm whether order #1001 reached Hub" in (one_sided.next_step or "")
    assert both.explanation.startswith("Hub took the cancellation of #1001 in")


def test_rule_26_only_a_record_of_a_notice_says_that_a_customer_was_told() -> None:
    def gaps(world: World) -> set[tuple[str, str]]:
        return {found for each in world.all_found().values() for found in each}

    silent, told = Way(lambda _: None), Way(lambda _: 2 * SECOND)
    for world in (silent, told):
        for one in world.orders[7]:
            if one.kind.system in {"hub", "erp"}:
                one.at = (one.at or 0) + 9 * HOUR
                one.happened_at = one.happened_at and one.happened_at + 9 * HOUR
    assert ("confirmation-gap", "confirmed") not in gaps(silent)
    assert ("confirmation-gap", "confirmed") in gaps(told)


def test_rule_27_a_report_says_what_it_knew_and_whether_the_store_knows_better(tmp_path: Path) -> None:
    """First without Celigo's logs; then these come, and what they settle is told."""
    call("demo", "exports", at=tmp_path)
    early, late = tmp_path / "early", tmp_path / "exports"
    early.mkdir()
    for path in late.iterdir():
        if "celigo" not in path.name:
            path.rename(early / path.name)
    call("ingest", "early", at=tmp_path)
    call("report", "-o", "r.html", at=tmp_path)
    known = (tmp_path / "r.html").read_text("utf-8")
    before = json.loads(call("verify", "r.html", "--json", "--exports", "early", at=tmp_path).out)
    call("ingest", "exports", at=tmp_path)
    after = json.loads(call("verify", "r.html", "--json", "--exports", "early", at=tmp_path).out)
    assert all(path.name in known for path in early.iterdir())
    assert before["changes"] == []
    assert after["changes"] != []


def test_rule_28_a_dozen_orders_make_no_rate() -> None:
    """One of twelve is far more than 2 %, and no sign of anything; two of a hundred are what the threshold asks for."""

    def class_of(good: int, hours: tuple[float, ...]) -> str:
        week = Week()
        week.orders(GOOD, [n * 160 / good for n in range(good)])
        week.orders(LOST, hours)
        return week.incidents()[0].class_

    assert class_of(10, (30, 100)) != "structural"
    assert class_of(120, (30, 31, 32, 100, 101)) == "structural"
