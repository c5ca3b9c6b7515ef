"""Tables of one's own: every format gives the same rows, and what is no row of the table is named with file and row."""

import bz2
import csv
import gzip
import io
import json
import lzma
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from scrapers import tables
from scrapers.collect import collect
from scrapers.manifest import Run
from scrapers.record import Document, Dropped, document_id
from scrapers.source import CollectError, Mirrors, find_source
from scrapers.sources.local_file import LocalFile, local_file
from scrapers.store import read_batches, read_documents

Items = list[Document | Dropped]
ROWS = [
    {"id": "a1", "body": 'Han sa "nei; aldri, aldri".\nSå gikk han.', "stars": "4.5", "kind": "bra"},
    {"id": "a2", "body": "Ærlig talt, ÅNEI 🙂 e\u0301", "stars": "", "kind": ""},
    {"id": "7", "body": "नमस्ते", "stars": "1", "kind": "dårlig"},
]
COLUMNS = {"key": "id", "text": "body", "rating": "stars", "label": "kind"}


def in_csv(rows: Sequence[Mapping[str, Any]], **dialect: Any) -> bytes:
    """The rows as CSV."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), **dialect)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def in_sheet(*rows: Sequence[Any], title: str = "Sheet1", second: Sequence[Sequence[Any]] = ()) -> bytes:
    """The rows as a workbook, of which they are the first sheet."""
    book, body = Workbook(), io.BytesIO()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    if second:
        sheet = book.create_sheet("Second")
        for row in second:
            sheet.append(list(row))
    book.save(body)
    return body.getvalue()


def in_parquet(rows: Sequence[Mapping[str, Any]], **options: Any) -> bytes:
    """The rows as parquet."""
    body = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), body, **options)
    return body.getvalue()


def zstd(body: bytes) -> bytes:
    """The bytes packed by zstd."""
    return bytes(pa.Codec("zstd").compress(body, asbytes=True))


PACKERS: Mapping[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd,
}
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
WRITTEN = {
    "f.csv": in_csv(ROWS),
    "f.tsv": in_csv(ROWS, delimiter="\t", lineterminator="\n"),
    "f.jsonl": LINES,
    "g.json": LINES,
    "h.json": json.dumps(ROWS).encode(),
    "i.json": b"\xef\xbb\xbf \n" + json.dumps(ROWS, indent=2, ensure_ascii=False).encode(),
    "f.xlsx": in_sheet(list(ROWS[0]), *(row.values() for row in ROWS)),
    "f.parquet": in_parquet(ROWS),
}


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Items]:
    """What is read of a file with that content."""

    def go(body: bytes | str, name: str = "f.csv", **options: Any) -> Items:
        (tmp_path / name).write_bytes(body.encode() if isinstance(body, str) else body)
        return list(replace(local_file, path=str(tmp_path / name), **options).documents(None))  # type: ignore[arg-type]

    return go


def texts(items: Items) -> list[str]:
    """The texts of documents, none of which is dropped."""
    assert all(isinstance(item, Document) for item in items)
    return [item.text for item in items if isinstance(item, Document)]


# Formats


@pytest.mark.parametrize("name", WRITTEN)
def test_every_format_gives_the_same_records(read, name: str) -> None:
    found = read(WRITTEN[name], name, columns=COLUMNS, source_name="mine")
    assert [(d.id, d.text, d.rating, d.raw_rating, d.label) for d in found] == [
        (document_id("mine", "a1"), ROWS[0]["body"], 0.875, "4.5", "bra"),
        (document_id("mine", "a2"), ROWS[1]["body"], None, None, None),
        (document_id("mine", "7"), ROWS[2]["body"], 0.0, "1", "dårlig"),
    ]
    assert {(d.source, d.licence, d.reserved, d.group == d.id, d.lang) for d in found} == {
        ("mine", "unknown", "unknown", True, None)
    }


@pytest.mark.parametrize(("name", "packed"), [(name, ending) for name in ("f.csv", "f.jsonl") for ending in PACKERS])
def test_a_packed_table_is_read_and_refused_where_it_is_not_whole(read, name: str, packed: str) -> None:
    rows = [{"text": f"Setning {n} æ"} for n in range(100)]
    plain = in_csv(rows) if name == "f.csv" else "".join(json.dumps(row) + "\n" for row in rows).encode()
    body, name = PACKERS[packed](plain), name + packed
    assert texts(read(body, name)) == [row["text"] for row in rows]
    for broken in (b"", body[:-10], body[: len(body) // 2], body[:20] + b"\xff" * 20 + body[40:], b"plain text"):
        with pytest.raises(CollectError, match=name.replace(".", r"\.")):
            read(broken, name)


@pytest.mark.parametrize("name", ["f.parquet", "f.xlsx"])
def test_a_damaged_parquet_or_workbook_is_refused(read, name: str) -> None:
    body = WRITTEN[name]
    for broken in (b"", body[:-10], body[: len(body) // 2], b"<html>Log in</html>"):
        with pytest.raises(CollectError, match=name):
            read(broken, name, columns=COLUMNS)


def test_what_is_packed_in_itself_is_not_unpacked_twice_and_another_ending_is_refused(read) -> None:
    with pytest.raises(CollectError, match=r"f\.parquet\.gz: a \.parquet is packed in itself; unpack it first"):
        read(gzip.compress(WRITTEN["f.parquet"]), "f.parquet.gz")
    for name in ("f.xls", "f", "f.gz", "csv"):
        with pytest.raises(CollectError, match=r"expected a name that ends in \.csv, \.tsv, \.txt, \.jsonl"):
            read("text\nx\n", name)


def test_lines_of_text_are_rows(read) -> None:
    assert texts(read('En, "to"\n\nTre;fire\r\n', "f.txt", header=False, columns={"text": "0"})) == [
        'En, "to"',
        "Tre;fire",
    ]


def test_a_line_may_have_a_label_before_the_text_and_dirt_at_its_ends(read) -> None:
    found = read(
        '1;bra; veldig bra\n%-1;nei 100%\n"1;ja"\n',
        "f.txt",
        header=False,
        delimiter=";",
        quoting="none",
        split_once=True,
        strip_left='%"',
        strip_right='"',
        columns={"label": "0", "text": "1"},
        labels={"1": "positive", "-1": "negative"},
    )
    assert [(d.label, d.text) for d in found] == [
        ("positive", "bra; veldig bra"),
        ("negative", "nei 100%"),
        ("positive", "ja"),
    ]


def test_tokens_become_a_text_and_are_never_run(read, tmp_path: Path) -> None:
    rows = [{"text": repr(["abe", "it's", 'o\'k "q"', "ñ"])}, {"text": "[]"}]
    assert texts(read(in_csv(rows), text_is="token-list")) == ["abe it's o'k \"q\" ñ", ""]
    assert texts(read(json.dumps({"text": ["en", "to"]}), "f.jsonl", text_is="token-list")) == ["en to"]
    stroke = tmp_path / "run"
    for code in (f"[open({str(stroke)!r}, 'w')]", "en to", "'en'", "['en', 2]", "[" * 9000, "-" * 90_000 + "1"):
        with pytest.raises(CollectError, match=r"f\.csv, line 2: .*\(column 'text'\)"):
            read(in_csv([{"text": code}]), text_is="token-list")
    with pytest.raises(CollectError, match="Python literal of 1,200,002 characters"):
        read(in_csv([{"text": "[" + "'a'," * 300_000 + "]"}]), text_is="token-list")
    assert not stroke.exists()


@pytest.mark.parametrize(
    ("encoding", "text"), [("latin-1", "£900 å"), ("cp1252", "€ – å"), ("utf-16", "नमस्ते"), ("utf-8", "\ufeffå")]
)
def test_the_encoding_is_that_of_the_recipe_and_a_mark_at_the_start_is_no_text(read, encoding: str, text: str) -> None:
    assert texts(read(f"text\r\n{text}\r\n".encode(encoding), encoding=encoding)) == [text]
    assert texts(read(b"\xef\xbb\xbftext\n\xc3\xa5\n")) == ["å"]


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("f.csv", b"text\nok\nB\xe5t\n", r"f\.csv, line 3: the byte 0xe5 is not utf-8 .* encoding = \"cp1252\""),
        ("f.csv", b"text\n" + b"ok\n" * 20_000 + b"\xe5\n", "line 20002: the byte 0xe5"),
        ("f.csv", "text\nå\n".encode("utf-16"), 'line 1: the byte 0xff .* encoding = "utf-16"'),
        ("f.jsonl", b'{"text": "a"}\n{"text": "\xe5"}\n', "line 2: the byte 0xe5"),
        ("f.json", b'[{"text": "a"},\n{"text": "\xe5"}]', "line 2: the byte 0xe5"),
        ("f.txt", b"0\n\xc3", "line 2: the byte 0xc3 is not utf-8 .unexpected end of data"),
    ],
)
def test_a_byte_of_another_encoding_is_named_with_its_line(read, name: str, body: bytes, message: str) -> None:
    with pytest.raises(CollectError, match=message):
        read(body, name, columns={"text": "0" if name == "f.txt" else "text"})


def test_a_cell_may_be_long_and_a_line_is_not_endless(read, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [len(text) for text in texts(read(in_csv([{"text": "a" * 300_000}])))] == [300_000]
    monkeypatch.setattr(tables, "LONGEST_LINE", 1000)
    monkeypatch.setattr(tables, "LARGEST_ARRAY", 1000)
    with pytest.raises(CollectError, match="line 2: longer than 1,000 characters"):
        read("text\n" + "a" * 5000)
    with pytest.raises(CollectError, match="a quotation mark is open for 1,000 characters, up to line "):
        read('text,b\n"a' + '\n","b' * 900)
    with pytest.raises(CollectError, match=r"more than 1,000 bytes; make it a \.jsonl"):
        read(json.dumps([{"text": "a" * 2000}]), "f.json")


# Workbooks


def test_a_sheet_is_chosen_and_the_first_is_taken(read) -> None:
    body = in_sheet(["text"], ["en"], second=[["text"], ["to"]])
    assert texts(read(body, "f.xlsx")) == ["en"]
    assert texts(read(body, "f.xlsx", sheet="Second")) == ["to"]
    with pytest.raises(CollectError, match=r"f\.xlsx has no sheet 'Third'; it has 'Sheet1', 'Second'"):
        read(body, "f.xlsx", sheet="Third")


def test_numbers_dates_and_empty_rows_of_a_sheet(read) -> None:
    rows = [
        [None],
        ["text ", "label", "when"],
        ["en", 0, date(2019, 5, 17)],
        [None, None],
        ["to", 1.0, None],
        ["tre", True],
    ]
    found = read(in_sheet(*rows), "f.xlsx", columns={"text": "text", "label": "label", "published": "when"})
    assert [(d.text, d.label, d.published, d.url) for d in found] == [
        ("en", "0", date(2019, 5, 1), "f.xlsx#3"),
        ("to", "1", None, "f.xlsx#5"),
        ("tre", "true", None, "f.xlsx#6"),
    ]
    assert texts(read(in_sheet(["en"], ["to"]), "f.xlsx", header=False, columns={"text": "0"})) == ["en", "to"]


SHEET = "xl/worksheets/sheet1.xml"


def changed(body: bytes, *changes: tuple[str, str], member: str = SHEET) -> bytes:
    """A workbook in which `old` stands no more, but `new`."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).decode()
            for before, after in changes if name == member else ():
                assert before in content
                content = content.replace(before, after)
            new.writestr(name, content)
    return target.getvalue()


