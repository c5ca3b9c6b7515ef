"""Rows of a table in a file, whatever it is written in: CSV, TSV, lines of text, JSON, XLSX, parquet."""

import ast
import codecs
import csv
import io
import json
import os
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, cast

import pyarrow.parquet as pq

from scrapers.packed import MOST_RATIO, unpacked
from scrapers.source import CollectError

PACKED = ("gz", "bz2", "xz", "zst")
LONGEST_LINE = 16 << 20  # characters, and of a record of several lines
LARGEST_ARRAY = 64 << 20  # bytes of a JSON array, which is read whole
# openpyxl keeps all strings of a workbook in memory, and a trace of every row.
LARGEST_WORKBOOK = 256 << 20
FREE_WORKBOOK = 32 << 20
MOST_ROWS = 1 << 20  # what a sheet holds. Source: ECMA-376, and Excel's own limits
ROWS_A_BATCH = 512
LONGEST_LITERAL = 1 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file does not say of itself.

    delimiter: between cells; by itself a comma, a tab in .tsv, and none in .txt, where a line is one cell. quoting:
    "csv" where cells that hold delimiters or line feeds stand in double quotes, "none" where a line is a row whatever
    stands in it. header: whether the first row names the columns; else they are "0", "1" and so on. sheet: of a
    workbook; by itself the first. For quoting = "none": split_once, whether the last of two cells may hold delimiters;
    strip_left, strip_right, characters that are no part of a line where they stand at its ends.
    """

    delimiter: str = ""
    quoting: str = "csv"
    encoding: str = "utf-8"
    header: bool = True
    sheet: str = ""
    split_once: bool = False
    strip_left: str = ""
    strip_right: str = ""

    def __post_init__(self) -> None:
        if self.quoting not in ("csv", "none"):
            raise ValueError(f'quoting is {self.quoting!r}: expected "csv" or "none"')
        if self.quoting == "csv" and (self.split_once or self.strip_left or self.strip_right):
            raise ValueError('split_once, strip_left and strip_right need quoting = "none"')
        if (self.quoting == "csv" and len(self.delimiter) > 1) or set(self.delimiter) & set('"\r\n'):
            raise ValueError(f"delimiter is {self.delimiter!r}: expected one character, such as ';' or a tab")
        try:
            codecs.lookup(self.encoding)
        except (LookupError, ValueError) as error:
            raise ValueError(
                f"encoding is {self.encoding!r}: expected one that Python knows, such as cp1252"
            ) from error


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its number and what is counted ("line", "row"), its cells by column.

    fault: why it is no row of this table; then the cells are none.
    """

    number: int
    counted: str
    cells: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""

    @property
    def at(self) -> str:
        """Where it stands, for a message."""
        return f"{self.counted} {self.number}"


Rows = Iterator[Row]


def rows(stream: IO[bytes], name: str, layout: Layout, wanted: Collection[str]) -> Rows:
    """The rows of the table in `stream`, in order, with their `wanted` columns; the end of `name` says what it is.

    Raises CollectError, and what the parsers raise on a file that is damaged.
    """
    ending, packed = ending_of(name)
    if ending not in FORMATS:
        raise CollectError(
            f"{name}: expected a name that ends in .{', .'.join(FORMATS)}, or in that and .gz or another"
        )
    if packed and ending in SEEKABLE:
        raise CollectError(f"{name}: a .{ending} is packed in itself; unpack it first")
    if ending in SEEKABLE:
        yield from FORMATS[ending](stream, name, layout, wanted)
        return
    with io.BufferedReader(cast(io.RawIOBase, unpacked(stream, name)), 1 << 16) as plain:
        yield from FORMATS[ending](cast(IO[bytes], plain), name, layout, wanted)


def ending_of(name: str) -> tuple[str, str]:
    """What a file is, and how that is packed, by its name: `("csv", "gz")` of `a.csv.gz`, `("csv", "")` of `a.csv`."""
    stem, _, ending = name.lower().rpartition(".")
    return (stem.rpartition(".")[2], ending) if ending in PACKED else (ending, "")


def columns(header: Sequence[str], name: str, wanted: Collection[str]) -> dict[str, int]:
    """The place of each of the `wanted` columns. Raises CollectError where one is missing, or stands there twice."""
    for column in wanted:
        if (count := header.count(column)) != 1:
            amiss = f"no column {column!r}" if count == 0 else f"{count} columns {column!r}"
            raise CollectError(f"{name} has {amiss}; its columns are {', '.join(map(repr, header[:50]))}")
    return {column: header.index(column) for column in wanted}


