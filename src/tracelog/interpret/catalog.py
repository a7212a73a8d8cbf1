"""All definitions, payload shapes, maps and status maps that are in force: the shipped ones and the user's.

A user's file of the same name replaces the shipped one; a broken file is reported in `problems` and the others go
on. Nothing is registered: what lies in a folder counts.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracelog import resources
from tracelog.errors import DefinitionError, did_you_mean
from tracelog.interpret import kept
from tracelog.interpret import status as statuses
from tracelog.interpret.definition import Definition, Document, PayloadShape
from tracelog.interpret.expressions import Scope
from tracelog.interpret.loading import name_of, parse
from tracelog.interpret.payload import Shape, compiled
from tracelog.model.vendor import VendorLimit
from tracelog.model.words import seconds_of

if TYPE_CHECKING:
    from tracelog.match.shape import Shape as TextShape

_LARK = re.compile(r"(?<![\w.-])([\w.-]+\.lark)")


class Catalog:
    """What `load` found. Shapes and status maps are read when they are first asked for."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = list(folders)
        self.definitions: dict[str, Definition] = {}
        self.owners: dict[str, list[Definition]] = {}
        """Files that hold shapes or maps, by the first word of their name: the user's before the shipped."""
        self.problems: list[DefinitionError] = []
        self._payloads: dict[str, Shape] | None = None
        self._common: str | None = None
        self._status: dict[str, statuses.StatusMap] = {}
        self._texts: dict[str, TextShape] = {}
        self.claimers: dict[str, Any] = {}
        """How each definition claims an export, made ready by `recognise`."""
        self.known: Any = None
        """By which words free text is read, made ready by `infer`."""

    def get(self, name: str) -> Definition:
        """The definition of that name; raises DefinitionError with the nearest names."""
        wanted = name.replace(".", "-").replace("_", "-")
        if wanted in self.definitions:
            return self.definitions[wanted]
        own = sorted(each for each in self.definitions if each.partition("-")[0] == wanted.casefold())
        tip = f"the formats of {name}: {', '.join(own)}" if own else "tracelog formats list --brief shows them all"
        if not own:
            tip = did_you_mean(wanted, self.definitions, tip, most=3, cutoff=0.5)
        raise DefinitionError(f"no format is called {name}", help=tip)

    def note(self, problem: DefinitionError) -> None:
        """A problem met on the way: it is said once, and stops nobody."""
        if str(problem) not in map(str, self.problems):
            self.problems.append(problem)

    def is_shipped(self, name: str) -> bool:
        return self.definitions[name].path.parent == self.folders[-1]

    def kin(self, definition: Definition) -> list[Definition]:
        """The formats that may stand beside this one in one export: the most particular first, their base last."""
        base = definition if definition.document.mixed else self.definitions.get(definition.base or "")
        if base is None or not base.document.mixed:
            return []
        like = [each for each in self.definitions.values() if each.base == base.name]
        return [*sorted(like, key=lambda each: (-each.evidence, each.name)), base]

    # ---- maps

    def maps(self, definition: Definition) -> Mapping[str, Mapping[str, str]]:
        """The maps that this definition sees: its own, then its system's, then the common ones.

        What another wrote down of a system (`shopify.webhooks`, by the receiver) sees that system's maps too.
        """
        found: dict[str, Mapping[str, str]] = {}
        systems = dict.fromkeys(["common", definition.name.partition("-")[0], definition.system or "common"])
        for owner in (*(each for name in systems for each in reversed(self.owners.get(name, []))), definition):
            found.update(owner.document.map)
        return found

    def map_finder(self, definition: Definition) -> _Maps:
        return _Maps(self.maps(definition), definition)

    # ---- limits

    def limits(self, definition: Definition) -> tuple[VendorLimit, ...]:
        """What the vendors of this export's systems declare; the user's file goes before the shipped one."""
        found: dict[tuple[str, str, str], VendorLimit] = {}
        for system in dict.fromkeys([definition.name.partition("-")[0], definition.system or ""]):
            for owner in self.owners.get(system, []):
                for each in owner.document.limit:
                    made = VendorLimit(
                        system, each.from_, each.until, seconds_of(each.within) or 0, each.says, each.unless
                    )
                    found.setdefault((system, made.since, made.until), made)
        return tuple(found.values())

    # ---- status maps

    def status(self, system: str) -> statuses.StatusMap:
        """The canonical map of a system: the user's rows over the shipped ones. Empty when there is none."""
        if system not in self._status:
            self._status[system] = self._read_status(system)
        return self._status[system]

    def status_files(self, system: str) -> list[Path]:
        paths = [folder / "status" / f"{system}.csv" for folder in self.folders]
        return [path for path in paths if path.is_file()]

    def systems(self) -> list[str]:
        """Every system that a definition is of, or that has a status map; sorted."""
        named = (each.system for each in self.definitions.values())
        return sorted({*filter(None, named), *self.status_systems()})

    def status_systems(self) -> list[str]:
        """The systems that have a status map, sorted."""
        return sorted({path.stem for folder in self.folders for path in (folder / "status").glob("*.csv")})

    def _read_status(self, system: str) -> statuses.StatusMap:
        merged = statuses.StatusMap(system, {})
        for path in reversed(self.status_files(system)):
            try:
                merged = merged.overlaid(statuses.load(path))
            except DefinitionError as problem:
                self.problems.append(problem)
        return merged

    # ---- shapes

    def payloads(self, names: Sequence[str] = ()) -> list[Shape]:
        """The payload shapes of these names (`shopify.order`), or all; raises DefinitionError for an unknown one."""
        if self._payloads is None:
            self._payloads = self._compile_payloads()
        unknown = [name for name in names if name not in self._payloads]
        if unknown:
            known = ", ".join(sorted(self._payloads))
            raise DefinitionError(f"no payload shape is called {unknown[0]}", help=f"known shapes: {known}")
        return [self._payloads[name] for name in names] if names else list(self._payloads.values())

    def _compile_payloads(self) -> dict[str, Shape]:
        found: dict[str, Shape] = {}
        for stem, owners in self.owners.items():
            for owner in owners:
                system = owner.system or stem
                scope = Scope(self.terminals(owner), maps=self.map_finder(owner))
                for short, shape in owner.document.shape.items():
                    name = f"{stem}.{short}"
                    if name in found:
                        continue
                    try:
                        found[name] = self._compile_payload(name, system, owner, shape, scope)
                    except DefinitionError as problem:
                        self.problems.append(problem)
        return found

    def _compile_payload(self, name: str, system: str, owner: Definition, shape: PayloadShape, scope: Scope) -> Shape:
        shape_name = name.partition(".")[2]
        found = compiled(
            name, system, shape, scope=scope, status=self.status, maps=self.map_finder(owner),
            place=lambda problem: _placed(problem, owner, "shape", shape_name),
        )  # fmt: skip
        if owner.path.parent != resources.folder("parsers"):
            found.make()
        return found

    def try_shapes(self) -> None:
        """Make all payload shapes ready; what is wrong in one goes to `problems`, and that one goes.

        Nobody tries the shipped ones in daily use: they are made ready when a body of theirs is met.
        """
        for shape in self.payloads():
            try:
                shape.make()
            except DefinitionError as problem:
                self.problems.append(problem)
                if self._payloads is not None:
                    del self._payloads[shape.name]

    def text_shape(self, reference: str) -> TextShape:
        """`celigo.lark:connection_message` as a shape of the match stage."""
        if reference not in self._texts:
            from tracelog.match import shape

            self._texts[reference] = shape.load(reference, self.grammar_folders())
        return self._texts[reference]

    def know_text(self, shape: TextShape) -> None:
        """A shape whose grammar lies in no folder yet: that of a draft."""
        self._texts[shape.reference] = shape

    def grammar_folders(self) -> list[Path]:
        """Where grammars are looked for: beside the user's definitions, in their `grammars`, then the shipped ones."""
        own = [path for folder in self.folders for path in (folder, folder / "grammars") if path.is_dir()]
        return [*own, resources.folder("grammars")]

    def terminals(self, definition: Definition) -> _Terminals:
        return _Terminals(self, definition)

    # ---- digests

    def digest(self, definition: Definition) -> str:
        """SHA-256 (hex) over the definition and all that it refers to: another digest, another reading."""
        if not definition.digest:
            parts = [definition.text]
            if definition.base in self.definitions:
                parts.append(self.digest(self.definitions[definition.base]))
            elif definition.document.mixed:
                parts += [each.text for each in self.kin(definition) if each is not definition]
            parts += [self._digest_of_all(), *self._grammar_texts(definition)]
            definition.digest = _digest(parts)
        return definition.digest

    def _digest_of_all(self) -> str:
        """Over what any definition may use: the shapes and maps of all systems, and their status maps."""
        if self._common is None:
            parts = [owner.text for owners in self.owners.values() for owner in owners]
            maps = [path for system in self.status_systems() for path in self.status_files(system)]
            self._common = _digest([*parts, *(path.read_text("utf-8", "replace") for path in maps)])
        return self._common

    def _grammar_texts(self, definition: Definition) -> list[str]:
        """The grammars that the definition names, and what terminals may be found in, with all that they import."""
        from tracelog.match import source

        own = f"{definition.name.partition('-')[0]}.lark"
        texts: list[str] = []
        for file in sorted({*_LARK.findall(definition.text), own, "common.lark"}):
            if any((folder / file).is_file() for folder in self.grammar_folders()):
                texts += source.find(file, self.grammar_folders()).texts
        return texts


