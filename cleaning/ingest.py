"""Brings in text that Kvern did not collect: any JSON lines or parquet with a column of text."""

import logging
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from hashlib import blake2b
from itertools import chain, count
from typing import Any, NamedTuple, get_args

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cleaning import foreign, quarantine
from cleaning.errors import CleanError
from cleaning.foreign import LONGEST_ROW, Columns, Row, RowError, kind_of
from cleaning.part import encodable
from cleaning.quarantine import QuarantineSettings
from scrapers import store
from scrapers.manifest import Outcome, Run, Stage, Workspace, once, run_stage
from scrapers.record import Document, Reserved, document_id, now
from scrapers.takedown import taken_down

log = logging.getLogger(__name__)

# A part ends with the row that reaches one of these; memory holds a part.
ROWS_A_PART = 2000
BYTES_A_PART = 32 << 20
# It becomes the name of a folder. Source: RFC 5646, section 2.1
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

Hashes = npt.NDArray[np.uint64]


def ingest(
    run: Run,
    urls: Sequence[str],
    *,
    text: str = "text",
    settings: QuarantineSettings | None = None,
    order: Sequence[str] = (),
) -> Stage:
    """The stage `ingest`: the rows of the files at `urls` as records in `raw/input/`, or in `quarantine/` with why not.

    A folder stands for the files in it that can be read; a file that is named twice is read once. text: the column that
    is the text. Other columns that the record has are kept, the rest left; a value that is not of its column's kind is
    left out, and a rating that is no share becomes the `raw_rating`. `id` is made from file name and row where there is
    none, and from file name and `id` where an earlier file has that id. What was taken down in the run is dropped.
    Raises CleanError where a file is missing, empty, broken or without that column; and, when all is written, where
    more rows are no records than the settings allow.
    """
    files = input_files(urls)
    try:
        parameters = {"files": [[url, store.sha256(url)] for url in files], "text": text}
    except (store.StoreError, OSError) as error:
        raise CleanError(f"cannot be read: {error}") from error
    parameters["taken_down"] = sorted(taken_down(run))
    work = partial(ingest_files, urls=files, text=text)
    stage = run_stage(run, "ingest", work, parameters=parameters, order=order)
    quarantine.check(stage, run.path(f"{quarantine.FOLDER}/"), settings or QuarantineSettings())
    return stage


def input_files(urls: Sequence[str]) -> list[str]:
    """The files at `urls`, each once. Raises CleanError where there is none, or one is missing or of no known kind."""
    found: dict[str, str] = {}
    for url in chain.from_iterable(map(files_at, urls)):
        local = store.local_path(url)
        place = str(local.resolve()) if local else url
        if place in found:
            log.warning("%s is named more than once, also as %s: it is read once", url, found[place])
        elif not store.exists(url):
            raise CleanError(f"cannot be read: {url} does not exist")
        elif not url.endswith(foreign.ENDINGS):
            raise CleanError(f"{url}: expected a file in {', '.join(foreign.ENDINGS)}")
        found.setdefault(place, url)
    if not found:
        raise CleanError("there is no file to read")
    return list(found.values())


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


@dataclass(frozen=True)
class Reading:
    """How the rows of one file become records.

    name: of the file. at: when it was read. taken_down: ids that are dropped. earlier: hashes, sorted, of the ids in
    the files before it; None where it is the only one. scaled: its ratings stand on another scale than 0 to 1.
    """

    name: str
    columns: Columns
    at: datetime
    taken_down: frozenset[str]
    earlier: Hashes | None
    scaled: bool = False


def ingest_files(workspace: Workspace, *, urls: Sequence[str], text: str) -> Outcome:
    """Writes the rows of all files in the workspace; parts that an interrupted run had done are not done again."""
    columns = Columns(COLUMNS, text)
    begun = once(workspace.path("begun.json"), lambda: {"at": now().isoformat()})
    at, gone = datetime.fromisoformat(begun["at"]), taken_down(workspace.run)
    names = distinct_names(urls)
    earlier = np.empty(0, np.uint64) if len(urls) > 1 else None
    tallies: dict[str, dict[str, Any]] = {}
    for number, url in enumerate(urls):
        of_file = ingest_file(workspace, number, url, Reading(names[url], columns, at, gone, earlier))
        if not of_file and not url.endswith(".parquet"):  # which says itself how many rows it has
            raise CleanError(f"{url}: there is no row in it")
        if earlier is not None:
            met = [read_hashes(ids_url(workspace, label)) for label in of_file]
            earlier = np.sort(np.concatenate([earlier, *met]), kind="stable")  # two sorted runs are merged
        warn(names[url], list(of_file.values()))
        tallies |= of_file
    if not tallies:
        raise CleanError(f"there is no row in {', '.join(urls)}")
    return outcome_of(list(tallies.values()), text)


