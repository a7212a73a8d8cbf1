"""MuleSoft: the application log (log4j2's default pattern) and the JSON Logger connector's.

Shapes after formats/middleware.md, section 5. The application log stands in the JVM's zone, which it does not name;
the JSON Logger writes UTC.
"""

import json
import random
from datetime import datetime, timedelta

MARK = "*" * 80
RUNTIME = "org.mule.runtime.core.internal.processor.LoggerMessageProcessor"
HANDLER = "org.mule.runtime.core.internal.exception.OnErrorPropagateHandler"


def event_id(rng: random.Random) -> str:
    """A correlation id: UUID of version 1."""
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-11f1-{digits[16:20]}-36548d51aeee"


class AppLog:
    """Lines of one application's log."""

    def __init__(self, app: str, offset: timedelta, rng: random.Random) -> None:
        self.app, self.offset, self.rng = app, offset, rng
        self.lines: list[tuple[datetime, str]] = []

    def say(
        self, at: datetime, flow: str, step: int, event: str, text: str, level: str = "INFO", who: str = RUNTIME
    ) -> None:
        local = at + self.offset
        stamp = local.strftime("%Y-%m-%d %H:%M:%S,") + f"{local.microsecond // 1000:03d}"
        thread = f"[MuleRuntime].uber.{self.rng.randrange(1, 33):02d}: [{self.app}].{flow}.CPU_LITE @{self.rng.getrandbits(28):x}"
        context = f"[processor: {flow}/processors/{step}; event: {event}]"
        self.lines.append((at, f"{level:<5} {stamp} [{thread}] {context} {who}: {text}"))

    def fail(self, at: datetime, flow: str, step: int, event: str, said: str, kind: str, element: str) -> None:
        """The block that the error handler writes."""
        where = f"{flow}/processors/{step} @ {self.app}:orders.xml:{40 + step * 6} ({element})"
        text = "\n".join(
            [
                "",
                MARK,
                f"Message               : {said}",
                f"Element               : {where}",
                f'Element DSL           : <http:request method="POST" doc:name="{element}" config-ref="SapSys" path="/orders"></http:request>',
                f"Error type            : {kind}",
                f"FlowStack             : at {flow}({where})",
                "",
                "  (set debug level logging or '-Dmule.verbose.exceptions=true' for everything)",
                MARK,
            ]
        )
        self.say(at, flow, step, event, text, "ERROR", HANDLER)

    def text(self, until: datetime) -> str:
        return "".join(f"{line}\n" for at, line in sorted(self.lines, key=lambda each: each[0]) if at <= until)


class JsonLog:
    """Records of the JSON Logger, one a line or pretty-printed."""

    def __init__(self, app: str, pretty: bool, rng: random.Random) -> None:
        self.app, self.pretty, self.rng = app, pretty, rng
        self.records: list[tuple[datetime, str]] = []
        self.begun: dict[str, datetime] = {}

    def say(
        self, at: datetime, flow: str, event: str, point: str, message: str, content: object, level: str = "INFO"
    ) -> None:
        first = self.begun.setdefault(event, at)
        place = {"lineInFile": "58", "component": "json-logger:logger", "fileName": "orders.xml", "rootContainer": flow}
        record = {
            "correlationId": event,
            "message": message,
            "tracePoint": point,
            "priority": level,
            "elapsed": round((at - first).total_seconds() * 1000),
            "locationInfo": place,
            "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z",
            "content": content,
            "applicationName": self.app,
            "applicationVersion": "1.4.2",
            "environment": "prod",
            "threadName": f"[MuleRuntime].uber.{self.rng.randrange(1, 33):02d}: [{self.app}].{flow}.BLOCKING @{self.rng.getrandbits(28):x}",
        }
        text = (
            json.dumps(record, indent=2, separators=(",", " : "))
            if self.pretty
            else json.dumps(record, separators=(",", ":"))
        )
        self.records.append((at, text))

    def text(self, until: datetime) -> str:
        return "".join(f"{text}\n" for at, text in sorted(self.records, key=lambda each: each[0]) if at <= until)
