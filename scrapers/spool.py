"""Where documents wait while a source is collected: they go in as they come and come out in the order of id."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from scrapers.record import Document, Dropped


class Spool:
    """A file of documents. Every one added is on disk when `add` returns, so a killed collector loses none it had."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute(
            "PRAGMA synchronous=OFF"
        )  # survives a kill, not a power cut: then it is collected anew
        self._connection.execute("CREATE TABLE IF NOT EXISTS spool (id TEXT, document TEXT, dropped TEXT)")

    def add(self, item: Document | Dropped) -> None:
        """Puts one document in, with its reason where the source leaves it out."""
        document = item.document if isinstance(item, Dropped) else item
        reason = json.dumps([item.rule, item.value, item.threshold]) if isinstance(item, Dropped) else None
        values = (document.id, json.dumps(document.row()), reason)
        self._connection.execute("INSERT INTO spool VALUES (?, ?, ?)", values)

    def items(self, stage: str) -> Iterator[Document | Dropped]:
        """All that was put in, ordered by id and text; all but the first of one id dropped as `repeated`."""
        rows = self._connection.execute("SELECT id, document, dropped FROM spool ORDER BY id, dropped, document")
        previous = None
        for identifier, row, reason in rows:
            document = Document.from_row(json.loads(row))
            if reason:
                yield Dropped(document, stage, *json.loads(reason))
            elif identifier == previous:
                yield Dropped(document, stage, "repeated", identifier, "once")
            else:
                previous = identifier
                yield document

    def count(self) -> int:
        """How many documents were put in."""
        return int(self._connection.execute("SELECT count(*) FROM spool").fetchone()[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
