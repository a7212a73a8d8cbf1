"""Fields that hold another format."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracelog.errors import DefinitionError
from tracelog.interpret.decode import Undecodable, decode_csv, decode_json, decode_pairs, write_decode
from tracelog.interpret.expressions import Scope, Writer

PAIR = re.compile(r"(?P<ORDER>\S+) -> (?P<STATE>\S+)")


def terminal(name: str) -> re.Pattern[str]:
    raise AssertionError(name)


def fields(reference: str) -> Any:
    assert reference == "acme.lark:moved"
    return lambda text: found.groupdict() if (found := PAIR.fullmatch(text)) else None


def decoded(path: str, formats: str | list[str], record: dict[str, Any]) -> str | None:
    """Decodes in place; the reason when it could not."""
    writer = Writer(Scope(terminal))
    write_decode(writer, path, formats, fields, "acme.toml:1")
    reason: str | None = writer.function(("r",), "None")(record)
    return reason


def test_json_in_a_json_string_is_unpacked_and_money_stays_as_written() -> None:
    inner = '{"total": 118.40, "id": 6120481930251, "ok": true}'

    assert decode_json(inner) == {"total": "118.40", "id": 6120481930251, "ok": True}
    assert decode_json(json.dumps(inner)) == decode_json(inner)
    assert decode_json(json.dumps(json.dumps("Invalid key"))) == "Invalid key"


@pytest.mark.parametrize("text", ['{"a": "line\nbreak"}', '{"a": NaN}', r'{"a": "\ud800"}', "12345678901234567890123"])
def test_what_vendors_write_although_it_is_not_allowed_is_read(text: str) -> None:
    assert not isinstance(decode_json(text), Undecodable)


def test_half_a_character_does_not_get_further() -> None:
    """Half a surrogate pair cannot be written to any store or page."""
    assert decode_json(r'{"name": "a\ud800b"}') == {"name": "a?b"}


def test_a_text_that_only_looks_like_json_stays_the_text_that_it_is() -> None:
    assert decode_json('"{{record.fulfillment_status}}"') == "{{record.fulfillment_status}}"


@pytest.mark.parametrize("text", ["{", "{'a': 1}", "[" * 100_000, '{"a": 1} and more'])
def test_what_is_no_json_says_so(text: str) -> None:
    found = decode_json(text)

    assert isinstance(found, Undecodable)
    assert found.reason.startswith("not readable as JSON: ")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_json_holds_is_what_comes_out(value: Any) -> None:
    """Containers come out as they went in, however often they were packed into strings."""
    packed = json.dumps({"v": value})

    assert decode_json(packed) == json.loads(packed)
    assert decode_json(json.dumps(packed)) == json.loads(packed)


def test_pairs() -> None:
    assert decode_pairs("""status=paid order="#1001 A" at: 12, note='x y' n=""") == {
        "status": "paid", "order": "#1001 A", "at": "12", "note": "x y",
    }  # fmt: skip
    assert decode_pairs("no pairs here") == Undecodable("no key=value pairs")


@given(st.text(alphabet="ab= \"'\\[{,;", max_size=200))
def test_pairs_never_explode(text: str) -> None:
    decode_pairs(text * 50)


def test_cells() -> None:
    assert decode_csv('a,"b, c",') == ["a", "b, c", ""]


def test_a_field_is_replaced_by_what_it_holds() -> None:
    record = {"PAYLOAD": '{"body": "{\\"id\\": 1}", "other": 2}'}

    assert decoded("PAYLOAD", "json", record) is None
    assert decoded("PAYLOAD.body", "json?", record) is None
    assert record == {"PAYLOAD": {"body": {"id": 1}, "other": 2}}


def test_what_must_be_readable_and_is_not_makes_the_record_unread() -> None:
    record = {"PAYLOAD": "half {"}

    assert (decoded("PAYLOAD", "json", record) or "").startswith("PAYLOAD is not readable as JSON: ")
    assert record == {"PAYLOAD": "half {"}


def test_what_may_fail_stays_text() -> None:
    record = {"a": {"body": "<html>"}, "n": "12"}

    assert decoded("a.body", "json?", record) is None
    assert decoded("n", "json?", record) is None
    assert record == {"a": {"body": "<html>"}, "n": "12"}


def test_xml_in_a_field_is_an_object_under_its_root() -> None:
    record = {
        "body": '<?xml version="1.0"?>\n<n:order id="7"><n:line>1</n:line><n:line>2</n:line></n:order>',
        "m": "ok",
    }

    assert decoded("body", "xml", record) is None
    assert decoded("m", ["json?", "xml?"], record) is None
    assert record == {"body": {"order": {"@id": "7", "line": ["1", "2"]}}, "m": "ok"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no markup", "a is not readable as XML: it begins with no tag"),
        ("<a><b></a>", "a is not readable as XML: mismatched tag, line 1"),
        ("<a/> and more", "a is not readable as XML: junk after document element, line 1"),
    ],
)
def test_what_is_no_xml_says_so(text: str, reason: str) -> None:
    assert decoded("a", "xml", {"a": text}) == reason


@pytest.mark.parametrize("record", [{}, {"a": None}, {"a": ""}, {"a": 7}, {"a": {"b": "x"}}])
def test_what_is_no_text_is_left_alone(record: dict[str, Any]) -> None:
    assert decoded("a", "json", dict(record)) is None


def test_several_formats_are_tried_in_order_and_a_shape_tells_its_rule() -> None:
    moved, pairs, other = {"m": "#1001 -> paid"}, {"m": "state=paid"}, {"m": "hello"}
    for record in (moved, pairs, other):
        assert decoded("m", ["acme.lark:moved", "pairs?"], record) is None

    assert moved == {"m": {"ORDER": "#1001", "STATE": "paid", "rule": "moved"}}
    assert pairs == {"m": {"state": "paid"}}
    assert other == {"m": "hello"}


def test_below_headers_case_does_not_count() -> None:
    record = {"headers": {"Location": "#1 -> paid"}}
    decoded("headers.location", "acme.lark:moved?", record)

    assert record["headers"] == {"Location": {"ORDER": "#1", "STATE": "paid", "rule": "moved"}}


@pytest.mark.parametrize(
    ("path", "format_", "message"), [("a ?? b", "json", "plain paths"), ("a", "jsn", "unknown format: jsn")]
)
def test_a_wrong_line_is_an_error_with_its_place(path: str, format_: str, message: str) -> None:
    with pytest.raises(DefinitionError, match=re.escape(message)) as caught:
        decoded(path, format_, {})

    assert caught.value.where == "acme.toml:1"
