"""`tracelog statuses`: what each system's words mean, and how that fits the data."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from tracelog.cli import options
from tracelog.cli.options import Session, emit, json_option, local_path, show
from tracelog.errors import NothingFoundError, UsageError, did_you_mean
from tracelog.model.event import PAYMENT_STATES, STATES

if TYPE_CHECKING:
    from tracelog.config import Config
    from tracelog.interpret.catalog import Catalog
    from tracelog.vocabulary import Row

DOUBTFUL = 1
"""Exit code of a check that found what somebody must decide."""
FILE = "statuses.csv"
ALL_STATES = tuple(dict.fromkeys((*STATES, *PAYMENT_STATES)))


@options.group(name="statuses", short_help="What each system's statuses mean, and what the data has beside it.")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """The canonical status map: what each system's words mean. Without a command: the list."""
    options.list_unless_called(ctx, list_, systems=(), system=None, canonical=None, by="system", as_json=as_json)


@options.command(name="list", short_help="The map, by system or by canonical state.")
@click.argument("systems", nargs=-1, metavar="[SYSTEM]...")
@click.option("--system", metavar="NAME", help="Of this system only.")
@click.option("--canonical", metavar="STATE", help=f"Only what means this state: {', '.join(ALL_STATES)}.")
@click.option("--by", type=options.Words(["system", "state"]), default="system", show_default=True,
              help="In which order: all words of a system together, or all that mean one state.")  # fmt: skip
@json_option
@click.pass_obj
def list_(
    session: Session, *, systems: tuple[str, ...], system: str | None, canonical: str | None, by: str, as_json: bool
) -> None:
    """Every status value that is known, or those of some systems: field and axis, the canonical state, and how exact
    that is.
    """
    from tracelog import vocabulary
    from tracelog.cli import overlay

    config = session.config()
    state = _state(canonical)
    with overlay.parsers(session, config) as parsers:
        catalog = _catalog(parsers)
        asked = [_system(name, catalog) for name in (*systems, *([system] if system else ()))]
        listed = list(dict.fromkeys(asked)) or catalog.status_systems()
        rows = [row for name in listed for row in vocabulary.rows(catalog, name) if state in {None, row.canonical}]
    rows.sort(key=_by_state if by == "state" else _by_system)
    told = [msgspec.to_builtins(row) | {"origin": _origin(row.origin, config)} for row in rows]
    if as_json:
        emit(told)
        return
    from tracelog.render import text

    show(text.statuses(told, session.view(), by_state=by == "state"))


@options.command(name="check", short_help="The map against the data in the store; or a new table before its use.")
@click.option("--table", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="Try this table on a copy of the store: what would change?")  # fmt: skip
@click.option("--system", metavar="NAME", help="Of this system only.")
@json_option
@click.pass_obj
@click.pass_context
def check(ctx: click.Context, session: Session, table: Path | None, system: str | None, as_json: bool) -> None:
    """Hold the status map against the data in the store.

    Values that the map does not know, each with an example and with what is spelled alike; rows of your own that stand
    on an axis of their own, or that nothing reads; rows that say something else than tracelog's.

    With --table, nothing is put in force: the store is copied, read again with that table, and the meanings, findings
    and verdict that would change are listed.

    Exit code 1 when a value is unmapped, or a row of your own contradicts the others or does nothing.
    """
    from tracelog import vocabulary
    from tracelog.cli import overlay

    config = session.config()
    with session.store() as store:
        if table is not None:
            from tracelog import trial

            then = msgspec.structs.replace(config, status_table=table)
            with overlay.parsers(session, config) as now, overlay.parsers(session, then) as parsers:
                report, changes = trial.tried(store.path, now, parsers, config)
                name = _system(system, _catalog(parsers)) if system else None
        else:
            then, changes = config, None
            with overlay.parsers(session, config) as parsers:
                catalog = _catalog(parsers)
                name = _system(system, catalog) if system else None
                report = vocabulary.check(store, catalog)
    told = _of_system(msgspec.to_builtins(report), name)
    told["table"] = str(table) if table else None
    told["changes"] = _of_system(msgspec.to_builtins(changes), name) if changes else None
    for row in (*told["conflicts"], *told["unused"], *told["overrides"]):
        row["origin"] = _origin(row["origin"], then)
    if as_json:
        emit(told)
    else:
        from tracelog.render import text

        show(text.statuses_check(told, session.view()))
    ctx.exit(DOUBTFUL if told["unmapped"] or told["conflicts"] or told["unused"] else 0)


