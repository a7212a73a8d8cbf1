"""`tracelog report`: what goes to the one who has to mend it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import msgspec

from tracelog.cli import ids, options, systems
from tracelog.cli.options import Session, emit, json_option, local_path, show
from tracelog.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracelog.model.finding import Scan, Trace
    from tracelog.render.html import ReportOptions

DEFAULT = "tracelog-report.html"
EXAMPLES = 5


@options.command(name="report", short_help="Write the escalation report as one HTML file.")
@click.argument("orders", nargs=-1, metavar="[ORDER|ID]...")
@click.option("--for", "vendor", metavar="SYSTEM", help="Keep what concerns this vendor.")
@click.option("--no-redact", is_flag=True, help="Leave names, addresses, e-mails and phones in.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), default=DEFAULT,
              show_default=True, metavar="FILE", help="Where to; - for standard output.")  # fmt: skip
@click.option("--text", "as_text", is_flag=True, help="As plain text to standard output instead.")
@json_option
@click.pass_obj
def command(
    session: Session,
    *,
    orders: tuple[str, ...],
    vendor: str | None,
    no_redact: bool,
    output: Path,
    as_text: bool,
    as_json: bool,
) -> None:
    """Write the report that goes into a ticket: verdict, example orders, every finding with its raw records and the
    coverage behind it, and the ledger. One file, nothing loaded from anywhere; personal data is redacted.

    With orders, only what concerns them; with the id of an incident or a finding (I-1169639640de), only that.
    """
    if as_text and as_json:
        raise UsageError("--text does not go with --json", help="scan --json and trace --json give findings as JSON")
    file = next((name for name in orders if name.lower().endswith((".html", ".htm"))), None)
    if file is not None:
        raise UsageError(
            f"{file} is no order's name", help=f"the file to write goes behind -o: tracelog report -o {file}"
        )
    found = gather(session, orders)
    if vendor is not None:
        systems.known(found.scan, vendor)
    settings = settings_for(found, session, vendor, redact=not no_redact)
    if as_text:
        from tracelog.render import text

        show(text.report(found.scan, found.traces, settings, session.view()))
        return
    write(output, found, settings)
    if str(output) == "-":
        return
    if as_json:
        emit({"report": str(output), "findings": len(found.scan.findings), "incidents": len(found.scan.incidents),
              "orders": [trace.order for trace in found.traces], "redacted": settings.redact})  # fmt: skip
    else:
        show(f"{local_path(output)}\n")


class Gathered(NamedTuple):
    """What a report is made of. `columns` are those of CSV exports, by SHA-256: redaction goes by their names."""

    scan: Scan
    traces: list[Trace]
    columns: dict[str, list[str]]


def gather(session: Session, orders: Sequence[str]) -> Gathered:
    """What a report shows: everything with some example orders, or only what concerns these orders."""
    from tracelog import investigate
    from tracelog.render.prepare import columns_of
    from tracelog.render.times import zone
    from tracelog.store.headers import headers

    zone(session.show_tz)  # a zone that nobody knows is said before the work, not after
    config = session.config()
    with session.exports() as store:
        scan = investigate.scan(store, config=config)
        meant = ids.concerned(scan, ids.whole(scan, filter(ids.is_id, orders)))
        named = [name for name in orders if not ids.is_id(name)]
        names = [*named, *ids.orders(meant)[:EXAMPLES]] if orders else _examples(scan)
        traces = [trace for name in names for trace in investigate.trace(store, name, config=config)]
        columns = {sha256: columns_of(above) for sha256, above in headers(store).items()}
    if orders:
        scan = _about(scan, {f.id for f in meant}, {trace.order for trace in traces} if named else set())
    return Gathered(scan, traces, columns)


def _about(scan: Scan, meant: set[str], titles: set[str]) -> Scan:
    """The scan with the findings that are meant or of these orders only, and with what caused them."""
    mine = {f.id for f in scan.findings if f.order in titles} | meant
    causes = {f.caused_by for f in scan.findings if f.id in mine}
    kept = [f for f in scan.findings if f.id in mine or f.id in causes]
    shown = {f.id for f in kept}
    incidents = [one for one in scan.incidents if shown.intersection(one.findings)]
    return msgspec.structs.replace(scan, findings=kept, incidents=incidents)


def write(path: Path, found: Gathered, settings: ReportOptions) -> None:
    """The HTML file, whole or not at all: a report that is half there would be sent."""
    from tracelog.render.html import report

    page = report(found.scan, found.traces, settings)
    if str(path) == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(page.encode())
        return
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(page, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as error:
        tip = "give another file with -o, or -o - for standard output"
        raise UsageError(f"{path} could not be written", why=error.strerror, help=tip) from error
    finally:
        beside.unlink(missing_ok=True)


def settings_for(found: Gathered, session: Session, vendor: str | None = None, *, redact: bool = True) -> ReportOptions:
    """How the report is made; the time is that of the clock on the wall, for the reader, and decides nothing."""
    from tracelog.render.html import ReportOptions

    return ReportOptions(
        redact=redact,
        for_system=vendor,
        show_tz=session.show_tz,
        generated_at=datetime.now(UTC),
        columns=found.columns,
    )


def _examples(scan: Scan) -> list[str]:
    """Orders to show whole: one of each incident, worst incident first, then the next of each."""
    rows = [list(incident.examples) for incident in scan.incidents]
    turns = (row[turn] for turn in range(EXAMPLES) for row in rows if turn < len(row))
    return list(dict.fromkeys(turns))[:EXAMPLES]
