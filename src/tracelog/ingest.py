"""The first half of the way: exports are found, recognised, read, interpreted, and stored.

    report = ingest(["exports/"], db=Path("tracelog.db"))

What is no export is listed, what is damaged is read as far as it is good, and nothing that was good is lost.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tracelog import clocks
from tracelog.config import Config
from tracelog.errors import DefinitionError, ExportError, TracelogError
from tracelog.interpret import catalog as catalogs
from tracelog.interpret import webhooks
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.definition import Definition
from tracelog.interpret.further import elsewhere
from tracelog.interpret.plans import calendar
from tracelog.interpret.plans import plan as plan_of
from tracelog.interpret.recognise import Miss, choose, claim, plan_for
from tracelog.interpret.resolve import Interpreter, Settings, interpreter
from tracelog.interpret.zones import find as find_zone
from tracelog.link.zones import Guess
from tracelog.model.ingest import Failed, Guessed, IngestOptions, IngestReport
from tracelog.model.record import Plan
from tracelog.read.growing import complete
from tracelog.read.head import Head, look
from tracelog.read.reader import batches
from tracelog.read.sources import Source, find
from tracelog.read.stream import Hashed
from tracelog.store import db as database
from tracelog.store.bytes import MIB, Beginning, Nothing, changed, sha256, size_of, values
from tracelog.store.read import Store
from tracelog.store.reading import Reading, Rereading, described, plan_key, planned, stored_values
from tracelog.store.refused import Refused, drafted
from tracelog.store.reread import Stored
from tracelog.store.write import Start, Writer, settings_key

Progress = Callable[[str, int, int | None], None]
"""Told an export's name, its bytes read so far (decompressed), and their number where it is known."""
TOO_MUCH_UNREAD = 0.01
"""Of a recognised export's records; beyond that the export counts as one that could not be read."""
NO_EXPORT = "this is no export that tracelog knows"
TIP = "tracelog formats list shows what is known; tracelog formats new FILE drafts a definition, or says what to do"


