"""Kinds of records: which one decides, what it comes to in the ledger, loops, envelopes, time."""

from __future__ import annotations

from typing import Any

import pytest

from interpret.making import HEAD, Folder
from tracelog.errors import DefinitionError
from tracelog.model.event import DAY, MINUTE, SECOND, Actor, Kind, Outcome
from tracelog.model.record import Unreadable

TIMED = '[time]\nat = "at"\n'
NOON = "2026-03-12T12:00:00Z"
AT = "2026-03-12T14:02:31Z"
INSTANT = 1773324151 * SECOND


def test_the_first_kind_whose_tests_hold_decides(folder: Folder) -> None:
    body = """
[[record]]
when = { state = "void" }
ignore = "voided"
[[record]]
when = { id = true }
unless = { test = "true" }
phase = "applied"
[[record]]
when = { id = true }
ignore = "test order of {shop}"
"""
    made = folder.interpreter(body)

    assert made({"id": 1, "state": "VOID"})[:2] == ("ignored", "voided")
    assert made({"id": 1}).verdict == "understood"
    assert made({"id": 1, "test": True, "shop": "north"})[:2] == ("ignored", "test order of north")


def test_a_record_that_fits_none_is_unread_and_says_what_it_almost_was(folder: Folder) -> None:
    body = """
[[record]]
when = { kind = "export", url = true }
phase = "received"
[[record]]
when = { kind = "import", code = "200..299" }
ignore = "answered"
"""
    outcome = folder.outcome(body, {"id": 1, "kind": "import", "code": 302})

    assert outcome.verdict == "unread"
    assert outcome.reason == "no kind of record fits; nearest is number 2 (answered): code is '302', not 200..299"


def test_one_record_may_state_several_things(folder: Folder) -> None:
    body = """
[[record]]
when = { id = true }
order = { id = "id" }
  [[record.event]]
  phase = "observed"
  [[record.event]]
  when = { paid = true }
  phase = "emitted"
  topic = "paid"
"""
    made = folder.interpreter(body)

    assert [event.kind.phase for event in made({"id": 1, "paid": "yes"}).events] == ["observed", "emitted"]
    assert [event.kind.phase for event in made({"id": 1}).events] == ["observed"]


class TestLoops:
    """`each`: one event for every element."""

    BODY = """
[[record]]
when = { id = true }
each = "o in orders ?? order"
phase = "received"
order = { id = "o.id" }
"""

    def found(self, folder: Folder, record: dict[str, Any]) -> Outcome:
        return folder.outcome(self.BODY, {"id": "page", **record})

    def test_a_list_of_fifty_stays_fifty(self, folder: Folder) -> None:
        events = self.found(folder, {"orders": [{"id": n} for n in range(50)]}).events

        assert [event.names[0].value for event in events] == [str(n) for n in range(50)]

    def test_a_single_object_counts_as_one(self, folder: Folder) -> None:
        assert len(self.found(folder, {"order": {"id": 1}}).events) == 1

    def test_an_empty_list_is_ignored(self, folder: Folder) -> None:
        assert self.found(folder, {"orders": []})[:2] == ("ignored", "names no order")

    def test_text_where_a_list_should_be_says_which_part_is_missing(self, folder: Folder) -> None:
        outcome = self.found(folder, {"orders": "Log lines exceed size limit"})

        assert outcome[:2] == ("ignored", "orders ?? order is text, not a list: 'Log lines exceed size limit'")

    def test_a_missing_part_is_said_to_be_missing(self, folder: Folder) -> None:
        assert self.found(folder, {})[:2] == ("ignored", "orders ?? order is not in the record: names no order")

    def test_an_object_may_be_taken_as_a_map(self, folder: Folder) -> None:
        body = self.BODY.replace("orders ?? order", "orders.*").replace("o.id", "o.key")
        body += 'fields = { total = "o.value.total" }'
        events = folder.events(body, {"id": 1, "orders": {"A": {"total": 1}, "B": {"total": 2}}})

        assert [(event.names[0].value, event.fields["total"]) for event in events] == [("A", "1"), ("B", "2")]

    def test_loops_inside_loops_and_tests_on_their_elements(self, folder: Folder) -> None:
        body = """
[[record]]
when = { id = true }
order = { ref = "id" }
  [[record.event]]
  each = ["j in journey", "s in j.stages"]
  when = { "s.name" = "mapping", "j.kind" = "import" }
  phase = "transformed"
  result = "{j.kind} {s.out}"
  [[record.event]]
  each = "j in journey"
  when = { "j.status" = "ignored" }
  phase = "skipped"
"""
        journey = [
            {"kind": "export", "status": "ignored", "stages": [{"name": "mapping", "out": 0}]},
            {"kind": "import", "stages": [{"name": "apiCall", "out": 1}, {"name": "mapping", "out": 2}, None]},
        ]
        events = folder.events(body, {"id": "t", "journey": journey})

        assert [(event.kind.phase, event.result) for event in events] == [
            ("transformed", "import 2"),
            ("skipped", None),
        ]

    def test_a_loop_hides_no_field_of_the_record(self, folder: Folder) -> None:
        body = '[[record]]\nwhen = { o = true }\neach = "o in list"\nphase = "received"\norder = { id = "o.id" }'

        assert [len(folder.events(body, {"id": 1, "o": "x", "list": [{"id": 1}]})) for _ in range(2)] == [1, 1]


