"""From the store to what it means: two passes over all orders, one for what is usual, one to judge each by it.

`scan` is the main job; `trace`, `status` and `routes` share its parts. Nothing here changes the store except that
a scan keeps its result there, so that `trace` can show an order's findings from a cold start.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from tracelog import __version__
from tracelog.conclude import cards, covered, figures, formerly, incidents, steps
from tracelog.conclude.filters import Filters, filtered
from tracelog.conclude.signals import Over, signals
from tracelog.conclude.tally import Tally
from tracelog.conclude.verdict import Seen, verdict
from tracelog.conclude.wanted import wanted
from tracelog.config import Config
from tracelog.errors import NothingFoundError
from tracelog.expect.expected import Expected
from tracelog.expect.gaps import Gaps, Source, distribution
from tracelog.expect.model import Settings
from tracelog.expect.offsets import offsets, skews
from tracelog.expect.routes import Way, by_class
from tracelog.expect.tally import quantile
from tracelog.judge.bind import Bound
from tracelog.judge.explained import explained
from tracelog.judge.fleet import Ask, fleet
from tracelog.judge.nameless import nameless
from tracelog.judge.once import hang
from tracelog.judge.scene import stamp
from tracelog.link.journey import chains
from tracelog.model.event import SECOND, Context
from tracelog.model.finding import (
    ContextNote,
    Finding,
    Scan,
    Span,
    Trace,
    TraceAlias,
    TraceHop,
    TraceJourney,
)
from tracelog.model.vendor import VendorLimit
from tracelog.model.words import rfc3339
from tracelog.parts import Parts
from tracelog.passes import Judged, card, record
from tracelog.store import kept, loose
from tracelog.store.read import Store
from tracelog.store.results import AliasProof

__all__ = ["Filters", "routes", "scan", "status", "trace"]

_ID = re.compile(r"[FI]-[0-9a-f]{12}")
"""Of a finding or an incident."""
SMALL = 20_000
"""Events up to which `trace` scans by itself when the store holds no scan of its present content."""
SHOWN = 20
"""Names of an order beside which the one record that proves them all is shown."""


def settings_of(config: Config) -> Settings:
    """The thresholds in force, as expecting wants them."""
    whole = {field.name for field in msgspec.structs.fields(Settings) if field.type is int}
    given = {name: round(value) if name in whole else value for name, value in config.thresholds.items()}
    return msgspec.structs.replace(
        Settings(), limits=config.limits, routes=config.routes, record=config.record, **given
    )


def expectations(store: Store, config: Config, jobs: int | None = None) -> Expected:
    """What is usual, over all orders."""
    with Parts(store, _settings(store, config), jobs) as parts:
        return _expected(store, parts)


def _settings(store: Store, config: Config) -> Settings:
    return msgspec.structs.replace(settings_of(config), vendors=_vendors(store))


def _expected(store: Store, parts: Parts) -> Expected:
    """The first pass. Where it shows that a clock is off, once more with that taken into account: causes, delays and
    coverage are told by times.
    """
    sums = parts.sums()
    guessed = {x.format for x in store.exports() if (x.zone_basis or "").startswith("inferred")}
    apart = offsets(sums.pairs, int(sums.settings.clock_spread * SECOND), guessed)
    if any(one.sure for one in apart):
        logs = {stream: info.definition for stream, info in sums.infos.items()}
        sums = parts.sums(skews(apart, partial(_log_of, logs)))
    expected = sums.settled()
    expected.offsets = apart
    return expected


def _log_of(logs: Mapping[str, str], stream: str) -> str:
    """The kind of log that a stream is, without the sums of it: what is told to other processes should be small."""
    return logs.get(stream, stream)


def _vendors(store: Store) -> tuple[VendorLimit, ...]:
    """What the vendors of the systems at hand declare, once."""
    found = {(each.system, each.since, each.until): each
             for info in store.definitions().values() for each in info.limits}  # fmt: skip
    return tuple(found[key] for key in sorted(found))


def judged(store: Store, parts: Parts, expected: Expected, since: int | None) -> Judged:
    """The second pass, with what takes all orders: what is said once for many, and what no order is known of."""
    result = parts.judged(expected, since)
    result.deadlines.settle()
    said = result.once.findings(lambda order: card(store, order), store.evidence_of)
    hang(result.bounds, said)
    result.bounds += said
    result.bounds += nameless(loose.sent(store), expected, store.evidence_of)
    result.bounds += fleet(expected, result.gaps, _ask(store))
    return result


def _ask(store: Store) -> Ask:
    zones = {export.id: (export.zone, export.zone_basis) for export in store.exports()}
    return Ask(
        order=store.order,
        card=lambda order: card(store, order),
        show=store.evidence_of,
        zone_of=lambda event: zones.get(event.export, (None, None)),
    )


def scan(
    store: Store,
    *,
    filters: Filters | None = None,
    config: Config | None = None,
    now: int | None = None,
    jobs: int | None = None,
) -> Scan:
    """Everything that went wrong, where, and what it means. `now` (UTC ns): from when ages count, instead of the
    end of the data. `jobs`: processes to take; None as many as save time. What comes of it is the same.
    """
    before = kept.before(store)
    return filtered(_whole(store, config or Config(), now, jobs), filters or Filters(), before)


def _whole(store: Store, config: Config, now: int | None = None, jobs: int | None = None) -> Scan:
    """The scan without filters: the kept one, if the store and the settings are what they were then."""
    key = hashlib.sha256(f"{__version__} {config!r} {now}".encode()).hexdigest()[:16]
    result = kept.scan(store, key)
    if result is None:
        result, harmless = _made(store, config, now, jobs)
        formerly.inherit(result.findings, kept.last(store), kept.reviews(store))
        kept.keep(store, key, result, harmless)
    return result


def _made(store: Store, config: Config, now: int | None, jobs: int | None) -> tuple[Scan, dict[int, Counter[str]]]:
    """The scan, and per order what looked like a fault and was none."""
    period = store.period()
    since = period[0] if period else None
    with Parts(store, _settings(store, config), jobs) as parts:
        expected = _expected(store, parts)
        result = judged(store, parts, expected, since)
    end = now if now is not None else expected.end if expected.end >= 0 else None
    contexts = [*store.contexts(), *result.fields.contexts()]

    def note(context: Context) -> ContextNote:
        return ContextNote(stamp(context.at), context.what, store.evidence_of(context) if context.place else None)

    ground = incidents.Ground(result.tally, result.traits, contexts, note, since, end)
    told = incidents.incidents(result.bounds, ground)
    seen = _seen(result.tally, expected, period)
    signs = signals(result.bounds, result.tally.signs, _over(store, result, expected, end))
    whole = Scan(
        tracelog=__version__,
        store=_store(store),
        period=_span(period),
        coverage=[covered.row(row) for row in expected.coverage],
        ledger=store.ledger(),
        steps=steps.rows(result.tally, contexts),
        incidents=told,
        findings=explained(result.bounds),
        verdict=verdict(told, signs, result.tally, seen),
        wanted=wanted(result.tally, _sources(store), seen.systems, _by_words(store)),
        figures=figures.figures(result.bounds, result.tally, end, kept.reviews(store), kept.noticed(store)),
    )
    return whole, result.tally.harmless


def _seen(tally: Tally, expected: Expected, period: tuple[int, int] | None) -> Seen:
    """The systems on the routes; where no step can be followed, those whose exports were given."""
    systems = {station.system for key in tally.steps for station in (key.from_, key.to)}
    if len(systems) < 2:  # a log read by its words belongs to no system as a whole: its records name theirs
        systems |= {row.info.system for row in expected.coverage if row.info.system}
    return Seen(tuple(sorted(systems)), period[1] - period[0] if period else None)


def _by_words(store: Store) -> list[str]:
    return sorted(row.export for row in store.ledger() if row.inferred)


def _over(store: Store, result: Judged, expected: Expected, end: int | None) -> Over:
    def covers(streams: Iterable[str], since: int, until: int) -> bool:
        return expected.cover(list(streams), since, until)[0] == "spans"

    return Over(_namer(store, result.bounds), end, expected.spread, covers)


def _namer(store: Store, bounds: Sequence[Bound]) -> Any:
    known = {b.order: b.finding.order for b in bounds if b.finding.order}

    def name(order: int) -> str | None:
        return known.get(order) or store.title(order)

    return name


def _store(store: Store) -> dict[str, Any]:
    return {"path": str(store.path), **msgspec.structs.asdict(store.counts())}


def _span(period: tuple[int, int] | None) -> Span | None:
    return None if period is None else Span(rfc3339(period[0]), rfc3339(period[1]))


def _sources(store: Store) -> list[dict[str, Any]]:
    """Every kind of export that is known, and whether one was given."""
    given = store.definitions()
    return [{**msgspec.structs.asdict(info), "given": name in given} for name, info in store.formats().items()]


def trace(store: Store, alias: str, *, config: Config | None = None, guess: bool = True) -> list[Trace]:
    """Every order of that name, hop by hop. Raises NothingFoundError when there is none: with the nearest names, unless
    they are not to be guessed, which takes a while.
    """
    orders = store.find(alias)
    if not orders:
        near = store.nearest(alias) if guess else []
        tip = f"did you mean {', '.join(near)}?" if near else "tracelog status shows what is in the store"
        if _ID.fullmatch(alias):
            tip = f"this is the id of a finding or an incident: tracelog scan {alias} shows it with its orders"
        raise NothingFoundError(
            f"no order is called {alias}", why="none of the names in the store is spelled like this", help=tip
        )
    return [_trace(store, order, _findings(store, store.title(order), config)) for order in orders]


def _findings(store: Store, name: str, config: Config | None) -> list[Finding] | None:
    """Of orders of that name: as the last scan kept them, or scanned for now where that is a matter of seconds."""
    found = kept.findings_of(store, name)
    if found is None and store.counts().events <= SMALL:
        found = [finding for finding in _whole(store, config or Config()).findings if finding.order == name]
    return found


def _trace(store: Store, order: int, findings: Sequence[Finding] | None) -> Trace:
    events = store.order(order)
    zones = {export.id: (export.zone, export.zone_basis) for export in store.exports()}
    inferred = {row.stream for row in store.stream_rows() if row.inferred}
    told = {
        event.id: cards.traced(
            event, store.evidence_of(event), *zones[event.export], inferred=event.kind.stream in inferred
        )
        for event in events
    }
    names = store.names(order)
    mine = {cards.spelled(proof.name) for proof in names if proof.strength == "strong"}
    return Trace(
        order=store.title(order),
        aliases=_aliases(store, names),
        journeys=[
            TraceJourney(
                chain.topic,
                [TraceHop(system, instance, [told[event.id] for event in of]) for system, instance, of in chain.hops],
            )
            for chain in chains(events)
        ],
        events=list(told.values()),
        states=cards.states(events),
        findings=None if findings is None else [f for f in findings if mine & set(f.aliases)],
        counted=kept.counted(store, order),
    )


def _aliases(store: Store, names: Iterable[AliasProof]) -> list[TraceAlias]:
    """Every name with the record that proves it. One record may name thousands: it is shown with some of them."""
    shown: Counter[tuple[int, ...]] = Counter()
    out = []
    for proof in names:
        place = proof.place
        if place is not None:
            shown[place[:2]] += 1
            place = place if shown[place[:2]] <= SHOWN else None
        out.append(TraceAlias(cards.spelled(proof.name), proof.strength, record(store, place), proof.why))
    return out


def status(store: Store, *, config: Config | None = None) -> dict[str, Any]:
    """What is in the store, how far it sees, and what is wanted next."""
    found = _whole(store, config or Config())
    hubs = [{"name": f"{hub.kind} {hub.value}", "orders": hub.orders, "why": hub.why} for hub in store.hubs.rows]
    told = {"store": found.store, "ledger": found.ledger, "coverage": found.coverage, "wanted": found.wanted}
    return told | {"not_followed": hubs}


def routes(store: Store, *, config: Config | None = None) -> list[dict[str, Any]]:
    """The legs in force: declared or learned, with counts, usual delays, limits, what they carry, and whether the
    customer is told before the system of record has the order.
    """
    expected = expectations(store, config or Config())
    gates = _gates(store, expected)
    return [
        {
            "from": leg.start.station(),
            "to": leg.end.station(),
            "topic": leg.topic,
            "channel": None,
            "basis": leg.route,
            "taken": leg.taken,
            "of": leg.seen,
            "carries": leg.carries,
            "usual_seconds": _usual(way),
            "tail_seconds": None if leg.limit.usual is None else leg.limit.usual / SECOND,
            "limit": {"seconds": leg.limit.ns / SECOND, "basis": leg.limit.basis},
            "classes": [
                dict(zip(("attribute", "value", "taken", "of"), row, strict=True))
                for row in by_class(way, expected.settings)
            ],
            "gates": gates.pop((leg.start.system, leg.start.instance), [])
            if leg.topic == "created" and leg.start.phase == "emitted"
            else [],
        }
        for leg, way in expected.legs_and_ways
        if leg.route != "none" or leg.taken
    ]


def _usual(way: Way) -> float | None:
    """The middle delay, in seconds; None where none is known."""
    return quantile(way.end.delays, 0.5) / SECOND if way.end.delays else None


def _gates(store: Store, expected: Expected) -> dict[Source, list[dict[str, Any]]]:
    """Per source who waits for whom before the customer is told, and how long orders take to the system of record."""
    record = expected.record
    if record is None:
        return {}
    sums, known = Gaps(record.system), expected.sums.skews
    for order, stamped in store.orders():
        sums.add(order, known.align(stamped) if known else stamped)
    return {
        source: [{"record": record.system, "record_basis": record.basis,
                  **distribution(ones, expected.spread, expected.end, store.title)}]
        for source, ones in sums.routes.items()
    }  # fmt: skip
