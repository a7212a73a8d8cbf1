"""What is asked of ingest, and what it answers."""

from __future__ import annotations

import msgspec

from tracelog.model.finding import LedgerRow


class IngestOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the user says about all exports of this call. `as_of` is UTC nanoseconds."""

    format: str | None = None
    tz: str | None = None
    system: str | None = None
    instance: str | None = None
    as_of: int | None = None
    jobs: int = 1
    dry_run: bool = False
    growing: bool = False
    """These exports are still written to: their last record may not be whole yet, and waits for the next time."""
    strict: bool = False
    guesses: str | None = None
    """The folder in which a definition is kept that was guessed; None: nothing is guessed."""
    again: bool = False
    """What is in the store is read as if it were given again: its definitions may say something else by now."""


class Failed(msgspec.Struct, frozen=True):
    """An export that could not be read, or not to its end."""

    export: str
    error: str
    help: str | None = None


class Guessed(msgspec.Struct, frozen=True):
    """An export that no format fitted, and that looked like a list of webhooks sent."""

    export: str
    definition: str
    """The file that it is read by from now on."""
    found: list[tuple[str, str]]
    """(role, the field with what speaks for it)."""
    kept: bool = True
    """Whether the file was written; a dry run writes none."""
    unkept: str | None = None
    """Why it could not be."""


class IngestReport(msgspec.Struct):
    """What became of everything that was given. `not_exports`: (path, why) of files that no format fits."""

    ledger: list[LedgerRow] = []
    not_exports: list[tuple[str, str]] = []
    failed: list[Failed] = []
    warnings: list[Failed] = []
    """What is wrong beside the exports, and stopped nothing: a definition that was kept and is broken by now."""
    guessed: list[Guessed] = []
    exports: dict[str, int] = {}
    """By name, the number under which the store has each export of this call."""
    exit_code: int = 0
