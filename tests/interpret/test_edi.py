"""Segments, their elements, and loops of segments, as definitions ask for them."""

from __future__ import annotations

from typing import Any

import pytest

from interpret.making import Folder
from tracelog.errors import DefinitionError
from tracelog.interpret.expressions import Scope
from tracelog.interpret.loops import loops_of
from tracelog.match.expression import parse
from tracelog.read.edi import value
from tracelog.read.signs import X12

HEAD = """
title = "Acme's EDI"
system = "acme"
reader = "x12"
[recognise]
keys = ["ISA.13"]
"""
ISA = "ISA*00*          *00*          *ZZ*BUYER          *ZZ*SELLER         *260309*0802*U*00401*000000101*0*P*>~"
SET = "GS*FA*B*S*20260309*0802*7*X*004010~ST*997*0001~"


def record(*segments: str) -> dict[str, Any]:
    found = value(f"{ISA}{SET}{'~'.join(segments)}~SE*{len(segments) + 2}*0001~".encode(), X12)
    assert isinstance(found, dict), found
    return found


def terminal(name: str) -> Any:
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("REF.02", "7"),
        ("REF[CO].02", "SHP-1"),
        ("REF[XX].02", None),
        ("N1[ST].02", "STORE"),
        ("N1[BY].02", None),
        ("SV1.01", "HC:99"),
        ("REF[02='SHP-1'].01", "CO"),
        ("N1[02=STORE].01", "ST"),
        ("SV1.01-02", "99"),
        ("ISA.13 | int", "101"),
        ("SN1 | sum('02')", "3"),
        ("N1 | all('02')", ["STORE"]),
    ],
)
def test_segments_and_their_elements(path: str, expected: object) -> None:
    found = record("REF*DP*7", "REF*CO*SHP-1", "N1*ST*STORE", "SV1*HC>99", "SN1*1*2*EA", "SN1*2*1*EA")

    assert Scope(terminal).getter(parse(path))(found) == expected


ACKNOWLEDGED = """
[[record]]
phase = "acknowledged"
order = { group = "AK1.02" }
  [[record.event]]
  each    = "s in AK2 until AK9"
  phase   = { from = "s.AK5.01", map = "verdict" }
  result  = "{s.AK2.02} {s.AK3.01} {s.AK4.03}"
[map.verdict]
A = "acknowledged"
R = "rejected"
"""


def test_a_loop_runs_from_its_segment_to_the_next_and_ends_at_another(folder: Folder) -> None:
    found = record(
        "AK1*PO*501", "AK2*850*0001", "AK5*A", "AK2*850*0002", "AK3*DTM*4**8", "AK4*2*373*8", "AK5*R*5", "AK9*P*2*2*1"
    )
    folder.write("acme.orders.toml", HEAD + ACKNOWLEDGED)

    events = folder.interpreter(ACKNOWLEDGED, head=HEAD)(found).events
    assert [(event.kind.phase, event.result) for event in events] == [
        ("acknowledged", "0001"), ("rejected", "0002 DTM 8")
    ]  # fmt: skip


EACH = """
[[record]]
phase = "acknowledged"
each  = {each}
order = {{ po = "{name}" }}
"""


@pytest.mark.parametrize(
    ("each", "name", "names"),
    [
        ('"h in HL until CTT"', "h.PRF.01", ["P1", "P2"]),
        ('"p in PRF"', "p.01", ["P1", "P2"]),
        ('"h in HL"', "h.03", ["S", "O", "I", "O"]),
        ('["h in HL until CTT", "l in h.LIN until HL"]', "l.LIN.03", ["A", "B"]),
        ('"c in CTT until SE"', "c.CTT.01", ["4"]),
        ('"c in ZZZ until SE"', "c.ZZZ.01", []),
    ],
)
def test_loops(folder: Folder, each: str, name: str, names: list[str]) -> None:
    found = record("HL*1**S", "HL*2*1*O", "PRF*P1", "HL*3*2*I", "LIN**VN*A", "LIN**VN*B", "HL*4*1*O", "PRF*P2", "CTT*4")
    made = folder.interpreter(EACH.format(each=each, name=name), head=HEAD)(found)

    assert [one.value for event in made.events for one in event.names] == names


def test_until_needs_the_name_of_a_segment() -> None:
    with pytest.raises(DefinitionError, match="goes with the name of a segment"):
        loops_of(["s in (a ?? b) until c"], Scope(terminal), "acme.toml:1")


def test_a_record_that_is_no_edi_has_no_such_loops(folder: Folder) -> None:
    made = folder.interpreter(EACH.format(each='"h in HL until CTT"', name="h.PRF.01"))({"id": 1, "HL": [{"03": "S"}]})

    assert made.verdict == "ignored"
