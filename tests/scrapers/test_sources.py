"""The sources that ship: found by name, configured by a recipe, and strict with the files they read."""

import bz2
import gzip
import json
import lzma
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.corpus import Corpus
from scrapers.record import Document, Dropped, document_id
from scrapers.source import CollectError, Collecting, Mirrors, find_source, sources
from scrapers.sources.local_file import LocalFile, local_file
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


# A local file


@pytest.fixture
def local(tmp_path: Path, collecting: Callable[..., Collecting]) -> Callable[..., list[Document]]:
    """The documents of a JSON-lines file."""

    def go(body: bytes | str, name: str = "f.jsonl", **options: Any) -> list[Document]:
        (tmp_path / name).write_bytes(body.encode() if isinstance(body, str) else body)
        source = replace(local_file, path=str(tmp_path / name), **options)
        return list(source.documents(collecting()))

    return go


ROW = (
    '{"id": 7, "body": "God bok.", "stars": "4.5", "kind": "bra", '
    '"y": 2019, "about": "b1", "at": "http://a/7", "t": ""}'
)
COLUMNS = {"key": "id", "text": "body", "rating": "stars", "label": "kind", "year": "y", "group": "about", "url": "at"}


def test_a_local_file_is_read_by_the_columns_of_the_recipe(local) -> None:
    (found,) = local(ROW, columns=COLUMNS | {"title": "t"}, source_name="mine")
    assert (found.id, found.source, found.group, found.url) == (document_id("mine", "7"), "mine", "b1", "http://a/7")
    assert (found.rating, found.raw_rating, found.label, found.title) == (0.875, "4.5", "bra", None)
    assert found.published is not None
    assert (found.published.isoformat(), found.reserved) == ("2019-01-01", "unknown")


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("f.jsonl.gz", gzip.compress),
        ("f.jsonl.bz2", bz2.compress),
        ("f.jsonl.xz", lzma.compress),
        ("f.jsonl.zst", lambda body: pa.Codec("zstd").compress(body, asbytes=True)),
    ],
)
def test_a_packed_local_file_is_read_and_refused_where_it_is_not_whole(local, name: str, pack) -> None:
    body = pack("".join(f'{{"text": "Setning {n} æ"}}\n' for n in range(100)).encode())
    found = local(body, name)
    assert [found[0].text, found[-1].text] == ["Setning 0 æ", "Setning 99 æ"]
    assert len({d.id for d in found}) == 100
    for broken in (body[:-10], body[: len(body) // 2], body[:20] + b"\xff" * 20 + body[40:], b"plain text"):
        with pytest.raises(CollectError, match=name.replace(".", r"\.")):
            local(broken, name)


@pytest.mark.parametrize(
    ("line", "columns", "message"),
    [
        ("{", {"text": "text"}, "line 2: JSONDecodeError"),
        ("", {"text": "text"}, "line 2: JSONDecodeError"),
        ("[1]", {"text": "text"}, "line 2: TypeError"),
        ('{"other": 1}', {"text": "text"}, "line 2: KeyError: 'text'"),
        ('{"text": null}', {"text": "text"}, "line 2: ValueError: text is null"),
        ('{"text": "a", "id": null}', {"text": "text", "key": "id"}, "line 2: ValueError: id is null"),
        ('{"text": "a", "id": 1, "r": 9}', {"text": "text", "rating": "r"}, "line 2: ValueError: rating 9 is not on"),
        (
            '{"text": "a", "id": 1, "r": "god"}',
            {"text": "text", "rating": "r"},
            "line 2: ValueError: could not convert",
        ),
        (
            '{"text": "a", "id": 1, "r": NaN}',
            {"text": "text", "rating": "r"},
            "line 2: ValueError: rating nan is not on",
        ),
        ('{"text": "a", "id": 1, "r": 12345678901234567890}', {"text": "text", "year": "r"}, "line 2: OverflowError"),
    ],
)
def test_a_bad_line_of_a_local_file_is_named(local, line: str, columns: dict[str, str], message: str) -> None:
    with pytest.raises(CollectError, match=rf"f\.jsonl, {message}"):
        local(f'{{"text": "a", "id": 1, "r": 3}}\n{line}\n', columns=columns)


def test_what_a_recipe_says_wrong_about_a_local_file_is_named(local, collecting) -> None:
    with pytest.raises(CollectError, match="source local-file has no file: set path"):
        list(local_file.documents(collecting()))
    with pytest.raises(CollectError, match=r"nowhere\.jsonl does not exist: it is the `path` of source"):
        list(replace(local_file, path="/nowhere.jsonl").documents(collecting()))
    with pytest.raises(CollectError, match=r"unknown columns \['body'\]; known are key, text"):
        local("{}", columns={"text": "x", "body": "y"})
    with pytest.raises(CollectError, match="does not say which column is the text"):
        local("{}", columns={"key": "x"})


def test_a_local_file_that_changed_is_told_by_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    source = LocalFile(**{**vars(local_file), "path": str(path)})
    assert (local_file.digest(), source.digest()) == (None, None)
    path.write_text("a")
    first = source.digest()
    path.write_text("b")
    assert first
    assert source.digest() not in (None, first)


@given(st.binary(max_size=80) | st.text(st.sampled_from('{}[]":,text1\n '), max_size=60).map(str.encode))
def test_any_local_file_gives_documents_or_an_error(body: bytes) -> None:
    for source in sources_at("/tmp", body):
        try:
            found = [item.text for item in source.documents(None)]  # type: ignore[arg-type]
        except CollectError:
            continue
        assert all(isinstance(text, str) for text in found)


def sources_at(folder: str, body: bytes) -> Iterator[LocalFile]:
    """A local file of these bytes, in memory."""
    import fsspec

    with fsspec.open("memory://any/file.jsonl", "wb") as stream:
        stream.write(body)
    yield replace(local_file, path="memory://any/file.jsonl")


# From the web to the spool


def test_a_limit_ends_a_source_early(collecting, tmp_path: Path) -> None:
    (tmp_path / "f.jsonl").write_text('{"text": "a"}\n' * 10)
    work = collecting(limit=3)
    replace(local_file, path=str(tmp_path / "f.jsonl")).collect(work)
    assert work.spool.count() == 3
