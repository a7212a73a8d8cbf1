"""BigCommerce → a receiver of the shop's own (nginx before a Python application) → QuickBooks.

BigCommerce calls for every order created and every change of status, and says nothing but the order's number. The
application reads the order, makes a sales receipt of it and voids that when the order is cancelled; other states
it leaves out, and says so. On hand are the shop's orders from its API, nginx' access log, the application's log
and out of QuickBooks every sales document with the audit log. What a sales receipt is called, how the application
words its lines and whether nginx logs bodies differs from world to world.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

from benchmarks.incidents.exports import Export, Record, log, table
from benchmarks.incidents.play import Play, Route
from benchmarks.incidents.shapes import bigcommerce, quickbooks, receiver
from benchmarks.incidents.shapes.common import compact, row
from benchmarks.incidents.world import Document, Order, Passage, Try, World

NAME = "bigcommerce-receiver-quickbooks"
ROUTE = Route(
    "bigcommerce", "app", "quickbooks", ("created", "cancelled"), push=(1.0, 6.0), process=(0.2, 2.0),
    labels={"source": "bigcommerce orders", "in": "app log", "out": "app log", "target": "quickbooks documents"},
)  # fmt: skip
BODIES = {"in": "nginx"}  # where nginx logs bodies, it shows what was taken in, and never falls silent
FAULTS = (
    "never-received", "never-forwarded", "never-applied", "unanswered", "refused", "refused-rerun",
    "rewritten-total", "twice", "late", "overtaken", "edited",
)  # fmt: skip
TRAITS = ("unrouted",)
SHOP, AGENT, ADDRESS = "nfbc7", "BigCommerce/Webhooks", "34.120.16.{}"
PAYMENTS = {"card": "Credit Card", "paypal": "PayPal", "instalments": "Buy Now, Pay Later"}
ZONE = dt.timedelta(hours=-5)  # of the receiver's host; the week has no change of clocks


@dataclass(frozen=True)
class Wording:
    """How one application words what it does. `{…}` are filled in."""

    received: str
    read: str
    sending: str
    accepted: str
    refused: str
    busy: str
    left: str
    logger: str


WORDINGS = (
    Wording(
        "received topic={scope} order={id} webhook_id={hook}", "mapped order={id} to SalesReceipt doc={doc}",
        "POST quickbooks order={id} doc={doc}",
        "quickbooks responded 200 order={id} salesreceipt={made} elapsed_ms={took}",
        "quickbooks refused order={id} status=400 error={why}",
        "quickbooks responded 429 order={id}, retrying in {wait}s",
        "skip order={id} reason=status {status}", "hub.{}",
    ),
    Wording(
        "webhook {scope} received for order {id} ({hook})", "order {id} mapped to sales receipt {doc}",
        "sending order {id} to QuickBooks", "QuickBooks responded 200 for order {id}: SalesReceipt {made}",
        "order {id} rejected by QuickBooks: 400 {why}",
        "QuickBooks responded 429 for order {id}, will retry in {wait} s",
        "ignoring order {id}: status {status} is not synced", "app.{}",
    ),
)  # fmt: skip


class Sales(Play):
    """Orders are called by their number in the shop.

    What the application does, only its own words tell, and words alone prove nothing: what rests on them may be
    suspected. An order that QuickBooks' list lacks is proved to be missing there, wherever between the two it was
    lost; and of a total, only the two lists tell that it differs.
    """

    def run(self) -> list[Passage]:
        for order in self.world.orders:
            order.label = str(order.number + 26_000)
        passages = super().run()
        for truth in self.world.truths:
            if truth.kind in ("rejected", "late", "out-of-sequence", "silent-drop"):
                truth.states |= {"suspected"}
            if truth.kind in ("silent-drop", "rewrite"):
                truth.also |= {"state-divergence"}
        return passages


PLAY = Sales


def route(world: World) -> Route:
    return replace(ROUTE, labels=ROUTE.labels | BODIES) if with_bodies(world) else ROUTE


def with_bodies(world: World) -> bool:
    """Whether nginx logs the bodies of the calls."""
    return world.plan.seed % 2 == 1


def wording(world: World) -> Wording:
    return WORDINGS[world.plan.seed % 2]


def doc_number(world: World, order: Order) -> str:
    return order.name if world.plan.seed % 3 == 1 else f"BC-{order.name}"


def write(world: World) -> list[Export]:
    labels, bodies = ROUTE.labels, with_bodies(world)
    shown = _documents(world)
    return [
        table(world, "bigcommerce-orders.jsonl", labels["source"], "bigcommerce", shop_rows(world)),
        log(world, "access.json.log" if bodies else "access.log", "nginx", "nginx", access(world, bodies=bodies)),
        log(world, "hub.log", labels["in"], "app", application(world)),
        table(world, "quickbooks-documents.jsonl", labels["target"], "quickbooks", documents(world, shown)),
        table(world, "quickbooks-audit.csv", "quickbooks audit", "quickbooks", audit(world, shown),
              header=row(["Date Changed", "User", "Event", "Name", "Date", "Amount"])),
    ]  # fmt: skip


def shop_rows(world: World) -> list[Record]:
    """Every order as it stands when the shop was asked."""
    at, out = world.exported("bigcommerce"), []
    for order in world.orders:
        if order.created > at or (order.deleted and order.deleted <= at):
            continue
        shipped = order.when("shipped") if order.has("shipped", at) else None
        state = 5 if order.has("cancelled", at) else 2 if shipped else 11
        if order.has("refunded", at):
            state = 14
        stamp = world.stamp("bigcommerce", order.created)
        changed = world.stamp("bigcommerce", order.last(at))
        body = bigcommerce.order(
            int(order.name), stamp, changed, shipped and world.stamp("bigcommerce", shipped), state, order.total,
            order.units, world.plan.seed % 2 == 0, order.email, PAYMENTS[order.payment], order.currency,
        )  # fmt: skip
        body |= {"order_is_digital": order.kind == "digital"}
        if order.kind == "pos":
            body |= {"order_source": "external", "channel_id": 2}
        out.append(Record(order.created, compact(body) + "\n", frozenset({order.name})))
    return out


@dataclass(frozen=True)
class Call:
    """One delivery of a webhook: what nginx and the application saw of it."""

    at: dt.datetime
    order: Order
    scope: str
    state: int
    hook: str
    passage: Passage | None


def calls(world: World) -> list[Call]:
    """Deliveries of what the route carries, and of what the application leaves out."""
    rng = random.Random(f"{world.plan.seed} hooks")
    out = []
    for order in world.orders:
        for passage in order.passages:
            created = passage.topic == "created"
            scope = "store/order/created" if created else "store/order/statusUpdated"
            state = 11 if created else 5
            out += [Call(at, order, scope, state, f"msg_{rng.getrandbits(108):027x}", passage)
                    for at in passage.received]  # fmt: skip
        for change in order.changes:
            if change.topic not in ROUTE.topics:
                state = {"shipped": 2, "refunded": 14}[change.topic]
                at = change.at + dt.timedelta(seconds=rng.uniform(1, 6))
                hook = f"msg_{rng.getrandbits(108):027x}"
                out.append(Call(at, order, "store/order/statusUpdated", state, hook, None))
    return [each for each in out if each.at < world.end]


def access(world: World, *, bodies: bool) -> list[Record]:
    rng = world.rng("nginx")
    out = []
    for call in calls(world):
        data: dict[str, object] = {"type": "order", "id": int(call.order.name)}
        if call.scope.endswith("statusUpdated"):
            data["status"] = {"previous_status_id": 2 if call.state == 14 else 11, "new_status_id": call.state}
        body = compact(bigcommerce.notice(call.scope, call.at, data, SHOP, rng))
        took = rng.uniform(0.02, 0.2)
        stamp = world.stamp("nginx", call.at + dt.timedelta(seconds=took))
        address = ADDRESS.format(rng.randrange(2, 9))
        if bodies:
            text = receiver.structured(stamp, ZONE, "/hooks/bigcommerce", 200, 2, AGENT, address, body, took, rng)
        else:
            text = receiver.combined(stamp, ZONE, "/hooks/bigcommerce", 200, 2, AGENT, address)
        out.append(Record(call.at, text + "\n", frozenset({call.order.name})))
    for minute in range(0, int((world.end - world.plan.start).total_seconds() // 60), 5):  # the balancer asks how it is
        at = world.plan.start + dt.timedelta(minutes=minute, seconds=11)
        stamp = world.stamp("nginx", at)
        text = (
            receiver.structured(stamp, ZONE, "/healthz", 200, 2, "kube-probe/1.29", "10.0.3.1", "", 0.001, rng, "GET")
            if bodies
            else receiver.combined(stamp, ZONE, "/healthz", 200, 2, "kube-probe/1.29", "10.0.3.1", "GET")
        )
        out.append(Record(at, text + "\n"))
    return out


def application(world: World) -> list[Record]:
    """What the application says of each call, and of each of its own calls to QuickBooks."""
    words = wording(world)
    out: list[Record] = []

    def say(at: dt.datetime, level: str, part: str, order: Order, text: str) -> None:
        stamp = world.stamp("app", at)
        line = receiver.said(stamp, ZONE, level, words.logger.format(part), text)
        out.append(Record(at, line + "\n", frozenset({order.name})))

    for call in calls(world):
        order, doc = call.order, doc_number(world, call.order)
        say(call.at, "INFO", "webhooks", order, words.received.format(scope=call.scope, id=order.name, hook=call.hook))
        if call.passage is None:
            state = bigcommerce.STATUSES[call.state]
            soon = call.at + dt.timedelta(milliseconds=140)
            say(soon, "INFO", "mapper", order, words.left.format(id=order.name, status=state))
            continue
    for order in world.orders:
        held, doc = world.documents_of(order), doc_number(world, order)
        for passage in order.passages:
            made = iter(held if passage.topic == "created" else held[:1])
            for one in passage.tries:
                if passage.topic == "created":
                    soon = one.at - dt.timedelta(milliseconds=60)
                    say(soon, "INFO", "mapper", order, words.read.format(id=order.name, doc=doc))
                say(one.at, "INFO", "quickbooks", order, words.sending.format(id=order.name, doc=doc))
                if one.answer is not None and one.answered is not None:
                    document = next(made, None) if one.document else None
                    level, text = _answered(words, order, one, document)
                    say(one.answered, level, "quickbooks", order, text)
    return out


def _answered(words: Wording, order: Order, one: Try, document: Document | None) -> tuple[str, str]:
    assert one.answered is not None
    took = round((one.answered - one.at).total_seconds() * 1000)
    if one.answer == "busy":
        return "WARNING", words.busy.format(id=order.name, wait=300)
    if one.answer == "refused":
        return "ERROR", words.refused.format(id=order.name, why=f"2500 {one.reason}")
    return "INFO", words.accepted.format(id=order.name, made=number(document) if document else "-", took=took)


def number(document: Document) -> int:
    return document.number - 24_000


Shown = list[tuple[Document, quickbooks.Document]]


def _documents(world: World) -> Shown:
    """Every sales receipt as QuickBooks holds it when it was asked; those entered in the office have no memo."""
    rng = world.rng("office")
    out: Shown = []
    for held in world.listed("quickbooks"):
        order = held.order
        plain = held.outside
        note = None if plain else f"{'BigCommerce' if world.plan.seed % 2 else 'channel'} order {order.name}"
        doc = quickbooks.Document(
            "SalesReceipt", number(held), doc_number(world, order), note, held.total, held.created, held.modified,
            40 + order.number % 900, paid=True, voided=held.status in ("cancelled", "closed"),
            version=len({one.at for one in held.notes}) - 1, currency=order.currency,
        )  # fmt: skip
        out.append((held, doc))
    return sorted(out, key=lambda each: (each[1].number, rng.random()))


def documents(world: World, shown: Shown) -> list[Record]:
    at = world.exported("quickbooks")
    out = []
    for index, (held, document) in enumerate(shown):
        asked = at - dt.timedelta(milliseconds=(len(shown) - index) * 40)
        moved = quickbooks.moved(document, lambda when: world.stamp("quickbooks", when))
        text = compact(quickbooks.read(moved, world.stamp("quickbooks", asked)))
        out.append(Record(held.created, text + "\n", frozenset({held.order.name})))
    return out


def audit(world: World, shown: Shown) -> list[Record]:
    """Who made, changed and voided which document."""
    out = []
    for held, document in shown:
        for note in held.notes:
            event = {"record": "Added"}.get(note.field, "")
            if note.field == "status" and note.new in ("cancelled", "closed"):
                event = "Voided"
            if not event:
                continue
            by = "Order Hub (app)" if note.by == "integration" else note.by
            amount = "0.00" if event == "Voided" else held.notes[3].new
            text = quickbooks.audit_row(
                world.stamp("quickbooks", note.at), by, f"{event} Sales Receipt No. {document.doc}",
                f"Customer {document.customer}", world.stamp("quickbooks", document.created), amount,
            )  # fmt: skip
            out.append(Record(note.at, text, frozenset({held.order.name})))
    return sorted(out, key=lambda each: each.at)
