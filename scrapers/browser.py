"""A headless Chromium for pages that only JavaScript fills."""

import logging
import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from urllib3.exceptions import HTTPError

from scrapers.gate import GONE, Gate, Page, ScriptFault
from scrapers.hosts import Hosts
from scrapers.source import CollectError, NotCollectable

# Background networking off: a corpus crawl must reach the sites its recipe names and nothing else.
ARGUMENTS = (
    "--headless=new",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",  # as in scrapers.fetch
    "--blink-settings=imagesEnabled=false",
)
MAX_STEPS = 500  # clicks and scrolls on one page
WAIT_S = 20.0  # after the last sign of life
GONE_S = 0.25  # without one: a button that is away does not come back
QUIET_S = 0.5  # without one after scrolling: nothing more comes
POLL_S = 0.02
ATTEMPTS = 3
BROKEN = (WebDriverException, HTTPError, *GONE)  # HTTPError: the driver is gone

SIZE = "return document.documentElement ? document.documentElement.outerHTML.length : 0"
LEAVE = "document.documentElement.left = true"
SHOWS = """
return document.documentElement && !document.documentElement.left && document.readyState != 'loading'
  && (arguments[0] ? document.querySelector(arguments[0]) != null : document.readyState == 'complete')"""
CLICK = "const button = document.querySelector(arguments[0]); if (button) button.click(); return button != null"
SCROLL = """
for (const part of document.querySelectorAll('*')) if (part.scrollHeight > part.clientHeight) part.scrollTop = 1e9;
window.scrollTo(0, 1e9); window.dispatchEvent(new Event('scroll'))"""

log = logging.getLogger(__name__)


def installed() -> tuple[str, str]:
    """The paths of Chromium and its driver. Raises NotCollectable naming what to install."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if chromium and driver:
        return chromium, driver
    missing = " and ".join(name for name, path in (("chromium", chromium), ("chromedriver", driver)) if not path)
    raise NotCollectable(
        f"needs a browser, and {missing} is not installed; on Debian: apt-get install chromium chromium-driver"
    )


class Browser:
    """One Chromium, used for one page after another; a crash ends it and the next page gets a fresh one.

    folder: all that Chromium writes is below it. known, delay_s: whom a page may ask, and how often. tally: counts
    `scripts_refused`, the requests of scripts that were refused.
    """

    def __init__(self, folder: Path, known: Hosts, delay_s: float, tally: Counter[str]) -> None:
        self._folder = folder
        self._agent = str(known.session.headers["User-Agent"])
        self._chromium, self._driver_path = installed()
        self._gate = Gate(known, delay_s, tally)
        self._driver: Chrome | None = None
        self._one_page = threading.Lock()

    def render(
        self,
        address: str,
        headers: Iterable[tuple[str, str]],
        html: str,
        *,
        ready: str,
        load_more: str = "",
        scroll: bool = False,
    ) -> str:
        """The HTML of a page once its scripts have filled it; headers, html: the page as it was fetched.

        That is once `ready` is in it, `load_more`, pressed again and again, has gone, and scrolling brings nothing
        more. A browser that crashes and a script that gets no answer are tried again, twice. Raises CollectError where
        `ready` does not come, the button never goes or the page never ends; FetchError where its host wants a rest.
        """
        why = ""
        with self._one_page:
            for attempt in range(1, ATTEMPTS + 1):
                page = self._gate.page = Page(address, tuple(headers), html)
                try:
                    return Rendering(self._started(), page).whole(ready, load_more, scroll)
                except (ScriptFault, *BROKEN) as error:
                    # Without the driver's own stack.
                    why = str(error).strip().partition("\n")[0] or type(error).__name__
                    log.warning("the browser failed on %s (attempt %d): %s", address, attempt, why)
                    if not isinstance(error, ScriptFault):
                        self.close()
                finally:
                    self._gate.page = Page("")  # what its scripts go on to ask for is refused
        raise CollectError(f"the browser failed {ATTEMPTS} times on {address}: {why}")

    def _started(self) -> Chrome:
        if self._driver is None:
            shutil.rmtree(self._folder, ignore_errors=True)  # of one that was killed
            self._folder.mkdir(parents=True)
            profile = self._folder.resolve() / "profile"
            root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()  # else it refuses to start
            options = ChromeOptions()
            options.binary_location = self._chromium
            options.page_load_strategy = "none"  # what is waited for is said here, page by page
            options.unhandled_prompt_behavior = "dismiss"
            for argument in (*ARGUMENTS, *root, f"--user-data-dir={profile}", f"--user-agent={self._agent}"):
                options.add_argument(argument)
            # Chromium's sockets lie below TMPDIR, and the path of a socket must be short.
            environment = {**os.environ, **dict.fromkeys(("TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), ".")}
            service = Service(self._driver_path, env=environment, popen_kw={"cwd": str(self._folder)})
            self._driver = Chrome(options=options, service=service)
            self._driver.set_script_timeout(WAIT_S)
            port, path = (profile / "DevToolsActivePort").read_text().split()
            self._gate.open(f"ws://127.0.0.1:{port}{path}", self._driver.current_window_handle)
        return self._driver

    def close(self) -> None:
        """Ends Chromium."""
        driver, self._driver = self._driver, None
        self._gate.close()
        if driver is not None:
            with suppress(*BROKEN):
                driver.quit()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Rendering:
    """One page in the browser, from its beginning to its end."""

    def __init__(self, driver: Chrome, page: Page) -> None:
        self._driver, self._page = driver, page

    def whole(self, ready: str, load_more: str, scroll: bool) -> str:
        """The HTML of the page when it is whole. Raises CollectError, ScriptFault."""
        address = self._page.address
        self._run(LEAVE)
        self._driver.get(address)
        self._until(lambda: self._run(SHOWS, ready), f"no {ready or 'end of loading'!r}", "; has the page changed?")
        steps = 0
        while (load_more or scroll) and self._brings_more(load_more, scroll):
            steps += 1
            if steps >= MAX_STEPS:
                what = f"{load_more!r} is still there" if load_more else "scrolling still brings more"
                raise CollectError(f"{address}: {what} after {MAX_STEPS} times")
        html, landed = self._driver.page_source, self._driver.current_url
        if urlsplit(landed).netloc != urlsplit(address).netloc:
            raise CollectError(f"{address} led to {landed}, another site")
        if self._page.fault:
            raise self._page.fault
        return html

    def _brings_more(self, button: str, scroll: bool) -> bool:
        """Whether pressing `button`, or else scrolling to the end, changed the page."""
        size = self._run(SIZE)
        if button and self._run(CLICK, button):
            self._until(lambda: self._run(SIZE) != size, f"pressing {button!r} brought nothing")
            return True
        if scroll:
            self._run(SCROLL)
            self._page.moved_at = time.monotonic()
        quiet_s = QUIET_S if scroll else GONE_S
        self._until(lambda: self._run(SIZE) != size or self._page.quiet(quiet_s), "it does not come to rest")
        return bool(self._run(SIZE) != size)

    def _until(self, condition: Callable[[], Any], otherwise: str, hint: str = "") -> None:
        since = time.monotonic()
        while not condition():
            if self._page.fault:
                raise self._page.fault
            if min(time.monotonic() - since, self._page.still_s()) > WAIT_S:
                pending = ", ".join(list(self._page.pending.values())[:3])
                hint = f"; not answered: {pending}" if pending else hint
                raise CollectError(f"{self._page.address}: {otherwise} after {WAIT_S:g} s{hint}")
            time.sleep(POLL_S)

    def _run(self, script: str, *arguments: object) -> Any:
        return self._driver.execute_script(script, *arguments)
