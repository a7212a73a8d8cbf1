"""A retailer and a seller by X12, and the seller's NetSuite behind it.

Every half hour the retailer sends what it ordered (850) and what it takes back (860), many documents an interchange;
the seller's translator answers with 997, NetSuite makes a sales order of each, and back go the seller's response (855),
every hour the ship notices (856) and a while later the invoices (810), each group of which the retailer answers.
On hand are the translator's archive, one file for each direction, and out of NetSuite a search of the sales orders, the
item fulfilments and the system notes. Nothing shows what happens between translator and NetSuite.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.incidents.exports import Export, Record, log, table
from benchmarks.incidents.play import HALF, MUST, Play, Route, seconds
from benchmarks.incidents.shapes import netsuite, x12
from benchmarks.incidents.shapes.common import NEW_YORK, row
from benchmarks.incidents.world import Order, Passage, Span, Truth, World

NAME = "x12-retailer-netsuite"
ROUTE = Route(
    "retailco", "acmeseller", "netsuite", ("created", "shipped", "cancelled"), poll=1800.0, process=(40.0, 200.0),
    labels={"source": "edi in", "in": "edi in", "out": "edi out", "target": "netsuite orders"}, busy=0.0,
)  # fmt: skip
FAULTS = ("never-forwarded", "never-applied", "unanswered", "refused", "refused-rerun", "twice", "late", "edited")
NOTICES = {"never-forwarded", "unanswered", "refused", "refused-rerun", "late"}
"""What can go wrong with a ship notice."""
SEARCH = row(
    ["Internal ID", "Document Number", "Date", "Date Created", "Last Modified", "PO/Check Number", "Status", "Amount",
     "Currency"]
)  # fmt: skip
FULFILMENTS = row(
    [
        "Internal ID",
        "Document Number",
        "Date",
        "Date Created",
        "Created From",
        "Status",
        "Package Tracking Number",
        "Ship Via",
    ]
)
HOUR = dt.timedelta(hours=1)
TENTH = 0.1  # of the ship notices, which are one in three or four of what the seller sends
BILLED = dt.timedelta(hours=3)
"""So long after the ship notice goes the invoice."""


class Exchange(Play):
    """Orders are called by the retailer's number. What ships, ships at the seller's: the way of its notice is back."""

    def run(self) -> list[Passage]:
        for order in self.world.orders:
            order.label, order.currency, order.kind = f"45001{order.number:05d}", "USD", "goods"
        passages = super().run()
        for document in self.world.documents:
            for note in document.notes:
                if note.field == "reference":
                    note.new = document.order.name
        for truth in self.world.truths:
            if truth.kind == "silent-drop":
                truth.also |= {
                    "state-divergence"
                }  # of what is between translator and NetSuite no export shows anything
        return passages

    def _supersede(self, order: Order) -> None:
        """Every document is sent, whatever follows it."""

    def _pass(self, passage: Passage) -> None:
        if passage.topic != "shipped":
            super()._pass(passage)
            return
        held = self.world.documents_of(passage.order)
        at = passage.change.at
        if not held or held[0].created > at:
            return  # what is not there does not ship
        held[0].set(at, "status", "shipped", by="warehouse")
        passage.received.append(at)
        self._notice(passage, at)

    def _notice(self, passage: Passage, at: dt.datetime) -> None:
        """The ship notice: sent with the next hour's, answered by the retailer within three quarters of an hour."""
        kind = passage.fault[1].kind if passage.fault and passage.fault[1].kind in NOTICES else ""
        if kind == "never-forwarded":
            self._told(passage, "silent-drop", at, "edi out", frozenset({"state-divergence"}))
            return
        send = self._hour(at + (dt.timedelta(hours=self.rng.uniform(6, 11)) if kind == "late" else dt.timedelta()))
        one = self._try(passage, send, {})
        if kind == "late":
            self._told(passage, "late", at, "edi out")
        if kind == "unanswered":
            self._told(passage, "unacknowledged", send, "edi in")
            return
        refused = kind in ("refused", "refused-rerun")
        answered = send + seconds(self.rng, (240.0, 2700.0))
        self._answer(one, "refused" if refused else "accepted", "", answered)
        if refused:
            states = frozenset({"recovered"} if kind == "refused-rerun" else {"confirmed"})
            self._told(passage, "rejected", answered, "edi in", states=states)
        if kind == "refused-rerun":
            again = self._try(passage, self._hour(send + dt.timedelta(hours=self.rng.uniform(5, 9))), {})
            self._answer(again, "accepted", "", again.at + seconds(self.rng, (240.0, 2700.0)))

    def _hour(self, at: dt.datetime) -> dt.datetime:
        past = (at - self.world.plan.start) // HOUR
        return self.world.plan.start + (past + 1) * HOUR + dt.timedelta(minutes=5, seconds=self.rng.uniform(0, 9))

    def _told(
        self, passage: Passage, kind: str, at: dt.datetime, label: str, also: frozenset[str] = frozenset(),
        states: frozenset[str] = frozenset({"confirmed"}),
    ) -> None:  # fmt: skip
        number, fault = passage.fault
        if kind == "silent-drop" and fault.rate > HALF:
            states |= {"suspected"}  # no other record tells that most were to be told of
        if kind == "unacknowledged" and fault.rate > TENTH:
            states |= {"suspected"}  # row 15: a stream that answers less than 95 % of what is sent may not mean to
        shows = "netsuite orders" if kind == "silent-drop" else "edi out"
        absence = (Span(label, at, at + MUST),) if kind in ("silent-drop", "unacknowledged") else ()
        self.world.truths.append(
            Truth(passage.order.name, kind, passage.topic, (self.route.middle, self.route.source), at, fault.name,
                  states, also, anchors=(Span(shows, at, at),), absence=absence, group=number)
        )  # fmt: skip


