"""Exports of one system with different times, together: what one of them shows does not go when another is added."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracelog.ingest import ingest
from tracelog.investigate import scan
from tracelog.model.finding import Finding
from tracelog.store.read import Store

SAMPLES = Path(__file__).parents[1] / "samples" / "formats"
CHANNELS = ("shopify.order_events.jsonl", "shopify.orders_export.csv", "shopify.webhooks.jsonl",
            "shipstation.orders_api.jsonl")  # fmt: skip
LOST = ("silent-drop", "state-divergence")


def found(folder: Path, *names: str) -> list[Finding]:
    ingest([SAMPLES / name for name in names], db=folder / "t.db")
    with Store.open(folder / "t.db") as store:
        return scan(store).findings


@pytest.mark.parametrize("more", [(), ("shipstation.jsonl", "netsuite_salesorders_search.csv")])
def test_cancelled_in_the_shop_and_waiting_in_the_warehouse(tmp_path, more):
    """ShipStation's export of November tells of November's order, however many orders another one of March has."""
    told = [one for one in found(tmp_path, *CHANNELS, *more) if one.order == "#5014" and one.kind == LOST[1]]
    assert [(one.state, one.behind) for one in told] == [("confirmed", "shipstation")]


def test_an_order_newer_than_the_whole_search_is_not_proved_absent(tmp_path):
    """The search's newest order is of 10 March; ORD-20931 is of the 12th, and NetSuite gave it a number."""
    starts = ("netsuite_", "stripe_", "azure_", "n8n_", "celigo_", "shipstation.")
    names = sorted(path.name for path in SAMPLES.glob("*") if path.name.startswith(starts))
    lost = [one for one in found(tmp_path, *names) if one.kind in LOST and one.state == "confirmed"]
    assert [one for one in lost if one.order == "ORD-20931"] == []
    assert [one for one in lost if one.kind == "silent-drop" and not one.coverage] == []
