"""Small runs with documents in them, as a collector leaves them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from cleaning.part import read_part
from scrapers import store
from scrapers.manifest import Run
from scrapers.record import Document, document_id

NUMBERS = count()


def make_document(text: str = "Dette er en helt vanlig norsk tekst om en bok.", **columns: Any) -> Document:
    """A document with that text; columns that are not given have a plausible value."""
    number = str(next(NUMBERS))
    values = {
        "id": document_id("test", number),
        "source": "test",
        "url": f"https://example.org/{number}",
        "licence": "CC0-1.0",
        "collected_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    }
    return Document(**values | {"text": text} | columns)


@pytest.fixture(scope="session")
def document() -> Callable[..., Document]:
    """`make_document`."""
    return make_document


@pytest.fixture(scope="session")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[Sequence[Document]]], tuple[Run, list[str]]]:
    """A function that makes a run with these parts in `raw/`, and returns it with their paths."""

    def make(parts: Sequence[Sequence[Document]]) -> tuple[Run, list[str]]:
        run = Run(str(tmp_path_factory.mktemp("run")))
        paths = [f"raw/test/part-{number:05d}.jsonl.zst" for number in range(len(parts))]
        for path, documents in zip(paths, parts, strict=True):
            store.write_documents(run.path(path), documents)
        return run, paths

    return make


@pytest.fixture(scope="session")
def kept() -> Callable[..., list[Document]]:
    """A function that reads the documents of a folder of a run: kept(run, "cleaned")."""
    return lambda run, folder="kept": [d for path in run.files(folder) for d in read_part(run.path(path))]


@pytest.fixture(scope="session")
def dropped() -> Callable[[Run], list[dict[str, Any]]]:
    """A function that reads the rows of `dropped/` of a run."""
    return lambda run: [row for path in run.files("dropped") for row in pq.read_table(run.path(path)).to_pylist()]


@pytest.fixture(scope="session")
def contents() -> Callable[[Run], dict[str, bytes]]:
    """A function that gives the bytes of all that a run published but its manifest, which holds times."""

    def read(run: Run) -> Iterator[tuple[str, bytes]]:
        for path in sorted(Path(run.url).rglob("*")):
            name = str(path.relative_to(run.url))
            if path.is_file() and name != "manifest.json" and not name.startswith("."):
                yield name, path.read_bytes()

    return lambda run: dict(read(run))
