"""How long `tracelog ingest` takes for a Celigo debug log of 450,000 records, and `trace` of one of its orders.

    python -m benchmarks.ingest.run [--records N] [--seed N] [--keep FOLDER]

Both run as a user runs them, each in a process of its own that is held to one core. The time of ingest is the
whole command's: start, recognising, reading, linking, closing the store.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.ingest import generate
from benchmarks.machine import machine, one_core

TRACES = 5
SCRIPT = Path(sys.executable).with_name("tracelog")


def run(*arguments: str) -> float:
    """Seconds that a command took; it must succeed."""
    begun = time.perf_counter()
    subprocess.run([SCRIPT, *arguments], check=True, stdout=subprocess.DEVNULL, preexec_fn=one_core)
    return time.perf_counter() - begun


def measure(folder: Path, records: int, seed: int) -> None:
    log, db = folder / "celigo-debug.log", folder / "tracelog.db"
    generate.write(log, records, seed)
    size = log.stat().st_size
    print(f"{log.name}: {records:,} records, {size / 1e6:.1f} MB, seed {seed}", flush=True)
    db.unlink(missing_ok=True)
    seconds = run("--db", str(db), "-q", "ingest", str(log))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    store = db.stat().st_size
    print(
        f"ingest  {seconds:.1f} s, {records / seconds:,.0f} records/s on one core, peak memory {peak / 1e6:.0f} MB,"
        f" store {store / 1e6:.1f} MB ({store / size:.0%} of the log)", flush=True
    )  # fmt: skip
    name = f"ORD-{20_000 + records // 40}"
    traces = [run("--db", str(db), "trace", name) for _ in range(TRACES)]
    print(f"trace   {statistics.median(traces):.2f} s from a cold start, median of {TRACES} (order {name})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=450_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="Leave log and store here.")
    given = parser.parse_args()
    print(machine(), flush=True)
    if given.keep is not None:
        given.keep.mkdir(parents=True, exist_ok=True)
        measure(given.keep, given.records, given.seed)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), given.records, given.seed)


if __name__ == "__main__":
    main()
