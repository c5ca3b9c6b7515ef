"""The notes on hosts: one budget for all collectors of a run, rules asked once, nobody led into a private network."""

import gzip
import json
import os
import socket
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from scrapers import hosts
from scrapers.fetch import Fetcher
from scrapers.hosts import Forbidden, Hosts, is_public, retry_after_s
from scrapers.robots import AI_TXT, TDMREP
from scrapers.source import CollectError, Collecting, FetchError

from .conftest import MISSING, Answer, Asked, Serve

Work = Callable[..., Collecting]

ASK = """
import sys
from collections import Counter
from pathlib import Path
from scrapers.hosts import Hosts
from scrapers.source import Mirrors
hosts = Hosts(Path(sys.argv[1]), Mirrors(), "", Counter())
for _ in range(3):
    hosts.send("GET", sys.argv[2], 0.2).close()
"""


def test_all_collectors_of_a_run_share_one_budget_a_host(serve: Serve, collecting: Work, tmp_path: Path) -> None:
    site = serve({"/a": Answer(b"x"), "/b": Answer(b"x")})
    others = [
        subprocess.Popen([sys.executable, "-c", ASK, str(tmp_path / "hosts"), f"{site.address}/{path}"])
        for path in "ab"
    ]
    fetchers = [Fetcher(collecting(hosts=tmp_path / "hosts"), delay_s=0.2) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda fetcher: [fetcher.get(f"{site.address}/a") for _ in range(3)], fetchers))
    assert [other.wait(30) for other in others] == [0, 0]
    times = sorted(asked.at for asked in site.asked if asked.path in ("/a", "/b"))
    assert len(times) == 12
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.15


def test_other_hosts_are_not_waited_for(serve: Serve, collecting: Work) -> None:
    one, other = serve({"/a": Answer()}), serve({"/a": Answer()})
    fetcher = Fetcher(collecting(), delay_s=5)
    started = time.monotonic()
    fetcher.hosts.check(f"{one.address}/a")
    fetcher.hosts.turn(f"{one.address}/a", 5)
    assert fetcher.hosts.turn(f"{other.address}/a", 5) == 0
    assert 4 < fetcher.hosts.turn(f"{one.address}/a", 5) <= 5
    assert time.monotonic() - started < 2


def test_a_rest_that_one_collector_is_asked_for_is_kept_by_all(serve: Serve, collecting: Work, tmp_path: Path) -> None:
    busy = [Answer(status=503, headers={"Retry-After": "1"})]
    site = serve(lambda asked: busy.pop() if asked.path == "/busy" and busy else Answer(b"fine"))
    one, other = (Fetcher(collecting(hosts=tmp_path / "hosts"), delay_s=0) for _ in range(2))
    other.hosts.check(f"{site.address}/a")
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(one.get, f"{site.address}/busy")
        while busy:
            time.sleep(0.005)
        time.sleep(0.05)
        other.get(f"{site.address}/a")
    assert answer.result().body == b"fine"
    first = next(asked.at for asked in site.asked if asked.path == "/busy")
    assert next(asked.at for asked in site.asked if asked.path == "/a") - first >= 0.99


TOMORROW = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)


@pytest.mark.parametrize("asked", ["86400", TOMORROW], ids=["seconds", "date"])
def test_a_rest_too_long_to_wait_for_ends_the_collection(serve: Serve, collecting: Work, asked: str) -> None:
    site = serve({"/a": Answer(status=429, headers={"Retry-After": asked})})
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"asks to be left alone until 20.*; run again then"):
        Fetcher(collecting(), delay_s=0).get(f"{site.address}/a")
    assert time.monotonic() - started < 5
    assert site.paths().count("/a") == 1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("", 0),
        ("soon", 0),
        ("-7", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("9" * 400, 604800),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 604800),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text: str, seconds: float) -> None:
    assert retry_after_s({"Retry-After": text}) == seconds
    assert retry_after_s({}) == 0


def test_the_rules_of_a_host_are_asked_once_a_day_by_all(serve: Serve, collecting: Work, tmp_path: Path) -> None:
    site = serve({"/robots.txt": Answer(b"User-agent: *\nDisallow: /no"), TDMREP: Answer(b"[]"), "/a": Answer(b"x")})
    for _ in range(3):
        fetcher = Fetcher(collecting(hosts=tmp_path / "hosts"), delay_s=0)
        assert fetcher.get(f"{site.address}/a").reserved == "open"
        with pytest.raises(Forbidden):
            fetcher.get(f"{site.address}/no")
    rules = [asked.path for asked in site.asked if asked.path != "/a"]
    assert sorted(rules) == sorted(["/robots.txt", TDMREP, AI_TXT])
    for note in (tmp_path / "hosts").glob("*robots*"):
        assert json.loads(note.read_text()) == [200, "User-agent: *\nDisallow: /no"]
        os.utime(note, (0, 0))
    Fetcher(collecting(hosts=tmp_path / "hosts"), delay_s=0).get(f"{site.address}/a")
    assert site.paths().count("/robots.txt") == 2


