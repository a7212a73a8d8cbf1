"""One ingest at a time: the second waits, and says so. The kernel lets go of the lock when its owner dies."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from tracelog.store.db import not_writable

if os.name == "nt":  # pragma: no cover - exercised on Windows only
    import msvcrt

    def _try(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Lock:
    """The right to write to a store, held as a locked file beside it, which is gone when nobody writes."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(f".{store.name}.lock")  # hidden: no folder walk takes it for an export
        self._file: IO[str] | None = None

    def take(self, waiting: Callable[[str], None] | None = None, pause: float = 0.2) -> None:
        """Wait as long as it takes; `waiting` is told once who has it."""
        told = False
        while not self._take():
            if not told and waiting is not None:
                waiting(f"another ingest{self._owner()} is writing to this store: waiting until it has finished")
            told = True
            time.sleep(pause)

    def _take(self) -> bool:
        try:
            file = self._path.open("a+")
        except OSError as error:
            raise not_writable(self._path, error.strerror or str(error)) from error
        if _try(file):
            # whoever held it before took the file away; then this is a lock on nothing
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file.fileno()), self._path.stat()):
                    file.seek(0)
                    file.truncate()
                    file.write(str(os.getpid()))
                    file.flush()
                    self._file = file
                    return True
        file.close()
        return False

    def _owner(self) -> str:
        try:
            process = self._path.read_text()
        except OSError:
            process = ""
        return f" (process {process})" if process.isdigit() else ""

    def release(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()
            self._file.close()
            self._file = None
