"""How far ingest is, drawn on stderr while a person watches, and nowhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from tracelog.cli.options import Session

Report = Callable[[str, int, int | None], None]
"""Called with an export's name, the bytes read so far, and their number if it is known."""


@contextlib.contextmanager
def progress(session: Session) -> Iterator[Report | None]:
    """The function to report to; None where nobody watches."""
    if session.quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
        TransferSpeedColumn,
    )

    from tracelog.render.visible import visible

    console = Console(stderr=True, no_color=not session.colour)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def report(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                for finished in tasks.values():
                    bars.update(finished, visible=False)
                tasks[name] = bars.add_task(visible(name)[-60:], total=total)
            bars.update(tasks[name], completed=done, total=total)

        yield report
