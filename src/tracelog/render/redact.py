"""Personal data and secrets out of what leaves the house; the evidence stays checkable.

By default e-mails, names of persons, streets, phones and postal codes become tokens such as `[e-mail 3]`; the same
value is the same token throughout one report, so it still shows that two records speak of one buyer. Secrets
(authorization headers, tokens, cookies, signatures) always go. SHA-256 and digest remain those of the original.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tracelog.model.finding import Scan, Trace
from tracelog.render.looks import ADDRESSED, NOTHING, PERSONAL, SECRETS, Look
from tracelog.render.personal import ADDRESS, EMAIL, NAME, PHONE, POSTAL, SECRET, is_telling, kind_of, looks_like_person
from tracelog.render.redact_records import Records

SHOWN = 1024 * 1024
"""Characters. A longer record is cited but not shown."""
_TOKEN = re.compile(r"\[(?:e-mail|name|phone|address|postal code|note|IP address|secret) \d+\]")
_MASKED = re.compile(r"[*•xX.\s]{3,}\Z|\[?(?:redacted|filtered|masked|hidden)\]?\Z", re.IGNORECASE)
_UNTOUCHED = frozenset((
    "id", "incident", "sha256", "digest", "at", "from", "to", "first", "last", "recovered_at", "act_by", "gone_after",
    "happened_at", "state", "severity", "kind", "formerly", "findings", "caused_by", "scope", "problem", "class",
    "involve", "tracelog", "system", "phase", "peer", "phases", "axis", "field", "canonical", "mark", "topic", "level",
    "pattern", "behind", "ahead", "format", "zone", "zone_basis", "precision",
))  # fmt: skip
"""Keys of our own making whose values are no text of a log."""
_REMEMBERED = 500
"""Characters."""
_WORD = re.compile(r"\w+")


class Redactor:
    """Redacts one report: the tokens are its own.

    `keep` are values that must survive whatever they look like: names of orders, compared values.
    """

    def __init__(self, *, personal: bool = True, keep: Iterable[str] = ()) -> None:
        self.personal = personal
        self.counts: Counter[str] = Counter()
        """Per kind, how many different values were redacted."""
        self._keep = {text.strip() for text in keep}
        self._tokens: dict[tuple[str, str], str] = {}
        self._known: dict[str, dict[int, dict[str, str]]] = {}
        """By first word and length: what was redacted somewhere, and its token."""
        self._seen: dict[tuple[str, tuple[str, ...]], str] = {}
        self._told: dict[str, str] = {}
        """Short free texts that were seen: a report says the same many times."""
        self._looks = [(look, self._matched(look)) for look in (SECRETS + PERSONAL if personal else SECRETS)]
        self._records = Records(self._replace, self.free)

    def record(self, text: str, columns: Sequence[str] | None = None) -> str:
        """A raw record."""
        if len(text) > SHOWN:
            return f"[a record of {len(text):,} characters, too long to show here; its place and digest are beside it]"
        key = (text, tuple(columns or ()))
        if key not in self._seen:
            self._seen[key] = self._records.record(text, columns)
        return self._seen[key]

    def value(self, field: str, text: str) -> str:
        """The value of a field."""
        return self._records.value(field, text, ("",))

    def free(self, text: str) -> str:
        """Free text, by the look of what stands in it."""
        if NOTHING.match(text):
            return text
        if len(text) > _REMEMBERED:
            return self._by_look(text)
        if text not in self._told:
            self._told[text] = self._by_look(text)
        return self._told[text]

    def _by_look(self, text: str) -> str:
        for look, replace in self._looks:
            if look.needs is None or look.needs.search(text):
                text = look.pattern.sub(replace, text)
        if self.personal and " " in text:
            text = ADDRESSED.sub(self._addressed, text)
        return text

    def again(self, text: str) -> str:
        """A second look, for values that only another record showed to be personal: a name inside a sentence."""
        out, at = [], 0
        for word in _WORD.finditer(text):
            by_length = self._known.get(word[0].lower())
            if by_length is None or word.start() < at:
                continue
            for length in sorted(by_length, reverse=True):
                end = word.start() + length
                token = by_length[length].get(text[word.start() : end].lower())
                if token and not text[end : end + 1].isalnum():
                    out += [text[at : word.start()], token]
                    at = end
                    break
        return "".join([*out, text[at:]]) if out else text

    def _matched(self, look: Look) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            whole = match[0]
            if whole in self._keep and look.kind != SECRET:
                return whole
            group = 1 if look.kind == POSTAL and match.lastindex else 0
            token = self._replace(look.kind, match[group])
            start, end = match.start(group) - match.start(), match.end(group) - match.start()
            return whole[:start] + token + whole[end:]

        return replace

    def _addressed(self, match: re.Match[str]) -> str:
        group = 1 if match[1] else 2
        name = match[group]
        if not looks_like_person(name):
            return match[0]
        return match[0][: match.start(group) - match.start()] + self._replace(NAME, name)

    def _replace(self, kind: str, value: str) -> str:
        if (kind != SECRET and not self.personal) or _TOKEN.fullmatch(value.strip()) or _MASKED.match(value.strip()):
            return value
        same = _canonical(kind, value)
        token = self._tokens.get((kind, same))
        if token is None:
            self.counts[kind] += 1
            token = self._tokens[kind, same] = f"[{kind} {self.counts[kind]}]"
            self._learn(kind, value, token)
        return token

    def _learn(self, kind: str, value: str, token: str) -> None:
        """Remembers what is telling enough to be looked for in other text: no single word, no short number."""
        text = value.strip()
        telling = {
            NAME: is_telling(text),
            EMAIL: "@" in text,
            PHONE: sum(map(str.isdigit, text)) >= 9,
            ADDRESS: " " in text and len(text) >= 8 and any(map(str.isdigit, text)),
        }.get(kind, False)
        word = _WORD.search(text)
        if not telling or not word:
            return
        spellings = [text[word.start() :]]
        if kind == PHONE:
            digits = re.sub(r"\D", "", text)
            spellings += [digits, digits[-10:]]
        for spelling in dict.fromkeys(spellings):
            head = _WORD.match(spelling)
            if head:
                by_length = self._known.setdefault(head[0].lower(), {})
                by_length.setdefault(len(spelling), {})[spelling.lower()] = token

    def describe(self) -> str | None:
        """`4 e-mails, 3 names and 1 secret`; None when nothing was redacted."""
        plural = {"address": "addresses", "IP address": "IP addresses"}
        parts = [f"{n} {kind if n == 1 else plural.get(kind, kind + 's')}" for kind, n in self.counts.items()]
        return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0] if parts else None


def _canonical(kind: str, value: str) -> str:
    """One value however it is spelled: case of an e-mail, punctuation and country code of a phone."""
    if kind == PHONE:
        return re.sub(r"\D", "", value)[-9:]
    text = re.sub(r"\s+", " ", value.strip())
    return text if kind == SECRET else text.replace("%40", "@").casefold()


def redacted(
    scan: Scan, traces: Sequence[Trace], *, personal: bool, columns: Mapping[str, Sequence[str]] | None = None
) -> tuple[Scan, list[Trace], Redactor]:
    """A report's data fit to leave the house; the originals are not touched."""
    redactor = Redactor(personal=personal, keep=_evidence_values(scan, traces))
    walk = _Walk(redactor, columns or {})
    first = [walk.node(msgspec.to_builtins(part)) for part in (scan, *traces)]
    if personal:
        first = [_each(part, redactor.again) for part in first]
        path = first[0]["store"].get("path")
        if isinstance(path, str):  # the folders above it are the reader's own
            first[0]["store"]["path"] = re.split(r"[\\/]", path)[-1]
    made = msgspec.convert(first[0], Scan), [msgspec.convert(part, Trace) for part in first[1:]]
    return (*made, redactor)


