"""A draft of a definition for an export that no format fits: what can be guessed is written, what cannot is a TODO.

The draft is complete TOML. As long as a TODO is left `formats check` refuses it and says what belongs there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tracelog.errors import ExportError
from tracelog.interpret import draft_edi, draft_known, samples, toml
from tracelog.interpret import guess as guessing
from tracelog.interpret.catalog import Catalog
from tracelog.interpret.decode import decode_json
from tracelog.interpret.definition import Document
from tracelog.interpret.guess import Guess
from tracelog.interpret.leaves import SURE, Field, fields, texts_with_json
from tracelog.interpret.loading import parse
from tracelog.interpret.lookup import NotInMapError, lookup
from tracelog.interpret.payload import Pick, picker
from tracelog.interpret.sight import Sight, sight, written
from tracelog.interpret.sight_text import Lines
from tracelog.match import shape
from tracelog.model.event import Name
from tracelog.read.head import Head

TODO = "TODO"
SHOWN = 4
"""Records in the draft's sample."""
LONGEST = 4000
"""Characters of such a record; longer ones are shown only where there are no others."""
KNOWN_BY = 6
"""Columns or keys by which the draft recognises its export, at most."""


class Draft(NamedTuple):
    """The text of a definition, and in words what was found for it. `sure`: it can be used as it is."""

    text: str
    found: list[tuple[str, str]]
    """(role, the field with the evidence), in the order of the draft."""
    events: list[str]
    """What the records in its sample yield."""
    sure: bool
    grammar: str | None = None
    """The grammar that the definition of a text refers to, beside which it must lie."""


GRAMMAR = "draft.lark"


def draft(head: Head, catalog: Catalog, title: str, system: str | None = None, *, grammar: str = GRAMMAR) -> Draft:
    """The draft for an export that begins like this. Raises ExportError where there is nothing to begin with.

    `grammar` is the file in which the grammar of a text is to lie; where it is empty only tables and JSON are drafted.
    """
    if head.kind in draft_edi.KINDS and grammar:
        known = draft_edi.known_by(head, catalog)
        base = known.document if known is not None else None
        return _tried(list(draft_edi.lines(head, catalog, title, known)), catalog, [], sure=False, base=base)
    if grammar and (unread := draft_known.left(head, catalog)) is not None:
        told = [("format", f"{unread.definition.name}: {len(numbers)} records unread, {reason}")
                for reason, numbers in unread.kinds.items()]  # fmt: skip
        return _tried(
            list(draft_known.lines(unread, title)), catalog, told, sure=False, base=unread.definition.document
        )
    read = sight(head, grammar, catalog.grammar_folders())
    if read.lines is not None:
        catalog.know_text(read.lines.shape)
    found = fields(read.records)
    guess = _guess(read, found, catalog)
    if read.reader in ("lines", "xml") and not (guess.clock or guess.orders or guess.payload):
        telling = [each for each in found if each.path not in FREE and (each.distinct > 1 or read.lines is None)]
        if len(telling) < LEAST_FIELDS:  # prose, source code
            raise ExportError(
                f"{head.name}: no draft can be made of it",
                why="it holds neither a time nor what looks like an order's name",
            )
    lines = [
        *_head(read, guess, title, system or TODO),
        *_known_by(read, found, guess),
        *_rules(guess),
        *_sample(read, guess),
    ]
    sure = system is not None and guess.deliveries and _about_orders(guess, catalog)
    made = _tried(lines, catalog, list(_told(guess)), sure=sure)
    return made._replace(grammar=read.lines.grammar) if read.lines is not None else made


def _tried(
    lines: Sequence[str], catalog: Catalog, told: list[tuple[str, str]], *, sure: bool, base: Document | None = None
) -> Draft:
    """These lines with what their sample yields."""
    text = "\n".join(lines) + "\n"
    events, said = _events(text, catalog, base)
    return Draft(f"{text}{said}", told, events, sure)


def _about_orders(guess: Guess, catalog: Catalog) -> bool:
    """Whether what was sent is about orders: other things are sent and answered too (a push, a ticket, a mail).

    A column says that it names the order, or a document does, and there is a receiver; or most topics are of orders.
    """
    topics = guess.topic.values if guess.topic is not None else ()
    known = lookup(catalog.owners["common"][0].document.map["event_types"])
    about = sum(bool(_known(known, value)) for value in topics) > len(topics) / 2
    named = guess.payload is not None or any(guessing.names_order(each) for each in guess.orders)
    return bool(guess.orders or guess.payload) and (about or (named and (guess.address or guess.receiver) is not None))


def _known(known: Callable[[str], str | None], value: str) -> str | None:
    try:
        return known(value)
    except NotInMapError:
        return None


