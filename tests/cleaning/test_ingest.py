import bz2
import gzip
import json
import lzma
import re
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaning import ingest as ingest_module
from cleaning.clean import clean_corpus
from cleaning.dedup import DedupSettings, dedup_corpus
from cleaning.errors import CleanError
from cleaning.foreign import LONGEST_ROW
from cleaning.held_out import read_held_out
from cleaning.ingest import ingest, ingest_files
from cleaning.profile import load_profile
from cleaning.quarantine import QuarantineSettings
from cleaning.shard import ShardSettings, shard_corpus
from scrapers.manifest import Run, Workspace
from scrapers.record import Document, document_id
from scrapers.takedown import take_down

Read = Callable[..., list[Document]]


def jsonl(path: Path, rows: list[Any]) -> str:
    """Rows as lines of JSON in that file, compressed as its name says."""
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    compress: dict[str, Callable[[bytes], bytes]] = {
        ".gz": gzip.compress,
        ".bz2": bz2.compress,
        ".xz": lzma.compress,
        ".zst": lambda data: pa.compress(data, "zstd", asbytes=True),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(compress.get(path.suffix, bytes)(text))
    return str(path)


def parquet(path: Path, rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as parquet in that file."""
    pq.write_table(pa.Table.from_pylist(list(rows)), path)
    return str(path)


def run_in(folder: Path) -> Run:
    """A run in that folder."""
    return Run(str(folder / "run"))


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.jsonl.bz2", "a.jsonl.xz", "a.parquet"])
def test_a_text_is_all_a_row_needs(tmp_path: Path, kept: Read, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    write = parquet if name.endswith("parquet") else jsonl
    url = write(tmp_path / name, [{"text": "Bra bok", "stars": 5}, {"text": "", "stars": 1}])
    run = run_in(tmp_path)
    stage = ingest(run, [url])
    assert (stage.received, stage.kept, [file.path for file in stage.outputs]) == (
        2,
        2,
        ["raw/input/part-00000-00000.jsonl.zst"],
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
        "rating": "0.8", "raw_rating": 6, "lang": "nb", "lang_score": "0.5", "lang_alternatives": ["da"],
        "reserved": "open", "unknown column": {"a": [1]},
    }  # fmt: skip
    run = run_in(tmp_path)
    ingest(run, [jsonl(tmp_path / "a.jsonl", [row])])
    (found,) = kept(run, "raw")
    assert found == Document(
        text="Bra", id="17", source="avis", url="https://example.org/", licence="CC0-1.0", group="3", label="pos",
        collected_at=datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC), published=date(2024, 5, 1), rating=0.8, raw_rating="6",
        lang="nb", lang_score=0.5, lang_alternatives=("da",), reserved="open",
    )  # fmt: skip


def test_times_dates_and_nan_of_parquet_are_read(tmp_path: Path, kept: Read) -> None:
    rows: list[dict[str, Any]] = [
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
    rows: list[dict[str, Any]] = [
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


def test_large_inputs_become_several_parts_a_file(tmp_path: Path, kept: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_module, "ROWS_A_PART", 3)
    urls = [jsonl(tmp_path / f"{name}.jsonl", [{"text": f"{name}{n}"} for n in range(4)]) for name in "ab"]
    run = run_in(tmp_path)
    stage = ingest(run, urls)
    assert [file.records for file in stage.outputs] == [3, 1, 3, 1]
    assert [d.text for d in kept(run, "raw")] == ["a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3"]


def test_a_part_ends_where_its_rows_are_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_module, "BYTES_A_PART", 100)
    url = jsonl(tmp_path / "a.jsonl", [{"text": "x" * size} for size in (5, 200, 5, 5)])
    assert [file.records for file in ingest(run_in(tmp_path), [url]).outputs] == [2, 2]


def test_blank_lines_and_a_byte_order_mark_are_no_rows(tmp_path: Path, kept: Read) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "en"}\r\n\r\n{"text": "to"}\n\n{"text": "tre"}')
    run = run_in(tmp_path)
    ingest(run, [str(path)])
    assert [(d.text, d.id) for d in kept(run, "raw")] == [
        (text, document_id("a.jsonl", line)) for text, line in (("en", "1"), ("to", "3"), ("tre", "5"))
    ]


def test_a_folder_is_the_files_in_it_that_can_be_read(tmp_path: Path, kept: Read) -> None:
    for name in ("b.jsonl.gz", "a.jsonl", "deeper/c.jsonl"):
        jsonl(tmp_path / "in" / name, [{"text": name}])
    (tmp_path / "in" / "README.md").write_text("no data", "utf-8")
    run = run_in(tmp_path)
    ingest(run, [str(tmp_path / "in")])
    assert [d.text for d in kept(run, "raw")] == ["a.jsonl", "b.jsonl.gz"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (pa.large_string(), "blåbær"),
        (pa.dictionary(pa.int32(), pa.string()), "blåbær"),
        (pa.binary(), "blåbær".encode()),
        (pa.string(), "a\0b"),
    ],
)
def test_text_of_parquet_is_read_whatever_holds_it(tmp_path: Path, kept: Read, kind: pa.DataType, value: Any) -> None:
    empty, full = tmp_path / "empty.parquet", tmp_path / "full.parquet"
    pq.write_table(pa.table({"text": pa.array([], kind)}), empty)
    pq.write_table(pa.table({"text": pa.array([value], kind)}), full)
    run = run_in(tmp_path)
    ingest(run, [str(empty), str(full)])
    assert [d.text for d in kept(run, "raw")] == [value if isinstance(value, str) else value.decode()]


def test_the_text_may_stand_in_a_column_of_another_name(tmp_path: Path, kept: Read) -> None:
    rows = [{"title": "Bra bok", "text": "", "label": "pos"}]
    run = run_in(tmp_path)
    ingest(run, [jsonl(tmp_path / "a.jsonl", rows), parquet(tmp_path / "b.parquet", rows)], text="title")
    assert [(d.text, d.title, d.label) for d in kept(run, "raw")] == [("Bra bok", None, "pos")] * 2


@pytest.mark.parametrize("write", [jsonl, parquet])
def test_a_file_without_the_column_is_refused_by_one_message(tmp_path: Path, write: Any) -> None:
    url = write(tmp_path / f"a.{write.__name__}", [{"stars": "5", "review": "Bra bok"}] * 3)
    with pytest.raises(
        CleanError, match=r"no column 'text'; its columns are 'stars', 'review'; .* --text-column review"
    ):
        ingest(run_in(tmp_path), [url])
    with pytest.raises(CleanError, match="no column 'txt'"):
        ingest(run_in(tmp_path), [url], text="txt")


LENIENT = QuarantineSettings(max_bad=1)


def quarantined(run: Run, folder: str = "quarantine") -> list[dict[str, Any]]:
    """The rows of the quarantine of a run."""
    return [row for path in run.files(folder) for row in pq.read_table(run.path(path)).to_pylist()]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"txt": "Bra"}, "there is no column 'text'"),
        ({"text": None}, "text: expected a text, found null"),
        ({"text": 5}, "text: expected a text, found a number"),
        (["text"], "expected an object with a column 'text', found a list"),
        (None, "expected an object with a column 'text', found null"),
        ({"text": "x", "reserved": "ja"}, "reserved: expected open, no-train, unknown, found a text"),
    ],
)
def test_a_row_that_is_no_record_goes_to_quarantine_with_its_bytes(tmp_path: Path, row: Any, message: str) -> None:
    line = json.dumps(row)
    url = jsonl(tmp_path / "a.jsonl", [{"text": "god"}, row])
    run = run_in(tmp_path)
    stage = ingest(run, [url], settings=LENIENT)
    (found,) = quarantined(run)
    assert re.match(message, found["reason"])
    assert (found["file"], found["row"], found["rows"], found["raw"]) == ("a.jsonl", 2, 1, line.encode())
    assert Path(url).read_bytes()[found["offset"] :][: found["length"]] == line.encode()
    assert (stage.received, stage.kept, stage.dropped) == (2, 1, {"quarantined": 1})
    assert stage.detail["quarantine"]["rules"] == {found["rule"]: 1}
    with pytest.raises(CleanError, match=rf"1 of 2 rows .* 50\.00%, .* 1\.00%: a\.jsonl, row 2: {message}.*--max-bad"):
        ingest(run, [url])


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("id", ["Ring 91234567"], "expected a text, found a list"),
        ("label", True, "expected a text, found true or false"),
        ("published", "Ring 91234567", "expected a date or time in ISO 8601, found a text"),
        ("published", "0001-13-01", "expected a date or time in ISO 8601, found a text"),
        ("collected_at", {}, "expected a date or time in ISO 8601, found an object"),
        ("lang", "Ring 91234567", "expected a language code such as nb, found a text"),
        ("lang", "../../x", "expected a language code such as nb, found a text"),
        ("lang", 1, "expected a language code such as nb, found a number"),
        ("lang_score", 91234567, "expected a number from 0 to 1, found a number"),
        ("lang_score", "Ring 91234567", "expected a number from 0 to 1, found a text"),
        ("lang_alternatives", "da", "expected a list of language codes, found a text"),
        ("lang_alternatives", ["Ring 91234567"], "expected a language code such as nb, found a text"),
    ],
)
def test_a_value_that_is_not_of_its_columns_kind_is_left_out_unquoted_and_its_row_stays(
    tmp_path: Path, kept: Read, caplog: pytest.LogCaptureFixture, column: str, value: Any, reason: str
) -> None:
    run = run_in(tmp_path)
    stage = ingest(run, [jsonl(tmp_path / "a.jsonl", [{"text": "god"}, {"text": "x", column: value}])])
    assert (stage.kept, stage.dropped, stage.detail["left_out"]) == (2, {}, {column: 1})
    without, found = kept(run, "raw")
    assert found == msgspec.structs.replace(without, text="x", id=document_id("a.jsonl", "2"))
    (message,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert message.startswith("a.jsonl: ") and f"{column}, 1 times (row 2: {reason}" in message
    assert "91234567" not in message + json.dumps(stage.detail)


@pytest.mark.parametrize("write", [jsonl, parquet])
@pytest.mark.parametrize(
    ("ratings", "shares", "raw"),
    [
        ([1, 3, 6], [None] * 3, ["1", "3", "6"]),
        ([1.0, 3.0, 6.0], [None] * 3, ["1.0", "3.0", "6.0"]),
        ([0, 1, 1], [None] * 3, ["0", "1", "1"]),
        ([0.0, 0.25, 1.0], [0, 0.25, 1], [None] * 3),
        (["0.5", "5/6", "1"], [0.5, None, None], [None, "5/6", "1"]),
        ([-0.5, 0.5, None], [None] * 3, ["-0.5", "0.5", None]),
    ],
)
def test_a_rating_is_a_share_only_where_it_can_be_nothing_else(
    tmp_path: Path, kept: Read, write: Any, ratings: list[Any], shares: list[Any], raw: list[Any]
) -> None:
    url = write(tmp_path / f"a.{write.__name__}", [{"text": "x", "rating": rating} for rating in ratings])
    run = run_in(tmp_path)
    stage = ingest(run, [url])
    assert [(d.rating, d.raw_rating) for d in kept(run, "raw")] == list(zip(shares, raw, strict=True))
    assert stage.detail["left_out"].get("rating", 0) == sum(value is not None for value in raw)


def test_ids_that_an_earlier_file_gave_are_made_anew_and_no_text_is_lost(
    tmp_path: Path, kept: Read, contents: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "ROWS_A_PART", 4)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    rows = {name: [{"id": n, "text": f"{name * 9} {n * 37}"} for n in range(10)] for name in "abc"}
    rows["b"] += [{"id": 11, "text": "b bare her"}, {"id": 11, "text": "b enda en"}]
    urls = [jsonl(tmp_path / f"{name}.jsonl", of_file) for name, of_file in rows.items()]
    run, again = run_in(tmp_path / "one"), run_in(tmp_path / "two")
    stage = ingest(run, urls)
    first, second, third = ([d for d in kept(run, "raw") if d.source == f"{name}.jsonl"] for name in "abc")
    assert [d.id for d in first] == [str(n) for n in range(10)]
    assert [d.id for d in second] == [*(document_id("b.jsonl", str(n)) for n in range(10)), "11", "11"]
    assert [d.id for d in third] == [document_id("c.jsonl", str(n)) for n in range(10)]
    assert stage.detail["ids_changed"] == 20
    assert "b.jsonl: 10 rows have ids of an earlier file" in caplog.text
    write = ingest_module.write_part

    def until_the_second_file(*arguments: Any, **others: Any) -> dict[str, Any]:
        if arguments[2] == "00001-00001":
            raise KeyboardInterrupt
        return write(*arguments, **others)

    monkeypatch.setattr(ingest_module, "write_part", until_the_second_file)
    with pytest.raises(KeyboardInterrupt):
        ingest(again, urls)
    monkeypatch.setattr(ingest_module, "write_part", write)
    ingest(again, urls)
    assert contents(again) == contents(run)
    stage = dedup_corpus(run, DedupSettings(), inputs=[file.path for file in stage.outputs])
    assert stage.dropped == {"repeated": 1}


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path, kept: Read, caplog: pytest.LogCaptureFixture) -> None:
    url = jsonl(tmp_path / "in" / "a.jsonl", [{"text": "god"}])
    run = run_in(tmp_path)
    ingest(run, [url, f"{tmp_path}/in/../in/a.jsonl", str(tmp_path / "in")])
    assert [d.text for d in kept(run, "raw")] == ["god"]
    assert caplog.text.count("is named more than once") == 2


def test_of_held_out_files_only_text_and_id_are_read(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "x", "text": "god", "rating": 6, "lang": "norsk bokmål", "reserved": "ja"},
        {"text": "bra"},
    ]
    for url in (jsonl(tmp_path / "a.jsonl", rows), parquet(tmp_path / "a.parquet", rows)):
        found = list(read_held_out([url]))
        assert [(d.text, d.lang, d.raw_rating) for d in found] == [("god", None, None), ("bra", None, None)]
        assert [d.id for d in found] == ["x", document_id(Path(url).name, "2")]


def test_what_was_taken_down_does_not_come_back_with_its_file(tmp_path: Path, kept: Read) -> None:
    rows = [{"id": "x-1", "text": "bort"}, {"id": "x-2", "text": "blir"}]
    run = run_in(tmp_path)
    ingest(run, [jsonl(tmp_path / "a.jsonl", rows)])
    assert take_down(run, ["x-1"]) == 1
    for more in ([], [{"id": "x-3", "text": "ny"}]):
        stage = ingest(run, [jsonl(tmp_path / "a.jsonl", rows + more)])
        assert [d.id for d in kept(run, "raw")] == ["x-2", *(row["id"] for row in more)]
        assert (stage.received, stage.dropped) == (2 + len(more), {"takedown": 1})


@pytest.mark.parametrize(
    ("line", "rule", "reason"),
    [
        (b'{"text": x}', "not_json", "not JSON: Expecting value"),
        (b'{"text": "a\0b"}', "not_json", "not JSON: Invalid control character"),
        (b'{"text": "b\xf8ker"}', "not_utf8", "byte 12 of the row, 0xf8, is not UTF-8"),
        (b"[" * 100_000 + b"]" * 100_000, "not_json", "not JSON: maximum recursion"),
        (b'{"text": "x"} {"text": "y"}', "not_json", "not JSON: Extra data"),
        (b'{"text": "x", "label": ' + b"1" * 5000 + b"}", "not_json", "not JSON: Exceeds the limit"),
        (b'{"text": "' + b"x" * LONGEST_ROW + b'"}', "too_long", "16,777,228 bytes: expected at most 16,777,216"),
        (b"\0" * 4096, "not_json", "not JSON: Expecting value"),
    ],
)
def test_what_is_no_json_goes_to_quarantine_and_the_next_line_is_read(
    tmp_path: Path, kept: Read, caplog: pytest.LogCaptureFixture, line: bytes, rule: str, reason: str
) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "en"}\n' + line + b'\n{"text": "to"}\n')
    run = run_in(tmp_path)
    ingest(run, [str(tmp_path / "a.jsonl")], settings=LENIENT)
    (found,) = quarantined(run)
    assert (found["row"], found["offset"], found["length"], found["rule"]) == (2, 15, len(line), rule)
    assert found["reason"].startswith(reason) and found["raw"] == line[: 1 << 20]
    assert [d.text for d in kept(run, "raw")] == ["en", "to"]
    (message,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert message.startswith(f"a.jsonl: 1 of 3 rows are no records and go to quarantine/: a.jsonl, row 2: {reason}")


@pytest.mark.parametrize(
    "line",
    [
        b'{"text": "y", "text": "x"}',
        b'{"text": "x", "rating": NaN, "label": ""}',
        b'{"text": "x\\ud83d"}',
        b'{"text": "x", "other": ' + b"[" * 200 + b"]" * 200 + b"}",
        b'\t{ "text" : "x" } \r',
    ],
)
def test_what_json_allows_is_read(tmp_path: Path, kept: Read, line: bytes) -> None:
    (tmp_path / "a.jsonl").write_bytes(line)
    run = run_in(tmp_path)
    stage = ingest(run, [str(tmp_path / "a.jsonl")])
    assert [(d.text, d.rating, d.label) for d in kept(run, "raw")] == [("x", None, None)]
    assert stage.detail["lone_surrogates_removed"] == (b"ud83d" in line)


def test_up_to_the_limit_bad_rows_pass_and_a_higher_one_goes_on_from_there(tmp_path: Path, contents: Any) -> None:
    url = jsonl(tmp_path / "a.jsonl", [{"text": str(n)} if n % 50 else None for n in range(100)])
    run = run_in(tmp_path)
    with pytest.raises(CleanError, match=r"2 of 100 rows are no records, 2\.00%.* max_bad allows 0\.00%") as caught:
        ingest(run, [url], settings=QuarantineSettings(max_bad=0))
    assert run.path("quarantine/") in str(caught.value)
    written = contents(run)
    assert ingest(run, [url], settings=QuarantineSettings(max_bad=0.02)).kept == 98
    assert contents(run) == written


def test_rows_of_parquet_that_are_no_records_go_to_quarantine_as_json(tmp_path: Path, kept: Read) -> None:
    rows: list[dict[str, Any]] = [
        {"text": "god", "reserved": "open"},
        {"text": None, "reserved": "open"},
        {"text": "god", "reserved": "Ja"},
    ]
    run = run_in(tmp_path)
    ingest(run, [parquet(tmp_path / "a.parquet", rows)], settings=LENIENT)
    assert [(f["row"], f["rule"], f["offset"], json.loads(f["raw"])) for f in quarantined(run)] == [
        (2, "no_text", None, {"reserved": "open"}),
        (3, "reserved", None, {"text": "god", "reserved": "Ja"}),
    ]


def test_bytes_that_are_no_text_cost_their_row_only(tmp_path: Path, kept: Read) -> None:
    text = pa.Array.from_buffers(pa.string(), 3, [None, *pa.array([b"god", b"b\xf8k", b"bra"]).buffers()[1:]])
    pq.write_table(pa.table({"text": text}), tmp_path / "a.parquet")
    run = run_in(tmp_path)
    ingest(run, [str(tmp_path / "a.parquet")], settings=LENIENT)
    assert [d.text for d in kept(run, "raw")] == ["god", "bra"]
    assert [(f["row"], f["rule"]) for f in quarantined(run)] == [(2, "unreadable")]


def test_a_damaged_row_group_costs_its_own_rows_only(tmp_path: Path, kept: Read) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"text": [f"tekst nummer {n}" for n in range(30)]})
    pq.write_table(table, path, row_group_size=10, compression="zstd", use_dictionary=False)
    column = pq.ParquetFile(path).metadata.row_group(1).column(0)
    data = bytearray(path.read_bytes())
    data[column.data_page_offset + column.total_compressed_size // 2] ^= 0xFF
    path.write_bytes(data)
    run = run_in(tmp_path)
    stage = ingest(run, [str(path)], settings=LENIENT)
    assert [d.text for d in kept(run, "raw")] == [f"tekst nummer {n}" for n in (*range(10), *range(20, 30))]
    assert [(f["row"], f["rows"], f["rule"]) for f in quarantined(run)] == [(11, 10, "damaged")]
    assert (stage.received, stage.kept, stage.dropped) == (30, 20, {"quarantined": 10})


def test_an_interrupted_ingestion_goes_on_and_no_byte_differs(
    tmp_path: Path, contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "ROWS_A_PART", 5)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    url = jsonl(tmp_path / "a.jsonl", [{"text": str(n)} if n % 7 else None for n in range(30)])
    ingest(undisturbed := run_in(tmp_path / "one"), [url], settings=LENIENT)
    run, write = run_in(tmp_path / "two"), ingest_module.write_part
    done: list[str] = []

    def write_until(most: int, *arguments: Any, **others: Any) -> dict[str, Any]:
        if len(done) == most:
            raise KeyboardInterrupt
        done.append(arguments[2])
        return write(*arguments, **others)

    monkeypatch.setattr(ingest_module, "write_part", partial(write_until, 3))
    with pytest.raises(KeyboardInterrupt):
        ingest(run, [url], settings=LENIENT)
    assert not run.stages
    monkeypatch.setattr(ingest_module, "write_part", partial(write_until, 99))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    ingest(run, [url], settings=LENIENT)
    assert len(done) == len(set(done)) == 6
    assert contents(run) == contents(undisturbed)


def test_memory_stays_bounded_whatever_a_line_is_long(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as stream:
        for _ in range(128):
            stream.write(b"x" * (1 << 20))
        stream.write(b'\n{"text": "god"}\n')
    tracemalloc.start()
    try:
        stage = ingest(run_in(tmp_path), [str(path)], settings=LENIENT)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()
    assert (stage.kept, stage.dropped) == (1, {"quarantined": 1})


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b'{"text": "x"}\n{"text": ', r"a\.jsonl, row 2: the file ends in the middle of this row"),
        ("a.jsonl", '{"text": "x"}\n'.encode("utf-16"), r"a\.jsonl is UTF-16 or UTF-32, expected UTF-8"),
        ("a.jsonl", '{"text": "x"}\n'.encode("utf-16-le"), r"a\.jsonl is UTF-16 or UTF-32, expected UTF-8"),
        ("a.jsonl.gz", b"not gzip", r"a\.jsonl\.gz, "),
        ("a.jsonl.gz", gzip.compress(b'{"text": "x"}\n' * 9999)[:-40], r"a\.jsonl\.gz, "),
        ("a.jsonl.zst", b"not zstd", r"a\.jsonl\.zst, "),
        ("a.parquet", b"PAR1 not parquet", r"a\.parquet, after row 0, cannot be read as parquet"),
        ("a.parquet", b"", r"a\.parquet, after row 0, cannot be read as parquet"),
        ("a.csv", b"text\nx\n", r"a\.csv: expected a file in \.jsonl, .*, \.parquet"),
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
    (tmp_path / "empty").mkdir()
    with pytest.raises(CleanError, match=r"empty: the folder has no file in \.jsonl, "):
        ingest(run_in(tmp_path), [str(tmp_path / "empty")])
    with pytest.raises(CleanError, match="there is no file to read"):
        ingest(run_in(tmp_path), [])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)
COLUMNS = st.sampled_from([*sorted(ingest_module.COLUMNS), "text", "other"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
        assert "a.jsonl, row 1: " in str(error) or "a.jsonl has no column 'text'" in str(error)
        return
    stage = dedup_corpus(run, DedupSettings(), inputs=[file.path for file in stage.outputs])
    stage = shard_corpus(run, ShardSettings(), inputs=[file.path for file in stage.outputs], name="x")
    assert stage.kept == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    lines=st.lists(
        st.binary(max_size=12) | st.sampled_from([b'{"text": "x"}', b"{}", b"\xef\xbb\xbf", b" "]), max_size=8
    ),
    ending=st.sampled_from([".jsonl", ".jsonl.zst", ".jsonl.gz", ".jsonl.bz2", ".jsonl.xz", ".parquet"]),
)
def test_of_any_bytes_every_row_is_kept_or_in_quarantine_or_the_file_is_named(
    tmp_path_factory: pytest.TempPathFactory, kept: Read, lines: list[bytes], ending: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = folder / f"a{ending}"
    path.write_bytes(b"\n".join(lines))
    adds_up(folder, path, kept)


TABLE = pa.table({"text": [f"tekst {n % 3}" for n in range(40)], "label": ["a", None] * 20})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    ending=st.sampled_from([".jsonl", ".jsonl.zst", ".jsonl.gz", ".jsonl.bz2", ".jsonl.xz", ".parquet"]),
    flips=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(1, 255)), max_size=3),
    end=st.floats(0.5, 1) | st.just(1),
)
def test_damage_anywhere_in_a_file_is_named_or_in_quarantine(
    tmp_path_factory: pytest.TempPathFactory, kept: Read, ending: str, flips: list[tuple[float, int]], end: float
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    path = folder / f"a{ending}"
    if ending == ".parquet":
        pq.write_table(TABLE, path, row_group_size=10, compression="zstd", write_page_checksum=True)
    else:
        jsonl(path, TABLE.to_pylist())
    data = bytearray(path.read_bytes())
    for place, mask in flips:
        data[int(place * len(data))] ^= mask
    path.write_bytes(data[: int(end * len(data))])
    adds_up(folder, path, kept)


def adds_up(folder: Path, path: Path, kept: Read) -> None:
    """Asserts that every row of a file is kept or in quarantine, or that the file is refused by its name."""
    run = run_in(folder)
    try:
        outcome = ingest_files(Workspace(run, "work"), urls=[str(path)], text="text")
    except CleanError as error:
        assert path.name in str(error)
        return
    assert outcome.received == outcome.kept + sum(row["rows"] for row in quarantined(run, "work/quarantine"))
    assert outcome.kept == len(kept(run, "work/raw"))
