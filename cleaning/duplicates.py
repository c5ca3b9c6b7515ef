"""Duplicates: exact, and near by MinHash-LSH with every candidate pair verified by its true Jaccard similarity.

Texts are worked on many at once, as arrays of code points, and their shingles as 64-bit numbers: no Python object is
made of a character or of a shingle.

Source: Broder, On the resemblance and containment of documents, 1997; Leskovec et al., Mining of Massive Datasets, §3.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from rensa import RMinHash
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from cleaning.composition import JOINER, PLANES, composed

Node = TypeVar("Node", int, str)
Number = TypeVar("Number", bound=np.generic)
Numbers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

SHINGLE = 5  # characters, so that a review of five words is compared as well as a page
# 20 bands of 6 rows find a pair of Jaccard .8 with probability .998, one of .5 with .27 (1 - (1 - J^6)^20).
BANDS, ROWS = 20, 6
BUCKET = 32
SEED = 20260101
BATCH = 1 << 17  # characters worked on at once: their arrays stay in the processor's cache

SEPARATOR, IGNORED = 0, 1  # in place of the code points that are no letter, digit or mark; all others are above
HARD = np.uint32(1 << 31)  # set on a code point that cannot be folded without its neighbours, or folds to several
SELECTORS = 0xE0000  # code points from here on; between PLANES and these lie ideographs
# Odd numbers without a pattern: the golden ratio, and the mixer of splitmix64.
# Source: Steele, Lea, Flood, Fast splittable pseudorandom number generators, 2014
GOLDEN, MIXER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


@cache
def letters() -> npt.NDArray[np.uint32]:
    """What each code point is compared as: itself in lower case, SEPARATOR, or IGNORED for what is not seen.

    Letters, digits and marks are themselves: the vowel signs of Devanagari are marks, and part of a word. Not seen are
    soft hyphens, joiners, and the selectors of an emoji's colour.
    """
    table = np.arange(0x110000, dtype=np.uint32)
    table[:PLANES] = [compared(chr(point)) for point in range(PLANES)]
    table[SELECTORS:] = IGNORED
    return table


def compared(character: str) -> int:
    """What a character is compared as."""
    kind = unicodedata.category(character)
    if kind == "Cf" or character == JOINER or "\ufe00" <= character <= "\ufe0f":
        return IGNORED
    if kind[0] not in "LNM":
        return SEPARATOR
    folded = unicodedata.normalize("NFC", character).casefold()
    # Marks join the letter before them, and so do the vowels of Hangul.
    if len(folded) > 1 or kind[0] == "M" or "\u1160" <= character <= "\u11ff":
        return ord(character) | int(HARD)
    return ord(folded)


@dataclass(frozen=True, slots=True)
class Canonical:
    """Texts as compared: case-folded letters and digits, one SEPARATOR between words and at the end of each text.

    codes: of all texts, one after the other. starts, stops: of each, so that `codes[start:stop]` is it. wordless: by
    number, the texts without a letter or digit, stripped, which are what they are: a row of stars, an emoji; in `codes`
    there is one SEPARATOR for them.
    """

    codes: npt.NDArray[np.uint32]
    starts: Numbers
    stops: Numbers
    wordless: dict[int, str]


def canonical(texts: Sequence[str]) -> Canonical:
    """The texts in the form in which two equal ones are equal, whatever their case, punctuation and composition."""
    codes, ends = looked_up(texts)
    if len(hard := np.flatnonzero(codes & HARD)):
        folded = list(texts)
        for number in distinct(np.searchsorted(ends, hard)).tolist():
            folded[number] = composed(texts[number]).casefold()
        codes, ends = looked_up(folded)
        codes &= ~HARD
    seen = codes != IGNORED
    if not seen.all():
        codes, ends = codes[seen], np.cumsum(seen)[ends] - 1
    word = codes != SEPARATOR
    left = word.copy()
    left[1:] |= word[:-1]
    empty = np.flatnonzero(np.diff(np.cumsum(word)[ends], prepend=0) == 0)
    left[ends[empty]] = True
    stops = np.cumsum(left)[ends]
    wordless = {number: texts[number].strip() for number in empty.tolist()}
    return Canonical(codes[left], np.concatenate(([0], stops))[:-1], stops, wordless)


def looked_up(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint32], Numbers]:
    """What the characters of the texts are compared as, a SEPARATOR after each text; and where those are."""
    points = "".join(text + "\n" for text in texts).encode("utf-32-le", "surrogatepass")
    ends = np.cumsum([len(text) + 1 for text in texts], dtype=np.int64) - 1
    return letters().take(np.frombuffer(points, np.uint32)), ends


def digests(found: Canonical) -> list[bytes]:
    """16 bytes of each text, that are equal where the canonical texts are."""
    places = zip(found.starts.tolist(), found.stops.tolist(), strict=True)
    values = [hashlib.sha256(found.codes[start:stop].data).digest()[:16] for start, stop in places]
    for number, text in found.wordless.items():
        values[number] = hashlib.sha256(b"wordless" + text.encode("utf-8", "surrogatepass")).digest()[:16]
    return values


def shingle_hashes(found: Canonical) -> Hashes:
    """The hashes of the SHINGLE-grams of each text, in its place in `codes`; the whole text where it is shorter.

    The last SHINGLE of each text begin no gram of it: there its first stands again, which changes no set. Two grams
    have one hash with a chance of 2^-64: in a pair of texts of 10,000 grams each, once in 10^11 pairs.
    """
    size = len(found.codes)
    values = np.zeros(size + SHINGLE - 1, np.uint64)
    values[:size] = found.codes
    hashes = grams(values, SHINGLE)
    firsts = hashes[found.starts]
    for number in np.flatnonzero(found.stops - found.starts <= SHINGLE).tolist():
        if number in found.wordless:
            text = found.wordless[number].encode("utf-8", "surrogatepass")
            firsts[number] = int.from_bytes(hashlib.sha256(text).digest()[:8])
        else:
            short = np.zeros(SHINGLE, np.uint64)
            length = found.stops[number] - found.starts[number] - 1
            short[:length] = found.codes[found.starts[number] :][:length]
            firsts[number] = grams(short, SHINGLE)[0]
    tails = found.stops[:, None] - np.arange(1, SHINGLE + 1)
    texts, columns = np.nonzero(tails >= found.starts[:, None])
    hashes[tails[texts, columns]] = firsts[texts]
    return hashes


def grams(values: Hashes, length: int) -> Hashes:
    """The hash of every `length` values in a row: (n - length + 1)."""
    count = len(values) - length + 1
    hashes = values[:count].copy()
    for place in range(1, length):
        hashes *= GOLDEN
        hashes += values[place : place + count]
    hashes ^= hashes >> np.uint64(32)
    hashes *= MIXER
    hashes ^= hashes >> np.uint64(29)
    return hashes


def signatures(found: Canonical) -> npt.NDArray[np.uint32]:
    """The MinHash signatures of the texts: (n, BANDS * ROWS)."""
    offsets = np.concatenate(([0], found.stops)).astype(np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(shingle_hashes(found), offsets, BANDS * ROWS, SEED)
    return np.array(matrix.to_rows(), np.uint32).reshape(-1, BANDS * ROWS)


def band_hashes(signature: npt.NDArray[np.uint32]) -> Hashes:
    """One number for each band of each signature: (n, BANDS). A text pairs with those that have one of them as well."""
    bands = signature.reshape(-1, BANDS, ROWS).astype(np.uint64)
    hashes = bands[:, :, 0].copy()
    for row in range(1, ROWS):
        hashes = (hashes ^ (hashes >> np.uint64(32))) * GOLDEN + bands[:, :, row]
    return (hashes ^ (hashes >> np.uint64(32))) * MIXER


def batches(texts: Sequence[str]) -> Iterable[Sequence[str]]:
    """The texts, in order, in batches of BATCH characters or little more."""
    start, size = 0, 0
    for number, text in enumerate(texts, 1):
        size += len(text)
        if size >= BATCH or number == len(texts):
            yield texts[start:number]
            start, size = number, 0


def fingerprints(texts: Sequence[str]) -> tuple[list[bytes], Hashes]:
    """What tells of each text whether another says the same: its digest, and its bands, (n, BANDS)."""
    found, bands = [], [np.zeros((0, BANDS), np.uint64)]
    for batch in batches(texts):
        plain = canonical(batch)
        found += digests(plain)
        bands.append(band_hashes(signatures(plain)))
    return found, np.concatenate(bands)


def shingles(text: str) -> Hashes:
    """The set of the shingles of a text, as sorted hashes."""
    return distinct(shingle_hashes(canonical([text])))


def jaccard(left: Hashes, right: Hashes) -> float:
    """The size of the intersection of two sets over that of the union. Sets are sorted, each value once."""
    both = np.sort(np.concatenate((left, right)), kind="stable")
    shared = np.count_nonzero(both[1:] == both[:-1])
    return float(shared / (len(both) - shared))


def begins(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Whether each of the sorted values differs from the one before."""
    found = np.ones(len(values), np.bool_)
    found[1:] = values[1:] != values[:-1]
    return found


