"""From parts of documents to the map of duplicates, in steps with files between them, so that memory stays bounded.

1. Of each part, mapped: what ranks its documents, digests, bands; and the texts, for random access.
2. Over all: one document that stands for each id, and for each text (`rank_documents`).
3. Of each band, mapped: the pairs of documents that agree in it.
4. Over all: the pairs of all bands, dealt out to tasks of TASK_BYTES of text (`plan_comparisons`).
5. Of each task, mapped: the pairs whose true Jaccard similarity is high enough.
6. Over all: who stays, and the clusters (`write_map`).

Memory: steps 1 and 5 hold one part or one task. Steps 2, 3, 4 and 6 hold arrays: at most 250 bytes a document with an
id of 16 characters, and 40 a candidate pair, or near-duplicate. A document has BUCKET candidates a band at most.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaning import ranking
from cleaning.duplicates import (
    BANDS,
    BUCKET,
    Hashes,
    Numbers,
    begins,
    candidates,
    choose,
    clusters,
    distinct,
    fingerprints,
    jaccard,
    shingles,
)
from cleaning.held_out import load_index
from cleaning.part import Part, read_part
from scrapers import store
from scrapers.manifest import once

MAP = "duplicates.parquet"
MAP_SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("id", pa.string()),
        ("kept_id", pa.string()),
        ("cluster", pa.string()),
        ("cluster_size", pa.int64()),
        ("jaccard", pa.float64()),
        ("exact", pa.bool_()),
    ]
)
ROWS_A_GROUP = 10_000  # of the map: who wants some rows reads the groups that have them
TASK_BYTES = 64 << 20
BAND_COLUMNS = [f"band_{number:02d}" for number in range(BANDS)]
FINGERPRINTS = pa.schema(
    [
        *ranking.SCHEMA,
        ("bytes", pa.int64()),  # of the text
        ("similarity", pa.float64()),  # with a held-out document; null where it is not contaminated
        ("held_out_id", pa.string()),
        *((name, pa.uint64()) for name in BAND_COLUMNS),
    ]
)
# Of each row: the rank of the document that stands for it, null where it is contaminated; whether it is itself that
# document; and whether it is the one that stays of its id.
RANKS = pa.schema([("rank", pa.int64()), ("stands", pa.bool_()), ("owns_id", pa.bool_())])
PAIRS = pa.schema([("pair", pa.uint64())])
TASKS = pa.schema([(name, pa.int64()) for name in ("left", "right", "left_row", "right_row")])
NEAR = pa.schema([("left", pa.int64()), ("right", pa.int64()), ("jaccard", pa.float64())])


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A document that says again what `kept_id` says. row: its place in the whole input, from 0.

    cluster: the smallest id of all that are tied by similarity, directly or through others. jaccard: of the text and
    the kept one, 1.0 where all their shingles are the same. exact: whether the two are equal. Both are None where
    the id itself came twice, whatever the text.
    """

    row: int
    id: str
    kept_id: str
    cluster: str
    cluster_size: int
    jaccard: float | None
    exact: bool | None


@dataclass(frozen=True, slots=True)
class Files:
    """The files between the steps, in the folder `workspace`, which ends in a slash."""

    workspace: str
    parts: tuple[Part, ...]

    def url(self, name: str, extension: str = "parquet") -> str:
        """The URL of one of them."""
        return f"{self.workspace}{name}.{extension}"

    def read(self, names: Iterable[str], schema: pa.Schema, *columns: str) -> pa.Table:
        """These columns of `schema` of these files, one after the other; all columns where none is named."""
        wanted = list(columns or schema.names)
        batches = (batch for name in names for batch in store.read_batches(self.url(name), wanted, 1 << 16))
        return pa.Table.from_batches(batches, pa.schema([schema.field(name) for name in wanted]))

    def fingerprints(self, *columns: str) -> pa.Table:
        """These columns of the fingerprints of all documents, in the order of the input."""
        return self.read((f"fingerprints-{part.number:05d}" for part in self.parts), FINGERPRINTS, *columns)

    def standing(self) -> Numbers:
        """The rows of the documents that stand for themselves or others, by rank."""
        found = self.read(["ranks"], RANKS, "rank", "stands")
        rows = np.flatnonzero(found["stands"].to_numpy())
        by_rank = np.zeros(len(rows), np.int64)
        by_rank[found["rank"].fill_null(-1).to_numpy()[rows]] = rows
        return by_rank


