"""UCSD Amazon product data of 2014, 5-core: reviews of products and by reviewers that have five or more of them.

Its page reads the lines with Python's `eval`. They are JSON, or else Python; neither is run here.

Source: https://cseweb.ucsd.edu/~jmcauley/datasets/amazon/links.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from scrapers.corpus import Corpus, OpenFile, RemoteFile
from scrapers.fetch import Fetcher
from scrapers.record import Document, normalised_rating
from scrapers.source import CollectError, Items
from scrapers.tables import literal

CATEGORY = re.compile(r"[A-Za-z]+(_[A-Za-z]+)*")


class Review(msgspec.Struct):
    """A line as far as it is read, which is not to the reviewer's name; `reviewer` goes into the id, a hash, only."""

    asin: str
    text: str = msgspec.field(name="reviewText")
    rating: Annotated[float, msgspec.Meta(ge=1, le=5)] = msgspec.field(name="overall")
    unix_time: Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)] = msgspec.field(name="unixReviewTime")
    reviewer: str = msgspec.field(name="reviewerID")
    summary: str = ""


DECODER = msgspec.json.Decoder(Review)


@dataclass(frozen=True, kw_only=True)
class UcsdAmazon(Corpus):
    """The 5-core reviews of some categories, such as `Books` or `Patio_Lawn_and_Garden`. host: where the files lie."""

    categories: tuple[str, ...] = ("Books",)
    host: str = "http://snap.stanford.edu/data/amazon/productGraph/categoryFiles"

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The file of each category. Raises CollectError where the recipe names none, or what cannot be one."""
        if not self.categories or not all(isinstance(c, str) and CATEGORY.fullmatch(c) for c in self.categories):
            raise CollectError(f"{self.name}: categories is {list(self.categories)}: expected names such as 'Books'")
        for category in self.categories:
            yield RemoteFile(f"{self.host}/reviews_{category}_5.json.gz")

    def read(self, file: OpenFile) -> Items:
        """Every review of a category."""
        number = 0
        for number, line in enumerate(file.lines(), 1):
            file.at = f"line {number}"
            yield self._review(review(line), number, file)
        if not number:
            raise CollectError(f"{file.name} holds no review")

    def _review(self, found: Review, number: int, file: OpenFile) -> Document:
        return self.document(
            file,
            f"{found.asin}/{found.reviewer}/{found.unix_time}",
            found.text,
            title=found.summary or None,
            url=f"{file.url}#{number}",
            group=found.asin,
            published=datetime.fromtimestamp(found.unix_time, UTC).date().replace(day=1),
            rating=normalised_rating(found.rating, worst=1, best=5),
            raw_rating=str(found.rating),
        )


def review(line: bytes) -> Review:
    """The review of a line, in JSON or as Python writes a dict. Raises ValueError where it is neither."""
    try:
        return DECODER.decode(line)
    except msgspec.ValidationError:  # JSON, and no review
        raise
    except msgspec.DecodeError:
        return msgspec.convert(literal(line.decode()), Review)


ucsd_amazon = UcsdAmazon(
    name="ucsd-amazon",
    verified="samples of five categories, read from disk; the download on a replica",
    description="English product reviews with their ratings, May 1996 to July 2014: a control beside other languages",
    licence="unknown",  # none is stated: for research
    languages=("en",),
    expected=(5_000, 50_000_000),
    home="https://cseweb.ucsd.edu/~jmcauley/datasets/amazon/links.html",
    size="41 million reviews, 9.9 GB; 10,000 to 9 million reviews a category",
)
