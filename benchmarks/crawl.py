"""Measures a crawl of ours against a bare Scrapy spider, in turn, on the same local site.

    python benchmarks/crawl.py [--pages 600] [--rounds 5] [--delay 0 0.02]

The bare spider does what a tutorial would: links by CSS selector, reviews out of JSON-LD by `json`, items to a file of
JSON lines. Both have a process of their own, send one request at a time after the same delay, and obey robots.txt. Ours
reads microdata as well, asks for the reservations of rights, shares the host with other collectors and can be killed at
any moment. What is given is pages a second, from the start of the process to its end and while pages are asked for, and
pages a second of processor time, on which other work of the machine has less influence.
"""

import argparse
import json
import os
import platform
import resource
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import HtmlResponse, Request, Response

from scrapers.crawl import crawl
from scrapers.review_site import ReviewSite
from scrapers.source import Collecting
from scrapers.spool import Spool

REVIEWS_A_PAGE = 10
LINKS_A_LIST = 20
SENTENCE = "boken var en fin og rolig fortelling om vinteren ved fjorden som jeg leser"


def page(number: int, pages: int) -> bytes:
    """Page `number` of the site: reviews in JSON-LD, the text once more for people, links to the next pages."""
    words = SENTENCE.split()
    texts = [" ".join(words[(number + n + k) % len(words)] for k in range(40)) for n in range(REVIEWS_A_PAGE)]
    reviews = [
        {
            "@type": "Review",
            "@id": f"#{number}-{n}",
            "name": f"Tittel {n}",
            "reviewBody": text,
            "datePublished": "2024-05-01",
            "author": {"@type": "Person", "name": "Ola Nordmann"},
            "reviewRating": {"@type": "Rating", "ratingValue": n % 6 + 1, "bestRating": 6, "worstRating": 1},
        }
        for n, text in enumerate(texts)
    ]
    product = {"@context": "https://schema.org", "@type": "Product", "name": f"Bok {number}", "review": reviews}
    first = number * LINKS_A_LIST + 1
    links = [f'<li><a class="bok" href="/{n}">Bok {n}</a></li>' for n in range(first, min(first + LINKS_A_LIST, pages))]
    menu = "".join(f'<li class="menu"><a href="/emne/{n}">Emne {n}</a></li>' for n in range(30))
    shown = "".join(f'<article class="omtale"><h3>Tittel</h3><p>{text}</p></article>' for text in texts)
    return (
        f'<!doctype html><html lang="nb"><head><meta charset="utf-8"><title>Bok {number}</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/stil.css">'
        f'<script type="application/ld+json">{json.dumps(product)}</script></head>'
        f"<body><nav><ul>{menu}</ul></nav><main><h1>Bok {number}</h1>{shown}<ul>{''.join(links)}</ul></main></body>"
        "</html>"
    ).encode()


