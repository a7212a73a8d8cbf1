"""`tracelog formats`: what can be read, by system; a draft of what cannot."""

from __future__ import annotations

from pathlib import Path

from cli.calling import call

SENT = """Sent At,Endpoint,Event Type,Order No,HTTP Status
2026-03-12 14:02:11,https://hooks.acme.example/orders,order.created,SO-10020,200
2026-03-12 14:11:08,https://hooks.acme.example/orders,order.shipped,SO-10022,503
"""


def test_a_system_on_a_line(tmp_path: Path):
    said = call("formats", "list", "--brief", at=tmp_path)

    assert said.code == 0
    assert any(line.startswith("NetSuite ") and "execution log" in line for line in said.out.splitlines())


def test_the_formats_of_one_system(tmp_path: Path):
    said = call("formats", "list", "celigo", at=tmp_path)

    names = [line.split()[0] for line in said.out.splitlines()[1:] if line[:1].isalpha()]
    assert "celigo-connection-debug" in names
    assert all(name.startswith("celigo-") for name in names)


def test_a_system_that_is_misspelled_is_offered(tmp_path: Path):
    said = call("formats", "list", "shopfy", at=tmp_path)

    assert said.code == 3
    assert "did you mean shopify?" in said.err


def test_a_draft_goes_to_a_pipe_and_what_it_rests_on_beside(tmp_path: Path):
    (tmp_path / "hooks.csv").write_text(SENT)
    said = call("formats", "new", "hooks.csv", at=tmp_path)

    assert said.code == 0
    assert said.out.startswith('title   = "hooks"\nsystem  = "TODO"')
    assert "order    Order No: 2 different in 2 of 2 records" in said.err


def test_a_draft_is_written_checked_answered_and_used(tmp_path: Path):
    """From an export that nothing reads to its ledger, in four commands."""
    (tmp_path / "hooks.csv").write_text(SENT)
    (tmp_path / "mine").mkdir()
    made = call("formats", "new", "hooks.csv", "-o", "mine/acme.hooks.toml", at=tmp_path)
    assert "answer each TODO in mine/acme.hooks.toml" in made.err
    refused = call("formats", "check", "mine/acme.hooks.toml", at=tmp_path)
    assert refused.code == 1
    assert "TODO" in refused.out

    draft = tmp_path / "mine" / "acme.hooks.toml"
    draft.write_text(draft.read_text().replace('"TODO"', '"acme"'))
    assert call("formats", "check", "mine/acme.hooks.toml", at=tmp_path).code == 0
    read = call("--parsers", "mine", "ingest", "hooks.csv", at=tmp_path)
    assert "2 new, 0 known; acme-hooks" in read.out


def test_nothing_is_overwritten(tmp_path: Path):
    (tmp_path / "hooks.csv").write_text(SENT)
    (tmp_path / "mine.toml").write_text("mine")
    said = call("formats", "new", "hooks.csv", "-o", "mine.toml", at=tmp_path)

    assert said.code == 2
    assert (tmp_path / "mine.toml").read_text() == "mine"
