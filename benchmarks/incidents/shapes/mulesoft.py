"""MuleSoft: the application log (log4j2's default pattern) and the JSON Logger connector's.

Shapes after formats/middleware.md, section 5. The application log stands in the JVM's zone, which it does not name;
the JSON Logger writes UTC.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from benchmarks.incidents.exports import Record
from benchmarks.incidents.world import World

MARK = "*" * 80
RUNTIME = "org.mule.runtime.core.internal.processor.LoggerMessageProcessor"
HANDLER = "org.mule.runtime.core.internal.exception.OnErrorPropagateHandler"


def event_id(rng: random.Random) -> str:
    """A correlation id: UUID of version 1."""
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-11f1-{digits[16:20]}-36548d51aeee"


@dataclass(frozen=True)
class Spot:
    """Where in which event something is logged: the flow, the processor's number, the correlation id, the order."""

    flow: str
    step: int
    event: str
    order: str = ""


class AppLog:
    """Lines of one application's log, `offset` from UTC."""

    def __init__(self, world: World, app: str, offset: timedelta) -> None:
        self.world, self.app, self.offset, self.rng = world, app, offset, world.rng("mule threads")
        self.records: list[Record] = []

    def say(self, at: datetime, spot: Spot, text: str, level: str = "INFO", who: str = RUNTIME) -> None:
        local = self.world.stamp("mulesoft", at) + self.offset
        stamp = local.strftime("%Y-%m-%d %H:%M:%S,") + f"{local.microsecond // 1000:03d}"
        worker, mark = self.rng.randrange(1, 33), self.rng.getrandbits(28)
        thread = f"[MuleRuntime].uber.{worker:02d}: [{self.app}].{spot.flow}.CPU_LITE @{mark:x}"
        context = f"[processor: {spot.flow}/processors/{spot.step}; event: {spot.event}]"
        line = f"{level:<5} {stamp} [{thread}] {context} {who}: {text}\n"
        self.records.append(Record(at, line, frozenset({spot.order}) if spot.order else frozenset()))

    def fail(self, at: datetime, spot: Spot, said: str, kind: str, element: str) -> None:
        """The block that the error handler writes."""
        where = f"{spot.flow}/processors/{spot.step} @ {self.app}:orders.xml:{40 + spot.step * 6} ({element})"
        call = f'<http:request method="POST" doc:name="{element}" config-ref="SapSys" path="/orders"></http:request>'
        block = (
            "", MARK, f"Message               : {said}", f"Element               : {where}",
            f"Element DSL           : {call}", f"Error type            : {kind}",
            f"FlowStack             : at {spot.flow}({where})", "",
            "  (set debug level logging or '-Dmule.verbose.exceptions=true' for everything)", MARK,
        )  # fmt: skip
        self.say(at, spot, "\n".join(block), "ERROR", HANDLER)


@dataclass
class JsonLog:
    """Records of the JSON Logger, one a line or pretty-printed."""

    world: World
    app: str
    pretty: bool
    records: list[Record] = field(default_factory=list)
    begun: dict[str, datetime] = field(default_factory=dict)

    def say(self, at: datetime, spot: Spot, point: str, message: str, content: object) -> None:
        first = self.begun.setdefault(spot.event, at)
        place = {"lineInFile": "58", "component": "json-logger:logger", "fileName": "orders.xml"}
        stamp = self.world.stamp("mulesoft", at)
        rng = self.world.rng("mule threads")
        record = {
            "correlationId": spot.event,
            "message": message,
            "tracePoint": point,
            "priority": "ERROR" if point == "EXCEPTION" else "INFO",
            "elapsed": round((at - first).total_seconds() * 1000),
            "locationInfo": place | {"rootContainer": spot.flow},
            "timestamp": stamp.strftime("%Y-%m-%dT%H:%M:%S.") + f"{stamp.microsecond // 1000:03d}Z",
            "content": content,
            "applicationName": self.app,
            "applicationVersion": "1.4.2",
            "environment": "prod",
            "threadName": f"[MuleRuntime].uber.{rng.randrange(1, 33):02d}: [{self.app}].{spot.flow}.BLOCKING @6d3b5ad",
        }
        pretty = {"indent": 2, "separators": (",", " : ")}
        text = json.dumps(record, **(pretty if self.pretty else {"separators": (",", ":")}))
        self.records.append(Record(at, text + "\n", frozenset({spot.order}) if spot.order else frozenset()))
