"""What was sent on, at the one it was sent to: whether that one's own records tell that it took it in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tracelog.expect.model import Stop
from tracelog.expect.passages import Passage, Reach, stop_of
from tracelog.link.journey import Journey


def onward(whole: Journey) -> Iterator[Passage]:
    """`hand`: sent on here → taken in there. Once a change, however often it was tried.

    A try that was refused brings nothing; that is told where it was sent.
    """
    events = whole.events
    phases = {event.kind.phase for event in events}
    if "received" not in phases or "forwarded" not in phases:
        return
    followers = whole.followers()
    tries: dict[tuple[int, str], list[int]] = defaultdict(list)
    for index, event in enumerate(events):
        kind, cause = event.kind, whole.cause[index]
        if kind.phase != "forwarded" or not kind.peer or cause < 0:
            continue
        said = {events[child].kind.phase for child in followers[index]}
        if "acknowledged" in said or "rejected" not in said:
            tries[cause, kind.peer].append(index)
    for (cause, peer), members in tries.items():
        index, reached = members[-1], list[Reach]()
        for one in members:
            there = [child for child in followers[one]
                     if (events[child].kind.phase, events[child].kind.system) == ("received", peer)]  # fmt: skip
            if there:  # of two exports of it the one that names the sender tells more
                first = min(there, key=lambda child: (events[child].kind.peer is None, child))
                index, end = one, events[first].kind
                reached = [Reach(Stop(end.system, end.instance, "received"), first, whole.at[first])]
                break
        yield Passage("hand", stop_of(events[index]), whole.topics[cause], index, whole.at[index], tuple(reached))
