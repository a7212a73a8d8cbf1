"""Legs between systems: handed over (`hand`), from end to end (`span`), and from station to station (`flow`)."""

from __future__ import annotations

from collections.abc import Sequence

from tracelog.expect.model import Leg, Stop
from tracelog.expect.passages import Passage, Reach
from tracelog.expect.presence import WHOLE
from tracelog.expect.routes import Way
from tracelog.expect.standing import MOVED
from tracelog.judge.abstract.view import Arrival, View, shown_limit, station
from tracelog.judge.facts import LegFacts, StandFacts
from tracelog.link.meaning import GENERIC
from tracelog.model.event import Event


def judge_hands(view: View) -> None:
    """Every change that a source tells of, against those that take its changes in."""
    hands = [p for p in view.passages if p.leg == "hand" and p.at >= 0]
    for passage in sorted(hands, key=lambda one: one.topic != "created"):
        for way in view.expected.from_("hand", passage.start, passage.topic):
            _hand(view, passage, way)


def _hand(view: View, passage: Passage, way: Way) -> None:
    expected, leg, anchor = view.expected, way.leg, view.events[passage.pos]
    spread = expected.spread + max(view.precision(anchor), 0)
    due = passage.at + leg.limit.ns + leg.shift
    stations = {"anchor": anchor, "from_": station(passage.start), "to": station(leg.end)}
    got = next((reach for reach in passage.reached if _same_place(reach.end, leg.end)), None)
    if got is not None and got.at > due and _only_a_later_change(view, passage, way):
        got = None
    if got is not None:  # a first sight shows that the order is there, and not when it came
        over = got.at - due
        seen = passage.topic == "created" and view.events[got.pos].kind.topic in GENERIC
        timing = "in-time" if over <= 0 or seen else "late-blurred" if over <= spread else "late"
        late = timing == "late"
        view.add(
            LegFacts(leg="hand", route=route_of(passage, way), topic=passage.topic, effect="shown", timing=timing,
                     later="chain-late" if late else "none", limit_basis=leg.limit.kind),
            **stations, effect=view.events[got.pos], due=due, limit=shown_limit(leg.limit),
            recovered_at=got.at if late else None,
            slow=_slow(leg, got.at - passage.at) if timing == "in-time" else None,
        )  # fmt: skip
        return
    if passage.topic != "created" and (leg.end.system in view.failed or view.is_left_out(leg.end.system, way)):
        return  # the order itself never got there: that is told once
    covered = any(_same_place(stop, leg.end) for stop in passage.covered)
    arrival = _anywhere(view, passage, leg.end.system, leg.shift)
    effect, later, timing = arrival.word, "none", "in-time"
    if effect == "shown" and arrival.at > due + spread:
        later, timing = "other", "late"
    as_of = absent_at = listed = None
    if effect == "unknown" or later == "other":  # what a later message brought is made good, and nothing else
        for target in sorted(expected.targets(leg.end.system, passage.start.system)):
            absence = view.absent(target, passage.topic, passage.at, due)
            if absence.proved:
                covered, later, timing = False, "none", "in-time"
                effect, as_of, absent_at, listed = "absent", absence.as_of, target, absence.proofs
                view.unsettled.add(target)
                break
    since = passage.at + leg.shift
    moment = None if effect == "absent" else (since, leg.limit.usually(passage.at))
    cover, proofs = expected.cover(leg.streams, since, due + spread, moment, anchor)
    if cover == "none" and any(log.idle(since) for stream in leg.streams if (log := expected.covered.get(stream))):
        cover = "ends"
    route = route_of(passage, way)
    sign = expected.sign(way, view.traits(passage)) if effect != "shown" and not covered else None
    declared = view.declared(leg, passage.topic)
    if declared is not None:
        route = "declared" if declared.expected else "none"
    elif sign is not None and sign.never:
        route = "never"
    elif route == "none":
        route, cover = "few", (cover if effect == "absent" else "none")
    targets = expected.targets(leg.end.system, passage.start.system)
    sent = passage.start.phase == "forwarded" and expected.numbered(leg.streams, since, due)
    if route == "few" and (sent or (passage.topic == "created" and view.meant_for(targets, passage.at))):
        route = "learned"
    if effect != "shown" and not covered and route not in {"none", "never"}:
        view.unsettled.add(leg.end.system)
        view.unsettled.update(targets)
        if passage.topic == "created":
            view.failed.add(leg.end.system)
    if route == "never":
        view.leave_out(leg.end.system, sign, passage.topic)
    view.add(
        LegFacts(
            leg="hand", route=route, topic=passage.topic, superseded=covered,
            carries="state" if covered else (declared and declared.carries) or "event",
            later=later, effect=effect, timing=timing, cover=cover, weak=anchor.borrowed == "weak",
            candidates=expected.candidates_in(leg.streams, passage.at + leg.shift, due + spread, leg.end.phase),
            rule_sign="attribute" if sign else None, limit_basis=leg.limit.kind, cancelled_before=_short(view, way),
            log_ended=cover == "none" and _ended(view, leg.streams, passage.at),
        ),
        **stations, due=due, limit=shown_limit(leg.limit), cover=proofs, proofs=listed, as_of=as_of,
        absent_at=absent_at, effect=view.event(arrival.pos) if effect == "shown" else None,
        recovered_at=arrival.at if later == "other" else None,
        attribute=sign.trait if sign else None,
    )  # fmt: skip


