"""From what a user types to the exports behind it; whatever cannot be opened says why and what to do."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import sys
import tarfile
import threading
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from read.reading import content, sources
from tracelog.errors import ExportError
from tracelog.read import Source, find, look

TEXT = b"2026-03-12T14:02:31Z one\n" * 4000


def tarred(**members: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("hidden", "__MACOSX/x"), data)
    return path


def errors(*paths: Path | str) -> list[ExportError]:
    return [each for each in find([str(path) for path in paths]) if isinstance(each, ExportError)]


def test_a_folder_is_walked_in_order_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    for name in ("b.log", "a/c.csv", ".hidden", ".git/config", "tracelog.db"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")

    assert [(each.name, each.named) for each in sources(tmp_path)] == [("b.log", False), ("a/c.csv", False)]


def test_a_file_that_was_given_is_named_and_comes_once(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"x")

    assert [(each.name, each.named) for each in sources(tmp_path / "a.log", tmp_path, tmp_path / "a.log")] == [
        ("a.log", True)
    ]


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("mon", "tue"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.log").write_bytes(b"x")
    found = sources(tmp_path / "mon" / "a.log", tmp_path / "tue" / "a.log")

    assert len({each.name for each in found}) == 2


def test_a_pattern_in_quotes_is_expanded(tmp_path: Path) -> None:
    for name in ("a.log", "b.log", "c.csv"):
        (tmp_path / name).write_bytes(b"x")

    assert [each.name.rpartition("/")[2] for each in sources(tmp_path / "*.log")] == ["a.log", "b.log"]
    assert "no file matches" in errors(tmp_path / "*.xml")[0].what


def test_a_path_that_does_not_exist_names_what_is_near(tmp_path: Path) -> None:
    (tmp_path / "celigo.log").write_bytes(b"x")

    [error] = errors(tmp_path / "Celigo.lg")
    assert "does not exist" in error.what
    assert str(tmp_path / "celigo.log") in (error.help or "")

    [error] = errors(tmp_path / "exprots" / "celigo.log")
    assert str(tmp_path / "exprots") in (error.why or "")


def test_a_folder_without_files_says_so(tmp_path: Path) -> None:
    [error] = errors(tmp_path)

    assert "holds no files" in error.what


def test_a_path_with_a_nul_byte_does_not_exist() -> None:
    assert "does not exist" in errors("a\0b")[0].what


@pytest.mark.parametrize("path", ["", "x" * 5000, "/".join(["y"] * 5000)])
def test_a_path_that_cannot_be_does_not_exist(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.log").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)

    found = list(find([path, "a.log"]))

    assert "does not exist" in str(found[0])
    assert isinstance(found[1], Source)


def test_a_device_is_no_export_and_is_not_read() -> None:
    [error] = errors("/dev/zero")

    assert str(error) == "/dev/zero is a device and no export"


def test_a_name_that_is_no_utf8_is_spelled_out(tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9.log")
    (tmp_path / odd).write_bytes(TEXT)
    (tmp_path / "week.tar").write_bytes(tarred(**{odd: TEXT}))

    found = sources(tmp_path)

    assert [each.name for each in found] == ["caf\\udce9.log", "week.tar!caf\\udce9.log"]
    assert [content(each) for each in found] == [TEXT, TEXT]


def test_a_link_to_nothing_and_folders_that_loop_are_harmless(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"x")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")

    assert [each.name for each in sources(tmp_path)] == ["a.log"]
    assert "link" in errors(tmp_path / "gone")[0].what


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"x")
    (tmp_path / "a.log").chmod(0)

    assert "permission" in (errors(tmp_path / "a.log")[0].help or "")


def test_a_refused_opening_is_an_error_of_that_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, for those who run tests as root."""
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_bytes(b"x")
    real = Path.open

    def refuse(path: Path, *args: str, **more: str) -> object:
        if path.name == "a.log":
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **more)

    monkeypatch.setattr(Path, "open", refuse)
    found = list(find([str(tmp_path)]))

    assert [type(each) for each in found] == [ExportError, type(found[1])]
    assert "permissions" in (found[0].help or "")  # type: ignore[union-attr]


def test_a_pipe_can_be_read_though_it_is_opened_twice(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"from a pipe")
    os.close(writing)
    try:
        [source] = sources(f"/dev/fd/{reading}")

        assert content(source) == b"from a pipe"
        assert content(source) == b"from a pipe"
    finally:
        os.close(reading)


def test_standard_input_may_be_compressed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(TEXT))))
    [source] = sources("-")

    assert (source.name, content(source)) == ("stdin", TEXT)


