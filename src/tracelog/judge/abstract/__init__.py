"""All measuring happens here: one order's events, held against what is usual, become facts with their bindings.

Facts are small tuples without numbers or texts, so that the detectors can be memoised and know no clock. What
they leave out (events, times, values, the coverage that proves an absence) goes into the case's binding.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracelog.expect.expected import Expected
from tracelog.judge.abstract.alone import judge_refusals_alone
from tracelog.judge.abstract.apart import judge_apart
from tracelog.judge.abstract.belated import judge_belated
from tracelog.judge.abstract.copies import judge_copies, judge_sequence
from tracelog.judge.abstract.edits import judge_edits
from tracelog.judge.abstract.hands import judge_flows, judge_hands, judge_spans
from tracelog.judge.abstract.inside import judge_inside
from tracelog.judge.abstract.passes import judge_passes
from tracelog.judge.abstract.promises import judge_promises
from tracelog.judge.abstract.stands import judge_orphans, judge_stands
from tracelog.judge.abstract.strays import judge_strays
from tracelog.judge.abstract.tellings import judge_tellings
from tracelog.judge.abstract.told import judge_told
from tracelog.judge.abstract.values import judge_values
from tracelog.judge.abstract.view import View
from tracelog.judge.facts import Case
from tracelog.model.event import Event


def abstract(order: int, events: Sequence[Event], expected: Expected) -> list[Case]:
    """Every case of one order, the good ones included: they are what the step table counts."""
    return measured(View(order, events, expected))


def measured(view: View) -> list[Case]:
    """The same of an order that is in view already."""
    judge_inside(view)
    judge_hands(view)
    judge_passes(view)
    judge_strays(view)
    judge_refusals_alone(view)
    judge_spans(view)
    judge_flows(view)
    judge_tellings(view)
    judge_values(view)
    judge_copies(view)
    judge_sequence(view)
    judge_edits(view)
    judge_stands(view)
    judge_apart(view)
    judge_promises(view)
    judge_belated(view)
    judge_orphans(view)
    judge_told(view)
    return view.cases


__all__ = ["View", "abstract", "measured"]
