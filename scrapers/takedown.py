"""Takes documents out of a run again: out of every file of text it has, and out of all it will collect."""

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scrapers import store
from scrapers.manifest import File, Run, Stage
from scrapers.record import SCHEMA, Document

log = logging.getLogger(__name__)

REGISTER = "takedown.json"
FOLDERS = ("raw", "cleaned", "kept", "dropped", "dataset", "work")


class TakedownError(Exception):
    """There is nothing to take down by that name."""


def taken_down(run: Run) -> frozenset[str]:
    """The ids that were taken down in this run; its register holds nothing else about them."""
    url = run.path(REGISTER)
    return frozenset(store.read_json(url)["ids"]) if store.exists(url) else frozenset()


def take_down(run: Run, names: Collection[str]) -> int:
    """Removes every document whose id or URL is in `names` from all files of the run, and returns how many there were.

    The register is written first, so that a killed takedown is finished by the next one. The stages after collection
    are forgotten, so that the next run makes cleaned text, dataset, model and report anew without the documents.
    Raises TakedownError where no document has such an id or URL.
    """
    ids = {document.id for document in all_documents(run) if document.id in names or document.url in names}
    if not ids:
        raise TakedownError(f"no document in {run.url} has the id or URL {', '.join(sorted(names))}")
    store.write_json(run.path(REGISTER), {"ids": sorted(taken_down(run) | ids)})
    removed: dict[str, Counter[str]] = {}
    for folder in FOLDERS:
        for path in run.files(folder):
            if gone := purge(run.path(path), taken_down(run)):
                removed[path] = gone
                log.info("%s: %d documents removed", path, gone.total())
    for name, stage in list(run.stages.items()):
        run.stages[name] = without(run, stage, removed)
    store.remove(run.path("report.html"))  # it quotes documents
    run.record()
    return len(ids)


def all_documents(run: Run) -> Iterator[Document]:
    """Every document of the run's raw files, and those it dropped while collecting."""
    for path in run.files("raw"):
        yield from store.read_documents(run.path(path))
    for path in run.files("dropped"):
        for batch in store.read_batches(run.path(path), columns=SCHEMA.names):
            yield from map(Document.from_row, batch.to_pylist())


def purge(url: str, ids: frozenset[str]) -> Counter[str]:
    """Rewrites the file at `url` without the documents `ids`, and returns how many it held, by their rule.

    Those that no rule had dropped are counted under `""`; files of another kind stay as they are.
    """
    if url.endswith(".jsonl.zst"):
        documents = list(store.read_documents(url))
        left = [document for document in documents if document.id not in ids]
        if len(left) < len(documents):
            store.write_documents(url, left)
        return Counter({"": len(documents) - len(left)}) if len(left) < len(documents) else Counter()
    if not url.endswith(".parquet"):
        return Counter()
    with store.open_read(url) as stream:
        table = pq.read_table(stream)
    if "id" not in table.column_names:
        return Counter()
    mask = pc.is_in(table["id"], pa.array(sorted(ids), pa.string()))
    gone = table.filter(mask)
    if gone.num_rows:
        store.write_table(url, table.filter(pc.invert(mask)))
    return Counter(gone["rule"].to_pylist() if "rule" in gone.column_names else [""] * gone.num_rows)


def without(run: Run, stage: Stage, removed: Mapping[str, Counter[str]]) -> Stage:
    """The manifest entry of a stage after its files lost `removed`, which count as dropped by `takedown` now."""
    gone: Counter[str] = Counter()
    outputs = []
    for file in stage.outputs:
        if file.path in removed:
            gone.update(removed[file.path])
            left = (file.records or 0) - removed[file.path].total()
            file = File(file.path, store.sha256(run.path(file.path)), left)
        outputs.append(file)
    dropped = Counter(stage.dropped)
    dropped.subtract({rule: count for rule, count in gone.items() if rule})
    dropped["takedown"] += gone.total()
    rules = {rule: count for rule, count in dropped.items() if count}
    return replace(stage, outputs=tuple(outputs), kept=stage.kept - gone[""], dropped=rules)
