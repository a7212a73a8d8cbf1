"""Which names are one order, and which are not: cases as (names of each record) → groups of records."""

from __future__ import annotations

import random

import pytest

from tracelog.link.aliases import HUB, link
from tracelog.link.names import AliasKind, Given, Linked, Row, Tie, Wish, Wishes
from tracelog.model.event import DAY


def linked(
    *records: str,
    ties: tuple[tuple[str, int, int], ...] = (),
    wishes: Wishes | None = None,
    days: tuple[float, ...] = (),
) -> Linked:
    """Link records written as `shopify:id 1, shopify@north:name #5, ~ref 9`; `~` only mentions, `@` is an instance.

    `days`: when each record was written.
    """
    kinds: dict[AliasKind, int] = {}
    rows: list[Row] = []
    given: dict[int, list[int]] = {}
    for naming, record in enumerate(records, start=1):
        parts = [part.strip().partition(" ") for part in record.split(",")]
        systems = {kind.lstrip("~").partition(":")[0].partition("@")[0] for kind, _, _ in parts} - {"ref"}
        for written, _, value in parts:
            system, _, what = written.lstrip("~").partition(":")
            name, _, instance = system.partition("@")
            kind = AliasKind(f"{name}:{what}" if what else name, instance or None)
            if kind.kind == "ref":
                kind = AliasKind("ref", ",".join(sorted(systems)) or None)
            number = kinds.setdefault(kind, len(kinds) + 1)
            rows.append((value.lstrip("#").casefold(), -number if written[0] == "~" else number, naming))
            given.setdefault(naming, []).append(number)
    rows.sort()
    numbered = {number: kind for kind, number in kinds.items()}
    asked = [Tie(*tie) for tie in ties]
    first = {naming: int(day * DAY) for naming, day in enumerate(days, start=1)}
    return link(Given(len(records), numbered, lambda: rows, asked, lambda naming: given[naming], first.get), wishes)


def orders(*records: str, **more: object) -> list[set[int]]:
    """The records of each order, by their numbers from 1; records without an order are left out."""
    found: dict[int, set[int]] = {}
    for naming, order in enumerate(linked(*records, **more).order):  # type: ignore[arg-type]
        if order:
            found.setdefault(order, set()).add(naming)
    return sorted(found.values(), key=min)


