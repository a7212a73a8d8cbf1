"""From the paths a user gives to the exports behind them: files, folders, globs, archives, standard input."""

from __future__ import annotations

import contextlib
import difflib
import glob
import os
import shutil
import sys
import tarfile
import tempfile
import threading
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, NamedTuple

from tracelog.errors import ExportError
from tracelog.read.containers import DECOMPRESSORS, Expanded, Member, Stretch, container, tar_members
from tracelog.read.stream import Readable, Slice, up_to
from tracelog.read.tape import Tape, Zip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

DEPTH = 4
"""Containers inside containers that are still opened: `week.zip!celigo.tar.gz!celigo.log` is three."""
PEEK = 512
PATIENCE = 2.0
"""Seconds after which it is said that a pipe is waited for."""
OWN = ("tracelog.db", "tracelog.db-wal", "tracelog.db-shm", "tracelog.toml", "tracelog-formats")
"""Files and folders of tracelog's own that often lie beside exports; nobody wants to read that they are no export."""


class Source(NamedTuple):
    """One export, or what may be one.

    `name` is how people see it (`week.zip!celigo.log`; below a folder the path from there), `path` the file it
    lies in, `named` whether the user gave that file rather than a folder it was found in. `note` says what it is
    when that is known to be no export (an Excel workbook). `open` gives the decompressed bytes, each time anew.
    """

    name: str
    path: Path
    named: bool
    open: Callable[[], Readable]
    note: str | None = None


def find(paths: Sequence[str | Path]) -> Iterator[Source | ExportError]:
    """Every export behind the paths, in a stable order, each file once; what could not be opened as an error."""
    seen: set[str] = set()
    given = {str(path): PurePosixPath(str(path).replace(os.sep, "/")).name for path in paths}
    bases = list(given.values())
    for path, base in given.items():
        if path == "-":
            spool = _Spool()
            yield from _expand(_Place("stdin", Path("-"), True, spool.open, spool.file))
            continue
        # two files of one name are told apart by the path as it was given
        yield from _path(path, path if bases.count(base) > 1 else base, seen)


def _path(path: str, name: str, seen: set[str]) -> Iterator[Source | ExportError]:
    if _is_folder(path):
        yield from _folder(Path(path), seen)
    elif _exists(path):
        yield from _file(Path(path), name, seen, named=True)
    elif any(sign in path for sign in "*?["):
        found = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - pathlib refuses absolute patterns
        if not found:
            yield ExportError(f"no file matches {path}", help="check the pattern; in quotes tracelog expands it itself")
        for one in found:
            if Path(one).is_dir():
                if "**" not in path:
                    yield from _folder(Path(one), seen)
            else:
                yield from _file(Path(one), os.path.relpath(one).replace(os.sep, "/"), seen, named=True)
    else:
        yield _missing(path)


def _exists(path: str) -> bool:
    try:
        return os.path.lexists(path)
    except ValueError:  # a NUL byte in the path
        return False


