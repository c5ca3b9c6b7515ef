"""What a source says over and over: lines of its template, and paragraphs that stand in several of its documents.

Two mapped steps with files between them, so that memory stays bounded: every part is counted by itself, then the counts
of a group of lines are added up over all parts.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from hashlib import blake2b
from typing import Any, NamedTuple

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
# A template frames a text: "Enig med vår anmelder?" stands among the last lines of 167 reviews of NoReC. Short lines
# that many texts end with may be the verdict ("Anbefales ikke!"), and in a short text every line is near an end.
NEAR_END, LEAST_WORDS, MIN_LINES = 3, 4, 8
MOST = 2_000_000  # characters of a text that is looked at: as many as in a long book
PARTS_TOGETHER = 8  # whose lines are in memory at once, whatever the size of the corpus

Prepare = Callable[[Sequence[Document]], Sequence[Document]]

SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("digest", pa.string()),
        ("documents", pa.int64()),
        ("keeper", pa.string()),
        ("example", pa.string()),
    ]
)
ADDED = {"documents": "sum", "keeper": "min", "example": "min"}


class Repeated(NamedTuple):
    """A line that a source repeats: in how many documents, and the id of the one that keeps it, None if none does."""

    documents: int
    keeper: str | None


class Line(NamedTuple):
    """A line that a template could hold, or a paragraph; where it stands among the lines of its text."""

    place: int
    plain: str
    long: bool

    def digest(self) -> str:
        """What is the same for lines that say the same."""
        return blake2b(self.plain.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def canonical(line: str) -> str:
    """What two lines that say the same have in common: all but case and the marks around it.

    A line of marks alone is what it is.
    """
    return line.casefold().strip(MARKS) or line.strip()


@lru_cache(maxsize=REMEMBERED)
def canonical_lines(text: str) -> tuple[str, ...]:
    """Every line of a text as others are compared with it; a blank one is empty. None of a text longer than `MOST`."""
    return tuple(map(canonical, text.split("\n"))) if len(text) <= MOST else ()


def asked(lines: Sequence[str]) -> list[Line]:
    """Those canonical lines of a text that may be of its source: near an end with words enough, and long ones."""
    written = [place for place, line in enumerate(lines) if line]
    ends = {*written[:NEAR_END], *written[-NEAR_END:]}
    return [
        Line(place, lines[place], len(lines[place]) >= LONG)
        for place in written
        if len(lines[place]) >= LONG or (place in ends and lines[place].count(" ") >= LEAST_WORDS - 1)
    ]


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

    A line of a template has `LEAST_WORDS` words, and stands near an end of at least `min_documents` documents of its
    source with `MIN_LINES` lines or more, and of the share `min_share` of these; no document keeps it. A paragraph of
    `LONG` characters that stands in two documents is kept by the one with the smallest id. prepare: what is done with
    the documents of a part before their lines are counted.
    """
    groups = -(-len(parts) // PARTS_TOGETHER)
    documents: Counter[str] = Counter()
    for tally in mapper(partial(count_lines, prepare=prepare, groups=groups), parts):
        documents.update(tally["documents"])
    least = {source: max(min_documents, min_share * count) for source, count in documents.items()}
    urls = list(mapper(partial(common_lines, parts=parts, least=least), range(groups)))
    found = [batch for url in urls for batch in store.read_batches(url)]
    order = [("source", "ascending"), ("documents", "descending"), ("digest", "ascending")]
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
        table = pa.concat_tables([SCHEMA.empty_table(), *tables])
        group_of = np.fromiter((int(name, 16) % groups for name in table["digest"].to_pylist()), np.int64, len(table))
        with (
            store.open_atomic(part.url("lines", "parquet")) as stream,
            pq.ParquetWriter(stream, SCHEMA, compression="zstd") as writer,
        ):
            for group in range(groups):
                writer.write_table(table.take(np.flatnonzero(group_of == group)))
        return {"documents": {source: found.documents for source, found in counts.items()}}

    return once(part.url("lines", "json"), work)


class SourceLines:
    """In how many documents of one source in a part each line stands that may be of the source.

    documents: those that could show their template. examples: the first characters of each line. keepers: of long ones,
    the smallest id.
    """

    def __init__(self) -> None:
        self.documents = 0
        self.standing: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.keepers: dict[str, str] = {}

    def add(self, document: Document) -> None:
        """Counts the lines of a document, each once; of a short document the long ones only."""
        plain = canonical_lines(document.text)
        template = len(plain) - plain.count("") >= MIN_LINES
        found = {line.digest(): line for line in asked(plain) if line.long or template}
        self.documents += template
        self.standing.update(list(found))
        for digest, line in found.items():
            self.examples.setdefault(digest, line.plain[:EXAMPLE])
            if line.long:
                self.keepers[digest] = min(self.keepers.get(digest, document.id), document.id)

    def table(self, source: str) -> pa.Table:
        """The counts as rows of `SCHEMA`."""
        columns = {
            "source": pa.repeat(source, len(self.standing)),
            "digest": list(self.standing),
            "documents": list(self.standing.values()),
            "keeper": [self.keepers.get(digest, "") for digest in self.standing],
            "example": [self.examples[digest] for digest in self.standing],
        }
        return pa.table(columns, SCHEMA)


def common_lines(group: int, *, parts: Sequence[Part], least: Mapping[str, float]) -> str:
    """Writes the lines of a group that their sources repeat, from the counts of all parts; returns the URL.

    least: in how many documents of a source a line of its template stands.
    """
    counts = pa.concat_tables(read_group(part.url("lines", "parquet"), group) for part in parts)
    added = counts.group_by(["source", "digest"], use_threads=False).aggregate(list(ADDED.items()))
    added = added.rename_columns({f"{name}_{how}": name for name, how in ADDED.items()})
    found = []
    for row in added.filter(pc.field("documents") > 1).to_pylist():
        shown = {"example": masked(row["example"])[0]}
        if row["documents"] >= least[row["source"]]:
            found.append(row | shown | {"keeper": None})
        elif row["keeper"]:
            found.append(row | shown)
    url = f"{parts[0].workspace}repeated-{group:05d}.parquet"
    store.write_table(url, pa.Table.from_pylist(found, SCHEMA))
    return url


def read_group(url: str, group: int) -> pa.Table:
    """The counts of one group of lines in the file of a part."""
    with store.open_read(url) as stream:
        return pq.ParquetFile(stream).read_row_group(group)


@lru_cache(maxsize=4)
def load_lines(url: str) -> Mapping[str, Mapping[str, Repeated]]:
    """The lines that each source repeats, by digest, from the file that `learn_lines` wrote. Raises StoreError."""
    found: dict[str, dict[str, Repeated]] = {}
    for batch in store.read_batches(url):
        for row in batch.to_pylist():
            found.setdefault(row["source"], {})[row["digest"]] = Repeated(row["documents"], row["keeper"])
    return found
