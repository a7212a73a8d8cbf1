"""The names that a record gives an order, and the damaged ones that are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tracelog.interpret.expressions import Compiler, Getter, constant
from tracelog.interpret.values import is_damaged, name_of
from tracelog.interpret.words import NotInMapError, lookup, slug
from tracelog.match.expression import parse
from tracelog.model.event import Name

Record = dict[str, Any]
Collect = Callable[[Record, list[Name], list[str]], None]
"""(record, names found, damaged ones found): adds to the lists."""
REF = "ref"


def kind(written: str, system: str) -> str:
    """`id` → `shopify:id`; `netsuite.tranid` and `netsuite:tranid` as they are; `ref` belongs to nobody."""
    if written == REF or ":" in written:
        return written
    owner, dot, what = written.partition(".")
    return f"{owner}:{what}" if dot else f"{system}:{written}"


def collector(
    table: Mapping[str, str | list[str]],
    compiler: Compiler,
    system: str,
    strength: str,
    kinds: Mapping[str, str] | None = None,
) -> Collect | None:
    """The closure for `order` or `mentions`; None when the table is empty. `kinds` is the map of that name."""
    fixed: list[tuple[str, Getter]] = []
    computed: list[tuple[Callable[[Record], str | None], Getter]] = []
    for written, values in table.items():
        for value in [values] if isinstance(values, str) else values:
            get = compiler.value(parse(value), whole=True)
            if "{" not in written:
                fixed.append((kind(written, system), get))
            else:
                computed.append((_computed_kind(written, compiler, system, kinds), get))
    if not fixed and not computed:
        return None

    def collect(record: Record, names: list[Name], damaged: list[str]) -> None:
        for label, get in fixed:
            value = get(record)
            if value is not None and value != "":
                add(label, value, names, damaged)
        for kind_of, get in computed:
            value = get(record)
            if value is not None and value != "":
                named = kind_of(record)
                if named is not None:
                    add(named, value, names, damaged)

    def add(label: str, value: Any, names: list[Name], damaged: list[str]) -> None:
        if type(value) is list:
            for each in value:
                add(label, each, names, damaged)
            return
        text = name_of(value)
        if text is None:
            return
        if is_damaged(text):
            damaged.append(f"{label} {text}")
            return
        name = Name(label, text, strength)
        if name not in names:
            names.append(name)

    return collect


def _computed_kind(
    written: str, compiler: Compiler, system: str, kinds: Mapping[str, str] | None
) -> Callable[[Record], str | None]:
    ast = parse(written)
    fixed = constant(ast)
    get: Getter = (lambda _: fixed) if fixed is not None else compiler.value(ast, whole=True)
    find = lookup(kinds) if kinds else None
    memory: dict[str, str | None] = {}

    def kind_of(record: Record) -> str | None:
        text = get(record)
        if not text:
            return None
        if text not in memory:
            memory[text] = named(text)
        return memory[text]

    def named(text: str) -> str | None:
        if find is not None:
            try:
                found = find(text)
            except NotInMapError:
                return kind(slug(text), system)
            return kind(found, system) if found else None
        return kind(slug(text), system)

    return kind_of
