"""`tracelog statuses`: what each system's words mean."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from tracelog.cli import options
from tracelog.cli.options import Session, emit, json_option, show
from tracelog.errors import NothingFoundError
from tracelog.model.event import PAYMENT_STATES, STATES


@options.group(name="statuses", short_help="List what each system's statuses mean.")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """The canonical status map: what each system's words mean. Without a command: the list."""
    options.list_unless_called(ctx, list_, system=None, canonical=None, as_json=as_json)


@options.command(name="list", short_help="The map, by system or by canonical state.")
@click.option("--system", metavar="NAME", help="Of this system only.")
@click.option("--canonical", metavar="STATE", type=click.Choice(list(dict.fromkeys((*STATES, *PAYMENT_STATES)))),
              help="Only what means this state.")  # fmt: skip
@json_option
@click.pass_obj
def list_(session: Session, system: str | None, canonical: str | None, as_json: bool) -> None:
    """Every status value that is known: its system, field and axis, the canonical state, and how exact that is."""
    from tracelog.cli import overlay
    from tracelog.interpret import catalog

    with overlay.parsers(session, session.config()) as parsers:
        known = catalog.load(parsers)
        systems = known.status_systems()
        if system is not None and system not in systems:
            raise NothingFoundError(f"there is no status map of {system}", help=f"known: {', '.join(systems)}")
        rows = [
            row
            for name in ([system] if system else systems)
            for row in _rows(name, known.status_files(name))
            if canonical in {None, row["canonical"]}
        ]
    if as_json:
        emit(rows)
        return
    from tracelog.render import text

    show(text.statuses(sorted(rows, key=lambda row: (row["system"], row["field"])), session.view()))


def _rows(system: str, files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """As written; of a value that several files know the first file's rows."""
    from tracelog.interpret.status import fold

    seen: set[tuple[str, str]] = set()
    for path in files:
        own: set[tuple[str, str]] = set()
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                key = (row["field"].casefold(), fold(row["value"]))
                own.add(key)
                if key not in seen:
                    yield {"system": system, **{name: cell or None for name, cell in row.items() if name}}
        seen |= own


command.add_command(list_)
