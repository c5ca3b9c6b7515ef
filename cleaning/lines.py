"""What a source says over and over: lines of its template, and paragraphs that stand in several of its documents.

Two mapped steps with files between them, so that memory stays bounded: every part is counted by itself, then the counts
of a group of lines are added up over all parts.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaning.part import Mapper, Part, read_part
from cleaning.steps.personal_data import masked
from cleaning.words import REMEMBERED
from scrapers import store
from scrapers.manifest import Workspace, once
from scrapers.record import Document

FILE = "lines.parquet"
MARKS = " \t!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«»“”„’‘…–—•·"
LONG = 200  # characters from which a line is a paragraph, which nobody writes twice
EXAMPLE = 100  # characters of a line that are shown
# A template frames a text: "Enig med vår anmelder?" stands among the last lines of 167 reviews of NoReC, all that have
# it, "Nei." and "Bra!" in the middle. In a short text every line is near an end, so those are not asked.
NEAR_END, LEAST_AT_END, MIN_LINES = 3, 0.5, 8
PARTS_TOGETHER = 8  # whose lines are in memory at once, whatever the size of the corpus

Prepare = Callable[[Sequence[Document]], Sequence[Document]]

COUNTS = pa.schema(
    [
        ("source", pa.string()),
        ("key", pa.string()),
        ("documents", pa.int64()),
        ("at_end", pa.int64()),
        ("keeper", pa.string()),
        ("example", pa.string()),
    ]
)
ADDED = {"documents": "sum", "at_end": "sum", "keeper": "min", "example": "min"}
SCHEMA = pa.schema([field for field in COUNTS if field.name != "at_end"])


class Repeated(NamedTuple):
    """A line that a source repeats: in how many documents, and the id of the one that keeps it, None if none does."""

    documents: int
    keeper: str | None


def canonical(line: str) -> str:
    """What two lines that say the same have in common: all but case and the marks around it.

    A line of marks alone is what it is.
    """
    return line.casefold().strip(MARKS) or line.strip()


@lru_cache(maxsize=REMEMBERED)
def canonical_lines(text: str) -> tuple[str, ...]:
    """Every line of a text as others are compared with it; a blank one is empty."""
    return tuple(map(canonical, text.split("\n")))


def key(plain: str) -> str:
    """A canonical line as it is looked up: a digest of it where it is long."""
    if len(plain) < LONG:
        return plain
    return blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def learn_lines(
    workspace: Workspace,
    parts: Sequence[Part],
    *,
    prepare: Prepare,
    min_documents: int,
    min_share: float,
    mapper: Mapper = map,
) -> str:
    """The URL of the file, in the workspace, of the lines that each source repeats, for `load_lines`.

    A line of a template stands in at least `min_documents` documents of its source, and in the share `min_share` of
    those with `MIN_LINES` lines or more, mostly near an end; no document keeps it. A paragraph of `LONG` characters
    that stands in two is kept by the one with the smallest id. prepare: what is done with the documents of a part
    before their lines are counted.
    """
    groups = -(-len(parts) // PARTS_TOGETHER)
    documents: Counter[str] = Counter()
    for tally in mapper(partial(count_lines, prepare=prepare, groups=groups), parts):
        documents.update(tally["documents"])
    least = {source: max(min_documents, min_share * count) for source, count in documents.items()}
    urls = list(mapper(partial(common_lines, parts=parts, least=least), range(groups)))
    found = [batch for url in urls for batch in store.read_batches(url)]
    order = [("source", "ascending"), ("documents", "descending"), ("key", "ascending")]
    store.write_table(workspace.path(FILE), pa.Table.from_batches(found, SCHEMA).sort_by(order))
    return workspace.path(FILE)


def count_lines(part: Part, *, prepare: Prepare, groups: int) -> dict[str, Any]:
    """Writes in how many documents of a part each line stands, a row group for each group of lines.

    Returns how many documents of each source could show its template.
    """

    def work() -> dict[str, Any]:
        counts: defaultdict[str, SourceLines] = defaultdict(SourceLines)
        for document in prepare(list(read_part(part.source))):
            counts[document.source].add(document)
        tables = [found.table(source) for source, found in sorted(counts.items())]
        table = pa.concat_tables([COUNTS.empty_table(), *tables])
        group_of = np.fromiter((crc32(key.encode()) % groups for key in table["key"].to_pylist()), np.int64, len(table))
        with (
            store.open_atomic(part.url("lines", "parquet")) as stream,
            pq.ParquetWriter(stream, COUNTS, compression="zstd") as writer,
        ):
            for group in range(groups):
                writer.write_table(table.take(np.flatnonzero(group_of == group)))
        return {"documents": {source: found.documents for source, found in counts.items()}}

    return once(part.url("lines", "json"), work)


class SourceLines:
    """The lines of the documents of one source in a part: in how many each stands, and in how many near an end.

    documents: those that could show their template. keepers: of long lines, the smallest id and the first characters.
    """

    def __init__(self) -> None:
        self.documents = 0
        self.standing: Counter[str] = Counter()
        self.at_end: Counter[str] = Counter()
        self.keepers: dict[str, tuple[str, str]] = {}

    def add(self, document: Document) -> None:
        """Counts the lines of a document, each once: all, if it could show its template, else the long ones."""
        plain = list(filter(None, canonical_lines(document.text)))
        long = {key(line): line for line in plain if len(line) >= LONG}
        for name, line in long.items():
            here = document.id, line[:EXAMPLE]
            self.keepers[name] = min(self.keepers.get(name, here), here)
        if len(plain) < MIN_LINES:
            self.standing.update(list(long))
            return
        self.documents += 1
        names = list(map(key, plain)) if long else plain
        self.standing.update(list(dict.fromkeys(names)))
        self.at_end.update(list(dict.fromkeys((*names[:NEAR_END], *names[-NEAR_END:]))))

    def table(self, source: str) -> pa.Table:
        """The counts as rows of `COUNTS`."""
        keepers = [self.keepers.get(name, ("", "")) for name in self.standing]
        columns = {
            "source": pa.repeat(source, len(self.standing)),
            "key": list(self.standing),
            "documents": list(self.standing.values()),
            "at_end": [self.at_end[name] for name in self.standing],
            "keeper": [keeper for keeper, _ in keepers],
            "example": [example for _, example in keepers],
        }
        return pa.table(columns, COUNTS)


def common_lines(group: int, *, parts: Sequence[Part], least: Mapping[str, float]) -> str:
    """Writes the lines of a group that their sources repeat, from the counts of all parts; returns the URL.

    least: in how many documents of a source a line of its template stands.
    """
    counts = pa.concat_tables(read_group(part.url("lines", "parquet"), group) for part in parts)
    added = counts.group_by(["source", "key"]).aggregate(list(ADDED.items()))
    added = added.rename_columns({f"{name}_{how}": name for name, how in ADDED.items()})
    found = []
    for row in added.filter(pc.field("documents") > 1).to_pylist():
        row["example"] = masked(row["example"] or row["key"])[0][:EXAMPLE]
        if row["documents"] >= least[row["source"]] and row["at_end"] >= LEAST_AT_END * row["documents"]:
            found.append(row | {"keeper": None})
        elif row["keeper"]:
            found.append(row)
    url = f"{parts[0].workspace}repeated-{group:05d}.parquet"
    store.write_table(url, pa.Table.from_pylist(found, SCHEMA))
    return url


def read_group(url: str, group: int) -> pa.Table:
    """The counts of one group of lines in the file of a part."""
    with store.open_read(url) as stream:
        return pq.ParquetFile(stream).read_row_group(group)


@lru_cache(maxsize=4)
def load_lines(url: str) -> Mapping[str, Mapping[str, Repeated]]:
    """The lines that each source repeats, by their keys, from the file that `learn_lines` wrote. Raises StoreError."""
    found: dict[str, dict[str, Repeated]] = {}
    for batch in store.read_batches(url):
        for row in batch.to_pylist():
            found.setdefault(row["source"], {})[row["key"]] = Repeated(row["documents"], row["keeper"])
    return found
