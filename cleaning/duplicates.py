"""Duplicates: exact, and near by MinHash-LSH with every candidate pair verified by its true Jaccard similarity.

Source: Broder, On the resemblance and containment of documents, 1997; Leskovec et al., Mining of Massive Datasets, §3.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

SHINGLE = 5  # characters, so that a review of five words is compared as well as a page
# 20 bands of 6 rows find a pair of Jaccard .8 with probability .998, one of .5 with .27 (1 - (1 - J^6)^20).
BANDS, ROWS = 20, 6
BUCKET = 100
SEED = 20260101
NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A document that says again what `kept_id` says. jaccard: of the two; 1.0 where they are equal."""

    id: str
    kept_id: str
    cluster: str
    cluster_size: int
    jaccard: float


def canonical(text: str) -> str:
    """The letters and digits of `text`, case-folded, one space between words: what two equal texts have in common."""
    return NOT_WORD.sub(" ", text.casefold()).strip()


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

    In a bucket of more than BUCKET rows each is paired with its BUCKET predecessors: templates would make millions.
    """
    pairs: set[tuple[int, int]] = set()
    for band in range(BANDS):
        rows = np.ascontiguousarray(signature[:, band * ROWS : (band + 1) * ROWS])
        keys = rows.view(np.dtype((np.void, rows.dtype.itemsize * ROWS))).ravel()
        order = np.argsort(keys, kind="stable")
        ends = np.flatnonzero(keys[order][1:] != keys[order][:-1]) + 1
        for bucket in np.split(order, ends):
            if len(bucket) > 1:
                members = np.sort(bucket).tolist()
                for position, right in enumerate(members):
                    pairs.update((left, right) for left in members[max(0, position - BUCKET) : position])
    return pairs


def verified(
    pairs: Iterable[tuple[int, int]], texts: Mapping[int, str], threshold: float
) -> Iterator[tuple[int, int, float]]:
    """The pairs whose texts have a Jaccard similarity of `threshold` or more, with it."""
    cached: dict[int, set[str]] = {}
    for pair in sorted(pairs):
        left, right = (cached.setdefault(row, shingles(texts[row])) for row in pair)
        if (similarity := jaccard(left, right)) >= threshold:
            yield (*pair, similarity)


def choose(
    ids: Sequence[str], ranks: Sequence[tuple[object, ...]], pairs: Iterable[tuple[int, int, float]]
) -> list[Duplicate]:
    """Which documents are duplicates of which: the best-ranked are kept first, each drops those paired with it.

    So every duplicate is as similar to the one kept as its pair says, and no two kept ones are a pair. ranks: lowest
    first. The cluster is named after its smallest id.
    """
    neighbours: dict[int, dict[int, float]] = {}
    for left, right, similarity in pairs:
        neighbours.setdefault(left, {})[right] = similarity
        neighbours.setdefault(right, {})[left] = similarity
    clusters = {row: cluster for cluster in components(neighbours) for row in cluster}
    names = {row: min(ids[member] for member in cluster) for row, cluster in clusters.items()}
    kept: set[int] = set()
    found = []
    for row in sorted(neighbours, key=lambda row: (ranks[row], ids[row])):
        rivals = [other for other in neighbours[row] if other in kept]
        if not rivals:
            kept.add(row)
            continue
        best = min(rivals, key=lambda other: (-neighbours[row][other], ranks[other], ids[other]))
        similarity = round(neighbours[row][best], 4)
        found.append(Duplicate(ids[row], ids[best], names[row], len(clusters[row]), similarity))
    return sorted(found, key=lambda duplicate: duplicate.id)


def components(neighbours: Mapping[int, Iterable[int]]) -> list[frozenset[int]]:
    """The connected components of a graph given by each row's neighbours."""
    seen: set[int] = set()
    found = []
    for start in neighbours:
        if start in seen:
            continue
        members, waiting = {start}, [start]
        while waiting:
            new = set(neighbours[waiting.pop()]) - members
            members |= new
            waiting.extend(new)
        seen |= members
        found.append(frozenset(members))
    return found
