"""`tracelog scan`: what went wrong, where, and what it means."""

from __future__ import annotations

from pathlib import Path

import click

from tracelog.cli import options
from tracelog.cli.options import Session, emit, json_option, show
from tracelog.model.finding import FINDING_STATES, KINDS, SEVERITIES, Finding

PRESENT = ("confirmed", "suspected")
"""States that count for --fail-on: what is pending or made good again fails nobody."""


@options.command(name="scan", short_help="Find what went wrong, where, and whom to involve.")
@click.option("--list", "as_list", is_flag=True, help="The findings one by one instead of the summary.")
@click.option("--since", metavar="TIME", help="Findings from this time on: a date, a stamp, or 7d before the data's end.")
@click.option("--until", metavar="TIME", help="Findings before this time.")
@click.option("--system", metavar="NAME", help="Findings that concern this system.")
@click.option("--channel", metavar="NAME", help="Orders of this channel, as shopify/north-shop.")
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, metavar="KIND", help="This kind of finding. Repeatable.")
@click.option("--state", "states", type=click.Choice(FINDING_STATES), multiple=True, help="In this state. Repeatable.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Of this severity or above.")
@click.option("--open", "open_only", is_flag=True, help="Only what is still wrong.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="Exit code 1 when a finding of this severity or above is there.")
@click.option("--now", metavar="TIME", help="Count ages from this time instead of the end of the data.")
@click.option("--csv", "as_csv", is_flag=True, help="The findings as CSV.")
@json_option
@click.pass_obj
@click.pass_context
def command(ctx: click.Context, session: Session, **given: object) -> None:
    """Find what went wrong between the systems.

    First the steps that orders take, and how many were lost at each; then the incidents, worst and still preventable
    first; then the verdict, and which export would settle what is still open.
    """
    raise NotImplementedError