def ingest(
    paths: Sequence[str | Path],
    *,
    db: Path,
    parsers: Sequence[Path] = (),
    config: Config | None = None,
    options: IngestOptions | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Read exports into the store; again with the same, a grown or an overlapping one adds only what is new.

    Raises UsageError, DefinitionError, StoreError; whatever is wrong with an export stands in the report.
    """
    return ingest_sources(find(paths), db=db, parsers=parsers, config=config, options=options, progress=progress)


def ingest_sources(
    sources: Iterable[Source | ExportError],
    *,
    db: Path,
    parsers: Sequence[Path] = (),
    config: Config | None = None,
    options: IngestOptions | None = None,
    progress: Progress | None = None,
    former: Mapping[str, int] | None = None,
) -> IngestReport:
    """The same for exports that have been found. `former`: by name, the export that each takes the place of."""
    options, config = options or IngestOptions(), config or Config()
    if options.tz:
        find_zone(options.tz)
    config.check_zones(find_zone)
    run = _Ingest(db, catalogs.load(parsers), config, options, former or {})
    if not options.dry_run:
        return run.run(sources, progress or _silent)
    with tempfile.TemporaryDirectory() as folder:
        run.on_copy(Path(folder) / "tracelog.db")
        return run.run(sources, progress or _silent)


class _Opened(NamedTuple):
    """An export that a definition fits, before its first record."""

    source: Source
    definition: Definition
    plan: Plan
    start: Start


class _Ingest:
    def __init__(
        self, db: Path, catalog: Catalog, config: Config, options: IngestOptions, former: Mapping[str, int]
    ) -> None:
        self._db = db
        self._catalog = catalog
        self._config = config
        self._options = options
        self._former = former
        self._chosen = catalog.get(options.format) if options.format else None
        self._given = options.guesses is not None and catalog.folders.count(Path(options.guesses)) > 1
        """Whether the user names the folder of guessed definitions himself: a broken one is then an error."""
        self._report = IngestReport()
        self._rows: list[tuple[int, bool]] = []
        """Exports of this call in the store, and whether the store had all of it before."""
        self._formats: dict[str, _Opened] = {}
        """Of each format one export of this call."""
        self._refused: list[Refused] = []
        self._retold: dict[int, dict[str, Any]] = {}
        """Exports in the store of which the user now says something else."""

    def on_copy(self, copy: Path) -> None:
        """Work on a copy of the store, which is thrown away."""
        if self._db.exists():
            with Store.open(self._db) as store:
                store.copy_to(copy)
        self._db = copy

    def run(self, sources: Iterable[Source | ExportError], progress: Progress) -> IngestReport:
        report = self._report
        with _collector_off(), database.explained(self._db), Writer.open(self._db, waiting=_waiting) as writer:
            for found in sources:
                if isinstance(found, ExportError):
                    self._fail(found.where or "", found, found.where)
                elif opened := self._look(found):
                    self._take(writer, opened, progress)
            writer.refuse(self._refused, set(report.exports) - {each.name for each in self._refused})
            writer.know(described(each, self._catalog.limits(each)) for each in self._catalog.definitions.values())
            self._reread(writer)
            writer.settle(self._config.links_added, self._config.links_forbidden)
            self._find_zones(writer)
        with Store.open(self._db) as store:
            for export, known in self._rows:
                report.ledger += [
                    msgspec.structs.replace(row, new=0, known=row.records) if known else row
                    for row in store.ledger([export])
                ]
        for problem in self._catalog.problems:
            if not self._given and webhooks.kept_in(self._options.guesses, problem):
                told = Failed("", _told(problem), f"correct {problem.where}, or remove it: it is made anew when needed")
                report.warnings.append(told)
            else:
                self._fail("", problem)
        unread = any(row.unread > TOO_MUCH_UNREAD * row.records for row in report.ledger)
        strict = self._options.strict and report.not_exports
        report.exit_code = 4 if report.failed or unread or strict else 0
        return report

    def _fail(self, name: str, error: TracelogError, path: str | None = None) -> None:
        """`path` of a file that this is about."""
        self._report.failed.append(Failed(name, _told(error), error.help))
        if path is not None:
            self._refused.append(Refused(name, path, _told(error), error.help, expected=True))

    # ---- one export

    def _look(self, source: Source) -> _Opened | None:
        """What it is; None when it is no export, which is then reported."""
        head = look(source)
        if head.error is not None and not head.data:
            self._fail(source.name, head.error, str(source.path))
            return None
        definition, why = self._chosen, ""
        if definition is None:
            definition, why, _ = choose(head, self._catalog)
            if definition is None:
                definition = self._guess(head)
        elif head.kind in {"binary", "empty"}:
            definition, why = None, head.note or f"it is {head.kind}"
        if definition is None:
            why += elsewhere(source, self._catalog) if source.named and head.kind in {"text", "csv"} else ""
            self._refused.append(
                Refused(source.name, str(source.path), why, drafted(source.path, head.kind), source.named)
            )
            if source.named:
                self._report.failed.append(Failed(source.name, f"{NO_EXPORT}: {why}", TIP))
            else:
                self._report.not_exports.append((source.name, why))
            return None
        try:
            if self._chosen is not None and isinstance(miss := claim(head, definition, self._catalog), Miss):
                _waiting(f"{source.name} is read as {definition.name} because --format says so; {miss.why}")
            return self._opened(source, definition, plan_for(definition, self._catalog, head))
        except DefinitionError as problem:
            self._fail(source.name, problem, str(source.path))
            return None

    def _guess(self, head: Head) -> Definition | None:
        """The definition that was made for an export that looks like a list of webhooks sent."""
        options = self._options
        if options.guesses is None:
            return None
        folder = Path(options.guesses)
        keep = not options.dry_run
        made = webhooks.of_webhooks(head, self._catalog, folder, options.system, keep=keep)
        if made is None:
            return None
        guessed = Guessed(
            head.name, str(made.definition.path), made.found, kept=keep and not made.unkept, unkept=made.unkept
        )
        self._report.guessed.append(guessed)
        return made.definition

    def _opened(self, source: Source, definition: Definition, plan: Plan) -> _Opened:
        options, config = self._options, self._config
        system = options.system or definition.system
        instance = options.instance or config.instance(source.name, system)
        zone, basis = None, None
        if definition.document.time is not None and definition.document.time.zone == "ask":
            zone, basis = options.tz, "--tz"
            if zone is None:
                zone, basis = config.zone(source.name, system, instance), "tracelog.toml"
        said = {"zone": zone, "basis": basis if zone else None, "system": options.system, "instance": instance,
                "as_of": options.as_of}  # fmt: skip
        start = Start(
            name=source.name, definition=described(definition, self._catalog.limits(definition)),
            digest=self._catalog.digest(definition), text=definition.text, plan=plan_key(plan), system=options.system,
            instance=instance, settings=said,
        )  # fmt: skip
        return _Opened(source, definition, plan, start)

    def _take(self, writer: Writer, opened: _Opened, progress: Progress) -> None:
        """Read it in, unless the store has it as it would be read now."""
        source = complete(opened.source, opened.plan) if self._options.growing else opened.source
        if source is None:
            return
        opened = opened._replace(source=source)
        self._formats.setdefault(opened.definition.name, opened)
        try:
            first = sha256(source, MIB)
            before = writer.seen(sha256(source)) if writer.may_be_seen(first) else None
            if before is not None and before.space == opened.start.space:
                self._rows.append((before.id, True))
                self._report.exports[source.name] = before.id
                if before.damage:
                    self._fail(source.name, ExportError(before.damage), str(source.path))
                if before.settings != settings_key(opened.start.settings):
                    self._retold[before.id] = opened.start.settings
                return
            start = msgspec.structs.replace(opened.start, start=first)
            if self._read(writer, opened._replace(start=start), progress) and before is not None:
                writer.supersede(before.id)
        except TracelogError as error:
            if not isinstance(error, ExportError | DefinitionError):
                raise
            self._fail(source.name, error, str(source.path))

    def _read(self, writer: Writer, opened: _Opened, progress: Progress) -> bool:
        """Take an export in; False when nothing of it was good."""
        source, plan = opened.source, opened.plan
        reader, start = self._interpreter(opened.definition, opened.start, values(source, plan), ends=changed(source))
        reading = Reading(reader, opened.definition, self._catalog)
        intake = writer.begin(start)
        damage: ExportError | None = None
        preamble: bytes | None = None
        beginning = Beginning(source.open())
        total = size_of(source)
        with Hashed(beginning) as stream:
            try:
                for batch in batches(stream, plan):
                    if preamble is None:
                        preamble = beginning.kept[: batch.offsets[0]] if plan.reader == "csv" else b""
                        beginning.full = True
                    intake.take(batch, reading)
                    writer.breathe(intake)
                    progress(source.name, stream.size, total)
            except ExportError as error:
                damage = error
            except BaseException:
                writer.abandon()
                raise
        if damage is not None:
            self._fail(source.name, damage, str(source.path))
            if not intake.records:
                writer.abandon()
                return False
        writer.finish(
            intake, sha256=stream.sha256, size=stream.size, as_of=self._options.as_of, hint=changed(source),
            preamble=preamble or None, damage=_told(damage) if damage else None,
        )  # fmt: skip
        number = intake.scope.export
        self._rows.append((number, False))
        self._report.exports[source.name] = number
        if source.name in self._former:
            writer.replace(self._former[source.name], number)
        return True

    def _interpreter(
        self, definition: Definition, start: Start, records: Iterable[Any], clock: tuple[str, str] | None = None,
        *, ends: int | None,
    ) -> tuple[Interpreter, Start]:  # fmt: skip
        """The definition as it reads this export, and the export with the zone by which it is read.

        `clock` is a zone that was found out, with its basis; the user's word counts before it. `records` are all
        there are, looked through where the order of day and month is open, or the year; `ends` is when the file was
        last written to, or the last stamp of what was read before (UTC ns).
        """
        said = start.settings
        zone, basis = (said["zone"], said["basis"]) if said.get("zone") else clock or (None, None)
        settings = Settings(zone=zone, zone_basis=basis, system=start.system, instance=start.instance)
        settings, found_out = calendar(definition, self._catalog, settings, records, as_of=said.get("as_of"), ends=ends)
        made = interpreter(definition, self._catalog, settings)
        if definition.document.time is None:
            return made, start
        bases = "; ".join(filter(None, (made.zone_basis, *found_out)))
        return made, msgspec.structs.replace(start, zone=made.zone or "UTC", zone_basis=bases)

    # ---- what was read before

    def _reread(self, writer: Writer) -> None:
        """Read again, from the stored text, what a better definition or a new word of the user's reads otherwise."""
        for name, opened in (self._all() if self._options.again else self._formats).items():
            for stored in writer.stored(name):
                said = self._retold.get(stored.export)
                if said is not None or stored.digest != opened.start.digest:
                    found_out = (stored.zone_basis or "").startswith(clocks.INFERRED)
                    clock = (stored.zone, stored.zone_basis or "") if found_out and stored.zone else None
                    self._again(writer, stored, opened, said, clock)

    def _again(
        self, writer: Writer, stored: Stored, opened: _Opened, said: dict[str, Any] | None = None,
        clock: tuple[str, str] | None = None,
    ) -> None:  # fmt: skip
        plan = planned(stored.plan, opened.plan)
        if plan is None:
            _waiting(
                f"{stored.name!r}: {stored.format} cuts records otherwise now; give the file again to have it reread"
            )
            return
        start = msgspec.structs.replace(
            opened.start, name=stored.name, plan=stored.plan, system=stored.system, instance=stored.instance,
            settings=msgspec.json.decode(stored.settings) if said is None else said,
        )  # fmt: skip
        records = stored_values(writer.texts(stored.export), plan, stored.preamble)
        reader, start = self._interpreter(opened.definition, start, records, clock, ends=stored.last)
        reading = Reading(reader, opened.definition, self._catalog)
        writer.reread(stored, start, Rereading(reading, plan, stored.preamble))

    def _all(self) -> dict[str, _Opened]:
        with Store.open(self._db) as store:
            names = {x.format: x.name for x in store.exports() if x.format in self._catalog.definitions}
        return {format_: self._stored(name, format_) for format_, name in names.items()}

    def _stored(self, name: str, format_: str) -> _Opened:
        """An export in the store as it would be read now."""
        definition = self._catalog.definitions[format_]
        here = Source(name, Path(name), named=False, open=Nothing)
        return self._opened(here, definition, plan_of(definition, self._catalog))

    def _find_zones(self, writer: Writer) -> None:
        for found in clocks.rounds(writer, self._db, self._catalog):
            for stored, guess in found:
                self._in_zone(writer, stored, guess)
            writer.settle(self._config.links_added, self._config.links_forbidden)

    def _in_zone(self, writer: Writer, stored: Stored, guess: Guess) -> None:
        if guess.zone == stored.zone:
            writer.note_zone(stored.export, clocks.noted(stored, guess))
            return
        self._again(writer, stored, self._stored(stored.name, stored.format), clock=(guess.zone, guess.basis))


def _told(error: TracelogError) -> str:
    """An error in one sentence."""
    parts = (str(error), error.why, f"got to {error.got_to}" if error.got_to else None)
    return "; ".join(part for part in parts if part)


@contextlib.contextmanager
def _collector_off() -> Iterator[None]:
    """Reading in makes millions of small values and no cycles of them; looking for cycles costs a tenth of the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _waiting(message: str) -> None:
    print(message, file=sys.stderr)


def _silent(_name: str, _done: int, _total: int | None) -> None: ...
