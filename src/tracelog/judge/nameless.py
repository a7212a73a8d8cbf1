"""Refused deliveries whose record names no order: said once a stream, never called lost.

Senders' own logs of deliveries carry no order, so nobody can look up what became of it. What such a log does show
is told: how many deliveries were refused and never accepted by a later try of theirs, with what answers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from tracelog.expect.expected import Expected
from tracelog.expect.model import Limit
from tracelog.judge.bind import Bound, OrderCard, Show, bind
from tracelog.judge.facts import Case, LegFacts
from tracelog.judge.judge import judge
from tracelog.model.event import SECOND, Event
from tracelog.model.finding import Station
from tracelog.model.words import clock, counted, listed, system_name, topic_noun

_SENT = frozenset(("emitted", "forwarded"))
_COUNTS = ("retries", "attempt", "attempts")
EVIDENCE = 5
"""So many of the refusals are shown as evidence."""

Chain = list[Event]
"""The tries of one delivery, by time."""


def nameless(events: Iterable[Event], expected: Expected, show: Show) -> list[Bound]:
    """One finding a stream and topic; `events` are those that no order is known of."""
    groups: dict[tuple[object, ...], list[Chain]] = defaultdict(list)
    for chain in chains(events):
        if _stands(chain):
            kind = _last(chain).kind
            groups[kind.stream, kind.system, kind.instance or "", kind.peer or "", _topic(chain) or ""].append(chain)
    return [_told(groups[key], expected, show) for key in sorted(groups, key=repr)]


def chains(events: Iterable[Event]) -> list[Chain]:
    """The statements of each delivery: those of one record, those that share an id, and those that count its tries."""
    by_id: dict[object, Chain] = {}
    out: list[Chain] = []
    waiting: dict[tuple[object, ...], list[Chain]] = defaultdict(list)
    for event in sorted(events, key=lambda event: (event.at or 0, event.id)):
        keys: list[object] = [(event.kind.system, each) for each in event.envelope]
        keys += [event.place[:2]] if event.place else []
        chain = next((by_id[key] for key in keys if key in by_id), None)
        if chain is None:
            counts = not event.envelope and _count(event) is not None
            open_ = waiting[event.kind.stream, event.kind.topic, *_said(event)] if counts else []
            chain = _counted_on(open_, event)
            if chain is None:
                out.append(chain := [])
                if event.kind.phase == "rejected":
                    open_.append(chain)
        chain.append(event)
        by_id.update((key, chain) for key in keys)
    return out


def _counted_on(open_: list[Chain], event: Event) -> Chain | None:
    """The open delivery whose tries this one continues, by its number; None where it begins another."""
    number = _count(event) or 0
    found = next((chain for chain in reversed(open_) if (_count(chain[-1]) or 0) < number), None)
    if found is not None and event.kind.phase == "acknowledged":
        open_.remove(found)
    return found


def _count(event: Event) -> int | None:
    """Which try of its delivery this is, where the record says so."""
    return next((int(event.ids[name]) for name in _COUNTS if event.ids.get(name, "").isdecimal()), None)


def _said(event: Event) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in event.ids.items() if name not in _COUNTS)


def _stands(chain: Chain) -> bool:
    """Refused by whoever it was sent to, and no later try of it accepted: as the sender itself tells."""
    refused = [event for event in chain if event.kind.phase == "rejected"]
    sent = any(event.kind.phase in _SENT or _count(event) is not None for event in chain)
    after = chain.index(refused[-1]) if refused else 0
    return bool(refused and sent) and not any(event.kind.phase == "acknowledged" for event in chain[after:])


def _last(chain: Chain) -> Event:
    return next(event for event in reversed(chain) if event.kind.phase == "rejected")


def _topic(chain: Chain) -> str | None:
    return next((event.kind.topic for event in chain if event.kind.topic), None)


def _told(standing: Sequence[Chain], expected: Expected, show: Show) -> Bound:
    refused = [_last(chain) for chain in standing]
    first, kind, topic = refused[0], refused[0].kind, _topic(standing[0])
    times = sorted(event.at for event in refused if event.at is not None and event.at_raw)
    limit = Limit(int(expected.settings.default_limit * SECOND), "default", "default")
    window = expected.retry_window(kind.system, kind.peer, limit)
    facts = LegFacts(topic=topic, attempt=True, answer="refuse", level=kind.level, failure_recorded=True, cover="hole",
                     retry_open=bool(times) and times[0] + window > expected.end, both_sides=True)  # fmt: skip
    template = judge(facts).templates[0]._replace(pattern=None)
    if template.state == "suspected":
        template = template._replace(reason="nameless")
    sent = next((event.kind.phase for event in standing[0] if event.kind.phase in _SENT), "emitted")
    binding = {
        "anchor": first, "answer": first, "topic": topic, "due": times[-1] + window if times else None,
        "from_": Station(kind.system, sent, kind.instance, kind.peer),
        "to": Station(kind.system, "acknowledged", kind.instance, kind.peer),
    }  # fmt: skip
    bound = bind(template, Case(facts, 0, binding), OrderCard(0, None), show, scope="stream")
    finding = bound.finding
    finding.explanation = _explanation(standing, refused, times)
    finding.next_step = _next_step(refused)
    finding.still_wrong, finding.orders = None, None
    finding.at = finding.at if first.at_raw else None
    finding.evidence = [show(event) for event in refused[:EVIDENCE] if event.place is not None]
    at = bound.at if first.at_raw else None  # a record without a stamp has its snapshot's time, and not its own
    return bound._replace(at=at, times=tuple(times), touched=frozenset(event.id for event in refused))


def _explanation(standing: Sequence[Chain], refused: Sequence[Event], times: Sequence[int]) -> str:
    kind, topic = refused[0].kind, _topic(standing[0])
    many = counted(len(standing), "delivery", "deliveries")
    about = f" ({topic_noun(topic)})" if topic else ""
    peer = f" by {system_name(kind.peer)}" if kind.peer else ""
    tries = sum(event.kind.phase == "rejected" for chain in standing for event in chain)
    when = ""
    if times:
        first, last = clock(times[0]), clock(times[-1])
        when = f" at {first}" if first == last else f" between {first} and {last}"
    answers = Counter(" ".join((event.result or "no answer").split())[:120] for event in refused)
    said = listed([f"{text} ({number})" if len(refused) > 1 else text for text, number in answers.most_common()], 3)
    again = f", {tries} tries in all" if tries > len(standing) else ""
    retries = max(
        (int(event.ids["retries"]) for event in refused if event.ids.get("retries", "").isdecimal()), default=0
    )
    again = f", after {counted(retries, 'retry', 'retries')}" if retries else again
    return (
        f"{system_name(kind.system)} records {many}{about} as refused{peer}{when}{again}: {said}. No later try of "
        f"{'it' if len(standing) == 1 else 'them'} is on record as accepted. The log names no order, so which "
        f"{'order it was' if len(standing) == 1 else 'orders these were'}, and whether the change arrived by another "
        "way, can't be told from it."
    )


def _next_step(refused: Sequence[Event]) -> str:
    kind = refused[0].kind
    id_ = next((f"{name.replace('_', ' ')} {value}" for event in refused for name, value in event.ids.items()), None)
    if refused[0].envelope:
        id_ = f"id {refused[0].envelope[0]}"
    by = f" by {id_} and its time" if id_ else " by its time"
    return (
        f"Find the order behind each at {system_name(kind.system)}{by}; then see whether its change is at the "
        "receiver, and send it again if it is not."
    )
