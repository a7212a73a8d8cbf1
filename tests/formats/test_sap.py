"""What SAP says of an order: its IDocs as XML and flat files, and the status records of their way."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from formats.export_reading import names, read, sample, shipped
from tracelog.ingest import ingest
from tracelog.store.read import Store

FLAT = (Path(__file__).parent.parent / "samples" / "formats" / "sap_orders05_flat.txt").read_text("utf-8")
HEADER = "DOCNUM,LOGDAT,LOGTIM,COUNTR,STATUS,UNAME,STAMID,STAMNO,STATXT,STAPA1\n"


def status(code: str, text: str = "text") -> str:
    return f"0000000004810001,20260309,130205,1,{code},RFC_HUB,,,{text},0000481001\n"


def test_an_idoc_is_the_same_as_xml_and_flat():
    (xml,), flat = sample("sap_orders05.xml").events, sample("sap_orders05_flat.txt").events

    assert xml.kind == flat[0].kind._replace(stream=xml.kind.stream)
    assert (xml.at, xml.envelope) == (flat[0].at, flat[0].envelope)
    assert xml.fields == {**flat[0].fields, "quantity": "2"}  # the flat sample has no segments of items
    assert names(flat[0]) | {"ref SHP-10481"} == names(xml)


def test_one_type_serves_the_order_and_its_response():
    """ORDERS05 holds both: the message type tells them apart, the direction whether SAP took or sent it."""
    reading = sample("sap_orders05_flat.txt")

    assert [(event.kind.phase, event.kind.topic) for event in reading.events] == [
        ("received", "created"), ("received", "created"), ("forwarded", "confirmed")
    ]  # fmt: skip


@pytest.mark.parametrize("change", ["stripped", "E1", "crlf"])
def test_spellings_of_a_flat_file(change: str):
    """Blanks at a line's end are often gone; segments have their internal or their external name."""
    text = {
        "stripped": "\n".join(line.rstrip() for line in FLAT.split("\n")),
        "E1": FLAT.replace("\nE2EDK01005", "\nE1EDK01   ").replace("\nE2EDK02", "\nE1EDK02"),
        "crlf": FLAT.replace("\n", "\r\n"),
    }[change]

    assert read(text, "UTC").events == read(FLAT, "UTC").events


def test_a_number_of_another_kind_is_no_name_of_the_order():
    """A contract's number (qualifier 003) stands in many orders."""
    text = FLAT.replace("0014500119001", "0034500119009", 1)
    (first, *_) = read(text, "UTC").events

    assert names(first) == {"sap:idoc 4810001", "ref 4500119001"}  # from the head and the archive key


def test_every_status_of_the_list_has_its_place():
    """The list of statuses is complete: 00 to 75; each row comes to something."""
    known = shipped().status("sap")
    codes = sorted({row["value"] for row in csv.DictReader(known_rows()) if row["field"] == "idoc.status"})
    assert codes[:3] + codes[-1:] == ["00", "01", "02", "75"]
    assert known is not None

    reading = read(HEADER + "".join(map(status, codes)), "UTC")
    assert set(reading.counts()) == {"understood", "ignored"}


def known_rows() -> list[str]:
    return shipped().status_files("sap")[0].read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    ("code", "phase", "level"),
    [
        ("50", "received", None), ("64", "parked", None), ("30", "parked", None), ("51", "rejected", "business"),
        ("53", "applied", None), ("56", "rejected", "transport"), ("68", "skipped", None), ("31", "skipped", None),
        ("01", "emitted", None), ("03", "forwarded", None), ("3", "forwarded", None),
        ("12", "acknowledged", "transport"), ("16", "acknowledged", "transport"), ("17", "rejected", "transport"),
        ("40", "rejected", "business"),
        ("41", "acknowledged", "business"), ("69", "transformed", None), ("32", "transformed", None),
    ],
)  # fmt: skip
def test_statuses_are_steps_of_the_way(code: str, phase: str, level: str | None):
    (event,) = read(HEADER + status(code), "UTC").events

    assert (event.kind.phase, event.kind.level) == (phase, level)
    assert event.envelope == ("idoc 4810001",)


def test_the_number_of_the_order_that_was_made_of_it():
    made, other = read(HEADER + status("53", "Standard order & has been saved") + status("53", "Posted"), "UTC").events

    assert names(made) == {"sap:idoc 4810001", "sap:vbeln 481001"}
    assert names(other) == set()


def test_an_unknown_status_is_unread():
    assert read(HEADER + status("53") + status("53") + status("99"), "UTC").counts() == {"understood": 2, "unread": 1}


def test_the_idoc_ties_the_customers_number_to_saps(tmp_path: Path):
    """The status records name no order, the IDoc does not say what became of it; its number joins them."""
    folder = Path(__file__).parent.parent / "samples" / "formats"
    paths = [folder / name for name in ("sap_orders05.xml", "sap_edids_status.csv")]
    assert ingest(paths, db=tmp_path / "t.db").exit_code == 0

    with Store.open(tmp_path / "t.db") as store:
        (order,) = store.find("4500119001")
        assert store.find("481001") == [order] == store.find("SHP-10481")
        assert len(store.order(order)) == 4  # 50, 64, the IDoc, 53
