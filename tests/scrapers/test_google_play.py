"""Google Play: every page of reviews, nobody's name, and an error where the store stops short."""

import json
import ssl
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import google_play
from scrapers.google_play import GooglePlay, month_of, read_page
from scrapers.record import Document, document_id
from scrapers.source import CollectError, Collecting, FetchError, sources

from .conftest import MISSING, Answer, Asked, Loopback, Serve

SOURCE = sources()["google-play"]
APP = "no.kvern.demo.app"
PATH = "/_/PlayStoreUi/data/batchexecute?hl=no&gl=no"
STORE = "https://play.google.com"
MIDNIGHT = int(datetime(2024, 5, 1, tzinfo=UTC).timestamp())


def row(key: str, text: str | None = "Fin app.", score: Any = 4, at: Any = MIDNIGHT) -> list[Any]:
    """A review as the store sends it."""
    picture = [None, 2, None, [None, None, "https://bilder.example/Ola.png"]]
    reply = ["Utvikler Hansen", "Takk, Ola Nordmann!", [at, 0]]
    return [key, ["Ola Nordmann", picture], score, None, text, [at, 0], 3, reply, None, None, "1.2"]


def envelope(rows: list[Any] | None, token: str | None = None) -> bytes:
    """An answer of the store. Source: google-play-scraper 1.2.7, features/reviews.py."""
    payload = None if rows is None else json.dumps([rows, [None, token], None] if token else [rows, None])
    return b")]}'\n\n" + json.dumps([["wrb.fr", "oCPfdb", payload, None, None, None, "generic"], ["di", 42]]).encode()


def token_of(asked: Asked) -> tuple[str, str | None]:
    """The app and the token that are asked for."""
    call = json.loads(json.loads(parse_qs(asked.body.decode())["f.req"][0])[0][0][1])
    paging = call[1][2]
    return call[2][0], paging[2] if len(paging) > 2 else None


Pages = Mapping[tuple[str, str | None], bytes]


@pytest.fixture
def collected(serve: Serve, collecting: Callable[..., Collecting]) -> Callable[..., tuple[list[Document], Loopback]]:
    """Collects from a store that answers by app and token."""

    def go(pages: Pages, apps: tuple[str, ...] = (APP,), **options: Any) -> tuple[list[Document], Loopback]:
        def answer(asked: Asked) -> Answer:
            if (asked.method, asked.path) != ("POST", PATH):
                return MISSING
            return Answer(
                pages.get(token_of(asked), envelope(None)), kind="application/json", headers=options.pop("headers", {})
            )

        server = serve(answer)
        source = replace(SOURCE, apps=apps, delay_s=0)
        return list(source.documents(collecting(mirrors={STORE: server.address}))), server

    return go


def test_every_page_is_read(collected) -> None:
    pages = {
        (APP, None): envelope([row("a", score=1), row("b")], "t1"),
        (APP, "t1"): envelope([row("c"), row("d", text=None, score=5)], "t2"),
        (APP, "t2"): envelope([row("e")]),
    }
    found, server = collected(pages)
    assert [(d.id, d.rating, d.raw_rating) for d in found] == [
        (document_id("google-play", key), rating, raw)
        for key, rating, raw in [("a", 0, "1"), ("b", 0.75, "4"), ("c", 0.75, "4"), ("d", 1, "5"), ("e", 0.75, "4")]
    ]
    assert [d.text for d in found] == ["Fin app.", "Fin app.", "Fin app.", "", "Fin app."]
    assert {(d.group, d.source, d.licence, d.reserved, d.published) for d in found} == {
        (APP, "google-play", "unknown", "open", date(2024, 5, 1))
    }
    assert found[0].url == f"{STORE}/store/apps/details?id={APP}&reviewId=a"
    assert server.paths() == ["/robots.txt", PATH, PATH, PATH]


def test_nobody_is_named(collected) -> None:
    found, _ = collected({(APP, None): envelope([row("a")])})
    assert not [word for word in ("Ola", "Nordmann", "Hansen", "bilder") if word in repr(found)]


def test_several_apps_are_kept_apart(collected) -> None:
    found, _ = collected({("a.b", None): envelope([row("1")]), ("c.d", None): envelope([row("2")])}, ("a.b", "c.d"))
    assert [d.group for d in found] == ["a.b", "c.d"]


