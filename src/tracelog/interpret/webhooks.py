"""A plain list of webhooks sent, under any header: a definition is made for it, tried on it, and kept.

It is kept in a folder where the user may correct it. Nothing is ever written over, nor through a link: what lies in
that folder may have been put there by somebody else.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from tracelog.errors import DefinitionError, ExportError
from tracelog.interpret import draft as drafts
from tracelog.interpret import samples
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.definition import Definition, Sample
from tracelog.interpret.guessed import signed
from tracelog.interpret.loading import name_of, parse
from tracelog.interpret.sight import sight, written
from tracelog.read.head import Head

SENDER = "webhooks"
"""Who sent a list of webhooks, as long as nobody says."""
MOST = 1000
"""Definitions of one name that are looked for a number that is free."""


class Made(NamedTuple):
    """A definition that was guessed, what it rests on, and why it was not kept."""

    definition: Definition
    found: list[tuple[str, str]]
    unkept: str | None = None


def of_webhooks(
    head: Head, catalog: Catalog, folder: Path, system: str | None = None, *, keep: bool = True
) -> Made | None:
    """A definition for a plain list of webhooks sent, whatever its columns are called; it is in the catalog at once.

    With `keep` it is written into the folder. None for anything that does not surely look like such a list, and where
    the definition does not read the records that it was made from.
    """
    stem = head.name.rpartition("/")[2].rpartition("!")[2].partition(".")[0]
    system = _word(system or SENDER) or SENDER
    try:
        made = drafts.draft(head, catalog, f"Webhooks sent ({stem})", system, grammar="")
        if not made.sure:
            return None
        path = _free(folder, f"{system}.{_word(stem) or SENDER}", catalog)
        text = signed(made.text)
        definition = parse(text, path)
        if not _reads(definition, catalog, head):
            return None
    except (ExportError, DefinitionError):
        return None
    unkept = _kept(path, text) if keep else None
    catalog.definitions[definition.name] = definition
    return Made(definition, made.found, unkept)


def kept_in(folder: str | None, problem: DefinitionError) -> bool:
    """Whether it is a definition of this folder that is wrong."""
    return bool(folder and problem.where) and Path(problem.where or "").parent == Path(folder or "")


def _free(folder: Path, base: str, catalog: Catalog) -> Path:
    """A file that is not there yet, not as a link either."""
    paths = (folder / f"{base}{f'-{number}' if number > 1 else ''}.toml" for number in range(1, MOST))
    for path in paths:
        if name_of(path) not in catalog.definitions and not path.is_symlink() and not path.exists():
            return path
    raise DefinitionError(f"{folder} holds more than {MOST} definitions called {base}", help="remove some")


def _reads(definition: Definition, catalog: Catalog, head: Head) -> bool:
    """Whether most of the records that it was made from state something by it."""
    seen = sight(head)
    zone = definition.document.sample[0].zone
    text = written(seen, range(len(seen.records)))
    outcomes = samples.outcomes(definition, catalog, Sample(text=text, zone=zone))
    return sum(bool(each.events) for each in outcomes) * 2 > len(outcomes)


def _kept(path: Path, text: str) -> str | None:
    """Write the file, which must be a new one in a folder that is none of somebody else's; else why not."""
    if path.parent.is_symlink():
        return f"{path.parent} is a link, and nothing is written through one"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:  # refuses what is there, a dangling link too
            file.write(text)
    except FileExistsError as error:
        return f"{error.filename or path.parent} is there and is no folder"
    except OSError as error:
        return f"{path.parent} cannot be written to: {error.strerror or error}"
    return None


def _word(text: str) -> str:
    """A text as one plain word, as files and systems are called."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:60]