def test_a_formula_has_its_stored_value_or_none_and_an_error_is_no_text(read) -> None:
    formula = in_sheet(["text", "b"], ["=1+1", "x"])
    with pytest.raises(CollectError, match=r"f\.xlsx, row 2: no value \(column 'text'\)"):
        read(formula, "f.xlsx")
    stored = changed(formula, ("<v></v>", "<v>12</v>") if b"<v></v>" in sheet_of(formula) else ("<v />", "<v>12</v>"))
    assert texts(read(stored, "f.xlsx")) == ["12"]
    with pytest.raises(CollectError, match="row 2: the error #NAME\\? in column 'text'"):
        read(in_sheet(["text"], ["#NAME?"]), "f.xlsx")


def sheet_of(body: bytes) -> bytes:
    """The XML of the first sheet."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return book.read(SHEET)


def test_a_sheet_is_read_whole_whatever_it_says_of_its_size(read) -> None:
    body = in_sheet(["text", "b"], *([f"Rad {n}", n] for n in range(50)))
    assert b'ref="A1:B51"' in sheet_of(body)
    assert len(read(changed(body, ('ref="A1:B51"', 'ref="A1:A2"')), "f.xlsx")) == 50


def test_a_workbook_that_would_fill_the_machine_is_refused(read, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CollectError, match="more than is read of a workbook"):
        read(changed(in_sheet(["text"], ["a"]), ("<sheetData>", " " * (40 << 20) + "<sheetData>")), "f.xlsx")
    monkeypatch.setattr(tables, "MOST_ROWS", 1000)
    with pytest.raises(CollectError, match="has a row beyond 1,000"):
        read(changed(in_sheet(["text"], ["a"]), ('<row r="2"', '<row r="999999999999"')), "f.xlsx")
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    doctype = ("<worksheet", f"<!DOCTYPE x [{entities}]><worksheet")
    laughs = changed(in_sheet(["text"], [7]), doctype, ("<v>7</v>", "<v>&e11;</v>"))
    with pytest.raises(CollectError, match=r"f\.xlsx cannot be read"):
        read(laughs, "f.xlsx")


# Rows that are not as the recipe says


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("f.csv", "text,n\na,1\nb\n", "line 3: 1 cells, expected 2"),
        ("f.csv", "text,n\na,1\nb,2,3\n", "line 3: 3 cells, expected 2"),
        ("f.csv", 'text,n\n"a\nb",1\n"c"d,2\n', r"line 4: not CSV \(',' expected after '\"'\)"),
        ("f.csv", 'text,n\na,1\n"b,2\n', r"line 3: not CSV \(unexpected end of data\)"),
        ("f.csv", "text,n\na\0b,1\n", "line 2: a NUL byte"),
        ("f.tsv", "text\tn\na\n", "line 2: 1 cells, expected 2"),
        ("f.jsonl", '{"text": "a", "n": 1}\n{\n', r"line 2: not JSON"),
        ("f.jsonl", '{"text": "a", "n": 1}\n\n', r"line 2: not JSON"),
        ("f.jsonl", '{"text": "a", "n": 1}\n[1]\n', "line 2: expected an object, found list"),
        ("f.jsonl", "[" * 100_000, "line 1: not JSON"),
        ("f.jsonl", '{"text": "a"}\n', "line 1: no column 'n'; it has 'text'"),
        ("f.jsonl", '{"text": null, "n": 1}\n', r"line 1: no value \(column 'text'\)"),
        ("f.jsonl", '{"text": ["a"], "n": 1}\n', r"line 1: expected a text or a number, found list \(column 'text'\)"),
        ("f.json", '[{"text": "a", "n": 1}, 7]', "row 2: expected an object, found int"),
        ("f.xlsx", in_sheet(["text", "n"], ["a", 1], ["b", 2, 3]), "row 3: 3 cells, expected 2"),
        ("f.xlsx", in_sheet(["text", "n"], [None, 1]), r"row 2: no value \(column 'text'\)"),
        (
            "f.parquet",
            in_parquet([{"text": "a", "n": 1}, {"text": None, "n": 2}]),
            r"row 2: no value \(column 'text'\)",
        ),
        ("f.parquet", in_parquet([{"text": b"a", "n": 1}]), "row 1: expected a text or a number, found bytes"),
    ],
)
def test_a_row_that_is_none_is_named(read, name: str, body: Any, message: str) -> None:
    with pytest.raises(CollectError, match=rf"{name}, {message}"):
        read(body, name, columns={"text": "text", "label": "n"})


@pytest.mark.parametrize(
    ("ours", "cell", "message"),
    [
        ("rating", 9, "rating 9 is not on the scale 1 to 5"),
        ("rating", "god", "could not convert string to float: 'god'"),
        ("rating", "Infinity", "rating inf is not on the scale"),
        ("year", 10**20, "too large"),
        ("year", 0, "year 0 is out of range"),
        ("published", "i fjor", "Invalid isoformat string: 'i fjor'"),
        ("key", None, "no value"),
        ("key", "", "no value"),
        ("group", {"a": 1}, "expected a text or a number, found dict"),
        ("label", "2", "the label '2' is none of those in `labels`, 0, 1"),
    ],
)
def test_a_cell_that_is_of_another_kind_is_named(read, ours: str, cell: Any, message: str) -> None:
    body = json.dumps({"text": "a", "x": cell})
    with pytest.raises(CollectError, match=rf"f\.jsonl, line 1: .*{message}.* \(column 'x'\)"):
        read(body, "f.jsonl", columns={"text": "text", ours: "x"}, labels={"0": "ham", "1": "spam"})


@pytest.mark.parametrize(
    ("ours", "cell", "expected"),
    [
        ("rating", "4,5", 0.875),
        ("rating", float("nan"), None),
        ("raw_rating", 4.0, "4"),
        ("label", 1.0, "1"),
        ("label", True, "true"),
        ("label", "", None),
        ("title", "", None),
        ("url", "http://a.example/7", "http://a.example/7"),
        ("group", "b1", "b1"),
        ("published", "2019-05-17T12:00:00Z", date(2019, 5, 1)),
        ("published", "", None),
        ("year", 2019.0, date(2019, 1, 1)),
        ("year", None, None),
    ],
)
def test_a_cell_becomes_a_column_of_the_record(read, ours: str, cell: Any, expected: Any) -> None:
    column = {"raw_rating": "rating"}.get(ours, ours)
    (found,) = read(json.dumps({"text": "a", "x": cell}), "f.jsonl", columns={"text": "text", column: "x"})
    assert getattr(found, {"year": "published"}.get(ours, ours)) == expected


def test_labels_get_the_names_of_the_recipe_and_cells_lose_their_spaces(read) -> None:
    options = {"columns": {"text": "text", "label": "n"}, "labels": {"0": "ham", "1": "spam"}, "strip": True}
    assert [(d.text, d.label) for d in read("n, text\n 1 , a \n0,b\n", **options)] == [("a", "spam"), ("b", "ham")]
    with pytest.raises(CollectError, match=r"line 2: the label ' 1 ' is none of those"):
        read("n,text\n 1 ,a\n", **options | {"strip": False})


def test_the_one_language_of_a_recipe_is_that_of_its_records(read) -> None:
    assert [read("text\na\n", languages=codes)[0].lang for codes in ((), ("hi",), ("nb", "nn"))] == [None, "hi", None]


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("f.csv", "id,tekst\n1,a\n", r"f\.csv has no column 'text'; its columns are 'id', 'tekst'"),
        ("f.csv", "text,text\na,b\n", r"f\.csv has 2 columns 'text'; its columns are 'text', 'text'"),
        ("f.csv", '"text\na', r"f\.csv, line 1: not CSV"),
        ("f.xlsx", in_sheet(["tekst"], ["a"]), "no column 'text'; its columns are 'tekst'"),
        ("f.parquet", in_parquet([{"tekst": "a"}]), "no column 'text'; its columns are 'tekst'"),
        ("f.csv", "text\n", r"f\.csv holds no row"),
        ("f.csv", "", r"f\.csv holds no row"),
        ("f.jsonl", "", r"f\.jsonl holds no row"),
        ("f.json", "[]", r"f\.json holds no row"),
        ("f.json", "[{", r"f\.json cannot be read"),
        ("f.xlsx", in_sheet(["text"]), r"f\.xlsx holds no row"),
    ],
)
def test_a_table_without_the_columns_or_without_rows_is_refused(read, name: str, body: Any, message: str) -> None:
    with pytest.raises(CollectError, match=message):
        read(body, name, bad_rows=99)


def test_columns_that_are_not_wanted_may_be_nameless(read) -> None:
    found = read("v1,v2,,,\nham,Ok lar,,,\n", columns={"text": "v2", "label": "v1"})
    assert [(d.label, d.text) for d in found] == [("ham", "Ok lar")]


def test_bad_rows_are_put_aside_as_far_as_the_recipe_allows(read) -> None:
    body = 'text,n,who\ngod,1,Ola\n"kort"\n"a"b,2,Ola\nny,x,Ola\nbra,0,Ola\n'
    options = {"columns": {"text": "text", "label": "n"}, "labels": {"0": "ham", "1": "spam"}}
    found = read(body, bad_rows=3, **options)
    assert [item.text for item in found if isinstance(item, Document)] == ["god", "bra"]
    dropped = [item for item in found if isinstance(item, Dropped)]
    assert [(d.document.text, d.rule, d.document.url) for d in dropped] == [
        ("", "bad_row", "f.csv#3"),
        ("", "bad_row", "f.csv#4"),
        ("ny", "bad_row", "f.csv#5"),
    ]
    assert [d.value.split(" (")[0] for d in dropped][:2] == ["line 3: 1 cells, expected 3", "line 4: not CSV"]
    assert {d.threshold for d in dropped} == {"at most 3 of a file"}
    with pytest.raises(CollectError, match=r"f\.csv, line 5: the label 'x' .*, and bad_rows allows 2"):
        read(body, bad_rows=2, **options)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("f.csv", "who,text\nOla N,a\nOla N,b,c\n"),
        ("f.csv", 'who,text\nOla N,a\n"Ola N"x,b\n'),
        ("f.tsv", "who\ttext\nOla N\ta\nOla N\n"),
        ("f.jsonl", '{"who": "Ola N", "text": "a"}\n{"who": "Ola N"}\n'),
        ("f.jsonl", '{"who": "Ola N", "text": "a"}\n{"who": "Ola N"\n'),
        ("f.json", '[{"who": "Ola N", "text": "a"}, ["Ola N"]]'),
        ("f.xlsx", in_sheet(["who", "text"], ["Ola N", "a"], ["Ola N", "b", "c"])),
        ("f.xlsx", in_sheet(["who", "text"], ["Ola N", "a"], ["Ola N", "#NAME?"])),
        ("f.parquet", in_parquet([{"who": "Ola N", "text": "a"}, {"who": "Ola N", "text": None}])),
    ],
)
def test_nothing_of_a_column_that_is_not_in_the_map_is_kept_of_a_bad_row(read, name: str, body: Any) -> None:
    good, bad = read(body, name, bad_rows=1)
    assert isinstance(bad, Dropped)
    assert "Ola N" not in repr((good, bad))


# Files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three tables."""
    (tmp_path / "data" / "in").mkdir(parents=True)
    for name, text in (("b.csv", "to"), ("a.csv", "en"), ("in/c.csv", "tre")):
        (tmp_path / "data" / name).write_text(f"text\n{text}\n", "utf-8")
    return tmp_path / "data"


