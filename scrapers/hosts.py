"""The hosts that a run meets: what each allows, when it may be asked again, and one polite request to it.

All collectors of a run share one folder of notes about hosts, whatever they fetch with (requests, Scrapy, a browser)
and in whatever process, so that a host is not asked twice as often because two sources lie on it.
"""

import json
import logging
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
FAULTS = (429, 500, 502, 503, 504)
LONGEST_REST_S = 600.0  # a host that wants to be left alone for longer is asked by the next run
TIMEOUT_S = (10, 60)  # to connect, between two blocks
RULES_BYTES = 500 * 1024  # RFC 9309, 2.5
RULES_AGE_S = 24 * 3600  # RFC 9309, 2.4
REDIRECTS = 5


class Hosts:
    """What is known of hosts, kept in `collecting.hosts`, and requests to them: one hop, in turn, faults retried."""

    def __init__(self, folder: Path, mirrors: Mirrors, contact: str, tally: Counter[str]) -> None:
        self.mirrors = mirrors
        self._folder = folder
        self._tally = tally
        self._answers: dict[str, Answered] = {}
        self._rules: dict[str, RobotRules] = {}
        self._asking = threading.Lock()
        self.session = requests.Session()
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
        base = self._base(url)
        lower = {name.lower(): value for name, value in headers.items()}
        tdm, ai = self._well_known(base, TDMREP), self._well_known(base, AI_TXT)
        return verdict(self.mirrors.governing(url), self.rules(url), lower, metas, tdm=tdm, ai=ai)

    def turn(self, url: str, delay_s: float) -> float:
        """Seconds to wait before `url` may be asked for; the request after it then comes `delay_s` later at least."""
        with self._free_at(url) as free_at:
            wait_s = max(0.0, free_at.time - time.time())
            free_at.time = time.time() + wait_s + delay_s
        return wait_s

    def rest(self, url: str, seconds: float) -> None:
        """Leaves the host of `url` alone for so long. Raises FetchError where that is too long to wait for."""
        if seconds > LONGEST_REST_S:
            until = datetime.fromtimestamp(time.time() + seconds, UTC).isoformat(timespec="minutes")
            raise FetchError(f"{urlsplit(url).netloc} asks to be left alone until {until}; run again then")
        with self._free_at(url) as free_at:
            free_at.time = max(free_at.time, time.time() + seconds)

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
            if answer.status_code not in FAULTS or attempt == TRIES:
                return answer
            self._tally["retries"] += 1
            answer.close()
            self.rest(url, max(backoff_s, retry_after_s(answer.headers)))
        raise AssertionError("unreachable")

    def _base(self, url: str) -> str:
        parts = urlsplit(self.mirrors.governing(url))
        return f"{parts.scheme}://{parts.netloc}"

    def _well_known(self, base: str, path: str) -> Answered:
        """The answer to a file of rules at the root of a host: what this run has of it already, a day old at most."""
        url = base + path
        with self._asking:  # one thread asks, the others wait for what it learns
            if url not in self._answers:
                self._answers[url] = self._noted(url) or self._ask(url)
            return self._answers[url]

    def _noted(self, url: str) -> Answered | None:
        note = self._folder / quote(url, safe="")
        with suppress(OSError, ValueError, TypeError):
            if time.time() - note.stat().st_mtime < RULES_AGE_S:
                return Answered(*json.loads(note.read_text()))
        return None

    def _ask(self, url: str) -> Answered:
        answered = Answered(0, "")
        target = url
        for _ in range(REDIRECTS + 1):
            with self.send("GET", target, 0) as answer:
                location = self.session.get_redirect_target(answer)
                if location is None:
                    body = answer.raw.read(RULES_BYTES, decode_content=True)
                    answered = Answered(answer.status_code, body.decode("utf-8-sig", "replace"))
                    break
            target = self.led_to(target, location)
        note = self._folder / quote(url, safe="")
        self._folder.mkdir(parents=True, exist_ok=True)
        if answered.status < 500:
            partial = note.with_name(f"{note.name}.{threading.get_ident()}.partial")
            partial.write_text(json.dumps([answered.status, answered.text]))
            partial.replace(note)
        return answered

    def led_to(self, url: str, location: str) -> str:
        """Where a redirect leads from `url`. Raises CollectError where that is no place on the public web.

        A site that could lead us to an address of the network we are in would read what is not meant for it.
        """
        try:
            target = urljoin(url, location)
            parts = urlsplit(target)
        except ValueError as error:
            raise CollectError(f"{url} redirects to {location!r}: {error}") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CollectError(f"{url} redirects to {location!r}, expected an address on the web")
        known = {urlsplit(address).hostname for address in (url, self.mirrors.address(url))}
        stands_in = self.mirrors.address(target) != target
        if not stands_in and parts.hostname not in known and not is_public(parts.hostname):
            raise CollectError(f"{url} redirects to {target}, which is no address on the public web")
        return target

    @contextmanager
    def _free_at(self, url: str) -> Iterator["FreeAt"]:
        """When the host of `url` may be asked next; held against all other collectors meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True)
        note = self._folder / f"{quote(urlsplit(self._base(url)).netloc, safe='')}.free-at"
        with note.open("a+") as handle:
            lock(handle)
            handle.seek(0)
            free_at = FreeAt(handle.read())
            yield free_at
            handle.truncate(0)
            handle.write(repr(free_at.time))


class FreeAt:
    """A moment, in seconds since the epoch. What is not one, or lies further ahead than any rest, is long past."""

    def __init__(self, text: str) -> None:
        self.time = 0.0
        with suppress(ValueError):
            noted = float(text)
            self.time = noted if noted - time.time() < 2 * max(LONGEST_REST_S, 3600.0) else 0.0


class Forbidden(CollectError):  # noqa: N818 - not an error but an answer
    """robots.txt does not allow it."""


def lock(handle: IO[str]) -> None:
    """Holds `handle` against other threads and processes until it is closed."""
    try:
        import fcntl
    except ImportError:  # Windows: the threads of one process only, through Hosts itself
        return
    fcntl.flock(handle, fcntl.LOCK_EX)


def retry_after_s(headers: Mapping[str, str]) -> float:
    """The seconds that a Retry-After asks for, given as seconds or as a date; 0 where there is none."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return float(asked)
    with suppress(ValueError, TypeError):
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    return 0.0


def is_public(host: str) -> bool:
    """Whether every address of `host` is one of the public internet; a host without any is taken for public."""
    try:
        found = {item[4][0] for item in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return True  # it cannot be connected to either
    return all(ip_address(str(address).partition("%")[0]).is_global for address in found)
