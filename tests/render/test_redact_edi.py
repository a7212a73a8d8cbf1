"""Persons and addresses in EDI are replaced, and nothing else changes."""

from __future__ import annotations

import pytest

from tracelog.render.redact_edi import redacted, standard_of
from tracelog.render.redact_records import Records

ISA = "ISA*00*          *00*          *ZZ*BUYER          *ZZ*SELLER         *260309*0802*U*00401*000000101*0*P*>~\n"


def shown(text: str) -> str:
    standard = standard_of(text)
    assert standard is not None
    return redacted(text, standard, lambda kind, value: f"[{kind} {len(value)}]")


def test_x12() -> None:
    order = (
        "ST*850*0001~\nBEG*00*SA*4500119001**20260309~\nN1*ST*Ada Byron*92*0012~\nN3*12 Mill Lane*Flat 2~\n"
        "N4*Newcastle*DE*19801*US~\nPER*BD*Ada Byron*TE*555-0100*EM*ada@example.org~\nMSG*ring twice~\nSE*7*0001~"
    )

    assert shown(ISA + order) == ISA + (
        "ST*850*0001~\nBEG*00*SA*4500119001**20260309~\nN1*ST*[name 9]*92*0012~\nN3*[address 12]*[address 6]~\n"
        "N4*[address 9]*DE*[postal code 5]*US~\nPER*BD*[name 9]*TE*[phone 8]*EM*[e-mail 15]~\n"
        "MSG*[note 10]~\nSE*7*0001~"
    )


def test_edifact() -> None:
    text = (
        "UNA:+.? 'UNB+UNOC:3+A:14+B:14+260309:0802+EU101'UNH+1+ORDERS:D:96A:UN'BGM+220+4500119001+9'"
        "NAD+DP+++Ada O?'Byron:c/o Lee+12 Mill Lane+Newcastle++19801+US'CTA+OC+:Ada'COM+555-0100:TE'UNT+6+1'"
    )

    assert shown(text) == (
        "UNA:+.? 'UNB+UNOC:3+A:14+B:14+260309:0802+EU101'UNH+1+ORDERS:D:96A:UN'BGM+220+4500119001+9'"
        "NAD+DP+++[name 12]:[name 7]+[address 12]+[address 9]++[postal code 5]+US'CTA+OC+:[name 3]'"
        "COM+[phone 8]:TE'UNT+6+1'"
    )


@pytest.mark.parametrize("end", range(3, len(ISA) + 60, 7))
def test_what_is_cut_stays_as_it_is_where_nothing_is_personal(end: int) -> None:
    text = (ISA + "ST*850*0001~\nBEG*00*SA*4500119001**20260309~\nSE*3*0001~")[:end]

    assert Records(lambda kind, value: f"[{kind} {value}]", lambda free: free).record(text) == text


def test_a_report_redacts_the_records_of_an_archive() -> None:
    text = ISA + "ST*850*0001~\nBEG*00*SA*45**20260309~\nN1*ST*Ada Byron*92*0012~\nSE*4*0001~"

    assert "Ada" not in Records(lambda kind, _value: f"[{kind}]", lambda free: free).record(text)
