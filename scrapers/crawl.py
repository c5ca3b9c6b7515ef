"""Crawls a review site with Scrapy, in a process of its own: `python -m scrapers.crawl FOLDER`.

A Scrapy reactor starts once a process, and its memory goes with it. The parent waits, then reads what the crawl says of
itself, because Scrapy counts a crawl of errors as finished. A page goes into the spool at once with its reviews and its
links, so that a crawl that was killed goes on with the links that are left.
"""

import asyncio
import gzip
import hashlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit, urlunsplit

import scrapy
from msgspec import structs
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import CloseSpider, DownloadCancelledError
from scrapy.http import Headers, HtmlResponse, Request, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings.default_settings import RETRY_EXCEPTIONS
from scrapy.utils.misc import load_object
from w3lib.html import get_meta_refresh
from w3lib.url import safe_url_string

from scrapers import hosts, review_site
from scrapers.fingerprint import code_of
from scrapers.hosts import Forbidden, Hosts
from scrapers.record import Document, Dropped, Reserved
from scrapers.review_site import ReviewSite
from scrapers.robots import user_agent
from scrapers.schema_org import ParseError
from scrapers.source import CollectError, Collecting, FetchError, Mirrors, NotCollectable, Source, frozen
from scrapers.spool import PageNote, Spool

if TYPE_CHECKING:
    from scrapers.browser import Browser

log = logging.getLogger(__name__)

LARGEST_PAGE = 16 << 20
LOST_IN_A_ROW = 10  # then the host is gone, and asking it for the rest would only be a bother
REFRESH_S = 100  # a page that shows another one so soon is a redirect
REDIRECTS = (301, 302, 303, 307, 308)

# What Scrapy would do of itself and PageHandler and ReviewSpider do in its place is off: turns, retries, redirects and
# packing follow the rules that all collectors share (scrapers.hosts), and what was asked for is known across a kill.
SETTINGS: dict[str, Any] = {
    "COMPRESSION_ENABLED": False,
    "CONCURRENT_ITEMS": 1,
    "CONCURRENT_REQUESTS": 1,  # a crawl has one host, and the limit a domain leaks (docs/decisions.md)
    "COOKIES_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "DOWNLOAD_HANDLERS": {"http": "scrapers.crawl.PageHandler", "https": "scrapers.crawl.PageHandler"},
    "DOWNLOAD_MAXSIZE": LARGEST_PAGE,
    "DOWNLOAD_TIMEOUT": 60,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,  # Scrapy takes any certificate otherwise
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "HTTPERROR_ALLOW_ALL": False,
    "HTTPPROXY_ENABLED": False,  # as in scrapers.fetch: a proxy of the machine's would change what is collected
    "LOG_LEVEL": "INFO",
    "METAREFRESH_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,  # would open a port through which the crawl can be told to run code
    "RETRY_ENABLED": False,
    "ROBOTSTXT_OBEY": False,  # Scrapy 2.14 to 2.19 lets queued requests through
    "TELNETCONSOLE_ENABLED": False,
}


def crawl(site: ReviewSite, collecting: Collecting) -> None:
    """Puts every page of `site` in the spool that is not in it yet. Raises CollectError unless it then is whole.

    Pages that an earlier crawl left in `collecting.archive` are asked for only as far as they changed.
    """
    if site.render:
        browser_module().installed()
    folder = collecting.folder
    archived = collecting.archive / f"crawl-{made_by(site)}.sqlite" if collecting.archive else None
    if archived and archived.exists() and not (folder / "before.sqlite").exists():
        shutil.copyfile(archived, folder / "before.partial")
        (folder / "before.partial").replace(folder / "before.sqlite")
    order = {
        "site": asdict(site),
        "mirrors": dict(collecting.mirrors.prefixes),
        "hosts": str(collecting.hosts),
        "contact": collecting.contact,
        "limit": collecting.limit,
    }
    (folder / "order.json").write_text(json.dumps(order))
    said = run_child(site.name, folder)
    collecting.tally.update(said["tally"])
    if said["problem"]:
        raise CollectError(f"{site.name}: {said['problem']}; the log is {folder / 'crawl.log'}")
    if archived and collecting.limit is None:
        archived.parent.mkdir(parents=True, exist_ok=True)
        collecting.spool.copy_to(archived)
        for other in set(archived.parent.glob("crawl-*.sqlite")) - {archived}:
            other.unlink()


