"""A guess that was kept goes after every definition that somebody wrote, as long as nobody has changed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from interpret.making import Folder
from tracelog.interpret import catalog, recognise, webhooks

WITH_MESSAGES = """timestamp,level,url,event,order_ref,http_status,message
2026-03-02T14:05:11Z,INFO,https://erp.example/in,order.created,#1001,200,Received order #1001 (created) from Shopify
2026-03-02T14:06:11Z,INFO,https://erp.example/in,order.created,#1002,200,Received order #1002 (created) from Shopify
2026-03-02T14:07:11Z,ERROR,https://erp.example/in,order.created,#1002,500,Failed to forward order #1002 to NetSuite
"""
WRITTEN = """
title = "Our hooks"
system = "acme"
reader = "csv"
[recognise]
header = ["timestamp", "order_ref"]
[[record]]
order = { ref = "order_ref" }
phase = "forwarded"
[[sample]]
text = "timestamp,order_ref\\n2026-03-02T14:05:11Z,#1001\\n"
events = [{ phase = "forwarded" }]
"""


def kept(folder: Folder) -> Path:
    """What was guessed for that table by an ingest that knew nothing else of it."""
    head = recognise.head_of(WITH_MESSAGES.encode(), "sent.csv")
    made = webhooks.of_webhooks(head, catalog.load(), folder.path)
    assert made is not None
    assert made.unkept is None
    return made.definition.path


def chosen(folder: Folder) -> str | None:
    found = recognise.choose(recognise.head_of(WITH_MESSAGES.encode(), "sent.csv"), folder.catalog()).definition
    return found and found.name


@pytest.mark.parametrize(("beside", "wins"), [("", "log-table"), (WRITTEN, "acme-hooks")])
def test_a_guess_yields_until_it_is_changed(folder: Folder, beside: str, wins: str):
    """To a shipped format that goes by words, and to one that somebody wrote, though that names fewer columns."""
    path = kept(folder)
    if beside:
        folder.write("acme.hooks.toml", beside)
    assert chosen(folder) == wins

    path.write_text(path.read_text("utf-8").replace("Webhooks sent (sent)", "What our shop sends"), "utf-8")
    assert chosen(folder) == "webhooks-sent"


def test_a_guess_that_nothing_else_fits_is_used(folder: Folder):
    kept(folder)
    table = WITH_MESSAGES.replace("message", "note")
    folder.path.joinpath("webhooks.sent.toml").unlink()
    webhooks.of_webhooks(recognise.head_of(table.encode(), "sent.csv"), catalog.load(), folder.path)

    found = recognise.choose(recognise.head_of(table.encode(), "sent.csv"), folder.catalog())
    assert found.definition is not None
    assert found.definition.name == "webhooks-sent"
