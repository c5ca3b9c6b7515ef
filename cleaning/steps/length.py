"""Whether there is enough text to be one."""

import re

from cleaning.step import Finding, Length
from cleaning.words import spelled
from scrapers.record import Document

LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def empty(document: Document) -> Finding:
    """Drops a document without a letter or a digit."""
    if LETTER_OR_DIGIT.search(document.text):
        return Finding("a letter or digit", "1 letter or digit", True)
    return Finding(f"{len(document.text)} characters, no letter", "1 letter or digit", False)


def min_words(document: Document, *, words: Length = 2) -> Finding:
    """Drops a document of fewer than `words` words, runs of letters."""
    count = len(spelled(document.text))
    return Finding(count, f">= {words}", count >= words)


STEPS = (empty, min_words)
