"""How exports are brought in changes nothing: not their order, not splitting, not repeating them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from properties.worlds import LOG, exports_of, plans, played, profile, records, said, scanned
from tracelog.demo.week import Plan


@profile
@given(plans(), st.data())
def test_the_order_in_which_exports_come_changes_no_finding(plan: Plan, data: st.DataObject) -> None:
    exports = exports_of(played(plan))
    names = data.draw(st.permutations(sorted(exports)))

    assert said(scanned(*({name: exports[name]} for name in names))) == said(scanned(exports))


@profile
@given(plans(), st.data())
def test_splitting_or_repeating_an_export_changes_no_finding(plan: Plan, data: st.DataObject) -> None:
    exports = exports_of(played(plan))
    name = data.draw(st.sampled_from(sorted(exports)))
    head, rows = records(name, exports[name])
    first, second = sorted(data.draw(st.tuples(st.integers(0, len(rows)), st.integers(0, len(rows)))))
    rest = {other: content for other, content in exports.items() if other != name}
    overlapping = [{f"1-{name}": head + b"".join(rows[:second])}, {f"2-{name}": head + b"".join(rows[first:])}]
    if not rows[:second] or not rows[first:]:
        overlapping = [{name: exports[name]}, {f"again-{name}": exports[name]}]

    assert said(scanned(rest, *overlapping)) == said(scanned(exports))


@profile
@given(plans())
def test_the_same_folder_once_more_adds_nothing(plan: Plan) -> None:
    exports = exports_of(played(plan))

    assert said(scanned(exports, {f"copy-{LOG}": exports[LOG]}, exports)) == said(scanned(exports))
