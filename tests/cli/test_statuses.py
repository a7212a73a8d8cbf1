"""`tracelog statuses`: the map listed, held against the data, written out, and tried before it is put in force."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from cli.calling import call

ORDERS = (
    "Internal ID,Document Number,Date Created,Status\n"
    "884120,SO20481,03/12/2026 9:00 am,Pending Fulfillment\n"
    "884121,SO20482,03/12/2026 9:05 am,Waiting for the moon\n"
    "884122,SO20483,03/12/2026 9:15 am,Pending Fullfilment\n"
    "884123,SO20484,03/12/2026 9:25 am,Billed\n"
)
HEAD = "system,field,value,axis,canonical,mark,final,note,source,reviewed\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "orders.csv").write_text(ORDERS)
    assert call("ingest", "orders.csv", at=tmp_path).code == 0
    return tmp_path


def checked(folder: Path, *words: str, code: int) -> dict[str, Any]:
    said = call("statuses", "check", "--json", *words, at=folder)
    assert said.code == code, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


def table(folder: Path, *rows: str) -> Path:
    path = folder / "ours.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows))
    return path


def in_force(folder: Path, *rows: str) -> None:
    table(folder, *rows)
    (folder / "tracelog.toml").write_text('[statuses]\ntable = "ours.csv"\n')


MOON = "netsuite,salesOrder.status,Waiting for the moon,order,pending,LOSSY,no,,,2026-03-01"
FULLFILMENT = "netsuite,salesOrder.status,Pending Fullfilment,order,confirmed,EXACT,no,,,2026-03-01"


# ---- list


@pytest.mark.parametrize("name", ["cin7core", "cin7_core", "Cin7 Core", "cin7-core"])
def test_a_system_is_found_however_it_is_spelled(tmp_path: Path, name: str) -> None:
    rows = json.loads(call("statuses", "list", "--system", name, "--json", at=tmp_path).out)

    assert {row["system"] for row in rows} == {"cin7core"}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--system", "netsiute"), 3, "did you mean netsuite?"),
        (("--system", "quickbooks_online"), 3, "did you mean quickbooks?"),
        (("--canonical", "shiped"), 2, "did you mean shipped?"),
    ],
)
def test_a_misspelt_word_is_answered_with_the_nearest(
    tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    said = call("statuses", "list", *words, at=tmp_path)

    assert said.code == code
    assert says in said.err


def test_by_state_all_words_for_one_state_stand_together(tmp_path: Path) -> None:
    """In the order in which an order goes through them; the spelling of a state is everybody's own."""
    rows = json.loads(call("statuses", "list", "--by", "state", "--json", at=tmp_path).out)
    states = list(dict.fromkeys(row["canonical"] for row in rows))
    cancelled = json.loads(call("statuses", "list", "--canonical", "Canceled", "--json", at=tmp_path).out)

    assert states[:3] == ["pending", "confirmed", "picked"]
    assert states[-1] is None
    assert {row["canonical"] for row in cancelled} == {"cancelled"}
    assert len({row["system"] for row in cancelled}) > 15
    assert "\nshipped\n" in call("statuses", "list", "--by", "state", at=tmp_path).out


def test_every_row_says_where_it_stands(folder: Path) -> None:
    in_force(folder, MOON)
    rows = json.loads(call("statuses", "list", "--system", "netsuite", "--json", at=folder).out)
    origin = {row["value"]: row["origin"] for row in rows}

    assert (origin["Waiting for the moon"], origin["Billed"]) == ("ours.csv", "tracelog")
    assert [row["reviewed"] for row in rows if row["value"] == "Waiting for the moon"] == ["2026-03-01"]


# ---- check


def test_a_value_that_the_map_does_not_know_is_shown_with_its_record_and_its_like(folder: Path) -> None:
    found = checked(folder, code=1)["unmapped"]

    assert [(row["system"], row["field"], row["value"], row["axis"]) for row in found] == [
        ("netsuite", "salesOrder.status", "Waiting for the moon", "order"),
        ("netsuite", "salesOrder.status", "Pending Fullfilment", "order"),
    ]
    assert [row["near"][:1] for row in found] == [[], ["Pending Fulfillment"]]
    assert found[1]["example"]["line"] == 4


def test_what_is_mapped_is_unmapped_no_more_and_the_store_is_to_be_read_again(folder: Path) -> None:
    in_force(folder, MOON, FULLFILMENT)
    found = checked(folder, code=0)
    assert found["unmapped"] == []
    assert {row["value"] for row in found["stale"]} == {"Waiting for the moon", "Pending Fullfilment"}

    call("ingest", "orders.csv", at=folder)
    assert checked(folder, code=0)["stale"] == []


