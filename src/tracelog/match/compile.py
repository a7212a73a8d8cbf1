"""From a rule of a loaded Lark grammar to one regular expression that reads a record as Lark would.

The law: *what the expression accepts, Lark accepts with the same fields.* It holds by construction:

- Terminals are atomic groups, options and repetitions possessive: nothing is ever tried a second way.
- Lark's parser is walked through all its states beforehand. Each tells which terminals its lexer looks for there,
  and the lexer takes the first that matches, by (priority, greatest width, length of the pattern, name). Where it
  would rather take another one than the terminal the rule has in that place, the expression gets a guard against
  that other one in front.
- What that cannot express is not compiled but left to Lark, with the reason: recursion, ignored text, a keyword
  that also reads as another terminal, a repetition whose next step the next character does not decide.

The converse does not hold: what the expression refuses may still be Lark's to read.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from lark import Token
from lark.exceptions import UnexpectedInput
from lark.grammar import Terminal
from lark.lexer import PatternStr, TerminalDef

from tracelog.match import regular
from tracelog.match.form import Form, Part
from tracelog.match.grammar import (
    Alt,
    Grammar,
    Node,
    NotRegularError,
    Repeat,
    Rule,
    Seq,
    Stretch,
    Term,
    terms,
)

MOST_STATES = 5_000
"""Of Lark's parser for one rule, with what led there. The largest shipped grammar has some dozens."""


def compile_rule(grammar: Grammar) -> Form:
    """The rule as one expression, or the reason why Lark has to read it."""
    begins = _alternatives(_lexer_order(_accepted(_machine(grammar)), grammar))
    try:
        writer, pattern = _expression(grammar)
    except NotRegularError as problem:
        return Form(str(problem), "", _kept(grammar), begins, {})
    return Form(None, pattern, writer.names, begins, writer.parts)


def _expression(grammar: Grammar) -> tuple[_Writer, str]:
    whole = grammar.tree()
    for term in terms(whole):
        if reason := regular.unfit(_source(term.terminal)):
            raise NotRegularError(f"terminal {term.name} {reason}")
    _Walk(grammar, whole).guard()
    writer = _Writer()
    pattern = rf"\A{writer.write(whole)}\Z"
    if reason := regular.backtracks(pattern):
        raise NotRegularError(reason)
    return writer, pattern


def field_name(terminal: str) -> str:
    """The field of a terminal: its name, without what Lark puts before the name of an import's import."""
    return terminal.rpartition("__")[2]


def _kept(grammar: Grammar) -> list[str]:
    """The fields of a shape that is not compiled, as far as its terminals tell."""
    symbols = (symbol for rule in grammar.lark.rules for symbol in rule.expansion)
    kept = {symbol.name for symbol in symbols if isinstance(symbol, Terminal) and not symbol.filter_out}
    return sorted(field_name(name) for name in kept if not name.startswith("_"))


def _source(terminal: TerminalDef) -> str:
    return str(terminal.pattern.to_regexp())


def _alternatives(terminals: list[TerminalDef]) -> str:
    return "|".join(f"(?:{_source(terminal)})" for terminal in terminals)


def _order(terminal: TerminalDef) -> tuple[int, int, int, str]:
    """Where the lexer has it: what sorts first is tried first. As in `lark.lexer.BasicLexer`."""
    pattern = terminal.pattern
    return (-terminal.priority, -pattern.max_width, -len(pattern.value), terminal.name)


def _lexer_order(names: set[str], grammar: Grammar) -> list[TerminalDef]:
    terminals = grammar.terminals()
    return sorted((terminals[name] for name in names if name in terminals), key=_order)


def _machine(grammar: Grammar) -> Any:
    """Lark's parser at the start of a record, without building trees."""
    machine = grammar.lark.parse_interactive()
    machine.parser_state.parse_conf = copy.copy(machine.parser_state.parse_conf)
    machine.parser_state.parse_conf.callbacks = {}
    return machine


def _accepted(machine: Any) -> set[str]:
    """The terminals that the lexer looks for in this state of the parser, and `$END`."""
    return {name for name in machine.choices() if name.isupper()}


