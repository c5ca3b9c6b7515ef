"""Norsk aviskorpus (sbr-4): articles of Norwegian newspapers on the web, 1998 to 2019.

The old archive, to 2011, has three parts: tokens, one a line; texts with marks; an XML file an article. The archives of
later years have XML only. ISO-8859-1 is what NB says of all of them, and some is UTF-8 all the same. Tokens are put
together again; language is known of XML only, from the folder, and is the corpus's own guess. Authors are not read.

The licence forbids commercial use. In December 2024 publishers had their newspapers taken out of what NB offers for
training language models (the Norwegian Colossal Corpus, made in part of this). Whether they object to this corpus too
is not known, which is why it is off until somebody has asked.

Source: https://www.nb.no/sprakbanken/ressurskatalog/oai-nb-no-sbr-4/; the layouts are taken from programs that read
them, https://github.com/NbAiLab/notram (create_newspapers_online.py) among them
"""

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from lxml import etree

from scrapers.corpus import Corpus, OpenFile, RemoteFile
from scrapers.fetch import Fetcher
from scrapers.packed import BLOCK, content_of, split_lines, tar_files, unpacked, zip_members
from scrapers.record import Document, Dropped
from scrapers.source import CollectError, Items
from scrapers.sources.norec_sentence import detokenised

HOST = "https://www.nb.no/sbfil/tekst"
OLD = "norsk_aviskorpus.zip"
YEARS = tuple(f"nak_{year}.tar" for year in range(2012, 2020))
VARIETY = re.compile(r"(?<![a-z])(nob|nno)(?![a-z])")
LANGUAGES = {"nob": "nb", "nno": "nn"}
PART = re.compile(r"(?:^|/)([123])/")
PREFIXES = {"1": "<", "2": "##"}  # of marks, such as `<U #http://…>` and `##U #http://…>`
MARK = re.compile(r"([A-Z])\s*#?(.*?)>?")
LONGEST_ARTICLE = 16 << 20


@dataclass
class Article:
    """An article while its lines come in. about: what the marks say: U is its address, A, M and D its day."""

    about: dict[str, str] = field(default_factory=dict)
    paragraphs: list[list[str]] = field(default_factory=lambda: [[]])
    size: int = 0

    def add(self, line: str) -> None:
        """Takes in a line. Bars and pilcrows part paragraphs. Raises ValueError where the article goes on for ever."""
        self.size += len(line) + 1
        if self.size > LONGEST_ARTICLE:
            raise ValueError(f"an article of more than {LONGEST_ARTICLE:,} characters; is a mark missing?")
        first, *others = re.split(r"[|¶]", line)
        self.paragraphs[-1].append(first.strip())
        self.paragraphs.extend([other.strip()] for other in others)

    def texts(self) -> list[str]:
        """Its paragraphs, each on one line."""
        return [text for paragraph in self.paragraphs if (text := " ".join(" ".join(paragraph).split()))]

    def published(self) -> date | None:
        """The first of the month of its day; None where the marks do not say it."""
        year, month = self.about.get("A", ""), self.about.get("M", "")
        if not (year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12 and len(year) == 2):
            return None
        return date(int(year) + (1900 if int(year) > 50 else 2000), int(month), 1)


