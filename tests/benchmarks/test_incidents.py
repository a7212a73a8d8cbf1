"""A few worlds of the bench with known truth. The whole matrix is `python -m benchmarks.incidents.run`.

The truth is the simulator's, which shares no code with the engine and decides it before tracelog sees a file.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2]))

from benchmarks.incidents.run import judge, select
from benchmarks.incidents.score import Tally

SHOPIFY, AMAZON = "shopify-celigo-netsuite", "amazon-workato-cin7"
NO_FAULT = (
    f"{SHOPIFY}/clean/quick-changes/61",
    f"{SHOPIFY}/clean/filtered-search/61",
    f"{SHOPIFY}/clean/unrouted/61",
    f"{AMAZON}/clean/hole/61",
    f"{AMAZON}/clean/hourly/61",
)
FAULTY = (
    f"{SHOPIFY}/never-forwarded:created@0.03+stale:shipped@0.03+refused:cancelled@0.1/none/51",
    f"{SHOPIFY}/never-received:created@0.3/none/11",
    f"{AMAZON}/never-applied:created@0.3+never-received:cancelled@0.1+twice:created@0.01/none/13",
)


def played(names: tuple[str, ...], folder: Path) -> dict[str, Tally]:
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda name: judge(next(select(name)), folder / str(names.index(name)), orders=300), names)
        return dict(zip(names, found, strict=True))


def test_where_nothing_went_wrong_nothing_is_confirmed(tmp_path: Path):
    worlds = played(NO_FAULT, tmp_path)
    assert {name: tally.notes for name, tally in worlds.items() if tally.false_confirmed} == {}
    assert sum(tally.false_suspected for tally in worlds.values()) < 0.01 * sum(
        tally.orders for tally in worlds.values()
    )


def test_what_went_wrong_is_found_and_nothing_else(tmp_path: Path):
    worlds = played(FAULTY, tmp_path)
    total = Tally()
    for tally in worlds.values():
        total.add(tally)
    assert (total.false_confirmed, total.beyond) == (0, 0), total.notes
    assert total.truth > 100
    assert total.recall == pytest.approx(1.0, abs=0.01), total.notes
    assert total.right_class == total.incidents, total.notes


def test_a_world_is_played_again_from_its_name():
    from benchmarks.incidents.run import play

    case = next(select(FAULTY[0]))
    assert case.name == FAULTY[0]
    first, second = play(case, 100), play(case, 100)
    assert [export.text() for export in first[1]] == [export.text() for export in second[1]]
    assert first[0].truths == second[0].truths
