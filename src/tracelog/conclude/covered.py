"""Coverage as a scan shows it: a row a stream."""

from __future__ import annotations

from tracelog.expect.coverage import StreamCoverage
from tracelog.judge.scene import stamp
from tracelog.model.finding import CoverageRow, Span
from tracelog.model.words import rfc3339


def row(stream: StreamCoverage) -> CoverageRow:
    """What lies between two spans of a stream is a hole too."""
    between = [(before[1], after[0]) for before, after in zip(stream.spans, stream.spans[1:], strict=False)]
    return CoverageRow(
        stream=stream.stream,
        system=stream.info.system,
        instance=stream.info.instance,
        phases=list(stream.phases),
        from_=stamp(stream.first),
        to=stamp(stream.last),
        holes=[Span(rfc3339(a), rfc3339(b)) for a, b in sorted(stream.holes + between)],
        absence=stream.info.absence,
        note=stream.info.note,
    )