class TestStrongNames:
    def test_records_that_share_a_name_are_one_order(self) -> None:
        assert orders("shopify:id 1, shopify:name #5", "shopify:name 5", "shopify:id 2") == [{1, 2}, {3}]

    def test_two_names_in_one_record_link_the_records_on_both_sides(self) -> None:
        assert orders("shopify:id 1", "netsuite:tranid SO1", "shopify:id 1, netsuite:tranid SO1") == [{1, 2, 3}]

    def test_the_same_text_under_another_kind_is_another_name(self) -> None:
        assert orders("shopify:id 77", "netsuite:internalid 77") == [{1}, {2}]

    def test_a_page_of_fifty_orders_stays_fifty(self) -> None:
        page = [f"shopify:id {n}, shopify:name #{n + 1000}" for n in range(50)]

        assert len(orders(*page)) == 50

    def test_documents_belong_to_their_order_however_many_there_are(self) -> None:
        parcels = [f"netsuite:tranid SO1, netsuite:if IF{n}" for n in range(20)]

        assert orders(*parcels) == [set(range(1, 21))]

    def test_a_short_ref_waits_until_another_name_has_made_its_orders_one(self) -> None:
        """The shop's and the warehouse's 5012 are one order by the shop's id, which is looked at later."""
        records = [
            "shopify:id 6120045512001, shopify:name #5012",
            "shopify@north:id 6120045512001, shopify@north:name #5012",
            "carrier:tracking 1Z9, ref #5012",
            "shipstation:id 7, shipstation:number 5012, ref 5012, ref 6120045512001",
        ]

        assert orders(*records) == [{1, 2, 3, 4}]
        assert linked(*records).hubs == []

    def test_systems_that_took_over_a_name_from_one_that_is_not_there_have_one_order(self) -> None:
        """Each calls the order by the shop's number under a kind of its own; none of them gave it."""
        records = [
            "netsuite:internalid 9, netsuite:externalid SHP-10482, ref SHP-10482",
            "shipstation:id 7, shipstation:number SHP-10482, ref SHP-10482",
            "quickbooks:invoice 1040, quickbooks:docnumber SHP-10482, ref SHP-10482",
            "odoo:id 482, odoo:name S00482, ref SHP-10482",
            "shipstation:id 7, shipstation:number SHP-10482",
        ]

        assert orders(*records) == [{1, 2, 3, 4, 5}]
        assert orders("shopify:id 612, shopify:name SHP-10482", *records) == [{1, 2, 3, 4, 5, 6}]

    def test_a_parcel_s_number_ties_the_carrier_to_the_one_order_in_it(self) -> None:
        carrier = "carrier:tracking 1Z9"

        assert orders("shipstation:id 1, carrier:tracking 1Z9", carrier, "ref #5, carrier:tracking 1Z9") == [{1, 2, 3}]

    def test_a_parcel_with_two_orders_makes_them_not_one(self) -> None:
        packed = ["shopify:id 1, carrier:tracking 1Z9", "shopify:id 2, carrier:tracking 1Z9", "carrier:tracking 1Z9"]

        assert orders(*packed) == [{1}, {2}, {3}]
        assert [(hub.kind, hub.orders) for hub in linked(*packed).hubs] == [("carrier:tracking", 2)]

    @pytest.mark.parametrize("seed", range(5))
    def test_the_order_of_records_makes_no_difference(self, seed: int) -> None:
        records = [
            "shopify:id 1, shopify:name #5", "netsuite:internalid 9, ref #5", "shopify:id 2, shopify:name #6",
            "ref 2, netsuite:internalid 10", "netsuite:internalid 10, netsuite:tranid SO10",
            "ref #6", "ref #7", "ref #7",
        ]  # fmt: skip
        shuffled = records[:]
        random.Random(seed).shuffle(shuffled)

        groups = {frozenset(shuffled[n - 1] for n in group) for group in orders(*shuffled)}

        assert groups == {frozenset(records[n - 1] for n in group) for group in orders(*records)}


class TestInstances:
    def test_two_shops_with_the_same_number_stay_two(self) -> None:
        north, south = "shopify@north:id 1, shopify@north:name #1001", "shopify@south:id 2, shopify@south:name #1001"

        assert orders(north, south) == [{1}, {2}]

    def test_an_instance_nobody_named_is_the_only_known_one(self) -> None:
        assert orders("shopify@north:name #1001", "shopify:name #1001") == [{1, 2}]

    def test_a_name_alone_does_not_choose_between_two_shops(self) -> None:
        found = linked("shopify@north:name #1001", "shopify@south:name #1001", "shopify:name #1001")

        assert len(set(found.order[1:])) == 3
        assert [(hub.kind, hub.value) for hub in found.hubs] == [("shopify:name", "1001")]

    def test_a_long_id_chooses(self) -> None:
        shops = ["shopify@north:id 6120045512001, shopify@north:name #1001", "shopify@south:name #1001"]

        assert orders(*shops, "shopify:id 6120045512001, shopify:name #1001") == [{1, 3}, {2}]

    def test_a_short_id_does_not_choose_once_there_are_two_shops(self) -> None:
        assert orders("woo@a:id 1042", "woo@b:id 7", "woo:id 1042") == [{1}, {2}, {3}]

    def test_one_number_for_two_ids_is_not_followed(self) -> None:
        """Celigo serves two shops and does not say which: the ids differ, so the orders do."""
        found = linked("shopify:id 1, shopify:name #1001", "shopify:id 2, shopify:name #1001")

        assert list(found.order[1:]) == [1, 2]
        assert found.hubs[0].value == "1001"


