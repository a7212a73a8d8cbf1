"""X12 interchanges as an EDI translator keeps them: 850, 860, 855, 856, 810, 997 and TA1.

Shapes and control numbers after formats/backoffice.md, section 6. Times stand in the partner's own clock, to the
minute, without a zone; here both partners write UTC (`zone` of the world otherwise).
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count


@dataclass
class Partner:
    """One end of the exchange, with the counters it numbers its interchanges and groups by."""

    code: str
    interchange: int
    group: int
    element: str = "*"
    terminator: str = "~\n"
    version: str = "004010"


@dataclass
class Document:
    """One transaction set: `kind` is ST01, `body` the segments between ST and SE."""

    kind: str
    body: list[list[str]]


@dataclass
class Sent:
    """Where a document went: what a 997 names to answer it."""

    sender: str
    functional: str
    group: int
    number: int


@dataclass
class Interchange:
    """A written interchange, at its time."""

    at: datetime
    text: str
    sets: list[Sent] = field(default_factory=list)


GROUPS = {"850": "PO", "855": "PR", "860": "PC", "856": "SH", "810": "IN", "997": "FA"}


def wrap(sender: Partner, receiver: Partner, at: datetime, documents: Sequence[Document]) -> Interchange:
    """The interchange that carries the documents: a group for each kind, in the order of the documents."""
    interchange, sender.interchange = sender.interchange, sender.interchange + 1
    day, short, minute = at.strftime("%Y%m%d"), at.strftime("%y%m%d"), at.strftime("%H%M")
    mark = "U" if sender.version < "004020" else "^"
    segments: list[list[str]] = []
    sets: list[Sent] = []
    kinds = list(dict.fromkeys(each.kind for each in documents))
    for kind in kinds:
        group, sender.group = sender.group, sender.group + 1
        functional = GROUPS[kind]
        segments.append(["GS", functional, sender.code, receiver.code, day, minute, str(group), "X", sender.version])
        members = [each for each in documents if each.kind == kind]
        for number, document in enumerate(members, 1):
            control = f"{number:04d}"
            segments.append(["ST", kind, control])
            segments += document.body
            segments.append(["SE", str(len(document.body) + 2), control])
            sets.append(Sent(sender.code, functional, group, number))
        segments.append(["GE", str(len(members)), str(group)])
    e, t = sender.element, sender.terminator
    ends = ("ZZ", f"{sender.code:<15}", "ZZ", f"{receiver.code:<15}")
    when = (short, minute, mark, sender.version[:5], f"{interchange:09d}")
    isa = e.join(["ISA", "00", " " * 10, "00", " " * 10, *ends, *when, "0", "P", ">"])
    body = t.join([isa] + [e.join(each) for each in segments])
    return Interchange(at, f"{body}{t}IEA{e}{len(kinds)}{e}{interchange:09d}{t}", sets)


def functional_group_answer(
    sent: Iterable[Sent], verdicts: dict[tuple[str, int], str], *, listed: bool, errors: Sequence[list[str]] = ()
) -> list[Document]:
    """The 997s for what was sent, one a group. `verdicts` gives AK501 by group's code and set, A where it says nothing.

    Loops for accepted sets are optional: with `listed` false only refused sets have one.
    """
    groups: dict[tuple[str, int], list[Sent]] = {}
    for each in sent:
        groups.setdefault((each.functional, each.group), []).append(each)
    documents = []
    for (functional, group), sets in groups.items():
        body = [["AK1", functional, str(group)]]
        refused = [each for each in sets if verdicts.get((functional, each.number)) == "R"]
        kind = next(kind for kind, code in GROUPS.items() if code == functional)
        for each in sets:
            verdict = verdicts.get((functional, each.number), "A")
            if listed or verdict != "A":
                body.append(["AK2", kind, f"{each.number:04d}"])
                if verdict == "R":
                    body += errors or [["AK3", "DTM", "4", "", "8"], ["AK4", "2", "373", "8", "20269909"]]
                body.append(["AK5", verdict] + (["5"] if verdict in "RE" else []))
        overall = "A" if not refused else "R" if len(refused) == len(sets) else "P"
        good = len(sets) - len(refused)
        body.append(["AK9", overall, str(len(sets)), str(len(sets)), str(good)])
        documents.append(Document("997", body))
    return documents


def order(po: str, at: datetime, lines: Sequence[tuple[str, int, str]], reference: str | None, store: str) -> Document:
    """850, an original order. Lines are (sku, quantity, price)."""
    body = [["BEG", "00", "SA", po, "", at.strftime("%Y%m%d")]]
    if reference:
        body.append(["REF", "CO", reference])
    body += [["DTM", "002", at.strftime("%Y%m%d")], ["N1", "ST", f"STORE {store}", "92", f"{int(store):04d}"]]
    for number, (sku, quantity, price) in enumerate(lines, 1):
        body.append(["PO1", str(number), str(quantity), "EA", price, "PE", "VN", sku])
    body.append(["CTT", str(len(lines))])
    return Document("850", body)


def change(po: str, at: datetime, purpose: str) -> Document:
    """860: purpose 01 cancels, 04 changes."""
    return Document("860", [["BCH", purpose, "SA", po, "", "", at.strftime("%Y%m%d")], ["CTT", "0"]])


def response(
    po: str, at: datetime, verdict: str, number: str | None, lines: Sequence[tuple[str, int, str]], status: str
) -> Document:
    """855: `verdict` is BAK02, `status` ACK01 of every line, `number` the seller's own order number."""
    head = ["BAK", "00", verdict, po, at.strftime("%Y%m%d")]
    body = [[*head, "", "", "", number] if number else head]
    for index, (sku, quantity, price) in enumerate(lines, 1):
        body.append(["PO1", str(index), str(quantity), "EA", price, "PE", "VN", sku])
        body.append(["ACK", status, str(quantity), "EA", "068", at.strftime("%Y%m%d")])
    body.append(["CTT", str(len(lines))])
    return Document("855", body)


