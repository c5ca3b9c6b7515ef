"""OpenSubtitles: which file is taken, and what is a document in either form."""

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import packed
from scrapers.fetch import Fetcher
from scrapers.record import Document, Dropped, document_id
from scrapers.source import CollectError, Collecting
from scrapers.sources import opensubtitles as module
from scrapers.sources.opensubtitles import CATALOGUE, opensubtitles

from .conftest import Answer, Asked, Serve
from .reading import damaged, items, read
from .replicas.opensubtitles import (
    MONO,
    MONO_ADDRESS,
    RAW,
    RAW_ADDRESS,
    archive,
    asked,
    catalogue,
    member,
    offer,
    subtitle,
)

RAW_SOURCE = opensubtitles
MONO_SOURCE = replace(opensubtitles, preprocessing="mono", lines_a_document=3)
GOOD = {member(1, 1): subtitle(1, ["Hei."])}

# A document for each subtitle


def test_a_subtitle_is_a_document_and_those_of_a_film_are_a_group() -> None:
    first, second, third = read(
        RAW_SOURCE,
        archive(
            {
                "OpenSubtitles/README": "",
                member(120, 31): subtitle(31, ["- Hei &  hå.", "", "Et\nhopp."]),
                member(120, 32): subtitle(32, ["Hallo."]),
                member(7, 33, year=0): subtitle(33, ["Ukjent år."]),
            }
        ),
        RAW_ADDRESS,
    )
    assert (first.id, first.text) == (document_id("opensubtitles", "no/31"), "- Hei & hå.\nEt hopp.")
    assert first.url == f"{RAW_ADDRESS}#120/31"
    assert first.group == second.group != third.group
    assert first.published is None


def test_a_sentence_that_spans_several_times_is_whole() -> None:
    body = (
        '<document><s id="9">En <time id="T1S" value="0"/>to<!-- x --> <?y?><i>tre</i></s><s id="2">fire</s></document>'
    )
    (found,) = read(RAW_SOURCE, archive({member(1, 1): body}), RAW_ADDRESS)
    assert found.text == "En to tre\nfire"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (subtitle(1, ["a"])[:-20], "malformed"),
        (subtitle(1, ["a & b"]).replace("&amp;", "&"), "malformed"),
        ("<document><s>a\x01</s></document>", "malformed"),
        (b"\xff\xfe\x00", "malformed"),
        ("", "malformed"),
        ('<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><d><s>&b;</s></d>', "malformed"),
        ('<!DOCTYPE d SYSTEM "file:///etc/passwd"><d><s>a</s></d>', "malformed"),
        ("<d>" * 300 + "</d>" * 300, "malformed"),
        (subtitle(1, []), "no_text"),
        (subtitle(1, ["", " "]), "no_text"),
    ],
)
def test_a_subtitle_that_cannot_be_read_is_dropped_by_name_the_others_are_kept(body: str | bytes, rule: str) -> None:
    kept, dropped = items(RAW_SOURCE, archive(GOOD | {member(1, 2): body}), RAW_ADDRESS)
    assert isinstance(kept, Document)
    assert isinstance(dropped, Dropped)
    assert (dropped.rule, dropped.document.id) == (rule, document_id("opensubtitles", "no/2"))


TOKENISED = '<document><s id="1"><w id="1.1">Hei</w><w id="1.2">.</w></s></document>'


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({member(1, 1): TOKENISED}, "tokenised; expected the archive of `raw`"),
        (GOOD | {"OpenSubtitles/xml/no/1998/1/2.xml": ""}, "xml/no/1998/1/2.xml: .*expected …/raw/"),
        (GOOD | {"../../etc/raw/x.xml": ""}, r"\.\./\.\./etc/raw/x.xml: .*expected …/raw/"),
        ({member(1, 1): "<html/", member(1, 2): ""}, "no subtitles that can be read"),
        ({"OpenSubtitles/README": ""}, "no subtitles that can be read"),
        ({}, "no subtitles that can be read"),
    ],
)
def test_another_archive_is_named(files: dict[str, str], message: str) -> None:
    with pytest.raises(CollectError, match=message):
        items(RAW_SOURCE, archive(files), RAW_ADDRESS)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_SUBTITLE", 1000)
    large = archive(GOOD | {member(1, 2): subtitle(2, ["a" * 2000])})
    with pytest.raises(CollectError, match="larger than 1,000 bytes"):
        items(RAW_SOURCE, large, RAW_ADDRESS)
    monkeypatch.setattr(packed, "FREE_BYTES", 0)
    with pytest.raises(CollectError, match="more than 100 times its size"):
        items(RAW_SOURCE, archive({member(1, 1): "a" * 1_000_000}), RAW_ADDRESS)


def test_an_archive_that_lies_about_a_size_or_is_encrypted_is_refused() -> None:
    body = bytearray(archive(GOOD))
    at = body.index(b"PK\x01\x02")
    shorter = body.copy()
    shorter[at + 24 : at + 28] = struct.pack("<I", 10)
    encrypted = body.copy()
    encrypted[at + 8] |= 1
    for broken in (shorter, encrypted):
        with pytest.raises(CollectError, match=r"no\.zip"):
            items(RAW_SOURCE, bytes(broken), RAW_ADDRESS)


