"""A corpus that comes as files: each downloaded whole, then read a document at a time, in its order."""

import io
import logging
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, cast

import requests
from lxml.etree import LxmlError
from urllib3.exceptions import HTTPError

from scrapers import packed
from scrapers.fetch import Body, Fetcher, RangeFile, download, found_instead
from scrapers.record import Document, Reserved, document_id, now
from scrapers.source import CollectError, Collecting, Items, Source

log = logging.getLogger(__name__)

WEB_PAGE = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a corpus. checksum: `sha256:…`, `sha1:…` or `md5:…` where upstream names it."""

    url: str
    checksum: str = ""

    @property
    def name(self) -> str:
        """The last part of its address, which says how it is packed."""
        return self.url.partition("?")[0].rstrip("/").rpartition("/")[2]


class OpenFile:
    """A file of a corpus while it is read: its bytes as they came, the verdict on its rights, how far we are.

    tally: of the whole collection, for what is met in a file and is no document of the source.
    """

    def __init__(self, url: str, name: str, stream: Any, reserved: Reserved, tally: Counter[str] | None = None) -> None:
        self.url, self.name, self.reserved = url, name, reserved
        self.tally: Counter[str] = Counter() if tally is None else tally
        self.stream: IO[bytes] = stream
        self.collected_at: datetime = now()
        self.at = ""  # where in the file, for a message: "line 7", "nno/0001.txt"

    def unpacked(self) -> IO[bytes]:
        """The bytes without the compression that the name of the file ends in."""
        return packed.unpacked(self.stream, self.name)

    def lines(self) -> Iterator[bytes]:
        """The unpacked lines, without line feeds, read ahead on another core."""
        number = 0  # named in errors
        try:
            for number, line in enumerate(packed.split_lines(packed.read_ahead(self.unpacked())), 1):  # noqa: B007
                yield line
        finally:
            self.at = f"line {number}"


@dataclass(frozen=True, kw_only=True)
class Corpus(Source):
    """Files on the web; the subclasses read them. url: of the one file, where there is one. checksum: of it.

    seekable: whether a file can only be read from anywhere in it, as parquet and zip are. reread: whether it is read
    more than once, so that it must be here whole even for a look. token_from: the variable of the environment that
    holds the access token of a gated corpus.
    """

    url: str = ""
    checksum: str = ""
    seekable: bool = False
    reread: bool = False
    token_from: str = ""

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The files of the corpus, in order. Raises CollectError where the recipe does not say which."""
        yield RemoteFile(self.url, self.checksum)

    def read(self, file: OpenFile) -> Items:
        """Every document of a file, in its order. What its parsers raise is caught, and the file named."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to read its files")

    def headers(self) -> dict[str, str]:
        """What is sent along: the token, to the host of the corpus only. Raises CollectError where it is missing."""
        if not self.token_from:
            return {}
        token = os.environ.get(self.token_from, "").strip()
        if not token:
            raise CollectError(
                f"{self.name} needs an access token in the environment variable {self.token_from}; {self.auth}"
            )
        return {"Authorization": f"Bearer {token}"}

    def chapters(self, collecting: Collecting) -> Iterator[Items]:
        """The documents of each file. A file is downloaded when its chapter begins and removed when it has been read.

        With a limit, or kept in an archive, it is not removed; with a limit it is not even downloaded whole.
        """
        fetcher = Fetcher(collecting, delay_s=self.delay_s)
        self.headers()  # better now than after an hour
        for number, remote in enumerate(self.files(fetcher)):
            yield self._chapter(collecting, fetcher, number, remote)

    def documents(self, collecting: Collecting) -> Items:
        """Every document of every file. Raises CollectError where one cannot be had whole, or has another layout."""
        for chapter in self.chapters(collecting):
            yield from chapter

    def document(self, file: OpenFile, key: str, text: str, **columns: Any) -> Document:
        """A record of this corpus for what it calls `key`; its group is itself unless `columns` say otherwise."""
        identifier = document_id(self.name, key)
        defaults = {"url": f"{file.url}#{key}", "group": identifier, "licence": self.licence}
        return Document(
            id=identifier,
            text=text,
            source=self.name,
            collected_at=file.collected_at,
            reserved=file.reserved,
            **(defaults | columns),
        )

    def _chapter(self, collecting: Collecting, fetcher: Fetcher, number: int, remote: RemoteFile) -> Items:
        if collecting.limit is not None and collecting.archive is None and not self.reread:
            yield from self._glance(fetcher, remote)
            return
        folder = collecting.archive or collecting.folder
        target = folder / f"{number:05d}-{re.sub(r'[^A-Za-z0-9._-]', '_', remote.name)[-100:]}"
        folder.mkdir(parents=True, exist_ok=True)
        found = download(
            fetcher,
            remote.url,
            target,
            checksum=remote.checksum,
            headers=self.headers(),
            revalidate=collecting.archive is not None,
        )
        collecting.tally["files_unchanged" if found.unchanged and collecting.archive else "files"] += 1
        try:
            with found.path.open("rb", buffering=0) as stream:
                yield from self._checked(OpenFile(remote.url, remote.name, stream, found.reserved, fetcher.tally))
        except DamagedError:
            found.path.unlink()  # the next run is to fetch it anew
            raise
        if collecting.archive is None:
            found.path.unlink()

    def _glance(self, fetcher: Fetcher, remote: RemoteFile) -> Items:
        """The documents of a file that is read on the web, so that no more of it is fetched than is asked for."""
        if self.seekable:
            stream = RangeFile(fetcher, remote.url, self.headers())
            yield from self._checked(OpenFile(remote.url, remote.name, stream, stream.reserved, fetcher.tally))
            return
        headers = {"Accept-Encoding": "identity"} | self.headers()
        with fetcher.open("GET", remote.url, headers=headers) as answer:
            reserved = fetcher.reserved(remote.url, answer.headers)
            yield from self._checked(OpenFile(remote.url, remote.name, Body(answer), reserved, fetcher.tally))

    def _checked(self, file: OpenFile) -> Items:
        """What `read` gives, its faults as CollectErrors that name the file and the place in it."""
        with io.BufferedReader(cast(io.RawIOBase, file.stream), 1 << 16) as buffered:
            file.stream = buffered
            begin = buffered.peek(4096)
            if WEB_PAGE.match(begin):
                raise DamagedError(f"{file.url}: expected {file.name}, {found_instead(begin)}")
            try:
                yield from self.read(file)
            except (requests.RequestException, HTTPError):
                raise
            except packed.DAMAGE as error:
                raise DamagedError(f"{file.name} is cut off or damaged{place(file)}: {error}") from error
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError, LxmlError) as error:
                raise CollectError(
                    f"{file.name}{place(file)}: not the layout of {self.name} ({type(error).__name__}: {error})"
                ) from error


class DamagedError(CollectError):
    """A file that is cut off, damaged or another one: worth another download."""


def place(file: OpenFile) -> str:
    """Where in a file, for a message."""
    return f", {file.at}" if file.at else ""