def test_an_app_without_reviews_is_an_error(collected) -> None:
    with pytest.raises(CollectError, match=f"{APP} has no reviews; is the id right"):
        collected({})
    with pytest.raises(CollectError, match="has no reviews"):
        collected({(APP, None): envelope([])})
    with pytest.raises(CollectError, match=r"no apps; name them in the recipe: \[collect.google-play\]"):
        collected({}, apps=())


@pytest.mark.parametrize("rows", [[row("a")], []], ids=["repeats", "nothing"])
def test_a_token_that_leads_in_a_ring_is_an_error(collected, rows: list[Any]) -> None:
    pages = {(APP, None): envelope([row("a"), row("b")], "t1"), (APP, "t1"): envelope(rows, "t1")}
    with pytest.raises(CollectError, match="brought nothing new, after 2 reviews"):
        collected(pages)


def test_repeats_among_new_reviews_are_passed_over(collected) -> None:
    found, _ = collected({(APP, None): envelope([row("a")], "t1"), (APP, "t1"): envelope([row("a"), row("b")])})
    assert len(found) == 2


def test_a_store_that_is_asked_too_often_is_waited_for(serve: Serve, collecting, monkeypatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(google_play.time, "sleep", waits.append)
    refused = (
        b')]}\'\n\n[["wrb.fr",null,null,null,null,[7,null,[["type.googleapis.com/'
        + google_play.RATE_LIMITED.encode()
        + b'"]]]]]'
    )
    left = [refused, refused, envelope([row("a")])]
    server = serve(lambda asked: MISSING if asked.method == "GET" else Answer(left.pop(0)))
    source = replace(SOURCE, apps=(APP,), delay_s=0)
    work = collecting(mirrors={STORE: server.address})
    assert len(list(source.documents(work))) == 1
    assert [wait for wait in waits if wait >= 1] == [5, 15]
    left[:] = [refused] * 4
    with pytest.raises(CollectError, match="keeps answering that we ask too often"):
        list(source.documents(work))


def test_robots_txt_is_obeyed(serve: Serve, collecting) -> None:
    server = serve({"/robots.txt": Answer(b"User-agent: *\nDisallow: /_/\n")})
    with pytest.raises(CollectError, match=r"robots\.txt of play\.google\.com does not allow"):
        list(replace(SOURCE, apps=(APP,)).documents(collecting(mirrors={STORE: server.address})))
    assert server.paths() == ["/robots.txt"]


def test_a_refusal_is_an_error(serve: Serve, collecting) -> None:
    server = serve(lambda asked: MISSING if asked.method == "GET" else Answer(status=403))
    with pytest.raises(FetchError, match="answered 403"):
        list(replace(SOURCE, apps=(APP,)).documents(collecting(mirrors={STORE: server.address})))


@pytest.mark.parametrize(
    "review",
    [
        row("a", score=0),
        row("a", score=6),
        row("a", score=None),
        row("a", score="4"),
        row("a", at=None),
        row("a", at=10**30),
        row("a", text=["not", "text"]),  # type: ignore[arg-type]
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
    ],
)
def test_an_answer_in_another_shape_is_an_error(collected, body: bytes) -> None:
    with pytest.raises(CollectError, match="unknown shape"):
        collected({(APP, None): body})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=12,
)


@given(JSON | JSON.map(json.dumps).map(lambda payload: [[0, 0, payload]]))
def test_any_answer_gives_reviews_with_ids_or_an_error(value: Any) -> None:
    try:
        rows, token = read_page(")]}'\n\n" + json.dumps(value), APP)
    except CollectError:
        return
    assert all(isinstance(item[0], str) for item in rows)
    assert token is None or isinstance(token, str)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_the_month_is_that_of_utc(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    google_play.time.tzset()
    try:
        assert month_of(row("a", at=MIDNIGHT)) == date(2024, 5, 1)
        assert month_of(row("a", at=MIDNIGHT - 1)) == date(2024, 4, 1)
    finally:
        monkeypatch.undo()
        google_play.time.tzset()


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


def test_the_module_lies_where_it_is_looked_for() -> None:
    assert isinstance(SOURCE, GooglePlay)
    assert Path(google_play.__file__).name == "google_play.py"
