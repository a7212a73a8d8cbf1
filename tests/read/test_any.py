"""What somebody's program wrote is read back, whatever was in it and however it arrives."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from read.reading import assert_in_place, raws, values
from tracelog.model.record import Plan
from tracelog.read.encoding import decoded

TEXT = some.text(some.characters(exclude_categories=("Cs",), exclude_characters="\r\0"), max_size=12)
JSON = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(max_size=9),
    lambda inside: some.lists(inside, max_size=3) | some.dictionaries(some.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)
STEPS = some.sampled_from([None, 1, 3, 50])


@settings(deadline=None)
@given(
    rows=some.lists(some.lists(TEXT, min_size=3, max_size=3).filter(any), max_size=8),
    delimiter=some.sampled_from(",;\t|"),
    quoting=some.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=some.sampled_from(["\n", "\r\n"]),
    step=STEPS,
)
def test_a_table_is_read_as_it_was_written(
    rows: list[list[str]], delimiter: str, quoting: Any, end: str, step: int | None
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)
    names = ["first name", "second", "third"]
    writer.writerows([names, *rows])
    data = out.getvalue().encode()

    assert values(data, Plan("csv", delimiter=delimiter), step) == [dict(zip(names, row, strict=True)) for row in rows]
    assert_in_place(data, Plan("csv", delimiter=delimiter), step)


@settings(deadline=None)
@given(
    elements=some.lists(some.dictionaries(some.text(max_size=5), JSON, min_size=1, max_size=3), min_size=1, max_size=6),
    indent=some.sampled_from([None, 2]),
    ascii_only=some.booleans(),
    step=STEPS,
)
def test_documents_are_read_as_they_were_written(
    elements: list[Any], indent: int | None, ascii_only: bool, step: int | None
) -> None:
    def written(value: Any) -> bytes:
        return json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()

    array = written({"before": [{"x": 1}], "records": elements, "after": elements})
    assert values(array, Plan("json", records=("records",)), step) == elements
    assert_in_place(array, Plan("json", records=("records",)), step)

    assert values(written(elements), Plan("json"), step) == elements
    row = b"\n".join(map(written, elements))
    assert values(row, Plan("json"), step) == elements
    assert values(row, Plan("jsonl"), step) == elements
    assert_in_place(row, Plan("jsonl"), step)


@settings(deadline=None)
@given(
    records=some.lists(
        some.lists(some.binary(max_size=9).filter(lambda b: b"\n" not in b and b"\r" not in b), max_size=3), max_size=8
    ),
    step=STEPS,
)
def test_records_of_a_text_are_found_whatever_is_in_them(records: list[list[bytes]], step: int | None) -> None:
    """A record is a line that begins with a stamp and the lines after it; blank lines at its end are nobody's."""
    wanted = [b"\n".join([b"@2026 %d" % n, *(b"  " + line for line in lines)]) for n, lines in enumerate(records)]
    data = b"\n".join(wanted)

    assert raws(data, Plan("lines", begins=re.compile(rb"@\d{4} ")), step) == wanted


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        ("Zo\u00eb \u20ac".encode(), "Zo\u00eb \u20ac"),
        ("Gr\u00f6\u00dfe 10 \u20ac".encode("cp1252"), "Gr\u00f6\u00dfe 10 \u20ac"),
        ("Zo\u00eb".encode() + b" \xe9", "Zo\u00eb \ufffd"),  # damage beside UTF-8
        ("Zo\u00eb".encode()[:-1], "Zo\u00c3"),  # what was cut inside its only odd letter cannot be told apart
        (b"undefined \x81", "undefined \ufffd"),
    ],
)
def test_a_record_is_utf8_or_windows_1252(raw: bytes, text: str) -> None:
    assert decoded(raw) == text
