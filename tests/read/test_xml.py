"""XML documents are read element by element, whatever their size, and what is broken costs only itself."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from read.reading import Trickle, assert_in_place, places, raws, read, values
from tracelog.model.record import LIMIT, Plan, Unreadable
from tracelog.read import batches
from tracelog.read.elements import element
from tracelog.read.reader import value

TOP = Plan("xml")
ITEMS = Plan("xml", records=("list.item", "item"))
LOG = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment with <item> in it -->
<list xmlns="urn:x" version="2">
 <total>2</total>
 <item id="1"><name>A &amp; B</name></item>
 <item id="2"><name><![CDATA[</item><item>]]></name></item>
</list>
"""


def reasons(data: bytes, plan: Plan) -> list[str]:
    found = [one for batch in read(data, plan) for one in batch.values or ()]
    return [one.reason for one in found if isinstance(one, Unreadable)]


# ---- what an element comes to


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"<a> x </a>", {"a": "x"}),
        (b"<a/>", {"a": ""}),
        (b"<a b='1'/>", {"a": {"@b": "1"}}),
        (b"<a b='1'>x</a>", {"a": {"@b": "1", "#text": "x"}}),
        (b"<a><b>1</b></a>", {"a": {"b": "1"}}),
        (b"<a><b>1</b><b>2</b></a>", {"a": {"b": ["1", "2"]}}),
        (b"<a>x<b>1</b> y</a>", {"a": {"b": "1", "#text": "x y"}}),
        (b"<n:a xmlns:n='urn:n' xmlns='urn:m'><n:b>1</n:b></n:a>", {"a": {"b": "1"}}),
        (b"<n:a m:b='1'/>", {"a": {"@b": "1"}}),
        (b"<a x:type='RecordRef' type='salesOrder'/>", {"a": {"@type": "salesOrder"}}),
        (b"<a><b x:nil='true'/></a>", {"a": {"b": None}}),
        (b"<a>caf\xe9</a>", {"a": "caf\xe9"}),
        (b"<a>AT&T&nbsp;&#1;</a>", {"a": "AT&T&nbsp;\ufffd"}),
    ],
)
def test_an_element_as_plain_values(text: bytes, expected: object) -> None:
    assert element(text) == expected


def test_nothing_is_expanded_and_nothing_fetched() -> None:
    bomb = b'<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    document = (
        b'<?xml version="1.0"?><!DOCTYPE l [' + bomb + b'<!ENTITY f SYSTEM "file:///etc/hostname">]><l>&j;&f;</l>'
    )

    assert element(document) == {"l": "&j;&f;"}
    assert values(document, TOP) == [{"l": "&j;&f;"}]


def test_a_document_type_where_none_may_stand_is_refused() -> None:
    assert element(b'<a><!DOCTYPE b [<!ENTITY c "d">]>&c;</a>') == Unreadable(
        "not readable as XML: not well-formed (invalid token), line 1"
    )


def test_a_hundred_thousand_elements_inside_each_other_are_one_unreadable_record() -> None:
    deep = b"<list><item>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</item><item/></list>"

    assert values(deep, ITEMS) == ["unreadable", {}]
    assert reasons(deep, ITEMS) == ["not readable as XML: more than 200 elements inside each other"]


# ---- records


def test_records_lie_at_a_path_and_keep_their_text() -> None:
    assert values(LOG, ITEMS) == [{"@id": "1", "name": "A & B"}, {"@id": "2", "name": "</item><item>"}]
    assert raws(LOG, ITEMS) == [
        b'<item id="1"><name>A &amp; B</name></item>', b'<item id="2"><name><![CDATA[</item><item>]]></name></item>'
    ]  # fmt: skip
    assert_in_place(LOG, ITEMS)


def test_without_a_path_a_document_is_a_record() -> None:
    assert values(b"<?xml version='1.0'?>\n<a><b/></a>\n<a>2</a><?xml version='1.0'?><c/>", TOP) == [
        {"a": {"b": ""}}, {"a": "2"}, {"c": ""}
    ]  # fmt: skip


def test_fragments_stand_for_a_document() -> None:
    assert values(b'<item id="1"/>\n<item id="2"/>', ITEMS) == [{"@id": "1"}, {"@id": "2"}]


def test_an_empty_list_has_no_records() -> None:
    assert values(b"<list/><list></list><list> </list>", ITEMS) == []


def test_a_document_without_the_records_is_one_itself_where_the_plan_says_so() -> None:
    plan = Plan("xml", records=("reply.list.item", "."))

    assert values(b"<reply><list><item>1</item></list></reply><reply><error>no</error></reply><fault/>", plan) == [
        {"#text": "1"}, {"reply": {"error": "no"}}, {"fault": ""}
    ]  # fmt: skip


def test_a_document_without_the_records_is_unreadable_otherwise() -> None:
    assert reasons(b"<list><error>no</error></list><other/>", ITEMS) == ["the document holds no list.item or item"] * 2


@pytest.mark.parametrize("plan", [TOP, ITEMS])
def test_a_record_is_the_same_read_again_from_its_own_text(plan: Plan) -> None:
    """Stored records are reread without their document: prefixes are declared nowhere then."""
    prefixed = LOG
    for tag in (b"list xmlns", b"/list>", b"item id", b"/item>\n", b"name", b"/name"):
        prefixed = prefixed.replace(b"<" + tag, (b"</n:" + tag[1:]) if tag[:1] == b"/" else b"<n:" + tag)
    for document in (LOG, prefixed):
        assert [value(raw, plan) for raw in raws(document, plan)] == values(document, plan) == values(LOG, plan)