def test_several_files_are_read_in_the_order_of_their_names(folder: Path) -> None:
    for path in (f"{folder}/**/*.csv", (f"{folder}/in/c.csv", f"{folder}/?.csv", f"{folder}/a.csv")):
        source = replace(local_file, path=path)
        found = list(source.documents(None))  # type: ignore[arg-type]
        assert [(d.text, d.url) for d in found] == [("en", "a.csv#2"), ("to", "b.csv#2"), ("tre", "c.csv#2")]
        assert len({d.id for d in found}) == 3
        assert len(list(source.chapters(None))) == 3  # type: ignore[arg-type]


def ids(path: Any) -> list[str]:
    """The ids of all rows."""
    return [item.id for item in replace(local_file, path=path).documents(None)]  # type: ignore[arg-type,union-attr]


def test_ids_do_not_depend_on_where_the_files_lie_nor_on_other_files(folder: Path, tmp_path: Path) -> None:
    a, b, c = (document_id("local-file", f"{name}.csv#2") for name in "abc")
    assert ids(f"{folder}/**/*.csv") == [a, b, c]
    assert ids(f"{folder}/in/c.csv") == ids((f"{folder}/in/*.csv",)) == [c]
    assert ids(f"{folder.rename(tmp_path / 'elsewhere')}/**/*.csv") == [a, b, c]