def distinct(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """The values, sorted, each once. np.unique, which hashes them first, takes four times as long."""
    ordered = np.sort(values)
    return ordered[begins(ordered)]


def candidates(bands: Hashes) -> Hashes:
    """The pairs of documents that agree in a band, as (place of the later << 32 | place of the earlier).

    bands: the hash of that band of each document, the best-ranked first. In a bucket of more than BUCKET each is paired
    with that many at most: half of them the first of the bucket, half its predecessors. Templates would make millions
    of pairs.
    """
    order = np.argsort(bands, kind="stable")
    numbers = np.arange(len(bands))
    place = numbers - np.maximum.accumulate(np.where(begins(bands[order]), numbers, 0))  # in its bucket
    ranks = order.astype(np.uint64)
    half = BUCKET // 2
    found = [np.zeros(0, np.uint64)]
    for step in range(1, half + 1):
        later = np.flatnonzero(place >= step)
        found.append(ranks[later] << np.uint64(32) | ranks[later - step])
    for first in range(half):
        later = np.flatnonzero(place > first + half)
        found.append(ranks[later] << np.uint64(32) | ranks[later - place[later] + first])
    return np.concatenate(found)


def choose(
    left: Numbers, right: Numbers, similarity: npt.NDArray[np.float64], count: int
) -> tuple[Numbers, npt.NDArray[np.float64]]:
    """For each of `count` documents the one that is kept in its place, and how similar the two are; 1 for itself.

    left, right, similarity: pairs of near-duplicates, each the better-ranked first; ranks are from 0 to `count`. Every
    document is as similar to the one kept in its place as their pair says, and no two kept ones are a pair.
    """
    kept, found = np.arange(count), np.ones(count)
    dropped = bytearray(count)
    order = np.lexsort((left, -similarity, right))
    for start in range(0, len(order), BATCH):
        some = order[start : start + BATCH]
        pairs = zip(left[some].tolist(), right[some].tolist(), similarity[some].tolist(), strict=True)
        for low, high, value in pairs:  # by the higher: of the lower it is decided
            if not dropped[low] and not dropped[high]:
                dropped[high] = True
                kept[high], found[high] = low, value
    return kept, found


def clusters(left: Numbers, right: Numbers, count: int) -> npt.NDArray[np.int32]:
    """A number for each of `count` documents, the same for those that are connected, through however many pairs."""
    graph = coo_array((np.ones(len(left), np.bool_), (left, right)), shape=(count, count))
    labels: npt.NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return labels


def connected(ties: Iterable[tuple[Node, Node]]) -> dict[Node, Node]:
    """The smallest of all that each node in `ties` is connected with, through however many ties."""
    parent: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in ties:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    return {node: root(node) for node in list(parent)}
