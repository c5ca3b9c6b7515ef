"""Collects one source of a recipe into `raw/<name>/`: the first stage of every run."""

import logging
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from scrapers import store
from scrapers.fingerprint import code_of
from scrapers.hosts import Forbidden
from scrapers.manifest import ManifestError, Outcome, Run, Stage, Workspace, run_stage
from scrapers.record import Document, Dropped, dropped_table
from scrapers.source import CollectError, Collecting, Items, Mirrors, NotCollectable, Source
from scrapers.spool import Spool
from scrapers.takedown import taken_down

log = logging.getLogger(__name__)

DOCUMENTS_A_PART = 2000
CHARACTERS_A_PART = 16 << 20  # a part is in memory several times over while it is written


def collect(
    run: Run,
    name: str,
    source: Source,
    *,
    mirrors: Mirrors,
    contact: str = "",
    limit: int | None = None,
    archive: str = "",
    order: Sequence[str] = (),
) -> Stage | None:
    """The stage `collect/<name>`, whose outputs are the parts of `raw/<name>/`.

    None, and a line in the manifest's `not_collected`, where this machine cannot collect the source and the recipe does
    not require it. archive: a local folder that outlives the run, where what was fetched is kept, to be asked for again
    only as far as it changed. Raises CollectError where the source gave less than expected, or more.
    """
    work = partial(
        collect_source, name=name, source=source, mirrors=mirrors, contact=contact, limit=limit, archive=archive
    )
    parameters = asdict(source) | {
        "code": code_of(sys.modules[type(source).__module__]),
        "digest": source.digest(),
        "mirrored": mirrors.content,
        "limit": limit,
    }
    try:
        stage = run_stage(run, f"collect/{name}", work, parameters=parameters, order=order)
    except NotCollectable as error:
        if source.required:
            raise CollectError(f"source {name} cannot be collected here: it {error}") from error
        log.warning("%s NOT COLLECTED: it %s", name, error)
        if run.not_collected.get(name) != f"it {error}":
            run.forget(f"collect/{name}")  # of a machine that could
            run.not_collected[name] = f"it {error}"
            run.record(order=order)
        return None
    if run.not_collected.pop(name, None):
        run.record(order=order)
    return stage


def collect_source(
    workspace: Workspace, *, name: str, source: Source, mirrors: Mirrors, contact: str, limit: int | None, archive: str
) -> Outcome:
    """Collects `source` into parts in the workspace. Raises CollectError, with all got so far left there.

    Where it gave less than expected, or more, none of its chapters stays done.
    """
    source.permitted()
    folder = workspace.local()
    hosts = Path(workspace.run.path("hosts"))
    kept = Path(archive, name) if archive else None
    tally: Counter[str] = Counter()
    parts = Parts(workspace, name, limit=limit, most=source.expected[1])
    with Spool(folder / "spool.sqlite") as spool:
        collecting = Collecting(folder, spool, mirrors, contact, limit, tally, hosts, kept)
        try:
            for number, (key, documents) in enumerate(source.chapters(collecting)):
                parts.chapter(number, key, documents)
                if parts.full():
                    break
            check_expected(source, parts, limited=parts.full())
        except NotCollectable:
            shutil.rmtree(folder)
            raise
        except CollectError as error:
            got = max(parts.received, spool.count())
            if isinstance(error, Forbidden) and not got:
                raise NotCollectable(f"is not open to us: {error}") from error
            said = str(error) if str(error).startswith(name) else f"{name}: {error}"
            message = f"{said}; the {got} documents got so far are in {workspace.path('')}" if got else said
            raise CollectError(message) from error
    if (there := sum(count or 0 for path, count in parts.files.items() if path.startswith("raw/"))) != parts.kept:
        parts.forget()
        raise ManifestError(
            f"{name}: {parts.kept} documents kept, but {there} in the parts in {workspace.path('raw')}; run it again"
        )
    detail = {"licence": source.licence, "source": source.name, "expected": list(source.expected), **tally}
    if source.agreement:
        detail["agreement"] = source.agreement
    detail["stopped"] = f"finished, or after {limit}" if parts.full() else "finished"
    if mirrors.prefixes:
        detail["mirrors"] = sorted(mirrors.prefixes)
    return Outcome(parts.files, parts.received, parts.kept, parts.rules, detail)


