"""Value expressions to closures: a path costs one or two look-ups, a template one join. None means absent.

The record is a dict; a loop's element stands in it under a private key, so that `o.total` is a path like any
other. Nothing here raises on data: what is not there is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from tracelog.errors import DefinitionError
from tracelog.interpret.values import text_of

Record = dict[str, Any]
Getter = Callable[[Record], Any]
Ast = tuple[Any, ...]
Terminals = Callable[[str], re.Pattern[str]]
"""A terminal's name → its pattern; raises DefinitionError for an unknown one."""

NULL = "null"
_NOTHING = (None, "")


def variable(name: str) -> str:
    """The private key of a loop's element."""
    return f"\0{name}"


def constant(ast: Ast) -> str | None:
    """The text of an expression that reads nothing from the record, else None."""
    if ast[0] == "text":
        return str(ast[1])
    if ast[0] == "template" and all(isinstance(part, str) for part in ast[1:]):
        return "".join(ast[1:])
    return None


def first_steps(ast: Ast) -> list[str]:
    """The fields of the record that an expression starts from; used to say which part is missing."""
    if ast[0] == "path":
        return [step for step in ast[1:2] if isinstance(step, str)]
    if ast[0] == "call":
        return first_steps(ast[2])
    return [name for part in ast[1:] if isinstance(part, tuple) for name in first_steps(part)]


class Compiler:
    """Compiles expressions; `loops` are the variables in force, `terminals` resolves `find(NAME)`."""

    def __init__(self, terminals: Terminals, loops: Collection[str] = ()) -> None:
        self.terminals = terminals
        self.loops = frozenset(loops)

    def within(self, loops: Collection[str]) -> Compiler:
        return Compiler(self.terminals, self.loops | frozenset(loops))

    def value(self, ast: Ast, *, whole: bool = False) -> Getter:
        """The closure of an expression. `whole`: a template with an absent part is absent altogether."""
        match ast[0]:
            case "path":
                return _path(self._steps(ast))
            case "text":
                text = ast[1]
                return lambda _: text
            case "first":
                return _first([self.value(each, whole=whole) for each in ast[1:]])
            case "call":
                return _call(self.value(ast[2], whole=whole), _function(ast[1], ast[3:], self.terminals))
            case "template":
                parts = [each if isinstance(each, str) else self.value(each, whole=whole) for each in ast[1:]]
                return _template(parts, whole=whole)
        raise AssertionError(ast)

    def nullable(self, ast: Ast) -> Getter:
        """Like `value`, but a key that is there with null gives the text `null`: some fields mean something by it."""
        if ast[0] == "first":
            parts = [self.nullable(each) for each in ast[1:]]
            return lambda record: _first_or_null([part(record) for part in parts])
        if ast[0] != "path" or len(ast) < 2 or not isinstance(ast[-1], str):
            return self.value(ast)
        *before, last = self._steps(ast)
        holder = _path(tuple(before))

        def get(record: Record) -> Any:
            found = holder(record)
            if type(found) is not dict or last not in found:
                return None
            value = found[last]
            return NULL if value is None else value

        return get

    def _steps(self, ast: Ast) -> tuple[Any, ...]:
        steps = ast[1:]
        if steps and steps[0] in self.loops:
            return (variable(steps[0]), *steps[1:])
        return steps


def _first_or_null(values: list[Any]) -> Any:
    found = next((each for each in values if each not in (None, "", NULL)), None)
    return found if found is not None else (NULL if NULL in values else None)


def _path(steps: tuple[Any, ...]) -> Getter:
    if not steps:
        return lambda record: record
    if all(isinstance(step, str) for step in steps) and not any(_loose(name) for name in steps[:-1]):
        if len(steps) == 1:
            (only,) = steps
            return lambda record: record.get(only)
        if len(steps) == 2:
            return _two(*steps)
        if len(steps) == 3:
            return _three(*steps)
    takes = [_step(step, loose=_loose(before)) for before, step in zip((None, *steps), steps, strict=False)]

    def walk(record: Record) -> Any:
        value: Any = record
        for take in takes:
            value = take(value)
            if value is None:
                return None
        return value

    return walk


def _loose(name: Any) -> bool:
    """Whether the keys below are the names of HTTP headers, in which case does not count."""
    return isinstance(name, str) and name.casefold().endswith("headers")


def _two(a: str, b: str) -> Getter:
    def get(record: Record) -> Any:
        inner = record.get(a)
        return inner.get(b) if type(inner) is dict else None

    return get


def _three(a: str, b: str, c: str) -> Getter:
    def get(record: Record) -> Any:
        inner = record.get(a)
        if type(inner) is not dict:
            return None
        inner = inner.get(b)
        return inner.get(c) if type(inner) is dict else None

    return get


def _step(step: Any, *, loose: bool) -> Callable[[Any], Any]:
    if isinstance(step, int):

        def element(value: Any) -> Any:
            inside = type(value) is list and -len(value) <= step < len(value)
            return value[step] if inside else None

        return element
    if isinstance(step, tuple):
        (mark,) = step
        return lambda value: _marked(value, mark)
    if loose:
        return lambda value: _header(value, step)
    return lambda value: value.get(step) if type(value) is dict else None


