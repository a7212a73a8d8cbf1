"""What a change meant, and what followed from what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tracelog.link.journey import chains, journey
from tracelog.model.event import DAY, HOUR, MINUTE, SECOND, Event, Kind, Place, State

T = 1_770_000_000 * SECOND


def state(canonical: str | None, axis: str = "order") -> State:
    return State(axis, "status", str(canonical), canonical)


class Told:
    """Events of one order in the order written down; `journey` sees them shuffled."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(
        self, system: str, phase: str, at: int, topic: str | None = None, *, peer: str | None = None,
        states: Iterable[str | None] = (), **more: Any,
    ) -> int:  # fmt: skip
        kind = Kind(system, None, phase, peer, topic, None, f"{system}-log", None)
        known = tuple(state(one) for one in states)
        self.events.append(Event(kind, at, "", SECOND, states=known, id=len(self.events) + 1, **more))
        return len(self.events)

    def causes(self) -> dict[int, int]:
        """Event number → number of its cause."""
        whole = journey(self.events[::-1])
        return {
            event.id: whole.events[cause].id
            for event, cause in zip(whole.events, whole.cause, strict=True)
            if cause >= 0
        }

    def topics(self) -> list[str | None]:
        whole = journey(self.events[::-1])
        return [topic for _, topic in sorted((e.id, t) for e, t in zip(whole.events, whole.topics, strict=True))]


def poll(told: Told, at: int, *states: str | None, **more: Any) -> int:
    return told.add("celigo", "received", at, peer="shopify", states=states, **more)


def post(told: Told, at: int, topic: str | None = None, *states: str | None, **more: Any) -> int:
    return told.add("celigo", "forwarded", at, topic, peer="netsuite", states=states, **more)


# ---- meanings ----


def test_the_first_sight_of_an_order_in_an_early_state_is_its_creation():
    told = Told()
    poll(told, T, "confirmed")
    poll(told, T + HOUR, "shipped")
    poll(told, T + 2 * HOUR, "cancelled")
    assert told.topics() == ["created", "shipped", "cancelled"]


def test_an_order_first_seen_shipped_was_not_created_there():
    told = Told()
    poll(told, T, "shipped")
    assert told.topics() == ["shipped"]


def test_a_message_of_a_change_is_no_creation_however_young_the_order_is():
    """Walmart's notice that a customer wants to cancel is the first that the receiver hears of the order."""
    told = Told()
    told.add("walmart", "emitted", T, "created", happened_at=T)
    told.add("app", "received", T + 2 * HOUR, "updated", peer="walmart", states=["confirmed"])
    assert told.topics() == ["created", "updated"]
    assert told.causes() == {}
    assert [chain.topic for chain in chains(told.events)] == ["created", "updated"]


def test_a_first_message_of_a_change_names_the_change_that_its_state_shows():
    told = Told()
    told.add("app", "received", T, "updated", peer="amazon", states=["shipped"])
    assert told.topics() == ["shipped"]


def test_a_message_of_an_unnamed_change_may_be_the_one_of_a_change_just_before_it():
    told = Told()
    told.add("shop", "emitted", T, "paid", happened_at=T)
    told.add("app", "received", T + MINUTE, "updated", peer="shop")
    assert told.causes() == {2: 1}


def test_a_poll_that_calls_what_it_brings_updated_still_sees_an_order_for_the_first_time():
    told = Told()
    kind = Kind("celigo", None, "received", "shopify", "updated", None, "log", "state")
    told.events.append(Event(kind, T, "", SECOND, states=(state("confirmed"),), id=1))
    assert told.topics() == ["created"]


def test_a_try_to_pay_is_no_sight_of_the_order():
    """A payment provider knows the payment before any shop has the order."""
    told = Told()
    told.events.append(
        Event(Kind("stripe", None, "emitted", None, "updated", None, "s", None), T, "", SECOND,
              states=(state("unpaid", "payment"),), id=1)
    )  # fmt: skip
    assert told.topics() == ["updated"]


def test_an_order_that_is_known_to_be_older_is_only_changed():
    """The left edge: a log that begins today shows last week's orders for the first time."""
    told = Told()
    told.add("shopify", "emitted", T - 3 * DAY, "created", happened_at=T - 3 * DAY)
    poll(told, T, "confirmed")
    assert told.topics() == ["created", "updated"]


def test_a_created_at_inside_the_record_tells_the_same():
    told = Told()
    poll(told, T, "confirmed", fields={"created_at": "2026-01-01T00:00:00Z"})
    assert told.topics() == ["updated"]


def test_where_creations_are_told_by_name_an_update_before_it_is_none():
    told = Told()
    told.add("app", "received", T, "updated", peer="shopify", states=["pending"])
    told.add("app", "received", T + SECOND, "created", peer="shopify", states=["pending"])
    assert told.topics() == ["updated", "created"]