class _Walk:
    """Through plain data: records as records, compared values by their field, all other text as free text."""

    def __init__(self, redactor: Redactor, columns: Mapping[str, Sequence[str]]) -> None:
        self._redactor = redactor
        self._columns = columns

    def node(self, node: Any, key: str = "") -> Any:
        if isinstance(node, str):
            return node if key in _UNTOUCHED else self._redactor.free(node)
        if isinstance(node, list):
            return [self.node(item, key) for item in node]
        if not isinstance(node, dict):
            return node
        if "digest" in node and "text" in node:
            text = self._redactor.record(node["text"], self._columns.get(node["sha256"]))
            return {**node, "export": self._redactor.free(node["export"]), "text": text}
        return {name: self._item(node, key, name, value) for name, value in node.items()}

    def _item(self, node: dict[str, Any], key: str, name: str, value: Any) -> Any:
        if not isinstance(value, str):
            return self.node(value, name)
        if key == "fields":
            return self._redactor.value(name, value)
        if name in {"value_in", "value_out", "expected"} and node.get("field"):
            return self._redactor.value(str(node["field"]), value)
        if key == "actor" and name == "name":
            person = "user" if node.get("kind") in {"person", None} else "machine"
            return self._redactor.value(person, value)
        if name == "value" and "attribute" in node:
            return self._redactor.value(str(node["attribute"]), value)
        return self.node(value, name)


def _each(node: Any, change: Callable[[str], str], key: str = "") -> Any:
    if isinstance(node, str):
        return node if key in _UNTOUCHED else change(node)
    if isinstance(node, list):
        return [_each(item, change, key) for item in node]
    if isinstance(node, dict):
        return {name: _each(value, change, name) for name, value in node.items()}
    return node


def _evidence_values(scan: Scan, traces: Sequence[Trace]) -> set[str]:
    """Names of orders and compared values: evidence, even where one looks like a phone number."""
    keep: set[str] = set()
    for finding in [*scan.findings, *(one for trace in traces for one in trace.findings or [])]:
        keep.update(name for name in (finding.order, *(finding.orders.examples if finding.orders else ())) if name)
        keep.update(alias.partition(" ")[2] or alias for alias in finding.aliases)
        if not kind_of(finding.field or ""):
            keep.update(value for value in (finding.value_in, finding.value_out, finding.expected) if value)
    for trace in traces:
        keep.add(trace.order)
        keep.update(alias.name.partition(" ")[2] or alias.name for alias in trace.aliases)
        keep.update(state["raw"] or "" for event in trace.events for state in event.states if "raw" in state)
    return {value for value in keep if "@" not in value and "%40" not in value}
