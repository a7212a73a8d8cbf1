"""A kill at any moment leaves nothing half; two ingests at once are safe; a better definition rereads."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store.fakes import Again, put, start, store_of
from tracelog.cli.options import Session
from tracelog.errors import StoreError
from tracelog.store import db, names, pages
from tracelog.store.read import Store
from tracelog.store.write import CHUNK, Writer

LINES = [f"{second} received shopify:id={second % 500} env=request-{second}" for second in range(3000)]
SLOW = """
import sys, time
sys.path.insert(0, {tests!r})
from pathlib import Path
from store.fakes import Reading, batches, start
from tracelog.store import write
write.CHUNK = 600
with write.Writer.open(Path({path!r}), waiting=lambda text: print(text, file=sys.stderr, flush=True)) as writer:
    for name, step in {exports!r}:
        intake = writer.begin(start(name))
        for batch in batches([f"{{second}} received shopify:id={{second % 500}} env=request-{{second}}"
                              for second in range(0, 3000, step)]):
            intake.take(batch, Reading())
            writer.breathe(intake)
            print("took", flush=True)
            time.sleep({pause})
        writer.finish(intake, sha256="sha of " + name, size=1)
        print("finished", flush=True)
    writer.settle()
"""


def process(path: Path, *exports: tuple[str, int], pause: float = 0.0) -> subprocess.Popen[str]:
    """Another process that ingests into the store, batch by batch."""
    tests = str(Path(__file__).parent.parent)
    code = SLOW.format(tests=tests, path=str(path), exports=exports, pause=pause)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def counts(path: Path) -> tuple[int, int, int, int]:
    with Store.open(path) as store:
        assert sum(len(events) for _, events in store.orders()) == store.counts().events
        return tuple(getattr(store.counts(), name) for name in ("exports", "records", "events", "orders"))  # type: ignore[return-value]


class TestKill:
    @pytest.mark.parametrize("after", [1, 3, 5])
    def test_nothing_of_the_unfinished_export_is_seen(self, tmp_path: Path, after: int) -> None:
        path = store_of(tmp_path / "s.db", ["1 received shopify:id=1"])
        child = process(path, ("b.log", 1), pause=0.05)
        assert child.stdout is not None
        for _ in range(after):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.communicate()

        assert counts(path) == (1, 1, 1, 1)

        store_again = process(path, ("b.log", 1))
        store_again.communicate()
        assert counts(path) == (2, 3001, 3001, 500)
        with Store.open(path) as store:
            assert [(row.new, row.known) for row in store.ledger()] == [(1, 0), (3000, 0)]

    def test_exports_that_were_complete_are_not_read_again(self, tmp_path: Path) -> None:
        """Killed in the second of two: the first is not seen yet, but it is there, and the next ingest links it."""
        path = tmp_path / "s.db"
        child = process(path, ("a.log", 1), ("b.log", 7), pause=0.05)
        assert child.stdout is not None
        while "finished" not in child.stdout.readline():
            pass
        child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.communicate()

        assert counts(path) == (0, 0, 0, 0)
        with Writer.open(path) as writer:
            assert writer.seen("sha of a.log") is not None
            assert writer.seen("sha of b.log") is None
            writer.settle()
        assert counts(path) == (1, 3000, 3000, 500)

    def test_an_abandoned_export_leaves_nothing(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", ["1 received shopify:id=1"])
        with Writer.open(path) as writer:
            writer.begin(start("b.log"))
            writer.abandon()
            put(writer, LINES, "c.log")
            writer.settle()

        assert counts(path) == (2, 3001, 3001, 500)

    def test_the_store_is_one_file_afterwards(self, tmp_path: Path) -> None:
        store_of(tmp_path / "s.db", LINES)

        assert [path.name for path in tmp_path.iterdir()] == ["s.db"]


class TestTwoAtOnce:
    def test_both_finish_and_nothing_is_double(self, tmp_path: Path) -> None:
        """Two overlapping exports: every other record of the first is all that the second has."""
        path = tmp_path / "s.db"
        both = [process(path, ("a.log", 1), pause=0.02), process(path, ("b.log", 2), pause=0.02)]
        told = [child.communicate(timeout=60)[1] for child in both]

        assert [child.returncode for child in both] == [0, 0], told
        assert counts(path)[1:] == (4500, 3000, 500)
        assert any("waiting until it has finished" in text for text in told)

    def test_the_same_export_twice_is_one(self, tmp_path: Path) -> None:
        path = tmp_path / "s.db"
        both = [process(path, ("a.log", 1), pause=0.02) for _ in range(2)]
        for child in both:
            child.communicate(timeout=60)

        with Store.open(path) as store:
            assert sorted((row.new, row.known) for row in store.ledger()) == [(0, 3000), (3000, 0)]

    def test_readers_see_the_store_as_it_was_meanwhile(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", ["1 received shopify:id=1"])
        with Writer.open(path) as writer:
            intake_lines = LINES * (CHUNK // len(LINES) + 1)
            put(writer, intake_lines[:600], "b.log")
            assert counts(path) == (1, 1, 1, 1)
            writer.settle()
            assert counts(path)[0] == 2

    def test_a_lock_left_by_a_dead_process_holds_nobody_up(self, tmp_path: Path) -> None:
        path = tmp_path / "s.db"
        child = process(path, ("a.log", 1), pause=5)
        assert child.stdout is not None
        child.stdout.readline()
        child.kill()
        child.communicate()

        begun = time.monotonic()
        store_of(path, LINES)
        assert time.monotonic() - begun < 5


class TestRereading:
    def test_a_better_definition_reads_the_stored_text_again(self, tmp_path: Path) -> None:
        """First read as unread records, then, by a definition that knows them, as events; the text is the store's."""
        path = tmp_path / "s.db"
        with Writer.open(path) as writer:
            put(writer, [f"{n} !unread no idea" for n in range(700)] + ["800 received shopify:id=1"])
            writer.settle()
        with Writer.open(path) as writer:
            (known,) = writer.stored("made-up")
            writer.reread(known, start(digest="d2"), Better())
            writer.settle()

        with Store.open(path) as store:
            (row,) = store.ledger()
            assert (row.records, row.understood, row.unread, row.events) == (701, 701, 0, 701)
            assert store.unread() == []
            assert store.counts().orders == 701
            assert sum(stretch.records for stretch in store.activity()) == 701
            assert store.evidence_of(store.order(store.find("x5")[0])[0]).text == "5 !unread no idea"

    def test_it_is_all_or_nothing(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", LINES)
        before = counts(path)
        with Writer.open(path) as writer:
            (known,) = writer.stored("made-up")
            with pytest.raises(RuntimeError):
                writer.reread(known, start(digest="d2"), Broken())

        assert counts(path) == before
        with Store.open(path) as store:
            assert store.ledger()[0].unread == 0

    def test_what_another_export_also_holds_is_counted_anew_there_too(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", ["1 !unread no idea", "2 received shopify:id=1"], ["1 !unread no idea"])
        with Writer.open(path) as writer:
            writer.reread(writer.stored("made-up")[0], start(digest="d2"), Better())
            writer.settle()

        with Store.open(path) as store:
            assert [(row.understood, row.unread) for row in store.ledger()] == [(2, 0), (1, 0)]

    def test_an_export_read_otherwise_takes_the_place_of_the_former_reading(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", LINES[:100], LINES[50:150])
        with Writer.open(path) as writer:
            put(writer, LINES[:100], "a.log", instance="production")
            writer.supersede(1)
            writer.settle()

        with Store.open(path) as store:
            assert [(row.export, row.records) for row in store.ledger()] == [("b.log", 100), ("a.log", 100)]
            assert store.counts().events == 200
        with Writer.open(path) as writer:
            put(writer, LINES[:100], "c.log")
            writer.settle()
        assert counts(path)[1:3] == (300, 250)


class Better(Again):
    """Knows what `!unread` means: an order of the record's number."""

    def outcomes(self, texts, cut):
        return super().outcomes([text.replace(b"!unread no idea", b"received shopify:id=x" + text.split()[0])
                                 for text in texts], cut)  # fmt: skip


class Broken(Again):
    def outcomes(self, texts, cut):
        if b"1200 " in texts[0]:
            raise RuntimeError
        return super().outcomes(texts, cut)


class TestWrongFiles:
    def test_a_newer_store_is_refused(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", LINES[:1])
        with sqlite3.connect(path) as connection:
            connection.execute(f"PRAGMA user_version = {db.VERSION + 1}")
        connection.close()

        for opened in (Store.open, Writer.open):
            with pytest.raises(StoreError, match="newer tracelog"):
                opened(path)

    def test_an_older_store_is_refused_for_reading_and_brought_forward_by_the_next_ingest(self, tmp_path: Path) -> None:
        """As the first version of the schema left it: without the formats that could have been read."""
        path = store_of(tmp_path / "s.db", LINES)
        with Store.open(path) as store:
            before = [store.order(order) for order, _ in store.orders()]
        with sqlite3.connect(path) as connection:
            connection.execute("DROP TABLE known_format")
            connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'known_formats'")
            connection.execute("PRAGMA user_version = 1")
        connection.close()

        with pytest.raises(StoreError, match="older tracelog") as caught:
            Store.open(path)
        assert "tracelog ingest" in (caught.value.help or "")
        with Writer.open(path) as writer:
            writer.settle()
        with Store.open(path) as store:
            assert [store.order(order) for order, _ in store.orders()] == before
            assert store.formats() == store.definitions()

    @pytest.mark.parametrize("content", [b"not a database, but text of some length" * 10, b"\0" * 5000])
    def test_what_is_no_sqlite_file_is_said_to_be_none(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "s.db"
        path.write_bytes(content)

        for opened in (Store.open, Writer.open):
            with pytest.raises(StoreError, match="is not a tracelog store"):
                opened(path)
        assert path.read_bytes() == content

    def test_somebody_elses_database_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "s.db"
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE theirs (id)")
        connection.close()

        for opened in (Store.open, Writer.open):
            with pytest.raises(StoreError, match="is not a tracelog store") as caught:
                opened(path)
            assert caught.value.why == "it is an SQLite file of something else"
        with sqlite3.connect(path) as connection:
            assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
        connection.close()

    def test_a_missing_store_says_how_to_make_one(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="there is no store") as caught:
            Store.open(tmp_path / "s.db")
        assert "tracelog ingest" in (caught.value.help or "")

    def test_a_missing_folder_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="there is no folder"):
            Writer.open(tmp_path / "none" / "s.db")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_store_in_a_folder_that_allows_no_writing_can_be_read(self, tmp_path: Path) -> None:
        folder = tmp_path / "locked"
        folder.mkdir()
        path = store_of(folder / "s.db", LINES)
        folder.chmod(0o555)
        try:
            assert counts(path)[0] == 1
            with pytest.raises(StoreError, match="cannot be written"):
                Writer.open(path)
        finally:
            folder.chmod(0o755)

    def test_a_full_disk_keeps_what_was_there(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", ["1 received shopify:id=1"])
        with Writer.open(path) as writer:
            (size,) = writer.connection.execute("PRAGMA page_count").fetchone()
            writer.connection.execute(f"PRAGMA max_page_count = {size + 3}")
            with pytest.raises(StoreError, match="disk is full"), db.explained(path):
                put(writer, LINES)

        assert counts(path) == (1, 1, 1, 1)


def test_a_damaged_page_is_said_and_is_no_mistake_of_tracelog() -> None:
    packed = pages.pack([b"one", b"two"])
    broken = packed._replace(text=bytes(4) + packed.text[4:])

    with pytest.raises(StoreError, match="damaged"):
        pages.unpack(broken)


class TestDamage:
    def test_json_in_it_that_is_none_any_more_is_told_as_damage(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", ["1 received shopify:id=1"])
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE definition SET info = '{'")

        with pytest.raises(StoreError, match="damaged"), Session(db=path).store() as store:
            store.definitions()

    def test_a_schema_that_is_no_text_is_told_as_damage(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", ["1 received shopify:id=1"])
        data = path.read_bytes()
        assert b"CREATE TABLE export" in data
        path.write_bytes(data.replace(b"CREATE TABLE export", b"CREATE T\x90\x90LE export"))

        with pytest.raises(StoreError, match="damaged"):
            db.connect(path)
        with pytest.raises(StoreError, match="damaged"):
            db.create(path)

    def test_an_order_name_that_is_no_utf8_is_none(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", ["1 received shopify:id=1"])

        with Store.open(path) as store:
            assert names.find(store.connection, "\udcff1", 1) == []
            assert "1" not in names.nearest(store.connection, "\udcff", 3)