def made_by(site: ReviewSite) -> str:
    """A digest of all that decides what a page of `site` gives: nothing made by another can stand in for it."""
    own = {item.name for item in fields(ReviewSite)} - {item.name for item in fields(Source)} | {"name", "licence"}
    deciding = [[name, getattr(site, name)] for name in sorted(own)]
    return hashlib.sha256(json.dumps([code_of(review_site), deciding]).encode()).hexdigest()[:16]


def run_child(name: str, folder: Path) -> dict[str, Any]:
    """What the crawl that `order.json` asks for says of itself. Raises CollectError where it died."""
    said = folder / "said.json"
    said.unlink(missing_ok=True)
    with (folder / "crawl.log").open("wb") as output:
        # Its own session, so that Ctrl-C reaches it only through us; its end of the pipe says when we are gone.
        command = [sys.executable, "-m", "scrapers.crawl", str(folder)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        ) as process:
            try:
                code = process.wait()
            finally:
                with suppress(ProcessLookupError):  # its browser outlives a crawl that was killed
                    os.killpg(process.pid, signal.SIGKILL)
    if code or not said.exists():
        tail = (folder / "crawl.log").read_text(errors="replace")[-2000:]
        raise CollectError(f"{name}: the crawl ended with exit code {code}; the end of its log:\n{tail}")
    answer: dict[str, Any] = json.loads(said.read_text())
    return answer


def browser_module() -> ModuleType:
    """`scrapers.browser`. Raises NotCollectable where Selenium is not installed."""
    try:
        from scrapers import browser
    except ImportError as error:
        raise NotCollectable(f"needs a browser, and {error.name} is missing: pip install 'kvern[browser]'") from error
    return browser


def problem(lost: Mapping[str, Sequence[str]], stats: Mapping[str, Any], *, limited: bool) -> str | None:
    """Why a crawl that lost these pages, with these statistics, did not come whole to its end; None where it did."""
    found = [f"{len(pages)} pages {what} ({pages[0]})" for what, pages in lost.items()]
    if count := stats.get("spider_exceptions/count"):
        found.append(f"{count} pages could not be taken in")
    reason = stats.get("finish_reason")
    if reason != "finished" and not (limited and reason == "limit"):
        found.append(f"it stopped: {reason}")
    if not found and (count := stats.get("log_count/ERROR", 0) + stats.get("log_count/CRITICAL", 0)):
        found.append(f"{count} errors stand in the log")
    return ", ".join(found) or None


@dataclass
class Crawling:
    """What a crawl works with. before: an earlier crawl of the site. lost: what happened, and to which pages.

    over: why nothing more can be had, where that is so. met: the hosts whose rules are known.
    """

    site: ReviewSite
    folder: Path
    hosts: Hosts
    spool: Spool
    before: Spool | None
    limit: int | None
    tally: Counter[str]
    lost: dict[str, list[str]] = field(default_factory=dict)
    over: FetchError | None = None
    met: set[str] = field(default_factory=set)

    async def turn(self, url: str) -> None:
        """Waits until `url` may be asked for. Raises Forbidden, or FetchError where all is over."""
        if self.over:
            raise self.over
        host = urlsplit(url).netloc
        if host not in self.met:  # its rules are read elsewhere, so that nothing here stands still
            await asyncio.to_thread(self._meet, url)
            self.met.add(host)
        rules = self.hosts.check(url)
        await asyncio.sleep(self.hosts.turn(url, max(self.site.delay_s, rules.delay_s())))

    def _meet(self, url: str) -> None:
        host, begins = urlsplit(url).hostname or "", {urlsplit(start).hostname for start in self.site.start}
        if host not in begins and self.hosts.mirrors.address(url) == url and not hosts.is_public(host):
            self.tally["private_links"] += 1
            raise Forbidden(f"{url} was linked, and is no address on the public web")
        if self.hosts.rules(url).parsed is not None:
            self.hosts.reserved(url, {}, {})

    def rest(self, url: str, seconds: float) -> None:
        """Leaves the host of `url` alone for so long; where that is too long to wait for, all is over (FetchError)."""
        try:
            self.hosts.rest(url, seconds)
        except FetchError as error:
            self.over = error
            raise


