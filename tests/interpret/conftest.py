from __future__ import annotations

from pathlib import Path

import pytest

from interpret.making import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty folder for a user's own definitions."""
    return Folder(tmp_path)