class TestTime:
    RULE = '[[record]]\nwhen = { id = true }\nphase = "applied"\n'

    def test_the_stamp_stays_as_written_beside_the_instant(self, folder: Folder) -> None:
        event = folder.event(TIMED + self.RULE, {"id": 1, "at": AT})

        assert (event.at, event.at_raw, event.precision) == (INSTANT, AT, SECOND)

    def test_a_stamp_that_cannot_be_read_makes_the_record_unread(self, folder: Folder) -> None:
        outcome = folder.outcome(TIMED + self.RULE, {"id": 1, "at": "tomorrow"})

        assert outcome[:2] == ("unread", "time: not an ISO 8601 time: 'tomorrow'")

    def test_an_event_without_any_time_would_stand_anywhere_so_it_is_unread(self, folder: Folder) -> None:
        outcome = folder.outcome(TIMED + self.RULE, {"id": 1, "at": ""})

        assert outcome[:2] == ("unread", "time: at is empty")

    def test_a_snapshot_may_lack_its_stamp_and_takes_the_users(self, folder: Folder) -> None:
        body = TIMED + self.RULE.replace("applied", "observed")

        assert folder.event(body, {"id": 1}).at is None
        assert folder.event(body, {"id": 1}, as_of=INSTANT).at == INSTANT

    def test_the_users_time_of_a_snapshot_is_no_time_for_anything_else(self, folder: Folder) -> None:
        assert folder.outcome(TIMED + self.RULE, {"id": 1}, as_of=INSTANT).verdict == "unread"

    def test_a_claimed_time_may_also_be_a_count_of_seconds_or_less(self, folder: Folder) -> None:
        body = TIMED + self.RULE + 'happened_at = "when"\n'
        times = [folder.event(body, {"id": 1, "at": AT, "when": when}).happened_at for when in (1773324151640, "5012")]

        assert times == [1773324151640 * 10**6, None]

    @pytest.mark.parametrize("when", ["2026-03-12", "2026-03-11", "2026-03-13"])
    def test_a_mere_date_tells_nothing_beside_a_time_of_that_day(self, folder: Folder, when: str) -> None:
        """As an instant it would be midnight, before its own cause; the days beside are the same in other zones."""
        event = folder.event(TIMED + self.RULE + 'happened_at = "when"\n', {"id": 1, "at": NOON, "when": when})

        assert (event.happened_at, event.precision) == (None, SECOND)

    def test_a_date_of_another_day_orders_to_the_day(self, folder: Folder) -> None:
        body = TIMED + self.RULE + 'happened_at = "when"\n'
        record = {"id": 1, "at": NOON, "when": "2026-03-09"}
        applied, received = (folder.event(body.replace("applied", phase), record) for phase in ("applied", "received"))

        assert applied.happened_at == received.happened_at == 1773014400 * SECOND
        assert (applied.precision, received.precision) == (DAY, SECOND), "what was taken in is ordered by its own time"

    def test_a_snapshot_that_tells_only_a_date_has_the_precision_of_a_day(self, folder: Folder) -> None:
        body = TIMED + self.RULE.replace("applied", "observed") + 'happened_at = "when"\n'
        event = folder.event(body, {"id": 1, "when": "2026-03-09"})

        assert (event.at, event.happened_at, event.precision) == (None, 1773014400 * SECOND, DAY)

    def test_an_event_may_have_a_stamp_of_its_own(self, folder: Folder) -> None:
        event = folder.event(
            TIMED + self.RULE + 'at = "done ?? at"\n', {"id": 1, "at": AT, "done": "2026-03-12T15:00:00Z"}
        )

        assert event.at_raw == "2026-03-12T15:00:00Z"

    def test_what_it_claims_is_kept_apart_from_when_it_was_written(self, folder: Folder) -> None:
        event = folder.event(
            TIMED + self.RULE + 'source_at = "changed"\n', {"id": 1, "at": AT, "changed": "2026-03-01"}
        )

        assert event.at == INSTANT
        assert event.happened_at == 1772323200 * SECOND

    def test_the_users_zone_holds_where_the_definition_asks(self, folder: Folder) -> None:
        body = '[time]\nat = "at"\nformat = "month or day first, 12 or 24 hours"\nzone = "ask"\n' + self.RULE
        record = {"id": 1, "at": "3/9/2026 8:01 am"}

        assert folder.event(body, dict(record)).at == 1773043260 * SECOND
        assert folder.interpreter(body).zone_basis == "assumed"
        event = folder.event(body, dict(record), zone="America/New_York", zone_basis="--tz")
        assert (event.at, event.precision) == (1773057660 * SECOND, MINUTE)

    def test_the_order_of_day_and_month_is_settled_from_all_stamps_of_the_export(self, folder: Folder) -> None:
        from tracelog.interpret import plans, resolve

        body = (
            '[time]\nat = "at"\nformat = "month or day first, 12 or 24 hours"\nzone = "ask"\n'
            + self.RULE
            + 'happened_at = "made"\n'
        )
        definition = folder.interpreter(body).definition
        records = [{"at": "3/9/2026"}, {"at": "4/9/2026", "made": "25/8/2026"}]
        settled, bases = plans.calendar(definition, folder.catalog(), resolve.Settings(), records)

        assert settled.day_first is True
        assert bases == ["day first: 25/8/2026 allows nothing else"]


