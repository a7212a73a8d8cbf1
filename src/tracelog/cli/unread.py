"""`tracelog unread`: the records that no format understood."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from tracelog.cli import options
from tracelog.cli.options import Session, emit, json_option, show


@options.command(name="unread", short_help="What no format understood, by shape, with the reason.")
@json_option
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """Records that no format understood: grouped by shape, each with its count, the reason, the nearest format and
    how far it got, and one example.
    """
    with session.store() as store:
        groups: list[dict[str, Any]] = msgspec.to_builtins(store.unread())
    if as_json:
        emit(groups)
        return
    from tracelog.render import text

    show(text.unread(groups, session.view()))
    if groups:
        session.say("tracelog formats show NAME --source shows how a format is read; one of the same name in a folder")
        session.say("given with --parsers takes its place. tracelog formats new EXPORT drafts one from scratch.")
