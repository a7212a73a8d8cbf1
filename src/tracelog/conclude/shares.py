"""What the failing orders have in common and the others mostly lack, with counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from tracelog.conclude.attributes import BROAD, ON_DAY
from tracelog.conclude.rates import by_chance
from tracelog.conclude.tally import MANY_VALUES, StepKey, Tally, Trait
from tracelog.model.finding import Share, Step

T = TypeVar("T")
MOST = 0.9
"""At least this share of the failing have it."""
LACK = 0.5
"""And at most this share of the others, for it to be worth saying."""
NARROW = 0.2
"""Under this share of the hop's events it is narrower than the hop's own topic or channel."""
CHANCE = 0.05
SHOWN = 4


def shares(
    tally: Tally, step: Step | None, topic: str | None, failing: Mapping[int, Sequence[Trait]]
) -> list[tuple[Share, bool]]:
    """Each with whether it is narrow, the most telling first. Nothing is said of fewer than three orders."""
    if step is None or len(failing) < 3:
        return []
    mine: dict[str, Counter[str]] = defaultdict(Counter)
    for traits in failing.values():
        for name, value in set(traits):
            mine[name][value] += 1
    found = []
    cases = max((row.in_ for key, row in tally.steps.items() if key == (step.from_, step.to, topic)), default=0)
    others = max(0, cases - len(failing))
    for name, counts in mine.items():
        all_ = tally.traits.get(StepKey(step.from_, step.to, topic), {}).get(name, Counter())
        values, everybody = (_since(counts), _since(all_)) if name == ON_DAY else (counts, all_)
        for value, hits in values.items():
            if value not in everybody and len(everybody) > MANY_VALUES:
                continue  # they were no longer counted
            others_with = max(0, everybody[value] - hits)
            if _tells(hits, len(failing), others_with, others):
                share = Share(name, value, f"{hits}/{len(failing)}", f"{others_with}/{others}")
                narrow = name not in BROAD and everybody[value] < NARROW * cases
                found.append((share, narrow, hits / len(failing) - others_with / others))
    found.sort(key=lambda one: (-one[2], one[0].attribute in BROAD, one[0].attribute, one[0].value))
    kept = {share.attribute: (share, narrow) for share, narrow, _ in reversed(found)}
    return [(share, narrow) for share, narrow, _ in found if kept[share.attribute][0] is share][:SHOWN]


def _since(days: Counter[str]) -> Counter[str]:
    """How many came on that day or later."""
    out: Counter[str] = Counter()
    total = 0
    for day in sorted(days, reverse=True):
        total += days[day]
        out[f"from {day} on"] = total
    return out


def _tells(hits: int, failing: int, others_with: int, others: int) -> bool:
    """Not by share alone: twelve orders of which eleven are of the channel that nearly all are of say nothing."""
    if others == 0 or hits < MOST * failing or others_with > LACK * others:
        return False
    return by_chance(hits, failing, hits + others_with, failing + others) < CHANCE


def common(values: Iterable[T]) -> T | None:
    """The one value that all have, else None."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None
