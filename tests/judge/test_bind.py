"""A template with its case becomes a finding that a stranger can check, and that accuses nobody beyond its proof."""

from __future__ import annotations

import msgspec
import pytest

from judge.make import (
    APPLIED,
    EMITTED,
    FORWARDED,
    MINUTES,
    PERSON,
    RECEIVED,
    T0,
    bound,
    bounds,
    card,
    case,
    event,
    show,
)
from tracelog.judge.bind import bind_all
from tracelog.judge.facts import EditFacts, LegFacts, OrphanFacts, StandFacts, ValueFacts
from tracelog.judge.judge import judge
from tracelog.judge.texts import REASONS
from tracelog.model.event import DAY, MINUTE, Event
from tracelog.model.finding import Finding

DROPPED = LegFacts(topic="cancelled", cover="spans", both_sides=True)
CONTRACT_KEYS = {
    "id", "formerly", "incident", "scope", "kind", "problem", "state", "severity", "order", "aliases", "orders",
    "channel", "topic", "pattern", "behind", "ahead", "step", "level", "at", "recovered_at", "limit", "field",
    "value_in", "value_out", "expected", "explanation", "reason", "disproof", "coverage", "links", "still_wrong",
    "customer_told", "next_step", "act_by", "value", "caused_by", "review", "evidence",
}  # fmt: skip


def test_a_finding_has_every_key_of_the_contract_and_no_other() -> None:
    assert set(msgspec.to_builtins(bound(DROPPED).finding)) == CONTRACT_KEYS


def test_what_happened_stands_in_the_first_sentence_with_its_facts() -> None:
    finding = bound(DROPPED).finding

    assert finding.explanation.startswith(
        "Hub took the cancellation of #1001 in at 14:05:11 UTC on 2 March 2026 and never sent it on to Erp."
    )
    assert finding.behind == "erp"
    assert finding.ahead == "shop"
    assert finding.pattern == "cancellation-not-applied"


def test_without_records_on_both_sides_no_vendor_is_accused() -> None:
    """Evidence on one side of a hop can't tell sender from carrier from receiver: `between`, and a question."""
    finding = bound(LegFacts(leg="hand", topic="created", cover="spans"), from_=EMITTED, to=RECEIVED).finding

    assert finding.explanation.startswith("Between Shop and Hub, order #1001 was lost")
    assert "please confirm whether order #1001 reached Hub" in (finding.next_step or "")


@pytest.mark.parametrize(
    ("precision", "said"),
    [(DAY, "in at some time on 2 March 2026"), (MINUTE, "in at 14:05 UTC on 2 March 2026")],
)
def test_a_time_is_told_no_finer_than_its_source_knows_it(precision: int, said: str) -> None:
    finding = bound(DROPPED, anchor=event(precision=precision)).finding

    assert said in finding.explanation


def test_the_id_stays_when_the_kind_or_the_shown_name_changes() -> None:
    """Better evidence may turn a drop into a refusal, and a better alias may turn up: it is the same finding."""
    anchor = event(record=7)
    dropped = bound(DROPPED, anchor=anchor).finding
    made = case(LegFacts(topic="cancelled", attempt=True, answer="refuse", cover="spans"), anchor=anchor)
    refused = bind_all(judge(made.facts).templates, made, card(name="SO20481"), show)[0].finding

    assert refused.kind == "rejected"
    assert refused.id == dropped.id


def test_fifty_orders_of_one_record_have_fifty_ids() -> None:
    """A page of a poll is one record: the order's name in that record tells them apart."""
    ids = {bound(DROPPED, anchor=event(record=7, name=str(n), nth=n)).finding.id for n in range(50)}

    assert len(ids) == 50


def test_orders_that_share_a_record_without_names_have_ids_of_their_own() -> None:
    """An answer that names no order is lent to every order of its envelope."""
    ids = set()
    for number in (1, 2):
        made = case(DROPPED, number, anchor=event(record=7, name=""))
        named = card(number, f"#{number}")._replace(aliases=(f"shop:name #{number}",))
        ids.add(bind_all(judge(DROPPED).templates, made, named, show)[0].finding.id)

    assert len(ids) == 2


def test_steps_and_problems_of_one_record_have_ids_of_their_own() -> None:
    anchor = event(record=7)
    ids = {
        bound(DROPPED, anchor=anchor).finding.id,
        bound(DROPPED, anchor=anchor, from_=EMITTED, to=RECEIVED).finding.id,
        bound(ValueFacts("status", "contradiction"), anchor=anchor, field="status").finding.id,
        bound(ValueFacts("total", "differs", "money"), anchor=anchor, field="total").finding.id,
    }

    assert len(ids) == 4


