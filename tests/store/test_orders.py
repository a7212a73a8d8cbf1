"""What comes out is what went in: events, names, borrowed statements, evidence, context, unread."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from store.fakes import BASE, put, start, store_of
from tracelog.errors import NothingFoundError
from tracelog.model.event import DAY, MILLI, SECOND, Actor, Event, Kind, Name, Outcome, Place, State
from tracelog.model.record import Batch
from tracelog.store.intake import Reading
from tracelog.store.names import title
from tracelog.store.read import Store
from tracelog.store.rows import pack_envelope, unpack_envelope
from tracelog.store.statements import Unread
from tracelog.store.write import Writer

KIND = Kind("celigo", None, "forwarded", "netsuite", "created", "transport", "made-up 65f1", "event")
FULL = Event(
    KIND, BASE + 120 * MILLI, "2026-02-02T02:40:00.120Z", MILLI, BASE - 5,
    (Name("shopify:id", "1"), Name("ref", "#5", "weak")),
    ("group", "a41f0c6d2b7e4c1f9a30d5e8b6120931"), (State("order", "status", "shipped", "shipped", "LOSSY", True),),
    {"total": "9.50", "currency": "USD"}, {"status": "open"}, {"delivery": "d-1"}, Actor("Jane", "person"), "200 ok",
)  # fmt: skip


class Canned(Reading):
    """Gives these events, one record each."""

    def __init__(self, *events: Event) -> None:
        self._events = events

    def outcomes(self, batch, indexes):
        return [Outcome("understood", None, (self._events[n],), None, self._events[n].at) for n in indexes]

    def unread(self, batch, index, outcome):
        return Unread("", "", None)


def kept(path: Path, *events: Event) -> list[Event]:
    """These events as the store gives them back."""
    with Writer.open(path) as writer:
        intake = writer.begin(start())
        raws = [f"record {n}".encode() for n in range(len(events))]
        places = list(range(len(events)))
        intake.take(Batch(raws, None, places, places, list(map(len, raws))), Canned(*events))
        writer.finish(intake, sha256="sha", size=0)
        writer.settle()
    with Store.open(path) as store:
        return [store.event(number) for number in range(1, len(events) + 1)]


def plain(event: Event) -> tuple[object, ...]:
    """An event without what the store gives it."""
    values = {name: getattr(event, name) for name in event.__struct_fields__}
    return tuple(value for name, value in values.items() if name not in {"id", "place", "export", "borrowed"})


class TestEvents:
    @pytest.mark.parametrize(
        "change",
        [
            {},
            {"fields": {"total": "a\x1fb", "note": "\x1e{}"}},
            {"fields": {"note": "\x1eodd"}, "result": None, "before": {}, "ids": {}, "actor": None},
            {"fields": {"empty": ""}, "result": "", "before": {}, "ids": {}, "actor": None},
            {"at_raw": "02.02.2026 03:40", "precision": DAY},
            {"at_raw": "2026-02-02T02:40:00Z", "at": BASE, "precision": SECOND},
            {"at_raw": "2026-02-02T02:40:00.120001Z", "at": BASE + 120_001_000},
            {"at_raw": "2026-02-02T02:40:00.121Z"},
            {"at_raw": "2026-02-02T03:40:00.120+01:00"},
            {"envelope": ()},
            {"envelope": ("A41F0C6D2B7E4C1F9A30D5E8B6120931",)},
            {"actor": Actor(None, "integration"), "states": (), "happened_at": None},
            {"actor": Actor("Jane", None), "before": {}, "ids": {}},
        ],
        ids=repr,
    )
    def test_every_part_survives(self, tmp_path: Path, change: dict[str, object]) -> None:
        event = Event(**{name: getattr(FULL, name) for name in FULL.__struct_fields__} | change)

        (found,) = kept(tmp_path / "s.db", event)

        assert plain(found) == plain(event)

    def test_states_that_are_no_small_set_of_words_survive_too(self, tmp_path: Path) -> None:
        """A definition that takes a date for a state makes a form of every event; then each keeps its own."""
        events = [
            Event(KIND, BASE, "", SECOND, names=(Name("shopify:id", "1"),),
                  states=(State("order", "cancelled_at", f"2026-{n}", "cancelled"),))
            for n in range(6000)
        ]  # fmt: skip
        path = tmp_path / "s.db"
        with Writer.open(path) as writer:
            intake = writer.begin(start())
            for first in range(0, 6000, 600):
                part = events[first : first + 600]
                raws = [f"record {first + n}".encode() for n in range(600)]
                intake.take(Batch(raws, None, list(range(600)), list(range(600)), list(map(len, raws))), Canned(*part))
            writer.finish(intake, sha256="sha", size=0)
            writer.settle()

        with Store.open(path) as store:
            ((_, found),) = store.orders()
        assert sorted(event.states[0].raw for event in found) == sorted(event.states[0].raw for event in events)

    @pytest.mark.parametrize(
        "value",
        ["a41f0c6d2b7e4c1f9a30d5e8b6120931", "c0f6a1d8-4b1e-4a37-9f59-0e1a2d20931a",
         "C0F6A1D8-4B1E-4A37-9F59-0E1A2D20931A", "a41f0c6d 2b7e4c1f 9a30d5e8 b612", "1042", "", "ISA>GS/1/2",
         "c0f6a1d84b1e4a379f590e1a2d20931-----"],
    )  # fmt: skip
    def test_an_envelope_comes_back_as_it_was(self, value: str) -> None:
        assert unpack_envelope(pack_envelope(value)) == value

    def test_an_order_is_sorted_by_time_then_by_phase(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", "9 acknowledged ref=1\n9 forwarded ref=1\n3 received ref=1")

        with Store.open(path) as store:
            ((_, events),) = store.orders()
        assert [event.kind.phase for event in events] == ["received", "forwarded", "acknowledged"]


class TestNames:
    LOG = """
    1 received shopify:id=6120045512001 shopify:name=#5012
    2 forwarded ref=#5012 env=a41f0c6d2b7e4c1f9a30d5e8b6120931
    3 acknowledged netsuite:internalid=884120 env=a41f0c6d2b7e4c1f9a30d5e8b6120931
    4 applied netsuite:internalid=884120 netsuite:tranid=SO20481
    """.replace("    ", "")

    @pytest.mark.parametrize(
        "name",
        ["#5012", "5012", " 5012 ", "6120045512001", "gid://shopify/Order/6120045512001", "so20481", "SO20481",
         "884120", "netsuite:tranid SO20481", "shopify:name #5012"],
    )  # fmt: skip
    def test_an_order_is_found_by_any_of_its_names(self, tmp_path: Path, name: str) -> None:
        with Store.open(store_of(tmp_path / "s.db", self.LOG)) as store:
            assert store.find(name) == [order for order, _ in store.orders()]

    def test_a_name_of_another_kind_is_not_meant(self, tmp_path: Path) -> None:
        with Store.open(store_of(tmp_path / "s.db", self.LOG)) as store:
            assert store.find("shopify:name SO20481") == []

    def test_what_was_mistyped_has_neighbours(self, tmp_path: Path) -> None:
        with Store.open(store_of(tmp_path / "s.db", self.LOG)) as store:
            assert "#5012" in store.nearest("#5013")
            assert store.nearest("SO20418")[0] == "SO20481"
            assert store.nearest("5" * 3_000_000) == []

    def test_an_order_is_called_by_its_own_name_and_not_by_its_payment_s(self, tmp_path: Path) -> None:
        log = "1 emitted stripe:charge=ch_1 ref=A-1001\n2 emitted stripe:charge=ch_2"
        with Store.open(store_of(tmp_path / "s.db", log)) as store:
            assert sorted(store.title(order) for order in store.find("ch_1") + store.find("ch_2")) == ["A-1001", "ch_2"]

    @pytest.mark.parametrize(
        ("origin", "called"), [("amazon", "123-4567890-1234567"), ("cin7core", "SO-04811"), (None, "SO-04811")]
    )
    def test_an_order_is_called_as_it_is_where_it_came_from(self, origin: str | None, called: str) -> None:
        names = [Name("cin7core:number", "SO-04811"), Name("amazon:id", "123-4567890-1234567")]
        assert title(names, origin) == called

    def test_a_retailer_s_purchase_order_goes_before_the_number_that_an_erp_gave_it(self) -> None:
        names = [Name("netsuite:tranid", "SO30402"), Name("retailco:po", "4500104103"), Name("ref", "W4103")]
        assert title(names) == title(names, "retailco") == "4500104103"

    def test_what_only_machines_call_an_order_and_what_calls_a_payment_name_no_order(self) -> None:
        names = [Name("shop:id", "6120045512001"), Name("erp:number", "SO-7"), Name("stripe:charge", "ch_1")]
        assert title(names, "shop") == title(names, "stripe") == "SO-7"

    def test_each_link_cites_the_record_that_proves_it(self, tmp_path: Path) -> None:
        with Store.open(store_of(tmp_path / "s.db", self.LOG)) as store:
            (order,) = store.find("5012")
            proofs = {
                f"{proof.name.kind} {proof.name.value}": store.evidence(proof.place).record
                for proof in store.names(order)
                if proof.place
            }

            assert store.title(order) == "#5012"
        assert proofs == {
            "shopify:name #5012": 1,
            "shopify:id 6120045512001": 1,
            "ref #5012": 2,
            "netsuite:internalid 884120": 4,
            "netsuite:tranid SO20481": 4,
        }


class TestBorrowing:
    def borrowed(self, path: Path) -> dict[str, list[str | None]]:
        """For each order by its title, how the statements that name no order came to it."""
        with Store.open(path) as store:
            return {
                store.title(order): [event.borrowed for event in events if not event.names]
                for order, events in store.orders()
            }

    def test_an_answer_belongs_to_the_order_of_its_request(self, tmp_path: Path) -> None:
        log = "1 forwarded ref=A env=request-one-1\n2 acknowledged env=request-one-1\n3 acknowledged env=another-one-2"

        assert self.borrowed(store_of(tmp_path / "s.db", log)) == {"A": ["strong"]}

    def test_an_answer_to_a_batch_is_an_answer_to_each(self, tmp_path: Path) -> None:
        log = "1 forwarded ref=A env=request-one-1\n1 forwarded ref=B env=request-one-1\n2 rejected env=request-one-1"

        assert self.borrowed(store_of(tmp_path / "s.db", log)) == {"A": ["answer"], "B": ["answer"]}

    def test_any_other_statement_about_a_batch_is_weak(self, tmp_path: Path) -> None:
        log = "1 received ref=A env=request-one-1\n1 received ref=B env=request-one-1\n2 transformed env=request-one-1"

        assert self.borrowed(store_of(tmp_path / "s.db", log)) == {"A": ["weak"], "B": ["weak"]}

    def test_two_names_of_one_order_are_no_batch(self, tmp_path: Path) -> None:
        log = "1 forwarded ref=A env=request-no-1\n1 forwarded ref=A x:id=7 env=request-no-1\n2 parked env=request-no-1"

        assert self.borrowed(store_of(tmp_path / "s.db", log)) == {"7": ["strong"]}

    def test_an_answer_to_the_outer_envelope_holds_where_the_inner_has_none(self, tmp_path: Path) -> None:
        """A 997 accepts the group; one set in it has a verdict of its own."""
        log = """1 forwarded ref=A env=group-number-1/group-number-1-set-1
