"""OSCAR: web documents of Common Crawl, sorted by language. Three layouts, from 2019 to 2023.

Source: https://oscar-project.github.io/documentation/, https://huggingface.co/datasets/oscar-corpus
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from scrapers.corpus import Corpus, OpenFile, RemoteFile, chosen
from scrapers.fetch import Fetcher
from scrapers.hub import ACCESS, HubCorpus
from scrapers.packed import LONGEST_LINE
from scrapers.record import Dropped
from scrapers.source import CollectError, Items

SHA256 = re.compile(r"[0-9a-f]{64}")


class Headers(msgspec.Struct, gc=False):
    """What the archive says of a document."""

    record_id: str = msgspec.field(name="warc-record-id")
    address: str = msgspec.field(name="warc-target-uri")


class Metadata2201(msgspec.Struct, gc=False):
    """What OSCAR 22.01 says of a document."""

    warnings: list[str] | None = msgspec.field(name="annotation")


class Metadata2301(msgspec.Struct, gc=False):
    """What OSCAR 23.01 says of a document."""

    warnings: list[str] | None = msgspec.field(name="quality_warnings")


Metadata = TypeVar("Metadata", Metadata2201, Metadata2301)


class Row(msgspec.Struct, Generic[Metadata], gc=False):
    """A line of OSCAR 22.01 or 23.01."""

    content: str
    warc_headers: Headers
    metadata: Metadata


@dataclass(frozen=True, kw_only=True)
class Oscar(HubCorpus):
    """One language: `no`, which is mostly bokmål, or `nn`. leave_out: OSCAR's own warnings that keep a document out.

    OSCAR warns of `tiny`, `short_sentences`, `header`, `footer`, `noisy` and `adult`. Documents are dated by the crawl
    only, which is no date of publication.
    """

    language: str = "no"
    leave_out: tuple[str, ...] = ("adult", "noisy", "header", "footer")
    decoder: ClassVar[msgspec.json.Decoder[Row[Any]]]

    def read(self, file: OpenFile) -> Items:
        """Every document of a part, those with a warning in `leave_out` as dropped."""
        left_out = set(self.leave_out)
        for row in file.rows(self.decoder):
            document = self.document(file, row.warc_headers.record_id, row.content, url=row.warc_headers.address)
            if row.metadata.warnings and (found := left_out.intersection(row.metadata.warnings)):
                warnings = ",".join(sorted(found))
                yield Dropped(document, f"collect/{self.name}", "quality_warning", warnings, "none")
            else:
                yield document


class Oscar2201(Oscar):
    """The layout of 22.01."""

    decoder = msgspec.json.Decoder(Row[Metadata2201])

    def pattern(self) -> str:
        """The parts of the language; a small one has a single file."""
        return f"compressed/{self.language}_meta/{self.language}_meta*.jsonl.gz"


class Oscar2301(Oscar):
    """The layout of 23.01."""

    decoder = msgspec.json.Decoder(Row[Metadata2301])

    def pattern(self) -> str:
        """The parts of the language; a small one has a single file."""
        return f"{self.language}_meta/{self.language}_meta*.jsonl.zst"


@dataclass(frozen=True, kw_only=True)
class Oscar2019(Corpus):
    """One language of the first OSCAR: `no` or `nn`. deduplicated: whether lines that occur twice were taken out.

    parts: patterns of the names of files to take; none takes them all.
    """

    language: str = "no"
    deduplicated: bool = True
    parts: tuple[str, ...] = ()
    host: str = "https://s3.amazonaws.com/datasets.huggingface.co/oscar/1.0"

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The files in upstream's list, with their digests. Raises CollectError where it is no such list."""
        folder = f"{self.host}/unshuffled/{'deduplicated' if self.deduplicated else 'original'}/{self.language}"
        lines = fetcher.get(f"{folder}/{self.language}_sha256.txt").text().splitlines()
        found = [listed(line, folder) for line in lines if line.strip()]
        if not found:
            raise CollectError(f"{folder}/{self.language}_sha256.txt names no file")
        yield from chosen(found, self.parts)

    def read(self, file: OpenFile) -> Items:
        """Every document of a file, by its number: the lines between two blank ones."""
        variant = "deduplicated" if self.deduplicated else "original"
        for number, text in enumerate(paragraphs(file), 1):
            key = f"{variant}/{self.language}/{file.name}/{number}"
            yield self.document(file, key, text, url=f"{file.url}#{number}")


def listed(line: str, folder: str) -> RemoteFile:
    """The file that a line of the list names: a name, a tab, a SHA-256. Raises CollectError on another line."""
    name, _, digest = line.strip().partition("\t")
    if not re.fullmatch(r"[\w.-]+", name) or not SHA256.fullmatch(digest.strip().lower()):
        raise CollectError(f"{folder}: expected a name, a tab and a SHA-256, found {line[:120]!r}")
    return RemoteFile(f"{folder}/{name}", f"sha256:{digest.strip().lower()}")


def paragraphs(file: OpenFile) -> Iterator[str]:
    """The texts of a file between blank lines. Raises CollectError on one without an end."""
    taken: list[bytes] = []
    size = 0
    for line in file.lines():
        if line and not line.isspace():
            taken.append(line)
            size += len(line)
            if size > LONGEST_LINE:
                raise CollectError(f"{file.name}: a document of more than {LONGEST_LINE:,} bytes; none is that long")
        elif taken:
            yield b"\n".join(taken).decode().rstrip()
            taken, size = [], 0
    if taken:
        yield b"\n".join(taken).decode().rstrip()


oscar_2019 = Oscar2019(
    name="oscar-2019",
    description="web documents of the crawl of November 2018, without metadata",
    licence="CC0-1.0",  # of the packaging and the annotations; the text belongs to its authors
    languages=("nb", "nn"),
    expected=(1, 20_000_000),
    home="https://huggingface.co/datasets/oscar-corpus/oscar",
)

oscar_2201 = Oscar2201(
    name="oscar-2201",
    description="web documents of the crawl of November and December 2021, with OSCAR's warnings",
    licence="CC0-1.0",
    languages=("nb", "nn"),
    expected=(1, 20_000_000),
    home="https://huggingface.co/datasets/oscar-corpus/OSCAR-2201",
    auth="an account on huggingface.co that accepted the terms of the dataset, and its token in HF_TOKEN",
    repo="oscar-corpus/OSCAR-2201",
    token_from=ACCESS,
)

oscar_2301 = Oscar2301(
    name="oscar-2301",
    description="web documents of the crawl of November and December 2022, with OSCAR's warnings",
    licence="CC0-1.0",
    languages=("nb", "nn"),
    expected=(1, 20_000_000),
    home="https://huggingface.co/datasets/oscar-corpus/OSCAR-2301",
    auth="an account on huggingface.co that accepted the terms of the dataset, and its token in HF_TOKEN",
    repo="oscar-corpus/OSCAR-2301",
    token_from=ACCESS,
)
