"""What a system did of its own accord: whether the message went by which others are told of such a change."""

from __future__ import annotations

from tracelog.expect.passages import Passage
from tracelog.expect.routes import Way
from tracelog.judge.abstract.hands import route_of
from tracelog.judge.abstract.view import View, shown_limit, station
from tracelog.judge.facts import LegFacts

SELDOM = 0.05
"""What fewer than this part of the changes are told by is no way in which they are told."""


def judge_tellings(view: View) -> None:
    """Each way by which others of its topic were told."""
    for passage in view.passages:
        if passage.leg == "tell":
            for way in view.expected.from_("tell", passage.start, passage.topic):
                if way.leg.taken >= max(view.expected.settings.few_takers, SELDOM * way.leg.seen):
                    _tell(view, passage, way)


def _tell(view: View, passage: Passage, way: Way) -> None:
    expected, leg, anchor = view.expected, way.leg, view.events[passage.pos]
    due = passage.at + leg.limit.ns + leg.shift
    spread = expected.spread + view.precision(anchor)
    binding = {
        "anchor": anchor, "from_": station(passage.start._replace(peer=None)), "to": station(leg.end), "due": due,
        "limit": shown_limit(leg.limit),
    }  # fmt: skip
    facts = LegFacts(
        leg="tell", route=route_of(passage, way), topic=passage.topic, weak=anchor.borrowed == "weak",
        limit_basis=leg.limit.kind,
    )  # fmt: skip
    got = next((reach for reach in passage.reached if reach.end == leg.end), None)
    if got is not None:
        over = got.at - due
        timing = "in-time" if over <= 0 else "late-blurred" if over <= spread else "late"
        late = timing == "late"
        view.add(
            facts._replace(effect="shown", timing=timing, later="chain-late" if late else "none"),
            **binding, effect=view.events[got.pos], recovered_at=got.at if late else None,
        )  # fmt: skip
        return
    there = view.effect(leg.end.peer or "", passage.topic, passage.at)
    declared = view.declared(leg, passage.topic)
    sign = None if there.shown else expected.sign(way, view.traits(passage))
    moment = (passage.at, leg.limit.usually(passage.at))
    cover, proofs = expected.cover(leg.streams, passage.at, due + spread, moment)
    route = facts.route
    if declared is not None:
        route = "declared" if declared.expected else "none"
    elif sign is not None and sign.never:
        route = "never"
    view.add(
        facts._replace(
            route=route, effect="shown" if there.shown else "unknown", cover=cover,
            candidates=expected.candidates_in(leg.streams, passage.at, due + spread, leg.end.phase),
            rule_sign="attribute" if sign else None,
        ),
        **binding, cover=proofs, effect=view.event(there.pos), attribute=sign.trait if sign else None,
    )  # fmt: skip