1 forwarded ref=B env=group-number-1/group-number-1-set-2
2 acknowledged env=group-number-1
2 rejected env=group-number-1-set-2"""

        with Store.open(store_of(tmp_path / "s.db", log)) as store:
            answers = {
                store.title(order): [e.kind.phase for e in events if not e.names] for order, events in store.orders()
            }
        assert answers == {"A": ["acknowledged"], "B": ["rejected"]}

    def test_a_step_without_names_speaks_about_the_orders_of_its_job(self, tmp_path: Path) -> None:
        log = "1 received ref=A env=job-number-17/job-17-step-1\n2 transformed env=job-number-17/job-17-step-2"

        assert self.borrowed(store_of(tmp_path / "s.db", log)) == {"A": ["strong"]}

    def test_each_record_may_know_only_the_envelope_around_its_own(self, tmp_path: Path) -> None:
        """The request names the order; its event knows the request, the attempt knows the event."""
        request = "1 received ref=A env=request-one-1"
        event = "2 forwarded env=request-one-1/event-made-1\n3 forwarded env=request-two-2/event-made-2"
        attempt = "4 rejected env=event-made-1/attempt-no-1\n5 rejected env=attempt-no-1"

        for number, exports in enumerate([(request, event, attempt), (attempt, event, request)]):
            assert self.borrowed(store_of(tmp_path / f"{number}.db", *exports)) == {"A": ["strong"] * 3}

    def test_the_nearest_envelope_that_names_an_order_counts(self, tmp_path: Path) -> None:
        log = """1 received ref=A env=job-number-17/request-one-1
