"""Value expressions, written out as Python: one function for many expressions, each part of a path fetched once.

A record of a busy log is asked some sixty questions (`PAYLOAD.body.externalId ?? …`). As closures inside
closures that took 30 µs; written out, with what several expressions share kept in a local, it takes a fifth. Only
text that was parsed by the expression grammar gets here, and it enters the source as literals (`repr`), never as code.

In the written source None is absent, and an empty text counts as absent wherever a choice is made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from tracelog.errors import DefinitionError
from tracelog.interpret.functions import Terminals, function
from tracelog.interpret.lookup import Maps
from tracelog.interpret.values import text_of
from tracelog.match.expression import parse
from tracelog.model.record import ALL

Record = dict[str, Any]
Getter = Callable[[Record], Any]
Ast = tuple[Any, ...]
NULL = "null"
MEMORY = 1024


def _no_maps(name: str) -> Mapping[str, str]:
    raise DefinitionError(f"the map {name} is not known here", help="a map is asked in the records of a definition")


class Scope(NamedTuple):
    """What names mean: the variables of the loops in force, the terminals that `find` knows, the maps of `map`."""

    terminals: Terminals
    loops: frozenset[str] = frozenset()
    maps: Maps = _no_maps

    def within(self, loops: Collection[str]) -> Scope:
        return self._replace(loops=self.loops | frozenset(loops))

    def getter(self, ast: Ast, *, whole: bool = False) -> Getter:
        """One expression as a function of its own."""
        writer = Writer(self)
        return writer.function(("r",), writer.value(ast, whole=whole))

    def finder(self, text: str) -> Getter:
        """One expression as a function, for which null is a value: is this key there?"""
        writer = Writer(self)
        return writer.function(("r",), writer.nullable(text))


def uses(ast: Ast, variables: Collection[str]) -> bool:
    """Whether an expression reads one of these loop variables."""
    if ast[0] == "path":
        return len(ast) > 1 and ast[1] in variables
    return any(uses(part, variables) for part in ast[1:] if isinstance(part, tuple) and part)


def variable(name: str) -> str:
    """The private key under which a loop's element stands in the record."""
    return f"\0{name}"


