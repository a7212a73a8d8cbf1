"""`tracelog report`: what goes to the one who has to mend it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracelog.cli import options
from tracelog.cli.options import Session, emit, json_option, local_path, show
from tracelog.errors import UsageError

if TYPE_CHECKING:
    from tracelog.model.finding import Scan

DEFAULT = "tracelog-report.html"
EXAMPLES = 5


@options.command(name="report", short_help="Write the escalation report as one HTML file.")
@click.argument("orders", nargs=-1, metavar="[ORDER]...")
@click.option("--for", "vendor", metavar="SYSTEM", help="Keep what concerns this vendor.")
@click.option("--no-redact", is_flag=True, help="Leave names, addresses, e-mails and phones in.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), default=DEFAULT,
              show_default=True, metavar="FILE", help="Where to; - for standard output.")  # fmt: skip
@click.option("--text", "as_text", is_flag=True, help="As plain text to standard output instead.")
@json_option
@click.pass_obj
def command(
    session: Session,
    orders: tuple[str, ...],
    vendor: str | None,
    no_redact: bool,
    output: Path,
    as_text: bool,
    as_json: bool,
) -> None:
    """Write the report that goes into a ticket: verdict, example orders, every finding with its raw records and the
    coverage behind it, and the ledger. One file, nothing loaded from anywhere; personal data is redacted.

    With orders, only what concerns them.
    """
    raise NotImplementedError
