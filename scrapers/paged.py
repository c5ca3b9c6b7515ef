"""A source that answers in pages, each of which may name further ones: an interface of an app store, a parliament."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scrapers.fetch import Fetcher
from scrapers.record import Document, Dropped
from scrapers.source import CollectError, Collecting, Items, Source
from scrapers.spool import PageNote


@dataclass(frozen=True, slots=True)
class Page:
    """What one page gives: its documents, and the keys of the pages to ask for next."""

    documents: Sequence[Document | Dropped] = ()
    links: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Paged(Source):
    """Pages by key, asked for one after the other, depth first; a rerun asks only for those that are not in yet.

    max_pages: a source that goes on for longer has lost its way.
    """

    max_pages: int = 100_000

    def first(self) -> Iterable[str]:
        """The keys of the pages to begin with. Raises CollectError where the recipe does not say enough."""
        raise NotImplementedError(f"{type(self).__name__} does not say where to begin")

    def page(self, key: str, fetcher: Fetcher) -> Page:
        """The page of that key. Raises CollectError where it has another shape, FetchError where it cannot be had."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to read a page")

    def fetcher(self, collecting: Collecting) -> Fetcher:
        """What the pages are fetched with."""
        return Fetcher(collecting, delay_s=self.delay_s)

    def documents(self, collecting: Collecting) -> Items:
        """Every document of every page. Raises CollectError where pages that promise more bring nothing new."""
        fetcher, spool = self.fetcher(collecting), collecting.spool
        waiting = deque(self.first())
        met = set(waiting)
        while waiting and (collecting.limit is None or spool.count() < collecting.limit):
            key = waiting.popleft()
            note = spool.page(key)
            if note is None:
                if len(met) > self.max_pages:
                    raise CollectError(f"{self.name}: more than {self.max_pages:,} pages; it goes on without an end")
                page = self.page(key, fetcher)
                note = PageNote(tuple(page.links))
                if page.documents and page.links and not spool.new(page.documents):  # not put in: a rerun asks again
                    raise CollectError(f"{self.name}: page {key} brought nothing new, and promises more")
                spool.add_page(key, page.documents, note)
                collecting.tally["pages"] += 1
            new = [link for link in note.links if link not in met]
            met.update(new)
            waiting.extendleft(reversed(new))
        yield from spool.items(f"collect/{self.name}")
