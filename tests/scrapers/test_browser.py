"""Pages that only a browser can show: waited for, loaded to their end, polite, and the browser gone afterwards."""

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from scrapers import browser, gate
from scrapers.browser import Browser, installed
from scrapers.crawl import crawl
from scrapers.hosts import Hosts
from scrapers.robots import user_agent
from scrapers.source import CollectError, Collecting, FetchError, Mirrors, NotCollectable

from .conftest import MISSING, Answer, Asked, Loopback, Serve
from .test_crawl import HOST, PARENT, SITE, killed_and_whole, links, page

HERE = bool(shutil.which("chromium") or shutil.which("google-chrome")) and bool(shutil.which("chromedriver"))
needs_chromium = pytest.mark.skipif(not HERE, reason="Chromium or chromedriver is not installed")

LIST = """<html><head><script src="/list.js"></script></head><body><div id="list"></div>%s<script>
let shown = 0, loading = false;
async function load() {
  if (loading || shown >= 5) return;
  loading = true;
  const texts = await (await fetch("/api?from=" + shown)).json();
  for (const text of texts) {
    const review = list.appendChild(document.createElement("article"));
    review.setAttribute("itemscope", ""); review.setAttribute("itemtype", "https://schema.org/Review");
    review.setAttribute("itemid", "#" + text); review.style.height = "2000px";
    review.appendChild(document.createElement("p")).textContent = text;
    review.firstChild.setAttribute("itemprop", "reviewBody");
  }
  shown += texts.length; loading = false;
  document.body.dataset.ready = "1";
}
%s
load();
</script></body></html>"""
CLICKED = LIST % (
    '<button id="more">Vis flere</button>',
    # As frameworks do: while it loads there is no button.
    """const more = document.getElementById("more");
more.onclick = async () => { more.remove(); await load(); if (shown < 5) document.body.append(more); };""",
)
SCROLLED = LIST % ("<footer></footer>", "addEventListener('scroll', () => setTimeout(load, 100));")


def rendered(asked: Asked) -> Answer:
    """Pages whose five reviews a script loads two at a time."""
    if asked.path.startswith("/api?from="):
        start = int(asked.path.rpartition("=")[2])
        texts = [f"r{n}" for n in range(start, min(start + 2, 5))]
        return Answer(json.dumps(texts).encode(), delay_s=0.05)
    pages = {
        "/": page(after=links("/nett/1", "/nett/2")),
        "/list.js": Answer(b"const list = 0 || { appendChild: e => document.getElementById('list').appendChild(e) };"),
        "/nett/1": Answer(CLICKED.encode(), headers={"TDM-Reservation": "1"}),
        "/nett/2": Answer(status=302, headers={"Location": "/nett/3"}),
        "/nett/3": Answer(CLICKED.encode()),
        "/scrolled": Answer(SCROLLED.encode()),
    }
    return pages.get(asked.path, MISSING)


READY, MORE = "body[data-ready='1']", "#more"
WEB = replace(SITE, render=r"^/nett/", ready=READY, load_more=MORE)


class Shown:
    """A browser in a folder of the test."""

    def __init__(self, folder: Path) -> None:
        self.tally: Counter[str] = Counter()
        self.folder = folder / "chromium"
        self.browser = Browser(self.folder, Hosts(folder / "hosts", Mirrors(), "", self.tally), 0.0, self.tally)

    def html(self, site: Loopback, path: str, body: str, *, ready: str = "", **how: object) -> str:
        """What becomes of a page of a server, of which this is the HTML."""
        return self.browser.render(f"{site.address}{path}", (), body, ready=ready, **how)


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[Shown]:
    shown = Shown(tmp_path)
    yield shown
    shown.browser.close()


def texts(html: str) -> list[int]:
    """Which of the reviews are in a page."""
    return [n for n in range(6) if f"r{n}</p>" in html]


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", {"chromium": "/usr/bin/chromium"}.get)
    with pytest.raises(NotCollectable, match="chromedriver is not installed; on Debian: apt-get install"):
        installed()
    monkeypatch.setattr(shutil, "which", {}.get)
    with pytest.raises(NotCollectable, match="chromium and chromedriver is not installed"):
        Shown(tmp_path)