def test_an_event_says_all_that_its_definition_tells(folder: Folder) -> None:
    folder.write(
        "status/acme.csv", "field,value,axis,canonical,mark,final\nOrder.status,Open,order,confirmed,EXACT,no\n"
    )
    body = """
[[record]]
when = { id = true }
phase = "acknowledged"
level = "business"
peer = "erp"
topic = "confirmed"
carries = "state"
message = ["batch", "id"]
ids = { job = "job" }
status = { "Order.status" = "new" }
before = { "Order.status" = "old" }
fields = { total = "total", "{field}" = "value" }
actor = { name = "who", kind = { from = "how", map = "hows" } }
result = "{code} {text}"
[map.hows]
UI = "person"
"""
    record = {"id": 7, "batch": "B1", "job": 3, "new": "open", "old": "Draft", "total": 118.4, "field": "memo",
              "value": "gift", "who": "Ops 1", "how": "ui", "code": 200, "text": None}  # fmt: skip
    event = folder.event(body, record)

    assert event.kind == Kind("acme", None, "acknowledged", "erp", "confirmed", "business", "acme-orders", "state")
    assert event.envelope == ("B1", "7")
    assert event.ids == {"job": "3"}
    assert [(state.raw, state.canonical) for state in event.states] == [("open", "confirmed")]
    assert event.before == {"Order.status": "Draft"}
    assert event.fields == {"total": "118.4", "memo": "gift"}
    assert event.actor == Actor("Ops 1", "person")
    assert event.result == "200"


def test_equal_kinds_are_one_object(folder: Folder) -> None:
    made = folder.interpreter('[[record]]\nwhen = { id = true }\nphase = "forwarded"\npeer = { from = "to" }')
    first, second, other = (made({"id": 1, "to": to}).events[0].kind for to in ("erp", "ERP", "wms"))

    assert first is second
    assert first != other


def test_streams_are_told_apart_by_their_key(folder: Folder) -> None:
    body = '[[record]]\nwhen = { ok = true }\nphase = "applied"\n[[record]]\nwhen = { id = true }\nignore = "no"\n'
    made = folder.interpreter(body,
                              head='stream = "flow"\n' + HEAD)  # fmt: skip

    assert made({"id": 1, "ok": 1, "flow": "f1"}).events[0].kind.stream == "acme-orders f1"
    assert made({"id": 1, "ok": 1}).events[0].kind.stream == "acme-orders"
    assert made({"id": 1, "flow": "f2"}).stream == "acme-orders f2"


def test_the_instance_is_the_users_word_or_the_records(folder: Folder) -> None:
    body = '[[record]]\nwhen = { id = true }\nphase = "emitted"\n'
    head = HEAD + ""

    assert (
        folder.interpreter(body, head="instance = \"shop | before('.')\"\n" + head)({"id": 1, "shop": "north.example"})
        .events[0]
        .kind.instance
        == "north"
    )
    assert folder.event(body, {"id": 1}, instance="south").kind.instance == "south"


def test_the_users_system_is_that_of_the_export_not_of_what_a_record_says_of_others(folder: Folder) -> None:
    body = """
[[record]]
when = { other = true }
system = "erp"
phase = "observed"
[[record]]
when = { id = true }
phase = "emitted"
order = { id = "id" }
"""
    own = folder.event(body, {"id": 1}, system="acme-eu", instance="berlin")
    other = folder.event(body, {"id": 1, "other": 1}, system="acme-eu", instance="berlin")

    assert (own.kind.system, own.kind.instance, own.names[0].kind) == ("acme-eu", "berlin", "acme-eu:id")
    assert (other.kind.system, other.kind.instance) == ("erp", None)


