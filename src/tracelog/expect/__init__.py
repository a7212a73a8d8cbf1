"""What is usual: sums over all events, and what is read off them.

`Expectations` is a set of sums (`add`, `merge`; the order of adding makes no difference). `settled()` reads off
what judging needs: coverage per stream, the legs of the routes with takers and limits, as-of times, presence
in snapshots, value pairs. "Now" is the end of the data, never the wall clock.

    sums = Expectations(settings)
    sums.add_streams(infos); sums.add_activity(rows); sums.add_contexts(contexts); sums.add_candidates(rows)
    for order, events in store.orders(): sums.add(order, events)
    expected = sums.settled()          # Expected
    expected.coverage                  # list[StreamCoverage], for the coverage rows
    expected.legs                      # list[Leg], for the step table and `routes`
    expected.end                       # UTC ns of the last record of anything
    cases = abstract(order, events, expected)      # judge/abstract
"""

from tracelog.expect.coverage import StreamCoverage
from tracelog.expect.expected import Expected
from tracelog.expect.model import Activity, Candidate, Leg, Limit, Settings, Stop, StreamInfo
from tracelog.expect.sums import Expectations

__all__ = [
    "Activity",
    "Candidate",
    "Expectations",
    "Expected",
    "Leg",
    "Limit",
    "Settings",
    "Stop",
    "StreamCoverage",
    "StreamInfo",
]