@pytest.mark.parametrize("step", [1, 3, 17])
@pytest.mark.parametrize("plan", [TOP, ITEMS, Plan("xml", records=("list.none", "."))])
def test_blocks_do_not_show(plan: Plan, step: int) -> None:
    for data in (LOG, LOG + LOG, LOG[:-20] + LOG, b"text " + LOG + b" text <", LOG.replace(b"</item>", b"", 1)):
        assert values(data, plan, step) == values(data, plan)
        assert places(data, plan, step) == places(data, plan)
        assert_in_place(data, plan, step)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16"])
def test_utf_16_is_read_whatever_the_declaration_says(encoding: str) -> None:
    text = LOG.decode().replace("UTF-8", "UTF-16")

    assert values(text.encode(encoding), ITEMS) == values(LOG, ITEMS)


# ---- what is broken


@pytest.mark.parametrize("end", range(LOG.index(b"<list") + 6, len(LOG.rstrip())))
def test_half_a_document_keeps_its_good_elements_and_says_that_it_ends(end: int) -> None:
    found = values(LOG[:end], ITEMS)
    good = [one for one in found if one != "unreadable"]

    assert good == values(LOG, ITEMS)[: len(good)]
    assert len(good) == LOG[:end].count(b"</name></item>")
    assert found[len(good) :] == ["unreadable"]


def test_a_document_that_begins_inside_another_ends_it() -> None:
    data = LOG[: LOG.index(b'<item id="2"') + 20] + LOG

    assert [one for one in values(data, ITEMS) if one != "unreadable"] == [*values(LOG, ITEMS)[:1], *values(LOG, ITEMS)]
    assert reasons(data, ITEMS) == ["a new document begins in the middle of this record"]


def test_an_element_that_is_not_closed_does_not_take_the_next_with_it() -> None:
    assert values(b"<list><item>1<item>2</item></list>", ITEMS) == ["unreadable", {"#text": "2"}]


def test_however_many_elements_are_not_closed_those_that_are_are_read() -> None:
    """In one pass: looking for the end of each to the document's end took minutes."""
    good = b"<item><name>1</name></item>"
    data = b"<list>" + (b"<item>" + good) * 300 + b"<item>" * 100_000 + good + b"<item>" * 10 + b"</list>"
    begun = time.perf_counter()
    found = values(data, ITEMS)

    assert [one for one in found if one != "unreadable"] == [{"name": "1"}] * 301
    assert reasons(data, ITEMS)[:300] == ["this element is not closed before the next of its name"] * 300
    assert [one for one in reasons(data, ITEMS) if one.startswith("99,300 elements")]
    assert_in_place(data, ITEMS)
    assert time.perf_counter() - begun < 10


def test_an_element_that_is_not_closed_does_not_take_megabytes_of_good_ones_with_it() -> None:
    good = b"<item><name>" + b"x" * 200_000 + b"</name></item>"
    data = b"<list><item>0" + good * (LIMIT // 200_000 + 20) + b"</list>"

    assert [one == "unreadable" for one in values(data, ITEMS)] == [True] + [False] * (LIMIT // 200_000 + 20)


def test_a_broken_element_is_unreadable_and_the_next_is_read() -> None:
    data = b"<list><item><a></b></item><item>2</item></list>"

    assert values(data, ITEMS) == ["unreadable", {"#text": "2"}]
    assert reasons(data, ITEMS) == ["not readable as XML: mismatched tag, line 1"]


def test_text_that_is_no_markup_is_one_unreadable_record() -> None:
    data = b"1 < 2 and <34> </x> \n<item/>"

    assert values(data, ITEMS) == ["unreadable", {}]
    assert raws(data, ITEMS)[0] == b"1 < 2 and <34> </x>"


def test_an_element_over_the_limit_is_its_digest_and_the_next_is_read() -> None:
    data = b"<list><item>" + b"x" * (LIMIT + 5) + b"</item>\n<item>2</item></list>"
    found = read(data, ITEMS)

    assert [len(batch) for batch in found] == [1, 1]
    assert found[0].oversize
    assert found[0].lengths == [LIMIT + 5 + len("<item></item>")]
    assert found[1].values == [{"#text": "2"}]


def test_memory_is_bounded_whatever_the_document() -> None:
    item = b"<item><name>" + b"x" * 2000 + b"</name></item>"
    stream = Trickle(b"<list><other>" + b"y" * 30_000_000 + b"</other>" + item * 5_000 + b"</list>", 1 << 20)
    tracemalloc.start()
    count = sum(len(batch) for batch in batches(stream, ITEMS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 5_000
    assert peak < 8 * 1024 * 1024


@given(st.text(alphabet="<>/ab=\"'!-[]?x& \n", max_size=80))
def test_any_text_is_accounted_for(text: str) -> None:
    data = text.encode()

    assert_in_place(data, ITEMS)
    assert places(data, ITEMS, 1) == places(data, ITEMS)


@pytest.mark.parametrize(
    "piece", [b"<a ", b'<a "', b"<a>", b"<", b"<!--", b"<![CDATA[", b"<!DOCTYPE a [", b"</a>", b"&a;"]
)
def test_no_text_takes_long(piece: bytes) -> None:
    """Repeated a hundred thousand times it is read in the time of a moment."""
    read(piece * 100_000, ITEMS)
    read(b"<list>" + piece * 100_000, ITEMS)


def test_a_comment_in_a_document_type_that_never_ends_is_looked_for_once() -> None:
    """Each of two thousand beginnings would otherwise search all that follows."""
    begun = time.perf_counter()
    read(b"<a><b>1</b></a>" + b"<!DOCTYPE a [ <!-- " * 20_000, Plan("xml", records=("a.b",)))

    assert time.perf_counter() - begun < 20  # it took minutes
