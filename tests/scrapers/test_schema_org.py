"""Reviews as pages state them: every shape read, nothing guessed, nobody named, nothing raised."""

import json
import time
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector

from scrapers.schema_org import Habits, ParseError, Review, Stated, month, rating_of, reviews

URL = "http://site.example/boker/1"
NAME = "Ola Nordmann"


def in_page(*blocks: str) -> str:
    """A page with JSON-LD blocks."""
    written = (block.replace("</", "<\\/") for block in blocks)
    scripts = "".join(f'<script type="application/ld+json">{block}</script>' for block in written)
    return f"<!DOCTYPE html><html><head>{scripts}</head><body><p>Bok</p></body></html>"


def on_page(page: str, **habits: Any) -> list[Stated]:
    """What a page states."""
    return reviews(Selector(text=page, type="html").root, URL, Habits(**habits))


def read(data: Any, **habits: Any) -> list[Stated]:
    """What a page with this JSON-LD states."""
    return on_page(in_page(json.dumps(data)), **habits)


def the_review(stated: Sequence[Stated]) -> Review:
    """The one thing that is stated, which is a review."""
    (found,) = stated
    assert isinstance(found, Review), found
    return found


def the_fault(stated: Sequence[Stated]) -> str:
    """The one thing that is stated, which is an error."""
    (found,) = stated
    assert isinstance(found, ParseError), found
    return str(found)


def texts(stated: Sequence[Stated]) -> list[str]:
    """The texts of reviews, among which there is no error."""
    assert all(isinstance(one, Review) for one in stated), stated
    return [one.text for one in stated if isinstance(one, Review)]


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
    "body of an article": {"@type": ["NewsArticle", "Review"], "description": "Lead.", "articleBody": "God bok."},
    "of a kind of review": REVIEW | {"@type": "https://schema.org/CriticReview"},
    "properties with a prefix": {"@type": "schema:Review", "schema:reviewBody": "God bok."},
    "entities written twice": REVIEW | {"reviewBody": "God&#32;bok&period;"},
    "entities written three times": REVIEW | {"reviewBody": "God&amp;amp;#32;bok."},
    "HTML": REVIEW | {"reviewBody": "<p>God <b>bok</b>.<script>x</script></p>"},
    "HTML as entities": REVIEW | {"reviewBody": "&lt;p&gt;God bok.&lt;/p&gt;"},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_review_is_found_in_every_shape(shape: str) -> None:
    assert texts(read(SHAPES[shape])) == ["God bok."]


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
        ("80 %", 0.8, "80 %"),
        ({"ratingValue": "80%", "bestRating": 5}, 0.8, "80%"),
        ("4,5 av 5", 0.875, "4,5 av 5"),
        ("Terningkast 5 av 6", 0.8, "Terningkast 5 av 6"),
        ("Rated 4 out of 5 stars", 0.75, "Rated 4 out of 5 stars"),
        ("Terningkast 3", 0.5, "Terningkast 3"),
        ("★★★★☆", 0.75, "★★★★☆"),
        ("★★★", 0.5, "★★★"),
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
    review = the_review(read(stated(reviewRating=rating)))
    assert (review.rating, review.raw_rating) == (expected, raw)


@pytest.mark.parametrize(
    "rating",
    [
        0,
        6,
        "6/5",
        "-1",
        "mye",
        True,
        float("nan"),
        float("inf"),
        "120 %",
        "9" * 400,
        "★★★★★★",
        "4 av 12 ga 5",
        "4 (12 anmeldelser)",
        {"ratingValue": 3, "bestRating": 1},
    ],
)
def test_a_rating_off_its_scale_is_an_error_and_no_guess(rating: Any) -> None:
    assert "cannot be read on the scale" in the_fault(read(stated(reviewRating=rating)))


def test_the_scale_of_the_site_counts_where_the_page_names_none() -> None:
    dice = Habits(best=6)
    assert rating_of("6", dice) == (1.0, "6")
    assert rating_of({"ratingValue": "6", "bestRating": "10", "worstRating": "0"}, dice) == (0.6, "6")
    with pytest.raises(ParseError, match=r"the rating '6' cannot be read on the scale 1 to 5.*other worst and best"):
        rating_of("6", Habits())


