"""What X12 and EDIFACT say of an order: who sent what to whom, and which acknowledgement answers it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from formats.export_reading import NEW_YORK, Reading, names, read, sample, states
from tracelog.config import Config
from tracelog.ingest import ingest
from tracelog.investigate import scan
from tracelog.model.event import Event
from tracelog.store.read import Store

STUPIDEDI = Path(__file__).parent.parent / "samples" / "stupidedi"


def isa(sender: str, receiver: str, stamp: str, control: int) -> str:
    return (
        f"ISA*00*          *00*          *ZZ*{sender:15}*ZZ*{receiver:15}*{stamp[2:8]}*{stamp[8:]}"
        f"*U*00401*{control:09}*0*P*>~\n"
    )


def group(code: str, control: int, stamp: str, *sets: str) -> str:
    """A group with these sets: `850 BEG*00*SA*1 PO1*…`, segments parted by line ends."""
    text = f"GS*{code}*A*B*{stamp[:8]}*{stamp[8:]}*{control}*X*004010~\n"
    for number, each in enumerate(sets, 1):
        kind, *segments = each.split("\n")
        body = "".join(f"{segment}~\n" for segment in segments)
        text += f"ST*{kind}*{number:04}~\n{body}SE*{len(segments) + 2}*{number:04}~\n"
    return text + f"GE*{len(sets)}*{control}~\n"


def x12(code: str, *sets: str, sender: str = "BUYER", receiver: str = "SELLER") -> Reading:
    stamp = "202603090802"
    return read(isa(sender, receiver, stamp, 7) + group(code, 42, stamp, *sets) + "IEA*1*000000007~\n", "UTC")


def of(reading: Reading, **words: str) -> list[Event]:
    return [event for event in reading.events if all(getattr(event.kind, key) == word for key, word in words.items())]


# ---- the story of the samples


def test_an_order_is_the_buyers_number_whoever_writes_it():
    """850 and 855, 856, 810 go in opposite directions; the number is the buyer's in all of them."""
    reading = sample("x12_po_cycle.edi")

    about = [event for event in reading.events if "retailco:po 4500119001" in names(event)]
    assert [(event.kind.system, event.kind.topic) for event in about if event.kind.phase == "forwarded"] == [
        ("retailco", "created"), ("acmeseller", "confirmed"), ("acmeseller", "shipped"), ("acmeseller", "invoiced"),
        ("acmeseller", "shipped"),
    ]  # fmt: skip
    assert "ref SO20481" in names(about[1])


def test_an_acknowledgement_belongs_to_the_one_whose_set_it_answers():
    """997 for PO/501 comes from the seller; it answers the buyer's group, whose sets carry its id."""
    reading = sample("x12_po_cycle.edi")
    (ordered, _) = reading.record(1) + reading.record(2)
    (answer,) = reading.record(3)

    assert (answer.kind.system, answer.kind.peer, answer.kind.phase) == ("retailco", "acmeseller", "acknowledged")
    assert answer.kind.level == "transport"
    assert set(answer.envelope) < set(ordered.envelope)


def test_a_set_refused_inside_an_accepted_group_says_so_itself():
    group_, first, second = sample("x12_po_cycle.edi").record(8)

    assert [event.kind.phase for event in (group_, first, second)] == ["acknowledged", "acknowledged", "rejected"]
    assert second.result == "997 R 5 DTM 8 20269909"


def test_a_resend_that_was_refused_as_one_is_not_the_first_sending():
    """Interchange 9003 was sent twice; TA1 025 refuses the second by its time."""
    reading = sample("x12_po_cycle.edi")
    first, again = (reading.record(number)[0] for number in (6, 11))
    (refused,) = reading.record(12)

    assert first.envelope[1:] == again.envelope[1:]
    assert refused.envelope[0] == again.envelope[0] != first.envelope[0]
    assert refused.kind.phase == "rejected"


def test_line_ends_and_separators_say_nothing():
    lines, none = sample("x12_po_cycle.edi"), sample("x12_po_cycle_nonewlines.edi")
    pipes = sample("x12_pipe_newline_terminator.edi")

    assert none.events == lines.events[: len(none.events)]
    assert [(event.kind.topic, states(event)) for event in pipes.events] == [
        ("cancelled", {"order": "cancelled"}), ("updated", {"order": None})
    ]  # fmt: skip


def test_a_time_that_is_none_makes_no_record_unread():
    """DTM*011*20269909: the shipment is read, when it left is not."""
    (shipped,) = sample("x12_po_cycle.edi").record(7)

    assert shipped.happened_at is None
    assert states(shipped) == {"order": "shipped", "fulfilment": "shipped"}


