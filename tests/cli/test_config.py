"""`tracelog.toml`: strict, because a setting misspelled is a setting not in force."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracelog import config
from tracelog.config import Config, Route, StatusRule
from tracelog.errors import UsageError
from tracelog.expect.model import Settings
from tracelog.interpret import zones


def loaded(text: str, folder: Path) -> Config:
    (folder / "tracelog.toml").write_text(text, encoding="utf-8")
    return config.load(folder / "tracelog.toml")


def test_without_a_file_all_is_default() -> None:
    assert config.load(None) == Config()


def test_the_nearest_file_upwards_counts(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "tracelog.toml").write_text("")
    assert config.find(tmp_path / "a" / "b") == tmp_path / "tracelog.toml"

    (tmp_path / "a" / "tracelog.toml").write_text("")
    assert config.find(tmp_path / "a" / "b") == tmp_path / "a" / "tracelog.toml"


def test_every_table_is_read(tmp_path: Path) -> None:
    found = loaded(
        """
        [systems]
        "0012345678" = "acme-3pl"
        record = "netsuite"
        [instances]
        "north-*.csv" = "shopify/north-shop"
        [zones]
        netsuite = "America/New_York"
        [limits]
        "celigo>netsuite" = "20m"
        "celigo>netsuite:shipped" = 7200
        [thresholds]
        enough_orders = 30
        clock_spread = "1500ms"
        [routes]
        "celigo>netsuite:refunded" = false
        "shopify>celigo@north-shop" = { carries = "state" }
        [links]
        add = [["shopify:name #1001", "netsuite:tranid SO20481"]]
        [map.netsuite."salesOrder.status"]
        "Pending Approval" = "pending"
        "Closed Short" = { axis = "fulfilment", canonical = "cancelled" }
        "Draft" = ""
        """,
        tmp_path,
    )

    assert found.systems == {"0012345678": "acme-3pl"}
    assert found.record == "netsuite"
    assert found.limits == {"celigo>netsuite": 1200.0, "celigo>netsuite:shipped": 7200.0}
    assert found.thresholds == {"enough_orders": 30.0, "clock_spread": 1.5}
    assert found.routes == (
        Route("celigo", "netsuite", "refunded", None, expected=False),
        Route("shopify", "celigo", None, "north-shop", carries="state"),
    )
    assert found.links_added == (("shopify:name #1001", "netsuite:tranid SO20481"),)
    assert found.statuses == (
        StatusRule("netsuite", "salesOrder.status", "Pending Approval", "pending"),
        StatusRule("netsuite", "salesOrder.status", "Closed Short", "cancelled", "fulfilment"),
        StatusRule("netsuite", "salesOrder.status", "Draft", None),
    )


def test_a_system_may_be_spelled_as_it_is_shown(tmp_path: Path) -> None:
    """A name that the file itself gives to a host stays as it is written there."""
    found = loaded(
        """
        [systems]
        "erp.example" = "OurErp"
        record = "NetSuite"
        [limits]
        "Celigo>NetSuite:shipped" = "2h"
        "Celigo>OurErp" = 5
        [routes]
        "Celigo>NetSuite@pos" = false
        """,
        tmp_path,
    )

    assert (found.record, found.limits) == ("netsuite", {"celigo>netsuite:shipped": 7200.0, "celigo>OurErp": 5.0})
    assert found.routes == (Route("celigo", "netsuite", None, "pos", expected=False),)


def test_an_export_s_name_counts_before_its_system(tmp_path: Path) -> None:
    found = loaded(
        '[zones]\nnetsuite = "UTC"\n"east-*.csv" = "America/New_York"\n"netsuite/SB1" = "Asia/Tokyo"', tmp_path
    )

    assert found.zone("week.zip!exports/east-notes.csv", "netsuite") == "America/New_York"
    assert found.zone("notes.csv", "netsuite", "SB1") == "Asia/Tokyo"
    assert found.zone("notes.csv", "netsuite", "PROD") == "UTC"
    assert found.zone("notes.csv", "shopify") is None


def test_an_instance_is_given_without_its_system(tmp_path: Path) -> None:
    found = loaded('[instances]\n"north-*" = "shopify/north-shop"', tmp_path)

    assert found.instance("north-orders.csv", "shopify") == "north-shop"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[zone]\n", 1, "did you mean zones?"),
        ("zones = 3", 1, "write [zones]"),
        ("[limits]\n\n'celigo>netsuite' = '20 parsecs'", 3, "20m"),
        ("[limits]\n'celigo>netsuite' = inf", 2, "20m"),
        (f"[limits]\n'celigo>netsuite' = {'9' * 400}", 2, "20m"),
        (f"[limits]\n'celigo>netsuite' = '{'9' * 400}d'", 2, "20m"),
        ("[thresholds]\nbulk = 1e300", 2, "20m"),
        ("[limits]\nceligo = 3", 2, "from>to:shipped"),
        ("[limits]\n'celigo>netsuite:shiped' = 3", 2, "did you mean shipped?"),
        ("[limits]\n'celigo>netsuite@pos' = 3", 2, "leave the @ out"),
        ("[thresholds]\nenough_ordres = 3", 2, "did you mean enough_orders?"),
        ("[routes]\n'a>b' = 'no'", 2, "true, false"),
        ("[routes]\n'a>b' = { carries = ['event'] }", 2, "true, false"),
        ("[routes]\n'a>b' = { carry = 'state' }", 2, "did you mean carries?"),
        ("[links]\nad = []", 2, "did you mean add?"),
        ("[links]\nadd = [['#1001', 'SO1']]", 2, "kind, blank, value"),
        ("[map.netsuite.status]\n'Closed' = 'canceled'", 2, "did you mean cancelled?"),
        ("[map.netsuite.status]\n'Closed' = { canonical = 'shipped', mark = 'LOSSEY' }", 2, "did you mean LOSSY?"),
        ("[map.netsuite.status]\n'Closed' = { canonical = 'paid', axis = 'order' }", 2, "its states: pending"),
        ("[map.netsuite.status]\n'Closed' = { canonical = 'shipped', final = 'yes' }", 2, "write final = true"),
        ("[statuses]\ntabel = 'ours.csv'", 2, "did you mean table?"),
        ("[statuses]\ntable = 'nowhere.csv'", 2, "tracelog statuses init writes one"),
        (
            "[map.netsuite.status]\n'Closed' = { canonical = 'shipped', axis = 'fulfillment' }",
            2,
            "did you mean fulfilment?",
        ),
        ("[zones]\nnetsuite = [1]", 2, "netsuite = "),
        ("[zones\n", 1, ""),
    ],
)
def test_a_mistake_comes_with_its_line_and_the_nearest_word(text: str, line: int, says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        loaded(text, tmp_path)

    assert caught.value.where == f"{tmp_path / 'tracelog.toml'}:{line}"
    assert says in (caught.value.help or "")


def test_an_unknown_zone_is_named_with_its_line(tmp_path: Path) -> None:
    found = loaded('[zones]\nshopify = "UTC"\nnetsuite = "America/New_Yrok"', tmp_path)

    with pytest.raises(UsageError) as caught:
        found.check_zones(zones.find)

    assert (caught.value.where or "").endswith("tracelog.toml:3")
    assert "America/New_York" in (caught.value.help or "")


def test_the_page_of_the_settings_holds_what_it_says(tmp_path: Path) -> None:
    """Every table and threshold stands in it, with the defaults."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    (tmp_path / "statuses.csv").touch()
    found = loaded(page.partition("```toml\n")[2].partition("```")[0], tmp_path)

    assert found.thresholds == {name: getattr(Settings(), name) for name in config.THRESHOLDS}
    assert all((found.systems, found.instances, found.zones, found.limits, found.routes, found.statuses))
    assert found.status_table == tmp_path / "statuses.csv"
    assert found.links_added
    assert found.links_forbidden
