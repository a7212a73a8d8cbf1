"""`tracelog verify`: every piece of evidence against the exports that it cites."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracelog.cli import options
from tracelog.cli.options import Session, emit, json_option, show

if TYPE_CHECKING:
    from tracelog.cli.evidence import Checked

DIFFERS = 1


@options.command(name="verify", short_help="Check a report's evidence against the exports it cites.")
@click.argument("report", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--exports", "paths", multiple=True, metavar="PATH",
              help="Where the exports lie. [default: files of the cited names, below here and the report]")  # fmt: skip
@json_option
@click.pass_obj
@click.pass_context
def command(ctx: click.Context, session: Session, report: Path | None, paths: tuple[str, ...], as_json: bool) -> None:
    """Check every piece of evidence: that the record stands in the export at the place cited, unchanged.

    REPORT is an HTML report, or what scan --json or trace --json printed; without it the findings of the store are
    checked. When the store has learned more since, findings whose state would be another now are named.

    An HTML report states the SHA-256 of all its words and data, so that it is noticed when they were changed after it
    was written. That is no signature: whoever means to deceive can compute it anew.

    Exit code 1 when the report or any evidence is changed, or evidence could not be found.
    """
    from tracelog.cli import evidence

    cited = evidence.cited(report) if report else evidence.pieces(_scan(session))
    folders = [Path.cwd(), *([report.resolve().parent] if report else [])]
    checked = evidence.check(cited, paths or evidence.lying_below(folders, cited))
    whole = evidence.integrity(report) if report else None
    changes = _changes(session, report)
    if as_json:
        emit({"report": whole, "evidence": [each.as_json() for each in checked], "changes": changes})
    else:
        show(_told(checked, changes, whole))
    ctx.exit(DIFFERS if whole == "changed" or any(each.result != "ok" for each in checked) else 0)


def _scan(session: Session) -> Any:
    import msgspec

    from tracelog import investigate

    with session.store() as store:
        return msgspec.to_builtins(investigate.scan(store, filters=investigate.Filters(), config=session.config()))


def _changes(session: Session, report: Path | None) -> list[dict[str, str | None]]:
    """Findings of the report that the store, with what it knows now, would give another state."""
    from tracelog.cli import evidence

    if report is None or not session.db.exists():
        return []
    then = evidence.findings(report)
    now = {finding["id"]: finding["state"] for finding in _scan(session)["findings"]} if then else {}
    return [{"finding": key, "was": state, "now": now.get(key)} for key, state in then.items() if now.get(key) != state]


_WHOLE = {
    "ok": "The report's words and data are as they were written.",
    "unstated": "The report states no SHA-256 of its own: an earlier tracelog wrote it, or it was taken out.",
    "changed": "The report itself was changed after it was written: its words and data have another SHA-256 than it "
    "states. What it says around the evidence need not be what was found.",
}


def _told(checked: list[Checked], changes: list[dict[str, str | None]], whole: str | None) -> str:
    from tracelog.render.visible import visible

    good = [each for each in checked if each.result == "ok"]
    lines = [_WHOLE[whole]] if whole else []
    lines += [f"{len(good):,} of {len(checked):,} pieces of evidence stand unchanged in the exports they cite."]
    lines += [f"  {each.export}:{each.line}  {each.result}: {each.why}" for each in checked if each.result == "changed"]
    absent = Counter((each.export, each.why) for each in checked if each.result == "missing")
    lines += [f"  {export}  missing ({number:,} cited): {why}" for (export, why), number in absent.items()]
    if absent:
        lines.append("  help: say where these exports lie with --exports PATH (a file or a folder; repeatable)")
    grown = sorted({each.export for each in good if each.why})
    lines += [f"  {name} is not the file that was read (its SHA-256 differs), but the cited records stand in it."
              for name in grown]  # fmt: skip
    if changes:
        lines.append("With what the store knows now, these findings would read differently:")
        lines += [
            f"  {each['finding']}: was {each['was']}, now {each['now'] or 'not found any more'}" for each in changes
        ]
    return "".join(f"{visible(line)}\n" for line in lines)
