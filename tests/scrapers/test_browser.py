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
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from scrapers import browser, gate, hosts
from scrapers.browser import Browser, installed
from scrapers.crawl import crawl
from scrapers.hosts import Hosts
from scrapers.robots import user_agent
from scrapers.source import CollectError, Collecting, FetchError, Mirrors, NotCollectable

from .conftest import MISSING, Answer, Asked, Loopback, Serve
from .test_crawl import HOST, SITE, links, page

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
    assert set(site.paths()) == {"/robots.txt", "/favicon.ico", "/list.js", *(f"/api?from={n}" for n in (0, 2, 4))}
    assert site.paths().count("/list.js") == 1, "the next page has it as well"
    assert {asked.headers["User-Agent"] for asked in site.asked} == {user_agent("")}
