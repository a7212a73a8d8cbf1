"""The page about the kinds is made of the detectors, and says what they say."""

from __future__ import annotations

import re
from pathlib import Path

from tracelog.judge.about import HEADINGS, page
from tracelog.judge.judge import all_detectors

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_the_kinds_is_made_of_the_detectors() -> None:
    """`python -m tracelog.judge.about > docs/finding-kinds.md` after changing a docstring."""
    assert (DOCS / "finding-kinds.md").read_text("utf-8") == page()


def test_the_page_for_authors_names_what_there_is() -> None:
    """Headings and files that the page tells an author to use exist under these names."""
    text = (DOCS / "add-a-detector.md").read_text("utf-8")
    root = DOCS.parent / "src" / "tracelog"

    assert all(f"{heading}:" in text for heading in HEADINGS.values())
    for named in re.findall(r"`((?:judge|model)/[\w/]+\.py|judge/\w+/)`", text):
        assert (root / named).exists(), named


def test_a_detector_fits_on_a_screen_or_two() -> None:
    """A hundred lines, explanation and all."""
    folder = DOCS.parent / "src" / "tracelog" / "judge" / "detectors"
    sizes = {path.name: len(path.read_text("utf-8").splitlines()) for path in folder.glob("*.py")}

    assert {name: size for name, size in sizes.items() if size > 100} == {}
    assert len(sizes) == len(all_detectors()) + 1
