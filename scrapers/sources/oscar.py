"""OSCAR 23.01: web documents as JSON lines, zstd-compressed. Upstream is gated on the Hugging Face Hub.

Source: https://huggingface.co/datasets/oscar-corpus/OSCAR-2301
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from scrapers.corpus import Corpus
from scrapers.record import Document, Dropped, Reserved
from scrapers.source import CollectError
from scrapers.store import lines


@dataclass(frozen=True, kw_only=True)
class Oscar(Corpus):
    """One part of one language. leave_out: OSCAR's own quality warnings that keep a document out."""

    part: str = "no_meta/no_meta_part_1.jsonl.zst"
    host: str = "https://huggingface.co/datasets/oscar-corpus/OSCAR-2301/resolve/main"
    leave_out: tuple[str, ...] = ("adult", "noisy", "header", "footer")

    def address(self) -> str:
        """Where the part lies."""
        return f"{self.host}/{self.part}"

    def read(self, path: Path, reserved: Reserved) -> Iterator[Document | Dropped]:
        """Every document of the part, those with a warning in `leave_out` as dropped."""
        number = 0
        try:
            with pa.OSFile(str(path)) as file, pa.CompressedInputStream(file, "zstd") as stream:
                for number, line in enumerate(lines(stream), 1):  # noqa: B007 - named in the error
                    yield self._document(json.loads(line), reserved)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise CollectError(f"{path.name}, line {number}: not an OSCAR 23.01 document ({error!r})") from error
        except (pa.ArrowException, OSError) as error:
            raise CollectError(f"{path.name} is not a whole zstd file: {error}") from error

    def _document(self, row: dict[str, Any], reserved: Reserved) -> Document | Dropped:
        headers, metadata = row["warc_headers"], row["metadata"]
        url = headers["warc-target-uri"]
        if not isinstance(row["content"], str) or not isinstance(url, str):
            raise TypeError("content or address is not a text")
        document = self.document(headers["warc-record-id"], row["content"], reserved=reserved, url=url)
        warnings = sorted(set(metadata["quality_warnings"] or []) & set(self.leave_out))
        if warnings:
            return Dropped(document, f"collect/{self.name}", "quality_warning", ",".join(warnings), "none")
        return document


oscar = Oscar(
    name="oscar-2301",
    description="web documents classified by language, OSCAR 23.01",
    licence="CC0-1.0",  # of the packaging and the annotations; the text belongs to its authors
    languages=("nb", "nn"),
    expected=(1, 10_000_000),
)