1 received ref=B env=job-number-17/request-two-2
2 forwarded env=request-one-1/event-made-1
3 forwarded env=job-number-17/request-six-6"""

        assert self.borrowed(store_of(tmp_path / "s.db", log)) == {"A": ["strong", "weak"], "B": ["weak"]}

    def test_an_answer_in_another_export_is_found(self, tmp_path: Path) -> None:
        request, answer = "1 forwarded ref=A env=request-one-1", "2 acknowledged env=request-one-1"

        for number, exports in enumerate([(request, answer), (answer, request)]):
            assert self.borrowed(store_of(tmp_path / f"{number}.db", *exports)) == {"A": ["strong"]}

    def test_an_id_that_comes_again_weeks_later_is_another_message(self, tmp_path: Path) -> None:
        log = f"1 forwarded ref=A env=control-number-1\n{20 * 86400} acknowledged env=control-number-1"

        assert self.borrowed(store_of(tmp_path / "s.db", log)) == {"A": []}

    def test_unattached_counts_what_found_no_order(self, tmp_path: Path) -> None:
        log = "1 forwarded ref=A env=request-one-1\n2 acknowledged env=request-one-1\n3 acknowledged env=another-one-2"
        with Store.open(store_of(tmp_path / "s.db", log, "4 acknowledged env=another-one-3")) as store:
            assert [row.unattached for row in store.ledger()] == [1, 1]
            assert [(c.phase, c.first) for c in store.candidates()] == [
                ("acknowledged", BASE + 3 * SECOND),
                ("acknowledged", BASE + 4 * SECOND),
            ]


class TestEvidence:
    def test_a_record_is_shown_with_its_place(self, tmp_path: Path) -> None:
        lines = [f"{n} received ref=A{n}" for n in range(1500)]
        with Store.open(store_of(tmp_path / "s.db", lines)) as store:
            (order,) = store.find("A1234")
            evidence = store.evidence_of(store.order(order)[0])

        assert (evidence.export, evidence.sha256) == ("a.log", "sha of a.log")
        assert (evidence.record, evidence.line, evidence.text) == (1235, 1235, "1234 received ref=A1234")
        assert evidence.offset == len("\n".join(lines[:1234])) + 1
        assert evidence.length == len(evidence.text)
        assert evidence.digest == hashlib.sha256(evidence.text.encode()).hexdigest()
        assert evidence.at == "2026-02-02T03:00:34Z"

    def test_the_same_record_can_be_shown_in_the_export_asked_for(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", ["1 received ref=A", "2 received ref=B"], ["2 received ref=B"])
        with Store.open(path) as store:
            (event,) = store.order(store.find("B")[0])

            assert store.evidence_of(event).record == 2
            assert event.place is not None
            assert store.evidence(event.place, export=2).record == 1

    def test_there_is_no_evidence_for_what_was_never_read(self, tmp_path: Path) -> None:
        with Store.open(store_of(tmp_path / "s.db", "1 received ref=A")) as store, pytest.raises(NothingFoundError):
            store.evidence(Place(7, 0, 0))


class TestOther:
    def test_context_and_unread_records_come_back(self, tmp_path: Path) -> None:
        log = "1 !context flow disabled\n2 !unread no idea\n3 !unread no idea\n4 !unread other"
        with Store.open(store_of(tmp_path / "s.db", log)) as store:
            (context,) = store.contexts()
            groups = store.unread()

            assert (context.what, context.at) == ("flow disabled", BASE + SECOND)
            assert store.evidence_of(context).text == "1 !context flow disabled"
        assert [(group.count, group.reason, group.example.line) for group in groups] == [
            (2, "no idea", 2),
            (1, "other", 4),
        ]

    def test_activity_counts_ignored_records_and_ends_where_nothing_is_written(self, tmp_path: Path) -> None:
        log = "1 received ref=A\n30 !ignored a poll\n59 !ignored a poll\n500 !ignored a poll"
        with Store.open(store_of(tmp_path / "s.db", log)) as store:
            stretches = [(row.stream, row.first - BASE, row.last - BASE, row.records) for row in store.activity()]

        assert stretches == [("made-up", SECOND, 59 * SECOND, 3), ("made-up", 500 * SECOND, 500 * SECOND, 1)]

    def test_the_definition_stays_with_the_store(self, tmp_path: Path) -> None:
        with Store.open(store_of(tmp_path / "s.db", "1 received ref=A")) as store:
            assert store.definitions()["made-up"].title == "A made-up log"
            assert store.stream_rows()[0].stream == "made-up"

    def test_a_second_ingest_changes_the_generation(self, tmp_path: Path) -> None:
        path = store_of(tmp_path / "s.db", "1 received ref=A")
        with Store.open(path) as store:
            before = store.generation
        with Writer.open(path) as writer:
            put(writer, "2 received ref=B", "b.log")
            writer.settle()

        with Store.open(path) as store:
            assert store.generation > before
