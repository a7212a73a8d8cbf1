"""Whether an export states anything of an order, for definitions that go by words: most logs are of something else."""

from __future__ import annotations

import io

from tracelog.errors import DefinitionError, ExportError
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.definition import Definition
from tracelog.interpret.infer import known
from tracelog.interpret.loops import NAMES_NO_ORDER
from tracelog.interpret.resolve import Settings, interpreter
from tracelog.model.event import DAY
from tracelog.model.record import Plan
from tracelog.read.encoding import decoded
from tracelog.read.head import Head
from tracelog.read.reader import batches

_SOME_YEAR = 60 * 365 * DAY
"""Stamps without a year are of some year here: which one is settled when the export is read."""


def silence(head: Head, definition: Definition, catalog: Catalog, how: Plan) -> str | None:
    """Why no record at the beginning of this export states something; None when one does."""
    try:
        made = interpreter(definition, catalog, Settings(latest=_SOME_YEAR))
    except DefinitionError as problem:  # in the words of the user's
        catalog.note(problem)
        return str(problem)
    lines = "its lines start with a time" if definition.reader == "lines" else "its records are those of a log"
    nameless = f"{lines}, but none names an order"
    by_words_alone = definition.reader == "lines" and not definition.document.adds
    if by_words_alone and b"{" not in head.data and not known(catalog).words.may_name(decoded(head.data)):
        return nameless
    reasons: dict[str, None] = {}
    try:
        for batch in batches(io.BytesIO(head.data), how):
            values = batch.values if batch.values is not None else [decoded(raw) for raw in batch.raws]
            for outcome in made.batch(values):
                if outcome.verdict == "understood":
                    return None
                reasons.setdefault(outcome.reason or "")
    except ExportError:
        pass
    told = next((reason for reason in reasons if reason not in (NAMES_NO_ORDER, "")), None)
    return nameless if told is None else f"{lines}, but none states anything of an order: {told}"
