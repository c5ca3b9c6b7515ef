"""Feeds: items as reviews with the rating where the feed has it, nobody in them, and nothing that is not whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.feed import Feed
from scrapers.fetch import Fetched
from scrapers.paged import Page
from scrapers.record import Document, Dropped, document_id
from scrapers.source import CollectError, Collecting
from scrapers.sources.filmpolitiet import filmpolitiet

from .conftest import Answer, Serve
from .replicas import filmpolitiet as replica

FEED = "https://anmeldelser.example/feed/"
SITE = Feed(
    name="site",
    description="a feed",
    licence="CC0-1.0",
    languages=("nb",),
    expected=(1, 10),
    start=(FEED,),
    rating=r"Terningkast (\d)",
    best=6,
)


def read(body: bytes | str, source: Feed = SITE, url: str = FEED) -> Page:
    """What a page of a feed gives."""
    return source.read(Fetched(url, body if isinstance(body, bytes) else body.encode(), {}, "open"))


def rss(*items: str, channel: str = "") -> str:
    """A feed of RSS."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Anmeldelser</title>{channel}"
        + "".join(f"<item>{item}</item>" for item in items)
        + "</channel></rss>"
    )


LINK = "<link>https://anmeldelser.example/1</link>"


def the_document(body: bytes | str, source: Feed = SITE) -> Document:
    """The one document of a page."""
    (found,) = read(body, source).documents
    assert isinstance(found, Document)
    return found


def test_an_item_becomes_a_record() -> None:
    page = read(replica.feed([2], "?paged=2").body, filmpolitiet, replica.FEED)
    (found,) = page.documents
    assert isinstance(found, Document)
    assert found.text == "PÅ KINO: Film nummer 2 er «roleg» & fin.\n\nHan fekk terningkast 6 for den førre."
    assert (found.title, found.rating, found.raw_rating) == ("Film nummer 2 – «Fjorden»", 0.4, "3")
    assert (found.url, found.published) == ("https://p3.no/filmpolitiet/2024/05/film-2/", date(2024, 5, 1))
    assert (found.id, found.group, found.reserved) == (document_id("filmpolitiet", found.url), found.id, "open")
    assert not any(name in repr(page) for name in ("Kari", "Ola", "En annen film"))
    assert page.links == ["https://p3.no/category/filmpolitiet-anmelder/feed/?paged=2"]


