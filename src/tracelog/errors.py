"""What can go wrong in a way a person should read: one base class, small classes with one sentence each.

Every message answers five questions: what is wrong, why, where, how far it got, what to do.
`str(error)` is the *what*; the other four are attributes and are printed below it, where known.
"""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str], otherwise: str, *, most: int = 1, cutoff: float = 0.6) -> str:
    """The advice beside a name that is not known: what is spelled or begins like it, or else something else."""
    import difflib

    folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(word.casefold(), folded, n=most, cutoff=cutoff)
    if len(word) > 1:
        near = near or [each for each in folded if each.startswith(word.casefold())][:most]
    return f"did you mean {' or '.join(folded[each] for each in near)}?" if near else otherwise


class TracelogError(Exception):
    """Something is wrong that the user can do something about."""

    exit_code = 2

    def __init__(
        self,
        what: str,
        *,
        why: str | None = None,
        where: str | None = None,
        got_to: str | None = None,
        help: str | None = None,  # noqa: A002 - the word users read
    ) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.where = where
        self.got_to = got_to
        self.help = help

    def lines(self) -> list[str]:
        """The message as people read it, one line per question answered."""
        labelled = [("reason", self.why), ("where", self.where), ("got to", self.got_to), ("help", self.help)]
        return [self.what, *(f"  {label}: {text}" for label, text in labelled if text)]


class UsageError(TracelogError):
    """The command was called with something it cannot work with."""


class DefinitionError(TracelogError):
    """A format definition or a grammar is wrong."""


class NothingFoundError(TracelogError):
    """What was asked for is not in the store."""

    exit_code = 3


class ExportError(TracelogError):
    """An export could not be read, or is damaged; what was good of it is kept."""

    exit_code = 4


class StoreError(TracelogError):
    """The store cannot be used."""
