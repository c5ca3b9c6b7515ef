import bz2
import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaning import ingest as ingest_module
from cleaning.clean import clean_corpus
from cleaning.dedup import DedupSettings, dedup_corpus
from cleaning.errors import CleanError
from cleaning.ingest import ingest
from cleaning.profile import load_profile
from cleaning.shard import ShardSettings, shard_corpus
from scrapers.manifest import Run
from scrapers.record import Document, document_id

Read = Callable[..., list[Document]]


def jsonl(path: Path, rows: list[Any]) -> str:
    """Rows as lines of JSON in that file, compressed as its name says."""
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    compress = {
        ".gz": gzip.compress,
        ".bz2": bz2.compress,
        ".zst": lambda data: pa.compress(data, "zstd", asbytes=True),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(compress.get(path.suffix, bytes)(text))
    return str(path)


def parquet(path: Path, rows: list[dict[str, Any]]) -> str:
    """Rows as parquet in that file."""
    pq.write_table(pa.Table.from_pylist(rows), path)
    return str(path)


def run_in(folder: Path) -> Run:
    """A run in that folder."""
    return Run(str(folder / "run"))


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.jsonl.bz2", "a.parquet"])
def test_a_text_is_all_a_row_needs(tmp_path: Path, kept: Read, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    write = parquet if name.endswith("parquet") else jsonl
    url = write(tmp_path / name, [{"text": "Bra bok", "stars": 5}, {"text": "", "stars": 1}])
    run = run_in(tmp_path)
    stage = ingest(run, [url])
    assert (stage.received, stage.kept, [file.path for file in stage.outputs]) == (
        2,
        2,
        ["raw/input/part-00000.jsonl.zst"],
    )
    assert kept(run, "raw") == [
        Document(
            id=document_id(name, number),
            text=text,
            source=name,
            url=name,
            licence="unknown",
            collected_at=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        )
        for number, text in (("1", "Bra bok"), ("2", ""))
    ]
    assert ingest(run, [url]) is stage


def test_columns_of_the_record_are_kept_and_converted(tmp_path: Path, kept: Read) -> None:
    row = {
        "text": "Bra", "id": 17, "title": "", "source": "avis", "url": "https://example.org/", "licence": "CC0-1.0",
        "collected_at": "2024-05-06T07:08:09.5+02:00", "published": "2024-05-01T12:00:00", "group": 3, "label": "pos",
        "rating": 1, "raw_rating": 6, "lang": "nb", "lang_score": "0.5", "lang_alternatives": ["da"],
        "reserved": "open", "unknown column": {"a": [1]},
    }  # fmt: skip
    run = run_in(tmp_path)
    ingest(run, [jsonl(tmp_path / "a.jsonl", [row])])
    (found,) = kept(run, "raw")
    assert found == Document(
        text="Bra", id="17", source="avis", url="https://example.org/", licence="CC0-1.0", group="3", label="pos",
        collected_at=datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC), published=date(2024, 5, 1), rating=1.0, raw_rating="6",
        lang="nb", lang_score=0.5, lang_alternatives=("da",), reserved="open",
    )  # fmt: skip


def test_times_dates_and_nan_of_parquet_are_read(tmp_path: Path, kept: Read) -> None:
    rows = [
        {
            "text": "a",
            "collected_at": datetime(2024, 1, 1, 1, 1, 1, 999, tzinfo=UTC),
            "published": date(2023, 1, 1),
            "rating": 0.5,
        },
        {"text": "b", "collected_at": None, "published": None, "rating": float("nan")},
    ]
    run = run_in(tmp_path)
    ingest(run, [parquet(tmp_path / "a.parquet", rows)])
    first, second = kept(run, "raw")
    assert (first.collected_at, first.published) == (datetime(2024, 1, 1, 1, 1, 1, tzinfo=UTC), date(2023, 1, 1))
    assert (first.rating, second.rating, second.published) == (0.5, None, None)


def test_what_was_ingested_goes_through_all_stages(tmp_path: Path, kept: Read) -> None:
    rows = [
        {
            "text": f"Jeg har lest bok nummer {n} av denne forfatteren, og vet ikke om noen bedre.",
            "rating": n % 2,
            "id": n,
        }
        for n in (1, 22, 333, 4444)
    ]
    run = run_in(tmp_path)
    broken = {"text": "Halv \ud83d emoji, og så er det ikke noe mer å si om denne boka.", "id": 5}
    stage = ingest(run, [jsonl(tmp_path / "a.jsonl", [*rows, broken])])
    stage = clean_corpus(run, load_profile("no"), inputs=[file.path for file in stage.outputs])
    stage = dedup_corpus(run, DedupSettings(threshold=1), inputs=[f.path for f in stage.outputs if "cleaned" in f.path])
    shard_corpus(run, ShardSettings(), inputs=[file.path for file in stage.outputs], name="x")
    assert [document.id for document in kept(run, "dataset/nb")] == ["1", "22", "333", "4444", "5"]


def test_files_of_one_name_are_told_apart(tmp_path: Path, kept: Read) -> None:
    urls = [jsonl(tmp_path / folder / "train.jsonl", [{"text": folder}]) for folder in ("nb/x", "nn/x")]
    run = run_in(tmp_path)
    ingest(run, urls)
    assert [d.source for d in kept(run, "raw")] == ["nb/x/train.jsonl", "nn/x/train.jsonl"]
    assert len({d.id for d in kept(run, "raw")}) == 2


def test_large_inputs_become_several_parts(tmp_path: Path, kept: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_module, "DOCUMENTS_A_PART", 3)
    urls = [jsonl(tmp_path / f"{name}.jsonl", [{"text": f"{name}{n}"} for n in range(4)]) for name in "ab"]
    run = run_in(tmp_path)
    stage = ingest(run, urls)
    assert [file.records for file in stage.outputs] == [3, 3, 2]
    assert [d.text for d in kept(run, "raw")] == ["a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3"]


def test_blank_lines_and_a_byte_order_mark_are_no_rows(tmp_path: Path, kept: Read) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "en"}\r\n\r\n{"text": "to"}\n\n')
    run = run_in(tmp_path)
    assert ingest(run, [str(path)]).kept == 2


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"txt": "Bra"}, "expected a row with a text, found {'txt': 'Bra'}"),
        ({"text": None}, "expected a row with a text"),
        ({"text": 5}, "expected a row with a text"),
        (["text"], "expected a row with a text"),
        (None, "expected a row with a text, found None"),
        ({"text": "x", "id": ["a"]}, r"id: expected a text, found \['a'\]"),
        ({"text": "x", "label": True}, "label: expected a text, found True"),
        ({"text": "x", "rating": 5}, r"rating: expected a number from 0 to 1, found 5; .* raw_rating"),
        ({"text": "x", "rating": "5/6"}, "rating: could not convert string to float: '5/6'"),
        ({"text": "x", "published": "mai"}, "published: Invalid isoformat string: 'mai'"),
        ({"text": "x", "collected_at": {}}, "collected_at: expected a text"),
        ({"text": "x", "lang": "../../x"}, r"lang: expected a language code such as nb, found '../../x'"),
        ({"text": "x", "lang": 1}, "lang: expected a language code"),
        ({"text": "x", "lang_alternatives": "da"}, "lang_alternatives: expected a list of language codes, found 'da'"),
        ({"text": "x", "reserved": "ja"}, "reserved: expected open, no-train, unknown, found 'ja'"),
    ],
)
def test_a_row_that_is_none_is_refused_by_file_and_number(tmp_path: Path, row: Any, message: str) -> None:
    url = jsonl(tmp_path / "a.jsonl", [{"text": "god"}, row])
    run = run_in(tmp_path)
    with pytest.raises(CleanError, match=rf"a\.jsonl, row 2: {message}"):
        ingest(run, [url])
    assert not run.files("raw") and not run.stages


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b'{"text": "x"}\n{"text": ', r"a\.jsonl, row 2: Expecting value"),
        ("a.jsonl", b'{"text": "x"}\n' + b"[" * 100_000, r"a\.jsonl, row 2: maximum recursion"),
        ("a.jsonl", b'{"text": "b\xf8ker"}\n', r"a\.jsonl, row 1: 'utf-8' codec can't decode"),
        ("a.jsonl.gz", b"not gzip", r"a\.jsonl\.gz, "),
        ("a.jsonl.gz", gzip.compress(b'{"text": "x"}\n' * 9999)[:-40], r"a\.jsonl\.gz, "),
        ("a.jsonl.zst", b"not zstd", r"a\.jsonl\.zst, "),
        ("a.parquet", b"PAR1 not parquet", r"a\.parquet cannot be read as parquet"),
        ("a.parquet", b"", r"a\.parquet cannot be read as parquet"),
        ("a.csv", b"text\nx\n", r"a\.csv: expected a file in \.jsonl, .* or \.parquet"),
        ("a.jsonl.bak", b"{}", r"a\.jsonl\.bak: expected a file"),
        ("a.jsonl", b"\n", r"a\.jsonl: there is no row in it"),
        ("a.jsonl.gz", b"", r"a\.jsonl\.gz: there is no row in it"),
    ],
)
def test_a_broken_file_is_refused_by_name(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CleanError, match=message):
        ingest(run_in(tmp_path), [str(tmp_path / name)])


