"""What stands between Chromium and the web: a page's scripts ask for nothing that robots.txt forbids, and in turn."""

import base64
import json
import logging
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from websocket import WebSocket, WebSocketException, create_connection

from scrapers import hosts
from scrapers.hosts import Forbidden, Hosts
from scrapers.source import CollectError

MAX_REQUESTS = 2000  # of the scripts of one page
LARGEST_FILES = 64 << 20  # characters of scripts and style sheets that are kept for the next page
CONNECT_S = 20
UNWANTED = ("Image", "Media", "Font", "Ping", "CSPViolationReport")  # a text needs none, and its site is spared them
KEPT = ("Script", "Stylesheet")
LEFT_OUT = ("content-encoding", "content-length", "content-type", "transfer-encoding")  # of a body made anew
# What could ask for something past the gate, or beside the page.
SHUT = """for (const way of ['WebSocket', 'WebSocketStream', 'WebTransport', 'RTCPeerConnection']) delete window[way];
window.open = () => null"""
GONE = (WebSocketException, OSError)  # Chromium has ended

log = logging.getLogger(__name__)


class ScriptFault(Exception):  # noqa: N818 - a state of the page, not of the code
    """A script did not get what it asked for, though it should."""


@dataclass
class Page:
    """A page that is shown, and what its scripts are doing. html: as it was fetched; None once Chromium has it.

    pending: what was asked for and is not answered, by Chromium's name for it. waiting: those whose turn has not come.
    """

    address: str
    headers: tuple[tuple[str, str], ...] = ()
    html: str | None = None
    asked: int = 0
    pending: dict[str, str] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    moved_at: float = field(default_factory=time.monotonic)
    fault: Exception | None = None

    def still_s(self) -> float:
        """Seconds since anything was asked for or answered; 0 while anything waits for its turn."""
        return 0.0 if self.waiting else time.monotonic() - self.moved_at

    def quiet(self, seconds: float) -> bool:
        """Whether everything has been answered, so long ago."""
        return not self.pending and self.still_s() > seconds


