"""What became of one document: as collected, what each rule saw, what was rewritten, and where it went."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from cleaning import annotations
from cleaning.changes import Change, changes, shown
from cleaning.duplicate_map import MAP
from cleaning.errors import CleanError
from cleaning.part import encodable, read_part
from cleaning.quarantine import FOLDER as QUARANTINE
from cleaning.step import Finding
from scrapers import store
from scrapers.manifest import Run
from scrapers.record import REASON, Document

HEAD = 500  # characters of the text as collected
DATASET = "dataset"
DROPPED = "dropped"
RAW = "raw"
PART = re.compile(r"part-(\d+)\.parquet$")


class Explanation(msgspec.Struct, kw_only=True):
    """All that a run says of a document.

    text: as collected, cut at `HEAD` characters, personal data hidden; `length` is that of the whole. findings: what
    each rule saw, in order; None where the document was not cleaned. changes: what the rewriting steps did to the text.
    path: the file of the run it is in now. dropped: stage, rule, value, threshold and part, where it was. duplicate:
    its row of `duplicates.parquet`, where it repeats another. split, label: of its row in the dataset.
    """

    run: str
    id: str
    source: str
    url: str
    lang: str | None
    text: str
    length: int
    path: str
    findings: list[Finding] | None = None
    changes: list[Change] = msgspec.field(default_factory=list)
    dropped: dict[str, str] | None = None
    duplicate: dict[str, Any] | None = None
    split: str | None = None
    label: str | None = None


def explain(runs: Sequence[Run], name: str) -> list[Explanation]:
    """What became of the documents whose id or URL is `name`, in order of their ids, in the first run that has one.

    Raises CleanError where none of the runs has one.
    """
    for run in runs:
        if found := identifiers(run, name):
            return [explained(run, identifier) for identifier in found]
    raise CleanError(f"no document in {', '.join(run.url for run in runs)} has the id or URL {name}")


def runs_in(folder: str) -> list[Run]:
    """The runs in the folder, the one whose manifest was written last first. Raises CleanError where there is none."""
    fs, path = store.filesystem(folder)
    manifests = fs.glob(f"{path.rstrip('/')}/*/manifest.json")
    if not manifests:
        raise CleanError(f"there is no run in {folder}: name one with --run")
    newest = sorted(manifests, key=lambda found: (fs.modified(found), found), reverse=True)
    return [Run(fs.unstrip_protocol(found).removesuffix("/manifest.json")) for found in newest]


def identifiers(run: Run, name: str) -> list[str]:
    """The ids of the documents of the run whose id or URL is `name`, sorted."""
    tables = [path for folder in (DROPPED, *kept_folders(run)) for path in run.files(folder)]
    for column in ("id", "url"):
        rows = [row for path in tables for row in store.find_rows(run.path(path), column, name, ["id"])]
        if rows:
            return sorted({row["id"] for row in rows})
    return sorted({document.id for path in run.files(RAW) for document in raw_documents(run, path, name)})


def kept_folders(run: Run) -> list[str]:
    """The folders of the run that hold the documents which a stage kept, the one that was written last first."""
    folders = {
        path.split("/")[0]: None
        for stage in reversed(run.stages.values())
        for path in (file.path for file in stage.outputs)
        if path.endswith(".parquet") and "/" in path
    }
    return [folder for folder in folders if folder not in (DROPPED, DATASET, QUARANTINE, annotations.FOLDER)]


def raw_documents(run: Run, path: str, name: str) -> Iterator[Document]:
    """The documents of a raw part whose id or URL is `name`; only their lines are parsed."""
    if path.endswith(".parquet"):
        yield from (document for document in read_part(run.path(path)) if name in (document.id, document.url))
        return
    quoted = json.dumps(name, ensure_ascii=False).encode("utf-8", "surrogatepass")
    for document in store.read_documents(run.path(path), having=quoted):
        if name in (document.id, document.url):
            yield encodable(document)


def explained(run: Run, identifier: str) -> Explanation:
    """What the run says of the document of that id. Raises CleanError where it has none of it but a mention."""
    path, raw, findings = as_collected(run, identifier)
    final = [DATASET] if run.files(DATASET) else kept_folders(run)[:1]
    kept = rows_of(run, final, identifier)
    last = next(iter(kept or rows_of(run, [DROPPED], identifier)[-1:]), None)
    first = Document.from_row({name: last[name] for name in Document.__struct_fields__}) if last and not raw else raw
    if first is None:
        raise CleanError(f"{run.url} mentions the document {identifier} and has no text of it: was it taken down?")
    found = Explanation(
        run=run.url,
        id=identifier,
        source=first.source,
        url=first.url,
        lang=last["lang"] if last else first.lang,
        text=shown(first.text)[:HEAD],
        length=len(first.text),
        path=last["path"] if last else path,
        findings=findings,
        changes=changes(first.text, last["text"]) if last else [],
        dropped=None if kept or not last else {name: last[name] for name in REASON},
    )
    if store.exists(run.path(MAP)):
        found.duplicate = next(iter(store.find_rows(run.path(MAP), "id", identifier)), None)
    if kept and final == [DATASET]:
        found.split, found.label = found.path.rsplit("/", 1)[-1].split("-")[0], kept[0]["label"]
    return found


def rows_of(run: Run, folders: Iterable[str], identifier: str) -> list[dict[str, Any]]:
    """The rows of the document of that id in the tables of the folders, each with the `path` of its file."""
    paths = [path for folder in folders for path in run.files(folder) if path.endswith(".parquet")]
    return [row | {"path": path} for path in paths for row in store.find_rows(run.path(path), "id", identifier)]


def as_collected(run: Run, identifier: str) -> tuple[str, Document | None, list[Finding] | None]:
    """The path of the raw part with the document of that id, the document in it, and what the rules saw in that.

    The annotations of a part are found faster than its texts, and tell which part it is.
    """
    inputs = [file.path for file in run.stages["clean"].inputs] if "clean" in run.stages else []
    for path in run.files(annotations.FOLDER):
        findings = annotations.read(run.path(path), identifier)
        number = PART.search(path)
        if findings is not None and number:
            raw = inputs[int(number[1])]
            return raw, next(raw_documents(run, raw, identifier), None), findings
    for path in run.files(RAW):
        for document in raw_documents(run, path, identifier):
            return path, document, None
    return "", None, None
