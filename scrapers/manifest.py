"""The run and its manifest: what each stage took, gave and dropped, and whether it has to be done again."""

import hashlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any

from scrapers import store
from scrapers.fingerprint import code_of
from scrapers.record import SCHEMA_VERSION

log = logging.getLogger(__name__)

LIBRARIES = ("datasets", "polyglot", "prefect", "pyarrow", "scrapy", "tokenizers", "torch", "transformers")


HELD: set[str] = set()  # the runs this process has locked, so that a flow and its sub-flows share the lock


class ManifestError(Exception):
    """A stage does not add up, or another process is at work in the run."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a run: its path below the run, the SHA-256 of its bytes, the records in it (None: not counted)."""

    path: str
    sha256: str
    records: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a stage's work gives: the files it wrote in its workspace, and where every document went."""

    files: Mapping[str, int | None]  # path below the run -> records
    received: int
    kept: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """One entry of the waterfall: received = kept + the sum of dropped."""

    name: str
    inputs: tuple[File, ...]
    outputs: tuple[File, ...]
    received: int
    kept: int
    dropped: Mapping[str, int]
    seconds: float
    fingerprint: str
    detail: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The entry as it stands in `manifest.json`."""
        return {
            "name": self.name,
            "inputs": [vars_of(file) for file in self.inputs],
            "outputs": [vars_of(file) for file in self.outputs],
            "in": self.received,
            "kept": self.kept,
            "dropped": dict(sorted(self.dropped.items())),
            "seconds": self.seconds,
            "fingerprint": self.fingerprint,
            "detail": dict(self.detail),
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> "Stage":
        """The stage that `to_json` wrote."""
        values = dict(entry) | {
            "inputs": tuple(File(**file) for file in entry["inputs"]),
            "outputs": tuple(File(**file) for file in entry["outputs"]),
            "received": entry["in"],
        }
        del values["in"]
        return cls(**values)


def vars_of(file: File) -> dict[str, Any]:
    """The file as a dict in the order of its fields."""
    return {"path": file.path, "sha256": file.sha256, "records": file.records}


class Run:
    """A folder, local or on any fsspec store, that holds one run; `manifest.json` in it is written last."""

    def __init__(self, url: str, *, name: str | None = None) -> None:
        local, (fs, path) = store.local_path(url), store.filesystem(url)
        self.url = str(local) if local else fs.unstrip_protocol(path).rstrip("/")
        self.name = name or self.url.rsplit("/", 1)[-1]
        self.stages: dict[str, Stage] = {}
        self.not_collected: dict[str, str] = {}
        self.recipe: Mapping[str, Any] = {}
        self._write = threading.Lock()
        if store.exists(self.path("manifest.json")):
            manifest = store.read_json(self.path("manifest.json"))
            try:
                self.stages = {entry["name"]: Stage.from_json(entry) for entry in manifest["stages"]}
                self.not_collected = manifest["not_collected"]
                self.recipe = manifest["recipe"]
            except (KeyError, TypeError) as error:
                raise ManifestError(
                    f"{self.path('manifest.json')} is not a manifest of schema {SCHEMA_VERSION} ({error!r}); "
                    "give another --name, or remove it to do the run anew"
                ) from error

    def path(self, relative: str) -> str:
        """The URL of a file of the run."""
        return f"{self.url}/{relative}"

    def files(self, folder: str) -> list[str]:
        """The paths below the run of all complete files in `folder`, sorted."""
        prefix = len(self.path(""))
        found = (url[prefix:] for url in store.files(self.path(folder)))
        return [path for path in found if not path.endswith(".partial")]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the run for this process. Raises ManifestError where another one holds it."""
        local = store.local_path(self.url)
        if local is None or self.url in HELD:
            yield
            return
        local.mkdir(parents=True, exist_ok=True)
        with (local / ".lock").open("a+") as handle:
            hold(handle, self.url)
            HELD.add(self.url)
            try:
                yield
            finally:
                HELD.discard(self.url)

    def begin(self, recipe: Mapping[str, Any], order: Sequence[str]) -> None:
        """Notes the recipe of the run, and forgets what is not in it: stages not in `order`, and their files."""
        self.recipe = recipe
        for name in set(self.stages) - set(order):
            self.forget(name)
        self.not_collected = {name: why for name, why in self.not_collected.items() if f"collect/{name}" in order}
        self.record(order=order)

    def forget(self, name: str) -> None:
        """Removes a stage and the files it published; nothing where there is no such stage."""
        if stage := self.stages.pop(name, None):
            for file in stage.outputs:
                store.remove(self.path(file.path))

    def outputs(self, *stages: str) -> list[str]:
        """The paths of the files that these stages published, in the order of the stages. Raises ManifestError."""
        missing = [name for name in stages if name not in self.stages]
        if missing:
            raise ManifestError(f"{self.url} has no stage {missing[0]} yet; it has {', '.join(self.stages) or 'none'}")
        return [file.path for name in stages for file in self.stages[name].outputs]

    def record(self, stage: Stage | None = None, *, order: Sequence[str] = ()) -> None:
        """Writes the manifest, with `stage` in it; stages stand in the order they are named in `order`, then as run."""
        with self._write:
            stages = self.stages | ({stage.name: stage} if stage else {})
            rank = {name: position for position, name in enumerate(order)}
            self.stages = dict(sorted(stages.items(), key=lambda item: rank.get(item[0], len(rank))))
            store.write_json(self.path("manifest.json"), self.to_json())

    def to_json(self) -> dict[str, Any]:
        """The manifest as it stands on disk."""
        return {
            "kvern": kvern_version(),
            "schema": SCHEMA_VERSION,
            "name": self.name,
            "seed": self.recipe.get("seed"),
            "recipe": self.recipe,
            "versions": {library: found for library in LIBRARIES if (found := version_of(library))},
            "stages": [stage.to_json() for stage in self.stages.values()],
            "not_collected": dict(sorted(self.not_collected.items())),
        }


