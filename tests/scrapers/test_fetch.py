"""Fetching: polite, retried, resumed; a file is whole and the right one, or there is none."""

import gzip
import hashlib
import io
import json
import os
import ssl
import time
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import requests

from scrapers import hosts
from scrapers.fetch import Fetched, Fetcher, RangeFile, download
from scrapers.robots import user_agent
from scrapers.source import CollectError, Collecting, FetchError

from .conftest import MISSING, Answer, Answers, Asked, Loopback, Serve

BODY = os.urandom(300_000)


@pytest.fixture
def fetcher(collecting: Callable[..., Collecting]) -> Callable[..., Fetcher]:
    """A fetcher with a folder of its own."""

    def make(delay_s: float = 0, **values: object) -> Fetcher:
        return Fetcher(collecting(**values), delay_s=delay_s)

    return make


def body_of(fetcher: Fetcher, url: str) -> bytes:
    with fetcher.open("GET", url) as answer:
        return answer.content


def in_turn(path: str, *turns: Answer) -> Answers:
    """Answers at `path`, one after the other, the last for ever."""
    left = list(turns)

    def answer(asked: Asked) -> Answer:
        if asked.path != path:
            return MISSING
        return left.pop(0) if len(left) > 1 else left[0]

    return answer


def file_of(body: bytes, etag: str = '"1"', **values: int) -> Callable[[Asked], Answer]:
    """A file that can be had in parts, as servers do it. Source: RFC 9110, 13.1.5 and 14."""

    def answer(asked: Asked) -> Answer:
        wanted = asked.headers.get("Range")
        if not wanted or asked.headers.get("If-Range", etag) != etag:
            return Answer(body, 200, "application/gzip", {"ETag": etag}, **values)
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start >= len(body):
            return Answer(b"", 416, headers={"Content-Range": f"bytes */{len(body)}"})
        part = f"bytes {start}-{len(body) - 1}/{len(body)}"
        return Answer(body[start:], 206, "application/gzip", {"ETag": etag, "Content-Range": part}, **values)

    return answer


def serve_files(serve: Serve, *turns: Callable[[Asked], Answer]) -> Loopback:
    """A server of `/file`, each request answered by the next of `turns`, the last for ever."""
    left = list(turns)

    def answer(asked: Asked) -> Answer:
        if asked.path != "/file":
            return MISSING
        return (left.pop(0) if len(left) > 1 else left[0])(asked)

    return serve(answer)


def test_a_fault_is_tried_again(serve: Serve, fetcher) -> None:
    site = serve(in_turn("/a", Answer(status=500), Answer(status=503), Answer(b"fine")))
    assert body_of(fetcher(), f"{site.address}/a") == b"fine"
    assert site.paths() == ["/robots.txt", "/a", "/a", "/a"]


def test_a_fault_that_stays_is_an_error_with_its_reason(serve: Serve, fetcher) -> None:
    site = serve({"/a": Answer(status=503)})
    with pytest.raises(FetchError, match="/a answered 503 Service Unavailable"):
        body_of(fetcher(), f"{site.address}/a")
    assert site.paths().count("/a") == hosts.TRIES


@pytest.mark.parametrize("status", [304, 400, 401, 404, 410])
def test_what_is_no_success_is_an_error_at_once(serve: Serve, fetcher, status: int) -> None:
    site = serve({"/a": Answer(status=status)})
    with pytest.raises(FetchError, match=f"answered {status}"):
        body_of(fetcher(), f"{site.address}/a")
    assert site.paths().count("/a") == 1


def test_a_server_is_left_alone_as_long_as_it_asks(serve: Serve, fetcher) -> None:
    site = serve(in_turn("/a", Answer(status=429, headers={"Retry-After": "1"}), Answer(b"fine")))
    assert body_of(fetcher(), f"{site.address}/a") == b"fine"
    first, second = (asked.at for asked in site.asked if asked.path == "/a")
    assert second - first >= 1


