"""Brings in text that Kvern did not collect: any JSON lines or parquet with a `text` column."""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import count, islice
from typing import Any, get_args

import pyarrow as pa

from cleaning.errors import CleanError
from cleaning.part import encodable
from scrapers import store
from scrapers.manifest import Outcome, Run, Stage, Workspace, run_stage
from scrapers.record import Document, Reserved, document_id, now

DOCUMENTS_A_PART = 2000
CODECS = {".jsonl": None, ".jsonl.gz": "gzip", ".jsonl.zst": "zstd", ".jsonl.bz2": "bz2"}
# It becomes the name of a folder. Source: RFC 5646, section 2.1
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def ingest(run: Run, urls: Sequence[str], *, order: Sequence[str] = ()) -> Stage:
    """The stage `ingest`: the rows of the files at `urls` as records in `raw/input/`.

    Columns that the record has are kept, the others left; `id` is made from file name and row where there is none.
    Raises CleanError where a file is missing, empty or broken, or a row is not what it should be.
    """
    if not urls:
        raise CleanError("there is no file to read")
    try:
        parameters = {"files": [[url, store.sha256(url)] for url in urls]}
    except (store.StoreError, OSError) as error:
        raise CleanError(f"cannot be read: {error}") from error
    return run_stage(run, "ingest", partial(ingest_files, urls=urls), parameters=parameters, order=order)


def ingest_files(workspace: Workspace, *, urls: Sequence[str]) -> Outcome:
    """Writes the rows of all files as parts of `raw/input/` in the workspace."""
    names = distinct_names(urls)
    documents = (document for url in urls for document in read_input(url, names[url]))
    files: dict[str, int | None] = {}
    while part := list(islice(documents, DOCUMENTS_A_PART)):
        path = f"raw/input/part-{len(files):05d}.jsonl.zst"
        files[path] = store.write_documents(workspace.path(path), part)
    received = sum(records or 0 for records in files.values())
    return Outcome(files, received, received)


def distinct_names(urls: Sequence[str]) -> dict[str, str]:
    """The name of each file: its last part, or as many parts from the end as it takes for no two to be the same."""
    parts = {url: url.rstrip("/").split("/") for url in urls}
    for depth in count(1):  # ends: the whole URLs differ
        names = {url: "/".join(part[-depth:]) for url, part in parts.items()}
        if len(set(names.values())) == len(names):
            break
    return names


def read_input(url: str, name: str) -> Iterator[Document]:
    """The rows of a foreign JSON-lines or parquet file as records. Raises CleanError naming file and row."""
    number = 0
    try:
        for number, row in rows(url):
            yield as_document(json.loads(row) if isinstance(row, bytes) else row, name, number)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise CleanError(f"{url}, row {number}: {error}") from error
    except (store.StoreError, OSError) as error:
        raise CleanError(f"{url}, after row {number}: {error}") from error
    if not number:
        raise CleanError(f"{url}: there is no row in it")


def rows(url: str) -> Iterator[tuple[int, Any]]:
    """The rows of a parquet file, or the bytes of the lines of a JSON-lines file, numbered from 1."""
    if url.endswith(".parquet"):
        yield from enumerate((row for batch in store.read_batches(url) for row in batch.to_pylist()), 1)
        return
    ending = next((ending for ending in CODECS if url.endswith(ending)), None)
    if ending is None:
        raise CleanError(f"{url}: expected a file in {', '.join(CODECS)} or .parquet")
    with store.open_read(url) as stream:
        codec = CODECS[ending]
        plain = pa.CompressedInputStream(stream, codec) if codec else stream
        yield from ((number, line) for number, line in enumerate(store.lines(plain), 1) if line.strip())


def as_document(row: Any, name: str, number: int) -> Document:
    """The record of a foreign row. Raises ValueError where it has no text, or a column is not of its kind."""
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ValueError(f"expected a row with a text, found {row!r:.80}")
    known = {}
    for column, read in COLUMNS.items():
        value = row.get(column)
        if not missing(value):
            try:
                known[column] = read(value)
            except ValueError as error:
                raise ValueError(f"{column}: {error}") from error
    source = known.get("source", name)
    defaults = {
        "id": document_id(source, str(number)),
        "source": source,
        "url": name,
        "licence": "unknown",
        "collected_at": now(),
    }
    return encodable(Document(**defaults | known | {"text": row["text"]}))


def missing(value: Any) -> bool:
    """Whether a row has nothing in a column: null, an empty text, or the NaN that data frames write for null."""
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def as_text(value: Any) -> str:
    """A text, or a number as one."""
    if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        return str(value)
    raise ValueError(f"expected a text, found {value!r:.80}")


def as_share(value: Any) -> float:
    """A number from 0 to 1."""
    number = float(as_text(value))
    if not 0 <= number <= 1:
        raise ValueError(
            f"expected a number from 0 to 1, found {number:g}; on a scale from worst to best it is "
            "(value - worst) / (best - worst), as printed it is a raw_rating"
        )
    return number


def as_time(value: Any) -> datetime:
    """A time, in UTC where it says no zone, to the second."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    found = value if isinstance(value, datetime) else datetime.fromisoformat(as_text(value))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def as_date(value: Any) -> date:
    """A date, or that of a time."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return (value if isinstance(value, datetime) else datetime.fromisoformat(as_text(value))).date()


def as_language(value: Any) -> str:
    """A language code."""
    if not isinstance(value, str) or not LANGUAGE.fullmatch(value):
        raise ValueError(f"expected a language code such as nb, found {value!r:.80}")
    return value


def as_languages(value: Any) -> tuple[str, ...]:
    """A list of language codes."""
    if not isinstance(value, list):
        raise ValueError(f"expected a list of language codes, found {value!r:.80}")
    return tuple(as_language(item) for item in value)


def as_reserved(value: Any) -> str:
    """A verdict on rights."""
    if value not in get_args(Reserved):
        raise ValueError(f"expected {', '.join(get_args(Reserved))}, found {value!r:.80}")
    return str(value)


# How each column of the record is read where a row has it; `text` is asked for.
COLUMNS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("id", "title", "source", "url", "licence", "group", "label", "raw_rating"), as_text),
    **dict.fromkeys(("rating", "lang_score"), as_share),
    "collected_at": as_time,
    "published": as_date,
    "lang": as_language,
    "lang_alternatives": as_languages,
    "reserved": as_reserved,
}
