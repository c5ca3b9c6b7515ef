"""Crawls a review site with Scrapy, in a process of its own: `python -m scrapers.crawl FOLDER`.

A Scrapy reactor starts once a process, and its memory goes with it. The parent waits, then reads what the crawl says of
itself, because Scrapy counts a crawl of errors as finished.
"""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import scrapy
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.dupefilters import RFPDupeFilter
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Request, Response
from scrapy.http.request import NO_CALLBACK

from scrapers import review_site
from scrapers.record import Document
from scrapers.review_site import ReviewSite
from scrapers.robots import RobotRules, robots_address, user_agent, verdict
from scrapers.source import CollectError, Collecting, Mirrors, NotCollectable, frozen
from scrapers.spool import Spool

if TYPE_CHECKING:
    from scrapers.browser import Browser

log = logging.getLogger(__name__)

SETTINGS: dict[str, Any] = {
    "CONCURRENT_REQUESTS": 1,  # a crawl has one host, and the limit a domain leaks (docs/decisions.md)
    "COOKIES_ENABLED": False,
    "DOWNLOAD_MAXSIZE": 16 << 20,
    "DOWNLOAD_TIMEOUT": 60,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,  # Scrapy takes any certificate otherwise
    "DUPEFILTER_CLASS": "scrapers.crawl.SeenFilter",
    "HTTPERROR_ALLOW_ALL": False,
    "HTTPPROXY_ENABLED": False,  # as in scrapers.fetch: a proxy of the machine's would change what is collected
    "LOG_LEVEL": "INFO",
    "DOWNLOAD_DELAY_JITTER": 0.0,
    "REMOTE_CONTROL_ENABLED": False,  # would open a port through which the crawl can be told to run code
    "REDIRECT_MAX_TIMES": 5,
    "RETRY_TIMES": 4,
    "ROBOTSTXT_OBEY": False,  # Scrapy 2.14 to 2.19 lets queued requests through; RobotsMiddleware stands in its place
    "TELNETCONSOLE_ENABLED": False,
    "DOWNLOADER_MIDDLEWARES": {"scrapers.crawl.RobotsMiddleware": 100},
    "DOWNLOAD_HANDLERS": {"http": "scrapers.crawl.PageHandler", "https": "scrapers.crawl.PageHandler"},
    "ITEM_PIPELINES": {"scrapers.crawl.SpoolPipeline": 100},
}


def crawl(site: ReviewSite, collecting: Collecting) -> None:
    """Puts every review of `site` in the spool. Raises CollectError unless the crawl came whole to its end."""
    if site.render:
        browser_module().installed()
    order = {
        "site": asdict(site),
        "mirrors": dict(collecting.mirrors.prefixes),
        "contact": collecting.contact,
        "limit": collecting.limit,
    }
    (collecting.folder / "order.json").write_text(json.dumps(order))
    with (collecting.folder / "crawl.log").open("wb") as output:
        # Its own session, so that Ctrl-C reaches it only through us; its end of the pipe says when we are gone.
        command = [sys.executable, "-m", "scrapers.crawl", str(collecting.folder)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        ) as process:
            try:
                code = process.wait()
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
    said = collecting.folder / "stats.json"
    if code or not said.exists():
        tail = (collecting.folder / "crawl.log").read_text(errors="replace")[-2000:]
        raise CollectError(f"{site.name}: the crawl ended with exit code {code}; the end of its log:\n{tail}")
    stats = json.loads(said.read_text())
    collecting.tally.update(tally(stats))
    if fault := problem(stats, limited=collecting.limit is not None):
        raise CollectError(f"{site.name}: {fault}; the log is {collecting.folder / 'crawl.log'}")


def browser_module() -> ModuleType:
    """`scrapers.browser`. Raises NotCollectable where Selenium is not installed."""
    try:
        from scrapers import browser
    except ImportError as error:
        raise NotCollectable(f"needs a browser, and {error.name} is missing: pip install 'kvern[browser]'") from error
    return browser


def tally(stats: dict[str, Any]) -> dict[str, int]:
    """What a crawl's statistics say that a reader of the manifest wants to know."""
    names = {"response_received_count": "pages", "robots/forbidden": "robots_forbidden", "retry/count": "retries"}
    return {name: stats[key] for key, name in names.items() if stats.get(key)}


