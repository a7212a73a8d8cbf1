"""Why a record could not be read: by Lark, which knows what it waited for, in the grammar's own words.

Lark reads some ten thousand records a second, so it is asked once for each *shape* of unread record, and for some
hundreds of shapes an export at most: see `tracelog.match.reader`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from lark import Token, Tree
from lark.exceptions import UnexpectedInput
from lark.lexer import PatternStr

from tracelog.errors import TracelogError
from tracelog.match import regular, source
from tracelog.match.caret import pointed
from tracelog.match.compile import field_name
from tracelog.match.mask import mask

if TYPE_CHECKING:
    from lark import Lark

    from tracelog.match.shape import Shape

END = "the end of the record"
SHOWN = 24
"""Characters of what stands there instead."""


class Explanation(NamedTuple):
    """What became of a record that the expression refused.

    `got_to` counts characters from 0; `expected` is what could have stood there, in plain words. `fields` is
    set when Lark can read the record after all: the expression is then too narrow, which is a defect of ours.
    """

    shape: str
    got_to: int
    expected: tuple[str, ...]
    message: str
    context: str
    help: str
    fields: dict[str, str] | None = None

    def error(self, where: str | None = None) -> TracelogError:
        """As a message that answers all five questions; `where` is the record's place."""
        what = "this record could not be read"
        return TracelogError(what, why=self.message, where=where, got_to=self.context, help=self.help)


def parsed(shape: Shape, text: str) -> dict[str, str] | None:
    """The fields of a record as Lark reads it; None when it does not."""
    try:
        tree = shape.lark().parse(text)
    except UnexpectedInput:
        return None
    found = dict.fromkeys(shape.names, "")
    times: dict[str, int] = {}
    stretches: dict[str, tuple[int, int]] = {}
    for name, start, end in _named(tree, shape.repeated):
        if name in shape.repeated:
            first, _ = stretches.setdefault(name, (start, end))
            stretches[name] = (first, end)
            continue
        times[name] = again = times.get(name, 0) + 1
        found[name if again == 1 else f"{name}_{again}"] = text[start:end]
    return found | {name: text[start:end] for name, (start, end) in stretches.items()}


def _named(tree: Tree[Token] | Token, repeated: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    """Fields with their spans, in the text's order; of a repeated rule only the whole."""
    waiting: list[Any] = [tree]  # not by recursion: a hostile record can be nested deeply
    while waiting:
        node = waiting.pop()
        if isinstance(node, Token):
            if not node.type.startswith("_"):
                yield field_name(node.type), node.start_pos or 0, node.end_pos or 0
        elif (name := field_name(str(node.data))) in repeated:
            yield name, node.meta.start_pos, node.meta.end_pos
        else:
            waiting.extend(reversed(node.children))


def explain(shape: Shape, text: str) -> Explanation:
    """Lead Lark through the record until it knows no further."""
    lark = shape.lark()
    machine = lark.parse_interactive(text)
    place = len(text)
    try:
        machine.exhaust_lexer()
    except UnexpectedInput as problem:
        place = max(problem.pos_in_stream or 0, 0)
    accepted = machine.accepts()  # type: ignore[no-untyped-call]
    if place == len(text) and "$END" in accepted:
        return Explanation(mask(text), place, (), "only Lark can read this", "", "", parsed(shape, text))
    reached = {name: _reach(lark, name, text, place) for name in accepted}
    furthest = max(reached.values(), default=place)
    named = source.words(shape.source)
    likeliest = {_words(lark, name, named) for name, reach in reached.items() if reach == furthest}
    expected = tuple(sorted(likeliest, key=lambda words: (words == END, words)))
    return Explanation(
        shape=mask(text),
        got_to=furthest,
        expected=expected,
        message=f"{_where(text, furthest)}: expected {_listed(expected)}{_found(text, place)}",
        context=pointed(text, furthest),
        help=f"if that is right, let rule {shape.rule} of {shape.source.path.name} say so, and make it a sample",
    )


def _reach(lark: Lark, name: str, text: str, place: int) -> int:
    """How much of the text reads like the beginning of that terminal."""
    if name == "$END":
        return place
    try:
        return regular.Automaton(str(lark.get_terminal(name).pattern.to_regexp())).reach(text, place)
    except ValueError:  # not regular
        return place


def _words(lark: Lark, name: str, named: dict[str, str]) -> str:
    """What a terminal is, for somebody who has not read the grammar."""
    if name == "$END":
        return END
    pattern = lark.get_terminal(name).pattern
    if isinstance(pattern, PatternStr):
        return {" ": "a blank", "\n": "a line end", "\t": "a tab"}.get(pattern.value, f'"{pattern.value}"')
    return named.get(field_name(name), field_name(name))


def _listed(words: tuple[str, ...]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _where(text: str, place: int) -> str:
    return f"at character {place + 1}" if place < len(text) else "where it ends"


def _found(text: str, begun: int) -> str:
    """What stands in place of the terminal that should have begun there."""
    rest = text[begun : begun + SHOWN]
    return f", found {rest!r}{'…' if len(text) > begun + SHOWN else ''}" if rest else ""
