"""Annotate first, cut second: what holds for every step, whatever it looks for."""

import logging
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cleaning import annotations
from cleaning.changes import HIDDEN
from cleaning.errors import CleanError
from cleaning.step import Annotation, Finding, Result, Rewritten, Scope, Step, annotate, bind, clean, cut
from scrapers.record import Document, Dropped
from tests.cleaning.conftest import make_document

Make = Callable[..., Document]


def short(document: Document) -> Finding:
    return Finding(len(document.text), "<= 3", len(document.text) <= 3)


def no_a(document: Document) -> Finding:
    place = document.text.find("a")
    return Finding(document.text.count("a"), "0", place < 0, part=document.text[place:][:1], start=place, end=place + 1)


def doubled(document: Document) -> Rewritten:
    text = document.text * 2
    return Rewritten(replace(document, text=text), (Finding(len(text), "any", True, "doubled_length"),))


def breaks_on_b(document: Document) -> Document:
    if document.text == "b":
        raise ZeroDivisionError("b")
    return document


def together(documents: Sequence[Document]) -> list[Result]:
    return [breaks_on_b(document) for document in documents]


def steps(*functions: Callable[..., Result]) -> tuple[Step, ...]:
    return tuple(Step(function.__name__, function) for function in functions)


def test_every_rule_is_asked_though_an_earlier_one_objects(document: Make) -> None:
    (seen,) = annotate([document("aaaa")], steps(short, doubled, no_a))
    assert [(found.rule, found.value, found.kept) for found in seen.findings] == [
        ("short", 4, False),
        ("doubled_length", 8, True),
        ("no_a", 8, False),
    ]
    assert cut(seen) == Dropped(seen.document, "clean", "short", "4", "<= 3")
    assert seen.document.text == "aaaaaaaa", "what is dropped is shown as the steps left it"


def test_the_first_rule_that_objects_is_the_reason_with_the_part_it_struck_on(document: Make) -> None:
    given = [document(text) for text in ("bbb", "xa", "bbbba")]
    kept, struck, long = clean(given, steps(no_a, short))
    assert kept == given[0]
    assert struck == Dropped(given[1], "clean", "no_a", "1", "0", "a")
    assert isinstance(long, Dropped) and long.rule == "no_a"


def test_steps_of_many_documents_see_what_earlier_ones_left_of_all_of_them(document: Make) -> None:
    given: list[list[str]] = []

    def listed(documents: Sequence[Document]) -> list[Document]:
        given.append([item.text for item in documents])
        return list(documents)

    documents = [document(text) for text in ("a", "bbbb")]
    batched = Step("listed", listed, batched=True)
    annotate(documents, (batched, *steps(short, doubled), batched))
    assert given == [["a", "bbbb"], ["aa", "bbbbbbbb"]]
    assert clean([], (batched,)) == []
    with pytest.raises(ValueError, match="shorter"):
        annotate(documents, (Step("loses one", lambda items: list(items[1:]), batched=True),))


@pytest.mark.parametrize("breaking", [Step("breaking", breaks_on_b), Step("breaking", together, batched=True)])
def test_a_document_that_breaks_a_step_is_dropped_alone(
    document: Make, breaking: Step, caplog: pytest.LogCaptureFixture
) -> None:
    given = [document(text) for text in ("a", "b", "c")]
    with caplog.at_level(logging.ERROR):
        found = clean(given, (breaking, *steps(short)))
    assert found == [
        given[0],
        Dropped(given[1], "clean", "failed", "breaking: ZeroDivisionError", "no error"),
        given[2],
    ]
    assert all(repr(given[1].id) in record.message for record in caplog.records)
    assert [(given[1].id in record.message, bool(record.exc_info)) for record in caplog.records] == [(True, True)]
    (_, broken, _) = annotate(given, (breaking, *steps(short)))
    assert [item.rule for item in broken.findings] == ["failed"], "no later step is shown what broke an earlier one"


def test_what_the_log_says_of_a_document_is_one_line_that_no_terminal_acts_on(
    document: Make, caplog: pytest.LogCaptureFixture
) -> None:
    clean([document("b", id="\x1b[2J\nforged", source="\x1b]0;x\x07\r")], steps(breaks_on_b))
    (record,) = caplog.records
    assert record.message.isprintable()


@pytest.mark.parametrize("batched", [False, True])
def test_no_finding_has_personal_data_in_clear(document: Make, batched: bool) -> None:
    def quotes(given: Document) -> tuple[Finding, ...]:
        return Finding("a@post.example.no", "0", True), Finding(1, "0", True, "own", given.text[9:20])

    def rewrites(given: Document) -> Rewritten:
        return Rewritten(replace(given, text=""), (Finding(1, "0", True, "", given.text[9:20]),))

    one = steps(quotes, rewrites)
    many = tuple(
        Step(step.name, lambda items, step=step: [step.function(item) for item in items], True) for step in one
    )
    (seen,) = annotate([document("Ring meg 22 33 44 55 i dag")], many if batched else one)
    assert [(item.rule, item.value, item.part) for item in seen.findings] == [
        ("quotes", HIDDEN, ""),
        ("own", 1, HIDDEN),
        ("rewrites", 1, HIDDEN),
    ]


