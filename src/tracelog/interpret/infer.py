"""`[infer]`: what a record says in free text and under keys of any name, as statements that rules can pick up.

Nothing is guessed: a record makes a statement when it names an order and says in a known word what was done to it.
Which words are known stands in `parsers/words.toml`. What came out lies under `said`: `said.all` is a list of
statements, `said.one` one that names its order by its envelope only, `said.why` the reason why there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tracelog.errors import DefinitionError
from tracelog.interpret import conditions
from tracelog.interpret.catalog import Catalog, placed
from tracelog.interpret.definition import Infer
from tracelog.interpret.expressions import Getter, Record, Scope
from tracelog.interpret.gather import Gatherer, PeerOf, Seen
from tracelog.interpret.lookup import NotInMapError, lookup
from tracelog.interpret.loops import NAMES_NO_ORDER, loops_of, walk
from tracelog.interpret.payload import Pick, picker
from tracelog.interpret.values import text_of
from tracelog.match import hints, shape
from tracelog.match.expression import parse
from tracelog.match.hints import TEXT, Found
from tracelog.match.sentence import Said, Sentences
from tracelog.match.words import Words, merged

SAID = "said"
SHOWN = 200
"""Characters of a message that stand as the result of a refusal."""
MEMORY = 4096
_TOWARDS = frozenset(("", "to", "into", "in", "at", "onto", "on", "with", "against", "by"))
_PLACES = frozenset(("to", "into", "in", "at", "onto", "on"))
_SOURCES = frozenset(("", "from", "by", "via"))
_GOOD = frozenset(("received", "transformed", "forwarded", "acknowledged", "applied", "emitted"))
_RAISED = re.compile(
    r"^(?!\s|Caused by|Suppressed)[\w.$]*(?:Error|Exception|Fault|Timeout)[\w$]*(?::.*)?$", re.MULTILINE
)

Statement = dict[str, Any]
Step = tuple[str, str | None]
"""(phase, level)."""


class Order(NamedTuple):
    """One order that a record is about: strong names and mentions by kind, and its document."""

    names: dict[str, list[str]]
    mentions: dict[str, list[str]]
    body: Any = None


class Known(NamedTuple):
    """What inferring asks of the catalog."""

    words: Words
    sentences: Sentences
    peer: PeerOf
    pick: Pick


def known(catalog: Catalog) -> Known:
    """What all definitions with `[infer]` share, made ready once: the words of the users' files and of ours."""
    if catalog.known is None:
        owners = [owner for owner in catalog.owners.get("words", []) if owner.document.words]
        folders = catalog.grammar_folders()
        try:
            words = Words(
                merged([owner.document.words for owner in owners]), lambda name: shape.terminal(name, folders)
            )
        except DefinitionError as problem:
            raise placed(problem, owners[0], "words") from problem
        peer, spelled = peers(_common(catalog).get("apps", {}))
        catalog.known = Known(words, Sentences(words, spelled), peer, picker(catalog.payloads()))
    found: Known = catalog.known
    return found


def _common(catalog: Catalog) -> Mapping[str, Mapping[str, str]]:
    """The maps of all systems: the user's before the shipped."""
    found: dict[str, Mapping[str, str]] = {}
    for owner in reversed(catalog.owners.get("common", [])):
        found.update(owner.document.map)
    return found


def peers(apps: Mapping[str, str]) -> tuple[PeerOf, re.Pattern[str] | None]:
    """Which system a word means, by the map `apps`; and an expression for words that mean one."""
    find = lookup(apps)
    memory: dict[str, str | None] = {}

    def peer(word: str) -> str | None:
        if word not in memory:
            if len(memory) > MEMORY:
                memory.clear()
            try:
                memory[word] = find(word)
            except NotInMapError:
                memory[word] = None
        return memory[word]

    globs = {key.casefold().strip("*").replace("?", "_").replace("*", "_") for key in apps}
    parts = "|".join(re.escape(glob) for glob in sorted(globs) if glob and " " not in glob)
    return peer, re.compile(rf"\w*(?:{parts})\w*") if parts else None


def compiled(infer: Infer, known: Known, scope: Scope) -> Callable[[Record], None]:
    """Adds `said` to a record."""
    loops, inner = loops_of([infer.each], scope, "[infer]")
    teller = _Teller(infer, known, inner)

    def tell(record: Record) -> None:
        found: list[Statement] = []
        why: str | None = None
        for _ in walk(record, loops, 0, []) if loops else (None,):
            made = teller.statements(record, {loop.key[1:]: record[loop.key] for loop in loops})
            if isinstance(made, str):
                why = why or made
            else:
                found += made
        if not found:
            record[SAID] = {"why": why or NAMES_NO_ORDER}
        elif found[0]["named"]:
            record[SAID] = {"all": found}
        else:
            record[SAID] = {"one": found[0]}

    return tell