def test_the_weightiest_of_several_changes_names_the_record():
    told = Told()
    poll(told, T, "confirmed")
    known = (state("cancelled"), state("voided", "payment"))
    told.events.append(Event(told.events[0].kind, T + HOUR, "", SECOND, states=known, id=2))
    assert told.topics() == ["created", "cancelled"]


def test_a_poll_that_brings_nothing_new_has_no_topic():
    told = Told()
    poll(told, T, "confirmed")
    poll(told, T + HOUR, "confirmed")
    assert told.topics() == ["created", None]


def test_a_forward_takes_the_topic_of_what_caused_it():
    told = Told()
    poll(told, T, "confirmed")
    post(told, T + SECOND, "created")
    poll(told, T + HOUR, "shipped")
    post(told, T + HOUR + SECOND)
    assert told.topics() == ["created", "created", "shipped", "shipped"]


# ---- causes ----


def test_the_same_envelope_settles_it_whatever_the_clock_says():
    told = Told()
    first = poll(told, T, "confirmed", envelope=("job-1",))
    second = poll(told, T + MINUTE, "shipped", envelope=("job-2",))
    one = post(told, T + 2 * MINUTE, envelope=("job-1",))
    other = post(told, T + 3 * MINUTE, envelope=("job-2",))
    assert (told.causes()[one], told.causes()[other]) == (first, second)


def test_a_rewritten_state_still_follows_from_the_change_it_was_sent_for():
    told = Told()
    poll(told, T, "confirmed")
    post(told, T + SECOND, "created", "confirmed")
    shipped = poll(told, T + HOUR, "shipped")
    wrong = post(told, T + HOUR + SECOND, None, "pending")
    assert told.causes()[wrong] == shipped


def test_a_second_try_belongs_to_the_receipt_of_the_first():
    told = Told()
    taken = poll(told, T, "confirmed")
    first = post(told, T + SECOND, "created", envelope=("a",))
    told.add("celigo", "rejected", T + 2 * SECOND, peer="netsuite", envelope=("a",), result="503")
    poll(told, T + HOUR, "shipped")
    again = post(told, T + 2 * HOUR, "created", envelope=("b",))
    assert told.causes()[first] == told.causes()[again] == taken


def test_the_same_content_again_is_a_copy_and_not_a_change_that_waits():
    told = Told()
    taken = poll(told, T, "confirmed", fields={"total": "5"})
    post(told, T + SECOND, "created", "confirmed")
    poll(told, T + 30 * SECOND, "confirmed", fields={"total": "6"})
    copy = post(told, T + MINUTE, "created", "confirmed")
    assert told.causes()[copy] == taken


def test_what_came_from_a_system_is_not_sent_back_to_it():
    told = Told()
    taken = poll(told, T, "confirmed")
    back = told.add("celigo", "forwarded", T + SECOND, peer="shopify")
    there = post(told, T + 2 * SECOND, "created")
    assert told.causes().get(there) == taken
    assert back not in told.causes()


def test_an_answer_belongs_to_the_request_with_its_envelope():
    told = Told()
    poll(told, T, "confirmed")
    first = post(told, T + SECOND, "created", envelope=("a",))
    second = post(told, T + 2 * SECOND, "created", envelope=("b",))
    late = told.add("celigo", "acknowledged", T + 9 * SECOND, peer="netsuite", envelope=("a",))
    soon = told.add("celigo", "rejected", T + 3 * SECOND, peer="netsuite", envelope=("b",))
    assert (told.causes()[late], told.causes()[soon]) == (first, second)


def test_an_inner_envelope_says_more_than_the_one_around_it():
    """A job writes twice to one system in the same second: each step's answer is its own."""
    told = Told()
    poll(told, T, "confirmed", envelope=("job",))
    first = post(told, T + SECOND, "created", envelope=("job", "job/1"))
    second = post(told, T + SECOND, "created", envelope=("job", "job/2"))
    one = told.add("celigo", "acknowledged", T + 9 * SECOND, peer="netsuite", envelope=("job", "job/1"))
    other = told.add("celigo", "rejected", T + 9 * SECOND, peer="netsuite", envelope=("job", "job/2"))
    assert (told.causes()[one], told.causes()[other]) == (first, second)


def test_a_job_that_is_run_again_is_about_the_same_change():
    """Its second receipt shows nothing new; what it sends is the same creation, tried again."""
    told = Told()
    told.add("n8n", "received", T, states=["pending"], envelope=("execution 1",))
    told.add("n8n", "forwarded", T + SECOND, peer="netsuite", envelope=("execution 1",))
    again = told.add("n8n", "received", T + HOUR, states=["pending"], envelope=("execution 1", "execution 2"))
    sent = told.add("n8n", "forwarded", T + HOUR, peer="netsuite", envelope=("execution 1", "execution 2"))
    assert told.causes()[sent] == again
    assert told.topics() == ["created"] * 4