class ReviewSpider(scrapy.Spider):
    """Follows a site's links and takes its pages into the spool.

    A redirect is a page as well, with one link and no reviews. It is taken in once the page that it leads to is, so
    that one that leads nowhere is asked for again.
    """

    name = "reviews"
    handle_httpstatus_list = (*REDIRECTS, 304)

    def __init__(self, work: Crawling) -> None:
        super().__init__()
        self.work = work
        self._domains = {urlsplit(url).hostname or "" for url in work.site.start}
        pages = work.spool.pages()
        self._done = set(pages)
        self._seen = set(pages)
        self._begin = dict.fromkeys((*work.site.start, *(link for note in pages.values() for link in note.links)))
        self._left = None if work.limit is None else work.limit - work.spool.count()
        work.tally["pages"] = len(self._done)
        self._redirects: dict[str, list[str]] = {}  # a page that is not taken in yet -> those that lead to it
        self._lost_in_a_row = 0
        self._last = next(reversed(pages), "")

    async def start(self) -> AsyncIterator[Request]:
        """The first requests: the start of the site, and the links that an earlier run of the crawl left."""
        self._stop_where_enough()
        for request in self._requests(self._begin):
            yield request

    def parse(self, response: Response, **_: Any) -> Iterator[Request]:
        """Takes a page in, then gives the requests for what it links to."""
        links: Sequence[str] = ()
        try:
            links = self._take_in(response)
        except (ParseError, CollectError) as error:
            self._lose("could not be parsed", response.url, error)
            links = getattr(error, "links", ())
        self._stop_where_enough()
        yield from self._requests(links)

    def _take_in(self, response: Response) -> Sequence[str]:
        if response.status == 304:
            documents, note = self._as_before(response)
        elif target := led_to(response):
            return self._follow_redirect(response.url, target)
        else:
            documents, note = self._read(response)
        self._lost_in_a_row = 0
        self._note(response.url, documents, note)
        return note.links

    def _read(self, response: Response) -> tuple[Sequence[Document | Dropped], PageNote]:
        if not isinstance(response, HtmlResponse):
            raise CollectError(f"it is not HTML but {response.headers.get('Content-Type')!r}")
        url, headers = response.url, headers_of(response)
        page = review_site.parse(text_of(response), url, self.work.site)
        reserved = self.work.hosts.reserved(url, headers, page.metas)
        links = tuple(link for link in page.links if self.is_own(link))
        note = PageNote(links, headers.get("Etag", ""), headers.get("Last-Modified", ""))
        return review_site.documents(page, url, self.work.site, reserved), note

    def _as_before(self, response: Response) -> tuple[Sequence[Document | Dropped], PageNote]:
        url, before = response.url, self.work.before
        note = before.page(url) if before else None
        if before is None or note is None:
            raise CollectError("it answered 304 Not Modified, which was not asked")
        reserved = self.work.hosts.reserved(url, headers_of(response), {})
        self.work.tally["unchanged"] += 1
        documents = before.documents_of(url, f"collect/{self.work.site.name}")
        return [judged_again(item, reserved) for item in documents], note

    def _follow_redirect(self, url: str, location: str) -> Sequence[str]:
        target = address_of(self.work.hosts.led_to(url, location))
        if not self.is_own(target):
            self._lose("led away to another site", url, target)
        elif self._leads_on_and_on(url, target):
            self._lose("could not be fetched", url, f"redirects without end, the last to {target}")
        elif target in self._done:
            self._note(url, (), PageNote((target,)))
        else:
            self._redirects.setdefault(target, []).append(url)
            return (target,)
        return ()

    def _leads_on_and_on(self, url: str, target: str) -> bool:
        here = {url}
        for _ in range(hosts.REDIRECTS):
            if target in here:
                return True
            here = {page for led in here for page in self._redirects.get(led, ())}
        return bool(here)

    def _note(self, url: str, documents: Sequence[Document | Dropped], note: PageNote) -> None:
        self.work.spool.add_page(url, documents, note)
        self._done.add(url)
        self._last = url
        self.work.tally["pages"] = len(self._done)
        if self._left is not None:
            self._left -= len(documents)
        for redirect in self._redirects.pop(url, ()):
            self._note(redirect, (), PageNote((url,)))

    def _stop_where_enough(self) -> None:
        if self._left is not None and self._left <= 0:
            raise CloseSpider("limit")
        if len(self._done) > self.work.site.max_pages:
            raise CloseSpider(f"it met more than {self.work.site.max_pages:,} pages (max_pages), the last {self._last}")
        if self._lost_in_a_row >= LOST_IN_A_ROW:
            raise CloseSpider(f"it lost {LOST_IN_A_ROW} pages in a row")

    def _requests(self, links: Iterable[str]) -> Iterator[Request]:
        for link in links:
            if link in self._seen:
                continue
            url = address_of(link)
            if url not in self._seen and self.is_own(url):
                yield Request(url, headers=self._conditions(url), errback=self.failed)
            self._seen |= {link, url}

    def _conditions(self, url: str) -> dict[str, str]:
        if self.work.before is None or self.work.site.renders(url):  # what a script loads changes without its page
            return {}
        note = self.work.before.page(url) or PageNote()
        conditions = {"If-None-Match": note.etag, "If-Modified-Since": note.modified}
        return {name: value for name, value in conditions.items() if value}

    def is_own(self, url: str) -> bool:
        """Whether `url` lies on a host where the crawl begins, or on one below it."""
        host = urlsplit(url).hostname or ""
        return host in self._domains or any(host.endswith(f".{domain}") for domain in self._domains)

    def failed(self, failure: Any) -> None:
        """Counts a page that could not be had. Raises CloseSpider where its host gives no other either."""
        error = failure.value
        if isinstance(error, Forbidden):
            return
        if isinstance(error, FetchError):
            raise CloseSpider(str(error))
        answer = getattr(error, "response", None)
        self._lose("could not be fetched", failure.request.url, f"answered {answer.status}" if answer else error)
        self._stop_where_enough()

    def _lose(self, what: str, url: str, why: object) -> None:
        log.error("%s %s: %s", url, what, why)
        self.work.lost.setdefault(what, []).append(f"{url}: {str(why) or type(why).__name__}")
        self._lost_in_a_row += 1