def test_two_files_of_one_name_need_a_key(folder: Path) -> None:
    (folder / "in" / "c.csv").rename(folder / "in" / "a.csv")
    source = replace(local_file, path=f"{folder}/**/*.csv")
    with pytest.raises(CollectError, match=r"/data/a\.csv and .*/data/in/a\.csv are called the same.* the `key`"):
        list(source.documents(None))  # type: ignore[arg-type]
    found = list(replace(source, columns={"key": "text", "text": "text"}).documents(None))  # type: ignore[arg-type]
    assert texts(found) == ["en", "to", "tre"]
    assert len({document.id for document in found if isinstance(document, Document)}) == 3


def test_a_name_with_brackets_is_a_name(read, tmp_path: Path) -> None:
    assert texts(read("text\na\n", "f[1].csv")) == ["a"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (None, "source local-file has no file: set path"),
        ((), "source local-file has no file: set path"),
        ("/nowhere.jsonl", r"/nowhere\.jsonl does not exist: it is the `path` of source"),
        ("/nowhere/*.csv", "does not exist"),
        ("https://example.no/a.csv", "reads files, not the web; download it first"),
        ("simplecache::http://example.no/a.csv", "reads files, not the web"),
        ("nostore://a.csv", "nostore"),
        ("{folder}", "is a folder: name its files, such as path = '.*/data/\\*.csv'"),
    ],
)
def test_a_file_that_is_not_there_is_named(folder: Path, path: Any, message: str) -> None:
    source = replace(local_file, path=path.format(folder=folder) if isinstance(path, str) else path)
    with pytest.raises(CollectError, match=message):
        list(source.documents(None))  # type: ignore[arg-type]
    assert source.digest() is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"text": "x", "body": "y"}}, r"unknown columns \['body'\]; known are key, text"),
        ({"columns": {"key": "x"}}, "does not say which column is the text"),
        ({"columns": {"text": "x", "year": "y", "published": "z"}}, "names both year and published"),
        ({"path": 7}, "path is 7: expected a path, or a list of them"),
        ({"path": ["a", 7]}, "path is .*: expected a path"),
        ({"text_is": "tokens"}, 'expected "text" or "token-list"'),
        ({"quoting": "all"}, 'expected "csv" or "none"'),
        ({"delimiter": "::"}, "expected one character"),
        ({"delimiter": '"', "quoting": "none"}, "expected one character"),
        ({"split_once": True}, 'need quoting = "none"'),
        ({"encoding": "utf-9"}, "encoding is 'utf-9': expected one that Python knows"),
        ({"bad_rows": "many"}, "bad_rows is 'many'"),
        ({"languages": ["../x"]}, "languages has '../x': expected codes such as 'nb'"),
    ],
)
def test_what_a_recipe_says_wrong_is_named_when_it_is_read(options: dict[str, Any], message: str) -> None:
    with pytest.raises(CollectError, match=f"source local-file: .*{message}"):
        find_source("local-file", options)