class TestRefs:
    def test_a_ref_is_the_order_that_has_that_name_elsewhere(self) -> None:
        assert orders("shopify:id 1, shopify:name SHP-1", "netsuite:internalid 9, ref SHP-1", "ref SHP-1") == [
            {1, 2, 3}
        ]

    def test_a_ref_by_id_will_do(self) -> None:
        assert orders("shopify:id 6120045512001", "netsuite:internalid 9, ref 6120045512001") == [{1, 2}]

    def test_a_ref_that_two_orders_answer_to_is_not_settled(self) -> None:
        shops = ["shopify@north:name #1001", "shopify@south:name #1001"]
        found = linked(*shops, "netsuite:internalid 9, ref #1001")

        assert len(set(found.order[1:])) == 3
        assert ("ref", "1001") in {(hub.kind, hub.value) for hub in found.hubs}

    def test_a_second_fact_settles_it(self) -> None:
        shops = ["shopify@north:id 6120045512001, shopify@north:name #1001", "shopify@south:name #1001"]

        assert orders(*shops, "netsuite:internalid 9, ref #1001, ref 6120045512001") == [{1, 3}, {2}]

    def test_refs_alone_find_each_other(self) -> None:
        """An error list and an ERP export that both name the shop's order, without an export of the shop."""
        assert orders("ref SHP-1", "netsuite:internalid 9, ref SHP-1") == [{1, 2}]

    def test_its_own_systems_names_are_not_what_a_ref_means(self) -> None:
        """NetSuite's external id repeats the shop's name; the ref beside it still means the shop's order."""
        erp = "netsuite:internalid 9, netsuite:externalid SHP-1, ref SHP-1"

        assert orders("shopify:name SHP-1", erp, "netsuite:externalid SHP-1") == [{1, 2, 3}]

    def test_a_short_number_is_not_by_chance_an_internal_id(self) -> None:
        """The shop's #5012 and the ERP's record 5012 have nothing to do with each other."""
        assert orders("netsuite:internalid 5012", "ref #5012") == [{1}, {2}]
        assert orders("netsuite:internalid 884120", "ref 884120") == [{1, 2}]
        assert orders("woo:id 1042", "ref 1042") == [{1, 2}]

    def test_two_documents_for_one_order_are_one_order(self) -> None:
        """That is what a duplicate looks like."""
        assert orders("shopify:name #5", "netsuite:internalid 9, ref #5", "netsuite:internalid 10, ref #5") == [
            {1, 2, 3}
        ]


class TestHubs:
    def test_a_name_that_ties_many_orders_is_not_followed(self) -> None:
        shared = [f"shopify:id {n}, shopify:tracking 1Z999" for n in range(HUB + 2)]
        found = linked(*shared)

        assert len(set(found.order[1:])) == HUB + 2
        assert [(hub.kind, hub.value, hub.orders) for hub in found.hubs] == [("shopify:tracking", "1z999", HUB + 2)]

    def test_a_few_orders_in_one_document_are_tied(self) -> None:
        """Combined orders exist; a handful is no hub."""
        assert orders("shopify:id 1, netsuite:if IF1", "shopify:id 2, netsuite:if IF1") == [{1, 2}]

    def test_a_name_seen_in_many_records_of_one_order_is_no_hub(self) -> None:
        records = [f"shopify:id 1, shopify:fulfillment {n}" for n in range(3 * HUB)]

        assert orders(*records, "shopify:id 2") == [set(range(1, 3 * HUB + 1)), {3 * HUB + 1}]


class TestEnvelopes:
    POST = "ref SHP-1"

    def test_the_answer_names_the_documents_of_the_request(self) -> None:
        assert orders(self.POST, "netsuite:internalid 884120", ties=(("m1", 1, 2),)) == [{1, 2}]

    def test_a_second_document_of_the_same_order_is_still_its_document(self) -> None:
        records = [self.POST, "netsuite:internalid 1", "netsuite:internalid 2"]

        assert orders(*records, ties=(("m1", 1, 2), ("m2", 1, 3))) == [{1, 2, 3}]

    def test_an_envelope_never_makes_two_orders_one(self) -> None:
        """The request names one order of the shop, the answer another one."""
        records = ["shopify:id 1", "shopify:id 2, netsuite:internalid 9", "netsuite:internalid 9"]

        assert orders(*records, ties=(("m1", 1, 3),)) == [{1}, {2, 3}]

    def test_a_batch_links_nothing(self) -> None:
        """Who would say which answer is whose?"""
        records = ["shopify:id 1", "shopify:id 2", "netsuite:internalid 8", "netsuite:internalid 9"]
        batch = tuple(("m1", request, answer) for request in (1, 2) for answer in (3, 4))

        assert orders(*records, ties=batch) == [{1}, {2}, {3}, {4}]


