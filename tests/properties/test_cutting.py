"""Less on record never makes a stronger accusation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from properties.worlds import LOG, accused, exports_of, guilty, plans, played, profile, records, scanned
from tracelog.demo.week import Plan


@profile
@given(plans(), st.data())
def test_what_is_pending_is_not_confirmed_by_the_loss_of_later_records(plan: Plan, data: st.DataObject) -> None:
    exports = exports_of(played(plan))
    head, rows = records(LOG, exports[LOG])
    later = data.draw(st.integers(len(rows) // 2, len(rows)))
    sooner = data.draw(st.integers(len(rows) // 3, later))

    longer = scanned(exports | {LOG: head + b"".join(rows[:later])})
    shorter = scanned(exports | {LOG: head + b"".join(rows[:sooner])})

    pending = {one.id for one in longer.findings if one.state == "pending"}
    assert pending.isdisjoint(one.id for one in shorter.findings if one.state == "confirmed")


@profile
@given(plans(), st.data())
def test_an_export_cut_at_any_byte_accuses_nobody_who_is_innocent(plan: Plan, data: st.DataObject) -> None:
    week = played(plan)
    exports = exports_of(week)
    name = data.draw(st.sampled_from(sorted(exports)))
    size = len(exports[name])
    start, end = sorted(data.draw(st.tuples(st.integers(0, size), st.integers(0, size))))
    keep = data.draw(st.sampled_from(["head", "tail", "middle"]))
    start, end = (0 if keep == "head" else start), (size if keep == "tail" else end)

    result = scanned(exports | {name: exports[name][start:end]}, whole=False)

    assert accused(result) <= guilty(week)
