"""The notice to the customer, held against the system of record: who had the order first."""

from __future__ import annotations

from tracelog.expect.gaps import Passed, Source, passed
from tracelog.expect.model import Limit, Stop
from tracelog.judge.abstract.view import View, shown_limit, station
from tracelog.judge.facts import ToldFacts


def judge_told(view: View) -> None:
    """One case an order whose customer provably was told of it."""
    record = view.expected.record
    told = [index for index, topic in enumerate(view.topics) if topic == "notified" and view.at[index] >= 0]
    if record is None or not told:
        return
    found = passed(view.order, view.events, record.system)
    if found is None:
        return
    source, one = found
    limit = view.expected.way_to_record(source[0])
    had = _had(view, one, limit)
    effect = next((index for index in view.own.get(record.system, ()) if view.at[index] == one.had), None)
    view.add(
        ToldFacts(had, limit_basis=limit.kind),
        anchor=view.events[told[0]],
        effect=view.event(effect),
        topic="created",
        from_=station(_start(source)),
        to=station(Stop(record.system, None, "applied")),
        due=one.told + limit.ns,
        limit=shown_limit(limit),
        had=one.had if one.had >= 0 else None,
    )


def _start(source: Source) -> Stop:
    return Stop(source[0], source[1], "emitted")


def _had(view: View, one: Passed, limit: Limit) -> str:
    """The word of `ToldFacts.had`."""
    doubt = view.expected.spread + one.slack
    if one.had < 0:
        return "unknown" if one.there or one.told + limit.ns > view.expected.end else "never"
    after = one.had - one.told
    if after <= doubt:
        return "before" if after <= -doubt else "blurred"
    return "late" if after > limit.ns + doubt else "in-time"
