"""How commands are found, how they fail, and what everybody may rely on in a script."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.calling import call, environment
from tracelog.cli import main
from tracelog.cli.root import COMMANDS


def commands(group: click.Group = main, *before: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it, those inside groups too."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


ALL = list(commands())


@pytest.mark.parametrize(("words", "command"), ALL, ids=[" ".join(words) for words, _ in ALL])
class TestEveryCommand:
    def test_says_what_it_does(self, words: tuple[str, ...], command: click.Command) -> None:
        assert command.help
        assert command.short_help
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{' '.join(words)} {option.opts[0]} says nothing"

    def test_answers_json_if_it_prints_a_result(self, words: tuple[str, ...], command: click.Command) -> None:
        if isinstance(command, click.Group) or words == ("completion",):
            return
        assert "--json" in [name for option in command.params for name in option.opts]

    def test_takes_the_global_options_behind_its_name(self, words: tuple[str, ...], command: click.Command) -> None:
        if not isinstance(command, click.Group):
            assert {"--db", "--config", "--parsers", "--show-tz", "-q", "-v", "--no-color"} <= {
                name for option in command.params for name in option.opts
            }


def test_without_a_command_the_help_is_printed(tmp_path: Path) -> None:
    said = call(at=tmp_path)

    assert said.code == 0
    assert all(name in said.out for name in COMMANDS)


def test_a_command_that_does_not_exist_names_the_nearest(tmp_path: Path) -> None:
    said = call("scna", at=tmp_path)

    assert said.code == 2
    assert "did you mean scan?" in said.err


def test_a_file_in_place_of_a_command_names_the_command_that_reads_it(tmp_path: Path) -> None:
    (tmp_path / "celigo.log").write_text("x")

    assert "tracelog ingest celigo.log" in call("celigo.log", at=tmp_path).err


def test_an_option_that_does_not_exist_is_wrong_usage(tmp_path: Path) -> None:
    assert call("scan", "--jsn", at=tmp_path).code == 2


def test_trace_without_an_order_reminds_of_the_shell(tmp_path: Path) -> None:
    """`tracelog trace #1001` arrives without its argument: # begins a comment."""
    said = call("trace", at=tmp_path)

    assert said.code == 3
    assert "'#1001'" in said.err


@pytest.mark.parametrize("words", [["scan"], ["trace", "1001"], ["status"], ["unread"], ["routes"], ["report"]])
def test_without_a_store_it_is_said_how_to_make_one(words: list[str], tmp_path: Path) -> None:
    said = call(*words, at=tmp_path)

    assert said.code == 2
    assert "tracelog ingest" in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no store\n" * 100)
    said = call("scan", "--db", "notes.txt", at=tmp_path)

    assert said.code == 2
    assert "not a tracelog store" in said.err


def test_a_mistake_in_the_settings_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "tracelog.toml").write_text("[limits]\n\n[zone]\nnetsuite = 'UTC'\n")
    said = call("ingest", ".", at=tmp_path)

    assert said.code == 2
    assert "did you mean zones?" in said.err
    assert "tracelog.toml:3" in said.err


def test_a_zone_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    call("demo", "exports", at=tmp_path)

    assert call("ingest", "exports", "--tz", "Mars/Olympus", at=tmp_path).code == 2


def test_times_are_read_as_people_write_them(tmp_path: Path) -> None:
    call("demo", "exports", at=tmp_path)
    call("ingest", "exports", at=tmp_path)

    assert call("scan", "--list", "--since", "3d", at=tmp_path).code == 0
    said = call("scan", "--since", "yesterday", at=tmp_path)
    assert said.code == 2
    assert "2026-03-01" in said.err


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    """`tracelog formats list --json | head -1`."""
    line = f"{sys.executable} -m tracelog formats list --json | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line], cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.returncode in (0, 141)


def test_control_c_ends_it_quietly(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    words = [sys.executable, "-m", "tracelog", "ingest", "-"]
    process = subprocess.Popen(
        words, cwd=tmp_path, stdin=reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  a shell may have its jobs ignore it
    )  # fmt: skip
    os.close(reading)
    try:
        time.sleep(1.5)  # until it waits for its input
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        os.close(writing)

    assert process.returncode == 130
    assert b"Traceback" not in err


def test_a_mistake_of_ours_is_one_line_and_has_its_own_exit_code(tmp_path: Path) -> None:
    program = """
import sys
from tracelog.cli import demo, main
demo.command.callback = lambda **_: {}["missing"]
sys.argv = ["tracelog", "demo", "x"]
main()
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 70
    assert "mistake in tracelog" in done.stderr
    assert "KeyError" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_a_shell(shell: str, tmp_path: Path) -> None:
    assert "_TRACELOG_COMPLETE" in call("completion", shell, at=tmp_path).out


def test_completion_completes_commands(tmp_path: Path) -> None:
    said = call(at=tmp_path, _TRACELOG_COMPLETE="bash_complete", COMP_WORDS="tracelog sta", COMP_CWORD="1")

    assert said.out.split() == ["plain,status", "plain,statuses"]


def test_a_cold_start_imports_little(tmp_path: Path) -> None:
    """What draws, parses or writes is imported by the command that needs it."""
    program = (
        "import sys; from tracelog.cli import main; main(['--version'], standalone_mode=False); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    heavy = {"rich", "jinja2", "lark", "sqlite_utils", "msgspec", "zstandard", "sqlite3"}

    assert heavy & set(done.stdout.split()) == set()


@pytest.mark.skipif(os.name == "nt", reason="a shell's way to close a stream")
@pytest.mark.parametrize("arguments", ["formats list", "formats list --json", "--help"])
def test_a_closed_standard_output_is_no_mistake(arguments: str, tmp_path: Path) -> None:
    command = ["sh", "-c", f"{sys.executable} -m tracelog {arguments} >&-"]
    done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_demo_goes_into_a_new_folder_only(tmp_path: Path) -> None:
    assert call("demo", "exports", at=tmp_path).code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "exports").iterdir()}
    said = call("demo", "exports", at=tmp_path)

    assert said.code == 2
    assert "not empty" in said.err
    assert {path: path.read_bytes() for path in (tmp_path / "exports").iterdir()} == before


def test_an_interrupt_while_it_is_loaded_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt")
    done = subprocess.run(
        [sys.executable, "-m", "tracelog", "scan"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (130, "")


@pytest.mark.skipif(os.name == "nt", reason="closes what only a shell of POSIX closes")
def test_a_closed_standard_input_is_an_empty_one() -> None:
    command = f"{sys.executable} -m tracelog trace --orders - <&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert done.returncode == 3
    assert "no order was named" in done.stderr
