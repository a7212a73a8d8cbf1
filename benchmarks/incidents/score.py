"""Runs tracelog on a world's exports as a user would, and holds what it says against what happened.

Findings are read by the words of the contract. A truth is found when a finding of its order, topic and kind says
so; a finding is false when no truth of its order explains it.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.incidents.exports import Export, visible
from benchmarks.incidents.faults import NO_ORDER, Fault, right_classes
from benchmarks.incidents.witness import second_witness, some_witness
from benchmarks.incidents.world import Span, Truth, World

HOUR = dt.timedelta(hours=1)
SETTLED = dt.timedelta(hours=24)  # by then every limit that a tool may reasonably allow is over
ABSENCE = {"silent-drop", "unacknowledged"}
UNSURE = frozenset({"suspected", "pending"})
ANY = frozenset({"confirmed", "suspected", "pending"})


class ToolError(Exception):
    """The tool ended otherwise than a scan may end."""


def tracelog(db: Path, *arguments: str, allowed: tuple[int, ...] = (0,)) -> str:
    command = [sys.executable, "-m", "tracelog", "--db", str(db), "-q", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in allowed:
        raise ToolError(f"{' '.join(arguments[:2])} ended with {done.returncode}: {done.stderr[-800:]}")
    return done.stdout


def scan(folder: Path, db: Path, exports: list[Export]) -> dict[str, Any]:
    """Ingest and scan; a damaged or foreign export may make ingest end with 4, and the scan goes on."""
    named: dict[str | None, list[str]] = {}
    for export in exports:
        named.setdefault(export.instance and f"{export.system}/{export.instance}", []).append(str(folder / export.name))
    for instance, paths in named.items():
        tracelog(db, "ingest", *(("--system", instance) if instance else ()), *paths, allowed=(0, 4))
    result: dict[str, Any] = json.loads(tracelog(db, "scan", "--json", allowed=(0, 3)) or "{}")
    return result


@dataclass
class Tally:
    """Counts of one world, or the sum of several."""

    truth: int = 0
    confirmed: int = 0  # truths found, by the state of the finding
    suspected: int = 0
    other: int = 0  # pending, recovered, where that is right
    missed: int = 0
    unknowable: int = 0  # truths of which the exports hold no trace
    wrong_state: int = 0
    beyond: int = 0  # confirmed although the exports can't prove it
    false_confirmed: int = 0
    false_suspected: int = 0
    incidents: int = 0
    right_class: int = 0
    orders: int = 0
    worlds: int = 0
    detectable: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was wrong, to look into
    by_kind: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            if isinstance(value, int):
                setattr(self, name, getattr(self, name) + value)
        self.detectable += other.detectable
        self.notes += other.notes
        for kind, counts in other.by_kind.items():
            self.by_kind.setdefault(kind, Counter()).update(counts)

    @property
    def recall(self) -> float | None:
        known = self.truth - self.unknowable
        return (known - self.missed) / known if known else None

    @property
    def precision(self) -> float | None:
        said = self.confirmed + self.false_confirmed + self.beyond
        return self.confirmed / said if said else None


def allowed_states(truth: Truth, exports: list[Export], end: dt.datetime) -> frozenset[str]:
    """The states that are right, given what the exports show; empty: nobody could notice, or nobody could know."""
    if truth.anchors and not any(visible(exports, span, truth.order) for span in truth.anchors):
        return frozenset()
    if not truth.absence:
        return (
            truth.states
            if "recovered" in truth.states
            else truth.states | (UNSURE if end - truth.at < SETTLED else frozenset())
        )
    covers = [_covers(exports, span, truth.order) for span in truth.absence]
    if all(cover == "all" for cover in covers):
        cut = not all(visible(exports, span, truth.order) for span in truth.anchors)
        return truth.states | UNSURE if cut else truth.states  # where a log ended, its continuation may tell
    return ANY if any(cover != "none" for cover in covers) else frozenset()


def told_apart(truth: Truth, exports: list[Export], world: World) -> Truth:
    """Where no log shows the stage of a loss, or none that names its order, only the two ends can be held against
    each other (row 18). There a later change of an order that the target never got is no second thing to tell: one
    finding says that the order is missing, and the rest follows from it.
    """
    if not truth.absence or (_covers(exports, truth.absence[0], truth.order) == "all" and not world.has("no-bodies")):
        return truth
    follows = truth.topic != "created" and any(
        other.order == truth.order and other.topic == "created" and other.fault.partition(":")[0] in NO_ORDER
        for other in world.truths
    )
    return replace(truth, also=truth.also | {"state-divergence"}, required=truth.required and not follows)


def _covers(exports: list[Export], span: Span, order: str) -> str:
    if not visible(exports, span, order):
        return "none"
    return "all" if visible(exports, Span(span.label, span.since, span.since + SETTLED), order) else "first"


def score(world: World, exports: list[Export], faults: list[Fault], result: dict[str, Any]) -> Tally:
    tally = Tally(orders=len(world.orders), worlds=1)
    findings = result.get("findings", [])
    by_id = {finding["id"]: finding for finding in findings}
    of_order: dict[str, list[dict[str, Any]]] = {}
    for finding in findings:
        for name in _names(finding):
            of_order.setdefault(name, []).append(finding)
    explained: set[str] = set()
    answers = _unproved(world, exports, faults, result)
    for truth in (told_apart(truth, exports, world) for truth in world.truths):
        about = of_order.get(truth.order, ()) if truth.order else findings
        candidates = [finding for finding in about if _says(finding, truth)]
        explained.update(one["id"] for one in candidates if truth.required or one["state"] in truth.states)
        if truth.required:
            _found(truth, _roots(candidates) or answers.get(truth.group, []), exports, world, tally)
    explained.update(finding["id"] for asked in answers.values() for finding in asked)
    for finding in findings:
        _false(finding, by_id, explained, world, tally)
    _classes(world, exports, faults, findings, result, tally)
    hours = result.get("figures", {}).get("detectable_hours")
    if hours is not None and world.truths:
        tally.detectable.append(hours)
    return tally


def states_of(truth: Truth, result: dict[str, Any]) -> set[str]:
    """The states of the findings that tell this truth."""
    told = [one for one in result.get("findings", ()) if truth.order in _names(one) and _says(one, truth)]
    return {finding["state"] for finding in told}


def _roots(candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is told of a truth is what is at the root: that it came late follows from its refusal, and is no second."""
    known = {one["id"] for one in candidates}
    return [one for one in candidates if one["caused_by"] not in known]


