"""Takes documents out of a run again: out of every file of text it has, and out of all it will collect."""

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scrapers import store
from scrapers.manifest import File, Run, Stage, intact
from scrapers.record import SCHEMA, Document
from scrapers.spreadsheet import csv_bytes, read_sheet, without_rows

log = logging.getLogger(__name__)

REGISTER = "takedown.json"
FOLDERS = ("raw", "cleaned", "kept", "dropped", "dataset", "annotations")
LINES = "lines.parquet"  # of `cleaning/lines.py`: a paragraph that several documents have is its keeper's
HOLDERS = ("id", "keeper")  # columns with the id of the document whose text a row has
SHEETS = "inspection"
COUNTS = ("waterfall", "rules", "rules_by_source")  # of a stage's detail: by what its documents were, which is not kept


class TakedownError(Exception):
    """There is nothing to take down by that name."""


def taken_down(run: Run) -> frozenset[str]:
    """The ids that were taken down in this run; its register holds nothing else about them."""
    return frozenset(register(run)["ids"])


def register(run: Run) -> dict[str, Any]:
    """The ids taken down, and how many documents of which rule a takedown under way takes out of each file."""
    url = run.path(REGISTER)
    written: dict[str, Any] = store.read_json(url) if store.exists(url) else {"ids": [], "removing": {}}
    return written


def take_down(run: Run, names: Collection[str]) -> int:
    """Removes every document whose id or URL is in `names` from all files of the run, and returns how many there were.

    The register is written first, with all that is to be removed, so that the next takedown finishes a killed one. The
    next run makes cleaned text, dataset, model and report anew without the documents; what is collected again leaves
    them out. Raises TakedownError where a name is of no document, before anything is removed.
    """
    finished = finish(run)
    found = [(document.id, document.url) for document in all_documents(run)]
    ids = {identifier for identifier, url in found if identifier in names or url in names}
    ids |= taken_down(run).intersection(names)
    unknown = set(names) - ids - {url for _, url in found}
    if unknown and not finished:
        raise TakedownError(f"no document in {run.url} has the id or URL {', '.join(sorted(unknown))}")
    paths = [path for folder in FOLDERS for path in run.files(folder)] + [LINES] * store.exists(run.path(LINES))
    removing = {path: dict(held(run.path(path), ids)) for path in paths}
    there = {path: rules for path, rules in removing.items() if rules}
    store.write_json(run.path(REGISTER), {"ids": sorted(taken_down(run) | ids), "removing": there})
    finish(run)
    return len(ids)


def finish(run: Run) -> bool:
    """Removes what the register says, and brings the manifest up to date; False where the register says nothing."""
    entry = register(run)
    removed = {path: Counter(rules) for path, rules in entry["removing"].items()}
    if not removed:
        return False
    for path, gone in removed.items():
        purge(run.path(path), frozenset(entry["ids"]))
        log.info("%s: %d documents removed", path, gone.total())
    for name, stage in list(run.stages.items()):
        run.stages[name] = without(run, stage, removed)
    store.remove(run.path("work"))  # what unfinished stages left, of which no one keeps count
    store.remove(run.path("report.html"))  # it quotes documents
    for path in run.files(SHEETS):
        if path.endswith(".csv"):
            strike(run.path(path), frozenset(entry["ids"]))
    run.record()
    store.write_json(run.path(REGISTER), {"ids": entry["ids"], "removing": {}})
    return True


def all_documents(run: Run) -> Iterator[Document]:
    """Every document of the run's raw files, and those it dropped while collecting."""
    for path in run.files("raw"):
        yield from store.read_documents(run.path(path))
    for path in run.files("dropped"):
        for batch in store.read_batches(run.path(path), columns=SCHEMA.names):
            yield from map(Document.from_row, batch.to_pylist())


def held(url: str, ids: Collection[str]) -> Counter[str]:
    """How many rows the file at `url` has of the documents `ids`, by the rule that dropped them, else ""."""
    if url.endswith(".jsonl.zst"):
        return Counter("" for document in store.read_documents(url) if document.id in ids)
    if not url.endswith(".parquet"):
        return Counter()
    found: Counter[str] = Counter()
    for batch in store.read_batches(url):
        for column in holders(batch.schema):
            gone = batch.filter(among(batch[column], ids))
            found.update(gone["rule"].to_pylist() if "rule" in batch.schema.names else [""] * gone.num_rows)
    return found


def holders(schema: pa.Schema) -> list[str]:
    """The columns of a table with the id of the document that a row has text of."""
    return [name for name in HOLDERS if name in schema.names]


def among(column: Any, ids: Collection[str]) -> Any:
    """Of each value of the column, whether it is one of the ids."""
    return pc.is_in(column, pa.array(sorted(ids), pa.string()))


def purge(url: str, ids: Collection[str]) -> None:
    """Rewrites the file at `url` without what it has of the documents `ids`."""
    if url.endswith(".jsonl.zst"):
        store.write_documents(url, [document for document in store.read_documents(url) if document.id not in ids])
        return
    with store.open_read(url) as stream:
        table = pq.read_table(stream)
    for column in holders(table.schema):
        table = table.filter(pc.invert(among(table[column], ids)))
    store.write_table(url, table)


def strike(url: str, ids: Collection[str]) -> None:
    """Rewrites the sheet of judged documents at `url` without those in `ids`."""
    with store.open_read(url) as stream:
        sheet = read_sheet(stream.read())
    left = without_rows(sheet, "id", ids)
    if left != sheet:
        with store.open_atomic(url) as stream:
            stream.write(csv_bytes(left))


def without(run: Run, stage: Stage, removed: Mapping[str, Counter[str]]) -> Stage:
    """The manifest entry of a stage after its files lost `removed`, which count as dropped by `takedown` now.

    Of a file that the entry already describes as it is, nothing is counted again, nor of one whose records the stage
    does not count, as they are documents of other files. What the stage counted by rule and language is forgotten: the
    next run counts anew.
    """
    gone: Counter[str] = Counter()
    outputs = []
    for file in stage.outputs:
        if file.path in removed and not intact(run, file):
            left = None
            if file.records is not None:
                gone.update(removed[file.path])
                left = file.records - removed[file.path].total()
            file = File(file.path, store.sha256(run.path(file.path)), left)
        outputs.append(file)
    dropped = Counter(stage.dropped)
    dropped.subtract({rule: count for rule, count in gone.items() if rule})
    dropped["takedown"] += gone.total()
    rules = {rule: count for rule, count in dropped.items() if count}
    detail = {name: value for name, value in stage.detail.items() if not (gone and name in COUNTS)}
    return replace(stage, outputs=tuple(outputs), kept=stage.kept - gone[""], dropped=rules, detail=detail)
