"""Golden outputs: what a reader sees, kept as a file beside the tests and compared whole.

`pytest --update-golden` rewrites them; read the difference before committing it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the stored outputs with the present ones")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares text with `golden/NAME` beside the test module."""
    folder = Path(request.path).parent / "golden"
    update = request.config.getoption("--update-golden")

    def check(text: str, name: str) -> None:
        path = folder / name
        if update:
            folder.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.exists(), f"{path.name} is not stored yet: run pytest --update-golden"
        expected = path.read_text(encoding="utf-8")
        assert text == expected, f"{path.name} differs: if that is meant, run pytest --update-golden"

    return check
