"""`[infer]`: what a record says in free text and under keys of any name, as statements that rules can pick up.

Nothing is guessed: a record makes a statement when it names an order and says in a known word what was done to it.
Which words are known stands in `parsers/words.toml`. What came out lies under `said`: `said.all` is a list of
statements, `said.one` one that names its order by its envelope only, `said.why` the reason why there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from tracelog.errors import DefinitionError
from tracelog.interpret import conditions
from tracelog.interpret.catalog import Catalog, placed
from tracelog.interpret.definition import Infer
from tracelog.interpret.expressions import Getter, Record, Scope
from tracelog.interpret.gather import Gatherer, PeerOf, Seen
from tracelog.interpret.lookup import NotInMapError, lookup
from tracelog.interpret.loops import ELSEWHERE, NAMES_NO_ORDER, loops_of, walk
from tracelog.interpret.payload import Pick, picker
from tracelog.interpret.values import text_of
from tracelog.interpret.whose import NOBODY, Order, orders_of
from tracelog.match import hints, shape
from tracelog.match.expression import parse
from tracelog.match.hints import TEXT
from tracelog.match.sentence import Said, Sentences
from tracelog.match.words import Words, merged
from tracelog.match.worlds import TALK, Sign, settled

SAID, HEARD = "said", "\0heard"
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

_TAKING = frozenset(("received", "emitted"))
_OWN = frozenset(("transformed", "applied"))
_TELLING = frozenset(("rejected", "skipped", "acknowledged"))
"""Phases of which the record tells how or why."""
_ANSWERS = frozenset(("acknowledged", "rejected"))
_NONE: frozenset[str] = frozenset()

Statement = dict[str, Any]
Ends = tuple[str | None, str | None, str | None, bool]
"""(to whom, from whom, who answered, whether it was done at the one to whom)."""
Step = tuple[str, str | None]
"""(phase, level)."""


class Heard(NamedTuple):
    """By what a record that names an order goes: for telling whether an export is one of orders."""

    seen: Seen
    said: Said
    signs: tuple[Sign, ...]
    """Of other worlds."""

    @property
    def sure(self) -> bool:
        """Whether what it names is called an order."""
        return bool(self.seen.bodies) or any(name.sure for name in self.seen.names)

    @property
    def commerce(self) -> bool:
        return self.said.commerce or self.seen.peer is not None or self.seen.topic is not None


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
        words.is_peer = spelled
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
        record[SAID] = _summed(teller.statements(record))
        record[HEARD] = teller.heard

    def tell_each(record: Record) -> None:
        found: list[Statement] = []
        why: str | None = None
        heard: Heard | None = None
        for _ in walk(record, loops, 0, []):
            made = teller.statements(record)
            heard = heard or teller.heard
            if isinstance(made, str):
                why = why or made
            else:
                held = {loop.key[1:]: record[loop.key] for loop in loops}
                found += [{**each, **held} for each in made]
        record[SAID] = _summed(found or why or NAMES_NO_ORDER)
        record[HEARD] = heard

    return tell_each if loops else tell


def _summed(made: list[Statement] | str) -> dict[str, Any]:
    if isinstance(made, str):
        return {"why": made}
    return {"all": made} if made[0]["named"] else {"one": made[0]}


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
        keys = [infer.keys] if isinstance(infer.keys, str) else infer.keys
        self._keys = [scope.getter(parse(each)) for each in keys]
        self._failing = conditions.checker(infer.failing, {}, scope)
        self._components: dict[str, tuple[str | None, bool]] = {}
        """By the name of a component: the system that stands in it, and whether it takes in."""
        self.heard: Heard | None = None
        """What the last record went by, where it named an order."""

    def statements(self, record: Record) -> list[Statement] | str:
        """The statements of a record, or of an element of it; or why there is none."""
        self.heard = None
        seen = self._gatherer.seen([get(record) for get in self._keys], self._text(record) if self._text else None)
        orders = orders_of(seen)
        if isinstance(orders, str):
            return orders
        if self._text is None:  # names are asked for, the rules know the rest
            seen.who = (self._by(record) if self._by else None, self._system(record) if self._system else None)
            return self._made(seen, orders, [("", None)], None, record) if orders else NAMES_NO_ORDER
        if not orders:
            if not (seen.envelope and self._about_orders(seen)):
                return NAMES_NO_ORDER
            orders = [NOBODY]
        said = self._said(seen)
        seen.who = (self._by(record) if self._by else None, self._system(record) if self._system else None)
        signs = self._signs(seen, said)
        self.heard = Heard(seen, said, signs)
        if signs and (other := settled(signs)) is not None:
            return f"{ELSEWHERE}{other[0]} ({', '.join(other[1])})"
        if seen.pretend:
            return "speaks of a trial run"
        steps = self._steps(seen, said, record)
        if isinstance(steps, str):
            return steps
        return self._made(seen, orders, steps, said, record)

    def _made(
        self, seen: Seen, orders: Iterable[Order], steps: Sequence[Step], said: Said | None, record: Record
    ) -> list[Statement]:
        to, source, answered, elsewhere = self._ends(seen, said, seen.who[0])
        told = (None, answered)
        topic = seen.topic or (said.topic if said is not None else None)
        status, before = self._states(seen, steps[0][0])
        message = seen.ids() if seen.envelope else None
        system = seen.who[1]
        at = self._at(record) if self._at is not None else None
        made: list[Statement] = []
        for order in orders:
            for step, level in steps:
                # `created in NetSuite` is said by the one who had it created
                phase = "acknowledged" if step == "applied" and elsewhere else step
                made.append({
                    "phase": phase, "level": level, "topic": topic, "names": order.names, "mentions": order.mentions,
                    "peer": source if phase in _TAKING else None if phase in _OWN else to or told[phase in _ANSWERS],
                    "body": order.body, "message": message, "status": status, "before": before, "http": seen.http,
                    "result": self._result(phase, seen, record) if phase in _TELLING else None,
                    "system": system, "at": at, "named": order is not NOBODY,
                })  # fmt: skip
        return made

    def _signs(self, seen: Seen, said: Said) -> tuple[Sign, ...]:
        """What speaks of another world than commerce."""
        signs = (*said.signs, *seen.signs) if seen.signs else said.signs
        worlds = self._words.worlds
        for name in seen.who:
            if type(name) is str and (sign := worlds.program(name)) is not None:
                signs = (*signs, sign)
        if (speaker := worlds.speaker(seen.text)) is not None:
            signs = (*signs, speaker)
        if signs and any(name.label and name.label[0] != TEXT for name in seen.names):
            return tuple(sign for sign in signs if sign.world != TALK)  # what people say has no key for an order
        return signs

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
            if not own.phases or (own.happy and other.phases[-1] == "rejected"):
                own = other._replace(peers=own.peers, topic=own.topic or other.topic)
            elif own.happy and set(own.phases).isdisjoint(other.phases):
                return Said((), why=f"says {own.phases[0]} in one place and {other.phases[0]} in another")
        return own

    def _steps(self, seen: Seen, said: Said, record: Record) -> list[Step] | str:
        """What was done, or why that cannot be told."""
        phases, http = said.phases, seen.http
        if http is None and seen.text and (said.answer or (phases and phases[-1] in ("forwarded", "rejected"))):
            http = seen.http = hints.http_status(seen.text)
        answer = None
        if http is not None and http[0] in "245":
            answer = ("acknowledged" if http[0] == "2" else "rejected", "transport")
        if not phases and answer and (said.answer == "theirs" or (said.answer and seen.peer is not None)):
            return [answer]
        if phases == ("acknowledged",) and answer and answer[0] == "rejected":
            return f"says acknowledged, and has the status {http}"
        if (not phases or set(phases) <= _GOOD) and self._failing is not None and self._failing(record):
            if phases:
                return f"an error that speaks of what was {phases[-1]}"
            seen.error = seen.error or self._raised(record, seen)
            return [("rejected", None)] if seen.error else said.why or "an error that does not say what failed"
        if not phases:
            return said.why or "does not say what was done"
        if phases == ("forwarded",) and answer:
            return [("forwarded", None), answer]
        return [(phase, "transport" if answer and phase == answer[0] else None) for phase in phases]

    def _raised(self, record: Record, seen: Seen) -> str | None:
        """The exception that stands in or below a record."""
        if self._error is not None and (error := text_of(self._error(record))):
            return _headline(error)
        found = _RAISED.search(seen.text, seen.text.find("\n")) if "\n" in seen.text else None
        return found[0][:SHOWN] if found else None

    def _ends(self, seen: Seen, said: Said | None, name: Any) -> Ends:
        """Who else took part. Two candidates are none."""
        to, source, elsewhere = seen.peer, seen.source, seen.peer is not None
        towards = sources = answered = _NONE
        if said is not None and said.peers:
            spoken = [(how, peer) for how, word in said.peers if (peer := self._peer(word))]
            towards = frozenset(peer for how, peer in spoken if how in _TOWARDS)
            sources = frozenset(peer for how, peer in spoken if how in _SOURCES)
            answered = frozenset(peer for how, peer in spoken if how == "from")
            elsewhere = elsewhere or any(how in _PLACES for how, _ in spoken)
        if not towards and seen.hint is not None and seen.hint.addresses:
            towards = frozenset(filter(None, map(self._peer, seen.hint.addresses)))
        to, source = to or _only(towards), source or _only(sources)
        if type(name) is str and name:
            by, inbound = self._component(name)
            if inbound:
                source = source or (None if sources else by)
            else:
                to = to or (None if towards else by)
        return to, source, _only(answered), elsewhere

    def _component(self, name: str) -> tuple[str | None, bool]:
        known = self._components.get(name)
        if known is None:
            known = self._peer(name), self._words.inbound.search(name) is not None
            if len(self._components) < MEMORY:
                self._components[name] = known
        return known

    def _states(self, seen: Seen, phase: str) -> tuple[str | None, str | None]:
        """(status, status before)."""
        if seen.before is not None and (after := seen.after or seen.status) is not None:
            return after, seen.before
        if phase == "transformed" and seen.status is None:
            for change in self._words.changes:
                if found := change.search(seen.text):
                    return found["after"], found["before"]
        return seen.status, None

    def _result(self, phase: str, seen: Seen, record: Record) -> str | None:
        if phase == "acknowledged":
            return seen.http
        if phase == "skipped":
            return seen.why
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


def _only(found: frozenset[str]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None


def _getter(text: str | None, scope: Scope) -> Getter | None:
    return scope.getter(parse(text)) if text else None
