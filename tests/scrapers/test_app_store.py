"""The App Store's feeds: three shapes of a page, empty ones among full ones, stores without the app; nobody's name."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import hosts
from scrapers.fetch import Fetched
from scrapers.record import Document, document_id
from scrapers.source import CollectError, Collecting, FetchError
from scrapers.sources.app_store import PAGE, TRIES, Envelope, Feed, address, app_store, decoded

from .conftest import MISSING, Answer, Asked, Loopback, Serve
from .replicas.app_store import APP_ITSELF, MANY, catalogue, feed, lookup, review, some

HOST = "https://itunes.apple.com"
SOURCE = replace(app_store, apps=(MANY,), delay_s=0)
FULL = some(0, PAGE)
BLANK = b'{"feed": {}}'
FIRST, SECOND, THIRD = (address("no", MANY, number) for number in (1, 2, 3))
Collected = Callable[..., tuple[list[Document], Collecting, Loopback]]


@pytest.fixture
def collected(serve: Serve, collecting: Callable[..., Collecting], monkeypatch: pytest.MonkeyPatch) -> Collected:
    """Collects from a store whose answers are given by address: bodies, statuses, or one after the other."""
    monkeypatch.setattr(hosts.Hosts, "rest", lambda self, url, seconds: None)

    def go(answers: Mapping[str, Any], **changed: Any) -> tuple[list[Document], Collecting, Loopback]:
        left = {url: list(given) if isinstance(given, list) else given for url, given in answers.items()}

        def answer(asked: Asked) -> Answer:
            given = left.get(HOST + asked.path, MISSING)
            given = given.pop(0) if isinstance(given, list) else given
            return (
                given
                if isinstance(given, Answer)
                else Answer(given)
                if isinstance(given, bytes)
                else Answer(status=given)
            )

        server = serve(answer)
        work = collecting(mirrors={HOST: server.address})
        return list(replace(SOURCE, **changed).documents(work)), work, server

    return go


def keys(found: list[Document]) -> list[int]:
    """What the store calls the reviews."""
    return sorted(int(document.url.rpartition("#")[2]) for document in found)


def test_what_is_read_of_a_review(collected: Collected) -> None:
    (found,), _, _ = collected({FIRST: feed([review(7, "Dårlig.\n\nKrasjer.", "2")], 1, 1)})
    assert found == Document(
        id=document_id("app-store", "7"),
        text="Dårlig.\n\nKrasjer.",
        title="Tittel 7",
        source="app-store",
        url=f"{FIRST}#7",
        licence="unknown",
        collected_at=found.collected_at,
        published=date(2026, 3, 1),
        group=MANY,
        rating=0.25,
        raw_rating="2",
        reserved="open",
    )
    assert not [word for word in ("Ola", "Nordmann", "id638572168") if word in repr(found)]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([review(1), review(2)], [1, 2]),
        (review(1), [1]),
        ([APP_ITSELF, review(1)], [1]),
        ([review(1, updated=None)], [1]),
        ([review(1, title=None)], [1]),
    ],
    ids=["several", "a single one", "the app itself first", "without a date", "without a title"],
)
def test_the_shapes_of_a_page(collected: Collected, entries: Any, expected: list[int]) -> None:
    found, _, _ = collected({FIRST: feed(entries, 1, 1)})
    assert keys(found) == expected


def test_pages_are_followed_up_to_the_last(collected: Collected) -> None:
    pages = {FIRST: feed(FULL, 1, 3), SECOND: feed(some(50, 100), 2, 3), THIRD: feed(some(100, 103), 3, 3)}
    found, _, server = collected(pages)
    assert keys(found) == list(range(103))
    assert [HOST + path for path in server.paths() if "/rss/" in path] == [FIRST, SECOND, THIRD]


def test_a_feed_that_grew_since_a_run_was_ended_is_collected_by_the_next(serve: Serve, collecting: Any) -> None:
    def pages(newest: int) -> dict[str, Answer]:
        """Five pages and a bit, the newest first."""
        keys = list(range(newest, -1, -1))
        parts = [[review(key) for key in keys[place : place + PAGE]] for place in range(0, len(keys), PAGE)]
        return {
            address("no", MANY, n).removeprefix(HOST): Answer(feed(part, n, len(parts)))
            for n, part in enumerate(parts, 1)
        }

    answers = pages(219)
    fourth = address("no", MANY, 4).removeprefix(HOST)
    answers[fourth] = Answer(status=403)
    server = serve(lambda asked: answers.get(asked.path, MISSING))
    work = collecting(mirrors={HOST: server.address})
    with pytest.raises(FetchError, match="answered 403"):
        list(SOURCE.documents(work))
    assert work.spool.count() == 150
    answers |= pages(269)
    found = list(SOURCE.documents(work))
    assert keys(found) == list(range(270))  # type: ignore[arg-type]
    before = len(server.asked)
    assert list(SOURCE.documents(work)) == found and len(server.asked) == before


def test_no_more_than_ten_pages_are_asked_for(collected: Collected) -> None:
    pages = {address("no", MANY, n): feed(some(50 * n, 50 * n + 50), n, 14) for n in range(1, 15)}
    assert len(collected(pages)[0]) == 500


def test_every_country_is_asked(collected: Collected) -> None:
    pages = {FIRST: feed([review(1)], 1, 1), address("se", MANY, 1): feed([review(2)], 1, 1)}
    assert keys(collected(pages, countries=("no", "se"))[0]) == [1, 2]


@pytest.mark.parametrize(
    "fault",
    [BLANK, feed(None, 2, 3), feed([], 2, 3), feed(some(50, 60), 2, 3), feed(some(50, 60), 2, None)],
    ids=["nothing", "no entry", "an empty list", "short", "short, without links"],
)
def test_a_page_with_something_missing_is_asked_for_again_and_then_an_error(collected: Collected, fault: bytes) -> None:
    healthy = feed(some(50, 100), 2, 3)
    pages = {FIRST: feed(FULL, 1, 3), THIRD: feed(some(100, 103), 3, 3)}
    assert len(collected(pages | {SECOND: [fault, fault, healthy]})[0]) == 103
    with pytest.raises(FetchError, match=r"page=2.*(last|instead of 50).*try again later"):
        collected(pages | {SECOND: [fault, fault, fault, healthy]})


def test_a_feed_that_became_shorter_meanwhile_ends_where_it_now_ends(collected: Collected) -> None:
    assert len(collected({FIRST: feed(FULL, 1, 2), SECOND: feed([], 2, 1)})[0]) == 50


@pytest.mark.parametrize("status", [400, 404, 403])
def test_a_further_page_that_is_refused_is_an_error(collected: Collected, status: int) -> None:
    with pytest.raises(FetchError, match=f"answered {status}"):
        collected({FIRST: feed(FULL, 1, 2), SECOND: status, catalogue(MANY): lookup()})


def test_a_host_that_refuses_is_not_asked_whether_it_has_the_app(collected: Collected) -> None:
    with pytest.raises(FetchError, match="answered 403"):
        collected({FIRST: 403, catalogue(MANY): lookup(), address("se", MANY, 1): feed([review(1)], 1, 1)})


@pytest.mark.parametrize("page", [400, 404, feed([], 1, None), BLANK], ids=["400", "404", "no links", "nothing"])
def test_a_store_without_the_app_is_counted(collected: Collected, page: Any) -> None:
    elsewhere = {address("se", MANY, 1): feed([review(1)], 1, 1)}
    found, work, _ = collected({FIRST: page, catalogue(MANY): lookup()} | elsewhere, countries=("no", "se"))
    assert keys(found) == [1]
    assert work.tally["not_in_storefront"] == 1
    with pytest.raises(CollectError, match=f"app-store: none of {MANY} has reviews in no; are the numbers right"):
        collected({FIRST: page, catalogue(MANY): lookup()})


@pytest.mark.parametrize(
    ("page", "ratings", "error"),
    [
        (404, 30, "answered 404"),
        (404, 0, "answered 404"),
        (403, 0, "answered 403"),
        (feed([], 1, None), 201, "is empty, though the app has ratings there"),
        (feed([], 1, 1), 201, "is empty, though the app has ratings there"),
        (feed([], 1, 10), 0, "is empty, and 10 is said to be the last"),
        (feed([], 1, None), 200, None),
        (feed([], 1, 1), 0, None),
    ],
)
def test_an_app_without_reviews_is_told_from_a_page_that_came_empty(
    collected: Collected, page: Any, ratings: int, error: str | None
) -> None:
    answers = {FIRST: page, catalogue(MANY): lookup(ratings), address("se", MANY, 1): feed([review(1)], 1, 1)}
    if error:
        with pytest.raises(FetchError, match=error):
            collected(answers, countries=("no", "se"))
        return
    found, work, _ = collected(answers, countries=("no", "se"))
    assert (keys(found), work.tally["without_reviews"]) == ([1], 1)


def test_an_empty_first_page_that_fills_is_read(collected: Collected) -> None:
    answers = {FIRST: [feed([], 1, None), feed([review(1)], 1, 1)], catalogue(MANY): lookup(3)}
    assert keys(collected(answers)[0]) == [1]


@pytest.mark.parametrize(
    "changed",
    [
        {"im:rating": {"label": "0"}},
        {"im:rating": {"label": "6"}},
        {"im:rating": {"label": "fem"}},
        {"im:rating": {"label": 5}},
        {"im:rating": None},
        {"content": None},
        {"content": {"label": None}},
        {"updated": {"label": "i går"}},
        {"id": None},
    ],
    ids=str,
)
def test_a_review_in_another_shape_is_an_error(collected: Collected, changed: dict[str, Any]) -> None:
    with pytest.raises(CollectError, match=r"page=1/.*(not the layout of a review|expected a feed)"):
        collected({FIRST: feed([review(1), review(2, **changed)], 1, 1)})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "expected a feed, got b''"),
        (b"<html><title>Logg inn</title></html>", "a web page titled 'Logg inn'"),
        (b"[]", "expected a feed"),
        (b'{"feed": []}', "expected a feed"),
        (feed(FULL, 1, 1)[:-200], "expected a feed"),
        (b'{"feed":' * 100_000, "expected a feed"),
    ],
)
def test_an_answer_in_another_shape_is_an_error(collected: Collected, body: bytes, message: str) -> None:
    with pytest.raises(CollectError, match=message):
        collected({FIRST: body})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"apps": ()}, r"no apps; name them in the recipe: \[collect\.app-store\]"),
        ({"apps": ("no.kvern",)}, "'no.kvern': expected numbers of apps"),
        ({"apps": ("1/../2",)}, "expected numbers of apps"),
        ({"countries": ("Norge",)}, "'Norge': expected numbers of apps, and countries such as 'no'"),
    ],
)
def test_what_a_recipe_gets_wrong_is_said(collected: Collected, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(CollectError, match=message):
        collected({}, **changed)


def test_robots_txt_is_obeyed(collected: Collected) -> None:
    # The rules of itunes.apple.com as they were in October 2026.
    rules = b"User-agent: *\nDisallow: /search*\nDisallow: /*/rss/*\nDisallow: /*/lookup?\n"
    with pytest.raises(CollectError, match=r"robots\.txt of itunes\.apple\.com does not allow"):
        collected({f"{HOST}/robots.txt": rules, FIRST: feed(FULL, 1, 1)})


@pytest.mark.parametrize(
    ("links", "last"),
    [
        ([{"attributes": {"rel": "last", "href": "https://x/page=10/id=1/xml?urlDesc=/x/page=2/json"}}], 10),
        ({"attributes": {"rel": "last", "href": "https://x/page=3/json"}}, 3),
        ([{"attributes": {"rel": "next", "href": "https://x/page=3/json"}}], None),
        ([{"attributes": {"rel": "last", "href": ""}}], None),
        ([], None),
        (None, None),
    ],
)
def test_the_last_page_is_the_one_that_the_link_leads_to(links: Any, last: int | None) -> None:
    body = json.dumps({"feed": {"link": links}}).encode()
    assert decoded(Fetched(FIRST, body, {}, "open"), Envelope).feed.last() == last


LABELS = st.fixed_dictionaries({"label": st.text(max_size=4) | st.integers() | st.none()}) | st.none()
ENTRIES = st.fixed_dictionaries(
    {"id": LABELS}, optional=dict.fromkeys(("im:rating", "content", "title", "updated", "author"), LABELS)
)
LINKS = st.fixed_dictionaries(
    {"attributes": st.fixed_dictionaries({"rel": st.just("last"), "href": st.text(max_size=9)})}
)
FEEDS = st.fixed_dictionaries(
    {},
    optional={
        "entry": st.none() | ENTRIES | st.lists(ENTRIES, max_size=3),
        "link": LINKS | st.lists(LINKS, max_size=2),
    },
)


@given(st.binary(max_size=60) | FEEDS.map(lambda value: json.dumps({"feed": value}).encode()))
def test_any_answer_gives_documents_or_an_error(body: bytes) -> None:
    fetched = Fetched(FIRST, body, {}, "open")
    try:
        found: Feed = decoded(fetched, Envelope).feed
        found.lack(1)
        documents = SOURCE._documents(found, MANY, fetched)
    except CollectError:
        return
    assert all(0 <= (document.rating or 0) <= 1 and isinstance(document.text, str) for document in documents)


def test_the_waits_are_those_of_the_host(serve: Serve, collecting: Callable[..., Collecting], monkeypatch: Any) -> None:
    rests: list[float] = []
    monkeypatch.setattr(hosts.Hosts, "rest", lambda self, url, seconds: rests.append(seconds))
    server = serve({FIRST.removeprefix(HOST): Answer(feed(FULL, 1, 2)), SECOND.removeprefix(HOST): Answer(BLANK)})
    with pytest.raises(FetchError):
        list(SOURCE.documents(collecting(mirrors={HOST: server.address})))
    assert rests == [0, *(wait_s for wait_s, _ in TRIES)]
