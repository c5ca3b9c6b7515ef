"""Decontamination: which documents say what a held-out set says, so that nothing is learned from what is tested on."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from cleaning import foreign
from cleaning.duplicates import (
    GOLDEN,
    SEPARATOR,
    Canonical,
    Hashes,
    band_hashes,
    batches,
    canonical,
    digests,
    jaccard,
    shingles,
    signatures,
)
from cleaning.errors import CleanError
from cleaning.foreign import Columns, RowError
from cleaning.ingest import as_document
from scrapers import store
from scrapers.record import Document, now

# Source: Brown et al., Language models are few-shot learners, 2020, appendix C: overlap of 13-grams of words.
WORDS = 13
CONTAINED = 0.8
BACK = np.uint64(pow(int(GOLDEN), -1, 2**64))


class Contamination(NamedTuple):
    """How much of a document and a held-out one is the same, and the id of the held-out one.

    similarity: the Jaccard similarity of their shingles, or, where that is more, the share of the WORDS-grams of one
    that the other has too: of the one with fewer.
    """

    similarity: float
    id: str


def held_out_files(patterns: Sequence[str]) -> list[str]:
    """The files that the paths or globs name, sorted. Raises CleanError where one names none."""
    found: list[str] = []
    for pattern in patterns:
        fs, path = store.filesystem(pattern)
        urls = [fs.unstrip_protocol(name) if "://" in pattern else name for name in fs.glob(path)]
        if not urls:
            raise CleanError(f"dedup.against names {pattern!r}: expected a file of held-out documents, there is none")
        found += urls
    return sorted(set(found))


def read_held_out(urls: Sequence[str]) -> Iterator[Document]:
    """The texts and ids of held-out files, JSON lines or parquet. Raises CleanError on a row without a text."""
    columns = Columns(("id",), "text")
    for url in urls:
        for row in foreign.rows(url, columns):
            try:
                yield as_document(row, columns, url.rsplit("/", 1)[-1], now()).document
            except RowError as error:
                raise CleanError(f"{url}, row {row.number}: {error}; a held-out set has to be whole") from error


def write_index(url: str, urls: Sequence[str]) -> dict[str, int]:
    """Writes ids and texts of the held-out files as one table, for all workers; returns how many there are."""
    documents = list(read_held_out(urls))
    if not documents:
        raise CleanError(f"{', '.join(urls)}: there is no held-out document")
    columns = {"id": [item.id for item in documents], "text": [item.text for item in documents]}
    store.write_table(url, pa.table(columns, pa.schema([("id", pa.string()), ("text", pa.large_string())])))
    return {"held_out": len(documents)}


@lru_cache(maxsize=1)
def load_index(url: str) -> "HeldOut":
    """The held-out documents that `write_index` wrote; once a process."""
    with store.open_read(url) as stream:
        found = pq.read_table(stream)
    return HeldOut(found["id"].to_pylist(), found["text"].to_pylist())


class Inverted:
    """Which owners have a key: two flat arrays, 12 bytes a key."""

    def __init__(self, keys: Sequence[Hashes]) -> None:
        flat = np.concatenate(keys)
        owners = np.repeat(np.arange(len(keys), dtype=np.int32), [len(some) for some in keys])
        order = np.argsort(flat, kind="stable")
        self.keys, self.owners = flat[order], owners[order]

    def having(self, keys: Hashes) -> npt.NDArray[np.int32]:
        """The owners of each of the keys, one after the other."""
        starts, stops = (np.searchsorted(self.keys, keys, side) for side in ("left", "right"))
        hits = np.flatnonzero(stops > starts).tolist()
        return np.concatenate([self.owners[:0], *(self.owners[starts[hit] : stops[hit]] for hit in hits)])


class HeldOut:
    """Held-out documents, indexed by text, by bands of similar texts, and by runs of WORDS words.

    Memory: the texts, and for each 12 bytes a word and 240 for its bands.
    """

    def __init__(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        self.ids, self.texts = ids, texts
        self.equal: dict[bytes, int] = {}
        bands: list[Hashes] = []
        runs: list[Hashes] = []
        for batch in batches(texts):
            plain = canonical(batch)
            for number, digest in enumerate(digests(plain), len(runs)):
                self.equal.setdefault(digest, number)
            bands += list(band_hashes(signatures(plain)))
            runs += word_runs(plain)
        self.sizes = np.array([len(some) for some in runs])
        self.bands, self.runs = Inverted(bands), Inverted(runs)

    def contaminations(self, texts: Sequence[str], threshold: float) -> list[Contamination | None]:
        """For each text the held-out document that it equals, nearly equals, holds, or is a part of; None for none.

        threshold: the Jaccard similarity from which two texts are duplicates. A text holds another where it has
        CONTAINED of its runs of WORDS words; shorter ones are compared as a whole only.
        """
        found: list[Contamination | None] = []
        for batch in batches(texts):
            plain = canonical(batch)
            columns = (batch, digests(plain), band_hashes(signatures(plain)), word_runs(plain))
            found += [self._nearest(*column, threshold) for column in zip(*columns, strict=True)]
        return found

    def _nearest(self, text: str, digest: bytes, bands: Hashes, runs: Hashes, threshold: float) -> Contamination | None:
        if digest in self.equal:
            return Contamination(1.0, self.ids[self.equal[digest]])
        found = dict(self._containing(runs))
        near = set(self.bands.having(bands).tolist()) if threshold < 1 else set()
        own = shingles(text) if near else runs
        for number in near:
            value = jaccard(own, shingles(self.texts[number]))
            if value >= threshold:
                found[number] = max(value, found.get(number, 0))
        if not found:
            return None
        best = min(found, key=lambda number: (-found[number], number))
        return Contamination(found[best], self.ids[best])

    def _containing(self, runs: Hashes) -> Iterator[tuple[int, float]]:
        """The held-out documents that share CONTAINED of their runs, or of `runs`, and the share."""
        numbers, shared = np.unique(self.runs.having(runs), return_counts=True)
        shares = shared / np.minimum(self.sizes[numbers], len(runs))
        near = shares >= CONTAINED
        yield from zip(numbers[near].tolist(), shares[near].tolist(), strict=True)


def word_runs(found: Canonical) -> list[Hashes]:
    """The hashes of the runs of WORDS words in each text, sorted, each once.

    A run is a difference of two sums over the codes from the start, brought back to where the run starts: one pass,
    whatever its length.
    """
    codes = found.codes.astype(np.uint64)
    powers = np.cumprod(np.full(len(codes), GOLDEN))
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(codes * powers)))
    backs = np.cumprod(np.full(len(codes), BACK))
    ends = np.flatnonzero(found.codes == SEPARATOR)
    runs = []
    for start, stop in zip(found.starts.tolist(), found.stops.tolist(), strict=True):
        first, last = np.searchsorted(ends, (start, stop))
        begins = np.concatenate(([start], ends[first : last - 1] + 1))
        count = len(begins) - WORDS + 1
        if count < 1:
            runs.append(np.zeros(0, np.uint64))
            continue
        finishes = ends[first + WORDS - 1 : last]
        runs.append(np.unique((sums[finishes] - sums[begins[:count]]) * backs[begins[:count]]))
    return runs
