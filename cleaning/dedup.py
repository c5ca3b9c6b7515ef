"""Drops duplicates from the whole corpus: a mapped step, one over all of it, a mapped step; files between them."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import accumulate
from typing import Any, TypeVar

import pyarrow as pa

from cleaning.duplicates import candidates, choose, clusters, digest, signatures, verified
from cleaning.part import Mapper, Part, outcome_of, parts_of, read_part, sort_part
from scrapers import store
from scrapers.manifest import Outcome, Run, Stage, Workspace, once, run_stage
from scrapers.record import Document, Dropped

Value = TypeVar("Value", bound=Hashable)

MAP = "duplicates.parquet"
MAP_SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("id", pa.string()),
        ("kept_id", pa.string()),
        ("cluster", pa.string()),
        ("cluster_size", pa.int64()),
        ("jaccard", pa.float64()),
    ]
)


@dataclass(frozen=True)
class DedupSettings:
    """threshold: the Jaccard similarity from which two texts are duplicates; 1 drops only equal ones.

    prefer: sources whose copy stays, best first; then a rated document stays before an unrated one, a longer before a
    shorter one.
    """

    threshold: float = 0.8
    prefer: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0.5 <= self.threshold <= 1:
            raise ValueError(f"dedup.threshold is {self.threshold}: expected 0.5 to 1 (below, MinHash misses pairs)")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A document that says again what `kept_id` says. row: its place in the whole input, from 0.

    cluster: the smallest id of all that are tied by similarity, directly or through others. jaccard: of the text and
    the kept one, 1.0 where they are equal; None where the id itself came twice, whatever the text.
    """

    row: int
    id: str
    kept_id: str
    cluster: str
    cluster_size: int
    jaccard: float | None


def dedup_corpus(
    run: Run, settings: DedupSettings, *, inputs: Sequence[str], mapper: Mapper = map, order: Sequence[str] = ()
) -> Stage:
    """The stage `dedup`: every document of `inputs` in `kept/`, or in `dropped/` with the one it repeats."""
    work = partial(dedup_parts, inputs=inputs, settings=settings, mapper=mapper)
    return run_stage(run, "dedup", work, inputs=inputs, parameters=asdict(settings), order=order)


def dedup_parts(workspace: Workspace, *, inputs: Sequence[str], settings: DedupSettings, mapper: Mapper) -> Outcome:
    """Finds the duplicates among all input parts and writes each part without them."""
    parts = parts_of(workspace, inputs)
    counts = [tally["documents"] for tally in mapper(fingerprint_part, parts)]
    firsts = accumulate(counts, initial=0)
    parts = [replace(part, first=first) for part, first in zip(parts, firsts, strict=False)]
    duplicates = [asdict(duplicate) for duplicate in find_duplicates(parts, settings)]
    store.write_table(workspace.path(MAP), pa.Table.from_pylist(duplicates, schema=MAP_SCHEMA))
    tallies = mapper(partial(split_part, threshold=settings.threshold), parts)
    outcome = outcome_of(tallies, {"threshold": settings.threshold})
    return replace(outcome, files={**outcome.files, MAP: len(duplicates)})


def fingerprint_part(part: Part) -> dict[str, Any]:
    """Writes, for every document of a part, what tells whether another says the same; returns how many there are."""

    def work() -> dict[str, Any]:
        documents = list(read_part(part.source))
        signature = signatures([document.text for document in documents])
        columns = {
            "id": pa.array([document.id for document in documents], pa.string()),
            "source": pa.array([document.source for document in documents], pa.string()),
            "rated": pa.array([document.rating is not None for document in documents], pa.bool_()),
            "length": pa.array([len(document.text) for document in documents], pa.int64()),
            "digest": pa.array([digest(document.text) for document in documents], pa.binary(16)),
            "signature": pa.FixedSizeListArray.from_arrays(pa.array(signature.ravel()), signature.shape[1]),
        }
        store.write_table(part.url("fingerprints", "parquet"), pa.table(columns))
        return {"documents": len(documents)}

    return once(part.url("fingerprints", "json"), work)


