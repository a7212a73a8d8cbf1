"""Values in definitions: paths, second choices, functions, text with values, loops."""

from __future__ import annotations

import pytest

from tracelog.errors import DefinitionError
from tracelog.match.expression import parse, parse_each


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("note", ("path", "note")),
        (".", ("path",)),
        ('a.b[0]."x-topic"', ("path", "a", "b", 0, "x-topic")),
        ("lines[-1].sku", ("path", "lines", -1, "sku")),
        ("[0].id", ("path", 0, "id")),
        ("Created at", ("path", "Created at")),
        ("PO/Check Number", ("path", "PO/Check Number")),
        ("PO #", ("path", "PO #")),
        ('"Amount (USD)"', ("path", "Amount (USD)")),
        ('"a ""b"" {c}"', ("path", 'a "b" {c}')),
        ("body.o:errorDetails[0].detail", ("path", "body", "o:errorDetails", 0, "detail")),
        ("REF[CO].02", ("path", "REF", ("CO",), "02")),
        ("ids[scheme=sku].value", ("path", "ids", ("sku", "scheme"), "value")),
        ("ids[@type='a b']", ("path", "ids", ("a b", "@type"))),
        ("DTM[002].02", ("path", "DTM", ("002",), "02")),
        ("DTM['10'].02", ("path", "DTM", ("10",), "02")),
        ("items ?? .", ("first", ("path", "items"), ("path",))),
        ("a ?? b.c ?? 'it''s none'", ("first", ("path", "a"), ("path", "b", "c"), ("text", "it's none"))),
        ("INFO | before(';')", ("call", "before", ("path", "INFO"), ";")),
        ("url|after('/')|lower", ("call", "lower", ("call", "after", ("path", "url"), "/"))),
        ("title | find(ORDER_NAME, 2)", ("call", "find", ("path", "title"), "ORDER_NAME", 2)),
        ("u | find(shopify.lark:ORDER_ID)", ("call", "find", ("path", "u"), "shopify.lark:ORDER_ID")),
        ("a ?? b | int", ("first", ("path", "a"), ("call", "int", ("path", "b")))),
        ("(a ?? b) | int", ("call", "int", ("first", ("path", "a"), ("path", "b")))),
        ("{ISA.06}/{GS.06|int}", ("template", ("path", "ISA", "06"), "/", ("call", "int", ("path", "GS", "06")))),
        ("{Record.TYPE}", ("template", ("path", "Record", "TYPE"))),
        ("Order {a ?? 'x'}", ("template", "Order ", ("first", ("path", "a"), ("text", "x")))),
        ("{{{ a }}}", ("template", "{", ("path", "a"), "}")),
        ("  a  ", ("path", "a")),
    ],
)
def test_an_expression_is_a_tree(text: str, tree: tuple[object, ...]) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("o in a.b ?? c", ("each", "o", ("first", ("path", "a", "b"), ("path", "c")), None)),
        ("o in .", ("each", "o", ("path",), None)),
        ("s in AK2 until AK9", ("each", "s", ("path", "AK2"), "AK9")),
        ("line in Line items", ("each", "line", ("path", "Line items"), None)),
    ],
)
def test_a_loop_is_a_tree(text: str, tree: tuple[object, ...]) -> None:
    assert parse_each(text) == tree


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", 0),
        ("a..b", 2),
        ("a ?? ", 5),
        ("a | ", 4),
        ("a | after('/", 10),
        ("Amount (USD)", 7),
        ("{a", 2),
        ("{a|}", 3),
        ("a]", 1),
        ("a[", 2),
    ],
)
def test_what_makes_no_sense_is_shown_with_a_caret(text: str, place: int) -> None:
    """Where it stops making sense, why, and what an expression looks like."""
    with pytest.raises(DefinitionError) as caught:
        parse(text)

    error = caught.value
    assert repr(text) in error.what
    assert error.got_to is not None
    assert error.got_to.splitlines()[1].index("^") == place + len("  got to: ")
    assert error.why == ("it ends too early" if place >= len(text) else f"{text[place]!r} is not expected here")
    assert error.help


@pytest.mark.parametrize("text", ["orders", "o in", "in orders", "O in orders"])
def test_a_loop_names_what_it_goes_through(text: str) -> None:
    with pytest.raises(DefinitionError):
        parse_each(text)


def test_an_expression_without_end_is_refused() -> None:
    """Whatever somebody writes into a definition is answered with an error of the definition."""
    with pytest.raises(DefinitionError, match="cannot read the expression"):
        parse("a" + " | lower" * 20_000)


@pytest.mark.parametrize("depth", [61, 95, 120, 5_000])
def test_choices_without_end_are_refused(depth: int) -> None:
    with pytest.raises(DefinitionError, match="cannot read the expression"):
        parse(" ?? ".join(["a"] * (depth + 1)))
    with pytest.raises(DefinitionError, match="cannot read the expression"):
        parse("{" + "(a ?? " * depth + "b" + ")" * depth + "}")


def test_parentheses_that_mean_nothing_do_no_harm() -> None:
    assert parse("(" * 5_000 + "a" + ")" * 5_000) == ("path", "a")
