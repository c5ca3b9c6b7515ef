"""Files that Kvern did not write, JSON lines or parquet, row by row, whatever stands in them."""

import codecs
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec.structs import asdict

from cleaning.errors import CleanError
from scrapers import store
from scrapers.packed import DAMAGE, unpacked
from scrapers.source import CollectError

ENDINGS = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".jsonl.bz2", ".jsonl.xz", ".parquet")
LONGEST_ROW = 16 << 20  # bytes, and characters of a text: 80 novels
BLOCK = 1 << 20
ROWS_A_BATCH = 1000
BYTES_A_BATCH = 8 << 20
NAMED_COLUMNS = 50  # as many as a message names
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE, b"{\0", b"\0{")  # UTF-16 and UTF-32
# What Arrow raises on a value that is not of its column's type, and Python on one that it has no type for.
UNREADABLE = (ValueError, OverflowError, KeyError, pa.ArrowException)


class RowError(Exception):
    """A row is no record. rule: what is wrong with it, in a word."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row of a foreign file: its number, from 1, its size in bytes, about, and what it holds.

    Of JSON lines that is `line`, not more of it than `LONGEST_ROW`, and `offset`, where it begins in the unpacked
    file; the number is that of the line. Of parquet it is `cells`, or a `fault`: of `count` rows, where they cannot be
    read one by one.
    """

    number: int
    size: int
    line: bytes = b""
    offset: int | None = None
    cells: Mapping[str, Any] | None = None
    fault: RowError | None = None
    count: int = 1


class Columns:
    """The columns that are read, by the names that they have in the record. text: the name of `text` in the file."""

    def __init__(self, ours: Iterable[str], text: str) -> None:
        self.text = text
        self.theirs = {"text": text, **{name: name for name in ours if name not in ("text", text)}}
        self._missing = {**dict.fromkeys(self.theirs), "text": msgspec.UNSET}
        fields = [(name, Any, value) for name, value in self._missing.items()]
        self._decoder = msgspec.json.Decoder(msgspec.defstruct("Cells", fields, rename=self.theirs))

    def of(self, row: Row) -> tuple[Mapping[str, Any], bool]:
        """The cells of a row, and whether lone surrogates may be in them. Raises RowError."""
        if row.fault:
            raise row.fault
        return (row.cells, False) if row.cells is not None else self.of_line(row)

    def of_line(self, row: Row) -> tuple[dict[str, Any], bool]:
        """The cells of a line of JSON, and whether lone surrogates may be in them. Raises RowError."""
        if row.size > LONGEST_ROW:
            raise RowError("too_long", f"{row.size:,} bytes: expected at most {LONGEST_ROW:,}")
        try:
            return asdict(self._decoder.decode(row.line)), False
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # Python takes NaN and lone surrogates
            return self._in_python(row.line), True

    def _in_python(self, line: bytes) -> dict[str, Any]:
        try:
            value = json.loads(line.decode())
        except UnicodeDecodeError as error:
            byte = f"byte {error.start + 1} of the row, 0x{line[error.start]:02x}"
            raise RowError("not_utf8", f"{byte}, is not UTF-8") from error
        except (ValueError, RecursionError) as error:
            raise RowError("not_json", f"not JSON: {error}") from error
        if not isinstance(value, dict):
            raise RowError("not_an_object", f"expected an object with a column {self.text!r}, found {kind_of(value)}")
        return {ours: value.get(name, self._missing[ours]) for ours, name in self.theirs.items()}


def kind_of(value: Any) -> str:
    """What a JSON value is, in words that do not quote it."""
    kinds = {type(None): "null", bool: "true or false", str: "a text", list: "a list", dict: "an object"}
    return kinds.get(type(value), "a number" if isinstance(value, int | float) else f"a {type(value).__name__}")


def rows(url: str, columns: Columns) -> Iterator[Row]:
    """The rows of the file at `url`, in order; blank lines are none.

    Raises CleanError naming the file and the row where it is broken, has no such column, or ends too early.
    """
    if not url.endswith(ENDINGS):
        raise CleanError(f"{url}: expected a file in {', '.join(ENDINGS)}")
    number = 0
    try:
        for row in parquet_rows(url, columns) if url.endswith(".parquet") else json_rows(url):
            yield row
            number = row.number + row.count - 1
    except (store.StoreError, CollectError, *DAMAGE, *UNREADABLE) as error:
        what = "cannot be read as parquet" if url.endswith(".parquet") else "is damaged or cut off"
        message = f"{url}, after row {number}, {what}: {error}; get the whole file"
        raise CleanError(message) from error


def json_rows(url: str) -> Iterator[Row]:
    """The lines of a file of JSON lines that are not blank. Raises CleanError where it ends in the middle of one."""
    with store.open_read(url) as stream:
        plain = unpacked(stream, url)
        blocks = iter(partial(plain.read, BLOCK), b"")
        first = next(blocks, b"")
        if first.startswith(WIDE):
            raise CleanError(f"{url} is UTF-16 or UTF-32, expected UTF-8: iconv -f utf-16 -t utf-8 makes it that")
        mark = len(codecs.BOM_UTF8) if first.startswith(codecs.BOM_UTF8) else 0
        for number, (offset, size, line, ended) in enumerate(lines(chain((first[mark:],), blocks)), 1):
            if not ended and size <= LONGEST_ROW and cut_off(line):
                raise CleanError(
                    f"{url}, row {number}: the file ends in the middle of this row, so that others may be missing; get "
                    "the whole file, or add a line feed if there is no more of it, and the row is quarantined"
                )
            if line.strip():
                yield Row(number, size, line, offset + mark)