@pytest.mark.browser
@needs_chromium
def test_a_page_is_given_when_all_is_loaded_by_clicks_or_by_scrolling(serve: Serve, chromium: Shown) -> None:
    site = serve(rendered)
    assert texts(chromium.html(site, "/nett/1", CLICKED, ready=READY)) == [0, 1]
    assert texts(chromium.html(site, "/nett/1", CLICKED, ready=READY, load_more=MORE)) == [0, 1, 2, 3, 4]
    assert texts(chromium.html(site, "/scrolled", SCROLLED, ready=READY, scroll=True)) == [0, 1, 2, 3, 4]
    assert set(site.paths()) == {"/robots.txt", "/list.js", *(f"/api?from={n}" for n in (0, 2, 4))}
    assert site.paths().count("/list.js") == 1, "the next page has it as well"
    assert {asked.headers["User-Agent"] for asked in site.asked} == {user_agent("")}


@pytest.mark.browser
@needs_chromium
def test_a_page_that_does_not_come_to_its_end_is_an_error(
    serve: Serve, chromium: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "WAIT_S", 0.5)
    monkeypatch.setattr(browser, "MAX_STEPS", 5)
    monkeypatch.setattr(gate, "MAX_REQUESTS", 20)
    site = serve({"/slow": Answer(b"", delay_s=2)})
    endless = "<script>addEventListener('scroll', () => document.body.append(document.createElement('p')))</script>"
    asking = "<script>setInterval(() => fetch('/slow?' + Math.random()), 5)</script><body>"
    for html, how, message in (
        ("<body>", {"ready": "p"}, r"no 'p' after 0.5 s; has the page changed"),
        ("<body><button id=more>", {"load_more": MORE}, "pressing '#more' brought nothing after 0.5 s"),
        (
            "<body><button id=more onclick='document.body.append(1)'>",
            {"load_more": MORE},
            "'#more' is still there after 5 times",
        ),
        (f"<body>{endless}", {"scroll": True}, "scrolling still brings more after 5 times"),
        ("<body><script>fetch('/slow')</script>", {"ready": "p"}, "no 'p' after 0.5 s; not answered: http.*/slow"),
        (asking, {"ready": "p"}, "its scripts asked for more than 20 things"),
        (
            "<body><script>location = 'http://localhost:1/'</script>",
            {"ready": "p"},
            "/page led to http://localhost:1/, another site",
        ),
    ):
        with pytest.raises(CollectError, match=message):
            chromium.html(site, "/page", html, **how)
    assert "<body>" in chromium.html(site, "/page", "<p>fine")


SCRIPTED = """<body><script>
(async () => {
  for (const url of %s) {
    try { document.body.dataset[url.split("/").pop()] = (await fetch(url)).status } catch (e) { document.title += "!" }
  }
  document.body.append(document.createElement("hr"));
})();
</script></body>"""


@pytest.mark.browser
@needs_chromium
def test_what_scripts_ask_for_is_asked_of_robots_txt_and_in_turn(serve: Serve, tmp_path: Path) -> None:
    rules = Answer(b"User-agent: *\nDisallow: /no\nCrawl-delay: 0.4\n")
    site = serve({"/robots.txt": rules} | {f"/{name}": Answer(b"1") for name in ("a", "b", "c", "no")})
    inside = serve({"/a": Answer(b"secret", headers={"Access-Control-Allow-Origin": "*"})})
    within = inside.address.replace("127.0.0.1", "localhost") + "/in"
    shown = Shown(tmp_path)
    try:
        asked = json.dumps(["/a", "/no", "/b", within, "/c"])
        html = shown.html(site, "/page", SCRIPTED % asked, ready="hr")
        socket = shown.html(site, "/page", "<body><script>document.write(typeof WebSocket)</script>", ready="")
    finally:
        shown.browser.close()
    assert [name for name in ("a", "no", "b", "in", "c") if f'data-{name}="200"' in html] == ["a", "b", "c"]
    assert "undefined" in socket
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/a", "/b", "/c"]
    assert site.asked[3].at - site.asked[1].at > 2 * 0.4 - 0.2
    assert inside.asked == []
    assert shown.tally["robots_forbidden"] == 1