def fingerprint_part(part: Part, *, threshold: float, held_out: str) -> dict[str, Any]:
    """Writes, for every document of a part, what tells whether another says the same; returns how many there are.

    held_out: the index of held-out documents, or empty.
    """

    def work() -> dict[str, Any]:
        documents = list(read_part(part.source))
        texts = [document.text for document in documents]
        digests, bands = fingerprints(texts)
        encoded = [text.encode() for text in texts]
        found = load_index(held_out).contaminations(texts, threshold) if held_out else [None] * len(texts)
        columns = [
            *ranking.columns(documents, digests),
            pa.array([len(text) for text in encoded], pa.int64()),
            pa.array([item and item.similarity for item in found], pa.float64()),
            pa.array([item and item.id for item in found], pa.string()),
            *(pa.array(bands[:, band]) for band in range(BANDS)),
        ]
        with store.open_atomic(part.url("texts", "bin")) as stream:
            stream.write(b"".join(encoded))
        store.write_table(part.url("fingerprints", "parquet"), pa.Table.from_arrays(columns, schema=FINGERPRINTS))
        return {"documents": len(documents)}

    return once(part.url("fingerprints", "json"), work)


def rank_documents(files: Files, prefer: Sequence[str]) -> dict[str, Any]:
    """Writes for each row which document stands for it, and returns how many stand for themselves or others.

    First the best-ranked document of each id stands for it, then the best-ranked of those with one text.
    """
    found = files.fingerprints(*ranking.SCHEMA.names, "similarity")
    clean = found["similarity"].is_null().to_numpy()
    order = ranking.best_first(found, prefer)
    order = order[clean[order]]
    of_id = first_of(found["id"], order)
    owners = order[of_id[order] == order]
    of_text = first_of(found["digest"], owners)
    standing = owners[of_text[owners] == owners]
    rank = np.full(len(found), -1)
    rank[standing] = np.arange(len(standing))
    rank[order] = rank[of_text[of_id[order]]]
    numbers = np.arange(len(found))
    stands = np.isin(numbers, standing, assume_unique=True)
    columns = [pa.array(rank, mask=~clean), pa.array(stands), pa.array(of_id == numbers)]
    store.write_table(files.url("ranks"), pa.Table.from_arrays(columns, schema=RANKS))
    return {"ranked": len(standing)}


def first_of(values: pa.ChunkedArray, order: Numbers) -> Numbers:
    """For each row of `order` the first in it with the same value; -1 for other rows."""
    codes = np.concatenate([np.zeros(0, np.int32), *(chunk.indices for chunk in values.dictionary_encode().chunks)])
    first = np.full(len(codes), -1)
    first[codes[order[::-1]]] = order[::-1]  # of several the last written stays, which is the best
    found = np.full(len(codes), -1)
    found[order] = first[codes[order]]
    return found


def pair_band(band: int, *, files: Files) -> dict[str, Any]:
    """Writes the pairs of documents, by rank, that agree in a band."""

    def work() -> dict[str, Any]:
        hashes = files.fingerprints(BAND_COLUMNS[band])[0].to_numpy()
        pairs = candidates(hashes[files.standing()])
        store.write_table(files.url(f"pairs-{band:02d}"), pa.Table.from_arrays([pa.array(pairs)], schema=PAIRS))
        return {"pairs": len(pairs)}

    return once(files.url(f"pairs-{band:02d}", "json"), work)


def plan_comparisons(files: Files) -> dict[str, Any]:
    """Writes the pairs of all bands, each once, with the rows of their texts, dealt out to tasks; returns how many.

    Documents that are tied by pairs stand beside each other, so that the shingles of each are made once.
    """
    pairs = np.zeros(0, np.uint64)
    for band in range(BANDS):
        more = files.read([f"pairs-{band:02d}"], PAIRS)["pair"].to_numpy()
        pairs = distinct(np.concatenate((pairs, more)))
    left, right = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64), (pairs >> np.uint64(32)).astype(np.int64)
    rows = files.standing()
    order = np.argsort(clusters(left, right, len(rows))[right], kind="stable")
    left, right = left[order], right[order]
    sizes = files.fingerprints("bytes")["bytes"].to_numpy()
    task = np.cumsum(sizes[rows[left]] + sizes[rows[right]]) // TASK_BYTES
    bounds = [*np.flatnonzero(begins(task)).tolist(), len(task)]
    for number, (start, stop) in enumerate(pairwise(bounds)):
        ranks = (left[start:stop], right[start:stop])
        columns = [pa.array(values) for values in (*ranks, *(rows[rank] for rank in ranks))]
        store.write_table(files.url(f"task-{number:05d}"), pa.Table.from_arrays(columns, schema=TASKS))
    return {"pairs": len(pairs), "tasks": len(bounds) - 1}


