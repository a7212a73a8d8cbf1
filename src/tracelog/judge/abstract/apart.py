"""Goods that have left as one system tells, and of which another's own listing says that nothing has left.

No step between the two need be known, and none is blamed: that the two contradict each other is shown by the
records of both.
"""

from __future__ import annotations

from tracelog.expect.model import Limit
from tracelog.expect.passages import stop_of
from tracelog.expect.presence import Snapshot
from tracelog.expect.routes import far_end
from tracelog.expect.standing import MOVED, moved, nothing_moved
from tracelog.judge.abstract.stands import has_several, is_explained
from tracelog.judge.abstract.view import View, shown_limit, station
from tracelog.judge.facts import LegFacts, StandFacts
from tracelog.model.event import HOUR, Event, State

UNKNOWN_WAY = Limit(12 * HOUR, "default: 12 h, by which way shipments get there is not known", "default")


def judge_apart(view: View) -> None:
    """Each listing that says so once, against the first who tells of the goods."""
    if not any(topic in MOVED for topic in view.topics):
        return
    tellers = sorted(moved(view.whole).values())
    for system in sorted(view.own):
        index, listing = view.listed(system)
        state = nothing_moved(view.events[index].states) if index is not None else None
        if index is None or listing is None or state is None or _told(view, system):
            continue
        for first in tellers:
            if _teller(view.events[first]) != system and view.at[first] >= 0:
                _apart(view, first, index, state, listing)
                break


def _teller(event: Event) -> str:
    return (event.kind.peer if event.kind.phase == "received" else None) or event.kind.system


def _told(view: View, system: str) -> bool:
    """Whether another case of this order speaks of the shipment that the system lacks, or of where it stands."""
    for case in view.cases:
        facts, binding = case.facts, case.binding
        about: set[object] = set()
        if isinstance(facts, LegFacts) and facts.topic in MOVED and facts.effect != "unknown":
            about = {binding.get("absent_at"), binding["to"].system}
        elif isinstance(facts, StandFacts) and facts.relation == "contradiction":
            about = {binding["behind"], binding["ahead"]}
        if system in about:
            return True
    return False


def _limit(view: View, system: str) -> Limit:
    """How long shipments may take to get there, as the others show; where no way is known, enough for a schedule."""
    limits = (
        leg.limit
        for leg in view.expected.legs
        if leg.topic in MOVED and leg.taken and far_end(leg.leg, leg.end) == system
    )
    return max((one for one in limits if one.kind != "default"), key=lambda one: one.ns, default=UNKNOWN_WAY)


def _apart(view: View, first: int, index: int, state: State, listing: Snapshot) -> None:
    told, other = view.events[first], view.events[index]
    teller, system = _teller(told), other.kind.system
    limit = _limit(view, system)
    due = view.at[first] + limit.ns + max(told.precision, 0)
    if listing.as_of <= view.at[first]:
        return  # made before the goods left: the two agree
    info = view.expected.sums.infos.get(other.kind.stream)
    fresh = view.at[index] >= due or (info is not None and info.absence == "strong")
    said = next((own.raw for own in told.states if own.canonical in MOVED), view.topics[first])
    view.add(
        StandFacts(
            "contradiction",
            topic="shipped",
            settled=listing.as_of >= due,
            scope=fresh and not listing.hinted,
            explained=is_explained(view, (teller, system)),
            everywhere=view.expected.usual_standing(teller, "moved", "", system, state.raw),
            several=has_several(view, {teller, system}),
        ),
        anchor=told,
        other=other,
        from_=station(stop_of(told)),
        to=station(stop_of(other)),
        limit=shown_limit(limit),
        field="status",
        value_in=said,
        value_out=state.raw,
        ahead=teller,
        behind=system,
        scope="its record of this order may be older than the change",
    )