def find_duplicates(parts: Sequence[Part], settings: DedupSettings) -> Iterator[Duplicate]:
    """The duplicates among all parts, from their fingerprints; texts are read only to verify candidates.

    First one document stays of each id, then one of each text, then of each set of similar texts: the best-ranked.
    """
    batches = [b for part in parts for b in store.read_batches(part.url("fingerprints", "parquet"))]
    if not batches:
        return
    found = pa.Table.from_batches(batches)
    ids: list[str] = found["id"].to_pylist()
    digests: list[bytes] = found["digest"].to_pylist()
    owners = first_rows(ids, best_first(found, settings.prefer))
    texts = first_rows(digests, owners.values())
    rows = list(texts.values())  # one of each text, best first; from here on a place is an index into this list
    place = {row: index for index, row in enumerate(rows)}
    pairs = list(near_pairs(found["signature"], rows, parts, settings.threshold)) if settings.threshold < 1 else []
    repeats, tied = choose(pairs), clusters(pairs)
    places = [place[texts[digests[owners[identifier]]]] for identifier in ids]
    labels = [tied.get(index, index) for index in places]
    sizes = Counter(labels)
    names = {label: identifier for identifier, label in sorted(zip(ids, labels, strict=True), reverse=True)}
    for row, (identifier, index, label) in enumerate(zip(ids, places, labels, strict=True)):
        kept, similarity = repeats.get(index, (index, 1.0))
        if row != rows[kept]:
            value = similarity if row == owners[identifier] else None
            yield Duplicate(row, identifier, ids[rows[kept]], names[label], sizes[label], value)


def best_first(found: pa.Table, prefer: Sequence[str]) -> list[int]:
    """All rows of the fingerprints, those that are kept before others first; ties are broken by id and text."""
    rank = {source: number for number, source in enumerate(prefer)}
    columns = (found[name].to_pylist() for name in ("source", "rated", "length", "id", "digest"))
    keys = [
        (rank.get(source, len(rank)), not rated, -length, identifier, value)
        for source, rated, length, identifier, value in zip(*columns, strict=True)
    ]
    return sorted(range(len(keys)), key=keys.__getitem__)


def first_rows(values: Sequence[Value], rows: Iterable[int]) -> dict[Value, int]:
    """The first of `rows` that has each value, in the order of `rows`."""
    found: dict[Value, int] = {}
    for row in rows:
        found.setdefault(values[row], row)
    return found


def near_pairs(
    signature: pa.ChunkedArray, rows: Sequence[int], parts: Sequence[Part], threshold: float
) -> Iterator[tuple[int, int, float]]:
    """The pairs of near-duplicates among `rows` of the corpus, as places in `rows`."""
    matrix = signature.combine_chunks().flatten().to_numpy().reshape(len(signature), -1)
    pairs = candidates(matrix[rows])
    wanted = {rows[place]: place for pair in pairs for place in pair}
    documents = (document for part in parts for document in read_part(part.source)) if wanted else ()
    texts = {wanted[row]: document.text for row, document in enumerate(documents) if row in wanted}
    return verified(pairs, texts, threshold)


def split_part(part: Part, *, threshold: float) -> dict[str, Any]:
    """Writes the kept and the dropped documents of one part, and returns where they went."""

    def work() -> dict[str, Any]:
        duplicates = {duplicate.row: duplicate for duplicate in read_map(part.workspace + MAP)}

        def decide(documents: Sequence[Document]) -> list[Document | Dropped]:
            return [
                repeated(document, duplicates[row], threshold) if row in duplicates else document
                for row, document in enumerate(documents, part.first)
            ]

        return sort_part(part, decide, stage="dedup", target="kept")

    return once(part.url("part", "json"), work)


def repeated(document: Document, duplicate: Duplicate, threshold: float) -> Dropped:
    """The document, dropped because it repeats the one that `duplicate` names."""
    if duplicate.jaccard is None:
        return Dropped(document, "dedup", "repeated", duplicate.id, "once")
    rule = "exact_duplicate" if duplicate.jaccard == 1 else "near_duplicate"
    return Dropped(document, "dedup", rule, f"{duplicate.jaccard:.4f} with {duplicate.kept_id}", f"< {threshold:g}")


def read_map(url: str) -> Iterator[Duplicate]:
    """The duplicates in the map at `url`, in the order of the input."""
    return (Duplicate(**row) for batch in store.read_batches(url) for row in batch.to_pylist())
