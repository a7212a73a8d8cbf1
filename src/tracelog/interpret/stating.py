"""Whether an export states anything of an order, for definitions that go by words: most logs are of something else.

An order's number alone proves nothing: kernels, brokers, hospitals and test runs have orders, too. So what the first
records say is weighed: whether anything in them is called an order, and of which world their other words are.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tracelog.errors import DefinitionError, ExportError
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.definition import Definition
from tracelog.interpret.infer import HEARD, Heard, known
from tracelog.interpret.loops import ELSEWHERE, NAMES_NO_ORDER
from tracelog.interpret.resolve import Interpreter, Settings, interpreter
from tracelog.interpret.values import text_of
from tracelog.match.sentence import UNKNOWN_VERB
from tracelog.match.worlds import Sign
from tracelog.model.event import DAY, Outcome
from tracelog.model.record import Plan
from tracelog.read.encoding import decoded
from tracelog.read.head import Head
from tracelog.read.reader import batches

_SOME_YEAR = 60 * 365 * DAY
"""Stamps without a year are of some year here: which one is settled when the export is read."""
PLENTY = 40
"""So many that state something of an order are enough, when hardly one speaks of another world."""
MESSAGE = "told"
"""Under which name the definitions of logs keep a record's message."""
SHOWN = 60
"""Characters of a message that a reason cites."""
RARE = 100
"""One in so many records, none of which speaks of commerce, makes no export of orders."""


def silence(head: Head, definition: Definition, catalog: Catalog, how: Plan) -> str | None:
    """Why no record at the beginning of this export states something of a customer's order; None when one does."""
    try:
        made = interpreter(definition, catalog, Settings(latest=_SOME_YEAR))
        words = known(catalog).words
    except DefinitionError as problem:  # in the words of the user's
        catalog.note(problem)
        return str(problem)
    lines = "its lines start with a time" if definition.reader == "lines" else "its records are those of a log"
    nameless = f"{lines}, but none names an order"
    by_words_alone = definition.reader == "lines" and not definition.document.adds
    text = decoded(head.data)
    if by_words_alone and "{" not in text and not words.may_name(text):
        return nameless
    if definition.document.infer and (mark := words.worlds.mark(text)) is not None:
        return f"{lines}, but they are of {mark.world}: {mark.shown}"
    evidence = _Evidence()
    try:
        for batch in batches(io.BytesIO(head.data), how):
            values = batch.values if batch.values is not None else [decoded(raw) for raw in batch.raws]
            for start in range(0, len(values), PLENTY):
                some = values[start : start + PLENTY]
                outcomes = made.batch(some)
                evidence.take(_heard(made, some), outcomes)
                if evidence.plenty():
                    return None
    except ExportError:
        pass
    if not evidence.stating:
        if evidence.told is None:
            return nameless
        return f"{lines}, but none states anything of an order: {evidence.told}{evidence.example}"
    against = evidence.against()
    return against and f"{lines}, but {against}"


def _heard(made: Interpreter, values: Iterable[Any]) -> list[tuple[Heard | None, str]]:
    """What each record goes by, None where it names no order or its format does not go by words; and its message.

    An object was read in its place, and holds it; a text is taken apart once more.
    """
    records = [value if isinstance(value, dict) else made.open(value) for value in values]
    return [
        (record.get(HEARD), text_of(record.get(MESSAGE)) or "") if isinstance(record, dict) else (None, "")
        for record in records
    ]


class _Evidence:
    """What the first records say, summed up."""

    def __init__(self) -> None:
        self.records = self.stating = self.sure = self.commerce = self.naming = self.elsewhere = 0
        self.told: str | None = None
        """The first reason why a record that names an order states nothing."""
        self.example = ""
        self._touched: Counter[str] = Counter()
        """By world, the records that name an order and hold a sign of it."""
        self._signs: dict[Sign, str] = {}

    def take(self, heard: Iterable[tuple[Heard | None, str]], outcomes: Iterable[Outcome]) -> None:
        for (one, message), outcome in zip(heard, outcomes, strict=True):
            self.records += 1
            stated = outcome.verdict == "understood"
            self.stating += stated
            if one is None:
                self.sure += stated
            else:
                self.naming += 1
                self.sure += stated and one.sure
                self.commerce += one.commerce
                self._touched.update({sign.world for sign in one.signs})
                self._signs |= {sign: outcome.reason or "" for sign in one.signs if sign not in self._signs}
            reason = outcome.reason or ""
            self.elsewhere += reason.startswith(ELSEWHERE)
            if not stated and reason not in (NAMES_NO_ORDER, "") and self.told is None:
                self.told = reason
                if one is not None and message and reason == UNKNOWN_VERB:
                    shown = message.partition("\n")[0][:SHOWN]
                    self.example = f" in a known word: “{shown}”; words of your own go into a file words.toml"

    def plenty(self) -> bool:
        return self.sure >= PLENTY and sum(self._touched.values()) * 4 < self.naming

    def against(self) -> str | None:
        """Why what a few records state is not taken for statements of customers' orders; None when it is."""
        world, touched = max(self._touched.items(), key=lambda each: each[1], default=("", 0))
        signs = [sign for sign in self._signs if sign.world == world]
        most = touched * 2 >= self.naming and touched > self.commerce
        if most and (sum(sign.weight for sign in signs) > 1):
            shown = ", ".join(sign.shown for sign in signs[:3])
            return f"most that name orders speak of {world} ({shown}), and not of a customer's order"
        if self.elsewhere >= self.stating and self.elsewhere > self.commerce:
            return self.told or ""
        if not self.sure and not self.commerce:
            return "nothing in them is called an order, and none speaks of commerce"
        if self.records >= RARE and self.stating * RARE < self.records and not self.commerce:
            return f"only {self.stating} of the first {self.records:,} name an order, and none speaks of commerce"
        return None