PLAY = Exchange


def write(world: World) -> list[Export]:
    labels = ROUTE.labels
    inbound, outbound = archive(world)
    return [
        log(world, "edi-inbound.edi", labels["in"], "x12", inbound),
        log(world, "edi-outbound.edi", labels["out"], "x12", outbound),
        table(world, "netsuite-sales-orders.csv", labels["target"], "netsuite", orders(world), header=SEARCH),
        table(world, "netsuite-fulfilments.csv", "netsuite fulfilments", "netsuite", fulfilments(world),
              header=FULFILMENTS),
        table(world, "netsuite-system-notes.csv", "netsuite notes", "netsuite", netsuite.note_rows(world),
              header=netsuite.NOTES),
    ]  # fmt: skip


# ---- what goes to and fro ----


@dataclass
class Posted:
    """A document on its way: in which batch it goes (alone, where nobody answers it) and how it is answered."""

    at: dt.datetime
    document: x12.Document
    order: Order
    verdict: str | None = "A"
    answered: dt.datetime | None = None


def lines(order: Order) -> list[tuple[str, int, str]]:
    return [(order.sku, order.units, f"{float(order.total) / order.units:.2f}")]


def archive(world: World) -> tuple[list[Record], list[Record]]:
    """Interchanges in both directions. Control numbers count up with time, whoever is answered."""
    element, terminator, version = x12.spelling(world.rng("edi spelling"))
    retailer = x12.Partner("RETAILCO", 101, 501, element, terminator, version)
    seller = x12.Partner("ACMESELLER", 9001, 601, element, terminator, version)
    listed = world.plan.seed % 2 == 0
    inbound, outbound = list(_batches(_bought(world))), list(_batches(_sold(world)))
    waiting: list[tuple[dt.datetime, int, list[Posted], x12.Partner]] = []
    waiting += [(batch[0].at, 0, batch, retailer) for batch in inbound]
    waiting += [(batch[0].at, 0, batch, seller) for batch in outbound]
    answers: list[tuple[dt.datetime, list[x12.Document], frozenset[str], x12.Partner]] = []
    sent: dict[str, list[Record]] = defaultdict(list)
    for at, _, batch, sender in sorted(waiting, key=lambda each: (each[0], each[3].code)):
        receiver = seller if sender is retailer else retailer
        made = x12.wrap(sender, receiver, world.stamp(sender.code.lower(), at), [each.document for each in batch])
        names = frozenset(each.order.name for each in batch)
        sent[sender.code].append(Record(at, made.text, names))
        if batch[0].verdict is None:
            continue
        ordered = [each for kind in dict.fromkeys(b.document.kind for b in batch) for each in batch
                   if each.document.kind == kind]  # fmt: skip
        verdicts = {
            (one.functional, one.number): each.verdict or "A" for one, each in zip(made.sets, ordered, strict=True)
        }
        answered = max((each.answered for each in batch if each.answered), default=at + dt.timedelta(minutes=4))
        documents = x12.functional_group_answer(made.sets, verdicts, listed=listed)
        answers.append((answered, documents, names, receiver))
    for at, documents, names, sender in sorted(answers, key=lambda each: each[0]):
        receiver = seller if sender is retailer else retailer
        made = x12.wrap(sender, receiver, world.stamp(sender.code.lower(), at), documents)
        sent[sender.code].append(Record(at, made.text, names))
    return sent["RETAILCO"], sent["ACMESELLER"]


def _batches(posted: Iterable[Posted]) -> Iterator[list[Posted]]:
    """What goes in one interchange: everything of one half hour; what nobody answers goes alone."""
    together: dict[tuple[dt.datetime, str], list[Posted]] = {}
    for each in posted:
        alone = each.order.name if each.verdict is None else ""
        minute = each.at.replace(second=0, microsecond=0)
        together.setdefault((minute, alone), []).append(each)
    yield from together.values()