def _digest(parts: Sequence[str]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole.update(b"%d:" % len(data))
        whole.update(data)
    return whole.hexdigest()


class _Maps:
    """A map's name → the map."""

    def __init__(self, maps: Mapping[str, Mapping[str, str]], definition: Definition) -> None:
        self._maps, self._definition = maps, definition

    def __call__(self, name: str) -> Mapping[str, str]:
        if name not in self._maps:
            raise DefinitionError(
                f"no map is called {name}",
                help=f"known maps: {', '.join(sorted(self._maps)) or 'none'}; or write [map.{name}]",
            )
        return self._maps[name]


class _Terminals:
    """`find(NAME)`: a terminal of the definition's grammar, of its system's, or of the common one."""

    def __init__(self, catalog: Catalog, definition: Definition) -> None:
        self._catalog, self._definition = catalog, definition

    def __call__(self, name: str) -> re.Pattern[str]:
        from tracelog.match import shape

        folders = self._catalog.grammar_folders()
        if ":" in name:
            return shape.terminal(name, folders)
        own = (self._definition.document.grammar or "").partition(":")[0]
        others = sorted({path.name for folder in folders for path in folder.glob("*.lark")})
        nearest = [own, f"{self._definition.name.partition('-')[0]}.lark", "common.lark"]
        defines = re.compile(rf"^{re.escape(name)}(?:\.-?\d+)?[ \t]*:", re.MULTILINE)
        for file in dict.fromkeys([*nearest, *others]):
            path = next((folder / file for folder in folders if file and (folder / file).is_file()), None)
            if path is not None and defines.search(path.read_text("utf-8", "replace")):
                return shape.terminal(f"{file}:{name}", folders)
        raise DefinitionError(
            f"no grammar has a terminal {name}",
            help=f"write it in {nearest[1]}: {name}: /a regular expression/",
        )


def load(folders: Sequence[Path] = ()) -> Catalog:
    """The catalog of these folders (the first wins) over the shipped definitions."""
    catalog = Catalog([*folders, resources.folder("parsers")])
    files = _Files(catalog)
    for folder in catalog.folders:
        if not folder.is_dir():
            catalog.problems.append(
                DefinitionError(f"no such folder of definitions: {folder}", help="check the path given with --parsers")
            )
            continue
        for path in sorted(folder.glob("*.toml")):
            files.add(path)
    files.take_all()
    return catalog


class _Files:
    """The files of all folders on their way into a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._paths: dict[str, list[Path]] = {}
        self._shipped = catalog.folders[-1]
        self._texts: dict[str, str] = {}
        """Of the shipped files, by name."""
        self._known: dict[str, Document] = {}
        self._read_anew: dict[str, Document] = {}
        self._pure: set[Path] = set()
        """Shipped files that are like nothing that a user replaced."""

    def add(self, path: Path) -> None:
        self._paths.setdefault(name_of(path), []).append(path)
        if path.parent == self._shipped:
            with contextlib.suppress(OSError, UnicodeDecodeError):  # said when it is its turn
                self._texts[path.name] = path.read_text("utf-8")

    def take_all(self) -> None:
        self._known = kept.load(self._texts)
        for name in self._paths:
            self._take(name, ())
        if self._read_anew:
            kept.save(self._texts, self._known | self._read_anew)

    def _take(self, name: str, chain: tuple[str, ...]) -> Definition | None:
        """Read the files of one name: the first with a reader is the definition; shapes and maps of all count."""
        catalog = self._catalog
        if name in catalog.definitions:
            return catalog.definitions[name]
        for path in self._paths[name]:
            try:
                found = self._read(path, (*chain, name))
            except DefinitionError as problem:
                if all(str(problem) != str(known) or problem.where != known.where for known in catalog.problems):
                    catalog.problems.append(problem)
                continue
            if found.document.reader is not None:
                catalog.definitions.setdefault(name, found)
            if "." not in path.stem:
                catalog.owners.setdefault(path.stem, []).append(found)
        return catalog.definitions.get(name)

    def _read(self, path: Path, chain: tuple[str, ...]) -> Definition:
        shipped = path.parent == self._shipped and path.name in self._texts
        text = self._texts[path.name] if shipped else _text(path)
        base, pure = self._base(path, text, chain)
        if not (shipped and pure):
            return parse(text, path, base)
        self._pure.add(path)
        if path.name not in self._known:
            self._read_anew[path.name] = parse(text, path, base).document
        document = self._known.get(path.name) or self._read_anew[path.name]
        return Definition(name_of(path), path, text, document)

    def _base(self, path: Path, text: str, chain: tuple[str, ...]) -> tuple[Document | None, bool]:
        """The document that this one is `like`, and whether it is the shipped one, which is the same in every run."""
        like = re.search(r'^like\s*=\s*"([^"]+)"', text, re.MULTILINE)
        if like is None:
            return None, True
        base = like[1].replace(".", "-")
        if base in chain or base not in self._paths or len(chain) > 30:
            why = "it is like itself" if base in chain else "there is no definition of that name"
            why = why if base not in self._paths or base in chain else "more than 30 are like one another in a row"
            raise DefinitionError(f"{path.name} cannot be like {like[1]}", why=why, where=str(path))
        found = self._take(base, chain)
        if found is None:
            raise DefinitionError(f"{path.name} is like {like[1]}, which is broken", where=str(path))
        return found.document, found.path in self._pure


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for without end
            raise IsADirectoryError("it is no file")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(f"cannot read the definition {path.name}", why=str(error), where=str(path)) from error


def _placed(problem: DefinitionError, definition: Definition, *where: str | int) -> DefinitionError:
    """The same problem, with file and line when it has none."""
    if problem.where is None:
        problem.where = str(definition.path.parent / definition.place(*where))
    return problem


placed = _placed
