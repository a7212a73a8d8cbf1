"""The first look: what an export seems to be, without ever failing on what is in it."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest

from read.reading import sources
from tracelog.read import Head, look


def seen(data: bytes, tmp_path: Path) -> Head:
    (tmp_path / "export").write_bytes(data)
    return look(sources(tmp_path / "export")[0])


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\n", "empty"),
        (b"2026-03-12T14:02:31Z received #1001, in 3 ms\n2026-03-12T14:02:32Z ok\n", "text"),
        (b"id,name,total\n1,a,3\n2,b,4\n", "csv"),
        (b"id;name\n", "csv"),
        (b'[{"a": 1}]', "json"),
        (b'{"a": 1}', "json"),
        (b'{\n  "a": 1\n}\n', "json"),
        (b'{"a": 1}\n{"a": 2}\n', "jsonl"),
        (b'{"a": 1}\n{"a": \n{"a": 3}\n', "jsonl"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "binary"),
        (bytes(range(256)) * 9, "binary"),
        (b"a line with one \x00 byte in it\n" * 3, "text"),
        ("id\tname\r\n1\tä\r\n".encode("utf-16"), "csv"),
        (b"caf\xe9 latin one\n", "text"),
    ],
)
def test_the_kind_is_guessed_from_content(data: bytes, kind: str, tmp_path: Path) -> None:
    assert seen(data, tmp_path).kind == kind


def test_the_header_comes_without_marks_and_blanks(tmp_path: Path) -> None:
    head = seen(b'\xef\xbb\xbfid ,"Set by" \n1,2\n', tmp_path)

    assert (head.header, head.delimiter) == (("id", "Set by"), ",")


def test_a_document_too_long_for_the_look_is_given_as_far_as_it_goes(tmp_path: Path) -> None:
    orders = [{"id": n, "note": 'x[{"' * 50} for n in range(5000)]
    head = seen(json.dumps({"page": {"n": 1}, "orders": orders}).encode(), tmp_path)
    [document] = head.documents

    assert head.cut
    assert document["page"] == {"n": 1}
    whole = document["orders"][:-1]  # the last one may have lost members
    assert whole == orders[: len(whole)]
    assert len(document["orders"]) > 500


@pytest.mark.parametrize(
    "text", [b"[" * 262_144, b'{"a":' * 60_000, b"[" * 100_000 + b"]" * 100_000, b"[[1]," * 50_000]
)
def test_nesting_without_end_costs_no_time(text: bytes, tmp_path: Path) -> None:
    started = time.perf_counter()
    seen(text, tmp_path)

    assert time.perf_counter() - started < 5


def test_a_header_of_many_equal_names_costs_no_time(tmp_path: Path) -> None:
    started = time.perf_counter()
    head = seen(b"id," + b",".join([b"a"] * 50_000) + b"\n1,2\n", tmp_path)

    assert time.perf_counter() - started < 5
    assert head.header is not None
    assert head.header[:3] == ("id", "a", "a_2")
    assert head.header[-1] == "a_50000"


def test_a_carriage_return_inside_the_header_is_a_blank(tmp_path: Path) -> None:
    head = seen(b"id,set\rby,at\n1,2,3\n", tmp_path)

    assert head.header == ("id", "set by", "at")


def test_only_complete_lines_are_shown_and_the_last_one_counts_when_the_export_ends(tmp_path: Path) -> None:
    assert seen(b"one\r\ntwo\nthree", tmp_path).lines == ["one", "two", "three"]
    assert seen(b"x" * 70 + b"\n" + b"y" * 300_000, tmp_path).lines == ["x" * 70]


def test_a_binary_file_says_what_it_is(tmp_path: Path) -> None:
    assert "PDF" in (seen(b"%PDF-1.7\n\x00\x01", tmp_path).note or "")


def test_what_cannot_be_unpacked_is_an_error_in_the_head_and_no_exception(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"abc"))
    source = sources(tmp_path / "a.gz")[0]
    (tmp_path / "a.gz").write_bytes(b"\x1f\x8b\x08broken")

    assert look(source).error is not None
