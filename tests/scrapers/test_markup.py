"""HTML as text: what a reader sees, in lines and paragraphs, whatever was written."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.markup import plain_text, without_tags


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("God bok.", "God bok."),
        ("  God\nbok. ", "God\nbok."),
        ("<p>Første  avsnitt,\n to linjer.</p><p>Andre.</p>", "Første avsnitt, to linjer.\n\nAndre."),
        ("Første<br>andre<br/>tredje<br><br>fjerde", "Første\nandre\ntredje\n\nfjerde"),
        ("Skrevet\nmed <b>linjer</b>\n\nog luft", "Skrevet\nmed linjer\n\nog luft"),
        ("<div>En</div><div>To</div>", "En\nTo"),
        ("<h2>Dom</h2>Fin.<ul><li>en<li>to</ul>Slutt", "Dom\n\nFin.\n\nen\nto\n\nSlutt"),
        ("<td>a</td><td>b</td>", "a b"),
        ("Tom & <b> Jerry</b> <i>!</i>", "Tom & Jerry !"),
        ("<p>Les<script>alert(1)</script><style>p{}</style> dette<!-- ikke --> no</p>", "Les dette no"),
        ("<p>caf&amp;eacute; &amp;amp; te</p>", "café & te"),
        ("&lt;p&gt;En&lt;/p&gt;&lt;p&gt;To&lt;/p&gt;", "En\n\nTo"),
        ("Eg <3 denne, 5 < 6 og 7 > 3, <tittel>", "Eg <3 denne, 5 < 6 og 7 > 3, <tittel>"),
        ("AT&amp;amp;amp;T", "AT&T"),
        ("<p>\ud83d</p>", "\ufffd"),
        ("<p></p>", ""),
        ("", ""),
    ],
)
def test_html_is_read_as_a_reader_sees_it(written: str, text: str) -> None:
    assert plain_text(written) == text


def test_what_is_no_text_of_a_page_can_be_left_out() -> None:
    markup = '<p>Før</p><figure><img><figcaption>Foto: Ola</figcaption></figure><p class="les">Les: x</p><p>Etter</p>'
    assert plain_text(markup, ("figure", ".les")) == "Før\n\nEtter"
    assert without_tags(markup) == "Før\n\nFoto: Ola\n\nLes: x\n\nEtter"


PIECES = (
    "<p>",
    "</p>",
    "<br>",
    "<b>",
    "<div ",
    ">",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&lt;",
    "&#0;",
    "&amp;",
    "x",
    " ",
    "\n",
    "<a\x1d",
    "\ud83d",
)


@given(st.text(max_size=50) | st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_anything_written_has_a_text(written: str) -> None:
    text = plain_text(written)
    assert text == text.strip()
    assert "\x1d" not in text or "\x1d" in written


@pytest.mark.parametrize("piece", ["<div>", "<b> </b>", "<p>a", "<a <", "<br>", "&amp;", "<table><td>", "<a ", " \n"])
def test_a_trap_takes_seconds_not_hours(piece: str) -> None:
    begin = time.monotonic()
    plain_text("<p>" + piece * 20_000)
    assert time.monotonic() - begin < 10