def test_one_word_in_two_spellings_is_one_value(folder: Path) -> None:
    (folder / "more.csv").write_text(
        "Internal ID,Document Number,Date Created,Status\n884200,SO20590,03/13/2026 9:00 am,PENDING FULFILLMENT\n"
    )
    call("ingest", "more.csv", at=folder)
    found = checked(folder, code=1)

    assert found["stale"] == []
    assert len(found["unmapped"]) == 2


def test_values_of_the_same_field_that_never_occurred_are_told(folder: Path) -> None:
    unseen = {row["value"] for row in checked(folder, code=1)["unseen"]}

    assert "Pending Approval" in unseen
    assert "Billed" not in unseen
    assert "RtnAuth:A" not in unseen, "of a field that the data does not show"


def test_a_row_on_an_axis_of_its_own_is_doubted(folder: Path) -> None:
    in_force(folder, FULLFILMENT, MOON.replace(",order,pending", ",return,returned"))
    (doubt,) = checked(folder, code=1)["conflicts"]

    assert doubt["value"] == "Waiting for the moon"
    assert doubt["why"] == "it stands on the axis return; the other values of salesOrder.status stand on order"


def test_a_row_that_nothing_reads_is_doubted(folder: Path) -> None:
    in_force(folder, MOON, FULLFILMENT, MOON.replace("salesOrder.status", "salesOrder.statsu"))
    (doubt,) = checked(folder, code=1)["unused"]

    assert doubt["why"] == "no record has this field; did you mean salesOrder.status?"


def test_what_says_something_else_than_the_shipped_row_is_listed_with_its_review(folder: Path) -> None:
    in_force(folder, MOON, FULLFILMENT, "netsuite,salesOrder.status,Closed,order,cancelled,LOSSY,yes,,,2026-02-03")
    found = checked(folder, code=0)

    assert [(row["value"], row["canonical"], row["shipped"], row["reviewed"]) for row in found["overrides"]] == [
        ("Closed", "cancelled", None, "2026-02-03")
    ]
    assert found["review"] == {"rows": 3, "reviewed": 3, "oldest": "2026-02-03", "newest": "2026-03-01"}


def test_a_shops_word_in_a_middlewares_log_is_the_shops(tmp_path: Path) -> None:
    body = json.dumps({"id": 6120481930251, "name": "#20931", "financial_status": "on_trial", "order_number": 20931})
    line = {"url": "https://fernhill.myshopify.example/admin/api/orders.json", "method": "POST", "headers": {}}
    (tmp_path / "debug.log").write_text(
        "2026-03-12T14:02:33.120Z 0b9d7f3340554b0f8a5f1c7720931abc import 65f1a0f9b7d94e0012ab3477 "
        + json.dumps(line | {"body": body})
        + "\n"
    )
    assert call("ingest", "debug.log", at=tmp_path).code == 0
    found = checked(tmp_path, code=1)["unmapped"]

    assert [(row["system"], row["field"], row["value"]) for row in found] == [
        ("shopify", "financial_status", "on_trial")
    ]


def test_of_one_system_only(folder: Path) -> None:
    assert checked(folder, "--system", "shopify", code=0)["unmapped"] == []
    assert call("statuses", "check", "--system", "shopfy", at=folder).code == 3


def test_without_a_store_there_is_nothing_to_hold_it_against(tmp_path: Path) -> None:
    said = call("statuses", "check", at=tmp_path)

    assert said.code == 2
    assert "there is no store" in said.err


# ---- a table before its use


def test_a_table_is_tried_before_it_is_in_force(folder: Path) -> None:
    """What values mean, which findings go, and nothing of it in the store itself."""
    before = call("scan", "--list", at=folder).out
    path = table(folder, MOON, FULLFILMENT)
    found = checked(folder, "--table", str(path), code=0)
    changes = found["changes"]

    assert found["table"] == str(path)
    assert [(row["value"], row["before_mark"], row["after"]) for row in changes["values"]] == [
        ("Waiting for the moon", "UNMAPPED", "pending"),
        ("Pending Fullfilment", "UNMAPPED", "confirmed"),
    ]
    assert [row["kind"] for row in changes["gone"]] == ["unmapped-status", "unmapped-status"]
    assert changes["new"] == changes["changed"] == []
    assert call("scan", "--list", at=folder).out == before
    assert len(checked(folder, code=1)["unmapped"]) == 2


def test_a_table_that_changes_nothing_says_so(folder: Path) -> None:
    said = call("statuses", "check", "--table", str(table(folder)), at=folder)

    assert said.code == 1, "two values are still unmapped"
    assert "No value in the store would mean anything else." in said.out
    assert "No finding would come, go, or be judged otherwise." in said.out


