"""`tracelog routes`: the ways that order events take."""

from __future__ import annotations

import click

from tracelog.cli import options
from tracelog.cli.options import Session, emit, json_option, show


@options.command(name="routes", short_help="The routes in force: declared or learned, with delays and limits.")
@json_option
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """The legs that order events take from system to system: declared in tracelog.toml or learned from the data, how
    many took each, the usual delay, and the limit in force.
    """
    from tracelog import investigate

    with session.store() as store:
        rows = investigate.routes(store, config=session.config())
    if as_json:
        emit(rows)
        return
    from tracelog.render import text

    show(text.routes(rows, session.view()))
