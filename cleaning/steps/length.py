"""Whether there is enough text to be one."""

import re

from cleaning.step import Reason
from scrapers.record import Document

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def empty(document: Document) -> Document | Reason:
    """Drops a document without a letter or a digit."""
    found = re.search(r"[^\W_]", document.text)
    return document if found else Reason(f"{len(document.text)} characters, no letter", "1 letter or digit")


def min_words(document: Document, *, words: int = 2) -> Document | Reason:
    """Drops a document of fewer than `words` words."""
    count = len(WORD.findall(document.text))
    return document if count >= words else Reason(str(count), f">= {words}")


STEPS = (empty, min_words)
