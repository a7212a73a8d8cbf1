"""What happened, in plain sentences with the facts filled in; one function a kind."""

from __future__ import annotations

from collections.abc import Callable

from tracelog.judge.about import about
from tracelog.judge.fleet_sentences import clock_offset, confirmation_gap
from tracelog.judge.scene import Scene, thing_of, when
from tracelog.model.event import HOUR
from tracelog.model.finding import Station
from tracelog.model.words import duration, system_name, topic_noun

_LONGEST_RESULT = 160
"""Characters of an error text that a sentence quotes; the whole stands in the evidence."""


def happened(scene: Scene) -> str:
    """The sentence of its kind, with what made it good where something did."""
    tell = _TELLERS.get(scene.template.kind)
    told = tell(scene) if tell else f"{about(scene.template.kind).what} ({scene.thing}, {scene.source}, {scene.at})"
    told = told[:1].upper() + told[1:]
    since = scene.instant("recovered_at")
    if scene.template.state != "recovered" or not since:
        return told
    by = scene.binding.get("recovered_by")
    return f"{told} Made good since {since}{f', by {by}' if by else ''}."


def answered(scene: Scene) -> str:
    """The answer's own text, in one line and no longer than a sentence bears; empty where there is none."""
    answer = scene.event("answer")
    text = " ".join((answer.result or "").split()).rstrip(".") if answer else ""
    return text if len(text) <= _LONGEST_RESULT else text[: _LONGEST_RESULT - 1] + "…"


def _sent(scene: Scene) -> str:
    """The beginning that every story about a request shares."""
    if scene.told:
        return f"{scene.source} sent {scene.thing} to {scene.target} at {scene.at}"
    return f"{scene.thing} was sent from {scene.source} to {scene.target} at {scene.at}"


def _absent_there(scene: Scene) -> str:
    as_of = scene.instant("as_of")
    return f"{scene.target}'s own records{f', as of {as_of},' if as_of else ''} do not show it"


def _silent_drop(scene: Scene) -> str:
    state, row, answer = scene.template.state, scene.template.row, scene.event("answer")
    if row == "2a":
        return (
            f"{scene.thing} ({scene.at}) was not passed on from {scene.source} to {scene.target}: since then nothing "
            "of its kind was."
        )
    if row in {"12", "14"} or answer is not None or scene.binding.get("next") is not None:
        if answer is None:
            return f"{_sent(scene)}; no answer is on record, and {_absent_there(scene)}."
        result = answered(scene)
        queued = _ACCEPTED.get(result[:3], "")
        level = f" at {scene.level} level" if scene.level else ""
        said = f" with {result}" if result else ""
        return f"{_sent(scene)} and it was accepted{level}{said}{queued}, yet {_absent_there(scene)}."
    if not scene.told and state == "confirmed":
        return (
            f"Between {scene.source} and {scene.target}, {scene.thing} was lost: {scene.source} has it at {scene.at}, "
            f"{scene.target} has no record of it in the time it had."
        )
    took = (
        f"{scene.source} took {scene.thing} in at {scene.at}"
        if scene.inside
        else f"{scene.source} recorded {scene.thing} at {scene.at}"
    )
    onward = f"sent it on to {scene.target}"
    if not scene.inside:
        to = scene.binding.get("to")
        sends = isinstance(to, Station) and to.phase == "forwarded"
        done, do = ("sent on by", "send it on") if sends else ("received by", "receive it")
        return {
            "confirmed": f"{took}; it was never {done} {scene.target}.",
            "pending": f"{took}; when {scene.target}'s log ends, it had not been {done} it.",
            "recovered": f"{took}; {scene.target} did not {do} in the time it had.",
        }.get(state, f"{took}, and no record shows that it was {done} {scene.target}.")
    return {
        "confirmed": f"{took} and never {onward}.",
        "pending": f"{took}; when that log ends, it had not {onward}.",
        "recovered": f"{took} and had not {onward} when the time for it was over.",
    }.get(state, f"{took}, and no record shows that it {onward}.")


