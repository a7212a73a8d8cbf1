"""`tracelog ingest`: exports in, ledger out."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tracelog.cli import options
from tracelog.cli.options import Session, emit, json_option, show
from tracelog.errors import ExportError, UsageError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from tracelog.config import Config
    from tracelog.model.ingest import Guessed, IngestOptions, IngestReport


@options.command(name="ingest", short_help="Read exports into the store.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--format", "format_", metavar="NAME", help="Read as this format instead of recognising it.")
@click.option("--tz", metavar="ZONE", help="Zone of exports whose clock names none, as America/New_York or -05:00.")
@click.option("--system", metavar="NAME[/INSTANCE]", help="Who wrote these exports, where they do not say.")
@click.option("--as-of", metavar="TIME", help="When a snapshot without times of its own was taken.")
@click.option("--follow", is_flag=True, help="Go on reading what is written to these files, until Ctrl-C.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that may read at once. Accepted for scripts: today exports are read one after the other by one.",
)
@click.option("--dry-run", is_flag=True, help="Recognise and count, store nothing.")
@click.option("--strict", is_flag=True, help="Any file that is no export counts as a failure (exit code 4).")
@json_option
@click.pass_obj
@click.pass_context
def command(
    ctx: click.Context,
    session: Session,
    *,
    paths: tuple[str, ...],
    format_: str | None,
    tz: str | None,
    system: str | None,
    as_of: str | None,
    follow: bool,
    jobs: int | None,
    dry_run: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Read exports: files, folders, globs, - for standard input; gz, bz2, xz, zst, zip and tar are unpacked as they are
    read.

    Each export is recognised by its content. Ingesting the same, a grown or an overlapping export again adds only
    what is new. The ledger accounts for every record: understood, ignored or context with a reason, or unread.

    Exit code 4: a named path is no export, a folder holds none, one is damaged, or more than 1 % of one is unread.
    """
    from tracelog.cli import overlay
    from tracelog.cli.progress import progress
    from tracelog.cli.times import instant
    from tracelog.ingest import ingest
    from tracelog.model.ingest import IngestOptions

    name, _, instance = (system or "").partition("/")
    settings = IngestOptions(
        format=format_,
        tz=tz,
        system=name or None,
        instance=instance or None,
        as_of=instant(as_of, session, "--as-of"),
        jobs=jobs or 1,
        dry_run=dry_run,
        guesses=str(session.guesses),
        strict=strict,
    )
    config = session.config()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)  # millions of small objects without cycles: looking for some costs a tenth
    with overlay.parsers(session, config) as parsers:
        if name:
            _known(session, name, parsers)
        if follow:
            ctx.exit(_follow(session, paths, parsers, config, settings, as_json=as_json))
        with progress(session) as report_progress:
            report = ingest(
                paths, db=session.db, parsers=parsers, config=config, options=settings, progress=report_progress
            )
    code = _told(session, report, as_json=as_json)
    if report.ledger and not as_json:
        unread = f"; {session.command('unread')} shows what was not understood" if code else ""
        session.say("Nothing was stored (--dry-run)." if dry_run else f"Now: {session.command('scan')}{unread}")
    ctx.exit(code)


def _known(session: Session, system: str, parsers: Sequence[Path]) -> None:
    """A system that no format is of is taken as said; one spelled nearly like a known one is most likely that."""
    from tracelog.interpret import catalog

    systems = catalog.load(parsers).systems()
    if system not in systems and (tip := did_you_mean(system, systems, "")):
        session.say(f"no format is of a system {system}, it is taken as one of its own; {tip}")


def _follow(
    session: Session, paths: tuple[str, ...], parsers: Sequence[Path], config: Config, settings: IngestOptions, *,
    as_json: bool,
) -> int:  # fmt: skip
    """Round after round; with --json a line each. Ends with Ctrl-C, and with the worst exit code of all rounds."""
    import msgspec

    from tracelog.follow import rounds
    from tracelog.ingest import ingest_sources

    if "-" in paths or settings.dry_run:
        given = "--dry-run" if settings.dry_run else "standard input"
        raise UsageError(f"--follow does not go with {given}", help="give the files that are written to")

    def read(sources: Sequence[Any], growing: bool, former: dict[str, int]) -> IngestReport:
        options_ = msgspec.structs.replace(settings, growing=growing)
        return ingest_sources(
            sources, db=session.db, parsers=parsers, config=config, options=options_, former=former
        )  # fmt: skip

    worst = 0
    with contextlib.suppress(KeyboardInterrupt):
        for report in rounds(paths, read):
            worst = max(worst, _told(session, report, as_json=as_json))
    return worst


def _told(session: Session, report: IngestReport, *, as_json: bool) -> int:
    """Says what came of it; the exit code."""
    if as_json:
        emit({
            "ledger": report.ledger,
            "not_exports": [path for path, _ in report.not_exports],
            "failed": [{"export": each.export, "error": each.error, "help": each.help} for each in report.failed],
            **({"warnings": [{"error": each.error, "help": each.help} for each in report.warnings]}
               if report.warnings else {}),
        })  # fmt: skip
    else:
        _tell(session, report)
    sys.stdout.flush()
    nothing = not report.ledger and bool(report.not_exports)
    return ExportError.exit_code if nothing else report.exit_code


def _tell(session: Session, report: IngestReport) -> None:
    """The ledger to stdout; what was no export, and what failed, to stderr."""
    from tracelog.render import text, wording
    from tracelog.render.visible import visible

    if report.ledger:
        show(text.ledger(report.ledger, session.view()))
    if report.not_exports:
        session.say("Not read:")
        for path, why in report.not_exports:
            session.say(f"  {path}: {why}")
        session.say(f"  {wording.DRAFTED}")
    if not report.ledger and report.not_exports:
        click.echo("Error: none of these files is an export that tracelog knows", err=True)
        click.echo("  help: tracelog formats list shows what can be read", err=True)
    for guess in report.guessed:
        session.say(f"{guess.export}: no format fits; it is read as a list of webhooks sent. What it seems to hold:")
        for role, why in guess.found:
            session.say(f"  {role:8} {why}")
        session.say(f"  {_kept(guess)}; --system says who sent them.")
    for warning in report.warnings:
        click.echo(visible(f"Warning: {warning.error}\n  help: {warning.help}"), err=True)
    for failed in report.failed:
        lines = [f"Error: {failed.export}: {failed.error}" if failed.export else f"Error: {failed.error}"]
        lines += [f"  help: {failed.help}"] if failed.help else []
        for line in lines:
            click.echo(visible(line), err=True)


def _kept(guess: Guessed) -> str:
    """Where a guessed definition lies, or would."""
    if guess.kept:
        return f"Kept as {guess.definition}: correct it there and ingest again"
    if guess.unkept:
        return f"Not kept, and guessed anew each time: {guess.unkept}"
    return f"It would be kept as {guess.definition}"