def spider_of(crawler: Crawler) -> ReviewSpider:
    """The spider of a crawler, which is ours."""
    return cast(ReviewSpider, crawler.spider)


def address_of(link: str) -> str:
    """A link as it is asked for, without its fragment: what a page is known by."""
    parts = urlsplit(safe_url_string(link))
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))


def headers_of(response: Response) -> dict[str, str]:
    """The headers of a response, by names like `Content-Type`; several of one name joined by commas."""
    return {name.decode("latin-1"): b", ".join(found).decode("latin-1") for name, found in response.headers.items()}


def text_of(response: HtmlResponse) -> str:
    """The page as text: UTF-8 where it is that, whatever the server says; else as Scrapy finds."""
    try:
        return str(response.body, "utf-8-sig")
    except UnicodeDecodeError:
        return str(response.text)


def led_to(response: Response) -> str:
    """Where a response redirects to, by its status or by a meta element; empty where it does not."""
    if response.status in REDIRECTS:
        return safe_url_string(response.headers.get("Location") or b"") or response.url
    if isinstance(response, HtmlResponse):
        wait_s, target = get_meta_refresh(text_of(response)[:4096], response.url, ignore_tags=("noscript", "script"))
        if target and (wait_s or 0) < REFRESH_S and address_of(target) != response.url:
            return str(target)
    return ""


def judged_again(item: Document | Dropped, reserved: Reserved) -> Document | Dropped:
    """A document of an earlier crawl under the verdict of today; what its page reserved then stays reserved."""
    document = item.document if isinstance(item, Dropped) else item
    verdict = structs.replace(document, reserved="no-train" if document.reserved == "no-train" else reserved)
    return replace(item, document=verdict) if isinstance(item, Dropped) else verdict


class IncompleteError(OSError):
    """A page came empty, or not to its end."""


