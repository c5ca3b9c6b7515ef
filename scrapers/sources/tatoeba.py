"""Tatoeba: example sentences that people wrote and translated, with the language they say they are in.

The files are what MySQL's `SELECT … INTO OUTFILE` writes: columns between tabs, nothing quoted, a backslash before a
tab, a line feed or a backslash that belongs to the text, and `\\N` for none. New ones come every week.

Attribution, as CC BY asks for: the address of each record is that of its sentence, where its author is named. The name
itself is personal data and is not read.

Source: https://tatoeba.org/en/downloads, https://dev.mysql.com/doc/refman/8.0/en/select-into.html
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from scrapers.corpus import Corpus, OpenFile, RemoteFile
from scrapers.fetch import Fetcher
from scrapers.languages import bcp47
from scrapers.record import Document, Dropped
from scrapers.source import CollectError, Items

HOST = "https://downloads.tatoeba.org/exports/per_language"
# How many columns a table has, and in which stands when the sentence was added, or last changed.
TABLES = {"sentences_detailed": (6, 4), "sentences_CC0": (4, 3)}
LONGEST_ROW = 64 << 10
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
MEANING = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}


@dataclass(frozen=True, kw_only=True)
class Tatoeba(Corpus):
    """The sentences of each of `codes` (ISO 639-3). table: `sentences_detailed`; `sentences_CC0` for the free ones."""

    codes: tuple[str, ...] = ("nob", "nno")
    table: str = "sentences_detailed"

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """A file for each language. Raises CollectError on another table."""
        if self.table not in TABLES:
            raise CollectError(f"{self.name}: table is {self.table!r}, expected {' or '.join(TABLES)}")
        for code in self.codes:
            yield RemoteFile(f"{HOST}/{code}/{code}_{self.table}.tsv.bz2")

    def read(self, file: OpenFile) -> Items:
        """Every sentence. Raises ValueError on a row of another language, and where there is none at all."""
        empty = self.table != "sentences_CC0"  # few gave theirs away: in most languages nobody
        for row in unescaped(file.lines(), b"\n"):
            empty = False
            yield self._sentence(file, [field.decode() for field in unescaped(row.split(b"\t"), b"\t")])
        if empty:
            raise ValueError("no sentences")

    def _sentence(self, file: OpenFile, row: list[str]) -> Document | Dropped:
        columns, dated = TABLES[self.table]
        code = file.name.partition("_")[0]
        if len(row) != columns or row[1] != code:
            raise ValueError(f"expected {columns} columns of which the second is {code}, found {row[:2]} of {len(row)}")
        text = "" if row[2] == r"\N" else ESCAPE.sub(lambda escape: MEANING.get(escape[1], escape[1]), row[2])
        key = str(int(row[0]))
        document = self.document(
            file,
            key,
            text,
            url=f"https://tatoeba.org/en/sentences/show/{key}",
            licence="CC0-1.0" if self.table == "sentences_CC0" else self.licence,
            published=month(row[dated]),
            lang=bcp47(code),
        )
        return document if text.strip() else Dropped(document, f"collect/{self.name}", "no_text", "0 characters", "1")


def unescaped(parts: Iterable[bytes], mark: bytes) -> Iterator[bytes]:
    """What was split at every `mark`, put together again where a backslash stands before it.

    Raises EOFError where nothing follows such a backslash, ValueError where that goes on for LONGEST_ROW bytes.
    """
    whole = b""
    for part in parts:
        whole += part
        if (len(part) - len(part.rstrip(b"\\"))) % 2 == 0:
            yield whole
            whole = b""
        elif len(whole) > LONGEST_ROW:
            raise ValueError(f"a row of more than {LONGEST_ROW:,} bytes")
        else:
            whole += mark
    if whole:
        raise EOFError("it ends in the middle of a row")


def month(moment: str) -> date | None:
    """The first day of the month of `2026-01-17 12:39:00`; None for `\\N`, and for `0000-00-00`, which occurs."""
    try:
        return date.fromisoformat(moment[:10]).replace(day=1)
    except ValueError:
        return None


tatoeba = Tatoeba(
    name="tatoeba",
    description="example sentences written and translated by volunteers",
    licence="CC-BY-2.0",  # its French port, for which SPDX has no name
    languages=("nb", "nn"),
    expected=(10_000, 1_000_000),
    personal_data=False,
    home="https://tatoeba.org/en/downloads",
    size="18,383 sentences in bokmål (September 2026), fewer in nynorsk; under 1 MB packed",
)