class _Teller:
    def __init__(self, infer: Infer, known: Known, scope: Scope) -> None:
        self._words = known.words
        self._read = known.sentences.read
        self._peer = known.peer
        self._gatherer = Gatherer(known.words, known.peer, known.pick)
        self._text = _getter(infer.text, scope)
        self._error = _getter(infer.error, scope)
        self._by = _getter(infer.by, scope)
        self._system = _getter(infer.system, scope)
        self._at = _getter(infer.at, scope)
        self._keys = [
            scope.getter(parse(each)) for each in ([infer.keys] if isinstance(infer.keys, str) else infer.keys)
        ]
        self._failing = conditions.checker(infer.failing, {}, scope)

    def statements(self, record: Record, elements: dict[str, Any]) -> list[Statement] | str:
        """The statements of a record, or of an element of it; or why there is none.

        `elements` are those of the loops in force, by their names; each statement holds them.
        """
        seen = self._gatherer.seen([get(record) for get in self._keys], self._text(record) if self._text else None)
        orders = _orders(seen)
        if isinstance(orders, str):
            return orders
        given = {**elements, "system": self._system and self._system(record), "at": self._at and self._at(record)}
        if self._text is None:  # names are asked for, the rules know the rest
            return [
                {**self._statement(seen, each, ("", None), None, None), **given} for each in orders
            ] or NAMES_NO_ORDER
        if not orders and not (seen.envelope and self._about_orders(seen)):
            return NAMES_NO_ORDER
        said = self._said(seen)
        steps = self._steps(seen, said, record)
        if isinstance(steps, str):
            return steps if orders else NAMES_NO_ORDER
        return [
            {**self._statement(seen, order, step, said, record), **given}
            for order in orders or [Order({}, {})]
            for step in steps
        ]

    def _about_orders(self, seen: Seen) -> bool:
        """Whether a record that names none speaks of an order all the same: its envelope then tells of which."""
        if seen.topic is not None:
            return True
        sentence = seen.hint.sentence if seen.hint is not None else ""
        return any(word in self._words.order_words for word in re.split(r"[\W_]+", sentence.casefold()))

    def _said(self, seen: Seen) -> Said:
        """What the message and the fields say; where they differ, nothing."""
        own = self._read(seen.hint.sentence) if seen.hint is not None else Said((), why="says nothing in words")
        for verb in seen.verbs:
            other = self._read(verb.replace(".", " ").replace("-", " "))
            if not other.phases or other.phases == own.phases:
                continue
            if not own.phases or (own.happy and other.phases[0] == "rejected"):
                own = other._replace(peers=own.peers, topic=own.topic or other.topic)
            elif own.happy and set(own.phases).isdisjoint(other.phases):
                return Said((), why=f"says {own.phases[0]} in one place and {other.phases[0]} in another")
        return own

    def _steps(self, seen: Seen, said: Said, record: Record) -> list[Step] | str:
        """What was done, or why that cannot be told."""
        phases, http = said.phases, seen.http
        if http is None and seen.text and (said.answer or (phases and phases[0] in ("forwarded", "rejected"))):
            http = seen.http = hints.http_status(seen.text)
        answer = None
        if http is not None and http[0] in "245":
            answer = ("acknowledged" if http[0] == "2" else "rejected", "transport")
        if not phases and said.answer and answer:
            return [answer]
        if (not phases or set(phases) <= _GOOD) and self._failing is not None and self._failing(record):
            if phases:
                return f"an error that speaks of what was {phases[-1]}"
            seen.error = seen.error or self._raised(record, seen)
            return [("rejected", None)] if seen.error else said.why or "an error that does not say what failed"
        if not phases:
            return said.why or "does not say what was done"
        if phases == ("forwarded",) and answer:
            return [("forwarded", None), answer]
        return [(phase, "transport" if http and phase in ("acknowledged", "rejected") else None) for phase in phases]

    def _raised(self, record: Record, seen: Seen) -> str | None:
        """The exception that stands in or below a record."""
        if self._error is not None and (error := text_of(self._error(record))):
            return _headline(error)
        found = _RAISED.search(seen.text, seen.text.find("\n")) if "\n" in seen.text else None
        return found[0][:SHOWN] if found else None

    def _statement(self, seen: Seen, order: Order, step: Step, said: Said | None, record: Record | None) -> Statement:
        phase, level = step
        towards, source, elsewhere = self._ends(seen, said, record)
        if phase == "applied" and elsewhere:
            phase = "acknowledged"  # `created in NetSuite` is said by the one who had it created
        status, before = self._states(seen)
        peer = None if phase in ("transformed", "applied") else source if phase in ("received", "emitted") else towards
        return {
            "phase": phase, "level": level, "peer": peer, "topic": seen.topic or (said.topic if said else None),
            "names": order.names, "mentions": order.mentions, "body": order.body, "message": seen.ids(),
            "status": status, "before": before, "result": self._result(phase, seen, record),
            "http": seen.http, "named": bool(order.names) or order.body is not None,
        }  # fmt: skip

    def _ends(self, seen: Seen, said: Said | None, record: Record | None) -> tuple[str | None, str | None, bool]:
        """(to whom, from whom, whether it was done at the one to whom). Two candidates are none."""
        spoken = [(how, self._peer(word)) for how, word in said.peers] if said is not None else []
        hosts = {self._peer(address) for address in seen.hint.addresses} if seen.hint is not None else set()
        towards = {peer for how, peer in spoken if how in _TOWARDS and peer} or (hosts - {None})
        sources = {peer for how, peer in spoken if how in _SOURCES and peer}
        answered = {peer for how, peer in spoken if how == "from" and peer}
        elsewhere = seen.peer is not None or any(how in _PLACES for how, _ in spoken)
        to, source = seen.peer or _only(towards), seen.source or _only(sources)
        if self._by is not None and record is not None and (name := text_of(self._by(record))):
            by, inbound = self._peer(name), self._words.inbound.search(name) is not None
            to = to or (by if not inbound and not towards else None)
            source = source or (by if inbound and not sources else None)
        return to or _only(answered), source, elsewhere

    def _states(self, seen: Seen) -> tuple[str | None, str | None]:
        """(status, status before)."""
        if seen.before is not None and (after := seen.after or seen.status) is not None:
            return after, seen.before
        if seen.text and seen.status is None:
            for change in self._words.changes:
                if found := change.search(seen.text):
                    return found["after"], found["before"]
        return seen.status, None

    def _result(self, phase: str, seen: Seen, record: Record | None) -> str | None:
        if phase == "acknowledged":
            return seen.http
        if phase == "skipped":
            return seen.why
        if phase != "rejected" or record is None:
            return None
        told = (
            (_headline(seen.error) if seen.error else None)
            or self._raised(record, seen)
            or seen.why
            or " ".join(seen.text.partition("\n")[0].split())
        )
        return (f"{seen.http} {told}" if seen.http and seen.http not in told else told)[:SHOWN]


