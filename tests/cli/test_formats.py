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


BUS = """EVT|id=1|2026-03-02 14:05:11|order=SO-10020|sent
EVT|id=2|2026-03-02 14:06:11|order=SO-10021|failed
EVT|id=3|2026-03-02 14:07:11|order=SO-10022|sent
"""


def test_text_is_drafted_with_its_grammar_into_a_folder_that_ingest_takes(tmp_path: Path):
    (tmp_path / "bus.txt").write_text(BUS)
    made = call("formats", "new", "bus.txt", "--into", "mine", "--system", "acme", at=tmp_path)
    assert made.code == 0
    assert "its grammar is mine/acme-bus.lark" in made.err

    draft = tmp_path / "mine" / "acme.bus.toml"
    draft.write_text(draft.read_text().replace('"TODO"', '"forwarded"'))
    checked = call("formats", "check", "mine/acme.bus.toml", at=tmp_path)
    assert (checked.code, "acme-bus.lark:record: compiled" in checked.out) == (0, True)
    read = call("--parsers", "mine", "ingest", "bus.txt", "--tz", "UTC", at=tmp_path)
    assert "3 new, 0 known; acme-bus" in read.out

    again = call("formats", "new", "bus.txt", "--into", "mine", "--system", "acme", at=tmp_path)
    assert (again.code, "mine/acme.bus.toml exists" in again.err) == (2, True)


def test_text_is_shown_with_its_grammar_under_their_names(tmp_path: Path):
    (tmp_path / "bus.txt").write_text(BUS)
    said = call("formats", "new", "bus.txt", at=tmp_path)

    assert said.out.startswith("# mine.bus.toml\n")
    assert "\n// mine-bus.lark, beside it\nrecord: FIELD_1 " in said.out
    assert "tracelog formats new bus.txt --into tracelog-formats writes mine.bus.toml and mine-bus.lark" in said.err


def test_a_draft_beside_the_store_is_read_by_itself_and_checked_among_few_lines(tmp_path: Path):
    (tmp_path / "hooks.csv").write_text(SENT)
    made = call("formats", "new", "hooks.csv", "--into", "tracelog-formats", "--system", "acme", at=tmp_path)
    assert "--parsers" not in made.err
    assert "tracelog ingest hooks.csv reads the export" in made.err

    draft = tmp_path / "tracelog-formats" / "acme.hooks.toml"
    draft.write_text(draft.read_text().replace('"TODO"', '"emitted"'))
    checked = call("formats", "check", at=tmp_path)
    assert checked.code == 0
    assert [line.partition(":")[0].split(" ", 1)[-1] for line in checked.out.splitlines()] == [
        "that come with tracelog", "acme-hooks",
    ]  # fmt: skip
    assert "celigo-jobs: ok" in call("formats", "check", "-v", at=tmp_path).out
    assert "2 new, 0 known; acme-hooks" in call("ingest", "hooks.csv", at=tmp_path).out


def test_two_places_are_one_too_many(tmp_path: Path):
    (tmp_path / "bus.txt").write_text(BUS)

    assert call("formats", "new", "bus.txt", "--into", "mine", "-o", "a.toml", at=tmp_path).code == 2


def test_what_stays_unread_names_the_command_that_drafts(tmp_path: Path):
    lines = ['{"hook": "2026-03-02T14:05:11Z", "order": "A-1001", "kind": "made"}'] * 3
    (tmp_path / "hooks.jsonl").write_text("\n".join(lines).replace("A-1001", "A-1002", 1).replace("made", "lost", 1))
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "acme.hooks.toml").write_text(
        'title = "Hooks"\nsystem = "acme"\nreader = "jsonl"\norder = { ref = "order" }\n[recognise]\n'
        'keys = ["hook", "order", "kind"]\n[time]\nat = "hook"\n[[record]]\nwhen = { kind = "made" }\n'
        f'phase = "emitted"\n[[sample]]\ntext = \'{lines[0]}\'\nevents = [{{ phase = "emitted" }}]\n'
    )
    call("--parsers", "own", "ingest", "hooks.jsonl", at=tmp_path)
    said = call("unread", at=tmp_path)

    assert "draft: tracelog formats new hooks.jsonl --into mine" in said.out
    made = call("--parsers", "own", "formats", "new", "hooks.jsonl", at=tmp_path)
    assert 'like  = "acme-hooks"' in made.out
