"""The rules of C4: lines that are not sentences go, and pages with too few sentences or with signs of code.

Source: Raffel et al. 2020, https://jmlr.org/papers/v21/20-074.html, section 2.2, and its code,
https://github.com/tensorflow/datasets/blob/master/tensorflow_datasets/text/c4_utils.py
"""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from cleaning.limits import PART, Count, at_least, at_most
from cleaning.published import PUBLISHED
from cleaning.step import Finding, Length, Rewritten
from cleaning.words import beginning, lines, paragraphs, sentences
from scrapers.record import Document

CITATION = re.compile(r"\[(?:\d*|edit|citation needed)\]")
ELLIPSIS = "..."


def c4_lines(
    document: Document,
    *,
    ends: Sequence[str] = PUBLISHED.c4_line_ends,
    min_words: Length = 3,
    max_word_length: Count = 1000,
    phrases: Sequence[str] = PUBLISHED.c4_line_phrases,
    citations: bool = True,
) -> Document | Rewritten:
    """The document without lines that are no sentences, and without citations as in Wikipedia.

    A line goes that ends in none of `ends`, or in an ellipsis (any end will do where `ends` is empty), that has fewer
    than `min_words` words, or one of more than `max_word_length` characters, or that has one of `phrases`, which are
    in lower case. Blank lines stay. Source: Raffel et al. 2020, section 2.2.
    """
    text = document.text
    if citations and "[" in text:
        text = CITATION.sub("", text)
    lower = text.lower()
    present = [phrase for phrase in phrases if phrase in lower]
    faults: dict[str, list[str]] = {}
    for line in lines(text):
        if rule := fault(line, tuple(ends), min_words, max_word_length, present):
            faults.setdefault(rule, []).append(line)
    if not faults:
        return document if text is document.text else replace(document, text=text)
    gone = {line for found in faults.values() for line in found}
    left = "\n".join(line for line in text.splitlines() if line.strip() not in gone)
    asked = {
        "c4_line_ends": f"ends in one of {' '.join(ends)}",
        "c4_line_words": f">= {min_words} words",
        "c4_word_length": f"words of <= {max_word_length} characters",
        "c4_line_phrases": f"none of {', '.join(phrases)}",
    }
    found = tuple(
        Finding(len(found), f"lines: {asked[rule]}", True, rule, found[0][:PART]) for rule, found in faults.items()
    )
    return Rewritten(replace(document, text="\n\n".join(paragraphs(left))), found)


def fault(line: str, ends: tuple[str, ...], min_words: int, max_word_length: int, phrases: Sequence[str]) -> str:
    """The rule by which a line goes, or nothing; the parameters are those of `c4_lines`."""
    if len(line) > max_word_length and max(map(len, line.split())) > max_word_length:
        return "c4_word_length"
    if ends and (not line.endswith(ends) or line.endswith(ELLIPSIS)):
        return "c4_line_ends"
    if len(line.split(maxsplit=min_words)) < min_words:
        return "c4_line_words"
    if phrases and any(phrase in line.lower() for phrase in phrases):
        return "c4_line_phrases"
    return ""


def c4_quality(
    document: Document, *, min_sentences: Length = 5, phrases: Sequence[str] = PUBLISHED.c4_page_phrases
) -> tuple[Finding, ...]:
    """Whether a text has none of the `phrases`, which are in lower case, and enough sentences.

    C4 asks it of the lines that `c4_lines` leaves, which comes before. Of a text of more than 500,000 characters the
    sentences are those in its first 500,000. Source: Raffel et al. 2020, section 2.2.
    """
    lower = document.text.lower()
    present = [phrase for phrase in phrases if phrase in lower]
    return (
        at_most(len(present), 0, "c4_phrases", ", ".join(present)),
        at_least(len(sentences(beginning(document.text))), min_sentences, "c4_sentences"),
    )


STEPS = (c4_lines, c4_quality)
