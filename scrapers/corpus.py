"""A corpus that comes as one file: downloaded whole, then read a document at a time."""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapers.fetch import Fetcher, download
from scrapers.record import Document, Dropped, Reserved, document_id, now
from scrapers.source import CollectError, Collecting, Source


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


@contextmanager
def whole_archive(path: Path) -> Iterator[tarfile.TarFile]:
    """The tar.gz at `path`, to be read from front to back. Raises CollectError where it is cut off or damaged.

    Through gzip, which knows its end: tarfile by itself takes an archive cut between two files for a whole one.
    """
    try:
        with gzip.open(path) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as archive:
            yield archive
            while unpacked.read(1 << 20):
                pass
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise CollectError(f"{path.name} is not a whole tar.gz: {error}") from error
