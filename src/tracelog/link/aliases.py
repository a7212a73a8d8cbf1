"""Which names are one order: union-find over strong links, then `ref` names by value, then answers to requests.

A *naming* is the set of names that one record gives an order. Two namings that share a name are one order, as long
as the name can mean one only: names are unique inside an instance of a system, an instance that nobody named
matches the only known one, and a name that would tie orders that are known to be different is not followed but
reported. Plain data in, plain data out: the store brings the rows, sorted, and keeps the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

HUB = 5
"""A name that ties more orders than this is a shared one (a tracking number, a customer's id), and not followed."""
LONG = 9
"""Characters from which an id is taken for unique over instances; a short `1042` may be in every shop."""
IDS = frozenset({"id", "gid", "internalid", "legacyid", "uuid", "trace"})
"""What an order is known by to machines: one order has one of each in one system."""
FORBIDDEN = "forbidden:"
"""Kind of the ids that keep apart what the user says is not one order."""
SHOWN = frozenset({"name", "number"})
"""What people call an order: it may come again in another shop, or after a renumbering."""


class AliasKind(NamedTuple):
    """`shopify:name` in an instance (None: not known which), or `ref`."""

    kind: str
    instance: str | None = None

    @property
    def system(self) -> str:
        return self.kind.rpartition(":")[0]

    @property
    def what(self) -> str:
        return self.kind.rpartition(":")[2]


Row = tuple[str, int, int]
"""(folded name, number of its alias kind, naming); a negative number is a weak mention. Sorted by the name."""


class Tie(NamedTuple):
    """Two namings in one envelope: of the request, and of its answer."""

    envelope: int | str | bytes
    request: int
    answer: int


class Hub(NamedTuple):
    """A name that was not followed: it would have made `orders` orders one."""

    kind: str
    value: str
    orders: int
    why: str


class Wish(NamedTuple):
    """A name that the user speaks of: kind, folded value."""

    kind: str
    value: str


class Wishes(NamedTuple):
    """Pairs of names of which the user says that they are one order, or are not."""

    added: Sequence[tuple[Wish, Wish]] = ()
    forbidden: Sequence[tuple[Wish, Wish]] = ()


NO_WISHES = Wishes()


class Linked(NamedTuple):
    """`order[naming]` is the smallest naming of its order; 0: it only mentions, and nothing has that name."""

    order: list[int]
    hubs: list[Hub]


Rows = Callable[[frozenset[int] | None], Iterable[Row]]
"""Gives all rows anew for each pass; with kinds, at least those of names that one of these kinds has."""


def link(
    count: int, rows: Rows, kinds: Mapping[int, AliasKind], ties: Iterable[Tie], wishes: Wishes = NO_WISHES
) -> Linked:
    """Join namings 1…`count`. `ties` come together by envelope."""
    work = _Linking(count, kinds)
    if wishes.added or wishes.forbidden:
        work.hear(wishes, rows(None))
    for value, members in _groups(rows(None)):
        work.join_ids(value, members)
    work.settle_deferred()
    for value, members in _groups(rows(work.shown)):
        work.join_shown(value, members)
    for value, members in _groups(rows(work.ref)):
        work.settle_refs(value, members)
    work.join_answers(ties)
    if work.mentions_only:
        work.attach_mentions(_groups(rows(frozenset(-n for n in kinds))))
    find = work.find
    return Linked([0 if n in work.mentions_only else find(n) for n in range(count + 1)], work.hubs)


def _groups(rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    for value, group in groupby(rows, itemgetter(0)):
        yield value, list(group)


class _Linking:
    def __init__(self, count: int, kinds: Mapping[int, AliasKind]) -> None:
        self._parent = list(range(count + 1))
        self._kinds = kinds
        systems = sorted({kind.system for kind in kinds.values()})
        self._system = {number: systems.index(kind.system) for number, kind in kinds.items()}
        self.ref = frozenset(n for n, kind in kinds.items() if kind.what == "ref")
        self._id = frozenset(n for n, kind in kinds.items() if kind.what in IDS)
        self.shown = frozenset(n for n, kind in kinds.items() if kind.what in SHOWN)
        self._instances: dict[str, set[str]] = {}
        for kind in kinds.values():
            if kind.instance is not None:
                self._instances.setdefault(kind.system, set()).add(kind.instance)
        self._names_systems = [0] * (count + 1)
        """Bits of the systems whose names this naming gives."""
        self.mentions_only = set(range(1, count + 1))
        self._identity: dict[int, dict[str, str]] = {}
        """Of an order: its first id of each kind. Two orders with different ids of one kind are not one."""
        self._deferred: list[tuple[str, int, list[int]]] = []
        self.hubs: list[Hub] = []
        self._forbidding = False

    def hear(self, wishes: Wishes, rows: Iterable[Row]) -> None:
        """What the user says counts before everything else. Forbidden pairs get ids that contradict each other."""
        named: dict[Wish, list[int]] = {name: [] for pair in (*wishes.added, *wishes.forbidden) for name in pair}
        for value, kind, naming in rows:
            if kind > 0 and (found := named.get(Wish(self._kinds[kind].kind, value))) is not None:
                found.append(naming)
        for number, pair in enumerate(wishes.forbidden):
            self._forbidding = True
            for side in pair:
                for naming in named[side]:
                    self._identity.setdefault(naming, {})[f"{FORBIDDEN}{number}"] = side.value
        for a, b in wishes.added:
            self._join_all([*named[a], *named[b]])

    # ---- the sets ----

    def find(self, naming: int) -> int:
        parent = self._parent
        while parent[naming] != naming:
            parent[naming] = naming = parent[parent[naming]]
        return naming

    def _join(self, a: int, b: int) -> None:
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        if b < a:
            a, b = b, a
        if self._forbidding and any(kind.startswith(FORBIDDEN) for kind in self._contradictions(a, b)):
            return
        self._parent[b] = a
        theirs = self._identity.pop(b, None)
        if theirs:
            ours = self._identity.setdefault(a, theirs)
            if ours is not theirs:
                for kind, value in theirs.items():
                    ours.setdefault(kind, value)

    def _join_all(self, namings: Iterable[int]) -> None:
        first = 0
        for naming in namings:
            if first:
                self._join(first, naming)
            else:
                first = naming

    def _differing(self, roots: Iterable[int], *, besides: str = "") -> dict[str, int]:
        """For each kind of id: how many different ones these orders have."""
        seen: dict[str, set[str]] = {}
        for root in roots:
            for kind, value in self._identity.get(root, {}).items():
                if kind != besides and not kind.startswith(FORBIDDEN):
                    seen.setdefault(kind, set()).add(value)
        return {kind: len(values) for kind, values in seen.items()}

    # ---- the passes ----

    def join_ids(self, value: str, members: list[Row]) -> None:
        """First pass: every strong name but what people call an order, and but `ref`."""
        shown, ref, ids = self.shown, self.ref, self._id
        by_kind: dict[int, list[int]] = {}
        for _, kind, naming in members:
            if kind > 0:
                self.mentions_only.discard(naming)
                if kind in ref:
                    continue
                self._names_systems[naming] |= 1 << self._system[kind]
                if kind not in shown:
                    by_kind.setdefault(kind, []).append(naming)
        if not by_kind:
            return
        groups = by_kind.items() if len(by_kind) == 1 else self._by_instance(value, by_kind)
        for kind, namings in groups:
            if kind in ids:
                self._identity.setdefault(self.find(namings[0]), {}).setdefault(self._kinds[kind].kind, value)
            if len(namings) > HUB:
                self._deferred.append((value, kind, namings))  # judged when the ids of all are known
            elif len(namings) > 1:
                self._join_all(namings)

    def _by_instance(self, value: str, by_kind: dict[int, list[int]]) -> Iterable[tuple[int, list[int]]]:
        """Namings that mean the same name; a name without an instance joins the only instance that has it."""
        same: dict[str, list[int]] = {}
        for number in by_kind:
            same.setdefault(self._kinds[number].kind, []).append(number)
        for numbers in same.values():
            known = [n for n in numbers if self._kinds[n].instance is not None]
            unknown = [n for n in numbers if self._kinds[n].instance is None]
            if len(known) == 1 and unknown and self._certain(known[0], value):
                yield known[0], by_kind[known[0]] + by_kind[unknown[0]]
                continue
            for number in known:
                yield number, by_kind[number]
            for number in unknown:
                if len(known) > 1:
                    owners = {self.find(naming) for n in known for naming in by_kind[n]}
                    self._report(number, value, len(owners), "several instances have it; the record names none")
                else:
                    yield number, by_kind[number]

    def _certain(self, number: int, value: str) -> bool:
        """Whether a value means the one instance that has it, although the record does not say which."""
        kind = self._kinds[number]
        several = len(self._instances.get(kind.system, ())) > 1
        return not several or (number not in self.shown and len(value) >= LONG)

    def settle_deferred(self) -> None:
        """Names in many records: followed, unless they tie more orders than one name can mean."""
        deferred, self._deferred = self._deferred, []
        for value, kind, namings in deferred:
            roots = {self.find(naming) for naming in namings}
            tied = max(self._differing(roots, besides=self._kinds[kind].kind).values(), default=0)
            if tied > HUB:
                self._report(kind, value, tied, f"it would tie {tied} orders")
            else:
                self._join_all(roots)

    def join_shown(self, value: str, members: list[Row]) -> None:
        """Second pass: what people call an order, where it cannot mean two."""
        by_kind: dict[int, list[int]] = {}
        for _, kind, naming in members:
            if kind in self.shown:
                by_kind.setdefault(kind, []).append(naming)
        for kind, namings in self._by_instance(value, by_kind) if by_kind else ():
            roots = {self.find(naming) for naming in namings}
            if len(roots) > 1:
                prefix = self._kinds[kind].system + ":"
                tied = max((n for k, n in self._differing(roots).items() if k.startswith(prefix)), default=0)
                if tied > 1:
                    self._report(kind, value, tied, f"{tied} orders of one system have it")
                else:
                    self._join_all(roots)

    def settle_refs(self, value: str, members: list[Row]) -> None:
        """Third pass: the order's name as another system gave it, if exactly one order there has it."""
        refs = [naming for _, kind, naming in members if kind in self.ref]
        if not refs:
            return
        named = [(naming, self._system[kind]) for _, kind, naming in members if kind > 0 and kind not in self.ref]
        loose: list[int] = []
        refs.sort(key=lambda naming: (not self._names_systems[naming], naming))
        for naming in refs:
            own = self.find(naming)
            systems = self._names_systems[naming]
            roots = {self.find(one) for one, system in named if not systems >> system & 1}
            if own in roots:
                continue
            if len(roots) == 1:
                self._join(own, roots.pop())
            elif roots:
                self._report_ref(value, len(roots))
            else:
                loose.append(naming)
        if len(loose) > 1:
            orders = {self.find(naming) for naming in loose}
            tied = max(self._differing(orders).values(), default=0)
            if tied > HUB:
                self._report_ref(value, tied)
            else:
                self._join_all(orders)

    def join_answers(self, ties: Iterable[Tie]) -> None:
        """An answer that names a document of the request's order: `POST order #1001` → `created 884120`.

        Only where the envelope is about one order on either side: an envelope never makes two orders one.
        """
        for _, group in groupby(ties, key=itemgetter(0)):
            pairs = list(group)
            requests = {self.find(tie.request) for tie in pairs}
            answers = {self.find(tie.answer) for tie in pairs}
            if len(requests) != 1 or len(answers) != 1 or requests == answers:
                continue
            ours, theirs = requests.pop(), answers.pop()
            given = self._names_systems[pairs[0].answer]
            if any(not self._named(kind, given) for kind in self._contradictions(ours, theirs)):
                continue
            self._join(ours, theirs)

    def _contradictions(self, a: int, b: int) -> list[str]:
        first, second = self._identity.get(a, {}), self._identity.get(b, {})
        return [kind for kind in first if kind in second and first[kind] != second[kind]]

    def _named(self, kind: str, systems: int) -> bool:
        """Whether the answer itself names a document of that system: then a second one is a second document."""
        system = kind.rpartition(":")[0]
        return any(systems >> n & 1 for number, n in self._system.items() if self._kinds[number].system == system)

    def attach_mentions(self, groups: Iterable[tuple[str, list[Row]]]) -> None:
        """A record that only mentions names belongs to the order that has one of them, if exactly one has."""
        found: dict[int, set[int]] = {}
        for _, members in groups:
            weak = [(kind, naming) for _, kind, naming in members if kind < 0 and naming in self.mentions_only]
            for kind, naming in weak:
                wanted = self._kinds[-kind]
                for _, other, owner in members:
                    if other > 0 and (wanted.what == "ref" or wanted.kind == self._kinds[other].kind):
                        found.setdefault(naming, set()).add(self.find(owner))
        for naming, owners in found.items():
            if len(owners) == 1:
                self._parent[naming] = owners.pop()
                self.mentions_only.discard(naming)

    # ---- what was not followed ----

    def _report(self, kind: int, value: str, orders: int, why: str) -> None:
        self.hubs.append(Hub(self._kinds[kind].kind, value, orders, why))

    def _report_ref(self, value: str, orders: int) -> None:
        hub = Hub("ref", value, orders, f"{orders} orders have this name")
        if not self.hubs or self.hubs[-1] != hub:
            self.hubs.append(hub)
