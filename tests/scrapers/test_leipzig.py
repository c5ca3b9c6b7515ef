"""Leipzig packages: their sentences, and what is refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.record import document_id
from scrapers.source import CollectError, Collecting
from scrapers.sources.leipzig import leipzig

from .conftest import Answer, Serve
from .reading import damaged, read, read_or_refuse
from .replicas.leipzig import tar

PACKAGE = "nob_test_2026_1K"
SENTENCES = f"{PACKAGE}/{PACKAGE}-sentences.txt"
LEIPZIG = replace(leipzig, package=PACKAGE)
ADDRESS = f"{leipzig.host}/{PACKAGE}.tar.gz"


def package(sentences: str | bytes) -> bytes:
    """A Leipzig package."""
    others = {f"{PACKAGE}/{PACKAGE}-words.txt": "1\tog\t7\n" * 500, f"{PACKAGE}/{PACKAGE}-sources.txt": "1\thttp://a\n"}
    return tar({"README": "x", SENTENCES: sentences} | others)


def test_every_sentence_is_a_document() -> None:
    found = read(LEIPZIG, package("1\tEn setning.\n2\tMed\ttabulator.\n10\tUten slutt"), ADDRESS)
    assert [(document.id, document.text) for document in found] == [
        (document_id("leipzig", f"{PACKAGE}/1"), "En setning."),
        (document_id("leipzig", f"{PACKAGE}/2"), "Med\ttabulator."),
        (document_id("leipzig", f"{PACKAGE}/10"), "Uten slutt"),
    ]
    assert {(document.group == document.id, document.licence) for document in found} == {(True, "CC-BY-NC-4.0")}


@pytest.mark.parametrize("line", ["ingen tabulator", "", " "])
def test_a_bad_line_is_named(line: str) -> None:
    with pytest.raises(CollectError, match=f"{SENTENCES}, line 2: expected a number, a tab and a sentence"):
        read(LEIPZIG, package(f"1\tEn.\n{line}\n3\tTre.\n"), ADDRESS)


def test_a_file_that_is_no_package_is_named(collecting) -> None:
    with pytest.raises(CollectError, match=r"holds no file \*-sentences.txt; is it a Leipzig package"):
        read(LEIPZIG, tar({"a.txt": "1\tx"}), ADDRESS)
    ready: Collecting = collecting()
    with pytest.raises(CollectError, match="no package; name one in the recipe"):
        next(leipzig.documents(ready))


@pytest.mark.parametrize("body", damaged(package("1\tEn.\n" * 99)))
def test_a_package_that_is_cut_off_or_damaged_is_an_error_and_no_prefix(body: bytes) -> None:
    with pytest.raises(CollectError, match=PACKAGE):
        read(LEIPZIG, body, ADDRESS)


def test_it_is_downloaded_once_and_removed_when_it_was_read(serve: Serve, collecting) -> None:
    body = package("1\tEn.\n2\tTo.\n")
    site = serve({f"/corpora/{PACKAGE}.tar.gz": Answer(body, headers={"X-Robots-Tag": "noai"})})
    work: Collecting = collecting(mirrors={"https://corpus.example": site.address})
    found = list(replace(LEIPZIG, host="https://corpus.example/corpora", delay_s=0).documents(work))
    address = f"https://corpus.example/corpora/{PACKAGE}.tar.gz"
    assert [document.url for document in found] == [f"{address}#{PACKAGE}/1", f"{address}#{PACKAGE}/2"]
    assert {document.reserved for document in found} == {"no-train"}
    assert site.paths().count(f"/corpora/{PACKAGE}.tar.gz") == 1
    assert not list(work.folder.glob("*.gz"))


@given(st.binary(max_size=300))
def test_any_bytes_give_documents_or_an_error(sentences: bytes) -> None:
    read_or_refuse(LEIPZIG, package(sentences), ADDRESS)
