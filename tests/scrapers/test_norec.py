"""NoReC: what becomes of the reviews of both releases, and what is refused."""

import gzip
import io
import json
import tarfile
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.source import CollectError
from scrapers.sources.norec import norec, norec_1

from .reading import damaged, read, read_or_refuse
from .replicas.leipzig import tar
from .replicas.norec import METADATA, release_1, release_2

RATED = '{"000002": {"rating": 6, "title": "En annen", "language": "nb", "year": 2015}}'


def archive(metadata: str | None = RATED) -> bytes:
    """A small archive of release 2.1, its metadata after the reviews."""
    files = {
        "norec-2.1/README.md": "x",
        "norec-2.1/data/train/000001.txt": "Tittel \n\nFørste avsnitt. \nMer. \n\nAndre. \n",
        "norec-2.1/data/dev/000002.txt": "To\n\nTekst.\n",
        "norec-2.1/data/test/000003.txt": "Tre",
        "norec-2.1/data/train/notes.txt": "not a review",
    }
    return tar(files | ({"norec-2.1/data/metadata.json": metadata} if metadata else {}))


def pages(metadata: Any, **html: str | bytes) -> bytes:
    """A small archive of release 1.0.1."""
    inner = tar({f"html/train/{name.removeprefix('p')}.html": body for name, body in html.items()})
    return tar({"norec/html.tar.gz": inner, "norec/metadata.json": json.dumps(metadata)})


def test_a_review_is_its_title_and_its_paragraphs() -> None:
    found = read(norec, archive())
    assert [(review.title, review.text, review.rating, review.raw_rating) for review in found] == [
        ("Tittel", "Første avsnitt.\nMer.\n\nAndre.", None, None),
        ("To", "Tekst.", 1.0, "6"),
        ("Tre", "", None, None),
    ]
    assert found[0].url == "https://github.com/ltgoslo/norec/blob/v2.1/data/train/000001.txt"
    assert {review.lang for review in found} == {None}, "langid.py's guess is taken for knowledge"


def test_a_recipe_chooses_splits_and_an_archive_may_lack_the_ratings() -> None:
    assert [review.title for review in read(replace(norec, splits=("test",)), archive())] == ["Tre"]
    assert [review.rating for review in read(norec, archive(None))] == [None, None, None]


def test_both_releases_give_the_same_reviews_the_same_ratings() -> None:
    second, first = read(norec, release_2()), read(norec_1, release_1())
    assert [review.title for review in second] == [review.title for review in first]
    assert [review.raw_rating for review in second] == [review.raw_rating for review in first]
    assert {review.rating for review in first} == {0.0, 0.2, 0.4, 0.6, 0.8, 1.0}
    assert {review.raw_rating for review in first} == set("123456")
    assert not {review.id for review in first} & {review.id for review in second}
    assert [review.group for review in first] == [review.group for review in second] == [review.id for review in second]


@pytest.mark.parametrize(
    ("html", "title", "text"),
    [
        ("<h1>T</h1><h2>U</h2><p>En.</p><p>To\n&amp; tre.</p>", "T", "U\n\nEn.\n\nTo & tre."),
        ("<p>En.</p><ul><li>a</li><li><p>b</p></li></ul>", "T", "En.\n\na\n\nb"),
        ("<title>X</title><body><p>En <b>god</b> bok.<script>evil()</script> Ja.</p>", "T", "En god bok. Ja."),
        ("<p>Æ<p>Ø<figure><p>Foto: ingen</p></figure>", "T", "Æ\n\nØ"),
        ("<div>bare et felt</div>", "T", ""),
    ],
)
def test_a_page_is_its_headings_and_paragraphs(html: str, title: str, text: str) -> None:
    (review,) = read(norec_1, pages({"1": {"title": "T", "rating": 3}}, p1=html))
    assert (review.title, review.text, review.raw_rating) == (title, text, "3")
    (untitled,) = read(norec_1, pages({"1": {}}, p1="<h1>H</h1><p>En.</p>"))
    assert (untitled.title, untitled.text, untitled.rating) == ("H", "En.", None)


