"""The demo site on the loopback interface. `python -m scrapers.demo_site.server` serves it until Ctrl-C."""

import argparse
import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from scrapers.demo_site import archives, pages, play
from scrapers.demo_site.content import Review, marked_reviews
from scrapers.demo_site.pollution import reviews
from scrapers.demo_site.products import SECTIONS, Section

log = logging.getLogger(__name__)

T = TypeVar("T")

ROBOTS: Final = "User-agent: *\nDisallow: /privat/\n"
PRIVATE: Final = ("PRIVATSEKSJON", 20)
RESERVED: Final = ("RESERVERT", 12)
LARGEST_FORM: Final = 64 * 1024
RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")


class DemoSiteError(Exception):
    """The demo site cannot be served."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: a status, a body, its type, and further headers. A file can be had in parts."""

    body: bytes
    kind: str = "text/html; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK
    headers: tuple[tuple[str, str], ...] = ()
    file: bool = False


def _html(text: str, *headers: tuple[str, str]) -> Answer:
    return Answer(text.encode("utf-8"), headers=headers)


def _json(data: Any) -> Answer:
    return Answer(json.dumps(data, ensure_ascii=False).encode("utf-8"), "application/json; charset=utf-8")


def _plain(text: str, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(text.encode("utf-8"), "text/plain; charset=utf-8", status)


NOT_FOUND: Final = _plain("Fant ikke siden.\n", HTTPStatus.NOT_FOUND)


class Site:
    """All that the site holds, and the answer to each address."""

    def __init__(self, seed: int) -> None:
        self.private = marked_reviews(seed, "private", *PRIVATE)
        self.reserved = marked_reviews(seed, "reserved", *RESERVED)
        self.sections = {section.path: section for section in SECTIONS}
        self.products: dict[str, dict[str, list[Review]]] = {section.name: {} for section in SECTIONS}
        for review in reviews(seed):
            self.products[review.section].setdefault(review.product, []).append(review)
        package, shard = archives.leipzig_archive(seed), archives.oscar_shard(seed)
        self.files = {
            f"/leipzig/{archives.PACKAGE}.tar.gz": Answer(package, "application/gzip", file=True),
            f"/oscar/no_meta/{archives.SHARD}": Answer(shard, "application/zstd", file=True),
            "/oscar/no_meta/checksum.sha256": _plain(archives.checksum(shard, archives.SHARD).decode()),
        }

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many reviews each section serves, and how much the files hold."""
        shown = {name: sum(map(len, products.values())) for name, products in self.products.items()}
        held = {"private": len(self.private), "reserved": len(self.reserved)}
        return shown | held | {"leipzig": 600, "oscar": 150}

    @cached_property
    def apps(self) -> dict[str, list[Review]]:
        return {f"no.kvern.demo.{slug.replace('-', '_')}": found for slug, found in self.products["apps"].items()}

    def get(self, target: str) -> Answer:
        """The answer to GET `target`, an address without host."""
        parts = urlsplit(target)
        path, query = unquote(parts.path), parse_qs(parts.query)
        fixed = self._fixed.get(path)
        if fixed:
            return fixed()
        if path in self.files:
            return self.files[path]
        if path == "/store/apps/details":
            page = play.details(self.apps, query.get("id", [""])[0])
            return _html(page) if page else NOT_FOUND
        steps = path.strip("/").split("/")
        if steps[:2] == ["api", "nett"] and len(steps) == 3 and steps[2] in self.products["web"]:
            return self._api(steps[2], query)
        section = self.sections.get(steps[0])
        if section is None or section.name == "apps" or len(steps) > 2:
            return NOT_FOUND
        if not path.endswith("/"):
            return Answer(b"", status=HTTPStatus.MOVED_PERMANENTLY, headers=(("Location", f"{parts.path}/"),))
        number = _number(query, "side", 1)
        return self._list(section, number) if len(steps) == 1 else self._reviews(section, steps[1], number)

    def post(self, target: str, body: str) -> Answer:
        """The answer to POST `target` of a form."""
        if urlsplit(target).path != "/_/PlayStoreUi/data/batchexecute":
            return NOT_FOUND
        try:
            return Answer(play.answer(self.apps, body).encode("utf-8"), "application/json; charset=utf-8")
        except play.PlayRequestError as error:
            return _plain(f"{error}\n", HTTPStatus.BAD_REQUEST)

    @cached_property
    def _fixed(self) -> Mapping[str, Callable[[], Answer]]:
        return {
            "/": lambda: _html(pages.index_page(self.counts)),
            "/robots.txt": lambda: _plain(ROBOTS),
            "/privat/": lambda: _html(pages.held_page("Privat", self.private, reserved=False)),
            "/reservert/": lambda: _html(
                pages.held_page("Reservert", self.reserved, reserved=True), ("TDM-Reservation", "1")
            ),
            "/sitemap-counts.json": lambda: _json(self.counts),
            "/play/apps": lambda: _json({app: len(found) for app, found in self.apps.items()}),
        }

    def _list(self, section: Section, number: int) -> Answer:
        products = [(slug, found[0].product_name, len(found)) for slug, found in self.products[section.name].items()]
        shown, last = _slice(products, number, pages.PRODUCTS_PER_PAGE)
        return _html(pages.list_page(section, shown, number, last)) if shown else NOT_FOUND

    def _reviews(self, section: Section, slug: str, number: int) -> Answer:
        found = self.products[section.name].get(slug, [])
        if section.name == "web":
            return _html(pages.rendered_page(slug, found[0].product_name)) if found else NOT_FOUND
        shown, last = _slice(found, number, pages.PER_PAGE)
        return _html(pages.review_page(section, shown, number, last)) if shown else NOT_FOUND

    def _api(self, slug: str, query: dict[str, list[str]]) -> Answer:
        start = _number(query, "fra", 0)
        return _json(pages.api_answer(self.products["web"][slug], start)) if start >= 0 else NOT_FOUND


def _number(query: dict[str, list[str]], name: str, default: int) -> int:
    """The whole number called `name`, -1 where it is none."""
    text = query.get(name, [str(default)])[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1


def _slice(found: list[T], number: int, size: int) -> tuple[list[T], int]:
    last = -(-len(found) // size)
    return (found[(number - 1) * size : number * size] if number > 0 else []), last


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.1 for the site that its server holds."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes: with it every answer waits 40 ms for an ACK
    server_version = "KvernDemo"
    sys_version = ""
    timeout = 30
    server: "Server"

    def do_GET(self) -> None:
        self._send(self.server.site.get(self.path))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_FORM:
            self.close_connection = True
            self._send(_plain("Skjemaet mangler lengde eller er for stort.\n", HTTPStatus.BAD_REQUEST))
            return
        self._send(self.server.site.post(self.path, self.rfile.read(int(length)).decode("utf-8", "replace")))

    def _send(self, answer: Answer) -> None:
        body, status, headers = answer.body, answer.status, list(answer.headers)
        if answer.file:
            body, status, more = self._part(answer.body)
            headers += more
        self.send_response(status)
        for name, value in [("Content-Type", answer.kind), ("Content-Length", str(len(body))), *headers]:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _part(self, body: bytes) -> tuple[bytes, HTTPStatus, list[tuple[str, str]]]:
        """The part of `body` asked for, all of it where no part is or where If-Range names another version.

        Source: RFC 9110, sections 13.1.5 and 14.2.
        """
        etag = f'"{sha256(body).hexdigest()[:32]}"'
        headers = [("ETag", etag), ("Accept-Ranges", "bytes")]
        asked = RANGE.fullmatch(self.headers.get("Range", ""))
        if not asked or asked[0] == "bytes=-" or self.headers.get("If-Range", etag) != etag:
            return body, HTTPStatus.OK, headers
        first, last = asked.groups()
        start = int(first) if first else max(0, len(body) - int(last))
        end = min(int(last), len(body) - 1) if first and last else len(body) - 1
        if start > end:
            headers.append(("Content-Range", f"bytes */{len(body)}"))
            return b"", HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers
        headers.append(("Content-Range", f"bytes {start}-{end}/{len(body)}"))
        return body[start : end + 1], HTTPStatus.PARTIAL_CONTENT, headers

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the standard library's
        log.debug(format, *args)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # Two sites on one port would share its connections by chance.
    allow_reuse_port = False

    def __init__(self, port: int, site: Site) -> None:
        self.site = site
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader who has hung up is no error of ours."""
        if isinstance(sys.exception(), ConnectionError | TimeoutError):
            log.debug("%s hung up", client_address)
        else:
            log.exception("cannot answer %s", client_address)


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A demo site that is being served."""

    address: str


@contextmanager
def serve(port: int = 0, seed: int = 1) -> Iterator[DemoSite]:
    """The demo site on 127.0.0.1 until the context ends; port 0 takes a free one.

    Raises DemoSiteError: the port is taken.
    """
    try:
        server = Server(port, Site(seed))
    except (OSError, OverflowError) as error:
        raise DemoSiteError(
            f"cannot serve the demo site on 127.0.0.1:{port}: {error}; choose another port, or 0 for a free one"
        ) from error
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield DemoSite(f"http://127.0.0.1:{server.server_address[1]}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> int:
    """Serves until interrupted; 1 where the port is taken."""
    parser = argparse.ArgumentParser(description="Serve the Kvern demo site on this machine, until Ctrl-C.")
    parser.add_argument("--port", type=int, default=8765, help="port on 127.0.0.1; 0 takes a free one (default 8765)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the content (default 1)")
    options = parser.parse_args()
    try:
        with serve(options.port, options.seed) as site:
            sys.stdout.write(f"{site.address}/  (Ctrl-C to stop)\n")
            sys.stdout.flush()
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except DemoSiteError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
