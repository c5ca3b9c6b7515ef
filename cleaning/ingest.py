"""Brings in text that Kvern did not collect: any JSON lines or parquet with a column of text."""

import logging
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import count
from typing import Any, get_args

import msgspec
import pyarrow as pa

from cleaning import foreign, quarantine
from cleaning.errors import CleanError
from cleaning.foreign import LONGEST_ROW, Columns, Row, RowError, kind_of
from cleaning.part import encodable
from cleaning.quarantine import QuarantineSettings
from scrapers import store
from scrapers.manifest import Outcome, Run, Stage, Workspace, once, run_stage
from scrapers.record import Document, Reserved, document_id, now

log = logging.getLogger(__name__)

# A part ends with the row that reaches one of these; memory holds a part.
ROWS_A_PART = 2000
BYTES_A_PART = 32 << 20
# It becomes the name of a folder. Source: RFC 5646, section 2.1
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def ingest(
    run: Run,
    urls: Sequence[str],
    *,
    text: str = "text",
    settings: QuarantineSettings | None = None,
    order: Sequence[str] = (),
) -> Stage:
    """The stage `ingest`: the rows of the files at `urls` as records in `raw/input/`, or in `quarantine/` with why not.

    A folder stands for the files in it that can be read. text: the column that is the text. Other columns that the
    record has are kept, the rest left; `id` is made from file name and row where there is none.
    Raises CleanError where a file is missing, empty, broken or without that column; and, when all is written, where
    more rows are no records than the settings allow.
    """
    files = [file for url in urls for file in files_at(url)]
    if not files:
        raise CleanError("there is no file to read")
    try:
        parameters = {"files": [[url, store.sha256(url)] for url in files], "text": text}
    except (store.StoreError, OSError) as error:
        raise CleanError(f"cannot be read: {error}") from error
    work = partial(ingest_files, urls=files, text=text)
    stage = run_stage(run, "ingest", work, parameters=parameters, order=order)
    quarantine.check(stage, run.path(f"{quarantine.FOLDER}/"), settings or QuarantineSettings())
    return stage


def files_at(url: str) -> list[str]:
    """`url`, or, where it is a folder, the files in it that can be read, sorted. Raises CleanError where none can."""
    fs, path = store.filesystem(url)
    if not fs.isdir(path):
        return [url]
    inside = [f"{url.rstrip('/')}/{found.rsplit('/', 1)[-1]}" for found in sorted(fs.ls(path, detail=False))]
    files = [found for found in inside if found.endswith(foreign.ENDINGS) and fs.isfile(store.filesystem(found)[1])]
    if not files:
        raise CleanError(f"{url}: the folder has no file in {', '.join(foreign.ENDINGS)}")
    return files


def ingest_files(workspace: Workspace, *, urls: Sequence[str], text: str) -> Outcome:
    """Writes the rows of all files in the workspace; parts that an interrupted run had done are not done again."""
    columns = Columns(COLUMNS, text)
    begun = once(workspace.path("begun.json"), lambda: {"at": now().isoformat()})
    names = distinct_names(urls)
    tallies = []
    for number, url in enumerate(urls):
        write = partial(write_part, workspace, name=names[url], columns=columns, at=datetime.fromisoformat(begun["at"]))
        of_file = []
        for place, part in enumerate(parts(foreign.rows(url, columns))):
            if place == 0:
                foreign.check_columns(url, part, columns)
            label = f"{number:05d}-{place:05d}"
            of_file.append(once(workspace.path(f"part-{label}.json"), partial(write, part, label)))
        if not of_file and not url.endswith(".parquet"):  # which says itself how many rows it has
            raise CleanError(f"{url}: there is no row in it")
        warn(names[url], of_file)
        tallies += of_file
    if not tallies:
        raise CleanError(f"there is no row in {', '.join(urls)}")
    return outcome_of(tallies, text)


def distinct_names(urls: Sequence[str]) -> dict[str, str]:
    """The name of each file: its last part, or as many parts from the end as it takes for no two to be the same."""
    parts = {url: url.rstrip("/").split("/") for url in urls}
    for depth in count(1):  # ends: the whole URLs differ
        names = {url: "/".join(part[-depth:]) for url, part in parts.items()}
        if len(set(names.values())) == len(names):
            break
    return names


def parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows, as many at once as make a part."""
    part: list[Row] = []
    size = 0
    for row in rows:
        part.append(row)
        size += row.size
        if len(part) >= ROWS_A_PART or size >= BYTES_A_PART:
            yield part
            part, size = [], 0
    if part:
        yield part


def write_part(
    workspace: Workspace, rows: Sequence[Row], label: str, *, name: str, columns: Columns, at: datetime
) -> dict[str, Any]:
    """Writes the records among the rows, and what is to be said of the others; returns where the rows went."""
    documents: list[Document] = []
    bad: list[dict[str, Any]] = []
    surrogates = 0
    for row in rows:
        try:
            document, repaired = as_document(row, columns, name, at)
        except RowError as error:
            bad.append(quarantine.entry(name, row, error))
        else:
            documents.append(document)
            surrogates += repaired
    files: dict[str, int | None] = {}
    if documents:
        path = f"raw/input/part-{label}.jsonl.zst"
        files[path] = store.write_documents(workspace.path(path), documents)
    if bad:
        path = f"{quarantine.FOLDER}/part-{label}.parquet"
        files[path] = len(bad)
        store.write_table(workspace.path(path), pa.Table.from_pylist(bad, quarantine.SCHEMA))
    return {
        "received": sum(row.count for row in rows),
        "files": files,
        "rules": count_rules(bad),
        "first": [{key: item[key] for key in ("file", "row", "reason")} for item in bad[: quarantine.NAMED_ROWS]],
        "lone_surrogates": surrogates,
    }


def count_rules(bad: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """How many rows are in quarantine, by what is wrong with them."""
    rules: Counter[str] = Counter()
    for item in bad:
        rules[item["rule"]] += item["rows"]
    return rules


def warn(name: str, tallies: Sequence[Mapping[str, Any]]) -> None:
    """Says of a file, in one message, how many of its rows are no records, and which are the first."""
    if bad := sum(sum(tally["rules"].values()) for tally in tallies):
        first = quarantine.named([item for tally in tallies for item in tally["first"]])
        received = sum(tally["received"] for tally in tallies)
        log.warning("%s: %d of %d rows are no records and go to quarantine/: %s", name, bad, received, first)


def outcome_of(tallies: Sequence[Mapping[str, Any]], text: str) -> Outcome:
    """The outcome of the stage whose parts have these tallies."""
    files = {path: records for tally in tallies for path, records in tally["files"].items()}
    received = sum(tally["received"] for tally in tallies)
    rules: Counter[str] = Counter()
    for tally in tallies:
        rules.update(tally["rules"])
    first = [item for tally in tallies for item in tally["first"]][: quarantine.NAMED_ROWS]
    detail = {
        "text": text,
        "quarantine": {"rules": dict(sorted(rules.items())), "first": first},
        "lone_surrogates_removed": sum(tally["lone_surrogates"] for tally in tallies),
    }
    dropped = {quarantine.RULE: rules.total()} if rules else {}
    return Outcome(files, received, received - rules.total(), dropped, detail)


def as_document(row: Row, columns: Columns, name: str, at: datetime) -> tuple[Document, bool]:
    """The record of a row of the file `name`, read at `at`, and whether lone surrogates were taken out of it.

    Raises RowError where it has no text, or a column is not of its kind.
    """
    if row.fault:
        raise row.fault
    cells, foreign_text = (row.cells, False) if row.cells is not None else columns.of_line(row)
    text = text_of(cells["text"], columns.text)
    known = {}
    for column, read in COLUMNS.items():
        value = cells.get(column)
        if not missing(value):
            try:
                known[column] = read(value)
            except (TypeError, ValueError, OverflowError, RecursionError) as error:
                raise RowError(column, f"{column}: {error}") from error
    source = known.get("source", name)
    defaults = {
        "id": document_id(source, str(row.number)),
        "source": source,
        "url": name,
        "licence": "unknown",
        "collected_at": at,
    }
    document = Document(**defaults | known | {"text": text})
    whole = encodable(document) if foreign_text else document
    return whole, whole is not document


def text_of(value: Any, column: str) -> str:
    """The text of a row; bytes are taken for UTF-8. Raises RowError."""
    if value is msgspec.UNSET:
        raise RowError("no_text", f"there is no column {column!r}")
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError as error:
            raise RowError("not_utf8", f"{column}: {error}") from error
    if not isinstance(value, str):
        raise RowError("no_text", f"{column}: expected a text, found {kind_of(value)}")
    if len(value) > LONGEST_ROW:
        raise RowError("too_long", f"{column}: {len(value):,} characters, expected at most {LONGEST_ROW:,}")
    return value


def missing(value: Any) -> bool:
    """Whether a row has nothing in a column: null, an empty text, or the NaN that data frames write for null."""
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def as_text(value: Any) -> str:
    """A text, bytes of UTF-8, or a number as one."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        return str(value)
    raise ValueError(f"expected a text, found {kind_of(value)}")


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
        raise ValueError(f"expected a list of language codes, found {kind_of(value)}")
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
