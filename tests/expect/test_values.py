"""Values are compared by what they mean, not by how they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracelog.expect.values import Relations, kind_of, number, ratio, relation, state_relation, tolerance
from tracelog.model.event import State

CENT = Decimal("0.01")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("118.40", "118.4"), ("1,184.00", "1184"), ("1.184,00", "1184"), ("118,4", "118.4"), ("$24.00", "24"),
        ("EUR 24", "24"), ("(5.00)", "-5"), ("-5", "-5"), ("1,184", "1184"), ("1E+2", "100"), ("0", "0"),
        ("1 184,00", "1184"), ("1'184.50", "1184.5"), ("-$5.00", "-5"), ("24.00 USD", "24"), (".5", "0.5"),
    ],
)  # fmt: skip
def test_numbers_as_vendors_write_them(text, value):
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "n/a", "- None -", "1.2.3", "NaN", "Infinity", "E", "9e999999"])
def test_what_is_no_number_is_none(text):
    assert number(text) is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_numbers(text):
    found = number(text)
    assert found is None or found.is_finite()


@pytest.mark.parametrize(
    ("field", "one", "other", "word"),
    [
        ("total", "118.40", "118.40", "same"), ("total", "118.40", "118.4", "formatting"),
        ("total", "118.40", "11.84", "differs"), ("total", "118.40", "118.41", "formatting"),
        ("total", "118.40", "118.42", "differs"), ("total", "118.40", "n/a", "unknown"),
        ("quantity", "2", "2.0", "formatting"), ("quantity", "2", "3", "differs"),
        ("currency", "usd", "USD", "formatting"), ("currency", "USD", "EUR", "differs"),
        ("currency", "USD", "US Dollar", "unknown"), ("channel", "web", "Web store", "unknown"),
    ],
)  # fmt: skip
def test_how_two_values_stand_to_each_other(field, one, other, word):
    assert relation(field, one, other, CENT) == word


def test_rounding_is_allowed_a_minor_unit_a_line():
    assert tolerance("USD", "3") == Decimal("0.03")
    assert tolerance("JPY", None) == Decimal(1)
    assert tolerance("KWD", None) == Decimal("0.001")
    assert relation("total", "100.00", "100.03", tolerance("USD", "3")) == "formatting"


def test_what_nearly_all_orders_show_is_the_mapping_in_force():
    known = Relations()
    for price in range(10, 30):
        known.add("total", f"{price}.00", f"{price * 1.19:.4f}", CENT)
    assert known.in_force("50.00", "59.50")
    assert not known.in_force("50.00", "5.00")


def test_one_order_in_twenty_is_no_mapping():
    known = Relations()
    for price in range(10, 30):
        known.add("total", f"{price}.00", f"{price}.00", CENT)
    known.add("total", "50.00", "5.00", CENT)
    assert not known.in_force("50.00", "5.00")


def test_four_orders_are_too_few_to_call_it_a_mapping():
    known = Relations()
    for price in range(10, 14):
        known.add("total", f"{price}.00", f"{price / 10}", CENT)
    assert not known.in_force("50.00", "5.00")


def state(canonical: str | None, mark: str = "EXACT", axis: str = "order") -> State:
    return State(axis, "status", str(canonical), canonical, mark)


@pytest.mark.parametrize(
    ("source", "target", "birth", "word"),
    [
        (state("shipped"), state("pending"), False, "contradiction"),
        (state("shipped"), state("shipped"), False, "same"),
        (state("shipped"), state("delivered"), False, "refinement"),
        (state("pending"), state("confirmed"), True, "refinement"),
        (state("confirmed"), state("pending"), True, "refinement"),
        (state("confirmed"), state("pending"), False, "contradiction"),
        (state("cancelled"), state("confirmed"), True, "contradiction"),
        (state("confirmed"), state("picked", "LOSSY"), False, "refinement"),
        (state("picked"), state("shipped", "LOSSY"), False, "allowed"),
        (state("pending"), state("shipped", "LOSSY"), False, "contradiction"),
        (state("pending"), state("shipped", "PARTIAL"), False, "allowed"),
        (state("shipped"), state(None, "NONE"), False, "unknown"),
        (state(None, "UNMAPPED"), state("pending"), False, "unmapped"),
        (state("paid", axis="payment"), state("unpaid", axis="payment"), False, "contradiction"),
        (state("authorized", axis="payment"), state("paid", axis="payment"), True, "refinement"),
    ],
)
def test_how_two_states_stand_to_each_other(source, target, birth, word):
    assert state_relation(source, target, birth=birth) == word


def test_kinds_of_fields():
    assert [kind_of(name) for name in ("total", "currency", "quantity", "channel")] == [
        "money", "currency", "quantity", "text",
    ]  # fmt: skip


@pytest.mark.parametrize("rate", ["1.19", "1.07", "1.20", "1.055"])
def test_a_tax_of_small_amounts_is_the_mapping_in_force_to_the_cent(rate: str):
    """16.19 without 19 % is 13.61: by the cent, and not by the third digit of the ratio."""
    known, gross = Relations(), [Decimal(1500 + 37 * number) / 100 for number in range(200)]
    pairs = [(str(each), str((each / Decimal(rate)).quantize(Decimal("0.01")))) for each in gross]
    for one, other in pairs:
        known.add("total", one, other, tolerance("USD", None))
    assert all(known.in_force(one, other) for one, other in pairs)
    assert not known.in_force("50.00", "5.00")


def related(pairs: list[tuple[str, str]]) -> Relations:
    known = Relations()
    for one, other in pairs:
        known.add("quantity", one, other, tolerance(None, None))
    return known


def test_a_unit_more_on_nearly_every_order_is_no_other_unit():
    """One became two, two three, three four: no conversion adds. Twelve to the case, or packs by item, do multiply."""
    more = related([("1", "2")] * 20 + [("2", "3")] * 12 + [("3", "4")] * 8)
    assert not more.in_force("1", "2")
    assert not more.in_force("3", "4")
    cases = related([("12", "1")] * 20 + [("24", "2")] * 12 + [("36", "3")] * 8)
    assert cases.in_force("24", "2")
    packs = related([("1", "6")] * 10 + [("2", "12")] * 5 + [("1", "4")] * 12 + [("3", "12")] * 8)
    assert packs.in_force("1", "4")


@pytest.mark.parametrize("one", ["1", "0." + "0" * 40 + "1", "1E-999999999", "9" * 30])
def test_amounts_out_of_all_proportion_have_no_ratio_and_break_nothing(one: str):
    known = Relations()
    known.add("total", one, "9" * 31, tolerance("USD", None))

    assert ratio(one, "9" * 31) == ("?" if len(one) != 30 else "10.000")
    assert not known.in_force(one, "9" * 31)
