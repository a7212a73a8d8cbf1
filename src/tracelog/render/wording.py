"""The phrases that text and HTML share, so that a step or a count reads the same wherever it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracelog.model.finding import (
    FINDING_STATES,
    SEVERITIES,
    Evidence,
    Finding,
    Incident,
    Money,
    Station,
    Step,
    StepRow,
    TraceEvent,
)

_AWAY = ("emitted", "forwarded", "acknowledged", "rejected", "skipped", "transformed", "parked")
_ANSWERED = ("acknowledged", "rejected")
CLASSES = {
    "clean": "nothing is lost, wrong or late in what these exports show",
    "sync-delay": "a delay: all that it concerns arrived",
    "connector-bug": "a fault of one connector or step",
    "structural": "to be expected again until its cause is changed",
    "insufficient-evidence": "not enough evidence",
}
INVOLVE = {
    "middleware-or-queue-specialist": "a middleware or queue specialist",
    "connector-or-platform-support": "the connector's or platform's support",
    "sender-platform-support": "the sending platform's support",
    "erp-administrator": "the ERP administrator",
    "own-operations": "your own operations",
    "nobody": "nobody",
}
STATES = {
    "confirmed": "the exports prove it",
    "suspected": "it cannot be ruled out; the reason is stated",
    "pending": "the time it had was not over when the data ended",
    "recovered": "it was made good later",
}


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 order`, `1,204 orders`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


DRAFTED = "Of one that is an export: tracelog formats new FILE --into tracelog-formats drafts a definition."
"""What to do with files that no format fits."""


def place(system: str, instance: str | None) -> str:
    """`netsuite/7731009`."""
    return f"{system}/{instance}" if instance else system


def station(one: Station) -> str:
    """`celigo forwarded to netsuite`."""
    return f"{place(one.system, one.instance)} {phase(one.phase, one.peer)}"


def phase(name: str, peer: str | None) -> str:
    """`received from shopify`, `forwarded to netsuite`, `acknowledged by netsuite`."""
    if not peer:
        return name
    word = "by" if name in _ANSWERED else "to" if name in _AWAY else "from"
    return f"{name} {word} {peer}"


def step(one: Step | StepRow) -> str:
    """`celigo received → forwarded to netsuite`: the second system only where it is another; one place only once."""
    a, b = one.from_, one.to
    if a == b:
        return station(a)
    same = (a.system, a.instance) == (b.system, b.instance)
    start = f"{place(a.system, a.instance)} {a.phase}"
    return f"{start} → {phase(b.phase, b.peer) if same else station(b)}"


def event_phase(event: TraceEvent) -> str:
    return phase(event.phase, event.peer)


def where(proof: Evidence) -> str:
    """`celigo.log:1204`: file and line as editors, compilers and `grep -n` write them."""
    return f"{proof.export}:{proof.line}"


def money(amounts: Iterable[Money]) -> str:
    """`1840.00 USD and 212.40 CAD`: amounts are never added across currencies, nor changed."""
    return listed([f"{one.amount} {one.currency or '(currency not on record)'}" for one in amounts])


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""


def title(incident: Incident) -> str:
    """A heading that names the failure without its story: kind, values or topic, step."""
    what = incident.kind
    if incident.value_in is not None or incident.value_out is not None:
        field = f"{incident.field} " if incident.field else ""
        beside = "against" if incident.kind == "state-divergence" else "became"  # two that differ changed nothing
        other = "" if incident.kind == "unmapped-status" else f" {beside} {quoted(incident.value_out)}"
        before = f"{quoted(incident.value_in)}{other}"
        if incident.kind == "manual-edit" and incident.value_in is None:  # it is not on record, and need not be nothing
            before = f"set to {quoted(incident.value_out)}"
        what += f": {field}{before}"
    elif incident.topic:
        what += f": {incident.topic}"
    return f"{what}, {step(incident.step)}" if incident.step else what


def story(finding: Finding) -> str:
    """What happened, and what it costs: the first paragraph of the explanation."""
    return finding.explanation.partition("\n")[0]


def guidance(finding: Finding) -> list[tuple[str, str]]:
    """The other paragraphs with their headings: who can fix it, what to change, what will not help, how to repair."""
    parts = [line.partition(": ") for line in finding.explanation.split("\n")[1:]]
    return [(heading, text) for heading, _, text in parts if text]


def advice(incident: Incident, findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """What its findings have in common of it, and the question that is asked does not say: told once."""
    mine = (one for one in findings if one.kind == incident.kind)
    said = next((found for one in mine if (found := guidance(one))), [])
    return [(heading, text) for heading, text in said if heading != _REPAIR and text not in (incident.ask or "")]


_REPAIR = "Repairing the orders"
"""Stands with each finding, as its next step."""


def quoted(text: str | None) -> str:
    """A value of a record in quotes; none at all is the bare word `nothing`."""
    return "nothing" if text is None else f"“{text}”"


def severity_rank(word: str) -> int:
    return SEVERITIES.index(word) if word in SEVERITIES else len(SEVERITIES)


def _gravity(finding: Finding) -> tuple[int, int]:
    state = FINDING_STATES.index(finding.state) if finding.state in FINDING_STATES else len(FINDING_STATES)
    return severity_rank(finding.severity), state


def by_incident(
    incidents: Sequence[Incident], findings: Sequence[Finding]
) -> list[tuple[Incident | None, list[Finding]]]:
    """Each incident with its findings, worst first; those of no incident come last under None."""
    known = {incident.id for incident in incidents}
    groups: dict[str | None, list[Finding]] = {incident.id: [] for incident in incidents}
    for finding in sorted(findings, key=_gravity):
        groups.setdefault(finding.incident if finding.incident in known else None, []).append(finding)
    made: list[tuple[Incident | None, list[Finding]]] = [(one, groups[one.id]) for one in incidents]
    return [*made, (None, groups[None])] if groups.get(None) else made


def orders_of(incident: Incident) -> str:
    """`12 orders, 9 still wrong, 1840.00 USD`."""
    if not incident.orders:
        return "not known: the records name none"
    if incident.kind == "clock-offset":
        return "all that both systems tell of"
    parts = [count(incident.orders, "order")]
    if incident.open_orders is not None:
        wrong = "may still be wrong" if incident.state == "suspected" and incident.open_orders else "still wrong"
        parts.append(f"{incident.open_orders:,} {wrong}")
    if incident.value:
        parts.append(money(incident.value))
    return ", ".join(parts)


def labels_of(incident: Incident) -> list[str]:
    """Class, shape, problem, state, and whether it goes on."""
    going = {True: "still going on", False: "over", None: None}[incident.ongoing]
    parts = [incident.class_, incident.shape, incident.problem and f"{incident.problem} problem", incident.state, going]
    return [part for part in parts if part]
