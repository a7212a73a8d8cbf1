"""Every case under `cases/` is a test: facts in, and the finding, or the reason for none, that must come out.

A file is named for its kind. `fail_…` is a case that must be found, `pass_…` one that must not be; `why` says so
in words. The whole decision table is asked, not the one detector, so a case also shows which kind wins.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tracelog.judge.about import HEADINGS, parse
from tracelog.judge.facts import (
    ClockFacts,
    CopyFacts,
    EditFacts,
    Facts,
    LegFacts,
    OrphanFacts,
    SequenceFacts,
    StandFacts,
    ToldFacts,
    ValueFacts,
)
from tracelog.judge.judge import PRECEDENCE, all_detectors, judge
from tracelog.judge.texts import REASONS
from tracelog.model.finding import FINDING_STATES, KINDS, SEVERITIES

FACTS = {
    "leg": LegFacts,
    "value": ValueFacts,
    "copy": CopyFacts,
    "sequence": SequenceFacts,
    "edit": EditFacts,
    "stand": StandFacts,
    "orphan": OrphanFacts,
    "clock": ClockFacts,
    "told": ToldFacts,
}
FOLDER = Path(__file__).parent / "cases"
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}-{case['name']}")
    for path in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(path.read_text("utf-8"))["case"]
]


def facts_of(case: dict[str, Any]) -> Facts:
    word = next(word for word in FACTS if word in case)
    return FACTS[word](**case[word])  # type: ignore[return-value]


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_case(kind: str, case: dict[str, Any]) -> None:
    judgement = judge(facts_of(case))
    kinds = [template.kind for template in judgement.templates]

    if case["name"].startswith("pass_"):
        assert kind not in kinds, case["why"]
        assert (judgement.counted and judgement.counted.what) == case.get("counted"), case["why"]
        assert kinds == case.get("instead", []), case["why"]
        return
    template = next(template for template in judgement.templates if template.kind == kind)
    for key, value in case["finding"].items():
        assert getattr(template, key) == value, f"{key}: {case['why']}"


@pytest.mark.parametrize("detector", all_detectors(), ids=lambda detector: detector.kind)
def test_every_detector_explains_itself_and_has_cases(detector: Any) -> None:
    """A kind without an explanation in all its parts, or without a case of each sort, is not finished."""
    told = parse(detector.docstring)
    names = [param.values[1]["name"] for param in CASES if param.values[0] == detector.kind]

    assert detector.kind in KINDS
    assert all(told), [heading for name, heading in HEADINGS.items() if not getattr(told, name)]
    assert any(name.startswith("fail_") for name in names)
    assert any(name.startswith("pass_") for name in names)


def test_every_case_file_belongs_to_a_detector() -> None:
    """A case of a kind that nobody judges would pass for nothing."""
    assert {path.stem for path in FOLDER.glob("*.toml")} == {detector.kind for detector in all_detectors()}


def test_every_kind_of_the_contract_has_its_detector() -> None:
    assert {detector.kind for detector in all_detectors()} == set(KINDS)


def test_precedence_is_the_order_of_asking() -> None:
    """The visible tuple decides, whatever the files are called."""
    asked = [detector.kind for detector in all_detectors() if detector.kind in PRECEDENCE]

    assert asked == [kind for kind in PRECEDENCE if kind in asked]


def test_templates_speak_known_words() -> None:
    """States and severities are the contract's, and every reason has its text."""
    for param in CASES:
        for template in judge(facts_of(param.values[1])).templates:
            assert template.state in FINDING_STATES
            assert template.severity in SEVERITIES
            assert template.reason in REASONS, template.reason


def test_equal_tuples_of_different_facts_are_judged_apart() -> None:
    """Facts are tuples, and tuples of different classes compare equal: the memory must not mix them up."""
    edit = EditFacts("documents", True, False, False, False)
    copy = CopyFacts("documents", True, False, False)

    assert judge(copy).templates[0].kind == "duplicate"
    assert judge(edit).templates[0].kind == "manual-edit"
