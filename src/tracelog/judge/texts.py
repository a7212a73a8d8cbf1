"""Why a finding is in its state and no stronger one, and what would prove it wrong: one entry a reason key.

`{cover}`, `{source}`, `{target}`, `{lacking}` (whose export lacks it), `{due}`, `{attribute}`, `{scope}` are filled in
by `bind`.
"""

from __future__ import annotations

from typing import NamedTuple


class Why(NamedTuple):
    reason: str
    disproof: str


REASONS: dict[str, Why] = {
    "covered": Why(
        "Confirmed as to this: it was not passed on and no record says why. {cover} the whole time it had, nothing "
        "unread or unlinked of that time could be it, and nothing points to a rule. Whether it is a fault or a rule "
        "that nobody declared is the question to ask.",
        "A record of {source} that sends this event on by {due}, or the rule by which it was left out.",
    ),
    "hole": Why(
        "Suspected only: the log that would show it is silent at the time that the event had, for so long that it may "
        "not have been written then, or is one that is read off its words.",
        "The missing stretch of that log, a line of it that was not understood, or an export of {target} itself, if it "
        "shows the event passed on.",
    ),
    "inferred": Why(
        "Suspected only: a record that this rests on was read off its words, by which programs name orders and say "
        "what they did; no format vouches for it.",
        "Whoever knows the program, if its line means something else; a definition of that log would settle it.",
    ),
    "absent-there": Why(
        "Confirmed: the log between does not prove it for the time that the event had, but an export of {lacking} that "
        "covers this order and was made after the limit does not show it.",
        "The event at {lacking} under another number, or in a record type that its export leaves out.",
    ),
    "candidates": Why(
        "Suspected only: in the time that the event had lie records that were not read, not tied to an order, or "
        "cut; one of them could be it.",
        "One of those records, once it is read, naming this order.",
    ),
    "weak": Why(
        "Suspected only: the record is tied to this order by a weak link (a mention, an envelope of several orders).",
        "A record that ties it to another order.",
    ),
    "rule-count": Why(
        "Suspected only: the run that holds this moment reports records that it ignored, so a filter may have left "
        "the event out on purpose.",
        "The filter in force at that step, if this order falls under it.",
    ),
    "rule-attribute": Why(
        "Suspected only: this order has {attribute}, and none that was passed on has it. That looks like a rule that "
        "nobody declared.",
        "The filter in force at that step, if this order falls under it.",
    ),
    "few": Why(
        "Suspected only: few orders of this class take this step, so a filter on something that is not in the exports "
        "could explain it.",
        "The filter in force at that step, if this order falls under it.",
    ),
    "data-ends": Why(
        "Pending: the log that would show the next step ends before the time it had was over ({due}).",
        "The log's continuation, if it shows the next step by {due}.",
    ),
    "went-silent": Why(
        "Confirmed: events of this kind took this step until then and never after it, while the same log goes on with "
        "other records.",
        "A later record of this kind at {target}, or the note that ended this route on purpose.",
    ),
    "no-heartbeat": Why(
        "Suspected only: events of this kind stopped, but so little else is in that log that it may have ended too.",
        "The log's continuation with events of this kind in it.",
    ),
    "accepted-absent": Why(
        "Confirmed: an answer of acceptance is on record, and an export of {target} that covers this order and was "
        "made after the limit does not show the event.",
        "The event at {target} under another number, or in a record type that its export leaves out.",
    ),
    "sent-absent": Why(
        "Confirmed: it was sent, no answer is on record, and an export of {target} that covers this order and was made "
        "after the limit does not show the event.",
        "The event at {target} under another number, or in a record type that its export leaves out.",
    ),
    "refused": Why(
        "Confirmed: the refusal is on record, and {cover_low} the time in which a later try would stand.",
        "A later try that was accepted, or the order at {target} in spite of the error.",
    ),
    "closed": Why(
        "Confirmed: the refusal is on record, and the error was closed without a successful try. Closed is not "
        "delivered.",
        "A later try that was accepted, or the order at {target} in spite of the error.",
    ),
    "swallowed": Why(
        "Confirmed: the answer itself holds the failure, and no record shows that the sender noticed it.",
        "The order at {target} in spite of the answer, or an entry for it on the sender's error list.",
    ),
    "retry-open": Why(
        "Pending: the sender may still try again by itself when the data ends.",
        "A later try that is accepted.",
    ),
    "later-unseen": Why(
        "Suspected only: it was refused; whether a later try was accepted is not in these exports.",
        "A later try that was accepted.",
    ),
    "nameless": Why(
        "Suspected only: the refusals are on record, and no accepted try of theirs is; but they name no order, so what "
        "became of it can't be looked up.",
        "The orders behind those deliveries, with the change in force at their receiver.",
    ),
    "no-answer": Why(
        "Confirmed as to the answer only: no answer is recorded although this log records nearly all of them. That is "
        "not proof of a loss; the effect at {target} is unknown.",
        "The answer in another log, or the event at {target}.",
    ),
    "others-answered": Why(
        "Suspected only: this log records the answers to nearly all other messages, but those to messages of this kind "
        "only sometimes, so it may be agreed that they need none.",
        "The answer in another log, or the agreement with the partner by which messages of this kind are not answered.",
    ),
    "after-limit": Why(
        "Confirmed: the excess is larger than the precision of the stamps and the spread of the clocks together.",
        "A difference between the two clocks of that size, or a schedule that allows it.",
    ),
    "blurred": Why(
        "Suspected only: the excess lies within the precision of the stamps and the spread of the clocks.",
        "Stamps of finer precision, if they put it within the limit.",
    ),
    "limit-assumed": Why(
        "Suspected only: it took longer than the default limit, but too few of its kind are known to say what is usual "
        "there, and nobody declared a limit.",
        "More of its kind that take as long, or a declared limit that it kept.",
    ),
    "over": Why(
        "Confirmed as a divergence: both sides were exported after the last change on record and the time it had. The "
        "order is cancelled on both sides, so nothing is charged or shipped by either value.",
        "An export of either side that shows the same value.",
    ),
    "made-good": Why(
        "Recovered: the target has it now, but not by the message that was meant to bring it.",
        "An earlier record of it at {target}.",
    ),
    "absent-downstream": Why(
        "Confirmed as a divergence: {source} shows the event, an export of {target} that covers this order and was "
        "made after the limit does not. No export proves where between them it stopped, so nobody is named.",
        "The event at {target} under another number, or in a record type that its export leaves out.",
    ),
    "stands-apart": Why(
        "Confirmed as a divergence: both sides were exported after the last change on record and the time it had, and "
        "nothing on record explains the difference.",
        "A later export of either side in which they agree, or a note that somebody edited the order at {source} or "
        "{target} after it had been passed on.",
    ),
    "edited-since": Why(
        "Suspected only: by earlier records {source} had the other value too, so the order was edited there after it "
        "had been passed on. Whether such an edit is meant to be passed on is not on record.",
        "The rule that an edit at {source} stays there, or a later export in which the two agree.",
    ),
    "several-documents": Why(
        "Suspected only: one of the two systems shows more than one document under this order's number. They may be "
        "parts of the order, which are held against the whole, or another shop's order of the same number.",
        "The documents side by side with the order, or an id of the order in each of them.",
    ),
    "as-of": Why(
        "Pending: one side was exported before the time that the last change had was over.",
        "A later export of that side.",
    ),
    "scope": Why(
        "Suspected only: it is not proved that the export of {target} would show this order ({scope}).",
        "An export of {target} without filters.",
    ),
    "lossy": Why(
        "Suspected only: one of the two values is known to stand for several states.",
        "The next exact state of that side.",
    ),
    "both-values": Why(
        "Confirmed: the value in and the value out stand in the two records, and the mapping in force does not lead "
        "from one to the other.",
        "A mapping that is meant to do this.",
    ),
    "cut": Why(
        "Suspected only: the payload is cut, masked, or tied to the order by a weak link.",
        "The whole payload.",
    ),
    "corrected": Why(
        "Recovered: a later record of the same step carries the right value.",
        "A record between the two in which the value was already right.",
    ),
    "everywhere": Why(
        "Confirmed as to the mapping: every order of the period with this value shows it, so it is one finding about "
        "the mapping, not one an order.",
        "A mapping that is meant to do this.",
    ),
    "log-ended": Why(
        "Pending: the two ends differ, but the log of what lies between ends before this event, so where it stopped, "
        "or whether by a rule, is for the log's continuation to say.",
        "The log's continuation, if it shows the event passed on or left out by rule.",
    ),
    "stands-so-everywhere": Why(
        "Suspected only: nearly every order with the one status stands at the other, so a mapping or a way of working "
        "may mean it so. It is one question about the mapping, not one an order.",
        "A mapping, or a rule of the target, that is meant to do this.",
    ),
    "same-in-other-out": Why(
        "Confirmed: the same value went out as another value before, so this is no fixed mapping.",
        "A second attribute by which the two are told apart.",
    ),
    "default": Why(
        "Suspected only: the value that went out looks like a default, and later states of the source contradict it.",
        "A mapping that is meant to do this.",
    ),
    "unmapped": Why(
        "Confirmed: the value stands in the records and has no entry in the status map.",
        "An entry for it in the map in force.",
    ),
    "stale": Why(
        "Confirmed: the newer state was in place when the older one was written over it, by the source's own times.",
        "A source time that puts the two the other way round.",
    ),
    "stale-unseen": Why(
        "Suspected only: an older state was passed on after a newer one, but no record shows that the newer was in "
        "place at {target}.",
        "A record of {target} that kept the newer state.",
    ),
    "order-by-cause": Why(
        "Confirmed: one of the two builds on the other, so their order does not rest on any clock.",
        "A record that shows the first one at {target} earlier.",
    ),
    "order-by-clock": Why(
        "Confirmed: the stamps differ by more than their precision and the spread of the clocks together.",
        "A difference between the two clocks of that size.",
    ),
    "two-effects": Why(
        "Confirmed: two records of {target} are in force for one event.",
        "A record that voids one of them, or a reason for two (a split, an exchange).",
    ),
    "voided": Why(
        "Recovered: one of the two was voided.",
        "A record that puts the voided one back in force.",
    ),
    "edge": Why(
        "Suspected only: one of the copies lies in the first or last instant of an export, where a record may be cut "
        "off or counted twice.",
        "An export that reaches further on that side.",
    ),
    "by-person": Why(
        "Confirmed: the record names a person's session as the author, and no event of the order stands behind it in "
        "exports that reach back far enough.",
        "An event behind it, from a system that is not among the exports.",
    ),
    "bulk": Why(
        "Suspected only: many orders were changed in the same minute, a mass update and not a case-by-case edit.",
        "An event behind each of them, from a system that is not among the exports.",
    ),
    "no-author": Why(
        "Suspected only: the change came from outside the integration, but no author is on record.",
        "The author of the change.",
    ),
    "left-edge": Why(
        "Suspected only: the exports begin too late to show what may stand behind it.",
        "An earlier stretch of the exports.",
    ),
    "no-holder": Why(
        "Confirmed: systems that should hold the order cover its time, and none of them has it.",
        "The order in one of them under another name.",
    ),
    "clock-early": Why(
        "Confirmed: effects are stamped before their causes, by nearly the same each time. No delay does that.",
        "Another record of the same changes by which {source} acted after {target}.",
    ),
    "clock-both": Why(
        "Confirmed: both directions between the two agree on it. A delay would lengthen both; this lengthens one and "
        "shortens the other.",
        "A third clock that agrees with both.",
    ),
    "clock-narrow": Why(
        "Confirmed: the stamps differ by nearly the same each time, by whole half hours as zones do, and nothing in "
        "the log has a period of that length.",
        "A rule or schedule at {target} that holds each order for exactly that long, or traffic in the other direction "
        "with the same delay.",
    ),
    "clock-holds": Why(
        "Suspected only: a schedule, or a rule that holds orders for that long, would look the same. Nothing is "
        "explained away by it.",
        "Such a schedule or rule, or traffic in the other direction.",
    ),
    "clock-span": Why(
        "Suspected only: no export shows what lies between the two, so something there may hold orders for that long. "
        "Nothing is explained away by it.",
        "The log of what lies between.",
    ),
    "told-first": Why(
        "Confirmed: the notice to the customer is on record, and so is the time at which {target} had the order, later "
        "by more than the precision of the stamps and the spread of the clocks.",
        "An earlier record of the order at {target}, or a notice that was never sent.",
    ),
    "told-and-lost": Why(
        "As sure as its cause: the notice to the customer is on record; that {target} has no such order is what the "
        "other finding shows.",
        "The order at {target} under another number.",
    ),
    "no-cover": Why(
        "Suspected only: that the order never was there is not proved. Its number was given out, so it may have been "
        "deleted since, or the export may leave it out.",
        "The order in another export of such a system, or a note that it was deleted.",
    ),
}
