"""The hosts that a run meets: what each allows, when it may be asked again, and one polite request to it.

All collectors of a run share one folder of notes about hosts, whatever they fetch with (requests, Scrapy, a browser)
and in whatever process, so that a host is not asked twice as often because two sources lie on it.
"""

import hashlib
import json
import logging
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from scrapers.record import Reserved
from scrapers.robots import AI_TXT, ROBOTS_TXT, TDMREP, Answered, RobotRules, user_agent, verdict
from scrapers.source import CollectError, Collecting, FetchError, Mirrors

log = logging.getLogger(__name__)

TRIES = 5
CONNECT_TRIES = 3  # a host that does not exist stays so
BACKOFF_S = 1.0  # before the second try; doubled before each further one
PORTS = {"http": 80, "https": 443}
FAULTS = (429, 500, 502, 503, 504)
LONGEST_REST_S = 600.0  # a host that wants to be left alone for longer is asked by a later run
MOST_REST_S = 7 * 24 * 3600.0  # what is further ahead is no wish of a host but a mistake, or a trap
TIMEOUT_S = (10, 60)  # to connect, between two blocks
RULES_BYTES = 500 * 1024  # RFC 9309, 2.5
RULES_AGE_S = 24 * 3600  # RFC 9309, 2.4
REDIRECTS = 5
SLOWEST = 1 << 10  # bytes a second, over STALL_S: what comes more slowly will not come to its end
STALL_S = 120.0
NO_HOST = re.compile(r"[\\@\s\x00-\x1f]")  # libraries do not agree on which host such a netloc names


