"""`tracelog formats`: the exports that can be read, and the check of a definition."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracelog import resources
from tracelog.cli import options
from tracelog.cli.options import Session, emit, json_option, local_path, show
from tracelog.errors import DefinitionError, ExportError, NothingFoundError, UsageError, did_you_mean

if TYPE_CHECKING:
    from tracelog.interpret.catalog import Catalog
    from tracelog.interpret.definition import Definition
    from tracelog.interpret.samples import Report
    from tracelog.read.head import Head

FAILED = 1
Shape = tuple[str, bool, str | None]
"""(reference of a rule, whether it is compiled, why not)."""


@options.group(name="formats", short_help="List, show, check and draft formats.")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """The exports that can be read: each a definition with samples. Without a command: the list."""
    options.list_unless_called(ctx, list_, as_json=as_json)


@options.command(name="list", short_help="All formats.")
@click.argument("systems", nargs=-1, metavar="[SYSTEM]...")
@click.option("--brief", is_flag=True, help="A line a system.")
@json_option
@click.pass_obj
def list_(session: Session, systems: tuple[str, ...], brief: bool, as_json: bool) -> None:
    """Every known format, by system, or those of some systems; those of --parsers too."""
    catalog = _catalog(session)
    listed = [each for each in _ordered(catalog) if not systems or _owner(each) in systems]
    for system in systems:
        if all(_owner(each) != system for each in listed):
            owners = sorted(set(map(_owner, _ordered(catalog))))
            tip = did_you_mean(system, owners, "tracelog formats list --brief shows them all", most=3)
            raise NothingFoundError(f"no format is of a system {system}", help=tip)
    rows = [_row(each, _read_by(each, catalog) if as_json else ()) for each in listed]
    if as_json:
        emit(rows)
        return
    from tracelog.render import text

    show(text.systems(rows, session.view()) if brief else text.formats(rows, session.view()))
    for problem in catalog.problems:
        session.say("\n".join(["", *problem.lines()]))


@options.command(name="show", short_help="One format: what it is, where to get it, its definition.")
@click.argument("name")
@click.option("--source", is_flag=True, help="The definition itself, as it stands in its file.")
@click.option("--grammar", is_flag=True, help="The grammar that its text is read by, as it stands in its file.")
@json_option
@click.pass_obj
def show_(session: Session, *, name: str, source: bool, grammar: bool, as_json: bool) -> None:
    """One format: what it is, where a user gets such an export, what its silence proves, a sample of it."""
    catalog = _catalog(session)
    definition = _get(catalog, name)
    if as_json:
        emit({**_row(definition, _read_by(definition, catalog)), **_details(definition)})
    elif source:
        show(definition.text)
    elif grammar:
        show(_grammar(definition, catalog))
    else:
        from tracelog.render import text

        show(text.formats([_row(definition, ())], session.view()))
        for key, value in _details(definition).items():
            if value:
                shown = "\n".join(value) if isinstance(value, list) else str(value)
                show(f"\n{key.replace('_', ' ')}:\n" + "".join(f"  {line}\n" for line in shown.strip().splitlines()))


@options.command(name="check", short_help="Check definitions against their samples.")
@click.argument("names", nargs=-1, metavar="[NAME|FILE]...")
@json_option
@click.pass_obj
@click.pass_context
def check(ctx: click.Context, session: Session, names: tuple[str, ...], as_json: bool) -> None:
    """Check definitions: all of them, or those named, or a file that you are writing.

    Every sample must be recognised, and yield the events that it says; every kind of record must be exercised. Of
    each text shape it is said whether it is compiled, or why not. Exit code 1 when anything is wrong.
    """
    from tracelog.interpret import samples

    files = [Path(name) for name in names if name.endswith(".toml")]
    catalog = _catalog(session, [file.parent for file in files])
    catalog.try_shapes()
    for name in names:
        if not name.endswith(".toml") and Path(name).is_file():
            raise UsageError(f"{name} is no definition", why="definitions are files that end with .toml",
                             help=f"tracelog formats new {name} drafts one from an export")  # fmt: skip
    named = [_of_file(catalog, Path(name)) if name.endswith(".toml") else _get(catalog, name) for name in names]
    reports = [samples.report(each, catalog) for each in (named if names else _ordered(catalog)) if each is not None]
    broken = [problem for problem in catalog.problems if not names or _concerns(problem, files)]
    if as_json:
        told: list[dict[str, Any]] = [
            {
                "name": report.name,
                "samples": report.samples,
                "shapes": _shapes(report.shapes),
                "problems": [problem.lines() for problem in report.problems],
            }
            for report in reports
        ]
        emit(told + [{"name": None, "problems": [problem.lines()]} for problem in broken])
    else:
        shipped = {each.name for each in catalog.definitions.values() if _shipped(each)}
        fine = [each for each in reports if not names and each.name in shipped and not each.problems]
        if fine and not session.verbose:
            show(f"{len(fine)} that come with tracelog: ok, {sum(each.samples for each in fine)} samples (-v: each)\n")
            reports = [each for each in reports if each not in fine]
        show("".join(_told(report) for report in reports))
        show("".join("\n".join(["error: " + problem.lines()[0], *problem.lines()[1:], ""]) for problem in broken))
    ctx.exit(FAILED if broken or any(report.problems for report in reports) else 0)


@options.command(name="new", short_help="Draft a definition from an export that nothing reads.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it here.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write it into this folder: ingest reads tracelog-formats by itself, another one with --parsers.",
)
@click.option("--system", metavar="NAME", help="Who wrote the export: one plain word in lower case.")
@click.option("--title", metavar="TEXT", help="What people call it. [default: the file's name]")
@json_option
@click.pass_obj
def new(
    session: Session,
    *,
    file: Path,
    output: Path | None,
    into: Path | None,
    system: str | None,
    title: str | None,
    as_json: bool,
) -> None:
    """A draft for an export that no format fits, or of which a format leaves records unread: what its columns, keys,
    elements, segments or lines seem to hold, by name and by value.

    The definition goes to standard output, or to the file or folder given; that of a text comes with a grammar, which
    belongs beside it. What it rests on, and what it would yield, is said beside. What cannot be told from the export
    is a TODO, which `tracelog formats check` asks for until it is answered.
    """
    from tracelog.cli import drafting
    from tracelog.interpret import draft as drafts
    from tracelog.interpret.recognise import choose
    from tracelog.read.head import look
    from tracelog.read.sources import find

    place = drafting.place(file, output, into, system)
    found = next((each for each in find([file]) if not isinstance(each, ExportError)), None)
    if found is None:
        raise ExportError(f"{file} cannot be read", help="give one export")
    head = look(found)
    if head.error is not None and not head.data:
        raise head.error
    catalog = _catalog(session)
    fits = choose(head, catalog)[0] if head.kind == "text" and not place.given else None
    if fits is not None and fits.document.inferred:
        raise ExportError(
            f"{file} needs no draft: {fits.name} reads it by its words",
            help=f"tracelog ingest {file} reads it; --into DIR drafts a format all the same, which may say more",
        )
    try:
        made = drafts.draft(head, catalog, title or file.stem, system, grammar=place.grammar.name)
    except ExportError as error:
        raise ExportError(error.what, why=error.why, help=_instead(head, catalog, file)) from error
    if not as_json:
        for role, why in made.found:
            session.say(f"{role:8} {why}")
    if place.given:
        drafting.write(place, made)
    if as_json:
        grammar = {"file": place.grammar.name, "text": made.grammar} if made.grammar is not None else None
        emit({"definition": made.text, "grammar": grammar, "found": dict(made.found), "events": made.events,
              "sure": made.sure})  # fmt: skip
        return
    if not place.given:
        show(drafting.text(place, made))
    session.say("It would yield:" if made.events else "It would yield nothing yet.")
    for event in made.events:
        session.say(f"  {event}")
    session.say(drafting.next_step(place, made, file, session.guesses))


def _instead(head: Head, catalog: Catalog, file: Path) -> str:
    """What to do with an export that no draft can be made of, with a format of its kind to begin with."""
    from tracelog.interpret.recognise import choose

    fits = choose(head, catalog)[0]
    if fits is not None:
        return (
            f"none is needed: tracelog ingest {file} reads it as {fits.name}; tracelog unread then shows what it could "
            "not understand"
        )
    readers = {"text": "lines", "csv": "lines", "xml": "xml", "x12": "x12", "edifact": "edifact"}
    reader = readers.get(head.kind)
    alike = [each for each in catalog.definitions.values() if each.reader == reader and not each.base]
    if not alike:
        return "give the export as text, as a table, or as JSON"
    model = min(alike, key=lambda each: len(each.text)).name
    if reader != "lines":
        return f"begin with a format that is read alike: tracelog formats show {model} --source > mine.toml"
    return (
        "lines that begin with a time, or are key=value throughout, are read without a definition; for others write "
        f"one, with a grammar: tracelog formats show {model} --source > mine.toml and --grammar > mine.lark show how, "
        "tracelog formats check mine.toml says what is missing, and ingest takes their folder with --parsers"
    )


command.add_command(list_)
command.add_command(new)
command.add_command(show_)
command.add_command(check)


def _catalog(session: Session, more: list[Path] | None = None) -> Catalog:
    from tracelog.interpret import catalog

    return catalog.load([*dict.fromkeys([*(more or []), *session.definitions])])


def _owner(definition: Definition) -> str:
    """The system that a format stands under: the first word of its name."""
    return definition.name.partition("-")[0]


def _ordered(catalog: Catalog) -> list[Definition]:
    return sorted(catalog.definitions.values(), key=lambda each: each.name)


def _get(catalog: Catalog, name: str) -> Definition:
    try:
        return catalog.get(name)
    except DefinitionError as error:
        raise NothingFoundError(error.what, help=error.help) from error


def _of_file(catalog: Catalog, file: Path) -> Definition | None:
    """What that file defines; None when it does not load, which stands among the problems."""
    if not file.is_file():
        raise NothingFoundError(f"{file} does not exist", help="give a definition's file, or the name of a format")
    found = next((each for each in catalog.definitions.values() if each.path.resolve() == file.resolve()), None)
    if found is not None:
        return found
    if not any(_concerns(problem, [file]) for problem in catalog.problems):
        raise DefinitionError(f"{file} defines no format", where=str(file), help="it needs a reader and samples")
    return None


def _concerns(problem: DefinitionError, files: list[Path]) -> bool:
    return any(file.name in (problem.where or "") for file in files)


def _read_by(definition: Definition, catalog: Catalog) -> list[Shape]:
    """The shapes of its text; none where a grammar is broken, which `formats check` says."""
    from tracelog.interpret import samples

    try:
        return list(samples.shapes(definition, catalog))
    except DefinitionError:
        return []


def _shipped(definition: Definition) -> bool:
    return definition.path.resolve().is_relative_to(resources.folder("parsers").resolve())


def _row(definition: Definition, shapes: Iterable[Shape]) -> dict[str, Any]:
    return {
        "name": definition.name,
        "title": definition.title,
        "system": definition.system,
        "reader": definition.reader,
        "shapes": _shapes(shapes),
        "samples": len(definition.document.sample),
        "origin": "tracelog" if _shipped(definition) else local_path(definition.path),
    }


def _shapes(shapes: Iterable[Shape]) -> list[dict[str, Any]]:
    return [{"name": name, "compiled": compiled, "why": why} for name, compiled, why in shapes]


def _grammar(definition: Definition, catalog: Catalog) -> str:
    """The text of the grammar file that the definition names."""
    file = (definition.document.grammar or "").partition(":")[0]
    found = next((folder / file for folder in catalog.grammar_folders() if file and (folder / file).is_file()), None)
    if found is None:
        raise NothingFoundError(
            f"{definition.name} has no grammar", why=f"its reader is {definition.reader}, which needs none",
            help=f"tracelog formats show {definition.name} --source shows the definition",
        )  # fmt: skip
    return found.read_text("utf-8")


def _details(definition: Definition) -> dict[str, Any]:
    document = definition.document
    absence = document.absence
    weak = absence.weak if absence else None
    none = absence.none if absence else None
    silence = f"weak: {weak}" if weak else f"proves nothing: {none}" if none else "proves absence, inside its coverage"
    if document.inferred:
        silence = "proves nothing by itself: what it states is inferred from its words"
    return {
        "where_to_get_it": document.where,
        "kept_for": document.retention,
        "silence": silence,
        "documentation": [document.docs] if isinstance(document.docs, str) else list(document.docs or []),
        "sample": document.sample[0].text if document.sample else None,
    }


def _told(report: Report) -> str:
    samples = f"{report.samples} sample{'' if report.samples == 1 else 's'}"
    lines = [f"{report.name}: {'ok' if not report.problems else 'wrong'}, {samples}\n"]
    lines += [f"  {name}: {'compiled' if compiled else f'parsed: {why}'}\n" for name, compiled, why in report.shapes]
    lines += [f"  {line}\n" for problem in report.problems for line in problem.lines()]
    return "".join(lines)
