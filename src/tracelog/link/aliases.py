"""Which names are one order: union-find over strong links, then `ref` names by value, then answers to requests.

A *naming* is the set of names that one record gives an order. Two namings that share a name are one order, as long
as the name can mean one only: names are unique inside an instance of a system, an instance that nobody named
matches the only known one, and a name that would tie orders that are known to be different is not followed but
reported. Plain data in, plain data out: the store brings the rows, sorted, and keeps the result.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from tracelog.link import called, likely, mentions
from tracelog.link.names import Given, Hub, Linked, Row, Tie, Wish, Wishes

HUB = 5
"""A name that ties more orders than this is a shared one (a tracking number, a customer's id), and not followed."""
LONG = 9
"""Characters from which an id is taken for unique over instances; a short `1042` may be in every shop."""
TELLING = 6
"""Digits from which a number is not by chance that of something else."""
IDS = frozenset({"id", "gid", "internalid", "uuid", "trace"})
"""What an order is known by to machines: one order has one of each in one system."""
SHOWN = frozenset({"name", "number", "record"})
"""What people call an order: it may come again in another shop, or after a renumbering."""


def link(given: Given, wishes: Wishes | None = None) -> Linked:
    """The order of every naming."""
    work = _Linking(given)
    if wishes is not None and (wishes.added or wishes.forbidden):
        work.hear(wishes)
    work.join()
    work.settle()
    work.join_answers(given.ties)
    if likely.is_told(given.kinds):
        work.join_likely()
    if 0 in work.strong[1:]:
        work.attach_mentions()
    found = array("i", (work.find(n) if work.strong[n] else 0 for n in range(given.namings + 1)))
    return Linked(found, sorted(set(work.hubs)))


class _Linking:
    def __init__(self, given: Given) -> None:
        self._given = given
        self._parent = array("i", range(given.namings + 1))
        self.strong = bytearray(given.namings + 1)
        """Whether a naming holds a strong name: 1 one of a parcel, 3 one of anything else."""
        self._kinds = kinds = given.kinds
        self._ref = {n: frozenset((k.instance or "").split(",")) for n, k in kinds.items() if k.what == "ref"}
        self._systems = {n: kind.system for n, kind in kinds.items()}
        self._id = frozenset(n for n, kind in kinds.items() if kind.what in IDS)
        self._shown = frozenset(n for n, kind in kinds.items() if kind.what in SHOWN)
        self._parcel = frozenset(n for n, kind in kinds.items() if kind.what in called.PARCEL)
        self._asked = self._shown | self._parcel
        """Names that are not followed at once where they would tie orders."""
        self._instances: dict[str, set[str]] = {}
        spelled: dict[str, list[int]] = {}
        for number, kind in kinds.items():
            spelled.setdefault(kind.kind, []).append(number)
            if kind.instance is not None and kind.what != "ref":
                self._instances.setdefault(kind.system, set()).add(kind.instance)
        self._plain = frozenset(n for kind, each in spelled.items() if len(each) == 1 for n in each) - set(self._ref)
        """Kinds of one instance, known or not: there the same value is the same name."""
        self._ids = array("q"), array("i"), array("i")
        """Value (as its hash), kind, and one naming that has it, of every id."""
        self._identity: dict[int, dict[str, int]] = {}
        """Ids of the orders that are in question: one of each kind, for two different ones are two orders."""
        self._kept_apart: dict[int, dict[int, int]] = {}
        """For each order that the user keeps apart from others: the number of the wish, and its side."""
        self._called: called.Called = {}
        self._joins = 0
        """How often two were made one."""
        self._late: list[tuple[Callable[[str, list[Row]], None], str, list[Row]]] = []
        """Groups that are judged when all that is certain has been joined."""
        self.hubs: list[Hub] = []
        self._unclear: set[int] = set()
        """Namings with nothing but a name that several orders have: nobody's, and maybe what one of them lacks."""

    # ---- the sets ----

    def find(self, naming: int) -> int:
        parent = self._parent
        while (up := parent[naming]) != naming:
            parent[naming] = naming = parent[up]
        return naming

    def _join(self, a: int, b: int) -> int:
        """Make two one; returns the smallest naming of both."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return a
        if b < a:
            a, b = b, a
        if self._kept_apart and not self._may_join(a, b):
            return a
        theirs = self._identity.pop(b, None)
        if theirs:
            self._identity[a] = theirs | self._identity.get(a, {})
        self._parent[b] = a
        self._joins += 1
        return a

    def _join_all(self, namings: Iterable[int]) -> None:
        first = 0
        for naming in namings:
            first = self._join(first, naming) if first else naming

    def _look_up_ids(self, namings: Iterable[int]) -> None:
        """Find the ids of the orders that these namings belong to."""
        asked = {self.find(naming) for naming in namings}
        self._identity = {}
        for value, kind, naming in zip(*self._ids, strict=True):
            root = self.find(naming)
            if root in asked:
                self._identity.setdefault(root, {}).setdefault(self._kinds[kind].kind, value)

    def _differing(self, roots: Iterable[int], *, besides: str = "") -> dict[str, int]:
        """For each kind of id: how many different ones these orders have."""
        seen: dict[str, set[int]] = {}
        for root in roots:
            for kind, value in self._identity.get(root, {}).items():
                if kind != besides:
                    seen.setdefault(kind, set()).add(value)
        return {kind: len(values) for kind, values in seen.items()}

    def hear(self, wishes: Wishes) -> None:
        """What the user says counts before everything else."""
        named: dict[Wish, list[int]] = {name: [] for pair in (*wishes.added, *wishes.forbidden) for name in pair}
        for value, kind, naming in self._given.rows():
            if kind > 0 and (found := named.get(Wish(self._kinds[kind].kind, value))) is not None:
                found.append(naming)
        for number, pair in enumerate(wishes.forbidden):
            for side, name in enumerate(pair):
                for naming in named[name]:
                    self._kept_apart.setdefault(naming, {})[number] = side
        for a, b in wishes.added:
            self._join_all([*named[a], *named[b]])

    def _may_join(self, a: int, b: int) -> bool:
        """Whether the user lets these two be one; if so, what keeps either apart keeps both."""
        ours, theirs = self._kept_apart.get(a, {}), self._kept_apart.get(b, {})
        if any(ours.get(number, side) != side for number, side in theirs.items()):
            return False
        if theirs:
            self._kept_apart[a] = ours | theirs
        return True

    # ---- one pass over all names ----

    def join(self) -> None:
        """Join what is certain; put aside what needs all of that to be judged."""
        current = ""
        group: list[Row] = []
        for row in self._given.rows():
            if row[0] == current:
                group.append(row)
            else:
                if group:
                    self._take(group)
                current, group = row[0], [row]
        if group:
            self._take(group)

    def _take(self, members: list[Row]) -> None:
        """All namings that hold one value, sorted by kind."""
        strong, plain, ids, asked, refs = self.strong, self._plain, self._id, self._asked, self._ref
        late = ref = False
        at, size = 0, len(members)
        while at < size:
            value, kind, first = members[at]
            begun, at = at, at + 1
            if kind < 0:
                continue
            mark = 1 if kind in self._parcel else 3
            strong[first] |= mark
            while at < size and members[at][1] == kind:
                strong[members[at][2]] |= mark
                at += 1
            if kind in refs:
                ref = True
                continue
            if kind in ids:
                for column, one in zip(self._ids, (hash(value), kind, first), strict=True):
                    column.append(one)
            if kind not in plain or at - begun > HUB or (kind in asked and self._apart(members[begun:at])):
                late = True
                continue
            for number in range(begun + 1, at):
                self._join(first, members[number][2])
        if late:
            self._late.append((self._judge, value, members))
        if ref and not self._refs_are_plain(members):
            self._settle_refs(value, members)

    def _refs_are_plain(self, members: list[Row]) -> bool:
        """The usual case, done with at once: all that have the name are one order, and it is another system's."""
        root = 0
        refs, systems = self._ref, self._systems
        for _, kind, naming in members:
            if kind > 0 and kind not in refs:
                if root and self.find(naming) != root:
                    return False
                root = self.find(naming)
        if not root or len(members[0][0]) < TELLING:
            return False
        for _, kind, _ in members:
            if kind in refs and all(systems[k] in refs[kind] for _, k, _ in members if k > 0 and k not in refs):
                return False
        for _, kind, naming in members:
            if kind in refs:
                root = self._join(root, naming)
        return True

    def _apart(self, run: list[Row]) -> bool:
        return len({self.find(naming) for _, _, naming in run}) > 1

    def settle(self) -> None:
        """Judge what was put aside: names before refs, for a ref may need them, and refs again as long as that helps.

        `5012` is clear once the key beside it has told that the two orders of that name are one.
        """
        open_ = self._late
        while open_:
            late, self._late, before = open_, [], self._joins
            self._look_up_ids(naming for _, _, members in late for _, _, naming in members)
            self._look_up_names(late)
            for judge, value, members in sorted(late, key=lambda one: one[0] == self._settle_refs):
                judge(value, members)
            open_ = self._late
            if self._joins == before:
                break
        self.hubs += [Hub("ref", value, 2, "several orders have this name") for _, value, _ in open_]
        for _, _, members in open_:
            self._unclear.update(naming for _, kind, naming in members if kind in self._ref and self._only_refs(naming))
        for naming in self._unclear:
            self.strong[naming] = 0

    def _only_refs(self, naming: int) -> bool:
        return self.find(naming) == naming and all(kind < 0 or kind in self._ref for kind in self._given.named(naming))

    def _look_up_names(self, late: Iterable[tuple[object, str, list[Row]]]) -> None:
        """Find what the orders are called that share a parcel, or a name of what no export holds."""
        asked: set[int] = set()
        for judge, _, rows in late:
            wanted = self._ref if judge == self._judge_refs else self._parcel
            roots = {self.find(naming) for _, kind, naming in rows if kind in wanted and self.strong[naming] > 1}
            asked.update(roots if len(roots) > 1 else ())
        if asked:
            self._called = called.names(self._given.rows(), self._kinds, lambda naming: (
                root if (root := self.find(naming)) in asked else None
            ))  # fmt: skip

    def _judge(self, value: str, members: list[Row]) -> None:
        """A name in many records, of several instances, or that people use: followed where it means one order."""
        by_kind: dict[int, list[int]] = {}
        for _, kind, naming in members:
            if kind > 0 and kind not in self._ref:
                by_kind.setdefault(kind, []).append(naming)
        for kind, namings in self._by_instance(value, by_kind):
            roots = sorted({self.find(naming) for naming in namings})
            if len(roots) < 2:
                continue
            own = self._kinds[kind]
            differing = self._differing(roots, besides=own.kind)
            if kind in self._shown:
                tied = max((n for k, n in differing.items() if k.startswith(own.system + ":")), default=0)
                most = 1
            elif kind in self._parcel:
                tied, most = max([called.different(roots, self._called), *differing.values()]), 1
            else:
                tied, most = max(differing.values(), default=0), HUB
            if tied > most:
                self.hubs.append(Hub(own.kind, value, tied, f"{tied} orders have it"))
            else:
                self._join_all(roots)

    def _by_instance(self, value: str, by_kind: dict[int, list[int]]) -> Iterator[tuple[int, list[int]]]:
        """Namings that mean the same name; one without an instance joins the only instance that has it."""
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
                    why = f"{len(known)} instances have it, and the record names none"
                    self.hubs.append(Hub(self._kinds[number].kind, value, len(known), why))
                else:
                    yield number, by_kind[number]

    def _certain(self, number: int, value: str) -> bool:
        """Whether a value means the one instance that has it, although the record does not say which."""
        several = len(self._instances.get(self._kinds[number].system, ())) > 1
        return not several or (number not in self._shown and len(value) >= LONG)

    def _settle_refs(self, value: str, members: list[Row]) -> None:
        """The order's name as another system gave it, if exactly one order there has it.

        What a system calls an order by the name that it was given (an external id, a number taken over) is a copy,
        and no owner of that name.
        """
        given = {naming for _, kind, naming in members if kind in self._ref}
        copies = {self._kinds[kind].kind for _, kind, naming in members if kind > 0 and naming in given}
        named = [
            (naming, kind)
            for _, kind, naming in members
            if kind > 0 and kind not in self._ref and self._kinds[kind].kind not in copies
        ]
        named = [(naming, kind) for naming, kind in named if self._may_be_meant(kind, value)]
        refs = [(self._ref[kind], naming) for _, kind, naming in members if kind in self._ref]
        loose: list[int] = []
        open_ = False
        for givers, naming in sorted(refs, key=lambda one: one[0] == NOBODY):
            roots = {self.find(one) for one, kind in named if self._systems[kind] not in givers}
            if not roots:
                loose.append(naming)
            elif len(roots) == 1:
                self._join(roots.pop(), naming)
            elif self.find(naming) not in roots:
                open_ = True
        orders = {self.find(naming) for naming in loose}
        alike = {(kind, self.find(naming)) for _, kind, naming in members if kind in self._ref and naming in loose}
        if len(orders) > HUB or len(alike) > len({kind for kind, _ in alike}):  # one system has it of several orders
            self._late.append((self._judge_refs, value, members))
        else:
            self._join_all(sorted(orders))
        if open_:
            self._late.append((self._settle_refs, value, members))

    def _judge_refs(self, value: str, members: list[Row]) -> None:
        """A ref in many records to what no export holds: one order's, or that of what several orders are part of."""
        orders = {self.find(naming) for _, kind, naming in members if kind in self._ref}
        tied = max(self._differing(orders).values(), default=0)
        if (several := called.different(sorted(orders), self._called, ref=value)) > 1:
            self.hubs.append(Hub("ref", value, several, f"{several} orders have it"))
        elif tied > HUB:
            self.hubs.append(Hub("ref", value, tied, f"{tied} orders have it"))
        else:
            self._join_all(sorted(orders))

    def _may_be_meant(self, kind: int, value: str) -> bool:
        """Whether a ref may mean this name: `5012` is the shop's number or id, not by chance a number of the ERP's."""
        if len(value) >= TELLING or not value.isdecimal():
            return True
        return kind in self._shown or self._kinds[kind].what == "id"

    # ---- what envelopes and mentions add ----

    def join_answers(self, ties: Iterable[Tie]) -> None:
        """An answer that names a document of the request's order: `POST order #1001` → `created 884120`.

        Only where the envelope is about one order on either side: an envelope never makes two orders one.
        """
        met: list[tuple[int, int, set[str]]] = []
        for _, group in groupby(ties, key=itemgetter(0)):
            pairs = list(group)
            if any(tie.request in self._unclear or tie.answer in self._unclear for tie in pairs):
                continue
            requests = {self.find(tie.request) for tie in pairs}
            answers = {self.find(tie.answer) for tie in pairs}
            if len(requests) == len(answers) == 1 and requests != answers:
                kinds = {self._kinds[abs(kind)].kind for tie in pairs for kind in self._given.named(tie.answer)}
                met.append((requests.pop(), answers.pop(), kinds))
        if met:
            self._look_up_ids(naming for request, answer, _ in met for naming in (request, answer))
        for request, answer, kinds in met:
            ours, theirs = self._identity.get(self.find(request), {}), self._identity.get(self.find(answer), {})
            # two ids of one kind are two orders, except where the answer names the second: a second document
            if all(kind in kinds for kind in theirs if ours.get(kind, theirs[kind]) != theirs[kind]):
                self._join(request, answer)

    def join_likely(self) -> None:
        """Orders that are one by a number in their names and by the time, unless their ids say otherwise."""
        pairs = list(likely.found(self._given, self._shown, self.find))
        self._look_up_ids(naming for pair in pairs for naming in pair)
        for one, other in pairs:
            if not any(count > 1 for count in self._differing({self.find(one), self.find(other)}).values()):
                self._join(one, other)

    def attach_mentions(self) -> None:
        """A record that only mentions names belongs to the order that has one of them, if exactly one has."""
        for naming, owner in mentions.owners(self._given, self.strong, self.find):
            self._parent[naming] = owner
            self.strong[naming] = 1


NOBODY = frozenset({""})
"""A ref without any other name beside it: what it refers to is found when those with names have been settled."""
