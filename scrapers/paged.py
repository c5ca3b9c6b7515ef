"""A source that answers in pages, each of which may name further ones: an interface of an app store, a parliament."""

import logging
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scrapers.fetch import Fetcher
from scrapers.record import Document, Dropped
from scrapers.source import CollectError, Collecting, Items, Source
from scrapers.spool import PageNote

log = logging.getLogger(__name__)


class MovedOn(CollectError):  # noqa: N818 - what became of the upstream
    """A page is not what an earlier one promised: since then, reviews came in or a token ran out."""


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
        """The page of that key. Raises CollectError where it has another shape, FetchError where it cannot be had.

        Raises MovedOn where the pages before it have to be asked for anew.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how to read a page")

    def fetcher(self, collecting: Collecting) -> Fetcher:
        """What the pages are fetched with."""
        return Fetcher(collecting, delay_s=self.delay_s)

    def documents(self, collecting: Collecting) -> Items:
        """Every document of every page. Raises CollectError where pages that promise more bring nothing new.

        Where the upstream moved on between two pages, what the first of them began is asked for anew, once a run.
        """
        fetcher, spool = self.fetcher(collecting), collecting.spool
        starts = list(self.first())
        met = set(starts)
        for start in starts:
            led_to: set[str] = set()
            try:
                self._follow(start, met, led_to, collecting, fetcher)
            except MovedOn as error:
                log.warning("%s; its pages are asked for anew", error)
                spool.forget([start, *led_to])
                met -= led_to
                self._follow(start, met, set(), collecting, fetcher)
        yield from spool.items(f"collect/{self.name}")

    def _follow(self, start: str, met: set[str], led_to: set[str], collecting: Collecting, fetcher: Fetcher) -> None:
        """Puts the page `start` in the spool, and all that it leads to; the keys of these go to `met` and `led_to`."""
        spool, waiting = collecting.spool, deque([start])
        while waiting and (collecting.limit is None or spool.count() < collecting.limit):
            key = waiting.popleft()
            note = spool.page(key)
            if note is None:
                if len(met) > self.max_pages:
                    raise CollectError(f"{self.name}: more than {self.max_pages:,} pages; it goes on without an end")
                page = self.page(key, fetcher)
                note = PageNote(tuple(page.links))
                if page.documents and page.links and not spool.new(page.documents):  # not put in: a rerun asks again
                    raise MovedOn(f"{self.name}: page {key} brought nothing new, and promises more")
                spool.add_page(key, page.documents, note)
                collecting.tally["pages"] += 1
            new = [link for link in note.links if link not in met]
            met.update(new)
            led_to.update(new)
            waiting.extendleft(reversed(new))