def test_the_warehouse_is_asked_and_answers_with_the_depositors_number():
    reading = sample("x12_warehouse_940_945.edi")

    asked, other, shipped = reading.events
    assert (asked.kind.system, asked.kind.peer) == (shipped.kind.peer, shipped.kind.system) == ("acmeseller", "threepl")
    assert {"ref SHP-10481", "ref 4500119001"} <= names(asked) & names(shipped)
    assert names(other) == {"ref SHP-10483", "ref 4500119003"}


def test_edifact_tells_the_same_story():
    reading = sample("edifact_orders_contrl.edi")

    assert [(event.kind.phase, event.result) for event in reading.events if event.kind.level == "transport"] == [
        ("acknowledged", "CONTRL 8"), ("acknowledged", "CONTRL 7"), ("acknowledged", "CONTRL 7"),
        ("rejected", "CONTRL 4 12"), ("rejected", "CONTRL 4 26 UNB"),
    ]  # fmt: skip
    assert [event.kind.topic for event in of(reading, phase="forwarded")] == [
        "created", "created", "confirmed", "confirmed", "shipped"
    ]  # fmt: skip


# ---- variants that the dossier names


@pytest.mark.parametrize(
    ("one", "phases"),
    [
        ("997\nAK1*PO*5\nAK9*A*2*2*2", ["acknowledged"]),
        ("997\nAK1*PO*5\nAK9*R*2*2*0", ["rejected"]),
        ("997\nAK1*PO*5\nAK2*850*0001\nAK5*E*5\nAK9*E*1*1*1", ["acknowledged", "acknowledged"]),
        ("997\nAK1*PO*5\nAK2*850*0001\nAK5*A\nAK9*R*1*1*1", ["rejected", "rejected"]),
        ("997\nAK1*PO*5\nAK2*850*0001\nAK5*M\nAK2*850*0002\nAK5*X\nAK9*P*2*2*0",
         ["acknowledged", "rejected", "rejected"]),
        ("999\nAK1*PO*5*004010\nAK2*850*0001\nIK3*PO1*3**8\nIK4*2*373*8*X\nIK5*R*5\nAK9*P*1*1*0",
         ["acknowledged", "rejected"]),
        ("999\nAK1*PO*5\nAK2*850*0001\nIK5*W\nAK9*A*1*1*1", ["acknowledged", "rejected"]),
    ],
)  # fmt: skip
def test_verdicts(one: str, phases: list[str]):
    assert [event.kind.phase for event in x12("FA", one).events] == phases


@pytest.mark.parametrize(
    ("verdict", "topic", "answer", "state"),
    [
        ("AT", "confirmed", "acknowledged", "confirmed"),
        ("AH", "updated", "acknowledged", "pending"),
        ("RD", "cancelled", "rejected", "cancelled"),
        ("NA", "updated", None, None),
        ("ZZ", "updated", None, None),
    ],
)
def test_a_response_is_the_sellers_word_and_the_buyers_answer(
    verdict: str, topic: str, answer: str | None, state: str | None
):
    said, *answers = x12("PR", f"855\nBAK*00*{verdict}*PO1*20260309", sender="SELLER", receiver="BUYER").events

    assert (said.kind.system, said.kind.topic, states(said).get("order")) == ("seller", topic, state)
    assert [(each.kind.system, each.kind.phase, each.kind.level) for each in answers] == (
        [("buyer", answer, "business")] if answer else []
    )


@pytest.mark.parametrize(
    ("purpose", "topic"),
    [("00", "created"), ("01", "cancelled"), ("04", "updated"), ("05", "updated"), ("ZZ", "created")],
)
def test_purposes(purpose: str, topic: str):
    (event,) = x12("PO", f"850\nBEG*{purpose}*SA*PO1**20260309").events

    assert event.kind.topic == topic
    assert names(event) == {"buyer:po PO1"}


