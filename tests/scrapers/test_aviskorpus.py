"""Norsk aviskorpus: what becomes of its four layouts, and what is refused."""

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.corpus import OpenFile
from scrapers.record import Document, Dropped
from scrapers.source import CollectError, Collecting
from scrapers.sources.aviskorpus import HOST, OLD, Article, aviskorpus

from .reading import damaged, read, read_or_refuse
from .replicas.aviskorpus import OLD_FILES, old_archive, tokens, xml, year_archive
from .replicas.leipzig import tar

OLD_URL, YEAR_URL = f"{HOST}/{OLD}", f"{HOST}/nak_2012.tar"


def read_old(name: str, body: bytes) -> list[Document]:
    """The articles in one file of the old archive."""
    return read(aviskorpus, old_archive({name: body}), OLD_URL)


def read_xml(body: bytes, folder: str = "2012/nob") -> list[Document | Dropped]:
    """What becomes of one XML file, beside a good one that comes after it."""
    packed = tar({f"{folder}/a.xml": body, f"{folder}/b.xml": xml(1)})
    archive = tar({"2012/dt.tar.gz": packed}, "w")
    opened = OpenFile(YEAR_URL, "nak_2012.tar", io.BytesIO(archive), "open")
    return list(aviskorpus._checked(opened))


def test_every_part_gives_its_articles() -> None:
    found = read(aviskorpus, old_archive(OLD_FILES), OLD_URL)
    assert len(found) == 18
    first, marked, last = found[0], found[8], found[-1]
    assert first.text == "Nummer 1\n\nBåten gikk fra kaia, sa «skipperen». Det blåste."
    assert (first.url, first.published) == ("http://www.avis.example/sak/1", date(1998, 10, 1))
    assert marked.text == "Nummer 1\n\nBåten gikk fra kaia.\n\nDet blåste, sa skipperen."
    assert (marked.published, marked.lang) == (date(2007, 2, 1), None)
    assert last.text == "Dette er ingressen.\n\nBåten gikk fra kaia.\n\nDet blåste regnet."
    assert (last.title, last.lang) == ("Nummer 4 mer", "nb")
    assert len({article.id for article in found}) == 18
    assert "Nordmann" not in str([article.row() for article in found])


def test_a_year_has_both_varieties_and_both_charsets() -> None:
    found = read(aviskorpus, year_archive(2012), YEAR_URL)
    assert [article.lang for article in found] == ["nb"] * 12 + ["nn"] * 4
    assert {"Båten gikk fra kaia." in article.text for article in found} == {True, False}
    assert all("Båten gikk fr" in article.text for article in found), "UTF-8 and ISO-8859-1 are confused"
    assert found[0].url == f"{YEAR_URL}#2012/dt_nob.tar.gz/2012/nob/dt/0001.xml"


@pytest.mark.parametrize("key", ["2012/dt_nno.tar.gz/x/a.xml", "2012/x.tar.gz/nno/a.xml"])
def test_the_variety_is_that_of_the_folder_or_the_archive(key: str) -> None:
    outer, _, inner = key.partition(".tar.gz/")
    archive = tar({f"{outer}.tar.gz": tar({inner: xml(1)})}, "w")
    assert [article.lang for article in read(aviskorpus, archive, YEAR_URL)] == ["nn"]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"", "0"),
        (b"not XML at all", "0"),
        (b"<article><body></body></article>", "0"),
        (b"<article><body><div type='text'><p> </p></div><div type='title' level='1'>T</div></body></article>", "0"),
    ],
)
def test_an_article_without_words_is_dropped_and_named(body: bytes, value: str) -> None:
    first, second = read_xml(body)
    assert isinstance(first, Dropped)
    assert isinstance(second, Document)
    assert (first.stage, first.rule, first.value) == ("collect/norsk-aviskorpus", "no_text", value)


def test_entities_are_not_resolved(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hemmelig")
    declared = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "hahaha">]>'
    first, _ = read_xml(f"{declared}<a><body><div type='text'><p>En &x; &y; &aelig;</p></div></body></a>".encode())
    assert isinstance(first, Document)
    assert first.text == "En &x; &y; æ"


@pytest.mark.parametrize(
    ("about", "published"),
    [
        ({"A": "98", "M": "10"}, date(1998, 10, 1)),
        ({"A": "00", "M": "01"}, date(2000, 1, 1)),
        ({"A": "11", "M": "13"}, None),
        ({"A": "1998", "M": "10"}, None),
        ({"A": "x", "M": "1"}, None),
        ({}, None),
    ],
)
def test_the_month_of_an_article(about: dict[str, str], published: date | None) -> None:
    assert Article(about).published() == published


