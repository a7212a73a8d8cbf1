"""The command line: one module a command, imported only when it is called. Nothing else knows click."""

try:
    from tracelog.cli.root import main
except KeyboardInterrupt:  # Ctrl-C before anything could begin: the exit code that it has later, too
    raise SystemExit(130) from None

__all__ = ["main"]