def test_rules_that_could_not_be_read_are_asked_for_again(serve: Serve, collecting: Work, tmp_path: Path) -> None:
    ill = [True]
    site = serve(lambda asked: Answer(status=500) if ill and asked.path == "/robots.txt" else Answer(b""))
    with pytest.raises(FetchError, match="could not be read; until it can"):
        Fetcher(collecting(hosts=tmp_path / "hosts"), delay_s=0).get(f"{site.address}/a")
    ill.clear()
    assert Fetcher(collecting(hosts=tmp_path / "hosts"), delay_s=0).get(f"{site.address}/a").body == b""


@pytest.mark.parametrize("text", ["", "nan", "inf", "-1", "1e300", "x" * 10_000, "\0"])
def test_a_broken_note_holds_nobody_up(collecting: Work, tmp_path: Path, text: str) -> None:
    known = Hosts.of(collecting(hosts=tmp_path))
    known.turn("http://a.example/", 0)
    for note in tmp_path.glob("*.free-at"):
        note.write_text(text)
    assert known.turn("http://a.example/", 0) < 1


def test_robots_txt_is_led_on_by_redirects(serve: Serve, collecting: Work) -> None:
    other = serve({"/rules": Answer(b"User-agent: *\nDisallow: /no")})
    site = serve(
        {"/robots.txt": Answer(status=301, headers={"Location": f"{other.address}/rules"}), "/a": Answer(b"x")}
    )
    fetcher = Fetcher(collecting(), delay_s=0)
    assert fetcher.get(f"{site.address}/a").body == b"x"
    with pytest.raises(Forbidden):
        fetcher.get(f"{site.address}/no")


@pytest.mark.parametrize("host", ["10.1.2.3", "192.168.0.1", "169.254.169.254", "[::1]", "localhost", "[fd00::1]"])
@pytest.mark.parametrize("path", ["/a", "/robots.txt"])
def test_nobody_is_led_into_a_private_network(serve: Serve, collecting: Work, host: str, path: str) -> None:
    inside = Answer(status=302, headers={"Location": f"http://{host}:1/latest/meta-data"})
    site = serve({path: inside, "/a": inside})
    with pytest.raises(CollectError, match="which is no address on the public web"):
        Fetcher(collecting(), delay_s=0).get(f"{site.address}/a")


@pytest.mark.parametrize("address", ["http://127.0.0.2:1\\@example.org/a", "http://u:p@example.org/a", "http://a b/a"])
def test_an_address_that_readers_understand_differently_is_none(serve: Serve, collecting: Work, address: str) -> None:
    site = serve({"/a": Answer(status=302, headers={"Location": address})})
    with pytest.raises(CollectError, match=r"expected an address on the web|names no host that all|is no address"):
        Fetcher(collecting(), delay_s=0).get(f"{site.address}/a")
    with pytest.raises(CollectError, match="names no host that all readers agree on"):
        Fetcher(collecting(), delay_s=0).get(address)


def test_the_body_of_a_redirect_is_not_read(serve: Serve, collecting: Work) -> None:
    bomb = gzip.compress(bytes(256 << 20))
    headers = {"Location": "/b", "Content-Encoding": "gzip"}
    site = serve({"/a": Answer(bomb, 302, headers=headers), "/b": Answer(b"fine")})
    tracemalloc.start()
    assert Fetcher(collecting(), delay_s=0).get(f"{site.address}/a").body == b"fine"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 << 20


def test_what_may_be_trained_on_is_asked_for_in_turn_and_only_where_it_may_be(serve: Serve, collecting: Work) -> None:
    rules = b"User-agent: *\nCrawl-delay: 0.3\nDisallow: /ai.txt\nAllow: /"
    site = serve({"/robots.txt": Answer(rules), "/a": Answer(b"x")})
    fetcher = Fetcher(collecting(), delay_s=0)
    assert [fetcher.get(f"{site.address}/a").reserved for _ in range(2)] == ["unknown", "unknown"]
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/a", TDMREP, "/a"]
    assert min(later.at - earlier.at for earlier, later in pairwise(site.asked[1:])) > 0.25


def test_a_rest_too_long_is_kept_by_all_others_as_well(serve: Serve, collecting: Work, tmp_path: Path) -> None:
    site = serve({"/a": Answer(status=429, headers={"Retry-After": "3600"})})
    for _ in range(3):
        with pytest.raises(FetchError, match="asks to be left alone until"):
            Fetcher(collecting(hosts=tmp_path / "hosts"), delay_s=0).get(f"{site.address}/a")
    assert site.paths().count("/a") == 1


