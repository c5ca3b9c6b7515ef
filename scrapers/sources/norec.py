"""NoReC: the Norwegian Review Corpus, full reviews from eight newspapers and sites, with dice from 1 to 6.

Release 2.1 is text, 1.0.1 is the HTML that the reviews were taken from, fewer of them. Models that were trained on
either may be used commercially, the reviews may not. What the corpus says of the language of a review is a guess of
langid.py and is not taken over. How the HTML of 1.0.1 marks a review up is not documented beyond being "canonical":
headings, paragraphs and list items are taken for its text.

Source: https://github.com/ltgoslo/norec
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from scrapers.corpus import Corpus, OpenFile
from scrapers.packed import content_of, tar_files
from scrapers.record import Document, document_id, normalised_rating
from scrapers.source import Items

ARCHIVE = "norec.tar.gz"  # the address of release 2.1 ends in its tag
LARGEST_METADATA = 256 << 20
TEXT = re.compile(r"/data/(train|dev|test)/(\d+)\.txt$")
HEADINGS = " or ".join(f"self::h{level}" for level in range(1, 7))
BLOCKS = f"//body//*[{HEADINGS} or self::p or self::li[not(.//p)]]"
PAGE = re.compile(r"(?:^|/)(train|dev|test)/(\d+)\.html$")


class Metadata(msgspec.Struct):
    """What `metadata.json` says of a review, as far as it is wanted."""

    rating: float | None = None
    title: str | None = None


@dataclass(frozen=True, kw_only=True)
class Norec(Corpus):
    """The archive of one release, read twice: what it says of its reviews may come after them.

    splits: which of the corpus's own splits to take.
    """

    reread: bool = True
    splits: tuple[str, ...] = ("train", "dev", "test")

    def read(self, file: OpenFile) -> Items:
        """Every review: the first line is its title; trailing spaces go, a blank line stays between paragraphs.

        Ratings come from `data/metadata.json` where the archive has it; copies of release 2.1 may come without.
        """
        metadata = read_metadata(file, "/data/metadata.json") or {}
        for name, content in tar_files(file.stream, ARCHIVE):
            file.at = name
            if (found := TEXT.search(name)) and found[1] in self.splits:
                title, _, text = content_of(content, name).decode("utf-8").partition("\n")
                url = f"https://github.com/ltgoslo/norec/blob/v2.1/{name.partition('/')[2]}"
                text = "\n".join(line.rstrip() for line in text.strip().split("\n"))
                yield self._review(file, found[2], text, title.strip(), url, metadata.get(found[2], Metadata()))

    def _review(self, file: OpenFile, key: str, text: str, title: str, url: str, about: Metadata) -> Document:
        return self.document(
            file,
            key,
            text,
            title=title or None,
            url=url,
            group=document_id("norec", key),  # a review is the same one in both releases
            rating=None if about.rating is None else normalised_rating(about.rating, worst=1, best=6),
            raw_rating=None if about.rating is None else f"{about.rating:g}",
        )


@dataclass(frozen=True, kw_only=True)
class NorecPages(Norec):
    """Release 1.0.1: the reviews as HTML, in an archive within the archive."""

    def read(self, file: OpenFile) -> Items:
        """Every review. Raises ValueError where the metadata, the pages or the metadata of a page are missing."""
        if (metadata := read_metadata(file, "/metadata.json")) is None:
            raise ValueError("no metadata.json")
        pages = 0
        for outer, packed in tar_files(file.stream, ARCHIVE):
            if not outer.endswith("html.tar.gz"):
                continue
            for name, content in tar_files(packed, outer):
                file.at = f"{outer}, {name}"
                if (found := PAGE.search(name)) and found[1] in self.splits:
                    pages += 1
                    yield self._page(file, found[2], content_of(content, name), metadata[found[2]])
        if not pages:
            raise ValueError("no pages in a html.tar.gz")

    def _page(self, file: OpenFile, key: str, body: bytes, about: Metadata) -> Document:
        title, *blocks = list(page_blocks(body)) or [""]
        if about.title and title != " ".join(about.title.split()):
            title, blocks = about.title, [title, *blocks]
        return self._review(file, key, "\n\n".join(blocks), title, f"{file.url}#{key}", about)


def read_metadata(file: OpenFile, ending: str) -> Mapping[str, Metadata] | None:
    """The metadata in an archive, by review; None where it has none. The archive is then at its beginning again.

    Raises CollectError, or ValueError, where it is something else.
    """
    found = None
    for name, content in tar_files(file.stream, ARCHIVE):
        if name.endswith(ending):
            file.at = name
            found = msgspec.json.decode(content_of(content, name, LARGEST_METADATA), type=dict[str, Metadata])
            break
    file.stream.seek(0)
    return found


def page_blocks(body: bytes) -> Iterator[str]:
    """The headings, paragraphs and list items of a page, in order, each on one line."""
    page: HtmlElement = document_fromstring(body, parser=HTMLParser(encoding="utf-8"))
    for unread in page.xpath("//script | //style | //figure | //table"):
        unread.drop_tree()
    for block in page.xpath(BLOCKS):
        if text := " ".join(block.text_content().split()):
            yield text


norec = Norec(
    name="norec",
    verified="its train and dev splits, read from disk; the download on a replica",
    description="NoReC 2.1: 43,437 reviews of films, music, books, games, restaurants and products",
    licence="CC-BY-NC-4.0",
    languages=("nb", "nn"),
    expected=(43_437, 43_437),
    personal_data=False,
    home="https://github.com/ltgoslo/norec",
    size="43,437 reviews, about 45 MB packed",
    url="https://codeload.github.com/ltgoslo/norec/tar.gz/refs/tags/v2.1",
)
norec_1 = NorecPages(
    name="norec-1",
    description="NoReC 1.0.1: the first 35,194 reviews, from their HTML",
    licence="CC-BY-NC-4.0",
    languages=("nb", "nn"),
    expected=(35_194, 35_194),
    personal_data=False,
    home="https://github.com/erikve/norec",
    size="35,194 reviews, about 235 MB packed",
    url="https://www.mn.uio.no/ifi/english/research/projects/sant/data/norec/norec-1.0.1.tar.gz",
)