def test_what_cannot_be_read_does_not_take_the_others_along() -> None:
    first, second, third = read([stated("1", reviewRating=9), stated("2", datePublished="i går"), stated("3")])
    assert isinstance(first, ParseError)
    assert isinstance(second, ParseError)
    assert texts([third]) == ["3"]


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
    assert texts(found) == ["God bok.", ""]


NEARLY = '{"@type": "Review", // a comment\n"reviewBody": "God\nbok, 5 < 6.", "reviewRating": "5",}'


@pytest.mark.parametrize(
    "block",
    [
        NEARLY,
        f"<!-- data -->\n{NEARLY}",
        f"\ufeff {NEARLY};\n",
        f"//<![CDATA[\n{NEARLY}\n//]]>",
        f"/*<![CDATA[*/ {NEARLY} /*]]>*/",
        f"<![CDATA[{NEARLY}]]>",
        escape(NEARLY),
    ],
)
def test_what_is_nearly_json_is_read(block: str) -> None:
    review = the_review(on_page(in_page(block)))
    assert (review.text, review.rating) == ("God\nbok, 5 < 6.", 1.0)


@pytest.mark.parametrize("kind", ["application/ld+json; charset=utf-8", " application/ld+json"])
def test_a_block_is_found_whatever_parameters_its_type_has(kind: str) -> None:
    page = in_page(json.dumps(REVIEW)).replace("application/ld+json", kind)
    assert texts(on_page(page)) == ["God bok."]


BROKEN = [
    '{"@type": "Review"',
    "{'@type': 'Review'}",
    '[{"@type":"Review","reviewBody":"a "god" b"}]',
    "{&quot;@type&quot;: &quot;Review&quot;",
]


@pytest.mark.parametrize("block", BROKEN)
def test_a_block_of_reviews_that_is_no_json_is_an_error_and_the_others_are_read(block: str) -> None:
    fault, *rest = on_page(in_page("{", block, json.dumps(REVIEW)))
    assert "JSON-LD block 2 is broken" in the_fault([fault])
    assert texts(rest) == ["God bok."]


@pytest.mark.parametrize("block", ["{", "", "[1, 2", "undefined", "{'a': 1}", '{"reviewCount": 3', "[" * 100_000])
def test_a_broken_block_without_reviews_is_no_loss(block: str) -> None:
    assert texts(on_page(in_page(block, json.dumps(REVIEW)))) == ["God bok."]


@pytest.mark.parametrize("depth", [500, 5_000, 100_000])
def test_a_trap_of_brackets_is_read_or_an_error(depth: int) -> None:
    bomb = "[" * depth + json.dumps(REVIEW) + "]" * depth
    (found,) = on_page(in_page(bomb))
    assert "nested too deeply" in str(found) or texts([found]) == ["God bok."]


@pytest.mark.parametrize(
    "page", ["", " ", "<!-- only a comment -->", "\0", "<", "<p>", "\ufeff", "\x01\x02", "<div>" * 100_000]
)
def test_a_page_of_nothing_has_no_review(page: str) -> None:
    assert on_page(page) == []


MICRODATA = (
    '<div itemscope itemtype="https://schema.org/Restaurant"><h1 itemprop="name">Kro</h1>'
    '<div itemprop="review" itemscope itemtype="http://schema.org/Review" itemid="#a-7">'
    '<h2 itemprop="name">Fin</h2>'
    '<span itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating">'
    '<meta itemprop="ratingValue" content="5"><meta itemprop="bestRating" content="6"></span>'
    '<div itemprop="reviewBody"><p>God &amp;amp; varm<br>mat.</p><p>Fine\n   folk.</p></div>'
    f'<span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">{NAME}</b></span>'
    '<time itemprop="datePublished" datetime="2024-05-17T10:00">i går</time></div></div>'
)
RDFA = (
    '<div vocab="http://schema.org/" typeof="Restaurant"><h1 property="name">Kro</h1>'
    '<div property="review" typeof="Review" resource="#a-7"><h2 property="name">Fin</h2>'
    '<span property="reviewRating" typeof="Rating">'
    '<meta property="ratingValue" content="5"><meta property="bestRating" content="6"></span>'
    '<div property="reviewBody"><p>God &amp;amp; varm<br>mat.</p><p>Fine\n   folk.</p></div>'
    f'<span property="author" typeof="Person"><b property="name">{NAME}</b></span>'
    '<time property="datePublished" datetime="2024-05-17T10:00">i går</time></div></div>'
)
WITH_PREFIX = RDFA.replace(' vocab="http://schema.org/"', "")
for name in ("Restaurant", "Review", "Rating", "Person"):
    WITH_PREFIX = WITH_PREFIX.replace(f'typeof="{name}"', f'typeof="schema:{name}"')
