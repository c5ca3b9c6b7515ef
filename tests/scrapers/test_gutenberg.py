"""Project Gutenberg: the list, the better file of a book, what is cut off, and what is refused."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.fetch import Fetched
from scrapers.record import Document, Dropped
from scrapers.source import CollectError, Collecting
from scrapers.sources.gutenberg import HARVEST, decoded, divided, gutenberg, listed, text_of

from .conftest import MISSING, Answer, Asked, Serve
from .replicas.gutenberg import ANSWERS, BOOK, MIRROR, QUERY, URLS, book, file_url, list_page, packed, written

Collected = Callable[..., list[Document | Dropped]]
LIST = f"{HARVEST}?{QUERY}"


@pytest.fixture
def collected(serve: Serve, collecting: Callable[..., Collecting]) -> Collected:
    """What is collected of answers by address; `source` with the options of a recipe."""

    def go(answers: Mapping[str, Answer] = ANSWERS, **options: Any) -> list[Document | Dropped]:
        def answer(asked: Asked) -> Answer:
            host, _, rest = asked.path[1:].partition("/")
            return answers.get(f"https://{host}/{rest}", answers.get(f"http://{host}/{rest}", MISSING))

        site = serve(answer)
        hosts = ("http://aleph.gutenberg.org", "https://www.gutenberg.org", "https://gutenberg.pglaf.org")
        work = collecting(mirrors={host: f"{site.address}/{host.partition('//')[2]}" for host in hosts})
        return list(replace(gutenberg, delay_s=0, **options).documents(work))

    return go


def fetched(body: bytes, url: str = LIST) -> Fetched:
    """A body as it was fetched."""
    return Fetched(url, body, {}, "open")


def test_each_book_of_the_list_is_collected_once_from_its_better_file(collected: Collected) -> None:
    found = {document.url: document for document in collected() if isinstance(document, Document)}
    assert len(found) == 10
    both = found["https://www.gutenberg.org/ebooks/15453"]
    assert both.text == BOOK
    assert both.title == "Kvernen og andre eventyr"
    assert (both.group, both.licence, both.published) == (both.id, "LicenseRef-PD-US", None)
    assert {document.text for document in found.values()} == {BOOK}
    assert "Nordmann" not in str([document.row() for document in found.values()])


def test_a_mirror_stands_in_for_the_one_of_the_list(collected: Collected) -> None:
    answers = {url.replace(MIRROR, "https://gutenberg.pglaf.org"): answer for url, answer in ANSWERS.items()}
    assert len(collected(answers, mirror="https://gutenberg.pglaf.org/")) == 10


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("Kjærring – «på»".encode(), "Kjærring – «på»"),
        (b"\xef\xbb\xbfbok\r\nto\rtre\n", "bok\nto\ntre\n"),
        ("Kjærring".encode("iso-8859-1"), "Kjærring"),
        ("Kjærring – «på»".encode("windows-1252"), "Kjærring – «på»"),
        ("Character set encoding: IBM850\næ".encode("cp850"), "Character set encoding: IBM850\næ"),
        ("Character set encoding: ISO-8859-1\næ\x85".encode("iso-8859-1"), "Character set encoding: ISO-8859-1\næ\x85"),
        (b"Character set encoding: punycode\n\xe6", "Character set encoding: punycode\næ"),
        (b"Character set encoding: windows-9999\n\xe6", "Character set encoding: windows-9999\næ"),
        (b"Character set encoding: utf-8\n\xe6\x81", "Character set encoding: utf-8\næ\ufffd"),
    ],
)
def test_the_charset_is_looked_for_in_the_text(body: bytes, found: str) -> None:
    assert decoded(body) == found


@pytest.mark.parametrize(
    ("before", "after", "text", "lack"),
    [
        ("*** START OF THE PROJECT GUTENBERG EBOOK X ***", "*** END OF THE PROJECT GUTENBERG EBOOK X ***", "Bok.", ""),
        ("***START OF THE PROJECT GUTENBERG EBOOK X***", "***END OF THE PROJECT GUTENBERG EBOOK X***", "Bok.", ""),
        (
            "*** START OF THIS PROJECT GUTENBERG EBOOK A LONG\nTITLE OF\nX ***",
            "End of Project Gutenberg's X",
            "Bok.",
            "",
        ),
        (
            "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*",
            "End of the Project Gutenberg Etext",
            "Bok.",
            "",
        ),
        (
            "*** START OF THIS PROJECT GUTENBERG EBOOK X ***\n\nE-text prepared by A B\nand C\n\n\nProduced by D",
            "*** END OF THIS PROJECT GUTENBERG",
            "Bok.",
            "",
        ),
        (
            "*END*THE SMALL PRINT\n*** START OF THE PROJECT GUTENBERG EBOOK X ***",
            "*** END OF THE PROJECT GUTENBERG",
            "Bok.",
            "",
        ),
        ("Bare en tekst.", "*** END OF THE PROJECT GUTENBERG EBOOK X ***", "", "no START"),
        ("*** START OF THE PROJECT GUTENBERG EBOOK X ***", "Slutt.", "", "no END"),
        (
            "\n" * 600 + "*** START OF THE PROJECT GUTENBERG EBOOK X ***",
            "*** END OF THE PROJECT GUTENBERG",
            "",
            "no START",
        ),
    ],
)
def test_what_stands_around_a_book_is_cut_off(before: str, after: str, text: str, lack: str) -> None:
    assert divided(f"Title: X\n\n{before}\n\n\nBok.\n\n\n{after}\nlicence")[1:] == (text, lack)


def test_verse_keeps_its_lines_and_the_words_of_the_book_are_kept() -> None:
    verse = "  Ja, vi elsker\n    dette landet\n\nProduced by er ikke her borte."
    assert divided(written(1, verse))[1] == verse


@pytest.mark.parametrize(
    ("text", "rule", "value"),
    [
        (written(7).replace("*** START", "START"), "boilerplate", "no START"),
        (written(7).partition("End of the")[0], "boilerplate", "no END"),
        (written(7, ""), "boilerplate", "nothing between START and END"),
        (written(7).replace("eBook is", "is a COPYRIGHTED Project\nGutenberg eBook"), "copyrighted", "COPYRIGHTED"),
    ],
)
def test_a_book_that_cannot_be_told_from_its_wrapping_is_dropped(
    collected: Collected, text: str, rule: str, value: str
) -> None:
    changed = {LIST: list_page(file_url(7, ".zip")), file_url(7, ".zip"): packed("7.txt", text.encode())}
    (found,) = collected({**ANSWERS, **changed})
    assert isinstance(found, Dropped)
    assert (found.stage, found.rule, found.value) == ("collect/gutenberg", rule, value)


LOGIN = Answer(b"<!DOCTYPE html><html><head><title>Logg inn</title></head><body></body></html>")
LAST = f"{HARVEST}?offset=240001&{QUERY}"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({LIST: LOGIN}, "expected a list of files, got a web page titled 'Logg inn'"),
        ({LIST: Answer(b"")}, "expected a list of files"),
        ({LIST: Answer(ANSWERS[LIST].body[:-12])}, "it is broken off"),
        ({LIST: list_page()}, "no books in language 'no'"),
        ({LIST: list_page("http://10.0.0.1/1/10/10-0.zip")}, "names a file on another host"),
        ({LIST: list_page("http://gutenberg.org.evil.example/10-0.zip")}, "names a file on another host"),
        (
            {LIST: Answer(list_page(onward=5).body.replace(b'"harvest', b'"http://evil.example/harvest'))},
            "goes on elsewhere",
        ),
        ({LAST: list_page(onward=112933)}, "goes round in a circle"),
        ({URLS[3]: LOGIN}, r"15453-0\.zip: expected a book, got a web page titled 'Logg inn'"),
        ({URLS[3]: Answer(book(15453, "-0.zip").body[:-30])}, r"15453-0\.zip: expected a book"),
        ({URLS[3]: packed("15453-h.htm", b"<p>x</p>")}, r"15453-0\.zip: expected a book"),
        ({URLS[3]: Answer(b"", 404)}, "404"),
    ],
)
def test_another_shape_is_named(collected: Collected, changed: dict[str, Answer], message: str) -> None:
    with pytest.raises(CollectError, match=message):
        collected({**ANSWERS, **changed})


def test_a_language_that_is_none_is_named(collected: Collected) -> None:
    with pytest.raises(CollectError, match="language is 'no&x', expected a code"):
        collected(language="no&x")


def test_a_book_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.sources.gutenberg.LARGEST_BOOK", 100)
    with pytest.raises(CollectError, match="larger than 100 bytes"):
        text_of(fetched(book(7, ".zip").body, file_url(7, ".zip")))


@given(st.binary(max_size=300))
def test_any_bytes_give_a_book_or_an_error(body: bytes) -> None:
    for content, url in ((body, "7.zip"), (body, "7.txt"), (packed("7.txt", body).body, "7.zip")):
        with suppress(CollectError):
            divided(text_of(fetched(content, f"{MIRROR}/7/{url}")))
    with suppress(CollectError):
        listed(fetched(body))


@given(st.integers(0, 100_000), st.integers(1, 255))
def test_a_flipped_byte_gives_a_book_or_an_error(at: int, mask: int) -> None:
    body = bytearray(WHOLE)
    body[at % len(body)] ^= mask
    with suppress(CollectError):
        text_of(fetched(bytes(body), URLS[3]))


WHOLE = book(15453, "-0.zip").body