@pytest.mark.browser
@needs_chromium
def test_a_script_that_gets_no_answer_is_no_end_of_the_page(
    serve: Serve, chromium: Shown, self_signed: ssl.SSLContext
) -> None:
    left = {"/busy": [503], "/ill": [500] * 9, "/blocked": [200, 403] * 9, "/login": [401], "/later": [429]}
    late = {"Retry-After": "86400"}

    def answer(asked: Asked) -> Answer:
        waiting = left.get(asked.path, [])
        return Answer(b"", status=waiting.pop(0) if waiting else 200, headers=late if asked.path == "/later" else {})

    site = serve(lambda asked: MISSING if asked.path == "/robots.txt" else answer(asked))
    forged = serve({"/a": Answer(b"forged", headers={"Access-Control-Allow-Origin": "*"})}, tls=self_signed)
    html = chromium.html(site, "/page", SCRIPTED % json.dumps(["/login", "/busy"]), ready="hr")
    assert 'data-login="200"' in html, "the second time"
    assert 'data-busy="200"' in html
    assert chromium.tally["scripts_refused"] == 1
    for asked, error, message in (
        (["/ill"], CollectError, r"failed 3 times on http.*/page: a script asked for http.*/ill and got 500"),
        (["/blocked", "/blocked"], CollectError, "/blocked and got 403"),
        ([f"{forged.address}/a"], CollectError, "robots.txt of .* could not be read|certificate"),
        (["/later"], FetchError, "asks to be left alone until"),
    ):
        with pytest.raises(error, match=message):
            chromium.html(site, "/page", SCRIPTED % json.dumps(asked), ready="hr")
    assert "/a" not in forged.paths()


@pytest.mark.browser
@needs_chromium
@pytest.mark.slow
def test_a_browser_that_crashes_is_started_anew(serve: Serve, chromium: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    site = serve(rendered)
    chromium.html(site, "/page", "<p>fine")
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it went with its parent
            if "chrom" in process.name():
                process.kill()
    assert texts(chromium.html(site, "/nett/1", CLICKED, ready=READY, load_more=MORE)) == [0, 1, 2, 3, 4]
    with monkeypatch.context() as patched:
        patched.setattr(browser, "WAIT_S", 1)
        with pytest.raises(CollectError, match=r"the browser failed 3 times on http.*: Message: script timeout$"):
            chromium.html(site, "/page", "<script>while (true);</script>", ready="p")
    assert "fine" in chromium.html(site, "/page", "<p>fine")


@pytest.mark.browser
@needs_chromium
def test_a_crawl_renders_what_needs_it_with_its_status_headers_and_address(
    serve: Serve, collecting: Callable[..., Collecting]
) -> None:
    site = serve(rendered)
    work = collecting(mirrors={HOST: site.address}, contact="post@example.no")
    crawl(WEB, work)
    found = [(item.url, item.text, item.reserved) for item in work.spool.items("x")]
    assert sorted(found) == [
        *((f"{HOST}/nett/1", f"r{n}", "no-train") for n in range(5)),
        *((f"{HOST}/nett/3", f"r{n}", "open") for n in range(5)),
    ]
    assert {asked.headers["User-Agent"] for asked in site.asked} == {user_agent("post@example.no")}
    assert site.paths().count("/nett/1") == 1


@pytest.mark.browser
@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize("status", [404, 503])
def test_a_page_to_render_that_answers_with_an_error_is_an_error(
    serve: Serve,
    collecting: Callable[..., Collecting],
    no_backoff_in_crawls: None,
    status: int,
) -> None:
    site = serve(lambda asked: Answer(CLICKED.encode(), status) if asked.path == "/nett/3" else rendered(asked))
    with pytest.raises(CollectError, match=f"1 pages could not be fetched .*/nett/3: answered {status}"):
        crawl(WEB, collecting(mirrors={HOST: site.address}))


@pytest.mark.browser
@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize("asked", [7, 10])
def test_a_crawl_that_was_killed_while_it_rendered_goes_on(
    serve: Serve, collecting: Callable[..., Collecting], asked: int
) -> None:
    pages = ["/", "/nett/1", "/nett/2", "/nett/3"]
    killed_and_whole(serve, collecting, [(asked, 0.05)], WEB, rendered, pages)


@pytest.mark.browser
@needs_chromium
def test_chromium_ends_with_the_process_that_asked_for_the_crawl_and_leaves_nothing(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waits(asked: Asked) -> Answer:
        return replace(rendered(asked), delay_s=20) if asked.path.startswith("/api") else rendered(asked)

    site = serve(waits)
    folder, elsewhere = tmp_path / "crawl", tmp_path / "elsewhere"
    for path in (folder, elsewhere):
        path.mkdir()
    for name in ("TMPDIR", "HOME"):
        monkeypatch.setenv(name, str(elsewhere))
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(folder), site.address, "^/nett/"])
    until = time.monotonic() + 30
    while not any(path.startswith("/api") for path in site.paths()) and time.monotonic() < until:
        time.sleep(0.05)
    children = psutil.Process(parent.pid).children(recursive=True)
    assert any("chrom" in child.name() for child in children)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    _, alive = psutil.wait_procs(children, timeout=8)
    assert [child.cmdline() for child in alive if child.status() != psutil.STATUS_ZOMBIE] == []
    assert [str(path) for path in elsewhere.rglob("*")] == []