def problem(stats: dict[str, Any], *, limited: bool) -> str | None:
    """Why a crawl with these statistics did not come whole to its end, or None where it did."""
    faults = {
        "robots.txt could not be read, so nothing may be fetched": stats.get("robots/unreachable", 0),
        "pages could not be parsed": stats.get("spider_exceptions/count", 0),
        "pages could not be fetched": stats.get("downloader/failed", 0),
        # By redirects: `parse` follows no such link.
        "pages led away to another site": stats.get("offsite/filtered", 0),
    }
    if not any(faults.values()):  # such as a full disk under the spool, which Scrapy only logs
        faults["errors stand in the log"] = stats.get("log_count/ERROR", 0) + stats.get("log_count/CRITICAL", 0)
    found = [f"{count} {what}" for what, count in faults.items() if count]
    reason = stats.get("finish_reason")
    if reason != "finished" and not (limited and reason == "closespider_itemcount"):
        found.append(f"it stopped because of {reason!r}")
    return ", ".join(found) or None


class ReviewSpider(scrapy.Spider):
    """Follows a site's links and yields its reviews as Documents."""

    name = "reviews"

    def __init__(self, site: ReviewSite, mirrors: Mirrors, folder: Path, limit: int | None) -> None:
        super().__init__()
        self.site = site
        self.limit = limit
        self.mirrors = mirrors
        self.folder = folder
        self.rules: dict[str, RobotRules] = {}
        self.browser: Browser | None = None
        self.allowed_domains = sorted({url.split("/")[2].split(":")[0] for url in site.start})

    async def start(self) -> AsyncIterator[Request]:
        """The first requests."""
        for url in self.site.start:
            yield Request(url, errback=self.failed)

    def parse(self, response: Response, **_: Any) -> Iterator[Document | Request]:
        """The reviews of a page, then the requests for what it links to."""
        if not isinstance(response, HtmlResponse):
            raise CollectError(f"{response.url} is not HTML but {response.headers.get('Content-Type')!r}")
        page = review_site.parse(response.text, response.url, self.site)
        headers = {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        governing = self.mirrors.governing(response.url)
        reserved = verdict(governing, self.rules[robots_address(governing)], headers, page.metas)
        yield from review_site.documents(page, response.url, self.site, reserved)
        for link in page.links:
            if self.is_own(link):
                yield Request(link, errback=self.failed)

    def is_own(self, url: str) -> bool:
        """Whether `url` lies on a host where the crawl begins, or on one below it."""
        host = urlsplit(url).hostname or ""
        return any(host == domain or host.endswith(f".{domain}") for domain in self.allowed_domains)

    def failed(self, failure: Any) -> None:
        """Counts a page that could not be had: unreachable, answered with an error, led round in a ring."""
        if not failure.check(Forbidden):
            log.error("page lost: %s: %s", failure.request.url, failure.getErrorMessage())
            self.crawler.stats.inc_value("downloader/failed")

    def closed(self, reason: str) -> None:
        """Ends the browser."""
        if self.browser:
            self.browser.close()


def spider_of(crawler: Crawler) -> ReviewSpider:
    """The spider of a crawler, which is ours."""
    return cast(ReviewSpider, crawler.spider)


class Forbidden(IgnoreRequest):
    """What robots.txt does not allow."""


class SeenFilter(RFPDupeFilter):
    """Passes every page once; one that redirects to itself goes on to the end of its redirects, where it is counted."""

    def request_seen(self, request: Request) -> bool:
        """Whether the page was asked for before, and not by a redirect that came from it."""
        return super().request_seen(request) and request.url not in request.meta.get("redirect_urls", ())


class RobotsMiddleware:
    """Lets no request through before the robots.txt of its host was read, and none that it does not allow."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._asked: dict[str, asyncio.Task[RobotRules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        """The middleware of a crawler."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Forbidden for what robots.txt does not allow."""
        if request.meta.get("robots"):
            return
        governing = spider_of(self._crawler).mirrors.governing(request.url)
        address = robots_address(governing)
        if address not in self._asked:
            self._asked[address] = asyncio.ensure_future(self._ask(address))
        rules = await asyncio.shield(self._asked[address])
        self._slow_down(request, rules)
        if not rules.allowed(governing):
            self._crawler.stats.inc_value("robots/forbidden")
            raise Forbidden(f"robots.txt does not allow {request.url}")

    async def _ask(self, address: str) -> RobotRules:
        request = Request(address, priority=1000, meta={"robots": True}, callback=NO_CALLBACK, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(request)
            rules = RobotRules.of(response.status, response.body)
        except Exception:  # whatever went wrong, robots.txt was not read
            log.exception("%s could not be read", address)
            rules = RobotRules(None)
        if rules.parsed is None:
            self._crawler.stats.inc_value("robots/unreachable")
        spider_of(self._crawler).rules[address] = rules
        return rules

    def _slow_down(self, request: Request, rules: RobotRules) -> None:
        downloader = self._crawler.engine.downloader
        slot = downloader.slots.get(downloader.get_slot_key(request))
        if slot and slot.delay < rules.delay_s():
            slot.delay = rules.delay_s()


class PageHandler(HTTP11DownloadHandler):
    """Fetches a page from its mirror where it has one, with the browser where it needs one."""

    async def download_request(self, request: Request) -> Response:
        """The response, under the address that was asked for.

        A page to render is fetched first all the same: a browser shows neither the status nor the headers that reserve
        the page, and follows redirects past robots.txt.
        """
        spider = spider_of(self._crawler)
        address = spider.mirrors.address(request.url)
        response = await super().download_request(request.replace(url=address))
        if response.status != 200 or not spider.site.renders(request.url) or request.meta.get("robots"):
            return response.replace(url=request.url)
        spider.browser = spider.browser or browser_module().Browser(self._crawler.settings["USER_AGENT"])
        render = partial(spider.browser.render, ready=spider.site.ready, load_more=spider.site.load_more)
        html = await asyncio.to_thread(render, address)
        headers = {name: values for name, values in response.headers.items() if name != b"Content-Encoding"}
        return HtmlResponse(request.url, headers=headers, body=html, encoding="utf-8", request=request)


class SpoolPipeline:
    """Writes every review to the spool as it comes."""

    def __init__(self, spider: ReviewSpider) -> None:
        self._spool = Spool(spider.folder / "spool.sqlite")
        self._left = spider.limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "SpoolPipeline":
        """The pipeline of a crawler."""
        return cls(spider_of(crawler))

    def process_item(self, item: Document) -> Document:
        """Stores the review, and passes it on for Scrapy to count; what comes after the last wanted is not stored."""
        if self._left != 0:
            self._spool.add(item)
        self._left = self._left - 1 if self._left else self._left
        return item


def end_with_parent() -> None:
    """Ends the crawl when the parent is gone: its end of our standard input closes with it."""
    os.read(0, 1)  # not sys.stdin, whose lock would be held when the interpreter ends
    os.killpg(os.getpgid(0), signal.SIGKILL)


def main(folder: Path) -> None:
    """Does the crawl that `order.json` in `folder` asks for, and leaves `stats.json` there."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    order = json.loads((folder / "order.json").read_text())
    site = ReviewSite(**{name: frozen(value) for name, value in order["site"].items()})
    settings = SETTINGS | {
        "DOWNLOAD_DELAY": site.delay_s,
        "USER_AGENT": user_agent(order["contact"]),
        "CLOSESPIDER_PAGECOUNT": site.max_pages + 2,  # robots.txt is counted too; only a page too many closes
        "CLOSESPIDER_ITEMCOUNT": order["limit"] or 0,
    }
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(ReviewSpider)
    process.crawl(crawler, site=site, mirrors=Mirrors(order["mirrors"]), folder=folder, limit=order["limit"])
    process.start()
    stats = {key: value for key, value in crawler.stats.get_stats().items() if isinstance(value, int | float | str)}
    (folder / "stats.json").write_text(json.dumps(stats, indent=1, default=str))


if __name__ == "__main__":
    # Scrapy loads the classes in SETTINGS from there; those of `__main__` are others.
    from scrapers.crawl import main as crawl_in

    crawl_in(Path(sys.argv[1]))
