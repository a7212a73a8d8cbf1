"""The page: aligned, within its width, coloured only for a terminal."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracelog.render.view import Column, Page, View, wrap
from tracelog.render.visible import columns_of


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@given(st.text(max_size=120), st.integers(8, 60))
def test_wrapping_loses_nothing_and_fits(text: str, width: int):
    lines = wrap(text, width)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(columns_of(line.rstrip()) <= width + 1 for line in lines)


def test_only_the_column_that_may_wrap_gives_way():
    page = Page(View(width=40))
    page.table(
        [Column("order"), Column("why", wrap=True), Column("n", right=True)],
        [["#5012", "a long reason for all of it", "1,204"]],
    )

    assert page.finish() == (
        "  order  why                           n\n"
        "  #5012  a long reason for all of  1,204\n"
        "         it\n"
    )  # fmt: skip


def test_a_pipe_gets_plain_text():
    view = View.of(io.StringIO())

    assert (view.colour, view.width, view.terminal) == (False, 80, False)


def test_a_terminal_gets_colour_unless_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch):
    """`--no-color`, `NO_COLOR`, a dumb terminal."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    assert View.of(Terminal()).colour
    assert not View.of(Terminal(), colour=False).colour
    monkeypatch.setenv("TERM", "dumb")
    assert not View.of(Terminal()).colour
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "")
    assert not View.of(Terminal()).colour


def test_colour_changes_no_line(monkeypatch):
    """The same words in the same places, with escape sequences of our own around them."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    pages = [Page(View(colour=colour)) for colour in (False, True)]
    for page in pages:
        page.line(("bad \x1b[31m", "bad"), " and ", ("[bold]plain[/bold]", "faint"))
    plain, coloured = (page.finish() for page in pages)

    assert plain == "bad \\x1b[31m and [bold]plain[/bold]\n"
    assert "\x1b[1;31mbad \\x1b[31m\x1b[0m" in coloured
    assert "[bold]plain[/bold]" in coloured


def test_an_old_terminal_gets_ascii():
    page = Page(View(unicode=False))
    page.line("celigo → netsuite: “Öztürk”")

    assert page.finish() == 'celigo -> netsuite: "\\xd6zt\\xfcrk"\n'
