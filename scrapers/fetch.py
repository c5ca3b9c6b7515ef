"""Fetching by requests: led on by redirects, resumed, whole or an error."""

import hashlib
import io
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from scrapers import hosts, store
from scrapers.hosts import Hosts, blocks
from scrapers.record import Reserved
from scrapers.source import CollectError, Collecting, FetchError

log = logging.getLogger(__name__)

Got = TypeVar("Got")

LARGEST_PAGE = 64 << 20
SECRET = ("authorization", "cookie", "x-goog-api-key")  # headers that are for the host they were meant for only


class BrokenOffError(FetchError):
    """The connection broke within an answer; where there was none, another try has been made already."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page that was fetched: its address in the end, its body, its headers, the verdict on its rights."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    reserved: Reserved

    def text(self) -> str:
        """The body as text: UTF-8 where it is that, whatever the server says; else as declared, else Windows-1252."""
        declared = re.search(r"charset=[\"']?([\w-]+)", self.headers.get("Content-Type", ""))
        for charset in ("utf-8-sig", declared[1] if declared else "utf-8"):
            try:
                return self.body.decode(charset)
            except (UnicodeError, LookupError):
                continue
        return self.body.decode("windows-1252", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises CollectError on anything else, such as a page to log in."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise CollectError(f"{self.url}: expected JSON, {found_instead(self.body)}") from error


class Fetcher:
    """Requests to any number of hosts, one at a time: robots.txt asked first, `delay_s` kept, faults retried."""

    def __init__(self, collecting: Collecting, *, delay_s: float) -> None:
        self.hosts = Hosts.of(collecting)
        self.tally = collecting.tally
        self._delay_s = delay_s

    @contextmanager
    def open(self, method: str, url: str, **options: Any) -> Iterator[requests.Response]:
        """The answer to a request, its body still to be read; a success, or a 304 where that was asked for.

        A GET is led on by redirects, each to what the robots.txt of its own host allows; what was meant for the first
        host only, such as a token, does not go along. Raises FetchError on any other answer, or none.
        """
        query = ""  # of an address that a redirect led to: it may hold a signature, which is not for a log
        for _ in range(hosts.REDIRECTS + 1):
            rules = self.hosts.check(url)
            with self._sent(method, url, max(self._delay_s, rules.delay_s()), query, options) as answer:
                target = self.hosts.session.get_redirect_target(answer)
                if target is not None and method != "GET":
                    said = f"{url} answered {answer.status_code} and redirects to {target!r}"
                    raise FetchError(f"{said}; what is posted is sent nowhere else", answer.status_code)
                if target is None:
                    asked_for_change = {"If-None-Match", "If-Modified-Since"} & set(options.get("headers") or {})
                    if not (200 <= answer.status_code < 300 or (answer.status_code == 304 and asked_for_change)):
                        said = f"{answer.status_code} {answer.reason}"
                        message = f"{url} answered {said}; expected a success"
                        raise FetchError(without(query, message), answer.status_code)
                    try:
                        yield answer
                    except (requests.RequestException, HTTPError) as error:
                        raise BrokenOffError(without(query, f"{url} could not be fetched: {error}")) from error
                    return
            led_to = self.hosts.led_to(url, target)
            if urlsplit(led_to).netloc != urlsplit(url).netloc or urlsplit(led_to).scheme != urlsplit(url).scheme:
                options = options | {"headers": without_secrets(options.get("headers") or {})}
            url, query = led_to, urlsplit(led_to).query
        raise FetchError(without(query, f"more than {hosts.REDIRECTS} redirects, the last to {url}"))

    def _sent(self, method: str, url: str, delay_s: float, query: str, options: Mapping[str, Any]) -> requests.Response:
        try:
            return self.hosts.send(method, url, delay_s, **options)
        except FetchError as error:
            raise FetchError(without(query, str(error)), error.status) from error.__cause__

    def get(self, url: str, **options: Any) -> Fetched:
        """The page at `url`, whole. Raises FetchError."""
        return self.request("GET", url, **options)

    def request(self, method: str, url: str, *, most: int = LARGEST_PAGE, **options: Any) -> Fetched:
        """The page that answers, whole, tried again where its body breaks off. Raises FetchError."""

        def once() -> Fetched:
            with self.open(method, url, **options) as answer:
                body = bytearray()
                for block in blocks(answer):
                    body += block
                    if len(body) > most:
                        raise CollectError(f"{url} is larger than {most:,} bytes; that is no page of this source")
                final = str(answer.url) if self.hosts.mirrors.address(url) == url else url
                reserved = self.hosts.reserved(final, answer.headers, {})
                return Fetched(final, bytes(body), dict(answer.headers), reserved)

        return self.persistently(url, once)

    def persistently(self, url: str, fetch: Callable[[], Got]) -> Got:
        """What `fetch` gets from `url`, tried again where the connection breaks. Raises FetchError."""
        for attempt in range(1, hosts.TRIES + 1):
            try:
                return fetch()
            except BrokenOffError:
                if attempt == hosts.TRIES:
                    raise
                self.hosts.rest(url, hosts.BACKOFF_S * 2 ** (attempt - 1))
        raise AssertionError("unreachable")

    def reserved(self, url: str, headers: Mapping[str, str]) -> Reserved:
        """The verdict on rights for what was fetched from `url`."""
        return self.hosts.reserved(url, headers, {})


def without(query: str, message: str) -> str:
    """`message` without a query that may be secret."""
    return message.replace(query, "…") if query else message


def without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """`headers` without those that carry a token or a key."""
    return {name: value for name, value in headers.items() if name.lower() not in SECRET}


class Body(io.RawIOBase):
    """The body of an answer as a stream, to be read once from its beginning."""

    def __init__(self, answer: requests.Response) -> None:
        self._blocks = blocks(answer)
        self._rest = b""
        self._position = 0

    def readable(self) -> bool:
        """That it can be read."""
        return True

    def tell(self) -> int:
        """How many bytes have been read."""
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fills `buffer` with what comes next, and returns how much."""
        if not self._rest:
            self._rest = next(self._blocks, b"")
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)