class Gate:
    """Lets the requests of a page through: asked of robots.txt, in turn, none into a private network.

    The page itself is not fetched again. Of the answers it learns whether scripts got what they asked for; scripts and
    style sheets it keeps for the next page. Source: https://chromedevtools.github.io/devtools-protocol/tot/Fetch/
    """

    def __init__(self, known: Hosts, delay_s: float, tally: Counter[str]) -> None:
        self.page = Page("")
        self._hosts, self._delay_s, self._tally = known, delay_s, tally
        self._files: dict[str, dict[str, Any]] = {}
        self._room = LARGEST_FILES
        self._answering: set[str] = set()  # addresses, without a query, that gave scripts what they asked for
        self._socket: WebSocket | None = None
        self._numbers = count(1)
        self._bodies: dict[int, dict[str, Any]] = {}  # by what was sent for its body, what was answered

    def open(self, endpoint: str, tab: str) -> None:
        """Stands before the Chromium whose DevTools, those of the whole browser, are at `endpoint`."""
        socket = self._socket = create_connection(endpoint, timeout=CONNECT_S, suppress_origin=True)
        self._ask("Fetch.enable", patterns=[{"requestStage": stage} for stage in ("Request", "Response")])
        self._ask("Browser.setDownloadBehavior", behavior="deny")
        session = self._ask("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        self._ask("Network.enable", session=session)  # to learn what a page no longer waits for
        self._ask("Network.setBypassServiceWorker", session=session, bypass=True)
        self._ask("Page.enable", session=session)
        self._ask("Page.addScriptToEvaluateOnNewDocument", session=session, source=SHUT)
        socket.settimeout(None)
        threading.Thread(target=self._listen, args=(socket,), daemon=True).start()

    def close(self) -> None:
        """Ends Chromium, a stuck one as well: what is still to be answered is not."""
        socket, self._socket = self._socket, None
        if socket is not None:
            with suppress(*GONE):
                socket.send(json.dumps({"id": next(self._numbers), "method": "Browser.close"}))
                socket.close(timeout=1)

    def _send(self, method: str, session: str = "", **parameters: Any) -> int:
        number = next(self._numbers)
        if self._socket is not None:
            to = {"sessionId": session} if session else {}
            self._socket.send(json.dumps({"id": number, "method": method, "params": parameters, **to}))
        return number

    def _ask(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """What DevTools answer, while nobody else listens."""
        number = self._send(method, session, **parameters)
        reply: dict[str, Any] = {}
        while self._socket is not None and reply.get("id") != number:
            reply = json.loads(self._socket.recv())
        if "error" in reply:
            raise CollectError(f"Chromium does not know {method} ({reply['error']}); is it a recent one?")
        answer: dict[str, Any] = reply.get("result", {})
        return answer

    def _listen(self, socket: WebSocket) -> None:
        with suppress(*GONE, ValueError):
            while True:
                message = json.loads(socket.recv())
                if message.get("method") == "Fetch.requestPaused":
                    self._paused(message["params"])
                elif message.get("method") == "Network.loadingFailed":
                    self.page.pending.pop(message["params"]["requestId"], None)
                elif paused := self._bodies.pop(message.get("id"), None):
                    self._keep(paused, message.get("result", {}))
                    self._send("Fetch.continueRequest", requestId=paused["requestId"])

    def _paused(self, paused: dict[str, Any]) -> None:
        page, name = self.page, paused.get("networkId", paused["requestId"])
        page.moved_at = time.monotonic()
        if "responseStatusCode" in paused or "responseErrorReason" in paused:
            page.pending.pop(name, None)
            self._answered(page, paused)
        else:
            page.pending[name] = paused["request"]["url"]
            threading.Thread(target=self._asked, args=(page, name, paused), daemon=True).start()

    def _asked(self, page: Page, name: str, paused: dict[str, Any]) -> None:
        """Answers a request where that needs nobody, refuses it, or lets it through when it is its turn."""
        answer = None
        method, parameters = "Fetch.continueRequest", {}
        try:
            answer = self._known(page, paused)
            if answer is not None:
                method, parameters = "Fetch.fulfillRequest", {"responseCode": 200, **answer}
            elif paused["resourceType"] in UNWANTED or paused["request"]["url"].endswith("/favicon.ico"):
                method, parameters = "Fetch.failRequest", {"errorReason": "BlockedByClient"}
            else:
                page.waiting.add(name)
                self._await_turn(page, paused["request"]["url"])
        except Exception as error:
            log.info("%s: not asked for: %s", page.address, error)
            if not isinstance(error, CollectError) or (not isinstance(error, Forbidden) and is_own(page, paused)):
                page.fault = error
            method, parameters = "Fetch.failRequest", {"errorReason": "BlockedByClient"}
        page.moved_at = time.monotonic()
        page.waiting.discard(name)
        if method != "Fetch.continueRequest":
            page.pending.pop(name, None)
        with suppress(*GONE):
            self._send(method, requestId=paused["requestId"], **parameters)

    def _known(self, page: Page, paused: dict[str, Any]) -> dict[str, Any] | None:
        html = page.html
        if html is None or paused["resourceType"] != "Document":
            return self._files.get(paused["request"]["url"])
        page.html = None
        headers = [*kept_headers(page.headers), {"name": "Content-Type", "value": "text/html; charset=utf-8"}]
        return {"responseHeaders": headers, "body": base64.b64encode(html.encode("utf-8", "replace")).decode()}

    def _await_turn(self, page: Page, url: str) -> None:
        page.asked += 1
        if page.asked > MAX_REQUESTS:
            page.fault = CollectError(f"{page.address}: its scripts asked for more than {MAX_REQUESTS:,} things")
            raise page.fault
        if page is not self.page or not page.address:
            raise CollectError(f"{url} comes too late: its page is shown no longer")
        if urlsplit(url).scheme in ("http", "https"):
            self._hosts.led_to(page.address, url)
            original = self._original(url)
            rules = self._hosts.check(original)
            time.sleep(self._hosts.turn(original, max(self._delay_s, rules.delay_s())))
            self._tally["requests"] += 1

    def _original(self, url: str) -> str:
        """What `url` stands in for, where it lies on a mirror: that is what rules and turns are kept for."""
        mirrors = self._hosts.mirrors.prefixes.items()
        return next((own + url[len(mirror) :] for own, mirror in mirrors if url.startswith(mirror)), url)

    def _answered(self, page: Page, paused: dict[str, Any]) -> None:
        status, kind = paused.get("responseStatusCode", 0), paused["resourceType"]
        if kind == "XHR" and paused.get("responseErrorReason") not in ("Aborted", "BlockedByClient"):
            self._judge(page, paused, status)
        if kind in KEPT and status == 200 and paused["request"]["method"] == "GET":
            self._bodies[self._send("Fetch.getResponseBody", requestId=paused["requestId"])] = paused
        else:
            self._send("Fetch.continueRequest", requestId=paused["requestId"])

    def _judge(self, page: Page, paused: dict[str, Any], status: int) -> None:
        """Notes whether a script got what it asked for; what gave it that before must go on to do so."""
        url = paused["request"]["url"]
        place = url.partition("?")[0]
        if 0 < status < 400:
            self._answering.add(place)
        elif place in self._answering or (is_own(page, paused) and status in (0, *hosts.FAULTS)):
            page.fault = ScriptFault(f"a script asked for {url} and got {status or paused['responseErrorReason']}")
            headers = {header["name"].title(): header["value"] for header in paused.get("responseHeaders", ())}
            try:
                self._hosts.rest(self._original(url), max(hosts.BACKOFF_S, hosts.retry_after_s(headers)))
            except CollectError as error:
                page.fault = error
        else:
            self._tally["scripts_refused"] += 1

    def _keep(self, paused: dict[str, Any], result: dict[str, Any]) -> None:
        text = result.get("body", "")
        body = text if result.get("base64Encoded") else base64.b64encode(text.encode("utf-8", "replace")).decode()
        headers = [(header["name"], header["value"]) for header in paused.get("responseHeaders", ())]
        kind = [{"name": name, "value": value} for name, value in headers if name.lower() == "content-type"]
        if text and len(body) <= self._room:
            self._room -= len(body)
            self._files[paused["request"]["url"]] = {"responseHeaders": [*kept_headers(headers), *kind], "body": body}


def kept_headers(headers: "tuple[tuple[str, str], ...] | list[tuple[str, str]]") -> list[dict[str, str]]:
    """`headers` as DevTools write them, without those that tell of the body."""
    return [{"name": name, "value": value} for name, value in headers if name.lower() not in LEFT_OUT]


def is_own(page: Page, paused: dict[str, Any]) -> bool:
    """Whether a request goes to the page's own site: the same last two parts of the name of its host."""
    named = (urlsplit(url).hostname or "" for url in (page.address, paused["request"]["url"]))
    own, other = (host.split(".")[-2:] for host in named)
    return own == other
