"""What a sentence of a log says was done: what is not clearly said, of an order, as done, says nothing."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracelog import resources
from tracelog.match import shape
from tracelog.match.sentence import ADDRESS, NAME, Sentences
from tracelog.match.words import Words, merged

TABLES = tomllib.loads((resources.folder("parsers") / "words.toml").read_text("utf-8"))["words"]


def words(*more: dict[str, dict[str, list[str]]]) -> Words:
    """The shipped lists, with a user's before them."""
    return Words(merged([*more, TABLES]), lambda name: shape.terminal(name, [resources.folder("grammars")]))


SHIPPED = Sentences(words(), re.compile(r"\w*(?:netsuite|shopify)\w*"))


def said(text: str) -> tuple[str, ...]:
    """The phases of a sentence in which `N` stands for an order's name and `URL` for an address."""
    return SHIPPED.read(re.sub(r"\bN\b", NAME, text).replace("URL", ADDRESS)).phases


@pytest.mark.parametrize(
    ("text", "phases"),
    [
        ("received", "received"),
        ("webhook received", "received"),
        ("incoming request", "received"),
        ("webhook_received", "received"),
        ("received order N from shopify", "received"),
        ("fetched order N", "received"),
        ("order N created webhook received", "received"),
        ("order N mapped", "transformed"),
        ("OrderTransformed N", "transformed"),
        ("status shipped mapped to pending", "transformed"),
        ("N status shipped unknown, defaulting to pending", "transformed"),
        ("forwarded N", "forwarded"),
        ("order N has been sent to netsuite", "forwarded"),
        ("mapped and forwarded N to netsuite", "forwarded"),
        ("no errors, order N sent", "forwarded"),
        ("POST netsuite N", "forwarded"),
        ("POST URL for N", "forwarded"),
        ("order N published", "forwarded"),
        ("forward ok", "forwarded acknowledged"),
        ("retry succeeded", "acknowledged"),
        ("NetSuite accepted N", "acknowledged"),
        ("order N acknowledged by netsuite", "acknowledged"),
        ("imported N", "applied"),
        ("order N created", "applied"),
        ("fulfillment created for order N", "applied"),
        ("order N queued for retry", "parked"),
        ("skip N", "skipped"),
        ("order N ignored: test order", "skipped"),
        ("order N skipped: no address", "skipped"),
        ("order N failed: 2 lines are invalid", "rejected"),
        ("duplicate order N ignored", "skipped"),
        ("N filtered out", "skipped"),
        ("already sent, skipping N", "skipped"),
        ("skipped because already sent N", "skipped"),
        ("order N skipped (not sent to netsuite)", "skipped"),
        ("forward failed", "rejected"),
        ("failed to forward N", "rejected"),
        ("could not map order N", "rejected"),
        ("unable to reach netsuite for N", "rejected"),
        ("error sending order N to netsuite", "rejected"),
        ("exception while posting N", "rejected"),
        ("validation failed for N", "rejected"),
        ("internal server error for order N", "rejected"),
        ("netsuite rejected order N", "rejected"),
        ("forwarded N but rejected by netsuite: invalid item", "rejected"),
        ("N queue full, dropping", "rejected"),
        ("forward failed, will retry", "rejected"),
        ("SocketTimeoutException: Read timed out", "rejected"),
        ("I~ got order N from the shop", "received"),
        ("I/Bridge: received N", "received"),
    ],
)
def test_what_was_done_is_read(text, phases):
    assert said(text) == tuple(phases.split())


@pytest.mark.parametrize(
    "text",
    [
        "order N not sent",
        "order N was not sent",
        "N has not been forwarded",
        "order N hasn't been sent",
        "N was never received",
        "neither received nor forwarded N",
        "not mapped and sent N",
        "without being sent N",
        "no order received",
        "no response received from netsuite for N",
        "didn't skip N",
        "N: forwarded: false",
        "N forwarded? no",
        "sent: 0, failed: 2, N",
        "N in status received",
        "order N ok",
        "order N sent - false",
        "0 of 3 lines of N sent",
        "order N: 0 of 3 lines sent",
        "order N sent 0 times",
        "N sent zero times",
    ],
)
def test_what_was_not_done_says_nothing(text):
    assert said(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "N will be sent to netsuite",
        "order N will be validated, mapped and forwarded to netsuite",
        "order N would be skipped",
        "would have skipped N",
        "order N should have been forwarded",
        "N is to be forwarded",
        "about to be sent N",
        "trying to get N accepted",
        "order N may be filtered",
        "if N is received",
        "until N is acknowledged",
        "order N cannot be forwarded yet",
        "order N is being sent",
        "forwarding N to netsuite",
        "sending order N",
        "processing order N",
        "N to skip",
        "was order N sent?",
        "[dry-run] forwarded N",
        "dry run: order N sent",
        "simulated N accepted",
        "order N sent (mock)",
        "[mock] order N sent",
        "order N sent (test)",
        "test: order N sent",
        "MockSender: order N sent",
        "assuming order N was received",
        "Assuming that N was received by netsuite",
        "presumably N was sent",
        "N was supposedly forwarded",
        "once order N was received, continue",
        "could not confirm that order N was sent",
        "could not confirm order N",
        "order N could not be verified",
        "unable to determine whether N was sent",
        "cannot tell if N was received",
        "failed to check order N",
        "order N created, then rolled back",
        "order N sent, transaction rolled back",
        "reverted: order N created",
        "order N imported; import reverted",
    ],
)
def test_what_is_yet_to_be_done_or_only_imagined_says_nothing(text):
    assert said(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "sent confirmation email for order N",
        "email for order N sent",
        "order N sent to customer",
        "invoice created for order N",
        "updated inventory for N",
        "skipped validation for N",
        "ignoring unknown field in order N",
        "payment received for N",
        "payment failed for order N",
        "failed to send email for order N",
        "failed to load config for N",
        "received config",
        "created label for N",
        "Bob: I sent N to netsuite",
        "Ann: we skipped order N",
    ],
)
def test_what_was_done_to_something_else_says_nothing(text):
    assert said(text) == ()


