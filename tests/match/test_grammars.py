"""The shipped grammars read what they promise."""

from __future__ import annotations

from contextlib import suppress

import pytest
from lark import Lark

from match.records_for_match import DEBUG, HEAD, RECORDS, SHAPES, STARTED
from tracelog import resources
from tracelog.errors import DefinitionError
from tracelog.match import shape, source

GRAMMARS = resources.folder("grammars")
FILES = sorted(path.name for path in GRAMMARS.glob("*.lark"))


@pytest.mark.parametrize(("reference", "text", "fields"), RECORDS)
def test_a_record_gives_its_fields(reference: str, text: str, fields: dict[str, str]) -> None:
    """Every spelling in the vendor's pages and in the samples is read; a field that is absent is empty."""
    assert shape.load(reference, [GRAMMARS]).fields(text) == fields


@pytest.mark.parametrize("reference", SHAPES)
def test_every_shipped_shape_is_compiled(reference: str) -> None:
    """None is left to Lark, which reads thirty times slower."""
    loaded = shape.load(reference, [GRAMMARS])

    assert loaded.compiled, loaded.why


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace("Z ", " "),  # no zone
        HEAD.replace("a41f", "a41g"),  # no hex
        HEAD[:-1],  # a digit of the resource lost
        HEAD.replace("export", "Export"),
        f"x{HEAD}",
        f"{HEAD} 2026-03-12",
        "",
    ],
)
def test_a_record_that_almost_matches_is_not_read(text: str) -> None:
    """There is no catch-all: an order's line that is damaged comes out as unread, not as something else."""
    assert shape.load(DEBUG, [GRAMMARS]).fields(text) is None


@pytest.mark.parametrize("text", ["53968 Winifred Arathorn", "Arathorn", "6120481930277"])
def test_a_persons_name_is_no_orders_name(text: str) -> None:
    """`exportDataURI` is free text; only an id with a name that has a digit is taken apart."""
    assert shape.load("celigo.lark:data_uri", [GRAMMARS]).fields(text) is None


def test_a_record_begins_with_its_stamp_alone() -> None:
    """A record with a damaged id still begins at its line: it is unread, and not the end of the one before it."""
    begins = shape.load(DEBUG, [GRAMMARS]).begins

    assert begins.match(STARTED["STAMP"].encode() + b" damaged")
    assert not begins.match(b'{"at": "2026-03-12T14:02:31.408Z"}')


@pytest.mark.parametrize("file", FILES)
def test_no_two_terminals_collide(file: str) -> None:
    """Lark's own strict check: where two terminals of one place can read the same text, one has priority."""
    pytest.importorskip("interegular")
    path = GRAMMARS / file
    rules = [rule for reference in SHAPES for name, rule in [reference.split(":")] if name == file]

    for rule in rules or (["value", "template", "each"] if file == "expression.lark" else []):
        Lark(path.read_text("utf-8"), source_path=str(path), start=rule, parser="lalr", strict=True)


@pytest.mark.parametrize("reference", SHAPES)
def test_every_field_is_explained_in_words(reference: str) -> None:
    """What a user reads when a record breaks off is written beside the terminal."""
    loaded = shape.load(reference, [GRAMMARS])

    assert set(loaded.names) <= source.words(loaded.source).keys()


@pytest.mark.parametrize("depth", [60, 200, 700, 5_000])
@pytest.mark.parametrize("text", ["start: {open}WORD{close}\nWORD: /a+/", "start: WORD\nWORD: /{open}a{close}/",
                                  "start: WORD\nWORD: {open}/a+/{close}"])  # fmt: skip
def test_groups_without_end_are_read_or_refused(written, text: str, depth: int) -> None:
    """Whatever somebody writes into a grammar is answered with an error of the grammar."""
    grammar = text.format(open="(" * depth, close=")" * depth)
    if depth == 60:
        assert written(grammar).fields("a") is not None
    else:
        with suppress(DefinitionError):
            written(grammar)
