"""A headless Chromium for pages that only JavaScript fills."""

import logging
import os
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from selenium.common.exceptions import (
    NoSuchElementException,
    StaleElementReferenceException,
    TimeoutException,
    WebDriverException,
)
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as condition
from selenium.webdriver.support.ui import WebDriverWait
from urllib3.exceptions import HTTPError

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
MAX_CLICKS = 500
WAIT_S = 20
ATTEMPTS = 3

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

    user_agent: what it calls itself; empty: what Chromium calls itself.
    """

    def __init__(self, user_agent: str = "") -> None:
        self._user_agent = user_agent
        self._chromium, self._driver_path = installed()
        self._profile = tempfile.TemporaryDirectory(prefix="kvern-chromium-", ignore_cleanup_errors=True)
        self._driver: Chrome | None = None
        self._one_page = threading.Lock()

    def render(self, address: str, *, ready: str, load_more: str) -> str:
        """The HTML of a page once `ready` is in it and `load_more`, pressed again and again, has gone.

        A browser that crashes is started anew, twice. Raises CollectError where `ready` does not come, the button never
        goes or the browser crashes a third time.
        """
        with self._one_page:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return self._render(self._started(), address, ready, load_more)
                except (WebDriverException, HTTPError) as error:  # HTTPError: the driver itself is gone
                    log.warning("the browser failed on %s (attempt %d): %s", address, attempt, error)
                    self.close()
        raise CollectError(f"the browser failed {ATTEMPTS} times on {address}")

    def _render(self, driver: Chrome, address: str, ready: str, load_more: str) -> str:
        driver.get(address)
        try:
            WebDriverWait(driver, WAIT_S).until(
                condition.presence_of_element_located((By.CSS_SELECTOR, ready or "body"))
            )
        except TimeoutException as error:
            raise CollectError(f"{address}: no {ready!r} after {WAIT_S} s; has the page changed?") from error
        for _ in range(MAX_CLICKS if load_more else 0):
            if not self._press(driver, load_more):
                break
        else:
            if load_more:
                raise CollectError(f"{address}: {load_more!r} still there after {MAX_CLICKS} clicks")
        return driver.page_source

    def _press(self, driver: Chrome, button: str) -> bool:
        before = len(driver.page_source)
        try:
            driver.execute_script("arguments[0].click()", driver.find_element(By.CSS_SELECTOR, button))
        except (NoSuchElementException, StaleElementReferenceException):
            return False
        until = time.monotonic() + WAIT_S
        while len(driver.page_source) == before:
            if time.monotonic() > until:
                raise CollectError(f"{driver.current_url}: pressing {button!r} brought nothing in {WAIT_S} s")
            time.sleep(0.01)
        return True

    def _started(self) -> Chrome:
        if self._driver is None:
            options = ChromeOptions()
            options.binary_location = self._chromium
            own = (f"--user-data-dir={Path(self._profile.name)}", f"--user-agent={self._user_agent}")
            root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()  # else it refuses to start
            for argument in (*ARGUMENTS, *root, *own[: 2 if self._user_agent else 1]):
                options.add_argument(argument)
            self._driver = Chrome(options=options, service=Service(self._driver_path))
            self._driver.set_page_load_timeout(60)
        return self._driver

    def close(self) -> None:
        """Ends Chromium."""
        driver, self._driver = self._driver, None
        if driver is not None:
            with suppress(WebDriverException, HTTPError):
                driver.quit()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._profile.cleanup()
