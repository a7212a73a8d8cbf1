"""All definitions in force: the user's before the shipped; a broken one is reported and the others go on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from interpret.making import HEAD, SAMPLE, Folder
from tracelog.errors import DefinitionError
from tracelog.interpret import catalog, resolve
from tracelog.interpret.definition import Definition

RULE = '[[record]]\nwhen = { id = true }\nphase = "applied"\n'


def test_what_lies_in_a_folder_counts(folder: Folder) -> None:
    folder.write("acme.orders.toml", HEAD + RULE + SAMPLE)
    known = folder.catalog()

    assert known.get("acme-orders").title == "Acme orders"
    assert known.get("acme.orders") is known.get("acme-orders")
    assert "celigo-connection-debug" in known.definitions


def test_a_users_definition_replaces_the_shipped_one_of_that_name(folder: Folder) -> None:
    folder.write("celigo.jobs.toml", HEAD + RULE + SAMPLE)

    assert folder.catalog().get("celigo-jobs").title == "Acme orders"


def test_a_broken_definition_is_reported_and_the_others_go_on(folder: Folder) -> None:
    folder.write("acme.broken.toml", HEAD + RULE.replace("phase", "phse") + SAMPLE)
    folder.write("acme.text.toml", "title = ")
    folder.write("acme.binary.toml", "x").write_bytes(b"\xff\xfe")
    folder.write("acme.orders.toml", HEAD + RULE + SAMPLE)
    known = folder.catalog()

    assert "acme-orders" in known.definitions
    assert len(known.problems) == 3
    assert {Path((problem.where or "").partition(".toml")[0]).name for problem in known.problems} == {
        "acme.broken", "acme.text", "acme.binary",
    }  # fmt: skip


def test_a_broken_replacement_leaves_the_shipped_one_in_force_and_says_so(folder: Folder) -> None:
    folder.write("celigo.jobs.toml", "reader = 7")
    known = folder.catalog()

    assert known.get("celigo-jobs").title == "Celigo jobs"
    assert len(known.problems) == 1


def test_a_missing_folder_is_reported() -> None:
    known = catalog.load([Path("/no/such/folder")])

    assert known.problems[0].what == "no such folder of definitions: /no/such/folder"
    assert known.definitions


def test_an_unknown_format_offers_the_nearest() -> None:
    with pytest.raises(DefinitionError, match="no format is called celigo-job") as caught:
        catalog.load([]).get("celigo-job")

    assert "celigo-jobs" in (caught.value.help or "")


def test_a_definition_may_be_like_another(folder: Folder) -> None:
    folder.write("acme.orders.toml", HEAD + RULE + SAMPLE)
    folder.write(
        "acme.csv.toml",
        'title = "As CSV"\nlike = "acme.orders"\nreader = "csv"\n[recognise]\nheader = ["id"]\n' + SAMPLE,
    )
    known = folder.catalog()
    made = resolve.interpreter(known.get("acme-csv"), known)

    assert known.problems == []
    assert made({"id": "1"}).events[0].kind.phase == "applied"
    assert known.get("acme-csv").document.recognise.keys == []


def test_a_definition_may_add_its_records_to_those_of_another(folder: Folder) -> None:
    folder.write("acme.orders.toml", HEAD + RULE + SAMPLE)
    folder.write(
        "acme.csv.toml",
        'title = "As CSV"\nlike = "acme.orders"\nadds = true\nreader = "csv"\n[recognise]\nheader = ["id"]\n'
        '[[record]]\nwhen = { id = "0" }\nignore = "nobody"\n' + SAMPLE,
    )
    known = folder.catalog()
    made = resolve.interpreter(known.get("acme-csv"), known)

    assert made({"id": "0"}).reason == "nobody"
    assert made({"id": "1"}).events[0].kind.phase == "applied"
    assert len(known.get("acme-orders").document.record) == 1


@pytest.mark.parametrize(
    ("like", "why"), [("acme.csv", "it is like itself"), ("acme.nowhere", "there is no definition of that name")]
)
def test_what_cannot_be_like_another_says_why(folder: Folder, like: str, why: str) -> None:
    folder.write("acme.csv.toml", f'title = "x"\nlike = "{like}"\n')

    assert [problem.why for problem in folder.catalog().problems] == [why]


def test_definitions_that_are_like_one_another_without_end_say_so(folder: Folder) -> None:
    for number in range(1200):
        folder.write(f"acme.a{number}.toml", f'title = "x"\nlike = "acme.a{number + 1}"\n')

    assert "more than 30 are like one another in a row" in {problem.why for problem in folder.catalog().problems}


class TestDigest:
    """Another digest, another reading: known exports are then read again."""

    def digest(self, folder: Folder) -> str:
        known = folder.catalog()
        return known.digest(known.get("acme-orders"))

    def test_it_is_the_same_until_something_changes(self, folder: Folder) -> None:
        folder.write("acme.orders.toml", HEAD + RULE + SAMPLE)
        first = self.digest(folder)

        assert self.digest(folder) == first
        folder.write("acme.orders.toml", HEAD + RULE + SAMPLE + "\n# changed")
        assert self.digest(folder) != first

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("acme.toml", '[map.x]\na = "b"'),
            ("shop.toml", '[shape.order]\nhas = ["a"]'),
            ("status/acme.csv", "field,value,axis,canonical,mark,final\n"),
            ("acme.lark", "start: A\nA: /a/\n"),
        ],
    )
    def test_it_covers_shapes_maps_status_maps_and_grammars(self, folder: Folder, name: str, text: str) -> None:
        folder.write("acme.orders.toml", HEAD + RULE + SAMPLE)
        before = self.digest(folder)
        folder.write(name, text)

        assert self.digest(folder) != before


def test_a_broken_shape_of_the_users_stops_nobody_else(folder: Folder) -> None:
    folder.write(
        "shop.toml", '[shape.bad]\nhas = ["a"]\norder = { id = "a | nofunction" }\n[shape.good]\nhas = ["b"]\n'
    )
    known = folder.catalog()

    assert "shop.good" in [shape.name for shape in known.payloads()]
    assert [problem.what for problem in known.problems] == ["unknown function: nofunction"]
    assert (known.problems[0].where or "").endswith("shop.toml:1")


def test_a_terminal_is_found_in_the_systems_grammar_and_an_unknown_one_is_named(folder: Folder) -> None:
    folder.write("acme.lark", "start: ORDER\nORDER: /A-[0-9]+/\n")
    rule = RULE + 'order = { ref = "note | find(%s)" }\n'

    assert folder.event(rule % "ORDER", {"id": 1, "note": "see A-17 please"}).names[0].value == "A-17"
    with pytest.raises(DefinitionError, match="no grammar has a terminal ORDR") as caught:
        folder.interpreter(rule % "ORDR")
    assert (caught.value.where or "").endswith("acme.orders.toml:7")


def test_a_second_start_needs_no_parser_generator(tmp_path: Path) -> None:
    """Grammars and expressions are compiled once; what is known is not parsed again."""
    code = """
