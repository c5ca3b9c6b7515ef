"""Where documents wait while a source is collected page by page: in as they come, out in the order of id."""

import json
import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from scrapers.record import Document, Dropped

log = logging.getLogger(__name__)

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, slots=True)
class PageNote:
    """What is kept of a page: the keys of the pages it leads to, and its validators for a conditional request."""

    links: tuple[str, ...] = ()
    etag: str = ""
    modified: str = ""


class Spool:
    """A file of pages and their documents.

    A page is in it with all its documents and links, or not at all, from the moment `add_page` returns: a collector
    that was killed goes on with the pages that are missing. Nothing else of a page is kept. A file that
    is damaged is begun anew.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sound(path)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute(
            "PRAGMA synchronous=OFF"
        )  # survives a kill, not a power cut: then it is collected anew
        self._connection.execute("CREATE TABLE IF NOT EXISTS spool (id TEXT, document TEXT, dropped TEXT, page TEXT)")
        self._connection.execute("CREATE INDEX IF NOT EXISTS ids ON spool (id)")
        self._connection.execute("CREATE INDEX IF NOT EXISTS of_page ON spool (page)")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS pages (page TEXT PRIMARY KEY, links TEXT, etag TEXT, modified TEXT)"
        )

    def add_page(self, page: str, items: Sequence[Document | Dropped], note: PageNote = PageNote()) -> int:
        """Puts a page in, in place of an earlier one of that key; returns how many of its ids were not in yet."""
        rows = [(*row_of(item), page) for item in items]
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.execute("DELETE FROM spool WHERE page = ?", (page,))
            new = {row[0] for row in rows if not self._has(row[0])}
            self._connection.executemany("INSERT INTO spool VALUES (?, ?, ?, ?)", rows)
            values = (page, json.dumps(note.links), note.etag, note.modified)
            self._connection.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?)", values)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        return len(new)

    def forget(self, pages: Iterable[str]) -> None:
        """Takes pages out, with all their documents; those that are not in are passed over."""
        keys = [(page,) for page in pages]
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("DELETE FROM spool WHERE page = ?", keys)
        self._connection.executemany("DELETE FROM pages WHERE page = ?", keys)
        self._connection.execute("COMMIT")

    def new(self, items: Sequence[Document | Dropped]) -> int:
        """How many ids of `items` are not in yet."""
        return len({identifier for identifier, *_ in map(row_of, items) if not self._has(identifier)})

    def _has(self, identifier: str) -> bool:
        return (
            self._connection.execute("SELECT 1 FROM spool WHERE id = ? LIMIT 1", (identifier,)).fetchone() is not None
        )

    def page(self, page: str) -> PageNote | None:
        """The note of a page that is in; None for one that is not."""
        found = self._connection.execute("SELECT links, etag, modified FROM pages WHERE page = ?", (page,)).fetchone()
        return PageNote(tuple(json.loads(found[0])), found[1], found[2]) if found else None

    def pages(self) -> dict[str, PageNote]:
        """The notes of all pages that are in, by key, in the order in which they came."""
        rows = self._connection.execute("SELECT page, links, etag, modified FROM pages ORDER BY rowid")
        return {page: PageNote(tuple(json.loads(links)), etag, modified) for page, links, etag, modified in rows}

    def documents_of(self, page: str, stage: str) -> list[Document | Dropped]:
        """The documents of one page, as they were put in."""
        rows = self._connection.execute("SELECT document, dropped FROM spool WHERE page = ? ORDER BY rowid", (page,))
        return [item_of(document, reason, stage) for document, reason in rows]

    def items(self, stage: str) -> Iterator[Document | Dropped]:
        """All documents that were put in, ordered by id and text; repeats stand side by side."""
        for row, reason in self._connection.execute(
            "SELECT document, dropped FROM spool ORDER BY id, dropped, document"
        ):
            yield item_of(row, reason, stage)

    def count(self) -> int:
        """How many documents were put in."""
        return int(self._connection.execute("SELECT count(*) FROM spool").fetchone()[0])

    def copy_to(self, path: Path) -> None:
        """Puts a spool with all that is in this one at `path`, in place of what is there."""
        partial = path.with_name(path.name + ".partial")
        partial.unlink(missing_ok=True)
        self._connection.execute("VACUUM INTO ?", (str(partial),))
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        partial.replace(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()


def sound(path: Path) -> sqlite3.Connection:
    """A connection to the database at `path`, which is removed before where it is damaged, or none.

    Half a second for 600 MB. Source: https://www.sqlite.org/pragma.html#pragma_quick_check
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in DAMAGED:
            raise
        found = str(error)
    if found == "ok":
        return connection
    connection.close()
    log.warning("%s is damaged (%s): what was collected so far is lost, it is begun anew", path, found)
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        file.unlink(missing_ok=True)
    return sqlite3.connect(path, isolation_level=None)


def row_of(item: Document | Dropped) -> tuple[str, str, str | None]:
    """The id, the document and the reason for leaving it out, as they are stored."""
    document = item.document if isinstance(item, Dropped) else item
    reason = json.dumps([item.rule, item.value, item.threshold]) if isinstance(item, Dropped) else None
    return document.id, json.dumps(document.row()), reason


def item_of(row: str, reason: str | None, stage: str) -> Document | Dropped:
    """The document that `row_of` stored."""
    document = Document.from_row(json.loads(row))
    return Dropped(document, stage, *json.loads(reason)) if reason else document
