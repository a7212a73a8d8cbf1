"""No text of a log steers a terminal or hides from the eye."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracelog.render.visible import clip, columns_of, visible, visible_block


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("paid\rlost", r"paid\rlost"),
        ("\x9b2J", r"\x9b2J"),
        ("gnp.\u202eexe", r"gnp.\u202eexe"),
        ("ship\u200bped", r"ship\u200bped"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\udce9", r"\udce9"),
        ("\U000e0041", r"\U000e0041"),
        ("Öztürk 注文 → “ok” 💡", "Öztürk 注文 → “ok” 💡"),
    ],
)
def test_what_steers_or_hides_is_written_out(text: str, expected: str):
    assert visible(text) == expected


@given(st.text())
def test_nothing_unprintable_is_left(text: str):
    """Whatever comes in; plain text is not changed."""
    shown = visible(text)

    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000 for char in shown)
    assert visible(shown) == shown


def test_a_record_of_several_lines_keeps_them():
    assert visible_block("a\r\n\tb\rc\x1b") == "a\n\tb\\rc\\x1b"


def test_a_cut_text_says_how_much_is_missing():
    assert clip("abcdef", 6) == "abcdef"
    assert clip("abcdef" * 1000, 6) == "abcdef … (5,994 more characters)"


def test_ideographs_take_two_columns():
    assert columns_of("ab") == 2
    assert columns_of("注文e\u0301") == 5
