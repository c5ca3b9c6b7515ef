"""A crawl, by Scrapy in its own process, of small sites on loopback: whole and polite, or an error."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from scrapers.crawl import crawl, problem
from scrapers.record import Document
from scrapers.review_site import ReviewSite
from scrapers.robots import user_agent
from scrapers.source import CollectError, Collecting

from .conftest import MISSING, Answer, Answers, Asked, Loopback, Serve

HOST = "http://site.example"
SITE = ReviewSite(
    name="site",
    description="a site",
    licence="CC0-1.0",
    languages=("nb",),
    expected=(1, 100),
    delay_s=0,
    start=(f"{HOST}/",),
    follow=("a.bok", "a[rel~=next]"),
    best=6,
)


def links(*paths: str, kind: str = "bok") -> str:
    return "".join(f'<a class="{kind}" href="{path}">x</a>' for path in paths)


def page(*texts: str, after: str = "", head: str = "", rating: str = "5/6") -> Answer:
    """A page with one review a text, and `after` them."""
    reviews = [
        {"@type": "Review", "@id": f"#{text}", "reviewBody": text, "author": "Ola Nordmann", "reviewRating": rating}
        for text in texts
    ]
    block = json.dumps({"@type": "Product", "review": reviews})
    script = f'<script type="application/ld+json">{block}</script>'
    return Answer(f"<html><head>{head}{script}</head><body>{after}</body></html>".encode())


BOOKS = {
    "/": page(after=links("/a", "/b?side=1") + '<a rel="next" href="/?side=2">neste</a>'),
    "/?side=2": page(after=links("/c", "/a")),
    "/a": page("a1", "a2"),
    "/b?side=1": page("b1"),
    "/c": page("c1", after=links("/")),
}


@pytest.fixture
def crawled(serve: Serve, collecting: Callable[..., Collecting]) -> Callable[..., tuple[list[Document], Loopback]]:
    """Crawls a site and gives its records, by text, and its server."""

    def go(answers: Answers, site: ReviewSite = SITE, **values: object) -> tuple[list[Document], Loopback]:
        server = serve(answers)
        work = collecting(mirrors={HOST: server.address}, **values)
        crawl(site, work)
        items = [item for item in work.spool.items("collect/site") if isinstance(item, Document)]
        return sorted(items, key=lambda item: item.text), server

    return go


def test_every_review_is_collected_once_under_the_address_of_the_site(crawled) -> None:
    found, server = crawled(BOOKS, contact="post@example.no")
    assert [(d.text, d.url, d.group) for d in found] == [
        ("a1", f"{HOST}/a", f"{HOST}/a"),
        ("a2", f"{HOST}/a", f"{HOST}/a"),
        ("b1", f"{HOST}/b?side=1", f"{HOST}/b"),
        ("c1", f"{HOST}/c", f"{HOST}/c"),
    ]
    assert {(d.rating, d.raw_rating, d.reserved, d.licence) for d in found} == {(0.8, "5/6", "open", "CC0-1.0")}
    assert "Ola" not in repr(found)
    assert sorted(server.paths()) == ["/", "/?side=2", "/a", "/b?side=1", "/c", "/robots.txt"]
    assert server.paths()[0] == "/robots.txt"
    assert {asked.headers["User-Agent"] for asked in server.asked} == {user_agent("post@example.no")}


def test_what_robots_txt_forbids_is_never_asked_for_however_slow_it_comes(crawled) -> None:
    forbidden = [f"/no/{n}" for n in range(30)]
    allowed = [f"/yes/{n}" for n in range(5)]
    rules = Answer(b"User-agent: *\nDisallow: /no/\n", kind="text/plain", delay_s=0.7)
    starts = tuple(HOST + path for pair in zip(forbidden, allowed * 6, strict=True) for path in pair)
    answers = {"/robots.txt": rules} | {path: page(path, after=links(*forbidden)) for path in (*allowed, *forbidden)}
    found, server = crawled(answers, replace(SITE, start=starts))
    assert [d.text for d in found] == allowed
    assert [path for path in server.paths() if path.startswith("/no/")] == []


def test_a_redirect_to_what_robots_txt_forbids_is_not_followed(crawled) -> None:
    answers = {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /no/\n"),
        "/": page("a1", after=links("/hop")),
        "/hop": Answer(status=302, headers={"Location": "/no/1"}),
        "/no/1": page("no"),
    }
    found, server = crawled(answers)
    assert [d.text for d in found] == ["a1"]
    assert "/no/1" not in server.paths()


def test_a_page_reserved_by_header_or_meta_element_says_so_in_its_records(crawled) -> None:
    meta = '<meta name="tdm-reservation" content="1">'
    answers = {
        "/": page("open", after=links("/header", "/meta", "/two")),
        "/header": replace(page("header"), headers={"TDM-Reservation": "1"}),
        "/meta": page("meta", head=meta),
        "/two": page("two", head='<meta name="robots" content="noai"><meta name="robots" content="index">'),
    }
    found, _ = crawled(answers)
    assert {d.text: d.reserved for d in found} == {
        "open": "open",
        "header": "no-train",
        "meta": "no-train",
        "two": "no-train",
    }


def turned(path: str, *turns: Answer) -> Answers:
    """The books, with `path` answered in turn, the last for ever."""
    left = list(turns)

    def answer(asked: Asked) -> Answer:
        if asked.path != path:
            return BOOKS.get(asked.path, MISSING)
        return left.pop(0) if len(left) > 1 else left[0]

    return answer


def test_a_fault_that_passes_is_tried_again(crawled) -> None:
    found, server = crawled(turned("/a", Answer(status=503), page("a1", "a2")))
    assert [d.text for d in found] == ["a1", "a2", "b1", "c1"]
    assert server.paths().count("/a") == 2


BROKEN = b'<script type="application/ld+json">{"@type": "Review"</script>'
LESS = {
    "a page is missing": (Answer(status=404), r"1 pages could not be fetched"),
    "a page fails": (Answer(status=500), r"1 pages could not be fetched"),
    "a page is refused": (Answer(status=403), r"1 pages could not be fetched"),
    "a page is broken": (Answer(BROKEN), r"1 pages could not be parsed"),
    "a rating is off its scale": (page("a1", rating="7/6"), r"1 pages could not be parsed"),
    "a page is no page": (Answer(b"%PDF", kind="application/pdf"), r"1 pages could not be parsed"),
    "a page is cut off": (Answer(b"x" * 1000, cut=10), r"1 pages could not be fetched"),
    "a page leads to itself": (Answer(status=302, headers={"Location": "/a"}), r"1 pages could not be fetched"),
    "a page leads away": (Answer(status=302, headers={"Location": "http://captcha.example/"}), r"1 pages led away"),
    "a page leads into the machine": (
        Answer(status=302, headers={"Location": "file:///etc/passwd"}),
        r"1 pages could not be fetched",
    ),
    "a page is endless": (Answer(b"x" * (17 << 20)), r"1 pages could not be fetched"),
}


# Each takes a second or two: these four go different ways through the crawler, the others run with the slow tests.
TELLING = ("a page is missing", "a page is broken", "a page leads to itself", "a page leads away")


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=[] if case in TELLING else pytest.mark.slow) for case in LESS]
)
def test_less_than_the_whole_site_is_an_error(crawled, case: str) -> None:
    answer, message = LESS[case]
    with pytest.raises(CollectError, match=message):
        crawled(turned("/a", answer))


@pytest.mark.parametrize("status", [500, pytest.param(429, marks=pytest.mark.slow)])
def test_where_robots_txt_cannot_be_read_nothing_is_fetched(crawled, collecting, serve, status: int) -> None:
    server = serve(BOOKS | {"/robots.txt": Answer(status=status)})
    with pytest.raises(CollectError, match=r"robots\.txt could not be read"):
        crawl(SITE, collecting(mirrors={HOST: server.address}))
    assert set(server.paths()) == {"/robots.txt"}


@pytest.mark.slow
def test_a_ring_of_two_redirects_is_an_error(crawled) -> None:
    ring = {
        "/": page("a1", after=links("/x")),
        "/x": Answer(status=302, headers={"Location": "/y"}),
        "/y": Answer(status=302, headers={"Location": "/x"}),
    }
    with pytest.raises(CollectError, match="1 pages could not be fetched"):
        crawled(ring)


def test_links_to_other_hosts_are_passed_over(crawled, serve: Serve) -> None:
    other = serve({"/": page("other")})
    found, _ = crawled({"/": page("a1", after=links(f"{other.address}/", f"{HOST}.other.example/"))})
    assert [d.text for d in found] == ["a1"]
    assert other.asked == []


def test_a_crawl_that_never_ends_is_stopped(crawled) -> None:
    def endless(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return MISSING
        number = int(asked.path.rpartition("=")[2] or 0) if "=" in asked.path else 0
        return page(f"r{number}", after=links(f"/?side={number + 1}"))

    with pytest.raises(CollectError, match="it stopped because of 'closespider_pagecount'"):
        crawled(endless, replace(SITE, max_pages=10))


@pytest.mark.slow
def test_a_crawl_of_just_the_most_pages_is_whole(crawled) -> None:
    found, _ = crawled(BOOKS, replace(SITE, max_pages=5))
    assert len(found) == 4


def test_a_limited_crawl_stops_early_and_gives_no_more(crawled) -> None:
    found, _ = crawled({"/": page(*"abcdefgh", after=links("/a")), "/a": page("z")}, limit=3)
    assert len(found) == 3


def test_the_crawl_delay_of_the_site_is_kept(crawled) -> None:
    _, server = crawled(BOOKS | {"/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 0.3\n")})
    times = [asked.at for asked in server.asked if asked.path != "/robots.txt"]
    assert all(later - earlier > 0.25 for earlier, later in pairwise(times))


def test_a_mirror_of_a_folder_is_judged_by_the_host_it_lies_on(serve: Serve, collecting) -> None:
    server = serve(
        {"/robots.txt": Answer(b"User-agent: *\nDisallow: /copy/no"), "/copy/": page("a1", after=links("no"))}
    )
    work = collecting(mirrors={f"{HOST}/boker": f"{server.address}/copy"})
    crawl(replace(SITE, start=(f"{HOST}/boker/",)), work)
    assert [(item.text, item.url) for item in work.spool.items("x")] == [("a1", f"{HOST}/boker/")]
    assert server.paths() == ["/robots.txt", "/copy/"]


@pytest.mark.slow
def test_a_proxy_of_the_machine_is_not_used(crawled, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve({})
    monkeypatch.setenv("http_proxy", proxy.address)
    monkeypatch.delenv("no_proxy", raising=False)
    found, _ = crawled(BOOKS)
    assert len(found) == 4
    assert proxy.asked == []


@pytest.mark.slow
def test_a_certificate_nobody_vouches_for_is_refused(serve: Serve, collecting, self_signed) -> None:  # noqa: F811
    server = serve(BOOKS, tls=self_signed)
    with pytest.raises(CollectError, match="could not be read"):
        crawl(SITE, collecting(mirrors={HOST: server.address}))
    assert server.asked == []


def test_a_crawl_that_breaks_shows_the_end_of_its_log(serve: Serve, collecting, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(CollectError, match="ended with exit code 1"):
        crawl(SITE, collecting())


def test_errors_that_scrapy_only_logs_are_errors() -> None:
    assert problem({"finish_reason": "finished"}, limited=False) is None
    assert problem({"finish_reason": "finished", "log_count/ERROR": 2}, limited=False) == "2 errors stand in the log"
    assert problem({}, limited=False) == "it stopped because of None"
    assert problem({"finish_reason": "closespider_itemcount"}, limited=True) is None
    assert "closespider_itemcount" in str(problem({"finish_reason": "closespider_itemcount"}, limited=False))


def processes_in(folder: Path) -> list[int]:
    """The processes, Chromium's too, that have `folder` in their command line."""
    found = psutil.process_iter(["pid", "cmdline"])
    return [process.info["pid"] for process in found if str(folder) in " ".join(process.info["cmdline"] or ())]


