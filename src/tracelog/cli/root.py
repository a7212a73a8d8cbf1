"""The group of all commands: what it is called without one, how it ends, and how it never ends in a traceback."""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from tracelog import __version__
from tracelog.cli import options
from tracelog.cli.options import Session
from tracelog.errors import TracelogError, did_you_mean

COMMANDS = {
    "ingest": "ingest", "trace": "trace", "scan": "scan", "report": "report", "verify": "verify",
    "status": "status", "unread": "unread", "formats": "formats", "statuses": "statuses", "routes": "routes",
    "demo": "demo", "completion": "completion",
}  # fmt: skip
"""Command and module below `tracelog.cli`, in the order of the help: first what people do, then what they look up."""
INTERRUPTED = 128 + 2
PIPE_CLOSED = 128 + 13
BROKEN = 70
"""Exit code for a mistake of tracelog's own, apart from all that mean something."""


class Root(click.Group):
    """Loads a command when it is called, and turns every expected failure into a message and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = importlib.import_module(f"tracelog.cli.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            is_file = f"to read it: tracelog ingest {name}" if os.path.lexists(name) else None
            if name == "help":
                raise click.UsageError("write tracelog --help, or tracelog COMMAND --help", ctx)
            tip = did_you_mean(name, COMMANDS, is_file or f"commands: {', '.join(COMMANDS)}")
            raise click.UsageError(f"there is no command {name}; {tip}", ctx)
        return super().resolve_command(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs, and ends with the exit code of the contract."""
        if args is None:  # called by a person, not by a test
            sys.excepthook = _broken
            if sys.stdin is None:  # closed by the caller (`<&-`): nothing to read
                sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - as long as the process
            if sys.stderr is None:
                sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
            if sys.stdout is None:  # closed by the caller (`>&-`): the result goes nowhere
                sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
            elif isinstance(sys.stdout, io.TextIOWrapper):  # a sign that this encoding lacks is spelled out, no mistake
                sys.stdout.reconfigure(errors="backslashreplace")
        try:
            code = super().main(
                args, prog_name or "tracelog", complete_var, standalone_mode=False,
                windows_expand_args=windows_expand_args, **extra,
            )  # fmt: skip
            sys.stdout.flush()
        except BrokenPipeError:
            code = _pipe_closed()
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except TracelogError as error:
            _say(error.lines())
            code = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            _say(["interrupted"])
            code = INTERRUPTED
        except OSError as error:  # a full disk, a folder without permission
            named = f"{error.filename}: " if error.filename else ""
            _say([f"{named}{error.strerror or error}"])
            code = 2
        if standalone_mode:
            sys.exit(code if isinstance(code, int) else 0)
        return code

    def invoke(self, ctx: click.Context) -> Any:
        """Before click sees it: a reader that has enough (`| head`) is no error and gets no message."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            return _pipe_closed()
        return result


def _say(lines: Sequence[str]) -> None:
    from tracelog.render.visible import visible

    for number, line in enumerate(lines):
        click.echo(visible(f"Error: {line}" if number == 0 else line), err=True)


def _pipe_closed() -> int:
    """Nobody reads any more: what is still buffered goes nowhere, or Python would complain at its exit."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, sys.stdout.fileno())
    os.close(sink)
    return PIPE_CLOSED


def _broken(kind: type[BaseException], error: BaseException, trace: Any) -> NoReturn:
    """A mistake of ours: where it is in one line, the whole traceback only for those who ask."""
    import traceback

    place = traceback.extract_tb(trace)[-1]
    module = place.filename.rpartition("tracelog")[2].strip("/\\") or place.filename
    said = str(error).partition("\n")[0]
    if {"-v", "-vv", "--verbose"} & set(sys.argv):
        traceback.print_exception(kind, error, trace)
    _say([
        f"this is a mistake in tracelog {__version__}, not yours: {kind.__name__}: {said}",
        f"  where: {module}:{place.lineno}",
        "  help: nothing in the store is half written; please report it, with what -v behind the command adds",
    ])  # fmt: skip
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(BROKEN)


@click.group(
    cls=Root,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="tracelog %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Finds where orders got lost or changed between systems, and proves it with the raw records.

    \b
      tracelog ingest exports/     read everything that the systems gave you
      tracelog scan                what went wrong, where, and whom to involve
      tracelog trace '#1001'       one order's way across systems, hop by hop
      tracelog report              the same as an HTML file for a ticket

    Nothing is sent anywhere, and no export is ever changed.
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
    ctx.ensure_object(Session)
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


main.params += options.shared(hidden=False)
