"""What all orders of one kind show, and no others, is asked about once: a kit, a currency, a tax of their own."""

from __future__ import annotations

from decimal import Decimal

from tracelog.expect.values import Relations

CENT = Decimal("0.01")


def relations(field: str, *orders: tuple[str, str, str], name: str = "sku") -> Relations:
    """(attribute, what came in, what went out) of each order."""
    out = Relations()
    for attribute, one, other in orders:
        out.add(field, one, other, CENT, ((name, attribute), ("channel", "web")))
    return out


def kind(known: Relations, field: str, pair: tuple[str, str], *own: str, converted: bool = False):
    """Its ratio, its orders, its words, for an order with that attribute (a SKU, if not said)."""
    value, name = (*own, "sku")[:2]
    one, other = pair
    found = known.of_a_kind(field, one, other, ((name, value), ("channel", "web")), converted=converted)
    return found and (found.ratio, found.differing, found.where)


MUGS = [("MUG", "1", "1"), ("MUG", "2", "2")] * 5


def test_a_kit_that_is_three_pieces_for_all_who_buy_it() -> None:
    known = relations("quantity", *MUGS, ("KIT", "1", "3"), ("KIT", "2", "6"), ("KIT", "1", "3"))
    assert kind(known, "quantity", ("2", "6"), "KIT") == ("3.000", 3, "sku KIT")


def test_one_kit_that_left_as_it_came_in_makes_the_others_faults() -> None:
    known = relations("quantity", *MUGS, *[("KIT", "1", "3")] * 3, ("KIT", "1", "1"))
    assert kind(known, "quantity", ("1", "3"), "KIT") is None


def test_pieces_added_are_no_other_unit() -> None:
    known = relations("quantity", *MUGS, ("KIT", "1", "2"), ("KIT", "2", "3"), ("KIT", "3", "4"))
    assert kind(known, "quantity", ("1", "2"), "KIT") is None


def test_two_kits_are_one_kind_of_order_and_a_single_order_is_none() -> None:
    known = relations("quantity", *MUGS, *[("KIT", "1", "2")] * 3, *[("BOX", "2", "4")] * 4)
    assert kind(known, "quantity", ("1", "2"), "KIT") == ("2.000", 7, "sku BOX, KIT")
    assert kind(relations("quantity", *MUGS, ("KIT", "1", "2")), "quantity", ("1", "2"), "KIT") is None


def test_what_others_show_as_well_is_no_mark_of_the_kind() -> None:
    known = relations("quantity", *MUGS, *[("KIT", "1", "2")] * 3, *[("MUG", "1", "2")] * 3)
    assert kind(known, "quantity", ("1", "2"), "KIT") is None


def test_a_tax_of_one_currency_is_asked_and_a_tenth_is_not() -> None:
    """113.00 with 13 % tax is 100.00 net; no tax makes 11.30 of it, as long as it stays in its currency."""
    others = [("USD", "20.00", "20.00")] * 8
    net = relations("total", *others, *[("CAD", "113.00", "100.00")] * 3, name="currency")
    assert kind(net, "total", ("113.00", "100.00"), "CAD", "currency") == ("0.885", 3, "currency CAD")
    tenth = relations("total", *others, *[("CAD", "113.00", "11.30")] * 3, name="currency")
    assert kind(tenth, "total", ("113.00", "11.30"), "CAD", "currency") is None
    assert kind(tenth, "total", ("113.00", "11.30"), "CAD", "currency", converted=True) == ("0.100", 3, "currency CAD")


def test_a_day_is_no_kind_of_order() -> None:
    known = relations("quantity", *MUGS, *[("2026-02-03", "1", "2")] * 4, name="date")
    assert kind(known, "quantity", ("1", "2"), "2026-02-03", "date") is None


def test_parts_merge_to_the_whole() -> None:
    one = relations("quantity", *MUGS, *[("KIT", "1", "3")] * 2)
    two = relations("quantity", ("KIT", "2", "6"))
    two.merge(one)
    assert kind(two, "quantity", ("1", "3"), "KIT") == ("3.000", 3, "sku KIT")
    two.merge(relations("quantity", ("KIT", "1", "1")))
    assert kind(two, "quantity", ("1", "3"), "KIT") is None


def test_the_one_of_the_kind_that_changed_otherwise_is_a_fault_by_itself() -> None:
    known = relations("quantity", *MUGS, *[("KIT", "1", "3")] * 12, ("KIT", "1", "9"))
    assert kind(known, "quantity", ("1", "3"), "KIT") == ("3.000", 12, "sku KIT")
    assert kind(known, "quantity", ("1", "9"), "KIT") is None
