"""The command line: one module a command, imported only when it is called. Nothing else knows click."""

from tracelog.cli.root import main

__all__ = ["main"]