def test_one_ship_notice_of_several_orders():
    levels = "HL*1**S\nREF*CN*1Z1\nHL*2*1*O\nPRF*PO1\nHL*3*2*P\nHL*4*3*I\nHL*5*1*O\nPRF*PO2"
    events = x12("SH", f"856\nBSN*00*S1*20260309*1200\n{levels}\nCTT*5", sender="SELLER", receiver="BUYER").events

    assert [names(event) for event in events] == [
        {"buyer:po PO1", "carrier:tracking 1Z1"}, {"buyer:po PO2", "carrier:tracking 1Z1"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    "one", ["856\nBSN*00*S1*20260309*1200\nHL*1**S\nCTT*1", "824\nBGN*11*1", "943\nW06*N*X", "832\nBCT*PC"]
)
def test_what_names_no_order_is_ignored(one: str):
    assert x12("ZZ", one).counts() == {"ignored": 1}


@pytest.mark.parametrize(
    ("stamp", "at"),
    [("20260309*0802", "08:02"), ("260309*0802", "08:02"), ("20260309*080233", "08:02:33"),
     ("20260309*08023355", "08:02:33.550000"), ("260309*080233", "08:02:33")],
)  # fmt: skip
def test_stamps(stamp: str, at: str):
    whole = isa("A", "B", "202603090000", 1) + group("PO", 1, "202603090802", "850\nBEG*00*SA*P") + "IEA*1*1~"
    (event,) = read(whole.replace("20260309*0802*", f"{stamp}*"), "UTC").events

    assert event.at is not None
    assert event.at == _ns(f"2026-03-09T{at}+00:00")


def _ns(text: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(text).timestamp() * 1_000_000) * 1000


# ---- real files

WIDTHS = "elements of an ISA have fixed widths: ISA02 is 1 wide, not 10, ISA04 is 1 wide, not 10"


@pytest.mark.parametrize(
    ("name", "counts", "complaint"),
    [
        ("004010_FA997_pass_1.edi", {"understood": 1}, None),
        ("004010_IN810_pass_1.edi", {"ignored": 1}, None),
        ("004010_PR855_pass_1.edi", {"understood": 1}, None),
        ("004010_SH856_fail_2.edi", {"unread": 1},
         "SE01 says 25, 22 segments are there; segment 11, N1, runs on into N3: it is ended by '~' and not by '$'"),
        ("002001_SH856_fail_1.edi", {"unread": 1, "ignored": 2},
         f"{WIDTHS}, ISA06 is 10 wide, not 15 and 1 more"),
        ("003050_PO850_fail_1.edi", {"unread": 1, "ignored": 1},
         f"{WIDTHS}, ISA06 is 14 wide, not 15 and 1 more"),
    ],
)  # fmt: skip
def test_real_interchanges_are_read_and_the_broken_ones_say_what_is_wrong(
    name: str, counts: dict[str, int], complaint: str | None
):
    reading = read((STUPIDEDI / name).read_bytes(), "UTC")

    assert reading.format == "x12-transactions"
    assert reading.counts() == counts
    assert [outcome.reason for outcome in reading.outcomes if outcome.verdict == "unread"] == [complaint] * bool(
        complaint
    )


# ---- what follows from it


def cycle(*, silent: int, refused: int) -> str:
    """Thirty orders with their acknowledgements; one response is never acknowledged, one ship notice refused."""
    files: list[tuple[str, Callable[[int], str]]] = []

    def add(stamp: str, sender: str, code: str, number: int, one: str) -> None:
        receiver = "SELLER" if sender == "BUYER" else "BUYER"
        files.append((
            stamp,
            lambda control: isa(sender, receiver, stamp, control) + group(code, number, stamp, one)
            + f"IEA*1*{control:09}~\n",
        ))  # fmt: skip

    for n in range(30):
        at = [f"202603{9 + n // 20:02}{n % 20:02}{minute:02}" for minute in (0, 5, 10, 15, 20, 25)]
        add(at[0], "BUYER", "PO", 100 + n, f"850\nBEG*00*SA*45001190{n:02}**20260309")
        add(at[1], "SELLER", "FA", 200 + n, f"997\nAK1*PO*{100 + n}\nAK9*A*1*1*1")
        add(at[2], "SELLER", "PR", 300 + n, f"855\nBAK*00*AD*45001190{n:02}*20260309")
        if n != silent:
            add(at[3], "BUYER", "FA", 400 + n, f"997\nAK1*PR*{300 + n}\nAK9*A*1*1*1")
        add(at[4], "SELLER", "SH", 500 + n, f"856\nBSN*00*S{n}*20260309\nHL*1**S\nHL*2*1*O\nPRF*45001190{n:02}")
        word = "R*5" if n == refused else "A"
        add(at[5], "BUYER", "FA", 600 + n, f"997\nAK1*SH*{500 + n:04}\nAK2*856*1\nAK5*{word}\nAK9*P*1*1*1")
    return "".join(made(control) for control, (_, made) in enumerate(sorted(files, key=lambda one: one[0]), 1))


def test_a_missing_and_a_refusing_acknowledgement_are_found(tmp_path: Path):
    """Control numbers with and without zeros are one; the refused set stays refused although its group was accepted."""
    (tmp_path / "archive.edi").write_text(cycle(silent=11, refused=17), "utf-8")
    report = ingest([tmp_path / "archive.edi"], db=tmp_path / "t.db")
    assert report.exit_code == 0

    with Store.open(tmp_path / "t.db") as store:
        found = scan(store, config=Config()).findings
    assert {(each.kind, each.topic, next(a for a in each.aliases if a.startswith("buyer"))) for each in found} == {
        ("unacknowledged", "confirmed", "buyer:po 4500119011"), ("rejected", "shipped", "buyer:po 4500119017")
    }  # fmt: skip


def test_new_york_is_only_said_by_the_user():
    assert sample("x12_po_cycle.edi", NEW_YORK).events[0].at != sample("x12_po_cycle.edi", "UTC").events[0].at