@pytest.mark.parametrize("error", [OSError("disk full"), CleanError("no model"), MemoryError()])
@pytest.mark.parametrize("batched", [False, True])
def test_what_is_no_fault_of_the_document_passes_through(document: Make, error: Exception, batched: bool) -> None:
    def raises(_: object) -> Document:
        raise error

    with pytest.raises(type(error)):
        annotate([document()], (Step("raises", raises, batched),))


@pytest.mark.parametrize(
    ("scope", "source", "length", "covered"),
    [
        ({}, "oscar", 0, True),
        ({"sources": ["oscar*"]}, "oscar-2301", 9, True),
        ({"sources": ["oscar*"]}, "Oscar", 9, False),
        ({"sources": ["hplt", "os*r"]}, "oscar", 9, True),
        ({"sources": ["hplt"]}, "oscar", 9, False),
        ({"min_chars": 10}, "oscar", 10, True),
        ({"min_chars": 10}, "oscar", 9, False),
        ({"max_chars": 10}, "oscar", 10, True),
        ({"max_chars": 10}, "oscar", 11, False),
        ({"max_chars": 0}, "oscar", 1, False),
        ({"sources": ["oscar"], "min_chars": 5, "max_chars": 5}, "oscar", 5, True),
    ],
)
def test_a_step_is_asked_only_of_what_it_is_for(
    document: Make, scope: dict[str, object], source: str, length: int, covered: bool
) -> None:
    given = document("å" * length, source=source)
    judging, rewriting = bind([{"step": "min_words", "words": 0} | scope, {"step": "strip_markup"} | scope])
    (seen,) = annotate([given], (judging,))
    assert [item.rule for item in seen.findings] == ["min_words"] * covered
    marked = document("&aring;" * length, source=source)
    (text,) = (item.document.text for item in annotate([marked], (rewriting,)))
    assert text == ("å" * length if rewriting.scope.covers(marked) else marked.text)


def test_scope_keys_hold_for_steps_of_many_documents(document: Make) -> None:
    given = [document("Dette er en norsk tekst om bøker.", source=source) for source in ("oscar", "norec")]
    (step,) = bind([{"step": "identify", "engine": "polyglot", "sources": ["norec"]}])
    assert [item.document.lang for item in annotate(given, (step,))] == [None, "nb"]
    assert (step.batched, step.scope) == (True, Scope(sources=("norec",)))


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"sources": "oscar"}, "cleaning step empty: Expected `array`, got `str`.*expected such as sources ="),
        ({"sources": [1]}, r"Expected `str`, got `int` - at `\$.sources"),
        ({"min_chars": -1}, "min_chars"),
        ({"max_chars": "500"}, "Expected `int | null`, got `str`"),
        ({"min_char": 5}, "has no parameter 'min_char'; did you mean 'min_chars'"),
    ],
)
def test_a_scope_that_is_none_is_refused(entry: dict[str, object], message: str) -> None:
    with pytest.raises(CleanError, match=message):
        bind([{"step": "empty"} | entry])


def found(*objections: str) -> Annotation:
    """An annotation of the rules a, b and c, of which these object."""
    return Annotation(make_document(), [Finding(1, ">= 0", rule not in objections, rule) for rule in "abc"])


def test_what_a_rule_costs_is_what_it_drops_alone_or_first() -> None:
    assert annotations.tally([found(), found("b"), found("b", "c"), found("a", "b", "c")]) == {
        "a": {"asked": 4, "against": 1, "first": 1, "only": 0},
        "b": {"asked": 4, "against": 3, "first": 2, "only": 1},
        "c": {"asked": 4, "against": 2, "first": 0, "only": 0},
    }


def test_a_rule_that_objects_twice_to_a_document_counts_once() -> None:
    twice = Annotation(found().document, [Finding(1, "0", False, "a"), Finding(2, "0", False, "a")])
    assert annotations.tally([twice]) == {"a": {"asked": 1, "against": 1, "first": 1, "only": 1}}


@given(st.lists(st.sets(st.sampled_from("abc")), max_size=12), st.integers(0, 12))
def test_the_counts_of_rules_are_in_order_of_size_and_add_up_over_parts(objections: list[set[str]], at: int) -> None:
    every = [found(*rules) for rules in objections]
    whole = annotations.tally(every)
    for counts in whole.values():
        assert counts["asked"] >= counts["against"] >= counts["first"] >= counts["only"] >= 0
    assert sum(counts["first"] for counts in whole.values()) == sum(map(bool, objections))
    assert annotations.added([annotations.tally(every[:at]), annotations.tally(every[at:])]) == whole