import sys
from tracelog.interpret import catalog, recognise, resolve
known = catalog.load([])
recognise.choose(recognise.head_of(b"12:00 hello", "x"), known)
for each in known.definitions.values():
    resolve.interpreter(each, known)
print("lark" in sys.modules)
"""
    environment = {**os.environ, "TRACELOG_CACHE": str(tmp_path)}
    runs = [
        subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]

    assert runs == ["True\n", "False\n"]


def test_every_shipped_definition_names_where_it_comes_from() -> None:
    known = catalog.load([])

    assert known.problems == []
    assert all(isinstance(each, Definition) and known.digest(each) for each in known.definitions.values())


def test_what_was_read_before_is_read_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kept form of the shipped definitions says what reading them strictly says."""
    monkeypatch.setenv("TRACELOG_CACHE", "off")
    strict = catalog.load()
    monkeypatch.setenv("TRACELOG_CACHE", str(tmp_path))
    catalog.load()
    again = catalog.load()

    assert list((tmp_path / "definitions").iterdir())
    assert {name: each.document for name, each in again.definitions.items()} == {
        name: each.document for name, each in strict.definitions.items()
    }
    assert {name: [each.text for each in owners] for name, owners in again.owners.items()} == {
        name: [each.text for each in owners] for name, owners in strict.owners.items()
    }


def test_what_is_like_a_replaced_definition_follows_the_replacement(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the shipped pair was read and kept before."""
    monkeypatch.setenv("TRACELOG_CACHE", str(tmp_path / "cache"))
    assert catalog.load().get("celigo-errors-csv").document.like == "celigo-errors-api"
    mine = catalog.load().get("celigo-errors-api").text.replace("phase", "topic = 'returned'\nphase", 1)
    folder.write("celigo.errors-api.toml", mine)

    listed = [folder.catalog().get("celigo-errors-csv").document, folder.catalog().get("celigo-errors-api").document]

    assert any("returned" in str(rule.topic) for rule in listed[1].record) or listed[1].topic == "returned"
    assert [rule.topic for rule in listed[0].record] == [rule.topic for rule in listed[1].record]
