"""A corpus that comes as files: each downloaded whole, then read a document at a time, in its order."""

import csv
import io
import json
import logging
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import IO, Any, TypeVar, cast

import msgspec
import requests
from lxml.etree import LxmlError
from urllib3.exceptions import HTTPError

from scrapers import packed
from scrapers.fetch import Body, Fetcher, RangeFile, download, found_instead
from scrapers.record import Document, Reserved, document_id, now
from scrapers.source import Chapters, CollectError, Collecting, Items, Source

log = logging.getLogger(__name__)

# What parsers raise on what has another shape.
MISREAD = (ValueError, LookupError, TypeError, AttributeError, RecursionError, LxmlError, csv.Error)
Row = TypeVar("Row")

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

    def rows(self, decoder: msgspec.json.Decoder[Row]) -> Iterator[Row]:
        """What `decoder` makes of each line of a file with a JSON object a line, read ahead on another core.

        Faster than `lines()`: many lines are decoded in one go. Blank lines are no rows.
        """
        number = 0
        try:
            for piece in packed.whole_lines(packed.read_ahead(self.unpacked())):
                try:
                    rows = decoder.decode_lines(piece)
                except (ValueError, RecursionError):  # in which line?
                    for line in bytes(piece).removesuffix(b"\n").split(b"\n"):
                        number += 1
                        if line.strip():
                            yield decoded(line, decoder)
                else:
                    for row in rows:
                        number += 1
                        yield row
        finally:
            self.at = f"line {number}"


def decoded(line: bytes, decoder: msgspec.json.Decoder[Row]) -> Row:
    """What `decoder` makes of a line. Raises ValueError on another type, or on what is no JSON.

    Half of an emoji, which msgspec refuses, is JSON: what Python's own parser makes of such a line is taken.
    """
    try:
        return decoder.decode(line)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(line), decoder.type)


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

    def chapters(self, collecting: Collecting) -> Chapters:
        """The documents of each file. A file is downloaded when its chapter begins and removed when it has been read.

        With a limit, or kept in an archive, it is not removed; with a limit it is not even downloaded whole. What may
        hold personal data is kept in no archive.
        """
        if self.personal_data:
            collecting = replace(collecting, archive=None)
        fetcher = Fetcher(collecting, delay_s=self.delay_s)
        self.headers()  # better now than after an hour
        for number, remote in enumerate(self.files(fetcher)):
            yield f"{remote.url} {remote.checksum}", self._chapter(collecting, fetcher, number, remote)

    def documents(self, collecting: Collecting) -> Items:
        """Every document of every file. Raises CollectError where one cannot be had whole, or has another layout."""
        for _, chapter in self.chapters(collecting):
            yield from chapter

    def document(
        self,
        file: OpenFile,
        key: str,
        text: str,
        *,
        url: str | None = None,
        group: str | None = None,
        licence: str | None = None,
        reserved: Reserved | None = None,
        **columns: Any,
    ) -> Document:
        """A record of this corpus for what it calls `key`; its group is itself unless `group` says otherwise."""
        identifier = document_id(self.name, key)
        return Document(
            id=identifier,
            text=text,
            source=self.name,
            url=f"{file.url}#{key}" if url is None else url,
            licence=licence or self.licence,
            collected_at=file.collected_at,
            group=group or identifier,
            reserved=reserved or file.reserved,
            **columns,
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
        except CollectError:  # another file than it should be: the next run is to fetch it anew
            found.path.unlink()
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
            if not begin:
                raise DamagedError(f"{file.url}: expected {file.name}, got an empty file")
            if WEB_PAGE.match(begin):
                raise DamagedError(f"{file.url}: expected {file.name}, {found_instead(begin)}")
            try:
                yield from self.read(file)
            except (requests.RequestException, HTTPError):
                raise
            except packed.DAMAGE as error:
                raise DamagedError(f"{file.name} is cut off or damaged{place(file)}: {error}") from error
            except MISREAD as error:
                raise CollectError(
                    f"{file.name}{place(file)}: not the layout of {self.name} ({type(error).__name__}: {error})"
                ) from error


class DamagedError(CollectError):
    """A file that is cut off, damaged or another one: worth another download."""


def place(file: OpenFile) -> str:
    """Where in a file, for a message."""
    return f", {file.at}" if file.at else ""


def chosen(files: Sequence[RemoteFile], parts: Sequence[str]) -> list[RemoteFile]:
    """The files whose names match one of the patterns, such as `*_part_1.jsonl.zst`; all of them without a pattern.

    In the order of their names, 2 before 10. Raises CollectError where a pattern matches none.
    """
    names = [file.name for file in files]
    for pattern in parts:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise CollectError(
                f"parts: no file is called {pattern!r}; there are {', '.join(sorted(names, key=natural))}"
            )
    found = [file for file in files if not parts or any(fnmatchcase(file.name, pattern) for pattern in parts)]
    return sorted(found, key=lambda file: natural(file.name))


def natural(name: str) -> list[str | int]:
    """What names are sorted by so that part 2 comes before part 10."""
    return [int(piece) if piece.isdecimal() else piece for piece in re.split(r"(\d+)", name)]
