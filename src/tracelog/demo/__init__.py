"""A small, realistic incident to try tracelog on, made by code with a seed.

It knows nothing of the engine: it plays a shop, an integration and an ERP for a week, with known faults, and
writes what each of them would let a user download.
"""

from __future__ import annotations

import random
from pathlib import Path

from tracelog.demo.exports import write_exports
from tracelog.demo.week import Fault, Plan, play

DEMO = Plan(
    seed=20260202,
    orders=420,
    faults={
        Fault.DROP_CANCEL: 9,
        Fault.DROP_CREATE: 5,
        Fault.STATUS_REWRITE: 14,
        Fault.TOTAL_REWRITE: 1,
        Fault.REFUSED: 3,
        Fault.REFUSED_THEN_RERUN: 2,
        Fault.BUSY_THEN_RETRIED: 6,
        Fault.SWALLOWED: 2,
        Fault.UNANSWERED: 1,
        Fault.TWICE: 1,
        Fault.NEVER_POLLED: 2,
        Fault.LATE: 2,
        Fault.EDITED_BY_HAND: 1,
    },
)


def write(folder: Path, plan: Plan = DEMO) -> list[Path]:
    """Plays the week and writes its exports into `folder`; returns the files."""
    week = play(plan, random.Random(plan.seed))  # noqa: S311 - a story, not a secret
    folder.mkdir(parents=True, exist_ok=True)
    return write_exports(week, folder)
