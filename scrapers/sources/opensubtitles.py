"""OpenSubtitles: subtitles of films and series, as OPUS hands them on.

In two forms. `mono` is one file, a sentence a line, in which nothing marks where one subtitle ends and the next
begins: a document is so many lines, and may hold the end of one film and the beginning of another. `raw` is an XML file
for each subtitle: a document is one, and all of one film or episode are a group. Neither is tokenised.

The catalogue of OPUS says which version there is of a language. The names in the archive are read for year, film and
subtitle and are nowhere used as paths; the ids of sentences are not in order everywhere, so theirs is that of the file.
Advertisements and the lines of subtitlers ("Tekstet av …") are left to cleaning, as are the Danish and Swedish files.

Nobody licensed these texts. OPUS asks for a citation (Lison and Tiedemann 2016) and a link to opensubtitles.org.

Source: https://opus.nlpl.eu/OpenSubtitles/corpus/version/OpenSubtitles, https://opus.nlpl.eu/opusapi/
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import msgspec
from lxml import etree

from scrapers.corpus import Corpus, OpenFile, RemoteFile
from scrapers.fetch import Fetcher
from scrapers.packed import zip_files
from scrapers.record import Document, Dropped, document_id
from scrapers.source import CollectError, FetchError, Items

CATALOGUE = "https://opus.nlpl.eu/opusapi/"
STORE = "https://object.pouta.csc.fi/OPUS-OpenSubtitles"
ENDINGS = {"mono": ".txt.gz", "raw": ".zip"}
SUBTITLE = re.compile(r"/raw/[^/]+/\d+/(\d+)/(\w+)\.xml$")  # film in IMDb, subtitle in OpenSubtitles
LARGEST_SUBTITLE = 16 << 20


class Offer(msgspec.Struct):
    """A file in the catalogue."""

    url: str


class Catalogue(msgspec.Struct):
    """What the catalogue answers."""

    corpora: list[Offer]


@dataclass(frozen=True, kw_only=True)
class OpenSubtitles(Corpus):
    """The subtitles in each of `codes`, as OPUS calls the languages. version: `v2018`, `v2024`; `latest` for the last.

    preprocessing: `mono`, in documents of `lines_a_document`, or `raw`, a document for each subtitle.
    """

    codes: tuple[str, ...] = ("no",)
    version: str = "latest"
    preprocessing: str = "raw"
    lines_a_document: int = 100

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.preprocessing not in ENDINGS or self.lines_a_document < 1:
            raise CollectError(
                f"source {self.name}: preprocessing is {self.preprocessing!r}, expected {' or '.join(ENDINGS)}; "
                f"lines_a_document is {self.lines_a_document}, expected 1 or more"
            )
        object.__setattr__(self, "seekable", self.preprocessing == "raw")

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """A file for each language. Raises CollectError where OPUS has none."""
        for code in self.codes:
            yield RemoteFile(self._address(fetcher, code))

    def _address(self, fetcher: Fetcher, code: str) -> str:
        asked = {"corpus": "OpenSubtitles", "source": code, "version": self.version}
        url = f"{CATALOGUE}?{urlencode(asked | {'preprocessing': self.preprocessing})}"
        missing = f"OPUS has no OpenSubtitles {self.version}, {self.preprocessing}, in {code!r}"
        try:
            offers = msgspec.convert(fetcher.get(url).json(), Catalogue).corpora
        except FetchError as error:
            raise FetchError(f"{error}. If that is a 404, {missing}") from error
        except msgspec.ValidationError as error:
            raise CollectError(f"{url} has another layout: {error}") from error
        wanted = re.compile(
            rf"{re.escape(STORE)}/v\w+/{self.preprocessing}/{re.escape(code + ENDINGS[self.preprocessing])}"
        )
        found = sorted(offer.url for offer in offers if wanted.fullmatch(offer.url))
        if not found:
            others = ", ".join(offer.url for offer in offers) or "nothing"
            raise CollectError(f"{missing}: {url} names {others}; other versions or codes may be there")
        return found[-1]

    def read(self, file: OpenFile) -> Items:
        """Every document of a file. Raises ValueError where there is none."""
        empty = True
        for item in self._subtitles(file) if self.preprocessing == "raw" else self._passages(file):
            empty = empty and isinstance(item, Dropped)
            yield item
        if empty:
            raise ValueError("no subtitles that can be read")

    def _passages(self, file: OpenFile) -> Items:
        lines = enumerate(file.lines(), 1)
        while passage := list(islice(lines, self.lines_a_document)):
            key = f"{file.url.removeprefix(STORE)}#{passage[0][0]}"
            text = "\n".join(line.decode("utf-8", "replace").strip() for _, line in passage)
            yield self._document(file, key, text, url=f"{STORE}{key}")

    def _subtitles(self, file: OpenFile) -> Items:
        for name, body in zip_files(file.stream, file.name, LARGEST_SUBTITLE):
            file.at = name
            if found := SUBTITLE.search(name):
                yield self._subtitle(file, found[1], found[2], body)
            elif name.endswith(".xml"):
                raise ValueError("expected …/raw/{language}/{year}/{film}/{subtitle}.xml")

    def _subtitle(self, file: OpenFile, film: str, subtitle: str, body: bytes) -> Document | Dropped:
        code = file.name.partition(".")[0]
        columns: dict[str, Any] = {
            "url": f"{file.url}#{film}/{subtitle}",
            "group": document_id(self.name, f"film/{int(film)}"),
        }
        try:
            text = "\n".join(sentences(body))
        except SyntaxError as error:
            document = self.document(file, f"{code}/{subtitle}", body.decode("utf-8", "replace"), **columns)
            return Dropped(document, f"collect/{self.name}", "malformed", str(error), "XML")
        return self._document(file, f"{code}/{subtitle}", text, **columns)

    def _document(self, file: OpenFile, key: str, text: str, **columns: Any) -> Document | Dropped:
        document = self.document(file, key, text, **columns)
        return document if text.strip() else Dropped(document, f"collect/{self.name}", "no_text", "0 characters", "1")


def sentences(body: bytes) -> Iterator[str]:
    """The sentences of a subtitle, in the order of the file.

    Raises SyntaxError, as lxml does, where it is not well-formed XML without a document type; ValueError where it is
    tokenised.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(body, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise SyntaxError("a document type, which no subtitle has")
    for sentence in root.iter("s"):
        if sentence.find(".//w") is not None:
            raise ValueError("tokenised; expected the archive of `raw`")
        if text := " ".join("".join(sentence.itertext()).split()):
            yield text


opensubtitles = OpenSubtitles(
    name="opensubtitles",
    description="subtitles of films and series by volunteers, from OPUS",
    licence="unknown",
    languages=("nb",),
    expected=(1_000, 10_000_000),
    personal_data=False,
    home="https://opus.nlpl.eu/OpenSubtitles/corpus/version/OpenSubtitles",
)
