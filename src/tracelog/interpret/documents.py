"""Where the records lie in documents of JSON or XML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def inside(documents: Sequence[Any], paths: Sequence[str], most: int) -> list[Any]:
    """The first records of JSON documents: where `records` says that they lie, else the documents themselves.

    As the reader goes through a list of pages, each with its records, so does this.
    """
    found: list[Any] = []
    pages = [page for each in documents for page in (each if paths and isinstance(each, list) else [each])]
    for document in pages:
        lying = [document] if not paths else [at(document, path) for path in paths]
        here = next((each for each in lying if each is not None), None)
        found += here if isinstance(here, list) else [here]
        if len(found) >= most:
            break
    return found[:most]


def at(document: Any, path: str) -> Any:
    if path == ".":
        return document
    for step in path.split("."):
        document = document.get(step) if isinstance(document, dict) else None
    return document