class _Walk:
    """Lark's parser led along every way through the rule, one terminal at a time."""

    def __init__(self, grammar: Grammar, whole: Node) -> None:
        self.grammar = grammar
        self.follow: dict[Term, set[Term]] = {term: set() for term in terms(whole)}
        self.empty, self.first, self.last = self._ends(whole)

    def guard(self) -> None:
        """Give each terminal its guards. Raises NotRegularError where Lark would go another way."""
        machine = _machine(self.grammar)
        waiting: list[tuple[Any, frozenset[Term] | None]] = [(machine, None)]  # None: nothing read yet
        seen: set[tuple[tuple[int, ...], frozenset[Term] | None]] = set()
        while waiting:
            machine, here = waiting.pop()
            accepted = _accepted(machine)
            follows = self.first if here is None else set[Term]().union(*(self.follow[term] for term in here))
            if (self.empty if here is None else here & self.last) and "$END" not in accepted:
                raise NotRegularError("Lark does not let the record end where the rule does")
            for term in follows:
                self._compare(term, accepted)
            for name in {term.name for term in follows}:
                then = machine.copy(deepcopy_values=False)
                try:
                    then.feed_token(Token(name, ""))
                except UnexpectedInput:
                    raise NotRegularError(f"Lark does not accept {name} where the rule has it") from None
                place = frozenset(term for term in follows if term.name == name)
                known = (tuple(then.parser_state.state_stack), place)
                if known not in seen:
                    seen.add(known)
                    waiting.append((then, place))
            if len(seen) > MOST_STATES:
                raise NotRegularError("there are too many ways through the rule")

    def _compare(self, term: Term, accepted: set[str]) -> None:
        """Against what else the lexer looks for where it looks for this one."""
        for other in _lexer_order(accepted - {term.name}, self.grammar):
            _no_keyword(term.terminal, other)
            _no_keyword(other, term.terminal)
            earlier = _order(other) < _order(term.terminal)
            alike = regular.begins(_source(other)) & regular.begins(_source(term.terminal))
            if earlier and alike and other not in term.guards:
                term.guards.append(other)

    def _ends(self, node: Node) -> tuple[bool, set[Term], set[Term]]:
        """Can it be empty, what can it begin with, what can it end with; fills `follow` on the way."""
        if isinstance(node, Term):
            return False, {node}, {node}
        if isinstance(node, Alt):
            ends = [self._ends(item) for item in node.items]
            first = set[Term]().union(*(end[1] for end in ends))
            return any(end[0] for end in ends), first, set[Term]().union(*(end[2] for end in ends))
        if isinstance(node, Seq):
            empty, first, last = True, set[Term](), set[Term]()
            for item in node.items:
                empty_too, first_too, last_too = self._ends(item)
                for term in last:
                    self.follow[term] |= first_too
                first = first | first_too if empty else first
                last = last | last_too if empty_too else last_too
                empty = empty and empty_too
            return empty, first, last
        empty, first, last = self._ends(node.item)
        if isinstance(node, Repeat):
            if node.most != 1:
                for term in last:
                    self.follow[term] |= first
            empty = empty or node.least == 0
        return empty, first, last


def _no_keyword(word: TerminalDef, keyword: TerminalDef) -> None:
    """Refuse a fixed text that another terminal can read whole: Lark lexes the other, then renames the token."""
    if not isinstance(keyword.pattern, PatternStr) or isinstance(word.pattern, PatternStr):
        return
    text = keyword.pattern.value
    if word.priority == keyword.priority and re.fullmatch(_source(word), text):
        raise NotRegularError(f"{text!r} also reads as {word.name}: give it a terminal of higher priority")


class _Writer:
    """Nodes to expression. Counts the groups that it opens."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.parts: dict[str, Part] = {}

    def write(self, node: Node, *, fields: bool = True) -> str:
        if isinstance(node, Term):
            return self._term(node, fields=fields)
        if isinstance(node, Seq):
            return "".join(self.write(item, fields=fields) for item in node.items)
        if isinstance(node, Alt):
            return f"(?>{'|'.join(self.write(item, fields=fields) for item in node.items)})"
        if isinstance(node, Rule):
            return self.write(node.item, fields=fields)
        if isinstance(node, Repeat):
            return f"(?:{self.write(node.item, fields=fields)}){_count(node)}"
        return self._stretch(node) if fields else self.write(node.item, fields=False)

    def _term(self, term: Term, *, fields: bool) -> str:
        source = _source(term.terminal)
        fixed = isinstance(term.terminal.pattern, PatternStr) and not term.terminal.pattern.flags
        guards = "".join(f"(?!{_source(guard)})" for guard in term.guards)
        text = guards + (source if fixed else f"(?>{source})")
        return self._group(field_name(term.name), text) if fields and term.kept else text

    def _stretch(self, stretch: Stretch) -> str:
        name = field_name(stretch.symbol.name)
        for term in terms(stretch.item):
            if "(?=" in term.terminal.pattern.value:  # it would not see the same when the stretch stands alone
                raise NotRegularError(f"terminal {term.name} looks ahead inside a repetition")
        inner = _Writer()
        element = inner.write(stretch.symbol)
        between = "" if stretch.between is None else self.write(stretch.between, fields=False)
        self.parts |= {**inner.parts, name: Part(element, inner.names, between)}
        return self._group(name, self.write(stretch.item, fields=False))

    def _group(self, name: str, text: str) -> str:
        self.names.append(name)
        again = self.names.count(name)
        return f"(?P<{name}{f'__{again}' if again > 1 else ''}>{text})"  # no field has __ in its name


def _count(repeat: Repeat) -> str:
    """The sign for so many times, possessive."""
    signs = {(0, 1): "?", (0, None): "*", (1, None): "+"}
    most = "" if repeat.most is None else repeat.most
    return signs.get((repeat.least, repeat.most), f"{{{repeat.least},{most}}}") + "+"