@pytest.mark.parametrize(
    "compress",
    [gzip.compress, bz2.compress, lzma.compress, zstandard.ZstdCompressor().compress],
    ids=["gz", "bz2", "xz", "zst"],
)
class TestCompressed:
    def test_the_content_decides_not_the_name(self, compress: Callable[[bytes], bytes], tmp_path: Path) -> None:
        (tmp_path / "celigo.log").write_bytes(compress(TEXT))

        assert content(sources(tmp_path / "celigo.log")[0]) == TEXT

    def test_compressed_files_joined_together_are_one(self, compress: Callable[[bytes], bytes], tmp_path: Path) -> None:
        (tmp_path / "a.log").write_bytes(compress(TEXT) + compress(b"more"))

        assert content(sources(tmp_path / "a.log")[0]) == TEXT + b"more"

    def test_a_file_cut_short_gives_what_is_good_and_then_says_so(
        self, compress: Callable[[bytes], bytes], tmp_path: Path
    ) -> None:
        text = random.Random(1).randbytes(3_000_000)
        (tmp_path / "a.log").write_bytes(compress(text)[:2_000_000])
        good, error = until_damage(sources(tmp_path / "a.log")[0])

        assert len(good) > 900_000
        assert text.startswith(good)
        assert f"{len(good):,} bytes" in (error.got_to or "")

    def test_what_expands_without_measure_is_only_read_in_steps(
        self, compress: Callable[[bytes], bytes], tmp_path: Path
    ) -> None:
        (tmp_path / "bomb").write_bytes(compress(b"0" * 60_000_000))
        size = 0
        tracemalloc.start()
        try:
            with closing(sources(tmp_path / "bomb")[0].open()) as stream:
                while data := stream.read(65_536):
                    size += len(data)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

        assert size == 60_000_000
        assert peak < 40_000_000


def until_damage(source: Source) -> tuple[bytes, ExportError]:
    """All that the source gives, and the error that ends it."""
    good = b""
    with closing(source.open()) as stream:
        try:
            while data := stream.read(50_000):
                good += data
        except ExportError as error:
            return good, error
    raise AssertionError("no damage was found")


def test_damage_in_the_middle_is_found_and_said(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(os.urandom(100_000)))
    data[-6] ^= 0xFF  # in the checksum
    (tmp_path / "a.gz").write_bytes(data)

    _, error = until_damage(sources(tmp_path / "a.gz")[0])
    assert "damaged" in error.what


def test_members_of_a_zip_are_exports_of_their_own(tmp_path: Path) -> None:
    week = zipped(tmp_path / "week.zip", celigo_log=TEXT, sub__orders_csv=b"a,b\n", hidden=b"")
    found = sources(week)

    assert [each.name for each in found] == ["week.zip!celigo_log", "week.zip!sub/orders_csv"]
    assert content(found[0]) == TEXT


@pytest.mark.parametrize("compress", [bytes, gzip.compress, lzma.compress])
def test_members_of_a_tar_are_exports_of_their_own(compress: Callable[[bytes], bytes], tmp_path: Path) -> None:
    (tmp_path / "week.tar.gz").write_bytes(compress(tarred(b_log=TEXT, a__c_csv=b"a,b\n")))
    found = sources(tmp_path / "week.tar.gz")

    assert [each.name for each in found] == ["week.tar.gz!b_log", "week.tar.gz!a/c_csv"]
    assert [content(each) for each in found] == [TEXT, b"a,b\n"]


def test_a_compressed_tar_is_unpacked_once_not_once_for_each_member(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking at a member and then reading it, one after another, winds the tape forward only."""
    texts = {f"m{n}": bytes(str(n), "ascii") * 400_000 for n in range(10, 30)}
    (tmp_path / "w.tgz").write_bytes(gzip.compress(tarred(**texts), 1))
    found = sources(tmp_path / "w.tgz")
    opened = []
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda path, how: opened.append(path) or real(path, how))
    for source in found:
        look(source)
        assert content(source) == texts[source.name.partition("!")[2]]

    assert len(opened) <= 2


def test_containers_lie_inside_each_other(tmp_path: Path) -> None:
    inner = gzip.compress(tarred(celigo_log=gzip.compress(TEXT)))
    [source] = sources(zipped(tmp_path / "w.zip", logs_tgz=inner))

    assert (source.name, content(source)) == ("w.zip!logs_tgz!celigo_log", TEXT)


def test_a_zip_cut_short_and_a_tar_cut_short_say_so(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "w.zip", a=os.urandom(5000)).read_bytes()
    (tmp_path / "w.zip").write_bytes(whole[:3000])
    assert "damaged zip" in errors(tmp_path / "w.zip")[0].what

    (tmp_path / "w.tar").write_bytes(tarred(a=b"good", b=os.urandom(5000))[:3000])
    found = list(find([str(tmp_path / "w.tar")]))
    assert [each.name for each in found if not isinstance(each, ExportError)] == ["w.tar!a", "w.tar!b"]
    assert isinstance(found[-1], ExportError)


def test_an_excel_workbook_is_named_as_what_it_is(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "orders.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/workbook.xml", "")

    [source] = sources(tmp_path / "orders.xlsx")
    assert "CSV" in (source.note or "")


def test_that_a_pipe_is_waited_for_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody writes into it at first: that must not look like work."""
    monkeypatch.setattr("tracelog.read.sources.PATIENCE", 0.05)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Timer(0.5, lambda: pipe.write_bytes(TEXT))
    writer.start()

    assert [content(each) for each in sources(pipe)] == [TEXT]
    writer.join()
    assert "waiting for somebody to write to" in capsys.readouterr().err
