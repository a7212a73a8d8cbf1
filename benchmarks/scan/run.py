"""How long `tracelog scan` takes to diagnose 60,000 orders (340,000 events) across three systems, and what it takes.

    python -m benchmarks.scan.run [--orders N] [--seed N] [--keep FOLDER]

The scan runs as a user runs it, in a process of its own that is held to one core, on a store that holds no result
yet. Shapes are what the detectors tell apart: so many cases were judged, all others were like one of these.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import machine, one_core
from benchmarks.scan import generate

SCRIPT = Path(sys.executable).with_name("tracelog")
SCAN = """
import json, resource, sys
from tracelog.cli import main
from tracelog.judge.judge import judge
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    said = {"shapes": judge.cache_info().misses, "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss}
    print(json.dumps(said), file=sys.stderr)
"""
"""The command itself; on the last line of stderr what it took."""


def measure(folder: Path, orders: int, seed: int) -> None:
    db, exports = folder / "tracelog.db", folder / "exports"
    exports.mkdir(exist_ok=True)
    generate.write(exports, orders, seed)
    db.unlink(missing_ok=True)
    ingest = [SCRIPT, "--db", db, "-q", "ingest", "--tz", "UTC", exports]
    subprocess.run(ingest, check=True, stdout=subprocess.DEVNULL)
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", SCAN, "--db", db, "scan", "--json"], check=True, capture_output=True, preexec_fn=one_core
    )
    seconds = time.perf_counter() - begun
    used, store = json.loads(done.stderr.splitlines()[-1]), json.loads(done.stdout)["store"]
    peak = used["peak"] * (1 if sys.platform == "darwin" else 1024)
    print(f"{store['orders']:,} orders, {store['events']:,} events, seed {seed}", flush=True)
    print(
        f"scan    {seconds:.1f} s on one core ({used['cpu']:.1f} s of its time), {store['events'] / seconds:,.0f}"
        f" events/s, peak memory {peak / 1e6:.0f} MB"
    )
    print(f"shapes  {used['shapes']}, {used['shapes'] / store['orders']:.2%} of the orders")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="Leave exports and store here.")
    given = parser.parse_args()
    print(machine(), flush=True)
    if given.keep is not None:
        given.keep.mkdir(parents=True, exist_ok=True)
        measure(given.keep, given.orders, given.seed)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), given.orders, given.seed)


if __name__ == "__main__":
    main()