def found_instead(body: bytes) -> str:
    """What a body that is not what was expected looks like, for a message: the title of a page, or how it begins."""
    title = re.search(rb"<title[^>]*>([^<]{1,200})", body[: 1 << 16], re.IGNORECASE)
    if title:
        return f"got a web page titled {title[1].decode('utf-8', 'replace').strip()!r}; is a log-in or a token needed?"
    return f"got {body[:80]!r}"


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that is here whole. unchanged: it was here before, and the server said that it is still the same."""

    path: Path
    reserved: Reserved
    unchanged: bool = False


def download(
    fetcher: Fetcher,
    url: str,
    target: Path,
    *,
    checksum: str = "",
    headers: Mapping[str, str] | None = None,
    revalidate: bool = False,
) -> Downloaded:
    """The file at `url` in `target`, whole; what is there already is left, or with `revalidate` asked for changes.

    checksum: `sha256:…`, `sha1:…` or `md5:…`, where upstream names it. Goes on where it was broken off, if the server
    still has the same file (Range, If-Range). Raises CollectError where the body stays short, or is another one.
    """
    note = target.with_name(target.name + ".json")
    noted = noted_of(note, url, target)
    same = noted is not None and (not checksum or digest(target, checksum) == checksum)
    if noted and same and (not revalidate or _unchanged(fetcher, url, noted, headers)):
        return Downloaded(target, noted["reserved"], unchanged=True)
    partial, tag = target.with_name(target.name + ".partial"), target.with_name(target.name + ".etag")
    came = _persistently_fetched(fetcher, url, partial, tag, headers)
    if checksum and (found := digest(partial, checksum)) != checksum:
        partial.unlink()
        tag.unlink(missing_ok=True)
        raise CollectError(f"{url} has {found}, expected {checksum}; the file was removed")
    note.unlink(missing_ok=True)  # of what `target` was: a note never stands beside another file
    size = partial.stat().st_size
    partial.replace(target)
    store.write_json(str(note), {**came, "url": url, "size": size})
    tag.unlink(missing_ok=True)
    return Downloaded(target, came["reserved"])


def _persistently_fetched(
    fetcher: Fetcher, url: str, partial: Path, tag: Path, headers: Mapping[str, str] | None
) -> dict[str, Any]:
    """What came with the file at `url`, which is in `partial` then, whole."""
    for attempt in range(1, hosts.TRIES + 1):
        try:
            return _fetch_rest(fetcher, url, partial, tag, headers)
        except (BrokenOffError, ChangedError) as error:
            if attempt == hosts.TRIES:
                raise
            log.warning("%s; going on from byte %d", error, partial.stat().st_size if partial.exists() else 0)
            fetcher.hosts.rest(url, hosts.BACKOFF_S * 2 ** (attempt - 1))
    raise AssertionError("unreachable")


def noted_of(note: Path, url: str, target: Path) -> dict[str, Any] | None:
    """What was noted when `target` came from `url`; None where it came from elsewhere, or the note is none."""
    try:
        noted = json.loads(note.read_text("utf-8"))
        return noted if noted["url"] == url and noted["size"] == target.stat().st_size else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


class ChangedError(FetchError):
    """The file is another one than the one that was begun."""


def digest(path: Path, like: str) -> str:
    """The checksum of the file at `path`, by the algorithm that `like` names before its colon."""
    with path.open("rb") as stream:
        algorithm = like.partition(":")[0]
        return f"{algorithm}:{hashlib.file_digest(stream, algorithm).hexdigest()}"


def _unchanged(fetcher: Fetcher, url: str, noted: Mapping[str, str], headers: Mapping[str, str] | None) -> bool:
    """Whether the server says that a file is still the one we have (304)."""
    conditions = {"If-None-Match": noted.get("etag"), "If-Modified-Since": noted.get("modified")}
    sent = {name: value for name, value in conditions.items() if value}
    if not sent:
        return False
    with fetcher.open("GET", url, headers=dict(headers or {}) | sent) as answer:
        return answer.status_code == 304


def _fetch_rest(
    fetcher: Fetcher, url: str, partial: Path, tag: Path, headers: Mapping[str, str] | None
) -> dict[str, Any]:
    etag = etag_of(tag, url)
    # From the last byte we have: of a file that is here whole, the server has no range left to give.
    have = max(0, partial.stat().st_size - 1) if etag and partial.exists() else 0
    wanted = {"Range": f"bytes={have}-", "If-Range": etag} if have else {}
    with fetcher.open("GET", url, headers={"Accept-Encoding": "identity"} | dict(headers or {}) | wanted) as answer:
        resumed = answer.status_code == 206
        if resumed and answer.headers.get("ETag", etag) != etag:  # a server that does not know If-Range
            tag.unlink(missing_ok=True)
            raise ChangedError(f"{url} changed while it was downloaded; it is begun anew")
        if resumed and not (have and is_rest(answer.headers.get("Content-Range", ""), have)):
            tag.unlink(missing_ok=True)
            raise FetchError(f"{url}: asked for all from byte {have}, got {answer.headers.get('Content-Range')!r}")
        with partial.open("r+b" if resumed else "wb") as stream:
            # Not before what had the old tag is gone.
            store.write_json(str(tag), [url, strong(answer.headers.get("ETag", ""))])
            stream.seek(have if resumed else 0)
            for block in blocks(answer):
                stream.write(block)
        return {
            "reserved": fetcher.reserved(url, answer.headers),
            "etag": answer.headers.get("ETag", ""),
            "modified": answer.headers.get("Last-Modified", ""),
        }


def etag_of(tag: Path, url: str) -> str:
    """The tag under which a download from `url` was begun; empty where there is none, or from elsewhere."""
    try:
        begun, etag = json.loads(tag.read_text("utf-8"))
    except (OSError, ValueError, TypeError):
        return ""
    return str(etag) if begun == url else ""


def strong(etag: str) -> str:
    """`etag` where it names the very bytes; empty for a weak one, no ground for a range. Source: RFC 9110, 13.1.5"""
    return "" if etag.startswith("W/") else etag


def is_rest(content_range: str, start: int) -> bool:
    """Whether a Content-Range goes from byte `start` to the end of the file."""
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", content_range)
    return found is not None and int(found[1]) == start and int(found[2]) + 1 == int(found[3])


class RangeFile(io.RawIOBase):
    """A file on the web, read where it is wanted, a block at a time: for a look into what is too large to download.

    Raises CollectError where the server gives no ranges, or the file changes under us.
    """

    BLOCK = 1 << 20

    def __init__(self, fetcher: Fetcher, url: str, headers: Mapping[str, str] | None = None) -> None:
        self._fetcher, self._url, self._headers = fetcher, url, dict(headers or {})
        self._position = 0
        self._blocks: dict[int, bytes] = {}
        self._etag = ""
        self.reserved: Reserved = "unknown"
        self._size = -1
        self._size = self._load(0)

    def readable(self) -> bool:
        """That it can be read."""
        return True

    def seekable(self) -> bool:
        """That it can be read anywhere."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves to `offset` from the beginning, from here or from the end."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fills `buffer` from the block that the position lies in, and returns how much."""
        if self._position >= self._size:
            return 0
        number, start = divmod(self._position, self.BLOCK)
        if number not in self._blocks:
            self._load(number)
        part = self._blocks[number][start : start + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)

    def _load(self, number: int) -> int:
        return self._fetcher.persistently(self._url, lambda: self._load_once(number))

    def _load_once(self, number: int) -> int:
        first = number * self.BLOCK
        last = first + self.BLOCK - 1
        headers = {"Accept-Encoding": "identity", "Range": f"bytes={first}-{last}"} | self._headers
        with self._fetcher.open("GET", self._url, headers=headers) as answer:
            found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", answer.headers.get("Content-Range", ""))
            if answer.status_code != 206 or not found or int(found[1]) != first:
                raise CollectError(f"{self._url}: its server gives no ranges; collect it whole, without a limit")
            etag = answer.headers.get("ETag", "")
            if self._blocks and etag != self._etag:
                raise CollectError(f"{self._url} changed while it was read; collect it again")
            self._etag = etag
            self.reserved = self._fetcher.reserved(self._url, answer.headers)
            body = b"".join(blocks(answer))
        if len(body) != int(found[2]) - first + 1:
            raise CollectError(f"{self._url}: asked for bytes {first} to {last}, got {len(body)}")
        while len(self._blocks) >= 32:
            self._blocks.pop(next(iter(self._blocks)))
        self._blocks[number] = body
        return int(found[3])