def _slow(leg: Leg, ns: int) -> int | None:
    """The time that it took, where that is one of the slow ways that most go."""
    return ns if leg.limit.slow is not None and ns >= leg.limit.slow else None


def _only_a_later_change(view: View, passage: Passage, way: Way) -> bool:
    """Whether the first sight of the order is of another change: its creation was never sent on, and is not there."""
    if passage.topic != "created" or any(view.topics[index] == "created" for index in view.by_phase["forwarded"]):
        return False
    due = passage.at + way.leg.limit.ns + way.leg.shift
    return any(view.absent(target, "created", passage.at, due).proved
               for target in view.expected.targets(way.leg.end.system, passage.start.system))  # fmt: skip


def _ended(view: View, streams: Sequence[str], at: int) -> bool:
    """Whether exports of these streams are there, and all of them end before that moment."""
    logs = [log for stream in streams if (log := view.expected.covered.get(stream)) is not None]
    return bool(logs) and all(log.spans and log.spans[-1][1] <= at for log in logs)


def _same_place(one: Stop, other: Stop) -> bool:
    return (one.system, one.phase) == (other.system, other.phase)


def route_of(passage: Passage, way: Way) -> str:
    if way.leg.route == "silent" and way.leg.silent_since is not None:
        return "silent" if passage.at > way.leg.silent_since else "learned"
    return way.leg.route


def _anywhere(view: View, passage: Passage, system: str, shift: int) -> Arrival:
    """Whether the receiver, or whoever it sends to, has the change by any way."""
    known = view.has_any(system, passage.topic, passage.at + min(shift, 0) - view.expected.spread)
    if known is not None:
        return Arrival("shown", known, view.at[known])
    for target in sorted(view.expected.targets(system, passage.start.system)):
        arrival = view.effect(target, passage.topic, passage.at)
        if arrival.shown:
            return arrival
    return Arrival("unknown")


def _short(view: View, way: Way) -> bool:
    """Created and cancelled within the time that the hand-over has, and never seen there."""
    alone = all(event.kind.system == way.leg.start.system for event in view.events)
    return alone and view.short_lived(way.leg.limit.ns)


def judge_spans(view: View) -> None:
    """Where no export shows what lies between a source and a target: only the two ends are compared."""
    spans = [p for p in view.passages if p.leg == "span" and p.at >= 0]
    for passage in sorted(spans, key=lambda one: one.topic != "created"):
        for way in view.expected.from_("span", passage.start, passage.topic):
            shows = way.leg.taken or passage.topic == "created"  # some listings never show a payment, say
            if shows and not view.expected.through(passage.start.system, way.leg.end.system):
                _span(view, passage, way)


