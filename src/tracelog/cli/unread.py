"""`tracelog unread`: the records that no format understood."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click
import msgspec

from tracelog.cli import options
from tracelog.cli.options import Session, emit, json_option, show

if TYPE_CHECKING:
    from tracelog.store.refused import Refused


@options.command(name="unread", short_help="What no format understood, by shape, with the reason.")
@json_option
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """Records that no format understood: grouped by shape, each with its count, the reason, the nearest format and
    how far it got, and one example. Then the files that could not be read at all, or not to their end.
    """
    with session.store() as store:
        groups: list[dict[str, Any]] = [
            {**msgspec.to_builtins(each), "draft": _drafted(each.export)} for each in store.unread()
        ]
        refused = store.refused()
    if as_json:
        emit([*groups, *(_whole_file(each) for each in refused if each.expected)])
        return
    from tracelog.render import text

    show(text.unread(groups, session.view(), refused=refused))
    if groups:
        session.say("A draft begins from the format that reads the rest; ingest takes its folder with --parsers.")


def _drafted(export: str) -> str:
    """The command that drafts a definition for what stayed unread in this export."""
    return f"tracelog formats new {shlex.quote(export.partition('!')[0])} --into mine"


def _whole_file(one: Refused) -> dict[str, Any]:
    """A file in the form of a group: how many records it would have held is not known."""
    return {"shape": None, "count": None, "export": one.name, "example": None, "reason": one.reason, "nearest": None,
            "help": one.help, "path": one.path}  # fmt: skip
