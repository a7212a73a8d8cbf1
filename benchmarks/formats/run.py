"""How many formats there are, how fast they load, are told apart, and read.

    python -m benchmarks.formats.run [--files N] [--records N]

Readers are measured on the samples of the tests, repeated: cutting and interpreting, without the store. Loading is a
process of its own each time: with the kept form of the definitions, and with an empty cache.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.machine import machine, one_core

from tracelog.interpret import catalog, recognise, resolve
from tracelog.model.record import Plan
from tracelog.read.encoding import decoded
from tracelog.read.reader import batches

SAMPLES = Path(__file__).parents[2] / "tests" / "samples" / "formats"
LOAD = """
import time
from tracelog.interpret import catalog
begun = time.perf_counter()
catalog.load()
print(time.perf_counter() - begun)
"""
STARTS = 7


def loading() -> None:
    """Milliseconds to load all definitions, in fresh processes."""
    with tempfile.TemporaryDirectory() as folder:
        for what, cache in (("cold, nothing kept", "off"), ("cold, forms kept", folder)):
            seconds = [
                float(subprocess.run([sys.executable, "-c", LOAD], env={**os.environ, "TRACELOG_CACHE": cache},
                                     check=True, capture_output=True, text=True).stdout)
                for _ in range(STARTS)
            ]  # fmt: skip
            print(f"loading all definitions, {what}: {statistics.median(seconds) * 1000:.0f} ms, median of {STARTS}")


def recognising(known: catalog.Catalog, files: int) -> None:
    """Seconds to tell what each of many files is, all kinds mixed."""
    heads = [(path.read_bytes(), path.name) for path in sorted(SAMPLES.iterdir())]
    begun = time.perf_counter()
    found = [recognise.choose(recognise.head_of(*heads[n % len(heads)]), known).definition for n in range(files)]
    seconds = time.perf_counter() - begun
    each = f"{seconds / files * 1000:.1f} ms each, {found.count(None)} not recognised"
    print(f"recognising {files:,} mixed files of {len(heads)} kinds: {seconds:.1f} s, {each}")


def reading(known: catalog.Catalog, records: int) -> None:
    """Records a second of each reader: cut and interpreted. Every sample is repeated to about `records` records."""
    took: dict[str, list[float]] = defaultdict(lambda: [0, 0.0])
    for path in sorted(SAMPLES.iterdir()):
        data = path.read_bytes()
        head = recognise.head_of(data, path.name)
        definition = recognise.choose(head, known).definition
        if definition is None:
            continue
        made = resolve.interpreter(definition, known)
        plan = recognise.plan_for(definition, known, head)
        first, _, rest = data.partition(b"\n") if plan.reader == "csv" else (b"", b"", data)
        times = max(1, records // max(1, _read(data, plan, made)))
        long = (first + b"\n" if first else b"") + rest.rstrip(b"\n").join([b"\n"] * (times + 1)).lstrip()
        begun = time.perf_counter()
        count = _read(long, plan, made)
        took[plan.reader][0] += count
        took[plan.reader][1] += time.perf_counter() - begun
    for reader, (count, seconds) in sorted(took.items()):
        print(f"reading {reader:8} {count / seconds:9,.0f} records/s")


def _read(data: bytes, plan: Plan, made: resolve.Interpreter) -> int:
    count = 0
    for batch in batches(io.BytesIO(data), plan):
        values = batch.values if batch.values is not None else [decoded(raw) for raw in batch.raws]
        count += len(made.batch(values))
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--records", type=int, default=2000)
    given = parser.parse_args()
    one_core()
    print(machine(), flush=True)
    known = catalog.load()
    samples = sum(len(each.document.sample) for each in known.definitions.values())
    shapes = sum(len(owner.document.shape) for owners in known.owners.values() for owner in owners)
    print(f"{len(known.definitions)} definitions, {shapes} payload shapes, {samples} samples, "
          f"{len(known.status_systems())} systems with a status map")  # fmt: skip
    loading()
    recognising(known, given.files)
    reading(known, given.records)


if __name__ == "__main__":
    main()