def ship_notice(
    shipment: str, at: datetime, tracking: str, orders: Sequence[tuple[str, Sequence[tuple[str, int, str]]]]
) -> Document:
    """856 for one shipment of one or more orders: (po, lines)."""
    level = count(1)
    root = next(level)
    body = [
        ["BSN", "00", shipment, at.strftime("%Y%m%d"), at.strftime("%H%M"), "0001"],
        ["HL", str(root), "", "S"],
        ["TD5", "", "2", "UPSN", "M", "UPS GROUND"],
        ["REF", "CN", tracking],
        ["DTM", "011", at.strftime("%Y%m%d"), at.strftime("%H%M")],
    ]
    levels = 1
    for po, lines in orders:
        parent = next(level)
        body += [["HL", str(parent), str(root), "O"], ["PRF", po, "", "", at.strftime("%Y%m%d")]]
        levels += 1
        for sku, quantity, _ in lines:
            body += [
                ["HL", str(next(level)), str(parent), "I"],
                ["LIN", "1", "VN", sku],
                ["SN1", "1", str(quantity), "EA"],
            ]
            levels += 1
    body.append(["CTT", str(levels)])
    return Document("856", body)


def invoice(number: str, po: str, at: datetime, ordered: datetime, lines: Sequence[tuple[str, int, str]]) -> Document:
    """810; the total in cents."""
    body = [["BIG", at.strftime("%Y%m%d"), number, ordered.strftime("%Y%m%d"), po, "", "", "DI"]]
    cents = 0
    for index, (sku, quantity, price) in enumerate(lines, 1):
        body.append(["IT1", str(index), str(quantity), "EA", price, "PE", "VN", sku])
        cents += round(float(price) * 100) * quantity
    body += [["TDS", str(cents)], ["CTT", str(len(lines))]]
    return Document("810", body)


def spelling(rng: random.Random) -> tuple[str, str, str]:
    """Element separator, segment terminator and version, as published partners differ."""
    return rng.choice([("*", "~\n", "004010"), ("*", "~", "004010"), ("|", "~\r\n", "005010"), ("*", "~\n", "004030")])
