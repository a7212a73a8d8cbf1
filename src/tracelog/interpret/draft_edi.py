"""The draft for an interchange whose sets no definition speaks of: by the partners, the sets, and where numbers stand.

Where a definition reads such interchanges the draft begins from it, and only adds the sets that it says nothing of.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tracelog.errors import ExportError
from tracelog.interpret import toml
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.definition import Definition
from tracelog.interpret.leaves import SURE
from tracelog.interpret.recognise import Claim, claim
from tracelog.interpret.resolve import Settings
from tracelog.interpret.samples import settled
from tracelog.model.record import Plan
from tracelog.read.encoding import decoded
from tracelog.read.head import Head
from tracelog.read.reader import batches
from tracelog.read.signs import STANDARDS

TODO = "TODO"
SAMPLED = 200
SHOWN = 3


class Kind(NamedTuple):
    """Where X12 and EDIFACT say the same."""

    set_id: str
    sender: str
    receiver: str
    at: tuple[str, ...]
    formats: tuple[str, ...]
    message: tuple[str, ...]
    answers: frozenset[str]
    """Sets that acknowledge others."""
    references: tuple[str, ...]
    """Where a set names the order of somebody, the surest first."""


KINDS = {
    "x12": Kind(
        "ST.01", "ISA.06", "ISA.08", ("{GS.04}T{GS.05}", "{ISA.09}T{ISA.10}"),
        ("iso", "%Y%m%dT%H%M%S%f", "%y%m%dT%H%M", "%y%m%dT%H%M%S"),
        ("{ISA.06}>{ISA.08} {ISA.13|int} {ISA.09}{ISA.10}", "{ISA.06}>{ISA.08} {GS.01}/{GS.06|int}",
         "{ISA.06}>{ISA.08} {GS.01}/{GS.06|int}/{ST.02|int}"),
        frozenset({"997", "999", "824", "TA1"}),
        ("BEG.03", "BCH.03", "BAK.03", "BCA.03", "PRF.01", "W05.02", "W06.02", "REF[PO].02", "REF[CO].02", "REF[OQ].02",
         "REF[ON].02", "N9[PO].02", "N9[CO].02", "BIG.04"),
    ),
    "edifact": Kind(
        "UNH.02-01", "UNB.02-01", "UNB.03-01", ("{UNB.04-01}T{UNB.04-02}",), ("iso", "%y%m%dT%H%M", "%Y%m%dT%H%M"),
        ("{UNB.02-01}>{UNB.03-01} {(UNB.05 | int) ?? UNB.05}",
         "{UNB.02-01}>{UNB.03-01} {(UNB.05 | int) ?? UNB.05}/{(UNH.01 | int) ?? UNH.01}"),
        frozenset({"CONTRL", "APERAK"}), ("RFF[ON].01-02", "RFF[CO].01-02", "RFF[CR].01-02", "RFF[VN].01-02"),
    ),
}  # fmt: skip
_NUMBER = re.compile(r"(?=.*\d)(?!(?:19|20)\d{6}$)[\w#./-]{4,35}")
"""What may be the number of a document; a date is none."""


def known_by(head: Head, catalog: Catalog) -> Definition | None:
    """The definition that reads such interchanges."""
    asked = (each for each in catalog.definitions.values() if each.reader == head.kind and not each.base)
    return next((each for each in asked if isinstance(claim(head, each, catalog), Claim)), None)


def lines(head: Head, catalog: Catalog, title: str, known: Definition | None) -> Iterator[str]:
    """The draft up to what its sample yields. Raises ExportError where the export holds no whole set."""
    kind = KINDS[head.kind]
    read = [(raw, value) for raw, value in _sets(head) if at(value, kind.set_id) is not None]
    if not read:
        raise ExportError(f"{head.name}: no draft can be made of it", why="it holds no whole transaction set",
                          help="tracelog ingest says what is wrong with it")  # fmt: skip
    unsaid = read
    if known is not None:
        asked = settled(known, catalog, Settings(zone="UTC"), [value for _, value in read])
        unsaid = [one for one in read if asked(one[1]).verdict in {"ignored", "unread"}] or read
    chosen = [one for one in unsaid if at(one[1], kind.set_id) not in kind.answers] or unsaid
    sets = _values(chosen, kind.set_id)
    yield f"title   = {toml.text(title)}"
    if known is not None:
        yield f"like    = {toml.text(known.name)}   # its partners, times, control numbers, and the sets that it knows"
        yield "adds    = true"
    else:
        yield from _head(head.kind, kind)
    yield ""
    yield "[recognise]"
    yield f"keys = [{toml.text(kind.sender.partition('.')[0])}]"
    tests = {kind.sender: _values(read, kind.sender), kind.set_id: _values(read, kind.set_id)}
    said = [f"{toml.key(path)} = {toml.listed(values, always=True)}" for path, values in tests.items()]
    yield f"when = {{ {', '.join(said)} }}"
    if known is None:
        yield ""
        yield "[let]"
        yield from (f"SENT_{number} = {toml.text(stamp)}" for number, stamp in enumerate(kind.at, 1))
        yield ""
        yield "[time]"
        yield f"at     = {toml.text(' ?? '.join(f'SENT_{number}' for number in range(1, len(kind.at) + 1)))}"
        yield f"format = {toml.listed(kind.formats, always=True)}"
        yield 'zone   = "ask"'
    for each in sets:
        yield from _rule(each, [value for _, value in chosen if at(value, kind.set_id) == each], kind)
    others = [each for each in _values(read, kind.set_id) if each not in sets]
    if known is None and others:
        yield ""
        yield "[[record]]"
        yield f"when   = {{ {toml.key(kind.set_id)} = {toml.listed(others, always=True)} }}"
        yield f'ignore = "no order document: {{{kind.set_id}}}"'
    yield ""
    yield "# As it stands in the export. Compare each event with what you know of the order, then trust the draft."
    yield "[[sample]]"
    shown = [next(one for one in chosen if at(one[1], kind.set_id) == each) for each in sets]
    shown += [one for one in chosen if one not in shown][: max(0, SHOWN - len(shown))]
    shown += [next(one for one in read if at(one[1], kind.set_id) == each) for each in others if known is None]
    yield f"text = {toml.block(''.join(_interchange(raw, value, head.kind) for raw, value in shown))}"
    yield 'zone = "UTC"'


def _head(reader: str, kind: Kind) -> Iterator[str]:
    for key, path in (("system", kind.sender), ("peer", kind.receiver)):
        yield f'{key:7} = {{ from = {toml.text(path)}, map = "hosts", otherwise = {toml.text(f"{{{path} | lower}}")} }}'
    yield f"reader  = {toml.text(reader)}"
    yield 'absence = { weak = "an archive may hold one direction only, or the files of some partners" }'
    yield f"message = {toml.listed(kind.message, always=True)}"


def _rule(set_id: str, records: Sequence[dict[str, Any]], kind: Kind) -> Iterator[str]:
    yield ""
    yield f"# What does the sender of {set_id} know has happened? forwarded, applied, observed …"
    yield "[[record]]"
    yield f"when   = {{ {toml.key(kind.set_id)} = {toml.text(set_id)} }}"
    yield f'phase  = "{TODO}"'
    named = [path for path in kind.references if _share(records, path) >= SURE]
    own = _own_number(records, kind)
    if not named and own:
        yield "# The number of the document itself: leave it out unless it is the order's."
    if named or own:
        yield f"order  = {{ ref = {toml.listed(named[:2] or own)} }}"
    else:
        yield '# TODO: no element says that it names the order; order = { ref = "REF[PO].02" }'
    if named and own and own[0] not in named:
        yield f"ids    = {{ document = {toml.text(own[0])} }}"


def _own_number(records: Sequence[dict[str, Any]], kind: Kind) -> list[str]:
    """The element of the set's first segment in which its number stands."""
    if kind is KINDS["edifact"]:
        return ["BGM.02-01"] if _share(records, "BGM.02-01") >= SURE else []
    first = next((name for name in records[0] if name.isalnum() and name not in {"ISA", "GS", "ST", "SE"}), None)
    places = [f"{first}.{number:02}" for number in range(2, 6)] if first else []
    return [path for path in places if _share(records, path) >= SURE][:1]


