"""A page of a review site: its links, its reviews as records, and what they are called."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.record import document_id
from scrapers.review_site import Page, ReviewSite, documents, parse
from scrapers.schema_org import ParseError, Review
from scrapers.source import CollectError, Collecting, sources

from .conftest import Answer, Serve
from .replicas import bokelskere, legelisten, trustpilot

URL = "http://site.example/boker/vinter/?side=2"
SITE = ReviewSite(
    name="site",
    description="a site",
    licence="CC0-1.0",
    languages=("nb",),
    expected=(1, 10),
    start=("http://site.example/",),
    follow=("a.bok", "a[rel~=next]"),
    best=6,
    render=r"^/nett/",
)


def review(**values: object) -> Review:
    defaults = {"key": None, "text": "God bok.", "title": None, "rating": 1.0, "raw_rating": "6", "published": None}
    return Review(**(defaults | values))


def records(*reviews: Review, url: str = URL) -> list[str]:
    """The ids of reviews on a page."""
    return [record.id for record in documents(Page([*reviews], []), url, SITE, "open")]


def test_links_are_followed_by_selector_once_and_absolute() -> None:
    page = (
        '<a class="bok" href="/boker/sol/">1</a><a class="bok" href="../is/?a=1&amp;b=2">2</a>'
        '<a class="bok" href="/boker/sol/">again</a><a class="bok">none</a><a class="bok" href="">none</a>'
        '<a class="bok" href="https://other.example/x">3</a><a class="other" href="/no">not selected</a>'
        '<a rel="nofollow next" href="?side=3">4</a>'
    )
    assert parse(page, URL, SITE).links == [
        "http://site.example/boker/sol/",
        "http://site.example/boker/is/?a=1&b=2",
        "https://other.example/x",
        "http://site.example/boker/vinter/?side=3",
    ]


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.c", "ftp://a/b", "data:text/html,x", "tel:1"]
)
def test_what_is_not_on_the_web_is_not_followed(href: str) -> None:
    assert parse(f'<a class="bok" href="{href}">x</a>', URL, SITE).links == []


def test_links_are_where_the_base_of_the_page_says() -> None:
    page = '<base href="/arkiv/"><a class="bok" href=" 1 ">1</a>'
    assert parse(page, URL, SITE).links == ["http://site.example/arkiv/1"]


def test_a_link_that_is_no_address_is_an_error() -> None:
    page = parse('<a class="bok" href="http://[x">x</a>', URL, SITE)
    assert "it links to what is no address" in page.faults[0]
    with pytest.raises(ParseError, match="no address"):
        documents(page, URL, SITE, "open")


STATED = '<script type="application/ld+json">{}</script>'


def test_what_cannot_be_read_is_an_error_beside_what_can() -> None:
    blocks = ('{"@type": "Review", "reviewBody": "God."}', '{"@type": "Review", "reviewBody": "Go')
    page = parse("".join(map(STATED.format, blocks)) + '<a class="bok" href="/a">x</a>', URL, SITE)
    assert [found.text for found in page.reviews] == ["God."]
    assert page.links == ["http://site.example/a"]
    assert len(page.faults) == 1
    with pytest.raises(ParseError, match="JSON-LD block 2 is broken"):
        documents(page, URL, SITE, "open")


def test_a_page_that_cannot_be_read_whole_fails_the_crawl_and_the_rest_is_kept(
    serve: Serve, collecting: Callable[..., Collecting]
) -> None:
    good, bad = (
        STATED.format(json.dumps({"@type": "Review", "reviewBody": "God.", "reviewRating": n})) for n in (6, 7)
    )
    pages = {"/": good + '<a class="bok" href="/a">a</a>', "/a": bad + '<a class="bok" href="/b">b</a>', "/b": good}
    server = serve({path: Answer(body.encode()) for path, body in pages.items()})
    work = collecting(mirrors={"http://site.example": server.address})
    with pytest.raises(CollectError, match=r"1 pages could not be parsed \(http://site.example/a: the rating '7'"):
        list(replace(SITE, delay_s=0).documents(work))
    assert set(work.spool.pages()) == {"http://site.example/", "http://site.example/b"}
    assert work.spool.count() == 2


def test_a_page_that_was_cut_off_is_an_error() -> None:
    page = f"<!DOCTYPE html><HTML lang='nb'><body>{LISTED}</body></HTML>\n<!-- 12 ms -->"
    assert parse(page, URL, BY_CSS).faults == []
    for length in range(len(page) - 30, 30, -20):
        assert "it is cut off: there is no </html in it" in parse(page[:length], URL, BY_CSS).faults
    assert parse(page[:-30], URL, replace(BY_CSS, end="")).faults == []


def test_the_meta_elements_of_a_page_go_along() -> None:
    assert parse('<META name="Robots" content="noai">', URL, SITE).metas == {"robots": "noai"}


@given(st.text(max_size=60) | st.text(st.sampled_from("<>a/=\"' hrefclassbok:[]&#;\0!-")))
def test_any_markup_gives_a_page_or_a_parse_error(text: str) -> None:
    page = parse(f"<html><a class='bok' href={text}</html>", URL, SITE)
    assert all(link.startswith(("http://", "https://")) for link in page.links)


def test_a_review_becomes_a_record() -> None:
    found = review(key="#a-7", title="Fin", rating=0.8, raw_rating="5/6", published=date(2024, 5, 1))
    (record,) = documents(Page([found], []), URL, SITE, "no-train")
    subject = "http://site.example/boker/vinter/"
    assert record.id == document_id("site", f"{subject}#a-7")
    assert (record.group, record.url, record.source, record.licence) == (subject, URL, "site", "CC0-1.0")
    assert (record.rating, record.raw_rating, record.published) == (0.8, "5/6", date(2024, 5, 1))
    assert (record.text, record.title, record.reserved, record.lang) == ("God bok.", "Fin", "no-train", None)


def test_a_review_is_called_the_same_on_every_page_of_its_subject() -> None:
    other_page = "http://site.example/boker/vinter/?side=9#x"
    for key in ("#a-7", "a-7", "http://site.example/boker/vinter/?side=4#a-7"):
        assert records(review(key=key), url=other_page) == records(review(key="#a-7"))


def test_two_reviews_are_called_differently() -> None:
    elsewhere = "http://site.example/boker/sol/"
    ids = [
        *records(review(key="#1"), review(key="#2"), review(), review(text="Dårlig."), review(title="Fin")),
        *records(review(key="#1"), review(), url=elsewhere),
    ]
    assert len(set(ids)) == 7


@pytest.mark.parametrize("key", ["http://[x#1", "#", "x#", "\ud83d", " "])
def test_any_key_is_a_key(key: str) -> None:
    assert len(records(review(key=key))[0]) == 16


def test_a_review_without_a_key_is_called_by_its_words() -> None:
    assert records(review(rating=0.2)) == records(review(rating=1.0))
    assert len(records(review(text="\ud83d"))) == 1


@pytest.mark.parametrize("key", ["http://site.example/boker/vinter/", "/boker/vinter/", "/boker/vinter/?side=3"])
def test_the_address_of_the_page_is_no_key_of_a_review(key: str) -> None:
    assert records(review(key=key)) == records(review())


def test_a_key_that_two_reviews_have_is_no_key() -> None:
    assert records(review(key="#1"), review(key="#1", text="En annen.")) == records(review(), review(text="En annen."))
    assert records(review(key="#1"), review(key="#1")) == 2 * records(review(key="#1"))


def test_what_is_reviewed_is_found_by_the_group_of_the_definition() -> None:
    site = replace(SITE, group=r"/bok(?:er)?/([^/?]+)")
    for url in (URL, "http://site.example/bok/vinter"):
        (record,) = documents(Page([review(key="#7")], []), url, site, "open")
        assert (record.group, record.id) == ("site/vinter", document_id("site", "site/vinter#7"))
    assert documents(Page([], []), "http://site.example/om/", site, "open") == []
    with pytest.raises(ParseError, match=r"http://site.example/om/ has reviews, but its address does not match"):
        documents(Page([review()], []), "http://site.example/om/", site, "open")


def test_a_review_has_the_address_of_its_own_where_the_site_gives_it_one() -> None:
    site = replace(SITE, permalink="/omtale/{key}")
    found = [record.url for record in documents(Page([review(key="a/ 7"), review()], []), URL, site, "open")]
    assert found == ["http://site.example/omtale/a%2F%207", URL]


CSS = {
    "review": "li.omtale",
    "text": "p",
    "title": "h3::text",
    "rating": ".stars",
    "date": "time",
    "key": "::attr(id)",
}
BY_CSS = replace(SITE, css=CSS, best=5)
LISTED = (
    '<ul><li class="omtale" id="o-1"><h3>Fin &amp; god</h3><i class="stars" aria-label="4,5 av 5"></i>'
    '<p>Første<br>linje.</p><p>Andre.</p><time datetime="2024-05-17">i går</time><b>Ola Nordmann</b></li>'
    '<li class="omtale"><i class="stars">4</i><p>Kort &lt;3</p></li></ul>'
)


def test_selectors_find_the_reviews_that_a_page_does_not_state() -> None:
    first, second = parse(LISTED, URL, BY_CSS).reviews
    assert first == Review("o-1", "Første\nlinje.\n\nAndre.", "Fin & god", 0.875, "4,5 av 5", date(2024, 5, 1))
    assert second == Review(None, "Kort <3", None, 0.75, "4", None)


def test_selectors_are_for_pages_that_state_no_text() -> None:
    rated = STATED.format('{"@type": "Review", "reviewRating": 3}')
    assert len(parse(LISTED + rated, URL, BY_CSS).reviews) == 2
    assert [found.rating for found in parse(rated, URL, BY_CSS).reviews] == [0.5]
    stated = STATED.format('{"@type": "Review", "reviewBody": "God."}')
    assert [found.text for found in parse(LISTED + stated, URL, BY_CSS).reviews] == ["God."]


def test_what_selectors_find_and_cannot_be_read_is_an_error() -> None:
    page = parse(LISTED.replace("4,5 av 5", "9"), URL, BY_CSS)
    assert [found.text for found in page.reviews] == ["Kort <3"]
    assert "the rating '9' cannot be read on the scale 1 to 5" in page.faults[0]


NEXT = replace(SITE, next_data="props.reviews", columns={"text": "body.text", "rating": "stars", "key": "id"}, best=5)


def next_page(data: Any) -> str:
    """A page of Next.js."""
    written = data if isinstance(data, str) else json.dumps(data)
    return f'<script id="__NEXT_DATA__" type="application/json">{written}</script>'


def item(**values: Any) -> dict[str, Any]:
    """A review in the data of such a page."""
    return {"id": "7", "stars": 3, "body": {"text": "God."}, "user": {"name": "Ola Nordmann"}} | values


def test_reviews_are_found_in_the_data_for_scripts() -> None:
    data = {"props": {"reviews": [item(), item(id=8, stars=None, body={"text": None})]}}
    stated = STATED.format('{"@type": "Review", "reviewBody": "En annen."}')
    assert parse(next_page(data) + stated, URL, NEXT).reviews == [
        Review("7", "God.", None, 0.5, "3", None),
        Review("8", "", None, None, None, None),
    ]
    for nothing in ({"props": {"reviews": []}}, {"props": {}}, {}, [], None, {"props": 7}):
        assert [found.text for found in parse(next_page(nothing) + stated, URL, NEXT).reviews] == ["En annen."]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ("{", "__NEXT_DATA__ is broken"),
        ("[" * 100_000, "__NEXT_DATA__ is broken: nested too deeply"),
        ({"props": {"reviews": {"a": 1}}}, "__NEXT_DATA__ has at props.reviews no list, but dict"),
        ({"props": {"reviews": [7]}}, r"props.reviews[0] in __NEXT_DATA__ has no body.text, stars, id"),
        ({"props": {"reviews": [item(body={})]}}, "has no body.text"),
        ({"props": {"reviews": [item(stars=6)]}}, "the rating '6' cannot be read"),
    ],
)
def test_data_in_another_shape_is_an_error(data: Any, fault: str) -> None:
    page = parse(next_page(data), URL, NEXT)
    assert page.reviews == []
    assert fault in page.faults[0]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["props", "reviews", "body", "text", "stars", "id"]), inner)
        ),
        max_leaves=15,
    )
)
def test_any_data_gives_a_page(data: Any) -> None:
    for value in (data, {"props": {"reviews": [data, item(body=data, stars=data)]}}):
        page = parse(next_page(value), URL, NEXT)
        assert all(found.rating is None or 0 <= found.rating <= 1 for found in page.reviews)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"css": {"review": "li", "titel": "h3"}}, "css and columns have no 'titel'; did you mean 'title'"),
        ({"css": {"text": "p"}}, "css needs `review`"),
        ({"css": {"review": "li["}}, r"'li\[' is no CSS selector"),
        ({"follow": ("a[",)}, r"'a\[' is no CSS selector"),
        ({"group": "("}, "group is no regular expression"),
        ({"group": "/bok/"}, r"group needs a \(group\) in it"),
        ({"next_data": "props"}, "next_data and columns each other"),
    ],
)
def test_a_definition_that_cannot_work_is_refused_at_once(values: dict[str, Any], message: str) -> None:
    with pytest.raises(CollectError, match=f"source site: .*{message}"):
        replace(SITE, **values)


@pytest.mark.parametrize("name", ["legelisten", "bokelskere", "trustpilot"])
def test_a_site_that_needs_an_agreement_is_off_and_says_why(name: str) -> None:
    with pytest.raises(CollectError, match=rf"{name} is off: .*(GDPR|sprakbanken@nb.no|consent).*agreement = "):
        sources()[name].permitted()
    sources()[name].configured({"agreement": "of today"}).permitted()


GOLDEN = [
    (
        legelisten.REPLICAS[0],
        Review(
            "vurdering-1",
            "Vurdering nummer 1: legen tok seg god tid.\nVentetida var < ei veke.",
            None,
            0.875,
            "4,5 av 5",
            date(2024, 2, 1),
        ),
    ),
    (
        bokelskere.REPLICAS[0],
        Review(
            "omtale-1001",
            "Bok 100 les eg gjerne 2 gonger til.\n\nSpråket er fint.",
            "Lest i 2011",
            0.6,
            "Terningkast 4 av 6",
            date(2024, 3, 1),
        ),
    ),
    (
        trustpilot.REPLICAS[0],
        Review(
            "65f0c0ffee00000000000005",
            "Pakke nummer 5 kom fram i tide.\n\nHyggelig & rask kundeservice.",
            "Ordre 5",
            0.0,
            "1",
            date(2024, 5, 1),
        ),
    ),
]


@pytest.mark.parametrize(("replica", "expected"), GOLDEN, ids=lambda value: getattr(value, "data", None))
def test_a_page_of_a_site_gives_its_reviews_and_nobody(replica: Any, expected: Review) -> None:
    page = parse(replica.answers[replica.data].body.decode(), replica.data, replica.source)
    assert expected in page.reviews
    found = documents(page, replica.data, replica.source, "open")
    assert "Kari" not in repr(found)
    assert "kari_n" not in repr(found)


def test_a_page_costs_little() -> None:
    common = {"@type": "Review", "author": {"name": "Ola"}, "datePublished": "2024-05-17", "name": "Fin"}
    text = "Boka er god. " * 120
    stated = [
        common | {"@id": f"#a{n}", "reviewBody": f"{n}: {text}", "reviewRating": {"ratingValue": "4"}}
        for n in range(10)
    ]
    page = STATED.format(json.dumps({"@type": "Book", "review": stated})) + '<a class="bok" href="/a">a</a>' * 50
    assert len(page) > 17_000
    seconds = []
    for _ in range(10):
        begin = time.perf_counter()
        assert len(parse(page, URL, SITE).reviews) == 10
        seconds.append(time.perf_counter() - begin)
    assert min(seconds) < 0.01  # measured: 0.001


def test_only_the_paths_that_need_a_browser_get_one() -> None:
    assert SITE.renders("http://site.example/nett/a/?b=/boker/")
    assert not SITE.renders("http://site.example/boker/?b=/nett/")
    assert not sources()["demo-books"].renders("http://demo.kvern.example/nett/x/")
