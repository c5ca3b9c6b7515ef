"""A crawl, by Scrapy in its own process, of small sites on loopback: whole and polite, or an error."""

import asyncio
import gzip
import json
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from urllib.parse import quote

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse, Response

from scrapers import crawl as crawling
from scrapers.crawl import IncompleteError, address_of, crawl, led_to, made_by, problem, text_of, unpacked
from scrapers.hosts import Forbidden, Hosts
from scrapers.record import Document
from scrapers.review_site import ReviewSite
from scrapers.robots import TDMREP, user_agent
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
    block = json.dumps({"@type": "Product", "review": reviews}, ensure_ascii=False)
    script = f'<script type="application/ld+json">{block}</script>'
    return Answer(f"<html><head>{head}{script}</head><body>{after}</body></html>".encode())


def moved(target: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": target})


BOOKS = {
    "/": page(after=links("/a", "/b?side=1") + '<a rel="next" href="/?side=2">neste</a>'),
    "/?side=2": page(after=links("/c", "/a")),
    "/a": page("a1", "a2"),
    "/b?side=1": page("b1"),
    "/c": page("c1", after=links("/")),
}

Crawled = Callable[..., tuple[list[Document], Loopback]]
Work = Callable[..., Collecting]


def documents(work: Collecting) -> list[Document]:
    """What a crawl put in the spool, by text."""
    items = [item for item in work.spool.items("collect/site") if isinstance(item, Document)]
    return sorted(items, key=lambda item: item.text)


@pytest.fixture
def crawled(serve: Serve, collecting: Work, no_backoff_in_crawls: None) -> Crawled:
    """Crawls a site and gives its records, by text, and its server."""

    def go(answers: Answers, site: ReviewSite = SITE, **values: object) -> tuple[list[Document], Loopback]:
        server = serve(answers)
        work = collecting(mirrors={HOST: server.address}, **values)
        crawl(site, work)
        return documents(work), server

    return go


def test_every_review_is_collected_once_under_the_address_of_the_site(crawled: Crawled, serve: Serve) -> None:
    other = serve({"/": page("other")})
    latin = Answer(page("blåbær").body, kind="text/html; charset=iso-8859-1")
    packed = gzip.compress(page("gzip").body)
    site = BOOKS | {
        "/c": page("c1", after=links("/", "/a#top", "/hop", "/latin", "/packed", f"{other.address}/", f"{HOST}.no/")),
        "/hop": moved("/led"),
        "/led": moved("/to", 301),
        "/to": page("to", head='<meta http-equiv="refresh" content="60">'),
        "/latin": latin,
        "/packed": Answer(packed, headers={"Content-Encoding": "gzip"}),
    }
    found, server = crawled(site, contact="post@example.no")
    assert [(d.text, d.url, d.group) for d in found] == [
        ("a1", f"{HOST}/a", f"{HOST}/a"),
        ("a2", f"{HOST}/a", f"{HOST}/a"),
        ("b1", f"{HOST}/b?side=1", f"{HOST}/b"),
        ("blåbær", f"{HOST}/latin", f"{HOST}/latin"),
        ("c1", f"{HOST}/c", f"{HOST}/c"),
        ("gzip", f"{HOST}/packed", f"{HOST}/packed"),
        ("to", f"{HOST}/to", f"{HOST}/to"),
    ]
    assert {(d.rating, d.raw_rating, d.reserved, d.licence) for d in found} == {(0.8, "5/6", "open", "CC0-1.0")}
    assert "Ola" not in repr(found)
    assert sorted(server.paths()) == sorted(["/robots.txt", *site])
    assert server.paths()[0] == "/robots.txt"
    assert other.asked == []
    assert {asked.headers["User-Agent"] for asked in server.asked} == {user_agent("post@example.no")}
    assert {asked.headers.get("Accept-Language") for asked in server.asked if asked.path in site} == {"nb"}


def test_what_robots_txt_forbids_is_never_asked_for_however_slow_it_comes(crawled: Crawled) -> None:
    forbidden = [f"/no/{n}" for n in range(30)]
    allowed = [f"/yes/{n}" for n in range(5)]
    rules = Answer(b"User-agent: *\nDisallow: /no/\n", kind="text/plain", delay_s=0.7)
    starts = tuple(HOST + path for pair in zip(forbidden, allowed * 6, strict=True) for path in pair)
    answers = {"/robots.txt": rules} | {path: page(path, after=links(*forbidden)) for path in (*allowed, *forbidden)}
    answers |= {"/yes/0": page("/yes/0", after=links("/hop")), "/hop": moved("/no/1")}
    found, server = crawled(answers, replace(SITE, start=starts))
    assert [d.text for d in found] == allowed
    assert [path for path in server.paths() if path.startswith("/no/")] == []
    assert "/hop" in server.paths()


def test_a_reserved_page_says_so_in_its_records(crawled: Crawled) -> None:
    meta = '<meta name="tdm-reservation" content="1">'
    answers = {
        "/": page("open", after=links("/header", "/meta", "/two", "/tdm/x")),
        "/header": replace(page("header"), headers={"TDM-Reservation": "1"}),
        "/meta": page("meta", head=meta),
        "/two": page("two", head='<meta name="robots" content="noai"><meta name="robots" content="index">'),
        "/tdm/x": page("tdm"),
        TDMREP: Answer(b'[{"location": "/tdm/", "tdm-reservation": 1}]'),
    }
    found, _ = crawled(answers)
    assert {d.text: d.reserved for d in found} == {
        "open": "open",
        "header": "no-train",
        "meta": "no-train",
        "tdm": "no-train",
        "two": "no-train",
    }


def in_turn(answers: Mapping[str, Answer], turns: Mapping[str, list[Answer]]) -> Answers:
    """The answers, but for some paths one after another."""
    left = {path: list(of_path) for path, of_path in turns.items()}

    def answer(asked: Asked) -> Answer:
        waiting = left.get(asked.path)
        return waiting.pop(0) if waiting else answers.get(asked.path, MISSING)

    return answer


def test_a_fault_that_passes_is_tried_again_as_late_as_the_site_says(crawled: Crawled) -> None:
    faults = [
        Answer(status=503, headers={"Retry-After": "1"}),
        Answer(status=500),
        Answer(b"", status=200),
        replace(BOOKS["/a"], cut=50),
    ]
    damaged = Answer(gzip.compress(BOOKS["/c"].body)[:-9], headers={"Content-Encoding": "gzip"})
    found, server = crawled(in_turn(BOOKS, {"/a": faults, "/c": [damaged]}))
    assert [d.text for d in found] == ["a1", "a2", "b1", "c1"]
    assert Counter(server.paths()) == Counter(["/robots.txt", *BOOKS, *["/a"] * 4, "/c"])
    times = [asked.at for asked in server.asked if asked.path == "/a"]
    assert times[1] - times[0] > 0.95


BROKEN = b'<script type="application/ld+json">{"@type": "Review"</script>'
LOST = {
    "missing": (MISSING, "answered 404"),
    "failing": (Answer(status=500), "answered 500"),
    "refused": (Answer(status=403), "answered 403"),
    "cut": (Answer(b"x" * 1000, cut=10), ""),
    "empty": (Answer(b" \n"), "it came empty"),
    "chain/5": (moved("/chain/6"), "redirects without end"),
    "ring": (moved("/ring"), "redirects without end"),
    "ring/a": (moved("/ring/b"), "redirects without end"),
    "ring/b": (moved("/ring/a"), ""),
    "away": (moved("http://captcha.example/"), "http://captcha.example/"),
    "inside": (moved("http://10.0.0.1/"), "no address on the public web"),
    "file": (moved("file:///etc/passwd"), "expected an address on the web"),
    "large": (Answer(b"x" * (17 << 20)), "larger than 16,777,216 bytes"),
    "bomb": (Answer(gzip.compress(b" " * (17 << 20)), headers={"Content-Encoding": "gzip"}), "unpacks to more than"),
    "packed": (Answer(b"x", headers={"Content-Encoding": "br"}), "gzip was asked for"),
    "broken": (Answer(BROKEN), "is broken"),
    "scale": (page("a1", rating="7/6"), "scale"),
    "pdf": (Answer(b"%PDF", kind="application/pdf"), "not HTML but b'application/pdf'"),
    "unasked": (Answer(status=304), "304"),
}


def test_less_than_the_whole_site_is_an_error(crawled: Crawled, tmp_path: Path) -> None:
    good = {f"/good/{n}": page(str(n)) for n in range(40)}
    linked = [f"/{name}" for name in LOST if name != "chain/5"] + ["/chain/0"]
    paths = [path for pair in zip(linked, good, strict=False) for path in pair]
    site = good | {f"/{name}": answer for name, (answer, _) in LOST.items()} | {"/": page(after=links(*paths))}
    site |= {f"/chain/{n}": moved(f"/chain/{n + 1}") for n in range(20)}
    with pytest.raises(CollectError) as caught:
        crawled(site)
    log = (tmp_path / "collecting0" / "crawl.log").read_text()
    for name, (_, why) in LOST.items():
        if why:
            said = [line for line in log.splitlines() if "ERROR" in line and f"{HOST}/{name} " in line]
            assert len(said) == 1, name
            assert why in said[0], name
    assert "11 pages could not be fetched" in str(caught.value)
    assert "6 pages could not be parsed" in str(caught.value)
    assert f"1 pages led away to another site ({HOST}/away: http://captcha.example/)" in str(caught.value)


@pytest.mark.parametrize("status", [500, pytest.param(429, marks=pytest.mark.slow)])
def test_where_robots_txt_cannot_be_read_nothing_is_fetched(crawled: Crawled, status: int) -> None:
    asked: list[str] = []

    def answer(request: Asked) -> Answer:
        asked.append(request.path)
        return Answer(status=status) if request.path == "/robots.txt" else BOOKS.get(request.path, MISSING)

    with pytest.raises(CollectError, match=r"robots\.txt of .* could not be read"):
        crawled(answer)
    assert set(asked) == {"/robots.txt"}


def test_a_host_that_wants_a_long_rest_or_gives_nothing_more_is_left_alone(serve: Serve, collecting: Work) -> None:
    later = Answer(status=429, headers={"Retry-After": "86400"})
    server = serve({"/": page(after=links(*"abc")), **{f"/{name}": later for name in "abc"}})
    with pytest.raises(CollectError, match=r"site: it stopped: .* asks to be left alone until 20.*; run again then"):
        crawl(SITE, collecting(mirrors={HOST: server.address}))
    assert len([path for path in server.paths() if len(path) == 2]) == 1
    gone = serve({"/": page(after=links(*map(str, range(99))))})
    with pytest.raises(CollectError, match="it stopped: it lost 10 pages in a row"):
        crawl(SITE, collecting(mirrors={HOST: gone.address}))
    assert len(gone.paths()) < 15


def test_a_crawl_that_never_ends_is_stopped(crawled: Crawled) -> None:
    def endless(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return MISSING
        number = int(asked.path.rpartition("=")[2] or 0) if "=" in asked.path else 0
        return page(f"r{number}", after=links(f"/?side={number + 1}"))

    with pytest.raises(CollectError, match=r"it stopped: it met more than 10 pages \(max_pages\).*/\?side=10"):
        crawled(endless, replace(SITE, max_pages=10))


@pytest.mark.slow
def test_a_crawl_of_just_the_most_pages_is_whole(crawled: Crawled) -> None:
    found, _ = crawled(BOOKS, replace(SITE, max_pages=5))
    assert len(found) == 4


def test_a_limited_crawl_stops_early_and_an_unlimited_one_goes_on_from_there(serve: Serve, collecting: Work) -> None:
    server = serve({"/": page(*"ab", after=links("/1")), "/1": page("c", after=links("/2")), "/2": page("d")})
    work = collecting(mirrors={HOST: server.address}, limit=3)
    crawl(SITE, work)
    assert server.paths() == ["/robots.txt", "/", "/1"]
    crawl(SITE, work)
    crawl(SITE, replace(work, limit=None))
    assert server.paths() == ["/robots.txt", "/", "/1", "/2"]
    assert [d.text for d in documents(work)] == ["a", "b", "c", "d"]


def test_the_crawl_delay_of_the_site_is_kept_and_the_budget_of_all_collectors(serve: Serve, collecting: Work) -> None:
    server = serve(BOOKS | {"/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 0.4\n")})
    work = collecting(mirrors={HOST: server.address})
    other = Hosts.of(work)
    other.check(f"{HOST}/")
    other.rest(f"{HOST}/", 2.5)
    started = time.monotonic()
    crawl(SITE, work)
    times = [asked.at for asked in server.asked if asked.path in BOOKS]
    assert times[0] - started > 2.4
    assert times[-1] - times[0] > 4 * 0.4 - 0.2
    assert server.paths().count("/robots.txt") == 1


def test_a_mirror_of_a_folder_is_judged_by_the_host_it_lies_on(serve: Serve, collecting: Work) -> None:
    server = serve(
        {"/robots.txt": Answer(b"User-agent: *\nDisallow: /copy/no"), "/copy/": page("a1", after=links("no"))}
    )
    work = collecting(mirrors={f"{HOST}/boker": f"{server.address}/copy"})
    crawl(replace(SITE, start=(f"{HOST}/boker/",)), work)
    assert [(item.text, item.url) for item in work.spool.items("x")] == [("a1", f"{HOST}/boker/")]
    assert server.paths() == ["/robots.txt", "/copy/"]


FOREST = {
    "/": page(after=links("/s/0", "/hop")),
    **{f"/s/{n}": page(after=links(f"/p/{n}", f"/p/{n + 1}", f"/s/{n + 1}", "/hop", "/")) for n in range(8)},
    **{f"/p/{n}": page(f"p{n}", f"q{n}", after=links(f"/p/{n}?side=2")) for n in range(9)},
    **{f"/p/{n}?side=2": page(f"q{n}", f"r{n}") for n in range(9)},
    "/s/8": page("s8"),
    "/hop": moved("/led"),
    "/led": moved("/s/3"),
}


def processes_in(folder: Path, what: str = "") -> list[int]:
    """The processes, Chromium's too, that work in `folder` or have it in their command line, with `what` in that."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
        line = " ".join(process.info["cmdline"] or ())
        if what in line and str(folder) in f"{line} {process.info['cwd']}":
            found.append(process.info["pid"])
    return found


def kill_when(folder: Path, server: Loopback, asked: int, later_s: float, over: Event) -> None:
    """Kills the crawl in `folder`, so long after its server was asked so often, unless it is over before."""
    while len(server.asked) < asked and not over.is_set():
        time.sleep(0.001)
    time.sleep(later_s)
    for pid in processes_in(folder, "scrapers.crawl"):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def ids(work: Collecting) -> list[str]:
    return [item.id for item in work.spool.items("x")]


def killed_and_whole(
    serve: Serve,
    collecting: Work,
    kills: Iterable[tuple[int, float]],
    site: ReviewSite = SITE,
    answers: Answers = FOREST,
    pages: Iterable[str] = FOREST,
) -> None:
    """Asserts that a crawl killed at these moments (so many requests after the last one, seconds after that) and begun
    again is as an undisturbed one, and asked for nothing twice but what was under way.
    """
    server = serve(answers)
    work = collecting(mirrors={HOST: server.address})
    died = 0
    for asked, later_s in kills:
        over = Event()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(kill_when, work.folder, server, len(server.asked) + asked, later_s, over)
            try:
                crawl(site, work)
            except CollectError as error:
                assert "exit code -9" in str(error)
                died += 1
            finally:
                over.set()
    crawl(site, work)
    whole = collecting(mirrors={HOST: server.address})
    first = [path for path in server.paths() if path in pages]
    crawl(site, whole)
    assert processes_in(work.folder) == []
    assert ids(work) == ids(whole)
    assert work.spool.pages().keys() == whole.spool.pages().keys() == {HOST + path for path in pages}
    twice = Counter(first) - Counter([*pages, *["/hop", "/led"] * died])
    assert twice.total() <= 2 * died, "one page under way, and one that came and was being read"
    assert died


def test_a_crawl_that_was_killed_goes_on_where_it_was(serve: Serve, collecting: Work) -> None:
    killed_and_whole(serve, collecting, [(9, 0.0), (12, 0.01)])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_a_crawl_goes_on_wherever_it_was_killed(serve: Serve, collecting: Work, seed: int) -> None:
    chance = random.Random(seed)
    killed_and_whole(serve, collecting, [(chance.randint(1, 9), chance.random() / 30) for _ in range(3)])


def test_what_did_not_change_since_the_last_crawl_is_not_fetched_again(
    serve: Serve, collecting: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = {path: f'"{path}"' for path in BOOKS}
    rules: list[Answer] = [MISSING]

    def answer(asked: Asked) -> Answer:
        if asked.path not in BOOKS:
            return rules[0] if asked.path == "/robots.txt" else MISSING
        if asked.path == "/c":  # by date
            since = {"If-Modified-Since": asked.headers.get("If-Modified-Since")}
            fresh = since == {"If-Modified-Since": "Mon, 02 Nov 2026 00:00:00 GMT"}
            headers = {"Last-Modified": "Mon, 02 Nov 2026 00:00:00 GMT"}
        else:
            fresh = asked.headers.get("If-None-Match") == tags[asked.path]
            headers = {"ETag": tags[asked.path]}
        whole = page("a1", "new") if tags[asked.path] == "changed" else BOOKS[asked.path]
        return Answer(status=304) if fresh else replace(whole, headers=headers)

    server = serve(answer)
    texts, tallies = [], []
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000")
    for changed in ("", "/a", "/robots.txt"):
        tags |= {changed: "changed"} if changed in BOOKS else {}
        rules[0] = Answer(b"User-agent: GPTBot\nDisallow: /") if changed == "/robots.txt" else MISSING
        work = collecting(mirrors={HOST: server.address}, archive=tmp_path / "archive" / "site")
        crawl(SITE, work)
        texts.append({d.text: (d.collected_at.timestamp(), d.reserved) for d in documents(work)})
        tallies.append(dict(work.tally))
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "2000000")
    old, new = (1e6, "open"), (2e6, "open")
    assert texts[0] == {"a1": old, "a2": old, "b1": old, "c1": old}
    assert texts[1] == {"a1": new, "new": new, "b1": old, "c1": old}
    assert texts[2] == {text: (at, "no-train") for text, (at, _) in texts[1].items()}
    assert [tally.get("unchanged") for tally in tallies] == [None, 4, 5]
    assert [path.name for path in (tmp_path / "archive" / "site").iterdir()] == [f"crawl-{made_by(SITE)}.sqlite"]


def test_an_archive_made_otherwise_does_not_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    own = made_by(SITE)
    same = replace(SITE, expected=(1, 2), delay_s=3, description="another")
    others = [
        replace(SITE, best=10),
        replace(SITE, licence="MIT"),
        replace(SITE, follow=("a",)),
        replace(SITE, name="x"),
    ]
    assert made_by(same) == own
    assert len({own, *map(made_by, others)}) == 5
    monkeypatch.setattr(crawling, "code_of", lambda _: "other code")
    assert made_by(SITE) != own


@pytest.mark.slow
def test_a_proxy_of_the_machine_is_not_used(crawled: Crawled, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve({})
    monkeypatch.setenv("http_proxy", proxy.address)
    monkeypatch.delenv("no_proxy", raising=False)
    found, _ = crawled(BOOKS)
    assert len(found) == 4
    assert proxy.asked == []


@pytest.mark.slow
def test_a_certificate_nobody_vouches_for_is_refused(
    serve: Serve, collecting: Work, no_backoff_in_crawls: None, self_signed: ssl.SSLContext
) -> None:
    server = serve(BOOKS, tls=self_signed)
    work = collecting(mirrors={HOST: server.address})
    with pytest.raises(CollectError, match=r"it stopped: .*certificate is not to be trusted"):
        crawl(SITE, work)
    for path in ("robots.txt", ".well-known/tdmrep.json", "ai.txt"):  # as if they had been read some other way
        (work.hosts / quote(f"{HOST}/{path}", safe="")).write_text('[404, ""]')
    with pytest.raises(CollectError, match="1 pages could not be fetched"):
        crawl(SITE, work)
    assert server.asked == []


def test_a_crawl_that_breaks_shows_the_end_of_its_log(collecting: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(CollectError, match="ended with exit code 1"):
        crawl(SITE, collecting())


def test_what_went_wrong_is_said() -> None:
    fine = {"finish_reason": "finished"}
    assert problem({}, fine, limited=False) is None
    assert problem({}, fine | {"log_count/ERROR": 2}, limited=False) == "2 errors stand in the log"
    assert problem({}, {}, limited=False) == "it stopped: None"
    assert problem({}, {"finish_reason": "limit"}, limited=True) is None
    assert problem({}, {"finish_reason": "limit"}, limited=False) == "it stopped: limit"
    lost = {"could not be fetched": ["http://a/: answered 404", "http://b/: answered 500"]}
    text = "2 pages could not be fetched (http://a/: answered 404), 1 pages could not be taken in"
    assert problem(lost, fine | {"log_count/ERROR": 2, "spider_exceptions/count": 1}, limited=False) == text


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("http://Site.example", "http://site.example/"),
        ("http://site.example/a b?q=å&r=1#x", "http://site.example/a%20b?q=%C3%A5&r=1"),
        ("http://site.example/a?b=2&a=1", "http://site.example/a?b=2&a=1"),
    ],
)
def test_a_page_is_known_by_its_address(link: str, address: str) -> None:
    assert address_of(link) == address == address_of(address)


def html(body: bytes, **headers: str) -> HtmlResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HtmlResponse("http://site.example/a", headers=named, body=body)


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("blåbær".encode(), "text/html; charset=iso-8859-1", "blåbær"),
        ("\ufeffblåbær".encode(), "text/html", "blåbær"),
        ("blåbær".encode("iso-8859-1"), "text/html; charset=iso-8859-1", "blåbær"),
        ("<meta charset=windows-1252>blåbær".encode("cp1252"), "text/html", "<meta charset=windows-1252>blåbær"),
    ],
)
def test_a_page_is_read_in_the_charset_it_is_in(body: bytes, kind: str, text: str) -> None:
    assert text_of(html(body, Content_Type=kind)) == text


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=/b", "http://site.example/b"),
        ("5;URL='http://other.example/'", "http://other.example/"),
        ("5", ""),
        ("5; url=/a", ""),
        ("3600; url=/b", ""),
        ("x", ""),
    ],
)
def test_a_page_that_shows_another_one_soon_is_a_redirect(content: str, target: str) -> None:
    refresh = f'<meta http-equiv="refresh" content="{content}">'
    assert led_to(html(f"<html><head>{refresh}</head></html>".encode())) == target
    assert led_to(html(f"<html><head><noscript>{refresh}</noscript></head></html>".encode())) == ""
    assert led_to(Response("http://site.example/a", status=308, headers={"Location": content})) == content.replace(
        " ", "%20"
    ).replace("'", "'")


@given(st.binary(max_size=60), st.sampled_from(["gzip", "x-gzip", "GZIP ", "", "identity"]), st.booleans())
def test_any_packed_bytes_are_a_page_or_an_error(body: bytes, packing: str, packed: bool) -> None:
    sent = gzip.compress(body) if packed else body
    try:
        got = unpacked(Response("http://a.example/", headers={"Content-Encoding": packing}, body=sent)).body
    except IncompleteError:
        return
    assert got == (body if packed and "zip" in packing.lower() else sent)


PARENT = """
import sys
from pathlib import Path
from scrapers.crawl import crawl
from scrapers.review_site import ReviewSite
from scrapers.source import Collecting, Mirrors
from scrapers.spool import Spool

site = ReviewSite(name="s", description="", licence="x", languages=(), expected=(1, 2), delay_s=0,
                  start=("http://site.example/",), follow=("a.bok",), render=sys.argv[3], ready="#never")
folder = Path(sys.argv[1])
with Spool(folder / "spool.sqlite") as spool:
    crawl(site, Collecting(folder, spool, Mirrors({"http://site.example": sys.argv[2]})))
"""


def test_the_crawl_ends_with_the_process_that_asked_for_it(serve: Serve, tmp_path: Path) -> None:
    def slow(asked: Asked) -> Answer:
        number = int(asked.path.rpartition("=")[2]) if "=" in asked.path else 0
        if asked.path == "/robots.txt":
            return MISSING
        return replace(page(f"r{number}", after=links(f"/?n={number + 1}")), delay_s=0.1)

    server = serve(slow)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path), server.address, ""])
    until = time.monotonic() + 30
    while len(server.asked) < 6 and time.monotonic() < until:
        time.sleep(0.05)
    children = [pid for pid in processes_in(tmp_path) if pid != parent.pid]
    assert len(children) == 1
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    until = time.monotonic() + 5
    while processes_in(tmp_path) and time.monotonic() < until:
        time.sleep(0.05)
    assert processes_in(tmp_path) == []


def test_a_link_into_a_private_network_is_not_followed(collecting: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *_, **__: [(2, 1, 6, "", ("10.0.0.7", 0))])
    work = collecting()
    work_of_crawl = crawling.Crawling(SITE, work.folder, Hosts.of(work), work.spool, None, None, work.tally)
    with pytest.raises(Forbidden, match="no address on the public web"):
        asyncio.run(work_of_crawl.turn("http://intern.site.example:8080/admin"))
