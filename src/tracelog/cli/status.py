"""`tracelog status`: what is in the store, how far it sees, and what is missing."""

from __future__ import annotations

import click

from tracelog.cli import options
from tracelog.cli.options import Session, emit, json_option, show


@options.command(name="status", short_help="What is in the store, how far it sees, what to fetch next.")
@json_option
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """What is in the store: exports with their ledger, streams with coverage and holes, zones assumed, names that
    several orders have and that tie none of them, and what is wanted next and until when it can be had.
    """
    from tracelog import investigate

    with session.store() as store:
        found = investigate.status(store, config=session.config())
    if as_json:
        emit(found)
        return
    from tracelog.render import text

    rows = (found["store"], found["ledger"], found["coverage"], found["wanted"])
    show(text.status(*rows, session.view(), not_followed=found["not_followed"]))
