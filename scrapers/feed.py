"""Reviews in a feed, RSS or Atom: whole texts in its items, page after page. Read by feedparser."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from scrapers.fetch import Fetched, Fetcher, found_instead
from scrapers.markup import plain_text
from scrapers.paged import Page, Paged
from scrapers.record import Document, Dropped, document_id, normalised_rating, now
from scrapers.source import CollectError


@dataclass(frozen=True, kw_only=True)
class Feed(Paged):
    """The items of feeds, each a review; those of the next page too, where a feed names one (`rel="next"`).

    start: the addresses. rating: regular expression whose first group is the rating, looked for in the categories of an
    item, then in its title and text; where several differ there is none. leave_out: CSS selectors of what is not text.
    Source: https://www.rssboard.org/rss-specification, RFC 4287, RFC 5005 (paged feeds)
    """

    start: tuple[str, ...]
    rating: str = ""
    worst: float = 1
    best: float = 5
    leave_out: tuple[str, ...] = ("figure", ".wp-caption")

    def first(self) -> Iterable[str]:
        """The addresses of the feeds."""
        return self.start

    def page(self, key: str, fetcher: Fetcher) -> Page:
        """The items of a page of a feed. Raises CollectError where it is not whole, or no feed of reviews."""
        return self.read(fetcher.get(key))

    def read(self, fetched: Fetched) -> Page:
        """The items of a page of a feed that was fetched. Raises CollectError as `page` does."""
        feed = parsed(fetched)
        documents = [self._document(entry, number, fetched) for number, entry in enumerate(feed.entries, 1)]
        return Page(documents, next_pages(feed, fetched.url))

    def _document(self, entry: Any, number: int, fetched: Fetched) -> Document | Dropped:
        where = f"{fetched.url}, item {number}"
        link = entry.get("link")
        if not link:
            raise CollectError(f"{where} has no link; expected that of a review")
        url = urljoin(fetched.url, link)
        title = plain_text(entry.get("title", ""))
        text = plain_text(written(entry), self.leave_out)
        raw = self._raw_rating([tag.get("term") or "" for tag in entry.get("tags", ())], f"{title}\n{text}")
        identifier = document_id(self.name, url)
        try:
            document = Document(
                id=identifier,
                text=text,
                title=title or None,
                source=self.name,
                url=url,
                licence=self.licence,
                collected_at=now(),
                published=month(entry),
                group=identifier,
                rating=normalised_rating(float(raw.replace(",", ".")), worst=self.worst, best=self.best)
                if raw
                else None,
                raw_rating=raw,
                reserved=fetched.reserved,
            )
        except ValueError as error:
            raise CollectError(f"{where}: {error}") from error
        return document if text else Dropped(document, f"collect/{self.name}", "no_text", "0 characters", "1")

    def _raw_rating(self, categories: Sequence[str], text: str) -> str | None:
        if not self.rating:
            return None
        for places in (categories, [text]):
            if found := {match[1] for place in places for match in re.finditer(self.rating, place)}:
                return found.pop() if len(found) == 1 else None
        return None


def parsed(fetched: Fetched) -> Any:
    """What feedparser makes of a feed. Raises CollectError on one that is cut off, broken, empty, or something else."""
    try:
        # A stream: feedparser takes a string for an address or the name of a file. What is HTML is made text later.
        feed = feedparser.parse(io.BytesIO(fetched.body), resolve_relative_uris=False, sanitize_html=False)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise CollectError(f"{fetched.url}: not a feed that can be read ({type(error).__name__}: {error})") from error
    if not feed.get("version"):
        raise CollectError(f"{fetched.url}: expected a feed, {found_instead(fetched.body)}")
    if feed.bozo:
        raise CollectError(f"{fetched.url} is cut off or broken: {feed.bozo_exception}")
    if not feed.entries:
        raise CollectError(f"{fetched.url} has no items")
    return feed


def next_pages(feed: Any, url: str) -> list[str]:
    """The addresses of the pages that follow. Raises CollectError where they are on another host."""
    links = feed.feed.get("links", ())
    found = [urljoin(url, link.get("href", "")) for link in links if link.get("rel") == "next"]
    for target in found:
        if urlsplit(target).netloc != urlsplit(url).netloc:
            raise CollectError(f"{url} goes on at another host: {target}")
    return found


def written(entry: Any) -> str:
    """The longest text of an item: its content, else its summary."""
    texts = [content.get("value") or "" for content in entry.get("content", ())]
    return max(texts, key=len, default="") or entry.get("summary") or ""


def month(entry: Any) -> date | None:
    """The first day of the month in which an item was published. Raises ValueError where its date is none."""
    for name in ("published", "updated"):
        if entry.get(name):
            moment = entry.get(f"{name}_parsed")
            if not moment:
                raise ValueError(f"{name} is {entry[name]!r}, and no date")
            return date(moment.tm_year, moment.tm_mon, 1)
    return None
