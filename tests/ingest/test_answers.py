"""EDI answers: what a 997 says of a whole group, and of each set in it."""

from __future__ import annotations

from pathlib import Path

from tracelog.config import Config
from tracelog.ingest import ingest
from tracelog.model.ingest import IngestOptions
from tracelog.store.read import Store

HEAD = "ISA*00*          *00*          *ZZ*{0:15}*ZZ*{1:15}*260309*0802*U*00401*00000010{2}*0*P*>~"
ORDER = (
    HEAD.format("RETAILCO", "ACMESELLER", 1)
    + "GS*PO*RETAILCO*ACMESELLER*20260309*0802*501*X*004010~ST*850*0001~BEG*00*SA*4500119001**20260309~"
    "PO1*1*2*EA*21*PE*VN*TEE~CTT*1~SE*5*0001~GE*1*501~IEA*1*000000101~"
)
ANSWER = (
    HEAD.format("ACMESELLER", "RETAILCO", 2)
    + "GS*FA*ACMESELLER*RETAILCO*20260309*0806*601*X*004010~ST*997*0001~AK1*PO*{0}~AK2*850*0001~AK5*A~AK9*A*1*1*1~"
    "SE*6*0001~GE*1*601~IEA*1*000000102~"
)


def loose(folder: Path, answer: str) -> list[str | None]:
    (folder / "orders.edi").write_text(ORDER + "\n" + answer)
    db = folder / "tracelog.db"
    ingest([str(folder / "orders.edi")], db=db, parsers=[], config=Config(), options=IngestOptions(), progress=None)
    with Store.open(db) as store:
        return [row.phase for row in store.candidates()]


def test_the_verdict_on_a_group_is_not_loose_where_each_set_has_its_own(tmp_path: Path) -> None:
    assert loose(tmp_path, ANSWER.format(501)) == []


def test_an_answer_to_a_group_that_is_not_on_record_may_be_the_missing_one(tmp_path: Path) -> None:
    assert loose(tmp_path, ANSWER.format(777)) == ["acknowledged", "acknowledged"]