def test_raw_records_of_every_event_are_the_evidence_each_once() -> None:
    sent, answer = event(phase="forwarded", record=8), event(phase="rejected", record=9, result="400 no such item")
    again = event(record=8, nth=1)
    refused = LegFacts(topic="created", attempt=True, answer="refuse", cover="spans", both_sides=True)

    finding = bound(refused, anchor=sent, other=again, answer=answer, from_=FORWARDED, to=APPLIED).finding

    assert [item.line for item in finding.evidence] == [8, 9]
    assert "Erp refused it" in finding.explanation
    assert "400 no such item" in finding.explanation


def test_a_long_error_is_quoted_shortly_and_stands_whole_in_the_evidence() -> None:
    answer = event(phase="rejected", result="x" * 5000)
    refused = LegFacts(topic="created", attempt=True, answer="refuse", cover="spans", both_sides=True)

    finding = bound(refused, answer=answer, next=event(phase="forwarded")).finding

    assert len(finding.explanation) < 1000


def test_what_follows_from_a_root_at_the_same_step_says_so() -> None:
    late = LegFacts(
        topic="created", attempt=True, answer="refuse", later="chain-late", effect="shown", timing="late", cover="spans"
    )

    root, follower = bounds(late, recovered_at=T0 + 90 * MINUTES)

    assert (root.finding.kind, root.finding.state) == ("rejected", "recovered")
    assert root.finding.recovered_at == "2026-03-02T15:35:11Z"
    assert "Made good since 15:35:11 UTC" in root.finding.explanation
    assert (follower.finding.kind, follower.finding.caused_by) == ("late", root.finding.id)


def test_a_lateness_tells_the_delay_and_the_limit_with_its_basis() -> None:
    facts = LegFacts(topic="created", effect="shown", timing="late", cover="spans")

    finding = bound(facts, effect=event("erp", "applied", "created", T0 + 90 * MINUTES), to=APPLIED).finding

    assert "90 min later; the limit is 15 min (learned: 99.9 % of 812 within 41 s)" in finding.explanation
    assert finding.still_wrong is False


def test_a_person_is_never_named_in_a_sentence() -> None:
    edit = event("erp", "applied", "updated", actor=PERSON)
    anchored = {"anchor": edit, "from_": APPLIED, "to": APPLIED, "field": "status", "value_out": "Closed"}

    finding = bound(EditFacts(contradicts=True), **anchored).finding
    told = " ".join((finding.explanation, finding.reason, finding.disproof, finding.next_step or ""))

    assert "a person changed the status" in told
    assert "Jane" not in told
    assert "Doe" not in told


def test_two_values_side_by_side_are_both_quoted() -> None:
    stand = StandFacts("contradiction", topic="cancelled")
    other = event("erp", "observed", None, T0 + 30 * MINUTES)

    finding = bound(
        stand, anchor=event("shop", "observed"), other=other, from_=EMITTED, to=APPLIED, value_in="cancelled",
        value_out="Pending Fulfillment", field="status",
    ).finding  # fmt: skip

    assert "Shop says 'cancelled'" in finding.explanation
    assert "Erp says 'Pending Fulfillment'" in finding.explanation
    assert finding.problem is None


def test_a_value_change_inside_one_log_names_the_system_and_what_was_meant() -> None:
    facts = ValueFacts("status", "contradiction", in_force=True)

    finding = bound(
        facts,
        next=event(phase="forwarded"),
        value_in="shipped",
        value_out="pending",
        expected="shipped",
        field="status",
    ).finding

    assert "took the status of #1001 in as 'shipped'" in finding.explanation
    assert "as 'pending'. By the mapping in force it should be 'shipped'." in finding.explanation
    assert finding.still_wrong is True


def test_a_pending_one_says_when_to_look_again() -> None:
    finding = bound(LegFacts(topic="cancelled", cover="ends")).finding

    assert finding.next_step == "Export again after 14:20:11 UTC on 2 March 2026, ingest it, and scan again."
    assert finding.still_wrong is None


@pytest.mark.parametrize("key", sorted(REASONS))
def test_every_reason_fills_in_without_rest(key: str) -> None:
    """A brace left in a sentence, or a word that nobody fills in, would be seen only by the reader."""
    template = judge(DROPPED).templates[0]._replace(reason=key)
    (made,) = bind_all([template], case(DROPPED), card(), show)

    assert "{" not in made.finding.reason + made.finding.disproof


@pytest.mark.parametrize(
    "facts",
    [
        DROPPED,
        LegFacts(leg="span", effect="absent", topic="created"),
        LegFacts(attempt=True, cover="spans"),
        OrphanFacts(payment=True),
    ],
)
def test_a_case_with_nothing_but_its_anchor_is_still_told(facts: LegFacts) -> None:
    """Bindings that a source can't fill must not cost the finding."""
    bare = case(facts)
    bare.binding = {"anchor": Event(event().kind, None, "", 1)}

    for made in bind_all(judge(facts).templates, bare, card(name=None, amount=None), show):
        assert isinstance(made.finding, Finding)
        assert "None" not in made.finding.explanation
