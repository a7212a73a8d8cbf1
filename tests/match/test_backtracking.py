"""No expression of ours can read a text twice, however hostile the text."""

from __future__ import annotations

import re
import re._constants as sre
import re._parser as sre_parse
import time
from collections.abc import Iterator
from typing import Any

import pytest

from match.records_for_match import RECORDS, SHAPES
from tracelog import resources
from tracelog.match import regular, shape
from tracelog.match.mask import mask

LENGTH = 100_000
PATIENCE = 0.5
"""Seconds for 100,000 characters; a quadratic expression takes minutes, an exponential one for ever."""


def loose(items: Any, *, closed: bool) -> Iterator[Any]:
    """The repetitions and branches that are neither possessive nor inside an atomic group."""
    for operator, argument in items:
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT) and not closed:
            yield argument
        inner = closed or operator in (sre.ATOMIC_GROUP, sre.ASSERT, sre.ASSERT_NOT)
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            yield from loose(argument[2], closed=closed)
        elif operator is sre.SUBPATTERN:
            yield from loose(argument[3], closed=inner)
        elif operator is sre.ATOMIC_GROUP:
            yield from loose(argument, closed=True)
        elif operator in (sre.ASSERT, sre.ASSERT_NOT):
            yield from loose(argument[1], closed=True)
        elif operator is sre.BRANCH:
            if not closed:
                yield argument
            for branch in argument[1]:
                yield from loose(branch, closed=inner)


def expression(reference: str) -> str:
    pattern = shape.load(reference, [resources.folder("grammars")]).pattern
    assert pattern is not None
    return pattern.pattern


@pytest.mark.parametrize("reference", SHAPES)
def test_nothing_is_tried_a_second_way(reference: str) -> None:
    """Every repetition and choice is possessive or atomic, and inside an atomic group the next character decides."""
    pattern = expression(reference)

    assert list(loose(sre_parse.parse(pattern), closed=False)) == []
    assert regular.backtracks(pattern) is None


@pytest.mark.parametrize("reference", SHAPES)
def test_hostile_texts_take_no_longer_than_their_length(reference: str) -> None:
    """A good record continued by 100,000 characters of each of its own, and what is made of those alone."""
    match = re.compile(expression(reference)).match
    good = [text for name, text, _ in RECORDS if name == reference]
    bad = [
        text[:cut] + unit * LENGTH
        for text in good
        for cut in (0, len(text) // 2, len(text))
        for unit in sorted({*text})
    ]

    for text in bad:
        started = time.perf_counter()
        match(text)
        assert time.perf_counter() - started < PATIENCE, text[:80]


@pytest.mark.parametrize("unit", ['"', "'", "a", "1", "a1", '\\"', "f-", " ", '"a', "\n"])
def test_a_mask_takes_no_longer_than_the_text(unit: str) -> None:
    started = time.perf_counter()
    masked = mask(unit * LENGTH)

    assert time.perf_counter() - started < PATIENCE
    assert len(masked) <= 200


@pytest.mark.parametrize(
    "pattern", [r"[^#]+#", r"\S+(?: \S+)*", r"\s*\S", r"GET|POST|PUT|PATCH", r'"(?:[^"]|"")*+"', r"\d{1,9}Z"]
)
def test_patterns_that_cannot_backtrack_are_known(pattern: str) -> None:
    assert regular.unfit(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        r".*#",  # the dot takes the # too
        r"(?:\w+\s?)*;",  # the classic: exponential
        r"(?:[ab]c|ad)*e",
        r"\d{1,9}\d",
        r"(?i:a+)A",
        r"[^\u4e2d]+\u4e2d\u4e2d|[\u4e2d\u4e2e]+\u4e2d",
        r"(?=(?:\w+\s?)*;)a",  # inside a lookahead
        r"(?:(?!.*;)x)*",  # a lookahead to the end at every step
        r"(a)\1",
    ],
)
def test_patterns_that_can_backtrack_are_known(pattern: str) -> None:
    assert regular.unfit(pattern) is not None
