"""A cache of its own for every test, and small grammars written on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tracelog.match import shape
from tracelog.match.shape import Shape


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("TRACELOG_CACHE", str(folder))
    return folder


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Shape]:
    """`written("start: A …")`: the rule `start` of a grammar file with that text."""

    def write(text: str, rule: str = "start") -> Shape:
        (tmp_path / "trial.lark").write_text(text, encoding="utf-8")
        return shape.load(f"trial.lark:{rule}", [tmp_path])

    return write
