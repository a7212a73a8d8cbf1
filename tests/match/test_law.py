"""The law of compiled shapes: what the expression accepts, Lark accepts with the same fields."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark

from match.records_for_match import RECORDS, SHAPES
from tracelog import resources
from tracelog.errors import DefinitionError
from tracelog.match import grammar, shape
from tracelog.match.compile import compile_rule
from tracelog.match.shape import Shape
from tracelog.match.source import Source

CALM = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
EDITS = ' \n\t#-/:>0aZ{"é\u2028'
"""What is put in place of a character: a blank, a sign that separates, a digit, a letter, beyond ASCII."""


@functools.cache
def shipped(reference: str) -> Shape:
    return shape.load(reference, [resources.folder("grammars")])


@pytest.mark.parametrize("reference", SHAPES)
@given(data=st.data())
@settings(CALM, max_examples=60)
def test_strings_of_the_grammar_give_the_same_fields(reference: str, data: st.DataObject) -> None:
    """Strings that the grammar itself makes up: the expression reads what Lark reads, as Lark reads it."""
    loaded = shipped(reference)
    text = data.draw(from_lark(loaded.lark(), start=loaded.rule))

    assert loaded.fields(text) == loaded.parsed(text)


@pytest.mark.parametrize(("reference", "record"), [(reference, text) for reference, text, _ in RECORDS])
def test_records_changed_by_one_character_give_the_same_fields(reference: str, record: str) -> None:
    """One character lost, doubled or replaced anywhere in front: both refuse, or both read the same."""
    loaded = shipped(reference)
    for place in range(min(len(record), 120)):
        before, after = record[:place], record[place + 1 :]
        for text in (before + after, before + record[place] * 2 + after, *(before + edit + after for edit in EDITS)):
            assert loaded.fields(text) == loaded.parsed(text), repr(text)


TERMINALS = r"""
A: /a+/
B: /[ab]+/
C: /ab?/
D: "a"
E: "b"
F: /b+c?/
G.2: /ab/
H: "ab"
_I: /[bc]/
J: /(?:a|b)c/
K: /[^a]/
pair: A F
item: C [_I]
"""
SYMBOLS = ["A", "B", "C", "D", "E", "F", "G", "H", "_I", "J", "K", "pair", "item"]

rules = st.recursive(
    st.sampled_from(SYMBOLS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" ".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} | {two[1]})"),
        inner.map(lambda one: f"[{one}]"),
        inner.map(lambda one: f"({one})*"),
        st.tuples(st.sampled_from(SYMBOLS), st.sampled_from(["_I", '"c"', "E"])).map("{0[0]} ({0[1]} {0[0]})*".format),
        inner.map(lambda one: f"({one})+"),
    ),
    max_leaves=8,
)


@given(rule=rules, texts=st.lists(st.text("abc", max_size=8), min_size=60, max_size=60))
@settings(CALM, max_examples=120)
def test_grammars_made_of_colliding_terminals_keep_the_law(rule: str, texts: list[str]) -> None:
    """Terminals that overlap in every way, in rules of every form: what is compiled reads as Lark reads."""
    origin = Source(Path("trial.lark"), (f"start: {rule}\n{TERMINALS}",), ())
    try:
        loaded = grammar.load(origin, "start")
    except DefinitionError:  # not LALR
        assume(False)
    form = compile_rule(loaded)
    assume(form.why is None)
    trial = Shape("trial.lark:start", origin, form)
    for text in texts:
        fields = trial.fields(text)
        assert fields is None or fields == trial.parsed(text), (text, form.pattern)