def test_a_host_that_is_not_there_is_an_error(fetcher) -> None:
    with pytest.raises(FetchError, match="could not be fetched; is there a network"):
        body_of(fetcher(), "http://127.0.0.1:9/a")


def test_what_robots_txt_forbids_is_never_asked_for(serve: Serve, collecting) -> None:
    site = serve({"/robots.txt": Answer(b"User-agent: *\nDisallow: /no/"), "/yes": Answer(b"y"), "/no/a": Answer(b"n")})
    work = collecting()
    fetcher = Fetcher(work, delay_s=0)
    assert body_of(fetcher, f"{site.address}/yes") == b"y"
    with pytest.raises(CollectError, match=r"robots\.txt of 127.* does not allow"):
        body_of(fetcher, f"{site.address}/no/a")
    assert site.paths() == ["/robots.txt", "/yes"]
    assert work.tally == {"requests": 2, "robots_forbidden": 1}


def test_a_robots_txt_sent_in_chunks_is_read_whole(serve: Serve, fetcher) -> None:
    rules = b"# " + b"x" * 5000 + b"\nUser-agent: *\nDisallow: /"
    site = serve({"/robots.txt": Answer(rules, chunked=True), "/a": Answer(b"n")})
    with pytest.raises(CollectError, match="does not allow"):
        body_of(fetcher(), f"{site.address}/a")


def test_a_robots_txt_without_end_is_read_as_far_as_it_counts(serve: Serve, fetcher) -> None:
    rules = b"User-agent: *\nAllow: /\n" + b"#" * (64 << 20)
    site = serve({"/robots.txt": Answer(rules), "/a": Answer(b"y")})
    tracemalloc.start()
    assert body_of(fetcher(), f"{site.address}/a") == b"y"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 << 20


@pytest.mark.parametrize("status", [500, 503, 429])
def test_where_robots_txt_cannot_be_read_nothing_is_asked_for(serve: Serve, fetcher, status: int) -> None:
    site = serve({"/robots.txt": Answer(status=status), "/a": Answer(b"n")})
    with pytest.raises(FetchError, match=r"robots\.txt of .* could not be read"):
        body_of(fetcher(), f"{site.address}/a")
    assert set(site.paths()) == {"/robots.txt"}


def test_requests_keep_their_distance(serve: Serve, fetcher) -> None:
    site = serve({"/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 0.4"), "/a": Answer(), "/b": Answer()})
    polite = fetcher(delay_s=0.1)
    for path in ("/a", "/b", "/a"):
        body_of(polite, site.address + path)
    times = [asked.at for asked in site.asked[1:]]
    assert all(later - earlier >= 0.35 for earlier, later in pairwise(times))


def test_every_request_says_who_asks(serve: Serve, fetcher) -> None:
    site = serve({"/a": Answer()})
    body_of(fetcher(contact="post@example.no"), f"{site.address}/a")
    assert {asked.headers["User-Agent"] for asked in site.asked} == {user_agent("post@example.no")}


def test_a_proxy_of_the_machine_is_not_used(serve: Serve, fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, site = serve({}), serve({"/a": Answer(b"fine")})
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.address)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert body_of(fetcher(), f"{site.address}/a") == b"fine"
    assert proxy.asked == []


def test_a_redirect_is_followed_where_robots_txt_allows(serve: Serve, fetcher) -> None:
    other = serve({"/robots.txt": Answer(b"User-agent: *\nDisallow: /no"), "/yes": Answer(b"y"), "/no": Answer(b"n")})
    site = serve(
        {
            "/a": Answer(status=302, headers={"Location": "/b"}),
            "/b": Answer(status=307, headers={"Location": f"{other.address}/yes"}),
            "/c": Answer(status=302, headers={"Location": f"{other.address}/no"}),
        }
    )
    assert body_of(fetcher(), f"{site.address}/a") == b"y"
    with pytest.raises(CollectError, match="does not allow"):
        body_of(fetcher(), f"{site.address}/c")
    assert "/no" not in other.paths()


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://127.0.0.1/a", "http://", "http://[::1", "data:text/plain,x", "javascript:1"],
)
def test_a_redirect_leads_nowhere_but_to_the_web(serve: Serve, fetcher, location: str) -> None:
    site = serve({"/a": Answer(status=302, headers={"Location": location})})
    with pytest.raises(CollectError, match=r"redirects to|could not be fetched|more than 5 redirects"):
        body_of(fetcher(), f"{site.address}/a")