@options.command(name="init", short_help="Write the map out as a table of your own, for version control.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), default=FILE)
@click.option("--system", "names", metavar="NAME", multiple=True, help="Of this system. Repeatable. [default: all that "
              "the store has a value of]")  # fmt: skip
@click.option("--all", "every", is_flag=True, help="Of all systems.")
@click.option("--reviewed", metavar="DATE", help="The day of the review, of rows without one. [default: today; with "
              "--update: none]")  # fmt: skip
@click.option("--update", is_flag=True, help="Add to the file what it lacks; what it says stays, with its day.")
@json_option
@click.pass_obj
def init(
    session: Session,
    file: Path,
    names: tuple[str, ...],
    *,
    every: bool,
    reviewed: str | None,
    update: bool,
    as_json: bool,
) -> None:
    """Write the map in force as a table: one row a value and axis, with the day on which it was reviewed.

    Values in the store that the map does not know are in it too, marked UNMAPPED: fill in what they mean. The table
    is in force once tracelog.toml names it; `tracelog statuses check --table FILE` tells before what it changes.
    """
    from tracelog import vocabulary
    from tracelog.cli import overlay

    day = _day(reviewed)
    if str(file) != "-" and file.exists() and not update:
        raise UsageError(f"{file} is there already", help="--update adds what it lacks; or give another name")
    config = session.config()
    in_force = config.status_table is not None and config.status_table.resolve() == file.resolve()
    if update and file.is_file():
        config = msgspec.structs.replace(config, status_table=file)
    with overlay.parsers(session, config) as parsers:
        catalog = _catalog(parsers)
        seen = _seen(session, catalog, needed=not (names or every))
        systems = [_system(name, catalog) for name in names] or sorted(
            catalog.status_systems() if every else {one.system for one in seen}
        )
        rows = [row for name in systems for row in vocabulary.rows(catalog, name)]
    looked = day if reviewed or not update else ""
    written = [_cells(row, row.reviewed or (looked if row.mark != "UNMAPPED" else "")) for row in rows]
    known = {(row.system, row.field.casefold(), _fold(row.value)) for row in rows}
    for one in seen:
        unknown = any(state.mark == "UNMAPPED" for state in one.states)
        if one.system in systems and unknown and (one.system, one.field.casefold(), _fold(one.value)) not in known:
            note = f"seen in {one.events} event{'' if one.events == 1 else 's'}: what does it mean?"
            written.append([one.system, one.field, one.value, "", "", "UNMAPPED", "", note, "", ""])
    written.sort(key=lambda cells: systems.index(cells[0]))
    to_stdout = str(file) == "-"
    if not to_stdout:
        file.write_text(_csv(written), encoding="utf-8", newline="")
    if as_json:
        open_ = sum(cells[5] == "UNMAPPED" for cells in written)
        emit([dict(zip(_columns(), cells, strict=True)) for cells in written] if to_stdout else
             {"file": str(file), "systems": systems, "rows": len(written), "unmapped": open_})  # fmt: skip
    elif to_stdout:
        show(_csv(written))
    if to_stdout:
        return
    session.say(f"{len(written)} rows in {local_path(file)}")
    if not in_force:
        session.say(f'in force once tracelog.toml says: [statuses] table = "{local_path(file)}"')


command.add_command(list_)
command.add_command(check)
command.add_command(init)


def _catalog(parsers: Sequence[Path]) -> Catalog:
    from tracelog.interpret import catalog

    return catalog.load(parsers)


def _plain(name: str) -> str:
    """A system's name without what people put between its words."""
    return "".join(char for char in name.casefold() if char.isalnum())


def _fold(value: str) -> str:
    from tracelog.interpret.status import fold

    return fold(value)


def _system(name: str, catalog: Catalog) -> str:
    """The system of that name (`cin7_core` is cin7core); NothingFoundError with the nearest."""
    systems = catalog.status_systems()
    found = next((each for each in systems if _plain(each) == _plain(name)), None)
    if found is not None:
        return found
    begun = [each for each in systems if _plain(name).startswith(_plain(each))]
    tip = f"did you mean {begun[0]}?" if begun else did_you_mean(_plain(name), systems, f"known: {', '.join(systems)}")
    raise NothingFoundError(f"there is no status map of {name}", help=tip)


def _state(name: str | None) -> str | None:
    """The canonical state of that name, however it is spelled; UsageError with the nearest."""
    if name is None:
        return None
    found = next((state for state in ALL_STATES if _fold(state) == _fold(name)), None)
    if found is None:
        tip = did_you_mean(name, ALL_STATES, f"known: {', '.join(ALL_STATES)}")
        raise UsageError(f"there is no canonical state {name}", help=tip)
    return found


def _by_system(row: Row) -> tuple[Any, ...]:
    return row.system, row.field


def _by_state(row: Row) -> tuple[Any, ...]:
    """As an order goes through them; what means none last."""
    rank = ALL_STATES.index(row.canonical) if row.canonical else len(ALL_STATES)
    return rank, row.system, row.field


def _origin(path: str, config: Config) -> str:
    """Where a row stands, as people know it: not the folder that holds the settings for the time being."""
    from tracelog.cli.overlay import PREFIX
    from tracelog.vocabulary import FOLDER

    file = Path(path)
    if file.parent == FOLDER:
        return "tracelog"
    if file.parent.parent.name.startswith(PREFIX):
        named = [each for each in (config.status_table, config.path if config.statuses else None) if each]
        return ", ".join(local_path(each) for each in named)
    return local_path(file)


def _of_system(told: dict[str, Any], name: str | None) -> dict[str, Any]:
    """What concerns that system; findings are of the whole."""
    if name is None:
        return told
    for key in ("unmapped", "conflicts", "unused", "overrides", "unseen", "stale", "values"):
        if key in told:
            told[key] = [row for row in told[key] if row["system"] == name]
    return told


def _day(text: str | None) -> str:
    if text is None:
        return dt.datetime.now().astimezone().date().isoformat()
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"{text} is no day", help="write --reviewed 2026-03-01") from error


def _seen(session: Session, catalog: Catalog, *, needed: bool) -> list[Any]:
    """The values in the store; none where there is no store and the systems are named."""
    from tracelog import vocabulary

    if not session.db.exists() and not needed:
        return []
    with session.store() as store:
        return vocabulary.seen(store, catalog)


def _cells(row: Row, reviewed: str) -> list[str]:
    final = "yes" if row.final else "no"
    return [row.system, row.field, row.value, row.axis or "", row.canonical or "", row.mark, final,
            row.note or "", row.source or "", reviewed]  # fmt: skip


def _columns() -> tuple[str, ...]:
    from tracelog.interpret import status

    return (status.SYSTEM, *status.COLUMNS, status.REVIEWED)


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(_columns())
    out.writerows(rows)
    return text.getvalue()