def _guess(read: Sight, found: Sequence[Field], catalog: Catalog) -> Guess:
    """What the fields seem to be. What lies inside a document of a known shape is told by that shape."""
    pick = picker(catalog.payloads())
    candidates = [each for each in texts_with_json(read.records) if "." not in each]
    candidates += [key for key, value in read.records[0].items() if isinstance(value, dict) and key.isidentifier()]
    if read.lines is not None:  # pairs are the record's own fields, and no document that was sent
        candidates = [path for path in candidates if read.lines.decode.get(path) != "pairs?"]
    for path in candidates:
        values = [each for record in read.records if (each := record.get(path.strip('"')))]
        named = sum(_names_order(decode_json(each) if isinstance(each, str) else each, pick) for each in values)
        if named and named > SURE * len(values):
            outside = [each for each in found if not each.path.startswith((f"{path}.", f"{path}["))]
            texts = tuple(each if isinstance(each, str) else json.dumps(each) for each in values)
            payload = Field(path, (), texts, len(read.records))
            return _with_parties(guessing.guess(outside)._replace(payload=payload), outside, catalog)
    guess = guessing.guess(found)
    if not guess.orders and (said := said_in_text(found, catalog)) is not None:
        guess = guess._replace(orders=[said])
    return _with_parties(guess, found, catalog)


SAYS_ORDER = ("ORDER_SAID", "ORDER_NAME")
"""Terminals of the common grammar that find an order's name in what people wrote."""
SELDOM = 0.1
"""The share of texts that must name an order: beside those that do, a log has others."""


def said_in_text(found: Sequence[Field], catalog: Catalog) -> Field | None:
    """The free text in which most orders are named, with the expression that finds their names."""
    patterns = [shape.terminal(f"common.lark:{name}", catalog.grammar_folders()) for name in SAYS_ORDER]
    best: Field | None = None
    for each in found:
        found_in = ((pattern.search(value) for pattern in patterns) for value in each.values)
        hits = [hit[0] for tried in found_in if (hit := next(filter(None, tried), None)) is not None]
        if len(hits) >= max(1, SELDOM * len(each.values)) and (best is None or len(hits) > len(best.values)):
            path = " ?? ".join(f"({each.path} | find({name}))" for name in SAYS_ORDER)
            best = Field(path, each.words, tuple(hits), each.of)
    return best


def _with_parties(guess: Guess, found: Sequence[Field], catalog: Catalog) -> Guess:
    """With the columns that name the sender and the receiver: called so, and holding names that are a system's."""
    known = lookup(catalog.owners["common"][0].document.map["apps"])
    named = [each for each in found if each.values and each.share(lambda v: _known(known, v) is not None) >= SURE]
    sender = next((each for each in named if not _SENDERS.isdisjoint(each.words)), None)
    receiver = next((each for each in named if not _RECEIVERS.isdisjoint(each.words)), None)
    return guess._replace(sender=sender, receiver=receiver)


_SENDERS = frozenset(("source", "from", "sender", "origin", "src", "producer", "upstream"))
_RECEIVERS = frozenset(
    ("target", "to", "destination", "dest", "receiver", "recipient", "sink", "downstream", "consumer")
)


def _names_order(value: Any, pick: Pick) -> bool:
    """Whether this is a document of a known shape, and names an order."""
    fits = pick(value)
    names: list[Name] = []
    if fits is not None:
        fits[0].read(fits[1], names, [])
    return bool(names)


def _events(text: str, catalog: Catalog, base: Document | None) -> tuple[list[str], str]:
    """What the sample yields: in words, and as the draft's last lines. What is a TODO is left out of both."""
    trial = text.replace(f'system  = "{TODO}"', 'system = "todo"').replace(f'"{TODO}"', '"observed"') + "events = []\n"
    definition = parse(trial, Path("draft.toml"), base)
    outcomes = samples.outcomes(definition, catalog, definition.document.sample[0])
    open_ = re.search(rf'^phase +?= "{TODO}"', text, re.MULTILINE) is not None
    shown, lines = [], []
    for event in (event for outcome in outcomes for event in outcome.events):
        keys = [*([] if open_ else ["phase"]), "topic", "names", "at", "result"]
        values = {key: samples.READ[key](event) for key in keys}
        inner = ", ".join(f"{key} = {toml.value(value)}" for key, value in values.items() if value not in (None, []))
        lines.append(f"    {{ {inner} }},")
        shown.append(inner)
    said = "\n".join(["events = [", *lines, "]", ""])
    for verdict in ("ignored", "unread"):
        reasons = [outcome.reason or "" for outcome in outcomes if outcome.verdict == verdict]
        said += f"{verdict} = {toml.listed(reasons, always=True)}\n" if reasons else ""
    return shown, said