@pytest.mark.parametrize(
    "metadata", ["{", "[1]", "7", '{"000002": [1]}', '{"000002": {"rating": 9}}', '{"000002": {"rating": "god"}}']
)
def test_metadata_that_is_not_its_own_is_named(metadata: str) -> None:
    with pytest.raises(CollectError, match=r"metadata\.json|000002\.txt"):
        read(norec, archive(metadata))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (tar({"norec/data/train/000001.txt": b"B\xe6\n\nx"}), r"000001\.txt: not the layout of norec"),
        (tar({"norec/metadata.json": "{}"}), "no pages in a html.tar.gz"),
        (tar({"norec/html.tar.gz": tar({"html/dev/1.html": "<p>x"})}), "no metadata.json"),
        (pages({"2": {}}, p1="<p>x"), r"html\.tar\.gz, html/train/1\.html: .*KeyError: '1'"),
        (pages({"1": {}}, p1=""), r"1\.html: .*ParserError"),
        (tar({"norec/metadata.json": "{}", "norec/html.tar.gz": release_2()[:-20]}), "cut off or damaged"),
        (tar({"norec/metadata.json": "{}", "norec/html.tar.gz": "<html>"}), "cut off or damaged"),
    ],
)
def test_what_is_missing_or_broken_is_named(body: bytes, message: str) -> None:
    with pytest.raises(CollectError, match=message):
        read(norec if b"train/000001" in gzip.decompress(body) else norec_1, body)


@pytest.mark.parametrize("body", damaged(archive()))
def test_an_archive_that_is_cut_off_or_damaged_is_an_error_and_no_prefix(body: bytes) -> None:
    with pytest.raises(CollectError, match=r"v2\.1"):
        read(norec, body)


@pytest.mark.parametrize("body", damaged(release_1(), (0.1, 0.5, 0.8, 0.95)))
def test_so_is_an_archive_in_an_archive(body: bytes) -> None:
    with pytest.raises(CollectError, match=r"norec-1\.0\.1\.tar\.gz"):
        read(norec_1, body)


@pytest.mark.parametrize("complete", [True, False], ids=["whole gzip", "cut gzip"])
def test_an_archive_cut_between_two_files_is_an_error(complete: bool) -> None:
    plain = gzip.decompress(archive())
    third = tarfile.open(fileobj=io.BytesIO(plain)).getmembers()[2].offset  # noqa: SIM115 - in memory
    packed = gzip.compress(plain[:third])
    with pytest.raises(CollectError, match="cut off or damaged"):
        read(norec, packed if complete else packed[:-8])


def test_a_damaged_header_is_not_taken_for_the_end() -> None:
    plain = bytearray(gzip.decompress(archive()))
    third = tarfile.open(fileobj=io.BytesIO(bytes(plain))).getmembers()[2].offset  # noqa: SIM115 - in memory
    plain[third] ^= 1
    with pytest.raises(CollectError, match="cut off or damaged"):
        read(norec, gzip.compress(bytes(plain)))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_give_documents_or_an_error(review: bytes, metadata: bytes) -> None:
    read_or_refuse(norec, tar({"n/data/dev/1.txt": review, "n/data/metadata.json": metadata}))
    read_or_refuse(norec_1, pages({"1": {}}, p1=review))
    read_or_refuse(norec_1, tar({"norec/metadata.json": json.dumps(METADATA), "norec/html.tar.gz": review}))


@given(st.text(alphabet="<>/hp1il&;=\"' a\n\x00é", max_size=80))
def test_any_markup_gives_a_review_or_an_error(html: str) -> None:
    for review in read_or_refuse(norec_1, pages({"1": {}}, p1=html)) or []:
        assert [line.strip() for line in review.text.split("\n\n")] == review.text.split("\n\n")