def test_a_feed_of_atom_is_read_like_one_of_rss() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><link rel="next" href="/feed/2"/>
    <entry><title>Fin</title><id>urn:1</id><link href="/bok/1"/><updated>2024-05-17T10:00:00Z</updated>
    <author><name>Ola Nordmann</name></author><category term="Terningkast 5"/>
    <content type="html">&lt;p&gt;God.&lt;/p&gt;&lt;p&gt;Bok.&lt;/p&gt;</content></entry></feed>"""
    found = the_document(body)
    assert (found.text, found.title, found.raw_rating) == ("God.\n\nBok.", "Fin", "5")
    assert (found.url, found.published) == ("https://anmeldelser.example/bok/1", date(2024, 5, 1))
    assert read(body).links == ["https://anmeldelser.example/feed/2"]
    assert "Ola" not in repr(found)


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("<category>Terningkast 4</category><description>Terningkast 1</description>", "4"),
        ("<description>Ei fin bok. Terningkast 4.</description>", "4"),
        ("<title>Terningkast 4: Boka</title><description>x</description>", "4"),
        ("<description>Terningkast 4? Nei, Terningkast 2.</description>", None),
        ("<category>Terningkast 4</category><category>Terningkast 2</category><description>x</description>", None),
        ("<category>Drama</category><description>x</description>", None),
    ],
)
def test_the_rating_is_read_where_it_stands_and_never_guessed(rest: str, expected: str | None) -> None:
    assert the_document(rss(LINK + rest)).raw_rating == expected


def test_the_text_is_the_content_or_else_the_summary() -> None:
    content = "<content:encoded><![CDATA[<p>Heile omtalen.</p>]]></content:encoded>"
    assert the_document(rss(f"{LINK}<description>Kort.</description>{content}")).text == "Heile omtalen."
    assert the_document(rss(f"{LINK}<description>Kort.</description>")).text == "Kort."
    assert the_document(rss(f"{LINK}<description>x</description>"), replace(SITE, rating="")).raw_rating is None


def test_an_item_without_text_is_left_out_with_its_reason() -> None:
    (found,) = read(rss(f"{LINK}<title>Video</title>")).documents
    assert isinstance(found, Dropped)
    assert (found.rule, found.document.title) == ("no_text", "Video")


WHOLE = rss(f"{LINK}<description>God.</description>")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "expected a feed, got"),
        ("<html><title>Logg inn</title>", "expected a feed, got a web page titled 'Logg inn'"),
        ('{"items": []}', "expected a feed"),
        (rss(), "has no items"),
        (WHOLE[:-20], "is cut off or broken"),
        (WHOLE.replace("God.", "God & fin"), "is cut off or broken"),
        (WHOLE.encode("latin-1").replace(b"God", b"G\xe5"), "is cut off or broken: .*utf-8"),
        (rss("<description>God.</description>"), "item 1 has no link"),
        (
            rss(f"{LINK}<pubDate>i går</pubDate><description>x</description>"),
            "item 1: published is 'i går', and no date",
        ),
        (rss(f"{LINK}<category>Terningkast 7</category><description>x</description>"), "item 1: rating 7 is not on"),
        (
            rss(LINK, channel='<atom:link rel="next" href="https://other.example/feed"/>'),
            "goes on at another host: https://other.example/feed",
        ),
    ],
)
def test_what_is_no_whole_feed_is_an_error_and_no_prefix(body: bytes | str, message: str) -> None:
    with pytest.raises(CollectError, match=message):
        read(body)


def test_entities_do_not_grow_and_files_are_not_read() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(9))
    doctype = f'<!DOCTYPE rss [{laughs}<!ENTITY file SYSTEM "file:///etc/hostname">]>'
    for entity in ("&l8;", "&file;"):
        body = rss(f"{LINK}<description>x{entity}</description>").replace("<rss", f"{doctype}<rss")
        try:
            found = the_document(body)
        except CollectError:
            continue
        assert len(found.text) < 20


def test_a_feed_goes_on_to_its_next_pages(serve: Serve, collecting: Callable[..., Collecting]) -> None:
    bodies = {"/feed/": replica.feed([1, 2], "/feed/?side=2"), "/feed/?side=2": replica.feed([3])}
    site = serve(bodies)
    source = replace(filmpolitiet, start=(FEED,), delay_s=0)
    documents = list(source.documents(collecting(mirrors={"https://anmeldelser.example": site.address})))
    assert len(documents) == 3
    assert [path for path in site.paths() if path.startswith("/feed")] == list(bodies)


def test_a_feed_that_goes_round_is_an_error(serve: Serve, collecting: Callable[..., Collecting]) -> None:
    def answer(asked: Any) -> Answer:
        number = int(asked.path.partition("=")[2] or 0)
        return replica.feed([1, 2], f"/feed/?side={number + 1}") if asked.path.startswith("/feed") else Answer(b"", 404)

    source = replace(filmpolitiet, start=(FEED,), delay_s=0)
    work = collecting(mirrors={"https://anmeldelser.example": serve(answer).address})
    with pytest.raises(CollectError, match="brought nothing new, and promises more"):
        list(source.documents(work))


PIECES = (
    "<item>", "</item>", "<link>", "</link>", LINK, "<title>", "x", "&amp;", "&", "<![CDATA[", "]]>", "<pubDate>2024",
    "</pubDate>", "<guid>http://[", "</guid>", "<category/>", "<content:encoded>", "<entry>", '<link href="http://["/>',
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join) | st.text(max_size=20))
def test_any_feed_gives_a_page_or_a_collect_error(inner: str) -> None:
    body = rss(f"{LINK}<description>God.</description>", inner).encode("utf-8", "replace")
    for given_body in (body, inner.encode("utf-8", "replace")):
        try:
            page = read(given_body)
        except CollectError:
            continue
        assert isinstance(page, Page)
