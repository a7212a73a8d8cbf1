"""Data goes one way, and so do imports: a stage knows only the stages before it and the shared model."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tracelog"
STAGES = ["model", "read", "match", "interpret", "store", "link", "expect", "judge", "conclude", "render", "cli"]
"""In the order in which data passes them."""
SHARED = {"errors", "resources", "config", "model"}
"""What every stage may use; these use nothing but each other."""
CONDUCTORS = {
    "clocks": {"interpret", "store", "link"},
    "vocabulary": {"interpret", "store"},
    "ingest": {"read", "match", "interpret", "store", "link", "clocks"},
    "follow": {"read", "ingest"},
    "trial": {"interpret", "store", "ingest", "investigate", "vocabulary"},
    "passes": {"store", "link", "expect", "judge", "conclude"},
    "parts": {"store", "expect", "passes"},
    "investigate": {"store", "link", "expect", "judge", "conclude", "passes", "parts"},
}
"""Modules that lead data through several stages, and which."""
EXCEPTIONS = {
    "store/settle.py": {"link"},  # which names are one order is a pure function; the store asks it and keeps the answer
    "__main__.py": {"cli"},
}
ALONE = {
    "sqlite3": {"store"},
    "sqlite_utils": {"store"},
    "lark": {"match"},
    "click": {"cli"},
    "jinja2": {"render"},
    "rich": {"render", "cli"},  # cli: the progress bar while ingest runs
}
"""What only some stages know."""
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relative to itself"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(path: Path) -> str:
    """The stage a module belongs to, or its own name at the package's top."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def used(path: Path) -> set[str]:
    """The parts of tracelog that a module imports."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("tracelog.")} - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_comes_before_it(path: Path) -> None:
    own, uses = part(path), used(path) - EXCEPTIONS.get(str(path.relative_to(PACKAGE)), set())
    if own in SHARED:
        allowed = SHARED
    elif own in CONDUCTORS:
        allowed = SHARED | CONDUCTORS[own]
    elif own == "cli":
        allowed = SHARED | set(STAGES) | set(CONDUCTORS) | {"demo"}
    elif own == "demo":
        allowed = {"demo"}  # a story: it knows nothing of the engine
    else:
        allowed = SHARED | set(STAGES[: STAGES.index(own) + 1]) if own in STAGES else set()

    assert uses - {own} <= allowed


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_its_own_stage_knows_a_library(path: Path) -> None:
    strangers = {name.partition(".")[0] for name in imported(path)} & ALONE.keys()

    assert [name for name in sorted(strangers) if part(path) not in ALONE[name]] == []


def test_looking_at_a_store_needs_neither_lark_nor_sqlite_utils(tmp_path: Path) -> None:
    """`trace` and `scan` parse nothing and change no schema: what that takes is never imported, not even late."""
    program = """
import sys
for name in ("lark", "sqlite_utils", "tracelog.match", "tracelog.interpret"):
    sys.modules[name] = None
from tracelog.cli import main
for command in (["scan"], ["scan", "--json"], ["trace", "#1001"], ["status"], ["unread"], ["report"]):
    try:
        main(command)
    except SystemExit as ended:
        assert ended.code in (0, 3), (command, ended.code)
"""
    folder = tmp_path / "exports"
    call = [sys.executable, "-m", "tracelog"]
    subprocess.run([*call, "demo", str(folder)], check=True, capture_output=True, cwd=tmp_path)
    subprocess.run([*call, "ingest", str(folder)], check=True, capture_output=True, cwd=tmp_path)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False)

    assert done.returncode == 0, done.stderr
