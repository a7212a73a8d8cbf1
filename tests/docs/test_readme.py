"""The commands in README and docs print what the page says they print.

A block fenced as `console` is a session: lines that begin with `$ ` are run one after the other in one fresh
folder, and what follows is their output. `pytest tests/docs --update-golden` writes the output anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def session(block: str) -> list[tuple[str, str]]:
    """The commands of a block, each with the output shown."""
    steps: list[tuple[str, str]] = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            steps.append((line[2:].rstrip("\n"), ""))
        else:
            command, shown = steps[-1]
            steps[-1] = (command, shown + line)
    return steps


def run(command: str, folder: Path) -> str:
    """What a person would see who types this: both streams, in a terminal without colour, in UTC."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "TZ": "UTC",
        "COLUMNS": "110",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
        "TRACELOG_DOCS": str(ROOT / "docs"),
        "TRACELOG_CACHE": os.environ.get("TRACELOG_CACHE")
        or str(Path(tempfile.gettempdir()) / f"tracelog-tests-{os.getuid()}"),
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_the_page_shows(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = page.read_text(encoding="utf-8")
    shown, printed = [], []
    fresh = text
    for block in BLOCK.findall(text):
        now = ""
        for command, expected in session(block):
            output = run(command, tmp_path)
            shown.append((command, expected))
            printed.append((command, output))
            now += f"$ {command}\n{output}"
        fresh = fresh.replace(f"```console\n{block}```", f"```console\n{now}```")
    if request.config.getoption("--update-golden"):
        page.write_text(fresh, encoding="utf-8")
        return

    assert printed == shown, "run `pytest tests/docs --update-golden` and read the difference"
