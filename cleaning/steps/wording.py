"""Which words a text is made of: whether they make sentences, of which language they are, and of which trade.

The lists are the profile's, in lower case. They are looked up in the words of a text in lower case.
"""

from collections import Counter
from functools import lru_cache
from math import sqrt

import msgspec

from cleaning.limits import PART, Amount, Count, Share, at_least, share
from cleaning.step import Finding
from cleaning.words import REMEMBERED, spelled
from scrapers.record import Document

PROFILES = 64  # lists that are prepared once


@lru_cache(maxsize=REMEMBERED)
def vocabulary(text: str) -> frozenset[str]:
    """The words of `spelled`, each once."""
    return frozenset(spelled(text))


@lru_cache(maxsize=REMEMBERED)
def running(text: str) -> str:
    """The words of `spelled` with a blank before, between and after them."""
    return f" {' '.join(spelled(text))} "


@lru_cache(maxsize=PROFILES)
def one_of(words: tuple[str, ...]) -> frozenset[str]:
    """The words of a list as a set."""
    return frozenset(words)


@lru_cache(maxsize=PROFILES)
def by_first_word(phrases: tuple[str, ...]) -> dict[str, list[str]]:
    """The phrases by the word that each begins with."""
    found: dict[str, list[str]] = {}
    for phrase in dict.fromkeys(phrases):
        found.setdefault(phrase.split(" ", 1)[0], []).append(phrase)
    return found


def function_words(document: Document, *, words: tuple[str, ...] = (), min_share: Share = 0.0) -> Finding:
    """Drops a text of which less than `min_share` of the words are in the list `words`: keywords, menus, names.

    A text without a word has none that is missing.
    """
    found = spelled(document.text)
    return at_least(share(sum(map(one_of(words).__contains__, found)), len(found)) if found else 1.0, min_share)


def distinct_words(document: Document, *, least: Amount = 0.0) -> Finding:
    """Drops a text that says few words over and over: its different words to the root of its number of words.

    Unlike the share of different words it hardly falls as texts grow longer. A text without a word has none again.
    Source: Guiraud, Les caractères statistiques du vocabulaire, 1954.
    """
    count = len(spelled(document.text))
    return at_least(len(vocabulary(document.text)) / sqrt(count) if count else least, least)


def phrases(
    document: Document,
    *,
    about: str = "phrases",
    phrases: tuple[str, ...] = (),
    min_different: Count = 1,
    max_per_hundred: Amount = 0.0,
) -> Finding:
    """Drops a text with at least `min_different` of the `phrases`, and more than `max_per_hundred` in a hundred words.

    about: the name of the rule, as a profile may have many of these. A phrase is one or more whole words.
    """
    threshold = f"<= {max_per_hundred:g} in 100 words, or fewer than {min_different} different"
    listed = by_first_word(phrases)
    counts: dict[str, int] = {}
    for first in listed.keys() & vocabulary(document.text):
        for phrase in listed[first]:
            if count := occurrences(phrase, document.text):
                counts[phrase] = count
    if not counts:
        return Finding(0.0, threshold, True, about)
    rate = 100 * share(sum(counts.values()), len(spelled(document.text)))
    kept = len(counts) < min_different or rate <= max_per_hundred
    return Finding(rate, threshold, kept, about, ", ".join(sorted(counts))[:PART])


def occurrences(phrase: str, text: str) -> int:
    """How often the words of the phrase stand in the text, one after the other."""
    if " " not in phrase:
        return spelled(text).count(phrase)
    if f" {phrase} " not in running(text):
        return 0
    # Two blanks for one, so that a phrase may begin where another ends.
    return running(text).replace(" ", "  ").count(f" {phrase} ".replace(" ", "  ")[1:-1])


class Marks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that a language has and the languages close to it have not."""

    language: str
    words: tuple[str, ...]


@lru_cache(maxsize=PROFILES)
def marked(marks: tuple[Marks, ...]) -> dict[str, str]:
    """The language that each word marks."""
    return {word: item.language for item in marks for word in item.words}


def other_languages(
    document: Document,
    *,
    marks: tuple[Marks, ...] = (),
    keep: tuple[str, ...] = ("nb", "nn"),
    min_words: Count = 5,
    max_share: Share = 0.5,
) -> Finding:
    """Drops a text in which more than `max_share` of the words that mark a language mark one that is not in `keep`.

    Fewer than `min_words` of those are a name or a quotation.
    """
    counts = Counter(map(marked(marks).get, spelled(document.text)))
    del counts[None]
    others = counts.total() - sum(counts[language] for language in keep)
    value = share(others, counts.total())
    shown = ", ".join(f"{item.language} {counts[item.language]}" for item in marks if item.language in counts)
    threshold = f"<= {max_share:g}, or fewer than {min_words}"
    return Finding(value, threshold, others < min_words or value <= max_share, part=shown if others else "")


STEPS = (function_words, distinct_words, phrases, other_languages)
