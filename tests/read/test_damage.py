"""A damaged export: everything good is read, then it is said what is wrong and how far reading got."""

from __future__ import annotations

import gzip
import io
from contextlib import closing
from pathlib import Path

import pytest

from read.reading import sources
from tracelog.errors import DefinitionError, ExportError
from tracelog.model.record import Plan, Unreadable
from tracelog.read import Hashed, batches

LOG = b"".join(b"2026-03-12T14:02:31Z record %06d\n" % n for n in range(50_000))


def cut(tmp_path: Path, data: bytes, keep: float) -> Hashed:
    packed = gzip.compress(data)
    (tmp_path / "a.log.gz").write_bytes(packed[: int(len(packed) * keep)])
    return Hashed(sources(tmp_path / "a.log.gz")[0].open())


def test_every_good_record_comes_before_the_error(tmp_path: Path) -> None:
    found = []

    with closing(cut(tmp_path, LOG, 0.5)) as stream, pytest.raises(ExportError) as caught:
        found.extend(batches(stream, Plan("lines")))

    raws = [raw for batch in found for raw in batch.raws]
    assert raws[:-1] == LOG.split(b"\n")[: len(raws) - 1]
    assert len(raws) > 20_000
    assert f"{len(raws):,} records" in (caught.value.got_to or "")
    assert caught.value.help is not None
    assert caught.value.where == "a.log.gz"
    assert stream.size == sum(map(len, raws)) + len(raws) - 1


def test_a_record_cut_in_two_is_unreadable_and_not_half_a_truth(tmp_path: Path) -> None:
    table = b"id,total\n" + b"".join(b"%d,118.40\n" % n for n in range(90_000))
    found = []

    with closing(cut(tmp_path, table, 0.3)) as stream, pytest.raises(ExportError):
        found.extend(batches(stream, Plan("csv")))

    values = [value for batch in found for value in batch.values or ()]
    assert isinstance(values[-1], Unreadable)
    assert not any(isinstance(value, Unreadable) for value in values[:-1])


def test_a_disk_that_fails_is_damage_too() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            if not data:
                raise OSError(5, "Input/output error")
            return data

    found = []
    with pytest.raises(ExportError) as caught:
        found.extend(batches(Failing(b"one\ntwo\n"), Plan("lines")))

    assert [batch.raws for batch in found] == [[b"one", b"two"]]
    assert caught.value.why == "Input/output error"


def test_size_and_digest_are_of_the_decompressed_bytes(tmp_path: Path) -> None:
    import hashlib

    with closing(cut(tmp_path, LOG, 1)) as stream:
        for _ in batches(stream, Plan("lines")):
            pass

    assert (stream.size, stream.sha256) == (len(LOG), hashlib.sha256(LOG).hexdigest())


@pytest.mark.parametrize("reader", ["lines", "csv", "json", "jsonl"])
def test_an_empty_export_has_no_records(reader: str) -> None:
    assert list(batches(io.BytesIO(b""), Plan(reader))) == []


@pytest.mark.parametrize("reader", ["lines", "csv", "json", "jsonl"])
@pytest.mark.parametrize(
    "noise", [bytes(range(256)) * 40, b"\x00" * 5000, b'"{[,\n\\' * 3000, b"\xff\xfe" + b"\xd8" * 999]
)
def test_no_noise_makes_a_reader_fail(reader: str, noise: bytes) -> None:
    """Whatever is in it, every reader comes to the end with records, or with one error that explains itself."""
    assert sum(map(len, batches(io.BytesIO(noise), Plan(reader)))) >= 0


def test_a_reader_that_does_not_exist_is_the_definitions_mistake() -> None:
    with pytest.raises(DefinitionError):
        list(batches(io.BytesIO(b"x"), Plan("parquet")))