def _unproved(
    world: World, exports: list[Export], faults: list[Fault], result: dict[str, Any]
) -> dict[int, list[dict[str, Any]]]:
    """By fault without a second witness: the finding, of all its orders together, that leaves open what it is.

    That is the right answer where it makes the class, of the incident and of the whole, and says what is wanted.
    """
    out: dict[int, list[dict[str, Any]]] = {}
    classes = {incident["id"]: incident["class"] for incident in result.get("incidents", ())}
    for number, fault in enumerate(faults):
        mine = [truth for truth in world.truths if truth.required and truth.group == number]
        if not mine or second_witness(fault, mine, world, exports):
            continue
        asked = [
            finding for finding in result.get("findings", ())
            if finding["scope"] in ("mapping", "stream", "route") and finding["state"] == "suspected"
            and _says(finding, mine[0]) and classes.get(finding["incident"]) == "insufficient-evidence"
        ]  # fmt: skip
        if asked and result["verdict"]["class"] == "insufficient-evidence":
            out[number] = asked
    return out


def _names(finding: dict[str, Any]) -> set[str]:
    """What the finding calls its order, or its orders where it is about many."""
    if not finding["order"]:
        return set((finding.get("orders") or {}).get("examples", ()))
    return {finding["order"], *(alias.rpartition(" ")[2] for alias in finding["aliases"] or ())}


def _says(finding: dict[str, Any], truth: Truth) -> bool:
    if finding["kind"] != truth.kind and finding["kind"] not in truth.also:
        return False
    return finding["topic"] in (truth.topic, None, "updated") or truth.topic is None


def _answer_missing(truth: Truth, candidates: list[dict[str, Any]], exports: list[Export]) -> bool:
    """Row 15: that no answer is on record, which says nothing of the effect, is proved by the log that holds the
    attempt, whatever the target's tables hold.
    """
    kinds = {finding["kind"] for finding in candidates if finding["state"] == "confirmed"}
    logs = {export.label for export in exports if not export.table}
    return kinds == {"unacknowledged"} and any(
        _covers(exports, replace(span, until=truth.at + HOUR), truth.order) == "all"
        for span in truth.anchors if span.label in logs
    )  # fmt: skip


def _due(right: frozenset[str]) -> str:
    """What a careful reader may say, in a word for the table."""
    if not right:
        return "no trace of it"
    return "recovered" if "recovered" in right else "confirmed" if right <= {"confirmed"} else "not settled"