def test_a_ring_of_redirects_is_an_error(serve: Serve, fetcher) -> None:
    site = serve({"/a": Answer(status=302, headers={"Location": "/a"})})
    with pytest.raises(FetchError, match="more than 5 redirects"):
        body_of(fetcher(), f"{site.address}/a")
    assert site.paths().count("/a") == 6


def test_a_form_is_not_redirected(serve: Serve, fetcher) -> None:
    site = serve({"/a": Answer(status=302, headers={"Location": "/b"}), "/b": Answer(b"consent")})
    with pytest.raises(FetchError, match="answered 302"), fetcher().open("POST", f"{site.address}/a", data=b"x"):
        pass


def test_a_mirror_stands_in_for_a_host(serve: Serve, fetcher) -> None:
    site = serve({"/robots.txt": Answer(b"User-agent: *\nDisallow: /no"), "/yes": Answer(b"y")})
    mirrored = fetcher(mirrors={"https://corpus.example": site.address})
    assert body_of(mirrored, "https://corpus.example/yes") == b"y"
    with pytest.raises(CollectError, match=r"corpus\.example/no"):
        body_of(mirrored, "https://corpus.example/no")
    assert site.paths() == ["/robots.txt", "/yes"]


def test_a_mirror_of_a_folder_is_judged_by_the_host_it_lies_on(serve: Serve, fetcher) -> None:
    site = serve({"/robots.txt": Answer(b"User-agent: *\nDisallow: /copy/no"), "/copy/yes": Answer(b"y")})
    mirrored = fetcher(mirrors={"https://corpus.example/files": f"{site.address}/copy"})
    assert body_of(mirrored, "https://corpus.example/files/yes") == b"y"
    with pytest.raises(CollectError, match="does not allow"):
        body_of(mirrored, "https://corpus.example/files/no")
    assert site.paths() == ["/robots.txt", "/copy/yes"]


def test_a_certificate_nobody_vouches_for_is_refused(serve: Serve, fetcher, self_signed: ssl.SSLContext) -> None:
    site = serve({"/a": Answer(b"forged")}, tls=self_signed)
    with pytest.raises(FetchError, match="its certificate is not to be trusted"):
        body_of(fetcher(), f"{site.address}/a")
    assert site.asked == []


def test_a_download_is_whole_and_not_done_again(serve: Serve, fetcher, tmp_path: Path) -> None:
    site = serve_files(serve, file_of(BODY))
    target = tmp_path / "file"
    assert (
        download(
            fetcher(), f"{site.address}/file", target, checksum=f"sha256:{hashlib.sha256(BODY).hexdigest()}"
        ).reserved
        == "open"
    )
    assert target.read_bytes() == BODY
    assert download(fetcher(), f"{site.address}/file", target).reserved == "open"
    assert site.paths().count("/file") == 1


def test_the_rights_of_a_download_are_remembered(serve: Serve, fetcher, tmp_path: Path) -> None:
    site = serve({"/file": Answer(b"x", headers={"TDM-Reservation": "1"})})
    for _ in range(2):
        assert download(fetcher(), f"{site.address}/file", tmp_path / "file").reserved == "no-train"


