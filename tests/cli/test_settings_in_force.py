"""What `tracelog.toml` says is in force from the next ingest on, also for what was read before."""

from __future__ import annotations

import json
from pathlib import Path

from cli.calling import call

ORDERS = (
    "Internal ID,Document Number,Date Created,Status\n"
    "884120,SO20481,03/12/2026 9:00 am,Pending Fulfillment\n"
    "884121,SO20482,03/12/2026 9:05 am,Waiting for the moon\n"
)


def meaning(order: str, folder: Path) -> str | None:
    found = json.loads(call("trace", order, "--json", at=folder).out)
    return found["states"]["netsuite"]["order"]["canonical"]


def test_a_status_of_ones_own_is_mapped_also_in_what_was_read_before(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    call("ingest", "orders.csv", at=tmp_path)
    events = json.loads(call("trace", "SO20482", "--json", at=tmp_path).out)["events"]
    [field] = {state["field"] for event in events for state in event["states"]}
    assert meaning("SO20482", tmp_path) is None

    (tmp_path / "tracelog.toml").write_text(f'[map.netsuite."{field}"]\n"Waiting for the moon" = "pending"\n')
    assert call("ingest", "orders.csv", at=tmp_path).code == 0
    assert meaning("SO20482", tmp_path) == "pending"
    assert meaning("SO20481", tmp_path) == "confirmed"


def test_it_is_listed_among_the_statuses(tmp_path: Path) -> None:
    (tmp_path / "tracelog.toml").write_text('[map.netsuite."salesOrder.status"]\n"Closed" = "returned"\n')
    rows = json.loads(call("statuses", "list", "--system", "netsuite", "--json", at=tmp_path).out)
    closed = [row for row in rows if (row["field"], row["value"]) == ("salesOrder.status", "Closed")]

    assert [row["canonical"] for row in closed if row["axis"] == "order"] == ["returned"]


def statuses_of(system: str, value: str, folder: Path) -> list[tuple[str, str, str | None, str, bool]]:
    rows = json.loads(call("statuses", "list", "--system", system, "--json", at=folder).out)
    columns = ("field", "axis", "canonical", "mark", "final")
    return [tuple(row[name] for name in columns) for row in rows if row["value"] == value]


def test_a_state_finds_its_axis(tmp_path: Path) -> None:
    """Many confirm an order when it is authorised: the payment stays authorised."""
    (tmp_path / "tracelog.toml").write_text('[map.shopify.financial_status]\nauthorized = "confirmed"\n')

    assert statuses_of("shopify", "authorized", tmp_path) == [
        ("financial_status", "order", "confirmed", "EXACT", False),
        ("financial_status", "payment", "authorized", "EXACT", False),
    ]


def test_a_state_that_no_axis_has_is_an_error_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "tracelog.toml").write_text('[map.netsuite."salesOrder.status"]\n"Billed" = "paid"\n')
    said = call("statuses", "list", at=tmp_path)

    assert said.code == 2
    assert "salesOrder.status 'Billed' cannot be paid: it stands on the axis order" in said.err
    assert "tracelog.toml:2" in said.err


def test_how_exact_it_is_and_whether_it_is_the_end_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "tracelog.toml").write_text(
        '[map.netsuite."salesOrder.status"]\n"Closed Short" = { canonical = "cancelled", mark = "LOSSY", final = true }'
    )

    assert statuses_of("netsuite", "Closed Short", tmp_path) == [
        ("salesOrder.status", "order", "cancelled", "LOSSY", True)
    ]


def test_a_map_of_an_unknown_system_is_not_in_force_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "tracelog.toml").write_text('[map.netsiute."salesOrder.status"]\n"Billed" = "shipped"\n')
    said = call("statuses", at=tmp_path)

    assert said.code == 2
    assert "no definition is of a system netsiute" in said.err
    assert "did you mean netsuite?" in said.err


TABLE = (
    "system,field,value,axis,canonical,mark,final,note,source,reviewed\n"
    "netsuite,salesOrder.status,Billed,order,shipped,LOSSY,yes,we bill last,,2026-03-01\n"
    "netsuite,salesOrder.status,Closed,order,cancelled,EXACT,yes,,,2026-03-01\n"
)


def test_a_table_of_ones_own_is_in_force_and_single_words_go_before_it(tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "ours.csv").write_text(TABLE)
    (tmp_path / "tracelog.toml").write_text(
        '[statuses]\ntable = "maps/ours.csv"\n[map.netsuite."salesOrder.status"]\nClosed = "returned"\n'
    )

    assert statuses_of("netsuite", "Billed", tmp_path) == [("salesOrder.status", "order", "shipped", "LOSSY", True)]
    assert [row[2] for row in statuses_of("netsuite", "Closed", tmp_path) if row[0] == "salesOrder.status"] == [
        "returned"
    ]


def test_what_is_wrong_in_the_table_is_said_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "ours.csv").write_text(TABLE + "netsuite,salesOrder.status,Draft,order,waiting,,,,,\n")
    (tmp_path / "tracelog.toml").write_text('[statuses]\ntable = "ours.csv"\n')
    said = call("ingest", ".", at=tmp_path)

    assert said.code == 2
    assert "unknown canonical: waiting" in said.err
    assert "ours.csv:4" in said.err


def test_a_host_is_named(tmp_path: Path) -> None:
    """A shop under its own address: without a name for it nobody knows who answered."""
    log = (
        "2026-03-12T14:02:33.120Z 0b9d7f3340554b0f8a5f1c7720931abc import 65f1a0f9b7d94e0012ab3477 "
        '{"url":"https://erp.fernhill.example/api/salesOrder","method":"POST","headers":{},'
        '"body":"{\\"externalId\\":\\"ORD-20931\\",\\"orderStatus\\":\\"B\\",\\"total\\":118.4}"}\n'
    )
    (tmp_path / "debug.log").write_text(log)
    (tmp_path / "tracelog.toml").write_text('[systems]\n"erp.fernhill.example" = "netsuite"\n')
    call("ingest", "debug.log", at=tmp_path)
    found = json.loads(call("trace", "ORD-20931", "--json", at=tmp_path).out)

    assert [event["peer"] for event in found["events"]] == ["netsuite"]


def test_a_zone_and_an_instance_are_given_to_exports_that_name_none(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    (tmp_path / "tracelog.toml").write_text(
        '[zones]\nnetsuite = "Europe/Berlin"\n[instances]\n"orders*" = "netsuite/7731009"\n'
    )
    [row] = json.loads(call("ingest", "orders.csv", "--json", at=tmp_path).out)["ledger"]
    found = json.loads(call("trace", "SO20481", "--json", at=tmp_path).out)

    assert (row["zone"], row["zone_basis"].partition(";")[0]) == ("Europe/Berlin", "tracelog.toml")
    assert {event["instance"] for event in found["events"]} == {"7731009"}


def test_a_setting_for_a_system_that_no_record_is_about_says_that_it_does_nothing(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)
    call("ingest", "orders.csv", at=tmp_path)
    (tmp_path / "tracelog.toml").write_text('[systems]\nrecord = "netsiute"\n[limits]\n"NetSuite>NetSuite" = 5\n')

    said = call("scan", at=tmp_path).err

    assert "record in the settings does nothing" in said
    assert "did you mean netsuite?" in said
    assert "netsuite>netsuite" not in said
