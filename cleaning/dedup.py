"""Drops duplicates from the whole corpus: a mapped step, one over all of it, a mapped step; files between them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from cleaning.clean import Mapper
from cleaning.duplicates import Duplicate, candidates, choose, digest, signatures, verified
from cleaning.ingest import read_part
from scrapers import store
from scrapers.manifest import Outcome, Run, Stage, Workspace, once, run_stage
from scrapers.record import Document, Dropped, dropped_table, table

MAP = "duplicates.parquet"
MAP_SCHEMA = pa.schema(
    [
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


def dedup_corpus(
    run: Run, settings: DedupSettings, *, inputs: Sequence[str], mapper: Mapper = map, order: Sequence[str] = ()
) -> Stage:
    """The stage `dedup`: every document of `inputs` in `kept/`, or in `dropped/` with the one it repeats."""
    work = partial(dedup_parts, inputs=inputs, settings=settings, mapper=mapper)
    return run_stage(run, "dedup", work, inputs=inputs, parameters=asdict(settings), order=order)


def dedup_parts(workspace: Workspace, *, inputs: Sequence[str], settings: DedupSettings, mapper: Mapper) -> Outcome:
    """Finds the duplicates among all input parts and writes each part without them."""
    parts = [(workspace.run.path(path), workspace.path(""), number) for number, path in enumerate(inputs)]
    list(mapper(fingerprint_part, parts))
    duplicates = find_duplicates(workspace, parts, settings)
    store.write_table(workspace.path(MAP), pa.Table.from_pylist([asdict(d) for d in duplicates], schema=MAP_SCHEMA))
    tallies = list(mapper(split_part, parts))
    files: dict[str, int | None] = {path: count for tally in tallies for path, count in tally["files"].items()}
    dropped: Counter[str] = Counter()
    for tally in tallies:
        dropped.update(tally["dropped"])
    received, kept = (sum(tally[key] for tally in tallies) for key in ("received", "kept"))
    return Outcome(files | {MAP: len(duplicates)}, received, kept, dropped, {"threshold": settings.threshold})


def fingerprint_part(part: tuple[str, str, int]) -> None:
    """Writes, for every document of a part, what tells whether another says the same."""
    source, workspace, number = part
    url = f"{workspace}fingerprints-{number:05d}.parquet"
    if store.exists(url):
        return
    documents = list(read_part(source))
    signature = signatures([document.text for document in documents])
    columns = {
        "id": pa.array([document.id for document in documents], pa.string()),
        "source": pa.array([document.source for document in documents], pa.string()),
        "rated": pa.array([document.rating is not None for document in documents], pa.bool_()),
        "length": pa.array([len(document.text) for document in documents], pa.int64()),
        "digest": pa.array([digest(document.text) for document in documents], pa.binary(16)),
        "signature": pa.FixedSizeListArray.from_arrays(pa.array(signature.ravel()), signature.shape[1]),
    }
    store.write_table(url, pa.table(columns))


def find_duplicates(
    workspace: Workspace, parts: Sequence[tuple[str, str, int]], settings: DedupSettings
) -> list[Duplicate]:
    """The duplicates among all parts, from their fingerprints; texts are read only to verify candidates."""
    batches = [b for *_, n in parts for b in store.read_batches(workspace.path(f"fingerprints-{n:05d}.parquet"))]
    if not batches:
        return []
    found = pa.Table.from_batches(batches)
    ids: list[str] = found["id"].to_pylist()
    prefer = {source: rank for rank, source in enumerate(settings.prefer)}
    ranks = [
        (prefer.get(source, len(prefer)), not rated, -length)
        for source, rated, length in zip(
            *(found[name].to_pylist() for name in ("source", "rated", "length")), strict=True
        )
    ]
    equal = equal_pairs(found["digest"].to_pylist())
    near: Iterator[tuple[int, int, float]] = iter(())
    if settings.threshold < 1:
        signature = found["signature"].combine_chunks().flatten().to_numpy().reshape(len(ids), -1)
        first = set(range(len(ids))) - {right for _, right, _ in equal}
        pairs = {pair for pair in candidates(signature) if first.issuperset(pair)}
        near = verified(pairs, texts_of(parts, pairs), settings.threshold)
    return choose(ids, ranks, [*near, *equal])


def equal_pairs(digests: Sequence[bytes]) -> list[tuple[int, int, float]]:
    """The first row of each digest, paired with every other row that has it."""
    rows = defaultdict(list)
    for row, value in enumerate(digests):
        rows[value].append(row)
    return [(same[0], other, 1.0) for same in rows.values() for other in same[1:]]


def texts_of(parts: Sequence[tuple[str, str, int]], pairs: set[tuple[int, int]]) -> dict[int, str]:
    """The texts of the documents in `pairs`, by their row in the whole corpus."""
    wanted = set(np.unique(np.array(sorted(pairs), dtype=np.int64)).tolist()) if pairs else set()
    texts = {}
    row = 0
    for source, _, _ in parts:
        for document in read_part(source):
            if row in wanted:
                texts[row] = document.text
            row += 1
    return texts


def split_part(part: tuple[str, str, int]) -> dict[str, Any]:
    """Writes the kept and the dropped documents of one part, and returns where they went."""
    source, workspace, number = part

    def work() -> dict[str, Any]:
        duplicates = read_map(workspace + MAP)
        documents = list(read_part(source))
        kept = [document for document in documents if document.id not in duplicates]
        dropped = [repeats(document, duplicates[document.id]) for document in documents if document.id in duplicates]
        files = {f"kept/part-{number:05d}.parquet": len(kept)}
        store.write_table(f"{workspace}kept/part-{number:05d}.parquet", table(kept))
        if dropped:
            path = f"dropped/part-dedup-{number:05d}.parquet"
            files[path] = len(dropped)
            store.write_table(workspace + path, dropped_table(dropped))
        rules = Counter(item.rule for item in dropped)
        return {"received": len(documents), "kept": len(kept), "dropped": rules, "files": files}

    return once(f"{workspace}part-{number:05d}.json", work)


def repeats(document: Document, duplicate: Duplicate) -> Dropped:
    """The document, dropped because it repeats the one that `duplicate` names."""
    rule = "exact_duplicate" if duplicate.jaccard == 1 else "near_duplicate"
    return Dropped(document, "dedup", rule, f"{duplicate.jaccard:.4f} with {duplicate.kept_id}", "below the threshold")


def read_map(url: str) -> Mapping[str, Duplicate]:
    """The duplicates in the map at `url`, by id."""
    return {row["id"]: Duplicate(**row) for batch in store.read_batches(url) for row in batch.to_pylist()}