def _told(guess: Guess) -> Iterator[tuple[str, str]]:
    if guess.clock is not None:
        zone = "which state their zone" if guess.clock.stated else "which state no zone"
        yield "time", f"{guess.clock.field.path}: stamps ({guess.clock.format}), {zone}"
    if guess.payload is not None:
        yield "payload", f"{guess.payload.path}: an order's document in {len(guess.payload.values)} records"
    for order in guess.orders:
        yield "order", f"{order.path}: {_share(order)}, such as {order.values[0]}"
    for role in ("topic", "code", "verdict", "sender", "receiver", "address", "total", "currency", "attempt", "error"):
        field: Field | None = getattr(guess, role)
        if field is not None:
            yield (
                _ROLES.get(role, role),
                f"{field.path}: {_share(field)}",
            )
    for envelope in guess.envelopes:
        yield "message", f"{envelope.path}: {_share(envelope)}"
    for state in guess.states:
        yield "state", f"{state.path}: {_share(state)}"


_ROLES = {"code": "answer", "verdict": "answer", "address": "sent to", "sender": "sent by", "receiver": "sent to"}


def _share(field: Field) -> str:
    words = sorted(set(field.values))
    some = f" ({', '.join(words)})" if len(words) <= 5 and max(map(len, words)) < 24 else ""
    return f"{len(set(field.values))} different in {len(field.values)} of {field.of} records{some}"


# ---- the text


def _head(read: Sight, guess: Guess, title: str, system: str) -> Iterator[str]:
    yield f"title   = {toml.text(title)}"
    if guess.sender is not None and system != TODO:
        yield f'system  = {{ from = {toml.text(guess.sender.path)}, map = "apps", otherwise = {toml.text(system)} }}'
    else:
        hint = "   # who wrote this: one plain word in lower case" if system == TODO else ""
        yield f"system  = {toml.text(system)}{hint}"
    yield f"reader  = {toml.text(read.reader)}"
    if read.lines is not None:
        yield f"grammar = {toml.text(read.lines.shape.reference)}"
    if read.path:
        yield f"records = {toml.text(read.path)}"
    yield 'absence = { weak = "it is not known what this export leaves out" }'
    if guess.envelopes:
        yield f"message = {toml.listed([each.path for each in guess.envelopes])}"
    if guess.orders:
        yield f"order   = {{ ref = {toml.listed([each.path for each in guess.orders])} }}"
    if guess.payload is not None:
        yield f"payload = {toml.text(guess.payload.path)}"
    elif not guess.orders:
        yield '# TODO: no field says that it names the order; order = { ref = "the field" }'
    if guess.topic is not None:
        yield f'topic   = {{ from = {toml.text(guess.topic.path)}, map = "event_types", otherwise = "" }}'
    if guess.receiver is not None:
        yield f'peer    = {{ from = {toml.text(guess.receiver.path)}, map = "apps", otherwise = "" }}'
    elif guess.address is not None:
        yield f'peer    = {{ from = {toml.text(guess.address.path + " | host")}, map = "hosts", otherwise = "" }}'
    if guess.attempt is not None:
        yield f"ids     = {{ attempt = {toml.text(guess.attempt.path)} }}"
    amounts = {"total": guess.total, "currency": guess.currency}
    if any(amounts.values()):
        inner = ", ".join(f"{name} = {toml.text(each.path)}" for name, each in amounts.items() if each is not None)
        yield f"fields  = {{ {inner} }}"
    if guess.states and not guess.deliveries:
        yield f"status  = {toml.listed([each.path for each in guess.states], always=True)}"
        yield f"# What these states mean is said beside this file, in status/, by system: status/{system}.csv."


def _known_by(read: Sight, found: Sequence[Field], guess: Guess) -> Iterator[str]:
    yield ""
    if read.lines is None:
        yield "[recognise]"
        yield f"{'header' if read.reader == 'csv' else 'keys'} = {toml.listed(_telling(read, found), always=True)}"
    elif tests := list(_tests(read.lines, found)):
        yield "# The grammar itself must read the records, and of most of them this must hold."
        yield "[recognise.when]"
        yield from tests
    spelled = read.lines.decode if read.lines is not None else {}
    decode = {path: "json?" for path in texts_with_json(read.records) if path not in spelled} | spelled
    if decode:
        yield ""
        yield "[decode]"
        yield from (f"{toml.key(path)} = {toml.text(how)}" for path, how in decode.items())
    if guess.clock is not None:
        yield ""
        yield "[time]"
        yield f"at     = {toml.text(guess.clock.field.path)}"
        yield f"format = {toml.text(guess.clock.format)}"
        yield f"zone   = {toml.text('in text' if guess.clock.stated else 'ask')}"


