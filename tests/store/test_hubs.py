"""Names that several orders have: reported, never followed, and weak wherever they are shown."""

from __future__ import annotations

from pathlib import Path

from store.fakes import store_of
from tracelog.store.read import Store

TWO_IN_ONE_PARCEL = """1 applied shop:id=11 carrier:tracking=T9
2 applied shop:id=12 carrier:tracking=T9
3 applied shop:id=13 carrier:tracking=T7"""


def test_a_name_that_ties_nothing_is_weak_and_says_why(tmp_path: Path) -> None:
    with Store.open(store_of(tmp_path / "s.db", TWO_IN_ONE_PARCEL)) as store:
        names = {store.title(order): store.names(order) for order, _ in store.orders()}
        hubs = [(hub.kind, hub.value, hub.orders) for hub in store.hubs.rows]

    assert hubs == [("carrier:tracking", "t9", 2)]
    shown = {title: [(p.name.value, p.strength, p.why) for p in given] for title, given in names.items()}
    assert shown == {
        "11": [("11", "strong", None), ("T9", "weak", "2 orders have it")],
        "12": [("12", "strong", None), ("T9", "weak", "2 orders have it")],
        "13": [("13", "strong", None), ("T7", "strong", None)],
    }


def test_what_is_unclear_where_no_shop_is_named_is_clear_where_one_is(tmp_path: Path) -> None:
    """`#1001` is in two shops; a record that does not say which is nobody's, and takes nothing from theirs."""
    log = "1 applied shop/north:name=1001\n2 applied shop/south:name=1001\n3 applied shop:name=1001"

    with Store.open(store_of(tmp_path / "s.db", log)) as store:
        found = sorted(proof.strength for order in store.find("1001") for proof in store.names(order))
        hubs = [(hub.kind, hub.orders) for hub in store.hubs.rows]

    assert hubs == [("shop:name", 2)]
    assert found == ["strong", "strong", "weak"]
