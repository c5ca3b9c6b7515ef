"""A web server on the loopback interface that says what a test tells it to, and what a collector works with."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import settings

from scrapers import hosts
from scrapers.record import Document
from scrapers.robots import AI_TXT, TDMREP
from scrapers.source import Collecting, Mirrors
from scrapers.spool import Spool

# Two cores are shared with others: a slow example is no failure. The same examples every time.
settings.register_profile("scrapers", deadline=None, derandomize=True)
settings.load_profile("scrapers")

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass(frozen=True)
class Answer:
    """What is sent back. cut: after so many bytes of the body the connection is broken. chunked: without a length,
    with a pause after each chunk.
    """

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    delay_s: float = 0.0
    chunked: bool = False
    pause_s: float = 0.0


MISSING = Answer(b"missing", 404, "text/plain")


@dataclass(frozen=True)
class Loopback:
    """A server: its address, and the requests it got."""

    address: str
    asked: list[Asked]

    def paths(self) -> list[str]:
        """What was asked for, in order, but for the files that say what may be trained on."""
        return [asked.path for asked in self.asked if not asked.path.endswith((TDMREP, AI_TXT))]


Answers = Mapping[str, Answer] | Callable[[Asked], Answer]
Serve = Callable[..., Loopback]


def handler_of(answers: Answers, asked: list[Asked]) -> type[BaseHTTPRequestHandler]:
    """A handler that answers by path, or by function; what it has no answer for is 404."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # headers and body are written one after the other: 40 ms each otherwise

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Asked(self.command, self.path, dict(self.headers.items()), body, time.monotonic())
            asked.append(request)
            answer = answers(request) if callable(answers) else answers.get(self.path, MISSING)
            time.sleep(answer.delay_s)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header(*(("Transfer-Encoding", "chunked") if answer.chunked else self._length(answer)))
            self.end_headers()
            if answer.chunked:
                for byte in (answer.body[i : i + 7] for i in range(0, len(answer.body), 7)):
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(byte), byte))
                    time.sleep(answer.pause_s)
                self.wfile.write(b"0\r\n\r\n")
            else:
                self.wfile.write(answer.body[: answer.cut])
            if answer.cut is not None:
                self.close_connection = True

        do_POST = do_GET  # noqa: N815 - the name the server looks for

        def _length(self, answer: Answer) -> tuple[str, str]:
            return "Content-Length", str(len(answer.body))

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler


class QuietServer(ThreadingHTTPServer):
    """A server that takes a client's hanging up for nothing special."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers; they end with the test."""
    servers: list[ThreadingHTTPServer] = []

    def start(answers: Answers, tls: ssl.SSLContext | None = None) -> Loopback:
        asked: list[Asked] = []
        server = QuietServer(("127.0.0.1", 0), handler_of(answers, asked))
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return Loopback(f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}", asked)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault is tried again at once; what a Retry-After asks for is waited for all the same."""
    monkeypatch.setattr(hosts, "BACKOFF_S", 0.0)


@pytest.fixture
def no_backoff_in_crawls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the process of a crawl as well, a fault is tried again at once."""
    folder = tmp_path / "quick"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("import scrapers.hosts\n\nscrapers.hosts.BACKOFF_S = 0.0\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "tls.pem"
    file.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def collecting(tmp_path: Path) -> Iterator[Callable[..., Collecting]]:
    """What a collector works with, in a folder of the test."""
    spools = []

    def make(mirrors: Mapping[str, str] | None = None, **values: Any) -> Collecting:
        folder = tmp_path / f"collecting{len(spools)}"
        folder.mkdir()
        spools.append(Spool(folder / "spool.sqlite"))
        return Collecting(folder, spools[-1], Mirrors(mirrors or {}), **values)

    yield make
    for spool in spools:
        spool.__exit__(None, None, None)


@pytest.fixture
def document() -> Callable[..., Document]:
    """A document of which a test names what matters to it."""

    def make(identifier: str = "0123456789abcdef", text: str = "God bok.", **columns: Any) -> Document:
        defaults = {"source": "test", "url": f"http://test.example/{identifier}", "licence": "CC0-1.0"}
        return Document(id=identifier, text=text, **({"collected_at": MOMENT} | defaults | columns))

    return make
