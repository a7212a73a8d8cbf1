"""Trees as PHP prints them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracelog.read import printed


def print_r(value: object, depth: int = 0) -> str:
    """As PHP does it."""
    if not isinstance(value, dict):
        return str(value)
    pad = " " * printed.STEP * depth
    inner = "".join(f"{pad}    [{key}] => {print_r(each, depth + 1)}\n" for key, each in value.items())
    return f"Array\n{pad}(\n{inner}{pad})\n"


WORD = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="[]()"), max_size=20)
TREES = st.dictionaries(WORD, st.recursive(WORD, lambda inner: st.dictionaries(WORD, inner, max_size=3), max_leaves=8))


@given(TREES)
def test_what_was_printed_is_read_back(tree: dict[str, object]):
    assert printed.tree(print_r(tree)) == tree


def test_what_stands_behind_the_tree_is_left_out():
    text = print_r({"Code": "200"}) + '\n CONTEXT: {"source":"webhooks-delivery"}'

    assert printed.tree(text) == {"Code": "200"}


def test_a_text_of_several_lines_stays_one():
    text = print_r({"Body": '{\n  "id": 1\n}', "Response": {"Code": "200"}})

    assert printed.tree(text) == {"Body": '{\n  "id": 1\n}', "Response": {"Code": "200"}}


def test_an_array_that_is_cut_gives_what_is_there():
    assert printed.tree("Array\n(\n    [a] => 1\n    [b] => Array\n        (\n            [c] => 2") == {
        "a": "1",
        "b": {"c": "2"},
    }


@pytest.mark.parametrize("text", ["", "Array", "Array of things\n(\n)", "(\n)", "Arrays\n(\n    [a] => 1\n)"])
def test_other_text_is_none(text: str):
    assert printed.tree(text) is None
