"""A site of reviews: what a definition of one says, and what a page of it gives. Pure; `scrapers.crawl` fetches."""

import hashlib
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup

from scrapers import schema_org
from scrapers.record import Document, Reserved, document_id, now
from scrapers.robots import meta_elements
from scrapers.source import Collecting, Items, Source


@dataclass(frozen=True, kw_only=True)
class ReviewSite(Source):
    """A review site that states its reviews as schema.org Review.

    start: where the crawl begins. follow: CSS selectors of the links it follows.
    worst, best: the rating scale where the pages do not name it.
    render: regular expression of the paths that only a browser can show; there `ready` is the CSS selector to wait for,
    `load_more` that of the button to press until it is gone, and `scroll` says to scroll until nothing more comes.
    max_pages: a crawl that meets more has lost its way.
    """

    start: tuple[str, ...]
    follow: tuple[str, ...]
    worst: float = 1
    best: float = 5
    render: str = ""
    ready: str = ""
    load_more: str = ""
    scroll: bool = False
    max_pages: int = 100_000

    def documents(self, collecting: Collecting) -> Items:
        """Every review of the site. Raises CollectError unless the crawl came whole to its end."""
        from scrapers.crawl import crawl  # a cycle otherwise: the crawler reads the definitions

        crawl(self, collecting)
        yield from collecting.spool.items(f"collect/{self.name}")

    def renders(self, url: str) -> bool:
        """Whether the page at `url` needs a browser."""
        return bool(self.render) and re.search(self.render, urlsplit(url).path) is not None


@dataclass(frozen=True, slots=True)
class Page:
    """What one page gives: its reviews, and the links to follow, absolute, in its order."""

    reviews: list[schema_org.Review]
    links: list[str]
    metas: dict[str, str] = field(default_factory=dict)


def parse(body: str, url: str, site: ReviewSite) -> Page:
    """The reviews and links of a page of `site`. Raises ParseError where its markup cannot be read."""
    page = BeautifulSoup(body, "lxml")
    hrefs = (str(link["href"]) for selector in site.follow for link in page.select(selector) if link.get("href"))
    try:
        links = [link for href in hrefs if (link := urljoin(url, href)).startswith(("http://", "https://"))]
    except ValueError as error:
        raise schema_org.ParseError(f"{url} links to what is no address: {error}") from error
    found = schema_org.reviews(body, url, worst=site.worst, best=site.best)
    return Page(found, list(dict.fromkeys(links)), meta_elements(page))


def documents(page: Page, url: str, site: ReviewSite, reserved: Reserved) -> list[Document]:
    """The records of a page's reviews. Their group is the page's address without its query: what is reviewed there."""
    parts = urlsplit(url)
    subject = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return [
        Document(
            id=document_id(site.name, key_of(review, subject)),
            text=review.text,
            title=review.title,
            source=site.name,
            url=url,
            licence=site.licence,
            collected_at=now(),
            published=review.published,
            group=subject,
            rating=review.rating,
            raw_rating=review.raw_rating,
            reserved=reserved,
        )
        for review in page.reviews
    ]


def key_of(review: schema_org.Review, subject: str) -> str:
    """What the site calls the review, below its subject; where it does not say, a digest of its words."""
    own = review.key and (review.key.rpartition("#")[2] or review.key)
    words = f"{review.title}\x00{review.text}".encode("utf-8", "surrogatepass")
    return f"{subject}#{own or hashlib.sha256(words).hexdigest()[:16]}"
