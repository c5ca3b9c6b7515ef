"""Reviews as pages state them: every shape read, nothing guessed, nobody named, nothing but ParseError raised."""

import json
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.schema_org import ParseError, Review, month, rating_of, reviews

URL = "http://site.example/boker/1"
NAME = "Ola Nordmann"


def in_page(*blocks: str) -> str:
    """A page with JSON-LD blocks."""
    scripts = "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)
    return f"<!DOCTYPE html><html><head>{scripts}</head><body><p>Bok</p></body></html>"


def read(data: Any, worst: float = 1, best: float = 5) -> list[Review]:
    return reviews(in_page(json.dumps(data)), URL, worst=worst, best=best)


def stated(text: str = "God bok.", **values: Any) -> dict[str, Any]:
    """A review in JSON-LD."""
    return {"@type": "Review", "reviewBody": text} | values


REVIEW = stated()

SHAPES: dict[str, Any] = {
    "a review alone": REVIEW,
    "a list of blocks": [{"@type": "WebPage"}, REVIEW],
    "of a product, as an object": {"@type": "Product", "review": REVIEW},
    "of a product, as a list": {"@type": "Product", "review": [REVIEW]},
    "of a product, as reviews": {"@type": "Product", "reviews": [REVIEW]},
    "in a graph": {
        "@context": "https://schema.org",
        "@graph": [{"@type": "WebSite"}, {"@type": "Book", "review": REVIEW}],
    },
    "of a business of two types": {"@type": ["LocalBusiness", "Dentist"], "review": [REVIEW]},
    "of several types": REVIEW | {"@type": ["Review", "CreativeWork"]},
    "of a type by its address": REVIEW | {"@type": "https://schema.org/Review"},
    "of a type with a prefix": REVIEW | {"@type": "schema:Review"},
    "in an item list": {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": REVIEW}]},
    "body as a value object": REVIEW | {"reviewBody": {"@value": "God bok.", "@language": "nb"}},
    "body as a list": REVIEW | {"reviewBody": ["God bok."]},
    "body as a description": {"@type": "Review", "description": "God bok."},
    "entities written twice": REVIEW | {"reviewBody": "God&#32;bok&period;"},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_review_is_found_in_every_shape(shape: str) -> None:
    assert [review.text for review in read(SHAPES[shape])] == ["God bok."]


@pytest.mark.parametrize(
    "data",
    [
        {"@type": "Product", "aggregateRating": {"@type": "AggregateRating", "ratingValue": "4.5", "reviewCount": 3}},
        {"@type": "ReviewPage", "reviewBody": "Om sida."},
        {"@type": "Product", "review": []},
        {"@type": None},
        {},
        [],
        None,
        7,
        "Review",
    ],
)
def test_where_no_review_stands_none_is_found(data: Any) -> None:
    assert read(data) == []


@pytest.mark.parametrize(
    ("rating", "expected", "raw"),
    [
        (5, 1.0, "5"),
        ("4,5", 0.875, "4,5"),
        ("5/6", 0.8, "5/6"),
        ("4,5 / 5", 0.875, "4,5 / 5"),
        ({"@type": "Rating", "ratingValue": "4.0", "bestRating": "6", "worstRating": 1}, 0.6, "4.0"),
        ({"ratingValue": "80", "bestRating": "100", "worstRating": "0"}, 0.8, "80"),
        ({"ratingValue": "80 %", "bestRating": "100 %", "worstRating": "0 %"}, 0.8, "80 %"),
        ({"ratingValue": 3}, 0.5, "3"),
        ([{"ratingValue": "1"}], 0.0, "1"),
        ({"ratingValue": {"@value": "3"}}, 0.5, "3"),
        ({"ratingValue": ["3"]}, 0.5, "3"),
        ({"ratingValue": ""}, None, None),
        ({"@type": "Rating"}, None, None),
        (None, None, None),
    ],
)
def test_a_rating_is_put_on_its_own_scale(rating: Any, expected: float | None, raw: str | None) -> None:
    (review,) = read(stated(reviewRating=rating))
    assert (review.rating, review.raw_rating) == (expected, raw)


@pytest.mark.parametrize(
    "rating",
    [0, 6, "6/5", "-1", "mye", True, float("nan"), float("inf"), "80 %", {"ratingValue": 3, "bestRating": 1}],
)
def test_a_rating_off_its_scale_is_an_error_and_no_guess(rating: Any) -> None:
    with pytest.raises(ParseError, match="cannot be read on the scale"):
        read(stated(reviewRating=rating))


def test_the_scale_of_the_site_counts_where_the_page_names_none() -> None:
    assert rating_of("6", worst=1, best=6) == (1.0, "6")
    with pytest.raises(ParseError):
        rating_of("6", worst=1, best=5)


@pytest.mark.parametrize(
    "author",
    [
        NAME,
        [NAME],
        {"@type": "Person", "name": NAME, "url": f"http://site.example/{NAME}", "image": f"{NAME}.png"},
        [{"@type": "Person", "givenName": NAME}],
    ],
)
def test_who_wrote_a_review_is_nowhere_in_it(author: Any) -> None:
    hidden = {"author": author, "creator": author, "reviewBody": [[author]], "name": {"value": {"author": author}}}
    found = read([stated(author=author, publisher=author), stated() | hidden])
    assert NAME not in repr(found)
    assert [review.text for review in found] == ["God bok.", ""]


def test_what_is_nearly_json_is_read() -> None:
    block = '<!-- data -->\n{"@type": "Review", // a comment\n"reviewBody": "God\nbok.", "reviewRating": "5",}'
    (review,) = reviews(in_page(block), URL, worst=1, best=5)
    assert (review.text, review.rating) == ("God\nbok.", 1.0)


@pytest.mark.parametrize("block", ["{", "", '{"@type": "Review"', "[1, 2", "undefined", "{'a': 1}"])
def test_what_is_not_json_is_an_error(block: str) -> None:
    with pytest.raises(ParseError, match="broken"):
        reviews(in_page(block), URL, worst=1, best=5)


def test_a_trap_of_brackets_is_an_error() -> None:
    for depth in (5_000, 100_000):
        with pytest.raises(ParseError, match=r"nested too deeply|broken"):
            reviews(in_page("[" * depth + "1" + "]" * depth), URL, worst=1, best=5)


@pytest.mark.parametrize(
    "page", ["", " ", "<!-- only a comment -->", "\0", "<", "<p>", "\ufeff", "x\ud83dy", "\x01\x02"]
)
def test_a_page_of_nothing_has_no_review_or_is_an_error(page: str) -> None:
    try:
        assert reviews(page, URL, worst=1, best=5) == []
    except ParseError as error:
        assert "broken" in str(error)


def test_microdata_is_read_like_json_ld() -> None:
    page = (
        '<div itemscope itemtype="https://schema.org/Restaurant"><h1 itemprop="name">Kro</h1>'
        '<div itemprop="review" itemscope itemtype="http://schema.org/Review" itemid="#a-7">'
        '<h2 itemprop="name">Fin</h2>'
        '<span itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating">'
        '<meta itemprop="ratingValue" content="5"><meta itemprop="bestRating" content="6"></span>'
        '<p itemprop="reviewBody">God &amp;amp; varm<br>mat.</p>'
        f'<span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">{NAME}</b></span>'
        '<time itemprop="datePublished" datetime="2024-05-17T10:00">i går</time></div></div>'
    )
    (review,) = reviews(page, URL, worst=1, best=6)
    assert (review.key, review.title, review.rating, review.published) == ("#a-7", "Fin", 0.8, date(2024, 5, 1))
    assert review.text.split() == ["God", "&", "varm", "mat."]
    assert NAME not in repr(review)


def test_reviews_keep_their_keys_titles_and_order() -> None:
    found = read(
        [stated("1", **{"@id": "#a"}), stated("2", url="/a/2"), stated("3", name="T"), stated("4", headline="H")]
    )
    assert [(r.key, r.text, r.title) for r in found] == [
        ("#a", "1", None),
        ("/a/2", "2", None),
        (None, "3", "T"),
        (None, "4", "H"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-17", date(2024, 5, 1)),
        ("2024-05-31T23:59:59+02:00", date(2024, 5, 1)),
        ("2024-05", date(2024, 5, 1)),
        ("20240517", date(2024, 5, 1)),
    ],
)
def test_a_date_is_coarse(text: str, expected: date) -> None:
    assert month(text) == expected


@pytest.mark.parametrize("text", ["17.05.2024", "2024", "2024-13", "2024-02-30", "mai", "May 17, 2024"])
def test_a_date_that_is_no_iso_date_is_an_error(text: str) -> None:
    with pytest.raises(ParseError, match="not ISO 8601"):
        month(text)


NAMES = st.sampled_from(
    [
        "@type",
        "@id",
        "@value",
        "@graph",
        "review",
        "reviewBody",
        "reviewRating",
        "ratingValue",
        "bestRating",
        "worstRating",
        "name",
        "datePublished",
        "value",
        "url",
        "author",
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["Review", "5/6", "4,5", "2024-05-17", "http://[", "&amp;aring;", "\ud83d"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES)
def test_any_json_gives_reviews_or_a_parse_error(value: Any) -> None:
    try:
        found = read(value)
    except ParseError:
        return
    assert all(review.rating is None or 0 <= review.rating <= 1 for review in found)


@given(st.text(st.sampled_from('{}[]"\\,:/*x1 \n'), max_size=30) | st.text(max_size=30))
def test_any_text_for_json_gives_reviews_or_a_parse_error(block: str) -> None:
    with suppress(ParseError):
        assert reviews(in_page(block), URL, worst=1, best=5) == []


MARKUP = (
    "<div itemscope itemtype='https://schema.org/Review'>",
    "<div itemscope itemid='http://[x' itemtype='Review'>",
    "<div id=a itemprop=reviewRating itemscope>",
    "<p itemprop=reviewBody>",
    "<p itemref='a'>",
    "<a itemprop=url href='http://['>",
    "<time itemprop=datePublished>",
    "</div>",
    "<!--",
    "]]>",
    "<svg>",
    "&#0;",
    "x",
    "\0",
)


@given(st.lists(st.sampled_from(MARKUP), max_size=12).map("".join))
def test_any_markup_gives_reviews_or_a_parse_error(page: str) -> None:
    with suppress(ParseError):
        reviews(page, URL, worst=1, best=5)
