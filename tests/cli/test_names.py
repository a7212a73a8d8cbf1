"""Names that people type or copy: ids of incidents and findings lead on, misspelled ones get the nearest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.calling import call


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's store, scanned once."""
    folder = tmp_path_factory.mktemp("week")
    call("demo", "exports", at=folder)
    call("ingest", "exports", at=folder)
    return folder


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("scan", "--kind", "silent-drops"), "did you mean silent-drop?"),
        (("scan", "--severity", "hihg"), "did you mean high?"),
        (("scan", "--system", "shopfy"), "did you mean shopify?"),
        (("scan", "--channel", "shopfy"), "did you mean shopify?"),
        (("ingest", "exports", "--format", "celigo-conection-debug"), "celigo-connection-debug"),
        (("ingest", "exports", "--format", "shopify"), "shopify-orders-export"),
        (("ingest", "exports", "--format", "foo"), "formats list"),
        (("ingest", "exports", "--system", "shopfy", "--dry-run"), "did you mean shopify?"),
        (("formats", "show", "shopify-order-export"), "shopify-orders-export"),
        (("formats", "list", "shopfy"), "did you mean shopify?"),
        (("statuses", "list", "shopfy"), "did you mean shopify?"),
        (("statuses", "list", "--canonical", "shiped"), "did you mean shipped?"),
        (("completion", "bsh"), "did you mean bash?"),
        (("report", "--for", "celgo"), "did you mean celigo?"),
    ],
)
def test_a_misspelled_name_gets_the_nearest(week: Path, words: tuple[str, ...], near: str) -> None:
    assert near in call(*words, at=week).err


def test_statuses_are_listed_by_the_name_of_the_system_alone(week: Path) -> None:
    rows = json.loads(call("statuses", "list", "netsuite", "--json", at=week).out)

    assert {row["system"] for row in rows} == {"netsuite"}


class TestIds:
    @pytest.fixture(scope="class")
    @staticmethod
    def incident(week: Path) -> dict[str, object]:
        """The one incident of several orders that the demo's lost cancellations are."""
        scan = json.loads(call("scan", "--json", at=week).out)
        found: dict[str, object] = next(
            one for one in scan["incidents"] if one["kind"] == "silent-drop" and one["topic"] == "cancelled"
        )
        return found

    def test_scan_shows_that_incident_with_all_of_its_orders(self, week: Path, incident: dict[str, object]) -> None:
        scan = json.loads(call("scan", str(incident["id"]), "--json", at=week).out)
        said = call("scan", str(incident["id"]), at=week).out

        assert [one["id"] for one in scan["incidents"]] == [incident["id"]]
        assert {f["id"] for f in scan["findings"]} == set(incident["findings"])  # type: ignore[call-overload]
        assert all(f["order"] in said for f in scan["findings"])
        assert "Steps" not in said

    def test_the_beginning_of_an_id_does_if_only_one_begins_so(self, week: Path, incident: dict[str, object]) -> None:
        begun = call("scan", str(incident["id"])[:9].lower(), "--json", at=week)

        assert [one["id"] for one in json.loads(begun.out)["incidents"]] == [incident["id"]]

    def test_trace_follows_its_orders(self, week: Path, incident: dict[str, object]) -> None:
        traces = json.loads(call("trace", str(incident["id"]), "--json", at=week).out)

        assert len(traces) == incident["orders"]
        assert all(incident["id"] in {f["incident"] for f in one["findings"]} for one in traces)

    def test_a_finding_s_id_is_its_order(self, week: Path) -> None:
        first = json.loads(call("scan", "--kind", "rewrite", "--json", at=week).out)["findings"][0]

        assert json.loads(call("trace", first["id"], "--json", at=week).out)["order"] == first["order"]

    def test_report_holds_only_that_incident(self, week: Path, incident: dict[str, object]) -> None:
        made = json.loads(call("report", str(incident["id"]), "-o", "one.html", "--json", at=week).out)

        assert made["incidents"] == 1
        assert made["findings"] == len(incident["findings"])  # type: ignore[arg-type]
        assert made["orders"]

    def test_an_id_that_is_none_names_the_nearest(self, week: Path, incident: dict[str, object]) -> None:
        wrong = str(incident["id"])[:-1] + "x"
        for command in ("scan", "trace"):
            said = call(command, wrong, at=week)
            assert said.code == 3
        assert str(incident["id"]) in call("scan", wrong, at=week).err
