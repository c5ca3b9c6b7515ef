"""What the identifier looks at: words, the n-grams of characters in them, and pairs of neighbouring words.

A word is a run of letters in lower case; its n-grams reach one blank beyond it at both ends. Everything is numbered by
hashing, so that no vocabulary is needed, and done for many words at once.
"""

import re
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from cleaning.letters import Finder

ORDERS = range(1, 7)  # lengths of n-grams, in characters
BREAK_SIGNS = '.!?:;…\n"«»“”„()[]|'  # at which a sentence, a quotation or a title may begin or end
LONGEST_WORD = 40  # letters; what is longer counts as several words, so that memory is bounded
TOKEN = Finder(lambda letter: rf"{letter}{{1,{LONGEST_WORD}}}|[{re.escape(BREAK_SIGNS)}]")
# Addresses and names of users say nothing of the language of a text.
# Nothing is tried again from each of its own characters: a line of "a@a@a@" must not take minutes.
ADDRESS = re.compile(r"(?<!\w)\w+://\S+|www\.\S+|(?<!\S)[^\s@]++@\S+\.\w+|[@#]\w+")

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint32]


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, and the signs of `BREAK_SIGNS` between them, in order."""
    if "@" in text or "#" in text or "://" in text or "www." in text:  # quicker than to search
        text = ADDRESS.sub(" ", text)
    return TOKEN.findall(text.lower())


def placed_tokens(text: str) -> Iterator[re.Match[str]]:
    """The same tokens as written, where they stand in the text."""
    return TOKEN.any.finditer(ADDRESS.sub(lambda address: " " * len(address[0]), text))


def bucket(hashes: Hashes, bits: int) -> Integers:
    """Which of 2**bits buckets each hash falls in."""
    spread = (hashes ^ (hashes >> np.uint32(15))) * np.uint32(0x9E3779B1)
    return (spread >> np.uint32(32 - bits)).astype(np.int64)


def word_hashes(words: Sequence[str]) -> Hashes:
    """A hash of each word."""
    return np.array([zlib.crc32(word.encode()) for word in words], np.uint32)


def pair_hashes(first: Hashes, second: Hashes) -> Hashes:
    """A hash of each pair of words, given theirs; `first` is 0 where the second begins the text."""
    return first * np.uint32(0x85EBCA6B) + second


def ngrams(words: Sequence[str], bits: int) -> Iterator[tuple[Integers, Integers]]:
    """The features of words, in lots: which word each is of, rising within a lot, and its bucket.

    The first lot is the words as wholes; then come the n-grams of each order.
    """
    yield np.arange(len(words)), bucket(word_hashes(words), bits)
    padded = " " + "  ".join(words) + " "
    characters = np.frombuffer(padded.encode("utf-32-le"), np.uint32)
    lengths = np.fromiter(map(len, words), np.int64, len(words)) + 2
    owners = np.repeat(np.arange(len(words)), lengths)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(characters))  # characters from here to the end
    hashes = np.zeros(len(characters), np.uint32)
    for order in ORDERS:
        hashes = hashes[: len(characters) - order + 1] * np.uint32(0x01000193)
        hashes += characters[order - 1 :]
        inside = np.flatnonzero(characters != ord(" ") if order == 1 else left[: len(hashes)] >= order)
        yield owners[inside], bucket(hashes[inside] + np.uint32(order * 0x51ED27), bits)
