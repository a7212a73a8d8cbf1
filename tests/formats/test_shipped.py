"""Every shipped definition: whole, tried on its own samples, and claiming nothing but its own exports."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from formats.export_reading import SAMPLES, format_of, read, sample, shipped
from tracelog import resources
from tracelog.interpret import samples

NAMES = sorted(path.stem.replace(".", "-") for path in resources.folder("parsers").glob("*.*.toml"))

EXPORTS = {
    file: expected
    for table in sorted((Path(__file__).parent / "exports").glob("*.toml"))
    for file, expected in tomllib.loads(table.read_text("utf-8")).items()
}
"""Sample export → its format, and how many of its records come to what."""


def test_no_definition_is_broken():
    """What cannot be loaded is a problem of the catalog; the shipped catalog has none."""
    shipped().try_shapes()
    assert [problem.lines() for problem in shipped().problems] == []
    assert sorted(shipped().definitions) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_definition_yields_what_its_samples_say(name):
    """Every sample is recognised, every expected event holds, every kind of record is exercised."""
    found = samples.check(shipped().definitions[name], shipped())

    assert [problem.lines() for problem in found] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_definition_says_where_to_get_the_export(name):
    """`wanted` tells a user how to fetch what is missing: the click path and the pages that describe the format."""
    document = shipped().definitions[name].document

    assert document.where, "where: how a user gets this export"
    assert document.docs, "docs: the pages that describe it"


@pytest.mark.parametrize(("file", "expected"), EXPORTS.items())
def test_an_export_is_recognised_and_every_record_accounted_for(file, expected):
    """No record is unread, and the counts add up to the records of the file."""
    reading = sample(file)

    assert {"format": reading.format, **reading.counts()} == expected
    assert all(outcome.reason for outcome in reading.outcomes if outcome.verdict != "understood")


@pytest.mark.parametrize("path", sorted((SAMPLES / "foreign").glob("*")), ids=lambda path: path.name)
def test_a_foreign_export_is_left_alone(path: Path):
    """An export of a system that no definition knows is claimed by none, whatever its columns are called."""
    assert format_of(path) is None


@pytest.mark.parametrize(
    "header",
    [
        "Order Number,Status,Total\n1001,Shipped,20.00\n1002,Pending,20.00\n",
        "Name,Status,Created at\nalpha,open,2026-01-01\n",
        "Time,Source,User,Action\n2026-01-01,web,ann,login\n",
        "Type,Date,Title\nBook,2026,Emma\n",
    ],
)
def test_a_table_with_everyday_column_names_is_nobodys(header):
    """Order Number and Status stand in half of the world's exports."""
    assert read(header).format is None


def test_every_system_that_shapes_statuses_has_a_map():
    """A state without a map would be unmapped for ever."""
    assert {"shopify", "netsuite"} <= set(shipped().status_systems())
