"""Which names are one order: strong and weak, shared and forbidden, alike by accident, and of two instances."""

from __future__ import annotations

from pathlib import Path

import pytest

from linking.exports import Json, at, depot_order, epoch, fetched, shipment, store, told, tracker, woo, woo_hook
from tracelog.config import load
from tracelog.investigate import status, trace
from tracelog.store.read import Store

DIGITS = "1777881600000"
"""A Shopify order, an old Walmart purchase order, a time in milliseconds, and a depot's key: thirteen digits each."""


class TestStrongAndWeakLinks:
    def quickbooks(self, number: str, note: str | None = None) -> list[Json]:
        made = {"CreateTime": "2026-05-04T01:00:00-07:00", "LastUpdatedTime": "2026-05-04T01:00:00-07:00"}
        invoice = {"Id": "1038", "SyncToken": "0", "DocNumber": number, "TxnDate": "2026-05-04", "TotalAmt": 24.0,
                   "Balance": 24.0, "MetaData": made} | ({"PrivateNote": note} if note else {})  # fmt: skip
        return [{"Invoice": invoice, "time": "2026-05-04T01:00:02-07:00"}]

    def test_a_bare_number_that_the_books_may_have_counted_themselves_ties_nothing(self, tmp_path: Path) -> None:
        with store(tmp_path, hooks=[woo_hook(woo(7101), 1, "a" * 32)], books=self.quickbooks("7101")) as kept:
            assert kept.find("quickbooks:invoice 1038") != kept.find("woocommerce:id 7101")

    def test_the_same_number_in_the_shop_s_spelling_does(self, tmp_path: Path) -> None:
        order = woo(7101) | {"number": "NF-7101"}
        with store(tmp_path, hooks=[woo_hook(order, 1, "a" * 32)], books=self.quickbooks("NF-7101")) as kept:
            assert kept.find("quickbooks:invoice 1038") == kept.find("woocommerce:id 7101")

    def test_each_link_says_how_strong_it_is_and_cites_its_record(self, tmp_path: Path) -> None:
        packed = [shipment(331, 881, 7101, "1Z09", 3600), shipment(332, 882, 7102, "1Z09", 3600)]
        with store(tmp_path, packed=packed) as kept:
            (found,) = trace(kept, "7101")
        told_ = {one.name: (one.strength, one.not_followed, one.proved_by.line if one.proved_by else 0)
                 for one in found.aliases}  # fmt: skip
        assert told_["shipstation:id 881"] == ("strong", None, 1)
        assert told_["carrier:tracking 1Z09"] == ("weak", "2 orders have it", 1)


class TestHubs:
    """A tracking number of seven orders: shown with its count by `status`, and no order is another's for it."""

    def world(self, folder: Path) -> Store:
        packed = [shipment(300 + n, 800 + n, 7100 + n, "1Z00SHARED", 3600) for n in range(7)]
        return store(folder, packed=packed, hooks=[tracker("1Z00SHARED", 9000)])

    def test_is_never_followed(self, tmp_path: Path) -> None:
        with self.world(tmp_path) as kept:
            assert len({order for n in range(7) for order in kept.find(str(7100 + n))}) == 7
            assert ("receiver", "received", None) not in told(kept, "7100")

    def test_is_reported(self, tmp_path: Path) -> None:
        with self.world(tmp_path) as kept:
            assert status(kept)["not_followed"] == [
                {"name": "carrier:tracking 1z00shared", "orders": 7, "why": "7 orders have it"}
            ]


