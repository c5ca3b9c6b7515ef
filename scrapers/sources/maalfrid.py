"""Målfrid: documents from the web sites of Norwegian public bodies, one crawl a year, by the National Library.

Source: https://www.nb.no/sbfil/tekst/maalfrid_2026/maalfrid_2026.md
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from scrapers.corpus import Corpus, OpenFile, RemoteFile
from scrapers.fetch import Fetcher
from scrapers.languages import bcp47
from scrapers.packed import tar_files
from scrapers.record import Dropped
from scrapers.source import CollectError, Items

HOST = "https://www.nb.no/sbfil/tekst"


class Row(msgspec.Struct, gc=False):
    """A line: one document. lang: its language, `nob`, `nno`, … fulltext: its paragraphs."""

    url: str
    lang: str
    fulltext: list[str] | str


DECODER = msgspec.json.Decoder(Row)


@dataclass(frozen=True, kw_only=True)
class Maalfrid(Corpus):
    """The crawl of a year; there was one each year since 2021, with gaps.

    keep: the languages to keep, as Målfrid writes them: `nob`, `nno`, `sme`, `sma`, `smj`, `eng`; none keeps all.
    """

    year: int = 2026
    keep: tuple[str, ...] = ()

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The archive of the year."""
        yield RemoteFile(f"{HOST}/maalfrid_{self.year}/maalfrid_{self.year}.tar{'.gz' if self.year == 2021 else ''}")

    def read(self, file: OpenFile) -> Items:
        """Every document of the archive, those in another language than asked for as dropped.

        There is a file for each domain, language and kind of document.
        """
        found = False
        for name, content in tar_files(file.stream, file.name):
            if name.endswith((".jsonl.gz", ".jsonl")):
                found = True
                inner = OpenFile(file.url, name, content, file.reserved, file.tally)
                try:
                    yield from self._documents(file, inner)
                finally:
                    file.at = f"{name}, {inner.at}"
        if not found:
            raise CollectError(f"{file.name} holds no file *.jsonl.gz; is it an archive of Målfrid?")

    def _documents(self, file: OpenFile, inner: OpenFile) -> Items:
        for row in inner.rows(DECODER):
            text = row.fulltext if isinstance(row.fulltext, str) else "\n".join(row.fulltext)
            document = self.document(file, row.url, text, url=row.url, lang=bcp47(row.lang))
            if self.keep and row.lang not in self.keep:
                yield Dropped(document, f"collect/{self.name}", "language", row.lang, ", ".join(self.keep))
            else:
                yield document


maalfrid = Maalfrid(
    name="maalfrid",
    description="documents from the web sites of Norwegian public bodies",
    licence="NLOD-2.0",
    languages=("nb", "nn", "se", "sma", "smj", "en"),
    expected=(1, 50_000_000),
    home="https://www.nb.no/sprakbanken/en/resource-catalogue/",
    size="2.6 billion tokens in 2026: 1,890 million bokmål, 170 million nynorsk",
)