def ingest_file(workspace: Workspace, number: int, url: str, reading: Reading) -> dict[str, dict[str, Any]]:
    """Writes the rows of one file; returns of each part, by its label, where its rows went."""
    tallies = {}
    for place, part in enumerate(parts(foreign.rows(url, reading.columns))):
        if place == 0:
            foreign.check_columns(url, part, reading.columns)
            reading = replace(reading, scaled=any(beyond_shares(row, reading.columns) for row in part))
        label = f"{number:05d}-{place:05d}"
        write = partial(write_part, workspace, part, label, reading=reading)
        tallies[label] = once(workspace.path(f"part-{label}.json"), write)
    return tallies


def beyond_shares(row: Row, columns: Columns) -> bool:
    """Whether the row has a number for a rating that is not from 0 to 1."""
    try:
        cells, _ = columns.of(row)
        return not missing(cells.get("rating")) and not 0 <= float(as_text(cells["rating"])) <= 1
    except (RowError, ValueError, OverflowError):
        return False


def ids_url(workspace: Workspace, label: str) -> str:
    """Where the hashes of the ids of a part are until the stage is done."""
    return workspace.path(f"ids-{label}.bin")


def read_hashes(url: str) -> Hashes:
    """The hashes that `write_part` wrote."""
    with store.open_read(url) as stream:
        return np.frombuffer(stream.read(), np.uint64)


def hashes(documents: Iterable[Document]) -> Hashes:
    """8 bytes for the id of each document, the same on every machine."""
    ids = (document.id.encode("utf-8", "surrogatepass") for document in documents)
    return np.frombuffer(b"".join(blake2b(one, digest_size=8).digest() for one in ids), np.uint64)


def with_own_ids(documents: Sequence[Document], reading: Reading) -> tuple[list[Document], int]:
    """The documents, those with an id of an earlier file with one of their own; and how many those are."""
    if reading.earlier is None or not len(reading.earlier) or not documents:
        return list(documents), 0
    wanted = hashes(documents)
    nearest = np.minimum(np.searchsorted(reading.earlier, wanted), len(reading.earlier) - 1)
    met = reading.earlier[nearest] == wanted
    found = [
        msgspec.structs.replace(document, id=document_id(reading.name, document.id)) if known else document
        for document, known in zip(documents, met.tolist(), strict=True)
    ]
    return found, int(met.sum())


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


def write_part(workspace: Workspace, rows: Sequence[Row], label: str, *, reading: Reading) -> dict[str, Any]:
    """Writes the records among the rows, and what is to be said of the others; returns where the rows went."""
    records: list[Document] = []
    bad: list[dict[str, Any]] = []
    left_out: dict[str, dict[str, Any]] = {}
    surrogates = 0
    for row in rows:
        try:
            found = as_document(row, reading.columns, reading.name, reading.at, scaled=reading.scaled)
        except RowError as error:
            bad.append(quarantine.entry(reading.name, row, error))
            continue
        records.append(found.document)
        surrogates += found.repaired
        for column, reason in found.left_out.items():
            left_out.setdefault(column, {"rows": 0, "first": f"row {row.number}: {reason}"})["rows"] += 1
    records, renamed = with_own_ids(records, reading)
    documents = [document for document in records if document.id not in reading.taken_down]
    files: dict[str, int | None] = {}
    if documents:
        path = f"raw/input/part-{label}.jsonl.zst"
        files[path] = store.write_documents(workspace.path(path), documents)
    if bad:
        path = f"{quarantine.FOLDER}/part-{label}.parquet"
        files[path] = len(bad)
        store.write_table(workspace.path(path), pa.Table.from_pylist(bad, quarantine.SCHEMA))
    if reading.earlier is not None:
        with store.open_atomic(ids_url(workspace, label)) as stream:
            stream.write(hashes(records).tobytes())
    return {
        "received": sum(row.count for row in rows),
        "taken_down": len(records) - len(documents),
        "files": files,
        "rules": count_rules(bad),
        "first": [{key: item[key] for key in ("file", "row", "reason")} for item in bad[: quarantine.NAMED_ROWS]],
        "left_out": left_out,
        "ids_changed": renamed,
        "lone_surrogates": surrogates,
    }