class TestThirteenDigits:
    def world(self, folder: Path) -> Store:
        shopify = {
            "received_at": at(60), "headers": {"X-Shopify-Topic": "orders/create"},
            "body": {"id": int(DIGITS), "name": "#1", "financial_status": "paid"}, "response": {"status": 200},
        }  # fmt: skip
        line = {"lineNumber": "1", "item": {"sku": "A-1"}, "statusDate": epoch(0),
                "orderLineStatuses": {"orderLineStatus": [{"status": "Created"}]}}  # fmt: skip
        walmart = [{"purchaseOrderId": DIGITS, "customerOrderId": "1777881600009", "orderDate": epoch(0),
                    "orderLines": {"orderLine": [line]}}]  # fmt: skip
        page = "orders?storeID=1&importBatch=b-1"
        depot = [fetched(3, page, {"orders": [depot_order(881, 7101, -2) | {"modifyDate": "2026-05-04T00:59:58"}]})]
        lines = [
            {"timestamp": int(DIGITS) + n, "level": "info", "message": "received order", "order_id": f"ORD-810{n}"}
            for n in (1, 2)
        ]
        return store(folder, hooks=[shopify], bought=walmart, depot=depot, app=lines)

    def test_they_never_meet_by_accident(self, tmp_path: Path) -> None:
        with self.world(tmp_path) as kept:
            found = [kept.find(name) for name in (f"shopify:id {DIGITS}", f"walmart:id {DIGITS}", "7101", "ORD-8101",
                                                  "ORD-8102")]  # fmt: skip
        assert [len(orders) for orders in found] == [1] * 5
        assert len({order for orders in found for order in orders}) == 5

    def test_a_time_is_no_name(self, tmp_path: Path) -> None:
        with self.world(tmp_path) as kept:
            assert sorted(kept.find(DIGITS)) == sorted([*kept.find(f"shopify:id {DIGITS}"),
                                                        *kept.find(f"walmart:id {DIGITS}")])  # fmt: skip


class TestInstances:
    """Two shops of one maker, and their two depots' labels for an order called 7101 in either."""

    def hook(self, shop: str, number: int, seconds: float) -> Json:
        record = woo_hook(woo(number, order_key=f"wc_order_{shop}"), seconds, shop.ljust(32, "0"))
        record["headers"]["X-WC-Webhook-Source"] = f"https://{shop}.example/"
        return record

    def test_equal_names_stay_apart(self, tmp_path: Path) -> None:
        with store(tmp_path, hooks=[self.hook("north", 7101, 1), self.hook("south", 7101, 5000)]) as kept:
            assert len(kept.find("7101")) == 2
            assert {event.kind.instance for order in kept.find("7101") for event in kept.order(order)
                    if event.kind.phase == "acknowledged"} == {"north.example", "south.example"}  # fmt: skip

    def test_a_number_alone_does_not_choose_between_them_a_key_does(self, tmp_path: Path) -> None:
        hooks = [self.hook("north", 7101, 1), self.hook("south", 7101, 5000)]
        label = shipment(331, 881, 7101, "1Z01", 3600)
        with store(tmp_path, hooks=hooks, packed=[label | {"orderKey": "wc_order_south"}]) as kept:
            (depot,) = kept.find("shipstation:id 881")
            assert [depot] == kept.find("wc_order_south") != kept.find("wc_order_north")

        (tmp_path / "2").mkdir()
        with store(tmp_path / "2", hooks=hooks, packed=[label | {"orderKey": "unknown"}]) as kept:
            assert not set(kept.find("shipstation:id 881")) & {
                *kept.find("wc_order_south"),
                *kept.find("wc_order_north"),
            }


class TestLinksOfTheUser:
    """`[links]` in tracelog.toml."""

    def world(self, folder: Path, links: str) -> Store:
        (folder / "tracelog.toml").write_text(links, "utf-8")
        return store(
            folder, load(folder / "tracelog.toml"), hooks=[woo_hook(woo(7101), 1, "a" * 32)],
            packed=[shipment(331, 881, 7101, "1Z01", 3600), shipment(332, 882, 9999, "1Z02", 3600)],
        )  # fmt: skip

    def test_without_any_what_names_the_order_is_its(self, tmp_path: Path) -> None:
        with self.world(tmp_path, "") as kept:
            assert (
                kept.find("woocommerce:id 7101") == kept.find("shipstation:id 881") != kept.find("shipstation:id 882")
            )

    def test_one_that_is_forbidden_is_not_made(self, tmp_path: Path) -> None:
        links = '[links]\nforbid = [["woocommerce:id 7101", "shipstation:id 881"]]\n'
        with self.world(tmp_path, links) as kept:
            assert kept.find("woocommerce:id 7101") != kept.find("shipstation:id 881")

    @pytest.mark.parametrize("shop", ["woocommerce:id 7101", "woocommerce:key wc_order_k7101"])
    def test_one_that_is_added_is(self, tmp_path: Path, shop: str) -> None:
        with self.world(tmp_path, f'[links]\nadd = [["{shop}", "shipstation:id 882"]]\n') as kept:
            assert kept.find("woocommerce:id 7101") == kept.find("shipstation:id 882")
