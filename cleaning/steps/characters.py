"""What a text is made of, character by character: digits, symbols, capital letters, runs of one character.

For short texts too, which the rules of web pages cannot judge. The limits are not published ones. Of 6,598 sentences of
reviews with five words or more (https://github.com/ltgoslo/norec_sentence) 99.9 % have at most 0.28 digits, 0.25
symbols and 0.58 capitals, and no run of more than 3.
"""

import unicodedata
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaning.limits import Count, Share, at_most, share
from cleaning.step import Finding
from cleaning.words import REMEMBERED
from scrapers.record import Document

LETTER, UPPERCASE, DIGIT, SPACE, SYMBOL = KINDS = range(5)
# Of the first letter of the Unicode category. Marks belong to the letters that they stand on.
BY_CATEGORY = {"L": LETTER, "M": LETTER, "N": DIGIT, "Z": SPACE}
LAST = 0x1FFFF  # what comes after it are Chinese characters and private ones: letters


def digit_share(document: Document, *, most: Share = 0.5) -> Finding:
    """Drops a text of whose characters, spaces not counted, more than `most` are digits."""
    counts = counted(document.text)
    return at_most(share(counts[DIGIT], sum(counts) - counts[SPACE]), most)


def symbol_share(document: Document, *, most: Share = 0.5) -> Finding:
    """Drops a text of whose characters, spaces not counted, more than `most` are no letters and no digits."""
    counts = counted(document.text)
    return at_most(share(counts[SYMBOL], sum(counts) - counts[SPACE]), most)


def uppercase_share(document: Document, *, most: Share = 0.7) -> Finding:
    """Drops a text of whose letters more than `most` are capitals."""
    counts = counted(document.text)
    return at_most(share(counts[UPPERCASE], counts[UPPERCASE] + counts[LETTER]), most)


def character_run(document: Document, *, most: Count = 30) -> Finding:
    """Drops a text in which a character that is no space stands more than `most` times in a row."""
    codes = code_points(document.text)
    same = codes[1:] == codes[:-1]
    seen = kinds_of(codes) != SPACE
    if not (same[1:] & same[:-1]).any():  # as in most texts, and found in half the time
        return at_most(int(seen.any()) + int((same & seen[1:]).any()), most)
    ends = np.append(np.flatnonzero(~same), len(codes) - 1)
    lengths = np.diff(ends, prepend=-1) * seen[ends]
    longest = int(lengths.argmax())
    return at_most(int(lengths[longest]), most, part=chr(codes[ends[longest]]) * int(lengths[longest]))


@lru_cache(maxsize=REMEMBERED)
def counted(text: str) -> tuple[int, ...]:
    """How many characters of a text are of each kind, by number."""
    return tuple(np.bincount(kinds_of(code_points(text)), minlength=len(KINDS)).tolist())


@lru_cache(maxsize=REMEMBERED)
def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def kinds_of(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """The kind of each code point."""
    return known_kinds()[np.minimum(codes, LAST)]


@cache
def known_kinds() -> NDArray[np.uint8]:
    """The kind of each character up to `LAST`, by its code point."""
    return np.array([kind_of(chr(code)) for code in range(LAST)] + [LETTER], np.uint8)


def kind_of(character: str) -> int:
    """The kind of a character."""
    if character.isupper():
        return UPPERCASE
    return SPACE if character.isspace() else BY_CATEGORY.get(unicodedata.category(character)[0], SYMBOL)


STEPS = (digit_share, symbol_share, uppercase_share, character_run)
