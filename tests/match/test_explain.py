"""An unread record says what is wrong, why, where, how far it got and what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from match.records_for_match import DEBUG, HEAD, JSON, RESOURCE
from tracelog import resources
from tracelog.match import shape
from tracelog.match.explain import Explanation
from tracelog.match.reader import Reader
from tracelog.match.shape import Shape

Golden = Callable[[str, str], None]
BROKEN = {
    "no zone": HEAD.replace("Z ", " "),
    "a letter in the id": HEAD.replace("a41f", "a41g"),
    "cut in the id": HEAD[:40],
    "a digit of the resource lost": f"{HEAD[:-1]}\n{JSON}",
    "no JSON": f"{HEAD}\nfound nothing",
    "not a record at all": "	at java.lang.Thread.run(Thread.java:748)",
    "empty": "",
    "a long line": f"{'x' * 500} {HEAD}",
}


@pytest.fixture
def debug() -> Shape:
    return shape.load(DEBUG, [resources.folder("grammars")])


def test_an_explanation_answers_five_questions(debug: Shape, golden: Golden) -> None:
    """The caret stands under the character that breaks it, also in the middle of a terminal."""
    texts = []
    for name, text in BROKEN.items():
        error = debug.explain(text).error("celigo.log:12")
        texts += [f"# {name}", *error.lines(), ""]

        assert all((error.what, error.why, error.where, error.got_to, error.help))
    golden("\n".join(texts), "explanations.txt")


@pytest.mark.parametrize(
    ("name", "got_to", "expected"),
    [
        ("no zone", 23, ("an ISO time with its zone",)),
        ("a letter in the id", 28, ("the request's id (32 hex digits)",)),
        ("cut in the id", 40, ("the request's id (32 hex digits)",)),
        ("a digit of the resource lost", 88, ("the resource's id (24 hex digits)",)),
        ("no JSON", 90, ("the message (JSON or XML)", "the end of the record")),
        ("empty", 0, ("an ISO time with its zone",)),
    ],
)
def test_it_says_how_far_it_got_and_what_was_expected(
    debug: Shape, name: str, got_to: int, expected: tuple[str, ...]
) -> None:
    """Characters from 0, and words instead of the grammar's names."""
    explanation = debug.explain(BROKEN[name])

    assert (explanation.got_to, explanation.expected) == (got_to, expected)


def test_records_of_one_shape_are_explained_once(debug: Shape, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export of which every second line is noise must not crawl."""
    asked = []
    explain = debug.explain
    monkeypatch.setattr(debug, "explain", lambda text: asked.append(text) or explain(text))
    reader = Reader(debug)
    for number in range(5_000):
        good = reader.read(f"{HEAD} {JSON}")
        noise = reader.read(f'worker {number}: connection "c-{number}" closed')

        assert isinstance(good, dict)
        assert isinstance(noise, Explanation)
        assert noise.shape == 'worker #: connection "…" closed'
    assert len(asked) == 1


def test_only_so_many_shapes_are_explained(debug: Shape, monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise that never repeats itself costs no more than a few explanations; the rest say that they have none."""
    asked = []
    explain = debug.explain
    monkeypatch.setattr(debug, "explain", lambda text: asked.append(text) or explain(text))
    reader = Reader(debug, most=5)
    unread = [reader.read("noise " + "z" * length) for length in range(20)]

    assert len(asked) == 5
    assert [isinstance(each, Explanation) for each in unread] == [True] * 20
    assert unread[19].message == "not looked into: one of more than 5 kinds of unread records"
    assert unread[19].shape == "noise " + "z" * 19


def test_what_only_lark_can_read_is_read_and_counted(written: Callable[..., Shape]) -> None:
    """The expression may be narrower than the grammar; nothing is lost by it, and it is noticed."""
    narrow = written('start: [A] (B | A C)\nA: "a"\nB: "b"\nC: "c"\n')
    reader = Reader(narrow)

    assert narrow.compiled
    assert narrow.fields("ac") is None  # [A] has taken the a, and gives nothing back
    assert [reader.read(text) for text in ("ac", "ab", "ac")] == [
        {"A": "a", "B": "", "C": "c"},
        {"A": "a", "B": "b", "C": ""},
        {"A": "a", "B": "", "C": "c"},
    ]
    assert reader.by_lark == 2


def test_the_end_of_a_long_record_is_not_shown_whole(debug: Shape) -> None:
    """A message fits a terminal, whatever the record's length."""
    explanation = debug.explain(f"{HEAD.removesuffix(RESOURCE)}{'y' * 1_000_000}")

    assert len("\n".join(explanation.error("celigo.log:1").lines())) < 800


def test_explaining_a_huge_record_takes_no_time(written: Callable[..., Shape]) -> None:
    """A quoted field that never closes, over millions of characters."""
    quoted = written('start: "a=" TEXT\nTEXT: /"[^"]*"/')
    explanation = quoted.explain('a="' + "x" * 4_000_000)

    assert explanation.expected == ("TEXT",)
    assert 3 < explanation.got_to <= 20_000
