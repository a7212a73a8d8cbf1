"""A finding keeps its history: ids of the last scan that are gone and became this one, and what people said of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

from tracelog.model.finding import Finding, Review


def inherit(findings: Sequence[Finding], last: Sequence[Finding], reviews: Mapping[str, Review]) -> None:
    """Better evidence may move a finding to another record, and so to another id: it is known by its order, problem
    and topic then.
    """
    present = {f.id: f for f in findings}
    heirs: dict[Hashable, Finding] = {}
    for finding in findings:
        for key in _keys(finding):
            heirs.setdefault(key, finding)
    gone: dict[str, list[str]] = defaultdict(list)
    for old in last:
        heir = present.get(old.id) or next((heirs[key] for key in _keys(old) if key in heirs), None)
        if heir is not None:
            gone[heir.id] += [one for one in (old.id, *old.formerly) if one not in present and one != heir.id]
    for finding in findings:
        finding.formerly = list(dict.fromkeys(gone.get(finding.id, ())))
        finding.review = next((reviews[i] for i in (finding.id, *finding.formerly) if i in reviews), None)


def _keys(finding: Finding) -> list[Hashable]:
    if finding.scope != "order":
        return []
    return [(alias, finding.problem, finding.topic, finding.field) for alias in finding.aliases]