def test_the_rest_that_a_last_answer_asks_for_is_kept(serve: Serve, collecting: Work, tmp_path: Path) -> None:
    busy = [Answer(status=503)] * (hosts.TRIES - 1) + [Answer(status=503, headers={"Retry-After": "7"})]
    site = serve(lambda asked: busy.pop(0) if asked.path == "/a" else MISSING)
    fetcher = Fetcher(collecting(), delay_s=0)
    with pytest.raises(FetchError, match="503"):
        fetcher.get(f"{site.address}/a")
    assert 5 < fetcher.hosts.turn(f"{site.address}/b", 0) <= 7


def test_turns_are_given_as_far_ahead_as_can_be_waited_for_and_no_further(collecting: Work) -> None:
    known = Hosts.of(collecting())
    assert [round(known.turn("http://a.example/", 3600)) for _ in range(2)] == [0, 3600]
    with pytest.raises(FetchError, match="left alone"):
        known.turn("http://a.example/", 3600)


def test_a_host_is_one_however_it_is_written(collecting: Work) -> None:
    known = Hosts.of(collecting())
    known.turn("https://vg.example/", 5)
    for address in ("https://VG.example/", "https://vg.example:443/a"):
        assert known.turn(address, 0) > 4
    assert known.turn("http://vg.example:8080/", 0) == 0


@pytest.mark.parametrize(
    "ill", [Answer(b"User-agent: *\nAllow: /", cut=5), Answer(b"no gzip", headers={"Content-Encoding": "gzip"})]
)
def test_a_robots_txt_that_breaks_off_is_none(serve: Serve, collecting: Work, ill: Answer) -> None:
    site = serve({"/robots.txt": ill, "/a": Answer(b"x")})
    with pytest.raises(FetchError, match=r"robots\.txt of .* could not be read"):
        Fetcher(collecting(), delay_s=0).get(f"{site.address}/a")
    assert set(site.paths()) == {"/robots.txt"}


@pytest.mark.parametrize("status", [429, 503])
def test_an_ill_answer_is_not_remembered(serve: Serve, collecting: Work, tmp_path: Path, status: int) -> None:
    ill = [True]
    site = serve(lambda asked: Answer(status=status) if ill and asked.path == "/robots.txt" else Answer(b"fine"))
    with pytest.raises(FetchError):
        Fetcher(collecting(hosts=tmp_path / "hosts"), delay_s=0).get(f"{site.address}/a")
    ill.clear()
    assert Fetcher(collecting(hosts=tmp_path / "hosts"), delay_s=0).get(f"{site.address}/a").body == b"fine"


def test_a_signature_in_a_redirect_stands_in_no_message(serve: Serve, collecting: Work) -> None:
    site = serve({"/a": Answer(status=302, headers={"Location": "/b?X-Amz-Signature=hemmelig"})})
    with pytest.raises(FetchError) as error:
        Fetcher(collecting(), delay_s=0).get(f"{site.address}/a")
    assert "/b?… answered 404" in str(error.value)


def test_a_host_with_a_name_of_any_length_is_an_error_and_no_crash(collecting: Work) -> None:
    with pytest.raises(CollectError):
        Fetcher(collecting(), delay_s=0).get(f"http://{'a' * 60}.{'b' * 300}.example/")


def test_what_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"public.example": "93.184.215.14", "inside.example": "10.0.0.7", "both.example": "127.0.0.1"}
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port: [(2, 1, 6, "", (found[host], 0))])
    assert is_public("public.example")
    assert not is_public("inside.example")
    assert not is_public("both.example")


def test_a_token_is_for_the_host_it_was_meant_for(serve: Serve, collecting: Work) -> None:
    seen: list[tuple[str, bool, bool]] = []

    def note(name: str, answer: Answer) -> Callable[[Asked], Answer]:
        def noted(asked: Asked) -> Answer:
            if asked.path != "/a":
                return MISSING
            seen.append((name, "Authorization" in asked.headers, "Range" in asked.headers))
            return answer

        return noted

    cdn = serve(note("cdn", Answer(b"data")))
    hub = serve(note("hub", Answer(status=302, headers={"Location": f"{cdn.address}/a"})))
    headers = {"Authorization": "Bearer hemmelig", "Range": "bytes=0-"}
    assert Fetcher(collecting(), delay_s=0).get(f"{hub.address}/a", headers=headers).body == b"data"
    assert seen == [("hub", True, True), ("cdn", False, True)]


def test_a_faulty_line_is_tried_as_often_as_a_faulty_answer(collecting: Work) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/a"
    work = collecting()
    with pytest.raises(FetchError, match="could not be fetched; is there a network"):
        Fetcher(work, delay_s=0).get(address)
    assert hosts.CONNECT_TRIES < hosts.TRIES
