"""What happened, in plain sentences, where it is about systems and not about one order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracelog.expect.offsets import Offset
from tracelog.judge.scene import Scene
from tracelog.model.event import SECOND
from tracelog.model.finding import Limit
from tracelog.model.words import clock, counted, duration, listed, system_name


def clock_offset(scene: Scene) -> str:
    """Which clock, how far, since when; the two records; what to name or to correct."""
    offset: Offset = scene.binding["offset"]
    most = offset.most
    which = f"{system_name(offset.wrong.system)} ({offset.wrong.log})"
    against = f"{system_name(offset.right.system)} ({offset.right.log})"
    far = f"{duration(abs(most.ns) / SECOND)} {'ahead of' if most.ns > 0 else 'behind'}"
    seems = "seem to be" if scene.template.state == "suspected" else "are"
    since = f" since {clock(most.since)}" if most.since is not None else ""
    parts = [f"the stamps of {which} {seems} {far} those of {against}{since}, by {counted(offset.pairs, 'pair')}."]
    other = scene.moment("other")
    parts.append(
        f"One and the same change is on record at {scene.source} at {scene.at} and at {scene.target} at {other}."
    )
    parts.append(_which_is_wrong(offset))
    parts.append(_correction(scene, offset))
    return " ".join(part for part in parts if part)


def _which_is_wrong(offset: Offset) -> str:
    if offset.agree:
        others = listed([system_name(name) for name in offset.agree])
        return f"The clock of {others} agrees with {system_name(offset.right.system)}."
    return "Which of the two is right these exports do not tell."


def _correction(scene: Scene, offset: Offset) -> str:
    zone, should = scene.binding.get("zone"), scene.binding.get("should")
    basis = (scene.binding.get("zone_basis") or "").partition(";")[0]
    name = offset.wrong.system
    if len(offset.parts) > 1:
        return (
            f"It looks like a clock that was not set when the clocks changed: see to the zone of {system_name(name)}."
        )
    if should is not None:
        return (
            f"Its export was read as {zone} ({basis}); as {should} the two agree: `--tz {should}` when it is read, or "
            f'`{name} = "{should}"` under `[zones]`.'
        )
    if basis.startswith("in text"):
        return (
            f"Its stamps name their zone themselves, so it is the clock or the zone of {system_name(name)} to correct."
        )
    return f"See to the clock of {system_name(name)}, or to the zone by which its export was read ({zone}, {basis})."


def confirmation_gap(scene: Scene) -> str:
    """Of one order: when the customer was told, and when the system of record had it. Of a route: how it spreads."""
    if "gap" in scene.binding:
        return " ".join(gap_sentences(scene.binding["gap"], scene.target, scene.binding["basis"]))
    had, limit = scene.instant("had"), scene.binding.get("limit")
    told = f"the customer was told of {scene.thing} at {scene.at}"
    if had is None:
        return f"{told}; {scene.target} did not have it by the end of the data."
    allowed = f" The limit is {duration(limit.seconds)} ({limit.basis})." if isinstance(limit, Limit) else ""
    return f"{told}; {scene.target} had it at {had}.{allowed}"


_CLASSES = {
    "erp-gated": "Customers are told only after {record} has the order",
    "ack-gated": "Customers are told once some system has taken the order, whether or not {record} has it",
    "ungated": "Customers are told without waiting for {record}",
    "unknown": "Too few notices are on record to say whether they wait for {record}",
}


_PARTS = {
    "trigger": "until it was fetched",
    "delivery": "until it was taken in",
    "queue": "until it was sent on",
    "processing": "until {record} had it",
}


def gap_sentences(gap: Mapping[str, Any], record: str, basis: str) -> list[str]:
    """A route's distribution in sentences (`gaps.distribution`), each left out where nothing is known."""
    counts, found, many = gap["counts"], gap["found_after_minutes"], gap["orders"]
    by_notice = gap["counted_from"] == "notice"
    parts = []
    if by_notice:
        early = counts["before"] + counts["after_answer"]
        parts += [
            f"of {counted(many, 'order')} whose customer was told, {early:,} were not in {record} yet.",
            _CLASSES[gap["class"]].format(record=record)
            + f" ({counts['after_record']:,} after {record} had it, {counts['after_answer']:,} after another system "
            + f"had taken it{_such(gap, 'after_answer')}, {counts['before']:,} before{_such(gap, 'before')}).",
        ]
    else:
        parts.append(f"no notice to a customer is on record, so {counted(many, 'order')} are counted from creation.")
    within = ", ".join(f"{number:,} within {minutes} min" for minutes, number in found.items())
    within += f", {gap['found_later']:,} later" if gap.get("found_later") else ""
    unknown = f", {gap['found_unknown_when']:,} at a time that no record tells" if gap.get("found_unknown_when") else ""
    begun = "notice" if by_notice else "creation"
    parts.append(f"In {record} after the {begun}: {within}{unknown}; {gap['missing']:,} not at all.")
    split = [
        f"{name} ({_PARTS[name].format(record=record)}) {duration(seconds)}"
        for name, seconds in gap["split_seconds"].items()
        if seconds is not None
    ]
    if split:
        parts.append(f"The usual way takes: {', '.join(split)}.")
    growth = gap["growth"]
    if growth["with_volume"]:
        busy, quiet = (duration(growth[f"{name}_median_seconds"]) for name in ("busy", "quiet"))
        parts.append(f"It grows with volume: {busy} in busy hours, {quiet} in quiet ones.")
    worst = max(gap["days"], key=lambda day: day["missing_at_end"], default=None)
    if worst and worst["missing_at_end"]:
        value = listed([" ".join(filter(None, (one["amount"], one["currency"]))) for one in worst["value"]])
        missing = f"{worst['missing_at_end']:,} were missing there{f', {value}' if value else ''}"
        parts.append(f"At the end of {worst['day']} (UTC) {missing}.")
    parts.append(f"{record} is taken for the system of record ({basis}).")
    return parts


def _such(gap: Mapping[str, Any], how: str) -> str:
    """Some of the orders that were told of so, where the route's own names are at hand."""
    found = (gap.get("examples") or {}).get(how)
    return f": {', '.join(found)}" if found else ""