def _share(records: Sequence[dict[str, Any]], path: str) -> float:
    return sum(bool(_NUMBER.fullmatch(at(each, path) or "")) for each in records) / len(records)


def at(record: dict[str, Any], path: str) -> str | None:
    """An element by its path; of segments with a qualifier, `REF[PO].02`, the first that has it."""
    name, _, element = path.partition(".")
    name, _, qualifier = name.rstrip("]").partition("[")
    segment = record.get(name)
    if qualifier:
        found = segment.get("\0\0all", [segment]) if isinstance(segment, dict) else []
        segment = next((each for each in found if qualifier in (each.get("01"), each.get("01-01"))), None)
    value = segment.get(element) if isinstance(segment, dict) else None
    return value if isinstance(value, str) else None


def _values(read: Sequence[tuple[str, dict[str, Any]]], path: str) -> list[str]:
    return list(dict.fromkeys(value for _, record in read if (value := at(record, path)) is not None))


def _sets(head: Head) -> Iterator[tuple[str, dict[str, Any]]]:
    count = 0
    try:
        for batch in batches(io.BytesIO(head.data), Plan(head.kind)):
            for raw, value in zip(batch.raws, batch.values or (), strict=True):
                if isinstance(value, dict) and count < SAMPLED:
                    count += 1
                    yield decoded(raw), value
    except ExportError:
        pass  # what was read so far has to do


def _interchange(raw: str, record: dict[str, Any], reader: str) -> str:
    """One set as an interchange of its own: what closes its envelope is written anew."""
    outer, group, _ = STANDARDS[reader].levels
    opened = raw.index(outer.opens) + len(outer.opens)
    element = raw[opened]
    end = raw.rstrip()[-1] if not raw.rstrip()[-1].isalnum() else "\n"
    closing = ""
    for level in (group, outer):
        if level.opens in record:
            closing += f"{level.closes}{element}1{element}{record[level.opens].get(level.control, '')}{end}\n"
    return f"{raw.rstrip()}\n{closing}".replace("\n\n", "\n")
