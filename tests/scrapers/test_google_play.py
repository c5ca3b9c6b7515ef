"""Google Play: every page of reviews, nobody's name, and an error where the store stops short."""

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import google_play, hosts
from scrapers.demo_site import play
from scrapers.demo_site.content import Review
from scrapers.demo_site.server import serve as demo_site
from scrapers.fetch import Fetched
from scrapers.google_play import month_of, payload_of, read_count, read_page
from scrapers.record import Document, document_id
from scrapers.source import CollectError, Collecting, FetchError, Mirrors
from scrapers.sources.google_play import google_play as of_the_store
from scrapers.spool import Spool

from .conftest import MISSING, Answer, Asked, Loopback, Serve
from .replicas.google_play import APP, MIDNIGHT, PATH, STORE, Pages, address, asked_for, details, envelope, post, row

SOURCE = replace(of_the_store, apps=(APP,), delay_s=0)
DETAILS = address(APP).removeprefix(STORE)
REFUSED = (
    b')]}\'\n\n[["wrb.fr",null,null,null,null,[7,null,[["type.googleapis.com/' + google_play.RATE_LIMITED + b'"]]]]]'
)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the store was to be left alone for; nobody waits for them."""
    rests: list[float] = []
    monkeypatch.setattr(hosts.Hosts, "rest", lambda self, url, seconds: rests.append(seconds))
    return rests


@pytest.fixture
def collected(serve: Serve, collecting: Callable[..., Collecting]) -> Callable[..., tuple[list[Document], Loopback]]:
    """Collects from a store that answers by app and token, and counts so many reviews of each app."""

    def go(pages: Pages, *, counts: int | None = None, **changed: Any) -> tuple[list[Document], Loopback]:
        def answer(asked: Asked) -> Answer:
            if asked.method == "POST" and asked.path == PATH:
                return post(pages, asked)
            return Answer(details(counts)) if asked.path.startswith("/store/apps/details?id=") else MISSING

        server = serve(answer)
        return list(replace(SOURCE, **changed).documents(collecting(mirrors={STORE: server.address}))), server

    return go


def by_key(found: list[Document]) -> dict[str, Document]:
    """The documents by what the store calls them."""
    return {document.url.rpartition("=")[2]: document for document in found}


def test_every_page_is_read(collected) -> None:
    pages = {
        (APP, None): envelope([row("a", score=1), row("b")], "t1"),
        (APP, "t1"): envelope([row("c"), row("d", text=None, score=5)], "t2"),
        (APP, "t2"): envelope([row("e")]),
    }
    found, server = collected(pages, counts=5)
    assert {key: (d.id, d.rating, d.raw_rating, d.text) for key, d in by_key(found).items()} == {
        key: (document_id("google-play", key), rating, raw, text)
        for key, rating, raw, text in [
            ("a", 0, "1", "Fin app."),
            ("b", 0.75, "4", "Fin app."),
            ("c", 0.75, "4", "Fin app."),
            ("d", 1, "5", ""),
            ("e", 0.75, "4", "Fin app."),
        ]
    }
    assert {(d.group, d.source, d.licence, d.reserved, d.published) for d in found} == {
        (APP, "google-play", "unknown", "open", date(2024, 5, 1))
    }
    assert by_key(found)["a"].url == f"{STORE}/store/apps/details?id={APP}&reviewId=a"
    assert server.paths()[0] == "/robots.txt"
    assert [path for path in server.paths() if path in (PATH, DETAILS)] == [PATH, PATH, PATH, DETAILS]


def test_nobody_is_named(collected) -> None:
    found, _ = collected({(APP, None): envelope([row("a")])})
    assert not [word for word in ("Ola", "Nordmann", "Hansen", "bilder") if word in repr(found)]


def test_several_apps_are_kept_apart(collected) -> None:
    pages = {("a.b", None): envelope([row("1")]), ("c.d", None): envelope([row("2")])}
    found, _ = collected(pages, apps=("a.b", "c.d"))
    assert {key: d.group for key, d in by_key(found).items()} == {"1": "a.b", "2": "c.d"}


def test_the_store_front_is_the_one_of_the_recipe(serve: Serve, collecting) -> None:
    server = serve(lambda asked: post({(APP, None): envelope([row("a")])}, asked))
    source = replace(SOURCE, language="nn", country="se", fewest_share=0)
    list(source.documents(collecting(mirrors={STORE: server.address})))
    assert f"{PATH.partition('?')[0]}?hl=nn&gl=se" in server.paths()


def test_what_cannot_be_collected_is_said(collected) -> None:
    with pytest.raises(CollectError, match=f"{APP} has no reviews; is the id right"):
        collected({})
    with pytest.raises(CollectError, match="has no reviews"):
        collected({(APP, None): envelope([])})
    with pytest.raises(CollectError, match=r"no apps; name them in the recipe: \[collect.google-play\]"):
        collected({}, apps=())
    with pytest.raises(CollectError, match=r"'a b\"' is no id of an app"):
        collected({}, apps=('a b"',))


# The end of the reviews, and what only looks like it


def test_a_last_page_without_reviews_is_an_end(collected) -> None:
    found, _ = collected({(APP, None): envelope([row("a")], "t1"), (APP, "t1"): envelope([])})
    assert len(found) == 1


@pytest.mark.parametrize(
    ("rows", "token"),
    [([row("a")], "t1"), ([], "t1"), ([], "t2"), ([row("a"), row("b")], "t2")],
    ids=["the same token", "nothing, the same token", "nothing", "repeats"],
)
def test_a_page_that_promises_more_and_brings_nothing_new_is_an_error(collected, rows: list[Any], token: str) -> None:
    pages = {(APP, None): envelope([row("a"), row("b")], "t1"), (APP, "t1"): envelope(rows, token)}
    with pytest.raises(CollectError, match="brought nothing new"):
        collected(pages | {(APP, "t2"): envelope([row("a")])})


def test_a_page_that_brought_nothing_new_is_asked_for_again_by_the_next_run(
    serve: Serve, collecting: Callable[..., Collecting]
) -> None:
    pages = {
        (APP, None): envelope([row("a")], "t1"),
        (APP, "t1"): envelope([row("a")], "t2"),
        (APP, "t2"): envelope([]),
    }
    server = serve(lambda asked: post(pages, asked))
    work, source = collecting(mirrors={STORE: server.address}), replace(SOURCE, fewest_share=0)
    for _ in range(2):
        with pytest.raises(CollectError, match="brought nothing new"):
            list(source.documents(work))
    pages[APP, "t1"] = envelope([row("b")])
    assert sorted(by_key(list(source.documents(work)))) == ["a", "b"]


def test_repeats_among_new_reviews_are_passed_on_for_the_collector_to_count(collected) -> None:
    found, _ = collected({(APP, None): envelope([row("a")], "t1"), (APP, "t1"): envelope([row("a"), row("b")])})
    assert sorted(d.url[-1] for d in found) == ["a", "a", "b"]


def test_a_token_that_the_store_forgot_is_no_end(collected) -> None:
    with pytest.raises(CollectError, match="no longer knows the token"):
        collected({(APP, None): envelope([row("a")], "t1")})


def test_an_app_of_which_a_token_was_forgotten_since_the_last_run_is_begun_anew(serve: Serve, collecting) -> None:
    other = "no.kvern.demo.other"
    pages = {
        (other, None): envelope([row("z")]),
        (APP, None): envelope([row("b"), row("c")], "t1"),
        (APP, "t1"): b"not yet",
    }
    server = serve(lambda asked: post(pages, asked))
    work = collecting(mirrors={STORE: server.address})
    source = replace(SOURCE, apps=(other, APP), fewest_share=0)
    with pytest.raises(CollectError, match="unknown shape"):
        list(source.documents(work))
    pages |= {(APP, None): envelope([row("a"), row("b")], "t2"), (APP, "t1"): envelope(None)}
    pages[APP, "t2"] = envelope([row("c")])
    first = len(server.asked)
    assert sorted(d.url[-1] for d in source.documents(work)) == ["a", "b", "c", "z"]
    assert [asked_for(asked) for asked in server.asked[first:] if asked.method == "POST"] == [
        (APP, "t1"),
        (APP, None),
        (APP, "t2"),
    ]


def test_an_app_is_begun_anew_once_in_a_run(serve: Serve, collecting) -> None:
    server = serve(lambda asked: post({(APP, None): envelope([row("a")], "t1")}, asked))
    with pytest.raises(CollectError, match="no longer knows the token"):
        list(SOURCE.documents(collecting(mirrors={STORE: server.address})))
    assert [asked_for(asked)[1] for asked in server.asked if asked.method == "POST"] == [None, "t1"] * 2


@pytest.mark.parametrize(
    ("counts", "share", "error"),
    [
        (100, 0.2, None),
        (101, 0.2, r"20 reviews came of the 101 that the store counts, expected 20% at least"),
        (5_000_000, 0, None),
        (21, 1, "20 reviews came of the 21"),
        (0, 0.2, None),
        (None, 0.2, None),
    ],
)
def test_fewer_than_the_store_counts_are_an_error(
    collected, counts: int | None, share: float, error: str | None
) -> None:
    pages = {
        (APP, None): envelope([row(f"a{n}") for n in range(10)], "t1"),
        (APP, "t1"): envelope([row(f"b{n}") for n in range(10)]),
    }
    if error is None:
        found, server = collected(pages, counts=counts, fewest_share=share)
        assert len(found) == 20
        assert (DETAILS in server.paths()) == bool(share)
        return
    with pytest.raises(FetchError, match=error):
        collected(pages, counts=counts, fewest_share=share)


def test_an_app_with_many_reviews_has_a_count(collected) -> None:
    pages = {(APP, None): envelope([row(f"a{n}") for n in range(151)])}
    with pytest.raises(CollectError, match="151 reviews came, but the store's page on the app states no count"):
        collected(pages, counts=None)


def test_a_page_on_the_app_that_cannot_be_had_is_an_error_that_says_what_to_do(serve: Serve, collecting) -> None:
    server = serve(lambda asked: post({(APP, None): envelope([row("a")])}, asked))
    with pytest.raises(FetchError, match=r"answered 404 .*with fewest_share = 0 in the recipe it is not asked"):
        list(SOURCE.documents(collecting(mirrors={STORE: server.address})))


# Refusals


def test_a_store_that_is_asked_too_often_is_waited_for(serve: Serve, collecting, no_waiting: list[float]) -> None:
    left = [REFUSED, REFUSED, envelope([row("a")])]
    server = serve(lambda asked: MISSING if asked.method == "GET" else Answer(left.pop(0)))
    source = replace(SOURCE, fewest_share=0)
    assert len(list(source.documents(collecting(mirrors={STORE: server.address})))) == 1
    assert no_waiting == [5, 15]
    left[:] = [REFUSED] * 4
    with pytest.raises(FetchError, match="keeps answering that we ask too often"):
        list(source.documents(collecting(mirrors={STORE: server.address})))
    assert left == []


def test_a_review_that_quotes_the_refusal_is_a_review(collected, no_waiting: list[float]) -> None:
    found, _ = collected({(APP, None): envelope([row("a", google_play.RATE_LIMITED.decode())])})
    assert len(found) == 1 and no_waiting == []


@pytest.mark.parametrize(("status", "headers"), [(429, {"Retry-After": "7"}), (500, {}), (503, {"Retry-After": "7"})])
def test_a_fault_is_waited_for_and_ends_the_run_when_it_stays(
    serve: Serve, collecting, no_waiting: list[float], status: int, headers: dict[str, str]
) -> None:
    left = [Answer(status=status, headers=headers), Answer(envelope([row("a")]))]
    server = serve(lambda asked: MISSING if asked.method == "GET" else left.pop(0))
    source = replace(SOURCE, fewest_share=0)
    assert len(list(source.documents(collecting(mirrors={STORE: server.address})))) == 1
    assert no_waiting == [7 if headers else hosts.BACKOFF_S]
    left[:] = [Answer(status=status, headers=headers)] * hosts.TRIES
    with pytest.raises(FetchError, match=f"answered {status}"):
        list(source.documents(collecting(mirrors={STORE: server.address})))
    assert left == []


def test_robots_txt_is_obeyed(serve: Serve, collecting) -> None:
    # The rules of play.google.com as they were in October 2026.
    rules = b"User-agent: *\nDisallow: /_\nDisallow: /store/getreviews\nDisallow: /store/xhr\n"
    server = serve({"/robots.txt": Answer(rules)})
    with pytest.raises(CollectError, match=r"robots\.txt of play\.google\.com does not allow"):
        list(SOURCE.documents(collecting(mirrors={STORE: server.address})))
    assert server.paths() == ["/robots.txt"]


def test_a_refusal_is_an_error(serve: Serve, collecting) -> None:
    server = serve(lambda asked: MISSING if asked.method == "GET" else Answer(status=403))
    with pytest.raises(FetchError, match="answered 403"):
        list(SOURCE.documents(collecting(mirrors={STORE: server.address})))


def test_what_is_posted_follows_no_redirect(serve: Serve, collecting) -> None:
    away = Answer(status=302, headers={"Location": "https://consent.google.com/m"})
    server = serve(lambda asked: MISSING if asked.method == "GET" else away)
    with pytest.raises(FetchError, match=r"redirects to 'https://consent\.google\.com/m'"):
        list(SOURCE.documents(collecting(mirrors={STORE: server.address})))


# Cookies


def test_the_cookie_that_leads_back_to_the_backend_is_kept_even_over_a_kill(serve: Serve, tmp_path: Path) -> None:
    """Each page sets another NID, and has a token that only goes with it; the first visit ends at the third page."""
    broken = [True]
    given: list[str] = []

    def answer(asked: Asked) -> Answer:
        if asked.method != "POST":
            return MISSING
        token = asked_for(asked)[1]
        if asked.headers.get("Cookie") != (f"NID=511={token}" if token else None):
            return Answer(envelope(None))
        if token == "t2" and broken and broken.pop():
            return Answer(status=403)
        number = int(token[1]) if token else 0
        following = f"t{number + 1}" if number < 4 else None
        given.append(f"NID=511={following}; expires=Fri, 01-Jan-2100 00:00:00 GMT; path=/; HttpOnly")
        return Answer(envelope([row(f"r{number}")], following), headers={"Set-Cookie": given[-1]})

    server = serve(answer)
    source = replace(SOURCE, fewest_share=0)

    def collect() -> list[Document]:
        with Spool(tmp_path / "spool.sqlite") as spool:
            return list(source.documents(Collecting(tmp_path, spool, Mirrors({STORE: server.address}))))

    with pytest.raises(FetchError, match="answered 403"):
        collect()
    first = len(server.asked)
    assert sorted(by_key(collect())) == ["r0", "r1", "r2", "r3", "r4"]
    assert [asked_for(asked)[1] for asked in server.asked[first:] if asked.method == "POST"] == ["t2", "t3", "t4"]


# Shapes


@pytest.mark.parametrize(
    "review",
    [
        row("a", score=0),
        row("a", score=6),
        row("a", score=None),
        row("a", score="4"),
        row("a", score=True),
        row("a", at=None),
        row("a", at=10**30),
        row("a", text=["not", "text"]),
        row("\ud800"),
        ["a"],
    ],
)
def test_a_review_in_another_shape_is_an_error(collected, review: list[Any]) -> None:
    with pytest.raises(CollectError, match="a review in an unknown shape"):
        collected({(APP, None): envelope([review])})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>consent</html>",
        b")]}'\n\n{}",
        b")]}'\n\n[]",
        b")]}'\n\n[[1,2,3]]",
        b')]}\'\n\n[[1,2,"{}"]]',
        b"\xff\xfe",
        envelope([7]),
        envelope([[None]]),
        envelope([[]]),
        envelope([row("a")], "a token\nof two lines"),
        envelope([row("a")])[:-40],
    ],
)
def test_an_answer_in_another_shape_is_an_error(collected, body: bytes) -> None:
    with pytest.raises(CollectError, match="unknown shape"):
        collected({(APP, None): body})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><title>Before you continue</title></html>",
        details(5).replace(b"'ds:5'", b"'ds:6'"),
        details(5)[: details(5).index(b"Kvernappen")],
        details(5, name=None),
        details("5"),  # type: ignore[arg-type]
    ],
)
def test_a_page_on_an_app_in_another_shape_is_an_error(body: bytes) -> None:
    with pytest.raises(CollectError, match=f"{APP}: Google Play answered in an unknown shape"):
        read_count(fetched(body), APP)


def test_a_long_page_on_an_app_is_read_in_the_time_of_its_length() -> None:
    page = b"AF_initDataCallback({key: 'ds:5', data:" * 200_000
    begin = time.monotonic()
    with pytest.raises(CollectError):
        read_count(fetched(page), APP)
    assert time.monotonic() - begin < 2


def test_the_library_reads_the_same_count_from_the_demo_site() -> None:
    """So the demo's page has the layout of the store's, and we read it as the library does."""
    from google_play_scraper.features.app import parse_dom

    review = Review("r1", "apps", "a", "Soppsjekk <3", "", "Fin.", 4, 5, "nb", "Ola", date(2024, 5, 1))
    page = play.details({APP: [review] * 7}, APP)
    assert page is not None and play.details({}, APP) is None
    found = parse_dom(page, APP, "")
    assert (found["title"], found["reviews"]) == ("Soppsjekk <3", 7)
    assert read_count(fetched(page.encode()), APP) == 7
    assert parse_dom(details(130).decode(), APP, "")["reviews"] == read_count(fetched(details(130)), APP) == 130


def test_the_demo_site_is_collected_with_its_counts(collecting) -> None:
    with demo_site() as site:
        source = replace(SOURCE, apps=("no.kvern.demo.ordkvern", "no.kvern.demo.togtid"), fewest_share=1)
        found = list(source.documents(collecting(mirrors={STORE: site.address})))
    assert {document.group for document in found} == set(source.apps)


def fetched(body: bytes) -> Fetched:
    """An answer with that body."""
    return Fetched(address(APP), body, {}, "open")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=12,
)
ENVELOPES = (JSON | JSON.map(json.dumps).map(lambda payload: [[0, 0, payload]])).map(
    lambda value: b")]}'\n\n" + json.dumps(value).encode()
)


@given(st.binary(max_size=60) | ENVELOPES)
def test_any_answer_gives_reviews_with_ids_or_an_error(body: bytes) -> None:
    try:
        payload = payload_of(fetched(body), APP)
        rows, token = ([], None) if payload is None else read_page(payload, APP)
        documents = [SOURCE._document(APP, item, "open") for item in rows]
    except CollectError:
        return
    assert all(isinstance(document.id, str) for document in documents)
    assert token is None or isinstance(token, str)


@given(st.binary(max_size=60) | JSON.map(lambda value: details(3).replace(b'"Kvernappen"', json.dumps(value).encode())))
def test_any_page_on_an_app_gives_a_count_or_an_error(body: bytes) -> None:
    try:
        assert read_count(fetched(body), APP) in (None, 3)
    except CollectError:
        return


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_the_month_is_that_of_utc(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert month_of(row("a", at=MIDNIGHT)) == date(2024, 5, 1)
        assert month_of(row("a", at=MIDNIGHT - 1)) == date(2024, 4, 1)
    finally:
        monkeypatch.undo()
        time.tzset()


# TLS


def test_certificates_are_still_verified_after_the_import() -> None:
    script = (
        "import ssl, scrapers.google_play\n"
        "context = ssl._create_default_https_context()\n"
        "print(context.verify_mode == ssl.CERT_REQUIRED, context.check_hostname)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said == "True True\n"
    assert ssl._create_default_https_context().verify_mode == ssl.CERT_REQUIRED


def test_the_library_would_switch_verification_off() -> None:
    script = "import ssl, google_play_scraper; print(ssl._create_default_https_context().verify_mode == ssl.CERT_NONE)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said == "True\n", "then scrapers.google_play need not guard against it any longer"


def test_a_store_with_a_forged_certificate_is_told_nothing(
    serve: Serve, collecting, self_signed: ssl.SSLContext
) -> None:
    server = serve(lambda asked: post({(APP, None): envelope([row("a")])}, asked), tls=self_signed)
    with pytest.raises(FetchError, match="its certificate is not to be trusted"):
        list(SOURCE.documents(collecting(mirrors={STORE: server.address})))
    assert server.asked == []
