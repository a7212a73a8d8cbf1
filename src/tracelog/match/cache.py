"""Compiled forms on disk, so that a start that meets no new grammar imports no Lark.

An entry is named by the digest of everything it was made from (grammar text with its imports, the modules that
make it, Lark itself), so nothing is ever out of date and nothing has to be thrown away on an update. Its content
is data: JSON under its own SHA-256, read into a declared type; never pickle. A file that is half written, edited
or somebody else's is as good as none, and so is a folder that cannot be read or written.

`TRACELOG_CACHE` moves the folder; set to nothing or to `off` it does without.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import TypeVar

import msgspec

import tracelog

T = TypeVar("T")

LARGEST = 8 * 1024 * 1024
"""Bytes. No form of ours comes near; a larger file is not ours."""
MAKERS = ("cache", "source", "grammar", "compile", "regular", "form", "expression")
"""The modules whose change makes older entries worthless."""


def folder() -> Path | None:
    """Where entries lie, by the customs of the platform; None when there is to be no cache."""
    asked = os.environ.get("TRACELOG_CACHE")
    if asked is not None:
        return None if asked.strip().lower() in ("", "off") else Path(asked)
    try:
        home = Path.home()
    except RuntimeError:  # a user without a home
        return None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "tracelog" / "cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "tracelog"
    xdg = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return (xdg if xdg.is_absolute() else home / ".cache") / "tracelog"  # relative ones are invalid, says XDG


def key(*parts: str) -> str:
    """The name of an entry made from these texts by this code."""
    digest = hashlib.sha256(_makers())
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data))  # "ab", "c" is not "a", "bc"
        digest.update(data)
    return digest.hexdigest()


def load(kind: str, name: str, form: type[T]) -> T | None:
    """The entry of that name as `form`; None when there is none, or none that can be trusted."""
    path = _path(kind, name)
    if path is None:
        return None
    try:
        if not path.is_file():  # a pipe would wait for somebody to write
            return None
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError):
        return None
    digest, _, body = data.partition(b"\n")
    if len(data) > LARGEST or digest != _digest(body):
        return None
    try:
        return msgspec.json.decode(body, type=form)
    except (msgspec.MsgspecError, RecursionError):
        return None


def save(kind: str, name: str, entry: object) -> None:
    """Keep an entry, whole or not at all; where that is impossible, do without."""
    path = _path(kind, name)
    if path is None:
        return
    import tempfile  # reading needs none of what it brings along

    try:
        body = msgspec.json.encode(entry)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_digest(body) + b"\n" + body)
        Path(draft).replace(path)  # another process sees the old entry or the new one
    except OSError:
        with contextlib.suppress(OSError):
            Path(draft).unlink()


def _path(kind: str, name: str) -> Path | None:
    where = folder()
    return None if where is None else where / kind / f"{name}.json"


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


@functools.cache
def _makers() -> bytes:
    """Digest of what makes the forms: our modules, and Lark, which is looked at here but not imported."""
    files = [Path(__file__).with_name(f"{module}.py") for module in MAKERS]
    lark = importlib.util.find_spec("lark")
    if lark is not None and lark.origin:
        files.append(Path(lark.origin))  # its __init__ names its version
    digest = hashlib.sha256(f"{tracelog.__version__} {sys.version_info[:2]}".encode())
    for file in files:
        with contextlib.suppress(OSError):  # inside a zip: the version has to do
            digest.update(file.read_bytes())
    return digest.digest()
