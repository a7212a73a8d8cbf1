"""Where only what was sent is on record, what was sent first stands for what happened: a retailer's orders by EDI."""

from __future__ import annotations

from judge.scenes import ERP, START, World, state
from tracelog.model.event import MINUTE

ORDERS = 60
ARCHIVE = "edi"


def world(*, gone: tuple[int, ...] = (), refused: tuple[int, ...] = ()) -> World:
    """Orders that a retailer sends and a seller's translator answers; the seller's ERP lists them, but for some."""
    made = World()
    made.stream(ARCHIVE, "weak", "edi")
    made.stream(ERP, "strong", "erp")
    end = START + (ORDERS + 9) * 20 * MINUTE
    for order in range(1, ORDERS + 1):
        at, id_ = START + order * 20 * MINUTE, (f"set {order}",)
        made.add(order, "retailer", "forwarded", at, stream=ARCHIVE, topic="created", peer="seller", envelope=id_)
        answer = "rejected" if order in refused else "acknowledged"
        made.add(
            order, "retailer", answer, at + 2 * MINUTE, stream=ARCHIVE, peer="seller", level="transport", envelope=id_
        )
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