WITH_PREFIX = WITH_PREFIX.replace('property="', 'property="schema:')


@pytest.mark.parametrize("page", [MICRODATA, RDFA, WITH_PREFIX], ids=["microdata", "RDFa", "RDFa with a prefix"])
def test_other_syntaxes_are_read_like_json_ld(page: str) -> None:
    review = the_review(on_page(page, best=6))
    key = (review.key or "").removeprefix(URL)
    assert (key, review.title, review.rating, review.published) == ("#a-7", "Fin", 0.8, date(2024, 5, 1))
    assert review.text == "God & varm\nmat.\n\nFine folk."
    assert NAME not in repr(review)


def test_reviews_in_rdfa_come_in_the_same_order_every_time() -> None:
    page = "".join(RDFA.replace("Fine", str(number)).replace(' resource="#a-7"', "") for number in range(5))
    first = on_page(page)
    assert [review.text[-7:] for review in first if isinstance(review, Review)] == [f"{n} folk." for n in range(5)]
    assert on_page(page) == first
    assert all(isinstance(review, Review) and review.key is None for review in first)


RATING = '<p itemprop="reviewRating" itemscope itemtype="http://schema.org/Rating">'
RATED = '<div itemscope itemtype="http://schema.org/Review"><p itemprop="reviewBody">God.</p>{}</div>'


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        ('<span itemprop="reviewRating">4</span>', (0.75, "4")),
        ('<meta itemprop="ratingValue" content="4">', (0.75, "4")),
        ('<p itemprop="reviewRating" itemscope><b itemprop="ratingValue">4,5</b></p>', (0.875, "4,5")),
        (f'{RATING}<i itemprop="ratingValue" aria-label="4,5 av 5"></i></p>', (0.875, "4,5 av 5")),
        (
            f'{RATING}<meta itemprop="bestRating" content="6"><i aria-label="Terning 6"><b></b></i></p>',
            (1.0, "Terning 6"),
        ),
        ('<p itemprop="reviewRating" aria-label="4 av 5"><i></i></p>', (0.75, "4 av 5")),
        (f"{RATING}</p>", (None, None)),
    ],
)
def test_ratings_in_microdata_are_found_where_sites_put_them(rating: str, expected: Any) -> None:
    review = the_review(on_page(RATED.format(rating)))
    assert (review.rating, review.raw_rating) == expected


def test_a_text_of_several_nodes_in_microdata_is_read_whole() -> None:
    page = RATED.replace("God.", "God <!-- nå --> bok,\n  fin <em>bok</em>.").format("")
    assert texts(on_page(page)) == ["God bok, fin bok."]


def test_a_body_in_several_pieces_is_read_whole() -> None:
    page = RATED.format('<p itemprop="reviewBody">Andre <b>avsnitt</b>.</p>')
    assert texts(on_page(page)) == ["God.\n\nAndre avsnitt."]
    assert texts(read(stated(reviewBody=["God.", {"@value": "Andre."}, None]))) == ["God.\n\nAndre."]


def test_a_review_in_several_syntaxes_comes_once() -> None:
    body = "God &amp; varm\nmat. Fine folk."
    block = json.dumps({"@graph": [stated(body, name="Fin"), stated("En annen.")]})
    page = f'<script type="application/ld+json">{block}</script>{MICRODATA}{RDFA}'
    assert texts(on_page(page, best=6)) == ["God & varm\nmat. Fine folk.", "En annen."]


def test_two_reviews_of_the_same_words_are_two() -> None:
    review = RATED.format("").replace("God.", "God bok.")
    page = f'<script type="application/ld+json">{json.dumps(REVIEW)}</script>{review}{review}'
    assert texts(on_page(page)) == ["God bok.", "God bok."]


