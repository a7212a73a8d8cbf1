"""What every command knows: the options that are the same everywhere, and what they lead to."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracelog.errors import NothingFoundError, did_you_mean

if TYPE_CHECKING:
    from tracelog.config import Config
    from tracelog.render.view import View
    from tracelog.store.read import Store


@dataclass
class Session:
    """The options of this call. They may stand before the command or behind it; behind wins."""

    db: Path = Path("tracelog.db")
    config_file: Path | None = None
    parsers: tuple[Path, ...] = ()
    show_tz: str | None = None
    quiet: int = 0
    verbose: int = 0
    colour: bool = True

    @property
    def guesses(self) -> Path:
        """Where definitions are kept that ingest guessed: beside the store."""
        return self.db.parent / "tracelog-formats"

    @property
    def definitions(self) -> tuple[Path, ...]:
        """The folders of definitions in force beside the shipped ones, the user's word first."""
        return (*self.parsers, self.guesses) if self.guesses.is_dir() else self.parsers

    def config(self) -> Config:
        """The settings in force: the file given, or the nearest one upwards from the working folder."""
        from tracelog import config

        return config.load(self.config_file or config.find(Path.cwd()))

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """The store, open for reading; damage that shows only while reading is explained too."""
        import msgspec
        import zstandard

        from tracelog.store import db
        from tracelog.store.read import Store

        try:
            with db.explained(self.db), Store.open(self.db) as store:
                yield store
        except (msgspec.DecodeError, zstandard.ZstdError) as error:  # what lies in it as JSON or packed
            raise db.damaged(self.db, str(error)) from error

    @contextlib.contextmanager
    def exports(self) -> Iterator[Store]:
        """The store, where there is anything in it: a mistyped path must not look like a clean week."""
        with self.store() as store:
            if not store.counts().exports:
                raise NothingFoundError(
                    f"there is nothing in the store {store.path}",
                    why="no export was ever read into it",
                    help="tracelog ingest PATH… reads exports",
                )
            yield store

    def view(self, *, raw: bool = False) -> View:
        """How people see results here: the terminal's width and colours, the zone asked for."""
        from tracelog.render.view import View

        return View.of(sys.stdout, show_tz=self.show_tz, colour=self.colour, raw=raw, every=self.verbose > 0)

    def command(self, words: str) -> str:
        """A command to go on with, as it is typed for the store in use: `tracelog --db two.db scan`."""
        import shlex

        return f"tracelog {words}" if self.db == Session.db else f"tracelog --db {shlex.quote(str(self.db))} {words}"

    def say(self, text: str) -> None:
        """A word beside the result (where a file lies): to stderr, and not with -q."""
        if not self.quiet:
            from tracelog.render.visible import visible

            click.echo(visible(text), err=True)


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Put a global option's value into the session, unless this place does not give it."""
    session = ctx.ensure_object(Session)
    if not value:
        return
    match param.name:
        case "db":
            session.db = value
        case "config_file":
            session.config_file = value
        case "parsers":
            session.parsers += value
        case "show_tz":
            session.show_tz = value
        case "quiet":
            session.quiet = value
        case "verbose":
            session.verbose = value
        case "no_color":
            session.colour = False


def shared(*, hidden: bool) -> list[click.Option]:
    """The options of every command; shown in the help of `tracelog` itself only."""
    file = click.Path(path_type=Path, dir_okay=False)
    folder = click.Path(path_type=Path, exists=True)
    common: dict[str, Any] = {"expose_value": False, "callback": _keep, "hidden": hidden}
    return [
        click.Option(["--db"], type=file, envvar="TRACELOG_DB", metavar="FILE",
                     help="The store. [default: tracelog.db here, or TRACELOG_DB]", **common),
        click.Option(["--config", "config_file"], type=click.Path(path_type=Path, exists=True, dir_okay=False),
                     metavar="FILE", help="Settings. [default: the nearest tracelog.toml upwards]", **common),
        click.Option(["--parsers"], type=folder, multiple=True, metavar="DIR",
                     help="More formats, from this folder. Repeatable.", **common),
        click.Option(["--show-tz"], metavar="ZONE", help="Times for people in this zone. [default: local]", **common),
        click.Option(["-q", "--quiet"], count=True, help="No progress, no remarks.", **common),
        click.Option(["-v", "--verbose"], count=True, help="Long lists in full; more when something breaks.", **common),
        click.Option(["--no-color"], is_flag=True, help="No colour (also: NO_COLOR).", **common),
    ]  # fmt: skip


EPILOG = "Global options (--db, --config, --parsers, --show-tz, -q, -v, --no-color): see tracelog --help."


def command(**settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """A command of tracelog: click's, which also takes the global options behind its own."""

    def wrap(function: Callable[..., Any]) -> click.Command:
        made = click.command(cls=click.Command, epilog=EPILOG, **settings)(function)
        made.params += shared(hidden=True)
        return made

    return wrap


def group(**settings: Any) -> Callable[[Callable[..., Any]], click.Group]:
    """A command with commands below it, that does something without one too and takes the global options as well."""

    def wrap(function: Callable[..., Any]) -> click.Group:
        made = click.group(cls=click.Group, epilog=EPILOG, invoke_without_command=True, **settings)(function)
        made.params += shared(hidden=True)
        return made

    return wrap


def list_unless_called(ctx: click.Context, list_: click.Command, *, as_json: bool, **rest: Any) -> None:
    """What a group does: its list, unless one of its commands is called, which takes --json itself."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_, as_json=as_json, **rest)
    elif as_json:
        raise click.UsageError(f"--json goes behind {ctx.invoked_subcommand}", ctx)


class Words(click.Choice[str]):
    """One of some words; a misspelled one gets the nearest instead of the whole list."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:  # noqa: ARG002 - click's
        words = [str(choice) for choice in self.choices]
        return f"there is no {value}; {did_you_mean(str(value), words, 'one of: ' + ', '.join(words))}"


json_option = click.option("--json", "as_json", is_flag=True, help="The result as JSON, times in UTC.")


def emit(result: Any) -> None:
    """A result as JSON to stdout."""
    from tracelog.render import plain

    sys.stdout.flush()
    stdout = getattr(sys.stdout, "buffer", None)
    data = plain.to_json(result)
    if stdout is None:
        sys.stdout.write(data.decode())
    else:
        stdout.write(data)
        stdout.flush()


def show(text: str) -> None:
    """A text for people to stdout."""
    click.echo(text, nl=False, color=True)


def local_path(path: Path) -> str:
    """A path as people would type it from where they are."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
