"""What a document looks like is said once, by the system that owns it, wherever the document travels."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest

from formats.export_reading import shipped
from tracelog.interpret.definition import Definition

MANY = 4
"""Fields that two lists may not have in common: the same names for the same keys."""
Fields = frozenset[tuple[str, tuple[str, ...]]]


def fields(table: dict[str, str | list[str]]) -> Fields:
    """What each entry is called, and the keys it is read from, wherever the document lies."""
    found = set()
    for name, values in table.items():
        text = values if isinstance(values, str) else " ?? ".join(values)
        found.add((name.rpartition(".")[2], tuple(re.findall(r"(\w+)(?=\s*(?:\?\?|\||$))", text))))
    return frozenset(found)


def shapes() -> Iterator[tuple[str, Fields]]:
    for stem, owners in shipped().owners.items():
        for owner in owners:
            for name, shape in owner.document.shape.items():
                yield f"{stem}.{name}", fields({**shape.order, **shape.fields})


def records(definition: Definition) -> Iterator[Fields]:
    document = definition.document
    yield fields({**document.order, **document.fields})
    for record in document.record:
        for statement in (record, *record.event):
            yield fields({**statement.order, **statement.fields})


DOCUMENTS = [each for each in shipped().definitions.values() if each.reader in {"json", "jsonl", "xml", "lines"}]


@pytest.mark.parametrize("definition", DOCUMENTS, ids=lambda each: each.name)
def test_no_definition_spells_out_a_document_that_its_owner_has_said(definition: Definition):
    """A table's columns are its own; a document inside a record is its owner's."""
    twice = [
        (name, sorted(dict(said & own)))
        for name, said in shapes()
        for own in records(definition)
        if len(said & own) >= MANY
    ]

    assert twice == []


def test_no_two_owners_say_the_same_document():
    """Two systems' orders have a few keys in common (`id`, `currency`); more would be one document under two names."""
    twice = [
        (a, b)
        for (a, one), (b, other) in itertools.combinations(shapes(), 2)
        if a.partition(".")[0] != b.partition(".")[0] and len(one & other) > MANY
    ]

    assert twice == []