class Parts:
    """The parts of `raw/<name>/` and of `dropped/`, written as the documents come; chapters that are done stay done.

    Documents under a takedown are counted and written nowhere; of one id the first is kept.
    """

    def __init__(self, workspace: Workspace, name: str, *, limit: int | None, most: int) -> None:
        self._workspace, self._name, self._limit, self._most = workspace, name, limit, most
        self._taken = taken_down(workspace.run)
        self._ids = Ids()
        self.files: dict[str, int | None] = {}
        self.received = 0
        self.rules: Counter[str] = Counter()

    @property
    def kept(self) -> int:
        """How many documents are in the parts of `raw/`."""
        return self.received - sum(self.rules.values())

    def full(self) -> bool:
        """Whether the limit has been reached."""
        return self._limit is not None and self.received >= self._limit

    def chapter(self, number: int, key: str, documents: Items) -> None:
        """Writes the documents of a chapter, unless an earlier run came to its end and all it wrote is there.

        Then no later chapter is done any more, for their parts are numbered on from this one's. Raises what iterating
        over the documents raises, with all that came before it written.
        """
        note, ids = self._notes(number)
        done = self._done(note, ids, key)
        if done is None:
            self.forget(number)
            store.write_json(str(note), {"key": key} | self._write(documents, ids))
            return
        self._ids.load(ids)
        self.files |= done["files"]
        self.rules += Counter(done["rules"])
        self.received += done["received"]

    def forget(self, first: int = 0) -> None:
        """Makes the chapters from number `first` on ones that are to be done."""
        note, _ = self._notes(first)
        for path in sorted(note.parent.glob("chapter-*"), reverse=True):
            if path.name.partition(".")[0] >= note.stem:
                path.unlink()

    def _notes(self, number: int) -> tuple[Path, Path]:
        base = self._workspace.local() / f"chapter-{number:05d}"
        return base.with_suffix(".json"), base.with_suffix(".ids.npy")

    def _done(self, note: Path, ids: Path, key: str) -> dict[str, Any] | None:
        """What was noted of a chapter; None where it is to be done."""
        if not (note.exists() and ids.exists()):
            return None
        answer: dict[str, Any] = store.read_json(str(note))
        there = all(store.exists(self._workspace.path(path)) for path in answer["files"])
        return answer if answer["key"] == key and there else None

    def _write(self, documents: Items, ids: Path) -> dict[str, Any]:
        files, rules, received = dict(self.files), Counter(self.rules), self.received
        self._ids.begin()
        kept, dropped = Batch(), Batch()
        try:
            for item in documents:
                self._sort(item, kept, dropped)
                if kept.full() or dropped.full():
                    self._flush(kept, dropped)
                if self.full() or self.received - self.rules["repeated"] > self._most + DOCUMENTS_A_PART:
                    break
        finally:
            self._flush(kept, dropped)
        self._ids.save(ids)
        new = {path: count for path, count in self.files.items() if path not in files}
        return {"files": new, "rules": dict(self.rules - rules), "received": self.received - received}

    def _sort(self, item: Document | Dropped, kept: "Batch", dropped: "Batch") -> None:
        document = item.document if isinstance(item, Dropped) else item
        self.received += 1
        if document.id in self._taken:
            self.rules["takedown"] += 1
        elif isinstance(item, Dropped):
            self.rules[item.rule] += 1
            dropped.add(replace(item, stage=f"collect/{self._name}"), document)
        else:
            kept.add(document, document)

    def _flush(self, kept: "Batch", dropped: "Batch") -> None:
        documents = kept.taken()
        new = self._ids.add([int(document.id, 16) for document in documents])
        for document, is_new in zip(documents, new, strict=True):
            if not is_new:
                self.rules["repeated"] += 1
                dropped.add(Dropped(document, f"collect/{self._name}", "repeated", document.id, "once"), document)
        if first := [document for document, is_new in zip(documents, new, strict=True) if is_new]:
            path = f"raw/{self._name}/part-{self._written('raw/'):05d}.jsonl.zst"
            self.files[path] = store.write_documents(self._workspace.path(path), first)
        if items := dropped.taken():
            path = f"dropped/part-collect-{self._name}-{self._written('dropped/'):05d}.parquet"
            store.write_table(self._workspace.path(path), dropped_table(items))
            self.files[path] = len(items)

    def _written(self, folder: str) -> int:
        return sum(path.startswith(folder) for path in self.files)


class Batch:
    """Documents on their way to one part, bounded in number and in characters."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._characters = 0

    def add(self, item: Any, document: Document) -> None:
        """Puts one in."""
        self.items.append(item)
        self._characters += len(document.text)

    def full(self) -> bool:
        """Whether it is a part."""
        return len(self.items) >= DOCUMENTS_A_PART or self._characters >= CHARACTERS_A_PART

    def taken(self) -> list[Any]:
        """What was put in, taken out."""
        taken, self.items, self._characters = self.items, [], 0
        return taken


class Ids:
    """The ids met so far, 8 bytes each: a few sorted arrays, of which none is less than twice the next."""

    def __init__(self) -> None:
        self._sorted: list[np.ndarray[Any, np.dtype[np.uint64]]] = []
        self._chapter: list[np.ndarray[Any, np.dtype[np.uint64]]] = []

    def begin(self) -> None:
        """A chapter begins."""
        self._chapter = []

    def add(self, ids: Sequence[int]) -> list[bool]:
        """Whether each of `ids` is met for the first time; then they all have been met."""
        values = np.array(ids, dtype=np.uint64)
        unique, first = np.unique(values, return_index=True)
        new = np.ones(len(unique), dtype=bool)
        for known in self._sorted:
            at = np.minimum(np.searchsorted(known, unique), len(known) - 1)
            new &= known[at] != unique
        self._chapter.append(unique[new])
        self._merge(unique[new])
        is_new = np.zeros(len(values), dtype=bool)
        is_new[first[new]] = True
        return [bool(one) for one in is_new]

    def _merge(self, ids: np.ndarray[Any, np.dtype[np.uint64]]) -> None:
        while self._sorted and len(self._sorted[-1]) < 2 * len(ids):
            ids = np.sort(np.concatenate([self._sorted.pop(), ids]))
        if len(ids):
            self._sorted.append(ids)

    def save(self, path: Path) -> None:
        """Writes the ids of the chapter, whole or not at all."""
        with store.open_atomic(str(path)) as stream:
            np.save(stream, np.concatenate([*self._chapter, np.array([], dtype=np.uint64)]))

    def load(self, path: Path) -> None:
        """Takes up the ids of a chapter that an earlier run wrote."""
        self._merge(np.sort(np.load(path)))


def check_expected(source: Source, parts: Parts, *, limited: bool) -> None:
    """Raises CollectError where the source gave fewer documents than it should, or more; no chapter is done then."""
    fewest, most = source.expected
    got = parts.received - parts.rules["repeated"]
    if got > most or (got < fewest and not limited):
        parts.forget()
        raise CollectError(
            f"expected {fewest:,} to {most:,} documents, got {got:,}. If the source has really changed, "
            f"set expected = [fewest, most] in the recipe"
        )