class TestMentions:
    def test_a_mention_joins_the_one_order_that_has_the_name(self) -> None:
        assert orders("shopify:id 1", "~shopify:id 1") == [{1, 2}]

    def test_a_mention_links_nothing(self) -> None:
        assert orders("shopify:id 1", "shopify:id 2", "shopify:id 2, ~shopify:id 1") == [{1}, {2, 3}]

    def test_a_mention_of_what_nobody_knows_is_no_order(self) -> None:
        assert orders("~shopify:id 1") == []

    def test_a_mention_of_two_orders_belongs_to_none(self) -> None:
        assert orders("shopify:id 1", "shopify:id 2", "~shopify:id 1, ~shopify:id 2") == [{1}, {2}]


class TestWishes:
    A, B = Wish("shopify:name", "1001"), Wish("netsuite:tranid", "so1")

    def test_what_the_user_links_is_linked(self) -> None:
        assert orders("shopify:name #1001", "netsuite:tranid SO1", wishes=Wishes(added=[(self.A, self.B)])) == [{1, 2}]

    def test_what_the_user_forbids_is_kept_apart(self) -> None:
        records = ["shopify:name #1001", "netsuite:tranid SO1, ref #1001"]

        assert orders(*records) == [{1, 2}]
        assert orders(*records, wishes=Wishes(forbidden=[(self.A, self.B)])) == [{1}, {2}]


class TestLikelyNames:
    """`NF-5013` is likely the shop's #5013, if the time fits and nobody else is called so."""

    SHOP, AFTER = "shopify:id 1, shopify:name #5013", "amazon:mcf NF-5013, ~amazon:likely 5013"

    def test_the_only_order_of_that_number_and_of_those_days_is_meant(self) -> None:
        assert orders(self.SHOP, self.AFTER, days=(0, 0.01)) == [{1, 2}]

    @pytest.mark.parametrize("days", [(0, 4), (1, 0), ()])
    def test_another_time_is_another_order(self, days: tuple[float, ...]) -> None:
        assert orders(self.SHOP, self.AFTER, days=days) == [{1}, {2}]

    def test_of_two_orders_with_the_number_none_is_meant(self) -> None:
        assert orders(self.SHOP, "woo:id 7, woo:number 5013", self.AFTER, days=(0, 0, 0.01)) == [{1}, {2}, {3}]

    def test_two_that_were_named_after_it_are_none_of_it(self) -> None:
        other = "amazon:mcf XX-5013, ~amazon:likely 5013"

        assert orders(self.SHOP, self.AFTER, other, days=(0, 0.01, 0.01)) == [{1}, {2}, {3}]

    def test_ids_that_differ_are_two_orders(self) -> None:
        named_after = "shopify:id 2, amazon:mcf NF-5013, ~amazon:likely 5013"

        assert orders(self.SHOP, named_after, days=(0, 0.01)) == [{1}, {2}]

    def test_an_id_of_a_machine_is_no_number(self) -> None:
        assert orders("netsuite:internalid 5013", self.AFTER, days=(0, 0.01)) == [{1}, {2}]


class TestANameOfSeveralOrders:
    """Two shops send their orders to one ERP, and both have a #5000; the request says nothing but that number."""

    RECORDS = (
        "shopify:id 612, shopify:name #5000",
        "shopify:id 812, shopify:name #5000",
        "ref #5000",
        "netsuite:internalid 884001",
        "netsuite:internalid 884039",
    )

    def test_what_says_nothing_else_is_nobodys(self) -> None:
        assert orders(*self.RECORDS[:3]) == [{1}, {2}]

    def test_its_answers_make_no_two_documents_one_order(self) -> None:
        assert orders(*self.RECORDS, ties=((1, 3, 4), (2, 3, 5))) == [{1}, {2}, {4}, {5}]

    def test_with_one_owner_two_documents_are_one_order_s(self) -> None:
        """A second creation of the same order: a duplicate must stay one."""
        assert orders(self.RECORDS[0], *self.RECORDS[2:], ties=((1, 2, 3), (2, 2, 4))) == [{1, 2, 3, 4}]