@dataclass(frozen=True, kw_only=True)
class Aviskorpus(Corpus):
    """The corpus. archives: which of its archives to take, by name."""

    seekable: bool = True  # the old archive is a zip
    archives: tuple[str, ...] = (OLD, *YEARS)

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The archives. Raises CollectError where the recipe names one that there is not."""
        for name in self.archives:
            if name not in (OLD, *YEARS):
                raise CollectError(f"{self.name}: no archive {name!r}; there are {', '.join((OLD, *YEARS))}")
            yield RemoteFile(f"{HOST}/{name}")

    def read(self, file: OpenFile) -> Items:
        """Every article, those without a word as dropped. Raises ValueError where an archive holds none at all."""
        found = 0
        for outer, content in archived(file):
            for item in self._packed(file, outer, content):
                found += isinstance(item, Document)
                yield item
        if not found:
            raise ValueError("no articles")

    def _packed(self, file: OpenFile, outer: str, content: IO[bytes]) -> Items:
        file.at = outer
        found = PART.search(outer) if file.name.endswith(".zip") else None
        part = found[1] if found else "3"
        if part == "1" and outer.endswith(".gz"):
            yield from self._marked(file, outer, unpacked(content, outer), part)
        elif outer.endswith(".tar.gz"):
            for name, member in tar_files(content, outer):
                file.at = key = f"{outer}/{name}"
                if part == "2":
                    yield from self._marked(file, key, member, part)
                elif name.endswith(".xml"):
                    yield self._xml(file, key, content_of(member, key, LONGEST_ARTICLE))

    def _marked(self, file: OpenFile, key: str, content: IO[bytes], part: str) -> Items:
        for number, article in enumerate(articles(content, PREFIXES[part]), 1):
            file.at = f"{key}, article {number}"
            texts = article.texts()
            address = article.about["U"]
            yield self._article(
                file,
                f"{key}#{number}",
                [detokenised(text) for text in texts] if part == "1" else texts,
                url=address if address.startswith("http") else f"{file.url}#{key}#{number}",
                published=article.published(),
            )

    def _xml(self, file: OpenFile, key: str, body: bytes) -> Document | Dropped:
        """The article in an XML file. What is malformed in it is passed over, entities are only those of HTML."""
        parser = etree.XMLParser(recover=True, encoding=charset(body), resolve_entities=False, no_network=True)
        root = etree.fromstring(body, parser) if body.strip() else None
        divisions = [] if root is None else list(root.iter("div"))  # in `body`, if every element before it is closed
        variety = VARIETY.search(key.rpartition("/")[0])
        return self._article(
            file,
            key,
            [
                text
                for kind in ("ingress", "text")
                for division in divisions
                if division.get("type") == kind
                for block in division.findall("p") or ([division] if kind == "ingress" else [])
                if (text := words(block))
            ],
            title=next(
                (words(one) for one in divisions if (one.get("type"), one.get("level")) == ("title", "1")), None
            ),
            lang=LANGUAGES[variety[1]] if variety else None,
        )

    def _article(self, file: OpenFile, key: str, texts: list[str], **columns: Any) -> Document | Dropped:
        document = self.document(file, key, "\n\n".join(texts), **columns)
        return document if texts else Dropped(document, f"collect/{self.name}", "no_text", "0", "1 paragraph")


def archived(file: OpenFile) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and content of the files in an archive of the corpus, each to be read before the next is asked for."""
    if not file.name.endswith(".zip"):
        yield from tar_files(file.stream, file.name)
        return
    with zipfile.ZipFile(file.stream) as opened:
        for member in zip_members(opened, file.stream, file.name):
            with opened.open(member) as content:
                yield member.filename, content


def articles(content: IO[bytes], prefix: str) -> Iterator[Article]:
    """The articles in lines, each of which begins with the mark of its address. `prefix` begins the lines with marks.

    Raises ValueError on words before the first mark.
    """
    article = None
    for number, raw in enumerate(split_lines(iter(lambda: content.read(BLOCK), b"")), 1):
        line = raw.decode(charset(raw)).strip()
        mark = MARK.fullmatch(line.removeprefix(prefix)) if line.startswith(prefix) else None
        if mark and mark[1] == "U":
            if article:
                yield article
            article = Article({"U": mark[2].strip()})
        elif article and mark:
            article.about[mark[1]] = mark[2].strip()
        elif article and not line.startswith(prefix):
            article.add(line)
        elif line and not article and not line.startswith(prefix):
            raise ValueError(f"line {number}: expected the mark of an article, got {line[:80]!r}")
    if article:
        yield article


def charset(body: bytes) -> str:
    """UTF-8 for what is that, else ISO-8859-1."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "iso-8859-1"
    return "utf-8"


def words(element: etree._Element) -> str:
    """The words in an element, on one line."""
    return " ".join(html.unescape("".join(element.itertext())).split())


aviskorpus = Aviskorpus(
    name="norsk-aviskorpus",
    description="articles of Norwegian newspapers on the web, 1998 to 2019",
    licence="CC-BY-NC-4.0",
    languages=("nb", "nn"),
    expected=(1, 20_000_000),
    home="https://www.nb.no/sprakbanken/ressurskatalog/oai-nb-no-sbr-4/",
    size="1.68 billion words of bokmål, 68 million of nynorsk; the archive to 2011 alone is 2.7 GB",
    needs_agreement="newspapers withdrew from NB's corpora for language models in December 2024; ask "
    "sprakbanken@nb.no whether they object to this one too",
)