def _header(value: Any, name: str) -> Any:
    if type(value) is not dict:
        return None
    if name in value:
        return value[name]
    name = name.casefold()
    return next((value[key] for key in value if key.casefold() == name), None)


_MARKS = ("name", "key", "type", "code", "id")


def _marked(value: Any, mark: str) -> Any:
    """`note_attributes['gift']`: the object of a list that is so named, typed or numbered."""
    if type(value) is not list:
        return None
    named = (each for each in value if type(each) is dict and any(text_of(each.get(k)) == mark for k in _MARKS))
    return next(named, None)


def _first(options: list[Getter]) -> Getter:
    if len(options) == 2:
        one, other = options

        def either(record: Record) -> Any:
            value = one(record)
            return value if value is not None and value != "" else other(record)

        return either

    def get(record: Record) -> Any:
        for option in options:
            value = option(record)
            if value is not None and value != "":
                return value
        return None

    return get


def _template(parts: list[str | Getter], *, whole: bool) -> Getter:
    def get(record: Record) -> str | None:
        texts = []
        found = False
        for part in parts:
            if isinstance(part, str):
                texts.append(part)
                continue
            value = part(record)
            if value is None or value == "":
                if whole:
                    return None
                continue
            found = True
            texts.append(value if type(value) is str else text_of(value) or "")
        return "".join(texts).strip() if found else None

    if all(isinstance(part, str) for part in parts):
        text = "".join(part for part in parts if isinstance(part, str))
        return lambda _: text
    return get


def _call(get: Getter, function: Callable[[Any], Any]) -> Getter:
    def call(record: Record) -> Any:
        value = get(record)
        return None if value is None else function(value)

    return call


# ---- the closed list of functions; each takes a value that is not None


def _function(name: str, arguments: Ast, terminals: Terminals) -> Callable[[Any], Any]:
    known = FUNCTIONS.get(name)
    if known is None:
        raise DefinitionError(f"unknown function: {name}", help=f"use one of: {', '.join(sorted(FUNCTIONS))}")
    make, least, most = known
    if not least <= len(arguments) <= most:
        wanted = "no argument" if not most else "one argument" if least else "at most one argument"
        raise DefinitionError(f"the function {name} takes {wanted}, not {len(arguments)}")
    if name == "find":
        return _find(terminals(str(arguments[0])))
    return make(*arguments)


def _text(function: Callable[[str], Any]) -> Callable[[Any], Any]:
    def call(value: Any) -> Any:
        text = value if type(value) is str else text_of(value)
        return function(text) if text else None

    return call


def _find(pattern: re.Pattern[str]) -> Callable[[Any], Any]:
    search = pattern.search

    def find(text: str) -> str | None:
        found = search(text)
        return found[0] if found else None

    return _text(find)


def _after(mark: str) -> Callable[[Any], Any]:
    return _text(lambda text: text.partition(mark)[2].strip() or None)


def _before(mark: str) -> Callable[[Any], Any]:
    return _text(lambda text: text.partition(mark)[0].strip() or None)


def _last(mark: str | None = None) -> Callable[[Any], Any]:
    if mark is None:
        return lambda value: (value[-1] if value else None) if type(value) is list else value
    return _text(lambda text: text.rpartition(mark)[2].strip() or None)


def _whole_number(text: str) -> str | None:
    digits = text.strip().lstrip("+")
    sign = digits[:1] == "-"
    return ("-" if sign else "") + (digits[sign:].lstrip("0") or "0") if digits[sign:].isdecimal() else None


def _host(text: str) -> str | None:
    try:
        return urlsplit(text if "//" in text else f"//{text}").hostname
    except ValueError:
        return None


def _url_path(text: str) -> str | None:
    try:
        return urlsplit(text).path or None
    except ValueError:
        return None


def _query(name: str) -> Callable[[Any], Any]:
    def query(text: str) -> str | None:
        for pair in text.partition("?")[2].partition("#")[0].split("&"):
            key, _, value = pair.partition("=")
            if key == name:
                return unquote_plus(value) or None
        return None

    return _text(query)


def _remembered(function: Callable[[str], Any]) -> Callable[[Any], Any]:
    """For functions over values that repeat (hosts): computed once for each value."""
    memory: dict[str, Any] = {}

    def call(text: str) -> Any:
        if text in memory:
            return memory[text]
        value = function(text)
        if len(memory) < 4096:
            memory[text] = value
        return value

    return _text(call)


FUNCTIONS: dict[str, tuple[Callable[..., Callable[[Any], Any]], int, int]] = {
    "after": (_after, 1, 1),
    "before": (_before, 1, 1),
    "last": (_last, 0, 1),
    "find": (_find, 1, 1),
    "int": (lambda: _text(_whole_number), 0, 0),
    "lower": (lambda: _text(str.lower), 0, 0),
    "text": (lambda: text_of, 0, 0),
    "host": (lambda: _remembered(_host), 0, 0),
    "path": (lambda: _text(_url_path), 0, 0),
    "query": (_query, 1, 1),
}
"""Name → (makes the function from its arguments, least, most arguments)."""