def test_a_compression_that_is_not_deflate_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as opened:
        opened.writestr(member(1, 1), subtitle(1, ["Hei."]))
    with pytest.raises(CollectError, match="packed in another way"):
        items(RAW_SOURCE, buffer.getvalue(), RAW_ADDRESS)


@pytest.mark.parametrize("body", damaged(RAW))
def test_an_archive_that_is_cut_off_or_damaged_is_an_error_and_no_prefix(body: bytes) -> None:
    with pytest.raises(CollectError, match=r"no\.zip"):
        items(RAW_SOURCE, body, RAW_ADDRESS)


# A document for so many lines


def test_lines_are_taken_together_as_far_as_they_go() -> None:
    body = gzip.compress("En.\nTo. \n\nFire\xa0fem.\nSeks.\r\n".encode() + b"\xff!\n  \n\n\n")
    first, second, third = items(MONO_SOURCE, body, MONO_ADDRESS)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.text, second.text) == ("En.\nTo.\n", "Fire\xa0fem.\nSeks.\n�!")
    assert (first.url, second.url) == (f"{MONO_ADDRESS}#1", f"{MONO_ADDRESS}#4")
    assert isinstance(third, Dropped)
    assert third.rule == "no_text"


@pytest.mark.parametrize("body", [*damaged(MONO), gzip.compress(b""), gzip.compress(b"\n\n")])
def test_a_file_that_is_cut_off_empty_or_damaged_is_an_error_and_no_prefix(body: bytes) -> None:
    with pytest.raises(CollectError, match=r"no\.txt\.gz"):
        items(MONO_SOURCE, body, MONO_ADDRESS)


# Which file


def addresses(serve: Serve, collecting: Callable[..., Collecting], answer: Answer, **options: Any) -> list[str]:
    def answered(question: Asked) -> Answer:
        wanted = asked("no", options.get("preprocessing", "raw"), options.get("version", "latest"))
        return answer if question.path == wanted.removeprefix("https://opus.nlpl.eu") else Answer(b"", 404)

    site = serve(answered)
    fetcher = Fetcher(collecting({"https://opus.nlpl.eu": site.address}), delay_s=0)
    return [file.url for file in replace(opensubtitles, **options).files(fetcher)]


@pytest.mark.parametrize(
    ("options", "offers", "address"),
    [
        ({}, [offer("raw/no.zip")], RAW_ADDRESS),
        ({}, [offer("raw/no.zip", "v2024"), offer("raw/no.zip")], RAW_ADDRESS.replace("v2018", "v2024")),
        ({"version": "v2018"}, [offer("xml/no.zip"), offer("raw/no.zip")], RAW_ADDRESS),
        ({"preprocessing": "mono"}, [offer("mono/no.tok.gz"), offer("mono/no.txt.gz")], MONO_ADDRESS),
    ],
)
def test_the_catalogue_says_where_a_language_lies(
    options: dict[str, str], offers: list[dict[str, object]], address: str, serve: Serve, collecting: Any
) -> None:
    assert addresses(serve, collecting, catalogue(*offers), **options) == [address]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (catalogue(), "OPUS has no OpenSubtitles latest, raw, in 'no': .* names nothing"),
        (catalogue(offer("raw/nob.zip")), "names .*raw/nob.zip; other versions or codes may be there"),
        (catalogue({"url": "https://evil.example/v2018/raw/no.zip"}), "names https://evil.example"),
        (Answer(b"", 404), "answered 404 .* If that is a 404, OPUS has no"),
        (catalogue({"adresse": "x"}), "another layout"),
        (Answer(b"<title>Vedlikehold</title>"), "expected JSON, got a web page titled 'Vedlikehold'"),
    ],
)
def test_a_language_that_is_not_there_is_named(answer: Answer, message: str, serve: Serve, collecting: Any) -> None:
    with pytest.raises(CollectError, match=message):
        addresses(serve, collecting, answer)


@pytest.mark.parametrize("options", [{"preprocessing": "xml"}, {"lines_a_document": 0}])
def test_options_that_mean_nothing_are_named(options: dict[str, Any]) -> None:
    with pytest.raises(CollectError, match=r"preprocessing is .* lines_a_document is"):
        opensubtitles.configured(options)


# Any bytes


@given(st.binary(max_size=300), st.integers(0, 400), st.binary(min_size=1, max_size=4))
def test_any_bytes_give_documents_or_an_error(body: bytes, at: int, patch: bytes) -> None:
    whole = archive(GOOD)
    for source, stream, address in (
        (RAW_SOURCE, body, RAW_ADDRESS),
        (RAW_SOURCE, whole[:at] + patch + whole[at + len(patch) :], RAW_ADDRESS),
        (RAW_SOURCE, archive(GOOD | {member(1, 2): b"<document><s>" + body}), RAW_ADDRESS),
        (MONO_SOURCE, gzip.compress(b"Hei.\nHei.\nHei.\n" + body), MONO_ADDRESS),
    ):
        with suppress(CollectError):
            items(source, stream, address)


def test_the_catalogue_is_that_of_opus() -> None:
    assert asked("no", "mono", "v2018") == (
        f"{CATALOGUE}?corpus=OpenSubtitles&source=no&version=v2018&preprocessing=mono"
    )
