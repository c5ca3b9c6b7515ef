import math
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaning import words
from cleaning.limits import PART, between
from cleaning.step import Finding, Rewritten
from cleaning.steps.c4 import c4_lines, c4_quality
from cleaning.steps.characters import character_run, digit_share, symbol_share, uppercase_share
from cleaning.steps.fineweb import fineweb_quality
from cleaning.steps.gopher import gopher_quality, gopher_repetition, recurring
from cleaning.steps.machine_made import repeated_patterns
from scrapers.record import Document

Make = Callable[..., Document]
Judge = Callable[..., Finding | tuple[Finding, ...]]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
# Few words, so that they repeat themselves; line breaks, so that lines and paragraphs do.
BABBLE = st.lists(st.sampled_from(["a", "bb", "ccc", ",", "\n", "\n\n"]), max_size=60).map(" ".join)
JUDGES: tuple[Judge, ...] = (
    gopher_quality, gopher_repetition, c4_quality, fineweb_quality, digit_share, symbol_share, uppercase_share,
    character_run,
)  # fmt: skip
PROSE = "Dette er en helt vanlig setning om en film. "


def findings(judge: Judge, document: Document, **parameters: object) -> dict[str, Finding]:
    """The findings of a judging step by rule."""
    found = judge(document, **parameters)
    return {finding.rule: finding for finding in (found if isinstance(found, tuple) else (found,))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Boka er god, synes jeg.", "Boka|er|god|,|synes|jeg|."),
        ("«Krig og fred» (1869)!", "«|Krig|og|fred|»|(|1869|)|!"),
        ("en TV-serie, Stevens' album", "en|TV-serie|,|Stevens'|album"),
        ("den 17. mai kl. 19:30", "den|17.|mai|kl|.|19:30"),
        ("J. K. Rowling og D.A. Hansen", "J.|K.|Rowling|og|D.A.|Hansen"),
        ("siden... vel … ja", "siden|...|vel|…|ja"),
        ("10,5 av 1/2 og ja/nei", "10,5|av|1/2|og|ja|/|nei"),
        ("slutt.Ny setning", "slutt|.|Ny|setning"),
        ("«Saw»-filmene til 699,-", "«|Saw»-filmene|til|699,-"),
        ("  \n\t ", ""),
    ],
)
def test_tokens_are_those_of_spacy_s_norwegian_tokenizer(text: str, expected: str) -> None:
    assert "|".join(words.words(text)) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("En. To! Tre? Fire", 4),
        ("Den 17. mai kom J. K. Rowling.", 1),
        ("Helt siden... vel, helt siden da.", 1),
        ("«Ja.» Han gikk. (Nei.) Hun kom.", 4),
        ("Første linje\nAndre linje.\n\n", 2),
        ("", 0),
    ],
)
def test_a_sentence_ends_at_its_mark_and_at_the_line_and_not_at_an_ordinal_or_initial(text: str, count: int) -> None:
    assert len(words.sentences(text)) == count


@given(ANY_TEXT | BABBLE)
@settings(deadline=None)
def test_tokens_are_the_text_without_its_spaces(text: str) -> None:
    assert "".join(words.words(text)) == "".join(text.split())


