"""`tracelog completion`: what makes a shell complete commands, options and formats."""

from __future__ import annotations

import click

from tracelog.cli import options
from tracelog.cli.options import show

SHELLS = ("bash", "zsh", "fish")


@options.command(name="completion", short_help="Print the completion of a shell.")
@click.argument("shell", type=options.Words(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete tracelog's commands and options.

    \b
    bash   eval "$(tracelog completion bash)"   in ~/.bashrc
    zsh    eval "$(tracelog completion zsh)"    in ~/.zshrc
    fish   tracelog completion fish | source    in ~/.config/fish/config.fish
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is not None:  # click knows all of SHELLS
        show(kind(ctx.find_root().command, {}, "tracelog", "_TRACELOG_COMPLETE").source() + "\n")
