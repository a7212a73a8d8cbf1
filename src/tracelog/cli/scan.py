"""`tracelog scan`: what went wrong, where, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracelog.cli import ids, options, systems
from tracelog.cli.options import Session, emit, json_option, show
from tracelog.errors import UsageError
from tracelog.model.finding import FINDING_STATES, KINDS, SEVERITIES, Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracelog.model.finding import Scan

PRESENT = ("confirmed", "suspected")
"""States that count for --fail-on: what is pending or was made good fails nobody."""
CROSSED = 1


@options.command(name="scan", short_help="Find what went wrong, where, and whom to involve.")
@click.argument("names", nargs=-1, metavar="[ID]...")
@click.option("--list", "as_list", is_flag=True, help="The findings one by one instead of the summary.")
@click.option("--raw", is_flag=True, help="With --list: the raw records as well.")
@click.option(
    "--since", metavar="TIME", help="Findings from this time on: a date, a stamp, or 7d (before the data ends)."
)
@click.option("--until", metavar="TIME", help="Findings before this time.")
@click.option("--system", metavar="NAME", help="Findings that concern this system.")
@click.option(
    "--channel", metavar="NAME", help="Findings about orders from this shop or marketplace, as NAME or NAME/SHOP."
)
@click.option(
    "--kind",
    "kinds",
    type=options.Words(KINDS),
    multiple=True,
    metavar="KIND",
    help="This kind of finding, as silent-drop. Repeatable.",
)
@click.option("--state", "states", type=options.Words(FINDING_STATES), multiple=True, help="In this state. Repeatable.")
@click.option("--severity", type=options.Words(SEVERITIES), help="Of this severity or above.")
@click.option("--new", "only_new", is_flag=True, help="Only what was not there before the store last changed.")
@click.option("--open", "still_open", is_flag=True, help="Only what is still wrong.")
@click.option(
    "--fail-on",
    type=options.Words(SEVERITIES),
    help="Exit code 1 when a confirmed or suspected finding of this severity or above is there.",
)
@click.option("--now", metavar="TIME", help="Count ages from this time instead of the end of the data.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that judge at once; what comes of it is the same. Two where that saves time.",
)
@click.option("--csv", "as_csv", is_flag=True, help="The findings as CSV.")
@json_option
@click.pass_obj
@click.pass_context
def command(
    ctx: click.Context,
    session: Session,
    *,
    names: tuple[str, ...],
    as_list: bool,
    raw: bool,
    since: str | None,
    until: str | None,
    system: str | None,
    channel: str | None,
    kinds: tuple[str, ...],
    states: tuple[str, ...],
    severity: str | None,
    only_new: bool,
    still_open: bool,
    fail_on: str | None,
    now: str | None,
    jobs: int | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Find what went wrong between the systems.

    First the steps that orders take, and how many were lost at each; then the incidents, worst and still preventable
    first; then the verdict, and which export would settle what is still open.

    With the ID of an incident (I-1169639640de) or of a finding, or the beginning of one: only that, with its findings,
    their orders and their records.

    Options that choose findings hide the others; the steps, the verdict and its figures stay those of the whole.
    """
    from tracelog import investigate
    from tracelog.cli.times import instant

    if as_csv and as_json:
        raise UsageError("--csv and --json exclude each other")
    with session.exports() as store:
        config = session.config()
        asked = ids.whole(investigate.scan(store, config=config, jobs=jobs), names) if names else ()
        span = store.period()
        end = span[1] if span else None
        filters = investigate.Filters(
            since=instant(since, session, "--since", end=end),
            until=instant(until, session, "--until", end=end),
            system=system,
            channel=channel,
            kinds=kinds,
            states=states,
            severity=severity,
            open_only=still_open,
            new=only_new,
            ids=asked,
        )
        until_now = instant(now, session, "--now", end=end)
        scan = investigate.scan(store, filters=filters, config=config, now=until_now, jobs=jobs)
        known = investigate.scan(store, config=config, jobs=jobs) if channel and not scan.findings else scan
    if system is not None:
        systems.known(scan, system)
    for note in systems.unheard(config, systems.named(scan)):
        session.say(note)
    if channel is not None and (note := systems.channel_note(known, channel)):
        session.say(note)
    _print(scan, session, chosen=bool(names), as_list=as_list, as_csv=as_csv, as_json=as_json, raw=raw)
    ctx.exit(CROSSED if fail_on and _crossed(scan.findings, fail_on) else 0)


def _print(
    scan: Scan, session: Session, *, chosen: bool, as_list: bool, as_csv: bool, as_json: bool, raw: bool
) -> None:
    if as_json:
        emit(scan)
    elif as_csv:
        from tracelog.render import plain

        show(plain.findings_csv(scan.findings))
    else:
        from tracelog.render import text

        view = session.view(raw=raw)
        ordered = worst_first(scan.findings)
        whole = text.chosen(scan, ordered, view) if chosen else text.scan(scan, view)
        show(text.findings(ordered, view) if as_list else whole)


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """By severity, then by certainty, then by time."""
    return sorted(
        findings, key=lambda f: (SEVERITIES.index(f.severity), FINDING_STATES.index(f.state), f.at or "~", f.id)
    )


def _crossed(findings: Sequence[Finding], limit: str) -> bool:
    """Whether something at least that severe is there which nobody has looked at yet."""
    severe = SEVERITIES[: SEVERITIES.index(limit) + 1]
    return any(f.severity in severe and f.state in PRESENT and f.review is None for f in findings)