def _span(view: View, passage: Passage, way: Way) -> None:
    expected, leg, anchor = view.expected, way.leg, view.events[passage.pos]
    target = leg.end.system
    spread = expected.spread + view.precision(anchor)
    due = passage.at + leg.limit.ns + leg.shift
    binding = {
        "anchor": anchor, "from_": station(passage.start), "to": station(leg.end), "due": due,
        "limit": shown_limit(leg.limit),
    }  # fmt: skip
    facts = LegFacts(leg="span", route=leg.route, topic=passage.topic, limit_basis=leg.limit.kind)
    got = next((reach for reach in passage.reached if _same_place(reach.end, leg.end)), None)
    if got is not None:
        own = view.events[got.pos]
        timed = own.kind.phase == "applied" and got.at >= 0
        over = got.at - due
        late = timed and over > spread + view.precision(own)
        timing, later = ("late", "chain-late") if late else ("in-time", "none")
        if late and _refused_before(view, passage, got):
            later = "other"  # a later try brought it: the refusal tells why
        view.add(
            facts._replace(effect="shown", timing=timing, later=later),
            **binding, effect=own, recovered_at=got.at if late else None,
            slow=_slow(leg, got.at - passage.at) if timed and not late else None,
        )  # fmt: skip
        return
    if passage.topic != "created" and target in view.failed:
        return
    if _refused_there(view, passage, target):
        return
    declared = view.declared(leg, passage.topic)
    if declared is not None and not declared.expected:
        view.add(facts._replace(route="none"), **binding)
        return
    absence = view.absent(target, passage.topic, passage.at, due)
    sign = expected.sign(way, view.traits(passage))
    if declared is not None:
        facts = facts._replace(route="declared")
    elif sign is not None and sign.never:
        facts = facts._replace(route="never")
    elif leg.route == "none":
        facts = facts._replace(route="few" if _holds_others(view, way) else "never")
    sure = absence.proved and facts.route != "never"
    if passage.topic == "created":
        view.failed.add(target)
    if sure:
        view.unsettled.add(target)
    view.add(
        facts._replace(effect="absent" if sure else "unknown", rule_sign="attribute" if sign else None),
        **binding, as_of=absence.as_of, proofs=absence.proofs, attribute=sign.trait if sign else None,
    )  # fmt: skip
    if not sure and facts.route != "never" and passage.topic == "created" and not view.own.get(target):
        as_of = _seen_until(view, way, target)
        if as_of is None or _left_out(view, passage, target) or _went_on(view, anchor):
            return
        view.unsettled.add(target)
        view.add(
            StandFacts("missing", topic="created", settled=as_of >= due, scope=False, rule_sign=bool(sign)),
            **binding, as_of=as_of, scope=absence.why, behind=target, ahead=passage.start.system,
        )  # fmt: skip


def _refused_before(view: View, passage: Passage, got: Reach) -> bool:
    """Whether a try to bring this change there is on record as refused, between the change and its effect."""
    target = got.end.system
    for index in view.by_phase["rejected"]:
        event, cause = view.events[index], view.whole.cause[index]
        about = view.topics[index] or (view.topics[cause] if cause >= 0 else None)
        tried = target in {event.kind.peer, event.kind.system} and about in {passage.topic, *GENERIC}
        if tried and passage.at <= view.at[index] <= got.at:
            return True
    return False


def _left_out(view: View, passage: Passage, target: str) -> bool:
    """Whether the target's listing is not of such orders: it begins later, or shows none that is over, as this is."""
    listing = view.expected.listing(target)
    if listing is None:
        return False
    over = any(view.topics[index] == "cancelled" and event.kind.system == passage.start.system
               for index, event in enumerate(view.events))  # fmt: skip
    held = view.expected.presence(passage.start.system, listing.streams[0])
    return held.begins_after(passage.at) or (over and bool(listing.open_states) and not listing.final_states)


