"""What a sentence in a log says was done to an order: by its words, never by guesswork.

`order forwarded to netsuite` says forwarded; `failed to forward`, `will be forwarded`, `not forwarded`, `forwarding`,
`forwarded email for order` do not. A word counts when nothing before it in its clause takes it back, and when both
what it is said of and what follows are about an order. In doubt a sentence says nothing, and why.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tracelog.match.denials import HARD, HTTP, Tokens
from tracelog.match.words import Words
from tracelog.match.worlds import Sign

NAME, TOPIC, BODY, QUOTE, ADDRESS = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
"""What stands in a sentence for an order's name, a topic, a document, a quoted text, an address."""
MEMORY = 16_384

_TOKEN = re.compile(
    r"[A-Za-z][A-Za-z_]*(?:'[A-Za-z]+)?|\d[\w.%]*|[\ue000-\ue004]|->|=>|[→;:,!?()\[\]{}|–—&/]|\.(?=\s|\Z)|(?<=\s)-+(?=\s)"
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DIGITS = re.compile(r"\d+")
_SOMEBODY = re.compile(r"\b[Ii]\s")
"""`I got it`, and not the level of `I~ got it`, `I/Bridge: got it`."""
_BAD = frozenset(("rejected", "skipped", "parked"))
_HEARD = ("received", "got")
UNKNOWN_VERB = "does not say what was done"
_CHAIN = ("emitted", "received", "transformed", "forwarded", "acknowledged")
"""How far an order is: of several things that were done, the last tells most."""


class Said(NamedTuple):
    """What a sentence says. `phases` is empty where it says nothing, and `why` tells that for people."""

    phases: tuple[str, ...]
    topic: str | None = None
    why: str | None = None
    answer: str = ""
    """It speaks of an answer, and an HTTP status decides: `theirs`, or `open` (whose it is, it does not say)."""
    sent: bool = False
    """What it says was done was done by sending."""
    happy: bool = True
    """Nothing went wrong, as far as its words go."""
    peers: tuple[tuple[str, str], ...] = ()
    """(the preposition before it, or "", the name of another system as the sentence spells it)."""
    signs: tuple[Sign, ...] = ()
    """What in it is of another world than commerce."""
    commerce: bool = False
    """It speaks of commerce, or names a system of it."""


class _Done(NamedTuple):
    phase: str
    topic: str | None
    sent: bool


class Sentences:
    """Reads sentences; equal ones, but for their numbers, are read once."""

    def __init__(self, words: Words, is_peer: re.Pattern[str] | None) -> None:
        self._words = words
        self._is_peer = is_peer
        self._memory: dict[str, Said] = {}

    def read(self, sentence: str) -> Said:
        """What the sentence says; names in it are replaced by the marks above."""
        if not sentence:
            return _SILENT
        known = self._memory.get(sentence)
        if known is None:
            key = sentence if sentence.isalpha() else _DIGITS.sub(_digits, sentence)
            known = self._memory.get(key)
            if known is None:
                known = _Reading(self._words, self._is_peer, sentence).said()
                if len(self._memory) < MEMORY:
                    self._memory[key] = known
        return known


def _digits(found: re.Match[str]) -> str:
    """An HTTP status keeps its length and first digit, for it may decide; of other numbers only none is another."""
    return found[0][0] + "00" if HTTP.fullmatch(found[0]) else "1" if found[0].strip("0") else "0"


_SILENT = Said((), why="says nothing in words")


class _Reading(Tokens):
    """One sentence, gone through once from left to right."""

    def __init__(self, words: Words, is_peer: re.Pattern[str] | None, sentence: str) -> None:
        self._is_peer = is_peer
        super().__init__(words, self._cut(words, sentence))
        self.done: list[_Done] = []
        self.doubt: str | None = None
        """Why a word that would have said something does not."""
        self.answer = ""
        self.peers: list[tuple[str, str]] = []
        self.last = 0
        """Where the last word for what was done ends."""

    def _cut(self, words: Words, sentence: str) -> list[str]:
        found: list[str] = []
        for stretch in _TOKEN.findall(sentence):
            if not stretch[0].isalpha() or stretch[0] >= "\ue000":
                found.append(stretch)
                continue
            if stretch == "I" and not _SOMEBODY.search(sentence):
                continue
            for word in filter(None, stretch.split("_")):
                low = word.casefold()
                known = low in words.known or self.is_peer(low)
                found += [low] if known else [part.casefold() for part in _HUMP.split(word)]
        return found

    def is_peer(self, word: str) -> bool:
        return self._is_peer is not None and self._is_peer.fullmatch(word) is not None

    # ---- the whole

    def said(self) -> Said:
        """What the sentence says, and of which world it is."""
        worlds = self.words.worlds
        commerce = any(word == TOPIC or word in worlds.commerce or self.is_peer(word) for word in self.tokens)
        return self._told()._replace(signs=worlds.signs(self.tokens), commerce=commerce)

    def _told(self) -> Said:
        words, tokens = self.words, self.tokens
        if any(words.pretend.at(tokens, at) for at in range(len(tokens))):
            return Said((), why="speaks of a trial run")
        if tokens and tokens[-1] == "?":
            return Said((), why="asks")
        self._walk()
        settled = self._settled()
        if settled.happy and settled.phases and self.marked_as_test():
            return Said((), why="speaks of a trial run")
        return settled

    def _walk(self) -> None:
        words, tokens = self.words, self.tokens
        hedged = dead = wishing = False
        start = at = 0
        while at < len(tokens):
            word = tokens[at]
            if word in HARD or word in words.but:
                hedged = dead = False
                start = at = at + 1
                continue
            if word in words.and_ or word in ",&/":
                verb_next = self._verb_follows(at + 1)
                hedged = hedged and verb_next and (word != "," or wishing)
                dead = dead and verb_next and word != ","
                start = at = at + 1
                continue
            if self.is_peer(word):
                self.peers.append((self._before(at, start), word))
            if word in words.answers or (word in (*_HEARD, "http") and self._status_follows(at + 1)):
                if not (hedged or dead):
                    self.answer = self.answer or self._whose(at, start)
                at += 1
                continue
            found = words.says.at(tokens, at)
            if found is not None:
                length, phase = found
                if phase != "nothing" and not (dead and word not in words.because):
                    self._verb(phase, at, at + length, start, hedged=hedged)
                at += length
                continue
            hedge = words.hedges.at(tokens, at)
            if hedge is not None and hedge[1] != "already":
                hedged, wishing = True, wishing or hedge[1] == "perhaps"
                at += hedge[0]
                continue
            if word in words.methods and not (hedged or dead) and self._target_follows(at + 1):
                self.done.append(_Done("forwarded", None, sent=True))
            dead = dead or word in words.because
            at += 1

    def _settled(self) -> Said:
        """Of all that was done what the line says: the first that went wrong, else the last of the way."""
        phases = list(dict.fromkeys(one.phase for one in self.done))
        peers = tuple(self.peers)
        if not phases:
            return Said((), None, self.doubt or UNKNOWN_VERB, self.answer, peers=peers)
        wrong = [phase for phase in phases if phase in _BAD]
        topic = next((one.topic for one in self.done if one.topic), None)
        sent = any(one.sent for one in self.done)
        if wrong:
            accepted = "acknowledged" in phases or (wrong[0] != "rejected" and {"forwarded", "applied"} & set(phases))
            if accepted:
                return Said((), None, f"says both {' and '.join(phases)}", peers=peers)
            taken = ("received",) if "received" in phases[: phases.index(wrong[0])] else ()
            return Said((*taken, wrong[0]), topic, None, self.answer, sent, happy=False, peers=peers)
        if (back := self.taken_back(self.last)) is not None:
            return Said((), None, f"“{phases[0]}” is taken back again: {back}", peers=peers)
        if phases == ["applied"]:
            return Said(("applied",), topic, None, self.answer, peers=peers)
        furthest = max((phase for phase in phases if phase != "applied"), key=_CHAIN.index)
        if furthest == "acknowledged" and (sent or "forwarded" in phases):
            return Said(("forwarded", "acknowledged"), topic, None, self.answer, sent=True, peers=peers)
        return Said((furthest,), topic, None, self.answer, sent, peers=peers)

    # ---- one word

    def _verb(self, phase: str, at: int, after: int, start: int, *, hedged: bool) -> None:
        """A word of `says` in its place: noted, or the reason why it counts for nothing."""
        if hedged:
            self.doubt = self.doubt or f"“{self.shown(at, after)}” is taken back by a word before it"
            return
        if phase == "rejected" and self.unlearned(after):
            self.doubt = self.doubt or f"“{self.shown(at, after)}” is said of what could not be learned"
            return
        if self.denied(after) or self.none_of(start, at) or self.none_of(after, after + 1):
            self.doubt = self.doubt or f"“{self.shown(at, after)}” is no word for what was done, but counted or denied"
            return
        if self.at_another_time(at, start) or self.not_yet(after):
            self.doubt = self.doubt or f"“{self.shown(at, after)}” is said of another time"
            return
        noun = self.tokens[at] in self.words.failing_nouns
        where = self._complement(after) if phase == "rejected" else after
        fits, topic = self._object(where, phase)
        subject, sent, own = self._subject(at, start, phase, noun=noun)
        if not fits or not subject:
            self.doubt = self.doubt or f"“{self.shown(at, after)}” is not clearly said of the order"
            return
        self.done.append(_Done(phase, topic or own, sent))
        self.last = after

    def _complement(self, after: int) -> int:
        """Behind `failed to forward`, `could not be mapped`, `error while sending`: where what it is about begins."""
        tokens, words = self.tokens, self.words
        last = tokens[after - 1]
        if last in ("to", "not", "cannot") or last.endswith("n't"):
            after = self.past(after)
            if after < len(tokens) and tokens[after] in ("be", "get"):
                after = self.past(after + 1)
            return after + 1
        place = after
        while place < len(tokens) and (tokens[place] in words.because or tokens[place] in words.prepositions):
            place += 1
        place = self.past(place)
        if place < len(tokens) and tokens[place].endswith("ing") and tokens[place] not in words.others:
            return place + 1
        return after

    def _object(self, place: int, phase: str) -> tuple[bool, str | None]:
        """Whether what follows is about an order, or nothing; and the topic that it names (`shipment`)."""
        tokens, words = self.tokens, self.words
        while place < len(tokens):
            word = tokens[place]
            if word in (NAME, TOPIC, BODY, QUOTE) or word in HARD or word in ",&/" or word == "?":
                return True, None
            if word in words.objects:
                nearer, topic = self._object(place + 1, phase)
                return nearer, topic or words.objects[word]
            if word in words.others:
                return False, None
            if words.says.at(tokens, place) is not None or word in words.sending:
                return True, None
            if phase == "rejected" and word in words.steps:
                return True, None
            if phase == "transformed" and word in ("status", "state"):
                return True, None
            if word == "to" and self.past(place + 1) < len(tokens) and tokens[self.past(place + 1)] in words.others:
                return False, None  # sent to a customer
            if word in words.prepositions or word in words.because or word in words.and_ or word in words.but:
                return True, None
            if not (word in words.passing or self.is_peer(word) or word[0].isdigit() or word == ADDRESS):
                return False, None
            place += 1
        return True, None

    def _subject(self, at: int, start: int, phase: str, *, noun: bool) -> tuple[bool, bool, str | None]:
        """Whether what stands before may be what it is said of, whether that is sending, and its topic.

        `response for order #1 received`: the noun before the preposition is what was received.
        """
        tokens, words = self.tokens, self.words
        if at > start and tokens[at - 1] in ("status", "state") and phase != "transformed":
            return False, False, None  # `in status received`: a value, and nothing that was done now
        place, head = at - 1, ""
        while place >= start:
            word = tokens[place]
            if word in words.prepositions:
                head = ""
            elif (
                not head and not (word in words.passing or word[0].isdigit() or word in (QUOTE, ADDRESS))
            ) or word in words.others:
                head = word
            place -= 1
        if head in words.others or head in words.answers:
            return False, False, None
        if phase == "acknowledged" and (head in words.incoming or head == TOPIC):
            return False, False, None  # what came in was accepted by the one who writes
        if tokens[at] in words.tails and head not in words.steps and head not in words.sending:
            return words.says.at(tokens, max(at - 1, start)) is not None and at > start, False, None
        if not head or head in (NAME, TOPIC, BODY) or self.is_peer(head) or head in words.itself:
            return True, False, None
        if head in words.objects:
            return True, False, words.objects[head]
        if phase in ("rejected", "acknowledged") and (head in words.steps or head in words.sending):
            return True, head in words.sending, None
        if words.says.at(tokens, tokens.index(head, start)) is not None:
            return True, False, None
        about_state = phase == "transformed" and ("status" in tokens[start:at] or "state" in tokens[start:at])
        return noun or about_state, False, None

    # ---- what follows

    def _whose(self, at: int, start: int) -> str:
        """Whose answer a word for an answer speaks of: `netsuite responded`, `received response`; none of our own."""
        before = [word for word in self.tokens[start:at] if word not in self.words.passing]
        after = self.tokens[at + 1 :]
        if self.tokens[at] in _HEARD or any(word in _HEARD or self.is_peer(word) for word in before):
            return "theirs"
        if any(word in ("sent", "sending", "send", "return", "returning") for word in (*before, *after[:1])):
            return ""
        for place, word in enumerate(after):
            if word in HARD or word == ",":
                break
            if word in ("to", "from"):
                other = after[place + 1 : place + 2]
                return (
                    "theirs" if word == "from" and other and self.is_peer(other[0]) else "" if word == "to" else "open"
                )
        return "open"

    def _verb_follows(self, place: int) -> bool:
        place = self.past(place)
        return place < len(self.tokens) and self.words.says.at(self.tokens, place) is not None

    def _status_follows(self, place: int) -> bool:
        return place < len(self.tokens) and HTTP.fullmatch(self.tokens[place]) is not None

    def _target_follows(self, place: int) -> bool:
        """`POST netsuite`, `POST to https://…`: a request that was sent; `POST /path` may be one that came in."""
        while place < len(self.tokens) and self.tokens[place] in ("to", "request"):
            place += 1
        return place < len(self.tokens) and (self.is_peer(self.tokens[place]) or self.tokens[place] == ADDRESS)

    def _before(self, at: int, start: int) -> str:
        place = at - 1
        while place >= start and self.tokens[place] in self.words.passing:
            place -= 1
        return self.tokens[place] if place >= start and self.tokens[place] in self.words.prepositions else ""