@pytest.mark.parametrize(
    "text",
    ["retrying failed order N", "retry on failure of N", "previously sent N", "N already received", "last sent N", "N"],
)
def test_what_was_done_at_another_time_says_nothing(text):
    assert said(text) == ()


def test_a_sentence_that_says_opposite_things_says_nothing_and_why():
    said_both = SHIPPED.read(f"skipped {NAME}, forwarded to netsuite")

    assert said_both.phases == ()
    assert said_both.why == "says both skipped and forwarded"


VERBS = [
    phrase
    for phase, phrases in TABLES["says"].items()
    if phase in {"received", "transformed", "forwarded", "acknowledged", "applied", "skipped", "parked"}
    for phrase in phrases
    if phrase.endswith("ed") or phrase in {"sent", "got", "held", "resent"}
]
BEFORE = [
    "was not",
    "is not",
    "has not been",
    "will be",
    "would be",
    "would have been",
    "should be",
    "may be",
    "cannot be",
    "could be",
    "is being",
    "was never",
    "is about to be",
    "is to be",
    "must be",
    "can be",
    "isn't",
    "won't be",
]


@given(st.sampled_from(VERBS), st.sampled_from(BEFORE), st.sampled_from(["order N", "N", "the webhook"]),
       st.sampled_from(["", " now", " to netsuite", " by netsuite", " successfully"]))  # fmt: skip
def test_no_verb_stays_affirmative_behind_a_word_that_takes_it_back(verb, before, subject, after):
    """Whatever the verb: `cannot be forwarded` may be a refusal, never a forward."""
    assert set(said(f"{subject} {before} {verb}{after}")) <= {"rejected"}


@given(st.text(), st.text(alphabet="order sent not skiped,.:;()-_?!\n\ue000\ue001 5"))
def test_no_text_makes_reading_fail(one, other):
    for text in (one, other, one + other):
        assert isinstance(SHIPPED.read(text).phases, tuple)


def test_peers_are_told_with_the_word_before_them():
    assert SHIPPED.read(f"forwarded {NAME} from Shopify to NetSuite").peers == (("from", "shopify"), ("to", "netsuite"))
    assert SHIPPED.read("POST netsuite").peers == (("", "netsuite"),)


def test_an_answer_is_told_apart_from_what_was_received():
    assert SHIPPED.read(f"received response 503 from netsuite for {NAME}").answer == "theirs"
    assert SHIPPED.read(f"netsuite responded 201 for {NAME}").answer == "theirs"
    assert SHIPPED.read(f"response 201 from netsuite for {NAME}").answer == "theirs"
    assert SHIPPED.read(f"response code 201 for {NAME}").answer == "open"
    assert not SHIPPED.read(f"no response from netsuite for {NAME}").answer


def test_a_count_of_none_is_no_count_of_some_though_both_are_remembered_by_one_shape():
    assert said("3 of 3 lines of N sent") == ("forwarded",)
    assert said("0 of 3 lines of N sent") == ()
    assert said("2 of 2 lines of N sent") == ("forwarded",)


def test_a_failure_stays_one_though_what_was_begun_is_undone_or_tried_again():
    assert said("import of N failed, transaction rolled back") == ("rejected",)
    assert said("failed to forward N, retrying in 30 s") == ("rejected",)
    assert said("N skipped (test)") == ("skipped",)


@pytest.mark.parametrize("text", ["responded 200 to shopify for N", "sent response 200 for N", "response sent 200 N"])
def test_an_answer_of_ones_own_is_nobodys_acceptance(text):
    assert SHIPPED.read(text.replace("N", NAME)).answer == ""


def test_a_user_may_add_words_move_them_and_take_them_out():
    own = words({"says": {"forwarded": ["beamed"], "parked": ["posted"], "nothing": ["mapped"]}})
    read = Sentences(own, None).read

    assert read(f"beamed {NAME}").phases == ("forwarded",)
    assert read(f"posted {NAME}").phases == ("parked",)
    assert read(f"mapped {NAME}").phases == ()
    assert read(f"sent {NAME}").phases == ("forwarded",)