def hold(handle: IO[str], url: str) -> None:
    """Locks `handle` until it is closed or the process dies. Raises ManifestError where another process holds it."""
    try:
        import fcntl
    except ImportError:  # Windows has no flock: two runs in one folder are then the user's care
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.seek(0)
        raise ManifestError(
            f"{url} is in use by process {handle.read().strip() or '?'}: wait for it to end, or give another --name"
        ) from error
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a stage writes before its files are published: a folder named after the stage's fingerprint.

    What an interrupted run left here was made from the same inputs, parameters and code, so it is used again.
    """

    run: Run
    folder: str

    def path(self, relative: str) -> str:
        """The URL in the workspace of what will be published as `relative` below the run."""
        return self.run.path(f"{self.folder}/{relative}")

    def local(self) -> Path:
        """A local folder to work in. Raises StoreError where the run lies on another machine."""
        local = store.local_path(self.path("local"))
        if local is None:
            raise store.StoreError(f"{self.run.url}: this stage needs a run on a local disk")
        local.mkdir(parents=True, exist_ok=True)
        return local


def once(tally_url: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `work` returned the first time it came to its end; the answer is kept at `tally_url`."""
    if store.exists(tally_url):
        answer: dict[str, Any] = store.read_json(tally_url)
        return answer
    answer = work()
    store.write_json(tally_url, answer)
    return answer


def run_stage(
    run: Run,
    name: str,
    work: Callable[[Workspace], Outcome],
    *,
    inputs: Sequence[str] = (),
    parameters: Mapping[str, Any],
    order: Sequence[str] = (),
) -> Stage:
    """The manifest entry of stage `name`: the one on disk where it still holds, else that of doing `work` now.

    inputs: paths below the run. parameters: JSON values. Raises ManifestError where documents went missing.
    """
    entries = tuple(file_entry(run, path) for path in inputs)
    fingerprint = fingerprint_of(entries, parameters, work)
    before = run.stages.get(name)
    if before and before.fingerprint == fingerprint and all(intact(run, file) for file in before.outputs):
        log.info(
            "%s: unchanged, skipped (%d in, %d kept)", name, before.received, before.kept, extra={"stage_done": name}
        )
        clear_work(run, before)  # which a kill right after the last publication left
        return before
    if order and name != order[-1]:
        run.forget(order[-1])  # the last stage tells of all others, and what it told is no longer so
    workspace = Workspace(run, f"work/{name.replace('/', '-')}-{fingerprint[:12]}")
    log.info("%s: started", name, extra={"stage": name})
    started = time.monotonic()
    done = once(workspace.path("outcome.json"), partial(finish, name, workspace, work))
    outputs = publish(run, workspace, tuple(File(**file) for file in done.pop("files")), before)
    stage = Stage(
        name=name,
        inputs=entries,
        outputs=outputs,
        seconds=round(time.monotonic() - started, 3),
        fingerprint=fingerprint,
        **done,
    )
    run.record(stage, order=order)
    clear_work(run, stage)
    rules = ", ".join(f"{count} {rule}" for rule, count in sorted(stage.dropped.items())) or "none"
    text = "%s: %d in, %d kept, dropped: %s (%.1f s)"
    log.info(text, name, stage.received, stage.kept, rules, stage.seconds, extra={"stage_done": name})
    return stage