def _is_folder(path: str | Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - pathlib raises where a name is too long, and takes "" for the folder here


def _missing(path: str) -> ExportError:
    """Say which part of the path does not exist, and what lies there under a similar name."""
    parent = Path(path).parent
    missing = Path(path)
    while not _is_folder(parent) and parent != parent.parent:
        missing, parent = parent, parent.parent
    try:
        names = sorted(entry.name for entry in parent.iterdir())
    except OSError:
        names = []
    wanted = missing.name.casefold()
    folded = {name.casefold(): name for name in names}
    near = [folded[name] for name in difflib.get_close_matches(wanted, list(folded), n=3, cutoff=0.6)]
    return ExportError(
        f"{path or 'an empty path'} does not exist",
        why=None if not path or str(missing) == path else f"there is no {missing}",
        help=f"did you mean {' or '.join(str(parent / name) for name in near)}?" if near else "check the path",
    )


def _folder(folder: Path, seen: set[str]) -> Iterator[Source | ExportError]:
    """Walk it in a stable order, without hidden files and without following links to folders (they may loop)."""
    found = False
    refused: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")) and name not in OWN)
        for file in sorted(files):
            path = Path(root, file)
            if file.startswith(".") or file in OWN or not path.is_file():
                continue
            found = True
            yield from _file(path, path.relative_to(folder).as_posix(), seen, named=False)
    for error in refused:
        yield ExportError(f"{error.filename} could not be opened", why=error.strerror, help="check its permissions")
    if not found and not refused:
        yield ExportError(
            f"{folder} holds no files", help="give the folder that the exports lie in, or the files themselves"
        )


def _file(path: Path, name: str, seen: set[str], *, named: bool) -> Iterator[Source | ExportError]:
    real = os.path.realpath(path)
    if real in seen:
        return
    seen.add(real)
    if path.is_file():
        yield from _expand(_Place(name, path, named, lambda: path.open("rb"), path))
    elif path.is_symlink() and not path.exists():
        yield ExportError(f"{path} is a link to something that does not exist", why=f"it points to {real}")
    elif path.is_char_device() or path.is_block_device():
        yield ExportError(f"{path} is a device and no export", help="give a file, a folder, or - for standard input")
    else:  # a pipe, as in `<(zcat …)`: it can be read once only
        spool = _Spool(path)
        yield from _expand(_Place(name, path, named, spool.open, spool.file))


class _Spool:
    """What can be read once only (a pipe, standard input), put aside when it is first opened: it is read twice."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._kept: IO[bytes] | None = None

    def file(self) -> IO[bytes]:
        if self._kept is None:
            self._kept = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the source
            waiting = threading.Timer(PATIENCE, self._say)
            waiting.daemon = True
            waiting.start()
            try:
                with self._path.open("rb") if self._path else contextlib.nullcontext(sys.stdin.buffer) as source:
                    self._kept.write(source.read(1))
                    waiting.cancel()
                    shutil.copyfileobj(source, self._kept, 1 << 20)
            finally:
                waiting.cancel()
        return self._kept

    def _say(self) -> None:
        """A pipe into which nobody writes is waited for without end; that must not look like work."""
        name = repr(str(self._path)) if self._path else "standard input"
        print(f"waiting for somebody to write to {name} (Ctrl-C ends it)", file=sys.stderr, flush=True)

    def open(self) -> Readable:
        return Slice(self.file(), 0)

    def __del__(self) -> None:
        if self._kept is not None:
            self._kept.close()


class _Place(NamedTuple):
    name: str
    path: Path
    named: bool
    open: Callable[[], Readable]
    solid: Path | Callable[[], IO[bytes]] | None = None
    """Where its bytes can be had in any order: the file, or the spool; None inside a container."""


def _expand(place: _Place, depth: int = 0) -> Iterator[Source | ExportError]:
    """The place itself, or what lies in it when it is a container."""
    try:
        head = _peek(place.open)
    except ExportError as error:
        error.where = error.where or place.name
        yield error
        return
    except OSError as error:
        yield _unreadable(place, error)
        return
    kind = container(head)
    if kind is not None and depth >= DEPTH:
        yield ExportError(f"{place.name} is packed too deep", why=f"more than {DEPTH} archives inside each other",
                          help="unpack it first")  # fmt: skip
    elif kind in DECOMPRESSORS:
        inner = place.open
        unpacked = place._replace(open=lambda: Expanded(inner(), kind, place.name), solid=None)
        yield from _expand(unpacked, depth + 1)
    elif kind == "zip":
        yield from _zip(place, depth)
    elif kind == "tar":
        yield from _tar(place, depth)
    else:
        yield _source(place)


def _source(place: _Place, note: str | None = None) -> Source:
    """Names are bytes on some systems; what is no UTF-8 in one cannot be written anywhere else and is spelled out."""
    name = place.name.encode("utf-8", "backslashreplace").decode()
    return Source(name, place.path, place.named, place.open, note)


def _peek(opener: Callable[[], Readable]) -> bytes:
    stream = opener()
    try:
        return up_to(stream, PEEK)
    finally:
        stream.close()


def _unreadable(place: _Place, error: OSError) -> ExportError:
    return ExportError(
        f"{place.name} could not be opened",
        why=error.strerror or str(error),
        where=str(place.path),
        help="check its permissions" if isinstance(error, PermissionError) else None,
    )


def _zip(place: _Place, depth: int) -> Iterator[Source | ExportError]:
    if place.solid is None:
        yield ExportError(f"{place.name} is a zip inside another container",
                          why="a zip's table of contents is at its end: it cannot be read as a stream",
                          help="unpack the outer container first")  # fmt: skip
        return
    zipped = Zip(place.solid)
    try:
        members = [m for m in zipped.archive().infolist() if not m.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        yield ExportError(f"{place.name} is a damaged zip", why=str(error), where=place.name,
                          help="a zip's table of contents is at its end: download or copy it again whole")  # fmt: skip
        return
    if any(m.filename == "[Content_Types].xml" for m in members):
        note = "an Office document (an Excel workbook, for one): save the sheet as CSV and ingest that"
        yield _source(place, note)
        return
    for member in sorted(members, key=lambda m: m.filename):
        if _hidden(member.filename):
            continue
        name = f"{place.name}!{member.filename}"
        if member.flag_bits & 0x1:
            yield ExportError(f"{name} is encrypted", where=name, help="unpack the zip with its password first")
            continue
        yield from _expand(place._replace(name=name, open=_zip_opener(zipped, member, name), solid=None), depth + 1)


def _zip_opener(zipped: Zip, member: zipfile.ZipInfo, name: str) -> Callable[[], Readable]:
    def opened() -> Readable:
        try:
            return Member(zipped.archive().open(member), name)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise ExportError(
                f"{name} could not be unpacked",
                why=str(error),
                where=name,
                help="unpack the zip with another program first",
            ) from error

    return opened


def _tar(place: _Place, depth: int) -> Iterator[Source | ExportError]:
    members: list[tuple[str, int, int]] = []
    damage: ExportError | None = None
    stream = place.open()
    try:
        members.extend(tar_members(stream))
    except ExportError as error:
        damage = error
    except (tarfile.TarError, EOFError, OSError) as error:
        damage = ExportError(f"{place.name} is a damaged tar archive", why=str(error), where=place.name,
                             got_to=f"{len(members)} files in it", help="download or copy it again")  # fmt: skip
    finally:
        stream.close()
    tape = Tape(place.open)
    for member, start, size in members:
        if _hidden(member):
            continue
        name = f"{place.name}!{member}"
        yield from _expand(
            place._replace(name=name, open=_tar_opener(place, tape, start, size, name), solid=None), depth + 1
        )
    if damage is not None:
        yield damage


def _tar_opener(place: _Place, tape: Tape, start: int, size: int, name: str) -> Callable[[], Readable]:
    solid = place.solid
    if isinstance(solid, Path):  # a plain file: go there at once
        return lambda: Stretch(Slice(solid.open("rb"), start, owns=True), size, name)
    return lambda: Stretch(tape.at(start), size, name)


def _hidden(member: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) and part not in {".", ".."} for part in PurePosixPath(member).parts)
