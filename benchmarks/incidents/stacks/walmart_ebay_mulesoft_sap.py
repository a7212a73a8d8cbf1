"""Walmart and eBay → MuleSoft → SAP, by IDoc.

One Mule application takes the orders of both marketplaces in and hands them to SAP's own API layer, which answers with
the number of an IDoc; SAP books the IDoc a moment later, or does not. A cancellation goes out as a change of the
order. On hand are the orders of both marketplaces from their APIs, the log of the Mule application (the default
text pattern, or the JSON Logger's, one a line or pretty-printed), and out of SAP the order IDocs as XML and the
status records of all IDocs, among them those of other documents.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

from benchmarks.incidents.exports import Export, Record, log, table
from benchmarks.incidents.play import Play, Route
from benchmarks.incidents.shapes import ebay, mulesoft, sap, walmart
from benchmarks.incidents.shapes.common import compact
from benchmarks.incidents.world import Document, Order, Passage, Try, World

NAME = "walmart-ebay-mulesoft-sap"
ROUTE = Route(
    "walmart", "mulesoft", "sap", ("created", "cancelled"), push=(0.8, 5.0), process=(0.2, 1.5), answer=(0.6, 3.0),
    labels={"source": "marketplace orders", "in": "mule log", "out": "mule log", "target": "sap idocs"},
)  # fmt: skip
FAULTS = (
    "never-received", "never-forwarded", "never-applied", "unanswered", "refused", "refused-rerun",
    "swallowed", "rewritten-units", "twice", "late", "overtaken",
)  # fmt: skip
TRAITS = ("unrouted",)
APP, API = "orders-prc-api", "sap-sys-api"
ZONES = (dt.timedelta(hours=-5), dt.timedelta(hours=1), dt.timedelta())
"""Of the JVM and of the SAP system, neither of which names its zone."""


def is_walmart(order: Order) -> bool:
    return order.number % 5 < 3


def rare(order: Order) -> bool:
    """An attribute that few orders have, and that the exports show: of how an order was paid they say nothing."""
    return order.sku == "KT-PEN-4"


class Marketplaces(Play):
    """Orders are called by their number at the marketplace; Walmart's are in dollars.

    What another warehouse sends (Walmart's own, a third party's) is left out by rule; eBay has no such orders.
    """

    def run(self) -> list[Passage]:
        for order in self.world.orders:
            if not is_walmart(order):
                order.kind = "goods"
            if is_walmart(order):
                order.label, order.currency = f"10900555{order.number:07d}", "USD"
            else:
                order.label = f"12-55{order.number // 100:03d}-{order.number * 7 % 100_000:05d}"
        return super().run()


PLAY = Marketplaces


def zone(world: World, system: str) -> dt.timedelta:
    return ZONES[(world.plan.seed + len(system)) % 3]


def write(world: World) -> list[Export]:
    labels = ROUTE.labels
    idocs = list(made(world))
    shown = [idoc for idoc in idocs if chosen(world, idoc)]
    others = list(housekeeping(world))
    orders = [order for order in world.orders if not (order.deleted and order.deleted <= world.exported("walmart"))]
    return [
        table(world, "walmart-orders.jsonl", labels["source"], "walmart", walmart_rows(world, orders)),
        table(world, "ebay-orders.json", labels["source"], "ebay", ebay_rows(world, orders),
              header='{"href":"https://api.ebay.example/sell/fulfillment/v1/order?limit=200","orders":[\n',
              between=",\n", footer="\n]}\n"),
        log(world, f"{APP}.log", labels["in"], "mulesoft", middle(world, idocs)),
        table(world, "sap-orders05.xml", labels["target"], "sap", sap.xml(world, shown, zone(world, "sap")),
              header=sap.XML_HEAD, footer=sap.XML_FOOT),
        table(world, "sap-edids.csv", labels["target"], "sap",
              sap.status_rows(world, [*shown, *others], zone(world, "sap")), header=sap.HEADER),
    ]  # fmt: skip


def chosen(world: World, idoc: sap.IDoc) -> bool:
    """Whoever asks for some documents only exports the IDocs of these."""
    if "sap" not in world.filters:
        return True
    return any(document.order.name == idoc.po for document in world.listed("sap"))


# ---- the marketplaces ----


def _price(order: Order) -> str:
    return f"{float(order.total) / order.units:.2f}"


def node(order: Order) -> str:
    """Who ships it."""
    return {"digital": "WFSFulfilled", "pos": "3PLFulfilled"}.get(order.kind, "SellerFulfilled")


def customer(order: Order) -> str:
    """Walmart's number of the customer's order: now and then it has two purchase orders."""
    return f"20000155{order.number - (order.number % 35 == 1):07d}"


def walmart_rows(world: World, orders: list[Order]) -> list[Record]:
    at, out = world.exported("walmart"), []
    for order in orders:
        if not is_walmart(order) or order.created > at:
            continue
        state, changed = "Acknowledged", order.created + dt.timedelta(minutes=9)
        for topic, word in (("shipped", "Shipped"), ("cancelled", "Cancelled"), ("refunded", "Refund")):
            if order.has(topic, at):
                state, changed = word, order.last(at)
        tracking = f"1Z555NF03{order.number:09d}" if state == "Shipped" else None
        body = walmart.order(
            order.name, customer(order), world.stamp("walmart", order.created), world.stamp("walmart", changed),
            [(order.sku, order.units, _price(order), state)], tracking, node(order),
        )  # fmt: skip
        out.append(Record(order.created, compact(body) + "\n", frozenset({order.name})))
    return out


def ebay_rows(world: World, orders: list[Order]) -> list[Record]:
    at, out = world.exported("ebay"), []
    for order in orders:
        if is_walmart(order) or order.created > at:
            continue
        cancelled, shipped = order.has("cancelled", at), order.has("shipped", at)
        payment = "FULLY_REFUNDED" if cancelled else "PARTIALLY_REFUNDED" if order.has("refunded", at) else "PAID"
        body = ebay.order(
            order.name, order.number, world.stamp("ebay", order.created), world.stamp("ebay", order.last(at)),
            "FULFILLED" if shipped else "NOT_STARTED", payment, "CANCELED" if cancelled else "NONE_REQUESTED",
            [(order.sku, order.units, _price(order))], order.currency,
        )  # fmt: skip
        out.append(Record(order.created, compact(body), frozenset({order.name})))
    return out


# ---- SAP ----


def made(world: World) -> Iterator[sap.IDoc]:
    """An IDoc for each call that was accepted, in the order of their making."""
    calls = [(one.answered, order, passage, one) for order in world.orders for passage in order.passages
             for one in passage.tries if reached(world, one)]  # fmt: skip
    at_work: dict[int, int] = {}
    number = 4_810_000
    for answered, order, passage, one in sorted(calls, key=lambda call: (call[0] or call[3].at, call[3].id)):
        number += 1
        at = (answered or one.at + dt.timedelta(seconds=1)) - dt.timedelta(milliseconds=180)
        partner = "WALMART" if is_walmart(order) else "EBAY"
        kind = "ORDERS" if passage.topic == "created" else "ORDCHG"
        units = int(str(one.values.get("units", order.units)))
        idoc = sap.IDoc(number, kind, "2", partner, order.name, at, order.currency, [(order.sku, units)], key=one.id)
        held = world.documents_of(order)
        used = at_work.get(order.number, 0)
        if passage.topic == "created" and one.document == "new":
            at_work[order.number] = used + 1
        document = held[min(used, len(held) - 1)] if held else None
        _book(idoc, passage, one, document)
        yield idoc


def reached(world: World, one: Try) -> bool:
    """Whether an IDoc came of the call: in every other world those that were never applied got none."""
    if one.answer is None:
        return one.document is not None
    if one.answer == "accepted":
        return one.document is not None or world.plan.seed % 2 == 0
    return one.answer == "failed-inside"


def _book(idoc: sap.IDoc, passage: Passage, one: Try, document: Document | None) -> None:
    """What SAP made of it: added, ready, passed on and posted, or where it stopped."""
    at = idoc.created
    idoc.step(at, "50")
    idoc.step(at, "64")
    if one.document is None and one.answer == "accepted":
        return  # stays where it is: no job takes it up
    idoc.step(at + dt.timedelta(seconds=1), "62")
    booked = at + dt.timedelta(seconds=2 + idoc.number % 3)
    if one.answer == "failed-inside":
        idoc.step(booked, "51", "0000009001", text="Sold-to party & not maintained for sales area")
    elif passage.topic == "created":
        idoc.step(booked, "53", f"{vbeln(document):010d}")
    else:
        idoc.step(booked, "53", f"{vbeln(document):010d}", text="Standard order & has been changed")


def vbeln(document: Document | None) -> int:
    return 480_000 + (document.number - 30_000 if document else 0)


def housekeeping(world: World) -> Iterator[sap.IDoc]:
    """IDocs of other documents: stock to the warehouse, invoices to the customers."""
    rng = world.rng("other idocs")
    for hour in range(3, world.plan.days * 24, 4):
        at = world.plan.start + dt.timedelta(hours=hour, seconds=rng.randrange(3000))
        idoc = sap.IDoc(7_200_000 + hour, "INVOIC", "1", "EDIHUB", "", at, idoctyp="")
        for delay, code in ((0, "01"), (0, "30"), (2, "03"), (240, "12")):
            idoc.step(at + dt.timedelta(seconds=delay), code, user="BATCH1")
        yield idoc


# ---- MuleSoft ----


def middle(world: World, idocs: list[sap.IDoc]) -> list[Record]:
    numbers = {idoc.key: idoc.number for idoc in idocs}
    style = world.plan.seed % 3
    if style == 0:
        return _spoken(world, numbers)
    return _structured(world, numbers, pretty=style == 2)


def _flow(order: Order, topic: str) -> str:
    return f"{'walmart' if is_walmart(order) else 'ebay'}-{'order' if topic == 'created' else 'cancel'}-flow"


def _events(world: World) -> Iterator[tuple[Passage, dt.datetime, str, list[Try]]]:
    """Each time that something was taken in, with its correlation id and the calls made of it; reruns have another."""
    rng = random.Random(f"{world.plan.seed} mule events")
    for order in world.orders:
        for passage in order.passages:
            for turn, at in enumerate(passage.received):
                tries = list(passage.tries) if turn == 0 else []
                soon = [one for one in tries if one.at - at < dt.timedelta(hours=12)]
                yield passage, at, mulesoft.event_id(rng), soon
                for one in tries:
                    if one not in soon:
                        yield passage, one.at - dt.timedelta(milliseconds=300), mulesoft.event_id(rng), [one]


def _polls(world: World) -> Iterator[dt.datetime]:
    for minute in range(0, int((world.end - world.plan.start).total_seconds() // 60), 10):
        yield world.plan.start + dt.timedelta(minutes=minute, seconds=4)


def _spoken(world: World, numbers: dict[str | None, int]) -> list[Record]:
    """The application log, with what its developers had it say."""
    out = mulesoft.AppLog(world, APP, zone(world, "mulesoft"))
    rng = random.Random(f"{world.plan.seed} mule polls")
    for at in _polls(world):
        out.say(at, mulesoft.Spot("ebay-poll-flow", 1, mulesoft.event_id(rng)), "eBay poll finished, nothing new")
    for passage, at, event, tries in _events(world):
        order, flow = passage.order, _flow(passage.order, passage.topic)
        what = "orders/create" if passage.topic == "created" else "orders/cancelled"

        def spot(step: int, flow: str = flow, event: str = event, name: str = order.name) -> mulesoft.Spot:
            return mulesoft.Spot(flow, step, event, name)

        out.say(at, spot(0), f"received {what} for order {order.name}")
        for one in tries:
            out.say(one.at, spot(4), f"forwarding order {order.name} to {API}")
            if one.answer is None or one.answered is None:
                continue
            if one.answer in ("accepted", "failed-inside"):
                idoc = f", IDoc {numbers[one.id]:016d}" if one.id in numbers else ""
                out.say(one.answered, spot(5), f"{API} responded 201 for order {order.name}{idoc}")
                continue
            said, kind = _refusal(one)
            out.fail(one.answered, spot(4), said, kind, "POST order")
    return out.records


def _refusal(one: Try) -> tuple[str, str]:
    where = "HTTP POST on resource 'http://sap-sys.example:8091/orders' failed"
    if one.answer == "busy":
        return f"{where}: service unavailable (503).", "HTTP:SERVICE_UNAVAILABLE"
    if one.answer == "exists":
        return f"{where}: conflict (409): {one.reason}.", "HTTP:CONFLICT"
    return f"{where}: bad request (400): {one.reason}.", "HTTP:BAD_REQUEST"


def _structured(world: World, numbers: dict[str | None, int], *, pretty: bool) -> list[Record]:
    """The JSON Logger's records, with payloads as they stand at each point."""
    out = mulesoft.JsonLog(world, APP, pretty)
    rng = random.Random(f"{world.plan.seed} mule polls")
    for at in _polls(world):
        spot = mulesoft.Spot("ebay-poll-flow", 1, mulesoft.event_id(rng))
        out.say(at, spot, "FLOW", "eBay poll finished, nothing new", "")
    for passage, at, event, tries in _events(world):
        order = passage.order
        spot = mulesoft.Spot(_flow(order, passage.topic), 0, event, order.name)
        out.say(at, spot, "START", "Message received", {"payload": _taken(world, passage, rng)})
        for one in tries:
            soon = one.at - dt.timedelta(milliseconds=40)
            out.say(soon, spot, "AFTER_TRANSFORM", "After map", {"payload": _mapped(passage, one)})
            out.say(one.at, spot, "BEFORE_REQUEST", "Calling SAP", order.name)
            if one.answer is None or one.answered is None:
                continue
            if one.answer in ("accepted", "failed-inside"):
                idoc = {"docnum": f"{numbers[one.id]:016d}"} if one.id in numbers else {}
                out.say(one.answered, spot, "AFTER_REQUEST", "SAP answered", compact({"status": 201} | idoc))
                out.say(one.answered + dt.timedelta(milliseconds=5), spot, "END", "Done", "")
                continue
            said, kind = _refusal(one)
            failed = {"payload": compact({"error": {"type": kind, "message": said}})}
            out.say(one.answered, spot, "EXCEPTION", "SAP failed", failed)
    return out.records