_ACCEPTED = {
    "202": " (taken in to be worked off later)",
    "204": " (an answer without content, which says nothing of the effect)",
}
"""What an answer of success does not say."""


def _rejected(scene: Scene) -> str:
    result, when = answered(scene), scene.moment("answer")
    said = f": {result}" if result else ""
    at = f" at {when}" if when and when != scene.at else ""
    if scene.event("answer") is scene.event("anchor") and scene.event("next") is None:
        return f"{scene.source} records {scene.thing} as refused at {scene.at}{said}."
    if scene.told:
        return f"{_sent(scene)}; {scene.target} refused it{at}{said}."
    return f"{_sent(scene)} and was refused{at}{said}."


def _swallowed(scene: Scene) -> str:
    result = answered(scene)
    return (
        f"{_sent(scene)}; the answer is a success on the outside and a failure inside"
        f"{f' ({result})' if result else ''}, and it was counted as delivered."
    )


def _unacknowledged(scene: Scene) -> str:
    return f"{_sent(scene)}; no answer to it is recorded. Whether it arrived is not known."


def _late(scene: Scene) -> str:
    anchor, limit = scene.event("anchor"), scene.limit()
    arrived, good = scene.event("effect") or scene.event("next"), scene.binding.get("recovered_at")
    if told_of := scene.instant("told_of"):  # the message itself says when it happened
        return _belated(scene, told_of)
    told = f"{scene.thing} is on record at {scene.source} at {scene.at} and reached {scene.target}"
    if since := scene.binding.get("since"):  # two topics of one system
        begun = thing_of(since, _bare(scene))
        told = f"{scene.source} has {begun} at {scene.at}, and its {topic_noun(scene.topic)} only"
    if scene.event("effect") is None and isinstance(good, int) and anchor is not None and anchor.true_at is not None:
        told += f" at {scene.instant('recovered_at')}, {duration((good - anchor.true_at) / 1e9)} later"
    elif arrived is None or anchor is None or arrived.true_at is None or anchor.true_at is None:
        told += " after its limit"
    else:
        most = "at most " if max(anchor.precision, arrived.precision) >= HOUR else ""  # a date is no midnight
        told += f" at {when(arrived)}, {most}{duration((arrived.true_at - anchor.true_at) / 1e9)} later"
    return told + (f"; the limit is {duration(limit.seconds)} ({limit.basis})." if limit else ".")


def _belated(scene: Scene, told_of: str) -> str:
    anchor, limit, happened = scene.event("anchor"), scene.limit(), scene.binding["told_of"]
    after = f", {duration((anchor.true_at - happened) / 1e9)} later" if anchor and anchor.true_at is not None else ""
    came = f"came in at {scene.target}" if scene.source != scene.target else "was written"
    usual = f"; the limit is {duration(limit.seconds)} ({limit.basis})" if limit else ""
    return f"the message of {scene.thing} says that it happened at {told_of}, and {came} at {scene.at}{after}{usual}."


def _divergence(scene: Scene) -> str:
    value_in, value_out = scene.binding.get("value_in"), scene.binding.get("value_out")
    if value_in is not None and value_out is not None:
        what = scene.binding.get("field") or "status"
        as_of = scene.moment("other")
        return (
            f"{scene.source} says {value_in!r} for the {what} of {_bare(scene)} (at {scene.at}), {scene.target} says "
            f"{value_out!r}{f' (at {as_of})' if as_of else ''}."
        )
    return f"{scene.source} shows {scene.thing} at {scene.at}; {_absent_there(scene)}."


