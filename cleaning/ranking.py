"""Which of several documents that say the same is kept."""

import tomllib
from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scrapers.record import Document

FILE = Path(__file__).with_name("openness.toml")
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("source", pa.dictionary(pa.int32(), pa.string())),
        ("closed", pa.int8()),
        ("unrated", pa.bool_()),
        ("length", pa.int64()),
        ("day", pa.date32()),
        ("digest", pa.binary(16)),
    ]
)


@cache
def closed(licence: str) -> int:
    """The place of a licence among those of `openness.toml`: 0 the most open, the highest for what stands in none."""
    order: list[list[str]] = tomllib.loads(FILE.read_text("utf-8"))["openness"]
    found = (place for place, patterns in enumerate(order) if any(fnmatchcase(licence, name) for name in patterns))
    return next(found, len(order))


def columns(documents: Sequence[Document], digests: Sequence[bytes]) -> list[pa.Array]:
    """What ranks the documents, and the digests of their texts, as the columns of SCHEMA."""
    days: list[date] = [document.published or document.collected_at.date() for document in documents]
    values = (
        [document.id for document in documents],
        [document.source for document in documents],
        [closed(document.licence) for document in documents],
        [document.rating is None for document in documents],
        [len(document.text) for document in documents],
        days,
        digests,
    )
    return [pa.array(value, kind) for value, kind in zip(values, SCHEMA.types, strict=True)]


def best_first(found: pa.Table, prefer: Sequence[str]) -> npt.NDArray[np.int64]:
    """The rows of a table of SCHEMA, those that are kept before others first.

    The preferred sources come first, in the order of `prefer`; then the more open licence, a rated document before an
    unrated one, the longer text, the older (published, else collected), the smaller id; at last the text's digest.
    """
    order = list(prefer)
    chunks = [
        pc.index_in(chunk.dictionary, value_set=pa.array(order, pa.string())).fill_null(len(order)).take(chunk.indices)
        for chunk in found["source"].chunks
    ]
    ranked = found.drop_columns(["source"]).append_column("source", pa.chunked_array(chunks, pa.int32()))
    keys = ("source", "closed", "unrated", "length", "day", "id", "digest")
    directions = [(name, "descending" if name == "length" else "ascending") for name in keys]
    rows: npt.NDArray[np.int64] = pc.sort_indices(ranked, sort_keys=directions).to_numpy().astype(np.int64)
    return rows
