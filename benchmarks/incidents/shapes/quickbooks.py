"""QuickBooks Online: sales documents as the API gives them, and the audit log.

Shapes after formats/backoffice.md, section 2. There is no order status: a void is amounts of nothing and a note, what
is paid follows from the balance. Stamps are Pacific, with their offset.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from benchmarks.incidents.shapes.common import row

PACIFIC = ZoneInfo("America/Los_Angeles")


@dataclass
class Document:
    """An invoice or sales receipt with what became of it."""

    kind: str
    number: int
    doc: str | None
    note: str | None
    total: str
    created: datetime
    changed: datetime
    customer: int
    paid: bool = False
    voided: bool = False
    version: int = 0
    method: str | None = None
    currency: str = "USD"


def local(at: datetime) -> str:
    return at.astimezone(PACIFIC).replace(microsecond=0).isoformat()


def read(document: Document, asked: datetime) -> dict[str, object]:
    """The answer to GET /v3/company/REALM/{invoice,salesreceipt}/ID at `asked`."""
    body: dict[str, object] = {
        "Id": str(document.number),
        "SyncToken": str(document.version),
        "domain": "QBO",
        "sparse": False,
    }
    if document.doc:
        body["DocNumber"] = document.doc
    body["TxnDate"] = document.created.astimezone(PACIFIC).strftime("%Y-%m-%d")
    body["TotalAmt"] = 0 if document.voided else float(document.total)
    body["Balance"] = 0 if document.voided or document.paid or document.kind != "Invoice" else float(document.total)
    body["EmailStatus"] = "NotSet"
    body["PrintStatus"] = "NeedToPrint"
    note = "Voided" if document.voided and not document.note else document.note
    if document.voided and document.note:
        note = f"Voided - {document.note}"
    if note:
        body["PrivateNote"] = note
    if document.method:
        body["PaymentRefNum"] = document.method
    body["CurrencyRef"] = {"value": document.currency}
    body["CustomerRef"] = {"value": str(document.customer), "name": f"Customer {document.customer}"}
    body["MetaData"] = {"CreateTime": local(document.created), "LastUpdatedTime": local(document.changed)}
    stamp = asked.astimezone(PACIFIC)
    return {document.kind: body, "time": stamp.isoformat(timespec="milliseconds")}


def moved(document: Document, clock: Callable[[datetime], datetime]) -> Document:
    """The document with the times that QuickBooks' own clock gave it."""
    return replace(document, created=clock(document.created), changed=clock(document.changed))


def audit_row(at: datetime, user: str, event: str, name: str, day: datetime, amount: str) -> str:
    """One line of the audit log's CSV: to the minute, with the zone's name."""
    there = at.astimezone(PACIFIC)
    zone = "Pacific Daylight Time" if there.dst() else "Pacific Standard Time"
    clock = f"{there.strftime('%b')} {there.day}, {there.year}, {there.hour % 12 or 12}:{there.minute:02d}"
    clock += f" {'am' if there.hour < 12 else 'pm'} {zone}"
    return row([clock, user, event, name, day.astimezone(PACIFIC).strftime("%m/%d/%Y"), amount])