def finish(name: str, workspace: Workspace, work: Callable[[Workspace], Outcome]) -> dict[str, Any]:
    """The outcome of `work` as JSON, its files with their digests. Raises ManifestError where it does not add up."""
    outcome = work(workspace)
    if outcome.received != outcome.kept + sum(outcome.dropped.values()):
        raise ManifestError(
            f"{name}: {outcome.received} documents in, {outcome.kept} kept and {dict(outcome.dropped)} dropped do not "
            f"add up; nothing was published, the files are in {workspace.path('')}"
        )
    files = [File(path, store.sha256(workspace.path(path)), outcome.files[path]) for path in sorted(outcome.files)]
    return {
        "files": [vars_of(file) for file in files],
        "received": outcome.received,
        "kept": outcome.kept,
        "dropped": dict(outcome.dropped),
        "detail": dict(outcome.detail),
    }


def publish(run: Run, workspace: Workspace, files: tuple[File, ...], before: Stage | None) -> tuple[File, ...]:
    """Moves the files to their final names, and removes what the stage published before. Returns the files.

    What an interrupted publication had moved is in place already.
    """
    for file in files:
        if store.exists(workspace.path(file.path)):
            store.move(workspace.path(file.path), run.path(file.path))
        elif not intact(run, file):
            store.remove(run.path(workspace.folder))
            raise ManifestError(f"{run.path(file.path)} was changed while it was published; run again")
    new = {file.path for file in files}
    for old in before.outputs if before else ():
        if old.path not in new:
            store.remove(run.path(old.path))
    return files


def clear_work(run: Run, stage: Stage) -> None:
    """Removes the workspaces of all fingerprints of `stage`, and what was published of them and is not the stage's."""
    prefix = f"{stage.name.replace('/', '-')}-"
    for folder in {path.split("/")[1] for path in run.files("work")}:
        if folder.startswith(prefix) and len(folder) == len(prefix) + 12:
            outcome = run.path(f"work/{folder}/outcome.json")
            begun = {file["path"] for file in store.read_json(outcome)["files"]} if store.exists(outcome) else set()
            for path in begun - {file.path for file in stage.outputs}:
                store.remove(run.path(path))
            store.remove(run.path(f"work/{folder}"))
    if not run.files("work"):
        store.remove(run.path("work"))


def file_entry(run: Run, path: str) -> File:
    """The file as it is now; its count of records is the one its stage gave."""
    records = next((f.records for s in run.stages.values() for f in s.outputs if f.path == path), None)
    return File(path, store.sha256(run.path(path)), records)


def intact(run: Run, file: File) -> bool:
    """Whether the file is there with the bytes the manifest names."""
    return store.exists(run.path(file.path)) and store.sha256(run.path(file.path)) == file.sha256


def fingerprint_of(inputs: Sequence[File], parameters: Mapping[str, Any], work: Callable[..., Any]) -> str:
    """A digest of a stage's input bytes, its parameters, the code it runs and the version of the record."""
    values = [[[f.path, f.sha256] for f in inputs], parameters, code_of(work), SCHEMA_VERSION]
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def version_of(library: str) -> str | None:
    """The version of a library, None where it is not installed: a machine that only trains lacks some."""
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def kvern_version() -> str:
    """The version of Kvern, where it is installed and not only on the path."""
    return version_of("kvern") or "unknown"