def test_a_table_that_is_none_is_refused_with_its_line(folder: Path) -> None:
    said = call("statuses", "check", "--table", "orders.csv", at=folder)
    assert said.code == 2
    assert "lacks the column" in said.err

    path = table(folder, MOON.replace("pending", "waiting"))
    said = call("statuses", "check", "--table", str(path), at=folder)
    assert said.code == 2
    assert "ours.csv:2" in said.err


# ---- init


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_the_map_is_written_out_with_the_day_and_with_what_is_open(folder: Path) -> None:
    said = call("statuses", "init", "--reviewed", "2026-03-14", at=folder)
    rows = rows_of(folder / "statuses.csv")
    open_ = [row for row in rows if row["mark"] == "UNMAPPED"]

    assert said.code == 0
    assert '[statuses] table = "statuses.csv"' in said.err
    assert {row["system"] for row in rows} == {"netsuite"}
    assert {row["reviewed"] for row in rows if row not in open_} == {"2026-03-14"}
    assert [(row["value"], row["canonical"], row["reviewed"]) for row in open_] == [
        ("Waiting for the moon", "", ""),
        ("Pending Fullfilment", "", ""),
    ]


def test_what_was_written_out_changes_nothing_when_it_is_in_force(folder: Path) -> None:
    call("statuses", "init", at=folder)
    found = checked(folder, "--table", "statuses.csv", code=1)

    assert [len(found[key]) for key in ("conflicts", "unused", "overrides", "stale")] == [0, 0, 0, 0]
    assert [found["changes"][key] for key in ("values", "new", "gone", "changed")] == [[], [], [], []]
    assert len(found["unmapped"]) == 2, "what is open stays reported"


def test_a_file_is_not_written_over_and_an_update_keeps_what_it_says(folder: Path) -> None:
    in_force(folder, MOON)
    assert call("statuses", "init", "ours.csv", at=folder).code == 2
    assert rows_of(folder / "ours.csv")[0]["value"] == "Waiting for the moon"

    assert call("statuses", "init", "ours.csv", "--update", at=folder).code == 0
    rows = {(row["field"], row["value"]): row for row in rows_of(folder / "ours.csv")}
    moon, billed = rows["salesOrder.status", "Waiting for the moon"], rows["salesOrder.status", "Billed"]
    assert (moon["canonical"], moon["reviewed"]) == ("pending", "2026-03-01")
    assert billed["reviewed"] == "", "nobody looked at it yet"
    assert rows["salesOrder.status", "Pending Fullfilment"]["mark"] == "UNMAPPED"


def test_all_systems_can_be_written_without_a_store(tmp_path: Path) -> None:
    said = call("statuses", "init", "-", "--all", at=tmp_path)
    rows = list(csv.DictReader(said.out.splitlines()))

    assert said.code == 0
    assert len(rows) > 822
    assert {"shopify", "netsuite", "x12"} < {row["system"] for row in rows}
    assert not (tmp_path / "tracelog.db").exists()


def test_what_was_written_is_told_as_json_too(folder: Path) -> None:
    told = json.loads(call("statuses", "init", "--json", at=folder).out)
    rows = json.loads(call("statuses", "init", "-", "--json", at=folder).out)

    assert told == {"file": "statuses.csv", "systems": ["netsuite"], "rows": len(rows), "unmapped": 2}
    assert rows == rows_of(folder / "statuses.csv")


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    said = call("statuses", "init", "--all", "--reviewed", "yesterday", at=tmp_path)

    assert (said.code, (tmp_path / "statuses.csv").exists()) == (2, False)


DEPOT = """
title   = "Depot list"
system  = "depot"
reader  = "csv"
absence = { weak = "a picked list" }
phase   = "observed"
order   = { number = "Ref" }
status  = ["status"]

[recognise]
header = ["Ref", "status", "When at depot"]

[time]
at     = "When at depot"
format = "iso"

[[record]]

[[sample]]
text = '''
Ref,status,When at depot
D-1,on the ramp,2026-03-02T10:00:00Z
'''
events = [{ phase = "observed", names = ["depot:number D-1"], at = "2026-03-02T10:00:00Z" }]
"""


def test_a_word_of_an_own_format_belongs_to_its_own_system(tmp_path: Path) -> None:
    """Other systems have a field `status` as well; whose export it was decides, not whose map knows the field."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "depot.list.toml").write_text(DEPOT)
    (tmp_path / "list.csv").write_text("Ref,status,When at depot\nD-7,on the ramp,2026-03-03T10:00:00Z\n")
    said = call("ingest", "list.csv", "--parsers", "own", at=tmp_path)
    assert said.code == 0, said.err
    found = checked(tmp_path, "--parsers", "own", code=1)["unmapped"]

    assert [(row["system"], row["field"], row["value"]) for row in found] == [("depot", "status", "on the ramp")]
