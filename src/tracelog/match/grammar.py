"""A Lark grammar as the compiler wants it: its rules as written (EBNF, imports resolved), and Lark's own machine.

What Lark builds has lost the repetitions, each `x*` a left-recursive helper; its loader still has them. The two
are held together here: the shape of the rules from the loader, names and patterns of terminals from the machine.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import LarkError
from lark.grammar import NonTerminal, Terminal
from lark.lexer import PatternStr, TerminalDef
from lark.load_grammar import _literal_to_pattern, load_grammar

from tracelog.errors import DefinitionError
from tracelog.match.source import Source


class NotRegularError(Exception):
    """This shape is for Lark alone; the text says why."""


@dataclass(eq=False)
class Term:
    """One place in a rule where a terminal stands. Not equal to the same terminal elsewhere."""

    terminal: TerminalDef
    kept: bool
    guards: list[TerminalDef] = field(default_factory=list)
    """What Lark's lexer would rather read here; filled in by the compiler."""

    @property
    def name(self) -> str:
        return str(self.terminal.name)


@dataclass(eq=False)
class Seq:
    items: list[Node]


@dataclass(eq=False)
class Alt:
    items: list[Node]


@dataclass(eq=False)
class Repeat:
    """`least` times or more; `most` None: without limit. An option is none or one."""

    item: Node
    least: int
    most: int | None


@dataclass(eq=False)
class Rule:
    """A rule that another one names."""

    name: str
    item: Node
    whole: bool
    """Lark gives it a node of its own (no `_` or `?` before its name, no alias)."""


@dataclass(eq=False)
class Stretch:
    """A repeated rule or terminal, with what stands between: one field, taken apart on demand."""

    symbol: Rule | Term
    between: Node | None
    item: Node


Node = Term | Seq | Alt | Repeat | Rule | Stretch


@dataclass
class Grammar:
    """One rule of a grammar file, ready to be compiled, and Lark's parser for it."""

    lark: Lark
    start: str
    rules: dict[str, tuple[Tree[Any], Any]]

    def tree(self) -> Node:
        """The rule with every rule it names written into it. Raises NotRegularError."""
        if self.lark.ignore_tokens:
            raise NotRegularError("the grammar ignores text between terminals: blanks have to be spelled out")
        builder = _Builder(self)
        whole = builder.rule(self.start, ()).item
        for name in builder.stretched:
            if sum(name in names for names in _stretches(whole)) > 1:
                raise NotRegularError(f"{name} repeats, and stands elsewhere too")
        return whole

    def terminals(self) -> dict[str, TerminalDef]:
        return {terminal.name: terminal for terminal in self.lark.terminals}


def load(source: Source, start: str) -> Grammar:
    """Have Lark build the parser of that rule. Raises DefinitionError."""
    loaded, rules = _loaded(source)
    if start not in rules:
        has = ", ".join(sorted(name for name in rules if not name.startswith("_")))
        what = f"there is no rule {start!r} in {source.path.name}"
        raise DefinitionError(what, where=str(source.path), help=f"it has: {has}")
    with _explained(source):
        lark = Lark(
            loaded,
            start=start,
            parser="lalr",
            source_path=str(source.path),
            import_paths=[str(folder) for folder in source.folders],
            maybe_placeholders=False,
            propagate_positions=True,
        )
    return Grammar(lark, start, rules)


def terminal(source: Source, name: str) -> str:
    """The pattern of one terminal, used by a rule or not. Raises DefinitionError."""
    loaded, _ = _loaded(source)
    with _explained(source):
        terminals, _, _ = loaded.compile([], "*")
    for found in terminals:
        if found.name == name:
            return str(found.pattern.to_regexp())
    has = ", ".join(sorted(str(found.name) for found in terminals if not found.name.startswith("_")))
    what = f"there is no terminal {name!r} in {source.path.name}"
    raise DefinitionError(what, where=str(source.path), help=f"it has: {has}")


def _loaded(source: Source) -> tuple[Any, dict[str, tuple[Tree[Any], Any]]]:
    """Lark's loader's view of a grammar: rules as they are written, imports resolved."""
    with _explained(source):
        return _load(str(source.path), tuple(map(str, source.folders)), *source.texts)


@functools.lru_cache(maxsize=8)
def _load(path: str, folders: tuple[str, ...], text: str, *_imported: str) -> tuple[Any, dict[str, Any]]:
    """Once for all rules of a file: reading it takes as long as building one rule's parser."""
    loaded, _ = load_grammar(text, path, list(folders), False)  # type: ignore[no-untyped-call]
    return loaded, {str(name): (tree, options) for name, _, tree, options in loaded.rule_defs}


@contextmanager
def _explained(source: Source) -> Iterator[None]:
    """What Lark finds wrong with a grammar, said to whoever wrote it."""
    try:
        yield
    except (LarkError, OSError, re.error) as problem:
        raise DefinitionError(
            f"the grammar {source.path.name} is wrong",
            why=" ".join(str(problem).split()),
            where=str(source.path),
            help="https://lark-parser.readthedocs.io/en/stable/grammar.html says how rules are written",
        ) from None


