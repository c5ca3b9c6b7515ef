"""A page of a review site: its links, its reviews as records, and what they are called."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.record import document_id
from scrapers.review_site import ReviewSite, documents, parse
from scrapers.schema_org import ParseError, Review
from scrapers.source import sources

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
    page = parse("<p>", url, SITE)
    return [record.id for record in documents(type(page)([*reviews], []), url, SITE, "open")]


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


def test_a_link_that_is_no_address_is_an_error() -> None:
    with pytest.raises(ParseError, match="no address"):
        parse('<a class="bok" href="http://[x">x</a>', URL, SITE)


@given(st.text(max_size=60) | st.text(st.sampled_from("<>a/=\"' hrefclassbok:[]&#;\0!-")))
def test_any_markup_gives_a_page_or_a_parse_error(text: str) -> None:
    try:
        page = parse(f"<html><a class='bok' href={text}</html>", URL, SITE)
    except ParseError:
        return
    assert all(link.startswith(("http://", "https://")) for link in page.links)


def test_a_review_becomes_a_record() -> None:
    page = parse("<p>", URL, SITE)
    found = review(key="#a-7", title="Fin", rating=0.8, raw_rating="5/6", published=date(2024, 5, 1))
    (record,) = documents(type(page)([found], []), URL, SITE, "no-train")
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


def test_only_the_paths_that_need_a_browser_get_one() -> None:
    assert SITE.renders("http://site.example/nett/a/?b=/boker/")
    assert not SITE.renders("http://site.example/boker/?b=/nett/")
    assert not sources()["demo-books"].renders("http://demo.kvern.example/nett/x/")