def _headline(text: str) -> str:
    """What an exception is, from its text with the stack: Python puts it last, others first."""
    lines = [line.strip() for line in text.strip().splitlines()] or [""]
    return (lines[-1] if lines[0].startswith("Traceback") else lines[0])[:SHOWN]


def _only(found: set[Any]) -> Any:
    return next(iter(found)) if len(found) == 1 else None


def _orders(seen: Seen) -> list[Order] | str:
    """The orders that a record is about; or why that cannot be told.

    A key tells whose name it holds. A name that only looks like one counts where no key does; where a key does, it
    is a mention.
    """
    strong = [each for each in seen.names if each.label and not each.weak]
    if any(each.label[0] != TEXT for each in strong):
        strong = [each for each in strong if each.label[0] != TEXT]
    known = {each.value.lstrip("#").casefold() for each in strong}
    others = [each for each in seen.names if each.value.lstrip("#").casefold() not in known]
    if not strong and not seen.bodies:
        looks = list(dict.fromkeys((each.kind, each.value) for each in seen.names if not each.label))
        if len(looks) > 1 and not (seen.hint is not None and seen.hint.listed):
            return f"names several orders: {', '.join(value for _, value in looks[:3])}"
        strong = [Found(kind, value, "looks") for kind, value in looks]
        others = [each for each in others if each.label]
    mentions = _by_kind(others)
    if len(seen.bodies) > 1:
        return [Order({}, mentions, body) for body in seen.bodies]
    if seen.bodies:
        return [Order(_by_kind(strong), mentions, seen.bodies[0])]
    labels: dict[str, dict[str, Found]] = {}
    for each in strong:
        labels.setdefault(each.label, {})[each.value.lstrip("#").casefold()] = each
    several = next((values for values in labels.values() if len(values) > 1), None)
    if several:
        return [Order(_by_kind([each]), mentions) for each in several.values()]
    return [Order(_by_kind(strong), mentions)] if strong else []


def _by_kind(names: list[Found]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in names:
        if each.value not in found.setdefault(each.kind, []):
            found[each.kind].append(each.value)
    return found


def _getter(text: str | None, scope: Scope) -> Getter | None:
    return scope.getter(parse(text)) if text else None
