"""A corpus that comes as one file: downloaded whole, then read a document at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapers.fetch import Fetcher, download
from scrapers.record import Document, Dropped, Reserved, document_id, now
from scrapers.source import Collecting, Source


@dataclass(frozen=True, kw_only=True)
class Corpus(Source):
    """A file at `url`; the subclasses read it. sha256: of the file, where upstream names it."""

    url: str = ""
    sha256: str | None = None

    def read(self, path: Path, reserved: Reserved) -> Iterator[Document | Dropped]:
        """Every document in the file at `path`, in its order. Raises CollectError where it has another layout."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to read its file")

    def address(self) -> str:
        """Where the file lies upstream."""
        return self.url

    def documents(self, collecting: Collecting) -> Iterator[Document | Dropped]:
        """Every document of the corpus. Raises CollectError where the file cannot be had whole."""
        url = self.address()
        target = collecting.folder / url.rsplit("/", 1)[-1]
        reserved = download(Fetcher(collecting, delay_s=self.delay_s), url, target, sha256=self.sha256)
        yield from self.read(target, reserved)

    def document(self, key: str, text: str, *, reserved: Reserved, **columns: Any) -> Document:
        """A record of this corpus for what it calls `key`; its group is itself, and it was collected now."""
        identifier = document_id(self.name, key)
        defaults = {"url": f"{self.address()}#{key}", "group": identifier, "licence": self.licence}
        values = defaults | columns
        return Document(id=identifier, text=text, source=self.name, collected_at=now(), reserved=reserved, **values)
