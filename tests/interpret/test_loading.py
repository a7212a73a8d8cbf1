"""Reading definitions: what is wrong is said with file, line, and the nearest known word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracelog import config
from tracelog.errors import DefinitionError, UsageError
from tracelog.interpret.loading import name_of, parse
from tracelog.interpret.places import line_of

GOOD = """title = "Shipments"
system = "warehouse"
reader = "csv"
[recognise]
header = ["Order"]
[time]
at = "Shipped At"
zone = "ask"
[[record]]
when = { Status = "VOID" }
ignore = "voided"
[[record]]
when = { Order = true }
phase = "applied"
topic = "shipped"
order = { ref = "Order" }
[[sample]]
text = '''
Order,Shipped At,Status
[[record]]
'''
"""


def test_a_vendors_limit_is_read_strictly():
    """A limit misspelt is a limit that nobody keeps."""
    good = '[[limit]]\nfrom = "created"\nuntil = "confirmed"\nwithin = "4h"\nsays = "accept in time"\n'

    assert parse(good, Path("market.toml")).document.limit[0].within == "4h"
    for text, help_ in (
        (good.replace("confirmed", "confirmd"), "did you mean confirmed?"),
        (good.replace("4h", "4 hours"), '"4h"'),
    ):
        with pytest.raises(DefinitionError) as caught:
            parse(text, Path("market.toml"))
        assert help_ in str(caught.value.help)


def problem(text: str) -> DefinitionError:
    with pytest.raises(DefinitionError) as caught:
        parse(text, Path("/formats/warehouse.shipments.toml"))
    return caught.value


def test_a_files_name_is_the_definitions_name() -> None:
    assert name_of(Path("celigo.errors-csv.toml")) == "celigo-errors-csv"
    assert parse(GOOD, Path("/formats/warehouse.shipments.toml")).name == "warehouse-shipments"


@pytest.mark.parametrize(
    ("good", "wrong", "what", "line", "tip"),
    [
        ("phase = ", "phse = ", "warehouse.shipments.toml: unknown key: phse", 14, "did you mean phase?"),
        ("[time]", "[tme]", "warehouse.shipments.toml: unknown key: tme", 6, "did you mean time?"),
        ("zone = ", "zones = ", "warehouse.shipments.toml: unknown key: zones", 8, "did you mean zone?"),
        ('"applied"', '"aplied"', "unknown phase: aplied", 14, "did you mean applied?"),
        ('"shipped"', '"flown"', "unknown topic: flown", 15, "use one of: created"),
        ('"applied"', "7", "warehouse.shipments.toml: phase: expected text or a table, got a number", 14, None),
        ('{ ref = "Order" }', '"Order"', "warehouse.shipments.toml: order: expected a table, got text", 16, None),
        ('"shipped"', '"shipped"\npeer = "To"', "peer is a plain word in lower case, and To is none", 16, "from ="),
        ('reader = "csv"', 'reader = "cvs"', "unknown reader: cvs", 3, "did you mean csv?"),
        ('zone = "ask"', 'zone = "Europe/Berln"', "unknown time zone: Europe/Berln", 8, "did you mean Europe/Berlin"),
        ('zone = "ask"', 'format = "unix"', "unknown time format: unix", 8, "use one of: iso, epoch s"),
        ('title = "Shipments"\n', "", "a definition needs a title", None, None),
        ('phase = "applied"\n', "", "this record names no phase", 12, "use one of: emitted"),
        ('ignore = "v', 'context = { what = "" }\nignore = "v', "a record says something, or is ignored", 9, ""),
        ('when = { Status = "VOID" }\n', "", "an ignore without tests would hide the records below it", 9, "move it"),
        ('header = ["Order"]', 'first = "x"', "nothing says how this CSV is recognised", None, "add [recognise]"),
        ("'''\nOrder,", "Order", "warehouse.shipments.toml is not valid TOML", 18, "a text value stands in quotes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line_and_what_to_do(
    good: str, wrong: str, what: str, line: int | None, tip: str | None
) -> None:
    assert good in GOOD
    found = problem(GOOD.replace(good, wrong))

    assert found.what == what
    assert (tip or "") in (found.help or "")
    if line is not None:
        assert found.where == f"/formats/warehouse.shipments.toml:{line}"


def test_a_definition_without_a_sample_does_not_load() -> None:
    found = problem(GOOD[: GOOD.index("[[sample]]")])

    assert found.what == "a definition without a sample does not load"
    assert "text as it stands in an export" in (found.help or "")


def test_text_may_not_end_in_a_rule_that_ignores_everything() -> None:
    """A changed order line would land in it unseen."""
    text = GOOD.replace('reader = "csv"', 'reader = "lines"\ngrammar = "a.lark:b"')
    found = problem(text.replace("[[sample]]", '[[record]]\nignore = "other"\n[[sample]]', 1))

    assert found.what == "text may not end in a rule that ignores everything"


def test_a_file_that_only_holds_shapes_and_maps_needs_nothing_else() -> None:
    assert parse('[map.hosts]\n"*.x" = "y"', Path("x.toml")).document.map == {"hosts": {"*.x": "y"}}


def test_lines_are_found_through_tables_of_tables_and_past_texts() -> None:
    text = (
        "a = 1\n[[record]]\nb = 2\n[[record]]\n[[record.event]]\nb = 3\n[[record.event]]\nb = '''\nb = 5\n'''\nc = 4\n"
    )

    assert line_of(text, ["record", 0, "b"]) == 3
    assert line_of(text, ["record", 1, "event", 0, "b"]) == 6
    assert line_of(text, ["record", 1, "event", 1, "c"]) == 11
    assert line_of(text, ["nothing"]) is None


@pytest.mark.parametrize("text", ["a = " + "[" * 50_000, "a = " + "9" * 5_000])
def test_nesting_and_numbers_without_end_are_no_definition_and_no_setting(text: str, tmp_path: Path) -> None:
    path = tmp_path / "tracelog.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DefinitionError, match="is not valid TOML"):
        parse(text, Path("odd.toml"))
    with pytest.raises(UsageError, match="is not valid TOML"):
        config.load(path)