def _found(truth: Truth, candidates: list[dict[str, Any]], exports: list[Export], world: World, tally: Tally) -> None:
    right = allowed_states(truth, exports, world.end)
    if _answer_missing(truth, candidates, exports):
        right |= {"confirmed"}
    counts = tally.by_kind.setdefault((truth.kind, _due(right)), Counter())
    tally.truth += 1
    counts["truth"] += 1
    states = {finding["state"] for finding in candidates}
    best = next((state for state in ("confirmed", "suspected", "recovered", "pending") if state in states), None)
    told = f"{truth.order} {truth.fault} {truth.topic} at {truth.at:%a %d %H:%M}"
    if best is None:
        hidden = not right
        tally.unknowable += hidden
        tally.missed += not hidden
        counts["unknowable" if hidden else "missed"] += 1
        if not hidden:
            tally.notes.append(f"missed {told}")
        return
    if not right:  # nothing to prove it by, and yet suspected: no harm; confirmed: invented
        tally.unknowable += 1
        counts["unknowable"] += 1
        right = UNSURE
        if best != "confirmed":
            return
        tally.unknowable -= 1
    if best == "confirmed" and best not in right and truth.kind in ABSENCE:
        tally.beyond += 1
        tally.wrong_state += 1
        counts["beyond"] += 1
        tally.notes.append(f"confirmed beyond coverage {told}")
        return
    if best not in right:
        tally.wrong_state += 1
        counts["wrong state"] += 1
        tally.notes.append(f"{best}, not {'/'.join(sorted(right))} {told}")
    if best in ("confirmed", "suspected"):
        counts[best] += 1
        setattr(tally, best, getattr(tally, best) + 1)
    elif best in right:
        tally.other += 1
        counts[best] += 1
    else:
        tally.missed += 1
        counts["missed"] += 1


def _false(
    finding: dict[str, Any], by_id: dict[str, dict[str, Any]], explained: set[str], world: World, tally: Tally
) -> None:
    """Counts a finding that nothing true explains: not itself, and not what it says it follows from."""
    if finding["state"] not in ("confirmed", "suspected"):
        return
    root: dict[str, Any] | None = finding
    for _ in range(9):
        if root is None or root["id"] in explained:
            return
        root = by_id.get(root["caused_by"]) if root["caused_by"] else None
        if root is None:
            break
    if (finding["kind"], finding["scope"]) in world.facts:
        return
    if finding["scope"] == "route" and finding["severity"] == "info":
        return
    counts = tally.by_kind.setdefault((finding["kind"], finding["state"]), Counter())
    state = f"false {finding['state']}"
    counts[state] += 1
    setattr(tally, state.replace(" ", "_"), getattr(tally, state.replace(" ", "_")) + 1)
    step = finding["step"]
    ends = "/".join(
        f"{(step or {}).get(end, {}).get('system')}:{(step or {}).get(end, {}).get('phase')}" for end in ("from", "to")
    )
    tally.notes.append(
        f"{state} {finding['kind']} {finding['scope']} {finding['order'] or ''} {finding['topic']} {finding['pattern']}"
        f" {ends} {finding['at']} {finding['field'] or ''} {finding['value_in']}→{finding['value_out']}:"
        f" {finding['reason']}"
    )


def _classes(
    world: World,
    exports: list[Export],
    faults: list[Fault],
    findings: list[dict[str, Any]],
    result: dict[str, Any],
    tally: Tally,
) -> None:
    """For each fault with a class of its own: the class of the incident that holds most of its findings."""
    classes = {incident["id"]: incident["class"] for incident in result.get("incidents", [])}
    for number, fault in enumerate(faults):
        mine = [
            truth for truth in world.truths if truth.required and truth.group == number and truth.fault == fault.name
        ]
        provable = [
            truth
            for truth in mine
            if "confirmed" in allowed_states(truth, exports, world.end) or "recovered" in truth.states
        ]
        topic = [passage for order in world.orders for passage in order.passages if passage.topic == fault.topic]
        if len(provable) < 0.9 * len(mine):
            continue
        witness = second_witness(fault, mine, world, exports)
        right = right_classes(fault, [truth.at for truth in mine], len(topic), second_witness=witness)
        if not witness and some_witness(fault, mine, world, exports):  # of few, and all that there could be: either
            right |= right_classes(fault, [truth.at for truth in mine], len(topic), second_witness=True)
        orders = {truth.order: truth for truth in mine}
        held = Counter(
            finding["incident"] for finding in findings for name in _names(finding) & orders.keys()
            if finding["incident"] and finding["scope"] == "order" and _says(finding, orders[name])
        )  # fmt: skip
        if not right or (not held and witness):
            continue
        chosen = held.most_common(1)[0][0] if held else None
        roots = [
            finding for finding in findings if chosen and finding["incident"] == chosen and not finding["caused_by"]
        ]
        if {finding["kind"] for finding in roots} == {"state-divergence"}:
            right = {"insufficient-evidence"}  # no export shows the way between (section 3: row 18 only)
        said = classes.get(chosen) if chosen else result["verdict"]["class"]
        tally.incidents += 1
        tally.right_class += said in right
        if said not in right:
            tally.notes.append(f"class {said}, not {'/'.join(sorted(right))}: {fault.name}, {len(mine)} orders")