def compare(number: int, *, files: Files, threshold: float) -> dict[str, Any]:
    """Writes which pairs of a task are near-duplicates, and how similar they are."""

    def work() -> dict[str, Any]:
        found = files.read([f"task-{number:05d}"], TASKS)
        left_row, right_row = found["left_row"].to_numpy(), found["right_row"].to_numpy()
        texts = dict(read_texts(files, np.union1d(left_row, right_row)))

        @lru_cache(maxsize=8 * BUCKET)  # the shingles of a text take eight times its memory: not of all at once
        def shingled(row: int) -> Hashes:
            return shingles(texts[row])

        pairs = zip(left_row.tolist(), right_row.tolist(), strict=True)
        similarity = np.array([jaccard(shingled(left), shingled(right)) for left, right in pairs])
        near = found.append_column("jaccard", pa.array(similarity)).filter(pa.array(similarity >= threshold))
        store.write_table(files.url(f"near-{number:05d}"), near.select(NEAR.names))
        return {"near": len(near)}

    return once(files.url(f"near-{number:05d}", "json"), work)


def read_texts(files: Files, rows: Numbers) -> Iterator[tuple[int, str]]:
    """The texts of these rows of the input, which are sorted; of each part only what is asked for is read."""
    places = np.searchsorted([part.first for part in files.parts], rows, "right") - 1
    for place in distinct(places).tolist():
        part = files.parts[place]
        sizes = files.read([f"fingerprints-{part.number:05d}"], FINGERPRINTS, "bytes")["bytes"].to_numpy()
        stops = np.cumsum(sizes)
        with store.open_read(part.url("texts", "bin")) as stream:
            for row in rows[places == place].tolist():
                size = int(sizes[row - part.first])
                stream.seek(int(stops[row - part.first]) - size)
                yield row, stream.read(size).decode()


def write_map(files: Files, tasks: int) -> dict[str, Any]:
    """Writes the map of duplicates, in the order of the input; returns how many there are."""
    near = files.read([f"near-{number:05d}" for number in range(tasks)], NEAR)
    left, right, similarity = (column.to_numpy() for column in near.columns)
    standing = files.standing()
    kept, similarity = choose(left, right, similarity, len(standing))
    labels = clusters(left, right, len(standing))
    found = files.read(["ranks"], RANKS, "rank", "owns_id")
    rows = np.flatnonzero(found["rank"].is_valid().to_numpy())
    rank = found["rank"].drop_null().to_numpy()
    sizes = np.bincount(labels[rank], minlength=1)
    tied = sizes[labels[rank]] > 1
    rows, rank = rows[tied], rank[tied]
    ids = files.fingerprints("id")["id"]
    clusters_of = ids.take(pa.array(rows[smallest(ids.take(pa.array(rows)), labels[rank])]))
    repeats = np.flatnonzero(standing[kept[rank]] != rows)
    rows, rank = rows[repeats], rank[repeats]
    same_id = ~found["owns_id"].to_numpy()[rows]
    columns = [
        pa.array(rows),
        ids.take(pa.array(rows)),
        ids.take(pa.array(standing[kept[rank]])),
        clusters_of.take(pa.array(repeats)),
        pa.array(sizes[labels[rank]]),
        pa.array(similarity[rank], mask=same_id),
        pa.array(kept[rank] == rank, mask=same_id),  # of equal texts one has a rank
    ]
    with store.open_atomic(files.workspace + MAP) as stream:
        pq.write_table(pa.Table.from_arrays(columns, schema=MAP_SCHEMA), stream, ROWS_A_GROUP, compression="zstd")
    return {"duplicates": len(rows)}


def smallest(ids: pa.ChunkedArray, labels: npt.NDArray[np.int32]) -> Numbers:
    """For each of `ids`, where the smallest of those with its label is."""
    by_label = pa.table({"label": pa.array(labels), "id": ids})
    order = pc.sort_indices(by_label, sort_keys=[("label", "ascending"), ("id", "ascending")]).to_numpy()
    begun = begins(labels[order])
    places: Numbers = order[begun].astype(np.int64)[np.searchsorted(labels[order][begun], labels)]
    return places


def read_map(url: str, first: int = 0, last: int | None = None) -> Iterator[Duplicate]:
    """The duplicates in the map at `url`, in the order of the input; of the rows from `first` to before `last`."""
    with store.open_read(url) as stream:
        file = pq.ParquetFile(stream)
        rows = [file.metadata.row_group(number).column(0).statistics for number in range(file.num_row_groups)]
        wanted = [
            number for number, row in enumerate(rows) if row and row.max >= first and (last is None or row.min < last)
        ]
        for batch in file.iter_batches(batch_size=1024, row_groups=wanted):
            for row in batch.to_pylist():
                if row["row"] >= first and (last is None or row["row"] < last):
                    yield Duplicate(**row)
