"""Messages that came long after the change they tell of, by their own stamps: where no export shows the other end."""

from __future__ import annotations

from tracelog.expect.messages import delays
from tracelog.expect.model import Stop
from tracelog.expect.passages import stop_of
from tracelog.judge.abstract.view import View, shown_limit, station
from tracelog.judge.facts import PromiseFacts
from tracelog.model.event import SECOND


def judge_belated(view: View) -> None:
    """One message each. What its sender's own record is on record of is held against that record instead."""
    usual = view.expected.messages
    for pos, ns in delays(view.whole):
        if ns <= view.expected.settings.default_limit * SECOND or _from_record(view, pos):
            continue
        event, topic = view.events[pos], view.topics[pos] or ""
        limit = usual.limit(event, topic)
        if limit is None or ns <= limit.ns or usual.innocent(event, ns, limit):
            continue
        own = stop_of(event)
        sender = Stop(event.kind.peer, None, "emitted") if event.kind.peer else own
        blurred = ns - limit.ns <= view.precision(event) + view.expected.spread
        view.add(
            PromiseFacts(topic, blurred, limit.kind),
            anchor=event,
            from_=station(sender),
            to=station(own),
            topic=topic,
            told_of=event.happened_at,
            limit=shown_limit(limit),
            recovered_at=view.at[pos],
        )


def _from_record(view: View, pos: int) -> bool:
    cause = view.whole.cause[pos]
    return cause >= 0 and view.events[cause].kind.phase == "emitted" and view.whole.by[pos] != "order"
