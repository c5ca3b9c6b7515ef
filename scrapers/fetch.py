"""Fetching by requests: polite, retried, resumed, whole or an error."""

import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry
from urllib3.exceptions import HTTPError

from scrapers import store
from scrapers.record import Reserved
from scrapers.robots import RobotRules, robots_address, user_agent, verdict
from scrapers.source import CollectError, Collecting, FetchError

log = logging.getLogger(__name__)

RETRY = Retry(
    total=5,
    connect=2,  # a host that does not exist stays so
    backoff_factor=1,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=("GET", "HEAD", "POST"),
    respect_retry_after_header=True,
    raise_on_status=False,
)
TIMEOUT_S = (10, 60)  # to connect, between two blocks
REDIRECTS = 5
ROBOTS_BYTES = 500 * 1024


class Fetcher:
    """Requests to any number of hosts, one at a time: robots.txt asked first, `delay_s` kept, faults retried."""

    def __init__(self, collecting: Collecting, *, delay_s: float, retry: Retry = RETRY) -> None:
        self._mirrors = collecting.mirrors
        self._tally = collecting.tally
        self._delay_s = delay_s
        self._rules: dict[str, RobotRules] = {}
        self._last: dict[str, float] = {}
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy or a netrc of the machine's would change what is collected
        self._session.headers["User-Agent"] = user_agent(collecting.contact)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))

    def rules(self, url: str) -> RobotRules:
        """The robots.txt that governs `url`, asked once."""
        address = robots_address(self._mirrors.governing(url))
        if address not in self._rules:
            try:
                with self._session.get(self._mirrors.address(address), timeout=TIMEOUT_S, stream=True) as answer:
                    body = answer.raw.read(ROBOTS_BYTES, decode_content=True)
                self._rules[address] = RobotRules.of(answer.status_code, body)
            except (requests.RequestException, HTTPError) as error:
                raise FetchError(f"{urlsplit(url).netloc} cannot be reached; is there a network? ({error})") from error
        return self._rules[address]

    @contextmanager
    def open(self, method: str, url: str, **options: Any) -> Iterator[requests.Response]:
        """The answer to a request, its body still to be read. Raises FetchError unless it is a success.

        A GET is led on by redirects, each to what the robots.txt of its own host allows.
        """
        for _ in range(REDIRECTS + 1):
            self._ask_leave(url)
            try:
                with self._send(method, url, options) as answer:
                    target = self._session.get_redirect_target(answer) if method == "GET" else None
                    if target is None:
                        if not 200 <= answer.status_code < 300:
                            raise FetchError(f"{url} answered {answer.status_code} {answer.reason}; expected a success")
                        yield answer
                        return
            except (requests.RequestException, HTTPError) as error:
                raise FetchError(f"{url} could not be fetched: {error}") from error
            url = redirected(url, target)
        raise FetchError(f"more than {REDIRECTS} redirects, the last to {url}")

    def _send(self, method: str, url: str, options: Mapping[str, Any]) -> requests.Response:
        how = {"timeout": TIMEOUT_S, "stream": True, "allow_redirects": False, **options}
        try:
            answer = self._session.request(method, self._mirrors.address(url), **how)
        except ValueError as error:  # a redirect to no address, which requests reads even where it is not to follow it
            raise FetchError(f"{url} could not be fetched: {error}") from error
        self._tally["requests"] += 1
        return answer

    def _ask_leave(self, url: str) -> None:
        """Waits until `url` may be fetched. Raises CollectError where it may not be."""
        rules, host = self.rules(url), urlsplit(url).netloc
        if rules.parsed is None:
            raise FetchError(f"robots.txt of {host} could not be read; until it can, nothing there may be fetched")
        if not rules.allowed(self._mirrors.governing(url)):
            self._tally["robots_forbidden"] += 1
            raise CollectError(f"robots.txt of {host} does not allow {url}")
        self._wait(host, max(self._delay_s, rules.delay_s()))

    def reserved(self, url: str, headers: Mapping[str, str]) -> Reserved:
        """The verdict on rights for what was fetched from `url`, by its robots.txt and the answer's headers."""
        rules, governing = self.rules(url), self._mirrors.governing(url)
        return verdict(governing, rules, {name.lower(): value for name, value in headers.items()}, {})

    def _wait(self, host: str, delay_s: float) -> None:
        time.sleep(max(0.0, self._last.get(host, 0.0) + delay_s - time.monotonic()))
        self._last[host] = time.monotonic()


def redirected(url: str, location: str) -> str:
    """Where `location` leads from `url`. Raises CollectError where that is no place on the web."""
    try:
        target = urljoin(url, location)
        if urlsplit(target).scheme in ("http", "https") and urlsplit(target).hostname:
            return target
    except ValueError as error:
        raise CollectError(f"{url} redirects to {location!r}: {error}") from error
    raise CollectError(f"{url} redirects to {location!r}, expected an address on the web")


def download(fetcher: Fetcher, url: str, target: Path, *, sha256: str | None = None, attempts: int = 5) -> Reserved:
    """Downloads `url` to `target`, whole, and returns the verdict on its rights; what is there already is left.

    Goes on where it was broken off, if the server still has the same file (Range, If-Range). Raises CollectError where
    the body stays short after `attempts`, or its SHA-256 is not `sha256`.
    """
    verdict_file = target.with_name(target.name + ".reserved")
    if target.exists() and verdict_file.exists():
        return verdict_file.read_text()  # type: ignore[return-value]
    partial, tag = target.with_name(target.name + ".partial"), target.with_name(target.name + ".etag")
    fetcher.rules(url)  # a host that cannot be reached at all is not one that broke off
    for attempt in range(attempts):
        try:
            reserved = _fetch_rest(fetcher, url, partial, tag)
            break
        except CollectError as error:
            if attempt == attempts - 1 or error.__cause__ is None:  # an answer, not a broken connection
                raise
            log.warning("%s; going on from byte %d", error, partial.stat().st_size if partial.exists() else 0)
            time.sleep(2**attempt * 0.1)
    found = store.sha256(str(partial)) if sha256 else None
    if found != sha256:
        partial.unlink()
        tag.unlink(missing_ok=True)
        raise CollectError(f"{url} has SHA-256 {found}, expected {sha256}; the file was removed")
    verdict_file.write_text(reserved)
    partial.replace(target)
    return reserved


def _fetch_rest(fetcher: Fetcher, url: str, partial: Path, tag: Path) -> Reserved:
    etag = tag.read_text() if tag.exists() else ""
    # From the last byte we have: of a file that is here whole, the server has no range left to give.
    have = max(0, partial.stat().st_size - 1) if etag and partial.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-", "If-Range": etag} if have else {})
    with fetcher.open("GET", url, headers=headers) as answer:
        resumed = answer.status_code == 206
        if resumed and not (have and is_rest(answer.headers.get("Content-Range", ""), have)):
            tag.unlink(missing_ok=True)
            raise FetchError(f"{url}: asked for all from byte {have}, got {answer.headers.get('Content-Range')!r}")
        with partial.open("r+b" if resumed else "wb") as stream:
            tag.write_text(answer.headers.get("ETag", ""))  # not before what had the old tag is gone
            stream.seek(have if resumed else 0)
            for block in answer.iter_content(1 << 16):
                stream.write(block)
        return fetcher.reserved(url, answer.headers)


def is_rest(content_range: str, start: int) -> bool:
    """Whether a Content-Range goes from byte `start` to the end of the file."""
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", content_range)
    return found is not None and int(found[1]) == start and int(found[2]) + 1 == int(found[3])
