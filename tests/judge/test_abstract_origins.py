"""Where only what was sent is on record, what was sent first stands for what happened: a retailer's orders by EDI."""

from __future__ import annotations

from judge.scenes import ERP, START, World, state
from tracelog.model.event import MINUTE

ORDERS = 60
ARCHIVE = "edi"


def world(*, gone: tuple[int, ...] = (), refused: tuple[int, ...] = (), mute: tuple[int, ...] = ()) -> World:
    """Orders that a retailer sends and a seller's translator answers, but for some (`mute`); the seller's ERP lists
    them, but for others.
    """
    made = World()
    made.stream(ARCHIVE, "weak", "edi")
    made.stream(ERP, "strong", "erp")
    end = START + (ORDERS + 9) * 20 * MINUTE
    for order in range(1, ORDERS + 1):
        at, id_ = START + order * 20 * MINUTE, (f"set {order}",)
        made.add(order, "retailer", "forwarded", at, stream=ARCHIVE, topic="created", peer="seller", envelope=id_)
        answer = "rejected" if order in refused else "acknowledged"
        if order not in mute:
            when = at + 2 * MINUTE
            made.add(order, "retailer", answer, when, stream=ARCHIVE, peer="seller", level="transport", envelope=id_)
        if order in gone or order in refused:
            continue
        made.add(order, "erp", "applied", at + 4 * MINUTE, stream=ERP, topic="created")
        word = "cancelled" if order % 7 == 0 else "confirmed"
        made.add(order, "erp", "observed", end, stream=ERP, carries="state", states=(state(word, "netsuite"),))
    return made


def kinds(made: World, order: int) -> list[tuple[str, str]]:
    return [(found.kind, found.state) for found in made.templates(order)]


def test_an_order_that_was_acknowledged_and_is_not_in_the_erp_stands_apart():
    """Row 18: what is between translator and ERP no export shows, so nobody is named."""
    made = world(gone=(30,))

    assert kinds(made, 30) == [("state-divergence", "confirmed")]
    assert kinds(made, 31) == []


def test_what_was_refused_is_told_as_refused_only():
    assert [kind for kind, _ in kinds(world(refused=(30,)), 30)] == ["rejected"]


def test_an_order_of_the_last_minutes_is_no_loss_yet():
    made = world(gone=(ORDERS,))

    assert all(state in {"pending", "suspected"} for _, state in kinds(made, ORDERS))


def test_an_order_that_was_never_touched_since_it_came_late_is_late():
    """The listing's last change and the creation bear one stamp; only the latter is known to be the order's coming."""
    made = world(gone=(30,))
    came = START + 30 * 20 * MINUTE + 300 * MINUTE
    made.add(30, "erp", "observed", came, stream=ERP, carries="state", states=(state("confirmed", "netsuite"),))
    made.add(30, "erp", "applied", came, stream=ERP, topic="created")

    assert kinds(made, 30) == [("late", "confirmed")]


def test_an_answer_that_is_not_on_record_is_not_missed_where_the_order_is_in_the_erp():
    """Row 5: the effect comes before the path, though the translator itself has no records."""
    assert kinds(world(mute=(30,)), 30) == []
    assert ("unacknowledged", "confirmed") in kinds(world(mute=(30,), gone=(30,)), 30)


def test_a_refused_order_that_was_sent_again_and_arrived_is_recovered():
    made = world(refused=(30,))
    again, id_ = START + 30 * 20 * MINUTE + 300 * MINUTE, ("set 30 again",)
    made.add(30, "retailer", "forwarded", again, stream=ARCHIVE, topic="created", peer="seller", envelope=id_)
    made.add(30, "retailer", "acknowledged", again + 2 * MINUTE, stream=ARCHIVE, peer="seller", envelope=id_)
    made.add(30, "erp", "applied", again + 4 * MINUTE, stream=ERP, topic="created")
    (case,) = [case for case in made.cases(30) if getattr(case.facts, "answer", "") == "refuse"]

    assert kinds(made, 30)[0] == ("rejected", "recovered")
    assert [found.kind for found in made.templates(30) if not found.consequence] == ["rejected"]
    assert case.binding["effect"].at == again


def test_an_order_that_was_shipped_is_not_lost_because_a_filtered_search_lacks_it():
    """Rule 1. The seller's own notice shows that it went on; without it the order may be lost, and is suspected."""
    made = world(gone=tuple(range(1, ORDERS + 1, 2)))
    assert kinds(made, 31) == [("state-divergence", "suspected")]

    shipped = START + 31 * 20 * MINUTE + 90 * MINUTE
    made = world(gone=tuple(range(1, ORDERS + 1, 2)))
    id_ = ("notice",)
    made.add(31, "seller", "forwarded", shipped, stream=ARCHIVE, topic="shipped", peer="retailer", envelope=id_)
    made.add(31, "seller", "acknowledged", shipped + MINUTE, stream=ARCHIVE, peer="retailer", envelope=id_)
    assert kinds(made, 31) == []


def test_a_listing_of_the_same_minute_does_not_hide_that_a_cancellation_came_late():
    made = world()
    for order in range(8, 57):
        sent, late = START + order * 20 * MINUTE + 30 * MINUTE, 300 * MINUTE if order == 31 else 2 * MINUTE
        made.add(order, "retailer", "forwarded", sent, stream=ARCHIVE, topic="cancelled", peer="seller")
        for phase, stream in (("observed", ERP), ("applied", "erp-notes")):
            word = (state("cancelled", "netsuite"),)
            made.orders[order] = [
                event for event in made.orders[order] if event.kind.phase != phase or not event.states
            ]
            made.add(order, "erp", phase, sent + late, stream=stream, states=word)

    assert ("late", "confirmed") in kinds(made, 31)
    assert not any(kind == "late" for kind, _ in kinds(made, 32))
