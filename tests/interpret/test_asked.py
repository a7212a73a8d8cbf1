"""`formats check` knows the fields of text and the columns of tables: a misspelled one is said with the nearest."""

from __future__ import annotations

import pytest

from formats.export_reading import shipped
from interpret.making import Folder
from tracelog.interpret import asked, samples

GRAMMAR = "line: STAMP _BAR ORDER _BAR VERB\nSTAMP: /[^|]+/\nORDER: /[^|]+/\nVERB: /[^|]+/\n_BAR: /[|]/\n"
TEXT = """
title = "Acme log"
system = "acme"
reader = "lines"
grammar = "acme.lark:line"
order = {{ ref = "{order}" }}
[let]
DONE = "VERB | lower"
[time]
at = "STAMP"
[[record]]
when = {{ {when} = "sent" }}
phase = "forwarded"
[[record]]
phase = "received"
[[sample]]
text = "2026-03-02T14:05:11Z|A-1|sent\\n2026-03-02T14:05:12Z|A-2|taken\\n"
events = [{{ phase = "forwarded" }}, {{ phase = "received" }}]
"""
TABLE = """
title = "Acme table"
system = "acme"
reader = "csv"
[recognise]
header = ["Shipment", "Order Name"]
[[record]]
order = {{ ref = "{order}" }}
phase = "applied"
[[sample]]
text = "Shipment,Order Name,State\\nS-1,A-1,open\\n"
events = [{{ phase = "applied" }}]
"""


def problems(folder: Folder, text: str) -> list[tuple[str, str | None]]:
    folder.write("acme.lark", GRAMMAR)
    folder.write("acme.log.toml", text)
    known = folder.catalog()
    return [(each.what, each.help) for each in samples.check(known.definitions["acme-log"], known)]


@pytest.mark.parametrize(
    ("order", "when", "wrong"),
    [
        ("ORDER", "VERB", []),
        ("ORDER", "DONE", []),
        ("ODER", "VERB", [("unknown field: ODER", "did you mean ORDER?")]),
        ("TICKET ?? ORDER", "VERB", []),
        ("{ORDER}-{VERBS}", "VERB", [("unknown field: VERBS", "did you mean VERB?")]),
    ],
)
def test_a_field_that_the_grammar_does_not_have(folder: Folder, order: str, when: str, wrong: list[tuple[str, str]]):
    said = problems(folder, TEXT.format(order=order, when=when))

    assert [each for each in said if each[0].startswith("unknown field")] == wrong


def test_a_field_unlike_any_other_lists_those_that_are_there(folder: Folder):
    said = problems(folder, TEXT.format(order="ORDER", when="Zustand"))

    assert said[0] == ("unknown field: Zustand", "its fields: STAMP, ORDER, VERB")


@pytest.mark.parametrize(
    ("order", "wrong"),
    [("Order Name", []), ("order name", []), ("Oder Name", [("unknown field: Oder Name", "did you mean Order Name?")]),
     ("Invoice", [])],
)  # fmt: skip
def test_a_column_that_looks_like_a_slip(folder: Folder, order: str, wrong: list[tuple[str, str]]):
    """A column that no sample has may still stand in another export: only what is nearly another's name is told."""
    said = problems(folder, TABLE.format(order=order))

    assert [each for each in said if each[0].startswith("unknown field")] == wrong


def test_the_shipped_definitions_ask_for_no_field_that_is_not_there():
    known = shipped()

    assert [(each.name, one.name) for one in known.definitions.values() for each in asked.unknown(one, known)] == []
