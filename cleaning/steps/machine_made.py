"""Whether a machine made the text or broke it: letters lost, templates filled in, translations word by word."""

import re
from functools import lru_cache

import msgspec

from cleaning.limits import Amount, Count, Share, at_most, share
from cleaning.step import Finding
from cleaning.steps.wording import PROFILES, running
from cleaning.words import beginning, sentences, spelled
from scrapers.record import Document

# What stands for a letter that was lost: U+FFFD, a question mark between lower-case letters, and what UTF-8 read as an
# East European code page leaves where a second reading made it past mending ("StĂžrst", "fĂŒr").
LOST = re.compile(r"[\ufffd?Ă](?:(?<=\ufffd)|(?<=[a-zæøåäöüß]\?)(?=[a-zæøåäöüß])|(?<=Ă)[^\x00-\x7f\s])")
DETACHED = re.compile(r" [,.](?<=[^\W\d_] .)(?!\S)")
PUNCTUATION = re.compile(r"[,.](?!\S)")
SHORTEST = 4  # words of a sentence that has a pattern
TELLING = 2  # words of the list in it


def lost_letters(document: Document, *, max_per_thousand: Amount = 2.0) -> Finding:
    """Drops a text with more than `max_per_thousand` lost letters in a thousand characters."""
    found = LOST.findall(document.text)
    return at_most(1000 * share(len(found), len(document.text)), max_per_thousand, part=found[0] if found else "")


def detached_punctuation(document: Document, *, max_share: Share = 0.5, min_count: Count = 5) -> Finding:
    """Drops a text of which more than `max_share` of the full stops and commas have a blank before them.

    So a tokenizer leaves it, or a machine that translates. Fewer than `min_count` may be slips of the hand.
    """
    count = len(DETACHED.findall(document.text))
    return at_most(share(count, len(PUNCTUATION.findall(document.text))) if count >= min_count else 0.0, max_share)


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What those who write a language do not write: a regular expression on lower-case words, blanks around each.

    Raises ValueError where the expression is none.
    """

    name: str
    pattern: str

    def __post_init__(self) -> None:
        try:
            compiled(self.pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(f"pattern {self.pattern!r} is no regular expression: {error}") from error


@lru_cache(maxsize=PROFILES)
def compiled(pattern: str) -> re.Pattern[str]:
    """The regular expression, compiled once."""
    return re.compile(pattern)


def translated(document: Document, *, signs: tuple[Sign, ...] = (), max_per_thousand: Amount = 5.0) -> Finding:
    """Drops a text with more than `max_per_thousand` of the `signs` in a thousand words: translated word by word."""
    text = running(document.text)
    found = [(match, sign.name) for sign in signs for match in compiled(sign.pattern).finditer(text)]
    shown = "; ".join(f"{name}: {match[0].strip()}" for match, name in found)
    return at_most(1000 * share(len(found), len(spelled(document.text))), max_per_thousand, part=shown)


@lru_cache(maxsize=PROFILES)
def by_itself(words: tuple[str, ...]) -> dict[str, str]:
    """Each word of a list by itself, which is looked up faster than asked for in a set."""
    return {word: word for word in words}


def repeated_patterns(
    document: Document, *, words: tuple[str, ...] = (), min_sentences: Count = 6, max_share: Share = 0.4
) -> Finding:
    """Drops a template that was filled in: more than `max_share` of the sentences have the pattern of one before them.

    A pattern is the words of a sentence that are in `words`, in their places, with any others between them. A text of
    fewer than `min_sentences` is too short to tell; one of more than 500,000 characters is judged by its first 500,000.
    """
    found = sentences(beginning(document.text))
    if len(found) < min_sentences:
        return at_most(0.0, max_share)
    known = by_itself(words)
    seen: set[tuple[str | None, ...]] = set()
    again, shown = 0, ""
    for sentence in found:
        pattern = tuple(map(known.get, sentence.split()))
        if len(pattern) < SHORTEST or len(pattern) - pattern.count(None) < TELLING:
            continue
        if pattern in seen:
            again += 1
            shown = shown or " ".join(word or "…" for word in pattern)
        seen.add(pattern)
    return at_most(share(again, len(found)), max_share, part=shown)


STEPS = (lost_letters, detached_punctuation, translated, repeated_patterns)