class PageHandler(HTTP11DownloadHandler):
    """Fetches a page when it is its turn, from its mirror where it has one, with the browser where it needs one."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._passing = tuple(load_object(cast(Any, fault)) for fault in RETRY_EXCEPTIONS)
        self._browser: Browser | None = None

    async def download_request(self, request: Request) -> Response:
        """The response, under the address that was asked for; a fault that may pass is tried again, later and later.

        Raises Forbidden, FetchError for a host of which nothing can be had, CollectError for a page that is none.
        """
        work = spider_of(self._crawler).work
        for attempt in range(1, hosts.TRIES + 1):
            await work.turn(request.url)
            rest_s = hosts.BACKOFF_S * 2 ** (attempt - 1)
            try:
                response = await self._fetch(request)
            except self._passing as error:
                if attempt == hosts.TRIES:
                    raise
                log.info("%s could not be fetched (%s); tried again", request.url, error)
            else:
                if response.status not in hosts.FAULTS or attempt == hosts.TRIES:
                    return response
                rest_s = max(rest_s, hosts.retry_after_s(headers_of(response)))
            work.tally["retries"] += 1
            work.rest(request.url, rest_s)
        raise AssertionError("unreachable")

    async def _fetch(self, request: Request) -> Response:
        work = spider_of(self._crawler).work
        work.tally["requests"] += 1
        address = work.hosts.mirrors.address(request.url)
        try:
            asked = request if address == request.url else request.replace(url=address)
            response = await super().download_request(asked)
        except DownloadCancelledError as error:
            raise CollectError(f"it is larger than {LARGEST_PAGE:,} bytes; that is no page of reviews") from error
        response = unpacked(response).replace(url=request.url)
        if response.status != 200:
            return response
        if not response.body.strip():
            raise IncompleteError("it came empty")
        if isinstance(response, HtmlResponse) and work.site.renders(request.url) and not led_to(response):
            return await self._render(work, address, response)
        return response

    async def _render(self, work: Crawling, address: str, response: HtmlResponse) -> Response:
        site, browser = work.site, self._browser
        if browser is None:
            folder = work.folder / "chromium"
            browser = self._browser = browser_module().Browser(folder, work.hosts, site.delay_s, work.tally)
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        render = partial(browser.render, ready=site.ready, load_more=site.load_more, scroll=site.scroll)
        html = await asyncio.to_thread(render, address, headers, text_of(response))
        return response.replace(body=html.encode("utf-8", "replace"), encoding="utf-8")

    async def close(self) -> None:
        """Ends the browser and the connections."""
        if self._browser:
            self._browser.close()
        await super().close()


def unpacked(response: Response) -> Response:
    """The response as it was before it was packed for the way. Raises IncompleteError where its end is missing."""
    packing = (response.headers.get("Content-Encoding") or b"").strip().lower()
    if not packing:
        return response
    if packing not in (b"gzip", b"x-gzip", b"identity"):
        raise CollectError(f"it came packed as {packing!r}, and gzip was asked for")
    body = response.body
    if body and packing != b"identity":
        try:
            with gzip.open(BytesIO(body)) as stream:
                body = stream.read(LARGEST_PAGE + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise IncompleteError(f"it came packed, and cannot be unpacked: {error}") from error
    if len(body) > LARGEST_PAGE:
        raise CollectError(f"it unpacks to more than {LARGEST_PAGE:,} bytes; that is no page of reviews")
    headers = {name: values for name, values in response.headers.items() if name != b"Content-Encoding"}
    kind = responsetypes.from_args(headers=Headers(headers), url=response.url, body=body)
    return response.replace(cls=kind, headers=headers, body=body)


def end_with_parent() -> None:
    """Ends the crawl when the parent is gone: its end of our standard input closes with it."""
    os.read(0, 1)  # not sys.stdin, whose lock would be held when the interpreter ends
    os.killpg(os.getpgid(0), signal.SIGKILL)


def main(folder: Path) -> None:
    """Does the crawl that `order.json` in `folder` asks for, and leaves in `said.json` what became of it."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    order = json.loads((folder / "order.json").read_text())
    site = ReviewSite(**{name: frozen(value) for name, value in order["site"].items()})
    tally: Counter[str] = Counter()
    known = Hosts(Path(order["hosts"]), Mirrors(order["mirrors"]), order["contact"], tally)
    headers = {
        "Accept": "text/html,application/xhtml+xml",
        "Accept-Encoding": "gzip",
        "Accept-Language": ", ".join(site.languages) or "*",
    }
    process = AsyncCrawlerProcess(
        SETTINGS | {"USER_AGENT": user_agent(order["contact"]), "DEFAULT_REQUEST_HEADERS": headers}
    )
    with ExitStack() as stack:
        spool = stack.enter_context(Spool(folder / "spool.sqlite"))
        earlier = folder / "before.sqlite"
        before = stack.enter_context(Spool(earlier)) if earlier.exists() else None
        work = Crawling(site, folder, known, spool, before, order["limit"], tally)
        crawler = process.create_crawler(ReviewSpider)
        process.crawl(crawler, work=work)
        process.start()
        stats = crawler.stats.get_stats()
    said = {"tally": tally, "problem": problem(work.lost, stats, limited=work.limit is not None)}
    (folder / "said.json").write_text(json.dumps(said))


if __name__ == "__main__":
    # Scrapy loads the classes in SETTINGS from there; those of `__main__` are others.
    from scrapers.crawl import main as crawl_in

    crawl_in(Path(sys.argv[1]))
