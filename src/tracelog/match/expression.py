"""Value expressions of the definitions, parsed to plain nested tuples. Grammar: `grammars/expression.lark`.

`parse(text)` takes a value or, when the text holds a brace, a template; `parse_each(text)` takes the loops of
`each`. The tree is made of tuples, texts and whole numbers only; the first item says what it is:

    ("path", step, …)             `.` alone is ("path",): the record itself. A step is
                                      a text    a field or column of that name: `a`, `Created at`, `"x-topic"`
                                      a number  an element of a list: `[0]`, `[-1]`
                                      ("CO",)   the element that is so marked: `[CO]`, `[002]`, `['10']`
                                      ("001", "QUALF")   the element whose field is that: `[QUALF=001]`
    ("text", "none")              a text as it stands: `'none'`
    ("first", value, value, …)    the first that is present: `a ?? b`
    ("call", name, value, argument, …)   `value | name(argument, …)`; an argument is a text or a whole number.
                                      `after('/')` and `find(NAME)` both give a text: the function knows which it takes
    ("template", part, …)         a part is a text as it stands, or a value: `{ISA.06}/{GS.06|int}`
    ("each", variable, value, until)     `o in body.orders ?? body`; until is None or a text: `s in AK2 until AK9`

`a ?? b | f` is `a ?? (b | f)`; parentheses say otherwise. Which functions exist is not the grammar's business.

Parsed forms are kept over runs (`keep`, at the end of the process by itself): a text that was met before costs no
Lark.
"""

from __future__ import annotations

import atexit
import functools
from typing import TYPE_CHECKING, Any, cast

from tracelog import resources
from tracelog.errors import DefinitionError
from tracelog.match import cache
from tracelog.match.caret import pointed

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

Ast = tuple[Any, ...]

MOST = 20_000
"""Kept expressions. Beyond that (a definition edited for years) the collection starts afresh."""
DEEPEST = 60
"""Each choice is written out inside the one before it, and Python goes a hundred blocks deep."""


def parse(text: str) -> Ast:
    """The tree of a value (`a.b ?? c`) or of a template (`{a}/{b}`).

    Raises DefinitionError, with a caret under the place where it stops making sense.
    """
    quoted = text.lstrip()[:1] == '"'  # a column named `"a{b}"` is no template
    return _parsed("template" if "{" in text and not quoted else "value", text)


def parse_each(text: str) -> Ast:
    """The tree of an `each` (`o in body.orders`). Raises DefinitionError."""
    return _parsed("each", text)


def keep() -> None:
    """Write newly parsed expressions to the cache; nothing when there are none."""
    collection = _collection()
    if collection.new:
        found = cache.load("expressions", _name(), dict[str, Any]) or {}  # another process may have added some
        entries = {**found, **collection.known}
        cache.save("expressions", _name(), entries if len(entries) <= MOST else collection.known)
        collection.new = False


class _Collection:
    """The parsed expressions of this process and of earlier ones, by start rule and text."""

    def __init__(self) -> None:
        self.known = cache.load("expressions", _name(), dict[str, Any]) or {}
        self.new = False


def _parsed(start: str, text: str) -> Ast:
    collection = _collection()
    name = f"{start} {text}"
    form = collection.known.get(name)
    if form is None:
        collection.known[name] = form = _read(start, text)
        if not collection.new:
            collection.new = True
            atexit.register(keep)
    elif type(form) is not tuple:
        collection.known[name] = form = _tuples(form)
    return cast("Ast", form)


def _tuples(form: Any) -> Any:
    """JSON has lists only; a tree is the same whether it was parsed or remembered."""
    return tuple(map(_tuples, form)) if isinstance(form, list) else form


def _read(start: str, text: str) -> Ast:
    from lark.exceptions import UnexpectedInput

    try:
        tree = _lark().parse(text if start == "template" else text.strip(), start=start)
    except UnexpectedInput as problem:
        ended = getattr(getattr(problem, "token", None), "type", None) == "$END"
        place = len(text) if ended else max(problem.pos_in_stream or 0, 0)
        place += len(text[place:]) - len(text[place:].lstrip())  # a blank is never what is wrong
        raise DefinitionError(
            f"cannot read the expression {text!r}",
            why=f"{text[place]!r} is not expected here" if place < len(text) else "it ends too early",
            got_to=pointed(text, place),
            help="a path (a.b[0]), a second choice (a ?? b), a function (a | after('/')) or text with {values}; "
            'a name with special characters stands in double quotes: "Amount (USD)"',
        ) from None
    try:
        form = cast("Ast", _value(tree))
        deep = _depth(form) > DEEPEST
    except RecursionError:
        deep = True
    if deep:
        raise DefinitionError(
            f"cannot read the expression {text[:60]!r}…",
            why=f"it has more than {DEEPEST} choices or functions, one behind the other",
            help="split it up",
        )
    return form


def _depth(form: Any) -> int:
    """How many choices and functions have to be gone through to the last of an expression."""
    if not isinstance(form, tuple) or form[0] in {"path", "text"}:
        return 0
    if form[0] == "first":
        return max(place + _depth(option) for place, option in enumerate(form[1:]))
    inner: int = max(map(_depth, form[1:]), default=0)
    return inner + (1 if form[0] == "call" else 0)


def _value(tree: Tree[Token] | Token) -> Any:
    """One node of Lark's tree in our terms."""
    from lark import Token

    if isinstance(tree, Token):
        return _word(tree)
    items = [_value(child) for child in tree.children if child is not None]
    match str(tree.data):
        case "path":
            steps = zip(tree.children, items, strict=True)
            return ("path", *((step,) if _marks(child) else step for child, step in steps))
        case "call":
            value, name, *arguments = items
            return ("call", name, value, *arguments)
        case "each":
            variable, value, *until = items
            return ("each", variable, value, until[0] if until else None)
        case kind:
            return (kind, *items)


def _marks(child: Tree[Token] | Token) -> bool:
    return getattr(child, "type", "") in ("QUALIFIER", "TEXT")


def _word(token: Token) -> str | int | tuple[str, str]:
    match token.type:
        case "KEYED":
            key, _, value = token.partition("=")
            return value[1:-1].replace("''", "'") if value[:1] == "'" else value, key
        case "INDEX" | "NUMBER":
            return int(token)
        case "QUOTED":
            return token[1:-1].replace('""', '"')
        case "TEXT":
            return token[1:-1].replace("''", "'")
        case "LITERAL":
            return token.replace("{{", "{").replace("}}", "}")
        case _:
            return str(token)


@functools.cache
def _text() -> str:
    return (resources.folder("grammars") / "expression.lark").read_text(encoding="utf-8")


@functools.cache
def _name() -> str:
    return cache.key("expression", _text())


@functools.cache
def _collection() -> _Collection:
    return _Collection()


@functools.cache
def _lark() -> Lark:
    from lark import Lark

    return Lark(_text(), start=["value", "template", "each"], parser="lalr")
