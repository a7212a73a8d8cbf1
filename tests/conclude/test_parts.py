"""A scan in several processes: the same to the byte, and nothing is left running however it ends."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from incidents.week_helpers import week
from tracelog import parts
from tracelog.config import Config
from tracelog.demo.exports import write_exports
from tracelog.demo.week import Fault
from tracelog.ingest import ingest
from tracelog.investigate import scan, settings_of
from tracelog.parts import Helper, Parts
from tracelog.store.read import Store
from tracelog.store.spans import EVERY, Span, spans
from tracelog.store.write import Writer

FAULTS = {Fault.DROP_CANCEL: 4, Fault.REFUSED: 2, Fault.LATE: 1, Fault.STATUS_REWRITE: 3}
ASKS = """
import sys
from pathlib import Path
from tracelog.config import Config
from tracelog.investigate import settings_of
from tracelog.parts import Parts
from tracelog.store.read import Store
asked = Parts(Store.open(Path(sys.argv[1])), settings_of(Config()), 2)
print(asked.helpers[0].process.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a small week with known faults."""
    folder = tmp_path_factory.mktemp("week")
    (folder / "exports").mkdir()
    write_exports(week(seed=9, orders=60, faults=FAULTS), folder / "exports")
    ingest([str(folder / "exports")], db=folder / "t.db")
    return folder / "t.db"


def scanned(path: Path, jobs: int | None) -> bytes:
    """The scan, made anew: what was kept of the one before is put away."""
    with Store.open(path, write=True) as store:
        store.connection.execute("DELETE FROM scan")
        store.connection.commit()
    with Store.open(path) as store:
        return msgspec.json.encode(scan(store, jobs=jobs))


def test_any_number_of_processes_finds_the_same(path: Path):
    alone = scanned(path, 1)

    assert msgspec.json.decode(alone)["findings"]
    assert scanned(path, 2) == alone
    assert scanned(path, 5) == alone


def test_where_a_clock_is_wrong_every_process_sets_it_right(tmp_path: Path):
    """Then the first pass is gone through twice, the second time by clocks that are right."""
    (tmp_path / "exports").mkdir()
    write_exports(week(seed=31, faults=FAULTS), tmp_path / "exports")
    log = tmp_path / "exports" / "celigo-connection-debug.log"
    log.write_text(re.sub(r"(?m)^(\S{19})(?=\.\d{3}Z)", three_hours_later, log.read_text("utf-8")), "utf-8")
    ingest([str(tmp_path / "exports")], db=tmp_path / "t.db")
    alone = scanned(tmp_path / "t.db", 1)

    assert [found["state"] for found in msgspec.json.decode(alone)["findings"] if found["kind"] == "clock-offset"]
    assert scanned(tmp_path / "t.db", 3) == alone


def three_hours_later(found: re.Match[str]) -> str:
    return (datetime.fromisoformat(found[1]) + timedelta(hours=3)).isoformat()


def test_stretches_hold_every_order_once(path: Path):
    with Store.open(path) as store:
        every = [order for order, _ in store.orders()]
        for parts_ in (1, 2, 7, 1000, 10**18):
            found = spans(store, parts_)
            assert [order for span in found for order, _ in store.orders(span)] == every
            assert found[0].first == EVERY.first
            assert len(found) <= parts_


def test_an_empty_store_is_one_stretch(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    ingest([str(tmp_path / "empty")], db=tmp_path / "t.db")
    with Store.open(tmp_path / "t.db") as store:
        assert spans(store, 4) == [Span(*EVERY)]


def test_no_more_processes_are_started_than_can_be_of_use(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parts, "cores", lambda: 2)
    monkeypatch.setattr(parts, "_started", lambda: None)
    with Store.open(path) as store, Parts(store, settings_of(Config()), 10**20) as asked:
        assert len(asked.helpers) == parts.MOST - 1


@pytest.mark.parametrize("said", ["good morning", "cprint", "garbage", "(lp1"])
def test_what_python_prints_as_it_starts_is_no_answer(
    path: Path, tmp_path: Path, said: str, monkeypatch: pytest.MonkeyPatch
):
    """Some Pythons are set up to print something whenever they start; the helper still answers."""
    whole = scanned(path, 1)
    (tmp_path / "sitecustomize.py").write_text(f"print({said!r}, end='')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(Helper, "end", lambda self: self.process.communicate())

    assert scanned(path, 2) == whole


@pytest.mark.parametrize("how", ["never started", "killed before the first pass", "killed between the passes"])
def test_without_its_helper_the_work_is_done_here(path: Path, how: str, monkeypatch: pytest.MonkeyPatch):
    whole = scanned(path, 1)
    asked = Helper.ask

    def ask(self: Helper, task: parts.SumUp | parts.Judge) -> None:
        if self.process is not None and isinstance(task, parts.Judge) == (how == "killed between the passes"):
            self.process.kill()
            self.process.wait()
        asked(self, task)

    if how == "never started":
        monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    else:
        monkeypatch.setattr(Helper, "ask", ask)

    assert scanned(path, 2) == whole


def test_another_store_than_the_one_that_was_opened_is_not_helped_with(path: Path):
    with Store.open(path) as store:
        store.generation += 1
        with Parts(store, settings_of(Config()), 2) as asked:
            process = asked.helpers[0].process
            assert process is not None
            assert process.wait(timeout=60) == 0


def test_what_others_write_meanwhile_is_not_read_half(path: Path, tmp_path: Path):
    """An export is read again, or taken away, while a scan is between its passes."""
    copy = Path(shutil.copy(path, tmp_path / "t.db"))
    whole = scanned(copy, 1)
    with Writer.open(copy) as writer, Store.open(copy) as store:
        writer.connection.execute("DELETE FROM scan")
        orders = store.counts().orders
        for export in store.exports():
            writer.supersede(export.id)
        writer.settle()

        assert store.counts().orders == orders
        assert [order for order, _ in store.orders()]
        assert msgspec.json.encode(scan(store, jobs=2)) == whole
    with Store.open(copy) as store:
        assert store.counts().orders == 0


def test_no_process_is_left_when_a_scan_is_interrupted(path: Path):
    started: list[int] = []

    def interrupted() -> None:
        with Store.open(path) as store, Parts(store, settings_of(Config()), 3) as asked:
            started.extend(helper.process.pid for helper in asked.helpers if helper.process is not None)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert len(started) == 2
    assert not any(map(runs, started))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_helper_ends_with_its_caller_however_that_ends(path: Path):
    caller = subprocess.Popen([sys.executable, "-c", ASKS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert caller.stdout is not None
    pid = int(caller.stdout.readline())
    time.sleep(0.5)
    assert runs(pid)
    caller.kill()
    caller.communicate()
    until = time.monotonic() + 30
    while runs(pid) and time.monotonic() < until:
        time.sleep(0.05)

    assert not runs(pid)


def runs(pid: int) -> bool:
    """Whether a process of that number is there; one that ended and was not asked for is not."""
    state = Path(f"/proc/{pid}/stat")
    if state.exists():
        return state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def test_a_store_of_few_orders_takes_one_process(path: Path):
    with Store.open(path) as store, Parts(store, settings_of(Config())) as asked:
        assert not asked.helpers


def test_many_orders_take_as_many_processes_as_there_are_cores_for(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parts, "MANY", 10)
    monkeypatch.setattr(parts, "cores", lambda: 8)
    with Store.open(path) as store, Parts(store, settings_of(Config())) as asked:
        assert len(asked.helpers) == parts.USUAL - 1
    monkeypatch.setattr(parts, "cores", lambda: 1)
    with Store.open(path) as store, Parts(store, settings_of(Config())) as asked:
        assert not asked.helpers