def _rewrite(scene: Scene) -> str:
    what, expected = scene.binding.get("field") or "value", scene.binding.get("expected")
    value_in, value_out = scene.binding.get("value_in"), scene.binding.get("value_out")
    meant = f" By the mapping in force it should be {expected!r}." if expected is not None else ""
    onward = f" on its way to {scene.target}" if scene.target != scene.source else ""
    if scene.told:
        return (
            f"{scene.source} took the {what} of {_bare(scene)} in as {value_in!r} at {scene.at} and passed it on"
            f"{f' to {scene.target}' if onward else ''} as {value_out!r}.{meant}"
        )
    changed = "seems to have changed" if scene.template.state == "suspected" else "changed"
    return (
        f"Between {scene.source} and {scene.target} the {what} of {_bare(scene)} {changed} from {value_in!r} "
        f"({scene.at}) to {value_out!r}.{meant}"
    )


def _bare(scene: Scene) -> str:
    """The order alone, without the event."""
    return scene.thing.removeprefix("order ").rpartition(" of ")[2]


def _unmapped(scene: Scene) -> str:
    what, value = scene.binding.get("field") or "status", scene.binding.get("value_in")
    return f"{scene.source} uses {value!r} as {what}, first seen at {scene.at}; the status map has no entry for it."


def _sequence(scene: Scene) -> str:
    value_in, value_out, newer = scene.binding.get("value_in"), scene.binding.get("value_out"), scene.moment("other")
    if scene.template.row == "26":
        values = f" ({value_in!r} over {value_out!r})" if value_in is not None and value_out is not None else ""
        return (
            f"an older version of {_bare(scene)} was passed on to {scene.target} at {scene.at}{values}"
            f"{f', after a newer one at {newer}' if newer else ', after a newer one'}."
        )
    result = answered(scene)
    return (
        f"{scene.thing} came to {scene.target} at {scene.at}, before what it builds on"
        f"{f' ({newer})' if newer else ''}{f', and was refused: {result}' if result else ', and set the order back'}."
    )


def _duplicate(scene: Scene) -> str:
    second = scene.moment("other") or scene.moment("next")
    copies = scene.binding.get("documents")
    named = f" ({', '.join(copies)})" if copies else ""
    again = f" and again at {second}" if second else ""
    took = "seems to have taken" if scene.template.state == "suspected" else "took"
    return f"{scene.thing} {took} effect twice at {scene.target}{named}: at {scene.at}{again}."


def _edit(scene: Scene) -> str:
    what = scene.binding.get("field") or "status"
    value_in, value_out = scene.binding.get("value_in"), scene.binding.get("value_out")
    anchor = scene.event("anchor")
    by = "a person" if anchor and anchor.actor and anchor.actor.kind == "person" else "somebody outside the integration"
    values = f" from {value_in!r} to {value_out!r}" if value_in is not None and value_out is not None else ""
    values = values or (f" to {value_out!r}" if value_out is not None else "")
    changed = f"changed the {what} of {_bare(scene)} in {scene.source}{values}"
    return f"at {scene.at} {by} {changed}; no order event stands behind it."


def _orphan(scene: Scene) -> str:
    holders, anchor = scene.binding.get("holders"), scene.event("anchor")
    which = f" ({', '.join(system_name(name) for name in holders)})" if holders else ""
    teller = system_name(anchor.kind.system) if anchor else scene.source
    lacks = f"no system that should hold the order{which} has it"
    if scene.template.state != "confirmed":
        lacks = f"no export at hand of a system that should hold the order{which} has it"
    return f"{teller} recorded {scene.thing} at {scene.at}; {lacks}."


_TELLERS: dict[str, Callable[[Scene], str]] = {
    "silent-drop": _silent_drop,
    "rejected": _rejected,
    "swallowed-error": _swallowed,
    "unacknowledged": _unacknowledged,
    "late": _late,
    "state-divergence": _divergence,
    "rewrite": _rewrite,
    "unmapped-status": _unmapped,
    "out-of-sequence": _sequence,
    "duplicate": _duplicate,
    "manual-edit": _edit,
    "orphan": _orphan,
    "clock-offset": clock_offset,
    "confirmation-gap": confirmation_gap,
}
