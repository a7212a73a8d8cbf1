"""`tracelog trace`: one order's way across the systems."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from tracelog.cli import ids, options
from tracelog.cli.options import Session, emit, json_option, local_path, show
from tracelog.errors import NothingFoundError, TracelogError, UsageError

SHOWN = 10
"""Orders of an incident that are shown to people at once, and names that nobody knows with others like them."""
LONGEST = 300
"""Characters of a line about a name that nobody knows: a list may be no list of names."""


@options.command(name="trace", short_help="Show an order's way across systems, hop by hop.")
@click.argument("orders", nargs=-1, metavar="ORDER...")
@click.option("--orders", "orders_file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
              metavar="FILE", help="Names of orders, one a line (a complaint list); - for standard input.")  # fmt: skip
@click.option("--raw", is_flag=True, help="The raw stamps and records as well.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it as an HTML file instead of text; personal data is redacted.",
)
@json_option
@click.pass_obj
@click.pass_context
def command(
    ctx: click.Context,
    session: Session,
    *,
    orders: tuple[str, ...],
    orders_file: Path | None,
    raw: bool,
    html: Path | None,
    as_json: bool,
) -> None:
    """Show an order's way across systems: every hop with its time, gaps, changed values, and findings.

    ORDER is any name that a system gave it: '#1001', 1001, SO20481, an internal id, gid://shopify/Order/… The id of an
    incident or a finding (I-1169639640de) stands for its orders.
    Put a name that begins with # in quotes: unquoted, the shell takes it for a comment.
    """
    names = [*orders, *(_listed(orders_file) if orders_file else ())]
    if not names:
        raise NothingFoundError(
            "no order was named",
            why="a shell takes an unquoted #1001 for a comment and drops it",
            help="put the name in quotes: tracelog trace '#1001'",
        )
    from tracelog.investigate import trace
    from tracelog.model.finding import Trace
    from tracelog.render.visible import clip

    for name in names:
        if os.path.isfile(name):  # noqa: PTH113 - a name may be too long for a path, and is none then
            raise UsageError(f"{name} is a file, and no order's name", why="orders are looked up in the store",
                             help=f"tracelog ingest {shlex.quote(name)} reads an export, --orders {shlex.quote(name)} "
                             "takes names from a list")  # fmt: skip
    names = _orders_for_ids(names, session, every=as_json)

    found: list[Trace] = []
    missing: list[TracelogError] = []
    with session.store() as store:
        for name in dict.fromkeys(names):
            try:
                made = trace(store, name, config=session.config(), guess=len(missing) < SHOWN)
                found += [one for one in made if one not in found]
            except NothingFoundError as error:
                error.what = clip(error.what, LONGEST)
                missing.append(error)
    if as_json:
        emit(found[0] if len(found) == len(names) == 1 else found)
    elif found and not html:
        from tracelog.render import text

        view = session.view(raw=raw)
        show("\n".join(text.trace(one, view) for one in found))
    if html and found:
        from tracelog.cli import report

        gathered = report.gather(session, [one.order for one in found])
        report.write(html, gathered, report.settings_for(gathered, session))
        if not as_json:
            show(f"{local_path(html)}\n")
    if missing and (len(names) == 1):
        raise missing[0]
    for unknown in missing:
        for line in unknown.lines():
            session.say(line)
    ctx.exit(NothingFoundError.exit_code if missing else 0)


def _orders_for_ids(names: list[str], session: Session, *, every: bool) -> list[str]:
    """The names, with the orders of an incident or a finding in place of its id; not `every` one of very many."""
    if not any(map(ids.is_id, names)):
        return names
    from tracelog.investigate import scan

    with session.exports() as store:
        found = scan(store, config=session.config())
    listed: list[str] = []
    for name in names:
        try:
            orders = ids.orders(ids.concerned(found, ids.whole(found, [name]))) if ids.is_id(name) else [name]
        except NothingFoundError:
            if len(names) == 1:
                raise
            orders = [name]  # reported with the other names that are not known
        if len(orders) > SHOWN and not every:
            session.say(
                f"{name} concerns {len(orders):,} orders, {SHOWN} are shown: tracelog scan {name} lists them all"
            )
        listed += orders if every else orders[:SHOWN]
    return listed


def _listed(path: Path) -> list[str]:
    """The names in a list; what stands behind a comma or tab is somebody's remark, a heading is no name."""
    try:
        with click.open_file(str(path), encoding="utf-8-sig", errors="replace") as file:
            lines = [line.strip() for line in file]
    except OSError as error:
        raise UsageError(f"{path} could not be read", why=error.strerror) from error
    names = [line.split("\t")[0].split(",")[0].split(";")[0].strip().strip('"') for line in lines if line]
    return [name for name in names if any(sign.isdigit() for sign in name)]