class Writer:
    """Writes the body of one function. `value` gives the name of the local that holds an expression's value."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._lines: list[str] = []
        self._known: list[dict[Any, str]] = [{}]
        """Locals by what they hold; an inner block forgets its own when it ends."""
        self._names: dict[str, Any] = {"_text": text_of, "_marked": _marked, "_join": _join, "_E": {}}
        self._count = 0

    # ---- building blocks

    def line(self, text: str) -> None:
        self._lines.append("    " * len(self._known) + text)

    def give(self, thing: Any) -> str:
        """A name under which the written function finds this object."""
        self._count += 1
        name = f"g{self._count}"
        self._names[name] = thing
        return name

    def local(self, value: str = "None") -> str:
        """A new local with that value."""
        self._count += 1
        name = f"v{self._count}"
        self.line(f"{name} = {value}")
        return name

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """`if …:` with what is written inside."""
        self.line(head)
        self._known.append({})
        yield
        self.line("pass")
        self._known.pop()

    def function(self, arguments: Collection[str], result: str) -> Callable[..., Any]:
        """The written function; it returns `result`."""
        self.line(f"return {result}")
        source = f"def written({', '.join(arguments)}):\n" + "\n".join(self._lines)
        exec(compile(source, "<definition>", "exec"), self._names)  # noqa: S102 - our own text: names and literals
        written: Callable[..., Any] = self._names["written"]
        return written

    def _keep(self, what: Any, name: str) -> str:
        self._known[-1][what] = name
        return name

    def _kept(self, what: Any) -> str | None:
        return next((known[what] for known in reversed(self._known) if what in known), None)

    # ---- expressions

    def of(self, text: str, *, whole: bool = False) -> str:
        """The local that holds the value of this expression."""
        return self.value(parse(text), whole=whole)

    def value(self, ast: Ast, *, whole: bool = False) -> str:
        """The same for a parsed one. `whole`: a template with an absent part is absent altogether."""
        if ast[0] == "text":
            return repr(str(ast[1]))
        if ast[0] == "path":
            return self._path(self._steps(ast))
        kept = self._kept((ast, whole))
        if kept is not None:
            return kept
        match ast[0]:
            case "first":
                name = self._first(ast[1:], whole=whole)
            case "call":
                inner = self.value(ast[2], whole=whole)
                call = self.give(function(ast[1], ast[3:], self.scope.terminals, self.scope.maps))
                name = self.local(f"{call}({inner}) if {inner} is not None else None")
            case _:
                name = self._template(ast[1:], whole=whole)
        return self._keep((ast, whole), name)

    def slot(self, ast: Ast) -> tuple[str, str, str]:
        """For a path that is to be replaced: its object's local, its key as an expression, its value's local."""
        steps = self._steps(ast)
        holder, value = self._object(steps[:-1]), self._path(steps)
        if not self._loose(steps):
            return holder, repr(steps[-1]), value
        return holder, f"{self.give(_Spelled(steps[-1]))}[tuple({holder})]", value

    def assign(self, name: str, value: str) -> None:
        """Make a field of the record hold this local's value; what is read of it afterwards sees that."""
        self.line(f"r[{name!r}] = {value}")
        self._keep((name,), value)

    def nullable(self, text: str) -> str:
        """Like `of`, but a key that is there with null gives the text `null`: some fields mean something by it."""
        ast = parse(text)
        options = ast[1:] if ast[0] == "first" else (ast,)
        plain = self.value(ast)
        holders = [
            (self._object(steps[:-1]), steps[-1])
            for steps in (self._steps(each) for each in options if each[0] == "path")
            if steps and isinstance(steps[-1], str)
        ]
        if not holders:
            return plain
        there = " or ".join(f"{key!r} in {holder}" for holder, key in holders)
        return self.local(f"{NULL!r} if {plain} is None and ({there}) else {plain}")

    def text(self, name: str) -> str:
        """A local's value as text, or None; written as an expression."""
        return name if name[0] in "'\"" else f"({name} if type({name}) is str else _text({name}))"

    def present(self, name: str) -> str:
        """A condition: the value is there and not empty."""
        return f'({name} is not None and {name} != "")'

    def _steps(self, ast: Ast) -> tuple[Any, ...]:
        steps = ast[1:]
        if steps and steps[0] in self.scope.loops:
            return (variable(steps[0]), *steps[1:])
        return steps

    def _path(self, steps: tuple[Any, ...]) -> str:
        if not steps:
            return "r"
        if self._loose(steps):
            steps = (*steps[:-1], steps[-1].casefold())
        kept = self._kept(steps)
        if kept is not None:
            return kept
        *before, last = steps
        if isinstance(last, str):
            holder = self._object(tuple(before))
            value = f"{holder}.get({last!r})"
            if self._loose(steps):
                value += f" if {last!r} in {holder} else {holder}.get({self.give(_Spelled(last))}[tuple({holder})])"
        else:
            inner = self._path(tuple(before))
            if isinstance(last, int):
                inside = f"-len({inner}) <= {last} < len({inner})" if last < 0 else f"len({inner}) > {last}"
                value = f"{inner}[{last}] if type({inner}) is list and {inside} else None"
            else:
                value = f"_marked({inner}, {', '.join(repr(str(word)) for word in last)})"
        return self._keep(steps, self.local(value))

    @staticmethod
    def _loose(steps: tuple[Any, ...]) -> bool:
        """Whether the last step is the name of an HTTP header, in which case does not count."""
        named = len(steps) > 1 and isinstance(steps[-2], str) and isinstance(steps[-1], str)
        return named and steps[-2].casefold().endswith("headers")

    def _object(self, steps: tuple[Any, ...]) -> str:
        """The local that holds the object there; an empty one when it is none."""
        if not steps:
            return "r"
        kept = self._kept(("object", steps))
        if kept is not None:
            return kept
        inner = self._path(steps)
        return self._keep(("object", steps), self.local(f"{inner} if type({inner}) is dict else _E"))

    def _first(self, options: tuple[Ast, ...], *, whole: bool) -> str:
        name = self.local(self.value(options[0], whole=whole))
        self._otherwise(name, options[1:], whole=whole)
        return name

    def _otherwise(self, name: str, options: tuple[Ast, ...], *, whole: bool) -> None:
        if options:
            with self.block(f'if {name} is None or {name} == "":'):
                self.line(f"{name} = {self.value(options[0], whole=whole)}")
                self._otherwise(name, options[1:], whole=whole)

    def _template(self, parts: tuple[Any, ...], *, whole: bool) -> str:
        if all(isinstance(part, str) for part in parts):
            return repr("".join(parts))
        names = [repr(part) if isinstance(part, str) else self.value(part, whole=whole) for part in parts]
        values = [name for name, part in zip(names, parts, strict=True) if not isinstance(part, str)]
        if whole:
            texts = " + ".join(map(self.text, names))
            return self.local(f"({texts}).strip() if {' and '.join(map(self.present, values))} else None")
        joined = f"_join(({', '.join(names)},), ({', '.join(values)},))"
        if len(values) > 3:
            return self.local(joined)
        texts = " and ".join(f"type({name}) is str and {name}" for name in values)
        return self.local(f"{' + '.join(names)} if {texts} else {joined}")


def _join(parts: tuple[Any, ...], values: tuple[Any, ...]) -> str | None:
    """A template for people: what is absent leaves no double blank. None when nothing is there."""
    text = "".join([part if type(part) is str else text_of(part) or "" for part in parts]).strip()
    if None not in values and "" not in values:
        return text
    if not any(value is not None and value != "" for value in values):
        return None
    while "  " in text:
        text = text.replace("  ", " ")
    return text


class _Spelled(dict[tuple[str, ...], str]):
    """How a header's name is spelled, by the names that are there: case does not count. Bounded."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __missing__(self, names: tuple[str, ...]) -> str:
        low = self._name.casefold()
        same = [self._name] if self._name in names else [each for each in names if each.casefold() == low]
        found = same[0] if same else self._name
        if len(self) < MEMORY:
            self[names] = found
        return found


_MARKS = ("name", "key", "type", "code", "id", "01", "01-01")


def _marked(value: Any, mark: str, key: str | None = None) -> Any:
    """`note_attributes['gift']`: the object of a list that is so named, typed or numbered; `REF[CO]` of segments.

    With a key (`ids[scheme=sku]`) the one that has it there.
    """
    if type(value) is dict:
        value = value.get(ALL) or [value]
    if type(value) is not list:
        return None
    keys = _MARKS if key is None else (key,)
    named = (each for each in value if type(each) is dict and any(text_of(each.get(k)) == mark for k in keys))
    return next(named, None)
