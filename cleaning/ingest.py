"""Brings in text that Kvern did not collect: any JSON lines or parquet with a `text` column."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Any

import fsspec

from cleaning.step import CleanError
from scrapers import store
from scrapers.manifest import Outcome, Run, Stage, Workspace, run_stage
from scrapers.record import COLUMNS, Document, document_id, now

DOCUMENTS_A_PART = 2000


def read_part(url: str) -> Iterator[Document]:
    """The documents of a part of a run, raw or cleaned, in order."""
    if url.endswith(".parquet"):
        for batch in store.read_batches(url):
            yield from map(Document.from_row, batch.to_pylist())
    else:
        yield from store.read_documents(url)


def ingest(run: Run, urls: Sequence[str], *, order: Sequence[str] = ()) -> Stage:
    """The stage `ingest`: the rows of the files at `urls` as records in `raw/input/`.

    Columns that the record has are kept, the others left; `id` is made from file name and row where there is none.
    Raises CleanError where a file is missing, or a row is not what it should be.
    """
    parameters = {"files": [[url, store.sha256(url)] for url in urls]}
    return run_stage(run, "ingest", partial(ingest_files, urls=urls), parameters=parameters, order=order)


def ingest_files(workspace: Workspace, *, urls: Sequence[str]) -> Outcome:
    """Writes the rows of all files as parts of `raw/input/` in the workspace."""
    documents = (document for url in urls for document in read_input(url))
    files: dict[str, int | None] = {}
    while part := list(islice(documents, DOCUMENTS_A_PART)):
        path = f"raw/input/part-{len(files):05d}.jsonl.zst"
        files[path] = store.write_documents(workspace.path(path), part)
    count = sum(records or 0 for records in files.values())
    return Outcome(files, count, count)


def read_input(url: str) -> Iterator[Document]:
    """The rows of a foreign JSON-lines or parquet file as records. Raises CleanError naming file and row."""
    name = url.rstrip("/").rsplit("/", 1)[-1]
    for number, row in enumerate(rows(url), 1):
        try:
            yield as_document(row, name, number)
        except (TypeError, ValueError) as error:
            raise CleanError(f"{url}, row {number}: {error}") from error


def rows(url: str) -> Iterator[Mapping[str, Any]]:
    """The rows of a JSON-lines file (plain or compressed) or a parquet file."""
    if url.endswith(".parquet"):
        for batch in store.read_batches(url):
            yield from batch.to_pylist()
        return
    if ".jsonl" not in url:
        raise CleanError(f"{url}: expected a .jsonl, .jsonl.gz, .jsonl.zst or .parquet file")
    with fsspec.open(url, "rt", encoding="utf-8", errors="surrogateescape", compression="infer") as stream:
        for number, line in enumerate(stream, 1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise CleanError(f"{url}, row {number} is not JSON: {error}") from error


def as_document(row: Mapping[str, Any], name: str, number: int) -> Document:
    """The record of a foreign row. Raises ValueError where it has no text, or a date that is none."""
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ValueError(f"expected a row with a text, found {str(row)[:80]!r}")
    known = {column: value for column, value in row.items() if column in COLUMNS and value is not None}
    for column, read in (("collected_at", datetime.fromisoformat), ("published", date.fromisoformat)):
        if isinstance(known.get(column), str):
            known[column] = read(known[column])
    if "lang_alternatives" in known:
        known["lang_alternatives"] = tuple(known["lang_alternatives"])
    source = str(known.get("source", name))
    defaults = {
        "id": document_id(source, str(number)),
        "source": source,
        "url": name,
        "licence": "unknown",
        "collected_at": now(),
    }
    return Document(**(defaults | known))