def test_a_text_too_long_to_remember_has_the_same_tokens() -> None:
    text = PROSE * 10 + "\n"
    assert words.words(text * (words.LONG // len(text) + 1)) == words.words(text) * (words.LONG // len(text) + 1)


@pytest.mark.parametrize(
    ("rule", "text", "value", "kept"),
    [
        ("gopher_words", "ord " * 49, 49, False),
        ("gopher_words", "ord, " * 50, 50, True),
        ("gopher_words", "ord " * 100_001, 100_001, False),
        ("gopher_word_length", "på " * 60, 2, False),
        ("gopher_word_length", "bra. " * 60, 3, True),
        ("gopher_word_length", "gullgruvene " * 60, 11, False),
        ("gopher_symbols", "# ord " * 10, 0.5, False),
        ("gopher_symbols", "ord " * 9 + "...", 0.1, True),
        ("gopher_symbols", "ord " * 8 + "...", 1 / 9, False),
        ("gopher_bullets", "- ett\n" * 10, 1, False),
        ("gopher_bullets", "• ett\n" * 9 + "to", 0.9, True),
        ("gopher_ellipses", "les mer...\n" * 4 + "slutt\n" * 6, 0.4, False),
        ("gopher_ellipses", "les mer…\n\n" * 3 + "slutt\n" * 7, 0.3, True),
        ("gopher_alphabetic", "ord ord ord 1", 0.75, False),
        ("gopher_alphabetic", "ord 3D ord a1 .", 0.8, True),
        ("gopher_stop_words", "the film the end", 1, False),
        ("gopher_stop_words", "the end of it", 2, True),
    ],
)
def test_gopher_tells_prose_from_the_rest_of_the_web(
    document: Make, rule: str, text: str, value: float, kept: bool
) -> None:
    found = findings(gopher_quality, document(text=text))[rule]
    assert (found.value, found.kept) == (pytest.approx(value), kept)


def test_stop_words_are_those_of_the_profile(document: Make) -> None:
    found = findings(gopher_quality, document(text="det var en film"), stop_words=["det", "en", "og"])
    assert (found["gopher_stop_words"].value, found["gopher_stop_words"].threshold) == (2, ">= 2")


@pytest.mark.parametrize(
    ("rule", "text", "value", "part", "kept"),
    [
        ("gopher_duplicate_paragraphs", "en\n\nto\n\nen\n\nen", 0.5, "en", False),
        ("gopher_duplicate_paragraph_characters", "lang setning\n\nlang setning", 12 / 26, "lang setning", False),
        ("gopher_duplicate_lines", "a\nb\nc\na", 0.25, "a", True),
        ("gopher_duplicate_lines", "a\nb\na", 1 / 3, "a", False),
        ("gopher_duplicate_line_characters", "a\nbbb\nbbb\na", 4 / 11, "bbb", False),
        ("gopher_top_2_gram", "les mer om les mer her", 14 / 22, "les mer", False),
        ("gopher_top_3_gram", "en to tre fire fem seks sju åtte", 9 / 32, "en to tre", False),
        ("gopher_duplicate_5_grams", "a b c d e f a b c d e", 5 / 21, "a b c d e", False),
        ("gopher_duplicate_6_grams", "a b c d e f a b c d e", 0, "", True),
    ],
)
def test_gopher_finds_what_repeats_itself_and_shows_it(
    document: Make, rule: str, text: str, value: float, part: str, kept: bool
) -> None:
    found = findings(gopher_repetition, document(text=text))[rule]
    assert (found.value, found.part, found.kept) == (pytest.approx(value), part, kept)


def test_a_long_text_is_judged_by_its_beginning(document: Make) -> None:
    """Of texts of 16 MB the rules took up to a minute and gigabytes."""
    beginning = PROSE * (words.JUDGED // len(PROSE) + 1)
    known = ("dette", "er", "en", "om")
    for rule in (gopher_repetition, c4_quality, partial(repeated_patterns, words=known)):
        assert rule(document(beginning)) == rule(document(beginning + "a b. B a " * 10_000))


@given(BABBLE, st.integers(2, 10))
@settings(deadline=None)
def test_repetition_is_what_a_count_of_all_sequences_finds(document: Make, text: str, n: int) -> None:
    tokens = words.words(text)
    sequences = [tokens[at : at + n] for at in range(len(tokens) - n + 1)]
    counts = Counter(sequences)
    assert set(recurring(tokens, 10).get(n, {})) == {at for at, item in enumerate(sequences) if counts[item] > 1}
    found = findings(gopher_repetition, document(text=text))
    if n < 5:
        top, count = counts.most_common(1)[0] if counts else ((), 0)
        assert n == 4 or found[f"gopher_top_{n}_gram"].value == pytest.approx(
            len(" ".join(top)) * count / (len(text) or 1)
        )
    else:
        at, characters, seen = 0, 0, set()
        while at < len(sequences):
            again = sequences[at] in seen
            seen.add(sequences[at])
            characters += again * len("".join(sequences[at]))
            at += n if again else 1
        assert found[f"gopher_duplicate_{n}_grams"].value == pytest.approx(characters / (len(text) or 1))


@pytest.mark.parametrize(
    ("text", "left", "rules"),
    [
        ("Dette er en setning.", "Dette er en setning.", []),
        (
            "Forsiden\nDette er en setning.\n\nOg dette er en!",
            "Dette er en setning.\n\nOg dette er en!",
            ["c4_line_ends"],
        ),
        ("Les mer om saken...\nDet er alt her.", "Det er alt her.", ["c4_line_ends"]),
        ("Les mer.\nDet er alt her.", "Det er alt her.", ["c4_line_words"]),
        ("Please enable Javascript in it.\nDet er alt her.", "Det er alt her.", ["c4_line_phrases"]),
        (f"Se på {'x' * 1001} her.\nDet er alt her.", "Det er alt her.", ["c4_word_length"]),
        ("Oslo er en by.[12][citation needed]", "Oslo er en by.", []),
        ("Det er alt.\n\nMeny\n\nDet er alt.", "Det er alt.\n\nDet er alt.", ["c4_line_ends"]),
        ("Meny\nKontakt", "", ["c4_line_ends"]),
        ("", "", []),
    ],
)
def test_c4_takes_out_lines_that_are_no_sentences_and_says_which(
    document: Make, text: str, left: str, rules: list[str]
) -> None:
    result = c4_lines(document(text=text))
    after, found = (result.document, result.findings) if isinstance(result, Rewritten) else (result, ())
    assert (after.text, [finding.rule for finding in found]) == (left, rules)
    assert all(finding.kept and finding.part in text for finding in found)


def test_any_end_will_do_where_no_ends_are_asked(document: Make) -> None:
    result = c4_lines(document(text="en to tre\nen to"), ends=[], min_words=3)
    assert isinstance(result, Rewritten)
    assert result.document.text == "en to tre"


@pytest.mark.parametrize(
    ("text", "rule", "value", "part"),
    [
        (PROSE * 4, "c4_sentences", 4, ""),
        (PROSE * 5 + "Lorem Ipsum dolor.", "c4_phrases", 1, "lorem ipsum"),
        (PROSE * 5 + "if (a) { b }", "c4_phrases", 1, "{"),
    ],
)
def test_c4_drops_short_pages_filler_and_code(document: Make, text: str, rule: str, value: int, part: str) -> None:
    against = [finding for finding in c4_quality(document(text=text)) if not finding.kept]
    assert [(finding.rule, finding.value, finding.part) for finding in against] == [(rule, value, part)]
    assert all(finding.kept for finding in c4_quality(document(text=PROSE * 5)))


@pytest.mark.parametrize(
    ("rule", "text", "value", "kept"),
    [
        ("fineweb_line_ends", "uten slutt\n" * 8 + "Med slutt.", 1 / 9, False),
        ("fineweb_line_ends", "uten slutt\n" * 7 + "好。", 1 / 8, True),
        ("fineweb_short_lines", "kort\n\n" * 7 + "en lang linje som ikke er kort i det hele tatt\n" * 3, 0.7, False),
        ("fineweb_short_lines", "x" * 30 + "\n" + "y" * 31, 0.5, True),
        ("fineweb_duplicate_line_characters", "les mer\nles mer", 0.5, False),
        ("fineweb_line_breaks", "en\nto\ntre\nfire fem", 3 / 5, False),
        ("fineweb_line_breaks", "en to tre fire\n\nfem seks sju åtte", 1 / 8, True),
    ],
)
def test_fineweb_tells_lists_from_prose(document: Make, rule: str, text: str, value: float, kept: bool) -> None:
    found = findings(fineweb_quality, document(text=text))[rule]
    assert (found.value, found.kept) == (pytest.approx(value), kept)


@pytest.mark.parametrize(
    ("judge", "text", "value", "kept"),
    [
        (digit_share, "ring 12345678", 8 / 12, False),
        (digit_share, "10/10 bra", 4 / 8, True),
        (symbol_share, "!!! ok ***", 6 / 8, False),
        (symbol_share, "👍 topp", 1 / 5, True),
        (symbol_share, "हिन्दी", 0, True),
        (uppercase_share, "KJØP NÅ billig", 6 / 12, True),
        (uppercase_share, "KJØP NÅ!", 1, False),
        (character_run, "nei" + "!" * 31, 31, False),
        (character_run, "hurraaaa" + " " * 99, 4, True),
    ],
)
def test_a_text_is_judged_by_its_characters(document: Make, judge: Judge, text: str, value: float, kept: bool) -> None:
    (found,) = findings(judge, document(text=text)).values()
    assert (found.value, found.kept) == (pytest.approx(value), kept)


def test_the_longest_run_is_shown_and_not_all_of_it(document: Make) -> None:
    assert character_run(document(text="aa---" + "=" * 500)).part == "=" * PART


@pytest.mark.parametrize(("value", "kept"), [(0, False), (1, True), (2, True), (3, False)])
def test_both_limits_are_within(value: int, kept: bool) -> None:
    assert between(value, 1, 2, "rule") == Finding(value, ">= 1, <= 2", kept, "rule")


@given(ANY_TEXT | BABBLE)
@settings(deadline=None)
def test_every_rule_takes_any_text_and_gives_a_finite_number(document: Make, text: str) -> None:
    for judge in JUDGES:
        for finding in findings(judge, document(text=text)).values():
            assert isinstance(finding.value, int | float)
            assert 0 <= finding.value < math.inf


@given(ANY_TEXT | BABBLE)
@settings(deadline=None)
def test_c4_leaves_nothing_that_it_would_take_out(document: Make, text: str) -> None:
    result = c4_lines(document(text=text), citations=False)
    left = (result.document if isinstance(result, Rewritten) else result).text
    assert not isinstance(c4_lines(document(text=left), citations=False), Rewritten)


@pytest.mark.parametrize("unit", ["a", ".", "a ", "\n", "- \n", "A.", "a, ", "a.\n", '."', "[", "1,", "»-", "x' ", "{"])
def test_ten_times_as_much_of_the_same_takes_time_in_proportion(document: Make, unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        for judge in JUDGES:
            judge(document(text=text))
        c4_lines(document(text=text))
        return time.process_time() - start

    assert seconds(40_000) < 10 * 4 * max(seconds(4_000), 0.002)
