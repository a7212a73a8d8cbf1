"""EDI is cut into transaction sets whatever its separators, and what its trailers count is held against them."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from read.reading import read
from tracelog.model.record import ALL, LIMIT, SEGMENTS, Plan, Unreadable
from tracelog.read.edi import value
from tracelog.read.interchange import last_in
from tracelog.read.reader import value as reread
from tracelog.read.signs import X12

PLAN = Plan("x12")
UN = Plan("edifact")


def isa(sender: str = "BUYER", control: str = "000000101") -> str:
    return f"ISA*00*          *00*          *ZZ*{sender:15}*ZZ*SELLER         *260309*0802*U*00401*{control}*0*P*>~\n"


ORDER = "ST*850*0001~\nBEG*00*SA*4500119001**20260309~\nREF*DP*7~\nREF*CO*SHP-1~\nSE*5*0001~\n"
OTHER = "ST*850*0002~\nBEG*00*SA*4500119002**20260309~\nSE*3*0002~\n"
GROUP = "GS*PO*BUYER*SELLER*20260309*0802*501*X*004010~\n"
WHOLE = isa() + GROUP + ORDER + OTHER + "GE*2*501~\nIEA*1*000000101~\n"
MESSAGES = """UNA:+.? '
UNB+UNOC:3+5012345000013:14+4012345000009:14+260309:0802+EU101'
UNH+1+ORDERS:D:96A:UN'
BGM+220+4500119001+9'
FTX+AAI+++DON?'T RING?: USE BAY 1??'
DTM+137:20260309:102'
DTM+2:20260313:102'
UNT+6+1'
UNH+2+ORDERS:D:96A:UN'
BGM+220+4500119002+9'
UNT+3+2'
UNZ+2+EU101'
"""


def found(text: str | bytes, plan: Plan = PLAN, step: int | None = None) -> list[Any]:
    """Every record: the names of its segments, or why it is unreadable."""
    data = text.encode() if isinstance(text, str) else text
    values = [each for batch in read(data, plan, step) for each in batch.values or ()]
    return [each.reason if isinstance(each, Unreadable) else " ".join(n for n, _ in each[SEGMENTS]) for each in values]


def values(text: str, plan: Plan = PLAN) -> list[Any]:
    return [each for batch in read(text.encode(), plan) for each in batch.values or ()]


GOOD = ["ISA GS ST BEG REF REF SE", "ISA GS ST BEG SE"]


# ---- records


def test_a_record_is_a_transaction_set_with_its_envelope() -> None:
    first, second = values(WHOLE)

    assert first["ISA"]["06"] == "BUYER"  # blanks that fill up are no part of it
    assert first["ISA"]["13"] == "000000101"
    assert first["GS"]["06"] == second["GS"]["06"] == "501"
    assert (first["BEG"]["03"], second["BEG"]["03"]) == ("4500119001", "4500119002")
    assert "04" not in first["BEG"]
    assert [each["02"] for each in first["REF"][ALL]] == ["7", "SHP-1"]


def test_an_element_of_several_parts_gives_them_too() -> None:
    order = values(MESSAGES, UN)[0]

    assert order["UNH"]["02"] == "ORDERS:D:96A:UN"
    assert (order["UNH"]["02-01"], order["UNH"]["02-03"]) == ("ORDERS", "96A")
    assert (order["BGM"]["02"], order["BGM"]["02-01"]) == ("4500119001", "4500119001")
    assert order["FTX"]["04"] == "DON'T RING: USE BAY 1?"
    assert [each["01-02"] for each in order["DTM"][ALL]] == ["20260309", "20260313"]


SIGNS = [
    ("*~>", "|\n>"), ("*~>", "|\r\n>"), ("*~>", "*~\x00"), ("*~>", "^!:"), ("*~>", "\x1d\x1c\x1f"), ("*~>", "*'>"),
    ("*~>", "*\r>"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "instead"), SIGNS)
@pytest.mark.parametrize("lines", ["\n", "", "\r\n", "\r\n\r\n"])
@pytest.mark.parametrize("step", [None, 1, 7])
def test_any_separators_with_and_without_line_ends(written: str, instead: str, lines: str, step: int | None) -> None:
    text = (WHOLE + WHOLE).replace("~\n", "~" + ("" if "\n" in instead else lines))
    for old, new in zip(written, [instead[0], instead[1:-1], instead[-1]], strict=True):
        text = text.replace(old, "\2" + new) if old == "~" else text.replace(old, new)
    text = text.replace("\2", "")

    assert found(text, step=step) == GOOD * 2


def test_every_interchange_says_its_own_separators() -> None:
    assert found(WHOLE + WHOLE.replace("*", "|").replace("~\n", "\n") + WHOLE.replace("~\n", "'")) == GOOD * 3


@pytest.mark.parametrize("width", [80, 78, 31])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_that_were_cut_at_some_width_are_put_together(width: int, end: str) -> None:
    text = WHOLE.replace("\n", "")
    wrapped = end.join(text[at : at + width] for at in range(0, len(text), width))

    assert found(wrapped) == GOOD
    assert [each["BEG"]["03"] for each in values(wrapped)] == ["4500119001", "4500119002"]


@pytest.mark.parametrize(
    "text",
    [
        MESSAGES,
        MESSAGES.replace("\n", ""),
        MESSAGES.removeprefix("UNA:+.? '\n"),
        MESSAGES.replace("UNA:+.? '\n", "UNA:+.? '"),
        MESSAGES.replace("+", "*").replace("'\n", "~\n").replace("?'", "?~").replace("UNA:*.? '", "UNA:*.? ~"),
    ],
)
@pytest.mark.parametrize("step", [None, 1])
def test_edifact_with_its_own_signs_and_the_usual_ones(text: str, step: int | None) -> None:
    assert found(text + text, UN, step) == ["UNB UNH BGM FTX DTM DTM UNT", "UNB UNH BGM UNT"] * 2


def test_an_acknowledgement_of_an_interchange_is_a_record() -> None:
    assert found(isa() + "TA1*000009003*260309*1630*R*025~\nIEA*0*000000101~\n") == ["ISA TA1"]


def test_encodings() -> None:
    assert found(WHOLE.encode("utf-16")) == GOOD
    assert found(b"\xef\xbb\xbf" + WHOLE.encode()) == GOOD
    assert values(WHOLE)[0] == next(iter(read(WHOLE.encode("utf-16"), PLAN)[0].values or ()))


# ---- where a record stands


@pytest.mark.parametrize(
    ("text", "plan"),
    [(WHOLE + WHOLE, PLAN), (WHOLE[:-60] + "\n" + WHOLE, PLAN), (MESSAGES + MESSAGES, UN),
     (WHOLE.replace("GE*2", "GE*3").replace("IEA*1", "IEA*4"), PLAN), ("mail:\n" + WHOLE[:300], PLAN)],
)  # fmt: skip
def test_a_record_is_found_again_at_its_place_and_read_again_from_its_text(text: str, plan: Plan) -> None:
    data = text.encode()
    for batch in read(data, plan):
        for raw, offset, length, one in zip(batch.raws, batch.offsets, batch.lengths, batch.values or (), strict=True):
            place = data[offset : offset + length]
            assert raw == place or raw in last_in(place)
            assert reread(raw, plan) == one


def test_the_place_says_the_line_of_the_set() -> None:
    batch = read(WHOLE.encode(), PLAN)[0]

    assert batch.lines == [3, 8]
    assert batch.offsets == [0, 0]
    assert batch.raws[1] == (isa() + GROUP + OTHER).rstrip().encode()


def test_two_that_differ_only_in_their_envelope_are_two() -> None:
    """A resend has a new control number, and may have nothing else that is new."""
    again = WHOLE.replace("000000101", "000000102")
    raws = [raw for batch in read((WHOLE + again).encode(), PLAN) for raw in batch.raws]

    assert len(set(raws)) == 4


# ---- what is wrong


@pytest.mark.parametrize(
    ("change", "complaints"),
    [
        (("SE*5*", "SE*7*"), [(0, "SE01 says 7, 5 segments are there")]),
        (("SE*5*", "SE**"), [(0, "SE01 says nothing, 5 segments are there")]),
        (("SE*5*0001", "SE*5*0003"), [(0, "SE02 says 0003, ST02 is 0001")]),
        (("GE*2*", "GE*3*"), [(2, "GE01 says 3, 2 transaction sets are there")]),
        (("GE*2*501", "GE*2*502"), [(2, "GE02 says 502, GS06 is 501")]),
        (("IEA*1*", "IEA*2*"), [(2, "IEA01 says 2, 1 group is there")]),
        (("IEA*1*000000101", "IEA*1*9"), [(2, "IEA02 says 9, ISA13 is 000000101")]),
        (("SE*5*0001~\n", ""), [(0, "the transaction set ends without SE, after segment 4")]),
        (("BEG*00*SA*4500119001", "4500119001"), [(0, "segment 2 has no name")]),
        (("IEA*1*000000101~\n", ""), [(2, "the interchange 000000101 ends without IEA")]),
        (("GE*2*501~\nIEA*1*000000101~\n", ""), [(2, "the group 501 ends without GE")]),
        (("BEG*00*SA*4500119002**20260309~\nSE*3*0002~\nGE*2*501~\nIEA*1*000000101~\n", ""),
         [(1, "the transaction set ends without SE, after segment 1")]),
    ],
)  # fmt: skip
def test_a_complaint_says_what_is_expected_and_what_is_there(
    change: tuple[str, str], complaints: list[tuple[int, str]]
) -> None:
    """And the sets that are good are read."""
    wanted = list(GOOD)
    for place, reason in complaints:
        wanted[place : place + 1] = [reason]

    assert found(WHOLE.replace(*change)) == wanted


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (("IEA*1*000000101", "IEA*1*101"), GOOD),
        (("SE*5*0001", "SE*05*1"), GOOD),
    ],
)
def test_control_numbers_are_equal_without_their_zeros(change: tuple[str, str], wanted: list[str]) -> None:
    assert found(WHOLE.replace(*change)) == wanted


def test_counts_of_edifact() -> None:
    assert found(MESSAGES.replace("UNT+6+1", "UNT+7+3"), UN)[0] == (
        "UNT01 says 7, 6 segments are there; UNT02 says 3, UNH01 is 1"
    )
    assert found(MESSAGES.replace("UNZ+2+EU101", "UNZ+3+EU102"), UN)[2] == (
        "UNZ01 says 3, 2 messages are there; UNZ02 says EU102, UNB05 is EU101"
    )


def test_a_segment_ended_by_another_sign_is_named() -> None:
    text = WHOLE.replace("REF*DP*7~\n", "REF*DP*7$\n")

    assert found(text)[0] == (
        "SE01 says 5, 4 segments are there; segment 3, REF, runs on into REF: it is ended by '$' and not by '~'"
    )


def test_an_interchange_that_begins_inside_another_ends_it() -> None:
    half = WHOLE[: WHOLE.index("REF*CO")] + "\n"

    assert found(half + WHOLE.replace("*", "|")) == ["the transaction set ends without SE, after segment 3", *GOOD]


def test_an_isa_without_its_widths_is_said_once_and_its_sets_are_read() -> None:
    squeezed = WHOLE.replace(isa(), " ".join(isa().split()) + "\n")
    complaint = (
        "elements of an ISA have fixed widths: ISA02 is 1 wide, not 10, ISA04 is 1 wide, not 10, "
        "ISA06 is 6 wide, not 15 and 1 more"
    )

    assert found(squeezed) == [complaint, *GOOD]
    assert found(WHOLE.replace(isa(), isa().replace("BUYER          ", "BUYER     "))) == GOOD


@pytest.mark.parametrize("end", range(7, 105, 7))
def test_an_isa_that_is_cut(end: int) -> None:
    assert found(isa()[:end]) == ["the first segment of the interchange is not whole"]


def test_text_around_interchanges_is_said() -> None:
    assert found("Subject: orders\n\n" + WHOLE + "-- \nbye\n") == [
        "this stands outside of any transaction set", *GOOD, "this stands outside of any transaction set"
    ]  # fmt: skip


def test_binary_inside_does_no_harm() -> None:
    data = WHOLE.encode().replace(b"SHP-1", bytes(n for n in range(256) if n not in b"~*"))

    assert found(data) == GOOD


def test_a_set_over_the_limit_is_its_digest_and_the_next_is_read() -> None:
    long = ORDER.replace("SE*5", "MSG*" + "x" * (LIMIT // 2) + "~\nMSG*" + "y" * (LIMIT // 2) + "~\nSE*7")
    batches = read((isa() + GROUP + long + OTHER + "GE*2*501~\nIEA*1*000000101~\n").encode(), PLAN)

    assert [len(batch) for batch in batches] == [1, 1]
    assert batches[0].oversize
    assert batches[0].lengths[0] > LIMIT


def test_sets_without_end_are_each_named_in_linear_time() -> None:
    begun = time.perf_counter()
    many = found(isa() + GROUP + ORDER + "ST*850*0009~\n" * 100_000 + "GE*1*501~\nIEA*1*000000101~\n")

    assert many[0] == GOOD[0]
    assert many[1:-1] == ["the transaction set ends without SE, after segment 1"] * 100_000
    assert many[-1] == "GE01 says 1, 100001 transaction sets are there"
    assert time.perf_counter() - begun < 15


def test_a_trailer_of_more_headers_than_are_kept_counts_them_all() -> None:
    sets = "".join(f"ST*850*{n:060}~\nSE*2*{n:060}~\n" for n in range(20_000))
    good = found(isa() + GROUP + sets + "GE*20000*501~\nIEA*1*000000101~\n")
    bad = found(isa() + GROUP + sets + "GE*19999*501~\nIEA*1*000000101~\n")

    assert (len(good), set(good)) == (20_000, {"ISA GS ST SE"})
    assert bad == [*good, "GE01 says 19999, 20000 transaction sets are there"]


def test_millions_of_elements_are_not_taken_apart() -> None:
    segment = "PO1" + "*1" * 1_500_000 + "~\n"
    text = isa() + GROUP + ORDER.replace("REF*DP", segment + "REF*DP") + OTHER + "GE*2*501~\nIEA*1*000000101~\n"
    tracemalloc.start()
    bad, good = found(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert bad == "it holds some 1,500,038 elements; records of more than 1,000,000 are not taken apart"
    assert good == GOOD[1]
    assert peak < 64 * 1024 * 1024


def test_text_without_any_terminator_takes_no_memory() -> None:
    found(isa() + GROUP + "ST*850*0001~" + "x" * (3 * LIMIT))


@pytest.mark.parametrize(
    "piece", ["ISA*00*", "ST*850*0001~", "ISA", "~", "*", "UNA:+.? '", "?", "\n", "GE*1*1~", "SE*1*1~"]
)
def test_no_text_takes_long(piece: str) -> None:
    found(WHOLE[:170] + piece * 20_000)
    found(MESSAGES[:75] + piece * 20_000, UN)


@given(st.text(alphabet="ISAGTEBN*~>\n 01?'+:", max_size=60))
def test_any_text_is_accounted_for(text: str) -> None:
    for plan, begin in ((PLAN, WHOLE[:155]), (UN, MESSAGES[:75])):
        data = (begin + text).encode()
        whole = read(data, plan)
        assert [each for batch in whole for each in batch.raws] == [
            each for batch in read(data, plan, 1) for each in batch.raws
        ]


def test_what_cannot_be_trusted_is_given_when_asked_for() -> None:
    raw = WHOLE.replace("SE*5", "SE*6").encode()[: WHOLE.index("ST*850*0002")]

    assert isinstance(value(raw, X12), Unreadable)
    assert value(raw, X12, strict=False)["BEG"]["03"] == "4500119001"
