"""SAP IDocs: the control and data segments as XML, the status records (EDIDS) as CSV.

Shapes after formats/backoffice.md, section 4. Times stand in the SAP system's zone, which the files do not name; the
current status of an IDoc is its highest COUNTR, and steps within one second are usual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from benchmarks.incidents.exports import Record
from benchmarks.incidents.shapes.common import row
from benchmarks.incidents.world import World

HEADER = row(["DOCNUM", "LOGDAT", "LOGTIM", "COUNTR", "STATUS", "UNAME", "STAMID", "STAMNO", "STATXT", "STAPA1"])
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<ORDERS05>\n'
XML_FOOT = "</ORDERS05>\n"
TEXTS = {
    "50": ("E0", "099", "IDoc added"),
    "64": ("", "", "IDoc ready to be transferred to application"),
    "62": ("", "", "IDoc passed to application"),
    "53": ("V1", "311", "Standard order & has been saved"),
    "51": ("VP", "199", "Sold-to party & not maintained"),
    "56": ("E0", "337", "IDoc with errors added"),
    "60": ("E0", "072", "Error during syntax check of IDoc (inbound)"),
    "68": ("", "", "Error - no further processing"),
    "69": ("", "", "IDoc was edited"),
    "70": ("", "", "Original of an IDoc which was edited"),
    "01": ("", "", "IDoc created"),
    "30": ("", "", "IDoc ready for dispatch (ALE service)"),
    "03": ("", "", "Data passed to port OK"),
    "12": ("", "", "Dispatch OK"),
    "16": ("", "", "Functional Acknowledgement positive"),
}


@dataclass
class Status:
    """One row of EDIDS."""

    at: datetime
    code: str
    user: str = "RFC_HUB"
    parameter: str = ""
    text: str | None = None


@dataclass
class IDoc:
    """One IDoc with what became of it. `direction` 1 is outbound, 2 inbound."""

    number: int
    kind: str
    direction: str
    partner: str
    po: str
    created: datetime
    currency: str = "USD"
    lines: Sequence[tuple[str, int]] = ()
    own: str | None = None
    key: str | None = None
    idoctyp: str = "ORDERS05"
    steps: list[Status] = field(default_factory=list)

    def step(
        self, at: datetime, code: str, parameter: str = "", user: str = "RFC_HUB", text: str | None = None
    ) -> None:
        self.steps.append(Status(at, code, user, parameter, text))


def status_rows(world: World, idocs: Sequence[IDoc], offset: timedelta) -> list[Record]:
    """EDIDS of the IDocs as exported, in the system's clock (`offset` from UTC)."""
    out, until = [], world.exported("sap")
    for idoc in sorted(idocs, key=lambda each: each.number):
        for counter, step in enumerate(idoc.steps, 1):
            if step.at > until:
                continue
            local = world.stamp("sap", step.at) + offset
            stamid, stamno, text = TEXTS.get(step.code, ("", "", ""))
            cells = [f"{idoc.number:016d}", local.strftime("%Y%m%d"), local.strftime("%H%M%S"), counter, step.code]
            cells += [step.user, stamid, stamno, step.text or text, step.parameter]
            out.append(Record(step.at, row(cells), frozenset({idoc.po})))
    return out


def xml(world: World, idocs: Sequence[IDoc], offset: timedelta, client: str = "PRDCLNT100") -> list[Record]:
    """ORDERS05 of the IDocs that were there when they were written out."""
    out, until = [], world.exported("sap")
    for idoc in sorted(idocs, key=lambda each: each.number):
        known = [each for each in idoc.steps if each.at <= until]
        if known and idoc.idoctyp:
            local = world.stamp("sap", idoc.created) + offset
            out.append(Record(idoc.created, _one(idoc, local, known[-1].code, client) + "\n", frozenset({idoc.po})))
    return out


def _tag(name: str, value: object) -> str:
    return f"<{name}>{escape(str(value))}</{name}>"


def _one(idoc: IDoc, local: datetime, status: str, client: str) -> str:
    inbound = idoc.direction == "2"
    partner = [("PRT", "KU"), ("PFC", "AG"), ("PRN", idoc.partner)]
    own = [("PRT", "LS"), ("PRN", client)]
    head = [("TABNAM", "EDI_DC40"), ("MANDT", "100"), ("DOCNUM", f"{idoc.number:016d}"), ("DOCREL", "756")]
    head += [("STATUS", status), ("DIRECT", idoc.direction), ("OUTMOD", "2"), ("IDOCTYP", idoc.idoctyp)]
    head += [("MESTYP", idoc.kind), ("SNDPOR", "HUBPORT" if inbound else "SAPPRD")]
    head += [("SND" + key, value) for key, value in (partner if inbound else own)]
    head += [("RCVPOR", "SAPPRD" if inbound else "HUBPORT")]
    head += [("RCV" + key, value) for key, value in (own if inbound else partner)]
    head += [("CREDAT", local.strftime("%Y%m%d")), ("CRETIM", local.strftime("%H%M%S"))]
    if idoc.key:
        head.append(("ARCKEY", idoc.key))
    head.append(("SERIAL", local.strftime("%Y%m%d%H%M%S")))
    day = local.strftime("%Y%m%d")
    out = ['  <IDOC BEGIN="1">', '    <EDI_DC40 SEGMENT="1">', "      " + "".join(_tag(*each) for each in head)]
    out.append("    </EDI_DC40>")
    action = {"ORDCHG": "002"}.get(idoc.kind, "000")
    currency, number = _tag("CURCY", idoc.currency), _tag("BELNR", idoc.po)
    out.append(f'    <E1EDK01 SEGMENT="1">{_tag("ACTION", action)}{currency}{number}</E1EDK01>')
    out.append(f'    <E1EDK03 SEGMENT="1">{_tag("IDDAT", "012")}{_tag("DATUM", day)}</E1EDK03>')
    out.append(f'    <E1EDKA1 SEGMENT="1">{_tag("PARVW", "AG")}{_tag("PARTN", "0000009001")}</E1EDKA1>')
    out.append(f'    <E1EDK02 SEGMENT="1">{_tag("QUALF", "001")}{_tag("BELNR", idoc.po)}{_tag("DATUM", day)}</E1EDK02>')
    if idoc.own:
        out.append(
            f'    <E1EDK02 SEGMENT="1">{_tag("QUALF", "002")}{_tag("BELNR", idoc.own)}{_tag("DATUM", day)}</E1EDK02>'
        )
    for number, (sku, quantity) in enumerate(idoc.lines, 1):
        item = f'<E1EDP19 SEGMENT="1">{_tag("QUALF", "002")}{_tag("IDTNR", sku)}</E1EDP19>'
        out.append(
            f'    <E1EDP01 SEGMENT="1">{_tag("POSEX", f"{number * 10:06d}")}{_tag("MENGE", f"{quantity}.000")}'
            f"{_tag('MENEE', 'EA')}{item}</E1EDP01>"
        )
    out.append(f'    <E1EDS01 SEGMENT="1">{_tag("SUMID", "001")}{_tag("SUMME", len(idoc.lines))}</E1EDS01>')
    out.append("  </IDOC>")
    return "\n".join(out)