def count_rules(bad: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """How many rows are in quarantine, by what is wrong with them."""
    rules: Counter[str] = Counter()
    for item in bad:
        rules[item["rule"]] += item["rows"]
    return rules


def warn(name: str, tallies: Sequence[Mapping[str, Any]]) -> None:
    """Says of a file, a message each: which rows are no records, which values were left out, which ids were changed."""
    if bad := sum(sum(tally["rules"].values()) for tally in tallies):
        first = quarantine.named([item for tally in tallies for item in tally["first"]])
        received = sum(tally["received"] for tally in tallies)
        log.warning("%s: %d of %d rows are no records and go to quarantine/: %s", name, bad, received, first)
    if left_out := added(tallies):
        first_of = {column: item["first"] for tally in reversed(tallies) for column, item in tally["left_out"].items()}
        said = [f"{column}, {rows} times ({first_of[column]})" for column, rows in left_out.items()]
        log.warning("%s: what is not of its column's kind was left out, the rows stay: %s", name, "; ".join(said))
    if changed := sum(tally["ids_changed"] for tally in tallies):
        log.warning("%s: %d rows have ids of an earlier file; they got ids made of file name and id", name, changed)


def added(tallies: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Of how many rows the value of a column was left out, by column."""
    rows: Counter[str] = Counter()
    for tally in tallies:
        rows.update({column: item["rows"] for column, item in tally["left_out"].items()})
    return dict(sorted(rows.items()))


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
        "left_out": added(tallies),
        "ids_changed": sum(tally["ids_changed"] for tally in tallies),
        "lone_surrogates_removed": sum(tally["lone_surrogates"] for tally in tallies),
    }
    counts = {quarantine.RULE: rules.total(), "takedown": sum(tally["taken_down"] for tally in tallies)}
    dropped = {rule: number for rule, number in counts.items() if number}
    return Outcome(files, received, received - sum(dropped.values()), dropped, detail)


class Record(NamedTuple):
    """A row as a record: what was left out of it, by column, with the reason, and whether lone surrogates were."""

    document: Document
    left_out: dict[str, str]
    repaired: bool


def as_document(row: Row, columns: Columns, name: str, at: datetime, *, scaled: bool = False) -> Record:
    """The record of a row of the file `name`, read at `at`; a value that is not of its column's kind is left out.

    scaled: the ratings of the file stand on another scale, so that none is a share. Raises RowError where the row has
    no text, or what it says of rights cannot be read.
    """
    cells, foreign_text = columns.of(row)
    text = text_of(cells["text"], columns.text)
    known: dict[str, Any] = {}
    left_out = {}
    for column, read in COLUMNS.items():
        value = cells.get(column)
        if not missing(value):
            try:
                known[column] = off_scale(value) if scaled and column == "rating" else read(value)
            except (TypeError, ValueError, OverflowError, RecursionError) as error:
                left_out[column] = str(error)
    if "reserved" in left_out:  # not taken for free
        raise RowError("reserved", f"reserved: {left_out['reserved']}")
    if "rating" in left_out and "raw_rating" not in known:
        with suppress(ValueError):
            known["raw_rating"] = as_text(cells["rating"])
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
    return Record(whole, left_out, whole is not document)


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
        with suppress(UnicodeDecodeError):
            return value.decode()
    if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        return str(value)
    raise expected("a text", value)


def expected(what: str, value: Any) -> ValueError:
    """The error that a value is not what it should be, which does not quote it."""
    return ValueError(f"expected {what}, found {kind_of(value)}")


def as_share(value: Any) -> float:
    """A number from 0 to 1."""
    with suppress(ValueError):
        if 0 <= (number := float(as_text(value))) <= 1:
            return number
    raise ValueError(f"expected a number from 0 to 1, found {kind_of(value)} that is none")


def as_rating(value: Any) -> float:
    """A number from 0 to 1 with a decimal point: a whole 1 may be the worst of a scale as well as the best."""
    with suppress(ValueError):
        if isinstance(value, float) or "." in as_text(value):
            return as_share(value)
    raise ValueError(f"expected a number from 0 to 1 with a decimal point, found {kind_of(value)}; {RAW}")


def off_scale(value: Any) -> float:
    """Raises ValueError: of a file with ratings beyond 0 to 1, none is a share."""
    raise ValueError(f"the file has ratings that are not from 0 to 1; {RAW}")


RAW = "it is the raw_rating where there is no other; as a rating it is (value - worst) / (best - worst)"


def as_time(value: Any) -> datetime:
    """A time, in UTC where it says no zone, to the second."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    found = value if isinstance(value, datetime) else iso_time(value)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def as_date(value: Any) -> date:
    """A date, or that of a time."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return (value if isinstance(value, datetime) else iso_time(value)).date()


def iso_time(value: Any) -> datetime:
    """The time that a text in ISO 8601 names."""
    with suppress(ValueError):
        return datetime.fromisoformat(as_text(value))
    raise expected("a date or time in ISO 8601", value)


def as_language(value: Any) -> str:
    """A language code."""
    if not isinstance(value, str) or not LANGUAGE.fullmatch(value):
        raise ValueError(f"expected a language code such as nb, found {kind_of(value)} that is none")
    return value


def as_languages(value: Any) -> tuple[str, ...]:
    """A list of language codes."""
    if not isinstance(value, list):
        raise expected("a list of language codes", value)
    return tuple(as_language(item) for item in value)


def as_reserved(value: Any) -> str:
    """A verdict on rights."""
    if value not in get_args(Reserved):
        raise expected(", ".join(get_args(Reserved)), value)
    return str(value)


# How each column of the record is read where a row has it; `text` is asked for.
COLUMNS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("id", "title", "source", "url", "licence", "group", "label", "raw_rating"), as_text),
    "rating": as_rating,
    "lang_score": as_share,
    "collected_at": as_time,
    "published": as_date,
    "lang": as_language,
    "lang_alternatives": as_languages,
    "reserved": as_reserved,
}
