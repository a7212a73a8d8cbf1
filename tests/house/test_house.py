"""Rules of the house that a reader of one file cannot see."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from tracelog import config
from tracelog.expect.model import Settings

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "src" / "tracelog").rglob("*.py"))
LONGEST = 400


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_module_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_nothing_is_caught_without_being_named(path: Path) -> None:
    """A handler for everything would hide what it does not expect."""
    assert not re.search(r"except\s*(\(?\s*(Base)?Exception\b|:)", path.read_text(encoding="utf-8"))


def test_every_threshold_can_be_set() -> None:
    """`[thresholds]` in tracelog.toml names what the stage that uses them calls by the same name."""
    known = {field.name for field in msgspec.structs.fields(Settings)} - {"limits"}

    assert set(config.THRESHOLDS) == known


def test_the_shipped_folders_are_found() -> None:
    from tracelog import resources

    for name in ("grammars", "parsers", "templates"):
        assert any(resources.folder(name).iterdir())
