"""Where a draft goes: to standard output, or to a file, with the grammar of a text beside it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tracelog.errors import UsageError

if TYPE_CHECKING:
    from tracelog.interpret.draft import Draft

NOBODY = "mine"
"""The first word of a definition's file as long as nobody says whose export it is."""


class Place(NamedTuple):
    definition: Path
    grammar: Path
    given: bool
    """Whether the user says where; else both are only shown, and these are the names that they refer to."""


def place(file: Path, output: Path | None, into: Path | None, system: str | None) -> Place:
    """The files of a draft. Raises UsageError where they are there already, or two places are given."""
    if output is not None and into is not None:
        raise UsageError("-o and --into both say where the draft goes", help="give one of them")
    name = f"{_word(system or NOBODY)}.{_word(file.stem) or 'export'}.toml"
    definition = output or (into or Path()) / name
    return Place(definition, definition.with_name(f"{definition.stem.replace('.', '-')}.lark"), bool(output or into))


def write(place: Place, made: Draft) -> None:
    """Write the files, which must be new ones."""
    texts = {place.definition: made.text} | ({place.grammar: made.grammar} if made.grammar is not None else {})
    for path in texts:
        if path.exists():
            raise UsageError(f"{path} exists", help="give another file with -o, or remove it first")
    try:
        place.definition.parent.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, "utf-8")
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(f"{place.definition.parent} cannot be written to", why=why) from error


def text(place: Place, made: Draft) -> str:
    """Both files in one go, each under its name; a definition that needs no grammar as it is."""
    if made.grammar is None:
        return made.text
    return f"# {place.definition.name}\n{made.text}\n// {place.grammar.name}, beside it\n{made.grammar}"


def next_step(place: Place, made: Draft, file: Path, taken: Path) -> str:
    """What to do with the draft. `taken`: the folder whose definitions are in force without being named."""
    export, folder = shlex.quote(str(file)), shlex.quote(str(place.definition.parent))
    if not place.given:
        both = f"{place.definition.name} and {place.grammar.name}" if made.grammar is not None else "it"
        into = shlex.quote(str(taken))
        return f"Now: tracelog formats new {export} --into {into} writes {both}; -o FILE says under which name."
    beside = f" (its grammar is {place.grammar})" if made.grammar is not None else ""
    option = "" if place.definition.parent.resolve() == taken.resolve() else f" --parsers {folder}"
    return (
        f"Now: answer each TODO in {place.definition}{beside}, then tracelog formats check {place.definition}; "
        f"tracelog{option} ingest {export} reads the export"
    )


def _word(text: str) -> str:
    """A text as one plain word, as files and systems are called."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:60]