def test_a_context_record_explains_and_names_no_order(folder: Folder) -> None:
    body = """
[[record]]
when = { action = true }
message = "job"
actor = "who"
[record.context]
what = "{action} {thing}"
resource = "thing"
resource_kind = "sort"
value_in = "old"
value_out = "new"
counts = { success = "ok", error = "bad" }
until = "end"
"""
    record = {"id": 1, "action": "update", "thing": "mapping", "sort": "import", "old": None, "new": ["a"], "ok": 5,
              "bad": "n/a", "end": AT, "who": "Ops", "job": "j1"}  # fmt: skip
    outcome = folder.outcome(body, record)
    context = outcome.context

    assert outcome.verdict == "context"
    assert context is not None
    assert (context.what, context.resource, context.resource_kind) == ("update mapping", "mapping", "import")
    assert (context.value_in, context.value_out) == (None, '["a"]')
    assert context.counts == {"success": 5}
    assert (context.until, context.envelope, context.actor) == (INSTANT, ("j1",), Actor("Ops", None))


def test_a_run_joins_the_records_from_its_beginning_to_the_next(folder: Folder) -> None:
    body = """
[run]
begins = { step = "start" }
[[record]]
when = { id = true }
phase = "transformed"
message = "run"
"""
    records = [{"id": 0}, {"id": 1, "step": "start"}, {"id": 2}, {"id": 3, "step": "start"}, {"id": 4}]
    made, again = folder.interpreter(body), folder.interpreter(body)
    envelopes = [made(dict(record)).events[0].envelope for record in records]

    assert envelopes[0] == ()
    assert envelopes[1] == envelopes[2] != ()
    assert envelopes[3] == envelopes[4] != envelopes[1]
    assert [again(dict(record)).events[0].envelope for record in records] == envelopes


def test_the_records_of_a_run_know_the_one_that_began_it(folder: Folder) -> None:
    body = """
[run]
begins = { step = "start" }
[[record]]
when = { id = true }
phase = "transformed"
order = { ref = "begun.order" }
"""
    records = [
        {"id": 0},
        {"id": 1, "step": "start", "order": "A-1001"},
        {"id": 2},
        {"id": 3, "step": "start"},
        {"id": 4},
    ]
    made = folder.interpreter(body)

    assert [[name.value for name in made(record).events[0].names] for record in records] == [
        [], [], ["A-1001"], [], [],
    ]  # fmt: skip


def test_spellings_of_nothing_are_nothing(folder: Folder) -> None:
    made = folder.interpreter('[[record]]\nwhen = { id = true }\nphase = "applied"\norder = { ref = "po" }\n',
                              head='nothing = ["(empty)"]\n' + HEAD)  # fmt: skip

    assert made({"id": 1, "po": "(empty)"}).events[0].names == ()


def test_a_damaged_id_is_told_once_by_each_event(folder: Folder) -> None:
    body = """
[[record]]
when = { id = true }
order = { id = "id" }
  [[record.event]]
  phase = "observed"
  [[record.event]]
  phase = "emitted"
"""
    events = folder.events(body, {"id": "6.12E+12"})

    assert [event.ids for event in events] == [{"damaged id": "acme:id 6.12E+12"}] * 2


def test_a_record_that_can_never_say_its_system_is_an_error_of_the_definition(folder: Folder) -> None:
    with pytest.raises(DefinitionError, match="the record does not say which system it is about") as caught:
        folder.interpreter(
            '[[record]]\nwhen = { id = true }\nphase = "applied"\n', head=HEAD.replace('system = "acme"', "")
        )

    assert (caught.value.where or "").endswith("acme.orders.toml:7")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (Unreadable("half a document"), "half a document"),
        ([1], "a record should be an object, not a list"),
        ("text", "a record should be an object, not text"),
        (None, "a record should be an object, not nothing"),
    ],
)
def test_what_is_no_record_is_unread_with_the_reason(folder: Folder, value: Any, reason: str) -> None:
    made = folder.interpreter('[[record]]\nwhen = { id = true }\nphase = "applied"\n')

    assert made(value)[:2] == ("unread", reason)


def test_a_batch_is_what_its_records_are_one_by_one(folder: Folder) -> None:
    made = folder.interpreter(TIMED + '[[record]]\nwhen = { id = true }\nphase = "applied"\norder = { id = "id" }\n')
    records = [{"id": n, "at": AT if n % 7 else "never"} for n in range(250)]

    assert made.batch([dict(record) for record in records]) == [made(dict(record)) for record in records]
