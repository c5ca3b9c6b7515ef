"""Tatoeba: what MySQL wrote is read as it meant it, and nobody's name is in it."""

import bz2
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.record import Document, Dropped, document_id
from scrapers.source import CollectError
from scrapers.sources.tatoeba import tatoeba

from .reading import damaged, items, read
from .replicas.tatoeba import BOKMAAL, address

ADDRESS = address("nob")
FREE = replace(tatoeba, table="sentences_CC0")


def row(text: str, added: str = "2026-03-17 12:39:00", key: str = "7") -> str:
    return f"{key}\tnob\t{text}\ten_bruker\t{added}\t\\N\n"


def table(*rows: str) -> bytes:
    return bz2.compress("".join(rows).encode())


def test_a_sentence_is_a_document_that_leads_to_its_author_and_does_not_name_him() -> None:
    (document,) = read(tatoeba, table(row("Å være, eller ikke?")), ADDRESS)
    assert (document.id, document.text) == (document_id("tatoeba", "7"), "Å være, eller ikke?")
    assert document.url == "https://tatoeba.org/en/sentences/show/7"
    assert (document.published, document.licence, document.lang) == (date(2026, 3, 1), "CC-BY-2.0", "nb")
    assert "en_bruker" not in json.dumps(document.row())


def test_a_free_sentence_says_so() -> None:
    (document,) = read(FREE, table("7\tnob\tHei.\t2026-03-17 12:39:00\n"), address("nob", "sentences_CC0"))
    assert (document.text, document.licence, document.published) == ("Hei.", "CC0-1.0", date(2026, 3, 1))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"Hei", sa hun', '"Hei", sa hun'),
        ('Bare ett " tegn', 'Bare ett " tegn'),
        ("a\\\tb", "a\tb"),
        ("a\\\nb", "a\nb"),
        ("a\\\\\\\n\\\nb", "a\\\n\nb"),
        ("C:\\\\ny", "C:\\ny"),
        ("slutt\\\\", "slutt\\"),
        ("a\\tb\\nc\\0", "a\tb\nc\0"),
        ("\\N og \\'", "N og '"),
        ("ett ark\r", "ett ark\r"),
    ],
)
def test_quotes_are_text_and_backslashes_are_not(written: str, text: str) -> None:
    found = read(tatoeba, table(row("Først."), row(written, key="8"), row("Sist.", key="9")), ADDRESS)
    assert [document.text for document in found] == ["Først.", text, "Sist."]


@pytest.mark.parametrize("added", ["\\N", "0000-00-00 00:00:00", "", "i fjor"])
def test_a_date_that_is_none_is_none(added: str) -> None:
    assert [document.published for document in read(tatoeba, table(row("Hei.", added)), ADDRESS)] == [None]


@pytest.mark.parametrize("written", ["\\N", "", " "])
def test_a_sentence_without_text_is_dropped(written: str) -> None:
    kept, dropped = items(tatoeba, table(row("Hei."), row(written, key="8")), ADDRESS)
    assert isinstance(kept, Document)
    assert isinstance(dropped, Dropped)
    assert (dropped.rule, dropped.document.id) == ("no_text", document_id("tatoeba", "8"))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((row("a"), "8\tnob\tb\n"), "line 2: not the layout .*expected 6 columns"),
        ((row("a"), row("b").replace("nob", "dan")), "line 2: .*the second is nob, found .*dan"),
        ((row("a", key="x"),), "line 1"),
        ((row("a", key="\\N"),), "line 1"),
        (("\n",), "line 1"),
        ((row("a"), "8\tnob\tb\\\n"), "cut off"),
        ((row("a"), "8\tnob\tb\\"), "cut off"),
        ((row("a\\\n" * 100_000),), "more than 65,536 bytes"),
        ((), "no sentences"),
    ],
)
def test_another_layout_is_named(rows: tuple[str, ...], message: str) -> None:
    with pytest.raises(CollectError, match=message):
        items(tatoeba, table(*rows), ADDRESS)


def test_a_language_may_have_no_free_sentences() -> None:
    assert items(FREE, table(), address("nno", "sentences_CC0")) == []


def test_bytes_that_are_no_text_are_named() -> None:
    with pytest.raises(CollectError, match="line 1"):
        items(tatoeba, bz2.compress(b"7\tnob\t\xff\tx\t\\N\t\\N\n"), ADDRESS)


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(CollectError, match="table is 'links', expected sentences_detailed or sentences_CC0"):
        next(replace(tatoeba, table="links").files(None))  # type: ignore[arg-type]  # asks for nothing


@pytest.mark.parametrize("body", damaged(BOKMAAL))
def test_a_table_that_is_cut_off_or_damaged_is_an_error_and_no_prefix(body: bytes) -> None:
    with pytest.raises(CollectError, match="nob_sentences_detailed"):
        items(tatoeba, body, ADDRESS)


@given(st.text(alphabet="\\\t\nN7nob \r", max_size=60) | st.text(max_size=40))
def test_any_text_gives_documents_or_an_error(rows: str) -> None:
    body = bz2.compress((row("Først.") + rows).encode("utf-8", "surrogatepass"))
    try:
        found = items(tatoeba, body, ADDRESS)
    except CollectError:
        return
    assert isinstance(found[0], Document)
    assert found[0].text == "Først."
