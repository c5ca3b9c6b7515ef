"""A JSON-lines file on this machine, its columns named by the recipe."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import fsspec

from scrapers import store
from scrapers.record import Document, Reserved, document_id, normalised_rating, now
from scrapers.source import CollectError, Collecting, Source

COLUMNS = ("key", "text", "title", "rating", "label", "group", "url", "year")


@dataclass(frozen=True, kw_only=True)
class LocalFile(Source):
    """A file of one JSON object a line, plain or as .gz, .bz2, .xz or .zst.

    columns: which of the file's columns is our `key`, `text`, `title`, `rating`, `label`, `group`, `url` or `year`;
    `text` is needed, and without `key` the line number stands in. worst, best: the rating scale.
    source_name: what the records name as their source. The rights are `unknown`: nobody was asked.
    """

    path: str = ""
    columns: Mapping[str, str] = field(default_factory=lambda: {"text": "text"})
    worst: float = 1
    best: float = 5
    source_name: str = ""
    reserved: Reserved = "unknown"

    def documents(self, collecting: Collecting) -> Iterator[Document]:
        """Every line of the file. Raises CollectError where it is missing, or a line is not what the recipe says."""
        self._check()
        number = 0
        try:
            with fsspec.open(self.path, "rt", encoding="utf-8", compression="infer") as stream:
                for number, line in enumerate(stream, 1):
                    yield self._document(json.loads(line), number)
        except FileNotFoundError as error:
            raise CollectError(f"{self.path} does not exist: it is the `path` of source {self.name}") from error
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise CollectError(f"{self.path}, line {number}: {type(error).__name__}: {error}") from error
        except Exception as error:  # what a damaged file raises depends on its compression, and on who unpacks it
            raise CollectError(f"{self.path} cannot be read on after line {number}: {error}") from error

    def digest(self) -> str | None:
        """The SHA-256 of the file."""
        return store.sha256(self.path) if self.path and store.exists(self.path) else None

    def _check(self) -> None:
        if not self.path:
            raise CollectError(f"source {self.name} has no file: set path = '...' in the recipe, or --set ...path=FILE")
        if unknown := set(self.columns) - set(COLUMNS):
            raise CollectError(f"{self.name}: unknown columns {sorted(unknown)}; known are {', '.join(COLUMNS)}")
        if "text" not in self.columns:
            raise CollectError(f"{self.name}: columns does not say which column is the text: columns.text = '...'")

    def _document(self, row: dict[str, Any], number: int) -> Document:
        value = {ours: row[theirs] for ours, theirs in self.columns.items()}
        if missing := [self.columns[ours] for ours in ("text", "key") if ours in value and value[ours] is None]:
            raise ValueError(f"{missing[0]} is null")
        source = self.source_name or self.name
        identifier = document_id(source, str(value.get("key", number)))
        rating = value.get("rating")
        return Document(
            id=identifier,
            text=str(value["text"]),
            title=optional(value.get("title")),
            source=source,
            url=optional(value.get("url")) or Path(self.path).name,
            licence=self.licence,
            collected_at=now(),
            published=date(int(value["year"]), 1, 1) if value.get("year") else None,
            group=optional(value.get("group")) or identifier,
            label=optional(value.get("label")),
            rating=None if rating is None else normalised_rating(float(rating), worst=self.worst, best=self.best),
            raw_rating=optional(rating),
            reserved=self.reserved,
        )


def optional(value: Any) -> str | None:
    """`value` as text, None where there is none."""
    return None if value is None or value == "" else str(value)


local_file = LocalFile(
    name="local-file",
    description="a JSON-lines file on this machine",
    licence="unknown",
    languages=(),
    expected=(1, 100_000_000),
    delay_s=0,
)
