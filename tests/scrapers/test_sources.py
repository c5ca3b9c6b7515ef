"""The sources that ship: found by name, configured by a recipe, and strict with the files they read."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from scrapers.corpus import Corpus
from scrapers.record import Document, Dropped, document_id
from scrapers.source import CollectError, Mirrors, find_source, sources
from scrapers.sources.local_file import local_file
from scrapers.sources.norec import norec
from scrapers.sources.oscar import oscar


def read(source: Corpus, path: Path) -> list[Document | Dropped]:
    return list(source.read(path, "open"))


# Discovery and configuration


def test_every_source_is_found() -> None:
    assert {"demo-books", "demo-doctors", "demo-restaurants", "demo-web", "google-play"} <= set(sources())
    assert {"leipzig", "local-file", "norec", "oscar-2301"} <= set(sources())
    assert all(name == source.name for name, source in sources().items())


@pytest.mark.parametrize("source", sources().values(), ids=lambda source: source.name)
def test_every_source_declares_what_is_needed(source: Any) -> None:
    fewest, most = source.expected
    assert 0 < fewest <= most
    assert source.licence
    assert source.description
    assert source.delay_s >= 1 or source.name.startswith(("demo-", "local-"))


def test_a_recipe_names_a_source_or_gives_it_another_name() -> None:
    assert find_source("norec", {}).name == "norec"
    assert find_source("mine", {"source": "norec", "splits": ["test"]}) == replace(norec, splits=("test",))
    assert norec.splits == ("train", "dev", "test")


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("norex", {}, "there is no source 'norex'; did you mean 'norec'"),
        ("qqqqqqqq", {}, "there is no source 'qqqqqqqq'; known are demo-books, "),
        ("x", {"source": "leipsig"}, "did you mean 'leipzig'"),
        ("norec", {"split": ["test"]}, "source norec has no option 'split'; did you mean 'splits'"),
        ("google-play", {"apps": "no.kvern"}, r"google-play: apps is 'no.kvern', expected something like \(\)"),
        ("norec", {"expected": 5}, "norec: expected is 5"),
        ("norec", {"delay_s": "2"}, "norec: delay_s is '2'"),
        ("norec", {"required": "no"}, "norec: required is 'no'"),
        ("local-file", {"columns": "text"}, "local-file: columns is 'text'"),
        ("local-file", {"worst": True}, "local-file: worst is True"),
    ],
)
def test_what_a_recipe_gets_wrong_is_named(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(CollectError, match=message):
        find_source(name, options)


def test_a_number_is_a_number() -> None:
    assert find_source("norec", {"delay_s": 1, "checksum": "sha256:ab"}).delay_s == 1
    assert find_source("local-file", {"best": 6.5}).configured({"best": 6}) == replace(local_file, best=6)


def test_the_longest_prefix_is_mirrored_and_nothing_else() -> None:
    mirrors = Mirrors({"http://a.example": "http://1", "http://a.example/deep": "http://2"})
    assert mirrors.address("http://a.example/x") == "http://1/x"
    assert mirrors.address("http://a.example/deep/x") == "http://2/x"
    assert mirrors.address("http://b.example/") == "http://b.example/"
    assert Mirrors().address("http://a.example") == "http://a.example"


# OSCAR


def oscar_row(key: str = "1", content: Any = "Tekst.", warnings: Any = None) -> dict[str, Any]:
    """A line of OSCAR 23.01."""
    headers = {"warc-record-id": f"<urn:uuid:{key}>", "warc-target-uri": f"http://a.example/{key}"}
    return {"content": content, "warc_headers": headers, "metadata": {"quality_warnings": warnings}}


def zst(path: Path, *rows: Any) -> Path:
    """Lines of JSON, zstd-compressed; text goes as it is."""
    body = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    path.write_bytes(pa.Codec("zstd").compress(body.encode(), asbytes=True))
    return path


def test_oscar_gives_its_documents_and_leaves_out_what_it_warns_of(tmp_path: Path) -> None:
    rows = (oscar_row(), oscar_row("2", warnings=["tiny"]), oscar_row("3", "x\ud83d", ["noisy", "tiny", "adult"]))
    first, second, third = read(oscar, zst(tmp_path / "o.zst", *rows))
    assert isinstance(first, Document)
    assert (first.text, first.url, first.id) == (
        "Tekst.",
        "http://a.example/1",
        document_id("oscar-2301", "<urn:uuid:1>"),
    )
    assert isinstance(second, Document)
    assert isinstance(third, Dropped)
    assert (third.rule, third.value, third.document.url) == ("quality_warning", "adult,noisy", "http://a.example/3")


@pytest.mark.parametrize(
    "row",
    [
        "{",
        "[]",
        "7",
        "{}",
        "[" * 100_000,
        oscar_row(warnings=7),
        oscar_row(content=None),
        oscar_row(content=["a"]),
        oscar_row() | {"metadata": None},
        oscar_row() | {"warc_headers": []},
        oscar_row() | {"warc_headers": {"warc-record-id": "1", "warc-target-uri": None}},
    ],
    ids=range(11),
)
def test_oscar_names_a_bad_line(tmp_path: Path, row: Any) -> None:
    with pytest.raises(CollectError, match=r"o\.zst, line 2: not an OSCAR 23.01 document"):
        read(oscar, zst(tmp_path / "o.zst", oscar_row(), row))


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_oscar_refuses_a_part_that_is_cut_off(tmp_path: Path, share: float) -> None:
    path = zst(tmp_path / "o.zst", *(oscar_row(str(n)) for n in range(200)))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(CollectError, match=r"o\.zst"):
        read(oscar, path)
    path.write_bytes(b"<html>gated</html>")
    with pytest.raises(CollectError, match="not a whole zstd file"):
        read(oscar, path)
