"""The passes in several processes, each with a stretch of the orders: the figures, and their order, stay the same.

The first stretch is gone through here, each other one by a helper: this Python, started anew, which opens the store
itself and is told over a pipe what to do. So it works where processes cannot be forked, and no script that calls a
scan is run again. A helper ends with the pipe, however its caller ended. Where none can be started, or one fails, its
stretch is gone through here too: whatever is wrong is then said as if there had been no helper.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any, NamedTuple, Self

from tracelog.expect.expected import Expected
from tracelog.expect.model import Settings
from tracelog.expect.offsets import Offset, Skews
from tracelog.expect.sums import Expectations
from tracelog.passes import Judged, Passes
from tracelog.store.read import Store
from tracelog.store.spans import Span, spans

MANY = 5_000
"""Orders from which on a second process saves more time than it takes to start."""
USUAL = 2
"""Processes, unless more are asked for: each holds the sums of all orders in memory."""
MOST = 8
"""Processes at most, however many are asked for, where there are no more cores: they would only wait for each other."""
_READY = b"tracelog helps\n"
"""What a helper begins with: before it, whatever the Python there prints as it starts."""
_START = "import sys; sys.path[:] = {path!r}; from tracelog.parts import help_out; help_out()"
_PATIENCE = 1.0
"""Seconds a helper waits for a store in use: who waits for its caller to finish would wait for it, and it for them."""
_LOST = (OSError, EOFError, pickle.UnpicklingError)
"""What a pipe to a helper says that is gone."""


class Stretch(NamedTuple):
    """What a helper is to go through."""

    path: Path
    generation: int
    settings: Settings
    span: Span


class SumUp(NamedTuple):
    known: Skews | None

    def of(self, passes: Passes) -> Expectations:
        return passes.sums(self.known)


class Judge(NamedTuple):
    sums: Expectations
    offsets: list[Offset]
    since: int | None

    def of(self, passes: Passes) -> Judged:
        expected = self.sums.settled()
        expected.offsets = self.offsets
        return passes.judged(expected, self.since)


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Parts:
    """All orders of a store, in as many stretches as there are processes. `jobs` None: as many as save time."""

    def __init__(self, store: Store, settings: Settings, jobs: int | None = None) -> None:
        if jobs is None:
            jobs = min(USUAL, cores()) if store.counts().orders >= MANY else 1
        mine, *rest = spans(store, min(jobs, max(MOST, cores())))
        self.own = Passes(store, settings, mine)
        self.helpers = [Helper(store, settings, span) for span in rest]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for helper in self.helpers:
            helper.end()

    def sums(self, known: Skews | None = None) -> Expectations:
        """The first pass. `known`: the clocks that are known to be off."""
        for helper in self.helpers:
            helper.ask(SumUp(known))
        sums = self.own.sums(known)
        for helper in self.helpers:
            sums.merge(helper.answer())
        return sums

    def judged(self, expected: Expected, since: int | None) -> Judged:
        """The second pass. `since` is where the exports begin (UTC ns)."""
        for helper in self.helpers:
            helper.ask(Judge(expected.sums, expected.offsets, since))
        result = self.own.judged(expected, since)
        for helper in self.helpers:
            result.merge(helper.answer())
        return result


class Helper:
    """One more process, as it is seen from the one that started it."""

    def __init__(self, store: Store, settings: Settings, span: Span) -> None:
        self.here = Passes(store, settings, span)
        self.asked: SumUp | Judge | None = None
        self.ready = False
        self.process = _started()
        self._send(Stretch(store.path.resolve(), store.generation, settings, span))

    def ask(self, task: SumUp | Judge) -> None:
        self.asked = task
        self._send(task)

    def answer(self) -> Any:
        """What came of the task that was asked for last, from there or, where nothing comes, from here."""
        if self.process is not None and self.process.stdout is not None:
            try:
                self.ready = self.ready or _READY in iter(self.process.stdout.readline, b"")
                return pickle.load(self.process.stdout)  # noqa: S301 - of a process of one's own
            except _LOST:
                self.end()
        return self.asked.of(self.here) if self.asked is not None else None

    def _send(self, message: object) -> None:
        if self.process is not None and self.process.stdin is not None:
            try:
                _write(self.process.stdin, message)
            except _LOST:
                self.end()

    def end(self) -> None:
        """Leaves no process behind, whatever it is at."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def _started() -> subprocess.Popen[bytes] | None:
    """A helper; None where no process can be started. It imports from where this one does, and not from the folder
    that it happens to be in.
    """
    start = _START.format(path=[str(each) for each in sys.path])
    try:
        return subprocess.Popen(  # noqa: S603 - nothing in it comes from an export
            [sys.executable, "-P", "-c", start],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, ValueError):
        return None


def _write(pipe: IO[bytes], message: object) -> None:
    pickle.dump(message, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def help_out() -> None:
    """What a helper does: as it is told, until nobody is there to tell it. Control-C is for its caller to mind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told, tell = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    tell.write(b"\n" + _READY)
    tasks: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(told, tasks), daemon=True).start()
    try:
        path, generation, settings, span = tasks.get()
        with Store.open(path, patience=_PATIENCE) as store:
            passes = Passes(store, settings, span)
            while store.generation == generation:
                _write(tell, tasks.get().of(passes))
    finally:
        os._exit(0)  # what went wrong is said by the caller; the listening thread waits for nobody


def _listen(pipe: IO[bytes], tasks: SimpleQueue[Any]) -> None:
    """Hands on what comes in. Where the caller is gone, so is whatever the answer was for."""
    try:
        while True:
            tasks.put(pickle.load(pipe))  # noqa: S301 - of the process that started this one
    except _LOST:
        os._exit(0)