def test_a_missing_file_a_folder_and_no_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CleanError, match=r"none\.jsonl does not exist"):
        ingest(run_in(tmp_path), [str(tmp_path / "none.jsonl")])
    with pytest.raises(CleanError, match="directory"):
        ingest(run_in(tmp_path), [str(tmp_path)])
    with pytest.raises(CleanError, match="there is no file to read"):
        ingest(run_in(tmp_path), [])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)
COLUMNS = st.sampled_from([*sorted(ingest_module.COLUMNS), "text", "other"])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(row=st.dictionaries(COLUMNS, VALUES, max_size=6) | VALUES, text=st.text(st.characters(exclude_categories=())))
def test_any_row_is_a_record_that_can_be_sharded_or_refused(
    tmp_path_factory: pytest.TempPathFactory, row: Any, text: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    url = jsonl(folder / "a.jsonl", [row | {"text": text} if isinstance(row, dict) else row])
    run = run_in(folder)
    try:
        stage = ingest(run, [url])
    except CleanError as error:
        assert "a.jsonl, row 1: " in str(error)
        return
    stage = dedup_corpus(run, DedupSettings(), inputs=[file.path for file in stage.outputs])
    stage = shard_corpus(run, ShardSettings(), inputs=[file.path for file in stage.outputs], name="x")
    assert stage.kept == 1