def text_lines(stream: IO[bytes], name: str, encoding: str) -> Iterator[str]:
    """The lines of a text, with their ends as they stand. Raises CollectError on a byte that is not of the encoding."""
    number = 0
    with io.TextIOWrapper(stream, encoding=without_mark(encoding), newline="") as text:
        while True:
            try:
                line = text.readline(LONGEST_LINE)
            except UnicodeDecodeError as error:
                raise CollectError(f"{name}, {undecodable(error, number, encoding)}") from error
            if not line:
                return
            number += 1
            if len(line) == LONGEST_LINE:
                raise CollectError(f"{name}, line {number}: longer than {LONGEST_LINE:,} characters")
            yield line


def without_mark(encoding: str) -> str:
    """The encoding that takes a byte-order mark at the start of a text for no part of it."""
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


def undecodable(error: UnicodeDecodeError, lines: int, encoding: str) -> str:
    """Which byte after `lines` lines is not of the encoding, and which other the file may be in."""
    number = lines + 1 + error.object.count(b"\n", 0, error.start)
    utf_16 = number == 1 and error.object[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    likely = '"utf-16"' if utf_16 else '"cp1252" (Windows), "latin-1"'
    return (
        f"line {number}: the byte 0x{error.object[error.start]:02x} is not {encoding} ({error.reason}); "
        f"say encoding = {likely} or another in the recipe"
    )


class Record:
    """The lines that make up the record that is being read, which is more than one where a cell holds line feeds."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._read = self._size = 0
        self.is_blank = True

    def begin(self) -> int:
        """Forgets the lines of the last record, and returns the number of the first line of the next."""
        self.is_blank, self._size = True, 0
        return self._read + 1

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._read += 1
            self._size += len(line)
            self.is_blank = self.is_blank and not line.strip("\r\n")
            if self._size > LONGEST_LINE:
                raise ValueError(f"a quotation mark is open for {LONGEST_LINE:,} characters, up to line {self._read}")
            yield line


def delimited(stream: IO[bytes], name: str, layout: Layout, wanted: Collection[str]) -> Rows:
    """The rows of a CSV, a TSV, or lines of text. Lines without anything in them are no rows."""
    record = Record(text_lines(stream, name, layout.encoding))
    places, width = None, 0
    for number, cells, fault in records(record, parsed(record, ending_of(name)[0], layout)):
        if places is None:
            if fault:
                raise CollectError(f"{name}, line {number}: {fault}")
            places, width = columns(header(cells, layout), name, wanted), len(cells)
            if layout.header:
                continue
        if fault := fault or amiss(cells, width):
            yield Row(number, "line", fault=fault)
        else:
            yield Row(number, "line", {column: cells[place] for column, place in places.items()})


def parsed(lines: Record, ending: str, layout: Layout) -> Iterator[list[str]]:
    """The cells of each record. Raises csv.Error on one that is no CSV, and can be asked for the next."""
    delimiter = layout.delimiter or {"csv": ",", "tsv": "\t"}.get(ending, "")
    if layout.quoting == "csv" and delimiter:
        csv.field_size_limit(LONGEST_LINE)  # of the whole process; by itself 131,072
        return csv.reader(lines, delimiter=delimiter, strict=True)
    ends = (line.rstrip("\r\n").lstrip(layout.strip_left).rstrip(layout.strip_right) for line in lines)
    return ([line] if not delimiter else line.split(delimiter, 1 if layout.split_once else -1) for line in ends)


def records(record: Record, parsed: Iterator[list[str]]) -> Iterator[tuple[int, list[str], str]]:
    """Of each record with anything in it: the number of its first line, its cells, and why it has none."""
    while True:
        number = record.begin()
        try:
            cells, fault = next(parsed), ""
        except StopIteration:
            return
        except csv.Error as error:
            cells, fault = [], f"not CSV ({error})"
        if not record.is_blank:
            yield number, cells, fault


def header(cells: Sequence[Any], layout: Layout) -> list[str]:
    """The names of the columns of a table of which these are the first cells."""
    return [str(cell).strip() if layout.header else str(place) for place, cell in enumerate(cells)]


def amiss(cells: Sequence[str], width: int) -> str:
    """What is wrong with the cells of a row of text, if anything."""
    if len(cells) != width:
        return f"{len(cells)} cells, expected {width}"
    return (
        'a NUL byte: is the file in another encoding, such as "utf-16"?' if any("\0" in cell for cell in cells) else ""
    )


def json_lines(stream: IO[bytes], name: str, layout: Layout, wanted: Collection[str]) -> Rows:
    """The rows of a file with a JSON object a line."""
    for number, line in enumerate(text_lines(stream, name, layout.encoding), 1):
        try:
            value, fault = json.loads(line), ""
        except (ValueError, RecursionError) as error:
            value, fault = None, f"not JSON ({error})"
        yield of_object(value, fault, number, "line", wanted)


def json_array(stream: IO[bytes], name: str, layout: Layout, wanted: Collection[str]) -> Rows:
    """The rows of a JSON array of objects; or of a file with an object a line, as many are that are named .json."""
    start = cast(io.BufferedReader, stream).peek(64).removeprefix(codecs.BOM_UTF8).lstrip()
    if not start.startswith(b"["):
        yield from json_lines(stream, name, layout, wanted)
        return
    body = stream.read(LARGEST_ARRAY + 1)
    if len(body) > LARGEST_ARRAY:
        raise CollectError(f"{name}: an array of more than {LARGEST_ARRAY:,} bytes; make it a .jsonl, an object a line")
    try:
        text = body.decode(without_mark(layout.encoding))
    except UnicodeDecodeError as error:
        raise CollectError(f"{name}, {undecodable(error, 0, layout.encoding)}") from error
    for number, value in enumerate(json.loads(text), 1):
        yield of_object(value, "", number, "row", wanted)


def of_object(value: Any, fault: str, number: int, counted: str, wanted: Collection[str]) -> Row:
    """The row that a JSON value is."""
    if not fault and not isinstance(value, dict):
        fault = f"expected an object, found {type(value).__name__}"
    if not fault and (missing := [column for column in wanted if column not in value]):
        fault = f"no column {missing[0]!r}; it has {', '.join(map(repr, list(value)[:50]))}"
    if fault:
        return Row(number, counted, fault=fault)
    return Row(number, counted, {column: value[column] for column in wanted})


def parquet(stream: IO[bytes], name: str, layout: Layout, wanted: Collection[str]) -> Rows:
    """The rows of a parquet file."""
    file = pq.ParquetFile(stream)
    places = columns(file.schema_arrow.names, name, wanted)
    number = 0
    for batch in file.iter_batches(ROWS_A_BATCH, columns=list(places)):
        for cells in batch.to_pylist():
            number += 1
            yield Row(number, "row", cells)


def workbook(stream: IO[bytes], name: str, layout: Layout, wanted: Collection[str]) -> Rows:
    """The rows of a sheet. A formula has the value that was stored with it; it is never calculated.

    Rows without anything in them are no rows. What the sheet says of its own size is not believed: many are wrong.
    """
    from openpyxl import load_workbook  # a fifth of a second, which only those who read one should wait

    check_workbook(stream, name)
    book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    titles = [sheet.title for sheet in book.worksheets]
    if (layout.sheet or not titles) and layout.sheet not in titles:
        raise CollectError(f"{name} has no sheet {layout.sheet!r}; it has {', '.join(map(repr, titles)) or 'none'}")
    sheet = book[layout.sheet] if layout.sheet else book.worksheets[0]
    sheet.reset_dimensions()
    places, width = None, 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number > MOST_ROWS:
            raise CollectError(f"{name} has a row beyond {MOST_ROWS:,}: no sheet does")
        filled = max((place for place, cell in enumerate(cells, 1) if cell.value is not None), default=0)
        if filled and places is None:
            places, width = columns(header([cell.value for cell in cells[:filled]], layout), name, wanted), filled
            filled = 0 if layout.header else filled
        if filled and places is not None:
            yield of_cells(cells, places, filled, width, number)


def of_cells(cells: Sequence[Any], places: Mapping[str, int], filled: int, width: int, number: int) -> Row:
    """The row of a sheet that these cells are."""
    found = {column: cells[place] if place < len(cells) else None for column, place in places.items()}
    fault = f"{filled} cells, expected {width}" if filled > width else ""
    for column, cell in found.items():
        if cell is not None and cell.data_type == "e":
            fault = (
                f"the error {cell.value} in column {column!r}, where Excel took a text for a formula or lost a value"
            )
    if fault:
        return Row(number, "row", fault=fault)
    return Row(number, "row", {column: None if cell is None else cell.value for column, cell in found.items()})


def check_workbook(stream: IO[bytes], name: str) -> None:
    """Raises CollectError where a workbook unpacks to more than one does; zipfile unpacks no more than was declared."""
    size = stream.seek(0, os.SEEK_END)
    with zipfile.ZipFile(stream) as archive:
        declared = sum(member.file_size for member in archive.infolist())
    if declared > LARGEST_WORKBOOK or declared > max(FREE_WORKBOOK, MOST_RATIO * size):
        raise CollectError(f"{name} unpacks to {declared:,} bytes, more than is read of a workbook; save it as .csv")
    stream.seek(0)


FORMATS: Mapping[str, Callable[[IO[bytes], str, Layout, Collection[str]], Rows]] = {
    "csv": delimited,
    "tsv": delimited,
    "txt": delimited,
    "jsonl": json_lines,
    "json": json_array,
    "xlsx": workbook,
    "parquet": parquet,
}
SEEKABLE = ("xlsx", "parquet")


def literal(text: str) -> Any:
    """The value of a Python literal, which is read and never run. Raises ValueError where it is none."""
    if len(text) > LONGEST_LITERAL:
        raise ValueError(f"a Python literal of {len(text):,} characters: expected at most {LONGEST_LITERAL:,}")
    try:
        return ast.literal_eval(text)
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(f"not a Python literal ({error})") from error