def test_what_a_record_says_of_sending_follows_from_what_it_says_of_receiving():
    """A list of jobs tells of the same job too; the job's own record holds both."""
    told = Told()
    taken = told.add("workato", "received", T, peer="shopify", envelope=("j",), place=Place(1, 7, 0))
    told.add("workato", "received", T, envelope=("j",), place=Place(9, 3, 0))
    sent = told.add("workato", "forwarded", T, peer="netsuite", envelope=("j", "j/1"), place=Place(1, 7, 1))
    assert told.causes()[sent] == taken


def test_an_error_list_repeats_the_refusal_of_the_request_log():
    told = Told()
    poll(told, T, "confirmed")
    sent = post(told, T + SECOND, "created", envelope=("a",))
    told.add("celigo", "rejected", T + 2 * SECOND, peer="netsuite", envelope=("a",))
    listed = told.add("celigo", "rejected", T + 3 * SECOND)
    assert told.causes()[listed] == sent


def test_a_refusal_with_nothing_sent_is_of_the_receipt():
    told = Told()
    taken = poll(told, T, "confirmed")
    refused = told.add("celigo", "rejected", T + 3 * SECOND)
    assert told.causes()[refused] == taken


def test_a_receipt_follows_from_what_its_peer_emitted_or_sent_on():
    told = Told()
    made = told.add("shopify", "emitted", T, "created", happened_at=T)
    at_gate = told.add("gateway", "received", T + SECOND, "created", peer="shopify")
    passed = told.add("gateway", "forwarded", T + 2 * SECOND, "created", peer="celigo")
    taken = told.add("celigo", "received", T + 3 * SECOND, "created", peer="gateway")
    assert told.causes() == {at_gate: made, passed: at_gate, taken: passed}


def test_a_receiver_with_a_clock_hours_behind_is_still_matched():
    told = Told()
    made = told.add("shopify", "emitted", T, "created", happened_at=T)
    taken = told.add("celigo", "received", T - 5 * HOUR, "created", peer="shopify")
    assert told.causes()[taken] == made


def test_what_is_left_out_is_what_was_just_taken_in():
    """A log that names the order's creation, and of later messages says only what it does with them."""
    told = Told()
    told.add("app", "received", T, "created")
    told.add("app", "transformed", T + SECOND)
    update = told.add("app", "received", T + 2 * HOUR, "updated")
    skip = told.add("app", "skipped", T + 2 * HOUR + SECOND)

    assert told.causes()[skip] == update
    assert told.topics() == ["created", "created", "updated", "updated"]


def test_a_receipt_that_names_no_sender_follows_from_the_only_source_also_where_answers_are_told():
    told = Told()
    shipped = told.add("shop", "emitted", T, "shipped")
    told.add("app", "acknowledged", T - HOUR, peer="books")
    update = told.add("app", "received", T + 4 * SECOND, "updated")

    assert told.causes()[update] == shipped


def test_chains_are_the_changes_with_all_that_followed_hop_by_hop():
    told = Told()
    told.add("shopify", "emitted", T, "created", happened_at=T)
    poll(told, T + SECOND, "confirmed")
    post(told, T + 2 * SECOND, "created", envelope=("a",))
    told.add("celigo", "acknowledged", T + 3 * SECOND, peer="netsuite", envelope=("a",))
    told.add("netsuite", "applied", T + 3 * SECOND, "created")
    poll(told, T + HOUR, "shipped")
    post(told, T + HOUR + SECOND)
    found = chains(told.events[::-1])
    assert [chain.topic for chain in found] == ["created", "shipped"]
    assert [(system, len(events)) for system, _, events in found[0].hops] == [
        ("shopify", 1), ("celigo", 3), ("netsuite", 1),
    ]  # fmt: skip
    assert sum(len(chain.events) for chain in found) == len(told.events)


def test_an_event_without_a_time_is_kept():
    told = Told()
    poll(told, T, "confirmed")
    told.events.append(Event(Kind("erp", None, "observed", None, None, None, "s", "state"), None, "", SECOND, id=2))
    assert sum(len(chain.events) for chain in chains(told.events)) == 2


def test_an_order_of_very_many_changes_costs_no_time() -> None:
    import time

    told = Told()
    for n in range(4000):
        told.add("shop", "observed", T + n * HOUR)
    started = time.perf_counter()

    assert len(chains(told.events)) == 4000
    assert time.perf_counter() - started < 2


def test_of_one_moment_the_order_of_events_is_not_that_in_which_exports_were_read():
    """A shop's timeline and its orders export tell the same cancellation, to the second."""

    def told(first: str, second: str) -> list[str]:
        events = [Event(Kind("shop", None, "emitted", None, "cancelled", None, stream, None), T, "", SECOND, id=number)
                  for number, stream in enumerate((first, second), 1)]  # fmt: skip
        return [event.kind.stream for event in journey(events).events]

    assert told("shop-events", "shop-orders") == told("shop-orders", "shop-events")
