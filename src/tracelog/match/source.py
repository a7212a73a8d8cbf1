"""Grammar files as text: where they lie, what they import, what their terminals are called in plain words.

No Lark here: this much is needed to know that a compiled form in the cache is still the right one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tracelog.errors import DefinitionError

_IMPORT = re.compile(r"^[ \t]*%import[ \t]+\.?([\w.]+)", re.MULTILINE)
_ALIAS = re.compile(r"^[ \t]*%import[ \t]+[\w.]*\.(\w+)[ \t]*->[ \t]*(\w+)", re.MULTILINE)
_WORDS = re.compile(r"^([A-Z_][A-Z0-9_]*)(?:\.-?\d+)?[ \t]*:.*[ \t]{2}//[ \t]*(\S.*?)[ \t]*$", re.MULTILINE)


class Source(NamedTuple):
    """A grammar file, with the text of all that it imports."""

    path: Path
    texts: tuple[str, ...]
    """Its own text first, then each imported file's once."""
    folders: tuple[Path, ...]
    """Where imports are looked for, in this order."""


def find(file: str, folders: Sequence[Path]) -> Source:
    """The grammar of that name in the first folder that has it. Raises DefinitionError."""
    for folder in folders:
        path = folder / file
        if path.is_file():
            places = (*folders, path.parent)
            return Source(path, tuple(_texts(path, places)), places)
    raise DefinitionError(
        f"there is no grammar {file!r}",
        where=", ".join(map(str, folders)) or "no folder to look in",
        help="a definition names a grammar as file.lark:rule; the file lies in grammars/ or beside the definition",
    )


def words(source: Source) -> dict[str, str]:
    """What each terminal is in plain words: the comment behind it, two blanks or more apart."""
    found: dict[str, str] = {}
    for text in reversed(source.texts):  # its own words count for more than an import's
        found |= _WORDS.findall(text)
        found |= {alias: found[name] for name, alias in _ALIAS.findall(text) if name in found}
    return found


def _texts(first: Path, places: Sequence[Path]) -> list[str]:
    texts: list[str] = []
    waiting, seen = [first], {first}
    while waiting:
        path = waiting.pop(0)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise DefinitionError("cannot read a grammar", why=str(problem), where=str(path)) from None
        texts.append(text)
        for dotted in _IMPORT.findall(text):
            for file in (f"{dotted.replace('.', '/')}.lark", f"{dotted.rpartition('.')[0].replace('.', '/')}.lark"):
                found = next((place / file for place in places if (place / file).is_file()), None)
                if found and found not in seen:  # none: one of Lark's own
                    seen.add(found)
                    waiting.append(found)
    return texts