def lines(blocks: Iterable[bytes], longest: int = LONGEST_ROW) -> Iterator[tuple[int, int, bytes, bool]]:
    """Of each line: its offset, its size, the line itself or its first `longest` bytes, whether a line feed ends it.

    No more than a block and `longest` bytes are held, however long a line is.
    """
    offset = size = 0
    begun = bytearray()  # of a line whose end is still to come
    for block in blocks:
        first, *others = block.split(b"\n")
        begun += first[: longest - len(begun)]
        size += len(first)
        if others:
            yield offset, size, bytes(begun), True
            offset += size + 1
            rest = others.pop()
            for line in others:
                yield offset, len(line), line[:longest], True
                offset += len(line) + 1
            begun, size = bytearray(rest[:longest]), len(rest)
    if size:
        yield offset, size, bytes(begun), False


def cut_off(line: bytes) -> bool:
    """Whether a line is the beginning of a JSON value, and not a whole one."""
    try:
        msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        return "truncated" in str(error) and not is_json(line)  # which msgspec says of lone surrogates as well
    except (UnicodeDecodeError, RecursionError):
        pass
    return False


def is_json(line: bytes) -> bool:
    """Whether Python takes a line for JSON."""
    try:
        json.loads(line.decode())
    except (ValueError, RecursionError):
        return False
    return True


def parquet_rows(url: str, columns: Columns) -> Iterator[Row]:
    """The rows of a parquet file; the rest of a row group that cannot be read is one row, with their count.

    Raises CleanError where there is no column of text.
    """
    with store.open_read(url) as stream:
        file = pq.ParquetFile(stream, page_checksum_verification=True)
        check_schema(url, file, columns)
        ours = {theirs: name for name, theirs in columns.theirs.items() if theirs in file.schema_arrow.names}
        number = 1
        for group in range(file.num_row_groups):
            size = file.metadata.row_group(group)
            end = number + size.num_rows
            batch_size = max(1, min(ROWS_A_BATCH, BYTES_A_BATCH * size.num_rows // max(1, size.total_byte_size)))
            fault = f"row group {group + 1} has fewer rows than the {size.num_rows} that it should"
            try:
                for batch in file.iter_batches(batch_size, row_groups=[group], columns=list(ours)):
                    yield from rows_of(batch.rename_columns([ours[name] for name in batch.schema.names]), number)
                    number += batch.num_rows
            except (OSError, pa.ArrowException) as error:
                if isinstance(error, OSError) and (error.errno or type(error) is not OSError):  # not of the contents
                    raise
                fault = f"row group {group + 1} cannot be read from here on: {error}"
            if number < end:
                yield Row(number, 0, fault=RowError("damaged", fault), count=end - number)
            number = end


def rows_of(batch: pa.RecordBatch, first: int) -> Iterator[Row]:
    """The rows of a batch of which the first has the number `first`."""
    size = batch.nbytes // max(1, batch.num_rows)
    try:
        for number, cells in enumerate(batch.to_pylist(), first):
            yield Row(number, size, cells=cells)
        return
    except UNREADABLE:
        pass  # in which row?
    for place in range(batch.num_rows):
        try:
            (cells,) = batch.slice(place, 1).to_pylist()
            yield Row(first + place, size, cells=cells)
        except UNREADABLE as error:
            fault = RowError("unreadable", f"a value that its column's type cannot hold ({type(error).__name__})")
            yield Row(first + place, size, fault=fault)


def check_schema(url: str, file: pq.ParquetFile, columns: Columns) -> None:
    """Raises CleanError where a parquet file has no column of text, one that is none, or two of a name."""
    schema = file.schema_arrow
    if columns.text not in schema.names:
        sample = next(file.iter_batches(100), None)
        raise no_column(url, columns.text, sample.to_pylist() if sample else [dict.fromkeys(schema.names)])
    for name in columns.theirs.values():
        if schema.names.count(name) > 1:
            raise CleanError(f"{url} has {schema.names.count(name)} columns {name!r}, expected one")
    kind = schema.field(columns.text).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not any(is_text(kind) for is_text in TEXTS):
        raise CleanError(f"{url}: the column {columns.text!r} holds {kind}, expected text; --text-column names another")


TEXTS = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_binary_view,
    pa.types.is_null,
)


def check_columns(url: str, sample: Sequence[Row], columns: Columns) -> None:
    """Raises CleanError where none of the lines in `sample` has the column of text, and some are objects."""
    objects = []
    for row in sample:
        try:
            if row.cells is not None or columns.of_line(row)[0]["text"] is not msgspec.UNSET:
                return
            objects.append(json.loads(row.line))
        except (RowError, ValueError, RecursionError):
            continue
    if objects:
        raise no_column(url, columns.text, objects)


def no_column(url: str, wanted: str, sample: Sequence[Mapping[str, Any]]) -> CleanError:
    """The error that a file has no column of text; `sample` are rows of it, where the fullest column is looked for."""
    sizes: dict[str, int] = {}
    for row in sample:
        for name, value in row.items():
            sizes[name] = sizes.get(name, 0) + (len(value) if isinstance(value, str) else 0)
    fullest = max(sizes, key=lambda name: sizes[name], default="")
    hint = f"; did you mean --text-column {fullest}?" if sizes.get(fullest) else ""
    named = ", ".join(repr(name) for name in list(sizes)[:NAMED_COLUMNS]) or "none"
    return CleanError(f"{url} has no column {wanted!r}; its columns are {named}{hint}")
