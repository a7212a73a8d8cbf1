"""What is compiled, what is left to Lark and why, and what we rely on of Lark 1.3 for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import lark
import pytest
from lark.load_grammar import load_grammar

from match.records_for_match import SHAPES
from tracelog import resources
from tracelog.errors import DefinitionError
from tracelog.match import grammar, shape, source
from tracelog.match.compile import _order
from tracelog.match.shape import Shape

Write = Callable[..., Shape]
PAIRS = 'start: TIME pair (" " pair)* ";"\npair: KEY "=" VALUE\nTIME: /[0-9]+:/\nKEY: /[a-z]+/\nVALUE: /[^ ;]+/\n'


def test_a_repeated_rule_is_one_field_and_is_taken_apart_on_demand(written: Write) -> None:
    """A regular expression keeps only the last capture of a repetition; the stretch keeps them all."""
    pairs = written(PAIRS)
    fields = pairs.fields("12:order=5012 status=paid;")

    assert pairs.compiled
    assert fields == {"TIME": "12:", "pair": "order=5012 status=paid"}
    assert pairs.parts("pair", fields["pair"]) == [
        {"KEY": "order", "VALUE": "5012"},
        {"KEY": "status", "VALUE": "paid"},
    ]
    assert pairs.parsed("12:order=5012 status=paid;") == fields


def test_a_repeated_terminal_is_one_field(written: Write) -> None:
    words = written('start: WORD ("," WORD)*\nWORD: /[a-z]+/')

    assert words.fields("new,paid,sent") == {"WORD": "new,paid,sent"}
    assert words.parts("WORD", "new,paid,sent") == [{"WORD": "new"}, {"WORD": "paid"}, {"WORD": "sent"}]


def test_the_parts_of_what_is_not_repeated_are_refused(written: Write) -> None:
    with pytest.raises(DefinitionError, match="TIME is not repeated"):
        written(PAIRS).parts("TIME", "12:")


def test_a_terminal_that_occurs_twice_is_numbered(written: Write) -> None:
    """The second status of a record is STATUS_2, whether an expression reads it or Lark."""
    change = written('start: STATUS " -> " STATUS\nSTATUS: /[a-z]+/')

    assert change.fields("paid -> sent") == {"STATUS": "paid", "STATUS_2": "sent"} == change.parsed("paid -> sent")


def test_a_terminal_of_two_alternatives_has_one_name(written: Write) -> None:
    """Where only one of two places can hold it, there is nothing to number."""
    either = written('start: "#" ID | "id=" ID\nID: /[0-9]+/')

    assert either.fields("#12") == either.fields("id=12") == {"ID": "12"}


def test_of_two_terminals_that_fit_the_one_is_read_that_lark_reads(written: Write) -> None:
    """Lark takes neither the first in the rule nor the longest match. The rule's order is not the lexer's."""
    tail = written("start: (PAIR | TAIL)\nPAIR: /[a-z]=[a-z]/\nTAIL: /[a-z= ]+/")

    assert tail.compiled
    assert tail.fields("a=b c") == tail.parsed("a=b c") == {"PAIR": "", "TAIL": "a=b c"}
    assert tail.fields("a=b") == tail.parsed("a=b") == {"PAIR": "", "TAIL": "a=b"}


def test_priority_decides_as_it_does_in_lark(written: Write) -> None:
    tail = written("start: (PAIR | TAIL)\nPAIR.1: /[a-z]=[a-z]/\nTAIL: /[a-z= ]+/")

    assert tail.fields("a=b") == tail.parsed("a=b") == {"PAIR": "a=b", "TAIL": ""}
    assert tail.fields("a=b c") is tail.parsed("a=b c") is None  # Lark has taken PAIR, and cannot go back


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('start: "(" [start] ")"', "rule start contains itself"),
        ('start: A\nA: "a"\n%ignore " "', "the grammar ignores text between terminals: blanks have to be spelled out"),
        ('start: "paid" | WORD\nWORD: /[a-z]+/', "'paid' also reads as WORD: give it a terminal of higher priority"),
        ('start: (A ":" B)*\nA: "a"\nB: "b"', "a repetition holds several fields: give them a rule of their own"),
        ('start: (A ",")*\nA: "a"', "a repetition holds several fields: give them a rule of their own"),
        ('start: ("," A)*\nA: "a"', "A repeats with something between: write x (sep x)*"),
        ('start: A+ ":" A\nA: "a"', "A repeats, and stands elsewhere too"),
        ("start: _pair+\n_pair: A\nA: /a;/", "rule _pair repeats, but Lark gives it no node (_, ? or an alias)"),
        ("start: A\nA: /(a|b)+c/", "terminal A holds a group: (?:…) does not"),
        (
            "start: A\nA: /.*;/",
            "terminal A after a repetition the next character does not decide how it goes on",
        ),
        ("start: A+\nA: /a(?=a)|a(?=b)/", "terminal A looks ahead inside a repetition"),
    ],
)
def test_what_cannot_be_compiled_says_why(written: Write, text: str, why: str) -> None:
    """`tracelog formats check` shows the reason beside the shape."""
    assert written(text).why == why


def test_what_cannot_be_compiled_is_read_by_lark(written: Write) -> None:
    nested = written('start: "(" [start] ")" ID?\nID: /[0-9]+/')

    assert nested.fields("(())7") == {"ID": "7"}
    assert nested.fields("(()") is None


def test_a_users_grammar_imports_the_shipped_terminals(tmp_path: Path) -> None:
    """`%import .common` finds the shipped file from any folder."""
    (tmp_path / "mine.lark").write_text('%import .common (UUID)\nstart: "order " UUID\n', "utf-8")
    mine = shape.load("mine.lark:start", [tmp_path, resources.folder("grammars")])

    assert mine.fields("order c0f6a1d8-4b1e-4a37-9f59-0e1a2d20931a") == {"UUID": "c0f6a1d8-4b1e-4a37-9f59-0e1a2d20931a"}


def test_a_terminal_is_found_for_find() -> None:
    folders = [resources.folder("grammars")]

    assert shape.terminal("netsuite.lark:RECORD_ID", folders).findall("/v1/salesOrder/884120?x=1") == ["884120"]
    assert shape.terminal("LAST_ID", folders).findall("https://x.example/1/22") == ["22"]


@pytest.mark.parametrize(
    ("reference", "text", "what"),
    [
        ("none.lark:start", "", "there is no grammar 'none.lark'"),
        ("trial.lark:other", "start: A\nA: /a/", "there is no rule 'other' in trial.lark"),
        ("trial.lark:start", "start: A", "the grammar trial.lark is wrong"),
        ("trial.lark:start", "start: A\nA: /a(/", "the grammar trial.lark is wrong"),
        ("trial.lark:start", "start A", "the grammar trial.lark is wrong"),
        ("trial.lark:start", "%import .nowhere (A)\nstart: A", "the grammar trial.lark is wrong"),
        ("trial.lark:start", "start: A | B\nA: /a/\nB: C\nC: /a*/", "the grammar trial.lark is wrong"),
    ],
)
def test_a_broken_grammar_is_an_error_with_its_file(tmp_path: Path, reference: str, text: str, what: str) -> None:
    (tmp_path / "trial.lark").write_text(text, "utf-8")

    with pytest.raises(DefinitionError) as caught:
        shape.load(reference, [tmp_path])

    assert caught.value.what == what
    assert str(tmp_path) in (caught.value.where or "")
    assert caught.value.help


@pytest.mark.parametrize("reference", SHAPES)
def test_larks_lexer_tries_terminals_in_the_order_we_expect(reference: str) -> None:
    """Our guards rest on that order; a Lark that sorts otherwise has to be noticed here."""
    machine = shape.load(reference, [resources.folder("grammars")]).lark().parse_interactive("")

    for lexer in machine.lexer_thread.lexer.lexers.values():
        terminals = list(lexer.terminals)
        assert terminals == sorted(terminals, key=_order)


def test_larks_loader_still_has_the_rules_as_written() -> None:
    """The compiler reads these trees; they are not a promise of Lark's, so the minor version is fixed."""
    text = 'start: A " "? b+ [C] (A | B)~2..3\nb: B -> other\nA: "a"\nB: /b/\nC: "c"\n'
    tree = {rule[0]: rule[2] for rule in load_grammar(text, "<text>", [], False)[0].rule_defs}["start"]

    assert lark.__version__.startswith("1.3.")
    assert [str(item.data) for item in tree.children[0].children] == ["value", "expr", "expr", "maybe", "expr"]
    assert [str(token) for token in tree.children[0].children[4].children[1:]] == ["~", "2", "3"]
    assert str(tree.children[0].children[1].children[0].children[0].data) == "literal"


def test_lark_keeps_a_keyword_apart_only_at_equal_priority() -> None:
    """A text that another terminal reads whole is lexed as the other, then renamed: we refuse such shapes."""
    origin = source.Source(Path("trial.lark"), ('start: "paid" | WORD\nWORD: /[a-z]+/',), ())
    machine = grammar.load(origin, "start").lark

    assert [token.type for token in machine.lex("paid")] == ["PAID"]
    assert [token.type for token in machine.lex("paida")] == ["WORD"]
