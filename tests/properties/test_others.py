"""What one order, or one clock, does is its own affair."""

from __future__ import annotations

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from properties.worlds import LOG, exports_of, plans, played, profile, scanned, told, without
from tracelog.demo.week import Plan

STAMP = re.compile(rb"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{3}Z)", re.MULTILINE)


@profile
@given(plans(), st.data())
def test_an_unrelated_order_changes_nothing_for_the_others(plan: Plan, data: st.DataObject) -> None:
    week = played(plan)
    bad = {name for _, name in week.truth}
    fine = [order for order in week.orders[10:-10] if order.name not in bad]
    order = data.draw(st.sampled_from(fine))

    both, alone = scanned(exports_of(week)), scanned(exports_of(without(week, order)))

    assert [one for one in told(both) if one[0] != order.name] == told(alone)


@profile
@given(plans(), st.integers(-10 * 3600, 10 * 3600))
def test_a_clock_that_is_off_changes_its_own_finding_and_nothing_else(plan: Plan, seconds: int) -> None:
    exports = exports_of(played(plan))

    def move(found: re.Match[bytes]) -> bytes:
        at = dt.datetime.fromisoformat(found[1].decode()) + dt.timedelta(seconds=seconds)
        return at.strftime("%Y-%m-%dT%H:%M:%S").encode() + found[2]

    moved = exports | {LOG: STAMP.sub(move, exports[LOG])}

    assert told(scanned(moved)) == told(scanned(exports))