def _taken(world: World, passage: Passage, rng: random.Random) -> dict[str, object]:
    """What the marketplace sent, or what was read there."""
    order, at = passage.order, passage.change.at
    created = passage.topic == "created"
    if is_walmart(order):
        line = (order.sku, order.units, _price(order), "Created" if created else "Cancelled")
        kind = "PO_CREATED" if created else "PO_LINE_AUTOCANCELLED"
        return walmart.event(
            kind, f"{rng.getrandbits(64):016x}", world.stamp("walmart", at), order.name, customer(order),
            world.stamp("walmart", order.created), [line], node(order), merged=world.plan.seed % 2 == 0,
        )  # fmt: skip
    if created:
        notice = f"{rng.getrandbits(64):016x}_{rng.getrandbits(64):016x}"
        line_id = f"1008{order.number:07d}01"
        return ebay.confirmation(notice, order.name, line_id, "335550100417", order.units, world.stamp("ebay", at))
    return ebay.order(
        order.name, order.number, world.stamp("ebay", order.created), world.stamp("ebay", at), "NOT_STARTED",
        "FULLY_REFUNDED", "CANCELED", [(order.sku, order.units, _price(order))], order.currency,
    )  # fmt: skip


def _mapped(passage: Passage, one: Try) -> dict[str, object]:
    """What goes to SAP."""
    order = passage.order
    kind = "ORDERS" if passage.topic == "created" else "ORDCHG"
    item = {"posex": "000010", "material": order.sku, "quantity": int(str(one.values.get("units", order.units)))}
    return {"messageType": kind, "orderId": order.name, "currency": order.currency, "items": [item]}
