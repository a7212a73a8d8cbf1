"""What a target does with a message after it has taken it in, by its own records of that message."""

from __future__ import annotations

from judge.scenes import MINUTE, START, World, state
from tracelog.model.event import SECOND, Name

ORDERS = 60
IDOCS = "idoc-status"


def world(*, parked: tuple[int, ...] = (), again: tuple[int, ...] = ()) -> World:
    """Orders that reach the ERP as one message each; it waits a second and is posted, except those of `parked`.

    Those of `again` come as two messages, and both are posted.
    """
    made = World()
    made.stream(IDOCS, "strong", "erp")
    for order in range(1, ORDERS + 1):
        at = START + order * 20 * MINUTE
        made.add(order, "shop", "emitted", at, stream="shop-list", topic="created", states=(state("confirmed"),))
        for turn in range(2 if order in again else 1):
            took, message = at + (3 + 40 * turn) * SECOND, (f"idoc {order} {turn}",)
            made.add(order, "erp", "received", took, stream=IDOCS, topic="created", peer="shop", envelope=message)
            made.add(order, "erp", "parked", took, stream=IDOCS, envelope=message)
            if order not in parked:
                name = Name("erp:number", f"48{order:04d}{turn}")
                made.add(order, "erp", "applied", took + 2 * SECOND, stream=IDOCS, envelope=message, names=(name,))
    return made


def kinds(made: World, order: int) -> list[tuple[str, str]]:
    return [(found.kind, found.state) for found in made.templates(order)]


def test_what_the_target_parked_and_never_posted_is_lost_inside_it():
    made = world(parked=(20,))

    assert ("silent-drop", "confirmed") in kinds(made, 20)
    (leg,) = [leg for leg in made.legs(20) if leg.leg == "flow"]
    assert (leg.effect, leg.cover) == ("unknown", "spans")


def test_what_the_target_refused_itself_is_not_lost_inside_it():
    made = world(parked=(20,))
    at = START + 20 * 20 * MINUTE + 5 * SECOND
    made.add(20, "erp", "rejected", at, stream=IDOCS, envelope=("idoc 20 0",), level="business")

    assert "silent-drop" not in [kind for kind, _ in kinds(made, 20)]


def test_what_waits_while_the_records_end_is_pending():
    assert ("silent-drop", "pending") in kinds(world(parked=(ORDERS,)), ORDERS)


def test_a_message_that_was_posted_is_no_case():
    assert kinds(world(parked=(20,)), 21) == []


def test_two_messages_that_made_two_documents_are_a_duplicate():
    made = world(again=(30,))

    assert kinds(made, 30) == [("duplicate", "confirmed")]
    assert kinds(made, 31) == []


def test_what_the_target_took_in_arrived_whether_or_not_an_answer_is_on_record():
    """Row 5: answer missing, effect shown. The order's change is told by no state, only as a message of this order."""
    made = World()
    made.stream("hub-log", "strong", "hub")
    made.stream(IDOCS, "strong", "erp")
    for order in range(1, ORDERS + 1):
        at, id_ = START + order * 20 * MINUTE, (f"event {order}",)
        made.add(order, "hub", "received", at, stream="hub-log", topic="cancelled", envelope=id_)
        made.add(order, "hub", "forwarded", at + SECOND, stream="hub-log", peer="erp", envelope=id_)
        if order not in {20, 21}:
            made.add(order, "hub", "acknowledged", at + 2 * SECOND, stream="hub-log", peer="erp", envelope=id_)
        if order != 21:
            made.add(order, "erp", "received", at + 2 * SECOND, stream=IDOCS, topic="updated", peer="shop")

    assert kinds(made, 20) == []
    assert [kind for kind, _ in kinds(made, 21)] == ["silent-drop", "unacknowledged"]  # its log is whole, and lacks it
