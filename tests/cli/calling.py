"""Calling tracelog as a person does: with words, in a folder, and looking at what comes out and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple


class Said(NamedTuple):
    code: int
    out: str
    err: str


def environment(folder: Path) -> dict[str, str]:
    """That of somebody else; but what grammars were compiled to is kept, or each call would compile them."""
    kept = os.environ.get("TRACELOG_CACHE") or str(Path(tempfile.gettempdir()) / f"tracelog-tests-{os.getuid()}")
    own = {"PATH": os.environ["PATH"], "HOME": str(folder), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    return own | {"TRACELOG_CACHE": kept}


def call(*words: str, at: Path, stdin: str | None = None, **env: str) -> Said:
    done = subprocess.run(
        [sys.executable, "-m", "tracelog", *words],
        cwd=at,
        env=environment(at) | env,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return Said(done.returncode, done.stdout, done.stderr)