def _verdict(passage: Passage) -> str | None:
    """How the seller's translator answers: it knows the syntax, and nothing of which orders there are."""
    kind = passage.fault[1].kind if passage.fault else ""
    return {"refused": "R", "refused-rerun": "R", "unanswered": None}.get(kind, "A")


def _bought(world: World) -> Iterator[Posted]:
    """850 and 860, with the half hour they went in; again where the first was refused and mended."""
    for order in world.orders:
        for passage in order.passages:
            for taken in passage.received if passage.topic != "shipped" else ():
                verdict = _verdict(passage)
                document = _purchase(order, passage, taken)
                answered = taken + dt.timedelta(minutes=2 + order.number % 3)
                yield Posted(taken, document, order, verdict, answered)
                if verdict == "R":
                    for again in passage.tries[1:]:
                        yield Posted(again.at, _purchase(order, passage, again.at), order)


def _purchase(order: Order, passage: Passage, at: dt.datetime) -> x12.Document:
    if passage.topic == "cancelled":
        return x12.change(order.name, at, "01")
    reference = f"W{order.number}" if order.number % 3 else None
    return x12.order(order.name, order.created, lines(order), reference, str(12 + order.number % 7))


def _sold(world: World) -> Iterator[Posted]:
    """855, 856 and 810."""
    for order in world.orders:
        held = world.documents_of(order)
        created = next((each for each in order.passages if each.topic == "created"), None)
        vowed = created is not None and bool(created.fault) and created.fault[1].kind == "never-applied"
        made = held[0].created if held else created.tries[0].at if vowed and created and created.tries else None
        if made is not None:
            number = netsuite.tranid(held[0]) if held else None
            at = _quarter(world, made)
            yield Posted(at, x12.response(order.name, at, "AD", number, lines(order), "IA"), order)
        for passage in order.passages:
            if passage.topic != "shipped":
                continue
            for one in passage.tries:
                verdict = {"refused": "R", None: None}.get(one.answer, "A")
                notice = x12.ship_notice(shipment(order), one.at, tracking(order), [(order.name, lines(order))])
                yield Posted(one.at, notice, order, verdict, one.answered)
            at = invoiced(passage)
            if at is not None:
                yield Posted(at, x12.invoice(f"INV-{order.number}", order.name, at, order.created, lines(order)), order)


def _quarter(world: World, at: dt.datetime) -> dt.datetime:
    quarter = dt.timedelta(minutes=15)
    past = (at + dt.timedelta(minutes=8) - world.plan.start) // quarter
    return world.plan.start + (past + 1) * quarter + dt.timedelta(seconds=20)


def shipment(order: Order) -> str:
    return f"IF{order.number + 5000}"


def tracking(order: Order) -> str:
    return f"1Z999AA1{order.number:010d}"


def invoiced(passage: Passage) -> dt.datetime | None:
    """When the invoice went: some hours after the goods, whatever became of their notice."""
    if not passage.received:
        return None
    at = passage.received[0] + BILLED
    return at.replace(minute=35, second=11, microsecond=0) + HOUR


# ---- NetSuite ----


def orders(world: World) -> list[Record]:
    out, at = [], world.exported("netsuite")
    for document in world.listed("netsuite"):
        order = document.order
        shipped = next((each for each in order.passages if each.topic == "shipped"), None)
        bill = invoiced(shipped) if shipped else None
        billed = bill is not None and bill <= at and document.status == "shipped"
        status = "Billed" if billed else netsuite.text(world, document.status, at)
        modified = max(document.modified, bill) if billed and bill else document.modified
        local = world.stamp("netsuite", document.created).astimezone(NEW_YORK)
        values = [
            netsuite.internal(document), netsuite.tranid(document), f"{local.month}/{local.day}/{local.year}",
            netsuite.stamp(world, document.created), netsuite.stamp(world, modified), order.name, status,
            document.total, order.currency,
        ]  # fmt: skip
        out.append(Record(document.created, row(values), frozenset({order.name})))
    return out


def fulfilments(world: World) -> list[Record]:
    out = []
    for document in world.listed("netsuite"):
        for note in document.notes:
            if note.field != "status" or note.new != "shipped":
                continue
            local = world.stamp("netsuite", note.at).astimezone(NEW_YORK)
            order = document.order
            values = [
                990_000 + order.number, shipment(order), f"{local.month}/{local.day}/{local.year}",
                netsuite.stamp(world, note.at), f"Sales Order #{netsuite.tranid(document)}", "Shipped",
                tracking(order), "UPS Ground",
            ]  # fmt: skip
            out.append(Record(note.at, row(values), frozenset({order.name})))
    return out