def _tests(lines: Lines, found: Sequence[Field]) -> Iterator[str]:
    """By what else than their spelling the records are known: words out of short lists, and keys that all have.

    A few fields with free text behind are spelled as in many logs: what tells this one is then asked for.
    """
    free = next((name for name in FREE if name in lines.shape.names), None)
    if free is not None and not lines.closed and not lines.decode and len(lines.shape.names) <= FEW_FIELDS:
        yield f'{free} = "{TODO}"   # what most records of this log hold and no other log: "*a word of its own*"'
    for name, values in lines.closed.items():
        yield f"{toml.key(name)} = {toml.listed(values, always=True)}"
    for name, how in lines.decode.items():
        inside = [each for each in found if each.path.startswith(f"{name}.") and 2 * len(each.values) > each.of]
        if how == "pairs?":
            yield from (f"{toml.key(each.path)} = true" for each in sorted(inside, key=_rare)[:KNOWN_BY])


FREE = ("TEXT", "REST")
FEW_FIELDS = 7
LEAST_FIELDS = 4
"""Of a text without times and orders: fewer are found in any text."""


def _rare(field: Field) -> tuple[int, int]:
    """What nearly all records have before what only most have, then the longest names."""
    return -round(10 * len(field.values) / field.of), -len(field.path)


def _rules(guess: Guess) -> Iterator[str]:
    yield ""
    if not guess.deliveries:
        yield "# One kind of record. Where there are several, give each a [[record]] of its own, with when = { … }."
        yield "# What does this system know has happened? emitted, received, forwarded, applied, observed …"
        yield "[[record]]"
        yield f'phase = "{TODO}"'
        return
    answer = guess.code or guess.verdict
    path = answer.path if answer is not None else "."
    by_code = guess.code is not None
    good = '"200..299"' if by_code else toml.listed(guessing.ACCEPTED, always=True)
    bad = "true" if by_code else toml.listed(guessing.REFUSED, always=True)
    result = f"{{{path}}} {{{guess.error.path}}}" if guess.error is not None else path
    yield "# Every record is an attempt: it was sent, and mostly answered."
    yield "[[record]]"
    yield "  [[record.event]]"
    yield '  phase  = "emitted"'
    yield from _answer("acknowledged", f"{{ {toml.key(path)} = {good} }}", path)
    yield from _answer("rejected", f"{{ {toml.key(path)} = {bad} }}", result, f"{{ {toml.key(path)} = {good} }}")
    if by_code and guess.error is not None:
        unanswered = f"{{ {toml.key(path)} = false, {toml.key(guess.error.path)} = true }}"
        yield from _answer("rejected", unanswered, guess.error.path)


def _answer(phase: str, when: str, result: str, unless: str | None = None) -> Iterator[str]:
    yield "  [[record.event]]"
    yield f"  when   = {when}"
    if unless is not None:
        yield f"  unless = {unless}"
    yield f'  phase  = "{phase}"'
    yield '  level  = "transport"'
    yield f"  result = {toml.text(result)}"


def _sample(read: Sight, guess: Guess) -> Iterator[str]:
    """Some records of the export, one of each kind that the rules tell apart."""
    first = int(read.reader == "csv")  # the header stands before them
    short = [n for n in range(len(read.records)) if len(read.raws[n + first]) <= LONGEST] or [0]
    chosen = short[:SHOWN]
    if guess.deliveries:
        kinds: dict[tuple[bool, bool, bool], int] = {}
        for n in short:
            kinds.setdefault(_kind(read.records[n], guess), n)
        chosen = sorted({*kinds.values(), *chosen[:1]})
    yield ""
    yield "# As it stands in the export. Compare each event with what you know of the order, then trust the draft."
    yield "[[sample]]"
    text = written(read, chosen)
    yield f"text = {toml.block(text)}"
    if guess.clock is not None and not guess.clock.stated:
        yield 'zone = "UTC"'


def _kind(record: dict[str, Any], guess: Guess) -> tuple[bool, bool, bool]:
    """Which of the rules an attempt is read by: accepted, refused, left without an answer; else it was only sent."""
    values = {each.path: each.values[0] for each in fields([record]) if each.values}
    code, verdict, error = (
        values.get(each.path, "") if each else "" for each in (guess.code, guess.verdict, guess.error)
    )
    if guess.code is not None:
        return code[:1] == "2", bool(code) and code[:1] != "2", bool(error) and not code
    return verdict.casefold() in guessing.ACCEPTED, verdict.casefold() in guessing.REFUSED, False


def _telling(read: Sight, found: Sequence[Field]) -> list[str]:
    """The columns, or the keys that nearly every record has: those with the rarest names."""
    if read.reader == "csv":
        return [name for name in read.records[0] if name and name != "+"][: 2 * KNOWN_BY]
    filled = [each for each in found if len(each.values) > SURE * each.of and "[" not in each.path]
    return [each.path for each in sorted(filled, key=lambda each: -len(each.path))][:KNOWN_BY] or ["."]