class Hosts:
    """What is known of hosts, kept in `collecting.hosts`, and requests to them: one hop, in turn, faults retried."""

    def __init__(self, folder: Path, mirrors: Mirrors, contact: str, tally: Counter[str]) -> None:
        self.mirrors = mirrors
        self._folder = folder
        self._tally = tally
        self._answers: dict[str, Answered] = {}
        self._rules: dict[str, RobotRules] = {}
        self._delays_s: dict[str, float] = {}
        self._asking = threading.Lock()
        self.session = OneHop()
        self.session.trust_env = False  # a proxy or a netrc of the machine's would change what is collected
        self.session.headers["User-Agent"] = user_agent(contact)

    @classmethod
    def of(cls, collecting: Collecting) -> "Hosts":
        """The hosts of the run that `collecting` is part of."""
        return cls(collecting.hosts, collecting.mirrors, collecting.contact, collecting.tally)

    def rules(self, url: str) -> RobotRules:
        """The robots.txt that governs `url`. Raises FetchError where its host cannot be reached."""
        base = self._base(url)
        if base not in self._rules:
            self._rules[base] = RobotRules.of(self._well_known(base, ROBOTS_TXT))
        return self._rules[base]

    def check(self, url: str) -> RobotRules:
        """The robots.txt that governs `url`, which it allows. Raises Forbidden where it does not, else FetchError."""
        rules, host = self.rules(url), urlsplit(url).netloc
        if rules.parsed is None:
            raise FetchError(f"robots.txt of {host} could not be read; until it can, nothing there may be fetched")
        if not rules.allowed(self.mirrors.governing(url)):
            self._tally["robots_forbidden"] += 1
            raise Forbidden(f"robots.txt of {host} does not allow {url}")
        return rules

    def reserved(self, url: str, headers: Mapping[str, str], metas: Mapping[str, str]) -> Reserved:
        """The verdict on rights for what was fetched from `url`: its host's rules, its headers, its meta elements."""
        base, rules = self._base(url), self.rules(url)
        lower = {name.lower(): value for name, value in headers.items()}
        tdm, ai = (
            self._well_known(base, path) if rules.allowed(base + path) else Answered(0) for path in (TDMREP, AI_TXT)
        )
        return verdict(self.mirrors.governing(url), rules, lower, metas, tdm=tdm, ai=ai)

    def turn(self, url: str, delay_s: float) -> float:
        """Seconds to wait before `url` may be asked for; the request after it then comes `delay_s` later at least.

        Raises FetchError where the host asked to be left alone for too long to wait.
        """
        base = self._base(url)
        self._delays_s[base] = max(delay_s, self._delays_s.get(base, 0.0))
        with self._free_at(base) as free_at:
            wait_s = max(0.0, free_at.time - time.time())
            if wait_s > LONGEST_REST_S + delay_s:
                raise left_alone(url, free_at.time)
            free_at.time = time.time() + wait_s + delay_s
        return wait_s

    def rest(self, url: str, seconds: float) -> None:
        """Leaves the host of `url` alone for so long. Raises FetchError where that is too long to wait for."""
        with self._free_at(self._base(url)) as free_at:
            free_at.time = max(free_at.time, time.time() + min(seconds, MOST_REST_S))
        if seconds > LONGEST_REST_S:
            raise left_alone(url, free_at.time)

    def send(self, method: str, url: str, delay_s: float, **options: Any) -> requests.Response:
        """The answer to one request, not led on by redirects, its body still to be read.

        Asked in turn; a fault of the host or of the line is tried again, as late as Retry-After says. Raises FetchError
        where there is no answer; the last is returned where it is a fault all the same.
        """
        how = {"timeout": TIMEOUT_S, "stream": True, "allow_redirects": False, **options}
        for attempt in range(1, TRIES + 1):
            time.sleep(self.turn(url, delay_s))
            backoff_s = BACKOFF_S * 2 ** (attempt - 1)
            try:
                answer = self.session.request(method, self.mirrors.address(url), **how)
            except requests.exceptions.SSLError as error:
                raise FetchError(f"{url}: its certificate is not to be trusted: {error}") from error
            except (requests.RequestException, HTTPError, ValueError) as error:  # ValueError: a redirect to no address
                if attempt == TRIES or (attempt == CONNECT_TRIES and isinstance(error, requests.ConnectionError)):
                    raise FetchError(f"{url} could not be fetched; is there a network? ({error})") from error
                self.rest(url, backoff_s)
                continue
            self._tally["requests"] += 1
            if answer.status_code not in FAULTS:
                return answer
            if attempt == TRIES:
                self.rest(url, retry_after_s(answer.headers))
                return answer
            self._tally["retries"] += 1
            answer.close()
            self.rest(url, max(backoff_s, retry_after_s(answer.headers)))
        raise AssertionError("unreachable")

    def _base(self, url: str) -> str:
        """Scheme, host and port of `url` in the one way of writing them. Raises CollectError where it has none."""
        governing = self.mirrors.governing(url)
        try:
            parts = urlsplit(governing)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise CollectError(f"{url!r} is no address: {error}") from error
        if not host or NO_HOST.search(parts.netloc):
            raise CollectError(f"{url!r} is no address on the web: it names no host that all readers agree on")
        host = f"[{host}]" if ":" in host else host
        return f"{parts.scheme}://{host}" + (f":{port}" if port and port != PORTS.get(parts.scheme) else "")

    def _well_known(self, base: str, path: str) -> Answered:
        """The answer to a file of rules at the root of a host: what this run has of it already, a day old at most."""
        url = base + path
        with self._asking:  # one thread asks, the others wait for what it learns
            if url not in self._answers:
                self._answers[url] = self._noted(url) or self._ask(url)
            return self._answers[url]

    def _noted(self, url: str) -> Answered | None:
        note = self._folder / note_name(url)
        with suppress(OSError, ValueError, TypeError):
            if time.time() - note.stat().st_mtime < RULES_AGE_S:
                return Answered(*json.loads(note.read_text()))
        return None

    def _ask(self, url: str) -> Answered:
        """The answer to a file of rules, asked now; kept where it is one that tells something."""
        answered = Answered(0)
        for attempt in range(1, TRIES + 1):
            try:
                answered = self._answer_to(url)
                break
            except (requests.RequestException, HTTPError) as error:  # its body broke off
                log.warning("%s could not be read: %s", url, error)
                if attempt < TRIES:
                    self.rest(url, BACKOFF_S * 2 ** (attempt - 1))
        if answered.tells:
            self._folder.mkdir(parents=True, exist_ok=True)
            note = self._folder / note_name(url)
            partial = note.with_name(f"{note.name}.{threading.get_ident()}.partial")
            partial.write_text(json.dumps([answered.status, answered.text]))
            partial.replace(note)
        return answered

    def _answer_to(self, url: str) -> Answered:
        for _ in range(REDIRECTS + 1):
            base = self._base(url)
            crawl_delay_s = self._rules[base].delay_s() if base in self._rules else 0.0
            with self.send("GET", url, max(crawl_delay_s, self._delays_s.get(base, 0.0))) as answer:
                location = self.session.get_redirect_target(answer)
                if location is None:
                    body = b""
                    for block in blocks(answer):
                        body += block
                        if len(body) >= RULES_BYTES:
                            break
                    return Answered(answer.status_code, body[:RULES_BYTES].decode("utf-8-sig", "replace"))
            url = self.led_to(url, location)
        return Answered(0)

    def led_to(self, url: str, location: str) -> str:
        """Where a redirect leads from `url`. Raises CollectError where that is no place on the public web.

        A site that could lead us to an address of the network we are in would read what is not meant for it.
        """
        try:
            target = urljoin(url, location)
            parts = urlsplit(target)
        except ValueError as error:
            raise CollectError(f"{url} redirects to {location!r}: {error}") from error
        if parts.scheme not in PORTS or not parts.hostname or NO_HOST.search(parts.netloc):
            raise CollectError(f"{url} redirects to {location!r}, expected an address on the web")
        known = {urlsplit(address).hostname for address in (url, self.mirrors.address(url))}
        stands_in = self.mirrors.address(target) != target
        if not stands_in and parts.hostname not in known and not is_public(parts.hostname):
            raise CollectError(f"{url} redirects to {target}, which is no address on the public web")
        return target

    @contextmanager
    def _free_at(self, base: str) -> Iterator["FreeAt"]:
        """When the host of `base` may be asked next; held against all other collectors meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True)
        note = self._folder / f"{note_name(urlsplit(base).netloc)}.free-at"
        with note.open("a+") as handle:
            lock(handle)
            handle.seek(0)
            free_at = FreeAt(handle.read())
            yield free_at
            handle.truncate(0)
            handle.write(repr(free_at.time))


class OneHop(requests.Session):
    """A session that never looks where a redirect leads: requests would read its body, whatever its size, to do so."""

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:
        """None."""
        return iter(())


class FreeAt:
    """A moment, in seconds since the epoch. What is not one, or lies further ahead than any rest, is long past."""

    def __init__(self, text: str) -> None:
        self.time = 0.0
        with suppress(ValueError):
            noted = float(text)
            self.time = noted if noted - time.time() <= MOST_REST_S else 0.0


class Forbidden(CollectError):  # noqa: N818 - not an error but an answer
    """robots.txt does not allow it."""


def lock(handle: IO[str]) -> None:
    """Holds `handle` against other threads and processes until it is closed."""
    try:
        import fcntl
    except ImportError:  # Windows: the threads of one process only, through Hosts itself
        return
    fcntl.flock(handle, fcntl.LOCK_EX)


def left_alone(url: str, until: float) -> FetchError:
    """The error for a host that asked for a longer rest than a run can wait."""
    moment = datetime.fromtimestamp(until, UTC).isoformat(timespec="minutes")
    return FetchError(f"{urlsplit(url).netloc} asks to be left alone until {moment}; run again then")


def note_name(text: str) -> str:
    """`text` as the name of a file, a long one by its digest."""
    name = quote(text, safe="")
    return name if len(name) <= 150 else f"{name[:100]}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def blocks(answer: requests.Response, size: int = 1 << 16) -> Iterator[bytes]:
    """The body of an answer, a block at a time. Raises FetchError where it only trickles."""
    since, got = time.monotonic(), 0
    for block in answer.iter_content(size):
        yield block
        got += len(block)
        if (passed := time.monotonic() - since) > STALL_S:
            if got < SLOWEST * passed:
                address = str(answer.url).partition("?")[0]
                raise FetchError(f"{address} came at {got / passed:.0f} bytes a second; gave up waiting for the rest")
            since, got = time.monotonic(), 0


def retry_after_s(headers: Mapping[str, str]) -> float:
    """The seconds that a Retry-After asks for, given as seconds or as a date; 0 where there is none."""
    asked = headers.get("Retry-After", "").strip()
    if re.fullmatch("[0-9]+", asked):
        return min(float(asked), MOST_REST_S)
    with suppress(ValueError, TypeError, OverflowError):
        return min(max(0.0, parsedate_to_datetime(asked).timestamp() - time.time()), MOST_REST_S)
    return 0.0


def is_public(host: str) -> bool:
    """Whether every address of `host` is one of the public internet; a host without any is taken for public."""
    try:
        found = {item[4][0] for item in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return True  # it cannot be connected to either
    return all(ip_address(str(address).partition("%")[0]).is_global for address in found)
