"""Folders that are complete or not there: checkpoints of a training, and the model it ends in."""

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scrapers import store

SEAL = "complete.json"  # written last into a checkpoint, removed first
ARGUMENTS = "arguments.json"


def open_checkpoints(folder: Path, arguments: Mapping[str, Any]) -> None:
    """Empties `folder` unless what is in it was made with the same arguments (JSON values)."""
    wanted = json.loads(json.dumps(arguments))
    mark = folder / ARGUMENTS
    if not mark.exists() or store.read_json(str(mark)) != wanted:
        discard(folder)
        folder.mkdir(parents=True)
        store.write_json(str(mark), wanted)


def sealed(folder: Path) -> list[Path]:
    """The complete checkpoints in `folder`, the earliest step first; the incomplete ones are removed."""
    complete = []
    for checkpoint in folder.glob("checkpoint-*"):
        if (checkpoint / SEAL).exists():
            complete.append(checkpoint)
        else:
            discard(checkpoint)
    return sorted(complete, key=step_of)


def step_of(checkpoint: Path) -> int:
    """The step a checkpoint was made at: the number in its name."""
    return int(checkpoint.name.rpartition("-")[2])


def seal(checkpoint: Path, note: Mapping[str, Any]) -> None:
    """Declares a checkpoint complete, once its files are on disk, with a note for the run that resumes from it."""
    sync(checkpoint)
    store.write_json(str(checkpoint / SEAL), note)


def prune(folder: Path, keep: Collection[int]) -> None:
    """Removes the checkpoints in `folder` that are of none of the steps `keep`."""
    for checkpoint in sealed(folder):
        if step_of(checkpoint) not in keep:
            discard(checkpoint)


def discard(folder: Path) -> None:
    """Removes a folder, its seal or mark first, so that what is left after a kill is not taken for complete."""
    for mark in (SEAL, ARGUMENTS):
        (folder / mark).unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)


@contextmanager
def folder_atomic(folder: Path) -> Iterator[Path]:
    """A new folder to write into, which takes the place of `folder` once it is complete."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    yield partial
    sync(partial)
    if folder.exists():
        shutil.rmtree(folder)
    partial.rename(folder)


def sync(folder: Path) -> None:
    """Has the system write all files of the folder to disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())


def digest(folder: Path) -> str:
    """A digest of the bytes of all files in a folder and of their names."""
    sums = [
        (path.relative_to(folder).as_posix(), store.sha256(str(path)))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return hashlib.sha256(json.dumps(sums).encode()).hexdigest()