def test_a_broken_connection_is_taken_up_where_it_broke(serve: Serve, fetcher, tmp_path: Path) -> None:
    site = serve_files(serve, file_of(BODY, cut=70_000), file_of(BODY, cut=70_000), file_of(BODY))
    download(fetcher(), f"{site.address}/file", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY
    ranges = [(a.headers.get("Range"), a.headers.get("If-Range")) for a in site.asked if a.path == "/file"]
    assert ranges == [(None, None), ("bytes=65535-", '"1"'), ("bytes=131070-", '"1"')]


def test_a_file_that_changed_meanwhile_is_begun_anew(serve: Serve, fetcher, tmp_path: Path) -> None:
    other = os.urandom(200_000)
    site = serve_files(serve, file_of(BODY, cut=100_000), file_of(other, '"2"', cut=60_000), file_of(other, '"2"'))
    download(fetcher(), f"{site.address}/file", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == other


def test_a_download_killed_when_all_was_there_comes_to_its_end(serve: Serve, fetcher, tmp_path: Path) -> None:
    (tmp_path / "file.partial").write_bytes(BODY)
    site = serve_files(serve, file_of(BODY))
    (tmp_path / "file.etag").write_text(json.dumps([f"{site.address}/file", '"1"']))
    download(fetcher(), f"{site.address}/file", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY
    assert [a.headers.get("Range") for a in site.asked if a.path == "/file"] == [f"bytes={len(BODY) - 1}-"]


def test_what_has_no_etag_is_begun_anew(serve: Serve, fetcher, tmp_path: Path) -> None:
    site = serve({"/file": Answer(BODY)})
    for etag in (None, ""):
        (tmp_path / "file.partial").write_bytes(b"of another time")
        if etag is not None:
            (tmp_path / "file.etag").write_text(etag)
        download(fetcher(), f"{site.address}/file", tmp_path / "file")
        assert (tmp_path / "file").read_bytes() == BODY
        (tmp_path / "file").unlink()


@pytest.mark.parametrize("part", ["bytes 0-9/300000", "bytes 65535-199999/300000", "", "bytes 65535-299999/*"])
def test_a_part_that_is_not_the_rest_is_refused(serve: Serve, fetcher, tmp_path: Path, part: str) -> None:
    wrong = Answer(BODY[:10], 206, headers={"ETag": '"1"', "Content-Range": part})
    site = serve_files(serve, file_of(BODY, cut=100_000), lambda asked: wrong)
    with pytest.raises(FetchError, match="asked for all from byte 65535"):
        download(fetcher(), f"{site.address}/file", tmp_path / "file")
    assert not (tmp_path / "file").exists()
    again = serve_files(serve, file_of(BODY))
    download(fetcher(), f"{again.address}/file", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY


def test_a_short_body_is_an_error_and_no_file(serve: Serve, fetcher, tmp_path: Path) -> None:
    site = serve({"/file": Answer(BODY, cut=len(BODY) - 1)})
    with pytest.raises(FetchError, match=r"could not be fetched.*1 more expected"):
        download(fetcher(), f"{site.address}/file", tmp_path / "file")
    assert not (tmp_path / "file").exists()
    assert site.paths().count("/file") == hosts.TRIES


def test_another_file_than_expected_is_removed(serve: Serve, fetcher, tmp_path: Path) -> None:
    site = serve({"/file": Answer(BODY, headers={"ETag": '"1"'})})
    with pytest.raises(
        CollectError, match=f"has sha256:{hashlib.sha256(BODY).hexdigest()}, expected sha256:00; the file was"
    ):
        download(fetcher(), f"{site.address}/file", tmp_path / "file", checksum="sha256:00")
    assert list(tmp_path.glob("file*")) == []


def test_memory_stays_flat_over_a_large_file(serve: Serve, fetcher, tmp_path: Path) -> None:
    site = serve({"/file": Answer(bytes(64 << 20))})
    tracemalloc.start()
    started = time.monotonic()
    download(fetcher(), f"{site.address}/file", tmp_path / "file")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "file").stat().st_size == 64 << 20
    assert peak < 16 << 20
    assert time.monotonic() - started < 60


def test_no_session_setting_of_the_library_is_in_the_way(fetcher) -> None:
    session: requests.Session = fetcher().hosts.session
    assert (session.verify, session.trust_env, session.cert) == (True, False, None)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("blåbærsyltetøy".encode(), "text/html; charset=iso-8859-1"),
        ("blåbærsyltetøy".encode(), "text/html"),
        ("\ufeff".encode() + "blåbærsyltetøy".encode(), "text/html; charset=windows-1252"),
        ("blåbærsyltetøy".encode("latin-1"), "text/html; charset=iso-8859-1"),
        ("blåbærsyltetøy".encode("latin-1"), "text/html; charset=utf-8"),
        ("blåbærsyltetøy".encode("latin-1"), "text/html; charset=klingon"),
    ],
)
def test_a_page_is_read_in_the_charset_it_has_whatever_the_server_says(body: bytes, kind: str) -> None:
    assert Fetched("http://a.example/", body, {"Content-Type": kind}, "open").text() == "blåbærsyltetøy"


@pytest.mark.parametrize(
    ("body", "message"),
    [(b"<html><title>Logg inn</title>", "titled 'Logg inn'; is a log-in"), (b"", "got b''"), (b"{", "got b'{'")],
)
def test_what_is_no_json_is_named(body: bytes, message: str) -> None:
    with pytest.raises(CollectError, match=f"a.example/: expected JSON, .*{message}"):
        Fetched("http://a.example/", body, {}, "open").json()


def test_a_page_whose_body_breaks_off_is_asked_for_again(serve: Serve, fetcher) -> None:
    site = serve(in_turn("/a", Answer(BODY, cut=100), Answer(BODY)))
    assert fetcher().get(f"{site.address}/a").body == BODY
    broken = serve({"/a": Answer(BODY, cut=100)})
    with pytest.raises(FetchError, match="could not be fetched"):
        fetcher().get(f"{broken.address}/a")
    assert broken.paths().count("/a") == hosts.TRIES


def test_a_page_of_any_size_is_no_page(serve: Serve, fetcher) -> None:
    bomb = gzip.compress(bytes(80 << 20))
    site = serve({"/a": Answer(bytes(2000)), "/bomb": Answer(bomb, headers={"Content-Encoding": "gzip"})})
    with pytest.raises(CollectError, match=r"/a is larger than 1,000 bytes"):
        fetcher().request("GET", f"{site.address}/a", most=1000)
    tracemalloc.start()
    with pytest.raises(CollectError, match=r"/bomb is larger than 67,108,864 bytes"):
        fetcher().get(f"{site.address}/bomb")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200 << 20


def test_what_only_trickles_is_given_up(serve: Serve, fetcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(hosts, "STALL_S", 0.3)
    monkeypatch.setattr(hosts, "SLOWEST", 1 << 20)
    site = serve({"/a": Answer(bytes(2000), chunked=True, pause_s=0.01)})
    with pytest.raises(FetchError, match="bytes a second; gave up"):
        fetcher().get(f"{site.address}/a")
    with pytest.raises(FetchError, match="bytes a second; gave up"):
        download(fetcher(), f"{site.address}/a", tmp_path / "file")
    assert not (tmp_path / "file").exists()


def test_what_comes_slowly_but_steadily_is_waited_for(serve: Serve, fetcher) -> None:
    site = serve({"/a": Answer(bytes(100), chunked=True, pause_s=0.01)})
    assert fetcher().get(f"{site.address}/a").body == bytes(100)


def test_a_kept_download_is_fetched_again_only_when_it_changed(serve: Serve, fetcher, tmp_path: Path) -> None:
    bodies = [b"one", b"one", b"two"]

    def answer(asked: Asked) -> Answer:
        if asked.path != "/file":
            return MISSING
        tag = f'"{bodies[0].decode()}"'
        if asked.headers.get("If-None-Match") == tag:
            return Answer(b"", 304, headers={"ETag": tag})
        return Answer(bodies[0], headers={"ETag": tag})

    site = serve(answer)
    found = []
    while bodies:
        found.append(download(fetcher(), f"{site.address}/file", tmp_path / "file", revalidate=True))
        assert (tmp_path / "file").read_bytes() == bodies.pop(0)
    assert [one.unchanged for one in found] == [False, True, False]
    asked = [a.headers.get("If-None-Match") for a in site.asked if a.path == "/file"]
    assert asked == [None, '"one"', '"one"', None]


def test_a_rest_with_another_tag_is_not_put_behind_what_is_here(serve: Serve, fetcher, tmp_path: Path) -> None:
    other = os.urandom(200_000)

    def careless(asked: Asked) -> Answer:
        start = int(asked.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        headers = {"ETag": '"2"', "Content-Range": f"bytes {start}-{len(other) - 1}/{len(other)}"}
        return Answer(other[start:], 206 if start else 200, headers=headers)

    site = serve_files(serve, file_of(BODY, cut=100_000), careless)
    download(fetcher(), f"{site.address}/file", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == other


def test_a_kept_file_is_only_what_its_note_says(serve: Serve, fetcher, tmp_path: Path) -> None:
    site = serve({"/one": Answer(b"one", headers={"ETag": '"1"'}), "/two": Answer(b"two", headers={"ETag": '"1"'})})
    target, note = tmp_path / "file", tmp_path / "file.json"

    def fetched(path: str, **values: str) -> bytes:
        download(fetcher(), f"{site.address}/{path}", target, revalidate=True, **values)  # type: ignore[arg-type]
        return target.read_bytes()

    assert fetched("one") == b"one"
    assert fetched("two") == b"two"
    whole = note.read_text()
    for torn in (whole[:20], "", "[]", "null", "{}"):
        note.write_text(torn)
        assert fetched("two") == b"two"
    target.write_bytes(b"of another time")
    assert fetched("two") == b"two"
    target.write_bytes(b"owt")
    assert fetched("two", checksum=f"sha256:{hashlib.sha256(b'two').hexdigest()}") == b"two"


def test_a_weak_tag_is_nothing_to_go_on_from(serve: Serve, fetcher, tmp_path: Path) -> None:
    site = serve_files(serve, file_of(BODY, 'W/"1"', cut=70_000), file_of(BODY, 'W/"1"'))
    download(fetcher(), f"{site.address}/file", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY
    assert [a.headers.get("Range") for a in site.asked if a.path == "/file"] == [None, None]


def in_ranges(body: bytes, etags: list[str]) -> Callable[[Asked], Answer]:
    """A file of which any range can be had; the tags of its answers, one after the other."""

    def answer(asked: Asked) -> Answer:
        if asked.path != "/file":
            return MISSING
        first, last = map(int, asked.headers["Range"].removeprefix("bytes=").split("-"))
        part = body[first : last + 1]
        tag = etags.pop(0) if len(etags) > 1 else etags[0]
        headers = {"ETag": tag, "Content-Range": f"bytes {first}-{first + len(part) - 1}/{len(body)}"}
        return Answer(part, 206, headers=headers)

    return answer


def test_a_file_on_the_web_is_read_where_it_is_wanted(serve: Serve, fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RangeFile, "BLOCK", 1000)
    site = serve(in_ranges(BODY, ['"1"']))
    with io.BufferedReader(RangeFile(fetcher(), f"{site.address}/file"), 100) as stream:
        assert stream.seek(-5, io.SEEK_END) == len(BODY) - 5
        assert stream.read() == BODY[-5:]
        stream.seek(150_000)
        assert stream.read(2500) == BODY[150_000:152_500]
        stream.seek(len(BODY) + 10)
        assert stream.read() == b""
    assert site.paths().count("/file") == 1 + 1 + 3


def test_a_file_that_changes_while_it_is_read_is_an_error(
    serve: Serve, fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RangeFile, "BLOCK", 1000)
    site = serve(in_ranges(BODY, ['"1"', '"2"']))
    stream = RangeFile(fetcher(), f"{site.address}/file")
    stream.seek(5000)
    with pytest.raises(CollectError, match="changed while it was read"):
        stream.read(1)


def test_a_server_without_ranges_is_an_error(serve: Serve, fetcher) -> None:
    site = serve({"/file": Answer(BODY)})
    with pytest.raises(CollectError, match="gives no ranges; collect it whole"):
        RangeFile(fetcher(), f"{site.address}/file")
