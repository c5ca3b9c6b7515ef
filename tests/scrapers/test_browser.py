"""Pages that only a browser can show: waited for, loaded to their end, and the browser gone afterwards."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from scrapers import browser
from scrapers.browser import Browser, installed
from scrapers.crawl import crawl
from scrapers.robots import user_agent
from scrapers.source import CollectError, Collecting, NotCollectable

from .conftest import MISSING, Answer, Asked, Serve
from .test_crawl import HOST, SITE, links, page

HERE = bool(shutil.which("chromium") or shutil.which("google-chrome")) and bool(shutil.which("chromedriver"))
needs_chromium = pytest.mark.skipif(not HERE, reason="Chromium or chromedriver is not installed")

SCRIPT = """<html><body><div id="list"></div><button id="more">Vis flere</button><script>
const list = document.getElementById("list"), more = document.getElementById("more");
let shown = 0;
async function load() {
  const texts = await (await fetch("/api?from=" + shown)).json();
  for (const text of texts) {
    const review = list.appendChild(document.createElement("article"));
    review.setAttribute("itemscope", ""); review.setAttribute("itemtype", "https://schema.org/Review");
    review.setAttribute("itemid", "#" + text);
    review.appendChild(document.createElement("p")).textContent = text;
    review.firstChild.setAttribute("itemprop", "reviewBody");
  }
  shown += texts.length;
  if (shown >= 5) more.remove();
  document.body.dataset.ready = "1";
}
more.addEventListener("click", load);
load();
</script></body></html>"""


def rendered(asked: Asked) -> Answer:
    """A page whose five reviews a script loads two at a time."""
    if asked.path.startswith("/api?from="):
        start = int(asked.path.rpartition("=")[2])
        return Answer(str([f"r{n}" for n in range(start, min(start + 2, 5))]).replace("'", '"').encode(), delay_s=0.05)
    pages = {
        "/": page(after=links("/nett/1", "/nett/2")),
        "/nett/1": Answer(SCRIPT.encode(), headers={"TDM-Reservation": "1"}),
        "/nett/2": Answer(status=302, headers={"Location": "/nett/3"}),
        "/nett/3": Answer(SCRIPT.encode()),
        "/empty": Answer(b"<html><body></body></html>"),
        "/stuck": Answer(b"<html><body data-ready=1><button id=more>x</button></body></html>"),
        "/endless": Answer(
            b"<html><body data-ready=1><button id=more onclick='document.body.append(1)'>x</button></body></html>"
        ),
    }
    return pages.get(asked.path, MISSING)


READY, MORE = "body[data-ready='1']", "#more"
WEB = replace(SITE, render=r"^/nett/", ready=READY, load_more=MORE)


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with Browser("Kvern/test") as opened:
        yield opened


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", {"chromium": "/usr/bin/chromium"}.get)
    with pytest.raises(NotCollectable, match="chromedriver is not installed; on Debian: apt-get install"):
        installed()
    monkeypatch.setattr(shutil, "which", {}.get)
    with pytest.raises(NotCollectable, match="chromium and chromedriver is not installed"):
        Browser()


@pytest.mark.browser
@needs_chromium
def test_a_page_is_given_when_its_script_has_loaded_all(serve: Serve, chromium: Browser) -> None:
    site = serve(rendered)
    html = chromium.render(f"{site.address}/nett/1", ready=READY, load_more=MORE)
    assert [f"r{n}</p>" in html for n in range(6)] == [True] * 5 + [False]
    assert {asked.headers["User-Agent"] for asked in site.asked} == {"Kvern/test"}


@pytest.mark.browser
@needs_chromium
def test_a_page_that_does_not_become_ready_is_an_error(
    serve: Serve, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "WAIT_S", 0.5)
    monkeypatch.setattr(browser, "MAX_CLICKS", 5)
    site = serve(rendered)
    with pytest.raises(CollectError, match=r"no .*ready.* after 0.5 s; has the page changed"):
        chromium.render(f"{site.address}/empty", ready=READY, load_more=MORE)
    with pytest.raises(CollectError, match="pressing '#more' brought nothing"):
        chromium.render(f"{site.address}/stuck", ready=READY, load_more=MORE)
    with pytest.raises(CollectError, match="'#more' still there after 5 clicks"):
        chromium.render(f"{site.address}/endless", ready=READY, load_more=MORE)
    assert "<body>" in chromium.render(f"{site.address}/empty", ready="", load_more="")


@pytest.mark.browser
@needs_chromium
@pytest.mark.slow
def test_a_browser_that_crashes_is_started_anew(serve: Serve, chromium: Browser) -> None:
    site = serve(rendered)
    chromium.render(f"{site.address}/empty", ready="", load_more="")
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it went with its parent
            if "chrom" in process.name():
                process.kill()
    assert "r4" in chromium.render(f"{site.address}/nett/1", ready=READY, load_more=MORE)


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


@pytest.mark.browser
@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize("status", [404, 503])
def test_a_page_to_render_that_answers_with_an_error_is_an_error(serve: Serve, collecting, status: int) -> None:
    site = serve(lambda asked: Answer(SCRIPT.encode(), status) if asked.path == "/nett/3" else rendered(asked))
    with pytest.raises(CollectError, match="1 pages could not be fetched"):
        crawl(WEB, collecting(mirrors={HOST: site.address}))


def descendants(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


@pytest.mark.browser
@needs_chromium
def test_chromium_ends_with_the_process_that_asked_for_the_crawl(serve: Serve, tmp_path: Path) -> None:
    def waits(asked: Asked) -> Answer:
        return replace(rendered(asked), delay_s=20) if asked.path.startswith("/api") else rendered(asked)

    site = serve(waits)
    script = (
        "import sys; from pathlib import Path\n"
        "from scrapers.crawl import crawl; from scrapers.review_site import ReviewSite\n"
        "from scrapers.source import Collecting, Mirrors; from scrapers.spool import Spool\n"
        "site = ReviewSite(name='s', description='', licence='x', languages=(), expected=(1, 2), delay_s=0,\n"
        "                  start=('http://site.example/',), follow=('a.bok',), render='^/nett/', ready='#never')\n"
        "folder = Path(sys.argv[1])\n"
        "with Spool(folder / 'spool.sqlite') as spool:\n"
        "    crawl(site, Collecting(folder, spool, Mirrors({'http://site.example': sys.argv[2]})))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path), site.address])
    until = time.monotonic() + 30
    while not any(path.startswith("/api") for path in site.paths()) and time.monotonic() < until:
        time.sleep(0.05)
    children = descendants(parent.pid)
    assert any("chrom" in child.name() for child in children)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _, alive = psutil.wait_procs(children, timeout=8)
    assert [child.cmdline() for child in alive if child.status() != psutil.STATUS_ZOMBIE] == []