def test_the_crawl_ends_with_the_process_that_asked_for_it(serve: Serve, tmp_path: Path) -> None:
    def slow(asked: Asked) -> Answer:
        number = int(asked.path.rpartition("=")[2]) if "=" in asked.path else 0
        if asked.path == "/robots.txt":
            return MISSING
        return replace(page(f"r{number}", after=links(f"/?n={number + 1}")), delay_s=0.1)

    server = serve(slow)
    script = (
        "import sys; from pathlib import Path\n"
        "from scrapers.crawl import crawl; from scrapers.review_site import ReviewSite\n"
        "from scrapers.source import Collecting, Mirrors; from scrapers.spool import Spool\n"
        "site = ReviewSite(name='s', description='', licence='x', languages=(), expected=(1, 2), delay_s=0,\n"
        "                  start=('http://site.example/',), follow=('a.bok',))\n"
        "folder = Path(sys.argv[1])\n"
        "with Spool(folder / 'spool.sqlite') as spool:\n"
        "    crawl(site, Collecting(folder, spool, Mirrors({'http://site.example': sys.argv[2]})))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path), server.address])
    until = time.monotonic() + 30
    while len(server.asked) < 4 and time.monotonic() < until:
        time.sleep(0.05)
    children = [pid for pid in processes_in(tmp_path) if pid != parent.pid]
    assert len(children) == 1
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    until = time.monotonic() + 5
    while processes_in(tmp_path) and time.monotonic() < until:
        time.sleep(0.05)
    assert processes_in(tmp_path) == []
