"""How long `tracelog scan` takes to diagnose 60,000 orders (340,000 events) across three systems, and what it takes.

    python -m benchmarks.scan.run [--orders N] [--seed N] [--keep FOLDER]

The scan runs as a user runs it, on a store that holds no result yet: once as it is, with as many processes as it
takes by itself, and once alone, in one process that is held to one core. Peak memory is that of all its processes
together, each at its highest. Shapes are what the detectors tell apart: so many cases were judged, all others were
like one of these.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.machine import cores, machine, one_core
from benchmarks.scan import generate

SCRIPT = Path(sys.executable).with_name("tracelog")
SCAN = """
import json, resource, sys
from tracelog.cli import main
from tracelog.judge.judge import judge
try:
    main()
finally:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu, peak = sum(each.ru_utime + each.ru_stime for each in used), sum(each.ru_maxrss for each in used)
    print(json.dumps({"shapes": judge.cache_info().misses, "cpu": cpu, "peak": peak}), file=sys.stderr)
"""
"""The command itself; on the last line of stderr what it took. Of two processes the sum is exact, of more a part."""


def measure(folder: Path, orders: int, seed: int) -> None:
    db, exports = folder / "tracelog.db", folder / "exports"
    exports.mkdir(exist_ok=True)
    generate.write(exports, orders, seed)
    db.unlink(missing_ok=True)
    ingest: list[str | Path] = [SCRIPT, "--db", db, "-q", "ingest", "--tz", "UTC", exports]
    subprocess.run(ingest, check=True, stdout=subprocess.DEVNULL)
    fresh = folder / "never-scanned.db"
    shutil.copy(db, fresh)
    _scan(db, f"on {cores()} cores")
    shutil.move(fresh, db)
    used, orders = _scan(db, "on one core", "--jobs", "1", before=one_core)
    print(f"shapes  {used['shapes']}, {used['shapes'] / orders:.2%} of the orders")


def _scan(db: Path, how: str, *options: str, before: Callable[[], None] | None = None) -> tuple[dict[str, float], int]:
    """One scan; says what it took, and gives that with the number of orders."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", SCAN, "--db", db, "scan", "--json", *options],
        check=True, capture_output=True, preexec_fn=before,
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    used, store = json.loads(done.stderr.splitlines()[-1]), json.loads(done.stdout)["store"]
    peak = used["peak"] * (1 if sys.platform == "darwin" else 1024)
    print(
        f"scan    {seconds:.1f} s {how} ({used['cpu']:.1f} s of their time), {store['events'] / seconds:,.0f} events/s,"
        f" peak memory {peak / 1e6:.0f} MB; {store['orders']:,} orders, {store['events']:,} events",
        flush=True,
    )
    return used, store["orders"]


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
