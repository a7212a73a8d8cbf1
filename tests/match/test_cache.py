"""The cache may be missing, full, old, half written or hostile: it is never wrong, and never in the way."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from match.records_for_match import DEBUG, HEAD, JSON
from tracelog import resources
from tracelog.match import cache, expression, shape
from tracelog.match.form import Form

GRAMMARS = resources.folder("grammars")
TEXT = f"{HEAD} {JSON}"


def entries(folder: Path, kind: str = "shapes") -> list[Path]:
    return sorted((folder / kind).iterdir()) if (folder / kind).is_dir() else []


def test_a_warm_start_imports_no_lark(cache_folder: Path) -> None:
    """Shapes and expressions that were met before come from the cache; only an explanation needs Lark."""
    program = f"""
import sys
from pathlib import Path
from tracelog.match import expression, shape
loaded = shape.load({DEBUG!r}, [Path({str(GRAMMARS)!r})])
shape.terminal("LAST_ID", [Path({str(GRAMMARS)!r})])
assert loaded.fields({TEXT!r})["KIND"] == "export"
print(expression.parse("a.b[0] ?? 'none' | lower"), expression.parse_each("o in body.orders"), "lark" in sys.modules)
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "TRACELOG_CACHE": str(cache_folder)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        for _ in range(2)
    ]

    assert [run.pop() for run in runs] == ["True", "False"]
    assert runs[0] == runs[1]


def test_a_changed_import_is_compiled_anew(tmp_path: Path) -> None:
    """The entry is named by the text of the grammar and of all it imports."""
    (tmp_path / "words.lark").write_text("WORD: /[a-z]+/", "utf-8")
    (tmp_path / "trial.lark").write_text("%import .words (WORD)\nstart: WORD", "utf-8")
    before = shape.load("trial.lark:start", [tmp_path])
    (tmp_path / "words.lark").write_text("WORD: /[0-9]+/", "utf-8")
    after = shape.load("trial.lark:start", [tmp_path])

    assert (before.fields("abc"), before.fields("123")) == ({"WORD": "abc"}, None)
    assert (after.fields("abc"), after.fields("123")) == (None, {"WORD": "123"})


def _sealed(body: bytes) -> bytes:
    return cache._digest(body) + b"\n" + body


HOSTILE = {
    "empty": b"",
    "half written": _sealed(msgspec.json.encode(Form(None, r"\Ax\Z", ["A"], "x", {})))[:-9],
    "no JSON": _sealed(b"{"),
    "another type": _sealed(b'{"why": 1, "pattern": [], "names": {}, "begins": null, "parts": 7}'),
    "no expression": _sealed(msgspec.json.encode(Form(None, "(", ["A"], "x", {}))),
    "nested beyond reason": _sealed(b"[" * 100_000),
    "a pickle": b"cos\nsystem\n(S'echo hello'\ntR.",
    "edited": b"0" * 64 + b"\n" + msgspec.json.encode(Form(None, r"\A(?P<A>.*)\Z", ["A"], "", {})),
    "bytes": bytes(range(256)) * 10,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_that_is_not_ours_is_as_good_as_none(cache_folder: Path, content: bytes) -> None:
    """Its content is data under its own digest; what is wrong with it is compiled anew."""
    expected = shape.load(DEBUG, [GRAMMARS]).fields(TEXT)
    for path in entries(cache_folder):
        path.write_bytes(content)

    assert shape.load(DEBUG, [GRAMMARS]).fields(TEXT) == expected
    assert [json.loads(path.read_bytes().partition(b"\n")[2])["why"] for path in entries(cache_folder)] == [None]


def test_a_folder_in_place_of_an_entry_does_no_harm(cache_folder: Path) -> None:
    expected = shape.load(DEBUG, [GRAMMARS]).fields(TEXT)
    for path in entries(cache_folder):
        path.unlink()
        path.mkdir()

    assert shape.load(DEBUG, [GRAMMARS]).fields(TEXT) == expected


@pytest.mark.parametrize("value", ["", "off", "/dev/null/cache", "\0"])
def test_without_a_cache_all_works(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Switched off, or a place where nothing can be written: silently without."""
    if "\0" in value:
        monkeypatch.setattr(cache, "folder", lambda: Path(value))
    else:
        monkeypatch.setenv("TRACELOG_CACHE", value)

    loaded = shape.load(DEBUG, [GRAMMARS]).fields(TEXT)

    assert loaded is not None
    assert cache.load("shapes", "none", Form) is None


def test_a_write_that_fails_leaves_nothing_behind(cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: no entry, no draft, no error."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    cache.save("shapes", "one", {"a": 1})

    assert entries(cache_folder) == []


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are another thing there")
def test_only_the_user_can_look_into_the_folder(cache_folder: Path) -> None:
    """Grammars and expressions may name a customer's fields."""
    cache.save("shapes", "one", {"a": 1})

    assert stat.S_IMODE((cache_folder / "shapes").stat().st_mode) & 0o077 == 0


def test_the_folder_follows_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TRACELOG_CACHE")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache.folder() == tmp_path / "xdg" / "tracelog"

    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.folder() == tmp_path / ".cache" / "tracelog"


def test_expressions_of_two_processes_are_kept_both(cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each adds to what it finds when it writes."""
    for text in ("one.a", "two.b"):
        collection = expression._Collection()
        monkeypatch.setattr(expression, "_collection", lambda kept=collection: kept)
        collection.known = {}
        expression.parse(text)
        expression.keep()

    assert set(cache.load("expressions", expression._name(), dict) or {}) == {"value one.a", "value two.b"}


def test_names_of_entries_tell_texts_apart() -> None:
    """Where one text ends and the next begins is part of the name."""
    assert cache.key("ab", "c") != cache.key("a", "bc")
    assert re.fullmatch("[0-9a-f]{64}", cache.key("a\ud800"))
