"""How steps and places read."""

from __future__ import annotations

import pytest

from tracelog.model.finding import Station, Step
from tracelog.render import wording


@pytest.mark.parametrize(
    ("from_", "to", "text"),
    [
        (Station("hub", "received", None, "shop"), Station("hub", "forwarded", None, "erp"),
         "hub received → forwarded to erp"),
        (Station("hub", "forwarded", None, "erp"), Station("erp", "applied", "01"), "hub forwarded → erp/01 applied"),
        (Station("erp", "applied"), Station("erp", "applied"), "erp applied"),
    ],
)  # fmt: skip
def test_a_step_names_each_place_once(from_: Station, to: Station, text: str) -> None:
    assert wording.step(Step(from_=from_, to=to)) == text