@contextmanager
def nesting(source: Source) -> Iterator[None]:
    """Groups inside groups without end are the writer's mistake: Lark, the compiler and `re` all descend into them."""
    try:
        yield
    except (RecursionError, OverflowError):
        raise DefinitionError(
            f"the grammar {source.path.name} is wrong",
            why="it has hundreds of groups inside each other",
            where=str(source.path),
            help="give what is inside a rule of its own, or take needless parentheses off",
        ) from None


def terms(node: Node) -> Iterator[Term]:
    """Every place of a terminal below this node, in order."""
    if isinstance(node, Term):
        yield node
    elif isinstance(node, Seq | Alt):
        for item in node.items:
            yield from terms(item)
    else:
        yield from terms(node.item)


def keeps(node: Node) -> bool:
    """Whether a field stands somewhere in it."""
    return any(term.kept for term in terms(node))


def _stretches(node: Node) -> Iterator[set[str]]:
    """The names of rules and terminals below this node; those of one stretch together."""
    if isinstance(node, Stretch):
        yield {node.symbol.name}
        node = node.symbol  # what it repeats once more would not be found otherwise
        if isinstance(node, Rule):
            yield from _stretches(node.item)
    elif isinstance(node, Seq | Alt):
        for item in node.items:
            yield from _stretches(item)
    elif isinstance(node, Term):
        yield {node.name}
    else:
        if isinstance(node, Rule):
            yield {node.name}
        yield from _stretches(node.item)


class _Builder:
    """Turns the loader's trees into nodes; the names are those of the loader's tree."""

    def __init__(self, grammar: Grammar) -> None:
        self.rules = grammar.rules
        self.by_name = grammar.terminals()
        self.by_pattern = {terminal.pattern: terminal for terminal in grammar.lark.terminals}
        self.stretched: list[str] = []

    def rule(self, name: str, inside: tuple[str, ...]) -> Rule:
        if name in inside:
            raise NotRegularError(f"rule {name} contains itself")
        tree, options = self.rules[name]
        plain = not name.startswith("_") and not options.expand1 and not any(tree.find_data("alias"))
        return Rule(name, self.node(tree, (*inside, name)), plain)

    def node(self, tree: Any, inside: tuple[str, ...]) -> Node:
        match str(tree.data):
            case "expansions":
                items = [self.node(child, inside) for child in tree.children]
                return items[0] if len(items) == 1 else Alt(items)
            case "expansion":
                return Seq(self.sequence(tree.children, inside))
            case "alias":
                return self.node(tree.children[0], inside)
            case "maybe":
                return Repeat(self.node(tree.children[0], inside), 0, 1)
            case "expr":
                return self.repeat(tree.children, inside)
            case "value":
                return self.value(tree.children[0], inside)
            case other:
                raise NotRegularError(f"it uses {other.replace('_', ' ')}")

    def repeat(self, children: list[Any], inside: tuple[str, ...]) -> Node:
        item, operator, *bounds = children
        node = self.node(item, inside)
        if operator == "~":
            return Repeat(node, int(bounds[0]), int(bounds[-1]))
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}[str(operator)]
        return Repeat(node, least, most)

    def value(self, leaf: Any, inside: tuple[str, ...]) -> Node:
        if isinstance(leaf, NonTerminal):
            return self.rule(leaf.name, inside)
        if isinstance(leaf, Terminal):
            return Term(self.by_name[leaf.name], kept=not leaf.name.startswith("_"))
        if isinstance(leaf, Tree) and leaf.data == "literal" and isinstance(leaf.children[0], Token):
            pattern = _literal_to_pattern(leaf.children[0])  # type: ignore[no-untyped-call]
            terminal = self.by_pattern[pattern]
            kept = not isinstance(pattern, PatternStr) and not terminal.name.startswith("_")
            return Term(terminal, kept=kept)
        raise NotRegularError("a rule holds something other than rules, terminals and text")

    def sequence(self, children: list[Any], inside: tuple[str, ...]) -> list[Node]:
        """The items of a rule, with `x (sep x)*` and `x+` made one where fields repeat."""
        items: list[Node] = []
        for child in children:
            node = self.node(child, inside)
            if isinstance(node, Repeat) and node.most != 1 and keeps(node):
                node = self.stretch(items, node)
            items.append(node)
        return items

    def stretch(self, before: list[Node], repeat: Repeat) -> Stretch:
        """A repetition of fields as one field. Takes what it repeats off `before` where it begins there."""
        body = repeat.item
        parts: list[Node] = body.items if isinstance(body, Seq) else [body]
        *between, symbol = parts
        name = symbol.name if isinstance(symbol, Rule | Term) else ""
        if not isinstance(symbol, Rule | Term) or any(keeps(item) for item in between):
            raise NotRegularError("a repetition holds several fields: give them a rule of their own")
        if isinstance(symbol, Rule) and not symbol.whole:
            raise NotRegularError(f"rule {name} repeats, but Lark gives it no node (_, ? or an alias)")
        if name in self.stretched:
            raise NotRegularError(f"{name} repeats in two places")
        self.stretched.append(name)
        if not between:
            return Stretch(symbol, None, repeat)
        if not before or getattr(before[-1], "name", None) != name:
            raise NotRegularError(f"{name} repeats with something between: write x (sep x)*")
        return Stretch(symbol, Seq(between), Seq([before.pop(), repeat]))
