"""`tracelog demo`: a small incident to try everything on."""

from __future__ import annotations

from pathlib import Path

import click

from tracelog.cli import options
from tracelog.cli.options import Session, emit, json_option, local_path, show
from tracelog.errors import UsageError


@options.command(name="demo", short_help="Write a small, realistic incident to try this on.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@json_option
@click.pass_obj
def command(session: Session, folder: Path, as_json: bool) -> None:
    """Write a week of a shop, an integration and an ERP into the folder DIR, with known faults among the orders."""
    from tracelog import demo

    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty", help="name a new folder: the demo is written into it")
    try:
        files = demo.write(folder)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written", why=error.strerror) from error
    if as_json:
        emit({"files": [str(file) for file in files]})
        return
    show("".join(f"{local_path(file)}\n" for file in files))
    session.say(f"Now: tracelog ingest {folder}")
