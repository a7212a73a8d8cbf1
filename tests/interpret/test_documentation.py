"""The page about the language is true and complete: its example holds, and every word of the language stands in it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from interpret.making import Folder
from tracelog.interpret import definition, samples
from tracelog.interpret.decode import _KNOWN as FORMATS
from tracelog.interpret.functions import FUNCTIONS
from tracelog.interpret.times import DAY_ORDERS, MAIL, UNITS
from tracelog.model.event import LEVELS, PHASES

PAGE = (Path(__file__).parent.parent.parent / "docs" / "definition-language.md").read_text("utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
TABLES = (
    definition.Document, definition.Rule, definition.Statement, definition.About, definition.Time, definition.Recognise,
    definition.Absence, definition.Infer, definition.Run, definition.Sample, definition.PayloadShape,
    definition.Computed, definition.Shaped, definition.Who,
)  # fmt: skip


def test_the_example_is_recognised_and_yields_what_it_says(folder: Folder) -> None:
    folder.write("warehouse.shipments.toml", BLOCKS[0])
    known = folder.catalog()

    assert known.problems == []
    assert samples.check(known.get("warehouse-shipments"), known) == []


@pytest.mark.parametrize("block", BLOCKS)
def test_every_piece_of_a_definition_is_valid_toml(block: str) -> None:
    tomllib.loads(block)


@pytest.mark.parametrize("table", TABLES)
def test_every_word_of_the_language_is_explained(table: type[msgspec.Struct]) -> None:
    words = {field.encode_name for field in msgspec.structs.fields(table)}

    assert sorted(word for word in words if not re.search(rf"\b{word}\b", PAGE)) == []


def test_every_function_format_phase_and_key_of_a_sample_is_named() -> None:
    words = [*FUNCTIONS, *FORMATS, *UNITS, MAIL, *DAY_ORDERS, *PHASES, *LEVELS, *samples.READ]

    assert [word for word in words if word not in PAGE] == []
