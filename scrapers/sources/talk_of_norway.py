"""Talk of Norway: the speeches of the Storting from 1998 to 2016, as one table.

Each speech comes with some eighty columns, of which the text, the title of the debate, the date and the id are read:
speakers are public persons, but who speaks does not belong into a text corpus. The column `language` is a guess of
langid.py and is not taken over. The same debates are in `stortinget`.

Source: https://github.com/ltgoslo/talk-of-norway; its Data.md describes the columns
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO

from scrapers.corpus import Corpus, OpenFile
from scrapers.packed import BLOCK, LONGEST_LINE, split_lines, tar_files
from scrapers.record import Document, document_id
from scrapers.source import Items

COLUMNS = ("id", "text", "date", "debate_title", "transcript")
MISSING = ("", "NA")  # as R writes it


@dataclass(frozen=True, kw_only=True)
class TalkOfNorway(Corpus):
    """The archive: the table, and a file of annotations for each speech, which are passed over."""

    def read(self, file: OpenFile) -> Items:
        """Every speech, in a group with those of the same sitting. Raises ValueError where the table is missing."""
        found = False
        for name, content in tar_files(file.stream, file.name):
            if name.rpartition("/")[2] == "ton.csv":
                found = True
                csv.field_size_limit(LONGEST_LINE)  # of the whole process; by itself 131,072
                rows = csv.reader(text_lines(content), strict=True)
                header = next(rows, [])
                chosen = [header.index(column) for column in COLUMNS]
                for row in rows:
                    file.at = f"{name}, line {rows.line_num}"
                    if len(row) != len(header):
                        raise ValueError(f"{len(row)} cells, expected {len(header)}")
                    yield self._speech(file, *(row[number] for number in chosen))
        if not found:
            raise ValueError("no ton.csv")

    def _speech(self, file: OpenFile, key: str, text: str, day: str, title: str, sitting: str) -> Document:
        if key in MISSING:
            raise ValueError("a speech without an id")
        return self.document(
            file,
            key,
            "" if text in MISSING else text.strip(),
            title=None if title in MISSING else title.strip(),
            published=None if day in MISSING else date.fromisoformat(day[:10]).replace(day=1),
            group=document_id(self.name, day if sitting in MISSING else sitting),
        )


def text_lines(content: IO[bytes]) -> Iterator[str]:
    """The lines of a UTF-8 file, each with a line feed. Raises CollectError on an endless one."""
    for line in split_lines(iter(lambda: content.read(BLOCK), b"")):
        yield line.decode("utf-8") + "\n"


talk_of_norway = TalkOfNorway(
    name="talk-of-norway",
    description="speeches in the Norwegian parliament, 1998 to 2016",
    licence="NLOD-1.0",  # the repository says NLOD, in the days of its first version
    languages=("nb", "nn"),
    expected=(200_000, 300_000),
    home="https://github.com/ltgoslo/talk-of-norway",
    size="about 250,000 speeches, 64 million words",
    url="https://www.velldal.net/erik/data/ton101.tar.gz",
)