def test_files_that_changed_are_told_by_their_digest(folder: Path) -> None:
    one, all_of_them = (replace(local_file, path=f"{folder}/{name}") for name in ("a.csv", "*.csv"))
    first = [one.digest(), all_of_them.digest()]
    assert None not in first
    (folder / "b.csv").rename(folder / "c.csv")
    second = [one.digest(), all_of_them.digest()]
    assert [a == b for a, b in zip(first, second, strict=True)] == [True, False]
    (folder / "a.csv").write_text("text\nny\n")
    assert not {one.digest(), all_of_them.digest()} & {*first, *second}


def test_a_table_is_collected_with_its_bad_rows_on_disk(folder: Path, tmp_path: Path) -> None:
    (folder / "b.csv").write_text("text\nto\nfor,mange\n", "utf-8")
    run, source = Run(str(tmp_path / "run")), replace(local_file, path=f"{folder}/*.csv", bad_rows=1)
    stage = collect(run, "x", source, mirrors=Mirrors())
    assert stage is not None
    assert (stage.received, stage.kept, stage.dropped) == (3, 2, {"bad_row": 1})
    assert [d.text for path in run.files("raw/x") for d in read_documents(run.path(path))] == ["en", "to"]
    (dropped,) = [
        row for path in run.files("dropped") for batch in read_batches(run.path(path)) for row in batch.to_pylist()
    ]
    assert (dropped["text"], dropped["stage"], dropped["value"]) == ("", "collect/x", "line 3: 2 cells, expected 1")
    limited = collect(Run(str(tmp_path / "limited")), "x", source, mirrors=Mirrors(), limit=1)
    assert limited is not None
    assert limited.received == 1


