"""Duplicates: exact, and near by MinHash-LSH with every candidate pair verified by its true Jaccard similarity.

Source: Broder, On the resemblance and containment of documents, 1997; Leskovec et al., Mining of Massive Datasets, §3.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

Node = TypeVar("Node", int, str)

SHINGLE = 5  # characters, so that a review of five words is compared as well as a page
# 20 bands of 6 rows find a pair of Jaccard .8 with probability .998, one of .5 with .27 (1 - (1 - J^6)^20).
BANDS, ROWS = 20, 6
BUCKET = 100
SEED = 20260101
NOT_WORD = re.compile(r"[\W_]+")


def canonical(text: str) -> str:
    """The letters and digits of `text`, case-folded, one space between words: what two equal texts have in common.

    A text without any is what it is: a row of stars, an emoji.
    """
    return NOT_WORD.sub(" ", text.casefold()).strip() or text.strip()


def digest(text: str) -> bytes:
    """16 bytes that are equal where the canonical texts are."""
    return hashlib.blake2b(canonical(text).encode(), digest_size=16).digest()


def shingles(text: str) -> set[str]:
    """The character 5-grams of the canonical text; the whole text where it is shorter."""
    plain = canonical(text)
    return {plain[i : i + SHINGLE] for i in range(max(1, len(plain) - SHINGLE + 1))}


def jaccard(left: set[str], right: set[str]) -> float:
    """The size of the intersection over that of the union."""
    return len(left & right) / len(left | right)


def signatures(texts: Sequence[str]) -> npt.NDArray[np.uint32]:
    """The MinHash signatures of the texts: (n, BANDS * ROWS)."""
    sets = [sorted(shingles(text)) for text in texts]
    digests = RMinHash.digests_from_token_sets(sets, BANDS * ROWS, SEED)
    return np.array(digests, dtype=np.uint32).reshape(-1, BANDS * ROWS)


def candidates(signature: npt.NDArray[np.uint32]) -> set[tuple[int, int]]:
    """The pairs of rows, smaller first, that agree in all rows of one band or more. signature: (n, BANDS * ROWS).

    In a bucket of more than BUCKET rows each is paired with that many at most: half of them the first of the bucket,
    half its predecessors. Templates would make millions of pairs.
    """
    pairs: set[tuple[int, int]] = set()
    for band in range(BANDS):
        rows = np.ascontiguousarray(signature[:, band * ROWS : (band + 1) * ROWS])
        keys = rows.view(np.dtype((np.void, rows.dtype.itemsize * ROWS))).ravel()
        order = np.argsort(keys, kind="stable")
        ends = np.flatnonzero(keys[order][1:] != keys[order][:-1]) + 1
        starts = np.concatenate(([0], ends))
        sizes = np.diff(np.concatenate((starts, [len(keys)])))
        for start, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
            members = order[start : start + size].tolist()
            first = members[: BUCKET // 2]
            for position, right in enumerate(members):
                near = members[max(BUCKET // 2, position - BUCKET // 2) : position]
                pairs.update((left, right) for left in (*first[:position], *near))
    return pairs


def verified(
    pairs: Iterable[tuple[int, int]], texts: Mapping[int, str], threshold: float
) -> Iterator[tuple[int, int, float]]:
    """The pairs whose texts have a Jaccard similarity of `threshold` or more, with it."""

    @lru_cache(maxsize=4 * BUCKET)  # the shingles of a text take a hundred times its memory: not of all at once
    def shingled(row: int) -> set[str]:
        return shingles(texts[row])

    # By the right row: what it is compared with comes soon again, as a rival of the next.
    for left, right in sorted(pairs, key=lambda pair: pair[::-1]):
        if (similarity := jaccard(shingled(left), shingled(right))) >= threshold:
            yield left, right, similarity


def choose(pairs: Iterable[tuple[int, int, float]]) -> dict[int, tuple[int, float]]:
    """The rows that repeat a kept one: which, and how similar the two are. Lower rows are kept before higher ones.

    pairs: lower row, higher row, similarity. Every row is as similar to the one kept in its place as their pair says,
    and no two kept ones are a pair.
    """
    rivals: defaultdict[int, dict[int, float]] = defaultdict(dict)
    for left, right, similarity in pairs:
        rivals[right][left] = similarity
    found: dict[int, tuple[int, float]] = {}
    for row in sorted(rivals):
        kept = {other: similarity for other, similarity in rivals[row].items() if other not in found}
        if kept:
            best = max(kept, key=lambda other: (kept[other], -other))
            found[row] = (best, kept[best])
    return found


def clusters(pairs: Iterable[tuple[int, int, float]]) -> dict[int, int]:
    """The lowest row that each row in `pairs` is connected with, through however many pairs."""
    return connected((left, right) for left, right, _ in pairs)


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
