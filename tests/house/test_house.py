"""Rules of the house that a reader of one file cannot see."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import msgspec
import pytest

from tracelog import config, resources
from tracelog.expect.model import Settings

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tracelog"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 400
EVERYDAY = {
    "x12",
    "edifact",
    "common",
    "receiver",
    "web",
    "webhooks",
    "words",
    "make",
    "log",
    "logs",
    "generic",
    "python",
    "pino",
}
"""Names of definitions that are words of the language too."""
STANDARDS = {"x12", "edifact"}
"""Definitions that are named after what their reader reads, and no vendor's."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_module_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_nothing_is_caught_without_being_named(path: Path) -> None:
    """A handler for everything would hide what it does not expect; one that raises it again only cleans up."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            assert again or caught not in {"everything", "Exception", "BaseException"}


def test_every_threshold_can_be_set() -> None:
    """`[thresholds]` in tracelog.toml names what the stage that uses them calls by the same name."""
    known = {field.name for field in msgspec.structs.fields(Settings) if field.type in (int, float)}

    assert set(config.THRESHOLDS) == known


def test_the_shipped_folders_are_found() -> None:
    from tracelog import resources

    for name in ("grammars", "parsers", "templates"):
        assert any(resources.folder(name).iterdir())


def test_a_vendor_is_named_in_data_only() -> None:
    """A new kind of export touches one definition and at most one grammar: no module knows a system by name.

    The demo is a story about named systems; examples in docstrings and comments may name one.
    """
    systems = {path.name.partition(".")[0] for path in resources.folder("parsers").glob("*.toml")}
    systems -= EVERYDAY | STANDARDS
    named = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if "demo" in path.relative_to(PACKAGE).parts:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        texts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
                words = set(re.findall(r"[a-z0-9]+", node.value.lower()))
                named += [(path.name, node.lineno, word) for word in sorted(words & systems)]

    assert named == []