def test_a_syntax_without_texts_yields_to_one_with_texts() -> None:
    rated = {"@type": "Review", "reviewRating": 5, "author": NAME}
    page = f'<script type="application/ld+json">{json.dumps([rated, rated])}</script>'
    assert texts(on_page(page)) == ["", ""]
    assert texts(on_page(page + RATED.format(""))) == ["God."]


@pytest.mark.parametrize(
    "page",
    [
        RATED * 20_000,
        "<div itemscope itemtype='http://schema.org/Review' itemprop=review>" * 3000,
        "<div itemscope itemtype='http://schema.org/Review'>" + "<p itemscope itemprop=a>" * 3000,
        "<div itemscope itemtype='http://schema.org/Review'>" + "<p itemscope itemprop=a>" * 250,
        "<div itemscope itemtype='http://schema.org/Review'>" + "<p itemprop=a><b></b></p>" * 100_000,
        "<p id=a itemprop=b>" * 200 + f"<div itemscope itemtype='http://schema.org/Review' itemref='{'a ' * 100_000}'>",
        in_page(json.dumps([stated("god " * 20)] * 5_000)),
        in_page('{"@type": "Review", "a": ' + '"\\n", ' * 100_000),
        in_page("{" + " " * 300_000 + "Review"),
        in_page(json.dumps(stated("<b>" * 50_000))),
        RDFA * 30,
    ],
    ids=range(11),
)
def test_a_trap_takes_seconds_not_hours(page: str) -> None:
    begin = time.monotonic()
    on_page(page)
    assert time.monotonic() - begin < 20


def test_reviews_keep_their_keys_titles_and_order() -> None:
    found = read(
        [
            stated("1", **{"@id": "#a"}),
            stated("2", url="/a/2"),
            stated("3", name="T", **{"@id": "_:b0"}),
            stated("4", headline="H"),
        ]
    )
    assert [(r.key, r.text, r.title) for r in found if isinstance(r, Review)] == [
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


@pytest.mark.parametrize(
    ("text", "date_format"), [("17.05.2024", "%d.%m.%Y"), ("May 17, 2024", "%B %d, %Y"), ("2024-05-17", "%d.%m.%Y")]
)
def test_a_date_of_another_format_is_read_where_the_site_has_it(text: str, date_format: str) -> None:
    assert month(text, date_format) == date(2024, 5, 1)
    with pytest.raises(ParseError, match=f"'i går' is not ISO 8601, nor of date_format '{date_format}'"):
        month("i går", date_format)


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


def check(found: Sequence[Stated]) -> None:
    """Whatever was read is reviews and errors, with ratings on the scale."""
    assert all(isinstance(one, ParseError) or one.rating is None or 0 <= one.rating <= 1 for one in found)


@given(VALUES)
def test_any_json_is_read(value: Any) -> None:
    check(read(value))


@given(st.text(st.sampled_from('{}[]"\\,:/*x1 \n;'), max_size=30) | st.text(max_size=30).filter(str.isprintable))
def test_any_text_for_json_is_read(block: str) -> None:
    check(on_page(in_page(block, f"{block}reviewBody")))


MARKUP = (
    "<div itemscope itemtype='https://schema.org/Review'>",
    "<div itemscope itemid='http://[x' itemtype='Review'>",
    "<div vocab='http://schema.org/' typeof='Review' resource='http://['>",
    "<div id=a itemprop=reviewRating property=reviewRating itemscope>",
    "<p itemprop=reviewBody property=reviewBody>",
    "<p itemref='a' typeof='a:Review'>",
    "<i aria-label='4 av 5'>",
    "<a itemprop=url property=url href='http://['>",
    "<time itemprop=datePublished property=datePublished datetime=x>",
    "<meta itemprop=ratingValue property=ratingValue content=4>",
    "</div>",
    "<!--",
    "]]>",
    "<svg>",
    "<?x?>",
    "&#0;",
    "x",
    "\0",
)


@given(st.lists(st.sampled_from(MARKUP), max_size=12).map("".join))
def test_any_markup_is_read(page: str) -> None:
    check(on_page(page))
