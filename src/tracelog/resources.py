"""Where the shipped data lies: `grammars/`, `parsers/`, `templates/`.

In a wheel they sit inside the package; in a checkout (editable or never installed) they sit at the top
of the repository, two levels above this file.
"""

from __future__ import annotations

from pathlib import Path


def folder(name: str) -> Path:
    """The folder of that name: beside this module, else at the repository's top."""
    here = Path(__file__).resolve().parent
    beside = here / name
    return beside if beside.is_dir() else here.parent.parent / name