# Anything at all


def in_memory(name: str, body: bytes, **options: Any) -> LocalFile:
    """A table of these bytes that no disk has seen."""
    with fsspec.open(f"memory://any/{name}", "wb") as stream:
        stream.write(body)
    return replace(local_file, path=f"memory://any/{name}", **options)


def read_or_refuse(source: LocalFile) -> Iterator[str]:
    """The texts, or none where the file is refused; any other exception is a fault of the reader's."""
    with warnings.catch_warnings(action="ignore"):  # openpyxl's, of what it leaves out
        try:
            for item in source.documents(None):  # type: ignore[arg-type]
                yield (item.document if isinstance(item, Dropped) else item).text
        except CollectError:
            return


@given(
    st.binary(max_size=80) | st.text(st.sampled_from('{}[]":,;text1\n\r\t\0 '), max_size=60).map(str.encode),
    st.sampled_from(["f.csv", "f.tsv", "f.txt", "f.json", "f.jsonl", "f.csv.gz", "f.jsonl.zst", "f.xlsx", "f.parquet"]),
    st.sampled_from([{}, {"header": False, "columns": {"text": "0"}}, {"bad_rows": 5}, {"quoting": "none"}]),
)
def test_any_bytes_are_texts_or_refused(body: bytes, name: str, options: dict[str, Any]) -> None:
    for content in (body, b"text\n" + body):
        assert all(isinstance(text, str) for text in read_or_refuse(in_memory(name, content, **options)))


@given(st.sampled_from(["f.xlsx", "f.parquet", "f.csv.gz"]), st.integers(0, 10**6), st.integers(1, 255))
def test_one_changed_byte_is_a_text_or_refused(name: str, place: int, bits: int) -> None:
    body = bytearray({**WRITTEN, "f.csv.gz": gzip.compress(WRITTEN["f.csv"])}[name])
    body[place % len(body)] ^= bits
    assert all(isinstance(text, str) for text in read_or_refuse(in_memory(name, bytes(body), columns=COLUMNS)))


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=2),
        min_size=1,
        max_size=8,
    )
)
def test_what_was_written_as_csv_is_read(rows: list[list[str]]) -> None:
    body = in_csv([{"text": text, "n": n} for text, n in rows], quoting=csv.QUOTE_ALL)
    assert list(read_or_refuse(in_memory("f.csv", body))) == [text for text, _ in rows]