@pytest.mark.parametrize(
    ("source_url", "body", "message"),
    [
        (OLD_URL, old_archive({"lesmeg.txt": b"x"}), "no articles"),
        (OLD_URL, old_archive({"1/a.gz": gzip.compress(b"")}), "no articles"),
        (
            OLD_URL,
            old_archive({"1/a.gz": gzip.compress(b"ord\n")}),
            r"1/a\.gz.*line 1: expected the mark of an article",
        ),
        (OLD_URL, old_archive({"1/a.gz": b"ord"}), r"cut off or damaged, 1/a\.gz"),
        (OLD_URL, old_archive({"2/a.tar.gz": gzip.compress(b"")}), r"cut off or damaged, 2/a\.tar\.gz"),
        (OLD_URL, old_archive({"1/a.gz": gzip.compress(tokens(1, 2))[:-9]}), r"cut off or damaged, 1/a\.gz"),
        (YEAR_URL, tar({"2012/lesmeg.txt": "x"}, "w"), "no articles"),
        (YEAR_URL, tar({"2012/a.tar.gz": tar({"a.xml": ""})}, "w"), "no articles"),
        (YEAR_URL, tar({"2012/a.tar.gz": "x"}, "w"), r"cut off or damaged, 2012/a\.tar\.gz"),
    ],
)
def test_what_is_missing_or_broken_is_named(source_url: str, body: bytes, message: str) -> None:
    with pytest.raises(CollectError, match=message):
        read(aviskorpus, body, source_url)


def test_an_article_without_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.sources.aviskorpus.LONGEST_ARTICLE", 1000)
    with pytest.raises(CollectError, match="an article of more than 1,000 characters; is a mark missing"):
        read_old("1/a.gz", gzip.compress(b"<U #http://a.example>\n" + b"ord\n" * 300))


@pytest.mark.parametrize("body", damaged(year_archive(2012), (0, 0.02, 0.1, 0.3, 0.5, 0.7)))
def test_a_year_that_is_cut_off_or_damaged_is_an_error_and_no_prefix(body: bytes) -> None:
    with pytest.raises(CollectError, match="nak_2012"):
        read(aviskorpus, body, YEAR_URL)


@pytest.mark.parametrize("body", damaged(old_archive(OLD_FILES)))
def test_so_is_the_old_archive(body: bytes) -> None:
    with pytest.raises(CollectError, match="norsk_aviskorpus"):
        read(aviskorpus, body, OLD_URL)


def test_a_year_cut_between_two_newspapers_is_an_error() -> None:
    body = year_archive(2012)
    second = body.index(b"2012/dt_nno.tar.gz")
    with pytest.raises(CollectError, match=r"nak_2012\.tar is cut off or damaged"):
        read(aviskorpus, body[:second], YEAR_URL)


def test_an_encrypted_archive_is_an_error() -> None:
    body = bytearray(old_archive({"1/a.gz": b"x"}))
    with zipfile.ZipFile(io.BytesIO(bytes(body))) as archive:
        assert archive.infolist()[0].flag_bits == 0
    body[6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(CollectError, match="encrypted"):
        read(aviskorpus, bytes(body), OLD_URL)


def test_it_is_off_until_somebody_has_asked() -> None:
    with pytest.raises(CollectError, match="norsk-aviskorpus is off: newspapers withdrew"):
        aviskorpus.permitted()
    replace(aviskorpus, agreement="asked").permitted()


def test_an_archive_that_there_is_not_is_named(collecting: Callable[..., Collecting]) -> None:
    with pytest.raises(CollectError, match=r"no archive 'nak_2020\.tar'; there are norsk_aviskorpus\.zip, "):
        next(replace(aviskorpus, archives=("nak_2020.tar",)).documents(collecting()))


@given(st.binary(max_size=200))
def test_any_bytes_give_articles_or_an_error(body: bytes) -> None:
    packed, lines = tar({"2012/nob/a.xml": body, "a.txt": body}), gzip.compress(b"<U #http://a.example>\n" + body)
    read_xml(body)
    for files in ({"1/a.gz": lines}, {"2/a.tar.gz": packed}, {"3/a.tar.gz": packed}, {"1/a.gz": body}):
        read_or_refuse(aviskorpus, old_archive(files), OLD_URL)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_flipped_byte_of_the_old_archive_gives_articles_or_an_error(at: int, mask: int) -> None:
    body = bytearray(SMALL)
    body[at % len(body)] ^= mask
    read_or_refuse(aviskorpus, bytes(body), OLD_URL)


SMALL = old_archive({"1/a.gz": gzip.compress(tokens(1, 2))})
