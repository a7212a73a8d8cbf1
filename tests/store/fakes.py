"""A made-up log for the store's tests: `10 received shopify:id=1 ref=#5 env=m1 total=9.50` is a record at second 10.

`~` before a name mentions it only; `!ignored why`, `!unread why`, `!context what` are the other classes; any other
word is only text. What stands here in place of match and interpret is 40 lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tracelog.model.event import SECOND, Context, Event, Kind, Name, Outcome
from tracelog.model.record import Batch
from tracelog.store.results import DefinitionInfo
from tracelog.store.statements import Unread
from tracelog.store.write import Start, Writer

BASE = 1_770_000_000 * SECOND
INFO = DefinitionInfo(name="made-up", title="A made-up log", system="celigo")


def kind(phase: str, system: str = "celigo", instance: str | None = None, stream: str = "made-up") -> Kind:
    return Kind(system, instance, phase, None, None, None, stream, None)


def outcome(text: str) -> Outcome:
    """What the made-up log's record comes to."""
    second, _, rest = text.partition(" ")
    at = BASE + int(second) * SECOND if second.isdigit() else None
    if rest.startswith("!"):
        verdict, _, reason = rest[1:].partition(" ")
        context = Context("celigo", None, reason, at, second) if verdict == "context" else None
        return Outcome(verdict, reason, (), context, at, None, "made-up")
    phase, *words = rest.split()
    names, envelope, fields = [], [], {}
    for word in words:
        key, sign, value = word.partition("=")
        if key == "env":
            envelope = value.split("/")
        elif ":" in key or key.lstrip("~") == "ref":
            names.append(Name(key.lstrip("~"), value, "weak" if key[0] == "~" else "strong"))
        elif sign:
            fields[key] = value
    event = Event(kind(phase), at, second, SECOND, names=tuple(names), envelope=tuple(envelope), fields=fields)
    return Outcome("understood", None, (event,), None, at, None, "made-up")


class Reading:
    """Stands for match and interpret; counts what it was asked to read."""

    def __init__(self) -> None:
        self.asked = 0

    def outcomes(self, batch: Batch, indexes: Sequence[int]) -> list[Outcome]:
        self.asked += len(indexes)
        return [outcome(batch.raws[n].decode()) for n in indexes]

    def unread(self, batch: Batch, index: int, outcome: Outcome) -> Unread:
        return Unread("shape", outcome.reason or "", None)


class Again:
    """The same for records that lie in the store."""

    def outcomes(self, texts: Sequence[bytes], cut: Sequence[bool]) -> list[Outcome]:
        return [outcome(text.decode()) for text in texts]

    def unread(self, text: bytes, outcome: Outcome) -> Unread:
        return Unread("shape", outcome.reason or "", None)


def batches(lines: Sequence[str], size: int = 600) -> Iterable[Batch]:
    offset = 0
    for start in range(0, len(lines), size):
        raws = [line.encode() for line in lines[start : start + size]]
        offsets = []
        for raw in raws:
            offsets.append(offset)
            offset += len(raw) + 1
        yield Batch(raws, None, offsets, list(range(start + 1, start + 1 + len(raws))), list(map(len, raws)))


def start(name: str = "a.log", **more: object) -> Start:
    return Start(**{"name": name, "definition": INFO, "digest": "d1", "text": "", "plan": "lines", **more})  # type: ignore[arg-type]


def put(writer: Writer, lines: Sequence[str] | str, name: str = "a.log", size: int = 600, **more: object) -> Reading:
    """One export into the store; `more` is said of it at its start."""
    lines = lines.strip().splitlines() if isinstance(lines, str) else lines
    intake = writer.begin(start(name, **more))
    reading = Reading()
    for batch in batches(lines, size):
        intake.take(batch, reading)
        writer.breathe(intake)
    writer.finish(intake, sha256=f"sha of {name}", size=sum(map(len, lines)))
    return reading


def store_of(path: Path, *exports: Sequence[str] | str, size: int = 600) -> Path:
    """A store with these exports: a.log, b.log, …"""
    with Writer.open(path) as writer:
        for number, lines in enumerate(exports):
            put(writer, lines, f"{chr(ord('a') + number)}.log", size)
        writer.settle()
    return path