def _went_on(view: View, sent: Event) -> bool:
    """Whether the one to whom the order was sent told its sender later that it was shipped or invoiced: a listing
    without it that proves nothing by itself is no sign then that it was lost.
    """
    kind = sent.kind
    return kind.phase == "forwarded" and any(
        view.topics[index] in MOVED | {"invoiced"}
        for index in view.by_phase["forwarded"]
        if (view.events[index].kind.system, view.events[index].kind.peer) == (kind.peer, kind.system)
    )


def _seen_until(view: View, way: Way, target: str) -> int | None:
    """Until when the target's own records reach: its listing, or an audit trail that holds nearly all other orders."""
    listing = view.expected.listing(target)
    if listing is not None:
        return listing.as_of
    covered = view.expected.covered
    lasts = [covered[stream].last for stream in way.leg.streams if stream in covered]
    usual = way.leg.taken >= WHOLE * way.leg.seen and way.leg.taken >= view.expected.settings.enough_orders
    return max((last for last in lasts if last is not None), default=None) if usual else None


def _holds_others(view: View, way: Way) -> bool:
    """Whether the target has any order of this source at all."""
    created = view.expected.from_("span", way.leg.start, "created")
    return any(_same_place(one.leg.end, way.leg.end) and one.leg.taken for one in created)


def _refused_there(view: View, passage: Passage, target: str) -> bool:
    """The target's own word that it refused the order: told as a refusal, not as an absence."""
    return any(
        view.events[index].kind.system == target and view.at[index] >= passage.at - view.expected.spread
        for index in view.by_phase["rejected"]
    )


def judge_flows(view: View) -> None:
    """Stations that name no peer: the next station that orders of this class get to, and this one did not."""
    flows = [p for p in view.passages if p.leg == "flow" and p.at >= 0]
    present = {p.start for p in flows}
    for passage in flows:
        for way in view.expected.from_("flow", passage.start, passage.topic):
            _flow(view, passage, way, present)


def _flow(view: View, passage: Passage, way: Way, present: set[Stop]) -> None:
    expected, leg, anchor = view.expected, way.leg, view.events[passage.pos]
    due = passage.at + leg.limit.ns
    spread = min(expected.spread, leg.limit.ns)
    binding = {
        "anchor": anchor, "from_": station(passage.start), "to": station(leg.end), "due": due,
        "limit": shown_limit(leg.limit),
    }  # fmt: skip
    facts = LegFacts(leg="flow", route=route_of(passage, way), topic=passage.topic, limit_basis=leg.limit.kind)
    got = next((reach for reach in passage.reached if reach.end == leg.end), None)
    if got is not None:
        over = got.at - due
        timing = "in-time" if over <= 0 else "late-blurred" if over <= spread + view.precision(anchor) else "late"
        late = timing == "late"
        view.add(
            facts._replace(effect="shown", timing=timing, later="chain-late" if late else "none"),
            **binding, effect=view.events[got.pos], recovered_at=got.at if late else None,
        )  # fmt: skip
        return
    bypassed = leg.end in present or bool(expected.later.get(leg.end, frozenset()) & present)
    waits = _waits(view, passage.pos, leg.streams)
    moment = None if waits else (passage.at, leg.limit.usually(passage.at))
    cover, proofs = expected.cover(leg.streams, passage.at, due + spread, moment, anchor)
    sign = None if bypassed else expected.sign(way, view.traits(passage))
    view.add(
        facts._replace(
            route="never" if sign is not None and sign.never else "learned" if waits else facts.route,
            effect="shown" if bypassed else "unknown", cover=cover, weak=anchor.borrowed == "weak",
            candidates=expected.candidates_in(leg.streams, passage.at, due + spread, leg.end.phase),
            rule_sign="attribute" if sign else None,
        ),
        **binding, cover=proofs, attribute=sign.trait if sign else None,
    )  # fmt: skip


def _waits(view: View, receipt: int, streams: Sequence[str]) -> bool:
    """Whether the last that the log says of what was taken in is that it waits: then it was on, and a rule would not
    have taken it in.
    """
    return any(view.events[child].kind.phase == "parked" and view.events[child].kind.stream in streams
               for child in view.followers[receipt])  # fmt: skip