class Site(BaseHTTPRequestHandler):
    """Answers with pages made beforehand; `/asked` says when the first and the last page were asked for."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    pages: tuple[bytes, ...] = ()
    asked: list[float] = []  # noqa: RUF012 - of the one server of the process

    def setup(self) -> None:
        """A connection that sends at once."""
        super().setup()
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self) -> None:
        """Answers."""
        name = self.path[1:]
        status, body = 404, b""
        if name == "asked":
            status, body = 200, json.dumps([self.asked[0], self.asked[-1], len(self.asked)]).encode()
            self.asked.clear()
        elif name == "robots.txt":
            status, body = 200, b"User-agent: *\nDisallow: /emne/\n"
        elif name.isdecimal() and int(name) < len(self.pages):
            self.asked.append(time.monotonic())
            status, body = 200, self.pages[int(name)]
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def serve(pages: int) -> None:
    """Serves the site until standard input closes, after printing its port."""
    Site.pages = tuple(page(number, pages) for number in range(pages))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


class BareSpider(scrapy.Spider):
    """The spider of a tutorial."""

    name = "bare"

    def __init__(self, address: str) -> None:
        super().__init__()
        self.start_urls = [f"{address}/0"]

    def parse(self, response: Response, **_: Any) -> Iterator[dict[str, Any] | Request]:
        """The reviews of a page, then the requests for what it links to."""
        document = cast(HtmlResponse, response)
        for block in document.css('script[type="application/ld+json"]::text').getall():
            for review in json.loads(block).get("review", []):
                yield {
                    "url": response.url,
                    "id": review["@id"],
                    "title": review["name"],
                    "text": review["reviewBody"],
                    "rating": review["reviewRating"]["ratingValue"],
                    "published": review["datePublished"],
                }
        for link in document.css("a.bok::attr(href)").getall():
            yield document.follow(link)


def bare(address: str, target: Path, delay_s: float) -> None:
    """Crawls the site with the bare spider into a file of JSON lines."""
    process = AsyncCrawlerProcess(
        {
            "CONCURRENT_REQUESTS": 1,
            "DOWNLOAD_DELAY": delay_s,
            "DOWNLOAD_DELAY_JITTER": 0.0,
            "FEEDS": {str(target): {"format": "jsonlines"}},
            "LOG_LEVEL": "INFO",
            "REMOTE_CONTROL_ENABLED": False,
            "ROBOTSTXT_OBEY": True,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(BareSpider, address=address)
    process.start()


@dataclass(frozen=True)
class Measured:
    """One crawl: pages a second over its whole process, while pages were asked for, and of processor time."""

    whole: float
    asking: float
    processor: float


def run_bare(address: str, folder: Path, delay_s: float) -> int:
    """The number of reviews that the bare spider finds."""
    target = folder / "items.jsonl"
    command = [sys.executable, __file__, "--bare", address, str(target), str(delay_s)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    with target.open() as lines:
        return sum(1 for _ in lines)


def run_ours(address: str, folder: Path, delay_s: float) -> int:
    """The number of reviews that our crawl finds."""
    site = ReviewSite(
        name="benchmark",
        description="a site",
        licence="CC0-1.0",
        languages=("nb",),
        expected=(1, 1_000_000),
        delay_s=delay_s,
        start=(f"{address}/0",),
        follow=("a.bok",),
    )
    with Spool(folder / "spool.sqlite") as spool:
        crawl(site, Collecting(folder, spool))
        return spool.count()


RUNS = {"bare": run_bare, "ours": run_ours}


def measured(name: str, address: str, pages: int, delay_s: float) -> Measured:
    """One crawl of the site. Raises SystemExit where it did not find everything."""
    with TemporaryDirectory() as folder:
        started, used = time.monotonic(), processor_s()
        found = RUNS[name](address, Path(folder), delay_s)
        seconds, used = time.monotonic() - started, processor_s() - used
    first, last, asked = asked_of(address)
    if (asked, found) != (pages, pages * REVIEWS_A_PAGE):
        raise SystemExit(f"{name}: {asked} pages asked for and {found} reviews found, of {pages} pages")
    return Measured(pages / seconds, (pages - 1) / (last - first), pages / used)


def processor_s() -> float:
    """The processor time of this process and of its children that ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def asked_of(address: str) -> tuple[float, float, int]:
    """When the first and the last page were asked for, and how many, since this was asked the last time."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /asked HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        with connection.makefile("rb") as stream:
            first, last, count = json.loads(stream.read().partition(b"\r\n\r\n")[2])
    return first, last, count


@contextmanager
def served(pages: int) -> Iterator[str]:
    """The site in a process of its own."""
    command = [sys.executable, __file__, "--serve", str(pages)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.communicate()


def compare(pages: int, rounds: int, delay_s: float, address: str) -> None:
    """Prints what both make of the site, and their ratio."""
    found: dict[str, list[Measured]] = {name: [] for name in RUNS}
    for number in range(rounds):
        for name in sorted(RUNS, reverse=number % 2 == 1):  # neither always goes first
            found[name].append(measured(name, address, pages, delay_s))
    print(f"\n{pages} pages of {REVIEWS_A_PAGE} reviews, {delay_s * 1000:g} ms between requests, {rounds} rounds")
    names = {"whole": "whole process", "asking": "while asking", "processor": "of processor time"}
    for what, name in names.items():
        rates = {name: [getattr(one, what) for one in ones] for name, ones in found.items()}
        ratios = [ours / bare for ours, bare in zip(rates["ours"], rates["bare"], strict=True)]
        columns = "  ".join(f"{who} {statistics.median(values):6.1f}" for who, values in rates.items())
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"  pages/s, {name:18} {columns}  ours/bare {spread}")


def main() -> None:
    """Measures as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=600, help="of the site")
    parser.add_argument("--rounds", type=int, default=5, help="crawls of each")
    parser.add_argument("--delay", type=float, nargs="+", default=[0.0, 0.02], metavar="S", help="between two requests")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--bare", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
    elif options.bare:
        address, target, delay_s = options.bare
        bare(address, Path(target), float(delay_s))
    else:
        print(f"Python {platform.python_version()}, Scrapy {scrapy.__version__}, {os.cpu_count()} cores")
        with served(options.pages) as address:
            for delay_s in options.delay:
                compare(options.pages, options.rounds, delay_s, address)


if __name__ == "__main__":
    main()
